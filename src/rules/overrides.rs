//! Changes to a rule by configuration: what its check compares with, and which documents it is for.

use serde_json::{Map, Value};

use super::Rule;
use super::error::{At, Mistake};
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
        let mut lists = Lists::default();
        lists.look(node, change, &at);
        merge(node, Value::Object(change.clone()));
        let mut reading = yaml::read_value::<Deciding>(deciding.clone());
        let check_at = match part {
            Part::Options => at.clone(),
            Part::Applies => Vec::new(),
        };
        if let Some(read) = &reading.value {
            let mut of_meaning = validate::deciding(read, &check_at, &self.check);
            let made_up = || reading.stand_ins.iter().any(|at| at.starts_with(&check_at));
            if part == Part::Options && made_up() {
                // A check that is made up in part is not judged.
                of_meaning.retain(|m| !m.at.path().is_some_and(|path| path.starts_with(&check_at)));
            }
            reading.add(of_meaning);
        }
        let told = |mistake: &Mistake| !lists.has_told(&mistake.at);
        let mut mistakes: Vec<_> = reading.mistakes.into_iter().filter(told).collect();
        for mistake in &mut mistakes {
            mistake.at = mistake.at.clone().moved(|path| lists.as_written(path));
        }
        mistakes.append(&mut lists.mistakes);
        let Some(read) = reading.value.filter(|_| mistakes.is_empty()) else {
            return Err(below(mistakes, &at));
        };
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

/// The changes of lists by `add` and `remove`.
#[derive(Default)]
struct Lists {
    /// The paths of the lists, and how many items were there before what is added.
    changed: Vec<(Vec<Step>, usize)>,
    /// The paths of those that cannot be changed so.
    wrong: Vec<Vec<Step>>,
    mistakes: Vec<Mistake>,
}

impl Lists {
    /// Looks at what a change says of the lists below a value.
    fn look(&mut self, value: &Value, change: &Map<String, Value>, at: &[Step]) {
        for (key, change) in change {
            let (Some(value), Some(change)) = (value.get(key), change.as_object()) else {
                continue;
            };
            let at = [at, &[Step::Key(key.clone())]].concat();
            match value.as_array() {
                Some(items) => self.look_at_list(items, change, at),
                None => self.look(value, change, &at),
            }
        }
    }

    fn look_at_list(&mut self, items: &[Value], change: &Map<String, Value>, at: Vec<Step>) {
        let below = |key: &str| [at.as_slice(), &[Step::Key(key.to_owned())]].concat();
        let before = self.mistakes.len();
        for (key, change) in change {
            if ![ADD, REMOVE].contains(&key.as_str()) {
                let unknown = Mistake::new(
                    At::Key(below(key)),
                    format!("không có khóa `{key}`"),
                    format!("there is no key `{key}`"),
                );
                self.mistakes.push(unknown.choice(key, &[ADD, REMOVE]));
            } else if !change.is_array() {
                self.mistakes.push(Mistake::new(
                    At::Value(below(key)),
                    "ở đây phải là một danh sách",
                    "this must be a list",
                ));
            }
        }
        if self.mistakes.len() > before {
            self.wrong.push(at);
            return;
        }
        let texts: Vec<_> = items.iter().filter_map(Value::as_str).collect();
        let named = |key: &str| change.get(key).and_then(Value::as_array);
        let gone = named(REMOVE).into_iter().flatten();
        for (index, item) in gone.clone().enumerate() {
            if items.contains(item) {
                continue;
            }
            let shown = item
                .as_str()
                .map_or_else(|| item.to_string(), str::to_owned);
            let absent = Mistake::new(
                At::Value([below(REMOVE).as_slice(), &[Step::Index(index)]].concat()),
                format!("danh sách của quy tắc không có `{shown}`"),
                format!("the list of the rule has no `{shown}`"),
            );
            self.mistakes.push(absent.choice(&shown, &texts));
        }
        let is_kept = |item: &&Value| gone.clone().all(|gone| gone != *item);
        let kept = items.iter().filter(is_kept).count();
        self.changed.push((at, kept));
    }

    /// Whether what stands at the place was told already.
    fn has_told(&self, at: &At) -> bool {
        let path = at.path();
        path.is_some_and(|path| self.wrong.iter().any(|wrong| path.starts_with(wrong)))
    }

    /// The path in the change of what stands at a path after it.
    fn as_written(&self, path: &[Step]) -> Vec<Step> {
        for (list, kept) in &self.changed {
            if let Some([Step::Index(index), below @ ..]) = path.strip_prefix(list.as_slice())
                && let Some(index) = index.checked_sub(*kept)
            {
                let added = [Step::Key(ADD.to_owned()), Step::Index(index)];
                return [list.as_slice(), &added, below].concat();
            }
        }
        path.to_vec()
    }
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
