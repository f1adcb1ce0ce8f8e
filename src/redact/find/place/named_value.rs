//! Secrets that only their name gives away: `password = …`, `"apiKey": "…"`, `export TOKEN=…`.

use std::ops::Range;

use super::super::pattern::Pattern;
use super::super::secret_name::{STRONG, STRONG_START, Strength, is_ordinary, strength};
use super::super::value::form::{
    is_code, is_key_like, is_password_like, is_stand_in, is_version_or_words, is_whole_stand_in,
    looks_random,
};
use super::super::value::program;
use super::assigned::{REACH, is_secret, value_length};
use super::operator::Operator;
use super::{data_line, name_value_pair, option, pairs, setter, table, url_parameter};

/// Words that some name of a secret holds, for the keyword gate.
pub const KEYWORDS: [&str; 45] = [
    "salt",
    "connection_string",
    "connectionstring",
    "pass",
    "pw",
    "psk",
    "cred",
    "secret",
    "token",
    "key",
    "auth",
    "bearer",
    "cookie",
    "session",
    "kennwort",
    "wachtwoord",
    "senha",
    "contrase",
    "totp",
    // Names of Chinese clouds: access key and secret key.
    "_sk",
    "_ak",
    "\"sk\"",
    "\"sk\\",
    "\"ak\"",
    "\"ak\\",
    "signing",
    "sonar_login",
    "sonar.login",
    "_pin",
    "\"pin",
    "alarm_code",
    "door_code",
    "gate_code",
    "unlock_code",
    "safe_code",
    // Numbers in JSON. `otp` alone stands in many words.
    "otp\"",
    "otp\\",
    "otpcode",
    "otp_code",
    "cvv",
    "cvc\"",
    "mfacode",
    "verificationcode",
    "securitycode",
    "onetimecode",
];

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

/// Tells whether the value of a JSON field of this name is a secret.
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
        return !is_whole_stand_in(credentials.as_bytes());
    }
    match strength(name.as_bytes()) {
        Some(Strength::Strong | Strength::Key) => {
            value.len() >= 4 && !is_whole_stand_in(value.as_bytes())
        }
        Some(Strength::Medium) => is_key_like(value.as_bytes()) || looks_random(value.as_bytes()),
        Some(Strength::Weak) => looks_random(value.as_bytes()),
        None => false,
    }
}

/// The longest name, on either side of the word in it that tells what it is.
const LONGEST_NAME: usize = 48;

/// The places of the values in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut columns = table::TableColumns::default();
    for keyword in keywords {
        if keyword.start < at {
            continue;
        }
        let name = name_around(text, keyword);
        at = name.end;
        // Most names are those of no secret.
        let is_option = |name: &[u8]| {
            name.starts_with(b"-")
                && [&b"pass"[..], b"passin", b"passout"]
                    .iter()
                    .any(|end| name.ends_with(end))
        };
        if !text
            .get(name.clone())
            .is_some_and(|name| strength(name).is_some() || is_option(name))
        {
            continue;
        }
        if is_in_arn(text, &name) {
            continue;
        }
        table::column_below(text, &name, &mut columns, found);
        let value = value_at_place(text, &name);
        if let Some(value) = value {
            at = value.end;
            let is_sign = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
            if !text
                .get(value.clone())
                .is_some_and(|value| value.iter().all(is_sign))
            {
                found.push(value);
            }
        }
    }
}

