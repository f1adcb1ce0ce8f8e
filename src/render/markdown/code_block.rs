//! Source code, output and patches of a session -> a block of code that every renderer contains.
//!
//! Not every renderer knows fences: Python-Markdown knows none by default, and with its extension none in a
//! quote. To those the lines between two fences are ordinary text, and a tag in it is live. So
//!
//! 1. text in which nothing could be markup stands between fences, with the name of its language;
//! 2. other text is indented by four blanks, which all of them know;
//! 3. text with a tag of code, which Showdown takes out before it looks for blocks, is a quote of plain lines.

use super::escape::{Closers, holds_code_tag, info_string, longest_run, push_reference};

/// Adds a block of code, as a block of its own. Before it stands no list: it would take indented lines in.
pub fn push_code_block(result: &mut String, text: &str, language: &str) {
    match Form::of(text) {
        Form::Fenced => push_fenced(result, text, language),
        Form::Indented => push_indented(result, text),
        Form::Plain => push_lines(text, |line| {
            result.push('>');
            if !line.is_empty() {
                result.push(' ');
                push_plain(result, line);
                result.push_str("  ");
            }
            result.push('\n');
        }),
    }
}

/// The lines of a block of code that is quoted with other text, which are plain in an item of a list.
pub fn quoted_lines(text: &str, language: &str, is_in_item: bool) -> (Form, String) {
    // There the exporter's next line may follow at once, and a fence's backticks would pair with its code.
    let form = if is_in_item {
        Form::Plain
    } else {
        Form::of(text)
    };
    let mut result = String::new();
    match form {
        Form::Fenced => push_fenced(&mut result, text, language),
        Form::Indented => push_indented(&mut result, text),
        Form::Plain => push_lines(text, |line| {
            push_plain(&mut result, line);
            result.push_str(if line.is_empty() { "\n" } else { "  \n" });
        }),
    }
    (form, result)
}

/// How a block of code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Between fences.
    Fenced,
    /// Indented by four blanks.
    Indented,
    /// As lines of text.
    Plain,
}

impl Form {
    fn of(text: &str) -> Self {
        if lines(text).all(is_inert_line) {
            Self::Fenced
        } else if holds_code_tag(text) {
            Self::Plain
        } else {
            Self::Indented
        }
    }
}

/// Whether a text is only text to a renderer that knows no fences.
pub fn is_inert(text: &str) -> bool {
    matches!(Form::of(text), Form::Fenced)
}

/// Tells whether a line is only text to a renderer that knows no fences: no heading, no tag, no link, no definition,
/// no attributes.
fn is_inert_line(line: &str) -> bool {
    let text = line.trim();
    let first = text.chars().next();
    let is_underline = !text.is_empty() && text.bytes().all(|byte| b"=-".contains(&byte));
    // A heading may stand in a quote or in an item of a list.
    let starts_block = behind_marks(text).starts_with('#')
        || text.starts_with("*[")
        || (first == Some('[') && text.contains("]:"))
        // Those of other marks make no box, and changes start with `+++`.
        || (text.starts_with(['/', '!', '?', ':']) && starts_directive(text));
    let holds_syntax = ["](", "][", "[[", "![", "^["]
        .iter()
        .any(|syntax| text.contains(syntax))
        || (text.match_indices(']')).any(|(at, _)| {
            let target = text.get(at + 1..).unwrap_or_default();
            target.trim_start().starts_with('(')
        });
    let closers = Closers::of(text);
    let holds_tag = text.match_indices('<').any(|(at, _)| {
        let after = text.get(at + 1..);
        after.is_some_and(|after| closers.starts_tag(after))
    });
    !(is_underline || starts_block || holds_syntax || holds_tag || holds_attributes(text, closers))
}

/// Tells whether a text holds a list of attributes, or the tag of a template: `{` with an `=` before the next `}`, or with a
/// name behind it.
fn holds_attributes(text: &str, closers: Closers) -> bool {
    let mut start = 0;
    text.split_inclusive('}').any(|part| {
        let end_of_list = part.ends_with('}').then(|| part.rfind('=')).flatten();
        let found = part.match_indices('{').any(|(at, _)| {
            let at_in_text = start + at;
            let before = text
                .get(..at_in_text)
                .and_then(|before| before.chars().next_back());
            let after = text.get(at_in_text + 1..).unwrap_or_default();
            let inside = part.get(at + 1..).unwrap_or_default();
            let is_list = end_of_list.is_some_and(|equals| equals > at);
            let is_name = inside.trim_start().starts_with([':', '#', '%', '{']);
            closers.starts_attributes(before, after) && (is_list || is_name)
        });
        start += part.len();
        found
    })
}

