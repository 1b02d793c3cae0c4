//! One caller's walk through the flows: events in, acts out.
//!
//! [`Walk::on`] takes what has happened and gives what is to be done, in order. Whoever runs it (the
//! switch, the rehearsal, the proof) does it and tells what came of it. A walk never panics and never
//! leaves a caller in silence: what a node cannot do goes to its own outcome for failures, then to the
//! flow's node for failures, then to the flow's last resort, then to everybody's telephone, then to
//! the office's mailbox, then to a sentence and a goodbye.

mod act;
mod event;
mod glimpse;
mod last_resort;
mod trace;
mod turn;

pub use act::{
    Act, Alert, CallerId, Channel, ClipId, EndCause, HeaderPart, HttpMethod, HttpRequest,
    RingTarget, RoomRole, SecretPart, Strategy, Switch,
};
pub use event::{Event, InQueue, MessageEnd, ParkEnd, PinVerdict, Reply, RingEnd, RoomEnd};
pub(crate) use glimpse::{Leads, fails_to, glimpse, leads, passes_by};
pub(crate) use last_resort::bad_target;
pub use trace::{REASONS, Reason, TraceEvent, TraceStep};
pub(crate) use turn::{BUILT_IN, MASKED, Turn};

use crate::catalogue::{Class, Fallback};
use crate::kinds::{Node, State};
use crate::limits::{MAX_DEPTH, MAX_KEYS_KEPT, MAX_VISITS};
use crate::program::{Flows, Program, Step};
use crate::queues::QueueId;
use crate::target::Target;
use crate::value::Value;
use last_resort::LastResort;
use office::{Coming, Dialled, FlowId, Language, ModeId, Office, PersonId, TimeZone};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a walk may know of the moment.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The time, in milliseconds since 1970 (UTC).
    pub unix_ms: i64,
    /// The same, but that it goes on evenly when somebody sets the clock: for how long something lasts.
    pub steady_ms: i64,
    /// The office as it is now.
    pub office: &'a Office,
    /// Who can be reached now.
    pub presence: &'a dyn Presence,
}

/// Who can be reached now.
pub trait Presence {
    /// A person of the office.
    fn person(&self, person: PersonId) -> PersonNow;

    /// What a mode of the office is taken to be set to; `None` for what it is set to.
    fn mode(&self, _mode: ModeId) -> Option<&str> {
        None
    }

    /// How many callers wait in a queue.
    fn waiting(&self, _queue: &QueueId) -> u32 {
        0
    }
}

/// How a person is right now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PersonNow {
    /// A telephone of theirs can be rung.
    pub reachable: bool,
    /// They are on no call.
    pub free: bool,
    /// They want no calls.
    pub do_not_disturb: bool,
    /// They are not there.
    pub away: bool,
}

/// What is known of a call when it comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CallFacts {
    /// The call, as `call.id` names it.
    pub call: String,
    /// The caller's number; `None` if they hide it or have none.
    pub caller_number: Option<String>,
    /// The caller's name, if they give one.
    pub caller_name: Option<String>,
    /// Whether the caller belongs to the office.
    pub internal: bool,
    /// The number they called.
    pub called_number: String,
    /// The flow they came to, where it is kept already.
    pub flow: Option<FlowId>,
    /// When they came in, in milliseconds since 1970 (UTC).
    pub began_unix_ms: i64,
    /// Why they come here: whether something is closed that they called.
    pub coming: Coming,
    /// Whatever this call draws by lot follows from this.
    pub seed: u64,
}

/// One caller's walk.
#[derive(Clone, Debug)]
pub struct Walk {
    call: Call,
    frames: Vec<Frame>,
    phase: Phase,
}

/// What holds for the whole call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    flows: Arc<Flows>,
    facts: CallFacts,
    /// The caller's telephone has been answered.
    answered: bool,
    /// The caller has hung up.
    gone: bool,
    /// Whether they come outside the opening hours, as those say that were asked last.
    coming: Coming,
    language: Option<Language>,
    voice: Option<String>,
    zone: Option<TimeZone>,
    /// Keys pressed before anybody asked for them.
    keys: String,
    steps: u32,
    /// How often the caller came to a node since they last did anything.
    visits: BTreeMap<(usize, Option<FlowId>, usize), u8>,
    seq: u32,
    dice: u64,
    clips: u32,
    /// The caller waits in a queue, or may.
    queued: bool,
}

