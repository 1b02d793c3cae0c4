//! What is going on right now, as the API tells it: the board, the office, the calls of this moment.

use crate::live_calls::{LiveCalls, LiveDetails};
use office::{CallId, Office};
use serde::Serialize;
use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};
use switch::{Board, Command, Happening, Input, TracedMessage};

/// The present, fed by the switch and asked by the routes. Its locks are held for a copy at most,
/// so the signalling thread never waits for a request.
pub struct Desk {
    started: Instant,
    office: Mutex<Arc<Office>>,
    board: Mutex<Board>,
    live: Mutex<LiveCalls>,
    switch: OnceLock<Box<ToSwitch>>,
    listeners: OnceLock<Vec<SipListener>>,
}

type ToSwitch = dyn Fn(Input) -> bool + Send + Sync;

/// One address on which the engine takes SIP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SipListener {
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    pub transport: String,
    /// Address and port.
    pub address: SocketAddr,
}

impl Desk {
    /// The desk of an office whose engine started at `started`.
    pub fn new(office: Arc<Office>, started: Instant) -> Self {
        Self {
            started,
            office: Mutex::new(office),
            board: Mutex::default(),
            live: Mutex::default(),
            switch: OnceLock::new(),
            listeners: OnceLock::new(),
        }
    }

    /// Names the way to the switch, which says whether it took an input, and where the engine takes
    /// SIP. Only the first call counts.
    pub fn connect(
        &self,
        switch: impl Fn(Input) -> bool + Send + Sync + 'static,
        listeners: Vec<SipListener>,
    ) {
        // What was connected first stays.
        let _ = self.switch.set(Box::new(switch));
        let _ = self.listeners.set(listeners);
    }

    /// Takes in something that happened.
    pub fn tell(&self, happening: &Happening) {
        self.live().tell(happening);
        lock(&self.board).apply(happening);
    }

    /// Takes in a message of a call.
    pub fn trace(&self, message: TracedMessage) {
        self.live().trace(message);
    }

    /// The office as it is configured now.
    pub fn office(&self) -> Arc<Office> {
        Arc::clone(&lock(&self.office))
    }

    /// Where the engine takes SIP.
    pub fn listeners(&self) -> &[SipListener] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }

    /// The board as it is now.
    pub fn board(&self) -> Board {
        lock(&self.board).clone()
    }

    /// How long the engine has been running.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Looks at the board without copying it.
    pub(crate) fn read_board<T>(&self, look: impl FnOnce(&Board) -> T) -> T {
        look(&lock(&self.board))
    }

    /// Puts a changed office into effect.
    pub(crate) fn publish(&self, office: Office) {
        let office = Arc::new(office);
        *lock(&self.office) = Arc::clone(&office);
        if !self.send(Input::OfficeChanged(office)) {
            tracing::error!("a change is saved but did not reach the running calls");
        }
    }

    /// Asks something of the switch. `false` if there is none, or it has no room for more.
    pub(crate) fn command(&self, command: Command) -> bool {
        self.send(Input::Command(command))
    }

    /// What is kept of a call that is not written yet.
    pub(crate) fn details(&self, call: CallId) -> Option<LiveDetails> {
        self.live().get(call).cloned()
    }

    /// What was kept of a call that is about to be written.
    pub(crate) fn take_details(&self, call: CallId) -> LiveDetails {
        self.live().take(call)
    }

    fn send(&self, input: Input) -> bool {
        self.switch.get().is_some_and(|switch| switch(input))
    }

    fn live(&self) -> MutexGuard<'_, LiveCalls> {
        lock(&self.live)
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("listeners", &self.listeners())
            .finish_non_exhaustive()
    }
}

/// What a lock guards here is whole between any two statements, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
