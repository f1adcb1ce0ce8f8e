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
//!   notices;
//! - a rollback journal instead of a log: a writer waits for each reader. So no lock is held between two
//!   statements, and [`Database::verify`] notices where something was written between them.
//!
//! A store that is opened or closed by its writer at that moment looks like none of these: it is tried again.

use std::cell::Cell;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, thread};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Error, Result, is_open_elsewhere, unreadable_because};
use crate::source::real_path;
use crate::stop::Stop;
use crate::verbatim::verbatim;

/// How long to wait for a lock. Readers of a write-ahead log wait for nobody but a recovery.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// How often to ask for it. SQLite itself waits up to 100 ms between two times, in which a busy writer has locked
/// again.
const BETWEEN_LOCKS: Duration = Duration::from_millis(1);

/// How long a store is tried again that is opened or closed by another program at that moment.
const OPENING: Duration = Duration::from_secs(1);

/// How long to wait before it is tried again.
const PAUSE: Duration = Duration::from_millis(10);

/// How often a long read looks for a change that makes the rest of it vain.
const BETWEEN_CHECKS: Duration = Duration::from_millis(100);

/// How many steps a statement of SQLite takes before it looks at the flag that ends it: well below a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 1000;

/// The first bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The place and the value of the byte that says that a write-ahead log is used.
const READ_VERSION: (usize, u8) = (19, 2);

/// The VFS with locks, and the one without. Those of Windows take paths of any length.
const WITH_LOCKS: &str = if cfg!(windows) {
    "win32-longpath"
} else {
    "unix"
};
const WITHOUT_LOCKS: &str = if cfg!(windows) {
    "win32-longpath-none"
} else {
    "unix-none"
};

/// A database in one state, whatever is written to it meanwhile.
pub struct Database {
    pub connection: Connection,
    /// The path that was asked for. It may be a link.
    pub path: PathBuf,
    /// The file itself.
    pub real: PathBuf,
    state: State,
    checked: Cell<Instant>,
}

/// A mark of the state that was read first, to tell later that it is still the same.
enum State {
    /// A transaction sees to it.
    Locked,
    /// No lock is held between two statements: SQLite's number of the version at the start.
    Version(i64),
    /// There are no locks at all: what the files were at the start.
    Files(Files),
}

/// Why a database could not be opened.
struct OpenFailure {
    error: Error,
    /// True where that may be of this moment only.
    may_pass: bool,
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

#[derive(Clone, Copy, PartialEq)]
enum Access {
    /// With a lock during each statement.
    Journal,
    /// With locks; the index of the log is not written to.
    Shared,
    /// Without a log and without locks.
    Immutable,
    /// With a log whose index is built in memory, and without locks.
    Alone,
}

impl Database {
    /// Opens a database that nobody locks at this moment: it waits for nobody.
    ///
    /// # Errors
    /// Those of [`Database::open`].
    pub fn open_at_once(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let opened = Self::try_open(path, &real_path::of(path)?, never_wait, stop);
        opened.map_err(|failure| failure.error)
    }

    /// Opens a database. `stop` ends a long statement.
    ///
    /// # Errors
    /// [`Error::StoreNotFound`], [`Error::StoreUnreadable`], [`Error::StoreChanged`], [`Error::Aborted`].
    pub fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let real = real_path::of(path)?;
        let start = Instant::now();
        loop {
            match Self::try_open(path, &real, wait_for_lock, stop) {
                Err(OpenFailure { may_pass: true, .. }) if start.elapsed() < OPENING => {
                    if stop.is_some_and(|stop| !stop.goes_on()) {
                        return Err(Error::Aborted);
                    }
                    thread::sleep(PAUSE);
                }
                result => return result.map_err(|failure| failure.error),
            }
        }
    }

