//! RTP, RTCP and telephone-event packets, and jitter arithmetic (RFC 3550, RFC 4733).
