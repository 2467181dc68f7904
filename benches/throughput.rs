//! Bytes a second, one thread: the whole line and its stages, at three sizes. `cargo bench`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use vanthu::document::Document;
use vanthu::rules::{Options, RuleSet, check};
use vanthu::{input, layout, syntax};

/// One report, a large one, a whole archive in one file. Cost linear in size shows as a
/// throughput that stays.
const SIZES: [usize; 3] = [33_000, 1_000_000, 10_000_000];

fn main() {
    divan::main();
}

/// A report of an invented commune, its sections repeated up to the size.
fn report(size: usize) -> String {
    const HEAD: &str = include_str!("report/head.txt");
    const SECTION: &str = include_str!("report/section.txt");
    const FOOT: &str = include_str!("report/foot.txt");
    let mut text = String::with_capacity(size + SECTION.len());
    text.push_str(HEAD);
    while text.len() + FOOT.len() < size {
        text.push_str(SECTION);
    }
    text.push_str(FOOT);
    text
}

fn read(text: &str) -> Document {
    input::read("bench.txt", text.as_bytes()).expect("the report is text")
}

fn bytes(text: &str) -> BytesCount {
    BytesCount::new(text.len())
}

#[divan::bench(args = SIZES, max_time = 5)]
fn a_whole_line(bencher: Bencher<'_, '_>, size: usize) {
    let text = report(size);
    let rules = RuleSet::builtin();
    bencher
        .counter(bytes(&text))
        .bench_local(|| check(&read(black_box(&text)), &rules, Options::default()).diagnostics);
}

#[divan::bench(args = SIZES, max_time = 5)]
fn b_read(bencher: Bencher<'_, '_>, size: usize) {
    let text = report(size);
    bencher
        .counter(bytes(&text))
        .bench_local(|| read(black_box(&text)));
}

#[divan::bench(args = SIZES, max_time = 5)]
fn c_unwrap(bencher: Bencher<'_, '_>, size: usize) {
    let text = report(size);
    let document = read(&text);
    bencher
        .counter(bytes(&text))
        .bench_local(|| layout::unwrap(black_box(&document)));
}

#[divan::bench(args = SIZES, max_time = 5)]
fn d_parse(bencher: Bencher<'_, '_>, size: usize) {
    let text = report(size);
    let document = read(&text);
    let logical = layout::unwrap(&document);
    bencher
        .counter(bytes(&text))
        .bench_local(|| syntax::parse(black_box(&document), black_box(&logical)));
}

/// What every run pays before the first byte of a document.
#[divan::bench]
fn e_load_rules() -> RuleSet {
    RuleSet::builtin()
}
