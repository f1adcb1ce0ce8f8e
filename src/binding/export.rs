//! `exportSession` and `suggestFileName`, and what the last export of this thread was.

use std::cell::RefCell;
use std::sync::Arc;

use napi::bindgen_prelude::Unknown;
use napi::{Env, JsString, Result};
use napi_derive::napi;

use super::session::input;
use super::unwind::guarded;
use super::v8::external_string;
use super::v8::utf16::to_utf16;
use super::{error, redact};
use crate::error::Error;
use crate::options::ExportOptions;
use crate::pipeline;
use crate::pipeline::{Control, Export};

/// The most UTF-16 units that a string of V8 holds: 2^29 - 24.
const LONGEST_STRING: usize = (1 << 29) - 24;

thread_local! {
    /// What the last `exportSession` of this thread returned, for `writeExport(path)`. Each worker
    /// thread has its own.
    static LAST_EXPORT: RefCell<Option<Arc<Export>>> = const { RefCell::new(None) };
}

/// Gives what the last `exportSession` of this thread returned.
pub fn last_export() -> Option<Arc<Export>> {
    LAST_EXPORT.with_borrow(Clone::clone)
}

/// Options with what tells of this machine, to be taken out.
pub fn of_this_machine(mut options: ExportOptions) -> ExportOptions {
    options.redact = redact::of_this_machine(options.redact);
    options
}

/// Turns a session into a document and returns it, for a preview. The calling thread waits for it;
/// to write a file, use `writeExport`, and to review one first, `prepareExport`: neither blocks.
///
/// Credentials are redacted unless `redact` is `"off"`, and the document says what was redacted
/// and left out. `writeExport(path)` without a session then writes this very text.
///
/// @example
/// ```js
/// const text = exportSession({ sessionID: "ses_1" }, { tools: "full" });
/// ```
///
/// @param session the session as an object, as JSON text, or as the bytes of a JSON file (see
/// `SessionInput` for the shapes), or the name of one in a store
/// @param options each has a default; see `ExportOptions`
/// @returns the document
/// @throws `ERR_INVALID_SESSION` (with the JSON path as `path`) where it is no session,
/// `ERR_SESSION_NOT_FOUND` (with `matches` where several ids start so), `ERR_STORE_NOT_FOUND`,
/// `ERR_STORE_UNREADABLE`, `ERR_INVALID_OPTION` for an unknown option or value, `ERR_TOO_LARGE`
/// where the document is longer than a string can be, `ERR_REDACTION_INCOMPLETE` where the
/// finished document still matches a redaction rule
#[napi(
    ts_args_type = "session: SessionInput | StoredSession, options?: ExportOptions",
    ts_return_type = "string"
)]
pub fn export_session<'env>(
    env: &'env Env,
    session: Unknown<'_>,
    options: Option<Unknown<'_>>,
) -> Result<JsString<'env>> {
    // After a failure there is nothing that was reviewed, so nothing to write.
    LAST_EXPORT.set(None);
    let (text, export) = guarded(|| {
        let options =
            ExportOptions::without_path(&input::options(env, options)?).map(of_this_machine)?;
        let export = input::with_session(env, session, move |session| {
            pipeline::export(session, &options, Control::NONE)
        })?;
        Ok((units_of(&export.text)?, export))
    })
    .map_err(|failure| error::to_js(env, &failure))?;
    let text = to_string(env, text)?;
    LAST_EXPORT.set(Some(Arc::new(export)));
    Ok(text)
}

/// The UTF-16 units of a document.
///
/// # Errors
/// [`Error::TooLarge`] where a string cannot hold them, [`Error::OutOfMemory`].
pub fn units_of(text: &str) -> crate::error::Result<Vec<u16>> {
    let units = to_utf16(text)?;
    match units.len() <= LONGEST_STRING {
        true => Ok(units),
        false => Err(Error::TooLarge),
    }
}

/// The string of some UTF-16 units.
///
/// # Errors
/// Those of Node.
pub fn to_string(env: &Env, units: Vec<u16>) -> Result<JsString<'_>> {
    // A shorter one is copied in less time than V8 takes to look after it.
    const WORTH_KEEPING: usize = 32 * 1024;
    if units.len() < WORTH_KEEPING {
        return env.create_string_utf16(&units);
    }
    external_string::of_units(env, units)
}

/// Suggests a file name for a session's document, from its date and its redacted title, such as
/// `2026-11-22 Fix negative totals.md`. Windows, macOS and Linux all take it, and it is at most
/// 120 bytes long before the extension.
///
/// It reads no messages: `{ info }` is enough, and of a session in a store only its own row or file is read.
///
/// @example
/// ```js
/// suggestFileName({ info: { id: "ses_1", title: "Fix totals", time: { created: Date.now() } } });
/// suggestFileName({ sessionID: "ses_1" }, { format: "html" });
/// ```
///
/// @param session as for `exportSession`, or `{ info }` alone
/// @param options as for `exportSession`; `format` decides the extension and `timeZone` the date
/// @returns the file name, without a folder
/// @throws `ERR_INVALID_SESSION`, `ERR_INVALID_OPTION`, and for a session in a store what
/// `exportSession` throws
#[napi(
    ts_args_type = "session: SessionInput | StoredSession | Pick<Session, \"info\">, options?: ExportOptions"
)]
pub fn suggest_file_name(
    env: Env,
    session: Unknown<'_>,
    options: Option<Unknown<'_>>,
) -> Result<String> {
    guarded(|| {
        let options =
            ExportOptions::from_json(&input::options(&env, options)?).map(of_this_machine)?;
        let session = input::without_messages(&env, session);
        input::with_session(&env, session, move |session| {
            pipeline::suggest_file_name(session, &options)
        })
    })
    .map_err(|failure| error::to_js(&env, &failure))
}
