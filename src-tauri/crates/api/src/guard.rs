//! Who may ask: only programs of this computer that hold the token, and never a web page of
//! another site.

use crate::{errors::Problem, server::Api};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};
use subtle::ConstantTimeEq;

/// The names this engine is served under. A page of another site can make its own name point here
/// (DNS rebinding), but it cannot make the browser ask for one of these.
#[derive(Clone, Debug)]
pub(crate) struct OwnHosts(Vec<String>);

impl OwnHosts {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let port = address.port();
        let mut hosts = vec![
            format!("127.0.0.1:{port}"),
            format!("localhost:{port}"),
            format!("[::1]:{port}"),
        ];
        hosts.push(address.to_string());
        hosts.dedup();
        Self(hosts)
    }

    fn contains(&self, host: &str) -> bool {
        self.0.iter().any(|own| own.eq_ignore_ascii_case(host))
    }
}

/// Before everything else: the request names us as its host and comes from no other site.
pub(crate) async fn only_from_here(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match check_origin(&api.own_hosts, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    harden(response.headers_mut());
    response
}

/// Before every route of the API: changes are JSON, which no form of another site can send.
pub(crate) async fn only_json(request: Request, next: Next) -> Response {
    let changes = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH
    );
    if changes && !is_json(request.headers()) {
        let detail = "send the request with Content-Type: application/json";
        return Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into_response();
    }
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Before every route that tells or changes anything of the office: the owner's token.
pub(crate) async fn only_with_token(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    let token = given.and_then(|value| bearer(value.as_bytes()));
    let expected = api.token.expose().as_bytes();
    if token.is_some_and(|token| bool::from(token.ct_eq(expected))) {
        next.run(request).await
    } else {
        let detail = "send the token from the file api-token in the engine's data folder, as in \
                      Authorization: Bearer …";
        Problem::new(StatusCode::UNAUTHORIZED, detail).into_response()
    }
}

fn check_origin(own: &OwnHosts, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    // A request line may hold a whole URI (RFC 9112 §3.2.2); then that host counts as well.
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let is_ours = |host: &str| own.contains(host);
    if !host.is_some_and(is_ours) || hosts.next().is_some() || !authority.is_none_or(is_ours) {
        // The same words for every request, so that a probing page learns nothing.
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "ask for this engine by the address it printed when it started",
        ));
    }
    let same_origin = |origin: &HeaderValue| {
        let host = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"));
        host.is_some_and(is_ours)
    };
    let from_us = headers.get_all(header::ORIGIN).iter().all(same_origin);
    // Images and scripts of another site carry no Origin, but browsers say where they come from.
    // Following a link to the page itself is fine.
    let fetched = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_page = !request.uri().path().starts_with("/api/");
    let wanted = is_page || matches!(fetched, None | Some(b"same-origin" | b"none"));
    if from_us && wanted {
        Ok(())
    } else {
        let detail = "a page of another web site may not ask this engine";
        Err(Problem::new(StatusCode::FORBIDDEN, detail))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

/// Only our own files, no other site around us, no guessing of types.
const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

fn harden(headers: &mut HeaderMap) {
    for (name, value) in &SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
