//! Finds the stores of PawWork, OpenCode, DSH, Claude Code and Codex on this computer.
//!
//! - OpenCode: `$XDG_DATA_HOME/opencode`, else `~/.local/share/opencode`, on every system. The
//!   database is `$OPENCODE_DB`, `opencode.db` or `opencode-<channel>.db`; before 1.2 there were
//!   folders of JSON files.
//! - PawWork without a window: `$XDG_DATA_HOME/pawwork`, else `~/.local/share/pawwork`, with a database of
//!   each release channel.
//! - PawWork: `data/pawwork` in Electron's `userData` folder of each release channel, with
//!   `pawwork.db` or `pawwork-<channel>.db`, and folders of JSON files from before.
//! - PawWork on DSH, since August 2026: `~/.pawwork/dsh` and `~/.pawwork/dsh-dev`, in its first weeks `dsh` in
//!   `userData`. DSH itself: `$DSH_HOME` or `~/.dsh`.
//! - Claude Code: `$CLAUDE_CONFIG_DIR` or `~/.claude`.
//! - Codex: `$CODEX_HOME` or `~/.codex`.
//! - Crush and the first OpenCode: in the folders of projects (`crush::places`).

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::claude_code;
use super::codex;
use super::crush;
use super::crush::CrushStore;
use super::dsh;
use super::opencode::database::DatabaseStore;
use super::opencode::folder::FolderStore;
use super::real_path;
use super::sqlite::Database;
use crate::file_name;
use crate::stop::Stop;

/// The folders of PawWork's release channels beside Electron's other applications.
const PAWWORK_CHANNELS: [(&str, Option<&str>); 3] = [
    ("ai.pawwork.desktop", None),
    ("ai.pawwork.desktop.beta", Some("beta")),
    ("ai.pawwork.desktop.dev", Some("dev")),
];

/// A store that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreInfo {
    /// `opencode`, `pawwork`, `dsh`, `claude-code`, `codex` or `crush`.
    pub product: &'static str,
    /// The release channel; `None` for the main one.
    pub channel: Option<String>,
    /// The database, or the folder.
    pub path: PathBuf,
    /// The size of the database in bytes, with its log; `None` for a folder.
    pub bytes: Option<u64>,
    /// 0 for a folder, 1 or 2 for a database, 3 for logs of DSH, 4 for those of Claude Code, 5 for those of Codex, 6 for a database of Crush or
    /// of the first OpenCode; `None` where it cannot be read now.
    pub generation: Option<u8>,
}

/// Finds the stores of this user, OpenCode's first, and those in the folder of a project: the current one where none is
/// named. It waits for no lock. Once `stop` is raised, what it gives is good for nothing.
pub fn find_stores(project: Option<&Path>, stop: Option<&Stop>) -> Vec<StoreInfo> {
    let home = std::env::home_dir();
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let mut stores = Vec::new();
    let data = variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(home.as_ref()?.join(".local").join("share")));
    if let Some(data) = data {
        let of_opencode = data.join("opencode");
        add_databases(
            "opencode",
            None,
            &of_opencode,
            variable("OPENCODE_DB"),
            stop,
            &mut stores,
        );
        add_folders("opencode", None, &of_opencode, &mut stores);
        let of_pawwork = data.join("pawwork");
        add_databases("pawwork", None, &of_pawwork, None, stop, &mut stores);
        add_folders("pawwork", None, &of_pawwork, &mut stores);
    }
    let mut homes = Vec::from_iter(variable("DSH_HOME").map(|home| (None, PathBuf::from(home))));
    if let Some(home) = &home {
        let of_pawwork = home.join(".pawwork");
        homes.push((None, of_pawwork.join("dsh")));
        homes.push((Some("dev"), of_pawwork.join("dsh-dev")));
        homes.push((None, home.join(".dsh")));
    }
    let config = if cfg!(windows) {
        variable("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home.map(|home| home.join("Library").join("Application Support"))
    } else {
        variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(home?.join(".config")))
    };
    if let Some(config) = config {
        for (folder, channel) in PAWWORK_CHANNELS {
            let data = config.join(folder).join("data").join("pawwork");
            add_databases("pawwork", channel, &data, None, stop, &mut stores);
            add_folders("pawwork", channel, &data, &mut stores);
            homes.push((channel, config.join(folder).join("dsh")));
        }
    }
    for (channel, home) in homes {
        add_home(channel, home, &mut stores);
    }
    let of_claude = variable("CLAUDE_CONFIG_DIR").map(PathBuf::from);
    let of_claude = of_claude.or_else(|| Some(std::env::home_dir()?.join(".claude")));
    if let Some(home) = of_claude {
        add_claude_code(home, &mut stores);
    }
    let of_codex = variable("CODEX_HOME").map(PathBuf::from);
    let of_codex = of_codex.or_else(|| Some(std::env::home_dir()?.join(".codex")));
    if let Some(home) = of_codex {
        add_codex(home, &mut stores);
    }
    let project = project.map(Path::to_owned);
    let project = project.or_else(|| std::env::current_dir().ok());
    let mut databases = project.map_or_else(Vec::new, |folder| crush::places::of_project(&folder));
    let of_crush = variable("CRUSH_GLOBAL_DATA").map(PathBuf::from);
    let of_crush = of_crush.or_else(|| Some(data_folder()?.join("crush")));
    databases.extend(
        of_crush
            .iter()
            .flat_map(|data| crush::places::of_crush(data)),
    );
    for path in databases {
        add_project(path, stop, &mut stores);
    }
    stores
}

