//! What must hold of a configuration beyond its shape: the names in it are those of rules, groups
//! and profiles, and what it changes of rules fits them.

use std::collections::BTreeSet;

use super::chain::{Config, item};
use super::in_force::{CommandLine, InForce, Layer};
use crate::rules::error::{At, Mistake};
use crate::rules::yaml_locate::Step;
use crate::rules::{GROUPS, Rule, RuleError, RuleSet};

impl Config {
    /// All that is wrong with the configuration, given all rules that there are for it, in the
    /// order of the files.
    #[must_use]
    pub fn mistakes(&self, rules: &RuleSet) -> Vec<RuleError> {
        let known = Known::of(rules);
        let mut errors = self.errors.clone();
        let whole = self.in_force(None, CommandLine::default());
        for in_force in std::iter::once(whole).chain(self.entries()) {
            for layer in &in_force.layers {
                let Some(loaded) = layer.loaded else { continue };
                let wrong = known.mistakes(layer, in_force.preview()).into_iter();
                errors.extend(wrong.filter_map(|mistake| loaded.place(mistake)));
            }
            errors.extend(in_force.misfits(rules));
        }
        let order = |e: &RuleError| self.files.iter().position(|f| f.source.path == e.path);
        errors.sort_by_key(|error| (order(error), error.span));
        errors.dedup();
        errors
    }
}

impl InForce<'_> {
    /// Changes that do not fit their rules.
    fn misfits(&self, rules: &RuleSet) -> Vec<RuleError> {
        let changed: BTreeSet<&String> = self.layers.iter().flat_map(Layer::changed).collect();
        let drafts = rules
            .rules()
            .iter()
            .filter(|rule| changed.contains(&rule.id));
        drafts
            .filter_map(Rule::draft)
            .flat_map(|mut rule| {
                let wrong = self.layers.iter().map(|layer| layer.change(&mut rule));
                wrong.collect::<Vec<_>>().concat()
            })
            .collect()
    }
}

/// The names that a configuration may use.
struct Known<'a> {
    ids: BTreeSet<&'a str>,
    preview: BTreeSet<&'a str>,
    profiles: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(rules: &'a RuleSet) -> Self {
        let in_preview = rules.rules().iter().filter(|rule| rule.preview);
        Self {
            ids: rules.rules().iter().map(|rule| rule.id.as_str()).collect(),
            preview: in_preview.map(|rule| rule.id.as_str()).collect(),
            profiles: rules.profiles().iter().map(|p| p.name.as_str()).collect(),
        }
    }

    fn mistakes(&self, layer: &Layer<'_>, preview: bool) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let choices = layer.choices;
        let select = choices.select.unwrap_or_default();
        for (key, list) in [("select", select), ("ignore", choices.ignore)] {
            for (index, name) in list.iter().enumerate() {
                let at = At::Value(item(layer.steps(&[key]), index));
                mistakes.extend(self.rule_or_group(name, at));
            }
        }
        if choices.select.is_some_and(<[_]>::is_empty) {
            let at = At::Value(layer.steps(&["select"]));
            let empty = Mistake::new(at, "danh sách còn bỏ trống", "the list is empty");
            mistakes.push(empty.help(
                "bỏ khóa `select` để dùng mọi quy tắc",
                "leave out `select` for all rules",
            ));
        }
        for name in choices.severity.keys() {
            let at = At::Key(layer.steps(&["severity", name]));
            mistakes.extend(self.rule_or_group(name, at));
        }
        for (key, changes) in [("options", choices.options), ("applies", choices.applies)] {
            for id in changes.keys().filter(|id| !self.ids.contains(id.as_str())) {
                mistakes.push(self.no_rule(id, At::Key(layer.steps(&[key, id]))));
            }
        }
        for (index, id) in select.iter().enumerate() {
            if !preview && self.preview.contains(id.as_str()) {
                mistakes.push(in_preview(id, item(layer.steps(&["select"]), index)));
            }
        }
        if let Some(name) = choices.profile
            && !self.profiles.contains(name)
        {
            let at = At::Value(layer.steps(&["profile"]));
            mistakes.push(self.no_profile(name, at));
        }
        mistakes
    }

    fn rule_or_group(&self, name: &str, at: At) -> Option<Mistake> {
        if self.ids.contains(name) || GROUPS.contains(&name) {
            return None;
        }
        let known: Vec<_> = self.ids.iter().copied().chain(GROUPS).collect();
        let mistake = Mistake::new(
            at,
            format!("không có quy tắc hoặc nhóm `{name}`"),
            format!("there is no rule or group `{name}`"),
        );
        Some(mistake.choice(name, &known))
    }

    fn no_rule(&self, id: &str, at: At) -> Mistake {
        let known: Vec<_> = self.ids.iter().collect();
        let mistake = Mistake::new(
            at,
            format!("không có quy tắc `{id}`"),
            format!("there is no rule `{id}`"),
        );
        mistake.choice(id, &known)
    }

    fn no_profile(&self, name: &str, at: At) -> Mistake {
        let known: Vec<_> = self.profiles.iter().collect();
        let mistake = Mistake::new(
            at,
            format!("không có bố cục mẫu `{name}`"),
            format!("there is no profile `{name}`"),
        );
        mistake.choice(name, &known)
    }
}

fn in_preview(id: &str, at: Vec<Step>) -> Mistake {
    let mistake = Mistake::new(
        At::Value(at),
        format!("quy tắc `{id}` còn thử nghiệm"),
        format!("the rule `{id}` is in preview"),
    );
    mistake.help("thêm `preview: true`", "add `preview: true`")
}
