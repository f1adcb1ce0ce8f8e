//! Whole documents, reviewed by reading them: `golden/<case>/{session.json, expected.md}` (or
//! `expected.json`), with `options.json` where a case needs some. `UPDATE_GOLDEN=1 cargo test --test golden` writes the
//! documents anew; read the difference before you commit it.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;

use pawwork_session_export::ExportOptions;
use pawwork_session_export::model::Timestamp;
use pawwork_session_export::options::TimeZone;
use pawwork_session_export::pipeline::{Control, Session, export};

fn options(case: &Path) -> ExportOptions {
    let json = fs::read_to_string(case.join("options.json")).unwrap_or_else(|_| "{}".to_owned());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    ExportOptions {
        time_zone: TimeZone::Utc,
        exported_at: Timestamp::from_millis(1_795_400_000_000.0),
        ..ExportOptions::from_json(json.as_object().unwrap()).unwrap()
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "golden files are the project's own"
)]
fn documents_are_as_they_were_reviewed() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases = 0;
    let mut different = Vec::new();
    for case in fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        let session = fs::read(case.join("session.json")).unwrap();
        let options = options(&case);
        let document = match export(Session::Json(&session), &options, Control::NONE) {
            Ok(export) => export.text,
            Err(error) => format!("no document: {error}"),
        };
        let expected = case
            .join("expected")
            .with_extension(options.format.extension());
        if update {
            fs::write(&expected, &document).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        different.extend(difference(&case, &expected, &document));
        cases += 1;
    }
    different.sort();
    assert!(
        different.is_empty(),
        "{} of {cases} documents differ, see the head of this file:\n{}",
        different.len(),
        different.join("\n")
    );
    assert!(cases > 10, "the golden files are missing");
}

/// The name of a case whose document differs, and the first line that does.
fn difference(case: &Path, expected: &str, document: &str) -> Option<String> {
    if document == expected {
        return None;
    }
    let mut lines = expected.split('\n').zip(document.split('\n')).enumerate();
    let place = match lines.find(|(_, (expected, shown))| expected != shown) {
        Some((index, (expected, shown))) => {
            format!(
                "line {}\n  expected {expected:?}\n  but is   {shown:?}",
                index + 1
            )
        }
        None => "one is the start of the other".to_owned(),
    };
    Some(format!("{}: {place}", case.display()))
}

#[test]
fn each_case_that_differs_is_named_with_its_line() {
    let case = Path::new("case");
    assert_eq!(difference(case, "a\nb", "a\nb"), None);
    for (expected, document, place) in [
        ("a\nb", "a\nc", "line 2\n  expected \"b\"\n  but is   \"c\""),
        ("a", "a\nb", "one is the start of the other"),
        ("", "a", "line 1\n  expected \"\"\n  but is   \"a\""),
    ] {
        let shown = difference(case, expected, document).unwrap();
        assert_eq!(shown, format!("case: {place}"));
    }
}