/// Tells whether a name is a part of an Amazon Resource Name, which tells where a secret is:
/// `arn:aws:…:secret:prod/db`.
fn is_in_arn(text: &[u8], name: &Range<usize>) -> bool {
    let before = text
        .get(name.start.saturating_sub(128)..name.start)
        .unwrap_or_default();
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`(,".contains(byte);
    let word = before.rsplit(is_edge).next();
    word.is_some_and(|word| word.starts_with(b"arn:"))
}

/// The value of a name. The first kind of place that knows itself decides.
fn value_at_place(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let of_parameter = url_parameter::value_of(text, name);
    let of_option =
        || option::value_of(text, name).or_else(|| option::value_of_windows(text, name));
    let of_pair = || pairs::value_of(text, name);
    if let Some(value) = of_parameter.or_else(of_option).or_else(of_pair) {
        return Some(value);
    }
    let is_no_part = |value: &Range<usize>| !program::is_part(text, value);
    if let Some(decided) = data_line::value_of(text, name) {
        return decided.filter(is_no_part);
    }
    value_of(text, name)
        .filter(is_no_part)
        .or_else(|| name_value_pair::value_of(text, name))
        .or_else(|| value_of_word(text, name))
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
    let is_second_word = text.get(start).is_some_and(|byte| b"kKtT".contains(byte));
    if is_second_word && start > 0 && text.get(start - 1) == Some(&b' ') {
        let word = first_word
            .iter()
            .rev()
            .take(12)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let joined = start - 1 - word..end;
        // `public key`, `cache key`, `sort key`
        let before = text.get(start - 1 - word..start - 1).unwrap_or_default();
        if word > 0 && is_ordinary(before) {
            return joined;
        }
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
    // them may stand quotes, `&quot;` and `%22` among them, and blanks; `%3A` and `\u003a` are
    // operators.
    let is_quote = |byte: &u8| matches!(byte, b'*' | b'\\' | b'"' | b'\'' | b'`' | b']');
    let is_encoded = |byte: &u8| {
        matches!(
            byte,
            b'&' | b'q' | b'u' | b'o' | b't' | b';' | b'#' | b'%' | b'2'
        )
    };
    let is_between = |byte: &u8| matches!(byte, b' ' | b'\t') || is_quote(byte) || is_encoded(byte);
    let at = behind.iter().take(24).position(|byte| !is_between(byte))?;
    let operator = behind.get(at)?;
    if !b":=|?,03(-".contains(operator) {
        return None;
    }
    // Behind these it has to be quoted, as it is or in a conversion: `, b"…"`, `, Buffer.from("…")`.
    let argument = behind.get(at + 1..)?.trim_ascii_start().first();
    let may_be_quoted = |byte: &u8| b"\"'`\\&%*|>[bBsS".contains(byte);
    if b",(".contains(operator) && !argument.is_some_and(may_be_quoted) {
        return None;
    }
    // Before the pattern, which takes longer: many names are those of no secret.
    let strength = strength(text.get(name.clone())?)?;
    let Operator {
        sign: operator,
        quote,
        end,
    } = Operator::at_start(behind)?;
    // `""` is empty, and what follows it stands in no quotes.
    if matches!(quote, [first, second] if first == second) || is_ternary(text, name, operator) {
        return None;
    }
    let start = name.end + end;
    let rest = text.get(start..)?;
    let is_verbatim = quote == b"\"" && text.get(..start)?.ends_with(b"@\"");
    let of_verbatim = is_verbatim.then(|| verbatim_length(rest)).flatten();
    let (length, is_quoted) = match of_verbatim {
        Some(length) => (length, true),
        None => value_length(rest, quote),
    };
    let value = rest.get(..length)?;
    let next = rest.get(length).copied();
    let is_likely = |value| {
        (is_key_like(value) || is_password_like(value)) && !is_stand_in(value) && !is_code(value)
    };
    // `q{…}` of Perl, `%q(…)` of Ruby
    if let Some(inner) = bracketed(rest) {
        let is_found = strength.is_strong()
            && inner.len() >= 4
            && rest
                .get(inner.clone())
                .is_some_and(|value| !is_stand_in(value));
        return is_found.then_some(start + inner.start..start + inner.end);
    }
    // `Password={…}` in a connection string, and not a member or an element of JSX.
    if let Some(inner) = rest.strip_prefix(b"{").filter(|_| operator == b"=") {
        let length = inner.iter().take(64).position(|byte| *byte == b'}')?;
        let is_object = |value: &[u8]| value.iter().any(|byte| b" \"'`".contains(byte));
        let inner = inner.get(..length)?;
        let is_of_connection = text.get(..name.start)?.ends_with(b";");
        let is_found = strength.is_strong()
            && !is_object(inner)
            && (is_likely(inner) || is_of_connection && inner.len() >= 4 && !is_stand_in(inner));
        return is_found.then_some(start + 1..start + 1 + length);
    }
    let is_found = if matches!(operator, b"," | b"||" | b"??" | b"(") {
        let is_password = strength.is_strong() && is_password_like(value);
        // `escapeToken("a~b")` is a call; `setPassword("x")` hands a secret over. A sentence is neither.
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_/~.-".contains(byte);
        let is_call = operator == b"(" && !strength.is_strong() && value.iter().all(is_name);
        let words = value.split(|byte| *byte == b' ').count();
        let is_set = operator == b","
            && matches!(strength, Strength::Strong | Strength::Key)
            && setter::takes(text, name)
            && setter::is_word_with_digit(value);
        is_quoted
            && !is_call
            && words < 3
            // A list of names: `['set-cookie', 'set-cookie2']`
            && !value.starts_with(text.get(name.clone())?)
            // `generate(token, 'ES512')`
            && (value.len() >= 8 || !is_version_or_words(value) || is_password)
            && (is_likely(value) || (is_password || is_set) && !is_stand_in(value))
    } else if operator.first() == Some(&b'-') {
        strength != Strength::Weak && is_likely(value)
    } else {
        let is_member = quote == b"`" && value.contains(&b'.') && is_code(value);
        !is_member && is_secret(value, next, strength, is_quoted)
            || (!is_quoted
                && strength.is_strong()
                && is_setting(text, name.start, start, value, operator))
    };
    if is_found && let Some(inner) = password_of_connection(value) {
        return Some(start + inner.start..start + inner.end);
    }
    if is_connection_without_secret(value) {
        return None;
    }
    is_found.then_some(start..start + length)
}

