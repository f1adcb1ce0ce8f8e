//! Marks that tools put before a line: `12: `, `00012| `, `12→`, `Line 12: `, `+`, `-`, `> `, `src/a.yml:12:`.
//!
//! An agent sees most files through such marks. A place that has several lines (YAML, JSON, a table, a key) is read
//! only when they are gone, so they are taken off before any kind of place is looked for:
//!
//! 1. Each line is asked for a mark. A number counts where the line before or behind has the next one.
//! 2. [`Unmarked`] is the text without the marks, and knows where each of its bytes stands in the text. It may have
//!    marks itself, as a patch has that is read with line numbers.
//! 3. Where a mark may be something else, such as the first cell of a table, the text is searched as it is, too.

use std::ops::Range;

use super::kind::Carrier;

/// A number of a line has at most so many digits: the number before `:AA…` in a token of Telegram has more.
const MOST_DIGITS: usize = 6;
/// A path before a line is at most so long, in bytes.
const LONGEST_PATH: usize = 256;
/// So many starts of a line are asked for the kind of their file.
const MOST_PATHS: usize = 4;
/// So many marks may stand before a line: a patch that is read with line numbers.
pub const DEEPEST: usize = 3;

/// A text without the marks before its lines.
#[derive(Debug)]
pub struct Unmarked {
    /// The text.
    pub text: String,
    /// True where all that was taken off is nothing but a mark. Otherwise the text as it was has to be searched as
    /// well.
    pub is_certain: bool,
    /// The files that marks name, each with the lines of [`Unmarked::text`] that are of it.
    pub files: Vec<(Range<usize>, Carrier)>,
    /// The place where each stretch of the text begins, in it and in the text with marks.
    stretches: Vec<(usize, usize)>,
}

impl Unmarked {
    /// The place in the text with marks of a range of [`Unmarked::text`]. It begins and ends behind a mark.
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.of_text(range.start);
        let end = match range.end.checked_sub(1) {
            Some(last) if range.end > range.start => self.of_text(last) + 1,
            _ => start,
        };
        start..end
    }

    fn of_text(&self, at: usize) -> usize {
        let next = self.stretches.partition_point(|(start, _)| *start <= at);
        let stretch = next
            .checked_sub(1)
            .and_then(|last| self.stretches.get(last));
        stretch.map_or(at, |(start, of_text)| of_text + (at - start))
    }

    /// The text without the marks that its lines begin with; `None` where they begin with none. Behind one mark may
    /// stand another.
    pub fn of(text: &str) -> Option<Self> {
        let marks = marks(text.as_bytes());
        if marks.is_empty() {
            return None;
        }
        let mut unmarked = Self {
            text: String::with_capacity(text.len()),
            is_certain: marks.iter().all(|mark| mark.is_certain),
            files: Vec::new(),
            stretches: vec![(0, 0)],
        };
        let mut copied = 0;
        for mark in marks {
            let before = text.get(copied..mark.place.start).unwrap_or_default();
            unmarked.text.push_str(before);
            let start = unmarked.text.len();
            unmarked.stretches.push((start, mark.place.end));
            copied = mark.place.end;
            let behind = text.get(copied..).unwrap_or_default();
            if let Some(carrier) = mark.file {
                let length = memchr::memchr(b'\n', behind.as_bytes()).unwrap_or(behind.len());
                unmarked.files.push((start..start + length, carrier));
            }
        }
        unmarked
            .text
            .push_str(text.get(copied..).unwrap_or_default());
        Some(unmarked)
    }
}

/// A mark before a line.
struct Mark {
    place: Range<usize>,
    is_certain: bool,
    file: Option<Carrier>,
}

/// The kinds of marks before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `12: `, `12|`, `12→`, a tab behind the number: the sign tells them apart.
    Number(u8),
    /// `Line 12: `, `L12: `: nothing else begins so.
    Word,
    /// `12:x`, `12-x`, as grep tells lines of one file.
    Grep,
    /// `a/b.yml:12:x`, `a/b.yml-12-x`, `a/.env:x`.
    Path,
    /// `+` and `-` without the head of a patch.
    Sign(u8),
    /// In a patch.
    Patch,
    /// `> `
    Quote,
}

