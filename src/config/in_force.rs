//! What is in force for one document.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::chain::{Config, Loaded, item, steps};
use super::file::{Choices, FailOn, Level};
use crate::diagnostic::{Language, Severity};
use crate::rules::error::Mistake;
use crate::rules::yaml_locate::{Aim, Step, locate};
use crate::rules::{GROUPS, Part, Rule, RuleError, RuleSet, group_of};

/// What the command line asks for; it outweighs every file.
#[derive(Clone, Copy, Debug, Default)]
pub struct CommandLine<'a> {
    /// `--profile`
    pub profile: Option<&'a str>,
    /// `--select`: ids and groups; empty for what the configuration says.
    pub select: &'a [String],
    /// `--ignore`: ids and groups.
    pub ignore: &'a [String],
    /// `--preview`
    pub preview: bool,
    /// `--lang`
    pub lang: Option<Language>,
    /// `--fail-on`
    pub fail_on: Option<FailOn>,
}

/// What is in force for a document: layers, the weakest first.
#[derive(Debug)]
pub struct InForce<'a> {
    config: Option<&'a Config>,
    pub(super) layers: Vec<Layer<'a>>,
    line: CommandLine<'a>,
}

/// What one file, or one entry in it, says.
#[derive(Clone, Debug)]
pub(super) struct Layer<'a> {
    /// The file; `None` for the command line.
    pub(super) loaded: Option<&'a Loaded>,
    /// Where in the file.
    pub(super) at: Vec<Step>,
    pub(super) choices: Choices<'a>,
}

/// A value that is in force and where it comes from.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key, with `.` between levels: `severity.wording`.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Nobody wrote it.
    Default,
    /// A configuration file.
    File {
        /// The path of the file.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// The command line.
    CommandLine,
}

static NO_LEVELS: BTreeMap<String, Level> = BTreeMap::new();
static NO_CHANGES: super::file::Changes = BTreeMap::new();

impl Config {
    /// What is in force for a document, by its absolute path; without one, for all those that no
    /// entry of `per-file` names.
    #[must_use]
    pub fn in_force<'a>(&'a self, path: Option<&Path>, line: CommandLine<'a>) -> InForce<'a> {
        let mut layers: Vec<_> = self.files.iter().map(whole).collect();
        if let Some(path) = path {
            let path = self.below_root(path);
            for loaded in &self.files {
                let fitting = loaded.per_file.iter().enumerate();
                let fitting = fitting.filter(|(_, globs)| globs.fits(path));
                layers.extend(fitting.map(|(index, _)| entry(loaded, index)));
            }
        }
        InForce::new(Some(self), layers, line)
    }

    /// What is in force for each entry of `per-file` alone.
    pub(super) fn entries(&self) -> impl Iterator<Item = InForce<'_>> {
        self.files.iter().flat_map(|loaded| {
            (0..loaded.per_file.len()).map(|index| {
                let mut in_force = self.in_force(None, CommandLine::default());
                in_force.layers.push(entry(loaded, index));
                in_force
            })
        })
    }
}

fn whole(loaded: &Loaded) -> Layer<'_> {
    Layer {
        loaded: Some(loaded),
        at: Vec::new(),
        choices: loaded.file.choices(),
    }
}

fn entry(loaded: &Loaded, index: usize) -> Layer<'_> {
    Layer {
        loaded: Some(loaded),
        at: item(steps(&["per-file"]), index),
        choices: loaded.file.per_file[index].choices(),
    }
}

impl Layer<'_> {
    pub(super) fn steps(&self, keys: &[&str]) -> Vec<Step> {
        let mut at = self.at.clone();
        at.extend(steps(keys));
        at
    }

    fn origin(&self, keys: &[&str]) -> Origin {
        let Some(loaded) = self.loaded else {
            return Origin::CommandLine;
        };
        loaded.origin(&self.steps(keys))
    }

    /// The severity that it gives a rule, and whether it names the rule itself.
    fn level(&self, rule: &Rule) -> Option<(Level, bool)> {
        let levels = self.choices.severity;
        let by_id = levels.get(&rule.id).map(|level| (*level, true));
        by_id.or_else(|| Some((*levels.get(rule.group())?, false)))
    }
}

