//! A log as bytes: Zstandard frames one after the other, or plain text.
//!
//! Each frame is decompressed on its own, so that a place in the log is the start of a frame and a number of bytes
//! behind that. What a damaged frame gave before the damage is kept, and reading goes on at the next frame.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use memchr::memmem;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation as _, OutBuffer};

/// How a frame begins.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// How much of the file is read at a time.
pub const INPUT: usize = 64 * 1024;
/// The largest window that a frame may ask for, as a power of 2: 8 MB, what every decoder should have. DSH writes 2 MB,
/// and each thread that makes a list may hold one.
const LARGEST_WINDOW: u32 = 23;
/// How often reading goes on behind damage. A file of nothing but frames that begin and do not end would take for ever.
const MOST_DAMAGED: usize = 1000;

/// A place in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where the frame begins in the file.
    pub frame: u64,
    /// How many bytes of text stand before the place in the frame.
    pub skip: u64,
}

/// What [`Frames::read`] gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// So many bytes, which begin at the place.
    Bytes(Place, usize),
    /// A piece of the file that could not be decompressed stands here.
    Damage,
    /// Nothing is left.
    End,
}

thread_local! {
    /// To make a decoder takes as long as to read a small log, and a list reads thousands of them.
    static SPARE: RefCell<Option<Decoder<'static>>> = const { RefCell::new(None) };
}

/// A decoder at the beginning of a frame.
fn decoder() -> io::Result<Decoder<'static>> {
    if let Ok(Some(mut spare)) = SPARE.try_with(RefCell::take) {
        spare.reinit()?;
        return Ok(spare);
    }
    let mut decoder = Decoder::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(LARGEST_WINDOW))?;
    Ok(decoder)
}

/// Reads a log up to the length that it had when it was opened: more may be appended meanwhile.
pub struct Frames {
    file: File,
    end: u64,
    is_plain: bool,
    /// It is there until this is dropped.
    decoder: Option<Decoder<'static>>,
    input: Vec<u8>,
    /// How much of the file is read at a time.
    piece: usize,
    /// Larger frames are left out where they are read at once, in bytes of the file.
    largest: usize,
    /// How much of `input` was decompressed.
    taken: usize,
    /// Where in the file `input` ends.
    read_to: u64,
    /// Where the frame begins that is being read, and how much text it gave.
    at: Place,
    is_in_frame: bool,
    damaged: usize,
    /// How much of the file was gone over once more, for frames that begin inside of damaged ones.
    rescanned: u64,
}

impl Frames {
    /// Starts in a file that was just opened, up to a length. A caller that wants the beginning alone reads little at a time.
    ///
    /// # Errors
    /// Those of the system.
    pub fn open(file: File, end: u64, piece: usize) -> io::Result<Self> {
        let mut frames = Self {
            file,
            end,
            is_plain: false,
            decoder: Some(decoder()?),
            input: Vec::new(),
            piece,
            largest: usize::MAX,
            taken: 0,
            read_to: 0,
            at: Place { frame: 0, skip: 0 },
            is_in_frame: false,
            damaged: 0,
            rescanned: 0,
        };
        frames.fill()?;
        if frames.input.first() == Some(&b'{') {
            frames.is_plain = true;
            frames.drop_input(0)?;
        }
        Ok(frames)
    }

    /// Reads on to another length of the file.
    pub fn read_to(&mut self, end: u64) {
        self.end = end;
    }

    /// Leaves frames out that are larger, in bytes of the file: for who can do without what stands in them.
    pub fn without_larger(mut self, largest: usize) -> Self {
        self.largest = largest;
        self
    }

    /// Goes to the first frame behind a place in the file.
    ///
    /// # Errors
    /// Those of the system.
    pub fn skip_to(&mut self, from: u64) -> io::Result<()> {
        if self.is_plain {
            return self.seek(Place {
                frame: 0,
                skip: from,
            });
        }
        self.find_frame(from)
    }

