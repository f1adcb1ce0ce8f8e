//! A log that was gone over once: what it tells, and the groups that its messages are made of.

use std::path::Path;

use super::group::Group;
use super::grouper::{Grouper, Told};
use super::home::{self, Header};
use super::lines::{Failure, Lines, Next};
use crate::error::{Error, Result, system_code};
use crate::stop::Stop;

/// A log that was gone over.
pub struct Log {
    pub header: Header,
    pub groups: Vec<Group>,
    pub told: Told,
    /// How much of the file was read.
    pub bytes: u64,
    /// Reads its lines again.
    pub lines: Lines,
}

/// Goes over a log.
///
/// # Errors
/// [`Error::StoreUnreadable`] where nothing of it can be read; [`Error::OutOfMemory`], [`Error::Aborted`].
pub fn read(path: &Path, stop: &Stop) -> Result<Log> {
    let failed = |failure: Failure| failure_of(path, failure);
    let (mut lines, bytes) = home::open(path).map_err(|error| failed(error.into()))?;
    let mut header: Option<Header> = None;
    let mut grouper = Grouper::default();
    let mut count = 0_usize;
    loop {
        match lines.next().map_err(failed)? {
            Next::Line(place, line) => {
                count += 1;
                if count.is_multiple_of(256) {
                    stop.check()?;
                }
                if header.is_none() {
                    let found = Header::parse(line);
                    let is_header = found.is_some();
                    let found = found.unwrap_or_default();
                    grouper.seed = found.seed_length;
                    header = Some(found);
                    if is_header {
                        continue;
                    }
                }
                grouper.add(place, line);
            }
            Next::Damage => grouper.damage(),
            Next::End => break,
        }
    }
    let (groups, told) = grouper.finish();
    let Some(header) = header else {
        return Err(Error::store_unreadable(
            path,
            "no line of the session's log can be read: it is empty, or damaged from its beginning; restore it from a backup",
        ));
    };
    Ok(Log {
        header,
        groups,
        told,
        bytes,
        lines,
    })
}

/// What a log that could not be read is to who asked for it.
pub fn failure_of(path: &Path, failure: Failure) -> Error {
    match failure {
        Failure::Other(error) => error,
        Failure::System(error) => Error::store_unreadable(
            path,
            format!(
                "the session's log could not be read ({}); check that you may read it, and try again",
                system_code(&error)
            ),
        ),
    }
}
