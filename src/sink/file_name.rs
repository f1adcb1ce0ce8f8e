//! File names that Windows, macOS and Linux all take.

/// The longest name that is suggested, in bytes, without the extension.
const LONGEST: usize = 120;

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
    let replaced: String = stem
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
    stem.truncate(stem.floor_char_boundary(LONGEST));
    let stem = stem.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = if stem.is_empty() { "session" } else { stem };
    let prefix = if is_reserved(stem) { "session " } else { "" };
    format!("{prefix}{stem}.{extension}")
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
            ("ends with dots...", "2026-11-22 ends with dots.md"),
        ] {
            assert_eq!(suggest(Some("2026-11-22"), title, "md"), expected);
        }
        for (title, expected) in [
            ("CON", "session CON.md"),
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
