//! Hold and resume, written either way.

use crate::bodies;
use proptest::prelude::*;
use sip_sdp::{Direction, SessionDescription, hold, is_hold, resume, with_direction};

fn parse(body: impl AsRef<[u8]>) -> SessionDescription {
    SessionDescription::parse(body.as_ref()).unwrap()
}

fn one_stream(attributes: &str) -> SessionDescription {
    parse(format!(
        "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n{attributes}a=ptime:20\r\n"
    ))
}

#[test]
fn phones_that_hold_are_known() {
    let held: Vec<String> = bodies::all()
        .into_iter()
        .filter(|(_, body)| is_hold(&parse(body)))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(held, ["cisco_7941_old_hold", "poly_hold", "yealink_hold"]);
}

#[test]
fn what_is_a_hold() {
    let cases = [
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\na=sendrecv\r\n",
            false,
        ),
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\na=recvonly\r\n",
            false,
        ),
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\na=sendonly\r\n",
            true,
        ),
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\na=inactive\r\n",
            true,
        ),
        (
            "c=IN IP4 192.0.2.1\r\na=sendonly\r\nm=audio 4 RTP/AVP 0\r\n",
            true,
        ),
        ("c=IN IP4 0.0.0.0\r\nm=audio 4 RTP/AVP 0\r\n", true),
        ("c=IN IP6 ::\r\nm=audio 4 RTP/AVP 0\r\n", true),
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\n",
            true,
        ),
        // Video goes on while the sound is held, and the other way round.
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\na=sendonly\r\nm=video 6 RTP/AVP 34\r\n",
            true,
        ),
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\nm=video 6 RTP/AVP 34\r\na=sendonly\r\n",
            false,
        ),
        // A stream that is off is not held, and neither is nothing at all.
        (
            "c=IN IP4 192.0.2.1\r\nm=audio 0 RTP/AVP 0\r\na=sendonly\r\n",
            false,
        ),
        ("c=IN IP4 192.0.2.1\r\n", false),
    ];
    for (lines, expected) in cases {
        assert_eq!(
            is_hold(&parse(format!("v=0\r\n{lines}"))),
            expected,
            "{lines}"
        );
    }
}

#[test]
fn hold_and_resume_for_every_direction() {
    use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
    let cases = [
        // Direction before, after hold, after resume.
        (SendRecv, SendOnly, SendRecv),
        (SendOnly, SendOnly, SendRecv),
        (RecvOnly, Inactive, RecvOnly),
        (Inactive, Inactive, RecvOnly),
    ];
    for (before, held, resumed) in cases {
        let sent = one_stream(&format!("a={before}\r\n"));
        let on_hold = hold(&sent).unwrap();
        assert_eq!(on_hold.media()[0].direction, held, "{before} held");
        assert!(is_hold(&on_hold), "{before} held");
        let again = resume(&on_hold).unwrap();
        assert_eq!(again.media()[0].direction, resumed, "{before} resumed");
    }
}

#[test]
fn a_direction_is_put_in_where_there_is_none() {
    let on_hold = hold(&one_stream("")).unwrap();
    assert!(
        on_hold
            .as_bytes()
            .ends_with(b"a=ptime:20\r\na=sendonly\r\n")
    );
    let unterminated = parse(b"v=0\nc=IN IP4 192.0.2.1\nm=audio 4 RTP/AVP 0");
    assert_eq!(
        hold(&unterminated).unwrap().as_bytes(),
        b"v=0\nc=IN IP4 192.0.2.1\nm=audio 4 RTP/AVP 0\na=sendonly\n"
    );
}

#[test]
fn a_stream_that_is_off_is_left_alone() {
    let sent = parse(bodies::body("no_audio_left"));
    assert_eq!(hold(&sent).unwrap(), sent);
}

proptest! {
    #![proptest_config(bodies::config())]

    #[test]
    fn only_directions_change_and_resume_undoes_hold(body in bodies::mutated()) {
        let Ok(sent) = SessionDescription::parse(&body) else {
            return Ok(());
        };
        let talking = with_direction(&sent, |_| Direction::SendRecv).unwrap();
        let on_hold = hold(&talking).unwrap();
        let active = |sent: &SessionDescription| sent.media().iter().any(|media| media.is_active());
        prop_assert_eq!(is_hold(&on_hold), active(&sent));
        let resumed = resume(&on_hold).unwrap();
        for (before, after) in talking.media().iter().zip(resumed.media()) {
            prop_assert_eq!(before, after);
        }
        let others = |body: &[u8]| -> Vec<u8> {
            let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
            lines
                .filter(|line| {
                    let line = line.to_ascii_lowercase();
                    let direction = ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"];
                    !line.is_empty()
                        && !direction.iter().any(|start| line.starts_with(start.as_bytes()))
                })
                .flat_map(<[u8]>::to_vec)
                .collect()
        };
        prop_assert_eq!(others(&body), others(on_hold.as_bytes()));
    }
}
