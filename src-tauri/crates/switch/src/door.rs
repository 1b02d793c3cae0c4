//! The door: who may come in. Every request outside a dialog passes here; strangers get the same
//! answer whoever they claim to be.

use crate::{
    features::{emergency, from_outside},
    happening::{LoginRefusal, What},
    registrations::Registrations,
    switch::Switch,
};
use office::{Office, Peer};
use sip_message::{
    HeaderName, Method, Request, Response, StatusCode,
    header::{Algorithm, Authorization},
};
use sip_server::{
    digest::{AskedBy, Authenticated, Authenticator, DigestConfig, Ha1, Verdict},
    guard::{Admission, Guard},
};
use sip_transaction::ServerId;
use sip_transport::Flow;
use std::{net::IpAddr, time::Instant};

/// Methods this office understands, for Allow.
const ALLOW: &[u8] =
    b"INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, REFER, SUBSCRIBE, NOTIFY, \
      MESSAGE";

/// Extensions this office supports as a user agent.
const SUPPORTED: &[u8] = b"100rel, timer, replaces, path, outbound, gruu";

/// Option tags a Require may name.
const REQUIRABLE: [&str; 6] = ["100rel", "timer", "replaces", "path", "outbound", "gruu"];

/// Who is known, who has proved it, and which phones are registered.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) guard: Guard,
    pub(crate) authenticator: Authenticator,
    pub(crate) registrations: Registrations,
}

impl Door {
    pub(crate) fn new(
        office: &Office,
        [seed, registrar_seed]: [[u8; 32]; 2],
        now: Instant,
    ) -> Door {
        let config = DigestConfig {
            realm: office.settings().realm.as_str().to_owned(),
            // Nothing else: telephones with libre 1.x (baresip) give up on any challenge they do
            // not know. See decision 6.
            algorithms: vec![Algorithm::Md5],
            ..DigestConfig::default()
        };
        Door {
            guard: Guard::new(Vec::new(), now),
            authenticator: Authenticator::new(config, seed, now),
            registrations: Registrations::new(office, registrar_seed),
        }
    }
}

impl Switch {
    /// Whether bytes may come in at all (floods, scanners).
    pub(crate) fn lets_in(&mut self, flow: Flow, bytes: &bytes::Bytes) -> bool {
        let dropped = matches!(
            self.door.guard.admit(self.now(), flow, bytes),
            Admission::Drop(_)
        );
        !dropped || emergency::is_let_in(self, flow, bytes)
    }

    /// Forgets failed tries to log in, asked for by somebody with authority over the office.
    pub(crate) fn forgive(&mut self, user: Option<String>, address: Option<IpAddr>) {
        let account = user.as_ref().map(String::as_bytes);
        self.door.guard.forgive(account, address);
        self.tell(What::LoginForgiven {
            user: user.map(|user| office::clean_text(&user).into_owned()),
            address: address.map(|address| address.to_string()),
        });
    }

    /// A request outside any dialog.
    pub(crate) fn on_new_request(&mut self, server: ServerId, flow: Flow, request: Request) {
        if request.to_tag().is_some() {
            if request.method() == Method::Subscribe {
                if !self.on_known_subscriber(server, flow, &request) {
                    self.prove(server, flow, request);
                }
                return;
            }
            // Part of something that is over (RFC 3261 §12.2.2).
            return self.respond_plain(server, &request, 481);
        }
        if let Some(unsupported) = unsupported(&request) {
            let answer = response(&request, 420).set_raw("Unsupported", unsupported.as_bytes());
            return self.respond(server, answer);
        }
        match request.method() {
            Method::Options => {
                let answer = response(&request, 200)
                    .set_raw("Accept", b"application/sdp")
                    .set_raw("Supported", SUPPORTED)
                    .set_raw("Allow-Events", Switch::allow_events().as_bytes());
                self.respond(server, answer);
            }
            Method::Bye | Method::Prack | Method::Update | Method::Info | Method::Notify => {
                self.respond_plain(server, &request, 481);
            }
            Method::Invite if self.is_from_own_phone(&request, &flow) => {
                self.prove(server, flow, request);
            }
            Method::Invite => match self.line_of(&request, &flow) {
                Some(known) => from_outside::on_invite(self, server, flow, &request, known),
                None => match self.peer_at(&flow) {
                    Some(peer) => from_outside::on_peer(self, server, flow, &request, peer),
                    None => self.prove(server, flow, request),
                },
            },
            _ => self.prove(server, flow, request),
        }
    }

