//! A window's end of the live feed: a WebSocket (RFC 6455) that is only listened to.

use super::{engine::Engine, process::PATIENCE};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

const TEXT: u8 = 0x1;
const PING: u8 = 0x9;
/// With the mask that frames of a client have; this one is zero.
const EMPTY_PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// A window that knows what needs attention, from what it was told.
pub struct Feed {
    stream: TcpStream,
    unread: Vec<u8>,
    attention: BTreeMap<String, Value>,
}

impl Feed {
    /// A window of the owner's that has its snapshot.
    ///
    /// # Errors
    /// The engine lets it not in.
    pub fn open(engine: &Engine) -> Result<Self> {
        let host = engine.api().trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).with_context(|| host.to_owned())?;
        let bearer = engine.bearer()?;
        let head = format!(
            "GET /api/feed HTTP/1.1\r\nhost: {host}\r\nauthorization: {bearer}\r\n\
             connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut feed = Self {
            stream,
            unread: Vec::new(),
            attention: BTreeMap::new(),
        };
        let end = loop {
            let end = feed.unread.windows(4).position(|end| end == b"\r\n\r\n");
            if let Some(end) = end {
                break end;
            }
            ensure!(feed.read()?, "no answer");
        };
        let head: Vec<u8> = feed.unread.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        ensure!(head.starts_with("HTTP/1.1 101"), "{head}");
        while !feed.take_frame()? {
            ensure!(feed.read()?, "no snapshot");
        }
        Ok(feed)
    }

    /// What the window says of a check, in its own words for it; `None` while it says nothing.
    pub fn finding(&self, check: &str) -> Option<&str> {
        let item = self.attention.get(&format!("check-{check}"))?;
        item["finding"].as_str()
    }

    /// Waits until it says this of a check, and gives how long that took.
    ///
    /// # Errors
    /// It does not within the limit, or the feed breaks off.
    pub fn wait_until(
        &mut self,
        check: &str,
        says: impl Fn(Option<&str>) -> bool,
        limit: Duration,
    ) -> Result<Duration> {
        let began = Instant::now();
        loop {
            while self.take_frame()? {}
            if says(self.finding(check)) {
                return Ok(began.elapsed());
            }
            let left = limit.saturating_sub(began.elapsed());
            if left.is_zero() {
                bail!(
                    "after {limit:?} it says of {check} {:?}",
                    self.finding(check)
                );
            }
            self.stream.set_read_timeout(Some(left))?;
            self.read()?;
        }
    }

    /// Takes what has come in; `false` if nothing does in time.
    fn read(&mut self) -> Result<bool> {
        let mut part = [0; 16 * 1024];
        match self.stream.read(&mut part) {
            Ok(0) => bail!("the feed breaks off"),
            Ok(length) => self.unread.extend_from_slice(&part[..length]),
            Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(false);
            }
            Err(why) => return Err(why.into()),
        }
        Ok(true)
    }

    /// Hears the next frame if it is there as a whole. A server neither masks nor, here, splits its
    /// messages.
    fn take_frame(&mut self) -> Result<bool> {
        let [first, second, rest @ ..] = self.unread.as_slice() else {
            return Ok(false);
        };
        let (extra, length) = match (second & 0x7f, rest) {
            (126, [a, b, ..]) => (2, usize::from(u16::from_be_bytes([*a, *b]))),
            (127, [a, b, c, d, e, f, g, h, ..]) => {
                let length = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
                (8, usize::try_from(length)?)
            }
            (126 | 127, _) => return Ok(false),
            (length, _) => (0, usize::from(length)),
        };
        let (first, begin) = (*first, 2 + extra);
        if self.unread.len() < begin + length {
            return Ok(false);
        }
        let frame: Vec<u8> = self.unread.drain(..begin + length).collect();
        match first & 0x0f {
            TEXT => self.hear(&serde_json::from_slice(&frame[begin..])?),
            PING => self.stream.write_all(&EMPTY_PONG)?,
            other => bail!("a frame of kind {other:#x}"),
        }
        Ok(true)
    }

    fn hear(&mut self, message: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if let Some(all) = message["state"]["attention"].as_array() {
            let all = all.iter();
            self.attention = all.map(|item| (text(&item["id"]), item.clone())).collect();
        }
        for change in message["changes"].as_array().into_iter().flatten() {
            if change["kind"] != "attention" {
                continue;
            }
            let id = text(&change["id"]);
            match &change["value"] {
                Value::Null => self.attention.remove(&id),
                item => self.attention.insert(id, item.clone()),
            };
        }
    }
}
