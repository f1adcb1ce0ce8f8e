//! What was redacted, left out and cut, and what was odd in the stored data: the sentences of the list at the top.

use super::super::cuts::Total;
use super::super::document::Content;
use super::super::survey::census::{Census, Reason};
use super::super::words::fill;
use super::super::words::rule::kind_of;
use super::Sentences;
use crate::model::{Note, Notes};
use crate::options::level::RedactLevel;
use crate::options::{Attachments, Detail};
use crate::redact::RedactionReport;

/// How many notes on odd data stand in the document; the report has more of them.
const SHOWN_NOTES: usize = 5;

impl Sentences<'_> {
    /// All of them, in order.
    pub fn changes(&self, content: &Content<'_>) -> Vec<String> {
        let census = &content.survey.census;
        let mut items = self.redactions(content.report, content.survey.shows_home);
        if let Some(folder) = content.folder
            && census.attachments > 0
        {
            let folder = self.markup.code(folder.folder());
            items.push(fill(self.context.words.extracted, &[&folder]));
        }
        if self.context.options.attachments == Attachments::Embed && census.attachments > 0 {
            items.push(self.context.words.embedded.to_owned());
        }
        items.push(self.omissions(census));
        items.extend(self.cuts(content.cuts.total));
        items.extend(self.oddities(census, content.notes));
        items
    }

    fn redactions(&self, report: &RedactionReport, shows_home: bool) -> Vec<String> {
        let words = self.context.words;
        let mut items = Vec::new();
        let rules: Vec<String> = report
            .by_rule()
            .iter()
            .map(|count| {
                let rule = &self.markup.text(count.rule);
                let values = &words.values.of(count.distinct);
                let places = &words.places.of(count.places);
                match kind_of(count.rule, words) {
                    Some(kind) => fill(words.redacted_rule_of_kind, &[rule, kind, values, places]),
                    None => fill(words.redacted_rule, &[rule, values, places]),
                }
            })
            .collect();
        if report.level == RedactLevel::Off {
            items.push(words.redaction_off.to_owned());
        }
        if !rules.is_empty() {
            items.push(fill(words.redacted, &[&rules.join(words.comma)]));
        } else if report.level != RedactLevel::Off && report.kept_words == 0 {
            items.push(words.redacted_nothing.to_owned());
        }
        match report.level {
            RedactLevel::Off => {}
            RedactLevel::Secrets => items.push(words.stays.to_owned()),
            RedactLevel::Strict => items.push(words.stays_strict.to_owned()),
        }
        if report.kept_words > 0 {
            items.push(words.kept.of(report.kept_words));
        }
        if report.has_home && shows_home {
            items.push(self.markup.own(words.home_folder));
        }
        if report.hidden_characters > 0 {
            items.push(words.hidden_characters.of(report.hidden_characters));
        }
        items
    }

    fn omissions(&self, census: &Census) -> String {
        let words = self.context.words;
        let mut omitted = self.omitted_parts(census);
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
        if census.patches > 0 && self.context.options.diffs != Detail::Full {
            omitted.push(words.patch_texts.to_owned());
        }
        match omitted.is_empty() {
            true => words.left_out_nothing.to_owned(),
            false => fill(words.left_out, &[&omitted.join(words.semicolon)]),
        }
    }

    /// The parts that are not shown, by reason.
    pub fn omitted_parts(&self, census: &Census) -> Vec<String> {
        let words = self.context.words;
        let omitted = census.omitted.iter();
        let text = |(reason, count): (&Reason, &usize)| {
            let counted = match reason {
                Reason::StepMarker => &words.reason_step_marker,
                Reason::Reasoning => &words.reason_reasoning,
                Reason::Tool => &words.reason_tool,
                Reason::Diff => &words.reason_diff,
                Reason::EmptyText => &words.reason_empty_text,
                Reason::SubAgent => &words.reason_sub_agent,
                Reason::Unreadable => &words.reason_unreadable,
                Reason::Orphan => &words.reason_orphan,
                Reason::Budget => &words.reason_budget,
                Reason::Part => &words.reason_part,
            };
            counted.of(*count)
        };
        omitted.map(text).collect()
    }

    fn cuts(&self, total: Total) -> Option<String> {
        let words = self.context.words;
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
        (!cut.is_empty()).then(|| fill(words.cut_total, &[&cut.join(words.semicolon)]))
    }

    fn oddities(&self, census: &Census, notes: &Notes) -> Vec<String> {
        let words = self.context.words;
        let mut items = Vec::new();
        if census.unknown_parts > 0 {
            items.push(words.unknown_parts.of(census.unknown_parts));
        }
        if notes.unknown_fields > 0 {
            items.push(words.unknown_fields.of(notes.unknown_fields));
        }
        if notes.total == 0 {
            return items;
        }
        // The report tells the place of each; a reader is told of each kind once.
        let mut kinds = Vec::new();
        for note in &notes.entries {
            if !kinds.contains(&note.oddity) && kinds.len() < SHOWN_NOTES {
                kinds.push(note.oddity);
            }
        }
        let of_kinds = |note: &&Note| kinds.contains(&note.oddity);
        let more = notes.total - notes.entries.iter().filter(of_kinds).count();
        let told = kinds.iter();
        let mut odd: Vec<String> = told
            .map(|oddity| self.markup.own(words.oddity(*oddity)))
            .collect();
        if more > 0 {
            odd.push(words.odd_more.of(more));
        }
        items.push(fill(words.odd, &[&odd.join(words.semicolon)]));
        items
    }
}
