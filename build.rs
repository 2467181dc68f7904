//! Turns the YAML files below `rules/` into JSON that the program carries: JSON is read several
//! times faster than YAML, and every run of the program reads all rules.

#![expect(clippy::disallowed_methods, reason = "a build script reads files")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut out = String::from("static BUILTIN: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file
            .strip_prefix(&root)?
            .to_string_lossy()
            .replace('\\', "/");
        let yaml = fs::read_to_string(file)?;
        let value: serde_json::Value =
            serde_yaml::from_str(&yaml).map_err(|error| format!("rules/{name}: {error}"))?;
        let _ = writeln!(out, "    ({name:?}, {:?}),", value.to_string());
    }
    out.push_str("];\n");
    println!("cargo::rerun-if-changed=rules");
    fs::write(
        PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("rules.rs"),
        out,
    )?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
