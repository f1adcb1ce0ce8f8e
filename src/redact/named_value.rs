//! Secrets that only their name gives away: `password = …`, `"apiKey": "…"`, `export TOKEN=…`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::rule::entropy;

/// The rule's id, which is the placeholder's name too.
pub const ID: &str = "named-secret";

/// Words that some name of a secret holds, for the keyword gate.
pub const KEYWORDS: [&str; 11] = [
    "pass", "pw", "psk", "cred", "secret", "token", "key", "auth", "bearer", "cookie", "session",
];

/// Names whose value is a secret whatever it looks like.
const STRONG_NAME: &str = r"(?:pass(?:word|wd|phrase|code)|pwd|secret|private[_-]?key|api[ _-]?key|access[_-]?key|client[_-]?key|signing[_-]?key|encryption[_-]?key|auth[_-]?key|(?:api|auth|access|refresh|bearer|id|session|security|bot|deploy|ci|github|gitlab|slack|npm)[ _-]?token|credentials?)";

/// Names whose value is a secret only if it looks like one.
const WEAK_NAME: &str = r"(?:token|key|auth|cookie|session)";

/// Names that end like a secret's and are none.
const HARMLESS_NAME: &str = r"(?i)(?:public[_-]?key|key[_-]?(?:id|name|board|code|word|path|file)|(?:token|secret|password|key|auth|session)s?[_-]?(?:url|uri|endpoint|type|name|count|limit|length|size|id|path|file|field|policy|hash|expir\w*|ttl)|max[_-]?tokens?|tokens|primary[_-]?key|foreign[_-]?key|sort[_-]?key|csrf|author(?:s|ed|ization[_-]?url)?|credentials?[_-]?id)$";

/// A pattern over bytes with ASCII classes.
#[expect(clippy::expect_used, reason = "constant patterns, proved by the tests")]
pub fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?-u){text}")).expect("the pattern is valid")
}

/// What follows a name: an operator and the start of a value. Escaped quotes (`\"`, `\\\"`) count as
/// quotes. A type may stand between them (`SECRET: &str = "…"`), and a default behind a variable or
/// a call (`env.SECRET || "…"`, `get("SECRET", "…")`), which has to be quoted.
static OPERATOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)^(?:\*\*)?(?:\\*["'`]|&quot;|%22)?\]?[ \t]{0,8}(:[ \t]*&?(?:'static )?[A-Za-z][A-Za-z0-9_<>]{0,60}[ \t]{0,4}=|:=|=>|={1,3}|:|%3A|%3D|\|\||\?\?|,|\(|-[ \t])(?:\*\*)?[ \t]{0,8}(?:[|>][+-]?\r?\n[ \t]{1,16})?(?:(?:\[\]byte|byte\[\]|string|str|bytes|buffer\.from|b)\(?)?(&quot;|%22|(?:\\*["'`]){0,3})"#,
    )
});

/// What stands before and behind a name whose value is in a field of its own: `name: X`, `value: Y`;
/// `variable "X" { default = "Y" }`; `<entry key="X">Y</entry>`; `#define X "Y"`; `| X | Y |`;
/// `<X>Y</X>`.
static PAIRS: LazyLock<[(Regex, Regex); 6]> = LazyLock::new(|| {
    [
        (
            r#"(?i)(?:name|key)\\*["']?\s{0,4}[:=]\s{0,4}\\*["']?$"#,
            r#"(?i)^\\*["']?\s{0,4},?(?:\\n|\s){0,40}(?:- )?\\*["']?value\\*["']?\s{0,4}[:=]\s{0,4}(\\*["']?)"#,
        ),
        (
            r#"(?i)variable\s{1,4}\\*["']$"#,
            r#"(?i)^\\*["']\s{0,8}\{[^}]{0,400}?default\s{0,8}=\s{0,8}(\\*["']?)"#,
        ),
        (
            r#"(?i)<[a-z:]{1,32}[^<>]{0,20}["']$"#,
            r#"^["'][^<>]{0,80}>\s{0,16}()"#,
        ),
        (
            r"(?:#define|ENV|setenv)\s{1,4}$",
            r#"^[ \t]{1,8}(\\*["']?)"#,
        ),
        (
            r"\|\s{0,8}(?:\*\*|`)?$",
            r"^(?:\*\*|`)?\s{0,8}\|\s{0,8}(`?)",
        ),
        (
            "<$",
            r"(?i)^(?:\s[^<>]{0,80})?>\s{0,16}(?:<!\[CDATA\[)?()",
        ),
    ]
    .map(|(before, behind)| (pattern(before), pattern(behind)))
});

