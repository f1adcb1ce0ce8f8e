//! Finds the databases, which lie in the folders of projects. Crush keeps a list of its projects.
//!
//! - The first OpenCode: `.opencode/opencode.db` in the folder of the project.
//! - Crush: `.crush/crush.db` in it. `projects.json` in `$CRUSH_GLOBAL_DATA`, `$XDG_DATA_HOME/crush`,
//!   `~/.local/share/crush`, on Windows `%LOCALAPPDATA%\crush`, names the projects and where their databases are.
//!
//! Nothing else of these folders is opened: the settings of both programs hold keys.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::regular_file;

/// The names of the databases.
pub const CRUSH_FILE: &str = "crush.db";
const OPENCODE_FILE: &str = "opencode.db";
/// The folders in that of a project, and the databases in them.
const USUAL: [(&str, &str); 2] = [(".opencode", OPENCODE_FILE), (".crush", CRUSH_FILE)];
/// So many bytes of the list of projects are read.
const LARGEST_LIST: u64 = 8 * 1024 * 1024;

/// The databases in the folder of a project.
pub fn of_project(folder: &Path) -> Vec<PathBuf> {
    let places = USUAL
        .iter()
        .map(|(inner, file)| folder.join(inner).join(file));
    places.filter(|path| path.is_file()).collect()
}

/// The databases that a folder is named for: that of a project, or the one with the database itself.
pub fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let of_project = of_project(folder);
    if !of_project.is_empty() {
        return of_project;
    }
    let places = [CRUSH_FILE, OPENCODE_FILE].map(|file| folder.join(file));
    places.into_iter().filter(|path| path.is_file()).collect()
}

/// The program that writes a database of this name.
pub fn product_of(database: &Path) -> &'static str {
    match database.ends_with(CRUSH_FILE) {
        true => "crush",
        false => "opencode",
    }
}

/// The folder of the project that a database belongs to; `None` where it lies elsewhere.
pub fn project_of(database: &Path) -> Option<&Path> {
    let folder = database.parent()?;
    let is_usual = USUAL.iter().any(|(inner, _)| folder.ends_with(inner));
    folder.parent().filter(|_| is_usual)
}

#[derive(Deserialize)]
struct ProjectList {
    projects: Vec<Project>,
}

/// An entry of the list.
#[derive(Deserialize)]
struct Project {
    #[serde(default)]
    path: PathBuf,
    #[serde(default)]
    data_dir: PathBuf,
}

/// The databases of the projects that Crush's list names.
pub fn of_crush(data: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    let read = regular_file::open(&data.join("projects.json"))
        .and_then(|file| file.take(LARGEST_LIST).read_to_end(&mut list));
    let list: Option<ProjectList> = read.ok().and_then(|_| serde_json::from_slice(&list).ok());
    let projects = list.map(|list| list.projects).unwrap_or_default();
    let databases = projects.into_iter().map(|project| {
        // An absolute folder stays what it is.
        project.path.join(project.data_dir).join(CRUSH_FILE)
    });
    databases
        .filter(|path| path.is_absolute() && path.is_file())
        .collect()
}
