//! `vanthu completions` and `vanthu man`: what shells and `man` know of the command line, made of
//! the same table as the help.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap_complete::aot::generate;
use clap_mangen::Man;

use super::args::{self, Command, Completions};
use super::{Exit, Failure, read};
use crate::diagnostic::Language;
use crate::emit::clean;

/// Headings that the generator has in English only: its own, Vietnamese, English.
const HEADINGS: [(&str, &str, &str); 5] = [
    ("NAME", "TÊN", "NAME"),
    ("SYNOPSIS", "CÁCH DÙNG", "SYNOPSIS"),
    ("DESCRIPTION", "MÔ TẢ", "DESCRIPTION"),
    ("EXTRA", "MÃ THOÁT", "EXIT STATUS"),
    ("VERSION", "PHIÊN BẢN", "VERSION"),
];

pub(super) fn completions(args: &Completions, command: &Command) -> Result<Exit, Failure> {
    let mut table = args::described(command.language());
    let name = table.get_name().to_owned();
    // Into memory first: the generator takes a closed pipe for a fault of its own.
    let mut script = Vec::new();
    generate(args.shell, &mut table, name, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Clean)
}

pub(super) fn man(args: &args::Man, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let mut table = args::described(language);
    table.build();
    let Some(folder) = &args.folder else {
        let page = page(table, language)?;
        io::stdout().lock().write_all(page.1.as_bytes())?;
        return Ok(Exit::Clean);
    };
    let mut pages = Vec::new();
    add_pages(&table, language, &mut pages)?;
    let fail = |path: &Path, error: &io::Error| {
        let reason = read::io_reason(error, language);
        Failure::Message(format!("{}: {reason}", clean(&path.to_string_lossy())))
    };
    fs::create_dir_all(folder).map_err(|error| fail(folder, &error))?;
    for (name, text) in pages {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| fail(&path, &error))?;
    }
    Ok(Exit::Clean)
}

fn add_pages(
    table: &clap::Command,
    language: Language,
    pages: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    pages.push(page(table.clone(), language)?);
    for below in table.get_subcommands() {
        add_pages(below, language, pages)?;
    }
    Ok(())
}

/// File name and roff of the page of one command.
fn page(table: clap::Command, language: Language) -> Result<(String, String), Failure> {
    // The pages of commands name the version of the program too.
    let source = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(table).source(source);
    let mut roff = Vec::new();
    man.render(&mut roff)?;
    let roff = String::from_utf8_lossy(&roff);
    let text = roff.lines().map(|line| match line.strip_prefix(".SH ") {
        Some(name) => format!(".SH {}\n", heading(name, language)),
        None => format!("{line}\n"),
    });
    Ok((man.get_filename(), text.collect()))
}

fn heading(name: &str, language: Language) -> String {
    let row = HEADINGS.iter().find(|row| row.0 == name);
    match (row, language) {
        (Some(row), Language::Vi) => format!("\"{}\"", row.1),
        (Some(row), Language::En) => format!("\"{}\"", row.2),
        (None, _) => name.to_uppercase(),
    }
}
