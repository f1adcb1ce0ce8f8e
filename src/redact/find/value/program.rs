//! Program source: only its string literals hold secrets. Types, calls, members and keywords are none.

use std::ops::Range;

use super::form::{is_key_like, is_password_like, looks_random};
use super::names::{is_camel_case, is_made_of_names};

/// How much of a line is looked at on either side.
const REACH: usize = 400;

/// Tells whether a value stands in program source, outside of quotes, and is a part of it: `secret: Uint8Array`,
/// `password = yield* prompt()`, `authorization: this.header.bind(this)`.
pub fn is_part(text: &[u8], value: &Range<usize>) -> bool {
    let is_quoted = value
        .start
        .checked_sub(1)
        .and_then(|at| text.get(at))
        .is_some_and(|byte| b"\"'`".contains(byte));
    let Some(bytes) = text.get(value.clone()).filter(|_| !is_quoted) else {
        return false;
    };
    // `!options.password`, `options?.password`
    let negation = bytes.iter().take_while(|byte| **byte == b'!').count();
    let is_of_name = |(at, byte): &(usize, &u8)| {
        let next = bytes.get(at + 1);
        byte.is_ascii_alphanumeric()
            || b"_$.".contains(byte)
            // `this.#secret`
            || **byte == b'#' && *at > 0 && bytes.get(at - 1) == Some(&b'.')
            || **byte == b'?' && next == Some(&b'.')
            || *at < negation
    };
    let name = bytes.iter().enumerate().take_while(is_of_name).count();
    let next = bytes
        .get(name)
        .or_else(|| text.get(value.end))
        .copied()
        .unwrap_or(b'\n');
    // `yield* prompt()`, and not `aso52Cinder*oHIy`
    let is_star = next == b'*'
        && bytes
            .get(name + 1)
            .or_else(|| text.get(value.end))
            .is_some_and(|byte| !byte.is_ascii_whitespace());
    let is_name = name > 0 && !is_star && bytes.get(..name).is_some_and(is_made_of_names);
    // Signs that follow a name in an expression, and signs that cannot.
    let goes_on = matches!(
        next,
        b'(' | b'['
            | b'<'
            | b'>'
            | b';'
            | b','
            | b')'
            | b']'
            | b'*'
            | b':'
            | b'|'
            | b' '
            | b'\n'
            | b'\r'
            | b'{'
            | b'}'
    );
    is_name
        && goes_on
        && (name == bytes.len() || b"([<*; ".contains(&next))
        && is_source(text, value)
}

/// Tells whether lines are of program source: most of them begin or end as statements do. What a file is called does
/// not tell that.
pub fn is_source_text(text: &[u8]) -> bool {
    /// So many lines are enough to tell.
    const MOST_LINES: usize = 400;
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| !line.is_empty()).take(MOST_LINES);
    let (all, of_source) = lines.fold((0, 0), |(all, of_source), line| {
        (all + 1, of_source + usize::from(is_statement(line)))
    });
    all >= 3 && of_source * 2 >= all
}

/// Tells whether a line is a statement, or a part of one.
fn is_statement(line: &[u8]) -> bool {
    let word = line
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let is_comment = [&b"//"[..], b"/*", b"* ", b"*/"]
        .iter()
        .any(|mark| line.starts_with(mark));
    let begins = line
        .get(..word)
        .is_some_and(|word| KEYWORDS.contains(&word))
        && line.get(word) == Some(&b' ');
    is_comment
        || begins
        || matches!(
            line.last(),
            Some(b';' | b'{' | b'}' | b'(' | b')' | b',' | b']' | b'[')
        )
}

