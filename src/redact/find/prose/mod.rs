//! Passwords in sentences: `the password is x`, `密码是 x`, `パスワードは「x」`, `creds: admin / x`.
//!
//! 1. A label names a secret, in one of the languages of `prose.toml`.
//! 2. A few words may follow that say of what: `for the staging database`, `du serveur`.
//! 3. A verb of the language, or a sign such as `:`, says that the value comes. Without one, the value has to look
//!    like nothing but a secret.
//! 4. The value is the quoted text, else one word of ASCII, as passwords are.

pub mod account;
pub mod alone;
pub mod before;
pub mod behind;
pub mod context;
pub mod end;
mod number;
mod pair;
mod phrase;
pub mod reader;
pub mod scope;
pub mod value;
pub mod words;

use std::ops::Range;

use self::account::{pair_behind, value_behind_account};
use self::before::value_before;
use self::behind::{second_value, value_behind_label};
use self::context::{LabelPlace, is_in_a_name};
use self::words::{Word, is_vague};
use super::place::table;
use super::value::program;

pub use self::words::KEYWORDS;

/// How much of a sentence is looked at, in bytes.
const REACH: usize = 320;

/// The places of the passwords in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut columns = table::TableColumns::default();
    for (number, keyword) in keywords.iter().enumerate() {
        // Some labels start together. The longest counts: `api key`, not `api`.
        let next = keywords.get(number + 1);
        if keyword.start < at
            || next.is_some_and(|next| next.start == keyword.start && next.end > keyword.end)
        {
            continue;
        }
        // The head of a column in another language than English: `| 账号 | 密码 |`
        let is_label = |bytes: &[u8]| {
            let label = String::from_utf8_lossy(bytes).to_lowercase();
            Word::of(&label).is_some_and(|word| {
                word.is_foreign && !word.is_vague && !word.is_pin && !word.of_label.is_empty()
            })
        };
        if text
            .get(keyword.end..)
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"|"))
            && text.get(keyword.clone()).is_some_and(is_label)
        {
            table::cells_below_word(text, keyword, &mut columns, found);
        }
        for value in values_near(text, keyword) {
            at = at.max(value.end);
            if !program::is_part(text, &value) {
                found.push(value);
            }
        }
    }
}

fn values_near(text: &[u8], keyword: &Range<usize>) -> Vec<Range<usize>> {
    // Most keywords are parts of names, and this tells faster than the words do.
    if is_in_a_name(text, keyword) {
        return Vec::new();
    }
    let bytes = text.get(keyword.clone()).unwrap_or_default();
    let is_before_blank = text.get(keyword.end..).is_some_and(|rest| {
        let is_sign = |byte: &u8| b":,;.".contains(byte);
        let behind = rest.split_first().filter(|(first, _)| is_sign(first));
        behind.map_or(rest, |(_, behind)| behind).starts_with(b" ")
    });
    let is_behind_blank = keyword.start == 0
        || text.get(..keyword.start).is_some_and(|before| {
            before.ends_with(b" ")
                || before.ends_with(b"\n")
                || before.last().is_some_and(|byte| !byte.is_ascii())
        });
    if !(is_before_blank && is_behind_blank)
        && is_vague(bytes)
        && text.get(keyword.end).is_some_and(u8::is_ascii)
    {
        return Vec::new();
    }
    let label = String::from_utf8_lossy(bytes).to_lowercase();
    let Some(word) = Word::of(&label) else {
        return Vec::new();
    };
    let place = LabelPlace {
        text,
        label: keyword.clone(),
    };
    // Most places of words that name other things, too, tell nothing.
    if word.is_vague && !place.may_tell(word) {
        return Vec::new();
    }
    // `<pin>` is a tag.
    let is_tag = text
        .get(..keyword.start)
        .is_some_and(|before| before.ends_with(b"<"))
        && text.get(keyword.end) == Some(&b'>');
    let start = keyword.end + usize::from(is_tag);
    let end = (start + REACH).min(text.len());
    let behind = valid_start(text.get(start..end).unwrap_or_default());
    let moved = |value: Range<usize>| start + value.start..start + value.end;
    let before = text
        .get(..keyword.start)
        .unwrap_or_default()
        .trim_ascii_end();
    let starts_clause = before.ends_with(b"(")
        || before.ends_with(b",")
        || before.ends_with("（".as_bytes())
        || before.ends_with("，".as_bytes());
    for language in &word.of_label {
        let told = (label.as_str(), word);
        if let Some(value) = value_behind_label(behind, language, told, starts_clause, &place) {
            // `from x to y`
            let second = second_value(behind, &value, language, word);
            return std::iter::once(value).chain(second).map(moved).collect();
        }
    }
    let of_account = word.of_account.iter();
    let mut of_account = of_account.filter_map(|language| value_behind_account(behind, language));
    if let Some(value) = of_account.next() {
        return vec![moved(value)];
    }
    let paired = pair_behind(behind, word, &place);
    if let Some(value) = paired {
        return vec![moved(value)];
    }
    let before = value_before(&place, word);
    before.into_iter().collect()
}

