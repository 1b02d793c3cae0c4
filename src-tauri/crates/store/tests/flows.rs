//! Flows, their drafts, versions and what they refer to, on disk.
#![allow(missing_docs)]

mod common;

use common::{hire, number, open};
use office::schedule::Override;
use office::{
    CallId, CallerList, CallerListId, Dialled, FlowId, ListedCaller, ModeSetting, ModeState,
    PersonHours, Pin, RouteTarget, ScheduleDocument, ScheduleId, Secret,
};
use std::collections::BTreeSet;
use store::limits::DRAFT_STEPS_MAX;
use store::{
    CallEvent, CallRecord, CallSummary, DraftSave, DraftStep, FlowUse, NewFlow, NewVersion, Party,
    PinEdit, Scenario, SpokenPrompt, Store, StoreError,
};

const HOURS: &str = r#"{"schemaVersion": 1, "name": "Office hours", "timezone": "Europe/Berlin",
    "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:30"]}], "later": 7}"#;

fn hours() -> ScheduleDocument {
    ScheduleDocument::read(HOURS).unwrap()
}

fn add_flow(store: &mut Store, dialled: &str, uses: &[FlowUse]) -> FlowId {
    let flow = NewFlow {
        name: "Main number".to_owned(),
        number: Some(number(dialled)),
        document: "{}".to_owned(),
        uses: uses.iter().cloned().collect(),
    };
    store.change(|c| c.add_flow(&flow)).unwrap().0
}

fn save(document: &str, step: Option<&str>, cursor: usize) -> DraftSave {
    DraftSave {
        document: document.to_owned(),
        uses: BTreeSet::new(),
        step: step.map(|name| DraftStep {
            name: name.to_owned(),
            forward: "[]".to_owned(),
            back: "[]".to_owned(),
        }),
        cursor,
    }
}

fn version(seq: i64, document: &str, uses: &[FlowUse]) -> NewVersion {
    NewVersion {
        seq,
        document: document.to_owned(),
        uses: uses.iter().cloned().collect(),
        semantic_hash: format!("hash of {document}"),
        message: "because".to_owned(),
        checks: "{}".to_owned(),
    }
}

#[test]
fn a_number_leads_to_a_flow_and_comes_back_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let flow = add_flow(&mut store, "300", &[]);
    assert_eq!(
        store.load_office().unwrap().resolve("300"),
        Dialled::Flow(flow)
    );
    let ((), office) = store
        .change(|c| c.edit_flow(flow, "Sales", Some(&number("301")), 1))
        .unwrap();
    assert_eq!(office.resolve("300"), Dialled::Unknown);
    assert_eq!(office.resolve("301"), Dialled::Flow(flow));

    let stale = store.change(|c| c.remove_flow(flow, 1));
    assert!(
        matches!(stale, Err(StoreError::ChangedMeanwhile(_))),
        "{stale:?}"
    );
    let ((), office) = store.change(|c| c.remove_flow(flow, 2)).unwrap();
    assert_eq!(office.resolve("301"), Dialled::Unknown);
    assert!(matches!(
        store.flow_draft(flow),
        Err(StoreError::NotFound(_))
    ));
    let ((), office) = store.change(|c| c.restore_flow(flow)).unwrap();
    assert_eq!(office.resolve("301"), Dialled::Flow(flow));
    assert_eq!(store.flow_draft(flow).unwrap().document, "{}");
}

