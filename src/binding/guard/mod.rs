//! The guard's functions.

use std::cell::{Cell, RefCell};

use napi::bindgen_prelude::{FnArgs, Function, FunctionRef, JsObjectValue as _, Object, Unknown};
use napi::{Env, Result, ValueType};
use napi_derive::napi;
use serde_json::Value;

use super::error;
use super::session::input;
use super::v8::script;
use crate::error::Error;
use crate::guard;
use crate::options::Locale;

/// Tells whether web publishing is enabled in this process. It is off at start, and no environment
/// variable and no configuration file turns it on.
///
/// @example
/// ```js
/// isWebPublishingEnabled({ origin: new URL(settings.shareUrl).origin });
/// ```
///
/// @param options `origin`: asks whether it is enabled for exactly this origin; what is no origin is
/// never enabled
/// @throws `ERR_INVALID_OPTION` for other options, and for what is no plain object, such as `null` or a list
#[napi(ts_args_type = "options?: WebPublishingQuestion")]
pub fn is_web_publishing_enabled(env: Env, options: Unknown<'_>) -> Result<bool> {
    let origin = asked_origin(&env, options).map_err(|failure| error::to_js(&env, &failure))?;
    Ok(guard::is_enabled(origin.as_deref()))
}

/// Throws unless web publishing is enabled. Call it first in whatever publishes a session, and again with
/// the origin once the call knows it: a runtime publishes where its own settings point to.
///
/// @example
/// ```js
/// assertWebPublishing("ShareNext.create");
/// assertWebPublishing("ShareNext.create", { origin: new URL(baseUrl).origin });
/// ```
///
/// @param call what was about to publish, such as `ShareNext.create`; it is named in the error
/// @param options `origin`: passes only while publishing is enabled for exactly this origin; what is no
/// origin, such as `undefined`, never passes
/// @throws `ERR_WEB_PUBLISHING_DISABLED`, `ERR_PUBLISHING_ORIGIN_REFUSED` for another origin while
/// publishing is enabled, and `ERR_INVALID_OPTION` for other options, and for what is no plain object
#[napi(ts_args_type = "call: string, options?: WebPublishingQuestion")]
pub fn assert_web_publishing(env: Env, call: Unknown<'_>, options: Unknown<'_>) -> Result<()> {
    let origin = asked_origin(&env, options).map_err(|failure| error::to_js(&env, &failure))?;
    let call = input::string(call).unwrap_or_default();
    assert_call(&env, &call, origin.as_deref())
}

/// The origin that is asked about. Where the option is there and is no text, such as a setting that is
/// missing, it is an origin that never passes: without one, each origin would. For the same reason only
/// `undefined` is no question: `null` or a list would pass where publishing is enabled for any origin.
fn asked_origin(env: &Env, options: Unknown<'_>) -> crate::error::Result<Option<String>> {
    if matches!(options.get_type(), Ok(ValueType::Undefined)) {
        return Ok(None);
    }
    let problem = || Error::InvalidOption("The options must be { origin }.".to_owned());
    let object = input::plain_object(env, options).ok_or_else(problem)?;
    let names = Object::keys(&object).map_err(|_| problem())?;
    if names.iter().any(|name| name != "origin") {
        return Err(problem());
    }
    if !object.has_named_property("origin").map_err(|_| problem())? {
        return Ok(None);
    }
    let origin = object
        .get_named_property::<Unknown<'_>>("origin")
        .map_err(|_| problem())?;
    Ok(Some(input::string(origin).unwrap_or_default()))
}

fn assert_call(env: &Env, call: &str, origin: Option<&str>) -> Result<()> {
    guard::assert_enabled(call, origin).map_err(|failure| {
        tell(env, &guard::printable_call(call), None);
        error::to_js(env, &failure)
    })
}

/// A call that the guard refused. It holds nothing of the session.
#[napi(object, object_from_js = false)]
pub struct Refusal {
    /// What was called: a name such as `ShareNext.create`, or `fetch`.
    pub call: String,
    /// The host of the request, where `fetch` was called.
    pub host: Option<String>,
}

type Listener = FunctionRef<FnArgs<(Refusal,)>, ()>;

thread_local! {
    /// With the number that takes each away again.
    static LISTENERS: RefCell<Vec<(u32, Listener)>> = const { RefCell::new(Vec::new()) };
    static LISTENERS_SO_FAR: Cell<u32> = const { Cell::new(0) };
}

