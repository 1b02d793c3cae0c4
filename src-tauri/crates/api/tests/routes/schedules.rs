//! Opening hours: kept, previewed, set by hand, typed, and their holidays.

use crate::{
    engine::{Answer, Engine, HOST},
    sounds::uploaded,
};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use store::Role;

fn week() -> Value {
    json!({
        "schemaVersion": 1, "id": "", "name": "Office hours", "timezone": "Europe/Berlin",
        "weekly": [{ "days": [1, 2, 3, 4, 5], "open": ["09:00", "17:30"] }],
        "exceptions": [{ "id": "x1", "when": { "date": "2026-12-11" }, "effect": "closed" }],
        "later": { "kept": true },
    })
}

async fn put(engine: &Engine, path: &str, version: &Value, body: &Value) -> Answer {
    let version = format!("\"{version}\"");
    let headers = [("if-match", version.as_str())];
    engine
        .ask("PUT", path, &headers, Body::from(body.to_string()))
        .await
}

async fn calendar(engine: &Engine, file: &'static str) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri("/api/holidays/ical")
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", engine.token))
        .header("content-type", "text/calendar");
    engine.send(request.body(Body::from(file)).unwrap()).await
}

async fn added(engine: &Engine) -> Value {
    let added = engine
        .post("/api/schedules", &json!({ "document": week() }))
        .await;
    assert_eq!(added.status, 201, "{}", added.text);
    added.json()
}

/// Saturday, 12 December 2026, 12:00 in Berlin.
const SATURDAY: i64 = 1_797_073_200_000;
const DAY: i64 = 86_400_000;

#[tokio::test]
async fn hours_are_kept_with_what_is_not_known_of_them_and_removed_when_nobody_goes_by_them() {
    let engine = Engine::start();
    let schedule = added(&engine).await;
    assert_eq!(schedule["document"]["later"], json!({ "kept": true }));
    assert_eq!(
        (&schedule["timeZone"], &schedule["usedBy"]),
        (&json!("Europe/Berlin"), &json!([]))
    );
    let path = format!("/api/schedules/{}", schedule["id"]);
    let mut document = week();
    document["name"] = json!("Hours");
    let edit = json!({ "document": document });
    let edited = put(&engine, &path, &schedule["version"], &edit).await;
    assert_eq!(edited.json()["name"], "Hours");
    let stale = put(&engine, &path, &schedule["version"], &edit).await;
    stale.problem(412);

    let removed = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(removed.status, 204);
    assert_eq!(engine.get("/api/schedules").await.json(), json!([]));
    let back = engine.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.json()["name"], "Hours");
}

#[tokio::test]
async fn what_is_wrong_with_hours_is_named_by_its_field() {
    let engine = Engine::start();
    let cases = [
        ("/timezone", json!("Europe/Atlantis"), "document.timezone"),
        ("/weekly/0/days", json!([7]), "document.weekly[0].days"),
        (
            "/weekly/0/open/1",
            json!("25:00"),
            "document.weekly[0].open[1]",
        ),
        ("/exceptions/0/id", json!(""), "document.exceptions[0].id"),
        ("/name", json!(""), "document.name"),
    ];
    for (place, value, field) in cases {
        let mut document = week();
        *document.pointer_mut(place).unwrap() = value;
        let body = json!({ "document": document });
        let refused = engine.post("/api/schedules", &body).await;
        let named = refused.problem(422);
        assert!(
            named
                .as_deref()
                .is_some_and(|named| field.starts_with(named)),
            "{place}: {named:?}"
        );
        assert_eq!(refused.json()["code"], "badSchedule");
    }
    let body = json!({ "document": week(), "at": SATURDAY, "days": 401 });
    let refused = engine.post("/api/schedules/preview", &body).await;
    assert_eq!(refused.problem(422).as_deref(), Some("days"));
}

