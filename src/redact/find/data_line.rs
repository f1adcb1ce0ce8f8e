//! Secrets on a line of data: `DB_PASSWORD=k7}Qz(w9`, `password: (Harbor152river`, `Environment="PW=x"`.
//!
//! On such a line the value goes to the line's end, or to its own quote. It may start with any sign and hold any
//! sign, so the line has to prove first that it is data and no program source:
//!
//! 1. What tools put before a line (line numbers, `+`, `-`, `> `) is taken off.
//! 2. The name stands at the line's start, behind nothing but `export`, `set`, `ENV` and their like, or behind
//!    the dash of a YAML list.
//! 3. An operator follows: `=` without blanks in a shell or a dotenv file, `=` or `:` elsewhere.
//! 4. Neither the line nor the one before and behind it ends as a statement does.

use std::ops::Range;

use super::super::secret_name::{Strength, strength};
use super::super::value_form::{
    is_code, is_key_like, is_password_like, is_sentence, is_version_or_words, is_whole_stand_in,
};
use super::carrier::without_marks;
use super::reference;

/// A line that is longer is no setting, in bytes.
const LONGEST: usize = 4096;

/// Words that may stand before a name, in lower case.
const WORDS_BEFORE: [&[u8]; 14] = [
    b"export",
    b"set",
    b"setx",
    b"setenv",
    b"env",
    b"arg",
    b"declare",
    b"declare -x",
    b"typeset -x",
    b"local",
    b"readonly",
    b"-e",
    b"--env",
    b"environment=",
];

/// The place of the value of a name on a line of data. `Some(None)`: it is such a line, and no secret.
pub fn value_of(text: &[u8], name: &Range<usize>) -> Option<Option<Range<usize>>> {
    let strength =
        strength(text.get(name.clone())?).filter(|strength| *strength != Strength::Weak)?;
    let start = line_start(text, name.start)?;
    let end = line_end(text, name.end)?;
    let before = without_marks(text.get(start..name.start)?);
    let is_shell = is_before_of_shell(before)?;
    let rest = text.get(name.end..end)?;
    let is_upper = !text.get(name.clone())?.iter().any(u8::is_ascii_lowercase);
    let (sign, value_start) = operator(rest, is_upper)?;
    let value = trimmed(text.get(name.end + value_start..end)?);
    let place = name.end + value_start..name.end + value_start + value.len();
    let is_assignment = sign == b'=' && value_start == 1;
    if let Some(quoted) = whole_quoted(value) {
        let inner = place.start + 1..place.start + 1 + quoted.len();
        let is_spared = quoted.len() < 4
            || reference::is_whole(quoted)
            || is_whole_stand_in(quoted)
            || is_sentence(quoted);
        return (strength.is_strong() && !is_spared && is_assignment).then_some(Some(inner));
    }
    // The value of a block stands below it.
    if matches!(value, [b'|' | b'>'] | [b'|' | b'>', b'-' | b'+']) {
        return None;
    }
    if reference::is_whole(without_comment(value)) {
        return Some(None);
    }
    let is_shell = is_shell || is_assignment;
    let value = if is_shell {
        word_of_shell(value)
    } else {
        without_comment(value)
    };
    let place = place.start..place.start + value.len();
    // A variable of a shell holds no expression.
    let is_certain = is_assignment && is_upper && is_password_like(value);
    if !is_data(text, start, end, value)
        || is_spared(value, sign)
        || is_expression(value) && !is_certain
    {
        return None;
    }
    let is_found = match strength {
        Strength::Strong | Strength::Key => is_assignment || has_a_sign_of_a_secret(value),
        Strength::Medium => is_key_like(value),
        Strength::Weak => false,
    };
    is_found.then_some(Some(place))
}

fn line_start(text: &[u8], at: usize) -> Option<usize> {
    let nearest = at.saturating_sub(128);
    let before = text.get(nearest..at)?;
    let end = memchr::memrchr2(b'\n', b'\r', before);
    end.map(|end| nearest + end + 1)
        .or((nearest == 0).then_some(0))
}

fn line_end(text: &[u8], at: usize) -> Option<usize> {
    let behind = text.get(at..)?;
    let behind = behind.get(..LONGEST).unwrap_or(behind);
    let end = memchr::memchr2(b'\n', b'\r', behind);
    end.or((at + behind.len() == text.len()).then_some(behind.len()))
        .map(|end| at + end)
}

/// Whether what stands before a name is of a shell; `None` where a name at the start of a line has no such
/// thing before it.
fn is_before_of_shell(before: &[u8]) -> Option<bool> {
    let unquoted = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii();
    if unquoted.is_empty() {
        return Some(false);
    }
    let lower = unquoted.to_ascii_lowercase();
    let lower = lower.strip_prefix(b"$ ").unwrap_or(&lower);
    WORDS_BEFORE.contains(&lower).then_some(true)
}

/// The operator behind a name, and where the value starts.
fn operator(rest: &[u8], is_upper: bool) -> Option<(u8, usize)> {
    let quote = usize::from(rest.first() == Some(&b'"'));
    let blanks = blanks_at(rest, quote);
    let sign = *rest.get(quote + blanks)?;
    if quote > 0 && sign != b':' {
        return None;
    }
    let start = quote + blanks + 1;
    let next = rest.get(start)?;
    match sign {
        // No program compares a variable in capitals at the start of a line, without blanks.
        b'=' if !b"=>~".contains(next) || is_upper && quote + blanks == 0 && *next != b'>' => {
            Some((sign, start + blanks_at(rest, start)))
        }
        // `a::b`, `http://`
        b':' if matches!(next, b' ' | b'\t') => Some((sign, start + blanks_at(rest, start))),
        _ => None,
    }
}

