//! The first screen: the title, how the session ended and what went wrong, and what it was made with; its facts, and what
//! was redacted and left out, one click away.

use super::super::clock::cost;
use super::super::document::{RedactedMessages, Shown};
use super::super::ending::Ending;
use super::super::sentences::{Row, error_message};
use super::super::tally::SessionEnd;
use super::Page;
use super::escape;
use crate::error::Result;

/// How much of an error stands at the top, in bytes.
const LONGEST_ERROR: usize = 300;

impl Page<'_> {
    pub(super) fn head(
        &mut self,
        main: Shown<'_>,
        title: &str,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        let words = self.words;
        let title = escape::text(title, words);
        self.writer
            .push(&format!("<header>\n<h1 dir=\"auto\">{title}</h1>\n"));
        self.summary(main);
        if let Some(part) = self.sentences.shown_part(self.content) {
            self.writer.push(&format!("<p class=\"part\">{part}</p>\n"));
        }
        self.last_error(main, messages)?;
        let facts = self.short_facts(main).join(" · ");
        self.writer
            .push(&format!("<p class=\"facts\">{facts}</p>\n"));
        self.writer.begin_fold("about", false);
        let redacted = self.content.report.by_rule().len();
        let label = match redacted {
            0 => words.about.to_owned(),
            _ => {
                let rules = self.content.report.by_rule();
                let values = rules.iter().map(|rule| rule.distinct).sum();
                words.about_redacted.of(values)
            }
        };
        self.writer.push(&label);
        self.writer.begin_folded(false);
        self.table(&self.sentences.session_facts(self.content, main));
        let heading = words.changes;
        self.writer
            .push(&format!("\n<h2 id=\"changes\">{heading}</h2>\n<ul>\n"));
        for item in self.sentences.changes(self.content) {
            self.writer.push(&format!("<li>{item}</li>\n"));
        }
        self.writer.push("</ul>\n");
        self.writer.end_fold(false);
        let conversation = words.conversation;
        self.writer.push(&format!(
            "</header>\n<h2 id=\"conversation\">{conversation}</h2>\n"
        ));
        Ok(())
    }

    /// The error that ended the session, in a sentence.
    fn last_error(&mut self, main: Shown<'_>, messages: &mut dyn RedactedMessages) -> Result<()> {
        let has_failed = matches!(
            main.survey.tally.end,
            Some((SessionEnd::Answer(Ending::Failed), _))
        );
        let error = self.content.survey.newest_error().filter(|error| {
            let is_dropped = self.content.cuts.drops(0, error.message);
            error.session == 0 && error.part.is_none() && !is_dropped
        });
        let Some(error) = error.filter(|_| has_failed) else {
            return Ok(());
        };
        let message = messages.message(0, error.message)?.into_inner();
        if let Some(error) = &message.error {
            let mut text = self.sentences.error(error);
            if let Some(message) = error_message(error) {
                let line = message.lines().next().unwrap_or_default();
                let end = line.floor_char_boundary(LONGEST_ERROR);
                let line = self.sentences.markup.text(line.get(..end).unwrap_or(line));
                text.push_str(&format!("<br>{line}"));
            }
            self.writer
                .push(&format!("<p class=\"last-error\">{text}</p>\n"));
        }
        Ok(())
    }

    /// When, how long, with which application and model, where, at which cost.
    fn short_facts(&self, main: Shown<'_>) -> Vec<String> {
        let info = &main.session.info;
        let runtime = &self.content.tree.get().runtime;
        let sentences = &self.sentences;
        let mut facts = vec![sentences.time(info.created)];
        facts.extend(sentences.time_taken(main));
        facts.extend(sentences.application(info, runtime));
        facts.push(sentences.models(main));
        facts.extend(sentences.folder(info));
        if self.options.usage {
            let (_, dollars) = main.survey.usage(main.session);
            facts.extend(dollars.map(cost));
        }
        facts.retain(|fact| !fact.is_empty());
        facts
    }

    /// One line on how a session ended. One without messages has none.
    fn summary(&mut self, shown: Shown<'_>) {
        let facts = self.sentences.summary(self.content, shown);
        if !facts.is_empty() {
            let facts = facts.join(" · ");
            self.writer
                .push(&format!("<p class=\"outcome\">{facts}</p>\n"));
        }
    }

    fn table(&mut self, facts: &[Row]) {
        self.writer
            .push("<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        for Row { name, value } in facts {
            self.writer.push(&format!(
                "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>\n"
            ));
        }
        self.writer.push("</tbody></table></div>\n");
    }

    /// Begins the fold of a sub-agent session: its name and title, and behind them what is known of it.
    pub(super) fn agent_head(&mut self, agent: Shown<'_>) {
        let name = self.sentences.agent_name(agent.index);
        self.writer.begin_fold("agent", false);
        self.writer
            .push(&format!("\n<h2 id=\"s{}\">{name}</h2>\n", agent.index));
        let is_left_out = self.content.cuts.drops_all_of(agent.index);
        let title = agent.session.info.title.as_deref().filter(|_| !is_left_out);
        if let Some(title) = title {
            let title = self.sentences.markup.text(title);
            self.writer.push(&title);
        }
        let turns = self.words.turns_count.of(agent.survey.turns.numbered());
        self.writer
            .push(&format!(" <span class=\"quiet\">{turns}</span>"));
        self.writer.begin_folded(false);
        if !is_left_out {
            self.summary(agent);
            self.writer.begin_fold("about", false);
            self.writer.push(self.words.about_agent);
            self.writer.begin_folded(false);
            self.table(&self.sentences.agent_facts(self.content, agent));
            self.writer.end_fold(false);
        }
    }
}
