//! Names of accounts, people and computers where a text says that they are some: `uid=1000(jo)`, `USER=jo`,
//! `Author: Jo Doe <…>`, `jo@laptop:~$`, the owner in a listing of files.

use std::ops::Range;

use super::super::pattern::Pattern;
use super::super::people::{HOST_ID, USER_ID};
use super::super::words::is_unspaced;
use super::Found;
use super::common_name::{is_account, is_common};
use super::email::FORGES;

/// The id of an account on a server. It does not go elsewhere: such a name is often a word, as `report` is.
const LOGIN_ID: &str = "account-name";

/// `uid=1000(jo)`, and the other groups of the line.
static IDS: Pattern = Pattern::new(r"(?:[ug]id=|groups=|,)([0-9]{1,10})\(([^()\s,]{1,48})\)");
/// Ids below are of the system.
const FIRST_PERSON: u64 = 500;

static USER_VARIABLE: Pattern = Pattern::new(concat!(
    r#"(?m)(?:^|[\s"'`;{,(:])(?:USER|USERNAME|LOGNAME|SUDO_USER|GIT_AUTHOR_NAME|GIT_COMMITTER_NAME"#,
    r#"|(?i:git\.user\.name|user\.name|"author"))["']?[ \t]?[=: ][ \t]?["']?([^"'\r\n;&|,<>(){}]{1,64})"#,
));
static HOST_VARIABLE: Pattern = Pattern::new(concat!(
    r#"(?m)(?:^|[\s"'`;{,(])(?:HOSTNAME|COMPUTERNAME|USERDOMAIN)["']?[=:][ \t]?["']?"#,
    r#"([A-Za-z][A-Za-z0-9-]{2,62}(?:\.[A-Za-z0-9-]+)*)"#,
));
/// What systems print of themselves: `Host Name:   DESKTOP-1`.
static HOST_LINE: Pattern = Pattern::new(concat!(
    r"(?mi)^[ \t]*(?:static hostname|host ?name|computer ?name|node ?name)[ \t]{0,30}:[ \t]{1,30}",
    r"([A-Za-z][A-Za-z0-9-]{2,62}(?:\.[A-Za-z0-9-]+)*)[ \t]*\r?$",
));
/// What a command that asks for a name printed.
static WHO: Pattern = Pattern::new(
    r"(?m)(?:[$#%>]|\xe2\x9d\xaf)[ \t]*(?:whoami|logname|id -un)\r?\n([^\s<>()]{1,48})\r?$",
);
static HOST: Pattern = Pattern::new(
    r"(?m)(?:[$#%>]|\xe2\x9d\xaf)[ \t]*hostname\r?\n([A-Za-z0-9][A-Za-z0-9.-]{2,62})\r?$",
);
/// The owner and the group of a file.
static OWNERS: Pattern = Pattern::new(
    r"[bcdlps-][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-][.+@]?[ \t]+[0-9]+[ \t]+([^\s]{1,48})[ \t]+([^\s]{1,48})[ \t]+[0-9]",
);
/// `jo@laptop:~/x$`, `[jo@laptop x]$`, `jo@laptop x %`
static PROMPT: Pattern = Pattern::new(concat!(
    r#"(?m)(?:^|[\s"'`>(\[])([^\s@:/\\<>()\[\]{}"'`=,;|]{1,48})@([A-Za-z0-9][A-Za-z0-9_.-]{1,62})"#,
    r"(?::[^\s$#%>][^$#%>\r\n]{0,80}|:|[ \t][^\s\]$#%>]{1,60})\]?[ \t]?(?:[$#%>]|\xe2\x9d\xaf)(?:[ \t\r\n]|$)",
));
/// `ssh jo@host`
static LOGIN: Pattern = Pattern::new(concat!(
    r#"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)[ \t](?:[^\r\n|;&@]{0,120}[ \t"'])?"#,
    r#"([^\s@:/\\<>()\[\]{}"'`=,;|]{1,48})@([A-Za-z0-9][A-Za-z0-9_-]{1,62})(?:[^A-Za-z0-9._-]|$)"#,
));
/// `https://jo@host.example`, with a password or not.
static USER_INFO: Pattern = Pattern::new(concat!(
    r#"([A-Za-z][A-Za-z0-9+.-]{0,20})://([^\s@:/\\<>()\[\]{}"'`=,;|]{0,64})(?::[^\s@/]{0,256})?"#,
    r"@([A-Za-z0-9][A-Za-z0-9_.-]{1,252})",
));
/// Hosts of a private network in an address.
static PRIVATE_HOST: Pattern = Pattern::new(concat!(
    r"(?i)(?://|@|\b(?:ping|dig|host|nslookup|telnet|nc|ssh|curl|traceroute|mtr)[ \t](?:-[^\s]{1,20}[ \t]){0,4})",
    r"((?:[a-z0-9-]{1,63}\.){1,5}",
    r"(?:local|internal|lan|corp|intra|intranet|home\.arpa|localdomain|fritz\.box))(?:[:/\s?#]|[^a-z0-9.-]|$)",
));
/// Names that systems make up of that of their user, or at random.
static COMPUTER: Pattern = Pattern::new(concat!(
    r"(?:^|[^A-Za-z0-9-])((?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{7,11}",
    r"|[A-Z][A-Za-z]{1,30}-(?:MacBook|Mac|iMac)(?:-(?:Pro|Air|mini|Studio))?(?:-[0-9]{1,3})?(?:\.local)?)(?:[^A-Za-z0-9-]|$)",
));
/// A name before an e-mail address.
static MAIL: Pattern = Pattern::new(r"([^<>\r\n]{1,100}?)[ \t]?<([^<>\s@]{1,64})@[^<>\s@]{1,253}>");
/// A name where no address follows.
static AUTHOR: Pattern =
    Pattern::new(r"(?mi)^[ \t>*#-]{0,8}(?:author|committer)[ \t]?:[ \t]*([^<>\r\n@\[]{2,64})\r?$");

