//! JSON -> options. An unknown option or value is an error that names the allowed ones.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::level::RedactLevel;
use super::problem::{check_names, invalid};
use super::{
    App, Attachments, Detail, ExportOptions, Format, JsonShape, Locale, Only, Part, RedactOptions,
    TimeZone, WriteOptions, own,
};
use crate::error::{Error, Result};
use crate::model::{Object, Timestamp};

const REDACT_LEVELS: [(&str, RedactLevel); 3] = [
    ("secrets", RedactLevel::Secrets),
    ("strict", RedactLevel::Strict),
    ("off", RedactLevel::Off),
];
const DETAILS: [(&str, Detail); 3] = [
    ("none", Detail::None),
    ("summary", Detail::Summary),
    ("full", Detail::Full),
];
const TIME_ZONES: [(&str, TimeZone); 2] = [("local", TimeZone::Local), ("utc", TimeZone::Utc)];
const LOCALES: [(&str, Locale); 2] = [("en", Locale::English), ("zh", Locale::Chinese)];
const FORMATS: [(&str, Format); 3] = [
    ("markdown", Format::Markdown),
    ("json", Format::Json),
    ("html", Format::Html),
];
const JSON_SHAPES: [(&str, JsonShape); 2] = [
    ("opencode", JsonShape::OpenCode),
    ("pawwork", JsonShape::PawWork),
];

const ATTACHMENTS: [(&str, Attachments); 3] = [
    ("omit", Attachments::Omit),
    ("extract", Attachments::Extract),
    ("embed", Attachments::Embed),
];

const EXPORT_OPTIONS: [&str; 23] = [
    "app",
    "attachments",
    "children",
    "diffs",
    "exportedAt",
    "format",
    "jsonShape",
    "keep",
    "locale",
    "maxBytes",
    "maxEmbedBytes",
    "maxPartBytes",
    "models",
    "part",
    "reasoning",
    "redact",
    "redactPatterns",
    "redactTerms",
    "report",
    "runtimeContext",
    "timeZone",
    "tools",
    "usage",
];

/// The options that only `writeExport` takes.
const WRITE_OPTIONS: [&str; 3] = ["onProgress", "overwrite", "signal"];

impl ExportOptions {
    /// Reads export options; absent ones have their default.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an unknown option or a value that is not allowed.
    pub fn from_json(options: &Object) -> Result<Self> {
        check_names(options, &EXPORT_OPTIONS)?;
        read(options)
    }

    /// Reads the options of an export that has no file of its own yet: one that becomes a string, or is prepared.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], also where attachments would need a folder.
    pub fn without_path(options: &Object) -> Result<Self> {
        let options = Self::from_json(options)?;
        match options.attachments {
            Attachments::Omit | Attachments::Embed => Ok(options),
            Attachments::Extract => invalid(
                "\"attachments\" can be \"extract\" only where there is a file to put them beside: use writeExport."
                    .to_owned(),
            ),
        }
    }
}

impl RedactOptions {
    /// Reads the options of redacting a text; absent ones have their default.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an unknown option or a value that is not allowed.
    pub fn from_json(options: &Object) -> Result<Self> {
        check_names(
            options,
            &["hint", "keep", "redact", "redactPatterns", "redactTerms"],
        )?;
        read_redact(options)
    }
}

impl WriteOptions {
    /// Reads write options for a path, whose extension has to agree with the format.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an unknown option, or a value or an extension that is not
    /// allowed.
    pub fn for_path(options: &Object, path: &Path) -> Result<Self> {
        let (extension, of_path) = format_of(path);
        let mut options = options.clone();
        if let Some(format) = of_path {
            let is_absent = !options.contains_key("format");
            if is_absent {
                options.insert("format".to_owned(), format.name().into());
            } else if choice(&options, "format", &FORMATS)? != of_path {
                return invalid(format!(
                    "The path ends in .{extension}, but \"format\" asks for another format: leave \"format\" out, or change the extension."
                ));
            }
        }
        Self::from_json(&options)
    }

    /// Checks that the extension of a path, where it is of any format, is of the format of a document that was made before.
    ///
    /// # Errors
    /// [`Error::InvalidOption`].
    pub fn check_path(path: &Path, format: Format) -> Result<()> {
        match format_of(path) {
            (extension, Some(of_path)) if of_path != format => invalid(format!(
                "The path ends in .{extension}, but the document is {}: change the extension, or prepare it as another format.",
                format.name()
            )),
            _ => Ok(()),
        }
    }

    /// Reads the options of writing a document that was made before.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for any option that tells what the document holds.
    pub fn overwrite_only(options: &Object) -> Result<bool> {
        check_names(options, &WRITE_OPTIONS)?;
        Ok(flag(options, "overwrite")?.unwrap_or(false))
    }

    /// Reads write options; absent ones have their default.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an unknown option or a value that is not allowed.
    pub fn from_json(options: &Object) -> Result<Self> {
        let mut names = EXPORT_OPTIONS.to_vec();
        names.extend(WRITE_OPTIONS);
        names.sort_unstable();
        check_names(options, &names)?;
        Ok(Self {
            export: read(options)?,
            overwrite: flag(options, "overwrite")?.unwrap_or(false),
        })
    }
}

