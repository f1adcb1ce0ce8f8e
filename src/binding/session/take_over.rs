//! Takes a session over from JavaScript as JSON text and the long texts of it, in pieces: at once, or in
//! slices where nobody waits for the call.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use napi::bindgen_prelude::{FnArgs, Function, Uint8Array, Uint8ArraySlice, Unknown, Utf16String};
use napi::{Env, ValueType};

use super::super::abort::Flag;
use super::super::export_thread;
use super::super::export_thread::RunningExport;
use super::super::v8::script;
use super::super::v8::utf8_encoder::Utf8Encoder;
use crate::error::{Error, Result};
use crate::memory;
use crate::pipeline::Session;
use crate::source::{TextsApart, shown_name};

type Pieces<'env> = Function<'env, FnArgs<(Unknown<'env>, &'env str)>, Unknown<'env>>;
type Append<'env> = Function<'env, FnArgs<(Unknown<'env>, Unknown<'env>)>, bool>;
type Begin<'env> = Function<'env, bool, ()>;
type AppendAll<'env> = Function<'env, FnArgs<(Unknown<'env>, Append<'env>, Begin<'env>)>, ()>;
type Finish<'env> = Function<'env, Unknown<'env>, Unknown<'env>>;
type InSlices<'env> = Function<
    'env,
    FnArgs<(
        Unknown<'env>,
        Unknown<'env>,
        Append<'env>,
        Begin<'env>,
        Finish<'env>,
    )>,
    Unknown<'env>,
>;

/// A session that was taken over, but for long texts that may still be to come.
pub struct TakenOver {
    json: Vec<u8>,
    /// `None` where it has none.
    texts: Option<Arc<TextsApart>>,
}

impl TakenOver {
    pub fn as_session(&self) -> Session<'_> {
        match &self.texts {
            Some(texts) => Session::JsonApart(&self.json, texts),
            None => Session::Json(&self.json),
        }
    }
}

/// A session that is being taken over, and the work with it.
struct TakeOver<T: Send + 'static> {
    json: Vec<u8>,
    texts: Arc<TextsApart>,
    /// The start of the next text.
    text: Vec<u8>,
    /// True where lone surrogates were replaced in it.
    has_lone_surrogates: bool,
    encoder: Utf8Encoder,
    abort: Flag,
    /// Why no more is taken over.
    failure: Option<Error>,
    /// `None` before all but the long texts is there.
    running: Option<Result<RunningExport<T>>>,
}

type Shared<T> = Rc<RefCell<TakeOver<T>>>;

impl<T: Send + 'static> TakeOver<T> {
    fn start(abort: Flag) -> Shared<T> {
        Rc::new(RefCell::new(Self {
            json: Vec::new(),
            texts: Arc::new(TextsApart::until(abort.clone())),
            text: Vec::new(),
            has_lone_surrogates: false,
            encoder: Utf8Encoder::default(),
            abort,
            failure: None,
            running: None,
        }))
    }

    fn add_json(&mut self, units: &[u16]) -> Result<()> {
        self.encoder.append(&mut self.json, units).map(drop)
    }

    /// Adds a piece of the next text.
    fn add_to_text(&mut self, units: &[u16], is_end: bool) -> Result<()> {
        self.has_lone_surrogates |= self.encoder.append(&mut self.text, units)?;
        if is_end {
            let text = std::mem::take(&mut self.text);
            let has_lone_surrogates = std::mem::take(&mut self.has_lone_surrogates);
            self.texts.push(text, has_lone_surrogates);
        }
        Ok(())
    }

    /// Tells whether to go on after a piece. One that there is no memory for ends it all: what was taken over is given
    /// back first, so that there is some for the error.
    fn goes_on(&mut self, added: Result<()>) -> bool {
        if added.is_err() {
            // There is too little memory for the whole text, not for its last piece.
            let bytes = self.text.len().max(self.json.len());
            self.json = Vec::new();
            self.text = Vec::new();
            self.texts.end_without_memory(bytes);
            self.failure.get_or_insert(Error::OutOfMemory { bytes });
        }
        self.failure.is_none() && self.abort.goes_on()
    }

    /// Starts `work` with the session, whose JSON is whole.
    fn begin(
        &mut self,
        has_texts: bool,
        work: impl FnOnce(TakenOver) -> Result<T> + Send + 'static,
    ) {
        if self.failure.is_some() {
            return;
        }
        let session = TakenOver {
            json: std::mem::take(&mut self.json),
            texts: has_texts.then(|| self.texts.clone()),
        };
        self.running = Some(export_thread::start(move || work(session)));
    }

    /// Ends it. `None` where there is no session. Nothing is kept of it: JavaScript keeps its functions, and what they
    /// refer to, until it collects them.
    fn end(&mut self) -> Option<Result<RunningExport<T>>> {
        std::mem::take(&mut self.texts).end();
        self.json = Vec::new();
        self.text = Vec::new();
        self.encoder = Utf8Encoder::default();
        // Work that began tells itself that a text is missing, once it has cleaned up.
        let failure = self.failure.take();
        self.running.take().or_else(|| failure.map(Err))
    }
}

impl<T: Send + 'static> Drop for TakeOver<T> {
    /// Tells where a worker thread is ended, so is JavaScript, in the middle of a session. Its export must not wait for
    /// texts that will not come, and has to clean up before the process may end.
    fn drop(&mut self) {
        if let Some(Ok(running)) = self.end() {
            self.abort.raise();
            // It is nobody's any more.
            let _ = running.wait();
        }
    }
}

