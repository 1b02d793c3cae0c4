//! Queues: added and changed by their form, live at once, and left alone once they are drawn. What they
//! share with ring groups is tested there.

use crate::{
    engine::{Answer, Engine},
    sounds::uploaded,
};
use axum::body::Body;
use serde_json::{Value, json};

/// Anna and Ben have joined and take calls of Support, which hangs up on whom nobody takes.
async fn office() -> (Engine, Value) {
    let engine = Engine::start();
    let mut people = Vec::new();
    for (name, extension) in [("Anna", "101"), ("Ben", "102")] {
        let person =
            json!({ "name": name, "extension": extension, "team": "", "ringSeconds": null });
        let added = engine.post("/api/people", &person).await;
        assert_eq!(added.status, 201, "{}", added.text);
        people.push(added.json()["id"].clone());
    }
    let support = json!({
        "agents": [{ "person": people[0], "tier": 1 }, { "person": people[1], "tier": 2 }],
        "strategy": "longestIdle", "ringFor": 20, "wrapUp": 10, "tierAfter": 60, "music": null,
        "saysPlace": true, "saysWait": false, "saysEvery": 60, "alsoSays": "", "maxWaiting": 20, "maxWait": 600,
        "maxEstimate": 0, "waitsForAgents": false, "prefix": "", "records": false,
        "hours": null, "exit": null, "otherwise": { "kind": "hangup" },
    });
    (engine, support)
}

async fn add(engine: &Engine, queue: &Value) -> Answer {
    let edit = json!({ "name": "Support", "number": "200", "queue": queue });
    engine.post("/api/queues", &edit).await
}

async fn put(engine: &Engine, flow: &Value, queue: &Value) -> Answer {
    let edit = json!({ "name": "Support", "number": "200", "queue": queue,
        "madeFrom": flow["live"]["revision"] });
    let path = format!("/api/queues/{}", flow["id"]);
    engine
        .ask("PUT", &path, &[], Body::from(edit.to_string()))
        .await
}

#[tokio::test]
async fn a_queue_takes_calls_as_soon_as_it_is_saved() {
    let (engine, mut support) = office().await;
    let added = add(&engine, &support).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let flow = added.json();
    assert_eq!(flow["queue"], support);
    assert_eq!(flow["ringGroup"], json!(null));
    assert_eq!(flow["errors"], json!(0), "{flow}");
    let office = engine.desk.office();
    assert!(matches!(office.resolve("200"), office::Dialled::Flow(_)));

    let ben = support["agents"][1]["person"].clone();
    support["strategy"] = json!("all");
    support["exit"] = json!({ "key": "1", "leadsTo": { "kind": "person", "id": ben } });
    support["maxEstimate"] = json!(300);
    support["prefix"] = json!("Support:");
    support["alsoSays"] = json!("To reach Ben, press 1.");
    let changed = put(&engine, &flow, &support).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["queue"], support);
    assert_eq!(changed.json()["live"]["revision"], json!(2));
}

#[tokio::test]
async fn what_a_queue_cannot_be_is_told_at_its_field() {
    let (engine, support) = office().await;
    let anna = support["agents"][0].clone();
    let table = [
        ("agents", json!([]), "queueIsEmpty", "queue.agents"),
        ("agents", json!([anna, anna]), "listedTwice", "queue.agents"),
        (
            "agents",
            json!([{ "person": anna["person"], "tier": 9 }]),
            "queueBounds",
            "queue.agents",
        ),
        (
            "agents",
            json!([{ "person": 99, "tier": 1 }]),
            "flowHasErrors",
            "queue.agents",
        ),
        ("ringFor", json!(4), "queueBounds", "queue.ringFor"),
        ("wrapUp", json!(601), "queueBounds", "queue.wrapUp"),
        ("tierAfter", json!(601), "queueBounds", "queue.tierAfter"),
        ("saysEvery", json!(5), "queueBounds", "queue.saysEvery"),
        ("maxWaiting", json!(0), "queueBounds", "queue.maxWaiting"),
        ("maxWait", json!(9), "queueBounds", "queue.maxWait"),
        ("maxEstimate", json!(10), "queueBounds", "queue.maxEstimate"),
        ("music", json!(99), "flowHasErrors", "queue.music"),
        ("prefix", json!("x".repeat(41)), "badText", "queue.prefix"),
        (
            "exit",
            json!({ "key": "12", "leadsTo": { "kind": "hangup" } }),
            "queueExitKey",
            "queue.exit",
        ),
        (
            "otherwise",
            json!({ "kind": "mailbox", "id": 99 }),
            "flowHasErrors",
            "queue.otherwise",
        ),
    ];
    for (field, value, code, at) in table {
        let mut queue = support.clone();
        queue[field] = value;
        let refused = add(&engine, &queue).await;
        let problem = refused.json();
        assert_eq!(
            (&problem["code"], &problem["field"]),
            (&json!(code), &json!(at)),
            "{field}: {}",
            refused.text
        );
    }
    assert!(!matches!(
        engine.desk.office().resolve("200"),
        office::Dialled::Flow(_)
    ));
}

#[tokio::test]
async fn callers_of_a_queue_are_not_led_in_a_circle() {
    let (engine, mut support) = office().await;
    let flow = add(&engine, &support).await.json();
    let itself = json!({ "kind": "flow", "id": flow["id"] });
    support["exit"] = json!({ "key": "1", "leadsTo": itself });
    let refused = put(&engine, &flow, &support).await;
    assert_eq!(
        refused.json()["code"],
        json!("queueCircle"),
        "{}",
        refused.text
    );
    support["exit"] = json!(null);
    support["otherwise"] = itself;
    let refused = put(&engine, &flow, &support).await;
    assert_eq!(
        refused.json()["code"],
        json!("queueCircle"),
        "{}",
        refused.text
    );
}

/// What callers hear in a queue is not taken from under them.
#[tokio::test]
async fn the_music_of_a_queue_cannot_be_removed() {
    let (engine, mut support) = office().await;
    let music = uploaded(&engine, "Waltz", "music", 1.0).await["id"].clone();
    support["music"] = music.clone();
    let added = add(&engine, &support).await;
    assert_eq!(added.json()["queue"]["music"], music, "{}", added.text);
    let path = format!("/api/sounds/{music}");
    let refused = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("Support"), "{}", refused.text);
}
