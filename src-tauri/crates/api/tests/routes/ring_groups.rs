//! Ring groups: added and changed by their form, live at once, and left alone once they are drawn.

use crate::engine::{Answer, Engine};
use axum::body::Body;
use serde_json::{Value, json};

/// Anna and Ben have joined; Sales rings both, then hangs up.
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
    let sales = json!({
        "members": [{ "person": people[0], "delay": 0 }, { "person": people[1], "delay": 10 }],
        "strategy": "all", "ringFor": 25, "music": false, "prefix": "", "records": false,
        "hours": null, "otherwise": { "kind": "hangup" },
    });
    (engine, sales)
}

/// Hours of Monday to Friday.
async fn weekdays(engine: &Engine) -> Value {
    let hours = json!({ "schemaVersion": 1, "id": "", "name": "Office hours",
        "weekly": [{ "days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"] }],
        "exceptions": [], "holidays": [], "override": null });
    let added = engine
        .post("/api/schedules", &json!({ "document": hours }))
        .await;
    assert_eq!(added.status, 201, "{}", added.text);
    added.json()["id"].clone()
}

async fn add(engine: &Engine, group: &Value) -> Answer {
    let edit = json!({ "name": "Sales", "number": "200", "group": group });
    engine.post("/api/ring-groups", &edit).await
}

async fn put(engine: &Engine, flow: &Value, name: &str, group: &Value) -> Answer {
    let edit = json!({ "name": name, "number": flow["number"], "group": group,
        "madeFrom": flow["live"]["revision"] });
    let path = format!("/api/ring-groups/{}", flow["id"]);
    engine
        .ask("PUT", &path, &[], Body::from(edit.to_string()))
        .await
}

#[tokio::test]
async fn a_ring_group_takes_calls_as_soon_as_it_is_saved() {
    let (engine, mut sales) = office().await;
    let added = add(&engine, &sales).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let flow = added.json();
    assert_eq!(flow["ringGroup"], sales);
    assert_eq!(
        (
            &flow["live"]["revision"],
            &flow["draftDiffers"],
            &flow["errors"]
        ),
        (&json!(1), &json!(false), &json!(0)),
        "{flow}"
    );
    let office = engine.desk.office();
    assert!(matches!(office.resolve("200"), office::Dialled::Flow(_)));

    let schedule = weekdays(&engine).await;
    sales["hours"] = json!({ "schedule": schedule, "whenClosed": { "kind": "person", "id": sales["members"][1]["person"] } });
    sales["strategy"] = json!("order");
    sales["members"][1]["delay"] = json!(0);
    sales["prefix"] = json!("Sales:");
    let changed = put(&engine, &flow, "Sales and more", &sales).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json();
    assert_eq!(changed["ringGroup"], sales);
    assert_eq!(
        (
            &changed["name"],
            &changed["live"]["revision"],
            &changed["draftDiffers"]
        ),
        (&json!("Sales and more"), &json!(2), &json!(false))
    );
    // Who uses the hours is told, as of any flow.
    let used = engine.get("/api/schedules").await.json()[0]["usedBy"].clone();
    assert_eq!(used[0]["name"], "Sales and more", "{used}");

    // What the form did is one step of the drawing, and can be taken back there.
    let draft = engine
        .get(&format!("/api/flows/{}/draft", flow["id"]))
        .await
        .json();
    assert_eq!(draft["history"]["cursor"], 1);
    assert_eq!(
        draft["history"]["steps"][0]["name"],
        "Change the ring group"
    );
}

#[tokio::test]
async fn of_two_who_change_a_ring_group_the_second_is_told() {
    let (engine, mut sales) = office().await;
    let flow = add(&engine, &sales).await.json();
    sales["ringFor"] = json!(40);
    assert_eq!(put(&engine, &flow, "Sales", &sales).await.status, 200);
    sales["ringFor"] = json!(15);
    put(&engine, &flow, "Sales", &sales).await.problem(412);
    let kept = engine.get("/api/flows").await.json()[0].clone();
    assert_eq!(kept["ringGroup"]["ringFor"], 40);
}

