//! Tells what stays beside a strong name in a place that is known to hold data: only what is no value of its own.

use super::form::{is_path, is_sentence, is_whole_stand_in};
use super::{label, reference};

/// A value that is shorter is none, in bytes.
const SHORTEST: usize = 3;

/// Words that say how a secret is come by, or what may be done with one: `secrets: inherit`, `id-token: write`.
const WORDS: [&[u8]; 12] = [
    b"inherit",
    b"read",
    b"write",
    b"readonly",
    b"always",
    b"never",
    b"auto",
    b"generate",
    b"generated",
    b"off",
    b"enabled",
    b"manual",
];

/// Tells whether a value beside a strong name is a reference, a mask, a path, a label, or a word for none.
pub fn is_spared(value: &[u8]) -> bool {
    let begins_as_reference = value
        .first()
        .is_some_and(|byte| b"$<{[(&%@/~.!".contains(byte));
    value.len() < SHORTEST
        || value.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
        || reference::is_whole(value)
        || value.starts_with(b"[redacted:")
        // A value that SOPS has encrypted.
        || value.starts_with(b"ENC[")
        || !begins_as_reference && is_whole_stand_in(value)
        || is_path(value)
        || is_sentence(value)
        || label::is_label(value)
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_value_stays() {
        for value in [
            "",
            "x",
            "${DB}",
            "$DB_PASSWORD",
            "{{ x }}",
            "!vault |",
            "********",
            "<password>",
            "/run/secrets/db",
            "./key.pem",
            "~/.ssh/id_rsa",
            "null",
            "inherit",
            "Passwort",
            "changeme",
            "Reset the password of users",
            "ENC[AES256_GCM,data:x]",
            "[redacted:a#1]",
        ] {
            assert!(is_spared(value.as_bytes()), "{value}");
        }
        for value in [
            "sunflower",
            "k7}Qz(w9",
            "/4Tq9zLwx7Rm2Kd9",
            "@4Tq9",
            "(getSecret)",
            "a.b.c",
            "12345678",
            "correct horse battery staple",
            "$Marble261x",
            ".hidden9",
            "$2a$12$abc",
            "walnut,tiger",
        ] {
            assert!(!is_spared(value.as_bytes()), "{value}");
        }
    }
}
