//! What a client asks for in its settings.

use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::{Bilingual, Language};
use crate::rules::yaml::{self, Reading};
use crate::rules::yaml_locate::Step;

/// Settings of a client: those of the command line that make sense in an editor. What is wrong is
/// left aside, each item of a list by itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// The language of messages, before that of the configuration.
    pub lang: Option<Language>,
    /// The language of the client's own interface, after that of the configuration.
    pub locale: Option<Language>,
    /// The structure profile.
    pub profile: Option<String>,
    /// Only these rules or groups.
    pub select: Vec<String>,
    /// Not these rules or groups.
    pub ignore: Vec<String>,
    /// Rules that are not yet stable too.
    pub preview: bool,
    /// A configuration file instead of the nearest one.
    pub config: Option<String>,
    /// Folders with more rules.
    pub rules: Vec<String>,
    /// What is wrong with the shape of the settings, each with its key.
    pub mistakes: Vec<Bilingual>,
}

/// The settings as written. Those that only clients use are not among them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    lang: Option<Lang>,
    profile: Option<String>,
    select: Option<Vec<String>>,
    ignore: Option<Vec<String>>,
    preview: Option<bool>,
    config: Option<String>,
    rules: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Lang {
    Auto,
    Vi,
    En,
}

/// Keys that the client reads itself and sends along: of the extension in `editors/vscode`.
const OF_CLIENTS: [&str; 3] = ["explains", "path", "trace"];

impl Options {
    /// Reads the settings, which may stand below the name of the tool; `None` where there are none
    /// for it.
    pub(super) fn read(settings: &Value, locale: Option<Language>) -> Option<Self> {
        let settings = own(settings)?;
        let Value::Object(keys) = settings else {
            return Some(Self {
                locale,
                mistakes: vec![no_object(settings)],
                ..Self::default()
            });
        };
        let of_server = |key: &str| !OF_CLIENTS.contains(&key);
        let keys = keys.iter().filter(|(key, _)| of_server(key));
        let given = Value::Object(keys.map(|(k, v)| (k.clone(), v.clone())).collect());
        let Reading {
            value,
            stand_ins,
            mistakes,
        } = yaml::read_value(given);
        let Written {
            lang,
            profile,
            select,
            ignore,
            preview,
            config,
            rules,
        } = value.unwrap_or_default();
        let is_right = |path: &[Step]| !stand_ins.iter().any(|at| path.starts_with(at));
        let key = |key: &str| vec![Step::Key(key.to_owned())];
        let text = |name: &str, text: Option<String>| {
            let text = text.filter(|_| is_right(&key(name)))?;
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let list = |name: &str, items: Option<Vec<String>>| -> Vec<String> {
            let items = items.into_iter().flatten().enumerate();
            let right = items.filter(|(index, _)| {
                let at = [key(name), vec![Step::Index(*index)]].concat();
                is_right(&at)
            });
            right.map(|(_, item)| item).collect()
        };
        let lang = match lang.filter(|_| is_right(&key("lang"))) {
            Some(Lang::Vi) => Some(Language::Vi),
            Some(Lang::En) => Some(Language::En),
            Some(Lang::Auto) | None => None,
        };
        Some(Self {
            lang,
            locale,
            profile: text("profile", profile),
            select: list("select", select),
            ignore: list("ignore", ignore),
            preview: preview.is_some_and(|preview| preview && is_right(&key("preview"))),
            config: text("config", config),
            rules: list("rules", rules),
            mistakes: mistakes.into_iter().map(|m| m.in_words()).collect(),
        })
    }

    /// The language of what the server says of itself.
    pub(super) fn language(&self) -> Language {
        self.lang.or(self.locale).unwrap_or_default()
    }
}

fn no_object(settings: &Value) -> Bilingual {
    Bilingual {
        vi: format!("thiết lập phải gồm các cặp `khóa: giá trị`, không phải `{settings}`"),
        en: format!("the settings must be pairs of `key: value`, not `{settings}`"),
    }
}

/// What of the settings is for this tool. An object of nothing but objects holds the settings of
/// tools by their names; one that is empty says nothing.
fn own(settings: &Value) -> Option<&Value> {
    let own = match settings {
        Value::Object(keys) => match keys.get("vanthu") {
            Some(own) => own,
            None if keys.values().all(Value::is_object) => &Value::Null,
            None => settings,
        },
        _ => settings,
    };
    (!own.is_null()).then_some(own)
}

/// The language that a tag such as `vi-VN` names, if it is one of ours.
pub(super) fn language(tag: &str) -> Option<Language> {
    match tag.split(['-', '_']).next()? {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    }
}
