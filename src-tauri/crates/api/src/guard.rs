//! What every request must look like, whoever asks: it names this engine as its host and comes from
//! no page of another site.

use crate::{auth::Way, errors::Problem, server::Api};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

/// How a request came in: by which door, and under which names that door is known. A page of
/// another site can make its own name point here (DNS rebinding), but it cannot make the browser ask
/// for one of these.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) way: Way,
    /// Where the request comes from.
    pub(crate) peer: IpAddr,
    hosts: Arc<[String]>,
}

impl Door {
    /// The one on this computer, served at `address`.
    pub(crate) fn here(address: SocketAddr) -> Self {
        let names = ["127.0.0.1", "localhost", "[::1]"].map(str::to_owned);
        Self {
            way: Way::ThisComputer,
            peer: Ipv4Addr::LOCALHOST.into(),
            hosts: hosts(names, address, 80),
        }
    }

    /// The one to the network: a connection of `peer` to our `address`, or to one of our `names`.
    pub(crate) fn network(names: &[String], address: SocketAddr, peer: IpAddr) -> Self {
        Self {
            way: Way::Network,
            peer: peer.to_canonical(),
            hosts: hosts(names.iter().cloned(), address, 443),
        }
    }

    /// Where the request comes from, as the audit shows it; nothing for this computer.
    pub(crate) fn peer_in_words(&self) -> String {
        in_words(self.peer)
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    fn is_our_origin(&self, origin: &HeaderValue) -> bool {
        let scheme = match self.way {
            Way::ThisComputer => "http://",
            Way::Network => "https://",
        };
        let host = origin.to_str().ok();
        host.and_then(|origin| origin.strip_prefix(scheme))
            .is_some_and(|host| self.is_ours(host))
    }
}

/// An address as the audit shows it; nothing for this computer.
pub(crate) fn in_words(address: IpAddr) -> String {
    if address.is_loopback() {
        String::new()
    } else {
        address.to_string()
    }
}

fn hosts(
    names: impl IntoIterator<Item = String>,
    address: SocketAddr,
    port_left_out: u16,
) -> Arc<[String]> {
    let port = address.port();
    let address = SocketAddr::new(address.ip().to_canonical(), port);
    let mut hosts = vec![address.to_string()];
    hosts.extend(names.into_iter().map(|name| format!("{name}:{port}")));
    if port == port_left_out {
        let ending = format!(":{port}");
        let without: Vec<String> = hosts
            .iter()
            .filter_map(|host| host.strip_suffix(&ending).map(str::to_owned))
            .collect();
        hosts.extend(without);
    }
    hosts.into()
}

/// Before everything else.
pub(crate) async fn only_from_here(
    State(api): State<Arc<Api>>,
    mut request: Request,
    next: Next,
) -> Response {
    let door = match request.extensions().get::<Door>() {
        Some(door) => door.clone(),
        None => {
            let door = api.door.clone();
            request.extensions_mut().insert(door.clone());
            door
        }
    };
    let is_page = is_page(&request);
    let mut response = match check(&door, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    harden(response.headers_mut(), is_page);
    response
}

/// Whether the request says that a page of this engine makes it. Browsers say so on every change
/// and every WebSocket; a request by cookie that does not say it is refused.
pub(crate) fn is_from_own_page(door: &Door, headers: &HeaderMap) -> bool {
    let by_origin = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| door.is_our_origin(origin));
    by_origin || fetched_from(headers) == Some(b"same-origin")
}

fn check(door: &Door, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    // A request line may hold a whole URI (RFC 9112 §3.2.2); then that host counts as well.
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let is_ours = |host: &str| door.is_ours(host);
    if !host.is_some_and(is_ours) || hosts.next().is_some() || !authority.is_none_or(is_ours) {
        // The same words for every request, so that a probing page learns nothing.
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "ask for this engine by the address it printed when it started",
        ));
    }
    let from_us = headers
        .get_all(header::ORIGIN)
        .iter()
        .all(|origin| door.is_our_origin(origin));
    // Images and scripts of another site carry no Origin, but browsers say where they come from.
    // Following a link to the page itself is fine.
    let wanted =
        is_page(request) || matches!(fetched_from(headers), None | Some(b"same-origin" | b"none"));
    if !from_us || !wanted {
        let detail = "a page of another web site may not ask this engine";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail).coded("otherSite"));
    }
    check_type(request)
}

/// Changes are JSON, or a file of bytes, which no form of another site can send.
fn check_type(request: &Request) -> Result<(), Problem> {
    let changes = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH
    );
    if is_page(request) || !changes {
        return Ok(());
    }
    let wanted = match request.uri().path() {
        TAKES_A_FILE => "application/octet-stream",
        TAKES_A_CALENDAR => "text/calendar",
        TAKES_A_SOUND => return check_sound_type(request.headers()),
        _ => "application/json",
    };
    if is_of_type(request.headers(), wanted) {
        return Ok(());
    }
    let detail = format!("send the request with Content-Type: {wanted}");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// The route that takes a calendar file.
const TAKES_A_CALENDAR: &str = "/api/holidays/ical";

/// The route that takes a backup.
const TAKES_A_FILE: &str = "/api/backups/inspect";

/// The route that takes a sound.
const TAKES_A_SOUND: &str = "/api/sounds";

/// What a sound file is called depends on the system it lies on, so all types are taken but those
/// that a form of another site can send (Fetch §2.2.2, CORS-safelisted).
fn check_sound_type(headers: &HeaderMap) -> Result<(), Problem> {
    let of_forms = [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ];
    let is_named = headers.get_all(header::CONTENT_TYPE).iter().count() == 1;
    if is_named && !of_forms.iter().any(|form| is_of_type(headers, form)) {
        return Ok(());
    }
    let detail = "send the file as it is, with Content-Type: application/octet-stream";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).coded("notASound"))
}

/// A page or a file of one, which anybody may follow a link to.
fn is_page(request: &Request) -> bool {
    !request.uri().path().starts_with("/api/")
}

fn fetched_from(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get("sec-fetch-site").map(HeaderValue::as_bytes)
}

fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or("").split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case(wanted) && values.next().is_none()
}

/// Only our own files, no other site around us, no guessing of types, no camera and no place.
/// The microphone is for greetings.
const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
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
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), autoplay=(self), camera=(), display-capture=(), \
         geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(self), midi=(), \
         payment=(), publickey-credentials-get=(), screen-wake-lock=(self), serial=(), usb=(), \
         xr-spatial-tracking=()",
    ),
];

/// Pages take nothing from elsewhere and run no script that is not a file of ours. Styles that
/// scripts set on single elements are not affected by this (CSSOM), style elements are.
const POLICY_OF_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// An answer of the API that is opened as a page shows and runs nothing.
const POLICY_OF_ANSWERS: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

fn harden(headers: &mut HeaderMap, is_page: bool) {
    for (name, value) in &SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = if is_page {
        POLICY_OF_PAGES
    } else {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        POLICY_OF_ANSWERS
    };
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
}
