//! Values that records of several kinds hold: errors, models, tokens, differences.

use super::super::fields::{Fields, Path};
use super::super::json::value::{Json, JsonObject};
use crate::model::{FileDiff, MessageError, ModelRef, Notes, Oddity, Tokens};

/// `error: { name, data: { message, … } }`, or the fields without `data`.
pub fn read_error(fields: &mut Fields<'_, '_>) -> Option<MessageError> {
    match fields.value("error")? {
        Json::Object(object) => {
            let path = fields.path.field("error");
            Some(read_error_object(object, path, fields.notes))
        }
        Json::String(message) => Some(MessageError {
            message: Some(message.into_owned()),
            ..MessageError::default()
        }),
        _ => {
            fields.note("error", Oddity::AnObjectExpected);
            Some(MessageError::default())
        }
    }
}

pub fn read_diff(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> FileDiff {
    let mut fields = Fields::of(value, path, notes);
    FileDiff {
        file: fields.string("file"),
        status: fields.string("status"),
        additions: fields.number("additions"),
        deletions: fields.number("deletions"),
        patch: fields.string("patch"),
        rest: fields.rest(&["after", "before", "cutBytes"]),
    }
}

pub fn read_model(fields: &mut Fields<'_, '_>) -> Option<ModelRef> {
    fields.nested("model", &["name"], |model| {
        Some(ModelRef {
            provider_id: model.name("providerID"),
            // OpenCode calls it `modelID` in messages and `id` in sessions.
            model_id: model.name("modelID").or_else(|| model.name("id")),
            variant: model.string("variant"),
        })
    })
}

pub fn read_tokens(fields: &mut Fields<'_, '_>) -> Option<Tokens> {
    read_tokens_of(fields, "tokens")
}

/// Tokens in another field than the usual one.
pub fn read_tokens_of(fields: &mut Fields<'_, '_>, name: &'static str) -> Option<Tokens> {
    fields.nested(name, &["total"], |tokens| {
        let (cache_read, cache_write) = tokens
            .nested("cache", &[], |cache| {
                Some((cache.number("read"), cache.number("write")))
            })
            .unwrap_or_default();
        Some(Tokens {
            input: tokens.number("input").unwrap_or_default(),
            output: tokens.number("output").unwrap_or_default(),
            reasoning: tokens.number("reasoning").unwrap_or_default(),
            cache_read: cache_read.unwrap_or_default(),
            cache_write: cache_write.unwrap_or_default(),
        })
    })
}

/// The `index` of what our own JSON keeps apart.
pub fn take_place(value: &mut Json<'_>) -> usize {
    let index = match value
        .as_object_mut()
        .and_then(|object| object.take("index"))
    {
        Some(Json::Number(index)) => index.as_u64(),
        _ => None,
    };
    let place = index.and_then(|index| usize::try_from(index).ok());
    place.unwrap_or(usize::MAX)
}

pub fn read_error_object(
    object: JsonObject<'_>,
    path: Path<'_>,
    notes: &mut Notes,
) -> MessageError {
    let mut outer = Fields::new(object, path, notes);
    let name = outer
        .string("name")
        .or_else(|| outer.string("type"))
        .or_else(|| outer.string("_tag"));
    let mut error = match outer.object("data") {
        Some(data) => {
            let path = outer.path.field("data");
            read_error_data(&mut Fields::new(data, path, outer.notes))
        }
        None => read_error_data(&mut outer),
    };
    error.name = error.name.or(name);
    error
}

pub fn read_error_data(fields: &mut Fields<'_, '_>) -> MessageError {
    MessageError {
        // Our own JSON has one there that OpenCode does not know.
        name: fields.string("storedName"),
        message: fields.string("message"),
        status_code: fields.number("statusCode"),
        is_retryable: fields.boolean("isRetryable"),
        rest: fields.rest(&[
            "kind",
            "metadata",
            "providerID",
            "responseBody",
            "responseHeaders",
            "retries",
        ]),
    }
}
