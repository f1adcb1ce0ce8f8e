//! A message.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::attachment::{address, describe, is_image};
use super::super::ending::{Attempts, Ending};
use super::super::html::{Kind, Mark};
use super::super::number::number;
use super::super::runtime_text;
use super::super::runtime_text::{Line, is_sentence_on_call};
use super::super::survey::census::omission;
use super::super::tool::changes::changes;
use super::super::tool::file_text;
use super::super::tool::summary::relative;
use super::super::words::error as words_of_error;
use super::super::words::fill;
use super::blocks::{Around, Blocks};
use super::escape::{code, inline, link_text};
use crate::model::{
    FilePart, Message, MessageError, Part, PartKind, RetryPart, Role, SubtaskPart, Timestamp,
};
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
        self.around = Around {
            is_by_user: speaker == Role::User,
            is_stopped: message.error.as_ref().is_some_and(MessageError::is_abort),
        };
        self.is_behind_list = false;
        self.attempts(Attempts::of(message));
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

    /// Tells of the requests that broke off.
    fn attempts(&mut self, attempts: Attempts) {
        let words = self.context.words;
        match attempts.broken {
            0 => {}
            1 => self.label(words.one_attempt_broke),
            broken => {
                let [all, broken] = [broken + 1, broken].map(|count| count.to_string());
                self.label(&fill(words.attempts_broke, &[&all, &broken]));
            }
        }
    }

    /// Tells how an answer ended, where it is not as it should be.
    fn ending(&mut self, ending: Ending) {
        let words = self.context.words;
        let text = match ending {
            Ending::CutOff => words.cut_off,
            Ending::Filtered => words.filtered,
            Ending::Failed => words.failed_without_error,
            Ending::NoSignal => words.no_signal,
            Ending::Unfinished => return self.label(words.unfinished),
            Ending::Answered
            | Ending::Continues
            | Ending::Stopped
            | Ending::Refused
            | Ending::Empty => return,
        };
        self.end_list();
        self.begin(Kind::Error);
        self.block(&format!("**{text}**"));
        self.end();
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
        let words = self.context.words;
        let text = text.trim();
        // Its size is told, and it may be cut.
        self.note_cut(text);
        let size = words.in_brackets(&words.size(text.len() as u64));
        let line = runtime_text::line(text, is_result);
        let is_told = source.is_none() && matches!(line, Line::Whole(_));
        let what = match (source, line) {
            (Some(source), _) => code(source),
            (None, Line::ResultOfCall) => words.result_of_call.to_owned(),
            (None, Line::Cut(start)) => code(&format!("{start}…")),
            (None, Line::Whole(line) | Line::OneOf(line)) => code(line),
        };
        self.begin(Kind::Runtime);
        self.item(&format!("{}{size}{}{what}", words.synthetic, words.colon));
        self.mark(Mark::Details);
        if self.context.options.tools == Detail::Full && !is_told {
            self.plain(&file_text::without_wrapper(text));
        }
        self.end();
    }

    fn part(&mut self, part: &Part, directory: Option<&str>) {
        let words = self.context.words;
        match &part.kind {
            PartKind::Reasoning { text, .. } => {
                self.begin(Kind::Reasoning);
                self.label(words.reasoning);
                self.mark(Mark::Details);
                self.quote(text);
                self.end();
            }
            PartKind::File(file) => self.attachment(file, directory),
            PartKind::Tool(tool) => self.tool(tool, directory),
            PartKind::Agent { name } => self.fact(words.mentioned_agent, Some(name)),
            PartKind::Skill { name } => self.fact(words.mentioned_skill, Some(name)),
            PartKind::Subtask(subtask) => self.subtask(subtask),
            PartKind::Retry(retry) => self.retry(retry),
            PartKind::Compaction {
                is_automatic,
                status,
                summary,
            } => {
                self.compaction(*is_automatic, status.as_deref(), summary.as_deref());
            }
            PartKind::Notice { kind, created } => self.notice(kind.as_deref(), *created),
            PartKind::Context { source, text } => {
                self.runtime_text(text, source.as_deref(), false);
            }
            PartKind::Happened { what, detail } => {
                self.fact(words.happening(*what), detail.as_deref());
            }
            PartKind::AgentSwitched { agent } => self.fact(words.agent_switched, agent.as_deref()),
            PartKind::ModelSwitched { model } => {
                let model = model
                    .as_ref()
                    .map(|model| self.model(model))
                    .unwrap_or_default();
                // A model is code already.
                self.item(&format!("{}{}{model}", words.model_switched, words.colon));
            }
            PartKind::LocationSwitched { directory } => {
                self.fact(words.location_switched, directory.as_deref())
            }
            PartKind::Idle { outcome } => match outcome.as_deref() {
                Some("succeeded") => self.item(words.idle_succeeded),
                Some("failed") => self.item(words.idle_failed),
                Some("interrupted") => self.item(words.idle_interrupted),
                other => self.fact(words.idle, other),
            },
            PartKind::Unknown { name, value } => self.unknown(name.as_deref(), value),
            // `omission` never lets these through, or they are shown already.
            PartKind::Text { .. }
            | PartKind::Patch { .. }
            | PartKind::Snapshot { .. }
            | PartKind::StepStart
            | PartKind::StepFinish { .. }
            | PartKind::Unreadable => {}
        }
    }

    /// `- What: **value**`
    fn fact(&mut self, what: &str, value: Option<&str>) {
        match value.map(inline).filter(|value| !value.is_empty()) {
            Some(value) => self.item(&format!("{what}{}**{value}**", self.context.words.colon)),
            None => self.item(what),
        }
    }

    pub fn attachment(&mut self, file: &FilePart, directory: Option<&str>) {
        let attachment = describe(file, self.context.attachment_folder);
        let name = attachment.name.map(|name| relative(name, directory));
        let mut facts: Vec<String> = Vec::new();
        facts.extend(attachment.mime.map(inline));
        facts.extend(attachment.size.map(|bytes| self.context.words.size(bytes)));
        facts.extend(
            attachment
                .sha256
                .map(|hash| format!("SHA-256 {}", inline(&short_hash(&hash)))),
        );
        let address = match (self.context.attachment_folder, &attachment.file_name) {
            (Some(folder), Some(file_name)) => Some(address(folder.folder(), file_name)),
            _ => None,
        };
        let linked = name.map(link_text).filter(|name| !name.is_empty());
        let linked = linked.unwrap_or_else(|| self.context.words.open_file.to_owned());
        let name = match &address {
            Some(address) => format!("[{linked}]({address})"),
            None => name.map(inline).unwrap_or_default(),
        };
        let mut text = self.context.words.attachment.to_owned();
        if !name.is_empty() {
            text.push_str(&format!("{}**{name}**", self.context.words.colon));
        }
        if !facts.is_empty() {
            text.push_str(
                &self
                    .context
                    .words
                    .in_brackets(&facts.join(self.context.words.comma)),
            );
        }
        self.item(&text);
        if let Some(address) = address.filter(|address| is_image(address)) {
            self.block(&format!("![{linked}]({address})"));
        }
    }

    fn subtask(&mut self, subtask: &SubtaskPart) {
        let mut facts: Vec<String> = Vec::new();
        facts.extend(
            subtask
                .agent
                .as_deref()
                .map(|agent| format!("**{}**", inline(agent))),
        );
        facts.extend(
            subtask
                .command
                .as_deref()
                .map(|command| code(&format!("/{command}"))),
        );
        facts.extend(subtask.description.as_deref().map(inline));
        facts.extend(subtask.status.as_deref().map(inline));
        facts.retain(|fact| !fact.is_empty());
        self.item(&format!(
            "{}{}{}",
            self.context.words.sub_task,
            self.context.words.colon,
            facts.join(" · ")
        ));
        if let Some(prompt) = &subtask.prompt {
            self.plain_quote(prompt);
        }
        if let Some(result) = &subtask.result {
            self.item(self.context.words.sub_task_result);
            self.quote_in_item(result);
        }
    }

    /// Files that a step changed, but for those of which a line before tells it.
    fn changed_files(
        &mut self,
        files: &[String],
        directory: Option<&str>,
        told: &mut HashSet<String>,
    ) {
        let names: Vec<String> = files
            .iter()
            .map(|file| relative(file, directory))
            .filter(|file| told.insert((*file).to_owned()))
            .map(code)
            .collect();
        if names.is_empty() && !files.is_empty() {
            return;
        }
        self.item(&format!(
            "{}{}{}",
            self.context.words.changed_files,
            self.context.words.colon,
            names.join(self.context.words.comma)
        ));
    }

    fn retry(&mut self, retry: &RetryPart) {
        let mut text = self.context.words.retry.to_owned();
        if let Some(attempt) = retry.attempt {
            let attempt = fill(self.context.words.attempt, &[&number(attempt)]);
            text.push_str(&self.context.words.in_brackets(&attempt));
        }
        if let Some(error) = &retry.error {
            text.push_str(&format!(
                "{}{}",
                self.context.words.colon,
                self.error_title(error)
            ));
        }
        self.item(&text);
        if let Some(message) = retry
            .error
            .as_ref()
            .and_then(|error| error.message.as_deref())
        {
            self.plain_quote(message);
        }
    }

    fn compaction(
        &mut self,
        is_automatic: Option<bool>,
        status: Option<&str>,
        summary: Option<&str>,
    ) {
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
            text.push_str(&words.in_brackets(&inline(status)));
        }
        self.item(&text);
        if let Some(summary) = summary {
            self.quote_in_item(summary);
        }
    }

    fn notice(&mut self, kind: Option<&str>, created: Option<Timestamp>) {
        let time = created
            .map(|time| {
                self.context
                    .words
                    .in_brackets(&self.context.clock.rfc3339(time))
            })
            .unwrap_or_default();
        self.item(&format!(
            "{}{}{}{time}",
            self.context.words.notice,
            self.context.words.colon,
            kind.map(inline).unwrap_or_default()
        ));
    }

    fn unknown(&mut self, name: Option<&str>, value: &serde_json::Value) {
        let name = name
            .map(|name| format!("{}{}", self.context.words.colon, code(name)))
            .unwrap_or_default();
        self.block(&format!("{}{name}", self.context.words.unknown_part));
        let json = serde_json::to_string_pretty(value).unwrap_or_default();
        self.budget.lower_to(LARGEST_UNKNOWN);
        self.fenced(&json, "json");
    }

    fn error(&mut self, error: &MessageError) {
        self.end_list();
        self.begin(Kind::Error);
        if error.is_abort() {
            self.block(&format!("**{}**", self.context.words.aborted));
        } else if error.is_output_limit() {
            self.block(&format!("**{}**", self.context.words.cut_off));
        } else {
            self.block(&format!("**{}**", self.error_title(error)));
        }
        let message = error
            .message
            .as_deref()
            .filter(|message| !message.trim().is_empty());
        // OpenCode's own message for an abort says nothing more.
        if let Some(message) =
            message.filter(|message| !(error.is_abort() && *message == "Aborted"))
        {
            self.end_list();
            self.plain_quote(message);
        }
        self.end();
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
        let name = error.name.as_deref().map(inline);
        facts.extend(name.filter(|name| !name.is_empty() && !words_of_error::says_nothing(name)));
        if error.is_retryable == Some(true) {
            facts.push(words.retryable.to_owned());
        }
        if !facts.is_empty() {
            title.push_str(&words.in_brackets(&facts.join(words.comma)));
        }
        title
    }
}

/// Enough of a hash to tell files apart.
fn short_hash(hash: &str) -> Cow<'_, str> {
    match hash.char_indices().nth(12) {
        Some((end, _)) => format!("{}…", hash.get(..end).unwrap_or_default()).into(),
        None => hash.into(),
    }
}

/// What the parts before one told.
#[derive(Default)]
struct Told {
    /// The text right before is on a call that the runtime made.
    called_tool: bool,
    /// The part right before is the model's reasoning.
    reasoned: bool,
    /// The files that were changed.
    files: HashSet<String>,
}

impl Told {
    fn add(&mut self, part: &Part, directory: Option<&str>) {
        self.called_tool = is_sentence_on_call(&part.kind);
        if let PartKind::Tool(tool) = &part.kind {
            let changed = changes(tool);
            let names = changed.iter().filter_map(|diff| diff.file.as_deref());
            let names = names.map(|name| relative(name, directory).to_owned());
            self.files.extend(names);
        }
        self.reasoned = match &part.kind {
            PartKind::Reasoning { text, .. } => !text.trim().is_empty(),
            PartKind::StepStart | PartKind::StepFinish { .. } | PartKind::Snapshot { .. } => {
                self.reasoned
            }
            _ => false,
        };
    }
}
