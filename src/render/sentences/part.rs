//! The lines of the parts of a message that are no texts and no tool calls, of errors, and of how an answer ended.

use std::collections::HashSet;

use super::super::ending::{Attempts, Ending};
use super::super::number::number;
use super::super::runtime_text;
use super::super::runtime_text::{Line, is_sentence_on_call};
use super::super::tool::changes::changes;
use super::super::tool::summary::relative;
use super::super::words::error as words_of_error;
use super::super::words::fill;
use super::Sentences;
use crate::model::{
    Happening, Message, MessageError, Part, PartKind, RetryPart, SubtaskPart, Timestamp, ToolPart,
};

/// The line of a text that the runtime added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeLine {
    /// Whose it is and how long: `Added by the runtime (1.2 kB)`.
    pub label: String,
    /// What it is, or how it begins.
    pub what: String,
    /// True where the line tells all of it.
    pub is_whole: bool,
}

impl Sentences<'_> {
    /// Tells of the requests that broke off; `None` where none did.
    pub fn attempts(&self, message: &Message) -> Option<String> {
        let words = self.context.words;
        match Attempts::of(message).broken {
            0 => None,
            1 => Some(words.one_attempt_broke.to_owned()),
            broken => {
                let [all, broken] = [broken + 1, broken].map(|count| count.to_string());
                Some(fill(words.attempts_broke, &[&all, &broken]))
            }
        }
    }

    /// Tells how an answer ended, where it is not as it should be.
    pub fn ending(&self, ending: Ending) -> Option<&'static str> {
        let words = self.context.words;
        Some(match ending {
            Ending::CutOff => words.cut_off,
            Ending::Filtered => words.filtered,
            Ending::Failed => words.failed_without_error,
            Ending::NoSignal => words.no_signal,
            Ending::Cancelled => words.cancelled_answer,
            Ending::Unfinished => words.unfinished,
            Ending::Answered
            | Ending::Continues
            | Ending::Stopped
            | Ending::Refused
            | Ending::Empty => return None,
        })
    }

    /// The line of a text that the runtime added. `source` is the part of the runtime that did. `is_result` says whether
    /// it follows a sentence on a call that the runtime made.
    pub fn runtime_line(&self, text: &str, source: Option<&str>, is_result: bool) -> RuntimeLine {
        let words = self.context.words;
        let size = words.in_brackets(&words.size(text.len() as u64));
        let line = runtime_text::line(text, is_result);
        let is_whole = source.is_none() && matches!(line, Line::Whole(_));
        let code = |text: &str| self.markup.code(text);
        RuntimeLine {
            label: format!("{}{size}", words.synthetic),
            what: match (source, line) {
                (Some(source), _) => code(source),
                (None, Line::ResultOfCall) => words.result_of_call.to_owned(),
                (None, Line::Cut(start)) => code(&format!("{start}…")),
                (None, Line::Whole(line) | Line::OneOf(line)) => code(line),
            },
            is_whole,
        }
    }

    /// The line of a part that is one line and no more; `None` for any other.
    pub fn line(&self, kind: &PartKind) -> Option<String> {
        let words = self.context.words;
        Some(match kind {
            PartKind::Agent { name } => self.fact(words.mentioned_agent, Some(name)),
            PartKind::Skill { name } => self.fact(words.mentioned_skill, Some(name)),
            PartKind::Notice { kind, created } => self.notice(kind.as_deref(), *created),
            PartKind::Happened { what, detail } => self.happened(*what, detail.as_deref()),
            PartKind::AgentSwitched { agent } => self.fact(words.agent_switched, agent.as_deref()),
            PartKind::ModelSwitched { model } => {
                let model = model.as_ref().map(|model| self.model(model));
                // A model is code already.
                let model = model.unwrap_or_default();
                format!("{}{}{model}", words.model_switched, words.colon)
            }
            PartKind::LocationSwitched { directory } => {
                self.fact(words.location_switched, directory.as_deref())
            }
            PartKind::Idle { outcome } => match outcome.as_deref() {
                Some("succeeded") => words.idle_succeeded.to_owned(),
                Some("failed") => words.idle_failed.to_owned(),
                Some("interrupted") => words.idle_interrupted.to_owned(),
                other => self.fact(words.idle, other),
            },
            _ => return None,
        })
    }

    /// The line of something that happened.
    fn happened(&self, what: Happening, detail: Option<&str>) -> String {
        let words = self.context.words;
        if what != Happening::BranchApart {
            return self.fact(words.happening(what), detail);
        }
        let branch = detail.and_then(|id| self.context.agent_numbers.get(id));
        let counted = || Some(words.messages_left.of(detail?.parse().ok()?));
        let told = match branch {
            Some(number) => Some(self.agent_link(*number)),
            None => counted(),
        };
        let told = told.map(|told| format!("{}{told}", words.colon));
        format!("{}{}", words.branch_apart, told.unwrap_or_default())
    }

    /// The line of a task for a sub-agent.
    pub fn subtask(&self, subtask: &SubtaskPart) -> String {
        let words = self.context.words;
        let text = |text: &String| self.markup.text(text);
        let mut facts: Vec<String> = Vec::new();
        facts.extend(
            (subtask.agent.as_ref()).map(|agent| self.markup.strong(&self.markup.text(agent))),
        );
        let command = subtask.command.as_ref();
        facts.extend(command.map(|command| self.markup.code(&format!("/{command}"))));
        facts.extend(subtask.description.as_ref().map(text));
        facts.extend(subtask.status.as_ref().map(text));
        facts.retain(|fact| !fact.is_empty());
        format!("{}{}{}", words.sub_task, words.colon, facts.join(" · "))
    }

    /// Files that a step changed, but for those of which a line before tells it; `None` where nothing is left.
    pub fn changed_files(
        &self,
        files: &[String],
        folder: Option<&str>,
        told: &mut HashSet<String>,
    ) -> Option<String> {
        let words = self.context.words;
        let names: Vec<String> = files
            .iter()
            .map(|file| relative(file, folder))
            .filter(|file| told.insert((*file).to_owned()))
            .map(|file| self.markup.code(file))
            .collect();
        let is_told = names.is_empty() && !files.is_empty();
        (!is_told).then(|| {
            let names = names.join(words.comma);
            format!("{}{}{names}", words.changed_files, words.colon)
        })
    }

    /// The line of a request that failed and was sent again.
    pub fn retry(&self, retry: &RetryPart) -> String {
        let words = self.context.words;
        let mut text = words.retry.to_owned();
        if let Some(attempt) = retry.attempt {
            let attempt = fill(words.attempt, &[&number(attempt)]);
            text.push_str(&words.in_brackets(&attempt));
        }
        if let Some(error) = &retry.error {
            text.push_str(&format!("{}{}", words.colon, self.error_title(error)));
        }
        text
    }

    /// The line of a summary that replaces the conversation up to there, or should have.
    pub fn compaction(&self, is_automatic: Option<bool>, status: Option<&str>) -> String {
        let words = self.context.words;
        let (text, other) = match (status, is_automatic) {
            // The message behind it is the summary, or tells why there is none.
            (None, Some(true)) => (words.compaction_asked_by_runtime, None),
            (None, Some(false)) => (words.compaction_asked_by_user, None),
            (None, None) => (words.compaction_asked, None),
            (Some("completed"), _) => (words.compacted, None),
            (Some("failed"), _) => (words.compaction_failed, None),
            (Some("running" | "pending"), _) => (words.compaction_open, None),
            (other, _) => (words.compaction_asked, other),
        };
        let mut text = text.to_owned();
        let by = match is_automatic.filter(|_| status.is_some()) {
            Some(true) => Some(words.compacted_automatically),
            Some(false) => Some(words.compacted_by_user),
            None => None,
        };
        if let Some(by) = by {
            text.push_str(&format!("{}{by}", words.comma));
        }
        if let Some(status) = other {
            text.push_str(&words.in_brackets(&self.markup.text(status)));
        }
        text
    }

    fn notice(&self, kind: Option<&str>, created: Option<Timestamp>) -> String {
        let words = self.context.words;
        let clock = self.context.clock;
        let time = created.map(|time| words.in_brackets(&clock.rfc3339(time)));
        let kind = kind.map(|kind| self.markup.text(kind)).unwrap_or_default();
        let time = time.unwrap_or_default();
        format!("{}{}{kind}{time}", words.notice, words.colon)
    }

    /// The label of a part of an unknown kind.
    pub fn unknown(&self, name: Option<&str>) -> String {
        let words = self.context.words;
        let name = name.map(|name| format!("{}{}", words.colon, self.markup.code(name)));
        format!("{}{}", words.unknown_part, name.unwrap_or_default())
    }

    /// What ended a message.
    pub fn error(&self, error: &MessageError) -> String {
        let words = self.context.words;
        if error.is_abort() {
            words.aborted.to_owned()
        } else if error.is_output_limit() {
            words.cut_off.to_owned()
        } else {
            self.error_title(error)
        }
    }

    /// `Error: The model provider refused the request (HTTP 401, APIError)`
    fn error_title(&self, error: &MessageError) -> String {
        let words = self.context.words;
        let status = words_of_error::status(error);
        let mut title = match words_of_error::what(error, status, words) {
            Some(what) => format!("{}{}{what}", words.error, words.colon),
            None => words.error.to_owned(),
        };
        let mut facts = Vec::new();
        facts.extend(status.map(|status| fill(words.http_status, &[&status.to_string()])));
        // Where a runtime does not know the kind of an error, it says no more than that.
        let name = error.name.as_deref().filter(|name| {
            let name = self.markup.text(name);
            !name.is_empty() && !words_of_error::says_nothing(&name)
        });
        facts.extend(name.map(|name| self.markup.text(name)));
        if error.is_retryable == Some(true) {
            facts.push(words.retryable.to_owned());
        }
        if !facts.is_empty() {
            title.push_str(&words.in_brackets(&facts.join(words.comma)));
        }
        title
    }
}

