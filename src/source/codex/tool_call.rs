//! A tool call of the model: what it asked for, under the names that the document has for tools, and what came of it.

use serde_json::{Map, Value, json};

use super::output::{Output, file_of};
use super::record::{Record, text};
use crate::model::{Object, Timestamp, ToolPart, ToolStatus};
use crate::source::parts::string;

/// The call in a line.
pub fn asked(record: &Record) -> ToolPart {
    let payload = &record.payload;
    let id = string(payload, "call_id").or_else(|| string(payload, "id"));
    let mut tool = match record.kind() {
        "custom_tool_call" => {
            let name = text(payload, "name");
            let input = string(payload, "input").unwrap_or_default();
            let field = match name {
                "apply_patch" => "patchText",
                "exec" => "code",
                _ => "input",
            };
            ToolPart::begun(name.to_owned(), id, json!({ field: input }))
        }
        "local_shell_call" => {
            let action = payload.get("action").cloned().unwrap_or_default();
            let mut tool = of_function("shell", id, action);
            if text(payload, "status") == "completed" {
                tool.status = ToolStatus::Completed;
            }
            tool
        }
        "web_search_call" => searched(payload, id),
        "image_generation_call" => {
            let input = json!({ "prompt": text(payload, "revised_prompt") });
            ended_at_once(
                ToolPart::begun("image_generation".to_owned(), id, input),
                payload,
            )
        }
        "tool_search_call" => {
            let input = payload.get("arguments").cloned().unwrap_or_default();
            ended_at_once(
                ToolPart::begun("tool_search".to_owned(), id, input),
                payload,
            )
        }
        _ => {
            let name = name_in(text(payload, "namespace"), text(payload, "name"));
            let arguments = match payload.get("arguments") {
                Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| text),
                Some(Value::Null) | None => Ok(Object::new().into()),
                Some(other) => Ok(other.clone()),
            };
            match arguments {
                Ok(arguments) => of_function(&name, id, arguments),
                Err(text) => ToolPart {
                    raw: Some(text.clone()).filter(|it| !it.is_empty()),
                    ..of_function(&name, id, Object::new().into())
                },
            }
        }
    };
    tool.time.start = record.time.and_then(Timestamp::in_range);
    if tool.status == ToolStatus::Pending {
        tool.status = ToolStatus::Running;
    } else {
        tool.time.end = tool.time.start;
    }
    tool
}

/// Takes what a call asked for into one that is known from how it ended.
pub fn begin(known: &mut ToolPart, asked: ToolPart) {
    let has_ended = !matches!(known.status, ToolStatus::Pending | ToolStatus::Running);
    known.tool = asked.tool;
    known.input = asked.input;
    known.raw = asked.raw;
    known.time.start = known.time.start.filter(|_| has_ended).or(asked.time.start);
    known.metadata.extend(asked.metadata);
    if !has_ended {
        known.status = asked.status;
    }
}

fn ended_at_once(mut tool: ToolPart, payload: &Value) -> ToolPart {
    tool.status = match text(payload, "status") {
        "failed" => ToolStatus::Error,
        _ => ToolStatus::Completed,
    };
    tool
}

/// A search in the web, of which no result is kept.
pub fn searched(payload: &Value, id: Option<String>) -> ToolPart {
    let action = payload.get("action").unwrap_or(payload);
    let mut input = Object::new();
    for name in ["query", "url", "pattern"] {
        if let Some(value) = string(action, name).filter(|it| !it.is_empty()) {
            input.insert(name.to_owned(), value.into());
        }
    }
    ended_at_once(
        ToolPart::begun("websearch".to_owned(), id, input.into()),
        payload,
    )
}

/// The name of a tool of a group of tools. Those of Codex itself need none.
fn name_in(namespace: &str, name: &str) -> String {
    match namespace.starts_with("mcp__") {
        true => format!("{namespace}__{name}"),
        false => name.to_owned(),
    }
}

