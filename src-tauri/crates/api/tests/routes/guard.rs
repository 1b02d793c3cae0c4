//! Who is let in, and who is not.

use crate::engine::{Answer, Engine, HOST};
use api::{Check, CheckId, CheckState};
use axum::{body::Body, http::Request};
use serde_json::json;

const ROUTES: [(&str, &str); 18] = [
    ("GET", "/api/people"),
    ("POST", "/api/people"),
    ("DELETE", "/api/people/1"),
    ("GET", "/api/devices"),
    ("POST", "/api/devices"),
    ("DELETE", "/api/devices/1"),
    ("POST", "/api/devices/1/renew-secret"),
    ("POST", "/api/people/many"),
    ("PUT", "/api/people/1/wants"),
    ("GET", "/api/feed"),
    ("GET", "/api/health"),
    ("GET", "/api/office"),
    ("GET", "/api/setup"),
    ("POST", "/api/setup/finish"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/calls"),
    ("GET", "/api/calls/1/trace"),
    ("POST", "/api/calls/1/hang-up"),
];

async fn send(engine: &Engine, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    engine.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_state_is_told_to_everybody_and_nothing_else_is() {
    let engine = Engine::start();
    let status = send(&engine, "GET", "/api/status", &[("host", HOST)]).await;
    assert_eq!(status.status, 200);
    assert_eq!(status.json()["registered_devices"], 0);
    let last = if engine.token.ends_with('0') {
        '1'
    } else {
        '0'
    };
    let almost = format!("Bearer {}{last}", &engine.token[..63]);
    let longer = format!("Bearer {}0", engine.token);
    for (method, path) in ROUTES {
        for token in ["", "Bearer", "Bearer ", "Basic YTph", &almost, &longer] {
            let headers = [
                ("host", HOST),
                ("content-type", "application/json"),
                ("authorization", token),
            ];
            let answer = send(&engine, method, path, &headers).await;
            assert_eq!(answer.problem(401), None, "{method} {path} {token}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
}

#[tokio::test]
async fn a_name_that_points_here_is_not_served() {
    let engine = Engine::start();
    let bearer = format!("Bearer {}", engine.token);
    for (host, served) in [
        ("127.0.0.1:7080", true),
        ("LOCALHOST:7080", true),
        ("[::1]:7080", true),
        ("127.0.0.1", false),
        ("127.0.0.1:7081", false),
        ("evil.example:7080", false),
        ("127.0.0.1:7080.evil.example", false),
        ("127.0.0.1:7080@evil.example", false),
        ("", false),
    ] {
        for path in ["/api/status", "/api/people", "/"] {
            let headers = [("host", host), ("authorization", bearer.as_str())];
            let answer = send(&engine, "GET", path, &headers).await;
            let expected = if served { 200 } else { 421 };
            assert_eq!(answer.status, expected, "{host} {path}");
        }
    }
    let none = send(&engine, "GET", "/api/status", &[]).await;
    assert_eq!(none.problem(421), None);
    let two = [("host", HOST), ("host", "evil.example")];
    let two = send(&engine, "GET", "/api/status", &two).await;
    assert_eq!(two.text, none.text, "a probe learns nothing");
    let in_line = send(
        &engine,
        "GET",
        "http://evil.example/api/status",
        &[("host", HOST)],
    )
    .await;
    assert_eq!(in_line.problem(421), None);
}

#[tokio::test]
async fn the_state_counts_problems_without_naming_them() {
    let engine = Engine::start();
    let checks = [
        Check::new(CheckId::Disk, CheckState::Problem, "full"),
        Check::new(CheckId::Backup, CheckState::Warning, "old"),
        Check::new(CheckId::Sleep, CheckState::Unknown, "unknown"),
    ];
    engine.desk.connect_health(move || checks.to_vec());
    let status = async || send(&engine, "GET", "/api/status", &[("host", HOST)]).await;
    assert_eq!(status().await.json()["attention"], 0);
    engine.desk.check_health();
    let told = status().await;
    assert_eq!(told.json()["attention"], 1);
    assert!(!told.text.contains("disk"), "{}", told.text);
    engine
        .post("/api/attention/check-disk/dismiss", &json!({}))
        .await;
    assert_eq!(status().await.json()["attention"], 0);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_ask() {
    let engine = Engine::start();
    let own = format!("http://{HOST}");
    for (header, value, path, expected) in [
        ("origin", own.as_str(), "/api/people", 200),
        ("origin", "http://localhost:7080", "/api/people", 200),
        ("origin", "http://127.0.0.1:8000", "/api/people", 403),
        ("origin", "https://127.0.0.1:7080", "/api/people", 403),
        ("origin", "http://evil.example", "/api/people", 403),
        ("origin", "null", "/api/status", 403),
        ("sec-fetch-site", "same-origin", "/api/people", 200),
        ("sec-fetch-site", "none", "/api/status", 200),
        ("sec-fetch-site", "cross-site", "/api/status", 403),
        ("sec-fetch-site", "same-site", "/api/people", 403),
        // Following a link to the page.
        ("sec-fetch-site", "cross-site", "/", 200),
    ] {
        let answer = engine
            .ask("GET", path, &[(header, value)], Body::empty())
            .await;
        assert_eq!(answer.status, expected, "{header}: {value}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    let asked = [("origin", own.as_str())];
    let preflight = engine
        .ask("OPTIONS", "/api/people", &asked, Body::empty())
        .await;
    assert!(
        !preflight
            .headers
            .contains_key("access-control-allow-origin")
    );
}

#[tokio::test]
async fn what_a_form_can_send_is_refused() {
    let engine = Engine::start();
    let bearer = format!("Bearer {}", engine.token);
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        for (method, path) in [
            ("POST", "/api/people"),
            ("POST", "/api/calls/1/hang-up"),
            ("PUT", "/api/calls/1/media"),
        ] {
            let mut headers = vec![("host", HOST), ("authorization", bearer.as_str())];
            headers.extend(kind.map(|kind| ("content-type", kind)));
            let answer = send(&engine, method, path, &headers).await;
            assert_eq!(answer.problem(415), None, "{kind:?} {method} {path}");
        }
    }
    assert_eq!(engine.take_inputs().len(), 0);
}

#[tokio::test]
async fn a_body_is_bounded() {
    let engine = Engine::start();
    let large = vec![b' '; api::limits::MAX_BODY + 1];
    let answer = engine
        .ask("POST", "/api/people", &[], Body::from(large))
        .await;
    assert_eq!(answer.problem(413), None);
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let engine = Engine::start();
    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/people", 200),
        ("GET", "/assets/none.js", 404),
        ("POST", "/", 405),
        ("GET", "/api/status", 200),
        ("GET", "/api/none", 404),
        ("DELETE", "/api/status", 405),
        ("GET", "/api/calls/none", 404),
        ("GET", "/api/calls?limit=-1", 400),
        ("GET", "/api/calls?before=none", 422),
    ] {
        let answer = engine.ask(method, path, &[], Body::empty()).await;
        assert_eq!(answer.status, status, "{method} {path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(
            answer.headers["cross-origin-resource-policy"],
            "same-origin"
        );
        if path.starts_with("/api/") {
            assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        }
        if path.starts_with("/api/") && status >= 400 {
            answer.problem(status);
        }
    }
}
