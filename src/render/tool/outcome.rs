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
const SENTENCES: [(&str, Outcome); 13] = [
    ("The user rejected permission", Outcome::Refused),
    (
        "The user has specified a rule which prevents",
        Outcome::RefusedByRule,
    ),
    ("The user dismissed this question", Outcome::Dismissed),
    ("Tool execution aborted", Outcome::Stopped),
    ("Tool execution was interrupted", Outcome::Stopped),
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
        match exit {
            Some(0.0) => Self::Succeeded,
            Some(code) => Self::ExitCode(code),
            // A command without an exit code did not end by itself. Its output ends with the tool's own note.
            None => note(tool).map_or(Self::Succeeded, |note| Self::of_note(tool, note)),
        }
    }

    fn of_note(tool: &ToolPart, note: &str) -> Self {
        let says = |words: &str| note.contains(words);
        if says("exceeding timeout") || says("timed out") {
            Self::TimedOut(limit(tool, note))
        } else if says("User aborted") || says("aborted by the user") {
            Self::StoppedByUser
        } else {
            Self::Succeeded
        }
    }

    fn of_error(tool: &ToolPart) -> Self {
        let error = tool.error.as_deref().unwrap_or_default().trim_start();
        let error = error.strip_prefix("Error: ").unwrap_or(error);
        let known = SENTENCES.iter().find(|(start, _)| error.starts_with(start));
        match known {
            Some((_, Self::TimedOut(_))) => Self::TimedOut(limit(tool, error)),
            Some((_, outcome)) => *outcome,
            None if approval(tool) == Some("rejected") => Self::Refused,
            None if approval(tool) == Some("cancelled") => Self::Cancelled,
            None if tool.metadata.get("interrupted") == Some(&Value::Bool(true)) => Self::Stopped,
            None => match tool.metadata.get("exit").and_then(Value::as_f64) {
                Some(code) if code != 0.0 => Self::ExitCode(code),
                _ => Self::Failed,
            },
        }
    }

    /// Whether the call did not do what it was asked for, and nobody wanted that.
    pub fn is_failure(self) -> bool {
        matches!(
            self,
            Self::Failed | Self::ExitCode(_) | Self::TimedOut(_) | Self::RefusedByRule
        )
    }

    /// Whether the user did not allow it.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Refused | Self::Dismissed)
    }

    /// The name in documents for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::NeverStarted => "never-started",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
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

    /// In words, in a message that the user stopped or in another one.
    pub fn in_words(self, is_stopped_by_user: bool, words: &Words) -> String {
        let text = match self {
            Self::NeverStarted => words.pending,
            Self::Running => words.running,
            Self::Succeeded => words.completed,
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

/// What OpenCode's tool for commands notes at the very end of the output: `<shell_metadata>…</shell_metadata>`,
/// before 1.2 `<bash_metadata>`.
fn note(tool: &ToolPart) -> Option<&str> {
    if Kind::of(tool) != Kind::Command {
        return None;
    }
    let output = tool.output.as_deref()?.trim_end();
    ["shell", "bash"].iter().find_map(|name| {
        let inside = output.strip_suffix(&format!("</{name}_metadata>"))?;
        let start = inside.rfind(&format!("<{name}_metadata>"))?;
        inside.get(start..)
    })
}

/// The time limit in milliseconds: what the tool says of it, or what the model asked for.
fn limit(tool: &ToolPart, said: &str) -> Option<f64> {
    let behind = ["exceeding timeout ", "timed out after "]
        .iter()
        .find_map(|words| said.split_once(words));
    let said = behind.and_then(|(_, rest)| {
        let (digits, unit) = rest.split_once(|c: char| !c.is_ascii_digit())?;
        let unit = if unit.starts_with("ms") { 1.0 } else { 1000.0 };
        Some(digits.parse::<f64>().ok()? * unit)
    });
    said.or_else(|| tool.input.get("timeout").and_then(Value::as_f64))
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
        assert_eq!(
            completed(&format!("{timeout}\nmore"), None),
            Outcome::Succeeded
        );
        assert_eq!(completed(&timeout, Some(0.0)), Outcome::Succeeded);
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
            assert_eq!(Outcome::of(&call("bash", status, "", "", None)), expected);
        }
    }
}
