//! Reading a description: strict where a mistake would send sound to the wrong place, lenient with
//! the minor sins of phones that are in use.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use sdp_types::{Candidate, Crypto, Direction, Fingerprint, Setup};

use crate::error::SdpError;
use crate::limits::{
    MAX_AUDIO_CODECS, MAX_BYTES, MAX_CANDIDATES, MAX_CRYPTO_LINES, MAX_FORMATS, MAX_LINES,
    MAX_MEDIA,
};
use crate::lines::{Line, Lowercase, lines, text};
use crate::media::{Codec, Host, Ice, Media, MediaKind, Protocol, Rtcp};
use crate::origin::Origin;
use crate::static_payload::static_payload;

/// A session description (RFC 8866): its bytes as received and its media as values.
///
/// Cheap to clone. Two are equal when their bytes are.
#[derive(Clone)]
pub struct SessionDescription {
    raw: Bytes,
    origin: Option<Origin>,
    bundled: bool,
    media: Arc<[Media]>,
}

impl SessionDescription {
    /// Reads `body`.
    ///
    /// Tolerated: missing `o=`, `s=` and `t=`, lines in another order before the first `m=`, LF
    /// instead of CR LF, no terminator at the end, blank lines, trailing blanks, names in
    /// Latin-1, unknown lines, attributes that cannot be understood.
    ///
    /// # Errors
    /// [`SdpError`] for what is beyond [`limits`](crate::limits), is not made of lines, lacks
    /// `v=0`, or has an `o=`, `c=` or `m=` line or a number that cannot be relied on.
    pub fn parse(body: &[u8]) -> Result<Self, SdpError> {
        // Checked before copying.
        if body.len() > MAX_BYTES {
            return Err(SdpError::TooLong(body.len()));
        }
        Self::from_bytes(Bytes::copy_from_slice(body))
    }

    /// Like [`parse`](Self::parse), keeping `raw` instead of copying it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn from_bytes(raw: Bytes) -> Result<Self, SdpError> {
        if raw.len() > MAX_BYTES {
            return Err(SdpError::TooLong(raw.len()));
        }
        if raw.trim_ascii().is_empty() {
            return Err(SdpError::Empty);
        }
        let mut reading = Reading::default();
        for line in lines(&raw) {
            if line.number > MAX_LINES {
                return Err(SdpError::TooManyLines);
            }
            if line.content.is_empty() {
                continue;
            }
            reading.on_line(&line)?;
        }
        let bundled = reading.session.attributes.bundled;
        let (origin, media) = reading.finish()?;
        Ok(Self {
            raw,
            origin,
            bundled,
            media: media.into(),
        })
    }

    /// The description as received or made.
    pub fn to_bytes(&self) -> Bytes {
        self.raw.clone()
    }

    /// The description as received or made.
    pub fn as_bytes(&self) -> &[u8] {
        &self.raw
    }

    /// The media in the order of their `m=` lines.
    pub fn media(&self) -> &[Media] {
        &self.media
    }

    /// The first stream of sound in use.
    pub fn audio(&self) -> Option<&Media> {
        self.media
            .iter()
            .find(|media| media.kind == MediaKind::Audio && media.is_active())
    }

    /// The `o=` line, if there is one.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Whether the streams are offered on one port (`a=group:BUNDLE`, RFC 9143).
    pub fn is_bundled(&self) -> bool {
        self.bundled
    }

    /// The same description with other bytes, of which the caller knows that they differ in the
    /// `o=` line only.
    pub(crate) fn with_origin(&self, raw: Bytes, origin: Origin) -> Self {
        Self {
            raw,
            origin: Some(origin),
            bundled: self.bundled,
            media: Arc::clone(&self.media),
        }
    }
}

impl PartialEq for SessionDescription {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for SessionDescription {}

/// Names the media only: the text may hold SRTP keys and ICE passwords.
impl fmt::Debug for SessionDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionDescription({} bytes", self.raw.len())?;
        for media in self.media.iter() {
            write!(f, ", {} {} {}", media.kind, media.port, media.direction)?;
        }
        f.write_str(")")
    }
}

