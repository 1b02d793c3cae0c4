//! The calls an app takes part in itself: finds the session that a message or timer is for.

use sip_dialog::{Ctx, DialogId, Session, SessionEvent};
use sip_message::Request;
use sip_transaction::{ClientId, ServerId};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// Names a session of a server; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(u64);

/// All sessions, and who is waiting for what.
#[derive(Debug, Default)]
pub struct Sessions {
    sessions: BTreeMap<SessionId, Held>,
    by_dialog: BTreeMap<DialogId, SessionId>,
    by_client: BTreeMap<ClientId, SessionId>,
    by_server: BTreeMap<ServerId, SessionId>,
    due: BTreeSet<(Instant, SessionId)>,
    /// Sessions that may have something to say.
    touched: BTreeSet<SessionId>,
    made: u64,
}

/// A session and what it was last found by.
#[derive(Debug)]
struct Held {
    session: Session,
    dialogs: Vec<DialogId>,
    clients: Vec<ClientId>,
    servers: Vec<ServerId>,
    due: Option<Instant>,
}

impl Sessions {
    /// Takes a session in.
    pub fn insert(&mut self, session: Session) -> SessionId {
        self.made += 1;
        let id = SessionId(self.made);
        self.sessions.insert(
            id,
            Held {
                session,
                dialogs: Vec::new(),
                clients: Vec::new(),
                servers: Vec::new(),
                due: None,
            },
        );
        self.index(id);
        id
    }

    /// Number of sessions.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Looks at a session.
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id).map(|held| &held.session)
    }

    /// Lets a session act.
    pub fn with<R>(
        &mut self,
        id: SessionId,
        ctx: &mut Ctx<'_>,
        act: impl FnOnce(&mut Session, &mut Ctx<'_>) -> R,
    ) -> Option<R> {
        let held = self.sessions.get_mut(&id)?;
        let result = act(&mut held.session, ctx);
        self.index(id);
        Some(result)
    }

    /// The session a request inside a dialog, or an ACK, is for.
    pub(super) fn of_request(&self, request: &Request) -> Option<SessionId> {
        self.by_dialog.get(&DialogId::of_request(request)?).copied()
    }

    pub(super) fn of_client(&self, client: ClientId) -> Option<SessionId> {
        self.by_client.get(&client).copied()
    }

    pub(super) fn of_server(&self, server: ServerId) -> Option<SessionId> {
        self.by_server.get(&server).copied()
    }

    /// A session whose time has come.
    pub(super) fn due(&self, now: Instant) -> Option<SessionId> {
        let (at, id) = self.due.first()?;
        (*at <= now).then_some(*id)
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The next thing that happened in any session. One that is over is dropped after its last
    /// word.
    pub(super) fn poll(&mut self) -> Option<(SessionId, SessionEvent)> {
        while let Some(id) = self.touched.first().copied() {
            let held = self.sessions.get_mut(&id);
            if let Some(event) = held.and_then(|held| held.session.poll()) {
                return Some((id, event));
            }
            self.touched.remove(&id);
            if self.get(id).is_some_and(Session::is_over) {
                self.forget(id);
                self.sessions.remove(&id);
            }
        }
        None
    }

    /// Notes what a session can be found by now.
    fn index(&mut self, id: SessionId) {
        self.forget(id);
        let Some(held) = self.sessions.get_mut(&id) else {
            return;
        };
        held.dialogs = held.session.dialogs().collect();
        held.clients = held.session.clients().collect();
        held.servers = held.session.servers().collect();
        held.due = held.session.next_timeout();
        self.by_dialog
            .extend(held.dialogs.iter().map(|d| (d.clone(), id)));
        self.by_client
            .extend(held.clients.iter().map(|client| (*client, id)));
        self.by_server
            .extend(held.servers.iter().map(|server| (*server, id)));
        self.due.extend(held.due.map(|at| (at, id)));
        self.touched.insert(id);
    }

    fn forget(&mut self, id: SessionId) {
        let Some(held) = self.sessions.get(&id) else {
            return;
        };
        held.dialogs.iter().for_each(|dialog| {
            self.by_dialog.remove(dialog);
        });
        held.clients.iter().for_each(|client| {
            self.by_client.remove(client);
        });
        held.servers.iter().for_each(|server| {
            self.by_server.remove(server);
        });
        if let Some(at) = held.due {
            self.due.remove(&(at, id));
        }
    }
}
