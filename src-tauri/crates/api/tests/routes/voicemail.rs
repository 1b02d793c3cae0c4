//! Mailboxes and the messages in them: set up, heard, passed on, and by whom.

use crate::engine::Engine;
use axum::body::Body;
use office::{CallId, MailboxId, SoundName};
use serde_json::{Value, json};
use sound_files::{Channels, write_opus};
use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
};
use store::{NewMessage, Role};
use switch::{Command, CommandResult, Input, MailboxCounts, What};

/// Adds Anna (101) and Ben (102); gives them and their mailboxes.
pub async fn two_people(engine: &Engine) -> [(Value, Value); 2] {
    let mut all = Vec::new();
    for (name, number) in [("Anna", "101"), ("Ben", "102")] {
        let person = json!({ "name": name, "extension": number });
        let person = engine.post("/api/people", &person).await.json()["id"].clone();
        all.push((person.clone(), mailbox_of(engine, &person).await));
    }
    engine.take_inputs();
    all.try_into().unwrap()
}

async fn mailbox_of(engine: &Engine, person: &Value) -> Value {
    let listed = engine.get("/api/mailboxes").await.json();
    let mut mailboxes = listed.as_array().unwrap().iter();
    let found = mailboxes.find(|mailbox| mailbox["person"] == *person);
    found.unwrap().clone()
}

