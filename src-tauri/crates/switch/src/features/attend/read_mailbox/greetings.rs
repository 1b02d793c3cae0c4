//! Recording what callers of a mailbox hear, and going back to the office's own words.

use super::{
    Heard, Next, Scene, Step, Turn,
    last_day::{self, Dialled, LastDay},
};
use crate::{
    features::attend::beep,
    limits::{
        GREETING_AT_MOST, GREETING_ENDS_AFTER_SILENCE, GREETING_TAKES, MENU_WAIT, SHORTEST_GREETING,
    },
    questions::{Answer, NewGreeting, Question, file as sound_file},
};
use media::{EndKey, RecordUntil, Sound};
use office::{GreetingKind, SoundName};
use spoken::{
    Phrase, Piece,
    phrase::{calls, voicemail},
    say as spoken_as,
};
use std::time::Duration;

/// Somebody sets their greetings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Greetings {
    doing: Doing,
    /// How many recordings were begun, which is part of their names.
    takes: u32,
    gone: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Doing {
    /// Which one?
    Choosing,
    /// They are asked to speak.
    Asking(GreetingKind),
    Recording(GreetingKind, SoundName),
    /// They hear it and say what becomes of it: of a new one, or of that in use.
    Judging(GreetingKind, Option<Take>),
    /// Until when is the greeting for an absence heard?
    Dating(Take, LastDay),
    /// It is being kept, or given up, which is then said.
    Setting(Vec<Piece>),
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq)]
struct Take {
    sound: SoundName,
    lasts: Duration,
}

impl Greetings {
    pub(super) fn begin(scene: &Scene<'_>) -> (Greetings, Turn) {
        let mut greetings = Greetings {
            doing: Doing::Choosing,
            takes: 0,
            gone: false,
        };
        let turn = greetings.choose(scene, &[]);
        (greetings, turn)
    }

    pub(super) fn on(&mut self, scene: &Scene<'_>, heard: Heard) -> Turn {
        match (&self.doing, heard) {
            (Doing::Choosing, Heard::Key(digit)) => {
                let kind = match digit.key() {
                    '1' => GreetingKind::Standard,
                    '2' => GreetingKind::Busy,
                    '3' => GreetingKind::Away,
                    '4' => GreetingKind::Name,
                    '5' => GreetingKind::Closed,
                    '*' => return Turn::back_with(Vec::new()),
                    _ => return self.choose(scene, &[calls::INVALID_CHOICE]),
                };
                match in_use(scene, kind) {
                    Some(_) => {
                        self.doing = Doing::Judging(kind, None);
                        self.let_hear(scene)
                    }
                    None => self.ask(scene, kind, Vec::new(), &[]),
                }
            }
            (Doing::Choosing, Heard::TimeUp) => self.choose(scene, &[]),
            (Doing::Choosing | Doing::Judging(..) | Doing::Dating(..), Heard::Said) => Turn::wait(),
            (Doing::Asking(_), Heard::Key(digit)) if digit.key() == '*' => self.choose(scene, &[]),
            // Whoever knows the words need not hear them out.
            (Doing::Asking(_), Heard::Key(_)) => Turn::new(vec![Step::Say(vec![beep()])]),
            (Doing::Asking(kind), Heard::Said) => {
                let kind = *kind;
                self.record(scene, kind)
            }
            (Doing::Recording(..), Heard::Gone) => {
                self.gone = true;
                Turn::default()
            }
            (Doing::Recording(kind, sound), Heard::Recorded { lasts, .. }) => {
                let take = Take {
                    sound: sound.clone(),
                    lasts,
                };
                self.on_recorded(scene, *kind, take)
            }
            (Doing::Judging(_, take), Heard::Gone) => Turn::new(drop_take(take.clone())),
            (Doing::Judging(kind, take), Heard::Key(digit)) => {
                let (kind, take) = (*kind, take.clone());
                self.on_verdict(scene, kind, take, digit.key())
            }
            (Doing::Judging(..), Heard::TimeUp) => self.let_hear(scene),
            (Doing::Dating(take, _), Heard::Key(digit)) => {
                let take = take.clone();
                self.on_day(scene, take, digit.key())
            }
            (Doing::Dating(take, _), Heard::TimeUp) => {
                let take = take.clone();
                self.ask_until(scene, take, &[])
            }
            // They have said that it is to be used.
            (Doing::Dating(take, _), Heard::Gone) => {
                let take = Some(take.clone());
                Turn::new(vec![set(scene, GreetingKind::Away, take, None)])
            }
            (Doing::Setting(done), Heard::Told(Answer::Done)) => {
                let done = done.clone();
                self.choose_after(scene, done)
            }
            (Doing::Setting(_), Heard::Told(Answer::Failed(_))) => {
                self.choose(scene, &[calls::OUT_OF_ORDER])
            }
            _ => Turn::default(),
        }
    }

