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
    SILENCE.call_once(|| set_hook(Box::new(|_| ())));
    // What `work` borrowed is not looked at again after a panic.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Internal))
}