/// The start of a line, which may be a mark.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    kind: Kind,
    start: usize,
    length: usize,
    number: u64,
    /// True where nothing stands before it that it may belong to: it is the first of a text, or behind a tag.
    is_first: bool,
    line: usize,
    /// True where the last byte of it is a blank.
    has_blank: bool,
    file: Option<Carrier>,
}

impl Candidate {
    /// Tells whether the next line goes on with the same marks.
    fn belongs_to(&self, next: &Self) -> bool {
        let is_next = self.line + 1 == next.line;
        let is_of_grep = |kind| matches!(kind, Kind::Grep | Kind::Number(b':'));
        is_next
            && match (self.kind, next.kind) {
                (one, other) if is_of_grep(one) && is_of_grep(other) => self.number < next.number,
                (Kind::Number(one), Kind::Number(other)) => {
                    one == other && self.number + 1 == next.number
                }
                (Kind::Sign(_), Kind::Sign(_)) => true,
                _ => false,
            }
    }
}

/// The marks of a text, in order.
fn marks(text: &[u8]) -> Vec<Mark> {
    let (candidates, lines) = candidates(text);
    let mut marks = Vec::with_capacity(candidates.len());
    for run in candidates.chunk_by(Candidate::belongs_to) {
        let Some(first) = run.first() else { continue };
        let is_alone = run.len() == 1 && lines > 1;
        // `12:x` among lines `13:  y`: no blank is of these marks.
        let is_of_grep = run.iter().any(|line| line.kind == Kind::Grep)
            || run.windows(2).any(|pair| match pair {
                [one, next] => first.kind == Kind::Number(b':') && one.number + 1 != next.number,
                _ => false,
            });
        let (is_mark, is_certain) = match first.kind {
            _ if is_of_grep => (!is_alone, false),
            Kind::Number(_) | Kind::Grep => (!is_alone, first.is_first && run.len() > 1),
            Kind::Word | Kind::Quote | Kind::Patch => (true, true),
            Kind::Path => (true, false),
            Kind::Sign(_) => (run.iter().any(|line| line.kind == Kind::Sign(b'+')), false),
        };
        if is_mark {
            marks.extend(run.iter().map(|line| {
                let is_longer = is_of_grep && line.has_blank;
                let length = line.length - usize::from(is_longer);
                Mark {
                    place: line.start..line.start + length,
                    is_certain,
                    file: line.file,
                }
            }));
        }
    }
    marks
}

/// Gives the start of each line, and how many lines hold anything: none, one or more.
fn candidates(text: &[u8]) -> (Vec<Candidate>, usize) {
    let mut candidates = Vec::new();
    let mut patch = Patch::default();
    // Most lines of a list of matches are of the file of the line before.
    let mut last_file = ("", Carrier::Unknown);
    let mut before: &[u8] = b"";
    let mut next = 0;
    let mut number = 0;
    while let Some(rest) = text.get(next..) {
        let start = next;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        next = start + length + 1;
        number += 1;
        let line = rest.get(..length).unwrap_or_default();
        let found = match patch.reads(line) {
            true => patch_mark(line),
            false => mark_of(line),
        };
        if let Some((kind, length, of_line)) = found {
            let above = before.trim_ascii();
            candidates.push(Candidate {
                kind,
                start,
                length,
                number: of_line,
                // A tag such as `<content>`, or an empty line, ends what stands before.
                is_first: above.is_empty() || above.starts_with(b"<") && above.ends_with(b">"),
                line: number,
                has_blank: line.get(length.wrapping_sub(1)) == Some(&b' '),
                file: match kind {
                    Kind::Path => data_file(line, &mut last_file),
                    _ => None,
                },
            });
        }
        before = line;
    }
    let has_more = || {
        let lines = text.split(|byte| *byte == b'\n');
        lines
            .filter(|line| !line.trim_ascii().is_empty())
            .take(2)
            .count()
    };
    let filled = if candidates.is_empty() { 0 } else { has_more() };
    (candidates, filled)
}

