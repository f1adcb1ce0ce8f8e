//! Finds names in a text however they are written: in any case, composed or decomposed, full width or half,
//! with any blank or a line's end between their words.
//!
//! A text is folded into one form, names are too, and an automaton looks for all of them at once, so that the
//! time is linear in the text and a list of ten thousand names is no pattern that is too large.

use std::borrow::Cow;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

use super::super::words::{is_own_word, is_unspaced};

/// How text shows a line's end inside a string of a program.
const ESCAPED_LINE_ENDS: [&str; 2] = ["\\n", "\\r\\n"];

/// A search for names.
pub struct FoldedSearch {
    /// The first words alone: most texts hold none, and need not be folded.
    first_words: AhoCorasick,
    /// True where a name has a letter that a text may write in ways that the first words do not tell.
    is_ascii: bool,
    names: AhoCorasick,
    /// The number of the name that each pattern is a form of.
    numbers: Vec<usize>,
}

impl FoldedSearch {
    /// A search for names. `None` where there are none, but for blanks.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let mut patterns = Vec::new();
        let mut numbers = Vec::new();
        for (number, name) in names.into_iter().enumerate() {
            let folded = Folded::new(name);
            for form in forms(folded.text.trim()) {
                patterns.push(form);
                numbers.push(number);
            }
        }
        if patterns.is_empty() {
            return None;
        }
        let first_words: Vec<&str> = patterns.iter().map(|name| first_word(name)).collect();
        Some(Self {
            is_ascii: first_words.iter().all(|word| word.is_ascii()),
            first_words: automaton(&first_words)?,
            names: automaton(&patterns)?,
            numbers,
        })
    }

    /// Tells whether a text may hold a name. It takes much less than to find it.
    pub fn may_be_in(&self, text: &[u8]) -> bool {
        let is_plain = self.is_ascii && !std::str::from_utf8(text).is_ok_and(hides_ascii);
        !is_plain || self.first_words.is_match(text)
    }

    /// The places of all names that are words of their own, with their numbers: the longest of those that start
    /// together, and none that overlap.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        // A text in ASCII holds no name of other letters, and an ASCII one as it is.
        let is_plain = text.is_ascii() || (self.is_ascii && !hides_ascii(text));
        if is_plain && !self.first_words.is_match(text) {
            return Vec::new();
        }
        let folded = Folded::new(text);
        let mut found = Vec::new();
        for hit in self.names.find_overlapping_iter(&*folded.text) {
            if let Some(place) = folded.source(&hit.range())
                && let Some(number) = self.numbers.get(hit.pattern().as_usize())
                && is_own_word(text, &place)
            {
                found.push((place, *number));
            }
        }
        found.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
        let mut end = 0;
        found.retain(|(place, _)| {
            let is_free = place.start >= end;
            end = if is_free { place.end } else { end };
            is_free
        });
        found
    }
}

fn automaton<S: AsRef<str>>(patterns: &[S]) -> Option<AhoCorasick> {
    let builder = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build(patterns.iter().map(|pattern| pattern.as_ref().as_bytes()));
    builder.ok()
}

fn first_word(name: &str) -> &str {
    let end = name.find([' ', '\\']).filter(|end| *end > 0);
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// A folded name, and the same with an escaped line end instead of one of its blanks.
fn forms(name: &str) -> Vec<String> {
    if name.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![name.to_owned()];
    for (blank, _) in name.match_indices(' ') {
        let (Some(before), Some(after)) = (name.get(..blank), name.get(blank + 1..)) else {
            continue;
        };
        forms.extend(ESCAPED_LINE_ENDS.map(|end| format!("{before}{end}{after}")));
    }
    forms
}

/// A text in one form, and where each part of it stood.
struct Folded<'t> {
    text: Cow<'t, str>,
    /// In order; empty where the text is as it was.
    parts: Vec<Part>,
    length: usize,
}

/// A part of a folded text. It goes on to where the next starts.
struct Part {
    folded: usize,
    source: usize,
    /// True where each of its bytes stands for one of the source.
    is_exact: bool,
}

