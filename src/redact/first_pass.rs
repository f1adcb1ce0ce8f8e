//! The first pass over every string: it cleans, finds secrets and numbers them. `second_pass` replaces what
//! it learned wherever that was not recognised by itself.

use std::borrow::Cow;

use serde_json::Value;

use super::changes::{Change, ChangedText, ChangedTexts, Changes, SeenChanges};
use super::find::carrier::{self, Call, Carrier, Carriers};
use super::hits::Hits;
use super::place_list::PlaceList;
use super::recent_texts::{Outcome, RecentTexts};
use super::report::{Place, RedactionReport};
use super::scouted::Scouted;
use super::secrets::{Memory, Secrets};
use super::settings::Settings;
use super::{find, hits, named_value, secret_fields, secrets, visible};
use crate::error::{Error, Result};
use crate::model::visit::{self, Visitor};
use crate::model::{Message, ToolPart, data_url};
use crate::options::RedactLevel;

/// How often a text is searched at most, as long as something is found. What is left of a quoted value
/// after a token or a path was cut out of it can read as a named value. Most texts hold nothing.
pub const ROUNDS: usize = 4;

/// How many secrets are kept with the places of their texts, at most: a megabyte.
const MOST_KEPT_HITS: usize = 32 * 1024;

/// What the first pass does with the secrets that it finds.
enum Secret<'a> {
    /// Numbers them, each as it comes.
    Learn(Secrets),
    /// Gives them the numbers that they have.
    Recall(&'a Secrets),
    /// Leaves them where they are, for a pass that numbers them.
    Leave,
}

/// What a search of a text came to.
enum Search {
    /// Secrets were found. The text with placeholders instead.
    Replaced(String),
    /// There is none. Where home folders may end.
    Nothing(PlaceList),
    /// It was not searched, or what was found is left where it is.
    None,
}

/// Cleans, finds and replaces.
pub struct FirstPass<'a> {
    settings: Settings<'a>,
    secrets: Secret<'a>,
    /// `None` once everything was counted.
    pub report: Option<RedactionReport>,
    place: Place,
    /// What was changed since the message began.
    pub change: Change,
    /// What is done at most: nothing that is more was done before.
    most: Change,
    /// The secrets that were left in the text that is looked at.
    left: Option<Left>,
    /// What was found since the message began, where secrets are left for later.
    found: Scouted,
    /// How many texts came since the message began.
    texts: usize,
    /// The only texts to look at, in order; `None` for all.
    only_texts: Option<Vec<ChangedText>>,
    /// How many secrets are kept with the places of their texts.
    kept_hits: usize,
    /// What is told of the text that is looked at.
    told: Carriers,
    /// What is told of the call of a tool that is gone over.
    call: Option<Call>,
    /// What is told of the file that is gone over.
    file: Carriers,
    /// Whether own patterns take part.
    pub takes_own: bool,
    /// Whether the last text was searched as it is shown, and nothing more was found in it.
    is_settled: bool,
}

/// Secrets that are left in a text for a pass that numbers them.
struct Left {
    /// All of them, where that is known.
    hits: Option<Hits>,
}

impl<'a> FirstPass<'a> {
    fn new(settings: Settings<'a>, secrets: Secret<'a>, report: Option<RedactionReport>) -> Self {
        Self {
            settings,
            secrets,
            report,
            place: Place::default(),
            change: Change::Nothing,
            most: Change::Redacted,
            left: None,
            found: Scouted::default(),
            texts: 0,
            only_texts: None,
            kept_hits: 0,
            told: Carriers::default(),
            call: None,
            file: Carriers::default(),
            takes_own: true,
            is_settled: false,
        }
    }

    /// The same with what a caller tells of the text that comes.
    pub fn told(mut self, told: Carriers) -> Self {
        self.told = told;
        self
    }

    /// Finds secrets and numbers them.
    pub fn learning(settings: Settings<'a>) -> Self {
        let report = RedactionReport::new(settings.level);
        Self::new(settings, Secret::Learn(Secrets::default()), Some(report))
    }

