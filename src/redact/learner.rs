//! Numbers the secrets of a session, in its order.

use std::sync::Arc;

use super::Redacted;
use super::contexts::Context;
use super::draft::{Draft, Drafter};
use super::first_pass::FirstPass;
use super::holes::{HoleMark, Numbers};
use super::known::secrets::Secrets;
use super::people::People;
use super::redactor::Redactor;
use super::report::RedactionReport;
use super::settings::Settings;
use super::touched::Touched;
use crate::model::{Runtime, Session, SessionTree, visit};
use crate::options::RedactOptions;

/// How many secrets are kept with the places of their texts, at most: four megabytes.
const MOST_KEPT_HITS: usize = 128 * 1024;

/// A draft whose secrets have their numbers.
pub struct Numbered {
    /// The numbers for its holes.
    pub numbers: Numbers,
    /// The texts of the message that were changed.
    pub touched: Touched,
    /// The contexts of its placeholders.
    pub contexts: Vec<Context>,
}

/// Sees a session for the first time: finds the secrets of its own fields, and numbers all.
pub struct Learner<'a> {
    settings: Settings<'a>,
    secrets: Secrets,
    report: RedactionReport,
    mark: HoleMark,
    /// How many secrets are kept with the places of their texts.
    kept_hits: usize,
}

impl<'a> Learner<'a> {
    /// Starts with what the tree tells of folders and users. Once `go_on` says no, nothing is
    /// given out any more.
    pub fn new(
        tree: &SessionTree,
        options: &RedactOptions,
        go_on: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let settings = Settings::new(options, Arc::new(People::new(tree, options)), go_on);
        Self {
            report: RedactionReport::new(settings.level),
            settings,
            secrets: Secrets::default(),
            mark: HoleMark::random(),
            kept_hits: 0,
        }
    }

    /// Makes a drafter of messages. It knows the numbers that were given by now.
    pub fn drafter(&self) -> Drafter<'a> {
        let secrets = self.secrets.clone();
        Drafter::new(self.settings.clone(), self.mark.clone(), secrets)
    }

    /// Learns from what the source told of the application.
    pub fn runtime(&mut self, runtime: &mut Runtime) {
        self.learn(|pass| visit::runtime(pass, runtime));
    }

    /// Learns from a session's own fields, and gives what is final where
    /// [`Redactor::knows_no_more`].
    pub fn session<'s>(&mut self, session: &'s mut Session) -> Redacted<&'s Session> {
        self.learn(|pass| visit::session(pass, session));
        Redacted(session)
    }

    fn learn(&mut self, visit: impl FnOnce(&mut FirstPass<'_>)) {
        let mut pass = FirstPass::new(&self.settings, &mut self.secrets);
        visit(&mut pass);
        self.report.merge(pass.into_report());
    }

    /// Numbers the secrets of a draft. The message may still hold values that are recognised only in a later one: it is final where
    /// [`Redactor::knows_no_more`].
    pub fn number(&mut self, draft: Draft) -> Numbered {
        let numbers = Numbers::give(&self.mark, draft.secrets, &mut self.secrets);
        self.report.merge(draft.report.filled(&numbers));
        let mut touched = draft.touched;
        touched.bound(&mut self.kept_hits, MOST_KEPT_HITS);
        let contexts = draft.contexts.into_iter();
        Numbered {
            contexts: contexts.map(|it| it.filled(&numbers)).collect(),
            numbers,
            touched,
        }
    }

    /// Ends learning.
    pub fn finish(self) -> Redactor<'a> {
        Redactor::new(self.settings, self.secrets, self.report)
    }
}
