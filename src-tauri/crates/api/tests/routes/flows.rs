//! Call flows: drawn, saved, checked, rehearsed, published and taken back.

use crate::{
    calling::put,
    engine::{Answer, Engine},
    feed::Served,
};
use axum::body::Body;
use serde_json::{Value, json};
use store::Role;

/// Who calls is told that nobody is there.
fn closed() -> Value {
    json!({
        "schemaVersion": 1, "id": "flow_main01", "name": "Main number", "entry": "n_start",
        "nodes": [
            { "id": "n_start", "type": "entry", "position": { "x": 0, "y": 0 },
                "data": { "kind": "entry" } },
            { "id": "n_bye01", "type": "hangup", "position": { "x": 280, "y": 0 },
                "data": { "kind": "hangup", "cause": "busy" } },
        ],
        "edges": [{ "id": "e1", "source": "n_start", "sourceHandle": "default",
            "target": "n_bye01" }],
    })
}

/// The same with the hours of a schedule asked first.
fn by_hours(schedule: &Value) -> Value {
    let mut flow = closed();
    let nodes = flow["nodes"].as_array_mut().unwrap();
    nodes.push(
        json!({ "id": "n_hours", "type": "timeCondition", "position": { "x": 1, "y": 1 },
        "data": { "kind": "timeCondition", "schedule": schedule.to_string() } }),
    );
    flow["edges"] = json!([
        { "id": "e1", "source": "n_start", "sourceHandle": "default", "target": "n_hours" },
        { "id": "e2", "source": "n_hours", "sourceHandle": "in_hours", "target": "n_bye01" },
        { "id": "e3", "source": "n_hours", "sourceHandle": "out_of_hours", "target": "n_bye01" },
    ]);
    flow
}

async fn send(engine: &Engine, method: &str, path: &str, version: i64, body: &Value) -> Answer {
    let version = format!("\"{version}\"");
    let headers = [("if-match", version.as_str())];
    engine
        .ask(method, path, &headers, Body::from(body.to_string()))
        .await
}

async fn added(engine: &Engine, document: &Value) -> (String, Value) {
    let add = json!({ "name": "Main number", "number": "300", "document": document });
    let flow = engine.post("/api/flows", &add).await;
    assert_eq!(flow.status, 201, "{}", flow.text);
    let flow = flow.json();
    (format!("/api/flows/{}", flow["id"]), flow)
}

async fn save(engine: &Engine, path: &str, seq: i64, document: &Value) -> Answer {
    let step = json!({ "name": "Edit", "forward": [], "back": [] });
    let save = json!({ "seq": seq, "document": document, "step": step, "cursor": 1 });
    let path = format!("{path}/draft");
    engine
        .ask("PUT", &path, &[], Body::from(save.to_string()))
        .await
}

async fn publish(engine: &Engine, path: &str, seq: i64) -> Answer {
    let publish = json!({ "message": "For callers", "seq": seq });
    engine.post(&format!("{path}/publish"), &publish).await
}

#[tokio::test]
async fn a_flow_has_a_number_a_name_and_comes_back_when_it_was_removed() {
    let engine = Engine::start();
    let (path, flow) = added(&engine, &closed()).await;
    assert_eq!(
        (&flow["live"], &flow["draftDiffers"], &flow["errors"]),
        (&Value::Null, &json!(true), &json!(0)),
        "{flow}"
    );
    assert_eq!(
        flow["usedBy"],
        json!([{ "kind": "extension", "id": 300, "name": "300" }])
    );
    let taken = json!({ "name": "Other", "number": "300" });
    let refused = engine.post("/api/flows", &taken).await;
    assert_eq!(refused.problem(409).as_deref(), Some("number"));
    assert_eq!(refused.json()["code"], "numberTaken");
    let bad = json!({ "name": "Other", "number": "3x" });
    let refused = engine.post("/api/flows", &bad).await;
    assert_eq!(refused.problem(422).as_deref(), Some("number"));

    let edit = json!({ "name": "Sales", "number": "301" });
    let edited = send(&engine, "PUT", &path, 1, &edit).await;
    assert_eq!(edited.json()["number"], "301");
    send(&engine, "PUT", &path, 1, &edit).await.problem(412);
    let office = engine.desk.office();
    assert!(matches!(office.resolve("301"), office::Dialled::Flow(_)));
    assert_eq!(office.resolve("300"), office::Dialled::Unknown);

    let removed = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(removed.status, 204);
    assert_eq!(engine.get("/api/flows").await.json(), json!([]));
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.json()["name"], "Sales");
}

