//! The office moves to another computer in one file, and back in time, without surprises.
#![allow(missing_docs)]

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{binding, hire, open};
use office::{CallId, Dialled, GreetingKind, MailboxId, PersonId, SoundName};
use store::{
    Actor, BackupChangeKind, BackupDiff, BackupSubject, BindingWrite, CallRecord, CallSummary,
    CopiedSounds, MessageFolder, NewMessage, NewRecording, OfficeCopy, Party, RecordingReason,
    Role, Sound, SoundKind, SoundOrigin, SoundUse, StoreError, UserEdit, hash_password,
    verify_password,
};

const PASSPHRASE: &str = "a long way home";

fn noon() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn owner() -> Actor {
    Actor::default()
}

fn maria() -> UserEdit {
    UserEdit {
        login: "maria".to_owned(),
        role: Role::Owner,
        person: None,
    }
}

fn told(diff: &BackupDiff) -> Vec<String> {
    diff.changes
        .iter()
        .map(|change| {
            let fields: Vec<String> = change
                .fields
                .iter()
                .map(|field| format!("{} {:?} -> {:?}", field.field, field.now, field.then))
                .collect();
            format!(
                "{:?} {:?} {}: {}",
                change.change,
                change.subject,
                change.name,
                fields.join(", ")
            )
        })
        .collect()
}

#[test]
fn an_office_moves_to_another_computer_with_all_its_secrets() {
    let here = tempfile::tempdir().unwrap();
    let mut store = open(here.path());
    let (anna, login, before) = hire(&mut store, "Anna", "201");
    let hash = hash_password("correct horse").unwrap();
    store.change(|c| c.add_user(&maria(), Some(&hash))).unwrap();
    let files = [("authority.pem", &b"the authority"[..])];
    let file = store
        .copy(&files, CopiedSounds::default(), noon())
        .unwrap()
        .seal(PASSPHRASE)
        .unwrap();
    for canary in [
        "Anna",
        "maria",
        "the authority",
        before
            .devices()
            .next()
            .unwrap()
            .credentials
            .ha1_md5
            .expose(),
    ] {
        let found = file
            .windows(canary.len())
            .any(|window| window == canary.as_bytes());
        assert!(!found, "{canary} lies in the clear");
    }

    let there = tempfile::tempdir().unwrap();
    let mut store = open(there.path());
    let key = store.session_key().unwrap();
    let copy = OfficeCopy::open(&file, PASSPHRASE).unwrap();
    assert_eq!(copy.made_at(), noon().timestamp_millis());
    assert_eq!(
        copy.files(),
        [("authority.pem".to_owned(), b"the authority".to_vec())]
    );
    store.restore(&owner(), &copy, noon()).unwrap();
    drop(store);

    let mut store = open(there.path());
    let office = store.load_office().unwrap();
    assert_eq!(
        office.resolve("201"),
        Dialled::Person(before.person(anna).unwrap())
    );
    let device = office.device(login.device).unwrap();
    let kept = &before.device(login.device).unwrap().credentials;
    assert_eq!(device.credentials.ha1_md5.expose(), kept.ha1_md5.expose());
    assert_eq!(office.settings(), before.settings());
    let user = store
        .credentials_of("maria")
        .unwrap()
        .expect("Maria moved too");
    assert!(verify_password(Some(&user.password), "correct horse"));
    assert_eq!(
        store.session_key().unwrap().expose(),
        key.expose(),
        "the key stays"
    );
    assert_eq!(store.audit(1, None).unwrap()[0].action, "backup.restored");
    assert!(
        store.compare(&copy).unwrap().changes.is_empty(),
        "nothing differs any more"
    );
    let names: Vec<_> = std::fs::read_dir(there.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("incoming") || name.contains("outgoing"))
        .collect();
    assert!(names.is_empty(), "{names:?} were left behind");
}

