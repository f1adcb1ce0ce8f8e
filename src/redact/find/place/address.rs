//! Passwords and tokens in addresses: `scheme://user:password@host`, `https://token@host`.

use std::ops::Range;

use super::super::value::entropy::entropy;
use super::super::value::form::is_stand_in;

/// The id of a password's rule, which is the placeholder's name too.
pub const PASSWORD_ID: &str = "url-password";
/// The id of a token's rule.
pub const TOKEN_ID: &str = "url-token";

/// The text that every such address holds.
pub const KEYWORDS: [&str; 1] = ["://"];

/// How much of an address is looked at for the `@`.
const REACH: usize = 400;

/// The places of the passwords in a text. A password may hold `:`, `#` and `@`: the last `@` before
/// the host ends it.
pub fn find_passwords(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for user_info in keywords
        .iter()
        .filter_map(|keyword| user_info(text, keyword))
    {
        let Some(bytes) = text.get(user_info.clone()) else {
            continue;
        };
        let Some(colon) = bytes.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let password = bytes.get(colon + 1..).unwrap_or_default();
        if password.len() >= 4 && password != b"x-oauth-basic" && !is_stand_in(password) {
            found.push(user_info.start + colon + 1..user_info.end);
        }
    }
}

/// The places of the tokens in a text that stand where a user's name would.
pub fn find_tokens(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for user_info in keywords
        .iter()
        .filter_map(|keyword| user_info(text, keyword))
    {
        let bytes = text.get(user_info.clone()).unwrap_or_default();
        let length = bytes
            .iter()
            .position(|byte| *byte == b':')
            .unwrap_or(bytes.len());
        let token = bytes.get(..length).unwrap_or_default();
        let is_of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
        // A key that a page gives to Sentry is public.
        let host = text.get(user_info.end + 1..).unwrap_or_default();
        let host = host.get(..REACH.min(host.len())).unwrap_or_default();
        let host_end = host.iter().position(|byte| b"/?# \n\"'".contains(byte));
        let host = host
            .get(..host_end.unwrap_or(host.len()))
            .unwrap_or_default();
        let is_public = host.ends_with(b".sentry.io");
        if token.len() >= 20
            && !is_public
            && token.iter().all(is_of_token)
            && token.iter().any(u8::is_ascii_digit)
            && entropy(token) >= 3.0
            && !is_stand_in(token)
        {
            found.push(user_info.start..user_info.start + length);
        }
    }
}

/// Gives the place between the scheme and the last `@` before the host.
fn user_info(text: &[u8], keyword: &Range<usize>) -> Option<Range<usize>> {
    let scheme_ends_with = text.get(keyword.start.checked_sub(1)?)?;
    if !scheme_ends_with.is_ascii_alphanumeric() {
        return None;
    }
    let rest = text.get(keyword.end..)?;
    let rest = rest.get(..REACH.min(rest.len()))?;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`<>".contains(byte);
    let length = rest.iter().position(is_end).unwrap_or(rest.len());
    let rest = rest.get(..length)?;
    let host_end = rest.iter().position(|byte| b"/?".contains(byte));
    let start = rest.get(..host_end.unwrap_or(length))?;
    let last_at = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte == b'@');
    let at = last_at(start).or_else(|| {
        // A password may hold `/` as it is: what stands behind the colon before it is no port then.
        let colon = start.iter().position(|byte| *byte == b':')?;
        let port = start.get(colon + 1..)?;
        let is_port = port.iter().all(u8::is_ascii_digit);
        let is_user = colon > 0 && start.get(..colon)?.iter().all(u8::is_ascii_alphanumeric);
        (is_user && !is_port).then(|| last_at(rest))?
    })?;
    Some(keyword.end..keyword.end + at)
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{ADDRESS_PASSWORDS, ADDRESS_TOKENS, find_by};

    #[test]
    fn finds_passwords_and_tokens() {
        for (text, value) in [
            ("postgres://app:s3cretpass@db/x", "s3cretpass"),
            (
                "mongodb+srv://app:Granite#UgY@cluster0.example.net",
                "Granite#UgY",
            ),
            ("redis://:s3cretpass@localhost:6379", "s3cretpass"),
            ("amqp://u:p@ss:word@host", "p@ss:word"),
            ("postgres://app:%404Tq9zLwx7@db/app", "%404Tq9zLwx7"),
            ("postgres://app:p4Tq9/zLwx7@db/app", "p4Tq9/zLwx7"),
        ] {
            assert_eq!(find_by(&ADDRESS_PASSWORDS, text), [value], "{text}");
        }
        let token = "a1B2c3D4e5F6g7H8i9J0kk";
        for text in [
            format!("https://{token}@git.example.com/x"),
            format!("https://{token}:x-oauth-basic@git.example.com/x"),
        ] {
            assert_eq!(find_by(&ADDRESS_TOKENS, &text), [token], "{text}");
        }
    }

    #[test]
    fn leaves_other_addresses() {
        for text in [
            "https://example.com/@scope/package:latest@1.2.3",
            "https://user:$PASSWORD@host",
            "https://user:password@host",
            "https://a:b@host",
            "ssh://git@example.com:22/x",
            "https://example.com:8080",
            "see https://example.com and mail me@example.com",
        ] {
            assert_eq!(
                find_by(&ADDRESS_PASSWORDS, text),
                Vec::<&str>::new(),
                "{text}"
            );
            assert_eq!(find_by(&ADDRESS_TOKENS, text), Vec::<&str>::new(), "{text}");
        }
    }
}