/// A flow a caller is in; the last one is where they are, the others wait for it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    program: Arc<Program>,
    flow: Option<FlowId>,
    at: usize,
    state: State,
    variables: BTreeMap<String, Value>,
    counts: BTreeMap<usize, u32>,
    /// It has gone to its node for failures already.
    failed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    NotBegun,
    InFlow,
    /// Everything has failed; see [`last_resort`].
    AtLast(LastResort),
    Over,
}

/// What comes next when a node has done something.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// It waits for an event.
    Stay,
    /// The caller leaves by this outcome.
    Leave(Cow<'static, str>),
    /// It could not do what it should.
    Fail(Reason),
    /// The call ends.
    End(EndCause),
    /// The call leaves the flow, with these variables set on the way.
    Goto(Target, Map<String, Json>),
    /// The call has left for this, which exists.
    Away(Target),
    /// The flow ends and gives its caller this outcome.
    Return(String),
    /// Another flow runs and comes back.
    Run {
        flow: FlowId,
        program: Arc<Program>,
        inputs: Vec<(String, Value)>,
    },
    /// Somebody of the office has the call from here on, by this outcome; nothing is left to do.
    HandedOver(&'static str),
    /// The caller comes to a node.
    Enter(usize),
    /// No flow can go on.
    LastResort,
}

impl Next {
    pub(crate) fn leave(outcome: impl Into<Cow<'static, str>>) -> Self {
        Self::Leave(outcome.into())
    }
}

impl Walk {
    /// A caller who is about to come in; tell [`Event::Began`] next. The `flows` are those the call
    /// keeps, whatever is published while it lasts.
    #[must_use]
    pub fn begin(program: Arc<Program>, flows: Arc<Flows>, facts: CallFacts) -> Self {
        let flow = facts.flow;
        Self {
            call: Call {
                dice: facts.seed,
                flows,
                coming: facts.coming,
                facts,
                answered: false,
                gone: false,
                language: None,
                voice: None,
                zone: None,
                keys: String::new(),
                steps: 0,
                visits: BTreeMap::new(),
                seq: 0,
                clips: 0,
                queued: false,
            },
            frames: vec![Frame::new(program, flow)],
            phase: Phase::NotBegun,
        }
    }

    /// Takes what has happened and gives what is to be done, in order.
    pub fn on(&mut self, about: &About<'_>, event: Event) -> Vec<Act> {
        let mut acts = Vec::new();
        match event {
            _ if self.phase == Phase::Over => {}
            Event::CallerHungUp => self.on_hung_up(about, &mut acts),
            Event::Began if self.phase == Phase::NotBegun => {
                self.phase = Phase::InFlow;
                let next = self.open();
                self.follow(about, &mut acts, next);
            }
            _ if self.phase == Phase::NotBegun => {}
            event => self.on_event(about, &mut acts, &event),
        }
        acts
    }

    /// Whether nothing more will come of it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Whether the caller's telephone has been answered.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.call.answered
    }

    /// Why the caller would come to a mailbox now, if nobody has been called for them.
    #[must_use]
    pub fn coming(&self) -> Coming {
        self.call.coming
    }

    /// The language the caller hears, where a flow has set one.
    #[must_use]
    pub fn language(&self) -> Option<&Language> {
        self.call.language.as_ref()
    }

    fn on_event(&mut self, about: &About<'_>, acts: &mut Vec<Act>, event: &Event) {
        match event {
            Event::Key(_) => self.call.visits.clear(),
            Event::RingEnded {
                end: RingEnd::Answered,
                ..
            } => {
                self.call.answered = true;
                self.call.visits.clear();
            }
            _ => {}
        }
        let next = match self.phase {
            Phase::AtLast(at) if at != LastResort::Named => self.on_at_last(about, acts, at, event),
            _ => self.on_at_node(about, acts, event),
        };
        self.follow(about, acts, next);
    }

    /// Something happens while the caller is at a node.
    fn on_at_node(&mut self, about: &About<'_>, acts: &mut Vec<Act>, event: &Event) -> Next {
        let Some(frame) = self.frames.last_mut() else {
            return Next::LastResort;
        };
        let program = Arc::clone(&frame.program);
        let Some(step) = program.step(frame.at) else {
            return Next::LastResort;
        };
        let mut state = std::mem::take(&mut frame.state);
        if let Event::RingEnded { end, by } = event {
            let leg = trace::leg(*end, *by);
            acts.push(self.call.trace(about, Some(frame), &step.id, leg));
        }
        let mut turn = Turn::new(about, &mut self.call, frame, step, acts);
        let next = step.does.on(&mut state, &mut turn, event);
        frame.state = state;
        next
    }

    /// Goes on until a node waits for something or the call has left.
    fn follow(&mut self, about: &About<'_>, acts: &mut Vec<Act>, mut next: Next) {
        loop {
            next = match next {
                Next::Stay => return,
                Next::Enter(at) => self.enter(about, acts, at),
                Next::Leave(outcome) => self.leave(about, acts, &outcome),
                Next::Fail(reason) => self.fail(about, acts, reason),
                Next::Goto(target, set) => self.go_to(about, acts, target, &set),
                Next::Away(target) => return self.end_with(acts, Act::Goto { target }),
                Next::Return(name) => self.give_back(&name),
                Next::Run {
                    flow,
                    program,
                    inputs,
                } => self.run(flow, program, inputs),
                Next::HandedOver(outcome) => {
                    let _ = self.leave(about, acts, outcome);
                    self.phase = Phase::Over;
                    return;
                }
                Next::LastResort => self.begin_last_resort(about, acts),
                Next::End(cause) => return self.end_with(acts, Act::End { cause }),
            };
        }
    }

    /// The last act; nothing more is done for somebody who has hung up.
    fn end_with(&mut self, acts: &mut Vec<Act>, act: Act) {
        self.leave_queue(acts);
        if !self.call.gone {
            acts.push(act);
        }
        self.phase = Phase::Over;
    }

    /// Whoever goes on, or is lost, waits no longer.
    fn leave_queue(&mut self, acts: &mut Vec<Act>) {
        if std::mem::take(&mut self.call.queued) {
            acts.push(Act::LeaveQueue);
        }
    }

    /// The caller comes into the flow on top.
    fn open(&mut self) -> Next {
        let Some(frame) = self.frames.last() else {
            return Next::LastResort;
        };
        if let Some(language) = &frame.program.language {
            self.call.language = Some(language.clone());
        }
        if frame.program.zone.is_some() {
            self.call.zone = frame.program.zone;
        }
        match frame.program.entry {
            Some(entry) => Next::Enter(entry),
            None => Next::Fail(Reason::new("noEntry")),
        }
    }

    fn enter(&mut self, about: &About<'_>, acts: &mut Vec<Act>, at: usize) -> Next {
        self.leave_queue(acts);
        let depth = self.frames.len();
        let most = self.frames.first().map_or(0, |root| root.program.max_steps);
        let Some(frame) = self.frames.last_mut() else {
            return Next::LastResort;
        };
        frame.at = at;
        frame.state = State::Nothing;
        let program = Arc::clone(&frame.program);
        let Some(step) = program.step(at) else {
            return Next::LastResort;
        };
        acts.push(
            self.call
                .trace(about, Some(frame), &step.id, TraceEvent::Enter),
        );
        self.call.steps += 1;
        if self.call.steps > most {
            let reason = Reason::new("tooManySteps").with("steps", most);
            acts.push(self.call.fault(about, Some(frame), &step.id, reason));
            return Next::LastResort;
        }
        // A `loop` counts for itself, and ends.
        if !matches!(step.does, Node::Loop(_)) {
            let visits = self.call.visits.entry((depth, frame.flow, at)).or_default();
            *visits += 1;
            if *visits > MAX_VISITS {
                self.call.visits.clear();
                return Next::Fail(Reason::new("tooManyVisits").with("visits", MAX_VISITS));
            }
        }
        if step.disabled {
            return pass_by(step);
        }
        let kind = step.does.kind();
        if self.call.gone && kind.is_some_and(|kind| !kind.quiet) {
            self.phase = Phase::Over;
            return Next::Stay;
        }
        let mut state = State::Nothing;
        let mut turn = Turn::new(about, &mut self.call, frame, step, acts);
        let next = step.does.enter(&mut state, &mut turn);
        frame.state = state;
        next
    }

    fn leave(&mut self, about: &About<'_>, acts: &mut Vec<Act>, outcome: &str) -> Next {
        let Some(frame) = self.frames.last() else {
            return Next::LastResort;
        };
        let Some(step) = frame.program.step(frame.at) else {
            return Next::LastResort;
        };
        let event = TraceEvent::Outcome {
            outcome: outcome.to_owned(),
        };
        acts.push(self.call.trace(about, Some(frame), &step.id, event));
        exit(step, outcome)
    }

    /// A node could not do what it should.
    fn fail(&mut self, about: &About<'_>, acts: &mut Vec<Act>, reason: Reason) -> Next {
        let guarded = reason.id == "tooManyVisits";
        if let Some(frame) = self.frames.last()
            && let Some(step) = frame.program.step(frame.at)
        {
            acts.push(self.call.fault(about, Some(frame), &step.id, reason));
            if !guarded && let Some(to) = failure_exit(step) {
                let (outcome, to) = to;
                let event = TraceEvent::Outcome {
                    outcome: outcome.to_owned(),
                };
                acts.push(self.call.trace(about, Some(frame), &step.id, event));
                return Next::Enter(to);
            }
        }
        // The flow's own node for failures, or else that of the flow that runs it.
        while let Some(frame) = self.frames.last_mut() {
            if !frame.failed
                && let Some(at) = frame.program.on_error
            {
                frame.failed = true;
                return Next::Enter(at);
            }
            if self.frames.len() == 1 || self.call.gone {
                break;
            }
            self.frames.pop();
            let failed = self.frames.last().and_then(|frame| {
                let step = frame.program.step(frame.at)?;
                step.exit("error")
            });
            if let Some(at) = failed {
                return Next::Enter(at);
            }
        }
        Next::LastResort
    }

    /// Sets what was set on the way to the flow, before its caller comes in. What the flow does not have,
    /// or what does not fit, is left out: the check tells of it.
    pub fn set_on_the_way(&mut self, variables: &BTreeMap<String, String>) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        for (name, text) in variables {
            let held = frame.program.variables.get(name);
            if let Some(value) = held.and_then(|held| held.holds.read_text(text)) {
                frame.variables.insert(name.clone(), value);
            }
        }
    }

    /// The call leaves its flow: on in another one, or away.
    fn go_to(
        &mut self,
        about: &About<'_>,
        acts: &mut Vec<Act>,
        target: Target,
        set: &Map<String, Json>,
    ) -> Next {
        let fail = |id, what: String| Next::Fail(Reason::new(id).with("id", what));
        let office = about.office;
        // By their hours, as they hold now: what is closed may lead to a flow.
        let led = target.led(office, about.unix_ms);
        for closed in &led.closed {
            self.call.coming = self.call.coming.by_closed(closed.openness.greeting);
        }
        if let Some(frame) = self.frames.last()
            && let Some(step) = frame.program.step(frame.at)
        {
            for closed in &led.closed {
                let reason = Reason::closed(closed, office);
                let event = TraceEvent::Because { reason };
                acts.push(self.call.trace(about, Some(frame), &step.id, event));
            }
        }
        let flow = match &target {
            Target::Flow(flow) => *flow,
            Target::Extension(number) => match led.to {
                // In the same walk, so that two flows that lead to each other come to an end.
                Dialled::Flow(flow) => flow,
                Dialled::Unknown => return fail("noSuchExtension", number.to_string()),
                _ => return Next::Away(target),
            },
            Target::Person(person) => match led.to {
                Dialled::Flow(flow) => flow,
                Dialled::Unknown => return fail("noSuchPerson", person.to_string()),
                _ => return Next::Away(target),
            },
            Target::Voicemail(mailbox) if office.mailbox(*mailbox).is_none() => {
                return fail("noSuchMailbox", mailbox.to_string());
            }
            Target::Conference(room) if office.room(*room).is_none() => {
                return fail("noSuchRoom", room.to_string());
            }
            Target::Outside(number) if office.trunks().len() == 0 => {
                return fail("noLine", number.clone());
            }
            Target::Outside(_) => return Next::Away(target),
            Target::Hangup => return Next::End(EndCause::Normal),
            Target::Voicemail(_) | Target::Conference(_) => {
                return Next::Away(target);
            }
        };
        let Some(program) = self.call.flows.live(flow).cloned() else {
            return fail("flowNotPublished", flow.to_string());
        };
        let mut frame = Frame::new(program, Some(flow));
        for (name, json) in set {
            let held = frame.program.variables.get(name);
            if let Some(value) = held.and_then(|held| held.holds.read(json)) {
                frame.variables.insert(name.clone(), value);
            }
        }
        self.frames.clear();
        self.frames.push(frame);
        self.open()
    }

    /// Another flow runs and comes back.
    fn run(&mut self, flow: FlowId, program: Arc<Program>, inputs: Vec<(String, Value)>) -> Next {
        if self.frames.len() > MAX_DEPTH {
            return Next::Fail(Reason::new("tooDeep").with("depth", MAX_DEPTH));
        }
        let mut frame = Frame::new(program, Some(flow));
        for (name, value) in inputs {
            let held = frame.program.variables.get(&name);
            if let Some(value) = held.and_then(|held| held.holds.convert(value)) {
                frame.variables.insert(name, value);
            }
        }
        self.frames.push(frame);
        self.open()
    }

    /// A flow ends; the one that ran it goes on.
    fn give_back(&mut self, name: &str) -> Next {
        if self.frames.len() < 2 {
            return Next::Fail(Reason::new("nobodyToReturnTo"));
        }
        self.frames.pop();
        Next::leave(format!("return:{name}"))
    }

    fn on_hung_up(&mut self, about: &About<'_>, acts: &mut Vec<Act>) {
        let in_flow = self.phase == Phase::InFlow && !self.call.gone;
        self.call.gone = true;
        if in_flow
            && let Some(frame) = self.frames.last()
            && let Some(step) = frame.program.step(frame.at)
        {
            let event = TraceEvent::Leg {
                leg: "callerHungUp",
                person: None,
            };
            acts.push(self.call.trace(about, Some(frame), &step.id, event));
        }
        while in_flow && let Some(frame) = self.frames.last_mut() {
            frame.state = State::Nothing;
            frame.failed = true;
            if let Some(at) = frame.program.on_caller_hangup {
                return self.follow(about, acts, Next::Enter(at));
            }
            self.frames.pop();
        }
        self.phase = Phase::Over;
    }
}

