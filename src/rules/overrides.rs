//! Changes to a rule by configuration: what its check compares with, and which documents it is for.

use serde_json::{Map, Value};

use super::Rule;
use super::error::Mistake;
use super::file::Deciding;
use super::set::RuleText;
use super::yaml_locate::Step;
use super::{validate, yaml};

/// The keys of a change.
const ADD: &str = "add";
const REMOVE: &str = "remove";

/// The part of a rule that is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// The keys below `check.<kind>`.
    Options,
    /// The keys below `applies`.
    Applies,
}

impl Rule {
    /// Puts the keys of `change` over those of the rule: maps are merged, where `null` takes a key
    /// out; all else takes the place of what is there, except that `add` and `remove` change a
    /// list.
    ///
    /// # Errors
    /// What is wrong with the rule then; paths begin at `change`. The rule stays as it was.
    pub(crate) fn change(
        &mut self,
        part: Part,
        change: &Map<String, Value>,
    ) -> Result<(), Vec<Mistake>> {
        let mut deciding = self.deciding();
        let at: Vec<Step> = match (part, kind_of(&deciding)) {
            (Part::Applies, _) => vec![Step::Key("applies".to_owned())],
            (Part::Options, kind) => vec![Step::Key("check".to_owned()), Step::Key(kind)],
        };
        let mut node = &mut deciding;
        for step in &at {
            let Step::Key(key) = step else { continue };
            node = &mut node[key];
        }
        merge(node, Value::Object(change.clone()));
        let mut reading = yaml::read_value::<Deciding>(deciding.clone());
        let Some(read) = reading.value.filter(|_| reading.mistakes.is_empty()) else {
            return Err(below(reading.mistakes, &at));
        };
        let check_at = match part {
            Part::Options => at.clone(),
            Part::Applies => Vec::new(),
        };
        reading.mistakes = validate::deciding(&read, &check_at, &self.check);
        if !reading.mistakes.is_empty() {
            return Err(below(reading.mistakes, &at));
        }
        self.applies = read.applies;
        self.check = read.check;
        self.text = RuleText::Changed(deciding, self.text.prose());
        Ok(())
    }

    /// The rule without its words, to try changes on.
    pub(crate) fn draft(&self) -> Option<Self> {
        let deciding = self.deciding();
        let read = serde_json::from_value(deciding.clone()).ok()?;
        Some(Self::new(read, &self.path, RuleText::Changed(deciding, "")))
    }

    /// What decides, as written.
    fn deciding(&self) -> Value {
        let mut value: Value = match &self.text {
            RuleText::Changed(value, _) => return value.clone(),
            RuleText::Embedded(json, _) => serde_json::from_str(json).unwrap_or_default(),
            RuleText::Yaml(yaml) => serde_yaml::from_str(yaml).unwrap_or_default(),
        };
        if let Some(keys) = value.as_object_mut() {
            keys.retain(|key, _| Deciding::KEYS.contains(&key.as_str()));
        }
        value
    }
}

/// The one key below `check`.
fn kind_of(deciding: &Value) -> String {
    let kinds = deciding["check"].as_object();
    let kind = kinds.and_then(|kinds| kinds.keys().next());
    kind.cloned().unwrap_or_default()
}

fn below(mistakes: Vec<Mistake>, at: &[Step]) -> Vec<Mistake> {
    let cut = |path: &[Step]| path.strip_prefix(at).unwrap_or_default().to_vec();
    mistakes
        .into_iter()
        .map(|mistake| Mistake {
            at: mistake.at.moved(cut),
            ..mistake
        })
        .collect()
}

/// JSON merge patch (RFC 7396) with `add` and `remove` for lists.
fn merge(value: &mut Value, change: Value) {
    match (value, change) {
        (Value::Array(items), Value::Object(change)) if is_list_change(&change) => {
            let named = |key: &str| change.get(key).and_then(Value::as_array);
            if let Some(gone) = named(REMOVE) {
                items.retain(|item| !gone.contains(item));
            }
            items.extend(named(ADD).into_iter().flatten().cloned());
        }
        (value, Value::Object(change)) => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            let Some(map) = value.as_object_mut() else {
                return;
            };
            for (key, change) in change {
                if change.is_null() {
                    map.remove(&key);
                } else {
                    merge(map.entry(key).or_insert(Value::Null), change);
                }
            }
        }
        (value, change) => *value = change,
    }
}

fn is_list_change(change: &Map<String, Value>) -> bool {
    let known = |key: &String| [ADD, REMOVE].contains(&key.as_str());
    !change.is_empty() && change.keys().all(known) && change.values().all(Value::is_array)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn maps_are_merged_and_lists_replaced_or_changed() {
        let base = json!({ "n": 1, "list": [1, 2, 3], "map": { "a": 1, "b": { "c": 2 } } });
        let cases = [
            (json!({ "n": 2 }), json!(2), "/n"),
            (json!({ "n": null }), Value::Null, "/n"),
            (json!({ "list": [9] }), json!([9]), "/list"),
            (
                json!({ "list": { "add": [9] } }),
                json!([1, 2, 3, 9]),
                "/list",
            ),
            (
                json!({ "list": { "add": [9], "remove": [2, 7] } }),
                json!([1, 3, 9]),
                "/list",
            ),
            (
                json!({ "map": { "b": { "d": 3 }, "a": null } }),
                json!({ "b": { "c": 2, "d": 3 } }),
                "/map",
            ),
            (json!({ "new": { "x": 1 } }), json!({ "x": 1 }), "/new"),
            // No list to change: a map like any other, which the rule's own type refuses.
            (json!({ "n": { "add": [1] } }), json!({ "add": [1] }), "/n"),
        ];
        for (change, expected, at) in cases {
            let mut value = base.clone();
            merge(&mut value, change.clone());
            let found = value.pointer(at).cloned().unwrap_or_default();
            assert_eq!(found, expected, "{change}");
        }
    }
}
