//! Bytes -> a JSON value.
//!
//! Real sessions hold what strict parsers refuse: a lone surrogate escape, which a truncated emoji
//! leaves behind, fails serde_json, and a shell redirection on Windows writes UTF-16. Neither is a
//! reason to lose a session.

use std::borrow::Cow;

use memchr::{memchr, memmem};
use serde::Deserialize;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::error::{Error, Result};
use crate::model::{Notes, Oddity};

/// Parses JSON text in UTF-8 or UTF-16.
///
/// # Errors
/// [`Error::InvalidSession`] with the JSON path and the line and column, where it is no JSON.
pub fn parse(bytes: &[u8], notes: &mut Notes) -> Result<Value> {
    parse_text(&text(bytes, notes)?)
}

/// The text of JSON in UTF-8 or UTF-16, without what a parser does not take and a session may hold.
///
/// # Errors
/// [`Error::InvalidSession`] where there is none.
pub fn text<'a>(bytes: &'a [u8], notes: &mut Notes) -> Result<Cow<'a, str>> {
    let text = decode(bytes, notes);
    if text.trim().is_empty() {
        return Err(Error::invalid_session("$", "the input is empty"));
    }
    Ok(replace_lone_surrogates(text, notes))
}

/// Parses such a text.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_text<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| locate(text, &error))
}

/// Appends the text of a string in its quotes, which has no escape that is not valid. Copying what stands
/// between escapes takes half the time of a parser, which grows the text as it comes.
pub fn unquote_into(text: &mut String, quoted: &str, notes: &mut Notes) {
    let mut rest = inside_quotes(quoted);
    let mut is_odd = false;
    text.reserve(rest.len());
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (plain, escaped) = rest.split_at_checked(at).unwrap_or_default();
        text.push_str(plain);
        let bytes = escaped.as_bytes();
        let (char, length) = match bytes.get(1) {
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'u') => unicode_escape(bytes),
            itself => (itself.copied().map_or('\\', char::from), 2),
        };
        is_odd |= char == char::REPLACEMENT_CHARACTER && surrogate_escape(bytes, 0).is_some();
        text.push(char);
        rest = escaped.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    if is_odd {
        notes.add_on_text(Oddity::LoneSurrogate);
    }
}

fn inside_quotes(quoted: &str) -> &str {
    let inside = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(quoted)
}

/// The character of `\u….`, or of two such that are one, and how long that is. What is no character alone is
/// replaced.
fn unicode_escape(bytes: &[u8]) -> (char, usize) {
    let Some(unit) = escaped_unit(bytes, 0) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    let second = escaped_unit(bytes, 6);
    let units = [unit, second.unwrap_or_default()];
    match char::decode_utf16(units).next() {
        Some(Ok(char)) if char.len_utf16() == 2 => (char, 12),
        Some(Ok(char)) => (char, 6),
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

fn decode<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        // Checking a text takes a fraction of the time that a conversion with replacements takes.
        _ => match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                notes.add_on_text(Oddity::NotUtf8);
                String::from_utf8_lossy(bytes)
            }
        },
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Replaces `\ud800`-like escapes that are not half of a pair with `\ufffd`.
fn replace_lone_surrogates<'a>(text: Cow<'a, str>, notes: &mut Notes) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    // Few texts have any, and most have very many other escapes.
    if memmem::find(bytes, b"\\ud").is_none() && memmem::find(bytes, b"\\uD").is_none() {
        return text;
    }
    let mut result = String::new();
    let mut copied = 0;
    let mut at = 0;
    // Every backslash of valid JSON is inside a string and starts an escape.
    while let Some(offset) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|b| *b == b'\\'))
    {
        at += offset;
        match surrogate_escape(bytes, at) {
            Some(Surrogate::High) if surrogate_escape(bytes, at + 6) == Some(Surrogate::Low) => {
                at += 12;
            }
            Some(_) => {
                result.push_str(text.get(copied..at).unwrap_or_default());
                result.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            None => at += 2,
        }
    }
    if copied == 0 {
        return text;
    }
    notes.add_on_text(Oddity::LoneSurrogate);
    result.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(result)
}

#[derive(PartialEq)]
enum Surrogate {
    High,
    Low,
}

fn surrogate_escape(bytes: &[u8], at: usize) -> Option<Surrogate> {
    match escaped_unit(bytes, at)? {
        0xd800..=0xdbff => Some(Surrogate::High),
        0xdc00..=0xdfff => Some(Surrogate::Low),
        _ => None,
    }
}

