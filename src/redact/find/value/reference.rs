//! References to a value that stands elsewhere: `$DB_PASSWORD`, `${X:-}`, `$(cat f)`, `{{ x }}`, `%X%`, `!vault`.

/// Tells whether a text is one whole reference and nothing else. `$Marble261x` is none: a variable is called in
/// capitals or in small letters, and has few digits.
pub fn is_whole(value: &[u8]) -> bool {
    let pairs: [(&[u8], &[u8]); 11] = [
        (b"${", b"}"),
        (b"$(", b")"),
        (b"`", b"`"),
        (b"{{", b"}}"),
        (b"#{", b"}"),
        (b"<%", b"%>"),
        (b"<", b">"),
        (b"@{", b"}"),
        (b"%{", b"}"),
        (b"[", b"]"),
        (b"__", b"__"),
    ];
    let is_between = |(open, close): &(&[u8], &[u8])| {
        value.len() > open.len() + close.len() && value.starts_with(open) && value.ends_with(close)
    };
    pairs.iter().any(is_between) || is_variable(value) || is_tag(value)
}

fn is_variable(value: &[u8]) -> bool {
    let name = match value {
        [b'$', b'e' | b'E', b'n' | b'N', b'v' | b'V', b':', name @ ..] => name,
        [b'$', name @ ..] => name,
        [b'%', name @ .., b'%'] => name,
        _ => return false,
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let first = name.iter().find(|byte| byte.is_ascii_alphabetic());
    let is_one_case = name.iter().all(|byte| !byte.is_ascii_lowercase())
        || first.is_some_and(u8::is_ascii_lowercase);
    !name.is_empty() && name.iter().all(is_name) && digits <= 2 && is_one_case
}

/// A tag, an anchor or an alias of YAML: `!vault |`, `!Ref Name`, `*name`.
fn is_tag(value: &[u8]) -> bool {
    match value {
        [b'!', tag @ ..] => {
            tag.first().is_some_and(u8::is_ascii_alphabetic)
                && (tag.contains(&b' ') || tag.ends_with(b"|"))
        }
        [b'*', alias @ ..] => {
            !alias.is_empty()
                && alias
                    .iter()
                    .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_values_that_begin_like_one() {
        for text in [
            "$DB_PASSWORD",
            "$db_password",
            "${X}",
            "${X:-y}",
            "$(cat f)",
            "{{ x }}",
            "%PASSWORD%",
            "<password>",
            "$env:PW",
            "!vault |",
            "*dbpass",
            "`cat f`",
        ] {
            assert!(is_whole(text.as_bytes()), "{text}");
        }
        for text in [
            "$Marble261maple",
            "<Marble155tango",
            "{Harbor735river",
            "k7}Qz",
            "%Walnut47",
            "!Tiger47",
            "$",
        ] {
            assert!(!is_whole(text.as_bytes()), "{text}");
        }
    }
}
