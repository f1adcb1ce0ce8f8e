//! What a line is to a parser of Markdown, and one that is no more than text to each of them.

use super::super::code_block::starts_directive;
use super::super::escape::push_escaped;
use super::inline::{escape_inline, leads_to_the_web};

/// How many list and quote marks may stand before a line's text. More are a way to exhaust a
/// viewer.
pub const DEEPEST_NESTING: usize = 8;

/// The text of a heading of an answer: `## Goal`, `## Goal ##`.
pub fn heading_of(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    let marks = text.bytes().take_while(|byte| *byte == b'#').count();
    if line.len() - text.len() > 3 || !(1..=6).contains(&marks) {
        return None;
    }
    let text = text.get(marks..)?.strip_prefix([' ', '\t'])?.trim();
    let without_end = text.trim_end_matches('#');
    let text = match without_end.ends_with([' ', '\t']) {
        true => without_end.trim_end(),
        false => text,
    };
    (!text.is_empty()).then_some(text)
}

/// Tells whether a line is indented as far as code is: four columns.
pub fn is_indented_code(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with('\t')
}

/// The line without the indent that makes it code.
pub fn without_code_indent(line: &str) -> &str {
    line.strip_prefix("    ")
        .or_else(|| line.strip_prefix('\t'))
        .unwrap_or(line)
}

/// How many columns of blanks a line starts with.
pub fn indent_of(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
        + 4 * line.bytes().take_while(|byte| *byte == b'\t').count()
}

/// Escapes one line outside of fenced code.
pub fn escape_line(line: &str, has_formula: bool, result: &mut String) {
    let mut rest = line;
    for depth in 0.. {
        let text = rest.trim_start_matches([' ', '\t']);
        result.push_str(rest.get(..rest.len() - text.len()).unwrap_or_default());
        rest = text;
        if is_rule_or_underline(rest) {
            push_first_escaped(&mut rest, result);
            result.push_str(rest);
            return;
        }
        match marker_length(rest).and_then(|length| rest.split_at_checked(length)) {
            Some((marker, after)) if depth < DEEPEST_NESTING => {
                result.push_str(marker);
                rest = after;
            }
            Some(_) => {
                push_escaped_marker(result, &mut rest);
                break;
            }
            None => break,
        }
    }
    if starts_block(rest) {
        push_first_escaped(&mut rest, result);
    }
    escape_inline(rest, has_formula, result);
}

/// Tells whether a line starts a heading, a definition of any kind, a box or a directive.
pub fn starts_block(text: &str) -> bool {
    // Python-Markdown and Showdown need no blank behind a heading's marks. `:` starts a definition where a
    // viewer knows lists of definitions, and `*[` one of an abbreviation, which changes the whole document.
    text.starts_with(['#', ':'])
        || text.starts_with("*[")
        || starts_directive(text)
        || starts_definition(text)
}

fn push_first_escaped(rest: &mut &str, result: &mut String) {
    let mut characters = rest.chars();
    if let Some(first) = characters.next() {
        push_escaped(first, result);
        *rest = characters.as_str();
    }
}

/// A mark that is one too many: `\-`, `\>`, `1\.`.
fn push_escaped_marker(result: &mut String, rest: &mut &str) {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if let Some((number, after)) = rest.split_at_checked(digits) {
        result.push_str(number);
        *rest = after;
    }
    result.push('\\');
}

/// The length of a quote mark or a list mark at the start of a text.
pub fn marker_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends_mark = |at: usize| matches!(bytes.get(at), None | Some(b' ' | b'\t'));
    match bytes.first()? {
        b'>' => Some(1),
        b'-' | b'+' | b'*' if ends_mark(1) => Some(1),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            let is_mark = digits <= 9
                && matches!(bytes.get(digits), Some(b'.' | b')'))
                && ends_mark(digits + 1);
            is_mark.then_some(digits + 1)
        }
        _ => None,
    }
}

/// A thematic break (`***`, `- - -`), or a line that makes a heading of the one above (`===`, `-`).
pub fn is_rule_or_underline(text: &str) -> bool {
    let text = text.trim_end();
    let Some(first) = text.bytes().next() else {
        return false;
    };
    // Python-Markdown takes any mix of the two for an underline.
    let is_underline = text.bytes().all(|b| b == b'=' || b == b'-');
    let is_loose = text.bytes().all(|b| b == first || b == b' ' || b == b'\t');
    match first {
        b'=' | b'-' if is_underline => true,
        b'-' | b'*' | b'_' => is_loose && text.bytes().filter(|b| *b == first).count() >= 3,
        _ => false,
    }
}

/// `[label]: …`, or a label that may go on in the next line. A box of a task list is none, and
/// neither is a label that ends before a `(`.
fn starts_definition(text: &str) -> bool {
    let Some(label) = text.strip_prefix('[') else {
        return false;
    };
    // Escaped as a wiki link anyway; a second backslash would undo the first.
    if label.starts_with('[') {
        return false;
    }
    if ["[ ] ", "[x] ", "[X] "]
        .iter()
        .any(|task| text.starts_with(task))
    {
        return false;
    }
    // A label that ends here, before a link that stays one, can start nothing else.
    let is_link = label
        .find(['[', ']', '\\', '`', '<'])
        .and_then(|end| label.get(end..))
        .and_then(|end| end.strip_prefix(']'))
        .is_some_and(|target| target.starts_with('(') && leads_to_the_web(target));
    !is_link
}
