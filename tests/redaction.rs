//! Properties of redaction: no input panics, to redact twice changes nothing more, and no planted
//! token of a known form survives, wherever it is planted.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use pawwork_session_export::options::{RedactLevel, RedactOptions};
use pawwork_session_export::redact::redact_text;
use proptest::prelude::*;
use proptest::string::string_regex;

fn redacted(text: &str) -> String {
    let (text, _) = redact_text(text, &RedactOptions::default());
    text.into_owned()
}

/// Tokens of known forms, made of `alphabet` characters.
fn token() -> impl Strategy<Value = String> {
    let of = |start: &'static str, length: usize| {
        let random = format!("[A-Za-z]{{4}}[0-9][A-Za-z0-9]{{{}}}", length - 5);
        string_regex(&random)
            .unwrap()
            .prop_map(move |rest| format!("{start}{rest}"))
            // A token of one letter only would rightly be taken for a placeholder.
            .no_shrink()
    };
    prop_oneof![
        of("ghp_", 36),
        of("github_pat_", 82),
        of("sk-proj-", 74),
        of("sk-ant-api03-", 95),
        of("glpat-", 20),
        of("npm_", 36),
        of("xoxb-123456789012-123456789012-", 24),
        of("hf_", 34),
        of("AIza", 35),
        of("sk_live_", 24),
        of("gsk_", 52),
        of("dckr_pat_", 27),
        of("hvs.", 90),
    ]
}

/// What may stand around a token in a session, and what redaction looks at.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "password=",
            "\"apiKey\": \"",
            "token: ",
            "secret => '",
            "Authorization: Bearer ",
            "curl -u me:",
            "--token ",
            "export TOKEN=",
            "密码是 ",
            "The password is ",
            "\\\"",
            "\\n",
            "\n",
            "\r\n",
            "00012| ",
            "+",
            "-",
            "```\n",
            "**",
            "`",
            "<key>",
            "</key>",
            "&quot;",
            "%22",
            "\u{1b}[31m",
            "\u{200b}",
            "，",
            "https://u:",
            "@host/",
            "?code=",
            "name: DB_PASSWORD\n  value: ",
            "-----BEGIN PRIVATE KEY-----\n",
            "-----END PRIVATE KEY-----",
            "machine a login b password ",
            "a-a-a-",
            "====",
            "{",
            "}",
            "[",
            "]",
            ",",
            "key",
            "token",
            "session",
            "=",
            ":",
            "\"",
            "'",
            " ",
            "/home/jo/",
            "\u{0}",
            "😀",
            "e\u{301}",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z0-9_.:=/+@#!$%-]{0,24}",
        ".{0,8}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(fragment(), 0..12).prop_map(|fragments| fragments.concat())
}

/// Something that no token goes on with, on either side.
fn boundary() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        " ", "\n", "\"", "'", "`", "**", "(", ")", ",", ";", "令牌", "。", "_", "=", "|", "<", ">",
        "\t", "\\\"", "\\n", "\\\\n", "%3D", "\\u003d",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    // A failure becomes a test with a name: the seeds would put tokens into this repository.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn to_redact_twice_changes_nothing_more(text in text()) {
        let once = redacted(&text);
        prop_assert_eq!(redacted(&once), once);
    }

    #[test]
    fn no_planted_token_survives(
        before in text(), left in boundary(), token in token(), right in boundary(), after in text(),
    ) {
        // An underscore would go on with some tokens.
        let right = if right == "_" { " ".to_owned() } else { right };
        let result = redacted(&format!("{before}{left}{token}{right}{after}"));
        prop_assert!(!result.contains(&token), "{result}");
        // Nor half of it.
        let middle = token.len() - token.len() / 3;
        let half = token.get(middle..).unwrap();
        prop_assert!(!result.contains(half), "{half} in {result}");
    }

    #[test]
    fn no_input_panics(text in any::<String>()) {
        for level in [RedactLevel::Off, RedactLevel::Secrets, RedactLevel::Strict] {
            let options = RedactOptions { level, ..RedactOptions::default() };
            redact_text(&text, &options);
        }
    }
}

