//! Removes or shows what a reader cannot see: control characters, terminal escapes, characters
//! that reorder text, and characters of no width. It runs before the rules do, so that a secret
//! that such characters split is whole again when it is searched for.

use std::borrow::Cow;
use std::str::Chars;

/// Cleans a text. Gives the text and how many characters were removed or replaced; line ends that
/// were only brought to `\n` do not count.
pub fn clean(text: &str) -> (Cow<'_, str>, usize) {
    let Some((plain, rest)) = first_odd(text).and_then(|odd| text.split_at_checked(odd)) else {
        return (Cow::Borrowed(text), 0);
    };
    let mut cleaner = Cleaner {
        result: String::with_capacity(text.len()),
        changed: 0,
        rest: rest.chars(),
    };
    cleaner.result.push_str(plain);
    loop {
        // A stretch that needs no look is copied as a whole: text in other scripts than Latin has few ASCII
        // characters, and terminal output many that are looked at.
        let rest = cleaner.rest.as_str();
        let plain = first_suspicious(rest).unwrap_or(rest.len());
        let (plain, rest) = rest.split_at(plain);
        cleaner.result.push_str(plain);
        cleaner.rest = rest.chars();
        match cleaner.rest.next() {
            Some(c) => cleaner.push(c),
            None => return (Cow::Owned(cleaner.result), cleaner.changed),
        }
    }
}

/// Control characters, and the first bytes of every character outside ASCII that is looked at.
fn is_suspicious(byte: u8) -> bool {
    is_control(byte)
        || matches!(
            byte,
            0xc2 | 0xcd | 0xd8 | 0xe1 | 0xe2 | 0xe3 | 0xef | 0xf0 | 0xf3
        )
}

fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11..=31 | 127)
}

/// How many bytes are judged at once, which the compiler turns into a few instructions.
const BLOCK: usize = 32;

/// Gives the place of the first suspicious byte.
fn first_suspicious(text: &str) -> Option<usize> {
    let any = |block: &[u8; BLOCK], is: fn(u8) -> bool| {
        block.iter().fold(false, |any, byte| any | is(*byte))
    };
    // Most blocks are ASCII, of which less has to be asked.
    let is_plain = |block: &[u8; BLOCK]| {
        !any(block, is_control) && (block.is_ascii() || !any(block, is_suspicious))
    };
    let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
    let place_in = |block: &[u8]| block.iter().position(|byte| is_suspicious(*byte));
    if let Some(number) = blocks.iter().position(|block| !is_plain(block)) {
        let place = blocks.get(number).and_then(|block| place_in(block))?;
        return Some(number * BLOCK + place);
    }
    // Short texts are nothing but a rest: it is judged as a block too.
    let mut block = [b' '; BLOCK];
    block
        .iter_mut()
        .zip(rest)
        .for_each(|(byte, of_rest)| *byte = *of_rest);
    if is_plain(&block) {
        return None;
    }
    place_in(rest).map(|place| blocks.len() * BLOCK + place)
}

/// Gives the place of the first character that may not be shown as it is. Most of those that are suspicious by their
/// first byte may: text in Chinese would be copied for each of its commas.
fn first_odd(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += first_suspicious(text.get(at..)?)?;
        let c = text.get(at..)?.chars().next()?;
        if is_odd(c) {
            return Some(at);
        }
        at += c.len_utf8();
    }
}

/// Tells whether a cleaner looks at what stands around a character, or does not keep it.
fn is_odd(c: char) -> bool {
    (c.is_control() && c != '\t' && c != '\n')
        || matches!(c, '\u{2028}' | '\u{2029}')
        || reorders_text(c)
        || is_invisible(c)
}

struct Cleaner<'a> {
    result: String,
    changed: usize,
    rest: Chars<'a>,
}

