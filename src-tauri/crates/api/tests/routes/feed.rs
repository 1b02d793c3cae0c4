//! The live feed: a snapshot, then changes, in order and at once.

use crate::engine::{Engine, HOST};
use api::limits::FEED_PAUSE;
use futures_util::StreamExt;
use office::{CallId, DeviceId, PersonId};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use switch::{CallSide, EndReason, LoginRefusal, MediaWay, Party, What};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest, http::Response},
};

/// How long what should come at once may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// An engine served on a socket.
pub struct Served {
    pub engine: Engine,
    address: SocketAddr,
}

/// One window.
pub struct Window(WebSocketStream<TcpStream>);

impl Served {
    pub async fn start() -> Self {
        let engine = Engine::start();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = engine.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { engine, address }
    }

    pub async fn open(&self, query: &str) -> Window {
        let (socket, _) = self.try_open(query).await.unwrap();
        Window(socket)
    }

    async fn try_open(
        &self,
        query: &str,
    ) -> Result<
        (WebSocketStream<TcpStream>, Response<Option<Vec<u8>>>),
        tokio_tungstenite::tungstenite::Error,
    > {
        let mut request = format!("ws://{HOST}/api/feed{query}")
            .into_client_request()
            .unwrap();
        let token = format!("Bearer {}", self.engine.token);
        let headers = request.headers_mut();
        headers.insert("authorization", token.parse().unwrap());
        let stream = TcpStream::connect(self.address).await.unwrap();
        client_async(request, stream).await
    }

    /// Anna with 101 and a phone.
    async fn anna(&self) -> (Value, Value) {
        let person = json!({ "name": "Anna", "extension": "101" });
        let person = self.engine.post("/api/people", &person).await.json();
        let device = json!({ "person": person["id"], "label": "Desk phone" });
        let device = self.engine.post("/api/devices", &device).await.json();
        (person, device["device"].clone())
    }
}

impl Window {
    /// The next message, or `None` when the engine has cut the window off.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await;
            match message.expect("no message came")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn message(&mut self) -> Value {
        self.next().await.expect("the window was cut off")
    }

    /// The next change of that kind; checks that no message is missing on the way.
    pub async fn change(&mut self, seq: &mut u64, kind: &str) -> Value {
        loop {
            let message = self.message().await;
            *seq += 1;
            assert_eq!(message["seq"], *seq, "no gap");
            let mut changes = message["changes"].as_array().unwrap().iter();
            if let Some(change) = changes.find(|change| change["kind"] == kind) {
                return change.clone();
            }
        }
    }
}

fn party(person: &Value, device: &Value) -> Party {
    Party {
        person: person["id"].as_i64().map(PersonId),
        device: device["id"].as_i64().map(DeviceId),
        name: "Anna".to_owned(),
        number: "101".to_owned(),
        ..Party::default()
    }
}

fn arrived(call: u64) -> What {
    What::CallerArrived {
        call: CallId(call),
        from: party(&Value::Null, &Value::Null),
        dialled: "101".to_owned(),
        from_board: false,
    }
}

fn ended(call: u64) -> What {
    What::CallEnded {
        call: CallId(call),
        reason: EndReason::HungUp,
        by: None,
        quality: vec![],
    }
}

#[tokio::test]
async fn a_window_gets_everything_and_then_what_changes() {
    let served = Served::start().await;
    let (person, device) = served.anna().await;
    let mut window = served.open("").await;
    let snapshot = window.message().await;
    assert_eq!(snapshot["type"], "snapshot");
    let mut seq = snapshot["seq"].as_u64().unwrap();
    let state = &snapshot["state"];
    assert_eq!(state["people"].as_array().unwrap().len(), 1);
    assert_eq!(state["devices"][0]["label"], "Desk phone");
    assert_eq!(state["office"]["name"], "My office");
    assert_eq!(state["engine"]["sip"][0]["address"], "192.0.2.7:5060");

    served.engine.tell(arrived(5));
    assert_eq!(
        window.change(&mut seq, "call").await["value"]["state"],
        "ringing"
    );
    served.engine.tell(What::DeviceCalled {
        call: CallId(5),
        leg: 2,
        to: party(&person, &device),
        media: Some(MediaWay::Direct),
    });
    let change = window.change(&mut seq, "person").await;
    assert_eq!(change["value"]["doing"], "ringing");
    served.engine.tell(What::CallAnswered {
        call: CallId(5),
        leg: 2,
        by: party(&person, &device),
        side: CallSide::Callee,
    });
    let change = window.change(&mut seq, "person").await;
    assert_eq!(change["value"]["doing"], "talking");
    served.engine.tell(ended(5));
    let message = window.message().await;
    assert_eq!(
        message["changes"][0],
        json!({ "kind": "call", "id": 5, "value": null })
    );
    assert_eq!(message["changes"][1]["value"]["doing"], "idle");
}