    fn try_open(
        path: &Path,
        real: &Path,
        on_lock: OnLock,
        stop: Option<&Stop>,
    ) -> std::result::Result<Self, OpenFailure> {
        let access = access(path, real)?;
        let files = Files::of(real);
        let connection = connect(real, access, on_lock, stop).map_err(|error| OpenFailure {
            error: unreadable(path, &error),
            may_pass: is_of_this_moment(&error) || files != Files::of(real),
        })?;
        let changed = || OpenFailure {
            error: Error::StoreChanged(path.to_owned()),
            may_pass: true,
        };
        // The writer may have opened or closed the store since its files were looked at.
        if self::access(path, real)? != access {
            return Err(changed());
        }
        let state = match access {
            Access::Shared => State::Locked,
            Access::Journal => {
                State::Version(data_version(&connection).map_err(|error| OpenFailure {
                    error: unreadable(path, &error),
                    may_pass: is_of_this_moment(&error),
                })?)
            }
            Access::Immutable | Access::Alone if files == Files::of(real) => State::Files(files),
            Access::Immutable | Access::Alone => return Err(changed()),
        };
        Ok(Self {
            connection,
            path: path.to_owned(),
            real: real.to_owned(),
            state,
            checked: Cell::new(Instant::now()),
        })
    }

    /// Checks that what was read since [`Database::open`] belongs together.
    ///
    /// # Errors
    /// [`Error::StoreChanged`], [`Error::StoreUnreadable`].
    pub fn verify(&self) -> Result<()> {
        let is_same = match &self.state {
            State::Locked => true,
            State::Files(files) => *files == Files::of(&self.real),
            State::Version(version) => {
                let now = data_version(&self.connection);
                now.map_err(|error| unreadable(&self.path, &error))? == *version
            }
        };
        if is_same {
            Ok(())
        } else {
            Err(Error::StoreChanged(self.path.clone()))
        }
    }

    /// The same, where that was not checked lately.
    ///
    /// # Errors
    /// Those of [`Database::verify`].
    pub fn verify_now_and_then(&self) -> Result<()> {
        if self.checked.get().elapsed() < BETWEEN_CHECKS {
            return Ok(());
        }
        self.verify()?;
        self.checked.set(Instant::now());
        Ok(())
    }

    /// Checks that each statement since [`Database::open`] read one state, whatever was written between two of them.
    ///
    /// # Errors
    /// [`Error::StoreChanged`].
    pub fn verify_statements(&self) -> Result<()> {
        match self.state {
            State::Files(_) => self.verify(),
            State::Locked | State::Version(_) => Ok(()),
        }
    }

    /// The size of a database's log, in bytes. It is beside the real file where the path is a link.
    pub fn log_bytes(path: &Path) -> u64 {
        let real = real_path::of(path);
        let log = real
            .ok()
            .and_then(|real| beside(&real, "-wal").metadata().ok());
        log.map_or(0, |log| log.len())
    }

    /// The error of this library for one of SQLite's.
    pub fn unreadable(&self, error: &rusqlite::Error) -> Error {
        match (unreadable(&self.path, error), self.verify()) {
            (error @ (Error::Aborted | Error::OutOfMemory { .. }), _) => error,
            // A row that is gone, or half of one, is no damage then.
            (_, Err(changed @ Error::StoreChanged(_))) => changed,
            (error, _) => error,
        }
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

/// A number that another one takes the place of where anybody else wrote.
fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("PRAGMA data_version")?
        .query_row([], |row| row.get(0))
}

/// Tells whether an error may come from a program that opens, closes or recovers the store at this moment.
fn is_of_this_moment(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}

impl OpenFailure {
    /// A failure that lasts.
    fn lasting(path: &Path, problem: impl Into<String>) -> Self {
        Self {
            error: Error::store_unreadable(path, problem),
            may_pass: false,
        }
    }

