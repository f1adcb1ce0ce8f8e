//! Secrets that a command prints: `op read …`, `echo $DB_PASSWORD`.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::likely::may_be_secret;
use super::table::{COMMANDS, Command};
use super::{REACH, is_command};
use crate::redact::find::secret_name::is_secret_name;
use crate::redact::find::value::form::is_version_or_words;
use crate::redact::find::value::names::is_made_of_names;

/// Tells whether a command prints a secret and nothing that other text is made of: `op read op://a/b`, `echo
/// $DB_PASSWORD`.
pub fn prints_secret(text: &[u8]) -> bool {
    let is_last = |end: usize| {
        let behind = text.get(end..).unwrap_or_default();
        // A command that counts or hashes a secret does not print it.
        let hides = [
            &b"| wc"[..],
            b"|wc",
            b"sum",
            b"| grep -c",
            b">/dev/null",
            b"> /dev/null",
        ];
        !hides
            .iter()
            .any(|sign| memchr::memmem::find(behind, sign).is_some())
    };
    let Some((names, commands)) = &*PRINTING else {
        return false;
    };
    names.find_overlapping_iter(text).any(|found| {
        let Some(command) = commands.get(found.pattern().as_usize()) else {
            return false;
        };
        let place = found.range();
        let argument = text.get(place.end..).unwrap_or_default();
        let line = argument
            .split(|byte| b"\n;|&".contains(byte))
            .next()
            .unwrap_or_default();
        is_command(text, &place)
            && is_last(place.end)
            && (!command.by_name || is_name_of_secret(text, &place, line))
    })
}

/// The names of commands that print a secret, to be looked for at once, and the command of each. Those that decode
/// anything are not among them.
static PRINTING: LazyLock<Option<(AhoCorasick, Vec<&'static Command>)>> = LazyLock::new(|| {
    const DECODERS: [&str; 4] = ["base64 -d", "base64 --decode", "uuencode", "pass"];
    let printing = COMMANDS.iter().filter(|command| command.prints);
    let named = printing.flat_map(|command| command.names.iter().map(move |name| (name, command)));
    let named = named.filter(|(name, _)| {
        !DECODERS
            .iter()
            .any(|decoder| decoder.eq_ignore_ascii_case(name))
    });
    let (names, commands): (Vec<_>, Vec<_>) = named.unzip();
    let searcher = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(names);
    Some((searcher.ok()?, commands))
});

/// Tells whether the argument of a command names a variable that holds a secret: `$DB_PASSWORD`, `"${X}"`.
fn is_name_of_secret(text: &[u8], name: &Range<usize>, line: &[u8]) -> bool {
    let argument = line.trim_ascii();
    let is_variable = argument.starts_with(b"$")
        || text
            .get(name.clone())
            .is_some_and(|name| name.eq_ignore_ascii_case(b"printenv"));
    let bare = argument.strip_prefix(b"\"").unwrap_or(argument);
    let bare = bare
        .strip_prefix(b"${")
        .or_else(|| bare.strip_prefix(b"$"))
        .unwrap_or(bare);
    let bare = bare.strip_suffix(b"\"").unwrap_or(bare);
    let bare = bare.strip_suffix(b"}").unwrap_or(bare);
    (is_variable || argument.starts_with(b"\"$")) && is_secret_name(bare)
}

fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        value => value,
    }
}

/// Tells whether nothing but a prompt stands before a command in its line.
fn is_at_prompt(text: &[u8], name: &Range<usize>) -> bool {
    let before = text
        .get(name.start.saturating_sub(128)..name.start)
        .unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default().trim_ascii_end();
    line.last().is_none_or(|byte| b"$#%>".contains(byte))
}

/// The line below a command that prints a secret, where it is one word.
pub fn printed_value(text: &[u8], name: &Range<usize>, command: &Command) -> Option<Range<usize>> {
    // `pass` and its like are ordinary words, too.
    let is_one_word = !text.get(name.clone())?.contains(&b' ');
    let is_member = text.get(name.start) == Some(&b'.');
    if is_one_word && !is_member && !command.by_name && !is_at_prompt(text, name) {
        return None;
    }
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    let end = behind.iter().position(|byte| *byte == b'\n')?;
    let line = behind.get(..end)?;
    // Output inside `$(…)` is not shown.
    let before = text.get(name.start.saturating_sub(64)..name.start)?;
    if before.trim_ascii_end().ends_with(b"$(") {
        return None;
    }
    if command.by_name && !is_name_of_secret(text, name, line) {
        return None;
    }
    let mut start = name.end + end + 1;
    // A blank line may stand between them.
    start += usize::from(text.get(start) == Some(&b'\n'));
    let mut next = text.get(start..(start + 4096).min(text.len()))?;
    // Redis answers with the name first: `1) "requirepass"`, `2) "x"`.
    if next.starts_with(b"1) \"") {
        let skipped = next.iter().position(|byte| *byte == b'\n')? + 1;
        let value = next.get(skipped..)?.strip_prefix(b"2) \"")?;
        start += skipped + 4;
        next = value.get(..value.iter().position(|byte| *byte == b'"')?)?;
    }
    let length = next
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(next.len());
    let value = next.get(..length)?.trim_ascii();
    // `pass show` prints passphrases, too.
    let is_phrase = !is_one_word
        && value
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || *byte == b' ')
        && (3..=8).contains(&value.split(|byte| *byte == b' ').count());
    let has_blank = value.iter().any(u8::is_ascii_whitespace) && !is_phrase;
    let is_words = value.starts_with(b"\"") && is_version_or_words(unquoted(value));
    let is_statement = value.last().is_some_and(|byte| b";,([{".contains(byte));
    let is_prompt = is_statement || value.first().is_some_and(|byte| b"$#>%{[<".contains(byte));
    let is_found = value.len() >= 8
        && !has_blank
        && !is_prompt
        && !is_words
        && may_be_secret(value)
        && (!value.contains(&b'/')
            || value.len() >= 32
            || value.iter().any(|byte| b"!@#$%^&*=~?".contains(byte)))
        && (value
            .iter()
            .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+=".contains(byte))
            || value.len() >= 16 && !is_made_of_names(value));
    let leading = next.get(..length)?.len() - next.get(..length)?.trim_ascii_start().len();
    is_found.then(|| start + leading..start + leading + value.len())
}
