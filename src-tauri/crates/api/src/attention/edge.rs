//! What a person should look at of the office's edge: lines that cannot be used, fuses that blew,
//! numbers that were called though nobody set them up.

use crate::{
    limits::MAX_UNKNOWN_NUMBERS,
    values::Millis,
    views::attention::{Attention, AttentionView, Severity},
};
use office::{Office, PhoneNumber, TrunkId};
use std::collections::BTreeMap;
use switch::{FuseId, Happening, LineState, What};

/// What is wrong there, folded from happenings.
#[derive(Debug, Default)]
pub(super) struct EdgeTrouble {
    lines: BTreeMap<TrunkId, LineTrouble>,
    fuses: BTreeMap<FuseId, Seen>,
    /// By number.
    numbers: BTreeMap<String, UnknownNumber>,
}

#[derive(Debug)]
struct LineTrouble {
    state: LineState,
    seen: Seen,
}

#[derive(Debug)]
struct UnknownNumber {
    line: TrunkId,
    seen: Seen,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    since: Millis,
    dismissed: bool,
}

impl EdgeTrouble {
    /// Takes in a happening. Whether anything may have changed.
    pub(super) fn tell(&mut self, happening: &Happening) -> bool {
        let new = Seen {
            since: Millis(happening.unix_ms),
            dismissed: false,
        };
        match &happening.what {
            What::LineChanged { line, state, .. } => match state {
                LineState::Down | LineState::Refused => {
                    let known = self.lines.get(line);
                    if known.is_some_and(|known| known.state == *state) {
                        return false;
                    }
                    let trouble = LineTrouble {
                        state: *state,
                        seen: new,
                    };
                    self.lines.insert(*line, trouble);
                    true
                }
                // Whether it is well again is not known yet.
                LineState::Starting => false,
                LineState::Up | LineState::Off => self.lines.remove(line).is_some(),
            },
            What::LineRemoved { line } => self.lines.remove(line).is_some(),
            What::FuseTripped { fuse, .. } => {
                self.fuses.insert(*fuse, new);
                true
            }
            What::FuseReset { fuse } => self.fuses.remove(fuse).is_some(),
            What::FusesMeasured { fuses } => {
                let blown = |fuse: &FuseId| {
                    let mut fuses = fuses.iter();
                    fuses.any(|state| state.fuse == *fuse && state.blown)
                };
                let before = self.fuses.len();
                self.fuses.retain(|fuse, _| blown(fuse));
                let mut has_changed = before != self.fuses.len();
                // Those that blew before the engine was started anew.
                for state in fuses.iter().filter(|state| state.blown) {
                    self.fuses.entry(state.fuse).or_insert_with(|| {
                        has_changed = true;
                        new
                    });
                }
                has_changed
            }
            What::NumberCalled {
                line,
                number,
                known: false,
                ..
            } => {
                let is_known = self.numbers.contains_key(number);
                if is_known || self.numbers.len() >= MAX_UNKNOWN_NUMBERS {
                    return false;
                }
                let unknown = UnknownNumber {
                    line: *line,
                    seen: new,
                };
                self.numbers.insert(number.clone(), unknown);
                true
            }
            _ => false,
        }
    }

    /// Forgets numbers that have been set up, and lines the office has not any more.
    pub(super) fn follow(&mut self, office: &Office) {
        self.numbers
            .retain(|number, _| office.phone_number(number).is_none());
        self.lines.retain(|line, _| office.trunk(*line).is_some());
    }

    /// Takes an item off the list until it happens anew. `None` if it is no item of this part.
    pub(super) fn dismiss(&mut self, kind: &str, name: &str) -> Option<bool> {
        let seen = match kind {
            LINE => {
                let line = name.parse().map(TrunkId).ok();
                let trouble = line.and_then(|line| self.lines.get_mut(&line));
                trouble.map(|trouble| &mut trouble.seen)
            }
            FUSE => name.parse().ok().and_then(|fuse| self.fuses.get_mut(&fuse)),
            NUMBER => self.numbers.get_mut(name).map(|number| &mut number.seen),
            _ => return None,
        };
        Some(seen.map(|seen| seen.dismissed = true).is_some())
    }

