//! What a session remembers: its far ends and the requests it has in flight.

use super::OfferId;
use crate::{Ctx, Dialog, OfferAnswer};
use bytes::Bytes;
use sip_message::{Method, Request, RequestBuilder, Response, Text};
use sip_transaction::{ClientId, Destination, ServerId};
use sip_transport::Flow;
use std::time::{Duration, Instant};

/// One far end with its dialog. A forked INVITE has several until one answers.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) dialog: Dialog,
    pub(super) exchange: OfferAnswer,
    /// Whether some exchange was ever finished: what a refused offer falls back to.
    pub(super) has_agreed: bool,
    /// RSeq of the reliable provisional response to the first INVITE acknowledged last.
    pub(super) last_rseq: Option<u32>,
    /// The description we sent last, for refreshes that must repeat it.
    pub(super) sent: Option<Bytes>,
    /// The description we got last.
    pub(super) got: Option<Bytes>,
}

/// A request of ours whose transaction lives.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) errand: Errand,
    /// As handed to the endpoint, without Via.
    pub(super) request: Request,
    pub(super) to: Destination,
    /// Times it was sent anew with credentials or a longer session interval.
    pub(super) tries: u8,
    /// The 401 or 407 that waits for the owner.
    pub(super) challenge: Option<Response>,
    /// An INVITE answered 2xx: until then repetitions and further forks may come (RFC 6026).
    pub(super) accepted_until: Option<Instant>,
    /// For a re-INVITE: the RSeq acknowledged last.
    pub(super) last_rseq: Option<u32>,
    /// The ACKs sent so far, one for each remote tag.
    pub(super) acks: Vec<SentAck>,
}

/// An ACK to a 2xx, kept because it is sent anew each time the 2xx comes again (RFC 3261 §13.2.2.4).
#[derive(Debug)]
pub(super) struct SentAck {
    pub(super) remote_tag: Text,
    to: Destination,
    ack: RequestBuilder,
    /// The same each time: it is the same ACK, and the peer may know it by that.
    branch: String,
}

impl SentAck {
    pub(super) fn new(
        ctx: &mut Ctx<'_>,
        remote_tag: Text,
        to: Destination,
        ack: RequestBuilder,
    ) -> Self {
        let branch = ctx.endpoint.token();
        Self {
            remote_tag,
            to,
            ack,
            branch,
        }
    }

    pub(super) fn send(&self, ctx: &mut Ctx<'_>) {
        let (to, ack) = (self.to.clone(), self.ack.clone());
        ctx.endpoint
            .send_stateless_with_branch(ctx.now, to, ack, &self.branch);
    }
}

/// What a request of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    Invite,
    /// A re-INVITE or UPDATE with an offer of the owner's.
    Offer(OfferId),
    /// A refresh of the session timer's.
    Refresh,
    /// Whether the far end is still there.
    Ask,
    Prack,
    Bye,
    /// A BYE for a fork that lost, or was cancelled too late.
    ByeToFork,
    /// The owner's.
    Other,
}

/// An offer of ours that is not settled.
#[derive(Debug)]
pub(super) struct OurOffer {
    pub(super) id: OfferId,
    pub(super) sdp: Option<Bytes>,
    pub(super) update: bool,
    pub(super) headers: Vec<(String, Bytes)>,
    pub(super) retries: u8,
    /// After a 491: when to try again.
    pub(super) retry_at: Option<Instant>,
    /// When a re-INVITE that is still unanswered is cancelled.
    pub(super) give_up_at: Option<Instant>,
}

/// A request of theirs with an offer, or an invitation to offer, that waits for the owner.
#[derive(Debug)]
pub(super) struct TheirOffer {
    pub(super) server: ServerId,
    pub(super) flow: Flow,
    pub(super) request: Request,
    pub(super) sdp: Option<Bytes>,
}

/// An offer in a response of theirs that the owner has yet to answer.
#[derive(Debug)]
pub(super) enum OwedAnswer {
    /// Goes into the ACK of this INVITE.
    Ack { client: ClientId },
    /// Goes into the PRACK of this provisional response.
    Prack { early: Text, rseq: u32, invite: u32 },
}

/// A 2xx of ours to an INVITE, repeated until its ACK (RFC 3261 §13.3.1.4).
#[derive(Debug)]
pub(super) struct Unacknowledged {
    pub(super) server: ServerId,
    /// CSeq number of the INVITE.
    pub(super) invite: u32,
    pub(super) response: Response,
    pub(super) interval: Duration,
    pub(super) repeat_at: Instant,
    pub(super) give_up_at: Instant,
}

impl Peer {
    pub(super) fn new(dialog: Dialog) -> Peer {
        Peer {
            dialog,
            exchange: OfferAnswer::default(),
            has_agreed: false,
            last_rseq: None,
            sent: None,
            got: None,
        }
    }

    /// A description of ours goes out.
    pub(super) fn describe(&mut self, sdp: &Bytes) {
        self.sent = Some(sdp.clone());
        if let Some(next) = self.exchange.sent() {
            self.step(next);
        }
    }

    /// A description of theirs came in.
    pub(super) fn learn(&mut self, sdp: &Bytes) {
        self.got = Some(sdp.clone());
        if let Some(next) = self.exchange.received() {
            self.step(next);
        }
    }

    /// The open offer, whosever it is, came to nothing.
    pub(super) fn offer_refused(&mut self) {
        self.exchange = self.exchange.refused(self.has_agreed);
    }

    /// The far end answered without a description where one was due: what holds, holds.
    pub(super) fn settle(&mut self) {
        self.exchange = OfferAnswer::Agreed;
    }

    fn step(&mut self, next: OfferAnswer) {
        self.exchange = next;
        self.has_agreed |= next.is_settled();
    }
}

impl Sent {
    pub(super) fn new(errand: Errand, request: Request, to: Destination) -> Sent {
        Sent {
            errand,
            request,
            to,
            tries: 0,
            challenge: None,
            accepted_until: None,
            last_rseq: None,
            acks: Vec::new(),
        }
    }

    /// Whether this is an INVITE without a final response.
    pub(super) fn is_open_invite(&self) -> bool {
        self.request.method() == Method::Invite
            && self.accepted_until.is_none()
            && self.challenge.is_none()
    }

    /// CSeq number.
    pub(super) fn number(&self) -> u32 {
        self.request.cseq().map_or(0, |cseq| cseq.number)
    }
}