static STRONG: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(?i){STRONG_NAME}")));
/// A name of two words.
static STRONG_START: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(?i)^{STRONG_NAME}")));
static WEAK: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(?i)(?:^|[_.-]){WEAK_NAME}s?$")));
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| pattern(HARMLESS_NAME));

/// Values that stand for a secret and are none.
static STAND_IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^(?:true|false|null|none|nil|undefined|unset|empty|string|number|boolean|text|any|object|required|optional|hidden|masked|redacted|removed|omitted|disabled|enabled|default|changeme|change[_-]me|example|placeholder|todo|tbd|n/a|yes|no|pass|passwd|password|secret|token|value|test|dummy|bearer|basic|env|prompt|here|your[_-]?.*|my[_-]?(?:secret|token|password|key)|x+|\*+|\.+|-+|_+|#+)$",
        // Version ranges, and the alphabet.
        r"|^[~^<>=v]{0,2}[0-9]+\.[0-9]+(?:\.[0-9x*]+)?(?:-[a-z0-9.]+)?$|^(?i:abc(?:d(?:e(?:f(?:g(?:hi?)?)?)?)?)?)$|^\*(?:const|mut)?$",
        r"|^[$%@<{\[(&]|\$\{|\{\{|^process\.env|^os\.(?:environ|getenv)|^env\.|^import\.meta|^~?/|^\.\.?/|^https?://|^\[redacted:",
    ))
});

#[derive(Clone, Copy, PartialEq)]
enum Strength {
    /// Whatever the value is.
    Strong,
    /// A value of letters and digits: the key or token of something named.
    Medium,
    /// A long, random value.
    Weak,
}

/// Short names of passwords: `DB_PASS`, `dbPass`, `pw`, `wpa-psk`.
static SHORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[_.-])(?i:pass|pw|psk|creds?)$|[a-z](?:Pass|Pw)$"));

/// The key or token of something: `acme_token`, `ACME_KEY`, `acmeToken`.
static MEDIUM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)[a-z0-9]{2,}[ _.-]?(?:token|key|auth|pat)$"));

/// Keys and tokens that are none of an account, and words that end so: monkey, turkey, hockey.
static ORDINARY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:sort|partition|cache|row|map|object|query|state|hot|short|arrow|item|group|index|lookup|unique|composite|data|storage|i18n|translation|message|event|page|next|prev|cursor|continuation|csrf|xsrf|tag|hash|idempotency|registry|json|dict|config|setting|feature|flag|metric|label|column|field|header|param|prop|style|theme|color|value|syntax|lexer|first|last|cancel|cancellation|parse|num|total|max|min|input|output|prompt|completion|call|host|ssh|public|pub|modifier|meta|ctrl|entry|node|path|file|module|import|chunk|template|locale|string|type|enum|mon|don|tur|hoc|jo|dis)[ _.-]?(?:token|key|auth|pat)s?$",
    )
});

fn strength(name: &[u8]) -> Option<Strength> {
    if HARMLESS.is_match(name) {
        None
    } else if STRONG.is_match(name) || SHORT.is_match(name) {
        Some(Strength::Strong)
    } else if MEDIUM.is_match(name) && !ORDINARY.is_match(name) {
        Some(Strength::Medium)
    } else {
        WEAK.is_match(name).then_some(Strength::Weak)
    }
}

/// Whether a name is that of a secret.
pub fn is_secret_name(name: &[u8]) -> bool {
    matches!(strength(name), Some(Strength::Strong | Strength::Medium))
}

/// HTTP headers whose value is a secret, as tools take them in objects of headers.
const SECRET_HEADERS: [&str; 7] = [
    "authorization",
    "cookie",
    "private-token",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
];

