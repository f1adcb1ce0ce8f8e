//! How a call ended, as a reader would say it. What a store calls completed may have failed: a command by its exit
//! code, a tool by its time limit.

use serde_json::Value;

use super::super::number::number;
use super::super::words::{Words, fill};
use super::Kind;
use crate::model::{ToolPart, ToolStatus};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// The model was still writing it.
    NeverStarted,
    /// It had not ended when the session was stored.
    Running,
    /// It did what it was asked for.
    Succeeded,
    /// It ended, and nothing is stored on how: a command without its exit code.
    Ended,
    /// It did not.
    Failed,
    /// A command ended with this code, which is not 0.
    ExitCode(f64),
    /// It ran into its time limit, of so many milliseconds where that is known.
    TimedOut(Option<f64>),
    /// Something ended it before it was done.
    Stopped,
    /// The user did.
    StoppedByUser,
    /// The user did not allow it.
    Refused,
    /// A rule that the user had set did not allow it.
    RefusedByRule,
    /// The user closed the question without an answer.
    Dismissed,
    /// It was called off before it was done.
    Cancelled,
    /// The store has a word for it that says nothing to this exporter.
    Unknown,
}

/// What a runtime stores of a call that somebody or something ended, by how the sentence begins.
const SENTENCES: [(&str, Outcome); 14] = [
    ("The user rejected permission", Outcome::Refused),
    (
        "The user has specified a rule which prevents",
        Outcome::RefusedByRule,
    ),
    ("The user dismissed this question", Outcome::Dismissed),
    ("Tool execution aborted", Outcome::Stopped),
    ("Tool execution was interrupted", Outcome::Stopped),
    ("Tool execution interrupted", Outcome::Stopped),
    ("Cancelled", Outcome::Cancelled),
    ("Task cancelled", Outcome::Cancelled),
    ("User aborted", Outcome::StoppedByUser),
    ("MCP error -32001", Outcome::TimedOut(None)),
    ("Request timed out", Outcome::TimedOut(None)),
    ("The operation timed out", Outcome::TimedOut(None)),
    ("Command timed out", Outcome::TimedOut(None)),
    ("Tool execution timed out", Outcome::TimedOut(None)),
];

/// Words for a status in stores of other agents and generations.
const STATUSES: [(&[&str], Outcome); 7] = [
    (&["timeout", "timedout"], Outcome::TimedOut(None)),
    (
        &["killed", "stopped", "interrupted", "aborted"],
        Outcome::Stopped,
    ),
    (&["cancelled", "canceled"], Outcome::Cancelled),
    (
        &["refused", "rejected", "denied", "declined"],
        Outcome::Refused,
    ),
    (&["dismissed"], Outcome::Dismissed),
    (&["failed", "failure"], Outcome::Failed),
    (
        &["exited", "success", "succeeded", "done"],
        Outcome::Succeeded,
    ),
];

impl Outcome {
    /// How a call ended.
    pub fn of(tool: &ToolPart) -> Self {
        match &tool.status {
            ToolStatus::Pending => Self::NeverStarted,
            ToolStatus::Running => Self::Running,
            ToolStatus::Completed if Kind::of(tool) == Kind::Invalid => Self::Failed,
            ToolStatus::Completed => Self::of_completed(tool),
            ToolStatus::Error => Self::of_error(tool),
            ToolStatus::Other(name) => match Self::of_status(name) {
                Self::Succeeded => Self::of_completed(tool),
                Self::TimedOut(_) => Self::TimedOut(limit(tool, "")),
                other => other,
            },
        }
    }

    fn of_status(name: &str) -> Self {
        let name = name.to_ascii_lowercase().replace(['-', '_', ' '], "");
        let known = STATUSES
            .iter()
            .find(|(names, _)| names.contains(&name.as_str()));
        known.map_or(Self::Unknown, |(_, outcome)| *outcome)
    }

