//! How far a long run is, on a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::diagnostic::Language;
use crate::emit::say;

/// Runs that are shorter show nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is drawn.
const PAUSE: Duration = Duration::from_millis(100);
/// Columns of the bar.
const BAR: usize = 24;
/// Back to the first column, and the line empty.
const CLEAR: &str = "\r\u{1b}[2K";

/// A bar on standard error.
pub(super) struct Progress {
    total: usize,
    language: Language,
    /// `None` where it is not to be shown.
    state: Option<Mutex<State>>,
}

struct State {
    done: usize,
    began: Instant,
    drawn: Option<Instant>,
}

impl Progress {
    /// For a run over so many files. Shown where standard error is a terminal and no finding is
    /// written to one at the same time.
    pub(super) fn new(total: usize, quiet: bool, to_stdout: bool, language: Language) -> Self {
        let mixes = to_stdout && io::stdout().is_terminal();
        let shown = !quiet && !mixes && total > 1 && io::stderr().is_terminal();
        Self {
            total,
            language,
            state: shown.then(|| {
                Mutex::new(State {
                    done: 0,
                    began: Instant::now(),
                    drawn: None,
                })
            }),
        }
    }

    /// One more file is done.
    pub(super) fn advance(&self) {
        let Some(state) = &self.state else {
            return;
        };
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.done += 1;
        let now = Instant::now();
        let is_due = match state.drawn {
            None => now - state.began >= PATIENCE,
            Some(drawn) => now - drawn >= PAUSE,
        };
        if is_due {
            state.drawn = Some(now);
            let text = line(state.done, self.total, self.language);
            // A bar that cannot be drawn is no loss.
            let _ = write!(io::stderr(), "{CLEAR}{text}");
        }
    }

    /// Takes the bar away: something else is to be written, or the run is over.
    pub(super) fn clear(&self) {
        let Some(state) = &self.state else {
            return;
        };
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.drawn.is_some() {
            let _ = write!(io::stderr(), "{CLEAR}");
        }
    }
}

fn line(done: usize, total: usize, language: Language) -> String {
    let full = BAR * done / total.max(1);
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(BAR - full.min(BAR)));
    let percent = 100 * done / total.max(1);
    say!(
        language,
        "{bar} {percent:>3}%  {done}/{total} tệp",
        "{bar} {percent:>3}%  {done}/{total} files"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_as_long_whatever_is_done() {
        for done in 0..=7 {
            let line = line(done, 7, Language::En);
            assert_eq!(line.split(' ').next().unwrap().chars().count(), BAR);
        }
        assert!(line(7, 7, Language::Vi).ends_with("100%  7/7 tệp"));
    }
}
