//! Hearing one's mailbox by phone: a menu in the language of the mailbox. Its parts each take in what
//! is heard and say what is to be done; silence, goodbyes and the way back to the menu are here.

mod entrance;
mod greetings;
mod last_day;
mod listening;
mod new_pin;
#[cfg(test)]
mod tests;

use super::{About, Heard, Step, say};
use crate::limits::{MENU_SILENCES, MENU_WAIT};
use chrono::{DateTime, NaiveDateTime};
use entrance::Entrance;
use greetings::Greetings;
use listening::Listening;
use media::Sound;
use new_pin::NewPin;
use office::{
    Dialled, ExtensionNumber, Mailbox, MailboxId, MailboxOwner, MessageState, Office, PersonId,
};
use spoken::{
    Lang, Phrase, Piece,
    phrase::{calls, voicemail},
    say as spoken_as, sentence,
};

/// Somebody hears a mailbox.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReadMailbox {
    /// The mailbox that is open, then the others the caller may hear. None while somebody has yet to
    /// say whose it is.
    boxes: Vec<MailboxId>,
    part: Part,
    /// How often nothing was pressed, one time after the other.
    silences: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// Whose mailbox, and the PIN.
    Entrance(Entrance),
    Menu,
    Listening(Listening),
    Greetings(Greetings),
    NewPin(NewPin),
    /// The last words.
    Parting,
}

/// What a part wants done, and where it goes on.
#[derive(Debug)]
struct Turn {
    steps: Vec<Step>,
    next: Next,
}

#[derive(Debug)]
enum Next {
    /// Where it is.
    Stay,
    /// In the main menu, after these words.
    Menu(Vec<Piece>),
    /// In this mailbox: its PIN was dialled.
    Open(MailboxId),
    /// Nowhere: these words, and goodbye.
    Out(Vec<Piece>),
}

/// What the parts behind the PIN know.
struct Scene<'a> {
    about: &'a About<'a>,
    mailbox: &'a Mailbox,
    lang: Lang,
}

impl ReadMailbox {
    /// For the owner of a phone: the mailboxes they see, their own first, without a PIN. Whoever
    /// sees none is asked whose they want to hear.
    pub(crate) fn of_owner(office: &Office, person: Option<PersonId>) -> ReadMailbox {
        let mut seen: Vec<&Mailbox> = office
            .mailboxes()
            .filter(|mailbox| person.is_some_and(|person| mailbox.is_seen_by(person)))
            .collect();
        seen.sort_by_key(|mailbox| mailbox.person().is_none());
        let boxes: Vec<MailboxId> = seen.into_iter().map(|mailbox| mailbox.id).collect();
        if boxes.is_empty() {
            return ReadMailbox::of_anybody();
        }
        ReadMailbox {
            boxes,
            part: Part::Menu,
            silences: 0,
        }
    }

    /// From any phone: the mailbox is asked for, and its PIN.
    pub(crate) fn of_anybody() -> ReadMailbox {
        ReadMailbox {
            boxes: Vec::new(),
            part: Part::Entrance(Entrance::whose()),
            silences: 0,
        }
    }

    /// A caller knows whose mailbox they hear: its PIN is asked for.
    pub(crate) fn of_caller(mailbox: MailboxId) -> ReadMailbox {
        ReadMailbox {
            boxes: Vec::new(),
            part: Part::Entrance(Entrance::of(mailbox)),
            silences: 0,
        }
    }

