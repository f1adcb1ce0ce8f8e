//! Texts that are kept until they are needed: in memory, or where they would take too much of it in a file without a
//! name. Nothing is left of it, however the process ends.

use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::num::NonZeroU64;
use std::path::Path;

use tempfile::SpooledTempFile;

/// How much is kept in memory before there is a file, in bytes.
const IN_MEMORY: usize = 256 * 1024;
/// How much is written and read at once, in bytes.
const BUFFER: usize = 128 * 1024;
/// The length of a text stands before it, in this many bytes.
const LENGTH: usize = size_of::<u64>();

/// The place of a text. For a text in a file this is all that stays in memory.
#[derive(Debug, Clone, Copy)]
pub struct SpooledText(
    /// Its number, counted from 1, or the place of its first byte, before which its length is.
    NonZeroU64,
);

impl SpooledText {
    fn new(place: u64) -> io::Result<Self> {
        let place = NonZeroU64::new(place).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(Self(place))
    }
}

/// Takes texts.
pub struct TextSpool(Written);

enum Written {
    InMemory(Vec<String>),
    /// In memory as long as there is little, then in a file.
    InFile {
        file: BufWriter<SpooledTempFile>,
        bytes: u64,
    },
}

impl Default for TextSpool {
    fn default() -> Self {
        Self(Written::InMemory(Vec::new()))
    }
}

impl TextSpool {
    /// Makes a spool that may need a file. The file is in the folder of `path`, and only its owner can read it.
    pub fn beside(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(path);
        let file = tempfile::spooled_tempfile_in(IN_MEMORY, folder);
        Self(Written::InFile {
            file: BufWriter::with_capacity(BUFFER, file),
            bytes: 0,
        })
    }

    /// Takes a text.
    ///
    /// # Errors
    /// Those of the system.
    pub fn add(&mut self, mut text: String) -> io::Result<SpooledText> {
        match &mut self.0 {
            Written::InMemory(texts) => {
                text.shrink_to_fit();
                texts.push(text);
                SpooledText::new(texts.len() as u64)
            }
            Written::InFile { file, bytes } => {
                let length = text.len() as u64;
                file.write_all(&length.to_le_bytes())?;
                file.write_all(text.as_bytes())?;
                let start = *bytes + LENGTH as u64;
                *bytes = start + length;
                SpooledText::new(start)
            }
        }
    }

    /// Takes no more.
    ///
    /// # Errors
    /// Those of the system.
    pub fn into_reader(self) -> io::Result<TextReader> {
        Ok(TextReader(match self.0 {
            Written::InMemory(texts) => Read::InMemory {
                texts,
                text: String::new(),
            },
            Written::InFile { file, bytes } => {
                let mut file = file.into_inner()?;
                file.rewind()?;
                Read::InFile {
                    file: BufReader::with_capacity(BUFFER, file),
                    bytes,
                    position: 0,
                    text: Vec::new(),
                }
            }
        }))
    }
}

/// Gives texts back.
pub struct TextReader(Read);

enum Read {
    InMemory {
        texts: Vec<String>,
        /// The text that was given back last.
        text: String,
    },
    InFile {
        file: BufReader<SpooledTempFile>,
        bytes: u64,
        position: u64,
        /// The text that was given back last.
        text: Vec<u8>,
    },
}

impl Default for TextReader {
    fn default() -> Self {
        Self(Read::InMemory {
            texts: Vec::new(),
            text: String::new(),
        })
    }
}

impl TextReader {
    /// Gives a text back, once. It is fastest in the order in which they were taken.
    ///
    /// # Errors
    /// Those of the system, or that the text is not there.
    pub fn take(&mut self, SpooledText(place): SpooledText) -> io::Result<&str> {
        match &mut self.0 {
            Read::InMemory { texts, text } => {
                let index = usize::try_from(place.get() - 1).ok();
                let taken = index.and_then(|index| texts.get_mut(index));
                *text = std::mem::take(taken.ok_or(io::ErrorKind::NotFound)?);
                Ok(text)
            }
            Read::InFile {
                file,
                bytes,
                position,
                text,
            } => {
                let start = place.get() - LENGTH as u64;
                file.seek_relative(start.cast_signed() - position.cast_signed())?;
                let mut length = [0; LENGTH];
                file.read_exact(&mut length)?;
                let length = u64::from_le_bytes(length);
                let is_there = length <= bytes.saturating_sub(place.get());
                let length = usize::try_from(length).ok().filter(|_| is_there);
                let length = length.ok_or(io::ErrorKind::InvalidData)?;
                text.try_reserve(length.saturating_sub(text.len()))
                    .map_err(|_| io::ErrorKind::OutOfMemory)?;
                text.resize(length, 0);
                file.read_exact(text)?;
                *position = place.get() + text.len() as u64;
                simdutf8::basic::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_any_order_and_no_file_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let beside = || TextSpool::beside(&folder.path().join("a.md"));
        for (longest, mut spool) in [
            (10, TextSpool::default()),
            (10, beside()),
            (3 * IN_MEMORY, beside()),
        ] {
            let texts = ["é", "", &"x".repeat(longest), "the end"].map(str::to_owned);
            let spooled = texts.clone().map(|text| spool.add(text).unwrap());
            // Windows shows it until it is closed.
            if cfg!(unix) {
                assert_eq!(folder.path().read_dir().unwrap().count(), 0);
            }
            let mut reader = spool.into_reader().unwrap();
            for index in [1, 2, 0, 3] {
                assert_eq!(reader.take(spooled[index]).unwrap(), texts[index]);
            }
            drop(reader);
            assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        }
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        for mut spool in [TextSpool::default(), TextSpool::beside(Path::new("a.md"))] {
            let SpooledText(place) = spool.add("the only text".to_owned()).unwrap();
            let mut reader = spool.into_reader().unwrap();
            // Its own bytes are no length, and there is none behind it.
            for by in [1, 100] {
                let elsewhere = SpooledText(place.saturating_add(by));
                assert!(reader.take(elsewhere).is_err(), "{by}");
            }
        }
    }
}
