//! The lines of a group -> a message. What is taken of a line is named here and in the modules beside, field by field:
//! nothing else of it is shown.

use std::collections::HashMap;

use serde_json::Value;

use super::group::{Group, Kind};
use super::output::{file_of, name_of};
use super::record::{Record, Type, shown_type, text, texts};
use super::speaker::is_wrapper;
use super::{item, tool_call};
use crate::model::{
    FilePart, Message, MessageError, ModelRef, Notes, Object, Oddity, Part, PartKind, Role, Span,
    Timestamp, ToolPart, ToolStatus,
};
use crate::source::opencode::message_v1::of_role;
use crate::source::parts::{flagged_text, part, string, text_part};

/// What a message is read with.
pub struct Reader<'a> {
    /// The sessions of sub-agents, by the calls that started them.
    pub agents: &'a HashMap<String, String>,
    /// True where nobody typed the prompts.
    pub is_agent: bool,
    pub model: Option<&'a ModelRef>,
}

impl Reader<'_> {
    /// Reads a group from its lines.
    pub fn read(&self, group: &Group, lines: &[Vec<u8>], notes: &mut Notes) -> Message {
        let mut building = Building {
            message: of_role(role(group.kind), None, span(group)),
            reader: self,
            calls: HashMap::new(),
            script: None,
            words: Vec::new(),
            heard: Vec::new(),
            files: Vec::new(),
            named_files: Vec::new(),
            plans: Vec::new(),
            from_events: Vec::new(),
            ids: Vec::new(),
        };
        for line in lines {
            match Record::parse(line, notes) {
                Some(record) => building.add(group.kind, &record),
                None => notes.add("message", Oddity::LogDamaged),
            }
        }
        building.finish(group)
    }
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::User => Role::User,
        // A command that a person ran is told by what it is: nobody asked a model.
        Kind::Answer | Kind::Shell => Role::Assistant,
        Kind::Context => Role::Synthetic,
        Kind::Compaction | Kind::Happened(_) => Role::Event,
    }
}

fn span(group: &Group) -> Span {
    let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
    let has_end = matches!(group.kind, Kind::Answer | Kind::Shell | Kind::Compaction);
    Span {
        start: time(group.start),
        end: time(group.end).filter(|_| has_end && group.is_done),
    }
}

struct Building<'a> {
    message: Message,
    reader: &'a Reader<'a>,
    /// Where the calls stand among the parts, by their ids.
    calls: HashMap<String, usize>,
    /// The script that runs.
    script: Option<String>,
    /// What a person wrote, as the model got it and as the event tells it.
    words: Vec<String>,
    heard: Vec<String>,
    files: Vec<FilePart>,
    named_files: Vec<FilePart>,
    /// Plans that an answer proposes.
    plans: Vec<String>,
    /// Parts that only an event told so far.
    from_events: Vec<usize>,
    /// Ids of items of the model that stand in the parts.
    ids: Vec<String>,
}

