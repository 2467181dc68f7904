//! All integration tests in one binary: linking once is what makes them quick to build.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read fixtures and the project's own files, and fail by panicking"
)]

// Whole documents: tree and findings beside the input.
mod documents;
// The small grammars: citations, dates, references, section by section.
mod grammar;
// What holds for every text: nothing panics, nothing is lost, every span is valid.
mod properties;
// What the project promises about its own source: layers, data against code, paths in documents.
mod repo;
// The rules that ship: their files are right, their examples find what they say.
mod rules;
