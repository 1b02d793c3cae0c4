//! Recorded calls: heard by whoever runs the office and by those who were in them, by nobody else.

use crate::{calls_csv, engine::Engine};
use axum::body::Body;
use office::{CallId, CallRecordingId, PersonId, SoundName};
use serde_json::json;
use sound_files::{Channels, write_opus};
use std::fs;
use store::{CallEvent, NewRecording, RecordingReason, Role};
use switch::{Command, CommandRefusal, CommandResult, RecordAction};

/// Two seconds of two parties, with the first a little louder.
async fn record(engine: &Engine, call: u64, parties: &str, persons: &[PersonId]) -> i64 {
    let name = format!("recordings/2026/11/{call}");
    let both: Vec<i16> = (0..32_000)
        .flat_map(|at| [((at as f32 * 0.2).sin() * 9_000.0) as i16, 0])
        .collect();
    let file = engine.dir.path().join(format!("sound/{name}.opus"));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, write_opus(&both, Channels::Stereo, 1).unwrap()).unwrap();
    let new = NewRecording {
        call: CallId(call),
        sound: SoundName::parse(&name).unwrap(),
        parties: parties.to_owned(),
        persons: persons.to_vec(),
        started_ms: 1_763_717_401_000 + call as i64,
        why: RecordingReason::Always,
        announced: true,
    };
    let id: CallRecordingId = engine
        .keeper
        .ask(move |store| {
            let id = store.begin_recording(&new)?;
            store.finish_recording(id, 2_000)?;
            Ok(id)
        })
        .await
        .unwrap();
    id.0
}

async fn person(engine: &Engine, name: &str) -> PersonId {
    let added = engine
        .post("/api/people", &json!({ "name": name }))
        .await
        .json();
    PersonId(added["id"].as_i64().unwrap())
}

