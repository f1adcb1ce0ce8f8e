//! Reads what stands between a name and its value: an operator, and the quote that the value starts with.

use std::ops::Range;

use super::super::pattern::Pattern;

/// Escaped quotes (`\"`, `\\\"`) count as quotes. A type may stand between them (`SECRET: &str = "…"`), and a default
/// behind a variable or a call (`env.SECRET || "…"`, `get("SECRET", "…")`), which has to be quoted.
static PATTERN: Pattern = Pattern::new(
    r#"(?i)^(?:\*\*)?(?:\\*["'`]|&quot;|&#34;|%22)?\]?[ \t]{0,24}(:[ \t]*&?(?:'static )?[A-Za-z][A-Za-z0-9_<>]{0,60}[ \t]{0,4}=|:=|=>|={1,3}|:|%3A|%3D|\\u003[ad]|\|\||\?\?|,|\(|-[ \t])(?:\*\*)?[ \t]{0,24}(?:[|>][+-]?\r?\n[ \t]{1,16})?(?:(?:\[\]byte|byte\[\]|string::from|string|str|bytes|buffer\.from|some|hex!|unhexlify|(?:bytes|binascii)\.(?:fromhex|unhexlify)|hex(?:::|\.)decode(?:string)?|base64\.b64decode|atob)\(|[bruf@$]{1,2}#{0,2})?(&quot;|&#34;|%22|(?:\\+["'`]){3}|(?:\\*["'`]["'`]{0,2})?)"#,
);

/// Blanks that may stand on either side of an operator.
const MOST_BLANKS: usize = 24;

/// An operator and a quote behind a name.
#[derive(Debug, PartialEq)]
pub struct Operator<'t> {
    /// The operator itself, such as `=`.
    pub sign: &'t [u8],
    /// The quotes; empty where there are none.
    pub quote: &'t [u8],
    /// The place where the value starts.
    pub end: usize,
}

impl<'t> Operator<'t> {
    /// The operator that a text starts with.
    pub fn at_start(text: &'t [u8]) -> Option<Self> {
        Self::plain(text).or_else(|| Self::by_pattern(text))
    }

    fn by_pattern(text: &'t [u8]) -> Option<Self> {
        let captures = PATTERN.captures(text)?;
        let quote = captures.get(2)?;
        let outer = outer_quote(text, quote.range());
        // The prefix of a literal stands before a quote: the `b` of `key: build` is the value's.
        let is_prefix = |byte: &&u8| b"bBrRuUfF@$#".contains(byte);
        let before = text.get(captures.get(1)?.end()..outer)?;
        let letters = match quote.is_empty() {
            true => before.iter().rev().take_while(is_prefix).count(),
            false => 0,
        };
        Some(Self {
            sign: captures.get(1)?.as_bytes(),
            quote: text.get(quote.start()..outer)?,
            end: outer - letters,
        })
    }

    /// One of the commonest, which this finds faster than the pattern does: `":"` as in JSON, `=` and `:` before a
    /// value in quotes or before one that starts as no quote or type does. `None` for all others.
    fn plain(text: &'t [u8]) -> Option<Self> {
        let (is_json, behind_name) = match text.strip_prefix(b"\":") {
            Some(_) => (true, 1),
            None => (false, blanks_at(text, 0)?),
        };
        let sign = text.get(behind_name..=behind_name)?;
        let start = behind_name + 1 + blanks_at(text, behind_name + 1)?;
        let value = text.get(start..)?;
        // Several quotes in a row are for the pattern, and behind a colon what may be a type.
        let is_quoted = match value {
            [b'"', next, ..] => !b"\"'`\\".contains(next),
            [b'\'' | b'`', next, ..] => !is_json && sign == b"=" && !b"\"'`\\".contains(next),
            _ => false,
        };
        // `b"…"`, `String::from("…")`
        let is_bare = match value {
            [
                b'b' | b'B' | b's' | b'S' | b'r' | b'R' | b'u' | b'U' | b'f' | b'F',
                ..,
            ] => false,
            [first, ..] if sign == b"=" => !is_json && first.is_ascii_alphanumeric(),
            [first, ..] => !is_json && first.is_ascii_digit(),
            [] => false,
        };
        if !b"=:".contains(sign.first()?) || !(is_quoted || is_bare) {
            return None;
        }
        let end = start + usize::from(is_quoted);
        Some(Self {
            sign,
            quote: text.get(start..end)?,
            end,
        })
    }
}