#[test]
fn a_restore_is_told_in_advance_field_by_field() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, annas, _) = hire(&mut store, "Anna", "201");
    let (boris, ..) = hire(&mut store, "Boris", "202");
    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    assert!(store.compare(&copy).unwrap().changes.is_empty());

    let mut person = store.persons().unwrap().remove(0);
    person.value.team = "Sales".to_owned();
    let mut settings = store.settings().unwrap();
    settings.value.name = "Smith & Co".to_owned();
    settings.value.set_up = true;
    store
        .change(|c| {
            c.edit_person(&person.value, 1)?;
            c.renew_secret(annas.device, 1)?;
            c.remove_person(boris, 1)?;
            c.edit_settings(&settings.value, settings.revision)?;
            c.add_user(&maria(), None)
        })
        .unwrap();
    let diff = store.compare(&copy).unwrap();
    assert_eq!(diff.office, "My office");
    let told = told(&diff);
    assert_eq!(
        told[..4],
        [
            r#"Changed Settings Smith & Co: name "Smith & Co" -> "My office", setUp "true" -> "false""#,
            r#"Changed Person Anna: team "Sales" -> """#,
            r#"Added Person Boris: extension "" -> "202", name "" -> "Boris", wants "" -> "available""#,
            r#"Added Extension 202: leadsTo "" -> "Boris", number "" -> "202""#,
        ]
    );
    assert_eq!(
        told[4],
        r#"Changed Device Desk phone: secret "current" -> "earlier""#
    );
    assert!(
        told[5].starts_with("Added Device Desk phone: label"),
        "{told:#?}"
    );
    assert!(told[6].starts_with("Added Mailbox Boris: "), "{told:#?}");
    assert!(
        told[7].starts_with("Removed User maria: hasPassword"),
        "{told:#?}"
    );
    assert_eq!(told.len(), 8);
    assert_eq!(diff.changes[7].subject, BackupSubject::User);
    assert_eq!(diff.changes[7].change, BackupChangeKind::Removed);

    let office = store.restore(&owner(), &copy, noon()).unwrap();
    assert_eq!(office.person(anna).unwrap().team, "");
    assert_eq!(office.settings().name, "My office");
    assert!(office.person(boris).is_some());
    assert!(store.users().unwrap().is_empty());
}

#[test]
fn a_restore_keeps_calls_registrations_and_the_log_and_makes_a_backup() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, annas, _) = hire(&mut store, "Anna", "201");
    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    let (boris, boriss, _) = hire(&mut store, "Boris", "202");
    let put = |device| BindingWrite::Put(binding(device, "sip:a@192.0.2.7", i64::MAX));
    store
        .apply_bindings(&[put(annas.device), put(boriss.device)])
        .unwrap();
    store.append_calls(&[call()]).unwrap();
    let (user, _) = store.change(|c| c.add_user(&maria(), None)).unwrap();
    let theirs = store
        .begin_session(&owner(), Some(user), true, noon())
        .unwrap();
    let owners = store.begin_session(&owner(), None, false, noon()).unwrap();
    let log = store.audit(100, None).unwrap();

    let by = Actor {
        login: "maria".to_owned(),
        address: "192.0.2.9".to_owned(),
    };
    let office = store.restore(&by, &copy, noon()).unwrap();
    assert!(office.person(boris).is_none());
    let devices: Vec<_> = store
        .load_bindings(0)
        .unwrap()
        .iter()
        .map(|each| each.device)
        .collect();
    assert_eq!(devices, [annas.device]);
    assert!(store.last_seen().unwrap().contains_key(&annas.device));
    assert!(store.call(CallId(1)).unwrap().is_some());
    assert!(store.session(&theirs).unwrap().is_none());
    assert!(store.session(&owners).unwrap().is_some());
    let now = store.audit(100, None).unwrap();
    assert_eq!(now[1..], log);
    assert_eq!(
        (now[0].action.as_str(), &now[0].by),
        ("backup.restored", &by)
    );
    let backup = store.backups().remove(0);
    assert!(backup.before_restore && backup.path.exists());

    // A window that was open before cannot overwrite what it has not seen.
    let stale = store.change(|c| c.remove_person(anna, 1));
    assert!(
        matches!(stale, Err(StoreError::ChangedMeanwhile(_))),
        "{stale:?}"
    );
    let (clara, ..) = hire(&mut store, "Clara", "203");
    assert!(clara > boris, "an identity is never given out twice");
}

