//! An export off the main thread, for `writeExport`, `prepareExport` and `save`: on a thread of its own, with a signal,
//! with progress, and with a session that is taken over meanwhile.

use napi::Env;
use napi::bindgen_prelude::{ToNapiValue, TypeName, Unknown};

use super::abort::{Abort, Flag};
use super::at_exit::stop_at_exit;
use super::export_thread::RunningExport;
use super::progress::{ProgressTimer, Reported};
use super::session::input::OwnedSession;
use super::session::{input, take_over};
use super::unwind::guarded;
use super::v8::convert::convert;
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

/// Makes the value of a promise, on the thread of JavaScript.
type Settle<Js> = Box<dyn FnOnce(Env) -> napi::Result<Js> + Send>;

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

    /// Gives a promise of the work's result. The work's own thread settles it: a thread of Node's pool that waited for
    /// the work would keep others from the pool, and a worker thread that is ended waits for that pool before anything
    /// else, [`stop_at_exit`] among it.
    fn promise<'out, T: Outcome>(
        self,
        env: &Env,
        running: Result<RunningExport<T>>,
    ) -> napi::Result<Unknown<'out>> {
        let Self {
            abort, mut timer, ..
        } = self;
        let (deferred, promise) = env.create_deferred::<T::Js, Settle<T::Js>>()?;
        let promise = convert(env, promise)?;
        let settle = move |result: Result<T>| {
            deferred.resolve(Box::new(move |env| {
                let thrown = timer.stop(&env);
                abort.release(&env);
                match (result, thrown) {
                    (Ok(outcome), _) => outcome.into_js(&env),
                    (Err(Error::Aborted), Some(thrown)) => Err(thrown),
                    (Err(failure), _) => Err(error::to_js(&env, &failure)),
                }
            }));
        };
        match running {
            Ok(running) => running.then(settle),
            Err(failure) => settle(Err(failure)),
        }
        Ok(promise)
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
