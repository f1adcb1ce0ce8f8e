//! One own pattern: a regular expression whose time is linear in the text, with the id that its placeholders show.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input, Match};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 4096;
/// The longest id. A placeholder with it is still recognised as one.
const LONGEST_ID: usize = 40;
/// How much memory a compiled pattern takes at most, in bytes. It bounds the time for each byte of a text too.
const MOST_COMPILED: usize = 2 * 1024 * 1024;
/// How deep groups and repetitions stand in each other at most.
const DEEPEST: u32 = 50;

/// How far one search looks at first, in bytes. A search that has to give up an alternative far away would otherwise
/// be as long as the text, for each match: the square of its length.
const REACH: usize = 4096;
/// How many times farther it looks where that was not enough.
const FARTHER: usize = 8;

/// A regular expression of the user.
#[derive(Debug)]
pub struct OwnPattern {
    pub id: &'static str,
    pub source: String,
    regex: Regex,
    /// True where a group of it is what is redacted.
    has_group: bool,
}

/// Why a pattern cannot be used. It never quotes the pattern, which may hold a secret.
#[derive(Debug)]
pub enum PatternProblem {
    /// The id has another form.
    Id,
    /// There is a rule of the same id.
    TakenId,
    /// Another pattern has the same id.
    TwoOfId,
    /// The pattern is too long.
    TooLong,
    /// It is no regular expression, or one that takes more than linear time.
    Syntax(String),
    /// It takes too much memory.
    TooLarge,
    /// It matches a text of no length, which stands everywhere.
    MatchesEmptyText,
    /// It matches no text at all.
    MatchesNothing,
}

impl Display for PatternProblem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id => write!(
                f,
                "its id must be 1 to {LONGEST_ID} small letters, digits and hyphens, such as \"ticket-number\""
            ),
            Self::TakenId => write!(f, "there is a rule of that id: choose another one"),
            Self::TwoOfId => write!(f, "there are two of that id: give each one of its own"),
            Self::TooLong => write!(
                f,
                "it is longer than {LONGEST_PATTERN} bytes: shorten it, or make several of it"
            ),
            Self::Syntax(problem) => write!(
                f,
                "{problem}. Write it in the syntax of the Rust crate regex, which has no look-around and no back-references"
            ),
            Self::TooLarge => write!(
                f,
                "it becomes too large: repeat less, or write [A-Za-z0-9_] for \\w and [0-9] for \\d"
            ),
            Self::MatchesEmptyText => write!(
                f,
                "it matches the empty text, which stands everywhere: let it match 1 character at least, such as with + instead of *"
            ),
            Self::MatchesNothing => write!(f, "no text can match it: correct it"),
        }
    }
}

impl OwnPattern {
    pub fn new(
        id: &str,
        pattern: &str,
        is_taken: impl Fn(&str) -> bool,
    ) -> Result<Self, PatternProblem> {
        if !is_id(id) {
            return Err(PatternProblem::Id);
        }
        if is_taken(id) {
            return Err(PatternProblem::TakenId);
        }
        if pattern.len() > LONGEST_PATTERN {
            return Err(PatternProblem::TooLong);
        }
        let hir = parsed(pattern)?;
        match hir.properties().minimum_len() {
            None => return Err(PatternProblem::MatchesNothing),
            Some(0) => return Err(PatternProblem::MatchesEmptyText),
            Some(_) => {}
        }
        let config = Config::new().nfa_size_limit(Some(MOST_COMPILED));
        let regex = Regex::builder()
            .configure(config)
            .build_from_hir(&hir)
            .map_err(|error| too_large(&error))?;
        Ok(Self {
            id: kept_id(id),
            source: pattern.to_owned(),
            has_group: regex.captures_len() > 1,
            regex,
        })
    }

    /// The places in a text that are to be redacted, in order: of each match its first group, or all of it where it
    /// has none or the group took no part.
    pub fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let mut captures = self.regex.create_captures();
        let mut at = 0;
        std::iter::from_fn(move || {
            let (found, end) = self.next_match(text, at)?;
            at = found.end();
            let group = self.group(text, &found, end, &mut captures);
            Some(group.unwrap_or_else(|| found.range()))
        })
        .filter(|place| !place.is_empty())
    }

    /// The next match, and how far the search for it looked.
    ///
    /// A match that ends where the search did may go on behind it, so it is searched for again, farther. So a search
    /// takes no more time than a few times what the next one leaves out, or than `REACH`.
    fn next_match(&self, text: &str, at: usize) -> Option<(Match, usize)> {
        let mut reach = REACH;
        loop {
            let end = text.ceil_char_boundary(at.saturating_add(reach).min(text.len()));
            let found = self.regex.search(&Input::new(text).span(at..end));
            let is_all = end == text.len();
            match found {
                Some(found) if is_all || found.end() < end => return Some((found, end)),
                None if is_all => return None,
                _ => reach = reach.saturating_mul(FARTHER),
            }
        }
    }

    fn group(
        &self,
        text: &str,
        found: &Match,
        end: usize,
        captures: &mut Captures,
    ) -> Option<Range<usize>> {
        if !self.has_group {
            return None;
        }
        let input = Input::new(text)
            .span(found.start()..end)
            .anchored(Anchored::Yes);
        self.regex.search_captures(&input, captures);
        captures.get_group(1).map(|group| group.range())
    }
}

