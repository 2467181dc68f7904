//! YAML text → value of a type, with every mistake in it rather than the first.
//!
//! serde stops at the first mistake. So the node that holds it is taken out or replaced by a
//! stand-in and the reading begins again, until nothing is wrong any more.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use serde_path_to_error::Segment;

use super::error::{At, Mistake, nearest};
use super::foreign;
use super::yaml_locate::{Step, place, place_of, repeated_keys, rest_of_line};
use crate::diagnostic::Bilingual;

/// Rule files are read by C code turned into Rust; there is no reason to feed it more than this.
const MAX_BYTES: usize = 1_000_000;

/// Brackets and braces open at one place. Each costs the scanner time at every token, and no
/// rule needs more than a few; those in texts and comments are counted as well.
const MAX_OPEN: usize = 1000;

/// Readings of one file; each takes one mistake away or tries one stand-in.
const MAX_READINGS: usize = 400;

/// What the library says of a character that YAML has not.
const CONTROL: &str = "control characters are not allowed";

/// What serde expects where the key of a map is a choice.
const ONE_KEY: &str = "map with a single key";

/// What reading a file gave.
pub(crate) struct Reading<T> {
    /// There whenever stand-ins could be found for all that is wrong, so that the other parts can
    /// be judged as well.
    pub(crate) value: Option<T>,
    /// The nodes of [`value`](Self::value) that are stand-ins, not what the file says.
    pub(crate) stand_ins: Vec<Vec<Step>>,
    /// What is wrong.
    pub(crate) mistakes: Vec<Mistake>,
}

impl<T> Reading<T> {
    fn failed(mistake: Mistake) -> Self {
        Self {
            value: None,
            stand_ins: Vec::new(),
            mistakes: vec![mistake],
        }
    }

    /// Adds the mistakes of meaning, except where the file does not say what was judged.
    pub(crate) fn add(&mut self, of_meaning: Vec<Mistake>) {
        let is_made_up = |at: &At| self.stand_ins.iter().any(|made_up| at.rests_on(made_up));
        let told = of_meaning.into_iter().filter(|m| !is_made_up(&m.at));
        self.mistakes.extend(told);
    }
}

/// Reads a file.
pub(crate) fn read<T: DeserializeOwned>(yaml: &str) -> Reading<T> {
    if yaml.len() > MAX_BYTES {
        let too_large = Mistake::new(
            At::Key(Vec::new()),
            "tệp lớn hơn 1 MB",
            "the file is larger than 1 MB",
        );
        return Reading::failed(too_large);
    }
    if let Some(at) = too_deep(yaml) {
        let too_deep = Mistake::new(
            At::Span(rest_of_line(yaml, at)),
            "quá nhiều dấu ngoặc mở mà chưa đóng",
            "too many brackets are open",
        );
        return Reading::failed(too_deep);
    }
    let value = match serde_yaml::from_str::<Node>(yaml) {
        Ok(node) => node.0,
        Err(error) => return Reading::failed(syntax(yaml, &error)),
    };
    if !value.is_object() {
        let (vi, en) = in_words("a map");
        let no_map = Mistake::new(
            At::Key(Vec::new()),
            format!("tệp phải gồm {vi}"),
            format!("the file must be {en}"),
        );
        return Reading::failed(no_map);
    }
    let mut reading = read_value(value);
    let repeated = repeated_keys(yaml).into_iter().map(|(key, span)| {
        Mistake::new(
            At::Span(span),
            format!("khóa `{key}` viết hai lần"),
            format!("the key `{key}` is written twice"),
        )
    });
    reading.mistakes.splice(0..0, repeated);
    reading
}

/// Reads a value that was a text before; the paths of mistakes begin at it.
pub(crate) fn read_value<T: DeserializeOwned>(value: Value) -> Reading<T> {
    let mut reader = Reader {
        value,
        stand_ins: HashMap::new(),
        offered: HashSet::new(),
        missing: Vec::new(),
        mistakes: Vec::new(),
    };
    let value = reader.read();
    let missing = reader.missing.into_iter();
    reader
        .mistakes
        .extend(missing.map(|(map, keys)| lacking(map, &keys)));
    Reading {
        value,
        stand_ins: reader.stand_ins.into_keys().collect(),
        mistakes: reader.mistakes,
    }
}

