//! Tells a random value from a word, a name or a stand-in.

use super::program;

/// Whether some part of a value is random. A value of words that are joined by `-`, `_` or `.`, such as a
/// CSS class, is not, nor is a camel-case name.
pub fn is_random(value: &[u8]) -> bool {
    value
        .split(|byte| b"-_.".contains(byte))
        .any(is_random_part)
}

fn is_random_part(part: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| part.iter().filter(|byte| is(byte)).count();
    let digits = count(u8::is_ascii_digit);
    let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let letters = lower + upper;
    // `SignUpWithWeb3Params`: the words of a name are longer than those of random letters.
    let is_name = lower * upper > 0 && program::is_made_of_names(part) && {
        let words = part.iter().filter(|byte| byte.is_ascii_uppercase()).count() + 1;
        letters >= words * 4
    };
    if part.len() < 5 || is_name {
        return false;
    }
    // Letters on both sides of a digit, or digits on both sides of a letter: no `v2`, no `Button24`.
    let kinds = part.iter().map(u8::is_ascii_digit);
    let mut changes = 0;
    let mut last = None;
    for kind in kinds {
        changes += usize::from(last.is_some_and(|last| last != kind));
        last = Some(kind);
    }
    let is_mixed =
        digits > 0 && letters > 0 && (changes >= 3 || (changes == 2 && upper * lower > 0));
    // In names a few letters are capitals, in random text about half.
    let is_cased = part.len() >= 12 && upper * 10 >= letters * 3 && lower * 5 >= letters;
    is_mixed || is_cased
}

/// Whether a value only shows where one would stand: `xxxxxxxx`, `YOUR_API_KEY`, `…EXAMPLE`, `abcdef…`.
pub fn is_stand_in(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    has(b"xxxxxx")
        || value.ends_with(b"EXAMPLE")
        || has(b"your_")
        || has(b"your-")
        || has(b"abcdefghijklmnop")
        || has(b"placeholder")
        || has(b"redacted")
        || has(b"changeme")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_random() {
        for value in [
            "button-primary-large-x",
            "spinner-three-bounce",
            "Button24-primary",
            "v2-final-copy",
            "useEffectOnMountOnly",
            "getServerSideProps",
            "2026-11-27",
            "3",
            "LIVE_API_TOKEN",
            "SignUpAuthenticateWithWeb3Params",
        ] {
            assert!(!is_random(value.as_bytes()), "{value}");
        }
        for value in [
            "a1b2c3d4e5f6",
            "Qz7Lk2Vx9Rt4",
            "hGtRkWpLmZqXvBnY",
            "3f786850e387550f",
        ] {
            assert!(is_random(value.as_bytes()), "{value}");
        }
    }
}
