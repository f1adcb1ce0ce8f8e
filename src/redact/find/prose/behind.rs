//! Values that stand behind their label: `the password for the server is x`.

use std::ops::Range;

use super::super::secret_name::is_about_a_secret;
use super::super::{are_random_letters, is_random};
use super::alone::{name_with_number, password_alone, two_words};
use super::context::LabelPlace;
use super::reader::{QUOTE_ENDS, Reader};
use super::scope::scope_word;
use super::value::{is_hard, value_at};
use super::words::{Language, Word};
use super::{number, phrase};

pub fn value_behind_label(
    behind: &str,
    language: &Language,
    (label, word): (&str, &Word),
    starts_clause: bool,
    place: &LabelPlace,
) -> Option<Range<usize>> {
    let is_verb = label == "pass";
    // `the password is wrong, it is …`: behind a verb without a value only what is nothing but a secret counts.
    let mut is_in_doubt = false;
    let (is_of_token, is_foreign) = (word.is_of_token, word.is_foreign);
    let mut reader = Reader::new(behind);
    let mut is_told = false;
    // A closing bracket or a short form in brackets may stand there: `password (admin): x`.
    for number_of_word in 0..=MOST_WORDS {
        let was_told = is_told;
        reader.skip(is_told);
        // `the token exchange grant_type: x`: the value is that of another name.
        let is_of_other = !is_told && names_another(behind.get(..reader.at).unwrap_or_default());
        if number_of_word == 0 {
            reader.closes_bracket(language);
        }
        if reader.takes_sign(label.is_ascii()) || reader.takes_verb(language) {
            if is_of_other {
                return None;
            }
            is_told = true;
            continue;
        }
        // A sign that was not taken belongs to another kind of place.
        if label.is_ascii() && reader.rest().starts_with([':', '=']) {
            return None;
        }
        // `Password for x (reset with `y`): z`
        if let Some(end) = group(reader.rest()).filter(|_| !is_told) {
            reader.at += end;
            continue;
        }
        reader.skip(is_told);
        is_told |= reader.has_cell;
        // English has a verb `pass`: `pass an `option#a``.
        let is_quoted = reader.rest().starts_with(['"', '\'', '`', '“', '«']);
        let may_stand_alone = is_told || !is_verb || number_of_word == 0 && !is_quoted;
        // A token is no plain word, a password may be one: `token = "yesterday"`.
        let is_word = |value: &Range<usize>| {
            let value = reader.rest().get(value.clone()).unwrap_or_default();
            // `START_OBJECT2`, the kind of a parser's token
            let is_constant = value.bytes().all(|byte| !byte.is_ascii_lowercase())
                && crate::redact::find::value::names::is_made_of_names(value.as_bytes());
            let is_plain = value.bytes().all(|byte| byte.is_ascii_alphabetic())
                && !are_random_letters(value.as_bytes());
            // `the key is x`
            let is_vague = word.is_vague
                && (word.is_pin
                    || !is_hard(value.as_bytes())
                    || value.contains(['(', '.', ':', '[', '/', '=']) && !is_random_base64(value));
            is_of_token && (is_plain || is_constant) || is_vague
        };
        let is_phrase_behind = word.is_phrase && number_of_word == 0;
        let next_word = reader
            .rest()
            .bytes()
            .take_while(u8::is_ascii_alphanumeric)
            .count();
        let is_hard_word = || {
            is_hard(
                reader
                    .rest()
                    .as_bytes()
                    .get(..next_word)
                    .unwrap_or_default(),
            )
        };
        let is_told_here =
            is_told && (!is_in_doubt || is_hard_word()) || is_quoted && is_phrase_behind;
        let needs_sentence = word.is_vague || is_in_doubt;
        if needs_sentence && !place.is_in_a_sentence(behind.get(..reader.at).unwrap_or_default()) {
            return None;
        }
        // `Type the password for x:` asks for it.
        let is_asked_for = |value: &Range<usize>| {
            let behind = reader.rest().get(value.end..).unwrap_or_default();
            !is_told && number_of_word > 0 && behind.starts_with(':')
        };
        let value = value_at(reader.rest(), is_told_here)
            .filter(|value| !is_word(value) && !is_asked_for(value));
        if let Some(value) = value.filter(|_| may_stand_alone) {
            return Some(reader.at + value.start..reader.at + value.end);
        }
        if number_of_word == 0
            && (!is_of_token || word.is_vague && !word.is_pin)
            && let Some(length) = password_alone(reader.rest(), language, is_foreign, starts_clause)
        {
            return Some(reader.at..reader.at + length);
        }
        if is_told
            && !is_of_token
            && is_foreign
            && let Some(length) = two_words(reader.rest())
        {
            return Some(reader.at..reader.at + length);
        }
        if !is_of_token
            && !word.is_vague
            && let Some(phrase) =
                phrase_at(reader.rest(), word, is_told && !is_in_doubt, number_of_word)
        {
            return Some(reader.at + phrase.start..reader.at + phrase.end);
        }
        if number_of_word == 0
            && !word.is_vague
            && let Some(length) = name_with_number(reader.rest())
        {
            return Some(reader.at..reader.at + length);
        }
        let between = behind.get(..reader.at).unwrap_or_default();
        if let Some(number) = number_at(reader.rest(), (language, word), place, between, is_told) {
            let digits = number.len();
            // A number that no verb tells follows its label at once: `密码95833931`.
            let is_glued = number_of_word == 0 && (!label.is_ascii() || digits >= 8);
            let is_long = digits >= 6 || digits >= 4 && !label.is_ascii();
            // `{ method: 'password', timestamp: 1234567890 }`
            let is_of_other = between.contains(['\'', '"', ',', '{']) && label.is_ascii();
            let is_told = is_told && !is_in_doubt;
            // `a minha palavra-passe das Finanças, 686703, para`
            let behind_number = reader.rest().get(number.end..).unwrap_or_default();
            let is_apposition = digits >= 6
                // `pbkdf2('secret', 'salt', 100000, 64)`
                && !between.contains(['\'', '"', '('])
                && between.trim_end().ends_with([',', '，', '、'])
                && (behind_number.is_empty()
                    || behind_number.starts_with([',', '，', '、', ')', '.', '。']))
                && place.is_in_a_sentence(between);
            let is_of_code = place.is_of_code(word, language, between);
            if is_of_code && (is_told || !is_in_doubt)
                || !word.is_vague
                    && !is_of_token
                    && is_long
                    && !is_of_other
                    && (is_told || is_glued)
                || is_apposition && !word.is_vague && !is_of_token
            {
                return Some(reader.at + number.start..reader.at + number.end);
            }
        }
        // `a password is generated for x: y`: a sign may follow, and says more than the verb did.
        is_told = false;
        is_in_doubt |= was_told && !is_before_sign(reader.rest());
        let Some(length) = scope_word(reader.rest()) else {
            reader.at += continuation(reader.rest(), language)?;
            is_told = place.is_in_a_sentence(behind.get(..reader.at).unwrap_or_default());
            is_in_doubt = false;
            if !is_told {
                return None;
            }
            continue;
        };
        let words = reader.rest().get(..length).unwrap_or_default();
        // In scripts without blanks the verb is the end of what stands before the value: `密码统一是 x`.
        if words.starts_with(|c: char| !c.is_ascii()) {
            is_told = language.ends_with_verb(words);
        }
        reader.at += length;
    }
    None
}

