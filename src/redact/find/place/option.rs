//! Secrets behind options of any command: `--private_key x`, `--token=x`, `-srcstorepass x`, `--password 'a b'`.

use std::ops::Range;

use super::super::are_random_letters;
use super::super::secret_name::{Strength, strength};
use super::super::value::form::is_stand_in;
use super::super::value::reference;
use super::shell;

/// The place of the value of a name that is an option of Windows: `/password:x`, `/processModel.password:x`.
pub fn value_of_windows(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    const LONGEST_PATH: usize = 48;
    let start = name.start.saturating_sub(LONGEST_PATH);
    let before = text.get(start..name.start)?;
    let is_of_path = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'.';
    let path = before.iter().rev().take_while(is_of_path).count();
    let mut before = before.iter().rev().skip(path);
    let is_option =
        before.next() == Some(&b'/') && before.next().is_some_and(u8::is_ascii_whitespace);
    let is_strong = strength(text.get(name.clone())?).is_some_and(Strength::is_strong);
    let value = text.get(name.end..)?.strip_prefix(b":")?;
    let word = shell::word(value).filter(|_| is_option && is_strong)?;
    let is_found =
        word.value.len() >= 3 && !is_stand_in(word.value) && !reference::is_whole(word.value);
    let start = name.end + 1;
    is_found.then_some(start + word.place.start..start + word.place.end)
}

/// The place of the value of a name that is an option: it begins with one or two dashes behind a blank or a quote.
pub fn value_of(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let option = text.get(name.clone())?;
    let bare = option
        .strip_prefix(b"--")
        .or_else(|| option.strip_prefix(b"-"))?;
    let before = name.start.checked_sub(1).and_then(|at| text.get(at));
    if !before.is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`[(".contains(byte)) {
        return None;
    }
    let is_strong = strength(bare).is_some_and(Strength::is_strong)
        || bare.to_ascii_lowercase().ends_with(b"pass")
        || matches!(bare, b"passin" | b"passout");
    if !is_strong && strength(bare) != Some(Strength::Medium) {
        return None;
    }
    let rest = text.get(name.end..)?;
    let separator = match rest {
        [b'=', ..] => 1,
        [b' ' | b'\t', ..] => rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count(),
        _ => return None,
    };
    let start = name.end + separator;
    let word = shell::word(text.get(start..)?)?;
    // `-pass pass:x`, as OpenSSL takes it; `env:X` and `file:f` say where the secret is.
    let scheme = if word.value.starts_with(b"pass:") {
        5
    } else {
        0
    };
    if word.value.starts_with(b"env:") || word.value.starts_with(b"file:") {
        return None;
    }
    let value = word.value.get(scheme..)?;
    // A stand-in of a manual: `--token string`, `--password <password>`.
    let is_marked = |byte: &u8| byte.is_ascii_digit() || b"!@#$%^&*+?".contains(byte);
    let is_found = scheme > 0 && value.len() >= 4 && !reference::is_whole(value)
        || value.len() >= 3
            && !value.starts_with(b"-")
            && !is_stand_in(value)
            && !reference::is_whole(value)
            && (value.iter().any(is_marked) && value.iter().any(u8::is_ascii_alphanumeric)
                || are_random_letters(value)
                || word.is_quoted && is_strong);
    is_found.then_some(start + word.place.start + scheme..start + word.place.end)
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};

    #[test]
    fn the_argument_of_an_option_is_taken_whole() {
        for (text, value) in [
            (
                "tool --private_key D5VchrsPMFGNyz2iuUkPsmLNqO\n",
                "D5VchrsPMFGNyz2iuUkPsmLNqO",
            ),
            ("tool --licenseKey=HnmpMH2uM1rc;x", "HnmpMH2uM1rc"),
            (
                "keytool -srcstorepass KvPQn5neOaq0 -destkeystore b.p12",
                "KvPQn5neOaq0",
            ),
            ("tool --password 'walnut tiger'", "walnut tiger"),
            ("tool --password wal\\ nut#47", "wal\\ nut#47"),
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), [value], "{text}");
        }
    }

    #[test]
    fn other_options_stay() {
        for text in [
            "--token string",
            "--password <password>",
            "--key-id abc123",
            "--api-key $KEY",
            "--password --verbose",
            "--token-file /a/b1",
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), Vec::<&str>::new(), "{text}");
        }
    }
}
