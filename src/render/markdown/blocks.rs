//! What is written, block by block: by a [`Page`](super::Page), and by a single message.

use std::cell::Cell;
use std::collections::HashMap;

use super::super::AttachmentNames;
use super::super::clock::Clock;
use super::super::cuts::{PartBudget, Total};
use super::super::html::{Kind, Mark};
use super::super::image_data::summed_up;
use super::super::words::{Words, fill, words};
use super::code_block::{is_inert as code_is_inert, push_code_block, push_fenced};
use super::escape::{code, inline, push_plain_quote};
use super::quote::{push_quote, quote_in_item};
use crate::model::{ModelRef, Timestamp};
use crate::options::{ExportOptions, Format};
use crate::redact;

/// What has to be known to write a message, beside the message.
pub struct Context<'a> {
    pub options: &'a ExportOptions,
    pub words: &'static Words,
    pub clock: Clock,
    /// True where the document becomes a page.
    pub is_page: bool,
    /// The number of each sub-agent session by its id, which is its place in the tree.
    pub agent_numbers: HashMap<String, usize>,
    /// The folder beside the document that the contents of attachments are written into.
    pub attachment_folder: Option<&'a AttachmentNames>,
}

impl<'a> Context<'a> {
    /// For sessions with such ids, in the order of the tree.
    pub fn new<'i>(
        options: &'a ExportOptions,
        ids: impl Iterator<Item = Option<&'i str>>,
        attachment_folder: Option<&'a AttachmentNames>,
    ) -> Self {
        let agents = ids.enumerate().skip(1);
        Self {
            options,
            words: words(options.locale),
            clock: Clock::new(options.time_zone),
            is_page: options.format == Format::Html,
            agent_numbers: agents
                .filter_map(|(number, id)| Some((id?.to_owned(), number)))
                .collect(),
            attachment_folder,
        }
    }
}

/// Markdown that is being written.
pub struct Blocks<'a> {
    pub context: &'a Context<'a>,
    /// What was written so far.
    pub text: String,
    /// What is what in it, for the page.
    pub marks: Vec<(usize, Mark)>,
    /// How much text these hold, in bytes.
    pub marked_bytes: usize,
    pub is_in_list: bool,
    pub budget: PartBudget,
    /// What was cut to keep it.
    pub cut: Total,
    /// What is known of the message that is being written.
    pub around: Around,
    /// Whether indented code would belong to the list or the code before it.
    pub is_behind_list: bool,
    /// True where a text was cut that holds a placeholder: where it is cut depends on how long its number is.
    pub depends_on_numbers: Cell<bool>,
}

/// What a part has to know of its message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// Whether it is the user's.
    pub is_by_user: bool,
    /// Whether the user stopped it.
    pub is_stopped: bool,
}

