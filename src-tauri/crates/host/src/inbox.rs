//! What waits for the signalling thread: bounded, and in the order of importance.

use crate::limits::{MAX_KNOWN_ADDRESSES, MAX_WAITING, MAX_WAITING_BYTES};
use mio::Waker;
use sip_server::guard::{Priority, classify};
use std::{
    collections::{BTreeSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use switch::Input;

/// Classes of inputs: news of the host itself, the four of [`Priority`], and closed connections.
const CLASSES: usize = 6;

/// Calls for help as far as the order of waiting goes; whether one is let in is for the switch.
const EMERGENCY_NUMBERS: [&[u8]; 12] = [
    b"112", b"911", b"999", b"000", b"110", b"118", b"119", b"15", b"17", b"18", b"117", b"144",
];

/// The signalling thread's bounded inbox. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Inbox {
    shared: Arc<Mutex<Waiting>>,
    waker: Arc<Waker>,
}

/// The inbox has no room for messages of this importance; here it is back.
#[derive(Debug)]
pub struct Full(pub Box<Input>);

#[derive(Debug, Default)]
struct Waiting {
    classes: [Class; CLASSES],
    /// Where registered phones are.
    known: BTreeSet<SocketAddr>,
    dropped: u64,
}

#[derive(Debug, Default)]
struct Class {
    inputs: VecDeque<Input>,
    bytes: usize,
}

impl Inbox {
    pub(crate) fn new(waker: Waker) -> Inbox {
        Inbox {
            shared: Arc::default(),
            waker: Arc::new(waker),
        }
    }

    /// Hands an input to the signalling thread and wakes it.
    ///
    /// # Errors
    /// [`Full`] when its class has no room: lose it like a lost packet, or try again later.
    pub fn push(&self, input: Input) -> Result<(), Full> {
        let was_empty = {
            let mut waiting = self.lock();
            let was_empty = waiting.is_empty();
            waiting.push(input)?;
            was_empty
        };
        if was_empty {
            self.wake();
        }
        Ok(())
    }

    /// [`Inbox::push`] from the signalling thread itself, which is awake.
    pub(crate) fn push_awake(&self, inputs: impl Iterator<Item = Input>) {
        let mut waiting = self.lock();
        for input in inputs {
            if waiting.push(input).is_err() {
                waiting.dropped += 1;
            }
        }
    }

    /// Wakes the signalling thread.
    pub(crate) fn wake(&self) {
        // A failed wake heals by itself within MAX_SLEEP.
        let _ = self.waker.wake();
    }

    /// The most important inputs, oldest first within a class, at most `max`.
    pub(crate) fn take(&self, max: usize, into: &mut Vec<Input>) {
        let mut waiting = self.lock();
        for class in &mut waiting.classes {
            while into.len() < max {
                match class.pop() {
                    Some(input) => into.push(input),
                    None => break,
                }
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// A phone is registered from here: its messages go before those of strangers.
    pub(crate) fn know(&self, phone: SocketAddr) {
        let mut waiting = self.lock();
        if waiting.known.len() >= MAX_KNOWN_ADDRESSES {
            // Those registered still come back with their next REGISTER.
            waiting.known.clear();
        }
        waiting.known.insert(phone);
    }

    /// Datagrams dropped so far because their class was full.
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing panics while holding it; a poisoned queue is still a queue.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.classes.iter().all(|class| class.inputs.is_empty())
    }

    fn push(&mut self, input: Input) -> Result<(), Full> {
        let index = self.class_of(&input);
        match self.classes.get_mut(index) {
            Some(class) => class.push(input),
            None => Err(Full(Box::new(input))),
        }
    }

    /// Talks that go on > emergency > known > strangers (promise R13). What the host itself
    /// reports is bounded by what it reports about, and comes first; except that a connection
    /// closes behind its own last messages.
    fn class_of(&self, input: &Input) -> usize {
        match input {
            Input::Message { flow, bytes } => {
                let known = self.known.contains(&flow.remote);
                let is_emergency = |user: &[u8]| EMERGENCY_NUMBERS.contains(&user);
                match classify(bytes, known, is_emergency) {
                    Priority::InDialog => 1,
                    Priority::Emergency => 2,
                    Priority::Authenticated => 3,
                    Priority::Rest => 4,
                }
            }
            Input::Closed(_) => 5,
            _ => 0,
        }
    }
}

impl Class {
    fn push(&mut self, input: Input) -> Result<(), Full> {
        let bytes = size(&input);
        let full = self.inputs.len() >= MAX_WAITING || self.bytes + bytes > MAX_WAITING_BYTES;
        if full && bytes > 0 {
            return Err(Full(Box::new(input)));
        }
        self.bytes += bytes;
        self.inputs.push_back(input);
        Ok(())
    }

    fn pop(&mut self) -> Option<Input> {
        let input = self.inputs.pop_front()?;
        self.bytes -= size(&input);
        Some(input)
    }
}

/// Bytes of a message; other inputs are not counted.
fn size(input: &Input) -> usize {
    match input {
        Input::Message { bytes, .. } => bytes.len().max(1),
        _ => 0,
    }
}
