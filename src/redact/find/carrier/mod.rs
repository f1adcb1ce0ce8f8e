//! Reads what a session tells of a text: the name of its file, the command that printed it, the language of a fence.
//!
//! 1. [`Carriers`] is what is told of a whole text. `carriers.toml` has the names of files, commands and languages.
//! 2. A text may tell more of its parts: a fence has a language, a patch and a list of matches name their files.
//! 3. In a data file every value beside a strong name is a secret. So a hint finds more than guessing does.
//! 4. In program source a hint takes back what guessing found outside of literals, but only where the lines
//!    themselves are program source too: a session may lie about a file, and a file about its name.
//!
//! A hint never takes a token back, and never a value that looks like a secret.

pub mod kind;
pub mod marks;
mod password_file;
mod printed_secret;
mod settings_file;
mod typed_command;

use std::ops::Range;

use self::kind::{Carrier, KNOWN, READERS};
use super::super::placeholders::{is_inside_placeholder, is_only_a_placeholder};
use super::hit::{Hit, ID};
use super::place::{command, table};
use super::value::program;
use crate::options::Hint;

/// What is told of a text: it may be the output of a command that printed two files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carriers(Vec<Carrier>);

/// So much of a command is read, in bytes. What follows is mostly a file that it writes.
const LONGEST_COMMAND: usize = 8 * 1024;

impl Carriers {
    /// Takes what a caller tells of a text.
    pub fn of_hint(hint: &Hint) -> Self {
        let mut carriers = Self::default();
        if let Some(command) = &hint.command {
            carriers.add_output_of(command);
        }
        if let Some(path) = &hint.file_path {
            carriers.add(Carrier::of_file(path));
        }
        if let Some(language) = &hint.language {
            carriers.add(Carrier::of_language(language));
        }
        if let Some(tool) = &hint.tool {
            carriers.add_output_of_tool(tool);
        }
        carriers
    }

    /// The only carrier of a text.
    pub fn one(carrier: Carrier) -> Self {
        let mut carriers = Self::default();
        carriers.add(carrier);
        carriers
    }

    /// Tells whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, carrier: Carrier) {
        if carrier != Carrier::Unknown && !self.0.contains(&carrier) {
            self.0.push(carrier);
        }
    }

    fn add_output_of_tool(&mut self, tool: &str) {
        let words: Vec<_> = (tool.split(|c: char| !c.is_ascii_alphanumeric()))
            .map(str::to_ascii_lowercase)
            .collect();
        for word in &words {
            self.add(KNOWN.tools.get(word).copied().unwrap_or(Carrier::Unknown));
        }
        // `vault_read_secret`, `get_secret_value`
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        if has(&["secret", "password", "credential"]) && has(&["get", "read", "show", "reveal"]) {
            self.add(Carrier::Secret);
        }
    }

    fn add_output_of(&mut self, command: &str) {
        let end = command.floor_char_boundary(LONGEST_COMMAND);
        let command = command.get(..end).unwrap_or_default();
        let is_end = |c: char| matches!(c, ';' | '|' | '&' | '\n' | '(' | ')' | '`');
        for stage in command.split(is_end) {
            self.add_output_of_stage(stage);
        }
        if command::prints_secret(command.as_bytes()) {
            self.add(Carrier::Secret);
        }
    }

    fn add_output_of_stage(&mut self, stage: &str) {
        let is_before = |word: &&str| {
            matches!(
                *word,
                "$" | "sudo" | "time" | "nohup" | "command" | "exec" | "%" | "#"
            ) || word.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            })
        };
        // Text in quotes is mostly a command for another shell: `ssh host 'cat .env'`.
        let words = stage.split(|c: char| c.is_ascii_whitespace() || c == '\'' || c == '"');
        let words = words.filter(|word| !word.is_empty());
        let words: Vec<&str> = words.skip_while(is_before).collect();
        let line = words.join(" ").to_ascii_lowercase();
        for (known, carrier) in &KNOWN.commands {
            let is_it = match known.strip_suffix('$') {
                // `docker exec app env`
                Some(known) => {
                    let before = line.strip_suffix(known);
                    before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
                }
                None => {
                    let behind = line.strip_prefix(known.as_str());
                    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(' '))
                }
            };
            if is_it {
                self.add(*carrier);
            }
        }
        if line.starts_with("kubectl ") || line.starts_with("oc ") {
            let is_yaml = words
                .iter()
                .any(|word| matches!(*word, "yaml" | "-oyaml" | "--output=yaml" | "-o=yaml"));
            self.add(if is_yaml {
                Carrier::Yaml
            } else {
                Carrier::Unknown
            });
        }
        let is_reader = |word: &&&str| {
            READERS
                .iter()
                .any(|reader| word.eq_ignore_ascii_case(reader))
        };
        if let Some(reader) = words.iter().position(|word| is_reader(&word)) {
            for word in words.iter().skip(reader + 1) {
                let word = word.trim_matches(['<', '>']);
                // `git show HEAD:.env`
                let file = word.rsplit(':').next().unwrap_or(word);
                self.add(Carrier::of_file(file));
            }
        }
    }
}

