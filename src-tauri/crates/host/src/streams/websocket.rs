//! SIP over WebSocket: one message per WebSocket message, sub-protocol `sip` (RFC 7118).

use super::{Ended, Line, Origins, Patience};
use crate::limits::{STREAM_READ, WRITE_WITHIN};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use sip_message::{framing::from_websocket, limits::MAX_MESSAGE};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc::Receiver,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async_with_config, client_async_with_config,
    tungstenite::{
        self, ClientRequestBuilder, Utf8Bytes,
        handshake::server::{ErrorResponse, Request, Response},
        http::{HeaderValue, StatusCode, Uri, header},
        protocol::{Message, WebSocketConfig},
    },
};

const PROTOCOL: &str = "sip";

/// The server's part of the handshake: `sip` must be offered, and a browser's page be welcome.
#[allow(clippy::result_large_err)] // the library's type
pub(crate) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    origins: &Origins,
) -> Result<WebSocketStream<Patience<S>>, Ended> {
    let check = |request: &Request, mut response: Response| {
        if !offers_sip(request) {
            return Err(refuse(
                StatusCode::BAD_REQUEST,
                "sub-protocol sip required (RFC 7118)",
            ));
        }
        let origin = request
            .headers()
            .get(header::ORIGIN)
            .map(HeaderValue::to_str);
        match origin {
            Some(Ok(origin)) if !origins.welcomes(origin) => {
                return Err(refuse(StatusCode::FORBIDDEN, "this page may not connect"));
            }
            Some(Err(_)) => return Err(refuse(StatusCode::BAD_REQUEST, "Origin unreadable")),
            _ => {}
        }
        let headers = response.headers_mut();
        headers.insert(
            header::SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(PROTOCOL),
        );
        Ok(response)
    };
    let stream = Patience::with_stranger(stream);
    Ok(accept_hdr_async_with_config(stream, check, Some(config())).await?)
}

/// The client's part of the handshake. `secure` only says so in the request; the stream is
/// encrypted already.
pub(crate) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    authority: &str,
    secure: bool,
) -> Result<WebSocketStream<Patience<S>>, Ended> {
    let scheme = if secure { "wss" } else { "ws" };
    let uri: Uri = format!("{scheme}://{authority}/")
        .parse()
        .map_err(tungstenite::Error::from)?;
    let request = ClientRequestBuilder::new(uri).with_sub_protocol(PROTOCOL);
    let stream = Patience::with_peer(stream);
    let (websocket, _) = client_async_with_config(request, stream, Some(config())).await?;
    Ok(websocket)
}

/// Carries messages both ways until one side has enough.
pub(crate) async fn carry<S: AsyncRead + AsyncWrite + Unpin>(
    line: &Line,
    mut websocket: WebSocketStream<Patience<S>>,
    mut outgoing: Receiver<Bytes>,
) -> Result<(), Ended> {
    match line.is_accepted() {
        true => websocket.get_mut().await_first_message(),
        false => websocket.get_mut().message_ended(false),
    }
    loop {
        tokio::select! {
            received = websocket.next() => match received {
                None => return Ok(()),
                Some(message) => {
                    let payload = match message? {
                        Message::Text(text) => Bytes::from(text),
                        Message::Binary(bytes) => bytes,
                        // The library answers pings and closes itself.
                        Message::Ping(_) | Message::Pong(_) | Message::Close(_)
                        | Message::Frame(_) => {
                            if line.has_spoken() {
                                websocket.get_mut().message_ended(false);
                            }
                            continue;
                        }
                    };
                    let frame = from_websocket(payload)?;
                    line.take_in(frame).await;
                    if line.has_spoken() {
                        websocket.get_mut().message_ended(false);
                    }
                }
            },
            bytes = outgoing.recv() => match bytes {
                Some(bytes) => {
                    let length = bytes.len();
                    // Browsers' SIP libraries want text; a message that is none goes as binary.
                    let message = match Utf8Bytes::try_from(bytes.clone()) {
                        Ok(text) => Message::Text(text),
                        Err(_) => Message::Binary(bytes),
                    };
                    timeout(WRITE_WITHIN, websocket.send(message)).await??;
                    line.sent(length);
                }
                None => {
                    timeout(WRITE_WITHIN, websocket.close(None)).await??;
                    return Ok(());
                }
            },
        }
    }
}

fn offers_sip(request: &Request) -> bool {
    request
        .headers()
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|protocol| protocol.trim().eq_ignore_ascii_case(PROTOCOL))
}

fn refuse(status: StatusCode, why: &str) -> ErrorResponse {
    let mut response = ErrorResponse::new(Some(why.to_owned()));
    *response.status_mut() = status;
    response
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(STREAM_READ)
        .write_buffer_size(0) // each message goes out at once
        .max_write_buffer_size(4 * MAX_MESSAGE)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}
