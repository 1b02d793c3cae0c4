//! REFER inside a call (RFC 3515, RFC 4488): whom to call instead, and telling how that goes.

use crate::{Ctx, Session, limits::REFER_EXPIRES};
use bytes::Bytes;
use sip_message::{
    HeaderName, Request, StatusCode, Uri,
    header::{
        Event, Header, NameAddr, ReferSub, ReferTo, ReferredBy, Replaces, SubState,
        SubscriptionState,
    },
};
use sip_transaction::{ClientId, ServerId};
use std::time::Instant;

/// The content type of a NOTIFY about a REFER.
pub const SIPFRAG: &str = "message/sipfrag;version=2.0";

/// What a REFER asks for.
#[derive(Clone, Debug)]
pub struct Refer {
    /// Whom to call, without the headers inside the URI.
    pub target: Uri,
    /// The dialog there that the new call is to replace: a transfer with consultation.
    pub replaces: Option<Replaces>,
    /// Who asks, as it says itself (RFC 3892).
    pub referred_by: Option<NameAddr>,
    /// Whether it wants to hear how it goes (RFC 4488: not with `Refer-Sub: false`).
    pub wants_progress: bool,
}

/// Why a REFER is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRefer {
    /// No Refer-To, or more than one, or an unreadable one: 400 (RFC 3515 §2.4.2).
    #[error("REFER needs exactly one readable Refer-To")]
    ReferTo,
    /// A URI that is neither `sip:`, `sips:` nor `tel:`, or asks for another method than INVITE:
    /// 416.
    #[error("Refer-To asks for something that is no call")]
    NoCall,
}

impl Refer {
    /// Reads a REFER.
    pub fn read(request: &Request) -> Result<Refer, BadRefer> {
        let headers = request.headers();
        if headers.named(HeaderName::ReferTo).count() != 1 {
            return Err(BadRefer::ReferTo);
        }
        let ReferTo(to) = headers.get().map_err(|_| BadRefer::ReferTo)?;
        let (target, replaces) = match to.uri() {
            Uri::Sip(uri) => {
                let method = uri.params().value("method");
                if method.is_some_and(|method| !method.is("INVITE")) {
                    return Err(BadRefer::NoCall);
                }
                let replaces = match uri.header("Replaces") {
                    Some(value) => Some(
                        Replaces::parse(value.bytes().clone()).map_err(|_| BadRefer::ReferTo)?,
                    ),
                    None => None,
                };
                (Uri::Sip(uri.clone().without_headers()), replaces)
            }
            Uri::Tel(uri) => (Uri::Tel(uri.clone()), None),
            Uri::Other { .. } => return Err(BadRefer::NoCall),
        };
        let sub = headers.find::<ReferSub>().ok().flatten();
        Ok(Refer {
            target,
            replaces,
            referred_by: headers.find::<ReferredBy>().ok().flatten().map(|by| by.0),
            wants_progress: sub != Some(ReferSub(false)),
        })
    }
}

impl BadRefer {
    /// The status to refuse with.
    pub fn status(self) -> StatusCode {
        let code = match self {
            BadRefer::ReferTo => 400,
            BadRefer::NoCall => 416,
        };
        StatusCode::new(code).unwrap_or(StatusCode::OK)
    }
}

/// The subscription that an accepted REFER starts by itself: tells the referrer how its call goes,
/// in NOTIFYs inside the same dialog.
#[derive(Debug)]
pub struct ReferNotifier {
    event: Event,
    expires_at: Instant,
    last: StatusCode,
    /// NOTIFYs without an answer.
    in_flight: Vec<ClientId>,
    is_over: bool,
}

