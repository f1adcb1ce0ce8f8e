//! Joins the stages: source -> model -> redact -> render -> sink. The only folder that knows them all.
//!
//! A message goes one way:
//!
//! ```text
//! fetch ──▶ draft ──▶ number ──▶ elsewhere ──▶ write
//! in order  workers   in order   few of them   in order
//! ```
//!
//! 1. **Draft** (`draft.rs`): the caller fetches each message from its source, in order. A worker reads it, cleans
//!    it, searches it to the end and renders it, with a hole for the number of each secret. The caller takes the
//!    drafts in order, numbers the secrets and fills the holes. The rendered text goes to the spool (`spool.rs`); the
//!    message is let go of.
//! 2. **Elsewhere** (`elsewhere.rs`): a value that tells that it is a secret in one message may stand in another one
//!    that does not tell it, earlier or later. Only messages that may hold such a value are read again. It is
//!    counted, since the head of the document says how often.
//! 3. **Plan** (`plan.rs`): only where the document has to keep a budget. It is rendered for its size, and the cuts
//!    are chosen.
//! 4. **Write** (`write.rs`): the document is rendered around the messages in the spool, looked at once more and
//!    written.
//!
//! A message that has to be read again (`again.rs`) is read afresh from its source. Its draft left a note of which of
//! its texts were changed, so that the others are not searched again. Three kinds of messages are read again: those
//! of step 2, those that cannot be rendered by themselves (in JSON and HTML, and where a budget is kept), and the few
//! whose cuts depend on a number.
//!
//! Memory is bounded: a fixed number of bytes is worked on ahead (`ahead.rs`), the spool goes to a file where the
//! document does, and of each message some bytes are kept (`drafts.rs`).

mod again;
mod ahead;
mod attachments;
mod contexts;
mod control;
mod corridor;
mod draft;
mod draft_renderer;
mod drafts;
mod elsewhere;
mod entry;
mod plan;
mod prepared;
mod printer;
mod reader;
mod spool;
mod write;

use std::path::Path;

use self::attachments::Extractor;
use self::corridor::Corridor;
use self::printer::Sink;
use self::spool::Spool;
use crate::error::Result;
use crate::options::ExportOptions;
use crate::render;
use crate::render::document::Content;
use crate::render::{Census, Cuts};

pub use self::control::{Control, Phase, Progress};
pub use self::entry::{
    Export, Session, Summary, export, export_to_file, suggest_file_name, write_export,
};
pub use self::prepared::{Prepared, prepare};

/// Writes the document of a session. `target` is the file that it goes to.
fn write_document(
    session: Session<'_>,
    options: &ExportOptions,
    control: Control<'_>,
    target: Option<&Path>,
    attachments: Option<&mut Extractor>,
    out: Sink<'_>,
) -> Result<Summary> {
    control.check()?;
    let (mut input, origin) = session.open(control.stop)?;
    let sizes = corridor::settle(&mut input, options, control)?;
    let mut corridor = Corridor::new(input.messages.as_mut(), &sizes, options, control);
    // A session that was handed over is in memory as a whole. Its document may be too, so it needs no file.
    let spool = Spool::new(target.filter(|_| origin.is_some()));

    let (mut drafts, survey) = corridor.draft(&mut input.tree, &mut input.notes, spool)?;
    let (tree, of_sessions) = drafts.redactor.tree(input.tree);
    let survey = corridor.elsewhere(&tree, survey, &mut drafts)?;
    let report = drafts.redactor.report();
    let of_messages = std::mem::take(&mut drafts.contexts).into_all();
    let redactions = report.redactions(of_sessions.into_iter().chain(of_messages));
    let folder = attachments.as_ref().map(|attachments| attachments.names());
    let whole = Content {
        tree: &tree,
        survey: &survey,
        report: &report,
        notes: &input.notes,
        cuts: &Cuts::default(),
        folder: folder.as_deref(),
        options,
        exported_at: options.exported_at.unwrap_or_else(render::now),
    };
    let plan = corridor.plan(&whole, &drafts)?;
    let content = plan.as_ref().map_or(whole, |plan| plan.of(whole));
    let measure = corridor.write(&content, drafts, attachments, out)?;
    input.messages.finish()?;
    Ok(Summary {
        format: options.format,
        sha256: measure.sha256,
        checksum: measure.checksum,
        census: Census {
            truncated: measure.cut.bytes,
            ..content.survey.census.clone()
        },
        redactions,
        kept_words: report.kept_words,
        notes: input.notes.entries,
        origin,
        attachment_folder: None,
    })
}
