//! Which names are those of secrets: `DB_PASSWORD`, `apiKey`, `acme_token`, but not `key_id`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::pattern::Pattern;
use super::secret_words::{
    ABOUT, ASKING, ENDINGS, KEYS, OF_FORMS, OF_KEY, OF_TOKEN, ORDINARY, ORDINARY_PASSES, SECRETS,
    SHORT_SECRETS, STRONG_NAME,
};

/// A name that holds one of the strong ones.
pub static STRONG: LazyLock<Pattern> = LazyLock::new(|| format!("(?i){STRONG_NAME}").into());
/// A name of two words.
pub static STRONG_START: LazyLock<Pattern> = LazyLock::new(|| format!("(?i)^{STRONG_NAME}").into());

/// How much a name tells of its value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Strength {
    /// Whatever the value is.
    Strong,
    /// Whatever the value is, but for words: a key of a cache or of an object is called so too.
    Key,
    /// A value of letters and digits: the key or token of something named.
    Medium,
    /// A long, random value.
    Weak,
}

/// More names than that are not kept, nor longer ones.
const MOST_KEPT: usize = 1024;
const LONGEST_KEPT: usize = 64;

/// How much a name tells of its value; `None` where it is not that of a secret.
pub fn strength(name: &[u8]) -> Option<Strength> {
    thread_local! {
        /// Few names stand in a session again and again, and to judge one takes several patterns.
        static JUDGED: RefCell<HashMap<Vec<u8>, Option<Strength>>> = RefCell::default();
    }
    // Before the names that are kept, of which there may be too few for those of all fields.
    if !may_be_of_secret(name) {
        return None;
    }
    if name.len() > LONGEST_KEPT {
        return judge(name);
    }
    JUDGED.with_borrow_mut(|judged| {
        if let Some(strength) = judged.get(name) {
            return *strength;
        }
        if judged.len() == MOST_KEPT {
            judged.clear();
        }
        let strength = judge(name);
        judged.insert(name.to_vec(), strength);
        strength
    })
}

impl Strength {
    /// Tells whether the name alone tells that its value is a secret.
    pub fn is_strong(self) -> bool {
        matches!(self, Self::Strong | Self::Key)
    }
}

/// Words of which a name holds one that is that of a secret. Most names hold none, which is told before they are
/// taken apart.
static STEMS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    const OTHERS: [&str; 18] = [
        "sonar",
        "code",
        "signing",
        "key",
        "token",
        "auth",
        "pat",
        "connection",
        "cookie",
        "session",
        "bearer",
        "salt",
        "sessid",
        "sessionid",
        "pin",
        "sid",
        "sk",
        "ak",
    ];
    let words = [SECRETS, SHORT_SECRETS, ENDINGS, KEYS, &OTHERS].concat();
    let builder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words);
    builder.ok()
});

fn may_be_of_secret(name: &[u8]) -> bool {
    let is_match = |stems: &AhoCorasick| stems.is_match(name);
    // Capital letters of other scripts are not told from small ones there.
    !name.is_ascii() || STEMS.as_ref().is_none_or(is_match)
}

