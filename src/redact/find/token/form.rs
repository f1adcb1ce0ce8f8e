//! The form of a token: literal text and runs of an alphabet, such as `xoxb-{digits:10-13}-{alnum:24}`.
//!
//! | notation       | meaning                                  |
//! | -------------- | ---------------------------------------- |
//! | `{hex:32}`     | 32 characters of the alphabet `hex`      |
//! | `{alnum:20+}`  | 20 or more                               |
//! | `{b64u:40-60}` | 40 to 60, and what follows all the same  |
//!
//! The longest run is taken, so that no tail of a token stays. A length tells how much is needed, and
//! where a token is complete.

use std::ops::Range;

use super::super::value::gap;
use super::bounds::{LONGEST_ESCAPE, behind_escape};

/// Tells whether a byte is of an alphabet.
pub type IsOf = fn(u8) -> bool;

/// The alphabets and their names in forms.
const ALPHABETS: &[(&str, IsOf)] = &[
    ("digits", |b| b.is_ascii_digit()),
    ("hex", |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
    ("HEX", |b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)),
    ("anyhex", |b| b.is_ascii_hexdigit()),
    ("az", |b| b.is_ascii_lowercase()),
    ("AZ", |b| b.is_ascii_uppercase()),
    ("lower", |b| b.is_ascii_lowercase() || b.is_ascii_digit()),
    ("upper", |b| b.is_ascii_uppercase() || b.is_ascii_digit()),
    ("letters", |b| b.is_ascii_alphabetic()),
    ("alnum", |b| b.is_ascii_alphanumeric()),
    ("base58", |b| {
        b.is_ascii_alphanumeric() && !b"0OIl".contains(&b)
    }),
    ("bech32", |b| {
        b"qpzry9x8gf2tvdw0s3jn54khce6mua7l".contains(&b)
    }),
    ("word", |b| b.is_ascii_alphanumeric() || b == b'_'),
    ("kebab", |b| b.is_ascii_alphanumeric() || b == b'-'),
    ("b64u", |b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
    ("b64", |b| b.is_ascii_alphanumeric() || b"+/".contains(&b)),
    ("dotted", |b| {
        b.is_ascii_alphanumeric() || b"-_.".contains(&b)
    }),
    ("b64any", |b| {
        b.is_ascii_alphanumeric() || b"-_+/=".contains(&b)
    }),
    ("loose", |b| {
        b.is_ascii_alphanumeric() || b"-_+/=.~%:".contains(&b)
    }),
];

/// The most bytes of a run that are looked at before it is known to be a token: a text of nothing but
/// prefixes then takes time linear in its length.
const LONGEST_LOOK: usize = 1024;

/// A part of a form.
#[derive(Debug, Clone)]
enum Part {
    Literal(Vec<u8>),
    Run(Run),
}

/// Characters of one alphabet.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The bytes that belong to it.
    is_of: IsOf,
    least: usize,
    /// `None` where there is no end to it.
    most: Option<usize>,
}

/// The form of a token.
#[derive(Debug)]
pub struct TokenForm {
    /// The run before the first literal, which is read from right to left.
    head: Option<Run>,
    /// The literal by which it is looked for; empty where it has none.
    anchor: String,
    rest: Vec<Part>,
    /// True where a letter or a digit right behind it tells that it is something else.
    is_bounded: bool,
}

/// The place where a token stands.
#[derive(Debug)]
pub struct Found {
    /// All that its form describes.
    pub token: Range<usize>,
    /// Its random part: all that is behind the anchor, and the head.
    pub random: Vec<u8>,
    /// The run that it ends with.
    last: Option<Run>,
}

impl TokenForm {
    /// Reads the form of a token that tells itself. `None` where the notation is wrong.
    pub fn parse(form: &str, is_bounded: bool) -> Option<Self> {
        let mut parts = parts_of(form)?;
        let is_run = |part: &Part| matches!(part, Part::Run(_));
        let anchor = parts.iter().position(|part| !is_run(part))?;
        let mut rest = parts.split_off(anchor);
        let head = match parts.as_slice() {
            [] => None,
            [Part::Run(run)] => Some(*run),
            _ => return None,
        };
        let Part::Literal(anchor) = rest.remove(0) else {
            return None;
        };
        Some(Self {
            head,
            anchor: String::from_utf8(anchor).ok()?,
            rest,
            is_bounded,
        })
    }

