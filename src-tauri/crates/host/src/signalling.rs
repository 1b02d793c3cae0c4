//! The only loop: one input into the switch, its outputs out to the world, then the next.

use crate::{
    clock::{WallClock, wall_clock},
    inbox::Inbox,
    limits::{INPUTS_PER_ROUND, MAX_SLEEP, STOP_WITHIN},
    listening::{Listening, listener},
    media_thread::MediaThread,
    names::Names,
    post::Post,
    run::Sinks,
    streams::Streams,
    udp::Batch,
};
use mio::{Events, Poll, Token};
use sip_transaction::Mark;
use sip_transport::Resolution;
use std::{
    collections::{BTreeSet, VecDeque},
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::Receiver,
    },
    time::{Duration, Instant},
};
use switch::{BindingChange, Command, Input, Output, Switch, Write};

/// The poll's token of the inbox.
pub(crate) const WAKE: Token = Token(usize::MAX);

/// What the signalling thread works with.
pub(crate) struct Parts {
    pub(crate) poll: Poll,
    pub(crate) inbox: Inbox,
    pub(crate) listening: Listening,
    pub(crate) streams: Streams,
    pub(crate) names: Names,
    pub(crate) media: MediaThread,
    pub(crate) switch: Switch,
    pub(crate) sinks: Sinks,
    /// The addresses of the machine; none where another office's host has the sockets.
    pub(crate) addresses: Option<Receiver<BTreeSet<IpAddr>>>,
    pub(crate) post: Post,
    pub(crate) mark: Mark,
    pub(crate) alive: Alive,
}

/// The signalling thread.
pub(crate) struct Signalling {
    parts: Parts,
    clock: WallClock,
    wake_at: Option<Instant>,
    /// When to stop even if not all calls have ended politely.
    stop_at: Option<Instant>,
    /// Answers that were known at once.
    answers: VecDeque<Input>,
}

/// A sign of life of the signalling thread.
#[derive(Clone, Debug)]
pub(crate) struct Alive {
    begin: Instant,
    last_ms: Arc<AtomicU64>,
}

impl Signalling {
    pub(crate) fn new(parts: Parts) -> Signalling {
        Signalling {
            parts,
            clock: WallClock::new(Instant::now(), wall_clock()),
            wake_at: None,
            stop_at: None,
            answers: VecDeque::new(),
        }
    }

