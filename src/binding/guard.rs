//! The guard's functions.

use napi::bindgen_prelude::{FnArgs, Function, Unknown};
use napi::{Env, Result, ValueType};
use napi_derive::napi;
use serde_json::Value;

use super::{error, input, script};
use crate::error::Error;
use crate::guard;
use crate::options::Locale;

/// Whether web publishing is enabled in this process. It is off at start, and no environment
/// variable and no configuration file turns it on.
#[napi]
pub fn is_web_publishing_enabled() -> bool {
    guard::is_enabled()
}

/// Throws unless web publishing is enabled. Call it first in whatever publishes a session.
///
/// @param call what was about to publish, such as `ShareNext.create`; it is named in the error
/// @throws `ERR_WEB_PUBLISHING_DISABLED`
#[napi(ts_args_type = "call: string")]
pub fn assert_web_publishing(env: Env, call: Unknown<'_>) -> Result<()> {
    guard::assert_enabled(&input::string(call).unwrap_or_default())
        .map_err(|failure| error::to_js(&env, &failure))
}

/// Turns web publishing on, for the whole process: main thread and worker threads.
///
/// @param options `origin`: where sessions may be published, hosting that your organisation
/// controls, an `https:` origin (`http:` on loopback, for tests); `acknowledged`: must be `true`,
/// which states that the user was shown `webPublishingWarning()` and agreed
/// @throws `ERR_PUBLISHING_ORIGIN_REFUSED` for another origin, and always for `opncd.ai`,
/// `opencode.ai` and their subdomains
#[napi(ts_args_type = "options: EnableWebPublishingOptions")]
pub fn enable_web_publishing(env: Env, options: Unknown<'_>) -> Result<()> {
    input::options(&env, Some(options))
        .and_then(|options| {
            let origin = options
                .get("origin")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let acknowledged = options.get("acknowledged") == Some(&Value::Bool(true));
            guard::enable(origin, acknowledged)
        })
        .map(|_| ())
        .map_err(|failure| error::to_js(&env, &failure))
}

/// Turns web publishing off, for the whole process.
#[napi]
pub fn disable_web_publishing() {
    guard::disable();
}

/// The warning to show before web publishing is enabled: what is published, to whom, for how long,
/// and that it cannot surely be taken back.
///
/// @param locale `"en"` (default) or `"zh"`; a longer tag such as `"zh-CN"` counts as its
/// language, and any other language as English
#[napi(ts_args_type = "locale?: string")]
pub fn web_publishing_warning(locale: Option<Unknown<'_>>) -> String {
    let locale = locale
        .and_then(input::string)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_chinese = locale == "zh" || locale.starts_with("zh-") || locale.starts_with("zh_");
    let locale = if is_chinese {
        Locale::Chinese
    } else {
        Locale::English
    };
    guard::warning(locale).to_owned()
}

/// Wraps OpenCode's share-next: a namespace of functions, a module, an instance of a class, or
/// objects with such members. The result has the same members; while web publishing is off, each
/// function among them throws `ERR_WEB_PUBLISHING_DISABLED` when it is called, before the original
/// is touched. While it is on, the original is called with the same `this`, arguments and result.
///
/// @param shareNext what is wrapped; it is not changed
/// @param options `passthrough`: names of members that are left alone, such as `init`
/// @returns the wrapped object
/// @throws `ERR_INVALID_OPTION` where `shareNext` is no object
#[napi(
    ts_generic_types = "T extends object",
    ts_args_type = "shareNext: T, options?: GuardShareNextOptions",
    ts_return_type = "T"
)]
pub fn guard_share_next<'env>(
    env: &'env Env,
    share_next: Unknown<'env>,
    options: Option<Unknown<'env>>,
) -> Result<Unknown<'env>> {
    let is_object = matches!(
        share_next.get_type(),
        Ok(ValueType::Object | ValueType::Function)
    );
    let passthrough = input::options(env, options).and_then(|options| {
        if !is_object {
            return Err(Error::InvalidOption(
                "guardShareNext takes an object.".to_owned(),
            ));
        }
        passthrough(&options)
    });
    let passthrough = passthrough.map_err(|failure| error::to_js(env, &failure))?;
    let assert: Function<'_, FnArgs<(String,)>, ()> =
        env.create_function_from_closure("assertWebPublishing", |context| {
            let call: String = context.get(0)?;
            guard::assert_enabled(&call).map_err(|failure| error::to_js(context.env, &failure))
        })?;
    script::function::<
        FnArgs<(
            Unknown<'_>,
            Vec<String>,
            Function<'_, FnArgs<(String,)>, ()>,
        )>,
        Unknown<'_>,
    >(env, include_str!("guard_share_next.js"))?
    .call((share_next, passthrough, assert).into())
}

fn passthrough(options: &crate::model::Object) -> crate::error::Result<Vec<String>> {
    let problem =
        || Error::InvalidOption("\"passthrough\" must be an array of strings.".to_owned());
    if let Some(name) = options.keys().find(|name| *name != "passthrough") {
        let name: String = name.chars().take(40).collect();
        return Err(Error::InvalidOption(format!(
            "There is no option \"{name}\". The options are passthrough."
        )));
    }
    match options.get("passthrough") {
        None => Ok(Vec::new()),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| name.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(problem),
        Some(_) => Err(problem()),
    }
}