impl Loaded {
    /// A mistake of meaning with its place, except where the file does not say what was judged.
    pub(super) fn place(&self, mistake: Mistake) -> Option<RuleError> {
        let made_up = self.stand_ins.iter().any(|at| mistake.at.rests_on(at));
        (!made_up).then(|| mistake.place(&self.source))
    }

    pub(super) fn origin(&self, at: &[Step]) -> Origin {
        let yaml = &self.source.yaml;
        let start = locate(yaml, at, Aim::Key).start as usize;
        Origin::File {
            path: self.source.path.clone(),
            line: 1 + yaml[..start].matches('\n').count(),
        }
    }
}

impl<'a> InForce<'a> {
    /// What is in force where there is no configuration.
    #[must_use]
    pub fn without_config(line: CommandLine<'a>) -> Self {
        Self::new(None, Vec::new(), line)
    }

    fn new(config: Option<&'a Config>, mut layers: Vec<Layer<'a>>, line: CommandLine<'a>) -> Self {
        layers.push(Layer {
            loaded: None,
            at: Vec::new(),
            choices: Choices {
                profile: line.profile,
                select: (!line.select.is_empty()).then_some(line.select),
                ignore: line.ignore,
                severity: &NO_LEVELS,
                options: &NO_CHANGES,
                applies: &NO_CHANGES,
                preview: line.preview.then_some(true),
            },
        });
        Self {
            config,
            layers,
            line,
        }
    }

