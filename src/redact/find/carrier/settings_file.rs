//! Values in files that are known to hold settings: dotenv, INI, TOML, properties, YAML, Terraform, lists of
//! variables. Here a strong name is enough, whatever its value looks like.
//!
//! 1. A line holds a name, an operator and a value, or begins a block whose lines are one value.
//! 2. A quoted value ends at its quote, which may be on another line; any other at the line's end or at a comment.
//! 3. The name may stand beside it: `name: X` and `value: Y`, `variable "X" { default = "Y" }`.

use std::ops::Range;

use super::super::place::number;
use super::super::secret_name::{Strength, strength};
use super::super::value::form::{is_key_like, is_password_like, looks_random};
use super::super::value::spared::is_spared;
use super::kind::Carrier;

/// A name is at most so long, in bytes.
const LONGEST_NAME: usize = 128;
/// A quoted value may have so many bytes, over several lines.
const LONGEST_QUOTED: usize = 16 * 1024;
/// Values in braces may stand in braces: `{ db: { password: x } }`.
const DEEPEST: usize = 4;

/// Words that may stand before a name.
const WORDS_BEFORE: [&[u8]; 11] = [
    b"export ",
    b"set ",
    b"setx ",
    b"setenv ",
    b"env ",
    b"arg ",
    b"declare -x ",
    b"typeset -x ",
    b"environment=",
    b"local ",
    b"readonly ",
];

/// The places of the values.
pub fn find(text: &[u8], kind: Carrier, found: &mut Vec<Range<usize>>) {
    let mut reader = Reader {
        text,
        kind,
        found,
        block: None,
        pair: None,
        heading: None,
        limit: text.len(),
    };
    let mut start = 0;
    while start < text.len() {
        let end = line_end(text, start);
        start = reader.line(start..end).unwrap_or(end) + 1;
        // A quoted value may end in the middle of a line.
        if text.get(start.saturating_sub(1)) != Some(&b'\n') {
            start = line_end(text, start) + 1;
        }
    }
}

fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// A block of lines that belong to a name.
struct Block {
    /// Its lines are indented more.
    indent: usize,
    /// True where they are items of a list, each a value of its own.
    is_list: bool,
}

/// A name and what it is called.
struct Entry {
    name: Range<usize>,
    /// The place where the value may begin, behind blanks.
    value: usize,
    sign: u8,
}

struct Reader<'t, 'f> {
    text: &'t [u8],
    kind: Carrier,
    found: &'f mut Vec<Range<usize>>,
    block: Option<Block>,
    /// The name that the entry before gave to its pair: `name: X`, and the column it stands in.
    pair: Option<(usize, Range<usize>)>,
    /// The last name in quotes of a heading: `variable "X" {`.
    heading: Option<Range<usize>>,
    /// The place where a quoted value has to end at the latest.
    limit: usize,
}

impl Reader<'_, '_> {
    /// Reads a line. Gives where a value ends that goes on behind the line.
    fn line(&mut self, line: Range<usize>) -> Option<usize> {
        let bytes = self.text.get(line.clone())?;
        let content = bytes.trim_ascii();
        if content.is_empty() {
            return None;
        }
        let indent = bytes.len() - bytes.trim_ascii_start().len();
        let start = line.start + indent;
        let place = start..start + content.len();
        if let Some(block) = &self.block {
            let is_item = content.starts_with(b"- ");
            let is_of_block =
                indent > block.indent || block.is_list && is_item && indent == block.indent;
            if is_of_block && (is_item || !block.is_list) {
                let skipped = if block.is_list { 2 } else { 0 };
                self.push_scalar(place.start + skipped..place.end, Strength::Strong);
                return None;
            }
            self.block = None;
        }
        if matches!(content.first(), Some(b'#' | b';' | b'!')) || content.starts_with(b"// ") {
            return None;
        }
        self.heading(&place);
        self.entry(place, indent, 0)
    }

