//! Requests that wait for the resolver (RFC 3263).

use crate::{ClientId, Endpoint, Event, Output, ResolveId};
use sip_message::{RequestBuilder, Uri};
use sip_transport::{Locate, Resolution, Step};
use std::time::Instant;

/// A walk from a URI to its targets, and what is to be sent there.
#[derive(Debug)]
pub(crate) struct Resolving {
    locate: Locate,
    cargo: Cargo,
}

#[derive(Debug)]
enum Cargo {
    /// A client transaction; its request waits there.
    Client(ClientId),
    /// A request without a transaction, and its branch.
    Stateless(Box<RequestBuilder>, String),
    /// Nothing: the user only asks.
    Question,
}

impl Endpoint {
    /// Asks where a URI leads (RFC 3263); [`Event::Located`] tells it.
    pub fn locate(&mut self, now: Instant, uri: &Uri) -> ResolveId {
        self.now = Some(now);
        self.resolve(now, uri, Cargo::Question)
    }

    /// The resolver's answer to [`Output::Resolve`].
    pub fn resolved(&mut self, now: Instant, id: ResolveId, answer: Resolution) {
        self.now = Some(now);
        if let Some(resolving) = self.resolving.get_mut(id.0) {
            resolving.locate.answer(answer, &mut self.chance);
            self.advance(now, id);
        }
    }

    pub(crate) fn resolve_for(&mut self, now: Instant, client: ClientId, uri: &Uri) {
        self.resolve(now, uri, Cargo::Client(client));
    }

    pub(crate) fn resolve_stateless(
        &mut self,
        now: Instant,
        uri: &Uri,
        draft: RequestBuilder,
        branch: &str,
    ) {
        let cargo = Cargo::Stateless(Box::new(draft), branch.to_owned());
        self.resolve(now, uri, cargo);
    }

    fn resolve(&mut self, now: Instant, uri: &Uri, cargo: Cargo) -> ResolveId {
        let locate = Locate::new(uri, self.transports.capabilities());
        let id = ResolveId(self.resolving.insert(Resolving { locate, cargo }));
        self.advance(now, id);
        id
    }

    /// Asks the next question, or sends.
    fn advance(&mut self, now: Instant, id: ResolveId) {
        let Some(resolving) = self.resolving.get_mut(id.0) else {
            return;
        };
        let targets = match resolving.locate.step() {
            Step::Query(query) => {
                self.questions.push_back(Output::Resolve { id, query });
                return;
            }
            Step::Done(targets) => targets,
        };
        let whole = resolving.locate.is_whole();
        match self.resolving.remove(id.0).map(|done| done.cargo) {
            Some(Cargo::Client(client)) => {
                if let Some(draft) = self.take_draft(client) {
                    self.set_attempts(client, targets);
                    self.next_attempt(now, client, draft);
                }
            }
            Some(Cargo::Stateless(draft, branch)) => self.shoot_at(now, &targets, *draft, &branch),
            Some(Cargo::Question) => self.events.push_back(Event::Located { id, targets, whole }),
            None => {}
        }
    }
}
