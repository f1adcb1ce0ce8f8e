//! A part of a message.

use serde_json::{Value, json};

use super::super::AttachmentNames;
use super::super::attachment::{address, describe};
use super::super::tool::outcome::Outcome;
use super::ids::Ids;
use super::session::{hide_usage, model_ref, put_tokens};
use super::{Document, millis, names_of_rest, number, put, put_default, put_nested, put_rest};
use crate::model::{
    FilePart, Object, Part, PartKind, Span, SubtaskPart, Timestamp, ToolPart, ToolStatus, data_url,
};
use crate::options::Detail;

/// Where a part is shown.
pub(super) enum Kept {
    /// Among the parts that OpenCode knows.
    Part(Object),
    /// Among the others.
    Other(Object),
}

/// Gives what a kind of part is called.
pub(super) fn type_name(kind: &PartKind) -> &str {
    match kind {
        PartKind::Text { .. } => "text",
        PartKind::Reasoning { .. } => "reasoning",
        PartKind::File(_) => "file",
        PartKind::Tool(_) => "tool",
        PartKind::Agent { .. } => "agent",
        PartKind::Subtask(_) => "subtask",
        PartKind::Patch { .. } => "patch",
        PartKind::Snapshot { .. } => "snapshot",
        PartKind::StepStart => "step-start",
        PartKind::StepFinish { .. } => "step-finish",
        PartKind::Retry(_) => "retry",
        PartKind::Compaction { .. } => "compaction",
        PartKind::Context { .. } => "context",
        PartKind::Happened { .. } => "happened",
        PartKind::Notice { .. } => "notice",
        PartKind::Skill { .. } => "skill",
        PartKind::AgentSwitched { .. } => "agent-switched",
        PartKind::ModelSwitched { .. } => "model-switched",
        PartKind::LocationSwitched { .. } => "location-switched",
        PartKind::Idle { .. } => "idle",
        PartKind::Unreadable => "unreadable",
        PartKind::Unknown { name, .. } => name.as_deref().unwrap_or("unknown"),
    }
}

