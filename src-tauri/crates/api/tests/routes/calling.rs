//! Numbers, the rules of calling out, fuses and emergencies.

use crate::{
    engine::{Answer, Engine},
    lines,
};
use axum::body::Body;
use office::{CallId, Country, PersonId, PhoneNumber, TrunkId};
use serde_json::{Value, json};
use store::Role;
use switch::{
    Candidate, Command, CommandResult, Explained, FuseId, Input, Party, Reason, ShownBecause,
    Shows, What,
};

pub fn number(text: &str, target: Value) -> Value {
    json!({
        "number": text, "label": "Sales", "line": null, "route": target, "hours": null,
        "channels": null, "anonymous": "accept", "challenge": false,
    })
}

pub fn hangup() -> Value {
    json!({ "dest_kind": "hangup" })
}

pub async fn put(engine: &Engine, path: &str, revision: &Value, edit: &Value) -> Answer {
    let revision = format!("\"{revision}\"");
    let headers = [("if-match", revision.as_str())];
    let body = Body::from(edit.to_string());
    engine.ask("PUT", path, &headers, body).await
}

/// The office is in Germany from now on.
pub async fn in_germany(engine: &Engine) {
    let office = engine.get("/api/office").await.json();
    let edit = json!({
        "name": "Office", "country": "DE", "timeZone": "Europe/Berlin", "language": "de",
        "ringSeconds": office["ringSeconds"], "maxCalls": office["maxCalls"],
        "maxCallsPerPerson": office["maxCallsPerPerson"],
    });
    let set = put(engine, "/api/office", &office["revision"], &edit).await;
    assert_eq!(set.status, 200, "{}", set.text);
}

pub async fn person(engine: &Engine) -> i64 {
    let anna = json!({ "name": "Anna", "extension": "101" });
    let anna = engine.post("/api/people", &anna).await.json();
    anna["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_number_is_written_as_at_home_and_leads_on() {
    let engine = Engine::start();
    in_germany(&engine).await;
    let anna = person(&engine).await;
    let route = json!({
        "dest_kind": "user", "dest_id": anna,
        "dest_xform": { "callerNamePrefix": "Sales: ", "language": "de", "ringFor": 20 },
    });
    let added = engine
        .post("/api/numbers", &number("030 5551234", route.clone()))
        .await;
    assert_eq!(added.status, 201, "{}", added.text);
    let added = added.json();
    assert_eq!(added["number"], "+49305551234");
    assert_eq!(added["shown"], "030 5551234");
    assert_eq!(added["route"], route);
    let twice = number("+49 30 5551234", hangup());
    let twice = engine.post("/api/numbers", &twice).await;
    assert_eq!(twice.problem(409).as_deref(), Some("number"));
    assert_eq!(twice.json()["code"], "numberTaken");

    let path = "/api/numbers/+49305551234";
    let edit = number("+49305551234", hangup());
    let edited = put(&engine, path, &added["revision"], &edit).await;
    assert_eq!(edited.json()["route"], hangup(), "{}", edited.text);
    put(&engine, path, &added["revision"], &edit)
        .await
        .problem(412);
    let other = number("+49305551235", hangup());
    let other = put(&engine, path, &edited.json()["revision"], &other).await;
    assert_eq!(other.problem(422).as_deref(), Some("number"));
    let removed = engine.ask("DELETE", path, &[], Body::empty()).await;
    assert_eq!(removed.status, 204);
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.json()["shown"], "030 5551234", "{}", back.text);
}

