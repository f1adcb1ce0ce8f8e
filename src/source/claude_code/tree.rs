//! The tree of a log: each line names the one before it. A user who goes back begins another branch, and so do
//! parallel calls, whose results hang on their own lines.
//!
//! The conversation is what leads to the line that was written last. What hangs beside it is a branch that was left
//! only where somebody speaks in it: results and what the program added are told where they stand in the file.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::group::Group;
use super::record::{Record, text};

/// Many of them are kept: an id as a number.
pub fn key(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u32,
    group: u32,
    /// The length of its line, in bytes.
    bytes: u32,
}

/// The lines of a log that name one before them.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    by_id: HashMap<u64, u32>,
    /// The user went back, and the next line begins a branch.
    has_jumped: bool,
    /// True where the last line names none before it.
    is_last_root: bool,
}

impl Tree {
    /// Tells whether a line is there.
    pub fn has(&self, id: u64) -> bool {
        self.by_id.contains_key(&id)
    }

    /// The ids of all lines.
    pub fn ids(&self) -> impl Iterator<Item = u64> {
        self.by_id.keys().copied()
    }

    /// The length of the line with an id, in bytes.
    pub fn bytes_of(&self, id: u64) -> Option<u32> {
        let at = usize::try_from(*self.by_id.get(&id)?).ok()?;
        Some(self.nodes.get(at)?.bytes)
    }

    /// The user went back. That stands behind the line that begins the branch, or before it.
    pub fn jumped(&mut self) {
        match self.nodes.last_mut().filter(|_| self.is_last_root) {
            Some(node) => node.parent = NONE,
            None => self.has_jumped = true,
        }
    }

    /// Adds a line of so many bytes, and the group that it belongs to.
    pub fn add(&mut self, record: &Record<'_>, bytes: u32, group: Option<usize>) {
        let Some(id) = text(record.uuid) else { return };
        let named = text(record.parent_uuid);
        let known = named
            .as_deref()
            .and_then(|id| self.by_id.get(&key(id)).copied());
        let before = u32::try_from(self.nodes.len())
            .ok()
            .and_then(|at| at.checked_sub(1));
        // A line that names none, such as a summary of what was said, or one that is not there, follows what was
        // written before. Where the user went back to the very beginning it does not.
        let at = self.nodes.len();
        let has_jumped = std::mem::take(&mut self.has_jumped);
        self.is_last_root = named.is_none();
        let is_new_start = named.is_none() && has_jumped;
        let parent = known.or(before.filter(|_| !is_new_start)).unwrap_or(NONE);
        let group = group.and_then(|group| u32::try_from(group).ok());
        let Ok(at) = u32::try_from(at) else { return };
        self.by_id.insert(key(&id), at);
        self.nodes.push(Node {
            parent,
            group: group.unwrap_or(NONE),
            bytes,
        });
    }

    /// The groups of each branch that was left, in their order: which of the groups each holds.
    pub fn branches(&self, groups: &[Group]) -> Vec<Vec<usize>> {
        let group_of = |node: &Node| {
            usize::try_from(node.group)
                .ok()
                .filter(|_| node.group != NONE)
        };
        let mut is_live = vec![false; groups.len()];
        let mut is_on_path = vec![false; self.nodes.len()];
        let mut at = self.nodes.len().checked_sub(1);
        while let Some(place) = at {
            let Some(node) = self.nodes.get(place) else {
                break;
            };
            match is_on_path.get_mut(place) {
                Some(seen) if !*seen => *seen = true,
                _ => break,
            }
            if let Some(live) = group_of(node).and_then(|group| is_live.get_mut(group)) {
                *live = true;
            }
            at = usize::try_from(node.parent)
                .ok()
                .filter(|_| node.parent != NONE);
        }
        // A group that no line of the tree belongs to is told where it stands.
        let mut has_node = vec![false; groups.len()];
        for group in self.nodes.iter().filter_map(group_of) {
            if let Some(has) = has_node.get_mut(group) {
                *has = true;
            }
        }
        // The first speaker of the branch that each line is in; parents stand before their children.
        let mut branch_of: Vec<Option<usize>> = Vec::with_capacity(self.nodes.len());
        let mut of_group: Vec<Option<usize>> = vec![None; groups.len()];
        for (place, node) in self.nodes.iter().enumerate() {
            let group = group_of(node);
            let parent = usize::try_from(node.parent).ok();
            let inherited = parent.and_then(|parent| branch_of.get(parent).copied().flatten());
            let is_live_group = group.is_some_and(|group| is_live.get(group) == Some(&true));
            let is_on_path = is_on_path.get(place) == Some(&true);
            let branch = match (is_on_path || is_live_group, inherited, group) {
                (true, ..) => None,
                (false, Some(branch), _) => Some(branch),
                (false, None, Some(group)) => {
                    let is_said = groups.get(group).is_some_and(|group| group.kind.is_said());
                    is_said.then_some(group)
                }
                (false, None, None) => None,
            };
            branch_of.push(branch);
            if let Some(of) = group.and_then(|group| of_group.get_mut(group)) {
                *of = of.or(branch);
            }
        }
        let mut branches: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        for (group, branch) in of_group.into_iter().enumerate() {
            let Some(branch) = branch.filter(|_| has_node.get(group) == Some(&true)) else {
                continue;
            };
            let place = *places.entry(branch).or_insert(branches.len());
            match branches.get_mut(place) {
                Some(members) => members.push(group),
                None => branches.push(vec![group]),
            }
        }
        branches
    }
}
