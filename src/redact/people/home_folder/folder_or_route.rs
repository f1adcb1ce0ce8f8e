//! Tells a home folder of one name, such as `/root`, from a route of the same letters.
//!
//! A path of two names or more is a folder. One name alone stands in routes, in configurations of servers and in
//! prose as often as it is a folder, so it needs a sign: a command that takes files, an option, a list of folders
//! or a name such as `HOME` before it. Where a path goes on behind it (`/root/x`) it is a folder, unless a request,
//! a route or a link is what names it. Left as it is, such a folder tells nothing; changed, a route is wrong.

use crate::redact::find::secret_name::words;

/// The quotes around a text, escaped or not.
const QUOTES: [char; 5] = ['"', '\'', '`', '\\', '‘'];

/// The methods of HTTP.
const METHODS: [&str; 9] = [
    "get", "head", "post", "put", "patch", "delete", "connect", "options", "trace",
];

/// Words for places of a server.
const ROUTES: [&str; 12] = [
    "route",
    "routes",
    "router",
    "routing",
    "location",
    "endpoint",
    "endpoints",
    "url",
    "urls",
    "uri",
    "href",
    "pathname",
];

/// Functions that go to such a place, or say what answers there.
const REQUESTS: [&str; 7] = [
    "fetch", "redirect", "navigate", "use", "all", "handle", "mapping",
];

/// How words for folders and files end and start.
const FOLDER_ENDS: [&str; 6] = ["dir", "folder", "home", "cwd", "pwd", "worktree"];
const FOLDER_STARTS: [&str; 3] = ["directo", "folder", "file"];

/// Commands whose arguments are files and folders.
const FILE_COMMANDS: [&str; 28] = [
    "cat", "cd", "chdir", "chgrp", "chmod", "chown", "cp", "df", "dir", "du", "fd", "find",
    "install", "ll", "ln", "ls", "mkdir", "mv", "pushd", "realpath", "rm", "rmdir", "rsync", "scp",
    "stat", "tar", "touch", "tree",
];

/// How far back the words are that tell what a path is, in bytes.
const NEAR: usize = 160;

/// Tells whether a form of a home folder has one name only. A drive tells that it is a folder.
pub fn is_ambiguous(form: &str) -> bool {
    let name = without_slash(form).unwrap_or(form);
    let is_separated = ["/", "\\", ":", "%2F", "%5C", "%3A"].iter();
    name.len() < form.len() && !is_separated.clone().any(|it| name.contains(it))
}

/// Tells whether such a form is a folder at a place, between what stands before it and behind it.
pub fn is_folder(before: &str, rest: &str) -> bool {
    let name = without_slash(rest).unwrap_or_default();
    let goes_on = name.starts_with(|c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '_' | '-') || !c.is_ascii()
    });
    let line = last_line(before);
    let context = PathContext::of(line);
    if context.is_route() || is_pattern(rest) {
        return false;
    }
    let is_alone = before.trim().is_empty() && (rest.trim().is_empty() || name.trim().is_empty());
    goes_on
        || is_alone
        || context.is_folder()
        || is_called_folder(rest)
        || is_in_list(line, rest)
        || is_of_command(line)
}

/// Gives the text behind a slash, escaped or not.
fn without_slash(text: &str) -> Option<&str> {
    ["\\/", "/", "%2F", "%2f", "\\"]
        .iter()
        .find_map(|slash| text.strip_prefix(slash))
}

fn last_line(before: &str) -> &str {
    let start = before.floor_char_boundary(before.len().saturating_sub(NEAR));
    let near = before.get(start..).unwrap_or_default();
    let line = near.rsplit(['\n', '\r']).next().unwrap_or_default();
    // The end of a line in JSON.
    line.rsplit("\\n").next().unwrap_or_default()
}

/// How a name leads to the path that follows it.
#[derive(PartialEq)]
enum Link {
    /// `name /root`
    Blank,
    /// `name=/root`, `name: /root`
    Value,
    /// `name(/root`
    Call,
    /// `name, /root`
    Next,
}

/// The name before a path.
struct PathContext<'t> {
    name: &'t str,
    link: Link,
    /// The text before the name.
    before: &'t str,
    is_quoted: bool,
}

