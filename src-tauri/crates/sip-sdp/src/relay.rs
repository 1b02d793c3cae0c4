//! Passing a description on: our relay's addresses and ports in it, everything else as it came.

use std::net::IpAddr;

use bytes::Bytes;

use crate::description::SessionDescription;
use crate::error::SdpError;
use crate::lines::{Line, Lowercase, Rewriting, lines};
use crate::media::{Host, Media};
use crate::origin::address_type;

/// Which way the packets of one `m=` line go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaRoute {
    /// Straight between the two phones: the section stays as it is.
    Direct,
    /// Through us: the receiver of the description is to send here.
    Relay {
        /// Our address as the receiver sees it.
        address: IpAddr,
        /// Our RTP (or UDPTL) port.
        rtp_port: u16,
        /// Our RTCP port; equal to `rtp_port` when the relay takes both on one (RFC 5761).
        rtcp_port: u16,
    },
    /// Not at all: the stream is refused, port 0 in its old position (RFC 3264 §6).
    Refuse,
}

/// The description with the addresses and ports of `routes`, one for each `m=` line.
///
/// Changed are `c=`, the port of `m=` and `a=rtcp`. Left out on relayed streams are the ICE
/// attributes, whose candidates would lead around the relay, the bundling of streams that now have
/// ports of their own, and `a=rtcp-mux` when the relay uses two ports. Every other line, known
/// to us or not, is copied byte for byte. A port of 0 stays 0, and `c=0.0.0.0` stays what it is: a
/// hold. The `o=` line is the business of [`OriginRewriter`](crate::OriginRewriter).
///
/// # Errors
/// [`SdpError::WrongRouteCount`]; a limit that the changed description would break.
pub fn relay_rewrite(
    description: &SessionDescription,
    routes: &[MediaRoute],
) -> Result<SessionDescription, SdpError> {
    let media = description.media();
    if media.len() != routes.len() {
        return Err(SdpError::WrongRouteCount {
            media: media.len(),
            given: routes.len(),
        });
    }
    if routes.iter().all(|route| *route == MediaRoute::Direct) {
        return Ok(description.clone());
    }

    let raw = description.as_bytes();
    let mut sections = media.iter().zip(routes);
    let session = SessionPlan::new(media, routes);
    let mut section: Option<SectionPlan<'_>> = None;
    let mut out = Rewriting::of(raw);
    for line in lines(raw) {
        if let Some(plan) = &mut section {
            plan.before_line(&line, &mut out);
        }
        if line.kind() == Some(b'm') {
            section = sections
                .next()
                .map(|(media, route)| SectionPlan::new(media, *route, &session));
        }
        match &section {
            Some(plan) => plan.on_line(&line, &mut out),
            None => session.on_line(&line, &mut out),
        }
    }
    if let Some(plan) = &mut section {
        plan.at_end(&mut out);
    }
    SessionDescription::from_bytes(Bytes::from(out.finish()))
}

/// Where the writer of a description wants the packets of one `m=` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaTarget {
    /// Where RTP goes; `None` for a host name, or when no address is given.
    pub address: Option<IpAddr>,
    /// RTP (or UDPTL) port, 0 for a stream that is not in use.
    pub rtp_port: u16,
    /// Where RTCP goes, mostly the same as `address`.
    pub rtcp_address: Option<IpAddr>,
    /// RTCP port while the two are apart: that of `a=rtcp`, or else the RTP port plus one.
    pub rtcp_port: u16,
    /// The writer can take RTCP on the RTP port; it goes there once both sides have said so.
    pub rtcp_mux: bool,
    /// The stream is in use, though perhaps held.
    pub active: bool,
}

/// Where the writer of the description wants its media, one target for each `m=` line.
pub fn media_targets(description: &SessionDescription) -> Vec<MediaTarget> {
    description.media().iter().map(MediaTarget::of).collect()
}

impl MediaTarget {
    pub(crate) fn of(media: &Media) -> Self {
        // Nothing is ever to be sent to 0.0.0.0, whether it means hold or "see the candidates".
        let address = media
            .connection
            .as_ref()
            .and_then(Host::address)
            .filter(|address| !address.is_unspecified());
        let next_port = media.port.saturating_add(u16::from(media.is_active()));
        Self {
            address,
            rtp_port: media.port,
            rtcp_address: media
                .rtcp
                .host
                .as_ref()
                .map_or(address, Host::address)
                .filter(|address| !address.is_unspecified()),
            rtcp_port: media.rtcp.port.unwrap_or(next_port),
            rtcp_mux: media.rtcp.mux,
            active: media.is_active(),
        }
    }
}

/// What happens to the lines before the first `m=`.
struct SessionPlan {
    /// The address for the session's `c=` line; `None` leaves the line alone.
    address: Option<IpAddr>,
    /// All streams in use are relayed, so that ICE and bundling are over for the session.
    all_relayed: bool,
}

impl SessionPlan {
    fn new(media: &[Media], routes: &[MediaRoute]) -> Self {
        let active = || {
            media
                .iter()
                .zip(routes)
                .filter(|(media, route)| media.is_active() && **route != MediaRoute::Refuse)
        };
        let relay_address = |route: &MediaRoute| match route {
            MediaRoute::Relay { address, .. } => Some(*address),
            _ => None,
        };
        let heirs = || active().filter(|(media, _)| !media.own_connection);
        let address = heirs()
            .map(|(_, route)| relay_address(route))
            .next()
            .unwrap_or_else(|| routes.iter().find_map(relay_address));
        // A stream going straight, or one held in the old way, keeps the session's line as it is.
        let may_change = heirs()
            .all(|(media, route)| !media.has_hold_address() && relay_address(route).is_some());
        Self {
            address: address.filter(|_| may_change),
            all_relayed: active().all(|(_, route)| *route != MediaRoute::Direct),
        }
    }

