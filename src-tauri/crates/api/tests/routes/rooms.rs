//! Conference rooms: kept with their PINs, shown live, steered from the board.

use crate::engine::{Answer, Engine};
use axum::body::Body;
use office::{CallId, ConferenceRoomId, PersonId};
use serde_json::{Value, json};
use store::Role;
use switch::{Command, CommandRefusal, CommandResult, Party, What};

fn wanted() -> Value {
    json!({
        "name": "Big room", "number": "800", "waitForHost": false, "muteOnEntry": false,
        "joinTone": true, "maxMembers": 20,
    })
}

async fn put(engine: &Engine, room: &Value, change: &Value) -> Answer {
    let mut edit = wanted();
    edit.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    let revision = format!("\"{}\"", room["revision"]);
    let path = format!("/api/rooms/{}", room["id"]);
    let headers = [("if-match", revision.as_str())];
    engine
        .ask("PUT", &path, &headers, Body::from(edit.to_string()))
        .await
}

/// The PINs in effect: what the switch is told to check against.
fn pins(engine: &Engine) -> (Option<office::PinHash>, Option<office::PinHash>) {
    let office = engine.desk.office();
    let room = office.rooms().next().unwrap();
    (room.pin.clone(), room.host_pin.clone())
}

#[tokio::test]
async fn a_room_keeps_its_pins_until_somebody_changes_them() {
    let engine = Engine::start();
    let mut new = wanted();
    new["pin"] = json!("839427");
    let room = engine.post("/api/rooms", &new).await;
    assert_eq!(room.status, 201, "{}", room.text);
    let room = room.json();
    assert_eq!(
        (&room["hasPin"], &room["hasHostPin"], &room["live"]),
        (&json!(true), &json!(false), &Value::Null)
    );
    assert!(!room.to_string().contains("839427"));
    let (pin, host) = pins(&engine);
    assert!(store::pins::verify(&pin.clone().unwrap(), "839427") && host.is_none());

    // Missing: it stays. A text: it is that. `null`: it goes.
    let kept = put(
        &engine,
        &room,
        &json!({ "hostPin": "583946", "waitForHost": true }),
    )
    .await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let kept = kept.json();
    assert_eq!(
        (&kept["hasPin"], &kept["hasHostPin"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(pins(&engine).0, pin, "the very same hash");
    let gone = put(&engine, &kept, &json!({ "pin": null, "number": "801" })).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    let gone = gone.json();
    assert_eq!(
        (&gone["hasPin"], &gone["hasHostPin"]),
        (&json!(false), &json!(true))
    );
    assert!(matches!(
        engine.desk.office().resolve("801"),
        office::Dialled::Room(_)
    ));
    assert!(matches!(
        engine.desk.office().resolve("800"),
        office::Dialled::Unknown
    ));
    put(&engine, &room, &json!({})).await.problem(412);

    let path = format!("/api/rooms/{}", room["id"]);
    let removed = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(removed.status, 204);
    assert_eq!(engine.get("/api/rooms").await.json(), json!([]));
    let back = engine
        .post(&format!("{path}/restore"), &json!({}))
        .await
        .json();
    assert_eq!(
        (&back["number"], &back["hasHostPin"]),
        (&json!("801"), &json!(true))
    );
    let audit = engine.get("/api/audit").await.text;
    assert!(
        !audit.contains("argon2") && !audit.contains("583946"),
        "{audit}"
    );
}

#[tokio::test]
async fn what_no_room_can_have_is_refused_by_field() {
    let engine = Engine::start();
    let anna = json!({ "name": "Anna", "extension": "101" });
    assert_eq!(engine.post("/api/people", &anna).await.status, 201);
    for (change, status, field, code) in [
        (json!({ "name": "" }), 422, "name", "badName"),
        (json!({ "number": "8o0" }), 422, "number", "badExtension"),
        (json!({ "number": "101" }), 409, "number", "numberTaken"),
        (
            json!({ "maxMembers": 1 }),
            422,
            "maxMembers",
            "badMaxMembers",
        ),
        (
            json!({ "maxMembers": 70_000 }),
            422,
            "maxMembers",
            "badValue",
        ),
        (json!({ "pin": "123456" }), 422, "pin", "weakPin"),
        (json!({ "pin": "1" }), 422, "pin", "weakPin"),
        (json!({ "hostPin": "abcdef" }), 422, "hostPin", "weakPin"),
        (
            json!({ "waitForHost": true }),
            422,
            "waitForHost",
            "roomWithoutHost",
        ),
        (json!({ "colour": "red" }), 422, "colour", "badValue"),
    ] {
        let mut edit = wanted();
        edit.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let answer = engine.post("/api/rooms", &edit).await;
        assert_eq!(answer.problem(status).as_deref(), Some(field), "{change}");
        assert_eq!(answer.json()["code"], code, "{change}");
        assert!(!answer.text.contains("123456") && !answer.text.contains("abcdef"));
    }
    assert_eq!(engine.get("/api/rooms").await.json(), json!([]));
}

#[tokio::test]
async fn who_is_in_a_room_is_shown_and_steered() {
    let engine = Engine::start();
    let room = engine.post("/api/rooms", &wanted()).await.json();
    let id = ConferenceRoomId(room["id"].as_i64().unwrap());
    let party = Party {
        person: Some(PersonId(1)),
        device: None,
        name: "Anna".to_owned(),
        number: "101".to_owned(),
        ..Party::default()
    };
    engine.tell(What::RoomJoined {
        call: CallId(7),
        room: id,
        by: party,
        host: false,
        muted: true,
        waits: false,
    });
    let live = engine.get("/api/rooms").await.json()[0]["live"].clone();
    assert_eq!(
        (&live["locked"], &live["recording"]),
        (&json!(false), &json!(false))
    );
    let member = &live["members"][0];
    assert_eq!(
        (&member["call"], &member["muted"]),
        (&json!(7), &json!(true))
    );
    assert_eq!(member["party"]["name"], "Anna");
    let staff = engine.user("sam", Role::Staff, None).await;
    let seen = engine
        .by_cookie(&staff, "GET", "/api/rooms", "")
        .await
        .json();
    assert_eq!(
        seen[0]["live"],
        Value::Null,
        "who talks with whom is not for all"
    );

    let path = |deed: &str| format!("/api/rooms/{}/{deed}", room["id"]);
    let done = CommandResult::Taken { call: None };
    let (answer, command) = engine
        .order(&path("lock"), &json!({ "locked": true }), done)
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert!(matches!(command, Command::LockRoom { room, locked: true, .. } if room == id));
    let mute = json!({ "call": null, "muted": true });
    let (_, command) = engine.order(&path("mute"), &mute, done).await;
    assert!(matches!(
        command,
        Command::MuteMember {
            call: None,
            muted: true,
            ..
        }
    ));
    let (_, command) = engine
        .order(&path("remove"), &json!({ "call": 7 }), done)
        .await;
    assert!(matches!(
        command,
        Command::RemoveMember {
            call: CallId(7),
            ..
        }
    ));
    let invite = json!({ "to": " 102 " });
    let (_, command) = engine.order(&path("invite"), &invite, done).await;
    assert!(matches!(command, Command::InviteToRoom { to, .. } if to == "102"));
    let reason = CommandRefusal::RoomFull;
    let full = CommandResult::Refused { reason };
    let (answer, _) = engine.order(&path("invite"), &invite, full).await;
    answer.problem(409);
    assert_eq!(answer.json()["code"], "roomFull");
    let (_, command) = engine
        .order(&path("recording"), &json!({ "on": true }), done)
        .await;
    assert!(matches!(command, Command::RecordRoom { on: true, .. }));
    let lock = json!({ "locked": true }).to_string();
    engine
        .by_cookie(&staff, "POST", &path("lock"), &lock)
        .await
        .problem(403);
}
