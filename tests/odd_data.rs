//! Property: whatever stands where in a session, it gives a document or a coded error with a JSON
//! path; never a panic, and never text of the session in the error.

mod common;

use pawwork_session_export::Error;
use pawwork_session_export::options::RedactLevel;
use pawwork_session_export::pipeline::{Control, Session, export, suggest_file_name};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A word that stands in every string of the session, and in no error.
const MARK: &str = "zebra";

fn session() -> Value {
    common::session(|place| format!("{MARK} {place}"))
}

fn odd_value() -> impl Strategy<Value = Value> {
    let deep = (0..60).fold(json!(MARK), |value, _| json!([{ "x": value }]));
    prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!(MARK),
        json!("\u{0}\u{202e}\n# x"),
        json!([]),
        json!({}),
        json!([null, 1, MARK, [[]]]),
        json!({ "type": "text", "info": [], "parts": {} }),
        json!({ (MARK): { (MARK): MARK } }),
        deep,
    ])
}

/// Puts `odd` somewhere into `value`; each choice leads one level down, the last one ends there.
fn replace(value: &mut Value, choices: &[usize], odd: Value) {
    let Some((choice, rest)) = choices.split_first() else {
        *value = odd;
        return;
    };
    let child = match value {
        Value::Object(object) if !object.is_empty() => {
            let index = choice % object.len();
            object.values_mut().nth(index)
        }
        Value::Array(items) if !items.is_empty() => {
            let index = choice % items.len();
            items.get_mut(index)
        }
        _ => None,
    };
    match child {
        Some(child) => replace(child, rest, odd),
        None => *value = odd,
    }
}

fn assert_survives(text: &[u8]) -> Result<(), TestCaseError> {
    for level in [RedactLevel::Off, RedactLevel::Secrets, RedactLevel::Strict] {
        let options = common::everything(level);
        let results = [
            export(Session::Json(text), &options, Control::NONE).map(|export| export.text),
            suggest_file_name(Session::Json(text), &options),
        ];
        for result in results {
            match result {
                Ok(document) => prop_assert!(!document.is_empty()),
                Err(Error::InvalidSession { path, problem }) => {
                    prop_assert!(path.starts_with('$'), "{path}");
                    prop_assert!(
                        !format!("{path} {problem}").contains(MARK),
                        "{path} {problem}"
                    );
                }
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_anywhere(
        changes in prop::collection::vec((prop::collection::vec(0_usize..20, 0..9), odd_value()), 1..6),
    ) {
        let mut session = session();
        for (choices, odd) in changes {
            replace(&mut session, &choices, odd);
        }
        assert_survives(session.to_string().as_bytes())?;
    }

    #[test]
    fn cut_off_anywhere(share in 0.0..1.0_f64) {
        let text = session().to_string();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a text")]
        let end = (text.len() as f64 * share) as usize;
        assert_survives(text.as_bytes().get(..end).unwrap())?;
    }

    #[test]
    fn any_byte_anywhere(at in 0_usize..4000, byte in any::<u8>()) {
        let mut text = session().to_string().into_bytes();
        let index = at % text.len();
        *text.get_mut(index).unwrap() = byte;
        assert_survives(&text)?;
    }
}
