//! Opens an SQLite database without leaving a trace.
//!
//! Opened as usual, even a read-only connection writes beside a database in write-ahead-log mode:
//! it creates the `-wal` and `-shm` files that are missing. So how it is opened depends on what is
//! there (<https://www.sqlite.org/wal.html#read_only_databases>):
//!
//! - a log with content and its index (`-shm`): somebody writes, or was killed. The index is opened
//!   for reading only; where nobody maintains it, SQLite builds its own in memory;
//! - a log with content and no index, as in a copy: nobody writes, so the index is built in memory
//!   under an exclusive lock that is only pretended;
//! - no log: the file is read as it is. Should somebody start to write meanwhile, [`Database::verify`]
//!   notices.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Error, Result, system_code};

/// How long to wait for a lock. Readers of a write-ahead log wait for nobody but a recovery.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// The first bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The place and the value of the byte that says that a write-ahead log is used.
const READ_VERSION: (usize, u8) = (19, 2);

/// VFS without locks.
const WITHOUT_LOCKS: &str = if cfg!(windows) {
    "win32-none"
} else {
    "unix-none"
};

/// A database in one state, whatever is written to it meanwhile.
pub struct Database {
    pub connection: Connection,
    pub path: PathBuf,
    /// Where no lock protects the state: what the files were at the start.
    unprotected: Option<Files>,
}

/// The files of a database, as far as a change shows.
#[derive(PartialEq)]
struct Files {
    main: Option<File>,
    log: Option<File>,
}

#[derive(PartialEq)]
struct File {
    bytes: u64,
    modified: Option<SystemTime>,
}

enum Access {
    /// With locks; the index of the log is not written to.
    Shared,
    /// Without a log and without locks.
    Immutable,
    /// With a log whose index is built in memory, and without locks.
    Alone,
}

impl Database {
    /// Opens a database and starts its only transaction.
    ///
    /// # Errors
    /// [`Error::StoreNotFound`], [`Error::StoreUnreadable`].
    pub fn open(path: &Path) -> Result<Self> {
        let header = read_header(path)?;
        let access = access(path, &header);
        let unprotected = match access {
            Access::Shared => None,
            Access::Immutable | Access::Alone => Some(Files::of(path)),
        };
        let connection = connect(path, &access).map_err(|error| unreadable(path, &error))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            unprotected,
        })
    }

    /// Checks that what was read since [`Database::open`] belongs together.
    ///
    /// # Errors
    /// [`Error::StoreChanged`].
    pub fn verify(&self) -> Result<()> {
        match &self.unprotected {
            Some(files) if *files != Files::of(&self.path) => {
                Err(Error::StoreChanged(self.path.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The error of this library for one of SQLite's.
    pub fn unreadable(&self, error: &rusqlite::Error) -> Error {
        unreadable(&self.path, error)
    }
}

impl Files {
    fn of(path: &Path) -> Self {
        let file = |path: &Path| {
            let metadata = path.metadata().ok()?;
            Some(File {
                bytes: metadata.len(),
                modified: metadata.modified().ok(),
            })
        };
        Self {
            main: file(path),
            log: file(&beside(path, "-wal")).filter(|log| log.bytes > 0),
        }
    }
}

/// The first bytes of a database.
fn read_header(path: &Path) -> Result<[u8; 100]> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            Error::StoreNotFound(path.to_owned())
        }
        _ => Error::store_unreadable(
            path,
            format!(
                "it could not be opened ({}); check that you may read the file and its folder",
                system_code(&error)
            ),
        ),
    };
    // Anything but a file could make the reader wait forever.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(Error::store_unreadable(path, "it is no file"));
    }
    let mut header = [0; 100];
    let mut file = fs::File::open(path).map_err(failed)?;
    match file.read_exact(&mut header) {
        Ok(()) if header.starts_with(MAGIC) => Ok(header),
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(failed(error)),
        _ if path.metadata().is_ok_and(|metadata| metadata.len() == 0) => Err(
            Error::store_unreadable(path, "it is empty: no session was stored in it yet"),
        ),
        _ => Err(Error::store_unreadable(
            path,
            "it is no SQLite database, or one that is encrypted or damaged",
        )),
    }
}

