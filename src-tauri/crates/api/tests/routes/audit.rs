//! The audit log: calls abroad stand in it, it can be taken elsewhere, and whoever changes it is found out.

use crate::{calling, engine::Engine};
use office::{DeviceId, PersonId, TrunkId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::Role;
use switch::{AskedAbroad, AskingPhone, OnBehalfOf, RefusalReason, Write};

fn asked(number: &str, refused: Option<RefusalReason>) -> Write {
    Write::AskedAbroad(Box::new(AskedAbroad {
        unix_ms: 1_763_717_401_000,
        on_behalf_of: OnBehalfOf::Person(PersonId(1)),
        number: number.to_owned(),
        country: office::Country::parse("GB").ok(),
        way: "dialled",
        refused,
        line: refused.is_none().then_some(TrunkId(1)),
        peer: None,
        phone: Some(AskingPhone {
            device: DeviceId(7),
            address: "192.0.2.20".parse().unwrap(),
            agent: Some("Yealink T46U".to_owned()),
        }),
        call: None,
    }))
}

#[tokio::test]
async fn calls_abroad_stand_in_the_log_with_who_when_and_from_where() {
    let engine = Engine::start();
    calling::person(&engine).await;
    engine.keeper.keep(asked("+442079460000", None));
    let refused = Some(RefusalReason::AfterHours);
    engine.keeper.keep(asked("+442079460001", refused));
    let calls = engine.get("/api/audit?series=calls").await.json();
    let refused = engine.get("/api/audit?series=refusedCalls").await.json();
    let [first, second] = [&calls, &refused].map(|page| {
        let lines = page["entries"].as_array().unwrap();
        assert_eq!(lines.len(), 1);
        &lines[0]
    });
    assert_eq!(first["action"], "abroad.allowed");
    assert_eq!(first["at"], 1_763_717_401_000_i64);
    assert_eq!(
        (&first["by"], &first["address"], &first["subject"]),
        (
            &json!("Anna"),
            &json!("192.0.2.20"),
            &json!("+442079460000")
        )
    );
    assert_eq!(second["action"], "abroad.refused");
    assert_eq!(
        second["after"],
        json!({ "way": "dialled", "reason": "afterHours", "country": "GB", "person": 1,
            "device": 7, "agent": "Yealink T46U" })
    );
    let deeds = engine.get("/api/audit?series=deeds").await.json();
    let actions: Vec<_> = deeds["entries"].as_array().unwrap().iter().collect();
    assert!(
        actions
            .iter()
            .all(|line| line["action"] != "abroad.allowed")
    );
}

#[tokio::test]
async fn the_log_is_whole_until_somebody_changes_it_behind_the_engines_back() {
    let engine = Engine::start();
    calling::person(&engine).await;
    engine.keeper.keep(asked("+442079460000", None));
    let check = engine.get("/api/audit/check").await.json();
    assert_eq!(check["whole"], true, "{check}");
    assert_eq!(check["series"][2]["lines"], 1);
    let database = rusqlite::Connection::open(engine.dir.path().join("office.sqlite")).unwrap();
    database
        .execute_batch(
            "DROP TRIGGER audit_stays;
             UPDATE audit SET subject = '+4930123456' WHERE action = 'abroad.allowed';",
        )
        .unwrap();
    let check = engine.get("/api/audit/check").await.json();
    assert_eq!(check["whole"], false);
    assert_eq!(check["series"][2]["whole"], false);
    assert_eq!(
        check["series"][2]["brokenLine"]["at"],
        1_763_717_401_000_i64
    );
    assert_eq!(check["series"][0]["whole"], true);
    let desk = engine.user("rita", Role::Receptionist, None).await;
    for path in ["/api/audit", "/api/audit/check", "/api/audit.csv"] {
        engine.by_cookie(&desk, "GET", path, "").await.problem(403);
    }
}

/// The table alone is enough to follow the chain: whoever has it needs nothing of ours.
#[tokio::test]
async fn the_table_of_the_log_can_be_checked_by_anybody() {
    let engine = Engine::start();
    calling::person(&engine).await;
    engine.keeper.keep(asked("=HYPERLINK(1)", None));
    engine.sign_in("nobody", "wrong password").await;
    let table = engine.get("/api/audit.csv").await;
    assert_eq!(table.status, 200);
    assert_eq!(
        table.headers["content-disposition"],
        "attachment; filename=\"audit.csv\""
    );
    assert!(table.text.contains("\"'=HYPERLINK(1)\""), "no formula");
    let rows = rows(&table.text);
    assert_eq!(rows[0].last().unwrap(), "chained");
    let mut last = std::collections::BTreeMap::new();
    for row in &rows[1..] {
        let (series, hash, chained) = (&row[0], &row[9], &row[10]);
        let before = last.get(series).copied().unwrap_or([0_u8; 32]);
        let mut right = Sha256::new();
        right.update(before);
        right.update(chained);
        let right: [u8; 32] = right.finalize().into();
        let words: String = right.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(*hash, words, "{row:?}");
        let line: Value = serde_json::from_str(chained).unwrap();
        assert_eq!((&line[0], &line[4]), (&json!(series), &json!(row[5])));
        last.insert(series.clone(), right);
    }
    let series: Vec<_> = last.keys().map(String::as_str).collect();
    assert_eq!(series, ["calls", "deeds", "signIns"]);
}

/// The cells of a table (RFC 4180).
fn rows(table: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut letters = table
        .trim_start_matches('\u{feff}')
        .trim_end()
        .chars()
        .peekable();
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().unwrap();
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            letter => row.last_mut().unwrap().push(letter),
        }
    }
    rows
}