/// Tells whether a value in lines of program source, by [`is_source_text`], is a part of the program. In such lines a
/// value without quotes is one, unless it looks like a secret, or its line is one of settings.
pub fn is_told_part(text: &[u8], value: &Range<usize>) -> bool {
    let nearest = value.start.saturating_sub(REACH);
    let before = text.get(nearest..value.start).unwrap_or_default();
    let own_start = before
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let behind = text
        .get(value.end..(value.end + REACH).min(text.len()))
        .unwrap_or_default();
    let own_end = behind
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let bytes = text.get(value.clone()).unwrap_or_default();
    let is_quoted = own_start
        .iter()
        .chain(bytes)
        .any(|byte| b"\"'`".contains(byte));
    let trimmed = own_start.trim_ascii_start();
    let is_comment = [&b"//"[..], b"/*", b"*", b"#", b"--"]
        .iter()
        .any(|mark| trimmed.starts_with(mark))
        || memchr::memmem::find(own_start, b"//").is_some();
    // `DB_PASSWORD=x`: a program has blanks there, or a bracket before.
    let is_setting = own_start.ends_with(b"=")
        && trimmed
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.=".contains(byte));
    let line: Vec<u8> = [own_start, bytes, own_end].concat();
    let may_be_secret = is_key_like(bytes) || looks_random(bytes) || is_password_like(bytes);
    !is_quoted && !is_comment && !is_setting && !may_be_secret && is_statement(line.trim_ascii())
}

/// Tells whether a value without quotes is a piece of an expression: `getKey(path,route)`, `size*Factor`,
/// `TRet<Uint8Array>`, `,salt,1e5,32`, `ok.");if(a)`. A password may hold each sign, but seldom behind a name of some
/// length.
pub fn is_expression(value: &[u8]) -> bool {
    const SHORTEST_NAME: usize = 3;
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$.".contains(byte);
    let is_name = |name: &[u8]| name.len() >= SHORTEST_NAME && is_made_of_names(name);
    let goes_on_as_statement = || {
        [
            &b"){"[..],
            b");",
            b"),",
            b"\")",
            b"\",",
            b"{return",
            b"||",
            b"={",
            b"=>",
        ]
        .iter()
        .any(|sign| memchr::memmem::find(value, sign).is_some())
    };
    let begins_behind_a_name = value.starts_with(b",") && value.len() > 1;
    let name = value.iter().take_while(|byte| is_of_name(byte)).count();
    let first = value.get(..name).unwrap_or_default();
    let is_call = value.get(name) == Some(&b'(') && is_name(first);
    let is_type = value.get(name) == Some(&b'<')
        && value.last() == Some(&b'>')
        && first.iter().all(u8::is_ascii_alphanumeric)
        && value.get(name + 1..value.len() - 1).is_some_and(is_name);
    // `1*tchar`, `blockSize*count`, and not `Dagger*summit79`
    let is_product = || {
        let mut factors = value.split(|byte| *byte == b'*');
        let (Some(one), Some(other), None) = (factors.next(), factors.next(), factors.next())
        else {
            return false;
        };
        let is_number = !one.is_empty() && one.iter().all(u8::is_ascii_digit);
        let is_variable =
            |name: &[u8]| name.iter().all(u8::is_ascii_alphabetic) && is_made_of_names(name);
        is_number && is_variable(other)
            || is_variable(one)
                && is_variable(other)
                && (is_camel_case(one) || is_camel_case(other))
    };
    begins_behind_a_name || is_call || is_type || goes_on_as_statement() || is_product()
}

/// Tells whether the line of a place, or one beside it, is of program source.
fn is_source(text: &[u8], place: &Range<usize>) -> bool {
    let nearest = place.start.saturating_sub(REACH);
    let before = text.get(nearest..place.start).unwrap_or_default();
    let behind = text
        .get(place.end..(place.end + REACH).min(text.len()))
        .unwrap_or_default();
    let mut lines_before = before.rsplit(|byte| *byte == b'\n');
    let mut lines_behind = behind.split(|byte| *byte == b'\n');
    let own_start = lines_before.next().unwrap_or_default().trim_ascii();
    let own_end = lines_behind.next().unwrap_or_default().trim_ascii();
    let begins = |line: &[u8]| {
        // Some of these words begin sentences, too.
        if !line
            .iter()
            .chain(own_end)
            .any(|byte| b"(){};=<>".contains(byte))
        {
            return false;
        }
        let line = line.strip_prefix(b"* ").unwrap_or(line);
        let word = line
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'@')
            .count();
        line.get(..word)
            .is_some_and(|word| KEYWORDS.contains(&word))
            && line.get(word).is_none_or(|byte| b" (".contains(byte))
    };
    let ends = |line: &[u8]| {
        matches!(
            line.trim_ascii().last(),
            Some(b';' | b'{' | b'}' | b'(' | b',' | b')')
        )
    };
    let holds = |line: &[u8]| {
        [&b"=> "[..], b"): ", b"::", b" -> ", b"|null", b" | "]
            .iter()
            .any(|sign| memchr::memmem::find(line, sign).is_some())
    };
    begins(own_start)
        || ends(own_end)
        || own_end.is_empty() && text.get(place.clone()).is_some_and(ends)
        || holds(own_start)
        || holds(own_end)
        || own_start.ends_with(b"<")
        || lines_before
            .find(|line| !line.trim_ascii().is_empty())
            .is_some_and(ends)
        || lines_behind
            .find(|line| !line.trim_ascii().is_empty())
            .is_some_and(|line| ends(line) || begins(line.trim_ascii()))
}

