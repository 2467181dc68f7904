//! The command line in English: what `args` says in Vietnamese, by the names of commands and
//! arguments.

use clap::{Arg, Command};

use super::args::format_names;

const TEMPLATE: &str = "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}";

/// Name, what it does, usage. The program itself is the first.
const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "vanthu",
        "Check the format of Vietnamese administrative documents",
        "vanthu [OPTIONS] <COMMAND>",
    ),
    (
        "check",
        "Check files and folders",
        "vanthu check [OPTIONS] [PATH]...",
    ),
    (
        "outline",
        "Print the document as it is understood: header, sections, citations, recipients, signature",
        "vanthu outline [OPTIONS] <FILE>",
    ),
    (
        "explain",
        "Explain a rule: what it asks, its legal basis, a wrong and a right example",
        "vanthu explain [OPTIONS] <RULE>",
    ),
    (
        "rules",
        "List the rules; `rules test` runs the examples in rule files",
        "vanthu rules [OPTIONS]\n       vanthu rules test [FOLDER]\n       vanthu rules new <RULE> [FOLDER]",
    ),
    (
        "new",
        "Write a commented rule file to begin with",
        "vanthu rules new <RULE> [FOLDER]",
    ),
    (
        "profile",
        "Make a structure profile from a model document",
        "vanthu profile from [OPTIONS] <FILE>",
    ),
    (
        "from",
        "Write the structure profile that asks for the headings of a model document",
        "vanthu profile from [OPTIONS] <FILE>",
    ),
    (
        "init",
        "Write a commented configuration file vanthu.yaml",
        "vanthu init [OPTIONS] [FOLDER]",
    ),
    (
        "config",
        "Print the configuration in force for a file and where each value was set",
        "vanthu config [OPTIONS] [FILE]",
    ),
    (
        "lsp",
        "Run the language server (LSP) for editors on standard input and output",
        "vanthu lsp [OPTIONS]",
    ),
    (
        "completions",
        "Print the completion file for a shell",
        "vanthu completions <SHELL>",
    ),
    (
        "man",
        "Print the manual page of the program, or write all manual pages into a folder",
        "vanthu man [FOLDER]",
    ),
    (
        "test",
        "Run the examples in rule files",
        "vanthu rules test [FOLDER]",
    ),
];

/// Command, or nothing for all; argument; its help.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("", "lang", "Language of messages: vi, en [default: vi]"),
    ("", "color", "Colour: auto, always, never [default: auto]"),
    ("", "help", "Print help"),
    ("", "version", "Print version"),
    (
        "check",
        "paths",
        "Files or folders; `-` is standard input; links in a folder are not read [default: .]",
    ),
    ("check", "stdin_filename", "Name for standard input"),
    (
        "check",
        "force_exclude",
        "Leave out files that the configuration excludes or that are not Vietnamese even where they are named; for hooks, which name all files",
    ),
    (
        "check",
        "baseline",
        "Do not tell again the old findings that this file lists (may repeat)",
    ),
    (
        "check",
        "write_baseline",
        "Write all findings to this file, so that they are not told again",
    ),
    (
        "check",
        "cache_dir",
        "Folder in which results are kept for the next run [default: the cache folder of the system]",
    ),
    (
        "check",
        "no_cache",
        "Neither use nor keep the results of another run",
    ),
    (
        "check",
        "watch",
        "Check again whenever a file changes, until Ctrl-C",
    ),
    (
        "check",
        "diff_base",
        "Tell only what is on lines that changed since this git revision; `BRANCH...`: since it parted from there",
    ),
    (
        "check",
        "format",
        "Output format: {formats} [default: text]",
    ),
    (
        "check",
        "output",
        "Write the output to a file; with FORMAT= in addition to what is on the screen (may repeat)",
    ),
    (
        "check",
        "profile",
        "Structure profile to compare with, in place of the one chosen by the title",
    ),
    (
        "check",
        "rules",
        "Folder of rules that are added to those that ship or replace them (may repeat)",
    ),
    (
        "check",
        "select",
        "Only these rules or groups, separated by commas",
    ),
    (
        "check",
        "ignore",
        "Without these rules or groups, separated by commas",
    ),
    ("check", "preview", "Also the rules that are not yet stable"),
    (
        "check",
        "fail_on",
        "Least severity that makes the exit code 1: error, warning, info, never [default: error]",
    ),
    ("check", "quiet", "Findings only, no summary"),
    (
        "check",
        "statistics",
        "Print how often each rule found something in place of the findings (text, compact)",
    ),
    (
        "check",
        "fix",
        "Write the safe fixes into the files and report what remains; with `-` the fixed text goes to standard output",
    ),
    (
        "check",
        "fix_layout",
        "Set the layout of .docx and .odt files right: margins, page numbers, fonts, sizes and styles; the words stay",
    ),
    (
        "check",
        "diff",
        "Print what --fix (or --fix-layout) would change as a unified diff and change nothing; the exit code is 1 if there is any",
    ),
    (
        "check",
        "unsafe_fixes",
        "With --fix or --diff: also the fixes that may change the meaning",
    ),
    (
        "check",
        "annotate",
        "Write a copy of the .docx file that is checked, each finding a comment at its place",
    ),
    (
        "check",
        "allow_empty",
        "It is no failure if there is no file to check",
    ),
    (
        "",
        "config",
        "Configuration file, in place of the nearest vanthu.yaml",
    ),
    ("", "no_config", "Use no configuration file"),
    (
        "lsp",
        "stdio",
        "Has no effect: standard input and output are always used",
    ),
    ("init", "folder", "Folder for the file [default: .]"),
    ("init", "force", "Overwrite a file that is there"),
    ("config", "file", "File or folder [default: .]"),
    ("outline", "file", "File; `-` is standard input"),
    (
        "outline",
        "text",
        "Print the text, normalised and with its lines joined; of docx, odt and pdf as it was read, line by line",
    ),
    (
        "outline",
        "check",
        "Put this structure profile (its name or a .yaml file; without one: that of the configuration) beside the headings: there, different, missing, extra; the exit code is 1 if a required section is missing",
    ),
    ("from", "file", "Model document; `-` is standard input"),
    (
        "from",
        "name",
        "Name of the profile, and of its file [default: after that of the model document]",
    ),
    (
        "from",
        "depth",
        "Levels of headings, from 1 to 6 [default: 2]",
    ),
    ("from", "output", "Write to a file in place of the screen"),
    (
        "new",
        "id",
        "Id of the rule: its group, then words in lower case joined by `-`",
    ),
    ("new", "folder", "Folder of rules [default: rules]"),
    ("explain", "rule", "Id of the rule"),
    (
        "completions",
        "shell",
        "Shell: bash, zsh, fish, powershell, elvish",
    ),
    (
        "man",
        "folder",
        "Folder for the pages of the program and of each command [default: print that of the program]",
    ),
    ("", "rules", "Folder of additional rules (may repeat)"),
    ("", "format", "Output format: text, json [default: text]"),
    (
        "test",
        "folder",
        "Folder of rules [default: the rules that ship]",
    ),
];

