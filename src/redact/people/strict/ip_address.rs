//! IP addresses of both kinds, and what only looks like one.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::found::Found;

/// The id of the rule.
pub const ID: &str = "ip-address";

/// The longest address in characters.
const LONGEST: usize = 45;

/// Adds the addresses in a text.
pub fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let is_of_address = |byte: &u8| byte.is_ascii_hexdigit() || b".:".contains(byte);
    let mut at = 0;
    while let Some(next) = memchr::memchr2(b'.', b':', bytes.get(at..).unwrap_or_default()) {
        let sign = at + next;
        let before = bytes.get(at..sign).unwrap_or_default();
        let start = sign
            - before
                .iter()
                .rev()
                .take_while(|byte| is_of_address(byte))
                .count();
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_of_address(byte)).count();
        at = start + length.max(1);
        let place = start..start + length;
        if length > 6
            && length <= LONGEST * 2
            && let Some(place) = address(text, &place)
        {
            found.push((place, ID));
        }
    }
}

fn address(text: &str, place: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..place.start)?;
    let after = text.get(place.end..)?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_escape = before.ends_with("\\n") || before.ends_with("\\t") || before.ends_with("\\r");
    if before.ends_with(word) && !is_escape || after.starts_with(word) {
        return None;
    }
    let run = text.get(place.clone())?;
    // A full stop or a colon of the sentence.
    let run = match run.strip_suffix("::") {
        Some(_) => run,
        None => run.trim_end_matches(['.', ':']),
    };
    if let Some(found) = v6(run, before, after) {
        return Some(place.start..place.start + found);
    }
    // `host:10.0.0.1:80`
    let mut at = place.start;
    for piece in run.split(':') {
        if let Ok(address) = piece.parse::<Ipv4Addr>() {
            let outer = text.get(..at)?;
            let place = at..at + piece.len();
            let goes_on = text.get(place.end..)?;
            let is_release = goes_on
                .strip_prefix(['-', '+'])
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
            let is_version = is_release || is_version(outer, address);
            return (tells_v4(address) && !is_version).then_some(place);
        }
        at += piece.len() + 1;
    }
    None
}

/// The length of an IPv6 address, without the number of a port behind it.
fn v6(run: &str, before: &str, after: &str) -> Option<usize> {
    let address: Ipv6Addr = run.parse().ok()?;
    let is_in_brackets = before.ends_with('[') && after.starts_with([']', '%']);
    let groups = run.split(':').filter(|group| !group.is_empty()).count();
    let first = run.split(':').next().unwrap_or_default();
    let is_mapped = address.to_ipv4_mapped().is_some();
    // `a::b` and `f32::E` are names of a program.
    let is_likely = is_mapped
        || groups >= 7
        || (first.len() == 4 && run.bytes().any(|byte| byte.is_ascii_digit()))
        || (groups >= 3 && first.len() >= 2);
    let tells = match address.to_ipv4_mapped() {
        Some(inner) => tells_v4(inner),
        None => !address.is_loopback() && !address.is_unspecified(),
    };
    (tells && (is_likely || is_in_brackets)).then_some(run.len())
}

/// Tells whether an address is that of somebody: not of the computer itself, a mask, or a server that everybody asks.
fn tells_v4(address: Ipv4Addr) -> bool {
    const KNOWN: [[u8; 4]; 6] = [
        [8, 8, 8, 8],
        [8, 8, 4, 4],
        [1, 1, 1, 1],
        [1, 0, 0, 1],
        [9, 9, 9, 9],
        [169, 254, 169, 254],
    ];
    let octets = address.octets();
    let is_mask = octets.first() == Some(&255);
    !(address.is_loopback() || octets.first() == Some(&0) || is_mask || KNOWN.contains(&octets))
}

/// Tells whether four numbers are a version by what stands before them.
fn is_version(before: &str, address: Ipv4Addr) -> bool {
    let start = before.floor_char_boundary(before.len().saturating_sub(48));
    let near = before.get(start..).unwrap_or_default();
    let line = near
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let tail =
        line.trim_end_matches([' ', '"', '\'', '`', ':', '=', '(', '~', '^', '>', '<', '\\']);
    let is_joined = |mark: char| {
        let name = line.strip_suffix(mark).unwrap_or_default();
        name.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    const WORDS: [&str; 14] = [
        "version",
        "versions",
        "ver",
        "v",
        "release",
        "driver",
        "build",
        "revision",
        "rev",
        "firmware",
        "upgrade from",
        "版本",
        "バージョン",
        "версия",
    ];
    let ends_with_word = |word: &&str| {
        let outer = tail.strip_suffix(*word);
        outer.is_some_and(|outer| !outer.ends_with(|c: char| c.is_alphanumeric()))
    };
    // `pkg@1.2.3.4`, `Edge/1.2.3.4`, `name-1.2.3.4.tar.gz`, `pkg==1.2.3.4`
    let is_product = is_joined('/') && !line.contains("://");
    let is_package = is_joined('@') && !(address.is_private() || is_login(&line)) || is_joined('-');
    is_product
        || is_package
        || line.ends_with("==")
        || line.ends_with(">=")
        || line.ends_with('^')
        || line.ends_with('~')
        || WORDS.iter().any(ends_with_word)
        || tail.ends_with("version\"")
}

/// `ssh jo@1.2.3.4`
fn is_login(line: &str) -> bool {
    ["ssh ", "scp ", "rsync ", "sftp ", "://"]
        .iter()
        .any(|command| line.contains(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found
            .into_iter()
            .map(|(place, _)| text.get(place).unwrap())
            .collect()
    }

    #[test]
    fn addresses_are_found() {
        for address in [
            "10.20.30.40",
            "203.0.113.9",
            "2001:db8:1:2:3:4:5:6",
            "fe80::1",
            "2001:db8::8a2e:370:7334",
            "::ffff:203.0.113.77",
            "::ffff:c0a8:102",
        ] {
            for (before, after) in [
                ("", ""),
                ("at ", "."),
                ("(", ")"),
                ("\"", "\""),
                ("http://[", "]:80/"),
                ("在", "，"),
                ("", "/24"),
            ] {
                let text = format!("{before}{address}{after}");
                assert_eq!(addresses(&text), [address], "{text}");
            }
        }
        assert_eq!(addresses("ssh jo@10.0.0.7:22"), ["10.0.0.7"]);
        assert_eq!(
            addresses("http://192.168.1.7:8080/x, inet fe80::1%eth0"),
            ["192.168.1.7", "fe80::1"]
        );
    }

    #[test]
    fn versions_times_and_names_of_programs_are_no_addresses() {
        for text in [
            "1.2.3",
            "11.19.1",
            "1.2.3.4.5",
            "10:20:30",
            "version 1.2.3.4",
            "v1.2.3.4",
            "pkg@1.2.3.4",
            "Edge/1.2.3.4",
            "pkg==1.2.3.4",
            "127.0.0.1:80",
            "0.0.0.0",
            "[::1]:80",
            "255.255.255.0",
            "a::b",
            "std::f32::E",
            "00:1a:2b:3c:4d:5e",
            "\"version\": \"1.2.3.4\"",
            "lib-1.2.3.4.jar",
            "10.0.19041.1",
            "1.2.3.4-rc1",
            "::",
            "x::",
            "8.8.8.8",
        ] {
            assert_eq!(addresses(text), Vec::<&str>::new(), "{text}");
        }
    }
}
