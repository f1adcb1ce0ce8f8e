//! `findStores`, `listSessions` and `listPublishedSessions`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

use napi::bindgen_prelude::{AsyncTask, Function, Unknown};
use napi::{Env, ScopedTask, ValueType};
use napi_derive::napi;
use serde::Serialize;

use super::unwind::guarded;
use super::{error, input, script};
use crate::error::{Error, Result};
use crate::source;

/// A store that exists on this computer.
#[napi(object)]
pub struct Store {
    /// The application that it belongs to.
    #[napi(ts_type = "'opencode' | 'pawwork'")]
    pub product: String,
    /// The release channel; absent for the main one.
    pub channel: Option<String>,
    /// The absolute path of the database, or of the folder of JSON files.
    pub path: String,
    /// The size of the database in bytes, with its log; absent for a folder.
    pub bytes: Option<i64>,
    /// 0 for a folder of JSON files, 1 for a database of OpenCode 1 or PawWork, 2 for one of
    /// OpenCode 2; absent where it cannot be read now.
    pub generation: Option<u8>,
}

/// A session in a store. Title and folder are as stored, for the screen of the user whose they are:
/// they are not redacted.
#[napi(object)]
pub struct SessionSummary {
    /// The session's id.
    #[napi(js_name = "sessionID")]
    pub session_id: String,
    /// The title.
    pub title: Option<String>,
    /// When it was created, in milliseconds since the Unix epoch.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub updated: Option<i64>,
    /// How many messages it has.
    pub messages: i64,
    /// The session that started this one.
    #[napi(js_name = "parentID")]
    pub parent_id: Option<String>,
    /// The working folder.
    pub directory: Option<String>,
    /// Whether it was published on the web; it may still be public.
    pub published: bool,
    /// The path of the store that it is in.
    pub store: String,
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
    pub published: Option<i64>,
    /// The path of the store that it is in.
    pub store: String,
}

/// What becomes JavaScript objects many at a time: as JSON columns, which name each field once.
pub trait Listed: Sized {
    /// The columns by the fields' names. `null` is a field that is absent.
    fn columns(items: &[Self]) -> impl Serialize;
}

impl Listed for source::SessionSummary {
    fn columns(items: &[Self]) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Columns<'a> {
            #[serde(rename = "sessionID")]
            session_id: Column<&'a str>,
            title: Column<Option<&'a str>>,
            created: Column<Option<i64>>,
            updated: Column<Option<i64>>,
            messages: Column<usize>,
            #[serde(rename = "parentID")]
            parent_id: Column<Option<&'a str>>,
            directory: Column<Option<&'a str>>,
            published: Column<bool>,
            store: Column<Cow<'a, str>>,
        }
        Columns {
            session_id: Column::of(items, |item| item.id.as_str()),
            title: Column::of(items, |item| item.title.as_deref()),
            created: Column::of(items, |item| item.created),
            updated: Column::of(items, |item| item.updated),
            messages: Column::of(items, |item| item.messages),
            parent_id: Column::of(items, |item| item.parent_id.as_deref()),
            directory: Column::of(items, |item| item.directory.as_deref()),
            published: Column::of(items, |item| item.is_published),
            store: Column::of(items, |item| item.store.to_string_lossy()),
        }
    }
}

impl Listed for source::PublishedSession {
    fn columns(items: &[Self]) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Columns<'a> {
            #[serde(rename = "sessionID")]
            session_id: Column<&'a str>,
            title: Column<Option<&'a str>>,
            url: Column<&'a str>,
            published: Column<Option<i64>>,
            store: Column<Cow<'a, str>>,
        }
        Columns {
            session_id: Column::of(items, |item| item.session_id.as_str()),
            title: Column::of(items, |item| item.title.as_deref()),
            url: Column::of(items, |item| item.url.as_str()),
            published: Column::of(items, |item| item.published),
            store: Column::of(items, |item| item.store.to_string_lossy()),
        }
    }
}

/// A field of many items.
#[derive(Serialize)]
#[serde(untagged)]
enum Column<V> {
    /// All have the same value.
    Same(V),
    Each(Vec<V>),
}

