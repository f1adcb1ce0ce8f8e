//! Passwords in sentences: `the password is x`, `密码是 x`, `パスワードは「x」`, `creds: admin / x`.
//!
//! 1. A label names a secret, in one of the languages of `prose.toml`.
//! 2. A few words may follow that say of what: `for the staging database`, `du serveur`.
//! 3. A verb of the language, or a sign such as `:`, says that the value comes. Without one, the value has to look
//!    like nothing but a secret.
//! 4. The value is the quoted text, else one word of ASCII, as passwords are.

pub mod end;
mod number;
mod pair;
mod phrase;
mod words;

use std::ops::Range;

pub use self::words::KEYWORDS;
use self::words::{Language, Word, is_vague};
use super::are_random_letters;
use super::place::table;
use super::secret_name::is_about_a_secret;
use super::value::form::{
    is_code, is_identifier, is_joined_words, is_password_like, is_stand_in, starts_as_code,
};
use super::value::{label, program, reference};
use crate::redact::find::prose::end::without_end;

/// How much of a sentence is looked at, in bytes.
const REACH: usize = 320;
/// How many words may say of what a secret is.
const MOST_WORDS: usize = 9;

/// The places of the passwords in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut columns = table::Columns::default();
    for (number, keyword) in keywords.iter().enumerate() {
        // Of labels that start together the longest counts: `api key`, not `api`.
        let next = keywords.get(number + 1);
        if keyword.start < at
            || next.is_some_and(|next| next.start == keyword.start && next.end > keyword.end)
        {
            continue;
        }
        // The head of a column in another language than English: `| 账号 | 密码 |`
        let is_label = |bytes: &[u8]| {
            let label = String::from_utf8_lossy(bytes).to_lowercase();
            Word::of(&label).is_some_and(|word| {
                word.is_foreign && !word.is_vague && !word.is_pin && !word.of_label.is_empty()
            })
        };
        if text
            .get(keyword.end..)
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"|"))
            && text.get(keyword.clone()).is_some_and(is_label)
        {
            table::cells_below_word(text, keyword, &mut columns, found);
        }
        for value in values_near(text, keyword) {
            at = at.max(value.end);
            if !program::is_part(text, &value) {
                found.push(value);
            }
        }
    }
}

fn values_near(text: &[u8], keyword: &Range<usize>) -> Vec<Range<usize>> {
    // Most keywords are parts of names, and this tells faster than the words do.
    if is_in_a_name(text, keyword) {
        return Vec::new();
    }
    let bytes = text.get(keyword.clone()).unwrap_or_default();
    let is_before_blank = text.get(keyword.end..).is_some_and(|rest| {
        rest.starts_with(b" ") || rest.starts_with(b": ") || rest.starts_with(b", ")
    });
    let is_behind_blank = keyword.start == 0
        || text.get(..keyword.start).is_some_and(|before| {
            before.ends_with(b" ")
                || before.ends_with(b"\n")
                || before.last().is_some_and(|byte| !byte.is_ascii())
        });
    if !(is_before_blank && is_behind_blank)
        && is_vague(bytes)
        && text.get(keyword.end).is_some_and(u8::is_ascii)
    {
        return Vec::new();
    }
    let label = String::from_utf8_lossy(bytes).to_lowercase();
    let Some(word) = Word::of(&label) else {
        return Vec::new();
    };
    let place = Place {
        text,
        label: keyword.clone(),
    };
    // Most places of words that name other things, too, tell nothing.
    if word.is_vague && !place.may_tell(word) {
        return Vec::new();
    }
    // `<pin>` is a tag.
    let is_tag = text
        .get(..keyword.start)
        .is_some_and(|before| before.ends_with(b"<"))
        && text.get(keyword.end) == Some(&b'>');
    let start = keyword.end + usize::from(is_tag);
    let end = (start + REACH).min(text.len());
    let behind = valid_start(text.get(start..end).unwrap_or_default());
    let moved = |value: Range<usize>| start + value.start..start + value.end;
    let before = text
        .get(..keyword.start)
        .unwrap_or_default()
        .trim_ascii_end();
    let starts_clause = before.ends_with(b"(")
        || before.ends_with(b",")
        || before.ends_with("（".as_bytes())
        || before.ends_with("，".as_bytes());
    for language in &word.of_label {
        let told = (label.as_str(), word);
        if let Some(value) = value_behind_label(behind, language, told, starts_clause, &place) {
            // `from x to y`
            let second = second_value(behind, &value, language, word);
            return std::iter::once(value).chain(second).map(moved).collect();
        }
    }
    let of_account = word.of_account.iter();
    let mut of_account = of_account.filter_map(|language| value_behind_account(behind, language));
    if let Some(value) = of_account.next() {
        return vec![moved(value)];
    }
    let paired = pair_behind(behind, word, &place);
    if let Some(value) = paired {
        return vec![moved(value)];
    }
    let before = value_before(&place, word);
    before.into_iter().collect()
}

/// A label and the text around it.
struct Place<'t> {
    text: &'t [u8],
    label: Range<usize>,
}

