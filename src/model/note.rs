//! What is odd in stored data and did not stop the export.

use crate::error::{Error, Result};

/// Something odd in the stored data that did not stop the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where, as a JSON path made of known field names and numbers only.
    pub path: String,
    /// What is odd.
    pub oddity: Oddity,
}

/// What was odd in the stored data, bounded however odd it is.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// The first notes.
    pub entries: Vec<Note>,
    /// How many there were in total.
    pub total: usize,
    /// How many fields this version does not know.
    pub unknown_fields: usize,
    /// The size of a part that there was too little memory for, so that it was not read.
    too_large: Option<usize>,
}

impl Notes {
    /// How many notes are kept word for word.
    const KEPT: usize = 50;

    /// Adds a note on the text itself, before it is taken for anything. Such notes come first, and
    /// each once, in however many pieces the text is read.
    pub fn add_on_text(&mut self, oddity: Oddity) {
        let on_text = self.entries.iter().take_while(|note| note.path == "$");
        let place = on_text.clone().count();
        if on_text.clone().any(|note| note.oddity == oddity) {
            return;
        }
        self.total += 1;
        let note = Note {
            path: "$".to_owned(),
            oddity,
        };
        self.entries.insert(place, note);
        self.entries.truncate(Self::KEPT);
    }

    /// Tells that a part of so many bytes was not read, because there is too little memory for it.
    pub fn lacks_memory(&mut self, bytes: usize) {
        self.too_large.get_or_insert(bytes);
    }

    /// Fails where a part was not read.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn check_memory(&self) -> Result<()> {
        match self.too_large {
            Some(bytes) => Err(Error::OutOfMemory { bytes }),
            None => Ok(()),
        }
    }

    /// Takes out what is known not to be so.
    pub fn forget(&mut self, oddity: Oddity) {
        let before = self.entries.len();
        self.entries.retain(|note| note.oddity != oddity);
        self.total -= before - self.entries.len();
    }

    /// Adds what was noted on a later piece.
    pub fn append(&mut self, other: Self) {
        let mut kept = 0;
        for note in other.entries {
            kept += 1;
            if note.path == "$" {
                self.add_on_text(note.oddity);
            } else {
                self.add(note.path, note.oddity);
            }
        }
        self.total += other.total - kept;
        self.unknown_fields += other.unknown_fields;
        self.too_large = self.too_large.or(other.too_large);
    }

    /// Adds a note; past the limit it is only counted.
    pub fn add(&mut self, path: impl std::fmt::Display, oddity: Oddity) {
        self.total += 1;
        if self.entries.len() < Self::KEPT {
            self.entries.push(Note {
                path: path.to_string(),
                oddity,
            });
        }
    }
}

/// Everything that can be odd in stored data, in the order in which it is looked at. What it is called
/// stands with the other words of the exporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what it is")]
pub enum Oddity {
    AnObjectExpected,
    AStringExpected,
    ANumberExpected,
    ABooleanExpected,
    AnArrayExpected,
    StringsExpected,
    TimeRounded,
    TimeOutOfRange,
    NoSessionId,
    NoSubAgentSession,
    PartIsNoObject,
    PartWithoutType,
    TextPartWithoutText,
    ToolWithoutState,
    AnswerWithoutContent,
    MessageWithoutInfo,
    MessageWithoutParts,
    MessageWithoutRole,
    NotUtf8,
    LoneSurrogate,
    SessionFileIsNoObject,
    MessageFileIsNoObject,
    PartFileIsNoObject,
    RowIsNoObject,
    ColumnIsNoJson,
    Damaged,
    ChangedFilesTooLarge,
    MessagesMayBeMissing,
    PartsAreMissing,
    TwoGenerations,
    SeveralStores,
    AnotherStoreUnreadable,
    LogDamaged,
    LinesMissing,
    UnknownRecords,
    FutureFormat,
    OtherSessionId,
    AttachmentMissing,
    FilesTooLarge,
    FoldersUnreadable,
    StartedByItself,
    StarterNotInStore,
}
