//! Messages as a support log may show them: credentials, media keys and key presses masked, since
//! somebody may be dialling a PIN.

use bytes::Bytes;

/// Header lines whose value is a secret or helps to guess one.
const SECRET_HEADERS: [&[u8]; 4] = [
    b"authorization:",
    b"proxy-authorization:",
    b"authentication-info:",
    b"x-token:",
];

/// SDP attributes that carry keys.
const SECRET_ATTRIBUTES: [&[u8]; 3] = [b"a=crypto:", b"a=ice-pwd:", b"k="];

/// The content types of INFO that carry key presses begin so.
const KEY_PRESS: &[u8] = b"application/dtmf";

/// The message with secret values replaced by `(masked)`. Lines keep their places; the body of a
/// message that carries a key press is masked as a whole.
#[must_use]
pub fn masked(bytes: &Bytes) -> Bytes {
    let Some(body) = body_of_key_press(bytes) else {
        return with_masked_lines(bytes);
    };
    let mut out = with_masked_lines(&bytes.slice(..body)).to_vec();
    out.extend_from_slice(b"(masked)\r\n");
    Bytes::from(out)
}

/// Where the body of a message begins, if it carries a key press.
fn body_of_key_press(bytes: &[u8]) -> Option<usize> {
    // Empty lines before a message are passed over (RFC 3261 §7.5).
    let mut at = bytes
        .iter()
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .count();
    let mut carries_key = false;
    // The value of a Content-Type has yet to come: its line is folded.
    let mut is_open = false;
    for line in bytes.get(at..)?.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
        // A line of a lone CR is one for whoever reads the message, too, and ends no head.
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        if text.strip_suffix(b"\r").unwrap_or(text).is_empty() {
            return carries_key.then_some(at);
        }
        let line = line.trim_ascii_end();
        let value = match is_folded {
            true => is_open.then_some(line),
            false => content_type(line),
        };
        let value = value.map(<[u8]>::trim_ascii_start);
        is_open = value.is_some_and(<[u8]>::is_empty);
        let start = value.and_then(|value| value.get(..KEY_PRESS.len()));
        carries_key |= start.is_some_and(|start| start.eq_ignore_ascii_case(KEY_PRESS));
    }
    None
}

/// The value of a header line, if it is a Content-Type.
fn content_type(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line.get(..colon)?.trim_ascii();
    let is_it = name.eq_ignore_ascii_case(b"content-type") || name.eq_ignore_ascii_case(b"c");
    line.get(colon + 1..).filter(|_| is_it)
}

fn with_masked_lines(bytes: &Bytes) -> Bytes {
    let secret = |line: &[u8]| -> Option<usize> {
        let starts = |with: &&[u8]| {
            line.get(..with.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(with))
        };
        let list = SECRET_HEADERS.iter().chain(&SECRET_ATTRIBUTES);
        // White space may stand before a header's colon.
        list.copied()
            .find(|with| starts(with))
            .map(<[u8]>::len)
            .or_else(|| {
                let colon = line.iter().position(|b| *b == b':')?;
                let name = line.get(..colon)?.trim_ascii_end();
                SECRET_HEADERS
                    .iter()
                    .any(|h| {
                        h.split_last()
                            .is_some_and(|(_, h)| name.eq_ignore_ascii_case(h))
                    })
                    .then_some(colon + 1)
            })
    };
    if !bytes
        .split(|b| *b == b'\n')
        .any(|line| secret(line).is_some())
    {
        return bytes.clone();
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut masking = false;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if masking && folded {
            continue; // the rest of a folded secret
        }
        masking = false;
        match secret(line) {
            Some(keep) => {
                masking = true;
                out.extend_from_slice(line.get(..keep).unwrap_or_default());
                out.extend_from_slice(b" (masked)");
                out.extend_from_slice(if line.ends_with(b"\r\n") {
                    b"\r\n"
                } else {
                    b"\n"
                });
            }
            None => out.extend_from_slice(line),
        }
    }
    Bytes::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_press_of_a_pin_is_shown() {
        for (of_type, body) in [
            (
                "Content-Type: application/dtmf-relay",
                "Signal=7\r\nDuration=160\r\n",
            ),
            ("c : Application/DTMF;x=y", "7"),
            ("Content-Type: application/dtmf", "\r\n7\r\n"),
            ("Content-Type:\r\n application/dtmf", "7"),
            ("c:\r\n \t\r\n\tapplication/dtmf-relay", "Signal=7"),
            // Whoever ends the head too early looks for the key in the wrong place.
            ("\r\r\nContent-Type: application/dtmf", "7"),
        ] {
            let head = format!("INFO sip:x SIP/2.0\r\nCSeq: 2 INFO\r\n{of_type}\r\n\r\n");
            for before in ["", "\r\n\r\n"] {
                let shown = masked(&Bytes::from(format!("{before}{head}{body}")));
                assert_eq!(shown, format!("{before}{head}(masked)\r\n"));
            }
        }
        let text = "MESSAGE sip:x SIP/2.0\r\nContent-Type: text/plain\r\n\r\nSignal=7\r\n";
        assert_eq!(masked(&Bytes::from(text)), text, "a text is no key press");
    }

    #[test]
    fn secrets_are_masked_and_lines_stay() {
        let message = Bytes::from_static(
            b"REGISTER sip:x SIP/2.0\r\nAuthorization : Digest username=\"a\",\r\n response=\"secret\"\r\nTo: <sip:a@x>\r\n\r\na=crypto:1 AES inline:key\r\nm=audio\r\n",
        );
        let shown = String::from_utf8(masked(&message).to_vec()).unwrap();
        assert_eq!(
            shown,
            "REGISTER sip:x SIP/2.0\r\nAuthorization : (masked)\r\nTo: <sip:a@x>\r\n\r\na=crypto: (masked)\r\nm=audio\r\n"
        );
    }
}