/// Whether the value of a JSON field of this name is a secret.
pub fn is_secret_field(name: &str, value: &str) -> bool {
    if SECRET_HEADERS
        .iter()
        .any(|header| name.eq_ignore_ascii_case(header))
    {
        // `Bearer $TOKEN`: what counts is behind the scheme.
        let credentials = value
            .split_ascii_whitespace()
            .next_back()
            .unwrap_or_default();
        return !is_stand_in(credentials.as_bytes());
    }
    match strength(name.as_bytes()) {
        Some(Strength::Strong) => value.len() >= 4 && !is_stand_in(value.as_bytes()),
        Some(Strength::Medium) => is_key_like(value.as_bytes()) || looks_random(value.as_bytes()),
        Some(Strength::Weak) => looks_random(value.as_bytes()),
        None => false,
    }
}

/// The longest name, on either side of the word in it that tells what it is.
const LONGEST_NAME: usize = 48;

/// How far behind a name a value may start.
const REACH: usize = 640;

/// The places of the values in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    for keyword in keywords {
        if keyword.start < at {
            continue;
        }
        let name = name_around(text, keyword);
        at = name.end;
        if is_head_of_column(text, &name) {
            column_below(text, &name, found);
        }
        if let Some(value) = value_of(text, &name).or_else(|| value_of_pair(text, &name)) {
            at = value.end;
            found.push(value);
        }
    }
}

/// Whether a name is the head of a column: it stands alone between two bars.
fn is_head_of_column(text: &[u8], name: &Range<usize>) -> bool {
    let behind = text.get(name.end..).unwrap_or_default().trim_ascii_start();
    let before = text.get(..name.start).unwrap_or_default();
    let before = before
        .get(before.len().saturating_sub(16)..)
        .unwrap_or_default();
    behind.starts_with(b"|")
        && before.trim_ascii_end().ends_with(b"|")
        && text.get(name.clone()).and_then(strength).is_some()
}

/// The whole name in which a keyword stands. Two words count as one where they are a known name.
fn name_around(text: &[u8], keyword: &Range<usize>) -> Range<usize> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let before = text.get(..keyword.start).unwrap_or_default();
    let behind = text.get(keyword.end..).unwrap_or_default();
    let length = |bytes: &mut dyn Iterator<Item = &u8>| {
        bytes
            .take(LONGEST_NAME)
            .take_while(|byte| is_name(byte))
            .count()
    };
    let mut start = keyword.start - length(&mut before.iter().rev());
    let end = keyword.end
        + behind
            .iter()
            .take(24)
            .take_while(|byte| is_name(byte) && **byte != b'.')
            .count();
    let first_word = text.get(..start.saturating_sub(1)).unwrap_or_default();
    if start > 0 && text.get(start - 1) == Some(&b' ') {
        let word = first_word
            .iter()
            .rev()
            .take(12)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let joined = start - 1 - word..end;
        if word > 0 && STRONG_START.is_match(text.get(joined.clone()).unwrap_or_default()) {
            start = joined.start;
        }
    }
    start..end
}

/// The value that is assigned to a name.
fn value_of(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    // Most names are not followed by an operator, and this tells faster than the pattern. Between
    // them may stand quotes, `&quot;` and `%22` among them, and blanks; `%3A` is an operator.
    let is_between = |byte: &u8| b"*\\\"'`&quot;%]2 \t".contains(byte);
    let operator = behind.iter().take(24).find(|byte| !is_between(byte))?;
    if !b":=|?,3(-".contains(operator) {
        return None;
    }
    let captures = OPERATOR.captures(behind)?;
    let (operator, quote) = (captures.get(1)?.as_bytes(), captures.get(2)?.as_bytes());
    let strength = strength(text.get(name.clone())?)?;
    let start = name.end + captures.get(0)?.end();
    let rest = text.get(start..)?;
    let (length, is_quoted) = value_length(rest, quote);
    let value = rest.get(..length)?;
    let next = rest.get(length).copied();
    let is_likely = |value| {
        (is_key_like(value) || is_password_like(value)) && !is_stand_in(value) && !is_code(value)
    };
    // `Password={…}` in a connection string, and not a member or an element of JSX.
    if let Some(inner) = rest.strip_prefix(b"{").filter(|_| operator == b"=") {
        let length = inner.iter().take(64).position(|byte| *byte == b'}')?;
        let is_found = strength == Strength::Strong && inner.get(..length).is_some_and(is_likely);
        return is_found.then_some(start + 1..start + 1 + length);
    }
    let is_found = if matches!(operator, b"," | b"||" | b"??" | b"(") {
        is_quoted && is_likely(value)
    } else if operator.first() == Some(&b'-') {
        strength != Strength::Weak && is_likely(value)
    } else {
        is_secret(value, next, strength, is_quoted)
            || (!is_quoted
                && strength == Strength::Strong
                && is_setting(text, name.start, start, value, operator))
    };
    is_found.then_some(start..start + length)
}

