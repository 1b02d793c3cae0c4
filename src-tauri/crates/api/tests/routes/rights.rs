//! Who may use which route: the whole table, walked.

use crate::engine::{Engine, HOST};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::Role;

/// The routes open to whoever asks; everything else of the API wants somebody to be signed in.
const OPEN: [&str; 2] = ["GET /api/status", "POST /api/session"];

#[tokio::test]
async fn no_route_is_open_by_accident() {
    let engine = Engine::start();
    let mut open = Vec::new();
    for access in api::access() {
        let path = access.path.replace("{id}", "1");
        for (name, value) in [
            ("x-nothing", String::new()),
            ("authorization", format!("Bearer {}", "0".repeat(64))),
            ("cookie", "cordboard_session=a.b.c".to_owned()),
        ] {
            let request = Request::builder()
                .method(access.method)
                .uri(&path)
                .header("host", HOST)
                .header("origin", format!("http://{HOST}"))
                .header("content-type", kind(access.path))
                .header(name, value);
            let answer = engine.send(request.body(Body::empty()).unwrap()).await;
            if access.role.is_none() {
                assert_ne!(answer.json()["code"], "signedOut");
                open.push(format!("{} {}", access.method, access.path));
            } else {
                assert_eq!(answer.problem(401), None, "{} {path} {name}", access.method);
            }
        }
    }
    open.dedup();
    assert_eq!(open, OPEN);
}

#[tokio::test]
async fn a_role_opens_its_own_routes_and_no_others() {
    let engine = Engine::start();
    let roles = [Role::Staff, Role::Receptionist, Role::Admin, Role::Owner];
    let mut cookies = Vec::new();
    for role in roles {
        cookies.push(engine.user(&format!("{role:?}"), role, None).await);
    }
    for access in api::access() {
        let Some(needed) = access.role else {
            continue;
        };
        let path = access.path.replace("{id}", "77");
        for (role, cookie) in roles.iter().zip(&cookies) {
            // These two do as they say; they have tests of their own.
            if ["/api/session", "/api/tickets"].contains(&access.path) && *role <= needed {
                continue;
            }
            let answer = engine.by_cookie_of_kind(cookie, &access, &path).await;
            let code = if answer.status.is_success() || answer.status == 426 {
                Value::Null
            } else {
                let problem: Value = serde_json::from_str(&answer.text).unwrap_or_default();
                problem["code"].clone()
            };
            // The own person, the own call: these users are nobody in particular.
            let own_only = access.own_below.is_some_and(|below| *role > below);
            let may = *role <= needed && !own_only;
            let what = format!("{role:?} {} {path}: {}", access.method, answer.text);
            if may {
                assert_ne!(code, "role", "{what}");
                assert_ne!(answer.status, 401, "{what}");
            } else {
                assert_eq!(answer.problem(403), None, "{what}");
                assert_eq!(code, "role", "{what}");
            }
        }
    }
}

#[tokio::test]
async fn staff_act_for_themselves_only() {
    let engine = Engine::start();
    let mut people = Vec::new();
    for name in ["Anna", "Ben"] {
        let person = json!({ "name": name, "extension": null, "team": "", "ringSeconds": null });
        people.push(engine.post("/api/people", &person).await.json()["id"].clone());
    }
    let [anna, ben] = [&people[0], &people[1]].map(|id| id.as_i64().unwrap());
    let cookie = engine
        .user("anna", Role::Staff, Some(office::PersonId(anna)))
        .await;
    let wants = json!({ "state": "away", "note": "", "until": null }).to_string();
    for (person, status) in [(anna, 200), (ben, 403), (0, 403)] {
        let path = format!("/api/people/{person}/wants");
        let answer = engine.by_cookie(&cookie, "PUT", &path, &wants).await;
        if status == 200 {
            assert!(answer.status.is_success(), "{}", answer.text);
        } else {
            assert_eq!(answer.problem(status), None);
        }
    }
}

/// Everything that is described is in the table; what is not in it would be closed to everybody.
#[tokio::test]
async fn every_described_route_is_in_the_table() {
    let engine = Engine::start();
    let described = engine.get("/api/openapi.json").await.json();
    let table: BTreeSet<(String, String)> = api::access()
        .map(|access| (access.method.to_lowercase(), access.path.to_owned()))
        .collect();
    let paths = described["paths"].as_object().unwrap();
    assert!(paths.len() > 10);
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            if path == "/sign-in" {
                continue; // the way in, with a ticket or with nothing
            }
            let route = (method.clone(), path.clone());
            assert!(table.contains(&route), "{route:?}");
        }
    }
}

/// The router says in its `Debug` which paths it has; what is none of them is a file of the UI.
#[tokio::test]
async fn every_path_that_is_served_is_described() {
    let engine = Engine::start();
    let described = engine.get("/api/openapi.json").await.json();
    let described: BTreeSet<&str> = described["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let router = format!("{:?}", engine.router);
    // What goes to no route of ours is answered at these.
    let is_fallback = |text: &str| matches!(text, "/" | "/api") || text.contains("{*");
    let is_route = |text: &&str| text.starts_with('/') && !is_fallback(text);
    let served: BTreeSet<&str> = router.split('"').filter(is_route).collect();
    assert!(served.len() > 30, "{router}");
    assert_eq!(served, described);
}

fn kind(path: &str) -> &'static str {
    match path {
        "/api/backups/inspect" => "application/octet-stream",
        "/api/holidays/ical" => "text/calendar",
        _ => "application/json",
    }
}

impl Engine {
    async fn by_cookie_of_kind(
        &self,
        cookie: &str,
        access: &api::Access,
        path: &str,
    ) -> crate::engine::Answer {
        let request = Request::builder()
            .method(access.method)
            .uri(path)
            .header("host", HOST)
            .header("origin", format!("http://{HOST}"))
            .header("cookie", cookie)
            .header("content-type", kind(access.path));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}
