//! Secrets in JSON that stands in a text: the output of a tool, the body of a request, a file.
//!
//! 1. [`document`](self::document) reads each document and gives the place of every string.
//! 2. A string is judged by the name it stands under.
//! 3. Any other string is searched as a text of its own, as it is meant and not as it is escaped. So a
//!    document in a string of a document is read as well, at any depth.
//! 4. Each hit becomes a place in the text again. It begins and ends with whole escapes and never holds
//!    a quote, so what was JSON stays JSON.

mod document;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use self::document::{Document, Leaf, Unescaped};
use super::super::carrier::marks;
use super::super::carrier::marks::Unmarked;
use super::super::hit::{Hit, ID};
use super::super::secret_name::is_secret_name;
use super::super::value::form::{SHORTEST_RANDOM, is_sentence, is_stand_in, looks_random};
use super::super::value::label;
use super::named_value::is_secret_field;
use super::number;

/// A document is read once, and a text may be gone over that often for documents that are none.
const ROUNDS: usize = 8;

/// Names of the members of a pair: `{ "name": "DB_PASSWORD", "value": "…" }`.
const PAIR_NAMES: [&str; 6] = ["name", "key", "Name", "Key", "label", "field"];
const PAIR_VALUES: [&str; 5] = ["value", "Value", "val", "default", "defaultValue"];

/// Words for which a text is read as JSON that none of the other searches has: names of fields that hold a
/// secret, and the one member of each JSON Web Key that tells it, as its private members are called `d` and `p`.
pub const KEYWORDS: [&str; 3] = ["kty", "pswd", "motdepasse"];

/// JSON in a text.
pub struct Region {
    /// All of its bytes.
    pub place: Range<usize>,
    /// Strings without an escape, in which a search of the text itself finds what a search of them finds.
    pub plain: Vec<Range<usize>>,
    /// The secrets in it.
    pub hits: Vec<Hit>,
}

impl Region {
    /// Tells whether a hit of a search of the whole text holds in this region, too: it stands in one string,
    /// and it is not found by a name, which [`Region::hits`] tells better.
    pub fn keeps(&self, hit: &Hit) -> bool {
        let at = self.plain.partition_point(|leaf| leaf.end < hit.range.end);
        let leaf = self.plain.get(at);
        hit.rule != ID && leaf.is_some_and(|leaf| leaf.start <= hit.range.start)
    }

    /// Tells whether a hit begins and ends in this region.
    pub fn holds(&self, hit: &Hit) -> bool {
        self.place.start <= hit.range.start && hit.range.end <= self.place.end
    }
}

/// The questions of [`regions`] to its caller.
pub struct Search<'s> {
    /// Tells whether a range of the text is worth a search: it holds a keyword.
    pub is_worth: &'s dyn Fn(&Range<usize>) -> bool,
    /// Searches a text.
    pub find: &'s dyn Fn(&str) -> Vec<Hit>,
}

/// The JSON in a text, in order, with the secrets in it.
pub fn regions(text: &str, search: &Search<'_>) -> Vec<Region> {
    let bytes = text.as_bytes();
    let mut steps = bytes.len().saturating_mul(ROUNDS);
    // Its own, so that code with many such brackets hides no document behind them.
    let mut escaped_steps = steps;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'{', b'[', rest))
    {
        let start = at + next;
        at = start + 1;
        let region = match first_inside(bytes, start) {
            Some(b'"' | b'{' | b'[') => document::read(bytes, start, &mut steps)
                .map(|document| of_document(text, &document, search)),
            Some(b'\\') if escaped_steps > 0 => of_escaped(text, start, search, &mut escaped_steps),
            _ => None,
        };
        if let Some(region) = region {
            at = region.place.end.max(at);
            found.push(region);
        }
        if steps == 0 {
            break;
        }
    }
    found
}

