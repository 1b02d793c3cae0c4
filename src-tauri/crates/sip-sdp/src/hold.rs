//! Hold and resume (RFC 3264 §8.4), and hold as RFC 2543 wrote it.

use bytes::Bytes;
use sdp_types::Direction;

use crate::description::SessionDescription;
use crate::error::SdpError;
use crate::lines::{Line, Lowercase, Rewriting, lines};
use crate::media::MediaKind;

/// Whether the offer puts us on hold: no sound is wanted from us, be it said by `sendonly`, by
/// `inactive` or by `c=0.0.0.0`. Other media count only where there is no sound at all.
pub fn is_hold(offer: &SessionDescription) -> bool {
    let active = || offer.media().iter().filter(|media| media.is_active());
    let is_audio = |kind: &MediaKind| *kind == MediaKind::Audio;
    let any_audio = active().any(|media| is_audio(&media.kind));
    let mut relevant = active()
        .filter(|media| !any_audio || is_audio(&media.kind))
        .peekable();
    relevant.peek().is_some() && relevant.all(|media| media.is_held())
}

/// The offer that puts the other side on hold: what we last sent, no longer willing to receive.
/// `sendrecv` becomes `sendonly` (they may hear music), `recvonly` becomes `inactive`.
///
/// # Errors
/// As [`with_direction`].
pub fn hold(sent: &SessionDescription) -> Result<SessionDescription, SdpError> {
    with_direction(sent, |direction| match direction {
        Direction::SendRecv | Direction::SendOnly => Direction::SendOnly,
        Direction::RecvOnly | Direction::Inactive => Direction::Inactive,
    })
}

/// The offer that ends our hold: the exact reverse of [`hold`].
///
/// # Errors
/// As [`with_direction`].
pub fn resume(sent: &SessionDescription) -> Result<SessionDescription, SdpError> {
    with_direction(sent, |direction| match direction {
        Direction::SendOnly | Direction::SendRecv => Direction::SendRecv,
        Direction::Inactive | Direction::RecvOnly => Direction::RecvOnly,
    })
}

/// The description with another direction on each stream in use; every other byte stays.
///
/// # Errors
/// A limit that the changed description would break.
pub fn with_direction(
    description: &SessionDescription,
    change: impl Fn(Direction) -> Direction,
) -> Result<SessionDescription, SdpError> {
    let raw = description.as_bytes();
    let mut sections = description.media().iter();
    // The direction that the section at hand is to get, and whether it has been written.
    let mut wanted: Option<Direction> = None;
    let mut written = false;
    let mut out = Rewriting::of(raw);
    for line in lines(raw) {
        if matches!(line.kind(), Some(b'm') | None) {
            if let Some(direction) = wanted.filter(|_| !written) {
                out.insert(&format!("a={direction}"));
            }
            written = true;
        }
        if line.kind() == Some(b'm') {
            wanted = sections
                .next()
                .filter(|media| media.is_active())
                .map(|media| (media.direction, change(media.direction)))
                .filter(|(old, new)| old != new)
                .map(|(_, new)| new);
            written = false;
        }
        match wanted.filter(|_| is_direction(&line)) {
            Some(direction) => {
                out.replace(&line, &[b"a=", direction.as_str().as_bytes()]);
                written = true;
            }
            None => out.copy(&line),
        }
    }
    if let Some(direction) = wanted.filter(|_| !written) {
        out.insert(&format!("a={direction}"));
    }
    SessionDescription::from_bytes(Bytes::from(out.finish()))
}

fn is_direction(line: &Line<'_>) -> bool {
    matches!(
        line.attribute_name().as_ref().map(Lowercase::as_bytes),
        Some(b"sendrecv" | b"sendonly" | b"recvonly" | b"inactive")
    )
}
