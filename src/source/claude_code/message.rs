//! The lines of a group -> a message. What is taken of a line is named here, field by field: nothing else of it is
//! shown.

use std::collections::HashMap;

use serde_json::Value;

use super::beside::Beside;
use super::blocks::{context_text, file_of};
use super::group::{Group, Kind};
use super::record::{Record, line_text};
use super::speaker::{self, Piece, Speaker, element, typed_command, whole_element};
use super::tool_call;
use super::types::shown_type;
use crate::model::{
    Message, MessageError, ModelRef, Notes, Object, Oddity, Part, PartKind, RetryPart, Role, Span,
    Timestamp, Tokens, ToolPart, ToolStatus,
};
use crate::source::json::text as json_text;
use crate::source::opencode::message_v1::of_role;
use crate::source::parts::{flagged_text, kind, part, string, text_part};

/// What a message is read with.
pub struct Reader<'a> {
    /// The sessions of sub-agents, by the calls that started them.
    pub agents: &'a HashMap<String, String>,
    /// Files beside the log.
    pub beside: &'a Beside,
}

impl Reader<'_> {
    /// Reads a group from its lines.
    pub fn read(&self, group: &Group, lines: &[Vec<u8>], notes: &mut Notes) -> Message {
        let mut building = Building {
            message: of_role(role(group.kind), None, span(group)),
            notes,
            reader: self,
            calls: HashMap::new(),
            last_kind: String::new(),
            last_result: None,
        };
        for line in lines {
            let text = line_text(line);
            let record = Record::parse(&text);
            let value = json_text::parse(text.as_bytes(), building.notes).ok();
            let (Some(record), Some(value)) = (record, value) else {
                building.notes.add("message", Oddity::LogDamaged);
                continue;
            };
            building.add(group.kind, &record, &value);
        }
        building.finish(group)
    }
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::User | Kind::Command | Kind::NeverRan => Role::User,
        // A command that a person ran is told by what it is: nobody asked a model.
        Kind::Answer | Kind::Shell | Kind::Summary => Role::Assistant,
        Kind::Context | Kind::Notification => Role::Synthetic,
        Kind::Compaction | Kind::Happened(_) => Role::Event,
    }
}

fn span(group: &Group) -> Span {
    let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
    let has_end = matches!(
        group.kind,
        Kind::Answer | Kind::Shell | Kind::Compaction | Kind::Summary
    );
    Span {
        start: time(group.start),
        end: time(group.end).filter(|_| has_end),
    }
}

struct Building<'a, 'n> {
    message: Message,
    notes: &'n mut Notes,
    reader: &'a Reader<'a>,
    /// Where the calls stand among the parts, by their ids.
    calls: HashMap<String, usize>,
    /// The type of the last line of an answer.
    last_kind: String,
    /// The call whose result came last.
    last_result: Option<String>,
}

impl Building<'_, '_> {
    fn add(&mut self, of: Kind, record: &Record<'_>, value: &Value) {
        if self.message.id.is_none() && !matches!(of, Kind::Answer) {
            self.message.id = string(value, "uuid");
        }
        match of {
            Kind::User => self.user(record, value),
            Kind::Command => self.command(value),
            Kind::Shell => self.shell(record, value),
            Kind::Context => self.context(record, value),
            Kind::Notification => self.notification(value),
            Kind::Answer => self.answer(record, value),
            Kind::Compaction => self.compaction(value),
            Kind::Summary => self.summary(value),
            Kind::NeverRan => {
                let text = string(value, "content").unwrap_or_default();
                self.message.parts.push(flagged_text(text, false, true));
            }
            Kind::Happened(_) => {}
        }
    }

