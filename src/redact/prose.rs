//! Passwords in sentences: `the password is x`, `密码是 x`, `パスワードは「x」`.

use std::ops::Range;
use std::sync::LazyLock;

use super::find::program;
use super::pattern::Pattern;
use super::value_form::{is_code, is_password_like, is_stand_in, looks_random};

/// Words for passwords and the like in the languages that are looked at.
pub const KEYWORDS: [&str; 32] = [
    "Пароль",
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
    "schlüssel",
    "apiキー",
    "アクセスキー",
    "シークレット",
];

/// A word in ASCII, as passwords are, in any quotes.
const VALUE: &str = r#"(["'`]|“|‘|「|『|《|\*\*)?([!-&(-+\--9<-_a-z{-~][!-&(-+\--~]{3,127})"#;

/// Takes a value, and whether it is quoted.
type Accepts = fn(&[u8], bool) -> bool;

/// A form of sentences.
struct Sentence {
    /// The first bytes, in lower case, of the words it starts with.
    starts: &'static [u8],
    /// Words that it starts with and that are no part of longer ones where an operator follows.
    whole_words: &'static [&'static [u8]],
    accepts: Accepts,
    pattern: Pattern,
}

/// Those of the first form.
const WHOLE_WORDS: [&[u8]; 10] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passcode",
    b"token",
    b"secret",
    b"passwort",
    b"kennwort",
    b"wachtwoord",
    b"senha",
];

/// The place of a value in a sentence, and whether it is quoted.
type FoundValue = (Range<usize>, bool);

impl Sentence {
    /// The value in a text that starts with a word of `word` bytes.
    fn value_in(&self, text: &[u8], word: usize) -> Option<FoundValue> {
        if let Some(found) = self.assigned_value(text, word) {
            return found;
        }
        let captures = self.pattern.captures(text)?;
        Some((captures.get(2)?.range(), captures.get(1).is_some()))
    }

    /// The same where an operator follows the word, which is mostly so and told faster without the pattern. `None`
    /// where that has to tell.
    fn assigned_value(&self, text: &[u8], word: usize) -> Option<Option<FoundValue>> {
        let is_blank = |byte: &&u8| matches!(byte, b'\t'..=b'\r' | b' ');
        let blanks_at = |at| Some(text.get(at..)?.iter().take_while(is_blank).count());
        let is_whole = |whole: &&[u8]| {
            text.get(..word)
                .is_some_and(|word| word.eq_ignore_ascii_case(whole))
        };
        self.whole_words.iter().find(|whole| is_whole(whole))?;
        let operator = word + blanks_at(word)?;
        if !b":=(".contains(text.get(operator)?) {
            return None;
        }
        let start = operator + 1 + blanks_at(operator + 1)?;
        let quote = match text.get(start..)? {
            [first, ..] if !first.is_ascii() => return None,
            [b'"' | b'\'' | b'`', ..] => 1,
            [b'*', b'*', ..] => 2,
            _ => 0,
        };
        // `password: "…"` is no sentence but a name and its value, which `named_value` judges.
        if quote == 1 && b":=".contains(text.get(operator)?) {
            return Some(None);
        }
        let quoted = Some(start + quote).filter(|_| quote > 0);
        let quoted = quoted.and_then(|start| Some((value_at(text, start)?, true)));
        Some(quoted.or_else(|| Some((value_at(text, start)?, false))))
    }
}

/// The word at a place as [`VALUE`] has it, without quotes.
fn value_at(text: &[u8], start: usize) -> Option<Range<usize>> {
    let may_start = |byte: &u8| matches!(byte, b'!'..=b'&' | b'('..=b'+' | b'-'..=b'9' | b'<'..=b'_' | b'a'..=b'z' | b'{'..=b'~');
    let may_follow = |byte: &&u8| matches!(byte, b'!'..=b'&' | b'('..=b'+' | b'-'..=b'~');
    text.get(start).filter(|byte| may_start(byte))?;
    let rest = text.get(start + 1..)?.iter().take(127);
    let length = rest.take_while(may_follow).count();
    (length >= 3).then_some(start..start + 1 + length)
}

