//! A description passed on names our relay, and nothing else in it has changed.

use crate::bodies;
use std::net::IpAddr;

use proptest::prelude::*;
use sip_sdp::{MediaRoute, OriginRewriter, SdpError, SessionDescription};
use sip_sdp::{media_targets, relay_rewrite};

fn parse(body: impl AsRef<[u8]>) -> SessionDescription {
    SessionDescription::parse(body.as_ref()).unwrap()
}

fn relay(address: &str, rtp_port: u16) -> MediaRoute {
    MediaRoute::Relay {
        address: address.parse().unwrap(),
        rtp_port,
        rtcp_port: rtp_port + 1,
    }
}

/// The lines that differ, `-` for those of the original and `+` for the new ones.
fn changes(before: &[u8], after: &[u8]) -> String {
    let text = |body: &[u8]| String::from_utf8_lossy(body).replace('\r', "␍");
    let (before, after) = (text(before), text(after));
    let mut rest: Vec<&str> = after.lines().collect();
    rest.reverse();
    let name = |line: &str| line.split([':', ' ']).next().map(str::to_owned);
    let mut out = String::new();
    for old in before.lines() {
        if !rest.contains(&old) {
            out.push_str(&format!("-{old}\n"));
            let replaced = rest.pop_if(|new| name(new) == name(old) && !before.contains(*new));
            out.extend(replaced.map(|new| format!("+{new}\n")));
            continue;
        }
        while let Some(new) = rest.pop_if(|new| *new != old) {
            out.push_str(&format!("+{new}\n"));
        }
        rest.pop();
    }
    out.extend(rest.iter().rev().map(|new| format!("+{new}\n")));
    out
}

