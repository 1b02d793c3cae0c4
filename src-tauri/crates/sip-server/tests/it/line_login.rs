//! The password of a line and those who would like an answer computed with it.

use crate::{
    line_support::*,
    support::{REALM, request},
};
use proptest::prelude::*;
use sip_dialog::Ctx;
use sip_message::{Request, Response};
use sip_server::line::{CallLogin, CredentialLines, Refusal, RegistrationState, Withheld};
use sip_transport::Flow;

fn of_call(method: &str, to_tag: &str, headers: &str) -> Request {
    request(&format!(
        "{method} sip:+4930555@provider.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKx
         From: <sip:anna@office.example>;tag=ours
         To: <sip:+4930555@provider.example>{to_tag}
         Call-ID: call1
         CSeq: 7 {method}
         Max-Forwards: 70
         {headers}"
    ))
}

fn invite() -> Request {
    of_call("INVITE", "", "X: y")
}

/// The same request again, with credentials.
fn again(request: &Request, lines: &CredentialLines) -> Request {
    let again = request
        .edit()
        .remove(sip_message::HeaderName::Authorization)
        .remove(sip_message::HeaderName::ProxyAuthorization);
    let with = |request: sip_message::RequestBuilder, (name, value): &(String, bytes::Bytes)| {
        request.push_raw(name, value)
    };
    lines.iter().fold(again, with).build()
}

fn digest(realm: &str, more: &str) -> String {
    format!(
        "Digest realm=\"{realm}\", nonce=\"n{}\", qop=\"auth\", {more}",
        more.len()
    )
}

fn challenge(request: &Request, code: u16, realm: &str, more: &str) -> Response {
    let name = if code == 401 {
        "WWW-Authenticate"
    } else {
        "Proxy-Authenticate"
    };
    reply(request, code, &[(name, &digest(realm, more))])
}

/// A line whose registrar has named its realm.
fn registered() -> World {
    let mut world = World::new(config(), registrar());
    world.start();
    assert!(world.is_registered());
    world
}

fn ask(
    world: &mut World,
    call: &mut CallLogin,
    request: &Request,
    challenge: &Response,
    flow: Flow,
) -> Result<CredentialLines, Withheld> {
    let mut ctx = Ctx {
        now: world.now,
        endpoint: &mut world.endpoint,
    };
    world
        .line
        .answer_challenge(&mut ctx, call, request, challenge, &flow)
}

#[test]
fn a_call_of_ours_is_proved_once() {
    let mut world = registered();
    let mut call = CallLogin::new();
    let first = invite();
    let asked = challenge(&first, 407, REALM, "algorithm=SHA-256");
    let lines = ask(&mut world, &mut call, &first, &asked, udp(FIRST)).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].0, "Proxy-Authorization");
    let value = String::from_utf8(lines[0].1.to_vec()).unwrap();
    assert!(
        value.contains("username=\"anna\"") && value.contains("nc=00000001"),
        "{value}"
    );
    // Refused, it is refused.
    let second = again(&first, &lines);
    let asked = challenge(&second, 407, REALM, "algorithm=SHA-256");
    let answer = ask(&mut world, &mut call, &second, &asked, udp(FIRST));
    assert_eq!(answer, Err(Withheld::WrongPassword));
}

#[test]
fn a_challenge_that_calls_every_nonce_stale_gets_two_answers() {
    let mut world = registered();
    let mut call = CallLogin::new();
    let mut request = invite();
    for round in 0..10 {
        let asked = challenge(&request, 401, REALM, "stale=true");
        match ask(&mut world, &mut call, &request, &asked, udp(FIRST)) {
            Ok(lines) => {
                assert!(round < 2);
                request = again(&request, &lines);
            }
            Err(why) => {
                assert!(round >= 2);
                assert_eq!(why, Withheld::TooOften);
            }
        }
    }
}

