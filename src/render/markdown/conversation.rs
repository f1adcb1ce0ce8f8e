//! The messages of a session.

use super::escape::{code, inline, link_text};
use super::{Page, RedactedMessages, Shown};
use crate::error::Result;
use crate::model::{
    FilePart, Message, MessageError, Part, PartKind, RetryPart, Role, Session, SubtaskPart,
    Timestamp,
};
use crate::render::attachment::{address, describe, is_image};
use crate::render::census::omission;
use crate::render::clock::{cost, number};
use crate::render::html::{Kind, Mark};
use crate::render::survey::Turn;
use crate::render::tool::summary::relative;
use crate::render::words::fill;

/// How much of a part of an unknown kind is shown, in bytes.
const LARGEST_UNKNOWN: usize = 4096;

impl Page<'_> {
    pub(super) fn conversation(
        &mut self,
        shown: Shown<'_>,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        if shown.survey.messages == 0 {
            self.block(self.words.no_messages);
        }
        let mut index = 0;
        let mut dropped = 0;
        let folder = shown.session.info.directory.as_deref();
        // What the user's message set off is known of it, and told where it ends.
        let mut changed = Vec::new();
        for (turn_index, turn) in shown.survey.turns.iter().enumerate() {
            if turn.is_reverted {
                self.block(&format!("**{}**", self.words.reverted));
            }
            let mut has_heading = false;
            for _ in 0..turn.messages {
                if self.content.cuts.drops(shown.index, index) {
                    dropped += 1;
                } else {
                    self.dropped(&mut dropped);
                    let start = self.size();
                    let message = messages.message(shown.index, index)?;
                    if message.get().role == Role::User {
                        self.turn_files(&std::mem::take(&mut changed), folder);
                        changed.clone_from(&message.get().diffs);
                    }
                    if !std::mem::replace(&mut has_heading, true) {
                        self.end_list();
                        let is_user = message.get().role == Role::User;
                        self.begin(Kind::Turn { is_user });
                        self.turn_heading(turn_index + 1, turn, message.get());
                    }
                    self.message(message.get(), shown, index);
                    if self.options.max_bytes.is_some() {
                        let bytes = self.size() - start;
                        self.measure.add_message(shown.index, bytes);
                    }
                    self.hand_on_if_large()?;
                }
                index += 1;
            }
            self.end_list();
            if has_heading {
                self.end();
            }
        }
        self.turn_files(&changed, folder);
        self.dropped(&mut dropped);
        Ok(())
    }

    /// Tells that messages were left out here.
    fn dropped(&mut self, count: &mut usize) {
        let count = std::mem::take(count);
        if count > 0 {
            self.measure.cut.messages += count;
            self.label(&self.words.messages_cut.of(count));
        }
    }

    fn turn_heading(&mut self, number: usize, turn: &Turn, first: &Message) {
        let words = self.words;
        let author = match &first.role {
            Role::User => words.user.to_owned(),
            Role::Assistant if first.is_summary => words.summary.to_owned(),
            Role::Assistant => words.assistant.to_owned(),
            Role::System => words.system_message.to_owned(),
            Role::Synthetic => words.runtime_message.to_owned(),
            Role::Event => words.event.to_owned(),
            Role::Other(name) if name.trim().is_empty() => words.unknown_role.to_owned(),
            // Never the name alone: it could be that of the user.
            Role::Other(name) => {
                format!("{}{}", words.unknown_role, words.in_brackets(&inline(name)))
            }
        };
        let mut heading = format!("{number}. {author} · {}", self.time(first.time.start));
        if let Some(millis) = turn.span.millis() {
            heading.push_str(&format!(" · {}", self.words.duration(millis)));
        }
        self.heading(3, &heading);
        self.turns += 1;
        if first.role == Role::Assistant {
            self.turn_facts(turn, first);
        }
    }

    /// Agent, model, steps, tokens and cost of a turn.
    fn turn_facts(&mut self, turn: &Turn, first: &Message) {
        let mut facts: Vec<String> = Vec::new();
        facts.extend(first.agent.as_deref().map(inline));
        facts.extend(first.model.as_ref().map(|model| self.model(model)));
        if turn.messages > 1 {
            facts.push(self.words.steps.of(turn.messages));
        }
        if self.options.usage {
            if !turn.tokens.is_zero() {
                facts.push(fill(self.words.turn_tokens, &[&self.tokens(turn.tokens)]));
            }
            if turn.cost != 0.0 {
                facts.push(cost(turn.cost));
            }
        }
        facts.retain(|fact| !fact.is_empty());
        if !facts.is_empty() {
            self.block(&facts.join(" · "));
        }
    }

    fn message(&mut self, message: &Message, shown: Shown<'_>, index: usize) {
        let session = shown.session;
        let content = self.content;
        for (place, part) in message.parts.iter().enumerate() {
            if omission(part, self.options).is_none() {
                self.begin_part(content.part_limit(shown.index, index, Some(place)));
                self.part(part, session);
            }
        }
        if let Some(error) = &message.error {
            self.begin_part(content.part_limit(shown.index, index, None));
            self.error(error);
        }
        let is_unfinished = message.role == Role::Assistant
            && message.time.end.is_none()
            && message.error.is_none();
        if is_unfinished {
            self.label(self.words.unfinished);
        } else if message.parts.is_empty() && message.error.is_none() {
            self.label(self.words.no_content);
        }
    }

    fn part(&mut self, part: &Part, session: &Session) {
        let words = self.words;
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
            PartKind::File(file) => self.attachment(file, session),
            PartKind::Tool(tool) => self.tool(tool, session),
            PartKind::Agent { name } => self.fact(words.mentioned_agent, Some(name)),
            PartKind::Skill { name } => self.fact(words.mentioned_skill, Some(name)),
            PartKind::Subtask(subtask) => self.subtask(subtask),
            PartKind::Patch { files, .. } => self.changed_files(files, session),
            PartKind::Retry(retry) => self.retry(retry),
            PartKind::Compaction {
                is_automatic,
                status,
                summary,
            } => {
                self.compaction(*is_automatic, status.as_deref(), summary.as_deref());
            }
            PartKind::Notice { kind, created } => self.notice(kind.as_deref(), *created),
            PartKind::AgentSwitched { agent } => self.fact(words.agent_switched, agent.as_deref()),
            PartKind::ModelSwitched { model } => {
                let model = model
                    .as_ref()
                    .map(|model| self.model(model))
                    .unwrap_or_default();
                self.item(&format!("{} **{model}**", words.model_switched));
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

    /// `- What: **value**`
    fn fact(&mut self, what: &str, value: Option<&str>) {
        match value.map(inline).filter(|value| !value.is_empty()) {
            Some(value) => self.item(&format!("{what}{}**{value}**", self.words.colon)),
            None => self.item(what),
        }
    }

    pub(super) fn attachment(&mut self, file: &FilePart, session: &Session) {
        let attachment = describe(file);
        let name = attachment
            .name
            .map(|name| relative(name, session.info.directory.as_deref()));
        let mut facts: Vec<String> = Vec::new();
        facts.extend(attachment.mime.map(inline));
        facts.extend(attachment.size.map(|bytes| self.words.size(bytes)));
        facts.extend(
            attachment
                .sha256
                .map(|hash| format!("SHA-256 {}", inline(&hash))),
        );
        let address = match (self.content.folder, &attachment.file_name) {
            (Some(folder), Some(file_name)) => Some(address(folder, file_name)),
            _ => None,
        };
        let linked = name.map(link_text).filter(|name| !name.is_empty());
        let linked = linked.unwrap_or_else(|| self.words.open_file.to_owned());
        let name = match &address {
            Some(address) => format!("[{linked}]({address})"),
            None => name.map(inline).unwrap_or_default(),
        };
        let mut text = self.words.attachment.to_owned();
        if !name.is_empty() {
            text.push_str(&format!("{}**{name}**", self.words.colon));
        }
        if !facts.is_empty() {
            text.push_str(&self.words.in_brackets(&facts.join(self.words.comma)));
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
            self.words.sub_task,
            self.words.colon,
            facts.join(" · ")
        ));
        if let Some(prompt) = &subtask.prompt {
            self.quote_in_item(prompt);
        }
        if let Some(result) = &subtask.result {
            self.item(self.words.sub_task_result);
            self.quote_in_item(result);
        }
    }

    fn changed_files(&mut self, files: &[String], session: &Session) {
        let folder = session.info.directory.as_deref();
        let names: Vec<String> = files
            .iter()
            .map(|file| code(relative(file, folder)))
            .collect();
        self.item(&format!(
            "{}{}{}",
            self.words.changed_files,
            self.words.colon,
            names.join(self.words.comma)
        ));
    }

    fn retry(&mut self, retry: &RetryPart) {
        let mut text = self.words.retry.to_owned();
        if let Some(attempt) = retry.attempt {
            let attempt = fill(self.words.attempt, &[&number(attempt)]);
            text.push_str(&self.words.in_brackets(&attempt));
        }
        if let Some(error) = &retry.error {
            text.push_str(&format!("{}{}", self.words.colon, self.error_title(error)));
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
        let mut text = self.words.compacted.to_owned();
        match is_automatic {
            Some(true) => text.push_str(&format!(
                "{}{}",
                self.words.comma, self.words.compacted_automatically
            )),
            Some(false) => text.push_str(&format!(
                "{}{}",
                self.words.comma, self.words.compacted_by_user
            )),
            None => {}
        }
        if let Some(status) = status {
            text.push_str(&self.words.in_brackets(&inline(status)));
        }
        self.item(&text);
        if let Some(summary) = summary {
            self.quote_in_item(summary);
        }
    }

    fn notice(&mut self, kind: Option<&str>, created: Option<Timestamp>) {
        let time = created
            .map(|time| self.words.in_brackets(&self.clock.rfc3339(time)))
            .unwrap_or_default();
        self.item(&format!(
            "{}{}{}{time}",
            self.words.notice,
            self.words.colon,
            kind.map(inline).unwrap_or_default()
        ));
    }

    fn unknown(&mut self, name: Option<&str>, value: &serde_json::Value) {
        let name = name
            .map(|name| format!("{}{}", self.words.colon, code(name)))
            .unwrap_or_default();
        self.block(&format!("{}{name}", self.words.unknown_part));
        let json = serde_json::to_string_pretty(value).unwrap_or_default();
        self.budget.lower_to(LARGEST_UNKNOWN);
        self.fenced(&json, "json");
    }

    fn error(&mut self, error: &MessageError) {
        self.end_list();
        self.begin(Kind::Error);
        if error.is_abort() {
            self.block(&format!("**{}**", self.words.aborted));
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
        let words = self.words;
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
