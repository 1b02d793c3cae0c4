//! What is configured is kept whole, or refused with the reason.
#![allow(missing_docs)]

mod common;

use common::{binding, desk_phone, hire, number, open};
use office::{
    Country, Device, DeviceId, Dialled, DigestCredentials, Domain, Extension, LanAccess,
    MediaPolicy, MusicOnHold, OfficeProblem, Parking, PersonId, Record, Recording, RecordingRule,
    RingFor, RouteTarget, SipUser, SoundName, TimeZone, Wants, WantsState,
};
use store::{BindingWrite, DeviceEdit, NewDevice, NewPerson, StoreError};

#[test]
fn a_person_with_number_and_phone_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, office) = hire(&mut store, "Anna Smith", "201");
    assert_eq!(
        office.resolve("201"),
        Dialled::Person(office.person(anna).unwrap())
    );
    assert!(
        login.sip_user.as_str().starts_with("anna-desk-"),
        "{}",
        login.sip_user
    );

    drop(store);
    let office = open(dir.path()).load_office().unwrap();
    assert_eq!(office.person(anna).unwrap().name, "Anna Smith");
    let device = office.device_by_user(login.sip_user.as_str()).unwrap();
    assert_eq!((device.id, device.person), (login.device, anna));
    assert_opens_with(device, &login.secret);
}

/// The kept hashes are those of the secret that was shown.
fn assert_opens_with(device: &Device, secret: &office::Secret) {
    let kept = &device.credentials;
    let shown = DigestCredentials::of_password(&device.sip_user, &kept.realm, secret);
    assert_eq!(kept.ha1_md5.expose(), shown.ha1_md5.expose());
    assert_eq!(kept.ha1_sha256.expose(), shown.ha1_sha256.expose());
    assert_eq!(kept.ha1_sha512_256.expose(), shown.ha1_sha512_256.expose());
}

#[test]
fn every_field_comes_back_as_it_was_saved() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, _) = hire(&mut store, "Anna", "201");

    let mut person = store.persons().unwrap().remove(0);
    person.value.name = "Änne \u{1F469}\u{200D}\u{1F4BC}".to_owned();
    person.value.presentation_name = Some("Sales".to_owned());
    person.value.simultaneous_calls = Some(9);
    person.value.ring_for = Some(RingFor::from_seconds(45).unwrap());
    person.value.team = "Sales".to_owned();
    person.value.wants = Wants {
        state: WantsState::DoNotDisturb,
        note: "back at two".to_owned(),
        until_unix_ms: Some(1_793_541_600_000),
    };
    person.value.recording = Some(RecordingRule::OnDemand);
    person.value.music = Some(MusicOnHold::Standard);
    let edit = DeviceEdit {
        id: login.device,
        person: anna,
        label: "Door".to_owned(),
        max_contacts: 5,
        media: MediaPolicy::AlwaysRelay,
    };
    let mut settings = store.settings().unwrap();
    settings.value.name = "Smith & Co".to_owned();
    settings.value.domains = ["pbx.example.com", "10.0.0.1"]
        .map(|d| Domain::parse(d).unwrap())
        .to_vec();
    settings.value.country = Some(Country::parse("AT").unwrap());
    settings.value.time_zone = TimeZone::parse("Europe/Vienna").unwrap();
    settings.value.register_expiry.max = 3_600;
    settings.value.admission.office_calls = 50;
    settings.value.set_up = true;
    settings.value.lan = LanAccess {
        enabled: false,
        port: 8_443,
    };
    settings.value.recording = Recording {
        rule: RecordingRule::Always,
        announce: false,
        keep_days: None,
    };
    settings.value.parking = Parking {
        on: true,
        first: 880,
        slots: 5,
        back_seconds: 90,
    };
    let pieces = ["music/waltz", "music/tango"];
    settings.value.music =
        MusicOnHold::Own(pieces.map(|name| SoundName::parse(name).unwrap()).to_vec());
    store
        .change(|change| {
            change.edit_person(&person.value, person.revision)?;
            change.edit_device(&edit, 1)?;
            change.edit_settings(&settings.value, settings.revision)
        })
        .unwrap();

    drop(store);
    let store = open(dir.path());
    let office = store.load_office().unwrap();
    assert_eq!(office.person(anna), Some(&person.value));
    assert_eq!(office.settings(), &settings.value);
    let device = office.device(login.device).unwrap();
    assert_eq!(
        (device.label.as_str(), device.max_contacts, device.media),
        ("Door", 5, MediaPolicy::AlwaysRelay)
    );
    assert_eq!(store.persons().unwrap()[0].revision, 2);
    assert_eq!(store.devices().unwrap()[0].revision, 2);
    assert_eq!(store.settings().unwrap().revision, 2);
}

#[test]
fn who_wants_no_calls_is_in_nobodys_way_who_edits_the_person() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let away = Wants {
        state: WantsState::Away,
        ..Wants::default()
    };
    let ((), office) = store.change(|c| c.set_wants(anna, &away)).unwrap();
    assert_eq!(office.person(anna).unwrap().wants, away);
    assert_eq!(store.persons().unwrap()[0].revision, 1);
    let gone = store.change(|c| c.set_wants(PersonId(99), &away));
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
}