    /// Reads the form of a token that is looked for at a place that something else gives.
    pub fn without_anchor(form: &str) -> Option<Self> {
        Some(Self {
            head: None,
            anchor: String::new(),
            rest: parts_of(form)?,
            is_bounded: true,
        })
    }

    /// The literal by which it is looked for.
    pub fn anchor(&self) -> &str {
        &self.anchor
    }

    /// Tells whether a run stands before the anchor.
    pub fn has_head(&self) -> bool {
        self.head.is_some()
    }

    /// Tells whether it may be at the place of an anchor: that stands there, in the case of the form, and a byte of the
    /// run behind it.
    pub fn may_be_at(&self, text: &[u8], place: usize) -> bool {
        let rest = text.get(place..).unwrap_or_default();
        let behind = rest.strip_prefix(self.anchor.as_bytes());
        behind.is_some_and(|behind| match self.rest.first() {
            Some(Part::Run(run)) if run.least > 0 => {
                behind.first().is_some_and(|byte| (run.is_of)(*byte))
            }
            _ => true,
        })
    }

    /// The token around an anchor that stands at a place, or the run that begins there.
    pub fn find(&self, text: &[u8], place: usize) -> Option<Found> {
        let mut at = place.checked_add(self.anchor.len())?;
        if text.get(place..at)? != self.anchor.as_bytes() {
            return None;
        }
        let start = match self.head {
            Some(head) => head.before(text, place)?,
            None => place,
        };
        let mut random = text.get(start..place)?.to_vec();
        let mut parts = self.rest.iter().peekable();
        let mut last = None;
        while let Some(part) = parts.next() {
            match part {
                Part::Literal(literal) => {
                    at = at.checked_add(literal.len())?;
                    (text.get(at - literal.len()..at)? == literal.as_slice()).then_some(())?;
                }
                Part::Run(run) => {
                    let next = match parts.peek() {
                        Some(Part::Literal(literal)) => Some(literal.as_slice()),
                        _ => None,
                    };
                    let is_last = parts.peek().is_none();
                    let joins = !self.anchor.is_empty();
                    at = run.read(text, at, next, (is_last, joins), &mut random)?;
                    last = is_last.then_some(*run);
                }
            }
        }
        if self.is_bounded && text.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        Some(Found {
            token: start..at,
            random,
            last,
        })
    }
}

impl Found {
    /// Finds where the whole token ends: behind all that its last alphabet goes on with.
    pub fn end(&self, text: &[u8]) -> usize {
        let mut at = self.token.end;
        let count = |at: usize, is: &dyn Fn(u8) -> bool, most: usize| {
            let rest = text.get(at..).unwrap_or_default();
            rest.iter().take(most).take_while(|byte| is(**byte)).count()
        };
        if let Some(run) = self.last {
            at += count(at, &run.is_of, usize::MAX);
            if run.is_padded() {
                at += count(at, &|byte| byte == b'=', 2);
            }
        }
        // A comment of HTML may end right behind it.
        let is_comment = text
            .get(at.saturating_sub(2)..)
            .is_some_and(|rest| rest.starts_with(b"-->"));
        let end = if is_comment { at - 2 } else { at };
        before_escape(text, self.token.start..end)
    }
}

/// The parts of a form, in order.
fn parts_of(form: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = form;
    while !rest.is_empty() {
        let (literal, after) = rest.split_once('{').unwrap_or((rest, ""));
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.as_bytes().to_vec()));
        }
        if literal.len() == rest.len() {
            break;
        }
        let (run, tail) = after.split_once('}')?;
        parts.push(Part::Run(Run::parse(run)?));
        rest = tail;
    }
    Some(parts)
}

/// Finds where a token ends that an escape ends, as in `%22token%22`: some alphabets hold `%`.
fn before_escape(text: &[u8], token: Range<usize>) -> usize {
    const ESCAPES: [&[u8]; 6] = [b"%22", b"%27", b"%20", b"%26", b"%2C", b"%7D"];
    let bytes = text.get(token.clone()).unwrap_or_default();
    let escape = memchr::memchr_iter(b'%', bytes).find(|at| {
        let rest = bytes.get(*at..).unwrap_or_default();
        ESCAPES.iter().any(|escape| rest.starts_with(escape))
    });
    escape.map_or(token.end, |at| token.start + at)
}

