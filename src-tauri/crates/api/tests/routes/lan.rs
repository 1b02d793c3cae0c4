//! The window on another computer: TLS, a login, nothing without them.

use crate::engine::{Answer, Engine, PASSWORD, certificates};
use api::{Api, Authority, Keys, serve};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use office::Secret;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::{Value, json};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
};
use store::Role;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// An engine that really listens.
struct Served {
    engine: Engine,
    tls: TlsConnector,
    authority: Arc<dyn Authority>,
    here: SocketAddr,
    port: u16,
    _serving: oneshot::Sender<()>,
}

impl Served {
    async fn start() -> Self {
        let engine = Engine::start();
        let certificates = certificates();
        let authority = Arc::clone(&certificates.authority);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let keys = Keys {
            token: Secret::new(engine.token.clone()),
            passes: engine
                .keeper
                .ask(|store| store.session_key())
                .await
                .unwrap(),
        };
        let (desk, keeper) = (Arc::clone(&engine.desk), Arc::clone(&engine.keeper));
        let api = Api::new(desk, keeper, keys, certificates, here);
        let (serving, stopped) = oneshot::channel::<()>();
        tokio::spawn(serve(listener, api, async { drop(stopped.await) }));
        // Free a moment ago.
        let free = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        Self {
            engine,
            tls: trusting(&authority.identity().certificates),
            authority,
            here,
            port: free.local_addr().unwrap().port(),
            _serving: serving,
        }
    }

    /// A request on this computer, with the token.
    async fn here(&self, method: &str, path: &str, body: &Value) -> Answer {
        let stream = TcpStream::connect(self.here).await.unwrap();
        let token = format!("Bearer {}", self.engine.token);
        let headers = [("authorization", token.as_str())];
        talk(stream, method, path, &self.here.to_string(), &headers, body).await
    }

    /// A connection as another computer makes it.
    async fn connect(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let name = ServerName::try_from("office-pc").unwrap();
        self.tls.connect(name, stream).await
    }

    async fn there(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let stream = self.connect().await.unwrap();
        let host = format!("office-pc:{}", self.port);
        let origin = format!("https://{host}");
        let headers = [&[("origin", origin.as_str())], headers].concat();
        talk(stream, method, path, &host, &headers, body).await
    }

    async fn turn(&self, enabled: bool) -> Answer {
        let edit = json!({ "enabled": enabled, "port": self.port });
        self.here("PUT", "/api/lan", &edit).await
    }
}

/// A computer that trusts this authority and no other.
fn trusting(authority: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap())
        .unwrap();
    let client =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    TlsConnector::from(Arc::new(client))
}

/// One request on a connection of its own.
async fn talk(
    mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin,
    method: &str,
    path: &str,
    host: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let body = body.to_string();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    request += &body;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The other end may close without a TLS goodbye.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next().unwrap()[9..12].parse().unwrap();
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect();
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        text: text.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_computers_come_in_by_login_for_as_long_as_it_is_turned_on() {
    let served = Served::start().await;
    assert!(served.connect().await.is_err(), "off by default");
    let refused = served.turn(true).await;
    assert_eq!(refused.problem(409), None, "nobody could sign in");
    assert_eq!(refused.json()["code"], "noOwnerForLan");
    assert!(served.connect().await.is_err());

    let at_home = served.engine.user("Olga", Role::Owner, None).await;
    let turned = served.turn(true).await.json();
    assert_eq!(turned["enabled"], true);
    assert_eq!(turned["problem"], Value::Null);
    assert_eq!(turned["usersWithPassword"], 1);
    let url = format!("https://office-pc:{}", served.port);
    assert_eq!(turned["urls"][0], url);
    assert_eq!(
        served.here("GET", "/api/lan", &json!({})).await.json(),
        turned
    );

    // No token, no ticket and no session of this computer counts there.
    let status = served.there("GET", "/api/status", &[], &json!({})).await;
    assert_eq!(status.status, 200);
    let token = format!("Bearer {}", served.engine.token);
    for header in [
        ("authorization", token.as_str()),
        ("cookie", at_home.as_str()),
    ] {
        let answer = served
            .there("GET", "/api/people", &[header], &json!({}))
            .await;
        assert_eq!(answer.problem(401), None, "{header:?}");
    }
    let ticket = served.here("POST", "/api/tickets", &json!({})).await.json();
    let opened = served
        .there("GET", ticket["url"].as_str().unwrap(), &[], &json!({}))
        .await;
    assert!(!opened.headers.contains_key("set-cookie"));

    let login = json!({ "login": "olga", "password": PASSWORD });
    let signed_in = served.there("POST", "/api/session", &[], &login).await;
    assert_eq!(signed_in.json()["remote"], true, "{}", signed_in.text);
    let line = signed_in.headers["set-cookie"].to_str().unwrap();
    assert!(
        line.contains("; HttpOnly; SameSite=Strict; Secure"),
        "{line}"
    );
    let cookie = signed_in.cookie();
    let cookie = [("cookie", cookie.as_str())];
    let people = served
        .there("GET", "/api/people", &cookie, &json!({}))
        .await;
    assert_eq!(people.json(), json!([]));

    // Under a foreign name nothing is served.
    let stream = served.connect().await.unwrap();
    let host = format!("evil.example:{}", served.port);
    let foreign = talk(stream, "GET", "/api/status", &host, &[], &json!({})).await;
    assert_eq!(foreign.problem(421), None);

    // Turned off: what is open is cut, and nobody else comes in.
    let mut open = served.connect().await.unwrap();
    let off = served.turn(false).await.json();
    assert_eq!(
        (off["enabled"].clone(), off["urls"].clone()),
        (json!(false), json!([]))
    );
    assert_eq!(open.read(&mut [0; 16]).await.unwrap_or(0), 0);
    assert!(served.connect().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_somebody_else_has_is_refused_by_name_and_nothing_is_saved() {
    let served = Served::start().await;
    served.engine.user("Olga", Role::Owner, None).await;
    let _taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, served.port)).unwrap();
    let refused = served.turn(true).await;
    assert_eq!(refused.problem(409).as_deref(), Some("port"));
    assert_eq!(refused.json()["code"], "portTaken");
    let lan = served.here("GET", "/api/lan", &json!({})).await.json();
    assert_eq!(lan["enabled"], false);
    assert_eq!(lan["port"], 7443);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_computers_are_shown_the_certificate_of_a_restored_office() {
    let mut served = Served::start().await;
    served.engine.user("Olga", Role::Owner, None).await;
    served.turn(true).await;
    served.connect().await.unwrap();
    let restored = certificates().authority.identity();
    let trusting = trusting(&restored.certificates);
    served.authority.replace(restored).unwrap();
    served.turn(true).await;
    assert!(served.connect().await.is_err(), "nobody vouches for it now");
    served.tls = trusting;
    served.connect().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_certificates_are_told_and_the_authority_can_be_taken_along() {
    let served = Served::start().await;
    let view = served
        .here("GET", "/api/certificates", &json!({}))
        .await
        .json();
    let fingerprint = view["authority"]["fingerprint"].as_str().unwrap();
    assert_eq!(fingerprint.split(':').count(), 32, "{fingerprint}");
    assert_eq!(view["server"]["names"], json!(["office-pc"]));
    assert!(view["server"]["notAfter"].as_i64().unwrap() > 1_763_717_401_000);
    let pem = served
        .here("GET", "/api/certificates/authority.pem", &json!({}))
        .await;
    assert!(pem.text.starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(!pem.text.contains("PRIVATE"));
}
