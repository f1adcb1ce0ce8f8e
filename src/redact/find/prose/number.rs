//! Numbers that people type: `4821`, `[979096]`, `12 34 56`, `44-18-93`, `7731C`, `96212956389`.

use std::ops::Range;

/// The forms of a number that the label before it allows.
#[derive(Clone, Copy)]
pub struct Form {
    /// True where the label names a code of a few digits. A password may have more.
    pub is_code: bool,
    /// True where letters of any case may be among the digits: `提取码: 8zca`.
    pub may_hold_letters: bool,
}

/// Signs that open a code in brackets or quotes.
const OPENING: &str = "[(【「『（«„“\"'`";
/// Signs that make a count of the number before them: `1024位`, `8字`, `2030年`.
const UNITS: &str = "位桁자年月日分秒个個次字名人文회개년월일초번時时%°";

/// The place of the number that a text starts with, alone or in quotes or brackets.
pub fn place(text: &str, form: Form) -> Option<Range<usize>> {
    let opening = text.chars().next().filter(|c| OPENING.contains(*c));
    let start = opening.map_or(0, char::len_utf8);
    let inner = text.get(start..)?;
    let start = start + inner.len() - inner.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    let number = text.get(start..)?;
    let length = groups(number)
        .filter(|_| form.is_code)
        .or_else(|| run(number, form))?;
    ends(number.get(length..)?).then_some(start..start + length)
}

/// The length of digits in one piece, with at most two capitals among them.
fn run(text: &str, form: Form) -> Option<usize> {
    const FEWEST: usize = 4;
    const MOST_OF_CODE: usize = 8;
    const MOST_OF_PASSWORD: usize = 24;
    const MOST_CAPITALS: usize = 2;
    let starts_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let (mut length, mut digits, mut characters, mut capitals) = (0, 0, 0, 0);
    for c in text.chars() {
        let is_capital = form.is_code && starts_with_digit && c.is_uppercase();
        if c.is_ascii_digit() {
            digits += 1;
        } else if is_capital && capitals < MOST_CAPITALS {
            capitals += 1;
        } else if !(form.may_hold_letters && c.is_ascii_alphanumeric()) {
            break;
        }
        length += c.len_utf8();
        characters += 1;
    }
    let most = if form.is_code {
        MOST_OF_CODE + capitals
    } else {
        MOST_OF_PASSWORD
    };
    (digits > 0 && (FEWEST..=most).contains(&characters)).then_some(length)
}

/// The length of digits in groups of the same length: `12 34 56`, `904 221 558`, `44-18-93`. A date has groups of
/// several lengths.
fn groups(text: &str) -> Option<usize> {
    const MOST_GROUPS: usize = 6;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let size = digits(text);
    let separator = text
        .get(size..)?
        .chars()
        .next()
        .filter(|c| " -".contains(*c))?;
    let mut length = size;
    let mut number = 1;
    while let Some(next) = text
        .get(length..)
        .and_then(|rest| rest.strip_prefix(separator))
        .filter(|next| digits(next) == size && number < MOST_GROUPS)
    {
        length = text.len() - next.len() + size;
        number += 1;
    }
    ((2..=4).contains(&size) && number >= 2 && size * number >= 4).then_some(length)
}

/// Tells whether a number ends before a text: `2026-11-22`, `1.5` and `1024位` are no codes.
fn ends(behind: &str) -> bool {
    let mut characters = behind.chars();
    let next = characters.next();
    let second = characters.next();
    let is_fraction = next.is_some_and(|next| ".,".contains(next))
        && second.is_some_and(|second| second.is_ascii_digit());
    // `8-20 位`
    let unit = next
        .filter(|c| *c == ' ')
        .and(second)
        .is_some_and(|c| UNITS.contains(c));
    !is_fraction
        && !unit
        && next.is_none_or(|next| {
            !next.is_ascii_alphanumeric() && !"-/:_".contains(next) && !UNITS.contains(next)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_blanks_letters_and_signs_in_them() {
        let form = Form {
            is_code: true,
            may_hold_letters: false,
        };
        for (text, code) in [
            ("4821, ok", "4821"),
            ("12 34 56, right first", "12 34 56"),
            ("904 221 558", "904 221 558"),
            ("44-18-93.", "44-18-93"),
            ("7731C", "7731C"),
            ("5159К1779, этаж", "5159К1779"),
            ("[979096]", "979096"),
        ] {
            let place = place(text, form);
            assert_eq!(
                place.and_then(|place| text.get(place)),
                Some(code),
                "{text}"
            );
        }
        for text in [
            "2026-11-22",
            "1.5000",
            "1024位",
            "8-20 位",
            "E1204",
            "10:30",
            "4096px",
            "127.0.0.1",
        ] {
            assert_eq!(place(text, form), None, "{text}");
        }
    }
}
