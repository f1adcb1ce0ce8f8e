//! Redacts a text that is no session.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use super::elsewhere::Elsewhere;
use super::find::carrier::Carriers;
use super::first_pass::{FirstPass, ROUNDS};
use super::known::secrets::Secrets;
use super::people::People;
use super::report::RedactionReport;
use super::settings::Settings;
use super::visible;
use crate::model::SessionTree;
use crate::model::visit::Visitor as _;
use crate::options::{Hint, RedactOptions};

/// Redacts a text that is no session, such as a log. Gives the text and what was redacted. A text
/// with nothing to redact stays as it is, with its line ends and control characters.
pub fn redact_text<'t>(text: &'t str, options: &RedactOptions) -> (Cow<'t, str>, RedactionReport) {
    redact_hinted(text, options, &Hint::default())
}

/// The same for a text of which a caller knows where it comes from.
pub fn redact_hinted<'t>(
    text: &'t str,
    options: &RedactOptions,
    hint: &Hint,
) -> (Cow<'t, str>, RedactionReport) {
    let settings = Settings::new(options, people_of(options), &|| true);
    let told = Carriers::of_hint(hint);
    let mut secrets = Secrets::default();
    let mut first = FirstPass::new(&settings, &mut secrets).told(told.clone());
    let redacted = first.redacted("text", text);
    let mut is_settled = redacted
        .as_ref()
        .is_some_and(|shown| first.is_settled(shown));
    let mut report = first.into_report();
    let has_none = report.is_empty();
    let Some(mut redacted) =
        redacted.filter(|shown| !has_none || visible::clean(text).0 != **shown)
    else {
        return (text.into(), report);
    };
    // Once a value is replaced, the rest of the text can read as a secret itself.
    for _ in 0..ROUNDS {
        let memory = secrets.memory(false);
        let mut elsewhere = Elsewhere::new(&memory, false, &mut report);
        elsewhere.text("text", &mut redacted);
        let has_replaced = elsewhere.finish().unwrap_or(true);
        if !has_replaced && is_settled {
            break;
        }
        let first = FirstPass::new(&settings, &mut secrets).told(told.clone());
        let mut first = first.without_own_patterns();
        let again = first.redacted("text", &redacted);
        is_settled = again.as_ref().is_some_and(|shown| first.is_settled(shown));
        report.merge(first.into_report());
        match again {
            Some(again) => redacted = again,
            None => break,
        }
    }
    report.count_distinct(|rule| secrets.distinct(rule));
    (redacted.into(), report)
}

/// Gives the people that the options name. They are kept for the next text: logs are redacted line by line.
fn people_of(options: &RedactOptions) -> Arc<People> {
    thread_local! {
        static LAST: RefCell<Option<(RedactOptions, Arc<People>)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((known, people)) if known == options => people.clone(),
        _ => {
            let people = Arc::new(People::new(&SessionTree::default(), options));
            *last = Some((options.clone(), people.clone()));
            people
        }
    })
}
