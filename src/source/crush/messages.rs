//! The messages of a database, one at a time.

use std::collections::HashSet;
use std::sync::Arc;

use super::CrushStore;
use super::groups::{Group, Kind};
use super::message::Reader;
use super::schema::{Program, millis};
use crate::error::{Error, Result};
use crate::model::{Message, Notes, Timestamp};
use crate::source::sqlite::values;
use crate::source::{Fetched, Messages, Size, Stored};

/// The groups of a session that are its messages.
pub struct SessionGroups {
    pub groups: Vec<Group>,
    /// Rows that are not shown, by what they are.
    pub left_out: Option<String>,
    /// The sessions that it started.
    pub children: Arc<HashSet<String>>,
    pub summary_message: Option<Arc<str>>,
    /// True where an agent wrote the prompts, of whose session nothing is shown.
    pub is_prompted_by_agent: bool,
}

/// Reads messages from a database.
pub struct CrushMessages {
    store: CrushStore,
    sessions: Vec<SessionGroups>,
    query: String,
}

/// A row of `messages`.
#[derive(Debug, Default)]
pub struct MessageRow {
    pub id: String,
    pub role: String,
    pub parts: Vec<u8>,
    pub model: Option<String>,
    pub provider: Option<String>,
    pub created: Option<Timestamp>,
    pub finished: Option<Timestamp>,
    pub is_summary: bool,
}

/// The rows of a message, which were not parsed yet. `None` is a row that could not be read.
struct StoredGroup {
    kind: Kind,
    rows: Vec<Option<MessageRow>>,
    left_out: Option<String>,
    children: Arc<HashSet<String>>,
    is_prompted_by_agent: bool,
    program: Program,
}

impl Stored for StoredGroup {
    fn bytes(&self) -> usize {
        self.rows.iter().flatten().map(|row| row.parts.len()).sum()
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let reader = Reader {
            kind: self.kind,
            children: &self.children,
            is_prompted_by_agent: self.is_prompted_by_agent,
            program: self.program,
        };
        match self.left_out {
            Some(left_out) => reader.left_out(left_out),
            None => reader.read(&self.rows, notes),
        }
    }
}

impl CrushMessages {
    /// Those of the sessions of a document.
    pub fn new(store: CrushStore, sessions: Vec<SessionGroups>) -> Self {
        let column = |name| store.schema.messages.column_or(name, "NULL");
        let query = format!(
            "SELECT id, role, parts, {}, {}, {}, {}, {} FROM messages WHERE rowid = ?1",
            column("model"),
            column("provider"),
            column("created_at"),
            column("finished_at"),
            column("is_summary_message"),
        );
        Self {
            store,
            sessions,
            query,
        }
    }

    fn row(&self, rowid: i64, summary_message: Option<&str>) -> Result<Option<MessageRow>> {
        self.store.database.row(&self.query, rowid, |row| {
            let time = |at| {
                let stored = values::time(row.get_ref(at)?).map(millis);
                Ok::<_, rusqlite::Error>(stored.and_then(Timestamp::in_range))
            };
            let id = values::text(row.get_ref(0)?);
            Ok(MessageRow {
                role: values::text(row.get_ref(1)?),
                parts: values::copied(row.get_ref(2)?)?,
                model: values::optional_text(row.get_ref(3)?),
                provider: values::optional_text(row.get_ref(4)?),
                created: time(5)?,
                finished: time(6)?,
                is_summary: values::count(row.get_ref(7)?) > 0 || summary_message == Some(&id),
                id,
            })
        })
    }
}

impl<'a> Messages<'a> for CrushMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let session = self.sessions.get(session).ok_or(Error::Internal)?;
        Ok(Size {
            messages: session.groups.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        self.store.database.verify_now_and_then()?;
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let group = of_session.groups.get(index).ok_or(Error::Internal)?;
        let mut rows = Vec::with_capacity(group.rows.len());
        for row in &group.rows {
            rows.push(self.row(*row, of_session.summary_message.as_deref())?);
        }
        let is_left_out = group.kind == Kind::LeftOut;
        Ok(Fetched::new(StoredGroup {
            kind: group.kind,
            rows,
            left_out: of_session.left_out.clone().filter(|_| is_left_out),
            children: of_session.children.clone(),
            is_prompted_by_agent: of_session.is_prompted_by_agent,
            program: self.store.schema.program,
        }))
    }

    fn finish(&mut self) -> Result<()> {
        self.store.database.verify()
    }
}
