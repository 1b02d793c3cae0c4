//! What single steps do to a caller: whom they ring, what is heard meanwhile, and what an HTTP request
//! waits for.

use super::*;

/// A flow whose first step is this, and whose second is the mailbox.
fn first(step: Value) -> Value {
    let to_mailbox = |outcome| ["n_first", outcome, "n_mail"];
    let mut step = step;
    step["id"] = "n_first".into();
    flow(
        &[entry(), step, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_first"],
            to_mailbox("default"),
            to_mailbox("empty"),
            to_mailbox("no_answer"),
        ],
    )
}

#[test]
fn who_is_listed_twice_rings_once() {
    let step = json!({"kind": "dial", "ringTime": 10, "targets": [
        {"type": "user", "id": "2"}, {"type": "user", "id": "2", "delay": 3},
        {"type": "number", "id": "102", "delay": 1}, {"type": "device", "id": "2", "delay": 2}]});
    let mut office = office(first(step));
    call(&mut office);
    office.run_secs(5);
    let called = office.happenings();
    let called = called.filter(|happening| matches!(happening.what, What::DeviceCalled { .. }));
    assert_eq!(called.count(), 1, "{}", office.story());
}

#[test]
fn who_is_listed_twice_one_after_the_other_rings_twice() {
    let step = json!({"kind": "dial", "ringTime": 5, "strategy": "order",
        "targets": [{"type": "user", "id": "2"}, {"type": "user", "id": "3"}, {"type": "user", "id": "2", "delay": 1}]});
    let mut office = office(first(step));
    call(&mut office);
    office.run_secs(13);
    let called = office.happenings();
    let called = called.filter(|happening| matches!(happening.what, What::DeviceCalled { .. }));
    assert_eq!(called.count(), 3, "{}", office.story());
}

#[test]
fn music_is_heard_while_the_very_first_step_rings() {
    let step = json!({"kind": "dial", "targets": [{"type": "user", "id": "2"}], "hears": "moh"});
    let mut office = office(first(step));
    let anna = call(&mut office);
    let wiring = office.wiring(anna);
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
}

#[test]
fn who_is_answered_and_spoken_to_at_once_is_asked_nothing_more() {
    let step = json!({"kind": "play", "prompts": [{"source": "tts", "text": "Hello."}]});
    let mut office = office(first(step));
    office.keep_ladder();
    call(&mut office);
    let offers = office.ladder().matches("INVITE ").count();
    assert_eq!(
        offers,
        2,
        "the call, and once more with its password: {}",
        office.ladder()
    );
}

#[test]
fn who_has_said_their_name_goes_on() {
    let step = json!({"kind": "record", "variable": "who", "max": 60});
    let mut document = first(step);
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    let mut office = office(document);
    let anna = call(&mut office);
    office.speak(anna, 2);
    office.run_secs(5);
    let walked = office.walked();
    let came = |node: &str| {
        walked
            .iter()
            .any(|step| step.node == node && step.event == "enter")
    };
    assert!(came("n_mail"), "{}", office.story());
}

#[test]
fn who_says_nothing_has_recorded_nothing() {
    let step = json!({"kind": "record", "variable": "who", "max": 60});
    let mut document = first(step);
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    let mut office = office(document);
    call(&mut office);
    office.run_secs(6);
    let walked = office.walked();
    let left = walked
        .iter()
        .find(|step| step.node == "n_first" && step.event == "outcome");
    assert_eq!(left.and_then(|step| step.outcome.as_deref()), Some("empty"));
}

/// Ben, who talks for a while and hangs up; then another step, and the mailbox.
fn after_a_talk(step: Value) -> SimOffice {
    let mut step = step;
    step["id"] = "n_then".into();
    let ring = json!({"id": "n_ring", "kind": "dial", "ringTime": 20,
        "targets": [{"type": "user", "id": "2"}]});
    let document = flow(
        &[entry(), ring, step, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_mail"],
            ["n_ring", "answered", "n_then"],
            ["n_then", "no_answer", "n_mail"],
            ["n_then", "timeout", "n_mail"],
        ],
    );
    let mut office = office(document);
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    call(&mut office);
    office.run_secs(3);
    office.hang_up(ben);
    office.run_secs(1);
    office
}

#[test]
fn who_has_talked_hears_the_next_one_ring_and_no_music() {
    let office = after_a_talk(json!({"kind": "dial", "targets": [{"type": "user", "id": "3"}]}));
    let wiring = office.wiring(office.desk("Anna"));
    assert!(matches!(wiring, Some(Wiring::Nothing)), "{wiring:?}");
}

