//! A tool call: what the model asked for, what came of it, and what the user said to it.

use serde_json::{Value, json};

use super::blocks::{Blocks, part, string};
use super::record::Record;
use crate::model::{Object, Part, PartKind, Timestamp, ToolPart, ToolStatus};

/// A sub-agent of a session, by which a call that started it is known.
#[derive(Debug, Clone)]
pub struct Child {
    pub id: String,
    pub label: Option<String>,
    pub created: Option<i64>,
}

/// A call as the model wrote it.
pub fn asked(name: String, id: Option<String>, arguments: Option<String>) -> Part {
    let arguments = arguments.unwrap_or_default();
    let (input, raw) = match serde_json::from_str::<Value>(&arguments) {
        Ok(input) => (input, None),
        Err(_) => (Object::new().into(), Some(arguments)),
    };
    part(PartKind::Tool(Box::new(ToolPart {
        raw: raw.filter(|raw| !raw.is_empty()),
        ..ToolPart::begun(name, id, input)
    })))
}

/// The call with an id; the last one where several have it.
pub fn find<'p>(parts: &'p mut [Part], id: Option<&str>) -> Option<&'p mut ToolPart> {
    let id = id?;
    parts
        .iter_mut()
        .rev()
        .find_map(|part| match &mut part.kind {
            PartKind::Tool(tool) if tool.call_id.as_deref() == Some(id) => Some(&mut **tool),
            _ => None,
        })
}

fn time(record: &Record<'_>) -> Option<Timestamp> {
    record.time.and_then(Timestamp::in_range)
}

/// The tool began to run.
pub fn started(parts: &mut Vec<Part>, record: &Record<'_>, data: &Value) {
    let id = string(data, "callId");
    if find(parts, id.as_deref()).is_none() {
        let name = string(data, "name").unwrap_or_default();
        parts.push(asked(name, id.clone(), string(data, "arguments")));
    }
    if let Some(tool) = find(parts, id.as_deref()) {
        tool.status = ToolStatus::Running;
        tool.time.start = time(record);
    }
}

/// The result in a message of any version, and the id of its call.
fn result_in(message: &Value) -> (Option<String>, &Value) {
    let wrapper = message
        .get("content")
        .and_then(Value::as_array)
        .and_then(|content| content.first())
        .filter(|block| super::blocks::kind(block) == "tool-result");
    let result = wrapper.unwrap_or(message);
    let id = string(result, "toolCallId").or_else(|| {
        let source = message.get("source")?;
        string(source, "callId")
    });
    (id, result)
}

/// Of a result that is told whole, the model keeps a shortened copy.
pub fn shortened(parts: &mut [Part], record: &Record<'_>, data: &Value) {
    let (id, _) = result_in(data.get("message").unwrap_or(&Value::Null));
    if let Some(tool) = find(parts, id.as_deref()) {
        tool.compacted = time(record);
    }
}

/// Whether a call with such an error was ended from outside: by the user, or with the application.
fn was_stopped(code: &str) -> bool {
    code == "TOOL_OUTCOME_UNKNOWN"
        || code == "TOOL_NOT_STARTED"
        || code.split('_').next_back() == Some("ABORTED")
}

/// The tool's result, in the shape of any version.
pub fn ended(parts: &mut Vec<Part>, record: &Record<'_>, data: &Value, blocks: &mut Blocks<'_>) {
    let message = data.get("message").unwrap_or(&Value::Null);
    let (id, result) = result_in(message);
    if find(parts, id.as_deref()).is_none() {
        parts.push(asked(String::new(), id.clone(), None));
    }
    let is_error = result.get("isError").and_then(Value::as_bool) == Some(true);
    let code = data.get("error").and_then(|error| string(error, "code"));
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for inner in blocks.parts(result.get("content").unwrap_or(&Value::Null)) {
        match inner.kind {
            PartKind::Text { text, .. } => texts.push(text),
            PartKind::File(file) => files.push(file),
            _ => {}
        }
    }
    let text = texts.join("\n");
    let Some(tool) = find(parts, id.as_deref()) else {
        return;
    };
    let text = blocks.spills.complete(tool, text, blocks.notes);
    tool.time.end = time(record);
    tool.attachments = files;
    if is_error || code.is_some() {
        tool.status = ToolStatus::Error;
        tool.error = Some(text);
        if code.as_deref().is_some_and(was_stopped) {
            tool.metadata.insert("interrupted".to_owned(), true.into());
        }
    } else {
        tool.status = ToolStatus::Completed;
        note_exit_code(tool, &text);
        note_changes(tool);
        tool.output = Some(text);
    }
}

/// A command that failed is stored as one that did not: only its last line tells.
fn note_exit_code(tool: &mut ToolPart, output: &str) {
    if tool.tool != "bash" {
        return;
    }
    // What DSH says of an output that it cut stands behind the code.
    let is_notice =
        |line: &&str| line.starts_with("(Omitted ") || line.starts_with("[output truncated; ");
    let mut lines = output.trim_end().lines().rev();
    let last = lines.find(|line| !line.trim().is_empty() && !is_notice(line));
    let marked = last
        .unwrap_or_default()
        .strip_prefix("[exit code: ")
        .and_then(|it| it.strip_suffix(']'));
    let is_in_background = tool.input.get("run_in_background") == Some(&Value::Bool(true));
    let exit = match marked.map(str::parse::<i64>) {
        Some(Ok(exit)) => Some(exit),
        Some(Err(_)) => None,
        None => (!is_in_background).then_some(0),
    };
    if let Some(exit) = exit {
        tool.metadata.insert("exit".to_owned(), exit.into());
    }
}

