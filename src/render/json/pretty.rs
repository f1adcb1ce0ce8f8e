//! Values over several lines, written once: a message may be as large as the memory allows, and each copy counts.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::indent;

/// A value over several lines, for a place that many levels deep.
pub(super) fn pretty(value: &Value, depth: usize) -> String {
    pretty_behind(String::new(), value, depth)
}

/// The same behind a text.
pub(super) fn pretty_behind(text: String, value: &Value, depth: usize) -> String {
    let mut bytes = text.into_bytes();
    let lines = Lines {
        base: format!("\n{}", indent(depth)),
        depth: 0,
        is_empty: false,
    };
    // To write to memory does not fail, and every key is a text.
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, lines));
    match written {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// What stands between the values: as `serde_json`'s own, but for the blanks at the start of each line.
struct Lines {
    base: String,
    depth: usize,
    is_empty: bool,
}

impl Lines {
    fn begin<W: Write + ?Sized>(&mut self, out: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(mark)
    }

    fn line<W: Write + ?Sized>(&mut self, out: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            out.write_all(b",")?;
        }
        self.is_empty = false;
        self.break_line(out)
    }

    fn break_line<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(self.base.as_bytes())?;
        for _ in 0..self.depth {
            out.write_all(b"  ")?;
        }
        Ok(())
    }

    fn end<W: Write + ?Sized>(&mut self, out: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if !self.is_empty {
            self.break_line(out)?;
        }
        self.is_empty = false;
        out.write_all(mark)
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_stands_as_the_library_writes_it_and_deeper() {
        let value = json!({
            "a": [1, [], [{}], {"b": null, "c": {"d": []}}],
            "e": "line\nend \u{2028} \"",
            "f": {},
        });
        let plain = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(pretty(&value, 0), plain);
        for value in [json!([]), json!({}), json!("x"), json!([[[]]])] {
            assert_eq!(
                pretty(&value, 0),
                serde_json::to_string_pretty(&value).unwrap()
            );
        }
        let deeper = plain.replace('\n', &format!("\n{}", indent(3)));
        assert_eq!(
            pretty_behind("x ".to_owned(), &value, 3),
            format!("x {deeper}")
        );
    }
}
