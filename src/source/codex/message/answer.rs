//! An answer of the model: texts, reasoning, tool calls and its ending.

use serde_json::Value;

use super::super::record::{Record, Type, shown_type, text, texts};
use super::super::{item, tool_call};
use super::Building;
use crate::model::{MessageError, Part, PartKind, Span, ToolPart};
use crate::source::parts::{part, string, text_part};

impl Building<'_> {
    pub(super) fn answer(&mut self, record: &Record) {
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
                    // An item or the result came first: it tells how the call ended.
                    Some(known) if !id.is_empty() => tool_call::begin(known, tool),
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
        if said.trim().is_empty() {
            return;
        }
        let told = |(_, known): &(usize, Option<String>)| known.is_some() && *known == id;
        if is_item && let Some(told) = self.from_events.iter().position(told) {
            let (at, _) = self.from_events.remove(told);
            self.ids.extend(id);
            // The item has the plan too, in its place.
            if let Some(PartKind::Text { text, .. }) =
                self.message.parts.get_mut(at).map(|it| &mut it.kind)
            {
                *text = said;
            }
            return;
        }
        if is_item && self.is_known(id.clone()) {
            return;
        }
        let parts = &self.message.parts;
        let is_same = |at: &usize| match parts.get(*at).map(|part| &part.kind) {
            Some(PartKind::Text { text, .. }) => text.trim() == said.trim(),
            _ => false,
        };
        let same = self.from_events.iter().position(|(at, _)| is_same(at));
        if let Some(same) = same {
            if is_item {
                self.from_events.remove(same);
            }
            return;
        }
        if !is_item {
            if (0..parts.len()).any(|at| is_same(&at)) {
                return;
            }
            self.from_events.push((parts.len(), id));
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

    /// Adds the reasoning of the model: the whole text if it is readable, else the summary.
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
                // Only a person's own stop is called one: to stop it, or to say something else instead. A sub-agent is
                // stopped by the one that started it, or because that one ended.
                let (name, message) = match text(payload, "reason") {
                    "" | "interrupted" | "replaced" if !self.reader.is_agent => {
                        ("MessageAbortedError", "Aborted".to_owned())
                    }
                    "" => ("Aborted", String::new()),
                    reason => ("Aborted", shown_type(reason)),
                };
                self.message.error = Some(MessageError {
                    name: Some(name.to_owned()),
                    message: Some(message),
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
        let message = string(error, "message").or_else(|| error.as_str().map(str::to_owned));
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
                let id = Some(id).filter(|id| !id.is_empty());
                if !id.as_ref().is_some_and(|id| self.ids.contains(id)) {
                    self.said(content.join("\n\n"), id, false);
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

    /// A plan that an answer proposes stands in its text, between tags.
    pub(super) fn plans(&mut self) {
        let has_plans = !self.plans.is_empty();
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
                && let Some((before, rest)) = text.split_once("<proposed_plan>\n")
                && let Some((plan, after)) = rest.split_once("\n</proposed_plan>")
                && (has_plans || before.trim().is_empty() && after.trim().is_empty())
            {
                let pieces = [before, plan, after].map(|it| it.trim_matches('\n'));
                let pieces = pieces.into_iter().filter(|it| !it.trim().is_empty());
                *text = pieces.collect::<Vec<_>>().join("\n\n");
            }
        }
    }
}
