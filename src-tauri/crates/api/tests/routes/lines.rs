//! Lines and other telephone systems: kept with their passwords, shown live, tried and tested.

use crate::engine::{Answer, Engine};
use axum::body::Body;
use office::TrunkId;
use serde_json::{Value, json};
use store::Role;
use switch::{Command, CommandRefusal, CommandResult, LineReason, LineState, What};

pub fn wanted() -> Value {
    json!({
        "name": "Provider", "enabled": true, "provider": null,
        "server": { "host": "sip.example.com", "port": null, "transport": "auto" },
        "outboundProxy": null,
        "access": { "kind": "register", "expires": null, "bulk": false },
        "identity": { "authUser": "4930555", "fromUser": "", "fromDomain": null, "contactUser": "" },
        "password": "s3cret-of-line", "realm": null, "networks": [], "calledPrefix": "",
        "outgoing": {
            "numberFormat": "plusE164", "prefix": "", "callerId": "pAssertedIdentity",
            "hide": "anonymousFrom", "userPhone": false, "mainNumber": "+4930555123",
            "foreignCallerId": false, "forwardedBy": "diversion",
        },
        "incoming": { "calledIn": "requestUri", "assertedCaller": true },
        "srtp": "off", "codecs": [], "dtmf": "events", "probeSeconds": 60, "sessionExpires": null,
        "channels": { "all": 2, "incoming": null, "outgoing": null },
        "prices": { "fixed": 0, "mobile": 190, "foreign": 0, "premium": 0 },
        "emergency": true,
    })
}

fn with(base: Value, change: &Value) -> Value {
    let mut edit = base;
    let fields = change.as_object().unwrap().clone();
    edit.as_object_mut().unwrap().extend(fields);
    edit
}

async fn put(engine: &Engine, path: &str, revision: &Value, edit: &Value) -> Answer {
    let revision = format!("\"{revision}\"");
    let headers = [("if-match", revision.as_str())];
    let body = Body::from(edit.to_string());
    engine.ask("PUT", path, &headers, body).await
}

/// The password in effect: what the switch proves itself with.
fn password(engine: &Engine) -> Option<String> {
    let office = engine.desk.office();
    let trunk = office.trunks().next().unwrap();
    let password = trunk.password.as_ref();
    password.map(|password| password.expose().to_owned())
}

#[tokio::test]
async fn a_line_keeps_its_password_until_somebody_changes_it() {
    let engine = Engine::start();
    let line = engine.post("/api/lines", &wanted()).await;
    assert_eq!(line.status, 201, "{}", line.text);
    assert!(!line.text.contains("s3cret-of-line"));
    let line = line.json();
    assert_eq!(line["hasPassword"], true);
    assert_eq!(line["live"]["state"], "starting");
    assert_eq!(password(&engine).as_deref(), Some("s3cret-of-line"));

    // What is told is what can be sent back: nothing of it is lost.
    let path = format!("/api/lines/{}", line["id"]);
    let mut renamed = with(wanted(), &json!({ "name": "Other" }));
    renamed.as_object_mut().unwrap().remove("password");
    let kept = put(&engine, &path, &line["revision"], &renamed).await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let kept = kept.json();
    for (field, value) in renamed.as_object().unwrap() {
        assert_eq!(&kept[field], value, "{field}");
    }
    assert_eq!(password(&engine).as_deref(), Some("s3cret-of-line"));
    put(&engine, &path, &line["revision"], &renamed)
        .await
        .problem(412);

    let without = with(wanted(), &json!({ "password": null }));
    let refused = put(&engine, &path, &kept["revision"], &without).await;
    assert_eq!(refused.problem(422).as_deref(), Some("password"));
    let by_address = json!({ "password": null, "access": { "kind": "address" } });
    let gone = with(wanted(), &by_address);
    let gone = put(&engine, &path, &kept["revision"], &gone).await.json();
    assert_eq!(gone["hasPassword"], false);
    assert_eq!(password(&engine), None);
    let audit = engine.get("/api/audit").await.text;
    assert!(audit.contains("trunk.passwordChanged"), "{audit}");
    assert!(!audit.contains("s3cret-of-line"), "{audit}");

    let removed = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    assert_eq!(engine.get("/api/lines").await.json(), json!([]));
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.json()["name"], "Provider", "{}", back.text);
}

#[tokio::test]
async fn what_no_line_can_have_is_refused_by_field() {
    let engine = Engine::start();
    let place = json!({ "host": "sip example", "port": null, "transport": "udp" });
    let port = json!({ "host": "sip.example.com", "port": 70_000, "transport": "udp" });
    let main = with(
        wanted()["outgoing"].clone(),
        &json!({ "mainNumber": "030 555" }),
    );
    for (change, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "server": place }), "server.host"),
        (json!({ "server": port }), "server.port"),
        (json!({ "outgoing": main }), "outgoing.mainNumber"),
        (json!({ "networks": ["192.0.2.0/33"] }), "networks[0]"),
        (json!({ "dtmf": "morse" }), "dtmf"),
        (json!({ "colour": "red" }), "colour"),
    ] {
        let edit = with(
            wanted(),
            &with(change.clone(), &json!({ "password": "abcdef-x" })),
        );
        let answer = engine.post("/api/lines", &edit).await;
        assert_eq!(answer.problem(422).as_deref(), Some(field), "{change}");
        assert!(!answer.text.contains("abcdef-x"), "{}", answer.text);
    }
    assert_eq!(engine.get("/api/lines").await.json(), json!([]));
}