    /// Adds the text that a person wrote, in a prompt or while the model worked. The program's additions stand apart from it.
    fn user(&mut self, record: &Record<'_>, value: &Value) {
        let queued = value.get("attachment").and_then(|it| it.get("prompt"));
        let content = queued.or_else(|| value.get("message")?.get("content"));
        let is_marked = queued.is_some() || speaker::is_marked(record);
        let (texts, blocks) = match content {
            Some(Value::String(text)) => (vec![text.as_str()], None),
            Some(Value::Array(blocks)) => (block_texts(blocks), Some(blocks)),
            _ => return self.notes.add("message.content", Oddity::AStringExpected),
        };
        for piece in speaker::pieces(&texts, is_marked) {
            if let Piece::Typed(text) = piece {
                self.message.parts.push(text_part(text.to_owned()));
            }
        }
        for block in blocks.into_iter().flatten() {
            match kind(block) {
                "text" => {}
                "image" | "document" => {
                    let file = file_of(block);
                    self.message.parts.push(part(PartKind::File(file)));
                }
                other => self.unknown(other),
            }
        }
    }

    /// Adds the text that the program added to the text of a person.
    fn added(&mut self, record: &Record<'_>, value: &Value) {
        let content = value.get("message").and_then(|it| it.get("content"));
        let texts = match content {
            Some(Value::String(text)) => vec![text.as_str()],
            Some(Value::Array(blocks)) => block_texts(blocks),
            _ => return,
        };
        for piece in speaker::pieces(&texts, speaker::is_marked(record)) {
            if let Piece::Added(name, text) = piece {
                self.message.parts.push(context_part(name, text.to_owned()));
            }
        }
    }

    fn unknown(&mut self, kind: &str) {
        // What it holds may be anything: only its name is shown.
        let name = shown_type(kind);
        let mut value = Object::new();
        value.insert("type".to_owned(), name.clone().into());
        self.message.parts.push(part(PartKind::Unknown {
            name: Some(name),
            value: Value::Object(value),
        }));
    }

    /// A slash command as it was typed.
    fn command(&mut self, value: &Value) {
        let typed = typed_command(&text_of(value));
        self.message.parts.push(text_part(typed));
    }

    /// A command for the shell, and what it wrote.
    fn shell(&mut self, record: &Record<'_>, value: &Value) {
        let text = text_of(value);
        let time = record.time().and_then(Timestamp::in_range);
        if let Some(command) = whole_element(&text, "bash-input") {
            let mut input = Object::new();
            input.insert("command".to_owned(), command.into());
            let mut tool = ToolPart::begun("bash".to_owned(), None, input.into());
            tool.status = ToolStatus::Completed;
            tool.time.start = time;
            tool.time.end = time;
            self.message
                .parts
                .push(part(PartKind::Tool(Box::new(tool))));
        } else if let Some(PartKind::Tool(tool)) =
            self.message.parts.last_mut().map(|part| &mut part.kind)
        {
            let outputs = ["bash-stdout", "bash-stderr"].map(|name| {
                let output = whole_element(&text, name).unwrap_or_default();
                output.to_owned()
            });
            let output = outputs.into_iter().filter(|it| !it.is_empty());
            tool.output = Some(output.collect::<Vec<_>>().join("\n"));
            tool.time.end = time;
        }
    }

    /// What the program put before the model.
    fn context(&mut self, record: &Record<'_>, value: &Value) {
        let is_of_user = value.get("type").and_then(Value::as_str) == Some("user");
        let who = is_of_user.then(|| speaker::of(record));
        if who == Some(Speaker::Person) {
            return self.added(record, value);
        }
        if let Some(attachment) = value.get("attachment") {
            let (name, text) = context_text(value, attachment);
            self.message.parts.push(context_part(&name, text));
            return;
        }
        let name = match speaker_name(value) {
            Some(name) => name,
            None if value.get("type").and_then(Value::as_str) == Some("assistant") => {
                "synthetic".to_owned()
            }
            None => match who {
                Some(Speaker::Program(name)) => name.to_owned(),
                _ => "meta".to_owned(),
            },
        };
        let content = value
            .get("message")
            .and_then(|message| message.get("content"));
        let blocks = content.and_then(Value::as_array);
        for file in blocks
            .into_iter()
            .flatten()
            .filter(|block| matches!(kind(block), "image" | "document"))
        {
            self.message.parts.push(part(PartKind::File(file_of(file))));
        }
        let text = text_of(value);
        if speaker::form(&text) == Some(Speaker::CommandOutput) {
            let output = without_colours(speaker::command_output(&text));
            return self
                .message
                .parts
                .push(context_part("command output", output));
        }
        let text = without_colours(&text);
        // What the program told the user, such as that there is no such command.
        let made = match name.as_str() {
            "informational" => flagged_text(text, true, false),
            name => context_part(name, text),
        };
        self.message.parts.push(made);
    }

