//! What must hold of a rule or profile file beyond its shape.

use std::collections::HashMap;

use jiff::civil::Date;

use super::act_key::key;
use super::context::placeholders_in;
use super::error::{At, Mistake};
use super::file::{Applies, Deciding, GROUPS, RuleFile};
use super::register::{Act, RegisterFile};
use super::yaml_locate::Step;
use super::{AnyCheck, Profile, ProfileSection, Source, Subject};
use crate::diagnostic::Bilingual;
use crate::vocabulary::vocabulary;

/// The mistakes of a rule file that has the right shape, the nodes at `stand_ins` being made up.
pub(super) fn rule(file: &RuleFile, source: &Source, stand_ins: &[Vec<Step>]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    identity(file, source, &mut mistakes);
    applies(&file.applies, &mut mistakes);
    let has_kind = !stand_ins.iter().any(|at| path(&["check"]).starts_with(at));
    texts(file, has_kind, &mut mistakes);
    explanation(&file.explanation, &mut mistakes);
    examples(file, &mut mistakes);
    check(&file.check, &path(&["check"]), &mut mistakes);
    mistakes
}

/// The mistakes of what decides, after a change to it. `check_at` is the path of the check's own
/// keys; `before` is the check for which the words of the rule were written.
pub(super) fn deciding(file: &Deciding, check_at: &[Step], before: &AnyCheck) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    applies(&file.applies, &mut mistakes);
    check(&file.check, check_at, &mut mistakes);
    if file.check.as_check().placeholders() != before.as_check().placeholders() {
        mistakes.push(Mistake::new(
            At::Key(check_at.to_vec()),
            "với các khóa này lời báo của quy tắc không còn đúng; hãy viết một quy tắc riêng",
            "with these keys the rule would not say what it finds; write a rule of its own",
        ));
    }
    mistakes
}

fn applies(applies: &Applies, mistakes: &mut Vec<Mistake>) {
    for (key, dated) in [("dated", applies.dated), ("not_dated", applies.not_dated)] {
        if let Some(dated) = dated
            && let (Some(from), Some(to)) = (dated.from, dated.to)
            && to < from
        {
            mistakes.push(Mistake::new(
                At::Key(path(&["applies", key])),
                "`to` sớm hơn `from`",
                "`to` is before `from`",
            ));
        }
    }
}

fn check(check: &AnyCheck, at: &[Step], mistakes: &mut Vec<Mistake>) {
    for message in check.as_check().mistakes() {
        // A mistake that begins with the name of its key is shown there.
        let key = message.en.split('`').nth(1);
        let key = key.filter(|_| message.en.starts_with('`'));
        let at = match key {
            Some(key) => At::Within(at.to_vec(), key.to_owned()),
            None => At::Key(at.to_vec()),
        };
        mistakes.push(Mistake::new(at, message.vi, message.en));
    }
}

/// What is wrong with a rule id.
pub(super) fn id(id: &str, at: impl Fn() -> At) -> Option<Mistake> {
    if !is_kebab(id) || !id.contains('-') {
        return Some(Mistake::new(
            at(),
            format!("mã quy tắc `{id}` phải là các từ viết thường không dấu nối bằng `-`"),
            format!("the rule id `{id}` must be words in lower case joined by `-`"),
        ));
    }
    let group = id.split('-').next().unwrap_or_default();
    (!GROUPS.contains(&group)).then(|| {
        Mistake::new(
            at(),
            format!("mã quy tắc phải bắt đầu bằng tên nhóm; không có nhóm `{group}`"),
            format!("a rule id begins with its group; there is no group `{group}`"),
        )
        .choice(group, &GROUPS)
    })
}

fn identity(file: &RuleFile, source: &Source, mistakes: &mut Vec<Mistake>) {
    let at = || At::Value(path(&["id"]));
    if let Some(mistake) = id(&file.id, at) {
        mistakes.push(mistake);
        return;
    }
    let (id, group) = (&file.id, file.group());
    let (folder, name) = folder_and_name(&source.path);
    if name != id {
        mistakes.push(Mistake::new(
            at(),
            format!("mã `{id}` khác tên tệp `{name}.yaml`"),
            format!("the id `{id}` is not the file name `{name}.yaml`"),
        ));
    } else if folder.is_some_and(|folder| folder != group) {
        mistakes.push(Mistake::new(
            at(),
            format!("quy tắc nhóm `{group}` phải đặt trong thư mục `{group}/`"),
            format!("a rule of the group `{group}` belongs in the folder `{group}/`"),
        ));
    }
}

