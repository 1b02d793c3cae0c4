//! The menu as lists of steps: what is heard, and what is done then.

use super::*;
use crate::{
    features::attend::Heard,
    happening::Party,
    limits::PIN_TRIES,
    mailboxes::Mailboxes,
    pin_lock::PinLock,
    questions::{Answer, MessageDeed, PinIs, PinOf, Question, QuestionId},
    rooms::Rooms,
};
use media::SoundFile;
use office::{
    CallId, ExtensionNumber, Language, MessageId, OfficeParts, OfficeSettings, Person, PinHash,
    Realm, RouteTarget, Secret, SoundName, VoiceMessage,
};
use rtp_packet::Digit;
use std::time::{Duration, Instant};

const BEN: PersonId = PersonId(2);
const BENS: MailboxId = MailboxId(7);

/// Somebody at a phone, and the clock.
struct Listener {
    office: Office,
    mailboxes: Mailboxes,
    pin_lock: PinLock,
    rooms: Rooms,
    caller: Party,
    now: Instant,
    service: ReadMailbox,
}

impl Listener {
    fn new(service: fn(&Office) -> ReadMailbox) -> Listener {
        let office = office();
        Listener {
            service: service(&office),
            mailboxes: Mailboxes::new(&office),
            pin_lock: PinLock::default(),
            rooms: Rooms::default(),
            caller: Party {
                person: Some(BEN),
                device: None,
                name: "Ben".to_owned(),
                number: "102".to_owned(),
                ..Party::default()
            },
            now: Instant::now(),
            office,
        }
    }

    /// Ben at his own phone, in the menu.
    fn at_home() -> Listener {
        let mut listener = Listener::new(|office| ReadMailbox::of_owner(office, Some(BEN)));
        listener.hears(Heard::Began);
        listener
    }

    /// Ben in the middle of the first of these messages.
    fn hearing(messages: Vec<VoiceMessage>) -> Listener {
        let mut listener = Listener::at_home();
        assert_eq!(
            listener.presses("1"),
            ["ask ListMessages { mailbox: MailboxId(7), which: New }"]
        );
        listener.hears(Heard::Told(Answer::Messages(messages)));
        listener.hears(Heard::Said);
        listener
    }

    fn hears(&mut self, heard: Heard) -> Vec<String> {
        self.turn(heard).iter().flat_map(shown).collect()
    }

    fn turn(&mut self, heard: Heard) -> Vec<Step> {
        let about = About {
            office: &self.office,
            mailboxes: &self.mailboxes,
            pin_lock: &self.pin_lock,
            rooms: &self.rooms,
            call: CallId(5),
            caller: &self.caller,
            lang: Lang::En,
            unix_ms: 1_767_603_300_000,
            now: self.now,
        };
        self.service.on(&about, heard)
    }

    /// What the last of these keys does.
    fn presses(&mut self, keys: &str) -> Vec<String> {
        let keys = keys.chars().filter_map(Digit::of_key);
        keys.map(|key| self.hears(Heard::Key(key)))
            .last()
            .unwrap_or_default()
    }

    fn after(&mut self, seconds: u64) -> &mut Listener {
        self.now += Duration::from_secs(seconds);
        self
    }
}

/// A step in short: of words, their phrases and other sounds.
fn shown(step: &Step) -> Vec<String> {
    match step {
        Step::Say(sounds) => sounds
            .iter()
            .filter_map(|sound| match sound {
                Sound::File(file) => Some(named(file)),
                Sound::Tone(_) => Some("a tone".to_owned()),
                Sound::Pause(_) => None,
            })
            .collect(),
        Step::SayFrom(sounds, from) => vec![format!(
            "{} from {} s",
            sounds.iter().map(sound_name).collect::<String>(),
            from.as_secs()
        )],
        Step::Wait(lasts) => vec![format!("wait {} s", lasts.as_secs())],
        Step::Ask(question) => vec![format!("ask {question:?}")],
        Step::HangUp => vec!["hang up".to_owned()],
        other => vec![format!("{other:?}")],
    }
}

fn sound_name(sound: &Sound) -> String {
    match sound {
        Sound::File(file) => named(file),
        other => format!("{other:?}"),
    }
}

fn named(file: &SoundFile) -> String {
    let phrase = file.as_str().trim_start_matches("prompts/en/");
    phrase.to_owned()
}

