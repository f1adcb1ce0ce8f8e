//! The errors of this crate, each with a stable code.
//!
//! A message tells the user what to do. It never holds conversation text or a secret: it may be
//! logged, shown and sent.

use std::io;
use std::path::{Path, PathBuf};

pub use crate::system_code::system_code;

/// A result whose error carries a stable code.
pub type Result<T> = std::result::Result<T, Error>;

/// What is said where nothing had to be removed, or all of it was.
const NOTHING_LEFT: &str = " Nothing was left behind.";

/// The action of an [`Error::WriteFailed`] where the target is marked read-only.
pub const READ_ONLY: &str = "it is marked read-only";

/// Everything that can go wrong. [`Error::code`] gives the code that JavaScript sees.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is not a session that can be represented.
    #[error("The session cannot be read: {problem}{}.", place(path))]
    InvalidSession {
        /// Where in the input, as a JSON path that starts with `$`.
        path: String,
        /// What is wrong there, without quoting it.
        problem: String,
    },
    /// No session has the id that was asked for, or several have an id that starts so.
    #[error("{}", session_not_found(session_id, matches))]
    SessionNotFound {
        /// What was asked for, made safe to show.
        session_id: String,
        /// The ids that start so, where there are several.
        matches: Vec<String>,
    },
    /// There is no store.
    #[error("There is no store at {}: check the path, or leave it out to search all known places.", .0.display())]
    StoreNotFound(PathBuf),
    /// No store was found in the places where the known agents keep theirs.
    #[error(
        "No session of PawWork, OpenCode, DSH, Claude Code, Codex or Crush was found on this computer: pass the path of a store as `store`."
    )]
    NoStores,
    /// There is a store, but it cannot be read.
    #[error("The store {} cannot be read: {problem}.", path.display())]
    StoreUnreadable {
        /// The store.
        path: PathBuf,
        /// What is wrong and what to do, without quoting the store.
        problem: String,
    },
    /// There are stores, but none of them can be read.
    #[error("{}", none_readable(.0))]
    StoresUnreadable(Vec<Error>),
    /// The store was changed while it was read; reading it again may succeed.
    #[error("The store {} was changed while it was read: try again.", .0.display())]
    StoreChanged(PathBuf),
    /// An option is unknown or has a value that is not allowed.
    #[error("{0}")]
    InvalidOption(String),
    /// `writeExport(path)` was called before any `exportSession`.
    #[error(
        "There is nothing to write yet: call exportSession first, or pass the session to writeExport."
    )]
    NothingToWrite,
    /// A prepared export was used after it was disposed of.
    #[error("The prepared export was disposed of: prepare it again.")]
    Disposed,
    /// The private file of a prepared export is not as it was reviewed.
    #[error(
        "The prepared export was changed after it was made, so it was not given out: prepare it again."
    )]
    PreparedChanged,
    /// The target exists and may not be replaced.
    #[error("{} already exists and was left as it is: choose another name, or set overwrite: true.", .0.display())]
    Exists(PathBuf),
    /// The file could not be written; nothing is left behind.
    #[error("{} could not be written ({action}): {}.{}{NOTHING_LEFT}", path.display(), system_code(source), write_advice(action, source))]
    WriteFailed {
        /// The target.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// The system's own error.
        source: io::Error,
    },
    /// What an error stopped could not be removed again.
    #[error(
        "{} But {} could not be removed: delete it.",
        without_claim(error),
        listed(left)
    )]
    LeftBehind {
        /// The error that comes first, which gives the code.
        error: Box<Error>,
        /// What is left.
        left: Vec<PathBuf>,
    },
    /// A file could not be read.
    #[error("{} could not be read: {}. {}", path.display(), system_code(source), advice(source))]
    ReadFailed {
        /// The file.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// There is too little memory for one part of the work.
    #[error(
        "There is too little memory for {}: close other programs, or export the session from its store, which reads one message at a time.",
        a_part(*bytes)
    )]
    OutOfMemory {
        /// How large the part is; 0 where that is not known.
        bytes: usize,
    },
    /// The document is longer than a JavaScript string can be.
    #[error(
        "The document is longer than a JavaScript string can be: use writeExport, which writes it to a file."
    )]
    TooLarge,
    /// The caller's signal stopped the work.
    #[error("The export was stopped. Nothing was written.")]
    Aborted,
    /// The finished document still matched a redaction rule, so it was not given out.
    #[error(
        "The document still holds what looks like a secret (rule {rule}), so it was not given out. Add the value to redactTerms, or remove it from the session or the options."
    )]
    RedactionIncomplete {
        /// The rule that matched; never the value.
        rule: String,
    },
    /// A call that would publish the session was refused.
    #[error(
        "{call} was refused: publishing a session on the web is off. Use Export session log, which writes a file on this computer."
    )]
    WebPublishingDisabled {
        /// The call, such as `ShareNext.create`.
        call: String,
    },
    /// Something was to be published in a place that is not allowed.
    #[error("{0}")]
    PublishingOriginRefused(String),
    /// A defect of this library: the work was stopped instead of the process.
    #[error(
        "The export failed because of a bug in the exporter. Nothing was written. Please report it."
    )]
    Internal,
}

