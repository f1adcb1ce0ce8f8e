//! Text -> Markdown in which it is only text. With [`super::quote`] and [`super::code_block`] the only
//! file that knows Markdown's syntax.
//!
//! Markdown has two ways to escape a character. A backslash is easy to read, but CommonMark, Python-Markdown
//! and Showdown agree on it for few characters only (`BACKSLASHED`): `\<` is a live tag in the latter two.
//! A character reference (`&lt;`) is text in all of them. So a backslash stands before the characters on which
//! they agree, and every other character that has to be escaped becomes a reference.

use memchr::memchr_iter;

/// The longest run of a character.
pub fn longest_run(text: &str, character: u8) -> usize {
    let (mut longest, mut run, mut next) = (0, 0, 0);
    // Most texts have few, so that looking from one to the next is fast.
    for at in memchr_iter(character, text.as_bytes()) {
        run = if at == next { run + 1 } else { 1 };
        next = at + 1;
        longest = longest.max(run);
    }
    longest
}

/// What a backslash escapes in CommonMark, Python-Markdown and Showdown alike.
const BACKSLASHED: &str = "\\`*_[]()>#+-.!|";

/// Writes a character that would be syntax so that it is only text.
pub fn push_escaped(c: char, result: &mut String) {
    if BACKSLASHED.contains(c) {
        result.push('\\');
        result.push(c);
    } else {
        push_reference(c, result);
    }
}

/// Writes a character as a character reference.
pub fn push_reference(c: char, result: &mut String) {
    match c {
        '<' => result.push_str("&lt;"),
        '&' => result.push_str("&amp;"),
        c => result.push_str(&format!("&#{};", u32::from(c))),
    }
}

/// The last `@` and the last `}` of a text. A `<` or a `{` before them may be syntax, and one behind them is none. They
/// are looked for once: a search from each `<` would take a time that grows with the square of the text.
#[derive(Debug, Clone, Copy)]
pub struct Closers {
    /// How many bytes the text has from the last `@` on.
    from_at: Option<usize>,
    /// How many it has from the last `}` on.
    from_brace: Option<usize>,
}

impl Closers {
    /// Those of a text. Its ends are what the methods are asked about.
    pub fn of(text: &str) -> Self {
        let from = |closer: char| text.rfind(closer).map(|index| text.len() - index);
        Self {
            from_at: from('@'),
            from_brace: from('}'),
        }
    }

    /// Tells whether a `<` could open a tag, a comment, an instruction or an address in brackets. A mailbox may start
    /// with nearly any sign. `after` is the text behind it, to the end.
    pub fn starts_tag(self, after: &str) -> bool {
        let Some(next) = after.chars().next() else {
            return false;
        };
        let is_tag = next.is_ascii_alphabetic() || "/!?%".contains(next);
        is_tag || (!next.is_whitespace() && is_in(self.from_at, after))
    }

    /// Tells whether a `{` could start a list of attributes (`{: onclick=…}`), which Python-Markdown, kramdown and
    /// Pandoc read at the start of a line, behind an element, and at the end of a cell, or the tag of a template
    /// (`{{ }}`, `{% %}`). `after` is the text behind it, to the end.
    pub fn starts_attributes(self, before: Option<char>, after: &str) -> bool {
        if after.starts_with(['{', '%', ':', '#']) {
            return true;
        }
        match before {
            None => true,
            Some(c) if c.is_whitespace() => is_in(self.from_brace, after),
            Some(c) => !c.is_alphanumeric() && c != '$',
        }
    }
}

/// Tells whether the end of a text is long enough to hold what stands so many bytes before the end of it.
fn is_in(from_end: Option<usize>, after: &str) -> bool {
    from_end.is_some_and(|from_end| from_end <= after.len())
}

/// Tells whether Showdown could see a tag of code, which it looks for before it looks for Markdown's own code, and
/// whose attributes it keeps.
pub fn holds_code_tag(text: &str) -> bool {
    let is_name = |name: &str| {
        name.get(..4)
            .is_some_and(|name| name.eq_ignore_ascii_case("code"))
    };
    text.match_indices('<')
        .filter_map(|(at, _)| text.get(at + 1..))
        .any(|tag| is_name(tag.strip_prefix('/').unwrap_or(tag)))
}