impl Place<'_> {
    /// The part of its sentence before a label, in small letters.
    fn before(&self) -> String {
        const REACH_BEFORE: usize = 120;
        let start = self.label.start.saturating_sub(REACH_BEFORE);
        let before = self.text.get(start..self.label.start);
        let before = String::from_utf8_lossy(before.unwrap_or_default());
        let sentence = before.rsplit(['\n', '。', '！']).next();
        let sentence = sentence.unwrap_or_default().rsplit(". ").next();
        sentence.unwrap_or_default().to_lowercase()
    }

    /// Whether a line before a place behind the label is of a sentence: it has no signs of programs.
    fn is_in_a_sentence(&self, between: &str) -> bool {
        const REACH_BEFORE: usize = 160;
        let is_of_program = |byte: &u8| b"{}[]<>;|\\=`$\"/".contains(byte);
        let start = self.label.start.saturating_sub(REACH_BEFORE);
        let before = self.text.get(start..self.label.start).unwrap_or_default();
        let line = before.rsplit(|byte| *byte == b'\n').next();
        let line = line.unwrap_or_default();
        !line.iter().any(is_of_program)
            && !line.ends_with(b"ublic ")
            && !line.ends_with(b"rivate ")
            && !between
                .bytes()
                .any(|byte| is_of_program(&byte) && byte != b'=')
    }

    /// Whether a value that a vague label may tell can stand near: a number for a code, or a long word for a key.
    fn may_tell(&self, word: &Word) -> bool {
        const NEAR: usize = 100;
        let start = self.label.start.saturating_sub(NEAR);
        let end = (self.label.end + NEAR).min(self.text.len());
        let near = self.text.get(start..end).unwrap_or_default();
        if word.is_pin {
            return near.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4
                && near.contains(&b' ');
        }
        let behind = self.text.get(self.label.end..end).unwrap_or_default();
        let line = behind.split(|byte| *byte == b'\n').next();
        let mut words = line
            .unwrap_or_default()
            .split(|byte| b" \"'`,;:()".contains(byte) || !byte.is_ascii());
        words.any(is_hard)
    }

    /// Whether a label of codes of its own, or a thing that codes open stands near: `the code of the safe`.
    fn is_of_code(&self, word: &Word, language: &Language, between: &str) -> bool {
        word.is_pin && !word.is_vague
            || !word.is_of_token
                && (word.is_vague || word.is_foreign)
                && (language.has_thing(&between.to_lowercase())
                    || language.has_thing(&self.before()))
    }
}

/// Whether a word is nothing but a secret: letters that make no word, or letters and digits in no order of names.
fn is_hard(word: &[u8]) -> bool {
    const SHORTEST: usize = 10;
    word.len() >= SHORTEST
        && (are_random_letters(word)
            || super::is_random(word)
                && is_password_like(word)
                && !crate::redact::find::value::names::is_made_of_names(word)
                && !is_joined_words(word))
}

/// `user ops2 and password x`, where nothing but the account tells that a password comes.
fn pair_behind(behind: &str, word: &Word, place: &Place) -> Option<Range<usize>> {
    if word.of_label.is_empty() || word.is_of_token || word.is_vague {
        return None;
    }
    let mut reader = Reader::new(behind);
    reader.skip(false);
    if reader.takes_sign(false)
        || word
            .of_label
            .iter()
            .any(|language| reader.takes_verb(language))
    {
        reader.skip(false);
    }
    let quote = reader
        .rest()
        .bytes()
        .take_while(|byte| b"\"'`".contains(byte))
        .count();
    let start = reader.at + quote;
    let length = pair::length(behind.get(start..)?)?;
    pair::is_behind_account(place.text, &place.label).then_some(start..start + length)
}

/// The value that follows another one: `from x to y`, `the old password was x, the new one is y`.
fn second_value(
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
                let form = number::Form {
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

/// What may stand behind a value, before its sentence goes on.
const QUOTE_ENDS: [char; 12] = [
    '"', '\'', '`', '”', '“', '»', '」', '』', ',', '，', '、', '*',
];

/// The start of some bytes that is valid UTF-8.
fn valid_start(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
    }
}

/// Whether a label is a part of a name or of a longer word: `createToken`, `passwords_file`, `tokenizer`.
fn is_in_a_name(text: &[u8], keyword: &Range<usize>) -> bool {
    /// A label that is shorter may end another word: `skeleton`, `happen`.
    const SHORTEST_OF_COMPOUND: usize = 8;
    let before = keyword.start.checked_sub(1).and_then(|at| text.get(at));
    let first = text.get(keyword.start);
    let last = keyword.end.checked_sub(1).and_then(|at| text.get(at));
    let is_ascii_word = first.is_some_and(u8::is_ascii) && last.is_some_and(u8::is_ascii);
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$".contains(byte);
    // `Datenbankpasswort` is a word of its language, `createToken` is a name.
    let is_compound = keyword.len() >= SHORTEST_OF_COMPOUND
        && first.is_some_and(u8::is_ascii_lowercase)
        && before.is_some_and(u8::is_ascii_lowercase);
    let is_after_name =
        !is_compound && before.is_some_and(|byte| is_of_name(byte) || b"./$?&".contains(byte));
    // Letters of other scripts than Latin may stand beside a label: `wifi密码`, `암호는`.
    let behind = text.get(keyword.end);
    // `token-type`
    let is_joined = behind == Some(&b'-')
        && text
            .get(keyword.end + 1)
            .is_some_and(u8::is_ascii_lowercase);
    // `password@host`, `token(x)`
    let is_of_program = behind.is_some_and(|byte| b"@#&/\\(".contains(byte));
    let is_continued = behind.is_some_and(is_of_name) || is_joined || is_of_program;
    is_ascii_word && (is_after_name || is_continued)
        || behind == Some(&b'_')
        || !is_ascii_word && is_in_a_short_word(text, keyword)
}

/// Whether a short label is a part of a longer word in letters beyond ASCII: `пас` in `спасибо`, `mã` in `mãe`. Words
/// of scripts without blanks between them have no such edges.
fn is_in_a_short_word(text: &[u8], keyword: &Range<usize>) -> bool {
    const LONGEST: usize = 5;
    const WIDEST: usize = 4;
    let is_letter = |c: char| c.is_alphabetic() && c < '\u{0900}';
    let label = text.get(keyword.clone()).map(String::from_utf8_lossy);
    let label = label.unwrap_or_default();
    if label.chars().count() > LONGEST || !label.chars().all(is_letter) {
        return false;
    }
    let before = text.get(keyword.start.saturating_sub(WIDEST)..keyword.start);
    let behind = text.get(keyword.end..(keyword.end + WIDEST).min(text.len()));
    let before = String::from_utf8_lossy(before.unwrap_or_default());
    let behind = String::from_utf8_lossy(behind.unwrap_or_default());
    before.chars().next_back().is_some_and(is_letter)
        || behind.chars().next().is_some_and(is_letter)
}

/// Reads what stands behind a label.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Whether a cell of a table begins.
    has_cell: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            has_cell: false,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips blanks and marks of Markdown and HTML, and line ends where a value may stand on the next line.
    fn skip(&mut self, may_end_line: bool) {
        let mut line_ends = 0;
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else {
                return;
            };
            let length = match first {
                ' ' | '\t' | '\u{a0}' | '\u{3000}' | '\u{202f}' | '*' => first.len_utf8(),
                '|' if may_end_line => 1,
                '\r' if may_end_line => 1,
                '\n' if may_end_line && line_ends < 2 => {
                    line_ends += 1;
                    1
                }
                '`' if may_end_line && rest.starts_with("```") => {
                    rest.find('\n').unwrap_or(rest.len())
                }
                '<' if is_tag(rest) => {
                    // The value may stand in the next cell of a table.
                    self.has_cell |= rest.starts_with("<td") || rest.starts_with("<dd");
                    rest.find('>').map_or(1, |end| end + 1)
                }
                _ => return,
            };
            self.at += length;
        }
    }

    /// Takes a sign that says that the value comes.
    fn takes_sign(&mut self, is_ascii: bool) -> bool {
        const SIGNS: [&str; 12] = [
            "->", "=>", ":=", "：", "＝", "→", "➜", "—", "–", ":", "=", "- ",
        ];
        // A comparison tells nothing of a value.
        let sign = SIGNS
            .iter()
            .find(|sign| self.rest().starts_with(**sign))
            .filter(|_| !self.rest().starts_with("=="));
        // `password:x` is a place of its own, where the value has no blank before it.
        let next = self.rest().chars().nth(1);
        if is_ascii
            && self.rest().starts_with([':', '='])
            && next.is_some_and(|next| next.is_ascii_graphic() && !"*`'\"<".contains(next))
        {
            return false;
        }
        self.at += sign.map_or(0, |sign| sign.len());
        sign.is_some()
    }

    /// Skips the end of a bracket around the label, where a sign or a verb follows: `SecretKey（私钥）填 x`.
    fn closes_bracket(&mut self, language: &Language) {
        let closing = self.rest().chars().next();
        let Some(closing) = closing.filter(|c| ")）]】".contains(*c)) else {
            return;
        };
        let mut ahead = Self::new(self.rest());
        ahead.at = closing.len_utf8();
        ahead.skip(false);
        if ahead.takes_sign(false) || ahead.takes_verb(language) {
            self.at += closing.len_utf8();
            self.skip(false);
        }
    }

    fn takes_towards(&mut self, language: &Language) -> bool {
        let word = language.towards_before(self.rest());
        self.at += word.unwrap_or_default();
        word.is_some()
    }

    fn takes_verb(&mut self, language: &Language) -> bool {
        let verb = language.verb_before(self.rest());
        self.at += verb.unwrap_or_default();
        verb.is_some()
    }
}

