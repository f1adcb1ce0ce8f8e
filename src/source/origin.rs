//! The store that a session comes from.

use std::path::{Path, PathBuf};

use crate::model::Runtime;

/// Where a session was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The store.
    pub path: PathBuf,
    /// 0 for a folder of JSON files, 1 for a database of OpenCode 1, 2 for one of OpenCode 2, 3 for logs of DSH, 4 for
    /// those of Claude Code, 5 for those of Codex, 6 for a database of Crush or of the first OpenCode.
    pub generation: u8,
    /// The tables that were read, in order of their names.
    pub tables: Vec<&'static str>,
    /// The other stores of this user that hold the session too.
    pub also_in: Vec<PathBuf>,
}

/// Gives the application, PawWork or OpenCode, whose database or folder this is, by its place.
pub fn product_of(store: &Path) -> &'static str {
    let is_pawwork =
        |name: &str| name == "pawwork" || (name.starts_with("pawwork") && name.ends_with(".db"));
    let mut names = store.iter().filter_map(|name| name.to_str());
    match names.any(is_pawwork) {
        true => "pawwork",
        false => "opencode",
    }
}

/// Gives what the place of a database or folder tells of the application that wrote it.
pub fn runtime_of(store: &Path) -> Runtime {
    let product = Some(product_of(store)).filter(|product| *product != "opencode");
    Runtime {
        namespace: product.map(str::to_owned),
        ..Runtime::default()
    }
}