    /// The mailbox that is open, or is about to be.
    pub(crate) fn mailbox(&self) -> Option<MailboxId> {
        match &self.part {
            Part::Entrance(entrance) => entrance.mailbox(),
            _ => self.boxes.first().copied(),
        }
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match &heard {
            Heard::Key(_) => self.silences = 0,
            Heard::TimeUp => self.silences += 1,
            _ => {}
        }
        let mailbox = self.mailbox().and_then(|id| about.office.mailbox(id));
        let lang = language(about, mailbox);
        if self.silences >= MENU_SILENCES && heard == Heard::TimeUp {
            let words = vec![calls::NOTHING_PRESSED.into()];
            let turn = Turn::default().then(Next::Out(words));
            return self.take(about, turn);
        }
        let turn = match (&mut self.part, mailbox) {
            (Part::Parting, _) => return part(&heard),
            (Part::Entrance(entrance), _) => entrance.on(about, lang, heard),
            (_, None) => return vec![Step::HangUp], // removed while they listened
            (of, Some(mailbox)) => {
                let scene = Scene {
                    about,
                    mailbox,
                    lang,
                };
                match of {
                    Part::Listening(listening) => listening.on(&scene, heard),
                    Part::Greetings(greetings) => greetings.on(&scene, heard),
                    Part::NewPin(new_pin) => new_pin.on(&scene, heard),
                    Part::Menu | Part::Entrance(_) | Part::Parting => self.on_menu(&scene, heard),
                }
            }
        };
        self.take(about, turn)
    }

    fn on_menu(&mut self, scene: &Scene<'_>, heard: Heard) -> Turn {
        let key = match heard {
            Heard::Began => return Turn::default().then(Next::Open(scene.mailbox.id)),
            Heard::Key(digit) => digit.key(),
            Heard::Said => return Turn::wait(),
            Heard::TimeUp => return Turn::default().then(Next::Menu(Vec::new())),
            _ => return Turn::default(),
        };
        match key {
            '1' | '2' => {
                let which = match key {
                    '1' => MessageState::New,
                    _ => MessageState::Saved,
                };
                let (listening, turn) = Listening::begin(scene, which);
                self.part = Part::Listening(listening);
                turn
            }
            '3' => {
                let (greetings, turn) = Greetings::begin(scene);
                self.part = Part::Greetings(greetings);
                turn
            }
            '4' => {
                let (new_pin, turn) = NewPin::begin(scene);
                self.part = Part::NewPin(new_pin);
                turn
            }
            '5' if self.boxes.len() > 1 => {
                self.boxes.rotate_left(1);
                let next = self.boxes.first().copied().unwrap_or(scene.mailbox.id);
                Turn::default().then(Next::Open(next))
            }
            '0' | '*' => Turn::default().then(Next::Menu(Vec::new())),
            '#' => Turn::default().then(Next::Out(Vec::new())),
            _ => {
                let wrong = vec![calls::INVALID_CHOICE.into(), Piece::FULL_STOP];
                Turn::default().then(Next::Menu(wrong))
            }
        }
    }

    /// Goes where a part wants to.
    fn take(&mut self, about: &About<'_>, turn: Turn) -> Vec<Step> {
        let Turn { mut steps, next } = turn;
        match next {
            Next::Stay => {}
            Next::Menu(words) => {
                self.part = Part::Menu;
                steps.extend(self.menu(about, words, false));
            }
            Next::Open(mailbox) => {
                if !self.boxes.contains(&mailbox) {
                    self.boxes = vec![mailbox];
                }
                self.part = Part::Menu;
                steps.push(Step::Opened(mailbox));
                steps.extend(self.menu(about, Vec::new(), true));
            }
            Next::Out(mut words) => {
                let mailbox = self.mailbox().and_then(|id| about.office.mailbox(id));
                let lang = language(about, mailbox);
                if !words.is_empty() {
                    words.push(Piece::FULL_STOP);
                }
                words.push(calls::GOODBYE.into());
                self.part = Part::Parting;
                steps.push(Step::Say(say(lang, &words)));
            }
        }
        steps
    }

    /// The main menu; on the way in it is also said whose it is, if there are several, and how full.
    fn menu(&self, about: &About<'_>, mut words: Vec<Piece>, comes_in: bool) -> Vec<Step> {
        let mailbox = self.mailbox().and_then(|id| about.office.mailbox(id));
        let Some(mailbox) = mailbox else {
            return vec![Step::HangUp];
        };
        let lang = language(about, Some(mailbox));
        let holds = about.mailboxes.of_mailbox(mailbox.id);
        if let (Some(number), true, true) = (&mailbox.number, comes_in, self.boxes.len() > 1) {
            words.push(voicemail::REACHED_EXTENSION.into());
            words.extend(spoken_as::digits(number.as_str()));
            words.push(Piece::FULL_STOP);
        }
        words.extend(sentence::you_have(lang, holds.new, holds.old));
        words.push(Piece::FULL_STOP);
        let held = holds.new.saturating_add(holds.old);
        let nearly_full = held.saturating_mul(10) >= u32::from(mailbox.quota.messages) * 9;
        let choices = [
            (voicemail::NEARLY_FULL, comes_in && nearly_full),
            (voicemail::FOR_NEW, holds.new > 0),
            (voicemail::FOR_SAVED, holds.old > 0),
            (voicemail::FOR_GREETING, true),
            (voicemail::FOR_PIN, true),
            (voicemail::FOR_HELP, true),
        ];
        let choices = choices.iter().filter(|(_, has)| *has);
        words.extend(sentences(choices.map(|(choice, _)| *choice)));
        vec![Step::Say(say(lang, &words))]
    }
}