fn office() -> Office {
    let mut settings = OfficeSettings::founded(Realm::generate(7), Language::default());
    settings.name = "Office".to_owned();
    let number = |text: &str| ExtensionNumber::parse(text).unwrap();
    let owner = MailboxOwner::Person { person: BEN };
    let mut mailbox = Mailbox::new(BENS, owner);
    mailbox.pin = Some(PinHash::new(Secret::new("a hash".to_owned())));
    Office::build(OfficeParts {
        persons: vec![Person {
            number: Some(number("102")),
            ..Person::named(BEN, "Ben")
        }],
        extensions: vec![office::Extension::to(number("102"), RouteTarget::User(BEN))],
        mailboxes: vec![mailbox],
        ..OfficeParts::empty(settings)
    })
    .unwrap()
}

fn message(id: i64, seconds: u32, from: &str) -> VoiceMessage {
    VoiceMessage {
        id: MessageId(id),
        mailbox: BENS,
        call: CallId(1),
        sound: SoundName::parse(&format!("messages/7/{id}-1")).unwrap(),
        from_number: from.to_owned(),
        from_name: String::new(),
        from_person: None,
        received_ms: 1_767_603_000_000,
        lasts_ms: seconds * 1_000,
        state: MessageState::New,
        heard_ms: None,
        assigned_to: None,
        note: String::new(),
        deleted_ms: None,
    }
}

fn noted(id: i64) -> String {
    let message = MessageId(id);
    let deed = MessageDeed::Hear;
    format!("ask {:?}", Question::ChangeMessage { message, deed })
}

#[test]
fn keys_go_back_and_forth_in_a_message_by_five_seconds() {
    let mut ben = Listener::hearing(vec![message(1, 20, "101")]);
    let at = |seconds: u64| format!("messages/7/1-1 from {seconds} s");
    assert_eq!(ben.after(2).presses("9"), [at(7)]);
    assert_eq!(ben.after(2).presses("7"), [at(4)]);
    assert_eq!(ben.presses("7"), [at(0)], "not before its beginning");
    assert_eq!(ben.presses("9"), [at(5)]);
    assert_eq!(ben.presses("9"), [at(10)]);
    assert_eq!(ben.after(1).presses("1"), [at(0)]);
    ben.presses("99");
    assert_eq!(ben.presses("9"), [at(15)]);
    let end = ben.presses("9");
    assert_eq!(end[0], noted(1), "its end was reached");
    assert_eq!(end[1], "vm-to-hear-again");
    assert_eq!(ben.presses("7"), [at(15)], "back from the end");
}

#[test]
fn a_message_counts_as_heard_once_three_seconds_of_it_were() {
    for (seconds, counts) in [(3, false), (4, true)] {
        for key in ["#", "*"] {
            let mut ben = Listener::hearing(vec![message(1, 20, "101")]);
            let steps = ben.after(seconds).presses(key);
            let has = steps.contains(&noted(1));
            assert_eq!(has, counts, "{seconds} s, then {key}: {steps:?}");
        }
        let mut ben = Listener::hearing(vec![message(1, 20, "101")]);
        let steps = ben.after(seconds).hears(Heard::Gone);
        assert_eq!(steps == [noted(1)], counts, "{seconds} s, then hung up");
    }
    let mut ben = Listener::hearing(vec![message(1, 20, "101")]);
    ben.after(20).hears(Heard::Said);
    assert!(!ben.presses("1").contains(&noted(1)), "noted once");
}

#[test]
fn the_menu_after_the_last_message_says_how_many_are_left() {
    let mut ben = Listener::hearing(vec![message(1, 5, "101")]);
    let id = MessageId(1);
    let deed = MessageDeed::Delete;
    let delete = Question::ChangeMessage { message: id, deed };
    assert_eq!(
        ben.presses("3"),
        [format!("ask {delete:?}"), "wait 8 s".to_owned()]
    );
    let counts = crate::MailboxCounts {
        mailbox: BENS,
        new: 0,
        saved: 0,
        lasts_ms: 0,
    };
    let said = ben.hears(Heard::Told(Answer::MessageChanged {
        message: id,
        deed,
        counts,
    }));
    let begins = ["vm-deleted", "vm-end-of-messages", "vm-you-have"];
    assert_eq!(said[..3], begins);
}

#[test]
fn each_message_says_who_left_it() {
    let messages = vec![message(1, 5, "101"), message(2, 65, "")];
    let mut ben = Listener::at_home();
    ben.presses("1");
    let first = ben.hears(Heard::Told(Answer::Messages(messages)));
    let begins = ["vm-message-number", "1", "vm-from", "1", "0", "1"];
    let same = first
        .iter()
        .zip(begins)
        .all(|(said, word)| said.ends_with(word));
    assert!(same, "{first:?}");
    let second = ben.presses("#");
    assert!(second.contains(&"vm-from-unknown".to_owned()), "{second:?}");
    assert_eq!(ben.presses("5")[0], "vm-cannot-call-back");
}

