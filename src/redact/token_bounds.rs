//! Where a token starts and ends in a text that may be escaped or wrapped.

/// Whether a token may start at a place: behind anything but a letter or a digit, or behind the
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

/// Where a token ends that stops at the end of a line and goes on in the next: a terminal or a mail
/// wrapped it. The next line is nothing but such characters, and no word.
pub fn end_of_wrapped(text: &[u8], end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let Some(skipped) = [&b"\n"[..], b"\r\n", b"\\\n", b"\\n"]
        .into_iter()
        .find(|line_end| rest.starts_with(line_end))
        .map(<[u8]>::len)
    else {
        return end;
    };
    let line = rest.get(skipped..).unwrap_or_default();
    let is_of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/=.".contains(byte);
    let length = line.iter().take_while(|byte| is_of_token(byte)).count();
    let run = line.get(..length).unwrap_or_default();
    let has = |is: fn(&u8) -> bool| run.iter().any(is);
    let is_whole_line = matches!(line.get(length), None | Some(b'\n' | b'\r' | b'"' | b'\\'));
    let is_random =
        has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    if (16..=256).contains(&length) && is_whole_line && is_random {
        end + skipped + length
    } else {
        end
    }
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