fn is_tag(text: &str) -> bool {
    let name = text.trim_start_matches(['<', '/']);
    let end = text.find('>').filter(|end| *end <= 40);
    end.is_some()
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.get(1..2).is_some_and(|next| next != "<")
}

fn value_behind_label(
    behind: &str,
    language: &Language,
    (label, word): (&str, &Word),
    starts_clause: bool,
    place: &Place,
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
                    || value.contains(['(', '.', ':', '[', '/', '=']));
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
        let value = value_at(reader.rest(), is_told_here).filter(|value| !is_word(value));
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

/// The length up to the value that the next sentence tells: `I changed the password. It's now x`.
fn continuation(text: &str, language: &Language) -> Option<usize> {
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
fn number_at(
    text: &str,
    (language, word): (&Language, &Word),
    place: &Place,
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
    let form = |is_code| number::Form {
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
fn phrase_at(
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
fn group(text: &str) -> Option<usize> {
    let end = text.strip_prefix('(')?.find([')', '\n'])?;
    (end <= 80 && text.get(end + 1..)?.starts_with(')')).then_some(end + 2)
}

/// Whether a sign stands in the same sentence, behind a few words.
fn is_before_sign(rest: &str) -> bool {
    let end = rest.find(['\n', '.', ';', '。', '"', '`']);
    let sentence = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    sentence.contains(": ") || sentence.contains('：')
}

/// Whether a text ends with a name that says that its value is about a secret: `grant_type`, `token_url`.
fn names_another(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains('_') && is_about_a_secret(word)
}

/// The length of the password that a text starts with, right behind its label, where the two are a clause of their
/// own, or a verb follows: `(password x)`, `user admin, pass x, port 22`, `parolasını x olarak`.
fn password_alone(
    text: &str,
    language: &Language,
    is_foreign: bool,
    starts_clause: bool,
) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_graphic).count();
    let value = without_end(text.get(..length)?);
    let bytes = value.as_bytes();
    let mut reader = Reader::new(text);
    reader.at = value.len();
    let ends_clause = reader.rest().is_empty()
        || reader
            .rest()
            .starts_with([')', ',', ';', '\n', '）', '，', '。']);
    reader.skip(false);
    let has_verb = is_foreign && reader.at > value.len() && reader.takes_verb(language);
    let has_sign = bytes.iter().any(|byte| b"!@#$%^&*+?~".contains(byte));
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    // A dot in it does not make a member of a program of what has numbers in two parts: `ZRlay.n2u-Df2`.
    let with_number = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let is_dotted = value.contains('.')
        && !value.contains(['/', ':', '('])
        && value
            .split(['.', '-', '_'])
            .filter(|part| with_number(part))
            .count()
            >= 2
        && !is_stand_in(bytes)
        && !reference::is_whole(bytes)
        && !is_identifier(bytes);
    let is_hard = value.len() >= 8
        && (is_password_like(bytes)
            || has_sign && !crate::redact::find::value::names::is_made_of_names(bytes))
        && (has_sign || digits >= 2 || has_verb && digits >= 1)
        && !is_version(bytes)
        && !is_joined_words(bytes);
    // `network x, key qzaidrgdwuewtq, guests …`
    let is_letters = bytes.len() >= 9 && are_random_letters(bytes);
    if is_letters && (ends_clause && (starts_clause || is_foreign) || has_verb) {
        return Some(value.len());
    }
    (is_hard
        && (starts_clause && ends_clause || has_verb)
        && (is_secret(value, false, true) || is_dotted))
        .then_some(value.len())
}

/// The length of two joined words of some length that a text starts with: `canyon-bucket`.
fn two_words(text: &str) -> Option<usize> {
    let is_of_words = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
    let length = text.bytes().take_while(is_of_words).count();
    let value = text.get(..length)?;
    let words = value.split('-');
    let ends = text
        .get(length..)
        .and_then(|rest| rest.chars().next())
        .is_none_or(|next| !next.is_alphanumeric() && !"_/(".contains(next));
    (ends
        && Word::of(value).is_none()
        && words.clone().count() == 2
        && words.clone().all(|word| word.len() >= 5))
    .then_some(length)
}

/// The length of a word such as `walnutTiger47` that a text starts with. Right behind a label it is a password, and
/// elsewhere mostly a name.
fn name_with_number(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let word = text.get(..length)?.as_bytes();
    let digits = word
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let has_cases =
        word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    let ends = text
        .as_bytes()
        .get(length)
        .is_none_or(|byte| byte.is_ascii_whitespace() || b".,;!?".contains(byte));
    (ends
        && length >= 10
        && digits >= 2
        && has_cases
        && crate::redact::find::value::names::is_made_of_names(word))
    .then_some(length)
}

/// The length of a word that says of what a secret is. A sentence ends with `.` and its like, and so does what a
/// label stands for.
fn scope_word(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    // `密码，就是 x`
    if "，、".contains(first) {
        return Some(first.len_utf8());
    }
    let is_edge = |c: char| c.is_whitespace() || ":：=→，、「『“【".contains(c);
    // Scripts without blanks go on with the value at once: `密码统一是x`.
    let is_wide = first >= '\u{2e80}';
    let length = rest
        .find(|c: char| is_edge(c) || is_wide && c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let word = rest.get(..length)?;
    // `The alarm code for the shop? 1252.`
    let asked = word.strip_suffix('?').filter(|_| {
        rest.get(length..)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    });
    let word = asked.unwrap_or(word);
    let ends = |c: char| ".!?;。！？；\"«»{}[]<>=`".contains(c);
    // `(token) => x`
    let is_end = word.starts_with(')');
    (!is_end && length > 0 && word.chars().count() <= 32 && !word.contains(ends)).then_some(length)
}

/// `admin / x`, `jo:x`, `admin, x`, behind a word for accounts.
fn value_behind_account(behind: &str, language: &Language) -> Option<Range<usize>> {
    let mut reader = Reader::new(behind);
    reader.skip(false);
    // `my login there is x / y`
    const WORDS_BETWEEN: usize = 6;
    let mut ahead = Reader::new(behind);
    let mut is_behind_words = false;
    for number in 0..WORDS_BETWEEN {
        ahead.skip(false);
        if ahead.takes_sign(false) || ahead.takes_verb(language) {
            reader.at = ahead.at;
            is_behind_words = number > 0;
            reader.skip(false);
            break;
        }
        let Some(length) = scope_word(ahead.rest()) else {
            break;
        };
        ahead.at += length;
    }
    while reader.takes_sign(false) || reader.takes_verb(language) {
        reader.skip(false);
    }
    let rest = reader.rest();
    // `log in with x`
    // `base64url-encoded` is made of names.
    let is_names = |value: &Range<usize>| {
        let mut parts = rest.get(value.clone()).unwrap_or_default().split('-');
        parts.all(|part| crate::redact::find::value::names::is_made_of_names(part.as_bytes()))
    };
    let value = value_at(rest, false)
        .filter(|value| !is_behind_words && value.len() >= 12 && !is_names(value));
    if let Some(value) = value {
        return Some(reader.at + value.start..reader.at + value.end);
    }
    let is_of_name = |c: char| c.is_alphanumeric() || "._@-+".contains(c);
    let name = rest.find(|c: char| !is_of_name(c))?;
    if name < 2 {
        return None;
    }
    reader.at += name;
    let blanks = reader.rest().len() - reader.rest().trim_start_matches([' ', '\t']).len();
    reader.at += blanks;
    const JOINING: [&str; 16] = [
        "and", "und", "et", "y", "e", "i", "ve", "en", "и", "和", "と", "와", "과", "và", "و", "&",
    ];
    let mut is_joined = false;
    // `admin / x`, `sign in as admin with x`
    let separator = reader.rest().chars().next();
    let separator = separator.filter(|c| "/:|".contains(*c));
    match separator {
        Some(separator) => reader.at += separator.len_utf8(),
        None if blanks > 0 && reader.takes_verb(language) => {}
        // `creds are x and y`
        None => {
            let joining = JOINING.iter().find(|word| {
                let behind = reader.rest().strip_prefix(**word);
                behind.is_some_and(|behind| behind.starts_with(' '))
            })?;
            reader.at += joining.len();
            is_joined = true;
        }
    }
    reader.skip(false);
    // An address, a port and a path stand so, too: `account: host:8080`.
    let value = value_at(reader.rest(), true)?;
    let text = reader.rest().get(value.clone())?;
    // `a response with base64url-encoded values`
    let is_compound = text.contains('-')
        && text
            .split('-')
            .all(|part| crate::redact::find::value::names::is_made_of_names(part.as_bytes()));
    let is_hard = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !is_compound;
    // A verb says less than a sign does: `sign in as admin with OAuth2`.
    let is_long = separator.is_some() || text.len() >= 10;
    let is_names =
        is_joined && crate::redact::find::value::names::is_made_of_names(text.as_bytes());
    (is_hard && is_long && !is_names && !text.contains('/'))
        .then_some(reader.at + value.start..reader.at + value.end)
}

/// The value that a text starts with. `is_told` where a verb or a sign says that one comes.
fn value_at(text: &str, is_told: bool) -> Option<Range<usize>> {
    // Languages close the same sign in different ways: `„x“`, `„x”`, `»x«`.
    const QUOTES: [(char, &[char]); 15] = [
        ('"', &['"']),
        ('\'', &['\'']),
        ('`', &['`']),
        ('“', &['”', '“']),
        ('”', &['”']),
        ('„', &['“', '”', '"']),
        ('‘', &['’']),
        ('‚', &['‘', '’']),
        ('«', &['»']),
        ('»', &['«', '»']),
        ('「', &['」']),
        ('『', &['』']),
        ('《', &['》']),
        ('【', &['】']),
        ('‹', &['›']),
    ];
    let first = text.chars().next()?;
    if let Some((_, close)) = QUOTES.iter().find(|(open, _)| *open == first) {
        let inner = text.get(first.len_utf8()..)?;
        let end = inner
            .find(|c| close.contains(&c) || c == '\n')
            .filter(|end| {
                inner
                    .get(*end..)
                    .is_some_and(|rest| rest.starts_with(*close))
            })?;
        let value = inner.get(..end)?;
        let trimmed = value.trim();
        let start = first.len_utf8() + (value.len() - value.trim_start().len());
        // Programs quote with ASCII alone: `« melon-mirror-cricket »` stands in a sentence.
        let is_told = is_told || !first.is_ascii() && trimmed.contains('-');
        // A name of a program stands in the quotes of code: `verifyIdToken`.
        let is_name = first == '`'
            && trimmed.starts_with(|c: char| c.is_ascii_lowercase())
            && crate::redact::find::value::names::is_camel_case(trimmed.as_bytes());
        return (!is_name && is_secret(trimmed, true, is_told))
            .then_some(start..start + trimmed.len());
    }
    let is_of_value = |byte: &u8| matches!(byte, b'!'..=b'&' | b'('..=b'_' | b'a'..=b'~' | b'\'');
    let length = text
        .bytes()
        .take(128)
        .take_while(|byte| is_of_value(byte))
        .count();
    let value = text.get(..length)?;
    let value = value.split("</").next().unwrap_or(value);
    // `[the text](address)`, `token).replace(`, `(name_of_a_program`
    let value = value.split("](").next().unwrap_or(value);
    let is_open = |open: char, close: char| value.starts_with(open) && !value.contains(close);
    let inner = value.get(1..).unwrap_or_default().as_bytes();
    if first == '[' && is_open('[', ']')
        || ")]}>".contains(first)
        || is_open('(', ')') && crate::redact::find::value::names::is_made_of_names(inner)
    {
        return None;
    }
    // A sign of exclamation may be of the sentence or of the password.
    let value = without_end(value);
    is_secret(value, false, is_told).then_some(0..value.len())
}

/// Whether a value may look like nothing but a secret. Most words do not, which is told here before all else.
fn may_stand_alone(value: &[u8]) -> bool {
    let is_marked = |byte: &u8| byte.is_ascii_digit() || b"!@#$%^*".contains(byte);
    value.iter().any(is_marked) || value.iter().filter(|byte| **byte == b'-').count() >= 3
}

fn is_secret(value: &str, is_quoted: bool, is_told: bool) -> bool {
    let bytes = value.as_bytes();
    if value.len() < 4
        || !is_told && !may_stand_alone(bytes)
        || is_stand_in(bytes)
        || reference::is_whole(bytes)
        || is_identifier(bytes) && !(is_told && is_digest_or_uuid(bytes))
        || label::names_a_secret(value)
    {
        return false;
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    // The last one may be the sentence's.
    let end = bytes
        .iter()
        .rev()
        .take_while(|byte| b"!?".contains(byte))
        .count();
    let own = bytes.get(..bytes.len() - end).unwrap_or_default();
    if end > 0 && !is_quoted && own.iter().all(u8::is_ascii_lowercase) {
        return false;
    }
    // Without a word that says so, `(af8ff5fcb5)` and `<x1>` are no values.
    if !is_told && !is_quoted && starts_as_code(bytes) {
        return false;
    }
    let has_sign = bytes.iter().any(|byte| b"!@#$%^&*+?~".contains(byte));
    // `root@localhost`
    let is_host = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b".-_".contains(&byte))
    };
    let is_address = value.split('@').count() == 2 && value.split('@').all(is_host);
    let is_address = is_address || is_email(value);
    let is_place = is_email(value)
        || is_address && !is_quoted
        || value.contains("://")
        || value.starts_with("urn:")
        || value.contains('/')
            && !has_sign
            && !(value.len() >= 32 && digits >= 4 && !value.contains('.'))
        || value.starts_with(['#', '.', '@', '-']) && !is_quoted;
    let name = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(byte))
        .count();
    let is_named = name >= 3
        && bytes
            .get(..name)
            .is_some_and(crate::redact::find::value::names::is_made_of_names);
    let is_call =
        !is_quoted && is_named && bytes.get(name).is_some_and(|byte| b"([<={".contains(byte))
            || !is_quoted
                && bytes
                    .iter()
                    .all(|byte| !byte.is_ascii_digit() && *byte != b'@')
                && bytes.iter().any(|byte| b"(){}[]<>=".contains(byte))
            || !is_quoted && (is_open_call(value) || program::is_expression(bytes));
    let is_member = value.contains('.') && (is_code(bytes) || is_joined_words(bytes));
    if is_place || is_call || is_member || value.contains("[redacted:") {
        return false;
    }
    // `meadow-kayak-8256`: words with a number of a few digits, which no version has.
    let last_number = bytes
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let first_number = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let is_joined = bytes.iter().filter(|byte| b"-_.".contains(byte)).count() <= 4;
    let words_of = value.split('-');
    // Three words of some length, behind a verb or in quotes, are a phrase too: `melon-mirror-cricket`. `up-to-date` is
    // none.
    let number_of_words = words_of.clone().count();
    let shortest = if number_of_words == 3 { 4 } else { 3 };
    let is_words = (number_of_words >= 4 || number_of_words == 3 && is_told)
        && words_of.clone().all(|word| {
            word.len() >= shortest && word.bytes().all(|byte| byte.is_ascii_lowercase())
        });
    let has_number = last_number >= 3 || first_number >= 3 && value.contains('-');
    let is_passphrase = is_words || has_number && letters >= 6 && is_joined && !is_date(bytes);
    let is_mixed = digits >= 1 && letters >= 3 && value.len() >= 6;
    let has_cases = bytes.iter().skip(1).any(u8::is_ascii_uppercase)
        && bytes.iter().any(u8::is_ascii_lowercase);
    let is_random = letters >= 2
        && value.len() >= 10
        && (digits >= 2 || digits == 1 && has_cases && value.len() >= 12);
    let is_plain = digits == 0 && bytes.iter().all(u8::is_ascii_alphabetic);
    let words = value.split(' ').count();
    let is_phrase = (3..=8).contains(&words)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || *byte == b' ');
    // Without a word that says so, neither a name of a program nor one of a method counts: `toString(2)`,
    // `PBKDF2-HMAC-SHA-256`, `base64-encoded`.
    let parts = value.split(['-', '_']);
    let is_clean = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_lowercase())
            || part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_passphrase_alone =
        is_passphrase && parts.clone().count() >= 3 && parts.clone().all(is_clean);
    let is_of_program = value.split(['#', '(', '-', '.', ':']).all(|part| {
        part.is_empty() || crate::redact::find::value::names::is_made_of_names(part.as_bytes())
    });
    if !is_told && !is_quoted && !is_passphrase_alone && (is_of_program || is_joined_words(bytes)) {
        return false;
    }
    match (is_quoted, is_told) {
        (_, true) if is_passphrase => true,
        (_, true) if are_letters_of_no_word(bytes) => true,
        (true, true) => {
            is_password_like(bytes)
                || is_mixed && !value.contains(' ')
                || is_plain && value.len() >= 9
                || is_phrase
        }
        (false, true) => {
            is_password_like(bytes) || is_mixed && (digits >= 2 || has_sign) && !is_version(bytes)
        }
        (true, false) => {
            is_passphrase || (is_password_like(bytes) || is_random) && !value.contains(' ')
        }
        (false, false) => {
            is_password_like(bytes) && (has_sign || is_random)
                || is_passphrase && value.contains('-')
                || is_random && !is_version(bytes) && !is_code(bytes)
        }
    }
}

