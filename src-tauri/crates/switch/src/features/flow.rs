//! A call walks through a call flow: what happens to its caller is told to the walk, and what the walk
//! wants done is done by the features that do it for every call. The walk decides everything; nothing
//! here knows a kind of node.
//!
//! The walk stays with the call while its caller is rung for, talks, leaves a message or sits in a
//! room, and goes on from there. A caller is answered no earlier than the walk wants it.

mod acts;
mod hears;
mod queue;
mod rings;
mod screens;

use crate::{
    call::Activity,
    features::{
        attend::{self, Heard, Service},
        emergency, listen_in, recording,
    },
    flows::CallFlows,
    gate::ForwardedBecause,
    happening::{CallSide, EndReason, MediaWay, Party, What},
    io::RecordAction,
    leg::LegId,
    questions::{Answer, PinIs, Question, QuestionId},
    switch::Switch,
};
use acts::follow;
use bytes::Bytes;
use callflow::{
    Act, CallFacts, Event, Hears, Speech, TraceStep, Walk,
    queues::QueueId,
    walk::{About, CallerId, ClipId, ParkEnd, PersonNow, PinVerdict, Presence, Reply, RingEnd},
};
use office::{CallId, Coming, FlowId, Language, Office, PersonId, PinSetId, SoundName, WantsState};
use rand_core::RngCore;
use rings::Rounds;
use rtp_packet::Digit;
use screens::{Screen, Screening};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

pub(crate) use queue::{bring, look_for_turns, on_key as on_key_in_queue};
pub(crate) use rings::{on_due, on_refused, on_round_over, on_taken_over};
pub(crate) use screens::{
    begins as is_screened, on_key as on_screen_key, on_played as on_whispered,
};

/// Whether a person is the caller who walks.
pub(crate) fn is_caller(switch: &Switch, call: CallId, person: PersonId) -> bool {
    of(switch, call).is_some_and(|walking| switch.party(walking.caller).person == Some(person))
}

/// The number that the step of a flow wants shown, while it rings somebody.
pub(crate) fn caller_id(switch: &Switch, call: CallId) -> Option<&CallerId> {
    of(switch, call).map(|walking| walking.rounds.caller_id())
}

/// Why a call that was for the office goes on to a number outside.
pub(crate) fn forwarded_because(switch: &Switch, call: CallId) -> ForwardedBecause {
    let missed_before = switch.calls.get(&call).and_then(|state| state.missed);
    match of(switch, call).map_or(missed_before, |walking| walking.missed) {
        Some(RingEnd::NoAnswer) => ForwardedBecause::NoAnswer,
        Some(RingEnd::Busy) => ForwardedBecause::Busy,
        Some(RingEnd::Declined) => ForwardedBecause::Declined,
        Some(RingEnd::Unreachable) => ForwardedBecause::Unreachable,
        Some(RingEnd::Answered) | None => match switch.coming(call) {
            Coming::Closed(_) => ForwardedBecause::Closed,
            Coming::Unanswered | Coming::Busy => ForwardedBecause::Always,
        },
    }
}

/// A caller's walk through the flows, and what belongs to it.
#[derive(Debug)]
pub(crate) struct Walking {
    walk: Walk,
    flows: Arc<CallFlows>,
    /// The flow that was dialled.
    flow: FlowId,
    caller: LegId,
    awaits: Awaits,
    /// The office itself is shown as who the caller is with.
    shown: bool,
    /// What the caller has recorded in this call.
    clips: BTreeMap<ClipId, SoundName>,
    /// What is to be heard once its words are there, if nothing else is heard by then.
    hears_later: Option<(QuestionId, Speech, Hears)>,
    /// Texts rendered for this call; `None` for one that could not be.
    spoken: BTreeMap<Speech, Option<SoundName>>,
    rounds: Rounds,
    screen: Screen,
    /// Who has answered and hears something before they talk with the caller.
    screening: Vec<Screening>,
    /// What came of the telephone that rang last and was not answered.
    missed: Option<RingEnd>,
    label: Label,
    /// Talks are recorded from here on.
    records: bool,
    /// Who hung up after talking with the caller.
    left_by: Option<Party>,
    /// What was asked of another program after the caller had gone.
    asked: Option<QuestionId>,
    /// The walk is being told something; what happens meanwhile is told after it.
    telling: bool,
    untold: VecDeque<Event>,
}

