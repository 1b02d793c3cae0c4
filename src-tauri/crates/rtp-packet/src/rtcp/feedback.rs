//! Feedback messages (RFC 4585 §6.1), passed on unread.

use super::take_u32;

/// A feedback message whose content is left to its receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feedback<'a> {
    /// About transport or about payload.
    pub kind: FeedbackKind,
    /// FMT, which message it is within its kind.
    pub format: u8,
    /// Who gives feedback.
    pub sender: u32,
    /// The source it is about.
    pub media_source: u32,
    /// Feedback control information.
    pub information: &'a [u8],
}

/// Which table [`Feedback::format`] is looked up in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedbackKind {
    /// RTPFB, such as NACK (type 205).
    Transport,
    /// PSFB, such as picture loss (type 206).
    Payload,
}

impl<'a> Feedback<'a> {
    pub(super) fn read(kind: FeedbackKind, format: u8, body: &'a [u8]) -> Option<Self> {
        let (sender, body) = take_u32(body)?;
        let (media_source, information) = take_u32(body)?;
        Some(Self {
            kind,
            format,
            sender,
            media_source,
            information,
        })
    }
}
