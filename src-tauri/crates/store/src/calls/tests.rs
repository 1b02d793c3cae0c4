//! The call history finds what was kept, quickly, and loses nothing.

use super::*;
use proptest::prelude::*;
use std::time::Instant;

const NOVEMBER: i64 = 1_793_491_200_000; // 2026-11-01T00:00:00Z
const DAY: i64 = 86_400_000;

fn record(id: u64, started_at: i64, from: (&str, &str), to: (&str, &str)) -> CallRecord {
    let party = |(number, name): (&str, &str)| Party {
        person: Some(PersonId(7)),
        number: number.to_owned(),
        name: name.to_owned(),
    };
    CallRecord {
        summary: CallSummary {
            id: CallId(id),
            started_at,
            answered_at: Some(started_at + 4_000),
            ended_at: started_at + 64_000,
            from: party(from),
            to: Party {
                person: None,
                ..party(to)
            },
            outcome: "answered".to_owned(),
            reason: "200 OK".to_owned(),
            hung_up_by: "caller".to_owned(),
            media_path: "relayed".to_owned(),
            codec: "PCMA".to_owned(),
            outside: None,
        },
        events: vec![
            CallEvent {
                offset: 0,
                kind: "CallerArrived".into(),
                detail: "{}".into(),
            },
            CallEvent {
                offset: 4_000,
                kind: "CallAnswered".into(),
                detail: r#"{"by":7}"#.into(),
            },
        ],
        trace: vec![message(b"INVITE sip:201@example.com SIP/2.0\r\n\r\n")],
        trace_left_out: 0,
    }
}

fn message(bytes: &[u8]) -> TracedMessage {
    TracedMessage {
        offset: 3,
        direction: Direction::In,
        leg: 1,
        flow: "UDP 192.0.2.1:5060".to_owned(),
        message: bytes.to_vec(),
    }
}

fn archive() -> (tempfile::TempDir, CallArchive) {
    let dir = tempfile::tempdir().unwrap();
    let archive = CallArchive::new(dir.path().to_owned());
    (dir, archive)
}

fn of(text: &str) -> CallFilter {
    CallFilter {
        text: Some(text.to_owned()),
        ..CallFilter::default()
    }
}

fn ids(page: &[CallSummary]) -> Vec<u64> {
    page.iter().map(|call| call.id.0).collect()
}

#[test]
fn a_call_comes_back_as_it_was_kept() {
    let (dir, mut archive) = archive();
    let kept = record(1, NOVEMBER, ("201", "Anna"), ("202", "Boris"));
    archive.append(std::slice::from_ref(&kept)).unwrap();
    assert!(dir.path().join("calls-2026-11.sqlite").exists());

    let mut archive = CallArchive::new(dir.path().to_owned());
    assert_eq!(archive.summary(CallId(1)).unwrap(), Some(kept.summary));
    assert_eq!(archive.events(CallId(1)).unwrap(), Some(kept.events));
    let trace = CallTrace {
        messages: kept.trace,
        left_out: 0,
    };
    assert_eq!(archive.trace(CallId(1)).unwrap(), Some(trace));
    assert_eq!(archive.summary(CallId(2)).unwrap(), None);
    assert_eq!(archive.events(CallId(2)).unwrap(), None);
    assert_eq!(archive.trace(CallId(2)).unwrap(), None);
    assert_eq!(archive.last_id().unwrap(), CallId(1));
}

#[test]
fn pages_run_backwards_over_months_without_gap_or_repeat() {
    let (_dir, mut archive) = archive();
    // Two calls a day from the end of July to November, both at the same millisecond.
    let records: Vec<CallRecord> = (0..220)
        .map(|id| {
            record(
                id + 1,
                NOVEMBER - (100 - i64::try_from(id / 2).unwrap()) * DAY,
                ("201", "A"),
                ("202", "B"),
            )
        })
        .collect();
    archive.append(&records).unwrap();
    assert_eq!(archive.months().unwrap().len(), 5);

    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = archive.page(&CallFilter::default(), 7, before).unwrap();
        let Some(last) = page.last() else { break };
        before = Some(CallPosition {
            started_at: last.started_at,
            id: last.id,
        });
        seen.extend(ids(&page));
    }
    assert_eq!(seen, (1..=220).rev().collect::<Vec<u64>>());
    assert!(archive.open.len() <= CALL_MONTHS_OPEN_MAX);
}

