//! How a simulated phone registers: with credentials when asked, again at half time, and after half
//! a minute when nobody answered.

use super::SimPhone;
use sip_message::{
    Method, Request, Scheme, SipUri, Uri,
    header::{CSeq, Contact, Expires, From, NameAddr, To, Via},
};
use sip_server::digest::answer_challenge;
use sip_transaction::{ClientId, Destination};
use std::time::{Duration, Instant};

/// After a failure.
const TRY_AGAIN: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct Registration {
    client: Option<ClientId>,
    last: Option<Request>,
    expires: u32,
    again_at: Option<Instant>,
    status: Option<u16>,
}

impl Registration {
    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.again_at
    }

    pub(super) fn is_waiting_for(&self, client: ClientId) -> bool {
        self.client == Some(client)
    }
}

impl SimPhone {
    pub(super) fn begin_registration(&mut self, now: Instant, account: &str, expires: u32) {
        if let Some(last) = self.registration.last.clone() {
            self.registration.expires = expires;
            let again = last.edit().set(&Expires(expires)).build();
            return self.renew_registration(now, &again);
        }
        let office = Uri::Sip(SipUri::new(Scheme::Sip, None, self.office_host()));
        let me = NameAddr::new(self.address(account));
        let (call_id, tag) = (self.endpoint.token(), self.endpoint.token());
        let request = Request::builder(Method::Register, &office)
            .push(&From(me.clone().with_tag(&tag)))
            .push(&To(me))
            .set_raw("Call-ID", call_id.as_bytes())
            .push(&CSeq {
                number: 1,
                method: Method::Register,
            })
            .push(&Contact::Addr(NameAddr::new(self.contact())))
            .push(&Expires(expires))
            .set_raw("User-Agent", b"SimPhone/1.0");
        self.registration.expires = expires;
        self.send_register(now, request.build());
    }

    pub(super) fn on_registration_timeout(&mut self, now: Instant) {
        if self.registration.again_at.is_some_and(|at| at <= now)
            && let Some(last) = self.registration.last.clone()
        {
            self.renew_registration(now, &last);
        }
    }

    pub(super) fn on_registration_failed(&mut self, now: Instant) {
        self.registration.client = None;
        self.registration.status = Some(408);
        self.registration.again_at = Some(now + TRY_AGAIN);
    }

    pub(super) fn on_registered(&mut self, now: Instant, response: &sip_message::Response) {
        if !response.status().is_final() {
            return;
        }
        self.registration.client = None;
        let Some(last) = self.registration.last.clone() else {
            return;
        };
        if response.status() == 401 {
            let cnonce = self.endpoint.token();
            if let Some(again) = answer_challenge(response, &last, &self.login(), &cnonce) {
                return self.send_register(now, again.request.build());
            }
        }
        self.registration.status = Some(response.status().code());
        let contact = response.headers().find::<Contact>().ok().flatten();
        let granted = contact.and_then(|contact| contact.expires());
        self.registration.again_at = match granted {
            Some(granted) if self.registration.expires > 0 => {
                Some(now + Duration::from_secs(u64::from(granted) / 2))
            }
            None if response.status().code() == 503 => Some(now + TRY_AGAIN),
            _ => None,
        };
    }

    fn renew_registration(&mut self, now: Instant, last: &Request) {
        let number = last.cseq().map_or(1, |c| c.number + 1);
        let again = last.edit().pop::<Via>().set(&CSeq {
            number,
            method: Method::Register,
        });
        self.send_register(now, again.build());
    }

    fn send_register(&mut self, now: Instant, request: Request) {
        let to = Destination::Flow(self.flow());
        let client = self.endpoint.send(now, to, request.edit());
        self.registration.client = Some(client);
        self.registration.last = Some(request);
        self.registration.again_at = None;
    }
}
