//! The forms in which a known value stands elsewhere: percent-encoded, in base64, hexadecimal, with HTML entities.

use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// A form that is shorter could be a part of anything, in bytes.
const SHORTEST: usize = 10;
/// A longer value, such as a key file, is not looked for in these forms. In bytes.
const LONGEST: usize = 512;

/// The forms of a value that differ from it, each once.
pub fn of(value: &str) -> Vec<String> {
    if value.len() > LONGEST {
        return Vec::new();
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    // Signs that JavaScript's `encodeURIComponent` leaves as they are, and those that other encoders leave.
    let percent = |kept: &[u8]| -> String {
        let encoded = value.bytes().map(|byte| match byte {
            byte if is_word(byte) || kept.contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        encoded.collect()
    };
    let entities = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let hexadecimal: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let in_shell: String = value
        .chars()
        .flat_map(|c| {
            let is_plain = c.is_alphanumeric() || "-_./,:=@%+".contains(c) || !c.is_ascii();
            (!is_plain).then_some('\\').into_iter().chain([c])
        })
        .collect();
    let json = escaped_json(value);
    let mut forms = vec![
        percent(b"").replace("%20", "+"),
        percent(b""),
        percent(b"!'()*"),
        percent(b"!'()*").to_lowercase(),
        entities.replace('\'', "&#39;"),
        entities.replace('\'', "&#x27;"),
        entities.replace('/', "&#x2F;"),
        entities,
        json.replace('/', "\\/"),
        value.replace('/', "\\/"),
        value
            .replace('&', "\\u0026")
            .replace('<', "\\u003c")
            .replace('>', "\\u003e"),
        json,
        in_shell,
        hexadecimal.to_uppercase(),
        hexadecimal,
    ];
    for offset in 0..3 {
        forms.extend(base64_at(value, offset, &STANDARD));
        forms.extend(base64_at(value, offset, &URL_SAFE));
    }
    forms.retain(|form| form != value && form.len() >= SHORTEST);
    // It was found with the escapes of a string around it: without them it is the same value, however short.
    forms.extend(without_escapes(value));
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// A value whose quotes and backslashes are escaped, without the escapes: of `a\"b` it is `a"b`.
fn without_escapes(value: &str) -> Option<String> {
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let is_escape = c == '\\' && chars.peek().is_some_and(|next| "\"'\\/".contains(*next));
        plain.extend(if is_escape { chars.next() } else { Some(c) });
    }
    (plain != value).then_some(plain)
}

/// A text in JSON as encoders for HTML pages write it.
fn escaped_json(value: &str) -> String {
    let escaped = value.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        '&' | '<' | '>' | '\'' | '+' | '=' => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    escaped.collect()
}

/// The characters that a value has in base64 behind so many other bytes: where more follows, where it ends, and
/// where it ends and its padding is left out.
fn base64_at(value: &str, offset: usize, engine: &impl base64::Engine) -> [String; 3] {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(value.as_bytes());
    // A character is six bits: those that hold a bit of a neighbour are not the value's alone.
    let first = (offset * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    let encoded = engine.encode(&bytes);
    let part = |text: &str| text.get(first..).unwrap_or_default().to_owned();
    [
        part(encoded.get(..end).unwrap_or_default()),
        part(&encoded),
        part(encoded.trim_end_matches('=')),
    ]
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn a_value_is_found_in_base64_at_every_offset() {
        let value = "Granite-7x9Q";
        for before in ["", "a", "ab", "jo:", "user:"] {
            let encoded = STANDARD.encode(format!("{before}{value}, and more"));
            assert!(
                of(value).iter().any(|form| encoded.contains(form.as_str())),
                "{before}"
            );
        }
        assert!(of("Qz#7&uTCxJrDL8E").contains(&"Qz%237%26uTCxJrDL8E".to_owned()));
    }

    #[test]
    fn a_form_is_the_whole_of_what_an_encoder_writes() {
        let forms = of("T9!zLwx7#Rm2/Kd+9f?Q&4s");
        for form in [
            "T9!zLwx7%23Rm2%2FKd%2B9f%3FQ%264s",
            "VDkhekx3eDcjUm0yL0tkKzlmP1EmNHM=",
            "VDkhekx3eDcjUm0yL0tkKzlmP1EmNHM",
            "T9!zLwx7#Rm2\\/Kd\\u002b9f?Q\\u00264s",
            "T9\\!zLwx7\\#Rm2/Kd+9f\\?Q\\&4s",
            "T9!zLwx7#Rm2/Kd+9f?Q&amp;4s",
        ] {
            assert!(forms.iter().any(|known| known == form), "{form}: {forms:?}");
        }
    }

    #[test]
    fn a_value_with_the_escapes_of_a_string_is_known_without_them() {
        assert!(of(r#"a\"b$c9"#).contains(&r#"a"b$c9"#.to_owned()));
        assert!(of(r"a\\b\'c").contains(&r"a\b'c".to_owned()));
        assert_eq!(without_escapes(r"DESK\admin"), None);
    }

    #[test]
    fn long_values_have_none() {
        assert!(of(&"x".repeat(1000)).is_empty());
    }
}
