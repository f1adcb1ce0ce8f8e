//! Finds where a token starts and ends in a text that may be escaped or wrapped.

/// Tells whether a token may start at a place: behind anything but a letter or a digit, or behind the
/// end of an escape sequence, as in `\\nghp_…`, `%3Dghp_…`, `\\u003dghp_…` and `\\u001b[1mghp_…`.
pub fn is_bounded(text: &[u8], start: usize) -> bool {
    let before = text
        .get(start.saturating_sub(12)..start)
        .unwrap_or_default();
    let Some(last) = before.last().filter(|byte| byte.is_ascii_alphanumeric()) else {
        return true;
    };
    let ends_with_hex = |digits: usize, escape: &[u8]| {
        let (head, tail) = before.split_at(before.len().saturating_sub(digits));
        tail.len() == digits && tail.iter().all(u8::is_ascii_hexdigit) && head.ends_with(escape)
    };
    let is_one_letter = b"nrtbf0".contains(last) && before.iter().rev().nth(1) == Some(&b'\\');
    let is_terminal_escape = *last == b'm'
        && before
            .iter()
            .rev()
            .skip(1)
            .find(|byte| !byte.is_ascii_digit() && **byte != b';')
            == Some(&b'[');
    is_one_letter || is_terminal_escape || ends_with_hex(2, b"%") || ends_with_hex(4, b"\\u")
}

/// The longest escape sequence that ends in letters or digits, without what it begins with.
pub const LONGEST_ESCAPE: usize = 5;

/// Finds where the text begins that stands at a place, behind the letters of an escape sequence such as `\n`,
/// `\u0022` and `%22`.
pub fn behind_escape(text: &[u8], start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    let rest = text.get(start..).unwrap_or_default();
    let is_hex = |from: usize, to: usize| {
        rest.get(from..to)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let length = match (before.last(), rest.first()) {
        (Some(b'\\'), Some(b'u')) if is_hex(1, 5) => 5,
        (Some(b'\\'), Some(b'n' | b'r' | b't')) => 1,
        (Some(b'%'), _) if is_hex(0, 2) => 2,
        _ => 0,
    };
    start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_starts_behind_an_escape_sequence_too() {
        for before in [
            "",
            "=",
            "_",
            "令",
            "\\n",
            "\\\\t",
            "%3D",
            "%3d",
            "\\u003d",
            "\\u001b[1;32m",
            "[0m",
        ] {
            let text = format!("{before}ghp_");
            assert!(is_bounded(text.as_bytes(), before.len()), "{before}");
        }
        for before in ["n", "a", "7", "3D", "003d", "term", "x[a1m"] {
            let text = format!("{before}ghp_");
            assert!(!is_bounded(text.as_bytes(), before.len()), "{before}");
        }
    }
}
