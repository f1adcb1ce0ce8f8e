//! The table of tokens, `tokens.toml`, read once, and the search for those of one row.

pub mod bounds;
mod form;
pub mod near;

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use self::bounds::{behind_escape, is_bounded};
use self::form::{Found, TokenForm};
use super::value::entropy::entropy;
use super::value::gap::end_of_whole;
use super::value::randomness::{is_random, is_stand_in};

/// One kind of token, ready to be looked for.
pub struct Token {
    /// The stable id, which is the placeholder's name too.
    pub id: String,
    /// Words near which it is looked for: what it starts with, or its provider's names.
    pub keywords: Vec<String>,
    forms: Vec<TokenForm>,
    needs: Vec<Need>,
    entropy: f64,
    is_bounded: bool,
    is_near: bool,
}

/// A kind of character that the random part of a token has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Need {
    Digit,
    Upper,
    Lower,
    /// It is no word, name or chain of words.
    Random,
}

/// The row of a kind of token. The head of `tokens.toml` explains the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for readers of the table"))]
    provider: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for readers of the table"))]
    source: Vec<String>,
    forms: Vec<String>,
    #[serde(default)]
    near: Vec<String>,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default = "least_entropy")]
    entropy: f64,
    #[serde(default)]
    bounded: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the check of the table"))]
    #[serde(default)]
    examples: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the check of the table"))]
    #[serde(default)]
    counter_examples: Vec<String>,
}

fn least_entropy() -> f64 {
    2.5
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    token: Vec<Row>,
}

/// Tokens that tell themselves, and those that need their provider's name near them.
const TABLES: [&str; 2] = [
    include_str!("tokens.toml"),
    include_str!("named_tokens.toml"),
];

/// All kinds of tokens, in the order of the tables.
pub static ALL: LazyLock<Vec<Token>> =
    LazyLock::new(|| TABLES.into_iter().flat_map(rows).map(Token::new).collect());

#[expect(
    clippy::expect_used,
    reason = "the tables are part of the program, and a test reads them"
)]
fn rows(table: &str) -> Vec<Row> {
    let table: Table = toml::from_str(table).expect("the table is valid");
    table.token
}

/// Tells whether an id is that of a kind of token.
pub fn is_token(id: &str) -> bool {
    ALL.iter().any(|token| token.id == id)
}

impl Token {
    fn new(row: Row) -> Self {
        let bounded = row.bounded || !row.near.is_empty();
        let is_near = !row.near.is_empty();
        let parsed = row.forms.iter().map(|form| match is_near {
            true => TokenForm::without_anchor(form),
            false => TokenForm::parse(form, bounded),
        });
        let forms: Vec<_> = parsed.flatten().collect();
        let keywords = if is_near {
            row.near
        } else {
            let mut anchors: Vec<_> = forms.iter().map(|form| form.anchor().to_owned()).collect();
            anchors.sort_unstable();
            anchors.dedup();
            anchors
        };
        Self {
            id: row.id,
            keywords,
            forms,
            needs: row.needs,
            entropy: row.entropy,
            is_bounded: bounded,
            is_near,
        }
    }

    /// Tells whether the finished document is searched for it once more: its form alone tells it.
    pub fn is_final(&self) -> bool {
        !self.is_near
    }

    /// Tells whether a token may stand at the place of one of its keywords. Most short ones are parts of words, as
    /// `re_` of `core_`, and are told by the byte before and the one behind.
    pub fn may_be_at(&self, text: &[u8], keyword: &Range<usize>) -> bool {
        let place = keyword.start;
        self.is_near
            || self.forms.iter().any(|form| {
                form.may_be_at(text, place) && (form.has_head() || is_bounded(text, place))
            })
    }

    /// The places of such tokens in a text, by the places of its keywords, which are in order.
    pub fn find(&self, text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
        let mut end = 0;
        for keyword in keywords {
            if !self.is_near {
                if keyword.start >= end {
                    end = self.find_at(text, keyword.start, found).unwrap_or(end);
                }
            } else {
                end = self.find_near(text, keyword, end, found);
            }
        }
    }

