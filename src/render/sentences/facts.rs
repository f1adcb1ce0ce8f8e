//! The table at the top of a session: its id, times, application, models, folder, messages, tokens and cost.

use super::super::clock::cost;
use super::super::document::{Content, Shown};
use super::super::number::number;
use super::super::words::fill;
use super::Sentences;
use crate::model::{Runtime, SessionInfo, Tokens};
use crate::options::App;

/// A row of a table of two columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name of the fact.
    pub name: &'static str,
    /// The fact, with its markup.
    pub value: String,
}

/// A table of two columns; a row without a value is left out.
#[derive(Default)]
struct FactTable(Vec<Row>);

impl FactTable {
    fn row(&mut self, name: &'static str, value: Option<String>) {
        let value = value.filter(|value| !value.is_empty());
        self.0.extend(value.map(|value| Row { name, value }));
    }
}

impl Sentences<'_> {
    /// The table of the main session.
    pub fn session_facts(&self, content: &Content<'_>, main: Shown<'_>) -> Vec<Row> {
        let words = self.context.words;
        let info = &main.session.info;
        let runtime = &content.tree.get().runtime;
        let mut table = self.facts(info);
        let exported = self.context.clock.moment(content.exported_at);
        table.row(words.exported, Some(exported));
        table.row(words.application, self.application(info, runtime));
        table.row(words.system, self.system(runtime));
        self.add_contents(&mut table, main);
        table.row(words.published, self.published(info));
        table.0
    }

    /// The table of a sub-agent session.
    pub fn agent_facts(&self, content: &Content<'_>, agent: Shown<'_>) -> Vec<Row> {
        let words = self.context.words;
        let info = &agent.session.info;
        let parent = agent.session.parent.unwrap_or_default();
        let mut starter = match parent {
            0 => self.main_link(),
            number => self.agent_link(number),
        };
        let by_parent = content.survey.sessions.get(parent);
        let started = by_parent
            .into_iter()
            .flat_map(|survey| &survey.started)
            .find(|(id, _)| Some(id) == info.id.as_ref());
        if let Some((_, turn)) = started {
            starter = fill(words.turn, &[&turn.to_string(), &starter]);
        }
        let mut table = self.facts(info);
        let label = match agent.session.is_branch {
            true => words.branch_of,
            false => words.started_by,
        };
        table.row(label, Some(starter));
        self.add_contents(&mut table, agent);
        table.row(words.published, self.published(info));
        table.0
    }

    /// Id and times.
    fn facts(&self, info: &SessionInfo) -> FactTable {
        let words = self.context.words;
        let mut table = FactTable::default();
        let id = info.id.as_deref().map(|id| self.markup.text(id));
        table.row(words.session, id.or_else(|| Some("?".to_owned())));
        table.row(words.created, Some(self.time(info.created)));
        table.row(words.updated, Some(self.time(info.updated)));
        let archived = info.archived.map(|time| self.context.clock.moment(time));
        table.row(words.archived, archived);
        table
    }

    /// Models, agent, folder, messages, tokens and cost.
    fn add_contents(&self, table: &mut FactTable, shown: Shown<'_>) {
        let words = self.context.words;
        let Shown {
            session, survey, ..
        } = shown;
        let info = &session.info;
        table.row(words.models, Some(self.models(shown)));
        let value = |text: &Option<String>| text.as_deref().map(|text| self.markup.value(text));
        table.row(words.agent, value(&info.agent));
        table.row(words.skill, value(&info.skill));
        table.row(words.folder, self.folder(info));
        table.row(words.messages, Some(survey.messages.to_string()));
        if self.context.options.usage {
            let (tokens, dollars) = survey.usage(session);
            table.row(words.tokens, tokens.map(|tokens| self.tokens(tokens)));
            let of_last = info.last_answer_tokens.map(|tokens| self.tokens(tokens));
            table.row(words.last_answer_tokens, of_last);
            table.row(words.cost, dollars.map(cost));
        }
    }

    /// The models of a session.
    pub fn models(&self, shown: Shown<'_>) -> String {
        let models = shown.survey.models(shown.session).into_iter();
        let models: Vec<String> = models.map(|model| self.model(model)).collect();
        models.join(self.context.words.comma)
    }

    /// The folder that a session was in.
    pub fn folder(&self, info: &SessionInfo) -> Option<String> {
        info.directory
            .as_deref()
            .map(|folder| self.markup.text(folder))
    }

    /// The application and its version: as the caller names it, or as the store does.
    pub fn application(&self, info: &SessionInfo, runtime: &Runtime) -> Option<String> {
        let words = self.context.words;
        if let Some(app) = &self.context.options.app {
            let version = app.version.as_deref().unwrap_or_default();
            let name = format!("{} {}", app.name, bare(version));
            return Some(self.markup.text(&name));
        }
        let stored = info.version.as_deref();
        let version = runtime.app_version.as_deref().or(stored);
        let name = match runtime.namespace.as_deref() {
            Some("pawwork") => "PawWork",
            Some("claude-code") => "Claude Code",
            Some("codex") => "Codex",
            Some("dsh") => "DSH",
            // They store no version.
            Some("crush") => return Some("Crush".to_owned()),
            Some("first-opencode") => return Some(words.first_opencode.to_owned()),
            _ => "OpenCode",
        };
        let channel = runtime
            .channel
            .as_deref()
            .map(|channel| format!(" ({channel})"))
            .unwrap_or_default();
        version.map(|version| {
            self.markup
                .text(&format!("{name} {}{channel}", bare(version)))
        })
    }

    /// The operating system: as the application names it, or as the store does.
    fn system(&self, runtime: &Runtime) -> Option<String> {
        let app: Option<&App> = self.context.options.app.as_ref();
        if let Some(system) = app.and_then(|app| app.system.as_deref()) {
            return Some(self.markup.text(system));
        }
        let platform = match runtime.platform.as_deref()? {
            "darwin" => "macOS",
            "win32" => "Windows",
            "linux" => "Linux",
            other => other,
        };
        let version = runtime.os_version.as_deref().unwrap_or_default();
        Some(self.markup.text(&format!("{platform} {version}")))
    }

    fn published(&self, info: &SessionInfo) -> Option<String> {
        let words = self.context.words;
        match &info.share_url {
            Some(url) => Some(fill(words.published_at, &[&self.markup.value(url)])),
            None if info.was_published => Some(words.published_somewhere.to_owned()),
            None => None,
        }
    }

    /// Tokens in words; what is zero is left out.
    pub fn tokens(&self, tokens: Tokens) -> String {
        let words = self.context.words;
        let mut text = vec![fill(
            words.tokens_used,
            &[&number(tokens.input), &number(tokens.output)],
        )];
        for (count, pattern) in [
            (tokens.reasoning, words.tokens_reasoning),
            (tokens.cache_read, words.tokens_cache_read),
            (tokens.cache_write, words.tokens_cache_written),
        ] {
            if count != 0.0 {
                text.push(fill(pattern, &[&number(count)]));
            }
        }
        text.join(words.comma)
    }
}

/// A version without the `v` that some write before it.
fn bare(version: &str) -> &str {
    let rest = version.strip_prefix('v');
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(version)
}