    fn files(&self) -> impl DoubleEndedIterator<Item = &'a Loaded> {
        self.config.into_iter().flat_map(|config| &config.files)
    }

    /// The structure profile to compare with.
    #[must_use]
    pub fn profile(&self) -> Option<&'a str> {
        self.last(|choices| choices.profile)
    }

    /// Whether rules that are not yet stable run.
    #[must_use]
    pub fn preview(&self) -> bool {
        self.last(|choices| choices.preview).unwrap_or_default()
    }

    /// The language of messages, where somebody asks for one.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        let of_files = || self.files().rev().find_map(|loaded| loaded.file.lang);
        self.line.lang.or_else(of_files)
    }

    /// The least severity that makes the run fail.
    #[must_use]
    pub fn fail_on(&self) -> FailOn {
        let of_files = || self.files().rev().find_map(|loaded| loaded.file.fail_on);
        self.line.fail_on.or_else(of_files).unwrap_or_default()
    }

    /// Whether results are kept for the next run.
    #[must_use]
    pub fn cache(&self) -> bool {
        let of_files = self.files().rev().find_map(|loaded| loaded.file.cache);
        of_files.unwrap_or(true)
    }

    fn last<T>(&self, value: impl Fn(&Choices<'a>) -> Option<T>) -> Option<T> {
        self.layers
            .iter()
            .rev()
            .find_map(|layer| value(&layer.choices))
    }

    /// What makes two of them run the same rules.
    #[must_use]
    pub fn rules_key(&self) -> String {
        let layers: Vec<_> = self
            .layers
            .iter()
            .map(|layer| Choices {
                profile: None,
                ..layer.choices
            })
            .collect();
        let config = self.config;
        let rules = config.map(|c| c.rule_folders().map(|named| named.path).collect::<Vec<_>>());
        let acts = config.map(|c| c.registers().map(|named| named.path).collect::<Vec<_>>());
        json!([layers, rules, acts]).to_string()
    }

    /// Whether a rule runs. An id outweighs its group, except that what is selected later and
    /// does not name the rule goes without it; a later layer outweighs an earlier one.
    #[must_use]
    pub fn keeps(&self, rule: &Rule) -> bool {
        let named = |list: &[String], name: &str| list.iter().any(|listed| listed == name);
        // Whether it is chosen, whether it was taken out by its own name, whether its group is
        // switched off.
        let (mut kept, mut barred, mut off) = (true, false, false);
        for layer in &self.layers {
            let Choices { select, ignore, .. } = layer.choices;
            if named(ignore, &rule.id) {
                (kept, barred) = (false, true);
            } else if select.is_some_and(|select| named(select, &rule.id)) {
                (kept, barred, off) = (true, false, false);
            } else if named(ignore, rule.group()) {
                kept = false;
            } else if let Some(select) = select {
                kept = select.is_empty() || named(select, rule.group());
                off &= !kept;
            }
            match layer.level(rule) {
                Some((Level::Off, true)) => barred = true,
                Some((_, true)) => (barred, off) = (false, false),
                Some((level, false)) => off = level == Level::Off,
                None => {}
            }
        }
        kept && !barred && !off && (!rule.preview || self.preview())
    }

    /// The severity of a rule, where it is another than its own.
    fn severity(&self, rule: &Rule) -> Option<Severity> {
        let levels = self.layers.iter().rev();
        let level = levels.filter_map(|layer| layer.level(rule)?.0.severity());
        level.clone().next()
    }

    /// The rules of a set that run, as they are to run.
    ///
    /// # Errors
    /// Changes that do not fit their rules.
    pub fn apply(&self, rules: RuleSet) -> Result<RuleSet, Vec<RuleError>> {
        let all = rules.rules().iter().all(|rule| self.keeps(rule));
        self.change(match all {
            true => rules,
            false => rules.filter(|rule| self.keeps(rule)),
        })
    }

    /// All rules of a set, also those that do not run, with the severity and the fields that they
    /// are to have.
    ///
    /// # Errors
    /// Changes that do not fit their rules.
    pub fn change(&self, mut rules: RuleSet) -> Result<RuleSet, Vec<RuleError>> {
        let mut errors = Vec::new();
        for rule in rules.rules_mut() {
            if let Some(severity) = self.severity(rule) {
                rule.set_severity(severity);
            }
            for layer in &self.layers {
                errors.extend(layer.change(rule));
            }
        }
        if errors.is_empty() {
            Ok(rules)
        } else {
            Err(errors)
        }
    }

    /// All that is in force, with its origin: single values by the strongest layer, lists that
    /// add up by each of theirs.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut out = Vec::new();
        self.scalar(
            &mut out,
            "lang",
            |file| json!(file.lang),
            json!(self.line.lang),
            json!("vi"),
        );
        self.scalar(
            &mut out,
            "cache",
            |file| json!(file.cache),
            Value::Null,
            json!(true),
        );
        let cache_dir = self.files().rev().find_map(|loaded| {
            let value = json!(loaded.file.cache_dir.as_ref()?);
            Some((value, loaded.origin(&steps(&["cache-dir"]))))
        });
        if let Some((value, origin)) = cache_dir {
            let key = "cache-dir".to_owned();
            out.push(Entry { key, value, origin });
        }
        let fail_on = json!(self.line.fail_on);
        let default = json!(FailOn::default());
        self.scalar(
            &mut out,
            "fail-on",
            |file| json!(file.fail_on),
            fail_on,
            default,
        );
        self.choice(
            &mut out,
            "profile",
            |choices| json!(choices.profile),
            Value::Null,
        );
        self.choice(
            &mut out,
            "preview",
            |choices| json!(choices.preview),
            json!(false),
        );
        self.choice(
            &mut out,
            "select",
            |choices| json!(choices.select),
            Value::Null,
        );
        for layer in &self.layers {
            if !layer.choices.ignore.is_empty() {
                out.push(Entry {
                    key: "ignore".to_owned(),
                    value: json!(layer.choices.ignore),
                    origin: layer.origin(&["ignore"]),
                });
            }
        }
        self.maps(&mut out);
        for loaded in self.files() {
            let lists = [
                ("exclude", &loaded.file.exclude),
                ("register", &loaded.file.register.list),
                ("rules", &loaded.file.rules.list),
                ("baseline", &loaded.file.baseline.list),
            ];
            for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
                out.push(Entry {
                    key: key.to_owned(),
                    value: json!(list),
                    origin: loaded.origin(&steps(&[key])),
                });
            }
        }
        out
    }

    /// A value of whole files only.
    fn scalar(
        &self,
        out: &mut Vec<Entry>,
        key: &str,
        of_file: impl Fn(&super::file::ConfigFile) -> Value,
        of_line: Value,
        default: Value,
    ) {
        let of_files = self.files().rev().find_map(|loaded| {
            let value = of_file(&loaded.file);
            (!value.is_null()).then(|| (value, loaded.origin(&steps(&[key]))))
        });
        let (value, origin) = match (of_line, of_files) {
            (Value::Null, Some(of_file)) => of_file,
            (Value::Null, None) => (default, Origin::Default),
            (value, _) => (value, Origin::CommandLine),
        };
        let key = key.to_owned();
        out.push(Entry { key, value, origin });
    }

    /// A value that entries for some files may have too.
    fn choice(
        &self,
        out: &mut Vec<Entry>,
        key: &str,
        of: impl Fn(&Choices<'a>) -> Value,
        default: Value,
    ) {
        let found = self.layers.iter().rev().find_map(|layer| {
            let value = of(&layer.choices);
            (!value.is_null()).then(|| (value, layer.origin(&[key])))
        });
        let (value, origin) = found.unwrap_or((default, Origin::Default));
        let key = key.to_owned();
        out.push(Entry { key, value, origin });
    }

    /// Severities, options and applicability: each key by the strongest layer that has it.
    fn maps(&self, out: &mut Vec<Entry>) {
        let mut found: BTreeMap<(usize, String), (Value, Origin)> = BTreeMap::new();
        for layer in &self.layers {
            // A group outweighs what was said of its rules before, except that one does not run.
            found.retain(|(order, key), (value, _)| {
                let id = key.strip_prefix("severity.").filter(|_| *order == 0);
                let is_of = |id: &str| {
                    !GROUPS.contains(&id) && layer.choices.severity.contains_key(group_of(id))
                };
                *value == json!(Level::Off) || !id.is_some_and(is_of)
            });
            for (name, level) in layer.choices.severity {
                let origin = layer.origin(&["severity", name]);
                found.insert((0, format!("severity.{name}")), (json!(level), origin));
            }
            let changes = [
                ("options", layer.choices.options),
                ("applies", layer.choices.applies),
            ];
            for (order, (part, changes)) in (1..).zip(changes) {
                for (rule, keys) in changes {
                    for (key, value) in keys {
                        let origin = layer.origin(&[part, rule, key]);
                        let key = (order, format!("{part}.{rule}.{key}"));
                        found.insert(key, (value.clone(), origin));
                    }
                }
            }
        }
        out.extend(found.into_iter().map(|((_, key), (value, origin))| Entry {
            key,
            value,
            origin,
        }));
    }
}

impl Layer<'_> {
    /// Changes a rule; what is wrong with that stands in the file of the layer.
    pub(super) fn change(&self, rule: &mut Rule) -> Vec<RuleError> {
        let Some(loaded) = self.loaded else {
            return Vec::new();
        };
        let mut errors = Vec::new();
        let parts = [
            ("options", Part::Options, self.choices.options),
            ("applies", Part::Applies, self.choices.applies),
        ];
        for (key, part, changes) in parts {
            let Some(change) = changes.get(&rule.id) else {
                continue;
            };
            let above = self.steps(&[key, &rule.id]);
            let wrong = rule.change(part, change).err().unwrap_or_default();
            errors.extend(wrong.into_iter().filter_map(|mistake| {
                let below = |path: &[Step]| [above.as_slice(), path].concat();
                let at = mistake.at.moved(below);
                loaded.place(Mistake { at, ..mistake })
            }));
        }
        errors
    }

    /// The ids of the rules that it changes.
    pub(super) fn changed(&self) -> impl Iterator<Item = &String> {
        let Choices {
            options, applies, ..
        } = self.choices;
        options.keys().chain(applies.keys())
    }
}
