//! Names of accounts: `uid=1000(jo)`, `USER=jo`, `jo@laptop:~$`, the owner in a listing of files.

use std::ops::Range;

use regex::bytes::Captures;

use super::super::ids::{HOST_ID, USER_ID};
use super::common_name::{is_account, is_common};
use super::computer::{computer, host_of_login, is_telling_host};
use super::found::Found;
use super::near::{Near, group};
use super::person::is_name;
use crate::redact::find::pattern::Pattern;

/// The id of an account on a server. It does not go elsewhere: such a name is often a word, as `report` is.
pub const LOGIN_ID: &str = "account-name";

/// Ids below are of the system.
const FIRST_PERSON: u64 = 500;
/// `nobody`
const NOBODY: u64 = 65534;

/// `uid=1000(jo)`, and the other groups of the line.
pub static IDS: Near = Near {
    words: &["id=", "groups="],
    pattern: Pattern::new(r"(?:[ug]id=|groups=|,)([0-9]{1,10})\(([^()\s,]{1,48})\)"),
    judge: of_id,
};
/// A variable that holds the name of an account.
pub static USER_VARIABLE: Near = Near {
    words: &[
        "USER=",
        "USER:",
        "USER\"",
        "USER'",
        "USERNAME",
        "LOGNAME",
        "user.name",
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_NAME",
        "\"author\"",
        "SUDO_USER",
    ],
    pattern: Pattern::new(concat!(
        r#"(?m)(?:^|[\s"'`;{,(:])(?:USER|USERNAME|LOGNAME|SUDO_USER|GIT_AUTHOR_NAME|GIT_COMMITTER_NAME"#,
        r#"|(?i:git\.user\.name|user\.name|"author"))["']?[ \t]?[=: ][ \t]?["']?([^"'\r\n;&|,<>(){}]{1,64})"#,
    )),
    judge: of_variable,
};
/// The name that a command such as `whoami` printed.
pub static WHO: Near = Near {
    words: &["whoami", "logname", "id -un"],
    pattern: Pattern::new(
        r"(?m)(?:[$#%>]|\xe2\x9d\xaf)[ \t]*(?:whoami|logname|id -un)\r?\n([^\s<>()]{1,48})\r?$",
    ),
    judge: of_first,
};
/// The owner and the group of a file.
pub static OWNERS: Near = Near {
    words: &[
        "-rw", "drwx", "lrwx", "-r-", "dr-x", "drw-", "srw", "prw", "crw", "brw",
    ],
    pattern: Pattern::new(
        r"[bcdlps-][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-][.+@]?[ \t]+[0-9]+[ \t]+([^\s]{1,48})[ \t]+([^\s]{1,48})[ \t]+[0-9]",
    ),
    judge: of_owners,
};
/// `jo@laptop:~/x$`, `[jo@laptop x]$`, `jo@laptop x %`
pub static PROMPT: Near = Near {
    words: &["@"],
    pattern: Pattern::new(concat!(
        r#"(?m)(?:^|[\s"'`>(\[])([^\s@:/\\<>()\[\]{}"'`=,;|]{1,48})@([A-Za-z0-9][A-Za-z0-9_.-]{1,62})"#,
        r"(?::[^\s$#%>][^$#%>\r\n]{0,80}|:|[ \t][^\s\]$#%>]{1,60})\]?[ \t]?(?:[$#%>]|\xe2\x9d\xaf)(?:[ \t\r\n]|$)",
    )),
    judge: of_prompt,
};
/// `ssh jo@host`
pub static LOGIN: Near = Near {
    words: &["ssh ", "scp ", "sftp ", "rsync ", "mosh ", "ssh-copy-id "],
    pattern: Pattern::new(concat!(
        r#"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)[ \t](?:[^\r\n|;&@]{0,120}[ \t"'])?"#,
        r#"([^\s@:/\\<>()\[\]{}"'`=,;|]{1,48})@([A-Za-z0-9][A-Za-z0-9._-]{1,252})(?:[^A-Za-z0-9._-]|$)"#,
    )),
    judge: of_login,
};
/// `https://jo@host.example`, with a password or not.
pub static USER_INFO: Near = Near {
    words: &["://"],
    pattern: Pattern::new(concat!(
        r#"([A-Za-z][A-Za-z0-9+.-]{0,20})://([^\s@:/\\<>()\[\]{}"'`=,;|]{0,64})(?::[^\s@/]{0,256})?"#,
        r"@([A-Za-z0-9][A-Za-z0-9_.-]{1,252})",
    )),
    judge: of_user_info,
};

