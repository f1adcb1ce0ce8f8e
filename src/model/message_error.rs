//! The error with which a message ended.

use super::Object;

/// An error that ended a message, or that led to a retry.
#[derive(Debug, Clone, Default)]
pub struct MessageError {
    /// The kind, such as `APIError`.
    pub name: Option<String>,
    /// The provider's or the runtime's sentence on the error.
    pub message: Option<String>,
    /// The HTTP status.
    pub status_code: Option<f64>,
    /// True where trying again may help.
    pub is_retryable: Option<bool>,
    /// Fields that this version does not show; headers and bodies carry secrets.
    pub rest: Object,
}

impl MessageError {
    /// Tells whether the user stopped the message.
    pub fn is_abort(&self) -> bool {
        matches!(
            self.name.as_deref(),
            Some("MessageAbortedError" | "aborted" | "AbortError")
        )
    }

    /// Whether the answer was cut off at the model's output limit.
    pub fn is_output_limit(&self) -> bool {
        self.name.as_deref() == Some("MessageOutputLengthError")
    }
}