#[tokio::test]
async fn a_ring_group_that_somebody_goes_on_drawing_is_not_overwritten() {
    let (engine, sales) = office().await;
    let flow = add(&engine, &sales).await.json();
    let path = format!("/api/flows/{}/draft", flow["id"]);
    let mut draft = engine.get(&path).await.json();
    for node in draft["document"]["nodes"].as_array_mut().unwrap() {
        if node["id"] == "n_ring" {
            node["data"]["screen"] = json!(true);
        }
    }
    let save = json!({ "seq": draft["seq"], "document": draft["document"], "cursor": 0 });
    let saved = engine
        .ask("PUT", &path, &[], Body::from(save.to_string()))
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let drawn = engine.get("/api/flows").await.json()[0].clone();
    // Callers get what is live until that is published.
    assert_eq!(
        (&drawn["ringGroup"], &drawn["draftDiffers"]),
        (&sales, &json!(true))
    );
    let refused = put(&engine, &flow, "Sales", &sales).await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "groupIsDrawn");
    assert_eq!(
        engine.get(&path).await.json()["document"],
        draft["document"]
    );

    // Published, it is a flow like others, at the same number.
    let publish = json!({ "message": "", "seq": 2 });
    let path = format!("/api/flows/{}/publish", flow["id"]);
    let published = engine.post(&path, &publish).await;
    assert_eq!(published.status, 200, "{}", published.text);
    let published = published.json();
    assert_eq!(
        (&published["ringGroup"], &published["number"]),
        (&Value::Null, &json!("200"))
    );
}

#[tokio::test]
async fn what_is_only_drawn_around_a_ring_group_outlives_its_form() {
    let (engine, mut sales) = office().await;
    let flow = add(&engine, &sales).await.json();
    let path = format!("/api/flows/{}/draft", flow["id"]);
    let mut draft = engine.get(&path).await.json();
    let nodes = draft["document"]["nodes"].as_array_mut().unwrap();
    nodes[0]["position"] = json!({ "x": 7.0, "y": 8.0 });
    nodes.push(
        json!({ "id": "n_note", "type": "note", "position": { "x": 1.0, "y": 1.0 },
        "data": { "kind": "note", "text": "Ask Ben first" } }),
    );
    let save = json!({ "seq": draft["seq"], "document": draft["document"], "cursor": 0 });
    let saved = engine
        .ask("PUT", &path, &[], Body::from(save.to_string()))
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    sales["ringFor"] = json!(30);
    let changed = put(&engine, &flow, "Sales", &sales).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let kept = engine.get(&path).await.json()["document"].clone();
    assert!(kept.to_string().contains("Ask Ben first"), "{kept}");
    assert_eq!(kept["nodes"][0]["position"], json!({ "x": 7.0, "y": 8.0 }));
}

#[tokio::test]
async fn a_ring_group_that_is_refused_is_as_it_was() {
    let (engine, mut sales) = office().await;
    let flow = add(&engine, &sales).await.json();
    // A call on a Saturday that must go on as it did.
    let scenario = json!({
        "name": "On Saturday", "call": { "at": 1_797_073_200_000_i64, "caller": "+4930901820" },
        "expects": { "ends": "hungUp", "visits": ["n_ring", "n_otherwise"] },
    });
    let path = format!("/api/flows/{}/scenarios", flow["id"]);
    let kept = engine.post(&path, &scenario).await;
    assert_eq!(kept.status, 201, "{}", kept.text);
    let schedule = weekdays(&engine).await;
    let flow = engine.get("/api/flows").await.json()[0].clone();
    sales["hours"] = json!({ "schedule": schedule, "whenClosed": { "kind": "hangup" } });
    let refused = put(&engine, &flow, "Renamed", &sales).await;
    refused.problem(422);
    assert_eq!(refused.json()["code"], "scenarioFailed", "{}", refused.text);
    let after = engine.get("/api/flows").await.json()[0].clone();
    assert_eq!(after, flow);
}

