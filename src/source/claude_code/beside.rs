//! Outputs that were too long for a log: the whole lies in `<session>/tool-results/`, and the log names it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use memchr::memmem;

use crate::memory;
use crate::model::Notes;
use crate::regular_file;
use crate::source::allowance::{Allowance, MOST_OF_MESSAGE};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// How such an output begins in the log, and what stands before the path.
const MARK: &str = "<persisted-output>";
const SAVED_TO: &str = "saved to: ";

/// Where outputs of a session lie, and how much of them may be read.
#[derive(Debug, Clone)]
pub struct Beside {
    folder: PathBuf,
    allowance: Allowance,
}

/// Why the whole of an output is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Gone,
    TooLarge,
}

impl Missing {
    /// Its name in a document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::TooLarge => "too-large",
        }
    }
}

impl Beside {
    /// Starts with a log, and what its sub-agents wrote.
    pub fn of(log: &Path) -> Self {
        let folder = match log.parent().filter(|it| it.ends_with("subagents")) {
            Some(agents) => agents.parent().unwrap_or(agents).to_owned(),
            None => log.with_extension(""),
        };
        Self {
            folder: folder.join("tool-results"),
            allowance: Allowance::default(),
        }
    }

    /// Allows so many bytes to be read.
    #[must_use]
    pub fn allowing(mut self, bytes: u64) -> Self {
        self.allowance = Allowance::of(bytes);
        self
    }

    /// How many bytes are read for lines.
    pub fn named_in(&self, lines: &[Vec<u8>]) -> u64 {
        let of_line = |line: &Vec<u8>| -> u64 {
            let marks = memmem::find_iter(line, SAVED_TO).filter_map(|at| {
                let rest = line.get(at + SAVED_TO.len()..)?;
                let end = memchr::memchr2(b'"', b'\\', rest)?;
                let path = std::str::from_utf8(rest.get(..end)?).ok()?;
                let metadata = self.find(path)?.metadata().ok()?;
                Some(metadata.len()).filter(|bytes| *bytes <= LARGEST)
            });
            match memmem::find(line, MARK.as_bytes()) {
                Some(_) => marks.sum(),
                None => 0,
            }
        };
        lines.iter().map(of_line).sum::<u64>().min(MOST_OF_MESSAGE)
    }

    /// The whole of an output that the log keeps a part of; `None` where it keeps the whole.
    pub fn whole(&self, output: &str, notes: &mut Notes) -> Option<Result<String, Missing>> {
        output.trim_start().starts_with(MARK).then_some(())?;
        let (_, behind) = output.split_once(SAVED_TO)?;
        let path = behind.lines().next()?.trim();
        Some(self.read(path, notes))
    }

    fn read(&self, path: &str, notes: &mut Notes) -> Result<String, Missing> {
        let path = self.find(path).ok_or(Missing::Gone)?;
        let file = regular_file::open(&path).map_err(|_| Missing::Gone)?;
        let bytes = file.metadata().map_err(|_| Missing::Gone)?.len();
        if bytes > LARGEST || !self.allowance.take(bytes) {
            return Err(Missing::TooLarge);
        }
        let length = usize::try_from(bytes).unwrap_or(usize::MAX);
        if memory::check_part(length).is_err() {
            notes.lacks_memory(length);
            return Err(Missing::TooLarge);
        }
        let mut content = Vec::new();
        let read = file.take(bytes).read_to_end(&mut content);
        read.map_err(|_| Missing::Gone)?;
        Ok(String::from_utf8_lossy(&content).into_owned())
    }

    /// The file of that name in the folder of this session. The home may have been copied; what a log names
    /// elsewhere is never opened.
    fn find(&self, path: &str) -> Option<PathBuf> {
        let name = path.rsplit(['/', '\\']).next()?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let is_safe = !name.is_empty() && !name.starts_with('.') && name.chars().all(is_name);
        let path = is_safe.then(|| self.folder.join(name))?;
        // A link could lead to any file of the user.
        let is_file = |path: &Path| path.symlink_metadata().is_ok_and(|it| it.is_file());
        let is_folder = self.folder.symlink_metadata().is_ok_and(|it| it.is_dir());
        (is_folder && is_file(&path)).then_some(path)
    }
}
