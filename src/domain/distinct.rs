//! Texts in the order in which they came, each once. They may be very many, so nobody looks through them all for each.

use std::collections::HashSet;

#[derive(Default)]
pub(super) struct Distinct {
    pub texts: Vec<String>,
    known: HashSet<String>,
}

impl Distinct {
    pub fn add(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            if !self.known.contains(&text) {
                self.known.insert(text.clone());
                self.texts.push(text);
            }
        }
    }
}
