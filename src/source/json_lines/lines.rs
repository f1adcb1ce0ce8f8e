//! The lines of a log, one after the other, and again by their places.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use memchr::memchr;
use serde::de::IgnoredAny;

use crate::error::{Error, unreadable_because};
use crate::memory;
use crate::regular_file;

/// The longest line that is read, in bytes: a file of 32 MB in base64 stands in it, once for the model and once for
/// the program.
pub const LONGEST: u64 = 128 * 1024 * 1024;

/// How much is read at once, in bytes.
const PIECE: usize = 256 * 1024;

/// The mark that some editors put before the first line.
const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// The place of a line in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePlace {
    /// Its first byte.
    pub start: u64,
    /// Its length without the line's end, in bytes.
    pub bytes: u32,
}

/// What comes next in a log.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// A line that is not empty. Nobody looked yet whether it is JSON.
    Line(LinePlace, &'a [u8]),
    /// A line that is longer than [`LONGEST`] was passed over.
    TooLong,
    /// The last line has no end and is no JSON: it is being written, or its writer was killed.
    Torn,
    /// There is no more.
    End,
}

/// A log that is read up to the size that it had when it was opened.
#[derive(Debug)]
pub struct JsonLines {
    file: File,
    /// The size when it was opened.
    bytes: u64,
    /// Where the next line starts in the file.
    at: u64,
    /// What was read and not given out: `buffer[from..]`, which stands at `at` in the file.
    buffer: Vec<u8>,
    from: usize,
    /// Where the file itself is.
    position: u64,
}

impl JsonLines {
    /// Opens a regular file. One that another program has open is waited for.
    ///
    /// # Errors
    /// Those of the system.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::of(regular_file::open_patiently(path)?)
    }

    /// Reads a file that is open.
    ///
    /// # Errors
    /// Those of the system.
    pub fn of(mut file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            file,
            bytes,
            at: 0,
            buffer: Vec::new(),
            from: 0,
            position: 0,
        })
    }

    /// Gives only the lines between two places, which are beginnings of lines. Nothing was read yet.
    #[must_use]
    pub fn between(mut self, start: u64, end: u64) -> Self {
        self.bytes = self.bytes.min(end);
        self.at = start.min(self.bytes);
        self
    }

    /// The size that it had when it was opened.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives what comes next.
    ///
    /// # Errors
    /// Those of the system; [`io::ErrorKind::OutOfMemory`] where there is no room for a line.
    pub fn next(&mut self) -> io::Result<Next<'_>> {
        loop {
            let mut looked_at = 0;
            let end = loop {
                let unread = self.buffer.get(self.from..).unwrap_or_default();
                let rest = unread.get(looked_at..).unwrap_or_default();
                if let Some(end) = memchr(b'\n', rest) {
                    let end = looked_at + end;
                    if end as u64 > LONGEST {
                        return self.pass_over();
                    }
                    break Some(end);
                }
                looked_at = unread.len();
                if looked_at as u64 > LONGEST {
                    return self.pass_over();
                }
                if !self.fill()? {
                    break None;
                }
            };
            let start = self.at;
            let unread = self.buffer.get(self.from..).unwrap_or_default();
            let length = end.unwrap_or(unread.len());
            let taken = end.map_or(length, |end| end + 1);
            let from = self.from;
            self.from += taken;
            self.at += taken as u64;
            let line = self.buffer.get(from..from + length).unwrap_or_default();
            let line = match start {
                0 => line.strip_prefix(MARK).unwrap_or(line),
                _ => line,
            };
            let skipped = length - line.len();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let is_empty = line.iter().all(u8::is_ascii_whitespace);
            if is_empty && end.is_some() {
                continue;
            }
            if is_empty {
                return Ok(Next::End);
            }
            if end.is_none() && serde_json::from_slice::<IgnoredAny>(line).is_err() {
                return Ok(Next::Torn);
            }
            let place = LinePlace {
                start: start + skipped as u64,
                // No longer than `LONGEST`.
                bytes: u32::try_from(line.len()).unwrap_or(u32::MAX),
            };
            // Borrowed anew: the compiler cannot tell that the loop ended.
            let start = from + skipped;
            let line = self.buffer.get(start..start + line.len());
            return Ok(Next::Line(place, line.unwrap_or_default()));
        }
    }

    /// Reads a line again.
    ///
    /// # Errors
    /// Those of the system; [`io::ErrorKind::UnexpectedEof`] where the log became shorter.
    pub fn again(&mut self, place: LinePlace) -> io::Result<Vec<u8>> {
        let length = place.bytes as usize;
        let mut line = memory::buffer::<u8>(length)
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        if self.position != place.start {
            self.position = self.file.seek(SeekFrom::Start(place.start))?;
        }
        let read = (&mut self.file)
            .take(length as u64)
            .read_to_end(&mut line)?;
        self.position += read as u64;
        match read == length {
            true => Ok(line),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads a piece more; false where there is none.
    fn fill(&mut self) -> io::Result<bool> {
        let unread = self.buffer.len() - self.from;
        let place = self.at + unread as u64;
        let left = usize::try_from(self.bytes.saturating_sub(place)).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(false);
        }
        self.buffer.drain(..self.from);
        self.from = 0;
        // A long line is read in growing pieces, so that it is not moved often.
        let wanted = left.min(PIECE.max(unread));
        memory::reserve(&mut self.buffer, wanted)
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        if self.position != place {
            self.position = self.file.seek(SeekFrom::Start(place))?;
        }
        let read = (&mut self.file)
            .take(wanted as u64)
            .read_to_end(&mut self.buffer)?;
        self.position += read as u64;
        if read == 0 {
            // It became shorter.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(true)
    }

    /// Passes over a line that is too long.
    fn pass_over(&mut self) -> io::Result<Next<'_>> {
        loop {
            let unread = self.buffer.get(self.from..).unwrap_or_default();
            let end = memchr(b'\n', unread);
            let taken = end.map_or(unread.len(), |end| end + 1);
            self.at += taken as u64;
            self.from += taken;
            if end.is_some() || !self.fill()? {
                self.buffer.drain(..self.from);
                self.buffer.shrink_to(PIECE);
                self.from = 0;
                return Ok(Next::TooLong);
            }
        }
    }
}

