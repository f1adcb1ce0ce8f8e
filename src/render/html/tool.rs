//! Tool calls: a row with how it ended, what it was about and how long it took, and the rest folded.

use super::super::sentences::{CallLine, told_by_line};
use super::super::tool::details::{What, shown_details};
use super::super::tool::failure;
use super::super::tool::outcome::Outcome;
use super::Page;
use super::message::OpenMessage;
use crate::error::Result;
use crate::model::ToolPart;

impl Page<'_> {
    /// Writes a call. `has_agent` says whether the sub-agent session that it started follows.
    pub(super) fn tool(
        &mut self,
        tool: &ToolPart,
        has_agent: bool,
        message: &mut OpenMessage<'_>,
    ) -> Result<()> {
        let directory = message.shown.directory();
        let call = self.sentences.call(tool, self.writer.around, directory);
        let outcome = Outcome::of(tool);
        let has_failed = outcome.is_failure() || outcome.is_refusal();
        self.writer.add_call(&call.name, has_failed);
        self.turn.calls += 1;
        let id = format!("{}-c{}", self.turn.id, self.turn.calls);
        let class = if has_failed { "tool failed" } else { "tool" };
        let number = self.turn.calls;
        // A link stands beside the fold, not in it: a key would follow the one or open the other.
        self.writer.push(&format!(
            "<div class=\"{class}\" id=\"{id}\"><a class=\"number\" href=\"#{id}\">{number}</a>"
        ));
        let row = row(&call, outcome);
        let start = self.writer.text.len();
        let open = if has_failed { " open" } else { "" };
        self.writer.push(&format!("<details{open}><summary>{row}"));
        self.writer.begin_folded(has_failed);
        let inside = self.writer.text.len();
        if let Some(error) = failure(tool) {
            self.writer.push("<div class=\"error\">\n");
            self.writer.text_in_call(error);
            self.writer.push("</div>\n");
        }
        for file in &tool.attachments {
            self.attachment(file, message)?;
        }
        self.details(tool, directory);
        let is_empty = self.writer.text.len() == inside;
        self.writer.end_fold(has_failed);
        if is_empty {
            self.writer.text.truncate(start);
            self.writer.push(&format!("<p>{row}</p>\n"));
        }
        // Below it stands the session itself, or this.
        if let Some(child) = call.child.filter(|_| !has_agent) {
            self.writer
                .push(&format!("<p class=\"quiet child\">{child}</p>\n"));
        }
        self.writer.push("</div>\n");
        Ok(())
    }

    /// Input and output in full, or what tells why a call failed.
    fn details(&mut self, tool: &ToolPart, directory: Option<&str>) {
        let is_told = told_by_line(tool, directory);
        for detail in shown_details(tool, self.options.tools, is_told) {
            let label = self.sentences.label_of(detail.what);
            self.writer
                .push(&format!("<p class=\"label\">{label}</p>\n"));
            let language = detail.language.split([' ', ',', '{']).next();
            let language = language.unwrap_or_default();
            let tells_why = detail.what == What::Output && Outcome::of(tool).needs_reasons();
            match tells_why {
                true => self.writer.failed_output(&detail.text, language),
                false => self.writer.code(&detail.text, language),
            }
        }
    }
}

/// `failed (exit code 1)  Run command  npm test  2.1 s`
fn row(call: &CallLine, outcome: Outcome) -> String {
    let class = match outcome {
        Outcome::Succeeded => "ok",
        _ if outcome.is_failure() => "bad",
        _ if outcome.is_refusal() => "warn",
        _ => "open",
    };
    let subject = call.subject.as_deref().unwrap_or_default();
    let facts: Vec<&str> = call
        .before
        .iter()
        .chain(&call.facts)
        .map(String::as_str)
        .collect();
    let facts = facts.join(" · ");
    let outcome = &call.outcome;
    let name = &call.name;
    format!(
        "<span class=\"badge {class}\">{outcome}</span> <b>{name}</b> {subject} <span class=\"quiet\">{facts}</span>"
    )
}
