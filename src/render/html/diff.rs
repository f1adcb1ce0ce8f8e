//! The text of a change: rows in colours with the numbers of their lines, below the name of their file.
//!
//! The format is that of `diff -u`, and that of the patches which models write (`*** Update File: a.js`).

use super::super::words::Words;
use super::escape::push_text;

/// Where a change is: the numbers of the next lines; `None` outside of a hunk that names them.
#[derive(Debug, Default)]
pub struct LineNumbers(Option<Hunk>);

/// The lines of a hunk that follow, before and after the change.
#[derive(Debug, PartialEq, Eq)]
struct Hunk {
    old: Lines,
    new: Lines,
}

/// Some lines of a file.
#[derive(Debug, PartialEq, Eq)]
struct Lines {
    /// The number of the next one.
    next: usize,
    /// How many there are.
    left: usize,
}

/// What a row of a change is.
#[derive(Debug, PartialEq, Eq)]
enum Row {
    File,
    Hunk,
    Added,
    Removed,
    Same,
}

/// Adds a change as HTML. The numbers stand in attributes, so that they are not copied.
pub fn push(html: &mut String, change: &str, numbers: &mut LineNumbers, words: &Words) {
    for line in change.split_inclusive('\n') {
        let row = numbers.row(line);
        let shown = match (&row, &mut numbers.0) {
            (Row::Added, Some(hunk)) => hunk.new.attribute("new"),
            (Row::Removed, Some(hunk)) => hunk.old.attribute("old"),
            (Row::Same, Some(hunk)) => hunk.old.attribute("old") + &hunk.new.attribute("new"),
            _ => String::new(),
        };
        let class = match row {
            Row::File => "file",
            Row::Hunk => "hunk",
            Row::Added => "added",
            Row::Removed => "removed",
            Row::Same => "same",
        };
        html.push_str(&format!("<span class=\"{class}\"{shown}>"));
        push_text(html, line, words);
        html.push_str("</span>");
    }
}

impl Lines {
    /// The number of the next line; nothing where there is none.
    fn attribute(&mut self, name: &str) -> String {
        if self.left == 0 {
            return String::new();
        }
        let text = format!(" data-{name}=\"{}\"", self.next);
        self.next = self.next.saturating_add(1);
        self.left -= 1;
        text
    }
}

impl LineNumbers {
    fn row(&mut self, line: &str) -> Row {
        const HEADS: [&str; 6] = ["diff --git ", "index ", "Index: ", "--- ", "+++ ", "*** "];
        if line.starts_with("@@") {
            self.0 = Hunk::of(line);
            return Row::Hunk;
        }
        // A line that was taken out may begin with `--` itself.
        let is_inside = |hunk: &Hunk| hunk.old.left > 0 || hunk.new.left > 0;
        let is_inside = self.0.as_ref().is_some_and(is_inside);
        if !is_inside && HEADS.iter().any(|head| line.starts_with(head)) {
            self.0 = None;
            return Row::File;
        }
        match line.as_bytes() {
            [b'+', ..] => Row::Added,
            [b'-', ..] => Row::Removed,
            _ => Row::Same,
        }
    }
}

impl Hunk {
    /// Reads the head of a hunk: `@@ -12,7 +12,8 @@`.
    fn of(line: &str) -> Option<Self> {
        let mut words = line.split(' ').skip(1);
        let mut lines = |sign: char| {
            let range = words.next()?.strip_prefix(sign)?;
            let (first, count) = range.split_once(',').unwrap_or((range, "1"));
            Some(Lines {
                next: first.parse().ok()?,
                left: count.trim_end().parse().ok()?,
            })
        };
        Some(Self {
            old: lines('-')?,
            new: lines('+')?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::words::words;
    use super::*;
    use crate::options::Locale;

    fn html(change: &str) -> String {
        let mut html = String::new();
        let mut numbers = LineNumbers::default();
        push(&mut html, change, &mut numbers, words(Locale::English));
        html
    }

    #[test]
    fn rows_have_the_numbers_of_their_lines() {
        let change = "--- a.js\n+++ a.js\n@@ -9,2 +9,2 @@ f\n a\n--- <\n+c\n";
        let html = html(change);
        assert_eq!(
            html,
            "<span class=\"file\">--- a.js\n</span><span class=\"file\">+++ a.js\n</span><span class=\"hunk\">@@ -9,2 +9,2 @@ f\n</span><span class=\"same\" data-old=\"9\" data-new=\"9\"> a\n</span><span class=\"removed\" data-old=\"10\">--- &lt;\n</span><span class=\"added\" data-new=\"10\">+c\n</span>"
        );
    }

    #[test]
    fn a_patch_without_numbers_has_none() {
        let change = "*** Update File: a.js\n@@\n-b\n+c\n";
        let html = html(change);
        assert!(!html.contains("data-"), "{html}");
        assert_eq!(Hunk::of("@@ -1 +1,99999999999999999999 @@"), None);
    }
}