#[test]
fn sounds_travel_with_the_office_and_messages_and_recordings_if_wanted() {
    let here = tempfile::tempdir().unwrap();
    let mut store = open(here.path());
    let (anna, _, office) = hire(&mut store, "Anna", "201");
    let mailbox = office.mailbox_of(anna).unwrap().id;
    let welcome = sound("greetings/1/9-1");
    store.change(|c| c.add_sound(&greeting(&welcome))).unwrap();
    let kind = GreetingKind::Standard;
    store
        .change(|c| c.set_greeting(mailbox, kind, Some(&welcome), None))
        .unwrap();
    for (call, name) in [(7, "messages/1/7-1"), (8, "messages/1/8-1")] {
        let id = store.begin_message(&message(mailbox, call, name)).unwrap();
        store.finish_message(id, 4_000, &[]).unwrap();
    }
    let recording = store.begin_recording(&recording(anna)).unwrap();
    store.finish_recording(recording, 9_000).unwrap();
    let kept: Vec<_> = store.copied_sounds().unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|(name, used)| (name.as_str(), *used))
        .collect();
    assert_eq!(
        kept,
        [
            ("greetings/1/9-1", SoundUse::Library),
            ("messages/1/7-1", SoundUse::Message),
            ("messages/1/8-1", SoundUse::Message),
            ("recordings/2026/11/7-1", SoundUse::Recording),
        ]
    );

    let all = CopiedSounds {
        messages: true,
        recordings: true,
    };
    let mut copy = store.copy(&[], all, noon()).unwrap();
    // The file of message 8 is lost: so is the message.
    for name in [
        "greetings/1/9-1",
        "messages/1/7-1",
        "recordings/2026/11/7-1",
    ] {
        copy.add_sound(sound(name), name.as_bytes().to_vec());
    }
    let file = copy.seal(PASSPHRASE).unwrap();
    let mut copy = OfficeCopy::open(&file, PASSPHRASE).unwrap();
    let same = store.compare(&copy).unwrap();
    assert_eq!(
        (told(&same), same.messages, same.recordings),
        (vec![], 0, 0)
    );

    // Another computer, on which all files are called otherwise.
    let there = tempfile::tempdir().unwrap();
    let mut store = open(there.path());
    copy.name_sounds(|name, _| sound(&format!("{name}-moved")));
    let files: Vec<_> = copy
        .sounds()
        .map(|(name, file)| (name.as_str(), file))
        .collect();
    assert_eq!(files[0], ("greetings/1/9-1-moved", &b"greetings/1/9-1"[..]));
    let diff = store.compare(&copy).unwrap();
    assert_eq!((diff.messages, diff.recordings), (1, 1));
    let told = told(&diff);
    assert!(
        told.iter()
            .any(|line| line.starts_with("Added Mailbox Anna: ")
                && line.contains(r#"greetings.standard "" -> "Welcome""#)),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|line| line.starts_with("Added Sound Welcome: ")),
        "{told:#?}"
    );
    // Twice: nothing comes back twice.
    for _ in 0..2 {
        let office = store.restore(&owner(), &copy, noon()).unwrap();
        let greetings = &office.mailbox(mailbox).unwrap().greetings;
        assert_eq!(greetings.standard, Some(sound("greetings/1/9-1-moved")));
        let messages = store
            .messages(mailbox, MessageFolder::Inbox, 10, None)
            .unwrap();
        assert_eq!(messages.len(), 1);
        let back = &messages[0];
        assert_eq!(
            (back.sound.as_str(), back.from_name.as_str(), back.lasts_ms),
            ("messages/1/7-1-moved", "Ben", 4_000)
        );
        // What is call 7 here is another call.
        let of_call = store.kept_of_calls(&[CallId(7)]).unwrap();
        assert_eq!(of_call, (vec![], vec![]));
        let recordings = store
            .recordings(store::RecordingFilter::default(), 10, None)
            .unwrap();
        assert_eq!(recordings.len(), 1);
        assert_eq!(recordings[0].persons, [anna]);
    }
    let again = store.compare(&copy).unwrap();
    assert_eq!(
        (again.changes, again.messages, again.recordings),
        (vec![], 0, 0)
    );
}

#[test]
fn messages_stay_at_home_unless_they_are_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, _, office) = hire(&mut store, "Anna", "201");
    let mailbox = office.mailbox_of(anna).unwrap().id;
    let id = store
        .begin_message(&message(mailbox, 7, "messages/1/7-1"))
        .unwrap();
    store.finish_message(id, 4_000, &[]).unwrap();
    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = open(elsewhere.path());
    other.restore(&owner(), &copy, noon()).unwrap();
    assert_eq!(other.copied_sounds().unwrap(), []);
    let inbox = other.messages(mailbox, MessageFolder::Inbox, 10, None);
    assert_eq!(inbox.unwrap(), []);
}

