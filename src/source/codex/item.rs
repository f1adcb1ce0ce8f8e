//! Items that a thread completed: what they add to the calls of the model, and the calls that a script made.

use serde_json::{Value, json};

use super::output::of_mcp;
use super::record::{Record, text};
use super::tool_call::{command_of, searched};
use crate::model::{Object, Span, Timestamp, ToolPart, ToolStatus};
use crate::source::parts::string;

/// A call that no line of the model tells: a script made it, or a person typed it.
pub fn call_of(item: &Value, record: &Record) -> ToolPart {
    let id = string(item, "id");
    let (name, input) = match text(item, "type") {
        "CommandExecution" => {
            let command = item.get("command").map(command_of).unwrap_or_default();
            ("shell".to_owned(), json!({ "command": command }))
        }
        "FileChange" => ("apply_patch".to_owned(), json!({})),
        "McpToolCall" => {
            let name = format!("mcp__{}__{}", text(item, "server"), text(item, "tool"));
            let arguments = item.get("arguments").cloned().unwrap_or_default();
            (name, arguments)
        }
        "ImageView" => {
            let path = text(item, "path");
            let path = path.strip_prefix("file://").unwrap_or(path);
            ("read".to_owned(), json!({ "filePath": path }))
        }
        "WebSearch" => return searched(item, id),
        "CollabAgentToolCall" => (text(item, "tool").to_owned(), json!({})),
        _ => ("image_generation".to_owned(), json!({})),
    };
    let mut tool = ToolPart::begun(name, id, input);
    tool.status = ToolStatus::Completed;
    tool.time = span(record, item);
    complete(&mut tool, item, true);
    if let Some(diff) = diff_of(item).filter(|_| tool.tool == "apply_patch") {
        tool.metadata.insert("diff".to_owned(), diff.into());
    }
    tool
}

/// When it ran: what was told in one moment took as long as it says.
fn span(record: &Record, item: &Value) -> Span {
    let time = |name: &str| record.payload.get(name).and_then(Value::as_i64);
    let end = time("completed_at_ms").or(record.time);
    let took = item.get("duration").and_then(|duration| {
        let number = |name: &str| duration.get(name).and_then(Value::as_i64);
        Some(
            number("secs")?
                .saturating_mul(1000)
                .saturating_add(number("nanos")? / 1_000_000),
        )
    });
    let start = time("started_at_ms").or(end);
    let start = match (start == end, took, end) {
        (true, Some(took), Some(end)) => Some(end.saturating_sub(took)),
        _ => start,
    };
    Span {
        start: start.and_then(Timestamp::in_range),
        end: end.and_then(Timestamp::in_range),
    }
}

/// What an item adds to a call.
pub fn complete(tool: &mut ToolPart, item: &Value, is_alone: bool) {
    let has_failed = matches!(text(item, "status"), "failed" | "declined");
    match text(item, "type") {
        "CommandExecution" => command(tool, item),
        "FileChange" => {
            let files = files_of(item);
            if !files.is_empty() {
                tool.metadata.insert("files".to_owned(), files.into());
            }
            if has_failed {
                tool.status = ToolStatus::Error;
                let why = string(item, "stderr").filter(|it| !it.is_empty());
                tool.error = why.or(tool.error.take());
            } else if is_alone {
                tool.output = string(item, "stdout");
            }
        }
        "McpToolCall" => {
            let result = item.get("result").unwrap_or(&Value::Null);
            let error = item.get("error").and_then(|error| string(error, "message"));
            let is_error = result.get("isError") == Some(&Value::Bool(true));
            if is_alone {
                let (output, files) = of_mcp(result);
                tool.output = Some(output);
                tool.attachments = files;
            }
            if is_error || has_failed || error.is_some() {
                tool.metadata.insert("isError".to_owned(), true.into());
                tool.status = ToolStatus::Error;
                let output = tool.output.take();
                let output = output.filter(|it| !it.trim().is_empty());
                tool.error = match (error, output) {
                    (Some(error), Some(output)) if !output.contains(&error) => {
                        Some(format!("{error}\n{output}"))
                    }
                    (error, output) => output.or(error).or(tool.error.take()),
                };
            }
        }
        _ => {}
    }
    if text(item, "status") == "declined" {
        tool.status = ToolStatus::Error;
        let approval = json!({ "outcome": "rejected" });
        tool.metadata.insert("approval".to_owned(), approval);
    }
}

