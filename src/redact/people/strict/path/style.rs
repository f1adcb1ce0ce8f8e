//! Notations of paths.

/// How a path is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `/home/jo`
    Posix,
    /// `C:\Users\jo`, with either slash.
    Windows,
}

impl Style {
    /// Tells whether a character stands between two names.
    pub fn is_separator(self, c: char) -> bool {
        c == '/' || (c == '\\' && self == Self::Windows)
    }
}
