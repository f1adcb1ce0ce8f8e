//! Takes a session over from JavaScript in slices, so that no window freezes meanwhile.

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{FnArgs, Function, Uint8Array, Unknown};
use napi::{Env, JsValue as _, ValueType};

use super::abort::Flag;
use super::{input, script};
use crate::error::Result;

type Append<'env> = Function<'env, FnArgs<(Unknown<'env>,)>, bool>;
type Finish<'env> = Function<'env, FnArgs<(bool, Unknown<'env>)>, Unknown<'env>>;
type TakeOver<'env> =
    Function<'env, FnArgs<(Unknown<'env>, Append<'env>, Finish<'env>)>, Unknown<'env>>;

/// Takes over the JSON text of a session, and calls `then` with it, or with why there is none. Gives a
/// promise of what `then` gives.
pub fn take_over<'env, Then>(
    env: &'env Env,
    session: Unknown<'env>,
    abort: Flag,
    then: Then,
) -> napi::Result<Unknown<'env>>
where
    Then: FnOnce(&Env, Result<Vec<u8>>) -> napi::Result<Unknown<'static>> + 'static,
{
    let json = Rc::new(RefCell::new(Vec::new()));
    let taken = json.clone();
    let append: Append<'_> = env.create_function_from_closure("append", move |call| {
        append(call.env, call.first_arg()?, &mut json.borrow_mut())?;
        Ok(abort.goes_on())
    })?;
    let then = RefCell::new(Some(then));
    let finish: Finish<'_> = env.create_function_from_closure("finish", move |call| {
        let json = match call.get::<bool>(0)? {
            true => Ok(taken.take()),
            false => Err(input::no_json_form(call.env, call.get(1)?)),
        };
        let then = then
            .take()
            .ok_or_else(|| napi::Error::from_reason("twice"))?;
        then(call.env, json)
    })?;
    let take_over: TakeOver<'_> = script::function(env, include_str!("take_over.js"))?;
    take_over.call((session, append, finish).into())
}

fn append(env: &Env, piece: Unknown<'_>, json: &mut Vec<u8>) -> napi::Result<()> {
    if matches!(piece.get_type()?, ValueType::String) {
        let text = piece.coerce_to_string()?.into_utf8()?;
        json.extend_from_slice(text.as_slice());
    } else {
        json.extend_from_slice(&input::convert::<Uint8Array>(env, piece)?);
    }
    Ok(())
}