impl ReferNotifier {
    /// Accepts a REFER that came as [`crate::SessionEvent::Request`]: 202, and at once a NOTIFY that
    /// says 100 (RFC 3515 §2.4.4). `None`: the referrer does not want to hear more
    /// (`Refer-Sub: false`, which the 202 confirms).
    pub fn accept(
        ctx: &mut Ctx<'_>,
        session: &mut Session,
        server: ServerId,
        request: &Request,
    ) -> Option<ReferNotifier> {
        let silent = request.headers().find::<ReferSub>().ok().flatten() == Some(ReferSub(false));
        let confirm = [("Refer-Sub".to_owned(), Bytes::from_static(b"false"))];
        let headers: &[_] = if silent { &confirm } else { &[] };
        session.respond(ctx, server, StatusCode::ACCEPTED, None, headers);
        if silent {
            return None;
        }
        // The id tells this REFER from others of the same dialog (RFC 3515 §2.4.6).
        let mut event = Event::new("refer");
        let number = request.cseq().map_or(0, |cseq| cseq.number);
        event.params = event.params.with("id", &number.to_string());
        let mut notifier = ReferNotifier {
            event,
            expires_at: ctx.now + REFER_EXPIRES,
            last: StatusCode::TRYING,
            in_flight: Vec::new(),
            is_over: false,
        };
        notifier.notify(ctx, session, StatusCode::TRYING);
        Some(notifier)
    }

    /// The new call's latest response. A final one, or the end of the time, ends the subscription;
    /// a status told before is not told again.
    pub fn tell(&mut self, ctx: &mut Ctx<'_>, session: &mut Session, status: StatusCode) {
        if self.is_over || (status == self.last && status.is_provisional()) {
            return;
        }
        self.notify(ctx, session, status);
    }

    /// The answer to a NOTIFY ([`crate::SessionEvent::Response`]); `true` if it was one of these. A
    /// refused NOTIFY ends the subscription.
    pub fn on_response(&mut self, client: ClientId, status: StatusCode) -> bool {
        let Some(at) = self.in_flight.iter().position(|id| *id == client) else {
            return false;
        };
        self.in_flight.swap_remove(at);
        self.is_over |= !status.is_success();
        true
    }

    /// Whether nothing more is to be told.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    fn notify(&mut self, ctx: &mut Ctx<'_>, session: &mut Session, status: StatusCode) {
        let left = self.expires_at.saturating_duration_since(ctx.now).as_secs();
        let state = if status.is_final() || left == 0 {
            self.is_over = true;
            SubscriptionState::terminated("noresource")
        } else {
            SubscriptionState::active(u32::try_from(left).unwrap_or(u32::MAX))
        };
        self.last = status;
        let headers = [line(&self.event), line(&state)];
        let body = (SIPFRAG, sipfrag(status));
        let sent = session.send(ctx, sip_message::Method::Notify, Some(body), &headers);
        match sent {
            Some(client) => self.in_flight.push(client),
            None => self.is_over = true,
        }
    }
}

/// What a NOTIFY about our REFER says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferProgress {
    /// The status of the call that the far end makes; `None`: unreadable.
    pub status: Option<StatusCode>,
    /// Whether this is the last NOTIFY.
    pub is_last: bool,
}

/// Reads a NOTIFY about our REFER. `None`: it is about something else.
pub fn read_notify(notify: &Request) -> Option<ReferProgress> {
    let headers = notify.headers();
    if headers.get::<Event>().ok()?.package != "refer" {
        return None;
    }
    let is_over = headers
        .get::<SubscriptionState>()
        .is_ok_and(|state| state.state == SubState::Terminated);
    let body = notify.body();
    let code = body
        .strip_prefix(b"SIP/2.0 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|code| std::str::from_utf8(code).ok()?.parse().ok());
    Some(ReferProgress {
        status: code.and_then(StatusCode::new),
        is_last: is_over,
    })
}

/// The body of a NOTIFY about a REFER: a status line (RFC 3515 §2.4.5).
pub fn sipfrag(status: StatusCode) -> Bytes {
    Bytes::from(format!("SIP/2.0 {status} {}\r\n", status.reason()))
}

/// A header as the name and value that [`Session::send`] takes.
fn line<H: Header>(header: &H) -> (String, Bytes) {
    let mut value = Vec::new();
    header.write(&mut value);
    (H::NAME.as_str().to_owned(), Bytes::from(value))
}
