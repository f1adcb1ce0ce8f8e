//! The rows of a group -> a message. What is taken of a part is named here and in the modules beside, field by field:
//! nothing else of it is shown.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::groups::Kind;
use super::messages::MessageRow;
use super::schema::{Program, millis};
use super::{tool_call, tool_result};
use crate::model::{
    FilePart, Happening, Message, MessageError, ModelRef, Notes, Object, Oddity, PartKind, Role,
    Span, Timestamp, ToolPart,
};
use crate::source::json::text as json_text;
use crate::source::opencode::message_v1::of_role;
use crate::source::parts::{flagged_text, kind, part, string, text_part};

/// How the prompt begins that Crush writes itself where a summary interrupted an answer. No field tells it from one
/// that a person typed.
const CONTINUATION: &str =
    "The previous session was interrupted because it got too long, the initial user request was: `";

/// The facts of the session that reading a message needs.
pub struct Reader<'a> {
    pub kind: Kind,
    /// The sessions that the session started.
    pub children: &'a HashSet<String>,
    pub is_prompted_by_agent: bool,
    pub program: Program,
}

impl Reader<'_> {
    /// Reads a message from its rows. `None` is a row that could not be read.
    pub fn read(&self, rows: &[Option<MessageRow>], notes: &mut Notes) -> Message {
        let mut building = Building {
            message: of_role(self.role(rows), None, Span::default()),
            reader: self,
            calls: HashMap::new(),
            has_answer: false,
            is_done: false,
            reason: None,
        };
        for row in rows {
            match row {
                Some(row) => building.add(row, notes),
                None => {
                    notes.add("message row", Oddity::Damaged);
                    building.push(PartKind::Unreadable);
                }
            }
        }
        building.finish()
    }

    /// Tells of rows that are not shown.
    pub fn left_out(&self, left_out: String) -> Message {
        let mut message = of_role(Role::Event, Some("left-out".to_owned()), Span::default());
        message.parts.push(part(PartKind::Happened {
            what: Happening::RowsLeftOut,
            detail: Some(left_out),
        }));
        message
    }

    fn role(&self, rows: &[Option<MessageRow>]) -> Role {
        let named = rows.iter().flatten().next();
        match (self.kind, named.map(|row| row.role.as_str())) {
            (Kind::Prompt { .. }, _) => Role::User,
            (Kind::Answer, _) => Role::Assistant,
            (_, Some("system")) => Role::System,
            (_, name) => Role::Other(name.unwrap_or_default().to_owned()),
        }
    }
}

struct Building<'a> {
    message: Message,
    reader: &'a Reader<'a>,
    /// The places of the calls among the parts, by the calls' ids.
    calls: HashMap<String, usize>,
    /// True where the row of the answer is there, and where it came to an end.
    has_answer: bool,
    is_done: bool,
    /// The stored ending of the answer.
    reason: Option<String>,
}

