//! People and devices: saved, in effect at once, secrets shown once.

use crate::engine::Engine;
use axum::body::Body;
use office::Dialled;
use serde_json::{Value, json};
use switch::Input;

/// Adds Anna with 101 and a phone; gives the phone with what to type into it.
async fn anna(engine: &Engine) -> Value {
    let person = json!({ "name": " Anna ", "extension": "101" });
    let person = engine.post("/api/people", &person).await;
    assert_eq!(person.status, 201, "{}", person.text);
    let device = json!({ "person": person.json()["id"], "label": "Desk phone" });
    let device = engine.post("/api/devices", &device).await;
    assert_eq!(device.status, 201, "{}", device.text);
    device.json()
}

#[tokio::test]
async fn a_change_is_in_effect_before_it_is_answered() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let inputs = engine.take_inputs();
    let [Input::OfficeChanged(first), Input::OfficeChanged(second)] = &inputs[..] else {
        panic!("{inputs:?}");
    };
    assert!(matches!(first.resolve("101"), Dialled::Person(anna) if anna.name == "Anna"));
    let user = device["login"]["user"].as_str().unwrap();
    assert!(first.device_by_user(user).is_none() && second.device_by_user(user).is_some());
    let listed = engine.get("/api/people").await.json();
    assert_eq!(listed[0]["name"], "Anna");
    assert_eq!(listed[0]["extension"], "101");
    assert_eq!(listed[0]["numbers"], json!(["101"]));
    assert_eq!(listed[0]["doing"], "idle");
    assert_eq!(
        listed[0]["reachable"],
        json!({ "state": "offline", "since": null })
    );
}

#[tokio::test]
async fn what_cannot_be_accepted_is_named_and_changes_nothing() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let (person, user) = (&device["device"]["person"], &device["device"]["user"]);
    engine.take_inputs();
    for (path, body, status, field) in [
        (
            "/api/people",
            json!({ "name": "", "extension": "102" }),
            422,
            "name",
        ),
        ("/api/people", json!({ "extension": "102" }), 422, "name"),
        (
            "/api/people",
            json!({ "name": "Ben", "extension": "101" }),
            409,
            "extension",
        ),
        (
            "/api/people",
            json!({ "name": "Ben", "extension": "10x" }),
            422,
            "extension",
        ),
        (
            "/api/people",
            json!({ "name": "Ben", "extension": 102 }),
            422,
            "extension",
        ),
        (
            "/api/people",
            json!({ "name": "Ben", "colour": "red" }),
            422,
            "colour",
        ),
        (
            "/api/devices",
            json!({ "person": 99, "label": "Desk" }),
            422,
            "person",
        ),
        (
            "/api/devices",
            json!({ "person": person, "label": "" }),
            422,
            "label",
        ),
        (
            "/api/devices",
            json!({ "person": person, "label": "D", "user": "A B" }),
            422,
            "user",
        ),
        (
            "/api/devices",
            json!({ "person": person, "label": "D", "user": user }),
            409,
            "user",
        ),
        (
            "/api/devices",
            json!({ "person": person, "label": "D", "colour": "red" }),
            422,
            "colour",
        ),
    ] {
        let answer = engine.post(path, &body).await;
        assert_eq!(answer.problem(status).as_deref(), Some(field), "{body}");
    }
    assert_eq!(
        engine
            .get("/api/people")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        engine
            .get("/api/devices")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(engine.take_inputs().len(), 0);
}

#[tokio::test]
async fn a_password_is_shown_once() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let password = device["login"]["password"].as_str().unwrap();
    assert_eq!(device["login"]["server"], "192.0.2.7");
    assert_eq!(device["login"]["port"], 5060);
    assert_eq!(device["login"]["transport"], "udp");
    assert_eq!(device["login"]["authUser"], device["device"]["user"]);
    for path in ["/api/devices", "/api/people", "/api/status", "/api/calls"] {
        let told = engine.get(path).await.text;
        assert!(!told.contains(password), "{path}");
        for word in ["password", "secret", "ha1", "credentials", &engine.token] {
            assert!(!told.contains(word), "{path} tells {word}: {told}");
        }
    }
    let path = format!("/api/devices/{}/renew-secret", device["device"]["id"]);
    let renewed = engine.on("POST", &path, 1).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text);
    assert_ne!(renewed.json()["login"]["password"], password);
    assert_eq!(renewed.json()["login"]["user"], device["device"]["user"]);
    assert_eq!(engine.on("POST", &path, 1).await.problem(412), None);
}

#[tokio::test]
async fn who_removes_what_they_have_seen_must_have_seen_the_present_state() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let path = format!("/api/people/{}", device["device"]["person"]);
    assert_eq!(engine.on("DELETE", &path, 7).await.problem(412), None);
    assert_eq!(
        engine.on("DELETE", "/api/people/99", 1).await.problem(404),
        None
    );
    assert_eq!(
        engine.on("DELETE", "/api/devices/x", 1).await.problem(404),
        None
    );
    let garbage = engine
        .ask("DELETE", &path, &[("if-match", "*")], Body::empty())
        .await;
    assert_eq!(garbage.problem(400), None);
    let gone = engine.on("DELETE", &path, 1).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    assert_eq!(engine.get("/api/devices").await.json(), json!([]));
    let Some(Input::OfficeChanged(office)) = engine.take_inputs().pop() else {
        panic!("the switch was not told");
    };
    assert_eq!(office.resolve("101"), Dialled::Unknown);
}

