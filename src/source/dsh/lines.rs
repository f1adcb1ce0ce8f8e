//! A log as lines, each with its place.

use std::io;

use memchr::memchr;

use super::frames::{Frames, Place, Step};
use crate::error::Error;
use crate::memory;

const CHUNK: usize = 64 * 1024;
/// How much of the text of a frame is kept while lines are read again, in bytes. The lines of one message stand near
/// each other, with some of the next message between them; to go back in a frame is to read it from its beginning.
const WINDOW: usize = 1024 * 1024;
/// So far back lies what is kept for certain.
pub const NEAR: u64 = WINDOW as u64 / 2;
/// How much text of one log is looked at for a list, and the longest line of that, in bytes. A log that DSH writes has
/// less in the part of the file that a list reads; of a hostile one 64 kB may be a gigabyte.
const LISTED_TEXT: u64 = 8 * 1024 * 1024;
const LONGEST_LISTED: usize = 1024 * 1024;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePlace {
    /// Its first byte.
    pub start: Place,
    /// Its length without the end of the line.
    pub bytes: usize,
}

/// What comes next in a log.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// A line without its end.
    Line(LinePlace, &'a [u8]),
    /// Something is missing here.
    Damage,
    /// Nothing is left.
    End,
}

/// Reads the lines of a log.
pub struct Lines {
    frames: Frames,
    /// How much is read at a time, and how much of it is kept.
    piece: usize,
    window: usize,
    chunk: Vec<u8>,
    /// The place of the chunk, and how much of it was taken.
    at: Place,
    taken: usize,
    filled: usize,
    line: Vec<u8>,
    /// Longer lines are left out, and nothing is read behind so much text.
    longest: usize,
    most: u64,
    read: u64,
}

impl Lines {
    /// Starts at the beginning of a log.
    pub fn new(frames: Frames) -> Self {
        Self::with_chunks_of(CHUNK, frames)
    }

    /// The same, of which only the first lines are wanted.
    pub fn with_chunks_of(bytes: usize, frames: Frames) -> Self {
        Self {
            frames,
            piece: bytes,
            window: bytes,
            chunk: vec![0; bytes],
            at: Place { frame: 0, skip: 0 },
            taken: 0,
            filled: 0,
            line: Vec::new(),
            longest: usize::MAX,
            most: u64::MAX,
            read: 0,
        }
    }

    /// The same for a list, which can do without long lines and without the end of a text that does not end.
    pub fn for_list(mut self) -> Self {
        self.longest = LONGEST_LISTED;
        self.most = LISTED_TEXT;
        self
    }

    /// The same, of which no line is longer.
    pub fn without_longer(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// Goes to the first frame behind a place in the file.
    ///
    /// # Errors
    /// Those of the system.
    pub fn skip_to(&mut self, from: u64) -> io::Result<()> {
        self.taken = 0;
        self.filled = 0;
        self.read = 0;
        self.frames.skip_to(from)
    }

    /// Reads on to another length of the file.
    pub fn read_to(&mut self, end: u64) {
        self.frames.read_to(end);
    }

    /// The next line.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; [`Error::Internal`] with the system's error where the file cannot be read.
    pub fn next(&mut self) -> Result<Next<'_>, Failure> {
        self.line.clear();
        let mut start = None;
        let mut is_too_long = false;
        loop {
            let rest = self.chunk.get(self.taken..self.filled).unwrap_or_default();
            if rest.is_empty() {
                match self.fill()? {
                    Step::Bytes(..) => continue,
                    Step::Damage => return Ok(Next::Damage),
                    // The last line of a log that was not ended; whoever parses it sees whether it is whole.
                    Step::End if is_too_long => return Ok(Next::Damage),
                    Step::End if !self.line.is_empty() => break,
                    Step::End => return Ok(Next::End),
                }
            }
            let place = Place {
                skip: self.at.skip + self.taken as u64,
                ..self.at
            };
            start.get_or_insert(place);
            let end = memchr(b'\n', rest);
            let piece = end.map_or(rest, |end| rest.get(..end).unwrap_or_default());
            is_too_long |= self.line.len() + piece.len() > self.longest;
            let piece_length = piece.len();
            let piece = match is_too_long {
                true => &[],
                false => piece,
            };
            if self.line.len() + piece.len() > CHUNK {
                let bytes = self.line.len() + piece.len();
                memory::check_part(bytes)?;
                self.line
                    .try_reserve(piece.len())
                    .map_err(|_| Error::OutOfMemory { bytes })?;
            }
            self.line.extend_from_slice(piece);
            self.taken += piece_length + usize::from(end.is_some());
            if end.is_some() {
                break;
            }
        }
        if is_too_long {
            return Ok(Next::Damage);
        }
        let place = LinePlace {
            start: start.unwrap_or(self.at),
            bytes: self.line.len(),
        };
        Ok(Next::Line(place, &self.line))
    }

