//! Reads a file back while it is written: what the disk has to wait for is little when the last of it is there.

use std::fs::File;
use std::io::{self, Read as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::checksum::Checksum;

/// How much is flushed and read back at once while more is written, in bytes.
pub const STRETCH: u64 = 4 * 1024 * 1024;
/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;
/// How often whoever waits is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(20);

/// A file that is read back in another thread.
pub struct ReadBack {
    lengths: Sender<u64>,
    /// The last of them.
    last: u64,
    result: Receiver<Result<u64, Failure>>,
}

/// A failure.
pub struct Failure {
    /// The action that failed.
    pub action: &'static str,
    /// The system's own error.
    pub source: io::Error,
}

impl Failure {
    /// The failure of an action.
    pub fn of(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { action, source }
    }
}

impl ReadBack {
    /// Takes a handle of the file that nobody else reads or writes with.
    pub fn start(file: File) -> Self {
        let (lengths, of_file) = mpsc::channel();
        let (sender, result) = mpsc::sync_channel(1);
        thread::spawn(move || {
            // Nobody waits for it where the export has failed.
            let _ = sender.send(read_back(file, &of_file));
        });
        Self {
            lengths,
            last: 0,
            result,
        }
    }

    /// Tells how long the file is by now. A stretch is flushed to the disk, then read back.
    pub fn go_on_to(&mut self, length: u64) {
        if length - self.last >= STRETCH {
            self.last = length;
            // If the thread has ended, its result tells why.
            let _ = self.lengths.send(length);
        }
    }

    /// Flushes a file that is complete now. Gives its checksum, or `None` where `go_on` says no.
    ///
    /// # Errors
    /// A failure.
    pub fn finish(self, file: &File, go_on: &dyn Fn() -> bool) -> Result<Option<u64>, Failure> {
        // Reading the rest and waiting for the disk do not depend on each other.
        drop(self.lengths);
        file.sync_all()
            .map_err(Failure::of("flushing to the disk"))?;
        while go_on() {
            match self.result.recv_timeout(PATIENCE) {
                Ok(result) => return result.map(Some),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let panicked = io::Error::other("a thread panicked");
                    return Err(Failure::of("reading it back")(panicked));
                }
            }
        }
        Ok(None)
    }
}

fn read_back(mut file: File, lengths: &Receiver<u64>) -> Result<u64, Failure> {
    let mut checksum = Checksum::default();
    let mut buffer = vec![0; CHUNK];
    let mut position = 0;
    while let Ok(length) = lengths.recv() {
        let length = lengths.try_iter().last().unwrap_or(length);
        file.sync_data()
            .map_err(Failure::of("flushing to the disk"))?;
        let stretch = (&file).take(length - position);
        update(&mut checksum, stretch, &mut buffer)?;
        position = length;
    }
    update(&mut checksum, &mut file, &mut buffer)?;
    Ok(checksum.value())
}

/// The checksum of a whole file.
///
/// # Errors
/// Those of the system.
pub fn checksum_of(file: File) -> io::Result<u64> {
    let mut checksum = Checksum::default();
    update(&mut checksum, file, &mut vec![0; CHUNK]).map_err(|failure| failure.source)?;
    Ok(checksum.value())
}

fn update(
    checksum: &mut Checksum,
    mut from: impl io::Read,
    buffer: &mut [u8],
) -> Result<(), Failure> {
    loop {
        let read = from.read(buffer).map_err(Failure::of("reading it back"))?;
        if read == 0 {
            return Ok(());
        }
        checksum.update(buffer.get(..read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tempfile::NamedTempFile;

    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_file_however_it_is_told_of_its_length() {
        let piece = vec![b'x'; 3 * 1024 * 1024];
        for (pieces, is_told) in [(0, false), (1, true), (9, true), (9, false)] {
            let mut file = NamedTempFile::new().unwrap();
            let mut read_back = ReadBack::start(file.reopen().unwrap());
            let mut checksum = Checksum::default();
            for number in 1..=pieces {
                file.write_all(&piece).unwrap();
                checksum.update(&piece);
                if is_told {
                    read_back.go_on_to(number * piece.len() as u64);
                }
            }
            let on_disk = read_back.finish(file.as_file(), &|| true).ok().flatten();
            assert_eq!(on_disk, Some(checksum.value()), "{pieces}");
        }
    }

    #[test]
    fn whoever_stops_waits_for_nothing() {
        let file = NamedTempFile::new().unwrap();
        let read_back = ReadBack::start(file.reopen().unwrap());
        assert_eq!(read_back.finish(file.as_file(), &|| false).ok(), Some(None));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let file = NamedTempFile::new().unwrap();
        let unreadable = File::options().write(true).open(file.path()).unwrap();
        let result = ReadBack::start(unreadable).finish(file.as_file(), &|| true);
        let action = result.err().map(|failure| failure.action);
        assert_eq!(action, Some("reading it back"));
    }
}
