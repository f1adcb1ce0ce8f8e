//! Secrets on a line of data: `DB_PASSWORD=k7}Qz(w9`, `password: (Harbor152river`, `Environment="PW=x"`.
//!
//! On such a line the value goes to the line's end, or to its own quote. It may start with any sign and hold any
//! sign, so the line has to prove first that it is data and no program source:
//!
//! 1. What tools put before a line (line numbers, `+`, `-`, `> `) is taken off.
//! 2. The name stands at the line's start, behind nothing but `export`, `set`, `ENV` and their like, or behind
//!    the dash of a YAML list. A name in capitals with `=` right behind it is a variable of a shell wherever it
//!    stands: `PGPASSWORD=x psql`, `docker run -e NAME=x`.
//! 3. An operator follows: `=` without blanks in a shell or a dotenv file, `=` or `:` elsewhere.
//! 4. Neither the line nor the one before and behind it ends as a statement does.

use std::ops::Range;

use super::super::are_random_letters;
use super::super::carrier::marks::without_marks;
use super::super::prose::words::is_ordinary;
use super::super::secret_name::{Strength, strength};
use super::super::value::form::{
    is_code, is_key_like, is_sentence, is_version_or_words, is_whole_stand_in, starts_as_code,
};
use super::super::value::{label, program, reference};
use super::{number, shell};

/// A line that is longer is no setting, in bytes.
const LONGEST: usize = 4096;

/// Words that may stand before a name, in lower case.
const WORDS_BEFORE: [&[u8]; 18] = [
    b"export",
    b"set",
    b"set -x",
    b"set -gx",
    b"set -ux",
    b"set -lx",
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
    let own_name = text.get(name.clone())?;
    let strength = strength(own_name)?;
    // `door_pin=302591`
    let is_number = strength == Strength::Weak && number::is_named(own_name);
    if strength == Strength::Weak && !is_number {
        return None;
    }
    let start = line_start(text, name.start)?;
    let end = line_end(text, name.end)?;
    let before = text.get(start..name.start)?;
    let rest = text.get(name.end..end)?;
    let is_upper = is_in_capitals(own_name);
    let (sign, value_start) = match is_set_by_blank(before) {
        true => (b'=', Some(blanks_at(rest, 0)).filter(|blanks| *blanks > 0)?),
        false => operator(rest, is_upper)?,
    };
    let is_assignment = sign == b'=' && value_start == 1;
    let is_variable = is_assignment && is_upper;
    let is_shell = match is_before_of_shell(without_marks(before)) {
        Some(is_shell) => is_shell,
        None if is_variable && is_before_of_command(before) => true,
        None => return None,
    };
    let value = text.get(name.end + value_start..end)?.trim_ascii_end();
    let first = name.end + value_start;
    if is_number {
        let word = without_comment(value);
        return number::is_secret(own_name, word).then_some(Some(first..first + word.len()));
    }
    if let Some(quoted) = whole_quoted(without_comment(value)) {
        let is_spared = quoted.len() < 4 || stands_for_one(quoted) || is_sentence(quoted);
        // `''` in a quoted value of YAML is a quote.
        let is_whole = is_assignment || memchr::memmem::find(quoted, b"''").is_some();
        return (strength.is_strong() && !is_spared && is_whole)
            .then_some(Some(first + 1..first + 1 + quoted.len()));
    }
    // A command may stand behind the quotes: `DB_PASSWORD='x' npm start`.
    if let Some(word) = shell::word(value).filter(|word| is_variable && word.is_quoted) {
        let is_spared = word.value.len() < 4 || stands_for_one(word.value);
        let place = first + word.place.start..first + word.place.end;
        return (strength.is_strong() && !is_spared).then_some(Some(place));
    }
    // The value of a block stands below it.
    if matches!(value, [b'|' | b'>'] | [b'|' | b'>', b'-' | b'+']) {
        return None;
    }
    // The label of a form, in a file of translations, is none.
    if reference::is_whole(without_comment(value)) || label::is_label(value) {
        return Some(None);
    }
    let value = if is_variable && is_among_variables(text, start, end) {
        // A list of them, as `env` prints it: no command stands behind one.
        without_comment(value)
    } else if is_assignment && is_set_of_cmd(before) {
        command_of_cmd(value)
    } else if is_shell || is_assignment {
        word_of_shell(value)
    } else {
        without_comment(value)
    };
    let is_variable = is_variable || sign == b':' && is_upper && value.contains(&b'-');
    let is_found = if is_variable {
        let is_hard = is_key_like(value) || is_hexadecimal_token(own_name, value);
        !is_statement(value) && !is_spared_variable(value) && (strength.is_strong() || is_hard)
    } else if is_long_number(value) && number::is_named(own_name) {
        // `http_password: 492829566`
        return Some(Some(first..first + value.len()));
    } else {
        is_data(text, start, end, value)
            && !is_spared(value, sign)
            && match strength {
                Strength::Strong | Strength::Key => {
                    is_assignment && !is_code(value) || has_a_sign_of_a_secret(value)
                }
                Strength::Medium => is_key_like(value),
                Strength::Weak => false,
            }
    };
    is_found.then_some(Some(first..first + value.len()))
}

