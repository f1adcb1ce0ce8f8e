//! An `AbortSignal` as a flag that the work looks at. napi's own handling would ignore a signal
//! that is aborted already, and could not stop work that runs.

use napi::bindgen_prelude::{
    FnArgs, Function, FunctionRef, JsObjectValue as _, Object, ObjectRef, Unknown,
};
use napi::{Env, JsValue as _, ValueType};

use super::session::input;
use crate::error::{Error, Result};

/// If a worker thread is ended, its references go with it, and nobody is left to release them.
type SignalRef = ObjectRef<false>;
type AbortListener<'env> = Function<'env, (), ()>;
type Method<'env> = Function<'env, FnArgs<(&'static str, AbortListener<'env>)>, Unknown<'env>>;

pub use crate::stop::Stop as Flag;

/// A flag that is raised when the caller's signal is.
#[derive(Default)]
pub struct Abort {
    /// The flag.
    pub flag: Flag,
    listening: Option<(SignalRef, FunctionRef<(), ()>)>,
}

impl Abort {
    /// Listens to `signal`, if there is one.
    pub fn listen(env: &Env, signal: Option<Unknown<'_>>) -> Result<Self> {
        let Some(signal) = signal else {
            return Ok(Self::default());
        };
        let problem = || Error::InvalidOption("\"signal\" must be an AbortSignal.".to_owned());
        let invalid = |_| problem();
        if !matches!(signal.get_type(), Ok(ValueType::Object)) {
            return Err(problem());
        }
        let signal = signal.coerce_to_object().map_err(invalid)?;
        let is_aborted: bool = signal.get_named_property("aborted").map_err(invalid)?;
        let flag = Flag::default();
        if is_aborted {
            flag.raise();
            return Ok(Self {
                flag,
                listening: None,
            });
        }
        let raised = flag.clone();
        let listener = env
            .create_function_from_closure::<(), (), _>("onAbort", move |_| {
                raised.raise();
                Ok(())
            })
            .map_err(invalid)?;
        call(&signal, "addEventListener", listener).map_err(invalid)?;
        let listening = (
            signal.create_ref::<false>().map_err(invalid)?,
            listener.create_ref().map_err(invalid)?,
        );
        Ok(Self {
            flag,
            listening: Some(listening),
        })
    }

    /// Listens to the signal in `options`, the only option there is.
    pub fn of_options(env: &Env, options: Option<Unknown<'_>>) -> Result<Self> {
        let mut known = input::options(env, options)?;
        known.shift_remove("signal");
        if let Some(name) = known.keys().next() {
            let name: String = name.chars().take(40).collect();
            let problem = format!("There is no option \"{name}\". The options are signal.");
            return Err(Error::InvalidOption(problem));
        }
        Self::listen(env, input::option(options, "signal")?)
    }

    /// Stops listening: a signal that outlives many exports would collect listeners. What fails
    /// here is of no consequence for the export, which has ended.
    pub fn release(self, env: &Env) {
        let Some((signal, listener)) = self.listening else {
            return;
        };
        let removed = signal
            .get_value(env)
            .and_then(|signal| call(&signal, "removeEventListener", listener.borrow_back(env)?));
        drop(removed);
        drop(signal.unref(env));
    }
}

fn call(signal: &Object<'_>, method: &str, listener: AbortListener<'_>) -> napi::Result<()> {
    let method: Method<'_> = signal.get_named_property(method)?;
    method.apply(*signal, ("abort", listener).into())?;
    Ok(())
}
