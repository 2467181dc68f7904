//! What a text must have for an expression to match in it, read off the expression.
//!
//! Most texts are told by that to be others, and most expressions need not be compiled, which takes
//! a quarter of the work on one short document. Only what rules usually consist of is understood;
//! for everything else nothing is demanded.

use std::iter::Peekable;
use std::str::Chars;

use memchr::memmem;

/// What a text must have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Guard {
    /// The letters it begins with, if the expression stands at the beginning (`^`) and shows them:
    /// those of `^(?:KT|TL)\. ?` are `K` and `T`.
    first: Option<String>,
    /// What it holds, one after the other: of each of these one.
    needs: Vec<OneOf>,
}

type OneOf = Vec<String>;

impl Guard {
    pub(super) fn of(pattern: &str) -> Self {
        let mut chars = pattern.chars().peekable();
        let Some(choice) = read_choice(&mut chars).filter(|_| chars.next().is_none()) else {
            return Self::default();
        };
        Self {
            first: first_letters(&choice),
            needs: needs_of_choice(&choice),
        }
    }

    /// Whether the expression may match in the text.
    pub(super) fn lets_pass(&self, text: &str) -> bool {
        let begins = |letters: &String| text.starts_with(|c| letters.contains(c));
        let mut rest = text.as_bytes();
        // Where the first of them ends earliest, most is left for the others.
        let mut holds = |one_of: &OneOf| {
            let ends = one_of.iter().filter_map(|part| {
                let at = memmem::find(rest, part.as_bytes())?;
                Some(at + part.len())
            });
            let end = ends.min();
            rest = &rest[end.unwrap_or_default()..];
            end.is_some()
        };
        self.first.as_ref().is_none_or(begins) && self.needs.iter().all(&mut holds)
    }
}

/// Sequences of which one matches.
type Choice = Vec<Vec<Piece>>;

#[derive(Debug)]
struct Piece {
    atom: Atom,
    times: Times,
}

#[derive(Debug)]
enum Atom {
    Letter(char),
    /// A class that lists its letters one by one.
    Class(String),
    Group(Choice),
    /// The beginning of the text.
    Start,
    /// Something that is not looked into.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Times {
    Once,
    /// At least once.
    Repeated,
    /// Perhaps not at all.
    Optional,
}

/// Reads sequences up to the end of their group or of the expression. `None` where something is
/// not understood.
fn read_choice(chars: &mut Peekable<Chars<'_>>) -> Option<Choice> {
    let mut choice = vec![Vec::new()];
    while let Some(&c) = chars.peek() {
        match c {
            ')' => break,
            '|' => {
                chars.next();
                choice.push(Vec::new());
            }
            _ => {
                let atom = read_atom(chars)?;
                let times = read_times(chars)?;
                choice.last_mut()?.push(Piece { atom, times });
            }
        }
    }
    Some(choice)
}

fn read_atom(chars: &mut Peekable<Chars<'_>>) -> Option<Atom> {
    Some(match chars.next()? {
        '(' => {
            if chars.next_if_eq(&'?').is_some() {
                chars.next_if_eq(&'P');
                match chars.next()? {
                    ':' => {}
                    '<' => _ = chars.find(|&c| c == '>')?,
                    // Flags change what letters mean.
                    _ => return None,
                }
            }
            let choice = read_choice(chars)?;
            chars.next_if_eq(&')')?;
            Atom::Group(choice)
        }
        '[' => read_class(chars)?,
        '\\' => match chars.next()? {
            'p' | 'P' => {
                chars.next_if_eq(&'{')?;
                chars.find(|&c| c == '}')?;
                Atom::Other
            }
            's' | 'd' | 'w' | 'b' => Atom::Other,
            c if c.is_alphanumeric() => return None,
            c => Atom::Letter(c),
        },
        '^' => Atom::Start,
        '$' | '.' => Atom::Other,
        '?' | '*' | '+' | '{' => return None,
        c => Atom::Letter(c),
    })
}

