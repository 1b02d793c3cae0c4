//! What a session description may contain at most; anything beyond is refused, not truncated.

/// Longest description in bytes. A browser's offer with audio and video is about 6 kB.
pub const MAX_BYTES: usize = 64 * 1024;

/// Most lines in a description; 1,000 lines and more are refused.
pub const MAX_LINES: usize = 999;

/// Most `m=` lines.
pub const MAX_MEDIA: usize = 8;

/// Most payload types on an audio `m=` line.
pub const MAX_AUDIO_CODECS: usize = 32;

/// Most formats on an `m=` line of any other kind: a browser lists every profile of every video
/// codec with its retransmission format, 40 and more.
pub const MAX_FORMATS: usize = 64;

/// Most ICE candidates kept per `m=` line; further ones are ignored in the typed view.
pub const MAX_CANDIDATES: usize = 32;

/// Most `a=crypto` lines kept per `m=` line; further ones are ignored in the typed view.
pub const MAX_CRYPTO_LINES: usize = 16;

/// Most keys that one `a=crypto` line names: more than anybody was seen to change between.
pub const MAX_KEYS_OF_LINE: usize = 8;

/// Most octets that the identifier of a key takes in each packet (RFC 4568 §9.2).
pub const MAX_MKI_OCTETS: u8 = 128;
