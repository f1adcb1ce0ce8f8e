//! Finds where a path ends.
//!
//! A name in a path may hold blanks. Quotes, brackets and tags around a path show where it ends; without them a
//! blank belongs to it only where what follows looks like more of the same name.

use super::bare::bare_length;
use super::kind::extension;
use super::style::Style;

/// How far the end of a quoted path is looked for, in bytes.
const LONGEST_QUOTED: usize = 512;
/// How many words a name has at most.
const MOST_WORDS: usize = 12;

/// Gives the sign that closes the one before a path.
fn closing(opening: char) -> Option<char> {
    Some(match opening {
        '"' | '\'' | '`' | '|' => opening,
        '(' => ')',
        '[' => ']',
        '<' => '>',
        '>' => '<',
        '„' => '“',
        '“' => '”',
        '‘' => '’',
        '«' => '»',
        '「' => '」',
        '『' => '』',
        '《' => '》',
        '（' => '）',
        '【' => '】',
        _ => return None,
    })
}

/// The length of the path that `rest` starts with, which stands behind `before`. `root` is how much of it is sure
/// to belong to the path: a drive, the name of a server.
pub fn length(before: &str, rest: &str, root: usize, style: Style) -> usize {
    let bare = bare_length(rest, root, style);
    if let Some(inside) = quoted(before, rest)
        && let Some(end) = whole(inside, style)
    {
        return end.max(bare.min(inside.len()));
    }
    let is_line = starts_line(before);
    let end = with_blanks(rest, bare, style, is_line);
    match quoted(before, rest) {
        Some(inside) => end.min(inside.len()).max(root),
        None => end,
    }
}

/// Gives the text from a path's start to the sign that closes the quote or bracket before it.
fn quoted<'t>(before: &str, rest: &'t str) -> Option<&'t str> {
    // `ls: /a/b c: Permission denied`
    if before.ends_with(": ") {
        let reach = rest.floor_char_boundary(rest.len().min(LONGEST_QUOTED));
        let line = rest.get(..reach)?.split('\n').next()?;
        return line.get(..line.find(": ")?);
    }
    let trimmed = before.trim_end_matches('\\');
    let mut opening = trimmed.chars().next_back()?;
    if opening == ' ' && trimmed.trim_end_matches(' ').ends_with('|') {
        opening = '|';
    }
    let close = closing(opening)?;
    let reach = rest.floor_char_boundary(rest.len().min(LONGEST_QUOTED));
    let near = rest.get(..reach)?;
    let line = near.split('\n').next()?;
    let end = line.find(close)?;
    let inside = line.get(..end)?;
    // An escaped quote has its backslashes before it.
    let is_escaped = trimmed.len() < before.len();
    let inside = if is_escaped {
        inside.trim_end_matches('\\')
    } else {
        inside
    };
    Some(if opening == '|' {
        inside.trim_end()
    } else {
        inside
    })
}

/// Tells whether a path is the first thing on its line, but for the mark of a list or a name before `:` or `=`.
fn starts_line(before: &str) -> bool {
    let start = before.floor_char_boundary(before.len().saturating_sub(64));
    let near = before.get(start..).unwrap_or_default();
    let line = near.rsplit('\n').next().unwrap_or_default().trim();
    line.is_empty()
        || ["-", "*", "+", ">"].contains(&line)
        || line.ends_with([':', '=', '：']) && line.split_whitespace().count() <= 3
}

/// Finds the end of a path that is all of a quoted text, but for the number of a line behind it. `None` where the text
/// is more than a path.
fn whole(inside: &str, style: Style) -> Option<usize> {
    let path = inside
        .strip_prefix("file:")
        .map_or(inside, |address| address.trim_start_matches('/'));
    let start = inside.len() - path.len();
    // The colon of a drive is no end.
    let mut colons = path.match_indices(':').map(|(at, _)| at);
    let end = colons.find(|at| *at > 1).unwrap_or(path.len());
    let (path, tail) = path.split_at_checked(end)?;
    let path = without_line_number(path);
    let end = path.len();
    let is_number = |c: char| c.is_ascii_digit() || c == ':';
    let is_path =
        tail.chars().all(is_number) && !path.contains(['\n', '\t']) && !path.ends_with(' ');
    (is_path && are_blanks_of_names(path, style, false)).then_some(start + end)
}