/// Follows bare addresses (`https://…`, `www.…`), which many viewers make links of. Such a link
/// takes a backslash along and may end right behind it, so inside an address a backslash escapes
/// nothing: a character reference does.
#[derive(Default)]
pub struct Address {
    /// True where the text is inside an address.
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

    /// Writes a character that would be syntax so that it is only text.
    pub fn push_escaped(&self, c: char, result: &mut String) {
        if self.is_open {
            push_reference(c, result);
        } else {
            push_escaped(c, result);
        }
    }
}

/// Tells whether a text starts with a character reference (`&amp;`, `&#35;`). Most `&` in addresses start
/// none.
pub fn starts_reference(text: &str) -> bool {
    let Some(name) = text.strip_prefix('&') else {
        return false;
    };
    let name = name.strip_prefix('#').unwrap_or(name);
    let length = name
        .bytes()
        .take(33)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    length > 0 && name.as_bytes().get(length) == Some(&b';')
}

/// Text as one line of plain text, wherever it stands: in a sentence, at the start of a paragraph,
/// in a heading or in a table's cell.
pub fn inline(text: &str) -> String {
    escaped_line(&one_line(text))
}

/// Lines of plain text as a block quote, letter by letter.
pub fn push_plain_quote(result: &mut String, text: &str) {
    let mut lines = text
        .trim_matches('\n')
        .lines()
        .map(str::trim_end)
        .peekable();
    while let Some(line) = lines.next() {
        let rest = line.trim_start_matches([' ', '\t']);
        result.push('>');
        if !rest.is_empty() {
            result.push(' ');
            for blank in line.bytes().take(line.len() - rest.len()) {
                let width = if blank == b'\t' { 4 } else { 1 };
                // To the eye they are blanks, and to no renderer the start of code.
                (0..width).for_each(|_| result.push('\u{a0}'));
            }
            // A line that begins with a colon is a definition of the line before it.
            let behind = rest.strip_prefix(':');
            result.push_str(behind.map_or("", |_| "&#58;"));
            result.push_str(&escaped_line(behind.unwrap_or(rest)));
            // In the application a line end is a line end.
            if lines.peek().is_some_and(|next| !next.is_empty()) {
                result.push_str("  ");
            }
        }
        result.push('\n');
    }
}

fn escaped_line(line: &str) -> String {
    let mut result = String::with_capacity(line.len() + 8);
    let mut before = None;
    let mut is_number = true;
    let mut address = Address::default();
    let closers = Closers::of(line);
    for (index, c) in line.char_indices() {
        let rest = line.get(index..).unwrap_or_default();
        address.go_on(rest);
        let after = rest.chars().nth(1);
        let is_structure = match c {
            '`' | '$' => true,
            '<' => closers.starts_tag(rest.get(1..).unwrap_or_default()),
            '{' => closers.starts_attributes(before, rest.get(1..).unwrap_or_default()),
            // An inline note.
            '^' => after == Some('['),
            '&' => starts_reference(rest),
            // The start of a definition, an image, or a wiki link.
            '[' => before.is_none() || before == Some('!') || after == Some('['),
            // Showdown takes blanks before the address of a link, which may be a bracket of ours.
            ']' => {
                let target = rest.get(1..).unwrap_or_default().trim_start();
                target.is_empty() || target.starts_with('(') || matches!(after, Some('[' | ':'))
            }
            _ => false,
        };
        if is_structure {
            address.push_escaped(c, &mut result);
        } else {
            let is_list_mark = is_number && before.is_some() && matches!(c, '.' | ')');
            if is_list_mark || is_mark(before, c, after, address.is_open) {
                push_escaped(c, &mut result);
            } else {
                result.push(c);
            }
        }
        before = Some(c);
        is_number &= c.is_ascii_digit();
    }
    result
}

/// Marks that would change how the text looks, or split a table's cell.
fn is_mark(before: Option<char>, c: char, after: Option<char>, is_in_address: bool) -> bool {
    let is_in_word =
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
    match c {
        '\\' | '|' => true,
        // What they do to an address is harmless; a backslash would make it another one.
        _ if is_in_address => false,
        '*' | '>' => true,
        // Strikes text out, but for the home folder.
        '~' => {
            let is_all = before.is_none() && after.is_none();
            !is_all && !matches!(after, Some('/' | '\\'))
        }
        // Inside a word it is no emphasis, and names are full of it.
        '_' => !is_in_word,
        // A heading's own marks, at either end, and a list's.
        '#' | '=' | '-' | '+' => before.is_none() || after.is_none(),
        // A definition's, a directive's, a note's.
        ':' | '!' | '?' | '/' | '%' => before.is_none() && after == Some(c),
        _ => false,
    }
}