#[tokio::test]
async fn how_a_line_is_shows_with_its_log() {
    let engine = Engine::start();
    let line = engine.post("/api/lines", &wanted()).await.json();
    let id = TrunkId(line["id"].as_i64().unwrap());
    let changed = |state, reason, detail: &str| What::LineChanged {
        line: id,
        state,
        reason,
        detail: detail.to_owned(),
        next_try_unix_ms: None,
    };
    engine.tell(changed(LineState::Up, LineReason::Registered, ""));
    engine.tell(changed(
        LineState::Refused,
        LineReason::WrongPassword,
        "403 Forbidden",
    ));
    let path = format!("/api/lines/{}", line["id"]);
    let live = engine.get(&path).await.json()["live"].clone();
    assert_eq!(live["state"], "refused");
    assert_eq!(live["sentence"], "wrongPassword");
    assert_eq!(live["detail"], "403 Forbidden");
    let log = engine.get(&format!("{path}/log")).await.json();
    let sentences: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["sentence"].as_str().unwrap())
        .collect();
    assert_eq!(sentences, ["wrongPassword", "registered"]);

    let off = json!({ "on": false });
    let off = engine.post(&format!("{path}/switch"), &off).await.json();
    assert_eq!(
        (&off["enabled"], &off["live"]["state"]),
        (&json!(false), &json!("off"))
    );
    let staff = engine.user("sam", Role::Staff, None).await;
    engine
        .by_cookie(&staff, "GET", &path, "")
        .await
        .problem(403);
}

#[tokio::test]
async fn a_line_is_tried_and_tested() {
    let engine = Engine::start();
    let line = engine.post("/api/lines", &wanted()).await.json();
    let id = TrunkId(line["id"].as_i64().unwrap());
    let path = |deed: &str| format!("/api/lines/{id}/{deed}");
    let done = CommandResult::Taken { call: None };
    let (answer, command) = engine.order(&path("register"), &json!({}), done).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert!(matches!(command, Command::RegisterLine { line, .. } if line == id));
    let reason = CommandRefusal::LineOff;
    let (answer, _) = engine
        .order(
            &path("register"),
            &json!({}),
            CommandResult::Refused { reason },
        )
        .await;
    answer.problem(409);
    assert_eq!(answer.json()["code"], "lineOff");

    assert_eq!(engine.get(&path("test")).await.json(), Value::Null);
    let (started, _) = engine.order(&path("test"), &json!({}), done).await;
    assert_eq!(started.status, 202, "{}", started.text);
    let started = started.json();
    assert_eq!(started["finishedAt"], Value::Null);
    assert_eq!(started["checks"][0]["state"], "running");
    engine.tell(What::LineChanged {
        line: id,
        state: LineState::Refused,
        reason: LineReason::WrongPassword,
        detail: "401 Unauthorized".to_owned(),
        next_try_unix_ms: None,
    });
    let test = loop {
        let test = engine.get(&path("test")).await.json();
        if test["finishedAt"] != Value::Null {
            break test;
        }
        tokio::task::yield_now().await;
    };
    let checks = test["checks"].as_array().unwrap();
    let found: Vec<String> = checks
        .iter()
        .map(|check| {
            format!(
                "{} {} {}",
                check["check"], check["state"], check["sentence"]
            )
        })
        .collect();
    assert_eq!(
        found.join("\n").replace('"', ""),
        "name good nameFound\nreachable good answers\nregister bad wrongPassword\n\
         inbound warning noNumbers\ncallerId good showsMain\ncodecs skipped needsCall\n\
         dtmf skipped needsCall\nearlyMedia skipped needsCall"
    );
}

#[tokio::test]
async fn a_peer_keeps_its_password_and_only_our_domains_have_networks() {
    let engine = Engine::start();
    let peer = json!({
        "name": "Door", "enabled": true, "networks": ["192.0.2.8"], "user": "door",
        "place": { "host": "192.0.2.8", "port": null, "transport": "udp" },
        "password": "door-s3cret", "prefixes": ["8"], "stripPrefix": true,
        "mayCallOutside": false, "channels": 2, "srtp": "optional",
    });
    let added = engine.post("/api/peers", &peer).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert!(!added.text.contains("door-s3cret"));
    let added = added.json();
    assert_eq!(added["hasPassword"], true);
    let path = format!("/api/peers/{}", added["id"]);
    let edit = with(
        peer,
        &json!({ "password": null, "user": "", "name": "Gate", "srtp": "required" }),
    );
    let edited = put(&engine, &path, &added["revision"], &edit).await.json();
    assert_eq!(
        (&edited["name"], &edited["hasPassword"]),
        (&json!("Gate"), &json!(false))
    );
    assert_eq!(
        (&added["srtp"], &edited["srtp"]),
        (&json!("optional"), &json!("required"))
    );

    let access = engine.get("/api/domain-access").await.json();
    assert_eq!(access["domains"], json!([]));
    let domains = json!([{ "domain": "pbx.example.com", "allow": ["10.0.0.0/8"], "deny": [] }]);
    let edit = json!({ "domains": domains });
    let foreign = put(&engine, "/api/domain-access", &access["revision"], &edit).await;
    assert_eq!(foreign.problem(422).as_deref(), Some("domain"));
    assert_eq!(foreign.json()["code"], "notOurDomain");
}
