//! Signing in, staying signed in, signing out.

use crate::engine::{Engine, HOST, PASSWORD, certificates};
use api::{Api, Keys, limits::FREE_TRIES, routes};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Role;

#[tokio::test]
async fn the_window_comes_in_with_a_ticket_once() {
    let engine = Engine::start();
    let ticket = engine.post("/api/tickets", &json!({})).await.json();
    assert_eq!(ticket["expiresInSeconds"], 60);
    let url = ticket["url"].as_str().unwrap();
    assert_eq!(
        url,
        format!("/sign-in?ticket={}", ticket["ticket"].as_str().unwrap())
    );
    let open = async |url: &str| {
        let request = Request::builder().uri(url).header("host", HOST);
        engine.send(request.body(Body::empty()).unwrap()).await
    };
    let answer = open(url).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.headers["location"], "/");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let line = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        line.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{line}"
    );
    let session = engine
        .by_cookie(&answer.cookie(), "GET", "/api/session", "")
        .await
        .json();
    let owner =
        json!({ "user": null, "name": "", "role": "owner", "person": null, "remote": false });
    assert_eq!(session, owner);
    for url in [
        url,
        "/sign-in?ticket=",
        "/sign-in",
        "/sign-in?ticket=a&ticket=b",
    ] {
        let again = open(url).await;
        assert_eq!(again.status, 303, "{url}");
        assert!(!again.headers.contains_key("set-cookie"), "{url}");
    }
}

#[tokio::test]
async fn a_ticket_is_not_for_a_browser() {
    let engine = Engine::start();
    let cookie = engine.owner().await;
    let answer = engine
        .by_cookie(&cookie, "POST", "/api/tickets", "{}")
        .await;
    assert_eq!(answer.problem(403), None);
}

#[tokio::test]
async fn who_signs_in_is_known_until_they_sign_out() {
    let engine = Engine::start();
    let cookie = engine.user("Anna", Role::Admin, None).await;
    let who = async || engine.by_cookie(&cookie, "GET", "/api/session", "").await;
    assert_eq!(who().await.json()["name"], "Anna");
    let out = engine
        .by_cookie(&cookie, "DELETE", "/api/session", "")
        .await;
    assert_eq!(out.status, 204);
    let line = out.headers["set-cookie"].to_str().unwrap();
    assert!(line.starts_with("cordboard_session=; "), "{line}");
    assert!(line.contains("Max-Age=0"), "{line}");
    assert_eq!(who().await.problem(401), None, "the cookie was kept");
}

#[tokio::test]
async fn nobody_learns_which_logins_there_are() {
    let engine = Engine::start();
    engine.user("anna", Role::Staff, None).await;
    let wrong = engine.sign_in("anna", "wrong password").await;
    let unknown = engine.sign_in("nobody", "wrong password").await;
    assert_eq!(wrong.problem(401), None);
    assert_eq!(wrong.text, unknown.text);
    assert!(!wrong.headers.contains_key("set-cookie"));
    assert_eq!(engine.sign_in("ANNA", PASSWORD).await.status, 200);
    let audit = engine.keeper.ask(|store| store.audit(10, None)).await;
    let lines: Vec<(String, String)> = audit
        .unwrap()
        .into_iter()
        .map(|entry| (entry.action, entry.by.login))
        .collect();
    for line in [
        ("session.refused", "anna"),
        ("session.refused", "nobody"),
        ("session.signedIn", "anna"),
    ] {
        assert!(
            lines.contains(&(line.0.to_owned(), line.1.to_owned())),
            "{line:?} {lines:?}"
        );
    }
}

