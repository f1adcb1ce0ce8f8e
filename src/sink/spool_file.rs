//! A file without a name, for texts that would take too much memory until they are needed. Nothing is left of it,
//! however the process ends.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

/// How much is written and read at once, in bytes.
const BUFFER: usize = 128 * 1024;

/// A text in the file.
#[derive(Debug, Clone, Copy)]
pub struct SpooledText {
    start: u64,
    bytes: usize,
}

/// A spool file that is written.
pub struct SpoolFile {
    file: BufWriter<File>,
    bytes: u64,
}

impl SpoolFile {
    /// Creates one in the folder of `path`, readable by its owner only.
    ///
    /// # Errors
    /// Those of the system.
    pub fn create_beside(path: &Path) -> io::Result<Self> {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        let file = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder)?);
        Ok(Self { file, bytes: 0 })
    }

    /// Puts a text into it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn add(&mut self, text: &str) -> io::Result<SpooledText> {
        self.file.write_all(text.as_bytes())?;
        let start = self.bytes;
        self.bytes += text.len() as u64;
        Ok(SpooledText {
            start,
            bytes: text.len(),
        })
    }

    /// Ends writing.
    ///
    /// # Errors
    /// Those of the system.
    pub fn into_reader(self) -> io::Result<SpoolReader> {
        let mut file = self.file.into_inner()?;
        file.rewind()?;
        Ok(SpoolReader {
            file: BufReader::with_capacity(BUFFER, file),
            position: 0,
            text: Vec::new(),
        })
    }
}

/// A spool file that is read.
pub struct SpoolReader {
    file: BufReader<File>,
    position: u64,
    /// What was read last.
    text: Vec<u8>,
}

impl SpoolReader {
    /// Takes a text out of it. It is fastest in the order in which they were put in.
    ///
    /// # Errors
    /// Those of the system, or that the file does not hold what was put into it.
    pub fn read(&mut self, text: SpooledText) -> io::Result<&str> {
        let offset = text.start.cast_signed() - self.position.cast_signed();
        self.file.seek_relative(offset)?;
        self.text.resize(text.bytes, 0);
        self.file.read_exact(&mut self.text)?;
        self.position = text.start + text.bytes as u64;
        simdutf8::basic::from_utf8(&self.text).map_err(|_| io::ErrorKind::InvalidData.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_any_order_and_no_file_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SpoolFile::create_beside(&folder.path().join("a.md")).unwrap();
        let texts = [
            "é".to_owned(),
            String::new(),
            "x".repeat(3 * BUFFER),
            "the end".to_owned(),
        ];
        let spooled = texts.each_ref().map(|text| file.add(text).unwrap());
        // Windows shows it until it is closed.
        if cfg!(unix) {
            assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        }
        let mut reader = file.into_reader().unwrap();
        for index in [0, 1, 2, 3, 1, 3, 0, 2] {
            assert_eq!(reader.read(spooled[index]).unwrap(), texts[index]);
        }
        drop(reader);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_in_the_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SpoolFile::create_beside(&folder.path().join("a.md")).unwrap();
        file.add("é").unwrap();
        let mut reader = file.into_reader().unwrap();
        assert!(reader.read(SpooledText { start: 0, bytes: 3 }).is_err());
        assert!(reader.read(SpooledText { start: 1, bytes: 1 }).is_err());
    }
}
