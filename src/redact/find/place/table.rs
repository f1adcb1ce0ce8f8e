//! Secrets in columns: tables of Markdown, psql and MySQL, CSV, TSV, `COPY … FROM stdin`, `INSERT … VALUES`.
//!
//! The head of a table names its columns. A name that is a secret's tells which cell of each row below is one. A
//! table ends with the first line that has another number of cells.

use std::ops::Range;

use super::super::prose::words::is_account;
use super::super::secret_name::{Strength, strength};
use super::super::value::form::{is_key_like, is_stand_in, looks_random};
use super::super::value::spared::is_spared;
use super::super::value::{label, reference};
use super::number;

/// The head of a table is a line of at most so many bytes.
const LONGEST_HEAD: usize = 1000;
/// So many rows of a table are looked at.
const MOST_ROWS: usize = 10_000;
/// So many names of columns are looked at in a text that is known to be a table.
const MOST_COLUMNS: usize = 64;

/// The columns that were read in a text. A name in a row of one is a cell, and no head: a text of nothing but rows of
/// names would take time quadratic in its length.
#[derive(Default)]
pub struct Columns {
    /// The delimiter, the number and where the column ends.
    read: Vec<(u8, usize, usize)>,
}

impl Columns {
    /// Tells whether the column under a head was read as a part of another one.
    fn has(&mut self, head: &Head) -> bool {
        self.read.retain(|(.., end)| *end >= head.end);
        let is_of = |(delimiter, column, _): &(u8, usize, usize)| {
            *delimiter == head.delimiter && *column == head.column
        };
        self.read.iter().any(is_of)
    }

    fn add(&mut self, head: &Head, end: usize) {
        self.read.push((head.delimiter, head.column, end));
    }
}

/// Adds the cells below a name that is the head of a column.
pub fn column_below(
    text: &[u8],
    name: &Range<usize>,
    columns: &mut Columns,
    found: &mut Vec<Range<usize>>,
) {
    if !may_be_cell(text, name) {
        return;
    }
    let Some(strength) = text.get(name.clone()).and_then(strength) else {
        return;
    };
    if let Some(values) = insert_values(text, name) {
        // A literal under such a name is no code, and may be a word.
        let is_literal = |place: &Range<usize>| {
            let value = text.get(place.clone()).unwrap_or_default();
            strength == Strength::Strong && !is_spared(value)
        };
        found.extend(values.filter(|place| is_secret(text, place, strength) || is_literal(place)));
        return;
    }
    if let Some(head) = Head::around(text, name)
        && !columns.has(&head)
    {
        let column = text.get(name.clone()).unwrap_or_default();
        let is_number = |place: &Range<usize>| {
            text.get(place.clone())
                .is_some_and(|value| number::is_secret(column, value))
        };
        // Beside a column of users every word is a password.
        let is_word = |place: &Range<usize>| {
            head.has_users
                && strength == Strength::Strong
                && text.get(place.clone()).is_some_and(|value| {
                    !is_spared(value) && !label::is_label(value) && !value.contains(&b' ')
                })
        };
        let is_found = |place: &Range<usize>| {
            is_secret(text, place, strength) || is_number(place) || is_word(place)
        };
        let end = cells_below(text, &head, found, is_found);
        columns.add(&head, end);
    }
}

/// Adds the cells below a word of a sentence that names a secret and is the head of a column: `| 账号 | 密码 |`.
pub fn cells_below_word(
    text: &[u8],
    word: &Range<usize>,
    columns: &mut Columns,
    found: &mut Vec<Range<usize>>,
) {
    if !may_be_cell(text, word) {
        return;
    }
    if let Some(head) = Head::around(text, word)
        && !columns.has(&head)
    {
        let is_found = |place: &Range<usize>| is_secret(text, place, Strength::Strong);
        let end = cells_below(text, &head, found, is_found);
        columns.add(&head, end);
    }
}

/// Adds the cells of secret columns of a text that is known to be a table: a strong name is enough.
pub fn all_columns(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut names = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let delimiter = b"|\t,".iter().find(|byte| line.contains(byte));
        let cells = delimiter
            .map(|delimiter| cells(line, *delimiter))
            .unwrap_or_default();
        names.extend(cells.into_iter().filter_map(|cell| {
            let is_strong = line
                .get(cell.clone())
                .and_then(strength)
                .is_some_and(Strength::is_strong);
            is_strong.then_some(start + cell.start..start + cell.end)
        }));
        if names.len() >= MOST_COLUMNS {
            break;
        }
        start += line.len() + 1;
    }
    let mut columns = Columns::default();
    for name in names {
        let Some(head) = Head::around(text, &name) else {
            continue;
        };
        if columns.has(&head) {
            continue;
        }
        let end = cells_below(text, &head, found, |place| {
            !is_spared(text.get(place.clone()).unwrap_or_default())
        });
        columns.add(&head, end);
    }
}