    /// Whether a request claims to be of a phone that is registered over this very flow. It may stand
    /// behind the address of a provider or of another system; it proves itself as ever.
    fn is_from_own_phone(&self, request: &Request, flow: &Flow) -> bool {
        let office = self.office();
        let from = request.from().ok();
        let user = from.and_then(|from| Some(from.uri().user()?.into_owned()));
        let user = user.and_then(|user| String::from_utf8(user).ok());
        let device = user.and_then(|user| office.device_by_user(&user).map(|d| d.sip_user.clone()));
        device.is_some_and(|user| {
            let registrations = &self.door.registrations;
            let reached = registrations.reach(self.now(), &user, &self.endpoint);
            reached.iter().any(|reach| reach.flow.remote == flow.remote)
        })
    }

    /// Answers a request that belongs to no leg.
    pub(crate) fn respond_plain(&mut self, server: ServerId, request: &Request, status: u16) {
        self.respond(server, response(request, status));
    }

    pub(crate) fn respond(&mut self, server: ServerId, answer: sip_message::ResponseBuilder) {
        let tag = self.endpoint.token();
        let answer = answer
            .to_tag(&tag)
            .set_raw("Server", self.config.name.as_bytes());
        self.endpoint.respond(self.now(), server, answer.build());
    }

    /// Asks for proof of who sent a request, then does what it asks.
    fn prove(&mut self, server: ServerId, flow: Flow, request: Request) {
        let office = self.office();
        // Whoever may not come in here is answered as one nobody knows.
        let welcome = lets_in(&office, flow, &request);
        let accounts = |user: &[u8], realm: &[u8], algorithm: &Algorithm| {
            if !welcome {
                return None;
            }
            let name = std::str::from_utf8(user).ok()?;
            let Some(device) = office.device_by_user(name) else {
                let password = peer_of(&office, name)?.password.as_ref()?.expose();
                return Ha1::of_password(user, realm, password.as_bytes(), algorithm);
            };
            let secrets = &device.credentials;
            if secrets.realm.as_str().as_bytes() != realm {
                return None;
            }
            Ha1::from_hex(match algorithm {
                Algorithm::Md5 => secrets.ha1_md5.expose(),
                Algorithm::Sha256 => secrets.ha1_sha256.expose(),
                Algorithm::Sha512Trunc256 => secrets.ha1_sha512_256.expose(),
                _ => return None,
            })
        };
        let tried = request.headers().find::<Authorization>().ok().flatten();
        let now = self.now();
        // Its login failed, but it is a phone of the office, and it calls for help.
        let calls_for_help =
            emergency::known_phone(self, flow, &request).filter(|_| tried.is_some());
        let calls_for_help = calls_for_help.map(|device| (device, request.clone()));
        let door = &mut self.door;
        let verdict = door.authenticator.verify(
            now,
            AskedBy::Server,
            flow,
            request,
            &accounts,
            &mut door.guard,
        );
        match verdict {
            Verdict::Authenticated(request) => self.on_known(server, &request),
            Verdict::Challenge(answer) => {
                // A first request without credentials is no failed login.
                let stale = answer_is_stale(&answer);
                if let Some(tried) = tried.filter(|_| !stale) {
                    let reason = match welcome {
                        true => LoginRefusal::BadCredentials,
                        false => LoginRefusal::NotFromThere,
                    };
                    self.tell_refused(flow, &tried, reason);
                    if let Some((device, request)) = calls_for_help {
                        return self.on_device_calls(server, flow, &request, device);
                    }
                }
                self.endpoint.respond_and_forget(server, answer);
            }
            Verdict::Refuse(answer) => {
                if let Some(tried) = tried.filter(|_| answer.status() == 403) {
                    let reason = match welcome {
                        true => LoginRefusal::TooManyTries,
                        false => LoginRefusal::NotFromThere,
                    };
                    self.tell_refused(flow, &tried, reason);
                }
                if let Some((device, request)) = calls_for_help {
                    return self.on_device_calls(server, flow, &request, device);
                }
                self.endpoint.respond_and_forget(server, answer);
            }
        }
    }

