//! JSON objects, in which a field may be a secret by its name alone.

use serde_json::{Number, Value};

use super::super::visible;
use super::place::{named_value, number};
use crate::model::{Object, visit};

/// A pass that goes over the fields of an object and redacts them.
pub trait FieldVisitor {
    /// What may be shown of a text; `None` where that is all of it as it is.
    fn replacement(&mut self, field: &'static str, text: &str) -> Option<String>;
    /// Tells whether names of fields tell secrets.
    fn judges_names(&self) -> bool;
    /// Tells whether a value is one that the user keeps.
    fn keeps(&self, value: &str) -> bool;
    /// The placeholder of a secret that its name tells.
    fn named_secret(&mut self, field: &'static str, value: &str) -> String;
    /// Goes over a member.
    fn member(&mut self, field: &'static str, name: &str, value: &mut Value);
}

/// Names of the fields of a pair, as in lists of environment variables: `{ "name": "DB_PASSWORD", "value": "…" }`.
const PAIR_NAMES: [&str; 4] = ["name", "key", "Name", "Key"];
const PAIR_VALUES: [&str; 4] = ["value", "Value", "val", "default"];

/// Redacts names and values of an object.
pub fn redact(pass: &mut impl FieldVisitor, field: &'static str, object: &mut Object) {
    // Names first: one with invisible characters in it is not what it looks like until it is cleaned.
    let mut renamed = Vec::new();
    for (index, key) in object.keys().enumerate() {
        if let Some(name) = pass.replacement(field, key) {
            renamed.push((index, name));
        }
    }
    visit::rename(object, renamed);
    let judges_names = pass.judges_names();
    if judges_names {
        redact_pair(pass, field, object);
    }
    for (key, value) in object.iter_mut() {
        match value {
            Value::String(text)
                if judges_names && named_value::is_secret_field(key, text) && !pass.keeps(text) =>
            {
                *text = pass.named_secret(field, text);
            }
            Value::Number(digits) if judges_names && is_secret_number(key, digits) => {
                *value = pass.named_secret(field, &digits.to_string()).into();
            }
            value => pass.member(field, key, value),
        }
    }
}

fn is_secret_number(name: &str, digits: &Number) -> bool {
    number::is_secret(name.as_bytes(), digits.to_string().as_bytes())
}

fn redact_pair(pass: &mut impl FieldVisitor, field: &'static str, object: &mut Object) {
    // To look a name up takes longer than to compare those that there are.
    if !object.keys().any(|key| PAIR_NAMES.contains(&key.as_str())) {
        return;
    }
    let text = |names: [&str; 4]| {
        let mut names = names.into_iter();
        names.find_map(|name| object.get(name).and_then(Value::as_str))
    };
    let (Some(name), Some(value)) = (text(PAIR_NAMES), text(PAIR_VALUES)) else {
        return;
    };
    if !named_value::is_secret_field(&visible::clean(name).0, value) || pass.keeps(value) {
        return;
    }
    let placeholder = pass.named_secret(field, value);
    for name in PAIR_VALUES {
        if let Some(Value::String(text)) = object.get_mut(name) {
            text.clone_from(&placeholder);
            break;
        }
    }
}
