//! JSON whose long texts are kept apart from it. In their places stand references, so that a session is
//! known before its texts are looked at, and threads can do that, a message at a time.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::Value;

use super::long_strings::{LONG, long_strings};
use super::text;
use super::texts_apart::{TextsApart, new_mark};
use super::value::Json;
use crate::error::Result;
use crate::memory;
use crate::model::visit::Visitor;
use crate::model::{Message, Notes, Oddity, RawText, SessionTree, visit};

/// The end of a reference.
const END: &str = ".";

/// The mark in what is left of JSON that was split. Nobody is given that, so one mark does for all.
static OWN_MARK: LazyLock<String> = LazyLock::new(new_mark);
static OWN_MARK_FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(&*OWN_MARK));

/// Parses JSON, as [`text::parse`] does, and reads the value. Long texts go past the parser, which takes
/// twice as long for them.
pub fn read<T>(
    bytes: &[u8],
    notes: &mut Notes,
    read: impl FnOnce(Json<'_>, &mut Notes) -> T,
) -> Result<T> {
    if let Some((outline, apart)) = Apart::split(bytes) {
        let mut of_outline = Notes::default();
        // If that is no JSON, parsing the whole text tells the place.
        if let Ok(outline) = text::text(outline.as_bytes(), &mut of_outline)
            && let Ok(mut value) = text::parse_text::<Json<'_>>(&outline)
        {
            notes.append(of_outline);
            apart.complete_json(&mut value, notes);
            return Ok(read(value, notes));
        }
    }
    let text = text::text(bytes, notes)?;
    Ok(read(text::parse_text(&text)?, notes))
}

/// The long texts of a session, and what puts them back into it.
pub struct Apart<'a> {
    mark: Finder<'a>,
    texts: Texts<'a>,
}