impl Cleaner<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn next_if(&mut self, is_wanted: impl FnOnce(char) -> bool) -> Option<char> {
        let next = self.peek().filter(|c| is_wanted(*c))?;
        self.rest.next();
        Some(next)
    }

    fn push(&mut self, c: char) {
        match c {
            '\t' | '\n' => self.result.push(c),
            '\r' => {
                if self.peek() != Some('\n') {
                    self.result.push('\n');
                }
            }
            '\u{1b}' | '\u{9b}' => {
                self.skip_terminal_escape(c);
                self.changed += 1;
            }
            // NEL, line separator, paragraph separator
            '\u{85}' | '\u{2028}' | '\u{2029}' => self.result.push('\n'),
            // C0 controls have pictures of their own.
            '\0'..='\u{1f}' => {
                self.replace(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'))
            }
            '\u{7f}' => self.replace('\u{2421}'),
            _ if reorders_text(c) => {
                self.changed += 1;
                self.result.push_str(&format!("[U+{:04X}]", u32::from(c)));
            }
            '\u{200c}' | '\u{200d}' if self.joins_script_or_emoji() => self.result.push(c),
            '\u{fe00}'..='\u{fe0f}' if self.selects_variant() => self.result.push(c),
            _ if is_invisible(c) => self.changed += 1,
            _ => self.result.push(c),
        }
    }

    fn replace(&mut self, c: char) {
        self.changed += 1;
        self.result.push(c);
    }

    /// ECMA-48: `ESC [ … final`, `ESC ] … BEL or ST`, or `ESC` and one more.
    fn skip_terminal_escape(&mut self, introducer: char) {
        let kind = if introducer == '\u{9b}' {
            Some('[')
        } else {
            self.next_if(|c| ('\u{20}'..='\u{7e}').contains(&c))
        };
        match kind {
            Some('[') => {
                while self
                    .next_if(|c| ('\u{20}'..='\u{3f}').contains(&c))
                    .is_some()
                {}
                self.next_if(|c| ('\u{40}'..='\u{7e}').contains(&c));
            }
            // A string that is never ended would swallow the text: it ends with its line.
            Some(']' | 'P' | 'X' | '^' | '_') => {
                while let Some(c) = self.next_if(|c| c != '\n') {
                    let is_terminator = c == '\u{1b}' && self.next_if(|c| c == '\\').is_some();
                    if c == '\u{7}' || is_terminator {
                        break;
                    }
                }
            }
            // `ESC ( B` and the like choose a character set.
            Some('(' | ')' | '*' | '+') => {
                self.next_if(|c| c.is_ascii_alphanumeric());
            }
            _ => {}
        }
    }

    /// Joiners have a meaning between emoji and inside the scripts of India and Arabia only.
    fn joins_script_or_emoji(&mut self) -> bool {
        let before = self.result.chars().next_back();
        let after = self.peek();
        before.is_some_and(is_joinable) && after.is_some_and(is_joinable)
    }

    /// One selector after a visible character is a variant; more are a hiding place.
    fn selects_variant(&mut self) -> bool {
        self.result
            .chars()
            .next_back()
            .is_some_and(|c| !c.is_whitespace() && !('\u{fe00}'..='\u{fe0f}').contains(&c))
    }
}

fn is_joinable(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{2190}'..='\u{2bff}'
        | '\u{fb50}'..='\u{fdff}' | '\u{fe0f}' | '\u{fe70}'..='\u{fefc}' | '\u{1f000}'..='\u{1faff}')
}

/// Bidirectional marks, embeddings, overrides and isolates.
fn reorders_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that take no room, or a blank that pretends to be a letter.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' // C1 controls
        | '\u{ad}' // soft hyphen
        | '\u{34f}' // combining grapheme joiner
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}') // tags and more variation selectors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text).0.into_owned()
    }

    #[test]
    fn hides_nothing_and_keeps_what_has_a_meaning() {
        for (given, expected) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("a\r\nb\rc\u{2028}d\u{85}e", "a\nb\nc\nd\ne"),
            (
                "\u{1b}[31mred\u{1b}[0m \u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{1b}\\",
                "red link",
            ),
            ("\u{9b}31mred", "red"),
            ("\u{1b}]0;title never ends\nnext", "\nnext"),
            ("\u{1b}(Bplain\u{1b}", "plain"),
            ("nul\0bell\u{7}del\u{7f}", "nul␀bell␇del␡"),
            ("a\u{202e}b\u{2066}c\u{200f}", "a[U+202E]b[U+2066]c[U+200F]"),
            ("pass\u{200b}word \u{feff}x\u{ad}y", "password xy"),
            ("a\u{200d}b 漢\u{200d}字", "ab 漢字"),
            ("👩\u{200d}👧 ❤\u{fe0f}", "👩\u{200d}👧 ❤\u{fe0f}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("x\u{fe00}\u{fe01}\u{e0100}", "x\u{fe00}"),
            ("tag\u{e0041}\u{e007f}", "tag"),
            ("\u{3164}blank", "blank"),
        ] {
            assert_eq!(cleaned(given), expected, "{given:?}");
        }
    }

    #[test]
    fn only_odd_characters_are_looked_at() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let mut cleaner = Cleaner {
                result: "漢".to_owned(),
                changed: 0,
                rest: "字".chars(),
            };
            cleaner.push(c);
            let is_kept = cleaner.result == format!("漢{c}") && cleaner.changed == 0;
            assert!(is_kept || is_odd(c), "{c:?}");
            assert!(
                !is_odd(c) || is_suspicious(c.to_string().as_bytes()[0]),
                "{c:?}"
            );
        }
    }

    #[test]
    fn counts_what_it_changed() {
        assert_eq!(clean("plain").1, 0);
        assert_eq!(clean("a\r\nb").1, 0);
        assert_eq!(clean("\u{1b}[1ma\0\u{200b}\u{202e}").1, 4);
    }
}
