//! Tool calls.

use std::borrow::Cow;

use serde_json::Value;

use super::super::html::{Kind, Mark};
use super::super::tool::details::{What, details, reasons};
use super::super::tool::outcome::Outcome;
use super::super::tool::summary::{facts, label, relative, subject};
use super::super::tool::{Kind as ToolKind, child_session, failure, is_usual_name};
use super::super::words::fill;
use super::blocks::Blocks;
use super::escape::{code, info_string, inline};
use crate::model::ToolPart;
use crate::options::Detail;

/// How much of a command or a title stands in its line, in characters.
const LONGEST_SUBJECT: usize = 200;

impl Blocks<'_> {
    pub fn tool(&mut self, tool: &ToolPart, directory: Option<&str>) {
        let name = match inline(&tool.tool) {
            name if name.is_empty() => self.context.words.unnamed_tool.to_owned(),
            name => name,
        };
        let label = label(tool, self.context.words);
        let mut line = format!("**{}**", label.unwrap_or(&name));
        if let Some(subject) = self.subject(tool, directory) {
            line.push_str(&format!(" {subject}"));
        }
        let outcome = Outcome::of(tool);
        let mut told = Vec::new();
        // The name says nothing more than the exporter's own words for it, unless it is another one.
        told.extend(
            label
                .filter(|_| !is_usual_name(&tool.tool))
                .map(|_| name.clone()),
        );
        told.extend(
            self.around
                .is_by_user
                .then(|| self.context.words.run_by_user.to_owned()),
        );
        told.push(outcome.in_words(self.around.is_stopped, self.context.words));
        let shown = |text: &str| code(&self.shortened(text));
        told.extend(facts(tool, directory, self.context.words, shown));
        told.extend(self.child_place(tool));
        line.push_str(&format!(" — {}", told.join(self.context.words.comma)));
        let has_failed = outcome.is_failure() || outcome.is_refusal();
        self.begin(Kind::Tool { has_failed });
        self.item(&line);
        self.mark(Mark::Details);
        if let Some(error) = failure(tool) {
            self.plain_quote(error);
        }
        for file in &tool.attachments {
            self.attachment(file, directory);
        }
        if self.context.options.tools == Detail::Full {
            self.details(tool, directory, false);
        } else if outcome.is_failure() {
            self.details(tool, directory, true);
        }
        self.end();
    }

    /// What the call was about, on one line of bounded length.
    fn subject(&self, tool: &ToolPart, directory: Option<&str>) -> Option<String> {
        if ToolKind::of(tool) == ToolKind::Command
            && let Some(command) = tool.input.get("command").and_then(Value::as_str)
        {
            // A long one gives way to what the model said of it.
            self.note_cut(command);
        }
        let subject = subject(tool, directory)?;
        let text = subject.text.trim();
        let first_line = text.lines().next().unwrap_or_default();
        let shown = self.shortened(first_line);
        let shown = if subject.is_literal {
            code(&shown)
        } else {
            inline(&shown)
        };
        let more = text.lines().count().saturating_sub(1);
        Some(if more > 0 {
            let more = self.context.words.more_lines.of(more);
            format!("{shown}{}", self.context.words.in_brackets(&more))
        } else {
            shown
        })
    }

    /// Tells whether a text stands in a call's line as a whole.
    fn is_short(&self, text: &str) -> bool {
        let text = text.trim();
        !text.contains('\n') && matches!(self.shortened(text), Cow::Borrowed(_))
    }

    fn shortened<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match text.char_indices().nth(LONGEST_SUBJECT) {
            Some((end, _)) => {
                self.note_cut(text);
                format!("{}…", text.get(..end).unwrap_or_default()).into()
            }
            None => text.into(),
        }
    }

    /// Where the sub-agent session of a task tool is.
    fn child_place(&self, tool: &ToolPart) -> Option<String> {
        let id = child_session(tool)?;
        Some(match self.context.agent_numbers.get(id) {
            Some(number) => format!(
                "{} {}",
                self.context.words.in_sub_agent,
                self.sub_agent_link(*number)
            ),
            None => fill(self.context.words.not_in_this_file, &[&inline(id)]),
        })
    }

    /// Input and output in full, or only what tells why a call failed.
    fn details(&mut self, tool: &ToolPart, directory: Option<&str>, only_reasons: bool) {
        let subject = subject(tool, directory);
        let is_told = |text: &str| {
            let told = subject.as_ref().map(|subject| subject.text.trim());
            let is_subject = told == Some(relative(text, directory).trim()) && self.is_short(text);
            is_subject || Some(text) == directory
        };
        let details = match only_reasons {
            true => reasons(tool, is_told),
            false => details(tool, is_told),
        };
        for detail in details {
            let label = match detail.what {
                What::Command => self.context.words.detail_command,
                What::Content => self.context.words.detail_content,
                What::Change => self.context.words.detail_change,
                What::Todos => self.context.words.detail_todos,
                What::Instructions => self.context.words.detail_instructions,
                What::Input => self.context.words.detail_input,
                What::PartialInput => self.context.words.detail_partial_input,
                What::OtherInput => self.context.words.detail_other_input,
                What::Output => self.context.words.detail_output,
                What::EndOfOutput => self.context.words.detail_end_of_output,
            };
            if detail.what == What::EndOfOutput {
                self.note_cut(tool.output.as_deref().unwrap_or_default());
            }
            self.block(label);
            self.fenced(&detail.text, info_string(&detail.language));
        }
    }
}