impl<V: PartialEq> Column<V> {
    fn of<'a, T>(items: &'a [T], of: impl Fn(&'a T) -> V) -> Self {
        let mut values: Vec<V> = items.iter().map(of).collect();
        match values.as_slice() {
            [first, rest @ ..] if rest.iter().all(|value| value == first) => {
                Self::Same(values.swap_remove(0))
            }
            _ => Self::Each(values),
        }
    }
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Finds the stores of OpenCode and PawWork that exist for this user: databases and, from old
/// versions, folders of JSON files. The environment variables `XDG_DATA_HOME` and `OPENCODE_DB`
/// count as they do for OpenCode.
///
/// @returns the stores, OpenCode's first; empty where there are none
#[napi]
pub fn find_stores(env: Env) -> napi::Result<Vec<Store>> {
    let stores = guarded(|| Ok(source::find_stores()));
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

/// Lists the sessions of a store, or of all that `findStores` finds, off the main thread.
///
/// @param store the path of a database or a folder of JSON files
/// @returns the sessions, the one changed last first
/// @throws (as a rejection) `ERR_STORE_NOT_FOUND`, `ERR_STORE_UNREADABLE`
#[napi(
    ts_args_type = "store?: string",
    ts_return_type = "Promise<SessionSummary[]>"
)]
pub fn list_sessions(store: Option<Unknown<'_>>) -> AsyncTask<ListTask<source::SessionSummary>> {
    ListTask::start(store, source::list_sessions)
}

/// Lists the sessions of a store, or of all that `findStores` finds, that were published on the
/// web, off the main thread. The secrets that belong to the publications are not read.
///
/// @param store the path of a database or a folder of JSON files
/// @returns the sessions, the one published last first
/// @throws (as a rejection) `ERR_STORE_NOT_FOUND`, `ERR_STORE_UNREADABLE`
#[napi(
    ts_args_type = "store?: string",
    ts_return_type = "Promise<PublishedSession[]>"
)]
pub fn list_published_sessions(
    store: Option<Unknown<'_>>,
) -> AsyncTask<ListTask<source::PublishedSession>> {
    ListTask::start(store, source::list_published_sessions)
}

type List<T> = fn(Option<&Path>) -> Result<Vec<T>>;

/// How many items become JavaScript objects at a time.
const SLICE: usize = 500;

/// Lists something of a store, on a thread of Node's pool.
pub struct ListTask<T> {
    store: Option<Result<Option<PathBuf>>>,
    list: List<T>,
}

impl<T: Listed> ListTask<T> {
    fn start(store: Option<Unknown<'_>>, list: List<T>) -> AsyncTask<Self>
    where
        T: Send + 'static,
    {
        let store = match store {
            None => Ok(None),
            Some(value) if matches!(value.get_type(), Ok(ValueType::Undefined)) => Ok(None),
            Some(value) => input::string(value)
                .ok_or_else(|| Error::InvalidOption("The store must be a path.".to_owned()))
                .and_then(input::store_path)
                .map(Some),
        };
        let store = Some(store);
        AsyncTask::new(Self { store, list })
    }

    fn slices(&mut self) -> Result<Vec<String>> {
        let store = self.store.take().unwrap_or(Err(Error::Internal))?;
        let items = (self.list)(store.as_deref())?;
        let to_json = |slice: &[T]| {
            serde_json::to_string(&(slice.len(), T::columns(slice))).map_err(|_| Error::Internal)
        };
        items.chunks(SLICE).map(to_json).collect()
    }
}

type Next<'env> = Function<'env, (), Option<String>>;

impl<'task, T: Listed + Send + 'static> ScopedTask<'task> for ListTask<T> {
    // An error that `compute` returned itself would lose its code.
    type Output = Result<Vec<String>>;
    /// A promise of the list, which the task's own promise follows.
    type JsValue = Unknown<'task>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guarded(|| self.slices()))
    }

    fn resolve(&mut self, env: &'task Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        let slices = output.map_err(|failure| error::to_js(env, &failure))?;
        let slices = RefCell::new(slices.into_iter());
        let next: Next<'_> =
            env.create_function_from_closure("next", move |_| Ok(slices.borrow_mut().next()))?;
        script::function::<Next<'_>, _>(env, include_str!("in_slices.js"))?.call(next)
    }
}
