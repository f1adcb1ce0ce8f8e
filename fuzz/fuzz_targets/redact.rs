//! No input panics, to redact twice changes nothing more, and no planted token of a known form
//! survives, wherever it is planted: `cargo +nightly fuzz run redact`.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pawwork_session_export::options::{RedactLevel, RedactOptions};
use pawwork_session_export::redact::redact_text;

/// A text, and a token to be planted in it.
#[derive(Arbitrary, Debug)]
struct Planted<'a> {
    text: &'a str,
    at: usize,
    left: u8,
    right: u8,
    form: u8,
    seed: u64,
    is_strict: bool,
}

/// The starts of tokens, and how many letters and digits follow.
const FORMS: [(&str, usize); 14] = [
    ("ghp_", 36),
    ("github_pat_", 82),
    ("sk-proj-", 74),
    ("sk-ant-api03-", 95),
    ("glpat-", 20),
    ("npm_", 36),
    ("xoxb-123456789012-123456789012-", 24),
    ("hf_", 34),
    ("AIza", 35),
    ("sk_live_", 24),
    ("gsk_", 52),
    ("dckr_pat_", 27),
    ("hvs.", 90),
    ("pplx-", 48),
];

/// What ends a token, on either side.
const BOUNDS: [&str; 12] = [
    " ", "\n", "\"", "'", "`", "**", "(", ")", ",", "令牌", "\\n", "\\u003d",
];

/// Letters and digits of a seed (splitmix64), as random as a token's for every seed.
fn random(mut seed: u64, length: usize) -> String {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..length)
        .map(|_| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            char::from(ALPHABET[((mixed ^ (mixed >> 31)) % ALPHABET.len() as u64) as usize])
        })
        .collect()
}

fuzz_target!(|planted: Planted| {
    let options = RedactOptions {
        level: if planted.is_strict {
            RedactLevel::Strict
        } else {
            RedactLevel::Secrets
        },
        ..RedactOptions::default()
    };
    let redacted = |text: &str| redact_text(text, &options).0.into_owned();

    let (start, length) = FORMS[usize::from(planted.form) % FORMS.len()];
    let random = random(planted.seed, length);
    let left = BOUNDS[usize::from(planted.left) % BOUNDS.len()];
    let right = BOUNDS[usize::from(planted.right) % BOUNDS.len()];
    let at = planted
        .text
        .floor_char_boundary(planted.at % (planted.text.len() + 1));
    let (before, after) = planted.text.split_at(at);

    let once = redacted(&format!("{before}{left}{start}{random}{right}{after}"));
    // Its letters may stand in the text without its start, and are then nothing known.
    let (left_over, stood_before) = (once.matches(&random), planted.text.matches(&random));
    assert!(
        left_over.count() <= stood_before.count(),
        "a token survived"
    );
    assert_eq!(redacted(&once), once, "the second time changed something");
});
