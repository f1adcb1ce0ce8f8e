//! The report on an export.

use std::path::Path;

use napi_derive::napi;

use crate::pipeline::Summary;
use crate::redact;
use crate::render::{Counts, hex, oddity_in_english};

/// How many of something are stored, and how many of them the document shows.
#[napi(object)]
pub struct ExportCounts {
    /// Stored in the session and its sub-agent sessions.
    pub stored: i64,
    /// Shown in the document.
    pub rendered: i64,
}

/// What the document does not show, by reason.
#[napi(object)]
pub struct Omission {
    /// Why.
    #[napi(ts_type = "OmissionReason")]
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// Where something was redacted. It never holds the value.
#[napi(object)]
pub struct Redaction {
    /// The rule, which is the name in the placeholder: `github-token` for
    /// `[redacted:github-token#1]`.
    pub rule: String,
    /// How many places: 1 where there is a `context`, else how often in this field.
    pub count: i64,
    /// The message, unless it was in the session's own fields.
    #[napi(js_name = "messageID")]
    pub message_id: Option<String>,
    /// The part, unless it was in the message's own fields.
    #[napi(js_name = "partID")]
    pub part_id: Option<String>,
    /// The field, such as `state.output`.
    pub field: String,
    /// The placeholder with up to 60 characters before and behind it, redacted as the document is. An export gives the
    /// first 10,000; further ones of a rule in a field are counted together. Those in the content of an attachment have
    /// none, and neither have those of `redactText`.
    pub context: Option<String>,
}

/// Something odd in the stored data that did not stop the export.
#[napi(object)]
pub struct ExportWarning {
    /// Where, as a JSON path made of known field names and numbers.
    pub path: String,
    /// What is odd, in English, without quoting the data.
    pub message: String,
}

/// The store that a session was read from.
#[napi(object)]
pub struct StoreOrigin {
    /// The database, or the folder of JSON files.
    pub path: String,
    /// 0 for a folder of JSON files, 1 for a database of OpenCode 1 or PawWork, 2 for one of OpenCode 2, 3 for the
    /// logs of DSH, 4 for those of Claude Code, 5 for those of Codex, 6 for a database of Crush or of the
    /// first OpenCode.
    #[napi(ts_type = "0 | 1 | 2 | 3 | 4 | 5 | 6")]
    pub generation: u8,
    /// The tables that were read.
    pub tables: Vec<String>,
    /// The other stores that the session was read from: where no store was named and several hold the session,
    /// what each of them holds is shown.
    pub also_in: Option<Vec<String>>,
}

/// What `writeExport` wrote.
#[napi(object)]
pub struct ExportReport {
    /// The absolute path of the file.
    pub path: String,
    /// The size of the file in bytes.
    pub bytes: i64,
    /// The SHA-256 of the file in hexadecimal.
    pub sha256: String,
    /// The kind of document.
    #[napi(ts_type = "'markdown' | 'json' | 'html'")]
    pub format: String,
    /// The session and its sub-agent sessions.
    pub sessions: ExportCounts,
    /// Messages.
    pub messages: ExportCounts,
    /// Parts of messages.
    pub parts: ExportCounts,
    /// What the document does not show.
    pub omitted: Vec<Omission>,
    /// How many bytes of texts were cut off to keep `maxPartBytes` and `maxBytes`, and of parts of an
    /// unknown kind, which Markdown shows up to 4096 bytes; the document says so where they were.
    pub truncated: i64,
    /// What was redacted, place by place in the order of the session: in all of it, also in what the document leaves out.
    pub redactions: Vec<Redaction>,
    /// How many of the words in `keep` the document shows where a rule would have taken them.
    pub kept: i64,
    /// Attachments that the document lists.
    pub attachments: i64,
    /// The absolute path of the folder that their contents were written into, where they were.
    pub attachment_folder: Option<String>,
    /// What was odd in the stored data; the first 50.
    pub warnings: Vec<ExportWarning>,
    /// Where the session was read from, if it was read from a store.
    pub origin: Option<StoreOrigin>,
}

/// A count as JavaScript takes it; no count of things in memory is beyond its range.
fn count(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl From<Counts> for ExportCounts {
    fn from(counts: Counts) -> Self {
        Self {
            stored: count(counts.stored),
            rendered: count(counts.rendered),
        }
    }
}

impl From<redact::Redaction> for Redaction {
    fn from(redaction: redact::Redaction) -> Self {
        Self {
            rule: redaction.rule.to_owned(),
            count: count(redaction.count),
            message_id: redaction.message_id.as_deref().map(str::to_owned),
            part_id: redaction.part_id.as_deref().map(str::to_owned),
            field: redaction.field.to_owned(),
            context: redaction.context,
        }
    }
}

impl ExportReport {
    /// The report on a document of some bytes that was written to `path`.
    pub fn new(summary: &Summary, bytes: u64, path: &Path) -> Self {
        let census = &summary.census;
        let omitted = census
            .left_out()
            .into_iter()
            .map(|(reason, number)| Omission {
                reason: reason.to_owned(),
                count: count(number),
            });
        let redactions = summary.redactions.iter().cloned().map(Redaction::from);
        let warnings = summary.notes.iter().map(|note| ExportWarning {
            path: note.path.clone(),
            message: oddity_in_english(note.oddity).to_owned(),
        });
        Self {
            path: path.to_string_lossy().into_owned(),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            sha256: hex(&summary.sha256),
            format: summary.format.name().to_owned(),
            sessions: census.sessions.into(),
            messages: census.messages.into(),
            parts: census.parts.into(),
            omitted: omitted.collect(),
            truncated: count(census.truncated),
            redactions: redactions.collect(),
            kept: count(summary.kept_words),
            attachments: count(census.attachments),
            attachment_folder: summary
                .attachment_folder
                .as_ref()
                .map(|path| path.to_string_lossy().into_owned()),
            warnings: warnings.collect(),
            origin: summary.origin.as_ref().map(|origin| StoreOrigin {
                path: origin.path.to_string_lossy().into_owned(),
                generation: origin.generation,
                tables: origin
                    .tables
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect(),
                also_in: Some(&origin.also_in)
                    .filter(|paths| !paths.is_empty())
                    .map(|paths| {
                        paths
                            .iter()
                            .map(|path| path.to_string_lossy().into_owned())
                            .collect()
                    }),
            }),
        }
    }
}
