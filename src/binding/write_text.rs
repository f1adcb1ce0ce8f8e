//! Writing a text that is no document, such as the command's index: as private and as atomic as documents are.

use napi::bindgen_prelude::Unknown;
use napi::{Env, Result};
use napi_derive::napi;

use super::{error, input};
use crate::sink;

/// Writes a text to a file, all of it or nothing. It is for this package's own command.
///
/// @throws as `writeExport` does
#[napi(skip_typescript)]
pub fn write_text(
    env: Env,
    path: Unknown<'_>,
    text: Unknown<'_>,
    overwrite: Option<bool>,
) -> Result<()> {
    let path = input::string(path).unwrap_or_default();
    let text = input::string(text).unwrap_or_default();
    sink::target(&path)
        .and_then(|path| {
            let overwrite = overwrite.unwrap_or_default();
            sink::write(&path, text.as_bytes(), overwrite, &|| true, &|| ())
        })
        .map(|_| ())
        .map_err(|failure| error::to_js(&env, &failure))
}
