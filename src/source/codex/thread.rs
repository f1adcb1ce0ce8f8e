//! A thread from the files that it consists of.
//!
//! A file that continues another one holds only its own lines, and names how many of the other's come before. What
//! follows those in a file of the same thread was left by going back.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::CodexStore;
use super::form::{self, Form};
use super::group::{Group, Kind, Line};
use super::grouper::Grouper;
use super::home::{Head, Rollout, began};
use super::record::{Record, Type, text};
use super::told::Told;
use crate::error::{Error, Result};
use crate::model::{Happening, Notes};
use crate::regular_file;
use crate::source::json_lines::{JsonLines, Next, unreadable};
use crate::stop::Stop;

/// The most files that continue each other.
const MOST_FILES: usize = 256;
/// The program may take so many milliseconds to write the copies of a fork.
const COPYING: i64 = 2000;

/// A file that lines are read from.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    pub form: Form,
    /// The size of the file when it was gone over.
    pub bytes: u64,
}

/// The files of a document, by their numbers.
#[derive(Debug, Default)]
pub struct Sources {
    pub files: Vec<Source>,
    by_path: HashMap<PathBuf, u32>,
}

impl Sources {
    fn number(&mut self, rollout: &Rollout, bytes: u64) -> u32 {
        let next = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let number = *self.by_path.entry(rollout.path.clone()).or_insert(next);
        if number == next {
            self.files.push(Source {
                path: rollout.path.clone(),
                form: rollout.form,
                bytes,
            });
        }
        number
    }
}

