//! Waits while another program has a file open.
//!
//! A virus scanner, an indexer or a sync program opens each new file for some milliseconds. On Windows a file that
//! somebody has open can often be neither renamed, replaced nor removed, so what fails for that reason is tried again.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crate::system_code::system_code;

/// The attempts end after this time.
const LONGEST: Duration = Duration::from_secs(2);
/// The first pause. Each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// The longest pause. Whoever aborts an export waits no longer than that.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Does something with a file, and tries again where another program may have it open, for two seconds or as long as
/// `go_on` says so.
///
/// # Errors
/// The error of the last try.
pub fn patiently<T>(
    go_on: &dyn Fn() -> bool,
    mut action: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match action() {
            Err(error) if may_pass(&error) && start.elapsed() < LONGEST && go_on() => {
                thread::sleep(pause);
                pause = LONGEST_PAUSE.min(2 * pause);
            }
            result => return result,
        }
    }
}

/// Tells whether an error may come from another program that has a file open at this moment.
pub fn may_pass(error: &io::Error) -> bool {
    match system_code(error) {
        "EBUSY" | "ETXTBSY" => true,
        // Windows denies the access to what is open elsewhere, or was removed there and is still open.
        "EPERM" | "EACCES" => cfg!(windows),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const BUSY: io::ErrorKind = io::ErrorKind::ResourceBusy;

    #[test]
    fn a_file_that_another_program_has_open_for_a_moment_was_an_error() {
        let tries = Cell::new(0);
        let result = patiently(&|| true, || {
            tries.set(tries.get() + 1);
            match tries.get() {
                8 => Ok("renamed"),
                _ => Err(io::Error::from(BUSY)),
            }
        });
        assert_eq!(result.ok(), Some("renamed"));
        assert_eq!(tries.get(), 8);
    }

    #[test]
    fn patience_ends() {
        let start = Instant::now();
        let result = patiently(&|| true, || Err::<(), _>(BUSY.into()));
        assert_eq!(result.map_err(|error| error.kind()), Err(BUSY));
        assert!(start.elapsed() >= LONGEST);
        assert!(start.elapsed() < 2 * LONGEST);
    }

    #[test]
    fn whoever_aborts_does_not_wait_for_it() {
        let start = Instant::now();
        let go_on = || start.elapsed() < Duration::from_millis(20);
        assert!(patiently(&go_on, || Err::<(), _>(BUSY.into())).is_err());
        assert!(start.elapsed() < LONGEST / 2);
    }

    #[test]
    fn what_does_not_pass_is_an_error_at_once() {
        for kind in [io::ErrorKind::NotFound, io::ErrorKind::StorageFull] {
            let tries = Cell::new(0);
            let result = patiently(&|| true, || {
                tries.set(tries.get() + 1);
                Err::<(), _>(kind.into())
            });
            assert!(result.is_err());
            assert_eq!(tries.get(), 1, "{kind}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn the_errors_of_windows_for_what_is_open_elsewhere_pass() {
        for number in [5, 32, 33, 303, 1224] {
            assert!(may_pass(&io::Error::from_raw_os_error(number)), "{number}");
        }
    }
}
