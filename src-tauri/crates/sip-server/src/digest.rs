//! Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760): who sent this request?
//!
//! [`Authenticator::verify`] is the only maker of [`Authenticated`], and registrars and calls take
//! nothing else. A challenge costs no memory: its nonce is a MAC over time and source address. An
//! unknown user gets the same bytes and the same work as a known one with a wrong password.

mod client;
mod hash;
mod nonce;
mod replay;

pub use client::{Answered, Login, Secret, answer_challenge};
pub(crate) use client::{credentials, strongest, used_again};
pub use hash::Ha1;

use crate::{
    guard::Guard,
    limits::MAX_USERNAME,
    status::{BAD_REQUEST, FORBIDDEN, PROXY_AUTHENTICATION_REQUIRED, UNAUTHORIZED},
    tag::Tags,
};
pub(crate) use hash::Hex;
use hash::{base, expected_response};
pub(crate) use nonce::keyed;
use nonce::{NonceId, Nonces};
use replay::Replays;
use sip_message::{
    Request, Response, Text, Uri,
    header::{
        Algorithm, Authorization, Challenge, Credentials, HeaderError, ProxyAuthenticate,
        ProxyAuthorization, Qop, WwwAuthenticate,
    },
};
use sip_transport::Flow;
use std::time::{Duration, Instant};

/// Checks who sent a request.
#[derive(Debug)]
pub struct Authenticator {
    config: DigestConfig,
    tags: Tags,
    nonces: Nonces,
    replays: Replays,
    /// Seconds since `epoch` at which lapsed nonces were last cleared out.
    swept_at: u64,
    epoch: Instant,
}

/// What an [`Authenticator`] asks for.
#[derive(Clone, Debug)]
pub struct DigestConfig {
    /// The realm in every challenge.
    pub realm: String,
    /// Algorithms offered, the strongest first (RFC 8760 §2.4); one challenge each.
    pub algorithms: Vec<Algorithm>,
    /// Qualities of protection offered.
    pub qop: Vec<Qop>,
    /// Accept MD5 answers without `qop`, cnonce and nc, as the oldest phones give (RFC 2069). Each
    /// needs a nonce of its own then.
    pub without_qop: bool,
    /// How long a nonce counts.
    pub nonce_lifetime: Duration,
}

/// In which role the answer is asked for: it decides status code and headers (RFC 3261 §22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// Registrar or user agent server: 401, WWW-Authenticate, Authorization.
    Server,
    /// Proxy: 407, Proxy-Authenticate, Proxy-Authorization.
    Proxy,
}

/// Where the secrets are kept.
pub trait CredentialSource {
    /// The HA1 of a user name at a realm for [`Algorithm::Md5`], [`Algorithm::Sha256`] or
    /// [`Algorithm::Sha512Trunc256`]; `None` when there is no such account.
    fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1>;
}

impl<F: Fn(&[u8], &[u8], &Algorithm) -> Option<Ha1>> CredentialSource for F {
    fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
        self(user, realm, algorithm)
    }
}

/// What became of a request.
#[derive(Debug)]
#[must_use]
pub enum Verdict {
    /// The sender proved to be an account.
    Authenticated(Authenticated<Request>),
    /// Send this 401 or 407 and forget the request.
    Challenge(Response),
    /// Send this refusal and forget the request: a broken credential (400), or too many wrong
    /// ones from this source (403 with Retry-After).
    Refuse(Response),
}

/// A value whose sender proved to be `account`. Only [`Authenticator::verify`] makes one.
#[derive(Clone, Debug)]
pub struct Authenticated<T> {
    value: T,
    account: Text,
    flow: Flow,
}

impl<T> Authenticated<T> {
    /// The value.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The user name that was proved.
    pub fn account(&self) -> &Text {
        &self.account
    }

    /// The flow it came over.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The bare value, without its proof.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl Default for DigestConfig {
    /// SHA-256 before MD5, `qop="auth"`, nonces good for ten minutes, no legacy answers.
    fn default() -> DigestConfig {
        DigestConfig {
            realm: "sip".to_owned(),
            algorithms: vec![Algorithm::Sha256, Algorithm::Md5],
            qop: vec![Qop::Auth],
            without_qop: false,
            nonce_lifetime: Duration::from_secs(600),
        }
    }
}

