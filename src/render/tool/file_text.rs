//! The text of a file as a tool for reading gave it to the model, without what the tool put around it.

use std::borrow::Cow;

/// The text without OpenCode's wrapper: `<path>`, `<type>`, `<content>` and numbers of lines, before 1.2 `<file>`.
/// Text of another form stays as it is.
pub fn without_wrapper(text: &str) -> Cow<'_, str> {
    unwrapped(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn unwrapped(text: &str) -> Option<String> {
    let (body, behind) = inside(text.trim())?;
    let body = body.trim_matches('\n');
    let mut result = String::with_capacity(body.len());
    for line in body.lines() {
        match without_number(line) {
            Some(line) => result.push_str(line),
            // What the tool says of lines that it left out, and what it notes behind the file.
            None if line.is_empty() || line.starts_with('(') => result.push_str(line),
            None => return None,
        }
        result.push('\n');
    }
    if !behind.trim().is_empty() {
        result.push('\n');
        result.push_str(behind.trim());
        result.push('\n');
    }
    Some(result)
}

/// The numbered lines, and what follows the tag that ends them.
fn inside(text: &str) -> Option<(&str, &str)> {
    for (start, end) in [("<content>", "</content>"), ("<file>", "</file>")] {
        let Some((before, rest)) = text.split_once(start) else {
            continue;
        };
        let is_wrapper = before.lines().all(|line| {
            line.trim().is_empty()
                || ["path", "type"].iter().any(|name| {
                    line.starts_with(&format!("<{name}>")) && line.ends_with(&format!("</{name}>"))
                })
        });
        if is_wrapper {
            let at = rest.rfind(end)?;
            return Some((rest.get(..at)?, rest.get(at + end.len()..)?));
        }
    }
    None
}

/// `12: text`, before 1.2 `00012| text`.
fn without_number(line: &str) -> Option<&str> {
    let rest = line
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = rest.len() < line.trim_start().len();
    let rest = rest
        .strip_prefix(": ")
        .or_else(|| rest.strip_prefix("| "))
        .or_else(|| rest.strip_prefix(':').filter(|rest| rest.is_empty()))
        .or_else(|| rest.strip_prefix('|').filter(|rest| rest.is_empty()));
    rest.filter(|_| is_numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_without_what_the_tool_put_around_it() {
        let text = "<path>/a/b.js</path>\n<type>file</type>\n<content>\n1: let a;\n2: \n3:   b();\n\n(End of file - total 3 lines)\n</content>";
        assert_eq!(
            without_wrapper(text),
            "let a;\n\n  b();\n\n(End of file - total 3 lines)\n"
        );
        let old = "<file>\n00001| let a;\n00002| }\n</file>";
        assert_eq!(without_wrapper(old), "let a;\n}\n");
        for other in [
            "a\n<content>\n1: x\n</content>",
            "<content>\nfree text\n</content>",
            "1: a",
            "",
        ] {
            assert_eq!(without_wrapper(other), other);
        }
    }
}
