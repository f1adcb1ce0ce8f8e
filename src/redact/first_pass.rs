//! The first pass over every string: it cleans, finds secrets, and puts placeholders in their places. `elsewhere`
//! replaces what it learned wherever that was not recognised by itself.
//!
//! The caller chooses how secrets are [numbered](Numbering): a draft has holes for their numbers, the fields of a
//! session have numbers as they come, and a message that is read again has those that its secrets got the first time.

use std::borrow::Cow;

use serde_json::Value;

use super::find::carrier::kind::Carrier;
use super::find::carrier::{Call, Carriers};
use super::find::hit::NumberedPlace;
use super::find::hits::Hits;
use super::find::secret_fields::FieldVisitor;
use super::find::{carrier, hits, secret_fields};
use super::known::secrets::Numbering;
use super::recent_texts::{RecentTexts, Searched};
use super::report::{Place, RedactionReport};
use super::settings::Settings;
use super::touched::{Again, Touched, TouchedTexts};
use super::{find, visible};
use crate::error::{Error, Result};
use crate::model::visit::Visitor;
use crate::model::{Message, ToolPart, data_url, visit};
use crate::options::level::RedactLevel;

/// How often a text is searched at most, as long as something is found. What is left of a quoted value
/// after a token or a path was cut out of it can read as a named value. Most texts hold nothing.
pub const ROUNDS: usize = 4;

/// Cleans, finds and replaces.
pub struct FirstPass<'p> {
    settings: &'p Settings<'p>,
    numbering: &'p mut (dyn Numbering + 'p),
    report: RedactionReport,
    place: Place,
    /// How many secrets were replaced.
    replaced: usize,
    /// The texts that were changed since the message began.
    touched: TouchedTexts,
    /// The texts that the first read changed. `None` in a first read.
    first_read: Option<&'p TouchedTexts>,
    /// The carriers of the text that is being searched, as the session tells them.
    told: Carriers,
    /// The tool call that is being read, as the session tells it.
    call: Option<Call>,
    /// The carriers of the file that is being read, as the session tells them.
    file: Carriers,
    /// True where own patterns take part.
    takes_own: bool,
    /// True where the last text was searched as it is shown, and nothing more was found in it.
    is_settled: bool,
    /// The size of an attachment that there was too little memory for, so that it was not looked at.
    too_large: Option<usize>,
}