static SENTENCES: LazyLock<[Sentence; 6]> = LazyLock::new(|| {
    let form = |starts, accepts, text: String| Sentence {
        starts,
        whole_words: &[],
        accepts,
        pattern: text.into(),
    };
    [
        Sentence {
            whole_words: &WHOLE_WORDS,
            ..form(
                b"pwkmcsat\xd0\xd1",
                is_password,
                format!(
                    r"(?i)^(?:pass(?:word|wd|phrase|code)|wachtwoord|passwort|kennwort|mot de passe|contrase(?:ñ|n)a|senha|пароль|Пароль|credentials?|(?:api|access|secret|auth)[ _-](?:key|token)|token|secret|schlüssel)(?:\s+(?:i|we|you|they)\s+[a-z]{{2,12}})?(?:\s+(?:for|of|to|on|in)\s+(?:[^\s.]{{1,24}}\s+){{0,3}}?[^\s.]{{1,24}})?\s*(?:\s(?:(?:is|was|are|has been|ist|lautet|est|es|é|eh|это)(?:\s(?:now|still|also|(?:set|changed|reset|updated) to))?|to|now)\s*:?|[:=(]|：)\s*{VALUE}"
                ),
            )
        },
        form(
            b"\xe3\xe4\xe5\xe6\xeb",
            is_password,
            format!(
                r"^(?:密码|密碼|口令|密钥|密鑰|令牌|パスワード|暗証番号|トークン|アクセスキー|シークレット|비밀번호)\s*(?:已?(?:改|设|設|设置|设定|更新|重置|换|变)(?:成|为|為)了?|是|为|為|は|が|を|은|는|이|가)?\s*(?:：|:|=)?\s*{VALUE}"
            ),
        ),
        form(
            b"lc",
            is_password,
            format!(
                r"(?i)^(?:log\s?in|sign\s?in|credentials?|creds|account)(?:\s+(?:is|are|with|as|using|:))?:?\s+[A-Za-z0-9._@-]{{2,64}}\s*(?:\s/\s|,?\s+(?:and|with)\s+(?:the\s+)?(?:password\s+)?)\s*{VALUE}"
            ),
        ),
        form(
            b"a",
            is_password,
            format!(r"(?i)^apiキー\s*(?:は|が|を)?\s*(?:：|:|=)?\s*{VALUE}"),
        ),
        form(
            b"pkw",
            is_lone_password,
            format!(r"(?i)^(?:password|passwd|passphrase|passwort|kennwort|wachtwoord)\s+{VALUE}"),
        ),
        form(
            b"tsa",
            is_lone_token,
            format!(r"(?i)^(?:token|secret|(?:api|access)[ _-]key)\s+{VALUE}"),
        ),
    ]
});

/// How much of a sentence is looked at.
const REACH: usize = 256;

/// The places of the passwords in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for keyword in keywords {
        if is_part_of_name(text, keyword) {
            continue;
        }
        let end = (keyword.start + REACH).min(text.len());
        let sentence = text.get(keyword.start..end).unwrap_or_default();
        let sentences = if may_go_on(text, keyword) {
            SENTENCES.as_slice()
        } else {
            &[]
        };
        let start = sentence.first().map(u8::to_ascii_lowercase);
        let in_sentence = sentences.iter().find_map(|form| {
            start.filter(|start| form.starts.contains(start))?;
            let (place, is_quoted) = form.value_in(sentence, keyword.len())?;
            let value = sentence.get(place.clone())?;
            let value = value.get(..value.len() - trailing(value))?;
            let start = keyword.start + place.start;
            let place = start..start + value.len();
            let is_secret = (form.accepts)(value, is_quoted) && !program::is_part(text, &place);
            is_secret.then_some(place)
        });
        found.extend(in_sentence.or_else(|| before(text, keyword)));
    }
}

/// Whether a keyword is the end of a name of a program, such as `createToken`: a sentence has words.
fn is_part_of_name(text: &[u8], keyword: &Range<usize>) -> bool {
    let before = keyword.start.checked_sub(1).and_then(|at| text.get(at));
    before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(byte))
}

