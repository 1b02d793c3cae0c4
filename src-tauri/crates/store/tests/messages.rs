//! Messages, recordings and sounds: what was finished stays, what nobody needs goes.
#![allow(missing_docs)]

mod common;

use chrono::{DateTime, TimeDelta};
use common::{hire, open};
use office::{
    CallId, GreetingKind, MailboxId, MessageCounts, MessageId, MessageState, OfficeProblem, Record,
    SoundName,
};
use store::{
    Actor, MessageChange, MessageFolder, MessagePosition, NewMessage, NewRecording,
    RecordingFilter, RecordingReason, Sound, SoundKind, SoundOrigin, SoundOutline, Store,
    StoreError,
};

const NOW: i64 = 1_795_273_200_000;
const DAY: i64 = 86_400_000;

fn sound(name: &str) -> SoundName {
    SoundName::parse(name).unwrap()
}

fn new_message(mailbox: MailboxId, file: &str, received_ms: i64) -> NewMessage {
    NewMessage {
        mailbox,
        call: CallId(7),
        sound: sound(file),
        from_number: "+4930123456".to_owned(),
        from_name: "Maria Huber".to_owned(),
        from_person: None,
        received_ms,
    }
}

fn leave(store: &mut Store, mailbox: MailboxId, file: &str, received_ms: i64) -> MessageId {
    let id = store
        .begin_message(&new_message(mailbox, file, received_ms))
        .unwrap();
    store.finish_message(id, 42_000, &[]).unwrap();
    id
}

fn annas_mailbox(store: &mut Store) -> MailboxId {
    let (anna, _, office) = hire(store, "Anna", "201");
    office.mailbox_of(anna).unwrap().id
}

fn inbox(store: &Store, mailbox: MailboxId) -> Vec<i64> {
    let page = store.messages(mailbox, MessageFolder::Inbox, 100, None);
    page.unwrap().iter().map(|message| message.id.0).collect()
}

#[test]
fn a_message_being_left_when_the_power_fails_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let whole = leave(&mut store, mailbox, "messages/1", NOW);
    let id = store
        .begin_message(&new_message(mailbox, "messages/2", NOW + 1))
        .unwrap();
    assert_eq!(inbox(&store, mailbox), [whole.0], "it is not there yet");
    drop(store);

    let mut store = open(dir.path());
    let found = store.unfinished_messages().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].sound.as_str()), (id, "messages/2"));
    assert_eq!(found[0].from_name, "Maria Huber");
    assert!(store.sounds_to_delete(NOW).unwrap().is_empty());
    store.finish_message(id, 3_000, &[]).unwrap();
    assert_eq!(inbox(&store, mailbox), [id.0, whole.0]);
    let twice = store.finish_message(id, 3_000, &[]);
    assert!(matches!(
        twice,
        Err(StoreError::NotFound(Record::Message(_)))
    ));
    let counts = store.message_counts().unwrap()[&mailbox];
    let expected = MessageCounts {
        new: 2,
        saved: 0,
        lasts_ms: 45_000,
    };
    assert_eq!(counts, expected);
}

#[test]
fn a_message_in_which_nothing_was_said_leaves_only_a_file_to_delete() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let id = store
        .begin_message(&new_message(mailbox, "messages/1", NOW))
        .unwrap();
    store.discard_message(id).unwrap();
    assert!(inbox(&store, mailbox).is_empty());
    let files = store.sounds_to_delete(NOW).unwrap();
    assert_eq!(files, [sound("messages/1")]);
    drop(store);
    let mut store = open(dir.path());
    assert_eq!(store.sounds_to_delete(NOW).unwrap(), files, "still known");
    store.sounds_deleted(&files, NOW).unwrap();
    assert!(store.sounds_to_delete(NOW).unwrap().is_empty());
}