/// The value in a field of its own.
fn value_of_pair(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(name.start.saturating_sub(24)..name.start)?;
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    for (pattern_before, pattern_behind) in PAIRS.iter() {
        if !pattern_before.is_match(before) {
            continue;
        }
        let Some(captures) = pattern_behind.captures(behind) else {
            continue;
        };
        let start = name.end + captures.get(0)?.end();
        let rest = text.get(start..)?;
        let (length, is_quoted) = value_length(rest, captures.get(1)?.as_bytes());
        let value = rest.get(..length)?;
        let strength = strength(text.get(name.clone())?)?;
        // It stands where no code can: a word with a digit is enough.
        let is_word = strength == Strength::Strong
            && value.len() >= 4
            && value.iter().any(u8::is_ascii_digit)
            && !is_stand_in(value);
        let is_found = is_secret(value, None, strength, is_quoted) || is_word;
        return is_found.then_some(start..start + length);
    }
    value_before(text, name)
}

/// The value in the field before that of the name: `"value": "Y", "name": "X"`.
fn value_before(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?i)value\\*["']?\s{0,4}[:=]\s{0,4}\\*["']([^"'\\\s]{4,256})\\*["']\s{0,4},\s{0,40}\\*["']?(?:name|key)\\*["']?\s{0,4}[:=]\s{0,4}\\*["']?$"#,
        )
    });
    if !matches!(text.get(name.start.wrapping_sub(1)), Some(b'"' | b'\'')) {
        return None;
    }
    let start = name.start.saturating_sub(360);
    let value = BEFORE.captures(text.get(start..name.start)?)?.get(1)?;
    let strength = strength(text.get(name.clone())?)?;
    let is_found = is_secret(value.as_bytes(), None, strength, true);
    is_found.then_some(start + value.start()..start + value.end())
}

/// How much of a table's line may stand before the head of a column, in bytes.
const LONGEST_ROW_START: usize = 400;

/// The cells below a name that is the head of a column of a Markdown table.
fn column_below(text: &[u8], name: &Range<usize>, found: &mut Vec<Range<usize>>) {
    // Looked for near the name only: a line may be as long as the text.
    let nearest = name.start.saturating_sub(LONGEST_ROW_START);
    let near = text.get(nearest..name.start).unwrap_or_default();
    let Some(line_start) = near
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map(|end| nearest + end + 1)
        .or((nearest == 0).then_some(0))
    else {
        return;
    };
    let before = text.get(line_start..name.start).unwrap_or_default();
    let column = before.iter().filter(|byte| **byte == b'|').count();
    let lines = text.get(line_start..).unwrap_or_default();
    let mut at = line_start;
    for (index, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        let line_start = at;
        at += line.len() + 1;
        // A table has one line of dashes, below its head, and ends with the first line that is none
        // of it. So no line is looked at for two tables.
        let is_dashes = line.iter().all(|byte| b"|-: \t\r".contains(byte));
        if !line.trim_ascii_start().starts_with(b"|") || (index > 0 && is_dashes != (index == 1)) {
            return;
        }
        if index > 1 {
            found.extend(secret_in_cell(text, line, line_start, column));
        }
    }
}

