//! Does a file still hold what its closing line says?
//!
//! The closing line holds a hash of everything before it, so that any change shows. What the document
//! shows is counted again by its own headings, or, in JSON, by its own arrays, which tells what is
//! missing.

use std::fs::File;
use std::io;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::options::Format;
use crate::patience::patiently;
use crate::regular_file;
use crate::render::{Checked, ClosingLine, END, Headings, end_after_key, hex, html, split_end};
use crate::stop::Stop;

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 256 * 1024;

/// What a file holds, and whether that agrees with its closing line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The kind of document that it looks like.
    pub format: Format,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The SHA-256 of the whole file in hexadecimal.
    pub sha256: String,
    /// What the closing line says; `None` where there is none.
    pub closing: Option<Closing>,
    /// What does not agree; empty for a file as it was written.
    pub problems: Vec<Problem>,
}

/// What a closing line says: sessions, messages and parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// How many were stored.
    pub stored: [usize; 3],
    /// How many the document shows.
    pub rendered: [usize; 3],
}

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no closing line.
    NoClosing,
    /// Something follows the closing line.
    AfterClosing,
    /// The text is not the one that was hashed.
    Hash,
    /// There are more or fewer of something than the closing line says.
    Count {
        /// What is counted.
        what: &'static str,
        /// What the closing line says.
        said: usize,
        /// What the document holds.
        found: usize,
    },
}

impl Problem {
    /// A stable name.
    pub fn id(&self) -> &'static str {
        match self {
            Self::NoClosing => "no-closing-line",
            Self::AfterClosing => "after-closing-line",
            Self::Hash => "hash",
            Self::Count { what, .. } => what,
        }
    }

    /// A sentence on it.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoClosing => {
                "There is no closing line: the end of the file is missing, or it is not a session log."
                    .to_owned()
            }
            Self::AfterClosing => {
                "What follows the hash is not what was written: something was added to or removed from the end."
                    .to_owned()
            }
            Self::Hash => {
                "The text is not what was written: it was changed, or some of it is missing."
                    .to_owned()
            }
            Self::Count { what, said, found } => {
                format!("The closing line says {said} {what}, and the file holds {found}.")
            }
        }
    }
}

/// Checks a file.
///
/// # Errors
/// [`Error::ReadFailed`]; [`Error::Aborted`] once `stop` is raised.
pub fn verify(path: &Path, stop: &Stop) -> Result<Verification> {
    let failed = |source| match stop.goes_on() {
        true => Error::ReadFailed {
            path: path.to_owned(),
            source,
        },
        false => Error::Aborted,
    };
    stop.check()?;
    let go_on = || stop.goes_on();
    let file = patiently(&go_on, || regular_file::open(path)).map_err(failed)?;
    let mut file = BufReader::with_capacity(CHUNK, Stoppable { file, stop });
    let start = file.fill_buf().map_err(failed)?;
    let verification = match start {
        [b'{', ..] => verify_json(&mut file),
        [b'<', b'!', ..] => verify_html(&mut file),
        _ => verify_markdown(&mut file),
    };
    verification.map_err(failed)
}

/// A file that can be read until somebody stops that.
struct Stoppable<'a> {
    file: File,
    stop: &'a Stop,
}

impl Seek for Stoppable<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.stop.goes_on() {
            true => self.file.read(buffer),
            false => Err(io::Error::other("stopped")),
        }
    }
}

/// The start of a line that is looked at, in bytes: more than any closing line or heading has.
const LONGEST_LINE: usize = 1024 * 1024;

/// Reads the next line, in memory no more than [`LONGEST_LINE`] of it: a file that is no log may be one line of
/// any length. Every piece of it is hashed or told to `on_piece`. Gives its length in bytes.
fn read_line(
    file: &mut impl BufRead,
    line: &mut Vec<u8>,
    mut on_piece: impl FnMut(&[u8]),
) -> io::Result<u64> {
    line.clear();
    let mut length = 0;
    loop {
        let buffer = file.fill_buf()?;
        let end = memchr::memchr(b'\n', buffer).map(|at| at + 1);
        let piece = buffer
            .get(..end.unwrap_or(buffer.len()))
            .unwrap_or_default();
        let room = LONGEST_LINE.saturating_sub(line.len());
        line.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
        on_piece(piece);
        let read = piece.len();
        length += read as u64;
        let is_end = end.is_some() || read == 0;
        file.consume(read);
        if is_end {
            return Ok(length);
        }
    }
}

/// The text of a line that was read, as far as that was kept. What is cut inside a character is no line of ours.
fn text_of(line: &[u8]) -> &str {
    std::str::from_utf8(line).unwrap_or_else(|error| {
        let is_cut = line.len() == LONGEST_LINE && error.error_len().is_none();
        let valid = line.get(..error.valid_up_to()).filter(|_| is_cut);
        std::str::from_utf8(valid.unwrap_or_default()).unwrap_or_default()
    })
}