    /// What came of work in the background stands with the call that began it; here only that it came.
    fn notification(&mut self, value: &Value) {
        let text = text_of(value);
        let summary = element(&text, "summary").or_else(|| element(&text, "status"));
        let summary = summary.unwrap_or_default().to_owned();
        self.message
            .parts
            .push(context_part("task-notification", summary));
    }

    fn compaction(&mut self, value: &Value) {
        if let Some(metadata) = value.get("compactMetadata") {
            let is_automatic = string(metadata, "trigger").map(|trigger| trigger == "auto");
            self.message.parts.push(part(PartKind::Compaction {
                is_automatic,
                status: Some("completed".to_owned()),
                summary: None,
            }));
            return;
        }
        self.message.parts.push(part(PartKind::Compaction {
            is_automatic: None,
            status: Some("completed".to_owned()),
            summary: None,
        }));
    }

    /// What stands for what was said before.
    fn summary(&mut self, value: &Value) {
        self.message.is_summary = true;
        self.message.finish = Some("stop".to_owned());
        self.message.parts.push(text_part(text_of(value)));
    }

    fn answer(&mut self, record: &Record<'_>, value: &Value) {
        match value.get("type").and_then(Value::as_str) {
            Some("assistant") => self.assistant(record, value),
            Some("system") => self.retry(record, value),
            _ => match of_user(record, value) {
                Speaker::Interruption => {
                    self.interrupted();
                    let last = self.last_result.take();
                    let last = last.filter(|_| record.interrupted_message_id.is_some());
                    if let Some(id) = last
                        && let Some(tool) = tool_at(&self.calls, &mut self.message.parts, &id)
                    {
                        tool_call::stopped(tool);
                    }
                }
                Speaker::Notification => self.came_back(record, &text_of(value)),
                Speaker::Program(_) => self.message.finish = Some("unknown".to_owned()),
                _ => self.results(record, value),
            },
        }
    }

    fn assistant(&mut self, record: &Record<'_>, value: &Value) {
        let message = value.get("message").unwrap_or(&Value::Null);
        let inner = &mut self.message;
        inner.id = string(message, "id").or(inner.id.take());
        inner.directory = string(value, "cwd").or(inner.directory.take());
        let model = string(message, "model").filter(|model| model != "<synthetic>");
        let is_synthetic = model.is_none();
        if let Some(model_id) = model {
            inner.model = Some(ModelRef {
                model_id: Some(model_id),
                ..ModelRef::default()
            });
        }
        let counted = message.get("usage").map(tokens).filter(|_| !is_synthetic);
        if let Some(counted) = counted {
            let most = inner.tokens.filter(|known| known.output > counted.output);
            inner.tokens = Some(most.unwrap_or(counted));
        }
        if let Some(reason) = string(message, "stop_reason").filter(|_| !is_synthetic) {
            inner.finish = Some(finish(&reason).to_owned());
        }
        if value.get("isAbortedMidStream").and_then(Value::as_bool) == Some(true) {
            inner.finish = None;
            self.interrupted();
        }
        let is_error = value.get("isApiErrorMessage").and_then(Value::as_bool) == Some(true);
        let content = message.get("content").unwrap_or(&Value::Null);
        if is_error {
            let text = texts(content);
            self.message.error = Some(MessageError {
                name: string(value, "error").or_else(|| string(value, "apiErrorType")),
                message: Some(text),
                status_code: value.get("apiErrorStatus").and_then(Value::as_f64),
                ..MessageError::default()
            });
            return;
        }
        if let Value::String(text) = content {
            self.message.parts.push(text_part(text.clone()));
        }
        for block in content.as_array().into_iter().flatten() {
            self.block(record, block);
        }
        self.last_kind = "assistant".to_owned();
    }