impl Building<'_> {
    fn add(&mut self, of: Kind, record: &Record) {
        if self.message.id.is_none() && of != Kind::Shell {
            self.message.id = string(&record.payload, "id").filter(|it| !it.is_empty());
        }
        match of {
            Kind::User => self.user(record),
            Kind::Shell => self.shell(record),
            Kind::Context => self.context(record),
            Kind::Answer => self.answer(record),
            Kind::Compaction => self.compaction(record),
            Kind::Happened(_) => {}
        }
    }

    fn user(&mut self, record: &Record) {
        let payload = &record.payload;
        if record.of == Type::Response {
            let content = payload.get("content").and_then(Value::as_array);
            let mut name = None;
            for content in content.into_iter().flatten() {
                let words = text(content, "text");
                match string(content, "image_url") {
                    Some(url) => self.files.push(file_of(&url, name.take())),
                    None if is_wrapper(words) => {
                        let path = words.split_once("path=\"").map(|(_, rest)| rest);
                        name = path.and_then(|it| name_of(it.split('"').next()?));
                    }
                    None => self.words.push(words.to_owned()),
                }
            }
            return;
        }
        if let Some(item) = record.item() {
            let content = item.get("content").and_then(Value::as_array);
            for content in content.into_iter().flatten() {
                match text(content, "type") {
                    "local_image" | "localImage" => self.named(text(content, "path")),
                    "image" => {
                        let url = string(content, "image_url").or_else(|| string(content, "url"));
                        let file = url.map(|url| file_of(&url, None));
                        self.named_files.extend(file);
                    }
                    _ => self.heard.extend(string(content, "text")),
                }
            }
            return;
        }
        self.heard.extend(string(payload, "message"));
        let images = payload.get("images").map(texts).unwrap_or_default();
        self.named_files
            .extend(images.iter().map(|url| file_of(url, None)));
        for path in payload.get("local_images").map(texts).unwrap_or_default() {
            self.named(&path);
        }
    }

    /// An image that is known by its path alone.
    fn named(&mut self, path: &str) {
        self.named_files.push(FilePart {
            filename: name_of(path),
            ..FilePart::default()
        });
    }

    fn shell(&mut self, record: &Record) {
        let tool = match record.item() {
            Some(item) => item::call_of(item, record),
            None => typed(record),
        };
        self.message.time = tool.time;
        self.message
            .parts
            .push(part(PartKind::Tool(Box::new(tool))));
    }

    /// What the program put before the model.
    fn context(&mut self, record: &Record) {
        let payload = &record.payload;
        let kinds = record.content_kinds();
        let author = string(payload, "author").map(|author| format!("agent {author}"));
        let called = string(payload, "name").filter(|it| !it.is_empty());
        let named = author.or_else(|| called.map(|it| shown_type(&it)));
        let content = payload.get("content").or_else(|| payload.get("output"));
        let texts = content.map(texts).unwrap_or_default();
        for (at, text) in texts.into_iter().enumerate() {
            let kind = kinds.get(at).filter(|kind| !["", "unknown"].contains(kind));
            let source = kind.map(|kind| shown_type(kind));
            let source = source.or_else(|| named.clone()).or_else(|| tag_of(&text));
            let source = source.or_else(|| string(payload, "role"));
            self.message
                .parts
                .push(part(PartKind::Context { source, text }));
        }
    }

    fn compaction(&mut self, record: &Record) {
        let summary = match record.of {
            Type::Compacted => string(&record.payload, "message").map(without_preamble),
            _ => record.payload.get("content").map(|it| texts(it).join("\n")),
        };
        let summary = summary.filter(|it| !it.trim().is_empty());
        let known = self.message.parts.first_mut().map(|part| &mut part.kind);
        if let Some(PartKind::Compaction {
            summary: known,
            status,
            ..
        }) = known
        {
            // The second one is the first one with a sentence for the next model before it.
            *known = known.take().or(summary);
            *status = Some("completed".to_owned());
            return;
        }
        let is_done = record.of == Type::Compacted;
        self.message.parts.push(part(PartKind::Compaction {
            is_automatic: None,
            status: is_done.then(|| "completed".to_owned()),
            summary,
        }));
    }

    fn answer(&mut self, record: &Record) {
        match record.of {
            Type::Response => self.response(record),
            _ => self.event(record),
        }
    }

    fn response(&mut self, record: &Record) {
        let payload = &record.payload;
        match record.kind() {
            "message" => {
                let content = payload.get("content").map(texts).unwrap_or_default();
                self.said(content.join("\n\n"), string(payload, "id"), true);
            }
            "reasoning" => self.thought(payload, string(payload, "id"), ["content", "summary"]),
            "function_call_output"
            | "custom_tool_call_output"
            | "mcp_tool_call_output"
            | "tool_search_output" => {
                let id = text(payload, "call_id").to_owned();
                if self.script.as_deref() == Some(&id) {
                    self.script = None;
                }
                if !self.calls.contains_key(&id) {
                    let tool = ToolPart::begun(String::new(), Some(id.clone()), Value::Null);
                    self.call(tool);
                }
                if let Some(tool) = self.tool(&id) {
                    tool_call::ended(tool, record);
                }
            }
            _ => {
                let mut tool = tool_call::asked(record);
                let id = tool.call_id.clone().unwrap_or_default();
                if let Some(agent) = self.reader.agents.get(&id) {
                    tool.metadata
                        .insert("sessionId".to_owned(), agent.clone().into());
                }
                if matches!(tool.tool.as_str(), "exec" | "wait") {
                    self.script = Some(id.clone());
                }
                match self.tool(&id) {
                    // The event came first.
                    Some(known) if !id.is_empty() => *known = tool,
                    _ => self.call(tool),
                }
            }
        }
    }

    fn call(&mut self, tool: ToolPart) {
        if let Some(id) = tool.call_id.clone().filter(|id| !id.is_empty()) {
            self.calls.insert(id, self.message.parts.len());
        }
        self.message
            .parts
            .push(part(PartKind::Tool(Box::new(tool))));
    }

    fn tool(&mut self, id: &str) -> Option<&mut ToolPart> {
        match &mut self.message.parts.get_mut(*self.calls.get(id)?)?.kind {
            PartKind::Tool(tool) => Some(&mut **tool),
            _ => None,
        }
    }

    /// A text of the model. What an event told and an item tells again stands once.
    fn said(&mut self, said: String, id: Option<String>, is_item: bool) {
        if said.trim().is_empty() || self.is_known(id) {
            return;
        }
        let parts = &self.message.parts;
        let is_same = |at: &usize| match parts.get(*at).map(|part| &part.kind) {
            Some(PartKind::Text { text, .. }) => text.trim() == said.trim(),
            _ => false,
        };
        if let Some(same) = self.from_events.iter().position(is_same) {
            if is_item {
                self.from_events.remove(same);
            }
            return;
        }
        if !is_item {
            if (0..parts.len()).any(|at| is_same(&at)) {
                return;
            }
            self.from_events.push(parts.len());
        }
        self.message.parts.push(text_part(said));
    }

    fn is_known(&mut self, id: Option<String>) -> bool {
        match id.filter(|id| !id.is_empty()) {
            Some(id) if self.ids.contains(&id) => true,
            Some(id) => {
                self.ids.push(id);
                false
            }
            None => false,
        }
    }

    /// What the model wrote to itself: the whole of it where it is readable, else the summary.
    fn thought(&mut self, value: &Value, id: Option<String>, [whole, summary]: [&str; 2]) {
        let whole = value.get(whole).map(texts).unwrap_or_default();
        let summary = value.get(summary).map(texts).unwrap_or_default();
        let mut thoughts = summary;
        thoughts.extend(whole);
        thoughts.retain(|it| !it.trim().is_empty());
        if thoughts.is_empty() || self.is_known(id) {
            return;
        }
        for thought in thoughts {
            self.thought_once(thought);
        }
    }

    fn thought_once(&mut self, thought: String) {
        let is_same = |part: &Part| match &part.kind {
            PartKind::Reasoning { text, .. } => text.trim() == thought.trim(),
            _ => false,
        };
        if !self.message.parts.iter().any(is_same) {
            self.message.parts.push(part(PartKind::Reasoning {
                text: thought,
                time: Span::default(),
            }));
        }
    }

    fn event(&mut self, record: &Record) {
        let payload = &record.payload;
        if let Some(item) = record.item() {
            return self.item(item, record);
        }
        match record.kind() {
            "agent_message" => {
                self.said(string(payload, "message").unwrap_or_default(), None, false)
            }
            "agent_reasoning" | "agent_reasoning_raw_content" => {
                let thought = string(payload, "text").unwrap_or_default();
                if !thought.trim().is_empty() {
                    self.thought_once(thought);
                }
            }
            "turn_aborted" => {
                self.message.error = Some(MessageError {
                    name: Some("MessageAbortedError".to_owned()),
                    message: Some("Aborted".to_owned()),
                    ..MessageError::default()
                });
            }
            "error" | "stream_error" => self.failed(payload),
            _ => {
                if let Some(error) = payload.get("error").filter(|it| !it.is_null()) {
                    self.failed(error);
                }
            }
        }
    }

    fn failed(&mut self, error: &Value) {
        let message = string(error, "message");
        let info = error.get("codex_error_info");
        let named = info.and_then(|info| match info {
            Value::String(name) => Some(name.clone()),
            Value::Object(object) => object.keys().next().cloned(),
            _ => None,
        });
        let is_limit = message
            .as_deref()
            .is_some_and(|it| it.contains("max_output_tokens"));
        let name = match is_limit {
            true => Some("MessageOutputLengthError".to_owned()),
            false => named.map(|name| shown_type(&name)),
        };
        self.message.error = Some(MessageError {
            name,
            message,
            ..MessageError::default()
        });
    }

    fn item(&mut self, item: &Value, record: &Record) {
        let id = text(item, "id").to_owned();
        match text(item, "type") {
            "AgentMessage" => {
                let content = item.get("content").map(texts).unwrap_or_default();
                let id = Some(id).filter(|_| !content.is_empty());
                if !id.as_ref().is_some_and(|id| self.ids.contains(id)) {
                    self.said(content.join("\n\n"), None, false);
                }
            }
            "Reasoning" => self.thought(item, None, ["raw_content", "summary_text"]),
            "Plan" => self.plans.extend(string(item, "text")),
            _ => match self.tool(&id) {
                Some(tool) => item::complete(tool, item, false),
                None => {
                    let mut tool = item::call_of(item, record);
                    if let Some(script) = self.script.clone() {
                        tool.metadata.insert("calledBy".to_owned(), script.into());
                    }
                    self.call(tool);
                }
            },
        }
    }

    fn finish(mut self, group: &Group) -> Message {
        self.plans();
        if group.kind == Kind::User {
            self.prompt();
        }
        let mut has_calls = false;
        for part in &mut self.message.parts {
            if let PartKind::Tool(tool) = &mut part.kind {
                item::tidy(tool);
                has_calls = true;
            }
        }
        let message = &mut self.message;
        if let Kind::Happened(what) = group.kind {
            message.parts.push(part(PartKind::Happened {
                what,
                detail: group.detail.clone(),
            }));
        }
        if group.kind == Kind::Answer {
            message.model = self.reader.model.cloned();
            if group.is_done && message.error.is_none() {
                let finish = match has_calls && !group.is_last {
                    true => "tool-calls",
                    false => "stop",
                };
                message.finish = Some(finish.to_owned());
            }
        }
        message.tokens = group.tokens;
        if message.id.is_none() {
            message.id = Some(format!("line-{}", group.order));
        }
        self.message
    }

    /// A plan that an answer proposes stands in its text, between tags.
    fn plans(&mut self) {
        for plan in std::mem::take(&mut self.plans) {
            let tells = |part: &Part| match &part.kind {
                PartKind::Text { text, .. } => text.contains(plan.trim()),
                _ => false,
            };
            if !self.message.parts.iter().any(tells) {
                self.message.parts.push(text_part(plan));
            }
        }
        for part in &mut self.message.parts {
            if let PartKind::Text { text, .. } = &mut part.kind
                && text.trim_start().starts_with("<proposed_plan>")
                && let Some(plan) = text.trim().strip_prefix("<proposed_plan>")
                && let Some(plan) = plan.strip_suffix("</proposed_plan>")
            {
                *text = plan.trim_matches('\n').to_owned();
            }
        }
    }

    fn prompt(&mut self) {
        let words = match self.heard.is_empty() {
            true => std::mem::take(&mut self.words),
            false => std::mem::take(&mut self.heard),
        };
        let is_synthetic = self.reader.is_agent;
        for words in words.into_iter().filter(|it| !it.is_empty()) {
            self.message
                .parts
                .push(flagged_text(words, is_synthetic, false));
        }
        let files = match self.files.is_empty() {
            true => std::mem::take(&mut self.named_files),
            false => std::mem::take(&mut self.files),
        };
        let files = files.into_iter().map(|file| part(PartKind::File(file)));
        self.message.parts.extend(files);
    }
}

