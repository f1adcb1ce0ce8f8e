//! Ids of messages and parts in a JSON document.

/// The longest id that OpenCode makes: `msg_`, twelve digits of its time and fourteen characters.
const LONGEST: usize = 30;

/// The id of a message in the document. Programs that take it sort by ids, so only those are kept that were made for
/// that: other programs name some of their messages, by chance, and some not at all.
pub fn of_message(stored: Option<&String>, place: usize) -> String {
    let stored =
        stored.filter(|id| id.starts_with("msg") && id.len() <= LONGEST && !id.contains('-'));
    stored.map_or_else(|| format!("msg_{place:06}"), Clone::clone)
}

/// The ids that every part repeats.
pub struct Ids<'a> {
    pub session: &'a str,
    pub message: String,
}
