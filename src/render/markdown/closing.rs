//! The closing line: what is stored and what is shown, and a hash of everything before it, by which anyone can tell
//! that the document is complete and unchanged.

use super::super::sentences::closing;
use super::super::survey::census::Census;
use super::super::words::Words;
use super::Page;
use crate::error::Result;

impl Page<'_> {
    pub(super) fn closing(&mut self, census: &Census) -> Result<()> {
        let line = closing(&self.sentences, census, self.turns);
        self.blocks.block("---");
        let text = &mut self.blocks.text;
        text.push_str(&line);
        text.push('`');
        let hash = self.out.sha256_with(text);
        text.push_str(&hash);
        text.push_str("`\n");
        self.hand_on()
    }
}

/// The numbers of a closing line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosingLine<'a> {
    /// Stored: sessions, messages, parts.
    pub stored: [usize; 3],
    /// Shown: the same.
    pub rendered: [usize; 3],
    /// The turns that are shown.
    pub turns: usize,
    /// The SHA-256 in hexadecimal.
    pub sha256: &'a str,
    /// How much of the line the hash covers, in bytes.
    pub hashed: usize,
    /// True where the line ends behind the hash as it was written.
    pub is_whole: bool,
}

impl<'a> ClosingLine<'a> {
    /// Reads a closing line in any language; `None` where it is none.
    pub fn parse(line: &'a str) -> Option<Self> {
        let is_closing = |words: &Words| {
            let start = words.closing.split('{').next().unwrap_or_default();
            line.starts_with(start)
        };
        if !Words::ALL.into_iter().any(is_closing) {
            return None;
        }
        let end = line.trim_end_matches(['\r', '\n']).strip_suffix('`')?;
        let (text, sha256) = end.rsplit_once('`')?;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let mut numbers = numbers(text);
        let mut next = || numbers.next();
        let stored = [next()?, next()?, next()?];
        let (sessions, messages, turns, parts) = (next()?, next()?, next()?, next()?);
        is_hash.then_some(Self {
            stored,
            rendered: [sessions, messages, parts],
            turns,
            sha256,
            hashed: text.len() + 1,
            is_whole: line.len() == end.len() + 2 && line.ends_with('\n'),
        })
    }
}

/// The numbers in a sentence, which may have their thousands separated.
fn numbers(text: &str) -> impl Iterator<Item = usize> {
    text.split(|c: char| !c.is_ascii_digit() && c != ',')
        .map(|digits| digits.replace(',', ""))
        .filter(|digits| !digits.is_empty())
        .map_while(|digits| digits.parse().ok())
}

/// Counts what a document shows by its own headings.
#[derive(Debug, Default)]
pub struct Headings {
    /// Sub-agent sessions.
    pub sub_agents: usize,
    /// Turns.
    pub turns: usize,
    /// The length of the fence of the block of code that is open.
    fence: Option<usize>,
}

impl Headings {
    /// Tells whether the last line was inside a block of code.
    pub fn is_in_code(&self) -> bool {
        self.fence.is_some()
    }

    /// Looks at the next line.
    pub fn add(&mut self, line: &str) {
        let fence = line.bytes().take_while(|b| *b == b'`').count();
        match self.fence {
            Some(open) => {
                if fence >= open && line.trim_end().len() == fence {
                    self.fence = None;
                }
            }
            None if fence >= 3 => self.fence = Some(fence),
            None if line.starts_with("### ") => self.turns += 1,
            None => {
                let names = Words::ALL
                    .into_iter()
                    .flat_map(|words| [words.sub_agent, words.branch]);
                let is_sub_agent = names.into_iter().any(|name| {
                    let name = name.trim_end_matches("{0}");
                    let number = line
                        .strip_prefix("## ")
                        .and_then(|title| title.strip_prefix(name));
                    number.is_some_and(|number| number.trim_end().parse::<usize>().is_ok())
                });
                self.sub_agents += usize::from(is_sub_agent);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::words::fill;
    use super::*;

    #[test]
    fn a_closing_line_is_read_in_any_language() {
        let hash = "a".repeat(64);
        for words in Words::ALL {
            let counts = [
                words.sessions_count.of(2),
                words.messages_count.of(1_234),
                words.parts_count.of(5_000_000),
                words.sessions_count.of(1),
                words.messages_count.of(1_000),
                words.turns_count.of(12),
                words.parts_count.of(3),
                words.reason_reasoning.of(7),
            ];
            let line = format!(
                "{}{}`{hash}`\n",
                fill(words.closing, &counts.each_ref().map(String::as_str)),
                words.closing_hash
            );
            let closing = ClosingLine::parse(&line).unwrap();
            assert_eq!(closing.stored, [2, 1_234, 5_000_000]);
            assert_eq!(closing.rendered, [1, 1_000, 3]);
            assert_eq!(closing.turns, 12);
            assert_eq!(closing.sha256, hash);
            assert_eq!(closing.hashed, line.len() - 66);
        }
        assert_eq!(ClosingLine::parse("End of the session log.\n"), None);
        assert_eq!(ClosingLine::parse("> text\n"), None);
    }
}
