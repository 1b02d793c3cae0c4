//! What a simulated phone does by itself: answering requests, hearing its sessions, waking up.

use super::{Habit, LineState, Seen, SimPhone, ctx, status};
use bytes::Bytes;
use sip_dialog::{EndCause, Local, Session, SessionEvent};
use sip_message::{HeaderName, Method, Request, Response, StatusCode};
use sip_sdp::{Direction, SessionDescription};
use sip_server::digest::answer_challenge;
use sip_transaction::{ClientId, Event, Output, ServerId};
use sip_transport::{Flow, TransportOutput};
use std::{net::SocketAddr, time::Instant};

impl SimPhone {
    pub(in super::super) fn receive(&mut self, now: Instant, from: SocketAddr, bytes: Bytes) {
        if self.habit != Habit::IsDead {
            self.endpoint
                .receive(now, Flow::udp(self.here, from), bytes);
            self.listen(now);
        }
    }

    pub(in super::super) fn next_timeout(&self) -> Option<Instant> {
        let lines = self.lines.values();
        let lines = lines.flat_map(|l| [l.session.next_timeout(), l.act_at]);
        let own = [
            self.endpoint.next_timeout(),
            self.registration.next_timeout(),
            self.lamp.next_timeout(),
        ];
        lines.chain(own).flatten().min()
    }