/// Addresses and keys that the session level gives to every section lacking its own.
#[derive(Default)]
struct SessionLevel {
    connection: Option<Host>,
    attributes: Attributes,
}

/// What attribute lines of one level say.
#[derive(Default)]
struct Attributes {
    direction: Option<Direction>,
    ptime: Option<u32>,
    maxptime: Option<u32>,
    rtcp: Rtcp,
    crypto: Vec<Crypto>,
    fingerprint: Option<Fingerprint>,
    setup: Option<Setup>,
    ufrag: Option<String>,
    pwd: Option<String>,
    candidates: Vec<Candidate>,
    mid: Option<String>,
    bundled: bool,
}

/// A section whose lines are still coming.
struct Section {
    kind: MediaKind,
    port: u16,
    protocol: Protocol,
    formats: String,
    connection: Option<Host>,
    payloads: Vec<Payload>,
    attributes: Attributes,
}

/// A payload type on an `m=` line and what its attribute lines say, in whatever order they come.
struct Payload {
    payload_type: u8,
    encoding: Option<(String, u32, u8)>,
    fmtp: Option<String>,
}

#[derive(Default)]
struct Reading {
    version_seen: bool,
    origin: Option<Origin>,
    session: SessionLevel,
    sections: Vec<Section>,
}

impl Reading {
    fn on_line(&mut self, line: &Line<'_>) -> Result<(), SdpError> {
        let number = line.number;
        if line.content.iter().any(|byte| matches!(byte, 0 | b'\r')) {
            return Err(SdpError::ForbiddenByte { line: number });
        }
        let kind = line.kind().ok_or(SdpError::NotALine { line: number })?;
        match (kind, self.sections.last_mut()) {
            (b'm', _) => self.on_media(line),
            (b'a', Some(section)) => section.on_attribute(line),
            (b'a', None) => self.session.attributes.on_attribute(line).map(|_| ()),
            (b'c', Some(section)) => {
                // Several c= lines are for layered multicast; the first is the base layer.
                let host = connection(line)?;
                section.connection.get_or_insert(host);
                Ok(())
            }
            (b'c', None) => {
                let host = connection(line)?;
                once(&mut self.session.connection, host, number)
            }
            (b'o', None) => {
                let origin = Origin::from_line(line)?;
                once(&mut self.origin, origin, number)
            }
            (b'v', None) if line.value() != b"0" => Err(SdpError::NoVersion),
            (b'v', None) if self.version_seen => Err(SdpError::Repeated { line: number }),
            (b'v', None) => {
                self.version_seen = true;
                Ok(())
            }
            // Version and origin after m= would be missed by one reader and seen by the next.
            (b'v' | b'o', Some(_)) => Err(SdpError::Malformed { line: number }),
            _ => Ok(()),
        }
    }

    /// `m=<kind> <port>[/<count>] <protocol> <format> …`
    fn on_media(&mut self, line: &Line<'_>) -> Result<(), SdpError> {
        if self.sections.len() == MAX_MEDIA {
            return Err(SdpError::TooManyMedia);
        }
        let malformed = SdpError::Malformed { line: line.number };
        let value = text(line.value());
        let mut fields = value.split_ascii_whitespace();
        let (Some(kind), Some(port), Some(protocol)) =
            (fields.next(), fields.next(), fields.next())
        else {
            return Err(malformed);
        };
        let kind = MediaKind::from_token(kind);
        let protocol = Protocol::from_token(protocol);
        let (port, count) = port.split_once('/').unwrap_or((port, "1"));
        let port = number(port, line.number)?.ok_or(malformed.clone())?;
        number::<u16>(count, line.number)?.ok_or(malformed)?;

        let most = match kind {
            MediaKind::Audio => MAX_AUDIO_CODECS,
            _ => MAX_FORMATS,
        };
        let mut formats = String::with_capacity(value.len());
        let mut payloads: Vec<Payload> = Vec::new();
        for (index, format) in fields.enumerate() {
            if index == most {
                return Err(SdpError::TooManyCodecs { line: line.number });
            }
            if index > 0 {
                formats.push(' ');
            }
            formats.push_str(format);
            if !protocol.is_rtp() {
                continue;
            }
            let Some(payload_type) = number::<u8>(format, line.number)? else {
                continue;
            };
            if payload_type > 127 {
                return Err(SdpError::NumberTooLarge { line: line.number });
            }
            if payloads.iter().all(|p| p.payload_type != payload_type) {
                payloads.push(Payload {
                    payload_type,
                    encoding: None,
                    fmtp: None,
                });
            }
        }
        self.sections.push(Section {
            kind,
            port,
            protocol,
            formats,
            connection: None,
            payloads,
            attributes: Attributes::default(),
        });
        Ok(())
    }

