//! Markdown of an answer -> HTML, with nothing in it that loads, runs or poses as the page's frame.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event, OffsetIter, Options, Parser, Tag, TagEnd, html,
};

use super::super::words::Words;
use super::code;
use super::escape::{escaped, push_text};
use super::writer::Writer;

/// The schemes of addresses that a reader may follow. Nothing follows them by itself.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// What GitHub's Markdown has beside CommonMark's.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH);

/// How many blocks may stand in each other. Beyond that a text is shown as it was written: browsers give up on a few
/// hundred elements in each other.
const DEEPEST: usize = 64;

impl Writer<'_> {
    /// Markdown of an answer. Where it has any markup, the text as it was written unfolds behind it.
    pub fn prose(&mut self, markdown: &str) {
        self.end_calls();
        let (markdown, length) = self.take(markdown);
        let shown = markdown.get(..length).unwrap_or_default();
        if !shown.trim().is_empty() {
            self.push_prose(shown);
        }
        self.cut_note(shown, &markdown);
    }

    fn push_prose(&mut self, markdown: &str) {
        let Some(prose) = Prose::of(markdown, self.words) else {
            return self.push_plain(markdown);
        };
        self.see(markdown);
        self.push("<div class=\"prose\">\n");
        self.push(&prose.html);
        self.push("</div>\n");
        if prose.has_markup {
            self.begin_fold("source", false);
            self.push(self.words.source);
            self.push("</summary>\n<div class=\"text\" dir=\"auto\">");
            self.push_text(markdown);
            self.push("</div>\n</details>\n");
        }
    }
}

/// Markdown as HTML.
struct Prose {
    html: String,
    /// True where the text as it was written differs from what is shown.
    has_markup: bool,
}

impl Prose {
    /// `None` where its blocks stand too deep in each other.
    fn of(markdown: &str, words: &Words) -> Option<Self> {
        let markdown = with_definitions(markdown);
        let mut blocks = Blocks::new(&markdown, words);
        let mut html = String::with_capacity(markdown.len() + markdown.len() / 4);
        html::push_html(&mut html, &mut blocks);
        (blocks.deepest <= DEEPEST).then_some(Self {
            html,
            has_markup: blocks.has_markup,
        })
    }
}

/// The Markdown with the definitions of links as text: a parser takes them out, and where no link stands for them
/// nobody would see them.
fn with_definitions(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains("]:") {
        return markdown.into();
    }
    let mut parser = Parser::new_ext(markdown, EXTENSIONS);
    let used: Vec<String> = (&mut parser)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) => Some(label(&id)),
            _ => None,
        })
        .collect();
    let mut places: Vec<usize> = (parser.reference_definitions().iter())
        .filter(|(name, _)| !used.contains(&label(name)))
        .map(|(_, definition)| definition.span.start)
        .collect();
    if places.is_empty() {
        return markdown.into();
    }
    places.sort_unstable();
    let mut result = String::with_capacity(markdown.len() + places.len());
    let mut at = 0;
    for place in places {
        // The span may begin with blanks.
        let Some(bracket) = markdown.get(place..).and_then(|rest| rest.find('[')) else {
            continue;
        };
        let bracket = place + bracket;
        result.push_str(markdown.get(at..bracket).unwrap_or_default());
        result.push('\\');
        at = bracket;
    }
    result.push_str(markdown.get(at..).unwrap_or_default());
    result.into()
}

/// A label as links are compared by it.
fn label(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The events of a Markdown text that may be shown, most of them as HTML already.
struct Blocks<'m> {
    events: OffsetIter<'m>,
    markdown: &'m str,
    words: &'m Words,
    /// True where backslashes before some signs belong to formulas.
    has_formula: bool,
    /// Events that were made, and not given out yet.
    ready: VecDeque<Event<'m>>,
    /// Text so far: a placeholder may come in pieces.
    text: String,
    /// Of the links that are open, the addresses that are shown beside them instead.
    links: Vec<Option<String>>,
    /// A block of code and its language so far.
    code: Option<(String, String)>,
    /// The numbers of the next items of the lists that are open; `None` of one without numbers.
    numbers: Vec<Option<u64>>,
    /// The alignments of the table that is open, and the place of its next cell.
    columns: (Vec<Alignment>, usize),
    is_in_head: bool,
    depth: usize,
    deepest: usize,
    has_markup: bool,
}

impl<'m> Iterator for &mut Blocks<'m> {
    type Item = Event<'m>;

