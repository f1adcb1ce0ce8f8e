//! Joins the copies of a session in several stores to one: its tree, and what is known of it.

use std::collections::{HashMap, HashSet};

use super::opencode::joined::{Joined, Kinship, Strand};
use super::origin::Origin;
use super::{Input, Messages};
use crate::error::{Error, Result};
use crate::model::{Oddity, Session, SessionTree, Timestamp};

/// How much a copy of a session counts among the others: the fuller one more, and of those that are as full the one
/// that was changed last. A list and a document ask this alone, so that they tell the same of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    messages: usize,
    changed: Option<i64>,
}

impl Rank {
    /// The rank of a copy with so many messages, by the times that its session tells.
    pub fn of(messages: usize, updated: Option<i64>, created: Option<i64>) -> Self {
        Self {
            messages,
            changed: updated.or(created),
        }
    }

    fn of_input(messages: usize, input: &Input<'_>) -> Self {
        let info = input.tree.sessions.first().map(|root| &root.info);
        let millis = |time: Option<Timestamp>| time.map(Timestamp::millis);
        let updated = millis(info.and_then(|info| info.updated));
        Self::of(
            messages,
            updated,
            millis(info.and_then(|info| info.created)),
        )
    }
}

/// Puts copies in order, the one that counts most first; those that count the same stay as they were found.
pub fn sort<T>(copies: &mut [(Rank, T)]) {
    copies.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
}

/// A copy, and how many messages it has.
pub type Copy<'a> = (usize, (Input<'a>, Origin));

/// Joins the copies of a session, of which there is one at least. What is told of the session itself comes from the
/// one that counts most.
pub fn join<'a>(copies: Vec<Copy<'a>>) -> Result<(Input<'a>, Origin)> {
    let ranked = |(messages, copy): Copy<'a>| (Rank::of_input(messages, &copy.0), copy);
    let mut copies: Vec<_> = copies.into_iter().map(ranked).collect();
    sort(&mut copies);
    let mut copies = copies.into_iter().map(|(_, copy)| copy);
    if copies.len() < 2 {
        return copies.next().ok_or(Error::Internal);
    }
    let (
        Input {
            tree,
            mut notes,
            messages,
        },
        mut origin,
    ) = copies.next().ok_or(Error::Internal)?;
    let SessionTree {
        sessions,
        runtime,
        mut folders,
    } = tree;
    let root = sessions.first().and_then(|root| root.info.id.clone());
    let mut sources = vec![messages];
    let mut nodes = Nodes::default();
    nodes.add(0, sessions);
    for (source, (copy, its_origin)) in (1..).zip(copies) {
        nodes.add(source, copy.tree.sessions);
        folders.extend(copy.tree.folders);
        let mut its_notes = copy.notes;
        // The other store may have it, and the first copy tells where it has not.
        its_notes.forget(Oddity::StarterNotInStore);
        notes.append(its_notes);
        sources.push(copy.messages);
        origin.also_in.push(its_origin.path);
    }
    let (sessions, strands) = nodes.into_tree(root);
    let messages: Box<dyn Messages<'a> + 'a> =
        Box::new(Joined::new(Kinship::Stores, sources, strands));
    let tree = SessionTree {
        sessions,
        runtime,
        folders,
    };
    Ok((
        Input {
            tree,
            notes,
            messages,
        },
        origin,
    ))
}

/// A session and its copies.
struct Node {
    session: Session,
    starter: Option<String>,
    strands: Vec<Strand>,
}

/// The sessions of several trees, in the order in which they were met.
#[derive(Default)]
struct Nodes {
    nodes: Vec<Option<Node>>,
    by_id: HashMap<String, usize>,
}

impl Nodes {
    fn add(&mut self, source: usize, sessions: Vec<Session>) {
        let ids: Vec<Option<String>> = sessions.iter().map(|it| it.info.id.clone()).collect();
        for (place, mut session) in sessions.into_iter().enumerate() {
            let starter = session.parent.take();
            let starter = starter.and_then(|place| ids.get(place).cloned().flatten());
            let strand = Strand {
                source,
                session: place,
            };
            let known = session.info.id.as_ref().and_then(|id| self.by_id.get(id));
            match known.and_then(|place| self.nodes.get_mut(*place)) {
                Some(Some(node)) => {
                    node.strands.push(strand);
                    complete(&mut node.session, session);
                }
                _ => {
                    if let Some(id) = &session.info.id {
                        self.by_id.insert(id.clone(), self.nodes.len());
                    }
                    self.nodes.push(Some(Node {
                        session,
                        starter,
                        strands: vec![strand],
                    }));
                }
            }
        }
    }

    /// Depth first: each session is followed by those that it started, in the order of their creation.
    fn into_tree(mut self, root: Option<String>) -> (Vec<Session>, Vec<Vec<Strand>>) {
        let mut started: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            if let Some(starter) = node.as_ref().and_then(|node| node.starter.clone()) {
                started.entry(starter).or_default().push(place);
            }
        }
        let mut sessions = Vec::new();
        let mut strands = Vec::new();
        let mut seen = HashSet::new();
        let first = root.and_then(|root| self.by_id.get(&root).copied());
        let mut waiting = vec![(first.unwrap_or(0), None)];
        while let Some((place, parent)) = waiting.pop() {
            let node = self.nodes.get_mut(place).and_then(Option::take);
            let Some(node) = node.filter(|_| seen.insert(place)) else {
                continue;
            };
            let own = sessions.len();
            if let Some(id) = &node.session.info.id {
                let mut children = started.remove(id).unwrap_or_default();
                children.sort_by_key(|child| {
                    let child = self.nodes.get(*child).and_then(Option::as_ref);
                    let info = child.map(|child| &child.session.info);
                    info.map(|info| (info.created, info.id.clone()))
                });
                waiting.extend(children.into_iter().rev().map(|child| (child, Some(own))));
            }
            sessions.push(Session {
                parent,
                ..node.session
            });
            strands.push(node.strands);
        }
        (sessions, strands)
    }
}

/// Adds what only a copy tells. That a session was published is true wherever it stands, and its last change is the
/// last of all: what was changed then is shown too.
fn complete(session: &mut Session, copy: Session) {
    let Session {
        info, todos, diffs, ..
    } = copy;
    session.info.was_published |= info.was_published;
    let own = &mut session.info;
    own.updated = own.updated.max(info.updated);
    own.share_url = own.share_url.take().or(info.share_url);
    own.directory = own
        .directory
        .take()
        .filter(|it| !it.is_empty())
        .or(info.directory);
    own.title = own.title.take().or(info.title);
    session.todos = session.todos.take().or(todos);
    session.diffs = session.diffs.take().or(diffs);
}
