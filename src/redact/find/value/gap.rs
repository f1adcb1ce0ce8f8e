//! Skips what may stand inside a token without being of it: characters that nobody sees, colour codes, and the
//! line ends of a narrow terminal. A token is redacted over them, or its tail would stay.

use std::borrow::Cow;

/// The least length of what continues a token that is already complete.
const LEAST_TAIL: usize = 6;
/// The same behind a line end, where words are more likely.
const LEAST_LINE: usize = 16;
const LONGEST_TAIL: usize = 512;

/// Finds where a token goes on that stops at a place, if something invisible or a line end stands there.
/// `missing` is how many characters it needs, `open` how many more it may have.
pub fn continued(
    text: &[u8],
    at: usize,
    is_of: fn(u8) -> bool,
    missing: usize,
    open: usize,
) -> Option<usize> {
    let after = at + invisible(text, at);
    if after > at {
        let tail = run_at(text, after, is_of);
        let is_wanted = tail.len() >= missing.max(1) && missing > 0;
        return (is_wanted || is_tail(tail, open, LEAST_TAIL)).then_some(after);
    }
    let after = at + line_end(text, at);
    if after == at {
        return None;
    }
    let tail = run_at(text, after, is_of);
    let next = text.get(after + tail.len());
    let is_whole_line = matches!(next, None | Some(b'\n' | b'\r' | b'"' | b'\\'));
    let is_wanted = missing > 0 && tail.len() == missing.max(8);
    let is_word_end = !matches!(next, Some(b'=' | b':' | b'(' | b'.' | b'/'));
    let may = is_whole_line || (open >= tail.len() && is_word_end) || missing > 0;
    let is_tail = tail.len() >= LEAST_LINE && tail.len() <= LONGEST_TAIL && is_random(tail);
    ((is_wanted && has_digit(tail)) || (may && is_tail && tail.len() >= missing)).then_some(after)
}

/// A token without what stood inside it, so that it has the same number however it was divided.
pub fn without_gaps(token: &str) -> Cow<'_, str> {
    let text = token.as_bytes();
    let gap_at = |at: usize| {
        let end = at + invisible(text, at);
        end + line_end(text, end) - at
    };
    let mut whole = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at < text.len() {
        let gap = gap_at(at);
        if gap > 0 {
            whole.push_str(token.get(copied..at).unwrap_or_default());
            copied = at + gap;
        }
        at += gap.max(1);
    }
    if copied == 0 {
        return Cow::Borrowed(token);
    }
    whole.push_str(token.get(copied..).unwrap_or_default());
    Cow::Owned(whole)
}

/// Finds where a token ends as a whole that was recognised up to a place: what is joined to it by `-` or `_`, and
/// what goes on behind something invisible or a line end, is of it.
pub fn end_of_whole(text: &[u8], end: usize) -> usize {
    let is_of = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/=.".contains(&byte);
    let mut end = end_of_word(text, end);
    while let Some(after) = continued(text, end, is_of, 0, 0) {
        let tail = run_at(text, after, is_of);
        let trimmed = tail.iter().rposition(|byte| !b".-_".contains(byte));
        end = end_of_word(text, after + trimmed.map_or(0, |last| last + 1));
    }
    end
}

/// The end of letters and digits, and of those joined to them by `-` or `_`.
fn end_of_word(text: &[u8], mut end: usize) -> usize {
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let joints = rest.iter().take_while(|b| b"-_".contains(b)).count();
        let word = rest.get(joints..).unwrap_or_default();
        let length = word
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        if length == 0 {
            return end;
        }
        end += joints + length;
    }
}

/// Tells whether what follows something invisible is of a token: letters and digits mixed, and not too few.
fn is_tail(tail: &[u8], open: usize, least: usize) -> bool {
    let fits = open >= tail.len() && tail.len() >= 4;
    has_digit(tail) && tail.iter().any(u8::is_ascii_alphabetic) && (fits || tail.len() >= least)
}

fn has_digit(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit)
}

fn is_random(bytes: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let is_hex = bytes.iter().all(u8::is_ascii_hexdigit);
    has_digit(bytes) && has(u8::is_ascii_lowercase) && (is_hex || has(u8::is_ascii_uppercase))
}

/// The run of an alphabet at a place.
fn run_at(text: &[u8], at: usize, is_of: fn(u8) -> bool) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..LONGEST_TAIL + 1).unwrap_or(rest);
    let length = rest.iter().take_while(|byte| is_of(**byte)).count();
    rest.get(..length).unwrap_or_default()
}

/// The length of a line end at a place, as it is, escaped, or with a backslash before it.
fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let ends: [&[u8]; 6] = [b"\r\n", b"\n", b"\\\r\n", b"\\\n", b"\\r\\n", b"\\n"];
    let length = ends
        .iter()
        .find(|end| rest.starts_with(end))
        .map(|end| end.len());
    let Some(length) = length else { return 0 };
    let indent = rest.get(length..).unwrap_or_default();
    length + indent.iter().take(16).take_while(|b| **b == b' ').count()
}