impl Turn {
    fn new(steps: Vec<Step>) -> Turn {
        let next = Next::Stay;
        Turn { steps, next }
    }

    /// Waits for a key.
    fn wait() -> Turn {
        Turn::new(vec![Step::Wait(MENU_WAIT)])
    }

    fn then(self, next: Next) -> Turn {
        Turn { next, ..self }
    }

    fn back_with(words: Vec<Piece>) -> Turn {
        Turn::default().then(Next::Menu(words))
    }
}

impl Default for Turn {
    fn default() -> Turn {
        Turn::new(Vec::new())
    }
}

impl Scene<'_> {
    fn say(&self, words: &[Piece]) -> Step {
        Step::Say(say(self.lang, words))
    }

    /// Words, a kept sound, and words again.
    fn say_around(&self, before: &[Piece], sound: Sound, after: &[Piece]) -> Step {
        let mut sounds = say(self.lang, before);
        sounds.extend([sound, Sound::Pause(PAUSE_AFTER_SOUND)]);
        sounds.extend(say(self.lang, after));
        Step::Say(sounds)
    }

    /// The numbers everybody knows to lead here, which a PIN must not contain.
    fn numbers(&self) -> Vec<ExtensionNumber> {
        let owner = match &self.mailbox.owner {
            MailboxOwner::Person { person } => self.about.office.numbers_of(*person),
            MailboxOwner::Group { .. } => &[],
        };
        owner.iter().chain(&self.mailbox.number).cloned().collect()
    }
}

/// The rest between a kept sound and what is said after it.
const PAUSE_AFTER_SOUND: std::time::Duration = std::time::Duration::from_millis(500);

/// The last words are said; whoever presses a key has heard enough.
fn part(heard: &Heard) -> Vec<Step> {
    match heard {
        Heard::Said | Heard::Key(_) => vec![Step::HangUp],
        _ => Vec::new(),
    }
}

/// The language of a mailbox, else that of the caller.
fn language(about: &About<'_>, mailbox: Option<&Mailbox>) -> Lang {
    let own = mailbox.map(|mailbox| about.office.mailbox_language(mailbox));
    own.map_or(about.lang, Lang::of)
}

/// The mailbox a number leads to: that of its person, or the one it is the number of.
fn mailbox_of_number<'a>(office: &'a Office, number: &str) -> Option<&'a Mailbox> {
    match office.resolve(number) {
        Dialled::Person(person) => office
            .mailboxes()
            .find(|mailbox| mailbox.person() == Some(person.id)),
        Dialled::Mailbox(mailbox) => office.mailbox(mailbox),
        Dialled::Room(_)
        | Dialled::Flow(_)
        | Dialled::Outside(_)
        | Dialled::Hangup
        | Dialled::Unknown => None,
    }
}

/// A time of the wall clock as the office's clocks show it.
fn local(scene: &Scene<'_>, unix_ms: i64) -> NaiveDateTime {
    let zone = scene.about.office.settings().time_zone.rules();
    let time = DateTime::from_timestamp_millis(unix_ms).unwrap_or_default();
    time.with_timezone(&zone).naive_local()
}

fn sentences(phrases: impl IntoIterator<Item = Phrase>) -> Vec<Piece> {
    let each = phrases.into_iter();
    each.flat_map(|phrase| [phrase.into(), Piece::FULL_STOP])
        .collect()
}
