//! A flow is published while callers are in it: it takes no longer for that, nobody is dropped, and
//! each goes on in the version they began with.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    crowd::Crowd,
    process::{PATIENCE, until},
    sipp::Running,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Callers in the flow when it is published.
const CALLS: u32 = 50;

/// Callers who come afterwards.
const LATER: u32 = 5;

/// So long may publishing take, in a debug build on busy cores.
const PUBLISHED_WITHIN: Duration = Duration::from_millis(200);

/// How long callers wait at the step before the one that is exchanged.
const WAIT_SECS: u32 = 8;

/// How long each call lasts, well beyond that step.
const CALL_MS: &str = "12000";

/// The number of the flow.
const NUMBER: &str = "600";

/// Callers wait, and then come to `then`.
fn flow(then: &str) -> Value {
    let pause = |id: &str, at: i32, seconds: u32| {
        json!({ "id": id, "type": "pause", "position": { "x": at, "y": 0 },
            "data": { "kind": "pause", "duration": seconds, "hears": "moh" } })
    };
    let edge = |id: &str, from: &str, to: &str| json!({ "id": id, "source": from, "sourceHandle": "default", "target": to });
    json!({
        "schemaVersion": 1, "id": "flow_main1", "name": "Main number", "entry": "n_start",
        "nodes": [
            { "id": "n_start", "type": "entry", "position": { "x": 0, "y": 0 },
                "data": { "kind": "entry" } },
            pause("n_wait1", 300, WAIT_SECS),
            pause(then, 600, 60),
            { "id": "n_bye01", "type": "hangup", "position": { "x": 900, "y": 0 },
                "data": { "kind": "hangup", "cause": "normal" } },
        ],
        "edges": [edge("e1", "n_start", "n_wait1"), edge("e2", "n_wait1", then),
            edge("e3", then, "n_bye01")],
    })
}

#[test]
fn fifty_callers_go_on_in_the_version_they_began_with_when_another_is_published() -> Result<()> {
    let office = Crowd::start(CALLS, 1, "relay", |_| Ok(()))?;
    let engine = &office.engine;
    let wish = json!({ "name": "Main number", "number": NUMBER, "document": flow("n_old01") });
    let made = engine.ask("POST", "/api/flows", &wish)?;
    let path = format!("/api/flows/{}", made["id"]);
    publish(&office, &path, 1)?;

    let began = Instant::now();
    let first = call(&office, CALLS)?;
    let came = until(PATIENCE, || active(&office) == Some(u64::from(CALLS)));
    ensure!(came, "{:?} of {CALLS} callers came", active(&office));
    let draft = engine.ask("GET", &format!("{path}/draft"), &Value::Null)?;
    let save = json!({ "seq": draft["seq"], "document": flow("n_new01"), "cursor": 0 });
    engine.ask("PUT", &format!("{path}/draft"), &save)?;
    let took = publish(&office, &path, 2)?;
    let still = active(&office);
    println!("published under {CALLS} calls in {took:?}");
    ensure!(
        still == Some(u64::from(CALLS)),
        "{still:?} of {CALLS} callers are left"
    );
    let waited = began.elapsed();
    ensure!(
        waited < Duration::from_secs(WAIT_SECS.into()),
        "too late: {waited:?}"
    );
    ensure!(took <= PUBLISHED_WITHIN, "publishing took {took:?}");

    let later = call(&office, LATER)?;
    for callers in [first, later] {
        callers.wait()?.all_went_well()?;
    }
    let walked = |revision: u64, node: &str| -> Result<usize> {
        let calls = engine.ask("GET", "/api/calls?limit=100", &Value::Null)?;
        let mut found = 0;
        for call in calls["calls"].as_array().context("no calls")? {
            let story = engine.ask("GET", &format!("/api/calls/{}", call["id"]), &Value::Null)?;
            let walk = &story["walk"];
            let steps = walk["steps"].as_array().into_iter().flatten();
            let came = steps.filter(|step| step["node"] == node).count() > 0;
            found += usize::from(came && walk["revision"] == revision);
        }
        Ok(found)
    };
    let ended = until(PATIENCE, || {
        walked(2, "n_new01").ok() == Some(LATER as usize)
    });
    ensure!(
        ended,
        "{} of {LATER} callers got the new version",
        walked(2, "n_new01")?
    );
    let old = walked(1, "n_old01")?;
    ensure!(
        old == CALLS as usize,
        "{old} of {CALLS} finished on the old one"
    );
    Ok(())
}

/// Callers dial the flow and stay for a while.
fn call(office: &Crowd, calls: u32) -> Result<Running> {
    office
        .calls(
            "speaking_caller",
            &office.logins,
            &[NUMBER.to_owned()],
            calls,
            50,
        )?
        .arguments(&["-d", CALL_MS])
        .file("said.alaw", vec![0xD5; 8_000])
        .start()
}

/// Publishes the draft; how long that took.
fn publish(office: &Crowd, path: &str, revision: u64) -> Result<Duration> {
    let draft = office
        .engine
        .ask("GET", &format!("{path}/draft"), &Value::Null)?;
    let wish = json!({ "message": "Another way", "seq": draft["seq"] });
    let asked = Instant::now();
    let live = office
        .engine
        .ask("POST", &format!("{path}/publish"), &wish)?;
    let took = asked.elapsed();
    ensure!(live["live"]["revision"] == revision, "{live}");
    Ok(took)
}

/// How many calls there are.
fn active(office: &Crowd) -> Option<u64> {
    office.engine.status().ok()?["active_calls"].as_u64()
}