    fn block(&mut self, record: &Record<'_>, block: &Value) {
        let made = match kind(block) {
            "text" => text_part(string(block, "text").unwrap_or_default()),
            "thinking" => {
                let text = string(block, "thinking").unwrap_or_default();
                if text.trim().is_empty() {
                    return;
                }
                part(PartKind::Reasoning {
                    text,
                    time: Span::default(),
                })
            }
            // It is encrypted.
            "redacted_thinking" => return,
            "tool_use" | "server_tool_use" | "mcp_tool_use" => {
                let mut tool = tool_call::asked(block);
                tool.time.start = record.time().and_then(Timestamp::in_range);
                let agent = tool.call_id.as_ref();
                let agent = agent.and_then(|id| self.reader.agents.get(id));
                if let Some(agent) = agent {
                    let session = agent.clone().into();
                    tool.metadata.insert("sessionId".to_owned(), session);
                }
                if let Some(id) = &tool.call_id {
                    self.calls.insert(id.clone(), self.message.parts.len());
                }
                part(PartKind::Tool(Box::new(tool)))
            }
            "image" | "document" => part(PartKind::File(file_of(block))),
            name if name.ends_with("_tool_result") => {
                let id = string(block, "tool_use_id").unwrap_or_default();
                if let Some(tool) = tool_at(&self.calls, &mut self.message.parts, &id) {
                    tool_call::ended_on_server(tool, block, record);
                }
                return;
            }
            other => return self.unknown(other),
        };
        self.message.parts.push(made);
    }

    /// Results of calls of this answer.
    fn results(&mut self, record: &Record<'_>, value: &Value) {
        let content = value
            .get("message")
            .and_then(|message| message.get("content"));
        let mut is_first = true;
        for block in content.and_then(Value::as_array).into_iter().flatten() {
            if kind(block) != "tool_result" {
                self.beside_results(block, is_first);
                continue;
            }
            let id = string(block, "tool_use_id").unwrap_or_default();
            if !self.calls.contains_key(&id) {
                if !self.calls.is_empty() || self.last_kind == "assistant" {
                    // It belongs to a call of another answer, and so does what stands beside it.
                    is_first = false;
                    continue;
                }
                let tool = ToolPart::begun(String::new(), Some(id.clone()), Value::Null);
                self.calls.insert(id.clone(), self.message.parts.len());
                let call = part(PartKind::Tool(Box::new(tool)));
                self.message.parts.push(call);
            }
            if let Some(tool) = tool_at(&self.calls, &mut self.message.parts, &id) {
                let beside = self.reader.beside;
                tool_call::ended(tool, block, value, record, beside, self.notes);
                self.last_result = Some(id);
            }
        }
        if self.message.id.is_none() {
            self.message.id = string(value, "uuid");
        }
    }

    /// What old versions put into the line of a result.
    fn beside_results(&mut self, block: &Value, is_told_here: bool) {
        let text = string(block, "text").unwrap_or_default();
        if speaker::form(&text) == Some(Speaker::Interruption) {
            self.interrupted();
        } else if is_told_here && !text.trim().is_empty() {
            let part = context_part("beside a result", text);
            self.message.parts.push(part);
        }
    }

    /// What came back of work in the background.
    fn came_back(&mut self, record: &Record<'_>, text: &str) {
        let id = element(text, "tool-use-id").unwrap_or_default().trim();
        let Some(tool) = tool_at(&self.calls, &mut self.message.parts, id) else {
            return;
        };
        tool_call::came_back(tool, text, record);
    }

    fn interrupted(&mut self) {
        self.message.error = Some(MessageError {
            name: Some("MessageAbortedError".to_owned()),
            message: Some("Aborted".to_owned()),
            ..MessageError::default()
        });
    }

