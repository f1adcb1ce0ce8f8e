//! Home folders, user names, and the terms that a caller names.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::{Regex, RegexBuilder};

use crate::model::SessionTree;
use crate::options::{RedactLevel, RedactOptions};

/// The placeholder's name for a caller's term.
pub const TERM_ID: &str = "redact-term";
/// The placeholder's name for a user's name.
pub const USER_ID: &str = "user-name";

/// Replaces the home folder by `~` in every form that it takes, and names by placeholders.
pub struct People {
    homes: Option<AhoCorasick>,
    terms: Option<Regex>,
    users: Option<Regex>,
}

impl People {
    /// Learns the home folders from the options and from the folders that the session names. These
    /// are known to be folders, so a home folder in them is recognised by its form, also where the
    /// session comes from another computer.
    pub fn new(tree: &SessionTree, options: &RedactOptions) -> Self {
        let mut homes: BTreeSet<String> = options
            .home_folders
            .iter()
            .map(|home| trim_separators(home))
            .collect();
        let of_sessions = tree
            .sessions
            .iter()
            .filter_map(|session| session.info.directory.as_ref());
        homes.extend(
            of_sessions
                .chain(&tree.folders)
                .filter_map(|folder| home_of(folder)),
        );
        homes.retain(|home| home.chars().count() > 2);
        let users: Vec<String> = homes.iter().filter_map(|home| user_name(home)).collect();
        let forms: BTreeSet<String> = homes.iter().flat_map(|home| home_forms(home)).collect();
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(&forms)
            .ok();
        Self {
            homes: automaton.filter(|_| !forms.is_empty() && options.level > RedactLevel::Off),
            terms: any_of(&options.terms, false),
            users: if options.level == RedactLevel::Strict {
                any_of(&users, true)
            } else {
                None
            },
        }
    }

    /// Shows home folders as `~`. `None` where there is none.
    pub fn replace_homes(&self, text: &str) -> Option<String> {
        let automaton = self.homes.as_ref()?;
        let mut result = String::new();
        let mut copied = 0;
        for found in automaton.find_iter(text) {
            // `/Users/jo` is no home in `/Users/john`, in `/Users/jo.doe` and in `x/Users/jo`;
            // `</root>` is a tag.
            let mut rest = text.get(found.end()..).unwrap_or_default().chars();
            let next = rest.next();
            let goes_on = next.is_some_and(is_name_character)
                || (next == Some('.') && rest.next().is_some_and(char::is_alphanumeric));
            let before = text
                .get(..found.start())
                .and_then(|before| before.chars().next_back());
            if goes_on || before.is_some_and(|c| c.is_alphanumeric() || c == '<') {
                continue;
            }
            result.push_str(text.get(copied..found.start()).unwrap_or_default());
            result.push('~');
            copied = found.end();
        }
        if copied == 0 {
            return None;
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        Some(result)
    }

    /// The places of terms and user names, with the placeholder's name.
    pub fn find(&self, text: &str) -> Vec<(std::ops::Range<usize>, &'static str)> {
        let mut found = Vec::new();
        for (pattern, rule) in [(&self.terms, TERM_ID), (&self.users, USER_ID)] {
            let Some(pattern) = pattern else { continue };
            found.extend(
                pattern
                    .captures_iter(text)
                    .filter_map(|captures| captures.get(1))
                    .map(|hit| (hit.range(), rule)),
            );
        }
        found
    }
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn trim_separators(path: &str) -> String {
    path.trim_end_matches(['/', '\\']).to_owned()
}

/// A pattern for any of some exact strings, in any case.
fn any_of(terms: &[String], only_whole_words: bool) -> Option<Regex> {
    let mut terms: Vec<&str> = terms
        .iter()
        .map(|term| term.trim())
        .filter(|term| !term.is_empty())
        .collect();
    if terms.is_empty() {
        return None;
    }
    // The longest first: of two terms that start together, all of the longer one goes.
    terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
    let alternatives = terms
        .iter()
        .map(|term| regex::escape(term))
        .collect::<Vec<_>>()
        .join("|");
    let pattern = if only_whole_words {
        format!(r"(?:^|[^A-Za-z0-9])({alternatives})(?:$|[^A-Za-z0-9])")
    } else {
        format!("({alternatives})")
    };
    RegexBuilder::new(&pattern)
        .case_insensitive(true)
        .build()
        .ok()
}

/// The last folder of a home folder, unless it is too common a word to take out everywhere.
fn user_name(home: &str) -> Option<String> {
    let name = home.rsplit(['/', '\\']).next()?;
    let is_common = ["root", "user", "users", "home", "admin", "ubuntu", "runner"].contains(&name);
    (name.chars().count() >= 2 && !is_common).then(|| name.to_owned())
}

#[expect(clippy::expect_used, reason = "constant patterns, proved by the tests")]
fn home_of(directory: &str) -> Option<String> {
    static HOME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?:((?:/[^/]+){0,6}?/(?:home|Users)(?:/users)?/[^/]+)(?:/|$)",
            r"|((?i:[a-z]:[\\/]Users[\\/][^\\/]+))(?:[\\/]|$)",
            r"|(/root)(?:/|$))"
        ))
        .expect("the pattern is valid")
    });
    let captures = HOME.captures(directory)?;
    let home = captures.iter().skip(1).flatten().next()?;
    Some(home.as_str().to_owned())
}