/// The secret that is the whole of one cell of a table's line.
fn secret_in_cell(
    text: &[u8],
    line: &[u8],
    line_start: usize,
    column: usize,
) -> Option<Range<usize>> {
    let mut cells = line.split(|byte| *byte == b'|');
    let before: usize = cells.by_ref().take(column).map(|cell| cell.len() + 1).sum();
    let cell = cells.next()?;
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'`';
    let leading = cell.iter().take_while(|byte| is_edge(byte)).count();
    let trailing = cell.iter().rev().take_while(|byte| is_edge(byte)).count();
    let start = line_start + before + leading;
    let place = start
        ..(line_start + before + cell.len())
            .saturating_sub(trailing)
            .max(start);
    let value = text.get(place.clone())?;
    let is_found = (is_key_like(value) || is_password_like(value)) && !is_stand_in(value);
    is_found.then_some(place)
}

/// Whether a plain word is the whole rest of a line that starts with the name, as in files of
/// settings: `Password=word`, and `export PASSWORD=word`, but not `f(password=word)`. Behind a colon,
/// where a type may stand, it needs a digit.
fn is_setting(text: &[u8], name: usize, start: usize, value: &[u8], operator: &[u8]) -> bool {
    let line = text.get(..name).unwrap_or_default();
    let line_start = line.len().saturating_sub(16);
    let line = line.get(line_start..).unwrap_or_default();
    let line = line
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let before = line.trim_ascii();
    let is_start =
        before.is_empty() || matches!(before, b"export" | b"set" | b"ENV" | b"-e" | b"-");
    let after = text.get(start + value.len()..).unwrap_or_default();
    let is_end = matches!(after.first(), None | Some(b'\n' | b'\r'));
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    is_start
        && is_end
        && value.len() >= 6
        && value.iter().all(is_word)
        && (operator == b"=" || value.iter().any(u8::is_ascii_digit) && !is_version_or_words(value))
        && !is_stand_in(value)
        && (operator == b"=" && !value.contains(&b'_') || !STRONG.is_match(value))
}

/// The longest value that is taken.
const LONGEST: usize = 4096;

/// Where the value ends: at its own quote, or at the next blank or delimiter.
fn value_length(rest: &[u8], quote: &[u8]) -> (usize, bool) {
    let window = rest.get(..LONGEST).unwrap_or(rest);
    if let Some(mark) = quote.last().filter(|byte| b"\"'`".contains(byte)) {
        let end = window
            .iter()
            .position(|byte| byte == mark || *byte == b'\n');
        let end = end.filter(|end| window.get(*end) == Some(mark));
        if let Some(end) = end {
            let value = window.get(..end).unwrap_or_default();
            let escapes = value
                .iter()
                .rev()
                .take_while(|byte| **byte == b'\\')
                .count();
            return (end - escapes, true);
        }
    }
    let is_end = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(
                byte,
                b'"' | b'\''
                    | b'`'
                    | b','
                    | b';'
                    | b'<'
                    | b'>'
                    | b'|'
                    | b'&'
                    | b')'
                    | b']'
                    | b'}'
                    | b'\\'
            )
    };
    (
        window.iter().position(is_end).unwrap_or(window.len()),
        false,
    )
}

fn is_secret(value: &[u8], next: Option<u8>, strength: Strength, is_quoted: bool) -> bool {
    // A call, a member or an index is code.
    let is_code = || {
        matches!(next, Some(b'(' | b'['))
            || value.iter().any(|byte| matches!(byte, b'(' | b'['))
            || is_code(value)
    };
    let is_marked = |byte: &u8| byte.is_ascii_digit() || b"!@#$%^&*+/=".contains(byte);
    // The patterns come last: a text may hold very many values, each of them long.
    match (strength, is_quoted) {
        (Strength::Strong, true) => value.len() >= 4 && !is_stand_in(value) && !is_sentence(value),
        (Strength::Strong, false) => {
            value.len() >= 6 && value.iter().any(is_marked) && !is_stand_in(value) && !is_code()
        }
        (Strength::Medium, true) => is_key_like(value) || looks_random(value),
        (Strength::Medium, false) => (is_key_like(value) || looks_random(value)) && !is_code(),
        (Strength::Weak, true) => looks_random(value),
        (Strength::Weak, false) => looks_random(value) && !is_code(),
    }
}

