//! One line on a tool call: what it was about and how it went.

use std::borrow::Cow;

use serde_json::Value;

use super::super::number::number;
use super::super::words::{Words, fill};
use super::changes::changes;
use super::outcome::{Outcome, approval};
use super::{Kind, file_path, input, todos};
use crate::model::{FileDiff, ToolPart};

/// The fields of a tool that is not known that tell best what a call was about.
const COMMON_FIELDS: [&str; 12] = [
    "command",
    "cmd",
    "filePath",
    "file_path",
    "notebook_path",
    "path",
    "pattern",
    "query",
    "url",
    "name",
    "description",
    "title",
];

/// What a call was about.
#[derive(Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// A command, a path, a pattern, an address or a title.
    pub text: Cow<'a, str>,
    /// True where it is to be read letter by letter.
    pub is_literal: bool,
}

/// Gives what a known tool does; `None` for another, which is called by its name.
pub fn label(tool: &ToolPart, words: &Words) -> Option<&'static str> {
    Some(match Kind::of(tool) {
        Kind::Read => words.tool_read,
        Kind::Write => words.tool_write,
        Kind::Edit => words.tool_edit,
        Kind::Patch => words.tool_patch,
        Kind::Command => words.tool_command,
        Kind::FindFiles => words.tool_find_files,
        Kind::SearchText => words.tool_search_text,
        Kind::ListFolder => words.tool_list_folder,
        Kind::WriteTodos => words.tool_write_todos,
        Kind::ReadTodos => words.tool_read_todos,
        Kind::Task => words.tool_task,
        Kind::OpenPage => words.tool_open_page,
        Kind::SearchWeb => words.tool_search_web,
        Kind::SearchCode => words.tool_search_code,
        Kind::Skill => words.tool_skill,
        Kind::Question => words.tool_question,
        Kind::EnterPlan => words.tool_enter_plan,
        Kind::ExitPlan => words.tool_exit_plan,
        Kind::LookUpCode => words.tool_look_up_code,
        Kind::Batch => words.tool_batch,
        Kind::Trash => words.tool_trash,
        Kind::Invalid => words.tool_invalid,
        Kind::Other => return None,
    })
}

/// Gives what a call was about; a path inside `folder` is shown relative to it.
pub fn subject<'a>(tool: &'a ToolPart, folder: Option<&str>) -> Option<Subject<'a>> {
    let literal = |text: &'a str| Subject {
        text: relative(text, folder).into(),
        is_literal: true,
    };
    let prose = |text: &'a str| Subject {
        text: text.into(),
        is_literal: false,
    };
    let title = tool.title.as_deref();
    let title = title.filter(|title| !title.trim().is_empty());
    let of_kind = match Kind::of(tool) {
        Kind::Read | Kind::Write | Kind::Edit | Kind::LookUpCode => file_path(tool).map(literal),
        Kind::Patch => patched_files(tool, folder).map(|text| Subject {
            text: text.into(),
            is_literal: true,
        }),
        Kind::Command => command(tool).map(literal),
        Kind::FindFiles | Kind::SearchText => input(tool, "pattern").map(literal),
        Kind::ListFolder => input(tool, "path").map(literal),
        Kind::Task => input(tool, "description").map(prose),
        Kind::OpenPage => input(tool, "url").map(literal),
        Kind::SearchWeb | Kind::SearchCode => input(tool, "query").map(prose),
        Kind::Skill => input(tool, "name").map(literal),
        Kind::Question => first_question(tool).map(prose),
        Kind::Invalid => input(tool, "tool").map(literal),
        // Their title only counts the entries, and counts those that are still open.
        Kind::WriteTodos | Kind::ReadTodos => return None,
        Kind::EnterPlan | Kind::ExitPlan | Kind::Batch | Kind::Trash | Kind::Other => None,
    };
    let of_kind = of_kind.or_else(|| match Kind::of(tool) {
        Kind::Command => input(tool, "description").map(prose),
        _ => None,
    });
    of_kind.or_else(|| title.map(prose)).or_else(|| {
        COMMON_FIELDS
            .iter()
            .find_map(|name| input(tool, name))
            .map(literal)
    })
}

