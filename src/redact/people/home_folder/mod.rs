//! The home folder, shown as `~` in every form that it takes, and nothing else.
//!
//! A short one such as `/root` looks like parts of much else. So a home folder starts a path: it never stands
//! behind `/`, `.` or a drive, nor in the path of an address (`mysql://root@localhost`); `folder_or_route.rs` tells
//! one of a single name from a route. Systems that tell
//! `/home/Jo` from `/home/jo` are told by the form of the folder.

mod folder_or_route;
mod forms;
mod of_folder;
mod start;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::{Span, packed};

use self::forms::{forms_of, has_drive, is_slug};
pub use self::of_folder::home_of;
use self::start::starts_path;
use super::super::find::hit::NumberedPlace;
use super::super::find::keywords::Keywords;
use super::super::words::is_unspaced;

/// Replaces home folders by `~`.
///
/// Text is full of folders, and most sessions have one home folder or two, which end in the name of a user
/// in each of their forms. So what they end in is looked for first.
pub struct HomeFolders {
    endings: Vec<Ending>,
    /// The forms as they are written, on systems for which case matters.
    exact: BTreeSet<String>,
    /// The other forms, in lower case.
    any_case: BTreeSet<String>,
    search: HomeSearch,
}

/// Finds the endings in a text.
enum HomeSearch {
    /// By their first bytes, where these are few.
    Starts(packed::Searcher),
    Words(Keywords),
}

impl HomeSearch {
    fn new(endings: &[Ending]) -> Self {
        // As many as the library looks for at once.
        const MOST: usize = 64;
        let starts: BTreeSet<Vec<u8>> = endings.iter().flat_map(Ending::starts).collect();
        let mut builder = packed::Config::new().builder();
        let starts = (starts.len() <= MOST).then(|| builder.extend(starts).build());
        match starts.flatten() {
            Some(starts) => Self::Starts(starts),
            None => Self::Words(Keywords::new(
                endings.iter().map(|ending| ending.text.as_str()),
            )),
        }
    }
}

/// An ending of some forms of home folders.
struct Ending {
    /// In lower case.
    text: String,
    /// The starts of the forms before it, the longest first.
    befores: Vec<String>,
}

impl Ending {
    /// The bytes that it may start with, in each case.
    fn starts(&self) -> Vec<Vec<u8>> {
        const LENGTH: usize = 3;
        let start = self.text.bytes().take(LENGTH);
        start.fold(vec![Vec::new()], |starts, byte| {
            let cases = BTreeSet::from([byte, byte.to_ascii_uppercase()]);
            let with = |case: u8| {
                starts
                    .iter()
                    .map(move |start| [start, &[case][..]].concat())
            };
            cases.into_iter().flat_map(with).collect()
        })
    }

    /// Tells whether it stands at a place.
    fn is_at(&self, text: &[u8], place: &Range<usize>) -> bool {
        let found = text.get(place.clone());
        found.is_some_and(|found| found.eq_ignore_ascii_case(self.text.as_bytes()))
    }

    /// The places of the forms that end at one of this ending. One of them may be no start of a path, and the next
    /// be one: of `a/home/jo` it is `home/jo`.
    fn forms_at(&self, text: &[u8], place: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let end_of_form = place.end;
        let before = text.get(..place.start).unwrap_or_default();
        let form = move |form: &String| {
            let start = before.len().checked_sub(form.len())?;
            let end = before.get(start..)?;
            end.eq_ignore_ascii_case(form.as_bytes())
                .then_some(start..end_of_form)
        };
        self.befores.iter().filter_map(form)
    }
}

