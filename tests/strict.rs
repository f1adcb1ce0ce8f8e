//! Properties of `redact: "strict"` and of terms: to redact twice changes nothing more, no placeholder is torn
//! apart, no part of a planted path survives, and no text takes a time that grows faster than it.

use std::time::{Duration, Instant};

use pawwork_session_export::options::{RedactLevel, RedactOptions};
use pawwork_session_export::redact::redact_text;
use proptest::prelude::*;

fn strict(text: &str) -> String {
    let options = RedactOptions {
        level: RedactLevel::Strict,
        ..RedactOptions::default()
    };
    redact_text(text, &options).0.into_owned()
}

fn without(terms: &[&str], text: &str) -> String {
    let options = RedactOptions {
        level: RedactLevel::Off,
        terms: terms.iter().map(|term| (*term).to_owned()).collect(),
        ..RedactOptions::default()
    };
    redact_text(text, &options).0.into_owned()
}

const PLACEHOLDERS: [&str; 5] = [
    "[redacted:path#1]",
    "[redacted:redact-term#12]",
    "[redacted:user-name#3]",
    "[redacted:github-token]",
    "[redacted:email#2]",
];

/// What terms may be made of: parts of placeholders among them.
const TERM_PARTS: [&str; 16] = [
    "redacted",
    "path",
    "term",
    "1",
    "#",
    "]",
    "[",
    "user",
    "Acme",
    "ａｃｍｅ",
    "Corp",
    "é",
    "e\u{301}",
    "张伟",
    "ß",
    "token",
];

fn term() -> impl Strategy<Value = String> {
    let part = prop::sample::select(TERM_PARTS.to_vec());
    let joint = prop::sample::select(vec!["", " ", "-"]);
    (prop::collection::vec(part, 1..3), joint).prop_map(|(parts, joint)| parts.join(joint))
}

fn text_around_placeholders() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        3 => prop::sample::select(TERM_PARTS.to_vec()).prop_map(str::to_owned),
        2 => prop::sample::select(PLACEHOLDERS.to_vec()).prop_map(str::to_owned),
        2 => prop::sample::select(vec![" ", "\n", "\n> ", "　", "\\n", ", "]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9 #:\\[\\]]{0,6}",
    ];
    prop::collection::vec(fragment, 0..14).prop_map(|fragments| fragments.concat())
}

/// What strict looks at.
fn strict_text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        3 => prop::sample::select(vec![
            "/home/jo", "/Users/Jo Doe/", "C:\\Users\\", "\\\\files\\x", "file:///", "%2Fhome%2Fjo", "~jo/", "/srv/acme",
            "uid=1000(jo)", "USER=", "Author: Jo Doe <jo@x.example>", "jo@laptop:~$ ", "10.1.2.3", "fe80::1",
            "jo@x.example", "[redacted:path#1]", "whoami\n", "GET /api/x",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![" ", "\n", "\"", "'", "`", "(", ")", "/", "\\", ":", ",", "- ", "王", "jo", "Doe", ".ts"])
            .prop_map(str::to_owned),
        1 => "[a-zA-Z0-9_.:=/+@#\\\\%~-]{0,12}",
        1 => ".{0,4}",
    ];
    prop::collection::vec(fragment, 0..12).prop_map(|fragments| fragments.concat())
}