fn verify_markdown(file: &mut impl BufRead) -> io::Result<Verification> {
    let mut hash = Sha256::new();
    let mut headings = Headings::default();
    let mut bytes = 0;
    let mut closing = None;
    let mut problems = Vec::new();
    let mut has_more = false;
    let mut line = Vec::new();
    loop {
        let before = hash.clone();
        let length = read_line(file, &mut line, |piece| hash.update(piece))?;
        if length == 0 {
            break;
        }
        bytes += length;
        // A line that is no text is none of ours, and then the hash shows it.
        let text = text_of(&line);
        let is_whole = length == line.len() as u64;
        let parsed = ClosingLine::parse(text).filter(|_| is_whole && !headings.is_in_code());
        if let Some(parsed) = parsed {
            let hashed = line.get(..parsed.hashed).unwrap_or_default();
            let found = hex(&before.chain_update(hashed).finalize());
            problems.clear();
            if found != parsed.sha256 || !parsed.is_whole {
                problems.push(Problem::Hash);
            }
            for (what, said, found) in [
                ("sessions", parsed.rendered[0], headings.sub_agents + 1),
                ("turns", parsed.turns, headings.turns),
            ] {
                if said != found {
                    problems.push(Problem::Count { what, said, found });
                }
            }
            closing = Some(Closing {
                stored: parsed.stored,
                rendered: parsed.rendered,
            });
            has_more = false;
        } else {
            has_more |= closing.is_some();
            headings.add(text);
        }
    }
    match closing {
        None => problems.push(Problem::NoClosing),
        Some(_) if has_more => problems.push(Problem::AfterClosing),
        Some(_) => {}
    }
    Ok(Verification {
        format: Format::Markdown,
        bytes,
        sha256: hex(&hash.finalize()),
        closing,
        problems,
    })
}

/// In a page, every `<` is the exporter's, so that its lines can be told from the session's.
fn verify_html(file: &mut impl BufRead) -> io::Result<Verification> {
    let mut hash = Sha256::new();
    let mut headings = Headings::default();
    let mut bytes = 0;
    // Each with the hash of all before it.
    let mut last: Vec<(Sha256, Vec<u8>)> = Vec::new();
    loop {
        let (before, mut line) = (hash.clone(), Vec::new());
        let length = read_line(file, &mut line, |piece| hash.update(piece))?;
        if length == 0 {
            break;
        }
        bytes += length;
        if let Some(heading) = html::heading(text_of(&line)) {
            headings.add(&heading);
        }
        // The closing line is one of the last few, and the hash covers its beginning only. None of these is long.
        if length > line.len() as u64 {
            last.clear();
            continue;
        }
        last.push((before, line));
        if last.len() > html::LINES_OF_END {
            last.remove(0);
        }
    }
    let whole = hex(&hash.clone().finalize());
    let (hash, end) = match last.first() {
        Some((before, _)) => {
            let lines: Vec<&[u8]> = last.iter().map(|(_, line)| line.as_slice()).collect();
            (before.clone(), lines.concat())
        }
        None => (hash, Vec::new()),
    };
    let mut problems = Vec::new();
    let text = std::str::from_utf8(&end).unwrap_or_default();
    let closing = html::split_end(text).and_then(|(before, line, rest)| {
        let closing = ClosingLine::parse(&line)?;
        let found = hex(&hash.chain_update(before).finalize());
        if found != closing.sha256 {
            problems.push(Problem::Hash);
        }
        for (what, said, found) in [
            ("sessions", closing.rendered[0], headings.sub_agents + 1),
            ("turns", closing.turns, headings.turns),
        ] {
            if said != found {
                problems.push(Problem::Count { what, said, found });
            }
        }
        if rest != html::END {
            problems.push(Problem::AfterClosing);
        }
        Some(Closing {
            stored: closing.stored,
            rendered: closing.rendered,
        })
    });
    if closing.is_none() {
        problems.push(Problem::NoClosing);
    }
    Ok(Verification {
        format: Format::Html,
        bytes,
        sha256: whole,
        closing,
        problems,
    })
}

fn verify_json(file: &mut (impl BufRead + Seek)) -> io::Result<Verification> {
    let checked = Checked::read(&mut *file)?;
    let bytes = file.seek(SeekFrom::End(0))?;
    let start_of_end = bytes.saturating_sub(END as u64);
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut body = (&mut *file).take(start_of_end);
    loop {
        let chunk = body.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        hash.update(chunk);
        let length = chunk.len();
        body.consume(length);
    }
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let (hashed, rest) = split_end(&end);
    let mut problems = Vec::new();
    match (&checked, hashed) {
        (Some(checked), Some(hashed)) => {
            let said = rest
                .get(..64)
                .and_then(|hash| std::str::from_utf8(hash).ok());
            let said = said.unwrap_or_default();
            if rest != end_after_key(said).as_bytes() {
                problems.push(Problem::AfterClosing);
            }
            if said != hex(&hash.clone().chain_update(hashed).finalize()) {
                problems.push(Problem::Hash);
            }
            let names = ["sessions", "messages", "parts"];
            let counts = checked.rendered.into_iter().zip(checked.found);
            for (what, (said, found)) in names.into_iter().zip(counts) {
                if said != found {
                    problems.push(Problem::Count { what, said, found });
                }
            }
        }
        _ => problems.push(Problem::NoClosing),
    }
    Ok(Verification {
        format: Format::Json,
        bytes,
        sha256: hex(&hash.chain_update(&end).finalize()),
        closing: checked.map(|checked| Closing {
            stored: checked.stored,
            rendered: checked.rendered,
        }),
        problems,
    })
}
