//! What a first look at a message, by itself and in any thread, came to.

use super::Redacted;
use super::changes::{Change, ChangedText, ChangedTexts, Changes};
use crate::error::{Error, Result};
use crate::model::Message;

/// What a first look at a message left for the pass that numbers secrets.
#[derive(Debug, Default)]
pub struct Scouted {
    pub(super) change: Option<Change>,
    pub(super) hidden_characters: usize,
    /// The texts that were cleaned, by their places in the order of the visit.
    pub(super) cleaned_texts: Vec<usize>,
    /// The texts that hold secrets, in the same order.
    pub(super) texts_with_secrets: Vec<ChangedText>,
    /// Whether a field holds a secret by its name alone.
    pub(super) has_secret_field: bool,
    /// How many texts there are.
    pub(super) texts: usize,
    /// The size of an attachment that there was too little memory for, so that it was not looked at.
    pub(super) too_large: Option<usize>,
}

impl Scouted {
    /// Whether it holds secrets.
    pub(super) fn has_secrets(&self) -> bool {
        self.has_secret_field || !self.texts_with_secrets.is_empty()
    }

    /// Fails where an attachment was not looked at.
    pub(super) fn check_memory(&self) -> Result<()> {
        match self.too_large {
            Some(bytes) => Err(Error::OutOfMemory { bytes }),
            None => Ok(()),
        }
    }

    /// What was changed in a message that holds none.
    pub(super) fn cleaned(self) -> Changes {
        let most = self.change.unwrap_or(Change::Nothing);
        // To shorten home folders again takes less than to keep where they stand in each of many messages.
        let texts = (most > Change::Shortened).then(|| {
            let texts = self.cleaned_texts.into_iter();
            ChangedTexts {
                texts: texts.map(ChangedText::unsearched).collect(),
                of: self.texts,
            }
        });
        Changes { most, texts }
    }

    /// The message that was scouted, as [`Learner::message`](super::Learner::message) will give it. `None` where
    /// it holds secrets, which are numbered then.
    pub fn redacted<'m>(&self, message: &'m Message) -> Option<Redacted<&'m Message>> {
        (!self.has_secrets()).then_some(Redacted(message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};
    use serde_json::json;

    use crate::model::{Message, Notes, PartKind, SessionTree};
    use crate::options::RedactOptions;
    use crate::redact::Learner;
    use crate::source;

    fn message_of(texts: &[String]) -> Message {
        let parts: Vec<_> = (texts.iter())
            .map(|text| json!({ "type": "text", "text": text }))
            .collect();
        let session = json!([{ "info": { "role": "user" }, "parts": parts }]).to_string();
        let mut input = source::read_json(session.as_bytes()).unwrap();
        let fetched = input.messages.fetch(0, 0).unwrap();
        fetched.read(&mut Notes::default()).unwrap()
    }

    /// What is learned from texts: how they are shown, and where what was redacted.
    fn learned(texts: &[String], is_searched_again: bool) -> (Vec<String>, String) {
        let options = RedactOptions::default();
        let mut learner = Learner::new(&SessionTree::default(), &options, &|| true);
        let mut message = message_of(texts);
        let mut scouted = learner.scout().message(&mut message);
        if is_searched_again {
            let texts = scouted.texts_with_secrets.iter_mut();
            texts.for_each(|text| text.hits = None);
        }
        learner.message(&mut message, scouted).unwrap();
        let shown = message
            .parts
            .into_iter()
            .filter_map(|part| match part.kind {
                PartKind::Text { text, .. } => Some(text),
                _ => None,
            });
        (shown.collect(), format!("{:?}", learner.finish().report()))
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "(password|token|apiKey|secret)(=|: |\": \"| is )",
            "ghp_[A-Z]{4}[a-z0-9]{32}",
            "[A-Z][a-z]{3}[0-9]{2}[a-zA-Z0-9!]{4,20}",
            "https://me:[a-z]{4}[0-9]{4}@example\\.com/",
            "[\"' \n,;{}\u{200b}\u{1b}]{1,2}",
            "/home/jordan/x",
        ];
        collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_found_is_what_a_search_finds(texts in collection::vec(text(), 1..4)) {
            prop_assert_eq!(learned(&texts, false), learned(&texts, true));
        }
    }

    #[test]
    fn most_texts_with_secrets_need_no_other_search() {
        let options = RedactOptions::default();
        let learner = Learner::new(&SessionTree::default(), &options, &|| true);
        let texts = [
            "password = \"Walnut47!\"",
            "pass\u{200b}word = \"Walnut47!\"",
        ];
        let mut message = message_of(&texts.map(str::to_owned));
        let scouted = learner.scout().message(&mut message);
        let is_known = scouted
            .texts_with_secrets
            .iter()
            .map(|text| text.hits.is_some());
        assert_eq!(is_known.collect::<Vec<_>>(), [true, false]);
    }
}
