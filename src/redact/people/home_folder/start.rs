//! Tells whether the path of a home folder starts at a place. A short one such as `/root` is also a part of other paths.

use std::sync::LazyLock;

use regex::Regex;

use super::folder_or_route::{is_ambiguous, is_folder};
use super::forms::{has_drive, is_slug};
use crate::redact::find::token::bounds::is_bounded;

/// How a text ends behind which the path of a home folder goes on: a Linux in Windows (`\\wsl$\Ubuntu`), the share of a
/// drive (`\\host\C$`), a device or a volume of Windows, a volume of macOS, and a drive in a container or in Wine.
#[expect(
    clippy::expect_used,
    reason = "a constant pattern, proved by the tests"
)]
static MOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\bwsl(?:[\\`]?\$|\.localhost)[\\/]{1,4}[\w.-]+",
        r"|vscode-remote://wsl[\w%.+-]+",
        r"|[\\/]{2,8}(?:[?.][\\/]{1,4}UNC[\\/]{1,4})?[\w.-]+[\\/]{1,4}(?:[a-z](?:[\\`]?\$)?|AllFiles)",
        // Wine and Parallels show all of a Linux or a Mac as a drive; Cygwin has homes of its own.
        r"|\bZ:|\b[a-z]:[\\/]{1,4}(?:cygwin|msys)(?:32|64)?",
        r"|[\\/]Device[\\/]{1,4}[\w-]+",
        r"|[\\/]Volume\{[\w-]+\}",
        // A volume, and what a backup keeps of one.
        r#"|/System/Volumes/[\w-]+|/Volumes/[^\n"'`<>:]{1,140}"#,
        r"|/(?:mnt/host|host_mnt|@fs))$"
    ))
    .expect("the pattern is valid")
});

/// Tells whether a text ends in the place where a file system is mounted or shared.
fn ends_in_mount(before: &str) -> bool {
    const LONGEST: usize = 200;
    let start = before.floor_char_boundary(before.len().saturating_sub(LONGEST));
    before.get(start..).is_some_and(|near| MOUNT.is_match(near))
}

/// Tells whether a form of a home folder may start behind a text: nothing that it could be the rest of.
pub fn starts_path(before: &str, form: &str, rest: &str) -> bool {
    let is_file_address = ["file://", "file:\\/\\/"].iter().any(|scheme| {
        let start = before.len().checked_sub(scheme.len());
        let end = start.and_then(|start| before.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    });
    if is_file_address {
        return true;
    }
    let last = before.chars().next_back();
    if is_slug(form) && before.ends_with(['/', '\\']) {
        return true;
    }
    if !form.starts_with(['/', '\\', '%', ':']) && !has_drive(form) {
        // Without a slash or a drive it is a word among others.
        let before = without_side_of_diff(before);
        let last = before.chars().next_back();
        let is_escape = last.is_some_and(|c| c.is_ascii_alphanumeric())
            && is_bounded(before.as_bytes(), before.len());
        return is_escape || last.is_none_or(|c| c.is_whitespace() || "\"'`(=,;|>".contains(c));
    }
    // A path of AppleScript begins with the name of a volume: `Macintosh HD:Users:jo`.
    if form.starts_with(':') {
        return before.ends_with(|c: char| c.is_alphanumeric());
    }
    if form.starts_with(['/', '\\']) && ends_in_mount(before) {
        return true;
    }
    // `x/Users/jo` is no home.
    if !is_bounded(before.as_bytes(), before.len()) {
        return false;
    }
    match last {
        // `</root>` is a tag.
        Some('/' | '.' | '<' | '~') => return false,
        Some(':') if is_drive(before) && form.starts_with(['/', '\\']) => return false,
        _ => {}
    }
    if is_ambiguous(form) {
        // No system writes `\\root`; TeX does.
        let is_path = !form.starts_with('\\') || form.starts_with("\\/");
        return is_path && !is_in_address(before) && is_folder(before, rest);
    }
    !is_in_address(before)
}

/// A text without the name that git gives a side of a change at its end: `a/`, `b/`, or what
/// `diff.mnemonicPrefix` puts there. That is no folder.
fn without_side_of_diff(before: &str) -> &str {
    let side = before
        .strip_suffix(['/', '\\'])
        .map(|it| it.split_at_checked(it.len().wrapping_sub(1)));
    match side.flatten() {
        Some((before, "a" | "b" | "c" | "i" | "o" | "w")) => before,
        _ => before,
    }
}

/// Tells whether a text ends in `C:`.
fn is_drive(text: &str) -> bool {
    let name = text.strip_suffix(':').unwrap_or_default().as_bytes();
    name.last().is_some_and(u8::is_ascii_alphabetic) && is_bounded(name, name.len() - 1)
}

/// Tells whether a text ends in the path of an address, which is no file's. A query may name one.
fn is_in_address(before: &str) -> bool {
    const LONGEST: usize = 512;
    let start = before.floor_char_boundary(before.len().saturating_sub(LONGEST));
    let near = before.get(start..).unwrap_or_default();
    let word = near
        .rsplit(|c: char| c.is_whitespace() || "\"'`<>[]{},;".contains(c))
        .next();
    let address = word.and_then(|word| word.rsplit_once("://"));
    address.is_some_and(|(scheme, rest)| {
        !scheme.to_ascii_lowercase().ends_with("file") && !rest.contains(['?', '=', '#'])
    })
}
