//! Calls that set what their first argument names: `headers.set("X-Api-Key", "…")`. Their second argument is a value, so
//! that it need not look like a key.

use std::ops::Range;

/// Tells whether a name is the first argument of a call that sets what it names, or asks for it with a default:
/// `headers.set("X-Api-Key", …`, `setenv("DB_PASSWORD", …`, `config.get("db.password", …`.
pub fn takes(text: &[u8], name: &Range<usize>) -> bool {
    const VERBS: [&[u8]; 9] = [
        b"set", b"put", b"add", b"append", b"header", b"env", b"get", b"with", b"store",
    ];
    let before = text.get(name.start.saturating_sub(64)..name.start);
    let call = before.and_then(|before| {
        let before = before.trim_ascii_end();
        let before = before
            .strip_suffix(b"\"")
            .or_else(|| before.strip_suffix(b"'"))?;
        before
            .strip_suffix(b"\\")
            .unwrap_or(before)
            .strip_suffix(b"(")
    });
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    call.is_some_and(|call| {
        let length = call.iter().rev().take_while(is_name).count();
        let callee = call.get(call.len() - length..).unwrap_or_default();
        VERBS.iter().any(|verb| {
            let start = callee.get(..verb.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(verb))
        })
    })
}

/// Letters and digits in one word, of eight or more: `sunflower88`.
pub fn is_word_with_digit(value: &[u8]) -> bool {
    value.len() >= 8
        && value.iter().all(u8::is_ascii_alphanumeric)
        && value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};

    #[test]
    fn a_word_with_a_digit_is_a_value_where_a_call_sets_it() {
        for call in [
            r#"headers.set("X-Api-Key", "sunflower88")"#,
            r#"setenv("DB_PASSWORD", "sunflower88", 1)"#,
            r#"os.environ.setdefault('DB_PASSWORD', 'sunflower88')"#,
            r#"config.get("db.password", "sunflower88")"#,
            r#"[Environment]::SetEnvironmentVariable("DB_PASSWORD","sunflower88","User")"#,
            r#"{"code":"config.put(\"db.password\", \"sunflower88\")"}"#,
        ] {
            assert_eq!(find_by(&NAMED_VALUES, call), ["sunflower88"], "{call}");
        }
    }

    #[test]
    fn other_calls_and_other_values_are_left() {
        for call in [
            r#"t("password", "passwort1")"#,
            r#"hash("password", "argon2id")"#,
            r#"form.addField("password", "required")"#,
            r#"errors.add("password", "is too short, 8 at least")"#,
            r#"setVersion("password", "v2.11.0-beta1")"#,
            r#"setLabel("password", "password2")"#,
        ] {
            assert_eq!(find_by(&NAMED_VALUES, call), Vec::<&str>::new(), "{call}");
        }
    }
}
