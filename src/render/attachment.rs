//! What is told about an attachment whose content is not shown.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE};
use sha2::{Digest as _, Sha256};

use crate::model::{FilePart, split_data_url};

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
}

/// Describes an attachment.
pub fn describe(file: &FilePart) -> Attachment<'_> {
    let source = |name: &str| file.source.get(name).and_then(serde_json::Value::as_str);
    let url = file.url.as_deref().filter(|url| !url.is_empty());
    // An address without content stands for content that was left out before.
    let content = url
        .and_then(data_url_content)
        .filter(|content| !content.is_empty() || file.sha256.is_none());
    let address = url.filter(|url| split_data_url(url).is_none());
    let name = [
        file.filename.as_deref(),
        source("path"),
        source("uri"),
        address,
    ];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size that was stored as a number"
    )]
    let stored_size = file
        .size
        .filter(|size| *size >= 0.0)
        .map(|size| size as u64);
    Attachment {
        name: name
            .into_iter()
            .flatten()
            .find(|name| !name.trim().is_empty()),
        mime: file.mime.as_deref(),
        size: content
            .as_ref()
            .map(|content| content.len() as u64)
            .or(stored_size),
        sha256: content
            .map(|content| hex(&Sha256::digest(&content)))
            .or_else(|| file.sha256.clone()),
    }
}

/// The bytes of a `data:` URL.
fn data_url_content(url: &str) -> Option<Vec<u8>> {
    let (head, payload) = split_data_url(url)?;
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return Some(percent_decode(payload));
    }
    /// Stored data URLs come with and without padding.
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    let payload: String = payload.split_ascii_whitespace().collect();
    STANDARD
        .decode(&payload)
        .or_else(|_| LENIENT_STANDARD.decode(&payload))
        .or_else(|_| URL_SAFE.decode(&payload))
        .ok()
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = (*byte == b'%').then(|| after.split_at_checked(2)).flatten();
        let decoded = escaped.and_then(|(digits, tail)| {
            Some((
                u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?,
                tail,
            ))
        });
        let (decoded, tail) = decoded.unwrap_or((*byte, after));
        bytes.push(decoded);
        rest = tail;
    }
    bytes
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(describe(&file).size, size, "{url}");
        }
        let file = FilePart {
            url: Some("data:;base64,aGVsbG8=".to_owned()),
            ..FilePart::default()
        };
        let expected = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(describe(&file).sha256.as_deref(), Some(expected));
    }
}