impl<'t> Folded<'t> {
    fn new(text: &'t str) -> Self {
        let length = text.len();
        let has_runs = |text: &str| {
            let is_blank = |byte: &u8| byte.is_ascii_whitespace();
            let bytes = text.as_bytes();
            let next = bytes.iter().skip(1);
            let mut pairs = bytes.iter().zip(next);
            pairs.any(|(one, other)| is_blank(one) && (is_blank(other) || *one == b'\n'))
                || bytes.iter().any(|byte| is_blank(byte) && *byte != b' ')
        };
        if text.is_ascii() && !has_runs(text) {
            return Self {
                text: text.into(),
                parts: Vec::new(),
                length,
            };
        }
        let mut folded = Folder::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let blank = blank_length(rest);
            if blank > 0 {
                let before = text.get(..at).and_then(|text| text.chars().next_back());
                let after = rest.get(blank..).and_then(|rest| rest.chars().next());
                // Scripts without blanks between words have none inside of a name either.
                let is_inside = before.is_some_and(is_unspaced) && after.is_some_and(is_unspaced);
                folded.push(
                    if is_inside { "" } else { " " },
                    at,
                    !is_inside && blank == 1,
                );
                at += blank;
                continue;
            }
            let plain = plain_length(rest);
            if plain > 0 {
                let plain = rest.get(..plain).unwrap_or_default();
                folded.push(plain, at, true);
                at += plain.len();
                continue;
            }
            let cluster = cluster_length(rest);
            let source = rest.get(..cluster).unwrap_or(rest);
            let shown = fold(source);
            let is_exact = shown.len() == source.len()
                && shown.chars().count() == 1
                && source.chars().count() == 1;
            folded.push(&shown, at, is_exact);
            at += source.len().max(1);
        }
        Self {
            text: folded.text.into(),
            parts: folded.parts,
            length,
        }
    }

    /// Finds where a range of the folded text stood. `None` where it starts or ends inside of a character, as `s` does
    /// in `ß`.
    fn source(&self, range: &Range<usize>) -> Option<Range<usize>> {
        if self.parts.is_empty() {
            return Some(range.clone());
        }
        // A blank that was dropped behind the last character is none of it.
        let next = self.parts.partition_point(|part| part.folded < range.end);
        let next = self.parts.get(next).filter(|part| part.folded == range.end);
        let end = next.map(|part| part.source);
        Some(self.source_at(range.start)?..end.or_else(|| self.source_at(range.end))?)
    }

    /// Finds where a place between two characters of the folded text stood.
    fn source_at(&self, at: usize) -> Option<usize> {
        if at == self.text.len() {
            return Some(self.length);
        }
        let next = self.parts.partition_point(|part| part.folded <= at);
        let part = self.parts.get(next.checked_sub(1)?)?;
        match part.is_exact {
            true => Some(part.source + (at - part.folded)),
            false => (at == part.folded).then_some(part.source),
        }
    }
}

#[derive(Default)]
struct Folder {
    text: String,
    parts: Vec<Part>,
}

impl Folder {
    /// Adds a part. `is_exact` says that its characters are as long as those that they stand for.
    fn push(&mut self, folded: &str, source: usize, is_exact: bool) {
        let goes_on = self.parts.last().is_some_and(|last| {
            is_exact && last.is_exact && source - last.source == self.text.len() - last.folded
        });
        if !goes_on {
            self.parts.push(Part {
                folded: self.text.len(),
                source,
                is_exact,
            });
        }
        self.text.push_str(folded);
    }
}

/// The length of the blanks that a text starts with. The marks of a quote or a comment at the start of a line
/// belong to the line's end.
fn blank_length(text: &str) -> usize {
    let mut rest = text;
    loop {
        let after = rest.trim_start_matches(char::is_whitespace);
        let blanks = rest.get(..rest.len() - after.len()).unwrap_or_default();
        let marks = ["> ", "# ", "// ", "* ", "│ "];
        let unmarked = marks.iter().find_map(|mark| after.strip_prefix(mark));
        match unmarked.filter(|_| blanks.contains('\n')) {
            Some(unmarked) => rest = unmarked,
            None => return text.len() - after.len(),
        }
    }
}

/// Tells whether a text has a character that may stand for letters of ASCII, such as a full-width one.
fn hides_ascii(text: &str) -> bool {
    let hides = |c: char| match c {
        '\u{0}'..='\u{7f}' => false,
        'ß' | 'ẞ' | 'ſ' | 'ı' | 'İ' | 'ª' | 'º' | 'ŉ' => true,
        '\u{a1}'..='\u{131}' | '\u{134}'..='\u{17f}' | '\u{370}'..='\u{6ff}' => false,
        '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' => false,
        '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => false,
        '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{1f300}'..='\u{1faff}' => false,
        _ => true,
    };
    !text.is_ascii() && text.chars().any(hides)
}

