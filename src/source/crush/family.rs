//! A session with its sub-agents.
//!
//! The first OpenCode gives the session of a sub-agent the id of the call that started it, Crush
//! `<message>$$<call>`. A session that was made to find a title is `title-<session>`; it holds nothing but that.

use std::collections::HashSet;
use std::sync::Arc;

use super::groups::{self, Group, Kind};
use super::messages::{CrushMessages, SessionGroups};
use super::schema::millis;
use super::session_row;
use super::{CrushStore, GENERATION};
use crate::error::Result;
use crate::model::{Notes, Oddity, Runtime, Session, SessionTree};
use crate::source::Input;
use crate::source::origin::Origin;
use crate::source::sqlite::{Table, is_id, values};

/// The most sub-agents of a document.
const MOST: usize = 4096;

/// Reads a session, which exists, and those that it started.
pub fn load<'a>(store: CrushStore, id: &str) -> Result<(Input<'a>, Origin)> {
    let mut notes = Notes::default();
    notes.unknown_fields = store.schema.unknown_columns;
    let mut sessions = Vec::new();
    let mut of_sessions = Vec::new();
    let mut seen = HashSet::from([id.to_owned()]);
    // Depth first: each session is followed by those that it started.
    let mut waiting = vec![(id.to_owned(), None)];
    while let Some((id, parent)) = waiting.pop() {
        let place = sessions.len();
        let row = session_row::read(&store, &id, &mut notes)?;
        let (children, titles) = children(&store, &id)?;
        let mut groups = groups::of(&store, &id, &mut notes)?;
        let left_out = left_out(&store, &id, titles)?;
        if left_out.is_some() {
            groups.push(Group {
                kind: Kind::LeftOut,
                rows: Vec::new(),
            });
        }
        let is_agent = row.info.parent_id.is_some();
        of_sessions.push(SessionGroups {
            groups,
            left_out,
            children: Arc::new(children.iter().cloned().collect()),
            summary_message: row.summary_message.map(Arc::from),
            // Under a session that is shown, the first words are known to be those of its agent.
            is_prompted_by_agent: is_agent && parent.is_none(),
        });
        sessions.push(Session {
            info: row.info,
            todos: row.todos,
            parent,
            ..Session::default()
        });
        for child in children.into_iter().rev() {
            if !seen.insert(child.clone()) {
                notes.add("session row", Oddity::StartedByItself);
            } else if seen.len() < MOST {
                waiting.push((child, Some(place)));
            }
        }
    }
    note_missing_parent(&store, &sessions, &mut notes)?;
    let origin = Origin {
        path: store.database.path.clone(),
        generation: GENERATION,
        tables: vec!["messages", "sessions"],
        also_in: Vec::new(),
    };
    let input = Input {
        tree: SessionTree {
            sessions,
            runtime: Runtime {
                namespace: Some(store.schema.program.namespace().to_owned()),
                ..Runtime::default()
            },
            ..SessionTree::default()
        },
        notes,
        messages: Box::new(CrushMessages::new(store, of_sessions)),
    };
    Ok((input, origin))
}

/// The sessions that a session started, in the order of their creation, and how many were made for its title.
fn children(store: &CrushStore, id: &str) -> Result<(Vec<String>, usize)> {
    let table = &store.schema.sessions;
    if !table.has("parent_session_id") {
        return Ok((Vec::new(), 0));
    }
    let query = format!(
        "SELECT {}, id FROM sessions WHERE parent_session_id {}",
        table.column_or("created_at", "NULL"),
        is_id!()
    );
    let mut children = store.database.all(&query, [id], |row| {
        let created = values::time(row.get_ref(0)?).map(millis);
        Ok((created, values::text(row.get_ref(1)?)))
    })?;
    children.sort();
    let all = children.len();
    let title = format!("title-{id}");
    let children: Vec<String> = children.into_iter().map(|(_, child)| child).collect();
    let children: Vec<String> = children
        .into_iter()
        .filter(|child| *child != title)
        .collect();
    let titles = all - children.len();
    Ok((children, titles))
}

/// Rows that belong to a session and are not shown, by what they are.
fn left_out(store: &CrushStore, id: &str, titles: usize) -> Result<Option<String>> {
    let mut kinds = Vec::new();
    for (table, name) in [
        (&store.schema.files, "file versions"),
        (&store.schema.read_files, "paths of files that were read"),
    ] {
        kinds.push((count(store, table.as_ref(), id)?, name));
    }
    kinds.push((titles, "requests for a title"));
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<String> = kinds
        .map(|(count, name)| format!("{name} {count}"))
        .collect();
    Ok((!kinds.is_empty()).then(|| kinds.join(", ")))
}

fn count(store: &CrushStore, table: Option<&Table>, id: &str) -> Result<usize> {
    let Some(table) = table else { return Ok(0) };
    let query = format!(
        "SELECT count(*) FROM {} WHERE session_id {}",
        table.name,
        is_id!()
    );
    let counts = store
        .database
        .all(&query, [id], |row| row.get_ref(0).map(values::count))?;
    Ok(counts.into_iter().next().unwrap_or_default())
}

fn note_missing_parent(store: &CrushStore, sessions: &[Session], notes: &mut Notes) -> Result<()> {
    let root = sessions.first();
    let Some(parent) = root.and_then(|root| root.info.parent_id.as_ref()) else {
        return Ok(());
    };
    if store.ids_from(parent, 1)?.first() != Some(parent) {
        notes.add("session.parent_session_id", Oddity::StarterNotInStore);
    }
    Ok(())
}
