//! The page: the Markdown document, block by block, in a frame that is made for reading. So both hold the
//! same, in the same words, and what keeps a session's text from posing as the exporter's holds here too.
//!
//! `blocks` turns Markdown into HTML, `highlight` colours source code, `frame` is what stands around it.

mod blocks;
mod frame;
mod highlight;

pub use frame::{END, Frame, LINES_OF_END, closing, heading, split_end, start};

/// What a stretch of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A turn of the conversation, by whom.
    Turn {
        /// True where the user wrote it.
        is_user: bool,
    },
    /// A tool call: its line, then what is shown of it beside.
    Tool {
        /// True where it failed.
        has_failed: bool,
    },
    /// The model's reasoning: its label, then the text.
    Reasoning,
    /// What a runtime told the model: one line, then the text.
    Runtime,
    /// An error that ended a message.
    Error,
}

/// What stands between two blocks of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A stretch begins.
    Begin(Kind),
    /// What was summed up in the line before follows, in the same stretch.
    Details,
    /// The stretch that began last ends.
    End,
    /// Markdown of the session, as it was written.
    Quote(String),
    /// Text of the session that is no Markdown.
    Plain(String),
    /// The name that links lead to, of the heading that follows.
    Anchor(String),
}

/// Turns the document into HTML, piece by piece.
#[derive(Default)]
pub struct Converter {
    /// How the stretches that are open are closed.
    open: Vec<&'static str>,
}

impl Converter {
    /// The HTML of a piece of the document, with its marks in order. A tool call and reasoning are in
    /// one piece as a whole.
    pub fn convert(&mut self, markdown: &str, marks: &[(usize, Mark)]) -> String {
        let mut html = String::with_capacity(markdown.len() + markdown.len() / 4);
        let mut at = 0;
        let mut is_summary = false;
        let mut anchor: Option<&String> = None;
        for (index, (place, mark)) in marks.iter().enumerate() {
            let text = markdown.get(at..*place).unwrap_or_default();
            let start = html.len();
            blocks::push(&mut html, text, is_summary);
            name_heading(&mut html, start, &mut anchor);
            at = *place;
            match mark {
                Mark::Begin(kind) => {
                    let rest = marks.get(index + 1..).unwrap_or_default();
                    let is_closed = is_collapsible(*kind) && has_details(rest);
                    is_summary = is_closed;
                    let (start, end) = tags(*kind, is_closed);
                    html.push_str(start);
                    self.open.push(end);
                }
                Mark::Details => {
                    if std::mem::take(&mut is_summary) {
                        html.push_str("</summary>\n");
                    }
                }
                Mark::End => html.push_str(self.open.pop().unwrap_or_default()),
                Mark::Quote(text) => blocks::push_quote(&mut html, text),
                Mark::Plain(text) => {
                    html.push_str("<blockquote class=\"plain\">");
                    html.push_str(&frame::escaped(text));
                    html.push_str("</blockquote>\n");
                }
                Mark::Anchor(name) => {
                    anchor = Some(name);
                }
            }
        }
        let start = html.len();
        blocks::push(&mut html, markdown.get(at..).unwrap_or_default(), false);
        name_heading(&mut html, start, &mut anchor);
        html
    }
}

/// Gives the heading of a turn, with which the HTML from `start` on begins, the name that links lead to.
fn name_heading(html: &mut String, start: usize, anchor: &mut Option<&String>) {
    const HEADING: &str = "<h3>";
    let begins = html
        .get(start..)
        .is_some_and(|rest| rest.starts_with(HEADING));
    if begins && let Some(name) = anchor.take() {
        let at = start + HEADING.len() - 1;
        html.insert_str(at, &format!(" id=\"{}\"", frame::escaped(name)));
    }
}

fn is_collapsible(kind: Kind) -> bool {
    matches!(kind, Kind::Tool { .. } | Kind::Reasoning | Kind::Runtime)
}

/// Tells whether anything stands between the next two marks, where those are of details and of the end.
fn has_details(rest: &[(usize, Mark)]) -> bool {
    match rest {
        [(from, Mark::Details), (to, Mark::End), ..] => from < to,
        _ => true,
    }
}

fn tags(kind: Kind, is_closed: bool) -> (&'static str, &'static str) {
    match (kind, is_closed) {
        (Kind::Turn { is_user: true }, _) => ("<section class=\"turn user\">\n", "</section>\n"),
        (Kind::Turn { is_user: false }, _) => ("<section class=\"turn\">\n", "</section>\n"),
        (Kind::Tool { has_failed: true }, true) => (
            "<details class=\"tool failed\" open><summary>",
            "</details>\n",
        ),
        (Kind::Tool { has_failed: true }, false) => ("<div class=\"tool failed\">\n", "</div>\n"),
        (Kind::Tool { .. }, true) => ("<details class=\"tool\"><summary>", "</details>\n"),
        (Kind::Tool { .. }, false) => ("<div class=\"tool\">\n", "</div>\n"),
        (Kind::Reasoning, true) => ("<details class=\"reasoning\"><summary>", "</details>\n"),
        (Kind::Reasoning, false) => ("<div class=\"reasoning\">\n", "</div>\n"),
        (Kind::Runtime, true) => ("<details class=\"runtime\"><summary>", "</details>\n"),
        (Kind::Runtime, false) => ("<div class=\"runtime\">\n", "</div>\n"),
        (Kind::Error, _) => ("<div class=\"error\">\n", "</div>\n"),
    }
}
