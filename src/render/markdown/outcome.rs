//! What a session left behind: its to-do list and the files it changed.

use std::collections::HashMap;

use serde_json::Value;

use super::Page;
use super::escape::inline;
use crate::model::{FileDiff, PartKind, Session, Todo};
use crate::options::Detail;
use crate::render::clock::number;
use crate::render::tool_summary::relative;
use crate::render::words::fill;

/// A changed file, over all turns.
struct ChangedFile<'a> {
    name: &'a str,
    status: Option<&'a str>,
    additions: f64,
    deletions: f64,
    patches: Vec<&'a str>,
}

impl Page<'_> {
    /// With headings for the main session, with labels for a sub-agent's.
    pub(super) fn outcome(&mut self, session: &Session, is_main: bool) {
        let todos = todos(session);
        if !todos.is_empty() {
            self.section(self.words.todos, is_main);
            for todo in &todos {
                self.todo(todo);
            }
            self.end_list();
        }
        if self.options.diffs == Detail::None {
            return;
        }
        let files = changed_files(session);
        if !files.is_empty() {
            self.section(self.words.file_changes, is_main);
            self.file_table(&files);
            if self.options.diffs == Detail::Full {
                self.patches(&files);
            }
        } else if let Some(totals) = session.info.summary.filter(|totals| totals.files > 0.0) {
            self.section(self.words.file_changes, is_main);
            let files = self.words.files.of(as_count(totals.files));
            let values = [&files, &number(totals.additions), &number(totals.deletions)];
            self.block(&fill(self.words.changes_total, &values.map(String::as_str)));
        }
    }

    fn section(&mut self, name: &str, is_main: bool) {
        if is_main {
            self.heading(2, name);
        } else {
            self.block(&format!("**{name}**"));
        }
    }

    fn todo(&mut self, todo: &Todo) {
        let content = inline(&todo.content);
        let text = match todo.status.as_deref() {
            Some("completed") => format!("[x] {content}"),
            Some("cancelled") => format!("[ ] {content} ({})", self.words.todo_cancelled),
            Some("in_progress") => format!("[ ] {content} ({})", self.words.todo_in_progress),
            Some("pending") | None => format!("[ ] {content}"),
            Some(other) => format!("[ ] {content} ({})", inline(other)),
        };
        self.item(&text);
    }

    fn file_table(&mut self, files: &[ChangedFile<'_>]) {
        let words = self.words;
        let mut table = format!(
            "| {} | {} | {} | {} |\n| --- | --- | ---: | ---: |\n",
            words.file, words.change, words.added_lines, words.removed_lines
        );
        for file in files {
            let change = match file.status {
                Some("added") => words.file_added.to_owned(),
                Some("modified") => words.file_modified.to_owned(),
                Some("deleted") => words.file_deleted.to_owned(),
                other => other.map(inline).unwrap_or_default(),
            };
            let lines = [number(file.additions), number(file.deletions)];
            table.push_str(&format!(
                "| {} | {change} | {} |\n",
                inline(file.name),
                lines.join(" | ")
            ));
        }
        self.block(&table);
    }

    fn patches(&mut self, files: &[ChangedFile<'_>]) {
        for file in files {
            for patch in &file.patches {
                self.block(&format!("**{}**", inline(file.name)));
                self.fenced(patch, "diff");
            }
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

/// The stored list, or the one that the model wrote last.
fn todos(session: &Session) -> Vec<Todo> {
    if let Some(todos) = &session.todos {
        return todos.clone();
    }
    let parts = session
        .messages
        .iter()
        .rev()
        .flat_map(|message| message.parts.iter().rev());
    let written = parts.filter_map(|part| match &part.kind {
        PartKind::Tool(tool) if tool.tool == "todowrite" => tool
            .input
            .get("todos")
            .or_else(|| tool.metadata.get("todos"))
            .and_then(Value::as_array),
        _ => None,
    });
    let text = |todo: &Value, name: &str| todo.get(name).and_then(Value::as_str).map(str::to_owned);
    written
        .take(1)
        .flatten()
        .map(|todo| Todo {
            content: text(todo, "content").unwrap_or_default(),
            status: text(todo, "status"),
            priority: text(todo, "priority"),
            ..Todo::default()
        })
        .collect()
}

/// The stored changes of the session, or those of its turns added up.
fn changed_files(session: &Session) -> Vec<ChangedFile<'_>> {
    let folder = session.info.directory.as_deref();
    let of_session = session.diffs.as_deref().filter(|diffs| !diffs.is_empty());
    let of_turns = session.messages.iter().flat_map(|message| &message.diffs);
    match of_session {
        Some(diffs) => merged(diffs.iter(), folder),
        None => merged(of_turns, folder),
    }
}

fn merged<'a>(
    diffs: impl Iterator<Item = &'a FileDiff>,
    folder: Option<&str>,
) -> Vec<ChangedFile<'a>> {
    let mut files: Vec<ChangedFile<'a>> = Vec::new();
    let mut index_of: HashMap<&str, usize> = HashMap::new();
    for diff in diffs {
        let name = relative(diff.file.as_deref().unwrap_or("?"), folder);
        let index = *index_of.entry(name).or_insert(files.len());
        if index == files.len() {
            files.push(ChangedFile {
                name,
                status: None,
                additions: 0.0,
                deletions: 0.0,
                patches: Vec::new(),
            });
        }
        let Some(file) = files.get_mut(index) else {
            continue;
        };
        // A file that was added and then modified was added.
        file.status = match (file.status, diff.status.as_deref()) {
            (Some("added"), Some("modified")) => Some("added"),
            (before, after) => after.or(before),
        };
        file.additions += diff.additions.unwrap_or_default();
        file.deletions += diff.deletions.unwrap_or_default();
        file.patches.extend(
            diff.patch
                .as_deref()
                .filter(|patch| !patch.trim().is_empty()),
        );
    }
    files
}
