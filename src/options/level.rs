//! How much is redacted.

/// How much is redacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RedactLevel {
    /// Nothing but what could smuggle: control and invisible characters.
    Off,
    /// Credentials; the home folder is shown as `~`.
    Secrets,
    /// Also e-mail addresses, IP addresses, absolute paths, user and host names.
    Strict,
}
