//! Joins the stages: source -> model -> redact -> render -> sink. The only file that knows them all.

use std::path::Path;

use crate::error::{Error, Result};
use crate::model::{Note, SessionTree};
use crate::options::{ExportOptions, Format, WriteOptions};
use crate::redact::{self, Redacted, Redaction};
use crate::render::{self, Census, Clock};
use crate::sink::{self, Written, file_name};
use crate::source;

/// A finished document and what is known about it.
#[derive(Debug, Clone)]
pub struct Export {
    /// The document.
    pub text: String,
    /// The kind of document.
    pub format: Format,
    /// What was stored, shown and left out.
    pub census: Census,
    /// What was redacted, and where.
    pub redactions: Vec<Redaction>,
    /// What was odd in the stored data; the first ones.
    pub notes: Vec<Note>,
}

/// Turns a session, as JSON text, into a document.
///
/// # Errors
/// [`Error::InvalidSession`] where it is no session, [`Error::RedactionIncomplete`] where the
/// finished document still holds a secret, [`Error::Aborted`] where `go_on` says no.
pub fn export(session: &[u8], options: &ExportOptions, go_on: &dyn Fn() -> bool) -> Result<Export> {
    let tree = source::read_json(session)?;
    check(go_on)?;
    let (redacted, watch) = redact::redact(tree, &options.redact);
    check(go_on)?;
    let exported_at = options.exported_at.unwrap_or_else(render::now);
    let render = |redacted: &Redacted<SessionTree>| match options.format {
        Format::Markdown => render::render_markdown(redacted, options, exported_at),
    };
    let (text, census) = render(&redacted);
    check(go_on)?;
    watch.check(&text, || render(&redact::blank(&redacted)).0)?;
    Ok(Export {
        text,
        format: options.format,
        census,
        redactions: redacted.report().redactions().collect(),
        notes: redacted.get().notes.entries.clone(),
    })
}

/// Turns a session into a document and writes it to `path`, an absolute path.
///
/// # Errors
/// Those of [`export`] and of [`sink::write`].
pub fn export_to_file(
    session: &[u8],
    path: &Path,
    options: &WriteOptions,
    go_on: &dyn Fn() -> bool,
) -> Result<(Export, Written)> {
    if !options.overwrite {
        sink::refuse_existing(path)?;
    }
    let export = export(session, &options.export, go_on)?;
    let written = write_export(&export, path, options.overwrite, go_on)?;
    Ok((export, written))
}

/// Writes a document that was made before to `path`, an absolute path.
///
/// # Errors
/// Those of [`sink::write`].
pub fn write_export(
    export: &Export,
    path: &Path,
    overwrite: bool,
    go_on: &dyn Fn() -> bool,
) -> Result<Written> {
    check(go_on)?;
    sink::write(path, export.text.as_bytes(), overwrite, go_on)
}

/// A file name for a session: its date and its title, redacted.
///
/// # Errors
/// [`Error::InvalidSession`] where it is no session.
pub fn suggest_file_name(session: &[u8], options: &ExportOptions) -> Result<String> {
    let mut tree = source::read_json(session)?;
    // The name needs nothing else, and redacting the rest would cost as much as an export.
    tree.root.messages.clear();
    tree.root.children.clear();
    let (redacted, _) = redact::redact(tree, &options.redact);
    let SessionTree { root, .. } = redacted.get();
    let date = root
        .info
        .created
        .map(|time| Clock::new(options.time_zone).date(time));
    let title = root.info.title.as_deref().unwrap_or_default();
    Ok(file_name::suggest(
        date.as_deref(),
        title,
        options.format.extension(),
    ))
}

fn check(go_on: &dyn Fn() -> bool) -> Result<()> {
    if go_on() { Ok(()) } else { Err(Error::Aborted) }
}
