//! The JSON schema of a configuration file, for editors: `schemas/config.schema.json`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, schema_for};

use super::file::{ConfigFile, Paths};

/// A path, or paths.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its shape is asked for")]
enum PathOrPaths {
    Path(String),
    Paths(Vec<String>),
}

impl JsonSchema for Paths {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Paths")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        PathOrPaths::json_schema(generator)
    }
}

#[test]
fn the_schema_is_that_of_the_type() {
    crate::rules::schema::is_written("config", &schema_for!(ConfigFile));
}