/// Calls a function for each call that the guard refuses in this thread, for a log: with the name of
/// the call and the host, never with content. What the function throws is ignored, and the call is
/// refused all the same.
///
/// @example
/// ```js
/// const end = onRefused(({ call, host }) => log.warn(`refused: ${call} ${host ?? ""}`));
/// ```
///
/// @param listener what is called, at once, before the refused call throws
/// @returns a function that ends this
/// @throws `ERR_INVALID_OPTION` where `listener` is no function
#[napi(
    ts_args_type = "listener: (refusal: Refusal) => void",
    ts_return_type = "() => void"
)]
pub fn on_refused<'env>(env: &'env Env, listener: Unknown<'env>) -> Result<Function<'env, (), ()>> {
    let not_a_function = || {
        let problem = "onRefused takes a function.".to_owned();
        error::to_js(env, &Error::InvalidOption(problem))
    };
    if !matches!(listener.get_type(), Ok(ValueType::Function)) {
        return Err(not_a_function());
    }
    let listener: Function<'_, FnArgs<(Refusal,)>, ()> =
        crate::binding::v8::convert::convert(env, listener)?;
    let listener = listener.create_ref()?;
    let number = LISTENERS_SO_FAR.replace(LISTENERS_SO_FAR.get() + 1);
    LISTENERS.with_borrow_mut(|listeners| listeners.push((number, listener)));
    if number == 0 {
        // The references must go before the thread's JavaScript does.
        env.add_env_cleanup_hook((), |()| drop(LISTENERS.take()))?;
    }
    env.create_function_from_closure("endOnRefused", move |_| {
        LISTENERS.with_borrow_mut(|listeners| listeners.retain(|(known, _)| *known != number));
        Ok(())
    })
}

/// Tells the listeners of a refusal.
fn tell(env: &Env, call: &str, host: Option<&str>) {
    // A listener may add or end one: nothing is borrowed while it runs.
    let functions = LISTENERS.with_borrow(|listeners| {
        let borrowed = listeners
            .iter()
            .map(|(_, listener)| listener.borrow_back(env));
        borrowed.collect::<Vec<_>>()
    });
    for function in functions.into_iter().flatten() {
        let refusal = Refusal {
            call: call.to_owned(),
            host: host.map(str::to_owned),
        };
        // An error that a listener throws must not stand in for the refusal.
        let _ = function.call((refusal,).into());
    }
}

/// Turns web publishing on, for the whole process: main thread and worker threads.
///
/// @example
/// ```js
/// if (await userAgrees(webPublishingWarning()))
///   enableWebPublishing({ origin: "https://share.example.com", acknowledged: true });
/// ```
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

/// Turns web publishing off, for the whole process: main thread and worker threads.
///
/// @example
/// ```js
/// disableWebPublishing();
/// isWebPublishingEnabled(); // false
/// ```
#[napi]
pub fn disable_web_publishing() {
    guard::disable();
}

/// The warning to show before web publishing is enabled: what is published, to whom, for how long,
/// and that it cannot surely be taken back.
///
/// @example
/// ```js
/// const { response } = await dialog.showMessageBox({ message: webPublishingWarning("zh"), buttons });
/// ```
///
/// @param locale `"en"` (default) or `"zh"`; a longer tag such as `"zh-CN"` counts as its
/// language, and any other language as English
/// @returns the warning, some paragraphs of plain text
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

/// Wraps what publishes: an object of functions, a module, an instance of a class, a class, a function, or a
/// service whose members return Promises or Effects. While web publishing is off, each function that is
/// reached through the result throws `ERR_WEB_PUBLISHING_DISABLED` when it is called, before the original is
/// touched. While it is on, the original is called with the same `this` and arguments.
///
/// Reached are members by name and by symbol, those of the prototype, what getters give, functions on
/// functions, members of arrays, Maps and Sets, what a function or a class made (`client.create()`) or
/// hands to a callback, what a Promise resolves to, and what is thrown. Those ask again each time they are called,
/// an Effect each time it is run, a stream for each piece; a stream that was refused has ended. Data without
/// functions is given out as it is. A getter is read without asking; a setter asks.
///
/// Not reached is what the wrapped object never gives out: subscriptions and timers that it made before or
/// makes inside, what an Effect yields or fails with, and what layers and tags of Effect make later. Nor is a
/// client that it puts into data which it gave out before: ask the wrapped object for the data again. So it is not sufficient
/// alone: guard `fetch` with `guardFetch` too, or the source. A namespace of nothing but layers and tags, such
/// as the `ShareNext` of OpenCode and PawWork, is refused: nothing that is called would be guarded.
///
/// @example
/// ```js
/// const shareNext = guardShareNext(service, { passthrough: ["init", "url", "remove"] });
/// shareNext.create(sessionID); // ERR_WEB_PUBLISHING_DISABLED
/// ```
///
/// @param shareNext what is wrapped; it is not changed
/// @param options `passthrough`: names of members that are left alone, such as `init`
/// @returns the wrapped object
/// @throws `ERR_INVALID_OPTION` where `shareNext` is no object, or has no member that can be called
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
    let assert: Function<'_, FnArgs<(String,)>, ()> = env
        .create_function_from_closure("assertWebPublishing", |context| {
            assert_call(context.env, &context.get::<String>(0)?, None)
        })?;
    let guarded = script::function::<
        FnArgs<(
            Unknown<'_>,
            Vec<String>,
            Function<'_, FnArgs<(String,)>, ()>,
        )>,
        Unknown<'_>,
    >(env, GUARD_SHARE_NEXT)?
    .call((share_next, passthrough, assert).into())?;
    if matches!(guarded.get_type(), Ok(ValueType::Undefined)) {
        let problem = "guardShareNext found nothing to guard: no member of this object is a function that \
                       publishes. A namespace of layers and tags makes its functions later: guard the \
                       service inside the layer, and fetch with guardFetch.";
        return Err(error::to_js(env, &Error::InvalidOption(problem.to_owned())));
    }
    Ok(guarded)
}

