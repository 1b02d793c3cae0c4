//! Where calls are parked: set by those who run the office, and never a number somebody has.

use crate::engine::Engine;
use axum::body::Body;
use serde_json::{Value, json};

#[tokio::test]
async fn parking_slots_are_set_and_are_nobodys_extension() {
    let engine = Engine::start();
    let parking = engine.get("/api/parking").await.json();
    assert_eq!(
        (&parking["on"], &parking["first"], &parking["slots"]),
        (&json!(true), &json!(70), &json!(10))
    );
    let put = async |body: Value, revision: &Value| {
        let revision = revision.to_string();
        let headers = [("if-match", revision.as_str())];
        let body = Body::from(body.to_string());
        engine.ask("PUT", "/api/parking", &headers, body).await
    };
    let wish = |first: u32| json!({ "on": true, "first": first, "slots": 5, "backSeconds": 60 });
    let saved = put(wish(880), &parking["revision"]).await.json();
    assert_eq!(
        (&saved["first"], &saved["slots"], &saved["backSeconds"]),
        (&json!(880), &json!(5), &json!(60))
    );
    put(wish(70), &parking["revision"]).await.problem(412);

    // Somebody has 885, which is free; 884 is a slot.
    let add = json!({ "name": "Anna", "extension": "885" });
    assert_eq!(engine.post("/api/people", &add).await.status, 201);
    let on_slot = json!({ "name": "Ben", "extension": "884" });
    let refused = engine.post("/api/people", &on_slot).await;
    refused.problem(422);
    assert!(
        refused.text.contains("884 is an extension"),
        "{}",
        refused.text
    );
    let over_her = put(wish(881), &saved["revision"]).await;
    assert_eq!(over_her.problem(422).as_deref(), Some("first"));
    let none = json!({ "on": true, "first": 880, "slots": 0, "backSeconds": 60 });
    put(none, &saved["revision"]).await.problem(422);
    let now = engine.get("/api/parking").await.json();
    assert_eq!(now, saved, "nothing was changed");
}
