//! What a log tells of its session beside the conversation.

use std::collections::HashMap;

use super::tree::key;

/// What a log tells of its session.
#[derive(Debug, Default)]
pub struct Told {
    /// The titles that were set last: by the user, and by a model.
    pub custom_title: Option<String>,
    pub ai_title: Option<String>,
    /// How the first prompt begins.
    pub first_words: Option<String>,
    /// The first prompt, as a number by which it is compared.
    pub first_prompt: Option<u64>,
    /// The first slash command with arguments: a title where there is no prompt.
    pub first_command: Option<String>,
    /// The first answer, by which a copy of a sub-agent is known.
    pub first_answer: Option<u64>,
    /// Titles of old versions, by the last line of what they are of; often they stand in another log.
    pub summaries: Vec<(String, String)>,
    /// The session that the log says it is of, first.
    pub session_id: Option<String>,
    /// The session that it was forked from.
    pub forked_from: Option<String>,
    /// The session that it repeats, and from which it goes on.
    pub repeats: Option<String>,
    pub directory: Option<String>,
    pub version: Option<String>,
    /// The version that began it.
    pub first_version: Option<String>,
    pub created: Option<i64>,
    pub updated: Option<i64>,
    /// The cost of the whole session in US dollars, with its sub-agents.
    pub cost: Option<f64>,
    /// Calls that started a sub-agent: their ids, with the prompt as a number.
    pub agent_calls: Vec<(String, Option<u64>)>,
    /// The call that started a sub-agent, by the id of the agent.
    pub agents: HashMap<String, String>,
    /// True where somebody or something speaks in it.
    pub is_conversation: bool,
    /// Lines that could not be read.
    pub unreadable: usize,
    /// Lines of types that are not known.
    pub unknown: usize,
}

/// How many characters of a prompt are a title.
const FIRST_WORDS: usize = 80;
/// A longer title is cut, in bytes: a list of thousands is kept in memory.
const LONGEST_TITLE: usize = 4 * 1024;

impl Told {
    /// The title.
    pub fn title(&self) -> Option<String> {
        let given = self.custom_title.as_ref().or(self.ai_title.as_ref());
        let given = given.map(|title| title.trim()).filter(|it| !it.is_empty());
        let given = given.and_then(|title| match title.len() > LONGEST_TITLE {
            true => first_words(title),
            false => Some(title.to_owned()),
        });
        let words = self.first_words.as_ref().or(self.first_command.as_ref());
        given.or_else(|| words.cloned())
    }

    /// Takes the first words of a prompt, where there are none yet.
    pub fn note_prompt(&mut self, prompt: &str) {
        self.first_prompt.get_or_insert_with(|| key(prompt));
        if self.first_words.is_none() {
            let mut lines = prompt.lines().map(str::trim);
            let line = lines.find(|line| !line.is_empty() && !line.starts_with("<pasted_content"));
            self.first_words = line.and_then(first_words);
        }
    }
}

impl Told {
    /// Tells whether the user or a model gave it a title.
    pub fn has_title(&self) -> bool {
        self.custom_title.is_some() || self.ai_title.is_some()
    }

    /// Takes a slash command with arguments, where there is none yet.
    pub fn note_command(&mut self, command: &str) {
        if self.first_command.is_none() && command.contains(' ') {
            self.first_command = command.lines().next().and_then(first_words);
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