/// The folder in which Crush keeps files that belong to no project.
fn data_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let chosen = variable("XDG_DATA_HOME").map(PathBuf::from);
    let local = variable("LOCALAPPDATA").filter(|_| cfg!(windows));
    chosen
        .or_else(|| local.map(PathBuf::from))
        .or_else(|| Some(std::env::home_dir()?.join(".local/share")))
}

/// A database in the folder of a project. It may be reached by two names, of which one is a link.
fn add_project(path: PathBuf, stop: Option<&Stop>, stores: &mut Vec<StoreInfo>) {
    let real = |path: &Path| path.canonicalize().ok();
    let is_known = |store: &StoreInfo| store.path == path || real(&store.path) == real(&path);
    if stores.iter().any(is_known) {
        return;
    }
    let opened = Database::open_at_once(&path, stop);
    let opened = opened.and_then(|database| CrushStore::of(database, stop));
    let product = match &opened {
        Ok(Ok(store)) => store.product(),
        // It is another program's.
        Ok(Err(_)) => return,
        Err(_) => crush::places::product_of(&path),
    };
    let bytes = path
        .metadata()
        .ok()
        .map(|it| it.len() + Database::log_bytes(&path));
    stores.push(StoreInfo {
        bytes,
        generation: opened.is_ok().then_some(crush::GENERATION),
        ..unreadable(product, None, path)
    });
}

/// A home of Claude Code, where sessions are in it.
fn add_claude_code(home: PathBuf, stores: &mut Vec<StoreInfo>) {
    let is_hidden = (home.join("projects").read_dir()).is_err_and(|error| hides_something(&error));
    let is_home = claude_code::home::projects_in(&home).is_some();
    if is_home || is_hidden {
        let store = unreadable(claude_code::PRODUCT, None, home);
        stores.push(StoreInfo {
            generation: is_home.then_some(claude_code::GENERATION),
            ..store
        });
    }
}

/// A home of Codex, where sessions are in it.
fn add_codex(home: PathBuf, stores: &mut Vec<StoreInfo>) {
    let is_hidden = (home.join("sessions").read_dir()).is_err_and(|error| hides_something(&error));
    let is_home = codex::is_home(&home);
    if is_home || is_hidden {
        let store = unreadable(codex::PRODUCT, None, home);
        stores.push(StoreInfo {
            generation: is_home.then_some(codex::GENERATION),
            ..store
        });
    }
}

/// A home of DSH. A folder may be reached by two names, of which one is a link.
fn add_home(channel: Option<&str>, home: PathBuf, stores: &mut Vec<StoreInfo>) {
    let is_known = |store: &StoreInfo| {
        let real = |path: &Path| path.canonicalize().ok();
        store.path == home || real(&home).is_some_and(|home| real(&store.path) == Some(home))
    };
    let sessions = home.join("sessions").read_dir();
    let is_hidden = sessions.is_err_and(|error| hides_something(&error));
    let is_home = dsh::is_home(&home);
    if (is_home || is_hidden) && !stores.iter().any(is_known) {
        let store = unreadable(dsh::product_of(&home), channel, home);
        stores.push(StoreInfo {
            generation: is_home.then_some(dsh::GENERATION),
            ..store
        });
    }
}

