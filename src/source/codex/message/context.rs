//! The texts that the program gave to the model, and the summaries that replaced a conversation.

use super::super::record::{Record, Type, shown_type, texts};
use super::Building;
use crate::model::PartKind;
use crate::source::parts::{part, string};

impl Building<'_> {
    /// Adds the texts that the program gave to the model.
    pub(super) fn context(&mut self, record: &Record) {
        let payload = &record.payload;
        let kinds = record.content_kinds();
        let author = string(payload, "author");
        // `/root` is the name of the first agent, and no folder.
        let author = author.map(|author| format!("agent {}", author.trim_start_matches('/')));
        let called = string(payload, "name").filter(|it| !it.is_empty());
        let named = author.or_else(|| called.map(|it| shown_type(&it)));
        let content = payload.get("content").or_else(|| payload.get("output"));
        let texts = content.map(texts).unwrap_or_default();
        for (at, text) in texts.into_iter().enumerate() {
            let kind = kinds.get(at).filter(|kind| !["", "unknown"].contains(kind));
            let source = kind.map(|kind| shown_type(kind));
            let source = source.or_else(|| named.clone()).or_else(|| tag_of(&text));
            let source = source.or_else(|| string(payload, "role"));
            self.message
                .parts
                .push(part(PartKind::Context { source, text }));
        }
    }

    pub(super) fn compaction(&mut self, record: &Record) {
        let summary = match record.of {
            Type::Compacted => string(&record.payload, "message").map(without_preamble),
            _ => record.payload.get("content").map(|it| texts(it).join("\n")),
        };
        let summary = summary.filter(|it| !it.trim().is_empty());
        let known = self.message.parts.first_mut().map(|part| &mut part.kind);
        if let Some(PartKind::Compaction {
            summary: known,
            status,
            ..
        }) = known
        {
            // The second one is the first one with a sentence for the next model before it.
            *known = known.take().or(summary);
            *status = Some("completed".to_owned());
            return;
        }
        let is_done = record.of == Type::Compacted;
        self.message.parts.push(part(PartKind::Compaction {
            is_automatic: None,
            status: is_done.then(|| "completed".to_owned()),
            summary,
        }));
    }
}

/// A summary without the sentence for the next model before it.
fn without_preamble(summary: String) -> String {
    const START: &str = "Another language model started to solve this problem";
    match summary.split_once('\n') {
        Some((first, rest)) if first.starts_with(START) => rest.to_owned(),
        _ => summary,
    }
}

/// The tag that a text of the program begins with.
fn tag_of(text: &str) -> Option<String> {
    let text = text.trim_start();
    if text.starts_with("# AGENTS.md") {
        return Some("AGENTS.md".to_owned());
    }
    let (tag, _) = text.strip_prefix('<')?.split_once('>')?;
    let name = shown_type(tag.split_whitespace().next()?);
    (!name.is_empty()).then_some(name)
}
