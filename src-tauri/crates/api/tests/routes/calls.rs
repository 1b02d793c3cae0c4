//! Calls: on the board while they go on, in the history the moment they are over.

use crate::engine::Engine;
use api::limits::MAX_LIVE_TRACE;
use axum::body::Body;
use bytes::Bytes;
use office::{CallId, DeviceId, PersonId};
use serde_json::json;
use sip_transport::Flow;
use std::time::Duration;
use store::Store;
use switch::{
    BindingChange, CallSide, Command, CommandRefusal, CommandResult, EndReason, Happening,
    Historian, Input, KnownBinding, MediaWay, Party, SideQuality, TracedMessage, What, Write,
};

const CALL: CallId = CallId(12);

fn party(person: i64, name: &str, number: &str) -> Party {
    Party {
        person: Some(PersonId(person)),
        device: Some(DeviceId(person)),
        name: name.to_owned(),
        number: number.to_owned(),
        ..Party::default()
    }
}

/// Anna calls Ben, who answers.
fn talk(engine: &Engine) -> Vec<Happening> {
    let (anna, ben) = (party(1, "Anna", "101"), party(2, "Ben", "102"));
    let whats = [
        What::CallerArrived {
            call: CALL,
            from: anna,
            dialled: "102".to_owned(),
            from_board: false,
        },
        What::DeviceCalled {
            call: CALL,
            leg: 2,
            to: ben.clone(),
            media: Some(MediaWay::Relayed),
        },
        What::CallAnswered {
            call: CALL,
            leg: 2,
            by: ben,
            side: switch::CallSide::Callee,
        },
    ];
    trace(
        engine,
        1,
        true,
        "INVITE sip:102@192.0.2.7 SIP/2.0\r\nAuthorization: (masked)\r\n\r\n",
    );
    let happened = whats.into_iter().map(|what| engine.tell(what)).collect();
    trace(
        engine,
        2,
        false,
        "INVITE sip:ben@192.0.2.12 SIP/2.0\r\n\r\n",
    );
    happened
}

fn trace(engine: &Engine, leg: u32, incoming: bool, text: &'static str) {
    let remote = if leg == 1 {
        "192.0.2.11:5060"
    } else {
        "192.0.2.12:5060"
    };
    engine.desk.trace(TracedMessage {
        call: CALL,
        leg,
        unix_ms: 1_763_717_401_000 + i64::from(leg),
        incoming,
        flow: Flow::udp("192.0.2.7:5060".parse().unwrap(), remote.parse().unwrap()),
        bytes: Bytes::from_static(text.as_bytes()),
    });
}

/// Anna hangs up.
fn hang_up(engine: &Engine, mut happened: Vec<Happening>) {
    happened.push(engine.tell(What::CallEnded {
        call: CALL,
        reason: EndReason::HungUp,
        by: Some(party(1, "Anna", "101")),
        quality: vec![],
    }));
    let mut historian = Historian::default();
    let record = happened
        .iter()
        .find_map(|happening| historian.apply(happening));
    engine.keeper.keep(Write::Call(Box::new(record.unwrap())));
    trace(engine, 2, true, "SIP/2.0 200 OK\r\n\r\n");
}

#[tokio::test]
async fn a_call_going_on_is_told_with_its_messages() {
    let engine = Engine::start();
    talk(&engine);
    assert_eq!(engine.get("/api/status").await.json()["active_calls"], 1);
    let story = engine.get("/api/calls/12").await.json();
    let call = &story["call"];
    assert_eq!(call["outcome"], "talking");
    assert_eq!(call["to"]["number"], "102");
    assert_eq!(call["endedAt"], json!(null));
    assert_eq!(story["steps"][2]["kind"], "callAnswered");
    let trace = engine.get("/api/calls/12/trace").await.json();
    assert_eq!(trace["live"], true);
    assert_eq!(trace["messages"][0]["direction"], "in");
    assert_eq!(trace["messages"][1]["offset"], 2);
    assert_eq!(trace["messages"][1]["method"], "INVITE");
    assert_eq!(
        trace["legs"],
        json!([
            { "leg": 1, "name": "Anna", "address": "192.0.2.11:5060" },
            { "leg": 2, "name": "Ben", "address": "192.0.2.12:5060" },
        ])
    );
}

