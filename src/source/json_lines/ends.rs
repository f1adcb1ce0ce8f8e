//! The beginning and the end of a log, which are all that a list reads.

use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use memchr::memchr;

use crate::regular_file;

/// The beginning and the end of a log.
#[derive(Debug)]
pub struct Ends {
    /// The size of the file.
    pub bytes: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Ends {
    /// Reads so many bytes of the beginning and of the end; a file that is no larger than both is read whole.
    ///
    /// # Errors
    /// Those of the system.
    pub fn of(path: &Path, head: u64, tail: u64) -> io::Result<Self> {
        let mut file = regular_file::open(path)?;
        let bytes = file.metadata()?.len();
        let is_whole = bytes <= head.saturating_add(tail);
        let mut ends = Self {
            bytes,
            head: Vec::new(),
            tail: Vec::new(),
        };
        let head = if is_whole { bytes } else { head };
        (&mut file).take(head).read_to_end(&mut ends.head)?;
        if !is_whole {
            file.seek(SeekFrom::Start(bytes - tail))?;
            file.take(tail).read_to_end(&mut ends.tail)?;
        }
        Ok(ends)
    }

    /// Tells whether nothing lies between both.
    pub fn is_whole(&self) -> bool {
        self.head.len() as u64 >= self.bytes
    }

    /// The lines of the beginning. The last one may be cut, where that is not the whole file.
    pub fn head(&self) -> impl Iterator<Item = &[u8]> {
        let head = self.head.strip_prefix(&[0xef, 0xbb, 0xbf]);
        lines(head.unwrap_or(&self.head))
    }

    /// The lines of the end; none where the beginning is the whole file. The first one may lack its beginning.
    pub fn tail(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let start = memchr(b'\n', &self.tail).map_or(self.tail.len(), |end| end + 1);
        lines(self.tail.get(start..).unwrap_or_default())
    }
}

fn lines(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a log that was there before")]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_both_ends_and_a_small_log_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, "one\ntwo\r\n\nthree\nfour\n").unwrap();
        let ends = |head, tail| {
            let ends = Ends::of(&path, head, tail).unwrap();
            let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
            let all: (Vec<_>, Vec<_>) = (
                ends.head().map(text).collect(),
                ends.tail().map(text).collect(),
            );
            (all.0, all.1, ends.is_whole())
        };
        let some = |lines: &[&str]| lines.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let whole = some(&["one", "two", "three", "four"]);
        assert_eq!(ends(100, 0), (whole.clone(), some(&[]), true));
        assert_eq!(ends(11, 10), (whole, some(&[]), true));
        assert_eq!(ends(5, 6), (some(&["one", "t"]), some(&["four"]), false));
    }
}
