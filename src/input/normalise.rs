//! Characters as given → the normal form that rules see, with the way back.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{compose, is_combining_mark};

use crate::document::{Damage, DamageKind};
use crate::text::{MapBuilder, OffsetMap, Span};

/// The normal form of a text.
#[derive(Debug)]
pub(super) struct Normal {
    /// `None` where nothing had to change.
    pub(super) text: Option<String>,
    /// From the normal form to the text as given.
    pub(super) map: OffsetMap,
}

/// Bytes at which a character can begin that has to change or needs a look at the next byte.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte {
            0x09 | 0x0A | 0x0C => false,
            // Controls; the letters ð and Ð, Ɖ and Ƣ and their neighbours; from combining marks
            // on all but the blocks of Vietnamese letters.
            0x00..=0x1F | 0x7F | 0xC2 | 0xC3 | 0xC6 | 0xC9 | 0xCC.. => true,
            _ => false,
        };
        byte += 1;
    }
    table
};

/// Whether the bytes after a suspect one show an ordinary Vietnamese letter or dash.
fn is_harmless(bytes: &[u8]) -> bool {
    match *bytes {
        [0xC3, second, ..] => second != 0x90 && second != 0xB0,
        [0xC6, second, ..] => !matches!(second, 0x89 | 0xA2 | 0xA3),
        [0xE1, 0xBA | 0xBB, ..] => true,
        [0xE2, 0x80, third, ..] => matches!(third, 0x92..=0xA7),
        _ => false,
    }
}

/// What becomes of a character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Keep,
    /// It stands, and is damage.
    Report(DamageKind),
    Write(char),
    /// Another character is written, and that is damage.
    Mend(char, DamageKind),
    Drop(DamageKind),
    /// A carriage return: a line break unless a line feed follows.
    Return,
    /// A combining mark.
    Mark,
    /// A letter of another alphabet that looks like this Latin one.
    Lookalike(char),
}

fn fate(c: char) -> Fate {
    use DamageKind::{Control, Invisible};
    match c {
        '\t' | '\n' | '\u{C}' => Fate::Keep,
        '\r' => Fate::Return,
        '\u{B}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Write('\n'),
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            Fate::Write(' ')
        }
        '\u{2010}' | '\u{2011}' | '\u{2212}' => Fate::Write('-'),
        'Ð' | 'Ɖ' => Fate::Mend('Đ', DamageKind::Lookalike),
        'ð' | 'ɖ' => Fate::Mend('đ', DamageKind::Lookalike),
        'Ƣ' => Fate::Mend('Ư', DamageKind::Lookalike),
        'ƣ' => Fate::Mend('ư', DamageKind::Lookalike),
        '\u{AD}'
        | '\u{34F}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' => Fate::Drop(Invisible),
        char::REPLACEMENT_CHARACTER => Fate::Report(Control),
        '\u{FFF9}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}' => Fate::Drop(Control),
        _ if c.is_control() => Fate::Drop(Control),
        '\u{370}'..='\u{52F}' => lookalike(c).map_or(Fate::Keep, Fate::Lookalike),
        '\u{300}'..='\u{36F}' => Fate::Mark,
        _ => Fate::Keep,
    }
}

/// The Latin letter that a Greek or Cyrillic one cannot be told from.
fn lookalike(c: char) -> Option<char> {
    const FOREIGN: &str = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕЅІЈКМНОРСТУХаеорсухѕіјԁһ";
    const LATIN: &str = "ABEZHIKMNOPTYXoABESIJKMHOPCTYXaeopcyxsijdh";
    let index = FOREIGN.chars().position(|known| known == c)?;
    LATIN.chars().nth(index)
}

fn is_foreign(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{52F}' | '\u{1F00}'..='\u{1FFF}')
}