    fn next(&mut self) -> Option<Event<'m>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let Some((event, range)) = self.events.next() else {
                self.end_text();
                return self.ready.pop_front();
            };
            self.add(event, range);
        }
    }
}

impl<'m> Blocks<'m> {
    fn new(markdown: &'m str, words: &'m Words) -> Self {
        Self {
            events: Parser::new_ext(markdown, EXTENSIONS).into_offset_iter(),
            markdown,
            words,
            has_formula: has_formula(markdown),
            ready: VecDeque::new(),
            text: String::new(),
            links: Vec::new(),
            code: None,
            numbers: Vec::new(),
            columns: (Vec::new(), 0),
            is_in_head: false,
            depth: 0,
            deepest: 0,
            has_markup: markdown.contains(['\\', '&']),
        }
    }

    /// Adds the next event, which stands at a place of the text.
    fn add(&mut self, event: Event<'m>, range: Range<usize>) {
        if let Some((_, code)) = &mut self.code {
            match event {
                Event::Text(more) => code.push_str(&more),
                _ => self.end_code(),
            }
            return;
        }
        match event {
            Event::Text(text) => return self.add_text(&text, range.start),
            // HTML is shown as it was written.
            Event::Html(text) | Event::InlineHtml(text) => return self.text.push_str(&text),
            _ => self.end_text(),
        }
        match event {
            Event::Code(text) => {
                let mut html = "<code dir=\"auto\">".to_owned();
                push_text(&mut html, &text, self.words);
                self.markup(html + "</code>");
            }
            // A box of a form would need a label to be read out.
            Event::TaskListMarker(true) => self.markup("☑ ".to_owned()),
            Event::TaskListMarker(false) => self.markup("☐ ".to_owned()),
            // People end a line where they want it to end.
            Event::SoftBreak | Event::HardBreak => self.raw("<br>\n".to_owned()),
            Event::Rule => self.markup("<hr>\n".to_owned()),
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            // Of extensions that are off.
            _ => {}
        }
    }

    /// Adds text. Where it was escaped in a formula, its backslash is shown.
    fn add_text(&mut self, text: &str, start: usize) {
        let is_escaped = self.has_formula && text.starts_with(|c| "()[]{},;!|".contains(c));
        let before = self.markdown.get(..start).unwrap_or_default();
        if is_escaped && before.ends_with('\\') {
            self.text.push('\\');
        }
        self.text.push_str(text);
    }

    fn end_text(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let mut html = String::with_capacity(self.text.len() + 16);
        match self.links.is_empty() {
            true => push_linked(&mut html, &self.text, self.words),
            false => push_text(&mut html, &self.text, self.words),
        }
        self.text.clear();
        self.raw(html);
    }

    fn end_code(&mut self) {
        if let Some((language, text)) = self.code.take() {
            let mut html = String::with_capacity(text.len() + 256);
            code::push(&mut html, &text, &language, self.words);
            self.markup(html);
        }
    }

    /// HTML for what the text has as markup.
    fn markup(&mut self, html: String) {
        self.has_markup = true;
        self.raw(html);
    }

    fn raw(&mut self, html: String) {
        self.ready.push_back(Event::Html(html.into()));
    }

