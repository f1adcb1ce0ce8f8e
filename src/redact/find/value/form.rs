//! Tells what a value looks like: a password, a key, code, a sentence, or only a stand-in for a secret.

use super::super::pattern::Pattern;
use super::entropy::entropy;
use super::names::is_made_of_names;
use super::reference;

/// Values that stand for a secret and are none.
static STAND_IN: Pattern = Pattern::new(concat!(
    r"(?i)^(?:true|false|null|none|nil|undefined|unset|empty|string|number|boolean|bigint|symbol|function|text|any|object|required|optional|hidden|masked|redacted|removed|omitted|disabled|enabled|default|changeme|change[_-]me|example|placeholder|todo|tbd|n/a|yes|no|pass|passwd|password|secret|token|value|test|dummy|bearer|basic|env|prompt|here|include|same-origin|omit|your[a-z _-]*|my[_-]?(?:secret|token|password|key)|x+|\*+|\.+|[-+|=]+|_+|#+)$",
    // A name that says itself that it stands for a token: `my-personal-access-token123`.
    r"|^(?i:[a-z_-]{0,24}(?:access|personal|api|auth)[_-]?(?:token|key)[0-9]{0,4})$",
    // `!!options.password`
    r"|^!{1,2}[a-z_$][A-Za-z_$.?]*$",
    // A type of GraphQL, and what is masked.
    r"|^\[?(?i:string|int|float|boolean|id)!?\]?!?$|\*{3,}|\.{3}|…|•{3,}",
    // `user:pass@host`
    r"|^(?i:user(?:name)?:pass(?:word|wd)?)(?:@.*)?$",
    // Types of columns: `VARCHAR(255)`.
    r"|^(?i:n?(?:var)?char|character varying|text|n?clob|blob|u?int(?:eger)?|bigint|numeric|decimal|boolean|uuid|bytea)(?:\([0-9, ]*\)?)?$",
    // A text that says in capitals that it is to be replaced, and one that is cut short: `INSERT_KEY_HERE`, `sk-...`.
    r"|^[A-Z0-9_-]*(?:_HERE|YOUR_|INSERT|REPLACE|EXAMPLE|CHANGE_?ME)[A-Z0-9_-]*$|^[A-Za-z0-9_-]{0,8}(?:\.{3}|…)$",
    // Version ranges, and the alphabet.
    r"|^[~^<>=v]{0,2}[0-9]+\.[0-9]+(?:\.[0-9x*]+)?(?:-[a-z0-9.]+)?$|^(?i:abc(?:d(?:e(?:f(?:g(?:hi?)?)?)?)?)?)$|^\*(?:const|mut)?$",
    r"|\$\{[A-Za-z_][^{}]*\}|\{\{[^{}]*\}\}|^process\.env|^os\.(?:environ|getenv)|^env\.|^import\.meta|^https?://|^\[redacted:",
));

/// A number, an identifier or a member of something: `3229640218`, `Http2Session`, `_type_3`,
/// `e.tokens.length-1`, `std::env`.
pub fn is_code(value: &[u8]) -> bool {
    static CODE: Pattern = Pattern::new(
        r"^(?:-?[0-9_]+(?:[iu](?:8|16|32|64|128|size)|[uUlLn]{0,3})|0x[0-9a-fA-F_]+|[A-Za-z_$][A-Za-z0-9_$]*(?:(?:\?\.|\.|::|->)[A-Za-z_$][A-Za-z0-9_$]*)+(?:[^A-Za-z0-9].*)?)$",
    );
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let starts_with_digit = value.first().is_some_and(u8::is_ascii_digit);
    let is_name = !starts_with_digit && digits <= 2 && value.iter().all(is_word);
    is_name || value.starts_with(b"/*") || CODE.is_match(value)
}

/// A sentence about a secret, as descriptions and messages are.
pub fn is_sentence(value: &[u8]) -> bool {
    let spaces = value.iter().filter(|byte| **byte == b' ').count();
    let is_capital = value.first().is_some_and(u8::is_ascii_uppercase);
    let has_digit = value.iter().any(u8::is_ascii_digit);
    spaces >= 3 && !has_digit && (is_capital || spaces >= 6)
}

