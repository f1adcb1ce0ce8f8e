//! One property for each kind of place: a value of any printable characters, written by the rules of that place, is
//! gone, and every other byte stays. The counter-examples of each place stay as they are.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use pawwork_session_export::options::{Hint, RedactOptions};
use pawwork_session_export::redact::redact_hinted;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn redacted(text: &str, hint: &Hint) -> String {
    redact_hinted(text, &RedactOptions::default(), hint)
        .0
        .into_owned()
}

/// A kind of place.
struct Kind {
    name: &'static str,
    hint: Hint,
    /// The text around a value, which stands at `§`.
    text: &'static str,
    /// Writes a value by the rules of the place; `None` where it cannot hold it.
    write: fn(&str) -> Option<String>,
    /// What stays.
    plain: &'static [&'static str],
}

fn as_it_is(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn without(signs: &str, value: &str) -> Option<String> {
    (!value.contains(|c| signs.contains(c))).then(|| value.to_owned())
}

fn escaped(value: &str) -> Option<String> {
    Some(value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn entities(value: &str) -> Option<String> {
    let value = value.replace('&', "&amp;").replace('<', "&lt;");
    Some(value.replace('>', "&gt;"))
}

fn percent(value: &str) -> Option<String> {
    let encoded = value.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    Some(encoded.collect())
}

fn file(path: &str) -> Hint {
    Hint {
        file_path: Some(path.to_owned()),
        ..Hint::default()
    }
}

fn command(command: &str) -> Hint {
    Hint {
        command: Some(command.to_owned()),
        ..Hint::default()
    }
}

fn language(language: &str) -> Hint {
    Hint {
        language: Some(language.to_owned()),
        ..Hint::default()
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn kinds() -> Vec<Kind> {
    vec![
        Kind {
            name: "JSON",
            hint: Hint::default(),
            text: "{\"user\": \"jo\", \"password\": \"§\", \"port\": 1}",
            write: escaped,
            plain: &["{\"password\": \"${DB}\", \"passwordMinLength\": 8, \"token\": 3}"],
        },
        Kind {
            name: "JSON in a string of JSON",
            hint: Hint::default(),
            text: "{\"body\": \"{\\\"user\\\": \\\"jo\\\", \\\"password\\\": \\\"§\\\"}\"}",
            write: |value| escaped(&escaped(value)?),
            plain: &["{\"body\": \"{\\\"password\\\": \\\"\\\"}\"}"],
        },
        Kind {
            name: "a line of data",
            hint: Hint::default(),
            text: "DB_USER=jo\nDB_PASSWORD=§\nPORT=1\n",
            // `=>` is an operator.
            write: |value| without("\"'`", value).filter(|value| !value.starts_with('>')),
            plain: &["DB_PASSWORD=$DB\nDB_PASSWORD=\nDB_PASSWORD_FILE=/run/secrets/db\n"],
        },
        Kind {
            name: "a quoted line of data",
            hint: Hint::default(),
            text: "export DB_USER=\"jo\"\nexport DB_PASSWORD=\"§\"\n",
            write: |value| without("\"\\`", value),
            plain: &["export DB_PASSWORD=\"$DB\"\n"],
        },
        Kind {
            name: "dotenv",
            hint: file(".env"),
            text: "DB_USER=jo\nDB_PASSWORD='§'\nPORT=1\n",
            write: |value| without("'", value),
            plain: &["DB_PASSWORD=\nAPI_KEY=<key>\n# DB_PASSWORD: a name\nMAX_TOKENS=4096\n"],
        },
        Kind {
            name: "YAML",
            hint: file("values.yaml"),
            text: "db:\n  user: jo\n  password: \"§\"\n  port: 1\n",
            write: escaped,
            plain: &["secrets: inherit\npassword: !vault |\n  00\npasswordKey: db\n"],
        },
        Kind {
            name: "TOML",
            hint: file("a.toml"),
            text: "[db]\nuser = \"jo\"\npassword = \"§\"\n",
            write: escaped,
            plain: &["[db]\npassword_file = \"/run/secrets/db\"\n"],
        },
        Kind {
            name: "INI",
            hint: file("my.ini"),
            text: "[client]\nuser = jo\npassword = §\nport = 1\n",
            write: |value| without("\"'`\\", value),
            plain: &["[client]\nuser = jo\n; password of nobody\npassword =\n"],
        },
        Kind {
            name: "properties",
            hint: file("app.properties"),
            text: "db.user=jo\ndb.password=§\n",
            write: |value| without("\"'`\\", value),
            plain: &["db.password=${db.password}\npassword.reset=Reset your password here now\n"],
        },
        Kind {
            name: "Terraform",
            hint: file("main.tf"),
            text: "variable \"db_password\" {\n  type    = string\n  default = \"§\"\n}\n",
            write: escaped,
            plain: &["variable \"region\" {\n  default = \"eu-1\"\n}\n"],
        },
        Kind {
            name: "netrc",
            hint: file(".netrc"),
            text: "machine a.example\n  login jo\n  password §\n",
            write: |value| without("\"", value),
            plain: &["machine a.example login jo\n# password of jo\n"],
        },
        Kind {
            name: "pgpass",
            hint: file(".pgpass"),
            text: "db.example:5432:app:jo:§\n# end\n",
            write: as_it_is,
            plain: &["# host:1:db:user:password\n"],
        },
        Kind {
            name: "a Kubernetes secret",
            hint: Hint::default(),
            text: "kind: Secret\nmetadata:\n  name: db\nstringData:\n  dsn: \"§\"\n",
            write: |value| without("\"\\", value),
            plain: &["kind: ConfigMap\ndata:\n  dsn: \"a b\"\n"],
        },
        Kind {
            name: "a command",
            hint: language("bash"),
            text: "LOG=1 DB_PASSWORD='§' npm start --name jo",
            write: |value| without("'", value),
            plain: &[
                "docker login --password-stdin ghcr.io",
                "tool --token \"$TOKEN\"",
            ],
        },
        Kind {
            name: "an option",
            hint: Hint::default(),
            text: "tool --name jo --password '§' --verbose",
            write: |value| without("'\\", value),
            plain: &["tool --password <password> --verbose"],
        },
        Kind {
            name: "what a command prints",
            hint: command("pass show db"),
            text: "§\n",
            write: |value| without("\"'{<[", value),
            plain: &["Error: db is not in the password store.\n", ""],
        },
        Kind {
            name: "a list of variables",
            hint: command("env"),
            text: "HOME=/x\nDB_PASSWORD=§\nTERM=dumb\n",
            write: |value| without("\"'`\\", value),
            plain: &["HOME=/x\nLANG=C\n"],
        },
        Kind {
            name: "a table",
            hint: command("psql"),
            text: " id | password \n----+---------\n  1 | § \n(1 row)\n",
            write: |value| without("|`*\"", value),
            plain: &[" id | name \n----+---------\n  1 | jo \n(1 row)\n"],
        },
        Kind {
            name: "a parameter of an address",
            hint: Hint::default(),
            text: "https://a.example/x?user=jo&password=§&page=1",
            write: percent,
            plain: &["https://a.example/x?page_token=2&sort_key=name"],
        },
        Kind {
            name: "program source",
            hint: file("a.ts"),
            text: "const user = \"jo\";\nconst password = \"§\";\nconnect(user, password);\n",
            write: escaped,
            plain: &["const password = getPassword();\nconst a = b;\nlet secret: Uint8Array;\n"],
        },
        Kind {
            name: "XML",
            hint: Hint::default(),
            text: "<db><user>jo</user><password>§</password></db>",
            write: entities,
            plain: &["<db><password></password></db>"],
        },
        Kind {
            name: "a fence",
            hint: Hint::default(),
            text: "See:\n\n```yaml\nuser: jo\npassword: '§'\n```\n\nDone.\n",
            write: |value| without("'", value),
            plain: &["```yaml\npassword: ${DB}\n```\n"],
        },
        Kind {
            name: "lines with numbers",
            hint: file(".env"),
            text: "<content>\n1: A=1\n2: DB_PASSWORD='§'\n3: B=2\n</content>",
            write: |value| without("'", value),
            plain: &["<content>\n1: A=1\n2: DB_PASSWORD=\n</content>"],
        },
        Kind {
            name: "a sentence",
            hint: Hint::default(),
            text: "The password is `§`, and the user is jo.",
            // A path, a route, a host or a member stands in a sentence more often.
            write: |value| without("`\\", value).filter(|value| !value.contains(['/', '.'])),
            plain: &["The password is required, and the user is jo."],
        },
    ]
}

/// A value that looks like a password: any signs, and letters of both cases and a digit among them.
fn value() -> impl Strategy<Value = String> {
    let parts = (
        "[!-~]{0,6}",
        "[a-z][0-9][A-Z]{2}[0-9][a-z][0-9]",
        "[!-~]{0,8}",
        "[a-zA-Z0-9]{2}",
    );
    parts
        .prop_map(|(start, core, middle, end)| [start, core, middle, end].concat())
        // A whole reference is none, and neither is a value that was shortened or masked already.
        .prop_filter("a reference", |value| {
            !value.starts_with(['$', '%', '[', '{', '<'])
                && !value.contains("...")
                && !value.contains("***")
                && !value.contains("${")
                && !value.contains("{{")
        })
}

#[test]
fn a_value_of_any_signs_is_gone_and_what_stands_around_it_stays() {
    let placeholder = regex::Regex::new(r"\[redacted:[a-z0-9-]+#\d+\]").unwrap();
    let mut failures = Vec::new();
    for kind in kinds() {
        let config = Config {
            cases: 64,
            failure_persistence: None,
            ..Config::default()
        };
        let (before, behind) = kind.text.split_once('§').unwrap();
        let result = TestRunner::new(config).run(&value(), |value| {
            let Some(written) = (kind.write)(&value) else {
                return Ok(());
            };
            let text = format!("{before}{written}{behind}");
            let shown = redacted(&text, &kind.hint);
            let is_whole = shown.starts_with(before) && shown.ends_with(behind);
            prop_assert!(is_whole, "around: {shown}");
            let middle = shown.get(before.len()..shown.len() - behind.len()).unwrap();
            let left = placeholder.replace_all(middle, "");
            prop_assert!(left.is_empty(), "left {left:?} of {written:?}");
            prop_assert_eq!(redacted(&shown, &kind.hint), shown);
            Ok(())
        });
        if let Err(error) = result {
            failures.push(format!("{}: {error}", kind.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_holds_no_value_stays() {
    for kind in kinds() {
        for plain in kind.plain {
            assert_eq!(redacted(plain, &kind.hint), *plain, "{}", kind.name);
        }
    }
}

/// Hints of every kind, the wrong ones for most texts among them.
fn hint() -> impl Strategy<Value = Hint> {
    let files = prop::sample::select(vec![
        "a.ts", "a.rs", "a.py", ".env", "a.yml", "a.tf", ".netrc", ".pgpass", "a.csv", "a.sh",
        "a.md", "",
    ]);
    let commands = prop::sample::select(vec!["cat a.ts", "env", "op read x", "psql", "ls", ""]);
    prop_oneof![files.prop_map(file), commands.prop_map(command)]
}

/// Pieces of source, of settings and of sentences.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "const [a-z]{1,4} = [a-z]{1,4};",
        "function [a-z]{1,4}\\(\\) \\{",
        "\\}",
        "(DB_PASSWORD|API_KEY|secret)(=|: | = )[!-~]{0,4}[a-z0-9]{4,12}",
        "  \"password\": \"[a-z0-9]{4,12}\",",
        "The password is [a-z]{4}[0-9]{3}!",
        "ghp_[a-z]{3}[0-9]{3}[A-Za-z0-9]{30}",
        "```(ts|yaml|sh|)",
        "[0-9]: x",
        "notes",
        "",
    ];
    prop::collection::vec(line, 0..10).prop_map(|lines| lines.join("\n"))
}

/// The bytes of a text that are gone, by what is left of it in order.
fn left(shown: &str) -> Vec<String> {
    let placeholder = regex::Regex::new(r"\[redacted:[a-z0-9-]+#\d+\]").unwrap();
    placeholder.split(shown).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    /// A hint may be wrong, and a session may lie: a token and what looks like a password go all the same.
    #[test]
    fn no_hint_keeps_a_token_or_a_password(text in text(), hint in hint()) {
        let shown = redacted(&text, &hint);
        let unhinted = redacted(&text, &Hint::default());
        let is_told = |word: &&str| {
            let has = |is: fn(char) -> bool| word.chars().any(is);
            word.starts_with("ghp_") || word.len() >= 8 && has(|c| c.is_ascii_digit()) && has(|c| "!@#$%^&*+".contains(c))
        };
        let words = text.split(|c: char| c.is_whitespace() || "=\"".contains(c)).filter(is_told);
        for word in words {
            let is_gone = !left(&unhinted).iter().any(|piece| piece.contains(word));
            prop_assert!(!is_gone || !left(&shown).iter().any(|piece| piece.contains(word)), "{hint:?}: {word}: {shown}");
        }
        prop_assert_eq!(redacted(&shown, &hint), shown);
    }
}