/// How much of a command is read at a glance, in characters.
const SHORT_COMMAND: usize = 120;

/// A command; `None` where it would be cut, and the model said in a few words what it does.
fn command(tool: &ToolPart) -> Option<&str> {
    let command = input(tool, "command")?;
    let is_short = !command.trim().contains('\n') && command.chars().count() <= SHORT_COMMAND;
    (is_short || input(tool, "description").is_none()).then_some(command)
}

/// A path inside the session's folder, relative to it.
pub fn relative<'a>(path: &'a str, folder: Option<&str>) -> &'a str {
    folder
        .filter(|folder| !folder.is_empty())
        .and_then(|folder| path.strip_prefix(folder))
        .and_then(|rest| rest.strip_prefix(['/', '\\']))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(path)
}

/// The files of a patch: as the tool noted them, or as the patch itself names them.
fn patched_files(tool: &ToolPart, folder: Option<&str>) -> Option<String> {
    let noted = tool.metadata.get("files").and_then(Value::as_array);
    let name = |file: &'_ Value| -> Option<String> {
        let path = ["relativePath", "filePath", "file"]
            .iter()
            .find_map(|name| file.get(*name));
        Some(relative(path.unwrap_or(file).as_str()?, folder).to_owned())
    };
    let mut files: Vec<String> = noted.into_iter().flatten().filter_map(name).collect();
    if files.is_empty() {
        let patch = input(tool, "patchText").or_else(|| input(tool, "patch"))?;
        let named = patch.lines().filter_map(|line| {
            let (_, path) = line.strip_prefix("*** ")?.split_once(" File: ")?;
            Some(relative(path.trim(), folder).to_owned())
        });
        files.extend(named);
    }
    (!files.is_empty()).then(|| files.join(", "))
}

fn first_question(tool: &ToolPart) -> Option<&str> {
    let questions = tool.input.get("questions").and_then(Value::as_array);
    let first = questions.and_then(|questions| questions.first());
    first
        .and_then(|question| question.get("question"))
        .and_then(Value::as_str)
        .or_else(|| input(tool, "question"))
}

/// Gives what else is known of it, a few words each: duration, counts. Text of the session among
/// them goes through `shown` first.
pub fn facts(
    tool: &ToolPart,
    folder: Option<&str>,
    words: &Words,
    shown: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut facts = Vec::new();
    // How long a call took that ran into its time limit is told already.
    let is_told = matches!(Outcome::of(tool), Outcome::TimedOut(Some(_)));
    let millis = tool.time.millis().filter(|_| !is_told);
    facts.extend(millis.map(|millis| words.duration(millis)));
    let metadata = |name: &str| tool.metadata.get(name);
    let elsewhere = || {
        let path = input(tool, "path").filter(|path| Some(*path) != folder)?;
        Some(fill(words.inside, &[&shown(relative(path, folder))]))
    };
    let count = |name: &str| metadata(name).and_then(as_count);
    match Kind::of(tool) {
        Kind::Read => facts.extend(lines_read(tool, words)),
        Kind::Write => {
            let lines = input(tool, "content").map(|content| content.lines().count());
            facts.extend(lines.map(|lines| words.lines.of(lines)));
        }
        Kind::FindFiles => {
            facts.extend(elsewhere());
            facts.extend(count("count").map(|count| words.files.of(count)));
        }
        Kind::ListFolder => {
            facts.extend(count("count").map(|count| words.files.of(count)));
        }
        Kind::SearchText => {
            facts.extend(elsewhere());
            let only = input(tool, "include").map(shown);
            facts.extend(only.map(|only| fill(words.only_in, &[&only])));
            facts.extend(count("matches").map(|count| words.matches.of(count)));
        }
        Kind::WriteTodos | Kind::ReadTodos => facts.extend(todo_counts(tool, words)),
        Kind::Task => {
            let agent = input(tool, "subagent_type").map(shown);
            facts.extend(agent.map(|agent| fill(words.by_agent, &[&agent])));
        }
        Kind::Question => {
            facts.extend(answers(tool, words, shown));
        }
        _ => {}
    }
    facts.extend(permission(tool, words));
    if metadata("calledBy").is_some() {
        facts.push(words.inside_call.to_owned());
    }
    facts.extend(line_changes(tool));
    if metadata("truncated").and_then(Value::as_bool) == Some(true) {
        facts.push(words.output_shortened.to_owned());
    }
    facts.extend(metadata("storedElsewhere").and_then(|it| stored_elsewhere(it, words)));
    if tool.compacted.is_some() {
        facts.push(words.output_pruned.to_owned());
    }
    facts
}