/// Letters that make no word, though a word of some language may look so: `gewijzigd`. A short one has few vowels, too.
fn are_letters_of_no_word(value: &[u8]) -> bool {
    const LONG: usize = 10;
    const LETTERS_FOR_A_VOWEL: usize = 5;
    let vowels = value
        .iter()
        .filter(|byte| b"aeiouyAEIOUY".contains(byte))
        .count();
    are_random_letters(value)
        && (value.len() >= LONG || vowels * LETTERS_FOR_A_VOWEL <= value.len())
}

/// Forty hexadecimal digits or a UUID. A commit and an object look so, and so do keys of many services: a verb or a
/// sign behind the label tells them apart.
fn is_digest_or_uuid(value: &[u8]) -> bool {
    let is_of_uuid = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    matches!(value.len(), 36 | 40) && value.iter().all(is_of_uuid)
}

/// An e-mail address is no password.
fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, host)| {
        let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
        let is_host =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        let end = host.rsplit('.').next().unwrap_or_default();
        local.len() >= 2
            && local.bytes().all(is_local)
            && host.contains('.')
            && host.bytes().all(is_host)
            && (2..=6).contains(&end.len())
            && end.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

/// `SHA-256(label`, whose arguments go on behind a blank.
fn is_open_call(value: &str) -> bool {
    value.split_once('(').is_some_and(|(name, argument)| {
        name.len() >= 3
            && !argument.is_empty()
            && argument
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    })
}

fn is_date(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits * 2 > value.len()
}

/// A version or a name with a number in it: `v1.2.3`, `PBKDF2`, `sha256`, `user-profile-2`.
fn is_version(value: &[u8]) -> bool {
    let is_part = |part: &[u8]| {
        let digits = part
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let letters = part.get(..part.len() - digits).unwrap_or_default();
        let is_one_case = letters.iter().all(u8::is_ascii_lowercase)
            || letters.iter().all(u8::is_ascii_uppercase);
        digits <= 4
            && letters.iter().all(u8::is_ascii_alphabetic)
            && (is_one_case && letters.len() <= 8)
    };
    value.split(|byte| b"-_./:".contains(byte)).all(is_part)
}

/// `x is the password`, `use x as the password`, `x 是我的密码`: the value stands before its label, with a word of one
/// of its languages right behind it.
fn value_before(place: &Place, word: &Word) -> Option<Range<usize>> {
    let (text, keyword, languages) = (place.text, &place.label, &word.of_label);
    let start = keyword.start.saturating_sub(200);
    let before = text.get(start..keyword.start)?;
    // A window may begin inside a character.
    let skipped = before
        .iter()
        .take_while(|byte| (0x80..0xc0).contains(*byte))
        .count();
    let before = std::str::from_utf8(before.get(skipped..)?).ok()?;
    // A sign of exclamation may be of a password, too: `J!O!yl4!iTAI`.
    let mut ends = before
        .match_indices(['\n', '。', '!', '！'])
        .filter(|(at, end)| {
            let next = before.get(at + end.len()..).unwrap_or_default();
            *end != "!" || next.starts_with(char::is_whitespace)
        });
    let sentence = ends.next_back().map_or(0, |(at, _)| at + 1);
    let sentence = before.get(sentence..).map_or(before, |text| {
        text.trim_start_matches(|c: char| !c.is_ascii_graphic())
    });
    let base = start + skipped + before.len() - sentence.len();
    if word.is_pin
        && let Some(number) = code_before(sentence, place, word)
    {
        return Some(base + number.start..base + number.end);
    }
    if word.is_vague {
        return None;
    }
    // What all languages ask for comes first: mostly it is not there.
    let phrase = phrase_before(sentence);
    let words = values_in(sentence);
    let found = languages.iter().find_map(|language| {
        let phrase = phrase.iter().find(|value| value.is_phrase_of(language));
        let word = || words.iter().find(|value| value.is_told_in(language));
        phrase.or_else(word)
    })?;
    Some(base + found.place.start..base + found.place.end)
}

/// The number of a code before its label, with a word between that points at it: `punch in 742111, that's the alarm
/// code`.
fn code_before(sentence: &str, place: &Place, word: &Word) -> Option<Range<usize>> {
    let form = number::Form {
        is_code: true,
        may_hold_letters: false,
    };
    let mut starts = sentence.char_indices().filter(|(at, c)| {
        let before = sentence
            .get(..*at)
            .and_then(|text| text.chars().next_back());
        c.is_ascii_digit() && before.is_none_or(|c| c.is_whitespace() || "(「『“„«，、".contains(c))
    });
    let last = starts.next_back().map(|(at, _)| at)?;
    let number = number::place(sentence.get(last..)?, form)?;
    let number = last + number.start..last + number.end;
    let between = sentence.get(number.end..)?.to_lowercase();
    let is_near = between.split_whitespace().count() <= MOST_WORDS;
    let mut languages = word.of_label.iter();
    let is_told = languages.any(|language| {
        language.has_pointer(&between)
            && (!word.is_vague || language.has_thing(&place.before()) && !between.contains(" of "))
    });
    (is_near && is_told && place.is_in_a_sentence("")).then_some(number)
}

/// What looks like a secret before a label.
struct ValueBefore<'t> {
    place: Range<usize>,
    /// The rest of its own word.
    glued: &'t str,
    /// The word behind it.
    next: String,
    /// Whether a comma and at most one other word stand between it and the label.
    is_last_of_clause: bool,
    /// Whether it is nothing but a secret.
    is_hard: bool,
    is_in_sentence: bool,
    /// What stands between it and the label, in small letters.
    between: String,
}

