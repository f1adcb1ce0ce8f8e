//! Finds the secrets in one text: keyword gate, then patterns, then spans.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use super::rule::{self, Rule};
use super::{address, command_line, named_value, prose};
use crate::options::RedactLevel;

/// A place in a text that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The bytes of the secret, on character boundaries.
    pub range: Range<usize>,
    /// The rule's id.
    pub rule: &'static str,
}

/// What finds secrets by what stands around them, beside the rules of the file.
pub struct Detector {
    /// The rule's id in reports and placeholders.
    id: &'static str,
    keywords: &'static [&'static str],
    find: Find,
}

/// Takes a text and the places of the keywords in it, in order, and adds those of the secrets.
type Find = fn(&[u8], &[Range<usize>], &mut Vec<Range<usize>>);

pub static NAMED_VALUES: Detector = Detector {
    id: named_value::ID,
    keywords: &named_value::KEYWORDS,
    find: named_value::find,
};
pub static COMMAND_LINES: Detector = Detector {
    id: named_value::ID,
    keywords: &command_line::KEYWORDS,
    find: command_line::find,
};
pub static PROSE: Detector = Detector {
    id: named_value::ID,
    keywords: &prose::KEYWORDS,
    find: prose::find,
};
pub static ADDRESS_PASSWORDS: Detector = Detector {
    id: address::PASSWORD_ID,
    keywords: &address::KEYWORDS,
    find: address::find_passwords,
};
pub static ADDRESS_TOKENS: Detector = Detector {
    id: address::TOKEN_ID,
    keywords: &address::KEYWORDS,
    find: address::find_tokens,
};
static DETECTORS: [&Detector; 5] = [
    &NAMED_VALUES,
    &COMMAND_LINES,
    &PROSE,
    &ADDRESS_PASSWORDS,
    &ADDRESS_TOKENS,
];

/// Which keyword belongs to which rule. The detectors come after the rules of the file.
struct Gate {
    automaton: AhoCorasick,
    rule_of_keyword: Vec<usize>,
}

#[expect(clippy::expect_used, reason = "constant keywords, proved by the tests")]
static GATE: LazyLock<Gate> = LazyLock::new(|| {
    let mut keywords = Vec::new();
    let mut rule_of_keyword = Vec::new();
    for (index, rule) in rule::ALL.iter().enumerate() {
        for keyword in &rule.keywords {
            keywords.push(keyword.as_str());
            rule_of_keyword.push(index);
        }
    }
    for (index, detector) in DETECTORS.iter().enumerate() {
        for keyword in detector.keywords {
            keywords.push(keyword);
            rule_of_keyword.push(rule::ALL.len() + index);
        }
    }
    Gate {
        automaton: AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            // Twice as fast as the default for so many keywords, for some hundred kilobytes.
            .kind(Some(AhoCorasickKind::DFA))
            .build(&keywords)
            .expect("the keywords are few"),
        rule_of_keyword,
    }
});

/// What a text is worth trying.
struct Candidates {
    /// By rule.
    rules: Vec<bool>,
    /// By detector: the places of its keywords.
    places: [Vec<Range<usize>>; DETECTORS.len()],
}

fn candidates(text: &str) -> Candidates {
    let mut candidates = Candidates {
        rules: vec![false; rule::ALL.len()],
        places: Default::default(),
    };
    let gate = &*GATE;
    for found in gate.automaton.find_overlapping_iter(text) {
        let Some(index) = gate.rule_of_keyword.get(found.pattern().as_usize()) else {
            continue;
        };
        if let Some(flag) = candidates.rules.get_mut(*index) {
            *flag = true;
        } else if let Some(places) = candidates.places.get_mut(index - rule::ALL.len()) {
            places.push(found.range());
        }
    }
    candidates
}

/// Finds everything that the rules of a level find; hits do not overlap and are in order.
pub fn find(text: &str, level: RedactLevel) -> Vec<Hit> {
    let candidates = candidates(text);
    let mut hits = Vec::new();
    for (rule, is_candidate) in rule::ALL.iter().zip(&candidates.rules) {
        if *is_candidate && rule.level <= level {
            find_with(rule, text, &mut hits);
        }
    }
    for (detector, places) in DETECTORS.iter().zip(&candidates.places) {
        if !places.is_empty() {
            let mut ranges = Vec::new();
            (detector.find)(text.as_bytes(), places, &mut ranges);
            let of_detector = |range| hit(text, range, detector.id);
            hits.extend(ranges.into_iter().map(of_detector));
        }
    }
    without_overlaps(hits)
}

/// The first rule of an unmistakable form that a finished document still matches.
pub fn find_final(document: &str) -> Option<&'static str> {
    let candidates = candidates(document);
    let rules = rule::ALL.iter().zip(&candidates.rules);
    let mut hits = Vec::new();
    for (rule, _) in rules.filter(|(rule, is_candidate)| rule.is_final && **is_candidate) {
        find_with(rule, document, &mut hits);
        if !hits.is_empty() {
            return Some(&rule.id);
        }
    }
    None
}

/// What one detector finds.
#[cfg(test)]
pub fn find_by<'t>(detector: &Detector, text: &'t str) -> Vec<&'t str> {
    let place = |at: &Detector| DETECTORS.iter().position(|known| std::ptr::eq(*known, at));
    let candidates = candidates(text);
    let mut ranges = Vec::new();
    if let Some(places) = place(detector).and_then(|place| candidates.places.get(place)) {
        (detector.find)(text.as_bytes(), places, &mut ranges);
    }
    ranges
        .into_iter()
        .filter_map(|range| text.get(range))
        .collect()
}

fn find_with(rule: &'static Rule, text: &str, hits: &mut Vec<Hit>) {
    let mut at = 0;
    while let Some(captures) = rule.pattern.captures_at(text.as_bytes(), at) {
        let Some(secret) = captures.get(1) else {
            return;
        };
        if rule.accepts(secret.as_bytes()) {
            let end = if rule.is_final {
                end_of_wrapped(text.as_bytes(), secret.end())
            } else {
                secret.end()
            };
            hits.push(hit(text, secret.start()..end, &rule.id));
        }
        // From the end of the secret, not of the match: what follows it may be the boundary that
        // the next secret needs.
        at = secret.end().max(at + 1);
    }
}

/// Where a token ends that stops at the end of a line and goes on in the next: a terminal or a mail
/// wrapped it. The next line is nothing but such characters, and no word.
fn end_of_wrapped(text: &[u8], end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let Some(skipped) = [&b"\n"[..], b"\r\n", b"\\\n", b"\\n"]
        .into_iter()
        .find(|line_end| rest.starts_with(line_end))
        .map(<[u8]>::len)
    else {
        return end;
    };
    let line = rest.get(skipped..).unwrap_or_default();
    let is_of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/=.".contains(byte);
    let length = line.iter().take_while(|byte| is_of_token(byte)).count();
    let run = line.get(..length).unwrap_or_default();
    let has = |is: fn(&u8) -> bool| run.iter().any(is);
    let is_whole_line = matches!(line.get(length), None | Some(b'\n' | b'\r' | b'"' | b'\\'));
    let is_random =
        has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    if (16..=256).contains(&length) && is_whole_line && is_random {
        end + skipped + length
    } else {
        end
    }
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
        find(text, RedactLevel::Secrets)
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
