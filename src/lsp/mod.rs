//! The language server as a state machine: messages in, messages and work to be done out. Pipes,
//! threads, clocks, files and configurations belong to `cli`.
//!
//! All that is known of the protocol's shapes stands in `protocol`, all that is known of
//! JSON-RPC in `message`.

mod actions;
mod analysis;
mod edits;
mod findings;
mod hover;
mod links;
mod message;
mod options;
mod position;
mod protocol;
mod server;
mod symbols;
mod uri;

pub use analysis::{Analysis, Judge, analyse, analyse_file};
pub use findings::{FileFindings, Place, file_findings};
pub use message::{Malformed, Message};
pub use options::Options;
pub use position::Encoding;
pub use server::{Earlier, Effect, Job, Server};
pub use uri::{path_of, uri_of};