/// A number, an identifier or a member of something: `3229640218`, `Http2Session`, `_type_3`,
/// `e.tokens.length-1`, `std::env`.
pub fn is_code(value: &[u8]) -> bool {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:-?[0-9_]+(?:[iu](?:8|16|32|64|128|size)|[uUlLn]{0,3})|0x[0-9a-fA-F_]+|[A-Za-z_$][A-Za-z0-9_$]*(?:(?:\?\.|\.|::|->)[A-Za-z_$][A-Za-z0-9_$]*)+(?:[^A-Za-z0-9].*)?)$",
        )
    });
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let starts_with_digit = value.first().is_some_and(u8::is_ascii_digit);
    let is_name = !starts_with_digit && digits <= 2 && value.iter().all(is_word);
    is_name || CODE.is_match(value)
}

/// A sentence about a secret, as descriptions and messages are.
fn is_sentence(value: &[u8]) -> bool {
    let spaces = value.iter().filter(|byte| **byte == b' ').count();
    let is_capital = value.first().is_some_and(u8::is_ascii_uppercase);
    let has_digit = value.iter().any(u8::is_ascii_digit);
    spaces >= 3 && !has_digit && (is_capital || spaces >= 6)
}

/// Whether a value only stands for a secret: a placeholder, a variable, a mask.
pub fn is_stand_in(value: &[u8]) -> bool {
    value.is_empty() || STAND_IN.is_match(value)
}

/// Letters, digits, and a capital or a special character, as people make passwords.
pub fn is_password_like(value: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let is_special = |byte: &u8| b"!@#$%^&*+_~-".contains(byte);
    let has_both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let starts_like_code = value.first().is_some_and(|byte| b"$<{[(%@/".contains(byte));
    value.len() >= 6
        && !starts_like_code
        && has(u8::is_ascii_alphabetic)
        && (has(u8::is_ascii_digit) || value.iter().any(|byte| b"!@#$%^*".contains(byte)))
        && (has_both_cases || value.iter().any(is_special))
        && !is_identifier(value)
        && !is_version_or_words(value)
}

/// Words and numbers that are joined: `user-profile-2`, `v1.2.3`, `2026-11-22`, `ISO-8859-1`.
fn is_version_or_words(value: &[u8]) -> bool {
    let is_part = |part: &[u8]| {
        part.iter().all(u8::is_ascii_digit)
            || part.iter().all(u8::is_ascii_alphabetic)
            || (part.len() <= 4
                && part
                    .iter()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
    };
    value.split(|byte| b"-_.:/+@#".contains(byte)).all(is_part)
        && !value.iter().any(|byte| b"@#".contains(byte))
}

/// Letters and digits that are no words: the key of some service, a UUID too.
fn is_key_like(value: &[u8]) -> bool {
    let is_uuid = value.len() == 36 && value.iter().filter(|byte| **byte == b'-').count() == 4;
    let is_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+/=.~-*#!&%$@".contains(byte);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    (10..=512).contains(&value.len())
        && value.iter().all(is_alphabet)
        && digits >= 2
        && (value.iter().any(u8::is_ascii_alphabetic) || value.len() >= 24)
        && (is_uuid || !is_identifier(value))
        && !is_stand_in(value)
        && (value.len() >= 24 || !is_version_or_words(value))
        && entropy(value) >= 2.5
}

/// Letters and digits mixed, long, and of high entropy.
fn looks_random(value: &[u8]) -> bool {
    value.len() >= 16
        && value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
        && !value.iter().any(u8::is_ascii_whitespace)
        && !is_stand_in(value)
        && !is_identifier(value)
        && entropy(value) >= 3.4
}

/// OpenCode's and providers' ids, UUIDs and digests are shown: support needs them.
fn is_identifier(value: &[u8]) -> bool {
    static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9].*|(?:ses|msg|prt|call|toolu|evt|per|que|pty|tool|resp|req|chatcmpl|run|step)[_-][A-Za-z0-9_-]+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{40}|sha(?:1|256|384|512)[:-].+|h1:.+|SHA256:.+)$",
        )
    });
    IDENTIFIER.is_match(value)
}