impl<'a> Blocks<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            text: String::new(),
            marks: Vec::new(),
            marked_bytes: 0,
            is_in_list: false,
            budget: PartBudget::default(),
            cut: Total::default(),
            around: Around::default(),
            is_behind_list: false,
            depends_on_numbers: Cell::new(false),
        }
    }

    /// How much was written, in bytes.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.marked_bytes
    }

    pub fn begin(&mut self, kind: Kind) {
        self.mark(Mark::Begin(kind));
    }

    pub fn end(&mut self) {
        self.mark(Mark::End);
    }

    pub fn mark(&mut self, mark: Mark) {
        if self.context.is_page {
            self.marks.push((self.text.len(), mark));
        }
    }

    /// What follows is the texts of one part, which share a budget.
    pub fn begin_part(&mut self, limit: Option<usize>) {
        self.budget
            .begin(limit, self.context.options.max_bytes.is_some());
    }

    /// Tells that a text was cut here, where it was.
    pub fn cut_note(&mut self, shown: &str, text: &str) {
        let cut = text.len() - shown.len();
        if cut == 0 {
            return;
        }
        self.cut.bytes += cut;
        self.cut.places += 1;
        let sizes = [cut, text.len()].map(|bytes| self.context.words.size(bytes as u64));
        self.label(&fill(
            self.context.words.cut,
            &sizes.each_ref().map(String::as_str),
        ));
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
        if self.context.is_page {
            self.end_list();
            self.mark_quote(shown);
        } else if !shown.is_empty() {
            self.end_list();
            push_quote(&mut self.text, shown);
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }

    /// Text of the session that is no Markdown, letter by letter.
    pub fn plain(&mut self, text: &str) {
        let text = &*summed_up(text, self.context.words);
        let text = text.trim_start_matches('\n');
        if !self.context.is_page {
            let is_indented = !code_is_inert(text);
            if is_indented && self.is_behind_list {
                // Only a paragraph ends a list in every renderer.
                self.block("&nbsp;");
            }
            self.fenced(text, "text");
            self.is_behind_list |= is_indented;
            return;
        }
        let shown = self.budget.take(text);
        self.end_list();
        if !shown.trim().is_empty() {
            self.mark(Mark::Plain(shown.to_owned()));
            self.marked_bytes += shown.len();
        }
        self.cut_note(shown, text);
    }

    /// Text of the session that is no Markdown, as a quote: an error, which may be one very long line. It belongs to
    /// the item before it, if there is one.
    pub fn plain_quote(&mut self, text: &str) {
        let text = &*summed_up(text, self.context.words);
        let shown = self.budget.take(text);
        if self.context.is_page {
            if !shown.trim().is_empty() {
                self.mark(Mark::Plain(shown.trim_matches('\n').to_owned()));
                self.marked_bytes += shown.len();
            }
            return self.cut_note(shown, text);
        }
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

    /// Text of the session, for the page: in a block of its own, its Markdown can do no harm there.
    pub fn mark_quote(&mut self, shown: &str) {
        if !shown.trim().is_empty() {
            self.mark(Mark::Quote(shown.to_owned()));
            self.marked_bytes += shown.len();
        }
    }

    /// Text of the session as a block of code, behind a paragraph.
    pub fn fenced(&mut self, text: &str, language: &str) {
        let text = &*summed_up(text, self.context.words);
        let shown = self.budget.take(text);
        if !shown.is_empty() {
            self.end_list();
            if self.context.is_page {
                // The page's own parser knows fences.
                push_fenced(&mut self.text, shown, language);
            } else {
                push_code_block(&mut self.text, shown, language);
            }
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
        if self.context.is_page {
            self.mark_quote(shown);
            return self.cut_note(shown, text);
        }
        let lines = quote_in_item(shown);
        for line in lines.lines().filter(|_| !shown.is_empty()) {
            self.text.push_str("  ");
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.cut_note(shown, text);
    }

    pub fn time(&self, time: Option<Timestamp>) -> String {
        time.map_or_else(
            || self.context.words.time_unknown.to_owned(),
            |time| self.context.clock.moment(time),
        )
    }

    /// The name of a model: the caller's for it, or its ids, which are the session's and stand as code.
    pub fn model(&self, model: &ModelRef) -> String {
        let key = model.key();
        let name = match self.context.options.models.get(&key) {
            Some(name) => inline(name),
            None => quoted_value(&key),
        };
        match model.special_variant() {
            Some(variant) => {
                let variant = self.context.words.in_brackets(&quoted_value(variant));
                format!("{name}{variant}")
            }
            None => name,
        }
    }

    pub fn sub_agent_name(&self, number: usize) -> String {
        fill(self.context.words.sub_agent, &[&number.to_string()])
    }

    /// A link to a sub-agent's heading. The heading holds nothing but the exporter's words, so its
    /// anchor is the same in every viewer.
    pub fn sub_agent_link(&self, number: usize) -> String {
        let name = self.sub_agent_name(number);
        format!("[{name}](#{})", name.to_lowercase().replace(' ', "-"))
    }
}

/// A value of the session in a line or a table of the exporter's, as code. In a table's cell code would have to
/// escape `|`, which not every viewer takes back.
pub fn quoted_value(text: &str) -> String {
    if text.contains('|') {
        inline(text)
    } else {
        code(text)
    }
}