    /// `variable "db_password" {`
    fn heading(&mut self, line: &Range<usize>) {
        let content = self.text.get(line.clone()).unwrap_or_default();
        if self.kind != Carrier::Terraform || content.first().is_some_and(u8::is_ascii_whitespace) {
            return;
        }
        let Some(before) = content
            .strip_suffix(b"{")
            .filter(|before| !before.contains(&b'='))
        else {
            return;
        };
        let before = before.trim_ascii_end();
        self.heading = before.strip_suffix(b"\"").and_then(|inner| {
            let open = inner.iter().rposition(|byte| *byte == b'"')?;
            Some(line.start + open + 1..line.start + inner.len())
        });
    }

    /// Reads the entry that some bytes hold.
    fn entry(&mut self, place: Range<usize>, column: usize, depth: usize) -> Option<usize> {
        let entry = self.split(&place)?;
        let name = self.text.get(entry.name.clone())?;
        let column = column + (entry.name.start - place.start);
        let rest = self.text.get(entry.value..place.end)?;
        if rest.first() == Some(&b'{') && depth < DEEPEST {
            return self.braces(entry.value..place.end, column, depth + 1);
        }
        let lower = name.to_ascii_lowercase();
        if matches!(lower.as_slice(), b"name" | b"key") {
            self.pair = Some((column, self.scalar(entry.value..place.end).0));
            return None;
        }
        let of_pair = self.pair.take().filter(|(of, _)| *of == column);
        let name = match lower.as_slice() {
            b"value" | b"val" | b"default" | b"secret_string" => {
                let other = of_pair
                    .map(|(_, name)| name)
                    .or_else(|| self.heading.clone());
                other.and_then(|name| self.text.get(name)).unwrap_or(name)
            }
            _ => name,
        };
        let is_number = rest.iter().all(u8::is_ascii_digit) && number::is_named(name);
        let strength = if is_number {
            Strength::Strong
        } else {
            strength(name)?
        };
        if rest.is_empty() {
            let is_plural = lower.ends_with(b"s")
                && !lower.ends_with(b"secrets")
                && !lower.ends_with(b"credentials");
            if self.kind == Carrier::Yaml && strength.is_strong() && is_plural {
                self.block = Some(Block {
                    indent: column,
                    is_list: true,
                });
            }
            return None;
        }
        if matches!(rest.first(), Some(b'|' | b'>'))
            && rest.len() <= 3
            && self.kind == Carrier::Yaml
        {
            if strength.is_strong() {
                self.block = Some(Block {
                    indent: column,
                    is_list: false,
                });
            }
            return None;
        }
        let (value, end) = self.scalar(entry.value..place.end);
        self.push(value, strength);
        (end > place.end).then_some(end)
    }

    /// Entries in braces: `{ user: jo, password: x }`.
    fn braces(&mut self, place: Range<usize>, column: usize, depth: usize) -> Option<usize> {
        let inner = self.text.get(place.start + 1..place.end)?;
        let mut start = 0;
        let mut quote = None;
        for at in 0..=inner.len() {
            let byte = inner.get(at).copied();
            match (quote, byte) {
                (Some(open), Some(byte)) if open == byte => quote = None,
                (Some(_), Some(_)) => continue,
                (None, Some(byte @ (b'"' | b'\''))) => quote = Some(byte),
                _ => {}
            }
            if matches!(byte, None | Some(b',' | b'}')) {
                let piece = inner.get(start..at)?;
                let leading = piece.len() - piece.trim_ascii_start().len();
                let from = place.start + 1 + start + leading;
                let end = from + piece.trim_ascii().len();
                let limit = std::mem::replace(&mut self.limit, end);
                self.entry(from..end, column, depth);
                self.limit = limit;
                start = at + 1;
            }
        }
        None
    }

