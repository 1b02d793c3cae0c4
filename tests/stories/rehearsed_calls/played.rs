//! A case, played in the simulated office with its real switch, telephones and sound, and rehearsed.

use super::case::{Caller, Case, DEVICES, NUMBER, OUTSIDE};
use callflow::{
    Flows, Hears, Program, Queue, RingGroup, Sound, Target, TraceStep,
    queue::{Agent, QueueRules, QueueStrategy},
    rehearse::{
        CallerAct, Does, Ended, Http, ModeAt, Phone, PhoneOutside, Rehearsal, Rehearsed, Stage,
        rehearse,
    },
    ring_group,
    walk::{Reply, RingEnd, RingTarget, Strategy},
};
use cordboard_tests::sim::{CallIn, Habit, PhoneId, SimOffice, Weather};
use media::Sound as Played;
use office::{
    CallerList, CallerListId, ConferenceRoomId, Country, DeviceId, FlowId, ListedCaller, MailboxId,
    Mode, ModeId, ModeSetting, ModeState, NamedPin, Office, PersonId, PinHash, PinSet, PinSetId,
    RouteTarget, Schedule, ScheduleDocument, ScheduleId, Secret, Wants, WantsState,
};
use serde_json::json;
use spoken::{Lang, phrase::queue};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use switch::{Command, EndReason, StopReason, What};

const FLOW: FlowId = FlowId(1);

/// How long whoever answers talks.
pub const TALKS: Duration = Duration::from_secs(7);

/// How long every recorded phrase and rendered text is in the simulated office.
const FILE: Duration = Duration::from_millis(500);

/// How long the tone is after which one speaks.
const TONE: Duration = Duration::from_millis(600);

/// How often the office hears and speaks.
const TICK: Duration = Duration::from_millis(20);

/// How long somebody thinks before they press the key that takes a call.
const THINKS: Duration = Duration::from_millis(500);

/// How long a caller stays in a room before somebody lets them go.
const IN_ROOM: Duration = Duration::from_secs(60);

/// How long another program takes to reply.
const REPLY: Duration = Duration::from_millis(200);

/// Colleagues who talk with those who are busy.
const PARTNERS: [(&str, i64); 3] = [("Pat", 6), ("Quin", 7), ("Rob", 8)];

/// What one world says of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The walk.
    pub steps: Vec<TraceStep>,
    /// What the caller heard, from when on.
    pub hears: Vec<(u64, String)>,
    /// Who rang, from when on, for how long, and what became of it.
    pub rings: Vec<String>,
    /// How it ended.
    pub ended: String,
}

/// Both worlds, and the live one as a story.
pub struct Both {
    pub live: Told,
    pub rehearsed: Told,
    pub story: String,
}

/// Plays a case in both worlds.
pub fn play(case: &Case) -> Both {
    let mut office = open(case);
    let founded = office.switch().office();
    let (live, at) = call(&mut office, case);
    let story = office.story();
    both(&founded, live, &rehearsal(case, at), story)
}

/// Rehearses a call that was played in an office.
pub fn both(founded: &Office, live: Told, call: &Rehearsal, story: String) -> Both {
    let flows = Arc::new(Flows::of(founded, &Flows::default()));
    let lasts = |sound: &Sound| match sound {
        Sound::Silence { ms } => Duration::from_millis(*ms),
        Sound::Beep => TONE,
        _ => FILE,
    };
    let stage = Stage {
        office: founded,
        flows: &flows,
        flow: Some(FLOW),
        lasts: &lasts,
    };
    let program: &Arc<Program> = flows.live(FLOW).expect("it is published");
    let done = rehearse(program, &stage, call);
    Both {
        live: live.until(done.ended_ms),
        rehearsed: Told::rehearsed(&done).until(done.ended_ms),
        story,
    }
}

/// A ring group of Ben, Cleo and Dora, some of whom ring later, by hours or at any time.
fn group(hours: Option<ScheduleId>) -> serde_json::Value {
    let member = |(person, delay)| ring_group::Member {
        person: PersonId(person),
        delay,
    };
    let group = RingGroup {
        members: [(2, 0), (3, 0), (4, 3)].map(member).into(),
        strategy: Strategy::All,
        ring_for: 8,
        music: hours.is_some(),
        prefix: "Group:".to_owned(),
        records: false,
        hours: hours.map(|schedule| ring_group::Hours {
            schedule,
            when_closed: Target::Hangup,
        }),
        otherwise: Target::Hangup,
    };
    group.document("Group").to_json()
}

