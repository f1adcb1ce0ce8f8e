//! Values of JSON that stand one after the other, with lines of other programs between.

use serde_json::Value;

/// The fields that an event may begin with.
const FIRST_FIELDS: [&[u8]; 5] = [
    b"\"type\"",
    b"\"timestamp\"",
    b"\"sessionID\"",
    b"\"part\"",
    b"\"error\"",
];

/// Tells by its first field whether an object may be an event: not every long line is parsed.
pub fn may_begin_event(text: &[u8]) -> bool {
    let Some(inside) = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start) else {
        return false;
    };
    FIRST_FIELDS.iter().any(|field| inside.starts_with(field))
}

/// The values of JSON in a text, one after the other, and what stands between them.
pub struct Values<'t> {
    text: &'t str,
    at: usize,
    /// The end of the line that `at` is in.
    line_end: usize,
}

/// The next value in a text.
pub enum Next {
    /// A value.
    Value(Value),
    /// A line that is no JSON.
    Other,
    /// A value that was cut off or broken.
    Damaged,
}

impl<'t> Values<'t> {
    /// Those of a text.
    pub fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line_end: 0,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn line(&self) -> &'t str {
        self.text.get(self.at..self.line_end).unwrap_or_default()
    }

    fn skip_lines(&mut self, lines: usize) {
        let mut ends = memchr::memchr_iter(b'\n', self.rest().as_bytes());
        let end = ends.nth(lines - 1);
        self.at = end.map_or(self.text.len(), |end| self.at + end);
        self.line_end = self.at;
    }
}

impl Iterator for Values<'_> {
    type Item = Next;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest();
        let start = rest.trim_start_matches([' ', '\t', '\r', '\n', ',', ']', '\0', '\u{feff}']);
        // A list of events.
        let opened = start.strip_prefix('[').map(str::trim_start);
        let start = opened.filter(|it| it.starts_with('{')).unwrap_or(start);
        if start.is_empty() {
            return None;
        }
        self.at += rest.len() - start.len();
        if self.at >= self.line_end {
            let length = memchr::memchr(b'\n', start.as_bytes());
            self.line_end = length.map_or(self.text.len(), |length| self.at + length);
        }
        if !start.starts_with('{') {
            self.at = self.line_end;
            return Some(Next::Other);
        }
        let of_line = first_value(self.line());
        let is_spread = self.line().trim_end() == "{";
        Some(match of_line {
            Ok((value, length)) => {
                self.at += length;
                Next::Value(value)
            }
            // An event that was printed over several lines.
            Err(_) if is_spread => match first_value(start) {
                Ok((value, length)) => {
                    self.at += length;
                    Next::Value(value)
                }
                Err(error) => {
                    // No line is looked at twice: a text of brackets would be read again for each of them.
                    match error.is_eof() {
                        true => self.skip_lines(usize::MAX),
                        false => self.skip_lines(error.line().saturating_sub(1).max(1)),
                    }
                    Next::Damaged
                }
            },
            Err(_) if may_begin_event(start.as_bytes()) => {
                self.at = self.line_end;
                Next::Damaged
            }
            Err(_) => {
                self.at = self.line_end;
                Next::Other
            }
        })
    }
}

/// The value that a text begins with, and its length.
fn first_value(text: &str) -> serde_json::Result<(Value, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(value) => value.map(|value| (value, values.byte_offset())),
        None => serde_json::from_str(text).map(|value| (value, text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        let names = Values::of(text).map(|next| match next {
            Next::Value(value) => value.to_string(),
            Next::Other => "other".to_owned(),
            Next::Damaged => "damaged".to_owned(),
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_stand_in_lines_in_lists_and_over_several_lines() {
        assert_eq!(seen("{\"a\":1}\r\n{\"a\":2}"), r#"{"a":1} {"a":2}"#);
        assert_eq!(seen("[{\"a\":1},{\"a\":2}]\n"), r#"{"a":1} {"a":2}"#);
        assert_eq!(seen("[\n {\n \"a\": 1\n },\n {}\n]"), r#"{"a":1} {}"#);
        assert_eq!(
            seen("[plugin] x\n{\"a\":1} y\nz"),
            r#"other {"a":1} other other"#
        );
        assert_eq!(seen(""), "");
    }

    #[test]
    fn a_broken_event_is_told_and_the_next_is_read() {
        assert_eq!(seen("{\"type\":\"te\n{\"a\":1}"), r#"damaged {"a":1}"#);
        assert_eq!(seen("{ broken\n{\"a\":1}"), r#"other {"a":1}"#);
        assert_eq!(seen("{\n\"a\": \"b\n{\"a\":1}"), r#"damaged {"a":1}"#);
        assert_eq!(seen("{\n\"a\": 1\n{\n\"b\": 2\n}"), r#"damaged {"b":2}"#);
        assert_eq!(seen("{\n\"a\": {"), "damaged");
    }
}