/// Hosts that are the same everywhere.
const KNOWN_HOSTS: &[&str] = &[
    "host.docker.internal",
    "gateway.docker.internal",
    "kubernetes.docker.internal",
    "metadata.google.internal",
    "host.containers.internal",
    "cluster.local",
    "localhost.localdomain",
];
const KNOWN_COMPUTERS: &[&str] = &[
    "localhost",
    "github",
    "gitlab",
    "bitbucket",
    "example",
    "host",
    "hostname",
    "server",
    "db",
    "redis",
    "postgres",
];

/// Adds the names in a text.
pub fn find(text: &str, found: &mut Vec<Found>) {
    let mut add = |place: Option<Range<usize>>, id: &'static str| {
        if let Some(place) = place.filter(|place| text.get(place.clone()).is_some()) {
            found.push((place, id));
        }
    };
    let account = |place: Range<usize>| {
        let name = text.get(place.clone()).unwrap_or_default();
        is_account(name).then_some(place)
    };
    for groups in IDS.captures_iter(text.as_bytes()) {
        let [id, name] = [1, 2].map(|number| groups.get(number).map(|group| group.range()));
        let id = id
            .and_then(|id| text.get(id)?.parse::<u64>().ok())
            .unwrap_or(0);
        let name = name.filter(|_| id >= FIRST_PERSON && id != 65534);
        add(name.and_then(account), USER_ID);
    }
    for place in each(&USER_VARIABLE, text) {
        add(value(text, place), USER_ID);
    }
    for place in each(&WHO, text) {
        add(account(place), USER_ID);
    }
    for groups in OWNERS.captures_iter(text.as_bytes()) {
        for number in [1, 2] {
            add(
                groups.get(number).and_then(|name| account(name.range())),
                USER_ID,
            );
        }
    }
    for place in each(&HOST_VARIABLE, text).chain(each(&HOST, text)) {
        add(computer(text, place), HOST_ID);
    }
    for place in each(&HOST_LINE, text) {
        let name = text.get(place.clone()).unwrap_or_default();
        add(Some(place).filter(|_| is_telling_host(name)), HOST_ID);
    }
    for place in each(&COMPUTER, text) {
        add(Some(place), HOST_ID);
    }
    for place in each(&PRIVATE_HOST, text) {
        let host = text
            .get(place.clone())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_known =
            KNOWN_HOSTS.iter().any(|known| host.ends_with(known)) || host.starts_with("example.");
        add(Some(place).filter(|_| !is_known), HOST_ID);
    }
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        for place in each(&AUTHOR, text) {
            add(full_name(text, place, true), USER_ID);
        }
        return;
    }
    for groups in PROMPT.captures_iter(text.as_bytes()) {
        let [user, host] = [1, 2].map(|number| groups.get(number).map(|group| group.range()));
        add(user.and_then(account), USER_ID);
        add(host.and_then(|host| computer(text, host)), HOST_ID);
    }
    for groups in LOGIN.captures_iter(text.as_bytes()) {
        let [user, host] = [1, 2].map(|number| groups.get(number).map(|group| group.range()));
        add(user.and_then(account), LOGIN_ID);
        add(host.and_then(|host| host_of_login(text, host)), HOST_ID);
    }
    for groups in USER_INFO.captures_iter(text.as_bytes()) {
        let [scheme, user, host] =
            [1, 2, 3].map(|number| groups.get(number).map(|group| group.range()));
        // The account of a database is that of a program.
        let is_of_person = scheme
            .and_then(|scheme| text.get(scheme))
            .is_some_and(|scheme| {
                let scheme = scheme.to_ascii_lowercase();
                let schemes = [
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
                schemes.contains(&scheme.as_str())
            });
        add(user.filter(|_| is_of_person).and_then(account), LOGIN_ID);
        add(host.and_then(|host| host_of_login(text, host)), HOST_ID);
    }
    for groups in MAIL.captures_iter(text.as_bytes()) {
        let account = groups.get(2).and_then(|account| text.get(account.range()));
        let is_person = account.is_some_and(|account| {
            let account = account.to_ascii_lowercase();
            ![
                "noreply",
                "no-reply",
                "donotreply",
                "notifications",
                "support",
                "info",
                "help",
                "hello",
                "bot",
            ]
            .contains(&account.as_str())
        });
        let name = groups.get(1).map(|name| name.range()).filter(|_| is_person);
        add(name.and_then(|name| full_name(text, name, false)), USER_ID);
    }
    for place in each(&AUTHOR, text) {
        add(full_name(text, place, true), USER_ID);
    }
}