impl Document<'_> {
    /// `place` is the part's place in its message.
    pub(super) fn part(&mut self, part: &Part, ids: &Ids<'_>, place: usize) -> Kept {
        let mut object = Object::new();
        let stored = part.id.as_deref();
        let id = match stored.filter(|id| id.starts_with("prt")) {
            Some(id) => id.to_owned(),
            // OpenCode 2 has ids of other forms, or none.
            None => {
                put(&mut object, "storedID", stored);
                format!("prt_{}_{place:04}", ids.message)
            }
        };
        put(&mut object, "id", Some(id.as_str()));
        put(&mut object, "sessionID", Some(ids.session));
        put(&mut object, "messageID", Some(ids.message.as_str()));
        put(&mut object, "type", Some(type_name(&part.kind)));
        let mut is_known = true;
        match &part.kind {
            PartKind::Text {
                text,
                is_synthetic,
                is_ignored,
                time,
            } => {
                put(&mut object, "text", Some(text.as_str()));
                put(&mut object, "synthetic", is_synthetic.then_some(true));
                put(&mut object, "ignored", is_ignored.then_some(true));
                put_span(&mut object, *time);
                self.cut_fields(&mut object, &["text"]);
            }
            PartKind::Reasoning { text, time } => {
                put(&mut object, "text", Some(text.as_str()));
                put_span(
                    &mut object,
                    Span {
                        start: time.start.or_else(|| Timestamp::from_millis(0.0)),
                        end: time.end,
                    },
                );
                self.cut_fields(&mut object, &["text"]);
            }
            PartKind::File(file) => put_file(&mut object, file, self.content.folder),
            PartKind::Tool(tool) => {
                put(&mut object, "tool", Some(tool.tool.as_str()));
                let call_id = tool.call_id.as_deref().unwrap_or(&id);
                put(&mut object, "callID", Some(call_id));
                is_known = !matches!(tool.status, ToolStatus::Other(_));
                let state = self.tool_state(tool, ids, &id);
                put(&mut object, "state", Some(state));
                put(&mut object, "outcome", Some(Outcome::of(tool).id()));
            }
            PartKind::Agent { name } | PartKind::Skill { name } => {
                put(&mut object, "name", Some(name.as_str()));
                is_known = matches!(part.kind, PartKind::Agent { .. });
            }
            PartKind::Subtask(subtask) => {
                put_subtask(&mut object, subtask);
                self.cut_fields(&mut object, &["prompt", "result_text"]);
            }
            PartKind::Patch { hash, files } => {
                put(
                    &mut object,
                    "hash",
                    Some(hash.as_deref().unwrap_or_default()),
                );
                put(&mut object, "files", Some(files.clone()));
            }
            PartKind::Snapshot { hash } => {
                put(
                    &mut object,
                    "snapshot",
                    Some(hash.as_deref().unwrap_or_default()),
                );
            }
            PartKind::StepStart => {}
            PartKind::StepFinish {
                reason,
                cost,
                tokens,
            } => {
                put(
                    &mut object,
                    "reason",
                    Some(reason.as_deref().unwrap_or_default()),
                );
                put(&mut object, "cost", Some(number(cost.unwrap_or_default())));
                put_tokens(&mut object, "tokens", Some(tokens.unwrap_or_default()));
            }
            PartKind::Retry(retry) => {
                put(
                    &mut object,
                    "attempt",
                    Some(number(retry.attempt.unwrap_or_default())),
                );
                let mut error = self.error(&retry.error.clone().unwrap_or_default());
                if let Some(data) = error.get_mut("data").and_then(Value::as_object_mut) {
                    put_default(data, "isRetryable", true);
                }
                if let Value::Object(error) = &mut error {
                    // The only error that OpenCode has for a retry.
                    put(error, "name", Some("APIError"));
                }
                put(&mut object, "error", Some(error));
                let created = millis(retry.created).unwrap_or_else(|| 0.into());
                put_nested(&mut object, "time", [("created", Some(created))]);
            }
            PartKind::Compaction {
                is_automatic,
                status,
                summary,
            } => {
                put(&mut object, "auto", Some(is_automatic.unwrap_or(false)));
                put(&mut object, "status", status.as_deref());
                put(&mut object, "summary", summary.as_deref());
                self.cut_fields(&mut object, &["summary"]);
            }
            PartKind::Notice { kind, created } => {
                put(&mut object, "kind", kind.as_deref());
                put_nested(&mut object, "time", [("created", millis(*created))]);
                is_known = false;
            }
            PartKind::Context { source, text } => {
                put(&mut object, "origin", source.as_deref());
                put(&mut object, "text", Some(text.as_str()));
                self.cut_fields(&mut object, &["text"]);
                is_known = false;
            }
            PartKind::Happened { what, detail } => {
                put(&mut object, "what", Some(what.name()));
                put(&mut object, "detail", detail.as_deref());
                is_known = false;
            }
            PartKind::AgentSwitched { agent } => {
                put(&mut object, "agent", agent.as_deref());
                is_known = false;
            }
            PartKind::ModelSwitched { model } => {
                put(
                    &mut object,
                    "model",
                    model.as_ref().map(|model| model_ref(model, "id")),
                );
                is_known = false;
            }
            PartKind::LocationSwitched { directory } => {
                let location = json!({ "directory": directory });
                put(&mut object, "location", Some(location));
                is_known = false;
            }
            PartKind::Idle { outcome } => {
                put(&mut object, "outcome", outcome.as_deref());
                is_known = false;
            }
            PartKind::Unreadable => is_known = false,
            PartKind::Unknown { value, .. } => return Kept::Other(self.stored(&part.id, value)),
        }
        let rest = names_of_rest(&object, &part.rest);
        put_rest(&mut object, &part.rest);
        self.cut_fields(&mut object, &rest);
        if matches!(part.kind, PartKind::StepFinish { .. }) && !self.options.usage {
            hide_usage(&mut object, true);
        }
        if is_known {
            Kept::Part(object)
        } else {
            Kept::Other(object)
        }
    }

    /// A part of a kind that this version does not know, as it was stored.
    fn stored(&mut self, id: &Option<String>, value: &Value) -> Object {
        let mut stored = value.clone();
        if let (Value::Object(stored), Some(id)) = (&mut stored, id) {
            put(stored, "id", Some(id.as_str()));
        }
        let mut object = Object::new();
        put(&mut object, "stored", Some(stored));
        self.cut_fields(&mut object, &["stored"]);
        object
    }

    fn tool_state(&mut self, tool: &ToolPart, ids: &Ids<'_>, id: &str) -> Object {
        let is_full = self.options.tools == Detail::Full;
        let is_known = !matches!(tool.status, ToolStatus::Other(_));
        let mut state = Object::new();
        let status = match &tool.status {
            ToolStatus::Pending => "pending",
            ToolStatus::Running => "running",
            ToolStatus::Completed => "completed",
            ToolStatus::Error => "error",
            ToolStatus::Other(name) => name,
        };
        put(&mut state, "status", Some(status));
        let input = match &tool.input {
            _ if !is_full => json!({}),
            Value::Null => json!({}),
            input if input.is_object() || !is_known => input.clone(),
            input => json!({ "value": input }),
        };
        put(&mut state, "input", Some(input));
        let text = |text: &Option<String>| text.clone().filter(|_| is_full);
        let times = [
            (
                "start",
                millis(tool.time.start).or(is_known.then(|| 0.into())),
            ),
            ("end", millis(tool.time.end)),
            ("compacted", millis(tool.compacted)),
        ];
        let end = tool.time.end.or(tool.time.start);
        let end = millis(end).unwrap_or_else(|| 0.into());
        put(&mut state, "title", tool.title.as_deref());
        if is_full && !tool.metadata.is_empty() {
            put(
                &mut state,
                "metadata",
                Some(Value::Object(tool.metadata.clone())),
            );
        }
        put(&mut state, "error", tool.error.as_deref());
        put(&mut state, "output", text(&tool.output));
        put(&mut state, "raw", text(&tool.raw));
        match tool.status {
            ToolStatus::Pending => put_default(&mut state, "raw", ""),
            ToolStatus::Running | ToolStatus::Other(_) => put_nested(&mut state, "time", times),
            ToolStatus::Completed | ToolStatus::Error => {
                put_nested(&mut state, "time", times);
                if let Some(time) = state.get_mut("time").and_then(Value::as_object_mut) {
                    put_default(time, "end", end);
                }
            }
        }
        match tool.status {
            ToolStatus::Completed => {
                put_default(&mut state, "output", "");
                put_default(&mut state, "title", "");
                put_default(&mut state, "metadata", json!({}));
            }
            ToolStatus::Error => put_default(&mut state, "error", ""),
            _ => {}
        }
        put_rest(&mut state, &tool.rest);
        self.cut_fields(&mut state, &["error", "input", "raw", "output", "metadata"]);
        if !tool.attachments.is_empty() {
            let folder = self.content.folder;
            let attachments = tool.attachments.iter().enumerate().map(|(place, file)| {
                let mut object = Object::new();
                let stored = file.rest.get("id").and_then(Value::as_str);
                let id = stored.map_or_else(|| format!("{id}_{place}"), str::to_owned);
                put(&mut object, "id", Some(id));
                put(&mut object, "sessionID", Some(ids.session));
                put(&mut object, "messageID", Some(ids.message.as_str()));
                put(&mut object, "type", Some("file"));
                put_file(&mut object, file, folder);
                put_rest(&mut object, &file.rest);
                Value::Object(object)
            });
            put(
                &mut state,
                "attachments",
                Some(Value::from_iter(attachments)),
            );
        }
        state
    }
}