/// A command that a person typed, as old versions tell it to the model.
fn typed(record: &Record) -> ToolPart {
    let content = record.payload.get("content").map(texts).unwrap_or_default();
    let all = content.join("\n");
    let inside = |name: &str| {
        let (_, rest) = all.split_once(&format!("<{name}>"))?;
        let (inside, _) = rest.rsplit_once(&format!("</{name}>"))?;
        Some(inside.trim_matches('\n').to_owned())
    };
    let mut input = Object::new();
    let command = inside("command").unwrap_or_default();
    input.insert("command".to_owned(), command.into());
    let mut tool = ToolPart::begun("shell".to_owned(), None, input.into());
    let result = inside("result").unwrap_or_default();
    let (head, output) = result.split_once("Output:\n").unwrap_or(("", &result));
    let exit = head
        .lines()
        .find_map(|line| line.strip_prefix("Exit code: "));
    if let Some(exit) = exit.and_then(|exit| exit.trim().parse::<i64>().ok()) {
        tool.metadata.insert("exit".to_owned(), exit.into());
    }
    tool.output = Some(output.to_owned());
    tool.status = ToolStatus::Completed;
    tool.time.start = record.time.and_then(Timestamp::in_range);
    tool.time.end = tool.time.start;
    tool
}

/// A summary without the sentence for the next model before it.
fn without_preamble(summary: String) -> String {
    const START: &str = "Another language model started to solve this problem";
    match summary.split_once('\n') {
        Some((first, rest)) if first.starts_with(START) => rest.to_owned(),
        _ => summary,
    }
}

/// The tag that a text of the program begins with.
fn tag_of(text: &str) -> Option<String> {
    let text = text.trim_start();
    if text.starts_with("# AGENTS.md") {
        return Some("AGENTS.md".to_owned());
    }
    let (tag, _) = text.strip_prefix('<')?.split_once('>')?;
    let name = shown_type(tag.split_whitespace().next()?);
    (!name.is_empty()).then_some(name)
}