#[test]
fn what_was_published_stays_and_an_earlier_version_can_be_live_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let flow = add_flow(&mut store, "300", &[]);
    assert!(
        store
            .load_office()
            .unwrap()
            .flow(flow)
            .unwrap()
            .live
            .is_none()
    );
    for (seq, document) in [(1, r#"{"a":1}"#), (2, r#"{"a":2}"#)] {
        store
            .change(|c| c.publish_flow(flow, &version(seq, document, &[])))
            .unwrap();
        store
            .save_flow_draft(flow, seq, &save(document, Some("edit"), 0))
            .unwrap();
    }
    let stale = store.change(|c| c.publish_flow(flow, &version(2, "{}", &[])));
    assert!(
        matches!(stale, Err(StoreError::ChangedMeanwhile(_))),
        "{stale:?}"
    );

    let live = |store: &Store| {
        let office = store.load_office().unwrap();
        let live = office.flow(flow).unwrap().live.clone().unwrap();
        (live.revision, live.document.to_string())
    };
    assert_eq!(live(&store), (2, r#"{"a":2,"revision":2}"#.to_owned()));
    store.change(|c| c.roll_back_flow(flow, 1)).unwrap();
    assert_eq!(live(&store), (1, r#"{"a":1,"revision":1}"#.to_owned()));
    let missing = store.change(|c| c.roll_back_flow(flow, 9));
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "{missing:?}"
    );

    let revisions = store.flow_versions(flow).unwrap().into_iter();
    assert_eq!(revisions.map(|v| v.revision).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(
        store.flow_document(flow, 2).unwrap(),
        r#"{"a":2,"revision":2}"#
    );
    drop(store);
    let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
    let altered = database.execute("UPDATE flow_versions SET document = '{}'", []);
    assert!(altered.is_err(), "a version is for ever");
    let actions: Vec<String> = open(dir.path())
        .audit(9, None)
        .unwrap()
        .into_iter()
        .map(|line| line.action)
        .collect();
    assert_eq!(
        actions,
        [
            "flow.rolledBack",
            "flow.published",
            "flow.published",
            "flow.added",
            "extension.added"
        ]
    );
}

#[test]
fn a_draft_is_saved_once_for_each_seq_and_its_steps_survive() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let flow = add_flow(&mut store, "300", &[]);
    for (seq, name) in [(1, "one"), (2, "two"), (3, "three")] {
        let saved = store.save_flow_draft(flow, seq, &save(name, Some(name), 0));
        let saved = saved.unwrap();
        assert_eq!((saved.seq, saved.cursor), (seq + 1, seq as usize));
    }
    let again = store.save_flow_draft(flow, 3, &save("other", None, 0));
    assert!(
        matches!(again, Err(StoreError::ChangedMeanwhile(_))),
        "{again:?}"
    );

    store
        .save_flow_draft(flow, 4, &save("one", None, 1))
        .unwrap();
    drop(store);
    let mut store = open(dir.path());
    let draft = store.flow_draft(flow).unwrap();
    assert_eq!(
        (draft.document.as_str(), draft.steps.len(), draft.cursor),
        ("one", 3, 1)
    );
    // A new step takes the place of those that were taken back.
    store
        .save_flow_draft(flow, 5, &save("four", Some("four"), 0))
        .unwrap();
    let names = |store: &Store| {
        let steps = store.flow_draft(flow).unwrap().steps.into_iter();
        steps.map(|step| step.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&store), ["one", "four"]);

    for seq in 6..(6 + DRAFT_STEPS_MAX as i64) {
        store
            .save_flow_draft(flow, seq, &save("x", Some("x"), 0))
            .unwrap();
    }
    let draft = store.flow_draft(flow).unwrap();
    assert_eq!(
        (draft.steps.len(), draft.cursor),
        (DRAFT_STEPS_MAX, DRAFT_STEPS_MAX)
    );
    assert!(
        !names(&store).contains(&"four".to_owned()),
        "the oldest are forgotten"
    );
    let saved = store
        .save_flow_draft(flow, draft.seq, &save("y", None, 0))
        .unwrap();
    assert_eq!(saved.cursor, 0, "all of them can be taken back");
}

#[test]
fn only_callers_who_try_it_out_get_the_draft() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let flow = add_flow(&mut store, "300", &[]);
    let draft = |store: &Store| {
        let office = store.load_office().unwrap();
        office
            .flow(flow)
            .unwrap()
            .draft
            .as_ref()
            .map(|draft| draft.revision)
    };
    assert_eq!(draft(&store), None);
    let tried = r#"{"settings":{"testCallers":["+4915112345678"]}}"#;
    store
        .save_flow_draft(flow, 1, &save(tried, None, 0))
        .unwrap();
    assert_eq!(draft(&store), Some(2));
    let nobody = r#"{"settings":{"testCallers":[]}}"#;
    store
        .save_flow_draft(flow, 2, &save(nobody, None, 0))
        .unwrap();
    assert_eq!(draft(&store), None);
}

#[test]
fn older_publications_come_with_the_flows_that_run_them_and_with_those_they_run() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let [inner, middle, outer] =
        ["300", "301", "302"].map(|number| add_flow(&mut store, number, &[]));
    let runs = |flow: FlowId, revision: u64| {
        format!(
            r#"{{"nodes":[{{"data":"none"}},{{"data":{{"kind":"subflow","flow":"{}",
                "version":"pinned","revision":{revision}}}}}]}}"#,
            flow.0
        )
    };
    let publish = |store: &mut Store, flow, document: &str, uses: &[FlowUse]| {
        let version = version(1, document, uses);
        store.change(|c| c.publish_flow(flow, &version)).unwrap();
    };
    publish(&mut store, inner, "{}", &[]);
    publish(&mut store, inner, "{}", &[]);
    publish(&mut store, middle, &runs(inner, 1), &[FlowUse::Flow(inner)]);
    publish(&mut store, middle, "{}", &[]);
    publish(
        &mut store,
        outer,
        &runs(middle, 1),
        &[FlowUse::Flow(middle)],
    );
    let office = store.load_office().unwrap();
    let pinned = |flow| {
        let pinned = office.flow(flow).unwrap().pinned.iter();
        pinned.map(|version| version.revision).collect::<Vec<_>>()
    };
    assert!(pinned(outer).is_empty());
    assert_eq!(pinned(middle), [1]);
    assert_eq!(pinned(inner), [1], "what the older one runs");
}

