//! Paths as systems of continuous integration compare them with those of a repository.

/// A path without what names no folder: `.` and empty parts. Only letters are looked at, so `..` stays.
pub(super) fn tidy(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    format!("{root}{}", parts.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn parts_that_name_nothing_go() {
        let cases = [
            ("a.txt", "a.txt"),
            (".//a.txt", "a.txt"),
            ("./././x//a.txt", "x/a.txt"),
            ("../x/./a.txt", "../x/a.txt"),
            ("//x/a.txt", "/x/a.txt"),
        ];
        for (path, expected) in cases {
            assert_eq!(tidy(path), expected, "{path}");
        }
    }
}
