//! The title, the table of facts, and what was redacted and left out.

use super::super::document::Shown;
use super::super::sentences::Row;
use super::Page;
use super::escape::inline;

impl Page<'_> {
    pub(super) fn head(&mut self, main: Shown<'_>) {
        let content = self.content;
        self.blocks.heading(1, &inline(&self.title));
        self.summary(main);
        if let Some(part) = self.sentences.shown_part(content) {
            self.blocks.block(&part);
        }
        let facts = self.sentences.session_facts(content, main);
        self.blocks.block(&table(&facts));
        self.blocks.heading(2, self.words.changes);
        for item in self.sentences.changes(content) {
            self.blocks.item(&item);
        }
    }

    pub(super) fn agent_facts(&mut self, agent: Shown<'_>) {
        self.summary(agent);
        let facts = self.sentences.agent_facts(self.content, agent);
        self.blocks.block(&table(&facts));
    }

    /// One line under the title. A session without messages has none.
    fn summary(&mut self, shown: Shown<'_>) {
        let mut facts = self.sentences.summary(self.content, shown);
        facts.extend(self.sentences.time_taken(shown));
        if !facts.is_empty() {
            self.blocks.block(&facts.join(" · "));
        }
    }
}

/// A table of facts. The first row is the table's head, which Markdown demands.
fn table(facts: &[Row]) -> String {
    let mut text = String::new();
    for (index, Row { name, value }) in facts.iter().enumerate() {
        text.push_str(&format!("| {name} | {value} |\n"));
        if index == 0 {
            text.push_str("| --- | --- |\n");
        }
    }
    text
}
