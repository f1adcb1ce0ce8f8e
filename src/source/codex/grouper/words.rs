//! The words of a person: an item of the model may hold them or text of the program, and an event tells which.

use serde_json::Value;

use super::super::group::{Kind, Line};
use super::super::record::{Record, text, texts};
use super::super::speaker::{self, Speaker, is_of_person, is_wrapper};
use super::{Grouper, Unheard, key};

impl Grouper {
    pub(super) fn user(&mut self, line: Line, record: &Record) {
        let speaker = speaker::of(record);
        let kind = match speaker {
            Speaker::Person | Speaker::PerhapsPerson => Kind::User,
            Speaker::Program => return self.context(line, record.time),
            Speaker::PerhapsProgram => Kind::Context,
            Speaker::Shell | Speaker::PerhapsShell => {
                // The event tells the same, where there is one.
                if self.shell.take().is_none() {
                    let at = self.push(Kind::Shell, Some(line), record.time);
                    if speaker == Speaker::PerhapsShell {
                        // An event may say that a person typed it as a prompt.
                        let words = own_words(record);
                        self.hear_later(at, &words, false);
                    }
                }
                return;
            }
        };
        let words = own_words(record);
        if speaker == Speaker::PerhapsProgram {
            // An event may say that a person typed it all the same.
            self.told.note_folder(&words);
            self.wait_for(record.time);
            let at = self.push(kind, Some(line), record.time);
            self.hear_later(at, &words, false);
            return;
        }
        self.close();
        self.ready = record.time;
        let at = self.push(kind, Some(line), record.time);
        self.hear_later(at, &words, speaker == Speaker::Person);
        self.told.note_prompt(&words, self.is_inherited);
    }

    pub(super) fn hear_later(&mut self, at: usize, words: &str, is_certain: bool) {
        self.unheard.push(Unheard {
            at,
            text: key(words),
            is_certain,
        });
    }

    /// An event tells what a person wrote.
    pub(super) fn heard(&mut self, line: Line, record: &Record, words: &str) {
        self.has_events = true;
        self.ready = record.time;
        let text = key(words);
        // Versions between the old events and the items wrote both.
        let is_item = record.item().is_some();
        let before = self.last_heard.replace((text, is_item));
        if before == Some((text, !is_item)) {
            self.last_heard = None;
            return;
        }
        let same = self.unheard.iter().rposition(|it| it.text == text);
        let same = same.or_else(|| self.unheard.iter().rposition(|it| it.is_certain));
        match same.map(|same| self.unheard.remove(same).at) {
            Some(at) => {
                self.attach(at, line, record.time);
                if let Some(group) = self.groups.get_mut(at) {
                    group.kind = Kind::User;
                }
            }
            None => {
                self.close();
                self.push(Kind::User, Some(line), record.time);
            }
        }
        self.told.note_prompt(words, self.is_inherited);
    }
}

/// The words of a person in a message, without what the program put there.
fn own_words(record: &Record) -> String {
    let content = record.payload.get("content");
    let Some(content) = content.and_then(Value::as_array) else {
        return heard_words(content);
    };
    let (kinds, authors) = (record.content_kinds(), record.authors());
    let own = content.iter().enumerate();
    let own = own.filter(|(at, _)| is_of_person(&kinds, &authors, *at) != Some(false));
    words_of(own.map(|(_, content)| text(content, "text")))
}

/// The words of a person in an event, without the tags that the program puts around images.
pub(super) fn heard_words(content: Option<&Value>) -> String {
    let texts = content.map(texts).unwrap_or_default();
    words_of(texts.iter().map(String::as_str))
}

fn words_of<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let own = texts.filter(|text| !text.is_empty() && !is_wrapper(text));
    own.collect::<Vec<_>>().join("\n")
}