#[tokio::test]
async fn guessing_is_made_to_wait_before_a_password_is_looked_at() {
    let engine = Engine::start();
    engine.user("anna", Role::Staff, None).await;
    for _ in 0..FREE_TRIES {
        assert_eq!(engine.sign_in("anna", "guess").await.problem(401), None);
    }
    let waits = engine.sign_in("anna", PASSWORD).await;
    assert_eq!(waits.problem(429), None);
    assert_eq!(waits.headers["retry-after"], "1");
    assert_eq!(waits.json()["code"], "tooManyTries");
    // By address as well, whatever login is tried.
    assert_eq!(engine.sign_in("ben", "guess").await.problem(429), None);
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing() {
    let engine = Engine::start();
    let cookie = engine.owner().await;
    let body = json!({ "name": "Eve", "extension": null, "team": "", "ringSeconds": null });
    let send = async |headers: &[(&str, &str)]| {
        let mut request = Request::builder()
            .method("POST")
            .uri("/api/people")
            .header("host", HOST)
            .header("cookie", &cookie)
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        engine.send(request).await
    };
    // Not even without any sign of another site.
    for headers in [&[][..], &[("sec-fetch-site", "none")]] {
        let answer = send(headers).await;
        assert_eq!(answer.problem(403), None, "{headers:?}");
        assert_eq!(answer.json()["code"], "otherSite");
    }
    assert_eq!(engine.get("/api/people").await.json(), json!([]));
    let own = format!("http://{HOST}");
    for headers in [
        [("origin", own.as_str())],
        [("sec-fetch-site", "same-origin")],
    ] {
        assert_eq!(send(&headers).await.status, 201, "{headers:?}");
    }
}

/// The engine was killed and started again: its key is the same, so the window is known.
#[tokio::test]
async fn a_restarted_engine_knows_the_window_and_gives_it_a_fresh_pass() {
    let mut engine = Engine::start();
    let (window, gone) = (engine.owner().await, engine.owner().await);
    let out = engine.by_cookie(&gone, "DELETE", "/api/session", "").await;
    assert_eq!(out.status, 204);
    engine.restart().await;
    let answer = engine.by_cookie(&window, "GET", "/api/session", "").await;
    assert_eq!(answer.json()["role"], "owner");
    let renewed = answer.cookie();
    let answer = engine.by_cookie(&renewed, "GET", "/api/session", "").await;
    assert_eq!(answer.status, 200);
    let answer = engine.by_cookie(&gone, "GET", "/api/session", "").await;
    assert_eq!(answer.problem(401), None, "signing out outlives a restart");
}

#[tokio::test]
async fn another_role_or_password_ends_every_session() {
    let engine = Engine::start();
    let cookie = engine.user("anna", Role::Admin, None).await;
    let users = engine.get("/api/users").await.json();
    let (id, revision) = (&users[0]["id"], users[0]["revision"].as_i64().unwrap());
    let edit = json!({ "login": "anna", "role": "staff", "person": null, "password": null });
    let tag = format!("\"{revision}\"");
    let path = format!("/api/users/{id}");
    let body = Body::from(edit.to_string());
    let answer = engine.ask("PUT", &path, &[("if-match", &tag)], body).await;
    assert_eq!(answer.json()["role"], "staff", "{}", answer.text);
    let old = engine.by_cookie(&cookie, "GET", "/api/session", "").await;
    assert_eq!(old.problem(401), None);
}

impl Engine {
    /// The same office, served by an engine that began just now.
    async fn restart(&mut self) {
        let passes = self.keeper.ask(|store| store.session_key()).await.unwrap();
        let keys = Keys {
            token: office::Secret::new(self.token.clone()),
            passes,
        };
        let api = Api::new(
            Arc::clone(&self.desk),
            Arc::clone(&self.keeper),
            keys,
            certificates(),
            HOST.parse().unwrap(),
        );
        self.router = routes(api);
    }
}

#[tokio::test]
async fn secrets_of_sessions_are_in_no_answer() {
    let engine = Engine::start();
    let cookie = engine.owner().await;
    for path in [
        "/api/session",
        "/api/audit",
        "/api/users",
        "/api/openapi.json",
    ] {
        let answer = engine.by_cookie(&cookie, "GET", path, "").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let pass = cookie.split_once('=').unwrap().1;
        assert!(!answer.text.contains(pass), "{path}");
        assert!(!answer.text.contains(&engine.token), "{path}");
        let _: Value = answer.json();
    }
}
