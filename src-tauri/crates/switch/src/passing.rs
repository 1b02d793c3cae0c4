//! What the office only passes on: text messages between phones, through the stateful proxy.

use crate::switch::Switch;
use office::{Dialled, Office};
use sip_message::{
    HostPort, Request, Response, Scheme, SipUri, Uri,
    header::{NameAddr, PAssertedIdentity},
};
use sip_server::{
    digest::Authenticated,
    proxy::{Proxy, ProxyConfig, ProxyTarget},
};
use sip_transaction::{ClientId, ServerId};

/// The proxy of an office: it stays out of the path of what it passes on.
pub(crate) fn proxy(office: &Office, seed: [u8; 32]) -> Proxy {
    let config = ProxyConfig {
        record_route: false,
        realm: Some(office.settings().realm.as_str().to_owned()),
        ..ProxyConfig::default()
    };
    Proxy::new(config, seed)
}

impl Switch {
    /// A text message of a device that proved who it is, for somebody in the office.
    pub(crate) fn on_text(&mut self, server: ServerId, message: &Authenticated<Request>) {
        let office = self.office();
        let account = message.account().to_str().into_owned();
        let request = message.get();
        // Nobody writes in another's name: what From says must be the account (promise P3).
        let named = request
            .from()
            .ok()
            .and_then(|from| Some(from.uri().user()?.into_owned()));
        if named.as_deref() != Some(account.as_bytes()) {
            return self.respond_plain(server, request, 403);
        }
        let dialled = request
            .uri()
            .ok()
            .and_then(|uri| Some(uri.user()?.into_owned()));
        let dialled = String::from_utf8_lossy(&dialled.unwrap_or_default()).into_owned();
        let Dialled::Person(callee) = office.resolve(&dialled) else {
            return self.respond_plain(server, request, 404);
        };
        let now = self.now();
        let transports = self.endpoint.transports_ref();
        let targets: Vec<ProxyTarget> = office
            .devices_of(callee.id)
            .flat_map(|device| self.door.registrations.devices(now, &device.sip_user))
            .filter_map(|device| ProxyTarget::of_device(&device, transports))
            .collect();
        let passed = match self.writer(&office, &account, message) {
            Some(writer) => request.edit().set(&PAssertedIdentity(writer)).build(),
            None => request.clone(),
        };
        match self.proxy.accept(transports, message.flow(), passed) {
            Ok(accepted) => {
                self.proxy
                    .forward(now, &mut self.endpoint, server, accepted, targets);
            }
            Err(refusal) => {
                self.endpoint.respond(now, server, refusal);
            }
        }
    }

    /// A response to something passed on; one to nothing at all is dropped.
    pub(crate) fn on_passed_response(&mut self, client: ClientId, response: &Response) {
        self.proxy
            .on_response(self.now, &mut self.endpoint, client, response);
    }

    /// Something passed on came to nothing.
    pub(crate) fn on_passed_failed(&mut self, client: ClientId, timeout: bool) {
        if timeout {
            self.proxy
                .on_client_timeout(self.now, &mut self.endpoint, client);
        } else {
            self.proxy
                .on_client_failed(self.now, &mut self.endpoint, client);
        }
    }

    /// The writer as the reader's phone may show them.
    fn writer(
        &self,
        office: &Office,
        account: &str,
        message: &Authenticated<Request>,
    ) -> Option<NameAddr> {
        let device = office.device_by_user(account)?;
        let person = office.person(device.person)?;
        let number = office.numbers_of(person.id).first()?;
        let host = self.endpoint.transports_ref().sent_by(&message.flow()).host;
        let uri = SipUri::new(
            Scheme::Sip,
            Some(number.as_str()),
            HostPort::new(host, None),
        );
        Some(NameAddr::new(Uri::Sip(uri)).with_display(person.shown_name()))
    }
}
