//! A session and what belongs to it as a whole.

use std::collections::BTreeSet;

use super::{Object, Timestamp};

/// A session without its messages, which are read one at a time.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// The session's own fields.
    pub info: SessionInfo,
    /// The to-do list, where the source carries one.
    pub todos: Option<Vec<Todo>>,
    /// The changed files of the whole session, where the source carries them.
    pub diffs: Option<Vec<FileDiff>>,
    /// The place in the tree of the session that started this one; `None` for the root.
    pub parent: Option<usize>,
    /// True where it is no sub-agent's, but a branch of the one above that the user left by going back.
    pub is_branch: bool,
    /// Fields beside `info` and `messages` that this version does not use.
    pub rest: Object,
}

/// A session with its sub-agent sessions, as a source hands it on.
#[derive(Debug, Clone, Default)]
pub struct SessionTree {
    /// The session that was asked for, then its sub-agent sessions in the order in which they were
    /// created, each followed by its own.
    pub sessions: Vec<Session>,
    /// The application that made the snapshot, where the source tells.
    pub runtime: Runtime,
    /// The folders that the messages name, beside those of the sessions themselves.
    pub folders: BTreeSet<String>,
}

impl SessionTree {
    /// The places of branches that the user left.
    pub fn branches(&self) -> BTreeSet<usize> {
        let sessions = self.sessions.iter().enumerate();
        let branches = sessions.filter(|(_, session)| session.is_branch);
        branches.map(|(place, _)| place).collect()
    }

    /// The places of the sub-agent sessions that each session started.
    pub fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.sessions.len()];
        for (index, session) in self.sessions.iter().enumerate().skip(1) {
            let parent = session.parent.and_then(|parent| children.get_mut(parent));
            if let Some(of_parent) = parent {
                of_parent.push(index);
            }
        }
        children
    }
}

/// The fields of a session itself.
#[derive(Debug, Clone, Default)]
pub struct SessionInfo {
    /// The session's id.
    pub id: Option<String>,
    /// The title, which a model usually wrote.
    pub title: Option<String>,
    /// The working folder.
    pub directory: Option<String>,
    /// The version of the runtime that created the session.
    pub version: Option<String>,
    /// The agent in use last.
    pub agent: Option<String>,
    /// The model in use last.
    pub model: Option<ModelRef>,
    /// The skill that the session was started with, as PawWork keeps it.
    pub skill: Option<String>,
    /// The session that started this one.
    pub parent_id: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// When it was archived.
    pub archived: Option<Timestamp>,
    /// Where the session was published, if it was. It is an address that anybody can read.
    pub share_url: Option<String>,
    /// True where the session was published, also where the address is not known.
    pub was_published: bool,
    /// The message from which on the user undid the session.
    pub reverted_from: Option<String>,
    /// The part of that message from which on the user undid it, where not as a whole.
    pub reverted_part: Option<String>,
    /// Lines and files changed by the whole session.
    pub summary: Option<ChangeTotals>,
    /// The cost in US dollars, as the runtime computed it.
    pub cost: Option<f64>,
    /// The tokens used.
    pub tokens: Option<Tokens>,
    /// The tokens of the last answer alone, where the source keeps no others.
    pub last_answer_tokens: Option<Tokens>,
    /// Fields that this version does not use.
    pub rest: Object,
}

impl SessionInfo {
    /// The title that somebody or a model gave it. A runtime's own, such as `New session - 2026-11-22T…`, is none.
    pub fn given_title(&self) -> Option<&str> {
        let title = self.title.as_deref()?.trim();
        (!title.is_empty() && !is_placeholder(title)).then_some(title)
    }
}

/// Tells whether a runtime made a title of a time, until a model gives it another one.
fn is_placeholder(title: &str) -> bool {
    ["New session", "Child session", "Untitled session"]
        .iter()
        .filter_map(|start| title.strip_prefix(start))
        .any(|rest| {
            let time = rest.trim_start_matches([' ', '-']);
            let is_date = |at: usize| time.as_bytes().get(at) == Some(&b'-');
            time.is_empty() || is_date(4) && is_date(7) && time.starts_with("20")
        })
}

