//! The register of acts that ships: each row is confirmed and agrees with itself.

use std::collections::HashSet;

use vanthu::rules::{Act, RuleSet};

/// What a form of `source` in `rules/README.md` stands for.
#[derive(Clone, Copy)]
enum Places {
    /// The text of the state or the Party itself: one is enough.
    Official,
    Fixed(usize),
    /// The number stands in the form.
    Written,
}

/// The forms of `source`, as the table of `rules/README.md` lists them.
fn forms() -> Vec<(&'static str, Places)> {
    let readme = include_str!("../../rules/README.md");
    let (_, table) = readme.split_once("| form of `source` |").unwrap();
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let form = cells.next().unwrap().trim_matches('`');
        let places = match cells.next().unwrap() {
            "official" => Places::Official,
            "N" => Places::Written,
            number => Places::Fixed(number.parse().unwrap()),
        };
        (form, places)
    })
    .collect()
}

/// What stands in a text where a form has a capital letter between blanks, if the rest agrees.
fn filled<'a>(form: &str, letter: &str, text: &'a str) -> Option<&'a str> {
    let (before, after) = form.split_once(letter)?;
    let filled = text.strip_prefix(before)?.strip_suffix(after)?;
    (!filled.is_empty() && !filled.contains(' ')).then_some(filled)
}

/// How many places a part of a source stands for; `None` where it has none of the forms.
fn places(part: &str, forms: &[(&str, Places)]) -> Option<usize> {
    forms.iter().find_map(|&(form, places)| match places {
        Places::Written => filled(form, "N", part)?.parse().ok(),
        _ if form != part && filled(form, "S", part).is_none() => None,
        Places::Official => Some(2),
        Places::Fixed(places) => Some(places),
    })
}

/// The year in a symbol: `2020` in `30/2020/NĐ-CP`.
fn year(symbol: &str) -> Option<i16> {
    let (_, rest) = symbol.split_once('/')?;
    let (year, _) = rest.split_once('/')?;
    (year.len() == 4).then(|| year.parse().unwrap())
}

fn faults(act: &Act, acts: &[Act], forms: &[(&str, Places)]) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let mut claim = |holds: bool, fault| {
        if !holds {
            faults.push(fault);
        }
    };
    let counts: Vec<_> = act.source.split(", ").map(|p| places(p, forms)).collect();
    claim(
        counts.iter().all(Option::is_some),
        "source of no known form",
    );
    let confirmed: usize = counts.iter().flatten().sum();
    claim(confirmed >= 2, "seen in one place only");

    let in_year = year(&act.symbol).is_none_or(|year| year == act.date.year());
    claim(in_year, "another year in the symbol than in the date");

    let title = act.title.strip_suffix(" …").unwrap_or(&act.title);
    let is_clean = !title.contains(['…', '“', '”', '#'])
        && title.trim() == title
        && title.ends_with(|c: char| c.is_alphanumeric() || c == ')')
        && !title.contains("  ");
    claim(is_clean, "title with something that is not of it");

    claim(
        act.replaced_by.is_some() == act.replaced_since.is_some(),
        "replacing act and day are not both there",
    );
    if let (Some(by), Some(since)) = (&act.replaced_by, act.replaced_since) {
        claim(since > act.date, "replaced before it was issued");
        let mut later = acts.iter().filter(|other| other.symbol == *by).peekable();
        let in_order = |other: &Act| act.date <= other.date && other.date <= since;
        claim(
            later.peek().is_none() || later.any(in_order),
            "replaced by an act of another time",
        );
    }
    faults
}

#[test]
fn each_act_of_the_register_is_confirmed_and_agrees_with_itself() {
    let set = RuleSet::builtin();
    let (acts, forms) = (set.acts(), forms());
    assert!(acts.len() >= 300, "{} acts", acts.len());
    let mut wrong = Vec::new();
    let mut seen = HashSet::new();
    for act in acts {
        let mut faults = faults(act, acts, &forms);
        let number = act.symbol.trim_start_matches('0');
        if !seen.insert((act.kind.as_ref(), number, act.date)) {
            faults.push("listed twice");
        }
        for fault in faults {
            wrong.push(format!("{} of {}: {fault}", act.symbol, act.date));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_source_counts_by_its_form() {
    let forms = forms();
    let numbered = forms.iter().find(|(_, p)| matches!(p, Places::Written));
    let numbered = numbered.unwrap().0;
    assert_eq!(places(&numbered.replace('N', "3"), &forms), Some(3));
    assert_eq!(places(&numbered.replace('N', "many"), &forms), None);
    assert_eq!(places(&format!("{numbered}?"), &forms), None);
    assert_eq!(places("", &forms), None);
}