/// Two seconds of a tone, left by Cleo at that second; gives the message.
pub async fn leave(engine: &Engine, mailbox: &Value, at: i64) -> i64 {
    static LEFT: AtomicU32 = AtomicU32::new(0);
    let name = format!("messages/{}", LEFT.fetch_add(1, Ordering::Relaxed));
    let tone: Vec<i16> = (0..32_000)
        .map(|at| ((at as f32 * 0.17).sin() * 8_000.0) as i16)
        .collect();
    let path = engine.dir.path().join(format!("sound/{name}.opus"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, write_opus(&tone, Channels::Mono, 1).unwrap()).unwrap();
    let message = NewMessage {
        mailbox: MailboxId(mailbox["id"].as_i64().unwrap()),
        call: CallId(7),
        sound: SoundName::parse(&name).unwrap(),
        from_number: "+4930123456".to_owned(),
        from_name: "Cleo: \"the\" <boss>".to_owned(),
        from_person: None,
        received_ms: 1_795_273_200_000 + at * 1_000,
    };
    let kept = engine.keeper.ask(move |store| {
        let id = store.begin_message(&message)?;
        store.finish_message(id, 2_000, &[])
    });
    kept.await.unwrap().id.0
}

fn edit_of(mailbox: &Value) -> Value {
    let mut edit = mailbox.clone();
    let fields = edit.as_object_mut().unwrap();
    for field in [
        "id",
        "revision",
        "person",
        "new",
        "saved",
        "usedSeconds",
        "hasPin",
        "lockedUntil",
    ] {
        assert!(fields.remove(field).is_some(), "{field}");
    }
    edit
}

async fn put(engine: &Engine, mailbox: &Value, edit: &Value) -> crate::engine::Answer {
    let path = format!("/api/mailboxes/{}", mailbox["id"]);
    let tag = format!("\"{}\"", mailbox["revision"]);
    let body = Body::from(edit.to_string());
    engine.ask("PUT", &path, &[("if-match", &tag)], body).await
}

pub async fn messages(engine: &Engine, mailbox: &Value, state: &str) -> Vec<i64> {
    let path = format!("/api/mailboxes/{}/messages?state={state}", mailbox["id"]);
    let page = engine.get(&path).await.json();
    let messages = page["messages"].as_array().unwrap().iter();
    messages.map(|each| each["id"].as_i64().unwrap()).collect()
}

/// What the switch was told of mailboxes since the last time.
fn told(engine: &Engine) -> Vec<(i64, u32, u32)> {
    let counts = engine
        .take_inputs()
        .into_iter()
        .filter_map(|input| match input {
            Input::MailboxChanged(MailboxCounts {
                mailbox,
                new,
                saved,
                ..
            }) => Some((mailbox.0, new, saved)),
            _ => None,
        });
    counts.collect()
}

#[tokio::test]
async fn everybody_has_a_mailbox_and_changes_it() {
    let engine = Engine::start();
    let [(anna, mailbox), _] = two_people(&engine).await;
    assert_eq!(mailbox["name"], "Anna");
    assert_eq!(mailbox["person"], anna);
    assert_eq!(mailbox["enabled"], true);
    assert_eq!(
        (&mailbox["new"], &mailbox["hasPin"]),
        (&json!(0), &json!(false))
    );
    let mut edit = edit_of(&mailbox);
    edit["number"] = json!("801");
    edit["language"] = json!("de");
    edit["maxMessageSeconds"] = json!(120);
    edit["keepSavedDays"] = json!(30);
    edit["quotaMessages"] = json!(1_000);
    edit["quotaSeconds"] = json!(86_400);
    edit["email"] =
        json!({ "addresses": ["anna@example.com"], "attach": true, "deleteAfterSending": false });
    let changed = put(&engine, &mailbox, &edit).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json();
    assert_eq!(edit_of(&changed), edit);
    let office = engine.desk.office();
    let number = office::ExtensionNumber::parse("801").unwrap();
    let mut mailboxes = office.mailboxes();
    let found = mailboxes.find(|mailbox| mailbox.number.as_ref() == Some(&number));
    let quota = found.unwrap().quota;
    assert_eq!((quota.messages, quota.seconds), (1_000, 86_400));
    let stale = put(&engine, &mailbox, &edit).await;
    assert_eq!(stale.problem(412), None);
    edit["number"] = Value::Null;
    edit["email"] = Value::Null;
    let back = put(&engine, &changed, &edit).await;
    assert_eq!(back.json()["number"], Value::Null, "{}", back.text);
}

#[tokio::test]
async fn what_no_mailbox_can_be_is_named_and_changes_nothing() {
    let engine = Engine::start();
    let [(_, mailbox), (ben, _)] = two_people(&engine).await;
    let cases = [
        ("number", json!("101"), 409, "number"),
        ("number", json!("8x"), 422, "number"),
        ("language", json!("not a language"), 422, "language"),
        ("maxMessageSeconds", json!(1), 422, "maxMessageSeconds"),
        ("keepSavedDays", json!(0), 422, "keepSavedDays"),
        ("quotaMessages", json!(0), 422, "quotaMessages"),
        ("quotaMessages", json!(1_001), 422, "quotaMessages"),
        ("quotaMessages", json!(70_000), 422, "quotaMessages"),
        ("quotaSeconds", json!(59), 422, "quotaSeconds"),
        ("quotaSeconds", json!(86_401), 422, "quotaSeconds"),
        ("members", json!([ben]), 422, "members"),
        (
            "email",
            json!({ "addresses": ["nobody"], "attach": true, "deleteAfterSending": false }),
            422,
            "email.addresses[0]",
        ),
        (
            "email",
            json!({ "addresses": ["a@b.de"], "attach": false, "deleteAfterSending": true }),
            422,
            "email",
        ),
        (
            "greetings",
            json!({ "standard": 77, "name": null, "busy": null, "closed": null, "away": null }),
            422,
            "greetings.standard",
        ),
    ];
    for (field, value, status, named) in cases {
        let mut edit = edit_of(&mailbox);
        edit[field] = value;
        let refused = put(&engine, &mailbox, &edit).await;
        assert_eq!(refused.problem(status).as_deref(), Some(named), "{field}");
    }
    assert_eq!(mailbox_of(&engine, &mailbox["person"]).await, mailbox);
    let path = format!("/api/mailboxes/{}", mailbox["id"]);
    let removed = engine
        .on("DELETE", &path, mailbox["revision"].as_i64().unwrap())
        .await;
    assert_eq!(removed.problem(409), None);
    assert_eq!(removed.json()["code"], "mailboxOfPerson");
}

#[tokio::test]
async fn a_group_shares_a_mailbox_that_comes_back_with_its_messages() {
    let engine = Engine::start();
    let [(anna, own), _] = two_people(&engine).await;
    let mut edit = edit_of(&own);
    edit["name"] = json!(" Sales ");
    edit["number"] = json!("800");
    edit["members"] = json!([anna]);
    let added = engine.post("/api/mailboxes", &edit).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let sales = added.json();
    assert_eq!(
        (&sales["name"], &sales["person"]),
        (&json!("Sales"), &Value::Null)
    );
    assert_eq!(sales["members"], json!([anna]));
    let message = leave(&engine, &sales, 1).await;
    let path = format!("/api/mailboxes/{}", sales["id"]);
    let gone = engine
        .on("DELETE", &path, sales["revision"].as_i64().unwrap())
        .await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    assert_eq!(
        engine
            .get(&format!("{path}/messages?state=new"))
            .await
            .problem(404),
        None
    );
    engine.take_inputs();
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(
        (&back.json()["new"], &back.json()["number"]),
        (&json!(1), &json!("800"))
    );
    assert_eq!(messages(&engine, &sales, "new").await, [message]);
    // Its lamp is lit again.
    let inputs = engine.take_inputs();
    let lit = inputs.iter().any(
        |input| matches!(input, Input::Mailboxes(all) if all.iter().any(|each| each.new == 1)),
    );
    assert!(lit, "{inputs:?}");
}

#[tokio::test]
async fn a_new_pin_is_shown_once_and_opens_the_mailbox() {
    let engine = Engine::start();
    let [(anna, mailbox), _] = two_people(&engine).await;
    engine.tell(What::MailboxLocked {
        call: CallId(1),
        mailbox: MailboxId(mailbox["id"].as_i64().unwrap()),
        until_unix_ms: i64::MAX,
    });
    let locked = mailbox_of(&engine, &anna).await;
    assert_eq!(locked["lockedUntil"], json!(i64::MAX));
    let path = format!("/api/mailboxes/{}/pin", mailbox["id"]);
    let shown = engine.post(&path, &json!({})).await;
    assert_eq!(shown.headers["cache-control"], "no-store");
    let pin = shown.json()["pin"].as_str().unwrap().to_owned();
    assert!(pin.len() == 6 && pin.bytes().all(|digit| digit.is_ascii_digit()));
    let office = engine.desk.office();
    let kept = office.mailboxes().find_map(|mailbox| mailbox.pin.clone());
    assert!(store::pins::verify(&kept.unwrap(), &pin));
    let listed = engine.get("/api/mailboxes").await;
    assert!(!listed.text.contains(&pin));
    assert_eq!(mailbox_of(&engine, &anna).await["hasPin"], true);
    let audit = engine.get("/api/audit").await;
    assert!(audit.text.contains("mailbox.pinChanged") && !audit.text.contains(&pin));
    // The switch forgives when it is another PIN.
    engine.tell(What::MailboxUnlocked {
        mailbox: MailboxId(mailbox["id"].as_i64().unwrap()),
    });
    assert_eq!(mailbox_of(&engine, &anna).await["lockedUntil"], Value::Null);
}

#[tokio::test]
async fn messages_are_listed_heard_noted_deleted_and_brought_back() {
    let engine = Engine::start();
    let [(_, mailbox), (ben, _)] = two_people(&engine).await;
    let older = leave(&engine, &mailbox, 1).await;
    let newer = leave(&engine, &mailbox, 2).await;
    let box_id = mailbox["id"].as_i64().unwrap();
    assert_eq!(messages(&engine, &mailbox, "new").await, [newer, older]);
    let change = async |edit: Value| {
        let path = format!("/api/messages/{older}");
        let body = Body::from(edit.to_string());
        engine.ask("PUT", &path, &[], body).await
    };
    let heard = change(json!({ "state": "saved" })).await.json();
    assert_eq!(
        (&heard["state"], &heard["seconds"]),
        (&json!("saved"), &json!(2.0))
    );
    assert!(heard["heardAt"].is_i64());
    assert_eq!(heard["peaks"].as_array().unwrap().len(), 120);
    assert_eq!(
        (&heard["from"]["number"], &heard["mail"]),
        (&json!("+4930123456"), &json!("none"))
    );
    assert_eq!(told(&engine), [(box_id, 1, 1)]);
    let noted = change(json!({ "assignedTo": ben, "note": " call back " }))
        .await
        .json();
    assert_eq!(
        (&noted["assignedTo"], &noted["note"]),
        (&ben, &json!("call back"))
    );
    let kept = change(json!({ "note": "" })).await.json();
    assert_eq!(kept["assignedTo"], ben, "what is left out stays");
    assert_eq!(
        change(json!({ "assignedTo": null })).await.json()["assignedTo"],
        Value::Null
    );
    for (wrong, field) in [
        (json!({ "assignedTo": 99 }), "assignedTo"),
        (json!({ "state": "deleted" }), "state"),
        (json!({ "note": "x".repeat(81) }), "note"),
        (json!({ "colour": "red" }), "colour"),
    ] {
        assert_eq!(change(wrong).await.problem(422).as_deref(), Some(field));
    }
    engine.take_inputs();
    let path = format!("/api/messages/{older}");
    let gone = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(gone.status, 204);
    assert_eq!(told(&engine), [(box_id, 1, 0)]);
    assert_eq!(messages(&engine, &mailbox, "saved").await, [0_i64; 0]);
    assert_eq!(messages(&engine, &mailbox, "deleted").await, [older]);
    let back = change(json!({ "state": "new" })).await.json();
    assert_eq!(back["state"], "new");
    assert_eq!(told(&engine).last(), Some(&(box_id, 2, 0)));
    assert_eq!(messages(&engine, &mailbox, "new").await, [newer, older]);
    assert_eq!(
        engine.get("/api/messages/99/sound.wav").await.problem(404),
        None
    );
    let wrong = format!("/api/mailboxes/{box_id}/messages?state=old");
    assert_eq!(
        engine.get(&wrong).await.problem(422).as_deref(),
        Some("state")
    );
}

#[tokio::test]
async fn long_mailboxes_come_page_by_page_without_gap_or_repeat() {
    let engine = Engine::start();
    let [(_, mailbox), _] = two_people(&engine).await;
    let mut left = Vec::new();
    for at in 0..i64::try_from(api::limits::MESSAGES_PER_PAGE).unwrap() + 3 {
        left.push(leave(&engine, &mailbox, at / 2).await);
    }
    left.reverse();
    let path = format!("/api/mailboxes/{}/messages?state=new", mailbox["id"]);
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let page = engine.get(&format!("{path}{next}")).await.json();
        let messages = page["messages"].as_array().unwrap().iter();
        found.extend(messages.map(|each| each["id"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(before) => next = format!("&before={before}"),
            None => break,
        }
    }
    assert_eq!(found, left);
    let wrong = engine.get(&format!("{path}&before=yesterday")).await;
    assert_eq!(wrong.problem(422).as_deref(), Some("before"));
}

#[tokio::test]
async fn a_message_is_heard_in_parts_and_kept_under_a_name_every_computer_takes() {
    let engine = Engine::start();
    let [(_, mailbox), _] = two_people(&engine).await;
    let message = leave(&engine, &mailbox, 0).await;
    let path = format!("/api/messages/{message}/sound.wav");
    let whole = engine.raw("GET", &path, &Value::Null).await;
    assert_eq!(whole.len(), 44 + 2 * 32_000);
    assert_eq!(&whole[..4], b"RIFF");
    let request = axum::http::Request::builder()
        .uri(format!("{path}?download"))
        .header("host", crate::engine::HOST)
        .header("authorization", format!("Bearer {}", engine.token))
        .header("range", "bytes=32044-");
    use tower::ServiceExt;
    let request = request.body(Body::empty()).unwrap();
    let part = engine.router.clone().oneshot(request).await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-type"], "audio/wav");
    assert_eq!(part.headers()["content-range"], "bytes 32044-64043/64044");
    let named = part.headers()["content-disposition"].to_str().unwrap();
    assert!(
        named.contains("2026-11-21 1500 Cleo_ _the_ _boss_ _4930123456.wav"),
        "{named}"
    );
}

#[tokio::test]
async fn a_copy_is_new_in_another_mailbox_and_its_letter_tells_of_it() {
    let engine = Engine::start();
    let [(_, annas), (_, bens)] = two_people(&engine).await;
    let mut edit = edit_of(&bens);
    edit["email"] =
        json!({ "addresses": ["ben@example.com"], "attach": true, "deleteAfterSending": false });
    assert_eq!(put(&engine, &bens, &edit).await.status, 200);
    let message = leave(&engine, &annas, 1).await;
    let path = format!("/api/messages/{message}/forward");
    for wrong in [json!([]), json!([99]), json!([bens["id"], 99])] {
        let refused = engine.post(&path, &json!({ "mailboxes": wrong })).await;
        assert_eq!(refused.problem(422).as_deref(), Some("mailboxes"));
    }
    assert_eq!(messages(&engine, &bens, "new").await, [0_i64; 0]);
    let passed_on = engine
        .post(&path, &json!({ "mailboxes": [bens["id"]] }))
        .await;
    assert_eq!(passed_on.status, 204, "{}", passed_on.text);
    let list = format!("/api/mailboxes/{}/messages?state=new", bens["id"]);
    let copies = engine.get(&list).await.json();
    assert_eq!(copies["messages"][0]["mail"], "queued");
    assert_ne!(copies["messages"][0]["id"], json!(message));
    assert_eq!(messages(&engine, &annas, "new").await, [message]);
    let queue = engine.get("/api/mail/queue").await.json();
    assert_eq!(queue[0]["to"], "ben@example.com");
    assert_eq!(queue[0]["state"], "queued");
}

#[tokio::test]
async fn calling_back_rings_ones_own_phones_and_counts_as_heard() {
    let engine = Engine::start();
    let [(anna, mailbox), (ben, _)] = two_people(&engine).await;
    let message = leave(&engine, &mailbox, 1).await;
    let path = format!("/api/messages/{message}/call-back");
    let (taken, command) = engine
        .order(
            &path,
            &json!({ "person": anna }),
            CommandResult::Taken {
                call: Some(CallId(5)),
            },
        )
        .await;
    assert_eq!(taken.status, 202, "{}", taken.text);
    assert_eq!(taken.json()["call"], 5);
    assert!(
        matches!(&command, Command::Originate { to, person, .. }
            if to == "+4930123456" && json!(person.0) == anna),
        "{command:?}"
    );
    assert_eq!(messages(&engine, &mailbox, "saved").await, [message]);
    let cookie = engine
        .user(
            "anna",
            Role::Staff,
            Some(office::PersonId(anna.as_i64().unwrap())),
        )
        .await;
    let for_ben = json!({ "person": ben }).to_string();
    let refused = engine.by_cookie(&cookie, "POST", &path, &for_ben).await;
    assert_eq!(
        refused.problem(403),
        None,
        "others' phones are not theirs to ring"
    );
}

#[tokio::test]
async fn all_but_the_owners_hear_their_own_mailboxes_only() {
    let engine = Engine::start();
    let [(anna, annas), (_, bens)] = two_people(&engine).await;
    let (hers, his) = (
        leave(&engine, &annas, 1).await,
        leave(&engine, &bens, 2).await,
    );
    let person = Some(office::PersonId(anna.as_i64().unwrap()));
    for (login, role) in [("anna", Role::Staff), ("front", Role::Receptionist)] {
        let cookie = engine.user(login, role, person).await;
        let ask = async |method: &str, path: &str, body: &str| {
            engine.by_cookie(&cookie, method, path, body).await
        };
        let listed = ask("GET", "/api/mailboxes", "").await.json();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{login}");
        assert_eq!(listed[0]["id"], annas["id"]);
        for (method, path, body) in [
            ("GET", format!("/api/messages/{his}/sound.wav"), ""),
            (
                "PUT",
                format!("/api/messages/{his}"),
                r#"{"state":"saved"}"#,
            ),
            ("DELETE", format!("/api/messages/{his}"), ""),
            (
                "GET",
                format!("/api/mailboxes/{}/messages?state=new", bens["id"]),
                "",
            ),
            ("POST", format!("/api/mailboxes/{}/pin", bens["id"]), "{}"),
            ("GET", "/api/messages/99/sound.wav".to_owned(), ""),
        ] {
            let refused = ask(method, &path, body).await;
            assert_eq!(refused.problem(403), None, "{login} {method} {path}");
        }
        let path = format!("/api/messages/{hers}");
        let heard = ask("PUT", &path, r#"{"state":"saved"}"#).await;
        assert_eq!(heard.status, 200, "{}", heard.text);
        let path = format!("/api/mailboxes/{}/pin", annas["id"]);
        assert_eq!(ask("POST", &path, "{}").await.status, 200);
        let mut edit = edit_of(&annas);
        edit["number"] = json!("899");
        let path = format!("/api/mailboxes/{}", annas["id"]);
        let request = axum::http::Request::builder()
            .method("PUT")
            .uri(&path)
            .header("host", crate::engine::HOST)
            .header("origin", format!("http://{}", crate::engine::HOST))
            .header("cookie", &cookie)
            .header("content-type", "application/json")
            .header("if-match", "\"1\"");
        let request = request.body(Body::from(edit.to_string())).unwrap();
        let refused = engine.send(request).await;
        assert_eq!(refused.problem(403).as_deref(), Some("number"), "{login}");
    }
}

#[tokio::test]
async fn a_full_mailbox_needs_attention_until_there_is_room() {
    let engine = Engine::start();
    let [(_, mailbox), _] = two_people(&engine).await;
    let id = MailboxId(mailbox["id"].as_i64().unwrap());
    let counts = |new| office::MessageCounts {
        new,
        saved: 0,
        lasts_ms: 1_000,
    };
    engine.desk.set_messages(id, counts(100));
    assert_eq!(told(&engine), [(id.0, 100, 0)]);
    let status = engine.get("/api/mailboxes").await.json();
    assert_eq!(status[0]["new"], 100);
    let path = format!("/api/attention/mailbox-{}/dismiss", id.0);
    assert_eq!(engine.post(&path, &json!({})).await.status, 204);
    engine.desk.set_messages(id, counts(99));
    assert_eq!(engine.post(&path, &json!({})).await.problem(404), None);
}
