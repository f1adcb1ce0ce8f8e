//! The output of a command that prints a secret: `op read`, `pass show`, `gh auth token`, `echo $DB_PASSWORD`.

use std::ops::Range;

use super::super::value::form::is_sentence;
use super::super::value::spared::is_spared;

/// A secret on a line of its own is at most so long, in bytes.
const LONGEST: usize = 8 * 1024;

/// Words of a line that says that a secret could not be printed.
const FAILURES: [&[u8]; 14] = [
    b"error",
    b"fatal",
    b"not found",
    b"no such",
    b"denied",
    b"usage:",
    b"invalid",
    b"failed",
    b"cannot",
    b"could not",
    b"unable",
    b"not signed in",
    b"unauthorized",
    b"not in the",
];

/// The secret: the first line where it is one word, or the only line.
pub fn find(text: &[u8], found: &mut Vec<Range<usize>>) {
    let content = text.trim_ascii();
    let start = text.len() - text.trim_ascii_start().len();
    let first = content
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = first.trim_ascii_end();
    let is_only = line.len() == content.len();
    let has_blank = line.iter().any(u8::is_ascii_whitespace);
    // Several words on the first of several lines are the head of a table or a sentence.
    if line.len() > LONGEST || has_blank && !is_only {
        return;
    }
    let lower = line.to_ascii_lowercase();
    let is_failure = has_blank
        && FAILURES
            .iter()
            .any(|failure| memchr::memmem::find(&lower, failure).is_some());
    let quotes =
        usize::from(matches!(line, [b'"', .., b'"'] | [b'\'', .., b'\'']) && line.len() > 2);
    let inner = start + quotes..start + line.len() - quotes;
    let value = text.get(inner.clone()).unwrap_or_default();
    // A document, a tag, a line `name: value`, and a key in several lines are read as what they are.
    let is_other = matches!(value.first(), Some(b'{' | b'<' | b'['))
        || value.ends_with(b":")
        || value.starts_with(b"-----BEGIN")
        || !is_only && value.contains(&b'=') && !value.ends_with(b"=");
    if !is_failure && !is_other && !is_sentence(value) && !is_spared(value) {
        found.push(inner);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), &mut found);
        found
            .into_iter()
            .map(|place| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn the_line_that_was_printed_is_found() {
        for (text, value) in [
            ("sunflower\n", "sunflower"),
            ("\ncorrect horse battery\n", "correct horse battery"),
            ("\"sunflower\"\n", "sunflower"),
            ("sunflower\nuser: jo\n", "sunflower"),
            ("4821\n", "4821"),
        ] {
            assert_eq!(found(text), [value], "{text}");
        }
        for text in [
            "",
            "[ERROR] not signed in\n",
            "Error: x is not in the password store.\n",
            "NAME   TYPE   DATA\ndb   Opaque   1\n",
            "{\"a\": 1}\n",
            "null\n",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_secret_of_any_signs_is_found_whole(value in "[!-~]{2,20}[a-z0-9]") {
            prop_assume!(!is_spared(value.as_bytes()) && !value.starts_with(['{', '<', '[', '-']));
            let text = format!("{value}\n");
            prop_assert_eq!(found(&text), [value.as_str()]);
        }
    }
}