/// Tells whether a value only stands for a secret: a placeholder, a whole reference, a path to it, a mask.
pub fn is_stand_in(value: &[u8]) -> bool {
    /// A reference that a sign in it has cut.
    static CUT: Pattern = Pattern::new(r"\$\{[A-Za-z_][A-Za-z0-9_.]*$|\{\{(?:\s|$)");
    is_whole_stand_in(value) || CUT.is_match(value)
}

/// The same for a value that is known to be whole.
pub fn is_whole_stand_in(value: &[u8]) -> bool {
    value.is_empty()
        || STAND_IN.is_match(value)
        || begins_as_reference(value)
        || std::str::from_utf8(value).is_ok_and(names_itself)
}

/// Tells whether a value without quotes starts as code or a reference does. In quotes, and on a line of data, a
/// password may start so.
pub fn starts_as_code(value: &[u8]) -> bool {
    value.first().is_some_and(|byte| b"$%@<{[(&".contains(byte))
}

/// Tells whether a value begins as a variable, a tag, a bracket or a path does, and is one. A password may begin with
/// any sign: `@4Tq9zLwx7`, `/4Tq9zLwx7`.
fn begins_as_reference(value: &[u8]) -> bool {
    let is_path = [&b"/"[..], b"~/", b"./", b"../"]
        .iter()
        .any(|start| value.starts_with(start));
    let is_sign = value.first().is_some_and(|byte| b"$%@<{[(&".contains(byte));
    let signs = value
        .iter()
        .take_while(|byte| b"$%@<{[(&/~.!*\"'#".contains(byte))
        .count();
    let bare = value.get(signs..).unwrap_or_default();
    let is_password = || is_password_like(bare) && !is_made_of_names(bare);
    is_sign && (reference::is_whole(value) || !is_password())
        || is_path && (crate::redact::find::value::form::is_path(value) || !is_password())
}

/// Letters, digits, and a capital or a special character, as people make passwords.
pub fn is_password_like(value: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let is_special = |byte: &u8| b"!@#$%^&*+_~-".contains(byte);
    let has_both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let starts_like_code = value.first().is_some_and(|byte| b"$<{[(%@/".contains(byte));
    value.len() >= 6
        && !starts_like_code
        && has(u8::is_ascii_alphabetic)
        && (has(u8::is_ascii_digit) || value.iter().any(|byte| b"!@#$%^*".contains(byte)))
        && (has_both_cases || value.iter().any(is_special))
        && !is_identifier(value)
        && !is_version_or_words(value)
}

/// Words and numbers that are joined: `user-profile-2`, `v1.2.3`, `2026-11-22`, `ISO-8859-1`.
pub fn is_version_or_words(value: &[u8]) -> bool {
    let is_part = |part: &[u8]| {
        part.iter().all(u8::is_ascii_digit)
            || part.iter().all(u8::is_ascii_alphabetic)
            || (part.len() <= 4
                && part
                    .iter()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
    };
    value.split(|byte| b"-_.:/+@#".contains(byte)).all(is_part)
        && !value.iter().any(|byte| b"@#".contains(byte))
}

/// Letters and digits that are no words: the key of some service, a UUID too.
pub fn is_key_like(value: &[u8]) -> bool {
    let is_uuid = value.len() == 36 && value.iter().filter(|byte| **byte == b'-').count() == 4;
    let is_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+/=.~-*#!&%$@".contains(byte);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    (10..=512).contains(&value.len())
        && value.iter().all(is_alphabet)
        && digits >= 2
        && (value.iter().any(u8::is_ascii_alphabetic) || value.len() >= 24)
        && (is_uuid || !is_identifier(value))
        && !is_stand_in(value)
        && (value.len() >= 24 || !is_version_or_words(value))
        && (is_uuid || !is_joined_words(value))
        && entropy(value) >= 2.5
}

/// The least length of what looks random.
pub const SHORTEST_RANDOM: usize = 16;

/// Letters and digits mixed, long, and of high entropy.
pub fn looks_random(value: &[u8]) -> bool {
    value.len() >= SHORTEST_RANDOM
        && !is_joined_words(value)
        && !is_long_name(value)
        && value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
        && !value.iter().any(u8::is_ascii_whitespace)
        && !is_stand_in(value)
        && !is_identifier(value)
        && entropy(value) >= 3.4
}

/// Tells whether a value is one name of words that are longer than those of random letters: `invoiceNumber2026`.
fn is_long_name(value: &[u8]) -> bool {
    let capitals = value
        .iter()
        .filter(|byte| byte.is_ascii_uppercase())
        .count();
    let letters = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    is_made_of_names(value) && letters >= (capitals + 1) * 5
}

/// OpenCode's and providers' ids, UUIDs and digests are shown: support needs them.
pub fn is_identifier(value: &[u8]) -> bool {
    static IDENTIFIER: Pattern = Pattern::new(
        r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9].*|(?:ses|msg|prt|call|toolu|evt|per|que|pty|tool|resp|req|chatcmpl|run|step)[_-][A-Za-z0-9_-]+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?:0x)?[0-9a-fA-F]{40}|sha(?:1|256|384|512)[:-].+|h1:.+|SHA256:.+)$",
    );
    IDENTIFIER.is_match(value)
}

