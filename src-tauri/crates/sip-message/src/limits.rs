//! Every limit of the message layer, in one place.

/// Largest message accepted, head and body together, in bytes. The offsets of the index are 16 bit.
pub const MAX_MESSAGE: usize = 65_535;

/// Largest start line plus headers, in bytes.
pub const MAX_HEAD: usize = 32_768;

/// Most header lines in one message. A Via per hop and a few dozen headers stay far below.
pub const MAX_HEADERS: usize = 128;

/// Longest single header line in bytes, folding included.
pub const MAX_HEADER_LINE: usize = 8_192;

/// Most values read out of one comma-separated header, over all its lines.
pub const MAX_LIST_VALUES: usize = 256;

/// Most parameters read out of one parameter list.
pub const MAX_PARAMS: usize = 64;

/// Most bytes a stream's framer holds: what a reader may push before it takes frames out again.
pub const MAX_STREAM_BUFFER: usize = 4 * MAX_MESSAGE;