    /// Looks for a token at a place. Gives its end.
    fn find_at(&self, text: &[u8], place: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
        let is_start = is_bounded(text, place);
        let longest = self
            .forms
            .iter()
            // The bound first: in a text of nothing but one letter, prefixes stand everywhere.
            .filter(|form| form.has_head() || is_start)
            .filter_map(|form| form.find(text, place))
            .filter(|token| self.accepts(text, token))
            .max_by_key(|token| token.token.end)?;
        let end = if self.is_bounded {
            longest.token.end
        } else {
            end_of_whole(text, longest.end(text))
        };
        found.push(longest.token.start..end);
        Some(end)
    }

    /// Looks for tokens near a word that names their provider, but not before `from`. Gives up to where it found some.
    fn find_near(
        &self,
        text: &[u8],
        word: &Range<usize>,
        from: usize,
        found: &mut Vec<Range<usize>>,
    ) -> usize {
        let mut at = behind_escape(text, word.end.max(from));
        let last = word.end.saturating_add(REACH).min(text.len());
        while at < last {
            let is_start = text.get(at).is_some_and(u8::is_ascii_alphanumeric)
                && is_bounded(text, at)
                && !is_joined(text, at);
            if is_start
                && self.forms.iter().any(|form| form.find(text, at).is_some())
                && has_noun(text, word, at)
                && let Some(end) = self.find_at(text, at, found)
            {
                return end;
            }
            at = behind_escape(text, at + 1);
        }
        from
    }

    fn accepts(&self, text: &[u8], token: &Found) -> bool {
        let random = token.random.as_slice();
        let has = |is: fn(&u8) -> bool| random.iter().any(is);
        let head_is_bounded = is_bounded(text, token.token.start)
            || (random.first().is_some_and(u8::is_ascii_digit)
                && text
                    .get(..token.token.start)
                    .is_some_and(|before| before.ends_with(b"bot")));
        head_is_bounded
            && self.needs.iter().all(|need| match need {
                Need::Digit => has(u8::is_ascii_digit),
                Need::Upper => has(u8::is_ascii_uppercase),
                Need::Lower => has(u8::is_ascii_lowercase),
                Need::Random => is_random(random),
            })
            && entropy(random) >= self.entropy
            && !is_stand_in(random)
    }
}

/// How far behind its provider's name a token is looked for, in bytes.
pub const REACH: usize = 80;

/// How far before its provider's name a noun may stand, in bytes.
pub const BEFORE: usize = 24;

/// Tells whether a place goes on a word or number before it, as the parts of an id do.
fn is_joined(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(2)..at).unwrap_or_default();
    matches!(before, [a, b'-' | b'.' | b'/'] if a.is_ascii_alphanumeric())
}

/// Words that say that a secret follows. One has to stand before a token that needs its provider's name.
pub const NOUNS: [&str; 11] = [
    "key", "token", "secret", "pass", "auth", "cred", "api", "pat", "sk=", "密", "令",
];

/// Tells whether a word before a place says that a secret follows, and none that it is an id or a digest.
fn has_noun(text: &[u8], word: &Range<usize>, at: usize) -> bool {
    const OTHER: [&[u8]; 11] = [
        b"commit" as &[u8],
        b"sha1",
        b"sha2",
        b"hash",
        b"digest",
        b"md5",
        b"etag",
        b"checksum",
        b"revision",
        b"public",
        b"version",
    ];
    let start = word.start.saturating_sub(BEFORE);
    let around = text.get(start..at).unwrap_or_default().to_ascii_lowercase();
    let between = around.get(word.end - start..).unwrap_or_default();
    let has = |words: &[&[u8]], text: &[u8]| {
        words
            .iter()
            .any(|word| memchr::memmem::find(text, word).is_some())
    };
    let name_end = around
        .iter()
        .rposition(u8::is_ascii_alphanumeric)
        .map_or(0, |last| last + 1);
    let name = around.get(..name_end).unwrap_or_default();
    has(&NOUNS.map(str::as_bytes), &around) && !has(&OTHER, between) && !name.ends_with(b"id")
}