/// The first byte behind a bracket that is no blank.
fn first_inside(text: &[u8], bracket: usize) -> Option<u8> {
    let rest = text.get(bracket + 1..)?;
    rest.iter()
        .take(256)
        .find(|byte| !byte.is_ascii_whitespace())
        .copied()
}

/// JSON inside a string of something else than JSON, such as `-d "{\"password\":\"x\"}"`: it ends where that
/// string does, and is read as it is meant.
///
/// `steps` counts down as in [`document::read`], or a line of nothing but `[\"` took quadratic time.
fn of_escaped(text: &str, start: usize, search: &Search<'_>, steps: &mut usize) -> Option<Region> {
    let rest = text.get(start..)?;
    let inside = rest.bytes().skip(1).skip_while(u8::is_ascii_whitespace);
    let mut inside = inside.peekable();
    let mut depth = 0;
    while inside.next_if_eq(&b'\\').is_some() {
        depth += 1;
    }
    // A quote or a line end: no class of a regular expression, as `[\w]`, of which code has many.
    if !matches!(inside.next(), Some(b'"' | b'n' | b'r' | b't')) {
        return None;
    }
    let mut run = 0;
    let mut end = rest.len();
    for (at, byte) in rest.bytes().enumerate() {
        // The quote that ends it has fewer backslashes than those inside.
        if byte == b'\n' || (byte == b'"' && run < depth) {
            end = at - run;
            break;
        }
        run = if byte == b'\\' { run + 1 } else { 0 };
    }
    *steps = steps.saturating_sub(end);
    let place = start..start + end;
    let unescaped = Unescaped::new(text.get(place.clone())?, start);
    if !unescaped.text.contains('"') || !(search.is_worth)(&place) {
        return None;
    }
    let mut steps = unescaped.text.len().saturating_mul(2);
    document::read(unescaped.text.as_bytes(), 0, &mut steps)?;
    let hits = find_in(&unescaped.text, search, 0).into_iter();
    Some(Region {
        hits: hits.filter_map(|hit| moved(hit, &unescaped)).collect(),
        place,
        plain: Vec::new(),
    })
}

fn moved(hit: Hit, unescaped: &Unescaped) -> Option<Hit> {
    let range = unescaped.place(&hit.range)?;
    Some(Hit { range, ..hit })
}

fn of_document(text: &str, document: &Document, search: &Search<'_>) -> Region {
    let judge = Judge::new(text, document);
    let mut region = Region {
        place: document.place.clone(),
        plain: Vec::new(),
        hits: Vec::new(),
    };
    for (number, leaf) in document.leaves.iter().enumerate() {
        let value = text.get(leaf.place.clone()).unwrap_or_default();
        let is_escaped = memchr::memchr(b'\\', value.as_bytes()).is_some();
        if value.is_empty() {
            continue;
        }
        if let Some(range) = judge.secret(number, leaf) {
            region.hits.push(Hit { range, rule: ID });
            continue;
        }
        if !is_escaped {
            region.plain.push(leaf.place.clone());
        }
        let may_hide = || is_escaped && value.contains("\\u");
        if !(search.is_worth)(&leaf.place) && !may_hide() {
            continue;
        }
        let unescaped = Unescaped::new(value, leaf.place.start);
        let hits = find_in(&unescaped.text, search, 0).into_iter();
        region
            .hits
            .extend(hits.filter_map(|hit| moved(hit, &unescaped)));
    }
    for number in &document.numbers {
        let name = document.leaves.get(number.name);
        let name = name.and_then(|name| text.get(name.place.clone()));
        let digits = text.get(number.place.clone()).unwrap_or_default();
        let is_named = |name: &str| match name.contains('\\') {
            true => number::is_secret(Unescaped::new(name, 0).text.as_bytes(), digits.as_bytes()),
            false => number::is_secret(name.as_bytes(), digits.as_bytes()),
        };
        if name.is_some_and(is_named) {
            let range = number.place.clone();
            region.hits.push(Hit { range, rule: ID });
        }
    }
    region
}