#[tokio::test]
async fn what_is_heard_on_a_closed_day_is_there_and_is_not_removed_meanwhile() {
    let engine = Engine::start();
    let mut document = week();
    document["exceptions"][0]["greeting"] = json!("77");
    let body = json!({ "document": document });
    let refused = engine.post("/api/schedules", &body).await;
    let field = refused.problem(422);
    assert_eq!(field.as_deref(), Some("document.exceptions[0].greeting"));
    assert_eq!(refused.json()["code"], "noSuchSound");
    document["exceptions"][0]["greeting"] = json!("not chosen yet");
    document["holidays"] = json!([{ "source": "builtin", "country": "DE",
        "greetings": { "newYear": "78" } }]);
    let body = json!({ "document": document });
    let refused = engine.post("/api/schedules", &body).await;
    let field = refused.problem(422);
    assert_eq!(
        field.as_deref(),
        Some("document.holidays[0].greetings.newYear")
    );

    engine.take_inputs();
    let sound = uploaded(&engine, "Christmas", "greeting", 2.0).await;
    let id = sound["id"].as_i64().unwrap();
    // The switch can play it, though the office has no flow.
    let known = engine.take_inputs().into_iter().any(|input| match input {
        switch::Input::FlowsChanged(flows) => flows.sounds.contains_key(&id),
        _ => false,
    });
    assert!(known);
    document["holidays"][0]["greetings"]["newYear"] = json!(id.to_string());
    let body = json!({ "document": document });
    let schedule = engine.post("/api/schedules", &body).await;
    assert_eq!(schedule.status, 201, "{}", schedule.text);
    let schedule = schedule.json();
    assert_eq!(schedule["document"]["holidays"], document["holidays"]);
    let sounds = engine.get("/api/sounds").await.json();
    let listed = sounds
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["id"] == id);
    assert_eq!(
        listed.unwrap()["usedBy"],
        json!([{ "what": "hours", "id": schedule["id"], "name": "Office hours" }])
    );
    let sound = format!("/api/sounds/{id}");
    let refused = engine.ask("DELETE", &sound, &[], Body::empty()).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(refused.json()["code"], "soundUsed");

    document["holidays"] = json!([]);
    let path = format!("/api/schedules/{}", schedule["id"]);
    let body = json!({ "document": document });
    let edited = put(&engine, &path, &schedule["version"], &body).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let removed = engine.ask("DELETE", &sound, &[], Body::empty()).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
}

#[tokio::test]
async fn a_preview_of_400_days_is_as_long_as_asked() {
    let engine = Engine::start();
    let body = json!({ "document": week(), "at": SATURDAY, "days": 400 });
    let asked = std::time::Instant::now();
    let preview = engine.post("/api/schedules/preview", &body).await;
    let took = asked.elapsed();
    assert_eq!(preview.status, 200, "{}", preview.text);
    let preview = preview.json();
    let last = preview["spans"].as_array().unwrap().last().unwrap();
    let last = last["to"].as_i64().unwrap();
    assert!(last >= SATURDAY + 399 * DAY, "{last}");
    println!("400 days, preview: {took:?}");
}

#[tokio::test]
async fn a_preview_says_what_holds_why_and_what_is_coming() {
    let engine = Engine::start();
    let ask = json!({ "document": week(), "at": SATURDAY - DAY, "days": 14 });
    let preview = engine.post("/api/schedules/preview", &ask).await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    let preview = preview.json();
    assert_eq!(preview["openness"]["state"], "closed");
    assert_eq!(preview["openness"]["because"]["kind"], "exception");
    assert_eq!(preview["openness"]["because"]["id"], "x1");
    let next = preview["openness"]["next"]["at"].as_i64().unwrap();
    assert_eq!(next, SATURDAY + 2 * DAY - 3 * 3_600_000, "Monday at nine");
    let spans = preview["spans"].as_array().unwrap();
    let open = spans.iter().filter(|span| span["state"] == "open").count();
    assert_eq!(
        open, 9,
        "ten working days, one of which is closed: {spans:?}"
    );
    for pair in spans.windows(2) {
        assert_eq!(pair[0]["to"], pair[1]["from"], "no gaps");
    }
    let ask = json!({ "document": week(), "at": SATURDAY, "days": 200 });
    let preview = engine.post("/api/schedules/preview", &ask).await.json();
    assert_eq!(preview["clockChanges"][0]["byMinutes"], 60);
}

