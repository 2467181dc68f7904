//! `--fix` and `--diff`: what becomes of one file.

use std::io::{self, IsTerminal as _};

use super::args::{Check, Command};
use super::diff::{self, Look};
use super::target::{Target, TargetKind};
use super::{Failure, write};
use crate::diagnostic::{Applicability, Language};
use crate::document::Format;
use crate::emit::{clean, leading_path, say};
use crate::fix::{self, Checked, Fixed, Scope};

/// What is done with corrections, and with which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixing {
    scope: Scope,
    mode: Mode,
    language: Language,
}

#[derive(Clone, Copy, Debug)]
enum Mode {
    /// They are written into the file; those of standard input to standard output.
    Apply,
    /// They are shown as a diff.
    Show(Look),
}

/// A file after its corrections.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) checked: Checked,
    /// How many corrections were applied, or would be.
    pub(super) applied: usize,
    /// For standard output: the text of standard input, or a diff.
    pub(super) text: Vec<u8>,
    /// For standard error.
    pub(super) remark: Option<String>,
}

impl Fixing {
    /// What the command line asks for; `None` where files stay as they are.
    pub(super) fn asked(args: &Check, command: &Command) -> Result<Option<Self>, Failure> {
        let language = command.language();
        let least = if args.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        let scope = Scope {
            least,
            text: args.fix || !args.fix_layout,
            looks: args.fix_layout,
        };
        let mode = match (args.fix || args.fix_layout, args.diff) {
            (true, false) => Mode::Apply,
            (_, true) => Mode::Show(Look {
                colour: command.style(&io::stdout()).colour,
                terminal: io::stdout().is_terminal(),
            }),
            _ if args.unsafe_fixes => {
                return Err(Failure::Message(say!(
                    language,
                    "--unsafe-fixes chỉ đi với --fix hoặc --diff",
                    "--unsafe-fixes goes with --fix or --diff only"
                )));
            }
            _ => return Ok(None),
        };
        Ok(Some(Self {
            scope,
            mode,
            language,
        }))
    }

    /// Whether only a diff is printed, and no findings.
    pub(super) fn shows(&self) -> bool {
        matches!(self.mode, Mode::Show(_))
    }

    /// Fixes a file that was read as `bytes`, or says why it could not be written.
    pub(super) fn file(
        &self,
        target: &Target,
        bytes: &[u8],
        checked: Checked,
        check: &dyn Fn(&[u8]) -> Option<Checked>,
    ) -> Result<Done, String> {
        let remark = self.remark(target, &checked);
        let old = self.shows().then(|| text_of(bytes, &checked));
        let before = self.titles(&checked);
        let Fixed {
            bytes: new,
            checked,
            applied,
        } = fix::fix(bytes, checked, self.scope, check);
        let mut remark = remark.or_else(|| self.left(target, bytes, &checked));
        let text = match (self.mode, &target.kind) {
            (Mode::Show(look), _) => {
                let name = clean(&target.name);
                let (old, new) = (old.unwrap_or_default(), text_of(&new, &checked));
                let foreign = old != new && is_recoded(bytes, &checked);
                remark = remark.or_else(|| foreign.then(|| self.recoded(target)));
                let mut text = self.in_words(&name, before, &checked);
                text += &diff::unified(&name, &old, &new, look);
                text.into_bytes()
            }
            (Mode::Apply, TargetKind::Stdin) => new,
            (Mode::Apply, TargetKind::File { path, .. }) => {
                if new != bytes {
                    write::replace(path, bytes, &new, self.language)?;
                }
                Vec::new()
            }
            (Mode::Apply, TargetKind::Unreadable(_) | TargetKind::Skipped(_)) => Vec::new(),
        };
        Ok(Done {
            checked,
            applied,
            text,
            remark,
        })
    }

    /// What corrections of looks do, by rule and place.
    fn titles(&self, checked: &Checked) -> Vec<String> {
        if !(self.scope.looks && self.shows()) {
            return Vec::new();
        }
        let findings = checked.outcome.diagnostics.packed();
        let looks = findings
            .filter(|packed| packed.fixes_look())
            .filter(|packed| packed.applicability() >= Some(self.scope.least));
        looks
            .map(|packed| {
                let found = packed.unpack();
                let title = found.fix.map(|fix| fix.title).unwrap_or_default();
                format!("{title} ({}): {}", found.rule.id, found.message)
            })
            .collect()
    }

