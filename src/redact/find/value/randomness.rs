//! Tells a random value from a word, a name or a stand-in.

/// Tells whether some part of a value is random. A value of words that are joined by `-`, `_` or `.`, such as a
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
    let is_name =
        lower * upper > 0 && crate::redact::find::value::names::is_made_of_names(part) && {
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

/// The letters that follow each letter in words, from `a` to `z`: those of 20 European languages without their marks,
/// where a pair makes at least one of 8,000.
const FOLLOWERS: [&[u8]; 26] = [
    b"abcdfghijklmnoprstuvwxyz",
    b"abceijlnorstuy",
    b"acehijklnorstuyz",
    b"adegiklmnoprstuvyz",
    b"abcdefghijklmnopqrstuvwxyz",
    b"aefilortuy",
    b"aeghilnorstuy",
    b"aeiklmnorstuvy",
    b"abcdefghijklmnopqrstuvxz",
    b"adeiknostu",
    b"aehiklnorstuy",
    b"abcdefghijklmnopstuvy",
    b"abdeilmnopsuy",
    b"abcdefghijklmnoprstuvyz",
    b"abcdefghijklmnoprstuvwxyz",
    b"acdehilnoprstuy",
    b"u",
    b"abcdefghijklmnoprstuvwyz",
    b"abcdefhiklmnoprstuvwyz",
    b"abcefhiklnoprstuvwyz",
    b"abcdefghijklmnoprstuvyz",
    b"aeilnorsuy",
    b"aehinorsy",
    b"aceipt",
    b"abcdefhiklmnopstu",
    b"adeilnoptuvwyz",
];

/// Tells whether letters make no word: a fifth of the pairs of letters stand in no word. Of random letters nine of
/// ten texts of 12 letters are so, of words three of a thousand.
pub fn are_random_letters(value: &[u8]) -> bool {
    const SHORTEST: usize = 8;
    let number_of = |letter: u8| usize::from(letter.to_ascii_lowercase().wrapping_sub(b'a'));
    let is_unusual = |pair: &&[u8]| match pair {
        [one, other] => FOLLOWERS
            .get(number_of(*one))
            .is_some_and(|followers| !followers.contains(&other.to_ascii_lowercase())),
        _ => false,
    };
    value.len() >= SHORTEST
        && value.iter().all(u8::is_ascii_alphabetic)
        && value.windows(2).filter(is_unusual).count() * 5 >= value.len() - 1
}

/// Tells whether a value only shows where one would stand: `xxxxxxxx`, `YOUR_API_KEY`, `…EXAMPLE`, `abcdef…`.
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
    fn random_letters_are_told_from_words() {
        for value in [
            "bbhsovexmifn",
            "ymabbivqksfqmbjrfq",
            "octrsstgcdrkobgo",
            "qzaidrgdwuewtq",
            "wrqnjyzgwsjc",
        ] {
            assert!(are_random_letters(value.as_bytes()), "{value}");
        }
        for value in [
            "strengthening",
            "subscription",
            "verificationcode",
            "zugangsdaten",
            "Rechtsschutzversicherung",
            "przekierowanie",
            "correcthorsebattery",
            "getAccessToken",
        ] {
            assert!(!are_random_letters(value.as_bytes()), "{value}");
        }
    }

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
