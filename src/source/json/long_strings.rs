//! Finds the long strings in JSON, which takes several times less than to parse it.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// A string is long from that many bytes on, its quotes included.
pub const LONG: usize = 1024;

/// JSON as text, and where its long strings are, but for names of fields. `None` where it is not valid JSON.
pub fn long_strings(json: &[u8]) -> Option<(&str, Vec<Range<usize>>)> {
    let text = simdutf8::basic::from_utf8(json).ok()?;
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(offset) = memchr(b'"', json.get(at..)?) {
        let start = at + offset;
        at = end_of_string(json, start + 1)?;
        if at - start < LONG || is_name(json.get(at..)?) {
            continue;
        }
        if has_control_characters(json.get(start..at)?) {
            return None;
        }
        places.push(start..at);
    }
    Some((text, places))
}

/// The place behind the quote that ends a string of JSON; `None` where none does, or an escape is not valid.
fn end_of_string(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', json.get(at..)?)?;
        at += match json.get(at..)? {
            [b'"', ..] => return Some(at + 1),
            [
                _,
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't',
                ..,
            ] => 2,
            [_, b'u', digits @ ..] if digits.iter().take(4).all(u8::is_ascii_hexdigit) => 6,
            _ => return None,
        };
    }
}

/// Tells whether a string was the name of a field, by what follows it.
fn is_name(behind: &[u8]) -> bool {
    let mut behind = behind.iter();
    behind.find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

fn has_control_characters(text: &[u8]) -> bool {
    text.iter().fold(false, |any, byte| any | (*byte < b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_strings_are_told_from_names_and_short_ones() {
        let long = "\\\"ü},{".repeat(200);
        let json = format!(r#"{{"{long}":1,"a":["{long}", "short"],"b" : "{long}"}}"#);
        let (text, places) = long_strings(json.as_bytes()).unwrap();
        let found: Vec<_> = places
            .iter()
            .map(|place| text.get(place.clone()).unwrap())
            .collect();
        assert_eq!(found, [format!("\"{long}\""), format!("\"{long}\"")]);
        for odd in ["\"", "\"\\x\"", "\"\\u12g4\""] {
            assert!(
                long_strings(format!("{json}{odd}").as_bytes()).is_none(),
                "{odd}"
            );
        }
        assert!(long_strings(&[json.as_bytes(), b"\xff"].concat()).is_none());
        let control = json.replacen('ü', "\n", 9000);
        assert!(long_strings(control.as_bytes()).is_none());
    }
}