impl Frame {
    fn new(program: Arc<Program>, flow: Option<FlowId>) -> Self {
        let defaults = program.variables.iter();
        let variables = defaults
            .filter_map(|(name, held)| Some((name.clone(), held.default.clone()?)))
            .collect();
        Self {
            program,
            flow,
            at: 0,
            state: State::Nothing,
            variables,
            counts: BTreeMap::new(),
            failed: false,
        }
    }
}

impl Call {
    fn keep_key(&mut self, key: char) {
        if self.keys.len() < MAX_KEYS_KEPT {
            self.keys.push(key);
        }
    }

    /// A number below `sides`, by lot.
    fn draw(&mut self, sides: u64) -> u64 {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        spread(self.dice) % sides.max(1)
    }
}

/// SplitMix64: spreads the bits of a number over the whole of another.
pub(crate) fn spread(state: u64) -> u64 {
    let mut bits = state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Where an outcome leads: along its edge, or wherever it falls back to.
fn exit(step: &Step, outcome: &str) -> Next {
    let mut name = outcome;
    // Fallbacks among the outcomes of one kind are at most two long.
    for _ in 0..4 {
        if let Some(to) = step.exit(name) {
            return Next::Enter(to);
        }
        let fixed = step.does.kind().and_then(|kind| {
            let mut fixed = kind.outcomes.iter();
            fixed.find(|fixed| fixed.name == name)
        });
        match fixed.map(|fixed| fixed.class) {
            Some(Class::Optional(Fallback::Outcome(other))) => name = other,
            Some(Class::Optional(Fallback::HangUp) | Class::Terminal) => {
                return Next::End(EndCause::Normal);
            }
            Some(Class::Optional(Fallback::OnError | Fallback::Ignored) | Class::Required)
            | None => break,
        }
    }
    Next::Fail(Reason::new("notConnected").with("outcome", outcome))
}

/// The edge a node takes when it cannot do what it should.
fn failure_exit(step: &Step) -> Option<(&'static str, usize)> {
    let kind = step.does.kind()?;
    let outcome = kind.failure?;
    if let Some(to) = step.exit(outcome) {
        return Some((outcome, to));
    }
    let mut fixed = kind.outcomes.iter();
    match fixed.find(|fixed| fixed.name == outcome)?.class {
        Class::Optional(Fallback::Outcome(other)) => Some((outcome, step.exit(other)?)),
        _ => None,
    }
}

/// A disabled node is passed by the way most callers would take.
fn pass_by(step: &Step) -> Next {
    let usual = ["default", "in_hours", "no_answer", "success", "timeout"];
    let usual = usual.iter().find_map(|outcome| step.exit(outcome));
    match usual.or_else(|| step.exits.first().map(|(_, to)| *to)) {
        Some(to) => Next::Enter(to),
        None => Next::Fail(Reason::new("disabled")),
    }
}