    fn of_completed(tool: &ToolPart) -> Self {
        let exit = tool.metadata.get("exit").and_then(Value::as_f64);
        if exit == Some(0.0) {
            return Self::Succeeded;
        }
        // The tool's own note tells more than the exit code of a command that was ended from outside.
        let noted = note(tool).and_then(|note| Self::of_note(tool, note));
        noted.unwrap_or_else(|| match exit {
            Some(code) => Self::ExitCode(code),
            None if has_failed_inside(tool) => Self::Failed,
            None if Kind::of(tool) == Kind::Command => Self::Ended,
            None => Self::Succeeded,
        })
    }

    fn of_note(tool: &ToolPart, note: &str) -> Option<Self> {
        let says = |words: &str| note.contains(words);
        if says("exceeding timeout") || says("timed out") {
            Some(Self::TimedOut(limit(tool, note)))
        } else if says("User aborted") || says("aborted by the user") {
            Some(Self::StoppedByUser)
        } else {
            None
        }
    }

    fn of_error(tool: &ToolPart) -> Self {
        let error = tool.error.as_deref().unwrap_or_default().trim_start();
        // `Error: `, `QuestionRejectedError: `
        let named = error.split_once(": ").filter(|(name, _)| {
            name.ends_with("Error") && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        let error = named.map_or(error, |(_, rest)| rest);
        // One word begins many sentences: `Cancelled order 5 does not exist`.
        let is_it = |sentence: &str| match sentence.contains(' ') {
            true => error.starts_with(sentence),
            false => error.trim_end().trim_end_matches('.') == sentence,
        };
        let known = SENTENCES.iter().find(|(sentence, _)| is_it(sentence));
        match known {
            Some((_, Self::TimedOut(_))) => Self::TimedOut(limit(tool, error)),
            Some((_, outcome)) => *outcome,
            None if approval(tool) == Some("rejected") => Self::Refused,
            None if tool.metadata.get("deniedBy").and_then(Value::as_str) == Some("rule") => {
                Self::RefusedByRule
            }
            None if approval(tool) == Some("cancelled") => Self::Cancelled,
            None if tool.metadata.get("interrupted") == Some(&Value::Bool(true)) => Self::Stopped,
            None => match tool.metadata.get("exit").and_then(Value::as_f64) {
                Some(code) if code != 0.0 => Self::ExitCode(code),
                _ => Self::Failed,
            },
        }
    }

    /// Tells whether the call did not do what it was asked for, and nobody wanted that.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::ExitCode(_) | Self::TimedOut(_))
    }

    /// Tells whether the user, or a rule of theirs, did not allow it.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Refused | Self::RefusedByRule | Self::Dismissed)
    }

    /// Tells whether the line of the call is not enough: what was asked for, and what came of it, tell why.
    pub fn needs_reasons(self) -> bool {
        let was_ended = matches!(self, Self::Stopped | Self::StoppedByUser | Self::Running);
        self.is_failure() || was_ended || matches!(self, Self::Refused | Self::RefusedByRule)
    }

    /// The name in documents for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::NeverStarted => "never-started",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Ended => "ended",
            Self::Failed | Self::ExitCode(_) => "failed",
            Self::TimedOut(_) => "timed-out",
            Self::Stopped => "stopped",
            Self::StoppedByUser => "stopped-by-user",
            Self::Refused => "refused",
            Self::RefusedByRule => "refused-by-rule",
            Self::Dismissed => "dismissed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of a call in words, in a message that the user stopped or in another one.
    pub fn told(tool: &ToolPart, is_stopped_by_user: bool, words: &Words) -> String {
        match Self::of(tool) {
            Self::Running if Kind::of(tool) == Kind::Question => words.waiting.to_owned(),
            outcome => outcome.in_words(is_stopped_by_user, words),
        }
    }