/// The id of each kind of token that needs its provider's name, with one of the names and an example.
#[cfg(test)]
pub fn examples_of_near() -> Vec<(String, String, String)> {
    let rows = TABLES.into_iter().flat_map(rows);
    let of_row = |row: Row| {
        let examples = tests::examples(&row);
        let of_name = |name: &String| {
            let of_example = |example: &String| {
                let example = super::rule::template::expand(example);
                (row.id.clone(), name.clone(), example)
            };
            examples.iter().map(of_example).collect::<Vec<_>>()
        };
        row.near.iter().flat_map(of_name).collect::<Vec<_>>()
    };
    rows.flat_map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::keywords::Keywords;
    use super::super::rule::template::expand;
    use super::*;
    use std::collections::HashSet;

    /// Gives what one row finds in a text that holds nothing else.
    fn tokens(token: &Token, text: &str) -> Vec<String> {
        let mut places: Vec<Range<usize>> = Vec::new();
        Keywords::new(token.keywords.iter().map(String::as_str))
            .find(text.as_bytes(), &mut |_, place| places.push(place));
        places.sort_by_key(|place| place.start);
        let mut found = Vec::new();
        token.find(text.as_bytes(), &places, &mut found);
        found
            .into_iter()
            .map(|range| text.get(range).unwrap().to_owned())
            .collect()
    }

    /// Gives examples of a row's tokens: its own, and each form at its least.
    pub fn examples(row: &Row) -> Vec<String> {
        let forms = row.forms.iter().map(|form| {
            let example = form.replace("+}", "}");
            let mut least = String::new();
            let mut rest = example.as_str();
            while let Some((before, after)) = rest.split_once('{') {
                let (run, tail) = after.split_once('}').unwrap();
                let (name, length) = run.split_once(':').unwrap();
                let length = length.split('-').next().unwrap();
                least.push_str(&format!("{before}{{{name}:{length}}}"));
                rest = tail;
            }
            least.push_str(rest);
            least
        });
        forms.chain(row.examples.clone()).collect()
    }

    #[test]
    fn every_row_is_well_formed_and_finds_its_examples_only() {
        for table in TABLES {
            let is_sorted = rows(table).is_sorted_by_key(|row| row.id.clone());
            assert!(is_sorted, "the rows are in the order of their ids");
        }
        let rows: Vec<_> = TABLES.into_iter().flat_map(rows).collect();
        let mut ids = HashSet::new();
        let mut wrong = Vec::new();
        for (row, token) in rows.iter().zip(ALL.iter()) {
            let id = &row.id;
            assert!(ids.insert(id.clone()), "{id}: the id is taken");
            assert!(
                !super::super::rule::ALL.iter().any(|rule| rule.id == *id),
                "{id}: a rule has it"
            );
            let is_plain = |b: u8| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit();
            assert!(
                !id.is_empty() && id.bytes().all(is_plain),
                "{id}: lower-case letters, digits, hyphens"
            );
            assert!(
                !row.provider.is_empty() && !row.source.is_empty(),
                "{id}: a provider and a source"
            );
            assert_eq!(
                row.forms.len(),
                token.forms.len(),
                "{id}: a form is not understood"
            );
            assert!(
                token.keywords.iter().all(|word| word.len() >= 2),
                "{id}: two or more bytes"
            );
            for example in examples(row) {
                let value = expand(&example);
                let name = row
                    .near
                    .first()
                    .map_or(String::new(), |word| format!("{word}_api_"));
                let is_whole = |text: &str| tokens(token, text).contains(&value);
                for text in [
                    format!("{name}key: {value}"),
                    format!("**{name}key** **{value}**"),
                    format!("`{name}key` `{value}`"),
                    format!("{name}KEY={value}"),
                    format!("{name}KEY=\"{value}\""),
                    format!("{{\"{name}key\":\"{value}\",\"a\":1}}"),
                    format!("{{\\\"{name}key\\\":\\\"{value}\\\",\\\"a\\\":1}}"),
                    format!("{name}密钥{value}。"),
                    format!("({name}key {value}), and more"),
                    format!("{name}key\\n{value}\\nnext line"),
                    format!("{name}key=%22{value}%22"),
                    format!("{name}key=\\u0022{value}\\u0022"),
                ] {
                    if !is_whole(&text) {
                        wrong.push(format!(
                            "{id}: misses {example} in {text}: {:?}",
                            tokens(token, &text)
                        ));
                        break;
                    }
                }
                if row.near.is_empty() && !is_whole(&value) {
                    wrong.push(format!("{id}: misses {example} alone"));
                }
            }
            for counter_example in &row.counter_examples {
                let text = expand(counter_example);
                let found = tokens(token, &text);
                if !found.is_empty() {
                    wrong.push(format!("{id}: takes {found:?}"));
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{}\n{} wrong",
            wrong.join("\n"),
            wrong.len()
        );
    }

    #[test]
    fn a_start_that_is_part_of_a_word_is_not_looked_at() {
        let may_be = |id: &str, text: &str, start: &str| {
            let token = ALL.iter().find(|token| token.id == id).unwrap();
            let at = text.find(start).unwrap();
            token.may_be_at(text.as_bytes(), &(at..at + start.len()))
        };
        for text in ["core_1a", "re_ 1a", "re_"] {
            assert!(!may_be("resend-key", text, "re_"), "{text}");
        }
        assert!(!may_be("resend-key", "RE_1a", "RE_"));
        for text in ["re_1a", "=re_1a", "\\nre_1a", "%3Dre_1a", "密re_1a"] {
            assert!(may_be("resend-key", text, "re_"), "{text}");
        }
    }

    #[test]
    fn ids_digests_and_names_are_no_tokens() {
        let texts = [
            "commit {hex:40}",
            "tree {hex:64}",
            "id: {hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
            "integrity: sha512-{b64:86}==",
            "sha256:{hex:64}",
            "h1:{b64:43}=",
            "nanoid {b64u:21}",
            "ses_{alnum:26}",
            "msg_{alnum:26}",
            "prt_{alnum:26}",
            "call_{alnum:24}",
            "toolu_{alnum:24}",
            "req_{alnum:24}",
            "resp_{hex:50}",
            "chatcmpl-{alnum:29}",
            "SHA256:{b64:43}",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{b64:44}",
            "data:image/png;base64,iVBORw0KGgo{b64:400}",
            "fc-button-primary-large-x",
            "fc-daygrid-event-harness-abs",
            "sk-spinner-three-bounce",
            "sk-cube-grid-item-number-9-of-9",
            "app-header-navigation-wrapper-2",
            "pa-4-md-pa-8-lg-pa-12",
            "as-child-with-slot-and-ref",
            "ak-select-multiple-options-v2",
            "re_exports_all_public_items",
            "key_value_store_implementation",
            "pat_matching_on_enum_variants",
            "m0-alpha-release-candidate-2",
            "hf_hub_download_with_progress_bar",
            "npm_config_registry_auth_token",
            "live_reload_server_port_35729",
            "test_that_all_of_the_tokens_are_found_in_2_texts",
            "sandbox_mode_is_enabled_for_all_users_now",
            "API-REFERENCE-OF-ALL-VERSIONS-2026",
            "t-shirt-size-extra-large-and-up-to-5xl-in-blue-and-red",
            "twilio sdk version {hex:40}",
            "datadog commit {hex:40}",
            "github.com/datadog/agent {hex:40}",
            "cloudflare image id {hex:32}",
            "stripe key_id {hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
        ];
        for text in texts.map(expand) {
            for token in ALL.iter() {
                let found = tokens(token, &text);
                assert!(found.is_empty(), "{}: {found:?} of {text}", token.id);
            }
        }
    }
}