    /// A failure of the system. One that a program causes that has the file open may pass.
    fn of_system(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{NotADirectory, NotFound};
        let because = unreadable_because(error, "the file and its folder");
        Self {
            error: match error.kind() {
                NotFound | NotADirectory => Error::StoreNotFound(path.to_owned()),
                _ => Error::store_unreadable(path, format!("it could not be opened {because}")),
            },
            may_pass: is_open_elsewhere(error),
        }
    }
}

/// The first bytes of a database.
fn read_header(path: &Path) -> std::result::Result<[u8; 100], OpenFailure> {
    let failed = |error: std::io::Error| OpenFailure::of_system(path, &error);
    // Anything but a file could make the reader wait forever.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(OpenFailure::lasting(path, "it is not a file"));
    }
    let mut header = [0; 100];
    let mut file = fs::File::open(path).map_err(failed)?;
    match file.read_exact(&mut header) {
        Ok(()) if header.starts_with(MAGIC) => Ok(header),
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(failed(error)),
        _ if path.metadata().is_ok_and(|metadata| metadata.len() == 0) => Err(
            OpenFailure::lasting(path, "it is empty: no session was stored in it yet"),
        ),
        _ => Err(OpenFailure::lasting(
            path,
            "it is not an SQLite database, or it is encrypted or damaged",
        )),
    }
}

/// How a database has to be opened, by what is beside it.
fn access(path: &Path, real: &Path) -> std::result::Result<Access, OpenFailure> {
    let header = read_header(path)?;
    let (place, with_log) = READ_VERSION;
    if header.get(place) != Some(&with_log) {
        return Ok(Access::Journal);
    }
    // A log of which nobody may know is not a log that is not there: the last messages are in it.
    let size = |suffix| match beside(real, suffix).metadata() {
        Ok(file) => Ok(Some(file.len())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let because = unreadable_because(&error, "its folder");
            let problem = format!("the log beside it ({suffix}) could not be looked at {because}");
            Err(OpenFailure::lasting(path, problem))
        }
    };
    let log = size("-wal")?;
    let has_log = log.is_some_and(|bytes| bytes > 0);
    let has_index = size("-shm")?.is_some_and(|bytes| bytes > 0);
    Ok(match (has_log, has_index) {
        (true, true) => Access::Shared,
        (true, false) => Access::Alone,
        // A log that is there and empty: who writes the first line of it also has the index.
        (false, true) if log.is_some() => Access::Shared,
        (false, _) => Access::Immutable,
    })
}

fn connect(
    path: &Path,
    access: Access,
    on_lock: OnLock,
    stop: Option<&Stop>,
) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let parameters = match access {
        Access::Journal => "?mode=ro",
        Access::Shared => "?mode=ro&readonly_shm=1",
        Access::Immutable => "?mode=ro&immutable=1",
        Access::Alone => "?mode=ro",
    };
    let uri = format!("{}{parameters}", uri(path));
    let vfs = match access {
        Access::Alone => WITHOUT_LOCKS,
        Access::Journal | Access::Shared | Access::Immutable => WITH_LOCKS,
    };
    let mut connection = Connection::open_with_flags_and_vfs(uri, flags, vfs)?;
    connection.busy_handler(Some(on_lock))?;
    if let Some(stop) = stop.cloned() {
        connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || !stop.goes_on()))?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A schema can hold functions and views; those of a hostile one must not run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // Sorting stays in memory: a temporary file would hold conversation.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    if matches!(access, Access::Alone) {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    // In KB. Rows are read once, one after the other: only the upper pages of the trees are read again. It reads
    // the schema, so that the locks must have been chosen before.
    connection.pragma_update(None, "cache_size", -512)?;
    if access != Access::Journal {
        connection.execute_batch("BEGIN")?;
    }
    // The transaction takes its view of the database with the first read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Is asked where somebody holds a lock: by how often it was asked before it tells whether to ask for the lock again.
type OnLock = fn(i32) -> bool;

fn never_wait(_: i32) -> bool {
    false
}

/// Waits for a lock, and tells whether to ask for it again.
fn wait_for_lock(times: i32) -> bool {
    thread::sleep(BETWEEN_LOCKS);
    u32::try_from(times).is_ok_and(|times| BETWEEN_LOCKS * times < BUSY_TIMEOUT)
}