/// Names of values and headings.
const WORDS: &[(&str, &str)] = &[
    ("ĐƯỜNG DẪN", "PATH"),
    ("ĐỊNH DẠNG", "FORMAT"),
    ("[ĐỊNH DẠNG=]TỆP", "[FORMAT=]FILE"),
    ("KHI NÀO", "WHEN"),
    ("MỨC", "SEVERITY"),
    ("NGÔN NGỮ", "LANGUAGE"),
    ("QUY TẮC", "RULE"),
    ("MẪU", "PROFILE"),
    ("SỐ", "NUMBER"),
    ("PHIÊN BẢN", "REVISION"),
    ("THƯ MỤC", "FOLDER"),
    ("TÊN", "NAME"),
    ("TỆP", "FILE"),
    ("Tham số", "Arguments"),
    ("Tùy chọn", "Options"),
    ("Tùy chọn chung", "Global options"),
];

/// The same command in English, its subcommands included.
pub(super) fn english(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Commands")
        .subcommand_value_name("COMMAND")
        .mut_args(|arg| argument(&name, arg))
        .mut_subcommands(english);
    if name == "vanthu" {
        command = command.after_help(
            "Exit codes: 0 nothing to report; 1 findings at or above --fail-on, or a required \
             section is missing (outline --check); 2 the run could not be done.",
        );
    }
    match COMMANDS.iter().find(|row| row.0 == name) {
        Some(&(_, about, usage)) => command.about(about).override_usage(usage),
        None => command,
    }
}

fn argument(command: &str, mut arg: Arg) -> Arg {
    let id = arg.get_id().to_string();
    let mut rows = ARGUMENTS.iter().filter(|row| row.1 == id);
    let row = rows
        .clone()
        .find(|row| row.0 == command)
        .or_else(|| rows.find(|row| row.0.is_empty()));
    if let Some((.., help)) = row {
        arg = arg.help(help.replace("{formats}", &format_names()));
    }
    let value = match arg.get_value_names() {
        Some([name]) => word(name),
        _ => None,
    };
    if let Some(value) = value {
        arg = arg.value_name(value);
    }
    match arg.get_help_heading().and_then(word) {
        Some(heading) => arg.help_heading(heading),
        None => arg,
    }
}

fn word(vietnamese: &str) -> Option<&'static str> {
    let known = WORDS.iter().find(|(vi, _)| *vi == vietnamese);
    known.map(|(_, en)| *en)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn help_of(command: &mut Command, path: &str, out: &mut Vec<(String, String)>) {
        let path = format!("{path} {}", command.get_name());
        out.push((path.clone(), command.render_long_help().to_string()));
        let names: Vec<_> = command
            .get_subcommands()
            .map(|c| c.get_name().to_owned())
            .collect();
        for name in names {
            if let Some(below) = command.find_subcommand_mut(&name) {
                help_of(below, &path, out);
            }
        }
    }

    #[test]
    fn nothing_is_left_in_vietnamese() {
        let mut command = english(super::super::args::Command::command());
        command.build();
        let mut pages = Vec::new();
        help_of(&mut command, "", &mut pages);
        assert_eq!(pages.len(), COMMANDS.len());
        for (path, page) in pages {
            assert!(page.is_ascii(), "{path}: {page}");
        }
    }
}