/// A queue of Ben, Cleo and Dora, the last of whom is asked only after a while.
fn waiting(strategy: QueueStrategy, hours: Option<ScheduleId>) -> serde_json::Value {
    let agents = [(2, 1), (3, 1), (4, 2)];
    let queue = Queue {
        rules: Arc::new(QueueRules {
            agents: agents
                .map(|(person, tier)| Agent::new(PersonId(person), tier))
                .into(),
            strategy,
            ring_for: 6,
            wrap_up: 4,
            tier_after: 9,
            says_wait: hours.is_some(),
            says_every: 15,
            prefix: "Queue:".to_owned(),
            ..QueueRules::default()
        }),
        max_wait: 40,
        also_says: String::new(),
        hours: hours.map(|schedule| ring_group::Hours {
            schedule,
            when_closed: Target::Hangup,
        }),
        exit: None,
        otherwise: Target::Hangup,
    };
    queue.document("Queue").to_json()
}

/// The office of a case.
fn open(case: &Case) -> SimOffice {
    let hours = json!({"schemaVersion": 1, "id": "sch_office", "name": "Office hours", "timezone": "UTC",
        "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}]});
    let hours = ScheduleDocument::read(&hours.to_string()).expect("a schedule");
    let state = |id: &str| ModeState {
        id: id.to_owned(),
        name: id.to_owned(),
    };
    let mut office = SimOffice::builder()
        .settings(|settings| {
            settings.country = Country::parse("DE").ok();
            settings.parking.on = true;
        })
        .weather(Weather::STILL)
        .person("Anna", "101", &["desk", "mobile"])
        .person("Ben", "102", &["desk", "mobile"])
        .mailbox()
        .person("Cleo", "103", &["desk"])
        .mailbox()
        .person("Dora", "104", &["desk"])
        .person("Eve", "105", &[])
        .person("Pat", "106", &["desk"])
        .person("Quin", "107", &["desk"])
        .person("Rob", "108", &["desk"])
        .group_mailbox("Office", "700", &["Anna"])
        .room("800", |_| {})
        .line("Outgoing", |_| {})
        .line("Incoming", |_| {})
        .number(NUMBER, RouteTarget::Flow(FLOW))
        .flow("Any", "200", case.flow.document("any"))
        .flow("Run", "201", case.others[0].document("run"))
        .flow("Other", "202", case.others[1].document("other"))
        .flow("Group", "203", group(None))
        .flow("At hours", "204", group(Some(ScheduleId(1))))
        .flow("Queue", "205", waiting(QueueStrategy::LongestIdle, None))
        .flow(
            "All",
            "206",
            waiting(QueueStrategy::All, Some(ScheduleId(1))),
        )
        .flow("Fewest", "207", waiting(QueueStrategy::FewestCalls, None))
        .parts(|parts| {
            // The first mailbox is that of the office.
            parts.mailboxes.rotate_right(1);
            for (at, mailbox) in parts.mailboxes.iter_mut().enumerate() {
                mailbox.id = MailboxId(at as i64 + 1);
                mailbox.enabled = at != 2;
            }
            for extension in &mut parts.extensions {
                if extension.target == RouteTarget::Voicemail(MailboxId(3)) {
                    extension.target = RouteTarget::Voicemail(MailboxId(1));
                }
            }
            for person in &mut parts.persons {
                person.team = if person.id.0 % 2 == 1 {
                    "Sales"
                } else {
                    "Office"
                }
                .to_owned();
                let wants_none = case
                    .staff
                    .iter()
                    .any(|one| one.person == person.id.0 && one.does == Does::DoNotDisturb);
                if wants_none {
                    person.wants = Wants {
                        state: WantsState::DoNotDisturb,
                        ..Wants::default()
                    };
                }
            }
            // How many calls went out before this one is nothing a rehearsal could know.
            parts.outside.admission.rates.clear();
            parts.schedules.push(Schedule::new(ScheduleId(1), hours));
            parts.modes.push(Mode {
                id: ModeId(1),
                name: "Day and night".to_owned(),
                states: vec![state("day"), state("night")],
                set: case.night.then(|| ModeSetting {
                    state: "night".to_owned(),
                    by: "Anna".to_owned(),
                    since_unix_ms: 0,
                    until_unix_ms: None,
                }),
            });
            parts.pin_sets.push(PinSet {
                id: PinSetId(1),
                name: "Door".to_owned(),
                pins: vec![NamedPin {
                    name: "The cleaners".to_owned(),
                    hash: PinHash::new(Secret::new("a hash".to_owned())),
                }],
            });
            let listed = |number: &str, name: &str| ListedCaller {
                number: number.to_owned(),
                compared: String::new(),
                name: name.to_owned(),
                values: vec!["17".to_owned()],
            };
            parts.caller_lists.push(CallerList {
                id: CallerListId(1),
                name: "Customers".to_owned(),
                columns: vec!["customer".to_owned()],
                callers: vec![
                    listed("0170 1234567", "Mia Customer"),
                    listed("101", "Anna"),
                ],
            });
        })
        .open();
    office.upload(1, "sounds/hello");
    settle(&mut office, case);
    office
}

/// Telephones, other programs and the caller's voice are as the case says; those who are busy talk.
fn settle(office: &mut SimOffice, case: &Case) {
    for (device, person) in DEVICES {
        let phone = office.phone_of_device(DeviceId(device));
        let does = case.does((device, person));
        let is_first = |other: &&(i64, i64)| other.1 == person && case.does(**other) == Does::Busy;
        match does {
            Does::Busy => {
                if DEVICES.iter().find(is_first) == Some(&(device, person)) {
                    let partner = office.desk(PARTNERS[(person as usize - 2).min(2)].0);
                    office.connect(phone, partner);
                    office.habit(partner, Habit::IsBusy);
                }
                office.habit(phone, Habit::IsBusy);
            }
            Does::Off => office.with(phone, |phone, now| phone.register(now, 0)),
            does => office.habit(phone, habit(does)),
        }
    }
    let outside = office.carrier("Outgoing");
    office.habit(
        outside,
        match case.outside {
            Does::Off => Habit::Refuses(480),
            Does::Busy => Habit::Refuses(486),
            does => habit(does),
        },
    );
    office.set_wrong_pins(case.wrong_pins);
    office.set_reply_takes(REPLY);
    office.set_reply(match &case.http {
        Http::Replies { status, body } => Reply::Answered {
            status: *status,
            body: body.clone(),
        },
        Http::TimesOut => Reply::TimedOut,
        Http::Fails => Reply::Failed { why: "refused" },
    });
    if case.full {
        office.messages("Office", 10_000, 0);
    }
    let caller = caller(office, case);
    office.speaks_when_recorded(caller, Duration::from_millis(case.speaks_ms));
    office.run_for(
        Duration::from_secs(20) + Duration::from_millis(case.waits_ms) - office.open_for(),
    );
}

fn habit(does: Does) -> Habit {
    match does {
        Does::AnswersAfter(seconds) => Habit::AnswersAfter(Duration::from_secs(seconds.into())),
        Does::Busy => Habit::IsBusy,
        Does::Declines => Habit::DeclinesAfter(Duration::from_secs(3)),
        Does::Off | Does::DoNotDisturb | Does::RingsOut => Habit::LetsItRing,
    }
}

fn caller(office: &SimOffice, case: &Case) -> PhoneId {
    match case.caller {
        Caller::Inside => office.desk("Anna"),
        Caller::Line(_) | Caller::Hidden => office.carrier("Incoming"),
    }
}

/// What is rehearsed.
fn rehearsal(case: &Case, at: i64) -> Rehearsal {
    let phones = case.staff.iter().map(|one| Phone {
        person: PersonId(one.person),
        device: one.device.map(DeviceId),
        does: one.does,
    });
    let is_busy = |person: i64| {
        let mut theirs = DEVICES.iter().filter(|(_, owner)| *owner == person);
        theirs.any(|one| case.does(*one) == Does::Busy)
    };
    let busy = (2..=4).filter(|person| is_busy(*person));
    let partners = busy.map(|person| {
        let partner = PARTNERS[(person as usize - 2).min(2)].1;
        Phone::of(PersonId(partner), Does::Busy)
    });
    Rehearsal {
        caller: match case.caller {
            Caller::Inside => Some("101".to_owned()),
            Caller::Line(number) => Some(number.to_owned()),
            Caller::Hidden => None,
        },
        called: (case.caller != Caller::Inside).then(|| NUMBER.to_owned()),
        acts: case.acts.clone(),
        phones: phones.chain(partners).collect(),
        outside: vec![PhoneOutside {
            number: OUTSIDE.to_owned(),
            does: case.outside,
        }],
        talks_ms: TALKS.as_millis() as u64,
        speaks_ms: case.speaks_ms,
        pins: callflow::rehearse::Pins::RightAfter(case.wrong_pins),
        http: case.http.clone(),
        modes: vec![ModeAt {
            mode: ModeId(1),
            state: if case.night { "night" } else { "day" }.to_owned(),
        }],
        full: case.full.then_some(MailboxId(1)).into_iter().collect(),
        ..Rehearsal::at(at)
    }
}

/// The call in the simulated office, and when it came in.
fn call(office: &mut SimOffice, case: &Case) -> (Told, i64) {
    let phone = caller(office, case);
    play_call(office, phone, &case.acts, |office| match case.caller {
        Caller::Inside => office.dial(phone, "200"),
        Caller::Line(number) => office.call_from_outside("Incoming", number, NUMBER),
        Caller::Hidden => office.call_in("Incoming", NUMBER, &CallIn::default()),
    })
}

/// Plays a call of a phone, and what others do about it. Gives when it came in, too.
pub fn play_call(
    office: &mut SimOffice,
    phone: PhoneId,
    acts: &[CallerAct],
    begin: impl FnOnce(&mut SimOffice) -> u32,
) -> (Told, i64) {
    let (began, at) = (office.now(), office.wall_clock());
    let told_before = office.happenings().count();
    begin(office);
    for act in acts {
        let key = act.key;
        office.after(Duration::from_millis(act.after_ms), move |office| {
            // What else is due in that moment comes first.
            office.after(Duration::ZERO, move |office| match key {
                Some(key) => office.tap(phone, key),
                None => office.hang_up(phone),
            });
        });
    }
    let ends = began + Duration::from_millis(acts.last().map_or(0, |act| act.after_ms));
    let mut seen = told_before;
    let mut picked_up = 0;
    let mut left = false;
    // Beyond the end for what a flow does when its caller is gone.
    let goes_on = |office: &SimOffice| {
        office.now() < ends + Duration::from_secs(11) || office.switch().held().walks_left > 0
    };
    while goes_on(office) && !left {
        office.run_for(Duration::from_millis(500));
        for (at, what) in since(office, seen) {
            left |= matches!(what, What::FlowLeft { .. });
            others_do(office, at, &what);
        }
        seen = office.happenings().count();
        let over = office.phone(phone).last_line().is_over();
        if over && office.now() < ends {
            break; // the office has hung up
        }
        picked_up = press_keys(office, phone, picked_up);
    }
    (told(office, phone, (began, at), told_before), at)
}

fn since(office: &SimOffice, seen: usize) -> Vec<(Instant, What)> {
    let new = office.happenings().skip(seen);
    new.map(|happening| (happening.at, happening.what.clone()))
        .collect()
}

/// What others in the office do about something that has happened.
fn others_do(office: &mut SimOffice, at: Instant, what: &What) {
    match what {
        What::CallAnswered { by, .. } => {
            let phone = match by.device {
                Some(device) => office.phone_of_device(device),
                None => outside(office).expect("a line"),
            };
            let left = at + TALKS - office.now();
            office.after(left, move |office| office.hang_up(phone));
        }
        What::RoomJoined { call, .. } => {
            let (left, call) = (at + IN_ROOM - office.now(), *call);
            office.after(left, move |office| {
                office.command(Command::RemoveMember {
                    ticket: 1,
                    room: ConferenceRoomId(1),
                    call,
                });
            });
        }
        _ => {}
    }
}

/// The telephone of whoever is called outside.
fn outside(office: &SimOffice) -> Option<PhoneId> {
    let line = office
        .switch()
        .office()
        .trunks()
        .next()
        .map(|trunk| trunk.name.clone());
    line.map(|line| office.carrier(&line))
}

/// Who has picked up and is asked for a key presses it once they have heard that.
fn press_keys(office: &mut SimOffice, caller: PhoneId, before: usize) -> usize {
    let asks = queue::TO_ACCEPT.file(Lang::En);
    let mut phones: Vec<PhoneId> = office.phones().filter(|phone| *phone != caller).collect();
    phones.extend(outside(office));
    let mut heard = Vec::new();
    for phone in phones {
        for played in office.played_to(phone) {
            let is_asked =
                |sound: &Played| matches!(sound, Played::File(file) if file.to_string() == asks);
            if played.sounds.last().is_some_and(is_asked) {
                heard.push((played.at, phone, length(&played.sounds)));
            }
        }
    }
    heard.sort_by_key(|(at, ..)| *at);
    for (at, phone, lasts) in heard.iter().skip(before).cloned() {
        let presses = at + TICK + lasts + THINKS;
        if let Some(left) = presses.checked_duration_since(office.now()) {
            office.after(left, move |office| office.tap(phone, '1'));
        }
    }
    heard.len()
}

/// How long sounds are heard, in whole moments of the office's sound.
fn length(sounds: &[Played]) -> Duration {
    let lasts = sounds.iter().map(|sound| match sound {
        Played::File(_) => FILE,
        Played::Tone(_) => TONE,
        Played::Pause(lasts) => *lasts,
    });
    let lasts: Duration = lasts.sum();
    TICK * (lasts.as_millis() / TICK.as_millis()) as u32
}

/// What the simulated office tells of the call.
fn told(office: &SimOffice, phone: PhoneId, (began, _): (Instant, i64), before: usize) -> Told {
    let after = |at: Instant| at.saturating_duration_since(began).as_millis() as u64;
    let mut told = Told::default();
    let mut ringing: Vec<(u32, String, Instant)> = Vec::new();
    let stop =
        |ringing: &mut Vec<(u32, String, Instant)>, leg: u32, at: Instant, end: Option<RingEnd>| {
            let found = ringing.iter().position(|(ring, ..)| *ring == leg)?;
            let (_, who, since) = ringing.remove(found);
            Some(ring_words(
                after(since),
                after(at) - after(since),
                &who,
                end,
            ))
        };
    let mut left = false;
    for (at, what) in since(office, before) {
        match what {
            What::FlowStep { step, .. } => told.steps.push(step),
            What::FlowLeft { .. } => {
                told.ended = "left".to_owned();
                left = true;
            }
            _ if left => {}
            What::DeviceCalled { leg, to, .. } => {
                let who = match to.device {
                    Some(device) => format!("telephone {device}"),
                    None => "outside".to_owned(),
                };
                ringing.push((leg, who, at));
            }
            What::DeviceStopped { leg, reason, .. } => {
                let end = match reason {
                    StopReason::RangOut => Some(RingEnd::NoAnswer),
                    StopReason::Busy => Some(RingEnd::Busy),
                    StopReason::Declined => Some(RingEnd::Declined),
                    StopReason::Unreachable | StopReason::Refused(_) => Some(RingEnd::Unreachable),
                    _ => None,
                };
                told.rings.extend(stop(&mut ringing, leg, at, end));
            }
            What::CallAnswered { leg, .. } => {
                told.rings
                    .extend(stop(&mut ringing, leg, at, Some(RingEnd::Answered)));
            }
            What::CallEnded { reason, by, .. } if told.ended.is_empty() => {
                let gone = told
                    .steps
                    .last()
                    .is_some_and(|step| step.leg.as_deref() == Some("callerHungUp"));
                let by_caller =
                    by.is_some_and(|by| match office.phones().any(|other| other == phone) {
                        true => by
                            .device
                            .is_some_and(|device| office.phone_of_device(device) == phone),
                        false => by.line == Some(office.line("Incoming")),
                    });
                told.ended = match reason {
                    EndReason::CallerGaveUp => "hung up by the caller".to_owned(),
                    EndReason::HungUp if by_caller || gone => "hung up by the caller".to_owned(),
                    _ => "hung up by the office".to_owned(),
                };
            }
            _ => {}
        }
    }
    told.rings.sort();
    let mut heard: Vec<(u64, Option<String>)> = Vec::new();
    for played in office.played_to(phone) {
        let words: Vec<String> = played
            .sounds
            .iter()
            .map(|sound| live_words(office, sound))
            .collect();
        let is_tone = matches!(played.sounds.as_slice(), [Played::Tone(tone)] if tone.repeats);
        let is_over = words.is_empty() && !played.repeats;
        if played.at < began || played.over {
            continue;
        }
        let what = (!is_tone && !is_over).then(|| heard_words(&words, played.repeats));
        // What is heard for no time is not heard.
        match heard.last_mut().filter(|(at, _)| *at == after(played.at)) {
            Some((_, last)) => *last = what,
            None => heard.push((after(played.at), what)),
        }
    }
    let heard = heard.into_iter();
    told.hears = heard.filter_map(|(at, what)| Some((at, what?))).collect();
    told.hears
        .dedup_by(|next, last| next.1 == "music" && last.1 == "music");
    told
}

fn heard_words(words: &[String], repeats: bool) -> String {
    match (words, repeats) {
        ([], _) => "music".to_owned(),
        (words, true) => format!("again and again: {}", words.join(", ")),
        (words, false) => words.join(", "),
    }
}

fn live_words(office: &SimOffice, sound: &Played) -> String {
    let file = match sound {
        Played::File(file) => file.to_string(),
        Played::Tone(_) => return "beep".to_owned(),
        Played::Pause(lasts) => return format!("pause {}", lasts.as_millis()),
    };
    if let Some(spoken) = office.speech_of(&file) {
        return spoken.to_owned();
    }
    match file.split_once('/') {
        Some(("clips", name)) => format!("clip {}", name.rsplit('-').next().unwrap_or_default()),
        Some(("messages", _)) => "their message".to_owned(),
        _ => file,
    }
}

fn ring_words(from: u64, lasts: u64, who: &str, end: Option<RingEnd>) -> String {
    format!("{from:>6} ms for {lasts} ms: {who}, {end:?}")
}

impl Told {
    fn rehearsed(done: &Rehearsed) -> Told {
        let rings = done.rings.iter().filter_map(|rang| {
            let who = match (&rang.target, rang.device) {
                (RingTarget::Outside { .. }, _) => "outside".to_owned(),
                (_, Some(device)) => format!("telephone {device}"),
                (_, None) => return None, // nobody could be rung
            };
            Some(ring_words(rang.at_ms, rang.for_ms, &who, rang.end))
        });
        let long = done.hears.iter().filter(|heard| heard.for_ms > 0);
        let hears = long.filter_map(|heard| {
            let words = |sounds: &[Sound]| sounds.iter().map(words).collect::<Vec<_>>();
            let what = match &heard.waiting {
                None => heard_words(&words(&heard.sounds), false),
                Some(Hears::Music(_)) => "music".to_owned(),
                Some(Hears::Sounds(sounds)) => heard_words(&words(sounds), true),
                Some(Hears::Ringback | Hears::Silence) => return None,
            };
            Some((heard.at_ms, what))
        });
        let ended = match &done.ended {
            Ended::CallerHungUp => "hung up by the caller".to_owned(),
            Ended::LeftFor { .. } => "left".to_owned(),
            Ended::StillThere => "still there".to_owned(),
            Ended::HungUp { .. } => "hung up by the office".to_owned(),
        };
        let mut rings: Vec<String> = rings.collect();
        rings.sort();
        Told {
            steps: done.steps.clone(),
            hears: {
                let mut hears: Vec<(u64, String)> = hears.collect();
                hears.dedup_by(|next, last| next.1 == "music" && last.1 == "music");
                hears
            },
            rings,
            ended,
        }
    }

    /// Without what is heard when the flow is over.
    fn until(mut self, ended_ms: u64) -> Told {
        self.hears.retain(|(at, _)| *at < ended_ms);
        self
    }
}

fn words(sound: &Sound) -> String {
    match sound {
        Sound::Uploaded { .. } => "sounds/hello".to_owned(),
        Sound::Phrase { file, .. } => file.clone(),
        Sound::Speech(speech) | Sound::Name { speech, .. } => speech.text.clone(),
        Sound::Clip { clip } => format!("clip {clip}"),
        Sound::OfMailbox { greeting, .. } => format!("{greeting:?} of a mailbox"),
        Sound::OwnMessage { .. } => "their message".to_owned(),
        Sound::Beep => "beep".to_owned(),
        Sound::Silence { ms } => format!("pause {ms}"),
    }
}