    fn on_line(&self, line: &Line<'_>, out: &mut Rewriting) {
        match (line.attribute(), self.address) {
            (None, Some(address)) if line.kind() == Some(b'c') => {
                replace_connection(line, address, out);
            }
            (Some((name, value)), _) if self.all_relayed => {
                let name = Lowercase::of(name);
                if !is_ice(name.as_bytes()) && !is_bundle(name.as_bytes(), value) {
                    out.copy(line);
                }
            }
            _ => out.copy(line),
        }
    }
}

/// What happens to the lines of one section.
struct SectionPlan<'a> {
    media: &'a Media,
    route: MediaRoute,
    /// A `c=` line the section needs and lacks, until it is written.
    connection: Option<IpAddr>,
    /// An `a=rtcp` line the section needs and lacks, until it is written.
    rtcp: Option<u16>,
}

impl<'a> SectionPlan<'a> {
    fn new(media: &'a Media, route: MediaRoute, session: &SessionPlan) -> Self {
        let mut plan = Self {
            media,
            route,
            connection: None,
            rtcp: None,
        };
        if let MediaRoute::Relay {
            address,
            rtp_port,
            rtcp_port,
        } = route
        {
            let covered = media.own_connection
                || (media.connection.is_some() && session.address == Some(address))
                || media.has_hold_address();
            plan.connection = (media.is_active() && !covered).then_some(address);
            let implied = rtp_port.checked_add(1) == Some(rtcp_port)
                || (media.rtcp.mux && rtp_port == rtcp_port);
            let said = media.rtcp.port.is_some();
            let needed = media.is_active() && media.protocol.is_rtp() && !said && !implied;
            plan.rtcp = needed.then_some(rtcp_port);
        }
        plan
    }

    /// Puts in the missing lines in the order of RFC 8866 §9: `m= i= c= b= k= a=`.
    fn before_line(&mut self, line: &Line<'_>, out: &mut Rewriting) {
        match line.kind() {
            Some(b'i') => {}
            Some(b'a' | b'm') | None => self.at_end(out),
            _ => self.put_connection(out),
        }
    }

    fn at_end(&mut self, out: &mut Rewriting) {
        self.put_connection(out);
        if let Some(port) = self.rtcp.take() {
            out.insert(&format!("a=rtcp:{port}"));
        }
    }

    fn put_connection(&mut self, out: &mut Rewriting) {
        if let Some(address) = self.connection.take() {
            out.insert(&format!("c=IN {} {address}", address_type(address)));
        }
    }

    fn on_line(&self, line: &Line<'_>, out: &mut Rewriting) {
        let MediaRoute::Relay {
            address,
            rtp_port,
            rtcp_port,
        } = self.route
        else {
            match (self.route, line.kind()) {
                (MediaRoute::Refuse, Some(b'm')) => replace_port(line, 0, out),
                _ => out.copy(line),
            }
            return;
        };
        match line.kind() {
            Some(b'm') if self.media.is_active() => replace_port(line, rtp_port, out),
            Some(b'c') if !self.media.has_hold_address() => replace_connection(line, address, out),
            Some(b'a') => match line.attribute_name().as_ref().map(Lowercase::as_bytes) {
                Some(b"rtcp") => self.replace_rtcp(line, address, rtcp_port, out),
                Some(b"rtcp-mux" | b"rtcp-mux-only") if rtp_port != rtcp_port => {}
                Some(b"bundle-only") => {}
                Some(name) if is_ice(name) => {}
                _ => out.copy(line),
            },
            _ => out.copy(line),
        }
    }

    fn replace_rtcp(&self, line: &Line<'_>, address: IpAddr, port: u16, out: &mut Rewriting) {
        let content = match (self.media.rtcp.port, &self.media.rtcp.host) {
            (Some(_), Some(_)) => format!("a=rtcp:{port} IN {} {address}", address_type(address)),
            (Some(_), None) => format!("a=rtcp:{port}"),
            // Without a port that can be read; one that is needed has been put in already.
            (None, _) => return,
        };
        out.replace(line, &[content.as_bytes()]);
    }
}

fn replace_connection(line: &Line<'_>, address: IpAddr, out: &mut Rewriting) {
    let content = format!("c=IN {} {address}", address_type(address));
    out.replace(line, &[content.as_bytes()]);
}

/// Changes the second field of an `m=` line and no other byte; a port count (`/2`) goes, as a relay
/// has one pair.
fn replace_port(line: &Line<'_>, port: u16, out: &mut Rewriting) {
    let content = line.content;
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let field_from = |start: usize| {
        let rest = content.get(start..).unwrap_or_default();
        let begin = start + rest.iter().take_while(|byte| is_blank(byte)).count();
        let rest = content.get(begin..).unwrap_or_default();
        begin..begin + rest.iter().take_while(|byte| !is_blank(byte)).count()
    };
    let kind = field_from(2);
    let old_port = field_from(kind.end);
    let before = content.get(..old_port.start).unwrap_or_default();
    let after = content.get(old_port.end..).unwrap_or_default();
    out.replace(line, &[before, port.to_string().as_bytes(), after]);
}

/// An attribute of RFC 8839 §5.
fn is_ice(name: &[u8]) -> bool {
    name.starts_with(b"ice-")
        || matches!(
            name,
            b"candidate" | b"remote-candidates" | b"end-of-candidates"
        )
}

/// `a=group:BUNDLE …` (RFC 9143): several streams on one port.
fn is_bundle(name: &[u8], value: &[u8]) -> bool {
    let semantics = value.split(|byte| *byte == b' ').next().unwrap_or_default();
    name == b"group" && semantics.eq_ignore_ascii_case(b"BUNDLE")
}
