//! Paths as systems of continuous integration compare them with those of a repository.

/// Where a file is for programs: parts are divided by `/`, and neither `.` nor `x/..` is left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// From the current folder; absolute where no way from it is known.
    pub in_folder: String,
    /// From the root of the repository, or from the current folder where there is none.
    pub in_repository: String,
}

impl Place {
    /// The place of a path that counts from the current folder, which is the root. Only letters are
    /// looked at.
    #[must_use]
    pub fn as_given(path: &str) -> Self {
        let path = normal(path);
        Self {
            in_folder: path.clone(),
            in_repository: path,
        }
    }
}

/// A path without what names no folder: `.`, empty parts, and parts that `..` takes back. `..` at the
/// beginning stays, unless it is that of all folders.
pub(crate) fn normal(path: &str) -> String {
    let path = match cfg!(windows) {
        true => path.replace('\\', "/"),
        false => path.to_owned(),
    };
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", None) if !root.is_empty() => {}
            ("..", Some(&last)) if last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn parts_that_name_nothing_go() {
        let cases = [
            ("a.txt", "a.txt"),
            (".//a.txt", "a.txt"),
            ("./././x//a.txt", "x/a.txt"),
            ("../x/./a.txt", "../x/a.txt"),
            ("//x/a.txt", "/x/a.txt"),
            ("x/../a.txt", "a.txt"),
            ("x/../../a.txt", "../a.txt"),
            ("x/y/.././../../../a.txt", "../../a.txt"),
            ("/../x/../a.txt", "/a.txt"),
        ];
        for (path, expected) in cases {
            assert_eq!(normal(path), expected, "{path}");
        }
    }
}
