//! File names that Windows, macOS and Linux all take.

use unicode_normalization::UnicodeNormalization as _;

/// The longest name that is suggested, in bytes, without the extension.
const LONGEST: usize = 120;

/// The longest name of an attachment, in bytes, without hash and extension.
const LONGEST_ATTACHMENT: usize = 60;

/// Extensions of files that a double click runs, or opens where scripts run. Such an attachment becomes
/// a text.
const RUN_BY_A_CLICK: [&str; 40] = [
    "app",
    "applescript",
    "bat",
    "bash",
    "chm",
    "cmd",
    "com",
    "command",
    "cpl",
    "desktop",
    "dll",
    "dmg",
    "exe",
    "hta",
    "htm",
    "html",
    "inf",
    "jar",
    "js",
    "jse",
    "lnk",
    "mht",
    "msi",
    "pif",
    "pkg",
    "ps1",
    "reg",
    "scf",
    "scpt",
    "scr",
    "sh",
    "svg",
    "terminal",
    "url",
    "vb",
    "vbs",
    "webloc",
    "wsf",
    "xhtml",
    "zsh",
];

/// The longest name that every file system takes, in bytes.
const LONGEST_ALLOWED: usize = 255;

/// Characters that Windows reserves, `/` and `\` among them.
const RESERVED_CHARACTERS: [char; 9] = ['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

/// Names that are devices on Windows, with any extension.
fn is_reserved(stem: &str) -> bool {
    let base = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&base.as_str()) {
        return true;
    }
    let number = base
        .strip_prefix("COM")
        .or_else(|| base.strip_prefix("LPT"));
    let mut digits = number.unwrap_or_default().chars();
    matches!(
        (digits.next(), digits.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    )
}

/// A readable name from a date and a title: `2026-11-22 Fix negative totals.md`.
pub fn suggest(date: Option<&str>, title: &str, extension: &str) -> String {
    let stem = match date {
        Some(date) => format!("{date} {title}"),
        None => title.to_owned(),
    };
    format!("{}.{extension}", stem_of(&tame(&stem), LONGEST, "session"))
}

/// The name of the folder with the attachments of a document: `session_files` for `session.md`. A
/// folder of this name stays with an HTML document when Windows moves or copies that.
pub fn attachment_folder(document: &str) -> String {
    let stem = match document.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => document,
    };
    format!(
        "{}_files",
        stem_of(stem, LONGEST_ALLOWED - "_files".len(), "session")
    )
}

/// The name of an extracted attachment: `screen shot-6b7fa434.png`, from the name that it has, its
/// MIME type and its hash. Names that are the same on some
/// system are told apart by `AttachmentNames`.
pub fn attachment(name: Option<&str>, mime: Option<&str>, sha256: &str) -> String {
    let name = name.unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, own) = match name.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, Some(extension)),
        _ => (name, None),
    };
    let extension = match extension_of(mime.unwrap_or_default()).or(own) {
        Some(extension) => extension.to_ascii_lowercase(),
        None if mime.is_some_and(|mime| mime.starts_with("text/")) => "txt".to_owned(),
        None => "bin".to_owned(),
    };
    let guard = if RUN_BY_A_CLICK.contains(&extension.as_str()) {
        ".txt"
    } else {
        ""
    };
    let stem = stem_of(&tame(stem), LONGEST_ATTACHMENT, "attachment");
    let hash = sha256.get(..8).unwrap_or(sha256);
    format!("{stem}-{hash}.{extension}{guard}")
}

/// What a file system that ignores case and Unicode forms knows a name by.
pub fn folded(name: &str) -> String {
    let decomposed = name.nfd();
    // Capital first: only then `ß` and `ss` are the same.
    let upper = decomposed.flat_map(char::to_uppercase);
    let lower: String = upper.flat_map(char::to_lowercase).collect();
    lower.nfd().collect()
}

fn is_extension(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The extension of files of a MIME type; `None` where the name should tell.
fn extension_of(mime: &str) -> Option<&'static str> {
    let mime = mime.split(';').next().unwrap_or_default().trim();
    Some(match mime.to_ascii_lowercase().as_str() {
        "image/png" => "png",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/svg+xml" => "svg",
        "application/pdf" => "pdf",
        "application/json" => "json",
        "text/html" => "html",
        "text/markdown" => "md",
        "text/csv" => "csv",
        _ => return None,
    })
}

/// A stem that every system takes.
/// Characters that a shell, a link that is written by hand or a service that syncs files reads as something else.
const SHELL_CHARACTERS: &str = "`$#!&;()[]{}^~%";

/// A text without what a shell trips over: such signs, and marks of an option at the start.
fn tame(text: &str) -> String {
    let tame = text.chars().map(|c| match c {
        '\'' => '\u{2019}',
        c if SHELL_CHARACTERS.contains(c) => ' ',
        c => c,
    });
    let tame: String = tame.collect();
    tame.trim_start_matches(|c: char| c == '-' || c.is_whitespace())
        .to_owned()
}