#[cfg(test)]
mod tests {
    use super::super::scan::{NAMED_VALUES, find_by};
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find_by(&NAMED_VALUES, text)
    }

    #[test]
    fn finds_values_by_their_name() {
        for (text, value) in [
            ("DB_PASSWORD=hunter2222", "hunter2222"),
            ("export API_KEY='a b c d'", "a b c d"),
            ("password: \"correct horse\"", "correct horse"),
            (r#"{"clientSecret":"s3cr3t!x"}"#, "s3cr3t!x"),
            (r#"{\"clientSecret\":\"s3cr3t!x\"}"#, "s3cr3t!x"),
            ("**API key:** `k7f9d2m1q8w3`", "k7f9d2m1q8w3"),
            ("newCredentials = \"zz99xx88\"", "zz99xx88"),
            ("TOKEN=f3a9c1d7e5b2486099aa", "f3a9c1d7e5b2486099aa"),
            ("aws_secret_access_key = 9dKq1/zz+8Lm", "9dKq1/zz+8Lm"),
            ("const API_SECRET: &str = \"s3cr3tValue9\";", "s3cr3tValue9"),
            ("process.env.API_KEY || 's3cr3tValue9'", "s3cr3tValue9"),
            ("os.getenv(\"API_KEY\", \"s3cr3tValue9\")", "s3cr3tValue9"),
            ("setPassword(\"s3cr3tValue9\")", "s3cr3tValue9"),
            ("- name: DB_PASSWORD\n  value: \"hunter22\"", "hunter22"),
            (
                "{\"value\":\"hunter22\",\"name\":\"DB_PASSWORD\"}",
                "hunter22",
            ),
            (
                "variable \"db_password\" {\n  default = \"hunter22\"\n}",
                "hunter22",
            ),
            ("<entry key=\"db.password\">hunter22</entry>", "hunter22"),
            ("<password>hunter22</password>", "hunter22"),
            (
                "| user | password |\n| --- | --- |\n| jo | Hunter-2bX2 |",
                "Hunter-2bX2",
            ),
            ("#define WIFI_PASSWORD \"hunter22\"", "hunter22"),
            ("password: |\n  hunter2222x\n", "hunter2222x"),
            ("Server=a;Password={Hunter-2bX2};", "Hunter-2bX2"),
            ("password=&quot;Hunter-2bX2&quot;", "Hunter-2bX2"),
            (
                "snyk_token: 12345678-abcd-abcd-abcd-1234567890ab",
                "12345678-abcd-abcd-abcd-1234567890ab",
            ),
            ("Password=thisismypassphrase\n", "thisismypassphrase"),
        ] {
            assert_eq!(found(text), [value], "{text}");
        }
    }

    #[test]
    fn fields_are_secret_by_their_name() {
        for (name, value) in [
            ("Authorization", "Basic dXNlcjpwYXNz"),
            ("cookie", "a=1"),
            ("X-API-Key", "k1"),
            ("apiKey", "plainword"),
            ("db_password", "1234"),
        ] {
            assert!(is_secret_field(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("Authorization", "Bearer $TOKEN"),
            ("authorization", "Bearer <your-token>"),
            ("apiKey", "${API_KEY}"),
            ("password", ""),
            ("key", "name"),
            ("publicKey", "abcdef1234567890abcdef"),
            ("maxTokens", "4096"),
            ("filePath", "src/password.rs"),
        ] {
            assert!(!is_secret_field(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn leaves_code_and_stand_ins() {
        for text in [
            "token: string",
            "key={item.id}",
            "secret: Schema.String",
            "const token = getToken()",
            "password: ********",
            "PASSWORD=${DB_PASSWORD}",
            "api_key = process.env.OPENAI_API_KEY",
            "apiKey: \"<your-key>\"",
            "password = None",
            "tokens: 1234",
            "max_tokens=4096000000000000",
            "key: ses_dfdc7ba45ffe28EN2spRGfXm93",
            "token_url=https://example.com/oauth/token1234567",
            "publicKey: \"abcdef1234567890abcdef\"",
            "author: Jordan Doe 1234567890123456",
            "keyboard: a1b2c3d4e5f6g7h8i9j0",
            "f(password=my_word)",
            "session: Http2Session,",
            "pub const KEY_SIZE_SECRET: u32 = 3229640218;",
            "\"@inquirer/password\": \"^5.2.5\"",
            "secret: 'Used to sign the tokens of users'",
            "new session - 2026-11-22T16:33:13.396Z",
            "sort_key = user-profile-123456",
            "nextPageToken: 1234567890",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