/// How much of a part of a patch is left to read.
#[derive(Default)]
struct Patch {
    old: usize,
    new: usize,
    /// A part without numbers ends with the first line that has no mark.
    is_open: bool,
}

impl Patch {
    /// Tells whether a line is of a part of a patch, which its head announced.
    fn reads(&mut self, line: &[u8]) -> bool {
        if let Some(head) = line.strip_prefix(b"@@") {
            let counts = counts(head);
            self.is_open = counts.is_none();
            (self.old, self.new) = counts.unwrap_or_default();
            return false;
        }
        let (old, new) = match line.first() {
            Some(b'+') => (0, 1),
            Some(b'-') => (1, 0),
            // Some tools leave the blank of an empty line away.
            Some(b' ') | None => (1, 1),
            Some(b'\\') => (0, 0),
            _ => {
                *self = Self::default();
                return false;
            }
        };
        let is_of_part = self.is_open || self.old > 0 || self.new > 0;
        self.old = self.old.saturating_sub(old);
        self.new = self.new.saturating_sub(new);
        is_of_part
    }
}

/// The numbers of lines in the head of a part: ` -1,2 +3,4 @@`.
fn counts(head: &[u8]) -> Option<(usize, usize)> {
    let head = std::str::from_utf8(head.get(..head.len().min(64))?).ok()?;
    let mut words = head.split_ascii_whitespace();
    let mut count = |sign: char| {
        let numbers = words.next()?.strip_prefix(sign)?;
        // One line where no count is told.
        let count = numbers.split_once(',').map_or("1", |(_, count)| count);
        count.parse().ok()
    };
    Some((count('-')?, count('+')?))
}

fn patch_mark(line: &[u8]) -> Option<(Kind, usize, u64)> {
    match line {
        // `-----BEGIN`, `+++ b/x`: more than a mark.
        [b'-', b'-', ..] | [b'+', b'+', ..] => None,
        [b'+' | b'-' | b' ', ..] => Some((Kind::Patch, 1, 0)),
        _ => None,
    }
}

/// The mark that a line begins with outside of a patch, its length, and the number in it.
fn mark_of(line: &[u8]) -> Option<(Kind, usize, u64)> {
    match line {
        [] => return None,
        // Most lines of source begin with blanks and a letter.
        [b' ' | b'\t', ..] => return numbered(line),
        [b'>', b' ', ..] => return Some((Kind::Quote, 2, 0)),
        [b'>'] | [b'>', b'\r'] => return Some((Kind::Quote, 1, 0)),
        [b'+' | b'-', b'+' | b'-', ..] => return None,
        [sign @ (b'+' | b'-'), ..] => return Some((Kind::Sign(*sign), 1, 0)),
        _ => {}
    }
    numbered(line).or_else(|| {
        let (_, length) = path_before(line)?;
        Some((Kind::Path, length, 0))
    })
}