    pub(crate) fn run(mut self) {
        let mut batch = Batch::new();
        self.begin(&mut batch);
        let mut events = Events::with_capacity(64);
        let mut inputs = Vec::with_capacity(INPUTS_PER_ROUND);
        while !self.is_done() {
            if let Err(why) = self.parts.poll.poll(&mut events, Some(self.sleep()))
                && why.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%why, "the signalling thread cannot wait for messages");
                break;
            }
            self.parts.alive.sign();
            for event in &events {
                self.parts.listening.on_ready(event.token());
            }
            self.receive(&mut batch);
            self.look_around(&mut inputs);
            self.parts.inbox.take(INPUTS_PER_ROUND, &mut inputs);
            if inputs.is_empty() {
                inputs.push(Input::Tick);
            }
            for input in inputs.drain(..) {
                self.handle(input, &mut batch);
            }
            self.parts.listening.flush(&mut batch);
        }
        match self.has_sockets() {
            true => self.parts.streams.close_all(),
            false => self.parts.streams.close_own(),
        }
    }

    fn has_sockets(&self) -> bool {
        self.parts.addresses.is_some()
    }

    /// Reads what has arrived into the inboxes it is for.
    fn receive(&mut self, batch: &mut Batch) {
        let parts = &mut self.parts;
        let addresses = parts.post.addresses();
        let arrived = parts.listening.receive(batch);
        if addresses.is_alone() {
            return parts.inbox.push_awake(arrived);
        }
        for input in arrived {
            addresses.deliver(input);
        }
    }

    /// Tells the switch what it has to know before the first message.
    fn begin(&mut self, batch: &mut Batch) {
        self.handle(Input::WallClock(wall_clock()), batch);
        for at in self.parts.listening.bound() {
            self.handle(Input::Listening(listener(at.transport, at.address)), batch);
        }
    }

    fn handle(&mut self, input: Input, batch: &mut Batch) {
        let now = Instant::now();
        if matches!(input, Input::Command(Command::ShutDown)) && self.stop_at.is_none() {
            self.stop_at = Some(now + STOP_WITHIN);
        }
        if let Input::Resolved {
            answer: Resolution::Addrs(found),
            ..
        } = &input
        {
            self.parts.post.learn(self.parts.mark, found);
        }
        self.parts.switch.handle(now, input);
        self.wake_at = self.carry_out(batch);
        // What leads to another office here is no place that calls of strangers may come from.
        while let Some(answer) = self.answers.pop_front() {
            self.parts.switch.handle(now, answer);
            self.wake_at = self.carry_out(batch);
        }
    }

    /// Does what the switch wants until it wants to sleep.
    fn carry_out(&mut self, batch: &mut Batch) -> Option<Instant> {
        let parts = &mut self.parts;
        loop {
            match parts.switch.poll() {
                Output::Send { flow, bytes } => match flow.connection {
                    Some(id) => parts.streams.send(id, bytes),
                    None => parts.listening.send(flow, bytes, batch),
                },
                Output::Connect { connection, target } => parts.streams.open(connection, target),
                Output::Close(connection) => parts.streams.close(connection),
                Output::Resolve { id, query } => match parts.post.resolve(parts.mark, &query) {
                    Some(answer) => self.answers.push_back(Input::Resolved { id, answer }),
                    None => parts.names.ask(id, query),
                },
                Output::Media(command) => parts.media.order(command),
                Output::Ask { id, question } => (parts.sinks.ask)(id, question),
                Output::Store(write) => {
                    if let Write::Binding(change) = &write
                        && let BindingChange::Put(binding) = change.as_ref()
                    {
                        parts.inbox.know(binding.flow.remote);
                    }
                    (parts.sinks.store)(write);
                }
                Output::Tell(happening) => (parts.sinks.tell)(happening),
                Output::Trace(message) => (parts.sinks.trace)(message),
                Output::SleepUntil(at) => return at,
            }
        }
    }

    /// What changed about the machine: its addresses, its wall clock.
    fn look_around(&mut self, inputs: &mut Vec<Input>) {
        if let Some(unix_ms) = self.clock.check(Instant::now(), wall_clock()) {
            inputs.push(Input::WallClock(unix_ms));
        }
        let parts = &mut self.parts;
        match &parts.addresses {
            Some(addresses) => {
                while let Ok(machine) = addresses.try_recv() {
                    inputs.extend(parts.listening.follow(&machine));
                }
            }
            None => inputs.extend(parts.listening.follow_shared()),
        }
    }

    /// Not at all while something waits; else until the switch, the clock or the end wants.
    fn sleep(&self) -> Duration {
        let listening = &self.parts.listening;
        if listening.has_more() || listening.has_failures() || !self.parts.inbox.is_empty() {
            return Duration::ZERO;
        }
        let now = Instant::now();
        let until = |at: Instant| at.saturating_duration_since(now);
        let next = [self.wake_at, self.stop_at]
            .into_iter()
            .flatten()
            .map(until);
        next.fold(MAX_SLEEP, Duration::min)
    }

    /// Whether the end was asked for and every call has ended, or its time is up. Transactions that
    /// only wait for repeated requests keep nobody.
    fn is_done(&self) -> bool {
        let Some(at) = self.stop_at else {
            return false;
        };
        let held = self.parts.switch.held();
        // A message that was being left is kept before the office closes.
        let kept = held.recordings == 0 && held.questions == 0;
        (held.calls == 0 && held.legs == 0 && kept) || at <= Instant::now()
    }
}

impl Alive {
    pub(crate) fn new() -> Alive {
        Alive {
            begin: Instant::now(),
            last_ms: Arc::default(),
        }
    }

    pub(crate) fn silent_for(&self) -> Duration {
        let last = Duration::from_millis(self.last_ms.load(Ordering::Relaxed));
        self.begin.elapsed().saturating_sub(last)
    }

    fn sign(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(now, Ordering::Relaxed);
    }
}
