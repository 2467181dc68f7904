//! Rules: YAML files → checks → diagnostics.
//!
//! A rule is one YAML file ([`file`]); what it may ask is one of the kinds in the table below,
//! each in its own module.

mod act_key;
mod act_title;
mod component;
mod context;
pub(crate) mod error;
mod example_look;
mod examples;
mod file;
pub(crate) mod foreign;
mod guard;
mod hits;
mod lazy;
mod look;
mod numbering;
mod outline;
mod overrides;
mod profile;
mod register;
mod scan;
#[cfg(test)]
pub(crate) mod schema;
mod set;
mod silence;
mod skeleton;
mod title;
mod validate;
mod words;
pub(crate) mod yaml;
pub(crate) mod yaml_locate;

mod citations;
mod part;

mod amount_in_words;
mod appendix_mention;
mod attachment_origin;
mod balance;
mod body_names;
mod character_look;
mod citation_consistency;
mod citation_fields;
mod citation_form;
mod citation_issuer;
mod citation_register;
mod citation_relation;
mod citation_repeated;
mod component_format;
mod component_text;
mod confused_compound;
mod date_form;
mod duplicate_items;
mod fused_number;
mod item_order;
mod item_position;
mod leftover_mark;
mod list_dashes;
mod list_marks;
mod missing_title;
mod mixed_forms;
mod name_capitals;
mod named_act;
mod numbering_form;
mod numbering_sequence;
mod page_foot;
mod page_number;
mod page_setup;
mod pattern;
mod percentage_sum;
mod reference_form;
mod reference_target;
mod repeated_blank;
mod repeated_phrase;
mod required_component;
mod required_sections;
mod rule_line;
mod same_line;
mod section_title;
mod size_tiers;
mod spelling;
mod substitution;
mod suppression;
mod symbol_kind;
mod text_damage;
mod typed_space;
mod unexplained_abbreviation;
mod unseen_part;

pub use component::Region;
pub use context::{Context, Finding, Sink};
pub use error::RuleError;
pub use example_look::{LineLook, Look, NumberLook, PageLook, TextLook};
pub use examples::{ExampleFailure, run_examples};
pub use file::{Applies, Example, RuleFormat, Source};
pub(crate) use file::{GROUPS, group_of};
pub use hits::Hit;
pub use outline::{Beside, Comparison, Standing, compare};
pub(crate) use overrides::Part;
pub use profile::{Profile, ProfileSection, Subject, profile_from};
pub use register::Act;
pub use set::{Rule, RuleSet};
pub use skeleton::{IdMistake, skeleton};
pub use validate::profile_name_mistake;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{panic, thread};

use file::Verdict;
use hits::Hits;
use scan::{Earlier, Scan};
use silence::Silences;
use words::Words;

use crate::diagnostic::{Bilingual, Findings, Language};
use crate::document::{Document, Quality};
use crate::layout::Logical;
use crate::syntax::{Read, Report, parse_read};

/// What a rule kind is: configuration that was checked when the rules were loaded, and a
/// judgement of one document.
pub trait Check {
    /// What is wrong with the configuration, each as a message for the author of the rule. One
    /// whose English begins with the name of a key in backticks is shown at that key.
    fn mistakes(&self) -> Vec<Bilingual> {
        Vec::new()
    }

    /// Literals without which the check can find nothing. The text is scanned once for the
    /// literals of all rules; a check with literals is called only where one was seen.
    fn literals(&self) -> Vec<String> {
        Vec::new()
    }

    /// Names that the message templates of the rule may use in braces.
    fn placeholders(&self) -> &'static [&'static str];

    /// Whether its findings give way to those of other rules of the same group on the same
    /// characters: the others know more than that something is wrong there.
    fn gives_way(&self) -> bool {
        false
    }

    /// Whether it judges what became of the findings of all others, and so runs after them.
    fn judges_others(&self) -> bool {
        false
    }

    /// Judges a document. `hits` are the places where the check's literals stand, in order.
    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>);
}

