//! Which of the waiting messages goes first when there are too many (promise R13).

/// Order in which waiting messages are handled; the smaller one goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Part of something that goes on already: responses, ACK, CANCEL, BYE, requests in a dialog.
    InDialog,
    /// A call for help.
    Emergency,
    /// A new request with credentials, or from a device that has proved itself.
    Authenticated,
    /// The rest: the first to be dropped.
    Rest,
}

/// Classifies a message by a glance at its bytes; nothing here is believed beyond the order of
/// waiting. `known` says that the source has proved itself or is exempt ([`super::Guard::is_known`]);
/// a stranger's message never counts as part of something. `is_emergency` gets the user part of the
/// Request-URI, as written.
pub fn classify(bytes: &[u8], known: bool, is_emergency: impl Fn(&[u8]) -> bool) -> Priority {
    let start = line(bytes);
    let mut words = start.split(|b| *b == b' ');
    let method = words.next().unwrap_or_default();
    let uri = words.next().unwrap_or_default();
    if method == b"INVITE" && calls_for_help(uri, is_emergency) {
        return Priority::Emergency;
    }
    let goes_on = method == b"SIP/2.0"
        || matches!(method, b"ACK" | b"CANCEL" | b"BYE" | b"PRACK")
        || header(bytes, b"to", b"t").is_some_and(has_tag);
    match known {
        true if goes_on => Priority::InDialog,
        true => Priority::Authenticated,
        false
            if header(bytes, b"authorization", b"").is_some()
                || header(bytes, b"proxy-authorization", b"").is_some() =>
        {
            Priority::Authenticated
        }
        false => Priority::Rest,
    }
}

fn calls_for_help(uri: &[u8], is_emergency: impl Fn(&[u8]) -> bool) -> bool {
    let Some(colon) = uri.iter().position(|b| *b == b':') else {
        return false;
    };
    let scheme = uri.get(..colon).unwrap_or_default();
    let rest = uri.get(colon + 1..).unwrap_or_default();
    if scheme.eq_ignore_ascii_case(b"urn") {
        let sos = b"service:sos"; // RFC 5031
        return rest
            .get(..sos.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(sos));
    }
    let end = rest.iter().position(|b| matches!(b, b'@' | b';' | b'?'));
    is_emergency(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default())
}

fn has_tag(value: &[u8]) -> bool {
    value
        .windows(5)
        .any(|w| w.eq_ignore_ascii_case(b";tag=") || w.eq_ignore_ascii_case(b" tag="))
}

/// The value of the first header of that name, given in lower case, or compact form.
pub(crate) fn header<'a>(bytes: &'a [u8], name: &[u8], compact: &[u8]) -> Option<&'a [u8]> {
    let mut rest = bytes;
    loop {
        let skipped = line(rest).len() + 1;
        rest = rest.get(skipped..)?;
        let now = line(rest);
        if now.is_empty() || now == b"\r" {
            return None;
        }
        let Some(colon) = now.iter().position(|b| *b == b':') else {
            continue;
        };
        let found = now.get(..colon).unwrap_or_default().trim_ascii_end();
        if found.eq_ignore_ascii_case(name)
            || (!compact.is_empty() && found.eq_ignore_ascii_case(compact))
        {
            return Some(now.get(colon + 1..).unwrap_or_default().trim_ascii());
        }
    }
}

fn line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|b| *b == b'\n');
    bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, known: bool) -> Priority {
        classify(text.as_bytes(), known, |user| user == b"112")
    }

    #[test]
    fn the_order_of_waiting() {
        use Priority::*;
        for (text, known, expected) in [
            ("SIP/2.0 200 OK\r\n\r\n", true, InDialog),
            ("BYE sip:a@b SIP/2.0\r\n\r\n", true, InDialog),
            (
                "INFO sip:a@b SIP/2.0\r\nt: <sip:b>;TAG=1\r\n\r\n",
                true,
                InDialog,
            ),
            (
                "INFO sip:a@b SIP/2.0\r\nTo: <sip:b>\r\n\r\n",
                true,
                Authenticated,
            ),
            (
                "BYE sip:a@b SIP/2.0\r\nTo: <sip:b>;tag=1\r\n\r\n",
                false,
                Rest,
            ),
            ("INVITE sip:112@b SIP/2.0\r\n\r\n", false, Emergency),
            ("INVITE tel:112 SIP/2.0\r\n\r\n", true, Emergency),
            (
                "INVITE urn:service:sos.fire SIP/2.0\r\n\r\n",
                true,
                Emergency,
            ),
            ("INVITE sip:1129@b SIP/2.0\r\n\r\n", true, Authenticated),
            (
                "REGISTER sip:b SIP/2.0\r\nAuthorization : Digest x\r\n\r\n",
                false,
                Authenticated,
            ),
            (
                "REGISTER sip:b SIP/2.0\r\n\r\nAuthorization: x",
                false,
                Rest,
            ),
            ("", false, Rest),
        ] {
            assert_eq!(of(text, known), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, known: bool) {
            classify(&bytes, known, |_| false);
        }

        #[test]
        fn no_text_makes_it_panic(text in "(INVITE|BYE) ?[a-z:]{0,12} ?\r?\n([a-zA-Z :;]{0,20}\r?\n){0,5}") {
            classify(text.as_bytes(), true, |_| false);
        }
    }
}