#[tokio::test]
async fn whoever_is_at_the_front_desk_closes_the_office_for_a_while_but_never_for_good() {
    let engine = Engine::start();
    let schedule = added(&engine).await;
    let desk = engine.user("rita", Role::Receptionist, None).await;
    let staff = engine.user("sam", Role::Staff, None).await;
    let path = format!("/api/schedules/{}/override", schedule["id"]);
    let now = api::Millis::now().0;
    let until = now + 3_600_000;
    let closed = json!({ "state": "holiday", "until": until, "reason": "Party" }).to_string();
    let refused = engine.by_cookie(&staff, "POST", &path, &closed).await;
    refused.problem(403);

    let set = engine.by_cookie(&desk, "POST", &path, &closed).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let set = set.json();
    assert_eq!(
        set["version"], schedule["version"],
        "it is in no editor's way"
    );
    assert_eq!(set["openness"]["state"], "holiday");
    assert_eq!(set["openness"]["because"]["kind"], "override");
    assert_eq!(set["openness"]["next"]["at"], until);
    assert_eq!(set["document"]["override"]["by"], "rita");
    assert_eq!(set["document"]["override"]["reason"], "Party");

    for (bad, field) in [
        (json!({ "state": "closed" }), None),
        (
            json!({ "state": "closed", "until": now - 1 }),
            Some("until"),
        ),
        (
            json!({ "state": "closed", "until": now + 500 * DAY }),
            Some("until"),
        ),
        (json!({ "state": "shut", "until": until }), Some("state")),
    ] {
        let refused = engine.post(&path, &bad).await;
        assert_eq!(refused.problem(422).as_deref(), field, "{bad}");
    }
    let ended = engine.by_cookie(&desk, "DELETE", &path, "").await;
    assert_eq!(ended.status, 204);
    let schedule = engine.get("/api/schedules").await.json()[0].clone();
    assert_ne!(schedule["openness"]["because"]["kind"], "override");
}

#[tokio::test]
async fn hours_are_typed_as_people_write_them() {
    let engine = Engine::start();
    for (text, language) in [
        ("Mon-Thu 9-17:30, Fri 9-15, break 12:30-13:15", "en"),
        ("Mo-Do 9-17:30, Fr 9-15, Pause 12:30-13:15", "de"),
    ] {
        let ask = json!({ "text": text, "language": language });
        let read = engine.post("/api/schedules/read", &ask).await;
        assert_eq!(read.status, 200, "{}", read.text);
        let read = read.json();
        let mut document = week();
        document["weekly"] = read["weekly"].clone();
        let kept = engine
            .post("/api/schedules", &json!({ "document": document }))
            .await;
        assert_eq!(kept.status, 201, "{}", kept.text);
        assert!(read["said"].as_str().unwrap().contains("17:30"), "{read}");
    }
    let ask = json!({ "text": "Mon-Fri 9-17, Blursday 10-12", "language": "en" });
    let refused = engine.post("/api/schedules/read", &ask).await;
    assert_eq!(refused.problem(422).as_deref(), Some("text"));
    assert_eq!(refused.json()["at"], 14, "{}", refused.text);
}

#[tokio::test]
async fn holidays_are_listed_and_a_calendar_file_is_read_to_be_confirmed() {
    let engine = Engine::start();
    let countries = engine.get("/api/holidays").await.json();
    let countries = countries.as_array().unwrap();
    assert!(countries.len() >= 30, "{}", countries.len());
    let path = "/api/holidays/DE?region=BY&from=2027-01-01&to=2027-12-31";
    let days = engine.get(path).await.json();
    let ascension = days
        .as_array()
        .unwrap()
        .iter()
        .any(|day| day["date"] == "2027-05-06" && day["type"] == "public");
    assert!(ascension, "{days}");
    let missing = engine
        .get("/api/holidays/XX?from=2027-01-01&to=2027-12-31")
        .await;
    assert_eq!(missing.problem(422).as_deref(), Some("country"));

    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270514\r\nSUMMARY:Bridge day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let read = calendar(&engine, file).await;
    assert_eq!(
        read.json(),
        json!([{ "date": "2027-05-14", "name": "Bridge day" }])
    );
    let refused = calendar(&engine, "hello").await;
    assert_eq!(refused.problem(422).as_deref(), Some("file"));
}

