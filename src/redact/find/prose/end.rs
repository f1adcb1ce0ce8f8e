//! The end of a value in a sentence.

/// A value without the signs of the sentence behind it. A bracket that the value opens is its own.
pub fn without_end(mut value: &str) -> &str {
    value = value.strip_suffix("*/").unwrap_or(value);
    while let Some(last) = value.chars().next_back() {
        let opening = match last {
            ')' => '(',
            ']' => '[',
            '}' => '{',
            '>' => '<',
            '.' | ',' | ';' | ':' | '*' | '`' | '"' | '\'' => '\0',
            _ => break,
        };
        let rest = value
            .get(..value.len() - last.len_utf8())
            .unwrap_or_default();
        if opening != '\0' && rest.contains(opening) {
            break;
        }
        value = rest;
    }
    value
}