impl Building<'_> {
    fn push(&mut self, kind: PartKind) {
        self.message.parts.push(part(kind));
    }

    fn add(&mut self, row: &MessageRow, notes: &mut Notes) {
        let message = &mut self.message;
        let is_result = row.role == "tool";
        let last = match is_result {
            true => row.created,
            false => row.finished,
        };
        message.time.end = message.time.end.max(last);
        if message.id.is_none() {
            message.id = Some(row.id.clone()).filter(|id| !id.is_empty());
            message.time.start = row.created;
        }
        if !is_result {
            self.has_answer = true;
            message.is_summary |= row.is_summary;
            message.model = row.model.clone().map(|model_id| ModelRef {
                provider_id: row.provider.clone(),
                model_id: Some(model_id),
                variant: None,
            });
        }
        let parts = match json_text::parse(&row.parts, notes) {
            Ok(Value::Array(parts)) => parts,
            Ok(Value::Null) => Vec::new(),
            _ => {
                notes.add("message.parts", Oddity::ColumnIsNoJson);
                return self.push(PartKind::Unreadable);
            }
        };
        for stored in &parts {
            self.part(stored, is_result, notes);
        }
    }

    fn part(&mut self, stored: &Value, is_result: bool, notes: &mut Notes) {
        let Some(data) = stored.get("data").filter(|data| data.is_object()) else {
            notes.add("message.parts", Oddity::PartIsNoObject);
            return self.push(PartKind::Unreadable);
        };
        let known: &[&str] = match kind(stored) {
            "text" => {
                self.text(data, notes);
                &["text"]
            }
            "reasoning" => {
                self.reasoning(data);
                &REASONING_FIELDS
            }
            "image_url" => {
                let url = string(data, "url");
                self.push(PartKind::File(file_of(url, None, None)));
                &["detail", "url"]
            }
            "binary" => {
                self.push(PartKind::File(attached(data)));
                &["Data", "MIMEType", "Path"]
            }
            "tool_call" => {
                self.call(tool_call::asked(data));
                &tool_call::FIELDS
            }
            "tool_result" => {
                self.result(data, notes);
                &tool_result::FIELDS
            }
            "finish" => {
                // The store gives no ending to messages that no model wrote.
                if !is_result && self.reader.kind == Kind::Answer {
                    self.ended(data);
                }
                &["details", "message", "reason", "time"]
            }
            "shell_command" => {
                let tool = tool_call::typed(data, self.message.time.start);
                self.push(PartKind::Tool(Box::new(tool)));
                &["command", "exit_code", "output"]
            }
            other => {
                // Its content may be anything, so that only its name is shown.
                let name = shown_type(other);
                let value = Object::from_iter([("type".to_owned(), name.clone().into())]);
                self.push(PartKind::Unknown {
                    name: Some(name),
                    value: Value::Object(value),
                });
                return;
            }
        };
        let fields = data.as_object().into_iter().flatten();
        notes.unknown_fields += fields
            .filter(|(name, _)| !known.contains(&name.as_str()))
            .count();
    }

    fn text(&mut self, data: &Value, notes: &mut Notes) {
        let text = string(data, "text").unwrap_or_else(|| {
            notes.add("message.parts.text", Oddity::TextPartWithoutText);
            String::new()
        });
        let is_of_program = match self.reader.kind {
            Kind::Prompt { is_behind_answer } => {
                self.reader.is_prompted_by_agent
                    || is_behind_answer && text.starts_with(CONTINUATION)
            }
            _ => false,
        };
        self.message.parts.push(match is_of_program {
            true => flagged_text(text, true, false),
            false => text_part(text),
        });
    }

    fn reasoning(&mut self, data: &Value) {
        let text = string(data, "thinking").unwrap_or_default();
        // Some providers give a signature and no words.
        if !text.trim().is_empty() {
            let time = Span {
                start: time(data, "started_at"),
                end: time(data, "finished_at"),
            };
            self.push(PartKind::Reasoning { text, time });
        }
    }

    fn call(&mut self, tool: ToolPart) {
        if let Some(id) = tool.call_id.clone() {
            self.calls.insert(id, self.message.parts.len());
        }
        self.push(PartKind::Tool(Box::new(tool)));
    }

    fn result(&mut self, data: &Value, notes: &mut Notes) {
        let id = string(data, "tool_call_id").filter(|id| !id.is_empty());
        let known = id.as_ref().and_then(|id| self.calls.get(id).copied());
        let at = known.unwrap_or(self.message.parts.len());
        if known.is_none() {
            // The call of this result is lost.
            let stored = string(data, "name").unwrap_or_default();
            let name = tool_call::name_of(&stored);
            self.call(ToolPart::begun(name.to_owned(), id, Value::Null));
        }
        if let Some(PartKind::Tool(tool)) = self.message.parts.get_mut(at).map(|it| &mut it.kind) {
            tool_result::ended(tool, data, notes);
        }
    }

    /// Reads the ending of an answer.
    fn ended(&mut self, data: &Value) {
        self.is_done = true;
        let [title, details] = ["message", "details"]
            .map(|name| string(data, name).filter(|text| !text.trim().is_empty()));
        let reason = string(data, "reason").unwrap_or_default();
        let message = &mut self.message;
        message.time.end = message.time.end.max(time(data, "time"));
        let finish = match reason.as_str() {
            "end_turn" => "stop",
            "tool_use" => "tool-calls",
            "max_tokens" => "length",
            "content_filter" => "content-filter",
            "permission_denied" => "permission-denied",
            "error" if title.is_some() || details.is_some() => {
                message.error = Some(MessageError {
                    name: title,
                    message: details,
                    ..MessageError::default()
                });
                "error"
            }
            "canceled" if self.reader.program == Program::Crush || title.is_some() => {
                self.message.error = Some(aborted());
                "canceled"
            }
            other => other,
        };
        self.message.finish = Some(finish.to_owned()).filter(|finish| !finish.is_empty());
        self.reason = Some(reason);
    }

    fn finish(mut self) -> Message {
        let is_answer = self.reader.kind == Kind::Answer;
        let mut was_cancelled = false;
        for part in &mut self.message.parts {
            if let PartKind::Tool(tool) = &mut part.kind {
                was_cancelled |= tool_result::was_cancelled(tool);
                link(tool, self.message.id.as_deref(), self.reader.children);
            }
        }
        // The first OpenCode stores the same where an error ended an answer. Calls that it cancelled tell.
        if self.reason.as_deref() == Some("canceled") && was_cancelled {
            self.message.error = Some(aborted());
        }
        // A prompt has no end, and an answer that has none was still being written.
        if !is_answer || self.has_answer && !self.is_done {
            self.message.time.end = None;
        }
        if self.is_command() {
            // A command that a person ran is told by what it is: nobody asked a model.
            self.message.role = Role::Assistant;
            self.message.model = None;
            self.message.time.end = self.message.time.start;
        }
        self.message
    }

    /// Tells whether it is a command that a person ran, and nothing else.
    fn is_command(&self) -> bool {
        let is_command =
            |kind: &PartKind| matches!(kind, PartKind::Tool(tool) if tool.runs_command());
        let is_prompt = matches!(self.reader.kind, Kind::Prompt { .. });
        let parts = &self.message.parts;
        is_prompt && !parts.is_empty() && parts.iter().all(|part| is_command(&part.kind))
    }
}

