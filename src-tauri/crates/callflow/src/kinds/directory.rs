//! `directory`: the caller spells a name on the keypad, or dials an extension, and that person rings.

use super::{Behaviour, Silence, Touches};
use crate::catalogue::{Group, Kind, Param, Takes, or_else, or_hang_up, required};
use crate::check::NodeCheck;
use crate::limits::{MAX_DIGITS, MAX_NAMES_READ};
use crate::program::Around;
use crate::prompt::{Hears, Sound, Speech};
use crate::walk::{Act, CallerId, Event, Next, Reason, RingEnd, RingTarget, Strategy, Turn};
use office::{Office, Person, PersonId};
use serde::Deserialize;
use spoken::{Lang, phrase::calls};
use std::time::Duration;

/// The caller spells a name, and that person rings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Directory {
    scope: Vec<String>,
    by: By,
    ring_time: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum By {
    Name,
    Extension,
}

/// What is remembered while a caller looks for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    attempt: u32,
    digits: String,
    /// Those of whom the caller chooses one by a key.
    found: Vec<PersonId>,
    /// Somebody rings: keys are for nobody.
    ringing: bool,
}

const ATTEMPTS: u32 = 3;
const TIMEOUT: Duration = Duration::from_secs(7);
const NEXT_DIGIT: Duration = Duration::from_secs(3);

impl Behaviour for Directory {
    type State = State;

    const KIND: Kind = Kind::new("directory", Group::Ask, "contact-round")
        .params(&[
            Param::new("scope", Takes::TextList),
            Param::choice("by", &["name", "extension"]),
            Param::new("ringTime", Takes::Seconds)
                .number(20)
                .range(5, 300),
        ])
        .outcomes(&[
            or_hang_up("answered"),
            required("no_answer"),
            or_else("not_found", "no_answer"),
            or_else("timeout", "no_answer"),
        ])
        .answers()
        .paces()
        .offers()
        .fails_by("not_found");

    fn enter(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        state.attempt = 1;
        turn.forget_keys();
        self.ask(state, turn, Vec::new())
    }

    fn on(&self, state: &mut State, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said => {
                turn.wait(TIMEOUT);
                Next::Stay
            }
            Event::Key(_) if state.ringing => Next::Stay,
            Event::Key(key) if !state.found.is_empty() => {
                turn.tell_key(*key);
                let chosen = key.to_digit(10).and_then(|n| n.checked_sub(1));
                match chosen.and_then(|n| state.found.get(n as usize)) {
                    Some(person) => self.ring(state, turn, *person),
                    None => self.again(state, turn),
                }
            }
            Event::Key('#') => self.entered(state, turn),
            Event::Key(key) => {
                state.digits.push(*key);
                if state.digits.len() >= MAX_DIGITS {
                    return self.entered(state, turn);
                }
                turn.wait(NEXT_DIGIT);
                Next::Stay
            }
            Event::TimeUp if state.digits.is_empty() || !state.found.is_empty() => {
                Next::leave("timeout")
            }
            Event::TimeUp => self.entered(state, turn),
            Event::RingEnded { end, .. } => Next::leave(match end {
                RingEnd::Answered => "answered",
                _ => "no_answer",
            }),
            _ => Next::Stay,
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if self.listed(check.around().office).next().is_none() {
            check.warn("directory.nobody").field("scope");
        }
        if self.ring_time > 60 {
            let seconds = self.ring_time;
            check
                .warn("dial.long")
                .with("seconds", seconds)
                .set_field("ringTime", 60.into());
        }
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let listed = self.listed(around.office);
        listed.map(|person| Touches::Person(person.id)).collect()
    }

    fn may_find_somebody(&self, office: &Office, at_unix_ms: i64) -> bool {
        let open = |who: &Person| office.led_to_person(who.id, at_unix_ms).closed.is_empty();
        self.listed(office).any(open)
    }

    fn words(&self, lang: Lang) -> Vec<String> {
        let mut words = vec![spell(lang).to_owned()];
        words.extend((1..=MAX_NAMES_READ).map(|key| press(lang, key)));
        words
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::only(&["timeout"], Duration::from_secs(12))
    }
}