#[tokio::test]
async fn a_ring_group_that_a_flow_rings_cannot_be_removed() {
    let (engine, sales) = office().await;
    let group = add(&engine, &sales).await.json();
    let main = json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            { "id": "n_start", "type": "entry", "data": { "kind": "entry" } },
            { "id": "n_sales", "type": "ringGroup",
                "data": { "kind": "ringGroup", "group": group["id"].to_string() } },
        ],
        "edges": [{ "source": "n_start", "sourceHandle": "default", "target": "n_sales" }],
    });
    let main = json!({ "name": "Main", "number": "300", "document": main });
    assert_eq!(engine.post("/api/flows", &main).await.status, 201);
    let path = format!("/api/flows/{}", group["id"]);
    let refused = engine.ask("DELETE", &path, &[], Body::empty()).await;
    refused.problem(409);
    let flows = engine.get("/api/flows").await.json();
    let mut flows = flows.as_array().unwrap().iter();
    let sales = flows.find(|flow| flow["name"] == "Sales").unwrap();
    let used_by = sales["usedBy"].as_array().unwrap();
    assert!(used_by.iter().any(|user| user["name"] == "Main"), "{sales}");
}

#[tokio::test]
async fn what_is_wrong_with_a_ring_group_is_a_field_of_its_form() {
    let (engine, sales) = office().await;
    let somebody_else = json!([{ "person": 99, "delay": 0 }]);
    let twice = json!([sales["members"][0], sales["members"][0]]);
    let late = json!([{ "person": sales["members"][0]["person"], "delay": 121 }]);
    let gone = json!({ "schedule": 99, "whenClosed": { "kind": "hangup" } });
    for (field, value, told) in [
        ("members", json!([]), "group.members"),
        ("members", twice, "group.members"),
        ("members", late, "group.members"),
        ("members", somebody_else, "group.members"),
        ("ringFor", json!(4), "group.ringFor"),
        ("ringFor", json!(10), "group.members"),
        ("ringFor", json!(301), "group.ringFor"),
        ("prefix", json!("x".repeat(41)), "group.prefix"),
        ("prefix", json!("a\nb"), "group.prefix"),
        (
            "otherwise",
            json!({ "kind": "mailbox", "id": 99 }),
            "group.otherwise",
        ),
        (
            "otherwise",
            json!({ "kind": "extension", "id": "x" }),
            "group.otherwise",
        ),
        ("hours", gone, "group.hours.schedule"),
    ] {
        let mut wrong = sales.clone();
        wrong[field] = value;
        let refused = add(&engine, &wrong).await;
        assert_eq!(
            refused.problem(422).as_deref(),
            Some(told),
            "{}",
            refused.text
        );
    }
    assert_eq!(engine.get("/api/flows").await.json(), json!([]));
    assert_eq!(add(&engine, &sales).await.status, 201);
    let taken = add(&engine, &sales).await;
    assert_eq!(taken.problem(409).as_deref(), Some("number"));
}

#[tokio::test]
async fn a_ring_group_leads_to_whatever_is_chosen_when_nobody_answers() {
    let (engine, mut sales) = office().await;
    let ben = sales["members"][1]["person"].clone();
    sales["members"].as_array_mut().unwrap().pop();
    let flow = add(&engine, &sales).await.json();
    let mailbox = engine.get("/api/mailboxes").await.json()[0]["id"].clone();
    let mut made_from = flow;
    for otherwise in [
        json!({ "kind": "person", "id": ben }),
        json!({ "kind": "extension", "id": "102" }),
        json!({ "kind": "mailbox", "id": mailbox }),
        json!({ "kind": "hangup" }),
    ] {
        sales["otherwise"] = otherwise;
        let changed = put(&engine, &made_from, "Sales", &sales).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        made_from = changed.json();
        assert_eq!(made_from["ringGroup"], sales);
        assert_eq!(made_from["errors"], 0);
    }
}

/// Callers would hear it ring for hours.
#[tokio::test]
async fn ring_groups_do_not_lead_their_callers_in_a_circle() {
    let (engine, mut sales) = office().await;
    let first = add(&engine, &sales).await.json();
    let mut support = sales.clone();
    support["otherwise"] = json!({ "kind": "extension", "id": "200" });
    let support = json!({ "name": "Support", "number": "201", "group": support });
    let support = engine.post("/api/ring-groups", &support).await;
    assert_eq!(support.status, 201, "{}", support.text);
    for to in [&support.json()["id"], &first["id"]] {
        sales["otherwise"] = json!({ "kind": "flow", "id": to });
        let refused = put(&engine, &first, "Sales", &sales).await;
        assert_eq!(refused.problem(422).as_deref(), Some("group.otherwise"));
    }
}
