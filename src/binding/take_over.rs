//! Takes a session over from JavaScript as JSON text, in pieces: at once, or in slices where nobody waits
//! for the call.

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{FnArgs, Function, Uint8Array, Unknown};
use napi::{Env, JsValue as _, ValueType};

use super::abort::Flag;
use super::{input, script};
use crate::error::{Error, Result};
use crate::source::shown_name;

type Pieces<'env> = Function<'env, Unknown<'env>, Unknown<'env>>;
type Append<'env> = Function<'env, Unknown<'env>, bool>;
type AppendAll<'env> = Function<'env, FnArgs<(Unknown<'env>, Append<'env>)>, ()>;
type Finish<'env> = Function<'env, FnArgs<(bool, Unknown<'env>)>, Unknown<'env>>;
type InSlices<'env> = Function<
    'env,
    FnArgs<(Unknown<'env>, Unknown<'env>, Append<'env>, Finish<'env>)>,
    Unknown<'env>,
>;

/// What was taken over so far.
type Json = Rc<RefCell<Vec<u8>>>;

/// The JSON text of a session.
pub fn at_once(env: &Env, session: Unknown<'_>) -> Result<Vec<u8>> {
    let json = Json::default();
    let append_all = || -> napi::Result<()> {
        let append_all: AppendAll<'_> = script::function(env, include_str!("append_all.js"))?;
        let append = append(env, json.clone(), Flag::default())?;
        append_all.call((pieces(env, session)?, append).into())
    };
    match append_all() {
        Ok(()) => Ok(json.take()),
        Err(_) => Err(no_json_form(env, session)),
    }
}

/// Takes over the JSON text of a session, and calls `then` with it, or with why there is none. Gives a
/// promise of what `then` gives.
pub fn in_slices<'env, Then>(
    env: &'env Env,
    session: Unknown<'env>,
    abort: Flag,
    then: Then,
) -> napi::Result<Unknown<'env>>
where
    Then: FnOnce(&Env, Result<Vec<u8>>) -> napi::Result<Unknown<'static>> + 'static,
{
    let json = Json::default();
    let append = append(env, json.clone(), abort)?;
    let then = RefCell::new(Some(then));
    let finish: Finish<'_> = env.create_function_from_closure("finish", move |call| {
        let json = match call.get::<bool>(0)? {
            true => Ok(json.take()),
            false => Err(no_json_form(call.env, call.get(1)?)),
        };
        let then = then.take();
        let then = then.ok_or_else(|| napi::Error::from_reason("It was finished before."))?;
        then(call.env, json)
    })?;
    let in_slices: InSlices<'_> = script::function(env, include_str!("take_over.js"))?;
    in_slices.call((session, pieces(env, session)?, append, finish).into())
}

/// An iterator over pieces of the session's JSON text.
fn pieces<'env>(env: &'env Env, session: Unknown<'env>) -> napi::Result<Unknown<'env>> {
    let pieces: Pieces<'_> = script::function(env, include_str!("pieces.js"))?;
    pieces.call(session)
}

/// A function that takes a piece over, and says whether to go on.
fn append(env: &Env, json: Json, abort: Flag) -> napi::Result<Append<'_>> {
    env.create_function_from_closure("append", move |call| {
        let piece: Unknown<'_> = call.first_arg()?;
        let mut json = json.borrow_mut();
        if matches!(piece.get_type()?, ValueType::String) {
            let text = piece.coerce_to_string()?.into_utf8()?;
            json.extend_from_slice(text.as_slice());
        } else {
            json.extend_from_slice(&input::convert::<Uint8Array>(call.env, piece)?);
        }
        Ok(abort.goes_on())
    })
}

/// The error of a value that `JSON.stringify` cannot make a text of.
fn no_json_form(env: &Env, value: Unknown<'_>) -> Error {
    Error::invalid_session(
        path_without_json(env, value),
        "it has no JSON form: a cycle, a BigInt, or a property that throws",
    )
}

/// Where a value has no JSON form.
fn path_without_json(env: &Env, value: Unknown<'_>) -> String {
    let mut path = "$".to_owned();
    let keys = script::function::<Unknown<'_>, Vec<String>>(env, include_str!("locate.js"))
        .and_then(|locate| locate.call(value))
        .unwrap_or_default();
    for key in keys {
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()) {
            path.push_str(&format!("[{key}]"));
        } else {
            path.push('.');
            path.push_str(shown_name(&key));
        }
    }
    path
}
