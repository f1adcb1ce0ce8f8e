//! What a tool call did to files, as it noted itself. Not every session has the runtime's own account of
//! what it changed.

use serde_json::Value;

use super::{Kind, diff, file_path, input};
use crate::model::{FileDiff, ToolPart, ToolStatus};

/// The files that a call changed; none where it failed.
pub fn changes(tool: &ToolPart) -> Vec<FileDiff> {
    if tool.status != ToolStatus::Completed {
        return Vec::new();
    }
    match Kind::of(tool) {
        Kind::Edit | Kind::Patch if noted_files(tool).is_some() => noted_files(tool)
            .into_iter()
            .flatten()
            .map(patched)
            .collect(),
        Kind::Edit => Vec::from_iter(edited(tool)),
        Kind::Write => Vec::from_iter(written(tool)),
        _ => Vec::new(),
    }
}

/// Patches, and edits of OpenCode 2, note a list of files.
fn noted_files(tool: &ToolPart) -> Option<&Vec<Value>> {
    tool.metadata.get("files").and_then(Value::as_array)
}

fn edited(tool: &ToolPart) -> Option<FileDiff> {
    let noted = tool.metadata.get("filediff");
    let lines = |name: &str| {
        noted
            .and_then(|noted| noted.get(name))
            .and_then(Value::as_f64)
    };
    let counted = diff(tool).map(count);
    Some(FileDiff {
        file: Some(file_path(tool)?.to_owned()),
        status: Some("modified".to_owned()),
        additions: lines("additions").or(counted.map(|(added, _)| added)),
        deletions: lines("deletions").or(counted.map(|(_, removed)| removed)),
        patch: diff(tool).map(str::to_owned),
        ..FileDiff::default()
    })
}

fn written(tool: &ToolPart) -> Option<FileDiff> {
    let is_new = tool.metadata.get("exists") == Some(&Value::Bool(false));
    #[expect(clippy::cast_precision_loss, reason = "shown, not computed with")]
    let lines = input(tool, "content").map_or(0, |content| content.lines().count()) as f64;
    Some(FileDiff {
        file: Some(file_path(tool)?.to_owned()),
        status: Some(if is_new { "added" } else { "modified" }.to_owned()),
        additions: is_new.then_some(lines),
        deletions: is_new.then_some(0.0),
        ..FileDiff::default()
    })
}

fn patched(file: &Value) -> FileDiff {
    let text = |name: &str| file.get(name).and_then(Value::as_str);
    let status = match text("type") {
        Some("add") => Some("added"),
        Some("delete") => Some("deleted"),
        Some("update" | "move") | None => Some("modified"),
        other => other,
    };
    FileDiff {
        file: ["filePath", "relativePath", "file"]
            .into_iter()
            .find_map(text)
            .map(str::to_owned),
        status: status.map(str::to_owned),
        additions: file.get("additions").and_then(Value::as_f64),
        deletions: file.get("deletions").and_then(Value::as_f64),
        patch: text("patch").map(str::to_owned),
        ..FileDiff::default()
    }
}

/// The lines that a unified diff adds and removes.
fn count(diff: &str) -> (f64, f64) {
    let count = |sign: &str, header: &str| {
        let is_change = |line: &&str| line.starts_with(sign) && !line.starts_with(header);
        #[expect(clippy::cast_precision_loss, reason = "shown, not computed with")]
        let count = diff.lines().filter(is_change).count() as f64;
        count
    };
    (count("+", "+++ "), count("-", "--- "))
}