#[test]
fn a_message_is_heard_taken_noted_moved_deleted_and_brought_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let (boris, _, office) = hire(&mut store, "Boris", "202");
    let other = office.mailbox_of(boris).unwrap().id;
    let id = leave(&mut store, mailbox, "messages/1", NOW);
    let mut change = |change| store.change_message(id, &change).unwrap();
    let heard = change(MessageChange::Heard { at_ms: NOW + 5 });
    assert_eq!(
        (heard.state, heard.heard_ms),
        (MessageState::Saved, Some(NOW + 5))
    );
    let again = change(MessageChange::Heard { at_ms: NOW + 9 });
    assert_eq!(again.heard_ms, Some(NOW + 5), "the first time counts");
    assert_eq!(
        change(MessageChange::Mark(MessageState::New)).state,
        MessageState::New
    );
    let taken = change(MessageChange::Assign(Some(boris)));
    assert_eq!(taken.assigned_to, Some(boris));
    assert_eq!(
        change(MessageChange::Note("rang at two".into())).note,
        "rang at two"
    );
    let deleted = change(MessageChange::Delete { at_ms: NOW + 10 });
    assert_eq!(deleted.deleted_ms, Some(NOW + 10));
    assert!(inbox(&store, mailbox).is_empty() && store.message_counts().unwrap().is_empty());
    let gone = store.messages(mailbox, MessageFolder::Deleted, 10, None);
    assert_eq!(gone.unwrap().len(), 1);
    store.change_message(id, &MessageChange::Restore).unwrap();
    assert_eq!(inbox(&store, mailbox), [id.0]);
    let moved = store
        .change_message(id, &MessageChange::Move(other))
        .unwrap();
    assert_eq!((moved.mailbox, moved.assigned_to), (other, None));
    assert!(inbox(&store, mailbox).is_empty());

    let bad = store.change_message(id, &MessageChange::Note("\u{202e}x".into()));
    assert!(matches!(
        bad,
        Err(StoreError::Problems(problems))
            if matches!(problems[..], [OfficeProblem::BadText { field: "note", .. }])
    ));
    let nowhere = store.change_message(id, &MessageChange::Move(MailboxId(99)));
    assert!(matches!(
        nowhere,
        Err(StoreError::NotFound(Record::Mailbox(_)))
    ));
}

#[test]
fn a_forwarded_message_has_its_file_until_both_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let (boris, _, office) = hire(&mut store, "Boris", "202");
    let other = office.mailbox_of(boris).unwrap().id;
    let id = leave(&mut store, mailbox, "messages/1", NOW);
    let copy = store
        .forward_message(id, other, "for you", |_| vec![])
        .unwrap();
    assert_eq!(
        (copy.sound.as_str(), copy.note.as_str()),
        ("messages/1", "for you")
    );
    assert_eq!(copy.state, MessageState::New);
    let delete = MessageChange::Delete { at_ms: NOW };
    store.change_message(id, &delete).unwrap();
    let swept = store.sweep(NOW + 8 * DAY).unwrap();
    assert!(swept.sounds.is_empty(), "Boris still has it");
    store.change_message(copy.id, &delete).unwrap();
    let swept = store.sweep(NOW + 8 * DAY).unwrap();
    assert_eq!(swept.sounds, [sound("messages/1")]);
}

#[test]
fn what_was_heard_goes_after_its_days_and_what_was_not_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let mut edited = store.mailboxes().unwrap().remove(0);
    edited.value.keep_days = Some(30);
    store.change(|c| c.edit_mailbox(&edited.value, 1)).unwrap();
    let old = leave(&mut store, mailbox, "messages/1", NOW);
    let unheard = leave(&mut store, mailbox, "messages/2", NOW);
    let heard = MessageChange::Heard { at_ms: NOW + DAY };
    store.change_message(old, &heard).unwrap();
    let due = NOW + 31 * DAY;
    assert!(store.sweep(due - 1).unwrap().mailboxes.is_empty());
    let swept = store.sweep(due).unwrap();
    assert_eq!(swept.mailboxes.into_iter().collect::<Vec<_>>(), [mailbox]);
    assert_eq!(inbox(&store, mailbox), [unheard.0]);
    assert!(swept.sounds.is_empty(), "it can be brought back for a week");
    assert!(store.sweep(due + 7 * DAY - 1).unwrap().sounds.is_empty());
    let swept = store.sweep(due + 7 * DAY).unwrap();
    assert_eq!(swept.sounds, [sound("messages/1")]);
    assert!(store.message(old).is_err());
}