/// A path without the `(12,9)` of a compiler behind it. A blank before it makes it a part of the name: `plan (1)`.
fn without_line_number(path: &str) -> &str {
    let inside = path
        .strip_suffix(')')
        .and_then(|path| path.rsplit_once('('));
    match inside {
        Some((before, number))
            if !before.ends_with(' ')
                && !number.is_empty()
                && number.chars().all(|c| c.is_ascii_digit() || c == ',') =>
        {
            before
        }
        _ => path,
    }
}

/// Tells whether every blank in a text is one inside of a name of a path, and the text no command and no sentence.
/// If nothing shows the end, a name also has to be written as names are.
fn are_blanks_of_names(path: &str, style: Style, is_bare: bool) -> bool {
    const VERBS: &[&str] = &[
        "is", "are", "was", "were", "has", "have", "does", "did", "exists", "fails", "failed",
        "not", "in", "to", "from", "with", "or", "into", "on", "at", "for", "which", "that",
        "because", "when", "if", "but", "then", "so", "ist", "und", "nicht", "see", "contains",
        "already",
    ];
    let is_gap = |(at, _): &(usize, &str)| {
        let escaped = path.get(..*at).is_some_and(|before| before.ends_with('\\'));
        !(escaped && style == Style::Posix)
    };
    let blanks: Vec<usize> = path
        .match_indices(' ')
        .filter(is_gap)
        .map(|(at, _)| at)
        .collect();
    if blanks.is_empty() {
        return true;
    }
    if blanks.len() > MOST_WORDS
        || path.contains("://")
        || path.contains(", ")
        || path.contains("; ")
    {
        return false;
    }
    blanks.into_iter().all(|at| {
        let (Some(before), Some(after)) = (path.get(..at), path.get(at + 1..)) else {
            return false;
        };
        let name = before
            .rsplit(|c| style.is_separator(c))
            .next()
            .unwrap_or_default();
        let parent = before.get(..before.len() - name.len()).unwrap_or_default();
        let parent = parent.trim_end_matches(|c| style.is_separator(c));
        let rest = after
            .split(|c| style.is_separator(c))
            .next()
            .unwrap_or_default();
        let is_last = rest.len() == after.len();
        let is_file =
            extension(before).is_some() && extension(name).is_some_and(|ending| ending.len() <= 5);
        let is_program = ["bin", "sbin", "Scripts"].contains(
            &parent
                .rsplit(|c| style.is_separator(c))
                .next()
                .unwrap_or_default(),
        ) && !name.contains(' ');
        let next = after.split(' ').next().unwrap_or_default();
        let ends_as_file = extension(rest).is_some();
        let is_sign = next.starts_with(['/', '~', '|', '&', '<', '>', '=', '$', '\\', '"', '\''])
            || (next.starts_with('-') && next.len() > 1);
        let is_sentence = VERBS.contains(&next) && (is_last && !ends_as_file || is_bare);
        let is_written_as_name = !is_bare
            || is_name_word(next)
            || (ends_as_file && is_last)
            || (style == Style::Windows && !is_last);
        !(is_program || is_sign || is_sentence || (is_file && is_last)) && is_written_as_name
    })
}

/// Tells whether a word is written as in a name: with a capital, a number, or in a script that has none.
fn is_name_word(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.find(|c| *c != '(');
    first.is_some_and(|c| {
        c.is_uppercase()
            || c.is_numeric()
            || (c.is_alphabetic() && !c.is_ascii() && !c.is_lowercase())
    }) || word == "-"
        || word == "&"
}

/// The end of a bare path with the blanks in its names.
fn with_blanks(rest: &str, bare: usize, style: Style, is_line: bool) -> usize {
    if !rest.get(bare..).is_some_and(|rest| rest.starts_with(' ')) {
        return bare;
    }
    let reach = rest.floor_char_boundary(rest.len().min(LONGEST_QUOTED));
    let near = rest.get(..reach).unwrap_or_default();
    let line = near.split('\n').next().unwrap_or_default();
    // All of the line, where it is nothing but the path.
    if is_line {
        let line = line.trim_end().trim_end_matches(['.', ',']);
        if bare_names(line, style) && are_blanks_of_names(line, style, true) {
            return line.len().max(bare);
        }
    }
    let mut end = bare;
    loop {
        let Some(next) = with_next_words(line, end, style) else {
            return end;
        };
        end = next;
    }
}

/// Tells whether a line has no sign that paths do not have.
fn bare_names(line: &str, style: Style) -> bool {
    let is_strange = |(at, c): (usize, char)| match c {
        ':' => at != 1 || style == Style::Posix,
        _ => "\"'`<>|*?;!{}".contains(c) || (c == '\\' && style == Style::Posix),
    };
    !line.char_indices().any(is_strange)
}

