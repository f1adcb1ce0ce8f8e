//! `redactText`.

use std::borrow::Cow;

use napi::bindgen_prelude::{JsValue, Unknown};
use napi::{Env, Result};
use napi_derive::napi;

use super::error;
use super::report::Redaction;
use super::session::input;
use super::unwind::guarded;
use crate::error::Error;
use crate::options::level::RedactLevel;
use crate::options::{Hint, RedactOptions};
use crate::{memory, redact};

/// A text without its secrets.
#[napi(object, object_from_js = false)]
pub struct RedactedText<'t> {
    /// The text; the very one that was given where nothing is redacted.
    #[napi(ts_type = "string")]
    pub text: Unknown<'t>,
    /// What was redacted, by rule.
    pub redactions: Vec<Redaction>,
}

/// Options with what tells of this machine: the home folder of this user, which is shown as `~`,
/// and the names of the computer.
pub fn of_this_machine(mut options: RedactOptions) -> RedactOptions {
    let text = |name: std::ffi::OsString| name.into_string().ok().filter(|name| !name.is_empty());
    let home = std::env::home_dir().and_then(|home| text(home.into_os_string()));
    options.home_folders.extend(home);
    if options.level == RedactLevel::Strict {
        options.host_names.extend(text(gethostname::gethostname()));
    }
    options
}

/// Redacts a text that is no session, such as a log or a problem report, by the same rules:
/// credentials become placeholders such as `[redacted:github-token#1]`, the same one for the same
/// secret, and the home folder `~`. Control and invisible characters are removed or made visible,
/// because they could split a secret. To redact a text twice changes nothing more, unless an own pattern counts
/// what it takes, such as `id (.{9})`: it counts a placeholder too.
///
/// A hint tells where the text is from. In a data file every value beside a name such as `DB_PASSWORD` is redacted,
/// also one that looks like a word or like code. A hint never leaves a token or a password in that would be
/// redacted without it, unless the text itself is program source.
///
/// @example
/// ```js
/// redactText("DB_PASSWORD: sunflower", { hint: { filePath: "deploy/values.yaml" } }).text
/// // "DB_PASSWORD: [redacted:named-secret#1]"
/// redactText("sunflower", { hint: { command: "pass show shop/db" } }).text
/// // "[redacted:named-secret#1]"
/// ```
///
/// @param text the text
/// @param options `redact`, `redactTerms`, `redactPatterns` and `keep`, as for `exportSession`, and `hint`
/// @returns the text, and what was redacted: never the values
/// @throws `ERR_INVALID_OPTION`, also where `text` is no string or `hint` is none; `ERR_TOO_LARGE` where the result is
/// longer than a string may be
#[napi(ts_args_type = "text: string, options?: RedactTextOptions")]
pub fn redact_text<'t>(
    env: &'t Env,
    text: Unknown<'t>,
    options: Option<Unknown<'t>>,
) -> Result<RedactedText<'t>> {
    guarded(|| {
        let given_options = input::options(env, options)?;
        let options = RedactOptions::from_json(&given_options).map(of_this_machine)?;
        let hint = Hint::from_json(&given_options)?;
        memory::check_part(crate::binding::v8::convert::text_length(text).unwrap_or_default())?;
        let given = input::string(text)
            .ok_or_else(|| Error::InvalidOption("The text must be a string.".to_owned()))?;
        let (shown, report) = redact::redact_hinted(&given, &options, &hint);
        let text = match shown {
            Cow::Borrowed(_) => text,
            Cow::Owned(shown) => {
                let shown = env.create_string(shown).map_err(|_| Error::TooLarge)?;
                shown.to_unknown()
            }
        };
        Ok(RedactedText {
            text,
            redactions: report
                .redactions([])
                .into_iter()
                .map(Redaction::from)
                .collect(),
        })
    })
    .map_err(|failure| error::to_js(env, &failure))
}