#[test]
fn hours_are_kept_and_what_is_set_by_hand_is_in_nobodys_way() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (id, _) = store.change(|c| c.add_schedule(&hours())).unwrap();
    let closed: Override = serde_json::from_value(serde_json::json!({
        "state": "closed", "until": "2026-12-24T18:00:00Z", "by": "anna"
    }))
    .unwrap();
    store
        .change(|c| c.set_schedule_by_hand(id, Some(&closed)))
        .unwrap();
    let mut document = hours();
    document.name = "Hours".to_owned();
    store.change(|c| c.edit_schedule(id, &document, 1)).unwrap();
    drop(store);

    let mut store = open(dir.path());
    let kept = store.schedules().unwrap().remove(0);
    assert_eq!((kept.revision, kept.value.name()), (2, "Hours"));
    let document = kept.value.document().unwrap();
    assert_eq!(document.set_by_hand.as_ref(), Some(&closed));
    assert_eq!(document.other["later"], 7, "what is not known is kept");
    store.change(|c| c.set_schedule_by_hand(id, None)).unwrap();
    let kept = store.schedules().unwrap().remove(0);
    assert_eq!(kept.value.document().unwrap().set_by_hand, None);
}

#[test]
fn hours_that_cannot_be_read_count_as_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (id, _) = store.change(|c| c.add_schedule(&hours())).unwrap();
    drop(store);
    rusqlite::Connection::open(dir.path().join("office.sqlite"))
        .unwrap()
        .execute(r#"UPDATE schedules SET document = '{"weekly": 7}'"#, [])
        .unwrap();
    let office = open(dir.path()).load_office().unwrap();
    let schedule = office.schedule(id).unwrap();
    assert_eq!(
        (schedule.name(), schedule.problems().len()),
        ("Office hours", 1)
    );
}

