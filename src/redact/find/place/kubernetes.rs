//! Kubernetes secrets in YAML: every value under `data` and `stringData` of a document of `kind: Secret`.

use std::ops::Range;

use super::super::value::form::is_stand_in;
use super::super::value::reference;

/// The line that tells such a document.
pub const KEYWORDS: [&str; 3] = ["kind: secret", "kind: \"secret\"", "kind:secret"];

/// So much of a text is looked at on either side, in bytes.
const REACH: usize = 64 * 1024;

/// The places of the values, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    let mut searched = 0;
    for keyword in keywords {
        if keyword.start < searched || text.get(keyword.end).is_some_and(u8::is_ascii_alphanumeric)
        {
            continue;
        }
        let start = document_start(text, keyword.start).max(searched);
        let end = document_end(text, keyword.end);
        values(text, start..end, found);
        searched = end;
    }
}

fn document_start(text: &[u8], at: usize) -> usize {
    let nearest = at.saturating_sub(REACH);
    let before = text.get(nearest..at).unwrap_or_default();
    memchr::memmem::rfind(before, b"\n---").map_or(nearest, |start| nearest + start + 1)
}

fn document_end(text: &[u8], at: usize) -> usize {
    let behind = text
        .get(at..(at + REACH).min(text.len()))
        .unwrap_or_default();
    at + memchr::memmem::find(behind, b"\n---").unwrap_or(behind.len())
}

/// A line of YAML: how far it is indented, and what it holds.
struct Line<'t> {
    indent: usize,
    content: &'t [u8],
    /// The place where the content starts.
    start: usize,
}

fn values(text: &[u8], document: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut at = document.start;
    // How far the lines of `data` are indented more than.
    let mut data: Option<usize> = None;
    // How far the lines of a block under a name are indented more than.
    let mut block: Option<usize> = None;
    for line in text
        .get(document)
        .unwrap_or_default()
        .split(|byte| *byte == b'\n')
    {
        let start = at;
        at += line.len() + 1;
        let content = line.trim_ascii();
        if content.is_empty() {
            continue;
        }
        let leading = line
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'+'))
            .count();
        let line = Line {
            indent: leading,
            content,
            start: start + (line.len() - line.trim_ascii_start().len()),
        };
        if block.is_some_and(|indent| line.indent > indent) {
            found.push(line.start..line.start + line.content.len());
            continue;
        }
        block = None;
        if data.is_some_and(|indent| line.indent <= indent) {
            data = None;
        }
        if matches!(line.content, b"data:" | b"stringData:" | b"+data:") {
            data = Some(line.indent);
        } else if data.is_some() {
            let Some(colon) = memchr::memmem::find(line.content, b":") else {
                continue;
            };
            let rest = line.content.get(colon + 1..).unwrap_or_default();
            let value = rest.trim_ascii();
            if matches!(value, [b'|' | b'>'] | [b'|' | b'>', _]) {
                block = Some(line.indent);
                continue;
            }
            let blanks = rest.len() - rest.trim_ascii_start().len();
            let place = line.start + colon + 1 + blanks..line.start + line.content.len();
            let quotes = usize::from(matches!(value, [b'"', .., b'"'] | [b'\'', .., b'\'']));
            let inner = place.start + quotes..place.end - quotes;
            let bytes = text.get(inner.clone()).unwrap_or_default();
            if !bytes.is_empty() && !reference::is_whole(bytes) && !is_stand_in(bytes) {
                found.push(inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{KUBERNETES, find_by};

    #[test]
    fn every_value_of_a_secret_is_found() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  dsn: \"Anvil936 walnut\"\n  smtp: |\n    line one\n    line two\ndata:\n  a: aGVsbG8=\n---\nkind: ConfigMap\ndata:\n  a: b\n";
        assert_eq!(
            find_by(&KUBERNETES, text),
            ["Anvil936 walnut", "line one", "line two", "aGVsbG8="]
        );
        for other in [
            "kind: SecretStore\ndata:\n  a: b\n",
            "kind: Secret\ndata:\n  a: ${A}\n",
        ] {
            assert_eq!(find_by(&KUBERNETES, other), Vec::<&str>::new());
        }
    }
}
