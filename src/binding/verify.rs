//! `verifyExport`.

use std::path::PathBuf;

use napi::bindgen_prelude::{AsyncTask, Unknown};
use napi::{Env, Task};
use napi_derive::napi;

use super::abort::Abort;
use super::error;
use super::report::ExportCounts;
use super::session::input;
use super::unwind::guarded;
use crate::error::{Error, Result};
use crate::verify;

/// What a file holds, and whether that agrees with its closing line.
#[napi(object)]
pub struct Verification {
    /// The absolute path of the file.
    pub path: String,
    /// True where the file is complete and unchanged: there are no problems.
    pub intact: bool,
    /// The kind of document that it looks like.
    #[napi(ts_type = "'markdown' | 'json' | 'html'")]
    pub format: String,
    /// The size of the file in bytes.
    pub bytes: i64,
    /// The SHA-256 of the whole file in hexadecimal; `ExportReport` has the same.
    pub sha256: String,
    /// The sessions that the closing line speaks of, where there is one.
    pub sessions: Option<ExportCounts>,
    /// The messages that it speaks of.
    pub messages: Option<ExportCounts>,
    /// The parts of messages that it speaks of.
    pub parts: Option<ExportCounts>,
    /// What does not agree.
    pub problems: Vec<VerificationProblem>,
}

/// Something that does not agree with the closing line of a file.
#[napi(object)]
pub struct VerificationProblem {
    /// What: `no-closing-line`, `after-closing-line`, `hash`, or what there is more or less of than
    /// the closing line says: `sessions`, `turns`, `messages`, `parts`.
    #[napi(
        ts_type = "'no-closing-line' | 'after-closing-line' | 'hash' | 'sessions' | 'turns' | 'messages' | 'parts'"
    )]
    pub code: String,
    /// A sentence on it, in English.
    pub message: String,
}

impl Verification {
    fn new(path: &std::path::Path, verification: verify::Verification) -> Self {
        let count = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        let counts = |index: usize| {
            let closing = verification.closing?;
            Some(ExportCounts {
                stored: count(*closing.stored.get(index)?),
                rendered: count(*closing.rendered.get(index)?),
            })
        };
        Self {
            path: path.to_string_lossy().into_owned(),
            intact: verification.problems.is_empty(),
            format: verification.format.name().to_owned(),
            bytes: i64::try_from(verification.bytes).unwrap_or(i64::MAX),
            sessions: counts(0),
            messages: counts(1),
            parts: counts(2),
            problems: verification
                .problems
                .iter()
                .map(|problem| VerificationProblem {
                    code: problem.id().to_owned(),
                    message: problem.sentence(),
                })
                .collect(),
            sha256: verification.sha256,
        }
    }
}

/// The work of one `verifyExport`, on a thread of Node's pool.
pub struct VerifyTask {
    path: Option<Result<PathBuf>>,
    abort: Abort,
}

impl Task for VerifyTask {
    // An error that `compute` returned itself would lose its code.
    type Output = Result<Verification>;
    type JsValue = Verification;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let path = self.path.take().unwrap_or(Err(Error::Internal));
        let stop = &self.abort.flag;
        Ok(guarded(|| {
            let path = path?;
            let verification = verify::verify(&path, stop)?;
            Ok(Verification::new(&path, verification))
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output.map_err(|failure| error::to_js(&env, &failure))
    }

    fn finally(self, env: Env) -> napi::Result<()> {
        self.abort.release(&env);
        Ok(())
    }
}

/// Checks, off the main thread, whether a file that `writeExport` wrote is still complete and
/// unchanged: by the hash in its closing line, and by counting what it holds. Whoever changes a file
/// can also write a new hash into it: this shows accidents, and what was changed by hand.
///
/// @example
/// ```js
/// const { intact, problems } = await verifyExport("session.md");
/// if (!intact) console.warn(problems.map(({ message }) => message).join(" "));
/// ```
///
/// @param path the file; a relative path is resolved against the working folder
/// @param options `signal`: stops it
/// @returns what the file holds and what does not agree
/// @throws (as a rejection) `ERR_READ_FAILED` (with the system's code as `cause.code`),
/// `ERR_INVALID_OPTION` where `path` is no string, `ERR_ABORTED` (an `AbortError`)
#[napi(
    ts_args_type = "path: string, options?: VerifyOptions",
    ts_return_type = "Promise<Verification>"
)]
pub fn verify_export(
    env: Env,
    path: Unknown<'_>,
    options: Option<Unknown<'_>>,
) -> AsyncTask<VerifyTask> {
    let (abort, wrong) = match Abort::of_options(&env, options) {
        Ok(abort) => (abort, None),
        Err(failure) => (Abort::default(), Some(failure)),
    };
    let path = guarded(|| {
        if let Some(failure) = wrong {
            return Err(failure);
        }
        let problem = || Error::InvalidOption("The path must be a string.".to_owned());
        let path = input::string(path).ok_or_else(problem)?;
        std::path::absolute(&path).map_err(|source| Error::ReadFailed {
            path: path.into(),
            source,
        })
    });
    AsyncTask::new(VerifyTask {
        path: Some(path),
        abort,
    })
}
