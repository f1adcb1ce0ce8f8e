//! Tool calls.

use std::borrow::Cow;

use super::super::html::{Kind, Mark};
use super::super::tool::details::{What, details};
use super::super::tool::summary::{facts, label, relative, subject};
use super::super::tool::{child_session, failure};
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
        let mut told = Vec::from_iter(label.map(|_| name.clone()));
        let shown = |text: &str| code(&self.shortened(text));
        told.extend(facts(tool, directory, self.context.words, shown));
        told.extend(self.child_place(tool));
        line.push_str(&format!(" — {}", told.join(self.context.words.comma)));
        let has_failed = failure(tool).is_some();
        self.begin(Kind::Tool { has_failed });
        self.item(&line);
        self.mark(Mark::Details);
        if let Some(error) = failure(tool) {
            self.quote_in_item(error);
        }
        for file in &tool.attachments {
            self.attachment(file, directory);
        }
        if self.context.options.tools == Detail::Full {
            self.details(tool, directory, &name);
        }
        self.end();
    }

    /// What the call was about, on one line of bounded length.
    fn subject(&self, tool: &ToolPart, directory: Option<&str>) -> Option<String> {
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

    /// Whether a text stands in a call's line as a whole.
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

    /// Input and output in full.
    fn details(&mut self, tool: &ToolPart, directory: Option<&str>, name: &str) {
        let name = format!("**{name}**");
        let subject = subject(tool, directory);
        let is_told = |text: &str| {
            let told = subject.as_ref().map(|subject| subject.text.trim());
            let is_subject = told == Some(relative(text, directory).trim()) && self.is_short(text);
            is_subject || Some(text) == directory
        };
        for detail in details(tool, is_told) {
            let label = match detail.what {
                What::Command => self.context.words.detail_command,
                What::Content => self.context.words.detail_content,
                What::Change => self.context.words.detail_change,
                What::Todos => self.context.words.detail_todos,
                What::Instructions => self.context.words.detail_instructions,
                What::Input => self.context.words.detail_input,
                What::PartialInput => self.context.words.detail_partial_input,
                What::Output => self.context.words.detail_output,
            };
            self.block(&fill(label, &[&name]));
            self.fenced(&detail.text, info_string(&detail.language));
        }
    }
}
