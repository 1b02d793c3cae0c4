//! Walks as lists of what callers hear and what is done for them.

use crate::office_of_tests::{AllThere, TUESDAY_AT_TEN, compile, document_of, office};
use callflow::program::Flows;
use callflow::queues::Place;
use callflow::walk::{
    InQueue, MessageEnd, ParkEnd, PinVerdict, Reply, RingEnd, RingTarget, RoomEnd,
};
use callflow::{About, Act, CallFacts, Event, Sound, Walk};
use office::{FlowId, Office, PersonId};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::time::Duration;

/// A caller and what has been done for them.
struct Caller {
    office: Office,
    walk: Walk,
    now: i64,
    log: Vec<String>,
    acts: Vec<Act>,
}

impl Caller {
    fn of(document: Json) -> Self {
        Self::with(document, |_| {})
    }

    fn with(document: Json, change: impl FnOnce(&mut CallFacts)) -> Self {
        let office = office();
        let flows = Arc::new(Flows::of(&office, &Flows::default()));
        let mut facts = CallFacts {
            call: "7".to_owned(),
            caller_number: Some("+49301234".to_owned()),
            caller_name: Some("Dora".to_owned()),
            called_number: "500".to_owned(),
            began_unix_ms: TUESDAY_AT_TEN,
            seed: 3,
            ..CallFacts::default()
        };
        change(&mut facts);
        let mut caller = Self {
            office,
            walk: Walk::begin(compile(document), flows, facts),
            now: TUESDAY_AT_TEN,
            log: Vec::new(),
            acts: Vec::new(),
        };
        caller.tell(Event::Began);
        caller
    }

    fn kind(kind: &str) -> Self {
        Self::of(fixture(kind))
    }

    fn tell(&mut self, event: Event) -> &mut Self {
        self.now += 1_000;
        let about = About {
            unix_ms: self.now,
            steady_ms: self.now,
            office: &self.office,
            presence: &AllThere,
        };
        let acts = self.walk.on(&about, event);
        self.log.extend(acts.iter().filter_map(told));
        self.acts.extend(acts);
        self
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            self.tell(Event::Key(key));
        }
        self
    }

    fn rang(&mut self, end: RingEnd) -> &mut Self {
        self.tell(Event::RingEnded { end, by: None })
    }

    /// What has been done since this was asked last.
    fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }
}