/// What the user said where the call needed a permission; a refusal is its outcome.
fn permission(tool: &ToolPart, words: &Words) -> Option<String> {
    match approval(tool)? {
        "allowed-once" => Some(words.allowed_once.to_owned()),
        "rejected" => None,
        _ => Some(words.approval_missing.to_owned()),
    }
}

/// What of an output was stored in another file, and is not here.
fn stored_elsewhere(elsewhere: &Value, words: &Words) -> Option<String> {
    let size = words.size(elsewhere.get("bytes")?.as_u64()?);
    let text = match elsewhere.get("why").and_then(Value::as_str) {
        Some("too-large") => words.output_too_large,
        _ => words.output_gone,
    };
    Some(fill(text, &[&size]))
}

fn as_count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| usize::try_from(count).ok())
}

/// Which lines of a file were asked for, where not all of them.
fn lines_read(tool: &ToolPart, words: &Words) -> Option<String> {
    let number_of = |name: &str| tool.input.get(name).and_then(Value::as_f64).map(number);
    match (number_of("offset"), number_of("limit")) {
        (Some(offset), Some(_)) => {
            let limit = tool
                .input
                .get("limit")
                .and_then(as_count)
                .unwrap_or_default();
            Some(fill(
                words.some_lines_from,
                &[&words.lines.of(limit), &offset],
            ))
        }
        (Some(offset), None) => Some(fill(words.lines_from, &[&offset])),
        (None, Some(limit)) => Some(fill(words.first_lines, &[&limit])),
        (None, None) => None,
    }
}

fn todo_counts(tool: &ToolPart, words: &Words) -> Vec<String> {
    let Some(todos) = todos(tool) else {
        return Vec::new();
    };
    let is_done = |todo: &&Value| todo.get("status").and_then(Value::as_str) == Some("completed");
    let done = todos.iter().filter(is_done).count();
    vec![words.todos_count.of(todos.len()), words.todos_done.of(done)]
}

/// Gives what the user answered, question by question: the first one stands in the line of the call.
fn answers(tool: &ToolPart, words: &Words, shown: impl Fn(&str) -> String) -> Vec<String> {
    let answers = tool.metadata.get("answers").and_then(Value::as_array);
    let questions = tool.input.get("questions").and_then(Value::as_array);
    let count = questions.map_or(1, Vec::len);
    let answer = |index: usize| {
        let chosen: Vec<String> = match answers?.get(index) {
            Some(Value::Array(labels)) => {
                let labels = labels.iter().filter_map(Value::as_str);
                labels.map(&shown).collect()
            }
            Some(answer) => answer.as_str().map(&shown).into_iter().collect(),
            None => Vec::new(),
        };
        Some(match chosen.is_empty() {
            true => words.not_answered.to_owned(),
            false => fill(words.answered, &[&chosen.join(words.comma)]),
        })
    };
    let mut told = Vec::from_iter(answer(0));
    for index in 1..count {
        let question = questions.and_then(|questions| questions.get(index));
        let question = question.and_then(|question| question.get("question"));
        let question = shown(question.and_then(Value::as_str).unwrap_or_default());
        let answer = answer(index).unwrap_or_default();
        let text = fill(words.other_question, &[&question, &answer]);
        told.push(text.trim_end().to_owned());
    }
    told
}

/// `+1 −1`.
fn line_changes(tool: &ToolPart) -> Option<String> {
    let changes = changes(tool);
    let sum = |lines: fn(&FileDiff) -> Option<f64>| changes.iter().map(lines).sum::<Option<f64>>();
    let (added, removed) = (sum(|file| file.additions)?, sum(|file| file.deletions)?);
    (!changes.is_empty() && Kind::of(tool) != Kind::Write)
        .then(|| format!("+{} \u{2212}{}", number(added), number(removed)))
}