#[test]
fn nothing_is_removed_that_a_flow_or_a_person_goes_by() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let (schedule, _) = store.change(|c| c.add_schedule(&hours())).unwrap();
    let states = [("day", "Day"), ("night", "Night")].map(|(id, name)| ModeState {
        id: id.to_owned(),
        name: name.to_owned(),
    });
    let (mode, _) = store.change(|c| c.add_mode("Night", &states)).unwrap();
    let uses = [FlowUse::Schedule(schedule), FlowUse::Mode(mode)];
    let flow = add_flow(&mut store, "300", &uses);
    let still_used = |result: Result<((), office::Office), StoreError>, who: &str| match result {
        Err(StoreError::StillUsed { by }) => assert_eq!(by, who),
        other => panic!("{other:?}"),
    };
    still_used(
        store.change(|c| c.remove_schedule(schedule, 1)),
        "Main number",
    );
    still_used(store.change(|c| c.remove_mode(mode, 1)), "Main number");
    let users = store.flow_users().unwrap();
    let by = vec![(flow, "Main number".to_owned())];
    assert_eq!(users[&FlowUse::Mode(mode)], by);
    // The live version counts when the draft has given it up, and the other way round.
    store
        .change(|c| c.publish_flow(flow, &version(1, "{}", &uses)))
        .unwrap();
    store
        .save_flow_draft(flow, 1, &save("{}", None, 0))
        .unwrap();
    still_used(
        store.change(|c| c.remove_schedule(schedule, 1)),
        "Main number",
    );
    store
        .change(|c| c.publish_flow(flow, &version(2, "{}", &[])))
        .unwrap();
    store.change(|c| c.remove_mode(mode, 1)).unwrap();

    let mut person = store.persons().unwrap().remove(0).value;
    person.hours = Some(PersonHours {
        schedule,
        when_closed: RouteTarget::Hangup,
    });
    let ((), office) = store.change(|c| c.edit_person(&person, 1)).unwrap();
    assert_eq!(office.person(anna).unwrap().hours, person.hours);
    still_used(store.change(|c| c.remove_schedule(schedule, 1)), "Anna");
    person.hours = None;
    store.change(|c| c.edit_person(&person, 2)).unwrap();
    store.change(|c| c.remove_schedule(schedule, 1)).unwrap();
    assert!(store.schedules().unwrap().is_empty());
    store.change(|c| c.restore_schedule(schedule)).unwrap();
    assert_eq!(
        store.schedules().unwrap()[0].value.id(),
        ScheduleId(schedule.0)
    );
}

#[test]
fn a_mode_goes_to_rest_when_its_position_is_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let states = ["day", "night", "fire"].map(|id| ModeState {
        id: id.to_owned(),
        name: id.to_owned(),
    });
    let (mode, _) = store.change(|c| c.add_mode("Office", &states)).unwrap();
    let fire = ModeSetting {
        state: "fire".to_owned(),
        by: "anna".to_owned(),
        since_unix_ms: 7,
        until_unix_ms: Some(9),
    };
    let ((), office) = store.change(|c| c.set_mode(mode, Some(&fire))).unwrap();
    assert_eq!(office.mode(mode).unwrap().set.as_ref(), Some(&fire));
    store
        .change(|c| c.edit_mode(mode, "Office", &states, 1))
        .unwrap();
    assert!(
        store.modes().unwrap()[0].value.set.is_some(),
        "its position is still there"
    );
    store
        .change(|c| c.edit_mode(mode, "Office", &states[..2], 2))
        .unwrap();
    assert_eq!(store.modes().unwrap()[0].value.set, None);
}

