//! What a provider's exchange does that no telephone does: it registers lines, wants passwords, calls
//! the numbers of the office, and may be hostile.

use super::{Habit, LineState, SimPhone, ctx, status};
use bytes::Bytes;
use sip_dialog::{Invite, Session};
use sip_message::{
    HeaderName, Host, HostPort, Method, Request, Response, Scheme, SipUri, Uri,
    header::{Authorization, NameAddr},
};
use sip_sdp::Direction;
use sip_transaction::{Destination, ServerId};
use std::time::{Duration, Instant};

/// The exchange of a provider.
#[derive(Clone, Debug, Default)]
pub struct Carrier {
    /// Who may register, and calls only after a password; everybody may where there is none.
    pub account: Option<String>,
    /// It wants a password for whatever it is sent, again and again.
    pub challenges_always: bool,
    /// It refuses every registration with this status.
    pub refuses_registration: Option<u16>,
    /// Where it sends calls with a 302.
    pub redirects_to: Option<String>,
    /// The Contact that is registered.
    pub registered: Option<Uri>,
    /// Requests it was sent, by method, the oldest first.
    pub asked: Vec<(Instant, Method)>,
    /// The last INVITE, as it came.
    pub invite: Option<Request>,
}

/// How a call to the office is made.
#[derive(Clone, Debug, Default)]
pub struct CallIn {
    /// The number of the caller; hidden if none.
    pub from: Option<String>,
    /// More headers, name and value.
    pub headers: Vec<(String, String)>,
}

impl SimPhone {
    /// It is the exchange of a provider from now on.
    pub(in super::super) fn becomes_carrier(&mut self) {
        self.carrier = Some(Carrier::default());
    }

    /// Whether it is the exchange of a provider.
    pub(in super::super) fn is_carrier(&self) -> bool {
        self.carrier.is_some()
    }

    /// What it does as a provider. Panics for a telephone.
    pub fn carrier_mut(&mut self) -> &mut Carrier {
        self.carrier.as_mut().expect("a provider")
    }

    /// What it has been asked. Panics for a telephone.
    pub fn carrier(&self) -> &Carrier {
        self.carrier.as_ref().expect("a provider")
    }

    /// Somebody calls a number of the office over this provider; gives the line.
    pub fn call_in(&mut self, now: Instant, number: &str, call: &CallIn) -> u32 {
        let sdp = self.describe(1, Direction::SendRecv);
        let mine = HostPort::from(self.here);
        let from = match &call.from {
            Some(from) => NameAddr::new(SipUri::new(Scheme::Sip, Some(from), mine)),
            None => {
                let nobody = HostPort::new(Host::from_name("anonymous.invalid"), None);
                NameAddr::new(SipUri::new(Scheme::Sip, Some("anonymous"), nobody))
            }
        };
        let to = NameAddr::new(self.address(number));
        let registered = self
            .carrier
            .as_ref()
            .and_then(|carrier| carrier.registered.clone());
        let headers = call.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), Bytes::from(value.clone())));
        let invite = Invite {
            request_uri: registered.unwrap_or_else(|| self.address(number)),
            from,
            to,
            contact: self.contact(),
            call_id: None,
            routes: Vec::new(),
            sdp: Some(sdp),
            headers: headers.collect(),
            config: self.config(),
        };
        let to = Destination::Flow(self.flow());
        let session = Session::invite(&mut ctx(now, &mut self.endpoint), to, invite);
        self.add(session, LineState::Calling)
    }

    /// Asks the office to hand its party on to a number (REFER).
    pub fn refers(&mut self, now: Instant, line: u32, number: &str) {
        self.transfer(now, line, number);
    }

    /// What a provider answers by itself. `true`: that was all.
    pub(super) fn on_line_request(
        &mut self,
        now: Instant,
        server: ServerId,
        request: &Request,
    ) -> bool {
        let Some(carrier) = &mut self.carrier else {
            return false;
        };
        carrier.asked.push((now, request.method()));
        let proved = request.headers().find::<Authorization>().ok().flatten();
        let account = carrier.account.clone();
        let proves =
            proved.is_some_and(|proved| account.as_deref() == Some(&*proved.0.username.to_str()));
        let wants_proof = matches!(
            request.method(),
            Method::Register | Method::Invite | Method::Bye
        );
        if carrier.challenges_always && wants_proof {
            return self.challenge(now, server, request);
        }
        match request.method() {
            Method::Register => {
                if let Some(refusal) = carrier.refuses_registration {
                    return self.say(now, server, request, refusal, &[]);
                }
                if account.is_some() && !proves {
                    return self.challenge(now, server, request);
                }
                let contact = request.headers().value(HeaderName::Contact);
                let contact = contact.map(|c| c.to_str().into_owned()).unwrap_or_default();
                let uri = contact.split(['<', '>']).nth(1).unwrap_or_default();
                carrier.registered = Uri::parse(Bytes::from(uri.to_owned())).ok();
                let granted = [("Contact", contact.as_str()), ("Expires", "120")];
                self.say(now, server, request, 200, &granted)
            }
            Method::Invite if request.to_tag().is_none() => {
                if account.is_some() && !proves {
                    return self.challenge(now, server, request);
                }
                carrier.invite = Some(request.clone());
                if let Some(elsewhere) = carrier.redirects_to.clone() {
                    let contact = format!("<{elsewhere}>");
                    return self.say(now, server, request, 302, &[("Contact", &contact)]);
                }
                match self.habit {
                    Habit::Refuses(refusal) => self.say(now, server, request, refusal, &[]),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn challenge(&mut self, now: Instant, server: ServerId, request: &Request) -> bool {
        let nonce = self.endpoint.token();
        let challenge =
            format!("Digest realm=\"carrier.example\", nonce=\"{nonce}\", qop=\"auth\"");
        self.say(
            now,
            server,
            request,
            401,
            &[("WWW-Authenticate", &challenge)],
        )
    }

    fn say(
        &mut self,
        now: Instant,
        server: ServerId,
        request: &Request,
        code: u16,
        headers: &[(&str, &str)],
    ) -> bool {
        let mut answer = Response::to(request, status(code));
        for (name, value) in headers {
            answer = answer.push_raw(name, value.as_bytes());
        }
        let tag = self.endpoint.token();
        self.endpoint
            .respond(now, server, answer.to_tag(&tag).build());
        true
    }
}

impl Carrier {
    /// How long lay between the first two requests of a method.
    pub fn between(&self, method: &Method) -> Option<Duration> {
        let mut times = self.asked.iter().filter(|(_, asked)| asked == method);
        let (first, second) = (times.next()?.0, times.next()?.0);
        Some(second - first)
    }

    /// How often it was asked this.
    pub fn count(&self, method: &Method) -> usize {
        self.asked
            .iter()
            .filter(|(_, asked)| asked == method)
            .count()
    }
}
