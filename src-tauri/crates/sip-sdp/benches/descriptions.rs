//! Time per description, printed: `cargo bench -p sip-sdp`.

use std::hint::black_box;
use std::time::Instant;

use sip_sdp::{
    Capabilities, Codec, CodecOrder, Direction, Encryption, Endpoint, Keys, MediaRoute,
    OriginRewriter, SessionDescription, answer, hold, relay_rewrite,
};

const PHONE: &[u8] = include_bytes!("../tests/it/bodies/yealink_t54w.sdp");
const BROWSER: &[u8] = include_bytes!("../tests/it/bodies/chrome_webrtc.sdp");

fn main() {
    let phone = SessionDescription::parse(PHONE).expect("a readable body");
    let browser = SessionDescription::parse(BROWSER).expect("a readable body");
    let route = MediaRoute::Relay {
        address: "203.0.113.1".parse().expect("an address"),
        rtp_port: 20_000,
        rtcp_port: 20_001,
    };
    let mut leg = OriginRewriter::new(1, "203.0.113.1".parse().expect("an address"));
    let can = Capabilities {
        codecs: vec![Codec::new(9, "G722", 8_000), Codec::new(8, "PCMA", 8_000)],
        telephone_event: Some(101),
        packet_times: vec![20],
        order: CodecOrder::Offerer,
        single_codec: false,
        encryption: Encryption::Optional,
    };
    let here = Endpoint {
        address: "203.0.113.1".parse().expect("an address"),
        rtp_port: 20_000,
        rtcp_port: 20_001,
        rtcp_mux: false,
        direction: Direction::SendRecv,
        keys: Keys::default(),
    };

    time("parse, desk phone", || SessionDescription::parse(PHONE));
    time("the same by sdp-types", || sdp_types::Session::parse(PHONE));
    time("parse, browser", || SessionDescription::parse(BROWSER));
    time("the same by sdp-types", || {
        sdp_types::Session::parse(BROWSER)
    });
    time("relay_rewrite, desk phone", || {
        relay_rewrite(&phone, &[route])
    });
    time("relay_rewrite, browser", || {
        relay_rewrite(&browser, &[route, route])
    });
    time("stamp, desk phone", || leg.stamp(&phone));
    time("parse, relay_rewrite and stamp", || {
        let received = SessionDescription::parse(PHONE)?;
        relay_rewrite(&received, &[route]).map(|relayed| leg.stamp(&relayed))
    });
    time("hold, desk phone", || hold(&phone));
    time("answer, desk phone", || answer(&phone, &can, &here));
}

/// The best of several rounds, as the machine may be busy with other things.
fn time<T>(what: &str, mut work: impl FnMut() -> T) {
    const TIMES: u32 = 20_000;
    let best = (0..5)
        .map(|_| {
            let begun = Instant::now();
            for _ in 0..TIMES {
                black_box(work());
            }
            begun.elapsed() / TIMES
        })
        .min();
    println!("{what:32} {best:?}");
}
