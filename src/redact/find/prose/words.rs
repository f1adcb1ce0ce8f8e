//! The words of `prose.toml`, by what is looked up: a label knows its languages, and a text the verbs it may begin with.
//!
//! Some labels belong to a dozen languages (`token`, `pin`), and most places of labels tell nothing. So a place is
//! looked at once for all languages whose verbs answer the same there.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::secret_name::{Strength, strength};

#[derive(Deserialize)]
pub struct WordTable {
    pub language: Vec<Language>,
}

/// The words of a language, as `prose.toml` explains them.
#[derive(Deserialize)]
pub struct Language {
    #[serde(rename = "code")]
    _code: String,
    pub labels: Vec<String>,
    /// Labels of numbers that are typed.
    #[serde(default)]
    codes: Vec<String>,
    /// Labels of passphrases, whose words nothing needs to quote.
    #[serde(default)]
    phrases: Vec<String>,
    /// Words for keys that name other things, too.
    #[serde(default)]
    keys: Vec<String>,
    /// Words for codes that name other things, too: only with one of the things they open.
    #[serde(default)]
    vague_codes: Vec<String>,
    /// Things that such a code opens.
    #[serde(default)]
    things: Vec<String>,
    accounts: Vec<String>,
    /// Words that name an account before its password.
    #[serde(default)]
    users: Vec<String>,
    /// Words that hold a sentence together, and words that people say of passphrases.
    #[serde(default)]
    ordinary: Vec<String>,
    /// Words between a value and the label behind it: they say that the label names the value.
    #[serde(default)]
    pub pointers: Vec<String>,
    /// Words between an old value and its new one.
    #[serde(default)]
    towards: Vec<String>,
    /// Starts of a sentence that tells the value. The sentence before it names the secret.
    #[serde(default)]
    continuations: Vec<String>,
    /// Words that stand for what was named before: a sentence with one of them, before a verb, tells the value too.
    #[serde(default)]
    stand_ins: Vec<String>,
    pub verbs: Vec<String>,
    /// The first letter of each verb.
    #[serde(skip)]
    first_letters: Vec<char>,
}

/// The uses of a word.
#[derive(Default)]
pub struct Word {
    /// The languages in which it is a label.
    pub of_label: Vec<&'static Language>,
    /// The languages in which it is a word for accounts.
    pub of_account: Vec<&'static Language>,
    /// True where it names a number that is typed: a PIN, a code of a few digits.
    pub is_pin: bool,
    /// True where it is a label, and none of English. Words of English in a sentence of another language are hardly that
    /// sentence's.
    pub is_foreign: bool,
    /// True where it names a token or a key, which is never a plain word.
    pub is_of_token: bool,
    /// True where it names a phrase.
    pub is_phrase: bool,
    /// True where it names other things, too.
    pub is_vague: bool,
}

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    // A test proves that the file is well-formed.
    let table: WordTable = toml::from_str(include_str!("prose.toml")).unwrap_or(WordTable {
        language: Vec::new(),
    });
    let mut languages = table.language;
    for language in &mut languages {
        let more = [
            &language.codes,
            &language.phrases,
            &language.keys,
            &language.vague_codes,
        ];
        let more: Vec<String> = more.into_iter().flatten().cloned().collect();
        language.labels.extend(more);
        // The longest verb first, so that `set to` is not taken for `set`.
        language
            .verbs
            .sort_by_key(|verb| std::cmp::Reverse(verb.len()));
        let first_letters = language.verbs.iter().map(|verb| verb.chars().next());
        language.first_letters = first_letters.map(Option::unwrap_or_default).collect();
    }
    languages
});

/// One map for all languages: else a word would be compared with some thousand.
static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    let mut words = HashMap::<&str, Word>::new();
    for language in LANGUAGES.iter() {
        // A language may have a word twice.
        let labels: BTreeSet<&str> = language.labels.iter().map(String::as_str).collect();
        for label in labels {
            words.entry(label).or_default().of_label.push(language);
        }
        let accounts: BTreeSet<&str> = language.accounts.iter().map(String::as_str).collect();
        for account in accounts {
            words.entry(account).or_default().of_account.push(language);
        }
        for code in language.codes.iter().chain(&language.vague_codes) {
            words.entry(code).or_default().is_pin = true;
        }
        for phrase in &language.phrases {
            words.entry(phrase).or_default().is_phrase = true;
        }
        for vague in language.keys.iter().chain(&language.vague_codes) {
            words.entry(vague).or_default().is_vague = true;
        }
    }
    let english = LANGUAGES.first();
    for (text, word) in &mut words {
        word.is_foreign =
            !english.is_some_and(|english| english.labels.iter().any(|it| it == text));
        let strength = strength(text.as_bytes());
        word.is_of_token = strength.is_some_and(|strength| strength != Strength::Strong);
    }
    words
});

/// The words of ASCII that name other things, too.
static VAGUE: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let words = LANGUAGES
        .iter()
        .flat_map(|language| language.keys.iter().chain(&language.vague_codes));
    let words = words.map(String::as_str);
    words.filter(|word| word.is_ascii()).collect()
});

