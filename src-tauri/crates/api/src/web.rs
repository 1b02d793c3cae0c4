//! Asks programs on the web what a flow wants to know: bounded in time and size, and never reaching into
//! the office's own network unless the office allows it.
//!
//! A name is resolved once; the connection goes to the very address that was looked at, so that a name
//! that answers differently the second time (DNS rebinding) leads nowhere.

mod address;

use crate::limits::{MAX_WEB_REDIRECTS, MAX_WEB_REQUEST, MAX_WEB_WAIT};
use address::is_public;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// The way out to the web. Cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Web {
    tls: TlsConnector,
}

/// What is asked of a program on the web.
pub(crate) struct WebRequest {
    /// `GET`, `POST` and so on.
    pub(crate) method: String,
    /// `https`, or `http` where private networks are allowed.
    pub(crate) url: String,
    /// May hold secrets; not logged.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    /// Largest answer, in bytes.
    pub(crate) max_reply: usize,
    /// How long all of it may take; at most [`MAX_WEB_WAIT`].
    pub(crate) within: Duration,
    /// Whether it may go to this computer and the office's own network, and unencrypted.
    pub(crate) may_be_private: bool,
}

/// What a program on the web answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WebReply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WebFailed {
    /// The address, the method or a header is none.
    #[error("{0} cannot be asked for")]
    Malformed(&'static str),
    /// The request is larger than [`MAX_WEB_REQUEST`].
    #[error("the request is too large")]
    TooMuchAsked,
    /// It would not be encrypted.
    #[error("the address has to begin with https://")]
    NotEncrypted,
    /// It leads into the office's own network, or to no single computer.
    #[error("{0} is in a private network, which flows may not reach")]
    Private(String),
    /// There is no such name.
    #[error("there is no computer called {0}")]
    NoSuchHost(String),
    /// Nobody answers there.
    #[error("{0} cannot be reached")]
    Unreachable(String),
    /// The other side has no certificate this computer trusts.
    #[error("{0} has no certificate this computer trusts")]
    NotTrusted(String),
    /// It leads on to another host, or on and on.
    #[error("{0} leads on to another host")]
    LeadsElsewhere(String),
    /// The answer is larger than asked for.
    #[error("the answer is too large")]
    TooLarge,
    /// The connection broke off, or what came is not HTTP.
    #[error("the answer of {0} broke off")]
    BrokeOff(String),
    /// It took too long.
    #[error("there was no answer in time")]
    TimedOut,
}

impl Web {
    /// A way out that trusts whom this computer trusts.
    pub(crate) fn new() -> Self {
        let mut roots = RootCertStore::empty();
        // A certificate of this computer that cannot be read is one it does not trust.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(roots)
    }

    fn trusting(roots: RootCertStore) -> Self {
        let tls = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            tls: TlsConnector::from(Arc::new(tls)),
        }
    }

    /// Asks, and waits for the whole answer, whatever its status is.
    ///
    /// # Errors
    /// There is none, or it may not be asked for.
    pub(crate) async fn ask(&self, request: WebRequest) -> Result<WebReply, WebFailed> {
        let within = request.within.min(MAX_WEB_WAIT);
        timeout(within, self.ask_and_follow(&request))
            .await
            .unwrap_or(Err(WebFailed::TimedOut))
    }

    async fn ask_and_follow(&self, request: &WebRequest) -> Result<WebReply, WebFailed> {
        if request.body.as_ref().map_or(0, String::len) > MAX_WEB_REQUEST {
            return Err(WebFailed::TooMuchAsked);
        }
        let mut url = Url::parse(&request.url).map_err(|_| WebFailed::Malformed("the address"))?;
        let mut method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| WebFailed::Malformed("the method"))?;
        let mut body = request.body.clone();
        for _ in 0..=MAX_WEB_REDIRECTS {
            let response = self.once(request, &url, &method, body.clone()).await?;
            let Some(next) = next_of(&url, &response)? else {
                return whole(&url, response, request.max_reply).await;
            };
            // RFC 9110 §15.4: after these the question is asked with GET, without its body.
            if !matches!(
                response.status(),
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
            ) {
                (method, body) = (Method::GET, None);
            }
            url = next;
        }
        Err(WebFailed::LeadsElsewhere(host_of(&url)))
    }

    async fn once(
        &self,
        request: &WebRequest,
        url: &Url,
        method: &Method,
        body: Option<String>,
    ) -> Result<Response<Incoming>, WebFailed> {
        let encrypted = match url.scheme() {
            "https" => true,
            "http" if request.may_be_private => false,
            "http" => return Err(WebFailed::NotEncrypted),
            _ => return Err(WebFailed::Malformed("the address")),
        };
        let asked = asked(request, url, method, body)?;
        let address = resolve(url, request.may_be_private).await?;
        let stream = TcpStream::connect(address)
            .await
            .map_err(|_| WebFailed::Unreachable(host_of(url)))?;
        if !encrypted {
            return exchange(url, stream, asked).await;
        }
        let name = match url.host() {
            Some(Host::Domain(name)) => ServerName::try_from(name.to_owned())
                .map_err(|_| WebFailed::Malformed("the address"))?,
            _ => ServerName::IpAddress(address.ip().into()),
        };
        let stream = self.tls.connect(name, stream).await.map_err(|why| {
            let untrusted = why.get_ref().and_then(|why| why.downcast_ref());
            match untrusted {
                Some(rustls::Error::InvalidCertificate(_)) => WebFailed::NotTrusted(host_of(url)),
                _ => WebFailed::Unreachable(host_of(url)),
            }
        })?;
        exchange(url, stream, asked).await
    }
}

