//! Finds where a path starts: `/home/jo/x`, `C:\x`, `\\server\share`, `\\?\C:\x`, `file:///x`, `~jo/x`, `%2Fhome%2Fjo`.

mod bare;
pub mod candidate;
mod context;
mod end;
mod kind;
mod percent;
pub mod style;
mod windows;

use std::ops::Range;

use self::candidate::{Candidate, starts_path};
use self::context::{Before, has_line_number};
use self::kind::Root;
use self::style::Style;
use self::windows::{drive, drive_length, linux_of_windows, server};
use super::common_name::{is_account, is_common};

/// The id of the rule, which is the placeholder's name too.
pub const ID: &str = "path";

/// The places of the paths in a text, in order.
pub fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(sign) = next_sign(text, at) {
        let candidate = candidate(text, sign);
        let end = candidate
            .as_ref()
            .map_or(sign, |candidate| candidate.place.end);
        // A place that is no path is not looked at again either, so that the time stays linear.
        at = end.max(sign + 1);
        if let Some(Candidate { place, tells: true }) = candidate {
            let from = found.last().map_or(0, |last| last.end);
            let place = place.start.max(from)..without_escape(text, place.end);
            found.push(place);
        }
    }
    found
}

/// Tells whether a folder of a session tells something, so that it is looked for wherever it stands.
pub fn is_telling(folder: &str) -> bool {
    let is_absolute =
        folder.starts_with('/') || folder.starts_with("\\\\") || drive_length(folder) > 0;
    let names = folder.split(['/', '\\']).filter(|name| !name.is_empty());
    is_absolute
        && names.count() >= 2
        && !kind::is_of_system(folder)
        && !(drive_length(folder) > 0 && kind::is_of_windows(folder))
}

/// All of the path that starts with a folder of the session at some place. `None` where what stands there is part of
/// something else.
pub fn of_folder(text: &str, folder: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..folder.start)?;
    if !starts_path(before) {
        return None;
    }
    let rest = text.get(folder.start..)?;
    let style = if rest.starts_with('/') {
        Style::Posix
    } else {
        Style::Windows
    };
    let root = folder.len();
    let goes_on = rest
        .get(root..)?
        .starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    let length = end::length(before, rest, root, style);
    (!goes_on).then(|| folder.start..without_escape(text, folder.start + length))
}

/// The name of the account in whose folder a path is.
pub fn account_of(path: &str) -> Option<String> {
    let decoded = percent::decoded(path);
    let slashed = decoded.replace('\\', "/");
    if let Some(rest) = slashed.strip_prefix('~') {
        let name = rest.split('/').next()?;
        return is_account(name).then(|| name.to_owned());
    }
    let mut names = slashed.split('/').filter(|name| !name.is_empty());
    names.find(|name| {
        [
            "home",
            "users",
            "用户",
            "benutzer",
            "utilisateurs",
            "documents and settings",
        ]
        .contains(&name.to_lowercase().as_str())
    })?;
    let name = names.next()?.trim_end_matches(':');
    let is_file = names.next().is_none() && kind::is_file_name(name);
    let is_of_name = |c: char| c.is_alphanumeric() || "._-+ '".contains(c);
    (!is_file && name.chars().all(is_of_name) && !is_common(name)).then(|| name.trim().to_owned())
}

fn next_sign(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(at..)?;
    let slash = memchr::memchr3(b'/', b'\\', b'%', bytes);
    let end = slash.unwrap_or(bytes.len());
    // `~jo/` stands before its slash.
    let tilde = bytes
        .get(..end)
        .and_then(|before| memchr::memchr(b'~', before));
    tilde.or(slash).map(|sign| at + sign)
}

fn candidate(text: &str, sign: usize) -> Option<Candidate> {
    match text.as_bytes().get(sign)? {
        b'/' => file_address(text, sign)
            .or_else(|| drive(text, sign))
            .or_else(|| linux_of_windows(text, sign))
            .or_else(|| posix(text, sign)),
        b'\\' => drive(text, sign).or_else(|| server(text, sign)),
        b'~' => of_account(text, sign),
        _ => percent_encoded(text, sign),
    }
}

fn posix(text: &str, start: usize) -> Option<Candidate> {
    let (before, rest) = text.split_at_checked(start)?;
    let first = rest.get(1..)?.chars().next()?;
    let is_name = first.is_alphanumeric() || "._@$-[(".contains(first) || !first.is_ascii();
    if !is_name
        || !(starts_path(before) || is_behind_host(before) || is_local(before, rest))
        || before.ends_with("</")
    {
        return None;
    }
    let length = end::length(before, rest, 1, Style::Posix);
    let path = rest.get(..length)?;
    let after = rest.get(length..).unwrap_or_default();
    Some(Candidate {
        place: before.len()..before.len() + length,
        tells: tells_posix(path, before, after),
    })
}

