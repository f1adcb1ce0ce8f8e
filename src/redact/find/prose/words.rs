//! The words of `prose.toml`, by what is looked up: a label knows its languages, and a text the verbs it may begin with.
//!
//! Some labels belong to a dozen languages (`token`, `pin`), and most places of labels tell nothing. So a place is
//! looked at once for all languages whose verbs answer the same there.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::secret_name::{Strength, strength};

#[derive(Deserialize)]
pub struct Table {
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
    accounts: Vec<String>,
    pub verbs: Vec<String>,
    /// The first letter of each verb.
    #[serde(skip)]
    first_letters: Vec<char>,
}

/// What a word is for.
#[derive(Default)]
pub struct Word {
    /// The languages in which it is a label.
    pub of_label: Vec<&'static Language>,
    /// The languages in which it is a word for accounts.
    pub of_account: Vec<&'static Language>,
    /// Whether it names a number that is typed: a PIN, a code of a few digits.
    pub is_pin: bool,
    /// Whether it is a label, and none of English. Words of English in a sentence of another language are hardly that
    /// sentence's.
    pub is_foreign: bool,
    /// Whether it names a token or a key, which is never a plain word.
    pub is_of_token: bool,
}

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    // A test proves that the file is well-formed.
    let table: Table = toml::from_str(include_str!("prose.toml")).unwrap_or(Table {
        language: Vec::new(),
    });
    let mut languages = table.language;
    for language in &mut languages {
        let codes = language.codes.clone();
        language.labels.extend(codes);
        // The longest verb first, so that `set to` is not taken for `set`.
        language
            .verbs
            .sort_by_key(|verb| std::cmp::Reverse(verb.len()));
        let first_letters = language.verbs.iter().map(|verb| verb.chars().next());
        language.first_letters = first_letters.map(Option::unwrap_or_default).collect();
    }
    languages
});

/// To ask each language for a word would compare it with some thousand.
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
        for code in &language.codes {
            words.entry(code).or_default().is_pin = true;
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

/// What the words of all languages are for, and with which case they stand in a text.
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
    /// What a word in small letters is for.
    pub fn of(text: &str) -> Option<&'static Self> {
        WORDS.get(text)
    }
}

impl Language {
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
