//! The page as it is being written: its text, what of it was searched, and how high its turns will be.

use std::ops::Range;

use super::super::context::Context;
use super::super::cuts::PartBudget;
use super::super::sentences::{Around, Sentences};
use super::super::words::Words;
use super::calls::Calls;
use super::escape;
use super::markup::Html;

/// How many characters stand in a line of text, about.
const LINE: usize = 90;

/// The page as it is being written.
pub struct Writer<'a> {
    /// The options, the words and the names of the document.
    pub context: &'a Context<'a>,
    /// Its sentences.
    pub sentences: Sentences<'a>,
    /// Its words.
    pub words: &'static Words,
    /// What was not handed on yet.
    pub text: String,
    /// The data of images in it: nothing in them can be searched.
    pub images: Vec<Range<usize>>,
    /// What the texts of the part that is being written may still take.
    pub budget: PartBudget,
    /// Whose message is being written, and whether the user stopped it.
    pub around: Around,
    /// The tool calls that stand one below the other.
    pub calls: Option<Calls>,
    /// The turns that are open, the innermost last.
    turns: Vec<OpenTurn>,
    /// How many folds that are closed stand around what is being written.
    folds: usize,
}

/// A turn whose end was not written yet.
struct OpenTurn {
    /// Where in the text its class ends; `None` where that was handed on.
    class_end: Option<usize>,
    /// How many lines of it can be seen.
    lines: usize,
}

impl<'a> Writer<'a> {
    /// Of an empty page.
    pub fn new(context: &'a Context<'a>, markup: &'a Html) -> Self {
        Self {
            context,
            sentences: Sentences { context, markup },
            words: context.words,
            text: String::new(),
            images: Vec::new(),
            budget: PartBudget::default(),
            around: Around::default(),
            calls: None,
            turns: Vec::new(),
            folds: 0,
        }
    }

    /// Adds HTML of the exporter's.
    pub fn push(&mut self, html: &str) {
        self.text.push_str(html);
    }

    /// Adds text of the session.
    pub fn push_text(&mut self, text: &str) {
        escape::push_text(&mut self.text, text, self.words);
    }

    /// Adds HTML before what was written last.
    pub fn insert(&mut self, at: usize, html: &str) {
        self.text.insert_str(at, html);
        let behind = self.images.iter_mut().filter(|image| image.start >= at);
        for image in behind {
            *image = image.start + html.len()..image.end + html.len();
        }
    }

    /// Adds the data of an image.
    pub fn push_image(&mut self, data: &str) {
        let start = self.text.len();
        self.text.push_str(data);
        self.images.push(start..self.text.len());
    }

    /// A block of the exporter's: one line.
    pub fn line(&mut self, class: &str, html: &str) {
        self.end_calls();
        self.see(html);
        self.text
            .push_str(&format!("<p class=\"{class}\">{html}</p>\n"));
    }

    /// What follows is the texts of one part, which share a budget.
    pub fn begin_part(&mut self, limit: Option<usize>) {
        self.budget
            .begin(limit, self.context.options.max_bytes.is_some());
    }

    /// Tells that a text was cut here, where it was.
    pub fn cut_note(&mut self, shown: &str, text: &str) {
        if let Some(note) = self.budget.note(shown, text, self.words) {
            self.push(&format!("<p class=\"quiet\">{note}</p>\n"));
        }
    }

    /// Begins a turn with such an id. Its class begins with `turn`.
    pub fn begin_turn(&mut self, class: &str, id: &str) {
        self.end_calls();
        self.text.push_str(&format!("<section class=\"{class}"));
        self.turns.push(OpenTurn {
            class_end: Some(self.text.len()),
            lines: 3,
        });
        self.text.push_str(&format!("\" id=\"{id}\">\n"));
    }

    /// Ends the innermost turn, and tells how high it is, so that the scroll bar is right before it is drawn.
    pub fn end_turn(&mut self) {
        self.end_calls();
        self.push("</section>\n");
        let Some(turn) = self.turns.pop() else {
            return;
        };
        if let Some(at) = turn.class_end {
            // 1, 2, 4, … up to 512 times four lines, whatever is nearest.
            let size = (turn.lines * 7 / 20).max(1).ilog2().min(9);
            self.insert(at, &format!(" size-{size}"));
        }
        if let Some(outer) = self.turns.last_mut() {
            outer.lines += if self.folds == 0 { turn.lines } else { 0 };
        }
    }

    /// What was written so far is handed on: nothing can be added before it any more.
    pub fn forget(&mut self) {
        self.text.clear();
        self.images.clear();
        for turn in &mut self.turns {
            turn.class_end = None;
        }
    }

    /// Begins a fold. What follows is its summary, up to [`Self::begin_folded`].
    pub fn begin_fold(&mut self, class: &str, is_open: bool) {
        let open = if is_open { " open" } else { "" };
        self.text
            .push_str(&format!("<details class=\"{class}\"{open}><summary>"));
    }

    /// Ends the summary of a fold. What follows is in it.
    pub fn begin_folded(&mut self, is_open: bool) {
        self.push("</summary>\n");
        self.folds += usize::from(!is_open);
    }

    /// Ends a fold.
    pub fn end_fold(&mut self, is_open: bool) {
        self.push("</details>\n");
        self.folds -= usize::from(!is_open && self.folds > 0);
    }

    /// Counts the lines of a text that can be seen.
    pub fn see(&mut self, text: &str) {
        if self.folds == 0
            && let Some(turn) = self.turns.last_mut()
        {
            let lines = text.split('\n').map(|line| 1 + line.len() / LINE);
            turn.lines += lines.sum::<usize>();
        }
    }

    /// Counts so many lines that can be seen.
    pub fn see_lines(&mut self, lines: usize) {
        if self.folds == 0
            && let Some(turn) = self.turns.last_mut()
        {
            turn.lines += lines;
        }
    }
}
