//! A session: `{ info, todos, diffs, messages, events, children }`.

use serde_json::{Value, json};

use super::super::document::RedactedMessages;
use super::super::tally::{Tally, Trouble};
use super::pretty::{pretty, pretty_behind};
use super::{Document, indent, millis, number, put, put_default, put_nested, put_rest};
use crate::error::{Error, Result};
use crate::model::{FileDiff, ModelRef, Object, Session, SessionInfo, Todo, Tokens};
use crate::options::{Detail, JsonShape};

impl Document<'_> {
    /// The fields of a session, the last without what follows it.
    pub(super) fn session(
        &mut self,
        index: usize,
        depth: usize,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        let content = self.content;
        let sessions = &content.tree.get().sessions;
        let session = sessions.get(index).ok_or(Error::Internal)?;
        let survey = content.survey.sessions.get(index).ok_or(Error::Internal)?;
        let has_changes = self.options.diffs == Detail::Full && !self.content.cuts.is_part();
        self.field(
            depth,
            "info",
            &Value::Object(info(&session.info, self.options.usage, has_changes)),
        )?;
        if self.options.json_shape == JsonShape::PawWork {
            // PawWork's own export says it of each session, published or not.
            self.field(depth, "had_cloud_share", &json!(session.info.was_published))?;
        }
        if session.info.was_published {
            let published = json!({ "url": session.info.share_url });
            self.field(depth, "published", &published)?;
        }
        if session.is_branch {
            self.field(depth, "branch", &json!(true))?;
        }
        self.field(depth, "outcome", &ending(&survey.tally))?;
        if !content.cuts.drops_outcome && !content.cuts.is_part() {
            self.outcome(session, depth)?;
        }
        let indent = indent(depth);
        self.write(&format!("{indent}\"messages\": ["))?;
        self.last_asked = None;
        self.renamed.clear();
        let mut events = Vec::new();
        let mut separator = "";
        for place in 0..survey.messages {
            if content.cuts.drops(index, place) {
                let is_outside = content.cuts.is_outside(index, place);
                self.measure.cut.messages += usize::from(!is_outside);
                continue;
            }
            let message = messages.message(index, place)?;
            let bytes = match self.message(message.get(), session, index, place) {
                crate::render::json::shown::Shown::Message(message) => {
                    let before = format!("{separator}\n{indent}  ");
                    let text = pretty_behind(before, &message, depth + 1);
                    drop(message);
                    self.write(&text)?;
                    separator = ",";
                    text.len()
                }
                crate::render::json::shown::Shown::Event(event) => {
                    let bytes = pretty(&event, depth + 1).len();
                    events.push(event);
                    bytes
                }
            };
            if self.options.max_bytes.is_some() {
                self.measure.add_message(index, bytes);
            }
        }
        let end = if separator.is_empty() {
            "]".to_owned()
        } else {
            format!("\n{indent}]")
        };
        self.write(&end)?;
        if !events.is_empty() {
            let events = pretty(&Value::Array(events), depth);
            self.write(&format!(",\n{indent}\"events\": {events}"))?;
        }
        self.children(index, depth, messages)
    }

    fn children(
        &mut self,
        parent: usize,
        depth: usize,
        messages: &mut dyn RedactedMessages,
    ) -> Result<()> {
        let indent = indent(depth);
        let children = self.children.get_mut(parent).map(std::mem::take);
        let mut separator = format!(",\n{indent}\"children\": [");
        let mut end = "";
        let shown = children.unwrap_or_default().into_iter();
        let cuts = self.content.cuts;
        for index in shown.filter(|index| !cuts.hides(*index)) {
            self.write(&format!("{separator}\n{indent}  {{\n"))?;
            self.session(index, depth + 2, messages)?;
            self.write(&format!("\n{indent}  }}"))?;
            ",".clone_into(&mut separator);
            end = "]";
        }
        if !end.is_empty() {
            self.write(&format!("\n{indent}{end}"))?;
        }
        Ok(())
    }

    fn outcome(&mut self, session: &Session, depth: usize) -> Result<()> {
        if let Some(todos) = &session.todos {
            let todos = Value::from_iter(todos.iter().map(todo));
            self.field(depth, "todos", &todos)?;
        }
        if let Some(diffs) = &session.diffs
            && self.options.diffs > Detail::None
        {
            let diffs = self.diffs(diffs);
            self.field(depth, "diffs", &diffs)?;
        }
        Ok(())
    }

    /// Changed files, with their patches where they are asked for.
    pub(super) fn diffs(&mut self, diffs: &[FileDiff]) -> Value {
        let mut shown = Vec::new();
        for diff in diffs {
            let is_full = self.options.diffs == Detail::Full;
            let mut object = Object::new();
            put(&mut object, "file", diff.file.as_deref());
            put(&mut object, "status", diff.status.as_deref());
            // OpenCode's schema demands both.
            put(
                &mut object,
                "additions",
                Some(number(diff.additions.unwrap_or_default())),
            );
            put(
                &mut object,
                "deletions",
                Some(number(diff.deletions.unwrap_or_default())),
            );
            if is_full {
                put(&mut object, "patch", diff.patch.as_deref());
                put_rest(&mut object, &diff.rest);
                self.begin_part(self.content.cuts.part_limit);
                self.cut_fields(&mut object, &["patch", "before", "after"]);
            }
            shown.push(Value::Object(object));
        }
        Value::Array(shown)
    }
}