/// Opens a file for its lines; whether a part of it is damaged, and its size.
///
/// # Errors
/// [`Error::StoreUnreadable`], [`Error::Aborted`].
pub fn open(path: &std::path::Path, form: Form, stop: &Stop) -> Result<(JsonLines, bool, u64)> {
    let failed = |error: std::io::Error| {
        match error.kind() {
        std::io::ErrorKind::Interrupted => Error::Aborted,
        std::io::ErrorKind::FileTooLarge => Error::store_unreadable(
            path,
            match form {
                Form::Whole => "it is larger than 64 MB".to_owned(),
                _ => "its text is larger than 2 GB; unpack it with `zstd -d` and export the file that comes of it"
                    .to_owned(),
            },
        ),
        _ => unreadable(path, &error),
    }
    };
    let file = regular_file::open_patiently(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let (file, is_damaged) = form::lines(file, form, stop).map_err(failed)?;
    let lines = JsonLines::of(file).map_err(failed)?;
    Ok((lines, is_damaged, bytes))
}

/// A thread that was read.
pub struct Thread {
    pub head: Head,
    pub groups: Vec<Group>,
    pub branches: Vec<Vec<Group>>,
    pub told: Told,
}

/// A part of a file that belongs to a thread.
struct Segment {
    rollout: Rollout,
    end_byte: u64,
    end_ordinal: u64,
}

/// The files before a file, the first one first; and whether the first one is missing.
fn chain(store: &CodexStore, live: &Rollout) -> (Vec<Segment>, bool) {
    let mut segments = vec![Segment {
        rollout: live.clone(),
        end_byte: u64::MAX,
        end_ordinal: u64::MAX,
    }];
    let mut seen = HashSet::from([live.path.clone()]);
    let mut is_missing = false;
    let mut base = Head::read(live).and_then(|head| head.base);
    while let Some(before) = base.take() {
        let found = store
            .file_of(&before.id)
            .filter(|_| segments.len() < MOST_FILES);
        let Some(rollout) = found.filter(|it| seen.insert(it.path.clone())) else {
            is_missing = true;
            break;
        };
        base = Head::read(rollout).and_then(|head| head.base);
        segments.push(Segment {
            rollout: rollout.clone(),
            end_byte: before.end_byte,
            end_ordinal: before.end_ordinal,
        });
    }
    segments.reverse();
    (segments, is_missing)
}

/// Reads a thread. In a sub-agent's, what was copied from its starter is left out: it is told there.
///
/// # Errors
/// [`Error::StoreUnreadable`], [`Error::Aborted`].
pub fn read(
    store: &CodexStore,
    live: &Rollout,
    is_root: bool,
    sources: &mut Sources,
    stop: &Stop,
) -> Result<Thread> {
    let mut head = Head::read(live).unwrap_or_default();
    let (segments, is_missing) = chain(store, live);
    let mut grouper = Grouper::default();
    if is_missing || Head::read(live).is_none() {
        grouper.happened(Happening::LinesMissing, head.created, None);
    }
    if let Some(from) = head.forked_from.clone().filter(|_| is_missing) {
        grouper.happened(Happening::Forked, head.created, Some(from));
    }
    let mut in_chain = HashSet::new();
    let mut left: Vec<Rollout> = Vec::new();
    for segment in &segments {
        let rollout = &segment.rollout;
        in_chain.insert(rollout.path.clone());
        let is_own = rollout.thread == live.thread;
        let scan = Scan {
            rollout,
            from: 0,
            end: segment.end_byte,
            end_ordinal: segment.end_ordinal,
            is_inherited: !is_own,
        };
        let end = scan.run(&mut grouper, sources, stop)?;
        if is_own && segment.rollout != *live {
            let rest = Scan {
                from: end,
                end: u64::MAX,
                end_ordinal: u64::MAX,
                is_inherited: false,
                rollout,
            };
            leave(&mut grouper, &rest, sources, stop)?;
        }
    }
    // What continued this thread once, and was left before anything of it came into the one that is live.
    let others = store.files_of(&live.thread);
    left.extend(others.filter(|it| !in_chain.contains(&it.path)).cloned());
    for rollout in left.iter().filter(|_| store.has_other_files) {
        let scan = Scan {
            from: 0,
            end: u64::MAX,
            end_ordinal: u64::MAX,
            is_inherited: false,
            rollout,
        };
        leave(&mut grouper, &scan, sources, stop)?;
    }
    grouper.finish();
    grouper.begin_file(false);
    if let Some(names) = grouper.take_left_out() {
        let last = grouper.groups.last().and_then(|it| it.end);
        grouper.happened(Happening::LinesLeftOut, last, Some(names));
    }
    let own = segments.iter().map(|it| &it.rollout);
    let own = own.filter(|it| it.thread == live.thread && **it != *live);
    let began = own.filter_map(|it| Head::read(it)?.created).min();
    head.created = began.into_iter().chain(head.created).min();
    let mut groups = grouper.groups;
    mark_inherited(&mut groups, &head, is_root);
    let branches = grouper.branches.into_iter().map(|(_, branch)| branch);
    Ok(Thread {
        head,
        groups,
        branches: branches.collect(),
        told: grouper.told,
    })
}

/// Reads what was left, and tells it apart.
fn leave(grouper: &mut Grouper, scan: &Scan<'_>, sources: &mut Sources, stop: &Stop) -> Result<()> {
    let mut apart = grouper.beside();
    scan.run(&mut apart, sources, stop)?;
    apart.finish();
    grouper.told.unreadable += apart.told.unreadable;
    grouper.told.unknown += apart.told.unknown;
    let is_said = |group: &Group| matches!(group.kind, Kind::User | Kind::Answer | Kind::Shell);
    if apart.groups.iter().any(is_said) {
        let models = std::mem::take(&mut apart.told.models);
        grouper.leave_of(apart.groups, models);
        for (_, branch) in apart.branches {
            grouper.leave(branch);
        }
    }
    Ok(())
}

struct Scan<'a> {
    rollout: &'a Rollout,
    from: u64,
    end: u64,
    end_ordinal: u64,
    is_inherited: bool,
}

