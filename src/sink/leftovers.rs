//! Removes what a process that was killed left in a folder: its private files and folders, and
//! attachments whose document did not come to be.
//!
//! Only what is certainly nobody's: it has a private name of this library, belongs to this user, is no
//! link, and the process of its number is gone, and nobody holds a lock on it (a process of another
//! computer or container has a number that says nothing here). What is not undone by a record has to be
//! an hour old too.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::temporary::{PREFIX, SUFFIX};
use super::undo;

/// How old a private file has to be.
const OLD: Duration = Duration::from_hours(1);
/// A folder that takes longer to look through is not looked through for each export.
const QUICK: Duration = Duration::from_millis(5);
/// How long such a folder is left alone then.
const PAUSE: Duration = Duration::from_mins(1);
/// How many such folders are remembered.
const MOST_SLOW: usize = 64;

static SLOW: Mutex<Vec<(PathBuf, Instant)>> = Mutex::new(Vec::new());

/// Removes what killed processes left in a folder. What fails here is no failure of the export.
pub fn remove(folder: &Path) {
    let start = Instant::now();
    {
        let mut slow = SLOW.lock().unwrap_or_else(PoisonError::into_inner);
        slow.retain(|(_, last)| start.duration_since(*last) < PAUSE);
        if slow.iter().any(|(slow, _)| slow == folder) {
            return;
        }
    }
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        if let Some(kind) = entry.file_name().to_str().and_then(Kind::of) {
            remove_one(&entry.path(), kind);
        }
    }
    if start.elapsed() > QUICK {
        let mut slow = SLOW.lock().unwrap_or_else(PoisonError::into_inner);
        if slow.len() < MOST_SLOW {
            slow.push((folder.to_owned(), start));
        }
    }
}

/// The facts in a private name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    process: u32,
    /// True where it is a record of attachments that are being published.
    is_undo: bool,
}

impl Kind {
    /// `None` for a name that is not private.
    fn of(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(PREFIX)?;
        let (rest, is_undo) = match rest.strip_suffix(SUFFIX) {
            Some(rest) => (rest, false),
            None => (rest.strip_suffix(undo::SUFFIX)?, true),
        };
        let (process, random) = rest.split_once('-')?;
        let is_random = !random.is_empty() && random.bytes().all(|b| b.is_ascii_alphanumeric());
        let process = process.parse().ok().filter(|process| *process > 0)?;
        is_random.then_some(Self { process, is_undo })
    }
}

fn remove_one(path: &Path, kind: Kind) {
    let Ok(metadata) = path.symlink_metadata() else {
        return;
    };
    if !is_own(&metadata) || is_running(kind.process) {
        return;
    }
    // Held until it is removed, so that of two exports that look at once one removes it.
    let Some(_lock) = unused(path, &metadata) else {
        return;
    };
    if kind.is_undo && metadata.is_file() {
        undo::by_record(path);
    } else if !is_old(path, &metadata) {
    } else if metadata.is_file() {
        drop(fs::remove_file(path));
    } else if metadata.is_dir() {
        // It follows no link.
        drop(fs::remove_dir_all(path));
    }
}

#[cfg(unix)]
fn is_own(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_: &Metadata) -> bool {
    true
}

/// Tells whether a process of this number runs. A number that another process has by now keeps the file.
#[cfg(unix)]
fn is_running(process: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    if process == std::process::id() {
        return true;
    }
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    process.is_some_and(|process| test_kill_process(process) != Err(rustix::io::Errno::SRCH))
}

/// There, that a file is in use shows when it is opened.
#[cfg(not(unix))]
fn is_running(process: u32) -> bool {
    process == std::process::id()
}

/// Opens what nobody else uses; `None` where somebody does.
fn unused(path: &Path, metadata: &Metadata) -> Option<Option<File>> {
    if cfg!(not(unix)) && metadata.is_dir() {
        return Some(None);
    }
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        // Fails where anybody has it open. It may be deleted while this is open.
        const FILE_SHARE_DELETE: u32 = 4;
        options.share_mode(FILE_SHARE_DELETE);
    }
    if !(metadata.is_file() || metadata.is_dir()) {
        return None;
    }
    let file = options.open(path).ok()?;
    if cfg!(unix) && matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
        return None;
    }
    Some(Some(file))
}

/// Tells whether nothing was written into it for an hour.
fn is_old(path: &Path, metadata: &Metadata) -> bool {
    let is_old = |metadata: &Metadata| {
        let modified = metadata.modified().ok();
        let age = modified.and_then(|time| SystemTime::now().duration_since(time).ok());
        age.is_some_and(|age| age > OLD)
    };
    let mut inside = path.read_dir().into_iter().flatten().flatten();
    is_old(metadata) && inside.all(|entry| entry.metadata().is_ok_and(|found| is_old(&found)))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// The number of a process that has ended.
    fn gone() -> u32 {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        child.id()
    }

    fn make(path: &Path, age: Duration) {
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_is_removed_after_an_hour_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (gone, own) = (gone(), std::process::id());
        let old = 2 * OLD;
        let left = [
            format!("{PREFIX}{gone}-aB3dEf{SUFFIX}"),
            format!("{PREFIX}{gone}-folder{SUFFIX}"),
        ];
        make(&at(&left[0]), old);
        fs::create_dir(at(&left[1])).unwrap();
        make(&at(&left[1]).join("x.png"), old);
        File::open(at(&left[1]))
            .unwrap()
            .set_modified(SystemTime::now() - old)
            .unwrap();
        let mut kept = vec![
            (format!("{PREFIX}{gone}-young1{SUFFIX}"), OLD / 2),
            (format!("{PREFIX}{own}-living{SUFFIX}"), old),
            (format!("{PREFIX}1-system{SUFFIX}"), old),
            (
                format!("{PREFIX}{gone}-../a{SUFFIX}").replace('/', "b"),
                old,
            ),
            (format!("{PREFIX}{gone}-a{SUFFIX}.md"), old),
            (format!("x{PREFIX}{gone}-a{SUFFIX}"), old),
            ("mine.tmp".to_owned(), old),
        ];
        for (name, age) in &kept {
            make(&at(name), *age);
        }
        let link = format!("{PREFIX}{gone}-link00{SUFFIX}");
        std::os::unix::fs::symlink(at("mine.tmp"), at(&link)).unwrap();
        kept.push((link, old));
        let locked = format!("{PREFIX}{gone}-locked{SUFFIX}");
        make(&at(&locked), old);
        let lock = File::open(at(&locked)).unwrap();
        lock.try_lock().unwrap();
        remove(folder.path());
        for name in &left {
            assert!(!at(name).exists(), "{name}");
        }
        for (name, _) in &kept {
            assert!(at(name).symlink_metadata().is_ok(), "{name}");
        }
        assert!(at(&locked).exists());
        drop(lock);
        // A process that another test starts at that moment holds the lock, too, until its program runs.
        for _ in 0..100 {
            remove(folder.path());
            if !at(&locked).exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!at(&locked).exists());
    }

    #[test]
    fn a_private_name_is_told_from_others() {
        let kind = |process, is_undo| Some(Kind { process, is_undo });
        for (name, expected) in [
            (".session-export-12-aB3.tmp", kind(12, false)),
            (".session-export-12-aB3.undo", kind(12, true)),
            (".session-export-0-aB3.tmp", None),
            (".session-export-x-aB3.tmp", None),
            (".session-export-12-.tmp", None),
            (".session-export-12.tmp", None),
            ("session-export-12-aB3.tmp", None),
        ] {
            assert_eq!(Kind::of(name), expected, "{name}");
        }
    }
}
