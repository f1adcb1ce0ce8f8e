//! What a session left behind, by which account of it: its to-do list and the files it changed.

use std::borrow::Cow;

use super::changed_files::{ChangedFile, ChangedFiles};
use super::document::{RedactedMessages, Shown};
use super::tool::changes::changes;
use crate::error::Result;
use crate::model::{FileDiff, PartKind, Todo};
use crate::options::{Detail, ExportOptions};

/// What a session left behind.
pub struct LeftBehind<'a> {
    /// The stored list, or the one that the model wrote last.
    pub todos: &'a [Todo],
    /// The files that it changed.
    pub files: Cow<'a, [ChangedFile]>,
    /// Those that the user undid.
    pub undone: &'a [ChangedFile],
    /// Where the texts of the changes are.
    pub patches: Patches<'a>,
}

/// Where the texts of the changes of a session are.
pub enum Patches<'a> {
    /// None is shown.
    Nowhere,
    /// The session has them.
    InSession(&'a [FileDiff]),
    /// Messages have them, by their places.
    InMessages(&'a [usize]),
    /// Tool calls of messages have them, by the places of the messages.
    InCalls(&'a [usize]),
}

impl Patches<'_> {
    /// Calls back with the changes, place by place.
    ///
    /// # Errors
    /// Those of `messages` and of `on_changes`.
    pub fn each(
        &self,
        session: usize,
        messages: &mut dyn RedactedMessages,
        mut on_changes: impl FnMut(&[FileDiff]) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Nowhere => Ok(()),
            Self::InSession(diffs) => on_changes(diffs),
            Self::InMessages(places) => places.iter().try_for_each(|index| {
                let message = messages.message(session, *index)?;
                on_changes(&message.get().diffs)
            }),
            Self::InCalls(places) => places.iter().try_for_each(|index| {
                let message = messages.message(session, *index)?;
                let mut parts = message.get().parts.iter();
                parts.try_for_each(|part| match &part.kind {
                    PartKind::Tool(tool) => on_changes(&changes(tool)),
                    _ => Ok(()),
                })
            }),
        }
    }
}

impl<'a> LeftBehind<'a> {
    /// Of a session.
    pub fn of(shown: Shown<'a>, options: &ExportOptions) -> Self {
        let Shown {
            session, survey, ..
        } = shown;
        let todos = session.todos.as_ref().or(survey.written_todos.as_ref());
        let mut left = Self {
            todos: todos.map(Vec::as_slice).unwrap_or_default(),
            files: Cow::default(),
            undone: &[],
            patches: Patches::Nowhere,
        };
        if options.diffs == Detail::None {
            return left;
        }
        // The stored changes of the session, or those of its turns added up. After an undo a runtime stores those that
        // were undone.
        let stored = session.diffs.as_deref().filter(|diffs| !diffs.is_empty());
        let of_session = stored.filter(|_| session.info.reverted_from.is_none());
        // A store that never had an account of the changes still has what the tools noted.
        let of_turns = Some(survey.files.as_slice()).filter(|files| !files.is_empty());
        left.files = match of_session {
            Some(diffs) => {
                let mut files = ChangedFiles::default();
                files.add(diffs.iter().map(ChangedFile::of), shown.directory());
                files.as_slice().to_vec().into()
            }
            None => of_turns
                .unwrap_or_else(|| survey.tool_files.as_slice())
                .into(),
        };
        // Those that the user undid stand behind the others, unless the session's own account has them.
        left.undone = match survey.undone_files.as_slice() {
            [] => survey.undone_tool_files.as_slice(),
            undone => undone,
        };
        left.patches = match (options.diffs, of_session, of_turns) {
            (Detail::Full, Some(diffs), _) => Patches::InSession(diffs),
            (Detail::Full, None, Some(_)) => Patches::InMessages(&survey.with_patches),
            // With their details, tool calls show their changes themselves.
            (Detail::Full, None, None) if options.tools != Detail::Full => {
                Patches::InCalls(&survey.with_tool_changes)
            }
            _ => Patches::Nowhere,
        };
        left
    }

    /// Tells whether a session left a list of files or entries behind.
    pub fn is_any(shown: Shown<'_>, options: &ExportOptions) -> bool {
        let (session, survey) = (shown.session, shown.survey);
        let mut todos = [&session.todos, &survey.written_todos]
            .into_iter()
            .flatten();
        let has_files = session
            .diffs
            .as_ref()
            .is_some_and(|diffs| !diffs.is_empty())
            || !survey.files.as_slice().is_empty()
            || !survey.tool_files.as_slice().is_empty();
        todos.any(|todos| !todos.is_empty()) || has_files && options.diffs != Detail::None
    }
}