#[test]
fn further_files_have_plain_names() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for name in [
        "",
        ".hidden",
        "../up",
        "a/b",
        "A",
        "secret.key",
        "office.sqlite",
    ] {
        let refused = store.copy(&[(name, b"x")], CopiedSounds::default(), noon());
        assert!(refused.is_err(), "{name:?}");
    }
    let large = vec![0; store::limits::BACKUP_MAX_BYTES];
    let refused = store.copy(&[("large", &large)], CopiedSounds::default(), noon());
    assert!(
        matches!(refused, Err(StoreError::BackupTooLarge)),
        "{refused:?}"
    );
}

fn sound(name: &str) -> SoundName {
    SoundName::parse(name).unwrap()
}

fn greeting(name: &SoundName) -> Sound {
    Sound {
        name: name.clone(),
        kind: SoundKind::Greeting,
        title: "Welcome".to_owned(),
        lasts_ms: 3_000,
        sha256: "0".repeat(64),
        made_by: SoundOrigin::Phone,
        spoken: None,
        voice: None,
        made_ms: noon().timestamp_millis(),
    }
}

fn message(mailbox: MailboxId, call: u64, name: &str) -> NewMessage {
    NewMessage {
        mailbox,
        call: CallId(call),
        sound: sound(name),
        from_number: "102".to_owned(),
        from_name: "Ben".to_owned(),
        from_person: None,
        received_ms: noon().timestamp_millis(),
    }
}

fn recording(person: PersonId) -> NewRecording {
    NewRecording {
        call: CallId(7),
        sound: sound("recordings/2026/11/7-1"),
        parties: "Anna and Ben".to_owned(),
        persons: vec![person],
        started_ms: noon().timestamp_millis(),
        why: RecordingReason::OnDemand,
        announced: true,
    }
}

fn call() -> CallRecord {
    CallRecord {
        summary: CallSummary {
            id: CallId(1),
            started_at: noon().timestamp_millis(),
            answered_at: None,
            ended_at: noon().timestamp_millis(),
            from: Party::default(),
            to: Party::default(),
            outcome: "busy".to_owned(),
            reason: String::new(),
            hung_up_by: String::new(),
            media_path: String::new(),
            codec: String::new(),
            outside: None,
        },
        events: Vec::new(),
        trace: Vec::new(),
        trace_left_out: 0,
    }
}
