//! Which attachments are shown in the page itself: images of kinds that can do nothing, and texts.

use crate::error::Result;
use crate::model::{FilePart, data_url};

/// What a page shows of an attachment.
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

/// What a page can show of an attachment; `None` where its content is not stored or of another kind.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn shown_in_page(file: &FilePart) -> Result<Option<Shown>> {
    let Some(url) = file.url.as_deref() else {
        return Ok(None);
    };
    if let Some(mime) = image_type(url) {
        let content = data_url::content(url)?;
        return Ok(content.map(|content| Shown::Image { mime, content }));
    }
    let text = data_url::text(url)?;
    Ok(text.filter(|text| !text.trim().is_empty()).map(Shown::Text))
}

/// How many bytes the content of an attachment has that a page can show; `None` where it can not.
pub fn embedded_bytes(file: &FilePart) -> Option<u64> {
    let url = file.url.as_deref()?;
    let is_shown = match image_type(url) {
        Some(_) => true,
        None => data_url::text(url)
            .ok()?
            .is_some_and(|text| !text.trim().is_empty()),
    };
    let mut bytes = 0;
    data_url::pieces(url, |piece| bytes += piece.len() as u64)?;
    is_shown.then_some(bytes)
}

/// The type of the image that a `data:` URL holds, by how its content begins, whatever it is called.
fn image_type(url: &str) -> Option<&'static str> {
    const LONGEST_SIGNATURE: usize = 12;
    let mut start = Vec::new();
    data_url::pieces(url, |piece| {
        let missing = LONGEST_SIGNATURE.saturating_sub(start.len());
        start.extend_from_slice(piece.get(..missing.min(piece.len())).unwrap_or_default());
    })?;
    let at = |place: usize, text: &[u8]| {
        start
            .get(place..)
            .is_some_and(|rest| rest.starts_with(text))
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
