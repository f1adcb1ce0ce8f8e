//! Visits every string of a session.
//!
//! Each type is taken apart field by field, without `..`: a field that is added to the model and
//! forgotten here does not compile.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    FileDiff, FilePart, Message, MessageError, ModelRef, Object, Part, PartKind, RetryPart, Role,
    Runtime, Session, SessionInfo, SubtaskPart, Todo, ToolPart, ToolStatus,
};

/// Sees, and may change, every string of a session.
pub trait Visitor {
    /// A string field.
    fn text(&mut self, field: &'static str, text: &mut String);

    /// A field that holds any JSON: its strings and the keys of its objects.
    fn json(&mut self, field: &'static str, value: &mut Value);

    /// Gives what follows belongs to this message; `None`: to the session itself.
    fn enter_message(&mut self, id: Option<&str>);

    /// Gives what follows belongs to this call of a tool, which is as it was stored; `None`: to none.
    fn enter_tool(&mut self, _tool: Option<&ToolPart>) {}

    /// Gives what follows belongs to a file of this name; `None`: to none.
    fn enter_file(&mut self, _path: Option<&str>) {}

    /// Gives what follows belongs to this part; `None`: to the message itself.
    fn enter_part(&mut self, id: Option<&str>);
}

fn option(visitor: &mut impl Visitor, field: &'static str, text: &mut Option<String>) {
    if let Some(text) = text {
        visitor.text(field, text);
    }
}

fn object(visitor: &mut impl Visitor, field: &'static str, object: &mut Object) {
    if object.is_empty() {
        return;
    }
    let mut value = Value::Object(std::mem::take(object));
    visitor.json(field, &mut value);
    if let Value::Object(visited) = value {
        *object = visited;
    }
}

/// Visits every string of some JSON, but for the names of fields.
pub fn json_texts(visitor: &mut impl Visitor, field: &'static str, value: &mut Value) {
    match value {
        Value::String(text) => visitor.text(field, text),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| json_texts(visitor, field, item)),
        Value::Object(object) => object
            .values_mut()
            .for_each(|value| json_texts(visitor, field, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Gives some fields of an object other names, by their places in ascending order. Where two would have the
/// same, the later one is numbered, so that none is lost.
pub fn rename(object: &mut Object, renamed: Vec<(usize, String)>) {
    if renamed.is_empty() {
        return;
    }
    let mut renamed = renamed.into_iter().peekable();
    // How many have a name: to count them anew for each would take ever longer.
    let mut numbers = HashMap::<String, usize>::new();
    for (index, (key, value)) in std::mem::take(object).into_iter().enumerate() {
        let other = renamed.next_if(|(place, _)| *place == index);
        let name = other.map_or(key, |(_, name)| name);
        let mut free = name.clone();
        while object.contains_key(&free) {
            let number = numbers.entry(name.clone()).or_insert(1);
            *number += 1;
            free = format!("{name}_{number}");
        }
        object.insert(free, value);
    }
}

/// Visits what the source told of the application.
pub fn runtime(visitor: &mut impl Visitor, runtime: &mut Runtime) {
    let Runtime {
        namespace,
        app_version,
        channel,
        platform,
        os_version,
        diagnostics,
        rest,
    } = runtime;
    for (field, text) in [
        ("runtime.namespace", namespace),
        ("runtime.app_version", app_version),
        ("runtime.channel", channel),
        ("runtime.platform", platform),
        ("runtime.os_version", os_version),
    ] {
        option(visitor, field, text);
    }
    if let Some(diagnostics) = diagnostics {
        visitor.json("diagnostics", diagnostics);
    }
    object(visitor, "runtime", rest);
}

/// Visits a session without its messages.
pub fn session(visitor: &mut impl Visitor, session: &mut Session) {
    let Session {
        info: session_info,
        todos,
        diffs,
        parent: _,
        is_branch: _,
        rest,
    } = session;
    visitor.enter_message(None);
    info(visitor, session_info);
    for Todo {
        content,
        status,
        priority,
        rest,
    } in todos.iter_mut().flatten()
    {
        visitor.text("todo.content", content);
        option(visitor, "todo.status", status);
        option(visitor, "todo.priority", priority);
        object(visitor, "todo", rest);
    }
    for diff in diffs.iter_mut().flatten() {
        file_diff(visitor, diff);
    }
    object(visitor, "session", rest);
}

fn info(visitor: &mut impl Visitor, info: &mut SessionInfo) {
    let SessionInfo {
        id,
        title,
        directory,
        version,
        agent,
        model,
        skill,
        parent_id,
        created: _,
        updated: _,
        archived: _,
        share_url,
        was_published: _,
        reverted_from,
        reverted_part,
        summary: _,
        cost: _,
        tokens: _,
        last_answer_tokens: _,
        rest,
    } = info;
    for (field, text) in [
        ("id", id),
        ("title", title),
        ("directory", directory),
        ("version", version),
        ("agent", agent),
        ("skill", skill),
        ("parentID", parent_id),
        ("share.url", share_url),
        ("revert.messageID", reverted_from),
        ("revert.partID", reverted_part),
    ] {
        option(visitor, field, text);
    }
    model_ref(visitor, model);
    object(visitor, "info", rest);
}

fn model_ref(visitor: &mut impl Visitor, model: &mut Option<ModelRef>) {
    let Some(ModelRef {
        provider_id,
        model_id,
        variant,
    }) = model
    else {
        return;
    };
    option(visitor, "providerID", provider_id);
    option(visitor, "modelID", model_id);
    option(visitor, "variant", variant);
}

fn file_diff(visitor: &mut impl Visitor, diff: &mut FileDiff) {
    let FileDiff {
        file,
        status,
        additions: _,
        deletions: _,
        patch,
        rest,
    } = diff;
    visitor.enter_file(file.as_deref());
    option(visitor, "diff.file", file);
    option(visitor, "diff.status", status);
    option(visitor, "diff.patch", patch);
    object(visitor, "diff", rest);
    visitor.enter_file(None);
}

/// Visits a message.
pub fn message(visitor: &mut impl Visitor, message: &mut Message) {
    let Message {
        id,
        role,
        parent_id,
        agent,
        model,
        time: _,
        cost: _,
        tokens: _,
        finish,
        error,
        is_summary: _,
        session_id,
        directory,
        system,
        diffs,
        parts,
        rest,
    } = message;
    option(visitor, "id", id);
    visitor.enter_message(id.as_deref());
    if let Role::Other(name) = role {
        visitor.text("role", name);
    }
    for (field, text) in [
        ("parentID", parent_id),
        ("agent", agent),
        ("finish", finish),
        ("sessionID", session_id),
        ("path.cwd", directory),
        ("system", system),
    ] {
        option(visitor, field, text);
    }
    model_ref(visitor, model);
    message_error(visitor, error);
    for diff in diffs {
        file_diff(visitor, diff);
    }
    object(visitor, "info", rest);
    for part_ in parts {
        part(visitor, part_);
    }
    visitor.enter_message(None);
}

fn message_error(visitor: &mut impl Visitor, error: &mut Option<MessageError>) {
    let Some(MessageError {
        name,
        message,
        status_code: _,
        is_retryable: _,
        rest,
    }) = error
    else {
        return;
    };
    option(visitor, "error.name", name);
    option(visitor, "error.message", message);
    object(visitor, "error", rest);
}

fn part(visitor: &mut impl Visitor, part: &mut Part) {
    let Part { id, kind, rest } = part;
    option(visitor, "id", id);
    visitor.enter_part(id.as_deref());
    part_kind(visitor, kind);
    object(visitor, "part", rest);
    visitor.enter_part(None);
}

fn part_kind(visitor: &mut impl Visitor, kind: &mut PartKind) {
    match kind {
        PartKind::Text {
            text,
            is_synthetic: _,
            is_ignored: _,
            time: _,
        }
        | PartKind::Reasoning { text, time: _ } => visitor.text("text", text),
        PartKind::File(file) => file_part(visitor, file),
        PartKind::Tool(tool) => tool_part(visitor, tool),
        PartKind::Agent { name } | PartKind::Skill { name } => visitor.text("name", name),
        PartKind::Subtask(subtask) => subtask_part(visitor, subtask),
        PartKind::Patch { hash, files } => {
            option(visitor, "hash", hash);
            for file in files {
                visitor.text("files", file);
            }
        }
        PartKind::Snapshot { hash } => option(visitor, "snapshot", hash),
        PartKind::StepStart | PartKind::Unreadable => {}
        PartKind::StepFinish {
            reason,
            cost: _,
            tokens: _,
        } => option(visitor, "reason", reason),
        PartKind::Retry(RetryPart {
            attempt: _,
            error,
            created: _,
        }) => message_error(visitor, error),
        PartKind::Compaction {
            is_automatic: _,
            status,
            summary,
        } => {
            option(visitor, "status", status);
            option(visitor, "summary", summary);
        }
        PartKind::Notice { kind, created: _ } => option(visitor, "kind", kind),
        PartKind::Context { source, text } => {
            option(visitor, "source", source);
            visitor.text("text", text);
        }
        PartKind::Happened { what: _, detail } => option(visitor, "detail", detail),
        PartKind::AgentSwitched { agent } => option(visitor, "agent", agent),
        PartKind::ModelSwitched { model } => model_ref(visitor, model),
        PartKind::LocationSwitched { directory } => option(visitor, "directory", directory),
        PartKind::Idle { outcome } => option(visitor, "outcome", outcome),
        PartKind::Unknown { name, value } => {
            option(visitor, "type", name);
            visitor.json("part", value);
        }
    }
}

fn file_part(visitor: &mut impl Visitor, file: &mut FilePart) {
    let FilePart {
        mime,
        filename,
        url,
        source,
        size: _,
        sha256,
        rest,
    } = file;
    visitor.enter_file(filename.as_deref());
    for (field, text) in [
        ("mime", mime),
        ("filename", filename),
        ("url", url),
        ("sha256", sha256),
    ] {
        option(visitor, field, text);
    }
    object(visitor, "source", source);
    object(visitor, "file", rest);
    visitor.enter_file(None);
}

fn tool_part(visitor: &mut impl Visitor, tool: &mut ToolPart) {
    visitor.enter_tool(Some(tool));
    let ToolPart {
        tool,
        call_id,
        status,
        input,
        raw,
        title,
        output,
        error,
        metadata,
        time: _,
        compacted: _,
        attachments,
        rest,
    } = tool;
    visitor.text("tool", tool);
    if let ToolStatus::Other(name) = status {
        visitor.text("state.status", name);
    }
    visitor.json("state.input", input);
    for (field, text) in [
        ("callID", call_id),
        ("state.raw", raw),
        ("state.title", title),
        ("state.output", output),
        ("state.error", error),
    ] {
        option(visitor, field, text);
    }
    object(visitor, "state.metadata", metadata);
    for file in attachments {
        file_part(visitor, file);
    }
    object(visitor, "state", rest);
    visitor.enter_tool(None);
}

fn subtask_part(visitor: &mut impl Visitor, subtask: &mut SubtaskPart) {
    let SubtaskPart {
        prompt,
        description,
        agent,
        command,
        status,
        result,
        rest,
    } = subtask;
    for (field, text) in [
        ("prompt", prompt),
        ("description", description),
        ("agent", agent),
        ("command", command),
        ("status", status),
        ("result", result),
    ] {
        option(visitor, field, text);
    }
    object(visitor, "subtask", rest);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_that_get_the_same_name_are_all_there() {
        let mut object = Object::new();
        for (name, value) in [("x", 1), ("a", 2), ("y", 3), ("a_2", 4), ("z", 5)] {
            object.insert(name.to_owned(), json!(value));
        }
        let to_a = [0, 2, 4].map(|place| (place, "a".to_owned()));
        rename(&mut object, to_a.into());
        let fields: Vec<_> = object
            .iter()
            .map(|(name, value)| (&**name, value))
            .collect();
        let values = [1, 2, 3, 4, 5].map(|value| json!(value));
        let names = ["a", "a_2", "a_3", "a_2_2", "a_4"];
        assert_eq!(fields, names.into_iter().zip(&values).collect::<Vec<_>>());
    }
}
