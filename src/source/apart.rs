//! JSON whose long texts are kept apart from it. In their places stand references, so that a session is
//! known before its texts are looked at, and threads can do that, a message at a time.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};
use serde_json::Value;

use super::json_text;
use super::json_value::Json;
use crate::error::Result;
use crate::model::visit::{self, Visitor};
use crate::model::{Message, Notes, Oddity, RawText, SessionTree};

/// A text is long from that many bytes on, its quotes included.
const LONG: usize = 1024;

/// What ends a reference.
const END: &str = ".";

/// Long texts of a JSON value. A reference to one is the [mark](TextsApart::mark), the text's number in
/// decimal and a full stop, as a string of its own.
///
/// The texts may still come while the JSON is read: who needs one waits for it, until there are
/// [all](TextsApart::end).
#[derive(Debug)]
pub struct TextsApart {
    mark: String,
    so_far: Mutex<SoFar>,
    has_more: Condvar,
}

/// The texts that came so far.
#[derive(Debug, Default)]
struct SoFar {
    texts: Vec<Arc<TextApart>>,
    are_all: bool,
    /// Whether one was asked for that did not come.
    is_any_missing: bool,
    /// How many threads wait for more: to wake nobody takes as long as to add a text.
    waiting: usize,
}

/// A long text.
#[derive(Debug)]
struct TextApart {
    /// In UTF-8.
    bytes: Vec<u8>,
    /// Whether lone surrogates were replaced in it.
    has_lone_surrogates: bool,
}

impl Default for TextsApart {
    /// No text so far, and a mark of its own.
    fn default() -> Self {
        Self {
            mark: new_mark(),
            so_far: Mutex::default(),
            has_more: Condvar::new(),
        }
    }
}

impl TextsApart {
    /// What a reference starts with.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Adds the text of the next number, in UTF-8, and whether lone surrogates were replaced in it.
    pub fn push(&self, bytes: Vec<u8>, has_lone_surrogates: bool) {
        let text = Arc::new(TextApart {
            bytes,
            has_lone_surrogates,
        });
        let is_waited_for = {
            let mut so_far = self.so_far();
            so_far.texts.push(text);
            so_far.waiting > 0
        };
        if is_waited_for {
            self.has_more.notify_all();
        }
    }

    /// Tells that no text will come any more.
    pub fn end(&self) {
        self.so_far().are_all = true;
        self.has_more.notify_all();
    }

    /// The text of a number, as soon as it is there. `None` where there is no such.
    fn get(&self, number: usize) -> Option<Arc<TextApart>> {
        let is_to_come = |so_far: &mut SoFar| !so_far.are_all && so_far.texts.len() <= number;
        let mut so_far = self.so_far();
        if is_to_come(&mut so_far) {
            so_far.waiting += 1;
            let waited = self.has_more.wait_while(so_far, is_to_come);
            so_far = waited.unwrap_or_else(PoisonError::into_inner);
            so_far.waiting -= 1;
        }
        let text = so_far.texts.get(number).cloned();
        so_far.is_any_missing |= text.is_none();
        text
    }

    fn is_any_missing(&self) -> bool {
        self.so_far().is_any_missing
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        // A thread that panicked left whole texts.
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mark that nobody can know: a session must not be able to hold it.
fn new_mark() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("text:{:016x}{:016x}:", random(), random())
}

/// The mark in what is left of JSON that was split. Nobody is given that, so one mark does for all.
static OWN_MARK: LazyLock<String> = LazyLock::new(new_mark);
static OWN_MARK_FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(&*OWN_MARK));

