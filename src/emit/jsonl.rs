//! One JSON object a finding, each on its line, with the path.

use std::io::{self, Write};

use serde::Serialize;

use super::json::Finding;
use super::{Emit, FileReport};

pub(super) struct JsonLines;

#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    #[serde(flatten)]
    finding: Finding<'a>,
}

impl Emit for JsonLines {
    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        for located in &file.findings {
            let line = Line {
                path: file.path,
                finding: Finding::new(located),
            };
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        Ok(())
    }
}
