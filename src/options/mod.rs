//! The options of an export.

mod hint;
pub mod level;
mod own;
mod parse;
pub mod problem;

use std::collections::BTreeMap;

use crate::model::{Object, Timestamp};
use crate::redact::OwnPatterns;

pub use self::hint::Hint;
pub use self::level::RedactLevel;

/// The kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A Markdown document.
    Markdown,
    /// JSON, for programs.
    Json,
    /// A page.
    Html,
}

impl Format {
    /// The name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    /// Tells whether a person reads it as it is.
    pub fn is_for_people(self) -> bool {
        match self {
            Self::Markdown | Self::Html => true,
            Self::Json => false,
        }
    }

    /// The extension of its files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

/// The shape of a JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonShape {
    /// The shape that `opencode import` takes.
    OpenCode,
    /// PawWork's snapshot.
    PawWork,
}

/// How much of something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Nothing; it is counted.
    None,
    /// A line.
    Summary,
    /// Everything.
    Full,
}

/// The time zone in which times are shown; the offset is always shown too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeZone {
    /// The computer's.
    Local,
    /// Universal time.
    Utc,
}

/// How the contents of attachments are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attachments {
    /// The document lists them.
    Omit,
    /// They are written into a folder beside the document, which links them.
    Extract,
    /// Images and texts among them are shown in the page.
    Embed,
}

/// The language of the exporter's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// The application named in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The operating system that it runs on, as people name it.
    pub system: Option<String>,
}

/// A part of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first and the last of its turns, as the document numbers them.
    pub turns: Option<(usize, usize)>,
    /// Turns in which something was written since then.
    pub since: Option<Timestamp>,
    /// Whose words of these turns, and nothing but words. `None` shows all of them.
    pub only: Option<Only>,
}

/// Shows the words of some speakers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// The user's.
    Prompts,
    /// The user's and the assistant's words.
    Messages,
}

/// The redaction of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactOptions {
    /// How much is redacted.
    pub level: RedactLevel,
    /// Exact strings that must not appear, in any case, as words of their own.
    pub terms: Vec<String>,
    /// Own patterns, whose matches must not appear.
    pub patterns: OwnPatterns,
    /// Values that no rule takes out; terms and own patterns do.
    pub keep: Vec<String>,
    /// Home folders to show as `~`, beside those that are recognised by their form.
    pub home_folders: Vec<String>,
    /// Names of this computer, which are taken out at [`RedactLevel::Strict`].
    pub host_names: Vec<String>,
    /// True where the contents of attachments are shown, so that those that are texts are redacted.
    pub shows_contents: bool,
}

impl Default for RedactOptions {
    fn default() -> Self {
        Self {
            level: RedactLevel::Secrets,
            terms: Vec::new(),
            patterns: OwnPatterns::default(),
            keep: Vec::new(),
            home_folders: Vec::new(),
            host_names: Vec::new(),
            shows_contents: false,
        }
    }
}

/// Everything that an export can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportOptions {
    /// The kind of document.
    pub format: Format,
    /// The shape of a JSON document.
    pub json_shape: JsonShape,
    /// The redaction of the document.
    pub redact: RedactOptions,
    /// How much of tool calls is shown.
    pub tools: Detail,
    /// How much of file changes is shown.
    pub diffs: Detail,
    /// True where what the model wrote to itself is shown.
    pub reasoning: bool,
    /// True where tokens and cost are shown.
    pub usage: bool,
    /// True where sub-agent sessions are shown.
    pub children: bool,
    /// The part of the session that is shown; all of it where `None`.
    pub part: Option<Part>,
    /// The application named in the document; the stored one where `None`.
    pub app: Option<App>,
    /// Facts about the application and the computer, for JSON. `None` takes those of the source.
    pub runtime_context: Option<Object>,
    /// Display names by `provider/model`.
    pub models: BTreeMap<String, String>,
    /// The time zone.
    pub time_zone: TimeZone,
    /// The language of the exporter's own words.
    pub locale: Locale,
    /// How the contents of attachments are handled.
    pub attachments: Attachments,
    /// How much of attachments is shown in the page, in bytes.
    pub max_embed_bytes: usize,
    /// True where the page lists its redactions.
    pub report: bool,
    /// How much of the texts of one part is shown, in bytes; all where `None`.
    pub max_part_bytes: Option<usize>,
    /// How large the document may be, in bytes; any size where `None`.
    pub max_bytes: Option<usize>,
    /// When the export was made; now where `None`.
    pub exported_at: Option<Timestamp>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            format: Format::Markdown,
            json_shape: JsonShape::OpenCode,
            redact: RedactOptions::default(),
            tools: Detail::Summary,
            diffs: Detail::Summary,
            reasoning: false,
            usage: true,
            children: true,
            part: None,
            app: None,
            runtime_context: None,
            models: BTreeMap::new(),
            time_zone: TimeZone::Local,
            locale: Locale::English,
            attachments: Attachments::Omit,
            max_embed_bytes: 10_000_000,
            report: false,
            max_part_bytes: None,
            max_bytes: None,
            exported_at: None,
        }
    }
}

/// The options of `writeExport`, beside those of the export.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WriteOptions {
    /// The options of the document.
    pub export: ExportOptions,
    /// True where an existing file may be replaced.
    pub overwrite: bool,
}