/// Tells whether a name may be taken out wherever else it stands. `laptop` is the name of a computer and a word.
pub fn spreads(rule: &str, name: &str) -> bool {
    let is_name = !is_common(name) && name.chars().any(char::is_alphabetic);
    is_name && name.chars().count() <= 64 && (rule != HOST_ID || is_telling_host(name))
}

/// Adds what a group holds, where it is the name of an account.
fn add(text: &str, groups: &Captures, number: usize, id: &'static str, found: &mut Vec<Found>) {
    let place = group(text, groups, number);
    let is_name = |place: &Range<usize>| text.get(place.clone()).is_some_and(is_account);
    found.extend(place.filter(is_name).map(|place| (place, id)));
}

fn of_id(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let id = group(text, groups, 1).and_then(|id| text.get(id)?.parse::<u64>().ok());
    if id.is_some_and(|id| id >= FIRST_PERSON && id != NOBODY) {
        add(text, groups, 2, USER_ID, found);
    }
}

fn of_first(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    add(text, groups, 1, USER_ID, found);
}

fn of_owners(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    add(text, groups, 1, USER_ID, found);
    add(text, groups, 2, USER_ID, found);
}

fn of_variable(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let value = group(text, groups, 1).and_then(|place| value(text, place));
    found.extend(value.map(|place| (place, USER_ID)));
}

fn of_prompt(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    add(text, groups, 1, USER_ID, found);
    let host = group(text, groups, 2).and_then(|host| computer(text, host));
    found.extend(host.map(|place| (place, HOST_ID)));
}

fn of_login(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    add(text, groups, 1, LOGIN_ID, found);
    let host = group(text, groups, 2).and_then(|host| host_of_login(text, host));
    found.extend(host.map(|place| (place, HOST_ID)));
}

fn of_user_info(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    // The account of a database is that of a program.
    const OF_PERSONS: [&str; 12] = [
        "http",
        "https",
        "ssh",
        "git",
        "git+ssh",
        "git+https",
        "ftp",
        "sftp",
        "smb",
        "rsync",
        "vnc",
        "rdp",
    ];
    let scheme = group(text, groups, 1).and_then(|scheme| text.get(scheme));
    if scheme.is_some_and(|scheme| OF_PERSONS.contains(&scheme.to_ascii_lowercase().as_str())) {
        add(text, groups, 2, LOGIN_ID, found);
    }
    let host = group(text, groups, 3).and_then(|host| host_of_login(text, host));
    found.extend(host.map(|place| (place, HOST_ID)));
}

/// The value of a variable: a word, or the words of a name where these are all of the line.
fn value(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let value = text.get(place.clone())?;
    let trimmed = value.trim();
    let start = place.start + (value.len() - value.trim_start().len());
    if trimmed.contains(' ') && is_name(trimmed) && trimmed.split(' ').count() <= 4 {
        return Some(start..start + trimmed.len());
    }
    let word = trimmed.split([' ', '\t', '\\', '$', '[']).next()?;
    let is_whole = !trimmed.get(word.len()..)?.starts_with(['\\', '$', '[']);
    let is_type = [
        "string", "String", "str", "int", "boolean", "required", "env", "process",
    ]
    .contains(&word);
    (is_whole && !is_type && is_account(word)).then(|| start..start + word.len())
}
