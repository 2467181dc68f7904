//! Configuration: texts of `vanthu.yaml` files → what is in force for a document.
//!
//! Pure: [`Config::resolve`] is given a way to read files, and whoever calls it finds them. A
//! configuration is a list of layers, the weakest first: what a file extends, the file, its
//! entries for some files that fit, the command line.

mod chain;
mod file;
mod glob;
mod in_force;
#[cfg(test)]
mod schema;
mod validate;

pub use chain::{Config, Glob, Unreadable};
pub use file::FailOn;
pub use in_force::{CommandLine, Entry, InForce, Origin};

/// The names a configuration file may have; the first that is there counts.
pub const FILE_NAMES: [&str; 2] = ["vanthu.yaml", ".vanthu.yaml"];

#[cfg(test)]
mod tests;
