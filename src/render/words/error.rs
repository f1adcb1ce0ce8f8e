//! What an error means to a reader who does not know its name.

use super::Words;
use crate::model::MessageError;

/// Names that tell nothing.
const EMPTY_NAMES: [&str; 5] = [
    "UnknownError",
    "unknown",
    "Error",
    "error",
    "provider.unknown",
];

/// Tells whether the name of an error tells nothing.
pub fn says_nothing(name: &str) -> bool {
    EMPTY_NAMES.contains(&name)
}

/// The HTTP status: as it is stored, or as the text of the error says it, which is all that OpenCode 2 stores.
pub fn status(error: &MessageError) -> Option<f64> {
    let text = error.message.as_deref().unwrap_or_default();
    error.status_code.or_else(|| status_in(text).map(f64::from))
}

/// `HTTP 429`, `status code: 500`, `401 Unauthorized`
fn status_in(text: &str) -> Option<u16> {
    let start = text
        .get(..text.floor_char_boundary(400))
        .unwrap_or_default();
    let lower = start.to_ascii_lowercase();
    let behind = [
        "http/1.1 ",
        "http/2 ",
        "http error",
        "http status",
        "http ",
        "status code",
        "statuscode",
        "status",
    ]
    .iter()
    .filter_map(|words| lower.split_once(words))
    .filter_map(|(_, rest)| code(rest.trim_start_matches([' ', ':', '=', '(', '"'])))
    .next();
    behind.or_else(|| code(lower.trim_start()))
}

/// A status at the start of a text, as a word of its own.
fn code(text: &str) -> Option<u16> {
    let (digits, rest) = text.split_at_checked(3)?;
    let is_word = !rest.starts_with(|c: char| c.is_alphanumeric() || ".,-_/".contains(c))
        || rest.starts_with(", ")
        || rest.starts_with(". ");
    let status: u16 = digits
        .parse()
        .ok()
        .filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    (is_word && (400..600).contains(&status)).then_some(status)
}

/// Gives what happened, in one sentence without its full stop; `None` where that is not known.
pub fn what(error: &MessageError, status: Option<f64>, words: &Words) -> Option<&'static str> {
    let by_name = match error.name.as_deref().unwrap_or_default() {
        "ProviderAuthError" => Some(words.error_sign_in),
        "ContextOverflowError" => Some(words.error_too_long),
        "StructuredOutputError" => Some(words.error_structure),
        _ => None,
    };
    let by_text = || is_unreachable(error).then_some(words.error_unreachable);
    by_name.or_else(|| {
        let Some(status) = status else {
            return by_text();
        };
        Some(match status {
            401.0 | 403.0 => words.error_refused,
            402.0 => words.error_payment,
            404.0 => words.error_not_found,
            408.0 | 504.0 => words.error_timeout,
            413.0 => words.error_too_large,
            429.0 => words.error_too_many,
            500.0.. => words.error_provider,
            _ => words.error_request,
        })
    })
}

/// How runtimes, resolvers and TLS libraries begin to say that no connection came about, or that it broke.
const UNREACHABLE: [&str; 16] = [
    "unable to connect",
    "cannot connect",
    "failed to connect",
    "connection error",
    "connection refused",
    "connection reset",
    "fetch failed",
    "failed to fetch",
    "socket hang up",
    "network",
    "getaddrinfo",
    "econn",
    "enotfound",
    "etimedout",
    "certificate",
    "self signed certificate",
];

/// Tells whether an error without a status is one of the network.
fn is_unreachable(error: &MessageError) -> bool {
    let text = error.message.as_deref().unwrap_or_default().trim_start();
    let start = text.get(..text.floor_char_boundary(80)).unwrap_or_default();
    let start = start.to_ascii_lowercase();
    let start = ["error: ", "typeerror: ", "connect ", "read "]
        .iter()
        .fold(start.as_str(), |rest, prefix| {
            rest.strip_prefix(prefix).unwrap_or(rest)
        });
    UNREACHABLE.iter().any(|words| start.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_in_the_text_of_an_error_is_found() {
        for (text, expected) in [
            ("HTTP 429: slow down", Some(429)),
            ("Request failed with status code 503", Some(503)),
            ("401 Unauthorized", Some(401)),
            ("Unauthorized: status=403", Some(403)),
            ("4010 tokens", None),
            ("500.5 seconds", None),
            ("line 404", None),
            ("", None),
        ] {
            assert_eq!(status_in(text), expected, "{text}");
        }
    }
}
