//! The names of the files that attachments become, each one's own on every file system.
//!
//! Two names that differ in case, or in Unicode form, are one name on Windows and macOS, and a part of a
//! hash says only most of the time that two contents differ. The document and the folder ask here, so
//! that they agree.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::file_name;

/// The folder beside a document, and the names of the files in it.
#[derive(Debug)]
pub struct AttachmentNames {
    folder: String,
    /// Names with their contents' hashes, by what a file system takes for the same name.
    given: Mutex<HashMap<String, Vec<(String, String)>>>,
}

impl AttachmentNames {
    /// Of a folder without files.
    pub fn new(folder: String) -> Self {
        Self {
            folder,
            given: Mutex::default(),
        }
    }

    /// The name of the folder.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The name of the file of an attachment: the one that it would have alone, with a number where another one
    /// has that already. The same attachment has the same name each time.
    pub fn file(&self, name: &str, sha256: &str) -> String {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let same = given.entry(file_name::folded(name)).or_default();
        let known = same
            .iter()
            .position(|(known, hash)| known == name && hash == sha256);
        let index = known.unwrap_or_else(|| {
            same.push((name.to_owned(), sha256.to_owned()));
            same.len() - 1
        });
        if index == 0 {
            return name.to_owned();
        }
        // Behind the hash, where no other name has a number.
        let extension = name.rfind('-').and_then(|hash| {
            let dot = name.get(hash..)?.find('.')?;
            name.split_at_checked(hash + dot)
        });
        let (stem, extension) = extension.unwrap_or((name, ""));
        format!("{stem}-{}{extension}", index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_one_on_some_file_system_become_several() {
        let names = AttachmentNames::new("a_files".to_owned());
        for (name, hash, expected) in [
            ("A-6b7fa434.png", "1", "A-6b7fa434.png"),
            ("a-6b7fa434.png", "1", "a-6b7fa434-2.png"),
            ("A-6b7fa434.png", "1", "A-6b7fa434.png"),
            ("A-6b7fa434.png", "2", "A-6b7fa434-3.png"),
            (
                "e\u{301}-6b7fa434.exe.txt",
                "1",
                "e\u{301}-6b7fa434.exe.txt",
            ),
            ("\u{c9}-6b7fa434.exe.txt", "1", "\u{c9}-6b7fa434-2.exe.txt"),
            ("stra\u{df}e-6b7fa434.md", "1", "stra\u{df}e-6b7fa434.md"),
            ("STRASSE-6b7fa434.md", "1", "STRASSE-6b7fa434-2.md"),
        ] {
            assert_eq!(names.file(name, hash), expected);
        }
    }
}