    /// The name, the operator and the start of the value in some bytes.
    fn split(&self, place: &Range<usize>) -> Option<Entry> {
        let content = self.text.get(place.clone())?;
        let mut at = 0;
        if content.starts_with(b"- ") {
            at = content
                .iter()
                .skip(1)
                .take_while(|byte| **byte == b' ')
                .count()
                + 1;
        }
        let word = WORDS_BEFORE.iter().find(|word| {
            let start = content.get(at..at + word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        });
        at += word.map_or(0, |word| word.len());
        let quote = content
            .get(at)
            .copied()
            .filter(|byte| b"\"'".contains(byte));
        at += usize::from(quote.is_some());
        let is_name = |byte: &u8| {
            byte.is_ascii_alphanumeric() || b"_.-/:@".contains(byte) || !byte.is_ascii()
        };
        let rest = content.get(at..)?;
        let window = rest.get(..LONGEST_NAME).unwrap_or(rest);
        let mut length = window.iter().take_while(|byte| is_name(byte)).count();
        // `db:password: x` is a name, and so is `//registry/:_authToken`; `password:` ends one.
        if quote.is_none() {
            let name = window.get(..length)?;
            let is_end = |at: &usize| {
                name.get(*at) == Some(&b':')
                    && window
                        .get(at + 1)
                        .is_none_or(|byte| byte.is_ascii_whitespace())
            };
            length = (0..length).find(is_end).unwrap_or(length);
        }
        let name = place.start + at..place.start + at + length;
        if length == 0 || length == LONGEST_NAME {
            return None;
        }
        at += length;
        // Another quote may close an assignment as a whole: `Environment="PW=x"`.
        at += usize::from(quote.is_some() && content.get(at) == quote.as_ref());
        let blanks = blanks_at(content, at);
        let sign = content.get(at + blanks).copied();
        let (sign, behind) = match sign {
            Some(b'=') => (b'=', at + blanks + 1),
            Some(b':') => (b':', at + blanks + 1),
            // `requirepass x`
            Some(_) if blanks > 0 && self.kind == Carrier::Settings && is_two_words(content) => {
                (b' ', at)
            }
            _ => return None,
        };
        let behind = match content.get(behind) {
            // `password == x`, `a::b`, `a => b`; a value without blanks before it may begin so.
            Some(b'=' | b'>') if blanks > 0 || sign != b'=' => return None,
            Some(b':') if sign == b':' => return None,
            _ => behind + blanks_at(content, behind),
        };
        // A line of JSON, which is read as JSON.
        if quote.is_some() && sign == b':' && content.ends_with(b",") {
            return None;
        }
        let entry = Entry {
            name,
            value: place.start + behind,
            sign,
        };
        (entry.value <= place.end).then_some(entry)
    }

    /// The value that begins at a place, without its quotes, and where it ends.
    fn scalar(&self, place: Range<usize>) -> (Range<usize>, usize) {
        let rest = self.text.get(place.clone()).unwrap_or_default();
        if let Some(quote) = rest.first().copied().filter(|byte| b"\"'`".contains(byte)) {
            let opening = rest
                .iter()
                .take(3)
                .take_while(|byte| **byte == quote)
                .count();
            let marks = if opening == 3 { 3 } else { 1 };
            if let Some(inner) = self.quoted(place.start + marks, quote, marks)
                && self.is_end_behind(inner.end + marks)
            {
                let end = inner.end + marks;
                return (inner, end);
            }
        }
        let comment = [&b" #"[..], b"\t#", b" ;", b" //"];
        let ends = comment.iter().filter(|sign| match self.kind {
            Carrier::Yaml => sign.ends_with(b"#"),
            Carrier::Terraform => !sign.ends_with(b";"),
            _ => !sign.ends_with(b"/"),
        });
        let end = ends
            .filter_map(|sign| memchr::memmem::find(rest, sign))
            .min();
        let value = rest
            .get(..end.unwrap_or(rest.len()))
            .unwrap_or_default()
            .trim_ascii_end();
        let mut end = place.start + value.len();
        // A backslash at the end goes on with the next line.
        while self
            .text
            .get(..end)
            .is_some_and(|text| text.ends_with(b"\\"))
            && self.text.get(end) == Some(&b'\n')
            && end - place.start < LONGEST_QUOTED
        {
            end = line_end(self.text, end + 1);
        }
        (place.start..end, end)
    }

    /// Gives the text up to a closing quote, on this line or a later one.
    fn quoted(&self, start: usize, quote: u8, marks: usize) -> Option<Range<usize>> {
        let window = self
            .text
            .get(start..(start + LONGEST_QUOTED).min(self.limit))?;
        let mut at = 0;
        loop {
            match window.get(at)? {
                b'\\' if quote == b'"' => at += 2,
                byte if *byte == quote => {
                    let length = window
                        .get(at..)?
                        .iter()
                        .take_while(|byte| **byte == quote)
                        .count();
                    if length >= marks && (marks == 3 || length == 1 || quote != b'\'') {
                        return Some(start..start + at);
                    }
                    // `''` is a quote in quotes.
                    at += length;
                }
                // An entry on the next line means that this quote was none.
                b'\n' if marks == 1 && self.begins_entry(start + at + 1) => return None,
                _ => at += 1,
            }
        }
    }

    fn begins_entry(&self, at: usize) -> bool {
        let place = at..line_end(self.text, at);
        let name = |entry: Entry| self.text.get(entry.name).unwrap_or_default().len();
        self.split(&place)
            .is_some_and(|entry| b"=:".contains(&entry.sign) && name(entry) >= 2)
    }

    /// Tells whether a line may end behind a quote.
    fn is_end_behind(&self, at: usize) -> bool {
        let rest = self
            .text
            .get(at..line_end(self.text, at))
            .unwrap_or_default();
        let rest = rest.trim_ascii();
        rest.is_empty() || rest.first().is_some_and(|byte| b"#;,/}])\"".contains(byte))
    }

    fn push_scalar(&mut self, place: Range<usize>, strength: Strength) {
        let (value, _) = self.scalar(place);
        self.push(value, strength);
    }

    fn push(&mut self, value: Range<usize>, strength: Strength) {
        let bytes = self.text.get(value.clone()).unwrap_or_default();
        let has_sign = bytes.iter().any(|byte| b"!@#$%^&*+".contains(byte));
        let is_likely = match strength {
            Strength::Strong | Strength::Key => true,
            Strength::Medium => {
                is_key_like(bytes) || looks_random(bytes) || has_sign && is_password_like(bytes)
            }
            Strength::Weak => looks_random(bytes),
        };
        let is_found = is_likely && !is_spared(bytes);
        if is_found {
            self.found.push(value);
        }
    }
}

fn blanks_at(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn is_two_words(content: &[u8]) -> bool {
    content
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .count()
        == 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, kind: Carrier) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), kind, &mut found);
        found
            .into_iter()
            .map(|place| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn beside_a_strong_name_everything_goes() {
        use Carrier::{Settings, Terraform, Yaml};
        for (kind, text, value) in [
            (Settings, "DB_PASSWORD=sunflower\n", "sunflower"),
            (Settings, "DB_PASSWORD = (getSecret)\n", "(getSecret)"),
            (
                Settings,
                "export API_KEY='it is # this' # note\n",
                "it is # this",
            ),
            (Settings, "db.password: a.b.c\n", "a.b.c"),
            (Settings, "DB_PASSWORD=a=b;c,d\n", "a=b;c,d"),
            (Settings, "DB_PASSWORD=\"two\nlines\"\nX=1\n", "two\nlines"),
            (Settings, "DB_PASSWORD=\"open\nUSER=\"jo\"\n", "\"open"),
            (Settings, "ENV DB_PASSWORD=\"walnut\"\n", "walnut"),
            (
                Settings,
                "Environment=\"DB_PASSWORD=walnut tiger\"\n",
                "walnut tiger\"",
            ),
            (Settings, "requirepass sunflower\n", "sunflower"),
            (
                Settings,
                "//registry.example.com/:_password=sunflower\n",
                "sunflower",
            ),
            (Settings, "secret = one \\\n  two\n", "one \\\n  two"),
            (Settings, "password = '''a'b'''\n", "a'b"),
            (
                Settings,
                "db = { user = \"jo\", password = \"sun,flower\" }\n",
                "sun,flower",
            ),
            (Settings, "PIN=4821\n", "4821"),
            (Yaml, "db:\n  password: sunflower # note\n", "sunflower"),
            (Yaml, "- DB_PASSWORD=sunflower\n", "sunflower"),
            (Yaml, "password: 'it''s'\n", "it''s"),
            (Yaml, "password: |\n  sunflower\nuser: jo\n", "sunflower"),
            (Yaml, "passwords:\n- sunflower\nusers:\n- jo\n", "sunflower"),
            (
                Yaml,
                "env:\n  - name: DB_PASSWORD\n    value: sunflower\n",
                "sunflower",
            ),
            (Yaml, "db: { user: jo, password: sunflower }\n", "sunflower"),
            (Terraform, "  password = \"sunflower\"\n", "sunflower"),
            (
                Terraform,
                "variable \"db_password\" {\n  default = \"sunflower\"\n}\n",
                "sunflower",
            ),
        ] {
            assert_eq!(found(text, kind), [value], "{text}");
        }
    }

    #[test]
    fn what_is_no_value_stays() {
        use Carrier::{Settings, Terraform, Yaml};
        for (kind, text) in [
            (
                Settings,
                "DB_PASSWORD=${DB_PASSWORD}\nDB_PASSWORD=\nPASSWORD_MIN_LENGTH=8\n",
            ),
            (
                Settings,
                "# password: none of these\npassword_file = /run/secrets/db\n",
            ),
            (
                Settings,
                "user = jo\nmax_tokens = 4096\npassword == other\n",
            ),
            (Yaml, "permissions:\n  id-token: write\nsecrets: inherit\n"),
            (Yaml, "password: Passwort\nsecret: !vault |\n  0123\n"),
            (Yaml, "secrets:\n  - db_password\nsecretName: web\n"),
            (Yaml, "env:\n  - name: USER\n    value: jo\n"),
            (
                Terraform,
                "password = var.db_password == null ? 1 : 2 # x\n",
            ),
            (Terraform, "variable \"region\" {\n  default = \"eu\"\n}\n"),
        ] {
            let stays = |value: &&str| !value.starts_with("var.");
            let found: Vec<_> = found(text, kind).into_iter().filter(stays).collect();
            assert_eq!(found, Vec::<&str>::new(), "{text}");
        }
    }

    /// The signs that may be in a password.
    fn value() -> impl Strategy<Value = String> {
        "[!-~]{1,20}[a-zA-Z0-9][!-~]{0,20}"
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_value_of_any_signs_is_found_whole(value in value(), kind in 0..3_usize) {
            let kind = [Carrier::Settings, Carrier::Yaml, Carrier::Terraform][kind];
            prop_assume!(value.len() >= SHORTEST && !is_spared(value.as_bytes()));
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
            let text = format!("user = \"jo\"\ndb_password {} \"{escaped}\"\nport = 1\n", if kind == Carrier::Yaml { ':' } else { '=' });
            prop_assume!(!is_spared(escaped.as_bytes()));
            prop_assert_eq!(found(&text, kind), [escaped.as_str()]);
        }

        #[test]
        fn a_value_without_quotes_goes_to_its_lines_end(value in value(), is_yaml in any::<bool>()) {
            let first = value.as_bytes()[0];
            prop_assume!(!b"\"'`|>{=:".contains(&first) && !value.ends_with('\\') && !is_spared(value.as_bytes()));
            let (kind, text) = match is_yaml {
                true => (Carrier::Yaml, format!("a: 1\npassword: {value}\nb: 2\n")),
                false => (Carrier::Settings, format!("A=1\nDB_PASSWORD={value}\nB=2\n")),
            };
            prop_assert_eq!(found(&text, kind), [value.as_str()]);
        }
    }

    const SHORTEST: usize = 3;
}