#[test]
fn what_nobody_may_call_is_not_called_back() {
    let mut ben = Listener::hearing(vec![message(1, 5, "101")]);
    assert_eq!(ben.presses("5")[0], "vm-calling-back");
    assert_eq!(ben.hears(Heard::Said), [r#"CallBack("101")"#]);
    assert_eq!(ben.hears(Heard::NotCalled)[0], "vm-cannot-call-back");
}

#[test]
fn digits_end_with_hash_or_after_a_moment() {
    let mut stranger = Listener::new(|_| ReadMailbox::of_anybody());
    assert_eq!(stranger.hears(Heard::Began), ["vm-enter-box"]);
    assert_eq!(stranger.hears(Heard::Said), ["wait 8 s"]);
    assert_eq!(stranger.presses("102"), ["wait 8 s"]);
    assert_eq!(stranger.hears(Heard::TimeUp), ["vm-enter-pin"]);
    assert_eq!(stranger.presses("58027"), ["wait 8 s"]);
    assert_eq!(stranger.presses("3"), ["wait 2 s"], "six are enough");
    let asked = "ask CheckPin { whose: Mailbox(MailboxId(7)), digits: … }";
    assert_eq!(stranger.hears(Heard::TimeUp), [asked]);
    assert!(
        stranger.presses("#").is_empty(),
        "a hash key too late does nothing"
    );
    let steps = stranger.hears(Heard::Told(Answer::Pin(PinIs::Right)));
    assert_eq!(steps[..2], ["Opened(MailboxId(7))", "vm-you-have"]);
    assert!(!format!("{:?}", stranger.service).contains("58027"));
}

#[test]
fn a_pin_is_not_even_checked_while_the_mailbox_is_locked() {
    let mut stranger = Listener::new(|_| ReadMailbox::of_caller(BENS));
    assert_eq!(stranger.hears(Heard::Began), ["vm-enter-pin"]);
    for id in 0..PIN_TRIES as u64 {
        let now = stranger.now;
        let whose = PinOf::Mailbox(BENS);
        stranger.pin_lock.count(QuestionId(id), whose, now); // somebody else's
    }
    assert_eq!(stranger.presses("580273#"), ["vm-pin-locked", "goodbye"]);
    assert_eq!(stranger.hears(Heard::Said), ["hang up"]);
}

#[test]
fn the_menu_takes_no_key_it_has_not_offered() {
    for key in ["5", "6", "7", "8", "9"] {
        let said = Listener::at_home().presses(key);
        assert_eq!(said[0], "invalid-choice", "{key}");
        assert_eq!(said[1], "vm-you-have", "{key}");
    }
    assert_eq!(Listener::at_home().presses("#"), ["goodbye"]);
}

#[test]
fn what_could_not_be_looked_up_leads_back_to_the_menu() {
    let mut ben = Listener::at_home();
    ben.presses("1");
    let failed = Heard::Told(Answer::Failed("the disk is full".to_owned()));
    assert_eq!(ben.hears(failed)[..2], ["out-of-order", "vm-you-have"]);
}

#[test]
fn whatever_comes_only_one_thing_is_said_at_a_time() {
    let answers = [
        Heard::Said,
        Heard::TimeUp,
        Heard::Told(Answer::Done),
        Heard::Told(Answer::Messages(vec![message(1, 5, "101")])),
        Heard::Told(Answer::Pin(PinIs::Wrong)),
        Heard::Told(Answer::Failed(String::new())),
        Heard::NotCalled,
        Heard::Recorded {
            lasts: Duration::from_secs(2),
            why: media::RecordingEnd::Silence,
        },
    ];
    let keys = "0123456789*#".chars().filter_map(Digit::of_key);
    let all: Vec<Heard> = keys.map(Heard::Key).chain(answers).collect();
    let speaks = |step: &Step| {
        matches!(
            step,
            Step::Say(_) | Step::SayFrom(..) | Step::Record { .. } | Step::HangUp
        )
    };
    let mut chance = 1_u64;
    for _ in 0..500 {
        let mut ben = Listener::at_home();
        for _ in 0..60 {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005);
            chance = chance.wrapping_add(1_442_695_040_888_963_407);
            let heard = all[(chance >> 33) as usize % all.len()].clone();
            let steps = ben.after(1).turn(heard);
            let spoken = steps.iter().filter(|step| speaks(step)).count();
            assert!(spoken <= 1, "{steps:?}");
            if steps.contains(&Step::HangUp) {
                break;
            }
        }
    }
}
