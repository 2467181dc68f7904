//! Which rules run: `--select`, `--ignore`, `--preview`.

use std::collections::BTreeSet;

use super::{Failure, nearest};
use crate::diagnostic::Language;
use crate::emit::say;
use crate::rules::{Rule, RuleSet};

/// What the user asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selection<'a> {
    /// Ids and groups; empty for all.
    pub(super) select: &'a [String],
    /// Ids and groups.
    pub(super) ignore: &'a [String],
    /// Whether rules that are not yet stable run too.
    pub(super) preview: bool,
}

impl Selection<'_> {
    /// The rules that are left.
    pub(super) fn apply(self, rules: RuleSet, language: Language) -> Result<RuleSet, Failure> {
        self.check_names(&rules, language)?;
        if rules.rules().iter().all(|rule| self.keeps(rule)) {
            return Ok(rules);
        }
        let rules = rules.filter(|rule| self.keeps(rule));
        let asked = !self.select.is_empty() || !self.ignore.is_empty();
        if asked && rules.rules().is_empty() {
            return Err(Failure::Message(say!(
                language,
                "--select và --ignore không để lại quy tắc nào",
                "--select and --ignore leave no rule"
            )));
        }
        Ok(rules)
    }

    fn check_names(self, rules: &RuleSet, language: Language) -> Result<(), Failure> {
        if self.select.is_empty() && self.ignore.is_empty() {
            return Ok(());
        }
        let ids = rules.rules().iter().map(|rule| rule.id.as_str());
        let groups = rules.rules().iter().map(Rule::group);
        let known: BTreeSet<&str> = ids.chain(groups).collect();
        for name in self.select.iter().chain(self.ignore) {
            if !known.contains(name.as_str()) {
                let near = nearest(name, known.iter().copied(), language);
                return Err(Failure::Message(say!(
                    language,
                    "không có quy tắc hoặc nhóm `{name}`{near} (xem: vanthu rules)",
                    "no rule or group `{name}`{near} (see: vanthu rules)"
                )));
            }
        }
        let unstable = |name: &&String| {
            rules
                .rules()
                .iter()
                .any(|rule| rule.id == **name && rule.preview)
        };
        match self.select.iter().find(unstable) {
            Some(name) if !self.preview => Err(Failure::Message(say!(
                language,
                "quy tắc `{name}` còn thử nghiệm; dùng thêm --preview",
                "the rule `{name}` is in preview; add --preview"
            ))),
            _ => Ok(()),
        }
    }

    /// The id of a rule outweighs its group; where both lists say the same, `--ignore` wins.
    fn keeps(self, rule: &Rule) -> bool {
        if rule.preview && !self.preview {
            return false;
        }
        let named = |list: &[String], name: &str| list.iter().any(|listed| listed == name);
        let (id, group) = (&rule.id, rule.group());
        if named(self.ignore, id) {
            return false;
        }
        if named(self.select, id) {
            return true;
        }
        !named(self.ignore, group) && (self.select.is_empty() || named(self.select, group))
    }
}
