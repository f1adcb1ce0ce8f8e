//! Names of computers: in prompts, in what a system prints of itself, and of private networks in addresses.

use std::ops::Range;

use regex::bytes::Captures;

use super::super::ids::HOST_ID;
use super::email::FORGES;
use super::found::Found;
use super::near::{Near, group};
use crate::redact::find::pattern::Pattern;

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

/// A variable that holds the name of the computer.
pub static HOST_VARIABLE: Near = Near {
    words: &["HOSTNAME", "COMPUTERNAME", "USERDOMAIN"],
    pattern: Pattern::new(concat!(
        r#"(?m)(?:^|[\s"'`;{,(])(?:HOSTNAME|COMPUTERNAME|USERDOMAIN)["']?[=:][ \t]?["']?"#,
        r#"([A-Za-z][A-Za-z0-9-]{2,62}(?:\.[A-Za-z0-9-]+)*)"#,
    )),
    judge: of_variable,
};
/// Lines in which systems name themselves: `Host Name:   DESKTOP-1`.
pub static HOST_LINE: Near = Near {
    words: &[
        "hostname",
        "host name",
        "computername",
        "computer name",
        "nodename",
        "node name",
    ],
    pattern: Pattern::new(concat!(
        r"(?mi)^[ \t]*(?:static hostname|host ?name|computer ?name|node ?name)[ \t]{0,30}:[ \t]{1,30}",
        r"([A-Za-z][A-Za-z0-9-]{2,62}(?:\.[A-Za-z0-9-]+)*)[ \t]*\r?$",
    )),
    judge: of_line,
};
/// The name that the command printed.
pub static HOST: Near = Near {
    words: &["hostname"],
    pattern: Pattern::new(
        r"(?m)(?:[$#%>]|\xe2\x9d\xaf)[ \t]*hostname\r?\n([A-Za-z0-9][A-Za-z0-9.-]{2,62})\r?$",
    ),
    judge: of_variable,
};
/// Hosts of a private network in an address.
pub static PRIVATE_HOST: Near = Near {
    words: &[
        ".local",
        ".internal",
        ".lan",
        ".corp",
        ".intra",
        ".home.arpa",
        ".fritz.box",
    ],
    pattern: Pattern::new(concat!(
        r"(?i)(?://|@|\b(?:ping|dig|host|nslookup|telnet|nc|ssh|curl|traceroute|mtr)[ \t](?:-[^\s]{1,20}[ \t]){0,4})",
        r"((?:[a-z0-9-]{1,63}\.){1,5}",
        r"(?:local|internal|lan|corp|intra|intranet|home\.arpa|localdomain|fritz\.box))(?:[:/\s?#]|[^a-z0-9.-]|$)",
    )),
    judge: of_address,
};
/// Names that systems make up of that of their user, or at random.
pub static COMPUTER: Near = Near {
    words: &["DESKTOP-", "LAPTOP-", "WIN-", "-Mac", "-iMac"],
    pattern: Pattern::new(concat!(
        r"(?:^|[^A-Za-z0-9-])((?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{7,11}",
        r"|[A-Z][A-Za-z]{1,30}-(?:MacBook|Mac|iMac)(?:-(?:Pro|Air|mini|Studio))?(?:-[0-9]{1,3})?(?:\.local)?)(?:[^A-Za-z0-9-]|$)",
    )),
    judge: of_first,
};

fn of_first(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    found.extend(group(text, groups, 1).map(|place| (place, HOST_ID)));
}

fn of_variable(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let place = group(text, groups, 1).and_then(|place| computer(text, place));
    found.extend(place.map(|place| (place, HOST_ID)));
}

fn of_line(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let is_telling = |place: &Range<usize>| text.get(place.clone()).is_some_and(is_telling_host);
    let place = group(text, groups, 1).filter(is_telling);
    found.extend(place.map(|place| (place, HOST_ID)));
}

fn of_address(text: &str, groups: &Captures, found: &mut Vec<Found>) {
    let is_own = |place: &Range<usize>| {
        let host = text
            .get(place.clone())
            .unwrap_or_default()
            .to_ascii_lowercase();
        !KNOWN_HOSTS.iter().any(|known| host.ends_with(known)) && !host.starts_with("example.")
    };
    let place = group(text, groups, 1).filter(is_own);
    found.extend(place.map(|place| (place, HOST_ID)));
}

/// Tells whether the name of a computer is no word: it has a number, a hyphen, a domain, or nothing but capitals.
pub fn is_telling_host(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_digit() || b"-.".contains(&byte);
    name.bytes().any(is_sign) || name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The host that somebody logs in to, unless it is everybody's, or a name that tells nothing such as `db`.
pub fn host_of_login(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let name = text.get(place.clone())?.trim_end_matches('.');
    let is_telling = name
        .bytes()
        .any(|byte| b".-".contains(&byte) || byte.is_ascii_digit());
    let is_known = FORGES.contains(&name) || KNOWN_HOSTS.contains(&name);
    let place = place.start..place.start + name.len();
    (is_telling && !is_known).then(|| computer(text, place))?
}

/// A place, unless what stands there is everybody's name for a computer, or an address.
pub fn computer(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let name = text.get(place.clone())?;
    let is_known = KNOWN_COMPUTERS.contains(&name.to_ascii_lowercase().as_str());
    let is_ip = name
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (!is_known && !is_ip && name.len() >= 2).then_some(place)
}
