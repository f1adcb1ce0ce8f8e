//! A log that was gone over once: the conversation, the branches that were left, and sub-agents whose lines stand in it.

use std::collections::HashMap;
use std::path::Path;

use super::beginning::Kin;
use super::group::{Group, Kind};
use super::grouper::{Answers, Grouper, is_sidechain};
use super::record::{Record, line_text, text};
use super::told::Told;
use super::tree::key;
use crate::error::Result;
use crate::model::Happening;
use crate::source::json_lines::{JsonLines, LinePlace, Next, unreadable, whole_end};
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
    /// The answers in the conversation.
    pub answers: Answers,
    /// How much of the file was read.
    pub bytes: u64,
}

/// Messages that follow each other, and what they tell.
pub struct Thread {
    pub groups: Vec<Group>,
    pub told: Told,
}

/// Goes over the log of a session or of a sub-agent, of which all lines are its own. `kin` is what other logs tell of
/// it.
///
/// # Errors
/// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable), [`Error::Aborted`](crate::Error::Aborted).
pub fn read(path: &Path, id: &str, kin: &Kin, stop: &Stop) -> Result<Log> {
    let is_agent = id.starts_with("agent-");
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
            Next::Line(place, bytes) => {
                let line = line_text(bytes);
                match Record::parse(&line) {
                    Some(record) => grouping.of(&record, is_agent).add(place, &record),
                    // A line with invalid UTF-8 becomes longer, and places in it move.
                    None if line.len() == bytes.len() => {
                        grouping.damaged(place, &line, is_agent);
                    }
                    None => grouping.main.damage(),
                }
            }
            Next::TooLong => grouping.main.damage(),
            // It is being written, or its writer was killed. Only that is told.
            Next::Torn => grouping.main.told.unreadable += 1,
            Next::End => break,
        }
    }
    let told = &mut grouping.main.told;
    // Its own count more, so they come last.
    told.summaries.splice(0..0, kin.summaries.iter().cloned());
    if let Some((session, answers)) = &kin.repeated {
        grouping.main.repeats(session, answers);
    }
    Ok(grouping.finish(lines.bytes(), id))
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

    /// A line that is no JSON. Where its writer was killed, the next line begins in it.
    fn damaged(&mut self, place: LinePlace, line: &str, is_agent: bool) {
        self.main.damage();
        let Some(at) = whole_end(line) else { return };
        let behind = line.get(at..).and_then(Record::parse);
        let (Some(record), Ok(skipped)) = (behind, u32::try_from(at)) else {
            return;
        };
        let place = LinePlace {
            start: place.start + u64::from(skipped),
            bytes: place.bytes.saturating_sub(skipped),
        };
        self.of(&record, is_agent).add(place, &record);
    }

    fn finish(mut self, bytes: u64, id: &str) -> Log {
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
            let branches_are_full = branches.len() >= MOST_BRANCHES;
            let number = branches.len() + usize::from(!branches_are_full);
            let apart = mark(Happening::BranchApart, Some(branch_id(id, number)));
            let left = mark(Happening::BranchLeft, None);
            marks.insert(first, apart);
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
        put_commands_first(&mut main);
        mark_inherited(&mut main, &self.main.told);
        let title = self.main.title();
        let answers = self.main.answers();
        let left_out = self.main.take_left_out();
        let inline = self.inline.into_iter().map(|mut grouper| {
            grouper.finish();
            Thread {
                groups: grouper.groups,
                told: grouper.told,
            }
        });
        let inline: Vec<Thread> = inline.collect();
        for (name, count) in left_out {
            leave_out(&mut main, &name, count);
        }
        Log {
            main: Thread {
                groups: main,
                told: self.main.told,
            },
            branches,
            inline,
            title,
            answers,
            bytes,
        }
    }
}

/// Puts a command before the compaction that it asked for: the log has it behind the summary.
fn put_commands_first(groups: &mut [Group]) {
    let is_compaction = |group: &Group| group.kind == Kind::Compaction;
    let mut from = 0;
    while let Some(rest) = groups.get_mut(from..) {
        let Some(at) = rest.iter().position(is_compaction) else {
            return;
        };
        from += at + 1;
        let Some(of_compaction) = rest.get_mut(at..) else {
            return;
        };
        let began = of_compaction.first().and_then(|group| group.start);
        let mut behind = of_compaction.iter().skip(1);
        let between = behind.position(|group| !matches!(group.kind, Kind::Summary | Kind::Context));
        let command = between.map(|between| between + 1);
        if let Some(command) = command
            && let Some(group) = of_compaction.get(command)
            && group.kind == Kind::Command
            && group.start.is_some_and(|start| Some(start) < began)
            && let Some(moved) = of_compaction.get_mut(..=command)
        {
            moved.rotate_right(1);
            from += 1;
        }
    }
}

/// Tells at the end of a session how many lines of a type it does not show.
pub fn leave_out(groups: &mut Vec<Group>, name: &str, count: usize) {
    if count == 0 {
        return;
    }
    let told = format!("{name} {count}");
    let last = groups.last_mut();
    let time = last.as_ref().map(|last| (last.start, last.end));
    let kind = Kind::Happened(Happening::LinesLeftOut);
    if let Some(detail) = last
        .filter(|last| last.kind == kind)
        .and_then(|last| last.detail.as_mut())
    {
        detail.push_str(", ");
        detail.push_str(&told);
        return;
    }
    let (start, end) = time.unwrap_or_default();
    groups.push(Group {
        kind,
        lines: Vec::new(),
        order: u64::MAX,
        start,
        end,
        detail: Some(told),
        is_inherited: false,
    });
}

/// The id of a branch of a session, by its number from 1.
pub fn branch_id(session: &str, number: usize) -> String {
    format!("{session}-branch-{number}")
}

/// Marks where what was copied from another session ends.
fn mark_inherited(groups: &mut Vec<Group>, told: &Told) {
    let Some(last) = groups.iter().rposition(|group| group.is_inherited) else {
        return;
    };
    let (what, detail) = match &told.repeats {
        Some(repeated) => (Happening::Resumed, Some(repeated.clone())),
        None => (Happening::Forked, told.forked_from.clone()),
    };
    let (order, end) = groups.get(last).map_or((0, None), |it| (it.order, it.end));
    groups.insert(
        last + 1,
        Group {
            kind: Kind::Happened(what),
            lines: Vec::new(),
            order,
            start: end,
            end,
            detail,
            is_inherited: false,
        },
    );
}
