//! Why a description cannot be read, and why an offer cannot be accepted.

use crate::limits::{MAX_AUDIO_CODECS, MAX_BYTES, MAX_FORMATS, MAX_LINES, MAX_MEDIA};

/// Why a body is not a session description that can be worked with. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// No line at all.
    #[error("the session description is empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("the session description has {0} bytes, more than {MAX_BYTES}")]
    TooLong(usize),
    /// More than [`MAX_LINES`].
    #[error("the session description has more than {MAX_LINES} lines")]
    TooManyLines,
    /// More than [`MAX_MEDIA`].
    #[error("the session description has more than {MAX_MEDIA} media")]
    TooManyMedia,
    /// More than [`MAX_AUDIO_CODECS`] on an audio line, [`MAX_FORMATS`] on another.
    #[error("line {line}: more than {MAX_AUDIO_CODECS} audio codecs or {MAX_FORMATS} formats")]
    TooManyCodecs {
        /// Which line.
        line: usize,
    },
    /// A line that is not `<letter>=<value>` (RFC 8866 §5).
    #[error("line {line} is not of the form x=value")]
    NotALine {
        /// Which line.
        line: usize,
    },
    /// NUL or a carriage return inside a line: two readers could see two different descriptions.
    #[error("line {line} contains a byte that may not appear in a line")]
    ForbiddenByte {
        /// Which line.
        line: usize,
    },
    /// No `v=0` line before the first `m=` line (RFC 8866 §5.1).
    #[error("no v=0 line")]
    NoVersion,
    /// A second line of which there may be only one (`v`, `o`, session `c`).
    #[error("line {line} repeats a line that may appear only once")]
    Repeated {
        /// Which line.
        line: usize,
    },
    /// A field is missing or not what the line requires.
    #[error("line {line} cannot be understood")]
    Malformed {
        /// Which line.
        line: usize,
    },
    /// A number is larger than its field can hold.
    #[error("line {line}: a number is too large")]
    NumberTooLarge {
        /// Which line.
        line: usize,
    },
    /// The caller gave another number of routes than there are `m=` lines.
    #[error("{given} routes given for {media} media")]
    WrongRouteCount {
        /// `m=` lines in the description.
        media: usize,
        /// Routes given.
        given: usize,
    },
}

/// Why an offer or an answer leads to no session; a SIP server answers such an offer with 488.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No active audio stream in the description.
    #[error("no audio is offered")]
    NoAudio,
    /// Audio is there, but no codec that both sides speak.
    #[error("no audio codec in common")]
    NoCommonCodec,
    /// The other side wants encryption and we have no key or no permission to use it.
    #[error("encryption is required by the other side and cannot be given")]
    CannotEncrypt,
    /// We require encryption and the other side does not offer it in a form we know.
    #[error("encryption is required and was not offered")]
    EncryptionRequired,
    /// The audio stream names no address to send to.
    #[error("the audio stream has no usable address")]
    NoAddress,
    /// An answer that does not fit its offer (RFC 3264 §6): another number of `m=` lines.
    #[error("the answer does not fit the offer")]
    DoesNotFitOffer,
    /// A session may have no more `m=` lines, see [`MAX_MEDIA`].
    #[error("the session has no room for another stream")]
    NoRoom,
    /// The description made from all this would itself break a limit.
    #[error(transparent)]
    Description(#[from] SdpError),
}
