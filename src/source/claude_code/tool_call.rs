//! A tool call: what the model asked for, and what came of it.

use serde_json::{Value, json};

use super::beside::Beside;
use super::blocks::file_of;
use super::message::texts;
use super::record::Record;
use super::speaker::{element, whole_element};
use crate::model::{Notes, Timestamp, ToolPart, ToolStatus};
use crate::source::parts::{kind, string};

/// A call as the model wrote it.
pub fn asked(block: &Value) -> ToolPart {
    let name = string(block, "name").unwrap_or_default();
    let input = block.get("input").cloned().unwrap_or_default();
    ToolPart {
        status: ToolStatus::Running,
        ..ToolPart::begun(name, string(block, "id"), input)
    }
}

/// The tool's result. `line` tells more of it than the model got; some of that is taken, by name. Another result of the
/// same call adds to the one before.
pub fn ended(
    tool: &mut ToolPart,
    block: &Value,
    line: &Value,
    record: &Record<'_>,
    beside: &Beside,
    notes: &mut Notes,
) {
    let before = tool.error.take().or_else(|| tool.output.take());
    ended_with(tool, block, line, record, beside, notes);
    let Some(mut told) = before.filter(|before| !before.is_empty()) else {
        return;
    };
    let target = match &mut tool.error {
        Some(error) => error,
        None => tool.output.get_or_insert_default(),
    };
    if !target.is_empty() && !told.ends_with(target.as_str()) {
        told.push('\n');
        told.push_str(target);
    }
    *target = told;
}

fn ended_with(
    tool: &mut ToolPart,
    block: &Value,
    line: &Value,
    record: &Record<'_>,
    beside: &Beside,
    notes: &mut Notes,
) {
    let content = block.get("content").unwrap_or(&Value::Null);
    let mut text = texts(content);
    let blocks = content.as_array();
    for inner in blocks.into_iter().flatten() {
        if matches!(kind(inner), "image" | "document") {
            tool.attachments.push(file_of(inner));
        }
    }
    match beside.whole(&text, notes) {
        Some(Ok(whole)) => text = whole,
        Some(Err(missing)) => {
            let elsewhere = json!({ "bytes": stored_bytes(line), "why": missing.name() });
            tool.metadata
                .insert("storedElsewhere".to_owned(), elsewhere);
        }
        None => {}
    }
    tool.time.end = record.time().and_then(Timestamp::in_range);
    let result = line.get("toolUseResult").unwrap_or(&Value::Null);
    let is_error = block.get("is_error").and_then(Value::as_bool) == Some(true);
    if is_error {
        tool.status = ToolStatus::Error;
        let inside = whole_element(&text, "tool_use_error").map(str::to_owned);
        let text = inside.unwrap_or(text);
        note_denial(tool, line, &text);
        note_failed_command(tool, &text);
        tool.error = Some(with_feedback(line, text));
        return;
    }
    tool.status = ToolStatus::Completed;
    if result.get("interrupted").and_then(Value::as_bool) == Some(true) {
        tool.status = ToolStatus::Error;
        tool.metadata.insert("interrupted".to_owned(), true.into());
        tool.error = Some(text);
        return;
    }
    let is_in_background = result.get("backgroundTaskId").is_some();
    // The log of a sub-agent has no more than whether it failed.
    let is_told = result.is_object() || block.get("is_error").is_some();
    let was_left = tool.input.get("run_in_background") == Some(&Value::Bool(true));
    if tool.runs_command() && !is_in_background && !was_left && is_told {
        tool.metadata.insert("exit".to_owned(), 0.into());
    }
    note_changes(tool, result);
    note_answers(tool, result);
    let is_launched = string(result, "status").as_deref() == Some("async_launched");
    if is_launched {
        // What it says is for the model alone. The result comes later.
        tool.status = ToolStatus::Running;
        tool.time.end = None;
        return;
    }
    tool.output = Some(text);
}

/// The text of a denial with what the user wrote, which it may hold already.
fn with_feedback(line: &Value, text: String) -> String {
    match string(line, "userFeedback") {
        Some(words) if !words.trim().is_empty() && !text.contains(words.trim()) => {
            format!("{text}\n{words}")
        }
        _ => text,
    }
}

fn stored_bytes(line: &Value) -> Option<u64> {
    line.get("toolUseResult")?
        .get("persistedOutputSize")?
        .as_u64()
}

/// A call that the user or a rule did not allow, or that was ended with the program.
fn note_denial(tool: &mut ToolPart, line: &Value, text: &str) {
    let denial = string(line, "toolDenialKind");
    let outcome = match denial.as_deref() {
        Some("interrupted") => {
            tool.metadata.insert("interrupted".to_owned(), true.into());
            return;
        }
        Some("permission-rule") => {
            tool.metadata.insert("deniedBy".to_owned(), "rule".into());
            return;
        }
        Some(_) => "rejected",
        None if text.starts_with("The user doesn't want to proceed") => "rejected",
        None => return,
    };
    tool.metadata
        .insert("approval".to_owned(), json!({ "outcome": outcome }));
}

/// The user stopped a call while it ran. The log calls that a rejection, as if it had not begun.
pub fn stopped(tool: &mut ToolPart) {
    if tool.metadata.shift_remove("approval").is_some() {
        tool.metadata.insert("interrupted".to_owned(), true.into());
    }
}