/// The extension of a path in small letters, and the format that it is of.
fn format_of(path: &Path) -> (String, Option<Format>) {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    let format = match extension.as_str() {
        "json" => Some(Format::Json),
        "md" | "markdown" => Some(Format::Markdown),
        "html" | "htm" => Some(Format::Html),
        _ => None,
    };
    (extension, format)
}

fn read(options: &Object) -> Result<ExportOptions> {
    let defaults = ExportOptions::default();
    let format = choice(options, "format", &FORMATS)?.unwrap_or(defaults.format);
    // A program that reads the file can leave out what it does not want.
    let part = read_part(options)?;
    let detail = match format.is_for_people() {
        _ if part.is_some_and(|part| part.only.is_some()) => Detail::None,
        true => Detail::Summary,
        false => Detail::Full,
    };
    let attachments = choice(options, "attachments", &ATTACHMENTS)?;
    let attachments = attachments.unwrap_or(defaults.attachments);
    if attachments == Attachments::Embed && format != Format::Html {
        return invalid(
            "\"attachments\" can be \"embed\" only in a page: set \"format\" to \"html\", or use \"extract\"."
                .to_owned(),
        );
    }
    let report = flag(options, "report")?.unwrap_or(defaults.report);
    if report && format != Format::Html {
        return invalid(
            "\"report\" can be true only in a page: set \"format\" to \"html\". What prepareExport and writeExport give has a report in every format."
                .to_owned(),
        );
    }
    let redact = RedactOptions {
        shows_contents: attachments != Attachments::Omit,
        ..read_redact(options)?
    };
    Ok(ExportOptions {
        format,
        json_shape: choice(options, "jsonShape", &JSON_SHAPES)?.unwrap_or(defaults.json_shape),
        redact,
        attachments,
        max_embed_bytes: bytes(options, "maxEmbedBytes")?.unwrap_or(defaults.max_embed_bytes),
        tools: choice(options, "tools", &DETAILS)?.unwrap_or(detail),
        diffs: choice(options, "diffs", &DETAILS)?.unwrap_or(detail),
        reasoning: flag(options, "reasoning")?.unwrap_or(defaults.reasoning),
        usage: flag(options, "usage")?.unwrap_or(defaults.usage),
        children: flag(options, "children")?.unwrap_or(defaults.children),
        report,
        part,
        app: read_app(options)?,
        runtime_context: read_runtime_context(options)?,
        models: read_models(options)?,
        time_zone: choice(options, "timeZone", &TIME_ZONES)?.unwrap_or(defaults.time_zone),
        locale: choice(options, "locale", &LOCALES)?.unwrap_or(defaults.locale),
        max_part_bytes: bytes(options, "maxPartBytes")?,
        max_bytes: bytes(options, "maxBytes")?,
        exported_at: read_exported_at(options)?,
    })
}

fn read_redact(options: &Object) -> Result<RedactOptions> {
    let defaults = RedactOptions::default();
    let terms = match options.get("redactTerms") {
        None => Some(Vec::new()),
        Some(Value::Array(terms)) => terms
            .iter()
            .map(|term| term.as_str().map(str::to_owned))
            .collect(),
        Some(_) => None,
    };
    let Some(terms) = terms else {
        return invalid("\"redactTerms\" must be an array of strings.".to_owned());
    };
    Ok(RedactOptions {
        level: choice(options, "redact", &REDACT_LEVELS)?.unwrap_or(defaults.level),
        terms,
        patterns: own::patterns(options)?,
        keep: own::keep(options)?,
        ..defaults
    })
}

fn choice<T: Copy>(options: &Object, name: &str, allowed: &[(&str, T)]) -> Result<Option<T>> {
    let Some(value) = options.get(name) else {
        return Ok(None);
    };
    match allowed
        .iter()
        .find(|(text, _)| value.as_str() == Some(text))
    {
        Some((_, choice)) => Ok(Some(*choice)),
        None => {
            let names: Vec<String> = allowed
                .iter()
                .map(|(text, _)| format!("\"{text}\""))
                .collect();
            invalid(format!("\"{name}\" must be {}.", names.join(" or ")))
        }
    }
}

fn flag(options: &Object, name: &str) -> Result<Option<bool>> {
    match options.get(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => invalid(format!("\"{name}\" must be true or false.")),
    }
}

/// A number of bytes.
fn bytes(options: &Object, name: &str) -> Result<Option<usize>> {
    let Some(value) = options.get(name) else {
        return Ok(None);
    };
    let whole = value.as_u64().and_then(|bytes| usize::try_from(bytes).ok());
    match whole.filter(|bytes| *bytes > 0) {
        Some(bytes) => Ok(Some(bytes)),
        None => invalid(format!(
            "\"{name}\" must be a whole number of bytes from 1."
        )),
    }
}

