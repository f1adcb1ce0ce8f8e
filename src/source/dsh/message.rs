//! The lines of a group -> a message.

use std::path::Path;

use serde_json::Value;

use super::blocks::{Blocks, flagged_text, kind, part, string};
use super::calls::Calls;
use super::children::Children;
use super::group::{Group, Kind};
use super::record::{Record, value};
use super::spill::Spills;
use super::stream::Stream;
use super::tool_call;
use crate::model::{
    Message, MessageError, ModelRef, Notes, Oddity, Part, PartKind, RetryPart, Role, Span,
    Timestamp, Tokens,
};
use crate::source::allowance::Allowance;
use crate::source::fields::Path as JsonPath;
use crate::source::json::value::JsonObject;
use crate::source::opencode::message_v1::{of_role, read_info};

/// What a message is read with.
pub struct Reader<'a> {
    pub home: &'a Path,
    /// The session's id.
    pub session: &'a str,
    pub children: &'a Children,
    /// How much of the files beside the log may be read.
    pub allowance: Allowance,
}

impl Reader<'_> {
    /// Reads a group from its lines.
    pub fn read(&self, group: &Group, lines: &[Vec<u8>], notes: &mut Notes) -> Message {
        let texts: Vec<_> = lines
            .iter()
            .map(|line| String::from_utf8_lossy(line))
            .collect();
        let records: Vec<Record<'_>> = texts.iter().filter_map(|it| Record::parse(it)).collect();
        let blocks = Blocks {
            spills: Spills {
                home: self.home,
                session: self.session,
                allowance: &self.allowance,
            },
            notes,
        };
        let mut message = Building {
            message: of_role(role(&group.kind), None, span(group)),
            blocks,
            stream: Stream::default(),
            calls: Calls::default(),
            tool_parts: Vec::new(),
        };
        match &group.kind {
            Kind::Happened(what, detail) => message.message.parts.push(part(PartKind::Happened {
                what: *what,
                detail: detail.clone(),
            })),
            Kind::NeverRan(items) => message.never_ran(&records, items),
            Kind::Compaction => message.compaction(&records),
            Kind::Context => message.context(&records),
            _ => records.iter().for_each(|record| message.add(record)),
        }
        message.finish(group, self.children)
    }
}

fn role(kind: &Kind) -> Role {
    match kind {
        Kind::User | Kind::Command | Kind::Feedback | Kind::NeverRan(_) => Role::User,
        Kind::Step { .. } | Kind::Imported => Role::Assistant,
        Kind::Context => Role::Synthetic,
        Kind::Compaction | Kind::Happened(..) => Role::Event,
    }
}

fn span(group: &Group) -> Span {
    let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
    let is_answer = matches!(group.kind, Kind::Step { .. } | Kind::Compaction);
    Span {
        start: time(group.start),
        end: time(group.end).filter(|_| is_answer && !group.is_open),
    }
}

struct Building<'a> {
    message: Message,
    blocks: Blocks<'a>,
    /// Pieces of an answer that may never be stored whole.
    stream: Stream,
    calls: Calls,
    /// Parts that PawWork 1 had and DSH has no block for.
    tool_parts: Vec<Part>,
}

