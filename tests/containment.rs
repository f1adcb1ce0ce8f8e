//! Property: whatever a session holds, a CommonMark parser finds exactly the exporter's own
//! headings, each message in its own section, no HTML, no image, and no link but to the web.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use comrak::nodes::NodeValue;
use pawwork_session_export::options::RedactLevel;
use pawwork_session_export::pipeline::{Control, Session, export};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What breaks Markdown, alone or together.
const FRAGMENTS: [&str; 71] = [
    "\n",
    "\n\n",
    "\r",
    "\t",
    " ",
    "    ",
    "  \n",
    "\\",
    "\\\n",
    "`",
    "``",
    "```",
    "````",
    "```js\n",
    "~~~",
    "~~~~\n",
    "# ",
    "## Heading\n",
    "#",
    "===",
    "\n===\n",
    "---",
    "\n---\n",
    "\n-\n",
    "***",
    "* * *",
    "___",
    "- ",
    "+ ",
    "* ",
    "1. ",
    "10) ",
    "> ",
    ">>",
    "|",
    "| a | b |\n|---|---|\n",
    "<",
    "<b>",
    "</details>",
    "<details>",
    "<!--",
    "-->",
    "<?php",
    "<![CDATA[",
    "<script>\n",
    "<div>\n\n",
    "<https://example.com>",
    "https://example.com/",
    "www.example.com",
    "a@example.com",
    "&#35; ",
    "&lt;",
    "![a](https://example.com/a.png)",
    "[a](javascript:x)",
    "[a](https://example.com)",
    "[a]: /x\n",
    "[a]:\n/x 't'\n",
    "[^1]: note\n",
    "[!NOTE]\n",
    "[[a]]",
    "<_a@example.com>",
    ":",
    ": [a]: ",
    "![[a]]",
    "[[",
    "[",
    "](",
    "word",
    "\u{202e}",
    "\u{200b}",
    "漢字",
];

fn hostile_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(FRAGMENTS.to_vec()), 0..12)
        .prop_map(|parts| parts.concat())
}

fn document(texts: &[String]) -> String {
    let mut texts = texts.iter().cycle();
    let session = common::session(|_| texts.next().cloned().unwrap_or_default());
    let options = common::everything(RedactLevel::Off);
    export(
        Session::Json(session.to_string().as_bytes()),
        &options,
        Control::NONE,
    )
    .unwrap()
    .text
}

/// The level of each heading: text can differ, structure cannot.
#[derive(Debug, Default, PartialEq)]
struct Structure {
    headings: Vec<u8>,
    forbidden: Vec<String>,
}

fn is_allowed_link(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    [
        "https://",
        "http://",
        "mailto:",
        "#conversation",
        "#sub-agent-",
    ]
    .iter()
    .any(|start| target.starts_with(start))
        || is_link_to_turn(&target)
}

/// `#2-assistant`, from the summary.
fn is_link_to_turn(target: &str) -> bool {
    let number = target
        .strip_prefix('#')
        .and_then(|target| target.split_once('-'));
    number.is_some_and(|(number, _)| number.parse::<usize>().is_ok())
}

fn by_pulldown_cmark(document: &str, options: Options) -> Structure {
    let mut structure = Structure::default();
    for event in Parser::new_ext(document, options) {
        match event {
            Event::End(TagEnd::Heading(level)) => structure.headings.push(level as u8),
            Event::Html(text) | Event::InlineHtml(text) => {
                structure.forbidden.push(text.to_string())
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                structure.forbidden.push(dest_url.to_string())
            }
            Event::Start(Tag::Link { dest_url, .. }) if !is_allowed_link(&dest_url) => {
                structure.forbidden.push(dest_url.to_string());
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                structure.forbidden.push(name.to_string())
            }
            _ => {}
        }
    }
    structure
}

