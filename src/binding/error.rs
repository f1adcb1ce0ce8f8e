//! Core errors -> JavaScript errors with `code`, and `cause`, `path` or `matches` where there is
//! one.

use napi::bindgen_prelude::{JsObjectValue as _, JsValue as _, Object};
use napi::{Env, Status};

use crate::error::{Error, system_code};

/// The JavaScript error for `error`.
pub fn to_js(env: &Env, error: &Error) -> napi::Error {
    build(env, error).unwrap_or_else(|failure| failure)
}

fn build(env: &Env, error: &Error) -> napi::Result<napi::Error> {
    let mut object = new_error(env, &error.to_string(), error.code())?;
    let first = match error {
        Error::LeftBehind { error, .. } => error,
        error => error,
    };
    match first {
        Error::InvalidSession { path, .. } => object.set("path", path.as_str())?,
        Error::SessionNotFound { matches, .. } if !matches.is_empty() => {
            object.set("matches", matches.clone())?;
        }
        Error::Aborted => object.set("name", "AbortError")?,
        Error::WriteFailed { source, .. } | Error::ReadFailed { source, .. } => {
            let code = system_code(source);
            object.set("cause", new_error(env, code, code)?)?;
        }
        _ => {}
    }
    Ok(napi::Error::from(object.to_unknown()))
}

fn new_error<'env>(env: &'env Env, message: &str, code: &str) -> napi::Result<Object<'env>> {
    let mut object =
        env.create_error(napi::Error::new(Status::GenericFailure, message.to_owned()))?;
    object.set_named_property("code", code)?;
    Ok(object)
}