    /// A line for each look that is changed: those that were found and are no more.
    fn in_words(&self, name: &str, before: Vec<String>, now: &Checked) -> String {
        let left = self.titles(now);
        let gone = before.into_iter().filter(|title| !left.contains(title));
        let name = leading_path(name);
        gone.map(|title| format!("{name}: {}\n", clean(&title)))
            .collect()
    }

    /// What standard input becomes that is no document: nothing is lost on the way.
    pub(super) fn unread(&self, target: &Target, bytes: Vec<u8>) -> Vec<u8> {
        match (self.mode, &target.kind) {
            (Mode::Apply, TargetKind::Stdin) => bytes,
            _ => Vec::new(),
        }
    }

    /// What is said of a diff that cannot be applied.
    fn recoded(&self, target: &Target) -> String {
        let name = clean(&target.name);
        say!(
            self.language,
            "{name}: tệp không phải UTF-8; bản so sánh in bằng UTF-8 để đọc, không áp dụng được bằng \
             `patch` (hãy dùng --fix)",
            "{name}: the file is not UTF-8; its diff is printed in UTF-8 to be read, `patch` cannot \
             apply it (use --fix)"
        )
    }

    /// What is said of a file of parts in which corrections are left that were asked for.
    fn left(&self, target: &Target, bytes: &[u8], checked: &Checked) -> Option<String> {
        let format = checked.document.format;
        let asked = |looks: bool| {
            if looks {
                self.scope.looks
            } else {
                self.scope.text
            }
        };
        let findings = checked.outcome.diagnostics.packed();
        let count = findings
            .filter(|packed| packed.applicability() >= Some(self.scope.least))
            .filter(|packed| asked(packed.fixes_look()))
            .count();
        if count == 0 || !matches!(format, Format::Docx | Format::Odt) {
            return None;
        }
        let name = clean(&target.name);
        Some(if fix::is_signed(bytes, format) {
            say!(
                self.language,
                "{name}: tệp đã ký số nên không ghi vào; {count} chỗ có sẵn cách sửa còn nguyên",
                "{name}: the file is signed and was not written; {count} fixes were left out"
            )
        } else {
            say!(
                self.language,
                "{name}: {count} chỗ có sẵn cách sửa nhưng không ghi được vào tệp (số tự động, trường, \
                 chữ lẫn với đối tượng khác); hãy sửa bằng tay",
                "{name}: {count} fixes could not be written (automatic numbers, fields, text mixed with \
                 other objects); make them by hand"
            )
        })
    }

    /// Why corrections of a file are left to its author.
    fn remark(&self, target: &Target, checked: &Checked) -> Option<String> {
        let name = clean(&target.name);
        if !fix::can_write(checked.document.format) {
            let findings = checked.outcome.diagnostics.packed();
            let count = findings
                .filter(|packed| packed.applicability() >= Some(self.scope.least))
                .count();
            let format = checked.document.format.as_str();
            return (count > 0).then(|| {
                say!(
                    self.language,
                    "{name}: không ghi được tệp .{format}; {count} chỗ có sẵn cách sửa còn nguyên",
                    "{name}: .{format} files cannot be written; {count} fixes were left out"
                )
            });
        }
        let count = fix::unwritable(checked);
        (count > 0).then(|| {
            say!(
                self.language,
                "{name}: tệp dùng bảng mã cũ, {count} chỗ chỉ nêu cách sửa mà không ghi vào tệp; \
                 hãy chuyển tệp sang Unicode",
                "{name}: the file is in an old encoding, {count} fixes are shown but not written; \
                 convert it to Unicode"
            )
        })
    }
}

/// The text of a file for a diff: as it is where it is UTF-8, so that the diff can be applied.
fn text_of(bytes: &[u8], checked: &Checked) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if checked.document.formatting.is_none() && !is_recoded(bytes, checked) => {
            text.to_owned()
        }
        _ => checked.document.source().to_owned(),
    }
}

/// Whether a file is text, and its bytes are not those of a diff.
fn is_recoded(bytes: &[u8], checked: &Checked) -> bool {
    let is_text = checked.document.formatting.is_none();
    is_text && (bytes.contains(&0) || std::str::from_utf8(bytes).is_err())
}