/// The UTF-16 unit of an escape such as `\u00e9`.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let [b'\\', b'u', digits @ ..] = bytes.get(at..at + 6)? else {
        return None;
    };
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Field names that may stand in an error message. Others could be conversation text.
const NAMES: [&str; 16] = [
    "children", "content", "data", "diffs", "error", "info", "input", "messages", "metadata",
    "parts", "session", "state", "summary", "text", "time", "todos",
];

/// A field's name as an error message may show it: `*` for one that is not known.
pub fn shown_name(name: &str) -> &str {
    if NAMES.contains(&name) { name } else { "*" }
}

/// Says where the text stops being JSON. It parses a second time, to follow the path.
fn locate(text: &str, error: &serde_json::Error) -> Error {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut path = "$".to_owned();
    if let Err(located) = serde_path_to_error::deserialize::<_, AnyValue>(&mut deserializer) {
        for segment in located.path() {
            match segment {
                Segment::Seq { index } => path.push_str(&format!("[{index}]")),
                Segment::Map { key } => {
                    path.push('.');
                    path.push_str(shown_name(key));
                }
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
    }
    let problem = match error.classify() {
        serde_json::error::Category::Eof => "the JSON ends in the middle",
        // The only limit of the parser that is no matter of syntax.
        _ if error.to_string().starts_with("recursion limit") => {
            "values are nested more than 127 levels deep"
        }
        _ => "it is not valid JSON",
    };
    let place = format!("{problem}, line {} column {}", error.line(), error.column());
    Error::invalid_session(path, place)
}

/// Like [`Value`], but visited through serde, so that the path can be followed.
struct AnyValue;

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|_| Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};

    use super::*;

    fn parsed(text: &str) -> Value {
        parse(text.as_bytes(), &mut Notes::default()).unwrap()
    }

    #[test]
    fn a_lone_surrogate_does_not_lose_the_session() {
        assert_eq!(parsed(r#""a\ud83d""#), "a\u{fffd}");
        assert_eq!(
            parsed(r#""\udc00\ud83d\ude00\ud83d\ud83d\ude00""#),
            "\u{fffd}😀\u{fffd}😀"
        );
        assert_eq!(parsed(r#""\\ud83d""#), "\\ud83d");
        assert_eq!(parsed(r#""\\\ud83d""#), "\\\u{fffd}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn unquoting_gives_what_parsing_gives(pieces in collection::vec(piece_of_json(), 0..12)) {
            let quoted = format!("\"{}\"", pieces.concat());
            let (mut of_parsed, mut of_unquoted) = (Notes::default(), Notes::default());
            let parsed = parse(quoted.as_bytes(), &mut of_parsed).unwrap();
            let mut unquoted = String::new();
            unquote_into(&mut unquoted, &quoted, &mut of_unquoted);
            prop_assert_eq!(parsed, unquoted);
            prop_assert_eq!(of_parsed.entries.len(), of_unquoted.entries.len());
        }
    }

    /// Pieces of a string: characters, short escapes, and half and whole pairs of surrogates.
    fn piece_of_json() -> impl Strategy<Value = String> {
        prop_oneof![
            r#"[^"\\\x00-\x1f]{0,3}"#,
            r#"\\["\\/bfnrt]"#,
            r"\\u[0-9a-fA-F]{4}",
            r"\\ud[89abAB][0-9a-f]{2}",
            r"\\uD[c-fC-F][0-9a-f]{2}",
        ]
    }

    #[test]
    fn utf16_and_byte_order_marks_are_read() {
        let utf16: Vec<u8> = "\u{feff}\"é😀\""
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(parse(&utf16, &mut Notes::default()).unwrap(), "é😀");
        assert_eq!(parsed("\u{feff}1"), 1);
    }

    #[test]
    fn an_error_tells_the_place_and_never_the_text() {
        for (text, expected) in [
            (
                r#"{"messages":[{"info":{"#,
                "the JSON ends in the middle, line 1 column 22 (at $.messages[0].info)",
            ),
            (
                r#"{"sekrit":[1,"#,
                "the JSON ends in the middle, line 1 column 13 (at $.*)",
            ),
            (
                r#"{"parts": nope}"#,
                "it is not valid JSON, line 1 column 12 (at $.parts)",
            ),
            ("  ", "the input is empty"),
        ] {
            let error = parse(text.as_bytes(), &mut Notes::default()).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("The session cannot be read: {expected}.")
            );
        }
        let deep = "[".repeat(100_000);
        let error = parse(deep.as_bytes(), &mut Notes::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("more than 127 levels deep"), "{error:.200}");
    }
}