/// Names of folders that are words of nothing else.
fn planted_path() -> impl Strategy<Value = (Vec<String>, String)> {
    let letters = prop_oneof![
        "Qx[a-z]{4,9}",
        "[а-я]{5,9}Щ",
        "[\u{4e00}-\u{4fff}]{3,6}",
        "Zq[a-z]{3,5} Wv[a-z]{3,5}",
    ];
    let names = prop::collection::vec(letters, 2..5);
    (names, 0..6_usize).prop_map(|(names, notation)| {
        let path = match notation {
            0 => format!("/home/{}", names.join("/")),
            1 => format!("C:\\{}", names.join("\\")),
            2 => format!("\\\\nas7\\{}", names.join("\\")),
            3 => format!("/srv/{}", names.join("/")),
            4 => format!("file:///home/{}", names.join("/")),
            _ => format!("D:/{}", names.join("/")),
        };
        (names, path)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn terms_leave_placeholders_and_their_own_output_alone(
        text in text_around_placeholders(), terms in prop::collection::vec(term(), 1..4),
    ) {
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let once = without(&terms, &text);
        prop_assert_eq!(&without(&terms, &once), &once);
        let mut rest = once.as_str();
        let planted = text.match_indices("[redacted:").filter_map(|(start, _)| {
            PLACEHOLDERS.iter().find(|placeholder| text.get(start..).is_some_and(|text| text.starts_with(**placeholder)))
        });
        for placeholder in planted {
            let place = rest.find(placeholder);
            prop_assert!(place.is_some(), "{} is gone from {:?}", placeholder, once);
            rest = rest.get(place.unwrap_or(0) + placeholder.len()..).unwrap_or_default();
        }
    }

    #[test]
    fn strict_changes_nothing_more_in_its_own_output(text in strict_text()) {
        let once = strict(&text);
        prop_assert_eq!(strict(&once), once);
    }

    #[test]
    fn no_part_of_a_quoted_path_survives(
        (names, path) in planted_path(),
        quotes in prop::sample::select(vec![("\"", "\""), ("'", "'"), ("`", "`"), ("<path>", "</path>"), ("「", "」"), ("| ", " |")]),
        before in prop::sample::select(vec!["", "see ", "{\"a\": ", "打开", "- "]),
    ) {
        let result = strict(&format!("{before}{}{path}{} and more", quotes.0, quotes.1));
        for name in names {
            prop_assert!(!result.contains(&name), "{name} in {result}");
        }
        prop_assert!(result.ends_with(" and more"), "{result}");
    }
}

#[test]
fn a_term_that_is_a_part_of_a_placeholder_tears_none_apart() {
    let text = "path [redacted:path#1] redacted 1 PATH";
    let once = without(&["redacted", "path", "1", "#1]"], text);
    assert!(once.contains(" [redacted:path#1] "), "{once}");
    assert_eq!(once.matches("[redacted:redact-term#").count(), 4, "{once}");
    assert_eq!(without(&["redacted", "path", "1", "#1]"], &once), once);
}

#[test]
fn terms_are_found_across_blanks_line_ends_and_forms_of_unicode() {
    for text in [
        "ACME  Corp",
        "Acme\nCorp",
        "Acme\r\n  Corp",
        "Acme\u{a0}Corp",
        "Ａｃｍｅ　Ｃｏｒｐ",
        "acme\\nCorp",
        "Acme\n> Corp",
    ] {
        let result = without(&["Acme Corp"], &format!("x {text}, y"));
        assert_eq!(result, "x [redacted:redact-term#1], y", "{text}");
    }
    assert_eq!(
        without(&["Müller"], "Mu\u{308}ller"),
        "[redacted:redact-term#1]"
    );
    assert_eq!(
        without(&["Mu\u{308}ller"], "MÜLLER"),
        "[redacted:redact-term#1]"
    );
}

#[test]
fn thousands_of_terms_are_all_taken_out() {
    let terms: Vec<String> = (0..20_000)
        .map(|number| format!("Größe Nummer {number}x"))
        .collect();
    let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
    let result = without(&terms, "a größe nummer 19999x b");
    assert_eq!(result, "a [redacted:redact-term#1] b");
}

#[test]
fn a_name_that_was_learnt_goes_wherever_it_is_a_word() {
    let text = "jolanda said\nuid=1000(jolanda)\nJolanda's file, jolandas";
    let result = strict(text);
    assert!(!result.to_lowercase().contains("jolanda "), "{result}");
    assert!(!result.contains("Jolanda's"), "{result}");
    assert!(result.ends_with("jolandas"), "{result}");
    let result = strict("ls /home/王/x; 由 王 提交, 王国");
    assert!(
        result.contains("王国") && !result.contains(" 王 "),
        "{result}"
    );
    let result = strict(r#"open "C:\Users\Jan Kowalski\x"; ask JAN  KOWALSKI"#);
    assert!(!result.contains("KOWALSKI"), "{result}");
}

#[test]
fn a_path_that_was_taken_out_is_not_cut_out_of_an_address() {
    let text = "open \"/srv/My Docs/plan\" and https://acme.example/srv/My Docs/plan";
    let result = strict(text);
    assert!(
        result.ends_with("https://acme.example/srv/My Docs/plan"),
        "{result}"
    );
    let text = "cat /docs/start.rs; see https://acme.example/docs/start.rs";
    assert!(strict(text).ends_with("https://acme.example/docs/start.rs"));
}

/// Each stretch of a text is looked at a few times, whatever stands there.
#[test]
fn texts_of_nothing_but_signs_of_paths_and_names_end() {
    for unit in [
        "/",
        "/a",
        "/home/",
        "\"/a b",
        "(/srv/a b ",
        "\\",
        "\\\\a",
        "C:\\",
        "C:/",
        "%2F",
        "=%2Fa",
        "%25",
        "~",
        "~a",
        " ~a/",
        "@",
        "a@",
        "a@b.c@",
        "::",
        "1:",
        "1.",
        "1.2.3.4:",
        "uid=1(a)",
        ",1(",
        "USER=",
        "Author: A <",
        "A B <a@b",
        "<",
        "ssh a ",
        "ssh ",
        "a@b:",
        "-rw-r--r-- 1 a ",
        "/srv/A B",
        "| /srv/a ",
        "file:/",
        "[redacted:",
        "whoami\n",
        "王",
        "/home/王 ",
        "A ",
        "A-Mac",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        let start = Instant::now();
        strict(&text);
        let limit = Duration::from_secs(60);
        assert!(start.elapsed() < limit, "{unit}: {:?}", start.elapsed());
    }
}
