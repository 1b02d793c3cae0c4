//! Requests as pages of other sites, and names that were made to point here, would have a browser
//! send them. The browser brings the owner's own cookie each time; none may get an answer or change
//! anything.

use crate::engine::{Answer, Engine, HOST};
use axum::{body::Body, http::Request};
use serde_json::json;

/// One request; what is not said is as our own page would send it.
struct Probe {
    what: &'static str,
    method: &'static str,
    uri: &'static str,
    /// In the place of our own; an empty value leaves the header out.
    headers: &'static [(&'static str, &'static str)],
    status: u16,
}

const OWN: &str = "http://127.0.0.1:7080";
const ADD: &str = "/api/people";

const fn probe(
    what: &'static str,
    method: &'static str,
    uri: &'static str,
    headers: &'static [(&'static str, &'static str)],
    status: u16,
) -> Probe {
    Probe {
        what,
        method,
        uri,
        headers,
        status,
    }
}

const PROBES: [Probe; 48] = [
    // Names made to point here.
    probe(
        "foreign host",
        "POST",
        ADD,
        &[("host", "evil.example:7080")],
        421,
    ),
    probe(
        "foreign host, its own origin",
        "POST",
        ADD,
        &[
            ("host", "evil.example:7080"),
            ("origin", "http://evil.example:7080"),
        ],
        421,
    ),
    probe(
        "foreign host, reading",
        "GET",
        ADD,
        &[("host", "evil.example:7080")],
        421,
    ),
    probe(
        "our address as a name below theirs",
        "POST",
        ADD,
        &[("host", "127.0.0.1.evil.example:7080")],
        421,
    ),
    probe(
        "localhost as a name below theirs",
        "POST",
        ADD,
        &[("host", "localhost.evil.example:7080")],
        421,
    ),
    probe(
        "a dot behind localhost",
        "POST",
        ADD,
        &[("host", "localhost.:7080")],
        421,
    ),
    probe(
        "a dot behind our address",
        "POST",
        ADD,
        &[("host", "127.0.0.1.:7080")],
        421,
    ),
    probe(
        "another loopback address",
        "POST",
        ADD,
        &[("host", "127.0.0.2:7080")],
        421,
    ),
    probe(
        "no address at all",
        "POST",
        ADD,
        &[("host", "0.0.0.0:7080")],
        421,
    ),
    probe(
        "our address in one number",
        "POST",
        ADD,
        &[("host", "2130706433:7080")],
        421,
    ),
    probe(
        "our address in short",
        "POST",
        ADD,
        &[("host", "127.1:7080")],
        421,
    ),
    probe(
        "our address in octal",
        "POST",
        ADD,
        &[("host", "0177.0.0.1:7080")],
        421,
    ),
    probe(
        "our address mapped into IPv6",
        "POST",
        ADD,
        &[("host", "[::ffff:127.0.0.1]:7080")],
        421,
    ),
    probe(
        "loopback of IPv6 at length",
        "POST",
        ADD,
        &[("host", "[0:0:0:0:0:0:0:1]:7080")],
        421,
    ),
    probe(
        "no address of IPv6",
        "POST",
        ADD,
        &[("host", "[::]:7080")],
        421,
    ),
    probe(
        "another port",
        "POST",
        ADD,
        &[("host", "127.0.0.1:7081")],
        421,
    ),
    probe("no port", "POST", ADD, &[("host", "127.0.0.1")], 421),
    probe(
        "somebody before our name",
        "POST",
        ADD,
        &[("host", "evil@127.0.0.1:7080")],
        421,
    ),
    probe(
        "our name before theirs",
        "POST",
        ADD,
        &[("host", "127.0.0.1:7080@evil.example")],
        421,
    ),
    probe(
        "two hosts in one",
        "POST",
        ADD,
        &[("host", "127.0.0.1:7080, evil.example")],
        421,
    ),
    probe("no host", "POST", ADD, &[("host", "")], 421),
    probe(
        "another host in the line",
        "POST",
        "http://evil.example/api/people",
        &[],
        421,
    ),
    probe(
        "somebody in the line",
        "POST",
        "http://evil@127.0.0.1:7080/api/people",
        &[],
        421,
    ),
    probe(
        "a name passed on",
        "POST",
        ADD,
        &[
            ("host", "evil.example:7080"),
            ("x-forwarded-host", "127.0.0.1:7080"),
        ],
        421,
    ),
    probe(
        "our own page under a foreign name",
        "GET",
        "/",
        &[("host", "evil.example:7080")],
        421,
    ),
    probe(
        "a ticket under a foreign name",
        "GET",
        "/sign-in?ticket=a",
        &[("host", "evil.example:7080")],
        421,
    ),
    // Pages of other sites.
    probe(
        "foreign origin",
        "POST",
        ADD,
        &[("origin", "http://evil.example")],
        403,
    ),
    probe("no origin to tell", "POST", ADD, &[("origin", "null")], 403),
    probe("an empty origin", "POST", ADD, &[("origin", " ")], 403),
    probe(
        "our origin as a name below theirs",
        "POST",
        ADD,
        &[("origin", "http://127.0.0.1:7080.evil.example")],
        403,
    ),
    probe(
        "our origin with another port",
        "POST",
        ADD,
        &[("origin", "http://127.0.0.1:8000")],
        403,
    ),
    probe(
        "our origin by another scheme",
        "POST",
        ADD,
        &[("origin", "https://127.0.0.1:7080")],
        403,
    ),
    probe(
        "a file's origin",
        "POST",
        ADD,
        &[("origin", "file://")],
        403,
    ),
    probe(
        "an extension's origin",
        "POST",
        ADD,
        &[("origin", "chrome-extension://abcdef")],
        403,
    ),
    probe(
        "fetched by another site",
        "POST",
        ADD,
        &[("sec-fetch-site", "cross-site")],
        403,
    ),
    probe(
        "fetched by a site beside us",
        "POST",
        ADD,
        &[("sec-fetch-site", "same-site")],
        403,
    ),
    probe(
        "read by another site",
        "GET",
        "/api/people",
        &[("origin", ""), ("sec-fetch-site", "cross-site")],
        403,
    ),
    probe(
        "an image of another site",
        "GET",
        "/api/status",
        &[
            ("origin", ""),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-dest", "image"),
        ],
        403,
    ),
    probe("no sign of any page", "POST", ADD, &[("origin", "")], 403),
    probe(
        "typed into the address bar",
        "DELETE",
        "/api/session",
        &[("origin", ""), ("sec-fetch-site", "none")],
        403,
    ),
    // What a form can send.
    probe("text", "POST", ADD, &[("content-type", "text/plain")], 415),
    probe(
        "a form",
        "POST",
        ADD,
        &[("content-type", "application/x-www-form-urlencoded")],
        415,
    ),
    probe(
        "a form with files",
        "POST",
        ADD,
        &[("content-type", "multipart/form-data; boundary=a")],
        415,
    ),
    probe(
        "JSON in a parameter",
        "POST",
        ADD,
        &[("content-type", "text/plain; application/json")],
        415,
    ),
    probe("no type", "POST", ADD, &[("content-type", "")], 415),
    // Other ways to say it.
    probe(
        "another method in a header",
        "GET",
        "/api/session",
        &[
            ("origin", "http://evil.example"),
            ("x-http-method-override", "DELETE"),
        ],
        403,
    ),
    probe(
        "a question before the request",
        "OPTIONS",
        ADD,
        &[
            ("origin", "http://evil.example"),
            ("access-control-request-method", "POST"),
        ],
        403,
    ),
    probe(
        "the feed",
        "GET",
        "/api/feed",
        &[
            ("origin", "http://evil.example"),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ],
        403,
    ),
];

