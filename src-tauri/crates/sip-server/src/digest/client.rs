//! The client's side: answer a 401 or 407 with the strongest algorithm both know.

use super::hash::{Ha1, base, expected_response};
use sip_message::{
    Method, Request, RequestBuilder, Response, Text,
    header::{
        Algorithm, Authorization, CSeq, Challenge, Credentials, Header, ProxyAuthenticate,
        ProxyAuthorization, Qop, Via, WwwAuthenticate,
    },
};
use std::fmt;

/// Who we are at one realm, for example at a trunk.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name.
    pub username: String,
    /// The realm the secret is for; `None` answers whatever realm the peer names. Leave it open
    /// only towards a peer that was chosen by configuration: the answer can be attacked by
    /// guessing.
    pub realm: Option<String>,
    /// The secret.
    pub secret: Secret,
}

/// A password or the hash of one.
#[derive(Clone)]
pub enum Secret {
    /// The password.
    Password(String),
    /// HA1 for one algorithm; only challenges of that algorithm can be answered.
    Ha1(Algorithm, Ha1),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A request with credentials, ready to be sent in a new transaction.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The request without our Via, with CSeq one higher.
    pub request: RequestBuilder,
    /// The CSeq number it has; the dialog or registration goes on from here.
    pub cseq: u32,
}

/// Answers the challenges of `response` to the `request` we sent. `cnonce` is a fresh random
/// token. `None` when there is nothing to answer with: no challenge for this realm in an algorithm
/// we know, or the same credentials were refused already and not for a stale nonce, so that a wrong
/// password is tried once only (RFC 3261 §22.1).
pub fn answer_challenge(
    response: &Response,
    request: &Request,
    login: &Login,
    cnonce: &str,
) -> Option<Answered> {
    let cseq = request.cseq().ok()?;
    if matches!(cseq.method, Method::Ack | Method::Cancel) {
        return None;
    }
    let server = response.headers().all::<WwwAuthenticate>();
    let proxy = response.headers().all::<ProxyAuthenticate>();
    let server = strongest(server.filter_map(Result::ok).map(|h| h.0), login);
    let proxy = strongest(proxy.filter_map(Result::ok).map(|h| h.0), login);
    let answer = |challenge: &Challenge, earlier: Option<Credentials>| {
        let refused = earlier.is_some() && !challenge.stale;
        if refused {
            return None;
        }
        credentials(challenge, request, login, cnonce)
    };
    if server.is_none() && proxy.is_none() {
        return None;
    }
    let number = cseq.number.checked_add(1)?;
    let mut builder = request.edit().pop::<Via>().set(&CSeq {
        number,
        method: cseq.method,
    });
    if let Some(challenge) = server {
        let earlier = request.headers().all::<Authorization>();
        let earlier = earlier
            .flatten()
            .map(|h| h.0)
            .find(|c| c.realm == challenge.realm);
        let new = answer(&challenge, earlier)?;
        builder = replace(builder, request, new, Authorization, |h: Authorization| h.0);
    }
    if let Some(challenge) = proxy {
        let earlier = request.headers().all::<ProxyAuthorization>();
        let earlier = earlier
            .flatten()
            .map(|h| h.0)
            .find(|c| c.realm == challenge.realm);
        let new = answer(&challenge, earlier)?;
        builder = replace(
            builder,
            request,
            new,
            ProxyAuthorization,
            |h: ProxyAuthorization| h.0,
        );
    }
    Some(Answered {
        request: builder,
        cseq: number,
    })
}

/// Puts new credentials in place of those for the same realm; those for other realms stay
/// (RFC 3261 §22.3).
fn replace<H: Header>(
    builder: RequestBuilder,
    request: &Request,
    new: Credentials,
    wrap: impl Fn(Credentials) -> H,
    unwrap: impl Fn(H) -> Credentials,
) -> RequestBuilder {
    let others: Vec<Credentials> = request
        .headers()
        .all::<H>()
        .flatten()
        .map(unwrap)
        .filter(|c| c.realm != new.realm)
        .collect();
    others
        .into_iter()
        .chain([new])
        .fold(builder.remove(H::NAME), |builder, c| builder.push(&wrap(c)))
}

/// The challenge to answer: of those for our realm in an algorithm we can compute, the strongest.
pub(crate) fn strongest(
    challenges: impl Iterator<Item = Challenge>,
    login: &Login,
) -> Option<Challenge> {
    let usable = |c: &Challenge| {
        let realm = login.realm.as_deref().is_none_or(|realm| c.realm == realm);
        let algorithm = match &login.secret {
            Secret::Password(_) => strength(&c.algorithm) > 0,
            Secret::Ha1(algorithm, _) => base(&c.algorithm) == *algorithm,
        };
        let qop = c.qop.is_empty() || c.qop.iter().any(|q| matches!(q, Qop::Auth | Qop::AuthInt));
        realm && algorithm && qop
    };
    let mut best: Option<Challenge> = None;
    for challenge in challenges.filter(usable) {
        // Of equally strong ones the first counts (RFC 8760 §2.4).
        if best
            .as_ref()
            .is_none_or(|b| strength(&challenge.algorithm) > strength(&b.algorithm))
        {
            best = Some(challenge);
        }
    }
    best
}

fn strength(algorithm: &Algorithm) -> u8 {
    match base(algorithm) {
        Algorithm::Sha512Trunc256 => 3,
        Algorithm::Sha256 => 2,
        Algorithm::Md5 => 1,
        _ => 0,
    }
}

/// The answer to one challenge of a request that reads so.
pub(crate) fn credentials(
    challenge: &Challenge,
    request: &Request,
    login: &Login,
    cnonce: &str,
) -> Option<Credentials> {
    let uri = request.raw_uri();
    let mut credentials = Credentials::answer(challenge, &login.username, &uri.to_str());
    // Plain `auth` unless the peer insists: boxes on the way rewrite bodies.
    credentials.qop = [Qop::Auth, Qop::AuthInt]
        .into_iter()
        .find(|q| challenge.qop.contains(q));
    if credentials.qop.is_some() {
        credentials.nc = Some(Text::from("00000001"));
    }
    if credentials.qop.is_some() || credentials.algorithm.is_session() {
        credentials.cnonce = Some(Text::from(cnonce));
    }
    computed(credentials, request, login)
}

/// The same credentials for another request: the nonce is used once more (RFC 7616 §3.3, `nc`).
/// `None` where a nonce is good for one request only, for it has no count.
pub(crate) fn used_again(
    credentials: &Credentials,
    request: &Request,
    login: &Login,
) -> Option<Credentials> {
    let count = credentials.nonce_count()?.checked_add(1)?;
    let mut credentials = credentials.clone();
    credentials.nc = Some(Text::from(format!("{count:08x}").as_str()));
    credentials.uri = request.raw_uri();
    computed(credentials, request, login)
}

fn computed(mut credentials: Credentials, request: &Request, login: &Login) -> Option<Credentials> {
    let ha1 = match &login.secret {
        Secret::Password(password) => Ha1::of_password(
            login.username.as_bytes(),
            &credentials.realm,
            password.as_bytes(),
            &credentials.algorithm,
        )?,
        Secret::Ha1(_, ha1) => *ha1,
    };
    let method = request.method();
    let response = expected_response(&credentials, &ha1, method.as_bytes(), &request.body())?;
    credentials.response = Text::from(&*String::from_utf8_lossy(response.text()));
    Some(credentials)
}
