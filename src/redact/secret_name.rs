//! Which names are those of secrets: `DB_PASSWORD`, `apiKey`, `acme_token`, but not `key_id`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::pattern::Pattern;

/// Names whose value is a secret whatever it looks like.
const STRONG_NAME: &str = r"(?:pass(?:word|wd|phrase|code)|pwd|secret|(?:private|api|access|client|signing|encryption|auth|master|hmac|subscription|licen[cs]e|account|storage|shared|service|webhook|admin|jwt|aes)[ _-]?key|connection[ _-]?string|(?:api|auth|access|refresh|bearer|id|session|security|bot|deploy|ci|github|gitlab|slack|npm)[ _-]?token|credentials?)";

/// Names whose value is a secret only if it looks like one.
const WEAK_NAME: &str = r"(?:token|key|auth|cookie|session|bearer|salt|pin|sid)";

/// Names that end like a secret's and are none.
const HARMLESS_NAME: &str = r"(?i)(?:public[_-]?key|key[_-]?(?:id|name|board|code|word|path|file)|(?:token|secret|password|key|auth|session)s?[_-]?(?:url|uri|endpoint|type|name|count|limit|length|size|id|path|file|field|policy|hash|expir\w*|ttl)|max[_-]?tokens?|tokens|primary[_-]?key|foreign[_-]?key|sort[_-]?key|csrf|author(?:s|ed|ization[_-]?url)?|credentials?[_-]?id)$";

/// A name that holds one of the strong ones.
pub static STRONG: LazyLock<Pattern> = LazyLock::new(|| format!("(?i){STRONG_NAME}").into());
/// A name of two words.
pub static STRONG_START: LazyLock<Pattern> = LazyLock::new(|| format!("(?i)^{STRONG_NAME}").into());
static WEAK: LazyLock<Pattern> = LazyLock::new(|| format!("(?i)(?:^|[_.-]){WEAK_NAME}s?$").into());
static HARMLESS: Pattern = Pattern::new(HARMLESS_NAME);

/// How much a name tells of its value.
#[derive(Clone, Copy, PartialEq)]
pub enum Strength {
    /// Whatever the value is.
    Strong,
    /// A value of letters and digits: the key or token of something named.
    Medium,
    /// A long, random value.
    Weak,
}

/// Short names of passwords: `DB_PASS`, `dbPass`, `pw`, `wpa-psk`.
static SHORT: Pattern = Pattern::new(r"(?:^|[_.-])(?i:pass|pw|psk|creds?)$|[a-z](?:Pass|Pw)$");

/// The key or token of something: `acme_token`, `ACME_KEY`, `acmeToken`.
static MEDIUM: Pattern = Pattern::new(r"(?i)[a-z0-9]{2,}[ _.-]?(?:token|key|auth|pat)$");

/// Keys and tokens that are none of an account, and words that end so: monkey, turkey, hockey.
static ORDINARY: Pattern = Pattern::new(
    r"(?i)(?:sort|partition|cache|row|map|object|query|state|hot|short|arrow|item|group|index|lookup|unique|composite|data|storage|i18n|translation|message|event|page|next|prev|cursor|continuation|csrf|xsrf|tag|hash|idempotency|registry|json|dict|config|setting|feature|flag|metric|label|column|field|header|param|prop|style|theme|color|value|syntax|lexer|first|last|cancel|cancellation|parse|num|total|max|min|input|output|prompt|completion|call|host|ssh|public|pub|modifier|meta|ctrl|entry|node|path|file|module|import|chunk|template|locale|string|type|enum|mon|don|tur|hoc|jo|dis)[ _.-]?(?:token|key|auth|pat)s?$",
);

/// More names than that are not kept, nor longer ones.
const MOST_KEPT: usize = 1024;
const LONGEST_KEPT: usize = 64;

/// How much a name tells of its value; `None` where it is not that of a secret.
pub fn strength(name: &[u8]) -> Option<Strength> {
    thread_local! {
        /// Few names stand in a session again and again, and to judge one takes several patterns.
        static JUDGED: RefCell<HashMap<Vec<u8>, Option<Strength>>> = RefCell::default();
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

fn judge(name: &[u8]) -> Option<Strength> {
    if [
        &b"key"[..],
        b"token",
        b"auth",
        b"cookie",
        b"session",
        b"bearer",
        b"salt",
        b"pin",
        b"sk",
        b"ak",
    ]
    .iter()
    .any(|weak| name.eq_ignore_ascii_case(weak))
    {
        Some(Strength::Weak)
    } else if HARMLESS.is_match(name) {
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
