//! Finds the secrets in one text: keyword gate, then patterns, then spans.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::super::people::strict;
use super::super::placeholders::{is_inside_placeholder, is_only_a_placeholder};
use super::hit::{Hit, NumberedPlace};
use super::keywords::Keywords;
use super::place::{address, command, json, kubernetes, named_value};
use super::rule::Rule;
use super::token::{Token, near};
use super::value::program;
use super::{prose, rule, token};
use crate::options::level::RedactLevel;

/// Takes a text and the places of the keywords in it, in order, and adds those of the secrets.
type Find = fn(&[u8], &[Range<usize>], &mut Vec<Range<usize>>);

/// Finds secrets by what stands around them, beside the rules of the file.
pub struct Detector {
    /// The rule's id in reports and placeholders.
    id: &'static str,
    keywords: fn() -> Vec<&'static str>,
    find: Find,
}

pub static NAMED_VALUES: Detector = Detector {
    id: crate::redact::find::hit::ID,
    keywords: || named_value::KEYWORDS.to_vec(),
    find: named_value::find,
};
pub static PROSE: Detector = Detector {
    id: crate::redact::find::hit::ID,
    keywords: || prose::KEYWORDS.iter().map(String::as_str).collect(),
    find: prose::find,
};
pub static KUBERNETES: Detector = Detector {
    id: crate::redact::find::hit::ID,
    keywords: || kubernetes::KEYWORDS.to_vec(),
    find: kubernetes::find,
};
pub static COMMANDS: Detector = Detector {
    id: crate::redact::find::hit::ID,
    keywords: || command::KEYWORDS.iter().map(String::as_str).collect(),
    find: command::find,
};
pub static ADDRESS_PASSWORDS: Detector = Detector {
    id: address::PASSWORD_ID,
    keywords: || address::KEYWORDS.to_vec(),
    find: address::find_passwords,
};
pub static ADDRESS_TOKENS: Detector = Detector {
    id: address::TOKEN_ID,
    keywords: || address::KEYWORDS.to_vec(),
    find: address::find_tokens,
};
/// Finds nothing by itself: its words make a text worth to be read as JSON.
static DOCUMENTS: Detector = Detector {
    id: crate::redact::find::hit::ID,
    keywords: || json::KEYWORDS.to_vec(),
    find: |_, _, _| (),
};
static DETECTORS: [&Detector; 7] = [
    &DOCUMENTS,
    &KUBERNETES,
    &NAMED_VALUES,
    &PROSE,
    &COMMANDS,
    &ADDRESS_PASSWORDS,
    &ADDRESS_TOKENS,
];

/// Something that looks for secrets near its keywords.
#[derive(Clone, Copy)]
pub enum Finder {
    Rule(&'static Rule),
    Token(&'static Token),
    Detector(&'static Detector),
    /// Tokens that need their provider's name, which [`near`] looks for near a noun.
    Near,
}

impl Finder {
    fn id(self) -> &'static str {
        match self {
            Self::Rule(rule) => &rule.id,
            Self::Token(token) => &token.id,
            Self::Detector(detector) => detector.id,
            Self::Near => crate::redact::find::hit::ID,
        }
    }

    fn keywords(self) -> Vec<&'static str> {
        match self {
            Self::Rule(rule) => rule.keywords.iter().map(String::as_str).collect(),
            Self::Token(token) => token.keywords.iter().map(String::as_str).collect(),
            Self::Detector(detector) => (detector.keywords)(),
            Self::Near => token::NOUNS.to_vec(),
        }
    }

    /// Tells whether the place of a keyword is worth keeping.
    fn may_be_at(self, text: &[u8], place: &Range<usize>) -> bool {
        match self {
            Self::Token(token) => token.may_be_at(text, place),
            Self::Rule(rule) => rule.may_be_at(text, place),
            Self::Detector(_) | Self::Near => true,
        }
    }

    /// The secrets near the places of its keywords, which are in order.
    pub fn find(self, text: &str, places: &[Range<usize>]) -> Vec<Hit> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        match self {
            Self::Rule(rule) => {
                rule.find(bytes, places, &mut found);
                if rule.is_told_by_context() {
                    found.retain(|place| !program::is_part(bytes, place));
                }
            }
            Self::Token(token) => token.find(bytes, places, &mut found),
            Self::Detector(detector) => (detector.find)(bytes, places, &mut found),
            Self::Near => return find_near(text, places),
        }
        let found = found.into_iter();
        found.map(|range| hit(text, range, self.id())).collect()
    }
}

