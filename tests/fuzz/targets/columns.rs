//! Short texts from the database and the configuration: locks in `chd_lock`, times, table prefixes, names of wikis, Redis servers.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::{Lock, Rest},
        lock_name::LockName,
        prune::PruneNote,
        receipts::Receipts,
        sent::Sent,
        site::SiteId,
        time::Timestamp,
    },
    lock::RedisServer,
    store::TablePrefix,
};
use wikibase_dispatch_fuzz::local;

const TTL: Duration = Duration::from_secs(300);

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    a_lock(&text);
    if let Some(note) = PruneNote::parse(ChangeId(7), Timestamp::from_unix(9), &text) {
        assert_eq!(PruneNote::parse(note.ripe, note.at, &note.to_text()), Some(note));
    }
    if let Ok(receipts) = Receipts::parse(&text) {
        assert!(receipts.to_text().len() > 8000 || Receipts::parse(&receipts.to_text()) == Ok(receipts));
    }
    if let Some(sent) = Sent::parse(&text) {
        assert_eq!(Sent::parse(&sent.to_text()), Some(sent));
    }
    if let Some(time) = Timestamp::parse_mw(&text) {
        assert_eq!(time.to_mw(), text);
    }
    if let Some(prefix) = TablePrefix::parse(&text) {
        assert_eq!(prefix.as_str(), text);
        assert!(!text.contains(['\'', '"', '`', '\\', ';', ' ', '\0', '/', '.', '%']), "{text:?} gets into SQL");
    }
    if let Some(server) = RedisServer::parse(&text) {
        assert_eq!(RedisServer::parse(&server.to_string()), Some(server), "an administrator can write what is said");
    }
    if let Some(site) = SiteId::parse(&text) {
        let name = LockName::new(&local(), &site);
        assert!(!name.as_str().contains(char::is_control) && name.as_str().len() <= 26 + 6 + SiteId::MAX_BYTES);
    }
});

fn a_lock(text: &str) {
    let lock = Lock::parse(Some(text));
    let written = match &lock {
        Lock::Free => return,
        Lock::Claimed(claim) => claim.to_string(),
        Lock::Resting(rest) => rest.to_string(),
    };
    assert_eq!(Lock::parse(Some(&written)), lock);
    for now in [i64::MIN, -1, 0, 1_800_000_000, i64::MAX].map(Timestamp::from_unix) {
        // Whatever a row says, nobody waits for it longer than for a claim of ours (G10).
        if let Some(until) = lock.blocked_until(now, TTL) {
            assert!(now.until(until) <= TTL.max(Duration::from_secs(300)));
        }
        if let Lock::Claimed(claim) = &lock {
            let rest = Rest::after(claim, now);
            assert!(now.until(rest.until) <= Duration::from_secs(300) && rest.failures >= claim.failures);
        }
    }
}
