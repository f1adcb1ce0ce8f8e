//! What is told about an attachment, and where its content is.

mod embedded;
pub mod image_data;
mod names;

use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::file_name;
use crate::model::{FilePart, data_url};

pub use self::embedded::{Shown, embedded_bytes, shown_in_page};
pub use self::names::AttachmentNames;

/// Name, type, size and hash of an attachment, as far as they are known.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// The file's name, or the path or address that was mentioned.
    pub name: Option<&'a str>,
    /// The MIME type.
    pub mime: Option<&'a str>,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The SHA-256 in hexadecimal.
    pub sha256: Option<String>,
    /// The name of the file that its content becomes; `None` where there is no content, or it
    /// becomes none.
    pub file_name: Option<String>,
}

/// The content of an attachment, and the name of the file that it becomes.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn extracted(file: &FilePart, names: &AttachmentNames) -> Result<Option<(String, Vec<u8>)>> {
    let content = file.url.as_deref().map_or(Ok(None), data_url::content)?;
    let content = content.filter(|content| is_content(file, content.len()));
    Ok(content.map(|content| {
        let hash = hex(&Sha256::digest(&content));
        let name = file_name::attachment(name(file), file.mime.as_deref(), &hash);
        (names.file(&name, &hash), content)
    }))
}

/// Tells whether so many bytes are the content. An address without content stands for content that was left out before.
fn is_content(file: &FilePart, bytes: usize) -> bool {
    bytes > 0 || file.sha256.is_none()
}

/// The size and the SHA-256 of the content of an attachment, where it is stored with it. It is never in the memory
/// as a whole.
fn measured(file: &FilePart) -> Option<(u64, String)> {
    let (mut size, mut hash) = (0, Sha256::new());
    data_url::pieces(file.url.as_deref()?, |piece| {
        size += piece.len();
        hash.update(piece);
    })?;
    is_content(file, size).then(|| (size as u64, hex(&hash.finalize())))
}

/// Tells whether the content of an attachment is stored with it; a glance, without decoding it.
pub fn has_content(file: &FilePart) -> bool {
    let url = file.url.as_deref().unwrap_or_default();
    data_url::split(url).is_some_and(|(_, payload)| !payload.is_empty())
}

/// Tells whether viewers show a file as an image, and nothing in it can run.
pub fn is_image(file_name: &str) -> bool {
    let extension = file_name.rsplit('.').next().unwrap_or_default();
    ["avif", "gif", "jpg", "png", "webp"].contains(&extension)
}

/// The relative address of an extracted attachment: a folder and a file in it.
pub fn address(folder: &str, file_name: &str) -> String {
    let mut address = String::new();
    for byte in format!("{folder}/{file_name}").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

/// The name of an attachment, or the path or address that was mentioned.
fn name(file: &FilePart) -> Option<&str> {
    let source = |name: &str| file.source.get(name).and_then(serde_json::Value::as_str);
    let address = file
        .url
        .as_deref()
        .filter(|url| data_url::split(url).is_none());
    [
        file.filename.as_deref(),
        source("path"),
        source("uri"),
        address,
    ]
    .into_iter()
    .flatten()
    .find(|name| !name.trim().is_empty())
}

/// Describes an attachment.
pub fn describe<'a>(file: &'a FilePart, names: Option<&AttachmentNames>) -> Attachment<'a> {
    let measured = measured(file);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size that was stored as a number"
    )]
    let stored_size = file
        .size
        .filter(|size| *size >= 0.0)
        .map(|size| size as u64);
    let name = name(file);
    let mime = file.mime.as_deref();
    let (size, hash) = measured.unzip();
    Attachment {
        name,
        mime,
        size: size.or(stored_size),
        file_name: names.zip(hash.as_deref()).map(|(names, hash)| {
            let own = file_name::attachment(name, mime, hash);
            names.file(&own, hash)
        }),
        sha256: hash.or_else(|| file.sha256.clone()),
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_nothing_that_a_viewer_could_misread() {
        assert_eq!(
            address("a (b)_files", "图 #1.png"),
            "a%20%28b%29_files/%E5%9B%BE%20%231.png"
        );
    }

    #[test]
    fn data_urls_are_measured() {
        for (url, size) in [
            ("data:text/plain;base64,aGVsbG8=", Some(5)),
            ("data:text/plain;base64,aGVsbG8", Some(5)),
            ("data:,a%20b%2", Some(5)),
            ("DATA:,abc", Some(3)),
            ("data:text/plain;base64,!!", None),
            ("file:///a.txt", None),
        ] {
            let file = FilePart {
                url: Some(url.to_owned()),
                ..FilePart::default()
            };
            assert_eq!(describe(&file, None).size, size, "{url}");
        }
        let file = FilePart {
            url: Some("data:;base64,aGVsbG8=".to_owned()),
            ..FilePart::default()
        };
        let expected = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(describe(&file, None).sha256.as_deref(), Some(expected));
    }
}