/// Adds cells below a head. Gives where the table ends.
fn cells_below(
    text: &[u8],
    head: &Head,
    found: &mut Vec<Range<usize>>,
    is_found: impl Fn(&Range<usize>) -> bool,
) -> usize {
    let mut at = head.end + 1;
    let rest = text.get(at..).unwrap_or_default();
    // A line with a bar may be of a program, a table of bars has a rule.
    let mut is_ruled = head.delimiter != b'|';
    for line in rest.split(|byte| *byte == b'\n').take(MOST_ROWS) {
        let start = at;
        at += line.len() + 1;
        if is_rule(line) {
            is_ruled = true;
            continue;
        }
        if !is_ruled {
            return start;
        }
        let cells = cells(line, head.delimiter);
        if cells.len() != head.columns {
            return start;
        }
        if let Some(cell) = cells.get(head.column) {
            let place = start + cell.start..start + cell.end;
            if is_found(&place) {
                found.push(place);
            }
        }
    }
    at
}

/// Tells whether a name stands between what separates cells. This tells faster than the line does.
fn may_be_cell(text: &[u8], name: &Range<usize>) -> bool {
    let is_edge = |byte: &&u8| !matches!(byte, b' ' | b'"' | b'`' | b'*');
    let before = text
        .get(name.start.saturating_sub(64)..name.start)
        .unwrap_or_default();
    let behind = text
        .get(name.end..(name.end + 64).min(text.len()))
        .unwrap_or_default();
    let is_aligned = (before.is_empty() || before.ends_with(b"  ") || before.ends_with(b"\n"))
        && (behind.is_empty()
            || [&b"  "[..], b"\n", b"\r"]
                .iter()
                .any(|end| behind.starts_with(end)));
    is_aligned
        || before
            .iter()
            .rev()
            .find(is_edge)
            .is_none_or(|byte| b"|,\t(\n".contains(byte))
            && behind
                .iter()
                .find(is_edge)
                .is_none_or(|byte| b"|,\t)\r\n".contains(byte))
}

/// Tells whether a cell under a name of such a strength is a secret.
fn is_secret(text: &[u8], place: &Range<usize>, strength: Strength) -> bool {
    let value = text.get(place.clone()).unwrap_or_default();
    let has_sign = value
        .iter()
        .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+?~".contains(byte));
    let has_cases = value.iter().skip(1).any(u8::is_ascii_uppercase)
        && value.iter().any(u8::is_ascii_lowercase);
    let is_plain = !value.contains(&b' ') || !label::is_label(value);
    let is_spared = value.len() < 4
        || is_stand_in(value)
        || reference::is_whole(value)
        || value.starts_with(b"[redacted:");
    // A list of a program's names has the form of a column.
    let start = value
        .split(|byte| b"([<".contains(byte))
        .next()
        .unwrap_or_default();
    let is_code = crate::redact::find::value::names::is_made_of_names(start)
        && !value.iter().any(u8::is_ascii_digit)
        || crate::redact::find::value::names::is_made_of_names(start)
            && value.iter().any(|byte| b"([<.$".contains(byte));
    let is_spared = is_spared || is_code;
    let is_number = value
        .iter()
        .all(|byte| byte.is_ascii_digit() || b".-: ".contains(byte));
    match strength {
        Strength::Strong | Strength::Key => {
            !is_spared && is_plain && (has_sign || has_cases) && !(is_number && value.len() < 6)
        }
        Strength::Medium => !is_spared && is_key_like(value),
        Strength::Weak => {
            !is_spared && (looks_random(value) || value.len() >= 32 && is_hexadecimal(value))
        }
    }
}

fn is_hexadecimal(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_hexdigit)
}

/// A head of a table.
struct Head {
    delimiter: u8,
    column: usize,
    columns: usize,
    /// True where another column is of users.
    has_users: bool,
    /// The place where its line ends.
    end: usize,
}