/// The names of providers whose tokens need them.
static NEAR: LazyLock<Gate> = LazyLock::new(|| {
    let near = token::ALL.iter().filter(|token| !token.is_final());
    Gate::new(near.map(Finder::Token).collect(), [])
});

/// The tokens near some nouns, which are in order.
fn find_near(text: &str, nouns: &[Range<usize>]) -> Vec<Hit> {
    let mut hits = Vec::new();
    let stretches = near::stretches(text.as_bytes(), nouns);
    NEAR.open_in(text, &stretches, &mut |_, _| (), |finder, places| {
        hits.extend(finder.find(text, places));
    });
    hits
}

/// Tells which finders a text is worth trying, and where.
pub struct Gate {
    finders: Vec<Finder>,
    keywords: Keywords,
    /// The use of each keyword.
    uses: Vec<Use>,
}

/// The finders that a keyword belongs to.
#[derive(Default)]
struct Use {
    /// By their place among the gate's.
    finders: Vec<usize>,
    /// The number of the word that the caller looks for.
    word: Option<usize>,
}

/// JSON in a string of JSON is read as such so deep. What is deeper is a text like any other.
const DEEPEST: usize = 8;

/// Called back with the number of a word that the caller looks for, and each of its places.
pub type OnWord<'a> = &'a mut dyn FnMut(usize, Range<usize>);

impl Gate {
    /// A gate for some finders, and for words that the caller looks for.
    pub fn new<'w>(finders: Vec<Finder>, words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut uses = BTreeMap::<String, Use>::new();
        for (index, finder) in finders.iter().enumerate() {
            for keyword in finder.keywords() {
                let of_keyword = uses.entry(keyword.to_ascii_lowercase()).or_default();
                of_keyword.finders.push(index);
            }
        }
        for (number, word) in words.into_iter().enumerate() {
            uses.entry(word.to_ascii_lowercase()).or_default().word = Some(number);
        }
        Self {
            finders,
            keywords: Keywords::new(uses.keys().map(String::as_str)),
            uses: uses.into_values().collect(),
        }
    }

    /// Calls back with each finder that a text is worth trying, and the places of its keywords.
    fn open(
        &self,
        text: &str,
        on_word: OnWord<'_>,
        on_finder: impl FnMut(Finder, &[Range<usize>]),
    ) {
        let all = 0..text.len();
        self.open_in(text, std::slice::from_ref(&all), on_word, on_finder);
    }

    /// The same for keywords in some stretches of a text, which are in order.
    pub fn open_in(
        &self,
        text: &str,
        stretches: &[Range<usize>],
        on_word: OnWord<'_>,
        mut on_finder: impl FnMut(Finder, &[Range<usize>]),
    ) {
        let mut found: Vec<NumberedPlace> = Vec::new();
        for stretch in stretches {
            let bytes = text.as_bytes().get(stretch.clone()).unwrap_or_default();
            self.keywords.find(bytes, &mut |keyword, place| {
                let Some(Use { finders, word }) = self.uses.get(keyword) else {
                    return;
                };
                let place = place.start + stretch.start..place.end + stretch.start;
                let may_find = |number: &&usize| {
                    let finder = self.finders.get(**number);
                    finder.is_some_and(|finder| finder.may_be_at(text.as_bytes(), &place))
                };
                let finders = finders.iter().filter(may_find);
                found.extend(finders.map(|finder| (*finder, place.clone())));
                if let Some(number) = word {
                    on_word(*number, place);
                }
            });
        }
        // Those of one keyword are in order, those of several are not.
        found.sort_by_key(|(finder, place)| (*finder, place.start));
        let mut places = Vec::with_capacity(found.len());
        for of_finder in found.chunk_by(|(one, _), (other, _)| one == other) {
            places.clear();
            places.extend(of_finder.iter().map(|(_, place)| place.clone()));
            let number = of_finder.first().map(|(number, _)| *number);
            if let Some(finder) = number.and_then(|number| self.finders.get(number)) {
                on_finder(*finder, &places);
            }
        }
    }
}

