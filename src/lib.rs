//! vanthu: a linter for Vietnamese administrative documents (văn bản hành chính).
//!
//! Data flows one way, each step a pure function in its own module:
//!
//! ```text
//! bytes --input--> Document --layout--> Logical --syntax--> Report --rules--> Vec<Diagnostic> --emit--> bytes
//! ```
//!
//! `ARCHITECTURE.md` has the map and the glossary.

#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod input;
pub mod layout;
pub mod rules;
pub mod syntax;
pub mod text;
pub mod vocabulary;
