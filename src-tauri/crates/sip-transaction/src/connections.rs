//! Connections that never open, never speak, or have fallen silent are closed; flows of ours are
//! kept alive (RFC 5626 §4.4).

use crate::{Endpoint, Event, TimerId, endpoint::Due};
use bytes::Bytes;
use sip_transport::{
    ConnectionId, Flow, Listener, Transport,
    keep_alive::{Beat, KeepAlive, Probe},
    limits::{CONNECT_TIMEOUT, FIRST_MESSAGE_WITHIN, IDLE_CONNECTION, MAX_KEEP_ALIVES},
    stun,
};
use std::time::{Duration, Instant};

/// The watch over one stream connection.
#[derive(Debug)]
pub(crate) struct Watch {
    timer: TimerId,
    /// When the peer last sent anything.
    heard: Option<Instant>,
}

/// A flow that we keep alive.
#[derive(Debug)]
pub(crate) struct KeptAlive {
    keep_alive: KeepAlive,
    timer: TimerId,
}

impl Endpoint {
    /// The host accepted a connection. `false`: too many, close it. A peer that stays silent is
    /// closed after a while.
    pub fn accepted(&mut self, now: Instant, flow: Flow) -> bool {
        self.now = Some(now);
        let admitted = self.transports.accepted(flow);
        if let (true, Some(id)) = (admitted, flow.connection) {
            self.watch(now, id, FIRST_MESSAGE_WITHIN);
        }
        admitted
    }

    /// A socket of the host is gone. With the last one of its address the connections from there are:
    /// nothing that was sent there arrives any more, and nobody says so.
    pub fn stop_listening(&mut self, now: Instant, listener: &Listener) {
        self.transports.stop_listening(listener);
        let ip = listener.local.ip();
        let mut left = self.transports.listeners().iter();
        if left.any(|other| other.local.ip() == ip) || ip.is_unspecified() {
            return;
        }
        for id in self.transports.connections_from(ip) {
            self.close_connection(now, id);
        }
    }

    /// Closes a connection; what waits on it fails as if the peer had closed it.
    pub fn close_connection(&mut self, now: Instant, id: ConnectionId) {
        self.now = Some(now);
        let connecting = self.transports.is_connecting(id);
        if let Some(flow) = self.transports.close(id) {
            self.forget_connection(now, flow, connecting);
        }
    }

    /// Keeps a flow of ours open and notices when it is dead: then [`Event::FlowClosed`] tells so,
    /// and a connection is closed. `flow_timer` is the Flow-Timer header of the registrar's
    /// response, if it had one. Asked again for the same flow, the new values count. `false`: too
    /// many flows are kept alive.
    pub fn keep_alive(
        &mut self,
        now: Instant,
        flow: Flow,
        probe: Probe,
        flow_timer: Option<Duration>,
    ) -> bool {
        self.now = Some(now);
        self.stop_keep_alive(flow);
        if self.kept_alive.len() >= MAX_KEEP_ALIVES {
            return false;
        }
        let keep_alive = KeepAlive::new(now, probe, flow_timer, &mut self.chance);
        self.put_keep_alive(now, flow, keep_alive);
        true
    }

    /// Lets a flow be.
    pub fn stop_keep_alive(&mut self, flow: Flow) {
        if let Some(kept) = self.kept_alive.remove(&flow) {
            self.wheel.cancel(kept.timer);
        }
    }

    /// Something came over a stream.
    pub(crate) fn heard(&mut self, now: Instant, id: ConnectionId) {
        if !self.watches.contains_key(&id) && self.transports.has_connection(id) {
            self.watch(now, id, IDLE_CONNECTION);
        }
        if let Some(watch) = self.watches.get_mut(&id) {
            watch.heard = Some(now);
        }
    }

    /// A connection that is being opened has a limited time for it.
    pub(crate) fn watch_opening(&mut self, now: Instant, flow: &Flow) {
        if let Some(id) = flow.connection
            && !self.watches.contains_key(&id)
        {
            self.watch(now, id, CONNECT_TIMEOUT);
        }
    }

