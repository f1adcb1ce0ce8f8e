//! What a tool call got and gave, beside what its line tells. Title, input, output and metadata
//! often repeat each other; nothing is shown twice.

use std::borrow::Cow;

use serde_json::Value;

use super::super::patch;
use super::outcome::{Outcome, split_note};
use super::{Kind, diff, failure, file_path, file_text, input, todos};
use crate::model::{Object, ToolPart};
use crate::options::Detail as Level;

/// Outputs that say no more than that the call succeeded.
const EMPTY_OUTPUTS: [&str; 2] = ["Wrote file successfully.", "Edit applied successfully."];

/// One text of a call.
#[derive(Debug, PartialEq)]
pub struct Detail<'a> {
    /// What it is.
    pub what: What,
    /// The text.
    pub text: Cow<'a, str>,
    /// The language that it is written in, as an info string names it.
    pub language: Cow<'a, str>,
}

/// What a text of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A command of several lines, or too long for the line.
    Command,
    /// The new content of a file.
    Content,
    /// What was changed, as a diff.
    Change,
    /// The entries of a to-do list.
    Todos,
    /// The instructions to a sub-agent.
    Instructions,
    /// The plan that the user was asked to agree to.
    Plan,
    /// What the model passed.
    Input,
    /// What else it passed, where the call's line or another text of it tells the rest.
    OtherInput,
    /// The same, where it had not ended.
    PartialInput,
    /// The result.
    Output,
    /// The end of the result.
    EndOfOutput,
}

/// Everything about a call that its line does not tell. `is_told` says whether a text stands in that
/// line as a whole.
fn details<'a>(tool: &'a ToolPart, is_told: impl Fn(&str) -> bool) -> Vec<Detail<'a>> {
    let mut details = Vec::new();
    let mut add = |what, text: Cow<'a, str>, language: Cow<'a, str>| {
        if !text.trim().is_empty() {
            details.push(Detail {
                what,
                text,
                language,
            });
        }
    };
    let mut shown = shown_in_line(tool).to_vec();
    let path = file_path(tool).unwrap_or_default();
    match Kind::of(tool) {
        Kind::Command => {
            shown.push("command");
            let command = input(tool, "command").unwrap_or_default();
            if !is_told(command) {
                add(What::Command, command.into(), "sh".into());
            }
        }
        Kind::Write => {
            shown.push("content");
            let content = input(tool, "content").unwrap_or_default();
            add(What::Content, content.into(), extension(path).into());
        }
        Kind::Edit => {
            if let Some(diff) = diff(tool) {
                shown.extend([
                    "oldString",
                    "newString",
                    "old_string",
                    "new_string",
                    "edits",
                ]);
                add(What::Change, patch::shown(diff).into(), "diff".into());
            }
        }
        Kind::Patch => {
            let patch = ["patchText", "patch"]
                .into_iter()
                .find(|name| input(tool, name).is_some());
            let text = patch.and_then(|name| input(tool, name));
            shown.extend(patch);
            let text = text.or_else(|| diff(tool)).unwrap_or_default();
            add(What::Change, patch::shown(text).into(), "diff".into());
        }
        Kind::Task => {
            shown.push("prompt");
            let prompt = input(tool, "prompt").unwrap_or_default();
            add(What::Instructions, prompt.into(), "text".into());
        }
        Kind::ExitPlan => {
            shown.push("plan");
            add(
                What::Plan,
                input(tool, "plan").unwrap_or_default().into(),
                "text".into(),
            );
        }
        Kind::WriteTodos => {
            if let Some(todos) = todos(tool) {
                shown.push("todos");
                add(What::Todos, todo_lines(todos).into(), "text".into());
            }
        }
        _ => {}
    }
    // A script that has to be read as JSON is hard to read.
    if let Some(code) = input(tool, "code").filter(|code| !is_told(code)) {
        shown.push("code");
        add(What::Input, code.into(), "text".into());
    }
    let (rest, is_all) = rest_of_input(tool, &shown, is_told);
    let what = if is_all {
        What::Input
    } else {
        What::OtherInput
    };
    add(what, rest, "json".into());
    let raw = tool.raw.as_deref().unwrap_or_default();
    add(What::PartialInput, raw.into(), "text".into());
    if let Some(output) = new_output(tool) {
        let language = if is_json(output) { "json" } else { "text" };
        let output = match Kind::of(tool) {
            Kind::Read => file_text::without_wrapper(output),
            _ => output.into(),
        };
        add(What::Output, output, language.into());
    }
    details
}

/// The texts of a call that a document shows: all, or what tells why it failed, or a plan, which was written for the user
/// to read.
pub fn shown_details<'a>(
    tool: &'a ToolPart,
    level: Level,
    is_told: impl Fn(&str) -> bool,
) -> Vec<Detail<'a>> {
    if level == Level::Full {
        return details(tool, is_told);
    }
    if Outcome::of(tool).needs_reasons() {
        return reasons(tool, is_told);
    }
    let mut plan = match Kind::of(tool) {
        Kind::ExitPlan => details(tool, is_told),
        _ => Vec::new(),
    };
    plan.retain(|detail| detail.what == What::Plan);
    plan
}

