//! The long texts of a session that JavaScript hands over apart from its JSON.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::stop::Stop;

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
    /// Once it is raised, nobody waits for a text any more: it would not come where JavaScript has ended.
    stop: Stop,
}

/// How often a thread that waits for a text looks whether it should.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The texts that came so far.
#[derive(Debug, Default)]
struct SoFar {
    texts: Vec<Arc<TextApart>>,
    are_all: bool,
    /// True where a text was asked for that did not come.
    is_any_missing: bool,
    /// How large a text was at least that there was too little memory for.
    too_large: Option<usize>,
    /// How many threads wait for more: to wake nobody takes as long as to add a text.
    waiting: usize,
}

/// A long text.
#[derive(Debug)]
pub(super) struct TextApart {
    /// The text, in UTF-8.
    pub(super) bytes: Vec<u8>,
    /// True where lone surrogates were replaced in it.
    pub(super) has_lone_surrogates: bool,
}

impl Default for TextsApart {
    /// No text so far, and a mark of its own.
    fn default() -> Self {
        Self {
            mark: new_mark(),
            so_far: Mutex::default(),
            has_more: Condvar::new(),
            stop: Stop::default(),
        }
    }
}

impl TextsApart {
    /// No text so far. They are waited for until `stop` is raised.
    pub fn until(stop: Stop) -> Self {
        Self {
            stop,
            ..Self::default()
        }
    }

    /// The start of every reference.
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

    /// The same where there is too little memory for a text of at least so many bytes.
    pub fn end_without_memory(&self, bytes: usize) {
        self.so_far().too_large = Some(bytes);
        self.end();
    }

    /// The text of a number, as soon as it is there. `None` where there is no such.
    pub(super) fn get(&self, number: usize) -> Option<Arc<TextApart>> {
        let is_to_come = |so_far: &mut SoFar| !so_far.are_all && so_far.texts.len() <= number;
        let mut so_far = self.so_far();
        if is_to_come(&mut so_far) {
            so_far.waiting += 1;
            while self.stop.goes_on() && is_to_come(&mut so_far) {
                let waited = self.has_more.wait_timeout(so_far, BETWEEN_LOOKS);
                so_far = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            so_far.waiting -= 1;
        }
        let text = so_far.texts.get(number).cloned();
        so_far.is_any_missing |= text.is_none();
        text
    }

    /// Fails where a text was asked for that did not come.
    pub(super) fn check(&self) -> Result<()> {
        match *self.so_far() {
            SoFar {
                too_large: Some(bytes),
                ..
            } => Err(Error::OutOfMemory { bytes }),
            SoFar {
                is_any_missing: true,
                ..
            } => {
                self.stop.check()?;
                Err(Error::Internal)
            }
            _ => Ok(()),
        }
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        // A thread that panicked left whole texts.
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mark that nobody can know: a session must not be able to hold it.
pub(super) fn new_mark() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("text:{:016x}{:016x}:", random(), random())
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

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
    fn a_text_that_there_is_no_memory_for_ends_the_export_with_its_size() {
        let texts = TextsApart::default();
        texts.check().unwrap();
        texts.end_without_memory(7);
        assert!(texts.get(0).is_none());
        let error = texts.check().unwrap_err();
        assert!(matches!(error, Error::OutOfMemory { bytes: 7 }), "{error}");
    }

    #[test]
    fn every_mark_is_another() {
        assert_ne!(new_mark(), new_mark());
    }
}
