//! Recording a greeting for the office's sounds at a desk phone that the board has rung: speak after
//! the tone, hear it, keep it or speak it anew. Whoever hangs up keeps what they said last.

use super::{About, Heard, Step, beep, say};
use crate::{
    limits::{GREETING_AT_MOST, GREETING_ENDS_AFTER_SILENCE, GREETING_TAKES, SHORTEST_GREETING},
    limits::{MENU_SILENCES, MENU_WAIT},
    questions::{Answer, NewGreeting, Question, file as sound_file},
};
use media::{EndKey, RecordUntil, Sound};
use office::SoundName;
use spoken::{
    Phrase, Piece,
    phrase::{calls, voicemail},
};
use std::time::Duration;

/// Somebody speaks a greeting into their phone.
#[derive(Debug)]
pub(crate) struct RecordSound {
    /// What it will be called.
    title: String,
    state: State,
    /// How many recordings were begun, which is part of their names.
    takes: u32,
    /// How often nothing was pressed, one time after the other.
    silences: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// They are asked to speak.
    Asking,
    Recording(SoundName),
    /// They have hung up; the file is not whole yet.
    Gone(SoundName),
    /// They hear it and say what becomes of it.
    Judging(NewGreeting),
    /// It is being kept.
    Keeping,
    /// The last words.
    Parting,
}

impl RecordSound {
    /// A greeting that will be called so.
    pub(crate) fn new(title: String) -> RecordSound {
        RecordSound {
            title,
            state: State::Asking,
            takes: 0,
            silences: 0,
        }
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match (self.state.clone(), heard) {
            (State::Asking, Heard::Began) => self.ask(about, &[], Vec::new()),
            // Whoever knows the words need not hear them out.
            (State::Asking, Heard::Key(_)) => vec![Step::Say(vec![beep()])],
            (State::Asking, Heard::Said) => self.record(about),
            (State::Recording(sound), Heard::Recorded { lasts, .. }) => {
                let take = NewGreeting { sound, lasts };
                if lasts < SHORTEST_GREETING {
                    let drop = vec![Step::Ask(Question::DropSound(take.sound))];
                    return self.ask(about, &[voicemail::GREETING_TOO_SHORT], drop);
                }
                self.state = State::Judging(take.clone());
                vec![let_hear(about, &take)]
            }
            (State::Recording(sound), Heard::Gone) => {
                self.state = State::Gone(sound);
                Vec::new()
            }
            (State::Gone(sound), Heard::Recorded { lasts, .. }) => {
                let question = match lasts < SHORTEST_GREETING {
                    true => Question::DropSound(sound),
                    false => self.keep(about, NewGreeting { sound, lasts }),
                };
                vec![Step::Ask(question)]
            }
            (State::Judging(take), Heard::Gone) => vec![Step::Ask(self.keep(about, take))],
            (State::Judging(take), Heard::Key(digit)) => {
                self.silences = 0;
                match digit.key() {
                    '1' | '#' => {
                        self.state = State::Keeping;
                        vec![Step::Ask(self.keep(about, take))]
                    }
                    '3' => {
                        let drop = vec![Step::Ask(Question::DropSound(take.sound))];
                        self.ask(about, &[], drop)
                    }
                    _ => vec![let_hear(about, &take)],
                }
            }
            (State::Judging(_), Heard::Said) => vec![Step::Wait(MENU_WAIT)],
            (State::Judging(take), Heard::TimeUp) => {
                self.silences += 1;
                if self.silences >= MENU_SILENCES {
                    self.state = State::Keeping;
                    return vec![Step::Ask(self.keep(about, take))];
                }
                vec![let_hear(about, &take)]
            }
            (State::Keeping, Heard::Told(Answer::Done)) => self.part(about, calls::THANK_YOU),
            (State::Keeping, Heard::Told(Answer::Failed(_))) => {
                self.part(about, calls::OUT_OF_ORDER)
            }
            (State::Parting, Heard::Said | Heard::Key(_)) => vec![Step::HangUp],
            _ => Vec::new(),
        }
    }

    fn ask(&mut self, about: &About<'_>, first: &[Phrase], mut steps: Vec<Step>) -> Vec<Step> {
        if self.takes >= GREETING_TAKES {
            steps.extend(self.part(about, calls::TOO_MANY_TRIES));
            return steps;
        }
        self.state = State::Asking;
        let mut sounds = said(about, first.iter().copied());
        sounds.extend(said(about, [voicemail::SPEAK_GREETING]));
        sounds.push(beep());
        steps.push(Step::Say(sounds));
        steps
    }

    fn record(&mut self, about: &About<'_>) -> Vec<Step> {
        self.takes += 1;
        let name = format!("greetings/phone/{}-{}", about.call.0, self.takes);
        let Ok(sound) = SoundName::parse(&name) else {
            return self.part(about, calls::OUT_OF_ORDER);
        };
        let file = sound_file(&sound);
        self.state = State::Recording(sound);
        let until = RecordUntil {
            longest: GREETING_AT_MOST,
            silence: Some(GREETING_ENDS_AFTER_SILENCE),
            key: EndKey::Any,
        };
        vec![Step::Record { file, until }]
    }

    fn keep(&self, about: &About<'_>, sound: NewGreeting) -> Question {
        Question::KeepSound {
            title: self.title.clone(),
            sound,
            by: about.caller.clone(),
        }
    }

    fn part(&mut self, about: &About<'_>, why: Phrase) -> Vec<Step> {
        self.state = State::Parting;
        vec![Step::Say(said(about, [why, calls::GOODBYE]))]
    }
}

/// They hear what they have said, and what may become of it.
fn let_hear(about: &About<'_>, take: &NewGreeting) -> Step {
    let mut sounds = said(about, [voicemail::YOUR_GREETING_IS]);
    sounds.extend([
        Sound::File(sound_file(&take.sound)),
        Sound::Pause(PAUSE_AFTER_SOUND),
    ]);
    let choices = [
        voicemail::TO_KEEP_GREETING,
        voicemail::TO_HEAR_GREETING,
        voicemail::TO_REDO_GREETING,
    ];
    sounds.extend(said(about, choices));
    Step::Say(sounds)
}

fn said(about: &About<'_>, phrases: impl IntoIterator<Item = Phrase>) -> Vec<Sound> {
    let each = phrases.into_iter();
    let words: Vec<Piece> = each
        .flat_map(|phrase| [phrase.into(), Piece::FULL_STOP])
        .collect();
    say(about.lang, &words)
}

/// The rest between what was spoken and what is said after it.
const PAUSE_AFTER_SOUND: Duration = Duration::from_millis(500);
