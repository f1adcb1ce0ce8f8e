//! `findStores`, `listSessions` and `listPublishedSessions`.

use std::path::Path;

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Unknown};
use napi_derive::napi;

use super::super::error;
use super::super::unwind::guarded;
use super::list::{ListTask, path_of};
use crate::source;

/// A store that exists on this computer.
#[napi(object)]
pub struct Store {
    /// The application that it belongs to.
    #[napi(ts_type = "'opencode' | 'pawwork' | 'dsh' | 'claude-code' | 'codex' | 'crush'")]
    pub product: String,
    /// The release channel; absent for the main one.
    pub channel: Option<String>,
    /// The absolute path of the database, of the folder of JSON files, or of the home of DSH.
    pub path: String,
    /// The size of the database in bytes, with its log; absent for a folder.
    pub bytes: Option<i64>,
    /// 0 for a folder of JSON files, 1 for a database of OpenCode 1 or PawWork, 2 for one of
    /// OpenCode 2, 3 for the logs of DSH, which PawWork runs on since August 2026, 4 for those of Claude Code, 5 for those
    /// of Codex, 6 for a database of Crush or of the first OpenCode; absent where it cannot be read now.
    #[napi(ts_type = "0 | 1 | 2 | 3 | 4 | 5 | 6")]
    pub generation: Option<u8>,
}

/// A session in a store. Title and folder are as stored, for the screen of the user whose they are:
/// they are not redacted.
#[napi(object)]
pub struct SessionSummary {
    /// The session's id.
    #[napi(js_name = "sessionID")]
    pub session_id: String,
    /// The application that it is of, as `findStores` names it. Of a database or folder in another place than the usual,
    /// it is `pawwork` where the path says so, else `opencode`.
    #[napi(ts_type = "'opencode' | 'pawwork' | 'dsh' | 'claude-code' | 'codex' | 'crush'")]
    pub product: String,
    /// The title.
    pub title: Option<String>,
    /// When it was created, in milliseconds since the Unix epoch.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub updated: Option<i64>,
    /// How many messages it has: as many as its document holds, where several stores have some. Of a log of DSH of more
    /// than 64 kB, of all in a home with more than 2,000, of one of Claude Code of more than 48 kB and of one of Codex of
    /// more than 80 kB, it is an estimate.
    pub message_count: i64,
    /// The session that started this one.
    #[napi(js_name = "parentID")]
    pub parent_id: Option<String>,
    /// The working folder.
    pub directory: Option<String>,
    /// True where it was published on the web; it may still be public.
    pub published: bool,
    /// True where the user put the session away.
    pub archived: bool,
    /// The path of the store that it is in; of several, the one whose copy is the fullest, and of those the one that
    /// was changed last. The document of the session tells of the same.
    pub store: String,
    /// The paths of the other stores that hold it; absent where there is none. `{ sessionID }` without a store
    /// exports what all of them hold.
    pub also_in: Option<Vec<String>>,
    /// The session that its beginning repeats, from which it goes on: Claude Code 1.0 began a new log with each resume.
    /// Absent where there is none. A session that no other one repeats is the newest.
    pub repeats: Option<String>,
}

/// A store that could not be read while all were listed.
#[napi(object)]
pub struct UnreadableStore {
    /// The path of the database, or of the folder.
    pub store: String,
    /// A code, as errors have it.
    #[napi(ts_type = "SessionExportErrorCode")]
    pub code: String,
    /// Why, and what to do.
    pub message: String,
}

