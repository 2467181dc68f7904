//! Findings that were there before: they stay silent until what they are about changes.
//!
//! ```text
//! # vanthu baseline 2
//! 0123456789abcdef0123456789abcdef 1f02.77a0c3 wording-slip thu-muc/bao-cao.txt
//! ```
//!
//! One finding a line, sorted, so that the file shows well in a comparison and two changes of it
//! can be joined: what tells it again, what stands around it (`-` where nothing does, with `+`
//! where the same stands around other words as well), its rule and its file. The first version had no second column.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use super::matching::{Found, KnownFinding, again, repeated};
use super::surroundings::Words;
use super::{Bilingual, Findings, Fingerprint, Fingerprints, Packed};
use crate::text::Span;

/// The first line; the number is that of the version.
const HEAD: &str = "# vanthu baseline 2";
/// What follows on surroundings that are not those of the finding alone.
const REPEATED: char = '+';
/// The first line of files that do not say what stands around a finding.
const FIRST_HEAD: &str = "# vanthu baseline 1";
/// What all versions begin with.
const ANY_HEAD: &str = "# vanthu baseline ";

/// Known findings: by path, the rules and what tells the findings again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    files: BTreeMap<String, BTreeSet<KnownFinding>>,
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
    claims: Option<Arc<Claims>>,
}

/// Which file each of those that are gone has become: one at most, the first that asks.
#[derive(Debug, Default)]
pub struct Claims(Mutex<HashMap<String, String>>);

impl Claims {
    fn is_free(&self, gone: &str, path: &str) -> bool {
        let owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        owners.get(gone).is_none_or(|owner| owner == path)
    }

    fn take(&self, gone: &str, path: &str) {
        let mut owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        owners.insert(gone.to_owned(), path.to_owned());
    }
}

/// Files of which one may be what another was before, looked at for each; so many alike have the
/// same findings.
const CANDIDATES: usize = 64;

impl KnownFindings {
    /// What a baseline knows of the document at a path. Without `claims` it may be what a file was
    /// before that is gone, whatever other documents are.
    #[must_use]
    pub fn new(baseline: &Arc<Baseline>, path: String, claims: Option<&Arc<Claims>>) -> Self {
        Self {
            baseline: Arc::clone(baseline),
            path,
            claims: claims.map(Arc::clone),
        }
    }

    /// Silences the findings in a source that one of `all` knows.
    pub fn silence(all: &[Self], source: &str, findings: &mut Findings) {
        let mut found = found(source, findings);
        let known = all.iter().filter_map(|known| known.entries(&found));
        let known: Vec<_> = known.collect();
        let known = match known.is_empty() || found.is_empty() {
            true => Vec::new(),
            false => {
                let words = placed(&mut found, source, findings);
                let again = |known| again(&found, known, &words);
                known.into_iter().map(again).collect()
            }
        };
        let mut index = 0..;
        findings.compare(|_| {
            let index = index.next();
            index.is_some_and(|index| known.iter().any(|known| known[index]))
        });
    }

    /// The entries of the document, or of the file that it was before it was renamed: one that is
    /// gone, of which half at least is found in this one.
    fn entries(&self, found: &[Found]) -> Option<&BTreeSet<KnownFinding>> {
        let Baseline { files, gone } = &*self.baseline;
        if let Some(own) = files.get(&self.path) {
            return Some(own);
        }
        let key = |one: &Found| (one.rule.clone(), one.fingerprint);
        let lists = found
            .iter()
            .filter_map(|one| gone.by_finding.get(&key(one)));
        let rarest = lists.min_by_key(|paths| paths.len());
        let namesakes = gone.by_name.get(name_of(&self.path));
        let candidates = [namesakes, rarest].into_iter().flatten();
        let candidates = candidates.flat_map(|paths| paths.iter().take(CANDIDATES));
        let claims = self.claims.as_deref();
        let is_free = |gone: &&String| claims.is_none_or(|all| all.is_free(gone, &self.path));
        let gone = candidates.filter(is_free);
        let gone = gone.filter_map(|path| Some((path, files.get(path)?)));
        let found: BTreeSet<_> = found
            .iter()
            .map(|one| (one.rule.as_str(), one.fingerprint))
            .collect();
        let shared = |known: &BTreeSet<KnownFinding>| {
            let keys = known.iter().map(|one| (one.rule.as_str(), one.fingerprint));
            keys.filter(|key| found.contains(key)).count()
        };
        let (shared, path, known) = gone
            .map(|(path, known)| (shared(known), path, known))
            .max_by_key(|of| of.0)?;
        let is_one = shared > 0 && shared * 2 >= known.len();
        if let Some(claims) = claims.filter(|_| is_one) {
            claims.take(path, &self.path);
        }
        is_one.then_some(known)
    }

