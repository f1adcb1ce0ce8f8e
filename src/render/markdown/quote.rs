//! A message's text -> a block quote: everything quoted is the conversation, everything else is
//! the exporter's. Nothing inside can end the quote, imitate what stands outside, or load
//! anything; what is harmless in the text's own Markdown (lists, emphasis, code, tables, links to
//! the web) keeps working.
//!
//! It does not follow the text's Markdown, which two parsers may read in two ways, but makes
//! dangerous constructs impossible by construction:
//!
//! - fenced code is taken out and written again as a block of our own, at the quote's own level, which stays
//!   contained where fences are unknown ([`code_block`](super::code_block));
//! - what could start a heading, a thematic break, a definition, a box or an HTML block at the start of a
//!   line is escaped, behind any nesting of list and quote marks;
//! - a backtick that is not one of a pair on its line is escaped, so that every parser sees the same code
//!   spans, and outside of those every `<` that could open a tag, every character reference, every list of
//!   attributes, every inline note, every image and every link that does not lead to the web is.
//!
//! What CommonMark, Python-Markdown and Showdown do not agree on is not relied on: see [`super::escape`].

use std::collections::HashMap;

use super::code_block::{Form, is_inert as code_is_inert, quoted_lines, starts_directive};
use super::escape::{
    Address, Closers, holds_code_tag, info_string, push_escaped, push_reference, starts_reference,
};

/// How many list and quote marks may stand before a line's text. More are a way to exhaust a
/// viewer.
const DEEPEST_NESTING: usize = 8;

/// How long the address of a link may be, in bytes.
const LONGEST_ADDRESS: usize = 4096;

/// How far code in items of lists is indented at most. More is a way to exhaust a viewer.
const DEEPEST_INDENT: usize = 32;

/// Writes a text as a block quote that stands in an item of a list.
pub fn quote_in_item(text: &str) -> String {
    let mut result = String::new();
    push(&mut result, text, true);
    result
}

/// Adds a text as a block quote.
pub fn push_quote(result: &mut String, text: &str) {
    push(result, text, false);
}

fn push(result: &mut String, text: &str, is_in_item: bool) {
    result.reserve(text.len() + text.len() / 8);
    let mut quote = Quote {
        result,
        has_formula: text.matches('$').nth(1).is_some(),
        last: Last::Nothing,
        may_be_in_list: false,
        is_in_item,
        items: Vec::new(),
    };
    let mut lines = text.trim_matches('\n').split('\n').peekable();
    while let Some(line) = lines.next() {
        if let Some(place) = CodePlace::of(line, &quote) {
            let mut content = String::new();
            while let Some(line) = lines.peek() {
                if place.ends_before(line) {
                    break;
                }
                let line = place.inside(line);
                let is_closed = place.fence.is_closed_by(line);
                lines.next();
                if is_closed {
                    break;
                }
                content.push_str(place.fence.without_indent(line));
                content.push('\n');
            }
            quote.push_code_at(&content, &place);
        } else if quote.starts_indented_code(line) {
            let mut content = format!("{}\n", without_code_indent(line));
            let mut blanks = 0;
            while let Some(line) = lines.peek() {
                if line.trim().is_empty() {
                    blanks += 1;
                } else if is_indented_code(line) {
                    (0..std::mem::take(&mut blanks)).for_each(|_| content.push('\n'));
                    content.push_str(without_code_indent(line));
                    content.push('\n');
                } else {
                    break;
                }
                lines.next();
            }
            quote.push_code(&content, "");
            if blanks > 0 {
                quote.push_blank_behind(&[Last::Code]);
            }
        } else if let Some(heading) = heading_of(line) {
            quote.push_heading(heading);
        } else if quote.is_heading_by_underline(line, lines.peek().copied()) {
            lines.next();
            quote.push_heading(line.trim());
        } else {
            quote.push_prose(line, lines.peek().copied());
        }
    }
}

/// The text of a heading of an answer: `## Goal`, `## Goal ##`.
fn heading_of(line: &str) -> Option<&str> {
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

fn is_indented_code(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with('\t')
}

fn without_code_indent(line: &str) -> &str {
    line.strip_prefix("    ")
        .or_else(|| line.strip_prefix('\t'))
        .unwrap_or(line)
}

/// Where fenced code stands, so that it ends with its item or its quote, whether its fence was closed or not.
struct CodePlace<'a> {
    fence: Fence<'a>,
    /// In how many quotes it stands.
    quotes: usize,
    /// The mark of an item that the fence follows in the same line.
    marker: &'a str,
    /// How far the item's text is indented that it stands in; 0 outside of lists.
    item: usize,
}