/// Every way in which a home folder is written: with either slash, escaped in JSON once or twice,
/// as a `file:` URL, percent-encoded, and as other systems mount a Windows drive.
fn home_forms(home: &str) -> Vec<String> {
    let mut forms = vec![home.to_owned()];
    let slashed = home.replace('\\', "/");
    let drive = slashed
        .split_once(":/")
        .filter(|(drive, _)| drive.len() == 1);
    if let Some((drive, rest)) = drive {
        let drive = drive.to_ascii_lowercase();
        forms.push(home.replace('/', "\\"));
        forms.push(home.replace('/', "\\").replace('\\', "\\\\"));
        forms.push(home.replace('/', "\\").replace('\\', "\\\\\\\\"));
        forms.push(format!("/{slashed}"));
        forms.push(format!("/{drive}%3A/{rest}"));
        forms.push(format!("/mnt/{drive}/{rest}"));
        forms.push(format!("/{drive}/{rest}"));
    }
    forms.push(slashed);
    let encoded: Vec<String> = forms.iter().map(|form| percent_encode(form)).collect();
    forms.extend(encoded);
    forms
}

fn percent_encode(path: &str) -> String {
    path.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"/\\:-_.~%+@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(home: &str, level: RedactLevel, terms: &[&str]) -> People {
        let options = RedactOptions {
            level,
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            home_folders: vec![home.to_owned()],
        };
        People::new(&SessionTree::default(), &options)
    }

    fn shown(home: &str, text: &str) -> String {
        people(home, RedactLevel::Secrets, &[])
            .replace_homes(text)
            .unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn the_home_folder_is_a_tilde_in_every_form() {
        let posix = "/Users/jo doe";
        for (text, expected) in [
            ("/Users/jo doe/code", "~/code"),
            ("file:///Users/jo%20doe/a.txt", "file://~/a.txt"),
            ("/Users/jo doery", "/Users/jo doery"),
            ("x/Users/jo doe", "x/Users/jo doe"),
        ] {
            assert_eq!(shown(posix, text), expected);
        }
        let windows = r"C:\Users\jo";
        for (text, expected) in [
            (r"C:\Users\jo\code", r"~\code"),
            (r"c:\users\jo", "~"),
            (r#""C:\\Users\\jo\\code""#, r#""~\\code""#),
            ("C:/Users/jo/code", "~/code"),
            ("file:///C:/Users/jo/code", "file://~/code"),
            ("file:///c%3A/Users/jo/code", "file://~/code"),
            ("/mnt/c/Users/jo/code", "~/code"),
            ("/c/Users/jo/code", "~/code"),
            (r"C:\Users\john", r"C:\Users\john"),
        ] {
            assert_eq!(shown(windows, text), expected);
        }
    }

    #[test]
    fn a_home_is_recognised_in_a_session_folder() {
        for (directory, home) in [
            ("/home/jo/code", Some("/home/jo")),
            (
                "/srv/office/home/users/jo/code",
                Some("/srv/office/home/users/jo"),
            ),
            ("/Users/jo", Some("/Users/jo")),
            (r"D:\Users\jo\x", Some(r"D:\Users\jo")),
            ("/root/work", Some("/root")),
            ("/work/acme", None),
        ] {
            assert_eq!(home_of(directory).as_deref(), home, "{directory}");
        }
    }

    #[test]
    fn terms_are_found_in_any_case_and_users_as_words() {
        let people = people("/home/jo", RedactLevel::Strict, &["Größe", "Acme Corp"]);
        let rules = |text| {
            people
                .find(text)
                .into_iter()
                .map(|(_, rule)| rule)
                .collect::<Vec<_>>()
        };
        assert_eq!(rules("GRÖSSE größe ACME CORP"), [TERM_ID, TERM_ID]);
        assert_eq!(rules("jo@host, Jo and job"), [USER_ID, USER_ID]);
    }
}