impl<'t> PathContext<'t> {
    fn of(line: &'t str) -> Self {
        let unquoted = line.trim_end_matches(QUOTES);
        // Marks of patterns in configurations: `location ^~ /root`, `location ~ ^/root`.
        let open = unquoted.trim_end_matches([' ', '\t', '^', '~', '*', '[']);
        let open = open
            .strip_suffix("=>")
            .map_or(open, |_| open.trim_end_matches('>'));
        let (link, head) = match open.chars().next_back() {
            Some('=' | ':') => (Link::Value, open.trim_end_matches(['=', ':', ' '])),
            Some('(') => (Link::Call, open.trim_end_matches('(')),
            Some(',') => (Link::Next, open.trim_end_matches(',')),
            _ => (Link::Blank, open),
        };
        let head = head
            .trim_end()
            .trim_end_matches(']')
            .trim_end_matches(QUOTES);
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let before = head.trim_end_matches(is_of_name);
        Self {
            name: head.get(before.len()..).unwrap_or_default(),
            link,
            before,
            is_quoted: unquoted.len() < line.len(),
        }
    }

    /// Tells whether it names a request, a route or a link.
    fn is_route(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        if METHODS.contains(&name.as_str()) {
            let is_member = self.before.ends_with(['.', '@', '>', ':']);
            return match self.link {
                // `get '/root' do`; `head /root/x` is a command.
                Link::Blank if self.name == name => self.is_quoted || is_member,
                _ => true,
            };
        }
        let is_routing = |word: String| {
            ROUTES.contains(&word.as_str())
                || self.link == Link::Call && REQUESTS.contains(&word.as_str())
        };
        words(self.name).into_iter().any(is_routing) || self.is_in_route_tag()
    }

    /// Tells whether it is an attribute of a tag such as `<Route path="/root">`.
    fn is_in_route_tag(&self) -> bool {
        let Some((_, tag)) = self.before.rsplit_once('<') else {
            return false;
        };
        let tag = tag.split([' ', '\t']).next().unwrap_or_default();
        let is_of_routes = |word: String| word == "route" || word == "link";
        self.link == Link::Value && words(tag).into_iter().any(is_of_routes)
    }

    /// Tells whether it names a folder or a file, or is a variable of the environment or an option of a command.
    fn is_folder(&self) -> bool {
        let is_upper =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let is_variable =
            self.link == Link::Value && self.name.len() > 1 && self.name.bytes().all(is_upper);
        let letters = self.name.trim_start_matches('-');
        let is_option = letters.len() < self.name.len()
            && letters.starts_with(|c: char| c.is_ascii_alphabetic())
            && (self.before.is_empty() || self.before.ends_with([' ', '\t']))
            && matches!(self.link, Link::Blank | Link::Value);
        let tells = |word: String| {
            FOLDER_ENDS.iter().any(|end| word.ends_with(end))
                || FOLDER_STARTS.iter().any(|start| word.starts_with(start))
        };
        is_variable || is_option || words(self.name).into_iter().any(tells)
    }
}

/// Tells whether the next word says that it is one: `the /root folder`.
fn is_called_folder(rest: &str) -> bool {
    let behind = rest.trim_start_matches(QUOTES);
    let word = behind.trim_start();
    let is_apart = word.len() < behind.len();
    is_apart
        && ["folder", "director"]
            .iter()
            .any(|start| word.starts_with(start))
}

/// Tells whether a path stands in a list of folders (`/bin:/root`, `/root:/data`) or behind the name of a computer.
fn is_in_list(line: &str, rest: &str) -> bool {
    let before = line.strip_suffix(':');
    let is_behind =
        before.is_some_and(|it| it.ends_with(|c: char| c.is_alphanumeric() || c == '/'));
    is_behind || rest.starts_with(":/")
}

/// Tells whether a path is an argument of a command that takes files.
fn is_of_command(line: &str) -> bool {
    let command = line.rsplit([';', '|', '&']).next().unwrap_or_default();
    // A prompt, a quote or a bracket may stand before it.
    command
        .split(|c: char| QUOTES.contains(&c) || "($#>!%{[".contains(c))
        .any(|part| {
            let mut words = part.split_whitespace();
            let first = words.find(|word| !matches!(*word, "sudo" | "-" | "*" | "+"));
            first.is_some_and(|word| FILE_COMMANDS.contains(&word))
        })
}

