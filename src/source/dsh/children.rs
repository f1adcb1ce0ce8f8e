//! The sub-agents of a session, by which the calls that started them are known.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::model::{Part, PartKind, Timestamp};

/// A sub-agent of a session.
#[derive(Debug, Clone)]
pub struct Child {
    pub id: String,
    pub label: Option<String>,
    pub created: Option<i64>,
}

/// The sub-agents of a session.
#[derive(Default)]
pub struct Children {
    ids: HashSet<String>,
    /// Those with a label, by that, in the order of time.
    by_label: HashMap<String, Vec<(i64, String)>>,
}

impl Children {
    /// Makes them of sub-agents in the order of time.
    pub fn new(children: Vec<Child>) -> Self {
        let mut all = Self::default();
        for Child { id, label, created } in children {
            if let Some((label, created)) = label.zip(created) {
                let with_label = all.by_label.entry(label).or_default();
                with_label.push((created, id.clone()));
            }
            all.ids.insert(id);
        }
        all
    }

    /// The first one with a label that was created between two times.
    fn find(&self, label: &str, from: Option<i64>, to: Option<i64>) -> Option<&str> {
        let with_label = self.by_label.get(label)?;
        let from = from.unwrap_or(i64::MIN);
        let at = with_label.partition_point(|(created, _)| *created < from);
        let (created, id) = with_label.get(at)?;
        to.is_none_or(|to| *created <= to).then_some(id)
    }

    /// Marks which sub-agent each call started: the call's result names it, or it is told by its label and its time.
    pub fn link(&self, parts: &mut [Part]) {
        for part in parts {
            let PartKind::Tool(tool) = &mut part.kind else {
                continue;
            };
            if !matches!(tool.tool.as_str(), "subagent" | "subagent_fork") {
                continue;
            }
            let output = tool.output.as_deref().unwrap_or_default();
            let child = match output.strip_prefix("started subagent ").map(str::trim) {
                Some(id) => self.ids.get(id).map(String::as_str),
                None => {
                    let description = tool.input.get("description").and_then(Value::as_str);
                    let from = tool.time.start.map(Timestamp::millis);
                    let to = tool.time.end.map(Timestamp::millis);
                    description.and_then(|label| self.find(label, from, to))
                }
            };
            if let Some(child) = child {
                tool.metadata.insert("sessionId".to_owned(), child.into());
            }
        }
    }
}
