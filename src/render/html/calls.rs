//! Tool calls that stand one below the other: many of them fold into one line.

use super::writer::Writer;
use crate::render::words::Words;

/// So many calls, or more, fold.
const FOLDED: usize = 4;

/// How many kinds of calls the line of a fold names.
const NAMED: usize = 5;

/// Tool calls that stand one below the other.
pub struct Calls {
    /// Where in the text the first one begins.
    start: usize,
    count: usize,
    has_failed: bool,
    /// What they did, each with how often.
    names: Vec<(String, usize)>,
}

impl Writer<'_> {
    /// Begins a call of such a name.
    pub fn add_call(&mut self, name: &str, has_failed: bool) {
        let start = self.text.len();
        let calls = self.calls.get_or_insert(Calls {
            start,
            count: 0,
            has_failed: false,
            names: Vec::new(),
        });
        calls.count += 1;
        calls.has_failed |= has_failed;
        // Of others it is told that there are more.
        let has_room = calls.names.len() <= NAMED;
        match calls.names.iter_mut().find(|(known, _)| known == name) {
            Some((_, count)) => *count += 1,
            None if has_room => calls.names.push((name.to_owned(), 1)),
            None => {}
        }
    }

    /// Anything else than a call follows.
    pub fn end_calls(&mut self) {
        let Some(calls) = self.calls.take() else {
            return;
        };
        if calls.count < FOLDED {
            return self.see_lines(calls.count);
        }
        let open = if calls.has_failed { " open" } else { "" };
        self.see_lines(if calls.has_failed { calls.count } else { 1 });
        let line = calls.line(self.words);
        let head = format!("<details class=\"calls\"{open}><summary>{line}</summary>\n");
        self.insert(calls.start, &head);
        self.push("</details>\n");
    }
}

impl Calls {
    /// `12 tool calls: Read file × 8, Run command × 4`
    fn line(&self, words: &Words) -> String {
        let named = self.names.iter().take(NAMED);
        let mut names: Vec<String> = named
            .map(|(name, count)| match count {
                1 => name.clone(),
                count => format!("{name} × {count}"),
            })
            .collect();
        if self.names.len() > NAMED {
            names.push("…".to_owned());
        }
        let count = words.reason_tool.of(self.count);
        format!("{count}{}{}", words.colon, names.join(words.comma))
    }
}
