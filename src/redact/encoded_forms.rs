//! The forms in which a known value stands elsewhere: percent-encoded, in base64, hexadecimal, with HTML entities.

use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// A form that is shorter could be a part of anything, in bytes.
const SHORTEST: usize = 10;
/// Of a longer value, such as a key file, the form is not looked for, in bytes.
const LONGEST: usize = 512;

/// The forms of a value that differ from it, each once.
pub fn of(value: &str) -> Vec<String> {
    if value.len() > LONGEST {
        return Vec::new();
    }
    let percent = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    let percent: String = value.bytes().map(percent).collect();
    let entities = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let hexadecimal: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        percent.replace("%20", "+"),
        entities,
        hexadecimal.to_uppercase(),
        hexadecimal,
    ];
    forms.push(percent);
    for offset in 0..3 {
        forms.extend([
            base64_at(value, offset, &STANDARD),
            base64_at(value, offset, &URL_SAFE),
        ]);
    }
    forms.retain(|form| form != value && form.len() >= SHORTEST);
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The characters that a value has in base64 whatever stands before it, behind so many bytes, and after it.
fn base64_at(value: &str, offset: usize, engine: &impl base64::Engine) -> String {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(value.as_bytes());
    // A character is six bits: those that hold a bit of a neighbour are not the value's alone.
    let first = (offset * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    engine
        .encode(&bytes)
        .get(first..end)
        .unwrap_or_default()
        .to_owned()
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
        assert!(of(&"x".repeat(1000)).is_empty());
    }
}