#[test]
fn a_proxy_and_the_server_behind_it_both_get_their_answer() {
    let mut world = registered();
    let mut call = CallLogin::new();
    let first = invite();
    let asked = challenge(&first, 407, REALM, "");
    let lines = ask(&mut world, &mut call, &first, &asked, udp(FIRST)).unwrap();
    let second = again(&first, &lines);
    let asked = challenge(&second, 401, REALM, "");
    let lines = ask(&mut world, &mut call, &second, &asked, udp(FIRST)).unwrap();
    let names: Vec<&str> = lines.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Authorization", "Proxy-Authorization"]);
    let counted = String::from_utf8(lines[1].1.to_vec()).unwrap();
    assert!(
        counted.contains("nc=00000002"),
        "the proxy has seen 1: {counted}"
    );
}

#[test]
fn the_strongest_of_several_challenges_is_answered() {
    let mut world = registered();
    let request = invite();
    let (md5, sha) = (
        digest(REALM, "algorithm=MD5"),
        digest(REALM, "algorithm=SHA-256"),
    );
    let odd = digest(REALM, "algorithm=TIGER");
    let lines = [
        ("WWW-Authenticate", odd.as_str()),
        ("WWW-Authenticate", md5.as_str()),
        ("WWW-Authenticate", sha.as_str()),
        ("WWW-Authenticate", "Basic realm=\"x\""),
    ];
    let asked = reply(&request, 401, &lines);
    let lines = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp(FIRST),
    )
    .unwrap();
    assert_eq!(lines.len(), 1);
    assert!(
        String::from_utf8(lines[0].1.to_vec())
            .unwrap()
            .contains("algorithm=SHA-256")
    );
    let asked = reply(&request, 401, &[("WWW-Authenticate", &odd)]);
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp(FIRST),
    );
    assert_eq!(answer, Err(Withheld::NoAlgorithm));
    let asked = reply(&request, 401, &[]);
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp(FIRST),
    );
    assert_eq!(answer, Err(Withheld::NoAlgorithm));
}

const METHODS: [(&str, bool); 14] = [
    ("INVITE", true),
    ("UPDATE", true),
    ("BYE", true),
    ("PRACK", true),
    ("REFER", true),
    ("INFO", false),
    ("MESSAGE", false),
    ("NOTIFY", false),
    ("OPTIONS", false),
    ("SUBSCRIBE", false),
    ("REGISTER", false),
    ("PUBLISH", false),
    ("CANCEL", false),
    ("ACK", false),
];

#[test]
fn a_bye_in_a_call_that_we_did_not_begin_gets_no_password() {
    for (method, _) in METHODS {
        let mut world = registered();
        let request = of_call(method, ";tag=theirs", "X: y");
        let asked = challenge(&request, 401, REALM, "");
        let answer = ask(
            &mut world,
            &mut CallLogin::new(),
            &request,
            &asked,
            udp(FIRST),
        );
        let refused = Err(Withheld::NotForThis {
            method: request.method(),
        });
        assert_eq!(answer, refused, "{method}");
    }
}

#[test]
fn inside_a_call_that_we_proved_some_requests_are_proved_too() {
    for (method, may) in METHODS {
        let mut world = registered();
        let mut call = CallLogin::new();
        let first = invite();
        let asked = challenge(&first, 407, REALM, "");
        ask(&mut world, &mut call, &first, &asked, udp(FIRST)).unwrap();
        let request = of_call(method, ";tag=theirs", "X: y");
        let asked = challenge(&request, 407, REALM, "");
        let answer = ask(&mut world, &mut call, &request, &asked, udp(FIRST));
        assert_eq!(answer.is_ok(), may, "{method}: {answer:?}");
        // Not in another dialog that claims to be the same call.
        for (from, to) in [("tag=ours", "tag=other"), ("call1", "call2")] {
            let text = String::from_utf8(request.bytes().to_vec()).unwrap();
            let other = Request::parse(text.replacen(from, to, 1).into()).unwrap();
            let asked = challenge(&other, 407, REALM, "");
            let answer = ask(&mut world, &mut call, &other, &asked, udp(FIRST));
            let refused = Err(Withheld::NotForThis {
                method: request.method(),
            });
            assert_eq!(answer, refused, "{method}");
        }
    }
}

