//! E-mail addresses in any script.

use std::ops::Range;

use super::found::Found;
use crate::redact::words::is_unspaced;

/// The id of the rule.
pub const ID: &str = "email";

/// How long the two sides of an address are at most, in characters.
const LONGEST: usize = 64;
const LONGEST_DOMAIN: usize = 253;

/// Servers on which everybody's account is `git`.
pub const FORGES: &[&str] = &[
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "gitee.com",
    "ssh.dev.azure.com",
    "git.sr.ht",
    "ssh.github.com",
    "gist.github.com",
    "altssh.gitlab.com",
    "gitcode.com",
    "e.coding.net",
];

/// Adds the addresses in a text.
pub fn find(text: &str, found: &mut Vec<Found>) {
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        if let Some(place) = address_at(text, at) {
            found.push((place, ID));
        }
    }
}

fn address_at(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, rest) = text.split_at_checked(at)?;
    let after = rest.get(1..)?;
    let local = local_length(before);
    let domain = domain_length(after)?;
    let (name, host) = (before.get(before.len() - local..)?, after.get(..domain)?);
    let is_of_forge = name == "git" && FORGES.contains(&host);
    // `logo@2x.png` is a picture, and `tool@v1.2.rc` a version.
    let first = host.split('.').next()?;
    let is_number = |label: &str| {
        let label = label.strip_prefix('v').unwrap_or(label);
        let digits = label.trim_end_matches('x');
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_found = local > 0 && !is_of_forge && !is_number(first);
    (is_found && !is_user_info(before)).then(|| at - local..at + 1 + domain)
}

/// Tells whether a text ends in the account of an address, with a password or not: `https://jo`, `ssh://jo:x`.
fn is_user_info(before: &str) -> bool {
    let start = before.floor_char_boundary(before.len().saturating_sub(320));
    let near = before.get(start..).unwrap_or_default();
    let authority = near.rsplit_once("://").map(|(_, authority)| authority);
    authority.is_some_and(|authority| {
        !authority.contains(|c: char| c.is_whitespace() || "/?#\"'<>`".contains(c))
    })
}

/// The length of the name before the `@`, in bytes. Scripts without blanks and others do not make one name.
fn local_length(before: &str) -> usize {
    let is_of_name = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let is_cjk = before.chars().next_back().is_some_and(is_unspaced);
    let mut length = 0;
    for (count, c) in before.chars().rev().enumerate() {
        let is_other = c.is_alphabetic() && is_unspaced(c) != is_cjk && (is_cjk || is_unspaced(c));
        if !is_of_name(c) || is_other || count == LONGEST {
            break;
        }
        length += c.len_utf8();
    }
    let name = before.get(before.len() - length..).unwrap_or_default();
    let name = name.trim_start_matches(['.', '\'', '%', '-', '+']);
    // `\n` in a string is no letter of a name.
    let outer = before.get(..before.len() - name.len()).unwrap_or_default();
    let is_escape = outer.ends_with('\\') && name.starts_with(['n', 't', 'r']);
    name.len() - usize::from(is_escape && name.len() > 1)
}

/// The length of the domain, which has two names or more and ends in one of letters.
fn domain_length(after: &str) -> Option<usize> {
    let mut end = 0;
    let mut labels = 0;
    let mut whole = None;
    let near = after.floor_char_boundary(after.len().min(LONGEST_DOMAIN));
    let near = after.get(..near)?;
    loop {
        let rest = near.get(end..)?;
        let label = label_length(rest);
        let name = rest.get(..label)?;
        if label == 0 || name.starts_with('-') || name.ends_with('-') {
            break;
        }
        labels += 1;
        end += label;
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        let is_top = letters == name.chars().count() && letters >= 2 || name.starts_with("xn--");
        if labels >= 2 && is_top {
            whole = Some(end);
        }
        match near.get(end..)?.strip_prefix(['.', '。']) {
            Some(next) if next.chars().next().is_some_and(char::is_alphanumeric) => {
                end = near.len() - next.len();
            }
            _ => break,
        }
    }
    // The text behind the last name may make a version of it, as in `foo@1.2.3-rc.1`.
    whole.filter(|whole| {
        *whole == end || !near.get(*whole..).is_some_and(|rest| rest.starts_with('.'))
    })
}

/// The length of a name of a domain. One of Latin letters ends where Chinese text goes on.
fn label_length(text: &str) -> usize {
    let first = text.chars().next().is_some_and(is_unspaced);
    let is_of_label = |c: char| {
        let is_same = !c.is_alphabetic() || is_unspaced(c) == first;
        (c.is_alphanumeric() && is_same) || c == '-'
    };
    text.len() - text.trim_start_matches(is_of_label).len()
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
    fn addresses_are_found_in_any_script() {
        for address in [
            "jordan.doe@example.com",
            "a+b@x-y.co.uk",
            "用户@例子.公司",
            "почта@пример.рф",
            "jürgen@müller.de",
            "o'neil@example.ie",
            "jo@xn--mller-kva.de",
        ] {
            for (before, after) in [
                ("", ""),
                ("<", ">"),
                ("mailto:", "?x"),
                ("**", "**."),
                ("\"", "\""),
                ("(", ")"),
            ] {
                let text = format!("{before}{address}{after}");
                assert_eq!(addresses(&text), [address], "{text}");
            }
        }
        assert_eq!(addresses("邮箱是jo@example.com的"), ["jo@example.com"]);
    }

    #[test]
    fn packages_versions_and_pictures_are_no_addresses() {
        for text in [
            "@scope/package@1.2.3",
            "react@18.2.0",
            "logo@2x.png",
            "git@github.com:a/b",
            "tool@v1.2.rc",
            "a@b",
            "@media.x",
            "https://jo@git.example.com/x",
            "postgres://a:b@db.example.com",
            "x@latest",
            "pkg@1.0.0-beta.rc",
        ] {
            assert_eq!(addresses(text), Vec::<&str>::new(), "{text}");
        }
    }
}
