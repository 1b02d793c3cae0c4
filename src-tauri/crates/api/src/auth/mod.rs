//! Who asks: the owner's own programs by the token of the data folder, people by the session their
//! cookie names; and whether they may.

pub(crate) mod cookie;
mod guesses;
mod pass;
mod passwords;
mod rights;
mod tickets;

pub use rights::{Access, access};
pub(crate) use {guesses::Guesses, passwords::Passwords, rights::reaches, tickets::Tickets};

use crate::{
    errors::Problem,
    guard::{self, Door},
    limits::{IDLE_HERE, IDLE_REMOTE},
    server::Api,
};
use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use cookie::CookieName;
use office::{CallId, MailboxId, MessageId, PersonId, Secret, UserId};
use pass::{Claims, Reading, Signet};
use rights::Right;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Actor, Role, SessionId, SignedIn};
use subtle::ConstantTimeEq;
use switch::{Asker, Board};
use tokio::sync::watch;

/// From where a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From a program of this computer, without TLS.
    ThisComputer,
    /// From another computer, with TLS.
    Network,
}

/// Who asks. Routes take it as an argument; behind the table of rights it is always there.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) role: Role,
    /// Missing for this computer's owner.
    pub(crate) user: Option<UserId>,
    /// The user's login, or nothing.
    pub(crate) name: String,
    /// The person of the office the user is.
    pub(crate) person: Option<PersonId>,
    /// Missing for programs with the token.
    pub(crate) session: Option<SessionId>,
    pub(crate) remote: bool,
    pub(crate) address: IpAddr,
}

impl Caller {
    /// Who is signed in by a session, and asks from `address`.
    pub(crate) fn of_session(session: SessionId, who: SignedIn, address: IpAddr) -> Self {
        Self {
            role: who.role,
            user: who.user,
            name: who.login,
            person: who.person,
            session: Some(session),
            remote: who.remote,
            address,
        }
    }

    /// Ends when the caller is let in no more: signed out, removed, with another role, as another
    /// person, or over the network after that was turned off. For what goes on after its request was answered.
    pub(crate) async fn until_let_go(&self, api: &Api) {
        let mut revoked = api.auth.revoked.subscribe();
        loop {
            if self.remote && !api.desk.office().settings().lan.enabled {
                return;
            }
            if let Some(session) = &self.session {
                match ask_session(api, session.clone()).await {
                    Ok(Some(who)) if who.role == self.role && who.person == self.person => {}
                    Ok(_) => return,
                    Err(why) => tracing::warn!(why = why.detail, "a session could not be asked"),
                }
            }
            // The sender is never dropped while there is an API.
            if revoked.changed().await.is_err() {
                return;
            }
        }
    }

    /// As who they ask for calls: programs have the token, people a session.
    pub(crate) fn asker(&self) -> Asker {
        match self.session {
            Some(_) => Asker::Somebody,
            None => Asker::Program,
        }
    }

    /// Refuses programs: they show the token, people have a session.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn is_somebody(&self) -> Result<(), Problem> {
        match self.session {
            Some(_) => Ok(()),
            None => Err(nobody_is_there()),
        }
    }

    /// As the audit names them.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            login: self.name.clone(),
            address: guard::in_words(self.address),
        }
    }

    /// Refuses staff who want to do something for another person than themselves.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn act_for(&self, person: PersonId) -> Result<(), Problem> {
        if reaches(self.role, Role::Receptionist) || self.person == Some(person) {
            Ok(())
        } else {
            Err(not_with_this_role())
        }
    }
}

/// What lets callers in.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The token of the data folder: whoever can read it owns the office.
    pub token: Secret,
    /// What the passes of signed-in browsers are signed with.
    pub passes: Secret,
}

/// What telling callers apart needs.
#[derive(Debug)]
pub(crate) struct Auth {
    token: Secret,
    signet: Signet,
    pub(crate) tickets: Tickets,
    pub(crate) guesses: Guesses,
    pub(crate) passwords: Passwords,
    pub(crate) cookie: CookieName,
    /// Passes made before this (seconds since 1970) are no longer believed without a question.
    since: AtomicI64,
    revoked: watch::Sender<()>,
}

impl Auth {
    /// Lets in whoever shows these keys.
    pub(crate) fn new(keys: Keys) -> Self {
        Self {
            token: keys.token,
            signet: Signet::new(&keys.passes),
            tickets: Tickets::default(),
            guesses: Guesses::default(),
            passwords: Passwords::default(),
            cookie: CookieName::default(),
            // What an earlier run revoked is known to the store only.
            since: AtomicI64::new(unix_seconds() + 1),
            revoked: watch::Sender::new(()),
        }
    }

