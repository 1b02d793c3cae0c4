//! The `o=` line: one identity per leg, and a version that rises only when the description
//! changes (RFC 8866 §5.2, RFC 3264 §8).

use std::net::IpAddr;

use bytes::Bytes;

use crate::description::{SessionDescription, number};
use crate::error::SdpError;
use crate::lines::{Line, Rewriting, lines, text};

/// User name in every `o=` line of ours.
const USERNAME: &str = "cordboard";

/// Gives every description sent on one leg the same `o=` line, whose version rises by one when,
/// and only when, the rest differs from what was sent last.
///
/// Phones compare the version alone: a change without a new version is ignored, a new version
/// without a change makes some restart their audio.
#[derive(Debug, Clone)]
pub struct OriginRewriter {
    session_id: u64,
    version: u64,
    address: IpAddr,
    sent: Option<Bytes>,
}

impl OriginRewriter {
    /// A leg that has sent nothing yet. `session_id` is to be unlike that of any other leg;
    /// `address` is ours as this leg sees it.
    pub fn new(session_id: u64, address: IpAddr) -> Self {
        // Readers are to be able to keep both as signed 64-bit numbers (RFC 3264 §5).
        Self {
            session_id: session_id & (u64::MAX >> 1),
            version: 1,
            address,
            sent: None,
        }
    }

    /// The description with this leg's `o=` line; to be called for each description sent.
    pub fn stamp(&mut self, description: &SessionDescription) -> SessionDescription {
        let same_line = self.write(description);
        let changed = self
            .sent
            .as_ref()
            .is_some_and(|sent| sent.as_ref() != same_line.as_slice());
        let bytes = if changed {
            self.version += 1;
            Bytes::from(self.write(description))
        } else {
            Bytes::from(same_line)
        };
        self.sent = Some(bytes.clone());
        description.with_origin(bytes, self.origin())
    }

    /// The version last sent, 1 before anything was.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn origin(&self) -> Origin {
        Origin {
            username: USERNAME.to_owned(),
            session_id: self.session_id.to_string(),
            version: self.version,
            address: self.address.to_string(),
        }
    }

    fn write(&self, description: &SessionDescription) -> Vec<u8> {
        let raw = description.as_bytes();
        let content = format!(
            "o={USERNAME} {} {} IN {} {}",
            self.session_id,
            self.version,
            address_type(self.address),
            self.address
        );
        let has_origin = description.origin().is_some();
        let mut out = Rewriting::of(raw);
        for line in lines(raw) {
            match line.kind() {
                Some(b'o') => out.replace(&line, &[content.as_bytes()]),
                Some(b'v') if !has_origin => {
                    out.copy(&line);
                    out.insert(&content);
                }
                _ => out.copy(&line),
            }
        }
        out.finish()
    }
}

/// `IP4` or `IP6`.
pub(crate) fn address_type(address: IpAddr) -> &'static str {
    match address {
        IpAddr::V4(_) => "IP4",
        IpAddr::V6(_) => "IP6",
    }
}

/// The `o=` line of a description (RFC 8866 §5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Login of the writer; may hold blanks, as some phones put a display name here.
    pub username: String,
    /// Identifies the session with the user name and address; a number, which is not checked.
    pub session_id: String,
    /// Rises with each change of the description.
    pub version: u64,
    /// Address or name of the writer's machine.
    pub address: String,
}

impl Origin {
    /// `o=<username> <session id> <version> IN IP4|IP6 <address>`
    pub(crate) fn from_line(line: &Line<'_>) -> Result<Self, SdpError> {
        let malformed = SdpError::Malformed { line: line.number };
        let value = text(line.value());
        // From the end, because the user name may contain blanks.
        let mut fields = value.split_ascii_whitespace().rev();
        let (Some(address), Some("IP4" | "IP6"), Some("IN"), Some(version), Some(session_id)) = (
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
        ) else {
            return Err(malformed);
        };
        let mut names: Vec<&str> = fields.collect();
        names.reverse();
        Ok(Self {
            username: names.join(" "),
            session_id: session_id.to_owned(),
            version: number(version, line.number)?.ok_or(malformed)?,
            address: address.to_owned(),
        })
    }
}