/// Why credentials did not prove an account.
enum Unproved {
    /// Ask again; the credentials are absent, unusable or wrong.
    Ask,
    /// Ask again; only the nonce was at fault.
    Stale,
    /// Not even a try.
    Refuse(Response),
}

impl Authenticator {
    /// An authenticator with its own secret. Nonces of an earlier run count as stale.
    pub fn new(config: DigestConfig, seed: [u8; 32], now: Instant) -> Authenticator {
        Authenticator {
            tags: Tags::new(seed),
            nonces: Nonces::new(keyed(seed), now, config.nonce_lifetime),
            replays: Replays::new(),
            swept_at: 0,
            epoch: now,
            config,
        }
    }

    /// The configuration.
    pub fn config(&self) -> &DigestConfig {
        &self.config
    }

    /// Number of nonces in use by accounts.
    pub fn nonces_in_use(&self) -> usize {
        self.replays.len()
    }

    /// Decides who sent `request`. `guard` counts wrong answers. Not for ACK and CANCEL, which
    /// cannot be challenged (RFC 3261 §22.1).
    pub fn verify(
        &mut self,
        now: Instant,
        asked_by: AskedBy,
        flow: Flow,
        request: Request,
        accounts: &impl CredentialSource,
        guard: &mut Guard,
    ) -> Verdict {
        self.sweep(now);
        match self.account(now, asked_by, flow, &request, accounts, guard) {
            Ok(account) => {
                guard.on_proved(now, flow, &account);
                Verdict::Authenticated(Authenticated {
                    value: request,
                    account,
                    flow,
                })
            }
            Err(Unproved::Ask) => Verdict::Challenge(self.challenge(now, asked_by, flow, &request)),
            Err(Unproved::Stale) => {
                Verdict::Challenge(self.answer(now, asked_by, flow, &request, true))
            }
            Err(Unproved::Refuse(response)) => Verdict::Refuse(response),
        }
    }

    /// The 401 or 407 to a request.
    pub fn challenge(
        &mut self,
        now: Instant,
        asked_by: AskedBy,
        flow: Flow,
        request: &Request,
    ) -> Response {
        self.answer(now, asked_by, flow, request, false)
    }

    fn account(
        &mut self,
        now: Instant,
        asked_by: AskedBy,
        flow: Flow,
        request: &Request,
        accounts: &impl CredentialSource,
        guard: &mut Guard,
    ) -> Result<Text, Unproved> {
        let credentials = self.credentials(asked_by, request).ok_or(Unproved::Ask)?;
        if !same_user(&credentials.uri, request) {
            let refusal = Response::to(request, BAD_REQUEST)
                .reason("Digest URI Does Not Match")
                .to_tag(&self.tags.of(request))
                .build();
            return Err(Unproved::Refuse(refusal));
        }
        let (nonce, count) = self.fresh_nonce(now, flow, &credentials)?;
        // From here on the source is proved: it received our nonce.
        if let Some(pause) = guard.pause(now, flow, &credentials.username) {
            return Err(Unproved::Refuse(self.too_many_guesses(request, pause)));
        }
        let algorithm = base(&credentials.algorithm);
        let stored = accounts.ha1(&credentials.username, &credentials.realm, &algorithm);
        // Somebody unknown costs the same as somebody known.
        let nobody = Ha1::of_nobody(&algorithm, &credentials.nonce).ok_or(Unproved::Ask)?;
        let ha1 = stored.unwrap_or(nobody);
        let method = request.method();
        let expected = expected_response(&credentials, &ha1, method.as_bytes(), &request.body())
            .ok_or(Unproved::Ask)?;
        let right = expected.matches(&credentials.response);
        if !right || stored.is_none() {
            guard.on_wrong_answer(now, flow, &credentials.username);
            return Err(Unproved::Ask);
        }
        self.replays.mark(nonce, count);
        Ok(Text::from(&*credentials.username.to_str()))
    }