#[tokio::test]
async fn how_a_call_sounds_is_told_while_it_goes_on_and_when_it_is_over() {
    let engine = Engine::start();
    let mut happened = talk(&engine);
    let quality = |packets, mos| SideQuality {
        party: party(2, "Ben", "102"),
        packets,
        lost: packets / 99,
        jitter: Duration::from_micros(2_500),
        round_trip: Some(Duration::from_millis(30)),
        mos,
        worst_mos: 3.5,
    };
    for (packets, mos) in [(198, 3.5), (990, 4.25)] {
        engine.tell(What::SoundMeasured {
            of: CALL,
            quality: quality(packets, mos),
        });
    }
    let during = engine.get("/api/calls/12").await.json();
    let expected = json!([{
        "party": { "person": 2, "number": "102", "name": "Ben" },
        "mos": 4.25,
        "worstMos": 3.5,
        "loss": 0.01,
        "jitterMs": 2.5,
        "roundTripMs": 30.0,
    }]);
    assert_eq!(during["sound"], expected);
    assert_eq!(during["steps"].as_array().unwrap().len(), 3, "no step each");

    happened.push(engine.tell(What::CallEnded {
        call: CALL,
        reason: EndReason::HungUp,
        by: None,
        quality: vec![quality(990, 4.25)],
    }));
    let mut historian = Historian::default();
    let record = happened
        .iter()
        .find_map(|happening| historian.apply(happening));
    engine.keeper.keep(Write::Call(Box::new(record.unwrap())));
    let after = engine.get("/api/calls/12").await.json();
    assert_eq!(after["call"]["outcome"], "answered");
    assert_eq!(after["sound"], expected);
}

#[tokio::test]
async fn a_call_is_in_the_history_the_moment_it_is_over() {
    let engine = Engine::start();
    let happened = talk(&engine);
    hang_up(&engine, happened);
    let page = engine.get("/api/calls").await.json();
    assert_eq!(page["calls"][0]["id"], 12);
    assert_eq!(page["calls"][0]["outcome"], "answered");
    assert_eq!(page["calls"][0]["hungUpBy"], "caller");
    assert_eq!(page["calls"][0]["media"], "relayed");
    assert_eq!(page["next"], json!(null));
    let story = engine.get("/api/calls/12").await.json();
    assert_eq!(story["call"]["reason"], "hungUp");
    assert_eq!(story["steps"][3]["kind"], "callEnded");
    assert_eq!(story["steps"][3]["detail"]["by"]["name"], "Anna");
    let trace = engine.get("/api/calls/12/trace").await.json();
    assert_eq!(trace["live"], false);
    assert_eq!(trace["legs"][1]["name"], "Ben");
    let last = trace["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        last["text"], "SIP/2.0 200 OK\r\n\r\n",
        "what came after the end belongs to it"
    );
}

#[tokio::test]
async fn messages_too_many_to_keep_are_counted_when_the_call_is_over_as_well() {
    let engine = Engine::start();
    let happened = talk(&engine);
    for _ in 0..MAX_LIVE_TRACE {
        trace(&engine, 1, true, "INFO sip:102@192.0.2.7 SIP/2.0\r\n\r\n");
    }
    let during = engine.get("/api/calls/12/trace").await.json();
    assert_eq!(during["leftOut"], 2, "those of the beginning were kept");
    hang_up(&engine, happened);
    let after = engine.get("/api/calls/12/trace").await.json();
    assert_eq!(after["leftOut"], 3, "the last answer came too");
}

#[tokio::test]
async fn the_history_is_read_page_by_page_and_searched() {
    let engine = Engine::start();
    let happened = talk(&engine);
    hang_up(&engine, happened);
    let first = engine.get("/api/calls?limit=1").await.json();
    let next = first["next"].as_str().unwrap();
    let second = engine
        .get(&format!("/api/calls?limit=1&before={next}"))
        .await
        .json();
    assert_eq!(second["calls"], json!([]));
    for (text, found) in [("ann", 1), ("102", 1), ("zoe", 0)] {
        let page = engine.get(&format!("/api/calls?q={text}")).await.json();
        assert_eq!(page["calls"].as_array().unwrap().len(), found, "{text}");
    }
    let long = "x".repeat(api::limits::MAX_SEARCH_TEXT + 1);
    let answer = engine.get(&format!("/api/calls?q={long}")).await;
    assert_eq!(answer.problem(422).as_deref(), Some("q"));
}

#[tokio::test]
async fn a_message_after_the_record_begins_no_call_anew() {
    let engine = Engine::start();
    let happened = talk(&engine);
    hang_up(&engine, happened);
    let before = engine.get("/api/calls/12/trace").await.json();
    trace(&engine, 2, true, "SIP/2.0 200 OK\r\n\r\n");
    assert_eq!(engine.get("/api/calls/12/trace").await.json(), before);
}