/// Finds where the opening quotes end: of `"'x'"` both are quotes, of `"'x"` the second is of the value, and of
/// ``"`'x"`` all but the first.
fn outer_quote(text: &[u8], quote: Range<usize>) -> usize {
    let quotes = text.get(quote.clone()).unwrap_or_default();
    let escapes = quotes.iter().take_while(|byte| **byte == b'\\').count();
    let quotes = quotes.get(escapes..).unwrap_or_default();
    let is_one_kind = quotes.windows(2).all(|pair| pair.first() == pair.last());
    let is_entity = quotes.iter().any(|byte| !b"\"'`".contains(byte));
    if escapes > 0 || is_one_kind || is_entity {
        return quote.end;
    }
    let rest = text.get(quote.end..).unwrap_or_default();
    let line = memchr::memchr(b'\n', rest)
        .and_then(|end| rest.get(..end))
        .unwrap_or(rest);
    let is_closed = |count: &usize| {
        let closing: Vec<u8> = quotes.iter().take(*count).rev().copied().collect();
        memchr::memmem::find(line, &closing).is_some()
    };
    let count = (2..=quotes.len()).rev().find(is_closed);
    quote.start + count.unwrap_or(1)
}

/// How many blanks stand at a place. `None` for more than may stand there.
fn blanks_at(text: &[u8], at: usize) -> Option<usize> {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let blanks = text.get(at..)?.iter().take_while(is_blank).count();
    (blanks <= MOST_BLANKS).then_some(blanks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_quotes_that_are_closed_again_are_no_part_of_the_value() {
        for (text, quote) in [
            ("= \"`'/x\"", "\""),
            ("= \"`'x'`\"", "\"`'"),
            ("= \"'x'\"", "\"'"),
            ("= \"'x\"", "\""),
            ("= \"\"\"x\"\"\"", "\"\"\""),
        ] {
            let operator = Operator::at_start(text.as_bytes()).unwrap();
            assert_eq!(operator.quote, quote.as_bytes(), "{text}");
        }
    }

    #[test]
    fn the_commonest_need_no_pattern() {
        for (text, sign, quote, end) in [
            ("=hunter2", "=", "", 1),
            (" = \"x\"", "=", "\"", 4),
            ("='x'", "=", "'", 2),
            (": \"x\"", ":", "\"", 3),
            (":\t12", ":", "", 2),
            ("\": \"x\"", ":", "\"", 4),
        ] {
            let plain = Operator::plain(text.as_bytes()).unwrap();
            let expected = Operator {
                sign: sign.as_bytes(),
                quote: quote.as_bytes(),
                end,
            };
            assert_eq!(plain, expected, "{text}");
        }
        for text in [
            "== \"x\"",
            "=> x",
            ": &str = \"x\"",
            "=\"\"\"x",
            "=b\"x\"",
            "x",
            "",
        ] {
            assert_eq!(Operator::plain(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn without_the_pattern_it_is_the_same(text in r#"["'`]?[ \t]{0,10}[:=>|*]{1,3}[ \t]{0,10}[a-cA-Cs-tS-T0-9"'`\\*&%=>|\[( ]{0,6}"#) {
            if let Some(plain) = Operator::plain(text.as_bytes()) {
                prop_assert_eq!(Some(plain), Operator::by_pattern(text.as_bytes()));
            }
        }
    }
}