#[test]
fn a_challenge_from_elsewhere_or_in_the_clear_gets_nothing() {
    let mut world = registered();
    let request = invite();
    let asked = challenge(&request, 401, REALM, "");
    let stranger = udp("203.0.113.66:5060");
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        stranger,
    );
    assert_eq!(
        answer,
        Err(Withheld::Stranger {
            from: stranger.remote
        })
    );
    let mut config = config();
    config.registrar = "sips:provider.example".parse().unwrap();
    let mut world = World::new(config, registrar());
    world.start();
    assert!(world.is_registered());
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp("198.51.100.1:5061"),
    );
    assert_eq!(answer, Err(Withheld::Unencrypted));
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        tls("198.51.100.1:5061"),
    );
    assert!(answer.is_ok());
    // It is in the log of the line.
    world.settle();
    assert_eq!(world.told().last().unwrap(), "Withheld(Unencrypted)");
}

#[test]
fn only_a_401_or_407_to_that_very_request_is_a_challenge() {
    let mut world = registered();
    let request = invite();
    for code in [400, 403, 494, 500] {
        let asked = reply(&request, code, &[("WWW-Authenticate", &digest(REALM, ""))]);
        assert!(
            ask(
                &mut world,
                &mut CallLogin::new(),
                &request,
                &asked,
                udp(FIRST)
            )
            .is_err()
        );
    }
    let other = of_call("BYE", "", "X: y");
    let asked = challenge(&other, 401, REALM, "");
    assert!(
        ask(
            &mut world,
            &mut CallLogin::new(),
            &request,
            &asked,
            udp(FIRST)
        )
        .is_err()
    );
}

#[test]
fn another_realm_than_the_registrars_gets_nothing() {
    let mut world = registered();
    let request = invite();
    let asked = challenge(&request, 407, "evil\u{7}.example", "");
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp(FIRST),
    );
    assert_eq!(
        answer,
        Err(Withheld::OtherRealm {
            realm: "evil.example".to_owned()
        })
    );
    // Among others the right one is found.
    let (evil, ours) = (
        digest("evil.example", "algorithm=SHA-256"),
        digest(REALM, "algorithm=MD5"),
    );
    let lines = [
        ("Proxy-Authenticate", evil.as_str()),
        ("Proxy-Authenticate", ours.as_str()),
    ];
    let asked = reply(&request, 407, &lines);
    assert!(
        ask(
            &mut world,
            &mut CallLogin::new(),
            &request,
            &asked,
            udp(FIRST)
        )
        .is_ok()
    );
}

#[test]
fn a_configured_realm_is_the_only_one() {
    let mut config = config();
    config.login.as_mut().unwrap().realm = Some("carrier.example".to_owned());
    let mut world = World::new(config, registrar()); // which says office.example
    world.start();
    let refused = Refusal::NoAnswer(Withheld::OtherRealm {
        realm: REALM.to_owned(),
    });
    match world.line.registration().unwrap().state() {
        RegistrationState::Refused { why, .. } => assert_eq!(*why, refused),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.registers().len(), 1);
    assert!(
        world
            .sent
            .iter()
            .all(|sent| header(&sent.request, "Authorization").is_empty())
    );
}

#[test]
fn a_registrar_that_changes_its_realm_is_told_of_and_gets_nothing() {
    let realm = shared("first.example");
    let named = realm.clone();
    let answer = move |request: &Request| {
        let realm = *named.borrow();
        let proved = header(request, "Authorization")
            .iter()
            .any(|a| a.contains(realm));
        Some(match proved {
            true => taken(request, 120),
            false => challenge(request, 401, realm, ""),
        })
    };
    let mut world = World::new(config(), script(answer));
    world.start();
    assert!(world.is_registered());
    *realm.borrow_mut() = "second.example";
    world.run(seconds(120));
    let told = world.told();
    assert!(told.last().unwrap().contains("OtherRealm"), "{told:?}");
    let to_second = |sent: &Sent| {
        header(&sent.request, "Authorization")
            .iter()
            .any(|a| a.contains("second"))
    };
    world.run(seconds(3_600));
    assert!(!world.sent.iter().any(to_second));
}