/// Text as the text of a link or an image, where brackets have to be escaped wherever they stand.
pub fn link_text(text: &str) -> String {
    let mut result = String::new();
    let mut is_escaped = false;
    for c in inline(text).chars() {
        if matches!(c, '[' | ']') && !is_escaped {
            result.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        result.push(c);
    }
    result
}

/// Text as a code span; as plain text where Showdown would see tags in one.
pub fn code(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() {
        return String::new();
    }
    if holds_code_tag(&line) {
        return inline(&line);
    }
    let fence = "`".repeat(longest_run(&line, b'`') + 1);
    let needs_blanks = line.starts_with('`') || line.ends_with('`');
    let blank = if needs_blanks { " " } else { "" };
    format!("{fence}{blank}{line}{blank}{fence}")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
                r"\_x\_ \*y\* \`z\` [a\](b) &lt;b\> a\|b",
            ),
            ("[a]: b ![c](d)", r"\[a\]: b !\[c\](d)"),
            ("1. one", r"1\. one"),
            ("v1.2 (3)", "v1.2 (3)"),
            ("# title #", r"\# title \#"),
            ("two\nlines\t x", "two lines x"),
            ("&lt; & &#35; a&b", r"&amp;lt; & &amp;#35; a&b"),
            ("https://x.io/?a=1&b=~c*", "https://x.io/?a=1&b=~c*"),
            ("https://x.io/](y)<b>`", "https://x.io/&#93;(y)&lt;b>&#96;"),
            (r"C:\_x", r"C:\\\_x"),
            ("~/code ~~x~~", "~/code &#126;&#126;x&#126;&#126;"),
        ] {
            assert_eq!(inline(given), expected);
        }
    }

    #[test]
    fn what_python_markdown_and_showdown_do_not_unescape_becomes_a_reference() {
        for (given, expected) in [
            ("a <img onerror=x>", r"a &lt;img onerror=x\>"),
            ("x^[note]", r"x&#94;[note\]"),
            ("a {: onclick=x}", "a &#123;: onclick=x}"),
            ("a{b} c{ d", "a{b} c{ d"),
            ("{{ x }}", "&#123;&#123; x }}"),
            ("::: x", "&#58;:: x"),
            ("1 < 2 <3", "1 < 2 <3"),
            ("<3@example.com>", r"&lt;3@example.com\>"),
            ("$x$", "&#36;x&#36;"),
        ] {
            assert_eq!(inline(given), expected);
        }
        assert_eq!(code("<CODE onclick=x>"), r"&lt;CODE onclick=x\>");
        assert_eq!(code("</code>"), r"&lt;/code\>");
        assert_eq!(code("<b>"), "`<b>`");
    }

    #[test]
    fn a_sign_behind_the_last_closer_is_no_syntax() {
        let text = "<é@x> { a} <é { a";
        let closers = Closers::of(text);
        let after = |sign: char| {
            text.match_indices(sign)
                .map(|(at, _)| text.get(at + 1..).unwrap())
        };
        let tags: Vec<_> = after('<').map(|after| closers.starts_tag(after)).collect();
        assert_eq!(tags, [true, false]);
        let lists = after('{').map(|after| closers.starts_attributes(Some(' '), after));
        assert_eq!(lists.collect::<Vec<_>>(), [true, false]);
        assert!(!Closers::of("é").starts_tag("é"));
    }

    #[test]
    fn brackets_do_not_end_the_text_of_a_link() {
        assert_eq!(link_text(r"a[b]c](d)\]"), r"a\[b\]c\](d)\\\]");
        assert_eq!(link_text("shot (1).png"), "shot (1).png");
    }

    #[test]
    fn the_longest_run_is_found() {
        for (text, length) in [("", 0), ("`", 1), ("a`b", 1), ("``a```", 3), ("````", 4)] {
            assert_eq!(longest_run(text, b'`'), length, "{text}");
        }
    }

    #[test]
    fn code_spans_hold_any_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `` b"), "```a `` b```");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code(" \n "), "");
        assert_eq!(info_string("js`"), "");
    }
}
