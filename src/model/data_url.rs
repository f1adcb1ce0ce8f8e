//! `data:` URLs (RFC 2397), in which attachments are stored.

use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE};
use base64::{Engine as _, alphabet};
use memchr::memchr2;

use super::media;
use crate::error::Result;
use crate::memory;

/// The head and the payload of a `data:` URL, whose scheme may be in any case.
pub fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_at_checked(5)?;
    let is_data = scheme.eq_ignore_ascii_case("data:");
    is_data.then(|| rest.split_once(',').unwrap_or((rest, "")))
}

/// How many characters of base64 are decoded at once: whole groups of four.
const BLOCK: usize = 64 * 1024;

/// Stored data URLs come with and without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// Gives the bytes of a `data:` URL to `take`, piece by piece: an attachment may be larger than the memory. `None`
/// where it is none, which may be known after some pieces.
pub fn pieces(url: &str, mut take: impl FnMut(&[u8])) -> Option<()> {
    let (head, payload) = split(url)?;
    if !head.to_ascii_lowercase().ends_with(";base64") {
        percent_decode(payload, take);
        return Some(());
    }
    let is_url_safe = memchr2(b'-', b'_', payload.as_bytes()).is_some();
    let engine = if is_url_safe {
        &URL_SAFE
    } else {
        &LENIENT_STANDARD
    };
    let mut decoded = Vec::with_capacity(BLOCK);
    let mut decode = |block: &[u8]| {
        decoded.clear();
        engine.decode_vec(block, &mut decoded).ok()?;
        take(&decoded);
        Some(())
    };
    let mut block = Vec::with_capacity(BLOCK);
    for text in payload.split_ascii_whitespace() {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            if block.len() == BLOCK {
                // Padding ends it, so that nothing may follow.
                if block.ends_with(b"=") {
                    return None;
                }
                decode(&block)?;
                block.clear();
            }
            let (taken, behind) = rest
                .split_at_checked(BLOCK - block.len())
                .unwrap_or((rest, b""));
            block.extend_from_slice(taken);
            rest = behind;
        }
    }
    decode(&block)
}

/// The bytes of a `data:` URL; `None` where it is none.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn content(url: &str) -> Result<Option<Vec<u8>>> {
    // Bytes that are escaped or in base64 are fewer than what stands for them.
    let mut content = memory::buffer(split(url).map_or(0, |(_, payload)| payload.len()))?;
    let decoded = pieces(url, |piece| content.extend_from_slice(piece));
    Ok(decoded.map(|()| content))
}

fn percent_decode(text: &str, mut take: impl FnMut(&[u8])) {
    let mut bytes = Vec::with_capacity(BLOCK);
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
        if bytes.len() == BLOCK {
            take(&bytes);
            bytes.clear();
        }
        rest = tail;
    }
    take(&bytes);
}

/// The text of a `data:` URL; `None` where its content is no text. A text in UTF-16 says so by its first
/// two bytes; one in another old encoding has no NUL, which nearly every other file has.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn text(url: &str) -> Result<Option<String>> {
    let Some((head, _)) = split(url) else {
        return Ok(None);
    };
    let Some(content) = content(url)? else {
        return Ok(None);
    };
    if media::is_binary(head, &content) {
        return Ok(None);
    }
    let content = match String::from_utf8(content) {
        Ok(text) => return Ok(Some(text)),
        Err(error) => error.into_bytes(),
    };
    // A byte becomes three at most, and a unit of two bytes too.
    memory::check(content.len().saturating_mul(5))?;
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = rest.as_chunks::<2>();
        String::from_utf16_lossy(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>())
    };
    Ok(match content.as_slice() {
        [0xff, 0xfe, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        bytes if bytes.contains(&0) => None,
        bytes => Some(String::from_utf8_lossy(bytes).into_owned()),
    })
}

/// The same `data:` URL with another text.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn with_text(url: &str, text: &str) -> Result<String> {
    let mime = split(url).and_then(|(head, _)| head.split(';').next());
    let mut result = format!("data:{};base64,", mime.unwrap_or_default());
    memory::reserve_text(&mut result, text.len().div_ceil(3).saturating_mul(4))?;
    STANDARD.encode_string(text, &mut result);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_in_several_blocks_is_the_same_as_in_one() {
        let bytes: Vec<u8> = (0..200_000_u32)
            .map(|n| n.wrapping_mul(n).to_le_bytes()[1])
            .collect();
        for length in [
            0,
            1,
            2,
            3,
            BLOCK / 4 * 3,
            BLOCK / 4 * 3 + 1,
            98_304,
            199_999,
        ] {
            let bytes = &bytes[..length];
            for encoded in [STANDARD.encode(bytes), URL_SAFE.encode(bytes)] {
                let lines: Vec<&str> = encoded
                    .as_bytes()
                    .chunks(76)
                    .map(|line| str::from_utf8(line).unwrap())
                    .collect();
                for payload in [encoded.clone(), lines.join("\r\n"), format!(" {encoded} ")] {
                    let url = format!("data:;base64,{payload}");
                    assert_eq!(content(&url).unwrap().as_deref(), Some(bytes), "{length}");
                }
            }
            let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
            let url = format!("data:,{escaped}");
            assert_eq!(content(&url).unwrap().as_deref(), Some(bytes), "{length}");
        }
    }

    #[test]
    fn what_is_no_base64_is_no_content_wherever_that_shows() {
        let long = STANDARD.encode(vec![7_u8; 100_000]);
        let padded = "A".repeat(BLOCK - 1) + "=";
        for payload in [
            format!("{long}!"),
            format!("!{long}"),
            format!("{padded}AAAA"),
            format!("{long}===="),
            "A".to_owned(),
            "AA-+".to_owned(),
            "AA=A".to_owned(),
        ] {
            let url = format!("data:;base64,{payload}");
            assert_eq!(content(&url).unwrap(), None, "{}", payload.len());
        }
    }
}