/// The length of what is as it is in the folded form: ASCII without runs of blanks, and ideographs.
fn plain_length(text: &str) -> usize {
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii() && !byte.is_ascii_whitespace());
    let bytes = text.as_bytes();
    if !is_word(bytes.first()) {
        let is_ideograph = |c: &char| matches!(c, '\u{4e00}'..='\u{9fff}');
        let first = text.chars().next().filter(is_ideograph);
        let next = text.chars().nth(1);
        let is_alone = next.is_none_or(|next| next.is_ascii() || is_ideograph(&next));
        return first.filter(|_| is_alone).map_or(0, char::len_utf8);
    }
    let mut length = 1;
    loop {
        let next = bytes.get(length..).unwrap_or_default();
        length += match next.first() {
            byte if is_word(byte) => 1,
            Some(b' ') if is_word(next.get(1)) => 2,
            // The next character may be drawn on the last letter.
            Some(byte) if !byte.is_ascii() => return length - 1,
            _ => return length,
        };
    }
}

/// The length of the first character with what is combined with it.
fn cluster_length(text: &str) -> usize {
    let mut chars = text.char_indices();
    chars.next();
    let next = chars.find(|(_, c)| !is_combined(*c));
    next.map_or(text.len(), |(at, _)| at)
}

/// Tells whether a character is drawn on the one before it: an accent, a vowel or an end of a Korean syllable, a mark
/// of half-width Japanese.
fn is_combined(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    let first = first.unwrap_or(c);
    canonical_combining_class(first) != 0 || matches!(first, '\u{1160}'..='\u{11ff}')
}

/// A character in the form that all its ways to be written share.
fn fold(cluster: &str) -> String {
    if cluster.is_ascii() {
        return cluster.to_ascii_lowercase();
    }
    let composed: String = cluster.nfkc().collect();
    // There and back again: of `ẞ`, `ß` and `SS` each is another's other case.
    let lower = composed.to_lowercase();
    lower.to_uppercase().to_lowercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(names: &[&str], text: &'t str) -> Vec<&'t str> {
        let search = FoldedSearch::new(names.iter().copied()).unwrap();
        let places = search.find(text).into_iter();
        places.map(|(place, _)| text.get(place).unwrap()).collect()
    }

    #[test]
    fn a_name_is_found_in_every_form() {
        for (name, text) in [
            ("Acme Corp", "ACME  corp"),
            ("Acme Corp", "acme\u{a0}corp"),
            ("Acme Corp", "Acme\n> Corp"),
            ("Acme Corp", "Acme\\nCorp"),
            ("Acme Corp", "Ａｃｍｅ　Ｃｏｒｐ"),
            ("Ａｃｍｅ", "acme"),
            ("Müller", "Mu\u{308}ller"),
            ("Mu\u{308}ller", "MÜLLER"),
            ("Straße", "STRASSE"),
            ("ガス", "ｶﾞｽ"),
            ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            ("张伟", "张\n伟"),
            ("ΟΔΟΣ", "οδος"),
        ] {
            assert_eq!(found(&[name], text), [text], "{name}");
            let inside = format!("x {text}, ü {text}.");
            assert_eq!(found(&[name], &inside), [text, text], "{name}");
        }
    }

    #[test]
    fn the_longest_name_counts_and_a_part_of_a_word_is_none() {
        assert_eq!(
            found(&["ann", "Ann Lee"], "ann lee Annual ann_1"),
            ["ann lee", "ann"]
        );
        assert_eq!(found(&["Lee x", "Ann Lee"], "Ann Leex"), Vec::<&str>::new());
        assert_eq!(found(&["张"], "张\n伟"), ["张"]);
        assert_eq!(found(&["fi", "i"], "ﬁ é"), ["ﬁ"]);
        assert_eq!(found(&["ß", "s"], "ßß"), Vec::<&str>::new());
        assert_eq!(found(&["ß"], "ß-ß SS"), ["ß", "ß", "SS"]);
        assert!(FoldedSearch::new(["", "  "]).is_none());
    }

    #[test]
    fn thousands_of_names_are_all_looked_for() {
        let names: Vec<String> = (0..20_000).map(|n| format!("Größe name {n}x")).collect();
        let search = FoldedSearch::new(names.iter().map(String::as_str)).unwrap();
        assert_eq!(search.find("a größe NAME 19999x b").len(), 1);
    }
}