/// Tells whether a value is random base64, and no path and no expression: the parts of a path are words.
fn is_random_base64(value: &str) -> bool {
    /// Shorter ones may be paths.
    const SHORTEST: usize = 32;
    /// One part of random letters is so long; the parts of a path are shorter.
    const LONGEST_PART: usize = 10;
    let trimmed = value.trim_end_matches('=');
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    let is_random_part = |part: &str| part.len() >= LONGEST_PART && is_random(part.as_bytes());
    value.len() >= SHORTEST
        && trimmed.bytes().all(is_base64)
        && trimmed.split(['/', '+']).any(is_random_part)
}

/// The length up to the value that the next sentence tells: `I changed the password. It's now x`.
pub fn continuation(text: &str, language: &Language) -> Option<usize> {
    const LONGEST_WORD: usize = 40;
    let end = text
        .find(['.', '。', ';', '；', '!', '！'])
        .filter(|end| *end <= LONGEST_WORD)?;
    let sign = text.get(end..)?.chars().next()?.len_utf8();
    let next = text.get(end + sign..)?;
    let trimmed = next.trim_start_matches(' ');
    // `a.b` is no end of a sentence.
    if next.len() == trimmed.len() && sign == 1 || text.get(..end)?.contains(char::is_whitespace) {
        return None;
    }
    Some(text.len() - trimmed.len() + language.continuation_before(trimmed)?)
}

