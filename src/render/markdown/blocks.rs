//! What is written, block by block: by a [`Page`](super::Page), and by a single message.

use std::cell::Cell;

use super::super::attachment::image_data::summed_up;
use super::super::context::Context;
use super::super::cuts::PartBudget;
use super::super::sentences::{Around, Sentences};
use super::code_block::{is_inert as code_is_inert, push_code_block};
use super::escape::push_plain_quote;
use super::markup::Markdown;
use super::quote::{push_quote, quote_in_item};
use crate::redact;

/// Markdown that is being written.
pub struct Blocks<'a> {
    pub context: &'a Context<'a>,
    pub sentences: Sentences<'a>,
    /// What was written so far.
    pub text: String,
    pub is_in_list: bool,
    pub budget: PartBudget,
    /// Whose message is being written, and whether the user stopped it.
    pub around: Around,
    /// True where indented code would belong to the list or the code before it.
    pub is_behind_list: bool,
    /// True where a text was cut that holds a placeholder: where it is cut depends on how long its number is.
    pub depends_on_numbers: Cell<bool>,
}

impl<'a> Blocks<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            sentences: Sentences {
                context,
                markup: &Markdown,
            },
            text: String::new(),
            is_in_list: false,
            budget: PartBudget::default(),
            around: Around::default(),
            is_behind_list: false,
            depends_on_numbers: Cell::new(false),
        }
    }

    /// Gives what follows is the texts of one part, which share a budget.
    pub fn begin_part(&mut self, limit: Option<usize>) {
        self.budget
            .begin(limit, self.context.options.max_bytes.is_some());
    }

    /// Tells that a text was cut here, where it was.
    pub fn cut_note(&mut self, shown: &str, text: &str) {
        if let Some(note) = self.budget.note(shown, text, self.context.words) {
            self.label(&note);
        }
    }

    /// Notes that a text is cut in the line of a call.
    pub fn note_cut(&self, text: &str) {
        if redact::may_hold_placeholder(text) {
            self.depends_on_numbers.set(true);
        }
    }

    /// A block of its own, followed by a blank line.
    pub fn block(&mut self, text: &str) {
        self.end_list();
        self.is_behind_list = false;
        self.text.push_str(text.trim_end_matches('\n'));
        self.text.push_str("\n\n");
    }

    pub fn end_list(&mut self) {
        if std::mem::take(&mut self.is_in_list) {
            self.text.push('\n');
        }
    }

    /// A heading. Only the exporter's own words and escaped text may stand in it.
    pub fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    pub fn label(&mut self, text: &str) {
        self.block(&format!("*{text}*"));
    }

    /// Text of the session as a quote.
    pub fn quote(&mut self, text: &str) {
        let text = &*summed_up(text, self.context.words);
        let shown = self.budget.take(text);
        if !shown.is_empty() {
            self.end_list();
            push_quote(&mut self.text, shown);
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }

    /// Text of the session that is no Markdown, letter by letter.
    pub fn plain(&mut self, text: &str) {
        let text = &*summed_up(text, self.context.words);
        let is_indented = !code_is_inert(text);
        // Only a fence keeps blank lines at its start.
        let text = match is_indented {
            true => text.trim_start_matches('\n'),
            false => text,
        };
        if is_indented && self.is_behind_list {
            // Only a paragraph ends a list in every renderer.
            self.block("&nbsp;");
        }
        self.fenced(text, "text");
        self.is_behind_list |= is_indented;
    }

    /// Text of the session that is no Markdown, as a quote: an error, which may be one very long line. It belongs to
    /// the item before it, if there is one.
    pub fn plain_quote(&mut self, text: &str) {
        let text = &*summed_up(text, self.context.words);
        let shown = self.budget.take(text);
        let mut lines = String::new();
        push_plain_quote(&mut lines, shown);
        let indent = if self.is_in_list { "  " } else { "" };
        for line in lines.lines().filter(|_| !shown.trim().is_empty()) {
            self.text.push_str(indent);
            self.text.push_str(line);
            self.text.push('\n');
        }
        if !self.is_in_list {
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }

    /// Text of the session as a block of code, behind a paragraph.
    pub fn fenced(&mut self, text: &str, language: &str) {
        let text = &*summed_up(text, self.context.words);
        let shown = self.budget.take(text);
        if !shown.is_empty() {
            self.end_list();
            push_code_block(&mut self.text, shown, language);
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }

    /// An item of a list.
    pub fn item(&mut self, text: &str) {
        self.text.push_str("- ");
        self.text.push_str(text);
        self.text.push('\n');
        self.is_in_list = true;
        self.is_behind_list = true;
    }

    /// A quote that belongs to the item before it.
    pub fn quote_in_item(&mut self, text: &str) {
        let text = &*summed_up(text, self.context.words);
        let shown = self.budget.take(text);
        let lines = quote_in_item(shown);
        for line in lines.lines().filter(|_| !shown.is_empty()) {
            self.text.push_str("  ");
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }
}
