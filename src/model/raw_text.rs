//! The texts that messages are read from.

/// A text that a message is read from.
#[derive(Debug, Clone, Copy)]
pub enum RawText<'a> {
    /// As it stands between the quotes of JSON, or JSON itself.
    Json(&'a [u8]),
    /// As it is.
    Plain(&'a [u8]),
}