/// A node of YAML. A number too large for JSON becomes one that is nearly it, so that its place is
/// told like that of any other number that is out of range.
struct Node(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor).map(Self)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok((value as f64).into())
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok((value as f64).into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Node(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some((key, Node(value))) = map.next_entry::<String, _>()? {
            out.insert(key, value);
        }
        Ok(out.into())
    }
}

/// Where more brackets are open than can be meant.
fn too_deep(yaml: &str) -> Option<usize> {
    let mut open = 0_usize;
    yaml.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_OPEN
    })
}

fn syntax(yaml: &str, error: &serde_yaml::Error) -> Mistake {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let mut at = place(yaml, error);
    if let Some(control) = yaml.find(is_control).filter(|_| reason.contains(CONTROL)) {
        // The library reads ahead, and has no place for it.
        at = control;
    }
    if yaml[at..].trim().is_empty() {
        // What is not closed is noticed only at the end; the text tells where it was opened.
        at = began(&text)
            .and_then(|(line, column)| place_of(yaml, line, column))
            .unwrap_or(at);
    }
    let Bilingual { vi, en } = foreign::reason(&reason);
    Mistake::new(
        At::Span(rest_of_line(yaml, at)),
        format!("không đúng cú pháp YAML{vi}"),
        format!("this is not YAML{en}"),
    )
}

/// Whether YAML has no such character.
fn is_control(c: char) -> bool {
    !matches!(
        c,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..
    )
}