/// The text of an error, where it says more than its title.
pub fn error_message(error: &MessageError) -> Option<&str> {
    let message = error.message.as_deref();
    let message = message.filter(|message| !message.trim().is_empty());
    // OpenCode's own message for an abort says nothing more.
    message.filter(|message| !(error.is_abort() && *message == "Aborted"))
}

/// What the parts before one told.
#[derive(Default)]
pub struct Told {
    /// The text right before is on a call that the runtime made.
    pub called_tool: bool,
    /// The part right before is the model's reasoning.
    pub reasoned: bool,
    /// The files that were changed.
    pub files: HashSet<String>,
}

impl Told {
    /// Adds the next part.
    pub fn add(&mut self, part: &Part, folder: Option<&str>) {
        self.called_tool = is_sentence_on_call(&part.kind);
        if let PartKind::Tool(tool) = &part.kind {
            self.add_files(tool, folder);
        }
        self.reasoned = match &part.kind {
            PartKind::Reasoning { text, .. } => !text.trim().is_empty(),
            PartKind::StepStart | PartKind::StepFinish { .. } | PartKind::Snapshot { .. } => {
                self.reasoned
            }
            _ => false,
        };
    }

    fn add_files(&mut self, tool: &ToolPart, folder: Option<&str>) {
        let changed = changes(tool);
        let names = changed.iter().filter_map(|diff| diff.file.as_deref());
        let names = names.map(|name| relative(name, folder).to_owned());
        self.files.extend(names);
    }
}
