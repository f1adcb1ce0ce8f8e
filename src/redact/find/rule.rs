//! The redaction rules: data in `rules.toml`, read and checked once.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Captures;
use serde::Deserialize;

use super::pattern::Pattern;
use super::token::bounds::is_bounded;
use super::value::entropy::entropy;
use super::value::form::{is_stand_in, starts_as_code};
use super::{end_of_whole, window};

/// A redaction rule that is ready to use.
pub struct Rule {
    /// The stable id, which is the placeholder's name too.
    pub id: String,
    /// Words of which one must occur, in any case, before the pattern is tried.
    pub keywords: Vec<String>,
    /// The form of what it finds.
    form: Form,
    pattern: Pattern,
    /// The least Shannon entropy of the secret, in bits for a byte.
    entropy: f64,
    /// True where what stands around the secret gives it away, not its own form.
    is_context: bool,
    /// True where the finished document is searched for it once more.
    pub is_final: bool,
}

/// The ways in which a rule looks for its secret.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// It starts with a keyword.
    Token,
    /// It follows one at once, in what the pattern describes.
    Behind,
    /// It stands near one.
    Near,
    /// Anywhere in the text.
    Everywhere,
}

impl Rule {
    /// Tells whether only what stands around a secret gives it away.
    pub fn is_told_by_context(&self) -> bool {
        self.is_context
    }

    /// Tells whether a secret may stand at the place of a keyword, as far as the byte before it tells.
    pub fn may_be_at(&self, text: &[u8], keyword: &Range<usize>) -> bool {
        self.form != Form::Token || is_bounded(text, keyword.start)
    }

    /// The places of the secrets in a text, by the places of the keywords in it.
    pub fn find(&self, text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
        let on_match = |captures: &Captures| {
            let Some(secret) = captures.get(1) else {
                return 0;
            };
            if self.accepts(secret.as_bytes()) {
                found.push(secret.start()..self.end_of(text, secret.end()));
            }
            // From the end of the secret, not of the match: what follows it may be the boundary
            // that the next secret needs.
            secret.end()
        };
        match self.form {
            Form::Token => {
                let starts = keywords.iter().map(|keyword| keyword.start);
                let starts = starts.filter(|start| is_bounded(text, *start));
                self.find_at(text, starts, found);
            }
            Form::Behind => {
                let ends = keywords.iter().map(|keyword| keyword.end);
                self.find_at(text, ends, found);
            }
            Form::Near => window::for_each_near(&self.pattern, text, keywords, on_match),
            Form::Everywhere => window::for_each(&self.pattern, text, on_match),
        }
    }

    /// Matches the pattern at each of some places, which are in order.
    fn find_at(
        &self,
        text: &[u8],
        places: impl Iterator<Item = usize>,
        found: &mut Vec<Range<usize>>,
    ) {
        let mut end = 0;
        for place in places {
            if place < end {
                continue;
            }
            let Some(secret) = window::match_at(&self.pattern, text, place) else {
                continue;
            };
            // A match that is no secret is not searched again either: a text of nothing but keywords would
            // take time quadratic in its length.
            end = secret.end;
            if text
                .get(secret.clone())
                .is_some_and(|secret| self.accepts(secret))
            {
                end = self.end_of(text, secret.end);
                found.push(secret.start..end);
            }
        }
    }

    fn end_of(&self, text: &[u8], end: usize) -> usize {
        if self.is_final {
            end_of_whole(text, end)
        } else {
            end
        }
    }

    /// Tells whether a match of the pattern is a secret, and no stand-in for one.
    fn accepts(&self, secret: &[u8]) -> bool {
        entropy(secret) >= self.entropy
            // AWS's own documentation ends its keys so.
            && !secret.ends_with(b"EXAMPLE")
            && !(self.is_context && (is_stand_in(secret) || starts_as_code(secret)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rule: Vec<RuleEntry>,
}

/// One entry of `rules.toml`. Its head explains the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    id: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for readers of the file and its check")
    )]
    title: String,
    #[serde(default)]
    keywords: Vec<String>,
    token: Option<String>,
    behind: Option<String>,
    pattern: Option<String>,
    #[serde(default)]
    everywhere: bool,
    #[serde(default)]
    entropy: f64,
    #[serde(default)]
    context: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the check of the file"))]
    examples: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the check of the file"))]
    #[serde(default)]
    counter_examples: Vec<String>,
}

const RULES: &str = include_str!("rules.toml");

/// All rules, in the order of the file.
#[expect(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
pub static ALL: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let file: RuleFile = toml::from_str(RULES).expect("rules.toml is valid");
    file.rule.into_iter().map(ready).collect()
});

fn ready(entry: RuleEntry) -> Rule {
    let anchored = |expression: String| format!("^(?:{expression})");
    let (form, expression) = match (entry.token, entry.behind, entry.pattern) {
        (Some(token), ..) => (Form::Token, anchored(token)),
        (_, Some(behind), _) => (Form::Behind, anchored(behind)),
        (.., pattern) if entry.everywhere => (Form::Everywhere, pattern.unwrap_or_default()),
        (.., pattern) => (Form::Near, pattern.unwrap_or_default()),
    };
    Rule {
        form,
        pattern: expression.into(),
        id: entry.id,
        keywords: entry.keywords,
        entropy: entry.entropy,
        is_context: entry.context,
        is_final: !entry.context,
    }
}

