//! Findings that were there before: they stay silent until what they are about changes.
//!
//! ```text
//! # vanthu baseline 1
//! 0123456789abcdef0123456789abcdef wording-slip thu-muc/bao-cao.txt
//! ```
//!
//! One finding a line, sorted, so that the file shows well in a comparison and two changes of it
//! can be joined.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::{Bilingual, Findings, Fingerprint, Fingerprints};
use crate::text::Span;

/// The first line; the number is that of the version.
const HEAD: &str = "# vanthu baseline 1";
/// What all versions begin with.
const ANY_HEAD: &str = "# vanthu baseline ";

/// Known findings: by path, the rules and what tells the findings again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    files: BTreeMap<String, BTreeSet<(String, Fingerprint)>>,
    gone: Gone,
}

/// The files of a baseline that are no longer there: renamed, perhaps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Gone {
    /// Their paths, by each of their findings.
    by_finding: BTreeMap<(String, Fingerprint), Vec<String>>,
    /// Their paths, by their names without folders.
    by_name: BTreeMap<String, Vec<String>>,
    /// What tells them from others.
    key: u128,
}

/// The name of a file without its folders.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a baseline knows of one document.
#[derive(Clone, Debug)]
pub struct KnownFindings {
    baseline: Arc<Baseline>,
    /// The path of the document as the baseline writes it.
    path: String,
}

/// Files of which one may be what another was before, looked at for each; so many alike have the
/// same findings.
const CANDIDATES: usize = 64;

impl KnownFindings {
    /// What a baseline knows of the document at a path.
    #[must_use]
    pub fn new(baseline: &Arc<Baseline>, path: String) -> Self {
        let baseline = Arc::clone(baseline);
        Self { baseline, path }
    }

    /// Silences the findings in a source that one of `all` knows.
    pub fn silence(all: &[Self], source: &str, findings: &mut Findings) {
        let mut fingerprints = Fingerprints::new(source);
        let found: Vec<_> = findings
            .all()
            .map(|finding| (finding.rule().id.clone(), fingerprints.of(finding)))
            .collect();
        let known = all.iter().filter_map(|known| known.entries(&found));
        let known: Vec<_> = known.collect();
        let mut found = found.iter();
        findings.compare(|_| {
            let finding = found.next();
            finding.is_some_and(|finding| known.iter().any(|known| known.contains(finding)))
        });
    }

    /// The entries of the document, or of the file that it was before it was renamed: one that is
    /// gone, of which half at least is found in this one.
    fn entries(&self, found: &[(String, Fingerprint)]) -> Option<&BTreeSet<(String, Fingerprint)>> {
        let Baseline { files, gone } = &*self.baseline;
        if let Some(own) = files.get(&self.path) {
            return Some(own);
        }
        let lists = found.iter().filter_map(|one| gone.by_finding.get(one));
        let rarest = lists.min_by_key(|paths| paths.len());
        let namesakes = gone.by_name.get(name_of(&self.path));
        let candidates = [namesakes, rarest].into_iter().flatten();
        let candidates = candidates.flat_map(|paths| paths.iter().take(CANDIDATES));
        let gone = candidates.filter_map(|path| files.get(path));
        let shared = |known: &BTreeSet<_>| found.iter().filter(|one| known.contains(*one)).count();
        let (shared, known) = gone
            .map(|known| (shared(known), known))
            .max_by_key(|of| of.0)?;
        (shared > 0 && shared * 2 >= known.len()).then_some(known)
    }

    /// What tells this from other knowledge of the document.
    #[must_use]
    pub fn key(&self) -> String {
        let Baseline { files, gone } = &*self.baseline;
        match files.get(&self.path) {
            Some(own) => own
                .iter()
                .map(|(rule, fingerprint)| format!("{fingerprint}{rule}"))
                .collect(),
            None => format!("{:032x} {}", gone.key, name_of(&self.path)),
        }
    }
}

/// A line that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaselineMistake {
    /// Where, in bytes of the text; never beyond one line.
    pub span: Span,
    /// What is wrong.
    pub message: Bilingual,
}

