//! Which rows make one message: an answer has a row, and the results of its calls have rows of their own.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Deserialize;

use super::CrushStore;
use crate::error::Result;
use crate::model::{Notes, Oddity};
use crate::source::sqlite::{is_damage, is_id, values};

/// The rows of a message of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub kind: Kind,
    /// Their numbers, in the order in which they were written.
    pub rows: Vec<i64>,
}

/// The kind of message that a group becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A prompt of a person. `is_behind_answer` tells that an answer stands right before it, which may be a summary.
    Prompt { is_behind_answer: bool },
    /// An answer of the model with the results of its calls.
    Answer,
    /// A role that this version does not know, or instructions to the model.
    Other,
    /// Rows of other tables, which are counted.
    LeftOut,
}

/// The fields of a part that name the call that it belongs to.
#[derive(Deserialize)]
struct PartHead {
    data: Option<CallIds>,
}

#[derive(Deserialize)]
struct CallIds {
    id: Option<String>,
    tool_call_id: Option<String>,
}

/// Groups the messages of a session. Within a second, rows are in the order in which they were written, as in both
/// programs.
///
/// # Errors
/// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable), [`Error::Aborted`](crate::Error::Aborted).
pub fn of(store: &CrushStore, session: &str, notes: &mut Notes) -> Result<Vec<Group>> {
    let created = store.schema.messages.column_or("created_at", "NULL");
    let query = format!(
        "SELECT {created}, rowid, role FROM messages WHERE session_id {}",
        is_id!()
    );
    let mut rows: Vec<(Option<i64>, i64, String)> = Vec::new();
    let mut add_all = || -> rusqlite::Result<()> {
        let mut statement = store.database.connection.prepare_cached(&query)?;
        let mut found = statement.query([session])?;
        while let Some(row) = found.next()? {
            let time = values::time(row.get_ref(0)?);
            rows.push((time, row.get(1)?, values::text(row.get_ref(2)?)));
        }
        Ok(())
    };
    match add_all() {
        Err(error) if is_damage(&error) => notes.add("session", Oddity::MessagesMayBeMissing),
        result => result.map_err(|error| store.database.unreadable(&error))?,
    }
    rows.sort_unstable_by_key(|row| (row.0, row.1));
    let mut grouper = Grouper::default();
    for (_, row, role) in &rows {
        store.stop.check()?;
        let calls = match role.as_str() {
            "assistant" | "tool" => calls_of(store, *row)?,
            _ => Vec::new(),
        };
        grouper.add(*row, role, &calls);
    }
    Ok(grouper.groups)
}

/// The ids of the calls that the parts of a row name.
fn calls_of(store: &CrushStore, row: i64) -> Result<Vec<u64>> {
    let query = "SELECT parts FROM messages WHERE rowid = ?1";
    let heads = store.database.row(query, row, |row| {
        let parts = values::bytes(row.get_ref(0)?);
        Ok(serde_json::from_slice::<Vec<PartHead>>(parts).unwrap_or_default())
    })?;
    let ids = heads.into_iter().flatten().filter_map(|head| {
        let ids = head.data?;
        ids.tool_call_id.or(ids.id).map(|id| key(&id))
    });
    Ok(ids.collect())
}

fn key(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[derive(Default)]
struct Grouper {
    groups: Vec<Group>,
    /// The groups that asked for calls, the last one of those with the same id.
    calls: HashMap<u64, usize>,
    /// The answer to which results belong that name no call.
    answer: Option<usize>,
}

impl Grouper {
    fn add(&mut self, row: i64, role: &str, calls: &[u64]) {
        match role {
            "tool" => {
                let named = calls.iter().find_map(|call| self.calls.get(call).copied());
                let at = named.or(self.answer);
                match at.and_then(|at| self.groups.get_mut(at)) {
                    Some(group) => group.rows.push(row),
                    // The answer that it belongs to is not in the store.
                    None => self.answer = Some(self.push(Kind::Answer, row)),
                }
            }
            "assistant" => {
                let at = self.push(Kind::Answer, row);
                self.answer = Some(at);
                self.calls.extend(calls.iter().map(|call| (*call, at)));
            }
            "user" => {
                let last = self.groups.last().map(|group| group.kind);
                let is_behind_answer = last == Some(Kind::Answer);
                self.push(Kind::Prompt { is_behind_answer }, row);
                self.answer = None;
            }
            _ => {
                self.push(Kind::Other, row);
                self.answer = None;
            }
        }
    }

    fn push(&mut self, kind: Kind, row: i64) -> usize {
        self.groups.push(Group {
            kind,
            rows: vec![row],
        });
        self.groups.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_stands_with_the_call_that_it_names() {
        let mut grouper = Grouper::default();
        let rows: [(&str, &[u64]); 9] = [
            ("tool", &[9]),
            ("user", &[]),
            ("assistant", &[1, 2]),
            ("tool", &[1]),
            ("user", &[]),
            // It came while the next prompt waited.
            ("tool", &[2]),
            ("assistant", &[1]),
            // The provider uses ids again.
            ("tool", &[1]),
            ("system", &[]),
        ];
        for (row, (role, calls)) in (1..).zip(rows) {
            grouper.add(row, role, calls);
        }
        let rows: Vec<&[i64]> = grouper.groups.iter().map(|it| it.rows.as_slice()).collect();
        let expected: [&[i64]; 6] = [&[1], &[2], &[3, 4, 6], &[5], &[7, 8], &[9]];
        assert_eq!(rows, expected);
    }
}