/// The start of some bytes that is valid UTF-8.
fn valid_start(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::{PROSE, find_by};
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find_by(&PROSE, text)
    }

    #[test]
    fn finds_passwords_in_sentences() {
        for (text, value) in [
            (
                "The admin password is River%G3Fdbx66, log in and check.",
                "River%G3Fdbx66",
            ),
            (
                "ensure the password is \"centipede\" and press",
                "centipede",
            ),
            ("The password for staging was Granite7x.", "Granite7x"),
            ("数据库密码是 Juniper_XOZ1，请用它连接", "Juniper_XOZ1"),
            ("密码：Velvet_0bUX2", "Velvet_0bUX2"),
            ("パスワードは「Velvet_0bUX2」です", "Velvet_0bUX2"),
            ("Das Passwort lautet Saffron*xZ7", "Saffron*xZ7"),
            ("login with admin / Harbor!frUGCS98", "Harbor!frUGCS98"),
            ("Password: **Harbor!frUG9**", "Harbor!frUG9"),
            ("credentials: admin / Granite-7x9Q", "Granite-7x9Q"),
            ("use Granite-7x9Q as the root password", "Granite-7x9Q"),
            (
                "the password for the old db was changed to Granite-7x9Q",
                "Granite-7x9Q",
            ),
            ("user admin, password Granite-7x9Q", "Granite-7x9Q"),
            ("ALTER ROLE app PASSWORD 'walnutTiger47'", "walnutTiger47"),
            ("connect Home password walnutTiger47", "walnutTiger47"),
            ("mit dem Passwort \"walnutTiger47\"", "walnutTiger47"),
            ("Der API-Schlüssel lautet Granite-7x9Q", "Granite-7x9Q"),
            (
                "The API key we use is Granite7x9QvBnM3kLp.",
                "Granite7x9QvBnM3kLp",
            ),
            (
                "here is my token Granite7x9QvBnM3kLp",
                "Granite7x9QvBnM3kLp",
            ),
            ("密码改成了 Granite-7x9Q", "Granite-7x9Q"),
            ("密钥是：Granite-7x9Q", "Granite-7x9Q"),
            ("パスワードを「Granite-7x9Q」に変更", "Granite-7x9Q"),
            ("APIキーはGranite-7x9Qです", "Granite-7x9Q"),
        ] {
            assert!(found(text).contains(&value), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn sentences_tell_codes_phrases_and_second_values() {
        for (text, value) in [
            ("The alarm code at the office is 88627, ok", "88627"),
            ("인증번호 [979096]를 입력해 주세요.", "979096"),
            ("Doğrulama kodunuz: 387928.", "387928"),
            ("密码：【Granite-7x9Q】", "Granite-7x9Q"),
            ("办公室WiFi密码95833931，访客不用", "95833931"),
            ("链接在上面 提取码: 8zca", "8zca"),
            (
                "SecretKey（私钥）填Granite7x9QvBnM3kLp，地域",
                "Granite7x9QvBnM3kLp",
            ),
            ("pw's Mjq8ILRUPT lol", "Mjq8ILRUPT"),
            (
                "the password is melon-mirror-cricket :)",
                "melon-mirror-cricket",
            ),
            (
                "le mdp « castle-thistle-puzzle », ok",
                "castle-thistle-puzzle",
            ),
            ("解压密码：canyon-bucket（有横线）", "canyon-bucket"),
            (
                "hasło do panelu na „Dagger*crimson8063”, ok",
                "Dagger*crimson8063",
            ),
            (
                "parolasını Pirate#saturn4994 olarak değiştirdim",
                "Pirate#saturn4994",
            ),
            (
                "old password was Lagoon*melon39, new one is Sunset@engine916",
                "Sunset@engine916",
            ),
            (
                "Sign in as j.doe with Welcome-618746 and go",
                "Welcome-618746",
            ),
            (
                "as backup (password ZRlay.n2u-Df2) and run",
                "ZRlay.n2u-Df2",
            ),
            (
                "Use \"garden nutmeg zipper pollen\" as the passphrase when asked",
                "garden nutmeg zipper pollen",
            ),
        ] {
            assert!(found(text).contains(&value), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn the_next_sentence_tells_the_value_of_what_was_named_before() {
        let key = "ckLinqKGagp5N/CRrx2vEa6Au4+umB2ynag8DVua";
        for text in [
            format!("They also pasted a key; the old one was {key}"),
            format!("They sent me a key. It was {key}."),
            format!("I changed the token. My new one is {key}"),
            format!("The api key is gone; the right one is {key}"),
            format!("Das Passwort ist falsch. Das alte war {key}"),
        ] {
            assert_eq!(found(&text), [key], "{text}");
        }
        for text in [
            "Pass the key; the one in src/main/java/com/example/Foo1/Bar2/Baz3/Qux is used",
            "the key is gone; the new one is in config/prod.json",
            "Fix the token: the old one was expired",
            "Use a key. The other one is stored in src/config.ts",
            "Add a key; one is enough for Button24Primary",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn leaves_numbers_and_words_about_passwords() {
        for text in [
            "密码是1024位的，密码至少8位",
            "const otp = otp2fa(options?.otpOptions);",
            "decode(data, secret, \"better-auth-session\")",
            "the password must be up-to-date and is end-to-end",
            "sign in as admin with OAuth2",
            "a flow (password OAuth2) and (token PBKDF2-HMAC-SHA-256)",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn leaves_sentences_without_one() {
        for text in [
            "The password is stored in the keychain.",
            "a token is required, and the secret is rotated every 30 days",
            "The password was changed on 2026-11-22.",
            "the token is parsed by parseToken2(x)",
            "密码是加密的",
            "password: string",
            "The secret is in src/config/prod1.ts",
            "log in with GitHub and check issue #1234",
            "[Use a token for releases](#use-a-token-for-releases)",
            "a password OAuth2 flow, and password PBKDF2 hashing",
            "the token 3f786850e387550fdab836ed7e6dc881de23001b",
            "the token is \"expired\"",
            "token: node.colon2_token,",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn every_language_tells_a_password() {
        let table: words::WordTable = toml::from_str(include_str!("prose.toml")).unwrap();
        assert!(table.language.len() >= 15);
        for language in &table.language {
            for label in &language.labels {
                let behind = |text: &str| {
                    let values = values_near(text.as_bytes(), &(0..label.len()));
                    let first = values.into_iter().next();
                    first.and_then(|value| text.get(value).map(str::to_owned))
                };
                let expected = Some("Granite-7x9Q".to_owned());
                for text in [
                    format!("{label}: Granite-7x9Q"),
                    format!("{label}：“Granite-7x9Q”"),
                ] {
                    assert_eq!(behind(&text), expected, "{text}");
                }
                for verb in &language.verbs {
                    let verb = verb
                        .strip_suffix('|')
                        .map_or_else(|| format!(" {verb} "), str::to_owned);
                    let text = format!("{label}{verb}Granite-7x9Q");
                    assert_eq!(behind(&text), expected, "{text}");
                }
            }
        }
    }

    #[test]
    fn a_value_may_stand_on_the_next_line() {
        for text in [
            "Password:\n```\nTq9zLwx7Rm2K\n```",
            "**Password:**  \nTq9zLwx7Rm2K",
            "<b>Password:</b> Tq9zLwx7Rm2K",
            "<td>Password</td><td>Tq9zLwx7Rm2K</td>",
            "| Password: | Tq9zLwx7Rm2K |",
        ] {
            assert_eq!(found(text), ["Tq9zLwx7Rm2K"], "{text}");
        }
    }
}
