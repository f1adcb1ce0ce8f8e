//! JSON documents inside a text: where each string stands, and under which name.
//!
//! A small reader of its own, because a redaction has to know the place of every string: no library
//! that was looked at gives the bytes of a value, so that all other bytes can stay as they are.

use std::ops::Range;

use crate::redact::find::value::gap;

/// A document is not read deeper than that. A text that nests deeper is no document to us.
const DEEPEST: usize = 128;

/// A string of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its bytes, without the quotes.
    pub place: Range<usize>,
    /// The bytes of the name it stands under: that of its member, or of the list that holds it.
    pub name: Option<Range<usize>>,
    /// The object or list that holds it, by its number in the document.
    pub parent: usize,
    /// True where it is itself the name of a member.
    pub is_name: bool,
}

/// A number of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its bytes.
    pub place: Range<usize>,
    /// The leaf that is its name.
    pub name: usize,
}

/// An object or a list of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Container {
    /// True where it is an object.
    pub is_object: bool,
    /// The number of the one that holds it; its own for the outermost.
    pub parent: usize,
    /// The leaf that is its name, where it has one.
    pub name: Option<usize>,
}

/// A document in a text.
#[derive(Debug, Default)]
pub struct Document {
    /// Its strings, in their order.
    pub leaves: Vec<Leaf>,
    /// Its numbers that stand under a name, in their order.
    pub numbers: Vec<Number>,
    /// Its objects and lists, in their order.
    pub containers: Vec<Container>,
    /// Its bytes in the text.
    pub place: Range<usize>,
}

/// Reads the document that starts at a place with `{` or `[`. A document that the end of the text cuts
/// off is one too: tools cut their output. `None` where it is none. `steps` counts down the bytes that
/// may still be read, over all calls for a text, so that no text takes longer than linear time.
pub fn read(text: &[u8], start: usize, steps: &mut usize) -> Option<Document> {
    let mut reader = Reader {
        text,
        at: start,
        steps,
        open: Vec::new(),
        document: Document::default(),
    };
    reader.read()?;
    let Reader {
        at, mut document, ..
    } = reader;
    document.place = start..at;
    (!document.leaves.is_empty()).then_some(document)
}

/// The tokens that may come next inside a container.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    /// A value or the end: the container was just opened.
    FirstOrEnd,
    /// A value, behind a comma.
    Item,
    /// A comma or the end, behind a value.
    CommaOrEnd,
}

/// A container that is open.
struct Open {
    number: usize,
    next: Next,
    /// The leaf that is the name of the value that comes next, or came last.
    name: Option<usize>,
}

struct Reader<'t, 's> {
    text: &'t [u8],
    at: usize,
    steps: &'s mut usize,
    open: Vec<Open>,
    document: Document,
}

impl Reader<'_, '_> {
    fn read(&mut self) -> Option<()> {
        self.open_container(*self.text.get(self.at)?)?;
        loop {
            self.skip_blanks();
            let Some(&byte) = self.text.get(self.at) else {
                return self.end_of_text();
            };
            let Some(top) = self.open.last_mut() else {
                return Some(());
            };
            let container = self.document.containers.get(top.number)?;
            let end = if container.is_object { b'}' } else { b']' };
            match (top.next, byte) {
                (Next::FirstOrEnd | Next::CommaOrEnd, byte) if byte == end => {
                    self.step(1)?;
                    self.open.pop();
                    if self.open.is_empty() {
                        return Some(());
                    }
                }
                (Next::CommaOrEnd, b',') => {
                    top.next = Next::Item;
                    self.step(1)?;
                }
                (Next::FirstOrEnd | Next::Item, _) => {
                    top.next = Next::CommaOrEnd;
                    if container.is_object {
                        self.name()?;
                    }
                    self.value()?;
                }
                _ => return None,
            }
        }
    }

    /// A cut document counts where it holds something by then.
    fn end_of_text(&self) -> Option<()> {
        (self.document.leaves.len() > 1).then_some(())
    }

    fn name(&mut self) -> Option<()> {
        if self.text.get(self.at) != Some(&b'"') {
            return None;
        }
        self.string(true)?;
        let name = self.document.leaves.len().checked_sub(1);
        self.open.last_mut()?.name = name;
        self.skip_blanks();
        match self.text.get(self.at) {
            Some(b':') => self.step(1),
            Some(_) => None,
            None => Some(()),
        }
    }