impl HomeFolders {
    /// Takes home folders as a system writes them.
    pub fn new<'h>(homes: impl IntoIterator<Item = &'h String>) -> Self {
        let (mut exact, mut any_case) = (BTreeSet::new(), BTreeSet::new());
        for home in homes {
            for form in forms_of(home) {
                if is_of_any_case(home) {
                    any_case.insert(form.to_ascii_lowercase());
                } else {
                    exact.insert(form);
                }
            }
        }
        let forms: BTreeSet<&String> = exact.iter().chain(&any_case).collect();
        let mut befores_of = BTreeMap::<String, Vec<String>>::new();
        for form in &forms {
            let (before, ending) = split_ending(form);
            let befores = befores_of.entry(ending.to_ascii_lowercase()).or_default();
            befores.push(before.to_owned());
        }
        let ending = |(text, mut befores): (String, Vec<String>)| {
            befores.sort_by_key(|before| std::cmp::Reverse(before.len()));
            Ending { text, befores }
        };
        let endings: Vec<Ending> = befores_of.into_iter().map(ending).collect();
        Self {
            search: HomeSearch::new(&endings),
            endings,
            exact,
            any_case,
        }
    }

    /// The endings of the forms of home folders, in lower case and by number, each of two or more bytes.
    pub fn endings(&self) -> impl Iterator<Item = &str> {
        self.endings.iter().map(|ending| ending.text.as_str())
    }

    /// Shows home folders as `~`. `None` where there is none.
    pub fn replace(&self, text: &str) -> Option<String> {
        if self.endings.is_empty() {
            return None;
        }
        let mut places = Vec::new();
        let mut add = |number, place| places.push((number, place));
        match &self.search {
            HomeSearch::Starts(starts) => self.find_by_starts(starts, text.as_bytes(), &mut add),
            HomeSearch::Words(words) => words.find(text.as_bytes(), &mut add),
        }
        self.replace_at(text, &places)
    }

    fn find_by_starts(
        &self,
        starts: &packed::Searcher,
        text: &[u8],
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let mut rest = Span::from(0..text.len());
        while let Some(start) = starts.find_in(text, rest) {
            for (number, ending) in self.endings.iter().enumerate() {
                let place = start.start()..start.start() + ending.text.len();
                if ending.is_at(text, &place) {
                    on_found(number, place);
                }
            }
            // One may start in the middle of another.
            rest.start = start.start() + 1;
        }
    }

    /// Tells whether a form stands at a place in its own case.
    fn is_form(&self, text: &str, place: &Range<usize>) -> bool {
        text.get(place.clone()).is_some_and(|found| {
            self.any_case.contains(&found.to_ascii_lowercase())
                || self.exact.contains(&with_large_escapes(found))
        })
    }

    /// The same where all places of the endings are known, by their numbers.
    pub fn replace_at(&self, text: &str, endings: &[NumberedPlace]) -> Option<String> {
        let mut places = Vec::with_capacity(endings.len());
        for (number, place) in endings {
            if let Some(ending) = self.endings.get(*number) {
                places.extend(ending.forms_at(text.as_bytes(), place));
            }
        }
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let places = places.into_iter().filter(|place| self.is_form(text, place));
        shortened(text, places)
    }
}

/// A text with `~` at those of some places that are home folders; they are in order. `None` where none is.
fn shortened(text: &str, places: impl Iterator<Item = Range<usize>>) -> Option<String> {
    // Making room once takes less time than growing again and again.
    let mut result = None;
    let mut copied = 0;
    for place in places.filter(|place| text.is_char_boundary(place.start)) {
        let Some((before, rest)) = text.split_at_checked(place.end) else {
            continue;
        };
        let form = text.get(place.clone()).unwrap_or_default();
        let ahead = text.get(..place.start).unwrap_or_default();
        let is_start = starts_path(ahead, form, rest);
        // In the name that a tool gives to a folder, the names of the folders in it follow.
        let goes_on = !(is_slug(form) && rest.starts_with('-')) && goes_on(before, rest);
        if place.start >= copied && is_start && !goes_on {
            let result = result.get_or_insert_with(|| String::with_capacity(text.len()));
            result.push_str(text.get(copied..place.start).unwrap_or_default());
            result.push('~');
            copied = place.end;
        }
    }
    let rest = text.get(copied..).unwrap_or_default();
    result.map(|result| result + rest)
}

/// Tells whether a home folder is of a system for which case does not matter: Windows or macOS.
fn is_of_any_case(home: &str) -> bool {
    has_drive(home) || home.starts_with("/Users/")
}

/// `%2f` as `%2F`.
fn with_large_escapes(text: &str) -> String {
    let mut digits = 0;
    text.chars()
        .map(|c| {
            let shown = if digits > 0 {
                c.to_ascii_uppercase()
            } else {
                c
            };
            digits = if c == '%' { 2 } else { digits.max(1) - 1 };
            shown
        })
        .collect()
}

/// The last word of a form, which its other forms end in too, and what stands before it.
fn split_ending(form: &str) -> (&str, &str) {
    let word = form.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "-_.~+@".contains(c));
    let at = form.floor_char_boundary(word.len().min(form.len().saturating_sub(2)));
    form.split_at_checked(at).unwrap_or(("", form))
}