/// The gate for a finished document.
static FINAL: LazyLock<Gate> = LazyLock::new(|| {
    let rules = rule::ALL.iter().filter(|rule| rule.is_final);
    let tokens = token::ALL.iter().filter(|token| token.is_final());
    let finders = tokens.map(Finder::Token).chain(rules.map(Finder::Rule));
    Gate::new(finders.collect(), [])
});

/// Finds secrets in texts, and in the same go the places of some words.
pub struct Scanner(Gate);

impl Scanner {
    /// A scanner for such words: mostly those of the last one, which is then the same.
    pub fn shared<'w>(words: impl IntoIterator<Item = &'w str>) -> Arc<Self> {
        static LAST: Mutex<Option<(Vec<String>, Arc<Scanner>)>> = Mutex::new(None);
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((known, scanner)) if *known == words => scanner.clone(),
            _ => {
                let scanner = Arc::new(Self::new(words.iter().map(String::as_str)));
                *last = Some((words, scanner.clone()));
                scanner
            }
        }
    }

    /// Takes the words, of two or more bytes, that the caller looks for in any case.
    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let rules = rule::ALL.iter();
        // If two find the same, the first gives the name: a token's is better than that of its variable.
        let telling = token::ALL.iter().filter(|token| token.is_final());
        let finders = (telling.map(Finder::Token))
            .chain(rules.map(Finder::Rule))
            .chain([Finder::Near])
            .chain(DETECTORS.iter().copied().map(Finder::Detector));
        Self(Gate::new(finders.collect(), words))
    }

    /// Finds everything that the rules of a level find; hits do not overlap and are in order. Calls back
    /// with the number and the place of each word.
    pub fn find(&self, text: &str, level: RedactLevel, on_word: OnWord<'_>) -> Vec<Hit> {
        self.find_at_depth(text, level, on_word, 0)
    }

    /// The same for a text that stands so deep in documents.
    fn find_at_depth(
        &self,
        text: &str,
        level: RedactLevel,
        on_word: OnWord<'_>,
        depth: usize,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut keywords = Vec::new();
        let mut add = |finder: Finder, places: &[Range<usize>]| {
            hits.extend(finder.find(text, places));
            if !matches!(finder, Finder::Near) {
                keywords.extend(places.iter().map(|place| place.start));
            }
        };
        self.0.open(text, on_word, &mut add);
        if level == RedactLevel::Strict {
            let found = strict::find(text).into_iter();
            hits.extend(found.map(|(range, rule)| hit(text, range, rule)));
        }
        keywords.sort_unstable();
        // In JSON, `\u0070` may hide a keyword.
        let may_hide = memchr::memmem::find(text.as_bytes(), b"\\u").is_some();
        if depth < DEEPEST && (!keywords.is_empty() || may_hide || level == RedactLevel::Strict) {
            let is_worth = |range: &Range<usize>| {
                let next = keywords.partition_point(|at| *at < range.start);
                level == RedactLevel::Strict || keywords.get(next).is_some_and(|at| *at < range.end)
            };
            let find = |text: &str| self.find_at_depth(text, level, &mut |_, _| (), depth + 1);
            let search = json::Search {
                is_worth: &is_worth,
                find: &find,
            };
            for region in json::regions(text, &search) {
                hits.retain(|hit| !region.holds(hit) || region.keeps(hit));
                hits.extend(region.hits);
            }
        }
        hits.retain(|hit| {
            let value = text.get(hit.range.clone()).unwrap_or_default();
            !is_inside_placeholder(text, hit.range.start) && !is_only_a_placeholder(value)
        });
        without_overlaps(hits)
    }
}

