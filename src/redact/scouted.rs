//! What a first look at a message, by itself and in any thread, came to.

use super::Redacted;
use super::changes::{Change, ChangedTexts, Changes};
use super::hits::Hits;
use crate::model::Message;

/// What a first look at a message left for the pass that numbers secrets.
#[derive(Debug, Default)]
pub struct Scouted {
    pub(super) change: Option<Change>,
    pub(super) hidden_characters: usize,
    /// The texts that were cleaned, by their places in the order of the visit.
    pub(super) cleaned_texts: Vec<usize>,
    /// The texts that hold secrets, in the same order.
    pub(super) texts_with_secrets: Vec<TextWithSecrets>,
    /// Whether a field holds a secret by its name alone.
    pub(super) has_secret_field: bool,
    /// How many texts there are.
    pub(super) texts: usize,
}

/// A text to be looked at once more.
#[derive(Debug)]
pub(super) struct TextWithSecrets {
    /// Its place in the order of the visit.
    pub place: usize,
    /// What stands in it, where it was found to hold nothing else. `None` where it has to be searched.
    pub hits: Option<Hits>,
}

impl Scouted {
    /// Whether it holds secrets.
    pub(super) fn has_secrets(&self) -> bool {
        self.has_secret_field || !self.texts_with_secrets.is_empty()
    }

    /// What was changed in a message that holds none.
    pub(super) fn cleaned(self) -> Changes {
        Changes {
            most: self.change.unwrap_or(Change::Nothing),
            texts: Some(ChangedTexts {
                places: self.cleaned_texts,
                of: self.texts,
            }),
        }
    }

    /// The message that was scouted, as [`Learner::message`](super::Learner::message) will give it. `None` where
    /// it holds secrets, which are numbered then.
    pub fn redacted<'m>(&self, message: &'m Message) -> Option<Redacted<&'m Message>> {
        (!self.has_secrets()).then_some(Redacted(message))
    }
}
