//! Reads what stands behind a label: blanks, marks, signs and verbs.

use super::words::Language;

/// Reads what stands behind a label.
pub struct Reader<'t> {
    pub text: &'t str,
    pub at: usize,
    /// True where a cell of a table begins.
    pub has_cell: bool,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            has_cell: false,
        }
    }

    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips blanks and marks of Markdown and HTML, and line ends where a value may stand on the next line.
    pub fn skip(&mut self, may_end_line: bool) {
        let mut line_ends = 0;
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else {
                return;
            };
            let length = match first {
                ' ' | '\t' | '\u{a0}' | '\u{3000}' | '\u{202f}' | '*' => first.len_utf8(),
                '|' if may_end_line => 1,
                '\r' if may_end_line => 1,
                '\n' if may_end_line && line_ends < 2 => {
                    line_ends += 1;
                    1
                }
                '`' if may_end_line && rest.starts_with("```") => {
                    rest.find('\n').unwrap_or(rest.len())
                }
                '<' if is_tag(rest) => {
                    // The value may stand in the next cell of a table.
                    self.has_cell |= rest.starts_with("<td") || rest.starts_with("<dd");
                    rest.find('>').map_or(1, |end| end + 1)
                }
                _ => return,
            };
            self.at += length;
        }
    }

    /// Takes a sign that says that the value comes.
    pub fn takes_sign(&mut self, is_ascii: bool) -> bool {
        const SIGNS: [&str; 12] = [
            "->", "=>", ":=", "：", "＝", "→", "➜", "—", "–", ":", "=", "- ",
        ];
        // A comparison tells nothing of a value.
        let sign = SIGNS
            .iter()
            .find(|sign| self.rest().starts_with(**sign))
            .filter(|_| !self.rest().starts_with("=="));
        // `password:x` is a place of its own, where the value has no blank before it.
        let next = self.rest().chars().nth(1);
        if is_ascii
            && self.rest().starts_with([':', '='])
            && next.is_some_and(|next| next.is_ascii_graphic() && !"*`'\"<".contains(next))
        {
            return false;
        }
        self.at += sign.map_or(0, |sign| sign.len());
        sign.is_some()
    }

    /// Skips the end of a bracket around the label, where a sign or a verb follows: `SecretKey（私钥）填 x`.
    pub fn closes_bracket(&mut self, language: &Language) {
        let closing = self.rest().chars().next();
        let Some(closing) = closing.filter(|c| ")）]】".contains(*c)) else {
            return;
        };
        let mut ahead = Self::new(self.rest());
        ahead.at = closing.len_utf8();
        ahead.skip(false);
        if ahead.takes_sign(false) || ahead.takes_verb(language) {
            self.at += closing.len_utf8();
            self.skip(false);
        }
    }

    pub fn takes_towards(&mut self, language: &Language) -> bool {
        let word = language.towards_before(self.rest());
        self.at += word.unwrap_or_default();
        word.is_some()
    }

    pub fn takes_verb(&mut self, language: &Language) -> bool {
        let verb = language.verb_before(self.rest());
        self.at += verb.unwrap_or_default();
        verb.is_some()
    }
}

/// Signs that may stand behind a value, before its sentence goes on.
pub const QUOTE_ENDS: [char; 12] = [
    '"', '\'', '`', '”', '“', '»', '」', '』', ',', '，', '、', '*',
];

pub fn is_tag(text: &str) -> bool {
    let name = text.trim_start_matches(['<', '/']);
    let end = text.find('>').filter(|end| *end <= 40);
    end.is_some()
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.get(1..2).is_some_and(|next| next != "<")
}