/// `12: x`, `   12→x`, `00012| x`, `Line 12: x`, `12:x`
fn numbered(line: &[u8]) -> Option<(Kind, usize, u64)> {
    let blanks = line
        .iter()
        .take(12)
        .take_while(|byte| **byte == b' ')
        .count();
    let rest = line.get(blanks..)?;
    if !matches!(rest.first(), Some(b'0'..=b'9' | b'L')) {
        return None;
    }
    let word = match rest {
        [b'L', b'i', b'n', b'e', b' ', ..] => 5,
        [b'L', b'0'..=b'9', ..] => 1,
        _ => 0,
    };
    let digits = rest.get(word..)?;
    let length = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if length == 0 || length > MOST_DIGITS {
        return None;
    }
    let number = std::str::from_utf8(digits.get(..length)?)
        .ok()?
        .parse()
        .ok()?;
    let behind = digits.get(length..)?;
    let blank = usize::from(behind.first() == Some(&b' '));
    let sign = behind.get(blank..)?;
    let (kind, signs) = match sign {
        _ if word > 0 => match sign {
            [b':', ..] => (Kind::Word, 1),
            _ => return None,
        },
        [b'|', ..] => (Kind::Number(b'|'), 1),
        [0xe2, 0x94, 0x82, ..] => (Kind::Number(b'b'), 3),
        _ if blank > 0 => return None,
        [b':', b' ' | b'\r', ..] | [b':'] => (Kind::Number(b':'), 1),
        [b'\t', ..] => (Kind::Number(b'\t'), 1),
        [0xe2, 0x86, 0x92, ..] => (Kind::Number(b'>'), 3),
        [b':' | b'-', ..] => (Kind::Grep, 1),
        _ => return None,
    };
    let length = blanks + word + length + blank + signs;
    // The blank behind a bar or a colon is of the mark.
    let has_blank =
        !matches!(kind, Kind::Grep | Kind::Number(b'\t' | b'>')) && line.get(length) == Some(&b' ');
    Some((kind, length + usize::from(has_blank), number))
}

/// The data file whose path stands before a line. `last` is the one of the line before.
fn data_file<'t>(line: &'t [u8], last: &mut (&'t str, Carrier)) -> Option<Carrier> {
    let (path, _) = path_before(line)?;
    if last.0 != path {
        *last = (path, Carrier::of_file(path));
    }
    Some(last.1).filter(|carrier| carrier.is_data())
}

/// The path that stands before a line, and how long the mark is.
fn path_before(line: &[u8]) -> Option<(&str, usize)> {
    let window = line.get(..LONGEST_PATH).unwrap_or(line);
    // `C:\x.yml:12:`
    let drive = if matches!(window, [b'A'..=b'Z' | b'a'..=b'z', b':', b'\\' | b'/', ..]) {
        2
    } else {
        0
    };
    let is_end = |byte: &u8| {
        matches!(
            byte,
            b' ' | b'\t'
                | b'\r'
                | b'"'
                | b'\''
                | b'`'
                | b'<'
                | b'>'
                | b'|'
                | b'='
                | b'('
                | b')'
                | b'{'
                | b'}'
                | b'['
                | b']'
                | b','
                | b';'
        )
    };
    let rest = window.get(drive..)?;
    let word = rest.iter().position(is_end).unwrap_or(rest.len());
    let word = window.get(..drive + word)?;
    let mut at = drive;
    let mut asked = 0;
    while let Some(next) = word.get(at..)?.iter().position(|byte| b":-".contains(byte)) {
        let end = at + next;
        at = end + 1;
        let path = word.get(..end)?;
        if !path.iter().any(|byte| matches!(byte, b'.' | b'/' | b'\\')) {
            continue;
        }
        // Most words are no path, which needs no look at their letters.
        let path = || std::str::from_utf8(path).ok();
        let sign = *word.get(end)?;
        let digits = line
            .get(at..)?
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let is_numbered =
            (1..=MOST_DIGITS).contains(&digits) && line.get(at + digits) == Some(&sign);
        if is_numbered {
            return Some((path()?, at + digits + 1));
        }
        let has_content = line
            .get(at..)
            .is_some_and(|behind| !behind.trim_ascii().is_empty());
        if sign == b':' && has_content && asked < MOST_PATHS {
            asked += 1;
            let path = path()?;
            if Carrier::of_file(path).is_data() {
                return Some((path, at));
            }
        }
    }
    None
}

/// Gives the start of one line behind its marks.
pub fn without_mark(before: &[u8]) -> &[u8] {
    let mut rest = before;
    for _ in 0..DEEPEST {
        let (length, is_last) = match mark_of(rest) {
            // `-e NAME=x` and `--env NAME=x` are options.
            Some((Kind::Sign(b'-'), ..)) if rest.starts_with(b"-e") => break,
            Some((kind, length, _)) => (length, matches!(kind, Kind::Sign(_))),
            None => break,
        };
        rest = rest.get(length..).unwrap_or_default();
        if is_last {
            break;
        }
    }
    rest
}

