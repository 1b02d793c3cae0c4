//! Messages as a support log may show them: credentials and media keys masked.

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

/// The message with secret values replaced by `(masked)`. Lines keep their places.
pub(crate) fn masked(bytes: &Bytes) -> Bytes {
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
