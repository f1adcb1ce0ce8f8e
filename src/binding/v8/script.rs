//! Small pieces of JavaScript, for what only JavaScript can do: proxies, and following a value as
//! `JSON.stringify` does. Each is one function expression in a file of its own.

use std::cell::RefCell;

use napi::Env;
use napi::bindgen_prelude::{FromNapiValue, Function, FunctionRef, JsValuesTupleIntoVec};

thread_local! {
    /// The functions that this thread compiled, by their source. V8 makes a function fast that is called again, and
    /// takes a core for a while each time that it starts anew.
    static COMPILED: RefCell<Vec<(&'static str, FunctionRef<(), ()>)>> =
        const { RefCell::new(Vec::new()) };
}

/// A function from its expression, compiled once a thread.
pub fn function<'env, Args: JsValuesTupleIntoVec, Return: FromNapiValue>(
    env: &'env Env,
    source: &'static str,
) -> napi::Result<Function<'env, Args, Return>> {
    let known = COMPILED.with_borrow(|compiled| {
        let known = compiled.iter().find(|(known, _)| *known == source);
        known.map(|(_, function)| function.borrow_back(env))
    });
    let function = match known {
        Some(function) => function?,
        None => compile(env, source)?,
    };
    crate::binding::v8::convert::convert(env, function)
}

fn compile<'env>(env: &'env Env, source: &'static str) -> napi::Result<Function<'env, (), ()>> {
    // Without the parentheses it would be a statement, which has no value.
    let expression = format!("({})", source.trim_end().trim_end_matches(';'));
    let function: Function<'_, (), ()> = env.run_script(expression)?;
    let kept = (source, function.create_ref()?);
    let is_first = COMPILED.with_borrow_mut(|compiled| {
        compiled.push(kept);
        compiled.len() == 1
    });
    if is_first {
        // The references must go before the thread's JavaScript does.
        env.add_env_cleanup_hook((), |()| drop(COMPILED.take()))?;
    }
    Ok(function)
}