/// Behind a word for passwords and no verb, only a value counts that is quoted, has a special
/// character, or is long and has digits: `PBKDF2` and `OAuth2` are neither.
fn is_lone_password(value: &[u8], is_quoted: bool) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hard_to_guess = value.iter().any(|byte| b"!@#$%^&*+-_".contains(byte))
        || (value.len() >= 10 && digits >= 2);
    is_password(value, false) && (is_quoted || is_hard_to_guess)
}

/// Behind a word for tokens and no verb, only a random value counts.
fn is_lone_token(value: &[u8], _is_quoted: bool) -> bool {
    looks_random(value) && is_password(value, false)
}

/// Whether what follows a keyword can be the rest of a sentence about a password. Most keywords are
/// parts of names, and this tells faster than the patterns.
fn may_go_on(text: &[u8], keyword: &Range<usize>) -> bool {
    let is_ascii = text.get(keyword.clone()).is_some_and(<[u8]>::is_ascii);
    let next = text.get(keyword.end);
    let ends_word = |byte: &u8| byte.is_ascii_whitespace() || b":=(".contains(byte);
    // `credentials`, `contrasena`, `contraseña`
    let starts_with_c = text
        .get(keyword.start)
        .is_some_and(|byte| b"cC".contains(byte));
    let goes_on = |byte: &u8| !byte.is_ascii() || starts_with_c && b"snSN".contains(byte);
    !is_ascii || next.is_some_and(|byte| ends_word(byte) || goes_on(byte))
}

/// `use x as the password`.
fn before(text: &[u8], keyword: &Range<usize>) -> Option<Range<usize>> {
    static BEFORE: Pattern = Pattern::new(
        r#"(?i)([^\s"'`]{6,128})["'`*]{0,3}\s+as\s+(?:(?:the|a|my|your|its)\s+)?(?:[a-z]{1,16}\s+)?$"#,
    );
    // Most keywords are parts of names, and this tells faster than what follows.
    let byte_before = keyword.start.checked_sub(1).and_then(|at| text.get(at));
    byte_before.filter(|byte| byte.is_ascii_whitespace())?;
    let start = keyword.start.saturating_sub(200);
    let sentence = text.get(start..keyword.start)?;
    let near = sentence.get(sentence.len().saturating_sub(40)..)?;
    if !near.windows(3).any(|window| window == b"as ") {
        return None;
    }
    let value = BEFORE.captures(sentence)?.get(1)?;
    is_password(value.as_bytes(), false).then_some(start + value.start()..start + value.end())
}

/// How much of the end of a word belongs to the sentence.
fn trailing(word: &[u8]) -> usize {
    word.iter()
        .rev()
        .take_while(|byte| b".,;:!?)]}*`\"'>".contains(byte))
        .count()
}

fn is_password(value: &[u8], is_quoted: bool) -> bool {
    let is_member = value.contains(&b'.') && is_code(value);
    let is_code = is_member || value.iter().any(|byte| b"(){}[]<>=".contains(byte));
    let is_place = value.contains(&b'/') && !value.iter().any(|byte| b"!#$%^&*+".contains(byte));
    let is_plain = value.iter().all(u8::is_ascii_alphabetic);
    // `[Use a token](#use-a-token)`
    let is_heading = value.starts_with(b"#");
    !is_stand_in(value)
        && !is_code
        && !is_place
        && !is_heading
        && (is_password_like(value) || (is_quoted && is_plain && value.len() >= 9))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn behind_an_operator_it_is_the_same_without_the_pattern(
            word in "password|PassWord|token|secret|senha|passwort",
            rest in r#"[ \t\n]{0,2}[:=(][ \n]{0,2}["'`*“é:=]{0,3}[a-cX0-9!'`,*.:;={~ ]{0,9}"#,
        ) {
            let text = format!("{word}{rest}");
            // One in quotes is left to the judge of names.
            let is_left = |found: &Option<_>| found.is_none();
            if let Some(found) = SENTENCES[0].assigned_value(text.as_bytes(), word.len()).filter(|found| !is_left(found)) {
                let captures = SENTENCES[0].pattern.captures(text.as_bytes());
                let expected = captures.map(|captures| {
                    (captures.get(2).unwrap().range(), captures.get(1).is_some())
                });
                prop_assert_eq!(found, expected, "{}", text);
            }
        }
    }
}