/// The place in `…, while scanning a quoted scalar at line 3 column 16`.
fn began(error: &str) -> Option<(usize, usize)> {
    let (_, place) = error.split_once(", while ")?.1.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// That a map lacks keys, at its own key or where it begins.
fn lacking(map: Vec<Step>, keys: &[String]) -> Mistake {
    let names: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
    let names = names.join(", ");
    let en = match keys.len() {
        1 => format!("the key {names} is missing"),
        _ => format!("the keys {names} are missing"),
    };
    Mistake::new(At::Key(map), format!("thiếu khóa {names}"), en)
}

struct Reader {
    value: Value,
    /// Nodes that were replaced, with what is left to try there.
    stand_ins: HashMap<Vec<Step>, VecDeque<Value>>,
    /// Keys that were offered in place of a misspelt one: not to be called missing as well.
    offered: HashSet<Vec<Step>>,
    /// Maps, and the keys that each lacks: all have one place, so that they make one mistake.
    missing: Vec<(Vec<Step>, Vec<String>)>,
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        for _ in 0..MAX_READINGS {
            match serde_path_to_error::deserialize(&self.value) {
                Ok(value) => return Some(value),
                Err(error) => {
                    let path = steps(error.path());
                    self.amend(path, &Fault::from(error.inner().to_string()))?;
                }
            }
        }
        None
    }

    /// Notes the mistake and changes the value so that the next reading gets further; `None`
    /// where nothing more can be tried.
    fn amend(&mut self, mut path: Vec<Step>, fault: &Fault) -> Option<()> {
        match fault {
            Fault::UnknownKey { key, known } => {
                if path.last() != Some(&Step::Key(key.clone())) {
                    path.push(Step::Key(key.clone()));
                }
                self.note(&path, || {
                    Mistake::new(
                        At::Key(path.clone()),
                        format!("không có khóa `{key}`"),
                        format!("there is no key `{key}`"),
                    )
                    .choice(key, known)
                });
                self.remove(&path)?;
                if let Some(near) = nearest(key, known) {
                    path.pop();
                    path.push(Step::Key(near.to_owned()));
                    self.offered.insert(path);
                }
                Some(())
            }
            Fault::MissingKey { key } => {
                let above = path.clone();
                path.push(Step::Key(key.clone()));
                if !self.offered.contains(&path) && !self.is_made_up(&path) {
                    match self.missing.iter_mut().find(|(map, _)| *map == above) {
                        Some((_, keys)) => keys.push(key.clone()),
                        None => self.missing.push((above, vec![key.clone()])),
                    }
                }
                self.stand_in(path)
            }
            Fault::UnknownWord { word, known } => {
                if self.ends_with_variant(&path, word) {
                    path.pop();
                }
                if self.is_surplus(&path, word) {
                    path.push(Step::Key(word.clone()));
                    return self.surplus(&path);
                }
                let key = [path.as_slice(), &[Step::Key(word.clone())]].concat();
                let at = match find(&mut self.value, &key) {
                    Some(_) => At::Key(key),
                    None => At::Value(path.clone()),
                };
                self.note(&path, || {
                    Mistake::new(
                        at,
                        format!("không có giá trị `{word}` ở đây"),
                        format!("`{word}` is not possible here"),
                    )
                    .choice(word, known)
                });
                if let Some(first) = known.first() {
                    let queue = self.stand_ins.entry(path.clone()).or_insert_with(stand_ins);
                    queue.push_front(json!({ first: {} }));
                    queue.push_front(json!(first));
                }
                self.stand_in(path)
            }
            Fault::WrongType { found, expected } => {
                if expected == ONE_KEY
                    && let Some(last) = self.surplus_key(&path)
                {
                    path.push(Step::Key(last));
                    return self.surplus(&path);
                }
                let is_empty = expected == ONE_KEY
                    && find(&mut self.value, &path) == Some(&mut Value::Object(Map::new()));
                self.note(&path, || {
                    if is_empty {
                        return Mistake::new(
                            At::Value(path.clone()),
                            "còn bỏ trống: ở đây phải có một khóa với giá trị của nó",
                            "this is empty: a key with its value belongs here",
                        );
                    }
                    let (found, expected) = (in_words(found), in_words(expected));
                    Mistake::new(
                        At::Value(path.clone()),
                        format!("ở đây phải là {}, không phải {}", expected.0, found.0),
                        format!("this must be {}, not {}", expected.1, found.1),
                    )
                });
                self.stand_in(path)
            }
            Fault::Other { message } => {
                self.note(&path, || {
                    Mistake::new(
                        At::Value(path.clone()),
                        format!("giá trị không hợp lệ{}", foreign::reason(message).vi),
                        format!("not a valid value: {message}"),
                    )
                });
                self.stand_in(path)
            }
        }
    }

    /// Whether the path ends with the name of a variant rather than above it.
    fn ends_with_variant(&mut self, path: &[Step], word: &str) -> bool {
        path.last() == Some(&Step::Key(word.to_owned()))
            && find(&mut self.value, path).and_then(|value| value.as_str()) != Some(word)
    }

    /// Whether a key stands beside others in the map at the path.
    fn is_surplus(&mut self, path: &[Step], key: &str) -> bool {
        find(&mut self.value, path)
            .and_then(|value| value.as_object())
            .is_some_and(|map| map.len() > 1 && map.contains_key(key))
    }

    /// The last key of a map that has more than one.
    fn surplus_key(&mut self, path: &[Step]) -> Option<String> {
        let map = find(&mut self.value, path)?.as_object()?;
        map.keys().skip(1).last().cloned()
    }

    /// Takes out a key that stands where one other is enough.
    fn surplus(&mut self, path: &[Step]) -> Option<()> {
        self.note(path, || {
            Mistake::new(
                At::Key(path.to_vec()),
                "thừa khóa này: ở đây chỉ được một khóa",
                "this key is one too many: only one is possible here",
            )
        });
        self.remove(path)
    }

    /// Notes a mistake unless the node, or one above it, is a stand-in.
    fn note(&mut self, path: &[Step], mistake: impl FnOnce() -> Mistake) {
        if !self.is_made_up(path) {
            self.mistakes.push(mistake());
        }
    }

    /// Whether the node, or one above it, is a stand-in.
    fn is_made_up(&self, path: &[Step]) -> bool {
        (0..=path.len()).any(|len| self.stand_ins.contains_key(&path[..len]))
    }

    fn remove(&mut self, path: &[Step]) -> Option<()> {
        let (Step::Key(key), above) = path.split_last()? else {
            return None;
        };
        find(&mut self.value, above)?
            .as_object_mut()?
            .remove(key)
            .map(|_| ())
    }

    /// Puts the next stand-in at the end of the path, or where the path leaves the value.
    fn stand_in(&mut self, mut path: Vec<Step>) -> Option<()> {
        loop {
            let queue = self.stand_ins.entry(path.clone()).or_insert_with(stand_ins);
            if let Some(next) = queue.pop_front()
                && set(&mut self.value, &path, next).is_some()
            {
                return Some(());
            }
            path.pop()?;
        }
    }
}

/// One value of every type that rule files use.
fn stand_ins() -> VecDeque<Value> {
    let map = Value::Object(Map::new());
    [
        json!(null),
        json!(""),
        json!([]),
        map,
        json!(false),
        json!(0),
        json!("2020-01-01"),
    ]
    .into()
}

fn find<'a>(value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

