//! Takes typed fields out of a JSON object, and notes what does not fit.

use std::fmt;

use super::json::value::{Json, JsonObject};
use crate::model::{Notes, Object, Oddity, Span, Timestamp};

/// A place in the input, made of known field names and numbers, so that it may be shown.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'static str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub fn field(&self, name: &'static str) -> Path<'_> {
        Path::Field(self, name)
    }

    pub fn index(&self, index: usize) -> Path<'_> {
        Path::Index(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// The fields of one JSON object that were not taken yet.
pub struct Fields<'a, 't> {
    pub path: Path<'a>,
    pub notes: &'a mut Notes,
    object: JsonObject<'t>,
    /// Fields of nested objects that nothing took.
    leftovers: Object,
}

impl<'a, 't> Fields<'a, 't> {
    pub fn new(object: JsonObject<'t>, path: Path<'a>, notes: &'a mut Notes) -> Self {
        Self {
            path,
            notes,
            object,
            leftovers: Object::new(),
        }
    }

    /// The fields of `value`; where it is no object, that is noted and there are none.
    pub fn of(value: Json<'t>, path: Path<'a>, notes: &'a mut Notes) -> Self {
        let object = match value {
            Json::Object(object) => object,
            _ => {
                notes.add(path, Oddity::AnObjectExpected);
                JsonObject::default()
            }
        };
        Self::new(object, path, notes)
    }

    /// Gives the fields that were not taken, to be read as something else.
    pub fn into_object(self) -> JsonObject<'t> {
        self.object
    }

    /// Notes a problem with one field.
    pub fn note(&mut self, name: &'static str, oddity: Oddity) {
        self.notes.add(self.path.field(name), oddity);
    }

    /// Any value; `null` counts as absent.
    pub fn value(&mut self, name: &'static str) -> Option<Json<'t>> {
        self.object.take(name).filter(|value| *value != Json::Null)
    }

    fn typed<T>(
        &mut self,
        name: &'static str,
        oddity: Oddity,
        convert: impl FnOnce(Json<'t>) -> Option<T>,
    ) -> Option<T> {
        let converted = convert(self.value(name)?);
        if converted.is_none() {
            self.note(name, oddity);
        }
        converted
    }

    pub fn string(&mut self, name: &'static str) -> Option<String> {
        self.typed(name, Oddity::AStringExpected, |value| match value {
            Json::String(text) => Some(text.into_owned()),
            // The text of a number or a boolean is still worth showing.
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(flag) => Some(flag.to_string()),
            _ => None,
        })
    }

    /// A string, unless it is empty.
    pub fn name(&mut self, name: &'static str) -> Option<String> {
        self.string(name).filter(|text| !text.is_empty())
    }

    pub fn number(&mut self, name: &'static str) -> Option<f64> {
        self.typed(name, Oddity::ANumberExpected, |value| match value {
            Json::Number(number) => number.as_f64(),
            _ => None,
        })
    }

    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        self.typed(name, Oddity::ABooleanExpected, |value| match value {
            Json::Bool(flag) => Some(flag),
            _ => None,
        })
    }

    pub fn object(&mut self, name: &'static str) -> Option<JsonObject<'t>> {
        self.typed(name, Oddity::AnObjectExpected, |value| match value {
            Json::Object(object) => Some(object),
            _ => None,
        })
    }

    pub fn array(&mut self, name: &'static str) -> Option<Vec<Json<'t>>> {
        self.typed(name, Oddity::AnArrayExpected, |value| match value {
            Json::Array(items) => Some(items),
            _ => None,
        })
    }

    /// The strings of an array; others are noted.
    pub fn strings(&mut self, name: &'static str) -> Vec<String> {
        let mut strings = Vec::new();
        for item in self.array(name).unwrap_or_default() {
            match item {
                Json::String(text) => strings.push(text.into_owned()),
                _ => self.note(name, Oddity::StringsExpected),
            }
        }
        strings
    }

    /// Milliseconds since the Unix epoch. 0 is no time, but one that was never set.
    pub fn timestamp(&mut self, name: &'static str) -> Option<Timestamp> {
        let millis = self.number(name).filter(|millis| *millis != 0.0)?;
        if millis.fract() != 0.0 {
            self.note(name, Oddity::TimeRounded);
        }
        let timestamp = Timestamp::from_millis(millis);
        if timestamp.is_none() {
            self.note(name, Oddity::TimeOutOfRange);
        }
        timestamp
    }

    /// Reads a nested object with `read`; where there is none, gives the default. What `read` did not
    /// take stays among the rest, and is counted as unknown, unless it is in `known`.
    pub fn nested<T: Default>(
        &mut self,
        name: &'static str,
        known: &[&str],
        read: impl FnOnce(&mut Fields<'_, '_>) -> T,
    ) -> T {
        let Some(object) = self.object(name) else {
            return T::default();
        };
        let path = self.path.field(name);
        let mut fields = Fields::new(object, path, self.notes);
        let value = read(&mut fields);
        let rest = fields.rest(known);
        if !rest.is_empty() {
            self.leftovers.insert(name.to_owned(), rest.into());
        }
        value
    }

    /// Forgets what a nested object had beside what was taken of it.
    pub fn forget_rest_of(&mut self, name: &'static str) {
        self.leftovers.shift_remove(name);
    }

    /// Reads each element of an array.
    pub fn each<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(Json<'t>, Path<'_>, &mut Notes) -> T,
    ) -> Option<Vec<T>> {
        let items = self.array(name)?;
        let path = self.path.field(name);
        let read_one = |(index, item)| read(item, path.index(index), self.notes);
        Some(items.into_iter().enumerate().map(read_one).collect())
    }

    /// `time: { <start>, <end> }`.
    pub fn span(&mut self, start: &'static str, end: &'static str) -> Span {
        self.nested("time", &["streamed"], |time| Span {
            start: time.timestamp(start),
            end: time.timestamp(end),
        })
    }

    /// Gives the fields that are left. Those outside `known` are counted as unknown.
    pub fn rest(&mut self, known: &[&str]) -> Object {
        let mut rest = Object::from(std::mem::take(&mut self.object));
        self.notes.unknown_fields += rest
            .keys()
            .filter(|key| !known.contains(&key.as_str()))
            .count();
        rest.extend(std::mem::take(&mut self.leftovers));
        rest
    }
}