impl Error {
    /// The stable code that JavaScript sees as `error.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidSession { .. } => "ERR_INVALID_SESSION",
            Self::SessionNotFound { .. } => "ERR_SESSION_NOT_FOUND",
            Self::StoreNotFound(_) | Self::NoStores => "ERR_STORE_NOT_FOUND",
            Self::StoreUnreadable { .. } | Self::StoresUnreadable(_) | Self::StoreChanged(_) => {
                "ERR_STORE_UNREADABLE"
            }
            Self::InvalidOption(_) => "ERR_INVALID_OPTION",
            Self::NothingToWrite => "ERR_NOTHING_TO_WRITE",
            Self::Disposed => "ERR_EXPORT_DISPOSED",
            Self::PreparedChanged => "ERR_EXPORT_CHANGED",
            Self::Exists(_) => "ERR_EXISTS",
            Self::WriteFailed { .. } => "ERR_WRITE_FAILED",
            Self::ReadFailed { .. } => "ERR_READ_FAILED",
            Self::LeftBehind { error, .. } => error.code(),
            Self::OutOfMemory { .. } => "ERR_OUT_OF_MEMORY",
            Self::TooLarge => "ERR_TOO_LARGE",
            Self::Aborted => "ERR_ABORTED",
            Self::RedactionIncomplete { .. } => "ERR_REDACTION_INCOMPLETE",
            Self::WebPublishingDisabled { .. } => "ERR_WEB_PUBLISHING_DISABLED",
            Self::PublishingOriginRefused(_) => "ERR_PUBLISHING_ORIGIN_REFUSED",
            Self::Internal => "ERR_INTERNAL",
        }
    }

    /// The same error, which tells what is left behind, if anything is.
    #[must_use]
    pub fn leaving(self, more: impl IntoIterator<Item = PathBuf>) -> Self {
        let (error, mut left) = match self {
            Self::LeftBehind { error, left } => (error, left),
            error => (Box::new(error), Vec::new()),
        };
        left.extend(more);
        if left.is_empty() {
            *error
        } else {
            Self::LeftBehind { error, left }
        }
    }

    /// The error of stores of which none can be read: that of one alone is its own.
    pub fn of_stores(mut errors: Vec<Self>) -> Self {
        match errors.len() {
            0 => Self::Internal,
            1 => errors.swap_remove(0),
            _ => Self::StoresUnreadable(errors),
        }
    }

    /// An [`Error::StoreUnreadable`].
    pub fn store_unreadable(path: &Path, problem: impl Into<String>) -> Self {
        Self::StoreUnreadable {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }

    /// An [`Error::InvalidSession`] at a JSON path.
    pub fn invalid_session(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::InvalidSession {
            path: path.into(),
            problem: problem.into(),
        }
    }
}

/// Tells where in the input something is wrong; nothing where it is the whole.
fn place(path: &str) -> String {
    match path {
        "$" => String::new(),
        path => format!(" (at {path})"),
    }
}

/// The sentences of the first stores, and how many more there are.
fn none_readable(errors: &[Error]) -> String {
    const NAMED: usize = 5;
    let mut sentences: Vec<String> = errors.iter().take(NAMED).map(Error::to_string).collect();
    if let more @ 1.. = errors.len().saturating_sub(NAMED) {
        let stores = if more == 1 { "store" } else { "stores" };
        sentences.push(format!("{more} more {stores} cannot be read either."));
    }
    sentences.join(" ")
}