/// A session that was published on the web, and may still be public.
#[napi(object)]
pub struct PublishedSession {
    /// The session's id.
    #[napi(js_name = "sessionID")]
    pub session_id: String,
    /// The title, as stored.
    pub title: Option<String>,
    /// The address at which anybody could read it.
    pub url: String,
    /// When it was published, in milliseconds since the Unix epoch, where the store tells.
    pub published_at: Option<i64>,
    /// The path of the store that it is in.
    pub store: String,
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Finds the stores of OpenCode, PawWork, DSH, Claude Code, Codex and Crush that exist for this user: databases, homes
/// and, from old versions, folders of JSON files. The environment variables `XDG_DATA_HOME`, `OPENCODE_DB`, `DSH_HOME`,
/// `CLAUDE_CONFIG_DIR`, `CODEX_HOME` and `CRUSH_GLOBAL_DATA` count as they do for these. Crush and the first OpenCode
/// keep a database in the folder of each project: those of `project` are found, and those of the projects that Crush
/// itself lists. It waits for no lock: of a database that another program locks at that moment `generation` is absent,
/// and to list it waits.
///
/// @example
/// ```js
/// for (const { product, path } of findStores()) console.log(product, path);
/// const ofProject = findStores("/home/robin/shop");
/// ```
///
/// @param project the folder of a project in which to look as well; the current one where none is named
/// @returns the stores, OpenCode's first; empty where there are none
/// @throws `ERR_INVALID_OPTION` where the folder is no string
#[napi(ts_args_type = "project?: string")]
pub fn find_stores(env: Env, project: Option<Unknown<'_>>) -> napi::Result<Vec<Store>> {
    let stores = guarded(|| {
        let project = path_of(project, "The folder of a project must be a path.")?;
        Ok(source::find_stores(project.as_deref(), None))
    });
    let stores = stores.map_err(|failure| error::to_js(&env, &failure))?;
    let describe = |store: source::StoreInfo| Store {
        product: store.product.to_owned(),
        channel: store.channel,
        path: path_text(&store.path),
        bytes: store
            .bytes
            .map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        generation: store.generation,
    };
    Ok(stores.into_iter().map(describe).collect())
}

/// Lists the sessions of a store, or of all that `findStores` finds, off the main thread. A session that several
/// stores hold is listed once, with `alsoIn`.
///
/// @example
/// ```js
/// const sessions = await listSessions();
/// for (const { store, message } of sessions.unreadable) console.warn(`${store}: ${message}`);
/// const signal = AbortSignal.timeout(5000);
/// const ofOne = await listSessions("/backup/opencode.db", { signal });
/// ```
///
/// @param store the path of a database or a folder of JSON files
/// @param options `signal`: stops it
/// @returns the sessions, the one changed last first; `unreadable` names the stores that could not be read while
/// others were, and those of which only some folders could not be read; where one store was asked for, that it cannot
/// be read at all is an error
/// @throws (as a rejection) `ERR_STORE_NOT_FOUND`, `ERR_STORE_UNREADABLE`, `ERR_ABORTED` (an `AbortError`)
#[napi(
    ts_args_type = "store?: string, options?: ListOptions",
    ts_return_type = "Promise<Listed<SessionSummary>>"
)]
pub fn list_sessions(
    env: Env,
    store: Option<Unknown<'_>>,
    options: Option<Unknown<'_>>,
) -> AsyncTask<ListTask<source::SessionList>> {
    ListTask::start(&env, store, options)
}

/// Lists the sessions of a store, or of all that `findStores` finds, that were published on the
/// web, off the main thread. The secrets that belong to the publications are not read.
///
/// @example
/// ```js
/// for (const { title, url } of await listPublishedSessions()) console.log(title, url);
/// ```
///
/// @param store the path of a database or a folder of JSON files
/// @param options `signal`: stops it
/// @returns the sessions, the one published last first; `unreadable` as for `listSessions`
/// @throws (as a rejection) `ERR_STORE_NOT_FOUND`, `ERR_STORE_UNREADABLE`, `ERR_ABORTED` (an `AbortError`)
#[napi(
    ts_args_type = "store?: string, options?: ListOptions",
    ts_return_type = "Promise<Listed<PublishedSession>>"
)]
pub fn list_published_sessions(
    env: Env,
    store: Option<Unknown<'_>>,
    options: Option<Unknown<'_>>,
) -> AsyncTask<ListTask<source::PublishedList>> {
    ListTask::start(&env, store, options)
}