    fn finish(self) -> Result<(Option<Origin>, Vec<Media>), SdpError> {
        let Self {
            version_seen,
            origin,
            session,
            sections,
        } = self;
        if !version_seen {
            return Err(SdpError::NoVersion);
        }
        let media = sections
            .into_iter()
            .map(|section| section.finish(&session))
            .collect();
        Ok((origin, media))
    }
}

impl Section {
    fn on_attribute(&mut self, line: &Line<'_>) -> Result<(), SdpError> {
        if self.attributes.on_attribute(line)? {
            return Ok(());
        }
        let Some((name, value)) = line.attribute().filter(|_| self.protocol.is_rtp()) else {
            return Ok(());
        };
        let is_rtpmap = name.eq_ignore_ascii_case(b"rtpmap");
        if !is_rtpmap && !name.eq_ignore_ascii_case(b"fmtp") {
            return Ok(());
        }
        let value = text(value);
        let Some((payload_type, rest)) = value.trim_start().split_once(' ') else {
            return Ok(());
        };
        let rest = rest.trim();
        let payload_type = number::<u8>(payload_type, line.number)?;
        // What is said first holds.
        if is_rtpmap {
            let encoding = encoding(rest, line.number)?;
            if let Some(payload) = self.payload(payload_type) {
                payload.encoding = payload.encoding.take().or(encoding);
            }
        } else if let Some(payload) = self.payload(payload_type) {
            payload.fmtp.get_or_insert_with(|| rest.to_owned());
        }
        Ok(())
    }

    fn payload(&mut self, payload_type: Option<u8>) -> Option<&mut Payload> {
        self.payloads
            .iter_mut()
            .find(|payload| Some(payload.payload_type) == payload_type)
    }

    fn finish(self, session: &SessionLevel) -> Media {
        let own = self.attributes;
        let shared = &session.attributes;
        let ice = match (
            own.ufrag.or_else(|| shared.ufrag.clone()),
            own.pwd.or_else(|| shared.pwd.clone()),
        ) {
            (Some(ufrag), Some(pwd)) => Some(Ice {
                ufrag,
                pwd,
                candidates: own.candidates,
            }),
            _ => None,
        };
        Media {
            kind: self.kind,
            port: self.port,
            protocol: self.protocol,
            own_connection: self.connection.is_some(),
            connection: self.connection.or_else(|| session.connection.clone()),
            rtcp: own.rtcp,
            direction: own.direction.or(shared.direction).unwrap_or_default(),
            ptime: own.ptime.or(shared.ptime),
            maxptime: own.maxptime.or(shared.maxptime),
            codecs: self
                .payloads
                .into_iter()
                .filter_map(Payload::into_codec)
                .collect(),
            formats: self.formats,
            crypto: own.crypto,
            fingerprint: own.fingerprint.or_else(|| shared.fingerprint.clone()),
            setup: own.setup.or_else(|| shared.setup.clone()),
            ice,
            mid: own.mid,
        }
    }
}

impl Payload {
    fn into_codec(self) -> Option<Codec> {
        let (name, clock_rate, channels) = match self.encoding {
            Some(encoding) => encoding,
            None => {
                let (name, clock_rate, channels) = static_payload(self.payload_type)?;
                (name.to_owned(), clock_rate, channels)
            }
        };
        Some(Codec {
            payload_type: self.payload_type,
            name,
            clock_rate,
            channels,
            fmtp: self.fmtp,
        })
    }
}