fn read_class(chars: &mut Peekable<Chars<'_>>) -> Option<Atom> {
    let mut lists = chars.next_if_eq(&'^').is_none();
    let mut letters = String::new();
    loop {
        match chars.next()? {
            ']' if !letters.is_empty() => break,
            '[' => return None,
            c @ ('&' | '~') if chars.peek() == Some(&c) => return None,
            '\\' => {
                lists = false;
                letters.push(chars.next()?);
            }
            c => {
                lists &= c != '-' || letters.is_empty() || chars.peek() == Some(&']');
                letters.push(c);
            }
        }
    }
    Some(if lists {
        Atom::Class(letters)
    } else {
        Atom::Other
    })
}

fn read_times(chars: &mut Peekable<Chars<'_>>) -> Option<Times> {
    let times = match chars.peek() {
        Some('?' | '*') => Times::Optional,
        Some('+') => Times::Repeated,
        Some('{') => {
            chars.next();
            let times = match chars.peek()? {
                '1'..='9' => Times::Repeated,
                _ => Times::Optional,
            };
            chars.find(|&c| c == '}')?;
            chars.next_if_eq(&'?');
            return Some(times);
        }
        _ => return Some(Times::Once),
    };
    chars.next();
    // As few as possible are as many as must be.
    chars.next_if_eq(&'?');
    Some(times)
}

fn first_letters(choice: &Choice) -> Option<String> {
    let mut letters = String::new();
    for sequence in choice {
        let (start, rest) = sequence.split_first()?;
        matches!(start.atom, Atom::Start).then_some(())?;
        first_of_sequence(rest, &mut letters)?;
    }
    Some(letters)
}

/// Adds the letters of the pieces that a sequence can begin with, up to the first that must be
/// there.
fn first_of_sequence(sequence: &[Piece], letters: &mut String) -> Option<()> {
    for piece in sequence {
        match &piece.atom {
            Atom::Letter(c) => letters.push(*c),
            Atom::Class(list) => letters.push_str(list),
            Atom::Group(choice) => {
                for sequence in choice {
                    first_of_sequence(sequence, letters)?;
                }
            }
            Atom::Start | Atom::Other => return None,
        }
        if piece.times != Times::Optional {
            return Some(());
        }
    }
    None
}

fn needs_of_choice(choice: &Choice) -> Vec<OneOf> {
    if let [sequence] = &choice[..] {
        return needs_of_sequence(sequence);
    }
    let longest = |sequence: &Vec<Piece>| {
        let needs = needs_of_sequence(sequence).into_iter();
        needs.max_by_key(|one_of| one_of.iter().map(String::len).min())
    };
    let needs = choice.iter().map(longest).collect::<Option<Vec<_>>>();
    needs.map(|needs| needs.concat()).into_iter().collect()
}

/// Bytes of a class whose letters are looked for one by one.
const MOST_LETTERS: usize = 8;

fn needs_of_sequence(sequence: &[Piece]) -> Vec<OneOf> {
    let mut needs = Vec::new();
    let mut run = String::new();
    let end = |run: &mut String, needs: &mut Vec<OneOf>| {
        let run = std::mem::take(run);
        if !run.trim().is_empty() {
            needs.push(vec![run]);
        }
    };
    for Piece { atom, times } in sequence {
        match (atom, times) {
            (Atom::Letter(c), Times::Once) => run.push(*c),
            (Atom::Letter(c), Times::Repeated) => {
                run.push(*c);
                end(&mut run, &mut needs);
            }
            (Atom::Class(letters), Times::Once | Times::Repeated) => {
                end(&mut run, &mut needs);
                // A blank is in nearly every text.
                if letters.len() <= MOST_LETTERS && !letters.contains(' ') {
                    needs.push(letters.chars().map(String::from).collect());
                }
            }
            (Atom::Group(choice), Times::Once | Times::Repeated) => {
                end(&mut run, &mut needs);
                needs.extend(needs_of_choice(choice));
            }
            _ => end(&mut run, &mut needs),
        }
    }
    end(&mut run, &mut needs);
    needs
}

#[cfg(test)]
mod tests {
    use super::super::lazy::LazyRegex;
    use super::*;