    fn choose(&mut self, scene: &Scene<'_>, first: &[Phrase]) -> Turn {
        self.choose_after(scene, super::sentences(first.iter().copied()))
    }

    /// Offers them all, after these sentences.
    fn choose_after(&mut self, scene: &Scene<'_>, mut words: Vec<Piece>) -> Turn {
        self.doing = Doing::Choosing;
        words.extend(super::sentences([
            voicemail::RECORD_STANDARD,
            voicemail::RECORD_BUSY,
            voicemail::RECORD_AWAY,
            voicemail::RECORD_NAME,
            voicemail::RECORD_CLOSED,
            voicemail::FOR_MAIN_MENU,
        ]));
        Turn::new(vec![scene.say(&words)])
    }

    /// Asks to speak after the tone.
    fn ask(
        &mut self,
        scene: &Scene<'_>,
        kind: GreetingKind,
        mut steps: Vec<Step>,
        first: &[Phrase],
    ) -> Turn {
        if self.takes >= GREETING_TAKES {
            return Turn::new(steps).then(Next::Menu(Vec::new()));
        }
        self.doing = Doing::Asking(kind);
        let please = match kind {
            GreetingKind::Name => voicemail::SPEAK_NAME,
            _ => voicemail::SPEAK_GREETING,
        };
        let words = super::sentences(first.iter().copied().chain([please]));
        steps.push(scene.say_around(&words, beep(), &[]));
        Turn::new(steps)
    }

    fn record(&mut self, scene: &Scene<'_>, kind: GreetingKind) -> Turn {
        self.takes += 1;
        let (mailbox, call, take) = (scene.mailbox.id.0, scene.about.call.0, self.takes);
        let Ok(sound) = SoundName::parse(&format!("greetings/{mailbox}/{call}-{take}")) else {
            return Turn::back_with(super::sentences([calls::OUT_OF_ORDER]));
        };
        let file = sound_file(&sound);
        self.doing = Doing::Recording(kind, sound);
        let until = RecordUntil {
            longest: GREETING_AT_MOST,
            silence: Some(GREETING_ENDS_AFTER_SILENCE),
            key: EndKey::Any,
        };
        Turn::new(vec![Step::Record { file, until }])
    }

    fn on_recorded(&mut self, scene: &Scene<'_>, kind: GreetingKind, take: Take) -> Turn {
        if self.gone {
            return Turn::new(drop_take(Some(take)));
        }
        if take.lasts < SHORTEST_GREETING {
            let short = [voicemail::GREETING_TOO_SHORT];
            return self.ask(scene, kind, drop_take(Some(take)), &short);
        }
        self.doing = Doing::Judging(kind, Some(take));
        self.let_hear(scene)
    }

    /// Lets them hear the greeting they judge.
    fn let_hear(&self, scene: &Scene<'_>) -> Turn {
        let Doing::Judging(kind, take) = &self.doing else {
            return Turn::default();
        };
        let sound = match take {
            Some(take) => Some(&take.sound),
            None => in_use(scene, *kind),
        };
        let Some(sound) = sound else {
            return Turn::back_with(Vec::new()); // another has just given it up at the window
        };
        let keep = take.as_ref().map(|_| voicemail::TO_KEEP_GREETING);
        let choices = [
            voicemail::TO_HEAR_GREETING,
            voicemail::TO_REDO_GREETING,
            voicemail::TO_DROP_GREETING,
            voicemail::FOR_MAIN_MENU,
        ];
        let after = super::sentences(keep.into_iter().chain(choices));
        let before = super::sentences([voicemail::YOUR_GREETING_IS]);
        let sound = Sound::File(sound_file(sound));
        Turn::new(vec![scene.say_around(&before, sound, &after)])
    }

