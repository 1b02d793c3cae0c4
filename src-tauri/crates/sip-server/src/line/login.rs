//! When our name and password at a provider may be used: only for a challenge of the line's own
//! server to a request that we began there, for the realm the line is known by, and twice at most.
//!
//! A digest answer can be attacked by guessing, and a server that asks for one in a BYE of a call
//! it sent us gets a password to try. So each call that we begin on a line has a [`CallLogin`], and
//! a call that comes in has none.

use crate::{
    digest::{self, AskedBy, credentials, strongest, used_again},
    limits::{ANSWERS_PER_CALL, ANSWERS_PER_REQUEST, MAX_REALMS},
};
use bytes::Bytes;
use sip_message::{
    Method, Request, Response, Text,
    header::{
        Authorization, Challenge, Credentials, Header, ProxyAuthenticate, ProxyAuthorization,
        WwwAuthenticate,
    },
};
use std::net::SocketAddr;

/// Our name and password on a line, and what they may be used for.
#[derive(Debug)]
pub struct Login {
    who: digest::Login,
    /// The realms they are for.
    realms: Vec<Text>,
    /// Whether a realm may still be learned: none is configured, and the provider has not let us in
    /// yet.
    learning: bool,
    /// What the last REGISTER carried, for the next one.
    held: Vec<(AskedBy, Credentials)>,
    /// How often the REGISTER under way has been answered for.
    tries: u8,
}

/// The use of the line's password in one call that we began on it.
#[derive(Debug, Default)]
pub struct CallLogin {
    /// Call-ID and our tag, once our INVITE was answered for: requests inside this dialog may be.
    dialog: Option<(Text, Text)>,
    /// How often the latest request of each method was answered for.
    tries: Vec<(Method, u8)>,
    answers: u8,
}

/// Why a challenge got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The line has no password.
    NoPassword,
    /// It came from an address that is not known to be the provider's.
    Stranger {
        /// The address.
        from: SocketAddr,
    },
    /// It came over a transport weaker than the line's.
    Unencrypted,
    /// It challenges something we never prove who we are for, or a call that we did not begin.
    NotForThis {
        /// The challenged request's method.
        method: Method,
    },
    /// The realm is not the line's.
    OtherRealm {
        /// The one it names.
        realm: String,
    },
    /// No algorithm in it is one we know.
    NoAlgorithm,
    /// The answer was refused: user name or password are wrong.
    WrongPassword,
    /// Enough is enough: it challenges again and again.
    TooOften,
}

/// Header lines, name and value, as [`sip_dialog::Session::authorize`] takes them.
pub type CredentialLines = Vec<(String, Bytes)>;

impl Login {
    /// A password that is not used yet.
    pub fn new(who: digest::Login) -> Login {
        let configured = who.realm.as_deref().map(Text::from);
        Login {
            learning: configured.is_none(),
            realms: configured.into_iter().collect(),
            who: digest::Login { realm: None, ..who },
            held: Vec::new(),
            tries: 0,
        }
    }

    /// The realms the password is used for; learned ones are kept until the line is set up anew.
    pub fn realms(&self) -> &[Text] {
        &self.realms
    }

    /// A REGISTER begins. Where the server's last nonce can be used again, these are its
    /// credentials: a refresh then needs no challenge.
    pub(super) fn begin(&mut self, register: &Request) -> CredentialLines {
        self.tries = 0;
        let used = std::mem::take(&mut self.held);
        for (asked_by, credentials) in used {
            if let Some(again) = used_again(&credentials, register, &self.who) {
                self.held.push((asked_by, again));
            }
        }
        lines(&self.held)
    }

    /// Answers the challenge to the REGISTER that [`Login::begin`] began.
    pub(super) fn answer(
        &mut self,
        register: &Request,
        challenge: &Response,
        cnonce: &str,
    ) -> Result<CredentialLines, Withheld> {
        let new = self.credentials(register, challenge, cnonce, self.tries)?;
        self.tries += 1;
        self.held = new;
        Ok(lines(&self.held))
    }

    /// The provider let us in: from now on it is these realms or none.
    pub(super) fn proved(&mut self) {
        self.learning &= self.realms.is_empty();
    }

    /// It did not: what was learned from its challenges proves nothing, nonces are used up.
    pub(super) fn refused(&mut self) {
        self.held.clear();
        if self.learning {
            self.realms.clear();
        }
    }

    /// Answers a challenge in a call that we began. The response must be known to come from the
    /// line's provider.
    pub(super) fn answer_in_call(
        &mut self,
        call: &mut CallLogin,
        request: &Request,
        challenge: &Response,
        cnonce: &str,
    ) -> Result<CredentialLines, Withheld> {
        let method = request.method();
        let dialog = request
            .call_id()
            .ok()
            .zip(request.from().ok().and_then(|from| from.tag()));
        if !call.may_prove(&method, request.to_tag().is_some(), dialog.as_ref()) {
            return Err(Withheld::NotForThis { method });
        }
        // Sent again with credentials, it is still the same request.
        let headers = request.headers();
        let is_second = headers.has(Authorization::NAME) || headers.has(ProxyAuthorization::NAME);
        let tries = if is_second { call.tries(&method) } else { 0 };
        if call.answers >= ANSWERS_PER_CALL {
            return Err(Withheld::TooOften);
        }
        let new = self.credentials(request, challenge, cnonce, tries)?;
        call.note(method, tries + 1);
        call.dialog = call.dialog.take().or(dialog);
        Ok(lines(&new))
    }

