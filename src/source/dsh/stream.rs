//! Pieces of an answer as they came from the model -> texts, for answers that were never stored whole.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::blocks::{part, text_part};
use super::record::Record;
use crate::model::{Notes, Object, Part, PartKind, Span, ToolPart};
use crate::source::json::text as json_text;

/// Joins the pieces of one attempt.
#[derive(Default)]
pub struct Stream {
    blocks: Vec<Block>,
    /// The last block with an index, and the last one with an id.
    by_index: HashMap<(Kind, u64), usize>,
    by_id: HashMap<(Kind, String), usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Text,
    Reasoning,
    Call,
}

struct Block {
    kind: Kind,
    /// As it stands in JSON: half of a character may stand in one piece, and the other half in the next.
    json: String,
    name: Option<String>,
    id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Piece<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    index: Option<u64>,
    #[serde(borrow)]
    chunk: Option<&'a RawValue>,
    #[serde(borrow)]
    stream: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    texts: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    args: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments_delta: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
}

impl Stream {
    /// Adds a line: one piece, a pack of them, or a whole attempt.
    pub fn add(&mut self, record: &Record<'_>) {
        let Some(piece) = record.read::<Piece<'_>>() else {
            return;
        };
        for raw in piece.stream.iter().flatten() {
            if let Ok(piece) = serde_json::from_str::<Piece<'_>>(raw.get()) {
                let kind = kind(piece.kind);
                self.add_piece(kind.as_deref().unwrap_or_default(), &piece);
            }
        }
        self.add_piece(&record.kind, &piece);
    }

    fn add_piece(&mut self, kind: &str, piece: &Piece<'_>) {
        match kind {
            "text-chunks" => self.append(Kind::Text, piece, piece.texts.as_deref()),
            "reasoning-chunks" => self.append(Kind::Reasoning, piece, piece.texts.as_deref()),
            "tool-call-chunks" => self.append(Kind::Call, piece, piece.args.as_deref()),
            "assistant/chunk" | "chunk" => {
                let Some(chunk) = piece.chunk else { return };
                let Ok(inner) = serde_json::from_str::<Piece<'_>>(chunk.get()) else {
                    return;
                };
                match self::kind(inner.kind).as_deref() {
                    Some("text-delta") => self.append(Kind::Text, &inner, inner.text.as_slice_of()),
                    Some("reasoning-delta") => {
                        self.append(Kind::Reasoning, &inner, inner.text.as_slice_of());
                    }
                    Some("tool-call-delta") => {
                        self.append(Kind::Call, &inner, inner.arguments_delta.as_slice_of());
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn append(&mut self, kind: Kind, piece: &Piece<'_>, texts: Option<&[&RawValue]>) {
        let index = (kind, piece.index.unwrap_or_default());
        let id = piece.id.and_then(super::record::unquoted);
        let with_index = piece.index.and_then(|_| self.by_index.get(&index));
        let with_id = id.clone().and_then(|id| self.by_id.get(&(kind, id)));
        let at = match with_index.max(with_id) {
            Some(at) => *at,
            None => {
                self.by_index.insert(index, self.blocks.len());
                self.blocks.push(Block {
                    kind,
                    json: String::new(),
                    name: None,
                    id: None,
                });
                self.blocks.len() - 1
            }
        };
        if let Some(id) = id.clone() {
            self.by_id.insert((kind, id), at);
        }
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        let name = piece.name.and_then(super::record::unquoted);
        block.name = name.or_else(|| block.name.take());
        block.id = id.or_else(|| block.id.take());
        for text in texts.into_iter().flatten() {
            let inside = text
                .get()
                .strip_prefix('"')
                .and_then(|it| it.strip_suffix('"'));
            block.json.push_str(inside.unwrap_or_default());
        }
    }

    /// What came of the answer.
    pub fn into_parts(self, notes: &mut Notes) -> Vec<Part> {
        let read = |block: Block| {
            let mut text = String::new();
            json_text::unquote_into(&mut text, &format!("\"{}\"", block.json), notes);
            match block.kind {
                Kind::Text => text_part(text),
                Kind::Reasoning => part(PartKind::Reasoning {
                    text,
                    time: Span::default(),
                }),
                Kind::Call => {
                    let name = block.name.unwrap_or_default();
                    part(PartKind::Tool(Box::new(ToolPart {
                        raw: Some(text),
                        ..ToolPart::begun(name, block.id, Object::new().into())
                    })))
                }
            }
        };
        self.blocks.into_iter().map(read).collect()
    }
}

fn kind(raw: Option<&RawValue>) -> Option<String> {
    raw.and_then(super::record::unquoted)
}

/// A piece of a text as a list of one.
trait SliceOf<'a> {
    fn as_slice_of(&self) -> Option<&[&'a RawValue]>;
}

impl<'a> SliceOf<'a> for Option<&'a RawValue> {
    fn as_slice_of(&self) -> Option<&[&'a RawValue]> {
        self.as_ref().map(std::slice::from_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[&str]) -> Vec<String> {
        let mut stream = Stream::default();
        for line in lines {
            stream.add(&Record::parse(line).unwrap());
        }
        let text = |part: Part| match part.kind {
            PartKind::Text { text, .. } | PartKind::Reasoning { text, .. } => text,
            PartKind::Tool(tool) => tool.raw.unwrap_or_default(),
            _ => String::new(),
        };
        let parts = stream.into_parts(&mut Notes::default());
        parts.into_iter().map(text).collect()
    }

    #[test]
    fn a_character_that_was_cut_in_two_is_whole_again() {
        let pack = r#"{"type":"text-chunks","seq0":1,"time0":1,"data":{"turn":1,"step":1,"index":0,"dt":[1],"texts":["a \ud83d","\ude00 b","\\"]}}"#;
        let chunk = r#"{"type":"assistant/chunk","seq":4,"time":1,"data":{"turn":1,"step":1,"chunk":{"type":"text-delta","index":0,"text":"n\n"}}}"#;
        assert_eq!(texts(&[pack, chunk]), ["a 😀 b\\n\n"]);
        let attempt = r#"{"type":"assistant/attempt","seq":1,"time":1,"data":{"turn":1,"step":1,"stream":[{"type":"text-chunks","time0":1,"index":0,"dt":[1],"texts":["hal","f a"]},{"type":"chunk","time":1,"chunk":{"type":"tool-call-delta","index":1,"id":"c","name":"bash","argumentsDelta":"{\"a"}}]}}"#;
        assert_eq!(texts(&[attempt]), ["half a", "{\"a"]);
    }
}
