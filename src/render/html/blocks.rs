//! Markdown of the document -> HTML, with nothing in it that loads, runs or poses as the page's frame.

use std::borrow::Cow;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use super::frame::escaped;
use super::highlight;

/// The schemes of addresses that a reader may follow. Nothing follows them by itself.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Adds the HTML of the document's own blocks; of their text alone, for a summary, where `is_inline`.
pub fn push(html: &mut String, markdown: &str, is_inline: bool) {
    let mut blocks = Blocks::default();
    blocks.push(html, markdown, is_inline);
}

/// Adds the HTML of Markdown that a session holds. Whatever it opens, the parser closes.
pub fn push_quote(html: &mut String, markdown: &str) {
    let mut blocks = Blocks {
        quotes: 1,
        ..Blocks::default()
    };
    html.push_str("<blockquote>\n");
    blocks.push(html, &with_definitions(markdown), false);
    html.push_str("</blockquote>\n");
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

/// What GitHub's Markdown has beside CommonMark's.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH);

#[derive(Default)]
struct Blocks {
    /// How many quotes are open: what is in one is the session's.
    quotes: usize,
    /// Of the links that are open, the addresses that are shown beside them instead.
    links: Vec<Option<String>>,
    /// A heading of the document and its text so far.
    heading: Option<(HeadingLevel, String)>,
    /// A block of code and its language so far.
    code: Option<(String, String)>,
}

impl Blocks {
    fn push(&mut self, html: &mut String, markdown: &str, is_inline: bool) {
        if markdown.trim().is_empty() {
            return;
        }
        let events = Parser::new_ext(markdown, EXTENSIONS);
        let events = events.filter_map(|event| self.safe(event, is_inline));
        html::push_html(html, events);
    }

    /// An event that may be shown; `None` where nothing is.
    fn safe<'e>(&mut self, event: Event<'e>, is_inline: bool) -> Option<Event<'e>> {
        if let Some(event) = self.in_code_or_heading(&event) {
            return event;
        }
        Some(match event {
            // HTML is shown as it was written.
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::HtmlBlock) => raw("<p class=\"raw\">".to_owned()),
            Event::End(TagEnd::HtmlBlock) => raw("</p>\n".to_owned()),
            // A box of a form would need a label to be read out.
            Event::TaskListMarker(true) => Event::Text("☑ ".into()),
            Event::TaskListMarker(false) => Event::Text("☐ ".into()),
            // People end a line where they want it to end.
            Event::SoftBreak if self.quotes > 0 => Event::HardBreak,
            Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Item) if is_inline => return None,
            Event::End(TagEnd::Paragraph | TagEnd::List(_) | TagEnd::Item) if is_inline => {
                return None;
            }
            Event::Start(Tag::BlockQuote(_)) => {
                self.quotes += 1;
                raw("<blockquote>\n".to_owned())
            }
            Event::End(TagEnd::BlockQuote(_)) => {
                self.quotes = self.quotes.saturating_sub(1);
                raw("</blockquote>\n".to_owned())
            }
            Event::Start(Tag::Heading { .. }) if self.quotes > 0 => {
                raw("<p class=\"heading\">".to_owned())
            }
            Event::End(TagEnd::Heading(_)) => raw("</p>\n".to_owned()),
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some((level, String::new()));
                return None;
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
                return None;
            }
            // An image would be loaded: it can be followed instead.
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let link = link(&dest_url, self.quotes == 0);
                let address = link.is_none().then(|| dest_url.to_string());
                self.links.push(address);
                raw(link?)
            }
            Event::End(TagEnd::Link | TagEnd::Image) => match self.links.pop()? {
                Some(address) => Event::Text(format!(" ({address})").into()),
                None => raw("</a>".to_owned()),
            },
            event => event,
        })
    }

    /// What becomes of an event in a block of code or in a heading; `None` outside of them.
    fn in_code_or_heading<'e>(&mut self, event: &Event<'e>) -> Option<Option<Event<'e>>> {
        if let Some((language, text)) = &mut self.code {
            return Some(match event {
                Event::Text(more) => {
                    text.push_str(more);
                    None
                }
                _ => {
                    let code = code(language, text);
                    self.code = None;
                    Some(raw(code))
                }
            });
        }
        let (level, text) = self.heading.as_mut()?;
        Some(match event {
            Event::Text(more) | Event::Code(more) => {
                text.push_str(more);
                None
            }
            Event::End(TagEnd::Heading(_)) => {
                let heading = heading(*level, text);
                self.heading = None;
                Some(raw(heading))
            }
            _ => None,
        })
    }
}

