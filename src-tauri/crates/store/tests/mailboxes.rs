//! Mailboxes and conference rooms are kept whole, with their numbers and PINs.
#![allow(missing_docs)]

mod common;

use common::{hire, number, open};
use office::{
    ConferenceRoom, ConferenceRoomId, Dialled, EmailAddress, Extension, GreetingKind, JoinSound,
    Language, Mailbox, MailboxEmail, MailboxId, MailboxOwner, MessageLength, OfficeProblem, Pin,
    Record, RouteTarget, SoundName,
};
use std::fs;
use store::{RoomPin, StoreError, pins};

fn sales() -> Mailbox {
    let name = "Sales".to_owned();
    Mailbox {
        number: Some(number("700")),
        ..Mailbox::new(MailboxId(0), MailboxOwner::Group { name })
    }
}

fn room() -> ConferenceRoom {
    ConferenceRoom {
        id: ConferenceRoomId(0),
        number: number("600"),
        name: "Monday meeting".to_owned(),
        pin: None,
        host_pin: None,
        wait_for_host: false,
        mute_on_entry: false,
        announce: JoinSound::Tone,
        max_members: 20,
    }
}

#[test]
fn whoever_joins_has_a_mailbox_and_it_leaves_and_returns_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, _, office) = hire(&mut store, "Anna", "201");
    let mailbox = office.mailbox_of(anna).expect("Anna has a mailbox");
    assert!(mailbox.enabled && mailbox.pin.is_none());
    let id = mailbox.id;
    let mut edited = store.mailboxes().unwrap().remove(0);
    edited.value.number = Some(number("801"));
    store
        .change(|c| c.edit_mailbox(&edited.value, edited.revision))
        .unwrap();
    assert!(matches!(
        store.change(|c| c.remove_mailbox(id, 2)),
        Err(StoreError::MailboxOfPerson)
    ));
    let ((), without) = store.change(|c| c.remove_person(anna, 1)).unwrap();
    assert_eq!(without.mailboxes().len(), 0);
    assert_eq!(without.resolve("801"), Dialled::Unknown);
    let ((), again) = store.change(|c| c.restore_person(anna)).unwrap();
    assert_eq!(again.mailbox_of(anna).map(|mailbox| mailbox.id), Some(id));
    assert_eq!(again.resolve("801"), Dialled::Mailbox(id));
    assert_eq!(again.numbers_of(anna), [number("201")]);
}

#[test]
fn every_field_of_a_mailbox_comes_back_as_it_was_saved() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let (boris, ..) = hire(&mut store, "Boris", "202");
    let (id, office) = store.change(|c| c.add_mailbox(&sales())).unwrap();
    assert_eq!(office.resolve("700"), Dialled::Mailbox(id));

    let mut wanted = office.mailbox(id).unwrap().clone();
    wanted.owner = MailboxOwner::Group {
        name: "Sales and service".to_owned(),
    };
    wanted.members = vec![anna, boris];
    wanted.number = Some(number("701"));
    wanted.language = Some(Language::parse("de").unwrap());
    wanted.enabled = false;
    wanted.max_message = MessageLength::from_seconds(60).unwrap();
    wanted.quota.messages = 7;
    wanted.quota.seconds = 600;
    wanted.keep_days = Some(30);
    wanted.email = Some(MailboxEmail {
        addresses: ["b@example.com", "a@example.com"]
            .map(|text| EmailAddress::parse(text).unwrap())
            .to_vec(),
        attach: true,
        delete_after_sending: true,
    });
    store.change(|c| c.edit_mailbox(&wanted, 1)).unwrap();
    let pin = pins::hash(&Pin::choose("839427", &[]).unwrap()).unwrap();
    let sound = SoundName::parse("greetings/4f2a").unwrap();
    store
        .change(|c| {
            c.set_greeting(id, GreetingKind::Standard, Some(&sound), None)?;
            c.set_greeting(id, GreetingKind::Away, Some(&sound), Some(9_000))?;
            c.set_mailbox_pin(id, Some(&pin))
        })
        .unwrap();
    wanted.pin = Some(pin);
    wanted.greetings.standard = Some(sound.clone());
    wanted.greetings.away = Some(office::AwayGreeting {
        sound,
        until_unix_ms: Some(9_000),
    });
    drop(store);

    let mut store = open(dir.path());
    let office = store.load_office().unwrap();
    let kept = office.mailbox(id).unwrap();
    assert_eq!(kept, &wanted);
    assert!(pins::verify(kept.pin.as_ref().unwrap(), "839427"));
    assert_eq!(
        office.resolve("700"),
        Dialled::Unknown,
        "the old number is free"
    );
    assert_eq!(office.resolve("701"), Dialled::Mailbox(id));
    let late = store.change(|c| c.edit_mailbox(&wanted, 1));
    assert!(matches!(
        late,
        Err(StoreError::ChangedMeanwhile(Record::Mailbox(changed))) if changed == id
    ));
    let actions: Vec<String> = store
        .audit(4, None)
        .unwrap()
        .into_iter()
        .map(|line| line.action)
        .collect();
    assert_eq!(
        actions,
        [
            "mailbox.pinChanged",
            "mailbox.greeting",
            "mailbox.greeting",
            "mailbox.edited"
        ]
    );
}

