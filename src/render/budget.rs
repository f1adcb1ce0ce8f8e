//! Chooses what to cut so that a document is no larger than `maxBytes`.
//!
//! 1. All texts of parts are cut to one common limit, so that the longest pay first and every message
//!    stays in its place.
//! 2. Where that limit would be too small to tell anything, whole messages are left out too: those of
//!    sub-agents first, then the oldest. The first message, which tells what was asked, and the newest
//!    error stay.
//!
//! The sizes come from a rendering that nobody sees. What is chosen is rendered again, until a
//! rendering fits: then the document is that very rendering.

use super::cuts::{PartBudget, Total};

/// The smallest common limit, in bytes; below it, messages are left out instead.
pub const SMALLEST_LIMIT: usize = 500;

/// A note where a text was cut takes no more than this, in bytes.
const NOTE: usize = 160;

/// What a rendering came to.
#[derive(Debug, Clone, Default)]
pub struct Measure {
    /// The size of the document in bytes.
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Its checksum.
    pub checksum: u64,
    /// What was cut.
    pub cut: Total,
    /// The size of each message in the document, by session.
    pub messages: Vec<Vec<usize>>,
    /// How much of the texts of each part is shown, in bytes, where it may be cut.
    pub texts: Vec<usize>,
}

impl Measure {
    /// Adds the next message of a session.
    pub fn add_message(&mut self, session: usize, bytes: usize) {
        if self.messages.len() <= session {
            self.messages.resize_with(session + 1, Vec::new);
        }
        if let Some(messages) = self.messages.get_mut(session) {
            messages.push(bytes);
        }
    }

    /// Adds what was shown and cut of the texts of parts.
    pub fn add_texts(&mut self, budget: PartBudget) {
        self.texts = budget.shown;
        self.cut.bytes = budget.cut.bytes;
        self.cut.places = budget.cut.places;
    }

    /// How large the document would be, at most, with texts cut to `limit`.
    fn estimate(&self, limit: usize) -> usize {
        let longer = self.texts.iter().filter(|length| **length > limit + NOTE);
        let saved: usize = longer.map(|length| length - limit - NOTE).sum();
        self.bytes.saturating_sub(saved)
    }
}

/// The largest limit for texts with which a document keeps the budget; `None` where that would be too
/// small to tell anything.
pub fn text_limit(measure: &Measure, budget: usize) -> Option<usize> {
    let longest = measure.texts.iter().copied().max().unwrap_or_default();
    let (mut fits, mut exceeds) = (SMALLEST_LIMIT, longest.max(SMALLEST_LIMIT) + 1);
    if measure.estimate(fits) > budget {
        return None;
    }
    while exceeds - fits > 1 {
        let middle = fits.midpoint(exceeds);
        if measure.estimate(middle) <= budget {
            fits = middle;
        } else {
            exceeds = middle;
        }
    }
    Some(fits)
}

/// The messages to leave out where cutting texts is not enough, by session. `measure` is that of a
/// document with all messages.
pub fn drop_messages(
    measure: &Measure,
    newest_error: Option<(usize, usize)>,
    budget: usize,
) -> Vec<Vec<bool>> {
    let of_messages: usize = measure.messages.iter().flatten().sum();
    let mut left = budget.saturating_sub(measure.bytes.saturating_sub(of_messages));
    let mut dropped: Vec<Vec<bool>> = measure
        .messages
        .iter()
        .map(|messages| vec![true; messages.len()])
        .collect();
    // What comes first is kept first.
    let newest_first = measure
        .messages
        .iter()
        .enumerate()
        .flat_map(|(session, messages)| {
            let newest_first = (0..messages.len()).rev();
            newest_first.map(move |message| (session, message))
        });
    let mut is_full = false;
    for (session, message) in newest_error.into_iter().chain([(0, 0)]).chain(newest_first) {
        let flag = dropped
            .get_mut(session)
            .and_then(|flags| flags.get_mut(message));
        let size = measure
            .messages
            .get(session)
            .and_then(|messages| messages.get(message));
        let (Some(flag), Some(size)) = (flag, size) else {
            continue;
        };
        let is_error = newest_error == Some((session, message));
        if !*flag || (is_full && !is_error) {
            continue;
        }
        if *size + NOTE <= left || is_error {
            left = left.saturating_sub(*size);
            *flag = false;
        } else if (session, message) != (0, 0) {
            // One large message does not make room for older ones: a gap would hide it.
            is_full = true;
        }
    }
    dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(bytes: usize, messages: &[&[usize]], texts: &[usize]) -> Measure {
        Measure {
            bytes,
            messages: messages.iter().map(|sizes| sizes.to_vec()).collect(),
            texts: texts.to_vec(),
            ..Measure::default()
        }
    }

    #[test]
    fn the_longest_texts_pay() {
        let sizes = measure(102_000, &[], &[100_000, 1_000, 100]);
        assert_eq!(text_limit(&sizes, 12_000), Some(9_840));
        assert_eq!(text_limit(&sizes, 2_000), None);
        assert!(text_limit(&sizes, 200_000) >= Some(100_000));
    }

    #[test]
    fn the_newest_messages_the_first_one_and_the_newest_error_stay() {
        let sizes = measure(
            11_000,
            &[&[1_000, 1_000, 1_000, 1_000], &[1_000, 5_000]],
            &[],
        );
        assert_eq!(
            drop_messages(&sizes, None, 4_500),
            [vec![false, true, false, false], vec![true, true]]
        );
        assert_eq!(
            drop_messages(&sizes, Some((1, 0)), 4_500),
            [vec![false, true, true, false], vec![false, true]]
        );
    }
}
