//! The title of a document: the session's, or the first words of the user where nobody gave it one.

use super::super::document::{Content, RedactedMessages, Shown};
use super::super::words::words;
use crate::error::Result;
use crate::model::{Message, PartKind, Role};

/// The title of a session, or the first words of the user where nobody gave it one.
///
/// # Errors
/// Those of `messages`.
pub fn title(
    content: &Content<'_>,
    shown: Shown<'_>,
    messages: &mut dyn RedactedMessages,
) -> Result<String> {
    let info = &shown.session.info;
    if let Some(title) = info.given_title() {
        return Ok(title.to_owned());
    }
    for index in 0..shown.survey.messages.min(LOOKED_AT) {
        if content.cuts.drops(shown.index, index) {
            continue;
        }
        let message = messages.message(shown.index, index)?;
        if let Some(words) = first_words(message.get()) {
            return Ok(words);
        }
    }
    let stored = info.title.as_deref().map(str::trim);
    let stored = stored.filter(|title| !title.is_empty());
    Ok(stored
        .unwrap_or(words(content.options.locale).untitled)
        .to_owned())
}

/// In how many messages the user's first words are looked for.
const LOOKED_AT: usize = 8;

/// How long they are at most, in characters.
const LONGEST: usize = 80;

/// The first words of a message, where the user wrote it.
fn first_words(message: &Message) -> Option<String> {
    if message.speaker() != Role::User {
        return None;
    }
    let text = message.parts.iter().find_map(|part| match &part.kind {
        PartKind::Text {
            text,
            is_synthetic: false,
            ..
        } => text.lines().map(str::trim).find(|line| !line.is_empty()),
        _ => None,
    })?;
    Some(match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => {
            let start = text.get(..end).unwrap_or_default();
            // At the end of a word, where that does not cost half of it.
            let word = start.rfind(' ').filter(|at| *at > start.len() / 2);
            let start = start.get(..word.unwrap_or(start.len())).unwrap_or_default();
            format!("{}…", start.trim_end())
        }
    })
}
