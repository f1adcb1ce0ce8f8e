//! The result of a tool call: the text that the model got, and a few notes of the tool.

use serde_json::{Value, json};

use super::message::{data_url, file_of, is_mime};
use crate::model::{Notes, Oddity, Timestamp, ToolPart, ToolStatus};
use crate::source::json::text as json_text;
use crate::source::parts::string;

/// The fields of a result.
pub const FIELDS: [&str; 7] = [
    "content",
    "data",
    "is_error",
    "metadata",
    "mime_type",
    "name",
    "tool_call_id",
];

/// The text that both programs store for a call that the user refused.
const DENIALS: [&str; 2] = ["Permission denied", "User denied permission"];
/// The texts that they store for calls that were cancelled.
const CANCELLATIONS: [&str; 2] = [
    "Tool execution canceled by user",
    "Error: user cancelled assistant tool calling",
];
/// The last line of the output of a command that something else ended.
const ABORTED: &str = "Command was aborted before completion";
/// The text that they store for a command without output.
const NO_OUTPUT: &str = "no output";

/// Puts what came back into a call.
pub fn ended(tool: &mut ToolPart, data: &Value, notes: &mut Notes) {
    let content = string(data, "content").unwrap_or_default();
    let is_error = data.get("is_error") == Some(&Value::Bool(true));
    let noted = noted(data, notes);
    let time = |name: &str| {
        let millis = noted.get(name).and_then(Value::as_i64).filter(|it| *it > 0);
        Timestamp::in_range(millis?)
    };
    tool.time.start = time("start_time").or(tool.time.start);
    tool.time.end = time("end_time").or(tool.time.end);
    if let Some(bytes) = string(data, "data").filter(|data| !data.is_empty()) {
        let mime = string(data, "mime_type").filter(|mime| is_mime(mime));
        let url = data_url(mime.as_deref(), &bytes);
        tool.attachments.push(file_of(Some(url), mime, None));
    }
    if is_error {
        tool.status = ToolStatus::Error;
        let outcome = match content.trim() {
            denial if DENIALS.contains(&denial) => Some("rejected"),
            end if CANCELLATIONS.contains(&end) => Some("cancelled"),
            _ => None,
        };
        if let Some(outcome) = outcome {
            tool.metadata
                .insert("approval".to_owned(), json!({ "outcome": outcome }));
        } else {
            tool.error = Some(content);
        }
        return;
    }
    tool.status = ToolStatus::Completed;
    note(tool, &noted);
    match tool.runs_command() {
        true => of_command(tool, content, &noted),
        false => tool.output = Some(content),
    }
}

/// Tells whether a call was called off.
pub fn was_cancelled(tool: &ToolPart) -> bool {
    let approval = tool.metadata.get("approval");
    approval.and_then(|it| it.get("outcome")) == Some(&Value::from("cancelled"))
}

/// The notes of the tool: a JSON object in a text.
fn noted(data: &Value, notes: &mut Notes) -> Value {
    let Some(text) = string(data, "metadata").filter(|text| !text.is_empty()) else {
        return Value::Null;
    };
    json_text::parse(text.as_bytes(), notes).unwrap_or_else(|_| {
        notes.add("message.parts.metadata", Oddity::ColumnIsNoJson);
        Value::Null
    })
}

/// Takes of what a tool noted what the document shows. The whole of a file before and after a change is not taken.
fn note(tool: &mut ToolPart, noted: &Value) {
    if let Some(diff) = string(noted, "diff").filter(|diff| !diff.trim().is_empty()) {
        if tool.tool == "write" && diff.lines().any(|line| line.starts_with("@@ -0,0 +")) {
            tool.metadata.insert("exists".to_owned(), false.into());
        }
        tool.metadata.insert("diff".to_owned(), diff.into());
    }
    let count = |name: &str| noted.get(name).and_then(Value::as_u64);
    if let (Some(additions), Some(deletions)) = (count("additions"), count("removals")) {
        let counts = json!({ "additions": additions, "deletions": deletions });
        tool.metadata.insert("filediff".to_owned(), counts);
    }
    for (from, to) in [
        ("number_of_files", "count"),
        ("number_of_matches", "matches"),
    ] {
        if let Some(count) = count(from) {
            tool.metadata.insert(to.to_owned(), count.into());
        }
    }
    if noted.get("truncated") == Some(&Value::Bool(true)) {
        tool.metadata.insert("truncated".to_owned(), true.into());
    }
}

