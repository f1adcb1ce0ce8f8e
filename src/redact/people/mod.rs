//! Names of users and computers, and the terms that a caller names.

pub mod folded;
mod home_folder;
pub mod ids;
pub mod strict;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use self::folded::FoldedSearch;
use self::home_folder::{HomeFolders, home_of};
use self::ids::{HOST_ID, TERM_ID, USER_ID};
use self::strict::{common_name, path};
use super::find::hit::{Hit, NumberedPlace};
use super::find::scan::Scanner;
use super::placeholders;
use super::words::is_unspaced;
use crate::model::SessionTree;
use crate::options::RedactOptions;
use crate::options::level::RedactLevel;

/// Finds names, and replaces the home folder by `~`.
pub struct People {
    homes: HomeFolders,
    /// True where a home folder was replaced.
    has_replaced: AtomicBool,
    /// Finds secrets and, in the same go, what home folders end in.
    scanner: Arc<Scanner>,
    terms: Option<FoldedSearch>,
    users: Option<FoldedSearch>,
    hosts: Option<FoldedSearch>,
    /// Folders that the session names: their paths end where they do, blanks in them or not.
    folders: Option<FoldedSearch>,
}

impl People {
    /// Learns the home folders from the options and from the folders that the session names. These
    /// are known to be folders, so a home folder in them is recognised by its form, also where the
    /// session comes from another computer.
    pub fn new(tree: &SessionTree, options: &RedactOptions) -> Self {
        let mut homes: BTreeSet<String> = options
            .home_folders
            .iter()
            .map(|home| home.trim_end_matches(['/', '\\']).to_owned())
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
        let is_strict = options.level == RedactLevel::Strict;
        let users = homes.iter().filter_map(|home| user_name(home));
        let hosts = options.host_names.iter().flat_map(|host| host_names(host));
        let own_folders = tree
            .sessions
            .iter()
            .filter_map(|session| session.info.directory.as_ref());
        let folders = own_folders.chain(&tree.folders).map(String::as_str);
        let homes_shown = homes.iter().filter(|_| options.level > RedactLevel::Off);
        let home_folders = HomeFolders::new(homes_shown);
        Self {
            users: FoldedSearch::new(users.filter(|_| is_strict)),
            hosts: FoldedSearch::new(hosts.filter(|_| is_strict)),
            terms: FoldedSearch::new(options.terms.iter().map(String::as_str)),
            folders: FoldedSearch::new(
                folders.filter(|folder| is_strict && path::is_telling(folder)),
            ),
            scanner: Scanner::shared(home_folders.endings()),
            homes: home_folders,
            has_replaced: AtomicBool::new(false),
        }
    }

    /// Shows home folders as `~`. `None` where there is none.
    pub fn replace_homes(&self, text: &str) -> Option<String> {
        self.noted(self.homes.replace(text))
    }

    fn noted(&self, replaced: Option<String>) -> Option<String> {
        if replaced.is_some() {
            self.has_replaced.store(true, Ordering::Relaxed);
        }
        replaced
    }

    /// Tells whether a home folder was replaced anywhere so far.
    pub fn has_replaced_home(&self) -> bool {
        self.has_replaced.load(Ordering::Relaxed)
    }

    /// The same where a scan told the places of what home folders end in.
    pub fn replace_homes_at(&self, text: &str, endings: &[NumberedPlace]) -> Option<String> {
        self.noted(self.homes.replace_at(text, endings))
    }

    /// Finds secrets, and the places of what home folders end in.
    pub fn scan(&self, text: &str, level: RedactLevel) -> (Vec<Hit>, Vec<NumberedPlace>) {
        let mut endings = Vec::new();
        let mut add = |number, place| endings.push((number, place));
        let hits = self.scanner.find(text, level, &mut add);
        (hits, endings)
    }

    /// The places of terms and names, with the placeholder's name. None is inside of a placeholder.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, &'static str)> {
        let places = |search: &Option<FoldedSearch>| {
            let places = search.as_ref().map(|search| search.find(text));
            let places = places.unwrap_or_default().into_iter();
            places.map(|(place, _)| place)
        };
        let mut found: Vec<_> = places(&self.terms).map(|place| (place, TERM_ID)).collect();
        for place in places(&self.users).filter(|place| is_name(text, place)) {
            found.extend(host_behind(text, place.end).map(|host| (host, HOST_ID)));
            found.push((place, USER_ID));
        }
        found.extend(places(&self.hosts).map(|place| (place, HOST_ID)));
        let folders = places(&self.folders).filter_map(|place| path::of_folder(text, &place));
        found.extend(folders.map(|place| (place, path::ID)));
        if !found.is_empty() {
            let placeholders = placeholders::places(text);
            found.retain(|(place, _)| !placeholders::touches(&placeholders, place));
        }
        found
    }
}