/// Tells whether a path of files stands in an address without a host, as in `sqlite:////home/jo/x`, or behind the
/// mark of a server for developers.
fn is_local(before: &str, rest: &str) -> bool {
    let is_address =
        before.ends_with("://") || before.ends_with(":///") || before.ends_with("/@fs");
    if !is_address {
        return false;
    }
    let mut names = rest.split('/').filter(|name| !name.is_empty());
    let (first, second) = (names.next().unwrap_or_default(), names.next());
    matches!(kind::root(first, second), Root::Files | Root::FilesOrRoute)
}

/// Tells whether a text ends in the host of an address whose path is one of that computer's files.
fn is_behind_host(before: &str) -> bool {
    const SCHEMES: [&str; 8] = [
        "vscode-remote",
        "vscode-file",
        "cursor-remote",
        "ssh",
        "sftp",
        "scp",
        "rsync",
        "nfs",
    ];
    const LONGEST: usize = 96;
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || "+-._@:%[]".contains(c);
    let host = before
        .chars()
        .rev()
        .take(LONGEST)
        .take_while(|c| is_of_host(*c));
    let address = before.len() - host.count();
    // The colon of a scheme belongs to its slashes.
    let scheme = before
        .get(..address)
        .and_then(|before| before.strip_suffix("://"));
    scheme.is_some_and(|scheme| {
        SCHEMES.iter().any(|known| {
            let outer = scheme.strip_suffix(known);
            outer.is_some_and(|outer| {
                !outer.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
            })
        })
    })
}

fn tells_posix(path: &str, before: &str, after: &str) -> bool {
    // A sign that stands for any file, as in `/src/**/*`, is no name of one.
    let is_name = |name: &&str| !name.chars().all(|c| c == '*');
    let mut names = path.split('/').filter(is_name);
    let first = names.next().unwrap_or_default();
    let second = names.next();
    let count = 1 + usize::from(second.is_some()) + names.clone().count();
    let last = names.next_back().or(second).unwrap_or(first);
    if second.is_none() || kind::is_of_system(path) {
        return false;
    }
    let before = Before::new(before);
    let is_file = || {
        !before.is_route()
            && (kind::is_file_name(last) || before.is_file() || has_line_number(after))
    };
    match kind::root(first, second) {
        Root::System => false,
        Root::Files => true,
        Root::FilesOrRoute => count > 2 || is_file() || !before.is_route(),
        Root::Maybe => is_file() || (count > 2 && !before.is_route()),
        Root::Unknown => is_file(),
    }
}

/// `file:///home/jo`, `file://server/x`, `vscode://file/home/jo`
fn file_address(text: &str, slash: usize) -> Option<Candidate> {
    const SCHEME: &str = "file:";
    let (before, rest) = text.split_at_checked(slash)?;
    let of_scheme = before.len().checked_sub(SCHEME.len());
    let is_scheme = of_scheme
        .and_then(|start| before.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case(SCHEME));
    let (start, root) = match of_scheme {
        Some(start) if is_scheme => {
            let slashes = rest
                .bytes()
                .take(4)
                .take_while(|byte| *byte == b'/')
                .count();
            (start, SCHEME.len() + slashes)
        }
        _ if before.ends_with("://file") => (before.len(), 1),
        _ => return None,
    };
    let (before, whole) = text.split_at_checked(start)?;
    let next = whole.get(root..)?.chars().next();
    if !next.is_some_and(|c| c.is_alphanumeric() || "._-%~".contains(c)) {
        return None;
    }
    // A drive's colon is no end.
    let drive = drive_length(whole.get(root..)?);
    let length = end::length(before, whole, root + drive, Style::Posix);
    let path = whole.get(root - 1..length)?;
    Some(Candidate {
        place: start..start + length,
        tells: drive > 0 || !kind::is_of_system(path),
    })
}

/// `~jo/x`, and `~/x`, which is the same as the whole path for those who know the account.
fn of_account(text: &str, start: usize) -> Option<Candidate> {
    const LONGEST: usize = 48;
    let (before, rest) = text.split_at_checked(start)?;
    let inside = rest.get(1..)?;
    let end = inside
        .char_indices()
        .take(LONGEST)
        .find(|(_, c)| "/\\".contains(*c));
    let name = inside.get(..end?.0)?;
    let slash = rest.get(1 + name.len()..)?.starts_with(['/', '\\']);
    let next = rest.get(2 + name.len()..)?.chars().next();
    // A file of settings that everybody has, such as `~/.ssh/config`, tells nothing.
    let is_name = next.is_some_and(|c| c.is_alphanumeric() || (c == '.' && !name.is_empty()));
    let is_home = name.is_empty() || is_account(name);
    if !slash || !is_name || !is_home || !starts_path(before) {
        return None;
    }
    let length = end::length(before, rest, 2 + name.len(), Style::Posix);
    Some(Candidate {
        place: before.len()..before.len() + length,
        tells: true,
    })
}

