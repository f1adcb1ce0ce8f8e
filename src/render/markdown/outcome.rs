//! What a session left behind: its to-do list and the files it changed.

use super::super::changed_files::ChangedFile;
use super::super::left_behind::LeftBehind;
use super::super::sentences::FileRow;
use super::super::{changed_files, patch};
use super::escape::inline;
use super::{Page, RedactedMessages, Shown};
use crate::error::Result;
use crate::model::{FileDiff, Todo};
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
                self.blocks.label(self.words.outcome_cut);
            }
            return Ok(());
        }
        let left = LeftBehind::of(shown, self.options);
        if !left.todos.is_empty() {
            self.section(self.words.todos, is_main);
            for todo in left.todos {
                self.todo(todo);
            }
            self.blocks.end_list();
        }
        if self.options.diffs == Detail::None {
            return Ok(());
        }
        if !left.files.is_empty() || !left.undone.is_empty() {
            self.section(self.words.file_changes, is_main);
            self.file_table(&left.files, left.undone);
        } else if let Some(totals) = self.sentences.file_totals(shown) {
            self.section(self.words.file_changes, is_main);
            self.blocks.block(&totals);
        }
        let folder = shown.directory();
        left.patches
            .each(shown.index, messages, |diffs| self.patches(diffs, folder))
    }

    /// The files that a turn changed, in one line.
    pub(super) fn turn_files(&mut self, diffs: &[FileDiff], folder: Option<&str>) {
        if let Some(files) = self.sentences.turn_files(diffs, folder) {
            self.blocks.block(&files);
        }
    }

    fn section(&mut self, name: &str, is_main: bool) {
        if is_main {
            self.blocks.heading(2, name);
        } else {
            self.blocks.block(&format!("**{name}**"));
        }
    }

    fn todo(&mut self, todo: &Todo) {
        let (is_done, text) = self.sentences.todo(todo);
        let mark = if is_done { 'x' } else { ' ' };
        self.blocks.item(&format!("[{mark}] {text}"));
    }

    fn file_table(&mut self, files: &[ChangedFile], undone: &[ChangedFile]) {
        let words = self.words;
        let mut table = format!(
            "| {} | {} | {} | {} |\n| --- | --- | ---: | ---: |\n",
            words.file, words.change, words.added_lines, words.removed_lines
        );
        for FileRow {
            name,
            change,
            lines,
        } in self.sentences.file_rows(files, undone)
        {
            table.push_str(&format!("| {name} | {change} | {} |\n", lines.join(" | ")));
        }
        self.blocks.block(&table);
    }

    /// The text of changes, turn by turn.
    fn patches(&mut self, diffs: &[FileDiff], folder: Option<&str>) -> Result<()> {
        for diff in diffs {
            let patch = diff.patch.as_deref().unwrap_or_default();
            if !patch.trim().is_empty() {
                self.blocks.block(&format!(
                    "**{}**",
                    inline(changed_files::name(diff, folder))
                ));
                self.blocks.begin_part(self.content.cuts.part_limit);
                self.blocks.fenced(patch::shown(patch), "diff");
                self.hand_on_if_large()?;
            }
        }
        Ok(())
    }
}
