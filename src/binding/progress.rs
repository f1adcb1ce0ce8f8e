//! Tells JavaScript how far the work is, at a rate that a person can follow.
//!
//! A timer on JavaScript's side asks: a thread that called into JavaScript for each of thousands of
//! messages would keep the event loop busy, which is what the work avoids.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use napi::bindgen_prelude::{Array, FnArgs, Function, FunctionRef, Unknown};
use napi::{Env, ValueType};
use napi_derive::napi;

use super::abort::Flag;
use super::v8::script;
use crate::error::{Error, Result};
use crate::pipeline::{Phase, Progress};

/// How often the timer looks, in milliseconds: an export waits so long for the last step to be told.
const TICK: u32 = 10;
/// How often JavaScript is told.
const INTERVAL: Duration = Duration::from_millis(95);
/// How often the export looks whether the last step was told.
const PATIENCE: Duration = Duration::from_millis(5);

/// How far an export is.
#[napi(object)]
pub struct ExportProgress {
    /// `read`: messages are read and searched for secrets; `redact`: values that were found are
    /// looked for everywhere, which is left out where there are none; `write`: the document is
    /// written.
    #[napi(ts_type = "'read' | 'redact' | 'write'")]
    pub phase: String,
    /// How many messages went through this phase.
    pub done: i64,
    /// How many messages there are.
    pub total: i64,
}

/// The last step that was reported, until it is asked for.
#[derive(Clone, Default)]
pub struct Reported {
    last: Arc<Mutex<Last>>,
    told: Arc<Condvar>,
    /// True where JavaScript asks.
    is_asked: Arc<AtomicBool>,
}

#[derive(Default)]
struct Last {
    progress: Option<Progress>,
    /// When JavaScript was told something.
    told_at: Option<Instant>,
    /// The export waits until JavaScript was told.
    is_awaited: bool,
    /// JavaScript has what the export waits for, and may be told by its callback that it should stop.
    is_being_told: bool,
}

impl Reported {
    /// Takes a step in.
    pub fn set(&self, progress: Progress) {
        // A lock is poisoned by a panic, which ends the work anyway.
        if let Ok(mut last) = self.last.lock() {
            last.progress = Some(progress);
        }
    }

    /// Waits until JavaScript was told the last step, so that what its callback throws comes before the file. There
    /// is no need where nobody asks, nor once `flag` is raised.
    pub fn wait(&self, flag: &Flag) {
        if !self.is_asked.load(Ordering::Acquire) {
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        last.is_awaited = true;
        while last.is_awaited && flag.goes_on() {
            let Ok((waited, _)) = self.told.wait_timeout(last, PATIENCE) else {
                return;
            };
            last = waited;
        }
    }

    /// The last step, where it is time to tell it. `is_told` says that what was given before was told.
    fn take(&self, is_told: bool) -> Option<ExportProgress> {
        let mut last = self.last.lock().ok()?;
        if is_told && last.is_being_told {
            last.is_being_told = false;
            last.is_awaited = false;
            self.told.notify_all();
        }
        if is_told {
            return None;
        }
        let is_time = last.is_awaited || last.told_at.is_none_or(|at| at.elapsed() >= INTERVAL);
        if !is_time {
            return None;
        }
        last.is_being_told = last.is_awaited;
        let Some(progress) = last.progress.take() else {
            // There is nothing that could be told.
            if last.is_awaited {
                last.is_awaited = false;
                last.is_being_told = false;
                self.told.notify_all();
            }
            return None;
        };
        last.told_at = Some(Instant::now());
        let count = |count| i64::try_from(count).unwrap_or(i64::MAX);
        Some(ExportProgress {
            phase: match progress.phase {
                Phase::Read => "read",
                Phase::Redact => "redact",
                Phase::Write => "write",
            }
            .to_owned(),
            done: count(progress.done),
            total: count(progress.total),
        })
    }
}

type Ask<'env> = Function<'env, bool, Option<ExportProgress>>;
type Fail<'env> = Function<'env, (), ()>;
/// Gives what the callback threw, in an array.
type Stop<'env> = Function<'env, (), Option<Array<'env>>>;
type Start<'env> =
    Function<'env, FnArgs<(Unknown<'env>, u32, Ask<'env>, Fail<'env>)>, Unknown<'env>>;

/// A timer that tells the caller's callback. JavaScript owns it, so that it ends with its thread.
#[derive(Default)]
pub struct ProgressTimer(Option<FunctionRef<(), ()>>);

impl ProgressTimer {
    /// Starts to tell `callback`, if there is one. What it throws raises `flag`.
    pub fn start(
        env: &Env,
        callback: Option<Unknown<'_>>,
        reported: &Reported,
        flag: &Flag,
    ) -> Result<Self> {
        let Some(callback) = callback else {
            return Ok(Self::default());
        };
        let problem = || Error::InvalidOption("\"onProgress\" must be a function.".to_owned());
        if !matches!(callback.get_type(), Ok(ValueType::Function)) {
            return Err(problem());
        }
        reported.is_asked.store(true, Ordering::Release);
        let (reported, flag) = (reported.clone(), flag.clone());
        let start = || -> napi::Result<_> {
            let ask: Ask<'_> = env.create_function_from_closure("progress", move |call| {
                Ok(reported.take(call.get(0)?))
            })?;
            let fail: Fail<'_> = env.create_function_from_closure("fail", move |_| {
                flag.raise();
                Ok(())
            })?;
            let start: Start<'_> = script::function(env, include_str!("progress_timer.js"))?;
            let stop = start.call((callback, TICK, ask, fail).into())?;
            crate::binding::v8::convert::convert::<Function<'_, (), ()>>(env, stop)?.create_ref()
        };
        Ok(Self(Some(start().map_err(|_| problem())?)))
    }

    /// Tells nothing more. Gives what the callback threw.
    pub fn stop(&mut self, env: &Env) -> Option<napi::Error> {
        let stop = self.0.take()?.borrow_back(env).ok()?;
        let stop: Stop<'_> = crate::binding::v8::convert::convert(env, stop).ok()?;
        let thrown: Unknown<'_> = stop.call(()).ok()??.get(0).ok()??;
        Some(thrown.into())
    }
}