    /// In words, in a message that the user stopped or in another one.
    fn in_words(self, is_stopped_by_user: bool, words: &Words) -> String {
        let text = match self {
            Self::NeverStarted => words.pending,
            Self::Running => words.running,
            Self::Succeeded => words.completed,
            Self::Ended => words.ended_without_code,
            Self::Failed => words.failed,
            Self::ExitCode(code) => return fill(words.exit_code, &[&number(code)]),
            Self::TimedOut(Some(millis)) => {
                return fill(words.timed_out_after, &[&time(millis, words)]);
            }
            Self::TimedOut(None) => words.timed_out,
            Self::StoppedByUser => words.stopped_by_user,
            Self::Stopped if is_stopped_by_user => words.stopped_by_user,
            Self::Stopped => words.stopped,
            Self::Refused => words.refused,
            Self::RefusedByRule => words.refused_by_rule,
            Self::Dismissed => words.dismissed,
            Self::Cancelled => words.cancelled,
            Self::Unknown => words.unknown_status,
        };
        text.to_owned()
    }
}

/// What came of asking the user whether a call may run, as the runtime noted it.
pub fn approval(tool: &ToolPart) -> Option<&str> {
    let approval = tool.metadata.get("approval")?;
    approval.get("outcome").and_then(Value::as_str)
}

/// A limit as the tool says it: `700 ms`, but `2 min 0 s`.
#[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
fn time(millis: f64, words: &Words) -> String {
    words.duration(millis as i64)
}

/// Tells whether a call that ended holds one that failed: a sub-agent's, one of a batch, one of an MCP server.
fn has_failed_inside(tool: &ToolPart) -> bool {
    let noted = |name: &str| tool.metadata.get(name);
    let output = tool.output.as_deref().unwrap_or_default().trim_start();
    let tag = output.split_once('>').map_or("", |(tag, _)| tag);
    match Kind::of(tool) {
        Kind::Task => tag.starts_with("<task ") && tag.contains("state=\"error\""),
        Kind::Batch => noted("failed").and_then(Value::as_f64) > Some(0.0),
        _ => noted("isError") == Some(&Value::Bool(true)),
    }
}

/// Gives what OpenCode's tool for commands notes at the very end of the output: `<shell_metadata>…</shell_metadata>`,
/// before 1.2 `<bash_metadata>`, and `<metadata>` of a command that the user ran.
fn note(tool: &ToolPart) -> Option<&str> {
    if Kind::of(tool) != Kind::Command {
        return None;
    }
    let output = tool.output.as_deref()?.trim_end();
    split_note(output).map(|(_, note)| note)
}

/// An output, and the note behind it.
pub fn split_note(output: &str) -> Option<(&str, &str)> {
    let output = output.trim_end();
    ["shell_metadata", "bash_metadata", "metadata"]
        .iter()
        .find_map(|name| {
            let inside = output.strip_suffix(&format!("</{name}>"))?;
            inside.split_at_checked(inside.rfind(&format!("<{name}>"))?)
        })
}

