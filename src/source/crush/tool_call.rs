//! A tool call of the model: what it asked for, under the names that the document has for tools.

use serde_json::{Map, Value};

use crate::model::{Object, Timestamp, ToolPart, ToolStatus};
use crate::source::parts::string;

/// The fields of a call.
pub const FIELDS: [&str; 6] = [
    "finished",
    "id",
    "input",
    "name",
    "provider_executed",
    "type",
];

/// The call as the model wrote it.
pub fn asked(data: &Value) -> ToolPart {
    let name = string(data, "name").unwrap_or_default();
    let id = string(data, "id").filter(|id| !id.is_empty());
    let written = string(data, "input").unwrap_or_default();
    let is_finished = data.get("finished") != Some(&Value::Bool(false));
    let (input, raw) = match serde_json::from_str::<Value>(&written) {
        Ok(Value::Object(input)) => (Value::Object(renamed(&name, input)), None),
        Ok(input) => (input, None),
        Err(_) => (
            Value::Object(Object::new()),
            Some(written).filter(|it| !it.is_empty()),
        ),
    };
    ToolPart {
        raw,
        status: match is_finished {
            true => ToolStatus::Running,
            false => ToolStatus::Pending,
        },
        ..ToolPart::begun(name_of(&name).to_owned(), id, input)
    }
}

/// A command that a person typed.
pub fn typed(data: &Value, time: Option<Timestamp>) -> ToolPart {
    let command = string(data, "command").unwrap_or_default();
    let input = Object::from_iter([("command".to_owned(), command.into())]);
    let mut tool = ToolPart {
        status: ToolStatus::Completed,
        output: string(data, "output"),
        ..ToolPart::begun("bash".to_owned(), None, input.into())
    };
    if let Some(exit) = data.get("exit_code").and_then(Value::as_i64) {
        tool.metadata.insert("exit".to_owned(), exit.into());
    }
    // The store does not keep the duration.
    tool.time.start = time;
    tool
}

/// The name that the document has for a tool.
pub fn name_of(stored: &str) -> &str {
    match stored {
        "view" => "read",
        "ls" => "list",
        "fetch" | "web_fetch" => "webfetch",
        "web_search" => "websearch",
        "sourcegraph" => "codesearch",
        "todos" => "todowrite",
        "agent" => "task",
        other => other,
    }
}

/// The fields of an input under the names that they have in the document.
fn renamed(tool: &str, mut input: Map<String, Value>) -> Map<String, Value> {
    match tool {
        "patch" => {
            if let Some(patch) = input.shift_remove("patch_text") {
                input.insert("patchText".to_owned(), patch);
            }
        }
        // It counts lines from 0.
        "view" => {
            if let Some(offset) = input.get_mut("offset")
                && let Some(skipped) = offset.as_u64()
            {
                *offset = skipped.saturating_add(1).into();
            }
        }
        // Each entry also has the words for while it is being done.
        "todos" => {
            let todos = input.get_mut("todos").and_then(Value::as_array_mut);
            for todo in todos.into_iter().flatten().filter_map(Value::as_object_mut) {
                todo.shift_remove("active_form");
            }
        }
        _ => {}
    }
    input
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_input_that_is_no_json_is_shown_as_it_was_written() {
        let call = |data: Value| asked(&data);
        let tool = call(
            json!({ "id": "a", "name": "view", "input": "{\"file_path\":\"x\",\"offset\":9}" }),
        );
        assert_eq!(tool.tool, "read");
        assert_eq!(tool.input, json!({ "file_path": "x", "offset": 10 }));
        assert_eq!(tool.status, ToolStatus::Running);
        let tool = call(json!({ "name": "write", "input": "{\"fi", "finished": false }));
        assert_eq!(tool.raw.as_deref(), Some("{\"fi"));
        assert_eq!(tool.status, ToolStatus::Pending);
        assert_eq!(call(json!({ "input": 7 })).input, json!({}));
    }
}
