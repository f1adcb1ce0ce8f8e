//! A session with what belongs to it: the branches that were left, and its sub-agents under the calls that started
//! them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::CodexStore;
use super::group::{Group, Kind};
use super::home::{Head, Rollout};
use super::messages::SessionGroups;
use super::thread::{self, Sources, Thread};
use super::told::Told;
use crate::error::{Error, Result};
use crate::model::{
    Happening, ModelRef, Notes, Oddity, Session, SessionInfo, SessionTree, Timestamp,
};
use crate::stop::Stop;

/// The most sub-agents of a document.
const MOST: usize = 4096;

/// A tree of sessions, the messages of each, and the files that they are in.
pub struct Family {
    pub tree: SessionTree,
    pub sessions: Vec<SessionGroups>,
    pub sources: Sources,
}

/// Reads a session and what belongs to it.
///
/// # Errors
/// [`Error::StoreUnreadable`], [`Error::Aborted`].
pub fn of(store: &CodexStore, live: &Rollout, notes: &mut Notes, stop: &Stop) -> Result<Family> {
    let mut family = Family {
        tree: SessionTree::default(),
        sessions: Vec::new(),
        sources: Sources::default(),
    };
    let mut agents: HashMap<String, String> = HashMap::new();
    let mut seen = HashSet::from([live.thread.clone()]);
    let mut children = store.children(stop)?;
    let mut waiting = vec![(live.clone(), None)];
    while let Some((rollout, parent)) = waiting.pop() {
        let is_root = parent.is_none();
        let read = thread::read(store, &rollout, is_root, &mut family.sources, stop);
        let thread = match read {
            // The session that was asked for is there, and tells that a part of it is not.
            Err(Error::StoreUnreadable { .. }) if !is_root => {
                notes.add("session", Oddity::LogDamaged);
                continue;
            }
            read => read?,
        };
        note(&thread.told, notes);
        let place = family.tree.sessions.len();
        let mut of_thread = children.remove(&rollout.thread).unwrap_or_default();
        of_thread.sort_by(|a, b| (a.1.created, &a.0).cmp(&(b.1.created, &b.0)));
        for (child, head) in &of_thread {
            let by_path = || thread.told.agents.get(head.agent_path.as_deref()?);
            if let Some(call) = thread.told.agents.get(&child.thread).or_else(by_path) {
                let child = child.thread.clone();
                agents.entry(call.clone()).or_insert(child);
            }
        }
        for (child, _) in of_thread.into_iter().rev() {
            if seen.len() < MOST && seen.insert(child.thread.clone()) {
                waiting.push((child, Some(place)));
            }
        }
        family.add(store, thread, &rollout, parent);
    }
    let agents = Arc::new(agents);
    for session in &mut family.sessions {
        session.agents = agents.clone();
    }
    Ok(family)
}

impl Family {
    fn add(
        &mut self,
        store: &CodexStore,
        thread: Thread,
        rollout: &Rollout,
        parent: Option<usize>,
    ) {
        let place = self.tree.sessions.len();
        let Thread {
            head,
            groups,
            branches,
            told,
        } = thread;
        let id = &rollout.thread;
        let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
        let title = store
            .titles
            .get(id)
            .cloned()
            .or_else(|| told.words().cloned());
        let info = SessionInfo {
            id: Some(id.clone()),
            title,
            directory: head.directory.clone().or_else(|| told.directory.clone()),
            version: head.version.clone(),
            agent: head.agent.clone().filter(|_| head.is_agent),
            parent_id: head.parent.clone(),
            created: time(head.created),
            updated: time(told.updated).or_else(|| time(head.created)),
            ..SessionInfo::default()
        };
        let models: Vec<ModelRef> = told.models.iter().map(|it| model(it, &head)).collect();
        let models = Arc::new(models);
        let is_agent = head.is_agent;
        self.push(info, groups, &models, is_agent, parent);
        for (number, mut groups) in branches.into_iter().enumerate() {
            let times = groups.iter().filter_map(|group| group.start);
            let (first, last) = (times.clone().min(), times.max());
            let Some(mut mark) = groups.first().cloned() else {
                continue;
            };
            mark.kind = Kind::Happened(Happening::BranchLeft);
            mark.lines.clear();
            mark.tokens = None;
            groups.insert(0, mark);
            let info = SessionInfo {
                id: Some(format!("{id}-branch-{}", number + 1)),
                parent_id: Some(id.clone()),
                created: time(first),
                updated: time(last),
                ..SessionInfo::default()
            };
            self.push(info, groups, &models, is_agent, Some(place));
            if let Some(branch) = self.tree.sessions.last_mut() {
                branch.is_branch = true;
            }
        }
    }

    fn push(
        &mut self,
        info: SessionInfo,
        groups: Vec<Group>,
        models: &Arc<Vec<ModelRef>>,
        is_agent: bool,
        parent: Option<usize>,
    ) {
        self.tree.sessions.push(Session {
            parent,
            info,
            ..Session::default()
        });
        self.sessions.push(SessionGroups {
            groups,
            models: models.clone(),
            agents: Arc::default(),
            is_agent,
        });
    }
}

fn model(name: &str, head: &Head) -> ModelRef {
    ModelRef {
        provider_id: head.provider.clone(),
        model_id: Some(name.to_owned()),
        ..ModelRef::default()
    }
}

/// Notes the oddities of a thread.
fn note(told: &Told, notes: &mut Notes) {
    for (is_odd, oddity) in [
        (told.unreadable > 0, Oddity::LogDamaged),
        (told.unknown > 0, Oddity::UnknownRecords),
    ] {
        if is_odd {
            notes.add("session.log", oddity);
        }
    }
}
