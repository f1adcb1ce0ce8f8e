//! Secrets that are numbers: `"pin": 1234`, `"otp": 123456`, `"password": 12345678`.

use super::super::secret_name::{Strength, strength, words};

/// A number of fewer digits is none: a pin of a board has one or two.
const FEWEST_DIGITS: usize = 4;

/// Whole names whose value is a number by nature, in small letters without signs between words.
const NAMES: [&str; 14] = [
    "pin",
    "pincode",
    "otp",
    "otpcode",
    "totp",
    "totpcode",
    "mfacode",
    "onetimecode",
    "onetimepassword",
    "verificationcode",
    "securitycode",
    "cvv",
    "cvc",
    "smscode",
];

/// Tells whether a number under a name is a secret.
pub fn is_secret(name: &[u8], number: &[u8]) -> bool {
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits == number.len() && digits >= FEWEST_DIGITS && is_named(name)
}

/// Tells whether a name tells that a number is a secret. How many tokens there are, and a key in a list, is none.
pub fn is_named(name: &[u8]) -> bool {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let lower: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
    if NAMES.iter().any(|known| known.as_bytes() == lower) {
        return true;
    }
    // `door_pin`
    if words(&String::from_utf8_lossy(name))
        .last()
        .is_some_and(|word| word == "pin")
    {
        return true;
    }
    // A plural is a count.
    !lower.ends_with(b"s") && strength(name) == Some(Strength::Strong)
        || lower.ends_with(b"pass") && strength(name) == Some(Strength::Strong)
}

/// The quote that makes what replaces a bare number in JSON a string, with the backslashes that its depth needs: that
/// of the name before it. Empty where the value is no such number.
pub fn quote_in_json<'t>(before: &'t str, value: &str, behind: &str) -> &'t str {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let next = behind.trim_start_matches([' ', '\t', '\r', '\n']);
    // `1\n}` in a string of JSON
    let is_end = next.is_empty() || next.starts_with([',', '}', ']', '\\']);
    if !is_number || !is_end {
        return "";
    }
    let Some(name) = before
        .trim_end_matches([' ', '\t', '\r', '\n'])
        .strip_suffix(':')
    else {
        return "";
    };
    let name = name.trim_end();
    let Some(escaped) = name.strip_suffix('"') else {
        return "";
    };
    let bare = escaped.trim_end_matches('\\').len();
    name.get(bare..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_under_strong_names_are_secrets() {
        for (name, number) in [
            ("pin", "1234"),
            ("otp", "123456"),
            ("password", "12345678"),
            ("otp_code", "123456"),
            ("dbPassword", "98765432"),
            ("passcode", "4821"),
            ("securityCode", "4821"),
            ("door_pin", "302591"),
        ] {
            assert!(is_secret(name.as_bytes(), number.as_bytes()), "{name}");
        }
        for (name, number) in [
            ("maxTokens", "4096"),
            ("token", "3"),
            ("tokens", "1200"),
            ("pinned", "1000"),
            ("key", "5000"),
            ("passwordMinLength", "8000"),
            ("pin", "13"),
            ("secrets", "1000"),
            ("access_token", "4096"),
            ("password", "1.5e8"),
            ("token", "4096"),
            ("apiKey", "4096"),
            ("zipCode", "12345"),
        ] {
            assert!(!is_secret(name.as_bytes(), number.as_bytes()), "{name}");
        }
    }

    #[test]
    fn what_replaces_a_number_is_quoted_as_its_name_is() {
        for (before, behind, quote) in [
            ("{\"pin\": ", "}", "\""),
            ("{\\\"pin\\\":", ",\\\"a\\\"", "\\\""),
            ("{\\\\\\\"pin\\\\\\\":", "}", "\\\\\\\""),
            ("{\"pin\":\n  ", "\n}", "\""),
            ("pin: ", "}", ""),
            ("{\"pin\": \"", "\"}", ""),
            ("{\"pin\": ", "-5}", ""),
        ] {
            assert_eq!(quote_in_json(before, "1234", behind), quote, "{before}");
        }
        assert_eq!(quote_in_json("{\"pin\": ", "abc", "}"), "");
    }
}
