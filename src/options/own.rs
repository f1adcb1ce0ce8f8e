//! JSON -> own patterns and words to keep.

use serde_json::Value;

use super::problem::invalid;
use crate::error::Result;
use crate::model::Object;
use crate::redact::{OwnPatterns, PatternProblem};

/// How many patterns there may be: each takes time for each text.
const MOST_PATTERNS: usize = 64;
/// How many words may be kept.
const MOST_WORDS: usize = 1000;
/// How long such a word is at most, in bytes.
const LONGEST_WORD: usize = 4096;

/// Reads `redactPatterns`.
pub fn patterns(options: &Object) -> Result<OwnPatterns> {
    let Some(value) = options.get("redactPatterns") else {
        return Ok(OwnPatterns::default());
    };
    let patterns = value
        .as_array()
        .filter(|patterns| patterns.len() <= MOST_PATTERNS);
    let patterns = patterns.map(|patterns| patterns.iter().map(pattern).collect());
    let Some(Some(patterns)) = patterns else {
        return invalid(format!(
            "\"redactPatterns\" must be an array of at most {MOST_PATTERNS} objects {{ id, pattern }} with two strings each."
        ));
    };
    let patterns: Vec<(String, String)> = patterns;
    for (index, (id, _)) in patterns.iter().enumerate() {
        let mut before = patterns.iter().take(index);
        if before.any(|(other, _)| other == id) {
            return refused(index, id, &PatternProblem::TwoOfId);
        }
    }
    OwnPatterns::new(&patterns).or_else(|(index, problem)| {
        let id = patterns.get(index).map_or("", |(id, _)| id);
        refused(index, id, &problem)
    })
}

fn pattern(value: &Value) -> Option<(String, String)> {
    let object = value.as_object().filter(|object| object.len() == 2)?;
    let text = |name| object.get(name)?.as_str().map(str::to_owned);
    Some((text("id")?, text("pattern")?))
}

/// An error that names a pattern by its id or, where that is none, by its place.
fn refused<T>(index: usize, id: &str, problem: &PatternProblem) -> Result<T> {
    let name = match problem {
        PatternProblem::Id => format!("number {}", index + 1),
        _ => format!("\"{id}\""),
    };
    invalid(format!("The own pattern {name} cannot be used: {problem}."))
}

/// Reads `keep`.
pub fn keep(options: &Object) -> Result<Vec<String>> {
    let Some(value) = options.get("keep") else {
        return Ok(Vec::new());
    };
    let words = value.as_array().filter(|words| words.len() <= MOST_WORDS);
    let word = |word: &Value| {
        let word = word.as_str()?;
        (1..=LONGEST_WORD)
            .contains(&word.len())
            .then(|| word.to_owned())
    };
    match words.and_then(|words| words.iter().map(word).collect()) {
        Some(words) => Ok(words),
        None => invalid(format!(
            "\"keep\" must be an array of at most {MOST_WORDS} strings of 1 to {LONGEST_WORD} bytes."
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(options: &Value) -> String {
        let options = options.as_object().unwrap();
        let problem = patterns(options).err().or_else(|| keep(options).err());
        problem
            .map(|problem| problem.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn errors_name_the_pattern_and_quote_nothing() {
        let shape = "\"redactPatterns\" must be an array of at most 64 objects { id, pattern }";
        for (given, expected) in [
            (json!("walnut"), shape),
            (json!([{ "id": "a" }]), shape),
            (json!([{ "id": "a", "pattern": 1 }]), shape),
            (json!([{ "id": "a", "pattern": "x", "walnut": 1 }]), shape),
            (json!(vec![json!({ "id": "a", "pattern": "x" }); 65]), shape),
            (
                json!([{ "id": "Walnut", "pattern": "x" }]),
                "number 1 cannot be used: its id must be",
            ),
            (
                json!([{ "id": "a", "pattern": "x" }, { "id": "a", "pattern": "y" }]),
                "\"a\" cannot be used: there are two of that id",
            ),
            (
                json!([{ "id": "a", "pattern": "walnut(" }]),
                "\"a\" cannot be used: unclosed group.",
            ),
            (
                json!([{ "id": "github-token", "pattern": "x" }]),
                "a rule of that id",
            ),
        ] {
            let problem = problem(&json!({ "redactPatterns": given }));
            assert!(problem.contains(expected), "{problem}");
            assert!(!problem.to_lowercase().contains("walnut"), "{problem}");
        }
        for given in [
            json!("walnut"),
            json!([""]),
            json!([1]),
            json!(["x".repeat(4097)]),
        ] {
            let problem = problem(&json!({ "keep": given }));
            assert_eq!(
                problem,
                "\"keep\" must be an array of at most 1000 strings of 1 to 4096 bytes."
            );
        }
    }

    #[test]
    fn what_is_right_is_read() {
        let options = json!({
            "redactPatterns": [{ "id": "ticket", "pattern": "ACME-[0-9]+" }],
            "keep": ["a"],
        });
        let options = options.as_object().unwrap();
        assert!(patterns(options).unwrap().has("ticket"));
        assert_eq!(keep(options).unwrap(), ["a"]);
    }
}
