//! Values that stand in a field of their own, beside that of their name: `name: X`, `value: Y`.

use std::ops::Range;

use super::super::pattern::Pattern;
use super::super::secret_name::strength;
use super::super::value::form::is_stand_in;
use super::super::value::names::is_made_of_names;
use super::assigned::{REACH, is_secret, value_length};

/// The texts before and behind a name whose value is in a field of its own: `name: X`, `value: Y`;
/// `variable "X" { default = "Y" }`; `<entry key="X">Y</entry>`; `#define X "Y"`; `| X | Y |`;
/// `<key>X</key><string>Y</string>`; `<X>Y</X>`.
static PAIRS: [(Pattern, Pattern); 7] = [
    pair(
        r#"(?i)(?:name|key|field)\\*["']?\s{0,4}[:=]\s{0,4}\\*["']?$"#,
        r#"(?i)^\\*["']?\s{0,4},?(?:\\n|\s){0,40}(?:- )?\\*["']?[a-z_]{0,16}value\\*["']?\s{0,4}[:=]\s{0,4}(\\*["']?)"#,
    ),
    pair(
        r#"(?i)variable\s{1,4}\\*["']$"#,
        r#"(?i)^\\*["']\s{0,8}\{[^}]{0,400}?default\s{0,8}=\s{0,8}(\\*["']?)"#,
    ),
    pair(
        r#"(?i)<[a-z:]{1,32}[^<>]{0,20}["']$"#,
        r#"(?i)^["'][^<>]{0,80}>\s{0,16}(?:<value>)?()"#,
    ),
    pair(
        r"(?:#define|ENV|setenv)\s{1,4}$",
        r#"^[ \t]{1,8}(\\*["']?)"#,
    ),
    pair(
        r"\|\s{0,8}(?:\*\*|`)?$",
        r"^(?:\*\*|`)?\s{0,8}\|\s{0,8}(`?)",
    ),
    pair(
        r"(?i)<(?:key|name)>\s{0,4}$",
        r"(?i)^\s{0,4}</(?:key|name)>\s{0,16}<(?:string|value)>()",
    ),
    pair(
        r"(?i)<(?:[a-z][a-z0-9_.-]{0,15}:)?$",
        r"(?i)^(?:\s[^<>]{0,300})?>\s{0,16}(?:<!\[CDATA\[)?()",
    ),
];

/// Which of them are elements of XML.
const OF_XML: [usize; 3] = [2, 5, 6];

/// The length of the text of an element: up to the tag that closes it.
fn length_of_element(rest: &[u8]) -> Option<usize> {
    let window = rest.get(..REACH).unwrap_or(rest);
    let length = memchr::memmem::find(window, b"</")?;
    let text = window.get(..length)?;
    let text = text.strip_suffix(b"]]>").unwrap_or(text).trim_ascii_end();
    (!text.contains(&b'<')).then_some(text.len())
}

const fn pair(before: &'static str, behind: &'static str) -> (Pattern, Pattern) {
    (Pattern::new(before), Pattern::new(behind))
}

/// The value in a field of its own, by the place of the name.
pub fn value_of(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(name.start.saturating_sub(24)..name.start)?;
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    let may_be_pair = may_end_with(before);
    let pairs = PAIRS.iter().zip(may_be_pair).enumerate();
    for (number, ((pattern_before, pattern_behind), _)) in pairs.filter(|(_, (_, may_be))| *may_be)
    {
        if !pattern_before.is_match(before) {
            continue;
        }
        let Some(captures) = pattern_behind.captures(behind) else {
            continue;
        };
        let start = name.end + captures.get(0)?.end();
        let rest = text.get(start..)?;
        let of_element = OF_XML
            .contains(&number)
            .then(|| length_of_element(rest))
            .flatten();
        let (length, is_quoted) = match of_element {
            Some(length) => (length, true),
            None => value_length(rest, captures.get(1)?.as_bytes()),
        };
        let value = rest.get(..length)?;
        // An element ends with its own tag: `<your-api-key>` is none.
        let is_element = before.ends_with(b"<") || before.ends_with(b":") && behind.contains(&b'<');
        let behind_value = rest.get(length..)?;
        if is_element && !(behind_value.starts_with(b"</") || behind_value.starts_with(b"]]>")) {
            return None;
        }
        let strength = strength(text.get(name.clone())?)?;
        // It stands where little code can: a word with a digit is enough. `A | B2` is a type.
        let is_type = before.ends_with(b"| ") && is_made_of_names(value);
        let is_word = strength.is_strong()
            && value.len() >= 4
            && !is_type
            && value.iter().any(u8::is_ascii_digit)
            && !is_stand_in(value);
        let is_found = is_secret(value, None, strength, is_quoted) || is_word;
        return is_found.then_some(start..start + length);
    }
    // The name is a value itself, as in the first of them.
    let [is_value, ..] = may_be_pair;
    is_value.then(|| value_before(text, name)).flatten()
}

/// Which of the [`PAIRS`] a text before a name may end as. This tells faster than the patterns.
fn may_end_with(before: &[u8]) -> [bool; 7] {
    let trimmed = before.trim_ascii_end();
    let quotes = trimmed
        .iter()
        .rev()
        .take_while(|byte| b"\"'\\".contains(byte))
        .count();
    let bare = trimmed.get(..trimmed.len() - quotes).unwrap_or_default();
    let last_bare = bare.trim_ascii_end().last().copied().unwrap_or_default();
    let last = trimmed.last().copied().unwrap_or_default();
    let is_quoted = quotes > 0;
    [
        b":=".contains(&last_bare),
        is_quoted && b"eE".contains(&last_bare),
        is_quoted && before.contains(&b'<'),
        b"eVv".contains(&last),
        b"|*`".contains(&last),
        last == b'>',
        b"<:".contains(&last),
    ]
}

/// The value in the field before that of the name: `"value": "Y", "name": "X"`.
fn value_before(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    static BEFORE: Pattern = Pattern::new(
        r#"(?i)value\\*["']?\s{0,4}[:=]\s{0,4}\\*["']([^"'\\\s]{4,256})\\*["']\s{0,4}(?:,|where\s)\s{0,40}\\*["']?(?:name|key)\\*["']?\s{0,4}[:=]\s{0,4}\\*["']?$"#,
    );
    if !matches!(text.get(name.start.wrapping_sub(1)), Some(b'"' | b'\'')) {
        return None;
    }
    let start = name.start.saturating_sub(360);
    let value = BEFORE.captures(text.get(start..name.start)?)?.get(1)?;
    let strength = strength(text.get(name.clone())?)?;
    let is_found = is_secret(value.as_bytes(), None, strength, true);
    is_found.then_some(start + value.start()..start + value.end())
}