/// A command that failed: its result begins with the code.
fn note_failed_command(tool: &mut ToolPart, text: &str) {
    let code = text
        .strip_prefix("Exit code ")
        .filter(|_| tool.runs_command());
    let code = code.and_then(|rest| rest.lines().next()?.trim().parse::<i64>().ok());
    if let Some(code) = code {
        tool.metadata.insert("exit".to_owned(), code.into());
    }
}

/// What an edit changed, as a unified diff. The whole of the file before it is not taken.
fn note_changes(tool: &mut ToolPart, result: &Value) {
    let is_new = string(result, "type").as_deref() == Some("create");
    if is_new {
        tool.metadata.insert("exists".to_owned(), false.into());
    }
    let hunks = result.get("structuredPatch").and_then(Value::as_array);
    let hunks = hunks.filter(|hunks| !hunks.is_empty());
    let Some(hunks) = hunks else { return };
    let path = string(result, "filePath").unwrap_or_default();
    let path = path.replace(['\n', '\r'], " ");
    let mut diff = format!("--- {path}\n+++ {path}\n");
    let (mut additions, mut deletions) = (0_u64, 0_u64);
    for hunk in hunks {
        let number = |name: &str| hunk.get(name).and_then(Value::as_u64).unwrap_or_default();
        diff.push_str(&format!(
            "@@ -{},{} +{},{} @@\n",
            number("oldStart"),
            number("oldLines"),
            number("newStart"),
            number("newLines")
        ));
        let lines = hunk.get("lines").and_then(Value::as_array);
        for line in lines.into_iter().flatten().filter_map(Value::as_str) {
            additions += u64::from(line.starts_with('+'));
            deletions += u64::from(line.starts_with('-'));
            diff.push_str(line);
            diff.push('\n');
        }
    }
    tool.metadata.insert("diff".to_owned(), diff.into());
    let counts = json!({ "additions": additions, "deletions": deletions });
    tool.metadata.insert("filediff".to_owned(), counts);
}

/// What the user answered to questions, in their order.
fn note_answers(tool: &mut ToolPart, result: &Value) {
    let Some(answers) = result.get("answers").and_then(Value::as_object) else {
        return;
    };
    let questions = tool.input.get("questions").and_then(Value::as_array);
    let answered = questions.into_iter().flatten().map(|question| {
        let question = string(question, "question").unwrap_or_default();
        match answers.get(&question) {
            Some(Value::String(answer)) => json!([answer]),
            Some(Value::Array(answers)) => {
                let answers = answers.iter().filter(|it| it.is_string());
                answers.cloned().collect()
            }
            _ => json!([]),
        }
    });
    let answered: Vec<Value> = answered.collect();
    tool.metadata.insert("answers".to_owned(), answered.into());
}

/// What came back of a sub-agent, or of a command in the background.
pub fn came_back(tool: &mut ToolPart, notification: &str, record: &Record<'_>) {
    tool.time.end = record
        .time()
        .and_then(Timestamp::in_range)
        .or(tool.time.end);
    let result = whole_element(notification, "result");
    let summary = element(notification, "summary");
    let failed = matches!(
        element(notification, "status").map(str::trim),
        Some("failed" | "error")
    );
    let was_stopped = matches!(
        element(notification, "status").map(str::trim),
        Some("killed" | "stopped" | "cancelled")
    );
    let text = result.or(summary).unwrap_or_default().to_owned();
    let code = summary.and_then(exit_code).filter(|_| tool.runs_command());
    if let Some(code) = code {
        tool.metadata.insert("exit".to_owned(), code.into());
    }
    tool.status = match failed || was_stopped {
        true => ToolStatus::Error,
        false => ToolStatus::Completed,
    };
    if was_stopped {
        tool.metadata.insert("interrupted".to_owned(), true.into());
    }
    let target = match failed || was_stopped {
        true => &mut tool.error,
        false => &mut tool.output,
    };
    // A command in the background told before where its output is.
    match target {
        Some(known) if !known.is_empty() => {
            known.push('\n');
            known.push_str(&text);
        }
        _ => *target = Some(text),
    }
}

/// The code in `Background command "…" completed (exit code 0)`.
fn exit_code(summary: &str) -> Option<i64> {
    let (_, code) = summary.trim().rsplit_once("(exit code ")?;
    code.strip_suffix(')')?.parse().ok()
}

/// The result of a tool that the provider ran itself.
pub fn ended_on_server(tool: &mut ToolPart, block: &Value, record: &Record<'_>) {
    tool.time.end = record.time().and_then(Timestamp::in_range);
    let content = block.get("content").unwrap_or(&Value::Null);
    if let Some(code) = string(content, "error_code") {
        tool.status = ToolStatus::Error;
        tool.error = Some(code);
        return;
    }
    let found = content.as_array().into_iter().flatten().map(|item| {
        let facts = ["title", "url", "text"].iter();
        let facts = facts.filter_map(|name| string(item, name));
        facts.collect::<Vec<_>>().join("\n")
    });
    let found: Vec<String> = found.filter(|it| !it.is_empty()).collect();
    tool.status = ToolStatus::Completed;
    tool.output = Some(found.join("\n\n"));
}