#[tokio::test]
async fn many_numbers_are_added_at_once_or_none_with_all_that_is_to_be_mended() {
    let engine = Engine::start();
    in_germany(&engine).await;
    let numbers = ["030 5551001", "nonsense", "030 5551003", "+49305551001"];
    let numbers = numbers.map(|text| number(text, hangup()));
    let answer = engine
        .post("/api/numbers/many", &json!({ "numbers": numbers }))
        .await;
    assert_eq!(answer.problem(422).as_deref(), Some("numbers[1].number"));
    let rows = answer.json()["rows"].clone();
    assert_eq!(rows[0]["row"], 1);
    assert_eq!(
        (&rows[1]["row"], &rows[1]["code"]),
        (&json!(3), &json!("numberTaken"))
    );
    assert_eq!(engine.get("/api/numbers").await.json(), json!([]));
    let numbers = ["030 5551001", "030 5551003"].map(|text| number(text, hangup()));
    let answer = engine
        .post("/api/numbers/many", &json!({ "numbers": numbers }))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(
        engine
            .get("/api/numbers")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn who_may_call_where_is_kept_as_it_was_said() {
    let engine = Engine::start();
    let anna = person(&engine).await;
    let line = engine.post("/api/lines", &lines::wanted()).await.json();
    let rules = engine.get("/api/outbound-rules").await.json();
    let rule = json!({
        "id": 0, "name": "Abroad", "who": { "kind": "persons", "value": [anna] },
        "to": [{ "kind": "country", "value": "AT" }, { "kind": "mobile" }],
        "lines": [line["id"]], "shows": { "kind": "number", "value": "+4930555123" },
    });
    let edit = json!({ "rules": [rule] });
    let set = put(&engine, "/api/outbound-rules", &rules["revision"], &edit).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let kept = set.json()["rules"][0].clone();
    assert_ne!(kept["id"], 0);
    assert_eq!((&kept["to"], &kept["who"]), (&rule["to"], &rule["who"]));
    let line = format!("/api/lines/{}", line["id"]);
    let used = engine.ask("DELETE", &line, &[], Body::empty()).await;
    used.problem(409);
    assert_eq!(used.json()["code"], "stillUsed");

    let path = format!("/api/calling-rights/{anna}");
    let rights = engine.get(&path).await.json();
    assert_eq!(
        (&rights["revision"], &rights["reach"]),
        (&json!(0), &json!("everywhere"))
    );
    let edit = json!({
        "shows": null, "reach": "inside", "abroadAfterHours": false, "foreignMinutes": 5,
        "money": null,
    });
    let set = put(&engine, &path, &rights["revision"], &edit).await;
    assert_eq!(set.json()["reach"], "inside", "{}", set.text);
    let all = engine.get("/api/calling-rights").await.json();
    assert_eq!(all[0]["person"], anna);
    engine.get("/api/calling-rights/77").await.problem(404);

    for (path, field, value) in [
        ("/api/calling-policy", "countries", json!(["AT", "CH"])),
        ("/api/outside-admission", "maxIn", json!(3)),
        (
            "/api/emergency-plan",
            "location",
            json!("Street 1, 2nd floor"),
        ),
    ] {
        let mut edit = engine.get(path).await.json();
        let revision = edit["revision"].clone();
        let fields = edit.as_object_mut().unwrap();
        fields.remove("revision");
        fields.remove("numbers");
        fields.insert(field.to_owned(), value.clone());
        let set = put(&engine, path, &revision, &edit).await;
        assert_eq!(set.json()[field], value, "{path} {}", set.text);
        put(&engine, path, &revision, &edit).await.problem(412);
        engine
            .ask("PUT", path, &[], Body::from(edit.to_string()))
            .await
            .problem(428);
    }
    let audit = engine.get("/api/audit").await.text;
    for action in [
        "callingRights.edited",
        "callingPolicy.edited",
        "emergencyPlan.edited",
    ] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

#[tokio::test]
async fn a_fuse_that_blew_is_shown_until_somebody_who_runs_the_office_puts_it_back() {
    let engine = Engine::start();
    let fuse: FuseId = "person-3-tries".parse().unwrap();
    engine.tell(What::FuseTripped {
        fuse,
        used: 6,
        max: 5,
        by: None,
    });
    let fuses = engine.get("/api/fuses").await.json();
    assert_eq!(
        (&fuses[0]["id"], &fuses[0]["person"]),
        (&json!("person-3-tries"), &json!(3))
    );
    assert_ne!(fuses[0]["blownAt"], Value::Null);
    let reset = "/api/fuses/person-3-tries/reset";
    let desk = engine.user("rita", Role::Receptionist, None).await;
    engine
        .by_cookie(&desk, "POST", reset, "{}")
        .await
        .problem(403);
    // A program has a limit to keep to, and no say in it.
    let by_token = engine.post(reset, &json!({})).await;
    by_token.problem(403);
    assert_eq!(by_token.json()["code"], "nobodyThere");
    let ordered = engine.take_inputs();
    let is_order = |input: &Input| matches!(input, Input::Command(_));
    assert!(!ordered.iter().any(is_order), "nothing was reset");
    let maria = engine.user("maria", Role::Admin, None).await;
    let done = CommandResult::Taken { call: None };
    let (answer, command) = engine.order_by_cookie(&maria, reset, done).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert!(matches!(command, Command::ResetFuse { fuse: put_back, .. } if put_back == fuse));
    engine.tell(What::FuseReset { fuse });
    assert_eq!(engine.get("/api/fuses").await.json(), json!([]));
    let audit = engine.get("/api/audit").await.json();
    assert_eq!(audit["entries"][0]["action"], "fuse.reset");
    assert_eq!(audit["entries"][0]["subject"], "person-3-tries");
    assert_eq!(audit["entries"][0]["by"], "maria");
    for gone in ["nonsense", "person-3-tries"] {
        let path = format!("/api/fuses/{gone}/reset");
        let answer = engine.by_cookie(&maria, "POST", &path, "{}").await;
        answer.problem(404);
    }
    let after = engine.get("/api/audit").await.json();
    assert_eq!(
        after["entries"][0], audit["entries"][0],
        "nothing else is written down"
    );
}

#[tokio::test]
async fn a_window_of_this_computer_counts_as_somebody_and_the_audit_says_so() {
    let engine = Engine::start();
    let fuse: FuseId = "office-foreignMinutes".parse().unwrap();
    engine.tell(What::FuseTripped {
        fuse,
        used: 1_800,
        max: 1_800,
        by: None,
    });
    let owner = engine.owner().await;
    let done = CommandResult::Taken { call: None };
    let reset = "/api/fuses/office-foreignMinutes/reset";
    let (answer, _) = engine.order_by_cookie(&owner, reset, done).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let line = engine.get("/api/audit?limit=1").await.json()["entries"][0].clone();
    assert_eq!(
        (&line["action"], &line["by"]),
        (&json!("fuse.reset"), &json!(""))
    );
}

#[tokio::test]
async fn an_emergency_call_is_shown_to_everybody_until_somebody_has_seen_to_it() {
    let engine = Engine::start();
    let staff = engine.user("sam", Role::Staff, None).await;
    let call = CallId(12);
    engine.tell(What::EmergencyCalled {
        call,
        from: Party {
            person: Some(PersonId(3)),
            name: "Anna".to_owned(),
            number: "101".to_owned(),
            ..Party::default()
        },
        number: "112".to_owned(),
        location: "Street 1".to_owned(),
        callback: PhoneNumber::parse("+4930555123").ok(),
        line: None,
    });
    let shown = engine
        .by_cookie(&staff, "GET", "/api/emergency", "")
        .await
        .json();
    assert_eq!(shown[0]["number"], "112");
    assert_eq!(shown[0]["callback"], "+4930555123");
    assert_eq!(shown[0]["endedAt"], Value::Null);
    engine.tell(What::EmergencyEnded { call });
    let shown = engine.get("/api/emergency").await.json();
    assert_ne!(shown[0]["endedAt"], Value::Null);
    let dismiss = "/api/emergency/12/dismiss";
    engine
        .by_cookie(&staff, "POST", dismiss, "{}")
        .await
        .problem(403);
    assert_eq!(engine.post(dismiss, &json!({})).await.status, 204);
    assert_eq!(engine.get("/api/emergency").await.json(), json!([]));
    engine.post(dismiss, &json!({})).await.problem(404);
}

#[tokio::test]
async fn where_a_number_would_go_is_what_the_gate_says() {
    let engine = Engine::start();
    let anna = person(&engine).await;
    let inside = engine
        .post(
            "/api/outbound/where",
            &json!({ "number": "101", "person": null }),
        )
        .await
        .json();
    assert_eq!(inside["leads"], "inside");
    assert_eq!(
        inside["inside"],
        json!({ "dest_kind": "user", "dest_id": anna })
    );

    let ask = json!({ "number": " 0044 20 7946 0000 ", "person": anna });
    let post = engine.post("/api/outbound/where", &ask);
    let explain = async {
        loop {
            let input = engine.take_inputs().pop();
            let Some(Input::Command(Command::Explain { ticket, number, .. })) = input else {
                tokio::task::yield_now().await;
                continue;
            };
            assert_eq!(number, "0044 20 7946 0000");
            let explained = Explained {
                number: Some("+442079460000".to_owned()),
                emergency: false,
                kind: None,
                country: Country::parse("GB").ok(),
                abroad: true,
                refused: None,
                reasons: vec![Reason::NoRules, Reason::LineChosen { line: TrunkId(4) }],
                lines: vec![Candidate {
                    line: TrunkId(4),
                    shows: Shows {
                        forwarded: None,
                        number: PhoneNumber::parse("+4930555123").ok(),
                        hidden: false,
                        why: ShownBecause::Main,
                    },
                }],
                at_most_seconds: Some(600),
            };
            let explained = Box::new(explained);
            engine.tell(What::Explained { ticket, explained });
            let result = CommandResult::Taken { call: None };
            engine.tell(What::CommandDone { ticket, result });
            return;
        }
    };
    let (answer, ()) = tokio::join!(post, explain);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(
        (&answer["leads"], &answer["allowed"]),
        (&json!("outside"), &json!(true))
    );
    assert_eq!(
        (&answer["line"], &answer["shows"]),
        (&json!(4), &json!("+4930555123"))
    );
    assert_eq!(answer["showsBecause"], "main");
    let said: Vec<&Value> = answer["why"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["sentence"])
        .collect();
    assert_eq!(said, ["noRules", "lineChosen"]);
}
