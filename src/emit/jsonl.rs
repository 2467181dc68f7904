//! One JSON object a finding, each on its line, with the path.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{Finding, shown};
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
        shown(out, |out| {
            for located in file.located() {
                let line = Line {
                    path: file.path,
                    finding: Finding::new(&located),
                };
                serde_json::to_writer(&mut *out, &line)?;
                out.write_all(b"\n")?;
            }
            Ok(())
        })
    }
}
