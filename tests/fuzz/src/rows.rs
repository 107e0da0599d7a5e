//! Changes from bytes. Each line is a change: its columns are separated by tabs, as in the files of real changes; what has no column
//! there is missing, and what is too much belongs to the `change_info`.

use wikibase_dispatch::domain::change::{Change, ChangeId};

/// More changes than these add time, and nothing else.
const MOST: usize = 64;

/// The changes that `input` stands for, each under its line's number.
pub fn of(input: &[u8]) -> Vec<Change> {
    input.split(|byte| *byte == b'\n').take(MOST).zip(1..).map(|(line, id)| change(id, line)).collect()
}

fn change(id: u64, line: &[u8]) -> Change {
    let mut columns = line.splitn(6, |byte| *byte == b'\t');
    let mut text = || String::from_utf8_lossy(columns.next().unwrap_or_default()).into_owned();
    let (kind, time, entity, revision, user) = (text(), text(), text(), text(), text());
    Change {
        id: ChangeId(id),
        kind,
        time,
        entity,
        revision: revision.parse().unwrap_or(0),
        user: user.parse().unwrap_or(0),
        info: columns.next().unwrap_or_default().to_vec(),
    }
}