#[test]
fn a_pin_lies_nowhere_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let hash = pins::hash(&Pin::choose("839427", &[]).unwrap()).unwrap();
    store
        .change(|c| {
            let id = c.add_mailbox(&sales())?;
            c.set_mailbox_pin(id, Some(&hash))?;
            c.add_room(&ConferenceRoom {
                host_pin: Some(hash.clone()),
                ..room()
            })
        })
        .unwrap();
    let audit = format!("{:?}", store.audit(100, None).unwrap());
    drop(store);
    let canaries = ["839427", hash.secret().expose()];
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap_or_default();
        for canary in canaries {
            let found = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "in {}", path.display());
        }
    }
    assert!(canaries.iter().all(|canary| !audit.contains(canary)));
}

#[test]
fn a_room_moves_with_its_number_and_comes_back_after_its_removal() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    hire(&mut store, "Anna", "201");
    let (id, _) = store.change(|c| c.add_room(&room())).unwrap();
    let taken = store.change(|c| {
        c.add_room(&ConferenceRoom {
            number: number("201"),
            ..room()
        })
    });
    assert!(matches!(
        taken.map(drop),
        Err(StoreError::Problems(problems))
            if matches!(problems[..], [OfficeProblem::DuplicateExtension { .. }])
    ));
    let mut edited = store.rooms().unwrap().remove(0);
    edited.value.number = number("601");
    edited.value.wait_for_host = true;
    edited.value.announce = JoinSound::Nothing;
    edited.value.max_members = 50;
    let hash = pins::hash(&Pin::choose("839427", &[]).unwrap()).unwrap();
    let without_host = store.change(|c| c.edit_room(&edited.value, 1)).map(drop);
    let told = without_host.unwrap_err().to_string();
    assert!(told.contains("set a host PIN"), "{told}");
    let ((), office) = store
        .change(|c| {
            c.set_room_pin(id, RoomPin::Host, Some(&hash))?;
            c.edit_room(&edited.value, 1)?;
            c.add_extension(&Extension::to(number("602"), RouteTarget::Conference(id)))
        })
        .unwrap();
    let kept = office.room(id).unwrap();
    assert_eq!((kept.max_members, kept.announce), (50, JoinSound::Nothing));
    assert_eq!(kept.host_pin, Some(hash));
    assert_eq!(office.resolve("600"), Dialled::Unknown);

    let ((), office) = store.change(|c| c.remove_room(id, 2)).unwrap();
    assert_eq!(office.rooms().len(), 0);
    assert_eq!(office.resolve("601"), Dialled::Unknown);
    let ((), office) = store.change(|c| c.restore_room(id)).unwrap();
    assert_eq!(office.resolve("601"), Dialled::Room(id));
    assert_eq!(office.resolve("602"), Dialled::Room(id));
    assert!(office.room(id).unwrap().host_pin.is_some());
}

#[test]
fn a_group_loses_its_mailbox_and_gets_it_back_unless_the_number_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (id, _) = store.change(|c| c.add_mailbox(&sales())).unwrap();
    store.change(|c| c.remove_mailbox(id, 1)).unwrap();
    hire(&mut store, "Anna", "700");
    let told = store.change(|c| c.restore_mailbox(id)).map(drop);
    let told = told.unwrap_err().to_string();
    assert!(told.contains("700 leads to Anna"), "{told}");
}
