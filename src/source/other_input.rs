//! What is given as a session and is none, recognised by its content, so that an error tells what it is and what to
//! do; and lines that stand before the JSON, which many ways of saving an export leave there.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::json::value::Json;
use crate::error::Error;

/// How far the start of the JSON is looked for, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// The JSON behind lines that are none: `Exporting session: ses_…`, what plugins print, a shell's own lines.
pub fn without_preamble(bytes: &[u8]) -> &[u8] {
    let start = bytes.trim_ascii_start();
    if starts_json(start) || start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return bytes;
    }
    let mut at = 0;
    while let Some(length) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        at += length + 1;
        let rest = bytes.get(at..).unwrap_or_default();
        if starts_json(rest) {
            return rest;
        }
        if at > LOOKED_AT {
            break;
        }
    }
    bytes
}

/// Tells whether bytes begin with an object or an array; `[plugin] loaded` does not.
fn starts_json(bytes: &[u8]) -> bool {
    let bytes = bytes
        .strip_prefix(&[0xef, 0xbb, 0xbf])
        .unwrap_or(bytes)
        .trim_ascii_start();
    let behind = |bytes: &[u8]| bytes.trim_ascii_start().first().copied();
    match bytes {
        [b'{', rest @ ..] => matches!(behind(rest), Some(b'"' | b'}') | None),
        [b'[', rest @ ..] => matches!(behind(rest), Some(b'{' | b']') | None),
        _ => false,
    }
}

/// The error on a text that is no JSON: what it is, where that is known, and `error` where it is not.
pub fn explained(bytes: &[u8], error: Error) -> Error {
    match problem(bytes) {
        Some(problem) => Error::invalid_session("$", problem),
        None => error,
    }
}

fn problem(bytes: &[u8]) -> Option<&'static str> {
    for (start, problem) in [
        (
            &b"SQLite format 3\0"[..],
            "it is a database, not a session: pass its path as store (--store PATH), and the id of a session",
        ),
        (
            &[0x28, 0xb5, 0x2f, 0xfd],
            "it is compressed: unpack it first",
        ),
        (&[0x1f, 0x8b], "it is compressed: unpack it first"),
        (b"PK\x03\x04", "it is compressed: unpack it first"),
    ] {
        if bytes.starts_with(start) {
            return Some(problem);
        }
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start();
    if text.starts_with('<') {
        return Some("it is a web page, not JSON: pass what `opencode export ID` prints");
    }
    if text.starts_with("# ") {
        return Some("it is a Markdown document, not JSON: pass the session that it was made from");
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next()? {
        Ok(_) => {}
        Err(error) if error.is_eof() => {
            return Some(
                "the JSON ends in the middle: the file was cut off. Export the session again into a file (`opencode export ID > FILE`); a pipe may cut it",
            );
        }
        Err(_) => return None,
    }
    let first = text.get(..values.byte_offset())?;
    let rest = text.get(values.byte_offset()..)?.trim_start();
    if !rest.starts_with('{') && !rest.starts_with('[') {
        return None;
    }
    Some(several(first))
}

/// Gives what several values one after the other are, by the first.
fn several(first: &str) -> &'static str {
    let Ok(Value::Object(first)) = serde_json::from_str(first) else {
        return "it holds several values of JSON, not a session";
    };
    let has = |name: &str| first.contains_key(name);
    if has("messages") {
        "it holds several sessions, one after the other: put each into a file of its own"
    } else if has("sessionID") && has("type") {
        "it is the stream of events that `opencode run --format json` prints, which is not a whole session: pass what `opencode export ID` prints"
    } else if has("sessionId") && has("type") {
        "it is a log of Claude Code: pass its path as store (`session-export PATH`)"
    } else {
        "it is a log with one JSON value per line, not a session: pass what `opencode export ID` prints"
    }
}

/// Why an array is no list of messages; `None` where it is one.
pub fn problem_of_list(items: &[Json<'_>]) -> Option<&'static str> {
    let has = |item: &Json<'_>, name: &str| item.get(name).is_some();
    let is_message = |item: &Json<'_>| {
        has(item, "parts")
            || (has(item, "info") && !has(item, "messages"))
            || (has(item, "type") && has(item, "id"))
            || has(item, "role")
    };
    if items.is_empty() {
        Some("the list is empty: a session or a list of its messages was expected")
    } else if items.iter().any(is_message) {
        None
    } else if items.iter().any(|item| has(item, "messages")) {
        Some(
            "it is a list of sessions: put each into a file of its own, and export them one by one",
        )
    } else if items
        .iter()
        .any(|item| has(item, "title") || has(item, "time"))
    {
        Some(
            "it is a list of sessions without their messages: export each with `opencode export ID`",
        )
    } else {
        Some("it is a list of something other than messages: pass what `opencode export ID` prints")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_before_the_json_is_skipped() {
        for (given, expected) in [
            ("Exporting session: ses_1\n{\"info\":{}}", "{\"info\":{}}"),
            (
                "[plugin] loaded\r\nx\n{\n  \"info\": {}}",
                "{\n  \"info\": {}}",
            ),
            ("note\n[{\"info\":{}}]", "[{\"info\":{}}]"),
            ("  {\"info\":{}}", "  {\"info\":{}}"),
            ("{ broken", "{ broken"),
            ("no json\nat all", "no json\nat all"),
        ] {
            assert_eq!(without_preamble(given.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn what_is_no_session_is_called_what_it_is() {
        for (given, expected) in [
            (&b"SQLite format 3\0\x10\0"[..], "a database"),
            (
                b"{\"info\":{},\"messages\":[]}\n{\"info\":{},\"messages\":[]}",
                "several sessions",
            ),
            (
                b"{\"type\":\"text\",\"sessionID\":\"s\"}\n{\"type\":\"text\"}",
                "stream of events",
            ),
            (b"{\"a\":1}\n{\"a\":2}", "one JSON value per line"),
            (b"{\"info\":{\"id\":\"ses", "cut off"),
            (b"<!doctype html>", "a web page"),
        ] {
            assert!(problem(given).unwrap().contains(expected), "{expected}");
        }
        assert_eq!(problem(b"{\"a\":1} trailing"), None);
        assert_eq!(problem(b"{\"a\" 1}"), None);
    }
}