fn blanks_at(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn trimmed(value: &[u8]) -> &[u8] {
    value.trim_ascii_end()
}

/// What a value in quotes holds, where the quotes are its first and last byte.
fn whole_quoted(value: &[u8]) -> Option<&[u8]> {
    let (first, rest) = value.split_first()?;
    let (last, inner) = rest.split_last()?;
    let is_closed = || {
        let mut at = 0;
        while let Some(byte) = inner.get(at) {
            match byte {
                b'\\' if *first == b'"' => at += 2,
                // `''` is a quote in quotes.
                b'\'' if inner.get(at + 1) == Some(first) => at += 2,
                byte if byte == first => return false,
                _ => at += 1,
            }
        }
        at == inner.len()
    };
    (matches!(first, b'"' | b'\'') && first == last && is_closed()).then_some(inner)
}

/// The value up to the blank at which a shell ends it.
fn word_of_shell(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|byte| matches!(byte, b' ' | b'\t'));
    value.get(..end.unwrap_or(value.len())).unwrap_or_default()
}

fn without_comment(value: &[u8]) -> &[u8] {
    let end = memchr::memmem::find(value, b" #");
    trimmed(value.get(..end.unwrap_or(value.len())).unwrap_or_default())
}

/// Whether a line and its neighbours are data. A statement ends in a sign that a setting seldom ends in.
fn is_data(text: &[u8], start: usize, end: usize, value: &[u8]) -> bool {
    let ends_statement = |line: &[u8]| {
        matches!(
            line.trim_ascii_end().last(),
            Some(b';' | b',' | b'{' | b'(' | b')')
        )
    };
    let before = text.get(..start.saturating_sub(1)).unwrap_or_default();
    let line_before = memchr::memrchr(b'\n', before)
        .map_or(before, |at| before.get(at + 1..).unwrap_or_default());
    let behind = text.get(end..).unwrap_or_default().trim_ascii_start();
    let line_behind =
        memchr::memchr(b'\n', behind).map_or(behind, |at| behind.get(..at).unwrap_or_default());
    let near_code = |line: &[u8]| line.len() <= LONGEST && ends_statement(line);
    let is_statement = matches!(value.last(), Some(b';' | b',' | b'{' | b'('));
    !is_statement && !near_code(line_before) && !near_code(line_behind)
}

fn is_spared(value: &[u8], sign: u8) -> bool {
    value.len() < 4
        || value.iter().all(|byte| !byte.is_ascii_alphanumeric())
        || reference::is_whole(value)
        || is_whole_stand_in(value) && !value.first().is_some_and(|byte| b"$<{[(&%@".contains(byte))
        || is_sentence(value)
        || is_version_or_words(value) && !value.iter().any(u8::is_ascii_digit) && sign == b':'
}

/// Whether a value is a call, a member or a list of a program: `getSecret("x")`, `a.b`, `Vec<u8>`.
fn is_expression(value: &[u8]) -> bool {
    // `SecretStr = Field(min_length=12)`
    let is_typed = memchr::memmem::find(value, b" = ").is_some();
    let name = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        .count();
    let next = value.get(name);
    let digits = value
        .get(..name)
        .unwrap_or_default()
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .count();
    let is_name = name > 0 && digits <= 2 && !value.first().is_some_and(u8::is_ascii_digit);
    let is_closed = match next {
        Some(b'(') => value.last() == Some(&b')'),
        Some(b'[') => value.last() == Some(&b']'),
        Some(b'<') => value.last() == Some(&b'>'),
        _ => false,
    };
    let words = value
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let (all, plain) = words.fold((0, 0), |(all, plain), word| {
        let is_plain = word.trim_ascii().iter().all(|byte| !byte.is_ascii_digit());
        (all + 1, plain + usize::from(is_plain))
    });
    let is_two_words = all > 1 && plain * 3 >= all * 2;
    is_typed || is_name && is_closed || is_two_words || is_code(value)
}

/// Behind a colon a type or a word may stand: a secret has a digit or a sign that neither has.
fn has_a_sign_of_a_secret(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= 1 && value.iter().any(u8::is_ascii_alphabetic)
        || value.iter().any(|byte| b"!@#$%^&*+?~".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};

    #[test]
    fn a_value_goes_to_the_end_of_its_line_whatever_it_holds() {
        for (text, value) in [
            ("DB_PASSWORD=k7}Qz(w9\n", "k7}Qz(w9"),
            ("export PGPASSWORD=a;b|c<d>9\n", "a;b|c<d>9"),
            ("password: (Harbor152river\nuser: app\n", "(Harbor152river"),
            ("password: Quartz,406tango\nuser: app\n", "Quartz,406tango"),
            ("00002| DB_PASSWORD=walnut'7[\n", "walnut'7["),
            ("2: SECRET_KEY=letters]only\n", "letters]only"),
            ("+DB_PASS=]}Tiger47\n", "]}Tiger47"),
            ("db.password = Marble<155tango\n", "Marble<155tango"),
            (
                "password: Marble[854river # rotate soon\n",
                "Marble[854river",
            ),
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), [value], "{text}");
        }
    }

    #[test]
    fn program_source_is_no_data() {
        for text in [
            "password=password,\n",
            "  password: string\n  token: string\n",
            "  password: (value) => value,\n",
            "const x = {\n  password: getSecret('db')\n}",
            "API_KEY=$(cat key.txt)\n",
            "API_KEY=`cat key.txt`\n",
            "DB_PASSWORD=${DB_PASSWORD:-}\n",
            "password: !vault |\n",
            "password: required, at least 8 characters\n",
            "self.password = hash(password1)\n",
            "api_key: Option<String>\n",
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), Vec::<&str>::new(), "{text}");
        }
    }
}