impl Scan<'_> {
    /// Goes over the lines; gives where it ended.
    fn run(&self, grouper: &mut Grouper, sources: &mut Sources, stop: &Stop) -> Result<u64> {
        stop.check()?;
        let path = &self.rollout.path;
        let failed = |error: std::io::Error| unreadable(path, &error);
        let (lines, is_damaged, bytes) = open(path, self.rollout.form, stop)?;
        if is_damaged {
            grouper.damage();
        }
        let file = sources.number(self.rollout, bytes);
        let mut lines = lines.between(self.from, u64::MAX);
        let mut copied = Copied::default();
        let mut end = self.from;
        let mut count = 0_usize;
        grouper.begin_file(self.is_inherited);
        loop {
            count += 1;
            if count.is_multiple_of(256) {
                stop.check()?;
            }
            match lines.next().map_err(failed)? {
                Next::Line(place, line) => {
                    let Some(record) = Record::parse(line, &mut Notes::default()) else {
                        grouper.damage();
                        continue;
                    };
                    // By their numbers, where they have some: a file that was rewritten has other places.
                    let is_behind = match record.ordinal.filter(|_| self.end_ordinal < u64::MAX) {
                        Some(ordinal) => ordinal >= self.end_ordinal,
                        None => place.start >= self.end,
                    };
                    if is_behind {
                        end = place.start;
                        break;
                    }
                    end = place.start + u64::from(place.bytes);
                    grouper.begin_file(self.is_inherited || copied.is_copied(&record));
                    grouper.add(Line { file, place }, &record);
                }
                Next::TooLong => grouper.damage(),
                // It is being written, or its writer was killed. Only that is told.
                Next::Torn => grouper.told.unreadable += 1,
                Next::End => break,
            }
        }
        Ok(end)
    }
}

/// Tells lines that were copied into a file from those that are its own.
#[derive(Default)]
pub struct Copied {
    head: Option<Head>,
    /// True where the lines are copies now.
    is_now: bool,
    /// True where turns have a beginning.
    has_turns: bool,
}

impl Copied {
    pub fn is_copied(&mut self, record: &Record) -> bool {
        let Some(head) = &self.head else {
            self.head = Some(Head::of(record).unwrap_or_default());
            return false;
        };
        if record.of == Type::Meta {
            let other = text(&record.payload, "id");
            self.is_now |= head.id.as_deref().is_some_and(|id| id != other);
        }
        if !self.is_now {
            return false;
        }
        self.has_turns |= record.kind() == "task_started";
        let is_own = match head.own_from {
            Some(own_from) => record.ordinal.is_some_and(|ordinal| ordinal >= own_from),
            // A turn is named by when it began. Older versions name none: there the copies are written at once, and the
            // first prompt comes when a person wrote it.
            None if record.kind() == "task_started" => {
                record.turn().and_then(|turn| began(&turn)) >= head.created
            }
            None => {
                let is_prompt = record.kind() == "user_message"
                    || record.kind() == "message" && text(&record.payload, "role") == "user";
                let is_later = record.time > head.created.map(|it| it.saturating_add(COPYING));
                !self.has_turns && is_prompt && is_later
            }
        };
        self.is_now = !is_own;
        self.is_now
    }
}

/// Says where the lines end that are of another session.
fn mark_inherited(groups: &mut Vec<Group>, head: &Head, is_root: bool) {
    let Some(last) = groups.iter().rposition(|group| group.is_inherited) else {
        return;
    };
    let Some(mut mark) = groups.get(last).cloned() else {
        return;
    };
    mark.lines.clear();
    mark.start = mark.end;
    mark.tokens = None;
    mark.is_inherited = false;
    mark.kind = Kind::Happened(match is_root {
        true => Happening::Forked,
        false => Happening::InheritedElsewhere,
    });
    mark.detail = head.forked_from.clone().filter(|_| is_root);
    groups.insert(last + 1, mark);
    if !is_root {
        groups.retain(|group| !group.is_inherited);
    }
}
