//! What a tool gave back to the model: a text or a list of contents, and before it what the program says of how it
//! ended.

use serde_json::Value;

use super::record::text;
use crate::model::FilePart;
use crate::source::parts::string;

/// How outputs begin that tell why a tool did not do it.
const FAILURES: [&str; 14] = [
    "unsupported call: ",
    "unsupported custom tool call: ",
    "failed to parse function arguments",
    "failed to parse ",
    "apply_patch verification failed",
    "unable to locate image",
    "unable to read image",
    "write_stdin failed",
    "exec_command failed",
    "execution error",
    "failed in sandbox",
    "tool call error",
    "failed to spawn",
    "err: ",
];

/// What came back.
#[derive(Debug, Default, PartialEq)]
pub struct Output {
    pub text: String,
    pub files: Vec<String>,
    pub exit: Option<i64>,
    pub has_failed: bool,
    /// It goes on in the background.
    pub is_running: bool,
    /// The user stopped it, or did not allow it.
    pub was_aborted: bool,
    pub was_rejected: bool,
    /// A hook did not allow it.
    pub was_blocked: bool,
}

impl Output {
    /// Reads what came back.
    pub fn of(output: &Value) -> Self {
        let mut read = Self::default();
        let mut contents: Vec<String> = Vec::new();
        match output {
            Value::String(text) => contents.push(text.clone()),
            Value::Array(parts) => {
                for part in parts {
                    if let Some(url) = string(part, "image_url") {
                        read.files.push(url);
                    } else if let Some(text) = string(part, "text") {
                        contents.push(text);
                    }
                }
            }
            Value::Object(object) => {
                contents.extend(
                    object
                        .get("content")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                read.has_failed = object.get("success") == Some(&Value::Bool(false));
            }
            _ => {}
        }
        let is_header_alone = contents
            .first()
            .is_some_and(|first| read.header(first).is_some_and(str::is_empty));
        if is_header_alone && contents.len() > 1 {
            contents.remove(0);
            read.text = contents.join("\n");
        } else {
            let whole = contents.join("\n");
            read.text = read.header(&whole).unwrap_or(&whole).to_owned();
        }
        read.old();
        read.words();
        read
    }

    /// Takes what stands before the output; gives the output.
    fn header<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        const STARTS: [&str; 5] = [
            "Chunk ID: ",
            "Wall time: ",
            "Exit code: ",
            "Script completed\n",
            "Script failed\n",
        ];
        const RUNNING: &str = "Script running with cell ID ";
        if !STARTS.iter().any(|start| text.starts_with(start)) && !text.starts_with(RUNNING) {
            return None;
        }
        let (header, rest) = match text.split_once("\nOutput:\n") {
            Some(parts) => parts,
            None => match text.strip_suffix("\nOutput:") {
                Some(header) => (header, ""),
                None => return None,
            },
        };
        if header.lines().count() > 8 {
            return None;
        }
        for line in header.lines() {
            let code = line
                .strip_prefix("Process exited with code ")
                .or_else(|| line.strip_prefix("Exit code: "));
            if let Some(code) = code.and_then(|code| code.trim().parse().ok()) {
                self.exit = Some(code);
            }
            self.is_running |=
                line.starts_with(RUNNING) || line.starts_with("Process running with session ID ");
            self.has_failed |= line == "Script failed";
        }
        Some(rest)
    }

    /// The first versions kept the output in an object of JSON.
    fn old(&mut self) {
        if !self.text.starts_with("{\"output\":") {
            return;
        }
        let Ok(value) = serde_json::from_str::<Value>(&self.text) else {
            return;
        };
        let metadata = value.get("metadata").unwrap_or(&Value::Null);
        let (Some(output), true) = (string(&value, "output"), metadata.is_object()) else {
            return;
        };
        self.exit = metadata.get("exit_code").and_then(Value::as_i64);
        self.text = output;
    }

    /// What only words tell.
    fn words(&mut self) {
        let text = self.text.trim();
        let last = text.lines().next_back().unwrap_or_default();
        let is_short = text.len() < 200;
        self.was_aborted = self.exit.is_none()
            && is_short
            && (last == "aborted by user" || last.starts_with("aborted by user after "));
        self.was_rejected = is_short && self.exit.is_none() && text.contains("rejected by user");
        self.was_blocked = self.exit.is_none()
            && text.starts_with("Command blocked by ")
            && text.contains(" hook");
        let has_failed = FAILURES.iter().any(|start| text.starts_with(start));
        self.has_failed |= self.exit.is_none() && has_failed;
    }
}

/// A picture by its address.
pub fn file_of(url: &str, name: Option<String>) -> FilePart {
    let mime = url
        .strip_prefix("data:")
        .and_then(|rest| rest.split([';', ',']).next());
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    let mime =
        mime.filter(|mime| !mime.is_empty() && mime.len() < 128 && mime.chars().all(is_allowed));
    FilePart {
        mime: mime.map(str::to_owned),
        url: Some(url.to_owned()),
        filename: name,
        ..FilePart::default()
    }
}

/// The last name of a path.
pub fn name_of(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next();
    name.filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The contents of a result of an MCP server.
pub fn of_mcp(result: &Value) -> (String, Vec<FilePart>) {
    let content = result.get("content").and_then(Value::as_array);
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for part in content.into_iter().flatten() {
        match text(part, "type") {
            "image" => {
                let mime = text(part, "mimeType");
                let url = format!("data:{mime};base64,{}", text(part, "data"));
                files.push(file_of(&url, None));
            }
            _ => texts.extend(string(part, "text")),
        }
    }
    (texts.join("\n"), files)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_program_says_before_an_output_tells_how_it_ended() {
        let read = |output: Value| Output::of(&output);
        let new = "Chunk ID: 1\nWall time: 0.0 seconds\nProcess exited with code 3\nOriginal token count: 2\nOutput:\nnewest\n";
        let output = read(json!(new));
        assert_eq!((output.exit, output.text.as_str()), (Some(3), "newest\n"));
        let output = read(json!("Exit code: 0\nWall time: 0 seconds\nOutput:\n1\n"));
        assert_eq!((output.exit, output.text.as_str()), (Some(0), "1\n"));
        let old = r#"{"output":"x\n","metadata":{"exit_code":7,"duration_seconds":0.0}}"#;
        let output = read(json!(old));
        assert_eq!((output.exit, output.text.as_str()), (Some(7), "x\n"));
        let script = json!([
            { "type": "input_text", "text": "Script failed\nWall time 0.0 seconds\nOutput:\n" },
            { "type": "input_text", "text": "Script error:\nno" },
        ]);
        let output = read(script);
        assert!(output.has_failed);
        assert_eq!(output.text, "Script error:\nno");
        assert!(read(json!("Wall time: 5.4 seconds\naborted by user")).was_aborted);
        assert!(read(json!("unsupported call: x")).has_failed);
        assert_eq!(read(json!("plain")).text, "plain");
        assert_eq!(read(json!(7)), Output::default());
    }
}
