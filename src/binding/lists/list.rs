//! Lists: made by a thread of Node's pool, and turned into JavaScript objects many at a time.

use std::borrow::Cow;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use napi::bindgen_prelude::{AsyncTask, FnArgs, Function, Unknown};
use napi::{Env, JsValue as _, ScopedTask, Task, ValueType};
use serde::Serialize;

use super::super::abort::{Abort, Flag};
use super::super::error;
use super::super::session::input;
use super::super::unwind::guarded;
use super::super::v8::script;
use crate::error::{Error, Result};
use crate::source;

/// How many items become JavaScript objects at a time.
const SLICE: usize = 500;

/// A list that becomes JavaScript objects, many at a time: as JSON columns, which name each field once.
pub trait List: Sized + Send + 'static {
    type Item;

    /// Lists a store, or all of this user.
    fn of(store: Option<&Path>, stop: &Flag) -> Result<Self>;

    fn items(&self) -> &[Self::Item];

    /// The columns of some items by the fields' names. `null` is a field that is absent.
    fn columns(items: &[Self::Item]) -> impl Serialize;

    /// The part of all items that takes longer. It is waited for while the objects are made.
    fn late(self) -> Result<Late>;
}

impl List for source::SessionList {
    type Item = source::SessionSummary;

    fn of(store: Option<&Path>, stop: &Flag) -> Result<Self> {
        source::list_sessions(store, stop)
    }

    fn items(&self) -> &[Self::Item] {
        self.sessions()
    }

    fn columns(items: &[Self::Item]) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Columns<'a> {
            #[serde(rename = "sessionID")]
            session_id: Column<&'a str>,
            product: Column<&'a str>,
            title: Column<Option<&'a str>>,
            created: Column<Option<i64>>,
            updated: Column<Option<i64>>,
            message_count: Column<usize>,
            #[serde(rename = "parentID")]
            parent_id: Column<Option<&'a str>>,
            directory: Column<Option<&'a str>>,
            published: Column<bool>,
            archived: Column<bool>,
            store: Column<Cow<'a, str>>,
            also_in: Column<Option<Vec<Cow<'a, str>>>>,
            repeats: Column<Option<&'a str>>,
        }
        Columns {
            session_id: Column::of(items, |item| item.id.as_str()),
            product: Column::of(items, |item| item.product),
            title: Column::of(items, |item| item.title.as_deref()),
            created: Column::of(items, |item| item.created),
            updated: Column::of(items, |item| item.updated),
            // Its place among the fields; the number comes late.
            message_count: Column::Same(0),
            parent_id: Column::of(items, |item| item.parent_id.as_deref()),
            directory: Column::of(items, |item| item.directory.as_deref()),
            published: Column::of(items, |item| item.is_published),
            archived: Column::of(items, |item| item.is_archived),
            store: Column::of(items, |item| &item.store).map(|store| store.to_string_lossy()),
            also_in: match items.iter().any(|item| !item.also_in.is_empty()) {
                // An array would be taken for one value of each item, so that it is never the same of all.
                true => Column::Each(items.iter().map(also_in).collect()),
                false => Column::Same(None),
            },
            repeats: Column::of(items, |item| item.repeats.as_deref()),
        }
    }

    fn late(self) -> Result<Late> {
        let (messages, unreadable) = self.message_counts()?;
        Ok(Late {
            messages: Some(messages),
            unreadable: unreadable.into_iter().map(Unreadable::from).collect(),
        })
    }
}

impl List for source::PublishedList {
    type Item = source::PublishedSession;

    fn of(store: Option<&Path>, stop: &Flag) -> Result<Self> {
        source::list_published_sessions(store, stop)
    }

    fn items(&self) -> &[Self::Item] {
        &self.sessions
    }

    fn columns(items: &[Self::Item]) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Columns<'a> {
            #[serde(rename = "sessionID")]
            session_id: Column<&'a str>,
            title: Column<Option<&'a str>>,
            url: Column<&'a str>,
            published_at: Column<Option<i64>>,
            store: Column<Cow<'a, str>>,
        }
        Columns {
            session_id: Column::of(items, |item| item.session_id.as_str()),
            title: Column::of(items, |item| item.title.as_deref()),
            url: Column::of(items, |item| item.url.as_str()),
            published_at: Column::of(items, |item| item.published),
            store: Column::of(items, |item| &item.store).map(|store| store.to_string_lossy()),
        }
    }

    fn late(self) -> Result<Late> {
        Ok(Late {
            messages: None,
            unreadable: self.unreadable.into_iter().map(Unreadable::from).collect(),
        })
    }
}

/// The other stores of a session, where there are any.
fn also_in(item: &source::SessionSummary) -> Option<Vec<Cow<'_, str>>> {
    let stores = item.also_in.iter().map(|store| store.to_string_lossy());
    Some(stores.collect()).filter(|stores: &Vec<_>| !stores.is_empty())
}