#[test]
fn pins_lie_sealed_and_stay_unless_they_are_changed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let hash = |digits: &str| store::pins::hash(&Pin::choose(digits, &[]).unwrap()).unwrap();
    let pin = |name: &str, hash| PinEdit {
        name: name.to_owned(),
        hash,
    };
    let cleaners = pin("Cleaners", Some(hash("739154")));
    let guards = pin("Guards", Some(hash("284617")));
    let (set, _) = store
        .change(|c| c.add_pin_set("Doors", &[cleaners, guards]))
        .unwrap();
    let nobody = store.change(|c| c.edit_pin_set(set, "Doors", &[pin("Nobody", None)], 1));
    assert!(matches!(nobody, Err(StoreError::NotFound(_))), "{nobody:?}");
    let stays = [pin("Guards", None)];
    let ((), office) = store
        .change(|c| c.edit_pin_set(set, "Gates", &stays, 1))
        .unwrap();
    let pins = &office.pin_set(set).unwrap().pins;
    assert_eq!(pins.len(), 1);
    assert!(store::pins::verify(&pins[0].hash, "284617"));
    drop(store);
    let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
    let sealed: Vec<Vec<u8>> = database
        .prepare("SELECT sealed FROM secrets WHERE owner = 'pin'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(sealed.len(), 1, "that of the PIN that is gone is forgotten");
    assert!(!sealed[0].windows(7).any(|part| part == b"argon2i"));
}

#[test]
fn a_list_of_callers_keeps_one_of_each_number() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let caller = |number: &str, name: &str| ListedCaller {
        number: number.to_owned(),
        compared: String::new(),
        name: name.to_owned(),
        values: vec!["17".to_owned()],
    };
    let mut list = CallerList {
        id: CallerListId(0),
        name: "Customers".to_owned(),
        columns: vec!["customer".to_owned()],
        callers: vec![
            caller("+49 30 901820", "Berlin"),
            caller("004930901820", "Again"),
        ],
    };
    let (id, office) = store.change(|c| c.add_caller_list(&list)).unwrap();
    let kept = office.caller_list(id).unwrap();
    let berlin = kept.find("+4930901820").unwrap();
    assert_eq!((kept.callers.len(), berlin.name.as_str()), (1, "Berlin"));
    assert_eq!(berlin.number, "+49 30 901820", "shown as it was typed");
    assert_eq!(kept.value(berlin, "customer"), Some("17"));
    list.id = id;
    list.callers.clear();
    store.change(|c| c.edit_caller_list(&list, 1)).unwrap();
    assert!(store.caller_lists().unwrap()[0].value.callers.is_empty());
}

#[test]
fn what_was_spoken_for_a_flow_is_found_again_and_kept_while_any_version_needs_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let name = office::SoundName::parse("prompts/1").unwrap();
    let prompt = SpokenPrompt {
        name: name.clone(),
        text: "Welcome".to_owned(),
        voice: "en-GB".to_owned(),
        lasts_ms: 900,
        made_ms: 0,
    };
    store.keep_spoken_prompt(&prompt).unwrap();
    let found = store.spoken_prompt("en-GB", "Welcome").unwrap();
    assert_eq!(found, Some((name.clone(), 900)));
    assert_eq!(store.spoken_prompt("de-DE", "Welcome").unwrap(), None);
    assert!(
        store.sounds().unwrap().is_empty(),
        "it is in no list of greetings"
    );

    let flow = add_flow(&mut store, "300", &[]);
    let uses = [FlowUse::Sound(name.clone())];
    store
        .change(|c| c.publish_flow(flow, &version(1, "{}", &uses)))
        .unwrap();
    store
        .change(|c| c.publish_flow(flow, &version(1, "{}", &[])))
        .unwrap();
    let now = chrono::Utc::now();
    assert!(
        store
            .sweep(now.timestamp_millis())
            .unwrap()
            .sounds
            .is_empty(),
        "version 1 may be live again"
    );
    store.change(|c| c.remove_flow(flow, 1)).unwrap();
    let month = now + chrono::TimeDelta::days(40);
    store.back_up(month).unwrap();
    assert_eq!(
        store.sweep(month.timestamp_millis()).unwrap().sounds,
        [name]
    );
}

