//! Any bytes as a session description: what is accepted can be relayed, held and answered, and
//! what comes of it can be read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sip_sdp::{
    Capabilities, Codec, CodecOrder, Direction, Encryption, Endpoint, Keys, MediaRoute,
    OriginRewriter, SessionDescription, agree, answer, hold, is_hold, media_targets, offer,
    relay_rewrite, resume,
};
use std::net::{IpAddr, Ipv4Addr};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fuzz_target!(|data: &[u8]| {
    let Ok(description) = SessionDescription::parse(data) else {
        return;
    };
    let _ = (is_hold(&description), media_targets(&description));
    for changed in [hold(&description), resume(&description)]
        .into_iter()
        .flatten()
    {
        readable(&changed);
    }
    let relay = MediaRoute::Relay {
        address: HERE,
        rtp_port: 20_000,
        rtcp_port: 20_001,
    };
    let routes = vec![relay; description.media().len()];
    if let Ok(relayed) = relay_rewrite(&description, &routes) {
        readable(&relayed);
        assert_eq!(relayed.media().len(), description.media().len());
    }
    readable(&OriginRewriter::new(1, HERE).stamp(&description));
    let can = Capabilities {
        codecs: vec![Codec::new(9, "G722", 8_000), Codec::new(8, "PCMA", 8_000)],
        telephone_event: Some(101),
        packet_times: vec![20],
        order: CodecOrder::Offerer,
        single_codec: false,
        encryption: Encryption::Optional,
    };
    let here = Endpoint {
        address: HERE,
        rtp_port: 20_000,
        rtcp_port: 20_001,
        rtcp_mux: true,
        direction: Direction::SendRecv,
        keys: Keys::default(),
    };
    if let Ok(answered) = answer(&description, &can, &here) {
        readable(&answered.description);
        assert_eq!(
            answered.description.media().len(),
            description.media().len()
        );
    }
    if let Ok(ours) = offer(&can, &here, None) {
        let _ = agree(&ours, &description, &can, &here);
    }
});

fn readable(description: &SessionDescription) {
    SessionDescription::parse(description.as_bytes()).expect("what we write we can read");
}