impl Head {
    /// The head in which a name is one whole cell.
    fn around(text: &[u8], name: &Range<usize>) -> Option<Self> {
        let nearest = name.start.saturating_sub(LONGEST_HEAD);
        let before = text.get(nearest..name.start)?;
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map(|end| nearest + end + 1);
        let start = start.or((nearest == 0).then_some(0))?;
        let behind = text.get(name.end..(name.end + LONGEST_HEAD).min(text.len()))?;
        let end = name.end + behind.iter().position(|byte| *byte == b'\n')?;
        let copied = copied_columns(text, start, end, name);
        if copied.is_some() {
            return copied;
        }
        let line = text.get(start..end)?;
        let delimiter = b"|\t,".iter().find(|byte| line.contains(byte));
        // Columns may be set apart by blanks alone.
        let delimiter = delimiter.copied().unwrap_or(b' ');
        let cells = cells(line, delimiter);
        let column = cells
            .iter()
            .position(|cell| start + cell.start == name.start && start + cell.end == name.end)?;
        let is_name = |cell: &Range<usize>| {
            let cell = line.get(cell.clone()).unwrap_or_default();
            cell.len() <= 48
                && cell.iter().all(|byte| {
                    byte.is_ascii_alphanumeric()
                        || b"_ -.#*`".contains(byte)
                        || delimiter != b',' && b"()".contains(byte)
                        || !byte.is_ascii()
                })
        };
        // A line of a program may have commas: `f(id, password)`, and a list has one name on each line.
        let is_list = delimiter != b'|'
            && (line.first().is_some_and(u8::is_ascii_whitespace)
                || cells.iter().any(Range::is_empty));
        if is_list {
            return None;
        }
        let is_of_users = |cell: &Range<usize>| {
            let cell = String::from_utf8_lossy(line.get(cell.clone()).unwrap_or_default());
            is_account(&cell.to_lowercase())
        };
        (cells.len() > 1 && cells.iter().all(is_name)).then(|| Self {
            has_users: delimiter == b'|' && cells.iter().any(is_of_users),
            delimiter,
            column,
            columns: cells.len(),
            end,
        })
    }
}

/// `COPY public.tokens (id, token) FROM stdin;`, whose rows have tabs.
fn copied_columns(text: &[u8], start: usize, end: usize, name: &Range<usize>) -> Option<Head> {
    let line = text.get(start..end)?;
    if !line.starts_with(b"COPY ") {
        return None;
    }
    let open = start + line.iter().position(|byte| *byte == b'(')? + 1;
    let close = start + line.iter().position(|byte| *byte == b')')?;
    let columns = text.get(open..close)?.split(|byte| *byte == b',').count();
    let column = text
        .get(open..name.start)?
        .iter()
        .filter(|byte| **byte == b',')
        .count();
    Some(Head {
        has_users: false,
        delimiter: b'\t',
        column,
        columns,
        end,
    })
}

/// A line between a head and its rows: `|---|---|`, `+----+----+`, `----+-----`.
fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    !line.is_empty() && line.iter().all(|byte| b"|-+=: \t".contains(byte)) && line.contains(&b'-')
}

/// The cells of a line, without the blanks, quotes and marks around their texts.
fn cells(line: &[u8], delimiter: u8) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut is_quoted = false;
    if delimiter == b' ' {
        return aligned_cells(line);
    }
    for (at, byte) in line.iter().enumerate() {
        if *byte == b'"' && delimiter == b',' {
            is_quoted = !is_quoted;
        } else if *byte == delimiter && !is_quoted {
            cells.push(start..at);
            start = at + 1;
        }
    }
    cells.push(start..line.len());
    if delimiter == b'|' {
        // The bars at the sides of a table are no cells.
        let is_blank = |cell: &Range<usize>| {
            line.get(cell.clone())
                .is_some_and(|cell| cell.trim_ascii().is_empty())
        };
        if cells.first().is_some_and(is_blank) && line.trim_ascii_start().starts_with(b"|") {
            cells.remove(0);
        }
        if cells.last().is_some_and(is_blank) && line.trim_ascii_end().ends_with(b"|") {
            cells.pop();
        }
    }
    cells.into_iter().map(|cell| inner(line, cell)).collect()
}

/// The cells of a line in which two blanks or more stand between them.
fn aligned_cells(line: &[u8]) -> Vec<Range<usize>> {
    let mut cells: Vec<Range<usize>> = Vec::new();
    for (at, byte) in line.iter().enumerate() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        match cells.last_mut() {
            Some(cell) if at <= cell.end + 1 => cell.end = at + 1,
            _ => cells.push(at..at + 1),
        }
    }
    cells
}

fn inner(line: &[u8], cell: Range<usize>) -> Range<usize> {
    let text = line.get(cell.clone()).unwrap_or_default();
    let is_edge = |byte: &&u8| byte.is_ascii_whitespace() || b"`*\"".contains(byte);
    let leading = text.iter().take_while(is_edge).count();
    let trailing = text.iter().rev().take_while(is_edge).count();
    let start = cell.start + leading;
    start..cell.end.saturating_sub(trailing).max(start)
}