#[tokio::test]
async fn a_person_is_changed_by_whoever_has_seen_them_as_they_are() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let path = format!("/api/people/{}", device["device"]["person"]);
    let edit = json!({
        "name": "Anna B.", "extension": "110", "team": "Sales", "ringSeconds": 20
    });
    let put = async |revision: &str| {
        let body = Body::from(edit.to_string());
        engine
            .ask("PUT", &path, &[("if-match", revision)], body)
            .await
    };
    let edited = put("\"1\"").await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let person = edited.json();
    assert_eq!(
        person["numbers"],
        json!(["110"]),
        "the old number is free again"
    );
    assert_eq!(
        (&person["team"], &person["ringSeconds"]),
        (&json!("Sales"), &json!(20))
    );
    assert_eq!(person["revision"], 2);
    let late = put("\"1\"").await;
    assert_eq!(late.problem(412), None);
    assert_eq!(late.json()["code"], "changedMeanwhile");
    let body = Body::from(edit.to_string());
    let blind = engine.ask("PUT", &path, &[], body).await;
    assert_eq!(blind.problem(428), None);
}

#[tokio::test]
async fn who_is_removed_can_be_brought_back() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let path = format!("/api/people/{}", device["device"]["person"]);
    let gone = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    assert_eq!(engine.get("/api/devices").await.json(), json!([]));
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(back.json()["numbers"], json!(["101"]));
    let devices = engine.get("/api/devices").await.json();
    assert_eq!(devices[0]["user"], device["device"]["user"]);
}

#[tokio::test]
async fn what_a_person_wants_is_told_until_it_ends() {
    let engine = Engine::start();
    let device = anna(&engine).await;
    let path = format!("/api/people/{}/wants", device["device"]["person"]);
    let set = async |until: i64| {
        let wants = json!({ "state": "doNotDisturb", "note": "in a meeting", "until": until });
        let body = Body::from(wants.to_string());
        let answer = engine.ask("PUT", &path, &[], body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["wants"].clone()
    };
    assert_eq!(set(9_999_999_999_999).await["state"], "doNotDisturb");
    let over = json!({ "state": "available", "note": "", "until": null });
    assert_eq!(set(1).await, over);
}

#[tokio::test]
async fn many_people_are_added_all_or_none() {
    let engine = Engine::start();
    let people = json!({ "people": [
        { "name": "Anna", "extension": "101", "team": "", "ringSeconds": null },
        { "name": "Ben", "extension": "1o2", "team": "", "ringSeconds": null },
    ] });
    let refused = engine.post("/api/people/many", &people).await;
    assert_eq!(refused.problem(422).as_deref(), Some("people[1].extension"));
    assert_eq!(refused.json()["code"], "badExtension");
    assert_eq!(engine.get("/api/people").await.json(), json!([]));
    let people = json!({ "people": [
        { "name": "Anna", "extension": "101" }, { "name": "Ben", "extension": "102" },
    ] });
    let added = engine.post("/api/people/many", &people).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert_eq!(added.json()[1]["numbers"], json!(["102"]));
}

#[tokio::test]
async fn the_office_is_set_up() {
    let engine = Engine::start();
    let setup = engine.get("/api/setup").await.json();
    assert_eq!(setup["finished"], false);
    assert!(
        setup["timeZones"]
            .as_array()
            .unwrap()
            .contains(&json!("Europe/Berlin"))
    );
    let mut edit = engine.get("/api/office").await.json();
    let revision = format!("\"{}\"", edit["revision"]);
    let fields = edit.as_object_mut().unwrap();
    // What is shown with it and changed elsewhere.
    for field in ["revision", "setUp", "parking", "listening"] {
        fields.remove(field);
    }
    edit["name"] = json!("Anna & Ben");
    edit["country"] = json!("DE");
    edit["timeZone"] = json!("Europe/Berlyn");
    let put = async |edit: &Value| {
        let body = Body::from(edit.to_string());
        engine
            .ask("PUT", "/api/office", &[("if-match", &revision)], body)
            .await
    };
    let refused = put(&edit).await;
    assert_eq!(refused.problem(422).as_deref(), Some("timeZone"));
    edit["timeZone"] = json!("Europe/Berlin");
    let office = put(&edit).await;
    assert_eq!(office.status, 200, "{}", office.text);
    assert_eq!(
        (&office.json()["name"], &office.json()["setUp"]),
        (&json!("Anna & Ben"), &json!(false))
    );
    assert_eq!(put(&edit).await.problem(412), None);
    assert_eq!(
        engine.post("/api/setup/finish", &json!({})).await.status,
        204
    );
    let setup = engine.get("/api/setup").await.json();
    assert_eq!(
        (&setup["finished"], &setup["country"]),
        (&json!(true), &json!("DE"))
    );
}