/// How a session ended, and what went wrong in it.
fn ending(tally: &Tally) -> Value {
    let mut object = Object::new();
    put(&mut object, "ended", tally.end.map(|(end, _)| end.id()));
    put(&mut object, "toolCalls", Some(tally.calls));
    for trouble in Trouble::ALL {
        put(&mut object, trouble.id(), Some(tally.count(trouble)));
    }
    Value::Object(object)
}

fn todo(todo: &Todo) -> Value {
    let mut object = Object::new();
    put(&mut object, "content", Some(todo.content.as_str()));
    put(&mut object, "status", todo.status.as_deref());
    put(&mut object, "priority", todo.priority.as_deref());
    put_rest(&mut object, &todo.rest);
    Value::Object(object)
}

/// The id of a session; OpenCode refuses one of another form.
pub(super) fn session_id(info: &SessionInfo) -> &str {
    let stored = info.id.as_deref();
    stored
        .filter(|id| id.starts_with("ses"))
        .unwrap_or("ses_unknown")
}

/// Gives what OpenCode knows of a session. `share` is left out: OpenCode would take an imported session for a
/// published one.
fn info(info: &SessionInfo, usage: bool, has_changes: bool) -> Object {
    let mut object = Object::new();
    let id = session_id(info);
    put(&mut object, "id", Some(id));
    put(
        &mut object,
        "storedID",
        info.id.clone().filter(|stored| stored != id),
    );
    put(
        &mut object,
        "title",
        Some(info.title.as_deref().unwrap_or_default()),
    );
    let directory = info.directory.as_deref().unwrap_or_default();
    put(&mut object, "directory", Some(directory));
    put(
        &mut object,
        "version",
        Some(info.version.as_deref().unwrap_or_default()),
    );
    put(&mut object, "parentID", info.parent_id.as_deref());
    put(&mut object, "agent", info.agent.as_deref());
    put(&mut object, "skill", info.skill.as_deref());
    put(
        &mut object,
        "model",
        info.model.as_ref().map(|model| model_ref(model, "id")),
    );
    let created = info.created.map_or(0, |time| time.millis());
    put_nested(
        &mut object,
        "time",
        [
            ("created", Some(created.into())),
            (
                "updated",
                Some(millis(info.updated).unwrap_or_else(|| created.into())),
            ),
            ("archived", millis(info.archived)),
        ],
    );
    let reverted = info.reverted_from.as_deref().map(Value::from);
    let part = info.reverted_part.as_deref().map(Value::from);
    put_nested(
        &mut object,
        "revert",
        [("messageID", reverted), ("partID", part)],
    );
    if let Some(summary) = info.summary {
        put_nested(
            &mut object,
            "summary",
            [
                ("additions", Some(number(summary.additions))),
                ("deletions", Some(number(summary.deletions))),
                ("files", Some(number(summary.files))),
            ],
        );
    }
    put(&mut object, "cost", info.cost.map(number));
    put_tokens(&mut object, "tokens", info.tokens);
    put_tokens(&mut object, "lastAnswerTokens", info.last_answer_tokens);
    put_rest(&mut object, &info.rest);
    // OpenCode keeps the changes of the whole session there too.
    if !has_changes && let Some(Value::Object(summary)) = object.get_mut("summary") {
        summary.shift_remove("diffs");
    }
    if !usage {
        hide_usage(&mut object, false);
    }
    put_default(&mut object, "slug", id);
    put_default(&mut object, "projectID", "global");
    object
}

/// A model, whose own id is called `modelID` in messages and `id` in sessions.
pub(super) fn model_ref(model: &ModelRef, id: &str) -> Value {
    let mut object = Object::new();
    put(
        &mut object,
        "providerID",
        Some(model.provider_id.as_deref().unwrap_or_default()),
    );
    put(
        &mut object,
        id,
        Some(model.model_id.as_deref().unwrap_or_default()),
    );
    put(&mut object, "variant", model.variant.as_deref());
    Value::Object(object)
}

/// Takes tokens and cost out. Where OpenCode's schema demands them, they are zero.
pub(super) fn hide_usage(object: &mut Object, is_demanded: bool) {
    object.shift_remove("cost");
    object.shift_remove("tokens");
    object.shift_remove("lastAnswerTokens");
    if is_demanded {
        put(object, "cost", Some(0));
        put_tokens(object, "tokens", Some(Tokens::default()));
    }
}

pub(super) fn put_tokens(object: &mut Object, name: &str, tokens: Option<Tokens>) {
    let Some(tokens) = tokens else {
        return;
    };
    let cache = json!({ "read": number(tokens.cache_read), "write": number(tokens.cache_write) });
    put_nested(
        object,
        name,
        [
            ("input", Some(number(tokens.input))),
            ("output", Some(number(tokens.output))),
            ("reasoning", Some(number(tokens.reasoning))),
            ("cache", Some(cache)),
        ],
    );
}
