//! Paths that are percent-encoded, as in the query of an address.

use crate::redact::words::is_unspaced;

/// How often a path may be encoded.
const DEEPEST: usize = 3;

/// Finds the start of an encoded path, of which `rest` is the first `%` and what follows. `None` where it is none,
/// such as in the middle of `group%2Fproject`.
pub fn start(before: &str, rest: &str) -> Option<usize> {
    let code = rest
        .get(1..)?
        .trim_start_matches("25")
        .get(..2)?
        .to_ascii_uppercase();
    let last = before.chars().next_back();
    let is_bounded = |c: Option<char>| {
        c.is_none_or(|c| is_unspaced(c) || !c.is_alphanumeric() && !"%._-/+@~".contains(c))
    };
    match code.as_str() {
        // `%2F%2F` is no start of a path, and `%5C%5C` is that of a server.
        "2F" | "5C" => (is_bounded(last) && is_path(rest, &code)).then_some(before.len()),
        "3A" => {
            let scheme = before
                .len()
                .checked_sub(4)
                .filter(|start| before.get(*start..) == Some("file"));
            let drive = before
                .len()
                .checked_sub(1)
                .filter(|_| last.is_some_and(|c| c.is_ascii_alphabetic()));
            let start = scheme.or(drive)?;
            let outer = before.get(..start)?.chars().next_back();
            let is_behind_slash =
                outer == Some('/') || before.get(..start)?.to_ascii_uppercase().ends_with("%2F");
            (is_bounded(outer) || is_behind_slash).then_some(start)
        }
        _ => None,
    }
}

fn is_path(rest: &str, code: &str) -> bool {
    let encoded = rest
        .get(..length(rest))
        .unwrap_or_default()
        .to_ascii_uppercase();
    let is_server =
        code == "5C" && decoded(rest.get(..length(rest)).unwrap_or_default()).starts_with("\\\\");
    is_server || code == "2F" && encoded.matches("2F").count() >= 2
}

/// The length of what is encoded together.
pub fn length(text: &str) -> usize {
    let is_of_it = |c: char| c.is_alphanumeric() || "%._~-+@".contains(c);
    let length = text.len() - text.trim_start_matches(is_of_it).len();
    let whole = text.get(..length).unwrap_or_default();
    whole.trim_end_matches(['.']).len()
}

/// A path that may be encoded, as it is meant.
pub fn decoded(path: &str) -> String {
    let mut text = path.to_owned();
    for _ in 0..DEEPEST {
        if !text.contains('%') {
            break;
        }
        let decoded = decoded_once(&text);
        if decoded == text {
            break;
        }
        text = decoded;
    }
    text
}

fn decoded_once(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_as_it_is_meant() {
        assert_eq!(decoded("%252Fhome%2Fjo%20x"), "/home/jo x");
        assert_eq!(decoded("%E5%BC%A0%"), "张%");
        assert_eq!(length("%2Fa%2Fb&x=1"), 8);
        assert_eq!(start("group", "%2Fproject"), None);
        assert_eq!(start("d=", "%2Fa%2Fb"), Some(2));
        assert_eq!(start("d=C", "%3A%5Cx"), Some(2));
    }
}