/// Texts that are empty, and placeholders that the check does not fill where its kind is known.
fn texts(file: &RuleFile, has_kind: bool, mistakes: &mut Vec<Mistake>) {
    let known: Vec<_> = std::iter::once("found")
        .chain(file.check.as_check().placeholders().iter().copied())
        .map(|name| format!("{{{name}}}"))
        .collect();
    let title = file.fix.as_ref().map(|fix| &fix.title);
    let templates: [(&[&str], Option<&Bilingual>); 4] = [
        (&["message"], Some(&file.message)),
        (&["help"], file.help.as_ref()),
        (&["related"], file.related.as_ref()),
        (&["fix", "title"], title),
    ];
    for (at, text) in templates {
        let Some(text) = text else { continue };
        for (language, text) in [("vi", &text.vi), ("en", &text.en)] {
            let at = path(&[at, &[language]].concat());
            for name in placeholders_in(text) {
                let written = format!("{{{name}}}");
                if has_kind && !known.contains(&written) {
                    mistakes.push(
                        Mistake::new(
                            At::Within(at.clone(), written.clone()),
                            format!("loại kiểm tra này không có `{written}`"),
                            format!("this kind of check has no `{written}`"),
                        )
                        .choice(&written, &known),
                    );
                }
            }
            not_empty(text, at, mistakes);
        }
    }
    for (language, text) in [("vi", &file.summary.vi), ("en", &file.summary.en)] {
        not_empty(text, path(&["summary", language]), mistakes);
    }
}

fn not_empty(text: &str, at: Vec<Step>, mistakes: &mut Vec<Mistake>) {
    if text.trim().is_empty() {
        mistakes.push(Mistake::new(At::Key(at), "còn bỏ trống", "this is empty"));
    }
}

/// The headings that every explanation has, so that all read alike.
const HEADINGS: [(&str, [&str; 3]); 2] = [
    ("vi", ["## Quy định", "## Vì sao", "## Cách sửa"]),
    ("en", ["## Rule", "## Why", "## Fix"]),
];

fn explanation(explanation: &Bilingual, mistakes: &mut Vec<Mistake>) {
    for (language, headings) in HEADINGS {
        let text = match language {
            "vi" => &explanation.vi,
            _ => &explanation.en,
        };
        for heading in headings {
            if !text.lines().any(|line| line.trim_end() == heading) {
                mistakes.push(Mistake::new(
                    At::Key(path(&["explanation", language])),
                    format!("thiếu đề mục `{heading}`"),
                    format!("the heading `{heading}` is missing"),
                ));
            }
        }
    }
}

fn examples(file: &RuleFile, mistakes: &mut Vec<Mistake>) {
    let fires = |example: &super::Example| !example.finds.is_empty();
    let at = || At::Key(path(&["examples"]));
    if !file.examples.iter().any(fires) {
        mistakes.push(Mistake::new(
            at(),
            "không có ví dụ nào vi phạm (`finds` có nội dung)",
            "no example fires (one with something in `finds`)",
        ));
    }
    if file.examples.iter().all(fires) {
        mistakes.push(Mistake::new(
            at(),
            "không có ví dụ nào gần giống mà không vi phạm (`finds: []`)",
            "no example is a near miss (one with `finds: []`)",
        ));
    }
}

/// What is wrong with the name of a profile.
#[must_use]
pub fn profile_name_mistake(name: &str) -> Option<Bilingual> {
    (!is_kebab(name)).then(|| Bilingual {
        vi: format!("tên mẫu đề cương `{name}` phải là các từ viết thường không dấu nối bằng `-`"),
        en: format!("the profile name `{name}` must be words in lower case joined by `-`"),
    })
}

/// The mistakes of a profile that has the right shape.
pub(super) fn profile(profile: &Profile, source: &Source) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let name = &profile.name;
    let (_, file_name) = folder_and_name(&source.path);
    if let Some(mistake) = profile_name_mistake(name) {
        let at = At::Value(path(&["name"]));
        mistakes.push(Mistake::new(at, mistake.vi, mistake.en));
    } else if name != file_name {
        mistakes.push(Mistake::new(
            At::Value(path(&["name"])),
            format!("tên `{name}` khác tên tệp `{file_name}.yaml`"),
            format!("the name `{name}` is not the file name `{file_name}.yaml`"),
        ));
    }
    for (index, Subject(phrases)) in profile.subject.iter().enumerate() {
        // No phrase, or an empty one, would stand in every subject.
        if phrases.iter().all(|phrase| phrase.trim().is_empty()) {
            let at = [path(&["subject"]).as_slice(), &[Step::Index(index)]].concat();
            not_empty("", at, &mut mistakes);
        }
    }
    sections(&profile.sections, &path(&["sections"]), &mut mistakes);
    for (language, text) in [("vi", &profile.summary.vi), ("en", &profile.summary.en)] {
        not_empty(text, path(&["summary", language]), &mut mistakes);
    }
    mistakes
}

