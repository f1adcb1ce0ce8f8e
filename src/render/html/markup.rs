//! How the page marks up what stands in a sentence.

use super::super::markup::Markup;
use super::super::survey::message::Author;
use super::super::words::Words;
use super::escape;

/// How the page marks up what stands in a sentence.
pub struct Html {
    /// The words of the page's language.
    pub words: &'static Words,
}

impl Html {
    /// The id of a turn, by the place of its session in the tree and its number: `t4`, `s1-t2`.
    pub fn turn_id(session: usize, number: usize) -> String {
        match session {
            0 => format!("t{number}"),
            session => format!("s{session}-t{number}"),
        }
    }

    /// One line of text, whatever the session has in it.
    fn line(&self, text: &str) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        escape::text(&line, self.words)
    }
}

impl Markup for Html {
    /// Its direction is its own, whatever stands around it.
    fn text(&self, text: &str) -> String {
        match self.line(text) {
            line if line.is_empty() => line,
            line => format!("<bdi>{line}</bdi>"),
        }
    }

    fn code(&self, text: &str) -> String {
        match self.line(text) {
            line if line.is_empty() => line,
            line => format!("<code dir=\"auto\">{line}</code>"),
        }
    }

    fn value(&self, text: &str) -> String {
        self.code(text)
    }

    fn own(&self, words: &str) -> String {
        let mut is_code = false;
        let mut html = String::with_capacity(words.len());
        for (index, piece) in words.split('`').enumerate() {
            if index > 0 {
                html.push_str(if is_code { "</code>" } else { "<code>" });
                is_code = !is_code;
            }
            html.push_str(&escape::escaped(piece));
        }
        html
    }

    fn strong(&self, shown: &str) -> String {
        format!("<strong>{shown}</strong>")
    }

    fn emphasis(&self, shown: &str) -> String {
        format!("<em>{shown}</em>")
    }

    fn link(&self, shown: &str, anchor: &str) -> String {
        format!("<a href=\"#{anchor}\">{shown}</a>")
    }

    fn turn_anchor(
        &self,
        session: usize,
        number: usize,
        _author: &Author,
        _words: &Words,
    ) -> Option<String> {
        Some(Self::turn_id(session, number))
    }

    fn agent_anchor(&self, session: usize, _name: &str) -> String {
        format!("s{session}")
    }

    fn conversation_anchor(&self, _words: &Words) -> String {
        "conversation".to_owned()
    }
}