#[test]
fn pages_follow_one_another_even_within_one_millisecond() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    for at in 0..7 {
        leave(&mut store, mailbox, &format!("messages/{at}"), NOW + at / 3);
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store
            .messages(mailbox, MessageFolder::Inbox, 2, after)
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(MessagePosition {
            received_ms: last.received_ms,
            id: last.id,
        });
        seen.extend(page.iter().map(|message| message.id.0));
    }
    assert_eq!(seen, inbox(&store, mailbox));
    assert_eq!(seen.len(), 7);
}

#[test]
fn recordings_are_found_by_who_took_part_and_go_after_their_days() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let (boris, ..) = hire(&mut store, "Boris", "202");
    let begin = |store: &mut Store, call: u64, persons: &[_]| {
        store
            .begin_recording(&NewRecording {
                call: CallId(call),
                sound: sound(&format!("recordings/{call}")),
                parties: "Anna and somebody".to_owned(),
                persons: persons.to_vec(),
                started_ms: NOW,
                why: RecordingReason::OnDemand,
                announced: true,
            })
            .unwrap()
    };
    let both = begin(&mut store, 1, &[anna, boris]);
    let hers = begin(&mut store, 2, &[anna]);
    let running = begin(&mut store, 3, &[anna]);
    let kept = store.finish_recording(both, 9_000).unwrap();
    assert_eq!((kept.persons, kept.lasts_ms), (vec![anna, boris], 9_000));
    store.finish_recording(hers, 8_000).unwrap();
    let found = |store: &Store, filter| -> Vec<_> {
        let page = store.recordings(filter, 10, None).unwrap();
        page.into_iter().map(|recording| recording.id).collect()
    };
    assert_eq!(found(&store, RecordingFilter::default()), [hers, both]);
    let of_boris = RecordingFilter {
        person: Some(boris),
        call: None,
    };
    assert_eq!(found(&store, of_boris), [both]);
    let of_call = RecordingFilter {
        person: None,
        call: Some(CallId(2)),
    };
    assert_eq!(found(&store, of_call), [hers]);
    let unfinished = store.unfinished_recordings().unwrap();
    assert_eq!(unfinished.len(), 1);
    assert_eq!(unfinished[0].id, running);

    let at = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(NOW);
    store.delete_recording(&Actor::default(), hers, at).unwrap();
    assert_eq!(store.audit(1, None).unwrap()[0].action, "recording.deleted");
    assert_eq!(
        store.sounds_to_delete(NOW).unwrap(),
        [sound("recordings/2")]
    );
    assert_eq!(store.sweep(NOW + 90 * DAY - 1).unwrap().sounds.len(), 1);
    assert_eq!(store.sweep(NOW + 90 * DAY).unwrap().sounds.len(), 2);
    assert!(found(&store, RecordingFilter::default()).is_empty());
    assert_eq!(store.unfinished_recordings().unwrap().len(), 1, "it runs");
}