/// Declares the rule kinds: one row each makes the YAML key, the enum variant and the dispatch.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident => $module:ident,)*) => {
        /// A check of one of the rule kinds.
        #[derive(Debug, serde::Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum AnyCheck {
            $($(#[$doc])* $variant($module::$variant),)*
        }

        impl AnyCheck {
            fn as_check(&self) -> &dyn Check {
                match self {
                    $(Self::$variant(check) => check,)*
                }
            }
        }
    };
}

kinds! {
    /// Amounts that are given in figures and in words.
    AmountInWords => amount_in_words,
    /// Appendices and what points to them.
    AppendixMention => appendix_mention,
    /// What an attachment says of the document that it belongs to.
    AttachmentOrigin => attachment_origin,
    /// Opening marks without their closing ones.
    Balance => balance,
    /// Fonts, colours and marker pens.
    CharacterLook => character_look,
    /// Parts of a citation that contradict each other, or the document.
    CitationConsistency => citation_consistency,
    /// What the first mention of an act must say of it.
    CitationFields => citation_fields,
    /// Faults in the form of a citation.
    CitationForm => citation_form,
    /// The body a citation names and the one its symbol names.
    CitationIssuer => citation_issuer,
    /// Which of two acts is the older, by what one does to the other.
    CitationRelation => citation_relation,
    /// Acts that are cited in full again.
    CitationRepeated => citation_repeated,
    /// What a citation says of an act and what the register knows of it.
    CitationRegister => citation_register,
    /// How characters and paragraphs of a component look.
    ComponentFormat => component_format,
    /// What the text of a component must be, or must not.
    ComponentText => component_text,
    /// Syllables that are wrong beside their neighbour.
    ConfusedCompound => confused_compound,
    /// Dates as written.
    DateForm => date_form,
    /// Items that a list names twice.
    DuplicateItems => duplicate_items,
    /// Numbers that stuck to a word.
    FusedNumber => fused_number,
    /// Items of a list that have a rank.
    ItemOrder => item_order,
    /// Items that must be the first or the last of their list.
    ItemPosition => item_position,
    /// What a file holds beside the text that will be printed.
    LeftoverMark => leftover_mark,
    /// Dashes before the recipients.
    ListDashes => list_dashes,
    /// The marks at the ends of the lines of a list.
    ListMarks => list_marks,
    /// Sections that must have a title.
    MissingTitle => missing_title,
    /// Two ways of writing the same word in one document.
    MixedForms => mixed_forms,
    /// Names and the capitals they are written with.
    NameCapitals => name_capitals,
    /// How the markers of sections are written.
    NumberingForm => numbering_form,
    /// Whether the numbers of sections follow each other.
    NumberingSequence => numbering_sequence,
    /// What stands at the foot of the first page.
    PageFoot => page_foot,
    /// The numbers of the pages.
    PageNumber => page_number,
    /// Paper and margins.
    PageSetup => page_setup,
    /// A regular expression behind literals.
    Pattern => pattern,
    /// Shares of one whole.
    PercentageSum => percentage_sum,
    /// How parts of an act are referred to.
    ReferenceForm => reference_form,
    /// Parts of the document itself that its text names.
    ReferenceTarget => reference_target,
    /// More blanks than one between two words.
    RepeatedBlank => repeated_blank,
    /// Words that stand twice in a row.
    RepeatedPhrase => repeated_phrase,
    /// A component that must be there.
    RequiredComponent => required_component,
    /// The sections of the structure profile.
    RequiredSections => required_sections,
    /// The lines below components of the head.
    RuleLine => rule_line,
    /// Components that stand side by side.
    SameLine => same_line,
    /// How the titles of sections are written.
    SectionTitle => section_title,
    /// Sizes that go up and down together.
    SizeTiers => size_tiers,
    /// Words that are no Vietnamese syllable.
    Spelling => spelling,
    /// Words and phrases and what to write instead.
    Substitution => substitution,
    /// Comments that ask for silence in vain.
    Suppression => suppression,
    /// Whether the symbol names the kind of the title.
    SymbolKind => symbol_kind,
    /// Damage to the characters of a file.
    TextDamage => text_damage,
    /// Distances that are typed.
    TypedSpace => typed_space,
    /// Abbreviations that are never given in full.
    UnexplainedAbbreviation => unexplained_abbreviation,
    /// A part of the document that the text does not show.
    UnseenPart => unseen_part,
}

