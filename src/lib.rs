//! vanthu: a linter for Vietnamese administrative documents (văn bản hành chính).
//!
//! Data flows one way, each step a pure function in its own module:
//!
//! ```text
//! bytes --input--> Document --layout--> Logical --syntax--> Report --rules--> Vec<Diagnostic> --emit--> bytes
//! ```
//!
//! The library does no I/O: bytes go in, findings come out. Files, the terminal and the environment
//! belong to the module `cli`, which the feature `cli` (on by default) adds.
//!
//! ```
//! use vanthu::input;
//! use vanthu::rules::{Options, RuleSet, check};
//!
//! let rules = RuleSet::builtin();
//! let bytes = "Xã thực hiện Quyết định 45/2019/QĐ-TTg ngày 12/7/2019.".as_bytes();
//! let document = input::read("bao-cao.txt", bytes)?;
//! let outcome = check(&document, &rules, Options::default());
//!
//! let finding = outcome.diagnostics.iter().next().expect("there is a finding");
//! assert_eq!(finding.rule.id, "citation-missing-number-word");
//! // Spans are bytes of `Document::source`; lines and columns count from 1.
//! let span = finding.span.expect("the finding has a place");
//! assert_eq!(span.of(document.source()), "Quyết định 45/2019/QĐ-TTg");
//! let at = document.position(span.start);
//! assert_eq!((at.line, at.column), (1, 14));
//!
//! // What the document was understood to be.
//! assert_eq!(outcome.report.citations[0].canonical, "45/2019/QĐ-TTg");
//! # Ok::<(), vanthu::input::InputError>(())
//! ```
//!
//! [`rules::RuleSet::extended`] adds rules of one's own, [`emit`] writes findings in the formats of
//! the program.
//!
//! `ARCHITECTURE.md` has the map and the glossary.

#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod fix;
pub mod input;
pub mod layout;
#[cfg(feature = "cli")]
pub mod lsp;
pub mod rules;
pub mod syntax;
pub mod text;
pub mod vocabulary;
