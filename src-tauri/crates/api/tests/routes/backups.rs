//! A file of the whole office: what is in it, what it would change, and that it comes back.

use crate::{
    engine::{Answer, Engine, HOST},
    sounds::uploaded,
    voicemail::{leave, messages, two_people},
};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

#[tokio::test]
async fn a_backup_shows_what_it_would_change_and_is_restored_once() {
    let engine = Engine::start();
    let passphrase = json!({ "passphrase": "grün und gelb" });
    let person =
        |name: &str| json!({ "name": name, "extension": null, "team": "", "ringSeconds": null });
    engine.post("/api/people", &person("Anna")).await;
    let file = engine.raw("POST", "/api/backups/export", &passphrase).await;
    engine.post("/api/people", &person("Ben")).await;
    let inspect = async |passphrase, file| inspect(&engine, passphrase, file).await;
    let wrong = inspect("gr%C3%BCn%20und%20blau", file.clone()).await;
    assert_eq!(wrong.problem(422).as_deref(), Some("passphrase"));
    assert_eq!(wrong.json()["code"], "wrongPassphrase");
    let other = inspect("gr%C3%BCn%20und%20gelb", b"no backup".to_vec()).await;
    assert_eq!(other.problem(422).as_deref(), Some("file"));
    let diff = inspect("gr%C3%BCn%20und%20gelb", file).await.json();
    assert_eq!(diff["changes"][0]["change"], "removed", "{diff}");
    assert_eq!(diff["changes"][0]["name"], "Ben");
    let restore = json!({ "restore": diff["restore"] });
    let done = engine.post("/api/backups/restore", &restore).await;
    assert_eq!(done.status, 204, "{}", done.text);
    let people = engine.get("/api/people").await.json();
    assert_eq!(people.as_array().unwrap().len(), 1);
    let again = engine.post("/api/backups/restore", &restore).await;
    assert_eq!(again.problem(422).as_deref(), Some("restore"));
}

#[tokio::test]
async fn a_restored_office_keeps_the_certificate_its_phones_trust() {
    let (before, after) = (Engine::start(), Engine::start());
    let fingerprint = async |engine: &Engine| {
        let view = engine.get("/api/certificates").await.json();
        view["authority"]["fingerprint"].clone()
    };
    let (old, new) = (fingerprint(&before).await, fingerprint(&after).await);
    assert_ne!(old, new);
    let passphrase = json!({ "passphrase": "grün und gelb" });
    let file = before.raw("POST", "/api/backups/export", &passphrase).await;
    assert!(!file.windows(11).any(|part| part == b"PRIVATE KEY"));
    let diff = inspect(&after, "gr%C3%BCn%20und%20gelb", file).await.json();
    let told = json!([{ "field": "authority", "now": new, "then": old }]);
    let changes = diff["changes"].as_array().unwrap();
    assert!(
        changes.iter().any(|change| change["fields"] == told),
        "{diff}"
    );
    assert!(!diff.to_string().contains("PRIVATE KEY"));
    let restore = json!({ "restore": diff["restore"] });
    let done = after.post("/api/backups/restore", &restore).await;
    assert_eq!(done.status, 204, "{}", done.text);
    assert_eq!(fingerprint(&after).await, old);
}