    /// Gives the next bytes.
    ///
    /// # Errors
    /// Those of the system; damage is none.
    pub fn read(&mut self, out: &mut [u8]) -> io::Result<Step> {
        if self.is_plain {
            return self.read_plain(out);
        }
        loop {
            let is_at_end = self.taken == self.input.len() && !self.fill()?;
            if is_at_end && !self.is_in_frame {
                return Ok(Step::End);
            }
            let rest = self.input.get(self.taken..).unwrap_or_default();
            let mut input = InBuffer::around(rest);
            let mut output = OutBuffer::around(&mut *out);
            if !self.is_in_frame {
                if self.largest < rest.len()
                    && let Ok(bytes) = zstd::zstd_safe::find_frame_compressed_size(rest)
                    && bytes > self.largest
                {
                    self.taken += bytes;
                    return Ok(Step::Damage);
                }
                self.at = Place {
                    frame: self.read_to - rest.len() as u64,
                    skip: 0,
                };
                self.is_in_frame = true;
            }
            let Some(decoder) = &mut self.decoder else {
                return Ok(Step::End);
            };
            let hint = decoder.run(&mut input, &mut output);
            let read = input.pos();
            let written = output.pos();
            self.taken += read;
            let place = self.at;
            self.at.skip += written as u64;
            match hint {
                Ok(0) => {
                    self.is_in_frame = false;
                    self.begin_frame()?;
                }
                // Torn: what is left of it may hold the start of a frame all the same.
                Ok(_) if is_at_end && written == 0 => return self.skip_damage(),
                Ok(_) => {}
                Err(_) => return self.skip_damage(),
            }
            if written > 0 {
                return Ok(Step::Bytes(place, written));
            }
        }
    }

    /// The next bytes are those of a frame.
    fn begin_frame(&mut self) -> io::Result<()> {
        match &mut self.decoder {
            Some(decoder) => decoder.reinit(),
            None => Ok(()),
        }
    }

    fn read_plain(&mut self, out: &mut [u8]) -> io::Result<Step> {
        let left = usize::try_from(self.end.saturating_sub(self.at.skip)).unwrap_or(usize::MAX);
        let length = left.min(out.len());
        let Some(out) = out.get_mut(..length).filter(|out| !out.is_empty()) else {
            return Ok(Step::End);
        };
        let read = self.file.read(out)?;
        let place = self.at;
        self.at.skip += read as u64;
        Ok(match read {
            0 => Step::End,
            read => Step::Bytes(place, read),
        })
    }

    /// Reads more of the file; `false` at its end.
    fn fill(&mut self) -> io::Result<bool> {
        let left = usize::try_from(self.end.saturating_sub(self.read_to)).unwrap_or(usize::MAX);
        self.input.resize(left.min(self.piece), 0);
        self.taken = 0;
        let read = match self.input.is_empty() {
            true => 0,
            false => self.file.read(&mut self.input)?,
        };
        self.input.truncate(read);
        self.read_to += read as u64;
        Ok(read > 0)
    }

    /// Goes on at the next frame behind the start of the one that is damaged.
    fn skip_damage(&mut self) -> io::Result<Step> {
        self.damaged += 1;
        let reached = self.read_to - (self.input.len() - self.taken) as u64;
        let mut from = self.at.frame + 1;
        self.rescanned = self.rescanned.saturating_add(reached.saturating_sub(from));
        if self.rescanned > self.end {
            // All of the file would be read again for each of a thousand frames, one inside the other.
            from = from.max(reached);
        }
        if self.damaged > MOST_DAMAGED {
            from = self.end;
        }
        self.find_frame(from)?;
        Ok(Step::Damage)
    }

