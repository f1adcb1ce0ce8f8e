//! Outputs that were too long for a log: DSH keeps their beginning and end there, and writes the whole to a file in
//! the system's folder for temporary files: `dsh-spill-<random>/session-<hash of the id>/<random>-<tool>.txt`.
//!
//! The path stands in the output, which a program wrote. A file counts only where it lies, with all links resolved,
//! in the folder that DSH made for this session, and that one in the folder for temporary files or in the home
//! folder that the store is in.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use memchr::memmem;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::memory;
use crate::model::{Notes, ToolPart};
use crate::regular_file;
use crate::source::allowance::Allowance;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 8 * 1024 * 1024;
/// How many folders deep in a home folder that was copied such a file is looked for.
const DEEPEST: usize = 8;
/// What DSH writes behind an output that it cut.
const NOTICE: &str = "(Omitted ";
const STORED_AT: &str = " bytes. Full formatted result stored at: ";
const BEHIND: &str = ". Use ";

/// Where outputs of a session may lie.
pub struct Spills<'a> {
    /// The home of DSH.
    pub home: &'a Path,
    /// The session's id.
    pub session: &'a str,
    /// How much may be read.
    pub allowance: &'a Allowance,
}

/// Why the whole of an output is not shown.
enum Missing {
    Gone,
    TooLarge,
}

impl Spills<'_> {
    /// The whole output where it is still there. Where it is not, the call says so.
    pub fn complete(&self, tool: &mut ToolPart, output: String, notes: &mut Notes) -> String {
        let Some((omitted, path)) = notice(&output) else {
            return output;
        };
        match self.read(path, notes) {
            Ok(whole) => whole,
            Err(missing) => {
                let why = match missing {
                    Missing::Gone => "gone",
                    Missing::TooLarge => "too-large",
                };
                let elsewhere = json!({ "bytes": omitted, "why": why });
                tool.metadata
                    .insert("storedElsewhere".to_owned(), elsewhere);
                output
            }
        }
    }

    fn read(&self, path: &str, notes: &mut Notes) -> Result<String, Missing> {
        let file = self.find(Path::new(path)).ok_or(Missing::Gone)?;
        let opened = regular_file::open(&file).map_err(|_| Missing::Gone)?;
        let bytes = opened.metadata().map_err(|_| Missing::Gone)?.len();
        if bytes > LARGEST || !self.allowance.take(bytes) {
            return Err(Missing::TooLarge);
        }
        let length = usize::try_from(bytes).unwrap_or(usize::MAX);
        if memory::check_part(length).is_err() {
            notes.lacks_memory(length);
            return Err(Missing::TooLarge);
        }
        let mut content = Vec::new();
        let read = opened.take(LARGEST).read_to_end(&mut content);
        read.map_err(|_| Missing::Gone)?;
        Ok(String::from_utf8_lossy(&content).into_owned())
    }

    /// The file itself, where it is one of this session.
    pub fn find(&self, path: &Path) -> Option<PathBuf> {
        let temporary = std::env::temp_dir();
        let user = self.user_folder();
        let roots: Vec<PathBuf> = [Some(temporary.as_path()), user]
            .into_iter()
            .flatten()
            .filter_map(|root| root.canonicalize().ok())
            .collect();
        let is_ours = |real: &PathBuf| {
            roots.iter().any(|root| real.starts_with(root)) && self.is_of_session(real)
        };
        let at_its_place = path.is_absolute().then(|| path.to_owned());
        // The home folder may be a copy.
        let names: Vec<_> = path.iter().collect();
        let copied = user.into_iter().flat_map(|user| {
            let shortest = names.len().saturating_sub(3);
            let deepest = names.len().saturating_sub(DEEPEST);
            let behind = (deepest..=shortest).filter_map(|from| names.get(from..));
            behind.map(move |names| user.join(names.iter().collect::<PathBuf>()))
        });
        let places = at_its_place.into_iter().chain(copied);
        places
            .filter_map(|place| place.canonicalize().ok())
            .find(is_ours)
    }

    /// The home folder that the store is in.
    fn user_folder(&self) -> Option<&Path> {
        let folder = self.home.parent()?;
        match folder.file_name()? == ".pawwork" {
            true => folder.parent(),
            false => (self.home.file_name()? == ".dsh").then_some(folder),
        }
    }

    /// Tells whether a path is that of an output of the session.
    fn is_of_session(&self, path: &Path) -> bool {
        let name = |path: Option<&Path>| path?.file_name()?.to_str().map(str::to_owned);
        let digest = Sha256::digest(self.session.as_bytes());
        let hash: String = digest
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let folder = path.parent();
        let is_output = name(Some(path)).is_some_and(|name| {
            let (random, rest) = name.split_once('-').unwrap_or_default();
            random.len() == 12
                && random.bytes().all(|byte| byte.is_ascii_hexdigit())
                && rest.ends_with(".txt")
        });
        is_output
            && name(folder) == Some(format!("session-{hash}"))
            && name(folder.and_then(Path::parent))
                .is_some_and(|name| name.starts_with("dsh-spill-"))
    }
}

