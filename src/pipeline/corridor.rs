//! The corridor: what every pass over the messages of a session tree has in its hands.

use super::control::{Control, Phase, Steps};
use crate::error::Result;
use crate::options::ExportOptions;
use crate::render::Survey;
use crate::source;
use crate::source::{Input, Messages, Size};

/// The way of the messages of a session tree. Each pass has a file of its own.
pub struct Corridor<'a, 'i> {
    pub messages: &'a mut (dyn Messages<'i> + 'i),
    /// The sizes of the sessions that are shown.
    pub sizes: &'a [Size],
    /// A survey of the sessions that are not shown.
    pub hidden: Survey,
    pub options: &'a ExportOptions,
    pub control: Control<'a>,
}

/// How much the sessions of a tree hold.
pub struct Sizes {
    /// The sizes of the sessions that are shown.
    shown: Vec<Size>,
    /// A survey of the sessions that are not shown.
    hidden: Survey,
}

/// Makes an input ready: compares the copies of sessions, and leaves in the tree what is shown.
///
/// # Errors
/// Those of the source and of the control, [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub fn settle(
    input: &mut Input<'_>,
    options: &ExportOptions,
    control: Control<'_>,
) -> Result<Sizes> {
    input.notes.check_memory()?;
    control.check()?;
    let go_on = || control.check();
    input.messages.settle(&mut input.notes, &go_on)?;
    let mut shown = (0..input.tree.sessions.len())
        .map(|session| input.messages.size(session))
        .collect::<Result<Vec<_>>>()?;
    let mut hidden = Survey::default();
    if !options.children {
        for (session, size) in shown.iter().enumerate().skip(1) {
            let parts = input.messages.parts(session)?;
            hidden.add_hidden_session(size.messages, parts + size.orphans);
        }
        shown.truncate(1);
        input.tree.sessions.truncate(1);
    }
    if let Some(context) = &options.runtime_context {
        let runtime = source::runtime_of_option(context);
        input.tree.runtime.update(runtime);
    }
    Ok(Sizes { shown, hidden })
}

impl<'a, 'i> Corridor<'a, 'i> {
    pub fn new(
        messages: &'a mut (dyn Messages<'i> + 'i),
        sizes: &'a Sizes,
        options: &'a ExportOptions,
        control: Control<'a>,
    ) -> Self {
        Self {
            messages,
            sizes: &sizes.shown,
            hidden: sizes.hidden.clone(),
            options,
            control,
        }
    }

    /// How many messages are shown.
    pub fn message_count(&self) -> usize {
        self.sizes.iter().map(|size| size.messages).sum()
    }

    /// Starts a phase over all messages.
    pub fn steps(&self, phase: Phase) -> Steps<'a> {
        Steps::start(self.control, phase, self.message_count())
    }
}