/// The part of a list that takes longer than the rest.
#[derive(Serialize)]
pub struct Late {
    /// A column.
    messages: Option<Vec<usize>>,
    unreadable: Vec<Unreadable>,
}

/// A store that could not be read while all were.
#[derive(Serialize)]
struct Unreadable {
    store: String,
    code: &'static str,
    message: String,
}

impl From<source::UnreadableStore> for Unreadable {
    fn from(store: source::UnreadableStore) -> Self {
        Self {
            store: store.path.to_string_lossy().into_owned(),
            code: store.error.code(),
            message: store.error.to_string(),
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

    fn map<U>(self, change: impl Fn(V) -> U) -> Column<U> {
        match self {
            Self::Same(value) => Column::Same(change(value)),
            Self::Each(values) => Column::Each(values.into_iter().map(change).collect()),
        }
    }
}

/// An absolute path that JavaScript gave; `None` for `undefined`.
///
/// # Errors
/// [`Error::InvalidOption`] with this sentence where it is no string.
pub fn path_of(value: Option<Unknown<'_>>, otherwise: &str) -> Result<Option<PathBuf>> {
    match value {
        None => Ok(None),
        Some(value) if matches!(value.get_type(), Ok(ValueType::Undefined)) => Ok(None),
        Some(value) => input::string(value)
            .ok_or_else(|| Error::InvalidOption(otherwise.to_owned()))
            .and_then(input::store_path)
            .map(Some),
    }
}

/// Lists something of a store, on a thread of Node's pool.
pub struct ListTask<L> {
    store: Option<Result<Option<PathBuf>>>,
    /// Taken by what comes late, for which the signal counts too.
    abort: Option<Abort>,
    stop: Flag,
    list: PhantomData<L>,
}

impl<L: List> ListTask<L> {
    pub fn start(
        env: &Env,
        store: Option<Unknown<'_>>,
        options: Option<Unknown<'_>>,
    ) -> AsyncTask<Self> {
        let (abort, failure) = match Abort::of_options(env, options) {
            Ok(abort) => (abort, None),
            Err(failure) => (Abort::default(), Some(failure)),
        };
        let store = path_of(store, "The store must be a path.");
        AsyncTask::new(Self {
            store: Some(failure.map_or(store, Err)),
            stop: abort.flag.clone(),
            abort: Some(abort),
            list: PhantomData,
        })
    }

    fn list(&mut self) -> Result<(Vec<String>, L)> {
        let store = self.store.take().unwrap_or(Err(Error::Internal))?;
        // A signal that is aborted already: no store is even looked for.
        self.stop.check()?;
        let list = L::of(store.as_deref(), &self.stop)?;
        let slices = list.items().chunks(SLICE);
        let slices = slices.map(|slice| {
            self.stop.check()?;
            to_json(&(slice.len(), L::columns(slice)))
        });
        let slices = slices.collect::<Result<_>>()?;
        Ok((slices, list))
    }
}

type Next<'env> = Function<'env, (), Option<String>>;
type MakeItems<'env> = Function<'env, FnArgs<(Next<'env>, Unknown<'env>)>, Unknown<'env>>;

impl<'task, L: List> ScopedTask<'task> for ListTask<L> {
    // An error that `compute` returned itself would lose its code.
    type Output = Result<(Vec<String>, L)>;
    /// A promise of the list, which the task's own promise follows.
    type JsValue = Unknown<'task>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guarded(|| self.list()))
    }

    fn resolve(&mut self, env: &'task Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        let (slices, list) = output.map_err(|failure| error::to_js(env, &failure))?;
        let slices = RefCell::new(slices.into_iter());
        let stop = self.stop.clone();
        let next: Next<'_> = env.create_function_from_closure("next", move |call| {
            stop.check()
                .map_err(|failure| error::to_js(call.env, &failure))?;
            Ok(slices.borrow_mut().next())
        })?;
        let late = env.spawn(LateTask {
            list: Some(list),
            stop: self.stop.clone(),
            abort: self.abort.take(),
        })?;
        let make_items: MakeItems<'_> = script::function(env, include_str!("list.js"))?;
        make_items.call((next, late.promise_object().to_unknown()).into())
    }

    fn finally(self, env: Env) -> napi::Result<()> {
        if let Some(abort) = self.abort {
            abort.release(&env);
        }
        Ok(())
    }
}

/// Waits for what takes longer.
struct LateTask<L> {
    list: Option<L>,
    stop: Flag,
    abort: Option<Abort>,
}

impl<L: List> Task for LateTask<L> {
    type Output = Result<String>;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guarded(|| {
            let list = self.list.take().ok_or(Error::Internal)?;
            let late = list.late();
            self.stop.check()?;
            to_json(&late?)
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output.map_err(|failure| error::to_js(&env, &failure))
    }

    fn finally(self, env: Env) -> napi::Result<()> {
        if let Some(abort) = self.abort {
            abort.release(&env);
        }
        Ok(())
    }
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::Internal)
}
