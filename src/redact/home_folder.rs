//! The home folder, shown as `~` in every form that it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{Span, packed};
use regex::Regex;

use super::keywords::Keywords;
use super::place_list::{NumberedPlace, PlaceList};
use super::token_bounds::is_bounded;
use super::words::is_unspaced;

/// Replaces home folders by `~`.
///
/// Text is full of folders, and most sessions have one home folder or two, which end in the name of a user
/// in each of their forms. So what they end in is looked for first.
pub struct HomeFolders {
    endings: Vec<Ending>,
    search: Search,
}

/// What finds the endings in a text.
enum Search {
    /// By their first bytes, where these are few.
    Starts(packed::Searcher),
    Words(Keywords),
}

impl Search {
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

/// What some forms of home folders end in.
struct Ending {
    /// In lower case.
    text: String,
    /// What stands before it in the forms, the longest first.
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

    /// Whether it stands at a place.
    fn is_at(&self, text: &[u8], place: &Range<usize>) -> bool {
        let found = text.get(place.clone());
        found.is_some_and(|found| found.eq_ignore_ascii_case(self.text.as_bytes()))
    }

    /// The place of the longest form that ends at one of this ending.
    fn form_at(&self, text: &[u8], place: &Range<usize>) -> Option<Range<usize>> {
        let before = text.get(..place.start)?;
        let ends_with = |form: &&String| {
            let start = before.len().checked_sub(form.len());
            let end = start.and_then(|start| before.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(form.as_bytes()))
        };
        let of_form = self.befores.iter().find(ends_with)?;
        Some(place.start - of_form.len()..place.end)
    }
}

impl HomeFolders {
    /// Takes home folders as a system writes them.
    pub fn new<'h>(homes: impl IntoIterator<Item = &'h String>) -> Self {
        let forms: BTreeSet<String> = homes
            .into_iter()
            .flat_map(|home| home_forms(home))
            .collect();
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
            search: Search::new(&endings),
            endings,
        }
    }

    /// What the forms of home folders end in, in lower case and by number, each of two or more bytes.
    pub fn endings(&self) -> impl Iterator<Item = &str> {
        self.endings.iter().map(|ending| ending.text.as_str())
    }

    /// Shows home folders as `~`. `None` where there is none.
    pub fn replace(&self, text: &str) -> Option<String> {
        if self.endings.is_empty() {
            return None;
        }
        let mut places = PlaceList::default();
        let mut add = |number, place| places.push((number, place));
        match &self.search {
            Search::Starts(starts) => self.find_by_starts(starts, text.as_bytes(), &mut add),
            Search::Words(words) => words.find(text.as_bytes(), &mut add),
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

    /// The same where all places of the endings are known, by their numbers.
    pub fn replace_at(&self, text: &str, endings: &[NumberedPlace]) -> Option<String> {
        let form = |(number, place): &NumberedPlace| {
            let ending = self.endings.get(*number)?;
            ending.form_at(text.as_bytes(), place)
        };
        let mut places = Vec::with_capacity(endings.len());
        places.extend(endings.iter().filter_map(form));
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        shortened(text, places.into_iter())
    }
}

/// A text with `~` at those of some places that are home folders; they are in order. `None` where none is.
fn shortened(text: &str, places: impl Iterator<Item = Range<usize>>) -> Option<String> {
    // To make room once takes less than to make more and more of it.
    let mut result = None;
    let mut copied = 0;
    for place in places.filter(|place| text.is_char_boundary(place.start)) {
        let Some((before, rest)) = text.split_at_checked(place.end) else {
            continue;
        };
        // `</root>` is a tag, and `x/Users/jo` no home.
        let is_start = is_bounded(text.as_bytes(), place.start)
            && !text
                .get(..place.start)
                .is_some_and(|before| before.ends_with('<'));
        if place.start >= copied && is_start && !goes_on(before, rest) {
            let result = result.get_or_insert_with(|| String::with_capacity(text.len()));
            result.push_str(text.get(copied..place.start).unwrap_or_default());
            result.push('~');
            copied = place.end;
        }
    }
    let rest = text.get(copied..).unwrap_or_default();
    result.map(|result| result + rest)
}

/// The last word of a form, which its other forms end in too, and what stands before it.
fn split_ending(form: &str) -> (&str, &str) {
    let word = form.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "-_.~+@".contains(c));
    let at = form.floor_char_boundary(word.len().min(form.len().saturating_sub(2)));
    form.split_at_checked(at).unwrap_or(("", form))
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
        let shown = HomeFolders::new(&within).replace("/home/PAPA/home/pa/papapa /home/papa");
        assert_eq!(shown.as_deref(), Some("~/home/pa/papapa ~"));
        let nested = ["/home/jo".to_owned(), "/home/jo/jo".to_owned()];
        let shown = HomeFolders::new(&nested).replace("/home/jo/jo/x /home/jo/x");
        assert_eq!(shown.as_deref(), Some("~/x ~/x"));
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
