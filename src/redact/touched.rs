//! Records what the first read of a message changed. A second read changes the same, and searches few texts for that.
//!
//! Some messages are read twice. The first read notes which of their texts it changed, by their places in the order of
//! the visit. The second read touches only those. If the number of texts differs, it searches all of them.

use super::find::hits::Hits;

/// The work that a second read has with a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Again {
    /// Nothing: it is shown as it is.
    Nothing,
    /// Show home folders as `~`.
    Homes,
    /// Replace these secrets, which are all that it holds, and show home folders as `~`.
    Hits(Hits),
    /// Clean it and search it.
    Search,
}

/// The changes of the first read of a message. There may be a hundred thousand messages, and most of them are shown as
/// they are, so this is small.
#[derive(Debug, Clone, Default)]
pub enum Touched {
    /// Nothing.
    #[default]
    Nothing,
    /// Home folders are shown as `~`, in any of its texts.
    Homes,
    /// More, in some of its texts.
    Texts(Box<TouchedTexts>),
}

/// The texts of a message that were changed.
#[derive(Debug, Clone, Default)]
pub struct TouchedTexts {
    /// Those in which more was done than to shorten home folders, in the order of the visit.
    texts: Vec<TouchedText>,
    /// How many texts the message has.
    pub(super) of: usize,
    /// True where the other texts hold home folders.
    has_homes: bool,
    /// True where a value is a secret by the name of its field.
    pub(super) has_secret_field: bool,
}

#[derive(Debug, Clone)]
struct TouchedText {
    place: usize,
    again: Again,
}

impl TouchedTexts {
    /// Those of a message in which nothing but home folders was changed.
    pub(super) fn homes() -> Self {
        Self {
            has_homes: true,
            ..Self::default()
        }
    }

    /// Notes what a second read has to do with the text at a place.
    pub(super) fn note(&mut self, place: usize, again: Again) {
        match again {
            Again::Nothing => {}
            Again::Homes => self.has_homes = true,
            Again::Hits(_) | Again::Search => self.texts.push(TouchedText { place, again }),
        }
    }

    /// Tells whether they are those of a message of so many texts.
    pub(super) fn fit(&self, texts: usize) -> bool {
        let are_any = !self.texts.is_empty() || self.has_secret_field;
        !are_any || self.of == texts
    }

    /// Gives the work that a second read has with the text at a place.
    pub(super) fn again(&self, place: usize) -> &Again {
        let text = self.texts.binary_search_by_key(&place, |text| text.place);
        match text.ok().and_then(|text| self.texts.get(text)) {
            Some(text) => &text.again,
            None if self.has_homes => &Again::Homes,
            None => &Again::Nothing,
        }
    }
}

impl From<TouchedTexts> for Touched {
    fn from(touched: TouchedTexts) -> Self {
        match touched {
            touched if !touched.texts.is_empty() || touched.has_secret_field => {
                Self::Texts(Box::new(touched))
            }
            touched if touched.has_homes => Self::Homes,
            _ => Self::Nothing,
        }
    }
}

impl Touched {
    /// Tells whether something was hidden, which may have stood in the middle of a value.
    pub(super) fn hides(&self) -> bool {
        matches!(self, Self::Texts(_))
    }

    /// Forgets the places of secrets where more than `most` would be kept, so that a second read searches for them.
    /// Adds how many are `kept`.
    pub(super) fn bound(&mut self, kept: &mut usize, most: usize) {
        let Self::Texts(touched) = self else { return };
        for text in &mut touched.texts {
            let Again::Hits(hits) = &text.again else {
                continue;
            };
            if *kept + hits.len() > most {
                text.again = Again::Search;
            } else {
                *kept += hits.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_read_touches_what_the_first_one_changed() {
        let mut texts = TouchedTexts::default();
        for again in [Again::Nothing, Again::Homes] {
            texts.note(0, again);
        }
        assert!(matches!(Touched::from(texts.clone()), Touched::Homes));
        let hits = Again::Hits(vec![(1..3, "a")]);
        texts.note(4, hits.clone());
        texts.note(6, Again::Search);
        assert_eq!(texts.again(4), &hits);
        assert_eq!(texts.again(5), &Again::Homes);
        assert_eq!(texts.again(6), &Again::Search);
        let mut touched = Touched::from(texts);
        assert!(touched.hides());
        let mut kept = 7;
        touched.bound(&mut kept, 8);
        assert_eq!(kept, 8);
        touched.bound(&mut kept, 8);
        let Touched::Texts(texts) = touched else {
            panic!("texts were touched");
        };
        assert_eq!(texts.again(4), &Again::Search);
    }

    #[test]
    fn of_a_message_that_is_shown_as_it_is_little_is_kept() {
        assert!(matches!(
            Touched::from(TouchedTexts::default()),
            Touched::Nothing
        ));
        assert!(size_of::<Touched>() <= 16);
    }
}