fn session_not_found(session_id: &str, matches: &[String]) -> String {
    if matches.is_empty() {
        format!("There is no session {session_id}: listSessions tells which there are.")
    } else {
        format!(
            "Several sessions have an id that starts with {session_id}: give more of the id. They are {}.",
            matches.join(", ")
        )
    }
}

fn a_part(bytes: usize) -> String {
    match bytes {
        0 => "one part of the session".to_owned(),
        bytes => format!("one part of {bytes} bytes"),
    }
}

fn without_claim(error: &Error) -> String {
    let sentence = error.to_string();
    match sentence.strip_suffix(NOTHING_LEFT) {
        Some(sentence) => sentence.to_owned(),
        None => sentence,
    }
}

fn listed(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}

/// Gives what to do about a file that cannot be written, where there is more to say than the system's code does.
fn write_advice(action: &str, error: &io::Error) -> &'static str {
    match action {
        READ_ONLY => " Take that mark off it, or choose another name.",
        _ if is_open_elsewhere(error) => {
            " Another program has it open: close it there, or choose another name."
        }
        _ => match system_code(error) {
            "ENOENT" | "ENOTDIR" => " Check that the folder it is to be in is there.",
            "ENOSPC" | "EDQUOT" => " The disk is full: make room, or choose another one.",
            "EACCES" | "EPERM" | "EROFS" => {
                " Check that you may write into that folder, or choose another one."
            }
            "EISDIR" => " It is a folder: choose another name.",
            "ENAMETOOLONG" => " The name is too long: choose a shorter one.",
            _ => "",
        },
    }
}

/// Tells whether an error says that another program has a file open, and shares it not as it was asked for.
pub fn is_open_elsewhere(error: &io::Error) -> bool {
    matches!(system_code(error), "EBUSY" | "ETXTBSY")
}

/// Gives why something of a store could not be opened or read, and what to do. `readable` is what the user may lack the
/// right to read.
///
/// ```
/// use pawwork_session_export::error::unreadable_because;
/// let denied = std::io::ErrorKind::PermissionDenied.into();
/// assert_eq!(unreadable_because(&denied, "it"), "(EACCES); check that you may read it");
/// ```
pub fn unreadable_because(error: &io::Error, readable: &str) -> String {
    let code = system_code(error);
    match is_open_elsewhere(error) {
        true => {
            format!("({code}); another program has it open: close that program, or try again later")
        }
        false => format!("({code}); check that you may read {readable}"),
    }
}

/// Gives what to do about a file that cannot be read.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        _ if is_open_elsewhere(error) => {
            "Another program has it open: close it there, and try again."
        }
        io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput => {
            "It is not a regular file: pass the path of a file, not of a folder, a pipe, a device or a socket."
        }
        _ => "Check the path.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_stores_that_cannot_be_read_only_the_first_was_named() {
        let errors = |count| {
            let error = |n| Error::store_unreadable(Path::new(&format!("/s{n}")), "it is empty");
            Error::of_stores((0..count).map(error).collect())
        };
        assert_eq!(
            errors(1).to_string(),
            "The store /s0 cannot be read: it is empty."
        );
        assert_eq!(
            errors(2).to_string(),
            "The store /s0 cannot be read: it is empty. The store /s1 cannot be read: it is empty."
        );
        let many = errors(7);
        assert_eq!(many.code(), "ERR_STORE_UNREADABLE");
        assert!(many.to_string().contains("/s4"));
        assert!(
            many.to_string()
                .ends_with(" 2 more stores cannot be read either.")
        );
    }

    #[test]
    fn an_error_that_left_something_does_not_say_that_nothing_is_left() {
        let failed = || Error::WriteFailed {
            path: PathBuf::from("a.md"),
            action: "writing",
            source: io::ErrorKind::StorageFull.into(),
        };
        assert!(failed().leaving(None).to_string().ends_with(NOTHING_LEFT));
        let left = failed().leaving([PathBuf::from("x.tmp")]);
        let left = left.leaving([PathBuf::from("y.tmp")]);
        assert_eq!(left.code(), "ERR_WRITE_FAILED");
        assert_eq!(
            left.to_string(),
            "a.md could not be written (writing): ENOSPC. The disk is full: make room, or choose another one. But x.tmp, y.tmp could not be removed: delete it."
        );
    }
}