/// Puts a text into normal form: NFC for Latin letters, `\n` line ends, plain blanks and
/// hyphens, Vietnamese letters for look-alikes, nothing invisible. Adds what was wrong to
/// `damage`, one entry a kind.
pub(super) fn normalise(source: &str, damage: &mut Vec<Damage>) -> Normal {
    let mut pass = Pass {
        source,
        damage,
        out: None,
        map: MapBuilder::default(),
        copied: 0,
        word: Word::default(),
    };
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&b| SUSPECT[usize::from(b)]) {
        at += found;
        if is_harmless(&bytes[at..]) {
            at += 2;
        } else {
            at = pass.change(at);
        }
    }
    pass.finish()
}

/// The pass over a text: everything before `copied` is written, what lies between it and the
/// place looked at is copied when the next change comes.
struct Pass<'s, 'd> {
    source: &'s str,
    damage: &'d mut Vec<Damage>,
    out: Option<String>,
    map: MapBuilder,
    copied: usize,
    word: Word,
}

/// The word looked at last, so that each is judged once.
#[derive(Default)]
struct Word {
    end: usize,
    is_latin: bool,
}

impl Pass<'_, '_> {
    /// Deals with the character at `at`; returns where to look on.
    fn change(&mut self, at: usize) -> usize {
        let Some(c) = self.source[at..].chars().next() else {
            return self.source.len();
        };
        let next = at + c.len_utf8();
        match fate(c) {
            Fate::Keep => return next,
            Fate::Report(kind) => {
                self.report(kind, at..next);
                return next;
            }
            Fate::Return => {
                let crlf = self.source[next..].starts_with('\n');
                let end = next + usize::from(crlf);
                self.flush(at);
                self.write('\n', at..end);
                return end;
            }
            Fate::Lookalike(_) if !self.is_in_latin_word(at) => return next,
            Fate::Write(new) if !is_mark_or_dropped(&self.source[next..]) => {
                self.flush(at);
                self.write(new, at..next);
                return next;
            }
            _ => {}
        }
        self.cluster(at, c)
    }

    /// A letter with the marks and dropped characters that follow it; `at` is the first of them
    /// that has to change.
    fn cluster(&mut self, at: usize, c: char) -> usize {
        let starts_here = !matches!(fate(c), Fate::Mark | Fate::Drop(_));
        let base = if starts_here {
            None
        } else {
            self.source[self.copied..at].chars().next_back()
        };
        let start = at - base.map_or(0, char::len_utf8);
        self.flush(start);
        let mut letters: Vec<char> = base.into_iter().collect();
        let mut marks = 0;
        let mut end = at;
        for c in self.source[at..].chars() {
            let span = end..end + c.len_utf8();
            match fate(c) {
                Fate::Mark => {
                    letters.push(c);
                    marks += 1;
                }
                Fate::Drop(kind) => self.report(kind, span.clone()),
                Fate::Lookalike(new) if end == at => {
                    self.report(DamageKind::Lookalike, span.clone());
                    letters.push(new);
                }
                Fate::Mend(new, kind) if end == at => {
                    self.report(kind, span.clone());
                    letters.push(new);
                }
                Fate::Write(new) if end == at => letters.push(new),
                _ => break,
            }
            end = span.end;
        }
        let composed = if marks == 0 {
            None
        } else {
            compose_all(&letters)
        };
        if let Some(letter) = composed {
            self.report(DamageKind::Decomposed, start..end);
            self.write(letter, start..end);
            return end;
        }
        // No one character: the base stands for all, the marks left over for nothing.
        let mut letters = letters.into_iter().nfc();
        if let Some(letter) = letters.next() {
            let base_end = if marks == 0 && start < at { at } else { end };
            self.write(letter, start..base_end);
        }
        for mark in letters {
            self.write(mark, end..end);
        }
        self.copied = end;
        end
    }

    fn out(&mut self) -> &mut String {
        let source = self.source;
        self.out
            .get_or_insert_with(|| String::with_capacity(source.len()))
    }

    /// Copies what lies before `until`.
    fn flush(&mut self, until: usize) {
        let span = Span::new(self.copied, until);
        let part = &self.source[span.range()];
        self.out().push_str(part);
        self.map.copy(span.start, span.end - span.start);
        self.copied = until;
    }

