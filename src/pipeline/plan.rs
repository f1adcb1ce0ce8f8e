//! Cuts a document so that it keeps its budgets. `render/budget.rs` chooses the cuts. They are checked
//! here by rendering, so that a budget holds exactly.

use super::again::Extra;
use super::corridor::Corridor;
use super::drafts::Drafts;
use crate::error::{Error, Result};
use crate::render;
use crate::render::budget::Measure;
use crate::render::document::Content;
use crate::render::{Cuts, Survey, budget, part};

/// How often a choice of messages to leave out is made better.
const ATTEMPTS: usize = 4;

/// The cuts, and the survey of a session that is cut so.
#[derive(Clone)]
pub struct Plan {
    pub cuts: Cuts,
    pub survey: Survey,
}

impl Plan {
    /// The content of a document with these cuts.
    pub fn of<'a>(&'a self, whole: Content<'a>) -> Content<'a> {
        Content {
            survey: &self.survey,
            cuts: &self.cuts,
            ..whole
        }
    }
}

impl Corridor<'_, '_> {
    /// Chooses the cuts that keep the budgets. Gives `None` where there is no budget.
    pub fn plan(&mut self, content: &Content<'_>, drafts: &Drafts<'_>) -> Result<Option<Plan>> {
        let (of_part, budget) = (self.options.max_part_bytes, self.options.max_bytes);
        let has_budget = of_part.is_some() || budget.is_some();
        let whole = content;
        let part = self.part(content, drafts)?;
        if !has_budget {
            return Ok(part);
        }
        let content = &part.as_ref().map_or(*whole, |part| part.of(*whole));
        let largest = of_part.unwrap_or(usize::MAX);
        let budget = budget.unwrap_or(usize::MAX);
        let mut plan = Plan {
            cuts: Cuts {
                part_limit: Some(largest),
                ..content.cuts.clone()
            },
            survey: content.survey.clone(),
        };
        let whole = self.settle(&mut plan, content, drafts)?;
        if whole.bytes <= budget {
            return Ok(Some(plan));
        }
        let mut limit = budget::text_limit(&whole, budget);
        while let Some(texts) = limit {
            plan.cuts.part_limit = Some(texts.min(largest));
            if self.settle(&mut plan, content, drafts)?.bytes <= budget {
                return Ok(Some(plan));
            }
            limit = Some(texts / 4 * 3).filter(|texts| *texts >= budget::SMALLEST_LIMIT);
        }
        plan.cuts.part_limit = Some(budget::SMALLEST_LIMIT.min(largest));
        self.drop_messages(plan, content, drafts, budget)
    }

    /// The plan of a document that shows a part of the session. `None` where it shows all.
    fn part(&mut self, content: &Content<'_>, drafts: &Drafts<'_>) -> Result<Option<Plan>> {
        let Some(part) = &self.options.part else {
            return Ok(None);
        };
        let Some(outside) = part::outside(part, content.survey, content.tree) else {
            let turns = content.survey.sessions.first();
            let turns = turns.map_or(0, |main| main.turns.numbered());
            return Err(Error::InvalidOption(format!(
                "\"part\" holds nothing of this session, whose turns are 1 to {turns}."
            )));
        };
        let cuts = Cuts {
            outside,
            ..Cuts::default()
        };
        let survey = self.survey(content.tree, &cuts, drafts)?;
        Ok(Some(Plan { cuts, survey }))
    }

    /// The plan where whole messages have to be left out.
    fn drop_messages(
        &mut self,
        mut plan: Plan,
        content: &Content<'_>,
        drafts: &Drafts<'_>,
        budget: usize,
    ) -> Result<Option<Plan>> {
        let newest_error = content.survey.newest_error();
        let newest_error = newest_error.map(|error| (error.session, error.message));
        let mut smallest = usize::MAX;
        for drops_outcome in [false, true] {
            plan.cuts.drops_outcome = drops_outcome;
            plan.cuts.dropped.clear();
            let all = self.measure(&plan.cuts, content, drafts)?;
            let mut best = None;
            let mut target = budget;
            for _ in 0..ATTEMPTS {
                let dropped = budget::drop_messages(&all, newest_error, target);
                if best.is_none() && plan.cuts.dropped == dropped {
                    break;
                }
                plan.cuts.dropped = dropped;
                plan.survey = self.survey(content.tree, &plan.cuts, drafts)?;
                let bytes = self.settle(&mut plan, content, drafts)?.bytes;
                smallest = smallest.min(bytes);
                if bytes <= budget {
                    best = Some(plan.clone());
                    target += budget - bytes;
                } else if best.is_some() {
                    break;
                } else {
                    target = target.saturating_sub(bytes - budget);
                }
            }
            if best.is_some() {
                return Ok(best);
            }
        }
        Err(Error::InvalidOption(format!(
            "\"maxBytes\" is too small for this session: its shortest document takes {smallest} bytes."
        )))
    }

    /// Measures a document with a plan, and puts into the plan what the document tells of it.
    fn settle(
        &mut self,
        plan: &mut Plan,
        content: &Content<'_>,
        drafts: &Drafts<'_>,
    ) -> Result<Measure> {
        let content = Content {
            survey: &plan.survey,
            ..*content
        };
        let measure = self.measure(&plan.cuts, &content, drafts)?;
        if measure.cut == plan.cuts.total {
            return Ok(measure);
        }
        plan.cuts.total = measure.cut;
        self.measure(&plan.cuts, &content, drafts)
    }

    /// Renders a document that nobody sees.
    fn measure(
        &mut self,
        cuts: &Cuts,
        content: &Content<'_>,
        drafts: &Drafts<'_>,
    ) -> Result<Measure> {
        let content = Content { cuts, ..*content };
        let control = self.control;
        self.with_messages(cuts, drafts, Extra::default(), |messages| {
            render::render(&content, messages, &mut |_| control.check())
        })
    }
}