/// Searches a string of a document as a text of its own, without what a tool put before its lines.
fn find_in(text: &str, search: &Search<'_>, marks: usize) -> Vec<Hit> {
    let unmarked = (marks < marks::DEEPEST)
        .then(|| Unmarked::of(text))
        .flatten();
    let Some(unmarked) = unmarked else {
        return (search.find)(text);
    };
    let mut hits = find_in(&unmarked.text, search, marks + 1);
    for hit in &mut hits {
        hit.range = unmarked.place(&hit.range);
    }
    if !unmarked.is_certain {
        hits.extend((search.find)(text));
    }
    hits
}

/// Tells which strings of a document are secrets by the names around them.
struct Judge<'t> {
    text: &'t str,
    document: &'t Document,
    /// For each container the name that one of its members gives to another: `"name": "DB_PASSWORD"`.
    pair_names: Vec<Option<Range<usize>>>,
    /// For each container whether its strings are mostly labels, as in a file of translations. Few documents have a
    /// string for which that counts.
    holds_labels: OnceCell<Vec<bool>>,
    /// For each container whether it is a JSON Web Key.
    is_web_key: Vec<bool>,
    /// For each container whether it says that it is a Kubernetes secret.
    is_kubernetes_secret: Vec<bool>,
}

impl<'t> Judge<'t> {
    fn new(text: &'t str, document: &'t Document) -> Self {
        let count = document.containers.len();
        let mut pair_names = vec![None; count];
        let mut is_kubernetes_secret = vec![false; count];
        let mut is_web_key = vec![false; count];
        for leaf in document.leaves.iter().filter(|leaf| !leaf.is_name) {
            let value = text.get(leaf.place.clone()).unwrap_or_default();
            let name = leaf
                .name
                .clone()
                .and_then(|name| text.get(name))
                .unwrap_or_default();
            if name == "kty"
                && let Some(is_key) = is_web_key.get_mut(leaf.parent)
            {
                *is_key = true;
            }
            if (PAIR_NAMES.contains(&name)
                || name.ends_with("Key") && name.len() > 3
                || name.ends_with("Name"))
                && let Some(pair_name) = pair_names.get_mut(leaf.parent)
            {
                *pair_name = Some(leaf.place.clone());
            }
            if name == "kind"
                && value == "Secret"
                && let Some(is_secret) = is_kubernetes_secret.get_mut(leaf.parent)
            {
                *is_secret = true;
            }
        }
        Self {
            text,
            document,
            pair_names,
            holds_labels: OnceCell::new(),
            is_web_key,
            is_kubernetes_secret,
        }
    }

    /// Tells whether the strings of a container are mostly labels.
    fn holds_labels(&self, container: usize) -> bool {
        let of_all = self.holds_labels.get_or_init(|| {
            let mut labels = vec![(0_usize, 0_usize); self.document.containers.len()];
            for leaf in self.document.leaves.iter().filter(|leaf| !leaf.is_name) {
                if let Some((all, of_label)) = labels.get_mut(leaf.parent) {
                    *all += 1;
                    *of_label += usize::from(label::has_form(self.str(&leaf.place)));
                }
            }
            let labels = labels.into_iter();
            labels
                .map(|(all, of_label)| all >= 3 && of_label * 3 >= all * 2)
                .collect()
        });
        of_all.get(container) == Some(&true)
    }

