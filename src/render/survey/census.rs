//! Counts what is stored and what is shown, and decides which is which.
//!
//! The renderer asks the same function that counts, so the closing line cannot disagree with the
//! document.

use std::collections::BTreeMap;

use super::super::attachment::has_content;
use super::super::attachment::image_data;
use super::super::runtime_text::{Line, is_sentence_on_call, line};
use super::super::tool::outcome::Outcome;
use crate::model::{FileDiff, FilePart, Message, MessageError, Part, PartKind, Session};
use crate::options::{Attachments, Detail, ExportOptions};
use crate::source::Size;

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
    /// A row of the store that could not be read.
    Unreadable,
    /// Part of a message that is not in the store.
    Orphan,
    /// Part of a message that `maxBytes` leaves no room for.
    Budget,
    /// Part of a message outside of the part of the session that is shown.
    Part,
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
            Self::Unreadable => "unreadable",
            Self::Orphan => "orphan",
            Self::Budget => "budget",
            Self::Part => "part",
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

impl Counts {
    fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.rendered += other.rendered;
    }
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
    /// Parts that are not shown, by reason; they count as stored.
    pub omitted: BTreeMap<Reason, usize>,
    /// Parts of a kind that this version does not know; they are shown.
    pub unknown_parts: usize,
    /// Tool calls of which only a line is shown.
    pub summarised_tools: usize,
    /// Texts that the runtime added, of which only a line is shown.
    pub runtime_texts: usize,
    /// Attachments.
    pub attachments: usize,
    /// Attachments whose content is stored and not shown.
    pub attachment_contents: usize,
    /// Stored texts of file changes.
    pub patches: usize,
    /// Images that stand in texts as data, of which only the size is shown.
    pub image_data: usize,
    /// System prompts that are not shown.
    pub system_prompts: usize,
    /// Errors with headers or a body of an HTTP response, which are not shown.
    pub response_details: usize,
    /// Bytes that were cut off where the document says so.
    pub truncated: usize,
}

impl Census {
    /// Gives what is stored and not shown, by reason, those of parts first.
    pub fn left_out(&self) -> Vec<(&'static str, usize)> {
        let details = [
            ("tool-details", self.summarised_tools),
            ("runtime-text", self.runtime_texts),
            ("attachment-content", self.attachment_contents),
            ("image-data", self.image_data),
            ("system-prompt", self.system_prompts),
            ("response-details", self.response_details),
        ];
        self.omitted
            .iter()
            .map(|(reason, count)| (reason.id(), *count))
            .chain(details)
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        let Self {
            sessions,
            messages,
            parts,
            omitted,
            unknown_parts,
            summarised_tools,
            runtime_texts,
            attachments,
            attachment_contents,
            patches,
            image_data,
            system_prompts,
            response_details,
            truncated,
        } = other;
        self.sessions.add(*sessions);
        self.messages.add(*messages);
        self.parts.add(*parts);
        for (reason, parts) in omitted {
            *self.omitted.entry(*reason).or_default() += parts;
        }
        self.unknown_parts += unknown_parts;
        self.summarised_tools += summarised_tools;
        self.runtime_texts += runtime_texts;
        self.attachments += attachments;
        self.attachment_contents += attachment_contents;
        self.patches += patches;
        self.image_data += image_data;
        self.system_prompts += system_prompts;
        self.response_details += response_details;
        self.truncated += truncated;
    }

    /// Counts a session that is shown; its messages follow.
    pub fn begin_session(&mut self, session: &Session, size: Size) {
        add(&mut self.sessions, 1, true);
        self.patches += count_patches(session.diffs.as_deref().unwrap_or_default());
        self.add_omitted(Reason::Orphan, size.orphans);
    }

    /// Counts a sub-agent session that is not shown.
    pub fn add_hidden_session(&mut self, messages: usize, parts: usize) {
        add(&mut self.sessions, 1, false);
        add(&mut self.messages, messages, false);
        self.add_omitted(Reason::SubAgent, parts);
    }

    /// Counts a message that is shown.
    pub fn add_message(&mut self, message: &Message, options: &ExportOptions) {
        add(&mut self.messages, 1, true);
        self.patches += count_patches(&message.diffs);
        if options.format.is_for_people() {
            self.system_prompts += usize::from(message.system.is_some());
        }
        self.response_details += usize::from(message.error.as_ref().is_some_and(has_response));
        let mut is_result = false;
        for part in &message.parts {
            match omission(part, options) {
                Some(reason) => self.add_omitted(reason, 1),
                None => self.add_part(part, is_result, options),
            }
            is_result = is_sentence_on_call(&part.kind);
        }
    }

    /// Counts a message that is left out to keep a budget.
    pub fn add_dropped_message(&mut self, message: &Message, reason: Reason) {
        add(&mut self.messages, 1, false);
        self.add_omitted(reason, message.parts.len());
    }

