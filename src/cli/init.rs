//! `vanthu init`

use std::fs;
use std::io::{self, Write as _};

use super::args::{Command, Init};
use super::{Exit, Failure, create, read};
use crate::config::FILE_NAMES;
use crate::emit::{clean, say};

/// What is written: every key, commented out.
const TEMPLATE: &str = include_str!("init.yaml");

pub(super) fn run(args: &Init, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let existing = FILE_NAMES.map(|name| args.folder.join(name));
    let path = args.folder.join(FILE_NAMES[0]);
    if args.force {
        fs::write(&path, TEMPLATE).map_err(|error| {
            let reason = read::io_reason(&error, language);
            Failure::Message(format!("{}: {reason}", clean(&path.to_string_lossy())))
        })?;
    } else if let Some(existing) = existing.iter().find(|path| path.exists()) {
        let name = clean(&existing.to_string_lossy()).into_owned();
        return Err(Failure::Message(say!(
            language,
            "đã có {name} (ghi đè: --force)",
            "{name} is there already (--force overwrites it)"
        )));
    } else {
        create(&path, TEMPLATE, language)?;
    }
    let name = clean(&path.to_string_lossy()).into_owned();
    let said = say!(
        language,
        "Đã viết {name}\nXem cấu hình có hiệu lực: vanthu config\n",
        "Written: {name}\nTo see what is in force: vanthu config\n"
    );
    io::stdout().lock().write_all(said.as_bytes())?;
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::rules::RuleSet;

    #[test]
    fn what_is_written_is_right_with_and_without_its_marks() {
        let used: Vec<_> = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.starts_with(' ') || key.starts_with("  ") => key,
                _ => line,
            })
            .collect();
        let used = used.join("\n");
        assert!(used.contains("\nextends: "));
        for yaml in [TEMPLATE, &used] {
            let read = |path: &Path| {
                let is_it = path == Path::new("/p/q/vanthu.yaml");
                Ok(if is_it {
                    yaml.to_owned()
                } else {
                    String::new()
                })
            };
            let config = Config::resolve(Path::new("/p/q/vanthu.yaml"), Path::new("/p/q"), &read);
            assert_eq!(config.mistakes(&RuleSet::builtin()), []);
        }
        assert!(used.lines().count() == TEMPLATE.lines().count());
    }
}