#[test]
fn of_two_people_editing_one_record_the_second_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, _) = hire(&mut store, "Anna", "201");
    let person = store.persons().unwrap().remove(0);
    let settings = store.settings().unwrap();
    let extension = store.extensions().unwrap().remove(0);
    let first = store.change(|change| {
        change.edit_person(&person.value, person.revision)?;
        change.renew_secret(login.device, 1)?;
        change.edit_settings(&settings.value, settings.revision)?;
        change.edit_extension(&extension.value, extension.revision)
    });
    assert!(first.is_ok());

    let told = |result: Result<((), office::Office), StoreError>, record: Record| match result {
        Err(StoreError::ChangedMeanwhile(changed)) => assert_eq!(changed, record),
        other => panic!("{record:?}: {other:?}"),
    };
    told(
        store.change(|c| c.edit_person(&person.value, 1)),
        Record::Person(anna),
    );
    told(
        store.change(|c| c.remove_person(anna, 1)),
        Record::Person(anna),
    );
    told(
        store.change(|c| c.renew_secret(login.device, 1).map(drop)),
        Record::Device(login.device),
    );
    told(
        store.change(|c| c.remove_device(login.device, 1)),
        Record::Device(login.device),
    );
    told(
        store.change(|c| c.edit_settings(&settings.value, 1)),
        Record::Settings,
    );
    told(
        store.change(|c| c.edit_extension(&extension.value, 1)),
        Record::Extension(number("201")),
    );
    told(
        store.change(|c| c.remove_extension(&number("201"), 1)),
        Record::Extension(number("201")),
    );

    let gone = store.change(|c| c.remove_person(PersonId(99), 1));
    assert!(
        matches!(
            gone,
            Err(StoreError::NotFound(Record::Person(PersonId(99))))
        ),
        "{gone:?}"
    );
}

#[test]
fn a_change_that_would_leave_a_broken_office_leaves_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    hire(&mut store, "Anna", "201");
    let before = store.persons().unwrap();

    let refused = store.change(|change| {
        change.add_person(&NewPerson {
            name: "Boris".to_owned(),
            ..NewPerson::default()
        })?;
        change.remove_extension(&number("201"), 1)
    });
    match refused {
        Err(StoreError::Problems(problems)) => assert_eq!(
            problems,
            [OfficeProblem::OwnNumberMissing {
                person: before[0].value.id,
                name: "Anna".to_owned(),
                number: number("201")
            }]
        ),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.persons().unwrap(), before);
    assert_eq!(store.extensions().unwrap().len(), 1);

    let anna = before[0].value.id;
    let twice =
        store.change(|c| c.add_extension(&Extension::to(number("201"), RouteTarget::User(anna))));
    assert!(matches!(twice, Err(StoreError::Problems(_))), "{twice:?}");
    let nobody = store.change(|c| {
        c.add_device(&NewDevice {
            sip_user: SipUser::parse("ghost").ok(),
            ..desk_phone(PersonId(99))
        })
    });
    assert!(
        matches!(&nobody, Err(StoreError::Problems(problems)) if matches!(problems[..], [OfficeProblem::DeviceWithoutPerson { .. }])),
        "{nobody:?}"
    );
}

#[test]
fn two_devices_never_share_a_sip_user() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let door = NewDevice {
        sip_user: SipUser::parse("door").ok(),
        ..desk_phone(anna)
    };
    store.change(|change| change.add_device(&door)).unwrap();
    let taken = store.change(|change| change.add_device(&door));
    assert!(
        matches!(&taken, Err(StoreError::SipUserTaken(user)) if user.as_str() == "door"),
        "{taken:?}"
    );
}

#[test]
fn who_leaves_takes_their_phones_numbers_and_registrations_along() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, annas, _) = hire(&mut store, "Anna", "201");
    let (boris, boriss, _) = hire(&mut store, "Boris", "202");
    let hour = |device| BindingWrite::Put(binding(device, "sip:phone@192.0.2.7", 3_600_000));
    store
        .apply_bindings(&[hour(annas.device), hour(boriss.device)])
        .unwrap();

    let ((), office) = store
        .change(|change| change.remove_person(anna, 1))
        .unwrap();
    assert_eq!(
        office.persons().map(|person| person.id).collect::<Vec<_>>(),
        [boris]
    );
    assert_eq!(
        office.devices().map(|device| device.id).collect::<Vec<_>>(),
        [boriss.device]
    );
    assert_eq!(office.resolve("201"), Dialled::Unknown);
    let devices: Vec<DeviceId> = store
        .load_bindings(0)
        .unwrap()
        .iter()
        .map(|each| each.device)
        .collect();
    assert_eq!(devices, [boriss.device]);

    let (clara, ..) = hire(&mut store, "Clara", "203");
    assert!(clara > boris, "an identity is never given out twice");
}

#[test]
fn a_renewed_secret_makes_the_old_one_worthless() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, first, office) = hire(&mut store, "Anna", "201");
    let old = office
        .device(first.device)
        .unwrap()
        .credentials
        .ha1_md5
        .expose()
        .to_owned();
    let (second, office) = store
        .change(|change| change.renew_secret(first.device, 1))
        .unwrap();
    assert_eq!(second.sip_user, first.sip_user);
    let device = office.device(first.device).unwrap();
    assert_opens_with(device, &second.secret);
    assert_ne!(device.credentials.ha1_md5.expose(), old);
}

#[test]
fn a_new_realm_is_refused_until_every_device_has_a_new_secret() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    let mut settings = store.settings().unwrap();
    settings.value.realm = office::Realm::parse("elsewhere").unwrap();
    let refused = store.change(|change| change.edit_settings(&settings.value, 1));
    assert!(
        matches!(&refused, Err(StoreError::Problems(problems)) if matches!(&problems[..], [OfficeProblem::SecretOfAnotherRealm { device, .. }] if *device == login.device)),
        "{refused:?}"
    );
    let (renewed, office) = store
        .change(|change| {
            change.edit_settings(&settings.value, 1)?;
            change.renew_secret(login.device, 1)
        })
        .unwrap();
    assert_opens_with(office.device(login.device).unwrap(), &renewed.secret);
}
