//! The home folder, shown as `~` in every form that it takes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::Regex;

use super::token_bounds::is_bounded;
use super::words::is_unspaced;

/// Replaces home folders by `~`.
pub struct HomeFolders {
    automaton: Option<AhoCorasick>,
}

impl HomeFolders {
    /// Takes home folders as a system writes them.
    pub fn new<'h>(homes: impl IntoIterator<Item = &'h String>) -> Self {
        let forms: BTreeSet<String> = homes
            .into_iter()
            .flat_map(|home| home_forms(home))
            .collect();
        let build = || {
            AhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .ascii_case_insensitive(true)
                .build(&forms)
                .ok()
        };
        Self {
            automaton: if forms.is_empty() { None } else { build() },
        }
    }

    /// Shows home folders as `~`. `None` where there is none.
    pub fn replace(&self, text: &str) -> Option<String> {
        let automaton = self.automaton.as_ref()?;
        let mut result = String::new();
        let mut copied = 0;
        for found in automaton.find_iter(text) {
            let (before, rest) = text.split_at_checked(found.end())?;
            // `</root>` is a tag, and `x/Users/jo` no home.
            let is_start = is_bounded(text.as_bytes(), found.start())
                && !text
                    .get(..found.start())
                    .is_some_and(|before| before.ends_with('<'));
            if is_start && !goes_on(before, rest) {
                result.push_str(text.get(copied..found.start()).unwrap_or_default());
                result.push('~');
                copied = found.end();
            }
        }
        if copied == 0 {
            return None;
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        Some(result)
    }
}

/// Whether the name of a folder goes on: `/Users/jo` is no home in `/Users/john`, in
/// `/Users/jo.doe` and in `/Users/jo-doe`. In `/Users/jo的文件` it is one.
fn goes_on(before: &str, rest: &str) -> bool {
    let last = before.chars().next_back();
    let mut rest = rest.chars();
    let is_of_name = |c: char| {
        (c.is_alphanumeric() && (!is_unspaced(c) || last.is_some_and(is_unspaced)))
            || c == '_'
            || c == '-'
    };
    match rest.next() {
        Some('.') => rest.next().is_some_and(char::is_alphanumeric),
        next => next.is_some_and(is_of_name),
    }
}

/// The home folder that a folder is in, by its form.
#[expect(clippy::expect_used, reason = "constant patterns, proved by the tests")]
pub fn home_of(directory: &str) -> Option<String> {
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
    let mut forms = vec![home.to_owned(), home.replace('/', "\\")];
    let slashed = home.replace('\\', "/");
    let drive = slashed
        .split_once(":/")
        .filter(|(drive, _)| drive.len() == 1);
    if let Some((drive, rest)) = drive {
        let drive = drive.to_ascii_lowercase();
        forms.push(home.replace('/', "\\").replace('\\', "\\\\"));
        forms.push(home.replace('/', "\\").replace('\\', "\\\\\\\\"));
        forms.push(format!("/{slashed}"));
        forms.push(format!("/{drive}%3A/{rest}"));
        forms.push(format!("/mnt/{drive}/{rest}"));
        forms.push(format!("/cygdrive/{drive}/{rest}"));
        forms.push(format!("/{drive}/{rest}"));
    }
    // JSON may escape a slash, and a query escapes it.
    forms.push(slashed.replace('/', "\\/"));
    forms.push(slashed);
    let encoded = |form: &String| [percent_encode(form, b"/\\:"), percent_encode(form, b"")];
    let encoded: Vec<String> = forms.iter().flat_map(encoded).collect();
    forms.extend(encoded);
    forms
}

/// Encodes all but letters, digits, marks, and what is to be kept.
fn percent_encode(path: &str, keep: &[u8]) -> String {
    path.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~%+@".contains(&byte) || keep.contains(&byte) {
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

    fn shown(home: &str, text: &str) -> String {
        HomeFolders::new([&home.to_owned()])
            .replace(text)
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
            ("at\\n/Users/jo doe/code", "at\\n~/code"),
            ("在/Users/jo doe的文件", "在~的文件"),
            (r#""\/Users\/jo doe\/code""#, r#""~\/code""#),
            ("?file=%2FUsers%2Fjo%20doe%2Fa", "?file=~%2Fa"),
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
            ("/cygdrive/c/Users/jo/code", "~/code"),
            ("C%3A%5CUsers%5Cjo%5Ccode", "~%5Ccode"),
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
}
