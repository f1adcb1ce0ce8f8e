//! The options, the words and the names that a renderer needs beside a message.

use std::collections::{BTreeSet, HashMap};

use super::AttachmentNames;
use super::clock::Clock;
use super::words::{Words, words};
use crate::options::ExportOptions;

/// The options, the words and the names that a renderer needs beside a message.
pub struct Context<'a> {
    /// Which parts the document holds, and how it shows them.
    pub options: &'a ExportOptions,
    /// The words of the document's language.
    pub words: &'static Words,
    /// Shows times.
    pub clock: Clock,
    /// The number of each sub-agent session by its id, which is its place in the tree.
    pub agent_numbers: HashMap<String, usize>,
    /// Which of those are no sub-agents, but branches that the user left.
    pub branches: BTreeSet<usize>,
    /// The folder beside the document that the contents of attachments are written into.
    pub attachment_folder: Option<&'a AttachmentNames>,
}

impl<'a> Context<'a> {
    /// For sessions with such ids, in the order of the tree, and those of them that are branches.
    pub fn new<'i>(
        options: &'a ExportOptions,
        ids: impl Iterator<Item = Option<&'i str>>,
        branches: BTreeSet<usize>,
        attachment_folder: Option<&'a AttachmentNames>,
    ) -> Self {
        let agents = ids.enumerate().skip(1);
        Self {
            options,
            words: words(options.locale),
            clock: Clock::new(options.time_zone),
            agent_numbers: agents
                .filter_map(|(number, id)| Some((id?.to_owned(), number)))
                .collect(),
            branches,
            attachment_folder,
        }
    }
}