/// All that is told of a tool call.
#[derive(Debug, Clone, Default)]
pub struct Call {
    output: Carriers,
    file: Carriers,
}

impl Call {
    /// Takes the name of a tool, the paths in its input and the commands in it.
    pub fn new<'t>(
        tool: &str,
        paths: impl IntoIterator<Item = &'t str>,
        commands: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        let mut call = Self::default();
        for path in paths {
            let carrier = Carrier::of_file(path);
            call.file.add(carrier);
            call.output.add(carrier);
        }
        for command in commands {
            call.output.add_output_of(command);
        }
        call.output.add_output_of_tool(tool);
        call
    }

    /// Tells what its output is.
    pub fn output(&self) -> Carriers {
        self.output.clone()
    }

    /// Tells what a member of its input or of its notes is, by its name. `None` for one that says nothing of itself, so
    /// that what holds it counts.
    pub fn member(&self, name: &str) -> Option<Carriers> {
        match name {
            "command" | "cmd" | "script" => Some(Carriers::one(Carrier::Command)),
            "output" | "stdout" | "stderr" | "preview" | "result" => Some(self.output.clone()),
            "content" | "newString" | "oldString" | "new_string" | "old_string" | "file_text"
            | "new_str" | "old_str" | "insert_text" | "diff" | "patch" | "patchText" | "before"
            | "after" | "original" => Some(self.file.clone()),
            _ => None,
        }
    }
}

/// Names of members of an input that hold a path, and a command.
pub const PATHS: [&str; 8] = [
    "filePath",
    "file_path",
    "path",
    "filename",
    "file",
    "notebook_path",
    "target_file",
    "uri",
];
/// The same for a command.
pub const COMMANDS: [&str; 3] = ["command", "cmd", "script"];

/// Corrects what guessing found in a text by what is known of the text. Takes the hits, and the files that marks before
/// lines named.
pub fn refine(text: &str, told: &Carriers, files: &[(Range<usize>, Carrier)], hits: &mut Vec<Hit>) {
    let parts = parts(text);
    if told.is_empty() && parts.is_empty() && files.is_empty() {
        return;
    }
    let whole = 0..text.len();
    let of_whole = told.0.iter().map(|carrier| (&whole, *carrier));
    let of_parts = parts
        .iter()
        .chain(files)
        .map(|(place, carrier)| (place, *carrier));
    let all: Vec<_> = of_whole.chain(of_parts).collect();
    take_back(text, told, &parts, hits);
    for (place, carrier) in all {
        let part = text.get(place.clone()).unwrap_or_default();
        let mut found = Vec::new();
        find(part, carrier, &mut found);
        hits.extend(found.into_iter().filter_map(|range| {
            // A piece that is cut in the middle of a character is no value.
            let value = part.get(range.clone())?;
            let range = place.start + range.start..place.start + range.end;
            let is_shown = value.is_empty()
                || is_inside_placeholder(text, range.start)
                || is_only_a_placeholder(value);
            if is_shown {
                return None;
            }
            Some(Hit { range, rule: ID })
        }));
    }
}

fn find(text: &str, carrier: Carrier, found: &mut Vec<Range<usize>>) {
    let text = text.as_bytes();
    match carrier {
        Carrier::Settings | Carrier::Yaml | Carrier::Terraform => {
            settings_file::find(text, carrier, found);
        }
        Carrier::Netrc => password_file::netrc(text, found),
        Carrier::Pgpass => password_file::pgpass(text, found),
        Carrier::Table => table::all_columns(text, found),
        Carrier::Command => typed_command::find(text, found),
        Carrier::Secret => printed_secret::find(text, found),
        Carrier::Program | Carrier::Unknown => {}
    }
}

