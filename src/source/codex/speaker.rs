//! Tells who wrote a message that stands under the user's role: a person, or the program.
//!
//! Versions since 0.14x tell for each content who wrote it, and what it is. Before, the event beside it tells; the first
//! versions have neither, and there the beginning of the text is all that is left.

use serde_json::Value;

use super::record::{Record, text};

/// The one who wrote it, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// A person, by a field.
    Person,
    /// The program, by a field.
    Program,
    /// A command that a person typed, wrapped by the program, by a field.
    Shell,
    /// The same, as far as the text tells.
    PerhapsShell,
    /// A person, as far as the text tells.
    PerhapsPerson,
    /// The program, as far as the text tells.
    PerhapsProgram,
}

/// How texts of the program begin in versions that do not name it.
const BEGINNINGS: [&str; 10] = [
    "# AGENTS.md instructions for ",
    "<environment_context>",
    "<user_instructions>",
    "<turn_aborted>",
    "<user_action>",
    "<skill>",
    "<subagent_notification>",
    "<hook_prompt>",
    "<permissions instructions>",
    "<collaboration_mode>",
];

/// How a command that a person typed begins.
pub const SHELL: &str = "<user_shell_command>";

/// Tells who wrote a message under the user's role.
pub fn of(record: &Record) -> Speaker {
    let kinds = record.content_kinds();
    if kinds.contains(&"shell.user_command") {
        return Speaker::Shell;
    }
    let authors = record.authors();
    let count = kinds.len().max(authors.len());
    if (0..count).any(|at| is_of_person(&kinds, &authors, at) == Some(true)) {
        return Speaker::Person;
    }
    if (0..count).any(|at| is_of_person(&kinds, &authors, at) == Some(false)) {
        return Speaker::Program;
    }
    let content = record.payload.get("content").and_then(Value::as_array);
    let mut texts = content.into_iter().flatten().map(|part| text(part, "text"));
    let first = texts.next().unwrap_or_default().trim_start();
    if first.starts_with(SHELL) {
        return Speaker::PerhapsShell;
    }
    match BEGINNINGS.iter().any(|start| first.starts_with(start)) {
        true => Speaker::PerhapsProgram,
        false => Speaker::PerhapsPerson,
    }
}

/// Tells whether a person wrote one content of a message; `None` where no field says so. What it is does not tell it:
/// `user.goal` is the program's sentence on a goal that a person set.
pub fn is_of_person(kinds: &[&str], authors: &[&str], at: usize) -> Option<bool> {
    let author = authors.get(at).copied().unwrap_or_default();
    let kind = kinds.get(at).copied().unwrap_or_default();
    match (author, kind) {
        ("", "" | "unknown") => None,
        ("", kind) => Some(kind.starts_with("user.") && kind != "user.goal"),
        (author, _) => Some(author == "user"),
    }
}

/// Tells whether a content of a message of a person was put there by the program: the tags around an image.
pub fn is_wrapper(text: &str) -> bool {
    let text = text.trim();
    text == "</image>" || text.starts_with("<image") && text.ends_with('>') && !text.contains('\n')
}