/// The application that made a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Runtime {
    /// `pawwork` or `opencode`.
    pub namespace: Option<String>,
    /// The application's version.
    pub app_version: Option<String>,
    /// The release channel.
    pub channel: Option<String>,
    /// The platform as Node names it, such as `darwin`.
    pub platform: Option<String>,
    /// The version of the operating system.
    pub os_version: Option<String>,
    /// What the application noted of problems, as PawWork's snapshot has it.
    pub diagnostics: Option<serde_json::Value>,
    /// Fields that this version does not use.
    pub rest: Object,
}

impl Runtime {
    /// Takes what another one tells, and keeps what only this one does.
    pub fn update(&mut self, other: Self) {
        let Self {
            namespace,
            app_version,
            channel,
            platform,
            os_version,
            diagnostics,
            rest,
        } = other;
        for (known, told) in [
            (&mut self.namespace, namespace),
            (&mut self.app_version, app_version),
            (&mut self.channel, channel),
            (&mut self.platform, platform),
            (&mut self.os_version, os_version),
        ] {
            *known = told.or_else(|| known.take());
        }
        self.diagnostics = diagnostics.or_else(|| self.diagnostics.take());
        self.rest.extend(rest);
    }
}

/// A model and the provider it was reached through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelRef {
    /// The provider's id.
    pub provider_id: Option<String>,
    /// The model's id.
    pub model_id: Option<String>,
    /// The variant, such as `high`.
    pub variant: Option<String>,
}

impl ModelRef {
    /// `provider/model`, without the variant: the key of the `models` option.
    pub fn key(&self) -> String {
        [&self.provider_id, &self.model_id]
            .into_iter()
            .filter_map(|id| id.as_deref())
            .collect::<Vec<_>>()
            .join("/")
    }

    /// The variant, unless it is the default one.
    pub fn special_variant(&self) -> Option<&str> {
        self.variant
            .as_deref()
            .filter(|variant| *variant != "default" && !variant.is_empty())
    }
}

/// Tokens used, as providers count them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tokens {
    /// Tokens sent, without those read from a cache.
    pub input: f64,
    /// Tokens received.
    pub output: f64,
    /// Tokens spent on reasoning.
    pub reasoning: f64,
    /// Tokens read from a cache.
    pub cache_read: f64,
    /// Tokens written to a cache.
    pub cache_write: f64,
}

impl Tokens {
    /// Adds another count to this one.
    pub fn add(&mut self, other: Self) {
        self.input += other.input;
        self.output += other.output;
        self.reasoning += other.reasoning;
        self.cache_read += other.cache_read;
        self.cache_write += other.cache_write;
    }

    /// Tells whether nothing was counted.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// Counts of a change.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ChangeTotals {
    /// Lines added.
    pub additions: f64,
    /// Lines removed.
    pub deletions: f64,
    /// Files changed.
    pub files: f64,
}

/// One file of a change.
#[derive(Debug, Clone, Default)]
pub struct FileDiff {
    /// The file's path.
    pub file: Option<String>,
    /// `added`, `modified` or `deleted`.
    pub status: Option<String>,
    /// Lines added.
    pub additions: Option<f64>,
    /// Lines removed.
    pub deletions: Option<f64>,
    /// The change as a unified diff.
    pub patch: Option<String>,
    /// Fields that this version does not use; older versions kept the whole file here.
    pub rest: Object,
}

/// One entry of the to-do list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Todo {
    /// What is to be done.
    pub content: String,
    /// `pending`, `in_progress`, `completed` or `cancelled`.
    pub status: Option<String>,
    /// `high`, `medium` or `low`.
    pub priority: Option<String>,
    /// Fields that this version does not use.
    pub rest: Object,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_no_title() {
        for title in [
            "New session - 2026-11-22T07:46:59.454Z",
            "Child session - 2026-11-22T07:46:59.454Z",
            "New session",
        ] {
            assert!(is_placeholder(title), "{title}");
        }
        for title in [
            "New session tokens",
            "New session - the plan",
            "New session 2026 roadmap",
            "Totals",
        ] {
            assert!(!is_placeholder(title), "{title}");
        }
    }
}
