//! Points in time, as stores keep them: milliseconds since the Unix epoch.

use std::num::NonZeroU64;

/// Milliseconds since the Unix epoch, between 1970 and the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(
    /// One more than that, so that an `Option` of it, of which a session has thousands, takes no more room.
    NonZeroU64,
);

impl Timestamp {
    /// The end of the year 9999, the last one that RFC 3339 can write.
    const LATEST: i64 = 253_402_300_799_999;

    /// Takes whole milliseconds; a fraction is rounded. `None` outside the years 1970 to 9999.
    pub fn from_millis(millis: f64) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53, so exact")]
        let is_valid = (0.0..=Self::LATEST as f64).contains(&millis);
        // In range, so the conversion is exact.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked against the range above"
        )]
        is_valid.then(|| Self::clamped(millis.round() as i64))
    }

    /// The nearest time in range.
    pub fn clamped(millis: i64) -> Self {
        let millis = millis.clamp(0, Self::LATEST).cast_unsigned();
        Self(NonZeroU64::MIN.saturating_add(millis))
    }

    /// Takes whole milliseconds. `None` outside the years 1970 to 9999.
    pub fn in_range(millis: i64) -> Option<Self> {
        (0..=Self::LATEST)
            .contains(&millis)
            .then(|| Self::clamped(millis))
    }

    /// Milliseconds since the Unix epoch.
    pub fn millis(self) -> i64 {
        self.0.get().cast_signed() - 1
    }
}

/// When something started and ended, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The start.
    pub start: Option<Timestamp>,
    /// The end; `None` for what never finished.
    pub end: Option<Timestamp>,
}

impl Span {
    /// The duration in milliseconds, where both ends are known and in order.
    pub fn millis(self) -> Option<i64> {
        let millis = self.end?.millis() - self.start?.millis();
        (millis >= 0).then_some(millis)
    }
}
