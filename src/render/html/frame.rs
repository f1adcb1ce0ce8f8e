//! What stands around the document: the head of the page, its bar, and its script. Nothing is loaded: the
//! policy lets nothing run and nothing style but what is in this file, by its hash.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::super::words::Words;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
});

/// What the frame shows.
pub struct Frame<'a> {
    /// The title of the session.
    pub title: &'a str,
    /// The words of the document's language.
    pub words: &'static Words,
    /// Whether reasoning is shown, so that there is something to filter.
    pub has_reasoning: bool,
}

/// Everything before the document.
pub fn start(frame: &Frame<'_>) -> String {
    let words = frame.words;
    let policy = POLICY.as_str();
    let title = escaped(frame.title);
    let box_of = |name: &str, label: &str, state: &str| {
        format!("<label><input type=\"checkbox\" name=\"{name}\"{state}> {label}</label>\n")
    };
    let boxes = [
        box_of("no-tools", words.bar_tools, " checked"),
        match frame.has_reasoning {
            true => box_of("no-reasoning", words.bar_reasoning, " checked"),
            false => String::new(),
        },
        box_of("only-errors", words.bar_errors, ""),
    ]
    .concat();
    let (language, search, contents) = (words.language, words.bar_search, words.bar_contents);
    let (copy, copied) = (words.copy, words.copied);
    format!(
        "<!doctype html>
<html lang=\"{language}\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">
<meta name=\"referrer\" content=\"no-referrer\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title}</title>
<style>{STYLE}</style>
<script type=\"module\">{SCRIPT}</script>
</head>
<body data-copy=\"{copy}\" data-copied=\"{copied}\">
<div class=\"bar\" role=\"search\"><div>
<input type=\"search\" placeholder=\"{search}\" aria-label=\"{search}\">
<output aria-live=\"polite\"></output>
{boxes}</div></div>
<main>
<details id=\"contents\"><summary>{contents}</summary><ol></ol></details>
"
    )
}

/// The start of the closing line.
const CLOSING: &str = "<footer>\n<p>";

/// The closing line up to its hash.
pub fn closing(text: &str) -> String {
    format!("{CLOSING}{}<code>", escaped(text))
}

/// Everything after the hash in the closing line. It is the same in every version, so that each can check
/// the pages of all.
pub const END: &str = "</code></p>\n</footer>\n</main>\n</body>\n</html>\n";

/// How many lines the end of a page has, from the one before the closing line.
pub const LINES_OF_END: usize = 6;

/// Takes the last lines of a page apart: what the hash covers of them, the closing line as Markdown has
/// it, and what follows the hash. `None` where there is no closing line.
pub fn split_end(end: &str) -> Option<(&str, String, &str)> {
    let start = end.rfind(CLOSING)? + CLOSING.len();
    let line = end.get(start..)?;
    let (text, rest) = line.split_once("<code>")?;
    let (hash, rest) = rest.split_at_checked(64)?;
    let before = end.get(..start + text.len() + "<code>".len())?;
    Some((before, format!("{text}`{hash}`\n"), rest))
}

/// The heading that a line of a page begins with, as Markdown has it.
pub fn heading(line: &str) -> Option<String> {
    if line.starts_with("<section class=\"turn") {
        return Some("### ".to_owned());
    }
    let (_, title) = line.strip_prefix("<h2 id=")?.split_once('>')?;
    let (title, _) = title.split_once("</h2>")?;
    Some(format!("## {title}"))
}

/// Text in HTML, also between double quotes.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let mut html = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    Cow::Owned(html)
}