fn sections(sections: &[ProfileSection], at: &[Step], mistakes: &mut Vec<Mistake>) {
    for (index, section) in sections.iter().enumerate() {
        let at = [at, &[Step::Index(index)]].concat();
        let below = |key: &str| [at.as_slice(), &path(&[key])].concat();
        not_empty(&section.title, below("title"), mistakes);
        if sections[..index].iter().any(|s| s.title == section.title) {
            mistakes.push(Mistake::new(
                At::Value(below("title")),
                format!("đề mục `{}` viết hai lần", section.title),
                format!("the section `{}` is named twice", section.title),
            ));
        }
        self::sections(&section.sections, &below("sections"), mistakes);
    }
}

/// Profiles whose `extends` leads nowhere or back to themselves. `known` are all profiles that
/// there are, by name, with what they extend.
pub(super) fn extends(profile: &Profile, known: &HashMap<&str, Option<&str>>) -> Option<Mistake> {
    let base = profile.extends.as_deref()?;
    let at = At::Value(path(&["extends"]));
    if !known.contains_key(base) {
        let mut names: Vec<_> = known.keys().copied().collect();
        names.sort_unstable();
        return Some(
            Mistake::new(
                at,
                format!("không có mẫu đề cương `{base}`"),
                format!("there is no profile `{base}`"),
            )
            .choice(base, &names),
        );
    }
    let mut chain = vec![profile.name.as_str()];
    let mut next = Some(base);
    while let Some(name) = next {
        let back = name == profile.name;
        chain.push(name);
        if back {
            let chain = chain.join(" → ");
            return Some(Mistake::new(
                at,
                format!("mẫu đề cương mở rộng vòng tròn: {chain}"),
                format!("the profiles extend each other in a circle: {chain}"),
            ));
        }
        if chain.len() > known.len() + 1 {
            // A circle further up; the profiles on it tell it.
            return None;
        }
        next = known.get(name).copied().flatten();
    }
    None
}

/// The mistakes of a file of the register that has the right shape.
pub(super) fn register(file: &RegisterFile) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut seen = HashMap::new();
    for (index, act) in file.acts.iter().enumerate() {
        let at = |key: &str| {
            [
                path(&["acts"]).as_slice(),
                &[Step::Index(index), Step::Key(key.to_owned())],
            ]
            .concat()
        };
        for (key, text) in [
            ("issuer", &act.issuer),
            ("title", &act.title),
            ("source", &act.source),
        ] {
            not_empty(text, at(key), &mut mistakes);
        }
        match symbol(&act.symbol, at("symbol")) {
            Some(mistake) => mistakes.push(mistake),
            None => mistakes.extend(contradictions(act, &at)),
        }
        if let Some(url) = &act.url {
            mistakes.extend(address(url, at("url")));
        }
        if act.replaced_by.is_some() != act.replaced_since.is_some() {
            mistakes.push(Mistake::new(
                At::Value(at("symbol")),
                "`replaced_by` và `replaced_since` phải đi cùng nhau",
                "`replaced_by` and `replaced_since` belong together",
            ));
        }
        replacement(act, &at, &mut mistakes);
        if let Some(first) = seen.insert((&act.kind, &act.symbol, act.date.year()), index + 1) {
            mistakes.push(Mistake::new(
                At::Value(at("symbol")),
                format!("`{}` đã có ở mục thứ {first}", act.symbol),
                format!("`{}` is already item {first}", act.symbol),
            ));
        }
    }
    mistakes
}

fn symbol(symbol: &str, at: Vec<Step>) -> Option<Mistake> {
    let is_symbol = symbol.starts_with(|c: char| c.is_ascii_digit()) && symbol.contains('/');
    let mistake = Mistake::new(
        At::Value(at),
        format!("`{symbol}` không phải số, ký hiệu"),
        format!("`{symbol}` is no number with a symbol"),
    );
    let help = ("ví dụ: `12/2021/NĐ-CP`", "for example: `12/2021/NĐ-CP`");
    (!is_symbol).then(|| mistake.help(help.0, help.1))
}

