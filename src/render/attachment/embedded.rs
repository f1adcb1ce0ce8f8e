//! Which attachments are shown in the page itself: images of kinds that can do nothing, and texts.

use crate::error::Result;
use crate::model::{FilePart, data_url};

/// The content of an attachment, as a page shows it.
#[derive(Debug, PartialEq, Eq)]
pub enum Shown {
    /// An image.
    Image {
        /// Its MIME type, by its content.
        mime: &'static str,
        /// Its bytes.
        content: Vec<u8>,
    },
    /// A text.
    Text(String),
}

/// The content of an attachment as a page can show it; `None` where it is not stored or of another kind.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn shown_in_page(file: &FilePart) -> Result<Option<Shown>> {
    let Some(url) = file.url.as_deref() else {
        return Ok(None);
    };
    let content = data_url::content(url)?;
    if let Some(content) = content
        && let Some(mime) = image_type(&content)
    {
        return Ok(Some(Shown::Image { mime, content }));
    }
    let text = data_url::text(url)?;
    Ok(text.filter(|text| !text.trim().is_empty()).map(Shown::Text))
}

/// How many bytes the content of an attachment has that a page can show; `None` where it can not. An image is never in
/// the memory as a whole.
pub fn embedded_bytes(file: &FilePart) -> Option<u64> {
    const LONGEST_SIGNATURE: usize = 12;
    let url = file.url.as_deref()?;
    let (mut start, mut bytes) = (Vec::new(), 0);
    data_url::pieces(url, |piece| {
        let missing = LONGEST_SIGNATURE.saturating_sub(start.len());
        start.extend_from_slice(piece.get(..missing.min(piece.len())).unwrap_or_default());
        bytes += piece.len() as u64;
    })?;
    let is_text = || {
        let text = data_url::text(url).ok().flatten();
        text.is_some_and(|text| !text.trim().is_empty())
    };
    (image_type(&start).is_some() || is_text()).then_some(bytes)
}

/// The type of an image, by how its content begins, whatever it is called.
fn image_type(content: &[u8]) -> Option<&'static str> {
    let at = |place: usize, text: &[u8]| {
        let rest = content.get(place..);
        rest.is_some_and(|rest| rest.starts_with(text))
    };
    if at(0, b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if at(0, b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some("image/gif")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some("image/webp")
    } else if at(4, b"ftypavif") {
        Some("image/avif")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str) -> FilePart {
        FilePart {
            url: Some(url.to_owned()),
            ..FilePart::default()
        }
    }

    #[test]
    fn the_content_tells_what_is_an_image() {
        let gif = file("data:text/html;base64,R0lGODlhAQABAAAAACw=");
        assert!(matches!(
            shown_in_page(&gif).unwrap(),
            Some(Shown::Image {
                mime: "image/gif",
                ..
            })
        ));
        assert_eq!(embedded_bytes(&gif), Some(14));
        let svg = file("data:image/svg+xml,%3Csvg%20onload=%22a()%22%3E");
        assert_eq!(
            shown_in_page(&svg).unwrap(),
            Some(Shown::Text("<svg onload=\"a()\">".to_owned()))
        );
        let pdf = file("data:application/pdf;base64,JVBERi0xLjQK");
        assert_eq!(shown_in_page(&pdf).unwrap(), None);
        assert_eq!(embedded_bytes(&pdf), None);
        assert_eq!(embedded_bytes(&file("https://example.com/a.png")), None);
    }
}
