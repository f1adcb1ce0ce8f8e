//! The line that stands for a text which the runtime added. The renderer shows it; whoever counts what is left out asks
//! whether it is all of the text.

use crate::model::PartKind;

/// How much of a text stands in its line, in characters.
const LONGEST: usize = 120;

/// The line of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'t> {
    /// The text as a whole.
    Whole(&'t str),
    /// How it begins. Characters are missing behind it.
    Cut(&'t str),
    /// One line of several.
    OneOf(&'t str),
    /// It is what the call before it gave, so its own words say less than that.
    ResultOfCall,
}

/// The line of a text. `is_result` is true behind a sentence on a call that the runtime made.
pub fn line(text: &str, is_result: bool) -> Line<'_> {
    let text = text.trim();
    if is_result && !is_call(text) {
        return Line::ResultOfCall;
    }
    let first = first_line(text);
    match first.char_indices().nth(LONGEST) {
        Some((end, _)) => Line::Cut(first.get(..end).unwrap_or_default()),
        None if first == text => Line::Whole(first),
        None => Line::OneOf(first),
    }
}

/// Tells whether a part is OpenCode's sentence on a call that it made for the user. The part behind it is the result.
pub fn is_sentence_on_call(kind: &PartKind) -> bool {
    match kind {
        PartKind::Text {
            text,
            is_synthetic: true,
            ..
        } => is_call(text.trim_start()),
        _ => false,
    }
}

fn is_call(text: &str) -> bool {
    text.starts_with("Called the ")
}

/// The first line that says something: a tag alone says less than what stands in it.
fn first_line(text: &str) -> &str {
    let is_tag = |line: &&str| line.starts_with('<') && line.ends_with('>') && !line.contains(' ');
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lines.clone().find(|line| !is_tag(line));
    said.or_else(|| lines.next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_whether_it_is_all() {
        let longest = "x".repeat(LONGEST);
        let long = format!("{longest}x");
        let call = "Called the Read tool with the following input: {}";
        for (text, is_result, expected) in [
            (" Use the agent. ", false, Line::Whole("Use the agent.")),
            ("<file>\none\ntwo\n</file>", false, Line::OneOf("one")),
            (long.as_str(), false, Line::Cut(&longest)),
            ("content", true, Line::ResultOfCall),
            (call, true, Line::Whole(call)),
        ] {
            assert_eq!(line(text, is_result), expected, "{text}");
        }
    }
}