impl Directory {
    /// Those who can be found.
    fn listed<'o>(&self, office: &'o Office) -> impl Iterator<Item = &'o Person> {
        office.persons().filter(move |person| {
            (self.scope.is_empty() || self.scope.contains(&person.team))
                && office.devices_of(person.id).next().is_some()
        })
    }

    fn ask(&self, state: &mut State, turn: &mut Turn<'_, '_>, before: Vec<Sound>) -> Next {
        state.digits.clear();
        state.found.clear();
        let own = match self.by {
            By::Extension => turn.phrases(&[calls::DIAL_EXTENSION]),
            By::Name => turn.saying().text(spell(turn.lang()), None),
        };
        turn.say_sounds([before, own].concat(), true);
        Next::Stay
    }

    fn entered(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        turn.tell_digits(&state.digits, false);
        let office = turn.office();
        let found: Vec<&Person> = match self.by {
            _ if state.digits.is_empty() => Vec::new(),
            By::Name => {
                let named = self
                    .listed(office)
                    .filter(|who| is_spelled(&who.name, &state.digits));
                named.take(MAX_NAMES_READ).collect()
            }
            By::Extension => {
                let own = |who: &&Person| {
                    let mut numbers = office.numbers_of(who.id).iter();
                    numbers.any(|number| number.as_str() == state.digits)
                };
                self.listed(office).filter(own).take(1).collect()
            }
        };
        match found.as_slice() {
            [] => self.again(state, turn),
            [only] => self.ring(state, turn, only.id),
            several => {
                state.found = several.iter().map(|person| person.id).collect();
                let mut sounds = Vec::new();
                for (index, person) in several.iter().enumerate() {
                    sounds.push(Sound::Name {
                        person: person.id,
                        speech: Speech::new(turn.language().as_str(), None, &person.name),
                    });
                    sounds.extend(turn.saying().text(&press(turn.lang(), index + 1), None));
                    sounds.push(Sound::Silence { ms: 200 });
                }
                turn.say_sounds(sounds, true);
                Next::Stay
            }
        }
    }

    fn again(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        if state.attempt >= ATTEMPTS {
            return Next::leave("not_found");
        }
        state.attempt += 1;
        let before = turn.phrases(&[calls::INVALID_CHOICE, calls::TRY_AGAIN]);
        self.ask(state, turn, before)
    }

    fn ring(&self, state: &mut State, turn: &mut Turn<'_, '_>, id: PersonId) -> Next {
        let office = turn.office();
        let led = office.led_to_person(id, turn.about().unix_ms);
        if let Some(closed) = led.closed.first() {
            turn.tell_because(Reason::closed(closed, office));
            return Next::leave("no_answer");
        }
        state.ringing = true;
        turn.act(Act::Ring {
            targets: vec![RingTarget::Person {
                id,
                delay: Duration::ZERO,
            }],
            strategy: Strategy::All,
            ring_for: Duration::from_secs(self.ring_time.into()),
            hears: Hears::Ringback,
            whisper: Vec::new(),
            screen: false,
            caller_id: CallerId::Caller,
            prefix: String::new(),
            records: false,
        });
        Next::Stay
    }
}

const fn spell(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "Please spell the name with the keys of your telephone, then press the hash key."
        }
        Lang::De => {
            "Bitte buchstabieren Sie den Namen mit den Tasten Ihres Telefons und drücken Sie dann die Rautetaste."
        }
    }
}

fn press(lang: Lang, key: usize) -> String {
    match lang {
        Lang::En => format!("Press {key}."),
        Lang::De => format!("Drücken Sie die {key}."),
    }
}

/// Whether keys spell a name, from the beginning of any of its words on.
fn is_spelled(name: &str, keys: &str) -> bool {
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| word.chars().filter_map(key_of).collect())
        .collect();
    (0..words.len()).any(|first| {
        let from_here: String = words.iter().skip(first).map(String::as_str).collect();
        !from_here.is_empty() && from_here.starts_with(keys)
    })
}

/// The key that has a letter (ITU-T E.161); accents do not count.
fn key_of(letter: char) -> Option<char> {
    let letter = match letter.to_lowercase().next()? {
        'à'..='å' | 'æ' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'è'..='ë' | 'ę' | 'ě' => 'e',
        'ì'..='ï' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ß' | 'š' | 'ś' => 's',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' | 'ż' | 'ź' => 'z',
        other => other,
    };
    Some(match letter {
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        '0'..='9' => letter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::is_spelled;

    #[test]
    fn a_name_is_found_by_any_of_its_words() {
        assert!(is_spelled("Anna Müller", "2662"));
        assert!(is_spelled("Anna Müller", "685537"));
        assert!(is_spelled("Anna Müller", "2662685"));
        assert!(!is_spelled("Anna Müller", "662"));
        assert!(is_spelled("Łukasz O’Brien", "585"));
        assert!(!is_spelled("", "2"));
    }
}
