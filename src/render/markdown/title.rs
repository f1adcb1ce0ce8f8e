//! The title of a session that nobody gave one: the first words of the user.

use crate::model::{Message, PartKind, Role};

/// In how many messages the user's first words are looked for.
pub const LOOKED_AT: usize = 8;

/// How long they are at most, in characters.
const LONGEST: usize = 80;

/// The first words of a message, where the user wrote it.
pub fn first_words(message: &Message) -> Option<String> {
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
