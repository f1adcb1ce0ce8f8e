//! Tells JavaScript how far the work is, at a rate that a person can follow.
//!
//! A timer on JavaScript's side asks: a thread that called into JavaScript for each of thousands of
//! messages would keep the event loop busy, which is what the work avoids.

use std::sync::{Arc, Mutex};

use napi::bindgen_prelude::{FnArgs, Function, FunctionRef, Unknown};
use napi::{Env, ValueType};
use napi_derive::napi;

use super::script;
use crate::error::{Error, Result};
use crate::pipeline::{Phase, Progress};

/// How often JavaScript is told, in milliseconds.
const INTERVAL: u32 = 100;

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
pub struct Reported(Arc<Mutex<Option<Progress>>>);

impl Reported {
    /// Takes a step in.
    pub fn set(&self, progress: Progress) {
        // A lock is poisoned by a panic, which ends the work anyway.
        if let Ok(mut last) = self.0.lock() {
            *last = Some(progress);
        }
    }

    fn take(&self) -> Option<ExportProgress> {
        let progress = self.0.lock().ok()?.take()?;
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

type Ask<'env> = Function<'env, (), Option<ExportProgress>>;
type Stop<'env> = Function<'env, (), ()>;
type Start<'env> = Function<'env, FnArgs<(Unknown<'env>, u32, Ask<'env>)>, Stop<'env>>;

/// A timer that tells the caller's callback. JavaScript owns it, so that it ends with its thread.
#[derive(Default)]
pub struct ProgressTimer(Option<FunctionRef<(), ()>>);

impl ProgressTimer {
    /// Starts to tell `callback`, if there is one.
    pub fn start(env: &Env, callback: Option<Unknown<'_>>, reported: &Reported) -> Result<Self> {
        let Some(callback) = callback else {
            return Ok(Self::default());
        };
        let problem = || Error::InvalidOption("\"onProgress\" must be a function.".to_owned());
        if !matches!(callback.get_type(), Ok(ValueType::Function)) {
            return Err(problem());
        }
        let reported = reported.clone();
        let start = || -> napi::Result<_> {
            let ask: Ask<'_> =
                env.create_function_from_closure("progress", move |_| Ok(reported.take()))?;
            let start: Start<'_> = script::function(env, include_str!("progress_timer.js"))?;
            start.call((callback, INTERVAL, ask).into())?.create_ref()
        };
        Ok(Self(Some(start().map_err(|_| problem())?)))
    }

    /// Tells the last step, and nothing after it.
    pub fn stop(self, env: &Env) {
        let stop = self
            .0
            .map(|stop| stop.borrow_back(env).and_then(|stop| stop.call(())));
        // What the callback throws does not get here, and the export has ended.
        drop(stop);
    }
}
