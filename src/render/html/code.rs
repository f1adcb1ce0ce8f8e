//! Blocks of code and of output: coloured, with a button that copies them, and the rest of a long one folded.

use super::super::words::Words;
use super::text::{more, split, split_end};
use super::writer::Writer;
use super::{diff, highlight};

/// From how many bytes on a line may not fit, so that its block can be scrolled by keys.
const WIDE: usize = 60;

impl Writer<'_> {
    /// Code of the session, or what a tool printed.
    pub fn code(&mut self, text: &str, language: &str) {
        let (text, length) = self.take(text);
        let shown = text.get(..length).unwrap_or_default();
        if !shown.is_empty() {
            self.see(split(shown).0);
            push(&mut self.text, shown, language, self.words);
        }
        self.cut_note(shown, &text);
    }

    /// What a call printed that failed: of a long one the end is shown, and the rest unfolds before it.
    pub fn failed_output(&mut self, text: &str, language: &str) {
        let (text, length) = self.take(text);
        let shown = text.get(..length).unwrap_or_default();
        let (rest, end) = split_end(shown);
        if !shown.is_empty() {
            self.see(end);
            let html = &mut self.text;
            html.push_str(BLOCK);
            let mut lines = diff::LineNumbers::default();
            if !rest.is_empty() {
                html.push_str(&more(rest, self.words));
                push_pre(html, rest, language, &mut lines, self.words);
                html.push_str("</details>");
            }
            push_pre(html, end, language, &mut lines, self.words);
            html.push_str("</div>\n");
        }
        self.cut_note(shown, &text);
    }
}

/// The start of a block of code.
const BLOCK: &str = "<div class=\"code\"><button type=\"button\" class=\"copy\" hidden></button>";

/// Adds a block of code as HTML.
pub fn push(html: &mut String, code: &str, language: &str, words: &Words) {
    let (head, rest) = split(code);
    html.push_str(BLOCK);
    let mut lines = diff::LineNumbers::default();
    push_pre(html, head, language, &mut lines, words);
    if !rest.is_empty() {
        html.push_str(&more(rest, words));
        push_pre(html, rest, language, &mut lines, words);
        html.push_str("</details>");
    }
    html.push_str("</div>\n");
}

fn push_pre(
    html: &mut String,
    code: &str,
    language: &str,
    lines: &mut diff::LineNumbers,
    words: &Words,
) {
    let is_wide = code.lines().any(|line| line.len() > WIDE);
    let focus = if is_wide { " tabindex=\"0\"" } else { "" };
    html.push_str(&format!("<pre dir=\"ltr\"{focus}>"));
    match language {
        "diff" => {
            html.push_str("<code class=\"diff\">");
            diff::push(html, code, lines, words);
        }
        language => {
            html.push_str("<code>");
            highlight::push(html, code, language, words);
        }
    }
    html.push_str("</code></pre>");
}