/// Gives the start of a line without marks and without the dash of a list.
pub fn without_marks(before: &[u8]) -> &[u8] {
    let rest = without_mark(before).trim_ascii_start();
    match rest.first() {
        Some(b'-') if !rest.starts_with(b"--") && !rest.starts_with(b"-e") => {
            rest.get(1..).unwrap_or_default().trim_ascii()
        }
        Some(b'+' | b'>') => rest.get(1..).unwrap_or_default().trim_ascii(),
        _ => rest.trim_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unmarked(text: &str) -> Option<(String, bool)> {
        Unmarked::of(text).map(|unmarked| (unmarked.text, unmarked.is_certain))
    }

    #[test]
    fn marks_of_tools_are_taken_off() {
        for (text, expected) in [
            ("1: a\n2: b\n3: \n4: d", "a\nb\n\nd"),
            (
                "<content>\n00009| a\n00010| b\n</content>",
                "<content>\na\nb\n</content>",
            ),
            ("     9\ta\n    10\tb\n", "a\nb\n"),
            (" 9→a\n10→b\n", "a\nb\n"),
            ("   1 │ a\n   2 │ b\n", "a\nb\n"),
            ("L1: a\nL2:   b\n", "a\n  b\n"),
            (
                "Found 2\n/a/.env:\n  Line 2: a\n  Line 9: b",
                "Found 2\n/a/.env:\na\nb",
            ),
            ("> a\n>\n> b\nc", "a\n\nb\nc"),
            (
                "@@ -1,2 +1,2 @@\n a\n-b\n+c\nd",
                "@@ -1,2 +1,2 @@\na\nb\nc\nd",
            ),
            ("1: @@ -1 +1 @@\n2: -b\n3: +c\n", "@@ -1 +1 @@\n-b\n+c\n"),
        ] {
            assert_eq!(unmarked(text), Some((expected.to_owned(), true)), "{text}");
        }
    }

    #[test]
    fn what_may_be_no_mark_is_searched_as_it_is_too() {
        for (text, expected) in [
            ("id | name\n1 | jo\n2 | al\n", "id | name\njo\nal\n"),
            ("a.yml:12:x\na.yml-13-y\n", "x\ny\n"),
            ("C:\\a\\b.ts:1:x\n", "x\n"),
            ("conf/.env:x\n", "x\n"),
            ("12:x\n13-y\n", "x\ny\n"),
            ("12:x\n13:  y\n20: z", "x\n  y\n z"),
            ("7: a\n9: b\n", " a\n b\n"),
            ("+a\n-b\n", "a\nb\n"),
            ("2: a", "a"),
        ] {
            assert_eq!(unmarked(text), Some((expected.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn what_is_no_mark_stays() {
        for text in [
            "- a\n- b\n",
            "12:30 lunch\nnoon",
            "123456789:AAx\n123456790:AAy\n",
            "1. a\n2. b\n",
            "http://a.example:80/x:1\n",
            "-----BEGIN X-----\n-----END X-----\n",
            "9: a\n7: b\n",
            "",
        ] {
            assert_eq!(unmarked(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn each_byte_is_where_it_was(lines in proptest::collection::vec("(|[0-9]{1,2}: |\\+|-|> |@@ -1,3 \\+1,3 @@|a\\.yml:3:| ){0,3}[a-z =é]{0,6}", 0..12)) {
            let text = lines.join("\n");
            if let Some(unmarked) = Unmarked::of(&text) {
                for (at, character) in unmarked.text.char_indices() {
                    let place = unmarked.place(&(at..at + character.len_utf8()));
                    prop_assert_eq!(text.get(place).unwrap(), character.to_string());
                }
            }
        }
    }
}