    /// Reads more, of which nothing is taken yet, when all is taken.
    fn fill(&mut self) -> io::Result<Step> {
        if self.read >= self.most {
            return Ok(Step::End);
        }
        if self.filled + self.piece > self.window {
            let kept = (self.window / 2).min(self.window - self.piece);
            let dropped = self.filled.saturating_sub(kept);
            self.chunk.copy_within(dropped..self.filled, 0);
            self.at.skip += dropped as u64;
            self.filled -= dropped;
        }
        let end = self.filled + self.piece;
        if self.chunk.len() < end {
            self.chunk.resize(self.window, 0);
        }
        let out = self.chunk.get_mut(self.filled..end).unwrap_or_default();
        let step = self.frames.read(out)?;
        self.taken = self.filled;
        if let Step::Bytes(place, bytes) = step {
            self.read += bytes as u64;
            let is_next =
                place.frame == self.at.frame && place.skip == self.at.skip + self.filled as u64;
            if !is_next {
                self.chunk.copy_within(self.filled..self.filled + bytes, 0);
                self.at = place;
                self.taken = 0;
                self.filled = 0;
            }
            self.filled += bytes;
        }
        Ok(step)
    }

    /// Reads a line again.
    ///
    /// # Errors
    /// Those of [`next`](Self::next); the system's where the log is shorter now.
    pub fn again(&mut self, place: LinePlace) -> Result<Vec<u8>, Failure> {
        let LinePlace { start, bytes } = place;
        memory::check_part(bytes)?;
        let mut line = Vec::new();
        line.try_reserve_exact(bytes)
            .map_err(|_| Error::OutOfMemory { bytes })?;
        self.window = self.window.max(WINDOW);
        // What was read ahead may hold it.
        let ahead = self.at.frame == start.frame && self.filled > 0 && self.at.skip <= start.skip;
        let offset = usize::try_from(start.skip.saturating_sub(self.at.skip)).unwrap_or(usize::MAX);
        if ahead && offset < self.filled {
            self.taken = offset;
        } else {
            self.frames.seek(start)?;
            self.taken = 0;
            self.filled = 0;
        }
        while line.len() < bytes {
            let rest = self.chunk.get(self.taken..self.filled).unwrap_or_default();
            if rest.is_empty() {
                match self.fill()? {
                    Step::Bytes(..) => continue,
                    Step::Damage | Step::End => {
                        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                    }
                }
            }
            let piece = rest.get(..bytes - line.len()).unwrap_or(rest);
            line.extend_from_slice(piece);
            self.taken += piece.len();
        }
        Ok(line)
    }
}

/// Why a line could not be read.
#[derive(Debug)]
pub enum Failure {
    /// The system's reason.
    System(io::Error),
    /// Another one.
    Other(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::frames::tests::{frame, frames_of};
    use super::*;

    fn lines(bytes: &[u8]) -> (Vec<(LinePlace, Vec<u8>)>, usize, Lines) {
        let mut reader = Lines::new(frames_of(bytes));
        let (mut lines, mut damaged) = (Vec::new(), 0);
        loop {
            match reader.next().unwrap() {
                Next::Line(place, line) => lines.push((place, line.to_vec())),
                Next::Damage => damaged += 1,
                Next::End => return (lines, damaged, reader),
            }
        }
    }

    #[test]
    fn a_line_may_go_from_one_frame_to_the_next() {
        let long = "x".repeat(3 * CHUNK);
        let [head, tail] = [format!("one\n{long}"), format!("{long}\nlast")];
        let bytes = [frame(head.as_bytes()), frame(tail.as_bytes())].concat();
        for bytes in [bytes, (head.clone() + &tail).replace("one", "{ne").into()] {
            let (lines, damaged, mut reader) = lines(&bytes);
            let lengths: Vec<usize> = lines.iter().map(|(_, line)| line.len()).collect();
            assert_eq!((lengths, damaged), (vec![3, 2 * long.len(), 4], 0));
            for (place, line) in lines.iter().chain(lines.iter().rev()) {
                assert_eq!(reader.again(*place).unwrap(), *line);
            }
        }
    }

    #[test]
    fn half_a_line_before_damage_is_not_joined_with_what_follows() {
        let torn = frame(b"whole\nhalf of it, and more that is cut off 0123456789");
        let bytes = [&torn[..torn.len() - 9], &frame(b"next\n")].concat();
        let (lines, damaged, _) = lines(&bytes);
        let last = lines.last().unwrap();
        assert_eq!((last.1.as_slice(), damaged), (b"next".as_slice(), 1));
    }
}
