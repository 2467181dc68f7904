//! Where things stand in a YAML text.
//!
//! `serde_yaml` tells a place only with an error. So to find a node, the text is read once more
//! along the path to it, and the visitor that arrives raises an error there: the place comes from
//! the YAML parser itself, whatever the style of the file. Only mistakes pay for this.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::text::Span;

/// One step from a node to a node below it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list, from 0.
    Index(usize),
}

/// Which end of the last step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Aim {
    /// The key itself; for an item of a list, the item.
    Key,
    /// What stands after the key; the key where nothing does.
    Value,
}

/// The span of the node at the end of the path, or of the nearest node above it that exists.
/// Spans end with the line at the latest.
pub(crate) fn locate(yaml: &str, path: &[Step], aim: Aim) -> Span {
    let mut path = path;
    let mut aim = aim;
    loop {
        if aim == Aim::Value
            && let Some(span) = offset(yaml, path, Aim::Value).map(|at| value_at(yaml, at))
            && !span.is_empty()
        {
            return span;
        }
        match path {
            [] => {
                let at = offset(yaml, &[], Aim::Value).unwrap_or(0);
                return rest_of_line(yaml, at);
            }
            [.., Step::Key(key)] => {
                if let Some(at) = offset(yaml, path, Aim::Key) {
                    return key_at(yaml, at, key);
                }
            }
            [.., Step::Index(_)] => {
                if let Some(at) = offset(yaml, path, Aim::Value) {
                    return value_at(yaml, at);
                }
            }
        }
        path = &path[..path.len() - 1];
        aim = Aim::Key;
    }
}

/// The keys that repeat a key of the same map, in order. (`serde_yaml` keeps the last of them
/// and says nothing.)
pub(super) fn repeated_keys(yaml: &str) -> Vec<(String, Span)> {
    /// A file with more mistakes than this is not worth more readings.
    const LIMIT: usize = 50;
    let mut found = Vec::new();
    while found.len() < LIMIT {
        let walk = Repeats {
            skip: Cell::new(found.len()),
            key: Cell::new(None),
        };
        let result = walk.deserialize(serde_yaml::Deserializer::from_str(yaml));
        let (Err(error), Some(key)) = (result, walk.key.take()) else {
            break;
        };
        let at = place(yaml, &error);
        let span = key_at(yaml, at, &key);
        found.push((key, span));
    }
    found
}

/// The byte where an error of the YAML parser stands.
pub(super) fn place(yaml: &str, error: &serde_yaml::Error) -> usize {
    error
        .location()
        .and_then(|at| place_of(yaml, at.line(), at.column()))
        .unwrap_or(0)
}

/// The byte at a line and a column in characters, both from 1.
pub(super) fn place_of(yaml: &str, line: usize, column: usize) -> Option<usize> {
    let start = yaml
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum::<usize>();
    let rest = &yaml[start..];
    let within = rest.char_indices().nth(column.checked_sub(1)?);
    Some(start + within.map_or(rest.len(), |(i, _)| i))
}

/// The rest of the line from `at` on, as a span.
pub(super) fn rest_of_line(yaml: &str, at: usize) -> Span {
    let rest = &yaml[at..];
    let end = at + rest.find('\n').unwrap_or(rest.len());
    Span::new(at, end).trim(yaml)
}

fn key_at(yaml: &str, at: usize, key: &str) -> Span {
    let rest = &yaml[at..];
    let quotes = if rest.starts_with(['"', '\'']) { 2 } else { 0 };
    let len = key.len() + quotes;
    if rest.is_char_boundary(len) && rest[..len].contains(key) {
        Span::new(at, at + len)
    } else {
        rest_of_line(yaml, at)
    }
}

fn value_at(yaml: &str, at: usize) -> Span {
    let rest = &yaml[at..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let end = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => line[1..].find(quote).map_or(line.len(), |i| i + 2),
        _ => line
            .find(" #")
            .into_iter()
            .chain(line.find([',', ']', '}']).filter(|_| in_flow(yaml, at)))
            .min()
            .unwrap_or(line.len()),
    };
    Span::new(at, at + end).trim(yaml)
}

/// Whether a bracket is open on the line before `at`.
fn in_flow(yaml: &str, at: usize) -> bool {
    let line_start = yaml[..at].rfind('\n').map_or(0, |i| i + 1);
    let before = &yaml[line_start..at];
    let count = |brackets: [char; 2]| before.matches(brackets).count();
    count(['[', '{']) > count([']', '}'])
}

fn offset(yaml: &str, path: &[Step], aim: Aim) -> Option<usize> {
    let arrived = Cell::new(false);
    let seek = Seek {
        path,
        aim,
        arrived: &arrived,
    };
    match seek.deserialize(serde_yaml::Deserializer::from_str(yaml)) {
        Err(error) if arrived.get() => Some(place(yaml, &error)),
        _ => None,
    }
}

