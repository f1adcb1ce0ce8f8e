//! What a session left behind: its to-do list and the files it changed.

use super::super::changed_files;
use super::super::document::{RedactedMessages, Shown};
use super::super::left_behind::LeftBehind;
use super::super::patch;
use super::super::sentences::FileRow;
use super::Page;
use crate::error::Result;
use crate::model::FileDiff;
use crate::options::Detail;

impl Page<'_> {
    /// With headings for the main session, with labels for a sub-agent's.
    pub(super) fn outcome(
        &mut self,
        shown: Shown<'_>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        let is_main = shown.index == 0;
        if self.content.cuts.is_part() {
            return Ok(());
        }
        if self.content.cuts.drops_outcome {
            if is_main && LeftBehind::is_any(shown, self.options) {
                self.writer.line("quiet", self.words.outcome_cut);
            }
            return Ok(());
        }
        let left = LeftBehind::of(shown, self.options);
        if !left.todos.is_empty() {
            self.section(self.words.todos, "todos", is_main);
            self.writer.push("<ul class=\"todos\">\n");
            for todo in left.todos {
                let (is_done, text) = self.sentences.todo(todo);
                let mark = if is_done { '☑' } else { '☐' };
                self.writer.push(&format!("<li>{mark} {text}</li>\n"));
            }
            self.writer.push("</ul>\n");
        }
        if self.options.diffs == Detail::None {
            return Ok(());
        }
        if !left.files.is_empty() || !left.undone.is_empty() {
            self.section(self.words.file_changes, "files", is_main);
            let rows = self.sentences.file_rows(&left.files, left.undone);
            self.file_table(&rows);
        } else if let Some(totals) = self.sentences.file_totals(shown) {
            self.section(self.words.file_changes, "files", is_main);
            self.writer.line("changed", &totals);
        }
        let folder = shown.directory();
        left.patches
            .each(shown.index, messages, |diffs| self.patches(diffs, folder))
    }

    fn section(&mut self, name: &str, id: &str, is_main: bool) {
        let heading = match is_main {
            true => format!("<h2 id=\"{id}\">{name}</h2>\n"),
            false => format!("<p class=\"label\">{name}</p>\n"),
        };
        self.writer.push(&heading);
    }

    fn file_table(&mut self, rows: &[FileRow]) {
        let words = self.words;
        self.writer.push(&format!(
            "<div class=\"scroll\" tabindex=\"0\"><table class=\"files\">\n<thead><tr><th>{}</th><th>{}</th><th class=\"right\">{}</th><th class=\"right\">{}</th></tr></thead><tbody>\n",
            words.file, words.change, words.added_lines, words.removed_lines
        ));
        for FileRow {
            name,
            change,
            lines: [added, removed],
        } in rows
        {
            self.writer.push(&format!(
                "<tr><td>{name}</td><td>{change}</td><td class=\"right\">{added}</td><td class=\"right\">{removed}</td></tr>\n"
            ));
        }
        self.writer.push("</tbody></table></div>\n");
    }

    /// The text of changes, turn by turn, each below the name of its file.
    fn patches(&mut self, diffs: &[FileDiff], folder: Option<&str>) -> Result<()> {
        for diff in diffs {
            let patch = diff.patch.as_deref().unwrap_or_default();
            if !patch.trim().is_empty() {
                let name = self
                    .sentences
                    .markup
                    .code(changed_files::name(diff, folder));
                self.writer.begin_fold("patch", true);
                self.writer.push(&name);
                self.writer.begin_folded(true);
                self.writer.begin_part(self.content.cuts.part_limit);
                self.writer.code(patch::shown(patch), "diff");
                self.writer.end_fold(true);
                self.hand_on_if_large(false)?;
            }
        }
        Ok(())
    }
}
