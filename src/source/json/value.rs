//! JSON that borrows from its text, with the fields of an object in a list. What is taken of it becomes the model,
//! and what is left a [`Value`]: to make maps of all of it, names copied, took a quarter of the time of reading short messages.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use crate::model::Object;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json<'t> {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'t, str>),
    Array(Vec<Self>),
    Object(JsonObject<'t>),
}

/// A JSON object: names and values in their order. Of those with the same name the last one counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonObject<'t>(Vec<(Cow<'t, str>, Json<'t>)>);

impl<'t> Json<'t> {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A field; `None` also for what is no object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(name),
            _ => None,
        }
    }

    /// The fields of an object.
    pub fn as_object_mut(&mut self) -> Option<&mut JsonObject<'t>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Calls back with every string but the names of fields.
    pub fn for_each_text(&mut self, on_text: &mut impl FnMut(&mut Cow<'t, str>)) {
        match self {
            Self::String(text) => on_text(text),
            Self::Array(items) => items
                .iter_mut()
                .for_each(|item| item.for_each_text(on_text)),
            Self::Object(JsonObject(fields)) => fields
                .iter_mut()
                .for_each(|(_, value)| value.for_each_text(on_text)),
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
    }
}

impl<'t> JsonObject<'t> {
    /// A field.
    pub fn get(&self, name: &str) -> Option<&Json<'t>> {
        let mut fields = self.0.iter().rev();
        fields.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Takes a field out.
    pub fn take(&mut self, name: &str) -> Option<Json<'t>> {
        let mut taken = None;
        // Once through, however many have that name.
        self.0.retain_mut(|(known, value)| {
            let is_taken = known == name;
            if is_taken {
                taken = Some(std::mem::take(value));
            }
            !is_taken
        });
        taken
    }

    /// Sets a field, the last one of its name.
    pub fn set(&mut self, name: impl Into<Cow<'t, str>>, value: impl Into<Json<'t>>) {
        self.0.push((name.into(), value.into()));
    }
}

impl<'t> From<&'t str> for Json<'t> {
    fn from(text: &'t str) -> Self {
        Self::String(text.into())
    }
}

impl<'t> From<JsonObject<'t>> for Json<'t> {
    fn from(object: JsonObject<'t>) -> Self {
        Self::Object(object)
    }
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::String(text.into()),
            Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Value::Object(object) => Self::Object(object.into()),
        }
    }
}

impl From<Json<'_>> for Value {
    fn from(value: Json<'_>) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(flag),
            Json::Number(number) => Self::Number(number),
            Json::String(text) => Self::String(text.into_owned()),
            Json::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Json::Object(object) => Self::Object(object.into()),
        }
    }
}

impl From<Object> for JsonObject<'_> {
    fn from(object: Object) -> Self {
        let fields = object.into_iter();
        Self(
            fields
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl From<JsonObject<'_>> for Object {
    fn from(JsonObject(fields): JsonObject<'_>) -> Self {
        let mut object = Self::with_capacity(fields.len());
        for (name, value) in fields {
            object.insert(name.into_owned(), value.into());
        }
        object
    }
}

impl<'t> Deserialize<'t> for Json<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfAny;

        impl<'t> Visitor<'t> for OfAny {
            type Value = Json<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Json::Bool(flag))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Json::Number(number.into()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Json::Number(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
            }

            fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Self::Value, E> {
                Ok(text.into())
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Json::String(text.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut array = Vec::new();
                while let Some(item) = items.next_element()? {
                    array.push(item);
                }
                Ok(Json::Array(array))
            }

            fn visit_map<A: MapAccess<'t>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
                let mut object = Vec::new();
                while let Some((Name(name), value)) = fields.next_entry()? {
                    object.push((name, value));
                }
                Ok(Json::Object(JsonObject(object)))
            }
        }

        deserializer.deserialize_any(OfAny)
    }
}

/// The name of a field, borrowed where it has no escape.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub struct Name<'t>(#[serde(borrow)] pub Cow<'t, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Json<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn it_is_what_serde_json_makes_of_the_same_text() {
        for text in [
            "null",
            "[true, -1, 18446744073709551615, 1.5e3, -0.0, []]",
            r#"{"a\n\u00e9": "b\"\\ \ud83d\ude00", "": {"c": [{}, "é"]}}"#,
            r#"{"a": 1, "b": 2, "a": 3, "c": {"x": 1, "x": null}}"#,
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(Value::from(parsed(text)), value, "{text}");
            let again = Value::from(Json::from(value.clone()));
            assert_eq!(again, value);
        }
        for text in ["[1e999]", &"[".repeat(200), r#""\ud83d""#, "{1: 2}"] {
            assert!(
                serde_json::from_str::<Json<'_>>(text).is_err(),
                "{text:.20}"
            );
        }
    }

    #[test]
    fn of_fields_with_the_same_name_the_last_one_counts() {
        let Json::Object(mut object) = parsed(r#"{"a": 1, "b": 2, "a": 3, "c": 4}"#) else {
            panic!("no object");
        };
        object.set("d", "5");
        object.set("c", "6");
        assert_eq!(object.get("a"), Some(&Json::Number(3.into())));
        assert_eq!(object.take("a"), Some(Json::Number(3.into())));
        assert_eq!(object.take("a"), None);
        let left = serde_json::json!({ "b": 2, "c": "6", "d": "5" });
        assert_eq!(Value::Object(object.into()), left);
    }

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let text = r#"{"plain": "text", "es\u0063aped": "te\u0078t"}"#;
        let Json::Object(JsonObject(fields)) = parsed(text) else {
            panic!("no object");
        };
        let is_borrowed = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
        let borrowed = fields.iter().map(|(name, value)| match value {
            Json::String(text) => [is_borrowed(name), is_borrowed(text)],
            _ => panic!("no text"),
        });
        assert_eq!(borrowed.collect::<Vec<_>>(), [[true, true], [false, false]]);
    }
}