fn stem_of(text: &str, longest: usize, fallback: &str) -> String {
    let replaced: String = text
        .chars()
        .map(|c| {
            if c.is_control() || RESERVED_CHARACTERS.contains(&c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let mut stem = replaced.split_whitespace().collect::<Vec<_>>().join(" ");
    stem.truncate(stem.floor_char_boundary(longest));
    let stem = stem.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = if stem.is_empty() { fallback } else { stem };
    let prefix = if is_reserved(stem) { "session " } else { "" };
    format!("{prefix}{stem}")
}

/// Why a file name would fail somewhere; `None` where it is fine.
pub fn problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it has no file name");
    }
    if name.len() > LONGEST_ALLOWED {
        return Some("its name is longer than 255 bytes");
    }
    if name
        .chars()
        .any(|c| c.is_control() || RESERVED_CHARACTERS.contains(&c))
    {
        return Some(
            "its name has a control character or one of < > : \" / \\ | ? *, which Windows reserves",
        );
    }
    if name.ends_with('.') || name.ends_with(' ') {
        return Some("its name ends with a dot or a blank, which Windows drops");
    }
    if is_reserved(name) {
        return Some("its name is that of a device on Windows");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_and_safe() {
        for (title, expected) in [
            ("Fix negative totals", "2026-11-22 Fix negative totals.md"),
            ("../../etc/passwd", "2026-11-22 .. .. etc passwd.md"),
            ("a/b\\c:d*e?f\"g<h>i|j", "2026-11-22 a b c d e f g h i j.md"),
            ("修复 负数\n合计", "2026-11-22 修复 负数 合计.md"),
            ("   ", "2026-11-22.md"),
            (
                "Fix incorrect `glb-proc-an` $HOME (#12) configuration",
                "2026-11-22 Fix incorrect glb-proc-an HOME 12 configuration.md",
            ),
            (
                "Don't; rm -rf ~ & x!",
                "2026-11-22 Don\u{2019}t rm -rf x.md",
            ),
            ("ends with dots...", "2026-11-22 ends with dots.md"),
        ] {
            assert_eq!(suggest(Some("2026-11-22"), title, "md"), expected);
        }
        for (title, expected) in [
            ("CON", "session CON.md"),
            ("--help me", "help me.md"),
            ("com1.txt", "session com1.txt.md"),
            (".hidden", "hidden.md"),
            ("", "session.md"),
            ("...", "session.md"),
            ("console", "console.md"),
        ] {
            assert_eq!(suggest(None, title, "md"), expected);
        }
    }

    #[test]
    fn attachments_have_names_that_are_safe() {
        let hash = "6b7fa434f92a8b80";
        for (name, mime, expected) in [
            (
                Some("screen shot.png"),
                Some("image/png"),
                "screen shot-6b7fa434.png",
            ),
            (None, Some("image/jpeg"), "attachment-6b7fa434.jpg"),
            (None, None, "attachment-6b7fa434.bin"),
            (Some("../../.ssh/id_rsa"), None, "id_rsa-6b7fa434.bin"),
            (Some("C:\\x\\run.EXE"), None, "run-6b7fa434.exe.txt"),
            (
                Some("page.txt"),
                Some("text/html"),
                "page-6b7fa434.html.txt",
            ),
            (Some("a.tar.gz"), None, "a.tar-6b7fa434.gz"),
            (Some("con.txt"), None, "session con-6b7fa434.txt"),
            (Some("x.a b"), None, "x.a b-6b7fa434.bin"),
        ] {
            let given = attachment(name, mime, hash);
            assert_eq!(given, expected);
            assert!(problem(&given).is_none());
        }
        assert_eq!(attachment_folder("a.b.md"), "a.b_files");
        assert_eq!(attachment_folder(".md"), "md_files");
        assert!(problem(&attachment_folder(&"x".repeat(255))).is_none());
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let name = suggest(Some("2026-11-22"), &"漢".repeat(200), "md");
        assert_eq!(name.len(), 10 + 1 + 3 * 36 + 3);
        assert!(problem(&name).is_none());
    }

    #[test]
    fn what_some_system_refuses_is_refused_on_all() {
        for name in [
            "",
            "CON.md",
            "nul",
            "LPT1.x.md",
            "COM¹.md",
            "a:b.md",
            "a\u{7}.md",
            "a.",
            "a ",
            &"x".repeat(256),
        ] {
            assert!(problem(name).is_some(), "{name}");
        }
        for name in ["a.md", ".a", "com10.md", "漢字.md", "a.b.c"] {
            assert!(problem(name).is_none(), "{name}");
        }
    }
}