/// The time limit in milliseconds: what the tool says of it, or what the model asked for.
fn limit(tool: &ToolPart, said: &str) -> Option<f64> {
    let behind = ["exceeding timeout ", "timed out after "]
        .iter()
        .find_map(|words| said.split_once(words));
    let said = behind.and_then(|(_, rest)| {
        let digits = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
            .count();
        let (number, unit) = rest.split_at_checked(digits)?;
        let unit = unit.trim_start();
        let millis = [("ms", 1.0), ("min", 60_000.0), ("s", 1000.0)];
        let (_, millis) = millis.iter().find(|(name, _)| unit.starts_with(name))?;
        Some(number.trim_end_matches('.').parse::<f64>().ok()? * millis)
    });
    // The tool that opens pages takes seconds; that of other tools is known of none.
    let unit = match Kind::of(tool) {
        Kind::Command => Some(1.0),
        Kind::OpenPage => Some(1000.0),
        _ => None,
    };
    let asked = || Some(tool.input.get("timeout").and_then(Value::as_f64)? * unit?);
    said.or_else(asked)
        .filter(|limit| (1.0..9e15).contains(limit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Object;

    fn call(
        name: &str,
        status: ToolStatus,
        output: &str,
        error: &str,
        exit: Option<f64>,
    ) -> ToolPart {
        let mut metadata = Object::new();
        if let Some(exit) = exit {
            metadata.insert("exit".to_owned(), json!(exit));
        }
        ToolPart {
            tool: name.to_owned(),
            call_id: None,
            status,
            input: Value::Null,
            raw: None,
            title: None,
            output: Some(output.to_owned()),
            error: Some(error.to_owned()),
            metadata,
            time: crate::model::Span::default(),
            compacted: None,
            attachments: Vec::new(),
            rest: Object::new(),
        }
    }

    #[test]
    fn what_is_stored_as_completed_may_have_failed() {
        let completed = |output: &str, exit| {
            Outcome::of(&call("bash", ToolStatus::Completed, output, "", exit))
        };
        let note = |text: &str| format!("begin\n\n<shell_metadata>\n{text}\n</shell_metadata>");
        assert_eq!(completed("", Some(0.0)), Outcome::Succeeded);
        assert_eq!(completed("", Some(3.0)), Outcome::ExitCode(3.0));
        let timeout =
            note("shell tool terminated command after exceeding timeout 700 ms. If this command …");
        assert_eq!(completed(&timeout, None), Outcome::TimedOut(Some(700.0)));
        let old = "x\n<bash_metadata>\nbash tool terminated commmand after exceeding timeout 2000 ms\n</bash_metadata>";
        assert_eq!(completed(old, None), Outcome::TimedOut(Some(2000.0)));
        assert_eq!(
            completed(&note("User aborted the command"), None),
            Outcome::StoppedByUser
        );
        // What a command prints about others is no note of the tool.
        assert_eq!(completed(&format!("{timeout}\nmore"), None), Outcome::Ended);
        assert_eq!(completed(&timeout, Some(0.0)), Outcome::Succeeded);
        assert_eq!(completed("", None), Outcome::Ended);
        // A command that is ended from outside has an exit code too.
        assert_eq!(
            completed(&timeout, Some(143.0)),
            Outcome::TimedOut(Some(700.0))
        );
        let stopped = "tick\n\n<metadata>\nUser aborted the command\n</metadata>";
        assert_eq!(completed(stopped, Some(130.0)), Outcome::StoppedByUser);
        let task = "<task id=\"1\" state=\"error\"><task_error>no</task_error></task>";
        let task = call("task", ToolStatus::Completed, task, "", None);
        assert_eq!(Outcome::of(&task), Outcome::Failed);
    }

    #[test]
    fn a_stored_error_may_be_the_users_decision() {
        for (error, expected) in [
            ("File not found: a", Outcome::Failed),
            (
                "The user rejected permission to use this specific tool call.",
                Outcome::Refused,
            ),
            ("The user dismissed this question", Outcome::Dismissed),
            ("Error: Tool execution aborted", Outcome::Stopped),
            ("Cancelled", Outcome::Cancelled),
            (
                "MCP error -32001: Request timed out",
                Outcome::TimedOut(None),
            ),
        ] {
            assert_eq!(
                Outcome::of(&call("x", ToolStatus::Error, "", error, None)),
                expected,
                "{error}"
            );
        }
        for (status, expected) in [
            ("timeout", Outcome::TimedOut(None)),
            ("timed_out", Outcome::TimedOut(None)),
            ("killed", Outcome::Stopped),
            ("exited", Outcome::Succeeded),
            ("paused", Outcome::Unknown),
        ] {
            let status = ToolStatus::Other(status.to_owned());
            assert_eq!(Outcome::of(&call("x", status, "", "", None)), expected);
        }
    }
}
