//! What flows ask: modes, sets of PINs, lists of callers.

use crate::engine::{Answer, Engine};
use axum::body::Body;
use serde_json::{Value, json};
use store::Role;

async fn put(engine: &Engine, path: &str, version: &Value, body: &Value) -> Answer {
    let version = format!("\"{version}\"");
    let headers = [("if-match", version.as_str())];
    engine
        .ask("PUT", path, &headers, Body::from(body.to_string()))
        .await
}

#[tokio::test]
async fn a_mode_is_set_from_the_front_desk_and_goes_back_by_itself() {
    let engine = Engine::start();
    let states = json!([{ "id": "", "name": "Day" }, { "id": "", "name": "Night" }]);
    let mode = engine
        .post("/api/modes", &json!({ "name": "Office", "states": states }))
        .await;
    assert_eq!(mode.status, 201, "{}", mode.text);
    let mode = mode.json();
    assert_eq!(
        (&mode["state"], &mode["set"], &mode["states"][1]["id"]),
        (&json!("day"), &Value::Null, &json!("night"))
    );
    let desk = engine.user("rita", Role::Receptionist, None).await;
    let path = format!("/api/modes/{}", mode["id"]);
    let until = api::Millis::now().0 + 60_000;
    let night = json!({ "state": "night", "until": until }).to_string();
    let set = engine
        .by_cookie(&desk, "POST", &format!("{path}/set"), &night)
        .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let set = set.json();
    assert_eq!(
        (&set["state"], &set["set"]["by"]),
        (&json!("night"), &json!("rita"))
    );
    assert_eq!(set["set"]["until"], until);
    let edit = json!({ "name": "Office", "states": [
        { "id": "day", "name": "Day" }, { "id": "night", "name": "Late" }] });
    let edited = put(&engine, &path, &mode["version"], &edit).await.json();
    assert_eq!(
        (&edited["state"], &edited["states"][1]["name"]),
        (&json!("night"), &json!("Late"))
    );
    put(&engine, &path, &mode["version"], &edit)
        .await
        .problem(412);
    let rest = engine
        .post(&format!("{path}/set"), &json!({ "state": "day" }))
        .await
        .json();
    assert_eq!(
        (&rest["state"], &rest["set"]),
        (&json!("day"), &Value::Null)
    );

    let refused = engine
        .post(&format!("{path}/set"), &json!({ "state": "dusk" }))
        .await;
    assert_eq!(refused.problem(422).as_deref(), Some("state"));
    let past = json!({ "state": "night", "until": 7 });
    let refused = engine.post(&format!("{path}/set"), &past).await;
    assert_eq!(refused.problem(422).as_deref(), Some("until"));
    let one = json!({ "name": "One", "states": [{ "id": "", "name": "Only" }] });
    let refused = engine.post("/api/modes", &one).await;
    assert_eq!(refused.problem(422).as_deref(), Some("states"));
    let refused = engine.by_cookie(&desk, "DELETE", &path, "").await;
    refused.problem(403);
    assert_eq!(
        engine.ask("DELETE", &path, &[], Body::empty()).await.status,
        204
    );
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.json()["name"], "Office");
}

#[tokio::test]
async fn a_pin_is_never_shown_again_and_stays_until_it_is_changed() {
    let engine = Engine::start();
    let set = json!({ "name": "Doors", "pins": [{ "name": "Cleaners", "pin": "739154" }] });
    let set = engine.post("/api/pin-sets", &set).await;
    assert_eq!(set.status, 201, "{}", set.text);
    assert!(!set.text.contains("739154"));
    let set = set.json();
    assert_eq!(set["pins"], json!([{ "name": "Cleaners" }]));
    let path = format!("/api/pin-sets/{}", set["id"]);
    let edit = json!({ "name": "Doors", "pins": [
        { "name": "Cleaners" }, { "name": "Guards", "pin": "284617" }] });
    let edited = put(&engine, &path, &set["version"], &edit).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let office = engine.desk.office();
    let pins = &office.pin_sets().next().unwrap().pins;
    assert!(store::pins::verify(&pins[0].hash, "739154"));
    assert!(store::pins::verify(&pins[1].hash, "284617"));

    for (pins, field) in [
        (
            json!([{ "name": "Cleaners", "pin": "1234" }]),
            "pins[0].pin",
        ),
        (json!([{ "name": "New" }]), "pins[0].pin"),
        (json!([{ "name": " ", "pin": "739154" }]), "pins[0].name"),
    ] {
        let bad = json!({ "name": "Doors", "pins": pins });
        let refused = engine.post("/api/pin-sets", &bad).await;
        assert_eq!(
            refused.problem(422).as_deref(),
            Some(field),
            "{}",
            refused.text
        );
    }
    let desk = engine.user("rita", Role::Receptionist, None).await;
    engine
        .by_cookie(&desk, "GET", "/api/pin-sets", "")
        .await
        .problem(403);
}

