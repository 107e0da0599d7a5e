//! Benchmarks of the pure core, on the shapes of real changes: what each change costs before any database is involved.

#![allow(missing_docs, reason = "criterion's macro makes a function without any")]

use std::{hint::black_box, sync::Arc};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use wikibase_dispatch::domain::{
    change::{Change, ChangeId},
    change_info,
    notification::{self, Phrasebook, Prepared, Version},
    site::SiteId,
};

const STATEMENT: &str = r#"{"compactDiff":"{\"arrayFormatVersion\":1,\"labelChanges\":[],\"descriptionChanges\":[],\"statementChanges\":[\"P31\"],\"siteLinkChanges\":[],\"otherChanges\":false}","metadata":{"page_id":3926451,"rev_id":645091312,"parent_id":645091281,"comment":"\/* wbcreateclaim-create:1| *\/ [[Property:P31]]: [[Q46190676]], #petscan","user_text":"Editor-086646","central_user_id":6962001,"bot":0}}"#;
const SITE_LINK: &str = r#"{"compactDiff":"{\"arrayFormatVersion\":1,\"labelChanges\":[\"en\"],\"descriptionChanges\":[],\"statementChanges\":[],\"siteLinkChanges\":{\"enwiki\":[null,\"Berlin\",false]},\"otherChanges\":false}","metadata":{"page_id":42,"rev_id":8,"parent_id":7,"comment":"\/* wbsetsitelink-add:1|enwiki *\/ Berlin","user_text":"Editor-1","central_user_id":5,"bot":0}}"#;

fn changes(count: u64) -> Vec<Change> {
    (1..=count)
        .map(|id| Change {
            id: ChangeId(id),
            kind: "wikibase-item~update".into(),
            time: "20260131235959".into(),
            entity: format!("Q{id}"),
            revision: id,
            user: 5,
            info: if id % 25 == 0 { SITE_LINK } else { STATEMENT }.as_bytes().to_vec(),
        })
        .collect()
}

fn relevance(c: &mut Criterion) {
    let mut group = c.benchmark_group("relevance");
    group.throughput(Throughput::Elements(1));
    for (name, info) in [("no site link", STATEMENT), ("a site link", SITE_LINK)] {
        group.bench_function(name, |b| b.iter(|| change_info::glance(black_box(info.as_bytes()))));
    }
    group.finish();
}

fn notifications(c: &mut Criterion) {
    const COUNT: u64 = 1000;
    let repo = SiteId::parse("repowiki").expect("a site id");
    let prepared = |changes: Vec<Change>| {
        let mut book = Phrasebook::default();
        changes.into_iter().map(|change| Arc::new(Prepared::among(change, true, &mut book))).collect::<Vec<_>>()
    };
    let rows = changes(COUNT);
    let changes = prepared(rows.clone());
    let encode = |changes| notification::encode(Version::Packed, &repo, changes, None);
    let written = encode(&changes);
    let mut group = c.benchmark_group("notification of 1000 changes");
    group.throughput(Throughput::Elements(COUNT));
    group.bench_function("prepare", |b| b.iter_batched(|| rows.clone(), prepared, BatchSize::SmallInput));
    group.bench_function("write", |b| b.iter(|| encode(black_box(&changes))));
    group.bench_function("read", |b| b.iter(|| notification::decode(black_box(&written))));
    group.finish();
}

criterion_group!(core, relevance, notifications);
criterion_main!(core);