#[test]
fn scenarios_belong_to_their_flow() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let flow = add_flow(&mut store, "300", &[]);
    let other = add_flow(&mut store, "301", &[]);
    let mut night = Scenario {
        id: 0,
        name: "At night".to_owned(),
        call: "{}".to_owned(),
        expects: "{}".to_owned(),
    };
    night.id = store.add_flow_scenario(flow, &night).unwrap();
    let elsewhere = store.edit_flow_scenario(other, &night, 1);
    assert!(
        matches!(elsewhere, Err(StoreError::NotFound(_))),
        "{elsewhere:?}"
    );
    store.edit_flow_scenario(flow, &night, 1).unwrap();
    let stale = store.remove_flow_scenario(flow, night.id, Some(1));
    assert!(
        matches!(stale, Err(StoreError::ChangedMeanwhile(_))),
        "{stale:?}"
    );
    assert_eq!(store.flow_scenarios(flow).unwrap()[0].revision, 2);
    store.remove_flow_scenario(flow, night.id, None).unwrap();
    assert!(store.flow_scenarios(flow).unwrap().is_empty());
}

#[test]
fn calls_of_a_flow_are_counted_where_it_was_dialled() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let step = |flow: i64, seq: u32| CallEvent {
        offset: 0,
        kind: "flowStep".to_owned(),
        detail: format!(r#"{{"kind":"flowStep","step":{{"seq":{seq},"flow":{flow},"node":"n"}}}}"#),
    };
    let call = |id: u64, started_at: i64, events: Vec<CallEvent>| CallRecord {
        summary: CallSummary {
            id: CallId(id),
            started_at,
            answered_at: None,
            ended_at: started_at,
            from: Party::default(),
            to: Party::default(),
            outcome: String::new(),
            reason: String::new(),
            hung_up_by: String::new(),
            media_path: String::new(),
            codec: String::new(),
            outside: None,
        },
        events,
        trace: Vec::new(),
        trace_left_out: 0,
    };
    let new_year = 1_798_758_000_000; // in Berlin; an hour of the month before in UTC
    store
        .append_calls(&[
            call(1, new_year - 1, vec![step(1, 0)]),
            call(2, new_year, vec![step(1, 0), step(2, 1), step(1, 2)]),
            call(3, new_year + 7_200_000, vec![step(1, 0)]),
            call(4, new_year + 7_200_000, vec![step(2, 0)]),
            call(5, new_year + 7_200_000, Vec::new()),
        ])
        .unwrap();
    let counted = store.flow_calls(new_year).unwrap();
    assert_eq!(counted, [(FlowId(1), 2), (FlowId(2), 1)].into());
}

#[test]
fn web_keys_are_named_and_their_values_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let value = Secret::new("s3cret-value".to_owned());
    store.change(|c| c.set_web_key("crm", &value)).unwrap();
    assert_eq!(store.web_key_names().unwrap(), ["crm"]);
    assert_eq!(
        store.web_key("crm").unwrap().unwrap().expose(),
        "s3cret-value"
    );
    assert_eq!(store.web_key("other").unwrap().map(|_| ()), None);
    assert!(!store.asks_private_networks().unwrap());
    store.change(|c| c.allow_private_networks(true)).unwrap();
    assert!(store.asks_private_networks().unwrap());
    let (removed, _) = store.change(|c| c.remove_web_key("crm")).unwrap();
    assert!(removed && store.web_key_names().unwrap().is_empty());
    let said = format!("{:?}", store.audit(20, None).unwrap());
    assert!(
        said.contains("webKey.changed") && !said.contains("s3cret"),
        "{said}"
    );
    drop(store);
    let bytes = std::fs::read(dir.path().join("office.sqlite")).unwrap();
    assert!(!bytes.windows(6).any(|part| part == b"s3cret"));
}