impl Baseline {
    /// Reads what [`Display`](fmt::Display) writes. Further lines that begin with `#` and empty
    /// ones say nothing; a line may stand there twice.
    ///
    /// # Errors
    /// All mistakes, in their order.
    pub fn read(text: &str) -> Result<Self, Vec<BaselineMistake>> {
        let mut baseline = Self::default();
        let mut mistakes = Vec::new();
        let mut at = 0;
        for (index, whole) in text.split_inclusive('\n').enumerate() {
            let line = whole.trim_end_matches(['\n', '\r']);
            let span = Span::new(at, at + line.len());
            at += whole.len();
            let mut wrong = |vi: &str, en: &str| {
                let (vi, en) = (vi.to_owned(), en.to_owned());
                let message = Bilingual { vi, en };
                mistakes.push(BaselineMistake { span, message });
            };
            if index == 0 && line != HEAD {
                if line.starts_with(ANY_HEAD) {
                    wrong(
                        "phiên bản này của tệp chưa đọc được; hãy dùng vanthu mới hơn",
                        "this version of the file is not known; use a newer vanthu",
                    );
                } else {
                    wrong(
                        "không phải tệp phát hiện cũ: dòng đầu phải là `# vanthu baseline 1`",
                        "no baseline: the first line must be `# vanthu baseline 1`",
                    );
                }
                return Err(mistakes);
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line) {
                Some((path, rule, fingerprint)) => baseline.add(path, rule, fingerprint),
                None => wrong(
                    "không phải `<32 chữ số hệ mười sáu> <quy tắc> <đường dẫn>`",
                    "not `<32 hexadecimal digits> <rule> <path>`",
                ),
            }
        }
        if text.is_empty() {
            let message = Bilingual {
                vi: "tệp rỗng".to_owned(),
                en: "the file is empty".to_owned(),
            };
            let span = Span::default();
            mistakes.push(BaselineMistake { span, message });
        }
        match mistakes.is_empty() {
            true => Ok(baseline),
            false => Err(mistakes),
        }
    }

    /// Adds a finding.
    pub fn add(&mut self, path: String, rule: String, fingerprint: Fingerprint) {
        self.files
            .entry(path)
            .or_default()
            .insert((rule, fingerprint));
    }

    /// The findings of a file: rule and what tells the finding again.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (&str, Fingerprint)> {
        let known = self.files.get(path).into_iter().flatten();
        known.map(|(rule, fingerprint)| (rule.as_str(), *fingerprint))
    }

    /// Says which of its files are no longer there.
    pub fn look_for(&mut self, is_there: impl Fn(&str) -> bool) {
        let mut gone = Gone::default();
        let mut key = Xxh3::new();
        for (path, known) in self.files.iter().filter(|(path, _)| !is_there(path)) {
            let name = name_of(path).to_owned();
            gone.by_name.entry(name).or_default().push(path.clone());
            for finding in known {
                let paths = gone.by_finding.entry(finding.clone()).or_default();
                paths.push(path.clone());
                key.update(format!("{path}\0{}{}\0", finding.1, finding.0).as_bytes());
            }
        }
        gone.key = key.digest128();
        self.gone = gone;
    }

    /// The files that it has findings of.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// How many findings it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.values().map(BTreeSet::len).sum()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Path, rule and fingerprint of a line.
fn entry(line: &str) -> Option<(String, String, Fingerprint)> {
    let mut parts = line.splitn(3, ' ');
    let fingerprint = parts.next()?.parse().ok()?;
    let rule = parts.next()?;
    let is_of_id = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_id = !rule.is_empty() && rule.bytes().all(is_of_id);
    let path = unescaped(parts.next()?)?;
    (is_id && !path.is_empty()).then(|| (path, rule.to_owned(), fingerprint))
}

/// A path on one line.
fn escaped(path: &str) -> String {
    path.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

fn unescaped(text: &str) -> Option<String> {
    let mut path = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        path.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            c => c,
        });
    }
    Some(path)
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        for (path, known) in &self.files {
            let path = escaped(path);
            for (rule, fingerprint) in known {
                writeln!(f, "{fingerprint} {rule} {path}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut baseline = Baseline::default();
        let print = |n: u8| format!("{n:032x}").parse::<Fingerprint>().unwrap();
        for (path, rule, n) in [
            ("b/báo cáo 1.txt", "x-y", 2),
            ("a\\b\n.txt", "x-y", 1),
            ("b/báo cáo 1.txt", "a-b", 3),
        ] {
            baseline.add(path.to_owned(), rule.to_owned(), print(n));
        }
        let text = baseline.to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[2].ends_with("3 a-b b/báo cáo 1.txt"), "{text}");
        assert_eq!(Baseline::read(&text), Ok(baseline));
    }

    #[test]
    fn every_mistake_is_told_at_its_line() {
        let good = format!("{:032x} a-b c.txt", 5);
        let text = format!("{HEAD}\n<<<<<<< main\n{good}\r\n=======\n# x\n\nzz a-b c\n{good}\n");
        let mistakes = Baseline::read(&text).unwrap_err();
        let told: Vec<_> = mistakes.iter().map(|m| m.span.of(&text)).collect();
        assert_eq!(told, ["<<<<<<< main", "=======", "zz a-b c"]);
        for text in ["", "# vanthu baseline 9\n", "x\n"] {
            assert_eq!(Baseline::read(text).unwrap_err().len(), 1);
        }
    }
}