fn fixture(kind: &str) -> Json {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/kinds/");
    let text = std::fs::read_to_string(format!("{folder}{kind}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// An act in few words; steps of the trace only where they decide.
fn told(act: &Act) -> Option<String> {
    Some(match act {
        Act::Answer => "answer".to_owned(),
        Act::Say { sounds, .. } => {
            format!(
                "say {}",
                sounds.iter().map(sound).collect::<Vec<_>>().join(" ")
            )
        }
        Act::Hear(hears) => format!("hear {hears:?}"),
        Act::Wait(wait) => format!("wait {}", wait.as_secs()),
        Act::Record { clip, .. } => format!("record {clip}"),
        Act::Ring {
            targets, ring_for, ..
        } => {
            let whom = targets.iter().map(|target| match target {
                RingTarget::Person { id, .. } => format!("person {id}"),
                RingTarget::Device { id, .. } => format!("device {id}"),
                RingTarget::Outside { number, .. } => format!("number {number}"),
            });
            format!(
                "ring {} for {}",
                whom.collect::<Vec<_>>().join(", "),
                ring_for.as_secs()
            )
        }
        Act::TakeMessage { mailbox, .. } => format!("message for {mailbox}"),
        Act::JoinRoom { room, .. } => format!("room {room}"),
        Act::Park { wait } => format!("park for {}", wait.as_secs()),
        Act::Enqueue(joins) => format!("waits for {} agents", joins.rules.agents.len()),
        Act::LeaveQueue => "waits no more".to_owned(),
        Act::VerifyPin { pin_set, .. } => format!("pin of {}", pin_set.0),
        Act::Request(request) => format!("request {}", request.url),
        Act::Notify { text, .. } => format!("notify {text}"),
        Act::Label { prefix, note, .. } => format!("label {prefix} {note}"),
        Act::Recording(switch) => format!("recording {switch:?}"),
        Act::Goto { target } => format!("goto {target:?}"),
        Act::End { cause } => format!("end {cause:?}"),
        Act::Trace { step, .. } => match (&step.outcome, &step.reason, &*step.event) {
            (Some(outcome), ..) => format!("· {} {outcome}", step.node),
            (_, Some(reason), "fault") => format!("! {} {}", step.node, reason.id),
            (_, Some(reason), _) => format!("? {} {}", step.node, reason.id),
            _ if step.variable.is_some() => {
                let (name, value) = (step.variable.as_deref(), step.value.as_deref());
                format!("{} = {}", name.unwrap_or(""), value.unwrap_or(""))
            }
            _ => return None,
        },
    })
}

fn sound(sound: &Sound) -> String {
    match sound {
        Sound::Uploaded { sound } => format!("#{sound}"),
        Sound::Phrase { words, .. } => format!("<{words}>"),
        Sound::Speech(speech) => format!("“{}”", speech.text),
        Sound::Name { speech, .. } => format!("name:{}", speech.text),
        Sound::Clip { clip } => format!("clip:{clip}"),
        Sound::OfMailbox { mailbox, .. } => format!("mailbox:{mailbox}"),
        Sound::OwnMessage { .. } => "their message".to_owned(),
        Sound::Beep => "beep".to_owned(),
        Sound::Silence { .. } => "_".to_owned(),
    }
}

#[test]
fn a_key_of_a_menu_rings_who_it_names_and_nobody_there_leads_to_the_mailbox() {
    let mut caller = Caller::kind("menu");
    let asked = "say “For sales press 1, for support press 2.”";
    assert_eq!(caller.heard(), ["· n_start default", "answer", asked]);
    assert_eq!(caller.tell(Event::Said).heard(), ["wait 5"]);
    assert_eq!(
        caller.keys("1").heard(),
        ["· n_this1 digit:1", "ring person 1 for 25"]
    );
    let rang = caller.rang(RingEnd::Busy).heard();
    assert_eq!(rang, ["· n_ring1 busy", "message for 1"]);
    let left = caller.tell(Event::MessageLeft(MessageEnd::Saved)).heard();
    assert_eq!(left, ["· n_mail1 saved", "end Normal"]);
    assert!(caller.walk.is_over());
    assert_eq!(caller.tell(Event::Key('1')).heard(), [""; 0]);
}

#[test]
fn a_menu_asks_again_and_in_the_end_goes_its_own_way() {
    let mut caller = Caller::kind("menu");
    let asked = "“For sales press 1, for support press 2.”";
    caller.heard();
    caller.keys("7");
    let again = format!("say <That is not one of the choices.> <Please try again.> {asked}");
    assert_eq!(caller.heard(), [again]);
    caller.tell(Event::Said).tell(Event::TimeUp);
    let again = format!("say <You have not pressed a key.> <Please try again.> {asked}");
    assert_eq!(caller.heard(), ["wait 5".to_owned(), again]);
    // The third is the last; an invalid key takes the way of silence where it has none of its own.
    assert_eq!(
        caller.keys("9").heard(),
        ["· n_this1 invalid", "message for 1"]
    );
}

#[test]
fn a_key_that_interrupts_a_prompt_answers_the_next_question() {
    let mut document = fixture("menu");
    let play = json!({ "id": "n_play1", "type": "play",
        "data": { "kind": "play", "prompts": [{ "source": "audio", "mediaId": "1" }], "bargeIn": true } });
    document["nodes"].as_array_mut().unwrap().push(play);
    document["edges"][0]["target"] = json!("n_play1");
    let on =
        json!({ "id": "e9", "source": "n_play1", "sourceHandle": "default", "target": "n_this1" });
    document["edges"].as_array_mut().unwrap().push(on);
    let mut caller = Caller::of(document);
    assert_eq!(caller.heard(), ["· n_start default", "answer", "say #1"]);
    let on = [
        "· n_play1 default",
        "· n_this1 digit:1",
        "ring person 1 for 25",
    ];
    assert_eq!(caller.keys("1").heard(), on);
}

#[test]
fn a_key_during_a_menu_that_cannot_be_interrupted_counts_when_it_has_been_said() {
    let mut document = fixture("menu");
    document["nodes"][1]["data"]["bargeIn"] = json!(false);
    let mut caller = Caller::of(document);
    caller.heard();
    assert_eq!(caller.keys("1").heard(), [""; 0]);
    let on = ["· n_this1 digit:1", "ring person 1 for 25"];
    assert_eq!(caller.tell(Event::Said).heard(), on);
}

#[test]
fn keys_pressed_ahead_are_a_whole_number_and_its_confirmation_is_asked_for() {
    let mut document = fixture("collect");
    let play = json!({ "id": "n_play1", "type": "play",
        "data": { "kind": "play", "prompts": [{ "source": "audio", "mediaId": "1" }], "bargeIn": true } });
    document["nodes"].as_array_mut().unwrap().push(play);
    document["edges"][0]["target"] = json!("n_play1");
    let on =
        json!({ "id": "e9", "source": "n_play1", "sourceHandle": "default", "target": "n_this1" });
    document["edges"].as_array_mut().unwrap().push(on);
    let mut caller = Caller::of(document);
    caller.heard();
    assert_eq!(
        caller.keys("4711#").heard()[..2],
        ["· n_play1 default", "wait 3"]
    );
    assert_eq!(caller.keys("1").heard()[0], "order = 4711");
}

#[test]
fn twenty_rounds_of_a_loop_are_no_circle() {
    let mut document = fixture("loop");
    document["nodes"][1]["data"]["times"] = json!(20);
    let mut caller = Caller::of(document);
    for _ in 0..20 {
        caller.rang(RingEnd::NoAnswer);
    }
    let log = caller.heard();
    assert_eq!(
        log.iter().filter(|line| line.starts_with("ring")).count(),
        20
    );
    assert_eq!(log.last().unwrap(), "message for 1");
}

#[test]
fn an_extension_can_be_dialled_in_a_menu_and_a_key_before_it_waits_for_more() {
    let mut document = fixture("menu");
    document["nodes"][1]["data"]["directDial"] = json!(true);
    let mut caller = Caller::of(document.clone());
    caller.heard();
    assert_eq!(caller.keys("1").heard(), ["wait 2"]);
    assert_eq!(
        caller.keys("02").heard(),
        ["wait 2", r#"goto Extension(ExtensionNumber("102"))"#]
    );
    let mut caller = Caller::of(document);
    caller.keys("1").heard();
    let alone = ["· n_this1 digit:1", "ring person 1 for 25"];
    assert_eq!(caller.tell(Event::TimeUp).heard(), alone);
}

#[test]
fn a_number_is_collected_checked_read_back_and_kept() {
    let mut caller = Caller::kind("collect");
    caller.heard();
    let wrong = caller.keys("0123#").heard();
    let asked = "“Please dial your order number.”";
    let again = format!("say <That is not one of the choices.> <Please try again.> {asked}");
    assert_eq!(
        wrong,
        [
            "wait 3".to_owned(),
            "wait 3".to_owned(),
            "wait 3".to_owned(),
            "wait 3".to_owned(),
            again
        ]
    );
    let right = caller.keys("4711#").heard().pop().unwrap();
    assert!(right.starts_with("say <four>"), "{right}");
    assert!(
        right.ends_with("<If that is right, press one.> <To change it, press two.>"),
        "{right}"
    );
    let kept = caller.keys("1").heard();
    assert_eq!(kept, ["order = 4711", "· n_this1 default", "message for 1"]);
}

#[test]
fn sensitive_digits_are_nowhere_in_the_trace() {
    let mut document = fixture("collect");
    document["nodes"][1]["data"]["sensitive"] = json!(true);
    document["nodes"][1]["data"]["confirm"] = json!(false);
    let mut caller = Caller::of(document);
    caller.keys("4711#");
    let traced = format!("{:?}", caller.acts);
    assert!(!traced.contains("4711"), "{traced}");
    assert!(caller.heard().contains(&"order = •••".to_owned()));
}

#[test]
fn only_who_knows_the_pin_goes_on() {
    let mut caller = Caller::kind("pin");
    caller.heard();
    assert_eq!(caller.keys("839427#").heard().last().unwrap(), "pin of 1");
    assert!(!format!("{:?}", caller.acts).contains("839427"));
    caller.tell(Event::PinChecked(PinVerdict::Wrong));
    assert!(caller.heard()[0].starts_with("say <That PIN is wrong.>"));
    caller
        .keys("11#")
        .tell(Event::PinChecked(PinVerdict::Locked));
    assert!(caller.heard().ends_with(&[
        "? n_this1 locked".into(),
        "· n_this1 denied".into(),
        "message for 1".into()
    ]));
}

#[test]
fn a_name_is_spelled_and_that_person_rings() {
    let mut caller = Caller::kind("directory");
    caller.heard();
    // Anna Abel, by either name; Ben Brown is 236.
    caller.keys("2#");
    let names = caller.heard().pop().unwrap();
    assert_eq!(
        names,
        "say name:Anna Abel “Press 1.” _ name:Ben Brown “Press 2.” _"
    );
    assert_eq!(caller.keys("2").heard(), ["ring person 2 for 20"]);
    assert_eq!(
        caller.rang(RingEnd::NoAnswer).heard(),
        ["· n_this1 no_answer", "message for 1"]
    );
}

#[test]
fn a_caller_who_stays_after_the_talk_goes_on_and_else_the_call_ends() {
    let mut caller = Caller::kind("dial");
    assert_eq!(
        caller.heard(),
        ["· n_start default", "ring person 1, device 2 for 20"]
    );
    assert!(!caller.walk.is_answered());
    assert_eq!(
        caller.rang(RingEnd::Answered).heard(),
        ["· n_this1 answered", "end Normal"]
    );
}

#[test]
fn the_hours_decide_and_say_why() {
    let mut caller = Caller::kind("timeCondition");
    let open = [
        "· n_start default",
        "? n_this1 openBecause",
        "· n_this1 in_hours",
        "ring person 1 for 25",
    ];
    assert_eq!(caller.heard(), open);
    let mut caller = Caller::of({
        let mut document = fixture("timeCondition");
        document["nodes"][1]["data"]["schedule"] = json!("99");
        document
    });
    // Without hours callers still reach somebody, and the trace raises the alarm.
    let open = [
        "· n_start default",
        "! n_this1 noSuchSchedule",
        "· n_this1 in_hours",
        "ring person 1 for 25",
    ];
    assert_eq!(caller.heard(), open);
}

#[test]
fn every_kind_does_what_it_says() {
    let end = |kind: &str, events: Vec<Event>| {
        let mut caller = Caller::kind(kind);
        for event in events {
            caller.tell(event);
        }
        let log = caller.heard();
        log[1..].to_vec()
    };
    let said = || vec![Event::Said];
    let cases: Vec<(&str, Vec<Event>, Vec<&str>)> = vec![
        ("entry", vec![], vec!["answer", "message for 1"]),
        ("goto", vec![], vec!["goto Person(PersonId(1))"]),
        (
            "play",
            vec![Event::Said, Event::Said],
            vec![
                "answer",
                "say #1 _",
                "say #1 _",
                "· n_this1 default",
                "message for 1",
            ],
        ),
        (
            "pause",
            vec![Event::TimeUp],
            vec![
                "answer",
                "hear Music(None)",
                "wait 2",
                "· n_this1 default",
                "message for 1",
            ],
        ),
        (
            "setLanguage",
            vec![],
            vec!["· n_this1 default", "answer", "message for 1"],
        ),
        (
            "record",
            vec![Event::Recorded {
                clip: 1,
                lasts: Duration::from_secs(3),
            }],
            vec![
                "answer",
                "record 1",
                "who = clip 1",
                "· n_this1 default",
                "message for 1",
            ],
        ),
        (
            "record",
            vec![Event::Recorded {
                clip: 1,
                lasts: Duration::ZERO,
            }],
            vec!["answer", "record 1", "· n_this1 empty", "message for 1"],
        ),
        (
            "ringGroup",
            vec![],
            vec![
                "! n_this1 noSuchRingGroup",
                "· n_this1 unreachable",
                "answer",
                "message for 1",
            ],
        ),
        (
            "enqueue",
            vec![
                Event::Queued(InQueue::Waits(Place {
                    place: 2,
                    estimate: Duration::from_secs(180),
                })),
                Event::Said,
                Event::Queued(InQueue::Turn(vec![PersonId(1)])),
                Event::RingEnded {
                    end: RingEnd::Declined,
                    by: None,
                },
                Event::Queued(InQueue::Waits(Place {
                    place: 2,
                    estimate: Duration::from_secs(180),
                })),
                Event::Key('0'),
            ],
            vec![
                "waits for 2 agents",
                "? n_this1 placed",
                "answer",
                "say <We are all on the phone right now. Please hold the line.> _ <You are number> <two>",
                "hear Music(None)",
                "wait 15",
                "? n_this1 offered",
                "ring person 1 for 20",
                "waits for 2 agents",
                "hear Music(None)",
                "wait 15",
                "· n_this1 key:0",
                "waits no more",
                "message for 1",
            ],
        ),
        (
            "park",
            vec![Event::ParkEnded(ParkEnd::TimeUp)],
            vec![
                "answer",
                "park for 120",
                "· n_this1 timeout",
                "message for 1",
            ],
        ),
        (
            "park",
            vec![Event::ParkEnded(ParkEnd::Fetched)],
            vec!["answer", "park for 120", "· n_this1 retrieved"],
        ),
        (
            "park",
            vec![Event::ParkEnded(ParkEnd::Full)],
            vec![
                "answer",
                "park for 120",
                "! n_this1 slotsFull",
                "· n_this1 timeout",
                "message for 1",
            ],
        ),
        (
            "conference",
            vec![Event::RoomLeft(RoomEnd::Left)],
            vec!["answer", "room 1", "· n_this1 left", "end Normal"],
        ),
        (
            "conference",
            vec![Event::RoomLeft(RoomEnd::Full)],
            vec!["answer", "room 1", "· n_this1 full", "message for 1"],
        ),
        (
            "modeSwitch",
            vec![],
            vec!["· n_this1 mode:day", "ring person 1 for 25"],
        ),
        (
            "callerMatch",
            vec![],
            vec!["· n_this1 rule:vip", "ring person 1 for 25"],
        ),
        (
            "condition",
            vec![],
            vec!["· n_this1 else", "answer", "message for 1"],
        ),
        (
            "availability",
            vec![],
            vec!["· n_this1 yes", "ring person 1 for 25"],
        ),
        (
            "setVar",
            vec![],
            vec![
                "greeting = Hello Dora",
                "· n_this1 default",
                "answer",
                "message for 1",
            ],
        ),
        (
            "label",
            vec![],
            vec![
                "label Sales: From +49301234",
                "· n_this1 default",
                "answer",
                "message for 1",
            ],
        ),
        (
            "lookup",
            vec![],
            vec!["customer = 17", "· n_this1 found", "ring person 1 for 25"],
        ),
        (
            "notify",
            vec![],
            vec![
                "notify +49301234 calls",
                "· n_this1 default",
                "answer",
                "message for 1",
            ],
        ),
        (
            "callRecording",
            said(),
            vec![
                "answer",
                "say “This call is recorded.”",
                "recording Start",
                "· n_this1 default",
                "message for 1",
            ],
        ),
        (
            "subflow",
            vec![],
            vec![
                "· n_start default",
                "· n_when1 case:a",
                "· n_this1 return:done",
                "ring person 1 for 25",
            ],
        ),
        (
            "httpRequest",
            vec![Event::Replied(Reply::Answered {
                status: 200,
                body: json!({ "customer": { "number": 17 } }),
            })],
            vec![
                "request https://crm.example/callers/%2B49301234",
                "customer = 17",
                "· n_this1 success",
                "answer",
                "message for 1",
            ],
        ),
        (
            "httpRequest",
            vec![Event::Replied(Reply::TimedOut)],
            vec![
                "request https://crm.example/callers/%2B49301234",
                "? n_this1 requestTimedOut",
                "· n_this1 timeout",
                "answer",
                "message for 1",
            ],
        ),
        (
            "loop",
            vec![
                Event::RingEnded {
                    end: RingEnd::NoAnswer,
                    by: None,
                },
                Event::RingEnded {
                    end: RingEnd::NoAnswer,
                    by: Some(PersonId(1)),
                },
            ],
            vec![
                "· n_this1 again",
                "ring person 1 for 10",
                "· n_ring1 no_answer",
                "· n_this1 again",
                "ring person 1 for 10",
                "· n_ring1 no_answer",
                "· n_this1 done",
                "answer",
                "message for 1",
            ],
        ),
        (
            "hangup",
            vec![
                Event::RingEnded {
                    end: RingEnd::Declined,
                    by: None,
                },
                Event::Said,
            ],
            vec![
                "ring person 1 for 10",
                "· n_ring1 declined",
                "answer",
                "say “Goodbye.”",
                "end Normal",
            ],
        ),
        (
            "voicemail",
            vec![Event::MessageLeft(MessageEnd::Empty)],
            vec!["answer", "message for 1", "· n_this1 empty", "end Normal"],
        ),
    ];
    for (kind, events, expected) in cases {
        assert_eq!(end(kind, events.clone()), expected, "{kind} {events:?}");
    }
}

#[test]
fn a_sticky_split_treats_a_caller_always_alike() {
    let bucket = |number: &str, seed: u64| {
        let mut caller = Caller::with(fixture("split"), |facts| {
            facts.caller_number = Some(number.to_owned());
            facts.seed = seed;
        });
        caller.heard()[1].clone()
    };
    let mut first = 0;
    for caller in 0..300 {
        let number = format!("+4930{caller:04}");
        let drawn = bucket(&number, 1);
        assert_eq!(drawn, bucket(&number, 2));
        first += usize::from(drawn.ends_with("bucket:a"));
    }
    assert!(
        (60..120).contains(&first),
        "{first} of 300 at a weight of 30"
    );
}

#[test]
fn what_fails_goes_to_the_node_for_failures_and_then_to_everybody() {
    let nodes = json!([
        { "id": "n_start", "data": { "kind": "entry" } },
        { "id": "n_mail1", "data": { "kind": "voicemail", "mailbox": "77" } },
        { "id": "n_play1", "data": { "kind": "play", "prompts": [{ "source": "audio", "mediaId": "1" }] } },
    ]);
    let edges = json!([["n_start", "default", "n_mail1"]]);
    let mut document = document_of(&nodes, &edges);
    document["settings"]["onError"] = json!("n_play1");
    let mut caller = Caller::of(document.clone());
    assert_eq!(
        caller.heard(),
        [
            "· n_start default",
            "! n_mail1 noSuchMailbox",
            "answer",
            "say #1"
        ]
    );
    // The node for failures leads nowhere either.
    assert_eq!(
        caller.tell(Event::Said).heard(),
        [
            "· n_play1 default",
            "! n_play1 notConnected",
            "? lastResort lastResort",
            "? lastResort calledEverybody",
            "ring person 1, person 2 for 25"
        ]
    );
    assert_eq!(
        caller.rang(RingEnd::NoAnswer).heard(),
        ["? lastResort officeMailbox", "message for 1"]
    );
    assert_eq!(
        caller.tell(Event::MessageLeft(MessageEnd::Full)).heard(),
        ["end Normal"]
    );
    document["settings"] = json!({ "lastResort": { "kind": "user", "id": "2" } });
    let mut caller = Caller::of(document.clone());
    assert_eq!(caller.heard().last().unwrap(), "goto Person(PersonId(2))");
    document["settings"] = json!({ "lastResort": { "kind": "user", "id": "99" } });
    let mut caller = Caller::of(document);
    assert_eq!(
        caller.heard().last().unwrap(),
        "ring person 1, person 2 for 25"
    );
}

#[test]
fn an_office_with_nobody_in_it_still_says_something() {
    let mut caller = Caller::of(document_of(&json!([]), &json!([])));
    caller.office =
        Office::build(office::OfficeParts::empty(caller.office.settings().clone())).unwrap();
    assert_eq!(
        caller.heard().last().unwrap(),
        "ring person 1, person 2 for 25"
    );
    let said = caller.rang(RingEnd::Unreachable).heard();
    let sorry = "say <Nobody is available right now.> <Please call again later.>";
    assert_eq!(
        said,
        [
            "answer",
            "? lastResort noMailbox",
            "? lastResort sorry",
            sorry
        ]
    );
    assert_eq!(caller.tell(Event::Said).heard(), ["end Normal"]);
}

#[test]
fn circles_end_and_two_flows_that_lead_to_each_other_do_too() {
    let nodes = json!([
        { "id": "n_start", "data": { "kind": "entry" } },
        { "id": "n_mark1", "data": { "kind": "label", "prefix": "A" } },
        { "id": "n_mark2", "data": { "kind": "label", "prefix": "B" } },
    ]);
    let edges = json!([
        ["n_start", "default", "n_mark1"],
        ["n_mark1", "default", "n_mark2"],
        ["n_mark2", "default", "n_mark1"]
    ]);
    let mut caller = Caller::of(document_of(&nodes, &edges));
    let log = caller.heard();
    assert!(
        log.contains(&"! n_mark1 tooManyVisits".to_owned()),
        "{log:?}"
    );
    assert_eq!(log.last().unwrap(), "ring person 1, person 2 for 25");

    let office = office();
    let mut flows = Flows::of(&office, &Flows::default());
    let to = |flow: &str| {
        let nodes = json!([
            { "id": "n_start", "data": { "kind": "entry" } },
            { "id": "n_goto1", "data": { "kind": "goto", "target": { "kind": "flow", "id": flow } } },
        ]);
        compile(document_of(
            &nodes,
            &json!([["n_start", "default", "n_goto1"]]),
        ))
    };
    flows.publish(FlowId(1), to("2"));
    flows.publish(FlowId(2), to("1"));
    let facts = CallFacts {
        flow: Some(FlowId(1)),
        ..CallFacts::default()
    };
    let program = Arc::clone(flows.live(FlowId(1)).unwrap());
    let mut walk = Walk::begin(program, Arc::new(flows), facts);
    let about = About {
        unix_ms: 0,
        steady_ms: 0,
        office: &office,
        presence: &AllThere,
    };
    let acts = walk.on(&about, Event::Began);
    assert!(
        matches!(acts.last(), Some(Act::Ring { .. })),
        "{:?}",
        acts.last()
    );
    assert!(acts.len() < 400, "{}", acts.len());
}

#[test]
fn a_flow_that_runs_itself_comes_to_an_end() {
    let nodes = json!([
        { "id": "n_start", "data": { "kind": "entry" } },
        { "id": "n_flow1", "data": { "kind": "subflow", "flow": "1" } },
    ]);
    let program = compile(document_of(
        &nodes,
        &json!([["n_start", "default", "n_flow1"]]),
    ));
    let mut flows = Flows::default();
    flows.publish(FlowId(1), Arc::clone(&program));
    let office = office();
    let about = About {
        unix_ms: 0,
        steady_ms: 0,
        office: &office,
        presence: &AllThere,
    };
    let mut walk = Walk::begin(program, Arc::new(flows), CallFacts::default());
    let acts = walk.on(&about, Event::Began);
    let faults: Vec<_> = acts
        .iter()
        .filter_map(told)
        .filter(|it| it.starts_with('!'))
        .collect();
    assert_eq!(faults, ["! n_flow1 tooDeep"]);
    assert!(matches!(acts.last(), Some(Act::Ring { .. })));
}

#[test]
fn when_the_caller_hangs_up_only_what_makes_no_sound_is_done() {
    let mut document = fixture("menu");
    let tell = json!({ "id": "n_tell1", "type": "notify",
        "data": { "kind": "notify", "channels": ["desktop"], "template": "{{caller.number}} has gone" } });
    let speak = json!({ "id": "n_play1", "type": "play",
        "data": { "kind": "play", "prompts": [{ "source": "audio", "mediaId": "1" }] } });
    document["nodes"]
        .as_array_mut()
        .unwrap()
        .extend([tell, speak]);
    let on =
        json!({ "id": "e9", "source": "n_tell1", "sourceHandle": "default", "target": "n_play1" });
    document["edges"].as_array_mut().unwrap().push(on);
    document["settings"]["onCallerHangup"] = json!("n_tell1");
    let mut caller = Caller::of(document);
    caller.heard();
    let done = ["notify +49301234 has gone", "· n_tell1 default"];
    assert_eq!(caller.tell(Event::CallerHungUp).heard(), done);
    assert!(caller.walk.is_over());
}
