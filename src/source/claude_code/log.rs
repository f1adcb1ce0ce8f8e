//! A log that was gone over once: the conversation, the branches that were left, and sub-agents whose lines stand in it.

use std::collections::HashMap;
use std::path::Path;

use super::group::{Group, Kind};
use super::grouper::{Grouper, is_sidechain};
use super::record::{Record, line_text, text};
use super::told::Told;
use super::tree::key;
use crate::error::Result;
use crate::model::Happening;
use crate::source::json_lines::{JsonLines, Next, unreadable};
use crate::stop::Stop;

/// How many sub-agents between the lines, and how many branches, are told apart.
const MOST_INLINE: usize = 1000;
const MOST_BRANCHES: usize = 200;

/// A log that was gone over.
pub struct Log {
    /// The conversation.
    pub main: Thread,
    /// What the user left by going back.
    pub branches: Vec<Vec<Group>>,
    /// Sub-agents of old versions, whose lines stand between those of the conversation.
    pub inline: Vec<Thread>,
    /// The title of the conversation.
    pub title: Option<String>,
    /// How much of the file was read.
    pub bytes: u64,
}

/// Messages that follow each other, and what they tell.
pub struct Thread {
    pub groups: Vec<Group>,
    pub told: Told,
}

/// Goes over a log. Of the log of a sub-agent all lines are its own.
///
/// # Errors
/// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable), [`Error::Aborted`](crate::Error::Aborted).
pub fn read(path: &Path, is_agent: bool, stop: &Stop) -> Result<Log> {
    stop.check()?;
    let failed = |error: std::io::Error| unreadable(path, &error);
    let mut lines = JsonLines::open(path).map_err(failed)?;
    let mut grouping = Grouping::default();
    let mut count = 0_usize;
    loop {
        count += 1;
        if count.is_multiple_of(256) {
            stop.check()?;
        }
        match lines.next().map_err(failed)? {
            Next::Line(place, line) => {
                let line = line_text(line);
                match Record::parse(&line) {
                    Some(record) => grouping.of(&record, is_agent).add(place, &record),
                    None => grouping.main.damage(),
                }
            }
            Next::TooLong => grouping.main.damage(),
            // It is being written, or its writer was killed. Only that is told.
            Next::Torn => grouping.main.told.unreadable += 1,
            Next::End => break,
        }
    }
    Ok(grouping.finish(lines.bytes()))
}

#[derive(Default)]
struct Grouping {
    main: Grouper,
    inline: Vec<Grouper>,
    /// Which of those a line belongs to.
    inline_of: HashMap<u64, usize>,
}

impl Grouping {
    /// Where a line belongs.
    fn of(&mut self, record: &Record<'_>, is_agent: bool) -> &mut Grouper {
        if is_agent || !is_sidechain(record.is_sidechain) {
            return &mut self.main;
        }
        let parent = text(record.parent_uuid).map(|id| key(&id));
        let known = parent.and_then(|parent| self.inline_of.get(&parent).copied());
        // Those beyond the most that are told apart are told as one.
        let new = self.inline.len().min(MOST_INLINE);
        let at = known.unwrap_or(new);
        if let Some(id) = text(record.uuid) {
            self.inline_of.insert(key(&id), at);
        }
        if at == self.inline.len() {
            self.inline.push(Grouper::default());
        }
        match self.inline.get_mut(at) {
            Some(grouper) => grouper,
            None => &mut self.main,
        }
    }

    fn finish(mut self, bytes: u64) -> Log {
        self.main.finish();
        let mut groups: Vec<Option<Group>> = Vec::new();
        let of_branches = self.main.tree.branches(&self.main.groups);
        groups.extend(std::mem::take(&mut self.main.groups).into_iter().map(Some));
        let mut branches: Vec<Vec<Group>> = Vec::new();
        let mut marks: HashMap<usize, Group> = HashMap::new();
        for members in of_branches {
            let Some(first) = members.first().copied() else {
                continue;
            };
            let mut branch: Vec<Group> = Vec::new();
            branch.extend(members.iter().filter_map(|at| groups.get_mut(*at)?.take()));
            let Some(begins) = branch.first() else {
                continue;
            };
            let mark = |what, detail| Group {
                kind: Kind::Happened(what),
                lines: Vec::new(),
                order: begins.order,
                start: begins.start,
                end: begins.end,
                detail,
                is_inherited: begins.is_inherited,
            };
            let count = branch.len().to_string();
            let apart = mark(Happening::BranchApart, Some(count));
            let left = mark(Happening::BranchLeft, None);
            marks.insert(first, apart);
            let branches_are_full = branches.len() >= MOST_BRANCHES;
            branch.insert(0, left);
            match branches.last_mut() {
                Some(last) if branches_are_full => last.append(&mut branch),
                _ => branches.push(branch),
            }
        }
        let mut main = Vec::with_capacity(groups.len());
        for (at, group) in groups.into_iter().enumerate() {
            main.extend(marks.remove(&at));
            main.extend(group);
        }
        mark_inherited(&mut main, &self.main.told);
        let title = self.main.title();
        let left_out = self.main.take_left_out();
        let inline = self.inline.into_iter().map(|mut grouper| {
            grouper.finish();
            Thread {
                groups: grouper.groups,
                told: grouper.told,
            }
        });
        let inline: Vec<Thread> = inline.collect();
        if !left_out.is_empty() {
            let named = left_out
                .iter()
                .map(|(name, count)| format!("{name} {count}"));
            let last = main.last();
            main.push(Group {
                kind: Kind::Happened(Happening::LinesLeftOut),
                lines: Vec::new(),
                order: u64::MAX,
                start: last.and_then(|last| last.start),
                end: last.and_then(|last| last.end),
                detail: Some(named.collect::<Vec<_>>().join(", ")),
                is_inherited: false,
            });
        }
        Log {
            main: Thread {
                groups: main,
                told: self.main.told,
            },
            branches,
            inline,
            title,
            bytes,
        }
    }
}

/// Marks where what was copied from another session ends.
fn mark_inherited(groups: &mut Vec<Group>, told: &Told) {
    let Some(last) = groups.iter().rposition(|group| group.is_inherited) else {
        return;
    };
    let (order, end) = groups.get(last).map_or((0, None), |it| (it.order, it.end));
    groups.insert(
        last + 1,
        Group {
            kind: Kind::Happened(Happening::Forked),
            lines: Vec::new(),
            order,
            start: end,
            end,
            detail: told.forked_from.clone(),
            is_inherited: false,
        },
    );
}
