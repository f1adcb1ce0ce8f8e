//! Writes the contents of the attachments that a document shows into a folder beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use std::sync::Arc;

use crate::error::Result;
use crate::file_name;
use crate::model::{Message, data_url};
use crate::options::{ExportOptions, WriteOptions};
use crate::redact::{Redacted, Watch};
use crate::render::attachment::extracted;
use crate::render::{AttachmentNames, shown_attachments};
use crate::sink::{AttachmentFolder, Published};

/// Takes attachments out of messages.
pub struct Extractor {
    folder: AttachmentFolder,
    names: Arc<AttachmentNames>,
    written: BTreeSet<String>,
}

impl Extractor {
    /// For the document at `path`, an absolute path.
    pub fn beside(path: &Path, options: &WriteOptions) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let path = path.with_file_name(file_name::attachment_folder(&name));
        let folder = path.file_name().unwrap_or_default().to_string_lossy();
        Self {
            names: Arc::new(AttachmentNames::new(folder.into_owned())),
            written: BTreeSet::new(),
            folder: AttachmentFolder::new(path, options.overwrite),
        }
    }

    /// The names of the folder and of the files in it, to be asked by the document too.
    pub fn names(&self) -> Arc<AttachmentNames> {
        self.names.clone()
    }

    /// Writes the attachments of a message that is shown. `watch` looks at those that are texts.
    ///
    /// # Errors
    /// Those of [`AttachmentFolder::add`] and of [`Watch::look`].
    pub fn extract(
        &mut self,
        message: Redacted<&Message>,
        options: &ExportOptions,
        watch: &mut Watch,
    ) -> Result<()> {
        for file in shown_attachments(message.get(), options) {
            let Some((name, content)) = extracted(file, &self.names)? else {
                continue;
            };
            if !self.written.insert(name.clone()) {
                continue;
            }
            if let Some(url) = file.url.as_deref()
                && let Some(text) = data_url::text(url)?
            {
                watch.look(&text)?;
            }
            self.folder.add(&name, &content)?;
        }
        Ok(())
    }

    /// Gives the folder its name. Gives what became visible.
    ///
    /// # Errors
    /// Those of [`AttachmentFolder::publish`].
    pub fn publish(self, document: &Path, go_on: &dyn Fn() -> bool) -> Result<Published> {
        self.folder.publish(document, go_on)
    }

    /// Removes what was written. Gives what could not be removed.
    pub fn discard(self) -> Option<PathBuf> {
        self.folder.discard()
    }
}
