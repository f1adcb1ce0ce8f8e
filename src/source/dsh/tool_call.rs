//! A tool call: what the model asked for, what came of it, and what the user said to it.

use serde_json::{Value, json};

use super::blocks::{self, Blocks, part, string};
use super::calls::Calls;
use super::record::Record;
use crate::model::{Object, Part, PartKind, Timestamp, ToolPart, ToolStatus};

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

fn time(record: &Record<'_>) -> Option<Timestamp> {
    record.time.and_then(Timestamp::in_range)
}

/// The tool began to run.
pub fn started(parts: &mut Vec<Part>, calls: &mut Calls, record: &Record<'_>, data: &Value) {
    let id = string(data, "callId");
    if calls.find(parts, id.as_deref()).is_none() {
        let name = string(data, "name").unwrap_or_default();
        parts.push(asked(name, id.clone(), string(data, "arguments")));
    }
    if let Some(tool) = calls.find(parts, id.as_deref()) {
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
        .filter(|block| blocks::kind(block) == "tool-result");
    let result = wrapper.unwrap_or(message);
    let id = string(result, "toolCallId").or_else(|| {
        let source = message.get("source")?;
        string(source, "callId")
    });
    (id, result)
}

/// The model keeps a shortened copy of a result that is told whole.
pub fn shortened(parts: &mut [Part], calls: &mut Calls, record: &Record<'_>, data: &Value) {
    let (id, _) = result_in(data.get("message").unwrap_or(&Value::Null));
    if let Some(tool) = calls.find(parts, id.as_deref()) {
        tool.compacted = time(record);
    }
}

/// Tells whether a call with such an error was ended from outside: by the user, or with the application.
fn was_stopped(code: &str) -> bool {
    code == "TOOL_OUTCOME_UNKNOWN"
        || code == "TOOL_NOT_STARTED"
        || code.split('_').next_back() == Some("ABORTED")
}

/// The tool's result, in the shape of any version.
pub fn ended(
    parts: &mut Vec<Part>,
    calls: &mut Calls,
    record: &Record<'_>,
    data: &Value,
    blocks: &mut Blocks<'_>,
) {
    let message = data.get("message").unwrap_or(&Value::Null);
    let (id, result) = result_in(message);
    if calls.find(parts, id.as_deref()).is_none() {
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
    let text = blocks::joined(texts);
    let Some(tool) = calls.find(parts, id.as_deref()) else {
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
        note_changes(tool, data);
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
fn note_changes(tool: &mut ToolPart, data: &Value) {
    if tool.tool != "edit" {
        return;
    }
    let text = |name: &str| tool.input.get(name).and_then(Value::as_str);
    let (Some(old), Some(new)) = (text("old_string"), text("new_string")) else {
        return;
    };
    let places = match tool.input.get("replace_all") {
        Some(Value::Bool(true)) => places_of(old, data.get("meta")),
        _ => 1,
    };
    if places == 0 {
        // The result does not tell how many there were.
        return;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let before = same(&mut old.iter().zip(&new));
    let room = old.len().min(new.len()) - before;
    let after = same(&mut old.iter().rev().zip(new.iter().rev())).min(room);
    let changed = json!({
        "additions": (new.len() - before - after).saturating_mul(places),
        "deletions": (old.len() - before - after).saturating_mul(places),
    });
    tool.metadata.insert("filediff".to_owned(), changed);
}

/// On how many lines a text began in what an edit changed, by the pieces of the file that its result holds.
fn places_of(old: &str, meta: Option<&Value>) -> usize {
    let diffs = meta.and_then(|meta| meta.get("diffs")?.as_array());
    let pieces = diffs.into_iter().flatten();
    let count = |piece: &str| {
        let mut last = None;
        let mut is_on_another_line = |start: usize| {
            let between = last.replace(start).map(|last| piece.get(last..start));
            between
                .flatten()
                .is_none_or(|between| between.contains('\n'))
        };
        let places = piece.match_indices(old).map(|(start, _)| start);
        places.filter(|start| is_on_another_line(*start)).count()
    };
    let old_texts = pieces.filter_map(|diff| diff.get("oldText")?.as_str());
    old_texts.map(count).sum()
}

/// The call asked the user for a permission.
pub fn asked_approval(parts: &mut [Part], calls: &mut Calls, data: &Value) {
    let id = string(data, "callId");
    let name = string(data, "toolName").unwrap_or_default();
    let known_by = data.get("id").unwrap_or(&Value::Null).to_string();
    if let Some(tool) = calls.asking(parts, (id.as_deref(), &name), known_by) {
        let approval =
            json!({ "id": data.get("id"), "reason": data.get("reason"), "outcome": "pending" });
        tool.metadata.insert("approval".to_owned(), approval);
    }
}

/// The user answered, or nobody did.
pub fn decided(parts: &mut [Part], calls: &Calls, data: &Value) {
    let Some(id) = data.get("id") else { return };
    let tool = calls.asked(parts, &id.to_string());
    let approval = tool.and_then(|tool| tool.metadata.get_mut("approval"));
    // The call may have asked again meanwhile.
    if let Some(approval) = approval.and_then(Value::as_object_mut)
        && approval.get("id") == Some(id)
    {
        let outcome = data.get("outcome").cloned().unwrap_or_default();
        approval.insert("outcome".to_owned(), outcome);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_of_all_places_counted_as_one() {
        let changed = |all: bool, meta: Value| {
            let input =
                json!({ "old_string": "rate", "new_string": "tax\nrates", "replace_all": all });
            let mut tool = ToolPart::begun("edit".to_owned(), None, input);
            note_changes(&mut tool, &json!({ "meta": meta }));
            let counts = tool.metadata.get("filediff").cloned();
            counts.map(|it| (it["additions"].as_u64(), it["deletions"].as_u64()))
        };
        let diffs = json!({ "diffs": [
            { "oldText": "a rate of rate\nrate\n\nx", "newText": "" },
            { "oldText": "rate", "newText": "" },
        ] });
        assert_eq!(changed(false, diffs.clone()), Some((Some(2), Some(1))));
        assert_eq!(changed(true, diffs), Some((Some(6), Some(3))));
        assert_eq!(changed(true, json!({})), None);
    }
}