/// How many bytes an output lacks, and where the whole is: what DSH says at its very end.
fn notice(output: &str) -> Option<(u64, &str)> {
    let last = output.trim_end().rsplit('\n').next()?;
    let (omitted, rest) = last.strip_prefix(NOTICE)?.split_once(STORED_AT)?;
    let (path, _) = rest.rsplit_once(BEHIND)?;
    Some((omitted.parse().ok()?, path))
}

/// The paths of such files that a line of a log names.
pub fn named_in(line: &[u8]) -> impl Iterator<Item = String> {
    let behind = memmem::find_iter(line, STORED_AT).filter_map(|at| {
        let rest = line.get(at + STORED_AT.len()..)?;
        let end = memchr::memchr(b'"', rest)?;
        std::str::from_utf8(rest.get(..end)?).ok()
    });
    behind.filter_map(|text| {
        let (path, _) = text.rsplit_once(BEHIND)?;
        serde_json::from_str(&format!("\"{path}\"")).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_at_the_end_is_a_notice() {
        let end = "(Omitted 12 bytes. Full formatted result stored at: /tmp/a. Use b/c.txt. Use read with offset/limit.)";
        assert_eq!(
            notice(&format!("a\n\n{end}")),
            Some((12, "/tmp/a. Use b/c.txt"))
        );
        for output in ["", "a", &format!("{end}\nmore"), "(Omitted x bytes. Full"] {
            assert_eq!(notice(output), None, "{output}");
        }
    }

    #[test]
    fn the_file_of_another_session_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("ada/.pawwork/dsh");
        let spills = Spills {
            home: &home,
            session: "session-one",
            allowance: &Allowance::default(),
        };
        let hash: String = Sha256::digest("session-one")
            .iter()
            .take(6)
            .map(|b| format!("{b:02x}"))
            .collect();
        let write = |folder_name: &str, name: &str| {
            let place = folder.path().join("ada/tmp/dsh-spill-x").join(folder_name);
            std::fs::create_dir_all(&place).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a file that was there before")]
            std::fs::write(place.join(name), "whole").unwrap();
            place.join(name)
        };
        let own = write(&format!("session-{hash}"), "0123456789ab-bash.txt");
        let other = write("session-0123456789ab", "0123456789ab-bash.txt");
        let odd = write(&format!("session-{hash}"), "notes.txt");
        assert!(spills.find(&own).is_some());
        // The home folder was moved.
        assert!(
            spills
                .find(
                    &Path::new("/home/ada")
                        .join(own.strip_prefix(folder.path().join("ada")).unwrap())
                )
                .is_some()
        );
        for path in [&other, &odd, &own.join("../../../../.ssh/key")] {
            assert_eq!(spills.find(path), None, "{}", path.display());
        }
        #[cfg(unix)]
        {
            let link = own.with_file_name("ba9876543210-bash.txt");
            std::os::unix::fs::symlink(&other, &link).unwrap();
            assert_eq!(spills.find(&link), None);
        }
    }
}