    /// Leaves secrets where they are.
    pub fn leaving(settings: Settings<'a>) -> Self {
        let report = RedactionReport::new(settings.level);
        Self::new(settings, Secret::Leave, Some(report))
    }

    /// Cleans a message, and finds the texts that hold secrets. It needs to know of no other message.
    pub fn scout(settings: Settings<'a>, message: &mut Message) -> Scouted {
        let mut pass = Self::leaving(settings);
        visit::message(&mut pass, message);
        Scouted {
            change: Some(pass.change),
            hidden_characters: pass.report.map_or(0, |report| report.hidden_characters),
            texts: pass.texts,
            ..pass.found
        }
    }

    /// Changes a message that was read again as it was changed before.
    pub fn again(
        settings: Settings<'a>,
        secrets: &'a Secrets,
        message: &mut Message,
        changes: SeenChanges<'_>,
    ) -> Result<()> {
        if changes.most == Change::Nothing {
            return Ok(());
        }
        let mut pass = Self::new(settings, Secret::Recall(secrets), None);
        pass.most = changes.most;
        match changes.texts {
            Some(texts) => {
                pass.visit_only(texts.texts.clone(), texts.of, message);
            }
            None => visit::message(&mut pass, message),
        }
        pass.check()
    }

    /// Learns from a message that was scouted. Gives what was changed in it.
    pub fn message(&mut self, message: &mut Message, scouted: Scouted) -> Result<Changes> {
        scouted.check_memory()?;
        if !scouted.has_secrets() {
            return self.message_without_secrets(scouted);
        }
        self.count_hidden(scouted.hidden_characters);
        self.change = scouted.change.unwrap_or(Change::Nothing);
        let mut secrets = scouted.texts_with_secrets;
        if scouted.has_secret_field {
            // What is replaced for its name may be one of these texts.
            secrets.iter_mut().for_each(|text| text.hits = None);
        }
        let cleaned = scouted.cleaned_texts.into_iter();
        let mut texts: Vec<_> = cleaned.map(ChangedText::unsearched).collect();
        texts.extend(secrets.iter().map(|text| self.kept(text)));
        texts.sort_unstable_by_key(|text| text.place);
        let is_known = self.visit_only(secrets, scouted.texts, message);
        self.check()?;
        Ok(Changes {
            most: self.change,
            texts: is_known.then_some(ChangedTexts {
                texts,
                of: scouted.texts,
            }),
        })
    }

    /// What is kept of a text for the case that its message is read again.
    fn kept(&mut self, text: &ChangedText) -> ChangedText {
        let hits = text.hits.as_ref();
        let hits = hits.filter(|hits| self.kept_hits + hits.len() <= MOST_KEPT_HITS);
        self.kept_hits += hits.map_or(0, Vec::len);
        ChangedText {
            place: text.place,
            hits: hits.cloned(),
        }
    }

    /// The same where there is nothing more to learn than what was counted.
    pub fn message_without_secrets(&mut self, scouted: Scouted) -> Result<Changes> {
        self.check()?;
        scouted.check_memory()?;
        self.count_hidden(scouted.hidden_characters);
        Ok(scouted.cleaned())
    }

    /// Visits those texts of a message that has `texts` of them. Gives whether it has as many: where it does
    /// not, which is never so, a text may have been taken for another, so that all are visited.
    fn visit_only(
        &mut self,
        only_texts: Vec<ChangedText>,
        texts: usize,
        message: &mut Message,
    ) -> bool {
        self.texts = 0;
        self.only_texts = Some(only_texts);
        visit::message(self, message);
        self.only_texts = None;
        let is_right = self.texts == texts;
        if !is_right {
            visit::message(self, message);
        }
        is_right
    }

