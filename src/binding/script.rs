//! Small pieces of JavaScript, for what only JavaScript can do: proxies, and following a value as
//! `JSON.stringify` does. Each is one function expression in a file of its own.

use napi::Env;
use napi::bindgen_prelude::{FromNapiValue, Function, JsValuesTupleIntoVec};

/// Compiles a function expression.
pub fn function<'env, Args: JsValuesTupleIntoVec, Return: FromNapiValue>(
    env: &'env Env,
    source: &str,
) -> napi::Result<Function<'env, Args, Return>> {
    // Without the parentheses it would be a statement, which has no value.
    env.run_script(format!("({})", source.trim_end().trim_end_matches(';')))
}