/// The end of a path with the next words of the same name, where these lead to a separator or an extension.
fn with_next_words(line: &str, end: usize, style: Style) -> Option<usize> {
    let before = line.get(..end)?;
    let after = line.get(end..)?.strip_prefix(' ')?;
    let mut length = 0;
    for word in after.split(' ').take(4) {
        let is_first = length == 0;
        let separator = word.find(|c| style.is_separator(c));
        if word.is_empty() || separator == Some(0) {
            return None;
        }
        // `plan.docx"` ends where the word of it does.
        let bare = bare_length(word, 0, style);
        let is_ended = bare < word.len();
        let words = after.get(..length + bare)?;
        let candidate = format!("{before} {words}");
        let has_name_form = |candidate: &str| are_blanks_of_names(candidate, style, true);
        let is_windows = style == Style::Windows;
        let starts_as_name = is_windows || is_capital_before(before, style);
        if separator.is_some_and(|at| at < bare) {
            let is_name =
                starts_as_name && (is_windows || is_name_word(word)) && has_name_form(&candidate);
            return is_name.then_some(end + 1 + words.len());
        }
        let is_file = extension(word.get(..bare)?).is_some();
        if is_file
            && starts_as_name
            && (!is_first || is_name_word(word))
            && has_name_form(&candidate)
        {
            return Some(end + 1 + words.len());
        }
        if is_ended || !is_name_word(word) {
            return None;
        }
        length += word.len() + 1;
    }
    None
}

/// Tells whether the last name of a path starts as names of more than one word do.
fn is_capital_before(path: &str, style: Style) -> bool {
    let name = path
        .rsplit(|c| style.is_separator(c))
        .next()
        .unwrap_or_default();
    name.split(' ').next().is_some_and(is_name_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path<'t>(before: &str, rest: &'t str, style: Style) -> &'t str {
        rest.get(..length(before, rest, 0, style)).unwrap()
    }

    #[test]
    fn the_end_is_where_the_notation_shows_it() {
        for (before, rest, expected) in [
            ("\"", "/a/b c/d e.txt\" x", "/a/b c/d e.txt"),
            ("'", "/a/b.sh --flag x'", "/a/b.sh"),
            ("`", "/a/b.ts is wrong`", "/a/b.ts"),
            ("(", "/a/b c.js:10:3)", "/a/b c.js"),
            ("<path>", "/a/b c</path>", "/a/b c"),
            ("| ", "/a/b c | 3 |", "/a/b c"),
            ("ls: ", "/a/b c: No such file", "/a/b c"),
            ("warning: ", "/a/b c.cs(12,9): x", "/a/b c.cs"),
            ("\"", "/a/plan (1)\"", "/a/plan (1)"),
            ("see ", "/a/b and /c/d", "/a/b"),
            (
                "- ",
                "/a/Client Files/Acme Merger\nx",
                "/a/Client Files/Acme Merger",
            ),
            ("cd ", "/a/My\\ Files/x && ls", "/a/My\\ Files/x"),
            ("", "/a/b/main.rs is broken", "/a/b/main.rs"),
            ("", "/a/[id]/page.tsx(14,3): error", "/a/[id]/page.tsx"),
            ("", "/a/b.py的第三行", "/a/b.py"),
            ("", "/a/b/*.ts, x", "/a/b/*.ts"),
            ("**", "/a/b/c**", "/a/b/c"),
            ("", "/a/$USER/${X}/y.", "/a/$USER/${X}/y"),
            ("", "/a/b[redacted:path#1]", "/a/b"),
        ] {
            assert_eq!(path(before, rest, Style::Posix), expected, "{before}{rest}");
        }
    }

    #[test]
    fn blanks_are_of_names_in_windows() {
        for (before, rest, expected) in [
            (
                "in ",
                "C:\\Users\\Jan Kowalski\\x.ts now",
                "C:\\Users\\Jan Kowalski\\x.ts",
            ),
            (
                "in ",
                "C:\\Program Files (x86)\\Acme\\a.exe /c",
                "C:\\Program Files (x86)\\Acme\\a.exe",
            ),
            ("", "C:\\work\\a.js:12:5", "C:\\work\\a.js"),
        ] {
            assert_eq!(
                rest.get(..length(before, rest, 3, Style::Windows)).unwrap(),
                expected
            );
        }
    }
}
