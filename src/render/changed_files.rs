//! The files that a session changed, each once, however many turns changed it.

use std::collections::HashMap;

use super::tool::summary::relative;
use crate::model::FileDiff;

/// Changed files in the order of their first change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangedFiles {
    files: Vec<ChangedFile>,
    index_of: HashMap<String, usize>,
}

/// A changed file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangedFile {
    /// Its path, relative to the session's folder where it is inside.
    pub name: String,
    /// `added`, `modified` or `deleted`.
    pub status: Option<String>,
    /// Lines added.
    pub additions: f64,
    /// Lines removed.
    pub deletions: f64,
}

/// The path of a change, relative to `folder` where it is inside.
pub fn name<'a>(diff: &'a FileDiff, folder: Option<&str>) -> &'a str {
    relative(diff.file.as_deref().unwrap_or("?"), folder)
}

impl ChangedFiles {
    /// Adds changes made in `folder`.
    pub fn add(&mut self, diffs: &[FileDiff], folder: Option<&str>) {
        for diff in diffs {
            let name = name(diff, folder);
            let index = match self.index_of.get(name) {
                Some(index) => *index,
                None => {
                    self.index_of.insert(name.to_owned(), self.files.len());
                    self.files.push(ChangedFile {
                        name: name.to_owned(),
                        ..ChangedFile::default()
                    });
                    self.files.len() - 1
                }
            };
            if let Some(file) = self.files.get_mut(index) {
                file.add(diff);
            }
        }
    }

    /// The files.
    pub fn as_slice(&self) -> &[ChangedFile] {
        &self.files
    }
}

impl ChangedFile {
    fn add(&mut self, diff: &FileDiff) {
        // A file that was added and then modified was added.
        let is_still_added =
            self.status.as_deref() == Some("added") && diff.status.as_deref() == Some("modified");
        if diff.status.is_some() && !is_still_added {
            self.status.clone_from(&diff.status);
        }
        self.additions += diff.additions.unwrap_or_default();
        self.deletions += diff.deletions.unwrap_or_default();
    }
}
