//! Finds the long strings in JSON, which takes several times less than to parse it.

use std::ops::Range;
use std::thread;

use memchr::{memchr, memchr2, memmem};

use crate::threads;

/// A string is long from that many bytes on, its quotes included.
pub const LONG: usize = 1024;

/// How much is worth a thread, in bytes.
const WORTH_A_THREAD: usize = 1024 * 1024;

/// JSON as text, and where its long strings are, but for names of fields. `None` where it is not valid JSON.
pub fn long_strings(json: &[u8]) -> Option<(&str, Vec<Range<usize>>)> {
    let text = || simdutf8::basic::from_utf8(json).ok();
    let mut places = Vec::new();
    if json.len() < WORTH_A_THREAD || threads::count() < 2 {
        let text = text()?;
        let end = add_long_strings(&mut places, json, 0..json.len())?;
        return (end == json.len()).then_some((text, places));
    }
    // Where an item of an array begins, unless it is in a string, which is known when all before it was looked at.
    let from = json.len() / 3 * 2;
    let start = from + memmem::find(json.get(from..)?, b"},{").map_or(0, |at| at + 2);
    thread::scope(|scope| {
        let behind = scope.spawn(move || {
            let mut behind = Vec::new();
            let end = add_long_strings(&mut behind, json, start..json.len());
            (text(), end, behind)
        });
        let mut at = add_long_strings(&mut places, json, 0..start);
        let (text, end, of_behind) = behind.join().ok()?;
        if at == Some(start) {
            places.extend(of_behind);
            at = end;
        } else {
            at = add_long_strings(&mut places, json, at?..json.len());
        }
        (at == Some(json.len())).then_some((text?, places))
    })
}

/// Looks at the strings that begin in a range of JSON, which is outside of strings at its start. Gives where it is
/// outside of them again. `None` where it is not valid JSON.
fn add_long_strings(
    places: &mut Vec<Range<usize>>,
    json: &[u8],
    range: Range<usize>,
) -> Option<usize> {
    let mut at = range.start;
    while at < range.end
        && let Some(offset) = memchr(b'"', json.get(at..range.end)?)
    {
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
    Some(at.max(range.end))
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

/// Whether a string was the name of a field, by what follows it.
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
    fn two_threads_find_the_strings_that_one_finds() {
        let of_one = |json: &[u8]| {
            let mut places = Vec::new();
            let end = add_long_strings(&mut places, json, 0..json.len());
            let is_whole = end == Some(json.len()) && std::str::from_utf8(json).is_ok();
            is_whole.then_some(places)
        };
        let long = |text: &str| text.repeat(2000 / text.len());
        let items = |count, item: &str| format!("[{}]", vec![item; count].join(","));
        let message = format!(r#"{{"text":"{}","{}":1}}"#, long("\\\"ü"), long("x"));
        let tricky = format!(r#"["{}","{}"]"#, "},{".repeat(600_000), long("},{"));
        let at_the_end = format!(r#"["{}"]"#, "x".repeat(2_000_000) + "},{");
        for json in [
            items(800, &message),
            items(800, &format!(r#""{}""#, long("},{"))),
            items(400_000, "{}"),
            tricky,
            at_the_end,
        ] {
            assert!(json.len() > WORTH_A_THREAD && of_one(json.as_bytes()).is_some());
            let odd = [b"".as_slice(), b"\"", b"\xff", b"\"\\x\""];
            let around = odd.iter().flat_map(|odd| [(*odd, &b""[..]), (b"", *odd)]);
            for (before, behind) in around {
                let json = [before, json.as_bytes(), behind].concat();
                let of_two = long_strings(&json).map(|(_, places)| places);
                assert_eq!(of_two, of_one(&json));
            }
        }
    }
}