impl ValueBefore<'_> {
    /// Whether a word follows that tells in a language that it is what the label names.
    fn is_told_in(&self, language: &Language) -> bool {
        const WORDS: [&str; 24] = [
            "as", "als", "is", "ist", "es", "est", "è", "é", "to", "это", "—", "–", "-", "this",
            "that", "comme", "como", "come", "jako", "olarak", "là", "هي", "voilà", "ve",
        ];
        const PARTICLES: [&str; 14] = [
            "是", "这", "這", "が", "は", "を", "の", "이", "가", "는", "은", "를", "을", "로",
        ];
        let is_verb = |word: &str| {
            WORDS.contains(&word)
                || PARTICLES.iter().any(|particle| word.starts_with(particle))
                || language
                    .verbs
                    .iter()
                    .any(|verb| verb.trim_end_matches('|') == word)
        };
        let glued = self
            .glued
            .trim_start_matches(['」', '』', '”', '»', '“', '"', '\'']);
        is_verb(&self.next)
            || self.is_hard && self.is_in_sentence && language.has_pointer(&self.between)
            || !glued.is_empty() && is_verb(glued)
            || self.is_last_of_clause
            || !self.glued.is_empty() && is_verb(self.glued)
    }

    /// Whether such a word follows a phrase.
    fn is_phrase_of(&self, language: &Language) -> bool {
        let word = self.next.as_str();
        ["als", "comme", "como", "come", "jako", "olarak"].contains(&word)
            || language.verbs.iter().any(|verb| {
                word == verb
                    || verb
                        .strip_suffix('|')
                        .is_some_and(|verb| word.starts_with(verb))
            })
    }
}

