//! A call: identity and wiring. What is going on in it is its [`Activity`], whose behaviour lives in
//! the feature files.

use crate::{
    admission::Ticket,
    features::{
        attend::Attending, click_to_call::Fetching, echo::Echo, flow::Walking, park::Parked,
        part::Parting, ring::Ringing, talk::Talk, transfer::Transfer,
    },
    leg::LegId,
    switch::Deadline,
};
use callflow::walk::RingEnd;
use media::RoomId;
use office::{Coming, PersonId, PhoneNumber, TrunkId, Xform};
use std::{collections::BTreeSet, time::Instant};

/// A call as the office sees it, with all its legs.
#[derive(Debug)]
pub(crate) struct Call {
    /// What was dialled.
    pub(crate) dialled: String,
    /// What is going on.
    pub(crate) activity: Activity,
    /// The two legs whose sound is relayed to each other, if any.
    pub(crate) relay: Option<Relay>,
    /// Persons counted by admission for this call.
    pub(crate) admitted: Vec<PersonId>,
    /// Whether it counts as a call of the office, begun inside.
    pub(crate) counts: bool,
    /// Its place among the calls from outside.
    pub(crate) ticket: Option<Ticket>,
    /// The number of the office that was called from outside, if it was.
    pub(crate) called: Option<PhoneNumber>,
    /// What the number that was called from outside sets on the way.
    pub(crate) xform: Box<Xform>,
    /// Why its caller comes where the office itself attends to them: whether something was closed on
    /// the way.
    pub(crate) coming: Coming,
    /// What came of the telephone that rang last in its flow, if the call has left the flow since.
    pub(crate) missed: Option<RingEnd>,
    /// Whether its end has been told; a call ends once.
    pub(crate) ended: bool,
    /// Legs that are still in it, if only to say goodbye.
    pub(crate) legs: BTreeSet<LegId>,
    /// When it wants to be woken, so that nothing of it is left behind.
    pub(crate) deadlines: Vec<(Instant, Deadline)>,
    /// The sound agreed on last, as it was told.
    pub(crate) codec: Option<String>,
    /// Its walk through a call flow, while it is in one.
    pub(crate) walk: Option<Box<Walking>>,
    /// How often it may still be passed on, as its caller says; none where the office began it.
    pub(crate) hops: Option<u8>,
    /// The only line it may go out on, as it was made to try that one.
    pub(crate) only_line: Option<TrunkId>,
    /// Whether a program had it made.
    pub(crate) by_program: bool,
}

impl Call {
    /// A call in which nothing goes on yet.
    pub(crate) fn new(dialled: String) -> Call {
        Call {
            dialled,
            activity: Activity::Ending,
            relay: None,
            admitted: Vec::new(),
            counts: false,
            ticket: None,
            called: None,
            xform: Box::default(),
            coming: Coming::default(),
            missed: None,
            ended: false,
            legs: BTreeSet::new(),
            deadlines: Vec::new(),
            codec: None,
            walk: None,
            hops: None,
            only_line: None,
            by_program: false,
        }
    }
}

/// What is going on in a call.
#[derive(Debug)]
pub(crate) enum Activity {
    /// The phones of a person ring for whom the board starts a call.
    Fetching(Fetching),
    /// Devices ring for a caller.
    Ringing(Ringing),
    /// Two parties talk, or one holds the other.
    Talking(Talk),
    /// One party of a talk is being handed to someone else.
    Transferring(Transfer),
    /// One party waits in a slot until somebody fetches them.
    Parked(Box<Parked>),
    /// Somebody hears themselves.
    Echoing(Echo),
    /// The office itself attends to somebody.
    Attending(Box<Attending>),
    /// Somebody hears by a tone why nothing came of their call.
    Parting(Parting),
    /// Legs are saying goodbye; nothing new begins.
    Ending,
}

/// Two legs whose sound is relayed to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relay {
    pub(crate) a: LegId,
    pub(crate) b: LegId,
    /// How, once both can be.
    pub(crate) wired: Option<Wired>,
}

/// How the sound of two legs reaches each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wired {
    /// Packet by packet, undecoded.
    Relay,
    /// Decoded and encoded anew, in a room of two: they speak different codecs.
    Room(RoomId),
}

impl Relay {
    /// Whether it joins these two, whichever is which.
    pub(crate) fn joins(self, one: LegId, other: LegId) -> bool {
        [self.a, self.b] == [one, other] || [self.b, self.a] == [one, other]
    }
}