    pub(crate) fn connection_timer(&mut self, now: Instant, id: ConnectionId) {
        let Some(watch) = self.watches.remove(&id) else {
            return;
        };
        let opening = self.transports.is_connecting(id);
        match watch.heard.map(|heard| heard + IDLE_CONNECTION) {
            Some(until) if until > now && !opening => {
                self.watch(now, id, until - now);
                if let Some(again) = self.watches.get_mut(&id) {
                    again.heard = watch.heard;
                }
            }
            _ => self.close_connection(now, id),
        }
    }

    pub(crate) fn forget_connection(&mut self, now: Instant, flow: Flow, connecting: bool) {
        self.stop_keep_alive(flow);
        self.events.push_back(Event::FlowClosed { flow });
        if let Some(id) = flow.connection {
            if let Some(watch) = self.watches.remove(&id) {
                self.wheel.cancel(watch.timer);
            }
            self.fail_clients_on(now, id);
        }
        // Responses leave over a connection that is still opening only when the request's is gone.
        if connecting {
            self.fail_servers_over(now, flow);
        }
    }

    /// A double line break on a stream is a ping, a single one a pong (RFC 5626 §4.4.1). Over UDP
    /// either only keeps the NAT open.
    pub(crate) fn receive_keep_alive(&mut self, now: Instant, flow: Flow, bytes: &Bytes) {
        if flow.connection.is_none() {
            return;
        }
        if bytes.len() >= 4 {
            // A lost pong is for the peer to notice.
            let _ = self.transports.try_send(flow, Bytes::from_static(b"\r\n"));
        } else if let Some(mut kept) = self.take_keep_alive(flow) {
            kept.on_pong(now, &mut self.chance);
            self.put_keep_alive(now, flow, kept);
        }
    }

    /// Answers a STUN request, takes a STUN response for our keep-alive.
    pub(crate) fn receive_stun(&mut self, now: Instant, flow: Flow, datagram: &Bytes) {
        if let Some(answer) = stun::answer(datagram, flow.remote) {
            let _ = self.transports.try_send(flow, answer); // UDP: lost or not, nobody waits
        } else if let Some(mut kept) = self.take_keep_alive(flow) {
            match kept.on_stun(now, datagram, &mut self.chance) {
                Some(Beat::Dead) => self.flow_died(now, flow),
                Some(Beat::Send(_)) | None => self.put_keep_alive(now, flow, kept),
            }
        }
    }

    pub(crate) fn keep_alive_timer(&mut self, now: Instant, flow: Flow) {
        let Some(mut kept) = self.take_keep_alive(flow) else {
            return;
        };
        let alive = match kept.handle_timeout(now, &mut self.chance) {
            Some(Beat::Send(probe)) => self.transports.try_send(flow, probe).is_ok(),
            Some(Beat::Dead) => false,
            None => true,
        };
        if alive {
            self.put_keep_alive(now, flow, kept);
        } else {
            self.flow_died(now, flow);
        }
    }

    fn flow_died(&mut self, now: Instant, flow: Flow) {
        match flow.connection {
            Some(id) => self.close_connection(now, id),
            None => {
                self.events.push_back(Event::FlowClosed { flow });
                self.fail_clients_over(now, flow);
            }
        }
    }

    fn take_keep_alive(&mut self, flow: Flow) -> Option<KeepAlive> {
        let kept = self.kept_alive.remove(&flow)?;
        self.wheel.cancel(kept.timer);
        Some(kept.keep_alive)
    }

    fn put_keep_alive(&mut self, now: Instant, flow: Flow, keep_alive: KeepAlive) {
        let at = keep_alive.next_timeout();
        let timer = self.wheel.insert(now, at, Due::KeepAlive(flow));
        self.kept_alive
            .insert(flow, KeptAlive { keep_alive, timer });
    }

    fn watch(&mut self, now: Instant, id: ConnectionId, within: Duration) {
        let timer = self.wheel.insert(now, now + within, Due::Connection(id));
        self.watches.insert(id, Watch { timer, heard: None });
    }
}

/// Whether a datagram is STUN; on streams SIP ports carry none (RFC 5626 §4.4).
pub(crate) fn is_stun(flow: &Flow, bytes: &Bytes) -> bool {
    flow.transport == Transport::Udp && stun::is_stun(bytes)
}
