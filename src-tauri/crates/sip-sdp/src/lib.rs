//! Session descriptions and the offer/answer rules (RFC 8866, RFC 3264).
