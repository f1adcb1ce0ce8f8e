//! Messages that were rendered while they were read, until the document gets to them: what stands before them
//! in a document is known last. So they are read once.

use std::io;
use std::path::Path;

use super::reader::Place;
use crate::error::{Error, Result};
use crate::model::SessionTree;
use crate::redact::Redacted;
use crate::render::RenderedMessage;
use crate::sink::{self, SpoolFile, SpoolReader, SpooledText};

/// How much is kept in memory before there is a file, in bytes.
const IN_MEMORY: usize = 256 * 1024;

/// The spool while messages are read.
#[derive(Default)]
pub struct Spool<'a> {
    /// The target of the document, beside which there may be a file. `None` where all is kept in memory, as the
    /// document will be.
    target: Option<&'a Path>,
    file: Option<SpoolFile>,
    /// How much is in memory, in bytes.
    in_memory: usize,
    /// Whether a file could not be written.
    has_failed: bool,
    sessions: Vec<SpooledSession>,
}

/// The messages of a session, and what they were rendered with.
struct SpooledSession {
    id: Option<String>,
    directory: Option<String>,
    messages: Vec<Option<RenderedMessage<Kept>>>,
}

/// Where a text is kept.
enum Kept {
    InMemory(String),
    InFile(SpooledText),
}

impl<'a> Spool<'a> {
    /// An empty one, for the document at `target` or for one in memory.
    pub fn new(target: Option<&'a Path>) -> Self {
        Self {
            target,
            ..Self::default()
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
        let kept = message.and_then(|message| message.try_map(|text| self.keep(text)).ok());
        if let Some(session) = self.sessions.last_mut() {
            session.messages.push(kept);
        }
    }

    fn keep(&mut self, mut text: String) -> io::Result<Kept> {
        let is_for_file = self.in_memory + text.len() > IN_MEMORY;
        let Some(target) = self.target.filter(|_| is_for_file) else {
            text.shrink_to_fit();
            self.in_memory += text.len();
            return Ok(Kept::InMemory(text));
        };
        if self.has_failed {
            return Err(io::ErrorKind::Other.into());
        }
        let file = match self.file.take() {
            Some(file) => Ok(file),
            None => SpoolFile::create_beside(target),
        };
        let added = file.and_then(|mut file| Ok((file.add(&text)?, file)));
        match added {
            Ok((text, file)) => {
                self.file = Some(file);
                Ok(Kept::InFile(text))
            }
            Err(error) => {
                self.forget_file();
                Err(error)
            }
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

    /// Keeps a message instead of what was kept of it. `None` is one to be read again.
    pub fn replace(&mut self, (session, index): Place, message: Option<RenderedMessage>) {
        let kept = message.and_then(|message| message.try_map(|text| self.keep(text)).ok());
        let session = self.sessions.get_mut(session);
        if let Some(place) = session.and_then(|session| session.messages.get_mut(index)) {
            *place = kept;
        }
    }

    /// Goes on without a file: to read messages again takes longer, no more.
    fn forget_file(&mut self) {
        self.has_failed = true;
        let sessions = self.sessions.iter_mut();
        for message in sessions.flat_map(|session| &mut session.messages) {
            let is_lost =
                |message: &RenderedMessage<Kept>| matches!(message.text(), Kept::InFile(_));
            message.take_if(|message| is_lost(message));
        }
    }

    /// Ends it.
    pub fn finish(mut self) -> Spooled<'a> {
        let file = match self.file.take().map(SpoolFile::into_reader) {
            Some(Ok(file)) => Some(file),
            Some(Err(_)) => {
                self.forget_file();
                None
            }
            None => None,
        };
        Spooled {
            target: self.target,
            file,
            sessions: self.sessions,
            text: String::new(),
        }
    }
}

/// What was spooled.
#[derive(Default)]
pub struct Spooled<'a> {
    target: Option<&'a Path>,
    file: Option<SpoolReader>,
    sessions: Vec<SpooledSession>,
    /// What was taken out of memory last.
    text: String,
}

impl Spooled<'_> {
    /// Whether a message is there.
    pub fn has(&self, (session, index): Place) -> bool {
        let session = self.sessions.get(session);
        let message = session.and_then(|session| session.messages.get(index));
        message.is_some_and(Option::is_some)
    }

    fn remove(&mut self, (session, index): Place) -> Option<RenderedMessage<Kept>> {
        self.sessions
            .get_mut(session)?
            .messages
            .get_mut(index)?
            .take()
    }

    /// Takes a message out; `None` where it is not there.
    ///
    /// # Errors
    /// [`Error::WriteFailed`] where the file cannot be read.
    pub fn take(&mut self, place: Place) -> Result<Option<RenderedMessage<&str>>> {
        let Some(message) = self.remove(place) else {
            return Ok(None);
        };
        let Self {
            target, file, text, ..
        } = self;
        let read = move |kept| match (kept, file) {
            (Kept::InMemory(kept), _) => {
                *text = kept;
                Ok(text.as_str())
            }
            (Kept::InFile(kept), Some(file)) => {
                let target = target.unwrap_or(Path::new(""));
                let failed = sink::failed(target, "reading back what was rendered");
                file.read(kept).map_err(failed)
            }
            (Kept::InFile(_), None) => Err(Error::Internal),
        };
        message.try_map(read).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Notes;
    use crate::options::{ExportOptions, RedactOptions};
    use crate::redact::Learner;
    use crate::render::MessageRenderer;
    use crate::source;

    /// A message that is rendered as a text of some length.
    fn rendered(bytes: usize) -> RenderedMessage {
        let options = ExportOptions::default();
        let renderer = MessageRenderer::new(&options, [None].into_iter()).unwrap();
        let mut learner =
            Learner::new(&SessionTree::default(), &RedactOptions::default(), &|| true);
        let json = br#"{ "info": { "id": "ses_1" }, "messages": [{ "info": { "role": "user" }, "parts": [] }] }"#;
        let fetched = source::read_json(json).unwrap().messages.fetch(0, 0);
        let mut message = fetched.unwrap().read(&mut Notes::default());
        let scouted = learner.scout().message(&mut message);
        let (message, _) = learner.message(&mut message, scouted).unwrap();
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
            for message in [
                Some(10),
                None,
                Some(IN_MEMORY),
                Some(20),
                Some(3 * IN_MEMORY),
            ] {
                spool.add(message.map(rendered));
            }
            spool.replace((0, 3), None);
            spool.replace((0, 4), Some(rendered(2 * IN_MEMORY)));
            let spooled = spool.finish();
            assert!(spooled.has((0, 0)) && !spooled.has((0, 1)) && !spooled.has((1, 0)));
            let expected = [Some(10), None, Some(IN_MEMORY), None, Some(2 * IN_MEMORY)];
            assert_eq!(lengths(spooled, 5), expected);
        }
    }

    #[test]
    fn without_a_file_the_rest_is_read_again() {
        let mut spool = Spool::new(Some(Path::new("/no/such/folder/a.md")));
        spool.begin_session(None, None, 4);
        for bytes in [10, IN_MEMORY, IN_MEMORY, 20] {
            spool.add(Some(rendered(bytes)));
        }
        assert_eq!(lengths(spool.finish(), 4), [Some(10), None, None, Some(20)]);
    }
}
