use super::{
    audience::{Calls, Mailboxes},
    *,
};
use crate::Configuration;
use office::{CallId, DeviceId, PersonId};
use serde_json::Value;
use store::{NewPerson, Store};
use switch::{EndReason, Happening, Party, What};
use tokio::sync::broadcast::error::TryRecvError;

const EVERYTHING: Audience = Audience {
    calls: Calls::All,
    mailboxes: Mailboxes::All,
};

const COLLEAGUES: Audience = Audience {
    calls: Calls::None,
    mailboxes: Mailboxes::Of(None),
};

/// A hub without its task: what is to be told is told when the test says so.
fn hub(people: usize) -> Hub {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _) = Store::open(dir.path()).unwrap();
    let hire = |change: &store::OfficeChange<'_>| {
        for number in 0..people {
            change.add_person(&NewPerson {
                name: format!("Person {number} of the office"),
                team: "Sales and support".to_owned(),
                ..NewPerson::default()
            })?;
        }
        Ok(())
    };
    store.change(hire).unwrap();
    let configuration = Configuration::read(&store).unwrap();
    Hub::new(Arc::new(Desk::new(
        configuration,
        std::time::Instant::now(),
    )))
}

fn happen(hub: &Hub, what: What) {
    hub.desk.tell(&Happening {
        at: std::time::Instant::now(),
        unix_ms: 1_763_717_401_000,
        what,
    });
}

/// Person 1 calls.
fn arrive(hub: &Hub, call: u64) {
    let from = Party {
        person: Some(PersonId(1)),
        device: Some(DeviceId(1)),
        name: String::new(),
        number: String::new(),
        ..Party::default()
    };
    let dialled = "102".to_owned();
    let call = CallId(call);
    happen(
        hub,
        What::CallerArrived {
            call,
            from,
            dialled,
            from_board: false,
        },
    );
}

fn end(hub: &Hub, call: u64) {
    let what = What::CallEnded {
        call: CallId(call),
        reason: EndReason::HungUp,
        by: None,
        quality: vec![],
    };
    happen(hub, what);
}

fn json(text: &Utf8Bytes) -> Value {
    serde_json::from_str(text).unwrap()
}

