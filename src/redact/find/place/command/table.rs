//! The commands that take or print a secret: what `commands.toml` tells of them.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
struct CommandTable {
    command: Vec<Command>,
}

/// A row of the file, which explains the fields.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Command {
    pub names: Vec<String>,
    pub secret: Vec<String>,
    pub pair: Vec<String>,
    pub argument: usize,
    pub piped: bool,
    pub prints: bool,
    pub by_name: bool,
    pub windows: bool,
    #[serde(default = "yes")]
    pub plain: bool,
}

impl Command {
    /// Tells whether an option, or the start of one, is a known one as this command reads it.
    pub fn is_same(&self, written: &[u8], known: &[u8]) -> bool {
        match self.windows {
            true => written.eq_ignore_ascii_case(known),
            false => written == known,
        }
    }
}

fn yes() -> bool {
    true
}

pub static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    // A test proves that the file is well-formed.
    let table: CommandTable =
        toml::from_str(include_str!("../commands.toml")).unwrap_or(CommandTable {
            command: Vec::new(),
        });
    table.command
});

/// How the path of a program may end, on Windows and in quotes: `"C:\\Tools\\7z.exe" a`.
const PROGRAM_ENDINGS: [&str; 4] = [".exe", ".exe\"", "\"", "'"];

/// The starts of the commands. One of several words may have the ending of a program behind the first of them.
pub static KEYWORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let known = COMMANDS.iter().flat_map(|command| &command.names);
    let with_endings = |name: &String| {
        let name = name.to_ascii_lowercase();
        let of_program = name.split_once(' ').map(|(program, rest)| {
            PROGRAM_ENDINGS.map(|ending| format!("{program}{ending} {rest}"))
        });
        of_program.into_iter().flatten().chain([name.clone()])
    };
    let mut names: Vec<_> = known.flat_map(with_endings).collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// The start of a command without the ending of its program.
pub fn without_ending(written: &[u8]) -> Vec<u8> {
    let program = written
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or_default();
    let rest = written.get(program.len()..).unwrap_or_default();
    let of_ending = |ending: &&str| {
        let start = program.len().checked_sub(ending.len());
        start.filter(|start| {
            program
                .get(*start..)
                .is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
        })
    };
    let longest = PROGRAM_ENDINGS.iter().filter_map(of_ending).min();
    let program = longest
        .and_then(|end| program.get(..end))
        .unwrap_or(program);
    [program, rest].concat()
}
