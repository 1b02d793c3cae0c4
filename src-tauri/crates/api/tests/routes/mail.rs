//! How mail is sent: set up, tried, and the letters that wait.

use crate::engine::{Answer, Engine};
use axum::body::Body;
use office::EmailAddress;
use serde_json::{Value, json};
use std::net::TcpListener;
use store::{LetterKind, NewLetter};

pub fn settings() -> Value {
    json!({
        "enabled": true, "host": "mail.example.com", "port": 587, "security": "startTls",
        "user": "office", "password": "correct-horse", "from": "Büro <office@example.com>",
    })
}

async fn put(engine: &Engine, revision: i64, edit: &Value) -> Answer {
    let tag = format!("\"{revision}\"");
    let body = Body::from(edit.to_string());
    engine
        .ask("PUT", "/api/mail", &[("if-match", &tag)], body)
        .await
}

async fn queued(engine: &Engine) -> i64 {
    let letter = NewLetter {
        kind: LetterKind::Alert,
        to: EmailAddress::parse("anna@example.com").unwrap(),
        subject: "New message".to_owned(),
        body: "…".to_owned(),
        sounds: Vec::new(),
        message: None,
        deletes_message: false,
        queued_ms: 1_000,
    };
    let queued = engine.keeper.ask(move |store| store.queue_letter(&letter));
    queued.await.unwrap().0
}

#[tokio::test]
async fn the_password_is_kept_told_to_nobody_and_forgotten_when_asked() {
    let engine = Engine::start();
    let before = engine.get("/api/mail").await.json();
    assert_eq!(
        (&before["revision"], &before["enabled"]),
        (&json!(0), &json!(false))
    );
    let set_up = put(&engine, 0, &settings()).await;
    assert_eq!(set_up.status, 200, "{}", set_up.text);
    let set_up = set_up.json();
    assert_eq!(set_up["from"], "Büro <office@example.com>");
    assert_eq!(
        (&set_up["security"], &set_up["hasPassword"]),
        (&json!("startTls"), &json!(true))
    );
    assert_eq!(put(&engine, 0, &settings()).await.problem(412), None);
    let mut edit = settings();
    edit.as_object_mut().unwrap().remove("password");
    edit["enabled"] = json!(false);
    let off = put(&engine, 1, &edit).await.json();
    assert_eq!(
        (&off["enabled"], &off["hasPassword"]),
        (&json!(false), &json!(true))
    );
    edit["password"] = Value::Null;
    assert_eq!(put(&engine, 2, &edit).await.json()["hasPassword"], false);
    for path in ["/api/mail", "/api/audit"] {
        assert!(
            !engine.get(path).await.text.contains("correct-horse"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_cannot_work_is_named() {
    let engine = Engine::start();
    for (field, value) in [
        ("host", json!("")),
        ("host", json!("mail example")),
        ("port", json!(0)),
        ("port", json!(70_000)),
        ("security", json!("ssl")),
        ("user", json!("a\nb")),
        ("from", json!("office")),
        ("from", json!("a\nb <o@example.com>")),
    ] {
        let mut edit = settings();
        edit[field] = value;
        let refused = put(&engine, 0, &edit).await;
        assert_eq!(
            refused.problem(422).as_deref(),
            Some(field),
            "{}",
            refused.text
        );
    }
    assert_eq!(engine.get("/api/mail").await.json()["revision"], 0);
}

#[tokio::test]
async fn a_test_letter_that_is_not_sent_says_why() {
    let engine = Engine::start();
    let test = json!({ "to": "anna@example.com" });
    let early = engine.post("/api/mail/test", &test).await;
    assert_eq!(early.problem(409), None);
    assert_eq!(early.json()["code"], "mailNotSetUp");
    let nobody = engine
        .post("/api/mail/test", &json!({ "to": "anna" }))
        .await;
    assert_eq!(nobody.problem(422).as_deref(), Some("to"));
    // A port nobody listens at.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut edit = settings();
    edit["host"] = json!("127.0.0.1");
    edit["port"] = json!(port);
    assert_eq!(put(&engine, 0, &edit).await.status, 200);
    let refused = engine.post("/api/mail/test", &test).await;
    assert_eq!(refused.problem(502), None);
    assert_eq!(refused.json()["code"], "mailRefused");
    let told = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(told.contains("127.0.0.1 does not answer"), "{told}");
}

#[tokio::test]
async fn letters_are_tried_again_or_taken_out() {
    let engine = Engine::start();
    let letter = queued(&engine).await;
    let failed = store::FailedTry {
        at_ms: 2_000,
        why: "no such mailbox".to_owned(),
        again_ms: None,
    };
    let told = engine
        .keeper
        .ask(move |store| store.letter_failed(store::LetterId(letter), &failed));
    told.await.unwrap();
    let listed = engine.get("/api/mail/queue").await.json();
    assert_eq!(
        (&listed[0]["state"], &listed[0]["attempts"]),
        (&json!("failed"), &json!(1))
    );
    assert_eq!(listed[0]["lastError"], "no such mailbox");
    let path = format!("/api/mail/queue/{letter}");
    let again = engine.post(&format!("{path}/retry"), &json!({})).await;
    assert_eq!(again.status, 204, "{}", again.text);
    assert_eq!(
        engine.get("/api/mail/queue").await.json()[0]["state"],
        "queued"
    );
    let gone = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(gone.status, 204);
    assert_eq!(engine.get("/api/mail/queue").await.json(), json!([]));
    let gone = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(gone.problem(404), None);
    assert_eq!(
        engine
            .post(&format!("{path}/retry"), &json!({}))
            .await
            .problem(404),
        None
    );
}

#[tokio::test]
async fn letters_that_are_not_sent_need_attention_until_one_is() {
    let engine = Engine::start();
    let dismiss = "/api/attention/mail/dismiss";
    engine
        .desk
        .set_mail_trouble(Some("anna@example.com".to_owned()));
    assert_eq!(engine.post(dismiss, &json!({})).await.status, 204);
    engine.desk.set_mail_trouble(None);
    assert_eq!(engine.post(dismiss, &json!({})).await.problem(404), None);
}