/// How to judge a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The language of messages.
    pub language: Language,
    /// The structure profile to use instead of the one that the title picks.
    pub profile: Option<&'a str>,
    /// A rule also applies where the document does not show its regime, kind or date. For the
    /// examples of rules, which are fragments.
    pub fragment: bool,
    /// Two threads may share the rules where the text is long: for those who wait for one document.
    /// What is found is the same.
    pub hurried: bool,
    /// What the same rules found, hurried, in nearly the same text: what was read in lines that are
    /// the same is taken over. What is found is the same.
    pub earlier: Option<&'a Outcome>,
}

/// Bytes of a text of which two threads make less time.
const LONG: usize = 200_000;
/// Stack of a second thread, as much as the main thread has.
const STACK: usize = 8 << 20;

/// What was found in one document.
#[derive(Debug)]
pub struct Outcome {
    /// The document in logical lines.
    pub logical: Logical,
    /// The document as understood.
    pub report: Report,
    /// How far its letters and lines can be trusted.
    pub quality: Quality,
    /// The findings in document order.
    pub diagnostics: Findings,
    /// Ids of the rules that apply but could not be judged on this text, sorted.
    pub not_evaluated: Vec<String>,
    /// What was read in a long text, where the run was hurried.
    scan: Option<Scan>,
}

/// Lints a document: unwraps it, parses it and runs the rules over it.
#[must_use]
pub fn check(document: &Document, rules: &RuleSet, options: Options<'_>) -> Outcome {
    let logical = crate::layout::unwrap(document);
    let words = OnceLock::new();
    let text = &logical.text;
    let hurried = options.hurried && text.len() >= LONG;
    let earlier = options.earlier.filter(|_| hurried);
    let earlier = earlier.and_then(|earlier| {
        let (dates, scan) = (&earlier.report.dates, earlier.scan.as_ref()?);
        Earlier::of(&earlier.logical, dates, scan, &logical, rules)
    });
    let parse = || {
        let read = earlier.map_or_else(
            || Read::of(document, &logical),
            |earlier| earlier.read(document, &logical),
        );
        let classes = hurried.then(|| read.classes.clone());
        (parse_read(document, &logical, read), classes)
    };
    let ((report, classes), hits) = match hurried {
        true => in_two(parse, || {
            words.get_or_init(|| {
                earlier.map_or_else(|| Words::of(&logical), |earlier| earlier.words(&logical))
            });
            earlier.map_or_else(|| rules.scan(text), |earlier| earlier.hits(text, rules))
        }),
        false => (parse(), rules.scan(text)),
    };
    let quality = match (document.letters_lost, logical.wrapped) {
        (true, _) => Quality::Ocr,
        (false, true) => Quality::Wrapped,
        (false, false) => Quality::Clean,
    };
    let (diagnostics, not_evaluated) = {
        let profile = rules.profile_for(options.profile, &report, &logical, document.letters_lost);
        let legible = Region::legible(document, &logical, &report);
        let differences = OnceLock::new();
        let body_paragraphs = OnceLock::new();
        let cx = Context {
            document,
            logical: &logical,
            report: &report,
            profile,
            register: rules.register(),
            differences: &differences,
            body_paragraphs: &body_paragraphs,
            words: &words,
            suppression_faults: &[],
            quality,
            legible: &legible,
            language: options.language,
        };
        run(&cx, rules, &rules.hits(&hits), options, hurried)
    };
    let scan = words.into_inner().zip(classes);
    Outcome {
        logical,
        report,
        quality,
        diagnostics,
        not_evaluated,
        scan: scan.map(|(words, classes)| Scan {
            words,
            hits,
            classes,
        }),
    }
}

