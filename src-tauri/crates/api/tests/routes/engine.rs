//! An API on a real store in a folder of its own, with the test in the place of the switch.

use api::{
    Api, Authority, Certificates, Configuration, Desk, Identity, Keeper, Keys, Offices, routes,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use office::PersonId;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
use std::{
    mem,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Instant,
};
use store::{Role, Store, UserEdit};
use switch::{Command, CommandResult, Happening, Input, What};
use tempfile::TempDir;
use tower::ServiceExt;

pub const HOST: &str = "127.0.0.1:7080";

/// Of every user the tests add.
pub const PASSWORD: &str = "correct horse battery";

pub struct Engine {
    pub desk: Arc<Desk>,
    pub keeper: Arc<Keeper>,
    pub token: String,
    pub router: Router,
    to_switch: Arc<Mutex<Vec<Input>>>,
    pub dir: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Engine {
    pub fn start() -> Self {
        Self::in_dir(tempfile::tempdir().unwrap())
    }

    /// The engine is stopped, and another starts on what it has kept.
    pub fn started_anew(self) -> Self {
        self.keeper.stop();
        Self::in_dir(self.dir)
    }

    /// With further offices to look after.
    pub fn with_offices(dir: TempDir, offices: Arc<dyn Offices>) -> Self {
        Self::that_has(dir, Some(offices))
    }

    fn in_dir(dir: TempDir) -> Self {
        Self::that_has(dir, None)
    }

    fn that_has(dir: TempDir, offices: Option<Arc<dyn Offices>>) -> Self {
        let (mut store, _) = Store::open(dir.path()).unwrap();
        let keys = Keys {
            token: store.api_token().unwrap(),
            passes: store.session_key().unwrap(),
        };
        let configuration = Configuration::read(&store).unwrap();
        let desk = Arc::new(Desk::new(configuration, Instant::now()));
        let keeper = Arc::new(Keeper::start(store, Arc::clone(&desk)).unwrap());
        let to_switch: Arc<Mutex<Vec<Input>>> = Arc::default();
        let inputs = Arc::clone(&to_switch);
        let listener = api::SipListener {
            transport: "udp".to_owned(),
            address: SocketAddr::from(([192, 0, 2, 7], 5060)),
        };
        desk.connect(
            move |input| {
                inputs.lock().unwrap().push(input);
                true
            },
            vec![listener],
        );
        let (words, address) = (keys.token.expose().to_owned(), HOST.parse().unwrap());
        let api = Api::new(
            Arc::clone(&desk),
            Arc::clone(&keeper),
            keys,
            certificates(),
            address,
        );
        let api = match offices {
            Some(offices) => api.with_offices(offices),
            None => api,
        };
        Self {
            router: routes(api),
            desk,
            keeper,
            token: words,
            to_switch,
            dir,
        }
    }

    /// What went to the switch since the last time.
    pub fn take_inputs(&self) -> Vec<Input> {
        mem::take(&mut self.to_switch.lock().unwrap())
    }

    /// Lets something happen.
    pub fn tell(&self, what: What) -> Happening {
        let happening = Happening {
            at: Instant::now(),
            unix_ms: 1_763_717_401_000,
            what,
        };
        self.desk.tell(&happening);
        happening
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// A request as a page of this engine makes it, with a session's cookie.
    pub async fn by_cookie(&self, cookie: &str, method: &str, path: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", HOST)
            .header("origin", format!("http://{HOST}"))
            .header("cookie", cookie)
            .header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// The bytes of an answer that is no text.
    pub async fn raw(&self, method: &str, path: &str, body: &Value) -> Vec<u8> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", HOST)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        body.to_vec()
    }

    /// Opens the window as this computer's owner; gives the session's cookie.
    pub async fn owner(&self) -> String {
        let ticket = self.post("/api/tickets", &json!({})).await.json();
        let page = Request::builder()
            .uri(ticket["url"].as_str().unwrap())
            .header("host", HOST);
        let answer = self.send(page.body(Body::empty()).unwrap()).await;
        answer.cookie()
    }

    /// Adds a user and signs them in; gives the session's cookie.
    pub async fn user(&self, login: &str, role: Role, person: Option<PersonId>) -> String {
        let hash = store::hash_password(PASSWORD).unwrap();
        let user = UserEdit {
            login: login.to_owned(),
            role,
            person,
        };
        self.keeper
            .change(move |change| change.add_user(&user, Some(&hash)))
            .await
            .unwrap();
        self.sign_in(login, PASSWORD).await.cookie()
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password }).to_string();
        self.by_cookie("", "POST", "/api/session", &body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[], Body::from(body.to_string()))
            .await
    }

    /// Asks for something of the switch, which answers with `result`; gives what it was ordered.
    pub async fn order(
        &self,
        path: &str,
        body: &Value,
        result: CommandResult,
    ) -> (Answer, Command) {
        let post = self.post(path, body);
        tokio::join!(post, self.obey(result))
    }

    /// The same for somebody who is signed in.
    pub async fn order_by_cookie(
        &self,
        cookie: &str,
        path: &str,
        result: CommandResult,
    ) -> (Answer, Command) {
        let post = self.by_cookie(cookie, "POST", path, "{}");
        tokio::join!(post, self.obey(result))
    }

    /// The switch answers the next command with `result`.
    async fn obey(&self, result: CommandResult) -> Command {
        {
            loop {
                if let Some(Input::Command(command)) = self.take_inputs().pop() {
                    let ticket = ticket_of(&command);
                    self.tell(What::CommandDone { ticket, result });
                    return command;
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// A change of a record as it was at `revision`.
    pub async fn on(&self, method: &str, path: &str, revision: i64) -> Answer {
        let tag = format!("\"{revision}\"");
        self.ask(method, path, &[("if-match", &tag)], Body::empty())
            .await
    }

    /// A request as our own programs make it, with further headers.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", HOST)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body).unwrap()).await
    }
}

fn ticket_of(command: &Command) -> u64 {
    match command {
        Command::Originate { ticket, .. }
        | Command::Transfer { ticket, .. }
        | Command::TakeOver { ticket, .. }
        | Command::RecordCall { ticket, .. }
        | Command::LockRoom { ticket, .. }
        | Command::MuteMember { ticket, .. }
        | Command::RemoveMember { ticket, .. }
        | Command::InviteToRoom { ticket, .. }
        | Command::RecordRoom { ticket, .. }
        | Command::RegisterLine { ticket, .. }
        | Command::ResetFuse { ticket, .. }
        | Command::Forgive { ticket, .. } => *ticket,
        other => panic!("{other:?} carries no ticket"),
    }
}

impl Answer {
    /// The cookie it sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let line = self.headers["set-cookie"].to_str().unwrap();
        line.split(';').next().unwrap().to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Checks that it is a problem document, and gives the field it names.
    pub fn problem(&self, status: u16) -> Option<String> {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for part in ["type", "title", "detail"] {
            assert_ne!(
                problem[part].as_str().unwrap_or(""),
                "",
                "{part}: {}",
                self.text
            );
        }
        problem["field"].as_str().map(str::to_owned)
    }
}

/// Those of a computer called `office-pc`.
pub fn certificates() -> Certificates {
    Certificates {
        computer: Some("office-pc".to_owned()),
        authority: Arc::new(OfficeAuthority::generate()),
    }
}

/// An authority as the engine has it, but on no disk.
struct OfficeAuthority(Mutex<Identity>);

impl OfficeAuthority {
    fn generate() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificates = Self::params().self_signed(&key).unwrap().pem();
        let key = key.serialize_pem();
        Self(Mutex::new(Identity { certificates, key }))
    }

    fn params() -> CertificateParams {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    }
}

impl Authority for OfficeAuthority {
    fn identity(&self) -> Identity {
        self.0.lock().unwrap().clone()
    }

    fn issue(&self, addresses: &[IpAddr]) -> Result<Identity, String> {
        let own = KeyPair::from_pem(&self.identity().key).unwrap();
        let issuer = Issuer::new(Self::params(), own);
        let mut names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        names.push("office-pc".to_owned());
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        Ok(Identity {
            certificates: params.signed_by(&key, &issuer).unwrap().pem(),
            key: key.serialize_pem(),
        })
    }

    fn replace(&self, identity: Identity) -> Result<(), String> {
        *self.0.lock().unwrap() = identity;
        Ok(())
    }
}
