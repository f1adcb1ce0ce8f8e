//! Tool calls, in any format: [`summary`] is one line on what happened, [`details`] the rest, and
//! [`changes`] what it did to files.

pub mod changes;
pub mod details;
pub mod file_text;
pub mod outcome;
pub mod summary;

use serde_json::Value;

use crate::model::ToolPart;

/// The shape of a tool's input and metadata. Tools are known by their name; those that OpenCode
/// renamed have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write,
    Edit,
    Patch,
    Command,
    FindFiles,
    SearchText,
    ListFolder,
    WriteTodos,
    ReadTodos,
    Task,
    OpenPage,
    SearchWeb,
    SearchCode,
    Skill,
    Question,
    EnterPlan,
    ExitPlan,
    LookUpCode,
    Batch,
    /// PawWork's: files are put where they can be taken back from.
    Trash,
    /// A call that the model got wrong, which OpenCode stores as a tool of its own.
    Invalid,
    /// A tool of an MCP server, of a plugin, or of a later version.
    Other,
}

impl Kind {
    /// The kind of a call.
    pub fn of(tool: &ToolPart) -> Self {
        match tool.tool.to_ascii_lowercase().as_str() {
            "read" => Self::Read,
            "write" => Self::Write,
            "edit" | "multiedit" | "notebookedit" => Self::Edit,
            "apply_patch" | "patch" => Self::Patch,
            "bash" | "shell" => Self::Command,
            "glob" => Self::FindFiles,
            "grep" => Self::SearchText,
            "list" | "ls" => Self::ListFolder,
            "todowrite" | "todo_write" => Self::WriteTodos,
            "todoread" => Self::ReadTodos,
            "task" | "agent" | "subagent" | "subagent_fork" => Self::Task,
            "webfetch" | "web_fetch" => Self::OpenPage,
            "websearch" | "web_search" => Self::SearchWeb,
            "codesearch" => Self::SearchCode,
            "skill" => Self::Skill,
            "question" | "ask_user_question" | "askuserquestion" => Self::Question,
            "plan_enter" | "enterplanmode" => Self::EnterPlan,
            "plan_exit" | "exit_plan_mode" | "exitplanmode" => Self::ExitPlan,
            "lsp" => Self::LookUpCode,
            "batch" => Self::Batch,
            "trash" => Self::Trash,
            "invalid" => Self::Invalid,
            _ => Self::Other,
        }
    }
}

/// The names of OpenCode's own tools, for which [`summary::label`] has words that say the same.
const USUAL_NAMES: [&str; 20] = [
    "read",
    "write",
    "edit",
    "apply_patch",
    "patch",
    "bash",
    "shell",
    "glob",
    "grep",
    "list",
    "todowrite",
    "todoread",
    "task",
    "webfetch",
    "websearch",
    "codesearch",
    "skill",
    "question",
    "batch",
    "invalid",
];

/// Tells whether the name of a tool says no more than the words for it.
pub fn is_usual_name(name: &str) -> bool {
    USUAL_NAMES.contains(&name)
}

/// A field of the input that holds text.
fn input<'a>(tool: &'a ToolPart, name: &str) -> Option<&'a str> {
    let text = tool.input.get(name).and_then(Value::as_str);
    text.filter(|text| !text.trim().is_empty())
}

/// The path of the file that a call was about.
fn file_path(tool: &ToolPart) -> Option<&str> {
    ["filePath", "file_path", "path", "notebook_path"]
        .iter()
        .find_map(|name| input(tool, name))
}

/// The to-do list that a call wrote.
pub fn todos(tool: &ToolPart) -> Option<&Vec<Value>> {
    let of_input = tool.input.get("todos");
    of_input
        .or_else(|| tool.metadata.get("todos"))
        .and_then(Value::as_array)
}

/// The change that an edit made, as a unified diff.
fn diff(tool: &ToolPart) -> Option<&str> {
    let diff = tool.metadata.get("diff").and_then(Value::as_str);
    diff.filter(|diff| !diff.trim().is_empty())
}

/// The session that a task tool started.
pub fn child_session(tool: &ToolPart) -> Option<&str> {
    ["sessionId", "sessionID"]
        .iter()
        .find_map(|name| tool.metadata.get(*name))
        .and_then(Value::as_str)
}

/// What OpenCode stores of a call that was refused or stopped, which its line tells already.
const TOLD_BY_STATUS: [&str; 4] = [
    "The user rejected permission to use this specific tool call.",
    "The user dismissed this question",
    "Tool execution aborted",
    "Cancelled",
];

/// Why a call failed.
pub fn failure(tool: &ToolPart) -> Option<&str> {
    let error = tool.error.as_deref();
    let error = match Kind::of(tool) {
        Kind::Invalid => error.or_else(|| input(tool, "error")),
        _ => error,
    };
    error.filter(|error| !error.trim().is_empty() && !TOLD_BY_STATUS.contains(error))
}