/// A call by its name and arguments.
fn of_function(name: &str, id: Option<String>, arguments: Value) -> ToolPart {
    let mut arguments = match arguments {
        Value::Object(arguments) => arguments,
        other => return ToolPart::begun(name.to_owned(), id, other),
    };
    let name = match name {
        "exec_command" | "shell" | "shell_command" | "local_shell" | "container.exec" => {
            let command = arguments
                .remove("cmd")
                .or_else(|| arguments.remove("command"));
            let mut input = Object::new();
            if let Some(command) = command {
                input.insert("command".to_owned(), command_of(&command).into());
            }
            if let Some(limit) = arguments.remove("timeout_ms") {
                input.insert("timeout".to_owned(), limit);
            }
            input.extend(arguments);
            arguments = input;
            "shell"
        }
        "apply_patch" => {
            if let Some(patch) = arguments
                .remove("input")
                .or_else(|| arguments.remove("patch"))
            {
                arguments.insert("patchText".to_owned(), patch);
            }
            name
        }
        "update_plan" => {
            if let Some(Value::Array(plan)) = arguments.remove("plan") {
                let todo = |step: &Value| json!({ "content": text(step, "step"), "status": text(step, "status") });
                let todos: Vec<Value> = plan.iter().map(todo).collect();
                arguments.insert("todos".to_owned(), todos.into());
            }
            "todowrite"
        }
        "view_image" => {
            rename(&mut arguments, "path", "filePath");
            "read"
        }
        "spawn_agent" => {
            rename(&mut arguments, "message", "prompt");
            rename(&mut arguments, "task_name", "description");
            rename(&mut arguments, "agent_type", "subagent_type");
            "task"
        }
        "request_user_input" => "question",
        other => other,
    };
    ToolPart::begun(name.to_owned(), id, arguments.into())
}

fn rename(arguments: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = arguments.remove(from) {
        arguments.insert(to.to_owned(), value);
    }
}

/// A command as a person would type it: of a list for a shell, what the shell gets.
pub fn command_of(command: &Value) -> String {
    let Value::Array(words) = command else {
        return command.as_str().unwrap_or_default().to_owned();
    };
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    match words.as_slice() {
        [_, .., "-lc" | "-c" | "-Command" | "/c" | "/C", script] => (*script).to_owned(),
        words => words.join(" "),
    }
}

/// What came back of a call.
pub fn ended(tool: &mut ToolPart, record: &Record) {
    let output = Output::of(record.payload.get("output").unwrap_or(&Value::Null));
    let is_again = tool
        .metadata
        .insert("fromOutput".to_owned(), true.into())
        .is_some();
    tool.time.end = record.time.and_then(Timestamp::in_range);
    let files = output.files.iter().map(|url| file_of(url, None));
    tool.attachments.extend(files);
    if let Some(exit) = output.exit.filter(|_| tool.tool == "shell") {
        tool.metadata.insert("exit".to_owned(), exit.into());
    }
    // The item of a server's tool may have said so.
    let is_error = tool.metadata.get("isError") == Some(&Value::Bool(true));
    let has_failed = output.has_failed
        || is_error
        || output.was_aborted
        || output.was_rejected
        || output.was_blocked
        || tool.tool != "shell" && output.exit.is_some_and(|exit| exit != 0);
    if output.was_aborted {
        tool.metadata.insert("interrupted".to_owned(), true.into());
    }
    if output.was_rejected {
        let approval = json!({ "outcome": "rejected" });
        tool.metadata.insert("approval".to_owned(), approval);
    }
    if output.was_blocked {
        tool.metadata.insert("deniedBy".to_owned(), "rule".into());
    }
    tool.status = match has_failed {
        true => ToolStatus::Error,
        false => ToolStatus::Completed,
    };
    note_answers(tool, &output.text);
    let place = match has_failed {
        true => &mut tool.error,
        false => &mut tool.output,
    };
    // A script may send something before it ends.
    match place {
        // An item may tell more of an error than the model got.
        Some(known) if is_error && known.contains(output.text.trim()) => {}
        Some(known) if is_again || is_error => {
            known.push('\n');
            known.push_str(&output.text);
        }
        // The item came first, and keeps more than the model got.
        Some(known) if tool.tool == "shell" && known.len() > output.text.len() => {}
        place => *place = Some(output.text),
    }
}

/// What the user answered to questions, in their order.
fn note_answers(tool: &mut ToolPart, output: &str) {
    if tool.tool != "question" {
        return;
    }
    let value: Option<Value> = serde_json::from_str(output).ok();
    let Some(answers) = value.as_ref().and_then(|value| value.get("answers")) else {
        return;
    };
    let questions = tool.input.get("questions").and_then(Value::as_array);
    let answered = questions.into_iter().flatten().map(|question| {
        let answer = answers.get(text(question, "id"));
        let list = answer.and_then(|answer| answer.get("answers")?.as_array());
        let list = list.into_iter().flatten().filter(|it| it.is_string());
        Value::Array(list.cloned().collect())
    });
    let answered: Vec<Value> = answered.collect();
    tool.metadata.insert("answers".to_owned(), answered.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_what_the_shell_gets() {
        assert_eq!(command_of(&json!(["/bin/bash", "-lc", "ls a"])), "ls a");
        assert_eq!(command_of(&json!(["git", "status"])), "git status");
        let windows = json!(["pwsh.exe", "-NoProfile", "-Command", "dir"]);
        assert_eq!(command_of(&windows), "dir");
        assert_eq!(command_of(&json!("ls")), "ls");
        assert_eq!(command_of(&json!(7)), "");
    }
}
