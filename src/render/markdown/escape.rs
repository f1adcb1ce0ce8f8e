//! Text -> Markdown in which it is only text. With [`super::quote`] the only file that knows
//! Markdown's syntax.

/// The longest run of a character.
pub fn longest_run(text: &str, character: u8) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == character { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Follows bare addresses (`https://…`, `www.…`), which many viewers make links of. Such a link
/// goes on to the next blank or `<` and takes a backslash along, so a backslash cannot escape the
/// `<` there, nor is a backtick inside it one.
#[derive(Default)]
pub struct Address {
    /// Whether the text is inside an address.
    pub is_open: bool,
}

impl Address {
    /// Looks at the next character, the first of `rest`.
    pub fn go_on(&mut self, rest: &str) {
        if rest.starts_with(char::is_whitespace) {
            self.is_open = false;
        } else if rest.starts_with("://")
            || rest
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("www."))
        {
            self.is_open = true;
        }
    }

    /// A `<` that is only text.
    pub fn escaped_less_than(&self) -> &'static str {
        if self.is_open { "&lt;" } else { "\\<" }
    }
}

/// Text as one line of plain text, wherever it stands: in a sentence, at the start of a paragraph,
/// in a heading or in a table's cell.
pub fn inline(text: &str) -> String {
    let line = one_line(text);
    let mut result = String::with_capacity(line.len() + 8);
    let mut before = None;
    let mut is_number = true;
    let mut address = Address::default();
    for (index, c) in line.char_indices() {
        address.go_on(line.get(index..).unwrap_or_default());
        let after = line
            .get(index + c.len_utf8()..)
            .and_then(|rest| rest.chars().next());
        if c == '<' {
            result.push_str(address.escaped_less_than());
        } else {
            if is_syntax(before, c, after)
                || (is_number && before.is_some() && matches!(c, '.' | ')'))
            {
                result.push('\\');
            }
            result.push(c);
        }
        before = Some(c);
        is_number &= c.is_ascii_digit();
    }
    result
}

fn is_syntax(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        '\\' | '`' | '*' | '>' | '|' | '$' => true,
        // Strikes text out, but for the home folder.
        '~' => !matches!(after, Some('/' | '\\')),
        // Inside a word it is no emphasis, and names are full of it.
        '_' => {
            !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric))
        }
        // The start of a definition, an image, or a wiki link.
        '[' => before.is_none() || before == Some('!') || after == Some('['),
        ']' => matches!(after, Some('(' | '[' | ':')),
        '&' => after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '#'),
        // A heading's own marks, at either end, and a list's.
        '#' | '=' | '-' | '+' => before.is_none() || after.is_none(),
        _ => false,
    }
}

/// Text as a code span.
pub fn code(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&line, b'`') + 1);
    let needs_blanks = line.starts_with('`') || line.ends_with('`');
    let blank = if needs_blanks { " " } else { "" };
    format!("{fence}{blank}{line}{blank}{fence}")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as a fenced block whose fence is longer than any run of backticks inside it.
pub fn fenced(text: &str, language: &str) -> String {
    let fence = "`".repeat((longest_run(text, b'`') + 1).max(3));
    let line_end = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        "\n"
    };
    format!(
        "{fence}{}\n{text}{line_end}{fence}\n",
        info_string(language)
    )
}

/// The first word of an info string, if it is the name of a language.
pub fn info_string(info: &str) -> &str {
    let word = info.split_whitespace().next().unwrap_or_default();
    let is_name = word.len() <= 32
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_+.#-".contains(&b));
    if is_name { word } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_text_stays_text() {
        for (given, expected) in [
            ("snake_case and C# 100%", "snake_case and C# 100%"),
            (
                "_x_ *y* `z` [a](b) <b> a|b",
                r"\_x\_ \*y\* \`z\` [a\](b) \<b\> a\|b",
            ),
            ("[a]: b ![c](d)", r"\[a\]: b !\[c\](d)"),
            ("1. one", r"1\. one"),
            ("v1.2 (3)", "v1.2 (3)"),
            ("# title #", r"\# title \#"),
            ("two\nlines\t x", "two lines x"),
            ("&lt; & &#35;", r"\&lt; & \&#35;"),
            (r"C:\_x", r"C:\\\_x"),
            ("~/code ~~x~~", r"~/code \~\~x\~\~"),
        ] {
            assert_eq!(inline(given), expected);
        }
    }

    #[test]
    fn code_spans_hold_any_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `` b"), "```a `` b```");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code(" \n "), "");
    }

    #[test]
    fn a_fence_is_longer_than_any_run_inside() {
        assert_eq!(fenced("a\n````\nb", "sh"), "`````sh\na\n````\nb\n`````\n");
        assert_eq!(fenced("", "a b`c"), "```a\n```\n");
        assert_eq!(info_string("js`"), "");
    }
}
