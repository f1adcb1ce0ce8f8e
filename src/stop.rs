//! A flag that ends work in other threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// A flag that any thread may raise and look at. A long statement of SQLite looks at it too.
///
/// ```
/// let stop = pawwork_session_export::stop::Stop::default();
/// stop.raise();
/// assert!(!stop.goes_on());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Tells whether the work may go on.
    pub fn goes_on(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }

    /// The same, as an error that ends it.
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub fn check(&self) -> Result<()> {
        if self.goes_on() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }

    /// Ends the work.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