impl<'a> CodePlace<'a> {
    fn of(line: &'a str, quote: &Quote<'_>) -> Option<Self> {
        if let Some(fence) = Fence::open(line) {
            let item = quote.item_at(fence.indent);
            return Some(Self {
                fence,
                quotes: 0,
                marker: "",
                item,
            });
        }
        let quotes = quote_marks(line, DEEPEST_NESTING).0;
        if quotes > 0 {
            let fence = Fence::open(quote_marks(line, quotes).1)?;
            return Some(Self {
                fence,
                quotes,
                marker: "",
                item: 0,
            });
        }
        // `1. ```sh`
        let text = line.trim_start_matches(' ');
        let length = marker_length(text).filter(|_| !text.starts_with('>'))?;
        let rest = text.get(length..)?.trim_start_matches(' ');
        let mut fence = Fence::open(rest)?;
        let marker = line.get(..line.len() - rest.len())?;
        fence.indent = marker.len();
        Some(Self {
            fence,
            quotes: 0,
            item: marker.len(),
            marker,
        })
    }

    /// Whether a line is no part of it any more.
    fn ends_before(&self, line: &str) -> bool {
        if self.quotes > 0 {
            return quote_marks(line, self.quotes).0 < self.quotes;
        }
        !line.trim().is_empty() && indent_of(line) < self.item
    }

    fn inside<'l>(&self, line: &'l str) -> &'l str {
        quote_marks(line, self.quotes).1
    }
}

/// How many marks of quotes a line begins with, of so many at most, and what follows them.
fn quote_marks(line: &str, most: usize) -> (usize, &str) {
    let (mut count, mut rest) = (0, line);
    while count < most {
        let text = rest.trim_start_matches(' ');
        if rest.len() - text.len() > 3 {
            break;
        }
        let Some(behind) = text.strip_prefix('>') else {
            break;
        };
        rest = behind.strip_prefix(' ').unwrap_or(behind);
        count += 1;
    }
    (count, rest)
}

fn indent_of(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
        + 4 * line.bytes().take_while(|byte| *byte == b'\t').count()
}

struct Quote<'r> {
    result: &'r mut String,
    /// Some viewers read what stands between two `$` as a formula, backticks included, which would
    /// tear the code spans around it apart.
    has_formula: bool,
    last: Last,
    /// True where an indented line would belong to an item of a list.
    may_be_in_list: bool,
    /// True where the quote itself stands in an item of a list, where renderers disagree on indented lines.
    is_in_item: bool,
    /// How far the texts of the items are indented that are open, the innermost last.
    items: Vec<usize>,
}

/// The last line that was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Blank,
    Prose,
    Code,
    Heading,
}