#[tokio::test]
async fn no_other_site_reads_or_changes_anything() {
    let engine = Engine::start();
    let cookie = engine.owner().await;
    let mut passed = Vec::new();
    for probe in &PROBES {
        let answer = send(&engine, &cookie, probe).await;
        let headers = &answer.headers;
        if answer.status.as_u16() != probe.status {
            passed.push((probe.what, answer.status));
        }
        // Without these a browser shows the answer to no other site.
        for name in [
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-allow-methods",
        ] {
            assert!(!headers.contains_key(name), "{}", probe.what);
        }
        assert!(!headers.contains_key("set-cookie"), "{}", probe.what);
        assert!(!answer.text.contains("evil"), "{}", probe.what);
    }
    assert_eq!(passed, []);
    let people = engine.by_cookie(&cookie, "GET", ADD, "").await;
    assert_eq!(people.json(), json!([]), "nothing was changed");
    assert_eq!(engine.take_inputs().len(), 0);
}

/// The same request as our own page sends it gets through: each probe fails for what is told of it.
#[tokio::test]
async fn our_own_page_does_the_same_and_may() {
    let engine = Engine::start();
    let cookie = engine.owner().await;
    for host in ["127.0.0.1:7080", "LOCALHOST:7080", "[::1]:7080"] {
        let own = Probe {
            what: "our own page",
            method: "POST",
            uri: ADD,
            headers: &[],
            status: 201,
        };
        let mut request = request(&cookie, &own);
        request.headers_mut().insert("host", host.parse().unwrap());
        let answer = engine.send(request).await;
        assert_eq!(answer.status, own.status, "{host} {}", answer.text);
    }
    let preflight = probe("of our own page", "OPTIONS", ADD, &[], 405);
    let answer = send(&engine, &cookie, &preflight).await;
    assert_eq!(answer.problem(405), None);
}

async fn send(engine: &Engine, cookie: &str, probe: &Probe) -> Answer {
    engine.send(request(cookie, probe)).await
}

fn request(cookie: &str, probe: &Probe) -> Request<Body> {
    let mut headers = vec![
        ("host", HOST),
        ("origin", OWN),
        ("cookie", cookie),
        ("content-type", "application/json"),
    ];
    for (name, value) in probe.headers {
        headers.retain(|(known, _)| known != name);
        if !value.is_empty() {
            headers.push((name, value));
        }
    }
    let mut request = Request::builder().method(probe.method).uri(probe.uri);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let body = json!({ "name": "Eve", "extension": null, "team": "", "ringSeconds": null });
    request.body(Body::from(body.to_string())).unwrap()
}
