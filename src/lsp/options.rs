//! What a client asks for in its settings.

use serde_json::Value;

use crate::diagnostic::Language;

/// Settings of a client: those of the command line that make sense in an editor. Values of a wrong
/// type count as not given; an editor checks its settings itself.
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
}

impl Options {
    /// Reads the settings, which may stand below the name of the tool.
    pub(super) fn new(settings: &Value, locale: Option<Language>) -> Self {
        let settings = match settings.get("vanthu") {
            Some(own) if own.is_object() => own,
            _ => settings,
        };
        let text = |key: &str| {
            let text = settings.get(key)?.as_str()?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let list = |key: &str| -> Vec<String> {
            let items = settings.get(key).and_then(Value::as_array);
            let items = items.into_iter().flatten().filter_map(Value::as_str);
            items.map(str::to_owned).collect()
        };
        Self {
            lang: text("lang").as_deref().and_then(language),
            locale,
            profile: text("profile"),
            select: list("select"),
            ignore: list("ignore"),
            preview: settings.get("preview").and_then(Value::as_bool) == Some(true),
            config: text("config"),
            rules: list("rules"),
        }
    }

    /// The language of what the server says of itself.
    pub(super) fn language(&self) -> Language {
        self.lang.or(self.locale).unwrap_or_default()
    }
}

/// The language that a tag such as `vi-VN` names, if it is one of ours.
pub(super) fn language(tag: &str) -> Option<Language> {
    match tag.split(['-', '_']).next()? {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    }
}