    /// Does something while a text is gone over of which that is told.
    fn with<T>(&mut self, told: Carriers, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.told, told);
        let done = work(self);
        self.told = before;
        done
    }

    /// Goes over a member of an object: its name may tell what it is.
    pub fn member(&mut self, field: &'static str, name: &str, value: &mut Value) {
        let of_call = self.call.as_ref().and_then(|call| call.member(name));
        let of_file = (field == "source" && name == "value").then(|| self.file.clone());
        match of_call.or(of_file) {
            Some(told) => self.with(told, |pass| pass.json(field, value)),
            None => self.json(field, value),
        }
    }

    fn check(&self) -> Result<()> {
        self.found.check_memory()?;
        if (self.settings.go_on)() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }

    /// The secrets that were found, once everything was learned.
    pub fn into_secrets(self) -> Secrets {
        match self.secrets {
            Secret::Learn(secrets) => secrets,
            Secret::Recall(_) | Secret::Leave => Secrets::default(),
        }
    }

    /// A search for the secrets that were found so far.
    pub fn memory(&self) -> Memory {
        match &self.secrets {
            Secret::Learn(secrets) => secrets.memory(false),
            Secret::Recall(_) | Secret::Leave => Secrets::default().memory(false),
        }
    }

    /// What was redacted so far.
    pub fn take_report(&mut self) -> RedactionReport {
        let level = self.settings.level;
        let report = self.report.take();
        report.unwrap_or_else(|| RedactionReport::new(level))
    }

    fn replace(&mut self, field: &'static str, rule: &'static str, value: &str) -> String {
        self.change = Change::Redacted;
        if let Some(report) = &mut self.report {
            report.add(rule, &self.place, field);
        }
        // Divided otherwise it is the same token.
        let whole = find::without_gaps(value);
        let is_divided = *whole != *value && find::tokens::is_token(rule);
        let value = if is_divided { &*whole } else { value };
        match &mut self.secrets {
            Secret::Learn(secrets) => {
                secrets.learn_names(rule, value);
                secrets.placeholder(rule, value)
            }
            Secret::Recall(secrets) => secrets.known_placeholder(rule, value),
            Secret::Leave => secrets::without_number(rule),
        }
    }

    /// Whether a value that only the name of its field tells is one that the user keeps.
    pub fn keeps(&self, value: &str) -> bool {
        self.settings.keeps(value)
    }

    /// Whether fields are judged by their names.
    pub fn judges_names(&self) -> bool {
        self.settings.level > RedactLevel::Off && self.most == Change::Redacted
    }

    /// What takes the place of a value that is a secret by the name of its field; `None` where it is left for later.
    pub fn named_secret(&mut self, field: &'static str, value: &str) -> Option<String> {
        if matches!(self.secrets, Secret::Leave) {
            self.found.has_secret_field = true;
            return None;
        }
        Some(self.replace(field, named_value::ID, value))
    }

    /// What takes the place of a text; `None` where it stays as it is.
    pub fn replacement(&mut self, field: &'static str, text: &str) -> Option<String> {
        let place = self.texts;
        self.texts += 1;
        let shown = self.shown(field, place, text);
        if shown.is_some() && matches!(self.secrets, Secret::Leave) {
            self.found.cleaned_texts.push(place);
        }
        shown
    }

    /// What is shown of the text at a place in the order of the visit; `None` where that is all of it.
    fn shown(&mut self, field: &'static str, place: usize, text: &str) -> Option<String> {
        let mut known = None;
        if let Some(texts) = &mut self.only_texts {
            let of_text = texts.binary_search_by_key(&place, |text| text.place).ok()?;
            known = texts.get_mut(of_text).and_then(|text| text.hits.take());
        }
        if !(self.settings.go_on)() {
            // Nobody will see it: the message is not given out.
            return Some(String::new());
        }
        if let Some(hits) = known {
            let shown = self.replaced(field, text, hits);
            return self.settings.people.replace_homes(&shown).or(Some(shown));
        }
        let is_first_look = matches!(self.secrets, Secret::Leave);
        if !is_first_look || is_content(field, text) {
            return self.searched(field, place, text).shown;
        }
        let words = self.settings.plain_words;
        let is_told = !self.told.is_empty();
        if !is_told && words.has(text) {
            return None;
        }
        let recent = RecentTexts::keeps(text).then(|| self.settings.recent.clone());
        if let Some(known) = recent
            .as_ref()
            .and_then(|recent| recent.find(text, &self.told))
        {
            self.change = self.change.max(known.change);
            self.count_hidden(known.hidden);
            return known.shown;
        }
        let outcome = self.searched(field, place, text);
        let with_secrets = self.found.texts_with_secrets.last();
        if with_secrets.is_some_and(|text| text.place == place) {
            return outcome.shown;
        }
        if !is_told && outcome == Outcome::NOTHING {
            words.add(text);
        }
        if let Some(recent) = recent {
            recent.add(text, &self.told, &outcome);
        }
        outcome.shown
    }

    /// Searches a text that stands at a place in the order of the visit.
    fn searched(&mut self, field: &'static str, place: usize, text: &str) -> Outcome {
        let before = std::mem::replace(&mut self.change, Change::Nothing);
        let counted = self.hidden();
        let mut shown = self.redacted(field, text);
        let change = self.change;
        self.change = before.max(change);
        let mut hidden = self.hidden() - counted;
        if let Some(Left { hits }) = self.left.take() {
            // It will be counted when it is looked at again.
            if let Some(report) = &mut self.report {
                report.hidden_characters = counted;
            }
            let hits = hits.filter(|_| !is_content(field, text));
            let text = ChangedText { place, hits };
            self.found.texts_with_secrets.push(text);
            (shown, hidden) = (None, 0);
        }
        Outcome {
            shown,
            change,
            hidden,
        }
    }

    fn hidden(&self) -> usize {
        let report = self.report.as_ref();
        report.map_or(0, |report| report.hidden_characters)
    }

    fn count_hidden(&mut self, hidden: usize) {
        if let Some(report) = &mut self.report {
            report.hidden_characters += hidden;
        }
    }

    fn redact_text(&mut self, field: &'static str, text: &mut String) {
        if let Some(redacted) = self.replacement(field, text) {
            *text = redacted;
        }
    }

    /// What may be shown of a text; `None` where that is all of it as it is.
    pub fn redacted(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.is_settled = false;
        if is_content(field, text) {
            return self.redacted_content(text);
        }
        if self.most == Change::Shortened {
            return self.settings.people.replace_homes(text);
        }
        let (cleaned, hidden) = visible::clean(text);
        self.count_hidden(hidden);
        let mut shown = Cow::Borrowed(text);
        if let Cow::Owned(cleaned) = cleaned
            && cleaned != text
        {
            // An escape sequence may end in the first letter of a token, which is then missing.
            shown = match self.search(field, text, self.takes_own) {
                Search::Replaced(replaced) => visible::clean(&replaced).0.into_owned().into(),
                Search::Nothing(_) | Search::None => cleaned.into(),
            };
        }
        let mut search = Search::None;
        for round in 0..ROUNDS {
            search = self.search(field, &shown, round == 0 && self.takes_own);
            match &mut search {
                Search::Replaced(replaced) => shown = std::mem::take(replaced).into(),
                Search::Nothing(_) | Search::None => break,
            }
        }
        if let Some(left) = &mut self.left {
            if matches!(shown, Cow::Owned(_)) {
                left.hits = None;
            }
            return None;
        }
        if matches!(shown, Cow::Owned(_)) {
            self.change = self.change.max(Change::Cleaned);
        }
        let has_no_more = matches!(search, Search::Nothing(_));
        let people = &self.settings.people;
        let shortened = match search {
            Search::Nothing(endings) => people.replace_homes_at(&shown, &endings),
            Search::Replaced(_) | Search::None => people.replace_homes(&shown),
        };
        self.is_settled = has_no_more && shortened.is_none();
        if let Some(replaced) = shortened {
            self.change = self.change.max(Change::Shortened);
            shown = replaced.into();
        }
        match shown {
            Cow::Owned(shown) => Some(shown),
            Cow::Borrowed(_) => None,
        }
    }

    /// Whether to look at what the last call of [`Self::redacted`] gave would change nothing.
    pub fn is_settled(&self, shown: &str) -> bool {
        self.is_settled && visible::clean(shown) == (Cow::Borrowed(shown), 0)
    }

    /// What may be shown of the content of an attachment. Where it is not shown, it stays as it is: it
    /// is only measured.
    fn redacted_content(&mut self, url: &str) -> Option<String> {
        if !self.settings.shows_contents {
            return None;
        }
        let result = data_url::text(url).and_then(|text| {
            let Some(text) = text else { return Ok(None) };
            let told = self.file.clone();
            let redacted = self.with(told, |pass| pass.redacted("content", &text));
            // A file keeps its line ends and the like where nothing was redacted.
            redacted
                .filter(|redacted| visible::clean(&text).0 != *redacted)
                .map(|redacted| data_url::with_text(url, &redacted))
                .transpose()
        });
        result.unwrap_or_else(|failure| {
            // The message is given to nobody: `check` fails.
            if let Error::OutOfMemory { bytes } = failure {
                self.found.too_large.get_or_insert(bytes);
            }
            Some(String::new())
        })
    }

    /// Searches a text, and replaces what is found or leaves it for later. Own patterns take part where nothing was
    /// replaced in it before.
    fn search(&mut self, field: &'static str, text: &str, is_first: bool) -> Search {
        if self.most < Change::Redacted {
            return Search::None;
        }
        let (hits, endings) = match is_first {
            true => self.settings.hits(text, &self.told),
            false => self.settings.hits_again(text, &self.told),
        };
        if hits.is_empty() {
            return Search::Nothing(endings);
        }
        if matches!(self.secrets, Secret::Leave) {
            // Mostly nothing more is found in what is shown, so that no other pass has to search.
            let shown = hits::replaced(text, hits.clone(), |rule, _| secrets::first_of(rule));
            let are_all = self.settings.hits_again(&shown, &self.told).0.is_empty();
            self.left = Some(Left {
                hits: are_all.then_some(hits),
            });
            return Search::None;
        }
        Search::Replaced(self.replaced(field, text, hits))
    }

    fn replaced(&mut self, field: &'static str, text: &str, hits: Hits) -> String {
        hits::replaced(text, hits, |rule, value| self.replace(field, rule, value))
    }
}

