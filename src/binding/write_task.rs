//! `writeExport`: everything off the main thread.

use std::path::PathBuf;
use std::sync::Arc;

use napi::bindgen_prelude::Unknown;
use napi::{Env, JsValue as _, Task};
use napi_derive::napi;

use super::abort::{Abort, Flag};
use super::at_exit::stop_at_exit;
use super::export::{last_export, of_this_machine};
use super::export_thread::Running;
use super::progress::{ProgressTimer, Reported};
use super::report::ExportReport;
use super::session::input::OwnedSession;
use super::session::{input, take_over};
use super::unwind::guarded;
use super::{error, export_thread};
use crate::error::{Error, Result};
use crate::options::WriteOptions;
use crate::pipeline::{Control, Export};
use crate::{pipeline, sink};

/// The document to write.
enum Content {
    /// A session that is still to be exported.
    Session {
        session: OwnedSession,
        options: Box<WriteOptions>,
    },
    /// The document that `exportSession` returned before.
    Export {
        export: Arc<Export>,
        overwrite: bool,
    },
}

struct Job {
    path: PathBuf,
    content: Content,
}

impl Job {
    fn run(&self, abort: &Flag, progress: &Reported) -> Result<ExportReport> {
        let control = Control {
            go_on: &|| abort.goes_on(),
            stop: Some(abort),
            on_progress: &|step| progress.set(step),
            before_name: &|| progress.wait(abort),
        };
        match &self.content {
            Content::Session { session, options } => {
                let (summary, bytes) =
                    pipeline::export_to_file(session.as_session(), &self.path, options, control)?;
                Ok(ExportReport::new(&summary, bytes, &self.path))
            }
            Content::Export { export, overwrite } => {
                let bytes = pipeline::write_export(export, &self.path, *overwrite, control)?;
                Ok(ExportReport::new(&export.summary, bytes, &self.path))
            }
        }
    }
}

/// The work of one `writeExport`, which runs in a thread of its own. One of Node's pool waits for it.
pub struct WriteTask {
    /// `None` once it was waited for; an error where the arguments were wrong, which rejects the promise.
    running: Option<Result<Running<ExportReport>>>,
    abort: Abort,
    timer: ProgressTimer,
}

impl Task for WriteTask {
    // An error that `compute` returned itself would lose its code.
    type Output = Result<ExportReport>;
    type JsValue = ExportReport;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let running = self.running.take().unwrap_or(Err(Error::Internal));
        Ok(running.and_then(Running::wait))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        let thrown = self.timer.stop(&env);
        output.map_err(|failure| match (failure, thrown) {
            (Error::Aborted, Some(thrown)) => thrown,
            (failure, _) => error::to_js(&env, &failure),
        })
    }

    fn finally(mut self, env: Env) -> napi::Result<()> {
        self.timer.stop(&env);
        self.abort.release(&env);
        Ok(())
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
    let progress = Reported::default();
    let prepared = input::option(options, "signal")
        .and_then(|signal| Abort::listen(env, signal))
        .and_then(|abort| {
            let callback = input::option(options, "onProgress")?;
            let timer = ProgressTimer::start(env, callback, &progress, &abort.flag)?;
            Ok((abort, timer))
        });
    let (abort, timer, failure) = match prepared {
        Ok((abort, timer)) => (abort, timer, None),
        Err(failure) => (Abort::default(), ProgressTimer::default(), Some(failure)),
    };
    let request = match failure {
        Some(failure) => Err(failure),
        // A signal that is aborted already: nothing is even looked at.
        None if !abort.flag.goes_on() => Err(Error::Aborted),
        None => guarded(|| Request::read(env, path, session, options)),
    };
    let flag = abort.flag.clone();
    let running = stop_at_exit(env, &flag);
    let run = {
        let flag = flag.clone();
        move |job: Job| {
            // Until it has cleaned up.
            let running = running;
            running.begin();
            if !flag.goes_on() {
                return Err(Error::Aborted);
            }
            job.run(&flag, &progress)
        }
    };
    let task = |running| WriteTask {
        running: Some(running),
        abort,
        timer,
    };
    match request {
        Ok(Request::Ready(job)) => start(env, task(export_thread::start(move || run(job)))),
        Ok(Request::TakeOver {
            path,
            options,
            session,
        }) => {
            let work = move |json| {
                run(Job {
                    path,
                    content: Content::Session {
                        session: OwnedSession::Json(json),
                        options,
                    },
                })
            };
            take_over::in_slices(env, session, flag, work, |env, running| {
                start(env, task(running))
            })
        }
        Err(failure) => start(env, task(Err(failure))),
    }
}

fn start<'env>(env: &Env, task: WriteTask) -> napi::Result<Unknown<'env>> {
    Ok(env.spawn(task)?.promise_object().to_unknown())
}

/// The request of a call.
enum Request<'env> {
    Ready(Job),
    /// An export of a session that still is JavaScript's.
    TakeOver {
        path: PathBuf,
        options: Box<WriteOptions>,
        session: Unknown<'env>,
    },
}

impl<'env> Request<'env> {
    fn read(
        env: &Env,
        path: Unknown<'_>,
        session: Option<Unknown<'env>>,
        options: Option<Unknown<'_>>,
    ) -> Result<Self> {
        let path = input::string(path)
            .ok_or_else(|| Error::InvalidOption("The path must be a string.".to_owned()))
            .and_then(|path| sink::target(&path))?;
        let mut options = input::options(env, options)?;
        // These two are no JSON; `Abort` and `ProgressTimer` read them.
        options.shift_remove("signal");
        options.shift_remove("onProgress");
        let Some(session) = session else {
            let content = Content::Export {
                overwrite: WriteOptions::overwrite_only(&options)?,
                export: last_export().ok_or(Error::NothingToWrite)?,
            };
            return Ok(Self::Ready(Job { path, content }));
        };
        let mut options = WriteOptions::for_path(&options, &path)?;
        options.export = of_this_machine(options.export);
        let options = Box::new(options);
        Ok(match input::stored_session(session)? {
            Some(stored) => Self::Ready(Job {
                path,
                content: Content::Session {
                    session: OwnedSession::Stored(stored),
                    options,
                },
            }),
            None => Self::TakeOver {
                path,
                options,
                session,
            },
        })
    }
}