fn put_span(object: &mut Object, span: Span) {
    // OpenCode's schema demands a start where there is a time at all.
    if span.start.is_some() {
        let times = [("start", millis(span.start)), ("end", millis(span.end))];
        put_nested(object, "time", times);
    }
}

fn put_file(object: &mut Object, file: &FilePart, folder: Option<&AttachmentNames>) {
    let attachment = describe(file, folder);
    let mime = file.mime.as_deref().unwrap_or("application/octet-stream");
    put(object, "mime", Some(mime));
    put(object, "filename", file.filename.as_deref());
    let url = file.url.as_deref().unwrap_or_default();
    let url = match (data_url::split(url), folder, &attachment.file_name) {
        (Some(_), Some(folder), Some(file_name)) => address(folder.folder(), file_name),
        (Some(_), _, _) => format!("data:{mime};base64,"),
        (None, _, _) => url.to_owned(),
    };
    put(object, "url", Some(url));
    put(object, "bytes", attachment.size);
    put(object, "sha256", attachment.sha256);
    if !file.source.is_empty() {
        put(object, "source", Some(Value::Object(file.source.clone())));
    }
}

fn put_subtask(object: &mut Object, subtask: &SubtaskPart) {
    for (name, value) in [
        ("prompt", &subtask.prompt),
        ("description", &subtask.description),
        ("agent", &subtask.agent),
    ] {
        put(object, name, Some(value.as_deref().unwrap_or_default()));
    }
    put(object, "command", subtask.command.as_deref());
    put(object, "status", subtask.status.as_deref());
    put(object, "result_text", subtask.result.as_deref());
}
