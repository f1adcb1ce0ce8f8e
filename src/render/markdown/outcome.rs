//! What a session left behind: its to-do list and the files it changed.

use super::super::changed_files::{ChangedFile, ChangedFiles};
use super::super::sentences::FileRow;
use super::super::tool::changes::changes;
use super::super::{changed_files, patch};
use super::escape::inline;
use super::{Page, RedactedMessages, Shown};
use crate::error::Result;
use crate::model::{FileDiff, PartKind, Todo};
use crate::options::Detail;

impl Page<'_> {
    /// With headings for the main session, with labels for a sub-agent's.
    pub(super) fn outcome(
        &mut self,
        shown: Shown<'_>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        let is_main = shown.index == 0;
        if self.content.cuts.drops_outcome {
            if is_main && self.has_outcome(shown) {
                self.blocks.label(self.words.outcome_cut);
            }
            return Ok(());
        }
        // The stored list, or the one that the model wrote last.
        let todos = (shown.session.todos.as_ref()).or(shown.survey.written_todos.as_ref());
        if let Some(todos) = todos.filter(|todos| !todos.is_empty()) {
            self.section(self.words.todos, is_main);
            for todo in todos {
                self.todo(todo);
            }
            self.blocks.end_list();
        }
        if self.options.diffs == Detail::None {
            return Ok(());
        }
        let folder = shown.directory();
        // The stored changes of the session, or those of its turns added up. After an undo a runtime stores those that
        // were undone.
        let stored = shown.session.diffs.as_deref();
        let stored = stored.filter(|diffs| !diffs.is_empty());
        let of_session = stored.filter(|_| shown.session.info.reverted_from.is_none());
        let mut files = ChangedFiles::default();
        files.add(
            of_session.unwrap_or_default().iter().map(ChangedFile::of),
            folder,
        );
        // A store that never had an account of the changes still has what the tools noted.
        let of_turns = Some(&shown.survey.files).filter(|files| !files.as_slice().is_empty());
        let files = match of_session {
            Some(_) => &files,
            None => of_turns.unwrap_or(&shown.survey.tool_files),
        };
        // Those that the user undid stand behind the others, unless the session's own account has them.
        let undone = match shown.survey.undone_files.as_slice() {
            [] => &shown.survey.undone_tool_files,
            _ => &shown.survey.undone_files,
        };
        if !files.as_slice().is_empty() || !undone.as_slice().is_empty() {
            self.section(self.words.file_changes, is_main);
            self.file_table(files.as_slice(), undone.as_slice());
        } else if let Some(totals) = self.sentences.file_totals(shown) {
            self.section(self.words.file_changes, is_main);
            self.blocks.block(&totals);
        }
        if self.options.diffs != Detail::Full {
            return Ok(());
        }
        if let Some(diffs) = of_session {
            return self.patches(diffs, folder);
        }
        if of_turns.is_some() {
            for index in &shown.survey.with_patches {
                let message = messages.message(shown.index, *index)?;
                self.patches(&message.get().diffs, folder)?;
            }
            return Ok(());
        }
        // With their details, tool calls show their changes themselves.
        if self.options.tools != Detail::Full {
            for index in &shown.survey.with_tool_changes {
                let message = messages.message(shown.index, *index)?;
                for part in &message.get().parts {
                    if let PartKind::Tool(tool) = &part.kind {
                        self.patches(&changes(tool), folder)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Tells whether there is a list of files or entries that could be left out.
    fn has_outcome(&self, shown: Shown<'_>) -> bool {
        let (session, survey) = (shown.session, shown.survey);
        let mut todos = [&session.todos, &survey.written_todos]
            .into_iter()
            .flatten();
        let has_files = session
            .diffs
            .as_ref()
            .is_some_and(|diffs| !diffs.is_empty())
            || !survey.files.as_slice().is_empty()
            || !survey.tool_files.as_slice().is_empty();
        todos.any(|todos| !todos.is_empty()) || has_files && self.options.diffs != Detail::None
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
