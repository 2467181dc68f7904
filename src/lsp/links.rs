//! Where cited acts can be read.

use super::analysis::Analysis;
use super::position::Encoding;
use super::protocol::DocumentLink;

/// The citations of acts whose row in the register has an address.
pub(super) fn all(analysis: &Analysis, encoding: Encoding) -> Vec<DocumentLink> {
    let cited = analysis
        .checked
        .iter()
        .flat_map(|checked| checked.cited(|_| true));
    let links = cited.filter_map(|(span, act)| {
        Some(DocumentLink {
            range: analysis.range(span, encoding),
            target: act.url.clone()?.into_owned(),
            tooltip: format!("{} · {}", act.symbol, act.title),
        })
    });
    links.collect()
}