    pub(in super::super) fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(now);
        for line in self.lines.values_mut() {
            if line.session.next_timeout().is_some_and(|at| at <= now) {
                line.session.on_timeout(&mut ctx(now, &mut self.endpoint));
            }
        }
        let due = self.lines.iter_mut().filter_map(|(id, line)| {
            line.act_at.take_if(|at| *at <= now)?;
            Some(*id)
        });
        for id in due.collect::<Vec<u32>>() {
            self.act(now, id);
        }
        self.on_registration_timeout(now);
        self.on_lamp_timeout(now);
        self.listen(now);
    }

    /// What it sends, one datagram after the other.
    pub(in super::super) fn poll(&mut self, now: Instant) -> Option<(SocketAddr, Bytes)> {
        loop {
            self.listen(now);
            match self.endpoint.poll()? {
                Output::Transport(TransportOutput::Send { flow, bytes }) => {
                    if !self.keeps_to_itself(&bytes) {
                        return Some((flow.remote, bytes));
                    }
                }
                Output::Transport(_) | Output::Resolve { .. } => {}
                Output::Event(event) => self.on_event(now, event),
            }
        }
    }

    fn keeps_to_itself(&self, bytes: &[u8]) -> bool {
        match self.habit {
            Habit::IsDead => true,
            Habit::NeverAcknowledges => bytes.starts_with(b"ACK"),
            _ => false,
        }
    }

    /// The owner does what they do.
    fn act(&mut self, now: Instant, id: u32) {
        match (self.line(id), self.habit) {
            (
                LineState::Rings,
                Habit::AnswersAfter(_)
                | Habit::GreetsThenAnswersAfter(_)
                | Habit::NeverAcknowledges,
            ) => self.answer(now, id),
            (LineState::Rings | LineState::Talking, _) => {
                self.hang_up(now, id);
            }
            _ => {}
        }
    }

    fn on_event(&mut self, now: Instant, event: Event) {
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => self.on_request(now, server, flow, &request),
            Event::Ack { request, .. } => {
                if let Some(id) = self.line_of(&request)
                    && let Some(line) = self.lines.get_mut(&id)
                {
                    line.session
                        .on_ack(&mut ctx(now, &mut self.endpoint), &request);
                }
            }
            Event::Cancel { server, request } => {
                for line in self.lines.values_mut() {
                    if line.session.servers().any(|s| s == server) {
                        line.session
                            .on_cancel(&mut ctx(now, &mut self.endpoint), &request);
                    }
                }
            }
            Event::Response {
                client, response, ..
            } => self.on_response(now, client, &response),
            Event::ClientTimeout { client } => self.on_client_failed(now, client, true),
            Event::ClientFailed { client } => self.on_client_failed(now, client, false),
            Event::ServerTimeout { .. }
            | Event::ServerTransportError { .. }
            | Event::Located { .. }
            | Event::FlowClosed { .. } => {}
        }
    }

    fn on_client_failed(&mut self, now: Instant, client: ClientId, timeout: bool) {
        if self.registration.is_waiting_for(client) {
            self.on_registration_failed(now);
        }
        self.on_subscribe_failed(client, timeout);
        for line in self.lines.values_mut() {
            if line.session.clients().any(|c| c == client) {
                let mut ctx = ctx(now, &mut self.endpoint);
                line.session.on_client_failed(&mut ctx, client, timeout);
            }
        }
    }

    fn on_request(&mut self, now: Instant, server: ServerId, flow: Flow, request: &Request) {
        if self.on_line_request(now, server, request) {
            return;
        }
        if request.method() == Method::Notify
            && self.line_of(request).is_none()
            && self.on_notify(now, server, flow, request)
        {
            return;
        }
        let is_question = request.to_tag().is_some() && request.method() == Method::Options;
        if let Some(code) = self.refuses_options.filter(|_| is_question) {
            let refusal = Response::to(request, status(code)).build();
            self.endpoint.respond(now, server, refusal);
            return;
        }
        if request.to_tag().is_some() {
            let id = self.line_of(request);
            match id.and_then(|id| self.lines.get_mut(&id)) {
                Some(line) => {
                    let mut ctx = ctx(now, &mut self.endpoint);
                    line.session.on_request(&mut ctx, server, flow, request);
                }
                None => {
                    let gone = Response::to(request, status(481)).build();
                    self.endpoint.respond(now, server, gone);
                }
            }
        } else if request.method() == Method::Invite {
            self.on_call(now, server, flow, request);
        } else {
            if request.method() == Method::Message {
                self.on_text(request);
            }
            let ok = Response::to(request, StatusCode::OK).to_tag("sim").build();
            self.endpoint.respond(now, server, ok);
        }
    }

    /// Somebody calls.
    fn on_call(&mut self, now: Instant, server: ServerId, flow: Flow, request: &Request) {
        let local = Local {
            contact: self.contact(),
            tag: None,
            config: self.config(),
        };
        let mut context = ctx(now, &mut self.endpoint);
        let Ok(session) = Session::incoming(&mut context, server, flow, request, local) else {
            return;
        };
        let id = self.add(session, LineState::Rings);
        let theirs = SessionDescription::parse(&request.body()).ok();
        let greeting = match self.habit {
            Habit::GreetsThenAnswersAfter(_) => {
                let plain = self.describe_plain(1, Direction::SendRecv, &self.codecs);
                Some(self.with_its_key(&plain, theirs.as_ref()))
            }
            _ => None,
        };
        let can_protect = theirs.as_ref().is_none_or(|offer| self.can_protect(offer));
        let act_at = Some(now + self.habit.acts_after());
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        line.theirs = theirs;
        line.greets = greeting.is_some();
        let mut context = ctx(now, &mut self.endpoint);
        if self.habit == Habit::IsBusy {
            line.session.reject(&mut context, status(486), &[]);
            line.over(486);
            return;
        }
        let offered = line.theirs.as_ref().and_then(SessionDescription::audio);
        let can_do =
            |codec: &sip_sdp::Codec| codec.is_sound() && self.codecs.contains(&codec.payload_type);
        if !can_protect || offered.is_some_and(|audio| !audio.codecs.iter().any(can_do)) {
            line.session.reject(&mut context, status(488), &[]);
            line.over(488);
            return;
        }
        let code = match greeting {
            Some(_) => StatusCode::SESSION_PROGRESS,
            None => StatusCode::RINGING,
        };
        line.session.ring(&mut context, code, greeting, &[]);
        line.act_at = act_at;
        self.see(now, id, Seen::Rings);
    }

    fn on_response(&mut self, now: Instant, client: ClientId, response: &Response) {
        if self.registration.is_waiting_for(client) {
            return self.on_registered(now, response);
        }
        if self.texts.is_waiting_for(client) {
            return self.on_text_answered(now, response);
        }
        if self.lamp.is_waiting_for(client) {
            return self.on_subscribe_answered(now, client, response);
        }
        let mut lines = self.lines.values_mut();
        if let Some(line) = lines.find(|l| l.session.clients().any(|c| c == client)) {
            let mut ctx = ctx(now, &mut self.endpoint);
            line.session.on_response(&mut ctx, client, response);
        }
    }

    /// Hears what the sessions have to say, and forgets those that need nothing any more.
    pub(super) fn listen(&mut self, now: Instant) {
        self.watch_lamp(now);
        let ids: Vec<u32> = self.lines.keys().copied().collect();
        for id in ids {
            while let Some(event) = self.lines.get_mut(&id).and_then(|l| l.session.poll()) {
                self.on_session(now, id, event);
            }
            if let Some(line) = self.lines.get(&id)
                && line.session.is_over()
            {
                let state = match line.state {
                    LineState::Over(status) => status,
                    _ => 0,
                };
                self.finished.insert(id, LineState::Over(state));
                self.lines.remove(&id);
            }
        }
    }

    fn on_session(&mut self, now: Instant, id: u32, event: SessionEvent) {
        match event {
            SessionEvent::Progress { sdp, .. } => self.on_progress(now, id, sdp),
            SessionEvent::Answered { sdp, is_offer, .. } => {
                let talk = self.hangs_up_after;
                let Some(line) = self.lines.get_mut(&id) else {
                    return;
                };
                // The owner may have hung up while the answer was on its way.
                if !line.state.is_over() {
                    line.state = LineState::Talking;
                    line.act_at = talk.map(|talk| now + talk);
                }
                self.heard(now, id, sdp);
                self.see(now, id, Seen::Connected);
                if is_offer {
                    self.answer_in_ack(now, id);
                }
            }
            SessionEvent::Rejected { status, .. } => {
                self.over(now, id, status.code(), Seen::TurnedAway(status.code()));
            }
            SessionEvent::Cancelled { reason } => {
                let reason = reason.map(|reason| reason.to_str().into_owned());
                self.over(now, id, 487, Seen::StoppedRinging(reason));
            }
            SessionEvent::Ended {
                by_remote, cause, ..
            } => {
                let seen = match cause {
                    EndCause::Bye if by_remote => Seen::FarEndHungUp,
                    EndCause::Bye | EndCause::Declined => return self.hung_up(id),
                    _ => Seen::BrokeOff,
                };
                self.over(now, id, 200, seen);
            }
            SessionEvent::Challenged {
                client,
                request,
                response,
            } => self.on_challenge(now, id, client, &request, &response),
            SessionEvent::Offer { sdp, .. } => self.on_offer(now, id, sdp),
            SessionEvent::OfferAnswered { sdp, .. } => {
                let Some(line) = self.lines.get_mut(&id) else {
                    return;
                };
                line.ours = line.wish.take().unwrap_or(line.ours);
                let asked = std::mem::take(&mut line.asked);
                self.heard(now, id, sdp);
                if asked {
                    self.answer_in_ack(now, id);
                }
            }
            SessionEvent::OfferRejected { status, .. } => {
                if let Some(line) = self.lines.get_mut(&id) {
                    line.wish = None;
                    line.holds = line.ours == Direction::SendOnly;
                }
                self.see(now, id, Seen::OfferRefused(status.code()));
            }
            SessionEvent::AckArrived { sdp } if sdp.is_some() => self.heard(now, id, sdp),
            SessionEvent::Request { server, request } => {
                self.on_request_inside(now, id, server, &request);
            }
            SessionEvent::PrackArrived { .. }
            | SessionEvent::AckArrived { .. }
            | SessionEvent::Redescribed { .. }
            | SessionEvent::OfferWithdrawn
            | SessionEvent::Response { .. } => {}
        }
    }

    fn on_progress(&mut self, now: Instant, id: u32, sdp: Option<Bytes>) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        if line.state == LineState::Calling {
            line.state = LineState::HearsRinging;
        }
        let seen = match sdp {
            Some(sdp) => {
                line.theirs = SessionDescription::parse(&sdp).ok();
                Seen::HearsEarlySound
            }
            None => Seen::HearsRinging,
        };
        let last = self.seen.iter().rev().find(|(_, line, _)| *line == id);
        if last.is_none_or(|(_, _, last)| *last != seen) {
            self.see(now, id, seen);
        }
    }

    fn on_challenge(
        &mut self,
        now: Instant,
        id: u32,
        client: ClientId,
        request: &Request,
        response: &Response,
    ) {
        let cnonce = self.endpoint.token();
        let answered = answer_challenge(response, request, &self.login(), &cnonce);
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        let mut ctx = ctx(now, &mut self.endpoint);
        match answered {
            Some(answered) => {
                let request = answered.request.build();
                let headers: Vec<(String, Bytes)> = request
                    .headers()
                    .named(HeaderName::Authorization)
                    .map(|l| ("Authorization".to_owned(), l.value().bytes().clone()))
                    .collect();
                line.session.authorize(&mut ctx, client, &headers);
            }
            None => line.session.decline_challenge(&mut ctx, client),
        }
    }

    /// The far end offers anew.
    fn on_offer(&mut self, now: Instant, id: u32, sdp: Option<Bytes>) {
        self.heard(now, id, sdp);
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        line.version += 1;
        line.ours = line.answering_direction();
        let (version, direction) = (line.version, line.ours);
        let answer = self.describe_answer(id, version, direction);
        if let Some(line) = self.lines.get_mut(&id) {
            let mut ctx = ctx(now, &mut self.endpoint);
            line.session.accept_offer(&mut ctx, Some(answer), &[]);
        }
    }

    /// The far end's answer was an offer: ours goes into the ACK.
    fn answer_in_ack(&mut self, now: Instant, id: u32) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        line.version += 1;
        line.ours = line.answering_direction();
        let (version, direction) = (line.version, line.ours);
        let answer = self.describe_answer(id, version, direction);
        if let Some(line) = self.lines.get_mut(&id) {
            let mut ctx = ctx(now, &mut self.endpoint);
            line.session.provide_answer(&mut ctx, answer);
        }
    }

    /// The far end described its sound.
    fn heard(&mut self, now: Instant, id: u32, sdp: Option<Bytes>) {
        let Some(theirs) = sdp.and_then(|sdp| SessionDescription::parse(&sdp).ok()) else {
            return;
        };
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        let is_held = sip_sdp::is_hold(&theirs) && !line.holds;
        line.theirs = Some(theirs);
        if std::mem::replace(&mut line.is_held, is_held) != is_held {
            let seen = match is_held {
                true => Seen::PutOnHold,
                false => Seen::TakenBack,
            };
            self.see(now, id, seen);
        }
    }

    fn on_request_inside(&mut self, now: Instant, id: u32, server: ServerId, request: &Request) {
        let body = String::from_utf8_lossy(&request.body()).into_owned();
        let seen = match request.method() {
            Method::Notify => status_of_fragment(&body).map(Seen::TransferReport),
            Method::Info => body
                .strip_prefix("Signal=")
                .and_then(|rest| rest.chars().next())
                .map(Seen::HearsKey),
            _ => None,
        };
        if let Some(seen) = seen {
            self.see(now, id, seen);
        }
        if let Some(line) = self.lines.get_mut(&id) {
            let mut ctx = ctx(now, &mut self.endpoint);
            line.session
                .respond(&mut ctx, server, StatusCode::OK, None, &[]);
        }
    }

    fn over(&mut self, now: Instant, id: u32, status: u16, seen: Seen) {
        if let Some(line) = self.lines.get_mut(&id) {
            let news = !line.state.is_over();
            line.over(status);
            if news {
                self.see(now, id, seen);
            }
        }
    }

    fn hung_up(&mut self, id: u32) {
        if let Some(line) = self.lines.get_mut(&id) {
            line.over(200);
        }
    }

    fn line_of(&self, request: &Request) -> Option<u32> {
        let key = (request.call_id().ok()?, request.to_tag()?);
        let mut lines = self.lines.iter();
        lines.find(|(_, l)| l.key == key).map(|(id, _)| *id)
    }
}

fn status_of_fragment(body: &str) -> Option<u16> {
    body.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
}
