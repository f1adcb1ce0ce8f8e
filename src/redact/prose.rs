//! Passwords in sentences: `the password is x`, `密码是 x`, `パスワードは「x」`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::named_value::{is_password_like, is_stand_in, pattern};

/// Words for passwords and the like in the languages that are looked at.
pub const KEYWORDS: [&str; 27] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "login",
    "log in",
    "credential",
    "api key",
    "token",
    "secret",
    "passwort",
    "kennwort",
    "mot de passe",
    "contrase",
    "senha",
    "密码",
    "密碼",
    "口令",
    "密钥",
    "密鑰",
    "令牌",
    "パスワード",
    "暗証番号",
    "トークン",
    "비밀번호",
    "пароль",
    "wachtwoord",
];

/// A word in ASCII, as passwords are, in any quotes.
const VALUE: &str = r#"(["'`]|“|‘|「|『|《|\*\*)?([!-&(-+\--9<-_a-z{-~][!-&(-+\--~]{3,127})"#;

static SENTENCES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        format!(
            r"(?i)^(?:pass(?:word|wd|phrase|code)|wachtwoord|passwort|kennwort|mot de passe|contrase(?:ñ|n)a|senha|пароль|credentials?|(?:api|access|secret|auth)[ _-](?:key|token)|token|secret)(?:\s+(?:for|of|to)\s+[^\s.]{{1,40}})?\s*(?:\s(?:is|was|are|to|now|ist|lautet|est|es|é|eh|это)(?:\s(?:now|set to|still|also))?\s*:?|(?:[:=]|：))\s*{VALUE}"
        ),
        format!(
            r"^(?:密码|密碼|口令|密钥|密鑰|令牌|パスワード|暗証番号|トークン|비밀번호)\s*(?:是|为|為|：|:|=|は|が|은|는|이|가)?\s*{VALUE}"
        ),
        format!(
            r"(?i)^(?:log\s?in|sign\s?in|credentials?|creds|account)(?:\s+(?:is|are|with|as|using|:))?:?\s+[A-Za-z0-9._@-]{{2,64}}\s*(?:\s/\s|,?\s+(?:and|with)\s+(?:the\s+)?(?:password\s+)?)\s*{VALUE}"
        ),
    ]
    .iter()
    .map(|text| pattern(text))
    .collect()
});

/// How much of a sentence is looked at.
const REACH: usize = 256;

/// The places of the passwords in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for keyword in keywords {
        let end = (keyword.start + REACH).min(text.len());
        let sentence = text.get(keyword.start..end).unwrap_or_default();
        let captures = SENTENCES
            .iter()
            .find_map(|pattern| pattern.captures(sentence));
        let Some(word) = captures.as_ref().and_then(|captures| captures.get(2)) else {
            continue;
        };
        let is_quoted = captures
            .as_ref()
            .is_some_and(|captures| captures.get(1).is_some());
        let value = word.as_bytes();
        let length = value.len() - trailing(value);
        if is_password(value.get(..length).unwrap_or_default(), is_quoted) {
            let start = keyword.start + word.start();
            found.push(start..start + length);
        }
    }
}

/// How much of the end of a word belongs to the sentence.
fn trailing(word: &[u8]) -> usize {
    word.iter()
        .rev()
        .take_while(|byte| b".,;:!?)]}*`\"'>".contains(byte))
        .count()
}

fn is_password(value: &[u8], is_quoted: bool) -> bool {
    let is_code = value.iter().any(|byte| b"(){}[]<>=".contains(byte));
    let is_place = value.contains(&b'/') && !value.iter().any(|byte| b"!#$%^&*+".contains(byte));
    let is_plain = value.iter().all(u8::is_ascii_alphabetic);
    !is_stand_in(value)
        && !is_code
        && !is_place
        && (is_password_like(value) || (is_quoted && is_plain && value.len() >= 9))
}

#[cfg(test)]
mod tests {
    use super::super::scan::{PROSE, find_by};

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
        ] {
            assert!(found(text).contains(&value), "{text}: {:?}", found(text));
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
            "the token is \"expired\"",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
