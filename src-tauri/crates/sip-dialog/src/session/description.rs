//! Finding the session description in a message's body.

use bytes::Bytes;
use sip_message::{Headers, header::ContentType};

/// The content type of a session description.
pub const SDP: &str = "application/sdp";

/// The session description in a body: the whole of it, or the part of a multipart body that is one
/// (RFC 3261 §7.4, RFC 2046 §5.1). `None`: the body holds none.
pub fn sdp_of(headers: Headers<'_>, body: &Bytes) -> Option<Bytes> {
    if body.is_empty() {
        return None;
    }
    let ContentType(kind) = headers.find().ok()??;
    if kind.is("application", "sdp") {
        return Some(body.clone());
    }
    if !kind.kind.is("multipart") {
        return None;
    }
    sdp_part(body, &kind.params.value("boundary")?)
}

/// The first part of type application/sdp.
fn sdp_part(body: &Bytes, boundary: &[u8]) -> Option<Bytes> {
    let delimiter = [b"--", boundary].concat();
    let mut rest = find(body, &delimiter)? + delimiter.len();
    loop {
        let part = body.get(rest..)?;
        let end = find(part, &delimiter).unwrap_or(part.len());
        let part = part.get(..end)?;
        let blank = find(part, b"\r\n\r\n")?;
        let head = part.get(..blank)?.to_ascii_lowercase();
        if find(&head, b"content-type:").is_some_and(|at| {
            let value = head.get(at + b"content-type:".len()..).unwrap_or_default();
            value.trim_ascii_start().starts_with(SDP.as_bytes())
        }) {
            let from = rest + blank + 4;
            let mut to = rest + end;
            // The line break before a delimiter belongs to the delimiter.
            if body.get(from..to)?.ends_with(b"\r\n\r\n") {
                to -= 2;
            }
            return body.get(from..to).map(|sdp| body.slice_ref(sdp));
        }
        rest += end + delimiter.len();
        if rest >= body.len() {
            return None;
        }
    }
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within
        .windows(what.len().max(1))
        .position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip_message::{Method, Request, SipUri};

    fn request(kind: &str, body: &'static str) -> Request {
        let uri = SipUri::new(
            sip_message::Scheme::Sip,
            Some("a"),
            sip_message::Host::from_name("example.com").into(),
        );
        Request::builder(Method::Invite, &uri.into())
            .body(kind, Bytes::from_static(body.as_bytes()))
            .build()
    }

    #[test]
    fn the_description_is_found_whole_or_in_a_part() {
        let sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
        let parts = "--b\r\nContent-Type: application/isup\r\n\r\nxx\r\n--b\r\n\
             content-type:application/SDP\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n\r\n--b--\r\n";
        let table = [
            ("application/sdp", sdp, Some(sdp)),
            ("Application/SDP; charset=utf-8", sdp, Some(sdp)),
            ("multipart/mixed;boundary=b", parts, Some(sdp)),
            ("multipart/mixed;boundary=\"b\"", parts, Some(sdp)),
            ("multipart/mixed;boundary=other", parts, None),
            ("multipart/mixed", parts, None),
            ("text/plain", sdp, None),
        ];
        for (kind, body, expected) in table {
            let request = request(kind, body);
            let found = sdp_of(request.headers(), &request.body());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{kind}");
        }
    }
}