fn is_in_capitals(name: &[u8]) -> bool {
    name.len() >= 4
        && !name.iter().any(u8::is_ascii_lowercase)
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Tells whether the line before or behind one of variables is of a variable, too.
fn is_among_variables(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(..start.saturating_sub(1)).unwrap_or_default();
    let before = before.get(before.len().saturating_sub(LONGEST)..);
    let behind = text.get(end + 1..(end + 1 + LONGEST).min(text.len()));
    let is_of_variable = |line: &[u8]| {
        let name = line
            .iter()
            .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_')
            .count();
        name >= 2 && line.get(name) == Some(&b'=')
    };
    let line_before = before.and_then(|text| text.rsplit(|byte| *byte == b'\n').next());
    let line_behind = behind.and_then(|text| text.split(|byte| *byte == b'\n').next());
    line_before.is_some_and(is_of_variable) || line_behind.is_some_and(is_of_variable)
}

/// Tells whether what stands before a variable is a command, or a sentence, and no program source.
fn is_before_of_command(before: &[u8]) -> bool {
    let last = before.last();
    let word = before
        .trim_ascii_end()
        .rsplit(|byte| byte.is_ascii_whitespace())
        .next();
    last.is_some_and(|byte| b" \t\"'`".contains(byte))
        && !word.is_some_and(program::is_keyword)
        && !before.contains(&b'(')
}

/// Tells whether a value is no secret whatever the variable's name is: a call, a member, a setting of one word.
fn is_spared_variable(value: &[u8]) -> bool {
    value.len() < 4
        || value.iter().all(|byte| !byte.is_ascii_alphanumeric())
        || stands_for_one(value)
        || is_call(value)
        || value.iter().any(|byte| b".:".contains(byte))
            && crate::redact::find::value::names::is_made_of_names(value)
}

fn is_long_number(value: &[u8]) -> bool {
    (6..=24).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

/// Tells whether a variable that is called a token holds digits of base 16, as a commit does too: `MATOMO_TOKEN_AUTH`.
fn is_hexadecimal_token(name: &[u8], value: &[u8]) -> bool {
    const SHORTEST: usize = 32;
    value.len() >= SHORTEST
        && value.iter().all(u8::is_ascii_hexdigit)
        && [&b"TOKEN"[..], b"LOGIN", b"AUTH"]
            .iter()
            .any(|word| memchr::memmem::find(name, word).is_some())
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

/// Tells whether what stands before a name is of a shell; `None` where a name at the start of a line has no such
/// thing before it.
fn is_before_of_shell(before: &[u8]) -> Option<bool> {
    let unquoted = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii();
    if unquoted.is_empty() {
        return Some(false);
    }
    let lower = unquoted.to_ascii_lowercase();
    WORDS_BEFORE
        .contains(&without_prompt(&lower))
        .then_some(true)
}

/// A line of a shell without its prompt: `fish> set -gx`, `PS C:\\app> setx`, `$ export`.
fn without_prompt(line: &[u8]) -> &[u8] {
    let end = |sign: &&[u8]| memchr::memmem::rfind(line, sign).map(|at| at + sign.len());
    let ends = [&b"$ "[..], b"> ", b"# ", b"% "];
    let start = ends.iter().filter_map(end).max().unwrap_or(0);
    line.get(start..).unwrap_or(line)
}

/// Tells whether a shell sets a variable with a blank, as fish, csh and `setx` of Windows do: `set -gx NAME x`.
fn is_set_by_blank(before: &[u8]) -> bool {
    let before = before.trim_ascii().to_ascii_lowercase();
    let words = without_prompt(&before);
    matches!(words, b"setx" | b"setenv") || words.starts_with(b"set -")
}

/// Tells whether `cmd` of Windows sets a variable: all of the line is its value, blanks too.
fn is_set_of_cmd(before: &[u8]) -> bool {
    let before = before.trim_ascii().to_ascii_lowercase();
    without_prompt(without_marks(&before)) == b"set"
}

/// A value up to where another command of `cmd` begins.
fn command_of_cmd(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|byte| b"&|<>".contains(byte));
    let value = value.get(..end.unwrap_or(value.len()));
    value.unwrap_or_default().trim_ascii_end()
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
        // A list in two columns: `smtp_pass   x`.
        sign if quote == 0 && blanks >= 2 && !b":=|-+*/&".contains(&sign) => Some((b':', blanks)),
        // A record of psql: `client_secret | x`.
        b'|' if quote == 0 && blanks > 0 && *next == b' ' => {
            Some((b'=', start + blanks_at(rest, start)))
        }
        _ => None,
    }
}

fn blanks_at(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// Gives the content of a value in quotes, where the quotes are its first and last byte.
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

/// The value up to the blank at which a shell ends it, without what closes a text around it.
fn word_of_shell(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|byte| matches!(byte, b' ' | b'\t'));
    let mut word = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    while let [rest @ .., last] = word
        && b"\"'`".contains(last)
        && !rest.contains(last)
    {
        word = rest;
    }
    word
}

fn without_comment(value: &[u8]) -> &[u8] {
    let end = memchr::memmem::find(value, b" #");
    value
        .get(..end.unwrap_or(value.len()))
        .unwrap_or_default()
        .trim_ascii_end()
}

/// Tells whether a line and its neighbours are data. A statement ends in a sign that a setting seldom ends in.
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
    !is_statement(value) && !near_code(line_before) && !near_code(line_behind)
}

