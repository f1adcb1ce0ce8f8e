//! `prepareExport`: review first, then write.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{FnArgs, Function, Unknown};
use napi_derive::napi;

use super::at_exit::dispose_at_exit;
use super::error;
use super::export::{of_this_machine, to_string, units_of};
use super::export_task::{self, Given, Outcome};
use super::report::ExportReport;
use super::session::input::OwnedSession;
use super::unwind::guarded;
use super::v8::convert::convert;
use super::v8::script;
use super::write::{target, without_callbacks};
use crate::error::Error;
use crate::options::{ExportOptions, WriteOptions};
use crate::pipeline;
use crate::pipeline::{Control, Prepared};

/// A document that waits for its review, and the report on it.
struct Preparation {
    prepared: Arc<Prepared>,
    report: ExportReport,
}

/// Makes the object that a caller gets. Once JavaScript has collected it, its functions are, and the file is gone.
type MakeObject<'env> = Function<
    'env,
    FnArgs<(
        String,
        ExportReport,
        Function<'env, (), Unknown<'static>>,
        Function<'env, FnArgs<(Unknown<'env>, Unknown<'env>)>, Unknown<'static>>,
        Function<'env, (), ()>,
    )>,
    Unknown<'static>,
>;

impl Outcome for Preparation {
    type Js = Unknown<'static>;

    fn into_js(self, env: &Env) -> napi::Result<Unknown<'static>> {
        let Self { prepared, report } = self;
        dispose_at_exit(env, &prepared);
        let path = prepared.path().to_string_lossy().into_owned();
        let make: MakeObject<'_> = script::function(env, include_str!("prepare.js"))?;
        let of_text = prepared.clone();
        let text = env.create_function_from_closure("text", move |call| {
            let units = guarded(|| units_of(&of_text.text()?));
            let units = units.map_err(|failure| error::to_js(call.env, &failure))?;
            convert(call.env, to_string(call.env, units)?)
        })?;
        let of_save = prepared.clone();
        let save = env.create_function_from_closure("save", move |call| {
            let options = call.get::<Unknown<'_>>(1).ok();
            save(call.env, &of_save, call.get(0)?, options)
        })?;
        let dispose = env.create_function_from_closure("dispose", move |_| {
            prepared.dispose();
            Ok(())
        })?;
        make.call((path, report, text, save, dispose).into())
    }
}

/// Turns a session into a document in a private file, off the main thread, so that it can be reviewed before it is
/// saved.
///
/// The file stands in a private folder among the computer's temporary files, readable by its owner only, for a window
/// that shows it. `report` tells what is in the document, and each redaction in its context. `save` writes the very
/// document that was reviewed, as often as wanted: where the private file was changed meanwhile, it refuses. `dispose`
/// removes the private file; so does the end of the process or of the worker thread, and the collection of the object.
/// What a killed process left is removed by a later export, after an hour.
///
/// Two prepared exports have nothing in common: each saves its own document.
///
/// @example
/// ```js
/// const prepared = await prepareExport({ sessionID: "ses_1" }, { format: "html", report: true });
/// try {
///   await reviewWindow.loadFile(prepared.path);
///   if (await userAgrees()) await prepared.save("/home/jo/session.html");
/// } finally {
///   prepared.dispose();
/// }
/// ```
///
/// @param session as for `writeExport`
/// @param options as for `exportSession`, and `signal` and `onProgress`; see `PrepareOptions`
/// @returns the prepared export
/// @throws (as a rejection) what `writeExport` throws, but for `ERR_EXISTS`; nothing is left behind then
#[napi(
    ts_args_type = "session: SessionInput | StoredSession, options?: PrepareOptions",
    ts_return_type = "Promise<PreparedExport>"
)]
pub fn prepare_export<'env>(
    env: &'env Env,
    session: Unknown<'env>,
    options: Option<Unknown<'env>>,
) -> napi::Result<Unknown<'env>> {
    export_task::start_with_session(env, options, || {
        let options = ExportOptions::without_path(&without_callbacks(env, options)?)?;
        let options = of_this_machine(options);
        let work = move |session: OwnedSession, control: Control<'_>| {
            let prepared = pipeline::prepare(session.as_session(), options, control)?;
            let report = ExportReport::new(&prepared.summary, prepared.bytes, prepared.path());
            Ok(Preparation {
                prepared: Arc::new(prepared),
                report,
            })
        };
        Ok((Given::of(session)?, work))
    })
}

/// Saves a prepared export.
fn save(
    env: &Env,
    prepared: &Arc<Prepared>,
    path: Unknown<'_>,
    options: Option<Unknown<'_>>,
) -> napi::Result<Unknown<'static>> {
    export_task::start(env, options, || {
        let path = target(path)?;
        let overwrite = WriteOptions::overwrite_only(&without_callbacks(env, options)?)?;
        WriteOptions::check_path(&path, prepared.summary.format)?;
        // A document that is open by now is written to the end, also where the caller disposes of it meanwhile. One
        // that another program has open is waited for, but not here.
        let document = match prepared.open() {
            Err(Error::ReadFailed { .. }) => None,
            opened => Some(opened?),
        };
        let prepared = prepared.clone();
        Ok(move |control: Control<'_>| {
            let opened = document.map_or_else(|| prepared.open_patiently(control.go_on), Ok);
            let document = opened?;
            prepared.save(document, &path, overwrite, control)?;
            Ok(ExportReport::new(&prepared.summary, prepared.bytes, &path))
        })
    })
}
