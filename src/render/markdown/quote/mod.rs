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

mod fence;
mod inline;
mod line;

use self::fence::Fence;
use self::inline::escape_inline;
use self::line::{
    DEEPEST_NESTING, escape_line, heading_of, indent_of, is_indented_code, is_rule_or_underline,
    marker_length, starts_block, without_code_indent,
};
use super::code_block::{CodeForm, is_inert as code_is_inert, quoted_lines};

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
        last: LastBlock::Nothing,
        may_be_in_list: false,
        is_in_item,
        items: Vec::new(),
        numbers: Vec::new(),
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
                quote.push_blank_behind(&[LastBlock::Code]);
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

    /// Tells whether a line is no part of it any more.
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

struct Quote<'r> {
    result: &'r mut String,
    /// Some viewers read what stands between two `$` as a formula, backticks included, which would
    /// tear the code spans around it apart.
    has_formula: bool,
    last: LastBlock,
    /// True where an indented line would belong to an item of a list.
    may_be_in_list: bool,
    /// True where the quote itself stands in an item of a list, where renderers disagree on indented lines.
    is_in_item: bool,
    /// How far the texts of the items are indented that are open, the innermost last.
    items: Vec<usize>,
    /// The numbers of the last items of numbered lists that are open, and how far they are indented.
    numbers: Vec<(usize, u32)>,
}

/// The last line that was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LastBlock {
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
            None if self.last != LastBlock::Prose => {
                self.items.retain(|item| *item <= indent);
                self.may_be_in_list &= !self.items.is_empty() || indent > 0;
            }
            None => {}
        }
    }

    /// Tells where fences are unknown, their backticks must not pair with those of a paragraph beside them.
    fn push_blank_behind(&mut self, lasts: &[LastBlock]) {
        if lasts.contains(&self.last) {
            self.push_line("");
            self.last = LastBlock::Blank;
        }
    }

    fn push_code(&mut self, content: &str, info: &str) {
        let (form, lines) = quoted_lines(content, info, self.is_in_item);
        self.push_blank_behind(&[LastBlock::Prose, LastBlock::Code, LastBlock::Heading]);
        if form == CodeForm::Indented && std::mem::take(&mut self.may_be_in_list) {
            // Only a paragraph ends a list in every renderer.
            self.push_line("&nbsp;");
            self.push_line("");
        }
        for line in lines.lines() {
            self.push_line(line);
        }
        self.last = LastBlock::Code;
    }

    /// Code where it stands. In an item it stays there if it is only text to every renderer: they do not agree on
    /// how far other code is to be indented, and so that stands behind the list.
    fn push_code_at(&mut self, content: &str, place: &CodePlace<'_>) {
        let indent = " ".repeat(place.fence.indent.min(DEEPEST_INDENT));
        let is_inert = !self.is_in_item && code_is_inert(content);
        if place.quotes > 0 && !self.is_in_item {
            let marks = "> ".repeat(place.quotes);
            let (_, lines) = quoted_lines(content, place.fence.info, false);
            self.push_blank_behind(&[LastBlock::Prose, LastBlock::Code, LastBlock::Heading]);
            if !is_inert && std::mem::take(&mut self.may_be_in_list) {
                self.push_line("&nbsp;");
                self.push_line("");
            }
            for line in lines.lines() {
                self.push_line(
                    format!("{marks}{line}").trim_end_matches(|c| line.is_empty() && c == ' '),
                );
            }
            self.last = LastBlock::Code;
        } else if place.item > 0 && is_inert && place.marker.is_empty() {
            self.push_blank_behind(&[LastBlock::Prose, LastBlock::Code, LastBlock::Heading]);
            let (_, lines) = quoted_lines(content, place.fence.info, false);
            for line in lines.lines() {
                let indent = if line.is_empty() { "" } else { &indent };
                self.push_line(&format!("{indent}{line}"));
            }
            self.last = LastBlock::Code;
        } else {
            if !place.marker.is_empty() {
                self.push_prose(place.marker.trim_end(), None);
            }
            self.numbers.clear();
            self.push_code(content, place.fence.info);
        }
    }

    /// The text of the innermost item that a line with such an indentation belongs to begins there; 0 outside.
    fn item_at(&self, indent: usize) -> usize {
        let item = self.items.iter().rev().find(|item| **item <= indent);
        item.copied().unwrap_or_default()
    }

    /// Tells whether a line is an item whose number is not the next one of its list: `3.` and then `7.`. A list of the
    /// same number leaves it to the renderer to count.
    fn skips_number(&mut self, text: &str) -> bool {
        let indent = indent_of(text);
        let rest = text.trim_start_matches([' ', '\t']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_item = marker_length(rest).is_some() && !rest.starts_with('>');
        if !is_item && (self.last == LastBlock::Prose || indent > 0) {
            return false;
        }
        let number = rest.get(..digits).and_then(|number| number.parse().ok());
        let Some(number) = number.filter(|_| is_item) else {
            self.numbers.retain(|(at, _)| *at < indent);
            return false;
        };
        self.numbers.retain(|(at, _)| *at <= indent);
        let before = self.numbers.pop_if(|(at, _)| *at == indent);
        self.numbers.push((indent, number));
        !self.is_in_item
            && before
                .is_some_and(|(_, before)| number != before && number != before.saturating_add(1))
    }

    /// Tells whether a line is code by its indentation: behind a blank line, and in no item.
    fn starts_indented_code(&self, line: &str) -> bool {
        is_indented_code(line)
            && !line.trim().is_empty()
            && !self.may_be_in_list
            && !self.is_in_item
            && self.last != LastBlock::Prose
    }

    /// Tells whether the next line makes a heading of this one, which is a paragraph of its own.
    fn is_heading_by_underline(&self, line: &str, next: Option<&str>) -> bool {
        let is_underline = next.is_some_and(|next| {
            let text = next.trim();
            let is_of = |mark| text.len() > 1 && text.bytes().all(|byte| byte == mark);
            indent_of(next) < 4 && (is_of(b'=') || is_of(b'-'))
        });
        let text = line.trim();
        is_underline
            && self.last != LastBlock::Prose
            && !text.is_empty()
            && !text.contains('|')
            && indent_of(line) < 4
            && marker_length(text).is_none()
            && !is_rule_or_underline(text)
            && !starts_block(text)
    }

    /// A heading of an answer in bold: one that is a heading would be a section of the document.
    fn push_heading(&mut self, text: &str) {
        self.push_blank_behind(&[LastBlock::Prose, LastBlock::Code, LastBlock::Heading]);
        self.items.clear();
        self.numbers.clear();
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
        self.last = LastBlock::Heading;
        self.may_be_in_list = false;
    }

    fn push_prose(&mut self, line: &str, next: Option<&str>) {
        let text = line.trim_end();
        if text.is_empty() {
            self.last = LastBlock::Blank;
            return self.push_line("");
        }
        self.push_blank_behind(&[LastBlock::Heading]);
        if self.skips_number(text) {
            // Renderers count on from the first number of a list. Only a paragraph ends one in every renderer.
            let indent = " ".repeat(indent_of(text));
            for line in ["", &format!("{indent}&nbsp;"), ""] {
                self.push_line(line);
            }
        }
        self.note_item(text);
        self.push_blank_behind(&[LastBlock::Code]);
        self.last = LastBlock::Prose;
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