/// The one address that is asked.
async fn resolve(url: &Url, may_be_private: bool) -> Result<SocketAddr, WebFailed> {
    let port = url
        .port_or_known_default()
        .ok_or(WebFailed::Malformed("the address"))?;
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => lookup_host((name, port))
            .await
            .map_err(|_| WebFailed::NoSuchHost(name.to_owned()))?
            .collect(),
        None => return Err(WebFailed::Malformed("the address")),
    };
    if addresses.is_empty() {
        return Err(WebFailed::NoSuchHost(host_of(url)));
    }
    let reachable = |address: &&SocketAddr| may_be_private || is_public(address.ip());
    let found = addresses.iter().find(reachable);
    found
        .copied()
        .ok_or_else(|| WebFailed::Private(host_of(url)))
}

fn asked(
    request: &WebRequest,
    url: &Url,
    method: &Method,
    body: Option<String>,
) -> Result<Request<Full<Bytes>>, WebFailed> {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let mut asked = Request::builder()
        .method(method)
        .uri(path)
        .body(Full::from(body.unwrap_or_default()))
        .map_err(|_| WebFailed::Malformed("the address"))?;
    let headers = asked.headers_mut();
    headers.insert(
        header::USER_AGENT,
        HeaderValue::from_static(concat!("Cordboard/", env!("CARGO_PKG_VERSION"))),
    );
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| WebFailed::Malformed("a header"))?;
        // How the message is framed is not the flow's to say (RFC 9112 §6).
        if [
            header::HOST,
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::CONNECTION,
            header::UPGRADE,
        ]
        .contains(&name)
        {
            return Err(WebFailed::Malformed("a header"));
        }
        let mut value =
            HeaderValue::from_str(value).map_err(|_| WebFailed::Malformed("a header"))?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    let host = HeaderValue::from_str(&host).map_err(|_| WebFailed::Malformed("the address"))?;
    headers.insert(header::HOST, host);
    Ok(asked)
}

async fn exchange(
    url: &Url,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    asked: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, WebFailed> {
    let broke_off = |_| WebFailed::BrokeOff(host_of(url));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broke_off)?;
    // It ends with the answer, or when nobody waits for that any more.
    tokio::spawn(connection);
    sender.send_request(asked).await.map_err(broke_off)
}

/// Where an answer leads on to; `None` if it is one.
fn next_of(url: &Url, response: &Response<Incoming>) -> Result<Option<Url>, WebFailed> {
    let location = response.headers().get(header::LOCATION);
    let Some(location) = location.filter(|_| response.status().is_redirection()) else {
        return Ok(None);
    };
    let next = location.to_str().ok().and_then(|to| url.join(to).ok());
    let same_place = |next: &Url| {
        next.host() == url.host()
            && (next.origin() == url.origin()
                // From http to https of the same name.
                || (url.scheme(), next.scheme()) == ("http", "https"))
    };
    match next {
        Some(next) if same_place(&next) => Ok(Some(next)),
        _ => Err(WebFailed::LeadsElsewhere(host_of(url))),
    }
}

async fn whole(
    url: &Url,
    response: Response<Incoming>,
    max_reply: usize,
) -> Result<WebReply, WebFailed> {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), max_reply)
        .collect()
        .await
        .map_err(|why| match why.downcast_ref::<LengthLimitError>() {
            Some(_) => WebFailed::TooLarge,
            None => WebFailed::BrokeOff(host_of(url)),
        })?;
    Ok(WebReply {
        status,
        body: body.to_bytes().to_vec(),
    })
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Web")
    }
}

#[cfg(test)]
mod tests;
