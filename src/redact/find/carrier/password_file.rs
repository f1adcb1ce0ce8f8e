//! Files that hold nothing but who may sign in where: `.netrc` and `.pgpass`.

use std::ops::Range;

use super::super::value::spared::is_spared;

/// The words behind `password` and `account`.
pub fn netrc(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut is_value = false;
    let mut at = 0;
    while let Some(start) = word_start(text, at) {
        let rest = text.get(start..).unwrap_or_default();
        let is_comment = rest.starts_with(b"#") && !is_value;
        let end = match rest.first() {
            _ if is_comment => start + line(rest),
            // A quoted word may hold blanks.
            Some(b'"') => start + quoted(rest),
            _ => {
                start
                    + rest
                        .iter()
                        .position(u8::is_ascii_whitespace)
                        .unwrap_or(rest.len())
            }
        };
        let word = text.get(start..end).unwrap_or_default();
        if is_value {
            let quotes =
                usize::from(word.len() >= 2 && word.starts_with(b"\"") && word.ends_with(b"\""));
            let inner = start + quotes..end - quotes;
            if text
                .get(inner.clone())
                .is_some_and(|value| !is_spared(value))
            {
                found.push(inner);
            }
        }
        is_value = !is_value && !is_comment && matches!(word, b"password" | b"account");
        at = end.max(start + 1);
    }
}

fn word_start(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let blanks = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    Some(at + blanks)
}

fn line(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

/// The length of a quoted word with its quotes; that of its line where no quote ends it.
fn quoted(text: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match text.get(at) {
            None | Some(b'\n') => return at.min(text.len()),
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
        }
    }
}

/// The fifth field of each line. A backslash keeps a colon from ending one.
pub fn pgpass(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split(|byte| *byte == b'\n') {
        let of_line = start;
        start += line.len() + 1;
        if line.trim_ascii_start().starts_with(b"#") {
            continue;
        }
        let mut ends = Vec::with_capacity(4);
        let mut at = 0;
        while ends.len() < 4 && at < line.len() {
            match line.get(at) {
                Some(b'\\') => at += 1,
                Some(b':') => ends.push(at),
                _ => {}
            }
            at += 1;
        }
        // The second one is a port, in whatever else has colons it is not.
        let port = match ends.as_slice() {
            [host, port, ..] => line.get(host + 1..*port).unwrap_or_default(),
            _ => continue,
        };
        let is_port = port == b"*" || !port.is_empty() && port.iter().all(u8::is_ascii_digit);
        let value = line.get(at..).unwrap_or_default().trim_ascii_end();
        if ends.len() == 4
            && is_port
            && !value.is_empty()
            && !super::super::value::reference::is_whole(value)
        {
            found.push(of_line + at..of_line + at + value.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(find: fn(&[u8], &mut Vec<Range<usize>>), text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), &mut found);
        found
            .into_iter()
            .map(|place| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn passwords_of_a_netrc_file_are_found() {
        for (text, value) in [
            ("machine a login jo password sunflower\n", "sunflower"),
            ("machine a\n  login jo\n  password a#b\n", "a#b"),
            (
                "default login jo password \"two words\" macdef x\n",
                "two words",
            ),
        ] {
            assert_eq!(found(netrc, text), [value], "{text}");
        }
        for text in [
            "# password sunflower\n",
            "machine a login password\n",
            "password $PASSWORD\n",
        ] {
            assert_eq!(found(netrc, text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn passwords_of_a_pgpass_file_are_found() {
        for (text, value) in [
            ("db:5432:app:jo:sunflower\n", "sunflower"),
            ("*:*:*:jo\\:x:a:b\\\\c\n", "a:b\\\\c"),
        ] {
            assert_eq!(found(pgpass, text), [value], "{text}");
        }
        assert_eq!(
            found(pgpass, "# a:1:c:d:e\na:1:c\n1:a:2:c:d:e\n"),
            Vec::<&str>::new()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_password_of_any_signs_is_found_whole(value in "[!-~]{2,20}[a-z0-9]") {
            prop_assume!(!is_spared(value.as_bytes()) && !value.starts_with('"'));
            let text = format!("machine a login jo password {value}\nmachine b\n");
            prop_assert_eq!(found(netrc, &text), [value.as_str()]);
            let text = format!("a:1:b:jo:x\ndb:5432:app:jo:{value}\n# end\n");
            prop_assert_eq!(found(pgpass, &text), ["x", value.as_str()]);
        }
    }
}
