//! Tool calls.

use super::super::sentences::told_by_line;
use super::super::tool::details::{What, printed, shown_details};
use super::super::tool::failure;
use super::blocks::Blocks;
use super::escape::info_string;
use crate::model::ToolPart;

impl Blocks<'_> {
    pub fn tool(&mut self, tool: &ToolPart, directory: Option<&str>) {
        let call = self.sentences.call(tool, self.around, directory);
        if call.depends_on_numbers {
            self.depends_on_numbers.set(true);
        }
        let mut line = format!("**{}**", call.name);
        if let Some(subject) = &call.subject {
            line.push_str(&format!(" {subject}"));
        }
        let told: Vec<String> = (call.before.into_iter())
            .chain([call.outcome])
            .chain(call.facts)
            .chain(call.child)
            .collect();
        line.push_str(&format!(" — {}", told.join(self.context.words.comma)));
        self.item(&line);
        if let Some(error) = failure(tool) {
            self.plain_quote(error);
        }
        for file in &tool.attachments {
            self.attachment(file, directory);
        }
        let is_told = told_by_line(tool, directory);
        for detail in shown_details(tool, self.context.options.tools, is_told) {
            if detail.what == What::EndOfOutput {
                self.note_cut(printed(tool).unwrap_or_default());
            }
            self.block(self.sentences.label_of(detail.what));
            self.fenced(&detail.text, info_string(&detail.language));
        }
    }
}