fn parsed(pattern: &str) -> Result<Hir, PatternProblem> {
    let parsed = ParserBuilder::new()
        .nest_limit(DEEPEST)
        .build()
        .parse(pattern);
    // The whole error would quote the pattern.
    parsed.map_err(|error| {
        PatternProblem::Syntax(match error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            _ => "it is no regular expression".to_owned(),
        })
    })
}

fn too_large(error: &BuildError) -> PatternProblem {
    match error.size_limit() {
        Some(_) => PatternProblem::TooLarge,
        None => PatternProblem::Syntax("it cannot be compiled".to_owned()),
    }
}

fn is_id(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.len() <= LONGEST_ID && id.split('-').all(is_word)
}

/// The same id for as long as the process runs, as those of all rules are: a redaction names its rule in every place.
/// Different ids are few and short, and each is kept once.
fn kept_id(id: &str) -> &'static str {
    static IDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = ids.get(id) {
        return known;
    }
    let kept: &'static str = Box::leak(id.to_owned().into_boxed_str());
    ids.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(pattern: &str) -> OwnPattern {
        OwnPattern::new("own", pattern, |_| false).unwrap()
    }

    fn found<'t>(source: &str, text: &'t str) -> Vec<&'t str> {
        let pattern = pattern(source);
        pattern
            .places(text)
            .map(|place| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn the_first_group_is_redacted_else_the_match() {
        assert_eq!(found(r"ACME-\d+", "ACME-1, ACME-22"), ["ACME-1", "ACME-22"]);
        assert_eq!(found(r"id=(\w+);(\w+)", "id=a1;b id=c2;d"), ["a1", "c2"]);
        assert_eq!(found(r"a(?:b)(c)?", "ab abc"), ["ab", "c"]);
        assert_eq!(found(r"工号[:：]\s*(\d+)", "工号：10293"), ["10293"]);
        assert_eq!(found(r"(?i)straße \d", "STRASSE 1, STRAßE 2"), ["STRAßE 2"]);
        assert_eq!(found("pin=([0-9]*)", "pin= pin=7"), ["7"]);
    }

    #[test]
    fn a_match_may_be_longer_than_the_first_look() {
        let long = "x".repeat(5 * REACH);
        let text = format!("{long}BEGIN{long}END{long}");
        let block = format!("BEGIN{long}END");
        assert_eq!(found("(?s)BEGIN.*?END", &text), [block.as_str()]);
        assert_eq!(found("key: (x+)", &format!("key: {long}")), [long.as_str()]);
        // No look cuts a character in two, nor takes its own end for that of a word.
        let wide = "é".repeat(3 * REACH);
        assert_eq!(found(r"\bé+\b", &wide), [wide.as_str()]);
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        let started = std::time::Instant::now();
        let length = 1 << 17;
        for (source, text) in [
            (r"\s(\s*x)?", " ".repeat(length)),
            ("(?s)BEGIN.*?END|BEGIN", "BEGIN".repeat(length / 5)),
            ("(?:a+)+b", "a".repeat(length)),
            (r"(\w+)\s*=\s*(\w+)", "a".repeat(length)),
            (".", "a".repeat(length)),
        ] {
            pattern(source).places(&text).count();
        }
        // The square of the length would take many minutes.
        assert!(started.elapsed().as_secs() < 60);
    }

    #[test]
    fn what_cannot_be_a_pattern_is_refused_without_a_quote() {
        let problem = |id: &str, source: &str| {
            OwnPattern::new(id, source, |id| id == "taken")
                .err()
                .map(|problem| problem.to_string())
        };
        for id in [
            "",
            "A",
            "a b",
            "-a",
            "a-",
            "a--b",
            "a_b",
            "é",
            "a]b",
            &"a".repeat(41),
        ] {
            assert!(problem(id, "x").unwrap().contains("its id must be"), "{id}");
        }
        assert!(problem("taken", "x").unwrap().contains("a rule of that id"));
        for (source, expected) in [
            ("walnut(", "unclosed group"),
            ("walnut(?=x)", "look-around"),
            (r"(walnut)\1", "backreferences"),
            (r"walnut\p{Nope}", "Unicode property not found"),
            ("walnut**{", ""),
            ("x*", "the empty text"),
            (r"\b", "the empty text"),
            ("^", "the empty text"),
            ("(?:walnut)?", "the empty text"),
            (r"[^\s\S]", "no text can match"),
            ("walnut{500000}", "too large"),
            ("((((a{100}){100}){100}){100})", "too large"),
            (r"\w{1000}", "too large"),
            (&"(".repeat(100), ""),
            (&"x".repeat(LONGEST_PATTERN + 1), "longer than"),
        ] {
            let problem = problem("own", source).unwrap();
            assert!(problem.contains(expected), "{source}: {problem}");
            assert!(!problem.contains("walnut"), "{problem}");
        }
        for source in [r"\w{32}", "[A-Za-z0-9]{1,500}", r"[\w.+-]+@[\w-]+\.\w{2,}"] {
            assert!(problem("own", source).is_none(), "{source}");
        }
    }
}