    fn value(&mut self) -> Option<()> {
        self.skip_blanks();
        match self.text.get(self.at) {
            None => Some(()),
            Some(b'"') => self.string(false),
            Some(byte @ (b'{' | b'[')) => self.open_container(*byte),
            Some(b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                let is_scalar = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let rest = self.text.get(self.at..).unwrap_or_default();
                let length = rest.iter().take_while(is_scalar).count();
                self.number(length);
                self.step(length)
            }
            Some(_) => None,
        }
    }

    /// Keeps a number that is a member of an object.
    fn number(&mut self, length: usize) {
        let Some(name) = self.open.last().and_then(|top| {
            let container = self.document.containers.get(top.number)?;
            top.name.filter(|_| container.is_object)
        }) else {
            return;
        };
        let place = self.at..self.at + length;
        let is_number = self.text.get(place.clone());
        if is_number.is_some_and(|bytes| bytes.iter().all(u8::is_ascii_digit)) {
            self.document.numbers.push(Number { place, name });
        }
    }

    fn open_container(&mut self, byte: u8) -> Option<()> {
        if self.open.len() == DEEPEST {
            return None;
        }
        let above = self.open.last();
        let number = self.document.containers.len();
        self.document.containers.push(Container {
            is_object: byte == b'{',
            parent: above.map_or(number, |above| above.number),
            name: above.and_then(|above| above.name),
        });
        let name = above.and_then(|above| above.name);
        self.open.push(Open {
            number,
            next: Next::FirstOrEnd,
            // Items of a list stand under the name of the list.
            name,
        });
        self.step(1)
    }

    fn string(&mut self, is_name: bool) -> Option<()> {
        self.step(1)?;
        let start = self.at;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let length = memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
            self.step(length)?;
            match self.text.get(self.at) {
                Some(b'\\') => self.step(2.min(self.text.len() - self.at))?,
                Some(b'\n') => return None,
                _ => break,
            }
        }
        let top = self.open.last()?;
        let name = top.name.filter(|_| !is_name);
        let name = name.and_then(|name| self.document.leaves.get(name));
        let leaf = Leaf {
            place: start..self.at,
            name: name.map(|name| name.place.clone()),
            parent: top.number,
            is_name,
        };
        self.document.leaves.push(leaf);
        self.step(usize::from(self.at < self.text.len()))
    }

    fn skip_blanks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().take_while(is_blank).count();
    }

    fn step(&mut self, bytes: usize) -> Option<()> {
        self.at += bytes;
        *self.steps = self.steps.checked_sub(bytes.max(1))?;
        Some(())
    }
}

/// A string of JSON as it is meant, with where each of its bytes stands in the JSON.
pub struct Unescaped {
    /// The text.
    pub text: String,
    /// For each byte of the text, and for its end, the place in the JSON.
    places: Vec<usize>,
    /// For each byte where it ends there, if that is not where the next one starts.
    ends: Option<Vec<usize>>,
}

impl Unescaped {
    /// Takes the bytes between the quotes of a string, and where they start. An escape that JSON does
    /// not have stands for what is behind its backslash, so that nothing is lost.
    pub fn new(escaped: &str, start: usize) -> Self {
        let mut text = String::with_capacity(escaped.len());
        let mut places = Vec::with_capacity(escaped.len() + 1);
        let mut rest = escaped;
        while !rest.is_empty() {
            let at = start + escaped.len() - rest.len();
            let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            if plain > 0 {
                let (before, behind) = rest.split_at(plain);
                text.push_str(before);
                places.extend(at..at + plain);
                rest = behind;
                continue;
            }
            let (character, length) = unescape(rest);
            text.push(character);
            places.resize(text.len(), at);
            rest = rest.get(length..).unwrap_or_default();
        }
        places.push(start + escaped.len());
        let unescaped = Self {
            text,
            places,
            ends: None,
        };
        unescaped.without_invisible()
    }

    /// Colour codes and characters that nobody sees may divide a name and its value.
    fn without_invisible(self) -> Self {
        let bytes = self.text.as_bytes();
        if !bytes.iter().any(|byte| *byte == 0x1b || !byte.is_ascii()) {
            return self;
        }
        let mut text = String::with_capacity(bytes.len());
        let (mut places, mut ends) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            let hidden = gap::invisible(bytes, at);
            if hidden > 0 && self.text.is_char_boundary(at + hidden) {
                at += hidden;
                continue;
            }
            let next = at + character.len_utf8();
            text.push(character);
            places.extend(self.places.get(at..next).unwrap_or_default());
            ends.extend(self.places.get(at + 1..=next).unwrap_or_default());
            at = next;
        }
        if text.len() == bytes.len() {
            return self;
        }
        places.extend(self.places.last());
        let ends = Some(ends);
        Self { text, places, ends }
    }

    /// The place in the JSON of a range of the text. It begins and ends with whole escapes.
    pub fn place(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let start = *self.places.get(range.start)?;
        let end = match &self.ends {
            Some(ends) if range.end > range.start => *ends.get(range.end - 1)?,
            _ => *self.places.get(range.end)?,
        };
        Some(start..end)
    }
}

