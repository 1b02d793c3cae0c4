//! Application-defined packets (APP, RFC 3550 §6.7).

use super::take_u32;

/// An application's own packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplicationDefined<'a> {
    /// Told apart by the application, 0–31.
    pub subtype: u8,
    /// The sender.
    pub ssrc: u32,
    /// The application, four ASCII letters.
    pub name: [u8; 4],
    /// Its data.
    pub data: &'a [u8],
}

impl<'a> ApplicationDefined<'a> {
    pub(super) fn read(subtype: u8, body: &'a [u8]) -> Option<Self> {
        let (ssrc, body) = take_u32(body)?;
        let (name, data) = body.split_first_chunk()?;
        Some(Self {
            subtype,
            ssrc,
            name: *name,
            data,
        })
    }
}