#[tokio::test]
async fn a_person_takes_calls_by_hours_that_are_not_removed_meanwhile() {
    let engine = Engine::start();
    let schedule = added(&engine).await;
    let hours = json!({ "schedule": schedule["id"], "whenClosed": { "kind": "hangup" } });
    let anna = json!({ "name": "Anna", "extension": "201", "hours": hours });
    let anna = engine.post("/api/people", &anna).await;
    assert_eq!(anna.status, 201, "{}", anna.text);
    let anna = anna.json();
    assert_eq!(anna["hours"], hours);
    let seen = engine.get("/api/schedules").await.json();
    assert_eq!(seen[0]["usedBy"][0]["name"], "Anna");
    let path = format!("/api/schedules/{}", schedule["id"]);
    let refused = engine.ask("DELETE", &path, &[], Body::empty()).await;
    refused.problem(409);

    let path = format!("/api/people/{}", anna["id"]);
    let missing = json!({ "schedule": 99, "whenClosed": { "kind": "hangup" } });
    let edit = json!({ "name": "Anna", "extension": "201", "hours": missing });
    let refused = put(&engine, &path, &anna["revision"], &edit).await;
    assert_eq!(refused.problem(422).as_deref(), Some("hours.schedule"));
    let edit = json!({ "name": "Anna B", "extension": "201" });
    let kept = put(&engine, &path, &anna["revision"], &edit).await.json();
    assert_eq!(kept["hours"], hours, "what is not named stays");
    let edit = json!({ "name": "Anna", "extension": "201", "hours": null });
    let always = put(&engine, &path, &kept["revision"], &edit).await.json();
    assert_eq!(always.get("hours"), None);
}

#[tokio::test]
async fn the_hours_of_an_extension_are_set_told_where_they_are_used_and_named_when_they_cannot_be()
{
    let engine = Engine::start();
    let schedule = added(&engine).await["id"].clone();
    let anna = json!({ "name": "Anna", "extension": "101" });
    let anna = engine.post("/api/people", &anna).await.json();
    let listed = engine.get("/api/extensions").await.json();
    assert_eq!(
        (&listed[0]["number"], &listed[0]["hours"]),
        (&json!("101"), &Value::Null)
    );
    let hours = |schedule: &Value, closed: Value| json!({ "hours": { "schedule": schedule, "whenClosed": closed } });
    let path = "/api/extensions/101/hours";
    let revision = listed[0]["revision"].clone();
    for (edit, field, code) in [
        (
            hours(&json!(99), json!({ "dest_kind": "hangup" })),
            "hours.schedule",
            "noSuchSchedule",
        ),
        (
            hours(
                &schedule,
                json!({ "dest_kind": "extension", "dest_id": "101" }),
            ),
            "hours.whenClosed",
            "closedCircle",
        ),
    ] {
        let refused = put(&engine, path, &revision, &edit).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let told = refused.json();
        assert_eq!(
            (&told["field"], &told["code"]),
            (&json!(field), &json!(code))
        );
    }
    let edit = hours(&schedule, json!({ "dest_kind": "hangup" }));
    let set = put(&engine, path, &revision, &edit).await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert_eq!(set.json()["hours"], edit["hours"]);
    let listed = engine.get("/api/schedules").await.json();
    let used = json!([{ "kind": "extension", "id": 101, "name": "101" }]);
    assert_eq!(listed[0]["usedBy"], used, "{listed}");
    // Another number keeps them.
    let edit = json!({ "name": "Anna", "extension": "111" });
    let path = format!("/api/people/{}", anna["id"]);
    let moved = put(&engine, &path, &anna["revision"], &edit).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let listed = engine.get("/api/extensions").await.json();
    assert_eq!(
        (&listed[0]["number"], &listed[0]["hours"]["schedule"]),
        (&json!("111"), &schedule)
    );
    let gone = put(
        &engine,
        "/api/extensions/999/hours",
        &json!(1),
        &json!({ "hours": null }),
    )
    .await;
    assert_eq!(gone.status, 404);
}