fn by_comrak(document: &str, is_extended: bool) -> Structure {
    let mut options = comrak::Options::default();
    options.extension.table = is_extended;
    options.extension.strikethrough = is_extended;
    options.extension.tasklist = is_extended;
    options.extension.autolink = is_extended;
    options.extension.footnotes = is_extended;
    options.extension.alerts = is_extended;
    let arena = comrak::Arena::new();
    let mut structure = Structure::default();
    for node in comrak::parse_document(&arena, document, &options).descendants() {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => structure.headings.push(heading.level),
            NodeValue::HtmlBlock(html) => structure.forbidden.push(html.literal.clone()),
            NodeValue::HtmlInline(html) => structure.forbidden.push(html.clone()),
            NodeValue::Image(image) => structure.forbidden.push(image.url.clone()),
            NodeValue::Link(link) if !is_allowed_link(&link.url) => {
                structure.forbidden.push(link.url.clone())
            }
            NodeValue::FootnoteDefinition(note) => structure.forbidden.push(note.name.clone()),
            NodeValue::Alert(alert) => structure.forbidden.push(format!("{alert:?}")),
            _ => {}
        }
    }
    structure
}

/// The same session with harmless texts has the same headings.
fn expected() -> Structure {
    let document = document(&["x".to_owned()]);
    let headings = document
        .lines()
        .map(|line| line.bytes().take_while(|byte| *byte == b'#').count())
        .filter(|level| *level > 0)
        .map(|level| u8::try_from(level).unwrap())
        .collect();
    Structure {
        headings,
        forbidden: Vec::new(),
    }
}

fn assert_contained(texts: &[String]) {
    let document = document(texts);
    let expected = expected();
    for options in [Options::empty(), Options::all()] {
        assert_eq!(
            by_pulldown_cmark(&document, options),
            expected,
            "pulldown-cmark {options:?}\n{document}"
        );
    }
    for is_extended in [false, true] {
        assert_eq!(
            by_comrak(&document, is_extended),
            expected,
            "comrak, extended: {is_extended}\n{document}"
        );
    }
}

#[test]
fn a_line_of_an_error_is_no_definition_of_the_line_before() {
    assert_contained(&["note\n:## Heading\n: # x".to_owned()]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_document(texts in prop::collection::vec(hostile_text(), 1..8)) {
        assert_contained(&texts);
    }

    #[test]
    fn no_characters_break_the_document(text in "[\\x00-\\x7f\u{80}-\u{2fff}]{0,60}") {
        assert_contained(&[text]);
    }

    #[test]
    fn each_message_stays_in_its_section(hostile in hostile_text(), other in hostile_text()) {
        let markers = ["MARKERone", "MARKERtwo", "MARKERthree"];
        let session = common::session(|place| match place {
            "user text" => format!("{hostile}\n\n{}\n\n{other}", markers[0]),
            "assistant text" => format!("{other}\n\n{}\n\n{hostile}", markers[1]),
            "last text" => format!("{hostile}\n\n{}", markers[2]),
            _ => "x".to_owned(),
        });
        let options = common::everything(RedactLevel::Off);
        let document = export(Session::Json(session.to_string().as_bytes()), &options, Control::NONE).unwrap().text;
        let mut section = String::new();
        let mut is_heading = false;
        let mut found = Vec::new();
        for event in Parser::new_ext(&document, Options::all()) {
            match event {
                Event::Start(Tag::Heading { .. }) => { is_heading = true; section.clear(); }
                Event::End(TagEnd::Heading(_)) => is_heading = false,
                Event::Text(text) | Event::Code(text) if is_heading => section.push_str(&text),
                Event::Text(text) | Event::Code(text) => {
                    let seen = markers.iter().filter(|marker| text.contains(**marker));
                    found.extend(seen.map(|marker| (*marker, section.chars().next().unwrap_or(' '))));
                }
                _ => {}
            }
        }
        prop_assert_eq!(found, vec![(markers[0], '1'), (markers[1], '2'), (markers[2], '3')], "{}", document);
    }
}