/// How many lines an edit added and removed.
fn note_changes(tool: &mut ToolPart) {
    if tool.tool != "edit" {
        return;
    }
    let text = |name: &str| tool.input.get(name).and_then(Value::as_str);
    let (Some(old), Some(new)) = (text("old_string"), text("new_string")) else {
        return;
    };
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let before = same(&mut old.iter().zip(&new));
    let room = old.len().min(new.len()) - before;
    let after = same(&mut old.iter().rev().zip(new.iter().rev())).min(room);
    let changed = json!({
        "additions": new.len() - before - after,
        "deletions": old.len() - before - after,
    });
    tool.metadata.insert("filediff".to_owned(), changed);
}

/// The call asked the user for a permission.
pub fn asked_approval(parts: &mut [Part], data: &Value) {
    let id = string(data, "callId");
    let name = string(data, "toolName");
    let call = match id {
        Some(_) => find(parts, id.as_deref()),
        // The call that is meant is the last one that has no result.
        None => parts
            .iter_mut()
            .rev()
            .find_map(|part| match &mut part.kind {
                PartKind::Tool(tool)
                    if tool.time.end.is_none() && Some(&tool.tool) == name.as_ref() =>
                {
                    Some(&mut **tool)
                }
                _ => None,
            }),
    };
    if let Some(tool) = call {
        let approval =
            json!({ "id": data.get("id"), "reason": data.get("reason"), "outcome": "pending" });
        tool.metadata.insert("approval".to_owned(), approval);
    }
}

/// The user answered, or nobody did.
pub fn decided(parts: &mut [Part], data: &Value) {
    let id = data.get("id");
    let approvals = parts
        .iter_mut()
        .rev()
        .filter_map(|part| match &mut part.kind {
            PartKind::Tool(tool) => tool.metadata.get_mut("approval"),
            _ => None,
        });
    for approval in approvals {
        if let Some(approval) = approval.as_object_mut()
            && approval.get("id") == id
        {
            let outcome = data.get("outcome").cloned().unwrap_or_default();
            approval.insert("outcome".to_owned(), outcome);
            return;
        }
    }
}

/// A call that another call made.
pub fn dispatched(
    parts: &mut Vec<Part>,
    record: &Record<'_>,
    data: &Value,
    blocks: &mut Blocks<'_>,
) {
    let arguments = match data.get("arguments") {
        Some(Value::String(arguments)) => Some(arguments.clone()),
        other => other.map(Value::to_string),
    };
    let id = string(data, "subCallId");
    let mut call = asked(string(data, "name").unwrap_or_default(), id, arguments);
    let inner = blocks.parts(data.get("content").unwrap_or(&Value::Null));
    let text = |part: Part| match part.kind {
        PartKind::Text { text, .. } => Some(text),
        _ => None,
    };
    let text: Vec<String> = inner.into_iter().filter_map(text).collect();
    let text = text.join("\n");
    if let PartKind::Tool(tool) = &mut call.kind {
        let caller = string(data, "parentCallId").unwrap_or_default();
        tool.metadata.insert("calledBy".to_owned(), caller.into());
        let text = blocks.spills.complete(tool, text, blocks.notes);
        tool.time.end = time(record);
        if data.get("isError").and_then(Value::as_bool) == Some(true) {
            tool.status = ToolStatus::Error;
            tool.error = Some(text);
        } else {
            tool.status = ToolStatus::Completed;
            note_exit_code(tool, &text);
            tool.output = Some(text);
        }
    }
    parts.push(call);
}

/// Which sub-agent each call started: the call's result names it, or it is told by its label and its time.
pub fn link_children(parts: &mut [Part], children: &[Child]) {
    for part in parts {
        let PartKind::Tool(tool) = &mut part.kind else {
            continue;
        };
        if !matches!(tool.tool.as_str(), "subagent" | "subagent_fork") {
            continue;
        }
        let output = tool.output.as_deref().unwrap_or_default();
        let named = output.strip_prefix("started subagent ").map(str::trim);
        let description = tool.input.get("description").and_then(Value::as_str);
        let from = tool.time.start.map(Timestamp::millis);
        let to = tool.time.end.map(Timestamp::millis);
        let is_its = |child: &&Child| {
            let in_time = child.created.is_some_and(|created| {
                from.is_none_or(|from| created >= from) && to.is_none_or(|to| created <= to)
            });
            in_time && child.label.is_some() && child.label.as_deref() == description
        };
        let child = match named {
            Some(id) => children.iter().find(|child| child.id == id),
            None => children.iter().find(is_its),
        };
        if let Some(child) = child {
            tool.metadata
                .insert("sessionId".to_owned(), child.id.clone().into());
        }
    }
}
