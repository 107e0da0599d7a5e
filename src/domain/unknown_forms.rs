//! What was met in changes and usages that this version does not know, counted by name: each means that pages are updated
//! which need not be, and that an upgrade is due.

use std::collections::BTreeMap;

use super::{change::ChangeId, excerpt::excerpt};

/// Names that are kept; more add nothing to what is to be done.
const MOST: usize = 20;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownForm {
    /// How often it was met.
    pub count: u64,
    /// A change that shows it; `None` where it is no change that does.
    pub example: Option<ChangeId>,
}

/// See the file's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownForms(BTreeMap<String, UnknownForm>);

impl UnknownForms {
    /// Counts one.
    pub fn met(&mut self, name: &str, example: Option<ChangeId>) {
        self.add(&excerpt(name), UnknownForm { count: 1, example });
    }

    /// Counts what somebody else has met.
    pub fn met_also(&mut self, others: &Self) {
        others.iter().for_each(|(name, form)| self.add(name, form));
    }

    fn add(&mut self, name: &str, met: UnknownForm) {
        if let Some(form) = self.0.get_mut(name) {
            form.count += met.count;
        } else if self.0.len() < MOST {
            self.0.insert(name.to_owned(), met);
        }
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, UnknownForm)> + Clone {
        self.0.iter().map(|(name, form)| (name.as_str(), *form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_with_the_first_change_that_shows_it_and_not_too_many_are_kept() {
        let mut forms = UnknownForms::default();
        for id in 5..8 {
            forms.met("a", Some(ChangeId(id)));
        }
        assert_eq!(forms.iter().collect::<Vec<_>>(), [("a", UnknownForm { count: 3, example: Some(ChangeId(5)) })]);
        let mut others = forms.clone();
        others.met_also(&forms);
        assert_eq!(others.iter().collect::<Vec<_>>(), [("a", UnknownForm { count: 6, example: Some(ChangeId(5)) })]);
        (0..1000).for_each(|number| forms.met(&number.to_string(), None));
        assert_eq!(forms.iter().count(), MOST);
    }
}
