//! Attachments: their line, and what of them is shown in the page.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::super::attachment::{Shown, is_image, shown_in_page};
use super::super::tool::details::extension;
use super::super::words::fill;
use super::escape::escaped;
use super::writer::Writer;
use crate::error::Result;
use crate::model::FilePart;
use crate::options::Attachments;

impl Writer<'_> {
    /// An attachment. `fits` says whether there is room for its content.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn attachment(
        &mut self,
        file: &FilePart,
        directory: Option<&str>,
        fits: bool,
    ) -> Result<()> {
        let words = self.words;
        let line = self.sentences.attachment(file, directory);
        let content = match self.context.options.attachments {
            Attachments::Embed => shown_in_page(file)?,
            Attachments::Omit | Attachments::Extract => None,
        };
        let name = self.sentences.markup.text(&line.name);
        let linked = match &line.address {
            Some(address) => format!("<a href=\"{}\">{name}</a>", escaped(address)),
            None if line.is_named => name,
            None => String::new(),
        };
        let mut text = words.attachment.to_owned();
        if !linked.is_empty() {
            text.push_str(&format!("{}<strong>{linked}</strong>", words.colon));
        }
        let mut facts = line.facts;
        if content.is_some() && !fits {
            let limit = words.size(self.context.options.max_embed_bytes as u64);
            facts.push(fill(words.not_embedded, &[&limit]));
        }
        if !facts.is_empty() {
            text.push_str(&words.in_brackets(&facts.join(words.comma)));
        }
        self.see(&text);
        if let Some(Shown::Text(content)) = content.as_ref().filter(|_| fits) {
            self.begin_fold("attachment", false);
            self.push(&text);
            self.begin_folded(false);
            self.code(content, extension(&line.name));
            self.end_fold(false);
            return Ok(());
        }
        self.push(&format!("<p class=\"attachment\">{text}</p>\n"));
        if let Some(address) = line.address.filter(|address| is_image(address)) {
            self.begin_image(&line.name);
            self.push(&escaped(&address));
            self.push("\"></figure>\n");
        }
        if let Some(Shown::Image { mime, content }) = content.filter(|_| fits) {
            self.begin_image(&line.name);
            self.push(&format!("data:{mime};base64,"));
            self.push_image(&BASE64_STANDARD.encode(content));
            self.push("\"></figure>\n");
        }
        Ok(())
    }

    /// An image up to its address.
    fn begin_image(&mut self, name: &str) {
        // As high as an image is at most, in lines.
        self.see_lines(12);
        let name = escaped(name).into_owned();
        self.push(&format!(
            "<figure class=\"image\" tabindex=\"0\"><img alt=\"{name}\" loading=\"lazy\" decoding=\"async\" src=\""
        ));
    }
}
