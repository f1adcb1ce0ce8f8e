//! Writes the files that the command `session-export` makes beside documents, by the same sink. It is no part of the
//! package's interface, so it stands in no type declaration.

use napi::bindgen_prelude::Unknown;
use napi::{Env, Result};
use napi_derive::napi;

use super::error;
use super::session::input;
use super::unwind::guarded;
use crate::error::Error;
use crate::sink;
use crate::sink::AtomicFile;

/// The path that an argument names.
fn path(value: Unknown<'_>) -> crate::error::Result<std::path::PathBuf> {
    input::string(value)
        .ok_or_else(|| Error::InvalidOption("The path must be a string.".to_owned()))
        .and_then(|path| sink::target(&path))
}

/// Checks that a text could be written there now: before much work is done whose index would be refused.
#[napi(js_name = "__checkTarget", skip_typescript)]
pub fn check_target(env: Env, target: Unknown<'_>, overwrite: bool) -> Result<()> {
    guarded(|| {
        let file = AtomicFile::create(&path(target)?, overwrite)?;
        match file.discard() {
            None => Ok(()),
            left => Err(Error::Internal.leaving(left)),
        }
    })
    .map_err(|failure| error::to_js(&env, &failure))
}

/// Writes a short text, all or nothing, readable by its owner only, and never through a link.
#[napi(js_name = "__writeText", skip_typescript)]
pub fn write_text(env: Env, target: Unknown<'_>, text: Unknown<'_>, overwrite: bool) -> Result<()> {
    guarded(|| {
        let text = input::string(text)
            .ok_or_else(|| Error::InvalidOption("The text must be a string.".to_owned()))?;
        let go_on = || true;
        sink::write(&path(target)?, text.as_bytes(), overwrite, &go_on, &|| ()).map(|_| ())
    })
    .map_err(|failure| error::to_js(&env, &failure))
}