    /// A request that failed and was sent again.
    fn retry(&mut self, record: &Record<'_>, value: &Value) {
        let error = value.get("error").unwrap_or(&Value::Null);
        let message = string(error, "formatted").or_else(|| string(error, "message"));
        self.message.parts.push(part(PartKind::Retry(RetryPart {
            attempt: value.get("retryAttempt").and_then(Value::as_f64),
            error: Some(MessageError {
                name: None,
                message: message.or_else(|| string(value, "content")),
                status_code: error.get("status").and_then(Value::as_f64),
                is_retryable: Some(true),
                ..MessageError::default()
            }),
            created: record.time().and_then(Timestamp::in_range),
        })));
    }

    fn finish(mut self, group: &Group) -> Message {
        if let Kind::Happened(what) = group.kind {
            self.message.parts.push(part(PartKind::Happened {
                what,
                detail: group.detail.clone(),
            }));
        }
        if group.is_inherited && group.start.is_none() {
            // When it was copied says nothing of when it happened.
            for part in &mut self.message.parts {
                if let PartKind::Tool(tool) = &mut part.kind {
                    tool.time = Span::default();
                }
            }
        }
        let is_retry = |part: &Part| matches!(part.kind, PartKind::Retry(_));
        let message = &mut self.message;
        if group.kind == Kind::Answer
            && message.error.is_none()
            && !message.parts.is_empty()
            && message.parts.iter().all(is_retry)
        {
            // No answer came.
            message.time.end = None;
        }
        if group.kind == Kind::Answer && message.id.is_none() {
            message.id = Some(format!("line-{}", group.order));
        }
        if message.id.is_none() {
            message.id = Some(format!("line-{}", group.order));
        }
        self.message
    }
}

fn tool_at<'p>(
    calls: &HashMap<String, usize>,
    parts: &'p mut [Part],
    id: &str,
) -> Option<&'p mut ToolPart> {
    match &mut parts.get_mut(*calls.get(id)?)?.kind {
        PartKind::Tool(tool) => Some(&mut **tool),
        _ => None,
    }
}

/// Tells who speaks in a line that stands in an answer.
fn of_user(record: &Record<'_>, value: &Value) -> Speaker {
    match value.get("attachment") {
        Some(_) => Speaker::Notification,
        None => speaker::of(record),
    }
}

fn context_part(source: &str, text: String) -> Part {
    part(PartKind::Context {
        source: Some(source.to_owned()),
        text,
    })
}

/// The texts of blocks.
fn block_texts(blocks: &[Value]) -> Vec<&str> {
    let texts = blocks.iter().filter(|block| kind(block) == "text");
    let texts = texts.map(|block| block.get("text").and_then(Value::as_str));
    texts.map(Option::unwrap_or_default).collect()
}

/// Which part of the program wrote a line.
fn speaker_name(value: &Value) -> Option<String> {
    if let Some(subtype) = string(value, "subtype") {
        return Some(shown_type(&subtype));
    }
    let origin = value.get("origin").and_then(|it| string(it, "kind"));
    origin.map(|origin| shown_type(&origin))
}

/// The text of a line, wherever it stands.
fn text_of(value: &Value) -> String {
    let message = value.get("message").and_then(|it| it.get("content"));
    let queued = value.get("attachment").and_then(|it| it.get("prompt"));
    let content = message.or(queued).or_else(|| value.get("content"));
    content.map(texts).unwrap_or_default()
}

/// The texts of a content.
pub fn texts(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts = blocks.iter().filter_map(|block| string(block, "text"));
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// A text without the colours of a terminal.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = behind.find(|c: char| c.is_ascii_alphabetic());
        rest = end
            .and_then(|end| behind.get(end + 1..))
            .unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

fn tokens(usage: &Value) -> Tokens {
    let count = |name: &str| usage.get(name).and_then(Value::as_f64).unwrap_or_default();
    Tokens {
        input: count("input_tokens"),
        output: count("output_tokens"),
        reasoning: 0.0,
        cache_read: count("cache_read_input_tokens"),
        cache_write: count("cache_creation_input_tokens"),
    }
}

fn finish(reason: &str) -> &str {
    match reason {
        "end_turn" | "stop_sequence" => "stop",
        "tool_use" | "pause_turn" => "tool-calls",
        "max_tokens" => "length",
        "refusal" => "content-filter",
        other => other,
    }
}
