//! Finds where a path of Windows starts: `C:\x`, `\\server\share`, `\\?\C:\x`, `//wsl.localhost/Ubuntu`.

use super::candidate::{Candidate, starts_path};
use super::style::Style;
use super::{end, kind};
use crate::redact::words::is_unspaced;

/// The length of `C:\` or `C:/`, with all its slashes.
pub fn drive_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_drive = bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.get(1) == Some(&b':')
        && bytes.get(2).is_some_and(|byte| b"/\\".contains(byte));
    let slashes = bytes
        .iter()
        .skip(2)
        .take_while(|byte| b"/\\".contains(byte));
    if is_drive { 2 + slashes.count() } else { 0 }
}

pub fn drive(text: &str, slash: usize) -> Option<Candidate> {
    let start = slash.checked_sub(2)?;
    let (before, rest) = text.split_at_checked(start)?;
    let last = before.chars().next_back();
    let is_bounded = last.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_')
        || ["\\n", "\\t", "\\r"]
            .iter()
            .any(|escape| before.ends_with(escape));
    let root = drive_length(rest);
    let is_address = rest.get(2..)?.starts_with("//");
    (root > 0 && is_bounded && !is_address).then(|| windows(text, start, root))?
}

/// A path of Windows that starts at some place, of which `root` bytes are the drive or the server.
fn windows(text: &str, start: usize, root: usize) -> Option<Candidate> {
    let (before, rest) = text.split_at_checked(start)?;
    let next = rest.get(root..)?.chars().next();
    if !next.is_some_and(|c| c.is_alphanumeric() || "._-$%(~@#".contains(c)) {
        return None;
    }
    let length = end::length(before, rest, root, Style::Windows);
    let path = rest.get(..length)?;
    Some(Candidate {
        place: start..start + length,
        tells: length > root && !(drive_length(path) > 0 && kind::is_of_windows(path)),
    })
}

/// `\\server\share\x`, `\\?\C:\x`, also with each backslash twice.
pub fn server(text: &str, start: usize) -> Option<Candidate> {
    let (before, rest) = text.split_at_checked(start)?;
    let slashes = rest
        .bytes()
        .take(5)
        .take_while(|byte| *byte == b'\\')
        .count();
    let single = match slashes {
        2 => 1,
        4 => 2,
        _ => return None,
    };
    let last = before.chars().next_back();
    if last.is_some_and(|c| (c.is_alphanumeric() && !is_unspaced(c)) || "])}.*+?^".contains(c)) {
        return None;
    }
    let tail = rest.get(slashes..)?;
    let is_of_server = |c: char| c.is_alphanumeric() || "-_.$?".contains(c);
    let server = tail.len() - tail.trim_start_matches(is_of_server).len();
    let name = tail.get(..server)?;
    let after = tail.get(server..)?;
    let separators = after
        .bytes()
        .take(3)
        .take_while(|byte| *byte == b'\\')
        .count();
    let root = slashes + server + separators;
    if separators != single || name == "." {
        return None;
    }
    if name == "?" {
        return windows(text, start, root + drive_length(rest.get(root..)?));
    }
    // `\\hline\x` of LaTeX and `\\d\w` have no server.
    let share = rest
        .get(root..)?
        .chars()
        .take_while(|c| c.is_alphanumeric() || "$_-. ".contains(*c))
        .count();
    (name.chars().count() >= 2 && share >= 2 && name.chars().any(char::is_alphanumeric))
        .then(|| windows(text, start, root))?
}

/// `//wsl.localhost/Ubuntu/home/jo`
pub fn linux_of_windows(text: &str, start: usize) -> Option<Candidate> {
    let (before, rest) = text.split_at_checked(start)?;
    let name = rest.strip_prefix("//")?;
    let server = ["wsl$/", "wsl.localhost/"]
        .into_iter()
        .find(|server| name.starts_with(server))?;
    starts_path(before).then(|| windows(text, start, 2 + server.len()))?
}