/// Judges a name by its words: the last one that names a secret, what stands before it and behind it.
fn judge(name: &[u8]) -> Option<Strength> {
    let name = String::from_utf8_lossy(name);
    let words = words(&name);
    let is_in = |list: &[&str], word: &str| list.contains(&word);
    let before = |at: usize| {
        at.checked_sub(1)
            .and_then(|at| words.get(at))
            .map(String::as_str)
    };
    let (at, strength) = (0..words.len()).rev().find_map(|at| {
        let word = words.get(at)?.as_str();
        let is_last = words
            .iter()
            .skip(at + 1)
            .all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let is_named = is_in(SECRETS, word)
            || is_last && is_in(SHORT_SECRETS, word)
            || is_last && word.len() > 4 && word.ends_with("pass") && !is_in(ORDINARY_PASSES, word)
            || ENDINGS
                .iter()
                .any(|ending| word.len() > ending.len() && word.ends_with(ending));
        if is_named {
            return Some((at, Some(Strength::Strong)));
        }
        if is_in(KEYS, word) {
            return Some((at, Some(Strength::Key)));
        }
        let singular = word.strip_suffix('s').unwrap_or(word);
        let strength = match (before(at), singular) {
            (Some(before), "key") if is_in(OF_KEY, before) => Some(Strength::Key),
            (Some(before), "token") if is_in(OF_TOKEN, before) => Some(Strength::Key),
            (Some("connection"), "string") => Some(Strength::Strong),
            // Windows uses these names for the password of a wireless network.
            (Some("key"), "material" | "content") if is_last => Some(Strength::Key),
            (Some(before), "key" | "token" | "auth" | "pat") if is_last => {
                let is_ordinary = is_in(ORDINARY, before) || before.len() < 2;
                (!is_ordinary && word == singular).then_some(Strength::Medium)
            }
            (
                None,
                "key" | "token" | "auth" | "cookie" | "session" | "bearer" | "salt" | "sessionid"
                | "phpsessid" | "jsessionid" | "pin" | "sid" | "sk" | "ak",
            ) if is_last => Some(Strength::Weak),
            (Some("pass"), "phrase" | "word" | "code") => Some(Strength::Strong),
            (Some("sonar"), "login") if is_last => Some(Strength::Medium),
            (Some("alarm" | "door" | "gate" | "unlock" | "safe" | "puk"), "code") if is_last => {
                Some(Strength::Strong)
            }
            (Some(_), "cookie" | "session" | "salt" | "pin" | "sid" | "sk" | "ak" | "signing")
                if is_last =>
            {
                Some(Strength::Weak)
            }
            (None, word) if is_last && word.len() > 5 && word.ends_with("token") => {
                Some(Strength::Medium)
            }
            _ => return None,
        };
        Some((at, strength))
    })?;
    let is_about = words.iter().skip(at + 1).any(|word| is_in(ABOUT, word));
    // A token is made for what is asked: `reset_token`. A password is not: `reset_password`.
    let is_of_token = words.get(at).is_some_and(|word| word == "token");
    let is_asking = words.first().is_some_and(|word| {
        at > 0
            && is_in(ASKING, word)
            && !(is_of_token && matches!(word.as_str(), "reset" | "verify" | "confirm"))
    });
    // `ClearTextPassword`
    let is_of_form = words.iter().enumerate().any(|(at, word)| {
        let is_plain = matches!(before(at), Some("clear" | "plain"));
        is_in(OF_FORMS, word) && !(word == "text" && is_plain)
    });
    strength.filter(|_| !is_about && !is_asking && !is_of_form)
}

/// The words of a name, in lower case: `dbPassword2` and `DB_PASSWORD_2` have the same.
pub fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (at, &c) in characters.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|at| characters.get(at))
            .copied()
            .unwrap_or('_');
        let next = characters.get(at + 1).copied().unwrap_or('_');
        let starts = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_ascii_digit()
                || before.is_uppercase() && next.is_lowercase())
            || c.is_ascii_digit() != before.is_ascii_digit() && before.is_alphanumeric();
        if (starts || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Tells whether a word before `key` or `token` tells that it is none of an account: `public`, `cache`, `sort`.
pub fn is_ordinary(word: &[u8]) -> bool {
    let word = word.to_ascii_lowercase();
    std::str::from_utf8(&word).is_ok_and(|word| word.len() > 3 && ORDINARY.contains(&word))
}

/// Tells whether a name ends with a word that tells something about another thing: `grant_type`, `token_url`.
pub fn is_about_a_secret(name: &str) -> bool {
    let last = words(name).pop();
    last.is_some_and(|word| ABOUT.contains(&word.as_str()))
}

/// Tells whether a name is that of a secret.
pub fn is_secret_name(name: &[u8]) -> bool {
    matches!(
        strength(name),
        Some(Strength::Strong | Strength::Key | Strength::Medium)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_judged_by_its_words() {
        for (name, expected) in [
            ("DB_PASSWORD", Some(Strength::Strong)),
            ("dbPassword2", Some(Strength::Strong)),
            ("userpwd", Some(Strength::Strong)),
            ("apiKey", Some(Strength::Key)),
            ("API_KEY_STRIPE", Some(Strength::Key)),
            ("githubToken", Some(Strength::Key)),
            ("acme_token", Some(Strength::Medium)),
            ("ACME_KEY", Some(Strength::Medium)),
            ("token", Some(Strength::Weak)),
            ("wpa-psk", Some(Strength::Strong)),
            ("PGPASSWORD", Some(Strength::Strong)),
            ("client-key-data", Some(Strength::Key)),
            ("key_id", None),
            ("passwordRequired", None),
            ("generatePasswordResetLink", None),
            ("hasToken", None),
            ("sortKey", None),
            ("monkey", None),
            ("csrf_token", None),
            ("max_tokens", None),
            ("tokenExpired", None),
            ("passport", None),
        ] {
            assert_eq!(judge(name.as_bytes()), expected, "{name}");
        }
    }
}
