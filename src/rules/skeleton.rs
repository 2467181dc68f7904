//! A rule file to begin with.

use super::error::{At, Mistake};
use super::validate;
use crate::diagnostic::Bilingual;

/// Why an id cannot be that of a rule, and what may be meant.
pub type IdMistake = (Bilingual, Option<Bilingual>);

/// A commented rule file that is right as it stands: its path within a rules folder, and its
/// YAML.
///
/// # Errors
/// Where the id is none that a rule may have.
pub fn skeleton(id: &str) -> Result<(String, String), IdMistake> {
    if let Some(Mistake { message, help, .. }) = validate::id(id, || At::Key(Vec::new())) {
        return Err((message, help));
    }
    let group = id.split('-').next().unwrap_or_default();
    let yaml = include_str!("skeleton.yaml").replace("{id}", id);
    Ok((format!("{group}/{id}.yaml"), yaml))
}
