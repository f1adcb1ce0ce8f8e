//! What stands around the page: its policy, its style, its bar and its script. Nothing is loaded: the policy lets
//! nothing run and nothing style but what is in this file, by its hash, and no image be shown but those that were
//! attached.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::super::words::Words;
use super::escape::escaped;
use crate::options::{Attachments, ExportOptions};

const STYLE: &str = concat!(
    include_str!("page/page.css"),
    include_str!("page/conversation.css"),
    include_str!("page/print.css")
);
const SCRIPT: &str = concat!(
    include_str!("page/page.js"),
    include_str!("page/links.js"),
    include_str!("page/filters.js"),
    include_str!("page/find.js"),
    include_str!("page/contents.js")
);

/// The additions for a page with a review list.
const REVIEW_STYLE: &str = include_str!("page/review.css");
const REVIEW_SCRIPT: &str = include_str!("page/review.js");

/// The style and the script of a page, each with its hash.
struct Assets {
    style: String,
    script: String,
    hashes: [String; 2],
}

impl Assets {
    fn new(style: String, script: String) -> Self {
        let hashes = [&style, &script].map(|text| BASE64_STANDARD.encode(Sha256::digest(text)));
        Self {
            style,
            script,
            hashes,
        }
    }

    fn of(options: &ExportOptions) -> &'static Self {
        static PLAIN: LazyLock<Assets> =
            LazyLock::new(|| Assets::new(STYLE.to_owned(), SCRIPT.to_owned()));
        static WITH_REVIEW: LazyLock<Assets> = LazyLock::new(|| {
            Assets::new(
                [STYLE, REVIEW_STYLE].concat(),
                [SCRIPT, REVIEW_SCRIPT].concat(),
            )
        });
        match options.report {
            true => &WITH_REVIEW,
            false => &PLAIN,
        }
    }
}

/// The policy of a page, by where the images that were attached are.
fn policy(assets: &Assets, attachments: Attachments) -> String {
    let [style, script] = &assets.hashes;
    let images = match attachments {
        Attachments::Omit => "",
        Attachments::Embed => " img-src data:;",
        // A page in a file has no origin of its own everywhere.
        Attachments::Extract => " img-src 'self' file:;",
    };
    format!(
        "default-src 'none';{images} style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
}

/// Everything before the title of a page.
pub fn start(title: &str, words: &Words, options: &ExportOptions) -> String {
    let assets = Assets::of(options);
    let policy = policy(assets, options.attachments);
    let (style, script) = (&assets.style, &assets.script);
    let review = match options.report {
        true => review(words),
        false => String::new(),
    };
    let title = escaped(title);
    let filter = |name: &str, label: &str, state: &str| {
        format!(
            "<label hidden><input type=\"checkbox\" name=\"{name}\"{state}> {label} <output></output></label>\n"
        )
    };
    let filters = [
        filter("tools", words.bar_tools, " checked"),
        filter("reasoning", words.bar_reasoning, " checked"),
        filter("runtime", words.bar_runtime, " checked"),
        filter("errors", words.bar_errors, ""),
        filter("user", words.bar_user, ""),
    ]
    .concat();
    let Words {
        language,
        bar_search,
        bar_contents,
        bar_previous,
        bar_next,
        bar_expand,
        bar_collapse,
        bar_none,
        bar_hits,
        skip,
        copy,
        copied,
        ..
    } = words;
    format!(
        "<!doctype html>
<html lang=\"{language}\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">
<meta name=\"referrer\" content=\"no-referrer\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title}</title>
<style>{style}</style>
<script type=\"module\">{script}</script>
</head>
<body id=\"top\" data-copy=\"{copy}\" data-copied=\"{copied}\" data-none=\"{bar_none}\" data-hits=\"{bar_hits}\">
<a class=\"skip\" href=\"#conversation\">{skip}</a>
<div class=\"bar\" role=\"search\"><div>
<input type=\"search\" placeholder=\"{bar_search}\" aria-label=\"{bar_search}\">
<button type=\"button\" name=\"previous\" aria-label=\"{bar_previous}\" disabled>↑</button>
<button type=\"button\" name=\"next\" aria-label=\"{bar_next}\" disabled>↓</button>
<output class=\"hits\" aria-live=\"polite\"></output>
{filters}<button type=\"button\" name=\"expand\">{bar_expand}</button>
<button type=\"button\" name=\"collapse\">{bar_collapse}</button>
</div></div>
<nav id=\"contents\" aria-label=\"{bar_contents}\" hidden><details><summary>{bar_contents}</summary><ol></ol></details></nav>
{review}<main>
"
    )
}

/// The place of the review list, which the script fills.
fn review(words: &Words) -> String {
    let Words {
        review_title,
        review_none,
        review_previous,
        review_next,
        ..
    } = words;
    format!(
        "<aside id=\"redactions\" aria-label=\"{review_title}\" hidden><details open><summary>{review_title}</summary>
<p><button type=\"button\" name=\"previous\" aria-label=\"{review_previous}\">↑</button>
<button type=\"button\" name=\"next\" aria-label=\"{review_next}\">↓</button>
<output aria-live=\"polite\"></output></p>
<p class=\"none\">{review_none}</p>
<ol></ol></details></aside>
"
    )
}

/// The start of the closing line.
const CLOSING: &str = "<footer>\n<p>";

/// The closing line up to its hash.
pub fn closing(text: &str, words: &Words) -> String {
    let top = words.page_top;
    format!(
        "<p class=\"top\"><a href=\"#top\">{top}</a></p>\n{CLOSING}{}<code>",
        escaped(text)
    )
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