/// Does `work` with a session in another thread, while its long texts are still taken over by this one. Waits
/// for it.
pub fn at_once<T: Send + 'static>(
    env: &Env,
    session: Unknown<'_>,
    work: impl FnOnce(TakenOver) -> Result<T> + Send + 'static,
) -> Result<T> {
    let so_far = TakeOver::start(Flag::default());
    let append_all = || -> napi::Result<()> {
        let append_all: AppendAll<'_> = script::function(env, include_str!("append_all.js"))?;
        let pieces = pieces(env, session, &so_far)?;
        let (append, begin) = (append(env, &so_far)?, begin(env, &so_far, work)?);
        append_all.call((pieces, append, begin).into())
    };
    let taken_over = append_all();
    let running = so_far.borrow_mut().end();
    let result = running.map(|running| running?.wait());
    match (taken_over, result) {
        (Ok(()), Some(result)) => result,
        _ => Err(no_json_form(env, session)),
    }
}

/// Takes over a session in slices. Starts `work` with it in another thread when only its long texts are still to
/// come, and calls `then` when these are there too, or with why there is no session. Gives a promise of what
/// `then` gives.
pub fn in_slices<'env, T, Then>(
    env: &'env Env,
    session: Unknown<'env>,
    abort: Flag,
    work: impl FnOnce(TakenOver) -> Result<T> + Send + 'static,
    then: Then,
) -> napi::Result<Unknown<'env>>
where
    T: Send + 'static,
    Then: FnOnce(&Env, Result<RunningExport<T>>) -> napi::Result<Unknown<'static>> + 'static,
{
    let so_far = TakeOver::start(abort);
    // Growing it would copy all that is there already, and hold the event loop meanwhile.
    let length = text_length(env, session).unwrap_or_default();
    let reserved = memory::reserve(&mut so_far.borrow_mut().json, length);
    if let Err(failure) = reserved {
        return then(env, Err(failure));
    }
    let pieces = pieces(env, session, &so_far)?;
    let (append, begin) = (append(env, &so_far)?, begin(env, &so_far, work)?);
    let then = Cell::new(Some(then));
    let finish: Finish<'_> = env.create_function_from_closure("finish", move |call| {
        let running = so_far.borrow_mut().end();
        let running = match running {
            Some(running) => running,
            None => Err(no_json_form(call.env, call.first_arg()?)),
        };
        then.take().ok_or_else(again)?(call.env, running)
    })?;
    let in_slices: InSlices<'_> = script::function(env, include_str!("take_over.js"))?;
    in_slices.call((session, pieces, append, begin, finish).into())
}

/// How long the JSON of a session is at least, in bytes; `None` for an object.
fn text_length(env: &Env, session: Unknown<'_>) -> Option<usize> {
    if let Some(length) = crate::binding::v8::convert::text_length(session) {
        return Some(length);
    }
    Some(
        crate::binding::v8::convert::convert::<Uint8Array>(env, session)
            .ok()?
            .len(),
    )
}

fn again() -> napi::Error {
    napi::Error::from_reason("It was called before.")
}

/// Iterators over the pieces of a session.
fn pieces<'env, T: Send + 'static>(
    env: &'env Env,
    session: Unknown<'env>,
    so_far: &Shared<T>,
) -> napi::Result<Unknown<'env>> {
    let pieces: Pieces<'_> = script::function(env, include_str!("pieces.js"))?;
    pieces.call((session, so_far.borrow().texts.mark()).into())
}

/// A function that takes a piece over, and says whether to go on.
fn append<'env, T: Send + 'static>(
    env: &'env Env,
    so_far: &Shared<T>,
) -> napi::Result<Append<'env>> {
    let so_far = so_far.clone();
    env.create_function_from_closure("append", move |call| {
        let mut so_far = so_far.borrow_mut();
        let piece: Unknown<'_> = call.first_arg()?;
        if !matches!(piece.get_type()?, ValueType::String) {
            let bytes: Uint8ArraySlice<'_> = call.get(0)?;
            let added = memory::extend(&mut so_far.json, &bytes);
            return Ok(so_far.goes_on(added));
        }
        // As V8 holds it: to have it from V8 in UTF-8 takes nearly twice as long as this and to encode it here.
        let text: Utf16String = call.get(0)?;
        let added = if call.length() < 2 {
            so_far.add_json(&text)
        } else {
            so_far.add_to_text(&text, call.get(1)?)
        };
        Ok(so_far.goes_on(added))
    })
}

/// A function that starts `work` with what was taken over.
fn begin<'env, T: Send + 'static>(
    env: &'env Env,
    so_far: &Shared<T>,
    work: impl FnOnce(TakenOver) -> Result<T> + Send + 'static,
) -> napi::Result<Begin<'env>> {
    let (so_far, work) = (so_far.clone(), Cell::new(Some(work)));
    env.create_function_from_closure("begin", move |call| {
        let work = work.take().ok_or_else(again)?;
        so_far.borrow_mut().begin(call.get(0)?, work);
        Ok(())
    })
}

/// The error of a value that `JSON.stringify` cannot make a text of.
fn no_json_form(env: &Env, value: Unknown<'_>) -> Error {
    Error::invalid_session(
        path_without_json(env, value),
        "it has no JSON form: a cycle, a BigInt, or a property that throws",
    )
}

/// The JSON path of a value that has no JSON form.
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
