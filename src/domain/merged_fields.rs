//! Fields of changes that are merged: each name once, where it first came, with the value that came last. They may be very many, so
//! nobody looks through them all for each.

use std::collections::HashMap;

use serde_json::Value;

#[derive(Default)]
pub(super) struct MergedFields {
    fields: Vec<(String, Value)>,
    places: HashMap<String, usize>,
}

impl MergedFields {
    pub fn add(&mut self, fields: impl IntoIterator<Item = (String, Value)>) {
        for (name, value) in fields {
            match self.places.get(&name) {
                Some(place) => self.fields[*place].1 = value,
                None => {
                    self.places.insert(name.clone(), self.fields.len());
                    self.fields.push((name, value));
                }
            }
        }
    }

    pub fn into_vec(self) -> Vec<(String, Value)> {
        self.fields
    }
}
