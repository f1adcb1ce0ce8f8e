//! Turns a panic into an error. A panic in a task would end the process, and with it the user's
//! application.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;

use crate::error::{Error, Result};

/// Runs `work`; a panic becomes [`Error::Internal`].
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    static SILENCE: Once = Once::new();
    // The default hook prints the panic's message, which may quote conversation text. The hook is
    // this library's own: Rust code of other addons is not affected.
    SILENCE.call_once(|| {
        // Other tests of the same process should still tell why they failed.
        if !cfg!(test) {
            set_hook(Box::new(|_| ()));
        }
    });
    // After a panic nobody looks again at what `work` borrowed.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Internal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_that_tells_nothing() {
        let result = guarded::<()>(|| panic!("conversation text"));
        assert_eq!(result.as_ref().unwrap_err().code(), "ERR_INTERNAL");
        assert!(
            !result
                .unwrap_err()
                .to_string()
                .contains("conversation text")
        );
        assert_eq!(guarded(|| Ok(1)).unwrap(), 1);
    }
}
