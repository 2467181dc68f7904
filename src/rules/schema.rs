//! The JSON schemas of rule files, profiles and registers, for editors: `schemas/`, made from the
//! types that read these files. `UPDATE_DOCS=1 cargo test schema` writes them anew.

use std::borrow::Cow;
use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator, schema_for};

use super::Profile;
use super::file::RuleFile;
use super::lazy::LazyRegex;
use super::profile::Subject;
use super::register::RegisterFile;

impl JsonSchema for LazyRegex {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Expression")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// A phrase, or phrases that must all stand.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its shape is asked for")]
enum PhraseOrPhrases {
    Phrase(String),
    Phrases(Vec<String>),
}

impl JsonSchema for Subject {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Subject")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        PhraseOrPhrases::json_schema(generator)
    }
}

#[test]
fn schemas_are_those_of_the_types() {
    is_written("rule", &schema_for!(RuleFile));
    is_written("profile", &schema_for!(Profile));
    is_written("register", &schema_for!(RegisterFile));
}

/// Compares `schemas/<name>.schema.json` with the schema of a type.
#[expect(
    clippy::disallowed_methods,
    reason = "reads and writes the project's own files"
)]
pub(crate) fn is_written(name: &str, schema: &Schema) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let path = folder.join(format!("{name}.schema.json"));
    let wanted = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "schemas/{name}.schema.json is not what the types say; UPDATE_DOCS=1 cargo test schema"
    );
}