fn set(value: &mut Value, path: &[Step], new: Value) -> Option<()> {
    let Some((last, above)) = path.split_last() else {
        *value = new;
        return Some(());
    };
    match (find(value, above)?, last) {
        (Value::Object(map), Step::Key(key)) => {
            map.insert(key.clone(), new);
        }
        (Value::Array(items), Step::Index(index)) => *items.get_mut(*index)? = new,
        _ => return None,
    }
    Some(())
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    path.iter()
        .map_while(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { variant } => Some(Step::Key(variant.clone())),
            Segment::Unknown => None,
        })
        .collect()
}

/// What serde says, taken apart. The forms are those of the default methods of
/// `serde::de::Error`.
enum Fault {
    UnknownKey { key: String, known: Vec<String> },
    MissingKey { key: String },
    UnknownWord { word: String, known: Vec<String> },
    WrongType { found: String, expected: String },
    Other { message: String },
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
        let first = |quoted: &mut dyn Iterator<Item = String>| quoted.next().unwrap_or_default();
        if message.starts_with("unknown field") {
            let key = first(&mut quoted);
            Self::UnknownKey {
                key,
                known: quoted.collect(),
            }
        } else if message.starts_with("missing field") {
            Self::MissingKey {
                key: first(&mut quoted),
            }
        } else if message.starts_with("unknown variant") {
            let word = first(&mut quoted);
            Self::UnknownWord {
                word,
                known: quoted.collect(),
            }
        } else if let Some(types) = message
            .strip_prefix("invalid type: ")
            .or_else(|| message.strip_prefix("invalid value: "))
            && let Some((found, expected)) = types.rsplit_once(", expected ")
        {
            Self::WrongType {
                found: found.to_owned(),
                expected: expected.to_owned(),
            }
        } else if let Some((found, expected)) = message
            .strip_prefix("invalid ")
            .filter(|rest| rest.starts_with("length "))
            .and_then(|rest| rest.split_once(", expected "))
        {
            Self::WrongType {
                found: found.to_owned(),
                expected: expected.to_owned(),
            }
        } else {
            Self::Other { message }
        }
    }
}

