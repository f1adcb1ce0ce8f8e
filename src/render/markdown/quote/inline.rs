//! A line's inline text: code spans, links, tags and references, as every parser sees them.

use std::collections::HashMap;

use super::super::escape::{Address, Closers, holds_code_tag, push_reference, starts_reference};

/// How long the address of a link may be, in bytes.
const LONGEST_ADDRESS: usize = 4096;

/// Adds a text within a line, with everything escaped that two parsers may read in two ways.
pub fn escape_inline(text: &str, has_formula: bool, result: &mut String) {
    let may_be_table_row = text.contains('|');
    let backticks = Backticks::of(text);
    let closers = Closers::of(text);
    let mut address = Address::default();
    let mut rest = text;
    loop {
        // Most of a line is neither syntax nor the start of an address.
        let plain = rest
            .bytes()
            .position(|byte| address.is_open || is_looked_at(byte));
        let (plain, others) = rest
            .split_at_checked(plain.unwrap_or(rest.len()))
            .unwrap_or(("", rest));
        result.push_str(plain);
        rest = others;
        let Some(c) = rest.chars().next() else { break };
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        let before = text
            .get(..text.len() - rest.len())
            .and_then(|before| before.chars().next_back());
        address.go_on(rest);
        let taken = match c {
            // An escape of its own, which inside an address is none.
            '\\' if next.is_some_and(|next| "<[]`$&{^".contains(next)) => {
                address.push_escaped(next.unwrap_or_default(), result);
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            // Showdown takes no backtick behind a backslash for the start of code, whatever stands before.
            '\\' if after.starts_with("\\`") => {
                push_reference('\\', result);
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            '\\' if next.is_some_and(|next| next.is_ascii_punctuation()) => 2,
            '`' => {
                let run = rest.len() - rest.trim_start_matches('`').len();
                let at = text.len() - rest.len();
                let has_partner = !address.is_open && backticks.occur_after(at, run);
                let span = has_partner.then(|| code_span_length(rest, run, may_be_table_row));
                match span.flatten() {
                    Some(length) => length,
                    None => {
                        for _ in 0..run {
                            address.push_escaped('`', result);
                        }
                        rest = rest.get(run..).unwrap_or_default();
                        continue;
                    }
                }
            }
            _ if is_structure(c, before, rest, has_formula, closers) => {
                address.push_escaped(c, result);
                rest = after;
                continue;
            }
            '!' if next == Some('[') => {
                result.push('!');
                address.push_escaped('[', result);
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            c => c.len_utf8(),
        };
        let (piece, remaining) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        result.push_str(piece);
        rest = remaining;
    }
}

/// Tells whether a byte may be syntax or start an address: `https://`, `www.`
fn is_looked_at(byte: u8) -> bool {
    matches!(
        byte,
        b'\\' | b'`' | b'<' | b'&' | b'$' | b'{' | b'^' | b'[' | b']' | b'!' | b':' | b'w' | b'W'
    )
}

/// Tells whether a character starts HTML, a character reference, a formula, a list of attributes, a note, a wiki
/// link, or the target of a link that does not lead to the web.
fn is_structure(
    c: char,
    before: Option<char>,
    rest: &str,
    has_formula: bool,
    closers: Closers,
) -> bool {
    let after = rest.get(c.len_utf8()..).unwrap_or_default();
    match c {
        '<' => closers.starts_tag(after),
        '&' => starts_reference(rest),
        '$' => has_formula,
        '{' => closers.starts_attributes(before, after),
        '^' => after.starts_with('['),
        '[' => after.starts_with('['),
        ']' => {
            // Showdown takes blanks between the two.
            let target = after.trim_start_matches([' ', '\t']);
            let is_apart = target.len() < after.len();
            target.starts_with('(') && (is_apart || !leads_to_the_web(after))
        }
        _ => false,
    }
}

/// Where each length of a run of backticks occurs last, so that a run without a partner is known
/// without a search to the end of the line for each.
struct Backticks {
    last: HashMap<usize, usize>,
}

impl Backticks {
    fn of(line: &str) -> Self {
        let mut last = HashMap::new();
        let mut at = 0;
        while let Some(offset) = line.get(at..).and_then(|rest| rest.find('`')) {
            let start = at + offset;
            let run = line
                .bytes()
                .skip(start)
                .take_while(|byte| *byte == b'`')
                .count();
            last.insert(run, start);
            at = start + run;
        }
        Self { last }
    }

    fn occur_after(&self, at: usize, run: usize) -> bool {
        self.last.get(&run).is_some_and(|last| *last > at)
    }
}

/// The length of the code span at the start of a text, `None` where its backticks have no partner
/// on the line. In a row of a table a `|` splits code spans too, so there one that holds syntax is
/// none, and neither is one in which Showdown would see a tag of code.
fn code_span_length(text: &str, run: usize, may_be_table_row: bool) -> Option<usize> {
    let content = text.get(run..)?;
    let mut at = 0;
    while let Some(offset) = content.get(at..)?.find('`') {
        let start = at + offset;
        let closing = content.get(start..)?;
        let length = closing.len() - closing.trim_start_matches('`').len();
        if length == run {
            let content = content.get(..start)?;
            let is_risky = (may_be_table_row && content.contains(['<', '&', '[', ']', '{', '\\']))
                || holds_code_tag(content);
            return (!is_risky).then_some(run + start + run);
        }
        at = start + length;
    }
    None
}

/// Tells whether `(…)` behind a `]` is an address on the web or of a mailbox, and nothing in it can end the attribute
/// that Showdown writes it into.
pub fn leads_to_the_web(parenthesis: &str) -> bool {
    let target = parenthesis.trim_start_matches('(').trim_start();
    let is_of_web = ["https://", "http://", "mailto:"].iter().any(|scheme| {
        // Only as much as is compared: a line may hold very many brackets.
        target
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    if !is_of_web {
        return false;
    }
    // A longer address is text.
    let end = target.floor_char_boundary(LONGEST_ADDRESS);
    let target = target.get(..end).unwrap_or_default();
    let Some(end) = target.find(|c: char| c == ')' || c.is_whitespace()) else {
        return false;
    };
    let address = target.get(..end).unwrap_or_default();
    // With a bracket or a title inside, renderers end it at different places.
    !address.contains(['"', '\'', '<', '>', '`', '\\', '{', '('])
        && target.get(end..).is_some_and(|rest| rest.starts_with(')'))
}