/// What a caller is to say, and until when.
#[derive(Clone, Copy, Debug)]
struct Clip {
    clip: ClipId,
    max: Duration,
    /// The key that ends it, if one does.
    stop: Option<Digit>,
}

/// What the walk has been promised to be told.
#[derive(Debug, Default)]
enum Awaits {
    /// Nothing but keys and the end of a wait.
    #[default]
    Nothing,
    /// That what is said has been said.
    Said {
        interruptible: bool,
    },
    /// The tone is heard; then this clip is recorded.
    Tone(Clip),
    Clip(ClipId),
    Ring,
    Message,
    Room,
    Park,
    Reply(QuestionId),
    Pin(QuestionId, PinSetId),
    /// A text is being rendered; then this is done.
    Speech(QuestionId, Speech, Box<Act>),
}

impl Awaits {
    /// The question whose answer it is.
    fn question(&self) -> Option<QuestionId> {
        match self {
            Awaits::Reply(asked) | Awaits::Pin(asked, _) | Awaits::Speech(asked, ..) => {
                Some(*asked)
            }
            _ => None,
        }
    }
}

/// How telephones that ring show the call.
#[derive(Clone, Debug, Default)]
struct Label {
    /// Stands before the caller's name.
    prefix: String,
    alert: callflow::walk::Alert,
}

/// A caller comes into a flow. Their telephone may be up already.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    caller: LegId,
    flow: FlowId,
    offer: Option<Bytes>,
) {
    if let Some(offer) = offer {
        switch.keep_description(caller, &offer);
    }
    let party = switch.party(caller);
    let number = Some(party.number).filter(|number| !number.is_empty());
    let flows = Arc::clone(&switch.flows);
    let program = flows.program(flow, number.as_deref(), &switch.office());
    let Some(state) = switch.calls.get(&call) else {
        return;
    };
    let facts = CallFacts {
        call: call.to_string(),
        caller_number: number,
        caller_name: Some(party.name).filter(|name| !name.is_empty()),
        internal: party.person.is_some(),
        called_number: state.dialled.clone(),
        flow: Some(flow),
        began_unix_ms: switch.unix_ms(),
        coming: state.coming,
        seed: switch.chance.next_u64(),
    };
    let mut walk = Walk::begin(program, Arc::clone(&flows.flows), facts);
    walk.set_on_the_way(&state.xform.variables);
    let walking = Walking {
        walk,
        flows,
        flow,
        caller,
        awaits: Awaits::Nothing,
        shown: false,
        clips: BTreeMap::new(),
        hears_later: None,
        spoken: BTreeMap::new(),
        rounds: Rounds::default(),
        screen: Screen::default(),
        screening: Vec::new(),
        missed: None,
        label: Label::default(),
        records: false,
        left_by: None,
        asked: None,
        telling: false,
        untold: VecDeque::new(),
    };
    if let Some(state) = switch.calls.get_mut(&call) {
        state.walk = Some(Box::new(walking));
    }
    attend::stay_in_flow(switch, call, caller, flow);
    tell(switch, call, Event::Began);
}

/// Something is heard of a caller to whom the flow itself attends.
pub(crate) fn on_heard(switch: &mut Switch, call: CallId, heard: Heard) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    let event = match (heard, &walking.awaits) {
        (Heard::Said, Awaits::Said { .. }) => {
            walking.awaits = Awaits::Nothing;
            Event::Said
        }
        (Heard::Said, Awaits::Tone(clip)) => {
            let clip = *clip;
            return hears::record(switch, call, clip);
        }
        // A key ends a recording, and is not told.
        (Heard::Key(_), Awaits::Tone(_) | Awaits::Clip(_)) => return,
        (Heard::Key(digit), _) if matches!(digit.key(), '0'..='9' | '*' | '#') => {
            Event::Key(digit.key())
        }
        (Heard::TimeUp, _) => Event::TimeUp,
        (Heard::Recorded { lasts, .. }, Awaits::Clip(clip)) => {
            let clip = *clip;
            walking.awaits = Awaits::Nothing;
            Event::Recorded { clip, lasts }
        }
        _ => return,
    };
    tell(switch, call, event);
}

