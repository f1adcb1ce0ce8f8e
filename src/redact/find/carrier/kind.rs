//! Kinds of carriers, and which a file, a command and a language are.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The kind of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// Nothing is known of it.
    #[serde(skip)]
    Unknown,
    /// Lines of a name and a value: dotenv, INI, TOML, properties, lists of variables.
    Settings,
    /// YAML.
    Yaml,
    /// Terraform.
    Terraform,
    /// A `.netrc` file.
    Netrc,
    /// A `.pgpass` file.
    Pgpass,
    /// Columns under a head.
    Table,
    /// Commands of a shell.
    Command,
    /// Program source.
    Program,
    /// The output of a command that prints a secret.
    #[serde(skip)]
    Secret,
}

impl Carrier {
    /// Files by their names, with their carrier.
    pub fn of_file(path: &str) -> Self {
        let path = path.trim().trim_end_matches(['"', '\'', '`', ',', ')']);
        let path = path.replace('\\', "/").to_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default();
        let known = &*KNOWN;
        let of_list = |list: &[(String, Self)], is: &dyn Fn(&str) -> bool| {
            list.iter()
                .find(|(word, _)| is(word))
                .map(|(_, kind)| *kind)
        };
        let of_ending = || {
            let dots = name.match_indices('.').take(8);
            let mut endings = dots.filter_map(|(dot, _)| name.get(dot + 1..));
            endings.find_map(|ending| known.endings.get(ending).copied())
        };
        let of_path = || {
            of_list(&known.paths, &|end| {
                path.strip_suffix(end)
                    .is_some_and(|before| before.is_empty() || before.ends_with('/'))
            })
        };
        let found = known.names.get(name).copied();
        found
            .or_else(of_path)
            .or_else(|| of_list(&known.starts, &|start| name.starts_with(start)))
            .or_else(of_ending)
            .or_else(|| of_list(&known.middles, &|middle| name.contains(middle)))
            .unwrap_or(Self::Unknown)
    }

    /// Languages of fences with their carrier: `yaml`, `Rust`.
    pub fn of_language(language: &str) -> Self {
        let language = language.trim().to_lowercase();
        let kind = KNOWN.languages.get(&language).copied();
        kind.unwrap_or(Self::Unknown)
    }

    /// Tells whether it holds names and values, and no program or text for people.
    pub fn is_data(self) -> bool {
        use Carrier::{Netrc, Pgpass, Settings, Terraform, Yaml};
        matches!(self, Settings | Yaml | Terraform | Netrc | Pgpass)
    }
}

#[derive(Deserialize)]
pub struct Table {
    carrier: Vec<Row>,
}

/// A row of the file, which explains the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    kind: Carrier,
    files: Vec<String>,
    languages: Vec<String>,
    commands: Vec<String>,
    #[serde(default)]
    tools: Vec<String>,
}

/// The rows by what is looked up.
#[derive(Default)]
pub struct Known {
    /// Whole names of files.
    pub names: HashMap<String, Carrier>,
    /// Endings of file names behind a dot: `*.yml`.
    pub endings: HashMap<String, Carrier>,
    /// Starts of file names before a dot: `.env.*`.
    pub starts: Vec<(String, Carrier)>,
    /// Words between dots of file names: `*.env.*`.
    pub middles: Vec<(String, Carrier)>,
    /// Ends of paths: `.aws/credentials`.
    pub paths: Vec<(String, Carrier)>,
    pub languages: HashMap<String, Carrier>,
    pub commands: Vec<(String, Carrier)>,
    pub tools: HashMap<String, Carrier>,
}

pub static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    // A test proves that the file is well-formed.
    let table: Table = toml::from_str(include_str!("carriers.toml")).unwrap_or(Table {
        carrier: Vec::new(),
    });
    let mut known = Known::default();
    for row in table.carrier {
        for file in row.files {
            let parts = (file.strip_prefix("*."), file.strip_suffix(".*"));
            match parts {
                (Some(middle), Some(_)) => {
                    let middle = format!(".{}.", middle.trim_end_matches(".*"));
                    known.middles.push((middle, row.kind));
                }
                (Some(ending), None) => drop(known.endings.insert(ending.to_owned(), row.kind)),
                (None, Some(start)) => known.starts.push((format!("{start}."), row.kind)),
                (None, None) if file.contains('/') => known.paths.push((file, row.kind)),
                (None, None) => drop(known.names.insert(file, row.kind)),
            }
        }
        for (list, words) in [
            (&mut known.languages, row.languages),
            (&mut known.tools, row.tools),
        ] {
            list.extend(words.into_iter().map(|word| (word, row.kind)));
        }
        let commands = row.commands.into_iter();
        known
            .commands
            .extend(commands.map(|command| (command, row.kind)));
    }
    known
});

/// Commands that print the files that they name.
pub const READERS: [&str; 31] = [
    "cat",
    "head",
    "tail",
    "less",
    "more",
    "bat",
    "batcat",
    "nl",
    "tac",
    "type",
    "gc",
    "get-content",
    "sed",
    "awk",
    "gawk",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "ag",
    "ack",
    "cut",
    "sort",
    "uniq",
    "strings",
    "diff",
    "show",
    "yq",
    "sops",
    "column",
    "select-string",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table: Table = toml::from_str(include_str!("carriers.toml")).unwrap();
        assert!(table.carrier.len() > 6);
        for row in table.carrier {
            for word in row.files.iter().chain(&row.languages).chain(&row.commands) {
                assert_eq!(word, &word.to_lowercase(), "{word}");
                assert!(!word.is_empty());
            }
        }
    }
}