fn kinds(message: &Value) -> Vec<&str> {
    let changes = message["changes"].as_array().unwrap().iter();
    changes
        .map(|change| change["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn what_happens_between_two_messages_is_told_once_as_it_is() {
    let hub = hub(2);
    let mut window = hub.join(EVERYTHING, None).unwrap();
    arrive(&hub, 5);
    end(&hub, 5);
    hub.tell();
    assert!(
        matches!(window.then.try_recv(), Err(TryRecvError::Empty)),
        "a call that came and went is no difference"
    );
    arrive(&hub, 6);
    arrive(&hub, 7);
    hub.tell();
    let message = json(&window.then.try_recv().unwrap().text(EVERYTHING));
    assert_eq!(message["seq"], 1);
    assert_eq!(kinds(&message), ["call", "call", "person"]);
    assert!(matches!(window.then.try_recv(), Err(TryRecvError::Empty)));
}

#[test]
fn staff_learn_who_is_busy_but_not_with_whom() {
    let hub = hub(2);
    let mut window = hub.join(COLLEAGUES, None).unwrap();
    arrive(&hub, 5);
    hub.tell();
    let text = window.then.try_recv().unwrap().text(COLLEAGUES);
    assert_eq!(kinds(&json(&text)), ["person"]);
    assert!(!text.contains("102"), "{text}");
    let snapshot = hub.join(COLLEAGUES, None).unwrap().first;
    let state = &json(&snapshot[0])["state"];
    for part in ["calls", "devices", "attention"] {
        assert_eq!(state[part], serde_json::json!([]), "{part}");
    }
    assert_eq!(state["people"][0]["doing"], "calling");
}

#[test]
fn a_window_goes_on_where_it_was_as_long_as_that_is_kept() {
    let hub = hub(1);
    let mut told = 0;
    let mut change = |hub: &Hub| {
        arrive(hub, told);
        hub.tell();
        told += 1;
    };
    for _ in 0..FEED_KEPT {
        change(&hub);
    }
    let all = hub.join(EVERYTHING, Some((&hub.epoch, 0))).unwrap();
    let seqs = all
        .first
        .iter()
        .map(|text| json(text)["seq"].as_u64().unwrap());
    assert!(seqs.eq(1..=FEED_KEPT as u64), "in order and without a gap");
    let none = hub.join(EVERYTHING, Some((&hub.epoch, FEED_KEPT as u64)));
    assert_eq!(none.unwrap().first.len(), 0);

    change(&hub);
    for (epoch, after) in [
        (hub.epoch.as_str(), 0),
        ("another run", 3),
        (&hub.epoch, 9_999),
    ] {
        let joined = hub.join(EVERYTHING, Some((epoch, after))).unwrap();
        assert_eq!(
            json(&joined.first[0])["type"],
            "snapshot",
            "{epoch} {after}"
        );
    }
    let rest = hub.join(EVERYTHING, Some((&hub.epoch, 1))).unwrap();
    assert_eq!(json(&rest.first[0])["seq"], 2);
}

#[test]
fn a_window_that_is_too_slow_is_cut_off_and_holds_up_nobody() {
    let hub = hub(1);
    let mut slow = hub.join(EVERYTHING, None).unwrap();
    let mut quick = hub.join(EVERYTHING, None).unwrap();
    for call in 0..=FEED_QUEUE as u64 {
        arrive(&hub, call);
        hub.tell();
        assert_eq!(quick.then.try_recv().unwrap().seq, call + 1);
    }
    assert!(matches!(slow.then.try_recv(), Err(TryRecvError::Lagged(_))));
}

#[test]
fn only_so_many_windows_are_let_in() {
    let hub = hub(0);
    let open: Vec<Joined> = (0..MAX_WINDOWS)
        .map(|_| hub.join(EVERYTHING, None).unwrap())
        .collect();
    assert!(hub.join(EVERYTHING, None).is_none());
    drop(open);
    assert!(hub.join(EVERYTHING, None).is_some());
}

#[test]
fn a_snapshot_of_200_people_and_their_mailboxes_is_small() {
    let hub = hub(200);
    let snapshot = hub.join(EVERYTHING, None).unwrap().first;
    let bytes = snapshot[0].len();
    println!("{bytes} bytes");
    assert!(bytes < 150_000, "{bytes} bytes");
}

#[test]
fn whoever_hears_a_mailbox_no_more_is_told_that_it_is_gone_and_others_nothing() {
    let hub = hub(2);
    let of = |person| Audience {
        calls: Calls::None,
        mailboxes: Mailboxes::Of(Some(crate::values::PersonId(person))),
    };
    let (mut first, mut second) = (
        hub.join(of(1), None).unwrap(),
        hub.join(of(2), None).unwrap(),
    );
    let shown = |joined: &Joined| {
        let state = json(&joined.first[0])["state"]["mailboxes"].clone();
        let mailboxes = state.as_array().unwrap().iter();
        mailboxes
            .map(|mailbox| mailbox["person"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!((shown(&first), shown(&second)), (vec![1], vec![2]));
    let everything = hub.join(EVERYTHING, None).unwrap();
    assert_eq!(shown(&everything), [1, 2]);

    let mailbox = hub.desk.office().mailboxes().next().unwrap().id;
    let counts = office::MessageCounts {
        new: 1,
        saved: 0,
        lasts_ms: 2_500,
    };
    hub.desk.note_messages(mailbox, counts);
    hub.tell();
    let told = json(&first.then.try_recv().unwrap().text(of(1)));
    assert_eq!(told["changes"][0]["kind"], "mailbox");
    assert_eq!(told["changes"][0]["value"]["new"], 1);
    assert_eq!(told["changes"][0]["value"]["usedSeconds"], 3);
    let told = json(&second.then.try_recv().unwrap().text(of(2)));
    assert_eq!(
        told["changes"],
        serde_json::json!([]),
        "the number is told all the same"
    );

    // As if the mailbox were another person's from now on.
    let was = hub.desk.mailbox(mailbox).unwrap();
    let now = hub.desk.mailboxes().pop().unwrap();
    let told = shown::Told {
        change: Change::Mailbox {
            id: was.id,
            value: Some(now),
        },
        was: Some(was.clone()),
    };
    let part = of(1).part_of(&told);
    let gone = Change::Mailbox {
        id: was.id,
        value: None,
    };
    assert_eq!(part, Some(gone));
}