/// Tells whether the name of a user that stands somewhere is meant as one. A name of two letters is a word in some
/// language, one of a single Chinese character is a part of others: they are taken for names only where they
/// stand in an address or a path, a single character also where it stands alone.
pub fn is_name(text: &str, place: &Range<usize>) -> bool {
    let name = text.get(place.clone()).unwrap_or_default();
    let is_short = match name.chars().count() {
        0 | 1 => true,
        2 => name.chars().all(|c| !is_unspaced(c)),
        _ => false,
    };
    if !is_short && !common_name::is_word_too(name) || is_in_address(text, place) {
        return true;
    }
    let before = text
        .get(..place.start)
        .and_then(|text| text.chars().next_back());
    let after = text.get(place.end..).and_then(|text| text.chars().next());
    let is_alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    name.chars().all(is_unspaced) && is_alone(before) && is_alone(after)
}

fn is_in_address(text: &str, place: &Range<usize>) -> bool {
    let is_mark = |c: char| "@/\\:=~".contains(c);
    let (before, after) = (text.get(..place.start), text.get(place.end..));
    before.is_some_and(|before| before.ends_with(is_mark))
        || after.is_some_and(|after| after.starts_with(is_mark))
}

/// The computer's name in `jo@laptop:~$`.
fn host_behind(text: &str, end: usize) -> Option<Range<usize>> {
    let host = text.get(end..)?.strip_prefix('@')?;
    let length = host
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        .count();
    let is_ended = !host.get(length..)?.starts_with('.');
    (length >= 2 && is_ended && host.get(..length)? != "localhost")
        .then_some(end + 1..end + 1 + length)
}

/// The last folder of a home folder, unless it is too common a word to take out everywhere.
fn user_name(home: &str) -> Option<&str> {
    let name = home.rsplit(['/', '\\']).next()?;
    let is_long = name.chars().count() >= 2 || name.chars().all(is_unspaced);
    (is_long && !name.is_empty() && !common_name::is_common(name)).then_some(name)
}

/// A computer's name, with and without its domain.
fn host_names(host: &str) -> impl Iterator<Item = &str> {
    let short = host.split('.').next();
    let is_telling = |name: &&str| name.len() >= 3 && !name.eq_ignore_ascii_case("localhost");
    std::iter::once(host).chain(short).filter(is_telling)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(home: &str, terms: &[&str], text: &str) -> Vec<(String, &'static str)> {
        let options = RedactOptions {
            level: RedactLevel::Strict,
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            home_folders: vec![home.to_owned()],
            host_names: vec!["studio-mac.local".to_owned()],
            ..RedactOptions::default()
        };
        let mut found = People::new(&SessionTree::default(), &options).find(text);
        found.sort_by_key(|(place, _)| place.start);
        found
            .into_iter()
            .map(|(place, rule)| (text.get(place).unwrap().to_owned(), rule))
            .collect()
    }

    fn expect(home: &str, terms: &[&str], text: &str, expected: &[(&str, &'static str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(found, rule)| ((*found).to_owned(), *rule))
            .collect();
        assert_eq!(rules(home, terms, text), expected, "{text}");
    }

    #[test]
    fn terms_are_found_in_any_case_as_words() {
        let terms = ["Größe", "Acme Corp", "corp", "Ann", "张伟"];
        expect(
            "/",
            &terms,
            "größe, ACME CORP",
            &[("größe", TERM_ID), ("ACME CORP", TERM_ID)],
        );
        expect(
            "/",
            &terms,
            "ann ann_1 Annual",
            &[("ann", TERM_ID), ("ann", TERM_ID)],
        );
        expect("/", &terms, "xacme corp", &[("corp", TERM_ID)]);
        expect("/", &terms, "我是张伟的朋友", &[("张伟", TERM_ID)]);
    }

    #[test]
    fn users_and_computers_are_found_as_words() {
        let jordan = "/home/jordan";
        expect(
            jordan,
            &[],
            "jordan@build7:~$ Jordan jordan jordans",
            &[
                ("jordan", USER_ID),
                ("build7", HOST_ID),
                ("Jordan", USER_ID),
                ("jordan", USER_ID),
            ],
        );
        expect(
            jordan,
            &[],
            "on studio-mac and Studio-Mac.local",
            &[("studio-mac", HOST_ID), ("Studio-Mac.local", HOST_ID)],
        );
        expect("/Users/张伟", &[], "张伟的电脑", &[("张伟", USER_ID)]);
        expect("/home/go", &[], "go build; ls /srv/go", &[("go", USER_ID)]);
    }
}