/// The place of the password in a connection string of pairs: `Server=x;User ID=y;Password=z;Encrypt=True`.
fn password_of_connection(value: &[u8]) -> Option<Range<usize>> {
    static PASSWORD: Pattern = Pattern::new(
        r"(?i)^(?:[a-z][a-z0-9 _]{0,40}=[^;]{0,200};){1,24}(?:password|pwd)=([^;{}]{4,200})(?:;[a-z][a-z0-9 _]{0,40}=[^;]{0,200}){0,24};?$",
    );
    let place = PASSWORD.captures(value)?.get(1)?;
    Some(place.start()..place.end())
}

/// Tells whether a value is a connection string of pairs that names no secret: `Server=x;Integrated Security=SSPI`.
fn is_connection_without_secret(value: &[u8]) -> bool {
    static PAIRS: Pattern =
        Pattern::new(r"(?i)^(?:[a-z][a-z0-9 _]{0,40}=[^;=&]{0,200}(?:;|$)){2,24}$");
    let name = |pair: &[u8]| {
        let end = pair.iter().position(|byte| *byte == b'=');
        pair.get(..end.unwrap_or(0))
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    // `Persist Security Info` tells whether the password is kept.
    let is_secret =
        |pair: &[u8]| strength(&name(pair)).is_some() && name(pair) != b"persist security info";
    PAIRS.captures(value).is_some() && !value.split(|byte| *byte == b';').any(is_secret)
}

/// A literal in other signs than plain quotes is looked at so far, in bytes: a line may hold very many names.
const LONGEST_LITERAL: usize = 256;

/// The length of a text up to the quote that closes it, where two quotes are one: `@"x""y"` of C#.
fn verbatim_length(text: &[u8]) -> Option<usize> {
    let text = text.get(..LONGEST_LITERAL).unwrap_or(text);
    let line = text.split(|byte| *byte == b'\n').next()?;
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match (byte, line.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// The place in the brackets that quote a text in Perl, Ruby and Lua: `q{x}`, `qq(x)`, `%q[x]`, `[[x]]`.
fn bracketed(text: &[u8]) -> Option<Range<usize>> {
    let text = text.get(..LONGEST_LITERAL).unwrap_or(text);
    if let Some(inner) = text.strip_prefix(b"[[") {
        let line = inner.split(|byte| *byte == b'\n').next()?;
        let end = memchr::memmem::find(line, b"]]")?;
        return Some(2..2 + end);
    }
    let opening = text.iter().take(3).position(|byte| b"{([".contains(byte))?;
    if !matches!(text.get(..opening)?, b"q" | b"qq" | b"%q" | b"%Q") {
        return None;
    }
    let close = match text.get(opening)? {
        b'{' => b'}',
        b'(' => b')',
        _ => b']',
    };
    let line = text.split(|byte| *byte == b'\n').next()?;
    let end = line.iter().rposition(|byte| *byte == close)?;
    (end > opening + 1).then_some(opening + 1..end)
}

/// Tells whether what looks like a name and its value are the two sides of a choice: `ok ? "pass" : "fail"`.
fn is_ternary(text: &[u8], name: &Range<usize>, operator: &[u8]) -> bool {
    let before = text.get(name.start.saturating_sub(16)..name.start);
    let before = before.unwrap_or_default();
    operator == b":"
        && matches!(before, [.., b'"' | b'\'' | b'`'])
        && before
            .get(..before.len() - 1)
            .is_some_and(|before| before.trim_ascii_end().ends_with(b"?"))
}

/// A random value behind a blank, as commands take it: `secret_access_key x`.
fn value_of_word(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let rest = text.get(name.end..)?.strip_prefix(b" ")?;
    let is_snake_case = text.get(name.clone())?.contains(&b'_');
    let (length, _) = value_length(rest, b"");
    let value = rest.get(..length)?;
    let is_found = is_snake_case
        && looks_random(value)
        && !is_code(value)
        && strength(text.get(name.clone())?).is_some_and(Strength::is_strong);
    is_found.then_some(name.end + 1..name.end + 1 + length)
}

/// Tells whether a plain word is the whole rest of a line that starts with the name, as in files of
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

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};
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
            ("SECRET = env.SECRET ?? \"walnutTiger47\"", "walnutTiger47"),
            ("password = String::from(\"s3cr3t!Value\")", "s3cr3t!Value"),
            ("password\\u003ds3cr3t!Value", "s3cr3t!Value"),
            ("&#34;password&#34;: &#34;s3cr3t!Value&#34;", "s3cr3t!Value"),
            (
                "<key>APIKey</key>\n<string>k7f9d2m1q8w3</string>",
                "k7f9d2m1q8w3",
            ),
            (
                "create secret_access_key k7f9d2m1q8w3k7f9d2m1",
                "k7f9d2m1q8w3k7f9d2m1",
            ),
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
