//! A message.

use std::collections::HashSet;

use super::super::attachment::is_image;
use super::super::ending::Ending;
use super::super::sentences::{Around, Told, error_message};
use super::super::survey::census::omission;
use super::super::tool::file_text;
use super::blocks::Blocks;
use super::escape::{inline, link_text};
use crate::model::{FilePart, Message, MessageError, Part, PartKind, RetryPart, Role, SubtaskPart};
use crate::options::Detail;

/// How much of a part of an unknown kind is shown, in bytes.
const LARGEST_UNKNOWN: usize = 4096;

impl Blocks<'_> {
    /// Writes a message of a session in a folder. `limit_of` gives how much of the texts of a part is shown;
    /// no part is the message's own error.
    pub fn message(
        &mut self,
        message: &Message,
        directory: Option<&str>,
        limit_of: impl Fn(Option<usize>) -> Option<usize>,
    ) {
        let speaker = message.speaker();
        self.around = Around::of(message);
        self.is_behind_list = false;
        if let Some(attempts) = self.sentences.attempts(message) {
            self.label(&attempts);
        }
        let mut told = Told::default();
        for (place, part) in message.parts.iter().enumerate() {
            if omission(part, self.context.options).is_none() {
                self.begin_part(limit_of(Some(place)));
                match &part.kind {
                    PartKind::Text {
                        text,
                        is_synthetic,
                        is_ignored,
                        ..
                    } => self.text(text, *is_synthetic, *is_ignored, &speaker, &told),
                    PartKind::Patch { files, .. } => {
                        self.changed_files(files, directory, &mut told.files);
                    }
                    _ => self.part(part, directory),
                }
            }
            told.add(part, directory);
        }
        if let Some(error) = &message.error {
            self.begin_part(limit_of(None));
            self.error(error);
        } else if let Some(ending) = Ending::of(message) {
            self.ending(ending);
        }
    }

    /// Tells how an answer ended, where it is not as it should be.
    fn ending(&mut self, ending: Ending) {
        let Some(text) = self.sentences.ending(ending) else {
            return;
        };
        if ending == Ending::Unfinished {
            return self.label(text);
        }
        self.end_list();
        self.block(&format!("**{text}**"));
    }

    fn text(
        &mut self,
        text: &str,
        is_synthetic: bool,
        is_ignored: bool,
        speaker: &Role,
        told: &Told,
    ) {
        let words = self.context.words;
        if is_ignored {
            self.label(words.ignored);
        } else if is_synthetic {
            return self.runtime_text(text, None, told.called_tool);
        }
        if *speaker != Role::Assistant {
            return self.plain(text);
        }
        if told.reasoned && self.context.options.reasoning {
            self.label(words.answer);
        }
        self.quote(text);
    }

    /// Gives what a runtime told the model: one line, and with the details of tools all of it. `source` is the part of the
    /// runtime that did. `is_result` says whether it follows a sentence on a call that the runtime made.
    fn runtime_text(&mut self, text: &str, source: Option<&str>, is_result: bool) {
        let text = text.trim();
        // Its size is told, and it may be cut.
        self.note_cut(text);
        let line = self.sentences.runtime_line(text, source, is_result);
        let colon = self.context.words.colon;
        self.item(&format!("{}{colon}{}", line.label, line.what));
        if self.context.options.tools == Detail::Full && !line.is_whole {
            self.plain(&file_text::without_wrapper(text));
        }
    }

    fn part(&mut self, part: &Part, directory: Option<&str>) {
        match &part.kind {
            PartKind::Reasoning { text, .. } => {
                self.label(self.context.words.reasoning);
                self.quote(text);
            }
            PartKind::File(file) => self.attachment(file, directory),
            PartKind::Tool(tool) => self.tool(tool, directory),
            PartKind::Subtask(subtask) => self.subtask(subtask),
            PartKind::Retry(retry) => self.retry(retry),
            PartKind::Compaction {
                is_automatic,
                status,
                summary,
            } => {
                let line = self.sentences.compaction(*is_automatic, status.as_deref());
                self.item(&line);
                if let Some(summary) = summary {
                    self.quote_in_item(summary);
                }
            }
            PartKind::Context { source, text } => {
                self.runtime_text(text, source.as_deref(), false);
            }
            PartKind::Unknown { name, value } => self.unknown(name.as_deref(), value),
            // `omission` never lets other kinds through, or they are shown already.
            kind => {
                if let Some(line) = self.sentences.line(kind) {
                    self.item(&line);
                }
            }
        }
    }

    pub fn attachment(&mut self, file: &FilePart, directory: Option<&str>) {
        let words = self.context.words;
        let line = self.sentences.attachment(file, directory);
        let linked = link_text(&line.name);
        let name = match &line.address {
            Some(address) => format!("[{linked}]({address})"),
            None if line.is_named => inline(&line.name),
            None => String::new(),
        };
        let mut text = words.attachment.to_owned();
        if !name.is_empty() {
            text.push_str(&format!("{}**{name}**", words.colon));
        }
        if !line.facts.is_empty() {
            text.push_str(&words.in_brackets(&line.facts.join(words.comma)));
        }
        self.item(&text);
        if let Some(address) = line.address.filter(|address| is_image(address)) {
            self.block(&format!("![{linked}]({address})"));
        }
    }

    fn subtask(&mut self, subtask: &SubtaskPart) {
        let line = self.sentences.subtask(subtask);
        self.item(&line);
        if let Some(prompt) = &subtask.prompt {
            self.plain_quote(prompt);
        }
        if let Some(result) = &subtask.result {
            self.item(self.context.words.sub_task_result);
            self.quote_in_item(result);
        }
    }

    fn changed_files(
        &mut self,
        files: &[String],
        directory: Option<&str>,
        told: &mut HashSet<String>,
    ) {
        if let Some(line) = self.sentences.changed_files(files, directory, told) {
            self.item(&line);
        }
    }

    fn retry(&mut self, retry: &RetryPart) {
        let line = self.sentences.retry(retry);
        self.item(&line);
        let error = retry.error.as_ref();
        if let Some(message) = error.and_then(|error| error.message.as_deref()) {
            self.plain_quote(message);
        }
    }

    fn unknown(&mut self, name: Option<&str>, value: &serde_json::Value) {
        let label = self.sentences.unknown(name);
        self.block(&label);
        let json = serde_json::to_string_pretty(value).unwrap_or_default();
        self.budget.lower_to(LARGEST_UNKNOWN);
        self.fenced(&json, "json");
    }

    fn error(&mut self, error: &MessageError) {
        self.end_list();
        let title = self.sentences.error(error);
        self.block(&format!("**{title}**"));
        if let Some(message) = error_message(error) {
            self.end_list();
            self.plain_quote(message);
        }
    }
}
