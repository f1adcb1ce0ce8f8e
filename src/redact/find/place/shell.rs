//! Words as a shell reads them.

use std::ops::Range;

/// A word of a command.
pub struct ShellWord<'t> {
    /// The place where it stands, without the quotes around all of it.
    pub place: Range<usize>,
    /// Its bytes there.
    pub value: &'t [u8],
    /// True where quotes stand around all of it.
    pub is_quoted: bool,
    /// True where a shell reads each sign as it is: in `'$9x'` is no variable.
    pub is_literal: bool,
}

/// A word that is longer is none, in bytes.
const LONGEST: usize = 4096;

/// The word that a text starts with. It ends at a blank, at `;`, `|`, `&`, `<`, `>`, `)` or at its own quote; a
/// backslash takes what follows it along.
pub fn word(text: &[u8]) -> Option<ShellWord<'_>> {
    let window = text.get(..LONGEST).unwrap_or(text);
    if let Some(word) = in_escaped_quotes(window) {
        return Some(word);
    }
    let quote = window.first().filter(|byte| b"\"'".contains(byte)).copied();
    if let Some(quote) = quote {
        let inner = window.get(1..)?;
        let length = closing(inner, quote)?;
        let behind = inner.get(length + 1);
        if behind.is_none_or(|byte| is_end(*byte) || b",]\"'`".contains(byte)) {
            return Some(ShellWord {
                place: 1..1 + length,
                value: inner.get(..length)?,
                is_quoted: true,
                is_literal: quote == b'\'',
            });
        }
    }
    let mut end = 0;
    while let Some(&byte) = window.get(end) {
        // `-p'x y'`: quotes in a word go on to their own end.
        let closed = (end > 0 && b"\"'".contains(&byte))
            .then(|| closing(window.get(end + 1..)?, byte))
            .flatten()
            .map(|length| end + length + 2)
            .filter(|end| window.get(*end).is_none_or(|byte| is_end(*byte)));
        if let Some(closed) = closed {
            end = closed;
            break;
        }
        // A password may hold `&`; a shell's own stands before a blank, or twice.
        let is_glued = byte == b'&'
            && window
                .get(end + 1)
                .is_some_and(|next| next.is_ascii_alphanumeric());
        if is_end(byte) && !is_glued || quote.is_none() && b"\"'`".contains(&byte) {
            break;
        }
        // `\n` in an escaped text is the end of a line.
        let next = window.get(end + 1);
        if byte == b'\\' && next.is_some_and(|next| b"nrt\"'".contains(next)) {
            break;
        }
        end += if byte == b'\\' { 2 } else { 1 };
    }
    let end = end.min(window.len());
    (end > 0).then_some(ShellWord {
        place: 0..end,
        value: window.get(..end)?,
        is_quoted: false,
        is_literal: false,
    })
}

/// A word in quotes of a command that stands in a string itself: `"run \"x y\""`, once more in a string of a string.
fn in_escaped_quotes(window: &[u8]) -> Option<ShellWord<'_>> {
    let escapes = window.iter().take_while(|byte| **byte == b'\\').count();
    if !matches!(escapes, 1 | 3) || window.get(escapes) != Some(&b'"') {
        return None;
    }
    let (quote, inner) = window.split_at_checked(escapes + 1)?;
    let mut length = memchr::memmem::find(inner, quote)?;
    // A quote of the word itself is escaped once more.
    while inner.get(..length)?.ends_with(b"\\") {
        let behind = length + quote.len();
        length = behind + memchr::memmem::find(inner.get(behind..)?, quote)?;
    }
    let value = inner.get(..length)?;
    (!value.contains(&b'\n')).then_some(ShellWord {
        place: quote.len()..quote.len() + length,
        value,
        is_quoted: true,
        is_literal: false,
    })
}

fn closing(inner: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        match inner.get(at)? {
            b'\n' => return None,
            b'\\' if quote == b'"' => at += 2,
            // `'it''s'` is one word: PowerShell reads a quote there, other shells nothing.
            byte if *byte == quote && at > 0 && inner.get(at + 1) == Some(&quote) => at += 2,
            byte if *byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

fn is_end(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b";|&<>)".contains(&byte)
}