/// Takes back what stands in program source outside of literals and is a part of the program.
fn take_back(text: &str, told: &Carriers, parts: &[(Range<usize>, Carrier)], hits: &mut Vec<Hit>) {
    // Mostly there is nothing to take back.
    if hits.iter().all(|hit| hit.rule != ID) {
        return;
    }
    let is_all = told.0 == [Carrier::Program];
    if !is_all
        && !parts
            .iter()
            .any(|(_, carrier)| *carrier == Carrier::Program)
    {
        return;
    }
    let is_source = |place: &Range<usize>| {
        program::is_source_text(text.get(place.clone()).unwrap_or_default().as_bytes())
    };
    let is_all = is_all && is_source(&(0..text.len()));
    let of_source: Vec<_> = (parts.iter())
        .map(|(place, carrier)| *carrier == Carrier::Program && is_source(place))
        .collect();
    let is_told = |hit: &Hit| {
        // Parts are in order, and none overlaps another.
        let at = parts.partition_point(|(place, _)| place.end < hit.range.end);
        match parts.get(at) {
            Some((place, _)) if place.start <= hit.range.start => of_source.get(at) == Some(&true),
            _ => is_all,
        }
    };
    hits.retain(|hit| {
        hit.rule != ID || !is_told(hit) || !program::is_told_part(text.as_bytes(), &hit.range)
    });
}