impl Quote<'_> {
    fn push_line(&mut self, line: &str) {
        self.result.push('>');
        if !line.is_empty() {
            self.result.push(' ');
            self.result.push_str(line);
        }
        self.result.push('\n');
    }

    /// Follows which items of lists are open.
    fn note_item(&mut self, text: &str) {
        let indent = indent_of(text);
        let rest = text.trim_start_matches([' ', '\t']);
        match marker_length(rest).filter(|_| !rest.starts_with('>')) {
            Some(length) => {
                self.items.retain(|item| *item <= indent);
                let behind = rest.get(length..).unwrap_or_default();
                let blanks = behind.len() - behind.trim_start_matches(' ').len();
                let blanks = if (1..=4).contains(&blanks) { blanks } else { 1 };
                self.items.push(indent + length + blanks);
            }
            None if self.last != Last::Prose => {
                self.items.retain(|item| *item <= indent);
                self.may_be_in_list &= !self.items.is_empty() || indent > 0;
            }
            None => {}
        }
    }

    /// Where fences are unknown, their backticks must not pair with those of a paragraph beside them.
    fn push_blank_behind(&mut self, lasts: &[Last]) {
        if lasts.contains(&self.last) {
            self.push_line("");
            self.last = Last::Blank;
        }
    }

    fn push_code(&mut self, content: &str, info: &str) {
        let (form, lines) = quoted_lines(content, info, self.is_in_item);
        self.push_blank_behind(&[Last::Prose, Last::Code, Last::Heading]);
        if form == Form::Indented && std::mem::take(&mut self.may_be_in_list) {
            // Only a paragraph ends a list in every renderer.
            self.push_line("&nbsp;");
            self.push_line("");
        }
        for line in lines.lines() {
            self.push_line(line);
        }
        self.last = Last::Code;
    }

    /// Code where it stands. In an item it stays there if it is only text to every renderer: they do not agree on
    /// how far other code is to be indented, and so that stands behind the list.
    fn push_code_at(&mut self, content: &str, place: &CodePlace<'_>) {
        let indent = " ".repeat(place.fence.indent.min(DEEPEST_INDENT));
        let is_inert = !self.is_in_item && code_is_inert(content);
        if place.quotes > 0 && !self.is_in_item {
            let marks = "> ".repeat(place.quotes);
            let (_, lines) = quoted_lines(content, place.fence.info, false);
            self.push_blank_behind(&[Last::Prose, Last::Code, Last::Heading]);
            if !is_inert && std::mem::take(&mut self.may_be_in_list) {
                self.push_line("&nbsp;");
                self.push_line("");
            }
            for line in lines.lines() {
                self.push_line(
                    format!("{marks}{line}").trim_end_matches(|c| line.is_empty() && c == ' '),
                );
            }
            self.last = Last::Code;
        } else if place.item > 0 && is_inert && place.marker.is_empty() {
            self.push_blank_behind(&[Last::Prose, Last::Code, Last::Heading]);
            let (_, lines) = quoted_lines(content, place.fence.info, false);
            for line in lines.lines() {
                let indent = if line.is_empty() { "" } else { &indent };
                self.push_line(&format!("{indent}{line}"));
            }
            self.last = Last::Code;
        } else {
            if !place.marker.is_empty() {
                self.push_prose(place.marker.trim_end(), None);
            }
            self.push_code(content, place.fence.info);
        }
    }

    /// The text of the innermost item that a line with such an indentation belongs to begins there; 0 outside.
    fn item_at(&self, indent: usize) -> usize {
        let item = self.items.iter().rev().find(|item| **item <= indent);
        item.copied().unwrap_or_default()
    }

    /// Whether a line is code by its indentation: behind a blank line, and in no item.
    fn starts_indented_code(&self, line: &str) -> bool {
        is_indented_code(line)
            && !line.trim().is_empty()
            && !self.may_be_in_list
            && !self.is_in_item
            && self.last != Last::Prose
    }

    /// Whether the next line makes a heading of this one, which is a paragraph of its own.
    fn is_heading_by_underline(&self, line: &str, next: Option<&str>) -> bool {
        let is_underline = next.is_some_and(|next| {
            let text = next.trim();
            let is_of = |mark| text.len() > 1 && text.bytes().all(|byte| byte == mark);
            indent_of(next) < 4 && (is_of(b'=') || is_of(b'-'))
        });
        let text = line.trim();
        is_underline
            && self.last != Last::Prose
            && !text.is_empty()
            && !text.contains('|')
            && indent_of(line) < 4
            && marker_length(text).is_none()
            && !is_rule_or_underline(text)
            && !starts_block(text)
    }

    /// A heading of an answer in bold: one that is a heading would be a section of the document.
    fn push_heading(&mut self, text: &str) {
        self.push_blank_behind(&[Last::Prose, Last::Code, Last::Heading]);
        self.items.clear();
        // Marks of bold inside would end it.
        let is_marked = text.contains("**") || text.contains("__");
        let plain = match is_marked && !text.contains('`') {
            true => text.replace("**", "").replace("__", ""),
            false => text.to_owned(),
        };
        let can_be_bold = !plain.contains(['*', '_', '\\', '<', '[', '$', '&'])
            && plain.starts_with(|c: char| c.is_alphanumeric() || c == '`')
            && plain.ends_with(|c: char| c.is_alphanumeric() || "`.!?:)".contains(c))
            && plain.matches('`').count().is_multiple_of(2);
        self.result.push_str("> ");
        if can_be_bold {
            self.result.push_str("**");
            escape_inline(&plain, self.has_formula, self.result);
            self.result.push_str("**");
        } else {
            escape_line(&plain, self.has_formula, self.result);
        }
        self.result.push('\n');
        self.last = Last::Heading;
        self.may_be_in_list = false;
    }

    fn push_prose(&mut self, line: &str, next: Option<&str>) {
        let text = line.trim_end();
        if text.is_empty() {
            self.last = Last::Blank;
            return self.push_line("");
        }
        self.push_blank_behind(&[Last::Heading]);
        self.note_item(text);
        self.push_blank_behind(&[Last::Code]);
        self.last = Last::Prose;
        self.may_be_in_list |= text.starts_with([' ', '\t']) || marker_length(text).is_some();
        self.result.push_str("> ");
        escape_line(text, self.has_formula, self.result);
        // In the application a line end is a line end; in Markdown only one behind two blanks is.
        if next.is_some_and(|next| goes_on_in(line, next)) {
            self.result.push_str("  ");
        }
        self.result.push('\n');
    }
}