    fn write(&mut self, c: char, from: std::ops::Range<usize>) {
        let span = Span::new(from.start, from.end);
        self.out().push(c);
        let len = Span::new(0, c.len_utf8()).end;
        self.map.replace(span.start, span.end - span.start, len);
        self.copied = from.end;
    }

    fn report(&mut self, kind: DamageKind, at: std::ops::Range<usize>) {
        match self.damage.iter_mut().find(|known| known.kind == kind) {
            Some(known) => known.count += 1,
            None => self.damage.push(Damage {
                kind,
                count: 1,
                first: Span::new(at.start, at.end),
            }),
        }
    }

    /// Whether the word at `at`, joined parts included, or the line after a letter alone, is in
    /// Latin letters but for look-alikes.
    fn is_in_latin_word(&mut self, at: usize) -> bool {
        if at < self.word.end {
            return self.word.is_latin;
        }
        let in_word = |c: char| {
            c.is_alphanumeric()
                || is_combining_mark(c)
                || matches!(c, '-' | '/')
                || matches!(fate(c), Fate::Drop(_) | Fate::Write('-'))
        };
        let before = &self.source[self.word.end..at];
        let start = at - (before.len() - before.trim_end_matches(in_word).len());
        let rest = &self.source[at..];
        let end = at + rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let word = &self.source[start..end];
        let mut kept = word.chars().filter(|&c| !matches!(fate(c), Fate::Drop(_)));
        let is_alone = kept.nth(1).is_none();
        let is_latin = is_latin(if is_alone { line_from(rest) } else { word });
        self.word = Word { end, is_latin };
        is_latin
    }

    fn finish(mut self) -> Normal {
        if self.out.is_some() {
            self.flush(self.source.len());
        }
        Normal {
            text: self.out,
            map: self.map.finish(),
        }
    }
}

/// Whether a text has Latin letters and no Greek or Cyrillic ones but look-alikes.
fn is_latin(text: &str) -> bool {
    text.contains(|c: char| c.is_alphabetic() && !is_foreign(c))
        && text
            .chars()
            .all(|c| !is_foreign(c) || lookalike(c).is_some())
}

/// The characters up to the end of the line by which a letter alone is judged: it is the mark of
/// a point, `а) Kết quả`, or a word of one letter.
fn line_from(text: &str) -> &str {
    const ENOUGH: usize = 40;
    let ends_line = |c: char| {
        matches!(c, '\n' | '\u{C}') || matches!(fate(c), Fate::Return | Fate::Write('\n'))
    };
    let mut kept = 0;
    let end = text.find(|c| {
        // What is dropped or composed does not count: it is gone when the text is read again.
        kept += usize::from(!matches!(fate(c), Fate::Mark | Fate::Drop(_)));
        kept > ENOUGH || ends_line(c)
    });
    &text[..end.unwrap_or(text.len())]
}

fn is_mark_or_dropped(rest: &str) -> bool {
    rest.chars()
        .next()
        .is_some_and(|c| matches!(fate(c), Fate::Mark | Fate::Drop(_)))
}

/// The one character of a base and its marks, in whatever order they were typed.
fn compose_all(letters: &[char]) -> Option<char> {
    let (&base, marks) = letters.split_first()?;
    let one_by_one = |mut letter, marks: &[char]| {
        for &mark in marks {
            letter = compose(letter, mark)?;
        }
        Some(letter)
    };
    one_by_one(base, marks).or_else(|| {
        let mut marks: Vec<char> = std::iter::once(base)
            .nfd()
            .chain(marks.iter().copied())
            .collect();
        let base = marks.remove(0);
        marks.sort_by_key(|mark| !matches!(mark, '\u{302}' | '\u{306}' | '\u{31B}'));
        let mut composed = std::iter::once(base).chain(marks).nfc();
        composed.next().filter(|_| composed.next().is_none())
    })
}