    type Demands<'a> = (&'a str, Option<&'a str>, &'a [&'a [&'a str]]);

    #[test]
    fn a_guard_demands_what_every_match_has() {
        let cases: [Demands<'_>; 25] = [
            (
                r"^(?:KT|TL)\. ?x",
                Some("KT"),
                &[&["KT", "TL"], &["."], &["x"]],
            ),
            (
                r"^(?P<at>(?:Tm|kt)\.|[)(])",
                Some("Tk)("),
                &[&["Tm", "kt", ")", "("]],
            ),
            (r"^(?<at>Q[](|^\]]) ?", Some("Q"), &[&["Q"]]),
            (
                r"^Ộ|^b(c|d)|^(e(f|g)?h|i)$",
                Some("Ộbei"),
                &[&["Ộ", "c", "d", "h", "i"]],
            ),
            (r"^a|b", None, &[&["a", "b"]]),
            (r"^(a|b)?c|^[-+ ]*Đ", Some("abc-+ Đ"), &[&["c", "Đ"]]),
            (r"^\(?[)*]+x", Some("()*"), &[&[")", "*"], &["x"]]),
            (r"^a{0,2}c", Some("ac"), &[&["c"]]),
            (r"^a{2}?c", Some("a"), &[&["a"], &["c"]]),
            (r"^[a-c]", None, &[]),
            (r"^[^a]", None, &[]),
            (r"^\p{Lu}b", None, &[&["b"]]),
            (r"^(a?)b", None, &[&["b"]]),
            (r"^.a", None, &[&["a"]]),
            (
                r", +tháng *(?P<at>0[3-9])$",
                None,
                &[&[", "], &["tháng"], &["0"]],
            ),
            (r"ab?c+?d*e", None, &[&["a"], &["c"], &["e"]]),
            (r"[\p{Lu}&]{2,}-x", None, &[&["-x"]]),
            (r"(?:a|b|)c", None, &[&["c"]]),
            (r"(?:[ab]|cd)e", None, &[&["a", "b", "cd"], &["e"]]),
            (r"(?i)^a", None, &[]),
            (r"^(?i:a)", None, &[]),
            (r"^a[b&&c]", None, &[]),
            (r"^(", None, &[]),
            (r"a)", None, &[]),
            (r"", None, &[]),
        ];
        for (pattern, first, needs) in cases {
            let guard = Guard::of(pattern);
            assert_eq!(guard.first.as_deref(), first, "{pattern}");
            assert_eq!(guard.needs, needs, "{pattern}");
        }
    }

    #[test]
    fn what_is_needed_stands_one_after_the_other() {
        let guard = Guard::of(r"ngày +[0-9]+ ?(?:,|và) ?tháng.*[-–]");
        assert!(guard.lets_pass("và, ngày 1, tháng 2 - 3"));
        for text in [
            "và, ngày 1 tháng 2 - 3",
            "tháng - ngày 1, –",
            "ngày 1, tháng 2",
        ] {
            assert!(!guard.lets_pass(text), "{text}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test reads the rule files")]
    fn no_guard_stops_what_the_expression_of_a_rule_matches() {
        let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let groups = std::fs::read_dir(rules).unwrap().flatten();
        let files = groups.flat_map(|group| std::fs::read_dir(group.path()).into_iter().flatten());
        let (mut stopped, mut matched) = (0, 0);
        for file in files {
            let yaml = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let texts = || {
                let lines = yaml.lines().map(str::trim);
                lines.flat_map(|line| [line, line.split_once(": ").map_or("", |(_, rest)| rest)])
            };
            for line in yaml.lines() {
                let quoted = line.split_once('\'').and_then(|(_, l)| l.rsplit_once('\''));
                let Some((pattern, _)) = quoted else {
                    continue;
                };
                let pattern = pattern.replace("''", "'");
                let guard = Guard::of(&pattern);
                let regex = LazyRegex::from(pattern.clone());
                for text in texts() {
                    let passes = guard.lets_pass(text);
                    stopped += usize::from(!passes);
                    if regex.matches_unguarded(text) {
                        assert!(passes, "{pattern} / {text}");
                        matched += 1;
                    }
                }
            }
        }
        assert!(stopped > 20_000 && matched > 1_000, "{stopped} {matched}");
    }
}