/// The text of a line behind the marks of quotes and of items of lists. A blank follows those of an item: `+# x` is
/// a line that was added.
fn behind_marks(line: &str) -> &str {
    let mut text = line.trim_start();
    loop {
        let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let has_number = number.len() < text.len();
        let of_item = match has_number {
            true => number.strip_prefix(['.', ')']),
            false => text.strip_prefix(['-', '+', '*']),
        };
        let of_item = of_item.filter(|rest| rest.starts_with(char::is_whitespace));
        match text.strip_prefix('>').or(of_item) {
            Some(rest) => text = rest.trim_start(),
            None => return text,
        }
    }
}

/// Tells whether a line starts with three of a mark, by which renderers tell boxes, blocks of HTML and the like:
/// `:::`, `!!!`, `???`, `///`, `+++`.
pub fn starts_directive(text: &str) -> bool {
    let mut bytes = text.bytes();
    let Some(first) = bytes.next() else {
        return false;
    };
    let is_mark = first.is_ascii_punctuation() && !b"`.*-_#>(|".contains(&first);
    is_mark && bytes.next() == Some(first) && bytes.next() == Some(first)
}

/// A fence that is longer than any run of backticks inside. It holds one line at least: Showdown does not see
/// the end of an empty one.
pub fn push_fenced(result: &mut String, text: &str, language: &str) {
    let fence = "`".repeat((longest_run(text, b'`') + 1).max(3));
    let line_end = if text.ends_with('\n') { "" } else { "\n" };
    let info = info_string(language);
    let pieces = [&fence, info, "\n", text, line_end, &fence, "\n"];
    result.reserve(pieces.iter().map(|piece| piece.len()).sum());
    for piece in pieces {
        result.push_str(piece);
    }
}

fn push_lines(text: &str, push: impl FnMut(&str)) {
    lines(text).for_each(push);
}

/// A carriage return ends a line too, in Markdown.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('\r'))
}

fn push_indented(result: &mut String, text: &str) {
    let is_blank = |line: &str| line.trim().is_empty();
    // A blank line at the start belongs to no indented block, and one of blanks alone is an empty one.
    for line in lines(text).skip_while(|line| is_blank(line)) {
        if !is_blank(line) {
            result.push_str("    ");
            result.push_str(line);
        }
        result.push('\n');
    }
}

/// A line as plain text that keeps its blanks.
fn push_plain(result: &mut String, line: &str) {
    let text = line.trim_start_matches([' ', '\t']);
    for blank in line
        .get(..line.len() - text.len())
        .unwrap_or_default()
        .bytes()
    {
        let width = if blank == b'\t' { 4 } else { 1 };
        (0..width).for_each(|_| push_reference('\u{a0}', result));
    }
    let mut is_start = true;
    for (at, c) in text.char_indices() {
        let is_first = at == 0;
        let is_mark = "<&[]{}*_`\\|~$^#".contains(c)
            || (is_first && c.is_ascii_punctuation())
            || (is_start && ".)".contains(c));
        if is_mark {
            push_reference(c, result);
        } else {
            result.push(c);
        }
        is_start &= c.is_ascii_digit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str, language: &str) -> String {
        let mut result = String::new();
        push_code_block(&mut result, text, language);
        result
    }

    #[test]
    fn a_fence_is_longer_than_any_run_inside() {
        assert_eq!(block("a\n````\nb", "sh"), "`````sh\na\n````\nb\n`````\n");
        assert_eq!(block("a", "a b`c"), "```a\na\n```\n");
        assert_eq!(block("", ""), "```\n\n```\n");
    }

    #[test]
    fn text_that_is_markup_where_fences_are_unknown_is_indented() {
        for text in [
            "<img src=x onerror=x>",
            "</details>",
            "# heading",
            "#heading",
            "> 1. + # heading",
            "2) #heading",
            "a\n===",
            "a\n-",
            "[a](javascript:x)",
            "[a]: javascript:x",
            "![a](x)",
            "`a`{onclick=x}",
            "{: onclick=x}",
            "{{ x }}",
            "/// html | img[onerror=x]",
            "*[User]: x",
            "x^[note]",
        ] {
            let expected: String = text.lines().map(|line| format!("    {line}\n")).collect();
            assert_eq!(block(text, "text"), expected, "{text}");
        }
        for text in [
            "let a = { b: 1 };",
            "if (a < b) {\n  c();\n}",
            "import { a } from \"b\";",
            "a[0] = `x`",
            "@@ -1,2 +1,2 @@\n-a\n+b\n \n c",
            "@@ -1 +1 @@\n-# a\n+# b",
            "a -- b",
        ] {
            assert!(block(text, "js").starts_with("```js\n"), "{text}");
        }
    }

    #[test]
    fn a_tag_of_code_is_text() {
        assert_eq!(
            block("  <code onclick=x>\n\n1. *a*", "html"),
            "> &#160;&#160;&lt;code onclick=x>  \n>\n> 1&#46; &#42;a&#42;  \n"
        );
    }
}
