use super::*;
use proptest::prelude::*;

const FIRST: Mark = Mark(1);
const ACME: Mark = Mark(2);
const BOLT: Mark = Mark(3);

fn houses() -> Houses {
    let source = |text: &str| Source {
        network: text.parse().unwrap(),
        port: None,
        transport: None,
    };
    Houses::new(vec![
        House {
            mark: FIRST,
            domains: vec!["office.example".to_owned()],
            sources: vec![source("198.51.100.1/32")],
        },
        House {
            mark: ACME,
            domains: vec!["Acme.Example.".to_owned(), "192.0.2.80".to_owned()],
            sources: vec![source("198.51.100.2/32")],
        },
        House {
            mark: BOLT,
            domains: vec!["bolt.example".to_owned()],
            sources: Vec::new(),
        },
    ])
}

fn flow(from: &str) -> Flow {
    Flow::udp("192.0.2.1:5060".parse().unwrap(), from.parse().unwrap())
}

fn whose_from(from: &str, text: &str) -> Whose {
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    houses().whose(&flow(from), &bytes, FIRST, |_, _| Knows::Nothing)
}

fn whose(text: &str) -> Whose {
    whose_from("203.0.113.5:5060", text)
}

fn request(method: &str, uri: &str, to: &str, from: &str) -> String {
    format!(
        "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKx\r\n\
         From: <{from}>;tag=1\r\nTo: {to}\r\nCall-ID: c\r\nCSeq: 1 {method}\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

fn response(branch: &str) -> String {
    format!(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch={branch};rport\r\n\
         From: <sip:a@office.example>;tag=1\r\nTo: <sip:b@acme.example>;tag=2\r\nCall-ID: c\r\n\
         CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    )
}

#[test]
fn a_response_is_for_whoever_put_the_branch_there_whatever_else_it_says() {
    for (branch, office) in [
        ("z9hG4bKh2.abc", ACME),
        ("z9hG4bKh3.abc", BOLT),
        ("z9hG4bKh1.abc", FIRST),
        ("z9hG4bKabc", FIRST),
        ("z9hG4bKh9.of-nobody", FIRST),
        ("h2.no-cookie", FIRST),
    ] {
        assert_eq!(whose(&response(branch)), Whose::Of(office), "{branch}");
    }
}

#[test]
fn a_request_inside_a_dialog_is_for_whoever_gave_the_tag() {
    let bye = |tag: &str| {
        let to = format!("<sip:101@acme.example>;tag={tag}");
        request(
            "BYE",
            "sip:cordboard@192.0.2.1",
            &to,
            "sip:102@bolt.example",
        )
    };
    assert_eq!(whose(&bye("h3.abc")), Whose::Of(BOLT));
    assert_eq!(whose(&bye("h2.abc")), Whose::Of(ACME));
    assert_eq!(whose(&bye("h1.abc")), Whose::Of(FIRST));
    // No such office is left, or an answer made without memory: the domain tells.
    assert_eq!(whose(&bye("h9.abc")), Whose::Of(ACME));
    assert_eq!(whose(&bye("0123456789abcdef")), Whose::Of(ACME));
}

#[test]
fn what_begins_something_names_the_domain() {
    let ip = "sip:102@192.0.2.1";
    let cases = [
        (
            "INVITE",
            "sip:102@acme.example",
            "<sip:x@y.example>",
            "sip:a@office.example",
            ACME,
        ),
        (
            "INVITE",
            "sip:102@ACME.example.:5080",
            "<sip:x@y.example>",
            "sip:a@z.example",
            ACME,
        ),
        (
            "INVITE",
            "sip:102@192.0.2.80",
            "<sip:x@y.example>",
            "sip:a@z.example",
            ACME,
        ),
        (
            "INVITE",
            ip,
            "<sip:102@bolt.example>",
            "sip:101@acme.example",
            BOLT,
        ),
        (
            "INVITE",
            ip,
            "<sip:102@192.0.2.1>",
            "sip:101@acme.example",
            ACME,
        ),
        (
            "INVITE",
            ip,
            "<sip:102@192.0.2.1>",
            "sip:101@192.0.2.1",
            FIRST,
        ),
        (
            "CANCEL",
            "sip:102@bolt.example",
            "<sip:102@bolt.example>",
            "sip:a@z.example",
            BOLT,
        ),
        // The registrar's name may be another office's; the address that is registered is not.
        (
            "REGISTER",
            "sip:bolt.example",
            "<sip:101@acme.example>",
            "sip:101@acme.example",
            ACME,
        ),
        (
            "REGISTER",
            "sip:acme.example",
            "<sip:101@192.0.2.1>",
            "sip:101@192.0.2.1",
            ACME,
        ),
        (
            "OPTIONS",
            "sip:elsewhere.example",
            "<sip:elsewhere.example>",
            "sip:e.example",
            FIRST,
        ),
    ];
    for (method, uri, to, from, office) in cases {
        let text = request(method, uri, to, from);
        assert_eq!(whose(&text), Whose::Of(office), "{text}");
    }
}

#[test]
fn a_call_on_a_line_is_for_whoever_registered_it_or_whose_provider_is_there() {
    let at = |uri: &str| {
        request(
            "INVITE",
            uri,
            "<sip:49301@192.0.2.1>",
            "sip:4940@carrier.example",
        )
    };
    let marked = at("sip:49301@192.0.2.1;line=h3.0123");
    assert_eq!(whose(&marked), Whose::Of(BOLT));
    let plain = at("sip:49301@192.0.2.1;line=0123");
    assert_eq!(whose(&plain), Whose::Of(FIRST));
    assert_eq!(whose_from("198.51.100.2:5060", &plain), Whose::Of(ACME));
    assert_eq!(whose_from("198.51.100.1:5060", &plain), Whose::Of(FIRST));
}

#[test]
fn of_two_offices_at_one_provider_that_is_called_which_knows_the_number() {
    let everywhere = Source::from("198.51.100.0/24".parse::<crate::guard::Network>().unwrap());
    let house = |mark| House {
        mark,
        domains: Vec::new(),
        sources: vec![everywhere],
    };
    let houses = Houses::new([FIRST, ACME, BOLT].map(house).into());
    let whose = |knows: [Knows; 3]| {
        let invite = request(
            "INVITE",
            "sip:49301@192.0.2.1",
            "<sip:49301@x>",
            "sip:4940@y",
        );
        let from = flow("198.51.100.7:5060");
        houses.whose(&from, &invite.into(), FIRST, |mark, request| {
            assert_eq!(request.method(), Method::Invite);
            knows[usize::from(mark.0) - 1]
        })
    };
    use Knows::{Nothing, Number, Prefix};
    for (knows, office) in [
        ([Nothing, Nothing, Nothing], FIRST),
        ([Nothing, Number, Nothing], ACME),
        ([Prefix, Nothing, Number], BOLT),
        ([Nothing, Nothing, Prefix], BOLT),
        ([Prefix, Prefix, Nothing], FIRST),
        ([Nothing, Number, Number], ACME),
    ] {
        assert_eq!(whose(knows), Whose::Of(office), "{knows:?}");
    }
}

#[test]
fn the_answer_to_a_keep_alive_may_be_anybodys_and_the_rest_is_the_first_offices() {
    let stun = |kind: u8| {
        let mut datagram = vec![kind, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
        datagram.resize(20, 7);
        let flow = flow("203.0.113.5:5060");
        houses().whose(&flow, &datagram.into(), FIRST, |_, _| Knows::Nothing)
    };
    assert_eq!(stun(1), Whose::Everyones);
    assert_eq!(stun(0), Whose::Of(FIRST));
    assert_eq!(whose("\r\n\r\n"), Whose::Of(FIRST));
    assert_eq!(whose("GET / HTTP/1.1\r\n\r\n"), Whose::Of(FIRST));
}

proptest! {
    /// Whatever is sent, it is for an office there is, and for the same one every time: a request
    /// and its retransmissions, its CANCEL and its ACK meet.
    #[test]
    fn everything_is_for_one_office_there_is(
        tag in "(h[0-9]{1,6}\\.)?[a-z0-9.]{0,6}",
        uri in "sip:1@(acme.example|bolt.example|192.0.2.(1|80)|x)(;line=h[0-9]{1,5}\\.a)?",
        to in "<sip:1@(acme.example|office.example|x)>",
    ) {
        let invite = request("INVITE", &uri, &to, "sip:2@x");
        let office = whose(&invite);
        prop_assert!([FIRST, ACME, BOLT].map(Whose::Of).contains(&office));
        prop_assert_eq!(whose(&request("CANCEL", &uri, &to, "sip:2@x")), office);
        // The ACK to a refusal that the office made: its tag is marked or, made without memory, not.
        let Whose::Of(mark) = office else { unreachable!() };
        for answered in [format!("{mark}abc"), "0123456789abcdef".to_owned()] {
            let to = format!("{to};tag={answered}");
            let ack = request("ACK", &uri, &to, "sip:2@x");
            prop_assert_eq!(whose(&ack), office);
        }
        let forged = request("BYE", &uri, &format!("{to};tag={tag}"), "sip:2@x");
        prop_assert!([FIRST, ACME, BOLT].map(Whose::Of).contains(&whose(&forged)));
    }
}
