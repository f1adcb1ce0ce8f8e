//! The tool calls of a message, found without a look at each: a message may have as many as its log has lines.

use std::collections::HashMap;

use crate::model::{Part, PartKind, ToolPart};

/// Where the calls stand among the parts of a message. Parts are only appended.
#[derive(Default)]
pub struct Calls {
    /// How many of the parts were looked at.
    seen: usize,
    by_id: HashMap<String, usize>,
    /// Those that may have no result yet, by the names of their tools.
    open: HashMap<String, Vec<usize>>,
    /// Those that asked for a permission, by what it is known by.
    approvals: HashMap<String, usize>,
}

impl Calls {
    /// The call with an id; the last one where several have it.
    pub fn find<'p>(
        &mut self,
        parts: &'p mut [Part],
        id: Option<&str>,
    ) -> Option<&'p mut ToolPart> {
        self.look_at(parts);
        tool_at(parts, *self.by_id.get(id?)?)
    }

    /// The call that asks for a permission: the one with the id, or else the last one of a tool that has no result.
    pub fn asking<'p>(
        &mut self,
        parts: &'p mut [Part],
        (id, name): (Option<&str>, &str),
        approval: String,
    ) -> Option<&'p mut ToolPart> {
        self.look_at(parts);
        let at = match id {
            Some(id) => *self.by_id.get(id)?,
            None => {
                let open = self.open.get_mut(name)?;
                while tool_at(parts, *open.last()?)?.time.end.is_some() {
                    open.pop();
                }
                *open.last()?
            }
        };
        self.approvals.insert(approval, at);
        tool_at(parts, at)
    }

    /// The call that asked for a permission.
    pub fn asked<'p>(&self, parts: &'p mut [Part], approval: &str) -> Option<&'p mut ToolPart> {
        tool_at(parts, *self.approvals.get(approval)?)
    }

    fn look_at(&mut self, parts: &[Part]) {
        for (at, part) in parts.iter().enumerate().skip(self.seen) {
            if let PartKind::Tool(tool) = &part.kind {
                if let Some(id) = &tool.call_id {
                    self.by_id.insert(id.clone(), at);
                }
                self.open.entry(tool.tool.clone()).or_default().push(at);
            }
        }
        self.seen = parts.len();
    }
}

fn tool_at(parts: &mut [Part], at: usize) -> Option<&mut ToolPart> {
    match &mut parts.get_mut(at)?.kind {
        PartKind::Tool(tool) => Some(&mut **tool),
        _ => None,
    }
}