    /// Goes to the first frame that begins there or behind.
    fn find_frame(&mut self, from: u64) -> io::Result<()> {
        self.is_in_frame = false;
        self.begin_frame()?;
        self.seek_input(from)?;
        let finder = memmem::Finder::new(&MAGIC);
        loop {
            let rest = self.input.get(self.taken..).unwrap_or_default();
            if let Some(found) = finder.find(rest) {
                self.taken += found;
                return Ok(());
            }
            // The last bytes of a piece may be the first ones of a frame.
            let kept = rest.len().min(MAGIC.len() - 1) as u64;
            let next = self.read_to - kept;
            if self.read_to >= self.end {
                return self.seek_input(self.end);
            }
            self.drop_input(next)?;
            if !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Goes to a place in the file. What was read already is not read again.
    fn seek_input(&mut self, to: u64) -> io::Result<()> {
        let start = self.read_to - self.input.len() as u64;
        let offset = usize::try_from(to.wrapping_sub(start)).unwrap_or(usize::MAX);
        if offset <= self.input.len() {
            self.taken = offset;
            return Ok(());
        }
        self.drop_input(to)
    }

    fn drop_input(&mut self, to: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(to))?;
        self.input.clear();
        self.taken = 0;
        self.read_to = to;
        Ok(())
    }

    /// Goes to a place that [`read`](Self::read) gave, or that lies behind such a place in the same frame.
    ///
    /// # Errors
    /// Those of the system.
    pub fn seek(&mut self, to: Place) -> io::Result<()> {
        if self.is_plain {
            self.file.seek(SeekFrom::Start(to.skip))?;
            self.at = to;
            return Ok(());
        }
        let is_ahead = self.is_in_frame && self.at.frame == to.frame && self.at.skip <= to.skip;
        if !is_ahead {
            self.begin_frame()?;
            self.is_in_frame = false;
            self.seek_input(to.frame)?;
            self.at = Place { skip: 0, ..to };
        }
        let mut out = vec![0; INPUT];
        while self.at.frame == to.frame && self.at.skip < to.skip {
            let wanted = usize::try_from(to.skip - self.at.skip).unwrap_or(usize::MAX);
            let length = wanted.min(out.len());
            let out = out.get_mut(..length).unwrap_or_default();
            match self.read(out)? {
                Step::Bytes(..) => {}
                Step::Damage | Step::End => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        Ok(())
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        let decoder = self.decoder.take();
        // Where the thread ends, it is dropped with it.
        SPARE.try_with(|spare| spare.replace(decoder)).ok();
    }
}

#[cfg(test)]
pub mod tests {
    use std::io::Write as _;

    use super::*;

    /// The frame of a text.
    pub fn frame(text: &[u8]) -> Vec<u8> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    pub fn frames_of(bytes: &[u8]) -> Frames {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        Frames::open(file, bytes.len() as u64, INPUT).unwrap()
    }

    /// The text, and how many pieces were damaged.
    fn all(frames: &mut Frames) -> (Vec<u8>, usize) {
        let (mut text, mut damaged) = (Vec::new(), 0);
        let mut out = [0; 7];
        loop {
            match frames.read(&mut out).unwrap() {
                Step::Bytes(_, length) => text.extend_from_slice(&out[..length]),
                Step::Damage => damaged += 1,
                Step::End => return (text, damaged),
            }
        }
    }

    #[test]
    fn every_frame_is_read_and_not_only_the_first() {
        let bytes = [frame(b"one\n"), frame(b"two\n"), frame(b"three\n")].concat();
        assert_eq!(
            all(&mut frames_of(&bytes)),
            (b"one\ntwo\nthree\n".to_vec(), 0)
        );
    }

    #[test]
    fn a_torn_or_flipped_frame_does_not_hide_the_others() {
        let long = b"a middle that is long enough to be told apart 0123456789\n".repeat(9);
        let [one, two, three] = [frame(b"one\n"), frame(&long), frame(b"three\n")];
        for at in 0..two.len() {
            let mut flipped = two.clone();
            flipped[at] ^= 0x10;
            let bytes = [one.clone(), flipped, three.clone()].concat();
            let (text, damaged) = all(&mut frames_of(&bytes));
            assert!(
                text.starts_with(b"one\n") && text.ends_with(b"three\n"),
                "{at}"
            );
            // A bit of the header is not used.
            assert!(damaged <= 1 || at < 6, "{at}: {damaged}");
        }
        for cut in 1..three.len() {
            let bytes = [one.as_slice(), &two, &three[..cut]].concat();
            let (text, damaged) = all(&mut frames_of(&bytes));
            assert!(text.starts_with(&[b"one\n".as_slice(), &long].concat()));
            assert_eq!(damaged, 1, "{cut}");
        }
    }

    #[test]
    fn a_place_gives_the_same_bytes_again() {
        let bytes = [
            frame(b"one\ntwo\n"),
            frame(b"three\nfour\n"),
            frame(b"five\n"),
        ]
        .concat();
        let mut frames = frames_of(&bytes);
        let mut places = Vec::new();
        let mut out = [0; 3];
        while let Step::Bytes(place, length) = frames.read(&mut out).unwrap() {
            places.push((place, out[..length].to_vec()));
        }
        for (place, expected) in places.iter().rev().chain(&places) {
            frames.seek(*place).unwrap();
            let Step::Bytes(again, length) = frames.read(&mut out).unwrap() else {
                panic!()
            };
            assert_eq!((again, &out[..length]), (*place, expected.as_slice()));
        }
    }
}
