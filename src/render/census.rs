//! Counts what is stored and what is shown, and decides which is which.
//!
//! The renderer asks the same function that counts, so the closing line cannot disagree with the
//! document.

use std::collections::BTreeMap;

use crate::model::{FileDiff, Part, PartKind, Session};
use crate::options::{Detail, ExportOptions};

/// Why something stored is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The start, the end and the snapshot hash of a request to the model.
    StepMarker,
    /// What the model wrote to itself, without the option `reasoning`.
    Reasoning,
    /// A tool call, with `tools: "none"`.
    Tool,
    /// Changed files, with `diffs: "none"`.
    Diff,
    /// A text that is empty.
    EmptyText,
    /// Part of a sub-agent session, without the option `children`.
    SubAgent,
}

impl Reason {
    /// The name in the report.
    pub fn id(self) -> &'static str {
        match self {
            Self::StepMarker => "step-marker",
            Self::Reasoning => "reasoning",
            Self::Tool => "tool",
            Self::Diff => "diff",
            Self::EmptyText => "empty-text",
            Self::SubAgent => "sub-agent",
        }
    }
}

/// How many are stored and how many are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stored.
    pub stored: usize,
    /// Shown in the document.
    pub rendered: usize,
}

/// What is stored, shown and left out in a session tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Sessions.
    pub sessions: Counts,
    /// Messages.
    pub messages: Counts,
    /// Parts of messages.
    pub parts: Counts,
    /// Parts that are not shown, by reason.
    pub omitted: BTreeMap<Reason, usize>,
    /// Parts of a kind that this version does not know; they are shown.
    pub unknown_parts: usize,
    /// Tool calls of which only a line is shown.
    pub summarised_tools: usize,
    /// Attachments of which only name, type, size and hash are shown.
    pub attachments: usize,
    /// Stored texts of file changes.
    pub patches: usize,
    /// System prompts that are not shown.
    pub system_prompts: usize,
    /// Bytes that were cut off where the document says so.
    pub truncated: usize,
}

impl Census {
    /// Counts a session and its sub-agent sessions.
    pub fn take(session: &Session, options: &ExportOptions) -> Self {
        let mut census = Self::default();
        census.add_session(session, options, true);
        census
    }

    fn add_session(&mut self, session: &Session, options: &ExportOptions, is_shown: bool) {
        add(&mut self.sessions, is_shown);
        self.patches += count_patches(session.diffs.as_deref().unwrap_or_default());
        for message in &session.messages {
            add(&mut self.messages, is_shown);
            self.patches += count_patches(&message.diffs);
            if is_shown {
                self.system_prompts += usize::from(message.system.is_some());
            }
            for part in &message.parts {
                let reason = if is_shown {
                    omission(part, options)
                } else {
                    Some(Reason::SubAgent)
                };
                self.add_part(part, options, reason);
            }
        }
        for child in &session.children {
            self.add_session(child, options, is_shown && options.children);
        }
    }

    fn add_part(&mut self, part: &Part, options: &ExportOptions, reason: Option<Reason>) {
        add(&mut self.parts, reason.is_none());
        if let Some(reason) = reason {
            *self.omitted.entry(reason).or_default() += 1;
            return;
        }
        match &part.kind {
            PartKind::Unknown { .. } => self.unknown_parts += 1,
            PartKind::File(_) => self.attachments += 1,
            PartKind::Tool(tool) => {
                self.summarised_tools += usize::from(options.tools == Detail::Summary);
                self.attachments += tool.attachments.len();
            }
            _ => {}
        }
    }
}

fn count_patches(diffs: &[FileDiff]) -> usize {
    diffs.iter().filter(|diff| diff.patch.is_some()).count()
}

fn add(counts: &mut Counts, is_shown: bool) {
    counts.stored += 1;
    counts.rendered += usize::from(is_shown);
}

/// Why a part of a shown message is not shown; `None` where it is.
pub fn omission(part: &Part, options: &ExportOptions) -> Option<Reason> {
    match &part.kind {
        PartKind::StepStart | PartKind::StepFinish { .. } | PartKind::Snapshot { .. } => {
            Some(Reason::StepMarker)
        }
        PartKind::Reasoning { .. } if !options.reasoning => Some(Reason::Reasoning),
        PartKind::Text { text, .. } | PartKind::Reasoning { text, .. }
            if text.trim().is_empty() =>
        {
            Some(Reason::EmptyText)
        }
        PartKind::Tool(_) if options.tools == Detail::None => Some(Reason::Tool),
        PartKind::Patch { .. } if options.diffs == Detail::None => Some(Reason::Diff),
        _ => None,
    }
}