/// Tells whether the next line belongs to the same paragraph, so that its line end has to be kept.
fn goes_on_in(line: &str, next: &str) -> bool {
    let next = next.trim_start();
    !next.is_empty()
        && !line.trim_start().starts_with('|')
        && !next.starts_with('|')
        && marker_length(next).is_none()
        && heading_of(next).is_none()
        && Fence::open(next).is_none()
}

struct Fence<'a> {
    character: char,
    length: usize,
    indent: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn open(line: &'a str) -> Option<Self> {
        let text = line.trim_start_matches([' ', '\t']);
        let character = text.chars().next().filter(|c| *c == '`' || *c == '~')?;
        let info = text.trim_start_matches(character);
        let length = text.len() - info.len();
        if length < 3 || (character == '`' && info.contains('`')) {
            return None;
        }
        Some(Self {
            character,
            length,
            indent: line.len() - text.len(),
            info: info_string(info),
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let text = line.trim();
        text.len() >= self.length && text.chars().all(|c| c == self.character)
    }

    /// The content of an indented fence is indented as much, in a list for example.
    fn without_indent<'l>(&self, line: &'l str) -> &'l str {
        let blanks = line
            .bytes()
            .take(self.indent)
            .take_while(|b| *b == b' ' || *b == b'\t')
            .count();
        line.get(blanks..).unwrap_or_default()
    }
}

