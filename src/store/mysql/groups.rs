//! Lists of parameters come in a few sizes: a shorter one is filled up. That keeps the number of different statements small,
//! which the driver prepares once and keeps.

use crate::domain::site::Client;

/// Sizes of a list. The largest stays below the thousand from which on MariaDB turns a list into a table of its own.
const SIZES: [usize; 5] = [1, 4, 64, 250, MOST];

/// Most items in a list.
pub(super) const MOST: usize = 900;

/// `list` with `filler` behind it up to the next of a few sizes.
pub(super) fn filled_up<T: Clone>(mut list: Vec<T>, filler: T) -> Vec<T> {
    let size = SIZES.into_iter().find(|size| *size >= list.len()).unwrap_or(list.len());
    list.resize(size, filler);
    list
}

/// `list`, which is not empty, with its last item repeated: where saying a thing twice means no more than once.
pub(super) fn repeated<T: Clone>(list: &[T]) -> Vec<T> {
    list.last().map_or_else(Vec::new, |last| filled_up(list.to_vec(), last.clone()))
}

/// Clients in the order in which an `UPDATE` locks their dispatch states. Rows that are inserted are locked in the order given, and
/// two statements that lock the same rows in different orders wait for each other.
pub(super) fn in_key_order<'c>(clients: &[&'c Client]) -> Vec<&'c Client> {
    let mut clients = clients.to_vec();
    clients.sort_unstable_by(|a, b| a.site.as_str().cmp(b.site.as_str()));
    clients
}

/// `count` times `mark`, with commas.
pub(super) fn marks(mark: &str, count: usize) -> String {
    vec![mark; count].join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_few_sizes_and_keep_what_is_in_them() {
        for count in [1, 2, 4, 5, 65, 250, 251, 900] {
            let list: Vec<usize> = (0..count).collect();
            let filled = repeated(&list);
            assert!(SIZES.contains(&filled.len()));
            assert_eq!(filled[..count], list);
            assert!(filled[count..].iter().all(|item| *item == count - 1));
        }
        assert_eq!(filled_up(vec![1, 2], 0), [1, 2, 0, 0]);
        assert!(repeated::<u8>(&[]).is_empty());
    }
}