/// Parses JSON, as [`json_text::parse`] does, and reads the value. Long texts go past the parser, which takes
/// twice as long for them.
pub fn read<T>(
    bytes: &[u8],
    notes: &mut Notes,
    read: impl FnOnce(Json<'_>, &mut Notes) -> T,
) -> Result<T> {
    if let Some((outline, apart)) = Apart::split(bytes) {
        let mut of_outline = Notes::default();
        // Where that is no JSON, the whole text tells where.
        if let Ok(outline) = json_text::text(outline.as_bytes(), &mut of_outline)
            && let Ok(mut value) = json_text::parse_text::<Json<'_>>(&outline)
        {
            notes.append(of_outline);
            apart.complete_json(&mut value, notes);
            return Ok(read(value, notes));
        }
    }
    let text = json_text::text(bytes, notes)?;
    Ok(read(json_text::parse_text(&text)?, notes))
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
            mark: Finder::new(&texts.mark),
            texts: Texts::Plain(texts),
        }
    }

    /// Takes the long texts out of JSON in UTF-8, as it comes as a rule. Gives what is left of it. `None` where
    /// there is none, or one that is not valid JSON.
    pub fn split(bytes: &'a [u8]) -> Option<(String, Self)> {
        if bytes.len() < LONG {
            return None;
        }
        let json = simdutf8::basic::from_utf8(bytes).ok()?;
        let mut outline = String::with_capacity(LONG);
        let mut texts = Vec::with_capacity(4);
        let (mut at, mut copied) = (0, 0);
        while let Some(offset) = memchr(b'"', bytes.get(at..)?) {
            let start = at + offset;
            let end = end_of_string(bytes, start + 1)?;
            at = end;
            if end - start < LONG || is_name(bytes.get(end..)?) {
                continue;
            }
            let quoted = json.get(start..end)?;
            if has_control_characters(quoted) {
                return None;
            }
            outline.push_str(json.get(copied..start)?);
            for of_reference in ["\"", &OWN_MARK, &texts.len().to_string(), END, "\""] {
                outline.push_str(of_reference);
            }
            texts.push(quoted);
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

    /// Whether a text was missing that a reference stands for: whoever handed the session over has stopped.
    pub fn is_any_missing(&self) -> bool {
        match &self.texts {
            Texts::Plain(texts) => texts.is_any_missing(),
            Texts::Quoted(_) => false,
        }
    }

    /// Whether `is_in` is true for a text that a piece of JSON has a reference to, or it is not known which that is.
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

    /// Whether `is_in` is true for the text of a number, or there is no such.
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
        match &self.texts {
            Texts::Plain(texts) => {
                let text = texts.get(number)?;
                match simdutf8::basic::from_utf8(&text.bytes) {
                    Ok(text) => result.push_str(text),
                    Err(_) => result.push_str(&String::from_utf8_lossy(&text.bytes)),
                }
                if text.has_lone_surrogates {
                    notes.add_on_text(Oddity::LoneSurrogate);
                }
            }
            Texts::Quoted(texts) => json_text::unquote_into(result, texts.get(number)?, notes),
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

/// The place behind the quote that ends a string of JSON; `None` where none does, or an escape is not valid.
fn end_of_string(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', json.get(at..)?)?;
        at += match json.get(at..)? {
            [b'"', ..] => return Some(at + 1),
            [
                _,
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't',
                ..,
            ] => 2,
            [_, b'u', digits @ ..] if digits.iter().take(4).all(u8::is_ascii_hexdigit) => 6,
            _ => return None,
        };
    }
}

/// Whether a string was the name of a field, by what follows it.
fn is_name(behind: &[u8]) -> bool {
    let mut behind = behind.iter();
    behind.find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

fn has_control_characters(text: &str) -> bool {
    text.bytes().fold(false, |any, byte| any | (byte < b' '))
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

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
        assert!(!apart.is_any_missing());
        let unknown = format!("{mark}2.");
        assert_eq!(completed(&apart, unknown.clone().into()), unknown);
        assert!(apart.is_any_missing());
        let lone_surrogates = |number| {
            let mut notes = Notes::default();
            let text = apart.append_to(&mut String::new(), number, &mut notes);
            text.map(|()| notes.entries.len())
        };
        assert_eq!([0, 1, 2].map(lone_surrogates), [Some(0), Some(1), None]);
    }

    #[test]
    fn a_text_that_is_still_to_come_is_waited_for() {
        let texts = TextsApart::default();
        let text = |number| Some(texts.get(number)?.bytes.clone());
        thread::scope(|scope| {
            let waiting = [0, 1, 2].map(|number| scope.spawn(move || text(number)));
            for bytes in [b"one", b"two"] {
                thread::sleep(Duration::from_millis(10));
                texts.push(bytes.to_vec(), false);
            }
            texts.end();
            let come = waiting.map(|waiting| waiting.join().unwrap());
            assert_eq!(come, [Some(b"one".to_vec()), Some(b"two".to_vec()), None]);
        });
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

    #[test]
    fn every_mark_is_another() {
        assert_ne!(new_mark(), new_mark());
    }
}
