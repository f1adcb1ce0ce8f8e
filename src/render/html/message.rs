//! A message, part by part.

use super::super::document::{RedactedMessages, Shown};
use super::super::ending::Ending;
use super::super::sentences::{Around, Told, error_message};
use super::super::survey::census::omission;
use super::super::tool::{child_session, file_text};
use super::{DEEPEST, Page};
use crate::error::Result;
use crate::model::{
    FilePart, Message, MessageError, Part, PartKind, RetryPart, Role, SubtaskPart, ToolPart,
};
use crate::options::Detail;

/// How much of a part of an unknown kind is shown, in bytes.
const LARGEST_UNKNOWN: usize = 4096;

/// The message that is being written.
pub(super) struct OpenMessage<'a> {
    pub shown: Shown<'a>,
    /// Its place in its session.
    pub index: usize,
    /// How many attachments were shown of it.
    pub attachments: usize,
}

impl Page<'_> {
    /// The sub-agent session that a call started, where it is shown below that call.
    fn agent_of(&self, tool: &ToolPart) -> Option<usize> {
        let context = self.writer.context;
        let index = *context.agent_numbers.get(child_session(tool)?)?;
        let has_room = self.agents.depth < DEEPEST && !self.agents.is_shown(index);
        has_room.then_some(index)
    }

    /// Tells whether sub-agent sessions are shown within a message.
    pub(super) fn starts_agents(&self, message: &Message) -> bool {
        message.parts.iter().any(|part| match &part.kind {
            PartKind::Tool(tool) => self.agent_of(tool).is_some(),
            _ => false,
        })
    }

    /// Writes a message. `messages` gives those of the sub-agents that it [starts](Self::starts_agents).
    pub(super) fn message(
        &mut self,
        shown: Shown<'_>,
        index: usize,
        message: &Message,
        mut messages: Option<&mut dyn RedactedMessages>,
    ) -> Result<()> {
        let speaker = message.speaker();
        let around = Around::of(message);
        self.writer.around = around;
        if let Some(attempts) = self.sentences.attempts(message) {
            self.writer.line("quiet", &attempts);
        }
        let mut open = OpenMessage {
            shown,
            index,
            attachments: 0,
        };
        let directory = shown.directory();
        let mut told = Told::default();
        for (number, part) in message.parts.iter().enumerate() {
            if omission(part, self.options).is_none() {
                let limit = self.content.part_limit(shown.index, index, Some(number));
                self.writer.begin_part(limit);
                match &part.kind {
                    PartKind::Text {
                        text,
                        is_synthetic,
                        is_ignored,
                        ..
                    } => {
                        if *is_ignored {
                            self.writer.line("quiet", self.words.ignored);
                        }
                        if *is_synthetic && !is_ignored {
                            self.runtime_text(text, None, told.called_tool);
                        } else if speaker == Role::Assistant {
                            self.writer.prose(text);
                        } else {
                            self.writer.plain(text.trim_matches('\n'));
                        }
                    }
                    PartKind::Patch { files, .. } => {
                        let line = self
                            .sentences
                            .changed_files(files, directory, &mut told.files);
                        if let Some(line) = line {
                            self.writer.line("changed", &line);
                        }
                    }
                    PartKind::Tool(tool) => {
                        let agent = self.agent_of(tool);
                        self.tool(tool, agent.is_some(), &mut open)?;
                        if let (Some(agent), Some(messages)) = (agent, messages.as_deref_mut()) {
                            self.agent(agent, messages)?;
                            self.writer.around = around;
                        }
                    }
                    _ => self.part(part, &mut open)?,
                }
            }
            told.add(part, directory);
        }
        if let Some(error) = &message.error {
            let limit = self.content.part_limit(shown.index, index, None);
            self.writer.begin_part(limit);
            self.error(error);
        } else if let Some(ending) = Ending::of(message) {
            self.ending(ending);
        }
        Ok(())
    }

    /// Tells how an answer ended, where it is not as it should be.
    fn ending(&mut self, ending: Ending) {
        let Some(text) = self.sentences.ending(ending) else {
            return;
        };
        match ending {
            Ending::Unfinished => self.writer.line("quiet", text),
            _ => self
                .writer
                .line("error", &format!("<strong>{text}</strong>")),
        }
    }

    /// Gives what a runtime told the model: one line, and with the details of tools all of it, folded. `source` is the part
    /// of the runtime that did. `is_result` says whether it follows a sentence on a call that the runtime made.
    fn runtime_text(&mut self, text: &str, source: Option<&str>, is_result: bool) {
        let text = text.trim();
        let line = self.sentences.runtime_line(text, source, is_result);
        let line_text = format!("{}{}{}", line.label, self.words.colon, line.what);
        if self.options.tools != Detail::Full || line.is_whole {
            return self.writer.line("runtime", &line_text);
        }
        self.writer.end_calls();
        self.writer.begin_fold("runtime", false);
        self.writer.push(&line_text);
        self.writer.begin_folded(false);
        self.writer.plain(&file_text::without_wrapper(text));
        self.writer.end_fold(false);
    }

    fn part(&mut self, part: &Part, open: &mut OpenMessage<'_>) -> Result<()> {
        match &part.kind {
            PartKind::Reasoning { text, .. } => {
                self.writer.end_calls();
                self.writer.see_lines(2);
                self.writer.begin_fold("reasoning", false);
                self.writer.push(self.words.bar_reasoning);
                self.writer.begin_folded(false);
                self.writer.prose(text);
                self.writer.end_fold(false);
            }
            PartKind::File(file) => {
                self.writer.end_calls();
                self.attachment(file, open)?;
            }
            PartKind::Subtask(subtask) => self.subtask(subtask),
            PartKind::Retry(retry) => self.retry(retry),
            PartKind::Compaction {
                is_automatic,
                status,
                summary,
            } => {
                let line = self.sentences.compaction(*is_automatic, status.as_deref());
                self.writer.line("note", &line);
                if let Some(summary) = summary {
                    self.writer.prose(summary);
                }
            }
            PartKind::Context { source, text } => {
                self.runtime_text(text, source.as_deref(), false);
            }
            PartKind::Unknown { name, value } => {
                let label = self.sentences.unknown(name.as_deref());
                self.writer.line("note", &label);
                let json = serde_json::to_string_pretty(value).unwrap_or_default();
                self.writer.budget.lower_to(LARGEST_UNKNOWN);
                self.writer.code(&json, "json");
            }
            // `omission` never lets other kinds through, or they are shown already.
            kind => {
                if let Some(line) = self.sentences.line(kind) {
                    self.writer.line("note", &line);
                }
            }
        }
        Ok(())
    }

    /// An attachment of the message, or of one of its calls.
    pub(super) fn attachment(&mut self, file: &FilePart, open: &mut OpenMessage<'_>) -> Result<()> {
        let survey = self.content.survey;
        let fits = survey.fits_in_page(open.shown.index, open.index, open.attachments);
        open.attachments += 1;
        self.writer.attachment(file, open.shown.directory(), fits)
    }

    fn subtask(&mut self, subtask: &SubtaskPart) {
        let line = self.sentences.subtask(subtask);
        self.writer.line("note", &line);
        if let Some(prompt) = &subtask.prompt {
            self.writer.plain(prompt);
        }
        if let Some(result) = &subtask.result {
            self.writer.line("note", self.words.sub_task_result);
            self.writer.prose(result);
        }
    }

    fn retry(&mut self, retry: &RetryPart) {
        let line = self.sentences.retry(retry);
        self.writer.line("note", &line);
        let error = retry.error.as_ref();
        if let Some(message) = error.and_then(|error| error.message.as_deref()) {
            self.writer.push("<div class=\"error retry\">\n");
            self.writer.plain(message);
            self.writer.push("</div>\n");
        }
    }

    fn error(&mut self, error: &MessageError) {
        let title = self.sentences.error(error);
        self.writer
            .line("error", &format!("<strong>{title}</strong>"));
        if let Some(message) = error_message(error) {
            self.writer.push("<div class=\"error\">\n");
            self.writer.plain(message);
            self.writer.push("</div>\n");
        }
    }
}