impl Run {
    fn parse(notation: &str) -> Option<Self> {
        let (name, length) = notation.split_once(':')?;
        let (_, is_of) = ALPHABETS.iter().find(|(known, _)| *known == name)?;
        let (least, most) = if let Some(least) = length.strip_suffix('+') {
            (least.parse().ok()?, None)
        } else if let Some((least, most)) = length.split_once('-') {
            (least.parse().ok()?, Some(most.parse().ok()?))
        } else {
            let length = length.parse().ok()?;
            (length, Some(length))
        };
        Some(Self {
            is_of: *is_of,
            least,
            most,
        })
    }

    /// Tells whether `=` may stand behind it, as behind base64.
    fn is_padded(self) -> bool {
        (self.is_of)(b'+')
    }

    /// Finds where a run starts that ends at a place. What is longer is something else.
    fn before(self, text: &[u8], end: usize) -> Option<usize> {
        let most = self.most.unwrap_or(LONGEST_LOOK);
        let before = text.get(..end)?.iter().rev();
        let longest = most.saturating_add(LONGEST_ESCAPE);
        let length = before
            .take(longest + 1)
            .take_while(|byte| (self.is_of)(**byte))
            .count();
        let start = behind_escape(text, end - length);
        let length = end.checked_sub(start)?;
        (self.least..=most).contains(&length).then_some(start)
    }

    /// Finds where a run ends that starts at a place, over what is invisible in it. `next` is the literal behind it.
    fn read(
        self,
        text: &[u8],
        start: usize,
        next: Option<&[u8]>,
        (is_last, joins): (bool, bool),
        random: &mut Vec<u8>,
    ) -> Option<usize> {
        let most = match (self.most, is_last) {
            (Some(most), false) => most,
            (Some(most), true) => most.min(LONGEST_LOOK),
            (None, _) => LONGEST_LOOK,
        };
        let mut at = start;
        let mut length = 0;
        while length < most {
            if length >= self.least
                && next
                    .is_some_and(|next| text.get(at..).is_some_and(|rest| rest.starts_with(next)))
            {
                break;
            }
            match text.get(at) {
                Some(byte) if (self.is_of)(*byte) => {
                    random.push(*byte);
                    at += 1;
                    length += 1;
                }
                Some(_) => {
                    let missing = self.least.saturating_sub(length);
                    let open = self.most.unwrap_or(LONGEST_LOOK).saturating_sub(length);
                    match gap::continued(text, at, self.is_of, missing, open) {
                        Some(after) if joins && length > 0 => at = after,
                        _ => break,
                    }
                }
                None => break,
            }
        }
        (length >= self.least).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token<'t>(form: &str, text: &'t str, place: usize) -> Option<&'t str> {
        let form = TokenForm::parse(form, false)?;
        let found = form.find(text.as_bytes(), place)?;
        text.get(found.token.start..found.end(text.as_bytes()))
    }

    #[test]
    fn a_form_is_literals_and_runs() {
        assert_eq!(token("a_{hex:4}", "a_12ef z", 0), Some("a_12ef"));
        assert_eq!(token("a_{hex:4}", "a_12e z", 0), None);
        assert_eq!(
            token("a_{hex:4+}-{digits:2}", "a_12ef-34", 0),
            Some("a_12ef-34")
        );
        assert_eq!(
            token("{alnum:3}.x.{hex:2}", "abc.x.12", 3),
            Some("abc.x.12")
        );
        assert_eq!(token("{alnum:3}.x.{hex:2}", "abcd.x.12", 4), None);
        let form = TokenForm::without_anchor("{hex:4}-{hex:2}").unwrap();
        assert_eq!(form.find(b"12ef-34 ", 0).unwrap().token, 0..7);
        assert_eq!(
            token("p{b64u:2+}XY{b64u:2+}", "pabcXYde", 0),
            Some("pabcXYde")
        );
    }

    #[test]
    fn a_longer_run_is_taken_whole() {
        assert_eq!(token("a_{hex:4}", "a_12ef99 z", 0), Some("a_12ef99"));
        let long = format!("a_{}", "1".repeat(5000));
        assert_eq!(token("a_{hex:4+}", &long, 0), Some(long.as_str()));
    }

    #[test]
    fn a_wrong_notation_is_none() {
        for form in ["a_{hex}", "a_{none:3}", "a_{hex:x}", "a_{hex:3"] {
            assert!(TokenForm::parse(form, false).is_none(), "{form}");
        }
    }
}