fn is_statement(value: &[u8]) -> bool {
    matches!(value.last(), Some(b';' | b',' | b'{' | b'('))
}

/// Tells whether a whole value stands for a secret. On a line of data a password may start with any sign.
fn stands_for_one(value: &[u8]) -> bool {
    reference::is_whole(value) || is_whole_stand_in(value) && !starts_as_code(value)
}

fn is_spared(value: &[u8], sign: u8) -> bool {
    value.len() < 4
        || value.iter().all(|byte| !byte.is_ascii_alphanumeric())
        || stands_for_one(value)
        || is_sentence(value)
        || sign == b':' && is_words(value)
        || is_code_or_words(value)
}

/// Tells whether a value is words that are joined, and no random letters.
fn is_words(value: &[u8]) -> bool {
    is_version_or_words(value)
        && !are_random_letters(value)
        && !value.iter().any(u8::is_ascii_digit)
        && value
            .split(|byte| !byte.is_ascii_alphabetic())
            .filter(|word| !word.is_empty())
            .all(crate::redact::find::value::names::is_made_of_names)
}

/// Tells whether a value is a call or a list of a program: `getSecret("x")`, `Vec<u8>`, `options[0]`.
fn is_call(value: &[u8]) -> bool {
    let name = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'))
        .count();
    let digits = value
        .get(..name)
        .unwrap_or_default()
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .count();
    let is_name = name > 0 && digits <= 2 && !value.first().is_some_and(u8::is_ascii_digit);
    let is_closed = match value.get(name) {
        Some(b'(') => value.last() == Some(&b')'),
        Some(b'[') => value.last() == Some(&b']'),
        Some(b'<') => value.last() == Some(&b'>'),
        _ => false,
    };
    is_name && is_closed
}