#[tokio::test]
async fn recordings_are_heard_by_those_who_may_and_by_nobody_else() {
    let engine = Engine::start();
    let (anna, ben) = (person(&engine, "Anna").await, person(&engine, "Ben").await);
    let hers = record(&engine, 3, "Anna and +49 30 123456", &[anna]).await;
    let his = record(&engine, 4, "Ben and Zoë", &[ben]).await;
    let page = engine.get("/api/recordings").await.json();
    let ids = |page: &serde_json::Value| -> Vec<i64> {
        let list = page["recordings"].as_array().unwrap().iter();
        list.map(|one| one["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(&page), [his, hers]);
    assert_eq!(page["next"], json!(null));
    let one = &page["recordings"][1];
    assert_eq!(
        (&one["seconds"], &one["complete"]),
        (&json!(2.0), &json!(true))
    );
    assert_eq!(one["from"]["name"], "Anna and +49 30 123456");
    assert_eq!(one["peaks"].as_array().unwrap().len(), 120);
    assert!(one["bytes"].as_u64().unwrap() > 1_000);
    for (asked, found) in [
        (format!("person={}", anna.0), vec![hers]),
        ("text=zo%C3%AB%20ben".to_owned(), vec![his]),
        ("text=123".to_owned(), vec![hers]),
        ("text=nobody".to_owned(), vec![]),
        (format!("before={his}"), vec![hers]),
    ] {
        let page = engine.get(&format!("/api/recordings?{asked}")).await.json();
        assert_eq!(ids(&page), found, "{asked}");
    }
    engine.get("/api/recordings?before=x").await.problem(422);
    assert_eq!(one["gaps"], json!(false));
    let mut call = calls_csv::call(3, "Anna");
    let end = json!({ "recording": hers, "why": "disk" });
    call.events.push(CallEvent {
        offset: 900,
        kind: "recordingEnded".to_owned(),
        detail: end.to_string(),
    });
    calls_csv::add(&engine, vec![call]).await;
    let page = engine.get("/api/recordings").await.json();
    let gaps = [0, 1].map(|at| page["recordings"][at]["gaps"].clone());
    assert_eq!(gaps, [json!(false), json!(true)], "a slow disk is told");

    let path = |id: i64| format!("/api/recordings/{id}/sound.wav");
    let wav = engine.raw("GET", &path(hers), &json!(null)).await;
    assert_eq!(wav.len(), 44 + 32_000 * 4);
    assert_eq!(wav[22], 2, "two channels");
    let part = engine
        .ask(
            "HEAD",
            &path(hers),
            &[("range", "bytes=0-99")],
            Body::empty(),
        )
        .await;
    assert_eq!(part.status, 206);

    for (login, role) in [("anna", Role::Staff), ("desk", Role::Receptionist)] {
        let cookie = engine.user(login, role, Some(anna)).await;
        let see = async |path: &str| engine.by_cookie(&cookie, "GET", path, "").await;
        assert_eq!(ids(&see("/api/recordings").await.json()), [hers]);
        let others = format!("/api/recordings?person={}", ben.0);
        assert_eq!(ids(&see(&others).await.json()), [0_i64; 0]);
        see(&path(his)).await.problem(404);
        let own = engine.by_cookie(&cookie, "HEAD", &path(hers), "").await;
        assert_eq!(own.status, 200);
        let gone = format!("/api/recordings/{hers}");
        engine
            .by_cookie(&cookie, "DELETE", &gone, "")
            .await
            .problem(403);
    }
    let nobody = engine.user("nobody", Role::Staff, None).await;
    let page = engine
        .by_cookie(&nobody, "GET", "/api/recordings", "")
        .await
        .json();
    assert_eq!(ids(&page), [0_i64; 0]);

    let file = engine.dir.path().join("sound/recordings/2026/11/3.opus");
    let gone = format!("/api/recordings/{hers}");
    assert_eq!(
        engine.ask("DELETE", &gone, &[], Body::empty()).await.status,
        204
    );
    assert!(!file.exists(), "deleted is deleted");
    engine.get(&path(hers)).await.problem(404);
    engine
        .ask("DELETE", &gone, &[], Body::empty())
        .await
        .problem(404);
    let audit = engine.get("/api/audit").await.text;
    assert!(audit.contains("recording.deleted"), "{audit}");
}

#[tokio::test]
async fn rules_and_settings_of_recording_are_kept() {
    let engine = Engine::start();
    let anna = engine
        .post("/api/people", &json!({ "name": "Anna" }))
        .await
        .json();
    assert_eq!(anna["recording"], "never");
    let path = format!("/api/people/{}", anna["id"]);
    let edit = async |body: serde_json::Value| {
        let now = engine.get("/api/people").await.json()[0]["revision"].to_string();
        let headers = [("if-match", now.as_str())];
        engine
            .ask("PUT", &path, &headers, Body::from(body.to_string()))
            .await
    };
    let always = edit(json!({ "name": "Anna", "recording": "always" }))
        .await
        .json();
    assert_eq!(always["recording"], "always");
    let renamed = edit(json!({ "name": "Anne" })).await.json();
    assert_eq!(renamed["recording"], "always", "what is not named stays");
    let wrong = edit(json!({ "name": "Anne", "recording": "sometimes" })).await;
    assert_eq!(wrong.problem(422).as_deref(), Some("recording"));

    let settings = engine.get("/api/recording-settings").await.json();
    assert_eq!(
        (&settings["announce"], &settings["keepDays"]),
        (&json!(true), &json!(90))
    );
    let put = async |body: serde_json::Value, revision: &serde_json::Value| {
        let revision = revision.to_string();
        let headers = [("if-match", revision.as_str())];
        let body = Body::from(body.to_string());
        engine
            .ask("PUT", "/api/recording-settings", &headers, body)
            .await
    };
    let saved = put(
        json!({ "announce": false, "keepDays": null, "listening": true }),
        &settings["revision"],
    )
    .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let saved = saved.json();
    assert_eq!(
        (&saved["announce"], &saved["keepDays"], &saved["listening"]),
        (&json!(false), &json!(null), &json!(true))
    );
    let again = put(
        json!({ "announce": true, "keepDays": 1, "listening": true }),
        &settings["revision"],
    )
    .await;
    again.problem(412);
    let none = put(
        json!({ "announce": true, "keepDays": 0, "listening": true }),
        &saved["revision"],
    )
    .await;
    assert_eq!(none.problem(422).as_deref(), Some("keepDays"));
}

#[tokio::test]
async fn a_talk_is_recorded_at_somebodys_word() {
    let engine = Engine::start();
    let path = "/api/calls/12/recording";
    let done = CommandResult::Taken {
        call: Some(CallId(12)),
    };
    for (word, action) in [
        ("start", RecordAction::Start),
        ("pause", RecordAction::Pause),
        ("resume", RecordAction::Resume),
        ("stop", RecordAction::Stop),
    ] {
        let (answer, command) = engine.order(path, &json!({ "action": word }), done).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert!(
            matches!(command, Command::RecordCall { call: CallId(12), action: a, .. } if a == action)
        );
    }
    let never = CommandResult::Refused {
        reason: CommandRefusal::NeverRecorded,
    };
    let (answer, _) = engine
        .order(path, &json!({ "action": "start" }), never)
        .await;
    answer.problem(409);
    let wrong = engine.post(path, &json!({ "action": "rewind" })).await;
    assert_eq!(wrong.problem(422).as_deref(), Some("action"));
    let staff = engine
        .user("sam", Role::Staff, Some(person(&engine, "Sam").await))
        .await;
    let start = json!({ "action": "start" }).to_string();
    engine
        .by_cookie(&staff, "POST", path, &start)
        .await
        .problem(403);
}