/// The literals of a column of `INSERT INTO t (id, password) VALUES (1, 'x'), (2, 'y')`.
fn insert_values<'t>(
    text: &'t [u8],
    name: &Range<usize>,
) -> Option<impl Iterator<Item = Range<usize>> + 't> {
    let nearest = name.start.saturating_sub(LONGEST_HEAD);
    let before = text.get(nearest..name.start)?;
    let open = nearest + before.iter().rposition(|byte| *byte == b'(')?;
    let columns = text.get(open + 1..name.start)?;
    let is_list = columns
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_, `\"[]\n\r\t".contains(byte));
    let behind = text.get(name.end..(name.end + LONGEST_HEAD).min(text.len()))?;
    let close = name.end + behind.iter().position(|byte| *byte == b')')?;
    let rest = text.get(close + 1..)?;
    let blanks = rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let is_values = rest
        .get(blanks..blanks + 6)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"values"));
    if !is_list || !is_values {
        return None;
    }
    let column = columns.iter().filter(|byte| **byte == b',').count();
    let mut at = close + 1 + blanks + 6;
    Some(std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let skipped = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == b',')
            .count();
        if rest.get(skipped) != Some(&b'(') {
            return None;
        }
        let (values, end) = tuple(text, at + skipped + 1)?;
        at = end;
        Some(values.get(column).cloned().unwrap_or(0..0))
    }))
}

/// The values of a tuple of SQL from behind its bracket, without their quotes, and where it ends.
fn tuple(text: &[u8], start: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let mut values = Vec::new();
    let mut at = start;
    let mut value = start;
    let mut depth = 0;
    let unquoted = |place: Range<usize>| {
        let bytes = text.get(place.clone()).unwrap_or_default();
        let leading = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || b"'\"NEe".contains(byte))
            .count();
        let has_quote = bytes
            .get(..leading)
            .is_some_and(|start| start.iter().any(|byte| b"'\"".contains(byte)));
        let trailing = bytes
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_whitespace() || b"'\"".contains(byte))
            .count();
        match has_quote {
            true => {
                place.start + leading
                    ..place
                        .end
                        .saturating_sub(trailing)
                        .max(place.start + leading)
            }
            false => place.start..place.start,
        }
    };
    loop {
        match text.get(at)? {
            b'\'' => {
                let inner = text.get(at + 1..)?;
                at += 1 + inner.iter().position(|byte| *byte == b'\'')?;
            }
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b')' => {
                values.push(unquoted(value..at));
                return Some((values, at + 1));
            }
            b',' if depth == 0 => {
                values.push(unquoted(value..at));
                value = at + 1;
            }
            b'\n' if at - value > LONGEST_HEAD => return None,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{NAMED_VALUES, find_by};

    #[test]
    fn the_cells_of_a_secret_column_are_found() {
        for (text, value) in [
            (
                "id,name,password,created\n1,jo,lantern-river-8321,2026-01-01\n",
                "lantern-river-8321",
            ),
            ("id,password\n1,\"a,b9\"\n", "a,b9"),
            (
                "+----+------+----------+\n| id | user | password |\n+----+------+----------+\n|  1 | root | efs82Quartz*Vv |\n+----+------+----------+\n",
                "efs82Quartz*Vv",
            ),
            (
                " id | api_key \n----+---------\n  1 | k9Lm2Qx7Rt4W \n(1 row)\n",
                "k9Lm2Qx7Rt4W",
            ),
            (
                "| User | Password |\n|---|---|\n| jo | `Tq9zLwx7` |\n",
                "Tq9zLwx7",
            ),
            (
                "COPY public.tokens (id, token) FROM stdin;\n1\t0987b3f789aaf15970a8e8bf1b67ca012b755f94\n\\.\n",
                "0987b3f789aaf15970a8e8bf1b67ca012b755f94",
            ),
            (
                "INSERT INTO users (id, password, at) VALUES (1, 'walnut-47', now());",
                "walnut-47",
            ),
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), [value], "{text}");
        }
    }

    #[test]
    fn rows_of_names_are_read_once() {
        let rows = "password,a\n".repeat(20_000);
        let start = std::time::Instant::now();
        find_by(&NAMED_VALUES, &rows);
        // Read once for each row it took minutes.
        assert!(start.elapsed().as_secs() < 20);
    }

    #[test]
    fn other_tables_stay() {
        for text in [
            "| password | VARCHAR(255) | NOT NULL |\n| email | TEXT | |\n",
            "| Option | password |\n|---|---|\n| type | string |\n",
            "f(id, password, created)\ng(1, two2, three)\n",
            "name,token_count\na,12345\n",
            "f(\n  a,\n  privateKey,\n  KeyAgreement2,\n  getKey2(algorithm),\n)\n",
        ] {
            assert_eq!(find_by(&NAMED_VALUES, text), Vec::<&str>::new(), "{text}");
        }
    }
}
