//! What each codec costs in the estimate of how a call sounds (ITU-T G.107, G.113).

use rtp_packet::CodecImpairment;

use crate::format::Codec;

/// What `codec` costs a listener, for [`Listening`](rtp_packet::Listening).
///
/// G.711 is G.113 Appendix I with packet-loss concealment. For the wide-band codecs the ITU gives
/// figures on another scale only (G.107.1), or none (Opus). On the narrow-band scale used here they
/// are at least as good as G.711, so they cost nothing without loss; their robustness is taken to be
/// that of G.711, as their concealment works alike on packets of the same length. A wide-band call
/// is therefore never shown better than it is.
#[must_use]
pub const fn impairment(codec: Codec) -> CodecImpairment {
    match codec {
        Codec::Pcmu | Codec::Pcma => CodecImpairment::G711,
        Codec::G722 | Codec::Opus => CodecImpairment {
            equipment: 0.0,
            robustness: 25.1,
        },
    }
}