#[test]
fn a_sound_in_use_stays_and_one_removed_can_be_brought_back_for_a_week() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let welcome = Sound {
        name: sound("greetings/4f2a"),
        kind: SoundKind::Greeting,
        title: "Welcome".to_owned(),
        lasts_ms: 4_000,
        sha256: "4f2a".to_owned(),
        made_by: SoundOrigin::Text,
        spoken: Some("Welcome to Smith & Co".to_owned()),
        voice: Some("en-GB".to_owned()),
        made_ms: NOW,
    };
    let name = &welcome.name;
    store
        .change(|c| {
            c.add_sound(&welcome)?;
            c.set_greeting(mailbox, GreetingKind::Busy, Some(name), None)
        })
        .unwrap();
    assert_eq!(store.sounds().unwrap(), std::slice::from_ref(&welcome));
    let told = store.change(|c| c.remove_sound(name)).map(drop);
    let told = told.unwrap_err().to_string();
    assert!(told.starts_with("Anna uses this sound"), "{told}");
    store
        .change(|c| {
            c.set_greeting(mailbox, GreetingKind::Busy, None, None)?;
            c.rename_sound(name, "Hello")?;
            c.remove_sound(name)
        })
        .unwrap();
    assert!(store.sounds().unwrap().is_empty());
    assert!(store.sounds_to_delete(NOW).unwrap().is_empty());
    store.change(|c| c.restore_sound(name)).unwrap();
    assert_eq!(store.sounds().unwrap()[0].title, "Hello");
    store.change(|c| c.remove_sound(name)).unwrap();
    let in_a_week = chrono::Utc::now().timestamp_millis() + 8 * DAY;
    let gone = store.sounds_to_delete(in_a_week).unwrap();
    assert_eq!(gone, std::slice::from_ref(name));
}

#[test]
fn how_a_file_looks_is_known_until_it_is_another_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    leave(&mut store, mailbox, "messages/1", NOW);
    let (message, unseen) = (sound("messages/1"), sound("messages/2"));
    let outline = SoundOutline {
        bytes: 12_345,
        peaks: vec![0, 100, 7],
    };
    store.keep_sound_outline(&message, &outline).unwrap();
    store.keep_sound_outline(&unseen, &outline).unwrap();
    let known = store.sound_outlines(&[message.clone(), unseen]).unwrap();
    assert_eq!(known, [(message, outline.clone())].into());

    let music = Sound {
        name: sound("own-music/4f2a"),
        kind: SoundKind::Music,
        title: "Waltz".to_owned(),
        lasts_ms: 60_000,
        sha256: "4f2a".to_owned(),
        made_by: SoundOrigin::Upload,
        spoken: None,
        voice: None,
        made_ms: NOW,
    };
    let name = &music.name;
    store.change(|c| c.add_sound(&music)).unwrap();
    store.keep_sound_outline(name, &outline).unwrap();
    store
        .change(|c| c.replace_sound_file(name, 30_000, "77aa"))
        .unwrap();
    let cut = &store.sounds().unwrap()[0];
    assert_eq!((cut.lasts_ms, cut.sha256.as_str()), (30_000, "77aa"));
    assert!(
        store
            .sound_outlines(std::slice::from_ref(name))
            .unwrap()
            .is_empty()
    );
    let none = store.change(|c| c.replace_sound_file(&sound("own-music/none"), 1, ""));
    assert!(matches!(none, Err(StoreError::NotFound(_))));
}

#[test]
fn going_back_in_time_keeps_the_messages_of_the_same_mailboxes_only() {
    let dir = tempfile::tempdir().unwrap();
    let at = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let mut store = open(dir.path());
    let mailbox = annas_mailbox(&mut store);
    let id = leave(&mut store, mailbox, "messages/1", NOW);
    let copy = store.copy(&[], store::CopiedSounds::default(), at).unwrap();
    let (boris, _, office) = hire(&mut store, "Boris", "202");
    let boriss = office.mailbox_of(boris).unwrap().id;
    leave(&mut store, boriss, "messages/2", NOW);
    let restored = store.restore(&Actor::default(), &copy, at).unwrap();
    assert_eq!(inbox(&store, mailbox), [id.0]);
    assert!(restored.mailbox(boriss).is_none());
    assert_eq!(store.sounds_to_delete(NOW).unwrap(), [sound("messages/2")]);

    // Another office has a mailbox of the same identity: its owner must not hear Anna's messages.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = open(elsewhere.path());
    assert_eq!(annas_mailbox(&mut other), mailbox);
    let foreign = other.copy(&[], store::CopiedSounds::default(), at).unwrap();
    store.restore(&Actor::default(), &foreign, at).unwrap();
    assert!(inbox(&store, mailbox).is_empty());
    other.restore(&Actor::default(), &copy, at).unwrap();
    assert!(inbox(&other, mailbox).is_empty(), "messages do not travel");
}
