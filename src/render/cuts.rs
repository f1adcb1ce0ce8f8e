//! What is cut from a document so that it keeps the budgets `maxPartBytes` and `maxBytes`.
//!
//! Texts are cut after they were redacted, so that no secret survives because a cut split it.

use super::words::{Words, fill};

/// What is cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cuts {
    /// How much of the texts of one part is shown, in bytes; all where `None`.
    pub part_limit: Option<usize>,
    /// By session and message: whether the message is left out.
    pub dropped: Vec<Vec<bool>>,
    /// By session and message: true where the message is outside of the part that is shown. Empty where all is shown.
    pub outside: Vec<Vec<bool>>,
    /// True where to-do lists and lists of changed files are left out.
    pub drops_outcome: bool,
    /// What the head of the document tells.
    pub total: Total,
}

/// How much was cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Bytes of texts.
    pub bytes: usize,
    /// Places where a text was cut.
    pub places: usize,
    /// Messages that were left out.
    pub messages: usize,
}

impl Cuts {
    /// Tells whether a message is left out.
    pub fn drops(&self, session: usize, message: usize) -> bool {
        let flags = self.dropped.get(session);
        flags.and_then(|flags| flags.get(message)) == Some(&true)
            || self.is_outside(session, message)
    }

    /// Tells whether a message is outside of the part that is shown.
    pub fn is_outside(&self, session: usize, message: usize) -> bool {
        let flags = self.outside.get(session);
        flags.and_then(|flags| flags.get(message)) == Some(&true)
    }

    /// Tells whether all of a sub-agent session is outside of the part that is shown.
    pub fn hides(&self, session: usize) -> bool {
        let flags = self.outside.get(session).filter(|_| session > 0);
        flags.is_some_and(|flags| flags.iter().all(|is_outside| *is_outside))
    }

    /// Tells whether only a part is shown.
    pub fn is_part(&self) -> bool {
        !self.outside.is_empty()
    }

    /// Tells whether all messages of a session are left out.
    pub fn drops_all_of(&self, session: usize) -> bool {
        let flags = self.dropped.get(session);
        flags.is_some_and(|flags| !flags.is_empty() && flags.iter().all(|is_dropped| *is_dropped))
    }
}

/// What the texts of one part after the other may still take.
#[derive(Debug, Default)]
pub struct PartBudget {
    /// In bytes, for the current part; anything where `None`.
    left: Option<usize>,
    /// How much of the texts of each part was shown, in bytes, where it could be cut.
    pub shown: Vec<usize>,
    /// What was cut.
    pub cut: Total,
}

impl PartBudget {
    /// Gives what follows is the texts of one part. They are noted down where `is_noted`.
    pub fn begin(&mut self, limit: Option<usize>, is_noted: bool) {
        self.left = limit;
        if is_noted && limit.is_some() {
            self.shown.push(0);
        }
    }

    /// The current part takes no more than this, whatever its budget.
    pub fn lower_to(&mut self, limit: usize) {
        self.left = Some(self.left.map_or(limit, |left| left.min(limit)));
    }

    /// As much of a text as the budget lets through.
    pub fn take<'t>(&mut self, text: &'t str) -> &'t str {
        let Some(left) = self.left else {
            return text;
        };
        let shown = beginning(text, left);
        self.left = Some(left - shown.len());
        if let Some(bytes) = self.shown.last_mut() {
            *bytes += shown.len();
        }
        shown
    }
}

impl PartBudget {
    /// Tells that a text was cut, where it was.
    pub fn note(&mut self, shown: &str, text: &str, words: &Words) -> Option<String> {
        let cut = text.len() - shown.len();
        if cut == 0 {
            return None;
        }
        self.cut.bytes += cut;
        self.cut.places += 1;
        let sizes = [cut, text.len()].map(|bytes| words.size(bytes as u64));
        Some(fill(words.cut, &sizes.each_ref().map(String::as_str)))
    }
}

/// The beginning of a text, at most `limit` bytes long. It ends with a line where that does not
/// cost more than half of it, else with a character.
fn beginning(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let start = text
        .get(..text.floor_char_boundary(limit))
        .unwrap_or_default();
    match start.rfind('\n') {
        Some(end) if end >= limit / 2 => start.get(..=end).unwrap_or_default(),
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_line_or_a_character() {
        for (text, limit, expected) in [
            ("one\ntwo\n", 8, "one\ntwo\n"),
            ("one\ntwo\n", 7, "one\n"),
            ("one\ntwo three four\n", 16, "one\ntwo three fo"),
            ("令牌", 4, "令"),
            ("令牌", 2, ""),
            ("abc", 0, ""),
        ] {
            assert_eq!(beginning(text, limit), expected, "{text} {limit}");
        }
    }
}