impl<'p> FirstPass<'p> {
    /// A pass with these settings, whose secrets `numbering` numbers.
    pub fn new(settings: &'p Settings<'p>, numbering: &'p mut (dyn Numbering + 'p)) -> Self {
        Self {
            report: RedactionReport::new(settings.level),
            settings,
            numbering,
            place: Place::default(),
            replaced: 0,
            touched: TouchedTexts::default(),
            first_read: None,
            told: Carriers::default(),
            call: None,
            file: Carriers::default(),
            takes_own: true,
            is_settled: false,
            too_large: None,
        }
    }

    /// The same with what a caller tells of the text that comes.
    pub fn told(mut self, told: Carriers) -> Self {
        self.told = told;
        self
    }

    /// The same for a text in which secrets were replaced. Own patterns have had their turn.
    pub fn without_own_patterns(mut self) -> Self {
        self.takes_own = false;
        self
    }

    /// Goes over a message. Gives what was redacted, and what was changed in it.
    ///
    /// # Errors
    /// [`Error::Aborted`] and [`Error::OutOfMemory`]: then the message must not be shown.
    pub fn message(mut self, message: &mut Message) -> Result<(RedactionReport, Touched)> {
        visit::message(&mut self, message);
        self.check()?;
        Ok((self.report, self.touched.into()))
    }

    /// Changes a message that was read again as its first read changed it.
    ///
    /// # Errors
    /// Those of [`Self::message`].
    pub fn message_again(mut self, message: &mut Message, touched: &'p TouchedTexts) -> Result<()> {
        self.first_read = Some(touched);
        visit::message(&mut self, message);
        if !touched.fit(self.touched.of) {
            // This never happens. A text may have been taken for another one, so all are searched.
            self.first_read = None;
            visit::message(&mut self, message);
        }
        self.check()
    }

    fn check(&self) -> Result<()> {
        if let Some(bytes) = self.too_large {
            return Err(Error::OutOfMemory { bytes });
        }
        match (self.settings.go_on)() {
            true => Ok(()),
            false => Err(Error::Aborted),
        }
    }

    /// Gives the report of what was redacted.
    pub fn into_report(self) -> RedactionReport {
        self.report
    }

    /// Does `work` while `told` is what the session tells.
    fn with<T>(&mut self, told: Carriers, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.told, told);
        let done = work(self);
        self.told = before;
        done
    }

    fn placeholder(&mut self, field: &'static str, rule: &'static str, value: &str) -> String {
        self.replaced += 1;
        self.report.add(rule, &self.place, field);
        // Divided otherwise it is the same token.
        let whole = find::without_gaps(value);
        let is_divided = *whole != *value && find::token::is_token(rule);
        let value = if is_divided { &*whole } else { value };
        self.numbering.placeholder(rule, value)
    }

    fn replaced(&mut self, field: &'static str, text: &str, hits: Hits) -> String {
        hits::replaced(text, hits, |rule, value| {
            self.placeholder(field, rule, value)
        })
    }

    /// The text that takes the place of one that was read before.
    fn again(&mut self, field: &'static str, text: &str, again: &Again) -> Option<String> {
        match again {
            Again::Nothing => None,
            Again::Homes if is_content(field, text) => None,
            Again::Homes => self.settings.people.replace_homes(text),
            Again::Hits(hits) => {
                let shown = self.replaced(field, text, hits.clone());
                self.settings.people.replace_homes(&shown).or(Some(shown))
            }
            Again::Search => self.searched(field, text).shown,
        }
    }

    /// Gives the result of the search of a text. Many texts were searched before.
    fn searched_or_known(&mut self, field: &'static str, text: &str) -> Searched {
        if is_content(field, text) {
            return self.searched(field, text);
        }
        let words = &self.settings.plain_words;
        let is_told = !self.told.is_empty();
        if !is_told && words.has(text) {
            return Searched::NOTHING;
        }
        let recent = RecentTexts::keeps(text).then_some(&self.settings.recent);
        if let Some(known) = recent.and_then(|recent| recent.find(text, &self.told)) {
            self.report.hidden_characters += known.hidden;
            return known;
        }
        let replaced = self.replaced;
        let searched = self.searched(field, text);
        if self.replaced > replaced {
            return searched;
        }
        if !is_told && searched == Searched::NOTHING {
            words.add(text);
        }
        if let Some(recent) = recent {
            recent.add(text, &self.told, &searched);
        }
        searched
    }

    /// Gives the text as it may be shown. `None` where that is the text as it is.
    pub fn redacted(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.searched(field, text).shown
    }

    fn searched(&mut self, field: &'static str, text: &str) -> Searched {
        self.is_settled = false;
        if is_content(field, text) {
            let shown = self.redacted_content(text);
            let again = shown.as_ref().map_or(Again::Nothing, |_| Again::Search);
            return Searched {
                shown,
                again,
                hidden: 0,
            };
        }
        let (cleaned, hidden) = visible::clean(text);
        self.report.hidden_characters += hidden;
        let mut shown = Cow::Borrowed(text);
        let mut again = Again::Nothing;
        if let Cow::Owned(cleaned) = cleaned
            && cleaned != text
        {
            // An escape sequence may end in the first letter of a token, which is then missing.
            let (hits, _) = self.hits(text, self.takes_own);
            shown = match hits.is_empty() {
                true => cleaned.into(),
                false => {
                    let replaced = self.replaced(field, text, hits);
                    visible::clean(&replaced).0.into_owned().into()
                }
            };
            again = Again::Search;
        }
        let mut endings = None;
        for round in 0..ROUNDS {
            let (hits, endings_there) = self.hits(&shown, round == 0 && self.takes_own);
            if hits.is_empty() {
                endings = Some(endings_there);
                break;
            }
            again = match again {
                Again::Nothing => Again::Hits(hits.clone()),
                _ => Again::Search,
            };
            shown = self.replaced(field, &shown, hits).into();
        }
        let people = &self.settings.people;
        let shortened = match &endings {
            Some(endings) => people.replace_homes_at(&shown, endings),
            None => people.replace_homes(&shown),
        };
        self.is_settled = endings.is_some() && shortened.is_none();
        if let Some(shortened) = shortened {
            shown = shortened.into();
            if again == Again::Nothing {
                again = Again::Homes;
            }
        }
        let shown = match shown {
            Cow::Owned(shown) => Some(shown),
            Cow::Borrowed(_) => None,
        };
        Searched {
            shown,
            again,
            hidden,
        }
    }

    /// Tells whether to look at what the last call of [`Self::redacted`] gave would change nothing.
    pub fn is_settled(&self, shown: &str) -> bool {
        self.is_settled && visible::clean(shown) == (Cow::Borrowed(shown), 0)
    }

    /// Finds the places that must not be shown, and those where home folders may end. Own patterns take part where
    /// nothing was replaced in it before.
    fn hits(&self, text: &str, is_first: bool) -> (Hits, Vec<NumberedPlace>) {
        match is_first {
            true => self.settings.hits(text, &self.told),
            false => self.settings.hits_again(text, &self.told),
        }
    }

    /// Gives what may be shown of the content of an attachment. If it is not shown, it stays as it is: it
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
                self.too_large.get_or_insert(bytes);
            }
            Some(String::new())
        })
    }

    fn redact_text(&mut self, field: &'static str, text: &mut String) {
        if let Some(redacted) = self.replacement(field, text) {
            *text = redacted;
        }
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

/// Reads from a tool call what it tells of its texts.
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

/// Tells whether a field holds the content of an attachment. Its base64 would look like tokens.
pub fn is_content(field: &str, text: &str) -> bool {
    field == "url" && data_url::split(text).is_some()
}

impl FieldVisitor for FirstPass<'_> {
    fn replacement(&mut self, field: &'static str, text: &str) -> Option<String> {
        let place = self.touched.of;
        self.touched.of += 1;
        if !(self.settings.go_on)() {
            // Nobody will see it: the message is not given out.
            return Some(String::new());
        }
        if let Some(touched) = self.first_read {
            return self.again(field, text, touched.again(place));
        }
        let Searched { shown, again, .. } = self.searched_or_known(field, text);
        self.touched.note(place, again);
        shown
    }

    fn judges_names(&self) -> bool {
        self.settings.level > RedactLevel::Off
            && self.first_read.is_none_or(|read| read.has_secret_field)
    }

    fn keeps(&self, value: &str) -> bool {
        self.settings.keeps(value)
    }

    fn named_secret(&mut self, field: &'static str, value: &str) -> String {
        self.touched.has_secret_field = true;
        self.placeholder(field, find::hit::ID, value)
    }

    fn member(&mut self, field: &'static str, name: &str, value: &mut Value) {
        let of_call = self.call.as_ref().and_then(|call| call.member(name));
        let of_file = (field == "source" && name == "value").then(|| self.file.clone());
        match of_call.or(of_file) {
            Some(told) => self.with(told, |pass| pass.json(field, value)),
            None => self.json(field, value),
        }
    }
}