#[tokio::test]
async fn a_list_of_callers_takes_a_table() {
    let engine = Engine::start();
    let list = json!({ "name": "Customers", "columns": ["customer"], "callers": [
        { "number": "+49 (0)30 901820", "name": "Berlin", "values": ["17", "too many"] }] });
    let list = engine.post("/api/caller-lists", &list).await;
    assert_eq!(list.status, 201, "{}", list.text);
    let list = list.json();
    let berlin = json!([{ "number": "+49 (0)30 901820", "compared": "+4930901820",
        "name": "Berlin", "values": ["17"] }]);
    assert_eq!(list["callers"], berlin);
    let path = format!("/api/caller-lists/{}", list["id"]);
    let edit = json!({ "name": "Customers", "columns": [], "callers": [] });
    let edited = put(&engine, &path, &list["version"], &edit).await.json();
    assert_eq!(edited["callers"], json!([]));
    put(&engine, &path, &list["version"], &edit)
        .await
        .problem(412);
    let bad = json!({ "name": "Customers", "columns": [], "callers": [
        { "number": "anonymous", "name": "Nobody" }] });
    let refused = engine.post("/api/caller-lists", &bad).await;
    assert_eq!(refused.problem(422).as_deref(), Some("callers[0].number"));
    let twice = json!({ "name": "Customers", "columns": [], "callers": [
        { "number": "+49 (0)30 901820", "name": "Berlin" },
        { "number": "004930901820", "name": "Again" }] });
    let refused = engine.post("/api/caller-lists", &twice).await;
    assert_eq!(refused.problem(422).as_deref(), Some("callers[1].number"));
    assert_eq!(refused.json()["code"], "callerListedTwice");
}

#[tokio::test]
async fn a_secret_for_other_programs_is_named_and_never_shown() {
    let engine = Engine::start();
    let path = "/api/web-access/keys/crm_key";
    let key = Body::from(json!({ "value": "s3cret" }).to_string());
    assert_eq!(engine.ask("PUT", path, &[], key).await.status, 204);
    let shown = engine.get("/api/web-access").await;
    assert_eq!(
        shown.json(),
        json!({ "privateNetworks": false, "keys": ["crm_key"] })
    );
    let edit = Body::from(json!({ "privateNetworks": true }).to_string());
    let edited = engine.ask("PUT", "/api/web-access", &[], edit).await;
    assert_eq!(edited.json()["privateNetworks"], true);
    assert!(!engine.get("/api/audit").await.text.contains("s3cret"));
    for (name, value, field) in [
        ("crm%20key", "s3cret", "name"),
        ("crm", "two\nlines", "value"),
        ("crm", "", "value"),
    ] {
        let body = Body::from(json!({ "value": value }).to_string());
        let path = format!("/api/web-access/keys/{name}");
        let refused = engine.ask("PUT", &path, &[], body).await;
        assert_eq!(
            refused.problem(422).as_deref(),
            Some(field),
            "{name} {value}"
        );
        assert!(!refused.text.contains("s3cret"));
    }
    let gone = engine.ask("DELETE", path, &[], Body::empty()).await;
    assert_eq!(gone.status, 204);
    engine
        .ask("DELETE", path, &[], Body::empty())
        .await
        .problem(404);
}
