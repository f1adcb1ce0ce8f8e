//! What a session left behind: its to-do list and the files it changed.

use super::super::changed_files::{ChangedFile, ChangedFiles};
use super::super::number::number;
use super::super::tool::changes::changes;
use super::super::words::fill;
use super::super::{changed_files, patch};
use super::escape::{code, inline};
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
        } else if let Some(totals) =
            (shown.session.info.summary).filter(|totals| totals.files > 0.0)
        {
            self.section(self.words.file_changes, is_main);
            let files = self.words.files.of(as_count(totals.files));
            let values = [&files, &number(totals.additions), &number(totals.deletions)];
            self.blocks
                .block(&fill(self.words.changes_total, &values.map(String::as_str)));
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
        let mut files = ChangedFiles::default();
        files.add(diffs.iter().map(ChangedFile::of), folder);
        let describe = |file: &ChangedFile| {
            let name = code(&file.name);
            let lines = [file.additions, file.deletions].map(Option::unwrap_or_default);
            // An image has no lines, and some runtimes note none.
            if lines == [0.0, 0.0] {
                return name;
            }
            let lines = lines.map(number).join(" \u{2212}");
            format!("{name}{}", self.words.in_brackets(&format!("+{lines}")))
        };
        let files: Vec<String> = files.as_slice().iter().map(describe).collect();
        if !files.is_empty() && self.options.diffs != Detail::None {
            let files = files.join(self.words.comma);
            self.blocks.block(&fill(self.words.turn_files, &[&files]));
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
        let content = inline(&todo.content);
        let remark = |remark: &str| format!("[ ] {content}{}", self.words.in_brackets(remark));
        let text = match todo.status.as_deref() {
            Some("completed") => format!("[x] {content}"),
            Some("cancelled") => remark(self.words.todo_cancelled),
            Some("in_progress") => remark(self.words.todo_in_progress),
            Some("pending") | None => format!("[ ] {content}"),
            Some(other) => remark(&inline(other)),
        };
        self.blocks.item(&text);
    }

    fn file_table(&mut self, files: &[ChangedFile], undone: &[ChangedFile]) {
        let words = self.words;
        let mut table = format!(
            "| {} | {} | {} | {} |\n| --- | --- | ---: | ---: |\n",
            words.file, words.change, words.added_lines, words.removed_lines
        );
        let all = files.iter().map(|file| (file, false));
        for (file, is_undone) in all.chain(undone.iter().map(|file| (file, true))) {
            let change = match file.status.as_deref() {
                Some("added") => words.file_added.to_owned(),
                Some("modified") => words.file_modified.to_owned(),
                Some("deleted") => words.file_deleted.to_owned(),
                other => other.map(inline).unwrap_or_default(),
            };
            let change = match is_undone {
                true => format!("{change}{}", words.in_brackets(words.undone)),
                false => change,
            };
            let lines = [file.additions, file.deletions];
            let lines = lines.map(|lines| lines.map(number).unwrap_or_default());
            table.push_str(&format!(
                "| {} | {change} | {} |\n",
                inline(&file.name),
                lines.join(" | ")
            ));
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

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a stored count, shown only"
)]
fn as_count(count: f64) -> usize {
    count.max(0.0) as usize
}