/// How much of the output of a command that failed is shown where output is not, in lines and in bytes.
const END: (usize, usize) = (12, 2000);

/// Gives what tells why a call failed, beside its line and its error: the input, and the end of what a command printed.
/// Where the content of a file was to be written, that tells nothing.
fn reasons<'a>(tool: &'a ToolPart, is_told: impl Fn(&str) -> bool) -> Vec<Detail<'a>> {
    let mut reasons = details(tool, is_told);
    reasons.retain(|detail| !matches!(detail.what, What::Content | What::Output | What::Todos));
    let outcome = Outcome::of(tool);
    let tells_by_output = match Kind::of(tool) {
        Kind::Command => outcome.needs_reasons(),
        Kind::Task | Kind::Batch => outcome == Outcome::Failed,
        _ => outcome.is_failure(),
    };
    if tells_by_output
        && failure(tool).is_none_or(|_| tool.output.is_none())
        && let Some(output) = printed(tool)
    {
        let (what, text) = end_of(output);
        if !text.trim().is_empty() {
            reasons.push(Detail {
                what,
                text: text.into(),
                language: "text".into(),
            });
        }
    }
    reasons
}

/// The last lines of an output, without what the tool notes behind it.
fn end_of(output: &str) -> (What, &str) {
    let output = split_note(output).map_or(output, |(output, _)| output);
    let output = output.trim_end();
    let (lines, bytes) = END;
    let from = output
        .rmatch_indices('\n')
        .nth(lines - 1)
        .map_or(0, |(at, _)| at + 1);
    let from = from.max(output.ceil_char_boundary(output.len().saturating_sub(bytes)));
    let what = if from == 0 {
        What::Output
    } else {
        What::EndOfOutput
    };
    (what, output.get(from..).unwrap_or_default())
}

/// The fields of the input that the line of the call tells in full.
fn shown_in_line(tool: &ToolPart) -> &'static [&'static str] {
    match Kind::of(tool) {
        Kind::Read => &["offset", "limit"],
        Kind::FindFiles => &["path"],
        Kind::SearchText => &["include", "path"],
        Kind::Task => &["subagent_type"],
        Kind::Invalid => &["error"],
        _ => &[],
    }
}

/// Gives what is left of the input, as JSON.
fn rest_of_input<'a>(
    tool: &'a ToolPart,
    shown: &[&str],
    is_told: impl Fn(&str) -> bool,
) -> (Cow<'a, str>, bool) {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    match &tool.input {
        Value::Null => ("".into(), true),
        Value::String(text) => (text.into(), true),
        Value::Object(input) => {
            let rest: Object = input
                .iter()
                .filter(|(name, _)| !shown.contains(&name.as_str()))
                .filter(|(_, value)| !value.as_str().is_some_and(&is_told))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let is_all = rest.len() == input.len();
            if rest.is_empty() {
                ("".into(), true)
            } else {
                (pretty(&Value::Object(rest)).into(), is_all)
            }
        }
        input => (pretty(input).into(), true),
    }
}

/// `[x] Fix the total`, line by line.
fn todo_lines(todos: &[Value]) -> String {
    let line = |todo: &Value| {
        let field = |name: &str| todo.get(name).and_then(Value::as_str).unwrap_or_default();
        let content = field("content").split_whitespace().collect::<Vec<_>>();
        match field("status") {
            "completed" => format!("[x] {}\n", content.join(" ")),
            "" | "pending" => format!("[ ] {}\n", content.join(" ")),
            status => format!("[ ] {} ({status})\n", content.join(" ")),
        }
    };
    todos.iter().map(line).collect()
}

/// The output; of a command that was ended from outside, what it had printed until then, which the runtime notes.
pub fn printed(tool: &ToolPart) -> Option<&str> {
    let noted = || {
        let is_command = Kind::of(tool) == Kind::Command;
        let noted = tool.metadata.get("output").filter(|_| is_command);
        noted.and_then(Value::as_str)
    };
    tool.output.as_deref().or_else(noted)
}

/// The output, unless it says nothing new.
fn new_output(tool: &ToolPart) -> Option<&str> {
    let output = printed(tool)?;
    let trimmed = output.trim();
    let repeats_todos = || {
        let of_output = serde_json::from_str::<Value>(trimmed).ok();
        todos(tool).is_some_and(|todos| of_output.as_ref().and_then(Value::as_array) == Some(todos))
    };
    let is_new = match Kind::of(tool) {
        Kind::Write | Kind::Edit => !EMPTY_OUTPUTS.contains(&trimmed),
        Kind::WriteTodos => !repeats_todos(),
        Kind::Invalid => !failure(tool).is_some_and(|failure| output.contains(failure)),
        _ => true,
    };
    is_new.then_some(output)
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The extension of a file's name, which is what most highlighters call a language by.
pub fn extension(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension,
        _ => "text",
    }
}