/// Tells whether a value is a part of a program, or some words.
fn is_code_or_words(value: &[u8]) -> bool {
    // `SecretStr = Field(min_length=12)`
    let is_typed = memchr::memmem::find(value, b" = ").is_some();
    let words = value
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let (all, plain) = words.fold((0, 0), |(all, plain), word| {
        let is_plain = word.trim_ascii().iter().all(|byte| !byte.is_ascii_digit());
        (all + 1, plain + usize::from(is_plain))
    });
    let is_two_words = all > 1 && plain * 3 >= all * 2 && !is_passphrase(value);
    let is_name = is_code(value)
        && crate::redact::find::value::names::is_made_of_names(value)
        && !are_random_letters(value);
    is_typed || is_call(value) || is_two_words || is_name
}

/// Behind a colon a type or a word may stand: a secret has a digit or a sign that neither has, or letters that make
/// no words.
fn has_a_sign_of_a_secret(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_of_letters = value.iter().all(u8::is_ascii_alphabetic);
    digits >= 1 && value.iter().any(u8::is_ascii_alphabetic)
        || value.iter().any(|byte| b"!@#$%^&*+?~".contains(byte))
        || is_of_letters
            && value.len() >= 8
            && !crate::redact::find::value::names::is_made_of_names(value)
        || are_random_letters(value)
        || is_passphrase(value)
}

/// Tells whether a value is some plain words without sense, as phrases that are made by a program are: `sunset bucket
/// mosaic`. A remark on a secret holds small words or names one.
fn is_passphrase(value: &[u8]) -> bool {
    let words = || value.split(|byte| *byte == b' ');
    let is_word = |word: &[u8]| {
        (3..=10).contains(&word.len())
            && word.iter().all(u8::is_ascii_lowercase)
            && std::str::from_utf8(word).is_ok_and(|word| !is_ordinary(word))
            && strength(word).is_none()
    };
    (3..=8).contains(&words().count()) && words().all(is_word)
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
            ("http_password: 492829566\n", "492829566"),
            (
                "jasypt.encryptor.password: octrsstgcdrkobgo\n",
                "octrsstgcdrkobgo",
            ),
            (
                "wifi_password: sunset bucket mosaic\n",
                "sunset bucket mosaic",
            ),
            (
                "fish> set -gx BORG_PASSPHRASE 'pigment anvil ember orchid'\n",
                "pigment anvil ember orchid",
            ),
            (
                "PS C:\\app> setx DB_PASSWORD Marble[854river\n",
                "Marble[854river",
            ),
            ("DB_PASSWORD=\"@4Tq9zLwx7Rm2Kd9\"\n", "@4Tq9zLwx7Rm2Kd9"),
            ("password: lTerhMQNhXqrChwy\n", "lTerhMQNhXqrChwy"),
            (
                "SA_PASSWORD=YourStrong@Password123\n",
                "YourStrong@Password123",
            ),
            ("  Line 2: DB_PASSWORD=sunflower\n", "sunflower"),
            ("2: DB_PASSWORD=sunflower\n", "sunflower"),
            ("docker run -e POSTGRES_PASSWORD=geranium pg:16", "geranium"),
            ("$ PGPASSWORD=petunia psql -h db shop", "petunia"),
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
            "password: hashed before it is stored\n",
            "secret: shared between both services\n",
            "self.password = hash(password1)\n",
            "const DB_PASSWORD=readSecret\n",
            "connect(USER=name, PASSWORD=secret1)\n",
            "DB_PASSWORD=config.database.password\n",
            "API_KEY=/run/secrets/api_key\n",
            "api_key: Option<String>\n",
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), Vec::<&str>::new(), "{text}");
        }
    }
}