enum Texts<'a> {
    Plain(&'a TextsApart),
    /// As they stand in JSON, in their quotes.
    Quoted(Vec<&'a str>),
}

impl<'a> Apart<'a> {
    /// Takes texts that the JSON was made without.
    pub fn new(texts: &'a TextsApart) -> Self {
        Self {
            mark: Finder::new(texts.mark()),
            texts: Texts::Plain(texts),
        }
    }

    /// Takes the long texts out of JSON in UTF-8, as it comes as a rule. Gives what is left of it. `None` where
    /// there is none, or one that is not valid JSON.
    pub fn split(bytes: &'a [u8]) -> Option<(String, Self)> {
        if bytes.len() < LONG {
            return None;
        }
        let (json, places) = long_strings(bytes)?;
        let mut outline = String::with_capacity(LONG);
        let mut texts = Vec::with_capacity(places.len());
        let mut copied = 0;
        for Range { start, end } in places {
            outline.push_str(json.get(copied..start)?);
            for of_reference in ["\"", &OWN_MARK, &texts.len().to_string(), END, "\""] {
                outline.push_str(of_reference);
            }
            texts.push(json.get(start..end)?);
            copied = end;
        }
        if texts.is_empty() {
            return None;
        }
        outline.push_str(json.get(copied..)?);
        let apart = Self {
            mark: OWN_MARK_FINDER.as_ref(),
            texts: Texts::Quoted(texts),
        };
        Some((outline, apart))
    }

    /// Puts the texts back into what sessions hold beside messages.
    pub fn complete_tree(&self, tree: &mut SessionTree, notes: &mut Notes) {
        let mut complete = Completing { apart: self, notes };
        visit::runtime(&mut complete, &mut tree.runtime);
        for session in &mut tree.sessions {
            visit::session(&mut complete, session);
        }
        let folders = std::mem::take(&mut tree.folders).into_iter();
        let whole = folders.map(|mut folder| {
            complete.complete(&mut folder);
            folder
        });
        tree.folders = whole.collect();
    }

    /// Puts the texts back into a message.
    pub fn complete_message(&self, message: &mut Message, notes: &mut Notes) {
        visit::message(&mut Completing { apart: self, notes }, message);
    }

    /// Tells whether a text was missing that a reference stands for: whoever handed the session over has stopped.
    pub fn check(&self) -> Result<()> {
        match &self.texts {
            Texts::Plain(texts) => texts.check(),
            Texts::Quoted(_) => Ok(()),
        }
    }

    /// Tells whether `is_in` is true for a text that a piece of JSON has a reference to, or it is not known which that
    /// is.
    pub fn any_of(&self, json: &str, is_in: &dyn Fn(RawText<'_>) -> bool) -> bool {
        let mut rest = json;
        while let Some(at) = self.mark.find(rest.as_bytes()) {
            let number = rest.get(at + self.mark.needle().len()..);
            let Some((number, behind)) = number.and_then(|number| number.split_once(END)) else {
                return true;
            };
            let number = number.parse();
            if number.map_or(true, |number| self.is_in_text(number, is_in)) {
                return true;
            }
            rest = behind;
        }
        false
    }

    /// Tells whether `is_in` is true for the text of a number, or there is no such.
    fn is_in_text(&self, number: usize, is_in: &dyn Fn(RawText<'_>) -> bool) -> bool {
        match &self.texts {
            Texts::Plain(texts) => {
                let text = texts.get(number);
                text.is_none_or(|text| is_in(RawText::Plain(&text.bytes)))
            }
            Texts::Quoted(texts) => {
                let text = texts.get(number);
                text.is_none_or(|text| is_in(RawText::Json(text.as_bytes())))
            }
        }
    }

    /// Puts the texts back into JSON that was parsed a moment ago, so that each is in a string of its own.
    pub fn complete_json(&self, value: &mut Json<'_>, notes: &mut Notes) {
        value.for_each_text(&mut |text| {
            if text.as_bytes().starts_with(self.mark.needle())
                && let Some(whole) = self.complete(text, notes)
            {
                *text = whole.into();
            }
        });
    }

    /// Appends a text. `None` where there is no such.
    fn append_to(&self, result: &mut String, number: usize, notes: &mut Notes) -> Option<()> {
        let mut has_room = |bytes: usize| {
            let has_room = memory::check_part(bytes)
                .and_then(|()| memory::reserve_text(result, bytes))
                .is_ok();
            if !has_room {
                notes.lacks_memory(bytes);
            }
            has_room.then_some(())
        };
        match &self.texts {
            Texts::Plain(texts) => {
                let text = texts.get(number)?;
                has_room(text.bytes.len())?;
                match simdutf8::basic::from_utf8(&text.bytes) {
                    Ok(text) => result.push_str(text),
                    Err(_) => result.push_str(&String::from_utf8_lossy(&text.bytes)),
                }
                if text.has_lone_surrogates {
                    notes.add_on_text(Oddity::LoneSurrogate);
                }
            }
            Texts::Quoted(texts) => {
                let text = texts.get(number)?;
                has_room(text.len())?;
                text::unquote_into(result, text, notes);
            }
        }
        Some(())
    }

    /// A text with what references in it stand for; `None` where it has none. One that was joined of
    /// several texts has several.
    fn complete(&self, text: &str, notes: &mut Notes) -> Option<String> {
        let mut result = None;
        let mut rest = text;
        while let Some(at) = self.mark.find(rest.as_bytes()) {
            let (before, reference) = rest.split_at_checked(at)?;
            let (number, behind) = reference.get(self.mark.needle().len()..)?.split_once(END)?;
            let result: &mut String = result.get_or_insert_default();
            result.push_str(before);
            self.append_to(result, number.parse().ok()?, notes)?;
            rest = behind;
        }
        result.map(|result| result + rest)
    }
}

/// Puts texts back into every string.
struct Completing<'c, 'a> {
    apart: &'c Apart<'a>,
    notes: &'c mut Notes,
}

impl Completing<'_, '_> {
    fn complete(&mut self, text: &mut String) {
        if let Some(whole) = self.apart.complete(text, self.notes) {
            *text = whole;
        }
    }
}

impl Visitor for Completing<'_, '_> {
    fn text(&mut self, _: &'static str, text: &mut String) {
        self.complete(text);
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        // Names stay in the JSON.
        visit::json_texts(self, field, value);
    }

    fn enter_message(&mut self, _: Option<&str>) {}

    fn enter_part(&mut self, _: Option<&str>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> (String, Apart<'_>) {
        Apart::split(json.as_bytes()).unwrap()
    }

    fn completed(apart: &Apart<'_>, mut value: Value) -> Value {
        let notes = &mut Notes::default();
        Completing { apart, notes }.json("", &mut value);
        value
    }

    #[test]
    fn what_is_taken_apart_is_the_same_when_it_is_put_together() {
        let long = "\"\\\\\\n\\u00e9\\ud83d\\ude00/ ü".repeat(90);
        let json = format!(
            r#"{{"a": "{long}", "b": ["short", "{long}x" , {{"{long}" : "{long}y"}}], "c": 1}}"#
        );
        let json = json.replace("\"\\\\", "\\\"\\\\");
        let (outline, apart) = of(&json);
        assert!(outline.len() < json.len() / 2, "{}", outline.len());
        let whole: Value = serde_json::from_str(&json).unwrap();
        let outline: Value = serde_json::from_str(&outline).unwrap();
        assert_ne!(outline, whole);
        assert_eq!(completed(&apart, outline), whole);
        assert_eq!(
            read(json.as_bytes(), &mut Notes::default(), |json, _| {
                Value::from(json)
            })
            .unwrap(),
            whole
        );
    }

    #[test]
    fn a_text_that_was_joined_of_several_is_whole() {
        let texts = TextsApart::default();
        texts.push(b"one".to_vec(), false);
        texts.push(b"two".to_vec(), true);
        texts.end();
        let mark = texts.mark().to_owned();
        let joined = format!("a {mark}1. b {mark}0.{mark}1.");
        let apart = Apart::new(&texts);
        assert_eq!(completed(&apart, joined.into()), "a two b onetwo");
        apart.check().unwrap();
        let unknown = format!("{mark}2.");
        assert_eq!(completed(&apart, unknown.clone().into()), unknown);
        assert!(apart.check().is_err());
        let lone_surrogates = |number| {
            let mut notes = Notes::default();
            let text = apart.append_to(&mut String::new(), number, &mut notes);
            text.map(|()| notes.entries.len())
        };
        assert_eq!([0, 1, 2].map(lone_surrogates), [Some(0), Some(1), None]);
    }

    #[test]
    fn a_lone_surrogate_in_a_long_text_is_noted() {
        let json = format!(r#"["{}\ud83d"]"#, "x".repeat(2000));
        let (_, apart) = of(&json);
        let mut notes = Notes::default();
        let mut text = String::new();
        apart.append_to(&mut text, 0, &mut notes).unwrap();
        assert!(text.ends_with("x\u{fffd}"));
        assert_eq!(notes.entries.len(), 1);
    }

    #[test]
    fn what_is_no_json_is_not_taken_apart() {
        let long = "x".repeat(2000);
        for json in [
            "{}",
            r#"["short"]"#,
            &format!(r#"["{long}]"#),
            &format!(r#"["{long}\x"]"#),
            &format!(r#"["{long}\u12g4"]"#),
            &format!("[\"{long}\n\"]"),
        ] {
            assert!(Apart::split(json.as_bytes()).is_none(), "{json:.20}");
        }
    }
}
