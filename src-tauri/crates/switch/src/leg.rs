//! A leg: one phone's part in a call, its SIP session and what its sound needs.

mod to_be;

pub(crate) use to_be::LegToBe;

use crate::{
    encryption::Encryption,
    features::{call_out::OnLine, call_peer::AtPeer, still_there::Asking},
    happening::{MediaWay, Party},
};
use bytes::Bytes;
use media::{Network, PlayId, PortPair, StreamId};
use office::{CallId, MediaPolicy};
use sip_dialog::Session;
use sip_sdp::{Direction, OriginRewriter, SessionDescription};
use sip_transaction::{ClientId, ServerId};
use sip_transport::Flow;
use std::{fmt, net::IpAddr, sync::Arc, time::Instant};

/// Names a leg for as long as the engine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LegId(pub(crate) u32);

/// One phone's part in a call.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) call: CallId,
    pub(crate) session: Session,
    pub(crate) party: Party,
    pub(crate) place: Place,
    /// Our ports towards this phone, once its sound may be relayed.
    pub(crate) ports: Option<PortPair>,
    /// Its sound at the media thread, once these ports are open.
    pub(crate) stream: Option<StreamId>,
    /// The last description this phone sent.
    pub(crate) theirs: Option<SessionDescription>,
    /// The last description it was sent.
    pub(crate) ours: Option<SessionDescription>,
    /// What the office itself plays to it.
    pub(crate) playing: Option<PlayId>,
    /// What is wanted of its sound; whether it is encrypted follows from `ours` and `theirs`.
    pub(crate) encryption: Encryption,
    /// Keeps the `o=` line of what we send it.
    pub(crate) origin: OriginRewriter,
    /// How its sound travels, or would.
    pub(crate) way: MediaWay,
    /// Whether it hears music because the other holds it, or a tone while the other is called.
    pub(crate) hears_music: bool,
    /// Whether this phone holds the other.
    pub(crate) holds: bool,
    /// What our open offer to this phone is for.
    pub(crate) errand: Option<Errand>,
    /// An offer for when it has acknowledged our answer.
    pub(crate) put_off: Option<(Bytes, Errand)>,
    /// The INVITE that began it, where the phone called us; indexed for CANCEL.
    pub(crate) server: Option<ServerId>,
    /// Transactions indexed for it.
    pub(crate) clients: Vec<ClientId>,
    /// What it has besides where we called it on a line.
    pub(crate) on_line: Option<Box<OnLine>>,
    /// The same where we called it at another telephone system.
    pub(crate) at_peer: Option<Box<AtPeer>>,
    /// Where its sound may come from besides where it says, if it is outside.
    pub(crate) sources: Option<Arc<[Network]>>,
    /// When its session wants to be woken.
    pub(crate) armed: Option<Instant>,
    /// When its phone is asked whether it is still there.
    pub(crate) asking: Asking,
    /// When it is told once more that our address is another.
    pub(crate) tells_moved: Option<Instant>,
}

/// Where a phone is, as far as its packets tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path its signalling takes.
    pub(crate) flow: Flow,
    /// Whether it names addresses that are not where its packets come from.
    pub(crate) behind_nat: bool,
    /// The way the office wants its sound to take.
    pub(crate) policy: MediaPolicy,
}

/// Why we have an offer open with a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// The other side's own offer, passed on; its answer goes back there.
    PassOn,
    /// The first of two offers that put two phones together: this phone is asked anew with the
    /// other's description.
    Join {
        /// The other phone, which gets this one's answer as an offer.
        with: LegId,
    },
    /// The second of the two, whose answer ends the exchange.
    JoinBack {
        /// The other phone.
        with: LegId,
    },
    /// News of the other phone's ports that needs no further exchange.
    Announce,
    /// News of our own address.
    Moved,
    /// The description of the phone that fetches it from its parking slot; its answer goes back there.
    Fetch,
    /// Another phone takes over from the one this phone talks to.
    TakeOver {
        /// The phone that takes over.
        new: LegId,
        /// The phone that is let go.
        replaced: LegId,
    },
}

impl Leg {
    /// Whether this phone has put the office on hold, and may send music of its own.
    pub(crate) fn holds_us(&self) -> bool {
        let theirs = self.theirs.as_ref().and_then(|theirs| theirs.audio());
        theirs.is_some_and(|audio| {
            let direction = audio.direction_meant();
            matches!(direction, Direction::SendOnly | Direction::Inactive)
        })
    }
}

impl Place {
    /// Whether the sound of two phones can run straight between them: both are where they say, in
    /// networks like our own, of one address family, and nothing asks for the relay.
    pub(crate) fn can_reach(&self, other: &Place) -> bool {
        let auto = |p: &Place| p.policy == MediaPolicy::Auto && !p.behind_nat;
        let (here, there) = (self.flow.remote.ip(), other.flow.remote.ip());
        auto(self)
            && auto(other)
            && here.is_ipv4() == there.is_ipv4()
            && ((here.is_loopback() && there.is_loopback()) || (is_near(here) && is_near(there)))
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether two addresses are one host's, or of one office network: a DECT system signals from its
/// manager and sends sound from its base stations.
pub(crate) fn is_same_place(a: IpAddr, b: IpAddr) -> bool {
    let same_network = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.octets()[..2] == b.octets()[..2],
        (IpAddr::V6(a), IpAddr::V6(b)) => a.segments()[..4] == b.segments()[..4],
        _ => false,
    };
    // All of 127.0.0.0/8 is this computer.
    let both_here = a.is_loopback() && b.is_loopback();
    a == b || both_here || (same_network && is_near(a) && is_near(b))
}

/// Whether an address belongs to a private network (RFC 1918, RFC 4193) or link (RFC 3927, 4291).
pub(crate) fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}
