//! Secrets that a command takes through a pipe: `echo x | sudo -S`.

use std::ops::Range;

use super::REACH;
use super::arguments::arguments;
use super::likely::may_be_secret;
use crate::redact::find::place::shell;

/// `echo x | command`, `command <<< x`
pub fn piped_value(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    let line = behind.split(|byte| *byte == b'\n').next()?;
    if let Some(at) = memchr::memmem::find(line, b"<<<") {
        let blanks = line
            .get(at + 3..)?
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let start = at + 3 + blanks;
        let word = shell::word(line.get(start..)?)?;
        let place = name.end + start + word.place.start..name.end + start + word.place.end;
        return may_be_secret(word.value).then_some(place);
    }
    let start = name.start.saturating_sub(REACH);
    let before = text.get(start..name.start)?;
    let line = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let pipe = before
        .iter()
        .rposition(|byte| *byte == b'|')
        .filter(|pipe| *pipe > line)?;
    let between = before.get(pipe + 1..)?.trim_ascii();
    if !between.is_empty() && !between.starts_with(b"sudo") {
        return None;
    }
    let source = before.get(line..pipe)?;
    let echo = [&b"echo "[..], b"printf "]
        .iter()
        .filter_map(|word| Some(memchr::memmem::rfind(source, word)? + word.len()))
        .max();
    // PowerShell pipes a string as it is: `$p = 'x' | ConvertTo-SecureString`.
    let echo = echo.or_else(|| {
        let quote = source
            .trim_ascii_end()
            .last()
            .filter(|byte| b"\"'".contains(byte))?;
        let end = source.trim_ascii_end().len() - 1;
        memchr::memrchr(*quote, source.get(..end)?)
    })?;
    let words = arguments(source.get(echo..)?);
    let value = words
        .iter()
        .rfind(|word| !word.value.starts_with(b"-") && !word.value.starts_with(b"%"))?;
    let base = start + line + echo;
    let is_phrase = value.is_quoted && value.value.contains(&b' ');
    (is_phrase || value.is_literal && value.value.len() >= 3 || may_be_secret(value.value))
        .then(|| base + value.place.start..base + value.place.end)
}