/// Whether a key leaves what a caller hears as it is.
pub(crate) fn hears_on(switch: &Switch, call: CallId) -> bool {
    let in_flow = switch
        .calls
        .get(&call)
        .is_some_and(|state| match &state.activity {
            Activity::Attending(attending) => attending.is_in_flow(),
            _ => false,
        });
    let awaits = of(switch, call).map(|walking| &walking.awaits);
    in_flow
        && !matches!(
            awaits,
            Some(Awaits::Said {
                interruptible: true
            })
        )
}

/// Somebody has answered one of the telephones that rang for a flow.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    let records = walking.records || walking.rounds.records;
    let caller = walking.caller;
    walking.shown = false;
    walking.rounds = Rounds::default();
    switch.count_for(call, [caller, leg]);
    queue::on_answered(switch, call, leg);
    if records {
        // What may not be recorded is not; the call goes on.
        let _ = recording::on_command(switch, call, RecordAction::Start);
    }
}

/// One side of a talk is gone. `true`: the other one came through a flow, which goes on with them.
pub(crate) fn takes_back(
    switch: &mut Switch,
    call: CallId,
    (left, side): (LegId, CallSide),
    reason: EndReason,
    other: LegId,
) -> bool {
    let by = switch.party(left);
    let Some(walking) = of_mut(switch, call) else {
        return false;
    };
    if side != CallSide::Callee || !matches!(walking.awaits, Awaits::Ring) || walking.walk.is_over()
    {
        return false;
    }
    let person = by.person;
    walking.caller = other;
    walking.awaits = Awaits::Nothing;
    walking.left_by = (reason == EndReason::HungUp).then_some(by);
    let flow = walking.flow;
    recording::on_left(switch, call);
    listen_in::on_left(switch, call);
    switch.end_relay(call);
    switch.close_ports(left);
    hears::quiet(switch, call); // they may have been held
    queue::on_talk_over(switch, call);
    let caller = switch.party(other).person;
    switch.count_persons(call, caller.into_iter().collect());
    attend::stay_in_flow(switch, call, other, flow);
    let end = RingEnd::Answered;
    tell(switch, call, Event::RingEnded { end, by: person });
    true
}

/// A service is done with a caller. `true`: it attended to them for a flow, which goes on.
pub(crate) fn goes_on_after(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    service: &Service,
) -> bool {
    let Some(walking) = of_mut(switch, call) else {
        return false;
    };
    let event = match (service, &walking.awaits) {
        (Service::LeaveMessage(service), Awaits::Message) => Event::MessageLeft(service.came_to()),
        (Service::JoinRoom(service), Awaits::Room) => Event::RoomLeft(service.came_to()),
        _ => return false,
    };
    walking.awaits = Awaits::Nothing;
    walking.caller = leg;
    let flow = walking.flow;
    crate::rooms::leave(switch, call);
    attend::stay_in_flow(switch, call, leg, flow);
    tell(switch, call, event);
    true
}

/// A caller no longer waits in a slot: somebody has fetched them, or the flow goes on with them.
pub(crate) fn on_park_over(switch: &mut Switch, call: CallId, end: ParkEnd) {
    let waits = |walking: &&mut Walking| matches!(walking.awaits, Awaits::Park);
    let Some(walking) = of_mut(switch, call).filter(waits) else {
        return;
    };
    walking.awaits = Awaits::Nothing;
    let (caller, flow) = (walking.caller, walking.flow);
    if end == ParkEnd::TimeUp {
        hears::quiet(switch, call);
        attend::stay_in_flow(switch, call, caller, flow);
    }
    tell(switch, call, Event::ParkEnded(end));
    if end == ParkEnd::Fetched {
        switch.tell(What::FlowLeft { call, flow });
    }
}