/// Tells whether a word is one that begins a line of program source.
pub fn is_keyword(word: &[u8]) -> bool {
    KEYWORDS.contains(&word)
}

/// Words that begin a line of program source in languages that agents write.
const KEYWORDS: &[&[u8]] = &[
    b"const",
    b"let",
    b"var",
    b"import",
    b"export",
    b"public",
    b"private",
    b"protected",
    b"readonly",
    b"static",
    b"function",
    b"return",
    b"if",
    b"else",
    b"for",
    b"while",
    b"async",
    b"await",
    b"type",
    b"interface",
    b"class",
    b"struct",
    b"enum",
    b"impl",
    b"def",
    b"fn",
    b"pub",
    b"use",
    b"func",
    b"package",
    b"val",
    b"final",
    b"override",
    b"declare",
    b"throw",
    b"new",
    b"yield",
    b"self",
    b"this",
    b"@param",
    b"@returns",
    b"@type",
    b"case",
    b"switch",
    b"try",
    b"with",
    b"from",
    b"lambda",
    b"mut",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn is_part_of(text: &str, value: &str) -> bool {
        let start = text.find(value).unwrap();
        is_part(text.as_bytes(), &(start..start + value.len()))
    }

    #[test]
    fn pieces_of_expressions_are_told_from_values() {
        for value in [
            "getRouteCacheKey(pathname,route),handler=context}let",
            "function(){return",
            ",salt,1e5,32,",
            "children.\");if(isArray(a)){throw",
            "blockSize*ParallelizationFactor",
            "1*tchar",
            "TRet<Uint8Array>",
        ] {
            assert!(is_expression(value.as_bytes()), "{value}");
        }
        for value in [
            "Dagger*summit79",
            "k7}Qz(w9;",
            "Lagoon*melon",
            "aB3(xY9)q",
            "trz]d]drSZ9e",
        ] {
            assert!(!is_expression(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn names_of_a_program_are_told_from_values() {
        for (text, value) in [
            (
                "export function sign(secret: Uint8Array): void;",
                "Uint8Array",
            ),
            ("const password = yield* prompt(\"x\")", "yield*"),
            (
                "  refresh: (refreshToken: string) => Promise<OAuth2Tokens>;",
                "OAuth2Tokens",
            ),
            (
                "authorization: this._approveAuthorization.bind(this),",
                "this._approveAuthorization.bind",
            ),
            ("fn kernel(token: Avx512, v: i8);", "Avx512"),
            (
                "  clientSecret: IDENTITY_SERVER4_CLIENT_SECRET,",
                "IDENTITY_SERVER4_CLIENT_SECRET",
            ),
        ] {
            assert!(is_part_of(text, value), "{text}");
        }
        for (text, value) in [
            ("password: Granite7x\nuser: app\n", "Granite7x"),
            ("const password = \"Granite7x\";", "Granite7x"),
            (
                "x = KKfaDy7gP2NWdNoRlzkMqsTHyx;",
                "KKfaDy7gP2NWdNoRlzkMqsTHyx",
            ),
            ("the password is Granite7x.", "Granite7x"),
        ] {
            assert!(!is_part_of(text, value), "{text}");
        }
    }
}
