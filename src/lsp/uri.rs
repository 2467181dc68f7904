//! `file:` addresses and paths, as text.

/// The path of a `file:` address, percent signs decoded; `None` for other addresses, and for bytes
/// that are no UTF-8.
#[must_use]
pub fn path_of(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("file://")?;
    let slash = rest.find('/')?;
    let (host, path) = rest.split_at(slash);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = decoded(path)?;
    if !host.is_empty() && host != "localhost" {
        return Some(format!("//{host}{path}"));
    }
    // A drive letter has no slash before it.
    Some(match path.as_bytes() {
        [b'/', letter, b':', ..] if letter.is_ascii_alphabetic() => path[1..].to_owned(),
        _ => path,
    })
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = (byte == b'%').then(|| after.get(..2)).flatten();
        let code = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// The `file:` address of an absolute path.
#[must_use]
pub fn uri_of(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("//?/").unwrap_or(&path);
    let mut uri = String::from(if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        for path in ["/a/báo cáo %20.txt", "C:/a b/c.md", "/a#b?c"] {
            assert_eq!(path_of(&uri_of(path)).as_deref(), Some(path));
        }
        assert_eq!(path_of("file:///c%3A/x.txt").as_deref(), Some("c:/x.txt"));
        assert_eq!(path_of("file://may/x").as_deref(), Some("//may/x"));
        assert_eq!(path_of("file:///100%"), Some("/100%".to_owned()));
        assert_eq!(path_of("untitled:Untitled-1"), None);
    }
}