impl Attributes {
    /// Takes in an attribute that may stand at either level; says whether it was one. What cannot
    /// be understood is ignored (RFC 8866 §5.13).
    fn on_attribute(&mut self, line: &Line<'_>) -> Result<bool, SdpError> {
        let Some((name, value)) = line.attribute() else {
            return Ok(false);
        };
        let value = text(value.trim_ascii_start());
        let value = value.as_ref();
        let owned = || value.to_owned();
        match Lowercase::of(name).as_bytes() {
            b"sendrecv" => self.direction = self.direction.or(Some(Direction::SendRecv)),
            b"sendonly" => self.direction = self.direction.or(Some(Direction::SendOnly)),
            b"recvonly" => self.direction = self.direction.or(Some(Direction::RecvOnly)),
            b"inactive" => self.direction = self.direction.or(Some(Direction::Inactive)),
            b"ptime" => self.ptime = self.ptime.or(number(value, line.number)?),
            b"maxptime" => self.maxptime = self.maxptime.or(number(value, line.number)?),
            b"rtcp-mux" => self.rtcp.mux = true,
            b"rtcp" => self.on_rtcp(value, line.number)?,
            b"crypto" if self.crypto.len() < MAX_CRYPTO_LINES => self.crypto.extend(value.parse()),
            b"candidate" if self.candidates.len() < MAX_CANDIDATES => {
                self.candidates.extend(value.parse());
            }
            b"fingerprint" if self.fingerprint.is_none() => self.fingerprint = value.parse().ok(),
            b"setup" if self.setup.is_none() => self.setup = value.parse().ok(),
            b"ice-ufrag" => self.ufrag = self.ufrag.take().or_else(|| Some(owned())),
            b"ice-pwd" => self.pwd = self.pwd.take().or_else(|| Some(owned())),
            b"group" => {
                let semantics = value.split(' ').next().unwrap_or_default();
                self.bundled |= semantics.eq_ignore_ascii_case("BUNDLE");
            }
            b"mid" => self.mid = self.mid.take().or_else(|| Some(owned())),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `a=rtcp:<port> [IN IP4|IP6 <address>]` (RFC 3605 §2.1)
    fn on_rtcp(&mut self, value: &str, line: usize) -> Result<(), SdpError> {
        let mut fields = value.split_ascii_whitespace();
        let port = fields.next().unwrap_or_default();
        if let Some(port) = number(port, line)? {
            self.rtcp.port = Some(port);
            self.rtcp.host = fields.nth(2).map(host);
        }
        Ok(())
    }
}

/// `c=IN IP4|IP6 <address>[/<ttl or count>]`
fn connection(line: &Line<'_>) -> Result<Host, SdpError> {
    let value = text(line.value());
    let mut fields = value.split_ascii_whitespace();
    match (fields.next(), fields.next(), fields.next(), fields.next()) {
        (Some("IN"), Some("IP4" | "IP6"), Some(address), None) => Ok(host(address)),
        _ => Err(SdpError::Malformed { line: line.number }),
    }
}

fn host(address: &str) -> Host {
    let (address, _ttl) = address.split_once('/').unwrap_or((address, ""));
    match address.parse() {
        Ok(ip) => Host::Address(ip),
        Err(_) => Host::Name(address.to_owned()),
    }
}

/// `<name>/<clock rate>[/<channels>]`; `None` when it is not of that form.
fn encoding(text: &str, line: usize) -> Result<Option<(String, u32, u8)>, SdpError> {
    let mut fields = text.split('/').map(str::trim);
    let (Some(name), Some(clock_rate)) = (fields.next(), fields.next()) else {
        return Ok(None);
    };
    let clock_rate = number(clock_rate, line)?;
    let channels = number(fields.next().unwrap_or("1"), line)?;
    Ok(match (clock_rate, channels) {
        (Some(clock_rate), Some(channels)) if !name.is_empty() => {
            Some((name.to_owned(), clock_rate, channels))
        }
        _ => None,
    })
}

/// A decimal number; `None` for what is no number, an error for one that does not fit.
pub(crate) fn number<T: std::str::FromStr>(text: &str, line: usize) -> Result<Option<T>, SdpError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| SdpError::NumberTooLarge { line })
}

fn once<T>(slot: &mut Option<T>, value: T, line: usize) -> Result<(), SdpError> {
    if slot.replace(value).is_some() {
        return Err(SdpError::Repeated { line });
    }
    Ok(())
}