/// `%2Fhome%2Fjo`, `C%3A%5CUsers`
fn percent_encoded(text: &str, sign: usize) -> Option<Candidate> {
    let (before, rest) = text.split_at_checked(sign)?;
    let start = percent::start(before, rest)?;
    let whole = text.get(start..)?;
    let length = percent::length(whole);
    let decoded = percent::decoded(whole.get(..length)?);
    let decoded = decoded.strip_prefix("file://").unwrap_or(&decoded);
    let is_whole = find(decoded).first().is_some_and(|path| path.start <= 2);
    Some(Candidate {
        place: start..start + length,
        tells: is_whole,
    })
}

/// The end of a path without the backslash of an escaped quote behind it.
fn without_escape(text: &str, end: usize) -> usize {
    let is_quoted = text
        .get(end..)
        .is_some_and(|rest| rest.starts_with(['"', '\'']));
    match text.get(..end) {
        Some(path) if is_quoted => path.trim_end_matches('\\').len(),
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<&str> {
        find(text)
            .into_iter()
            .map(|place| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn paths_are_found_in_every_notation() {
        for path in [
            "/home/jo/acme/x.ts",
            "/Users/王伟/项目",
            "/srv/acme",
            r"C:\Kunden\Meier",
            r"C:\\Kunden\\Meier",
            "D:/Kunden/Meier",
            r"\\files\Kunden\Müller",
            r"\\\\files\\Kunden",
            r"\\?\C:\Kunden\x",
            r"\\?\UNC\files\Kunden",
            r"\\wsl$\Ubuntu\home\jo",
            "//wsl.localhost/Ubuntu/home/jo",
            "file:///home/jo/x",
            "file:///C:/Users/jo/x",
            "~jo/x",
            "~/acme/x",
            "%2Fhome%2Fjo%2Fx",
            "C%3A%5CUsers%5Cjo",
            "/acme/x.rs",
        ] {
            for (before, after) in [
                ("", ""),
                ("see ", " now"),
                ("\"", "\""),
                ("在", "，"),
                ("(", "),"),
                ("`", "`"),
            ] {
                let text = format!("{before}{path}{after}");
                assert_eq!(paths(&text), [path], "{text}");
            }
        }
        assert_eq!(paths("cc -I/home/jo/x -L/srv/y"), ["/home/jo/x", "/srv/y"]);
        assert_eq!(
            paths("webpack:///home/jo/x, http://[::1]/@fs/home/jo/y, webpack:///src/z.ts"),
            ["/home/jo/x", "/home/jo/y"]
        );
        assert_eq!(
            paths("vscode-remote://wsl+ubuntu/home/jo/x"),
            ["/home/jo/x"]
        );
        assert_eq!(paths("cat /acme/x; /acme/y:3:1"), ["/acme/x", "/acme/y"]);
    }

    #[test]
    fn what_is_no_path_stays() {
        for text in [
            "/dev/null",
            "/usr/bin/env",
            "/etc/hosts",
            "GET /api/users/42",
            "href=\"/docs/x\"",
            "2026/11/27",
            "and/or",
            "image/png",
            "@scope/name",
            "https://example.com/home/jo/x",
            r"\d+\w\\s",
            r"\\d\\w",
            "/a\\/b/g",
            "a / b",
            "fetch(\"/data/list/all\")",
            r"C:\Windows\System32",
            "[x](/docs/y.md)",
            "user/repo#1",
            "s3://home/jo/x",
            "~/.ssh/config",
            "\"/src/**/*\"",
            "group%2Fproject",
            "100%25",
            r"\\.\pipe\docker",
        ] {
            assert_eq!(paths(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn the_account_is_that_of_the_folder() {
        for (path, name) in [
            ("/home/jo/x", Some("jo")),
            (r"C:\\Users\\Jan Kowalski\\x", Some("Jan Kowalski")),
            ("%2FUsers%2Fjo%2Fx", Some("jo")),
            ("~jo/x", Some("jo")),
            ("/home/王/x", Some("王")),
            ("/home/readme.rs", None),
            ("/Users/Shared/x", None),
            ("/srv/x", None),
        ] {
            assert_eq!(account_of(path).as_deref(), name, "{path}");
        }
    }
}
