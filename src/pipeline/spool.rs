//! Messages that were rendered while they were read, until the document gets to them: what stands before them
//! in a document is known last. So they are read once.

use std::path::Path;

use super::reader::MessagePlace;
use crate::error::Result;
use crate::model::SessionTree;
use crate::redact::Redacted;
use crate::render::RenderedMessage;
use crate::sink;
use crate::sink::{SpooledText, TextReader, TextSpool};

/// The spool while messages are read.
#[derive(Default)]
pub struct Spool<'a> {
    /// The target of the document, beside which there may be a file. `None` where all is kept in memory, as the
    /// document will be.
    target: Option<&'a Path>,
    /// `None` where a file could not be written.
    texts: Option<TextSpool>,
    sessions: Vec<SpooledSession>,
}

/// The messages of a session, and what they were rendered with.
struct SpooledSession {
    id: Option<String>,
    directory: Option<String>,
    messages: Vec<Option<RenderedMessage<SpooledText>>>,
}

impl<'a> Spool<'a> {
    /// An empty one, for the document at `target` or for one in memory.
    pub fn new(target: Option<&'a Path>) -> Self {
        Self {
            target,
            texts: Some(target.map_or_else(TextSpool::default, TextSpool::beside)),
            sessions: Vec::new(),
        }
    }

    /// Begins a session of so many messages, which are rendered with its id and directory.
    pub fn begin_session(
        &mut self,
        id: Option<String>,
        directory: Option<String>,
        messages: usize,
    ) {
        self.sessions.push(SpooledSession {
            id,
            directory,
            messages: Vec::with_capacity(messages),
        });
    }

    /// Keeps the next message of the session that was begun last. `None` is one to be read again.
    pub fn add(&mut self, message: Option<RenderedMessage>) {
        let kept = self.keep(message);
        if let Some(session) = self.sessions.last_mut() {
            session.messages.push(kept);
        }
    }

    /// Keeps a message instead of what was kept of it. `None` is one to be read again.
    pub fn replace(&mut self, (session, index): MessagePlace, message: Option<RenderedMessage>) {
        let kept = self.keep(message);
        let session = self.sessions.get_mut(session);
        if let Some(place) = session.and_then(|session| session.messages.get_mut(index)) {
            *place = kept;
        }
    }

    fn keep(&mut self, message: Option<RenderedMessage>) -> Option<RenderedMessage<SpooledText>> {
        let texts = self.texts.as_mut()?;
        let kept = message?.try_map(|text| texts.add(text));
        if kept.is_err() {
            self.forget();
        }
        kept.ok()
    }

    /// Goes on without what was kept: to read messages again takes longer, no more.
    fn forget(&mut self) {
        self.texts = None;
        for session in &mut self.sessions {
            session.messages.clear();
        }
    }

    /// Forgets what was rendered with other ids or directories than the sessions have in the end.
    pub fn forget_unless_in(&mut self, tree: &Redacted<SessionTree>) {
        let infos = tree.get().sessions.iter().map(|session| &session.info);
        let ids = self.sessions.iter().map(|session| &session.id);
        let are_ids_known = ids.eq(infos.clone().map(|info| &info.id));
        for (session, info) in self.sessions.iter_mut().zip(infos) {
            if !are_ids_known || session.directory != info.directory {
                session.messages.clear();
            }
        }
    }

    /// Ends it.
    pub fn finish(mut self) -> Spooled<'a> {
        let texts = self.texts.take().map(TextSpool::into_reader);
        let texts = texts.and_then(|texts| texts.map_err(|_| self.forget()).ok());
        Spooled {
            target: self.target,
            texts: texts.unwrap_or_default(),
            sessions: self.sessions,
        }
    }
}

/// The spool while the document is written: it gives messages out.
#[derive(Default)]
pub struct Spooled<'a> {
    target: Option<&'a Path>,
    texts: TextReader,
    sessions: Vec<SpooledSession>,
}

impl Spooled<'_> {
    /// Tells whether a message is there.
    pub fn has(&self, (session, index): MessagePlace) -> bool {
        let session = self.sessions.get(session);
        let message = session.and_then(|session| session.messages.get(index));
        message.is_some_and(Option::is_some)
    }

    /// Takes a message out; `None` where it is not there.
    ///
    /// # Errors
    /// [`Error::WriteFailed`](crate::Error::WriteFailed) where the file cannot be read.
    pub fn take(
        &mut self,
        (session, index): MessagePlace,
    ) -> Result<Option<RenderedMessage<&str>>> {
        let session = self.sessions.get_mut(session);
        let message = session.and_then(|session| session.messages.get_mut(index)?.take());
        let Some(message) = message else {
            return Ok(None);
        };
        let failed = || {
            let target = self.target.unwrap_or(Path::new(""));
            sink::failed(target, "reading back what was rendered")
        };
        let text = message.try_map(|text| self.texts.take(text));
        text.map(Some).map_err(failed())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::Notes;
    use crate::options::{ExportOptions, RedactOptions};
    use crate::redact::Learner;
    use crate::render::MessageRenderer;
    use crate::source;

    /// More than a spool with a file keeps in memory, in bytes.
    const LONG: usize = 512 * 1024;

    /// A message that is rendered as a text of some length.
    fn rendered(bytes: usize) -> RenderedMessage {
        let options = ExportOptions::default();
        let renderer = MessageRenderer::new(&options, [None].into_iter(), BTreeSet::new()).unwrap();
        let learner = Learner::new(&SessionTree::default(), &RedactOptions::default(), &|| true);
        let json = br#"{ "info": { "id": "ses_1" }, "messages": [{ "info": { "role": "user" }, "parts": [] }] }"#;
        let fetched = source::read_json(json).unwrap().messages.fetch(0, 0);
        let mut message = fetched.unwrap().read(&mut Notes::default()).unwrap();
        let (message, _) = learner.drafter().message(&mut message).unwrap();
        let message = renderer.render(message, None).unwrap();
        message.try_map(|_| Ok::<_, ()>("x".repeat(bytes))).unwrap()
    }

    fn lengths(mut spooled: Spooled<'_>, messages: usize) -> Vec<Option<usize>> {
        let mut length = |index| {
            let message = spooled.take((0, index)).unwrap();
            message.map(|message| message.text().len())
        };
        (0..messages).map(&mut length).collect()
    }

    #[test]
    fn messages_come_back_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.md");
        for target in [None, Some(target.as_path())] {
            let mut spool = Spool::new(target);
            spool.begin_session(None, None, 5);
            for message in [Some(10), None, Some(LONG), Some(20), Some(3 * LONG)] {
                spool.add(message.map(rendered));
            }
            spool.replace((0, 3), None);
            spool.replace((0, 4), Some(rendered(2 * LONG)));
            let spooled = spool.finish();
            assert!(spooled.has((0, 0)) && !spooled.has((0, 1)) && !spooled.has((1, 0)));
            let expected = [Some(10), None, Some(LONG), None, Some(2 * LONG)];
            assert_eq!(lengths(spooled, 5), expected);
        }
    }

    #[test]
    fn without_a_file_all_is_read_again() {
        let mut spool = Spool::new(Some(Path::new("/no/such/folder/a.md")));
        spool.begin_session(None, None, 4);
        for bytes in [10, LONG, LONG, 20] {
            spool.add(Some(rendered(bytes)));
        }
        assert_eq!(lengths(spool.finish(), 4), [None; 4]);
    }
}