/// A type in the words of serde, in the words of an author of rules (Vietnamese, English).
fn in_words(serde: &str) -> (String, String) {
    const WORDS: &[(&str, &str, &str)] = &[
        (
            "struct Bilingual",
            "hai khóa `vi` và `en`",
            "the two keys `vi` and `en`",
        ),
        ("enum AnyCheck", "một loại kiểm tra", "a kind of check"),
        (
            "struct ",
            "các cặp `khóa: giá trị`",
            "pairs of `key: value`",
        ),
        (
            "newtype variant",
            "các cặp `khóa: giá trị`",
            "pairs of `key: value`",
        ),
        ("a map", "các cặp `khóa: giá trị`", "pairs of `key: value`"),
        (
            ONE_KEY,
            "một cặp `khóa: giá trị`",
            "one pair of `key: value`",
        ),
        ("map", "các cặp `khóa: giá trị`", "pairs of `key: value`"),
        (
            "a phrase or phrases",
            "một cụm từ hoặc một danh sách cụm từ",
            "a phrase or a list of phrases",
        ),
        (
            "a path or paths",
            "một đường dẫn hoặc một danh sách đường dẫn",
            "a path or a list of paths",
        ),
        ("a sequence", "một danh sách", "a list"),
        ("sequence", "một danh sách", "a list"),
        ("a string", "một chuỗi ký tự", "a text"),
        (
            "string or map",
            "tên hoặc các cặp `khóa: giá trị`",
            "a name or pairs of `key: value`",
        ),
        ("string ", "chuỗi ", "the text "),
        (
            "a day",
            "một ngày có thật, viết dạng `2025-01-31`",
            "a day of the calendar, written as `2025-01-31`",
        ),
        ("a boolean", "`true` hoặc `false`", "`true` or `false`"),
        ("boolean ", "giá trị ", "the value "),
        ("integer ", "số ", "the number "),
        ("floating point ", "số ", "the number "),
        ("length ", "danh sách có số mục ", "a list whose items are "),
        (
            "fewer elements",
            "một danh sách ít mục hơn",
            "a list with fewer items",
        ),
        (
            "an array of length ",
            "một danh sách có số mục ",
            "a list whose items are ",
        ),
        ("null", "giá trị trống", "an empty value"),
        ("unit variant", "tên suông", "a name alone"),
        ("unit", "giá trị trống", "an empty value"),
        (
            "u8",
            "một số nguyên từ 0 đến 255",
            "a whole number from 0 to 255",
        ),
        (
            "u16",
            "một số nguyên từ 0 đến 65535",
            "a whole number from 0 to 65535",
        ),
        ("u", "một số nguyên không âm", "a whole number, 0 or more"),
        ("i", "một số nguyên", "a whole number"),
        ("f", "một số", "a number"),
    ];
    let Some((prefix, vi, en)) = WORDS.iter().find(|(prefix, ..)| {
        serde
            .strip_prefix(prefix)
            .is_some_and(|rest| match *prefix {
                "u" | "i" | "f" => rest.bytes().all(|b| b.is_ascii_digit()) || rest == "size",
                _ => true,
            })
    }) else {
        return (serde.to_owned(), serde.to_owned());
    };
    // A text or a number is shown as written; of the rest only the type is of interest.
    let shown = match *prefix {
        "string "
        | "boolean "
        | "integer "
        | "floating point "
        | "length "
        | "an array of length " => {
            format!("`{}`", serde[prefix.len()..].trim_matches(['"', '`']))
        }
        _ => String::new(),
    };
    (format!("{vi}{shown}"), format!("{en}{shown}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::diagnostic::{Bilingual, Severity};
    use crate::text::Span;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[allow(dead_code, reason = "only read")]
    enum Choice {
        One(Inner),
        Two(Inner),
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Inner {
        depth: u8,
        words: BTreeMap<String, String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Outer {
        severity: Severity,
        text: Bilingual,
        date: jiff::civil::Date,
        choice: Choice,
        list: Vec<Inner>,
        #[serde(default)]
        yes: Option<bool>,
    }

    fn mistakes(yaml: &str) -> (bool, Vec<(Span, String, Option<String>)>) {
        let Reading {
            value, mistakes, ..
        } = read::<Outer>(yaml);
        let source = crate::rules::Source {
            path: String::new(),
            yaml: yaml.to_owned(),
        };
        let mut placed: Vec<_> = mistakes
            .into_iter()
            .map(|m| m.place(&source))
            .map(|e| (e.span, e.message.en, e.help.map(|h| h.en)))
            .collect();
        placed.sort();
        (value.is_some(), placed)
    }

    #[test]
    fn all_mistakes_of_a_file_are_told() {
        let yaml = "\
severity: err
text: { vi: một, eng: one }
date: 2025-02-30
choice:
  tow:
    depth: 1
list:
  - depth: many
    words: {}
  - words: [a]
    depth: -3
    wrods: {}
yes: maybe
yess: true
";
        let (read, found) = mistakes(yaml);
        assert!(read, "stand-ins were found for everything");
        let shown: Vec<_> = found
            .iter()
            .map(|(span, message, _)| (span.of(yaml), message.as_str()))
            .collect();
        let expected = [
            ("err", "`err` is not possible here"),
            ("eng", "there is no key `eng`"),
            ("2025-02-30", "not a valid value: "),
            ("tow", "`tow` is not possible here"),
            (
                "many",
                "this must be a whole number from 0 to 255, not the text `many`",
            ),
            ("[a]", "this must be pairs of `key: value`, not a list"),
            (
                "-3",
                "this must be a whole number from 0 to 255, not the number `-3`",
            ),
            ("wrods", "there is no key `wrods`"),
            (
                "maybe",
                "this must be `true` or `false`, not the text `maybe`",
            ),
            ("yess", "there is no key `yess`"),
        ];
        assert_eq!(shown.len(), expected.len(), "{shown:#?}");
        for (shown, expected) in shown.iter().zip(expected) {
            assert_eq!(shown.0, expected.0);
            assert!(shown.1.starts_with(expected.1), "{shown:?}");
        }
        let offered: Vec<_> = found
            .iter()
            .filter_map(|(.., help)| help.as_deref())
            .collect();
        assert!(
            offered[0].starts_with("did you mean `error`?"),
            "{offered:?}"
        );
        assert!(offered[2].starts_with("did you mean `two`?"), "{offered:?}");
    }

    #[test]
    fn what_is_no_map_at_all_is_told_once() {
        for yaml in ["", "- a\n- b\n", "just words", "[unclosed", "a: b: c"] {
            assert_eq!(mistakes(yaml).1.len(), 1, "{yaml:?}: {:?}", mistakes(yaml));
        }
    }

    #[test]
    fn a_huge_file_is_refused_unread() {
        let yaml = "# ".repeat(MAX_BYTES);
        assert_eq!(mistakes(&yaml).1[0].1, "the file is larger than 1 MB");
    }
}