/// The length of all that is invisible at a place, in the text or escaped in it.
pub fn invisible(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(length) = one_invisible(text.get(at..).unwrap_or_default()) {
        at += length;
    }
    at - start
}

fn one_invisible(rest: &[u8]) -> Option<usize> {
    let first = *rest.first()?;
    match first {
        0x1b => Some(1 + terminal_escape(rest.get(1..)?)),
        0..=8 | 11 | 12 | 14..=31 | 127 => Some(1),
        b'\\' => escaped_invisible(rest),
        b'[' => replaced_mark(rest),
        0xc2..=0xf4 => {
            let length = match first {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => 4,
            };
            let c = std::str::from_utf8(rest.get(..length)?)
                .ok()?
                .chars()
                .next()?;
            is_invisible(c).then_some(length)
        }
        _ => None,
    }
}

/// Characters without width, marks of direction, and the pictures of control characters.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2400}'..='\u{2421}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// `[…m` and the like behind an escape character.
fn terminal_escape(rest: &[u8]) -> usize {
    if rest.first() != Some(&b'[') {
        return 0;
    }
    let length = rest
        .iter()
        .skip(1)
        .take(32)
        .take_while(|b| (0x20..=0x3f).contains(*b))
        .count();
    let is_ended = rest.get(length + 1).is_some_and(u8::is_ascii_alphabetic);
    if is_ended { length + 2 } else { 1 }
}

/// `[U+202E]`, which stands for what reorders text.
fn replaced_mark(rest: &[u8]) -> Option<usize> {
    let number = rest.strip_prefix(b"[U+")?;
    let digits = number
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    (digits >= 4 && number.get(digits) == Some(&b']')).then_some(digits + 4)
}

/// `\u200b`, `\u001b[0m`, `\x1b[0m`, `\e[0m`, `\033[0m`, behind one backslash or several.
fn escaped_invisible(rest: &[u8]) -> Option<usize> {
    let slashes = rest.iter().take(8).take_while(|b| **b == b'\\').count();
    let code = rest.get(slashes..)?;
    let hex = |from: usize, to: usize| {
        let digits = std::str::from_utf8(code.get(from..to)?).ok()?;
        u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
    };
    let (length, c) = match code.first()? {
        b'u' => (5, hex(1, 5)?),
        b'x' => (3, hex(1, 3)?),
        b'e' if code.get(1) == Some(&b'[') => (1, '\u{1b}'),
        b'0' if code.starts_with(b"033[") => (3, '\u{1b}'),
        _ => return None,
    };
    let is_control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if !is_control && !is_invisible(c) {
        return None;
    }
    let escape = if c == '\u{1b}' {
        terminal_escape(code.get(length..)?)
    } else {
        0
    };
    Some(slashes + length + escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_has_a_length() {
        for text in [
            "\u{200b}",
            "\u{ad}",
            "\u{1b}[0m\u{1b}[31m",
            "\0",
            "␀",
            "[U+202E]",
            "\\u200b",
            "\\\\u001b[0m",
            "\\x1b[1;31m",
            "\\033[0m",
            "\\e[0m",
            "\u{feff}\u{2060}",
        ] {
            let more = format!("{text}x");
            assert_eq!(invisible(more.as_bytes(), 0), text.len(), "{text:?}");
        }
        for text in ["x", "-", "\\n", "\\u0041", "[x]", "é", "密"] {
            assert_eq!(invisible(text.as_bytes(), 0), 0, "{text:?}");
        }
    }

    #[test]
    fn a_token_is_the_same_however_it_was_divided() {
        for divided in [
            "ghp_a\u{200b}1",
            "ghp_\u{1b}[0ma1",
            "ghp_a\n1",
            "ghp_a1",
            "ghp_a\\u200b1",
        ] {
            assert_eq!(without_gaps(divided), "ghp_a1", "{divided:?}");
        }
    }

    #[test]
    fn words_behind_a_token_stay() {
        for (text, whole) in [
            ("-old2 x", "-old2"),
            ("_ and", ""),
            ("--> x", ""),
            ("-- x", ""),
            ("\u{1b}[0mDone", ""),
            ("\nexport const Value2 = 1", ""),
            ("\n4Nt8Bm1Cw6Py3Hj5Df0GsA\n", "\n4Nt8Bm1Cw6Py3Hj5Df0GsA"),
            ("\u{200b}4Nt8Bm1Cw", "\u{200b}4Nt8Bm1Cw"),
        ] {
            assert_eq!(end_of_whole(text.as_bytes(), 0), whole.len(), "{text:?}");
        }
    }
}