fn raw(html: String) -> Event<'static> {
    Event::Html(CowStr::from(html))
}

/// A link that the reader may follow, within the page or to a file beside it where it is the exporter's;
/// `None` for any other.
fn link(address: &str, is_ours: bool) -> Option<String> {
    let shown = escaped(address);
    if is_ours && !address.contains(':') {
        return Some(format!("<a href=\"{shown}\">"));
    }
    let lowercase = address.to_ascii_lowercase();
    let is_known = SCHEMES.iter().any(|scheme| lowercase.starts_with(scheme));
    is_known.then(|| format!("<a href=\"{shown}\" rel=\"noreferrer noopener\" target=\"_blank\">"))
}

/// A heading of the document. Those of sections hold the exporter's words alone, so that links find them.
fn heading(level: HeadingLevel, text: &str) -> String {
    let shown = escaped(text);
    if level == HeadingLevel::H2 {
        let anchor = text.to_lowercase().replace(' ', "-");
        let anchor = escaped(&anchor);
        return format!("<h2 id=\"{anchor}\">{shown}</h2>\n");
    }
    format!("<{level}>{shown}</{level}>\n")
}

fn code(language: &str, text: &str) -> String {
    let mut html =
        "<div class=\"code\"><button type=\"button\" class=\"copy\"></button>".to_owned();
    html.push_str("<pre tabindex=\"0\"><code>");
    if language == "diff" {
        for line in text.split_inclusive('\n') {
            let class = match line.as_bytes() {
                [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => None,
                [b'+', ..] => Some("added"),
                [b'-', ..] => Some("removed"),
                _ => None,
            };
            match class {
                Some(class) => {
                    html.push_str(&format!("<span class=\"{class}\">{}</span>", escaped(line)));
                }
                None => html.push_str(&escaped(line)),
            }
        }
    } else {
        highlight::push(&mut html, text, language);
    }
    html.push_str("</code></pre></div>\n");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(markdown: &str) -> String {
        let mut html = String::new();
        push_quote(&mut html, markdown);
        let inner = html.strip_prefix("<blockquote>\n").unwrap();
        inner.strip_suffix("</blockquote>\n").unwrap().to_owned()
    }

    fn own(markdown: &str) -> String {
        let mut html = String::new();
        push(&mut html, markdown, false);
        html
    }

    #[test]
    fn what_a_session_wrote_is_text() {
        for (markdown, expected) in [
            ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"),
            ("<div>\nx", "<p class=\"raw\">&lt;div&gt;\nx</p>\n"),
            ("# Conversation", "<p class=\"heading\">Conversation</p>\n"),
            ("a\nb", "<p>a<br />\nb</p>\n"),
            (
                "- [x] a\n- [ ] b",
                "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n",
            ),
            (
                "[a](https://example.com/?a&b)",
                "<p><a href=\"https://example.com/?a&amp;b\" rel=\"noreferrer noopener\" target=\"_blank\">a</a></p>\n",
            ),
            ("[a](javascript:b)", "<p>a (javascript:b)</p>\n"),
            ("[a](#conversation)", "<p>a (#conversation)</p>\n"),
            ("![a](file:///b)", "<p>a (file:///b)</p>\n"),
        ] {
            assert_eq!(quoted(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn definitions_that_stand_for_nothing_are_shown() {
        assert_eq!(
            quoted("[todo]: fix the cache\n\n[a]\n\n[a]: https://example.com"),
            "<p>[todo]: fix the cache</p>\n<p><a href=\"https://example.com\" rel=\"noreferrer noopener\" target=\"_blank\">a</a></p>\n"
        );
    }

    #[test]
    fn headings_and_links_of_the_document_are_such() {
        assert_eq!(
            own("## Sub-agent 1"),
            "<h2 id=\"sub-agent-1\">Sub-agent 1</h2>\n"
        );
        assert_eq!(own("### 1. User"), "<h3>1. User</h3>\n");
        assert_eq!(own("[a](#b)"), "<p><a href=\"#b\">a</a></p>\n");
        assert_eq!(
            own("[a](log_files/a.png)"),
            "<p><a href=\"log_files/a.png\">a</a></p>\n"
        );
    }

    #[test]
    fn lines_of_a_change_are_marked() {
        let html = own("```diff\n--- a\n+b <\n-c\n d\n```");
        let code = html.split("<code>").nth(1).unwrap();
        assert!(code.starts_with(
            "--- a\n<span class=\"added\">+b &lt;\n</span><span class=\"removed\">-c\n</span> d\n"
        ));
    }
}