    fn start(&mut self, tag: Tag<'m>, range: Range<usize>) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        match tag {
            // In a list or a quote it has the direction of that.
            Tag::Paragraph if self.depth > 1 => self.raw("<p>".to_owned()),
            Tag::Paragraph => self.raw("<p dir=\"auto\">".to_owned()),
            Tag::HtmlBlock => self.raw("<p class=\"raw\" dir=\"auto\">".to_owned()),
            Tag::Heading { .. } => self.markup("<p class=\"heading\" dir=\"auto\">".to_owned()),
            Tag::BlockQuote(_) => self.markup("<blockquote dir=\"auto\">\n".to_owned()),
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next(),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language.unwrap_or_default().to_owned(), String::new()));
            }
            Tag::List(first) => {
                self.numbers.push(first);
                let html = match first {
                    Some(first) => format!("<ol start=\"{first}\" dir=\"auto\">\n"),
                    None => "<ul dir=\"auto\">\n".to_owned(),
                };
                self.markup(html);
            }
            Tag::Item => {
                let number = self.item_number(range.start);
                self.markup(format!("<li{number}>"));
            }
            Tag::Table(alignments) => {
                self.columns = (alignments, 0);
                self.markup(
                    "<div class=\"scroll\" tabindex=\"0\"><table dir=\"auto\">\n".to_owned(),
                );
            }
            Tag::TableHead => {
                self.is_in_head = true;
                self.columns.1 = 0;
                self.raw("<thead><tr>".to_owned());
            }
            Tag::TableRow => {
                self.columns.1 = 0;
                self.raw("<tr>".to_owned());
            }
            Tag::TableCell => {
                let class = match self.columns.0.get(self.columns.1) {
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    _ => "",
                };
                self.columns.1 += 1;
                let name = if self.is_in_head { "th" } else { "td" };
                self.raw(format!("<{name}{class}>"));
            }
            Tag::Emphasis => self.markup("<em>".to_owned()),
            Tag::Strong => self.markup("<strong>".to_owned()),
            Tag::Strikethrough => self.markup("<del>".to_owned()),
            // An image would be loaded: it can be followed instead.
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let link = link(&dest_url);
                let address = link.is_none().then(|| dest_url.to_string());
                self.links.push(address);
                self.markup(link.unwrap_or_default());
            }
            // Of extensions that are off.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        self.depth = self.depth.saturating_sub(1);
        let html = match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::Heading(_) => "</p>\n",
            TagEnd::BlockQuote(_) => "</blockquote>\n",
            TagEnd::CodeBlock => return self.end_code(),
            TagEnd::List(is_ordered) => {
                self.numbers.pop();
                if is_ordered { "</ol>\n" } else { "</ul>\n" }
            }
            TagEnd::Item => "</li>\n",
            TagEnd::Table => "</tbody></table></div>\n",
            TagEnd::TableHead => {
                self.is_in_head = false;
                "</tr></thead><tbody>\n"
            }
            TagEnd::TableRow => "</tr>\n",
            TagEnd::TableCell if self.is_in_head => "</th>",
            TagEnd::TableCell => "</td>",
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            TagEnd::Strikethrough => "</del>",
            TagEnd::Link | TagEnd::Image => match self.links.pop().flatten() {
                Some(address) => return self.text.push_str(&format!(" ({address})")),
                None => "</a>",
            },
            _ => return,
        };
        self.raw(html.to_owned());
    }

    /// The number of an item that begins at a place, where it is another than that after the one before: Markdown numbers
    /// a list anew, and the author's text refers to the numbers that were written.
    fn item_number(&mut self, start: usize) -> String {
        let Some(Some(next)) = self.numbers.last_mut() else {
            return String::new();
        };
        let item = self.markdown.get(start..).unwrap_or_default().trim_start();
        let digits = item.bytes().take_while(u8::is_ascii_digit).count();
        let written: u64 = item
            .get(..digits)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(*next);
        let is_next = written == *next;
        *next = written.saturating_add(1);
        match is_next {
            true => String::new(),
            false => format!(" value=\"{written}\""),
        }
    }
}

/// Tells whether a text holds formulas in `\(…\)`, or in `\[…\]` on lines of their own.
fn has_formula(text: &str) -> bool {
    let begins = |line: &str| line.trim_start().starts_with("\\[");
    let ends = |line: &str| line.trim_end().ends_with("\\]");
    text.contains("\\(") && text.contains("\\)")
        || text.contains("\\[") && text.lines().any(begins) && text.lines().any(ends)
}

/// Adds text in which bare addresses of the web are links.
fn push_linked(html: &mut String, text: &str, words: &Words) {
    let mut rest = text;
    while let Some(at) = address_in(rest) {
        let (before, address) = rest.split_at(at);
        push_text(html, before, words);
        let is_end = |c: char| c.is_whitespace() || "<>\"'`[]{}|\\^".contains(c);
        let address = address.split(is_end).next().unwrap_or_default();
        // A sign of the sentence around it; a bracket that the address opened is its own.
        let signs: &[char] = match address.contains('(') {
            true => &['.', ',', ';', ':', '!', '?'],
            false => &['.', ',', ';', ':', '!', '?', ')'],
        };
        let address = address.trim_end_matches(signs);
        html.push_str(&link(address).unwrap_or_default());
        push_text(html, address, words);
        html.push_str("</a>");
        rest = rest.get(at + address.len()..).unwrap_or_default();
    }
    push_text(html, rest, words);
}

