//! Sizes that go up and down together.

use serde::Deserialize;

use super::component::Component;
use super::error::both;
use super::look::{self, Tally, number, within};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::{Bilingual, Property};

/// Reports components whose sizes are each right for one, but are not one of the rows of `tiers`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SizeTiers {
    components: Vec<Component>,
    /// The sizes that belong together, in points, in the order of the components.
    tiers: Vec<Vec<f64>>,
}

impl Check for SizeTiers {
    fn mistakes(&self) -> Vec<Bilingual> {
        let columns = self.components.len();
        let uneven = self.tiers.iter().any(|tier| tier.len() != columns);
        let mistake = both(
            "`tiers`: mỗi hàng phải có một cỡ chữ cho từng thành phần",
            "`tiers`: each row has one size for each component",
        );
        uneven.then_some(mistake).into_iter().collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["is", "must"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let spans: Vec<_> = self
            .components
            .iter()
            .filter_map(|component| component.spans(cx).first().copied())
            .collect();
        if spans.len() < self.components.len() || spans.is_empty() {
            return;
        }
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let sizes: Option<Vec<f64>> = spans
            .iter()
            .map(|&span| {
                let pieces = look::source_pieces(cx, span);
                let size = Tally::of(cx, formatting, &pieces, |style| style.size).usual();
                size.map(crate::document::Twips::points)
            })
            .collect();
        let Some(sizes) = sizes else {
            return sink.not_evaluated();
        };
        let is = |size: f64, tier: f64| within(size, [tier, tier], look::SIZE_TOLERANCE);
        // A size that no tier has is another rule's.
        let known = |(column, &size): (usize, &f64)| {
            let mut tiers = self.tiers.iter().filter_map(|tier| tier.get(column));
            tiers.any(|&tier| is(size, tier))
        };
        let all = |tier: &Vec<f64>| sizes.iter().zip(tier).all(|(&size, &tier)| is(size, tier));
        if !sizes.iter().enumerate().all(known) || self.tiers.iter().any(all) {
            return;
        }
        let row = |sizes: &[f64]| {
            let sizes: Vec<_> = sizes.iter().map(|&s| number(s, 1, cx.language)).collect();
            sizes.join(" - ")
        };
        let tiers: Vec<_> = self.tiers.iter().map(|tier| row(tier)).collect();
        let or = look::looks().words.or.get(cx.language);
        let mut finding = sink.at(spans[0]);
        for &other in &spans[1..] {
            finding = finding.related(other);
        }
        // The row that is nearest altogether.
        let off = |tier: &&Vec<f64>| -> f64 {
            let pairs = sizes.iter().zip(tier.iter());
            pairs.map(|(size, tier)| (size - tier).abs()).sum()
        };
        let nearest = self.tiers.iter().min_by(|a, b| off(a).total_cmp(&off(b)));
        let mut looks = Vec::new();
        for ((&span, &size), &tier) in spans.iter().zip(&sizes).zip(nearest.into_iter().flatten()) {
            if !is(size, tier) {
                let pieces = look::source_pieces(cx, span);
                let value = look::half_points(tier);
                looks.extend(look::look_edits(&pieces, Property::Size, &value));
            }
        }
        finding
            .looks(looks)
            .with("is", row(&sizes))
            .with("must", tiers.join(or))
            .report();
    }
}
