//! The WebSocket of one window.

use super::{Audience, Frame, Joined};
use crate::{
    auth::Caller,
    errors::Problem,
    json::Asked,
    limits::{FEED_PING, FEED_SILENCE, FEED_WRITE},
    server::Api,
};
use axum::{
    extract::{
        State,
        ws::{
            CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection,
        },
    },
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use tokio::{
    sync::broadcast::Receiver,
    time::{Instant, interval_at, sleep_until, timeout},
};
use utoipa::IntoParams;

/// Where a window whose connection broke goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Resume {
    /// The `epoch` of the snapshot it has.
    epoch: Option<String>,
    /// The `seq` of the last message it has.
    after: Option<u64>,
}

/// Nothing is expected from a window but the pongs of its browser.
const LONGEST_MESSAGE: usize = 1_024;

/// Close code for whoever is cut off: come back in a moment (RFC 6455 §7.4, IANA registry).
const TRY_AGAIN_LATER: u16 = 1_013;

/// The live feed: a WebSocket that brings a snapshot, then changes.
#[utoipa::path(get, path = "/feed", tag = "feed", params(Resume),
    responses((status = 101, description = "Messages are FeedMessage as JSON",
        body = crate::views::live::FeedMessage)))]
pub(crate) async fn connect(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(resume): Asked<Resume>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|refused| Problem::new(refused.status(), refused.body_text()))?;
    let audience = Audience::of(&caller);
    let after = resume.epoch.as_deref().zip(resume.after);
    let joined = api.feed.join(audience, after).ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many windows are open; close one of them",
        )
        .coded("tooManyWindows")
    })?;
    let upgrade = upgrade.max_message_size(LONGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let mut socket = socket;
        tokio::select! {
            () = serve(&mut socket, joined, audience) => {}
            () = caller.until_let_go(&api) => {}
        }
    }))
}

/// Sends until the window leaves, falls silent or falls behind.
async fn serve(socket: &mut WebSocket, joined: Joined, audience: Audience) {
    let Joined { first, mut then } = joined;
    for text in first {
        if !send(socket, Message::Text(text)).await {
            return;
        }
    }
    let mut ping = interval_at(Instant::now() + FEED_PING, FEED_PING);
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            frame = next(&mut then) => match frame {
                Some(frame) => Message::Text(frame.text(audience)),
                None => return close(socket).await,
            },
            said = socket.recv() => match said {
                Some(Ok(_)) => {
                    heard = Instant::now();
                    continue;
                }
                Some(Err(_)) | None => return,
            },
            _ = ping.tick() => Message::Ping(Vec::new().into()),
            () = sleep_until(heard + FEED_SILENCE) => return,
        };
        if !send(socket, message).await {
            return;
        }
    }
}

/// The next message; `None` if the window missed some because it is too slow.
async fn next(frames: &mut Receiver<Frame>) -> Option<Frame> {
    frames.recv().await.ok()
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(FEED_WRITE, socket.send(message)).await, Ok(Ok(())))
}

async fn close(socket: &mut WebSocket) {
    let frame = CloseFrame {
        code: TRY_AGAIN_LATER,
        reason: "too slow; come back for a snapshot".into(),
    };
    send(socket, Message::Close(Some(frame))).await;
}
