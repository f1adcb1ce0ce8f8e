//! Sessions as a list shows them. Of each file the beginning and the end are read.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::CodexStore;
use super::form::Form;
use super::group::Line;
use super::grouper::Grouper;
use super::home::{self, Head, Rollout};
use super::record::Record;
use crate::error::{Error, Result};
use crate::model::{Notes, SessionInfo};
use crate::source::counted_messages::CountedMessages;
use crate::source::in_threads::in_threads;
use crate::source::json_lines::LinePlace;
use crate::source::session_list::{SessionList, SessionSummary};
use crate::source::unopened;
use crate::stop::Stop;

/// How much is read of the beginning and of the end, in bytes. A smaller file is read whole.
const BEGINNING: u64 = 64 * 1024;
const END: u64 = 16 * 1024;
/// How much is read where no prompt stands in that: what the program adds first may be long.
const LONG_BEGINNING: u64 = 1024 * 1024;
/// The most messages that are estimated.
const MOST_ESTIMATED: u64 = 100_000;

impl CodexStore {
    /// Adds every session to a list.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn list(&self, list: &mut SessionList, stop: &Stop) -> Result<()> {
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let files = match &self.named {
            Some(named) => vec![named],
            None => self.rollouts.iter().collect(),
        };
        let threads = self.threads(&files, &store, stop)?;
        let known: HashSet<&str> = threads
            .iter()
            .map(|(session, _)| session.id.as_str())
            .collect();
        let unknown = files
            .iter()
            .filter(|file| !known.contains(file.thread.as_str()));
        let lacking = unopened::lacking(&store, unknown.map(|file| file.path.as_path()));
        let counts = threads
            .iter()
            .map(|(session, count)| (session.id.clone(), *count));
        let counts = counts.collect();
        let sessions = threads.into_iter().map(|(session, _)| session).collect();
        list.add(store, sessions, Box::new(CountedMessages(counts)));
        if let Some(error) = lacking {
            list.lacks(&self.path, error);
        }
        Ok(())
    }

    /// The threads of some files, each with how many messages it has.
    fn threads(
        &self,
        files: &[&Rollout],
        store: &Arc<Path>,
        stop: &Stop,
    ) -> Result<Vec<(SessionSummary, usize)>> {
        let sketches = in_threads(files, stop, |file| Ok(Sketch::of(file)))?;
        let mut threads: Vec<(SessionSummary, usize)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        // By when they were begun: the first words are those of the first file that has some.
        for (file, sketch) in files.iter().zip(sketches) {
            let Some(sketch) = sketch else { continue };
            let at = *places.entry(&file.thread).or_insert(threads.len());
            match threads.get_mut(at) {
                Some((session, messages)) => {
                    session.updated = session.updated.max(sketch.updated);
                    let created = session.created.into_iter().chain(sketch.head.created);
                    session.created = created.min();
                    session.is_archived &= file.is_archived;
                    session.title = session.title.take().or(sketch.words);
                    *messages += sketch.messages;
                }
                None => {
                    let messages = sketch.messages;
                    threads.push((self.summary(file, sketch, store), messages));
                }
            }
        }
        for (session, _) in &mut threads {
            session.title = self.title(session);
        }
        Ok(threads)
    }

    /// Reads what the beginnings and the ends of a thread's files tell of it. The thread exists.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let files = self.rollouts.iter().filter(|file| file.thread == id);
        let files: Vec<&Rollout> = files.collect();
        let threads = self.threads(&files, &store, &Stop::default())?;
        let Some((listed, _)) = threads.into_iter().next() else {
            let problem = "the files of this session cannot be read";
            return Err(Error::store_unreadable(&self.path, problem));
        };
        Ok(listed.into_info())
    }

    fn title(&self, session: &SessionSummary) -> Option<String> {
        let given = self.titles.get(&session.id).cloned();
        given.or_else(|| session.title.clone())
    }

    fn summary(&self, file: &Rollout, sketch: Sketch, store: &Arc<Path>) -> SessionSummary {
        SessionSummary {
            product: super::PRODUCT,
            id: file.thread.clone(),
            title: sketch.words,
            created: sketch.head.created,
            updated: sketch.updated,
            parent_id: sketch.head.parent.filter(|_| sketch.head.is_agent),
            directory: sketch.directory.as_deref().map(Arc::from),
            is_published: false,
            is_archived: file.is_archived,
            store: store.clone(),
            also_in: Vec::new(),
            repeats: None,
        }
    }
}