/// What the rules that one thread ran found.
struct Found {
    diagnostics: Findings,
    not_evaluated: Vec<String>,
}

fn run(
    cx: &Context<'_>,
    rules: &RuleSet,
    hits: &Hits<'_>,
    options: Options<'_>,
    hurried: bool,
) -> (Findings, Vec<String>) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Found {
            diagnostics: Findings::new(cx.language),
            not_evaluated: Vec::new(),
        };
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(rule) = rules.rules().get(index) else {
                return found;
            };
            if !rule.check().judges_others() {
                run_one(cx, rule, hits.of(index), options.fragment, &mut found);
            }
        }
    };
    let mut found = match hurried {
        true => {
            // Each takes the next rule that is left.
            let (mut found, other) = in_two(work, work);
            found.diagnostics.append(&other.diagnostics);
            found.not_evaluated.extend(other.not_evaluated);
            found
        }
        false => work(),
    };
    found.diagnostics.sort();
    found.diagnostics.drop_covered();
    if let Some(mut silences) = Silences::new(cx.document, cx.logical) {
        silences.apply(&mut found.diagnostics);
        let judge = |faults: &[_], silences: &mut Silences<'_>, found: &mut Found| {
            let cx = Context {
                suppression_faults: faults,
                ..*cx
            };
            for (index, rule) in rules.rules().iter().enumerate() {
                if rule.check().judges_others() {
                    run_one(&cx, rule, hits.of(index), options.fragment, found);
                }
            }
            found.diagnostics.sort();
            silences.apply(&mut found.diagnostics);
        };
        let faults = silences.faults(rules, &found.not_evaluated);
        judge(&faults, &mut silences, &mut found);
        let late = silences.late_faults(rules, &found.not_evaluated);
        if !late.is_empty() {
            judge(&late, &mut silences, &mut found);
        }
    }
    found.not_evaluated.sort();
    found.not_evaluated.dedup();
    (found.diagnostics, found.not_evaluated)
}

/// Two things at a time, the second in a thread of its own where one can be had.
fn in_two<A, B: Send>(first: impl FnOnce() -> A, second: impl Fn() -> B + Sync) -> (A, B) {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let other = builder.spawn_scoped(scope, &second);
        let first = first();
        let second = match other {
            Ok(other) => other.join().unwrap_or_else(|why| panic::resume_unwind(why)),
            Err(_) => second(),
        };
        (first, second)
    })
}

/// The group of the rules that judge words by each letter and its case.
const OF_WORDS: &str = "wording";

fn run_one(cx: &Context<'_>, rule: &Rule, hits: Option<&[Hit]>, fragment: bool, found: &mut Found) {
    let verdict = rule.applies.to_document(cx);
    if verdict == Verdict::No {
        return;
    }
    if verdict == Verdict::Unknown && !fragment {
        // A text in another language is no document to be unsure of.
        if cx.document.is_vietnamese {
            found.not_evaluated.push(rule.id.clone());
        }
        return;
    }
    let old_letters = rule.group() == OF_WORDS && cx.is_of_old_letters();
    if old_letters || !rule.applies.to_quality(cx) {
        found.not_evaluated.push(rule.id.clone());
        return;
    }
    let Some(hits) = hits else {
        return;
    };
    let mut sink = Sink::new(rule, cx, &mut found.diagnostics);
    rule.check().check(cx, hits, &mut sink);
    if sink.is_blind() {
        found.not_evaluated.push(rule.id.clone());
    }
}
