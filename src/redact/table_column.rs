//! Secrets in the columns of Markdown tables, below a head such as `password`.

use std::ops::Range;

use super::secret_name::strength;
use super::value_form::{is_key_like, is_password_like, is_stand_in};

/// Whether a name is the head of a column: it stands alone between two bars.
pub fn is_head_of_column(text: &[u8], name: &Range<usize>) -> bool {
    let behind = text.get(name.end..).unwrap_or_default().trim_ascii_start();
    let before = text.get(..name.start).unwrap_or_default();
    let before = before
        .get(before.len().saturating_sub(16)..)
        .unwrap_or_default();
    behind.starts_with(b"|")
        && before.trim_ascii_end().ends_with(b"|")
        && text.get(name.clone()).and_then(strength).is_some()
}

/// How much of a table's line may stand before the head of a column, in bytes.
const LONGEST_ROW_START: usize = 400;

/// The cells below a name that is the head of a column of a Markdown table.
pub fn column_below(text: &[u8], name: &Range<usize>, found: &mut Vec<Range<usize>>) {
    // Looked for near the name only: a line may be as long as the text.
    let nearest = name.start.saturating_sub(LONGEST_ROW_START);
    let near = text.get(nearest..name.start).unwrap_or_default();
    let Some(line_start) = near
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map(|end| nearest + end + 1)
        .or((nearest == 0).then_some(0))
    else {
        return;
    };
    let before = text.get(line_start..name.start).unwrap_or_default();
    let column = before.iter().filter(|byte| **byte == b'|').count();
    let lines = text.get(line_start..).unwrap_or_default();
    let mut at = line_start;
    for (index, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        let line_start = at;
        at += line.len() + 1;
        // A table has one line of dashes, below its head, and ends with the first line that is none
        // of it. So no line is looked at for two tables.
        let is_dashes = line.iter().all(|byte| b"|-: \t\r".contains(byte));
        if !line.trim_ascii_start().starts_with(b"|") || (index > 0 && is_dashes != (index == 1)) {
            return;
        }
        if index > 1 {
            found.extend(secret_in_cell(text, line, line_start, column));
        }
    }
}

/// The secret that is the whole of one cell of a table's line.
fn secret_in_cell(
    text: &[u8],
    line: &[u8],
    line_start: usize,
    column: usize,
) -> Option<Range<usize>> {
    let mut cells = line.split(|byte| *byte == b'|');
    let before: usize = cells.by_ref().take(column).map(|cell| cell.len() + 1).sum();
    let cell = cells.next()?;
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'`';
    let leading = cell.iter().take_while(|byte| is_edge(byte)).count();
    let trailing = cell.iter().rev().take_while(|byte| is_edge(byte)).count();
    let start = line_start + before + leading;
    let place = start
        ..(line_start + before + cell.len())
            .saturating_sub(trailing)
            .max(start);
    let value = text.get(place.clone())?;
    let is_found = (is_key_like(value) || is_password_like(value)) && !is_stand_in(value);
    is_found.then_some(place)
}