impl Visitor for FirstPass<'_> {
    fn text(&mut self, field: &'static str, text: &mut String) {
        let told = match (field, &self.call) {
            ("state.output" | "state.error", Some(call)) => call.output(),
            ("diff.patch", _) => self.file.clone(),
            _ => Carriers::default(),
        };
        self.with(told, |pass| pass.redact_text(field, text));
    }

    fn json(&mut self, field: &'static str, value: &mut Value) {
        match value {
            Value::String(text) => self.redact_text(field, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(field, item)),
            Value::Object(object) => secret_fields::redact(self, field, object),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn enter_tool(&mut self, tool: Option<&ToolPart>) {
        self.call = tool.map(call_of);
    }

    fn enter_file(&mut self, path: Option<&str>) {
        self.file = path
            .map(|path| Carriers::one(Carrier::of_file(path)))
            .unwrap_or_default();
    }

    fn enter_message(&mut self, id: Option<&str>) {
        self.place.enter_message(id);
    }

    fn enter_part(&mut self, id: Option<&str>) {
        self.place.enter_part(id);
    }
}

/// What the call of a tool tells of its texts.
fn call_of(tool: &ToolPart) -> Call {
    let members = |names: &'static [&'static str]| {
        let members = names.iter().filter_map(|name| tool.input.get(name));
        members.filter_map(|member| match member {
            Value::String(text) => Some(Cow::Borrowed(text.as_str())),
            // `["bash", "-lc", "cat .env"]`
            Value::Array(words) => {
                let words: Option<Vec<_>> = words.iter().map(Value::as_str).collect();
                Some(Cow::Owned(words?.join(" ; ")))
            }
            _ => None,
        })
    };
    let paths: Vec<_> = members(&carrier::PATHS).collect();
    let commands: Vec<_> = members(&carrier::COMMANDS).collect();
    let texts = |texts: &[Cow<'_, str>]| {
        texts
            .iter()
            .map(|text| text.to_string())
            .collect::<Vec<_>>()
    };
    let (paths, commands) = (texts(&paths), texts(&commands));
    Call::new(
        &tool.tool,
        paths.iter().map(String::as_str),
        commands.iter().map(String::as_str),
    )
}

/// Whether a field holds the content of an attachment. Its base64 would look like tokens.
pub fn is_content(field: &str, text: &str) -> bool {
    field == "url" && data_url::split(text).is_some()
}
