//! The messages of a folder, one at a time.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use serde_json::Value;

use super::super::{message_v0, message_v1, part_v1};
use super::layout::{Layout, file_in, ids_in, read_object, text, time};
use crate::error::{Error, Result};
use crate::model::{Message, Notes, Oddity};
use crate::source::fields::Path as JsonPath;
use crate::source::{Fetched, Messages, Size, Stored};

/// The messages of one session, in order.
pub struct Index {
    layout: Layout,
    session_id: String,
    ids: Vec<String>,
    /// The folder that the first message names.
    pub folder: Option<String>,
}

impl Index {
    pub fn read(
        layout: Layout,
        session_id: &str,
        folders: &mut BTreeSet<String>,
    ) -> io::Result<Self> {
        let folder = layout.messages.join(session_id);
        let mut found = Vec::new();
        let mut first: Option<(Option<i64>, String)> = None;
        for id in ids_in(&folder)? {
            let file = read_object(&file_in(&folder, &id), &mut Notes::default());
            let file = file.map(message_v0::modern_info).unwrap_or_default();
            let created = time(&file, "created");
            let path = file.get("path").and_then(Value::as_object);
            if let Some(folder) = path.and_then(|path| text(path, "cwd").or(text(path, "root"))) {
                if first.as_ref().is_none_or(|(time, _)| created < *time) {
                    first = Some((created, folder.clone()));
                }
                folders.insert(folder);
            }
            found.push((created, id));
        }
        found.sort();
        Ok(Self {
            layout,
            session_id: session_id.to_owned(),
            ids: found.into_iter().map(|(_, id)| id).collect(),
            folder: first.map(|(_, folder)| folder),
        })
    }

    /// `None` where the folder of them cannot be read.
    fn parts_of(&self, message: &str) -> Option<Vec<String>> {
        let mut ids = ids_in(&self.layout.parts_of(&self.session_id, message)).ok()?;
        sort_by_clock(&mut ids);
        Some(ids)
    }

    fn message(&self, id: &str, path: JsonPath<'_>, notes: &mut Notes) -> Message {
        let folder = self.layout.messages.join(&self.session_id);
        let info = read_object(&file_in(&folder, id), notes);
        if info.is_none() {
            notes.add("message", Oddity::MessageFileIsNoObject);
        }
        let (mut info, inline) = message_v0::modern(info.unwrap_or_default());
        info.insert("id".to_owned(), id.into());
        let folder = self.layout.parts_of(&self.session_id, id);
        let ids = self.parts_of(id);
        let is_damaged = ids.is_none();
        let parts = ids.unwrap_or_default().into_iter().map(|id| {
            let mut of_file = Notes::default();
            let part = read_object(&file_in(&folder, &id), &mut of_file);
            if let Err(Error::OutOfMemory { bytes }) = of_file.check_memory() {
                notes.lacks_memory(bytes);
            }
            let mut part = part?;
            part.insert("id".to_owned(), id.into());
            Some(Value::Object(part))
        });
        let parts: Vec<Option<Value>> = inline.into_iter().map(Some).chain(parts).collect();
        if parts.contains(&None) {
            notes.add("part", Oddity::PartFileIsNoObject);
        }
        let of_parts = path.field("parts");
        let read_part = |(index, part): (usize, Option<Value>)| match part {
            Some(part) => part_v1::read(part.into(), of_parts.index(index), notes),
            None => part_v1::unreadable(),
        };
        let mut parts: Vec<_> = parts.into_iter().enumerate().map(read_part).collect();
        if is_damaged {
            notes.add("part", Oddity::PartsAreMissing);
            parts.push(part_v1::unreadable());
        }
        Message {
            parts,
            ..message_v1::read_info(info.into(), path, notes)
        }
    }
}

/// Sorts ids by the clock in them, which wrapped in 2026: of ids that lie on both sides, those with
/// the low clock are the later ones.
fn sort_by_clock(ids: &mut [String]) {
    // `prt_`, then twelve hexadecimal digits of time and a counter.
    let clock = |id: &String| u64::from_str_radix(id.get(4..16)?, 16).ok();
    const HALF: u64 = 1 << 47;
    const QUARTER: u64 = 1 << 46;
    let clocks = || ids.iter().filter_map(clock);
    let has_wrapped =
        clocks().any(|clock| clock > HALF + QUARTER) && clocks().any(|clock| clock < QUARTER);
    ids.sort_by_cached_key(|id| {
        let is_late = has_wrapped && clock(id).is_some_and(|clock| clock < HALF);
        (is_late, id.clone())
    });
}

/// Reads messages from a folder.
pub struct FolderMessages {
    pub indexes: Vec<Arc<Index>>,
}

/// A message in files that were not read yet.
struct MessageFiles {
    session: Arc<Index>,
    /// Its place in the session.
    index: usize,
}

impl Stored for MessageFiles {
    fn bytes(&self) -> usize {
        // A typical size. Counting would take as long as reading.
        64 * 1024
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let path = JsonPath::Root.field("messages");
        let id = self.session.ids.get(self.index);
        let id = id.map(String::as_str).unwrap_or_default();
        self.session.message(id, path.index(self.index), notes)
    }
}

impl<'a> Messages<'a> for FolderMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let index = self.indexes.get(session).ok_or(Error::Internal)?;
        Ok(Size {
            messages: index.ids.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let session = self.indexes.get(session).ok_or(Error::Internal)?.clone();
        Ok(Fetched::new(MessageFiles { session, index }))
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_order_across_the_wrap_of_their_clock() {
        let sorted = |ids: &[&str]| {
            let mut ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            sort_by_clock(&mut ids);
            ids
        };
        assert_eq!(
            sorted(&[
                "prt_000000001001b",
                "prt_fffffffff001a",
                "prt_ffffffffe001a"
            ]),
            [
                "prt_ffffffffe001a",
                "prt_fffffffff001a",
                "prt_000000001001b"
            ]
        );
        assert_eq!(
            sorted(&[
                "prt_7fffffffe001a",
                "prt_8fffffffe001a",
                "prt_100000000001b"
            ]),
            [
                "prt_100000000001b",
                "prt_7fffffffe001a",
                "prt_8fffffffe001a"
            ]
        );
    }
}
