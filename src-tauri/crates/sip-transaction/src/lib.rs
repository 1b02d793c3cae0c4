//! The four SIP transaction machines as tables (RFC 3261 section 17, RFC 6026).