/// A file beside a database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A `file:` URI of an absolute path (<https://www.sqlite.org/uri.html>).
fn uri(path: &Path) -> String {
    let path = verbatim(path);
    let path = path.to_string_lossy();
    let escaped = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    // Two slashes at the start would name a host. With the backslashes of Windows none is a slash, and SQLite hands the
    // path on as it is, be it on a drive or on a server.
    let host = if escaped.starts_with('/') { "//" } else { "" };
    format!("file:{host}{escaped}")
}

fn unreadable(path: &Path, error: &rusqlite::Error) -> Error {
    let problem = match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => return Error::Aborted,
        // How much it asked for SQLite does not tell.
        Some(ErrorCode::OutOfMemory) => return Error::OutOfMemory { bytes: 0 },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it locked; close that program, or try again later"
        }
        Some(ErrorCode::DatabaseCorrupt) => "it is damaged",
        Some(ErrorCode::NotADatabase) => {
            "it is not an SQLite database, or it is encrypted or damaged"
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
        let database = Database::open(&path, None).unwrap();
        assert!(database.verify().is_ok());
        // In the log, and then, when the log is closed, in the database.
        write(&path, "INSERT INTO a VALUES (zeroblob(10000))");
        let error = database.verify().unwrap_err();
        assert_eq!(error.code(), "ERR_STORE_UNREADABLE");
        assert!(matches!(error, Error::StoreChanged(_)));
    }

    #[test]
    fn a_statement_without_an_end_ends_soon_after_an_abort() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opencode.db");
        write(&path, "PRAGMA journal_mode = WAL; CREATE TABLE a (b)");
        let stop = Stop::default();
        let database = Database::open(&path, Some(&stop)).unwrap();
        let abort = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            stop.raise();
            Instant::now()
        });
        let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
        let ended = database.connection.query_row(endless, [], |_| Ok(()));
        let error = database.unreadable(&ended.unwrap_err());
        assert!(matches!(error, Error::Aborted), "{error}");
        assert!(abort.join().unwrap().elapsed() < Duration::from_millis(500));
    }

    #[test]
    fn with_a_rollback_journal_a_writer_waits_for_no_reader_between_two_statements() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opencode.db");
        write(&path, "CREATE TABLE a (b)");
        let database = Database::open(&path, None).unwrap();
        let count = || {
            database
                .connection
                .query_row("SELECT count(*) FROM a", [], |row| row.get(0))
        };
        assert_eq!(count(), Ok(0));
        assert!(database.verify().is_ok());
        // It would fail, since it does not wait.
        write(&path, "PRAGMA busy_timeout = 0; INSERT INTO a VALUES (1)");
        assert!(matches!(database.verify(), Err(Error::StoreChanged(_))));
    }

    #[test]
    fn a_store_that_is_locked_for_a_moment_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opencode.db");
        write(&path, "CREATE TABLE a (b)");
        let writer = Connection::open(&path).unwrap();
        writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let other = thread::spawn(move || {
            // Longer than one try waits.
            thread::sleep(BUSY_TIMEOUT + Duration::from_millis(100));
            writer.execute_batch("COMMIT").unwrap();
        });
        assert!(Database::open(&path, None).is_ok());
        other.join().unwrap();
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
        let cases = if cfg!(windows) {
            [
                (r"C:\jo\100% #1.db", r"file:\\%3f\C:\jo\100%25 %231.db"),
                (r"\\srv\share\a.db", r"file:\\%3f\UNC\srv\share\a.db"),
            ]
        } else {
            [
                ("/home/jo/100% #1?.db", "file:///home/jo/100%25 %231%3f.db"),
                ("//srv/share/a.db", "file:////srv/share/a.db"),
            ]
        };
        for (path, expected) in cases {
            assert_eq!(uri(Path::new(path)), expected);
        }
    }
}