fn read_app(options: &Object) -> Result<Option<App>> {
    let Some(value) = options.get("app") else {
        return Ok(None);
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match text("name") {
        Some(name) => Ok(Some(App {
            name,
            version: text("version"),
            system: text("system"),
        })),
        None => invalid("\"app\" must be { name, version, system } with strings.".to_owned()),
    }
}

const ONLY: [(&str, Only); 2] = [("prompts", Only::Prompts), ("messages", Only::Messages)];

fn read_part(options: &Object) -> Result<Option<Part>> {
    let Some(value) = options.get("part") else {
        return Ok(None);
    };
    let problem = || {
        Error::InvalidOption(
            "\"part\" must be an object with turns, since or only: { turns: { from: 3, to: 9 } }, { since: milliseconds since the Unix epoch }, { only: \"prompts\" } or { only: \"messages\" }."
                .to_owned(),
        )
    };
    let part = value.as_object().ok_or_else(problem)?;
    let is_known = |name: &String| ["turns", "since", "only"].contains(&name.as_str());
    if part.is_empty() || !part.keys().all(is_known) {
        return Err(problem());
    }
    let number = |turns: &Value, name: &str| {
        let number = turns.get(name).and_then(Value::as_u64);
        number.and_then(|number| usize::try_from(number).ok())
    };
    let range = |turns: &Value| {
        let range = number(turns, "from").zip(number(turns, "to"));
        range.filter(|(from, to)| *from >= 1 && from <= to)
    };
    let turns = part
        .get("turns")
        .map(|turns| range(turns).ok_or_else(problem));
    let time = |since: &Value| since.as_f64().and_then(Timestamp::from_millis);
    let since = part
        .get("since")
        .map(|since| time(since).ok_or_else(problem));
    Ok(Some(Part {
        turns: turns.transpose()?,
        since: since.transpose()?,
        only: choice(part, "only", &ONLY).map_err(|_| problem())?,
    }))
}

/// The most that is taken of a runtime's context, as JSON in bytes. PawWork's own has some 2,000.
const LARGEST_CONTEXT: usize = 256 * 1024;

fn read_runtime_context(options: &Object) -> Result<Option<Object>> {
    match options.get("runtimeContext") {
        None => Ok(None),
        Some(value @ Value::Object(context)) if value.to_string().len() <= LARGEST_CONTEXT => {
            Ok(Some(context.clone()))
        }
        Some(_) => invalid(format!(
            "\"runtimeContext\" must be an object whose JSON has at most {LARGEST_CONTEXT} bytes."
        )),
    }
}

fn read_models(options: &Object) -> Result<BTreeMap<String, String>> {
    let problem = || {
        Error::InvalidOption(
            "\"models\" must be an object of display names by provider/model.".to_owned(),
        )
    };
    match options.get("models") {
        None => Ok(BTreeMap::new()),
        Some(Value::Object(models)) => models
            .iter()
            .map(|(model, name)| Some((model.clone(), name.as_str()?.to_owned())))
            .collect::<Option<_>>()
            .ok_or_else(problem),
        Some(_) => Err(problem()),
    }
}

fn read_exported_at(options: &Object) -> Result<Option<Timestamp>> {
    let Some(value) = options.get("exportedAt") else {
        return Ok(None);
    };
    match value.as_f64().and_then(Timestamp::from_millis) {
        Some(time) => Ok(Some(time)),
        None => invalid("\"exportedAt\" must be milliseconds since the Unix epoch.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(options: Value) -> Result<ExportOptions> {
        ExportOptions::from_json(options.as_object().unwrap())
    }

    #[test]
    fn absent_options_have_their_default() {
        assert_eq!(parsed(json!({})).unwrap(), ExportOptions::default());
    }

    #[test]
    fn an_error_names_what_is_allowed_and_not_what_was_given() {
        for (options, expected) in [
            (
                json!({"tools": "all"}),
                "\"tools\" must be \"none\" or \"summary\" or \"full\".",
            ),
            (
                json!({"redact": true}),
                "\"redact\" must be \"secrets\" or \"strict\" or \"off\".",
            ),
            (
                json!({"redactTerms": ["a", 1]}),
                "\"redactTerms\" must be an array of strings.",
            ),
            (
                json!({"redactTerms": "sekrit"}),
                "\"redactTerms\" must be an array of strings.",
            ),
            (
                json!({"exportedAt": null}),
                "\"exportedAt\" must be milliseconds since the Unix epoch.",
            ),
            (json!({"usage": 1}), "\"usage\" must be true or false."),
            (
                json!({"models": {"a": 1}}),
                "\"models\" must be an object of display names by provider/model.",
            ),
            (
                json!({"app": "PawWork"}),
                "\"app\" must be { name, version, system } with strings.",
            ),
        ] {
            assert_eq!(parsed(options).unwrap_err().to_string(), expected);
        }
        let unknown = parsed(json!({"tool": "full"})).unwrap_err().to_string();
        assert!(
            unknown.starts_with(
                "There is no option \"tool\". The options are app, attachments, children,"
            ),
            "{unknown}"
        );
    }

    #[test]
    fn overwrite_belongs_to_writing_only() {
        assert!(parsed(json!({"overwrite": true})).is_err());
        assert!(
            WriteOptions::from_json(json!({"overwrite": true}).as_object().unwrap())
                .unwrap()
                .overwrite
        );
    }
}
