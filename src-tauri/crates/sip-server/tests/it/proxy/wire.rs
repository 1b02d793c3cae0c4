//! A proxy between a caller and callees, all on one simulated wire.

use crate::support::request;
use bytes::Bytes;
use sip_message::header::MaxForwards;
use sip_message::{HeaderName, Message, Method, Request, Response, StatusCode};
use sip_server::proxy::{Proxy, ProxyConfig, ProxyTarget};
use sip_transaction::{Destination, Endpoint, EndpointConfig, Event, Output, ServerId};
use sip_transport::{Flow, Listener, Target, Transport, TransportOutput};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub(super) const CALLER: &str = "192.0.2.1:5060";

/// A proxy between a caller and callees, all on one wire.
pub(super) struct Wire {
    pub(super) now: Instant,
    pub(super) endpoint: Endpoint,
    pub(super) proxy: Proxy,
    pub(super) sent: VecDeque<(Flow, Message)>,
    pub(super) targets: Vec<ProxyTarget>,
    pub(super) caller: Flow,
    pub(super) failed: usize,
}

impl Wire {
    pub(super) fn new(targets: Vec<ProxyTarget>) -> Wire {
        Wire::with(ProxyConfig::default(), targets)
    }

    pub(super) fn with(config: ProxyConfig, targets: Vec<ProxyTarget>) -> Wire {
        let mut endpoint = Endpoint::new(EndpointConfig::default(), [5; 32]);
        for transport in [Transport::Udp, Transport::Tcp] {
            endpoint.transports().listen(Listener {
                transport,
                local: addr("10.0.0.1:5060"),
                advertised: None,
            });
        }
        Wire {
            now: Instant::now(),
            endpoint,
            proxy: Proxy::new(config, [6; 32]),
            sent: VecDeque::new(),
            targets,
            caller: udp(CALLER),
            failed: 0,
        }
    }

    pub(super) fn receive(&mut self, flow: Flow, bytes: &Bytes) {
        self.endpoint.receive(self.now, flow, bytes.clone());
        self.settle();
    }

    pub(super) fn call(&mut self, request: &Request) {
        self.receive(self.caller, request.bytes());
    }

