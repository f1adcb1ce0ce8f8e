//! Rollouts that were compressed with Zstandard.
//!
//! Lines are read again by their places, so the text is unpacked once, into a file that has no name and is gone when it
//! is closed.

use std::fs::File;
use std::io::{self, Read, Write as _};

use crate::stop::Stop;

/// The largest text that is unpacked, in bytes: a file of a few kilobytes may stand for any size.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// The largest window that a frame may ask for, as a power of 2: 128 MB, as the program of Zstandard allows.
const WINDOW: u32 = 27;

fn decoder(file: File) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    decoder.window_log_max(WINDOW)?;
    Ok(decoder)
}

/// The beginning of the text.
///
/// # Errors
/// Those of the system and of Zstandard.
pub fn beginning(file: File, bytes: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut text = decoder(file)?.take(bytes);
    // What was read before the damage is the beginning all the same.
    match text.read_to_end(&mut head) {
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(head),
    }
}

/// The whole text. What is damaged ends it.
///
/// # Errors
/// Those of the system; [`io::ErrorKind::FileTooLarge`], and [`io::ErrorKind::Interrupted`] where it was stopped.
pub fn unpack(file: File, stop: &Stop) -> io::Result<(File, bool)> {
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