/// What a command gave: the item keeps more of the output than the model got.
fn command(tool: &mut ToolPart, item: &Value) {
    let output = string(item, "aggregated_output").unwrap_or_default();
    let exit = item.get("exit_code").and_then(Value::as_i64);
    tool.metadata.insert("fromItem".to_owned(), true.into());
    if exit == Some(-1) {
        tool.metadata.insert("interrupted".to_owned(), true.into());
        tool.status = ToolStatus::Error;
        tool.error = Some(output);
        tool.output = None;
        return;
    }
    if let Some(exit) = exit {
        tool.metadata.insert("exit".to_owned(), exit.into());
    }
    tool.status = ToolStatus::Completed;
    let known = tool.output.as_deref().unwrap_or_default();
    if output.len() > known.len() || known.is_empty() {
        tool.output = Some(output);
    }
}

/// The files that a change is of.
fn files_of(item: &Value) -> Vec<Value> {
    let changes = item.get("changes").and_then(Value::as_object);
    let file = |(path, change): (&String, &Value)| {
        let patch = patch_of(change);
        let count = |sign: char, header: &str| {
            let lines = patch.lines();
            lines
                .filter(|line| line.starts_with(sign) && !line.starts_with(header))
                .count()
        };
        json!({
            "filePath": string(change, "move_path").as_deref().unwrap_or(path),
            "type": text(change, "type"),
            "additions": count('+', "+++ "),
            "deletions": count('-', "--- "),
        })
    };
    changes.into_iter().flatten().map(file).collect()
}

/// A change as lines of a diff.
fn patch_of(change: &Value) -> String {
    let signed = |sign: char| {
        let lines = text(change, "content").lines();
        lines
            .map(|line| format!("{sign}{line}\n"))
            .collect::<String>()
    };
    match text(change, "type") {
        "add" => signed('+'),
        "delete" => signed('-'),
        _ => text(change, "unified_diff").to_owned(),
    }
}

/// All changes as one diff.
fn diff_of(item: &Value) -> Option<String> {
    let changes = item.get("changes").and_then(Value::as_object)?;
    let mut diff = String::new();
    for (path, change) in changes {
        let to = string(change, "move_path").unwrap_or_else(|| path.clone());
        let (from, to) = match text(change, "type") {
            "add" => ("/dev/null", to.as_str()),
            "delete" => (path.as_str(), "/dev/null"),
            _ => (path.as_str(), to.as_str()),
        };
        diff.push_str(&format!("--- {from}\n+++ {to}\n{}", patch_of(change)));
        if !diff.ends_with('\n') {
            diff.push('\n');
        }
    }
    (!diff.is_empty()).then_some(diff)
}

/// Takes away what only this module needs to know.
pub fn tidy(tool: &mut ToolPart) {
    tool.metadata.remove("fromOutput");
    let has_item = tool.metadata.remove("fromItem").is_some();
    let was_stopped = tool.metadata.get("interrupted") == Some(&Value::Bool(true));
    let has_asked = text(&tool.input, "sandbox_permissions") == "require_escalated";
    // It had to be allowed, was ended by the user, and never ran.
    if was_stopped && has_asked && !has_item {
        tool.metadata.remove("interrupted");
        let approval: Object = Object::from_iter([("outcome".to_owned(), "rejected".into())]);
        tool.metadata.insert("approval".to_owned(), approval.into());
    }
}