/// Tells whether the name of a folder goes on: `/Users/jo` is no home in `/Users/john`, in
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
    fn the_home_folder_is_a_tilde_in_notations_of_windows() {
        let home = r"C:\Users\Jordan Lee";
        for (text, expected) in [
            (r"C:\Users\JORDAN~1\x", r"~\x"),
            (r"c:\users\jordan~2", "~"),
            (r"\\?\C:\Users\Jordan Lee\x", r"\\?\~\x"),
            (r"\\desk\C$\Users\Jordan Lee\x", r"\\desk\C$~\x"),
            (r"\\?\UNC\desk\c$\Users\JORDAN LEE\x", r"\\?\UNC\desk\c$~\x"),
            (
                r"\\?\GLOBALROOT\Device\HarddiskVolume3\Users\Jordan Lee\x",
                r"\\?\GLOBALROOT\Device\HarddiskVolume3~\x",
            ),
            (r"HOMEPATH=\Users\Jordan Lee", "HOMEPATH=~"),
            (r"/mnt/c/Users/Jordan\ Lee/x", "~/x"),
            ("/host_mnt/c/Users/Jordan Lee/x", "/host_mnt~/x"),
            ("?dir=c%3a%5cusers%5cjordan+lee%5cx", "?dir=~%5cx"),
            ("projects/C--Users-Jordan-Lee-shop/", "projects/~-shop/"),
            (r"\\wsl$\Ubuntu\home\Jordan Lee\x", r"\\wsl$\Ubuntu~\x"),
        ] {
            assert_eq!(shown(home, text), expected, "{text}");
        }
        let named = r"C:\Users\jordan.lee";
        assert_eq!(shown(named, r"C:\Users\JORDAN~1.LEE\x"), r"~\x");
        let old = r"C:\Documents and Settings\Jordan Lee";
        assert_eq!(shown(old, r"C:\DOCUME~1\JORDAN~1\x"), r"~\x");
        // Another folder, another drive, another user.
        for text in [
            r"D:\Users\Jordan Lee",
            r"C:\Users\JORDAN~1x",
            r"x\Users\Jordan Lee",
            r"C:\Users\Jordan Leeds",
        ] {
            assert_eq!(shown(home, text), text);
        }
    }

    #[test]
    fn the_home_folder_is_a_tilde_in_notations_of_macos() {
        let home = "/Users/José Müller";
        let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(home).collect();
        for (text, expected) in [
            (format!("{decomposed}/x"), "~/x"),
            ("/users/JOSÉ MÜLLER/x".to_owned(), "~/x"),
            (r"/Users/José\ Müller/x".to_owned(), "~/x"),
            (r"/Users/Jos\u00e9 M\u00fcller/x".to_owned(), "~/x"),
            (
                "file:///Users/Jose%CC%81%20Mu%CC%88ller/x".to_owned(),
                "file://~/x",
            ),
            (
                "/System/Volumes/Data/Users/José Müller/x".to_owned(),
                "/System/Volumes/Data~/x",
            ),
            (
                r"/Volumes/Macintosh\ HD/Users/José\ Müller/x".to_owned(),
                r"/Volumes/Macintosh\ HD~/x",
            ),
        ] {
            assert_eq!(shown(home, &text), expected, "{text}");
        }
        for (text, expected) in [
            ("ls ~jo/Sites", "ls ~/Sites"),
            (
                "ls ~john HEAD~jo https://x.org/~jo/",
                "ls ~john HEAD~jo https://x.org/~jo/",
            ),
            ("projects/-Users-jo-shop", "projects/~-shop"),
            ("-Users-john", "-Users-john"),
        ] {
            assert_eq!(shown("/Users/jo", text), expected, "{text}");
        }
    }

    #[test]
    fn many_homes_are_found_as_few_are() {
        let many: Vec<String> = (0..40).map(|n| format!("/Users/jo{n}")).collect();
        let text = "/users/jo7/a, /Users/jo39, /Users/jo390, file:///Users/jo11/b /Users/jo";
        let expected = "~/a, ~, /Users/jo390, file://~/b /Users/jo";
        for homes in [
            &many[..],
            &[many[7].clone(), many[11].clone(), many[39].clone()],
        ] {
            assert_eq!(HomeFolders::new(homes).replace(text).unwrap(), expected);
        }
        assert_eq!(shown("/home/j", "/home/j/a /home/jo"), "~/a /home/jo");
        let within = ["/home/papa".to_owned(), "/home/pa".to_owned()];
        let shown =
            HomeFolders::new(&within).replace("/home/papa/home/pa/papapa /home/papa /home/PAPA");
        assert_eq!(shown.as_deref(), Some("~/home/pa/papapa ~ /home/PAPA"));
        let nested = ["/home/jo".to_owned(), "/home/jo/jo".to_owned()];
        let shown = HomeFolders::new(&nested).replace("/home/jo/jo/x /home/jo/x");
        assert_eq!(shown.as_deref(), Some("~/x ~/x"));
    }

    #[test]
    fn the_home_folder_root_breaks_no_address_and_no_other_path() {
        for text in [
            "mysql://root@localhost:3306/app",
            "ssh://root@192.0.2.5/root/x",
            "s3://root/x",
            "C:/root/x",
            "../root/x",
            "./root",
            "//root/x",
            "</root>",
            "/Root/x",
            "/ROOT",
            "root/x",
            "https://example.com/(/root",
            "location /root {",
            "http://localhost/root",
            r"\root{3}",
        ] {
            assert_eq!(shown("/root", text), text);
        }
        for (text, expected) in [
            ("cd /root/x", "cd ~/x"),
            ("PATH=/bin:/root/bin", "PATH=/bin:~/bin"),
            ("file:///root/x", "file://~/x"),
            ("root@example.com:/root/x", "root@example.com:~/x"),
            (
                "http://localhost/?folder=/root/x",
                "http://localhost/?folder=~/x",
            ),
            ("%2froot%2fx", "~%2fx"),
            ("cd /root", "cd ~"),
            (r#""cwd":"\/root""#, r#""cwd":"~""#),
            ("file:///root", "file://~"),
        ] {
            assert_eq!(shown("/root", text), expected);
        }
    }

    #[test]
    fn a_home_folder_without_its_slash_or_drive_is_one() {
        for (home, text, expected) in [
            ("/home/ada", "A home/ada/shop/notes.md", "A ~/shop/notes.md"),
            ("/home/ada", "\"home/ada/x\"", "\"~/x\""),
            (
                "/home/ada",
                "x/home/ada my-home/ada",
                "x/home/ada my-home/ada",
            ),
            (
                "/home/ada",
                "diff --git a/home/ada/x b/home/ada/x",
                "diff --git a/~/x b/~/x",
            ),
            ("/home/ada", "--- \"a/home/ada/x\"", "--- \"a/~/x\""),
            (
                "/home/ada",
                "data/home/ada src/b/home/ada",
                "data/home/ada src/b/home/ada",
            ),
            (r"C:\Users\ada", "+++ b/Users/ada/x", "+++ b/~/x"),
            (r"C:\Users\ada", r"Users\ada\shop", r"~\shop"),
            (r"C:\Users\ada", r"Users\\ada\\shop", r"~\\shop"),
            (r"C:\Users\ada", "Users/ada/shop", "~/shop"),
            (r"C:\Users\jordan smith", r"C:\Users\JORDAN~1\x", r"~\x"),
            (
                "/home/ada",
                r"\\wsl$\Ubuntu\home\ada\x",
                r"\\wsl$\Ubuntu~\x",
            ),
        ] {
            assert_eq!(shown(home, text), expected, "{home}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn nothing_but_the_home_folder_changes(pieces in proptest::collection::vec("/root|/home/jo|home/jo|[a-z]|[ /.:@\\\\=~\"]|://", 0..12)) {
            let homes = ["/root".to_owned(), "/home/jo".to_owned()];
            let folders = HomeFolders::new(&homes);
            let text = pieces.concat();
            if let Some(shown) = folders.replace(&text) {
                proptest::prop_assert_eq!(folders.replace(&shown), None, "{} -> {}", &text, &shown);
                let (mut rest, mut kept) = (text.as_str(), shown.as_str());
                while !kept.is_empty() || !rest.is_empty() {
                    let home = ["\\/root", "/root", "/home/jo", "home/jo"].iter().find(|home| rest.starts_with(**home));
                    match (kept.strip_prefix('~'), home) {
                        (Some(after), Some(home)) => (kept, rest) = (after, rest.get(home.len()..).unwrap()),
                        _ => {
                            proptest::prop_assert_eq!(kept.chars().next(), rest.chars().next());
                            (kept, rest) = (kept.get(1..).unwrap(), rest.get(1..).unwrap());
                        }
                    }
                }
            }
        }
    }
}