/// The words that look like secrets among the last ones of a sentence, the last one first.
fn values_in<'t>(sentence: &'t str) -> Vec<ValueBefore<'t>> {
    let is_between = |c: char| c.is_whitespace() || c == '，' || c == '、';
    let mut at = 0;
    let words: Vec<(usize, &str)> = sentence
        .split_inclusive(is_between)
        .filter_map(|piece| {
            let place = at;
            at += piece.len();
            let word = piece.trim_end_matches(is_between);
            (!word.is_empty()).then_some((place, word))
        })
        .collect();
    let value = |(number, (place, word)): (usize, &(usize, &'t str))| {
        let opening = word
            .chars()
            .take_while(|c| "「『“„«".contains(*c))
            .map(char::len_utf8)
            .sum::<usize>();
        let place = place + opening;
        let word = word.get(opening..)?;
        let ascii = word.bytes().take_while(u8::is_ascii_graphic).count();
        let quote = word
            .bytes()
            .take_while(|byte| b"\"'`*".contains(byte))
            .count();
        let (word, glued) = word.split_at_checked(ascii)?;
        let value = without_end(word.get(quote..)?).trim_end_matches('?');
        // `{"email"=>"x", "password"=>"y"}`
        if value.contains("=>") || value.contains("\":") || !is_secret(value, quote > 0, false) {
            return None;
        }
        let next = words.get(number + 1).map_or("", |(_, next)| *next);
        let has_comma = glued.is_empty() && word.ends_with(',') || glued.ends_with(',');
        Some(ValueBefore {
            place: place + quote..place + quote + value.len(),
            glued,
            next: next.to_lowercase(),
            is_last_of_clause: has_comma && number + 3 >= words.len(),
            is_in_sentence: !sentence.contains(['{', '}', '[', ']', ';', '(', '|']),
            is_hard: !crate::redact::find::value::names::is_made_of_names(value.as_bytes()),
            between: sentence
                .get(place + quote + value.len()..)
                .unwrap_or_default()
                .to_lowercase(),
        })
    };
    let last = words.iter().enumerate().rev().take(MOST_WORDS);
    last.filter_map(value).collect()
}