#[tokio::test]
async fn what_callers_hear_and_said_moves_to_another_computer() {
    let (before, after) = (Engine::start(), Engine::start());
    let [(_, annas), _] = two_people(&before).await;
    let greeting = uploaded(&before, "Welcome", "greeting", 3.0).await;
    let message = leave(&before, &annas, 1).await;
    let sound_of = async |engine: &Engine, path: String| {
        let path = format!("/api/{path}/sound.wav");
        engine.raw("GET", &path, &Value::Null).await
    };
    let said = sound_of(&before, format!("messages/{message}")).await;
    let heard = sound_of(&before, format!("sounds/{}", greeting["id"])).await;
    let contents = before.get("/api/backups").await.json()["contents"].clone();
    assert_eq!(contents["sounds"]["count"], 1, "{contents}");
    assert_eq!(contents["messages"]["count"], 1, "{contents}");
    assert_eq!(contents["recordings"], json!({ "count": 0, "bytes": 0 }));
    assert!(contents["messages"]["bytes"].as_u64() > Some(1_000));

    let wish = json!({ "passphrase": "a long way home" });
    let small = before.raw("POST", "/api/backups/export", &wish).await;
    let wish = json!({ "passphrase": "a long way home", "messages": true, "recordings": true });
    let file = before.raw("POST", "/api/backups/export", &wish).await;
    assert!(file.len() > small.len() + 1_000, "the message goes along");

    let diff = inspect(&after, "a%20long%20way%20home", file.clone()).await;
    let diff = diff.json();
    assert_eq!(
        (&diff["messages"], &diff["recordings"]),
        (&json!(1), &json!(0))
    );
    let subjects = diff["changes"].as_array().unwrap().iter();
    let mut subjects: Vec<&str> = subjects.filter_map(|one| one["subject"].as_str()).collect();
    subjects.dedup();
    assert_eq!(
        subjects,
        [
            "settings",
            "person",
            "extension",
            "mailbox",
            "sound",
            "settings"
        ],
        "{diff}"
    );
    let restore = json!({ "restore": diff["restore"] });
    let done = after.post("/api/backups/restore", &restore).await;
    assert_eq!(done.status, 204, "{}", done.text);

    let now = messages(&after, &annas, "new").await;
    assert_eq!(now.len(), 1);
    assert_eq!(sound_of(&after, format!("messages/{}", now[0])).await, said);
    let path = format!("/api/mailboxes/{}/messages?state=new", annas["id"]);
    let page = after.get(&path).await.json();
    assert_eq!(page["messages"][0]["call"], Value::Null);
    let sounds = after.get("/api/sounds").await.json();
    assert_eq!(sounds[0]["title"], "Welcome");
    let kept = sound_of(&after, format!("sounds/{}", sounds[0]["id"])).await;
    assert_eq!(kept, heard);
    let mailboxes = after.get("/api/mailboxes").await.json();
    assert_eq!(mailboxes[0]["new"], 1, "lamps know of it");

    // A message of a later call takes no file of one that came back.
    let first = leave(&after, &annas, 2).await;
    assert_eq!(sound_of(&after, format!("messages/{}", now[0])).await, said);
    assert_eq!(messages(&after, &annas, "new").await, [first, now[0]]);
    // The same file once more changes nothing.
    let again = inspect(&after, "a%20long%20way%20home", file).await.json();
    assert_eq!(
        (&again["changes"], &again["messages"]),
        (&json!([]), &json!(0))
    );
}

#[tokio::test]
async fn a_greeting_that_is_another_one_by_now_is_not_written_over() {
    let engine = Engine::start();
    let greeting = uploaded(&engine, "Welcome", "greeting", 3.0).await;
    let wish = json!({ "passphrase": "a long way home" });
    let file = engine.raw("POST", "/api/backups/export", &wish).await;
    let cut = json!({ "title": "Welcome, shorter", "from": 0.5, "to": 2.0 });
    let path = format!("/api/sounds/{}", greeting["id"]);
    let cut = engine
        .ask("PUT", &path, &[], Body::from(cut.to_string()))
        .await;
    assert_eq!(cut.status, 200, "{}", cut.text);
    let diff = inspect(&engine, "a%20long%20way%20home", file).await.json();
    let restore = json!({ "restore": diff["restore"] });
    let done = engine.post("/api/backups/restore", &restore).await;
    assert_eq!(done.status, 204, "{}", done.text);
    let sounds = engine.get("/api/sounds").await.json();
    let own = sounds.as_array().unwrap().iter();
    let own = own.filter(|sound| sound["madeBy"] != "builtIn");
    let own: Vec<_> = own
        .map(|sound| {
            (
                sound["title"].as_str().unwrap(),
                sound["seconds"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(own, [("Welcome", 3.0), ("Welcome, shorter", 1.5)]);
}

/// What restoring a file would change.
async fn inspect(engine: &Engine, passphrase: &str, file: Vec<u8>) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri("/api/backups/inspect")
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", engine.token))
        .header("content-type", "application/octet-stream")
        .header("x-passphrase", passphrase);
    engine.send(request.body(Body::from(file)).unwrap()).await
}