#[tokio::test]
async fn a_change_of_the_office_comes_through_the_feed() {
    let served = Served::start().await;
    let mut window = served.open("").await;
    let mut seq = window.message().await["seq"].as_u64().unwrap();
    let (person, _) = served.anna().await;
    let change = window.change(&mut seq, "person").await;
    assert_eq!(change["value"]["id"], person["id"]);
    let path = format!("/api/people/{}", person["id"]);
    served.engine.on("DELETE", &path, 1).await;
    loop {
        let change = window.change(&mut seq, "person").await;
        if change["value"].is_null() {
            assert_eq!(change["id"], person["id"]);
            break;
        }
    }
}

#[tokio::test]
async fn a_window_that_comes_back_goes_on_where_it_was() {
    let served = Served::start().await;
    let mut first = served.open("").await;
    let snapshot = first.message().await;
    let (epoch, mut seq) = (
        snapshot["epoch"].as_str().unwrap(),
        snapshot["seq"].as_u64().unwrap(),
    );
    let before = seq;
    served.engine.tell(arrived(5));
    let told = first.change(&mut seq, "call").await;
    drop(first);

    let mut back = served.open(&format!("?epoch={epoch}&after={before}")).await;
    let message = back.message().await;
    assert_eq!(message["type"], "changes");
    assert_eq!(message["seq"], before + 1);
    assert_eq!(message["changes"][0], told);
    let other_run = served
        .open(&format!("?epoch=0&after={before}"))
        .await
        .message()
        .await;
    assert_eq!(other_run["type"], "snapshot");
    let from_the_future = format!("?epoch={epoch}&after={}", seq + 100);
    assert_eq!(
        served.open(&from_the_future).await.message().await["type"],
        "snapshot"
    );
}

#[tokio::test]
async fn what_happens_is_told_at_once_when_it_was_quiet() {
    let served = Served::start().await;
    let mut window = served.open("").await;
    let mut seq = window.message().await["seq"].as_u64().unwrap();
    let mut took = Vec::new();
    for call in 0..20 {
        tokio::time::sleep(FEED_PAUSE + Duration::from_millis(5)).await;
        let told = Instant::now();
        served.engine.tell(arrived(call));
        window.change(&mut seq, "call").await;
        took.push(told.elapsed());
    }
    took.sort();
    println!("p50 {:?}, worst {:?}", took[10], took[19]);
    assert!(took[10] < FEED_PAUSE, "{took:?}");
}

#[tokio::test]
async fn a_refused_login_needs_attention_until_the_phone_is_in() {
    let served = Served::start().await;
    let (person, device) = served.anna().await;
    let mut window = served.open("").await;
    let mut seq = window.message().await["seq"].as_u64().unwrap();
    let refused = |port: u16| What::LoginRefused {
        user: device["user"].as_str().unwrap().to_owned(),
        address: format!("192.0.2.11:{port}"),
        device: device["id"].as_i64().map(DeviceId),
        reason: LoginRefusal::BadCredentials,
    };
    served.engine.tell(refused(5060));
    let first = window.change(&mut seq, "attention").await;
    assert_eq!(first["value"]["what"], "loginRefused");
    assert_eq!(first["value"]["reason"], "wrongPassword");
    assert_eq!(first["value"]["person"], person["id"]);
    served.engine.tell(refused(5061));
    let again = window.change(&mut seq, "attention").await;
    assert_eq!(
        (&again["id"], &again["value"]["times"]),
        (&first["id"], &json!(2))
    );
    served.engine.tell(What::PhoneCameOnline {
        device: DeviceId(device["id"].as_i64().unwrap()),
        person: PersonId(person["id"].as_i64().unwrap()),
        address: "192.0.2.11:5061".to_owned(),
        transport: "udp".to_owned(),
        user_agent: "Desk".to_owned(),
    });
    let gone = window.change(&mut seq, "attention").await;
    assert_eq!(
        gone,
        json!({ "kind": "attention", "id": first["id"], "value": null })
    );
}

#[tokio::test]
async fn an_item_is_dismissed() {
    let served = Served::start().await;
    let mut window = served.open("").await;
    let mut seq = window.message().await["seq"].as_u64().unwrap();
    served.engine.tell(What::LoginRefused {
        user: "1000".to_owned(),
        address: "192.0.2.66:5060".to_owned(),
        device: None,
        reason: LoginRefusal::BadCredentials,
    });
    let change = window.change(&mut seq, "attention").await;
    assert_eq!(change["value"]["severity"], "info", "a stranger");
    let path = format!("/api/attention/{}/dismiss", change["id"].as_str().unwrap());
    assert_eq!(served.engine.post(&path, &json!({})).await.status, 204);
    assert!(window.change(&mut seq, "attention").await["value"].is_null());
    assert_eq!(
        served.engine.post(&path, &json!({})).await.problem(404),
        None
    );
}

#[tokio::test]
async fn a_plain_request_for_the_feed_is_refused_politely() {
    let engine = Engine::start();
    let answer = engine.get("/api/feed").await;
    answer.problem(answer.status.as_u16());
    assert!(answer.status.is_client_error());
}
