//! Names that a text tells to be some: of accounts, of people, of computers.
//!
//! Each pattern is tried near its words only: most texts hold none of them.

use std::ops::Range;
use std::sync::LazyLock;

use super::found::Found;
use super::near::Near;
use super::{account, computer, person};
use crate::redact::find::keywords::Keywords;
use crate::redact::find::window;

static ALL: [&Near; 14] = [
    &account::IDS,
    &account::USER_VARIABLE,
    &account::WHO,
    &account::OWNERS,
    &account::PROMPT,
    &account::LOGIN,
    &account::USER_INFO,
    &computer::HOST_VARIABLE,
    &computer::HOST_LINE,
    &computer::HOST,
    &computer::PRIVATE_HOST,
    &computer::COMPUTER,
    &person::MAIL,
    &person::AUTHOR,
];

/// A sign that is looked for by itself, as it is too short for a word.
const AT: &str = "@";

/// The words of all patterns, each with the number of its pattern.
static WORDS: LazyLock<(Keywords, Vec<usize>)> = LazyLock::new(|| {
    let numbered = ALL.iter().enumerate();
    let words =
        numbered.flat_map(|(number, near)| near.words.iter().map(move |word| (*word, number)));
    let (words, numbers): (Vec<&str>, Vec<usize>) = words.filter(|(word, _)| *word != AT).unzip();
    (Keywords::new(words.iter().copied()), numbers)
});

/// Adds the names in a text.
pub fn find(text: &str, found: &mut Vec<Found>) {
    let (words, numbers) = &*WORDS;
    let mut near: Vec<(usize, Range<usize>)> = Vec::new();
    words.find(text.as_bytes(), &mut |word, place| {
        near.extend(numbers.get(word).map(|number| (*number, place)));
    });
    near.sort_by_key(|(number, place)| (*number, place.start));
    let ats: Vec<Range<usize>> = memchr::memchr_iter(b'@', text.as_bytes())
        .map(|at| at..at + 1)
        .collect();
    for (number, told) in ALL.iter().enumerate() {
        let start = near.partition_point(|(other, _)| *other < number);
        let end = near.partition_point(|(other, _)| *other <= number);
        let own = near.get(start..end).unwrap_or_default();
        let own: Vec<Range<usize>> = own.iter().map(|(_, place)| place.clone()).collect();
        let places = if told.words == [AT] { &ats } else { &own };
        window::for_each_near(&told.pattern, text.as_bytes(), places, |groups| {
            (told.judge)(text, groups, found);
            // From the end of the name on: what follows it may be the boundary that the next needs.
            let last = groups.iter().skip(1).flatten().last();
            last.map_or(0, |last| last.end())
        });
    }
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
