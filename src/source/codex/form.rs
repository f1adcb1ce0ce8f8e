//! The forms of rollouts: lines of JSON, the same compressed with Zstandard, and the one object that the program in
//! TypeScript wrote until the middle of 2025: `{ "session": { "id", "timestamp", "instructions" }, "items": […] }`.
//!
//! Lines are read again by their places. So what is in another form is written as lines once, into a file that has no
//! name and is gone when it is closed.

use std::fs::File;
use std::io::{self, Read, Write as _};

use serde_json::Value;

use crate::stop::Stop;

/// The form in which a rollout stores its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Lines of JSON.
    Lines,
    /// The same, compressed with Zstandard.
    Packed,
    /// One object of JSON.
    Whole,
}

/// The largest object that is read, in bytes: it is parsed as a whole.
const LARGEST_WHOLE: u64 = 64 * 1024 * 1024;

/// The largest text that is unpacked, in bytes: a file of a few kilobytes may stand for any size.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// The largest window that a frame may ask for, as a power of 2: 128 MB, as the program of Zstandard allows.
const WINDOW: u32 = 27;

fn decoder(file: File) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    decoder.window_log_max(WINDOW)?;
    Ok(decoder)
}

/// The object of the first versions as lines: first the session, then its items.
fn lines_of(file: File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = file.take(LARGEST_WHOLE + 1).read_to_end(&mut text)?;
    if read as u64 > LARGEST_WHOLE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut whole: Value = serde_json::from_slice(&text)?;
    drop(text);
    let session = whole.get_mut("session").map(Value::take);
    let items = whole.get_mut("items").map(Value::take);
    let (Some(session), Some(Value::Array(items))) = (session, items) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut lines = Vec::new();
    for line in std::iter::once(session).chain(items) {
        serde_json::to_writer(&mut lines, &line)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The beginning of the text.
///
/// # Errors
/// Those of the system, of Zstandard and of JSON.
pub fn beginning(file: File, form: Form, bytes: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    match form {
        Form::Lines => {
            file.take(bytes).read_to_end(&mut head)?;
            return Ok(head);
        }
        Form::Whole => {
            head = lines_of(file)?;
            head.truncate(usize::try_from(bytes).unwrap_or(usize::MAX));
            return Ok(head);
        }
        Form::Packed => {}
    }
    let mut text = decoder(file)?.take(bytes);
    // The lines before the damage are still the beginning.
    match text.read_to_end(&mut head) {
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(head),
    }
}

/// The whole text as lines, and whether a part of it is damaged, which ends it.
///
/// # Errors
/// Those of the system and of JSON; [`io::ErrorKind::FileTooLarge`], and [`io::ErrorKind::Interrupted`] where it was
/// stopped.
pub fn lines(file: File, form: Form, stop: &Stop) -> io::Result<(File, bool)> {
    match form {
        Form::Lines => return Ok((file, false)),
        Form::Whole => {
            let mut out = tempfile::tempfile()?;
            out.write_all(&lines_of(file)?)?;
            return Ok((out, false));
        }
        Form::Packed => {}
    }
    let mut text = decoder(file)?;
    let mut out = tempfile::tempfile()?;
    let mut piece = vec![0; 256 * 1024];
    let mut written = 0_u64;
    loop {
        if stop.check().is_err() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let read = match text.read(&mut piece) {
            Ok(0) => return Ok((out, false)),
            Ok(read) => read,
            Err(_) => return Ok((out, true)),
        };
        written += read as u64;
        if written > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        out.write_all(piece.get(..read).unwrap_or_default())?;
    }
}
