//! The line of an attachment.

use std::borrow::Cow;

use super::super::attachment::{Attachment, address, describe};
use super::super::tool::summary::relative;
use super::Sentences;
use crate::model::FilePart;

/// The line of an attachment, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentLine<'a> {
    /// Its name as it is stored, relative to the session's folder; the exporter's words where it has none.
    pub name: Cow<'a, str>,
    /// True where it has a name.
    pub is_named: bool,
    /// Its type, its size and its hash.
    pub facts: Vec<String>,
    /// The relative address of the file beside the document that holds its content.
    pub address: Option<String>,
}

impl Sentences<'_> {
    /// The line of an attachment.
    pub fn attachment<'f>(&self, file: &'f FilePart, folder: Option<&str>) -> AttachmentLine<'f> {
        let words = self.context.words;
        let Attachment {
            name,
            mime,
            size,
            sha256,
            file_name,
        } = describe(file, self.context.attachment_folder);
        let name = name.map(|name| relative(name, folder));
        let name = name.filter(|name| !self.markup.text(name).is_empty());
        let mut facts: Vec<String> = Vec::new();
        facts.extend(mime.map(|mime| self.markup.text(mime)));
        facts.extend(size.map(|bytes| words.size(bytes)));
        let hash = |hash: String| format!("SHA-256 {}", self.markup.text(&short_hash(&hash)));
        facts.extend(sha256.map(hash));
        let attachments = self.context.attachment_folder;
        let address = attachments
            .zip(file_name)
            .map(|(attachments, file_name)| address(attachments.folder(), &file_name));
        AttachmentLine {
            is_named: name.is_some(),
            name: name.unwrap_or(words.open_file).into(),
            facts,
            address,
        }
    }
}

/// Enough of a hash to tell files apart.
fn short_hash(hash: &str) -> Cow<'_, str> {
    match hash.char_indices().nth(12) {
        Some((end, _)) => format!("{}…", hash.get(..end).unwrap_or_default()).into(),
        None => hash.into(),
    }
}
