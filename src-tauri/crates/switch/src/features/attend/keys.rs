//! Keys pressed for the office: what an INFO says of them.

use super::on_key;
use crate::{leg::LegId, switch::Switch};
use office::CallId;
use rtp_packet::Digit;
use sip_message::{HeaderName, Request};

/// INFO with a key press: `application/dtmf-relay` ("Signal=5") or `application/dtmf` ("5").
pub(crate) fn on_request(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    server: sip_transaction::ServerId,
    request: &Request,
) {
    let content_type = request.headers().value(HeaderName::ContentType);
    let content_type = content_type.map(|t| t.to_str().into_owned());
    let key = content_type.and_then(|of_type| key_of_info(&of_type, &request.body()));
    match (request.method(), key) {
        (sip_message::Method::Info, Some(digit)) => {
            switch.respond_in(leg, server, 200);
            on_key(switch, call, leg, digit);
        }
        (sip_message::Method::Info, None) => switch.respond_in(leg, server, 415),
        _ => switch.respond_in(leg, server, 405),
    }
}

/// The key of an INFO body, by its content type; `None` if it says none.
#[must_use]
pub fn key_of_info(content_type: &str, body: &[u8]) -> Option<Digit> {
    let media_type = content_type.split(';').next()?.trim();
    let text = std::str::from_utf8(body).ok()?;
    let key = if media_type.eq_ignore_ascii_case("application/dtmf-relay") {
        let signal = text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim().eq_ignore_ascii_case("signal").then_some(value)
        });
        signal?.trim()
    } else if media_type.eq_ignore_ascii_case("application/dtmf") {
        text.trim()
    } else {
        return None;
    };
    match key {
        // Some phones number the keys as RFC 4733 does.
        "10" => Digit::of_key('*'),
        "11" => Digit::of_key('#'),
        key => {
            let mut keys = key.chars();
            let digit = Digit::of_key(keys.next()?);
            digit.filter(|_| keys.next().is_none())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_info_as_phones_write_them() {
        let relay = |body: &str| key_of_info("application/dtmf-relay", body.as_bytes());
        assert_eq!(relay("Signal=5\r\nDuration=160\r\n"), Digit::of_key('5'));
        assert_eq!(relay("Signal= 5\r\nDuration= 160\r\n"), Digit::of_key('5'));
        assert_eq!(relay("signal=*\n"), Digit::of_key('*'));
        assert_eq!(relay("Signal=11\r\n"), Digit::of_key('#'));
        assert_eq!(relay("Signal=\r\n"), None);
        assert_eq!(relay("Signal=55\r\n"), None);
        let plain = |body: &str| key_of_info("application/dtmf; charset=x", body.as_bytes());
        assert_eq!(plain("#\r\n"), Digit::of_key('#'));
        assert_eq!(plain(""), None);
        assert_eq!(key_of_info("text/plain", b"5"), None);
    }
}
