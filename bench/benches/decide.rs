//! One event from bytes to bytes, beside the least that any function must do with it: read the
//! JSON into a tree and write it again.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't run should stop")]

use claimsmith_bench::{EVENT, Subject};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::Value;

fn decide(criterion: &mut Criterion) {
    let subject = Subject::new().unwrap();
    let mut group = criterion.benchmark_group("event");
    group.bench_function("bytes to bytes", |bencher| {
        bencher.iter(|| subject.answer(EVENT.as_bytes()).unwrap());
    });
    group.bench_function("JSON tree there and back", |bencher| {
        bencher.iter(|| serde_json::from_str::<Value>(EVENT).unwrap().to_string());
    });
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
