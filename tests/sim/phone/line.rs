//! One line of a simulated phone: a session, what both ends said of their sound, and what the owner
//! notices.

use sip_dialog::Session;
use sip_message::Text;
use sip_sdp::{Direction, SessionDescription, media_targets};
use std::{fmt, net::SocketAddr, time::Instant};

/// What a line of the phone is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// We called; nothing heard yet.
    Calling,
    /// We called and hear it ring.
    HearsRinging,
    /// It rings here.
    Rings,
    /// Talking.
    Talking,
    /// Over, with the status that ended it (200 for a hang-up, 0 for a power cut).
    Over(u16),
}

/// Something the owner of the phone notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The phone rings.
    Rings,
    /// The ringing tone.
    HearsRinging,
    /// Sound before anybody answered.
    HearsEarlySound,
    /// Somebody to talk to.
    Connected,
    /// The call came to nothing.
    TurnedAway(u16),
    /// It stopped ringing; the Reason header's value.
    StoppedRinging(Option<String>),
    /// The far end put it on hold.
    PutOnHold,
    /// The far end took it back.
    TakenBack,
    /// An offer of its own was refused.
    OfferRefused(u16),
    /// How a transfer goes.
    TransferReport(u16),
    /// A key pressed at the far end.
    HearsKey(char),
    /// The far end hung up.
    FarEndHungUp,
    /// The call broke off: not acknowledged, not refreshed, not reachable.
    BrokeOff,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) session: Session,
    pub(super) state: LineState,
    /// Call-ID and our tag, which name the line in requests that come in.
    pub(super) key: (Text, Text),
    pub(super) theirs: Option<SessionDescription>,
    /// Which way our sound goes as agreed.
    pub(super) ours: Direction,
    /// Which way our open offer wants it to go.
    pub(super) wish: Option<Direction>,
    /// Our open re-INVITE asked the far end to offer.
    pub(super) asked: bool,
    /// Whether the owner pressed hold.
    pub(super) holds: bool,
    /// Whether the far end holds us.
    pub(super) is_held: bool,
    /// It plays a greeting while it rings.
    pub(super) greets: bool,
    pub(super) version: u32,
    /// When the owner acts next.
    pub(super) act_at: Option<Instant>,
}

impl Line {
    pub(super) fn new(session: Session, state: LineState) -> Line {
        Line {
            key: (session.call_id().clone(), session.local_tag()),
            session,
            state,
            theirs: None,
            ours: Direction::SendRecv,
            wish: None,
            asked: false,
            holds: false,
            is_held: false,
            greets: false,
            version: 1,
            act_at: None,
        }
    }

    /// Which way our sound goes in answer to what they said (RFC 3264 §6.1).
    pub(super) fn answering_direction(&self) -> Direction {
        let offered = self.theirs.as_ref().and_then(|t| t.audio());
        match offered.map(sip_sdp::Media::direction_meant) {
            Some(Direction::SendOnly) => Direction::RecvOnly,
            Some(Direction::RecvOnly) => Direction::SendOnly,
            Some(Direction::Inactive) => Direction::Inactive,
            Some(Direction::SendRecv) | None if self.holds => Direction::SendOnly,
            Some(Direction::SendRecv) | None => Direction::SendRecv,
        }
    }

    /// Where the far end wants our sound.
    pub(super) fn target(&self) -> Option<SocketAddr> {
        let targets = media_targets(self.theirs.as_ref()?);
        let target = targets.into_iter().find(|t| t.active)?;
        Some(SocketAddr::new(target.address?, target.rtp_port))
    }

    /// A phone that holds has no music of its own.
    pub(super) fn sends_sound(&self) -> bool {
        let theirs = self.theirs.as_ref().and_then(|t| t.audio());
        let wanted = theirs.is_some_and(|audio| {
            matches!(
                audio.direction_meant(),
                Direction::SendRecv | Direction::RecvOnly
            )
        });
        let speaks = match self.state {
            LineState::Talking => true,
            LineState::Rings => self.greets,
            _ => false,
        };
        wanted && speaks && self.ours == Direction::SendRecv && !self.holds
    }

    pub(super) fn hears_sound(&self) -> bool {
        matches!(self.state, LineState::Talking | LineState::HearsRinging)
            && matches!(self.ours, Direction::SendRecv | Direction::RecvOnly)
            && !self.holds
    }

    pub(super) fn over(&mut self, status: u16) {
        if !self.state.is_over() {
            self.state = LineState::Over(status);
        }
        self.act_at = None;
    }
}

impl LineState {
    /// Whether the line is free again.
    pub fn is_over(self) -> bool {
        matches!(self, LineState::Over(_))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Rings => write!(f, "rings"),
            Seen::HearsRinging => write!(f, "hears it ring"),
            Seen::HearsEarlySound => write!(f, "hears sound before the answer"),
            Seen::Connected => write!(f, "is connected"),
            Seen::TurnedAway(status) => write!(f, "is told {status}"),
            Seen::StoppedRinging(None) => write!(f, "stops ringing"),
            Seen::StoppedRinging(Some(why)) => write!(f, "stops ringing, told {why}"),
            Seen::PutOnHold => write!(f, "is put on hold"),
            Seen::TakenBack => write!(f, "is taken back"),
            Seen::OfferRefused(status) => write!(f, "is refused a change: {status}"),
            Seen::TransferReport(status) => write!(f, "is told of the transfer: {status}"),
            Seen::HearsKey(key) => write!(f, "is sent the key {key}"),
            Seen::FarEndHungUp => write!(f, "is hung up on"),
            Seen::BrokeOff => write!(f, "loses the call"),
        }
    }
}
