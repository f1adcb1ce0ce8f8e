//! The blocks of a message -> parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::spill::Spills;
use crate::memory;
use crate::model::{FilePart, Notes, Object, Oddity, Part, PartKind, Span};
use crate::regular_file;
use crate::source::fields::Path as JsonPath;
use crate::source::opencode::part_v1 as stored_part;
pub use crate::source::parts::{flagged_text, joined, kind, part, string, text_part};

/// Reads blocks; images come from the attachment store of the home.
pub struct Blocks<'a> {
    /// What is stored beside the log.
    pub spills: Spills<'a>,
    pub notes: &'a mut Notes,
}

impl Blocks<'_> {
    /// The parts of a message, but for its tool calls.
    pub fn parts(&mut self, content: &Value) -> Vec<Part> {
        if let Some(text) = content.as_str() {
            return vec![text_part(text.to_owned())];
        }
        let blocks = content.as_array().into_iter().flatten();
        blocks.map(|block| self.part(block)).collect()
    }

    /// A block that is no tool call.
    pub fn part(&mut self, block: &Value) -> Part {
        let text = || string(block, "text").unwrap_or_default();
        match kind(block) {
            "text" => text_part(text()),
            "reasoning" => part(PartKind::Reasoning {
                text: text(),
                time: Span::default(),
            }),
            "image" | "file" => part(PartKind::File(self.file(block))),
            "pawwork-v1-tool" => self.imported(block, "tool", &[("callId", "callID")]),
            "pawwork-v1-attachment" => self.imported(block, "file", &[]),
            "pawwork-v1-part" => {
                let data = block.get("data").cloned().unwrap_or_default();
                self.stored(data)
            }
            // What it holds may be anything: only its name is shown.
            other => part(PartKind::Unknown {
                name: Some(super::grouper::shown_type(other)),
                value: Value::Object(Object::new()),
            }),
        }
    }

    /// A part as PawWork 1 stored it, under another name.
    fn imported(&mut self, block: &Value, kind: &str, renamed: &[(&str, &str)]) -> Part {
        let mut data = block.clone();
        if let Value::Object(data) = &mut data {
            data.insert("type".to_owned(), kind.into());
            for (from, to) in renamed {
                if let Some(value) = data.shift_remove(*from) {
                    data.insert((*to).to_owned(), value);
                }
            }
            for name in ["createdAt", "updatedAt"] {
                data.shift_remove(name);
            }
        }
        self.stored(data)
    }

    /// A part as PawWork 1 stored it.
    pub fn stored(&mut self, data: Value) -> Part {
        let path = JsonPath::Root.field("parts");
        stored_part::read(data.into(), path, self.notes)
    }

    /// An image, or another attachment.
    fn file(&mut self, block: &Value) -> FilePart {
        let attachment = block.get("attachment").unwrap_or(block);
        let hash = string(attachment, "attachmentId");
        let hash = hash.as_deref().and_then(|id| id.strip_prefix("sha256:"));
        let hash = hash.filter(|hash| is_hash(hash));
        let mime = string(attachment, "mediaType");
        let content = hash
            .ok_or(Oddity::AttachmentMissing)
            .and_then(|hash| self.content(hash));
        let content = content.map_err(|oddity| self.notes.add("attachment", oddity));
        let content = content.ok();
        let url = content.map(|content| {
            let mime = mime.as_deref().unwrap_or("application/octet-stream");
            format!("data:{mime};base64,{}", STANDARD.encode(content))
        });
        FilePart {
            filename: string(attachment, "name"),
            size: attachment.get("bytes").and_then(Value::as_f64),
            sha256: hash.map(str::to_owned),
            mime,
            url,
            ..FilePart::default()
        }
    }

    /// The content of an attachment, where it is what its name says.
    fn content(&mut self, hash: &str) -> Result<Vec<u8>, Oddity> {
        let missing = || Oddity::AttachmentMissing;
        let path = attachment(self.spills.home, hash).ok_or_else(missing)?;
        let file = regular_file::open(&path).map_err(|_| missing())?;
        let length = file.metadata().map_err(|_| missing())?.len();
        if !self.spills.allowance.take(length) {
            return Err(Oddity::FilesTooLarge);
        }
        let bytes = usize::try_from(length).unwrap_or(usize::MAX);
        if memory::check_part(bytes).is_err() {
            self.notes.lacks_memory(bytes);
            return Err(missing());
        }
        let mut content = Vec::new();
        let read = file.take(length).read_to_end(&mut content);
        read.map_err(|_| missing())?;
        let digest = Sha256::digest(&content);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        (digest == hash).then_some(content).ok_or_else(missing)
    }
}

/// The file of an attachment, by the hash of its content.
pub fn attachment(home: &Path, hash: &str) -> Option<PathBuf> {
    let hash = Some(hash).filter(|hash| is_hash(hash))?;
    let objects = home.join("attachments").join("v1").join("objects");
    let path = objects.join(hash.get(..2)?).join(hash);
    // A link could lead to any file of the user.
    let is_file = path.symlink_metadata().is_ok_and(|it| it.is_file());
    is_file.then_some(path)
}

/// Tells whether a text is a SHA-256, and nothing that leads out of a folder.
fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
