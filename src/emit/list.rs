//! JSON arrays whose items come from many files.

use std::io::{self, Write};

use serde::Serialize;

use super::json::shown;

/// Writes the items of one file: each on its line, a comma between two.
pub(super) fn items<T: Serialize>(
    items: impl Iterator<Item = T>,
    out: &mut dyn Write,
) -> io::Result<()> {
    shown(out, |out| {
        for (index, item) in items.enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &item)?;
        }
        Ok(())
    })
}