/// `<product>.db` and `<product>-<channel>.db`, and before them the one that was chosen.
fn add_databases(
    product: &'static str,
    channel: Option<&str>,
    data: &Path,
    chosen: Option<OsString>,
    stop: Option<&Stop>,
    stores: &mut Vec<StoreInfo>,
) {
    // Relative to the data folder, or absolute.
    let chosen = chosen.map(|chosen| data.join(chosen));
    let mut paths: Vec<(PathBuf, Option<String>)> = Vec::new();
    paths.extend(chosen.map(|path| (path, None)));
    let names = data.read_dir();
    if names.as_ref().is_err_and(hides_something) {
        stores.push(unreadable(product, channel, data.to_owned()));
    }
    let names = names.into_iter().flatten().flatten();
    let mut names: Vec<String> = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    for name in names {
        let stem = name
            .strip_suffix(".db")
            .and_then(|name| name.strip_prefix(product));
        let of_name = match stem {
            Some("") => None,
            Some(stem) if stem.starts_with('-') => stem.get(1..).map(str::to_owned),
            _ => continue,
        };
        let channel = of_name.or_else(|| channel.map(str::to_owned));
        paths.push((data.join(name), channel));
    }
    for (path, channel) in paths {
        if stores.iter().any(|store| is_same_place(&store.path, &path)) {
            continue;
        }
        let Ok(metadata) = path.metadata() else {
            // A link that leads nowhere; sessions may be where it led.
            if path.symlink_metadata().is_ok() {
                stores.push(unreadable(product, channel.as_deref(), path));
            }
            continue;
        };
        if metadata.is_file() {
            let generation = DatabaseStore::open_at_once(&path, stop)
                .and_then(|store| store.generation())
                .ok();
            let log = DatabaseStore::log_bytes(&path);
            stores.push(StoreInfo {
                product,
                channel,
                bytes: Some(metadata.len() + log),
                generation,
                path,
            });
        }
    }
}

fn add_folders(
    product: &'static str,
    channel: Option<&str>,
    data: &Path,
    stores: &mut Vec<StoreInfo>,
) {
    // It is named as a whole.
    if data.read_dir().is_err_and(|error| hides_something(&error)) {
        return;
    }
    let projects = data
        .join("project")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<PathBuf> = projects.map(|entry| entry.path().join("storage")).collect();
    folders.sort();
    folders.insert(0, data.join("storage"));
    for path in folders {
        let is_open = FolderStore::open(&path).is_ok();
        // Newer versions keep other things in `storage`, where there is no folder of sessions.
        let is_store = is_open
            || path.join("session").is_dir()
            || path.read_dir().is_err_and(|error| hides_something(&error));
        if is_store {
            let store = unreadable(product, channel, path);
            stores.push(StoreInfo {
                generation: is_open.then_some(0),
                ..store
            });
        }
    }
}

/// Tells whether two paths are one but for their letters: where the file system takes capital and small letters, and
/// both Unicode forms, for the same. A link to a store is another path.
fn is_same_place(one: &Path, other: &Path) -> bool {
    let folded = |path: &Path| file_name::folded(&path.to_string_lossy());
    let real = |path: &Path| path.canonicalize().ok();
    one == other || (folded(one) == folded(other) && real(one) == real(other))
}

/// Tells whether something may be in a folder that was not opened for this reason.
fn hides_something(error: &io::Error) -> bool {
    !real_path::is_missing(error)
}

/// Names a store that is there and cannot be read. A list of it tells why.
fn unreadable(product: &'static str, channel: Option<&str>, path: PathBuf) -> StoreInfo {
    StoreInfo {
        product,
        channel: channel.map(str::to_owned),
        path,
        bytes: None,
        generation: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_other_letters_is_the_same_only_where_the_file_system_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Caf\u{e9}.db");
        drop(std::fs::File::create_new(&path).unwrap());
        for other in ["CAF\u{c9}.DB", "Cafe\u{301}.db"] {
            let other = folder.path().join(other);
            // On most file systems of Linux there is no such file.
            assert_eq!(is_same_place(&path, &other), other.exists(), "{other:?}");
        }
        assert!(is_same_place(&path, &path));
        let another = folder.path().join("another.db");
        drop(std::fs::File::create_new(&another).unwrap());
        assert!(!is_same_place(&path, &another));
    }
}
