//! Takes a session over from JavaScript as JSON text and the long texts of it, in pieces: at once, or in
//! slices where nobody waits for the call.

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{FnArgs, Function, Uint8ArraySlice, Unknown};
use napi::{Env, JsValue as _, ValueType};

use super::abort::Flag;
use super::script;
use crate::error::{Error, Result};
use crate::pipeline::Session;
use crate::source::{TextsApart, shown_name};

type Pieces<'env> = Function<'env, FnArgs<(Unknown<'env>, &'env str)>, Unknown<'env>>;
type Append<'env> = Function<'env, FnArgs<(Unknown<'env>, Unknown<'env>)>, bool>;
type AppendAll<'env> = Function<'env, FnArgs<(Unknown<'env>, Append<'env>)>, ()>;
type Finish<'env> = Function<'env, FnArgs<(bool, Unknown<'env>)>, Unknown<'env>>;
type InSlices<'env> = Function<
    'env,
    FnArgs<(Unknown<'env>, Unknown<'env>, Append<'env>, Finish<'env>)>,
    Unknown<'env>,
>;

/// A session that was taken over.
#[derive(Default)]
pub struct TakenOver {
    json: Vec<u8>,
    texts: TextsApart,
    /// The start of the next text.
    text: Vec<u8>,
}

impl TakenOver {
    pub fn as_session(&self) -> Session<'_> {
        Session::JsonApart(&self.json, &self.texts)
    }

    fn end_text(&mut self, has_halves: bool) {
        self.texts.push(std::mem::take(&mut self.text), has_halves);
    }
}

/// What was taken over so far.
type Json = Rc<RefCell<TakenOver>>;

/// A session as JSON.
pub fn at_once(env: &Env, session: Unknown<'_>) -> Result<TakenOver> {
    let json = Json::default();
    let append_all = || -> napi::Result<()> {
        let append_all: AppendAll<'_> = script::function(env, include_str!("append_all.js"))?;
        let append = append(env, json.clone(), Flag::default())?;
        append_all.call((pieces(env, session, &json)?, append).into())
    };
    match append_all() {
        Ok(()) => Ok(json.take()),
        Err(_) => Err(no_json_form(env, session)),
    }
}

/// Takes over a session as JSON, and calls `then` with it, or with why there is none. Gives a promise of
/// what `then` gives.
pub fn in_slices<'env, Then>(
    env: &'env Env,
    session: Unknown<'env>,
    abort: Flag,
    then: Then,
) -> napi::Result<Unknown<'env>>
where
    Then: FnOnce(&Env, Result<TakenOver>) -> napi::Result<Unknown<'static>> + 'static,
{
    let json = Json::default();
    let append = append(env, json.clone(), abort)?;
    let pieces = pieces(env, session, &json)?;
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
    in_slices.call((session, pieces, append, finish).into())
}

/// An iterator over the pieces of a session.
fn pieces<'env>(
    env: &'env Env,
    session: Unknown<'env>,
    json: &Json,
) -> napi::Result<Unknown<'env>> {
    let pieces: Pieces<'_> = script::function(env, include_str!("pieces.js"))?;
    pieces.call((session, json.borrow().texts.mark()).into())
}

/// A function that takes a piece over, and says whether to go on.
fn append(env: &Env, json: Json, abort: Flag) -> napi::Result<Append<'_>> {
    env.create_function_from_closure("append", move |call| {
        let piece: Unknown<'_> = call.first_arg()?;
        let mut json = json.borrow_mut();
        if matches!(piece.get_type()?, ValueType::String) {
            let text = piece.coerce_to_string()?.into_utf8()?;
            json.json.extend_from_slice(text.as_slice());
            return Ok(abort.goes_on());
        }
        let bytes: Uint8ArraySlice<'_> = call.get(0)?;
        if call.length() < 2 {
            json.json.extend_from_slice(&bytes);
        } else {
            json.text.extend_from_slice(&bytes);
            let (is_end, has_halves): (bool, bool) = (call.get(1)?, call.get(2)?);
            if is_end {
                json.end_text(has_halves);
            }
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