/// The fields of reasoning. What providers need to get it back is not shown.
const REASONING_FIELDS: [&str; 7] = [
    "finished_at",
    "responses_data",
    "signature",
    "started_at",
    "thinking",
    "thought_signature",
    "tool_id",
];

/// The error of an answer that the user stopped.
fn aborted() -> MessageError {
    MessageError {
        name: Some("MessageAbortedError".to_owned()),
        message: Some("Aborted".to_owned()),
        ..MessageError::default()
    }
}

/// A time of a part, where it was set.
fn time(data: &Value, name: &str) -> Option<Timestamp> {
    let stored = data
        .get(name)
        .and_then(Value::as_i64)
        .filter(|time| *time > 0);
    Timestamp::in_range(millis(stored?))
}

/// The session that a call started, by its id.
fn link(tool: &mut ToolPart, message: Option<&str>, children: &HashSet<String>) {
    let Some(call) = tool.call_id.as_deref() else {
        return;
    };
    let of_crush = format!("{}$${call}", message.unwrap_or_default());
    let child = [of_crush.as_str(), call]
        .into_iter()
        .find_map(|id| children.get(id));
    if let Some(child) = child {
        tool.metadata
            .insert("sessionId".to_owned(), child.as_str().into());
    }
}

/// A file that was attached: its path, and its content in Base64.
fn attached(data: &Value) -> FilePart {
    let mime = string(data, "MIMEType").filter(|mime| is_mime(mime));
    let url = string(data, "Data").filter(|data| !data.is_empty());
    let url = url.map(|data| data_url(mime.as_deref(), &data));
    let path = string(data, "Path").unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next();
    let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    file_of(url, mime, name)
}

/// The address of a content in Base64.
pub fn data_url(mime: Option<&str>, data: &str) -> String {
    let mime = mime.unwrap_or("application/octet-stream");
    format!("data:{mime};base64,{data}")
}

/// A file by its address.
pub fn file_of(url: Option<String>, mime: Option<String>, name: Option<String>) -> FilePart {
    FilePart {
        mime,
        filename: name,
        url,
        ..FilePart::default()
    }
}

/// Tells whether a text is the type of a content, which stands in an address.
pub fn is_mime(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    !text.is_empty() && text.len() < 128 && text.chars().all(is_allowed)
}

/// The name of a type as a document may show it: it could be any text.
fn shown_type(kind: &str) -> String {
    kind.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "/-_.:".contains(*c))
        .take(64)
        .collect()
}
