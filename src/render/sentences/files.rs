//! The files that a turn or a session changed.

use super::super::changed_files::{ChangedFile, ChangedFiles};
use super::super::document::Shown;
use super::super::number::number;
use super::super::words::fill;
use super::Sentences;
use crate::model::{FileDiff, Todo};
use crate::options::Detail;

/// A file in the table of those that a session changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its path.
    pub name: String,
    /// What happened to it.
    pub change: String,
    /// Lines added and removed; empty where that is not known.
    pub lines: [String; 2],
}

impl Sentences<'_> {
    /// The files that a turn changed, in one line; `None` where there are none.
    pub fn turn_files(&self, diffs: &[FileDiff], folder: Option<&str>) -> Option<String> {
        let words = self.context.words;
        let mut files = ChangedFiles::default();
        files.add(diffs.iter().map(ChangedFile::of), folder);
        let describe = |file: &ChangedFile| {
            let name = self.markup.code(&file.name);
            let lines = [file.additions, file.deletions].map(Option::unwrap_or_default);
            // An image has no lines, and some runtimes note none.
            if lines == [0.0, 0.0] {
                return name;
            }
            let lines = lines.map(number).join(" \u{2212}");
            format!("{name}{}", words.in_brackets(&format!("+{lines}")))
        };
        let files: Vec<String> = files.as_slice().iter().map(describe).collect();
        let is_told = !files.is_empty() && self.context.options.diffs != Detail::None;
        let label = self.markup.emphasis(words.turn_files);
        is_told.then(|| format!("{label} {}", files.join(words.comma)))
    }

    /// The rows of the table of changed files, those that the user undid at its end.
    pub fn file_rows(&self, files: &[ChangedFile], undone: &[ChangedFile]) -> Vec<FileRow> {
        let words = self.context.words;
        let all = files.iter().map(|file| (file, false));
        let all = all.chain(undone.iter().map(|file| (file, true)));
        let row = |(file, is_undone): (&ChangedFile, bool)| {
            let change = match file.status.as_deref() {
                Some("added") => words.file_added.to_owned(),
                Some("modified") => words.file_modified.to_owned(),
                Some("deleted") => words.file_deleted.to_owned(),
                other => other.map(|it| self.markup.text(it)).unwrap_or_default(),
            };
            FileRow {
                name: self.markup.text(&file.name),
                change: match is_undone {
                    true => format!("{change}{}", words.in_brackets(words.undone)),
                    false => change,
                },
                lines: [file.additions, file.deletions]
                    .map(|lines| lines.map(number).unwrap_or_default()),
            }
        };
        all.map(row).collect()
    }

    /// How many files a session changed, where it tells no more than that.
    pub fn file_totals(&self, shown: Shown<'_>) -> Option<String> {
        let words = self.context.words;
        let totals = shown.session.info.summary?;
        if totals.files <= 0.0 {
            return None;
        }
        let files = words.files.of(as_count(totals.files));
        let values = [&files, &number(totals.additions), &number(totals.deletions)];
        Some(fill(words.changes_total, &values.map(String::as_str)))
    }

    /// An entry of a to-do list: whether it is done, and its text.
    pub fn todo(&self, todo: &Todo) -> (bool, String) {
        let words = self.context.words;
        let content = self.markup.text(&todo.content);
        let remark = |remark: &str| (false, format!("{content}{}", words.in_brackets(remark)));
        match todo.status.as_deref() {
            Some("completed") => (true, content),
            Some("cancelled") => remark(words.todo_cancelled),
            Some("in_progress") => remark(words.todo_in_progress),
            Some("pending") | None => (false, content),
            Some(other) => remark(&self.markup.text(other)),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a stored count, shown only"
)]
fn as_count(count: f64) -> usize {
    count.max(0.0) as usize
}