    fn on_verdict(
        &mut self,
        scene: &Scene<'_>,
        kind: GreetingKind,
        take: Option<Take>,
        key: char,
    ) -> Turn {
        match (key, take) {
            ('1', Some(take)) if kind == GreetingKind::Away => self.ask_until(scene, take, &[]),
            ('1', Some(take)) => {
                self.doing = Doing::Setting(super::sentences([voicemail::GREETING_KEPT]));
                Turn::new(vec![set(scene, kind, Some(take), None)])
            }
            ('3', take) => self.ask(scene, kind, drop_take(take), &[]),
            ('4', take) => {
                self.doing = Doing::Setting(super::sentences([voicemail::GREETING_DROPPED]));
                let mut steps = vec![set(scene, kind, None, None)];
                steps.extend(drop_take(take));
                Turn::new(steps)
            }
            ('*', take) => Turn::new(drop_take(take)).then(Next::Menu(Vec::new())),
            _ => self.let_hear(scene),
        }
    }

    /// Asks for the last day on which the greeting for an absence is heard.
    fn ask_until(&mut self, scene: &Scene<'_>, take: Take, first: &[Phrase]) -> Turn {
        self.doing = Doing::Dating(take, LastDay::default());
        let words = first.iter().copied().chain([voicemail::AWAY_UNTIL]);
        Turn::new(vec![scene.say(&super::sentences(words))])
    }

    fn on_day(&mut self, scene: &Scene<'_>, take: Take, key: char) -> Turn {
        let Doing::Dating(_, dialled) = &mut self.doing else {
            return Turn::default();
        };
        match key {
            '*' => {
                self.doing = Doing::Judging(GreetingKind::Away, Some(take));
                self.let_hear(scene)
            }
            '#' if dialled.is_empty() => {
                let done = [voicemail::GREETING_KEPT, voicemail::AWAY_WITHOUT_END];
                self.doing = Doing::Setting(super::sentences(done));
                Turn::new(vec![set(scene, GreetingKind::Away, Some(take), None)])
            }
            '#' => self.ask_until(scene, take, &[voicemail::NO_SUCH_DAY]),
            key => {
                let today = super::local(scene, scene.about.unix_ms).date();
                let (day, until) = match dialled.push(key, today) {
                    Dialled::Part => return Turn::new(vec![Step::Wait(MENU_WAIT)]),
                    Dialled::NoSuchDay => (today, None),
                    Dialled::Day(day) => (day, last_day::end_of(scene, day)),
                };
                let Some(until) = until else {
                    return self.ask_until(scene, take, &[voicemail::NO_SUCH_DAY]);
                };
                let mut done = super::sentences([voicemail::GREETING_KEPT]);
                done.push(voicemail::AWAY_ENDS.into());
                done.extend(spoken_as::date(scene.lang, day, today));
                done.push(Piece::FULL_STOP);
                self.doing = Doing::Setting(done);
                let until = Some(until);
                Turn::new(vec![set(scene, GreetingKind::Away, Some(take), until)])
            }
        }
    }
}

fn set(
    scene: &Scene<'_>,
    kind: GreetingKind,
    take: Option<Take>,
    until_unix_ms: Option<i64>,
) -> Step {
    let sound = take.map(|take| NewGreeting {
        sound: take.sound,
        lasts: take.lasts,
    });
    Step::Ask(Question::SetGreeting {
        mailbox: scene.mailbox.id,
        kind,
        sound,
        until_unix_ms,
        by: scene.about.caller.clone(),
    })
}

fn drop_take(take: Option<Take>) -> Vec<Step> {
    let drop = |take: Take| Step::Ask(Question::DropSound(take.sound));
    take.map(drop).into_iter().collect()
}

/// The greeting of that kind callers hear now.
fn in_use<'a>(scene: &Scene<'a>, kind: GreetingKind) -> Option<&'a SoundName> {
    let greetings = &scene.mailbox.greetings;
    match kind {
        GreetingKind::Standard => greetings.standard.as_ref(),
        GreetingKind::Name => greetings.name.as_ref(),
        GreetingKind::Busy => greetings.busy.as_ref(),
        GreetingKind::Closed => greetings.closed.as_ref(),
        GreetingKind::Away => greetings.away.as_ref().map(|away| &away.sound),
    }
}
