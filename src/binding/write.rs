//! `writeExport`.

use std::path::PathBuf;

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::export::{last_export, of_this_machine};
use super::export_task::{self, Given, Outcome};
use super::report::ExportReport;
use super::session::input;
use crate::error::{Error, Result};
use crate::model::Object;
use crate::options::WriteOptions;
use crate::pipeline::Control;
use crate::{pipeline, sink};

impl Outcome for ExportReport {
    type Js = Self;

    fn into_js(self, _: &Env) -> napi::Result<Self> {
        Ok(self)
    }
}

/// Turns a session into a document and writes it to a file, off the main thread.
///
/// The file is there completely or not at all: the document goes into a temporary file beside the
/// target, readable by its owner only, is flushed to the disk, read back and compared, and then
/// renamed. A session in a store is read one message at a time, so that it may be larger than the
/// memory; what is known of a long one before its turn waits in a second temporary file there, which
/// has no name and is gone however the process ends.
///
/// Without a session it writes the very text that the last `exportSession` of this thread
/// returned, so that what was reviewed is what is written; of the options only `overwrite`,
/// `signal` and `onProgress` may then be given.
///
/// @example
/// ```js
/// const report = await writeExport("session.md", { sessionID: "ses_1" }, {
///   signal: AbortSignal.timeout(60_000),
///   onProgress: ({ done, total }) => window.setProgressBar(done / total),
/// });
/// ```
///
/// @param path the file; a relative path is resolved against the working folder
/// @param session as for `exportSession`; one of more than 64 KB that is not in a store is taken over in
/// slices of a few milliseconds, so leave it as it is until the promise settles
/// @param options as for `exportSession`, and `overwrite`, `signal` and `onProgress`; see
/// `WriteOptions`
/// @returns what was written
/// @throws (as a rejection) what `exportSession` throws, but for `ERR_TOO_LARGE`, and
/// `ERR_NOTHING_TO_WRITE`, `ERR_EXISTS`, `ERR_WRITE_FAILED` (with the system's code as
/// `cause.code`), `ERR_ABORTED` (an `AbortError`), and what `onProgress` throws; nothing is left behind then
#[napi(
    ts_args_type = "path: string, session?: SessionInput | StoredSession, options?: WriteOptions",
    ts_return_type = "Promise<ExportReport>"
)]
pub fn write_export<'env>(
    env: &'env Env,
    path: Unknown<'env>,
    session: Option<Unknown<'env>>,
    options: Option<Unknown<'env>>,
) -> napi::Result<Unknown<'env>> {
    let Some(session) = session else {
        return export_task::start(env, options, || {
            let path = target(path)?;
            let overwrite = WriteOptions::overwrite_only(&without_callbacks(env, options)?)?;
            let export = last_export().ok_or(Error::NothingToWrite)?;
            Ok(move |control: Control<'_>| {
                let bytes = pipeline::write_export(&export, &path, overwrite, control)?;
                Ok(ExportReport::new(&export.summary, bytes, &path))
            })
        });
    };
    export_task::start_with_session(env, options, || {
        let path = target(path)?;
        let mut options = WriteOptions::for_path(&without_callbacks(env, options)?, &path)?;
        options.export = of_this_machine(options.export);
        let work = move |session: input::OwnedSession, control: Control<'_>| {
            let session = session.as_session();
            let (summary, bytes) = pipeline::export_to_file(session, &path, &options, control)?;
            Ok(ExportReport::new(&summary, bytes, &path))
        };
        Ok((Given::of(session)?, work))
    })
}

/// The file that a path names.
///
/// # Errors
/// [`Error::InvalidOption`].
pub fn target(path: Unknown<'_>) -> Result<PathBuf> {
    input::string(path)
        .ok_or_else(|| Error::InvalidOption("The path must be a string.".to_owned()))
        .and_then(|path| sink::target(&path))
}

/// The options that are JSON. The signal and the callback are none, and are read where the call begins.
///
/// # Errors
/// [`Error::InvalidOption`].
pub fn without_callbacks(env: &Env, options: Option<Unknown<'_>>) -> Result<Object> {
    let mut options = input::options(env, options)?;
    options.shift_remove("signal");
    options.shift_remove("onProgress");
    Ok(options)
}
