//! A message.

use super::super::attachment::{address, describe, is_image};
use super::super::html::{Kind, Mark};
use super::super::number::number;
use super::super::survey::census::omission;
use super::super::tool::summary::relative;
use super::super::words::fill;
use super::blocks::Blocks;
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
        for (place, part) in message.parts.iter().enumerate() {
            if omission(part, self.context.options).is_none() {
                self.begin_part(limit_of(Some(place)));
                self.part(part, directory);
            }
        }
        if let Some(error) = &message.error {
            self.begin_part(limit_of(None));
            self.error(error);
        }
        let is_unfinished = message.role == Role::Assistant
            && message.time.end.is_none()
            && message.error.is_none();
        if is_unfinished {
            self.label(self.context.words.unfinished);
        } else if message.parts.is_empty() && message.error.is_none() {
            self.label(self.context.words.no_content);
        }
    }

    fn part(&mut self, part: &Part, directory: Option<&str>) {
        let words = self.context.words;
        match &part.kind {
            PartKind::Text {
                text,
                is_synthetic,
                is_ignored,
                ..
            } => {
                if *is_ignored {
                    self.label(words.ignored);
                } else if *is_synthetic {
                    self.label(words.synthetic);
                }
                self.quote(text);
            }
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
            PartKind::Patch { files, .. } => self.changed_files(files, directory),
            PartKind::Retry(retry) => self.retry(retry),
            PartKind::Compaction {
                is_automatic,
                status,
                summary,
            } => {
                self.compaction(*is_automatic, status.as_deref(), summary.as_deref());
            }
            PartKind::Notice { kind, created } => self.notice(kind.as_deref(), *created),
            PartKind::Context { source, text } => self.injected(source.as_deref(), text),
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
            PartKind::Idle { outcome } => self.fact(words.idle, outcome.as_deref()),
            PartKind::Unknown { name, value } => self.unknown(name.as_deref(), value),
            // `omission` never lets these through.
            PartKind::Snapshot { .. }
            | PartKind::StepStart
            | PartKind::StepFinish { .. }
            | PartKind::Unreadable => {}
        }
    }

    /// What a program put before the model: its name, and the text only with all details of tools.
    fn injected(&mut self, source: Option<&str>, text: &str) {
        self.fact(self.context.words.context, source);
        if self.context.options.tools == Detail::Full {
            self.quote_in_item(text);
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
                .map(|hash| format!("SHA-256 {}", inline(&hash))),
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
            self.quote_in_item(prompt);
        }
        if let Some(result) = &subtask.result {
            self.item(self.context.words.sub_task_result);
            self.quote_in_item(result);
        }
    }

    fn changed_files(&mut self, files: &[String], directory: Option<&str>) {
        let names: Vec<String> = files
            .iter()
            .map(|file| code(relative(file, directory)))
            .collect();
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
            self.quote_in_item(message);
        }
    }

    fn compaction(
        &mut self,
        is_automatic: Option<bool>,
        status: Option<&str>,
        summary: Option<&str>,
    ) {
        let mut text = self.context.words.compacted.to_owned();
        match is_automatic {
            Some(true) => text.push_str(&format!(
                "{}{}",
                self.context.words.comma, self.context.words.compacted_automatically
            )),
            Some(false) => text.push_str(&format!(
                "{}{}",
                self.context.words.comma, self.context.words.compacted_by_user
            )),
            None => {}
        }
        if let Some(status) = status {
            text.push_str(&self.context.words.in_brackets(&inline(status)));
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
            self.quote(message);
        }
        self.end();
    }

    /// `Error: APIError, HTTP status 401, trying again may help`
    fn error_title(&self, error: &MessageError) -> String {
        let words = self.context.words;
        // Where OpenCode does not know the kind of an error, it says no more than that.
        let name = error.name.as_deref().map(inline);
        let name = name.filter(|name| !name.is_empty() && name != "UnknownError");
        let mut facts = vec![match name {
            Some(name) => format!("{}{}{name}", words.error, words.colon),
            None => words.error.to_owned(),
        }];
        facts.extend(
            error
                .status_code
                .map(|status| fill(words.http_status, &[&status.to_string()])),
        );
        if error.is_retryable == Some(true) {
            facts.push(words.retryable.to_owned());
        }
        facts.join(words.comma)
    }
}