/// The character that an escape stands for, and how many bytes the escape takes.
fn unescape(text: &str) -> (char, usize) {
    let mut characters = text.chars().skip(1);
    let Some(kind) = characters.next() else {
        return ('\\', 1);
    };
    match kind {
        'n' => ('\n', 2),
        't' => ('\t', 2),
        'r' => ('\r', 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'u' => unicode(text).unwrap_or(('u', 2)),
        other => (other, 1 + other.len_utf8()),
    }
}

/// The character of `\u0041`, or of two of these that are a pair of surrogates.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at + 2..at + 6)?, 16).ok();
    let high = unit(0)?;
    if let Some(character) = char::from_u32(high) {
        return Some((character, 6));
    }
    let low = text.get(6..8).filter(|start| *start == "\\u");
    let low = low
        .and_then(|_| unit(6))
        .filter(|low| (0xdc00..0xe000).contains(low));
    let pair = low.filter(|_| high < 0xdc00).and_then(|low| {
        let character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        char::from_u32(character)
    });
    // Half a pair alone is no character.
    Some(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |character| {
        (character, 12)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(text: &str) -> Option<Vec<&str>> {
        let document = read(text.as_bytes(), 0, &mut usize::MAX.clone())?;
        let leaves = document.leaves.iter().filter(|leaf| !leaf.is_name);
        Some(
            leaves
                .map(|leaf| text.get(leaf.place.clone()).unwrap())
                .collect(),
        )
    }

    #[test]
    fn strings_of_a_document_are_found_with_their_names() {
        let text = r#"{"a": "x", "b": [1, "y", {"c": "z\"z"}], "d": null} rest"#;
        let document = read(text.as_bytes(), 0, &mut 1000).unwrap();
        let named: Vec<_> = document
            .leaves
            .iter()
            .filter(|leaf| !leaf.is_name)
            .map(|leaf| {
                let name = leaf.name.clone().map(|name| text.get(name).unwrap());
                (
                    name.unwrap_or_default(),
                    text.get(leaf.place.clone()).unwrap(),
                )
            })
            .collect();
        assert_eq!(named, [("a", "x"), ("b", "y"), ("c", r#"z\"z"#)]);
        assert_eq!(
            text.get(document.place).unwrap(),
            text.trim_end_matches(" rest")
        );
    }

    #[test]
    fn a_document_that_is_cut_off_is_one() {
        assert_eq!(leaves(r#"{"a":"x","b":"y"#).unwrap(), ["x", "y"]);
        assert_eq!(leaves(r#"[{"a":"x"},"#).unwrap(), ["x"]);
    }

    #[test]
    fn what_is_no_json_is_no_document() {
        for text in [
            "{a: 1}",
            "[x]",
            "{\"a\" \"b\"}",
            "[1, 2]",
            "{}",
            "{\"a\n\": 1}",
            "[\"a\" \"b\"]",
        ] {
            assert_eq!(leaves(text), None, "{text}");
        }
        assert_eq!(leaves(&"[".repeat(100_000)), None);
    }

    #[test]
    fn what_nobody_sees_is_no_part_of_a_string() {
        let escaped = "\\u001b[36mKEY\\u001b[39m=\\u001b[33mabc\\u001b[0m";
        let unescaped = Unescaped::new(escaped, 0);
        assert_eq!(unescaped.text, "KEY=abc");
        let place = unescaped.place(&(4..7)).unwrap();
        assert_eq!(escaped.get(place), Some("abc"));
        assert_eq!(Unescaped::new("a\u{200b}b c", 0).text, "ab c");
    }

    #[test]
    fn an_escaped_string_tells_where_its_characters_stand() {
        let escaped = r#"a\n\u00e9\ud83d\ude00"b\q"#;
        let unescaped = Unescaped::new(escaped, 10);
        assert_eq!(unescaped.text, "a\né😀\"bq");
        let at = unescaped.text.find('😀').unwrap();
        assert_eq!(unescaped.place(&(at..at + 4)), Some(19..31));
        assert_eq!(
            unescaped.place(&(0..unescaped.text.len())),
            Some(10..10 + escaped.len())
        );
    }
}