/// What number and symbol of an act say that its kind or its date does not.
fn contradictions(act: &Act, at: &impl Fn(&str) -> Vec<Step>) -> Vec<Mistake> {
    let symbol = &act.symbol;
    let mut groups = symbol.split(['/', '-']).skip(1).peekable();
    let is_year = |group: &&str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit());
    let year = groups.next_if(is_year);
    let groups: Vec<_> = groups.collect();
    let mut mistakes = Vec::new();
    let date = act.date;
    if let Some(year) = year.filter(|year| !is_year_of(year, date)) {
        mistakes.push(Mistake::new(
            At::Value(at("date")),
            format!("ngày `{date}` không thuộc năm {year} mà `{symbol}` ghi"),
            format!("`{date}` is not of the year {year} that `{symbol}` names"),
        ));
    }
    let Some(kind) = vocabulary().kind(&act.kind).filter(|kind| !kind.untitled) else {
        return mistakes;
    };
    if groups.iter().any(|group| kind.has_symbol(group)) {
        return mistakes;
    }
    let code = groups.first().copied().unwrap_or_default();
    let others: Vec<_> = vocabulary().kinds_with_symbol(code).collect();
    if let Some(other) = others.first() {
        let (named, name) = (&other.name, &kind.name);
        let mistake = Mistake::new(
            At::Value(at("kind")),
            format!("`{symbol}` là ký hiệu của {named}, không phải của {name}"),
            format!("`{symbol}` is the symbol of a {named}, not of a {name}"),
        );
        let slugs: Vec<_> = others
            .iter()
            .map(|kind| format!("`{}`", kind.slug))
            .collect();
        let slugs = slugs.join(", ");
        mistakes.push(mistake.help(
            format!("`kind` đúng với ký hiệu này: {slugs}"),
            format!("the `kind` that fits the symbol: {slugs}"),
        ));
    } else if let (true, Some(_), Some(own)) = (kind.yearly, year, &kind.symbol) {
        let name = &kind.name;
        mistakes.push(Mistake::new(
            At::Value(at("symbol")),
            format!("ký hiệu của {name} phải có `{own}`"),
            format!("the symbol of a {name} has `{own}`"),
        ));
    }
    mistakes
}

/// Whether an act of a day may have the year in its number. Around the turn of the year acts are
/// signed in one and numbered in the other.
fn is_year_of(year: &str, date: Date) -> bool {
    let Ok(year) = year.parse::<i16>() else {
        return false;
    };
    let turn = match date.month() {
        1 => Some(date.year() - 1),
        12 => Some(date.year() + 1),
        _ => None,
    };
    year == date.year() || Some(year) == turn
}

/// An editor opens it in a browser.
fn address(url: &str, at: Vec<Step>) -> Option<Mistake> {
    let rest = url.strip_prefix("https://");
    let rest = rest.or_else(|| url.strip_prefix("http://"));
    let is_address = rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric())
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    });
    (!is_address).then(|| {
        Mistake::new(
            At::Value(at),
            format!("`{url}` không phải địa chỉ bắt đầu bằng `https://` hoặc `http://`"),
            format!("`{url}` is no address that begins with `https://` or `http://`"),
        )
    })
}

/// What took the place of an act is another act, and later.
fn replacement(act: &Act, at: &impl Fn(&str) -> Vec<Step>, mistakes: &mut Vec<Mistake>) {
    if let Some(by) = &act.replaced_by {
        mistakes.extend(symbol(by, at("replaced_by")));
        if key(by) == key(&act.symbol) {
            mistakes.push(Mistake::new(
                At::Value(at("replaced_by")),
                format!("`{by}` không thể tự thay thế chính nó"),
                format!("`{by}` cannot take its own place"),
            ));
        }
    }
    if act.replaced_since.is_some_and(|since| since < act.date) {
        mistakes.push(Mistake::new(
            At::Value(at("replaced_since")),
            "`replaced_since` sớm hơn `date`",
            "`replaced_since` is before `date`",
        ));
    }
}

/// The folder right above the file, if any, and the name without `.yaml`.
pub(super) fn folder_and_name(path: &str) -> (Option<&str>, &str) {
    let (folders, file) = match path.rsplit_once('/') {
        Some((folders, file)) => (Some(folders), file),
        None => (None, path),
    };
    let folder = folders.map(|f| f.rsplit('/').next().unwrap_or(f));
    (folder, file.strip_suffix(".yaml").unwrap_or(file))
}

fn is_kebab(id: &str) -> bool {
    id.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

fn path(keys: &[&str]) -> Vec<Step> {
    keys.iter()
        .map(|key| Step::Key((*key).to_owned()))
        .collect()
}