    /// What is on the list.
    pub(super) fn items(&self, office: &Office) -> impl Iterator<Item = AttentionView> {
        let item = |kind, name: &dyn ToString, seen: &Seen, severity, attention| {
            (!seen.dismissed).then(|| AttentionView {
                id: format!("{kind}-{}", name.to_string()),
                since: seen.since,
                severity,
                attention,
            })
        };
        let lines = self.lines.iter().filter_map(|(line, trouble)| {
            let severity = match trouble.state {
                LineState::Refused => Severity::Problem,
                _ => Severity::Warning,
            };
            let down = Attention::LineDown {
                line: (*line).into(),
            };
            item(LINE, &line.0, &trouble.seen, severity, down)
        });
        let fuses = self.fuses.iter().filter_map(|(fuse, seen)| {
            let blown = Attention::FuseBlown {
                fuse: fuse.to_string(),
            };
            item(FUSE, fuse, seen, Severity::Problem, blown)
        });
        let country = office.settings().country.as_ref();
        let numbers = self.numbers.iter().filter_map(|(number, unknown)| {
            let shown = PhoneNumber::parse(number).ok();
            let shown = shown.map(|number| numbering::show(&number, country));
            let called = Attention::UnknownNumber {
                number: number.clone(),
                shown: shown.unwrap_or_else(|| number.clone()),
                line: unknown.line.into(),
            };
            item(NUMBER, number, &unknown.seen, Severity::Info, called)
        });
        let items: Vec<_> = lines.chain(fuses).chain(numbers).collect();
        items.into_iter()
    }
}

const LINE: &str = "line";
const FUSE: &str = "fuse";
const NUMBER: &str = "number";

#[cfg(test)]
mod tests {
    use super::*;
    use office::{Language, OfficeParts, OfficeSettings, Realm};
    use std::time::Instant;
    use switch::LineReason;

    fn office() -> Office {
        let settings = OfficeSettings::founded(Realm::generate(1), Language::default());
        Office::build(OfficeParts::empty(settings)).unwrap()
    }

    fn happening(what: What) -> Happening {
        Happening {
            at: Instant::now(),
            unix_ms: 5,
            what,
        }
    }

    fn changed(state: LineState) -> Happening {
        happening(What::LineChanged {
            line: TrunkId(1),
            state,
            reason: LineReason::NoAnswer,
            detail: String::new(),
            next_try_unix_ms: None,
        })
    }

    #[test]
    fn a_line_in_trouble_is_told_once_until_it_is_well() {
        let office = office();
        let mut trouble = EdgeTrouble::default();
        assert!(trouble.tell(&changed(LineState::Down)));
        assert!(!trouble.tell(&changed(LineState::Down)));
        assert_eq!(trouble.items(&office).count(), 1);
        assert_eq!(trouble.dismiss("line", "1"), Some(true));
        trouble.tell(&changed(LineState::Starting));
        trouble.tell(&changed(LineState::Down));
        assert_eq!(trouble.items(&office).count(), 0, "it was seen to");
        trouble.tell(&changed(LineState::Refused));
        let severities: Vec<_> = trouble.items(&office).map(|item| item.severity).collect();
        assert_eq!(severities, [Severity::Problem], "this is another trouble");
        trouble.tell(&changed(LineState::Up));
        assert_eq!(trouble.items(&office).count(), 0);
    }

    #[test]
    fn a_fuse_that_blew_is_on_the_list_until_it_is_back() {
        let office = office();
        let mut trouble = EdgeTrouble::default();
        let fuse: FuseId = "person-3-tries".parse().unwrap();
        trouble.tell(&happening(What::FuseTripped {
            fuse,
            used: 6,
            max: 5,
            by: None,
        }));
        let items: Vec<_> = trouble.items(&office).map(|item| item.id).collect();
        assert_eq!(items, ["fuse-person-3-tries"]);
        assert!(trouble.tell(&happening(What::FuseReset { fuse })));
        assert_eq!(trouble.items(&office).count(), 0);
    }
}
