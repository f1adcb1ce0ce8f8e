//! Secrets in the parameters of an address and in forms: `?apiKey=x&y=1`, `grant_type=password&password=x`.

use std::ops::Range;

use super::super::secret_name::{Strength, strength};
use super::super::value::form::{is_code, is_stand_in, looks_random};
use super::super::value::reference;

/// The place of the value of a name that is a parameter: it stands behind `?`, `&` or `#`, and `=` follows it.
pub fn value_of(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = name.start.checked_sub(1).and_then(|at| text.get(at));
    let is_entity = text.get(..name.start)?.ends_with(b"&amp;");
    let rest = text.get(name.end..)?.strip_prefix(b"=")?;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"&#\"'`<>\\)".contains(byte);
    let window = rest.get(..4096).unwrap_or(rest);
    let length = window.iter().position(is_end).unwrap_or(window.len());
    // A form starts with its first parameter, and the next one tells that it is a form.
    let is_first_of_form = || {
        let next = rest.get(length..).unwrap_or_default();
        let name_behind = next
            .iter()
            .skip(1)
            .take(64)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
            .count();
        next.first() == Some(&b'&') && name_behind > 0 && next.get(1 + name_behind) == Some(&b'=')
    };
    if !matches!(before, Some(b'?' | b'&' | b'#')) && !is_entity && !is_first_of_form() {
        return None;
    }
    let value = window.get(..length)?;
    let is_long = value.len() >= 16 && value.iter().any(u8::is_ascii_digit);
    let is_found = match strength(text.get(name.clone())?)? {
        Strength::Strong | Strength::Key => {
            value.len() >= 4 && (is_long || !is_code(value) || !value.contains(&b'.'))
        }
        Strength::Medium => is_long || looks_random(value),
        Strength::Weak => looks_random(value),
    };
    let start = name.end + 1;
    (is_found && !is_stand_in(value) && !reference::is_whole(value))
        .then_some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};

    #[test]
    fn a_parameter_ends_where_the_next_begins() {
        for (text, value) in [
            (
                "https://x.example/v1?apiKey=PhVaYulvyOTEXBFCIyJvTlpbV&x=1",
                "PhVaYulvyOTEXBFCIyJvTlpbV",
            ),
            ("/login?user=jo&amp;password=centipede#top", "centipede"),
            (
                "grant_type=password&username=jo&password=tiger%2147&scope=x",
                "tiger%2147",
            ),
            ("client_secret=walnuttiger&grant_type=x", "walnuttiger"),
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), [value], "{text}");
        }
    }

    #[test]
    fn other_parameters_stay() {
        for text in [
            "?token=$TOKEN&x=1",
            "/search?q=password&key=name",
            "?password=<password>&x=1",
            "?sort_key=created&page_token=2",
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), Vec::<&str>::new(), "{text}");
        }
    }
}