#[test]
fn what_changes_in_each_phones_body_on_its_way_through_the_relay() {
    let mut table = String::new();
    for (name, body) in bodies::all() {
        let description = parse(&body);
        let routes: Vec<_> = (0..description.media().len())
            .map(|index| relay("203.0.113.1", 20_000 + 2 * index as u16))
            .collect();
        let relayed = relay_rewrite(&description, &routes).unwrap();
        table.push_str(&format!("{name}\n{}\n", changes(&body, relayed.as_bytes())));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn ipv4_becomes_ipv6_and_back() {
    let phone = parse(bodies::body("yealink_t54w"));
    let there = relay_rewrite(&phone, &[relay("2001:db8::7", 30_000)]).unwrap();
    insta::assert_snapshot!(changes(phone.as_bytes(), there.as_bytes()), @"
    -c=IN IP4 192.168.1.61␍
    +c=IN IP6 2001:db8::7␍
    -m=audio 12056 RTP/AVP 9 8 0 18 101␍
    +m=audio 30000 RTP/AVP 9 8 0 18 101␍
    -a=rtcp:12057 IN IP4 192.168.1.61␍
    +a=rtcp:30001 IN IP6 2001:db8::7␍
    ");
    let back = relay_rewrite(&there, &[relay("192.168.1.61", 12_056)]).unwrap();
    assert_eq!(back, phone);
}

#[test]
fn streams_that_go_different_ways_get_addresses_of_their_own() {
    let phone = parse(bodies::body("grandstream_gxv_video"));
    let routes = [MediaRoute::Direct, relay("203.0.113.1", 20_002)];
    let relayed = relay_rewrite(&phone, &routes).unwrap();
    insta::assert_snapshot!(changes(phone.as_bytes(), relayed.as_bytes()), @"
    -m=video 50050 RTP/AVP 99␍
    +m=video 20002 RTP/AVP 99␍
    +c=IN IP4 203.0.113.1␍
    ");
    let address = |index: usize| media_targets(&relayed)[index].address.unwrap().to_string();
    assert_eq!([address(0), address(1)], ["192.168.1.75", "203.0.113.1"]);
}

#[test]
fn a_refused_stream_has_port_0_in_its_old_position() {
    let phone = parse(bodies::body("grandstream_gxv_video"));
    let routes = [relay("203.0.113.1", 20_000), MediaRoute::Refuse];
    let relayed = relay_rewrite(&phone, &routes).unwrap();
    let ports: Vec<_> = relayed.media().iter().map(|media| media.port).collect();
    assert_eq!(ports, [20_000, 0]);
}

#[test]
fn a_stream_that_is_off_stays_off() {
    let phone = parse(bodies::body("no_audio_left"));
    let routes = [relay("203.0.113.1", 20_000), relay("203.0.113.1", 20_002)];
    let relayed = relay_rewrite(&phone, &routes).unwrap();
    assert!(
        media_targets(&relayed)
            .iter()
            .all(|target| !target.active && target.rtp_port == 0)
    );
}

#[test]
fn an_old_hold_stays_a_hold_but_a_trickling_browser_is_none() {
    let cisco = parse(bodies::body("cisco_7941_old_hold"));
    let relayed = relay_rewrite(&cisco, &[relay("203.0.113.1", 20_000)]).unwrap();
    assert!(sip_sdp::is_hold(&relayed));
    assert_eq!(media_targets(&relayed)[0].address, None);
    assert_eq!(media_targets(&relayed)[0].rtp_port, 20_000);

    let chrome = parse(bodies::body("chrome_webrtc"));
    assert!(!sip_sdp::is_hold(&chrome));
    let routes = [relay("203.0.113.1", 20_000), relay("203.0.113.1", 20_002)];
    let relayed = relay_rewrite(&chrome, &routes).unwrap();
    assert_eq!(
        media_targets(&relayed)[0].address,
        Some("203.0.113.1".parse().unwrap())
    );
    assert!(relayed.media().iter().all(|media| media.ice.is_none()));
}

#[test]
fn a_relay_with_one_port_keeps_rtcp_mux_and_one_with_two_does_not_promise_it() {
    let browser = parse(bodies::body("jssip_audio"));
    let one_port = MediaRoute::Relay {
        address: "203.0.113.1".parse().unwrap(),
        rtp_port: 20_000,
        rtcp_port: 20_000,
    };
    assert!(
        relay_rewrite(&browser, &[one_port]).unwrap().media()[0]
            .rtcp
            .mux
    );
    let two_ports = relay("203.0.113.1", 20_000);
    assert!(
        !relay_rewrite(&browser, &[two_ports]).unwrap().media()[0]
            .rtcp
            .mux
    );
}

#[test]
fn an_rtcp_port_of_its_own_is_said() {
    let phone = parse(bodies::body("asterisk_lf_only"));
    let route = MediaRoute::Relay {
        address: "203.0.113.1".parse().unwrap(),
        rtp_port: 20_000,
        rtcp_port: 25_000,
    };
    let relayed = relay_rewrite(&phone, &[route]).unwrap();
    insta::assert_snapshot!(changes(phone.as_bytes(), relayed.as_bytes()), @"
    -c=IN IP4 192.168.1.5
    +c=IN IP4 203.0.113.1
    -m=audio 11022 RTP/AVP 8 101
    +m=audio 20000 RTP/AVP 8 101
    +a=rtcp:25000
    ");
}

#[test]
fn all_direct_is_the_same_description() {
    for (name, body) in bodies::all() {
        let description = parse(&body);
        let routes = vec![MediaRoute::Direct; description.media().len()];
        assert_eq!(
            relay_rewrite(&description, &routes),
            Ok(description),
            "{name}"
        );
    }
}

#[test]
fn each_stream_needs_a_route() {
    let phone = parse(bodies::body("grandstream_gxv_video"));
    let refused = relay_rewrite(&phone, &[MediaRoute::Direct]);
    assert_eq!(
        refused,
        Err(SdpError::WrongRouteCount { media: 2, given: 1 })
    );
}

#[test]
fn the_version_rises_by_one_when_and_only_when_the_body_differs() {
    let ours: IpAddr = "203.0.113.1".parse().unwrap();
    let mut leg = OriginRewriter::new(7_001, ours);
    let talking = parse(bodies::body("yealink_t54w"));
    // The phone's own version rises on its side; only the rest counts.
    let held = parse(bodies::body("yealink_hold"));
    let sent = [&talking, &talking, &held, &held, &talking].map(|body| leg.stamp(body));
    let versions = sent.each_ref().map(|sent| sent.origin().unwrap().version);
    assert_eq!(versions, [1, 1, 2, 2, 3]);
    insta::assert_snapshot!(changes(held.as_bytes(), sent[3].as_bytes()), @"
    -o=- 20083 20084 IN IP4 192.168.1.61␍
    +o=cordboard 7001 2 IN IP4 203.0.113.1␍
    ");
}

#[test]
fn a_body_without_origin_is_given_one() {
    let mut leg = OriginRewriter::new(5, "2001:db8::1".parse().unwrap());
    let sent = leg.stamp(&parse(b"v=0\ns=x\nm=audio 4 RTP/AVP 0"));
    assert_eq!(
        sent.as_bytes(),
        b"v=0\no=cordboard 5 1 IN IP6 2001:db8::1\ns=x\nm=audio 4 RTP/AVP 0"
    );
}

#[test]
fn two_relays_under_one_session_address_leave_no_trace_of_the_phone() {
    let phone = parse(bodies::body("grandstream_gxv_video"));
    let routes = [relay("203.0.113.1", 20_000), relay("203.0.113.2", 20_002)];
    let relayed = relay_rewrite(&phone, &routes).unwrap();
    insta::assert_snapshot!(changes(phone.as_bytes(), relayed.as_bytes()), @"
    -c=IN IP4 192.168.1.75␍
    +c=IN IP4 203.0.113.1␍
    -m=audio 50048 RTP/AVP 0 8 101␍
    +m=audio 20000 RTP/AVP 0 8 101␍
    -m=video 50050 RTP/AVP 99␍
    +m=video 20002 RTP/AVP 99␍
    +c=IN IP4 203.0.113.2␍
    ");
}

#[test]
fn an_rtcp_line_nobody_can_read_does_not_outlive_the_relay() {
    let phone = parse(b"v=0\nc=IN IP4 192.0.2.1\nm=audio 4 RTP/AVP 0\na=rtcp:x\n");
    let relayed = relay_rewrite(&phone, &[relay("203.0.113.1", 20_000)]).unwrap();
    assert_eq!(
        relayed.as_bytes(),
        b"v=0\nc=IN IP4 203.0.113.1\nm=audio 20000 RTP/AVP 0\n"
    );
}

/// Line by line, without the lines a relay may change, leave out or put in.
fn untouchable(body: &[u8]) -> Vec<Vec<u8>> {
    let touched = |line: &[u8]| {
        let line = line.to_ascii_lowercase();
        [
            &b"m="[..],
            b"c=",
            b"a=rtcp:",
            b"a=ice-",
            b"a=candidate",
            b"a=remote-candidates",
            b"a=end-of-candidates",
            b"a=rtcp-mux",
            b"a=group:bundle",
            b"a=bundle-only",
        ]
        .iter()
        .any(|start| line.starts_with(start))
            || line.trim_ascii_end() == b"a=rtcp"
    };
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<_> = lines
        .filter(|line| !touched(line))
        .map(<[u8]>::to_vec)
        .collect();
    // Only a last line without a terminator may be given one.
    if let Some(last) = lines.last_mut() {
        let end = last.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
        last.truncate(end.map_or(0, |end| end + 1));
    }
    lines
}

fn arbitrary_relay() -> impl Strategy<Value = MediaRoute> {
    let address = prop_oneof![
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 16]>().prop_map(IpAddr::from)
    ]
    .prop_filter("an address to send to", |address| !address.is_unspecified());
    (address, 1..u16::MAX, 1..u16::MAX).prop_map(|(address, rtp_port, rtcp_port)| {
        MediaRoute::Relay {
            address,
            rtp_port,
            rtcp_port,
        }
    })
}

fn arbitrary_route() -> impl Strategy<Value = MediaRoute> {
    prop_oneof![
        4 => arbitrary_relay(),
        1 => Just(MediaRoute::Direct),
        1 => Just(MediaRoute::Refuse),
    ]
}

proptest! {
    #![proptest_config(bodies::config())]

    /// Whatever the body and the routes: lines that are not the relay's business are the same
    /// bytes in the same order, the receiver sends where the route says, and doing it twice is
    /// doing it once.
    #[test]
    fn only_what_the_relay_must_change_changes(
        body in bodies::mutated(),
        routes in proptest::collection::vec(arbitrary_route(), 8),
    ) {
        let Ok(description) = SessionDescription::parse(&body) else {
            return Ok(());
        };
        let routes = &routes[..description.media().len()];
        let relayed = relay_rewrite(&description, routes).unwrap();
        prop_assert_eq!(untouchable(&body), untouchable(relayed.as_bytes()));
        prop_assert_eq!(relay_rewrite(&relayed, routes).unwrap(), relayed.clone());

        let before = description.media().iter().zip(media_targets(&description));
        let after = relayed.media().iter().zip(media_targets(&relayed));
        for (((old, from), (new, to)), route) in before.zip(after).zip(routes) {
            prop_assert_eq!(&old.codecs, &new.codecs);
            prop_assert_eq!(old.is_held(), new.is_held() || *route == MediaRoute::Refuse && old.is_held());
            match route {
                MediaRoute::Relay { address, rtp_port, rtcp_port } if from.active => {
                    prop_assert_eq!(to.rtp_port, *rtp_port);
                    if old.connection.is_none() || from.address.is_some() || old.ice.is_some() {
                        prop_assert_eq!(to.address, Some(*address));
                    }
                    if old.protocol.is_rtp() && !to.rtcp_mux {
                        prop_assert_eq!(to.rtcp_port, *rtcp_port);
                    }
                }
                MediaRoute::Direct if from.active => prop_assert_eq!(from, to),
                _ => prop_assert_eq!(to.rtp_port, 0),
            }
        }
    }

    #[test]
    fn a_stamp_changes_the_origin_and_no_other_line(body in bodies::mutated(), id in any::<u64>()) {
        let Ok(description) = SessionDescription::parse(&body) else {
            return Ok(());
        };
        let sent = OriginRewriter::new(id, "192.0.2.1".parse().unwrap()).stamp(&description);
        let read = parse(sent.as_bytes());
        prop_assert_eq!(read.media(), sent.media());
        prop_assert_eq!(read.origin(), sent.origin());
        let others = |body: &[u8]| -> Vec<Vec<u8>> {
            let lines = body.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec);
            lines.filter(|line| !line.starts_with(b"o=")).collect()
        };
        prop_assert!(others(sent.as_bytes()).concat().starts_with(&others(&body).concat()));
    }
}
