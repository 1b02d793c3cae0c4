//! Whoever runs the office is told of what happens at its edge, and keeps watch over it: letters, the
//! emergency drill, new phones, lines from presets.

use crate::{calling, engine::Engine, mail};
use api::Clerk;
use axum::body::Body;
use office::{CallId, CallOf, DeviceId, PersonId, PhoneNumber, TrunkId};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Role;
use switch::{Candidate, Command, CommandResult, Explained, Input, Party, Reason, What, Write};

/// Changes some fields of what is kept as a whole.
async fn change(engine: &Engine, path: &str, changes: Value) {
    let mut edit = engine.get(path).await.json();
    let revision = edit["revision"].clone();
    let fields = edit.as_object_mut().unwrap();
    fields.remove("revision");
    fields.remove("numbers");
    fields.extend(changes.as_object().unwrap().clone());
    let set = calling::put(engine, path, &revision, &edit).await;
    assert_eq!(set.status, 200, "{}", set.text);
}

#[tokio::test]
async fn letters_tell_of_a_call_for_help_and_of_a_fuse_that_blew() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let body = Body::from(mail::settings().to_string());
    let set = engine
        .ask("PUT", "/api/mail", &[("if-match", "\"0\"")], body)
        .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let told = json!({ "alertEmails": ["boss@example.com", "desk@example.com"] });
    change(&engine, "/api/emergency-plan", told).await;

    let clerk = Clerk::new(Arc::clone(&engine.keeper), Arc::clone(&engine.desk)).unwrap();
    clerk.tell(&engine.tell(What::EmergencyCalled {
        call: CallId(12),
        from: Party {
            name: "Anna".to_owned(),
            number: "101".to_owned(),
            ..Party::default()
        },
        number: "112".to_owned(),
        location: "Street 1".to_owned(),
        callback: PhoneNumber::parse("+4930555123").ok(),
        line: None,
    }));
    clerk.tell(&engine.tell(What::FuseTripped {
        fuse: "office-money".parse().unwrap(),
        used: 500,
        max: 400,
        by: None,
    }));
    let queue = engine.get("/api/mail/queue").await.json();
    let letters = queue.as_array().unwrap().iter();
    let mut letters: Vec<(String, String)> = letters
        .map(|letter| {
            let text = |field: &str| letter[field].as_str().unwrap().to_owned();
            (text("to"), text("subject"))
        })
        .collect();
    letters.sort();
    let help = "Notruf 112 von Anna (101)".to_owned();
    assert_eq!(letters.len(), 4, "{letters:?}");
    let fuse = "Sicherung ausgelöst: die ganze Anlage".to_owned();
    for (at, to) in [(0, "boss@example.com"), (2, "desk@example.com")] {
        assert_eq!(letters[at], (to.to_owned(), help.clone()));
        assert_eq!(letters[at + 1], (to.to_owned(), fuse.clone()));
    }
}

#[tokio::test]
async fn the_drill_says_for_everybody_with_a_phone_what_is_missing_and_dials_nothing() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let anna = calling::person(&engine).await;
    let without = engine.post("/api/people", &json!({ "name": "Ben" })).await;
    assert_eq!(without.status, 201, "{}", without.text);
    let device = json!({ "person": anna, "label": "Desk phone" });
    assert_eq!(engine.post("/api/devices", &device).await.status, 201);
    let place = json!({ "location": "Street 1, 2nd floor", "alertEmails": ["boss@example.com"] });
    change(&engine, "/api/emergency-plan", place).await;

    let nothing = json!({});
    let drill = engine.post("/api/emergency/drill", &nothing);
    let explain = async {
        loop {
            let input = engine.take_inputs().pop();
            let Some(Input::Command(Command::Explain {
                ticket,
                whose,
                number,
                ..
            })) = input
            else {
                tokio::task::yield_now().await;
                continue;
            };
            let explained = Box::new(Explained {
                number: Some(number.clone()),
                emergency: true,
                kind: None,
                country: None,
                abroad: false,
                refused: None,
                reasons: vec![Reason::NoRules],
                lines: Vec::<Candidate>::new(),
                at_most_seconds: None,
            });
            engine.tell(What::Explained { ticket, explained });
            let result = CommandResult::Taken { call: None };
            engine.tell(What::CommandDone { ticket, result });
            return (whose, number);
        }
    };
    let (answer, (whose, number)) = tokio::join!(drill, explain);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let of_anna = CallOf::Person(PersonId(anna));
    assert_eq!((whose, number.as_str()), (of_anna, "112"));
    let rows = answer.json();
    assert_eq!(rows.as_array().unwrap().len(), 1, "Ben has no phone");
    assert_eq!(rows[0]["location"], "Street 1, 2nd floor");
    assert_eq!(rows[0]["alerts"], json!(["boss@example.com"]));
    assert_eq!(rows[0]["problems"], json!(["noLine", "noCallback"]));
    assert!(engine.take_inputs().is_empty(), "nothing was dialled");
}

