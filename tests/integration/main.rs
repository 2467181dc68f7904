//! All integration tests in one binary: linking once is what makes them quick to build.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read fixtures and the project's own files, and fail by panicking"
)]

// Suppression comments, baselines, changed lines, cache.
mod adopt;
// The program as users run it: options, files, streams, exit codes.
mod cli;
// What others build on: action, hooks, release, completions, manual pages.
#[cfg(unix)]
mod ci;
// Configuration: which file holds for which document, and what is wrong with it.
mod config;
// The pages of the rules, made from the rules.
mod docs;
// Whole documents: tree and findings beside the input.
mod coverage;
mod documents;
// Findings as bytes: every format over the same findings.
mod emit;
// The same document in every format.
mod formats;
// Corrections: to a fixpoint, in every encoding, whole files or none.
mod fix;
// The small grammars: citations, dates, references, section by section.
mod grammar;
// What bytes become: encodings, normal form, damage, positions.
mod input;
// Physical lines to logical lines, and the way back.
mod layout;
// A repository of two thousand documents.
mod tree;
// Word documents with one fault of layout each.
mod looks;
// OpenDocument: what is read of it, and files made to harm.
mod opendocument;
// The language server: over pipes as an editor, and message by message.
mod lsp;
// One defect at a time in documents without fault.
mod mutations;
// PDF: fonts, columns, scans, hostile files.
mod pdf;
// What holds for every text: nothing panics, nothing is lost, every span is valid.
mod properties;
// The register of acts that ships: confirmed, and of one piece.
mod register;
// What the project promises about its own source: layers, data against code, paths in documents.
mod repo;
// The rules that ship: their files are right, their examples find what they say.
mod rules;
// Word files: what is read of them, and files made to harm.
mod word;
// What is right though it looks wrong: forms that no rule may report.
mod silence;
// XML against an XML Schema.
mod xsd;
// Word files against the schemas of Office Open XML.
mod ooxml;
// Word files with comments, held against the schema.
mod annotated;
// Word and OpenDocument files that are fixed or annotated.
mod written;
