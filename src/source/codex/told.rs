//! What a thread tells of itself beside the conversation.

use std::collections::HashMap;

use super::record::{Record, text};

/// How many characters of a prompt are a title.
const FIRST_WORDS: usize = 80;
/// The most models that a thread names.
const MOST_MODELS: usize = 1000;

/// What a thread tells of itself.
#[derive(Debug, Default)]
pub struct Told {
    /// How the first prompt begins.
    first_words: Option<String>,
    /// How the first prompt of the thread itself begins, behind what it was forked from.
    own_words: Option<String>,
    pub directory: Option<String>,
    /// True where the files are of the newer kind, which records the tokens of each answer.
    pub is_paginated: bool,
    /// The models that answered.
    pub models: Vec<String>,
    /// Calls that started a sub-agent.
    pub agent_calls: Vec<String>,
    /// The calls that started sub-agents, by their ids and by their paths.
    pub agents: HashMap<String, String>,
    pub updated: Option<i64>,
    /// Lines that could not be read, and lines of types that are not known.
    pub unreadable: usize,
    pub unknown: usize,
}

impl Told {
    /// Takes what the first line of a file says of all.
    pub fn note_meta(&mut self, record: &Record) {
        self.is_paginated |= text(&record.payload, "history_mode") == "paginated";
    }

    /// Takes the time of a line.
    pub fn note_time(&mut self, time: i64) {
        self.updated = self.updated.max(Some(time));
    }

    /// The number of a model.
    pub fn model(&mut self, name: String) -> Option<u16> {
        let known = self.models.iter().position(|known| *known == name);
        let at = known.unwrap_or(self.models.len());
        if known.is_none() {
            if at >= MOST_MODELS {
                return None;
            }
            self.models.push(name);
        }
        u16::try_from(at).ok()
    }

    /// Takes the first words of a prompt, where there are none yet.
    pub fn note_prompt(&mut self, prompt: &str, is_inherited: bool) {
        let words = match is_inherited {
            true => &mut self.first_words,
            false => &mut self.own_words,
        };
        if words.is_none() {
            let line = prompt.lines().map(str::trim).find(|line| !line.is_empty());
            *words = line.and_then(first_words);
        }
    }

    /// The first words of the first prompt of its own, else of the session that it was forked from.
    pub fn words(&self) -> Option<&String> {
        self.own_words.as_ref().or(self.first_words.as_ref())
    }

    /// The first versions tell the folder to the model alone.
    pub fn note_folder(&mut self, context: &str) {
        if self.directory.is_none()
            && let Some((_, rest)) = context.split_once("<cwd>")
            && let Some((folder, _)) = rest.split_once("</cwd>")
        {
            self.directory = Some(folder.trim().to_owned());
        }
    }
}

/// The first words of a line, each of them whole: what is cut in the middle would not be known as a secret any more.
fn first_words(line: &str) -> Option<String> {
    let words = match line.char_indices().nth(FIRST_WORDS) {
        None => line,
        Some((end, _)) => {
            let last = line.get(..end)?.rfind(char::is_whitespace)?;
            line.get(..last)?.trim_end()
        }
    };
    (!words.is_empty()).then(|| words.to_owned())
}