    fn tell_refused(&mut self, flow: Flow, tried: &Authorization, reason: LoginRefusal) {
        let user = tried.0.username.to_str();
        let device = self.office().device_by_user(&user).map(|device| device.id);
        self.tell(What::LoginRefused {
            user: office::clean_text(&user).into_owned(),
            address: flow.remote.to_string(),
            reason,
            device,
        });
    }

    /// A request of a device that proved who it is.
    fn on_known(&mut self, server: ServerId, request: &Authenticated<Request>) {
        let office = self.office();
        let user = request.account().to_str();
        if let Some(peer) =
            peer_of(&office, &user).filter(|_| office.device_by_user(&user).is_none())
        {
            return match request.get().method() {
                Method::Invite => {
                    from_outside::on_peer(self, server, request.flow(), request.get(), peer.id);
                }
                // Other systems call; they have no telephones here.
                _ => self.respond_plain(server, request.get(), 403),
            };
        }
        match request.get().method() {
            Method::Register => self.on_register(server, request),
            Method::Invite => self.on_caller(server, request),
            Method::Message => self.on_text(server, request),
            Method::Subscribe => self.on_subscribe(server, request),
            // No event package is published to us (RFC 3903 §6).
            Method::Publish => self.respond_plain(server, request.get(), 489),
            _ => {
                let answer = response(request.get(), 405).set_raw("Allow", ALLOW);
                self.respond(server, answer);
            }
        }
    }
}

/// The other telephone system that proves itself by that name.
pub(crate) fn peer_of<'a>(office: &'a Office, user: &str) -> Option<&'a Peer> {
    let mut peers = office.peers();
    let found = peers.find(|peer| peer.enabled && !peer.user.is_empty() && peer.user == user);
    found.map(AsRef::as_ref)
}

/// Whether somebody there may talk to the office under the domains their request names.
fn lets_in(office: &Office, flow: Flow, request: &Request) -> bool {
    let address = flow.remote.ip();
    let named = [
        request.uri().ok(),
        request.to().ok().map(|to| to.uri().clone()),
        request.from().ok().map(|from| from.uri().clone()),
    ];
    let uris = named.iter().flatten().filter_map(|uri| uri.as_sip());
    let hosts: Vec<String> = uris.map(|uri| uri.host().to_string()).collect();
    office.lets_in(&hosts, address)
}

fn response(request: &Request, status: u16) -> sip_message::ResponseBuilder {
    let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
    let answer = Response::to(request, status);
    match request.method() {
        Method::Options | Method::Invite => answer.set_raw("Allow", ALLOW),
        _ => answer,
    }
}

/// The required extensions we do not have, as an Unsupported header names them.
fn unsupported(request: &Request) -> Option<String> {
    let unknown: Vec<String> = request
        .headers()
        .named(HeaderName::Require)
        .flat_map(|line| {
            let value = line.value().to_str().into_owned();
            value
                .split(',')
                .map(|tag| tag.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|tag| !tag.is_empty())
        .filter(|tag| {
            !REQUIRABLE
                .iter()
                .any(|known| known.eq_ignore_ascii_case(tag))
        })
        .collect();
    (!unknown.is_empty()).then(|| unknown.join(", "))
}

fn answer_is_stale(answer: &Response) -> bool {
    answer
        .headers()
        .all::<sip_message::header::WwwAuthenticate>()
        .any(|challenge| challenge.is_ok_and(|c| c.0.stale))
}
