//! The title, the table of facts, and what was redacted and left out.

use super::super::clock::cost;
use super::super::cuts::Total;
use super::super::number::number;
use super::super::survey::census::Census;
use super::super::words::fill;
use super::super::words::rule::kind_of;
use super::blocks::quoted_value;
use super::escape::{code, inline};
use super::{Page, Shown};
use crate::model::{Note, Notes, Runtime, SessionInfo, SessionTree, Tokens};
use crate::options::level::RedactLevel;
use crate::options::{App, Detail};
use crate::redact::RedactionReport;

/// How many notes on odd data stand in the document; the report has more of them.
const SHOWN_NOTES: usize = 5;

/// Two columns; a row without a value is left out.
struct FactTable(Vec<(&'static str, String)>);

impl FactTable {
    fn row(&mut self, name: &'static str, value: Option<String>) {
        self.0.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| (name, value)),
        );
    }

    /// The first row is the table's head, which Markdown demands.
    fn to_markdown(&self) -> String {
        let mut text = String::new();
        for (index, (name, value)) in self.0.iter().enumerate() {
            text.push_str(&format!("| {name} | {value} |\n"));
            if index == 0 {
                text.push_str("| --- | --- |\n");
            }
        }
        text
    }
}

impl Page<'_> {
    pub(super) fn head(&mut self, main: Shown<'_>) {
        let content = self.content;
        let SessionTree { runtime, .. } = content.tree.get();
        let info = &main.session.info;
        self.blocks.heading(1, &inline(&self.title));
        self.summary(main);
        let mut table = self.facts(info);
        table.row(
            self.words.exported,
            Some(self.clock.moment(content.exported_at)),
        );
        table.row(self.words.application, self.application(info, runtime));
        table.row(
            self.words.system,
            system(runtime, self.options.app.as_ref()),
        );
        self.add_contents(&mut table, main);
        table.row(self.words.published, self.published(info));
        self.blocks.block(&table.to_markdown());

        self.blocks.heading(2, self.words.changes);
        self.redactions(content.report, content.survey.shows_home);
        if let Some(folder) = content.folder
            && content.survey.census.attachments > 0
        {
            self.blocks
                .item(&fill(self.words.extracted, &[&code(folder.folder())]));
        }
        self.omissions(&content.survey.census);
        self.cuts(content.cuts.total);
        self.oddities(&content.survey.census, content.notes);
    }

    pub(super) fn sub_agent_facts(&mut self, agent: Shown<'_>) {
        let info = &agent.session.info;
        let parent = agent.session.parent.unwrap_or_default();
        let mut starter = match parent {
            0 => self.main_link(),
            number => self.blocks.sub_agent_link(number),
        };
        let by_parent = self.content.survey.sessions.get(parent);
        let started = by_parent
            .into_iter()
            .flat_map(|survey| &survey.started)
            .find(|(id, _)| Some(id) == info.id.as_ref());
        if let Some((_, turn)) = started {
            starter = fill(self.words.turn, &[&turn.to_string(), &starter]);
        }
        self.summary(agent);
        let mut table = self.facts(info);
        table.row(self.words.started_by, Some(starter));
        self.add_contents(&mut table, agent);
        table.row(self.words.published, self.published(info));
        self.blocks.block(&table.to_markdown());
    }

    /// Id and times.
    fn facts(&self, info: &SessionInfo) -> FactTable {
        let mut table = FactTable(Vec::new());
        table.row(
            self.words.session,
            Some(
                info.id
                    .as_deref()
                    .map(inline)
                    .unwrap_or_else(|| "?".to_owned()),
            ),
        );
        table.row(self.words.created, Some(self.blocks.time(info.created)));
        table.row(self.words.updated, Some(self.blocks.time(info.updated)));
        table.row(
            self.words.archived,
            info.archived.map(|time| self.clock.moment(time)),
        );
        table
    }

    /// Models, agent, folder, messages, tokens and cost.
    fn add_contents(&self, table: &mut FactTable, shown: Shown<'_>) {
        let Shown {
            session, survey, ..
        } = shown;
        let info = &session.info;
        let models = survey.models(session).into_iter();
        let models: Vec<String> = models.map(|model| self.blocks.model(model)).collect();
        table.row(self.words.models, Some(models.join(self.words.comma)));
        table.row(self.words.agent, info.agent.as_deref().map(quoted_value));
        table.row(self.words.skill, info.skill.as_deref().map(quoted_value));
        table.row(self.words.folder, info.directory.as_deref().map(inline));
        table.row(self.words.messages, Some(survey.messages.to_string()));
        if self.options.usage {
            let (tokens, dollars) = survey.usage(session);
            table.row(self.words.tokens, tokens.map(|tokens| self.tokens(tokens)));
            table.row(self.words.cost, dollars.map(cost));
        }
    }

    fn application(&self, info: &SessionInfo, runtime: &Runtime) -> Option<String> {
        if let Some(app) = &self.options.app {
            let version = app.version.as_deref().unwrap_or_default();
            return Some(inline(&format!("{} {}", app.name, bare(version))));
        }
        let stored = info.version.as_deref();
        let (name, version) = match (runtime.namespace.as_deref(), &runtime.app_version) {
            (Some("pawwork"), version) => ("PawWork", version.as_deref().or(stored)),
            (Some("dsh"), version) => ("DSH", version.as_deref().or(stored)),
            (_, version) => ("OpenCode", version.as_deref().or(stored)),
        };
        let channel = runtime
            .channel
            .as_deref()
            .map(|channel| format!(" ({channel})"))
            .unwrap_or_default();
        version.map(|version| inline(&format!("{name} {}{channel}", bare(version))))
    }

    fn published(&self, info: &SessionInfo) -> Option<String> {
        match &info.share_url {
            Some(url) => Some(fill(self.words.published_at, &[&quoted_value(url)])),
            None if info.was_published => Some(self.words.published_somewhere.to_owned()),
            None => None,
        }
    }

    /// Tokens in words; what is zero is left out.
    pub(super) fn tokens(&self, tokens: Tokens) -> String {
        let words = self.words;
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

    fn redactions(&mut self, report: &RedactionReport, shows_home: bool) {
        let words = self.words;
        let rules: Vec<String> = report
            .by_rule()
            .iter()
            .map(|count| {
                let rule = &inline(count.rule);
                let values = &words.values.of(count.distinct);
                let places = &words.places.of(count.places);
                match kind_of(count.rule, words) {
                    Some(kind) => fill(words.redacted_rule_of_kind, &[rule, kind, values, places]),
                    None => fill(words.redacted_rule, &[rule, values, places]),
                }
            })
            .collect();
        if report.level == RedactLevel::Off {
            self.blocks.item(words.redaction_off);
        }
        if !rules.is_empty() {
            self.blocks
                .item(&fill(words.redacted, &[&rules.join(words.comma)]));
        } else if report.level != RedactLevel::Off && report.kept_words == 0 {
            self.blocks.item(words.redacted_nothing);
        }
        match report.level {
            RedactLevel::Off => {}
            RedactLevel::Secrets => self.blocks.item(words.stays),
            RedactLevel::Strict => self.blocks.item(words.stays_strict),
        }
        if report.kept_words > 0 {
            self.blocks.item(&words.kept.of(report.kept_words));
        }
        if report.has_home && shows_home {
            self.blocks.item(words.home_folder);
        }
        if report.hidden_characters > 0 {
            self.blocks
                .item(&words.hidden_characters.of(report.hidden_characters));
        }
    }

    fn omissions(&mut self, census: &Census) {
        let words = self.words;
        let mut omitted: Vec<String> = census
            .omitted
            .iter()
            .map(|(reason, count)| self.omission(*reason, *count))
            .collect();
        for (count, text) in [
            (census.summarised_tools, &words.tool_details),
            (census.runtime_texts, &words.runtime_texts),
            (census.attachment_contents, &words.attachment_contents),
            (census.image_data, &words.image_data_left_out),
            (census.system_prompts, &words.system_prompts),
            (census.response_details, &words.response_details),
        ] {
            if count > 0 {
                omitted.push(text.of(count));
            }
        }
        if census.patches > 0 && self.options.diffs != Detail::Full {
            omitted.push(words.patch_texts.to_owned());
        }
        if omitted.is_empty() {
            self.blocks.item(words.left_out_nothing);
        } else {
            self.blocks
                .item(&fill(words.left_out, &[&omitted.join(words.semicolon)]));
        }
    }

    fn cuts(&mut self, total: Total) {
        let words = self.words;
        let mut cut = Vec::new();
        if total.places > 0 {
            let size = words.size(total.bytes as u64);
            cut.push(fill(
                words.cut_texts,
                &[&size, &words.places.of(total.places)],
            ));
        }
        if total.messages > 0 {
            cut.push(words.messages_count.of(total.messages));
        }
        if !cut.is_empty() {
            self.blocks
                .item(&fill(words.cut_total, &[&cut.join(words.semicolon)]));
        }
    }

    fn oddities(&mut self, census: &Census, notes: &Notes) {
        let words = self.words;
        if census.unknown_parts > 0 {
            self.blocks
                .item(&words.unknown_parts.of(census.unknown_parts));
        }
        if notes.unknown_fields > 0 {
            self.blocks
                .item(&words.unknown_fields.of(notes.unknown_fields));
        }
        if notes.total > 0 {
            // The report tells the place of each; a reader is told of each kind once.
            let mut kinds = Vec::new();
            for note in &notes.entries {
                if !kinds.contains(&note.oddity) && kinds.len() < SHOWN_NOTES {
                    kinds.push(note.oddity);
                }
            }
            let of_kinds = |note: &&Note| kinds.contains(&note.oddity);
            let more = notes.total - notes.entries.iter().filter(of_kinds).count();
            let mut odd: Vec<String> = kinds
                .iter()
                .map(|oddity| words.oddity(*oddity).to_owned())
                .collect();
            if more > 0 {
                odd.push(words.odd_more.of(more));
            }
            self.blocks
                .item(&fill(words.odd, &[&odd.join(words.semicolon)]));
        }
    }
}

/// A version without the `v` that some write before it.
fn bare(version: &str) -> &str {
    let rest = version.strip_prefix('v');
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(version)
}

/// The operating system: as the application names it, or as the store does.
fn system(runtime: &Runtime, app: Option<&App>) -> Option<String> {
    if let Some(system) = app.and_then(|app| app.system.as_deref()) {
        return Some(inline(system));
    }
    let platform = match runtime.platform.as_deref()? {
        "darwin" => "macOS",
        "win32" => "Windows",
        "linux" => "Linux",
        other => other,
    };
    let version = runtime.os_version.as_deref().unwrap_or_default();
    Some(inline(&format!("{platform} {version}")))
}
