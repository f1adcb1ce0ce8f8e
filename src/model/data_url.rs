//! `data:` URLs (RFC 2397), in which attachments are stored.

use super::media;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE};

/// The head and the payload of a `data:` URL, whose scheme may be in any case.
pub fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_at_checked(5)?;
    let is_data = scheme.eq_ignore_ascii_case("data:");
    is_data.then(|| rest.split_once(',').unwrap_or((rest, "")))
}

/// The bytes of a `data:` URL.
pub fn content(url: &str) -> Option<Vec<u8>> {
    let (head, payload) = split(url)?;
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

/// The text of a `data:` URL; `None` where its content is no text. A text in UTF-16 says so by its first
/// two bytes; one in another old encoding has no NUL, which nearly every other file has.
pub fn text(url: &str) -> Option<String> {
    let content = content(url)?;
    let (head, _) = split(url)?;
    if media::is_binary(head, &content) {
        return None;
    }
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = rest.as_chunks::<2>();
        String::from_utf16_lossy(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>())
    };
    match content.as_slice() {
        [0xff, 0xfe, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) if bytes.contains(&0) => None,
            Err(_) => Some(String::from_utf8_lossy(bytes).into_owned()),
        },
    }
}

/// The same `data:` URL with another text.
pub fn with_text(url: &str, text: &str) -> String {
    let mime = split(url).and_then(|(head, _)| head.split(';').next());
    format!(
        "data:{};base64,{}",
        mime.unwrap_or_default(),
        STANDARD.encode(text)
    )
}