    fn add_attachment(&mut self, file: &FilePart, options: &ExportOptions) {
        self.attachments += 1;
        // The survey of the message looks at those that a page shows.
        let is_omitted = options.attachments == Attachments::Omit && has_content(file);
        self.attachment_contents += usize::from(is_omitted);
    }

    fn add_omitted(&mut self, reason: Reason, parts: usize) {
        if parts > 0 {
            add(&mut self.parts, parts, false);
            *self.omitted.entry(reason).or_default() += parts;
        }
    }

    fn add_part(&mut self, part: &Part, is_result: bool, options: &ExportOptions) {
        add(&mut self.parts, 1, true);
        if options.format.is_for_people() {
            self.image_data += shown_texts(part, options)
                .map(image_data::count)
                .sum::<usize>();
        }
        match &part.kind {
            PartKind::Unknown { .. } => self.unknown_parts += 1,
            PartKind::Context { .. }
            | PartKind::Text {
                is_synthetic: true,
                is_ignored: false,
                ..
            } => {
                let is_summed_up = options.format.is_for_people() && options.tools != Detail::Full;
                self.runtime_texts +=
                    usize::from(is_summed_up && !is_told_in_line(&part.kind, is_result));
            }
            PartKind::File(file) => self.add_attachment(file, options),
            PartKind::Tool(tool) => {
                let is_summed_up =
                    options.tools == Detail::Summary && !Outcome::of(tool).needs_reasons();
                self.summarised_tools += usize::from(is_summed_up);
                for file in &tool.attachments {
                    self.add_attachment(file, options);
                }
            }
            _ => {}
        }
    }
}

/// Tells whether a text of the runtime stands in its line as a whole.
fn is_told_in_line(kind: &PartKind, is_result: bool) -> bool {
    match kind {
        PartKind::Text { text, .. } => matches!(line(text, is_result), Line::Whole(_)),
        _ => false,
    }
}

/// The texts of a part that is shown in which images may stand as data.
fn shown_texts<'p>(
    part: &'p Part,
    options: &ExportOptions,
) -> impl Iterator<Item = &'p str> + use<'p> {
    let texts = match &part.kind {
        PartKind::Text { text, .. } | PartKind::Reasoning { text, .. } => [Some(text), None],
        PartKind::Tool(tool) => {
            let output = tool.output.as_ref();
            [
                output.filter(|_| options.tools == Detail::Full),
                tool.error.as_ref(),
            ]
        }
        PartKind::Subtask(task) => [task.prompt.as_ref(), task.result.as_ref()],
        _ => [None, None],
    };
    texts.into_iter().flatten().map(String::as_str)
}

fn has_response(error: &MessageError) -> bool {
    let names = ["responseHeaders", "responseBody"];
    names.iter().any(|name| error.rest.contains_key(*name))
}

fn count_patches(diffs: &[FileDiff]) -> usize {
    diffs.iter().filter(|diff| diff.patch.is_some()).count()
}

fn add(counts: &mut Counts, number: usize, is_shown: bool) {
    counts.stored += number;
    if is_shown {
        counts.rendered += number;
    }
}

/// Why a part of a shown message is not shown; `None` where it is. What only a person can do without
/// stays in a document for programs.
pub fn omission(part: &Part, options: &ExportOptions) -> Option<Reason> {
    let is_for_people = options.format.is_for_people();
    match &part.kind {
        PartKind::StepStart | PartKind::StepFinish { .. } | PartKind::Snapshot { .. }
            if is_for_people =>
        {
            Some(Reason::StepMarker)
        }
        kind if is_for_people && kind.announces_command() => Some(Reason::StepMarker),
        PartKind::Unreadable => Some(Reason::Unreadable),
        PartKind::Reasoning { .. } if !options.reasoning => Some(Reason::Reasoning),
        PartKind::Text { text, .. }
        | PartKind::Reasoning { text, .. }
        | PartKind::Context { text, .. }
            if is_for_people && text.trim().is_empty() =>
        {
            Some(Reason::EmptyText)
        }
        PartKind::Tool(_) if options.tools == Detail::None => Some(Reason::Tool),
        PartKind::Patch { .. } if options.diffs == Detail::None => Some(Reason::Diff),
        _ => None,
    }
}

/// The attachments of a message that are shown, in order.
pub fn shown_attachments<'m>(
    message: &'m Message,
    options: &ExportOptions,
) -> impl Iterator<Item = &'m FilePart> {
    let shown = message.parts.iter();
    shown
        .filter(|part| omission(part, options).is_none())
        .flat_map(|part| match &part.kind {
            PartKind::File(file) => std::slice::from_ref(file),
            PartKind::Tool(tool) => tool.attachments.as_slice(),
            _ => &[],
        })
}