/// Tells whether bytes are a word that names other things, too. No place in a program tells anything for these, and most of
/// their places are in programs, so this is asked before all else.
pub fn is_vague(label: &[u8]) -> bool {
    VAGUE
        .iter()
        .any(|word| word.len() == label.len() && word.as_bytes().eq_ignore_ascii_case(label))
}

/// The words of all languages that hold a sentence together.
static ORDINARY: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let words = LANGUAGES.iter().flat_map(|language| &language.ordinary);
    words.map(String::as_str).collect()
});

/// Tells whether a word holds sentences together or is said of passphrases.
pub fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(word)
}

/// Tells whether a text in small letters ends with a word for an account or a user.
pub fn is_account(text: &str) -> bool {
    let mut words = LANGUAGES
        .iter()
        .flat_map(|language| language.accounts.iter().chain(&language.users));
    words.any(|word| {
        text.strip_suffix(word.as_str()).is_some_and(|before| {
            !word.is_ascii() || !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })
}

/// The words of all languages, in each case in which they stand in a text.
pub static KEYWORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = WORDS.keys();
    let forms = words.flat_map(|word| [(*word).to_owned(), capitalized(word), word.to_uppercase()]);
    // The gate looks for ASCII letters in any case by itself.
    let forms = forms.map(|word| word.to_ascii_lowercase());
    forms.collect::<BTreeSet<_>>().into_iter().collect()
});

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

impl Word {
    /// The uses of each word in small letters.
    pub fn of(text: &str) -> Option<&'static Self> {
        WORDS.get(text)
    }
}

impl Language {
    /// The length of what begins the sentence that tells a value, at the start of a text.
    pub fn continuation_before(&self, text: &str) -> Option<usize> {
        let is_at_start = |words: &&String| {
            let Some((start, behind)) = text.split_at_checked(words.len()) else {
                return false;
            };
            (start == words.as_str() || start.to_lowercase() == **words)
                && (!words.is_ascii() && behind.starts_with(|c: char| c.is_ascii())
                    || behind.starts_with([' ', ':']))
        };
        let found = self.continuations.iter().filter(is_at_start);
        let found = found.map(String::len).max();
        found.or_else(|| self.stand_in_before(text))
    }

    /// The length of a clause that begins a text with a word for what was named before, up to its verb: `the old one was`.
    fn stand_in_before(&self, text: &str) -> Option<usize> {
        /// How many words may say which one it is.
        const MOST_WORDS: usize = 3;
        let mut at = 0;
        for _ in 0..=MOST_WORDS {
            let rest = text.get(at..)?;
            let length = rest.find(|c: char| !c.is_alphabetic())?;
            let word = rest.get(..length)?.to_lowercase();
            let next = at + length;
            // A blank, and one alone: it is a clause.
            let behind = text.get(next..)?.strip_prefix(' ')?;
            if self.stand_ins.contains(&word) {
                return Some(next + 1 + self.verb_before(behind)?);
            }
            if word.is_empty() {
                return None;
            }
            at = next + 1;
        }
        None
    }

    /// The length of the word that leads to a new value, at the start of a text.
    pub fn towards_before(&self, text: &str) -> Option<usize> {
        let mut words = self.towards.iter().filter(|word| {
            let behind = text.strip_prefix(word.as_str());
            behind.is_some_and(|behind| behind.starts_with(' ') || !word.is_ascii())
        });
        words.next().map(String::len)
    }

    /// Tells whether a text in small letters names a thing that codes open.
    pub fn has_thing(&self, text: &str) -> bool {
        self.things
            .iter()
            .any(|thing| text.contains(thing.as_str()))
    }

    /// Tells whether some words in small letters end with a verb that needs no blank behind it.
    pub fn ends_with_verb(&self, words: &str) -> bool {
        let mut verbs = self.verbs.iter().filter_map(|verb| verb.strip_suffix('|'));
        verbs.any(|verb| words.ends_with(verb))
    }

    /// Tells whether some words in small letters point at what stands before them.
    pub fn has_pointer(&self, words: &str) -> bool {
        self.pointers.iter().any(|pointer| {
            words.match_indices(pointer.as_str()).any(|(at, _)| {
                let is_edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
                !pointer.is_ascii()
                    || is_edge(words.get(..at).and_then(|it| it.chars().next_back()))
                        && is_edge(
                            words
                                .get(at + pointer.len()..)
                                .and_then(|it| it.chars().next()),
                        )
            })
        })
    }

    /// The length of the verb that a text begins with, where a blank or a sign follows if it needs one.
    pub fn verb_before(&self, text: &str) -> Option<usize> {
        // Most texts begin with no verb, and this tells without making small letters of them.
        let first = text.chars().next()?.to_lowercase().next()?;
        let verbs = self.first_letters.iter().zip(&self.verbs);
        let mut verbs = verbs.filter(|(letter, _)| **letter == first);
        verbs.find_map(|(_, verb)| {
            let (word, needs_blank) = match verb.strip_suffix('|') {
                Some(word) => (word, false),
                None => (verb.as_str(), true),
            };
            let (start, behind) = text.split_at_checked(word.len())?;
            let is_word = start == word || start.to_lowercase() == word;
            let ends = !needs_blank
                || behind.starts_with(|next: char| {
                    next.is_whitespace() || ":：\"'`«“„「*".contains(next)
                });
            (is_word && ends).then_some(word.len())
        })
    }
}