    /// Whether the document could be what a file was before that is no longer there.
    #[must_use]
    pub fn may_be_gone(&self) -> bool {
        let Baseline { files, gone } = &*self.baseline;
        !gone.by_name.is_empty() && !files.contains_key(&self.path)
    }

    /// What tells this from other knowledge of the document.
    #[must_use]
    pub fn key(&self) -> String {
        let Baseline { files, gone } = &*self.baseline;
        match files.get(&self.path) {
            Some(own) => own
                .iter()
                .map(|one| format!("{}{}{}", one.fingerprint, Around(one), one.rule))
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
        let has_surroundings = text.lines().next() != Some(FIRST_HEAD);
        for (index, whole) in text.split_inclusive('\n').enumerate() {
            let line = whole.trim_end_matches(['\n', '\r']);
            let span = Span::new(at, at + line.len());
            at += whole.len();
            let mut wrong = |vi: &str, en: &str| {
                let (vi, en) = (vi.to_owned(), en.to_owned());
                let message = Bilingual { vi, en };
                mistakes.push(BaselineMistake { span, message });
            };
            if index == 0 && ![HEAD, FIRST_HEAD].contains(&line) {
                if line.starts_with(ANY_HEAD) {
                    wrong(
                        "phiên bản này của tệp chưa đọc được; hãy dùng vanthu mới hơn",
                        "this version of the file is not known; use a newer vanthu",
                    );
                } else {
                    wrong(
                        "không phải tệp phát hiện cũ: dòng đầu phải là `# vanthu baseline 2`",
                        "no baseline: the first line must be `# vanthu baseline 2`",
                    );
                }
                return Err(mistakes);
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line, has_surroundings) {
                Some((path, finding)) => baseline.add(path, finding),
                None if has_surroundings => wrong(
                    "không phải `<32 chữ số hệ mười sáu> <chữ xung quanh> <quy tắc> <đường dẫn>`",
                    "not `<32 hexadecimal digits> <words around> <rule> <path>`",
                ),
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

    /// Whether a file is a baseline, of whatever version.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        text.starts_with(ANY_HEAD.as_bytes())
    }

    /// Adds a finding.
    pub fn add(&mut self, path: String, finding: KnownFinding) {
        self.files.entry(path).or_default().insert(finding);
    }

    /// The findings of a file.
    pub fn of(&self, path: &str) -> impl Iterator<Item = &KnownFinding> {
        self.files.get(path).into_iter().flatten()
    }

    /// Says which of its files are no longer there.
    pub fn look_for(&mut self, is_there: impl Fn(&str) -> bool) {
        let mut gone = Gone::default();
        let mut key = Xxh3::new();
        for (path, known) in self.files.iter().filter(|(path, _)| !is_there(path)) {
            let name = name_of(path).to_owned();
            gone.by_name.entry(name).or_default().push(path.clone());
            for finding in known {
                let KnownFinding {
                    rule, fingerprint, ..
                } = finding;
                let found = (rule.clone(), *fingerprint);
                let paths = gone.by_finding.entry(found).or_default();
                paths.push(path.clone());
                let finding = format!("{path}\0{fingerprint}{}{rule}\0", Around(finding));
                key.update(finding.as_bytes());
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

/// The findings of a document as they are written down: one each, in their order.
pub fn written<'f>(
    source: &str,
    findings: &'f Findings,
) -> impl Iterator<Item = (Packed<'f>, KnownFinding)> {
    let mut found = found(source, findings);
    let words = placed(&mut found, source, findings);
    let repeated = repeated(&found, &words);
    let known = found
        .into_iter()
        .zip(repeated)
        .map(|(one, is_repeated)| KnownFinding {
            rule: one.rule,
            fingerprint: one.fingerprint,
            around: one.place.map(|place| place.own),
            is_repeated,
        });
    findings.all().zip(known)
}

/// The findings of a document, in their order, without their places.
fn found(source: &str, findings: &Findings) -> Vec<Found> {
    let mut fingerprints = Fingerprints::new(source);
    let found = findings.all().map(|finding| Found {
        rule: finding.rule().id.clone(),
        fingerprint: fingerprints.of(finding),
        place: None,
    });
    found.collect()
}

/// Says of each where it is among the words of the document.
fn placed(found: &mut [Found], source: &str, findings: &Findings) -> Words {
    let words = Words::new(source);
    for (one, finding) in found.iter_mut().zip(findings.all()) {
        one.place = finding.span().map(|span| words.place(span));
    }
    words
}

/// Path and finding of a line.
fn entry(line: &str, has_surroundings: bool) -> Option<(String, KnownFinding)> {
    let (fingerprint, rest) = line.split_once(' ')?;
    let (around, rest) = match has_surroundings {
        true => rest.split_once(' ')?,
        false => ("-", rest),
    };
    let is_repeated = around.ends_with(REPEATED);
    let around = match around.trim_end_matches(REPEATED) {
        "-" => None,
        around => Some(around.parse().ok()?),
    };
    let (rule, path) = rest.split_once(' ')?;
    let is_of_id = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_id = !rule.is_empty() && rule.bytes().all(is_of_id);
    let path = unescaped(path).filter(|path| is_id && !path.is_empty())?;
    let finding = KnownFinding {
        rule: rule.to_owned(),
        fingerprint: fingerprint.parse().ok()?,
        around,
        is_repeated,
    };
    Some((path, finding))
}

/// What stands around a finding, as a baseline has it.
struct Around<'a>(&'a KnownFinding);

impl fmt::Display for Around<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.around {
            Some(around) => around.fmt(f)?,
            None => f.write_str("-")?,
        }
        match self.0.is_repeated {
            true => f.write_char(REPEATED),
            false => Ok(()),
        }
    }
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
            for one in known {
                let (fingerprint, around, rule) = (one.fingerprint, Around(one), &one.rule);
                writeln!(f, "{fingerprint} {around} {rule} {path}")?;
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
        for (path, rule, n, around) in [
            ("b/báo cáo 1.txt", "x-y", 2, Some("0a1b.2c")),
            ("a\\b\n.txt", "x-y", 1, None),
            ("b/báo cáo 1.txt", "a-b", 3, Some(".")),
        ] {
            let finding = KnownFinding {
                rule: rule.to_owned(),
                fingerprint: format!("{n:032x}").parse().unwrap(),
                around: around.map(|around| around.parse().unwrap()),
                is_repeated: around.is_some_and(|around| around.len() > 1),
            };
            baseline.add(path.to_owned(), finding);
        }
        let text = baseline.to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[2].ends_with("3 . a-b b/báo cáo 1.txt"), "{text}");
        assert!(
            lines[3].ends_with("2 0a1b.2c+ x-y b/báo cáo 1.txt"),
            "{text}"
        );
        assert_eq!(Baseline::read(&text), Ok(baseline));
    }

    #[test]
    fn every_mistake_is_told_at_its_line() {
        for (head, column) in [(FIRST_HEAD, ""), (HEAD, "- "), (HEAD, "0a.ff+ ")] {
            let good = format!("{:032x} {column}a-b c.txt", 5);
            let text = format!(
                "{head}\n<<<<<<< main\n{good}\r\n=======\n# x\n\nzz {column}a-b c\n{good}\n"
            );
            let mistakes = Baseline::read(&text).unwrap_err();
            let told: Vec<_> = mistakes.iter().map(|m| m.span.of(&text)).collect();
            let wrong = format!("zz {column}a-b c");
            assert_eq!(told, ["<<<<<<< main", "=======", wrong.as_str()]);
        }
        for text in ["", "# vanthu baseline 9\n", "x\n"] {
            assert_eq!(Baseline::read(text).unwrap_err().len(), 1);
        }
    }
}
