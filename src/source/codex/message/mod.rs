//! The lines of a group -> a message. What is taken of a line is named here and in the modules beside, field by field:
//! nothing else of it is shown.

mod answer;
mod context;
mod prompt;

use std::collections::HashMap;

use super::group::{Group, Kind};
use super::item;
use super::record::Record;
use crate::model::{FilePart, Message, ModelRef, Notes, Oddity, PartKind, Role, Span, Timestamp};
use crate::source::opencode::message_v1::of_role;
use crate::source::parts::{part, string};

/// The facts of the session that reading a message needs.
pub struct Reader<'a> {
    /// The sessions of sub-agents, by the calls that started them.
    pub agents: &'a HashMap<String, String>,
    /// True where nobody typed the prompts.
    pub is_agent: bool,
    pub model: Option<&'a ModelRef>,
}

impl Reader<'_> {
    /// Reads a group from its lines.
    pub fn read(&self, group: &Group, lines: &[Vec<u8>], notes: &mut Notes) -> Message {
        let mut building = Building {
            message: of_role(role(group.kind), None, span(group)),
            reader: self,
            calls: HashMap::new(),
            script: None,
            words: Vec::new(),
            heard: Vec::new(),
            added: Vec::new(),
            files: Vec::new(),
            named_files: Vec::new(),
            plans: Vec::new(),
            from_events: Vec::new(),
            ids: Vec::new(),
        };
        for line in lines {
            match Record::parse(line, notes) {
                Some(record) => building.add(group.kind, &record),
                None => notes.add("message", Oddity::LogDamaged),
            }
        }
        building.finish(group)
    }
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::User => Role::User,
        // A command that a person ran is told by what it is: nobody asked a model.
        Kind::Answer | Kind::Shell => Role::Assistant,
        Kind::Context => Role::Synthetic,
        Kind::Compaction | Kind::Happened(_) => Role::Event,
    }
}

fn span(group: &Group) -> Span {
    let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
    let has_end = matches!(group.kind, Kind::Answer | Kind::Shell | Kind::Compaction);
    Span {
        start: time(group.start),
        end: time(group.end).filter(|_| has_end && group.is_done),
    }
}

struct Building<'a> {
    message: Message,
    reader: &'a Reader<'a>,
    /// The places of the calls among the parts, by the calls' ids.
    calls: HashMap<String, usize>,
    /// The script that runs.
    script: Option<String>,
    /// The text of a person, as the model got it and as the event tells it.
    words: Vec<String>,
    heard: Vec<String>,
    /// The texts that the program put beside the words of a person.
    added: Vec<String>,
    files: Vec<FilePart>,
    named_files: Vec<FilePart>,
    /// Plans that an answer proposes.
    plans: Vec<String>,
    /// Parts that only an event told so far, and the ids that it gave.
    from_events: Vec<(usize, Option<String>)>,
    /// Ids of items of the model that stand in the parts.
    ids: Vec<String>,
}

impl Building<'_> {
    fn add(&mut self, of: Kind, record: &Record) {
        if self.message.id.is_none() && of != Kind::Shell {
            self.message.id = string(&record.payload, "id").filter(|it| !it.is_empty());
        }
        match of {
            Kind::User => self.user(record),
            Kind::Shell => self.shell(record),
            Kind::Context => self.context(record),
            Kind::Answer => self.answer(record),
            Kind::Compaction => self.compaction(record),
            Kind::Happened(_) => {}
        }
    }

    fn finish(mut self, group: &Group) -> Message {
        self.plans();
        if group.kind == Kind::User {
            self.prompt();
        }
        let mut has_calls = false;
        for part in &mut self.message.parts {
            if let PartKind::Tool(tool) = &mut part.kind {
                item::tidy(tool);
                has_calls = true;
            }
        }
        let message = &mut self.message;
        if let Kind::Happened(what) = group.kind {
            message.parts.push(part(PartKind::Happened {
                what,
                detail: group.detail.clone(),
            }));
        }
        if group.kind == Kind::Answer {
            message.model = self.reader.model.cloned();
            if group.is_done && message.error.is_none() {
                let finish = match has_calls && !group.is_last {
                    true => "tool-calls",
                    false => "stop",
                };
                message.finish = Some(finish.to_owned());
            }
        }
        message.tokens = group.tokens;
        if message.id.is_none() {
            message.id = Some(format!("line-{}", group.order));
        }
        self.message
    }
}