#[test]
fn who_has_talked_can_be_parked() {
    let mut office = after_a_talk(json!({"kind": "park", "lot": "1", "timeout": 30}));
    let parked = |what: &What| matches!(what, What::CallParked { .. });
    assert!(office.has_happened(parked), "{}", office.story());
    let wiring = office.wiring(office.desk("Anna"));
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
    office.run_secs(32);
    let walked = office.walked();
    assert!(
        walked.iter().any(|step| step.node == "n_mail"),
        "{}",
        office.story()
    );
}

#[test]
fn a_request_after_the_end_waits_for_its_reply_though_a_recording_is_dropped() {
    let record = json!({"id": "n_said", "kind": "record", "variable": "who", "max": 60});
    let ask = json!({"id": "n_ask", "kind": "httpRequest", "method": "POST",
        "url": "https://office.example/over", "timeout": 3, "hears": "silence"});
    let mut document = flow(
        &[
            entry(),
            record,
            mailbox("n_mail"),
            ask,
            json!({"id": "n_bye", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_said"],
            ["n_said", "default", "n_mail"],
            ["n_ask", "success", "n_bye"],
            ["n_ask", "error", "n_mail"],
        ],
    );
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    document["settings"] = json!({"onCallerHangup": "n_ask"});
    let mut office = office(document);
    office.set_reply_takes(secs(1));
    let anna = call(&mut office);
    office.speak(anna, 2);
    office.hang_up(anna);
    office.run_secs(3);
    let walked = office.walked();
    let left = walked
        .iter()
        .find(|step| step.node == "n_ask" && step.event == "outcome");
    assert_eq!(
        left.and_then(|step| step.outcome.as_deref()),
        Some("success")
    );
}

#[test]
fn who_hangs_up_during_a_request_has_the_next_one_wait_for_its_own_reply() {
    let ask = |id: &str| {
        json!({"id": id, "kind": "httpRequest", "method": "POST",
            "url": "https://office.example/over", "timeout": 5, "hears": "silence"})
    };
    let mut document = flow(
        &[
            entry(),
            ask("n_ask"),
            ask("n_over"),
            json!({"id": "n_bye", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_ask"],
            ["n_ask", "success", "n_bye"],
            ["n_over", "success", "n_bye"],
        ],
    );
    document["settings"] = json!({"onCallerHangup": "n_over"});
    let mut office = office(document);
    office.set_reply_takes(secs(2));
    let anna = call(&mut office); // a second
    office.hang_up(anna);
    office.run_secs(4);
    let walked = office.walked();
    let at = |event: &str| {
        let mut steps = walked.iter().filter(|step| step.node == "n_over");
        steps.find(|step| step.event == event).map(|step| step.t_ms)
    };
    let (came, left) = (at("enter").unwrap(), at("outcome").unwrap());
    assert!(left - came >= 2_000, "{came} {left}");
}

#[test]
fn a_key_pressed_while_a_text_is_made_does_not_give_its_sound_to_the_next_text() {
    let bye = json!({"id": "n_bye", "kind": "play",
        "prompts": [{"source": "tts", "text": "Goodbye."}]});
    let document = flow(
        &[
            entry(),
            menu(),
            bye,
            json!({"id": "n_end", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_menu"],
            ["n_menu", "digit:1", "n_bye"],
            ["n_menu", "timeout", "n_bye"],
            ["n_bye", "default", "n_end"],
        ],
    );
    let mut office = office(document);
    office.set_speech_takes(secs(2));
    let anna = call(&mut office); // a second
    office.press(anna, "1");
    office.run_secs(4);
    assert_eq!(office.speeches().last(), Some(&"Goodbye."));
    assert_eq!(office.said(), ["spoken/2"], "{}", office.story());
    office.run_until_quiet();
}

#[test]
fn what_is_heard_during_a_request_is_heard_though_its_words_come_late() {
    // Whoever rings hears their own telephone ring: they are answered first.
    let pause = json!({"id": "n_pause", "kind": "pause", "duration": 1, "hears": "silence"});
    let request = json!({"id": "n_request", "kind": "httpRequest", "method": "GET",
        "url": "https://crm.example/", "timeout": 10,
        "hears": {"prompts": [{"source": "tts", "text": "One moment, {{caller.number}}."}]}});
    let document = flow(
        &[entry(), pause, request, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_pause"],
            ["n_pause", "default", "n_request"],
            ["n_request", "success", "n_mail"],
            ["n_request", "error", "n_mail"],
            ["n_request", "timeout", "n_mail"],
        ],
    );
    let mut office = office(document);
    office.set_reply_takes(secs(6));
    office.set_speech_takes(secs(1));
    let anna = call(&mut office);
    office.run_secs(3);
    assert_eq!(office.said(), ["spoken/1"], "{}", office.story());
    office.run_secs(4);
    let arrived = office.walked();
    assert!(
        arrived.iter().any(|step| step.node == "n_mail"),
        "{}",
        office.story()
    );
    office.hang_up(anna);
    office.run_until_quiet();
}
