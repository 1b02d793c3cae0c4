//! What windows show of the past is there again after the engine was started anew.

use crate::{calling, calls_csv, engine::Engine};
use office::{CallId, PersonId, PhoneNumber, TrunkId};
use serde_json::{Value, json};
use store::{CallEvent, OutsideCall, Way};
use switch::{FuseState, KnownBy, Party, What};

#[tokio::test]
async fn an_emergency_call_nobody_has_seen_to_is_shown_again_and_a_dismissed_one_is_not() {
    let engine = Engine::start();
    let called = What::EmergencyCalled {
        call: CallId(12),
        from: Party {
            person: Some(PersonId(3)),
            name: "Anna".to_owned(),
            number: "101".to_owned(),
            ..Party::default()
        },
        number: "112".to_owned(),
        location: "Street 1".to_owned(),
        callback: PhoneNumber::parse("+4930555123").ok(),
        line: Some(TrunkId(4)),
    };
    let now = chrono::Utc::now().timestamp_millis();
    let mut help = calls_csv::call(12, "Anna");
    help.summary.started_at = now - 60_000;
    help.summary.ended_at = now - 1_000;
    help.events.push(CallEvent {
        offset: 5,
        kind: "emergencyCalled".to_owned(),
        detail: serde_json::to_string(&called).unwrap(),
    });
    let mut other = calls_csv::call(13, "Ben");
    other.summary.started_at = now;
    calls_csv::add(&engine, vec![help, other]).await;
    assert_eq!(engine.get("/api/emergency").await.json(), json!([]));

    let engine = engine.started_anew();
    let shown = engine.get("/api/emergency").await.json();
    assert_eq!(shown.as_array().unwrap().len(), 1, "{shown}");
    let shown = &shown[0];
    assert_eq!(
        [
            &shown["number"],
            &shown["caller"],
            &shown["phone"],
            &shown["location"]
        ],
        ["112", "Anna", "101", "Street 1"]
    );
    assert_eq!(
        [&shown["callback"], &shown["line"], &shown["endedAt"]],
        [&json!("+4930555123"), &json!(4), &json!(now - 1_000)]
    );
    let dismissed = engine.post("/api/emergency/12/dismiss", &json!({})).await;
    assert_eq!(dismissed.status, 204);

    let engine = engine.started_anew();
    assert_eq!(engine.get("/api/emergency").await.json(), json!([]));
}

#[tokio::test]
async fn a_fuse_that_blew_before_is_shown_and_needs_attention_though_nobody_knows_when() {
    let engine = Engine::start();
    // So the switch tells it when it has read what is kept.
    let state = FuseState {
        fuse: "office-money".parse().unwrap(),
        used: 500,
        max: 400,
        blown: true,
    };
    engine.tell(What::FusesMeasured { fuses: vec![state] });
    let fuses = engine.get("/api/fuses").await.json();
    assert_eq!(
        (&fuses[0]["blown"], &fuses[0]["blownAt"]),
        (&json!(true), &Value::Null)
    );
    // It is among what needs attention until it holds again.
    let seen = "/api/attention/fuse-office-money/dismiss";
    assert_eq!(engine.post(seen, &json!({})).await.status, 204);
    engine.tell(What::FuseReset { fuse: state.fuse });
    assert_eq!(engine.get("/api/fuses").await.json(), json!([]));
    engine.post(seen, &json!({})).await.problem(404);
}

#[tokio::test]
async fn a_number_says_when_it_was_called_last() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    for number in ["030 5551234", "030 5551235"] {
        let added = calling::number(number, calling::hangup());
        assert_eq!(engine.post("/api/numbers", &added).await.status, 201);
    }
    let now = chrono::Utc::now().timestamp_millis();
    let mut call = calls_csv::call(12, "Anna");
    call.summary.started_at = now - 60_000;
    call.summary.outside = Some(OutsideCall {
        way: Way::In,
        line: None,
        line_name: String::new(),
        shown: Some("+49305551234".to_owned()),
    });
    calls_csv::add(&engine, vec![call]).await;

    let engine = engine.started_anew();
    let last = async |engine: &Engine| {
        let numbers = engine.get("/api/numbers").await.json();
        let numbers = numbers.as_array().unwrap().iter();
        numbers
            .map(|number| number["lastCalled"].as_i64())
            .collect::<Vec<_>>()
    };
    assert_eq!(last(&engine).await, [Some(now - 60_000), None]);
    let told = engine.tell(What::NumberCalled {
        call: CallId(14),
        line: TrunkId(1),
        number: "+49305551235".to_owned(),
        known: true,
        forwarded_from: None,
        known_by: KnownBy::Address,
        called_as: "+49305551235".to_owned(),
        caller_as: String::new(),
    });
    assert_eq!(
        last(&engine).await,
        [Some(now - 60_000), Some(told.unix_ms)]
    );
}