/// The output of a command. How it ended stands at its end, and nowhere else.
fn of_command(tool: &mut ToolPart, content: String, noted: &Value) {
    let is_in_background = noted.get("background") == Some(&Value::Bool(true))
        && string(noted, "shell_id").is_some_and(|id| !id.is_empty());
    if is_in_background {
        tool.status = ToolStatus::Running;
        tool.time.end = None;
        tool.output = Some(content);
        return;
    }
    let printed = without_folder(&content);
    if printed == NO_OUTPUT {
        tool.output = Some(String::new());
        tool.metadata.insert("exit".to_owned(), 0.into());
        return;
    }
    let (before, last) = printed.rsplit_once('\n').unwrap_or(("", printed));
    if last == ABORTED {
        tool.status = ToolStatus::Error;
        tool.metadata.insert("interrupted".to_owned(), true.into());
        tool.error = Some(ABORTED.to_owned());
        tool.output = Some(before.to_owned());
        return;
    }
    let code = last.strip_prefix("Exit code ");
    let code = code.and_then(|code| code.parse::<i64>().ok());
    tool.output = Some(match code {
        Some(_) => before.to_owned(),
        None => printed.to_owned(),
    });
    // Only a command that was run has times.
    if code.is_some() || noted.get("end_time").is_some() {
        tool.metadata
            .insert("exit".to_owned(), code.unwrap_or_default().into());
    }
}

/// An output without the folder that Crush puts behind it.
fn without_folder(content: &str) -> &str {
    let inside = content.strip_suffix("</cwd>");
    let before = inside.and_then(|inside| inside.rsplit_once("\n\n<cwd>"));
    before.map_or(content, |(before, folder)| match folder.contains('\n') {
        true => content,
        false => before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(name: &str, data: &Value) -> ToolPart {
        let mut tool = ToolPart::begun(name.to_owned(), None, Value::Null);
        ended(&mut tool, data, &mut Notes::default());
        tool
    }

    #[test]
    fn how_a_command_ended_stands_at_the_end_of_its_output() {
        let times = "{\"start_time\":1751119290000,\"end_time\":1751119291500}";
        let command = |content: &str| {
            let tool = result("bash", &json!({ "content": content, "metadata": times }));
            let exit = tool.metadata.get("exit").and_then(Value::as_i64);
            (exit, tool.output.unwrap_or_default(), tool.status)
        };
        let done = ToolStatus::Completed;
        assert_eq!(command("a\n"), (Some(0), "a\n".to_owned(), done.clone()));
        assert_eq!(command("no output"), (Some(0), String::new(), done.clone()));
        let failed = command("\nfail\nExit code 3");
        assert_eq!(failed, (Some(3), "\nfail".to_owned(), done.clone()));
        let failed = command("x\n\nExit code 128\n\n<cwd>/home/robin/shop</cwd>");
        assert_eq!(failed, (Some(128), "x\n".to_owned(), done));
        let aborted = command("tick\nCommand was aborted before completion");
        assert_eq!(aborted, (None, "tick".to_owned(), ToolStatus::Error));
    }

    #[test]
    fn a_refusal_is_no_failure() {
        let refused = result(
            "write",
            &json!({ "content": "Permission denied", "is_error": true }),
        );
        assert_eq!(
            refused.metadata["approval"],
            json!({ "outcome": "rejected" })
        );
        let failed = result(
            "view",
            &json!({ "content": "File not found: a", "is_error": true }),
        );
        assert_eq!(failed.error.as_deref(), Some("File not found: a"));
        assert!(failed.metadata.is_empty());
    }
}