/// The places of the one group of a pattern.
fn each(pattern: &'static Pattern, text: &str) -> impl Iterator<Item = Range<usize>> {
    let groups = pattern.captures_iter(text.as_bytes());
    groups.filter_map(|groups| Some(groups.get(1)?.range()))
}

/// Whether a name may be taken out wherever else it stands. `laptop` is the name of a computer and a word.
pub fn spreads(rule: &str, name: &str) -> bool {
    let is_name = !is_common(name) && name.chars().any(char::is_alphabetic);
    is_name && name.chars().count() <= 64 && (rule != HOST_ID || is_telling_host(name))
}

/// Whether the name of a computer is no word: it has a number, a hyphen, a domain, or nothing but capitals.
fn is_telling_host(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_digit() || b"-.".contains(&byte);
    name.bytes().any(is_sign) || name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The value of a variable: a word, or the words of a name where these are all of the line.
fn value(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let value = text.get(place.clone())?;
    let trimmed = value.trim();
    let start = place.start + (value.len() - value.trim_start().len());
    let is_name = |name: &str| {
        name.split(' ')
            .all(|word| is_name_word(word) && is_name_text(word))
    };
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

/// The host that somebody logs in to, unless it is everybody's, or a name that tells nothing such as `db`.
fn host_of_login(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let name = text.get(place.clone())?.trim_end_matches('.');
    let is_telling = name
        .bytes()
        .any(|byte| b".-".contains(&byte) || byte.is_ascii_digit());
    let is_known = FORGES.contains(&name) || KNOWN_HOSTS.contains(&name);
    let place = place.start..place.start + name.len();
    (is_telling && !is_known).then(|| computer(text, place))?
}

fn computer(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let name = text.get(place.clone())?;
    let is_known = KNOWN_COMPUTERS.contains(&name.to_ascii_lowercase().as_str());
    let is_ip = name
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (!is_known && !is_ip && name.len() >= 2).then_some(place)
}

/// The name at the end of a text, which a label, the start of the line or a word that is no name stands before.
fn full_name(text: &str, place: Range<usize>, is_all: bool) -> Option<Range<usize>> {
    const MOST_WORDS: usize = 5;
    let whole = text.get(place.clone())?;
    let trimmed = whole
        .trim_end()
        .trim_end_matches(['"', '\'', '\\'])
        .trim_end();
    let end = place.start + trimmed.len();
    let is_quoted = trimmed.len() < whole.trim_end().len();
    let marks: &[char] = if is_quoted {
        &['"', '\'', '[', ']']
    } else {
        &[
            ':', ';', ',', '"', '\'', '(', '[', ']', '{', '=', '|', '>', '*', '`', '：', '，',
            '。', '、',
        ]
    };
    let cut = trimmed.rfind(marks);
    let after = cut.and_then(|cut| {
        trimmed
            .get(cut..)?
            .char_indices()
            .nth(1)
            .map(|(next, _)| cut + next)
    });
    let candidate = trimmed.get(after.unwrap_or(0)..)?;
    let is_labelled =
        is_all || cut.is_some() || whole.len() == trimmed.len() && starts_line(text, place.start);
    let words: Vec<&str> = candidate.split_whitespace().collect();
    let run = words
        .iter()
        .rev()
        .take(MOST_WORDS)
        .take_while(|word| is_name_word(word) && is_name_text(word))
        .count();
    if run == 0 {
        // An account in lower case.
        let last = words
            .last()
            .filter(|_| is_labelled && words.len() == 1 && !is_all)?;
        return is_account(last).then(|| end - last.len()..end);
    }
    if is_all && (run < words.len() || run < 2) {
        return None;
    }
    let first = words.get(words.len() - run)?;
    // Of the words that are left the first stands where the run starts.
    let start = start_of_run(candidate, run)?;
    let name = candidate.get(start..)?.trim();
    let is_label = |word: &str| ["Author", "Committer", "From", "To", "Cc", "By"].contains(&word);
    if is_label(first) && run > 1 {
        let rest = candidate.get(start + first.len()..)?.trim_start();
        return Some(end - rest.len()..end);
    }
    (!is_common(name)).then(|| end - name.len()..end)
}

fn starts_line(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_none_or(|before| before.is_empty() || before.ends_with('\n'))
}

/// Where the last `run` words of a text start.
fn start_of_run(text: &str, run: usize) -> Option<usize> {
    let mut rest = text.trim_end();
    for _ in 1..run {
        rest = rest.get(..rest.rfind(char::is_whitespace)?)?.trim_end();
    }
    Some(rest.rfind(char::is_whitespace).map_or(0, |blank| {
        let c = rest.get(blank..).and_then(|rest| rest.chars().next());
        blank + c.map_or(1, char::len_utf8)
    }))
}

/// Whether a word is written as a name of a person is: with a capital, or in a script that has none.
fn is_name_word(word: &str) -> bool {
    const PARTICLES: [&str; 14] = [
        "de", "da", "del", "der", "den", "van", "von", "di", "la", "le", "bin", "al", "dos", "y",
    ];
    let first = word.chars().next();
    first.is_some_and(|c| {
        c.is_uppercase() || is_unspaced(c) || (c.is_alphabetic() && !c.is_lowercase())
    }) || PARTICLES.contains(&word)
}

fn is_name_text(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphabetic() || ".-'’·".contains(c) || !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.sort_by_key(|(place, _)| (place.start, place.end));
        found.dedup();
        found
            .into_iter()
            .map(|(place, _)| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn names_are_found_where_a_text_says_that_they_are_some() {
        for (text, expected) in [
            (
                "uid=1000(jo) gid=1000(jo) groups=1000(jo),27(sudo)",
                &["jo", "jo", "jo"][..],
            ),
            ("USER=jo\nSHELL=/bin/sh", &["jo"]),
            ("export LOGNAME='mirelle'", &["mirelle"]),
            ("USERNAME=Jan Kowalski\r\nOS=x", &["Jan Kowalski"]),
            ("\"USER\": \"jo\"", &["jo"]),
            ("Host Name:        BUREAU-12", &["BUREAU-12"]),
            ("COMPUTERNAME=BUREAU12", &["BUREAU12"]),
            ("Author: Marta Nowak <m@acme.example>", &["Marta Nowak"]),
            ("    Author: Marta Nowak", &["Marta Nowak"]),
            ("Signed-off-by: 王小明 <x@y.example>", &["王小明"]),
            ("mail Jo Doe <jo@x.example> now", &["Jo Doe"]),
            ("author jo <jo@x.example> 17", &[]),
            ("\"author\": \"Jo van Dyk <jo@x.example>\"", &["Jo van Dyk"]),
            ("git config user.name \"Jo Doe\"", &["Jo Doe"]),
            ("drwxr-xr-x 2 tomasz staff 64 Nov 1", &["tomasz"]),
            ("jo@laptop7:~/x$ ls", &["jo", "laptop7"]),
            ("[jo@laptop7 x]$ ls", &["jo", "laptop7"]),
            ("jo@Jos-MacBook-Pro x % ls", &["jo", "Jos-MacBook-Pro"]),
            ("root@db-1:/# ls", &["db-1"]),
            ("ssh petra@build-3 ls", &["petra", "build-3"]),
            (
                "https://jkow@git.acme.example/x.git",
                &["jkow", "git.acme.example"],
            ),
            (
                "postgres://report:x@db.acme.example:5432/report",
                &["db.acme.example"],
            ),
            ("http://git.acme.internal:8080/x", &["git.acme.internal"]),
            ("$ whoami\njolanda\n$", &["jolanda"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn accounts_of_services_and_words_of_programs_are_no_names() {
        for text in [
            "uid=0(root) gid=0(root)",
            "uid=33(www-data)",
            "USER=root",
            "USER=$USER",
            "DB_USER=acme",
            "USER node",
            "Co-Authored-By: Claude <noreply@anthropic.com>",
            "-rw-r--r-- 1 root root 3 Nov",
            "git@github.com:a/b",
            "http://host.docker.internal:80/",
            "http://db:5432/",
            "postgres://report@localhost/report",
            "https://x-access-token@github.com/a",
            "Author: string",
            "user: USERNAME: string",
            "USER=[redacted:user-name#1]",
            "Author: [redacted:user-name#1] <[redacted:email#1]>",
            "[redacted:user-name#1]@[redacted:host-name#1]:~$ ls",
            "HOSTNAME=localhost",
            "hostname: string",
            "  hostname: string;",
            "hostname: localhost",
            "List<T> x@y",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }
}
