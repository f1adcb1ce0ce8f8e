//! Blocks of a content and attachments -> files and texts.

use serde_json::Value;

use super::message::texts;
use super::types::shown_type;
use crate::model::FilePart;
use crate::source::parts::{kind, string};

/// An image or a document.
pub fn file_of(block: &Value) -> FilePart {
    let source = block.get("source").unwrap_or(&Value::Null);
    let mime = string(source, "media_type").filter(|mime| is_mime(mime));
    let url = match kind(source) {
        "base64" => string(source, "data").map(|data| {
            let mime = mime.as_deref().unwrap_or("application/octet-stream");
            format!("data:{mime};base64,{data}")
        }),
        "text" => string(source, "data").map(|data| {
            use base64::Engine as _;
            let data = base64::engine::general_purpose::STANDARD.encode(data);
            format!("data:text/plain;base64,{data}")
        }),
        "url" => string(source, "url"),
        _ => None,
    };
    FilePart {
        filename: string(block, "title"),
        mime,
        url,
        ..FilePart::default()
    }
}

fn is_mime(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    !text.is_empty() && text.len() < 128 && text.chars().all(is_allowed)
}

/// What the program added: a name for it, and the text that the model got.
pub fn context_text(value: &Value, attachment: &Value) -> (String, String) {
    let kind = kind(attachment);
    let named = string(attachment, "displayPath")
        .or_else(|| string(attachment, "hookName"))
        .filter(|_| !kind.is_empty());
    let name = match named {
        Some(named) => format!("{} {named}", shown_type(kind)),
        None => shown_type(kind),
    };
    let rendered = value.get("rendered").and_then(Value::as_array);
    let rendered: Vec<String> = rendered
        .into_iter()
        .flatten()
        .filter_map(|it| Some(texts(it.get("content")?)))
        .filter(|text| !text.is_empty())
        .collect();
    if !rendered.is_empty() {
        return (name, rendered.join("\n"));
    }
    // Versions before 2.1.3 do not keep what the model got.
    let content = attachment.get("content").unwrap_or(&Value::Null);
    let file = content.get("file").and_then(|file| string(file, "content"));
    let text = file.unwrap_or_else(|| texts(content));
    let lists = ["content", "addedLines"].iter().filter_map(|name| {
        let lines = attachment.get(*name)?.as_array()?;
        let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    });
    let text = Some(text).filter(|text| !text.is_empty());
    let text = text.or_else(|| lists.into_iter().next());
    let context = text.or_else(|| string(attachment, "context"));
    (name, context.unwrap_or_default())
}
