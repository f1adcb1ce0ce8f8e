//! True where the document shows a home folder, which stands there as `~`: its head says so only then.
//!
//! A `~` that somebody wrote counts too. Beside one that took the place of a home folder it means the same.

use serde_json::Value;

use super::attachment::describe;
use super::survey::census::omission;
use super::tool::changes::changes;
use super::tool::details::shown_details;
use super::tool::summary::subject;
use super::tool::{failure, todos};
use crate::model::visit::Visitor;
use crate::model::{
    FileDiff, FilePart, Message, MessageError, Part, PartKind, Session, ToolPart, visit,
};
use crate::options::{Detail, ExportOptions};

/// Tells whether a text holds a `~` that stands for a folder: alone, or at the start of a path.
fn holds(text: &str) -> bool {
    let is_part_of_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'~');
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'~', bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        before != Some(&b'~') && !is_part_of_word(bytes.get(at + 1))
    })
}

fn any_holds<'t>(texts: impl IntoIterator<Item = &'t Option<String>>) -> bool {
    texts.into_iter().flatten().any(|text| holds(text))
}

/// Tells whether a session shows one in its own fields.
pub fn of_session(session: &Session, options: &ExportOptions) -> bool {
    if !options.format.is_for_people() {
        let mut look = Look { has_found: false };
        visit::session(&mut look, &mut session.clone());
        return look.has_found;
    }
    let Session {
        info, todos, diffs, ..
    } = session;
    let todos = todos.iter().flatten();
    any_holds([&info.title, &info.directory, &info.agent, &info.skill])
        || todos.into_iter().any(|todo| holds(&todo.content))
        || diffs.iter().flatten().any(|diff| of_diff(diff, options))
}

/// Tells whether a message shows one, in its place or in what the document tells of it elsewhere.
pub fn of_message(message: &Message, options: &ExportOptions) -> bool {
    if !options.format.is_for_people() {
        return of_data(message, options);
    }
    let is_shown = |part: &&Part| omission(part, options).is_none();
    message.error.as_ref().is_some_and(of_error)
        || message.diffs.iter().any(|diff| of_diff(diff, options))
        || message
            .parts
            .iter()
            .filter(is_shown)
            .any(|part| of_part(part, options))
}

fn of_part(part: &Part, options: &ExportOptions) -> bool {
    match &part.kind {
        PartKind::Text { text, .. }
        | PartKind::Reasoning { text, .. }
        | PartKind::Context { text, .. } => holds(text),
        PartKind::Happened { detail, .. } => any_holds([detail]),
        PartKind::File(file) => of_file(file),
        PartKind::Tool(tool) => of_tool(tool, options),
        PartKind::Subtask(task) => any_holds([
            &task.prompt,
            &task.description,
            &task.agent,
            &task.command,
            &task.result,
        ]),
        PartKind::Patch { files, .. } => files.iter().any(|file| holds(file)),
        PartKind::Retry(retry) => retry.error.as_ref().is_some_and(of_error),
        PartKind::Compaction { summary, .. } => any_holds([summary]),
        PartKind::LocationSwitched { directory } => any_holds([directory]),
        PartKind::Unknown { value, .. } => holds(&value.to_string()),
        PartKind::Agent { .. }
        | PartKind::Skill { .. }
        | PartKind::Notice { .. }
        | PartKind::AgentSwitched { .. }
        | PartKind::ModelSwitched { .. }
        | PartKind::Idle { .. }
        | PartKind::Snapshot { .. }
        | PartKind::StepStart
        | PartKind::StepFinish { .. }
        | PartKind::Unreadable => false,
    }
}

/// The line of a call, the files that it changed, and the rest where that is shown.
fn of_tool(tool: &ToolPart, options: &ExportOptions) -> bool {
    let subject = subject(tool, None);
    let line = subject
        .as_ref()
        .and_then(|subject| subject.text.trim().lines().next());
    let names = ["path", "include"]
        .iter()
        .filter_map(|name| tool.input.get(*name));
    line.is_some_and(holds)
        || names.filter_map(Value::as_str).any(holds)
        || failure(tool).is_some_and(holds)
        || tool.attachments.iter().any(of_file)
        || changes(tool).iter().any(|diff| any_holds([&diff.file]))
        || todos(tool).is_some_and(|todos| todos.iter().any(|todo| holds(&todo.to_string())))
        || shown_details(tool, options.tools, |_| false)
            .iter()
            .any(|detail| holds(&detail.text))
}

fn of_file(file: &FilePart) -> bool {
    describe(file, None).name.is_some_and(holds)
}

fn of_error(error: &MessageError) -> bool {
    any_holds([&error.message])
}

fn of_diff(diff: &FileDiff, options: &ExportOptions) -> bool {
    any_holds([&diff.file]) || options.diffs == Detail::Full && any_holds([&diff.patch])
}

/// The same of a document for programs, which holds every field of what it shows.
fn of_data(message: &Message, options: &ExportOptions) -> bool {
    let mut shown = message.clone();
    shown.parts.retain(|part| omission(part, options).is_none());
    let mut look = Look { has_found: false };
    visit::message(&mut look, &mut shown);
    look.has_found
}

struct Look {
    has_found: bool,
}

impl Visitor for Look {
    fn text(&mut self, _: &'static str, text: &mut String) {
        self.has_found = self.has_found || holds(text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        visit::json_texts(self, field, value);
    }

    fn enter_message(&mut self, _: Option<&str>) {}

    fn enter_part(&mut self, _: Option<&str>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_from_other_tildes() {
        for text in [
            "~",
            "~/x",
            "see \"~\"",
            "PATH=/bin:~/bin",
            r"~\x",
            "file://~/a",
            "在~的",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in ["", "~5 minutes", "~~gone~~", "~jo/x", "~~~"] {
            assert!(!holds(text), "{text}");
        }
    }
}