/// Escapes one line outside of fenced code.
fn escape_line(line: &str, has_formula: bool, result: &mut String) {
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
fn starts_block(text: &str) -> bool {
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
fn marker_length(text: &str) -> Option<usize> {
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
fn is_rule_or_underline(text: &str) -> bool {
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

fn escape_inline(text: &str, has_formula: bool, result: &mut String) {
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
fn leads_to_the_web(parenthesis: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str) -> String {
        let mut result = String::new();
        push_quote(&mut result, text);
        result
    }

    #[test]
    fn ordinary_markdown_is_left_as_written() {
        let text = "Fixed. `total` now **adds**:\n\n- one\n- [ ] two\n\n1. a\n   b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nSee [docs](https://example.com).";
        let quoted = quote(text);
        let unquoted: String = quoted
            .lines()
            .map(|line| {
                format!(
                    "{}\n",
                    line.trim_start_matches('>')
                        .trim_start_matches(' ')
                        .trim_end()
                )
            })
            .collect();
        let expected: String = text
            .lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect();
        assert_eq!(unquoted, expected);
    }

    #[test]
    fn syntax_that_could_break_out_is_escaped() {
        for (given, expected) in [
            ("# Heading", "> **Heading**"),
            ("# *Heading*", "> *Heading*"),
            ("a\n## b ##\nc", "> a\n>\n> **b**\n>\n> c"),
            ("a <b>\n---\nb", "> a &lt;b>\n>\n> b"),
            ("- # Heading", r"> - \# Heading"),
            ("> 1. ## Heading", r"> > 1. \## Heading"),
            ("text\n===", "> **text**"),
            ("one\ntext\n===", "> one  \n> text  \n> &#61;=="),
            ("text\n=-=", "> text  \n> &#61;-="),
            ("#heading", r"> \#heading"),
            ("*[User]: x", r"> \*[User]: x"),
            (
                "/// html | img[onerror=x]",
                "> &#47;// html | img[onerror=x]",
            ),
            ("!!! note", r"> \!!! note"),
            ("`a`{onclick=x}", "> `a`&#123;onclick=x}"),
            ("{: onclick=x}", "> &#123;: onclick=x}"),
            ("a {b} a{b} if x {", "> a &#123;b} a{b} if x {"),
            ("x^[note]", "> x&#94;[note]"),
            (r"\\``a` `<b>`", r"> &#92;\`\`a` `&lt;b>\`"),
            (
                "[a](https://x.io\"onmouseover=\"b)",
                "> \\[a\\](https://x.io\"onmouseover=\"b)",
            ),
            ("`<code onclick=x>`", r"> \`&lt;code onclick=x>\`"),
            ("text\n-", "> text\n> \\-"),
            ("- - -", r"> \- - -"),
            ("<div>`<b>`", r"> &lt;div>`<b>`"),
            ("a ` b `` c", r"> a \` b \`\` c"),
            ("[x]: https://example.com", r"> \[x]: https://example.com"),
            (
                "[x\n]: https://example.com",
                "> \\[x  \n> ]: https://example.com",
            ),
            (
                "![p](https://example.com/p.png)",
                r"> !\[p](https://example.com/p.png)",
            ),
            (
                "see [[notes]] and ![[embed]]",
                r"> see \[[notes]] and !\[[embed]]",
            ),
            ("<_a@example.com> a < b", r"> &lt;_a@example.com> a < b"),
            ("term\n: [x]: y", "> term  \n> &#58; [x]: y"),
            ("[run](javascript:alert)", r"> \[run\](javascript:alert)"),
            ("a [run] (file:///etc)", r"> a [run\] (file:///etc)"),
            ("a [run](file:///etc)", r"> a [run\](file:///etc)"),
            ("&#8238; &amp; & x a&b", "> &amp;#8238; &amp;amp; & x a&b"),
            ("https://x.io/?a=1&b=2", "> https://x.io/?a=1&b=2"),
            (
                "https://x.io/](y)`<b>`",
                "> https://x.io/&#93;(y)&#96;&lt;b>&#96;",
            ),
            ("| `a | <b>` |", r"> | \`a | &lt;b>\` |"),
            ("~~~ not a fence", "> ``` not\n>\n> ```"),
        ] {
            let expected = expected.replace("``` not", "```not");
            assert_eq!(quote(given).trim_end(), expected, "{given}");
        }
    }

    #[test]
    fn fences_are_closed_and_longer_than_what_they_hold() {
        assert_eq!(quote("```js\nlet a\n"), "> ```js\n> let a\n> ```\n");
        assert_eq!(quote("~~~\n````\n~~~"), "> `````\n> ````\n> `````\n");
        assert_eq!(
            quote("- x\n  ```\n  y\n  ```"),
            "> - x\n>\n>   ```\n>   y\n>   ```\n"
        );
    }

    #[test]
    fn code_stays_in_its_item_and_its_quote_and_ends_with_them() {
        for (given, expected) in [
            (
                "- a\n  - b\n    ```sh\n    npm i\n    ```\n  - c\n- d",
                "> - a\n>   - b\n>\n>     ```sh\n>     npm i\n>     ```\n>\n>   - c\n> - d\n",
            ),
            // It was never closed.
            (
                "1. Run:\n   ```sh\n   npm i\n2. Then **restart**",
                "> 1. Run:\n>\n>    ```sh\n>    npm i\n>    ```\n>\n> 2. Then **restart**\n",
            ),
            (
                "You wrote:\n\n> ```sh\n> npm i\n> npm test\n> ```\nx",
                "> You wrote:\n>\n> > ```sh\n> > npm i\n> > npm test\n> > ```\n>\n> x\n",
            ),
            // Two blanks at the end of a line would end the command there.
            (
                "Run\n\n    curl \\\n      -H a\n\nok",
                "> Run\n>\n> ```\n> curl \\\n>   -H a\n> ```\n>\n> ok\n",
            ),
        ] {
            assert_eq!(quote(given), expected, "{given}");
        }
    }

    #[test]
    fn code_that_is_markup_where_fences_are_unknown_is_indented_behind_no_list() {
        assert_eq!(quote("```py\n# y\n```\nz"), ">     # y\n>\n> z\n");
        assert_eq!(
            quote("- x\n  ```\n  # y\n  ```"),
            "> - x\n>\n> &nbsp;\n>\n>     # y\n"
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let quoted = quote(&"> ".repeat(1000));
        assert!(quoted.starts_with("> > > > > > > > > \\> "), "{quoted:.60}");
        assert!(quote(&"1. ".repeat(1000)).contains(" 1\\. "));
    }
}
