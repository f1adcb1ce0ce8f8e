//! Fenced code: where it begins, in which item or quote it stands, and where it ends.

use super::super::escape::info_string;

/// The opening line of fenced code.
pub struct Fence<'a> {
    pub character: char,
    pub length: usize,
    pub indent: usize,
    pub info: &'a str,
}

impl<'a> Fence<'a> {
    /// Reads a line as the opening of fenced code: three backticks or tildes, or more.
    pub fn open(line: &'a str) -> Option<Self> {
        let text = line.trim_start_matches([' ', '\t']);
        let character = text.chars().next().filter(|c| *c == '`' || *c == '~')?;
        let info = text.trim_start_matches(character);
        let length = text.len() - info.len();
        if length < 3 || (character == '`' && info.contains('`')) {
            return None;
        }
        Some(Self {
            character,
            length,
            indent: line.len() - text.len(),
            info: info_string(info),
        })
    }

    /// Tells whether a line is the fence's end: as many of its characters, and nothing else.
    pub fn is_closed_by(&self, line: &str) -> bool {
        let text = line.trim();
        text.len() >= self.length && text.chars().all(|c| c == self.character)
    }

    /// The content of an indented fence is indented as much, in a list for example.
    pub fn without_indent<'l>(&self, line: &'l str) -> &'l str {
        let blanks = line
            .bytes()
            .take(self.indent)
            .take_while(|b| *b == b' ' || *b == b'\t')
            .count();
        line.get(blanks..).unwrap_or_default()
    }
}
