//! Reads the text around a path with a slash at its start: does it say that it is a route, a link, or a file?

/// How much of the line before a path is looked at, in bytes.
const REACH: usize = 64;

const METHODS: &[&str] = &[
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY", "ALL", "ROUTE",
];

/// Texts that stand before a link or a route, in lower case, without the quote.
const ROUTE_MARKS: &[&str] = &[
    "href=",
    "src=",
    "action=",
    "url(",
    "srcset=",
    "](",
    "location ",
    "location = ",
    "location ~ ",
    "location ^~ ",
    "endpoint ",
    "route ",
    "routes ",
    "page ",
    "redirect_to ",
    "referer: ",
];
/// The same where the path is in quotes.
const QUOTED_ROUTE_MARKS: &[&str] = &[
    "poster=",
    "data-url=",
    "to=",
    "route=",
    "fetch(",
    "from ",
    "import ",
    "import(",
    "require(",
    "route(",
    "redirect(",
    "navigate(",
    "push(",
    "replace(",
    "goto(",
    "visit(",
    "link(",
    "path(",
    "url:",
    "route:",
    "href:",
    "to:",
    "endpoint:",
    "pathname:",
    "pathname =",
    "pathname ===",
    "pathname ==",
    "url =",
    "prefix:",
    "baseurl:",
    "basepath:",
    "url=",
    "pathname=",
    "location:",
    "path:",
    "src:",
    "path=",
];
/// Methods of servers and clients, which the route is handed to.
const CALLS: &[&str] = &[
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "all",
    "use",
    "route",
    "startswith",
];

/// Commands whose arguments are files.
const COMMANDS: &[&str] = &[
    "cd", "ls", "cat", "cp", "mv", "rm", "mkdir", "touch", "vi", "vim", "nano", "less", "chmod",
    "chown", "du", "stat", "rsync", "scp", "tar", "unzip", "python", "python3", "node", "bash",
    "sh", "rmdir", "ln", "pushd", "rg", "grep", "head", "tail", "wc", "cargo", "source",
];
const FILE_KEYS: &[&str] = &[
    "filepath",
    "file_path",
    "file",
    "cwd",
    "root",
    "directory",
    "dir",
    "workdir",
    "folder",
    "filename",
    "worktree",
];

/// The end of a line before a path, without its quote.
pub struct Before<'t> {
    line: &'t str,
    lower: String,
    is_quoted: bool,
}

impl<'t> Before<'t> {
    /// Takes all of the text before the path.
    pub fn new(before: &'t str) -> Self {
        let start = before.floor_char_boundary(before.len().saturating_sub(REACH));
        let near = before.get(start..).unwrap_or_default();
        let line = near.rsplit('\n').next().unwrap_or_default();
        let unquoted = line.trim_end_matches(['"', '\'', '`', '\\']);
        Self {
            is_quoted: unquoted.len() < line.len(),
            lower: unquoted.to_ascii_lowercase(),
            line: unquoted,
        }
    }

    /// Tells whether the path is what an HTTP request asks for.
    pub fn is_request(&self) -> bool {
        let word = self.line.strip_suffix(' ').and_then(|line| {
            line.split([' ', '"', '`', '\'', '[', '*', '|', '('])
                .next_back()
        });
        word.is_some_and(|word| METHODS.contains(&word))
    }

    /// Tells whether the path is a link or a route.
    pub fn is_route(&self) -> bool {
        let lower = self.lower.as_str();
        let spaceless = lower.trim_end();
        let is_behind = |mark: &&str| {
            lower.ends_with(*mark) || (mark.ends_with([':', '=']) && spaceless.ends_with(*mark))
        };
        let is_call = || {
            let name = lower.strip_suffix('(').unwrap_or_default();
            CALLS.iter().any(|call| {
                name.strip_suffix(call)
                    .is_some_and(|object| object.ends_with('.'))
            })
        };
        self.is_request()
            || is_call()
            || ROUTE_MARKS.iter().any(is_behind)
            || self.is_quoted && QUOTED_ROUTE_MARKS.iter().any(is_behind) && !self.is_value()
    }

    /// Tells whether the path is that of a file, whatever its first folder is.
    pub fn is_file(&self) -> bool {
        self.is_argument() || self.is_value()
    }

    fn is_argument(&self) -> bool {
        if self.line.ends_with("-I") || self.line.ends_with("-L") {
            return true;
        }
        let command = self.line.rsplit(['|', ';', '&', '(', '`', '$']).next();
        let mut words = command.unwrap_or_default().split_whitespace();
        let is_command = words.next().is_some_and(|first| COMMANDS.contains(&first));
        is_command
            && self.line.ends_with(' ')
            && words.all(|word| word.starts_with(['-', '/', '.']))
    }

    fn is_value(&self) -> bool {
        let name = self.lower.trim_end().trim_end_matches([':', '=', ' ']);
        let has_sign = name.len() < self.lower.len();
        let name = name.trim_end_matches(['"', '\'', '\\', '>']);
        let key = name
            .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next();
        let is_tag = self.lower.ends_with("<path>") || self.lower.ends_with("<file>");
        is_tag
            || (has_sign || self.is_quoted && self.lower.ends_with(':'))
                && key.is_some_and(|key| FILE_KEYS.contains(&key))
    }
}

/// Tells whether what stands behind a path counts its lines: `:12:5`, `(14,3)`.
pub fn has_line_number(after: &str) -> bool {
    let number = after.strip_prefix([':', '(']);
    number.is_some_and(|number| {
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let rest = number.get(digits..).unwrap_or_default();
        digits > 0 && !rest.starts_with(|c: char| c.is_alphanumeric())
    })
}
