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
    /// Lines added, where that is known.
    pub additions: Option<f64>,
    /// Lines removed, where that is known.
    pub deletions: Option<f64>,
}

/// The path of a change, relative to `folder` where it is inside.
pub fn name<'a>(diff: &'a FileDiff, folder: Option<&str>) -> &'a str {
    relative(diff.file.as_deref().unwrap_or("?"), folder)
}

impl ChangedFiles {
    /// Adds changes made in `folder`.
    pub fn add(&mut self, changes: impl IntoIterator<Item = ChangedFile>, folder: Option<&str>) {
        for change in changes {
            let name = relative(&change.name, folder);
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
                file.add(&change);
            }
        }
    }

    /// The files.
    pub fn as_slice(&self) -> &[ChangedFile] {
        &self.files
    }
}

impl ChangedFile {
    /// A change of a file, by its path as it is stored.
    pub fn of(diff: &FileDiff) -> Self {
        Self {
            name: name(diff, None).to_owned(),
            status: diff.status.clone(),
            additions: diff.additions,
            deletions: diff.deletions,
        }
    }

    fn add(&mut self, change: &Self) {
        // A file that was added and then modified was added.
        let is_still_added =
            self.status.as_deref() == Some("added") && change.status.as_deref() == Some("modified");
        if change.status.is_some() && !is_still_added {
            self.status.clone_from(&change.status);
        }
        self.additions = sum(self.additions, change.additions);
        self.deletions = sum(self.deletions, change.deletions);
    }
}

fn sum(before: Option<f64>, more: Option<f64>) -> Option<f64> {
    match (before, more) {
        (Some(before), Some(more)) => Some(before + more),
        (before, more) => before.or(more),
    }
}