#[tokio::test]
async fn a_new_phone_is_listed_until_somebody_says_that_it_is_the_offices() {
    let engine = Engine::start();
    let anna = calling::person(&engine).await;
    let device = json!({ "person": anna, "label": "Desk phone" });
    let device = engine.post("/api/devices", &device).await.json();
    let id = device["device"]["id"].as_i64().unwrap();
    engine.keeper.keep(Write::PhoneMet {
        device: DeviceId(id),
        mark: "Yealink T46U@10.0.0.0/24".to_owned(),
        unix_ms: 1_763_717_401_000,
    });
    let new = engine.get("/api/new-phones").await.json();
    assert_eq!(
        [&new[0]["device"], &new[0]["person"]],
        [&json!(id), &json!(anna)]
    );
    assert_eq!(
        [&new[0]["agent"], &new[0]["network"]],
        ["Yealink T46U", "10.0.0.0/24"]
    );
    let clear = format!("/api/new-phones/{id}/clear");
    let desk = engine.user("rita", Role::Receptionist, None).await;
    engine
        .by_cookie(&desk, "POST", &clear, "{}")
        .await
        .problem(403);
    engine.take_inputs();
    assert_eq!(engine.post(&clear, &json!({})).await.status, 204);
    let told = engine.take_inputs();
    let is_cleared = |input: &Input| matches!(input, Input::KnownPhones(known) if known.iter().all(|(_, _, cleared)| *cleared));
    assert!(told.iter().any(is_cleared), "the gate is told at once");
    assert_eq!(engine.get("/api/new-phones").await.json(), json!([]));
}

#[tokio::test]
async fn a_server_is_taken_as_the_providers_letter_writes_it() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let wish = |written: &str| {
        let answers = json!({
            "server": written, "authUser": "4930555", "password": "s3cret-of-line",
            "mainNumber": "030 5551234",
        });
        json!({ "preset": "other", "name": "Provider", "answers": answers })
    };
    for (written, host, port, transport) in [
        ("sip.example.com", "sip.example.com", None, None),
        ("SIP.example.com:5062", "sip.example.com", Some(5062), None),
        ("192.0.2.7:5080", "192.0.2.7", Some(5080), None),
        ("[2001:db8::7]:5080", "2001:db8::7", Some(5080), None),
        (
            "sip:sip.example.com;transport=TCP",
            "sip.example.com",
            None,
            Some("tcp"),
        ),
        ("sips:sip.example.com", "sip.example.com", None, Some("tls")),
    ] {
        let added = engine.post("/api/lines/from-preset", &wish(written)).await;
        assert_eq!(added.status, 201, "{written}: {}", added.text);
        let server = &added.json()["server"];
        assert_eq!(server["host"], host, "{written}");
        assert_eq!(server["port"], json!(port), "{written}");
        if let Some(transport) = transport {
            assert_eq!(server["transport"], transport, "{written}");
        }
    }
    for wrong in [
        "sip.example.com:99999",
        "sip:anna@example.com",
        "sip:x.example.com;transport=sctp",
    ] {
        let refused = engine.post("/api/lines/from-preset", &wish(wrong)).await;
        assert_eq!(
            refused.problem(422).as_deref(),
            Some("answers.server"),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_line_is_made_of_a_preset_and_what_was_filled_in_and_says_what_is_missing() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let answers = json!({
        "server": "sip.example.com", "authUser": "4930555", "password": "s3cret-of-line",
        "mainNumber": "030 5551234",
    });
    let wish = json!({ "preset": "other", "name": "Provider", "answers": answers });
    let added = engine.post("/api/lines/from-preset", &wish).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert!(!added.text.contains("s3cret"), "{}", added.text);
    let line = added.json();
    assert_eq!(line["server"]["host"], "sip.example.com");
    assert_eq!(line["outgoing"]["mainNumber"], "+49305551234");
    assert_eq!([&line["provider"], &line["name"]], ["other", "Provider"]);
    let office = engine.desk.office();
    let trunk = office.trunk(TrunkId(line["id"].as_i64().unwrap())).unwrap();
    assert_eq!(trunk.password.as_ref().unwrap().expose(), "s3cret-of-line");

    let without = |field: &str| {
        let mut wish = wish.clone();
        wish["answers"].as_object_mut().unwrap().remove(field);
        wish
    };
    let with = |field: &str, value: &str| {
        let mut wish = wish.clone();
        wish["answers"][field] = json!(value);
        wish
    };
    for (wish, field) in [
        (without("server"), "answers.server"),
        (without("password"), "answers.password"),
        (with("mainNumber", "no number"), "answers.mainNumber"),
        (with("server", "not a host"), "answers.server"),
        (with("colour", "red"), "answers.colour"),
        (
            json!({ "preset": "nobody", "name": "x", "answers": {} }),
            "preset",
        ),
    ] {
        let refused = engine.post("/api/lines/from-preset", &wish).await;
        assert_eq!(refused.problem(422).as_deref(), Some(field), "{wish}");
    }
    let lines = engine.get("/api/lines").await.json();
    assert_eq!(lines.as_array().unwrap().len(), 1);
}