    /// Something about sessions has changed: each is asked again before it is believed.
    pub(crate) fn doubt_all(&self) {
        // Passes of this very second may be older than the change.
        self.since.store(unix_seconds() + 1, Ordering::Relaxed);
        self.revoked.send_replace(());
    }

    /// The cookie of a caller's session, as a line of the answer.
    pub(crate) fn cookie_of(&self, caller: &Caller, way: Way) -> Option<HeaderValue> {
        let claims = Claims {
            sid: caller.session.as_ref()?.expose().to_owned(),
            user: caller.user,
            name: caller.name.clone(),
            role: caller.role,
            person: caller.person,
            remote: caller.remote,
            iat: 0,
            exp: 0,
        };
        let pass = self.signet.sign(claims, unix_seconds());
        let pass = pass.inspect_err(|why| tracing::error!(%why, "a pass could not be signed"));
        cookie::with_pass(&self.cookie, &pass.ok()?, way)
    }
}

/// Before every route but the pages: the table of rights.
pub(crate) async fn only_who_may(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut request, body) = request.into_parts();
    match admit(&api, &mut request).await {
        Ok(renewed) => {
            let mut response = next.run(Request::from_parts(request, body)).await;
            // Signing in or out has its own word on the cookie.
            if let Some(cookie) = renewed
                && !response.headers().contains_key(header::SET_COOKIE)
            {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// Finds out who asks and whether they may; gives a new cookie where the old one was stale.
async fn admit(api: &Api, request: &mut Parts) -> Result<Option<HeaderValue>, Problem> {
    let path = request.extensions.get::<MatchedPath>();
    let right = path.and_then(|path| rights::right_of(&request.method, path.as_str()));
    if right == Some(Right::Anyone) {
        return Ok(None);
    }
    let Known { caller, renewed } = identify(api, request).await?;
    let may = match right {
        Some(right) => is_allowed(api, request, &caller, right).await,
        None => false,
    };
    if !may {
        return Err(not_with_this_role());
    }
    request.extensions.insert(caller);
    Ok(renewed)
}

struct Known {
    caller: Caller,
    renewed: Option<HeaderValue>,
}

async fn identify(api: &Api, request: &Parts) -> Result<Known, Problem> {
    let headers = &request.headers;
    let door = request.extensions.get::<Door>().unwrap_or(&api.door);
    if let Some(given) = headers.get(header::AUTHORIZATION) {
        // Over the network the token is worth nothing: it must never leave this computer.
        let is_ours = door.way == Way::ThisComputer
            && bearer(given.as_bytes())
                .is_some_and(|token| token.ct_eq(api.auth.token.expose().as_bytes()).into());
        return if is_ours {
            Ok(Known {
                caller: Caller {
                    role: Role::Owner,
                    user: None,
                    name: String::new(),
                    person: None,
                    session: None,
                    remote: false,
                    address: door.peer,
                },
                renewed: None,
            })
        } else {
            Err(not_signed_in(door.way))
        };
    }
    let pass = cookie::pass_of(headers, &api.auth.cookie).ok_or_else(|| not_signed_in(door.way))?;
    // Browsers send cookies along with whatever any page asks for.
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let is_feed = headers.contains_key(header::UPGRADE);
    if (!is_read || is_feed) && !guard::is_from_own_page(door, headers) {
        let detail = "a browser says from which page it asks; this request does not";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail).coded("otherSite"));
    }
    let since = api.auth.since.load(Ordering::Relaxed);
    let (claims, is_fresh) = match api.auth.signet.read(pass, since, unix_seconds()) {
        Reading::Fresh(claims) => (claims, true),
        Reading::Stale(claims) => (claims, false),
        Reading::Forged => return Err(not_signed_in(door.way)),
    };
    let session = SessionId::parse(&claims.sid).ok_or_else(|| not_signed_in(door.way))?;
    // What began on this computer is not carried over the network, nor the other way round.
    if claims.remote != (door.way == Way::Network) {
        return Err(not_signed_in(door.way));
    }
    if is_fresh {
        let caller = Caller {
            role: claims.role,
            user: claims.user,
            name: claims.name,
            person: claims.person,
            session: Some(session),
            remote: claims.remote,
            address: door.peer,
        };
        return Ok(Known {
            caller,
            renewed: None,
        });
    }
    let signed_in = ask_session(api, session.clone()).await?;
    let signed_in = signed_in.ok_or_else(|| not_signed_in(door.way))?;
    let caller = Caller::of_session(session, signed_in, door.peer);
    let renewed = api.auth.cookie_of(&caller, door.way);
    Ok(Known { caller, renewed })
}

/// Asks the store whether a session still holds, and says that it is in use.
async fn ask_session(api: &Api, session: SessionId) -> Result<Option<SignedIn>, Problem> {
    let now = Utc::now();
    let found = api.keeper.ask(move |store| {
        let found = store.session(&session)?;
        let found = found.filter(|signed_in| !is_idle(signed_in, now));
        if found.is_some() {
            store.session_seen(&session, now)?;
        }
        Ok(found)
    });
    Ok(found.await?)
}

fn is_idle(signed_in: &SignedIn, now: DateTime<Utc>) -> bool {
    let longest = if signed_in.remote {
        IDLE_REMOTE
    } else {
        IDLE_HERE
    };
    let unused = now.timestamp_millis().saturating_sub(signed_in.last_seen);
    u128::try_from(unused).is_ok_and(|unused| unused > longest.as_millis())
}

async fn is_allowed(api: &Api, request: &mut Parts, caller: &Caller, right: Right) -> bool {
    let subject = match right {
        Right::Anyone => return true,
        Right::AtLeast(role) => return reaches(caller.role, role),
        Right::OwnPerson | Right::OwnCall if reaches(caller.role, Role::Receptionist) => {
            return true;
        }
        Right::OwnMailbox | Right::OwnMessage if reaches(caller.role, Role::Admin) => return true,
        Right::OwnPerson | Right::OwnCall | Right::OwnMailbox | Right::OwnMessage => {
            RawPathParams::from_request_parts(request, &()).await
        }
    };
    let named = subject.iter().flatten().find(|(name, _)| *name == "id");
    let Some((own, (_, id))) = caller.person.zip(named) else {
        return false;
    };
    match right {
        Right::OwnCall => id.parse().is_ok_and(|call| {
            api.desk
                .read_board(|board| is_in_call(board, CallId(call), own))
        }),
        Right::OwnMailbox => {
            let id = id.parse().map(MailboxId);
            id.is_ok_and(|mailbox| hears(api, mailbox, own))
        }
        Right::OwnMessage => {
            let Ok(id) = id.parse().map(MessageId) else {
                return false;
            };
            let found = api.keeper.ask(move |store| store.message(id)).await;
            found.is_ok_and(|message| hears(api, message.mailbox, own))
        }
        _ => id.parse() == Ok(own.0),
    }
}

/// Whether a person may hear what lies in a mailbox.
fn hears(api: &Api, mailbox: MailboxId, person: PersonId) -> bool {
    let office = api.desk.office();
    let mailbox = office.mailbox(mailbox);
    mailbox.is_some_and(|mailbox| mailbox.is_seen_by(person))
}

/// Whether a person talks in a call, or it rings at theirs.
fn is_in_call(board: &Board, call: CallId, person: PersonId) -> bool {
    board.calls.get(&call).is_some_and(|call| {
        let ringing = call.ringing.values().map(|ringing| &ringing.party);
        let mut parties = ringing.chain([&call.from]).chain(&call.with);
        parties.any(|party| party.person == Some(person))
    })
}

fn not_signed_in(way: Way) -> Problem {
    let detail = match way {
        Way::ThisComputer => {
            "sign in, or send the token from the file api-token in the engine's data folder, as in \
             Authorization: Bearer …"
        }
        Way::Network => "sign in first",
    };
    Problem::new(StatusCode::UNAUTHORIZED, detail).coded("signedOut")
}

fn nobody_is_there() -> Problem {
    let detail = "only somebody who is signed in may do this, no program; open the window";
    Problem::new(StatusCode::FORBIDDEN, detail).coded("nobodyThere")
}

fn not_with_this_role() -> Problem {
    let detail = "your role does not allow this; ask the owner of the phone system";
    Problem::new(StatusCode::FORBIDDEN, detail).coded("role")
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

fn unix_seconds() -> i64 {
    Utc::now().timestamp()
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| not_signed_in(api.door.way))
    }
}

impl FromRequestParts<Arc<Api>> for Door {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let door = parts.extensions.get::<Self>();
        Ok(door.unwrap_or(&api.door).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_nobody_uses_ends_sooner_over_the_network() {
        let now = Utc::now();
        let signed_in = |remote, unused: std::time::Duration| SignedIn {
            user: None,
            login: String::new(),
            role: Role::Owner,
            person: None,
            remote,
            created_at: 0,
            last_seen: (now - unused).timestamp_millis(),
        };
        let second = std::time::Duration::from_secs(1);
        for (remote, longest) in [(true, IDLE_REMOTE), (false, IDLE_HERE)] {
            assert!(!is_idle(&signed_in(remote, longest - second), now));
            assert!(is_idle(&signed_in(remote, longest + second), now));
        }
        // The clock was put back.
        let ahead = SignedIn {
            last_seen: i64::MAX,
            ..signed_in(true, second)
        };
        assert!(!is_idle(&ahead, now));
    }
}
