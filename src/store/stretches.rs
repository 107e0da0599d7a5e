//! Changes together with who is subscribed to their entities: what a stretch is made of.

use std::collections::HashMap;

use super::{ChangeBuffer, ReadLimit, Subscriptions};
use crate::{
    domain::{
        change::{Change, ChangeId},
        stretch::Sorting,
    },
    error::Result,
};

/// Reads changes and subscriptions at once.
pub trait Stretches: ChangeBuffer + Subscriptions {
    /// Reads as [`ChangeBuffer::read_changes`] does, and has each change sorted out with its subscribers. Everything after `after` and up
    /// to the id that is returned is in `sorting` then, and nothing else.
    fn read_stretch(
        &mut self,
        after: ChangeId,
        upto: ChangeId,
        limit: ReadLimit,
        sorting: &mut Sorting<'_>,
    ) -> Result<ChangeId> {
        read_one_after_the_other(self, after, upto, limit, sorting)
    }
}

/// First the changes, then the subscriptions.
pub(super) fn read_one_after_the_other<S: ChangeBuffer + Subscriptions + ?Sized>(
    store: &mut S,
    after: ChangeId,
    upto: ChangeId,
    limit: ReadLimit,
    sorting: &mut Sorting<'_>,
) -> Result<ChangeId> {
    sorting.begin_anew();
    let chunk = store.read_changes(after, upto, limit)?;
    sort_out(store, chunk.changes, sorting)?;
    Ok(chunk.reached)
}

/// Has changes sorted out that were read already.
pub fn sort_out<S: Subscriptions + ?Sized>(
    store: &mut S,
    changes: Vec<Change>,
    sorting: &mut Sorting<'_>,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut places = HashMap::new();
    let mut entities = Vec::new();
    for change in &changes {
        places.entry(change.entity.as_str()).or_insert_with(|| {
            entities.push(change.entity.as_str());
            entities.len() - 1
        });
    }
    // Few names come many times.
    let (mut names, mut numbers) = (Vec::new(), HashMap::new());
    let mut subscribers = vec![Vec::new(); entities.len()];
    store.each_subscriber(&entities, &mut |entity, site| {
        let Some(place) = places.get(entity) else {
            return;
        };
        let number = match numbers.get(site) {
            Some(number) => *number,
            None => {
                names.push(site.to_owned());
                numbers.insert(site.to_owned(), names.len() - 1);
                names.len() - 1
            }
        };
        subscribers[*place].push(number);
    })?;
    let of_changes: Vec<usize> = changes.iter().map(|change| places[change.entity.as_str()]).collect();
    for (change, place) in changes.into_iter().zip(of_changes) {
        sorting.take(change, subscribers[place].iter().map(|number: &usize| names[*number].as_str()));
    }
    Ok(())
}