/// The parts of a text that tell what they are: fences, and what stands behind the name of a file.
fn parts(text: &str) -> Vec<(Range<usize>, Carrier)> {
    let mut parts = Vec::new();
    let has = |sign: &str| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    let has_fence = has("```") || has("~~~");
    let has_heredoc = has("<<");
    // The mark of a fence that is open, and the part that is read.
    let mut fence: Option<&str> = None;
    // Whether a fence is of no language that is known: it may be a patch.
    let mut is_known = false;
    let mut open: Option<(usize, Carrier)> = None;
    let mut next = 0;
    while next <= text.len() {
        let start = next;
        let rest = text.get(start..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        next = start + length + 1;
        let line = rest.get(..length).unwrap_or_default();
        // Most lines are told by their first and last byte.
        let may_tell = match line.as_bytes() {
            [] => false,
            [b' ' | b'\t' | b'`' | b'~' | b'>', ..] => has_fence,
            [b'+' | b'-' | b'*' | b'I' | b'=' | b'<', ..] | [.., b':' | b'\r'] => true,
            _ => has_heredoc,
        };
        if !may_tell {
            continue;
        }
        let end = start + line.len();
        let trimmed = line.trim();
        let head = match fence {
            Some(mark)
                if trimmed.starts_with(mark) && trimmed.trim_matches(['`', '~']).is_empty() =>
            {
                fence = None;
                Some(Carrier::Unknown)
            }
            Some(_) if is_known => None,
            Some(_) => file_named(line).map(Carrier::of_file),
            None => match opened_fence(trimmed) {
                Some((mark, language)) => {
                    fence = Some(mark);
                    let carrier = Carrier::of_language(language);
                    is_known = carrier != Carrier::Unknown;
                    Some(carrier)
                }
                None => file_named(line).map(Carrier::of_file),
            },
        };
        if let Some(carrier) = head {
            if let Some((from, carrier)) = open.take() {
                parts.push((from..start, carrier));
            }
            // A part of which nothing is known ends the part before it.
            open = (carrier != Carrier::Unknown).then_some((end + 1, carrier));
        }
    }
    if let Some((from, carrier)) = open
        && from < text.len()
    {
        parts.push((from..text.len(), carrier));
    }
    parts
}

/// The mark of a fence and its language.
fn opened_fence(line: &str) -> Option<(&str, &str)> {
    let mark = *["```", "~~~"]
        .iter()
        .find(|mark| line.starts_with(**mark))?;
    let length = line
        .bytes()
        .take_while(|byte| mark.as_bytes().contains(byte))
        .count();
    let (mark, behind) = line.split_at_checked(length)?;
    let language = behind.trim().trim_start_matches(['{', '.']);
    let is_end = |c: char| c.is_whitespace() || "{},:".contains(c);
    Some((mark, language.split(is_end).next().unwrap_or_default()))
}

/// The file that a line names whose content follows: the head of a patch, of `head` and `tail`, of a list of matches,
/// of a tool that reads.
fn file_named(line: &str) -> Option<&str> {
    let first = line.bytes().next()?;
    let of_patch = || {
        let starts = [
            "+++ ",
            "--- ",
            "*** Update File: ",
            "*** Add File: ",
            "Index: ",
        ];
        let path = starts.iter().find_map(|start| line.strip_prefix(start))?;
        let path = path.split('\t').next().unwrap_or(path).trim_end();
        // A file that is removed has the name before.
        (path != "/dev/null").then_some(path)
    };
    match first {
        b'+' | b'-' | b'*' | b'I' => of_patch(),
        b'=' => line.strip_prefix("==> ")?.trim_end().strip_suffix(" <=="),
        b'<' => line
            .strip_prefix("<path>")?
            .trim_end()
            .strip_suffix("</path>"),
        // `cat > .env <<EOF`
        _ if line.contains("<<") => {
            let words = line.split(|c: char| c.is_ascii_whitespace() || "<>|'\"".contains(c));
            words
                .into_iter()
                .find(|word| Carrier::of_file(word).is_data())
        }
        _ => {
            let path = line.trim_end().strip_suffix(':')?;
            let is_path = path.contains(['/', '\\', '.']) && !path.contains(char::is_whitespace);
            is_path.then_some(path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name() {
        for (path, carrier) in [
            ("/home/jo/app/.env", Carrier::Settings),
            (".env.production", Carrier::Settings),
            ("deploy.env.local", Carrier::Settings),
            ("C:\\app\\Config.YML", Carrier::Yaml),
            ("values.yaml.gotmpl", Carrier::Yaml),
            ("~/.kube/config", Carrier::Yaml),
            ("/root/.aws/credentials", Carrier::Settings),
            ("prod.auto.tfvars", Carrier::Terraform),
            (".netrc", Carrier::Netrc),
            (".pgpass", Carrier::Pgpass),
            ("src/a.d.ts", Carrier::Program),
            ("deploy.sh", Carrier::Command),
            ("users.csv", Carrier::Table),
            ("notes.md", Carrier::Unknown),
            ("environment", Carrier::Unknown),
            ("", Carrier::Unknown),
        ] {
            assert_eq!(Carrier::of_file(path), carrier, "{path}");
        }
    }

    #[test]
    fn an_output_is_known_by_its_command() {
        let of = |command: &str| {
            Carriers::of_hint(&Hint {
                command: Some(command.to_owned()),
                ..Hint::default()
            })
        };
        for (command, carrier) in [
            ("env", Carrier::Settings),
            ("env | sort", Carrier::Settings),
            ("cd app && cat .env", Carrier::Settings),
            ("docker exec web env", Carrier::Settings),
            ("kubectl exec web -- cat /app/config.yml", Carrier::Yaml),
            ("git show HEAD:deploy/values.yaml", Carrier::Yaml),
            ("kubectl get secret db -n app -o yaml", Carrier::Yaml),
            ("sudo head -5 ~/.netrc", Carrier::Netrc),
            ("PGPASSWORD=x psql -c 'select 1'", Carrier::Table),
            ("op read op://a/b", Carrier::Secret),
            ("sed -n 1,20p src/a.ts", Carrier::Program),
            ("ssh host 'cat /srv/app.yml'", Carrier::Yaml),
            ("docker exec web sh -c \"env\"", Carrier::Settings),
        ] {
            assert!(
                of(command).0.contains(&carrier),
                "{command}: {:?}",
                of(command)
            );
        }
        for command in [
            "env FOO=1 npm test",
            "set -e; npm test",
            "source .env",
            "npm test",
            "",
        ] {
            assert_eq!(of(command), Carriers::default(), "{command}");
        }
    }

    #[test]
    fn parts_of_a_text_tell_what_they_are() {
        let heredoc = "cat > a.yml <<EOF\na: b\nEOF\n";
        assert_eq!(parts(heredoc), [(18..heredoc.len(), Carrier::Yaml)]);
        let removed = "```diff\n--- a/a.yml\n+++ /dev/null\n-a\n```\nx";
        assert_eq!(parts(removed), [(20..37, Carrier::Yaml)]);
        let text = "See:\n```yaml\na: b\n```\n+++ b/x/.env\n@@\nA=b\n==> c.tf <==\nx\n";
        let parts = parts(text);
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(place, kind)| (text.get(place).unwrap(), kind))
            .collect();
        assert_eq!(
            parts,
            [
                ("a: b\n", Carrier::Yaml),
                ("@@\nA=b\n", Carrier::Settings),
                ("x\n", Carrier::Terraform)
            ]
        );
    }
}