/// What a list needs of a file.
struct Sketch {
    head: Head,
    words: Option<String>,
    directory: Option<String>,
    updated: Option<i64>,
    messages: usize,
}

impl Sketch {
    fn of(file: &Rollout) -> Option<Self> {
        let (sketch, is_whole) = Self::read(file, BEGINNING)?;
        match sketch.words.is_none() && !is_whole {
            true => Some(Self::read(file, LONG_BEGINNING)?.0),
            false => Some(sketch),
        }
    }

    /// Reads so much of the beginning; tells whether that is all.
    fn read(file: &Rollout, beginning: u64) -> Option<(Self, bool)> {
        let mut sketching = Sketching::default();
        if file.form != Form::Lines {
            let head = home::beginning(file, beginning)?;
            let is_whole = (head.len() as u64) < beginning;
            sketching.add(head.split(|byte| *byte == b'\n'));
            let changed = file.path.metadata().ok()?.modified().ok()?;
            let changed = chrono::DateTime::<chrono::Utc>::from(changed).timestamp_millis();
            let sketch = sketching.finish(1, 1).map(|sketch| Self {
                updated: sketch.updated.filter(|_| is_whole).or(Some(changed)),
                ..sketch
            });
            return Some((sketch?, is_whole));
        }
        let ends = home::ends(file, beginning, END)?;
        sketching.add(ends.head());
        sketching.words = sketching.grouper.told.words().cloned();
        sketching.is_cut = !ends.is_whole();
        sketching.add(ends.tail());
        let read = (beginning + END).min(ends.bytes);
        Some((sketching.finish(ends.bytes, read)?, ends.is_whole()))
    }
}

#[derive(Default)]
struct Sketching {
    head: Option<Head>,
    copied: super::thread::Copied,
    grouper: Grouper,
    /// The first words that stand in the beginning: what stands in the end is not the first.
    words: Option<String>,
    is_cut: bool,
}

impl Sketching {
    fn add<'l>(&mut self, lines: impl Iterator<Item = &'l [u8]>) {
        let nowhere = Line {
            file: 0,
            place: LinePlace { start: 0, bytes: 0 },
        };
        for line in lines {
            let Some(record) = Record::parse(line, &mut Notes::default()) else {
                continue;
            };
            if self.head.is_none() {
                self.head = Head::of(&record);
            }
            self.grouper.begin_file(self.copied.is_copied(&record));
            self.grouper.add(nowhere, &record);
        }
    }

    fn finish(mut self, bytes: u64, read: u64) -> Option<Sketch> {
        self.grouper.finish();
        // The first line may be damaged: what follows is there.
        let has_lines = !self.grouper.groups.is_empty();
        let head = self.head.or_else(|| has_lines.then(Head::default))?;
        let told = self.grouper.told;
        let found = self.grouper.groups.len() as u64;
        let estimated = match bytes > read {
            true => (found.saturating_mul(bytes) / read.max(1)).min(MOST_ESTIMATED),
            false => found,
        };
        Some(Sketch {
            words: match self.is_cut {
                true => self.words,
                false => told.words().cloned(),
            },
            directory: head.directory.clone().or(told.directory),
            updated: told.updated.or(head.created),
            messages: usize::try_from(estimated).unwrap_or_default(),
            head,
        })
    }
}
