//! Colours for source code: comments, strings, numbers and keywords, of the languages that sessions hold
//! most. It follows no grammar, because one for each language would be larger than the rest of the addon;
//! where it is wrong, a colour is.

use super::super::words::Words;
use super::escape::{placeholder_length, push_text};

/// More bytes are left without colours: a page with a hundred thousand of them scrolls badly.
const LONGEST: usize = 64 * 1024;

/// How a language marks what is coloured.
struct HighlightedLanguage {
    /// Its names in info strings, which are extensions of files too.
    names: &'static [&'static str],
    line_comments: &'static [&'static str],
    block_comment: Option<(&'static str, &'static str)>,
    /// What starts and ends a string, the longest first.
    quotes: &'static [&'static str],
    keywords: &'static [&'static str],
}

const C_COMMENT: Option<(&str, &str)> = Some(("/*", "*/"));

#[rustfmt::skip]
static LANGUAGES: [HighlightedLanguage; 11] = [
    HighlightedLanguage {
        names: &["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "javascript", "typescript", "json", "jsonc", "json5"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        quotes: &["\"", "'", "`"],
        keywords: &["abstract", "any", "as", "async", "await", "boolean", "break", "case", "catch", "class", "const", "continue", "declare", "default", "delete", "do", "else", "enum", "export", "extends", "false", "finally", "for", "from", "function", "get", "if", "implements", "import", "in", "instanceof", "interface", "let", "namespace", "new", "null", "number", "of", "private", "protected", "public", "readonly", "return", "satisfies", "set", "static", "string", "super", "switch", "this", "throw", "true", "try", "type", "typeof", "undefined", "unknown", "var", "void", "while", "yield"],
    },
    HighlightedLanguage {
        names: &["c", "h", "cc", "cpp", "cxx", "hpp", "cs", "csharp", "java", "kt", "kts", "kotlin", "scala", "dart", "php", "swift", "groovy", "gradle"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        quotes: &["\"\"\"", "\"", "'"],
        keywords: &["abstract", "as", "async", "auto", "await", "bool", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "constexpr", "continue", "default", "delete", "do", "double", "echo", "else", "enum", "export", "extends", "extension", "extern", "false", "final", "finally", "float", "for", "foreach", "fun", "func", "function", "get", "guard", "if", "implements", "import", "in", "include", "int", "interface", "internal", "is", "let", "long", "namespace", "new", "nil", "null", "nullptr", "object", "open", "operator", "override", "package", "private", "protected", "protocol", "public", "return", "self", "set", "short", "signed", "sizeof", "static", "string", "struct", "super", "switch", "template", "this", "throw", "throws", "true", "try", "typedef", "typename", "union", "unsigned", "use", "using", "val", "var", "virtual", "void", "volatile", "when", "while"],
    },
    HighlightedLanguage {
        names: &["rs", "rust"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        // A single one mostly starts the name of a lifetime.
        quotes: &["\""],
        keywords: &["as", "async", "await", "bool", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static", "str", "struct", "super", "trait", "true", "type", "unsafe", "use", "usize", "where", "while"],
    },
    HighlightedLanguage {
        names: &["go", "golang"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        quotes: &["\"", "'", "`"],
        keywords: &["bool", "break", "byte", "case", "chan", "const", "continue", "default", "defer", "else", "error", "false", "for", "func", "go", "if", "import", "int", "interface", "map", "nil", "package", "range", "return", "select", "string", "struct", "switch", "true", "type", "var"],
    },
    HighlightedLanguage {
        names: &["py", "python", "pyi"],
        line_comments: &["#"],
        block_comment: None,
        quotes: &["\"\"\"", "'''", "\"", "'"],
        keywords: &["False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try", "while", "with", "yield"],
    },
    HighlightedLanguage {
        names: &["rb", "ruby", "ex", "exs", "elixir"],
        line_comments: &["#"],
        block_comment: None,
        quotes: &["\"", "'"],
        keywords: &["alias", "and", "begin", "break", "case", "class", "def", "defmodule", "defp", "do", "else", "elsif", "end", "ensure", "false", "fn", "for", "if", "in", "module", "next", "nil", "not", "or", "rescue", "return", "self", "super", "then", "true", "unless", "until", "when", "while", "yield"],
    },
    HighlightedLanguage {
        names: &["sh", "bash", "zsh", "fish", "shell", "ps1", "powershell", "dockerfile", "makefile", "mk", "r", "pl", "perl"],
        line_comments: &["#"],
        block_comment: None,
        quotes: &["\"", "'"],
        keywords: &["ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "RUN", "USER", "WORKDIR", "case", "do", "done", "elif", "else", "esac", "exit", "export", "fi", "for", "function", "if", "in", "local", "my", "return", "set", "source", "sub", "then", "until", "use", "while"],
    },
    HighlightedLanguage {
        names: &["yaml", "yml", "toml", "ini", "conf", "cfg", "properties", "env"],
        line_comments: &["#", ";"],
        block_comment: None,
        quotes: &["\"\"\"", "'''", "\"", "'"],
        keywords: &["false", "no", "null", "off", "on", "true", "yes"],
    },
    HighlightedLanguage {
        names: &["sql"],
        line_comments: &["--"],
        block_comment: C_COMMENT,
        quotes: &["'", "\""],
        keywords: &["ALTER", "AND", "AS", "ASC", "BEGIN", "BY", "CASE", "COMMIT", "CREATE", "DEFAULT", "DELETE", "DESC", "DISTINCT", "DROP", "ELSE", "END", "EXISTS", "FOREIGN", "FROM", "GROUP", "HAVING", "IN", "INDEX", "INNER", "INSERT", "INTO", "IS", "JOIN", "KEY", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "ON", "OR", "ORDER", "PRIMARY", "REFERENCES", "RETURNING", "SELECT", "SET", "TABLE", "THEN", "UNION", "UNIQUE", "UPDATE", "VALUES", "VIEW", "WHEN", "WHERE", "WITH"],
    },
    HighlightedLanguage {
        names: &["css", "scss", "less", "sass"],
        line_comments: &["//"],
        block_comment: C_COMMENT,
        quotes: &["\"", "'"],
        keywords: &["auto", "important", "inherit", "initial", "none", "unset"],
    },
    HighlightedLanguage {
        names: &["html", "htm", "xml", "svg", "vue", "svelte"],
        line_comments: &[],
        block_comment: Some(("<!--", "-->")),
        quotes: &["\"", "'"],
        keywords: &[],
    },
];

/// Adds source code as HTML, with colours where its language is known.
pub fn push(html: &mut String, code: &str, language: &str, words: &Words) {
    let language = language.to_ascii_lowercase();
    let is_it = |known: &&HighlightedLanguage| known.names.contains(&language.as_str());
    match LANGUAGES.iter().find(is_it) {
        Some(known) if code.len() <= LONGEST => {
            let mut rest = code;
            let mut before = None;
            while let Some(first) = rest.chars().next() {
                let (class, length) = match placeholder_length(rest) {
                    Some(length) => (None, length),
                    None => known.token(rest, first, before),
                };
                let (token, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
                match class {
                    Some(class) => {
                        html.push_str(&format!("<span class=\"{class}\">"));
                        push_text(html, token, words);
                        html.push_str("</span>");
                    }
                    None => push_text(html, token, words),
                }
                before = token.chars().next_back();
                rest = behind;
            }
        }
        _ => push_text(html, code, words),
    }
}

impl HighlightedLanguage {
    /// The class of what a text starts with, behind some character, and its length in bytes.
    fn token(
        &self,
        text: &str,
        first: char,
        before: Option<char>,
    ) -> (Option<&'static str>, usize) {
        if let Some((start, end)) = self.block_comment
            && let Some(inner) = text.strip_prefix(start)
        {
            let length = inner.find(end).map(|at| start.len() + at + end.len());
            return (Some("comment"), length.unwrap_or(text.len()));
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let is_in_word = before.is_some_and(is_word);
        for mark in self.line_comments {
            // `$#` and `a#b` are no comments.
            let stands_alone = mark.len() > 1 || before.is_none_or(char::is_whitespace);
            if stands_alone && text.starts_with(mark) {
                return (Some("comment"), text.find('\n').unwrap_or(text.len()));
            }
        }
        for quote in self.quotes {
            // An apostrophe stands in a word.
            if text.starts_with(quote) && !(*quote == "'" && is_in_word) {
                return (Some("string"), string_length(text, quote));
            }
        }
        let length_of_word = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
        let word = length_of_word(text);
        if word == 0 {
            return (None, first.len_utf8());
        }
        let fraction = text.get(word..).and_then(|rest| rest.strip_prefix('.'));
        let fraction = fraction.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if first.is_ascii_digit() {
            let more = fraction.map_or(0, |rest| 1 + length_of_word(rest));
            return (Some("number"), word + more);
        }
        let is_keyword = text.get(..word).is_some_and(|word| {
            self.keywords.contains(&word)
                || self.names == ["sql"] && self.keywords.contains(&word.to_uppercase().as_str())
        });
        let is_keyword = is_keyword && before != Some('.');
        (is_keyword.then_some("keyword"), word)
    }
}

/// How long the string is that a text starts with. Where it is not closed, it ends with its line, or with
/// the text where its kind goes on over lines.
fn string_length(text: &str, quote: &str) -> usize {
    let goes_on = quote.len() > 1 || quote == "`";
    let bytes = text.as_bytes();
    let mut at = quote.len();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if !goes_on => return at,
            _ if bytes
                .get(at..)
                .is_some_and(|rest| rest.starts_with(quote.as_bytes())) =>
            {
                return at + quote.len();
            }
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::super::words::words;
    use super::super::escape::escaped;
    use super::*;
    use crate::options::Locale;

    fn coloured(code: &str, language: &str) -> String {
        let mut html = String::new();
        push(&mut html, code, language, words(Locale::English));
        html.replace("<span class=\"", "[")
            .replace("\">", ":")
            .replace("</span>", "]")
    }

    #[test]
    fn comments_strings_numbers_and_keywords_have_colours() {
        for (language, code, expected) in [
            (
                "js",
                "const a1 = `x\n${b}` // c\n.for",
                "[keyword:const] a1 = [string:`x\n${b}`] [comment:// c]\n.for",
            ),
            (
                "rust",
                "fn f<'a>(x: &'a str) -> u8 { 0x1f }",
                "[keyword:fn] f&lt;'a&gt;(x: &amp;'a [keyword:str]) -&gt; u8 { [number:0x1f] }",
            ),
            (
                "python",
                "x = '''a\n'b''' # don't",
                "x = [string:'''a\n'b'''] [comment:# don't]",
            ),
            ("sh", "echo $# a#b # c", "echo $# a#b [comment:# c]"),
            (
                "sql",
                "select 'it''s' -- x",
                "[keyword:select] [string:'it'][string:'s'] [comment:-- x]",
            ),
            (
                "json",
                r#"{"a\"b": [1, true]}"#,
                r#"{[string:&quot;a\&quot;b&quot;]: [[number:1], [keyword:true]]}"#,
            ),
            (
                "html",
                "<a href=\"b\"><!-- c -->",
                "&lt;a href=[string:&quot;b&quot;]&gt;[comment:&lt;!-- c --&gt;]",
            ),
            (
                "go",
                "1.5 + 0x1f + a.b",
                "[number:1.5] + [number:0x1f] + a.b",
            ),
            ("text", "const a = 1 < 2", "const a = 1 &lt; 2"),
        ] {
            assert_eq!(coloured(code, language), expected, "{language}");
        }
    }

    #[test]
    fn what_is_never_closed_ends_with_its_line_or_the_text() {
        assert_eq!(coloured("a \"b\\\nif", "js"), "a [string:&quot;b\\\nif]");
        assert_eq!(
            coloured("a \"b\nif", "js"),
            "a [string:&quot;b]\n[keyword:if]"
        );
        assert_eq!(coloured("/* a", "css"), "[comment:/* a]");
        assert_eq!(coloured("\"é\\", "js"), "[string:&quot;é\\]");
        assert_eq!(coloured("\"\\é", "js"), "[string:&quot;\\é]");
    }

    #[test]
    fn no_character_is_lost() {
        let signs = [
            "\"", "'", "`", "\\", "/*", "*/", "//", "#", "é", "\n", "if", "1", "<!--", "&",
        ];
        for number in 0..signs.len().pow(4) {
            let code: String = (0..4)
                .map(|place| signs[number / signs.len().pow(place) % signs.len()])
                .collect();
            for language in ["js", "py", "html"] {
                let mut html = String::new();
                push(&mut html, &code, language, words(Locale::English));
                let text = ["comment", "string", "number", "keyword"]
                    .iter()
                    .fold(html.replace("</span>", ""), |html, class| {
                        html.replace(&format!("<span class=\"{class}\">"), "")
                    });
                assert_eq!(text, escaped(&code), "{code:?} as {language}");
            }
        }
    }
}