    fn str(&self, place: &Range<usize>) -> &'t str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    /// The part of a string that is a secret by its name.
    fn secret(&self, number: usize, leaf: &Leaf) -> Option<Range<usize>> {
        if leaf.is_name {
            return None;
        }
        let value = self.str(&leaf.place);
        let name = self.name(leaf);
        let is_option = || {
            self.option_before(number, leaf)
                && !value.starts_with('-')
                && !is_stand_in(value.as_bytes())
        };
        let is_data = self.is_kubernetes_data(leaf) || self.is_of_private_key(leaf);
        if is_data && !is_stand_in(value.as_bytes()) || is_option() {
            return Some(leaf.place.clone());
        }
        // `"github-oauth": { "github.com": "…" }`: the name of all of them tells it.
        let is_of_secrets = || {
            let names_secrets = |name: &str| {
                let name = name.to_ascii_lowercase();
                name.ends_with("oauth") || is_secret_name(name.trim_end_matches('s').as_bytes())
            };
            // Most strings are shorter than what looks random.
            value.len() >= SHORTEST_RANDOM
                && self.container_name(leaf).is_some_and(names_secrets)
                && looks_random(value.as_bytes())
        };
        if is_of_secrets() {
            return Some(leaf.place.clone());
        }
        let name = name?;
        let is_label = || {
            label::names_a_secret(value)
                || is_sentence(value.as_bytes())
                || label::has_form(value) && self.holds_labels(leaf.parent)
                || value.eq_ignore_ascii_case(&name)
        };
        if !is_secret_field(&name, value) || is_label() {
            return None;
        }
        // `Bearer x`: the scheme tells a reader what it is.
        let scheme = value
            .split_once(' ')
            .filter(|_| name.to_ascii_lowercase().ends_with("authorization"));
        let start = scheme.map_or(0, |(scheme, _)| scheme.len() + 1);
        Some(leaf.place.start + start..leaf.place.end)
    }

    /// The name that a string stands under: that of its member, or the one that its pair gives it.
    fn name(&self, leaf: &Leaf) -> Option<Cow<'t, str>> {
        let own = self.str(leaf.name.as_ref()?);
        let is_value = PAIR_VALUES.contains(&own) || own.ends_with("Value");
        let name = match self.pair_names.get(leaf.parent) {
            Some(Some(pair)) if is_value => self.str(pair),
            // `"db_password": { "value": "…" }`
            _ if is_value => self.container_name(leaf).unwrap_or(own),
            _ => own,
        };
        Some(match name.contains('\\') {
            true => Unescaped::new(name, 0).text.into(),
            false => name.into(),
        })
    }

    /// The name of the object that holds a string.
    fn container_name(&self, leaf: &Leaf) -> Option<&'t str> {
        let container = self.document.containers.get(leaf.parent)?;
        let name = self.document.leaves.get(container.name?)?;
        Some(self.str(&name.place))
    }

    /// A private member of a JSON Web Key (RFC 7518, section 6).
    fn is_of_private_key(&self, leaf: &Leaf) -> bool {
        const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];
        let name = leaf.name.as_ref().map(|name| self.str(name));
        self.is_web_key.get(leaf.parent) == Some(&true)
            && name.is_some_and(|name| PRIVATE.contains(&name))
    }

    /// `["--password", "x"]`
    fn option_before(&self, number: usize, leaf: &Leaf) -> bool {
        let before = number
            .checked_sub(1)
            .and_then(|before| self.document.leaves.get(before));
        let is_list = self
            .document
            .containers
            .get(leaf.parent)
            .is_some_and(|parent| !parent.is_object);
        let before = before.filter(|before| is_list && before.parent == leaf.parent);
        let option = before.and_then(|before| self.str(&before.place).strip_prefix('-'));
        option.is_some_and(|option| is_secret_name(option.trim_start_matches('-').as_bytes()))
    }

    fn is_kubernetes_data(&self, leaf: &Leaf) -> bool {
        let container = self.document.containers.get(leaf.parent);
        let Some(container) = container.filter(|container| container.is_object) else {
            return false;
        };
        let name = container
            .name
            .and_then(|name| self.document.leaves.get(name));
        let is_data =
            name.is_some_and(|name| matches!(self.str(&name.place), "data" | "stringData"));
        is_data
            && container.parent != leaf.parent
            && self.is_kubernetes_secret.get(container.parent) == Some(&true)
    }
}
