//! The words of a command, and the secrets among them: `mysql -px`, `curl -u name:x`, `reg add x /v Password /d y`.

use std::ops::Range;

use super::likely::{has_a_sign, is_mixed, may_be_secret};
use super::table::Command;
use crate::redact::find::place::shell;
use crate::redact::find::secret_name::is_secret_name;
use crate::redact::find::value::form::{is_password_like, is_stand_in};

/// How many words of a command are looked at.
const MOST_WORDS: usize = 48;

/// A word behind the name of a command.
pub struct Argument<'t> {
    /// The bytes between its quotes, or all of them.
    pub value: &'t [u8],
    pub place: Range<usize>,
    pub is_quoted: bool,
    pub is_literal: bool,
}

/// The words of a command up to its end. A backslash before a line's end goes on.
pub fn arguments(behind: &[u8]) -> Vec<Argument<'_>> {
    let mut arguments = Vec::new();
    let mut at = 0;
    while arguments.len() < MOST_WORDS {
        let rest = behind.get(at..).unwrap_or_default();
        let skipped = match rest {
            [b' ' | b'\t', ..] => 1,
            [b'\\', b'\n', ..] => 2,
            [b'\\', b'\r', b'\n', ..] => 3,
            // Lists of programs: `["curl", "-u", "a:b"]`.
            [b'"' | b'\'', b',', ..] => 2,
            [b',', b' ', ..] => 2,
            _ => 0,
        };
        if skipped > 0 {
            at += skipped;
            continue;
        }
        let Some(word) = shell::word(rest) else { break };
        arguments.push(Argument {
            value: word.value,
            place: at + word.place.start..at + word.place.end,
            is_quoted: word.is_quoted,
            is_literal: word.is_literal,
        });
        // The quotes are as long on both sides.
        at += word.place.end + usize::from(word.is_quoted) * word.place.start;
    }
    arguments
}

/// The places of the secrets among what stands behind the name of a command.
pub fn values(behind: &[u8], command: &Command, on_value: &mut dyn FnMut(Range<usize>)) {
    let arguments = arguments(behind);
    // `reg add x /d y /v DefaultPassword`: what is set is told by any of them.
    let names_secret = command.by_name
        && arguments
            .iter()
            .any(|argument| names_a_secret(argument.value));
    let mut plain = 0;
    let mut before: &[u8] = b"";
    for (number, argument) in arguments.iter().enumerate() {
        let option = number
            .checked_sub(1)
            .and_then(|before| arguments.get(before))
            .filter(|before| !before.is_quoted);
        let of_option = |known: &String| {
            option.is_some_and(|option| command.is_same(option.value, known.as_bytes()))
        };
        let place = if let Some(place) = attached(argument, command) {
            Some(place)
        } else if command.secret.iter().any(of_option) {
            Some(argument.place.clone())
        } else {
            pair(argument, option, command)
        };
        let is_option = !argument.is_quoted
            && (argument.value.starts_with(b"-")
                || command.windows && argument.value.starts_with(b"/"));
        // `net use Z: \\server\share x`
        let is_drive = matches!(argument.value, [letter, b':'] if letter.is_ascii_alphabetic());
        plain += usize::from(!is_option && !is_drive);
        let is_argument = !is_option && command.argument == plain && command.argument > 0;
        let place = place.or_else(|| is_argument.then(|| argument.place.clone()));
        let place = place.or_else(|| {
            (command.by_name && !is_option)
                .then(|| named(argument, before))
                .flatten()
        });
        before = argument.value;
        if let Some(place) = place {
            let value = behind.get(place.clone()).unwrap_or_default();
            let is_likely =
                command.plain || is_mixed(value) || argument.is_quoted && is_password_like(value);
            let may_be_secret = match argument.is_literal {
                true => value.len() >= 3 && !is_stand_in(value),
                false => may_be_secret(value),
            };
            if is_likely && may_be_secret && (!command.by_name || names_secret || has_a_sign(value))
            {
                on_value(place);
            }
        }
    }
}

/// `-px`, `--password=x`, `/p:x`
fn attached(argument: &Argument<'_>, command: &Command) -> Option<Range<usize>> {
    command.secret.iter().find_map(|known| {
        let rest = match known.strip_suffix('*') {
            Some(prefix) => {
                let (start, rest) = argument.value.split_at_checked(prefix.len())?;
                command.is_same(start, prefix.as_bytes()).then_some(rest)?
            }
            None => argument
                .value
                .strip_prefix(known.as_bytes())?
                .strip_prefix(b"=")?,
        };
        let start = argument.place.end - rest.len();
        let quotes = usize::from(matches!(rest, [b'"', .., b'"'] | [b'\'', .., b'\'']));
        (rest.len() > 2 * quotes).then(|| start + quotes..argument.place.end - quotes)
    })
}

/// `-u name:x`, `-uname:x`, `--user=name:x`
fn pair(
    argument: &Argument<'_>,
    option: Option<&Argument<'_>>,
    command: &Command,
) -> Option<Range<usize>> {
    command.pair.iter().find_map(|known| {
        let (option_name, sign) = known.split_at(known.len().checked_sub(1)?);
        let sign = sign.bytes().next()?;
        // The first argument is the pair where the command's own name ends with the option.
        if option_name.is_empty() && option.is_some() {
            return None;
        }
        let is_behind = option.is_some_and(|option| option.value == option_name.as_bytes());
        let attached = argument.value.strip_prefix(option_name.as_bytes());
        let value = if is_behind {
            argument.value
        } else {
            attached?.strip_prefix(b"=").or(attached)?
        };
        let at = value.iter().position(|byte| *byte == sign)?;
        let secret = value.get(at + 1..)?;
        let secret = secret
            .strip_suffix(b"\"")
            .or_else(|| secret.strip_suffix(b"'"))
            .unwrap_or(secret);
        let start = argument.place.end - value.len() + at + 1;
        Some(start..start + secret.len())
    })
}

/// `NAME=x`, or `x` behind the argument `NAME`.
fn named(argument: &Argument<'_>, before: &[u8]) -> Option<Range<usize>> {
    if let Some(at) = argument.value.iter().position(|byte| *byte == b'=')
        && argument.value.get(..at).is_some_and(is_secret_name)
    {
        return Some(argument.place.start + at + 1..argument.place.end);
    }
    names_a_secret(before).then(|| argument.place.clone())
}

/// Tells whether an argument names a secret, at the end of a path: `SMTP.Password`, `Env:API_TOKEN`, `DefaultPassword`.
fn names_a_secret(argument: &[u8]) -> bool {
    let name = argument.rsplit(|byte| b".:/\\".contains(byte)).next();
    name.is_some_and(|name| !name.starts_with(b"-") && is_secret_name(name))
}
