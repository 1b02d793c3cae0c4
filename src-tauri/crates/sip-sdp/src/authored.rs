//! Descriptions of our own, written by `sdp-types` from values.

use bytes::Bytes;
use sdp_types::{Crypto, Direction, Fingerprint, Setup};

use crate::capabilities::{Endpoint, IceKeys};
use crate::description::SessionDescription;
use crate::error::SdpError;
use crate::limits::MAX_BYTES;
use crate::media::{Codec, Media, MediaKind, Protocol};

/// An audio section of ours.
pub(crate) struct AudioSection<'a> {
    pub protocol: Protocol,
    /// Sound and key presses, best first.
    pub codecs: Vec<Codec>,
    pub ptime: u32,
    pub direction: Direction,
    pub rtcp_mux: bool,
    pub crypto: Vec<Crypto>,
    pub dtls: Option<(&'a Fingerprint, Setup)>,
    pub ice: Option<&'a IceKeys>,
    pub mid: Option<&'a str>,
}

impl AudioSection<'_> {
    pub(crate) fn write(&self, here: &Endpoint) -> sdp_types::Media {
        let payload_types: Vec<String> = self
            .codecs
            .iter()
            .map(|codec| codec.payload_type.to_string())
            .collect();
        let mut media = section(
            &MediaKind::Audio,
            here.rtp_port,
            &self.protocol,
            payload_types.join(" "),
        );
        for codec in &self.codecs {
            let payload_type = codec.payload_type;
            let channels = match codec.channels {
                1 => String::new(),
                more => format!("/{more}"),
            };
            let encoding = format!("{}/{}{channels}", codec.name, codec.clock_rate);
            media.add_attribute_with_value("rtpmap", format!("{payload_type} {encoding}"));
            if let Some(fmtp) = &codec.fmtp {
                media.add_attribute_with_value("fmtp", format!("{payload_type} {fmtp}"));
            }
        }
        media.add_attribute_with_value("ptime", self.ptime);
        media.add_attribute(self.direction);
        if self.rtcp_mux {
            media.add_attribute_from_str("rtcp-mux");
        } else if here.rtp_port.checked_add(1) != Some(here.rtcp_port) {
            media.add_attribute_with_value("rtcp", here.rtcp_port);
        }
        media.add_attributes(self.crypto.iter().cloned());
        if let Some((fingerprint, setup)) = &self.dtls {
            media.add_attribute((*fingerprint).clone());
            media.add_attribute(setup.clone());
        }
        if let Some(ice) = self.ice {
            media.add_attribute_with_value("ice-ufrag", &ice.ufrag);
            media.add_attribute_with_value("ice-pwd", &ice.pwd);
            media.add_attributes(ice.candidates.iter().cloned());
        }
        if let Some(mid) = self.mid {
            media.add_attribute_with_value("mid", mid);
        }
        media
    }
}

/// The section that refuses or ends a stream: the same line with port 0 (RFC 3264 §6 and §8.2).
pub(crate) fn refused(media: &Media) -> sdp_types::Media {
    // A line needs at least one format, even if the other side sent none.
    let formats = match media.formats.as_str() {
        "" => "0",
        formats => formats,
    };
    let mut refused = section(&media.kind, 0, &media.protocol, formats.to_owned());
    if let Some(mid) = &media.mid {
        refused.add_attribute_with_value("mid", mid);
    }
    refused
}

/// A description with these sections. Its `o=` line is a placeholder until
/// [`OriginRewriter::stamp`](crate::OriginRewriter::stamp).
pub(crate) fn description(
    here: &Endpoint,
    sections: Vec<sdp_types::Media>,
    bundled: Option<&str>,
    ice: Option<&IceKeys>,
) -> Result<SessionDescription, SdpError> {
    let mut origin = sdp_types::Origin::with_ip_addr(0, 0, here.address);
    origin.set_username("cordboard");
    let mut session = sdp_types::Session::new(origin, "-");
    session.set_connection(here.address);
    if let Some(mid) = bundled {
        session.add_attribute_with_value("group", format!("BUNDLE {mid}"));
    }
    if ice.is_some_and(|ice| ice.lite) {
        session.add_attribute_from_str("ice-lite");
    }
    session.add_medias(sections);
    let mut bytes = Vec::new();
    session
        .write(&mut bytes)
        // A Vec takes whatever is written; the error cannot occur.
        .map_err(|_| SdpError::TooLong(MAX_BYTES))?;
    SessionDescription::from_bytes(Bytes::from(bytes))
}

fn section(kind: &MediaKind, port: u16, protocol: &Protocol, formats: String) -> sdp_types::Media {
    sdp_types::Media {
        media: kind.to_string(),
        port,
        num_ports: None,
        proto: protocol.to_string(),
        fmt: formats,
        media_title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes: Vec::new(),
    }
}
