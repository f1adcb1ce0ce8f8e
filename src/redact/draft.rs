//! Drafts: messages that are cleaned and searched to the end, each by itself and in any thread, with
//! [holes](super::holes) where secrets stood.

use std::sync::Arc;

use super::Redacted;
use super::contexts::{Context, Contexts};
use super::first_pass::FirstPass;
use super::holes::{HoleMark, Holes, Values};
use super::known::secrets::Secrets;
use super::report::RedactionReport;
use super::settings::Settings;
use super::touched::Touched;
use super::watch::FormWatch;
use crate::error::Result;
use crate::model::{Message, visit};

/// Makes drafts of messages. Threads may share it.
#[derive(Clone)]
pub struct Drafter<'a> {
    settings: Settings<'a>,
    mark: HoleMark,
    /// The secrets that have their numbers already: those of the session's own fields, which messages refer to.
    known: Arc<Secrets>,
}

/// The secrets of a message, for [`Learner::number`](super::Learner::number).
pub struct Draft {
    pub(super) secrets: Values,
    /// Each redaction and its place. An id of a message or a part may have holes.
    pub(super) report: RedactionReport,
    /// The contexts of its placeholders. They may have holes.
    pub(super) contexts: Vec<Context>,
    pub(super) touched: Touched,
}

impl<'a> Drafter<'a> {
    pub(super) fn new(settings: Settings<'a>, mark: HoleMark, known: Secrets) -> Self {
        Self {
            settings,
            mark,
            known: Arc::new(known),
        }
    }

    /// Cleans and searches a message. It may be shown then, but for the numbers in its holes and for values that are
    /// recognised only in another message.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted), [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn message<'m>(&self, message: &'m mut Message) -> Result<(Redacted<&'m Message>, Draft)> {
        let mut holes = Holes::new(self.mark.clone(), &self.known);
        let pass = FirstPass::new(&self.settings, &mut holes);
        let (report, touched) = pass.message(message)?;
        let mut contexts = Contexts::default();
        if !report.is_empty() {
            visit::message(&mut contexts, message);
        }
        let draft = Draft {
            secrets: holes.into_values(),
            report,
            contexts: contexts.into_found(),
            touched,
        };
        Ok((Redacted(message), draft))
    }

    /// A text of a session as it is shown, as far as its secrets have their numbers.
    pub fn text(&self, field: &'static str, text: &str) -> String {
        let mut known = &*self.known;
        let shown = FirstPass::new(&self.settings, &mut known).redacted(field, text);
        shown.unwrap_or_else(|| text.to_owned())
    }

    /// A look at what is rendered of drafts.
    pub fn form_watch(&self) -> FormWatch {
        self.settings.form_watch()
    }
}

impl Draft {
    /// Tells whether secrets stood in it that have no number yet.
    pub fn has_holes(&self) -> bool {
        !self.secrets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};
    use serde_json::json;

    use super::super::{Learner, Numbered, Touched};
    use crate::model::{Message, Notes, PartKind, SessionTree};
    use crate::options::RedactOptions;
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

    fn texts_of(message: &Message) -> Vec<String> {
        let text = |kind: &PartKind| match kind {
            PartKind::Text { text, .. } => Some(text.clone()),
            _ => None,
        };
        message
            .parts
            .iter()
            .filter_map(|part| text(&part.kind))
            .collect()
    }

    fn learner() -> Learner<'static> {
        Learner::new(&SessionTree::default(), &RedactOptions::default(), &|| true)
    }

    /// The texts of a message: of its draft with its numbers, and of a second read.
    fn shown_twice(texts: &[String], keeps_places: bool) -> [Vec<String>; 2] {
        let mut learner = learner();
        let mut draft = message_of(texts);
        let (_, of_draft) = learner.drafter().message(&mut draft).unwrap();
        let Numbered {
            numbers,
            mut touched,
            ..
        } = learner.number(of_draft);
        if !keeps_places {
            touched.bound(&mut 0, 0);
        }
        let filled = texts_of(&draft).into_iter().map(|mut text| {
            numbers.fill(&mut text);
            text
        });
        let filled = filled.collect();
        let again = learner.finish().again(message_of(texts), &touched).unwrap();
        [filled, texts_of(again.get())]
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
        fn a_message_that_is_read_again_is_as_its_draft_was(
            texts in collection::vec(text(), 1..4),
            keeps_places: bool,
        ) {
            let [draft, again] = shown_twice(&texts, keeps_places);
            prop_assert_eq!(draft, again);
        }
    }

    #[test]
    fn the_number_of_a_hole_does_not_make_a_word_longer() {
        let text = concat!(
            "/home/jordan/xghp_AAAA00a0aaa0a0000aaaaa0aaa0000aa0aaaghp_AAAA00aa0000aa000a0a00aaa00aaaa0aaa0password is ",
            "https://me:aaaa0000@example.com/https://me:aaaa0000@example.com/Aaaa00aA0apassword="
        );
        for keeps_places in [false, true] {
            let [draft, again] = shown_twice(&[text.to_owned()], keeps_places);
            assert_eq!(draft, again);
        }
    }

    #[test]
    fn the_places_of_most_secrets_are_kept_for_a_second_read() {
        for (text, is_kept) in [
            ("password = \"Walnut47!\"", true),
            ("pass\u{200b}word = \"Walnut47!\"", false),
        ] {
            let mut learner = learner();
            let mut message = message_of(&[text.to_owned()]);
            let (_, draft) = learner.drafter().message(&mut message).unwrap();
            assert!(draft.has_holes(), "{text}");
            let mut touched = learner.number(draft).touched;
            let mut kept = 0;
            touched.bound(&mut kept, 9);
            assert_eq!(kept > 0, is_kept, "{text}");
            assert!(matches!(touched, Touched::Texts(_)));
        }
    }
}
