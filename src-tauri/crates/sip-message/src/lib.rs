//! SIP messages as immutable values over one buffer (RFC 3261).