    /// The credentials for our realm, when they are of a kind we offered.
    fn credentials(&self, asked_by: AskedBy, request: &Request) -> Option<Credentials> {
        let headers = request.headers();
        let ours = |c: Result<Credentials, HeaderError>| {
            c.ok().filter(|c| c.realm == self.config.realm.as_str())
        };
        let credentials = match asked_by {
            AskedBy::Server => headers
                .all::<Authorization>()
                .find_map(|h| ours(h.map(|h| h.0))),
            AskedBy::Proxy => headers
                .all::<ProxyAuthorization>()
                .find_map(|h| ours(h.map(|h| h.0))),
        }?;
        let offered = self.config.algorithms.contains(&credentials.algorithm);
        let usable = match &credentials.qop {
            None => self.config.without_qop && credentials.algorithm == Algorithm::Md5,
            Some(qop) => self.config.qop.contains(qop) && credentials.nonce_count().is_some(),
        };
        let fits = credentials.username.len() <= MAX_USERNAME && !credentials.userhash;
        (offered && usable && fits).then_some(credentials)
    }

    fn fresh_nonce(
        &self,
        now: Instant,
        flow: Flow,
        credentials: &Credentials,
    ) -> Result<(NonceId, u32), Unproved> {
        let nonce = self
            .nonces
            .check(now, &credentials.nonce, flow.remote.ip())
            .ok_or(Unproved::Stale)?;
        // Without a count a nonce is good for one request.
        let count = credentials.nonce_count().unwrap_or(0);
        if self.replays.is_fresh(nonce, count) {
            Ok((nonce, count))
        } else {
            Err(Unproved::Stale)
        }
    }

    fn answer(
        &mut self,
        now: Instant,
        asked_by: AskedBy,
        flow: Flow,
        request: &Request,
        stale: bool,
    ) -> Response {
        let status = match asked_by {
            AskedBy::Server => UNAUTHORIZED,
            AskedBy::Proxy => PROXY_AUTHENTICATION_REQUIRED,
        };
        let nonce = self.nonces.make(now, flow.remote.ip());
        let mut response = Response::to(request, status).to_tag(&self.tags.of(request));
        for algorithm in &self.config.algorithms {
            let challenge = Challenge {
                qop: self.config.qop.clone(),
                ..Challenge::new(&self.config.realm, &nonce)
            }
            .with_algorithm(algorithm.clone())
            .with_stale(stale);
            response = match asked_by {
                AskedBy::Server => response.push(&WwwAuthenticate(challenge)),
                AskedBy::Proxy => response.push(&ProxyAuthenticate(challenge)),
            };
        }
        response.build()
    }

    fn too_many_guesses(&self, request: &Request, pause: Duration) -> Response {
        Response::to(request, FORBIDDEN)
            .to_tag(&self.tags.of(request))
            .push_raw("Retry-After", pause.as_secs().max(1).to_string().as_bytes())
            .build()
    }

    /// Drops lapsed nonces now and then, so that a quiet office holds none.
    fn sweep(&mut self, now: Instant) {
        let second = now.saturating_duration_since(self.epoch).as_secs();
        let lifetime = self.config.nonce_lifetime.as_secs();
        if second > self.swept_at.saturating_add(lifetime) {
            self.swept_at = second;
            let limit = u32::try_from(second.saturating_sub(lifetime)).unwrap_or(u32::MAX);
            self.replays.forget_before(limit);
        }
    }
}

/// Whether the digest URI means whom the Request-URI means (RFC 7616 §3.4.6), so that nobody on the
/// way can turn an answer for one number into a call to another. Host, port and parameters do not
/// count: phones behind an outbound proxy and the boxes between differ there.
fn same_user(digest_uri: &Text, request: &Request) -> bool {
    let raw = request.raw_uri();
    if raw == *digest_uri {
        return true;
    }
    let parse = |text: &Text| Uri::parse(text.bytes().clone());
    match (parse(&raw), parse(digest_uri)) {
        (Ok(asked), Ok(hashed)) => hashed.user().is_none() || hashed.user() == asked.user(),
        _ => false,
    }
}
