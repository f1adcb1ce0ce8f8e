//! What it costs to read a message whose lines do not stand together.

use super::super::frames::Place;
use super::super::lines::{LinePlace, NEAR};

/// How much text is read again because a line belongs to earlier ones, with another message between them: a frame is
/// read from its beginning to where its line stands, and again to where the next message begins.
pub fn detour(lines: &[LinePlace], place: LinePlace) -> u64 {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return 0;
    };
    let (first, last, place) = (first.start, last.start, place.start);
    if last.frame != place.frame {
        return place.skip.saturating_add(first.skip);
    }
    let is_far =
        |other: Place| first.frame != other.frame || other.skip.saturating_sub(first.skip) > NEAR;
    match (is_far(last), is_far(place)) {
        (_, false) => 0,
        (false, true) => place.skip,
        (true, true) => place.skip.saturating_sub(last.skip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_far_from_each_other_in_a_frame_cost_something() {
        let at = |frame, skip| LinePlace {
            start: Place { frame, skip },
            bytes: 1,
        };
        let far = 9 * NEAR;
        let cost = |lines: &[LinePlace], place| detour(lines, place);
        assert_eq!(cost(&[at(0, far)], at(0, far + NEAR)), 0);
        assert_eq!(cost(&[at(0, 5)], at(0, far)), far);
        // It goes on from there.
        assert_eq!(cost(&[at(0, 5), at(0, far)], at(0, far + 7)), 7);
        // Both frames are read from their beginnings.
        assert_eq!(cost(&[at(0, far)], at(1, 3)), far + 3);
    }
}
