//! The prompts that a person wrote, and the commands that a person ran.

use serde_json::Value;

use super::super::item;
use super::super::output::{file_of, name_of};
use super::super::record::{Record, Type, text, texts};
use super::super::speaker::{is_of_person, is_wrapper};
use super::Building;
use crate::model::{FilePart, Object, PartKind, Timestamp, ToolPart, ToolStatus};
use crate::source::parts::{flagged_text, part, string};

impl Building<'_> {
    pub(super) fn user(&mut self, record: &Record) {
        let payload = &record.payload;
        if record.of == Type::Response {
            let content = payload.get("content").and_then(Value::as_array);
            let (kinds, authors) = (record.content_kinds(), record.authors());
            let mut name = None;
            for (at, content) in content.into_iter().flatten().enumerate() {
                let words = text(content, "text");
                if is_of_person(&kinds, &authors, at) == Some(false) {
                    self.added.push(words.to_owned());
                    continue;
                }
                match string(content, "image_url") {
                    Some(url) => self.files.push(file_of(&url, name.take())),
                    None if is_wrapper(words) => {
                        let path = words.split_once("path=\"").map(|(_, rest)| rest);
                        name = path.and_then(|it| name_of(it.split('"').next()?));
                    }
                    None => self.words.push(words.to_owned()),
                }
            }
            return;
        }
        if let Some(item) = record.item() {
            let content = item.get("content").and_then(Value::as_array);
            for content in content.into_iter().flatten() {
                match text(content, "type") {
                    "local_image" | "localImage" => self.named(text(content, "path")),
                    "image" => {
                        let url = string(content, "image_url").or_else(|| string(content, "url"));
                        let file = url.map(|url| file_of(&url, None));
                        self.named_files.extend(file);
                    }
                    _ => self.heard.extend(string(content, "text")),
                }
            }
            return;
        }
        self.heard.extend(string(payload, "message"));
        let images = payload.get("images").map(texts).unwrap_or_default();
        self.named_files
            .extend(images.iter().map(|url| file_of(url, None)));
        for path in payload.get("local_images").map(texts).unwrap_or_default() {
            self.named(&path);
        }
    }

    /// An image that is known by its path alone.
    fn named(&mut self, path: &str) {
        self.named_files.push(FilePart {
            filename: name_of(path),
            ..FilePart::default()
        });
    }

    pub(super) fn prompt(&mut self) {
        let words = match self.heard.is_empty() {
            true => std::mem::take(&mut self.words),
            false => std::mem::take(&mut self.heard),
        };
        let is_synthetic = self.reader.is_agent;
        for words in words.into_iter().filter(|it| !it.is_empty()) {
            self.message
                .parts
                .push(flagged_text(words, is_synthetic, false));
        }
        for added in std::mem::take(&mut self.added) {
            self.message.parts.push(flagged_text(added, true, false));
        }
        let files = match self.files.is_empty() {
            true => std::mem::take(&mut self.named_files),
            false => std::mem::take(&mut self.files),
        };
        let files = files.into_iter().map(|file| part(PartKind::File(file)));
        self.message.parts.extend(files);
    }

    pub(super) fn shell(&mut self, record: &Record) {
        let tool = match record.item() {
            Some(item) => item::call_of(item, record),
            None => typed(record),
        };
        self.message.time = tool.time;
        self.message
            .parts
            .push(part(PartKind::Tool(Box::new(tool))));
    }
}

/// A command that a person typed, as old versions tell it to the model.
fn typed(record: &Record) -> ToolPart {
    let content = record.payload.get("content").map(texts).unwrap_or_default();
    let all = content.join("\n");
    let inside = |name: &str| {
        let (_, rest) = all.split_once(&format!("<{name}>"))?;
        let (inside, _) = rest.rsplit_once(&format!("</{name}>"))?;
        Some(inside.trim_matches('\n').to_owned())
    };
    let mut input = Object::new();
    let command = inside("command").unwrap_or_default();
    input.insert("command".to_owned(), command.into());
    let mut tool = ToolPart::begun("shell".to_owned(), None, input.into());
    let result = inside("result").unwrap_or_default();
    let (head, output) = result.split_once("Output:\n").unwrap_or(("", &result));
    let exit = head
        .lines()
        .find_map(|line| line.strip_prefix("Exit code: "));
    if let Some(exit) = exit.and_then(|exit| exit.trim().parse::<i64>().ok()) {
        tool.metadata.insert("exit".to_owned(), exit.into());
    }
    tool.output = Some(output.to_owned());
    tool.status = ToolStatus::Completed;
    tool.time.start = record.time.and_then(Timestamp::in_range);
    tool.time.end = tool.time.start;
    tool
}