/// Words of letters, each in small letters, in capitals or with a capital first: `Verification code`,
/// `invalid-credential`. As a value somewhere they may be a password, and elsewhere they are words.
pub fn is_made_of_words(value: &str) -> bool {
    let is_word = |word: &str| {
        let rest = word.chars().skip(1);
        word.chars().all(char::is_alphabetic)
            && (rest.clone().all(char::is_lowercase)
                || rest.clone().all(|c| !c.is_lowercase())
                || !word.is_ascii())
    };
    let is_between = |c: char| matches!(c, ' ' | '-' | '_' | '.' | ',' | ':' | '/' | '\'' | '’');
    // `Done!` is a word; inside of one, as in `Harbour!Ölung`, the sign is a password's.
    let parts = value.split(is_between);
    parts
        .map(|part| part.trim_end_matches(['!', '?']))
        .all(is_word)
}

/// Words and numbers that are joined to a path, a version or a key of a cache: `Linux-node-9f86d081`,
/// `reports/2026/11/summary.csv`, `layers.0.attention.wk.weight`.
pub fn is_joined_words(value: &[u8]) -> bool {
    let parts = value
        .split(|byte| b"-_/.:".contains(byte))
        .filter(|part| !part.is_empty());
    let (all, words) = parts.fold((0, 0), |(all, words), part| {
        let is_lower = part.iter().skip(1).all(u8::is_ascii_lowercase);
        let is_word = part.len() >= 2
            && part.len() <= 16
            && part.iter().all(u8::is_ascii_alphabetic)
            && (is_lower || part.iter().all(u8::is_ascii_uppercase));
        (all + 1, words + usize::from(is_word))
    });
    all >= 3 && words * 2 >= all || all == 2 && words == 2
}

/// Tells whether words say themselves that they stand for a secret: `my-super-secret-key`, `some-password`.
pub fn names_itself(value: &str) -> bool {
    let lower = value.to_lowercase();
    is_made_of_words(value)
        && [
            "secret",
            "password",
            "passwd",
            "token",
            "credential",
            "apikey",
            "api-key",
            "api_key",
        ]
        .iter()
        .any(|word| lower.contains(word))
}

/// `/run/secrets/db`, `./key.pem`, `~/.ssh/id`: names in letters between slashes.
pub fn is_path(value: &[u8]) -> bool {
    let parts = value
        .split(|byte| *byte == b'/')
        .filter(|part| !matches!(*part, b"" | b"~" | b"." | b".."));
    let is_name = |part: &[u8]| {
        let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
        part.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-~".contains(byte))
            && digits * 3 <= part.len()
            && (is_made_of_names(part) || !is_password_like(part))
    };
    let begins = [&b"/"[..], b"~/", b"./", b"../"];
    let is_begun = begins.iter().any(|start| value.starts_with(start));
    let (count, names) = parts.fold((0, 0), |(count, names), part| {
        (count + 1, names + usize::from(is_name(part)))
    });
    let needed = if value.starts_with(b"/") { 2 } else { 1 };
    // One part that looks like a password makes it one.
    is_begun && count >= needed && names == count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_begins_as_a_path_was_taken_for_one() {
        for path in ["/run/secrets/db", "./key.pem", "~/.ssh/id_rsa"] {
            assert!(is_path(path.as_bytes()), "{path}");
        }
        for value in ["/A/a0AA0a0/a0a", "/a0AA0a0!/A/aA", "/a/A/a0AA0a0Aa"] {
            assert!(!is_path(value.as_bytes()), "{value}");
        }
    }
}