    /// Credentials for every challenge of a response, where they may be given; those of the request
    /// that were not challenged again are kept.
    fn credentials(
        &mut self,
        request: &Request,
        response: &Response,
        cnonce: &str,
        tries: u8,
    ) -> Result<Vec<(AskedBy, Credentials)>, Withheld> {
        if tries >= ANSWERS_PER_REQUEST {
            return Err(Withheld::TooOften);
        }
        let earlier = carried(request);
        let mut new = Vec::new();
        for (asked_by, challenges) in challenges(response) {
            if challenges.is_empty() {
                continue;
            }
            let challenge = self.choose(challenges)?;
            let same =
                |(by, c): &&(AskedBy, Credentials)| *by == asked_by && c.realm == challenge.realm;
            // What a REGISTER carried from the one before may simply have been too old.
            if tries > 0 && !challenge.stale && earlier.iter().any(|c| same(&c)) {
                return Err(Withheld::WrongPassword);
            }
            let answer = credentials(&challenge, request, &self.who, cnonce);
            new.push((asked_by, answer.ok_or(Withheld::NoAlgorithm)?));
        }
        if new.is_empty() {
            return Err(Withheld::NoAlgorithm);
        }
        for (asked_by, kept) in earlier {
            if !new.iter().any(|(by, _)| *by == asked_by) {
                let again = used_again(&kept, request, &self.who).unwrap_or(kept);
                new.push((asked_by, again));
            }
        }
        for (_, credentials) in &new {
            if !self.realms.contains(&credentials.realm) {
                self.realms.push(credentials.realm.clone());
            }
        }
        Ok(new)
    }

    /// The strongest challenge for a realm of ours.
    fn choose(&self, challenges: Vec<Challenge>) -> Result<Challenge, Withheld> {
        let may_learn = self.learning && self.realms.len() < MAX_REALMS;
        let (ours, foreign): (Vec<_>, Vec<_>) = challenges
            .into_iter()
            .partition(|c| may_learn || self.realms.contains(&c.realm));
        if let (true, Some(challenge)) = (ours.is_empty(), foreign.first()) {
            let realm = super::news::clean(&challenge.realm);
            return Err(Withheld::OtherRealm { realm });
        }
        strongest(ours.into_iter(), &self.who).ok_or(Withheld::NoAlgorithm)
    }
}

impl CallLogin {
    /// For a call that we are about to begin on a line.
    pub fn new() -> CallLogin {
        CallLogin::default()
    }

    /// Whether a request of ours may carry credentials: the INVITE that begins the call, and once
    /// that did, what belongs to its dialog.
    fn may_prove(&self, method: &Method, in_dialog: bool, dialog: Option<&(Text, Text)>) -> bool {
        let of_this_call = self.dialog.is_none() || self.dialog.as_ref() == dialog;
        match method {
            Method::Invite if !in_dialog => of_this_call && dialog.is_some(),
            Method::Invite | Method::Update | Method::Bye | Method::Prack | Method::Refer => {
                of_this_call && self.dialog.is_some()
            }
            _ => false,
        }
    }

    fn tries(&self, method: &Method) -> u8 {
        let latest = self.tries.iter().find(|(of, _)| of == method);
        // Credentials that are not ours are as good as used up.
        latest.map_or(ANSWERS_PER_REQUEST, |(_, tries)| *tries)
    }

    fn note(&mut self, method: Method, tries: u8) {
        self.answers = self.answers.saturating_add(1);
        self.tries.retain(|(of, _)| *of != method);
        self.tries.push((method, tries));
    }
}

fn challenges(response: &Response) -> [(AskedBy, Vec<Challenge>); 2] {
    let headers = response.headers();
    let server = headers.all::<WwwAuthenticate>().flatten().map(|h| h.0);
    let proxy = headers.all::<ProxyAuthenticate>().flatten().map(|h| h.0);
    [
        (AskedBy::Server, server.collect()),
        (AskedBy::Proxy, proxy.collect()),
    ]
}

/// What a request of ours carries.
fn carried(request: &Request) -> Vec<(AskedBy, Credentials)> {
    let headers = request.headers();
    let server = headers.all::<Authorization>().flatten();
    let proxy = headers.all::<ProxyAuthorization>().flatten();
    server
        .map(|h| (AskedBy::Server, h.0))
        .chain(proxy.map(|h| (AskedBy::Proxy, h.0)))
        .collect()
}

fn lines(credentials: &[(AskedBy, Credentials)]) -> CredentialLines {
    let line = |(asked_by, credentials): &(AskedBy, Credentials)| {
        let name = match asked_by {
            AskedBy::Server => Authorization::NAME,
            AskedBy::Proxy => ProxyAuthorization::NAME,
        };
        let mut value = Vec::new();
        credentials.write(&mut value);
        (name.to_string(), Bytes::from(value))
    };
    credentials.iter().map(line).collect()
}