impl Building<'_> {
    fn value(&mut self, record: &Record<'_>) -> Value {
        let value = value(record, self.blocks.notes);
        if value.is_none() {
            self.blocks.notes.add("message", Oddity::LogDamaged);
        }
        value.unwrap_or_default()
    }

    fn add(&mut self, record: &Record<'_>) {
        if record.is_pack() || matches!(&*record.kind, "assistant/chunk") {
            self.stream.add(record);
            return;
        }
        if record.kind == "assistant/attempt" {
            self.give_up_attempt();
            self.stream.add(record);
            return;
        }
        if record.kind == "assistant/message" || record.kind == "llm/retry" {
            self.give_up_attempt();
        }
        let data = self.value(record);
        let (parts, calls) = (&mut self.message.parts, &mut self.calls);
        match &*record.kind {
            "user/message" => self.user(&data),
            "assistant/message" => self.answer(&data),
            "pawwork-v1/message" => self.imported(data),
            "llm/retry" => self.retry(record, &data),
            "tool/call" => tool_call::started(parts, calls, record, &data),
            "tool/result" if record.replaces.is_some() => {
                tool_call::shortened(parts, calls, record, &data);
            }
            "tool/result" => {
                tool_call::ended(parts, calls, record, &data, &mut self.blocks);
            }
            "tool/code-dispatch" | "tool/ptc-dispatch" => {
                tool_call::dispatched(parts, record, &data, &mut self.blocks);
            }
            "approval/asked" => tool_call::asked_approval(parts, calls, &data),
            "approval/decided" => tool_call::decided(parts, calls, &data),
            "turn/end" => self.turn_end(&data),
            "command/run" => {
                let name = string(&data, "name").unwrap_or_default();
                let arguments = string(&data, "args").unwrap_or_default();
                let text = format!("/{name} {}", arguments.trim());
                self.message.id = string(&data, "commandId");
                // The application carries it out, and nobody answers it.
                parts.push(flagged_text(text.trim_end().to_owned(), false, true));
            }
            "command/done" => {
                if let Some(text) = string(&data, "text") {
                    parts.push(flagged_text(text, true, false));
                }
            }
            "feedback/record" => {
                let text = string(&data, "text").unwrap_or_default();
                parts.push(flagged_text(text, false, true));
            }
            _ => {}
        }
    }

    fn user(&mut self, data: &Value) {
        self.message.id = string(data, "id").or(self.message.id.take());
        let parts = self
            .blocks
            .parts(data.get("content").unwrap_or(&Value::Null));
        self.message.parts.extend(parts);
    }

    /// Text that a program put before the model: one part, however many blocks it has.
    fn context(&mut self, records: &[Record<'_>]) {
        for record in records
            .iter()
            .filter(|record| record.kind == "user/message")
        {
            let data = self.value(record);
            self.message.id = string(&data, "id");
            let source = data.get("source").unwrap_or(&Value::Null);
            let name = match string(source, "kind").as_deref() {
                Some("plugin") => string(source, "plugin"),
                other => other.map(str::to_owned),
            };
            let text = |block: &Value| string(block, "text");
            let content = data.get("content").and_then(Value::as_array);
            let texts: Vec<String> = content.into_iter().flatten().filter_map(text).collect();
            self.message.parts.push(part(PartKind::Context {
                source: Some(name.unwrap_or_else(|| "plugin".to_owned())),
                text: texts.join("\n"),
            }));
        }
    }

    fn answer(&mut self, data: &Value) {
        let message = data.get("message").unwrap_or(&Value::Null);
        self.message.id = string(message, "id").or(self.message.id.take());
        let content = message.get("content").and_then(Value::as_array);
        for block in content.into_iter().flatten() {
            let part = match kind(block) {
                "tool-call" => tool_call::asked(
                    string(block, "name").unwrap_or_default(),
                    string(block, "id"),
                    string(block, "arguments"),
                ),
                _ => self.blocks.part(block),
            };
            self.message.parts.push(part);
        }
        let is_calling = |part: &Part| matches!(part.kind, PartKind::Tool(_));
        let finish = match self.message.parts.iter().any(is_calling) {
            true => "tool-calls",
            false => "stop",
        };
        if self.message.finish.is_none() {
            self.message.finish = Some(finish.to_owned());
        }
        let source = message.get("source").unwrap_or(&Value::Null);
        let model = ModelRef {
            provider_id: string(source, "provider"),
            model_id: string(source, "model"),
            variant: None,
        };
        if model != ModelRef::default() {
            self.message.model = Some(model);
        }
        self.message.tokens = data.get("usage").map(tokens).or(self.message.tokens);
        if data.get("interrupted").and_then(Value::as_bool) == Some(true) {
            self.message.finish = None;
        }
    }

    /// A message of PawWork 1, of which DSH keeps the cost, the tokens and the error apart.
    fn imported(&mut self, data: Value) {
        let Value::Object(mut data) = data else {
            return;
        };
        let Some(Value::Object(info)) = data.shift_remove("data") else {
            return;
        };
        let path = JsonPath::Root.field("message");
        let info = read_info(JsonObject::from(info), path, self.blocks.notes);
        let stored = data.get("skippedParts").and_then(Value::as_array);
        for skipped in stored.into_iter().flatten() {
            let part = skipped.get("data").cloned().unwrap_or_default();
            let part = self.blocks.stored(part);
            self.tool_parts.push(part);
        }
        let id = data.get("sourceMessageId").and_then(Value::as_str);
        self.message = Message {
            id: id.map(str::to_owned),
            parts: std::mem::take(&mut self.message.parts),
            parent_id: None,
            ..info
        };
    }

    fn retry(&mut self, record: &Record<'_>, data: &Value) {
        let failure = data.get("failure").unwrap_or(&Value::Null);
        self.message.parts.push(part(PartKind::Retry(RetryPart {
            attempt: data.get("retry").and_then(Value::as_f64),
            error: Some(MessageError {
                // It was.
                is_retryable: Some(true),
                ..error(failure)
            }),
            created: record.time.and_then(Timestamp::in_range),
        })));
    }

    /// What came of an attempt that another one followed: the model did not get it back.
    fn give_up_attempt(&mut self) {
        let stream = std::mem::take(&mut self.stream);
        for mut part in stream.into_parts(self.blocks.notes) {
            if let PartKind::Text { is_ignored, .. } = &mut part.kind {
                *is_ignored = true;
            }
            self.message.parts.push(part);
        }
    }

    fn turn_end(&mut self, data: &Value) {
        let reason = data.get("reason").unwrap_or(&Value::Null);
        match string(reason, "kind").as_deref() {
            Some("aborted") => {
                let by = reason.get("reason").unwrap_or(&Value::Null);
                // Only a person's own stop is called one.
                let (name, message) = match string(by, "kind").as_deref() {
                    Some("user") | None => ("MessageAbortedError", "Aborted".to_owned()),
                    Some(by_whom) => {
                        let why = string(by, "reason").map(|why| format!(": {why}"));
                        (
                            "Aborted",
                            format!("by {by_whom}{}", why.unwrap_or_default()),
                        )
                    }
                };
                self.message.error = Some(MessageError {
                    name: Some(name.to_owned()),
                    message: Some(message),
                    ..MessageError::default()
                });
            }
            Some("error") => {
                self.message.error = Some(error(reason.get("error").unwrap_or(&Value::Null)));
            }
            Some("max-tokens") => self.message.finish = Some("length".to_owned()),
            Some("completed" | "interrupted") | None => {}
            Some(other) => {
                self.message.error = Some(MessageError {
                    name: Some(other.to_owned()),
                    ..MessageError::default()
                });
            }
        }
    }

    fn compaction(&mut self, records: &[Record<'_>]) {
        let (mut by_user, mut summary, mut status) = (false, None, None);
        for record in records {
            let data = self.value(record);
            by_user |= data.get("sourceCommandId").is_some_and(Value::is_string);
            match &*record.kind {
                "compaction/summary" => {
                    let blocks = data.get("summary").and_then(Value::as_array);
                    let text = |block: &Value| string(block, "text");
                    let texts: Vec<_> = blocks.into_iter().flatten().filter_map(text).collect();
                    summary = Some(texts.join("\n"));
                    self.message.tokens = data.get("usage").map(tokens);
                    self.message.model = Some(ModelRef {
                        provider_id: string(&data, "provider"),
                        model_id: string(&data, "model"),
                        variant: None,
                    });
                }
                "compaction/end" => {
                    let failed = string(&data, "error").map(|error| format!("failed: {error}"));
                    status = Some(failed.unwrap_or_else(|| "completed".to_owned()));
                }
                _ => {}
            }
        }
        self.message.parts.push(part(PartKind::Compaction {
            is_automatic: Some(!by_user),
            status: status.or_else(|| Some("running".to_owned())),
            summary,
        }));
    }

    /// Prompts that waited for their turn, and never had one.
    fn never_ran(&mut self, records: &[Record<'_>], items: &[usize]) {
        let Some(record) = records.first() else {
            return;
        };
        let data = self.value(record);
        let inserted = data.get("inserted").unwrap_or(&Value::Null);
        for item in items {
            self.user(inserted.get(item).unwrap_or(&Value::Null));
        }
        for part in &mut self.message.parts {
            if let PartKind::Text { is_ignored, .. } = &mut part.kind {
                *is_ignored = true;
            }
        }
    }

    fn finish(mut self, group: &Group, children: &Children) -> Message {
        // An answer that was never stored whole: the last attempt is all that there is.
        let stream = std::mem::take(&mut self.stream);
        let parts = stream.into_parts(self.blocks.notes);
        self.message.parts.extend(parts);
        self.message.parts.append(&mut self.tool_parts);
        let mut message = self.message;
        if message.role == Role::Assistant {
            message.parent_id = group.parent.as_deref().map(str::to_owned);
            children.link(&mut message.parts);
            let asked = group.asked.as_deref();
            let model = asked.map(|asked| ModelRef {
                provider_id: asked.provider.clone(),
                model_id: asked.model.clone(),
                variant: None,
            });
            message.model = message.model.take().or(model);
            if let Some(model) = &mut message.model {
                model.variant = asked.and_then(|asked| asked.effort.clone());
            }
        }
        if message.id.is_none() {
            message.id = Some(match group.kind {
                Kind::Step { turn, step } => format!("turn-{turn}-step-{step}"),
                _ => format!("line-{}", group.order),
            });
        }
        message
    }
}

fn error(value: &Value) -> MessageError {
    MessageError {
        name: string(value, "code"),
        message: string(value, "message"),
        status_code: value.get("status").and_then(Value::as_f64),
        ..MessageError::default()
    }
}

fn tokens(usage: &Value) -> Tokens {
    let count = |name: &str| usage.get(name).and_then(Value::as_f64).unwrap_or_default();
    Tokens {
        input: count("inputTokens"),
        output: count("outputTokens"),
        reasoning: count("reasoningTokens"),
        cache_read: count("cacheReadTokens"),
        cache_write: count("cacheWriteTokens"),
    }
}
