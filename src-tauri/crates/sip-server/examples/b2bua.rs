//! A back-to-back user agent: each call is two sessions, and what happens in one happens in the
//! other. Accounts as in `registrar_proxy`. `cargo run --example b2bua [address]`

mod support;

use sip_dialog::{Invite, Local, OfferVia, Session, SessionConfig, SessionEvent};
use sip_message::{StatusCode, Uri, header::Algorithm};
use sip_server::{
    app::{Core, Incoming, SessionId, Settings, SipApp},
    digest::{AskedBy, Ha1},
};
use sip_transport::Listener;
use std::collections::BTreeMap;

/// Each session and its other half.
#[derive(Default)]
struct Office {
    halves: BTreeMap<SessionId, SessionId>,
}

fn accounts(user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
    let works_here = [&b"anna"[..], b"bob", b"carla"].contains(&user);
    works_here.then(|| Ha1::of_password(user, realm, b"zanzibar", algorithm))?
}

impl SipApp for Office {
    fn name(&self) -> &str {
        "home.example"
    }

    fn transports(&self) -> Vec<Listener> {
        vec![support::listener()]
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::of(self.name());
        settings.digest.algorithms = vec![Algorithm::Md5]; // sipp knows no other
        settings
    }

    fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
        accounts(user, realm, algorithm)
    }

    fn on_invite(&mut self, core: &mut Core, incoming: Incoming) {
        let (flow, again) = (incoming.flow, incoming.clone());
        let Some((server, request)) = core.authenticate(incoming, AskedBy::Proxy, &accounts) else {
            return;
        };
        let request = request.into_inner();
        let Some(target) = core.targets(&request).into_iter().next() else {
            return core.answer(&again, StatusCode::new(480).expect("a status code"));
        };
        let contact: Uri = format!("sip:{}", flow.local).parse().expect("a URI");
        let config = SessionConfig::default();
        let local = Local {
            contact: contact.clone(),
            tag: None,
            config: config.clone(),
        };
        let caller = Session::incoming(&mut core.ctx(), server, flow, &request, local);
        let (Ok(caller), Ok(from), Ok(to)) = (caller, request.from(), request.to()) else {
            return;
        };
        let invite = Invite {
            request_uri: target.uri,
            from: from.clone().with_params(from.params().without("tag")),
            to,
            contact,
            call_id: None,
            routes: target.routes,
            sdp: Some(request.body()).filter(|body| !body.is_empty()),
            headers: vec![],
            config,
        };
        let callee = Session::invite(&mut core.ctx(), target.destination, invite);
        let (caller, callee) = (core.sessions.insert(caller), core.sessions.insert(callee));
        self.halves.extend([(caller, callee), (callee, caller)]);
    }

    fn on_session(&mut self, core: &mut Core, this: SessionId, event: SessionEvent) {
        use SessionEvent as E;
        let Some(&other) = self.halves.get(&this) else {
            return;
        };
        core.session(other, |s, ctx| match &event {
            E::Progress { status, sdp, .. } => s.ring(ctx, *status, sdp.clone(), &[]),
            E::Answered { sdp, .. } => s.answer(ctx, sdp.clone(), &[]),
            E::Rejected { status, .. } => s.reject(ctx, *status, &[]),
            E::AckArrived { sdp: Some(sdp) } => s.provide_answer(ctx, sdp.clone()),
            E::OfferAnswered { sdp, .. } => s.accept_offer(ctx, sdp.clone(), &[]),
            E::OfferRejected { status, .. } => s.reject_offer(ctx, *status),
            E::Cancelled { .. } | E::Ended { .. } => s.hangup(ctx, None),
            _ => {}
        });
        if let E::Offer { sdp, .. } = &event {
            let offered = core.session(other, |s, ctx| {
                s.offer(ctx, sdp.clone(), OfferVia::Whichever, &[])
            });
            if !matches!(offered, Some(Ok(_))) {
                let pending = StatusCode::new(491).expect("a code");
                core.session(this, |s, ctx| s.reject_offer(ctx, pending));
            }
        }
        if let E::Request { server, .. } = event {
            core.session(this, |s, ctx| {
                s.respond(ctx, server, StatusCode::OK, None, &[])
            });
        }
        let goes_on = |id: &SessionId| core.sessions.get(*id).is_some_and(|s| !s.is_over());
        self.halves.retain(|this, _| goes_on(this));
    }
}

fn main() -> std::io::Result<()> {
    support::run(Office::default())
}