/// The first rule of an unmistakable form that a finished document still matches, but for places that may be shown.
pub fn find_final(
    document: &str,
    may_be_shown: &dyn Fn(&Range<usize>) -> bool,
) -> Option<&'static str> {
    let mut first = None;
    FINAL.open(document, &mut |_, _| (), |finder, places| {
        if first.is_none() {
            let found = finder.find(document, places);
            let is_secret = found.iter().any(|hit| !may_be_shown(&hit.range));
            first = is_secret.then(|| finder.id());
        }
    });
    first
}

/// Tells whether there is a rule, a token or a detector of an id.
pub fn is_rule(id: &str) -> bool {
    rule::ALL.iter().any(|rule| rule.id == id)
        || token::ALL.iter().any(|token| token.id == id)
        || DETECTORS.iter().any(|detector| detector.id == id)
        || strict::IDS.contains(&id)
}

/// Gives what one detector finds.
#[cfg(test)]
pub fn find_by<'t>(detector: &'static Detector, text: &'t str) -> Vec<&'t str> {
    find_only(vec![Finder::Detector(detector)], text)
}

#[cfg(test)]
fn find_only(finders: Vec<Finder>, text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    Gate::new(finders, []).open(text, &mut |_, _| (), |finder, places| {
        let hits = finder.find(text, places).into_iter();
        found.extend(hits.filter_map(|hit| text.get(hit.range)));
    });
    found
}

/// Widens a range of bytes to whole characters.
fn hit(text: &str, range: Range<usize>, rule: &'static str) -> Hit {
    Hit {
        range: text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end),
        rule,
    }
}

/// Joins overlapping hits. The hit that starts first gives the rule; the longer one, where two
/// start together.
fn without_overlaps(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        a.range
            .start
            .cmp(&b.range.start)
            .then(b.range.end.cmp(&a.range.end))
    });
    let mut result: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match result.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => result.push(hit),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::super::rule::template::expand;
    use super::*;

    fn rules(text: &str) -> Vec<&'static str> {
        Scanner::new([])
            .find(text, RedactLevel::Secrets, &mut |_, _| ())
            .into_iter()
            .map(|hit| hit.rule)
            .collect()
    }

    #[test]
    fn adjacent_secrets_are_all_found() {
        let text = expand("ghp_{alnum:36},ghp_{alnum:36} xoxb-{digits:12}-{digits:13}-{alnum:24}");
        assert_eq!(
            rules(&text),
            ["github-token", "github-token", "slack-token"]
        );
    }

    #[test]
    fn the_unmistakable_form_names_a_secret_that_also_has_a_name() {
        assert_eq!(
            rules(&expand("GITHUB_TOKEN=ghp_{alnum:36}")),
            ["github-token"]
        );
        assert_eq!(
            rules(&expand("Authorization: Bearer ghp_{alnum:36}")),
            ["github-token"]
        );
    }

    #[test]
    fn a_json_web_key_is_read_without_another_keyword_in_it() {
        let key = r#"{"kty":"RSA","n":"QQQQ","d":"QWQWQWQWQWQWQWQW"}"#;
        assert_eq!(rules(key), ["named-secret"]);
        let escaped = key.replace('"', "\\\"");
        assert_eq!(rules(&escaped), ["named-secret"]);
    }

    #[test]
    fn a_field_is_read_for_each_name_of_a_secret() {
        for name in [
            "pswd",
            "motdepasse",
            "MOTDEPASSE",
            "kennwort",
            "mdp",
            "senha",
        ] {
            let field = format!("{{\"{name}\":\"Walnut47!x\"}}");
            assert_eq!(rules(&field), ["named-secret"], "{name}");
        }
    }

    #[test]
    fn healthy_text_is_left_alone() {
        for text in [
            "3f786850e387550fdab836ed7e6dc881de23001b",
            "process.env.OPENAI_API_KEY",
            "task-runner-config-loader-helper",
            "7f1d2c9a-4b1e-4f7e-9a57-1c2d3e4f5a6b",
            "Authorization: Bearer <token>",
            "postgres://report@localhost:5432/report",
            "password: ********",
            "integrity sha512-abc==",
            "const key = items[index].key;",
        ] {
            assert_eq!(rules(text), Vec::<&str>::new(), "{text}");
        }
    }
}