/// The quoted words of a passphrase, with a verb and at most two words behind them: `use "a b c d" as the passphrase`.
fn phrase_before(sentence: &str) -> Option<ValueBefore<'_>> {
    const MOST_BEHIND: usize = 3;
    const FEWEST_WORDS: usize = 3;
    let end = sentence.rfind(['"', '`', '”', '»', '」', '“'])?;
    let open = match sentence.get(end..)?.chars().next()? {
        '"' => '"',
        '`' => '`',
        '」' => '「',
        '»' => '«',
        '“' => '„',
        _ => '“',
    };
    let start = sentence.get(..end)?.rfind(open)? + open.len_utf8();
    let inner = sentence.get(start..end)?;
    let behind = sentence.get(end..)?.chars().next()?.len_utf8() + end;
    let behind = sentence.get(behind..)?;
    let mut words = behind.split_whitespace();
    let next = words.next()?;
    let is_near = words.count() < MOST_BEHIND;
    let value = inner.trim();
    let place = start + (inner.len() - inner.trim_start().len());
    // `„radish-saddle-dune“ als Passwort`
    let is_phrase = value.split([' ', '-']).count() >= FEWEST_WORDS;
    (is_near && is_phrase && is_secret(value, true, true)).then(|| ValueBefore {
        place: place..place + value.len(),
        glued: "",
        next: next.to_owned(),
        is_last_of_clause: false,
        is_hard: false,
        is_in_sentence: false,
        between: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::scan::{PROSE, find_by};
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find_by(&PROSE, text)
    }

    #[test]
    fn finds_passwords_in_sentences() {
        for (text, value) in [
            (
                "The admin password is River%G3Fdbx66, log in and check.",
                "River%G3Fdbx66",
            ),
            (
                "ensure the password is \"centipede\" and press",
                "centipede",
            ),
            ("The password for staging was Granite7x.", "Granite7x"),
            ("数据库密码是 Juniper_XOZ1，请用它连接", "Juniper_XOZ1"),
            ("密码：Velvet_0bUX2", "Velvet_0bUX2"),
            ("パスワードは「Velvet_0bUX2」です", "Velvet_0bUX2"),
            ("Das Passwort lautet Saffron*xZ7", "Saffron*xZ7"),
            ("login with admin / Harbor!frUGCS98", "Harbor!frUGCS98"),
            ("Password: **Harbor!frUG9**", "Harbor!frUG9"),
            ("credentials: admin / Granite-7x9Q", "Granite-7x9Q"),
            ("use Granite-7x9Q as the root password", "Granite-7x9Q"),
            (
                "the password for the old db was changed to Granite-7x9Q",
                "Granite-7x9Q",
            ),
            ("user admin, password Granite-7x9Q", "Granite-7x9Q"),
            ("ALTER ROLE app PASSWORD 'walnutTiger47'", "walnutTiger47"),
            ("connect Home password walnutTiger47", "walnutTiger47"),
            ("mit dem Passwort \"walnutTiger47\"", "walnutTiger47"),
            ("Der API-Schlüssel lautet Granite-7x9Q", "Granite-7x9Q"),
            (
                "The API key we use is Granite7x9QvBnM3kLp.",
                "Granite7x9QvBnM3kLp",
            ),
            (
                "here is my token Granite7x9QvBnM3kLp",
                "Granite7x9QvBnM3kLp",
            ),
            ("密码改成了 Granite-7x9Q", "Granite-7x9Q"),
            ("密钥是：Granite-7x9Q", "Granite-7x9Q"),
            ("パスワードを「Granite-7x9Q」に変更", "Granite-7x9Q"),
            ("APIキーはGranite-7x9Qです", "Granite-7x9Q"),
        ] {
            assert!(found(text).contains(&value), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn sentences_tell_codes_phrases_and_second_values() {
        for (text, value) in [
            ("The alarm code at the office is 88627, ok", "88627"),
            ("인증번호 [979096]를 입력해 주세요.", "979096"),
            ("Doğrulama kodunuz: 387928.", "387928"),
            ("密码：【Granite-7x9Q】", "Granite-7x9Q"),
            ("办公室WiFi密码95833931，访客不用", "95833931"),
            ("链接在上面 提取码: 8zca", "8zca"),
            (
                "SecretKey（私钥）填Granite7x9QvBnM3kLp，地域",
                "Granite7x9QvBnM3kLp",
            ),
            ("pw's Mjq8ILRUPT lol", "Mjq8ILRUPT"),
            (
                "the password is melon-mirror-cricket :)",
                "melon-mirror-cricket",
            ),
            (
                "le mdp « castle-thistle-puzzle », ok",
                "castle-thistle-puzzle",
            ),
            ("解压密码：canyon-bucket（有横线）", "canyon-bucket"),
            (
                "hasło do panelu na „Dagger*crimson8063”, ok",
                "Dagger*crimson8063",
            ),
            (
                "parolasını Pirate#saturn4994 olarak değiştirdim",
                "Pirate#saturn4994",
            ),
            (
                "old password was Lagoon*melon39, new one is Sunset@engine916",
                "Sunset@engine916",
            ),
            (
                "Sign in as j.doe with Welcome-618746 and go",
                "Welcome-618746",
            ),
            (
                "as backup (password ZRlay.n2u-Df2) and run",
                "ZRlay.n2u-Df2",
            ),
            (
                "Use \"garden nutmeg zipper pollen\" as the passphrase when asked",
                "garden nutmeg zipper pollen",
            ),
        ] {
            assert!(found(text).contains(&value), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn leaves_numbers_and_words_about_passwords() {
        for text in [
            "密码是1024位的，密码至少8位",
            "const otp = otp2fa(options?.otpOptions);",
            "decode(data, secret, \"better-auth-session\")",
            "the password must be up-to-date and is end-to-end",
            "sign in as admin with OAuth2",
            "a flow (password OAuth2) and (token PBKDF2-HMAC-SHA-256)",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn leaves_sentences_without_one() {
        for text in [
            "The password is stored in the keychain.",
            "a token is required, and the secret is rotated every 30 days",
            "The password was changed on 2026-11-22.",
            "the token is parsed by parseToken2(x)",
            "密码是加密的",
            "password: string",
            "The secret is in src/config/prod1.ts",
            "log in with GitHub and check issue #1234",
            "[Use a token for releases](#use-a-token-for-releases)",
            "a password OAuth2 flow, and password PBKDF2 hashing",
            "the token 3f786850e387550fdab836ed7e6dc881de23001b",
            "the token is \"expired\"",
            "token: node.colon2_token,",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn every_language_tells_a_password() {
        let table: words::Table = toml::from_str(include_str!("prose.toml")).unwrap();
        assert!(table.language.len() >= 15);
        for language in &table.language {
            for label in &language.labels {
                let behind = |text: &str| {
                    let values = values_near(text.as_bytes(), &(0..label.len()));
                    let first = values.into_iter().next();
                    first.and_then(|value| text.get(value).map(str::to_owned))
                };
                let expected = Some("Granite-7x9Q".to_owned());
                for text in [
                    format!("{label}: Granite-7x9Q"),
                    format!("{label}：“Granite-7x9Q”"),
                ] {
                    assert_eq!(behind(&text), expected, "{text}");
                }
                for verb in &language.verbs {
                    let verb = verb
                        .strip_suffix('|')
                        .map_or_else(|| format!(" {verb} "), str::to_owned);
                    let text = format!("{label}{verb}Granite-7x9Q");
                    assert_eq!(behind(&text), expected, "{text}");
                }
            }
        }
    }

    #[test]
    fn a_value_may_stand_on_the_next_line() {
        for text in [
            "Password:\n```\nTq9zLwx7Rm2K\n```",
            "**Password:**  \nTq9zLwx7Rm2K",
            "<b>Password:</b> Tq9zLwx7Rm2K",
            "<td>Password</td><td>Tq9zLwx7Rm2K</td>",
            "| Password: | Tq9zLwx7Rm2K |",
        ] {
            assert_eq!(found(text), ["Tq9zLwx7Rm2K"], "{text}");
        }
    }
}