/// Expands the templates in examples: `ghp_{alnum:36}`. They keep whole tokens out of this
/// repository, so that no scanner stumbles over it.
#[cfg(test)]
pub mod template {
    /// Replaces each `{class:length}` by characters of the class, the same ones each time.
    pub fn expand(template: &str) -> String {
        let mut result = String::new();
        let mut rest = template;
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        while let Some((before, after)) = rest.split_once('{') {
            result.push_str(before);
            let Some((spec, tail)) = after.split_once('}') else {
                break;
            };
            match spec
                .split_once(':')
                .and_then(|(class, n)| Some((alphabet(class)?, n.parse().ok()?)))
            {
                Some((alphabet, length)) => {
                    for _ in 0..length {
                        result.push(char::from(pick(alphabet, &mut state)));
                    }
                }
                None => {
                    result.push('{');
                    rest = after;
                    continue;
                }
            }
            rest = tail;
        }
        result.push_str(rest);
        result
    }

    fn alphabet(class: &str) -> Option<&'static [u8]> {
        Some(match class {
            "alnum" => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            "b64u" => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
            "b64" => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
            "hex" => b"0123456789abcdef",
            "upper" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "lower" => b"abcdefghijklmnopqrstuvwxyz0123456789",
            "letters" => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "digits" => b"0123456789",
            "anyhex" | "HEX" => b"0123456789ABCDEF",
            "az" => b"abcdefghijklmnopqrstuvwxyz",
            "AZ" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "base58" => b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
            "bech32" => b"qpzry9x8gf2tvdw0s3jn54khce6mua7l",
            "word" | "kebab" | "dotted" | "b64any" | "loose" => {
                b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            }
            _ => return None,
        })
    }

    /// xorshift64, so that the examples are the same on every machine.
    fn pick(alphabet: &[u8], state: &mut u64) -> u8 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let index = usize::try_from(*state >> 33).unwrap() % alphabet.len();
        alphabet[index]
    }
}

#[cfg(test)]
mod tests {
    use super::super::keywords::Keywords;
    use super::*;
    use std::collections::HashSet;

    fn entries() -> Vec<RuleEntry> {
        toml::from_str::<RuleFile>(RULES).unwrap().rule
    }

    /// Gives what one rule finds in a text that holds nothing else.
    fn secrets(rule: &Rule, text: &str) -> Vec<String> {
        let mut places: Vec<Range<usize>> = Vec::new();
        Keywords::new(rule.keywords.iter().map(String::as_str))
            .find(text.as_bytes(), &mut |_, place| places.push(place));
        let mut found = Vec::new();
        rule.find(text.as_bytes(), &places, &mut found);
        found
            .into_iter()
            .map(|range| text.get(range).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_rule_is_well_formed_and_finds_its_examples_only() {
        let mut ids = HashSet::new();
        for (entry, rule) in entries().iter().zip(ALL.iter()) {
            let id = &entry.id;
            assert!(ids.insert(id.clone()), "{id}: the id is taken");
            assert!(
                !id.is_empty()
                    && id
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()),
                "{id}: an id is made of lower-case letters, digits and hyphens"
            );
            assert!(!entry.title.is_empty(), "{id}: no title");
            assert!(!entry.examples.is_empty(), "{id}: no example");
            assert!(
                !rule.keywords.is_empty(),
                "{id}: no keyword, so the pattern would run on every text"
            );
            assert!(
                rule.keywords.iter().all(|keyword| keyword.len() >= 2),
                "{id}: a keyword has two or more bytes"
            );
            assert!(
                [&entry.token, &entry.behind, &entry.pattern]
                    .into_iter()
                    .flatten()
                    .count()
                    == 1,
                "{id}: a token, a pattern, or what stands behind a keyword"
            );
            let groups = rule.pattern.captures_len() - 1;
            assert!(
                groups == 1 || (groups == 0 && entry.token.is_some()),
                "{id}: exactly one group, the secret"
            );
            for example in &entry.examples {
                let text = template::expand(example);
                assert!(
                    !secrets(rule, &text).is_empty(),
                    "{id}: misses the example {example}"
                );
                // Beside Chinese text, after an underscore, in Markdown: the same.
                for wrapped in [
                    format!("令牌{text}。"),
                    format!("**{text}**"),
                    format!("({text}),"),
                ] {
                    let is_whole_line = rule.pattern.as_str().contains("(?m)") || entry.context;
                    assert!(
                        is_whole_line || !secrets(rule, &wrapped).is_empty(),
                        "{id}: misses {wrapped}"
                    );
                }
            }
            for counter_example in &entry.counter_examples {
                let text = template::expand(counter_example);
                assert_eq!(
                    secrets(rule, &text),
                    Vec::<String>::new(),
                    "{id}: must not match {counter_example}"
                );
            }
        }
    }

    #[test]
    fn entropy_is_in_bits() {
        assert!(entropy(b"aaaa").abs() < 1e-9);
        assert!((entropy(b"abcd") - 2.0).abs() < 1e-9);
    }
}
