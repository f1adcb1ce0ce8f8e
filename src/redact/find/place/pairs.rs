//! Pairs in a row, as logs and connection strings have them: `user=jo password=x ip=10.0.0.9`; and one in quotes, as
//! a command takes it: `-d 'password=x'`.
//!
//! 1. The name and `=` stand without blanks, behind a blank or a quote.
//! 2. Another pair stands before it or behind it, or the quote before the name ends the value.
//! 3. So it is no program source, and the value goes to the blank or the quote whatever it holds.

use std::ops::Range;

use super::super::secret_name::{Strength, strength};
use super::super::value::form::{is_key_like, is_stand_in};
use super::super::value::program;

/// How much of a line is looked at on either side, in bytes.
const REACH: usize = 512;

/// The place of the value of a name that is one of a pair in a row.
pub fn value_of(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let strength = strength(text.get(name.clone())?)?;
    // `--secret=x` is an option, a place of its own.
    if text.get(name.start) == Some(&b'-') {
        return None;
    }
    let start = name.end + 1;
    if text.get(name.end) != Some(&b'=') || strength == Strength::Weak {
        return None;
    }
    let before = text.get(name.start.saturating_sub(REACH)..name.start)?;
    // A connection string: `user=hr;password=x;encrypt=true`.
    let is_of_connection = before.ends_with(b";") && !before.ends_with(b"&amp;");
    // `--set auth.user=app,auth.password=x`
    let is_of_list = before.ends_with(b",") && is_list_of_pairs(before);
    // `helm --set dbPassword=x`, `-e DB_PASS=x`
    let is_of_option = before.ends_with(b" ") && {
        let mut words = before.trim_ascii_end().rsplit(u8::is_ascii_whitespace);
        words
            .next()
            .is_some_and(|word| word.len() > 1 && word.starts_with(b"-") && !word.contains(&b'='))
    };
    let quote = before.last().filter(|byte| b"\"'".contains(byte)).copied();
    let rest = text.get(start..(start + REACH).min(text.len()))?;
    let line = rest.split(|byte| b"\r\n".contains(byte)).next()?;
    // `Password={x;y}` is a place of its own.
    if line.starts_with(b"{") {
        return None;
    }
    let length = match quote {
        Some(quote) => line.iter().position(|byte| *byte == quote)?,
        None => line
            .iter()
            .position(|byte| {
                b" \t\"'".contains(byte)
                    || is_of_connection && *byte == b';'
                    || (is_of_list || is_of_option) && *byte == b','
            })
            .unwrap_or(line.len()),
    };
    let value = line.get(..length)?;
    if value.contains(&b'&') || quote.is_some() && value.contains(&b' ') {
        return None;
    }
    let is_among_pairs = || is_behind_pair(before) || line.get(length..).is_some_and(begins_a_pair);
    let is_free = !is_of_connection && !is_of_list && !is_of_option;
    if quote.is_none() && is_free && !(before.ends_with(b" ") && is_among_pairs()) {
        return None;
    }
    // A statement may end so, too: `a=1;token=next;`.
    let is_of_program = || {
        crate::redact::find::value::names::is_made_of_names(value)
            && !has_digit_among_letters(value)
            || program::is_expression(value)
    };
    if (is_of_connection || is_of_list) && is_of_program() {
        return None;
    }
    let is_member =
        value.contains(&b'.') && crate::redact::find::value::names::is_made_of_names(value);
    let is_found = value.len() >= 4
        && !is_stand_in(value)
        && !is_member
        && !value.ends_with(b",")
        && !value.ends_with(b")")
        && (strength.is_strong() || is_key_like(value));
    is_found.then_some(start..start + length)
}

/// Tells whether the word that a text ends with is pairs with commas between them, and no call: `a.user=app,`.
fn is_list_of_pairs(before: &[u8]) -> bool {
    let word = before.rsplit(u8::is_ascii_whitespace).next();
    word.is_some_and(|word| {
        word.contains(&b'=') && !word.iter().any(|byte| b"(){}[]\"'`;?&".contains(byte))
    })
}

fn has_digit_among_letters(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits > 0 && value.iter().any(u8::is_ascii_uppercase)
}

/// Tells whether a text ends with a pair and a blank: `user=jo `.
fn is_behind_pair(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| *byte == b'\n').next();
    let word = line
        .unwrap_or_default()
        .trim_ascii_end()
        .rsplit(|byte| b" \t".contains(byte))
        .next();
    word.is_some_and(|word| is_pair(word.trim_ascii_start()))
}

/// Tells whether a text begins with a blank and a pair: ` ip=10.0.0.9`.
fn begins_a_pair(rest: &[u8]) -> bool {
    let word = rest
        .strip_prefix(b" ")
        .and_then(|rest| rest.split(|byte| b" \t\"'".contains(byte)).next());
    word.is_some_and(is_pair)
}

fn is_pair(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"\"").unwrap_or(word);
    let name = word
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte))
        .count();
    let next = word.get(name + 1);
    name >= 2
        && word.get(name) == Some(&b'=')
        && next.is_some_and(|byte| !b"=> ".contains(byte))
        && !word.ends_with(b",")
        && !word.ends_with(b";")
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};

    #[test]
    fn the_value_of_a_pair_goes_whole() {
        for (text, value) in [
            (
                "auth login user=ines password=hucRRK,i2@O ip=10.0.0.9",
                "hucRRK,i2@O",
            ),
            (
                "connect(\"host=pg user=app password=p0BsOerPElFSuRx connect_timeout=5\")",
                "p0BsOerPElFSuRx",
            ),
            (
                "core1 ansible_user=netops ansible_ssh_pass=RYxBGf8Nstw a=b",
                "RYxBGf8Nstw",
            ),
            (
                "curl -d 'password=trz]d]drSZ9e' -d client_id=web",
                "trz]d]drSZ9e",
            ),
            ("user=jo password=sunflower\n", "sunflower"),
            (
                "--set auth.user=app,auth.password=ZoDLylcMwblPJjZDek63eRX,auth.database=till",
                "ZoDLylcMwblPJjZDek63eRX",
            ),
            (
                "  --set odooPassword=pkyuChchLqp95YU \\\n",
                "pkyuChchLqp95YU",
            ),
            (
                "--set auth.password=IvoryCoralBarley,size=20Gi\n",
                "IvoryCoralBarley",
            ),
            (
                "jdbc:sqlserver://a:1433;user=hr;password=NZ4VONVSvSDLDOE;trust=true",
                "NZ4VONVSvSDLDOE",
            ),
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), [value], "{text}");
        }
    }

    #[test]
    fn program_source_has_no_pairs() {
        for text in [
            "connect(user=user, password=password)",
            "\"password=\" + password",
            "if a=b token=next ",
            "f(secret=config.secret timeout=5)",
            "'password=%s' % x",
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), Vec::<&str>::new(), "{text}");
        }
    }
}