/// Where the first bare address of a text begins.
fn address_in(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|at| {
        let before = text
            .get(..*at)
            .and_then(|before| before.chars().next_back());
        let address = text.get(*at..).unwrap_or_default();
        let rest = ["https://", "http://"]
            .iter()
            .find_map(|scheme| address.strip_prefix(scheme));
        !before.is_some_and(char::is_alphanumeric)
            && rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// A link that the reader may follow; `None` where the address is shown instead.
fn link(address: &str) -> Option<String> {
    let lowercase = address.to_ascii_lowercase();
    let is_known = SCHEMES.iter().any(|scheme| lowercase.starts_with(scheme));
    let shown = escaped(address);
    is_known.then(|| format!("<a href=\"{shown}\" rel=\"noreferrer noopener\" target=\"_blank\">"))
}

#[cfg(test)]
mod tests {
    use super::super::super::words::words;
    use super::*;
    use crate::options::Locale;

    fn html(markdown: &str) -> String {
        let prose = Prose::of(markdown, words(Locale::English)).unwrap();
        prose.html.replace(" dir=\"auto\"", "")
    }

    #[test]
    fn what_a_session_wrote_is_text() {
        for (markdown, expected) in [
            ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"),
            ("<div>\nx", "<p class=\"raw\">&lt;div&gt;\nx</p>\n"),
            ("# Conversation", "<p class=\"heading\">Conversation</p>\n"),
            ("a\nb", "<p>a<br>\nb</p>\n"),
            (
                "- [x] a\n- [ ] b",
                "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n",
            ),
            (
                "[a](https://example.com/?a&b)",
                "<p><a href=\"https://example.com/?a&amp;b\" rel=\"noreferrer noopener\" target=\"_blank\">a</a></p>\n",
            ),
            (
                "see https://example.com/a_b?c=1&d, (http://example.org).",
                "<p>see <a href=\"https://example.com/a_b?c=1&amp;d\" rel=\"noreferrer noopener\" target=\"_blank\">https://example.com/a_b?c=1&amp;d</a>, (<a href=\"http://example.org\" rel=\"noreferrer noopener\" target=\"_blank\">http://example.org</a>).</p>\n",
            ),
            (
                "ahttps://a https:// http",
                "<p>ahttps://a https:// http</p>\n",
            ),
            ("[a](javascript:b)", "<p>a (javascript:b)</p>\n"),
            ("[a](#conversation)", "<p>a (#conversation)</p>\n"),
            ("![a](file:///b)", "<p>a (file:///b)</p>\n"),
            (
                "| a | b |\n| - | -: |\n| 1 | <i> |",
                "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th>a</th><th class=\"right\">b</th></tr></thead><tbody>\n<tr><td>1</td><td class=\"right\">&lt;i&gt;</td></tr>\n</tbody></table></div>\n",
            ),
        ] {
            assert_eq!(html(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn definitions_that_stand_for_nothing_are_shown() {
        assert_eq!(
            html("[todo]: fix the cache\n\n[a]\n\n[a]: https://example.com"),
            "<p>[todo]: fix the cache</p>\n<p><a href=\"https://example.com\" rel=\"noreferrer noopener\" target=\"_blank\">a</a></p>\n"
        );
    }

    #[test]
    fn items_have_the_numbers_that_were_written() {
        assert_eq!(
            html("2. a\n3. b\n7. c\n7. d"),
            "<ol start=\"2\">\n<li>a</li>\n<li>b</li>\n<li value=\"7\">c</li>\n<li value=\"7\">d</li>\n</ol>\n"
        );
    }

    #[test]
    fn formulas_are_readable() {
        for text in [
            "\\(a_1 + \\{b\\}\\)",
            "$a_1 + b_2$",
            "costs <b>$5 or $6",
            "\\[\nx^2\n\\]",
        ] {
            let shown = html(text)
                .replace("<br>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
            let shown = shown
                .trim_start_matches("<p>")
                .trim_end()
                .trim_end_matches("</p>");
            assert_eq!(shown, text);
        }
        assert_eq!(html("a \\[b\\]"), "<p>a [b]</p>\n");
    }

    #[test]
    fn a_placeholder_is_a_chip_within_markup() {
        let chip = html("**[redacted:cookie#1]**");
        assert!(chip.contains("<strong><span class=\"chip\""), "{chip}");
    }

    #[test]
    fn blocks_too_deep_in_each_other_are_no_markup() {
        assert!(Prose::of(&">".repeat(1_000), words(Locale::English)).is_none());
    }
}