/// Walks down a path and raises an error at its end.
#[derive(Clone, Copy)]
struct Seek<'a> {
    path: &'a [Step],
    aim: Aim,
    arrived: &'a Cell<bool>,
}

impl Seek<'_> {
    fn arrive<T, E: Error>(self) -> Result<T, E> {
        self.arrived.set(true);
        Err(E::custom("here"))
    }

    fn scalar<E: Error>(self) -> Result<(), E> {
        if self.path.is_empty() {
            return self.arrive();
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else {
            return self.arrive();
        };
        let stop = (rest.is_empty() && self.aim == Aim::Key).then_some(self);
        while let Some(key) = map.next_key_seed(Key { first, stop })? {
            if key {
                map.next_value_seed(Self { path: rest, ..self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else {
            return self.arrive();
        };
        let mut index = 0;
        loop {
            let item = if *first == Step::Index(index) {
                seq.next_element_seed(Self { path: rest, ..self })?
            } else {
                seq.next_element::<IgnoredAny>()?.map(|_| ())
            };
            if item.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }
}

/// Tells whether a key is the one looked for; may raise the error there and then.
struct Key<'a> {
    first: &'a Step,
    stop: Option<Seek<'a>>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        let found = matches!(self.first, Step::Key(wanted) if wanted == key);
        match self.stop {
            Some(seek) if found => seek.arrive(),
            _ => Ok(found),
        }
    }
}

/// Raises an error at a repeated key, after `skip` others.
struct Repeats {
    skip: Cell<usize>,
    key: Cell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for &Repeats {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Repeats {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while map
            .next_key_seed(FreshKey {
                seen: &mut seen,
                walk: self,
            })?
            .is_some()
        {
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

struct FreshKey<'a> {
    seen: &'a mut HashSet<String>,
    walk: &'a Repeats,
}

impl<'de> DeserializeSeed<'de> for FreshKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FreshKey<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        if self.seen.insert(key.to_owned()) {
            return Ok(());
        }
        match self.walk.skip.get() {
            0 => {
                self.walk.key.set(Some(key.to_owned()));
                Err(E::custom("repeated"))
            }
            left => {
                self.walk.skip.set(left - 1);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "\
# chú thích
id: đầu-tiên   # tên
\"mã số\": 'giá trị'
empty:
flow: { vi: chữ, list: [một, hai, 3] }
block:
  inner: >-
    văn bản
    dài
  items:
    - name: a
      text: |
        dòng
    - name: b
";

    fn path(steps: &str) -> Vec<Step> {
        steps
            .split('.')
            .map(|step| match step.parse() {
                Ok(index) => Step::Index(index),
                Err(_) => Step::Key(step.to_owned()),
            })
            .collect()
    }

    #[test]
    fn nodes_are_found_in_every_style() {
        let cases = [
            ("id", Aim::Key, "id"),
            ("id", Aim::Value, "đầu-tiên"),
            ("mã số", Aim::Key, "\"mã số\""),
            ("mã số", Aim::Value, "'giá trị'"),
            ("empty", Aim::Value, "empty"),
            ("flow.vi", Aim::Value, "chữ"),
            ("flow.list.1", Aim::Value, "hai"),
            ("flow.list.2", Aim::Key, "3"),
            ("flow.en", Aim::Key, "flow"),
            ("block.inner", Aim::Key, "inner"),
            ("block.inner", Aim::Value, ">-"),
            ("block.items.1.name", Aim::Value, "b"),
            ("block.items.0.text", Aim::Key, "text"),
            ("block.items.7", Aim::Key, "items"),
            ("nowhere.at.all", Aim::Value, "id: đầu-tiên   # tên"),
        ];
        for (steps, aim, expected) in cases {
            let span = locate(YAML, &path(steps), aim);
            assert_eq!(span.of(YAML), expected, "{steps} {aim:?}");
        }
    }

    #[test]
    fn every_repeated_key_is_found() {
        let yaml = "a: 1\nb: { c: 2, đ: 3, c: 4 }\na: 5\nd:\n  - { e: 1 }\n  - { e: 1, e: 2 }\n";
        let found: Vec<_> = repeated_keys(yaml)
            .into_iter()
            .map(|(key, span)| (key, span.start))
            .collect();
        let at = |needle: &str| u32::try_from(yaml.find(needle).unwrap()).unwrap();
        assert_eq!(
            found,
            [
                ("c".to_owned(), at("c: 4")),
                ("a".to_owned(), at("a: 5")),
                ("e".to_owned(), at("e: 2")),
            ]
        );
    }

    #[test]
    fn an_error_has_its_place_among_vietnamese_letters() {
        let yaml = "tên: được\nmô tả: \"chưa đóng\nkết thúc: 1\n";
        let error = serde_yaml::from_str::<serde_json::Value>(yaml).unwrap_err();
        assert!(yaml.is_char_boundary(place(yaml, &error)));
    }
}
