//! Calls from and to the outside world in the history: which way, over which line, by which number.

use crate::{calling, calls_csv, engine::Engine};
use office::TrunkId;
use serde_json::{Value, json};
use store::{CallRecord, OutsideCall, Way};

/// A call that began `id` steps after 1970.
fn call(id: u32, outside: Option<OutsideCall>) -> CallRecord {
    let mut call = calls_csv::call(id, "Anna");
    call.summary.outside = outside;
    call
}

fn over(way: Way, line: i64) -> Option<OutsideCall> {
    Some(OutsideCall {
        way,
        line: Some(TrunkId(line)),
        line_name: format!("Line {line}"),
        shown: Some("+49305551234".to_owned()),
    })
}

async fn ids(engine: &Engine, asked: &str) -> Vec<i64> {
    let page = engine.get(&format!("/api/calls{asked}")).await.json();
    let calls = page["calls"].as_array().unwrap().iter();
    calls.map(|call| call["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn the_history_is_asked_by_direction_and_by_line_and_so_is_the_table() {
    let engine = Engine::start();
    calling::in_germany(&engine).await;
    let calls = vec![
        call(1, None),
        call(2, over(Way::In, 3)),
        call(3, over(Way::Out, 3)),
        call(4, over(Way::Out, 4)),
    ];
    calls_csv::add(&engine, calls).await;
    for (asked, found) in [
        ("", &[4, 3, 2, 1][..]),
        ("?direction=in", &[2]),
        ("?direction=out", &[4, 3]),
        ("?direction=inside", &[1]),
        ("?line=3", &[3, 2]),
        ("?line=3&direction=out", &[3]),
        ("?line=9", &[]),
    ] {
        assert_eq!(ids(&engine, asked).await, found, "{asked}");
        let table = calls_csv::pieces(&engine, asked).await.concat();
        let lines = table.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines, 1 + found.len(), "{asked}");
    }
    let wrong = engine.get("/api/calls?direction=up").await;
    wrong.problem(400);

    let page = engine.get("/api/calls?line=3").await.json();
    let out = &page["calls"][0];
    assert_eq!(
        [&out["direction"], &out["lineName"], &out["shownAs"]],
        ["out", "Line 3", "030 5551234"]
    );
    let inside = engine.get("/api/calls?direction=inside").await.json();
    let inside = &inside["calls"][0];
    assert_eq!(
        (&inside["direction"], &inside["shownAs"]),
        (&Value::Null, &json!(null))
    );
}