/// A token that an escape sequence hides, or of which it takes the first letter, is in the text all
/// the same.
#[test]
fn a_token_behind_an_escape_sequence_is_found() {
    let token = format!("ghp_{}", "Zk3xW9qLm5Rt".repeat(3));
    let end_of_token = token.get(8..).unwrap();
    for escape in ["\u{1b}X ", "\u{1b}]0;", "\u{1b}(", "\u{1b}[31m", "\u{9b}"] {
        let result = redacted(&format!("{escape}{token} end"));
        assert!(!result.contains(end_of_token), "{escape:?}: {result:?}");
    }
}

/// The colon of a placeholder makes no field of a password file.
#[test]
fn a_placeholder_is_no_field_of_a_password_file() {
    let token = format!("ghp_{}", "Zk3xW9qLm5Rt".repeat(3));
    let once = redacted(&format!("db:5433:x){token}'user:JA/api/webh"));
    assert!(once.ends_with(":JA/api/webh"), "{once}");
    assert_eq!(redacted(&once), once);
}

/// `-u name:password`, where a placeholder stands: its colon is not that between the two.
#[test]
fn a_placeholder_is_no_name_and_password() {
    let token = format!("sk-proj-{}", "Zk3xW9qLm5Rt".repeat(6));
    let once = redacted(&format!("xh -u {token}"));
    assert_eq!(redacted(&once), once);
    // What only looks like the start of one hides nothing.
    let result = redacted("[redacted: password=hunter2222");
    assert!(!result.contains("hunter2222"), "{result}");
}

#[test]
fn what_is_left_of_a_value_after_a_path_was_cut_out_of_it_is_redacted() {
    let strict = |text: &str| {
        let options = RedactOptions {
            level: RedactLevel::Strict,
            ..RedactOptions::default()
        };
        redact_text(text, &options).0.into_owned()
    };
    let once = strict("auth('Ohtpasswd\0\0\0/srv/WKKKKKKKKKKKKKKK'");
    assert!(!once.contains("Ohtpasswd"), "{once}");
    assert_eq!(strict(&once), once);
    let token = format!("dckr_pat_{}", "Zk3xW9qLm5Rt".repeat(3).get(..27).unwrap());
    let once = redacted(&format!("api keyc_ keyc({token}**_:^"));
    assert_eq!(redacted(&once), once);
}

/// What a keyword leads to is looked at near it, and no stretch of a text twice. Where that is not
/// so, each of these takes minutes: the time grows with the square of the length.
#[test]
fn texts_of_nothing_but_keywords_end() {
    for unit in [
        "|key",
        "| password | x ",
        "\"name\":\"key\",",
        " as password",
        "ENV KEY ",
        "sk-",
        "sk-proj-",
        "A",
        "AZDO",
        "ghp_1\u{200b}",
        "datadog api key ",
        "key 1234567890abcdef ",
        "datadog_key=x1234567890abcdefg ",
        "key1a2b3c4d5e6f7a8b",
        "re_",
        "mk",
        "密码：",
        "{\"a\":",
        "[\\\"",
        "[\\n",
        "eyJ-",
        "pk.eyJ-",
        "glpat-",
        "xoxb-",
        "fm2_",
        ",fm2_aaaaaaaaaaaaaaaaaaaaaaaaa",
        "pat",
        "NRAL",
        "$2a$10$",
        "AKIAABCDEFGHIJKLMNOP ",
        "-----BEGIN PRIVATE KEY-----\n",
        "Private-Lines: 1 ",
        "cookie: a=b;",
        "authorization: bearer ",
        "discord M",
        "seed phrase abcd ",
        "?code=aaaaaaaaaaaaaaaaaaaaaa&",
        "login x password ",
        "curl -u a:",
        "echo aaa | sudo -S ",
        "a://b:c@",
    ] {
        let text = unit.repeat(250_000 / unit.len());
        let once = redacted(&text);
        assert_eq!(redacted(&once), once, "{unit}");
    }
}