/// Three files in one scope that nothing else sees.
const GUARD_SHARE_NEXT: &str = concat!(
    "(() => { \"use strict\";\n",
    include_str!("share_next_reach.js"),
    include_str!("share_next_streams.js"),
    include_str!("share_next.js"),
    "return guardShareNext; })()",
);

/// Three files in one scope that nothing else sees.
const GUARD_FETCH: &str = concat!(
    "(() => { \"use strict\";\n",
    include_str!("fetch_runtime.js"),
    include_str!("fetch_request.js"),
    include_str!("fetch.js"),
    "return guardFetch; })()",
);

/// Wraps `fetch` so that no request publishes a session. It rejects, before anything is sent, each
/// request to a share endpoint (`/api/share`, `/api/shares` and below, on any host) and every request
/// to `opncd.ai`, `opencode.ai` and their subdomains; a redirect to such a place is not followed.
/// While publishing is enabled, share endpoints of the enabled origin are let through. Everything
/// else goes to the original, with its own properties kept. To wrap it twice wraps it once.
///
/// The original gets a text and options of the wrapper's own making, also where a `Request` was given: its
/// body is then in the memory as a whole, unless it is a stream. A `dispatcher` belongs into the options: Node
/// 24 shows nobody the one inside a `Request`. Redirects are followed by the wrapper, one
/// at a time and to `http:` and `https:` only, so the original sees `redirect: "manual"` where a request did
/// not choose: that needs a `fetch` such as Node's and Bun's, which show them.
///
/// @example
/// ```js
/// globalThis.fetch = guardFetch(globalThis.fetch);
/// await fetch("https://opncd.ai/api/share", { method: "POST" }); // ERR_WEB_PUBLISHING_DISABLED
/// ```
///
/// @param fetch what is wrapped, such as `globalThis.fetch`
/// @returns the wrapped function; it rejects with `ERR_WEB_PUBLISHING_DISABLED`, and with
/// `ERR_PUBLISHING_ORIGIN_REFUSED` for another origin while publishing is enabled
/// @throws `ERR_INVALID_OPTION` where `fetch` is no function
#[napi(
    ts_args_type = "fetch: typeof globalThis.fetch",
    ts_return_type = "typeof globalThis.fetch"
)]
pub fn guard_fetch<'env>(env: &'env Env, fetch: Unknown<'env>) -> Result<Unknown<'env>> {
    if !matches!(fetch.get_type(), Ok(ValueType::Function)) {
        let problem = Error::InvalidOption("guardFetch takes a function.".to_owned());
        return Err(error::to_js(env, &problem));
    }
    let check: Function<'_, FnArgs<(String, String, String)>, ()> = env
        .create_function_from_closure("checkRequest", |context| {
            let (origin, host, path): (String, String, String) =
                (context.get(0)?, context.get(1)?, context.get(2)?);
            guard::check_request(&origin, &host, &path).map_err(|failure| {
                tell(context.env, "fetch", Some(&host));
                error::to_js(context.env, &failure)
            })
        })?;
    script::function::<
        FnArgs<(
            Unknown<'_>,
            Function<'_, FnArgs<(String, String, String)>, ()>,
        )>,
        Unknown<'_>,
    >(env, GUARD_FETCH)?
    .call((fetch, check).into())
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