#[test]
fn a_registrar_that_challenges_for_ever_gets_two_answers_and_then_peace() {
    let answer = |request: &Request| Some(challenge(request, 401, REALM, "stale=true"));
    let mut world = World::new(config(), script(answer));
    world.start();
    world.run(seconds(599));
    assert_eq!(
        world.registers().len(),
        3,
        "one without, two with a password"
    );
    let told = world.told();
    assert_eq!(told, ["refused NoAnswer(TooOften)"]);
}

#[test]
fn without_a_password_a_challenge_is_a_refusal() {
    let mut config = config();
    config.login = None;
    let mut world = World::new(config, registrar());
    world.start();
    assert_eq!(world.told(), ["refused NoAnswer(NoPassword)"]);
    let request = invite();
    let asked = challenge(&request, 401, REALM, "");
    let answer = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp(FIRST),
    );
    assert_eq!(answer, Err(Withheld::NoPassword));
}

#[test]
fn a_password_is_in_no_debug_output() {
    let mut world = registered();
    let request = invite();
    let asked = challenge(&request, 401, REALM, "");
    let _ = ask(
        &mut world,
        &mut CallLogin::new(),
        &request,
        &asked,
        udp(FIRST),
    );
    let shown = format!("{:?} {:?}", world.line, world.news);
    assert!(!shown.contains("zanzibar"));
}

#[derive(Clone, Debug)]
struct Round {
    method: usize,
    in_dialog: bool,
    resend: bool,
    code: u16,
    realm: &'static str,
    stale: bool,
    from: &'static str,
}

fn round() -> impl Strategy<Value = Round> {
    (
        prop_oneof![3 => Just(0), 2 => 0..METHODS.len()],
        any::<bool>(),
        prop::bool::weighted(0.8),
        prop::sample::select(vec![401u16, 407, 401, 407, 200, 403]),
        prop::sample::select(vec![
            REALM,
            REALM,
            REALM,
            REALM,
            REALM,
            REALM,
            "evil.example",
            "",
        ]),
        any::<bool>(),
        prop::sample::select(vec![
            FIRST,
            FIRST,
            FIRST,
            FIRST,
            FIRST,
            FIRST,
            "203.0.113.66:5060",
        ]),
    )
        .prop_map(
            |(method, in_dialog, resend, code, realm, stale, from)| Round {
                method,
                in_dialog,
                resend,
                code,
                realm,
                stale,
                from,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever a provider challenges in whatever order, an answer goes to the line's own server,
    /// for its realm, in a call that we proved, and twice at most for one request.
    #[test]
    fn no_order_of_challenges_gets_more_than_it_may(rounds in prop::collection::vec(round(), 1..60)) {
        let mut world = registered();
        let mut call = CallLogin::new();
        let mut proved = false;
        let mut answers = 0;
        let mut last: Option<(usize, Request, u32)> = None;
        for round in rounds {
            let (name, may) = METHODS[round.method];
            let (request, given) = match last.take() {
                Some((method, request, given)) if round.resend && method == round.method => {
                    (request, given)
                }
                _ => (of_call(name, if round.in_dialog { ";tag=theirs" } else { "" }, "X: y"), 0),
            };
            let in_dialog = request.to_tag().is_some();
            let more = if round.stale { "stale=true" } else { "stale=false" };
            let asked = challenge(&request, round.code, round.realm, more);
            let answer = ask(&mut world, &mut call, &request, &asked, udp(round.from));
            let Ok(lines) = answer else { continue };
            prop_assert!(matches!(round.code, 401 | 407));
            prop_assert_eq!(round.from, FIRST);
            prop_assert_eq!(round.realm, REALM);
            prop_assert!(may, "{}", name);
            prop_assert!(proved || (name == "INVITE" && !in_dialog));
            prop_assert!(given < 2);
            answers += 1;
            prop_assert!(answers <= 64);
            proved = true;
            last = Some((round.method, again(&request, &lines), given + 1));
        }
    }
}
