//! Keeps the addon in memory for as long as the process runs.
//!
//! Node unloads an addon when the last thread of JavaScript that loaded it ends. A worker may be the only one, and Windows
//! then unmaps the code at once, while the threads of exports wait in it and V8 still has to release
//! strings by it: the process ended with an access violation.

use napi::bindgen_prelude::{Object, retain_current_module_for_unload_safety};
use napi_derive::napi;

/// Runs each time that a thread of JavaScript loads the addon; the first time counts.
#[napi(module_exports)]
pub fn stay_loaded(_exports: Object<'_>) -> napi::Result<()> {
    retain_current_module_for_unload_safety();
    Ok(())
}
