//! Whatever the network or the DNS says: no panic, and an end.

use proptest::prelude::*;
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use sip_transport::{
    Capabilities, FlowTokens, Locate, NaptrRecord, Resolution, SrvRecord, Step, Transport, limits,
    stun,
};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(".".to_owned()),
        Just(String::new()),
        "[a-z.]{1,12}",
        ".{0,8}"
    ]
}

fn resolution() -> impl Strategy<Value = Resolution> {
    let service = prop_oneof![
        Just("SIP+D2U"),
        Just("SIPS+D2T"),
        Just("sip+d2t"),
        Just("E2U+sip")
    ];
    let naptr = (any::<u16>(), any::<u16>(), service, name()).prop_map(
        |(order, preference, service, replacement)| NaptrRecord {
            order,
            preference,
            flags: "s".to_owned(),
            service: service.to_owned(),
            replacement,
        },
    );
    let srv = (0..3u16, any::<u16>(), any::<u16>(), name()).prop_map(
        |(priority, weight, port, target)| SrvRecord {
            priority,
            weight,
            port,
            target,
        },
    );
    prop_oneof![
        proptest::collection::vec(naptr, 0..40).prop_map(Resolution::Naptr),
        proptest::collection::vec(srv, 0..40).prop_map(Resolution::Srv),
        proptest::collection::vec(any::<std::net::IpAddr>(), 0..40).prop_map(Resolution::Addrs),
        Just(Resolution::NotFound),
        Just(Resolution::Failed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stun_and_flow_tokens_survive_any_bytes(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        stun_header in any::<bool>(),
    ) {
        let mut datagram = bytes.clone();
        if stun_header {
            datagram = stun::request([9; 12]).to_vec();
            datagram.extend(&bytes);
            let length = u16::try_from(bytes.len()).unwrap();
            datagram[2..4].copy_from_slice(&length.to_be_bytes());
        }
        let source = "192.0.2.1:5060".parse().unwrap();
        if let Some(answer) = stun::answer(&datagram, source) {
            prop_assert_eq!(stun::mapped_address(&answer).map(|(_, at)| at), Some(source));
            prop_assert!(answer.len() <= datagram.len() + 12, "no amplifier");
        }
        prop_assert_eq!(stun::mapped_address(&bytes), None);
        prop_assert!(FlowTokens::new([1; 32]).read(&bytes).is_err());
    }

    #[test]
    fn whatever_the_dns_says_the_walk_ends_with_a_bounded_list(
        answers in proptest::collection::vec(resolution(), 1..8),
        uri in prop_oneof![
            Just("sip:a@example.com"),
            Just("sips:a@example.com"),
            Just("sip:a@example.com;transport=tcp"),
            Just("sip:a@example.com:5070"),
        ],
        seed in any::<u64>(),
    ) {
        let mut capabilities = Capabilities::default();
        for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
            capabilities.add(transport, true);
            capabilities.add(transport, false);
        }
        let secure = uri.starts_with("sips");
        let mut chance = ChaCha12Rng::seed_from_u64(seed);
        let mut locate = Locate::new(&uri.parse().unwrap(), capabilities);
        let mut answers = answers.iter().cycle();
        let mut asked = 0;
        let targets = loop {
            match locate.step() {
                Step::Query(_) => locate.answer(answers.next().unwrap().clone(), &mut chance),
                Step::Done(targets) => break targets,
            }
            asked += 1;
            prop_assert!(asked <= limits::MAX_QUERIES);
        };
        prop_assert!(targets.len() <= limits::MAX_LOCATED_TARGETS);
        prop_assert!(targets.iter().all(|t| t.transport.is_secure() || !secure));
        prop_assert!(targets.iter().all(|t| t.addr.port() != 0));
    }
}