#[tokio::test]
async fn stopping_writes_the_calls_and_phones_of_the_last_moment() {
    let Engine {
        keeper,
        desk,
        dir,
        router,
        ..
    } = {
        let engine = Engine::start();
        let person = json!({ "name": "Anna", "extension": "101" });
        let anna = engine.post("/api/people", &person).await.json()["id"].clone();
        let phone = json!({ "person": anna, "label": "Desk phone" });
        let phone = engine.post("/api/devices", &phone).await.json();
        let device = DeviceId(phone["device"]["id"].as_i64().unwrap());
        engine.keeper.keep(Write::Binding(Box::new(online(device))));
        let happened = talk(&engine);
        hang_up(&engine, happened);
        engine
    };
    keeper.stop();
    let late = keeper.ask(|store| store.persons()).await;
    assert!(matches!(late, Err(api::AskFailed::Stopped)), "{late:?}");
    drop((keeper, desk, router));
    let (mut store, report) = Store::open(dir.path()).unwrap();
    assert_eq!(report.last_call, CALL);
    assert_eq!(store.call_trace(CALL).unwrap().unwrap().messages.len(), 3);
    let bindings = store.load_bindings(1_763_717_401_000).unwrap();
    assert_eq!(bindings[0].transport, "UDP");
    assert_eq!(bindings[0].contact, b"<sip:anna@192.0.2.11>");
}

fn online(device: DeviceId) -> BindingChange {
    BindingChange::Put(KnownBinding {
        device,
        contact: Bytes::from_static(b"<sip:anna@192.0.2.11>"),
        flow: Flow::udp(
            "192.0.2.7:5060".parse().unwrap(),
            "192.0.2.11:5060".parse().unwrap(),
        ),
        path: vec![],
        instance: None,
        reg_id: None,
        q: 1000,
        expires_unix_ms: 1_763_717_501_000,
        call_id: "1".to_owned(),
        cseq: 1,
        user_agent: String::new(),
    })
}

#[tokio::test]
async fn orders_go_to_the_switch_while_the_call_goes_on() {
    let engine = Engine::start();
    let hang_up_path = "/api/calls/12/hang-up";
    assert_eq!(
        engine.post(hang_up_path, &json!({})).await.problem(404),
        None
    );
    talk(&engine);
    assert_eq!(engine.post(hang_up_path, &json!({})).await.status, 202);
    let wish = Body::from(r#"{"way":"direct"}"#);
    let moved = engine.ask("PUT", "/api/calls/12/media", &[], wish).await;
    assert_eq!(moved.status, 202);
    let wish = Body::from(r#"{"way":"round the world"}"#);
    let refused = engine.ask("PUT", "/api/calls/12/media", &[], wish).await;
    assert_eq!(refused.problem(422).as_deref(), Some("way"));
    let inputs = engine.take_inputs();
    let [Input::Command(first), Input::Command(second)] = &inputs[..] else {
        panic!("{inputs:?}");
    };
    assert_eq!(*first, Command::HangUp(CALL));
    let to = MediaWay::Direct;
    assert_eq!(*second, Command::MoveMedia { call: CALL, to });
}

#[tokio::test]
async fn what_the_switch_says_to_an_order_is_the_answer() {
    let engine = Engine::start();
    let refused = CommandResult::Refused {
        reason: CommandRefusal::OwnPhonesOffline,
    };
    let start = json!({ "person": 1, "to": " 102 " });
    let (answer, order) = engine.order("/api/calls", &start, refused).await;
    assert_eq!(answer.problem(422).as_deref(), Some("person"));
    assert_eq!(answer.json()["code"], "ownPhonesOffline");
    assert!(
        matches!(&order, Command::Originate { person: PersonId(1), to, .. } if to == "102"),
        "{order:?}"
    );

    let taken = CommandResult::Taken { call: Some(CALL) };
    let transfer = json!({ "keep": "caller", "to": "103" });
    let path = "/api/calls/12/transfer";
    let (answer, order) = engine.order(path, &transfer, taken).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json(), json!({ "call": 12 }));
    assert!(matches!(
        order,
        Command::Transfer {
            call: CALL,
            keep: CallSide::Caller,
            ..
        }
    ));

    let nowhere = json!({ "person": 1, "to": " " });
    let nowhere = engine.post("/api/calls", &nowhere).await;
    assert_eq!(nowhere.problem(422).as_deref(), Some("to"));
}
