//! Everything that leads calls out of the office by itself stands in one list.

use crate::{calling, engine::Engine, lines};
use serde_json::{Value, json};
use store::Role;
use switch::{Command, Explained, Input, RefusalReason, What};

/// The list, the switch saying of each number what it would say of a call.
async fn ways_out(engine: &Engine, cookie: &str) -> Vec<Value> {
    let ask = engine.by_cookie(cookie, "GET", "/api/ways-out", "");
    let answers = async {
        loop {
            for input in engine.take_inputs() {
                if let Input::Command(Command::Explain { ticket, number, .. }) = input {
                    let refused = number
                        .starts_with("+44")
                        .then_some(RefusalReason::ForwardAbroad);
                    let explained = Box::new(Explained {
                        refused,
                        ..Explained::default()
                    });
                    engine.tell(What::Explained { ticket, explained });
                    let result = switch::CommandResult::Taken { call: None };
                    engine.tell(What::CommandDone { ticket, result });
                }
            }
            tokio::task::yield_now().await;
        }
    };
    let answer = tokio::select! {
        answer = ask => answer,
        () = answers => unreachable!("the list comes first"),
    };
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json().as_array().unwrap().clone()
}

fn forward(number: &str) -> Value {
    json!({ "dest_kind": "forward", "dest_id": number })
}

#[tokio::test]
async fn every_forward_is_listed_with_who_set_it_and_what_it_comes_to() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let anna = calling::person(&engine).await;
    let line = engine.post("/api/lines", &lines::wanted()).await.json();
    assert_eq!(line["spendCap"], "notAnswered");
    let maria = engine.user("maria", Role::Admin, None).await;
    assert_eq!(ways_out(&engine, &maria).await, [Value::Null; 0]);

    // Maria forwards a number; the owner changes only what it is called afterwards.
    let number = calling::number("030 5551234", forward("+491711234567"));
    let added = engine
        .by_cookie(&maria, "POST", "/api/numbers", &number.to_string())
        .await;
    assert_eq!(added.status, 201, "{}", added.text);
    let mut edit = calling::number("+49305551234", forward("+491711234567"));
    edit["label"] = json!("Service");
    let path = "/api/numbers/+49305551234";
    let edited = calling::put(&engine, path, &added.json()["revision"], &edit).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    // Two more that do not leave the office, and one that goes abroad.
    for (text, target) in [
        (
            "030 5551235",
            json!({ "dest_kind": "user", "dest_id": anna }),
        ),
        ("030 5551236", forward("+442079460000")),
    ] {
        let added = engine
            .post("/api/numbers", &calling::number(text, target))
            .await;
        assert_eq!(added.status, 201, "{}", added.text);
    }
    // A branch whose people may use the lines.
    let peer = json!({
        "name": "Branch", "enabled": true, "place": null, "networks": ["192.0.2.0/24"], "user": "",
        "prefixes": [], "stripPrefix": false, "mayCallOutside": true, "channels": 4, "srtp": "off",
    });
    let peer = engine.post("/api/peers", &peer).await;
    assert_eq!(peer.status, 201, "{}", peer.text);

    let ways = ways_out(&engine, &maria).await;
    let kinds: Vec<_> = ways
        .iter()
        .map(|way| way["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["number", "number", "otherSystem"]);
    let [service, london, branch] = [&ways[0], &ways[1], &ways[2]];
    assert_eq!(service["name"], "Service");
    assert_eq!(
        (&service["to"], &service["country"]),
        (&json!("0171 1234567"), &json!("DE"))
    );
    assert_eq!(
        (&service["abroad"], &service["refusal"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(service["set"]["by"], "maria", "{service}");
    assert_eq!(
        (&london["abroad"], &london["country"]),
        (&json!(true), &json!("GB"))
    );
    assert_eq!(london["refusal"], "forwardAbroad");
    assert_eq!(london["set"]["by"], "", "this computer");
    assert_eq!(
        (&branch["name"], &branch["to"]),
        (&json!("Branch"), &Value::Null)
    );
    assert_ne!(branch["set"], Value::Null);

    let desk = engine.user("rita", Role::Receptionist, None).await;
    engine
        .by_cookie(&desk, "GET", "/api/ways-out", "")
        .await
        .problem(403);
}

/// A flow that sends everybody to a mobile.
fn to_a_mobile() -> Value {
    json!({
        "schemaVersion": 1, "id": "flow_hidden", "name": "Hidden", "entry": "n_start",
        "nodes": [
            { "id": "n_start", "type": "entry", "position": { "x": 0, "y": 0 },
                "data": { "kind": "entry" } },
            { "id": "n_out", "type": "goto", "position": { "x": 280, "y": 0 },
                "data": { "kind": "goto",
                    "target": { "kind": "forward", "id": "+491711234567" } } },
        ],
        "edges": [{ "id": "e1", "source": "n_start", "sourceHandle": "default",
            "target": "n_out" }],
    })
}

#[tokio::test]
async fn a_draft_that_somebody_tries_out_leads_out_as_well() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let maria = engine.user("maria", Role::Admin, None).await;
    let mut document = to_a_mobile();
    let add = json!({ "name": "Hidden", "number": "300", "document": document });
    let flow = engine.post("/api/flows", &add).await;
    assert_eq!(flow.status, 201, "{}", flow.text);
    assert_eq!(
        ways_out(&engine, &maria).await,
        [Value::Null; 0],
        "nobody gets it"
    );
    document["settings"] = json!({ "testCallers": ["030 5551234"] });
    let step = json!({ "name": "Edit", "forward": [], "back": [] });
    let save = json!({ "seq": 1, "document": document, "step": step, "cursor": 1 });
    let path = format!("/api/flows/{}/draft", flow.json()["id"]);
    let saved = engine
        .ask("PUT", &path, &[], axum::body::Body::from(save.to_string()))
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let ways = ways_out(&engine, &maria).await;
    assert_eq!(ways.len(), 1, "{ways:?}");
    assert_eq!(ways[0]["kind"], "callFlow");
    assert_eq!(ways[0]["node"], "n_out");
}

#[tokio::test]
async fn a_line_asks_for_its_providers_limit_until_somebody_answers_and_keeps_the_answer() {
    let engine = Engine::start();
    let line = engine.post("/api/lines", &lines::wanted()).await.json();
    let path = format!("/api/lines/{}/spend-cap", line["id"]);
    let answered = engine.post(&path, &json!({ "spendCap": "on" })).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    let answered = answered.json();
    assert_eq!(answered["spendCap"], "on");
    // Changing the line does not ask again.
    let mut edit = lines::wanted();
    edit["name"] = json!("Renamed");
    let line = format!("/api/lines/{}", line["id"]);
    let edited = calling::put(&engine, &line, &answered["revision"], &edit).await;
    assert_eq!(edited.json()["spendCap"], "on", "{}", edited.text);
    let log = engine.get("/api/audit").await.json();
    let said = log["entries"].as_array().unwrap().iter();
    let said = said.filter(|line| line["after"]["spendCap"] == "on");
    assert_eq!(said.count(), 1, "{log}");
    engine
        .post(&path, &json!({ "spendCap": "maybe" }))
        .await
        .problem(422);
}