    fn settle(&mut self) {
        while let Some(output) = self.endpoint.poll() {
            match output {
                Output::Transport(TransportOutput::Send { flow, bytes }) => {
                    self.sent.push_back((flow, Message::parse(bytes).unwrap()));
                }
                Output::Transport(TransportOutput::Failed { .. }) => self.failed += 1,
                Output::Transport(_) | Output::Resolve { .. } => {}
                Output::Event(event) => self.on_event(event),
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        let Wire {
            now,
            endpoint,
            proxy,
            ..
        } = self;
        let now = *now;
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => self.on_request(server, flow, request),
            Event::Cancel { server, request } => {
                proxy.on_cancel(now, endpoint, server, &request);
            }
            Event::Ack { flow, request } => {
                let accepted = proxy
                    .accept(endpoint.transports_ref(), flow, request)
                    .unwrap();
                let target = accepted.target().unwrap_or_else(|| self.targets[0].clone());
                proxy.forward_ack(now, endpoint, &accepted, &target);
            }
            Event::Response {
                client, response, ..
            } => {
                proxy.on_response(now, endpoint, client, &response);
            }
            Event::ClientTimeout { client } => {
                proxy.on_client_timeout(now, endpoint, client);
            }
            Event::ClientFailed { client } => {
                proxy.on_client_failed(now, endpoint, client);
            }
            _ => {}
        }
    }

    fn on_request(&mut self, server: ServerId, flow: Flow, request: Request) {
        match self
            .proxy
            .accept(self.endpoint.transports_ref(), flow, request)
        {
            Err(response) => {
                self.endpoint.respond(self.now, server, response);
            }
            Ok(accepted) => {
                let targets = match accepted.target() {
                    Some(target) => vec![target],
                    None => self.targets.clone(),
                };
                self.proxy
                    .forward(self.now, &mut self.endpoint, server, accepted, targets);
            }
        }
    }

    /// Lets time pass, with every timer at its moment.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let next = [self.endpoint.next_timeout(), self.proxy.next_timeout()];
            let Some(at) = next.into_iter().flatten().min().filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(at);
            self.endpoint.handle_timeout(self.now);
            self.settle();
            self.proxy.handle_timeout(self.now, &mut self.endpoint);
            self.settle();
        }
        self.now = end;
    }

    /// Requests that arrived at 192.0.2.`last` since last asked.
    pub(super) fn at(&mut self, last: u8) -> Vec<Request> {
        let ip = SocketAddr::from(([192, 0, 2, last], 5060)).ip();
        let mut found = vec![];
        self.sent.retain(|(flow, message)| match message {
            Message::Request(request) if flow.remote.ip() == ip => {
                found.push(request.clone());
                false
            }
            _ => true,
        });
        found
    }

    pub(super) fn invite_at(&mut self, last: u8) -> Request {
        let mut found = self.at(last);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// Responses that arrived at the caller since last asked, without 100 Trying.
    pub(super) fn answers(&mut self) -> Vec<Response> {
        let mut found = vec![];
        let caller = self.caller.remote;
        self.sent.retain(|(flow, message)| match message {
            Message::Response(response) if flow.remote == caller => {
                if response.status() != StatusCode::TRYING {
                    found.push(response.clone());
                }
                false
            }
            _ => true,
        });
        found
    }

    pub(super) fn codes(&mut self) -> Vec<u16> {
        self.answers().iter().map(|r| r.status().code()).collect()
    }

    pub(super) fn reply(&mut self, last: u8, to: &Request, code: u16) {
        self.reply_with(last, to, code, "");
    }

    pub(super) fn reply_with(&mut self, last: u8, to: &Request, code: u16, headers: &str) {
        let status = StatusCode::new(code).unwrap();
        let mut response = Response::to(to, status).to_tag(&format!("t{last}"));
        for line in headers.lines() {
            let (name, value) = line.trim().split_once(": ").unwrap();
            response = response.push_raw(name, value.as_bytes());
        }
        let response = response.build();
        self.receive(udp(&format!("192.0.2.{last}:5060")), response.bytes());
    }

    /// Acknowledges a final response as the caller's transaction does.
    pub(super) fn ack_final(&mut self, code: u16) {
        let ack = Request::builder(Method::Ack, &invite().uri().unwrap())
            .copy(invite().headers(), HeaderName::Via)
            .copy(invite().headers(), HeaderName::From)
            .copy(invite().headers(), HeaderName::To)
            .copy(invite().headers(), HeaderName::CallId)
            .push_raw("CSeq", b"1 ACK")
            .push(&MaxForwards(70))
            .build();
        assert!(code >= 300);
        self.call(&ack);
    }

    pub(super) fn cancel(&mut self, headers: &str) {
        let cancel = request(&format!(
            "CANCEL sip:bob@10.0.0.1 SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcaller
             From: <sip:anna@10.0.0.1>;tag=a
             To: <sip:bob@10.0.0.1>
             Call-ID: call1
             CSeq: 1 CANCEL
             {headers}"
        ));
        self.call(&cancel);
    }

    /// Everything is over and nothing is left behind.
    pub(super) fn is_at_rest(&mut self) -> bool {
        self.pass(Duration::from_secs(120));
        let counts = self.endpoint.counts();
        self.proxy.under_way() == 0
            && self.proxy.next_timeout().is_none()
            && counts.client == 0
            && counts.server == 0
    }
}

pub(super) fn addr(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub(super) fn udp(remote: &str) -> Flow {
    Flow::udp(addr("10.0.0.1:5060"), addr(remote))
}

/// A registered phone at 192.0.2.`last`.
pub(super) fn target(last: u8, q: u16) -> ProxyTarget {
    let uri = format!("sip:bob@192.0.2.{last}:5060").parse().unwrap();
    ProxyTarget {
        q,
        ..ProxyTarget::new(
            uri,
            Destination::Target(Target {
                transport: Transport::Udp,
                addr: SocketAddr::from(([192, 0, 2, last], 5060)),
                server_name: None,
            }),
        )
    }
}

pub(super) fn invite() -> Request {
    request(
        "INVITE sip:bob@10.0.0.1 SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcaller
         Max-Forwards: 70
         From: <sip:anna@10.0.0.1>;tag=a
         To: <sip:bob@10.0.0.1>
         Call-ID: call1
         CSeq: 1 INVITE
         Contact: <sip:anna@192.0.2.1:5060>",
    )
}

pub(super) fn message() -> Request {
    let text = String::from_utf8(invite().bytes().to_vec()).unwrap();
    Request::parse(Bytes::from(text.replace("INVITE", "MESSAGE"))).unwrap()
}