#[tokio::test]
async fn a_draft_is_saved_step_by_step_and_only_once_by_each() {
    let engine = Engine::start();
    let (path, _) = added(&engine, &closed()).await;
    let mut document = closed();
    document["nodes"][1]["data"]["cause"] = json!("rejected");
    let saved = save(&engine, &path, 1, &document).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let saved = saved.json();
    assert_eq!((&saved["seq"], &saved["cursor"]), (&json!(2), &json!(1)));
    assert!(saved["check"]["nodes"]["n_bye01"].is_object(), "{saved}");

    let again = save(&engine, &path, 1, &document).await;
    again.problem(409);
    assert_eq!(again.json()["code"], "draftChangedMeanwhile");
    let draft = engine.get(&format!("{path}/draft")).await.json();
    assert_eq!(draft["document"]["nodes"][1]["data"]["cause"], "rejected");
    assert_eq!(draft["history"]["steps"][0]["name"], "Edit");
    assert_eq!(draft["history"]["cursor"], 1);

    let none = save(&engine, &path, 2, &json!({ "schemaVersion": 1 })).await;
    assert_eq!(none.problem(422).as_deref(), Some("document"));
    assert_eq!(none.json()["code"], "badFlow");
}

#[tokio::test]
async fn what_is_published_is_live_and_an_earlier_version_can_be_again() {
    let engine = Engine::start();
    let (path, _) = added(&engine, &closed()).await;
    let stale = publish(&engine, &path, 7).await;
    stale.problem(412);
    let first = publish(&engine, &path, 1).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let first = first.json();
    assert_eq!(
        (
            &first["live"]["revision"],
            &first["live"]["message"],
            &first["draftDiffers"]
        ),
        (&json!(1), &json!("For callers"), &json!(false))
    );
    // Where a node is drawn is no change.
    let mut moved = closed();
    moved["nodes"][1]["position"]["x"] = json!(999);
    save(&engine, &path, 1, &moved).await;
    assert_eq!(
        engine.get("/api/flows").await.json()[0]["draftDiffers"],
        false
    );
    let mut other = closed();
    other["nodes"][1]["data"]["cause"] = json!("rejected");
    save(&engine, &path, 2, &other).await;
    assert_eq!(
        engine.get("/api/flows").await.json()[0]["draftDiffers"],
        true
    );

    let second = publish(&engine, &path, 3).await.json();
    assert_eq!(second["live"]["revision"], 2);
    let live = |engine: &Engine| {
        let office = engine.desk.office();
        let flow = office.flows().next().unwrap().clone();
        flow.live.unwrap().document["nodes"][1]["data"]["cause"].clone()
    };
    assert_eq!(live(&engine), "rejected");
    let back = engine
        .post(&format!("{path}/rollback"), &json!({ "revision": 1 }))
        .await;
    assert_eq!(back.json()["live"]["revision"], 1);
    assert_eq!(live(&engine), "busy");
    let missing = engine
        .post(&format!("{path}/rollback"), &json!({ "revision": 9 }))
        .await;
    missing.problem(404);

    let versions = engine.get(&format!("{path}/versions")).await.json();
    assert_eq!(
        (
            versions[0]["revision"].as_i64(),
            versions[1]["revision"].as_i64()
        ),
        (Some(2), Some(1))
    );
    let document = engine.get(&format!("{path}/versions/2")).await.json();
    assert_eq!(document["nodes"][1]["data"]["cause"], "rejected");
    engine.get(&format!("{path}/versions/9")).await.problem(404);

    let reverted = engine
        .post(&format!("{path}/revert"), &json!({}))
        .await
        .json();
    assert_eq!(reverted["document"]["nodes"][1]["data"]["cause"], "busy");
    assert_eq!(reverted["history"]["steps"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_flow_that_loses_callers_is_not_published() {
    let engine = Engine::start();
    let mut document = closed();
    document["edges"] = json!([]);
    let (path, flow) = added(&engine, &document).await;
    assert_ne!(flow["errors"], 0);
    let refused = publish(&engine, &path, 1).await;
    assert_eq!(refused.problem(422).as_deref(), Some("document"));
    let refused = refused.json();
    assert_eq!(refused["code"], "flowHasErrors");
    let rules = refused["findings"].as_array().unwrap();
    assert!(
        rules.iter().any(|finding| finding["rule"] == "E03"),
        "{refused}"
    );
    let checked = engine
        .post("/api/flows/check", &json!({ "document": document }))
        .await
        .json();
    assert_eq!(&checked["findings"][0]["level"], "error");
}

#[tokio::test]
async fn a_scenario_that_fails_keeps_a_flow_from_being_published() {
    let engine = Engine::start();
    let (path, _) = added(&engine, &closed()).await;
    let scenarios = format!("{path}/scenarios");
    let mut scenario = json!({
        "name": "A call is refused", "call": { "at": 1_797_073_200_000_i64, "caller": "+4930901820" },
        "expects": { "ends": "hungUp", "visits": ["n_start", "n_bye01"] },
    });
    let added = engine.post(&scenarios, &scenario).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let list = engine.get(&scenarios).await.json();
    assert_eq!(
        list[0]["last"],
        json!({ "ok": true, "why": null, "reached": [] }),
        "{list}"
    );
    assert_eq!(publish(&engine, &path, 1).await.status, 200);

    scenario["expects"]["visits"] = json!(["n_start", "n_other"]);
    let one = format!("{scenarios}/{}", list[0]["id"]);
    let edited = engine
        .ask("PUT", &one, &[], Body::from(scenario.to_string()))
        .await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let refused = publish(&engine, &path, 1).await;
    refused.problem(422);
    let refused = refused.json();
    assert_eq!(refused["code"], "scenarioFailed");
    assert_eq!(refused["scenarios"][0]["last"]["why"], "visits n_other");
    let run = json!({ "document": closed() });
    let run = engine.post(&format!("{scenarios}/run"), &run).await.json();
    assert_eq!(run[0]["last"]["ok"], false);

    let mut nameless = scenario.clone();
    nameless["name"] = json!(" ");
    let refused = engine.post(&scenarios, &nameless).await;
    assert_eq!(refused.problem(422).as_deref(), Some("name"));
    let mut unclear = scenario;
    unclear["call"]["at"] = json!("noon");
    let refused = engine.post(&scenarios, &unclear).await;
    assert_eq!(refused.problem(422).as_deref(), Some("call.at"));
    let removed = engine.ask("DELETE", &one, &[], Body::empty()).await;
    assert_eq!(removed.status, 204);
    assert_eq!(publish(&engine, &path, 1).await.status, 200);
}

#[tokio::test]
async fn a_scenario_that_reaches_somebody_else_keeps_a_flow_from_being_published() {
    let engine = Engine::start();
    let (path, _) = added(&engine, &closed()).await;
    let scenarios = format!("{path}/scenarios");
    let scenario = |reaches: Value| {
        json!({
            "name": "Nobody is there", "call": { "at": 1_797_073_200_000_i64 },
            "expects": { "ends": null, "visits": [], "reaches": reaches },
        })
    };
    let nobody = scenario(json!({ "kind": "nobody" }));
    let kept = engine.post(&scenarios, &nobody).await;
    assert_eq!(kept.status, 201, "{}", kept.text);
    assert_eq!(publish(&engine, &path, 1).await.status, 200);

    let one = format!("{scenarios}/{}", kept.json()["id"]);
    let somebody = scenario(json!({ "kind": "person", "id": 1 }));
    let body = Body::from(somebody.to_string());
    let edited = engine.ask("PUT", &one, &[], body).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let refused = publish(&engine, &path, 1).await;
    refused.problem(422);
    let refused = refused.json();
    assert_eq!(refused["code"], "scenarioFailed");
    let last = &refused["scenarios"][0]["last"];
    assert_eq!(last["why"], "reaches");
    assert_eq!(last["reached"], json!([]));

    let unclear = scenario(json!({ "kind": "ghost" }));
    assert_eq!(engine.post(&scenarios, &unclear).await.status, 422);
}

/// Prints how long a rehearsal takes through the API: `--ignored --nocapture`.
#[tokio::test]
#[ignore = "measures"]
async fn how_long_a_rehearsal_takes() {
    let engine = Engine::start();
    let templates = engine.get("/api/flows/templates").await.json();
    let templates = templates.as_array().unwrap();
    let size = |template: &&Value| template["document"]["nodes"].as_array().unwrap().len();
    let document = templates.iter().max_by_key(size).unwrap()["document"].clone();
    let mut took: Vec<std::time::Duration> = Vec::new();
    for n in 0..200 {
        let at = 1_797_073_200_000_i64 + n * 3_600_000;
        let ask = json!({ "document": document, "call": { "at": at,
            "acts": [{ "afterMs": 4_000, "key": "1" }, { "afterMs": 90_000, "hangUp": true }] } });
        let began = std::time::Instant::now();
        assert_eq!(engine.post("/api/flows/rehearse", &ask).await.status, 200);
        took.push(began.elapsed());
    }
    took.sort();
    let nodes = document["nodes"].as_array().unwrap().len();
    println!(
        "{nodes} nodes: median {:?}, worst {:?}",
        took[100], took[199]
    );
}

#[tokio::test]
async fn a_call_is_rehearsed_as_it_would_go() {
    let engine = Engine::start();
    let ask = json!({ "document": closed(), "call": { "at": 1_797_073_200_000_i64 } });
    let done = engine.post("/api/flows/rehearse", &ask).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let done = done.json();
    let nodes: Vec<&Value> = done["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["node"])
        .collect();
    assert_eq!(nodes.first().unwrap().as_str(), Some("n_start"));
    assert_eq!(nodes.last().unwrap().as_str(), Some("n_bye01"));
    assert_eq!(done["ended"]["how"], "hungUp");
}

#[tokio::test]
async fn hours_a_flow_goes_by_are_not_removed() {
    let engine = Engine::start();
    let week = json!({ "schemaVersion": 1, "id": "", "name": "Hours", "timezone": null,
        "weekly": [{ "days": [1], "open": ["09:00", "17:00"] }] });
    let hours = engine
        .post("/api/schedules", &json!({ "document": week }))
        .await
        .json();
    let (_, flow) = added(&engine, &by_hours(&hours["id"])).await;
    let used = engine.get("/api/schedules").await.json()[0]["usedBy"].clone();
    let user = json!([{ "kind": "flow", "id": flow["id"], "name": "Main number" }]);
    assert_eq!(used, user);
    let path = format!("/api/schedules/{}", hours["id"]);
    let refused = engine.ask("DELETE", &path, &[], Body::empty()).await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "stillUsed");
    assert!(refused.text.contains("Main number"), "{}", refused.text);
}

#[tokio::test]
async fn flows_of_other_builders_come_in_and_go_out() {
    let engine = Engine::start();
    let route = json!({ "dest_kind": "hangup" });
    let ask = json!({ "format": "routeTargets", "document": [route] });
    let read = engine.post("/api/flows/import", &ask).await;
    assert_eq!(read.status, 200, "{}", read.text);
    let (path, _) = added(&engine, &read.json()["document"]).await;
    let file = engine.get(&format!("{path}/export?format=reactFlow")).await;
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("flow-1.json")
    );
    assert!(
        file.json()["nodes"].as_array().unwrap().len() >= 2,
        "{}",
        file.text
    );
    let ask = json!({ "format": "cordboard", "document": { "nodes": 7 } });
    let refused = engine.post("/api/flows/import", &ask).await;
    assert_eq!(refused.problem(422).as_deref(), Some("document"));
    let kinds = engine.get("/api/flows/catalogue").await.json();
    assert_eq!(kinds.as_array().unwrap().len(), 32);
}

#[tokio::test]
async fn a_template_that_goes_by_hours_has_no_fault_in_an_office_that_has_none_yet() {
    let engine = Engine::start();
    let add = json!({ "name": "Main number", "template": "hoursMenu" });
    let flow = engine.post("/api/flows", &add).await.json();
    let hours = engine.get("/api/schedules").await.json();
    assert_eq!(hours[0]["id"], flow["schedule"], "{flow}");
    let document = &hours[0]["document"];
    assert_eq!(document["name"], "Opening hours");
    let weekly = json!([{ "days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"] }]);
    assert_eq!(document["weekly"], weekly);
    let draft = format!("/api/flows/{}/draft", flow["id"]);
    let drawn = engine.get(&draft).await.json()["document"].to_string();
    assert!(!drawn.contains("?schedule"), "{drawn}");
    let again = engine.post("/api/flows", &add).await.json();
    assert_eq!(again["schedule"], Value::Null, "{again}");
    let now = engine.get("/api/schedules").await.json();
    assert_eq!(now.as_array().map(Vec::len), Some(1), "{now}");
}

#[tokio::test]
async fn a_flow_begins_from_a_template_and_is_compared_with_what_it_was() {
    let engine = Engine::start();
    let templates = engine.get("/api/flows/templates").await.json();
    let templates = templates.as_array().unwrap();
    assert_eq!(templates.len(), 10);
    for template in templates {
        let add = json!({ "name": template["name"], "template": template["id"] });
        let flow = engine.post("/api/flows", &add).await;
        assert_eq!(flow.status, 201, "{}", flow.text);
    }
    let hours = engine.get("/api/schedules").await.json();
    let hours = hours.as_array().unwrap();
    assert_eq!(
        hours.len(),
        1,
        "five go by hours, and the first of them brings some: {hours:?}"
    );
    let none = json!({ "name": "None", "template": "none" });
    let refused = engine.post("/api/flows", &none).await;
    assert_eq!(refused.problem(422).as_deref(), Some("template"));

    let mut after = closed();
    after["nodes"][1]["data"]["cause"] = json!("rejected");
    let compare = json!({ "before": closed(), "after": after });
    let changes = engine.post("/api/flows/compare", &compare).await.json();
    assert_eq!(changes["changes"][0]["node"], "n_bye01", "{changes}");
    let same = json!({ "before": closed(), "after": closed() });
    let changes = engine.post("/api/flows/compare", &same).await.json();
    assert_eq!(changes["changes"], json!([]));
}

#[tokio::test]
async fn calls_abroad_keep_to_the_first_opening_hours_that_go_live_unless_somebody_chose_others() {
    let engine = Engine::start();
    let within = async |engine: &Engine| {
        let policy = engine.get("/api/calling-policy").await.json();
        policy["foreignHours"].clone()
    };
    let add = json!({ "name": "Main number", "template": "hoursMenu" });
    let hours = engine.post("/api/flows", &add).await.json()["schedule"].clone();
    // Nobody goes by them yet: they can be taken back with their flow.
    assert_eq!(within(&engine).await, Value::Null);
    let (path, _) = added(&engine, &by_hours(&hours)).await;
    let draft = engine.get(&format!("{path}/draft")).await.json();
    let publish = json!({ "message": "First", "seq": draft["seq"] });
    let published = engine.post(&format!("{path}/publish"), &publish).await;
    assert_eq!(published.status, 200, "{}", published.text);
    assert_eq!(within(&engine).await, hours);

    let mut policy = engine.get("/api/calling-policy").await.json();
    policy["foreignHours"] = Value::Null;
    let revision = policy["revision"].take();
    policy.as_object_mut().unwrap().remove("revision");
    let chosen = put(&engine, "/api/calling-policy", &revision, &policy).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    let draft = engine.get(&format!("{path}/draft")).await.json();
    let publish = json!({ "message": "Again", "seq": draft["seq"] });
    engine.post(&format!("{path}/publish"), &publish).await;
    assert_eq!(
        within(&engine).await,
        Value::Null,
        "at any time, as somebody chose"
    );
}

/// The tests of the switch show what becomes of it.
#[tokio::test]
async fn the_switch_has_what_is_published_and_what_its_tester_tries_out() {
    let engine = Engine::start();
    engine.take_inputs();
    let (path, flow) = added(&engine, &closed()).await;
    let id = office::FlowId(flow["id"].as_i64().unwrap());
    let flows = flows_of_switch;
    let unpublished = flows(&engine).unwrap();
    assert!(unpublished.flows.live(id).is_none());
    let mut tried = closed();
    tried["settings"] = json!({ "testCallers": ["+49 151 1234567"] });
    save(&engine, &path, 1, &tried).await;
    let drawn = flows(&engine).unwrap();
    let office = engine.desk.office();
    let draft = (drawn.flows).for_caller(id, Some("+491511234567"), &office);
    assert!(draft.is_some_and(|draft| draft.is_test_caller("+491511234567", &office)));
    assert_eq!(
        draft.map(|draft| draft.revision()),
        Some(0),
        "a draft is no publication, however often it was saved"
    );
    let somebody = (drawn.flows).for_caller(id, Some("+4930901820"), &office);
    assert!(somebody.is_none());
    publish(&engine, &path, 2).await;
    let live = flows(&engine).unwrap().flows.live(id).unwrap().clone();
    assert_eq!(live.revision(), 1);
    let edit = json!({ "name": "Sales", "number": null });
    send(&engine, "PUT", &path, 1, &edit).await;
    let kept = flows(&engine).unwrap().flows.live(id).unwrap().clone();
    assert!(
        std::sync::Arc::ptr_eq(&live, &kept),
        "what is the same is not compiled anew"
    );
}

#[tokio::test]
async fn a_flow_that_runs_an_older_publication_of_another_gets_that_one() {
    let engine = Engine::start();
    engine.take_inputs();
    let (path, flow) = added(&engine, &closed()).await;
    let id = office::FlowId(flow["id"].as_i64().unwrap());
    assert_eq!(publish(&engine, &path, 1).await.status, 200);
    let mut document = closed();
    document["nodes"][1]["data"]["cause"] = json!("rejected");
    save(&engine, &path, 1, &document).await;
    assert_eq!(publish(&engine, &path, 2).await.status, 200);

    let mut runs = closed();
    let pinned = json!({ "kind": "subflow", "flow": id.0.to_string(), "version": "pinned",
        "revision": 1 });
    let node = json!({ "id": "n_runs01", "type": "subflow", "position": { "x": 560, "y": 0 },
        "data": pinned });
    runs["nodes"].as_array_mut().unwrap().push(node);
    runs["edges"] = json!([
        { "id": "e1", "source": "n_start", "sourceHandle": "default", "target": "n_runs01" },
        { "id": "e2", "source": "n_runs01", "sourceHandle": "error", "target": "n_bye01" },
    ]);
    let runs = json!({ "name": "Outer", "document": runs });
    let outer = engine.post("/api/flows", &runs).await.json();
    let published = publish(&engine, &format!("/api/flows/{}", outer["id"]), 1).await;
    assert_eq!(published.status, 200, "{}", published.text);
    let flows = flows_of_switch(&engine).unwrap().flows.clone();
    let of = |revision| flows.revision(id, revision).map(|found| found.revision());
    assert_eq!((of(1), of(2), of(3)), (Some(1), Some(2), None));
    assert_eq!(flows.live(id).unwrap().revision(), 2);
}

/// What the switch was told last of flows.
fn flows_of_switch(engine: &Engine) -> Option<std::sync::Arc<switch::CallFlows>> {
    let inputs = engine.take_inputs().into_iter().rev();
    inputs
        .filter_map(|input| match input {
            switch::Input::FlowsChanged(flows) => Some(flows),
            _ => None,
        })
        .next()
}

#[tokio::test]
async fn a_flow_of_200_steps_is_with_the_switch_when_publishing_is_answered() {
    let engine = Engine::start();
    let mut flow = closed();
    let nodes: Vec<Value> = (0..198)
        .map(|at| {
            json!({ "id": format!("n_wait{at:03}"), "type": "pause",
            "position": { "x": 0, "y": at * 100 }, "data": { "kind": "pause", "duration": 1 } })
        })
        .collect();
    let way: Vec<String> = std::iter::once("n_start".to_owned())
        .chain((0..198).map(|at| format!("n_wait{at:03}")))
        .chain(["n_bye01".to_owned()])
        .collect();
    let edges: Vec<Value> = way
        .windows(2)
        .enumerate()
        .map(|(at, pair)| {
            json!({ "id": format!("e{at}"), "source": pair[0], "sourceHandle": "default",
            "target": pair[1] })
        })
        .collect();
    flow["nodes"].as_array_mut().unwrap().extend(nodes);
    flow["edges"] = json!(edges);
    let (path, flow) = added(&engine, &flow).await;
    let id = office::FlowId(flow["id"].as_i64().unwrap());
    engine.take_inputs();
    let asked = std::time::Instant::now();
    let published = publish(&engine, &path, 1).await;
    let took = asked.elapsed();
    assert_eq!(published.status, 200, "{}", published.text);
    let flows = flows_of_switch(&engine).unwrap();
    assert_eq!(flows.flows.live(id).unwrap().revision(), 1);
    println!("200 steps, publish to switch: {took:?}");
}

#[tokio::test]
async fn where_callers_are_is_seen_and_the_way_they_took_is_kept() {
    let engine = Engine::start();
    let (_, flow) = added(&engine, &closed()).await;
    let id = office::FlowId(flow["id"].as_i64().unwrap());
    let call = office::CallId(7);
    let anna = switch::Party {
        person: None,
        device: None,
        number: "+4930901820".to_owned(),
        name: "Anna".to_owned(),
        ..switch::Party::default()
    };
    engine.tell(switch::What::CallerArrived {
        call,
        from: anna,
        dialled: "300".to_owned(),
        from_board: false,
    });
    for (seq, node) in [(0, "n_start"), (1, "n_bye01")] {
        let step = serde_json::from_value(json!({ "seq": seq, "tMs": 5, "flow": id.0,
            "node": node, "event": "enter" }));
        engine.tell(switch::What::FlowStep {
            call,
            revision: 3,
            step: step.unwrap(),
        });
    }
    let story = engine.get("/api/calls/7").await.json();
    assert_eq!(story["walk"]["flow"], id.0);
    assert_eq!(story["walk"]["revision"], 3);
    assert_eq!(story["walk"]["steps"][1]["node"], "n_bye01");
    assert_eq!(engine.get("/api/flows").await.json()[0]["callsToday"], 1);
}

#[tokio::test]
async fn a_step_that_does_not_work_needs_attention_until_its_flow_is_published_anew() {
    let served = Served::start().await;
    let engine = &served.engine;
    let (path, flow) = added(engine, &closed()).await;
    let id = office::FlowId(flow["id"].as_i64().unwrap());
    assert_eq!(publish(engine, &path, 1).await.status, 200);
    let mut window = served.open("").await;
    let mut seq = window.message().await["seq"].as_u64().unwrap();
    let fails = |call: u64, revision: u64, node: &str| {
        let step = serde_json::from_value(json!({ "seq": 3, "tMs": 5, "flow": id.0, "node": node,
            "event": "fault", "reason": { "id": "noSuchMailbox", "params": { "id": "9" } } }));
        engine.tell(switch::What::FlowStep {
            call: office::CallId(call),
            revision,
            step: step.unwrap(),
        });
    };
    // A draft that somebody tries, and a version that an older call has kept, are nobody's trouble.
    fails(5, 0, "n_bye01");
    fails(6, 7, "n_bye01");
    fails(7, 1, "n_bye01");
    let first = window.change(&mut seq, "attention").await;
    let value = &first["value"];
    assert_eq!(value["what"], "flowFault");
    assert_eq!(
        (&value["flow"], &value["name"]),
        (&json!(id.0), &json!("Main number"))
    );
    assert_eq!(
        (&value["node"], &value["kind"]),
        (&json!("n_bye01"), &json!("hangup"))
    );
    assert_eq!((&value["times"], &value["call"]), (&json!(1), &json!(7)));
    assert_eq!(value["reason"], "noSuchMailbox");
    assert_eq!(value["params"], json!({ "id": "9" }));
    fails(8, 1, "n_bye01");
    let again = window.change(&mut seq, "attention").await;
    assert_eq!(again["id"], first["id"]);
    let value = &again["value"];
    assert_eq!((&value["times"], &value["call"]), (&json!(2), &json!(8)));

    // Seen to by hand; it comes back with the next call.
    let dismiss = format!("/api/attention/{}/dismiss", first["id"].as_str().unwrap());
    assert_eq!(engine.post(&dismiss, &json!({})).await.status, 204);
    assert!(window.change(&mut seq, "attention").await["value"].is_null());
    engine.post(&dismiss, &json!({})).await.problem(404);
    fails(9, 1, "n_bye01");
    let anew = window.change(&mut seq, "attention").await;
    assert_eq!(anew["value"]["times"], 1);

    let mut mended = closed();
    mended["nodes"][1]["data"]["cause"] = json!("rejected");
    save(engine, &path, 1, &mended).await;
    assert_eq!(publish(engine, &path, 2).await.status, 200);
    let gone = window.change(&mut seq, "attention").await;
    assert_eq!((&gone["id"], &gone["value"]), (&anew["id"], &Value::Null));
}

#[tokio::test]
async fn who_draws_no_flows_sees_which_there_are() {
    let engine = Engine::start();
    let (path, _) = added(&engine, &closed()).await;
    let desk = engine.user("rita", Role::Receptionist, None).await;
    let seen = engine.by_cookie(&desk, "GET", "/api/flows", "").await;
    assert_eq!(seen.json()[0]["name"], "Main number");
    let refused = engine
        .by_cookie(&desk, "POST", &format!("{path}/publish"), "{}")
        .await;
    refused.problem(403);
}