/// The error on a log that could not be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::StoreChanged(path.to_owned()),
        io::ErrorKind::OutOfMemory => Error::OutOfMemory {
            bytes: usize::try_from(LONGEST).unwrap_or(usize::MAX),
        },
        _ => Error::store_unreadable(
            path,
            format!("it could not be read {}", unreadable_because(error, "it")),
        ),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a log that was there before")]
mod tests {
    use super::*;

    fn log(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    fn lines(content: &[u8]) -> Vec<String> {
        let (_folder, path) = log(content);
        let mut lines = JsonLines::open(&path).unwrap();
        let mut again = JsonLines::open(&path).unwrap();
        let mut seen = Vec::new();
        loop {
            seen.push(match lines.next().unwrap() {
                Next::Line(_, line) if line.len() > 9 * PIECE => "long".to_owned(),
                Next::Line(place, line) => {
                    assert_eq!(again.again(place).unwrap(), line);
                    String::from_utf8_lossy(line).into_owned()
                }
                Next::TooLong => "too long".to_owned(),
                Next::Torn => "torn".to_owned(),
                Next::End => return seen,
            });
        }
    }

    #[test]
    fn each_line_is_read_and_read_again_by_its_place() {
        let long = format!("\"{}\"", "x".repeat(3 * PIECE));
        let content = format!("\u{feff}{{\"a\":1}}\r\n\n  \n{long}\n[é]\n{{}}");
        assert_eq!(lines(content.as_bytes()), ["{\"a\":1}", &long, "[é]", "{}"]);
        assert!(lines(b"").is_empty());
        assert!(lines(b"\n\n").is_empty());
    }

    #[test]
    fn a_last_line_that_was_torn_is_told() {
        assert_eq!(lines(b"{}\n{\"a\":\"b"), ["{}", "torn"]);
        assert_eq!(lines(b"{}\n{\"a\":\"b\n"), ["{}", "{\"a\":\"b"]);
        assert_eq!(lines(b"{}\n{} "), ["{}", "{} "]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let mut content = b"1\n".to_vec();
        content.resize(usize::try_from(LONGEST).unwrap() + PIECE, b'x');
        content.extend(b"\n2\n");
        assert_eq!(lines(&content), ["1", "too long", "2"]);
    }

    #[test]
    fn what_is_appended_meanwhile_is_not_read_and_what_is_taken_away_is_an_error() {
        let (_folder, path) = log(b"1\n2\n");
        let mut lines = JsonLines::open(&path).unwrap();
        std::fs::write(&path, b"1\n2\n3\n").unwrap();
        let mut seen = 0;
        while lines.next().unwrap() != Next::End {
            seen += 1;
        }
        assert_eq!((seen, lines.bytes()), (2, 4));
        let place = LinePlace { start: 2, bytes: 9 };
        let error = lines.again(place).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        let mut lines = JsonLines::open(&path).unwrap();
        std::fs::write(&path, b"").unwrap();
        assert!(lines.next().is_err());
    }
}
