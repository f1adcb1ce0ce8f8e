//! A hint: what a caller knows of a text.

use serde_json::Value;

use super::problem::{check_names, invalid};
use crate::error::Result;
use crate::model::Object;

/// The longest hint of each kind that is read, in bytes. A command may be a script.
const LONGEST: usize = 64 * 1024;

/// The origin of a text. It tells a search what the text is, so that the search need not guess.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    /// The file that holds the text.
    pub file_path: Option<String>,
    /// The language of the text, as behind the marks of a fence.
    pub language: Option<String>,
    /// The command whose output the text is.
    pub command: Option<String>,
    /// The tool whose output the text is.
    pub tool: Option<String>,
}

impl Hint {
    /// Reads the option `hint`.
    ///
    /// # Errors
    /// [`Error::InvalidOption`](crate::Error::InvalidOption) for what is no hint.
    pub fn from_json(options: &Object) -> Result<Self> {
        let hint = match options.get("hint") {
            None => return Ok(Self::default()),
            Some(Value::Object(hint)) => hint,
            Some(_) => {
                return invalid(
                    "\"hint\" must be an object such as { \"filePath\": \".env\" }.".to_owned(),
                );
            }
        };
        check_names(hint, &["command", "filePath", "language", "tool"])?;
        let text = |name: &str| match hint.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= LONGEST => Ok(Some(text.clone())),
            Some(_) => invalid(format!(
                "\"hint.{name}\" must be a string of at most {LONGEST} bytes."
            )),
        };
        Ok(Self {
            file_path: text("filePath")?,
            language: text("language")?,
            command: text("command")?,
            tool: text("tool")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(options: &Value) -> Result<Hint> {
        Hint::from_json(options.as_object().unwrap())
    }

    #[test]
    fn a_hint_is_read_whole_or_refused() {
        let hint = read(&json!({ "hint": { "filePath": ".env", "tool": "read" } })).unwrap();
        assert_eq!(hint.file_path.as_deref(), Some(".env"));
        assert_eq!(hint.tool.as_deref(), Some("read"));
        assert_eq!(read(&json!({})).unwrap(), Hint::default());
        for wrong in [
            json!({ "hint": ".env" }),
            json!({ "hint": null }),
            json!({ "hint": { "path": ".env" } }),
            json!({ "hint": { "filePath": 5 } }),
            json!({ "hint": { "command": "x".repeat(LONGEST + 1) } }),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
