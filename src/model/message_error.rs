//! The error with which a message ended.

use super::Object;

/// An error that ended a message, or that led to a retry.
#[derive(Debug, Clone, Default)]
pub struct MessageError {
    /// The kind, such as `APIError`.
    pub name: Option<String>,
    /// What happened.
    pub message: Option<String>,
    /// The HTTP status.
    pub status_code: Option<f64>,
    /// Whether trying again may help.
    pub is_retryable: Option<bool>,
    /// Fields that this version does not show; headers and bodies carry secrets.
    pub rest: Object,
}

impl MessageError {
    /// Whether the user stopped the message.
    pub fn is_abort(&self) -> bool {
        self.name.as_deref() == Some("MessageAbortedError")
    }
}