/// The number that a text starts with, in the form that its label asks for.
pub fn number_at(
    text: &str,
    (language, word): (&Language, &Word),
    place: &LabelPlace,
    between: &str,
    is_told: bool,
) -> Option<Range<usize>> {
    // Most words are no numbers, and this tells faster than the things around do.
    let first = text.chars().next()?;
    if !first.is_ascii_alphanumeric() && !"[(【「『（«„“\"'`".contains(first) {
        return None;
    }
    let is_code = place.is_of_code(word, language, between);
    let label = place.text.get(place.label.clone()).unwrap_or_default();
    let is_beyond_ascii = !label.is_ascii();
    let form = |is_code| number::NumberForm {
        is_code,
        may_hold_letters: is_code
            && word.is_pin
            && is_beyond_ascii
            && (is_told || between.trim().is_empty()),
    };
    let code = number::place(text, form(is_code));
    code.or_else(|| {
        (!word.is_pin)
            .then(|| number::place(text, form(false)))
            .flatten()
    })
}

/// The phrase that a text starts with: a quoted one behind any label of a password, and one without quotes behind a
/// label of phrases.
pub fn phrase_at(
    text: &str,
    word: &Word,
    is_told: bool,
    number_of_word: usize,
) -> Option<Range<usize>> {
    let first = text.chars().next()?;
    let is_beyond_ascii = "“„«»「『‘‚".contains(first);
    // Programs quote with ASCII: `password: "wrong password"`.
    let may_be_quoted = is_beyond_ascii && (is_told || number_of_word == 0)
        || (first == '\'' || first == '"')
            && (word.is_phrase || word.is_foreign)
            && number_of_word == 0;
    if may_be_quoted {
        let start = first.len_utf8();
        let inner = text.get(start..)?;
        let end = inner.find(['”', '“', '»', '«', '」', '』', '’', '‘', '"', '\'', '\n'])?;
        let value = inner.get(..end)?;
        let trimmed = value.trim();
        let start = start + value.len() - value.trim_start().len();
        return phrase::is_quoted_phrase(trimmed).then_some(start..start + trimmed.len());
    }
    let length = phrase::length(text).filter(|_| word.is_phrase && is_told)?;
    Some(0..length)
}

/// The length of a remark in brackets that a text starts with.
pub fn group(text: &str) -> Option<usize> {
    let end = text.strip_prefix('(')?.find([')', '\n'])?;
    (end <= 80 && text.get(end + 1..)?.starts_with(')')).then_some(end + 2)
}

/// Tells whether a sign stands in the same sentence, behind a few words.
pub fn is_before_sign(rest: &str) -> bool {
    let end = rest.find(['\n', '.', ';', '。', '"', '`']);
    let sentence = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    sentence.contains(": ") || sentence.contains('：')
}

/// Tells whether a text ends with a name that says that its value is about a secret: `grant_type`, `token_url`.
pub fn names_another(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains('_') && is_about_a_secret(word)
}

/// The value that follows another one: `from x to y`, `the old password was x, the new one is y`.
pub fn second_value(
    behind: &str,
    first: &Range<usize>,
    language: &Language,
    word: &Word,
) -> Option<Range<usize>> {
    /// How many words may stand between the two.
    const WORDS_BETWEEN: usize = 5;
    let mut reader = Reader::new(behind);
    reader.at = first.end;
    let is_digits = |value: &str| value.bytes().all(|byte| !byte.is_ascii_alphabetic());
    let is_code = word.is_pin || behind.get(first.clone()).is_some_and(is_digits);
    for number in 0..=WORDS_BETWEEN {
        reader.at += reader.rest().len() - reader.rest().trim_start_matches(QUOTE_ENDS).len();
        reader.skip(false);
        if reader.takes_verb(language) || reader.takes_towards(language) {
            reader.skip(false);
            // Behind other words, only what looks like nothing but a secret counts.
            let value = value_at(reader.rest(), number == 0);
            let value = value.or_else(|| {
                let form = number::NumberForm {
                    is_code,
                    may_hold_letters: false,
                };
                number::place(reader.rest(), form).filter(|_| is_code)
            });
            if let Some(value) = value {
                return Some(reader.at + value.start..reader.at + value.end);
            }
            continue;
        }
        reader.at += scope_word(reader.rest())?;
    }
    None
}

/// How many words may say of what a secret is.
pub const MOST_WORDS: usize = 9;