/// The call is over: the walk may want to tell others of it.
pub(crate) fn on_call_ended(switch: &mut Switch, call: CallId) {
    queue::leave(switch, call);
    queue::on_talk_over(switch, call);
    let walking = switch
        .calls
        .get_mut(&call)
        .and_then(|state| state.walk.take());
    let Some(mut walking) = walking else {
        return;
    };
    for sound in std::mem::take(&mut walking.clips).into_values() {
        switch.ask(call, Question::DropSound(sound));
    }
    let acts = ask_walk(switch, &mut walking, Event::CallerHungUp);
    after_the_end(switch, call, walking, acts);
}

/// Those who keep things have answered a walk whose caller is gone.
pub(crate) fn on_told_later(switch: &mut Switch, call: CallId, id: QuestionId, answer: &Answer) {
    // What was asked while they were there may be answered now, too.
    let waits = switch.walks_left.get(&call).map(|walking| walking.asked);
    if waits != Some(Some(id)) {
        return;
    }
    let Some(mut walking) = switch.walks_left.remove(&call) else {
        return;
    };
    let acts = ask_walk(switch, &mut walking, Event::Replied(reply(answer)));
    after_the_end(switch, call, walking, acts);
}

/// Does what can be done for a caller who is gone, until a reply is waited for.
fn after_the_end(switch: &mut Switch, call: CallId, mut walking: Box<Walking>, acts: Vec<Act>) {
    walking.asked = None;
    for act in acts {
        match act {
            Act::Trace { revision, step } => tell_step(switch, call, revision, step),
            Act::Notify { channels, text } => {
                switch.ask(call, Question::Notify { channels, text });
            }
            Act::Request(request) => {
                walking.asked = switch.ask_for(call, Question::Request(Box::new(request)));
            }
            _ => {}
        }
    }
    if let Some(asked) = walking.asked.filter(|_| !walking.walk.is_over()) {
        walking.awaits = Awaits::Reply(asked);
        switch.walks_left.insert(call, walking);
    }
}

/// Tells the walk what happened and does what it wants, until it waits for something.
pub(crate) fn tell(switch: &mut Switch, call: CallId, event: Event) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    walking.untold.push_back(event);
    if std::mem::replace(&mut walking.telling, true) {
        return; // whoever tells it something now goes on with this
    }
    while let Some(event) = of_mut(switch, call).and_then(|walking| walking.untold.pop_front()) {
        let walking = switch
            .calls
            .get_mut(&call)
            .and_then(|state| state.walk.take());
        let Some(mut walking) = walking else {
            return;
        };
        let acts = ask_walk(switch, &mut walking, event);
        if let Some(state) = switch.calls.get_mut(&call) {
            state.walk = Some(walking);
        }
        for act in acts {
            let event = follow(switch, call, act);
            if let Some(walking) = of_mut(switch, call) {
                walking.untold.extend(event);
            }
        }
    }
    if let Some(walking) = of_mut(switch, call) {
        walking.telling = false;
    }
}

fn ask_walk(switch: &Switch, walking: &mut Walking, event: Event) -> Vec<Act> {
    about(switch, |about| walking.walk.on(about, event))
}

