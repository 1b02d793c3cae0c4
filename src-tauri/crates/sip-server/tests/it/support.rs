//! What the tests share: messages from short text, and an account that proves itself.

use bytes::Bytes;
use sip_message::{Request, Response, header::Algorithm};
use sip_server::{
    digest::{
        AskedBy, Authenticated, Authenticator, CredentialSource, DigestConfig, Ha1, Login, Secret,
        Verdict, answer_challenge,
    },
    guard::Guard,
};
use sip_transport::Flow;
use std::time::Instant;

pub const REALM: &str = "office.example";

/// A request from lines; line breaks become CRLF and the empty line is added.
pub fn request(lines: &str) -> Request {
    let text: Vec<&str> = lines.trim().lines().map(str::trim).collect();
    let text = text.join("\r\n") + "\r\n\r\n";
    let request = Request::parse(Bytes::from(text)).unwrap();
    assert!(request.flaw().is_none(), "{:?}", request.flaw());
    request
}

pub fn text(response: &Response) -> String {
    String::from_utf8(response.bytes().to_vec()).unwrap()
}

pub fn flow(remote: &str) -> Flow {
    Flow::udp("10.0.0.1:5060".parse().unwrap(), remote.parse().unwrap())
}

/// Passwords by user name.
pub struct Accounts(pub Vec<(&'static str, &'static str)>);

impl CredentialSource for Accounts {
    fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
        let (_, password) = self.0.iter().find(|(name, _)| name.as_bytes() == user)?;
        Ha1::of_password(user, realm, password.as_bytes(), algorithm)
    }
}

pub fn accounts() -> Accounts {
    Accounts(vec![("anna", "zanzibar"), ("bob", "quux")])
}

pub fn login(user: &str, password: &str) -> Login {
    Login {
        username: user.to_owned(),
        realm: None,
        secret: Secret::Password(password.to_owned()),
    }
}

pub struct Door {
    pub authenticator: Authenticator,
    pub guard: Guard,
    pub accounts: Accounts,
    pub now: Instant,
}

impl Door {
    pub fn new(config: DigestConfig) -> Door {
        let now = Instant::now();
        Door {
            authenticator: Authenticator::new(config, [1; 32], now),
            guard: Guard::new(vec![], now),
            accounts: accounts(),
            now,
        }
    }

    pub fn standard() -> Door {
        Door::new(DigestConfig {
            realm: REALM.to_owned(),
            ..DigestConfig::default()
        })
    }

    pub fn verify(&mut self, flow: Flow, request: Request) -> Verdict {
        self.authenticator.verify(
            self.now,
            AskedBy::Server,
            flow,
            request,
            &self.accounts,
            &mut self.guard,
        )
    }

    pub fn challenged(&mut self, flow: Flow, request: &Request) -> Response {
        match self.verify(flow, request.clone()) {
            Verdict::Challenge(response) => response,
            other => panic!("{other:?}"),
        }
    }

    /// The request after the 401 and with the right answer.
    pub fn let_in(&mut self, flow: Flow, request: &Request) -> Authenticated<Request> {
        let challenge = self.challenged(flow, request);
        let user = request.from().unwrap().uri().user().unwrap().into_owned();
        let user = String::from_utf8(user).unwrap();
        let password = self
            .accounts
            .0
            .iter()
            .find(|(name, _)| *name == user)
            .map_or("wrong", |(_, password)| password);
        let answered = answer(&challenge, request, &login(&user, password));
        match self.verify(flow, answered) {
            Verdict::Authenticated(request) => request,
            other => panic!("{other:?}"),
        }
    }
}

/// The request again with credentials, with a Via as an endpoint would push it.
pub fn answer(challenge: &Response, request: &Request, login: &Login) -> Request {
    let answered = answer_challenge(challenge, request, login, "c0ffee").unwrap();
    answered.request.push_first(&request.via().unwrap()).build()
}
