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

/// The starts of the commands.
pub static KEYWORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<_> = COMMANDS
        .iter()
        .flat_map(|command| command.names.iter().map(|name| name.to_ascii_lowercase()))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
});