fn access(path: &Path, header: &[u8; 100]) -> Access {
    let (place, with_log) = READ_VERSION;
    if header.get(place) != Some(&with_log) {
        return Access::Shared;
    }
    let has_content = |suffix| {
        beside(path, suffix)
            .metadata()
            .is_ok_and(|file| file.len() > 0)
    };
    match (has_content("-wal"), has_content("-shm")) {
        (true, true) => Access::Shared,
        (true, false) => Access::Alone,
        // A log that is there and empty: who writes the first line of it also has the index.
        (false, true) if beside(path, "-wal").exists() => Access::Shared,
        (false, _) => Access::Immutable,
    }
}

fn connect(path: &Path, access: &Access) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let parameters = match access {
        Access::Shared => "?mode=ro&readonly_shm=1",
        Access::Immutable => "?mode=ro&immutable=1",
        Access::Alone => "?mode=ro",
    };
    let uri = format!("{}{parameters}", uri(path));
    let connection = match access {
        Access::Alone => Connection::open_with_flags_and_vfs(uri, flags, WITHOUT_LOCKS)?,
        Access::Shared | Access::Immutable => Connection::open_with_flags(uri, flags)?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A schema can hold functions and views; those of a hostile one must not run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // What has to be sorted stays in memory: a temporary file would hold conversation.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    if matches!(access, Access::Alone) {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    // In KB. Rows are read once, one after the other: only the upper pages of the trees are read again. It reads
    // the schema, so that the locks must have been chosen before.
    connection.pragma_update(None, "cache_size", -512)?;
    connection.execute_batch("BEGIN")?;
    // The transaction takes its view of the database with the first read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// A file beside a database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A `file:` URI (<https://www.sqlite.org/uri.html>).
fn uri(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = if cfg!(windows) {
        format!("/{}", path.replace('\\', "/"))
    } else {
        path.into_owned()
    };
    let escaped = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    // Two slashes at the start would name a host.
    format!(
        "file://{}{escaped}",
        if escaped.starts_with('/') { "" } else { "/" }
    )
}

fn unreadable(path: &Path, error: &rusqlite::Error) -> Error {
    let problem = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it locked; close that program, or try again later"
        }
        Some(ErrorCode::DatabaseCorrupt) => "it is damaged",
        Some(ErrorCode::NotADatabase) => {
            "it is no SQLite database, or one that is encrypted or damaged"
        }
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied,
        ) => "it could not be opened; check that you may read the file and its folder",
        Some(ErrorCode::ReadOnly) => {
            "it was left in the middle of a change; start the application that wrote it once"
        }
        Some(ErrorCode::SystemIoFailure) => "the disk could not be read",
        Some(ErrorCode::OutOfMemory) => "there is not enough memory",
        _ => "it could not be read",
    };
    Error::store_unreadable(path, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, statement: &str) {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(statement).unwrap();
    }

    #[test]
    fn a_change_to_a_database_without_a_lock_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opencode.db");
        write(&path, "PRAGMA journal_mode = WAL; CREATE TABLE a (b)");
        let database = Database::open(&path).unwrap();
        assert!(database.verify().is_ok());
        // In the log, and then, when the log is closed, in the database.
        write(&path, "INSERT INTO a VALUES (zeroblob(10000))");
        let error = database.verify().unwrap_err();
        assert_eq!(error.code(), "ERR_STORE_UNREADABLE");
        assert!(matches!(error, Error::StoreChanged(_)));
    }

    #[test]
    fn sqlite_has_no_tables_of_other_kinds_than_a_store_has() {
        let connection = Connection::open_in_memory().unwrap();
        for module in ["fts3", "fts4", "fts5", "rtree", "dbstat"] {
            let statement = format!("CREATE VIRTUAL TABLE a USING {module}(b, c, d)");
            let error = connection.execute_batch(&statement).unwrap_err();
            assert!(error.to_string().contains("no such module"), "{error}");
        }
    }

    #[test]
    fn a_path_may_hold_what_a_uri_gives_a_meaning() {
        let escaped = "/home/jo/100%25 %231%3f.db";
        assert_eq!(
            uri(Path::new("/home/jo/100% #1?.db")),
            format!("file://{escaped}")
        );
    }
}
