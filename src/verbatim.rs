//! Paths of more than 259 characters on Windows.
//!
//! The standard library makes their verbatim form (`\\\\?\\C:\\…`) itself. Libraries that call the system on their own, such
//! as SQLite, hand theirs on as they are.

use std::borrow::Cow;
use std::path::Path;

/// Gives the form of an absolute path that Windows takes whatever its length. On other systems a path is as it was.
///
/// ```
/// use pawwork_session_export::verbatim::verbatim;
/// let path = std::path::Path::new(if cfg!(windows) { r"C:\a.md" } else { "/a.md" });
/// let expected = if cfg!(windows) { r"\\?\C:\a.md" } else { "/a.md" };
/// assert_eq!(verbatim(path).as_os_str(), expected);
/// ```
#[cfg(windows)]
pub fn verbatim(path: &Path) -> Cow<'_, Path> {
    use std::ffi::OsString;
    use std::path::{Component, PathBuf, Prefix};
    let mut components = path.components();
    let Some(Component::Prefix(prefix)) = components.next() else {
        return path.into();
    };
    let mut verbatim = OsString::from(r"\\?\");
    match prefix.kind() {
        Prefix::Disk(_) => verbatim.push(prefix.as_os_str()),
        Prefix::UNC(server, share) => {
            for name in [r"UNC\".as_ref(), server, r"\".as_ref(), share] {
                verbatim.push(name);
            }
        }
        _ => return path.into(),
    }
    for name in components.filter(|component| *component != Component::RootDir) {
        verbatim.push(r"\");
        verbatim.push(name);
    }
    PathBuf::from(verbatim).into()
}

/// Gives the form of an absolute path that Windows takes whatever its length. On other systems a path is as it was.
#[cfg(not(windows))]
pub fn verbatim(path: &Path) -> Cow<'_, Path> {
    path.into()
}

#[cfg(test)]
#[cfg(windows)]
mod tests {
    use super::*;

    #[test]
    fn a_path_on_a_drive_or_a_server_becomes_verbatim() {
        for (path, expected) in [
            (r"C:\a\b c.md", r"\\?\C:\a\b c.md"),
            ("c:/a/b.md", r"\\?\c:\a\b.md"),
            (r"\\srv\share\a.md", r"\\?\UNC\srv\share\a.md"),
            (r"\\?\C:\a.md", r"\\?\C:\a.md"),
            (r"\\?\UNC\srv\share\a.md", r"\\?\UNC\srv\share\a.md"),
            (r"\\.\pipe\a", r"\\.\pipe\a"),
        ] {
            let found = verbatim(Path::new(path)).into_owned();
            assert_eq!(found.as_os_str(), expected, "{path}");
        }
    }
}
