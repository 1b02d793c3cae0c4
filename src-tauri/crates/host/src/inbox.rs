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

    /// [`Inbox::push`] of something that is counted and lost where its class has no room.
    pub(crate) fn push_or_drop(&self, input: Input) {
        if self.push(input).is_err() {
            self.lock().dropped += 1;
        }
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
        // A complaint of the network is told to all offices, also to one that hangs and takes none.
        let may_be_lost = bytes > 0 || matches!(input, Input::Unreachable(_));
        if full && may_be_lost {
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

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use sip_transport::{ConnectionId, Flow};

    fn inbox() -> Inbox {
        let poll = mio::Poll::new().unwrap();
        Inbox::new(Waker::new(poll.registry(), mio::Token(0)).unwrap())
    }

    fn message(from: &str, text: &str) -> Input {
        Input::Message {
            flow: Flow::udp("10.0.0.1:5060".parse().unwrap(), from.parse().unwrap()),
            bytes: Bytes::copy_from_slice(text.as_bytes()),
        }
    }

    fn taken(inbox: &Inbox) -> Vec<String> {
        let mut inputs = Vec::new();
        inbox.take(usize::MAX, &mut inputs);
        let name = |input: &Input| match input {
            Input::Message { bytes, .. } => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.split("\r\n").next().unwrap_or_default().to_owned()
            }
            other => format!("{other:?}"),
        };
        inputs.iter().map(name).collect()
    }

    #[test]
    fn under_a_flood_the_important_goes_first_and_the_flood_is_cut() {
        let inbox = inbox();
        inbox.know("10.0.0.5:5060".parse().unwrap());
        let stranger = "203.0.113.9:5060";
        let flood = (0..2 * MAX_WAITING).map(|_| message(stranger, "REGISTER flood\r\n\r\n"));
        inbox.push_awake(flood);
        assert_eq!(inbox.dropped(), MAX_WAITING as u64);
        for input in [
            Input::Closed(ConnectionId(1)),
            message(stranger, "REGISTER a\r\nAuthorization: Digest\r\n\r\n"),
            message(stranger, "INVITE sip:112@office SIP/2.0\r\n\r\n"),
            message("10.0.0.5:5060", "BYE sip:a SIP/2.0\r\n\r\n"),
            Input::Tick,
        ] {
            inbox.push(input).unwrap();
        }
        let taken = taken(&inbox);
        assert_eq!(
            taken[..5],
            [
                "Tick",
                "BYE sip:a SIP/2.0",
                "INVITE sip:112@office SIP/2.0",
                "REGISTER a",
                "REGISTER flood"
            ]
        );
        assert_eq!(taken.last().unwrap(), "Closed(ConnectionId(1))");
        assert!(inbox.is_empty());
    }

    #[test]
    fn large_messages_of_strangers_do_not_fill_the_memory() {
        let inbox = inbox();
        let large = "x".repeat(60_000);
        let (mut kept, mut back) = (0, 0);
        for _ in 0..1_000 {
            match inbox.push(message("203.0.113.9:5060", &large)) {
                Ok(()) => kept += 60_000,
                Err(Full(_)) => back += 1,
            }
        }
        assert!(kept <= MAX_WAITING_BYTES && back > 0, "{kept} bytes kept");
        inbox.push(Input::Tick).unwrap();
        assert_eq!(taken(&inbox).len(), kept / 60_000 + 1);
        inbox.push(message("203.0.113.9:5060", &large)).unwrap();
    }
}