/// Tells whether what follows shows that a path is a route: it has parameters, or a protocol stands behind it.
fn is_pattern(rest: &str) -> bool {
    let end = rest.find(|c: char| c.is_whitespace() || "\"'`)".contains(c));
    let (path, behind) = rest
        .split_at_checked(end.unwrap_or(rest.len()))
        .unwrap_or_default();
    let is_parameter = |part: &str| match part.chars().next() {
        Some(':') => part.len() > 1,
        // `{a,b}` are two names to a shell.
        Some('{') => part.contains('}') && !part.contains(','),
        Some('<') => part.contains('>') && !part.starts_with("</"),
        _ => false,
    };
    path.split('/').skip(1).any(is_parameter) || behind.starts_with(" HTTP/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives what is told of `/root` at each place of a text.
    fn are_folders(text: &str) -> Vec<bool> {
        text.match_indices("/root")
            .map(|(at, form)| {
                let (before, rest) = text.split_at(at);
                is_folder(before, rest.strip_prefix(form).unwrap())
            })
            .collect()
    }

    #[test]
    fn a_route_is_no_folder() {
        for text in [
            "location /root {",
            "location = /root {",
            "location ^~ /root/ {",
            "location /root/app {",
            "GET /root",
            "POST /root/login HTTP/1.1",
            "\"DELETE /root/x HTTP/2\" 404",
            "curl -X GET /root",
            "['GET', '/root']",
            "app.get('/root')",
            "app.get('/root', (request) => 1)",
            "router.post(\"/root/login\", login)",
            "@app.route('/root/x')",
            "Route::get('/root/x', fn)",
            "get '/root' do",
            "router.get(\"/root/:id\")",
            "path('/root/<int:id>', view)",
            "see /root/{id}",
            "fetch(`/root/items`)",
            "redirect(\"/root/x\")",
            "app.use('/root/x', files)",
            "@GetMapping(\"/root/x\")",
            "<a href=\"/root/x\">",
            "<Route path=\"/root/x\">",
            "Location: /root/x",
            "--base-href=/root",
            "the endpoint /root/x",
            "The route `/root` is slow",
            "path: '/root'",
            "open /root in the browser",
            "- /root\n- /users",
        ] {
            assert_eq!(are_folders(text), [false], "{text}");
        }
    }

    #[test]
    fn a_folder_is_no_route() {
        for text in [
            "/root",
            "/root/\n",
            "cd /root",
            "$ sudo ls -la /root && echo x",
            "run `cd /root`",
            "{\"command\":\"rm -rf /root\"}",
            "cp \"a b\" /root",
            "HOME=/root",
            "export HOME=\"/root\"",
            "{\"HOME\":\"/root\"}",
            "{\\\"cwd\\\":\\\"/root\\\"}",
            "WORKDIR /root",
            "chdir('/root')",
            "os.listdir(\"/root\")",
            "mkdirSync('/root')",
            "filePath: \"/root\"",
            "ls: cannot open directory '/root': Permission denied",
            "the folder /root is full",
            "the `/root` directory",
            "os.environ['HOME'] = '/root'",
            "git -C /root status",
            "--prefix=/root",
            "PATH=/bin:/root",
            "root:x:0:0:root:/root:/bin/sh",
            "root@box:/root# ",
            "-v /root:/data",
            "ls /root/x",
            "\"/root/project/a.ts\"",
            "at f (/root/app/main.js:1:2)",
            "/root/.ssh/config",
            "alias /root/www;",
            "head /root/x.log",
            "git fetch /root/x",
            "curl x > /root/x",
            "cp /root/{a,b} .",
        ] {
            assert_eq!(are_folders(text), [true], "{text}");
        }
    }

    #[test]
    fn only_a_form_of_one_name_is_ambiguous() {
        for (form, expected) in [
            ("/root", true),
            ("\\/root", true),
            ("%2Froot", true),
            ("\\root", true),
            ("/home/jo", false),
            ("home/jo", false),
            ("D:\\jo", false),
            ("/D:/jo", false),
            ("%2Fhome%2Fjo", false),
        ] {
            assert_eq!(is_ambiguous(form), expected, "{form}");
        }
    }
}
