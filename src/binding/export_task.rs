//! An export off the main thread, for `writeExport`, `prepareExport` and `save`: on a thread of its own, with a signal,
//! with progress, and with a session that is taken over meanwhile.

use napi::bindgen_prelude::{ToNapiValue, TypeName, Unknown};
use napi::{Env, JsValue as _, Task};

use super::abort::{Abort, Flag};
use super::at_exit::stop_at_exit;
use super::export_thread::RunningExport;
use super::progress::{ProgressTimer, Reported};
use super::session::input::OwnedSession;
use super::session::{input, take_over};
use super::unwind::guarded;
use super::{error, export_thread};
use crate::error::{Error, Result};
use crate::pipeline::Control;
use crate::source::StoredSession;

/// The result of an export, and the JavaScript value that is made of it.
pub trait Outcome: Send + 'static {
    type Js: ToNapiValue + TypeName;

    /// Makes the value that the promise gives.
    ///
    /// # Errors
    /// Those of Node.
    fn into_js(self, env: &Env) -> napi::Result<Self::Js>;
}

/// The session that a call is about.
pub enum Given<'env> {
    /// A session in a store.
    Stored(StoredSession),
    /// A session that still is JavaScript's.
    Handed(Unknown<'env>),
}

impl<'env> Given<'env> {
    /// Tells a session in a store from one that is handed over.
    ///
    /// # Errors
    /// [`Error::InvalidSession`] for what is neither.
    pub fn of(session: Unknown<'env>) -> Result<Self> {
        let stored = input::stored_session(session)?;
        Ok(stored.map_or(Self::Handed(session), Self::Stored))
    }
}

/// The work of one call, which runs in a thread of its own. One of Node's pool waits for it.
pub struct ExportTask<T> {
    /// `None` once it was waited for; an error where the arguments were wrong, which rejects the promise.
    running: Option<Result<RunningExport<T>>>,
    abort: Abort,
    timer: ProgressTimer,
}

impl<T: Outcome> Task for ExportTask<T> {
    // An error that `compute` returned itself would lose its code.
    type Output = Result<T>;
    type JsValue = T::Js;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let running = self.running.take().unwrap_or(Err(Error::Internal));
        Ok(running.and_then(RunningExport::wait))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        let thrown = self.timer.stop(&env);
        match (output, thrown) {
            (Ok(outcome), _) => outcome.into_js(&env),
            (Err(Error::Aborted), Some(thrown)) => Err(thrown),
            (Err(failure), _) => Err(error::to_js(&env, &failure)),
        }
    }

    fn finally(mut self, env: Env) -> napi::Result<()> {
        self.timer.stop(&env);
        self.abort.release(&env);
        Ok(())
    }
}

/// A call whose signal and progress are listened to.
struct Call {
    abort: Abort,
    timer: ProgressTimer,
    progress: Reported,
    /// The signal or the callback was wrong.
    failure: Option<Error>,
}

impl Call {
    fn begin(env: &Env, options: Option<Unknown<'_>>) -> Self {
        let progress = Reported::default();
        let listened = input::option(options, "signal")
            .and_then(|signal| Abort::listen(env, signal))
            .and_then(|abort| {
                let callback = input::option(options, "onProgress")?;
                let timer = ProgressTimer::start(env, callback, &progress, &abort.flag)?;
                Ok((abort, timer))
            });
        let (abort, timer, failure) = match listened {
            Ok((abort, timer)) => (abort, timer, None),
            Err(failure) => (Abort::default(), ProgressTimer::default(), Some(failure)),
        };
        Self {
            abort,
            timer,
            progress,
            failure,
        }
    }

    /// Reads the other arguments.
    fn read<R>(&mut self, read: impl FnOnce() -> Result<R>) -> Result<R> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            // A signal that is aborted already: nothing is even looked at.
            None if !self.abort.flag.goes_on() => Err(Error::Aborted),
            None => guarded(read),
        }
    }

    /// The work with the signal and the progress of the call.
    fn controlled<A, T>(
        &self,
        env: &Env,
        work: impl FnOnce(A, Control<'_>) -> Result<T> + Send + 'static,
    ) -> impl FnOnce(A) -> Result<T> + Send + 'static {
        let (flag, progress) = (self.abort.flag.clone(), self.progress.clone());
        let running = stop_at_exit(env, &flag);
        move |argument| {
            // Until it has cleaned up.
            let running = running;
            running.begin();
            let control = Control {
                go_on: &|| flag.goes_on(),
                stop: Some(&flag),
                on_progress: &|step| progress.set(step),
                before_name: &|| progress.wait(&flag),
            };
            match flag.goes_on() {
                true => work(argument, control),
                false => Err(Error::Aborted),
            }
        }
    }

    fn flag(&self) -> Flag {
        self.abort.flag.clone()
    }

    fn promise<'out, T: Outcome>(
        self,
        env: &Env,
        running: Result<RunningExport<T>>,
    ) -> napi::Result<Unknown<'out>> {
        let task = ExportTask {
            running: Some(running),
            abort: self.abort,
            timer: self.timer,
        };
        Ok(env.spawn(task)?.promise_object().to_unknown())
    }
}

/// Starts work with a session. `read` reads the arguments: it gives the session and the work. Gives a promise.
///
/// # Errors
/// Those of Node. All others reject the promise.
pub fn start_with_session<'env, T: Outcome, W>(
    env: &'env Env,
    options: Option<Unknown<'_>>,
    read: impl FnOnce() -> Result<(Given<'env>, W)>,
) -> napi::Result<Unknown<'env>>
where
    W: FnOnce(OwnedSession, Control<'_>) -> Result<T> + Send + 'static,
{
    let mut call = Call::begin(env, options);
    match call.read(read) {
        Err(failure) => call.promise::<T>(env, Err(failure)),
        Ok((Given::Stored(stored), work)) => {
            let run = call.controlled(env, work);
            let session = OwnedSession::Stored(stored);
            call.promise(env, export_thread::start(move || run(session)))
        }
        Ok((Given::Handed(session), work)) => {
            let (run, flag) = (call.controlled(env, work), call.flag());
            let work = move |json| run(OwnedSession::Json(json));
            take_over::in_slices(env, session, flag, work, |env, running| {
                call.promise(env, running)
            })
        }
    }
}

/// Starts work without a session. `read` reads the arguments, and gives the work. Gives a promise.
///
/// # Errors
/// Those of Node. All others reject the promise.
pub fn start<'out, T: Outcome, W>(
    env: &Env,
    options: Option<Unknown<'_>>,
    read: impl FnOnce() -> Result<W>,
) -> napi::Result<Unknown<'out>>
where
    W: FnOnce(Control<'_>) -> Result<T> + Send + 'static,
{
    let mut call = Call::begin(env, options);
    let running = call.read(read).and_then(|work| {
        let run = call.controlled(env, |(), control| work(control));
        export_thread::start(move || run(()))
    });
    call.promise(env, running)
}
