//! Which files a part of the configuration is for.

use std::borrow::Cow;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::diagnostic::Bilingual;
use crate::rules::foreign;

/// Globs as in `.gitignore`, without `!`: one without `/` fits at any depth, one that fits a folder
/// fits all that is in it. Letters are compared composed: some systems keep names decomposed.
#[derive(Debug, Default)]
pub(super) struct Globs {
    set: GlobSet,
    /// By the index in the set: the index of the glob that it is a form of.
    of: Vec<usize>,
}

impl Globs {
    /// What can be read of `globs`; the others by index, with the reason.
    pub(super) fn new(globs: &[String]) -> (Self, Vec<(usize, Bilingual)>) {
        let mut set = GlobSetBuilder::new();
        let mut of = Vec::new();
        let mut wrong = Vec::new();
        for (index, glob) in globs.iter().enumerate() {
            let glob: String = glob.nfc().collect();
            if glob.starts_with('!') {
                let no_exception = Bilingual {
                    vi: ": ở đây không có ngoại lệ bằng `!`".to_owned(),
                    en: ": there are no exceptions by `!` here".to_owned(),
                };
                wrong.push((index, no_exception));
                continue;
            }
            if glob.split('/').any(|part| part == "..") {
                let outside = Bilingual {
                    vi: ": `..` ra khỏi thư mục của tệp cấu hình".to_owned(),
                    en: ": `..` leads out of the folder of the configuration".to_owned(),
                };
                wrong.push((index, outside));
                continue;
            }
            if glob.split('/').all(|part| matches!(part, "" | ".")) {
                let everything = Bilingual {
                    vi: ": mẫu này không nêu tên nào; mọi tệp là `**`".to_owned(),
                    en: ": this names nothing; all files are `**`".to_owned(),
                };
                wrong.push((index, everything));
                continue;
            }
            let anchored = glob.trim_end_matches('/').contains('/');
            let bare = glob.trim_matches('/');
            let bare = bare.strip_prefix("./").unwrap_or(bare);
            let from = if anchored { "" } else { "**/" };
            let itself = format!("{from}{bare}");
            let below = format!("{from}{bare}/**");
            // What ends in a slash is a folder.
            let forms = match glob.ends_with('/') {
                true => vec![below],
                false => vec![itself, below],
            };
            for form in forms {
                let built = GlobBuilder::new(&form).literal_separator(true).build();
                match built {
                    Ok(built) => {
                        set.add(built);
                        of.push(index);
                    }
                    Err(error) => {
                        wrong.push((index, foreign::reason(&error.kind().to_string())));
                        break;
                    }
                }
            }
        }
        let set = set.build().unwrap_or_default();
        (Self { set, of }, wrong)
    }

    /// Whether one fits a path.
    pub(super) fn fits(&self, path: &Path) -> bool {
        self.set.is_match(composed(path))
    }

    /// The indices of those that fit a path.
    pub(super) fn fitting(&self, path: &Path) -> impl Iterator<Item = usize> {
        let forms = self.set.matches(composed(path)).into_iter();
        forms.filter_map(|form| self.of.get(form).copied())
    }
}

/// A path with its letters composed; one that is no Unicode stays as it is.
fn composed(path: &Path) -> Cow<'_, Path> {
    match path.to_str() {
        Some(text) if !is_nfc(text) => Cow::Owned(text.nfc().collect::<String>().into()),
        _ => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_as_in_gitignore() {
        let cases = [
            ("*.md", "a.md", true),
            ("*.md", "x/y/a.md", true),
            ("*.md", "a.txt", false),
            ("nhap/", "nhap/a.txt", true),
            ("nhap/", "x/nhap/y/a.txt", true),
            ("nhap/", "nhap", false),
            ("nhap", "x/nhap/a.txt", true),
            ("bao-cao/*.txt", "bao-cao/a.txt", true),
            ("bao-cao/*.txt", "x/bao-cao/a.txt", false),
            ("bao-cao/*.txt", "bao-cao/x/a.txt", false),
            ("bao-cao/**/*.txt", "bao-cao/x/a.txt", true),
            ("/a.txt", "a.txt", true),
            ("/a.txt", "x/a.txt", false),
            ("./x/a.txt", "x/a.txt", true),
            ("{a,b}.txt", "b.txt", true),
            ("**", "x/a.txt", true),
            ("báo cáo/", "ba\u{301}o ca\u{301}o/a.txt", true),
            ("ba\u{301}o*.txt", "báo cáo.txt", true),
            ("bảo*.txt", "ba\u{301}o.txt", false),
        ];
        for (glob, path, expected) in cases {
            let (globs, wrong) = Globs::new(&[glob.to_owned()]);
            assert!(wrong.is_empty(), "{glob}: {wrong:?}");
            assert_eq!(globs.fits(Path::new(path)), expected, "{glob} {path}");
        }
    }

    #[test]
    fn what_is_no_glob_is_told() {
        let written = [
            "a[", "b", "{c", "!b", "", "/", ".", "./", "../b", "x/../b", "..b",
        ];
        let (globs, wrong) = Globs::new(&written.map(str::to_owned));
        let indices: Vec<_> = wrong.iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, [0, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(globs.fits(Path::new("b")));
    }
}