#[test]
fn calls_are_found_by_the_beginnings_of_names_and_numbers() {
    let (_dir, mut archive) = archive();
    let records = [
        record(1, NOVEMBER, ("201", "Anna Petrović"), ("+49301234567", "")),
        record(
            2,
            NOVEMBER + 1,
            ("+493098765", "O'Brien & Söhne"),
            ("201", "Anna Petrović"),
        ),
        record(3, NOVEMBER + 2, ("202", "Boris"), ("*97", "")),
    ];
    archive.append(&records).unwrap();
    let cases: [(&str, &[u64]); 14] = [
        ("anna", &[2, 1]),
        ("petrovic", &[2, 1]),
        ("PET an", &[2, 1]),
        ("o'brien", &[2]),
        ("sohne", &[2]),
        ("brien boris", &[]),
        ("+49 (30) 123-45", &[1]),
        ("4930", &[2, 1]),
        ("97", &[3]),
        ("0301234", &[]),
        ("\" OR 1=1 --", &[]),
        ("NEAR(anna)", &[]),
        ("words:anna*", &[]),
        ("'; DROP TABLE calls", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(
            ids(&archive.page(&of(text), 10, None).unwrap()),
            expected,
            "{text:?}"
        );
    }
    assert_eq!(
        archive.page(&of(" * "), 10, None).unwrap().len(),
        3,
        "nothing to look for: all calls"
    );
}

#[test]
fn a_batch_that_is_given_again_adds_nothing() {
    let (_dir, mut archive) = archive();
    let batch = [
        record(1, NOVEMBER - 1, ("201", "Anna"), ("202", "Boris")),
        record(2, NOVEMBER, ("201", "Anna"), ("202", "Boris")),
    ];
    archive.append(&batch[..1]).unwrap();
    archive.append(&batch).unwrap();
    assert_eq!(
        ids(&archive.page(&CallFilter::default(), 10, None).unwrap()),
        [2, 1]
    );
    assert_eq!(archive.events(CallId(1)).unwrap().unwrap().len(), 2);
}

#[test]
fn a_damaged_month_is_put_aside_and_new_calls_are_kept() {
    for broken_from in [0, 4_096] {
        let (dir, mut archive) = archive();
        let call = |id| record(id, NOVEMBER, ("201", "Anna"), ("202", "Boris"));
        archive.append(&[call(1)]).unwrap();
        drop(archive);
        let path = dir.path().join("calls-2026-11.sqlite");
        let mut bytes = fs::read(&path).unwrap();
        bytes[broken_from..].fill(0xA5);
        fs::write(&path, &bytes).unwrap();

        let mut archive = CallArchive::new(dir.path().to_owned());
        let page = archive.page(&CallFilter::default(), 10, None);
        assert!(
            matches!(page, Err(StoreError::Damaged { .. })),
            "reading moves nothing: {page:?}"
        );
        archive.append(&[call(2)]).unwrap();
        assert_eq!(
            ids(&archive.page(&CallFilter::default(), 10, None).unwrap()),
            [2]
        );
        assert!(matches!(archive.damaged(), [aside] if fs::read(aside).unwrap() == bytes));

        drop(archive);
        fs::write(&path, &bytes).unwrap();
        let mut archive = CallArchive::new(dir.path().to_owned());
        assert_eq!(
            archive.last_id().unwrap(),
            CallId(0),
            "the engine starts all the same"
        );
        assert_eq!(archive.damaged().len(), 1);
    }
}

#[test]
fn an_endless_call_does_not_fill_the_disk() {
    let (_dir, mut archive) = archive();
    let mut long = record(1, NOVEMBER, ("201", "Anna"), ("202", "Boris"));
    let event = long.events[0].clone();
    long.events = vec![event; EVENTS_PER_CALL_MAX + 1];
    long.trace = vec![message(&[b'x'; 1_000]); 2_000];
    long.trace_left_out = 7;
    archive.append(&[long]).unwrap();
    assert_eq!(
        archive.events(CallId(1)).unwrap().unwrap().len(),
        EVENTS_PER_CALL_MAX
    );
    let trace = archive.trace(CallId(1)).unwrap().unwrap();
    assert_eq!(trace.messages.len(), TRACE_BYTES_PER_CALL_MAX / 1_000);
    assert_eq!(trace.left_out, 2_000 - 1_048 + 7);
}

#[test]
fn a_call_at_an_impossible_time_is_kept_all_the_same() {
    let (_dir, mut archive) = archive();
    for (id, started_at) in [(1, i64::MIN), (2, -1), (3, i64::MAX)] {
        let mut record = record(id, NOVEMBER, ("201", "Anna"), ("202", "Boris"));
        record.summary.started_at = started_at;
        archive.append(&[record]).unwrap();
    }
    assert_eq!(
        ids(&archive.page(&CallFilter::default(), 10, None).unwrap()),
        [3, 2, 1]
    );
}

/// Calls of format 1 had no tags, and an outcome of another spelling.
#[test]
fn calls_of_an_earlier_format_are_found_by_everything() {
    let (dir, mut archive) = archive();
    let dump = include_str!("../../tests/fixtures/calls-v1.sql");
    Connection::open(dir.path().join("calls-2026-11.sqlite"))
        .unwrap()
        .execute_batch(dump)
        .unwrap();
    let unanswered = CallFilter {
        outcome: Some("nobodyAnswered".to_owned()),
        ..CallFilter::default()
    };
    let page = archive.page(&unanswered, 10, None).unwrap();
    assert_eq!(ids(&page), [2]);
    assert_eq!(page[0].outcome, "nobodyAnswered");
    let annas = CallFilter {
        person: Some(PersonId(7)),
        ..of("smith 4930")
    };
    assert_eq!(ids(&archive.page(&annas, 10, None).unwrap()), [2, 1]);
    assert_eq!(archive.events(CallId(1)).unwrap().unwrap().len(), 1);
    let trace = archive.trace(CallId(1)).unwrap().unwrap();
    assert_eq!(trace.messages[0].message, b"INVITE");
}

#[test]
fn calls_are_found_by_the_line_they_took_and_which_way_they_went() {
    let (dir, mut archive) = archive();
    Connection::open(dir.path().join("calls-2026-11.sqlite"))
        .unwrap()
        .execute_batch(include_str!("../../tests/fixtures/calls-v1.sql"))
        .unwrap();
    let outside = |way, line: Option<i64>| {
        let shown = Some("+4930123456".to_owned());
        Some(OutsideCall {
            way,
            line: line.map(TrunkId),
            line_name: "Provider".to_owned(),
            shown,
        })
    };
    let kinds = [
        outside(Way::In, Some(1)),
        outside(Way::Out, Some(1)),
        outside(Way::Out, Some(11)),
        outside(Way::Out, None),
        None,
    ];
    for (id, outside) in (3..).zip(kinds.clone()) {
        let mut each = record(id, NOVEMBER + 9 * DAY, ("201", "Anna"), ("202", "Boris"));
        each.summary.outside = outside;
        archive.append(&[each]).unwrap();
    }
    let filter = |way, line: Option<i64>| CallFilter {
        way,
        line: line.map(TrunkId),
        ..CallFilter::default()
    };
    let mut found = |filter: CallFilter| archive.page(&filter, 100, None).unwrap();
    assert_eq!(ids(&found(filter(Some(Some(Way::In)), None))), [3]);
    assert_eq!(ids(&found(filter(Some(Some(Way::Out)), None))), [6, 5, 4]);
    assert_eq!(ids(&found(filter(None, Some(1)))), [4, 3]);
    assert_eq!(ids(&found(filter(Some(Some(Way::Out)), Some(1)))), [4]);
    // Calls of before there were lines stayed inside.
    assert_eq!(ids(&found(filter(Some(None), None))), [7, 2, 1]);
    let mut all = found(CallFilter::default());
    all.reverse();
    let kept: Vec<_> = all.into_iter().map(|call| call.outside).collect();
    assert_eq!(kept[2..], kinds);
}

#[test]
fn calls_are_found_by_person_outcome_and_time_all_at_once() {
    let (_dir, mut archive) = archive();
    let mut records = Vec::new();
    for id in 1..=60_u64 {
        let started_at = NOVEMBER + (i64::try_from(id).unwrap() - 30) * DAY;
        let mut each = record(id, started_at, ("201", "Anna"), ("202", "Boris"));
        let (from, to) = match id % 3 {
            0 => (Some(7), None),
            1 => (None, Some(7)),
            _ => (Some(77), Some(70)),
        };
        each.summary.from.person = from.map(PersonId);
        each.summary.to.person = to.map(PersonId);
        each.summary.outcome = if id % 5 == 0 { "busy" } else { "answered" }.to_owned();
        records.push(each);
    }
    archive.append(&records).unwrap();
    let mut found = |filter: CallFilter| ids(&archive.page(&filter, 100, None).unwrap());
    let wanted =
        |keep: &dyn Fn(u64) -> bool| (1..=60).rev().filter(|id| keep(*id)).collect::<Vec<_>>();
    let person = Some(PersonId(7));
    let outcome = Some("busy".to_owned());
    let (from, until) = (Some(NOVEMBER - 10 * DAY), Some(NOVEMBER + 10 * DAY));
    let in_time = |id| (20..40).contains(&id);

    let by_person = CallFilter {
        person,
        ..CallFilter::default()
    };
    assert_eq!(
        found(by_person),
        wanted(&|id| id % 3 < 2),
        "7 is neither 77 nor 70"
    );
    let by_outcome = CallFilter {
        outcome: outcome.clone(),
        ..CallFilter::default()
    };
    assert_eq!(found(by_outcome), wanted(&|id| id % 5 == 0));
    let by_time = CallFilter {
        from,
        until,
        ..CallFilter::default()
    };
    assert_eq!(found(by_time), wanted(&in_time));
    let by_all = CallFilter {
        person,
        outcome,
        from,
        until,
        ..of("anna")
    };
    let all = wanted(&|id| id % 3 < 2 && id % 5 == 0 && in_time(id));
    assert_eq!(found(by_all), all);
    assert!(!all.is_empty());
    for text in ["busy", "p7", "answered"] {
        assert!(found(of(text)).is_empty(), "{text} is a tag, nobody's name");
    }
    let odd = CallFilter {
        outcome: Some("\" OR tags : \"busy".to_owned()),
        ..CallFilter::default()
    };
    assert!(found(odd).is_empty());
}

/// The clock of the office's computer was put back an hour between two calls.
#[test]
fn a_clock_put_back_loses_no_call_between_two_pages() {
    let (_dir, mut archive) = archive();
    let hour = 3_600_000;
    let times = [5, 6, 7, 6, 6, 8].map(|hours| NOVEMBER + hours * hour);
    let records: Vec<CallRecord> = (1..)
        .zip(times)
        .map(|(id, at)| record(id, at, ("201", "A"), ("202", "B")))
        .collect();
    archive.append(&records).unwrap();
    let mut seen = Vec::new();
    let mut position = None;
    for _ in 0..6 {
        let page = archive.page(&CallFilter::default(), 1, position).unwrap();
        position = page.last().map(|last| CallPosition {
            started_at: last.started_at,
            id: last.id,
        });
        seen.extend(ids(&page));
    }
    assert_eq!(seen, [6, 5, 4, 3, 2, 1]);
}

/// A transaction is flushed to the disk once, with its last frame in the write-ahead log: that
/// one carries the size of the database (https://www.sqlite.org/fileformat.html#the_write_ahead_log).
#[test]
fn fifty_calls_with_steps_and_messages_are_one_flush() {
    let (dir, mut archive) = archive();
    archive
        .append(&[record(1, NOVEMBER, ("201", "Anna"), ("202", "Boris"))])
        .unwrap();
    let log = dir.path().join("calls-2026-11.sqlite-wal");
    let flushes = || {
        let log = fs::read(&log).unwrap();
        let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
        let (page, salt) = (usize::try_from(word(8)).unwrap(), (word(16), word(20)));
        (32..log.len())
            .step_by(24 + page)
            .filter(|frame| (word(frame + 8), word(frame + 12)) == salt && word(frame + 4) != 0)
            .count()
    };
    let before = flushes();
    assert!(before >= 1);
    let batch: Vec<CallRecord> = (2..52)
        .map(|id| {
            let mut call = record(id, NOVEMBER + 1, ("201", "Anna"), ("202", "Boris"));
            call.events = vec![call.events[0].clone(); 12];
            call.trace = vec![message(&[b'x'; 800]); 14];
            call
        })
        .collect();
    archive.append(&batch).unwrap();
    assert_eq!(flushes(), before + 1);
}

/// A hundred thousand calls in one month: both questions the history asks go by an index.
#[test]
fn a_hundred_thousand_calls_are_asked_by_index() {
    let (_dir, mut archive) = archive();
    let names = ["Anna", "Boris", "Clara", "Dmitri", "Eve"];
    let begun = Instant::now();
    for batch in 0..100_u64 {
        let records: Vec<CallRecord> = (0..1_000)
            .map(|index| {
                let id = batch * 1_000 + index + 1;
                let number = format!("+4930{:07}", id * 7_919 % 10_000_000);
                let name = names[usize::try_from(id % 5).unwrap()];
                let mut record = record(
                    id,
                    NOVEMBER + i64::try_from(id).unwrap() * 20_000,
                    (&number, name),
                    ("201", "Front Desk"),
                );
                record.events.clear();
                record.trace.clear();
                record
            })
            .collect();
        archive.append(&records).unwrap();
    }
    let filled = begun.elapsed();

    let connection = archive.month(&Month::of(NOVEMBER)).unwrap();
    let plan = |sql: &str| {
        let mut explain = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let arguments: &[&dyn rusqlite::ToSql] =
            &[&i64::MAX, &i64::MIN, &i64::MAX, &50, &"\"anna\"*"];
        let arguments = &arguments[..explain.parameter_count()];
        let rows = explain
            .query_map(arguments, |row| row.get::<_, String>(3))
            .unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(
        plan(&question::sql(false, false)),
        ["SEARCH calls USING INTEGER PRIMARY KEY (rowid<?)"]
    );
    // In the order of the index: no step that sorts.
    let search = plan(&question::sql(true, false));
    assert!(
        search[0].starts_with("SCAN call_words VIRTUAL TABLE INDEX")
            && search[1..] == ["SEARCH calls USING INTEGER PRIMARY KEY (rowid=?)"],
        "{search:?}"
    );

    let begun = Instant::now();
    assert_eq!(
        ids(&archive.page(&CallFilter::default(), 50, None).unwrap())[0],
        100_000
    );
    let page = begun.elapsed();
    let begun = Instant::now();
    assert_eq!(
        archive.page(&of("+49 30 0007919"), 50, None).unwrap().len(),
        1
    );
    let rare = begun.elapsed();
    let begun = Instant::now();
    assert_eq!(archive.page(&of("anna"), 50, None).unwrap().len(), 50);
    let frequent = begun.elapsed();
    println!(
        "100,000 calls kept in {filled:?}; newest page {page:?}, rare number {rare:?}, frequent name {frequent:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_typed_breaks_the_search(text in ".{0,40}") {
        let (_dir, mut archive) = archive();
        archive.append(&[record(1, NOVEMBER, ("201", "Anna"), ("202", "Boris"))]).unwrap();
        prop_assert!(archive.page(&of(&text), 10, None).is_ok(), "{:?}", text);
    }
}

#[test]
fn a_number_was_called_last_by_the_newest_months() {
    let (_dir, mut archive) = archive();
    let outside = |id, at, way, shown: &str| {
        let mut call = record(id, at, ("1", ""), ("2", ""));
        call.summary.outside = Some(OutsideCall {
            way,
            line: Some(TrunkId(1)),
            line_name: "Line".to_owned(),
            shown: Some(shown.to_owned()),
        });
        call
    };
    let (september, october) = (NOVEMBER - 50 * DAY, NOVEMBER - 20 * DAY);
    archive
        .append(&[
            outside(1, september, Way::In, "+491"),
            outside(2, september + 1, Way::In, "+494"),
            outside(3, october, Way::In, "+491"),
            outside(4, october + 1, Way::In, "+492"),
            outside(5, NOVEMBER, Way::In, "+492"),
            outside(6, NOVEMBER + 1, Way::In, "+492"),
            // Whom we called was shown it: nobody called it.
            outside(7, NOVEMBER + 2, Way::Out, "+493"),
        ])
        .unwrap();
    let last = [("+491", october), ("+492", NOVEMBER + 1)];
    let last = last.map(|(number, at)| (number.to_owned(), at));
    assert_eq!(archive.last_called().unwrap(), last.into());
}

#[test]
fn calls_for_help_are_found_among_all_others() {
    let (_dir, mut archive) = archive();
    let mut help = record(2, NOVEMBER + 1, ("101", "Anna"), ("112", ""));
    help.events.push(CallEvent {
        offset: 1,
        kind: "emergencyCalled".to_owned(),
        detail: "{}".to_owned(),
    });
    let other = record(3, NOVEMBER + 2, ("101", "emergency"), ("112", ""));
    let first = record(1, NOVEMBER, ("101", "Anna"), ("102", ""));
    archive.append(&[first, help, other]).unwrap();
    let filter = CallFilter {
        emergency: true,
        ..CallFilter::default()
    };
    assert_eq!(ids(&archive.page(&filter, 10, None).unwrap()), [2]);
}

#[test]
fn what_happens_after_the_end_of_a_call_is_told_once_at_the_end_of_its_story() {
    let (_dir, mut archive) = archive();
    archive
        .append(&[record(1, NOVEMBER, ("1", ""), ("2", ""))])
        .unwrap();
    let mut add = |id| {
        archive
            .add_event(CallId(id), NOVEMBER + 70_000, "recordingEnded", "{}")
            .unwrap()
    };
    assert_eq!([add(1), add(1), add(2)], [true, false, false]);
    let events = archive.events(CallId(1)).unwrap().unwrap();
    let last = events.last().unwrap();
    assert_eq!((events.len(), last.offset), (3, 70_000));
    assert_eq!(last.kind, "recordingEnded");
}
