//! Values in a text that is known to be commands of a shell: every assignment to a strong name, and every argument of
//! a strong option. In other texts such a value has to look like a secret.

use std::ops::Range;

use super::super::place::shell;
use super::super::secret_name::{Strength, strength};
use super::super::value::form::is_path;
use super::super::value::spared::is_spared;

/// Endings of names of files that hold a key, which say nothing of it.
const FILES: [&[u8]; 8] = [
    b".pem", b".key", b".json", b".crt", b".txt", b".p12", b".env", b".pub",
];

/// Last words of an option whose argument is the secret itself, in small letters.
const LAST_WORDS: [&[u8]; 10] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"pass",
    b"pwd",
    b"secret",
    b"token",
    b"key",
    b"passcode",
    b"credentials",
];

/// The places of the values.
pub fn find(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut option: Option<&[u8]> = None;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let Some(word) = whole_word(rest) else {
            // A blank or a sign between commands. A line that goes on is no end.
            let is_going_on = rest.starts_with(b"\\\n");
            if !matches!(rest.first(), Some(b' ' | b'\t')) && !is_going_on {
                option = None;
            }
            at += if is_going_on { 2 } else { 1 };
            continue;
        };
        let place = at..at + word;
        at = place.end;
        let bytes = text.get(place.clone()).unwrap_or_default();
        let is_comment = bytes.starts_with(b"#");
        if is_comment {
            at += memchr::memchr(b'\n', rest).unwrap_or(rest.len()) - word.min(rest.len());
            continue;
        }
        let before = option.take();
        if let Some(value) = assigned(bytes) {
            push(
                text,
                place.start + value.start..place.start + value.end,
                found,
            );
        } else if is_strong_option(bytes) {
            option = Some(bytes);
        } else if before.is_some() && !bytes.starts_with(b"-") {
            push(text, place, found);
        }
    }
}

/// The length of the word that a text starts with, its quotes among it: `A="b c"d` is one.
fn whole_word(text: &[u8]) -> Option<usize> {
    let mut end = 0;
    while let Some(&byte) = text.get(end) {
        match byte {
            b'"' | b'\'' => {
                let behind = text.get(end + 1..)?;
                let length = closing(behind, byte);
                end += length.map_or(1, |length| length + 2);
            }
            b'\\' if text.get(end + 1).is_some_and(|next| *next != b'\n') => end += 2,
            b'\\' => break,
            _ if byte.is_ascii_whitespace() || b";|&<>()`".contains(&byte) => break,
            _ => end += 1,
        }
    }
    (end > 0).then_some(end.min(text.len()))
}

fn closing(inner: &[u8], quote: u8) -> Option<usize> {
    let window = inner.get(..4096).unwrap_or(inner);
    let mut at = 0;
    loop {
        match window.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if *byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

/// The value in `NAME=value`, `--name=value` and `--from-literal=name=value`.
fn assigned(word: &[u8]) -> Option<Range<usize>> {
    let unquoted = word.first().is_some_and(|byte| b"\"'".contains(byte));
    let start = usize::from(unquoted);
    let end = word.len() - usize::from(unquoted && word.len() > 1 && word.last() == word.first());
    let inner = word.get(start..end)?;
    let mut from = 0;
    for at in memchr::memchr_iter(b'=', inner).take(3) {
        let name = inner.get(from..at)?;
        let is_option = name.starts_with(b"-");
        let bare = name.iter().take_while(|byte| **byte == b'-').count();
        let name = name.get(bare..)?;
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
        if name.is_empty() || !name.iter().all(is_name) {
            return None;
        }
        from = at + 1;
        let is_strong = if is_option {
            is_strong_option(inner.get(..at)?)
        } else {
            is_strong(name)
        };
        if is_strong {
            return Some(start + from..end);
        }
    }
    None
}

fn is_strong(name: &[u8]) -> bool {
    strength(name).is_some_and(Strength::is_strong)
}

/// `--password`, `--client-secret`, and not `--password-stdin`.
fn is_strong_option(word: &[u8]) -> bool {
    let Some(name) = word.strip_prefix(b"--") else {
        return false;
    };
    let lower = name.to_ascii_lowercase();
    let is_last = LAST_WORDS.iter().any(|last| lower.ends_with(last));
    is_last && is_strong(name) || lower == b"token"
}

fn push(text: &[u8], place: Range<usize>, found: &mut Vec<Range<usize>>) {
    let bytes = text.get(place.clone()).unwrap_or_default();
    let quotes =
        usize::from(matches!(bytes, [b'"', .., b'"'] | [b'\'', .., b'\'']) && bytes.len() > 2);
    let place = place.start + quotes..place.end - quotes;
    let value = text.get(place.clone()).unwrap_or_default();
    let is_file = FILES.iter().any(|ending| value.ends_with(ending)) || is_path(value);
    // `$(op read x)`, `id=npm,src=x`, `@file`
    let is_reference = value.starts_with(b"$")
        && shell::word(value).is_some_and(|word| is_spared(word.value))
        || value.starts_with(b"$(")
        || value.starts_with(b"\"$")
        || value.starts_with(b"id=")
        || value.starts_with(b"@");
    if !is_file && !is_reference && !is_spared(value) {
        found.push(place);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), &mut found);
        found
            .into_iter()
            .map(|place| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn strong_names_and_options_have_values() {
        for (text, value) in [
            ("A=1 DB_PASSWORD=sunflower npm start", "sunflower"),
            ("npm i && API_KEY='two words' x", "two words"),
            ("tool --password sunflower --verbose", "sunflower"),
            ("tool --client-secret=\"sun flower\" x", "sun flower"),
            ("tool --password \\\n  sunflower", "sunflower"),
            (
                "kubectl create secret generic db --from-literal=password=sunflower",
                "sunflower",
            ),
            ("docker run -e \"DB_PASSWORD=sunflower\" x", "sunflower"),
            ("# --password old\ntool --token sunflower", "sunflower"),
        ] {
            assert_eq!(found(text), [value], "{text}");
        }
    }

    #[test]
    fn what_is_no_value_stays() {
        for text in [
            "docker login --password-stdin ghcr.io",
            "tool --password --verbose",
            "tool --password $DB_PASSWORD --token \"${TOKEN}\" --secret $(op read x)",
            "docker build --secret id=npm,src=.npmrc .",
            "ssh --private-key ~/.ssh/id_rsa --api-key key.pem x",
            "git commit -m 'password = x'",
            "gh secret list",
            "tool --password; next",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_value_of_any_signs_is_found_whole(value in "[ -&(-~]{2,20}[a-z0-9]") {
            let bytes = value.as_bytes();
            let is_file = FILES.iter().any(|ending| bytes.ends_with(ending)) || is_path(bytes);
            prop_assume!(!is_spared(bytes) && !is_file && !value.starts_with(['$', '@', '-']));
            prop_assume!(!value.starts_with("id=") && !value.starts_with("\"$"));
            let text = format!("A=1 DB_PASSWORD='{value}' npm start --name jo");
            prop_assert_eq!(found(&text), [value.as_str()]);
            let text = format!("tool --password '{value}' --name jo");
            prop_assert_eq!(found(&text), [value.as_str()]);
        }
    }
}
