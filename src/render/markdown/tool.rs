//! Tool calls.

use serde_json::Value;

use super::Page;
use super::escape::{code, inline};
use crate::model::{Session, ToolPart};
use crate::options::Detail;
use crate::render::tool_summary::{child_session, facts, subject};
use crate::render::words::fill;

/// How much of a command or a title stands in its line, in characters.
const LONGEST_SUBJECT: usize = 200;

impl Page<'_> {
    pub(super) fn tool(&mut self, tool: &ToolPart, session: &Session) {
        let name = tool_name(tool, self.words.unnamed_tool);
        let mut line = format!("**{name}**");
        if let Some(subject) = self.subject(tool, session) {
            line.push_str(&format!(" {subject}"));
        }
        line.push_str(&format!(
            " — {}",
            facts(tool, self.words).join(self.words.comma)
        ));
        if let Some(place) = self.child_place(tool) {
            line.push_str(&format!("{}{place}", self.words.comma));
        }
        self.item(&line);
        if let Some(error) = failure(tool) {
            self.quote_in_item(error);
        }
        for file in &tool.attachments {
            self.attachment(file, session);
        }
        if self.options.tools == Detail::Full {
            self.details(tool, &name);
        }
    }

    /// What the call was about, on one line of bounded length.
    fn subject(&self, tool: &ToolPart, session: &Session) -> Option<String> {
        let subject = subject(tool, session.info.directory.as_deref())?;
        let text = subject.text.trim();
        let first_line = text.lines().next().unwrap_or_default();
        let shown: String = first_line.chars().take(LONGEST_SUBJECT).collect();
        let is_cut = shown.len() < first_line.len();
        let shown = if is_cut { format!("{shown}…") } else { shown };
        let shown = if subject.is_literal {
            code(&shown)
        } else {
            inline(&shown)
        };
        let more = text.lines().count().saturating_sub(1);
        Some(if more > 0 {
            format!("{shown} ({})", self.words.more_lines.of(more))
        } else {
            shown
        })
    }

    /// Where the sub-agent session of a task tool is.
    fn child_place(&self, tool: &ToolPart) -> Option<String> {
        let id = child_session(tool)?;
        Some(match self.agent_numbers.get(id) {
            Some(number) => format!(
                "{} {}",
                self.words.in_sub_agent,
                self.sub_agent_link(*number)
            ),
            None => fill(self.words.not_in_this_file, &[&inline(id)]),
        })
    }

    /// Input and output in full.
    fn details(&mut self, tool: &ToolPart, name: &str) {
        let name = format!("**{name}**");
        if has_content(&tool.input) {
            self.block(&fill(self.words.input, &[&name]));
            match &tool.input {
                Value::String(text) => self.fenced(text, "text"),
                input => {
                    let json = serde_json::to_string_pretty(input).unwrap_or_default();
                    self.fenced(&json, "json");
                }
            }
        }
        if let Some(raw) = &tool.raw {
            self.block(&fill(self.words.partial_input, &[&name]));
            self.fenced(raw, "text");
        }
        if let Some(output) = tool.output.as_deref().filter(|output| !output.is_empty()) {
            self.block(&fill(self.words.output, &[&name]));
            self.fenced(output, "text");
        }
    }
}

/// Why a call failed. OpenCode stores a call that the model got wrong as the tool `invalid`.
fn failure(tool: &ToolPart) -> Option<&str> {
    let of_invalid_call = || tool.input.get("error").and_then(Value::as_str);
    let error = tool.error.as_deref();
    let error = if tool.tool == "invalid" {
        error.or_else(of_invalid_call)
    } else {
        error
    };
    error.filter(|error| !error.trim().is_empty())
}

fn tool_name(tool: &ToolPart, unnamed: &str) -> String {
    let name = inline(&tool.tool);
    if name.is_empty() {
        unnamed.to_owned()
    } else {
        name
    }
}

fn has_content(input: &Value) -> bool {
    match input {
        Value::Null => false,
        Value::Object(object) => !object.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}