/// What may be known of the moment.
pub(super) fn about<T>(switch: &Switch, ask: impl FnOnce(&About<'_>) -> T) -> T {
    let office = switch.office();
    ask(&About {
        unix_ms: switch.unix_ms(),
        steady_ms: switch.steady_ms(),
        office: &office,
        presence: switch,
    })
}

/// Those who keep things have answered. What was asked for something that is over is nobody's answer.
pub(crate) fn on_told(switch: &mut Switch, call: CallId, id: QuestionId, answer: Answer) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    if let Some((_, speech, hears)) = walking.hears_later.take_if(|(asked, ..)| *asked == id) {
        walking.spoken.insert(speech, sound_of(answer));
        follow(switch, call, Act::Hear(hears));
        return;
    }
    if walking.awaits.question() != Some(id) {
        return;
    }
    let event = match (std::mem::take(&mut walking.awaits), answer) {
        (Awaits::Reply(_), answer @ (Answer::Replied(_) | Answer::Failed(_))) => {
            Event::Replied(reply(&answer))
        }
        // What could not be looked up was no wrong try.
        (Awaits::Pin(..), Answer::Failed(_)) => Event::PinChecked(PinVerdict::Wrong),
        (Awaits::Pin(_, pin_set), Answer::Pin(is)) => {
            let key = (pin_set, switch.party(walking_caller(switch, call)).number);
            let right = matches!(is, PinIs::Right | PinIs::Host);
            let now = switch.now();
            Event::PinChecked(match right {
                true => {
                    switch.set_lock.forgive(&key);
                    PinVerdict::Right
                }
                false => {
                    switch.set_lock.count(&key, now);
                    match switch.set_lock.is_locked(&key, now) {
                        true => PinVerdict::Locked,
                        false => PinVerdict::Wrong,
                    }
                }
            })
        }
        (Awaits::Speech(_, speech, act), answer @ (Answer::Spoken(_) | Answer::Failed(_))) => {
            walking.spoken.insert(speech, sound_of(answer));
            if let Some(event) = follow(switch, call, *act) {
                tell(switch, call, event);
            }
            return;
        }
        (awaits, _) => {
            walking.awaits = awaits;
            return;
        }
    };
    tell(switch, call, event);
}

fn walking_caller(switch: &Switch, call: CallId) -> LegId {
    of(switch, call).map_or(LegId(0), |walking| walking.caller)
}

/// The sound of a text, if it could be spoken.
fn sound_of(answer: Answer) -> Option<SoundName> {
    match answer {
        Answer::Spoken(sound) => Some(sound),
        _ => None,
    }
}

fn reply(answer: &Answer) -> Reply {
    match answer {
        Answer::Replied(reply) => reply.clone(),
        _ => Reply::Failed { why: "failed" },
    }
}

fn tell_step(switch: &mut Switch, call: CallId, revision: u64, step: TraceStep) {
    switch.tell(What::FlowStep {
        call,
        revision,
        step,
    });
}

pub(crate) fn of(switch: &Switch, call: CallId) -> Option<&Walking> {
    switch.calls.get(&call)?.walk.as_deref()
}

fn of_mut(switch: &mut Switch, call: CallId) -> Option<&mut Walking> {
    switch.calls.get_mut(&call)?.walk.as_deref_mut()
}

impl Presence for Switch {
    fn person(&self, person: PersonId) -> PersonNow {
        let office = self.office();
        let wants = office
            .person(person)
            .map(|found| found.wants.at(self.unix_ms()));
        let reachable = self.is_online(person);
        // A call for help is counted for nobody, and is one.
        let free = self.admission.is_free(person) && !emergency::is_calling(self, person);
        PersonNow {
            reachable,
            free: reachable && free,
            do_not_disturb: wants == Some(WantsState::DoNotDisturb),
            away: wants == Some(WantsState::Away),
        }
    }

    fn waiting(&self, queue: &QueueId) -> u32 {
        self.queues.waiting(queue)
    }
}

/// The language a caller has heard in their flow so far, if it has set one.
pub(crate) fn language(switch: &Switch, call: CallId) -> Option<&Language> {
    of(switch, call)?.walk.language()
}

/// A flow as the other party.
pub(crate) fn party(office: &Office, flow: FlowId) -> Party {
    let found = office.flow(flow);
    let number = found.and_then(|flow| flow.number.as_ref());
    Party {
        person: None,
        device: None,
        name: found.map_or_else(String::new, |flow| flow.name.clone()),
        number: number.map_or_else(String::new, |number| number.as_str().to_owned()),
        ..Party::default()
    }
}

/// Whether the sound of a caller comes to the office, which can speak to them at once.
pub(crate) fn is_with_us(switch: &Switch, leg: LegId) -> bool {
    let Some(leg) = switch.legs.get(&leg) else {
        return false;
    };
    let agreed = |leg: &crate::leg::Leg| {
        crate::sound_format::agreed(leg.ours.as_ref()?, leg.theirs.as_ref()?)
    };
    leg.way == MediaWay::Relayed && leg.ports.is_some() && agreed(leg).is_some()
}
