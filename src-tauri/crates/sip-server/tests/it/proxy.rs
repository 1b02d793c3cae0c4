//! The forking proxy over simulated wires, in virtual time (RFC 3261 §16, RFC 5393, RFC 5626).

mod ways;
mod wire;

use crate::support::text;
use bytes::Bytes;
use proptest::prelude::*;
use sip_message::header::{MaxForwards, RecordRoute, Via};
use sip_message::{HeaderName, Method, Request};
use sip_server::proxy::ProxyConfig;
use std::time::Duration;
use wire::{CALLER, Wire, invite, message, target, udp};

fn reason(request: &Request) -> Option<String> {
    let reason = request.headers().value(HeaderName::Reason)?;
    Some(reason.to_string())
}

#[test]
fn a_call_passes_and_its_answers_come_back() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let there = wire.invite_at(11);
    assert_eq!(there.raw_uri(), "sip:bob@192.0.2.11:5060");
    assert_eq!(there.headers().get::<MaxForwards>(), Ok(MaxForwards(69)));
    assert_eq!(there.headers().all::<Via>().count(), 2);
    let route = there.headers().get::<RecordRoute>().unwrap();
    assert_eq!(route.uri().to_string(), "sip:10.0.0.1:5060;lr");
    wire.reply(11, &there, 180);
    wire.reply(11, &there, 200);
    let answers = wire.answers();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[1].headers().all::<Via>().count(), 1);
    assert_eq!(answers[1].to_tag().unwrap(), "t11");
    assert!(wire.is_at_rest());
}

#[test]
fn phones_ring_together_and_the_others_stop_when_one_answers() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000), target(13, 1000)]);
    wire.call(&invite());
    let calls: Vec<Request> = (11..=13).map(|n| wire.invite_at(n)).collect();
    for (n, call) in (11..).zip(&calls) {
        wire.reply(n, call, 180);
    }
    assert_eq!(wire.codes(), [180, 180, 180]);
    wire.reply(12, &calls[1], 200);
    assert_eq!(wire.codes(), [200]);
    for n in [11, 13] {
        let cancel = wire.invite_at(n);
        assert_eq!(cancel.method(), Method::Cancel);
        assert_eq!(
            reason(&cancel).unwrap(),
            "SIP;cause=200;text=\"Call completed elsewhere\""
        );
        wire.reply(n, &cancel, 200);
        wire.reply(n, &calls[usize::from(n) - 11], 487);
    }
    assert!(wire.at(12).is_empty());
    assert!(wire.codes().is_empty()); // the 487s stay here
    assert!(wire.is_at_rest());
}

#[test]
fn two_phones_that_answer_at_once_both_get_through_to_the_caller() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply(11, &a, 200);
    wire.reply(12, &b, 200);
    let tags: Vec<String> = wire
        .answers()
        .iter()
        .map(|r| r.to_tag().unwrap().to_string())
        .collect();
    assert_eq!(tags, ["t11", "t12"]);
    wire.reply(11, &a, 200); // the phone saw no ACK yet
    assert_eq!(wire.codes(), [200]);
    assert!(wire.is_at_rest());
}

#[test]
fn lower_preferences_are_tried_when_higher_ones_have_failed() {
    let mut wire = Wire::new(vec![target(13, 100), target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    assert!(wire.at(13).is_empty());
    wire.reply(11, &a, 486);
    wire.at(11); // its ACK
    assert!(wire.at(13).is_empty());
    wire.reply(12, &b, 480);
    let c = wire.invite_at(13);
    assert!(wire.codes().is_empty());
    wire.reply(13, &c, 404);
    assert_eq!(wire.codes(), [486]); // the busy one says more than the others
    wire.ack_final(486);
    assert!(wire.is_at_rest());
}

#[test]
fn six_hundred_ends_everything_but_waits_for_the_others() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000), target(13, 100)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply(12, &b, 180);
    wire.codes();
    wire.reply(11, &a, 603);
    assert!(wire.codes().is_empty());
    let cancel = wire.invite_at(12);
    assert_eq!(cancel.method(), Method::Cancel);
    wire.reply(12, &cancel, 200);
    wire.reply(12, &b, 487);
    assert_eq!(wire.codes(), [603]);
    wire.ack_final(603);
    assert!(wire.at(13).is_empty());
    assert!(wire.is_at_rest());
}

#[test]
fn a_phone_that_answers_after_six_hundred_wins() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply(12, &b, 180);
    wire.codes();
    wire.reply(11, &a, 600);
    wire.reply(12, &b, 200);
    assert_eq!(wire.codes(), [200]);
    assert!(wire.is_at_rest());
}

#[test]
fn the_caller_gives_up() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 100)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.codes();
    wire.cancel("Reason: SIP;cause=600;text=\"Busy Everywhere\"");
    assert_eq!(wire.codes(), [200]); // to the CANCEL
    let cancel = wire.invite_at(11);
    assert_eq!(cancel.method(), Method::Cancel);
    assert_eq!(
        reason(&cancel).unwrap(),
        "SIP;cause=600;text=\"Busy Everywhere\""
    );
    wire.reply(11, &cancel, 200);
    wire.reply(11, &call, 487);
    assert_eq!(wire.codes(), [487]);
    wire.ack_final(487);
    assert!(wire.at(12).is_empty());
    assert!(wire.is_at_rest());
}

#[test]
fn an_answer_that_crosses_the_cancel_reaches_the_caller() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.codes();
    wire.cancel("");
    wire.reply(11, &call, 200);
    assert_eq!(wire.codes(), [200, 200]);
    assert!(wire.is_at_rest());
}

#[test]
fn a_phone_that_ignores_the_cancel_does_not_keep_the_caller_forever() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.cancel("");
    wire.codes();
    wire.pass(Duration::from_secs(40));
    assert!(wire.codes().contains(&487));
    assert!(wire.is_at_rest());
}

#[test]
fn ringing_without_a_sign_of_life_ends_after_timer_c() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply(11, &call, 180);
    wire.pass(Duration::from_secs(180));
    assert!(wire.at(11).is_empty());
    wire.reply(11, &call, 180); // still there: another three minutes
    wire.pass(Duration::from_secs(180));
    assert!(wire.at(11).is_empty());
    wire.pass(Duration::from_secs(10));
    assert_eq!(wire.at(11)[0].method(), Method::Cancel);
    wire.reply(11, &call, 487);
    assert_eq!(wire.codes(), [180, 180, 487]);
    wire.ack_final(487);
    assert!(wire.is_at_rest());
}

#[test]
fn a_dead_phone_is_408_and_a_dead_message_is_silence() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    wire.pass(Duration::from_secs(33));
    assert!(wire.codes().contains(&408));
    wire.ack_final(408);
    assert!(wire.is_at_rest());
    // RFC 4320: nobody waits for a 408 to another method any more.
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&message());
    wire.pass(Duration::from_secs(40));
    assert!(wire.codes().is_empty());
    assert!(wire.is_at_rest());
}

#[test]
fn an_overloaded_phone_does_not_make_the_proxy_look_overloaded() {
    let mut wire = Wire::new(vec![target(11, 1000)]);
    wire.call(&invite());
    let call = wire.invite_at(11);
    wire.reply_with(11, &call, 503, "Retry-After: 600");
    let answer = wire.answers().remove(0);
    assert_eq!(answer.status(), 500);
    assert!(!answer.headers().has(HeaderName::RetryAfter));
}

#[test]
fn challenges_of_all_branches_reach_the_caller_together() {
    let mut wire = Wire::new(vec![target(11, 1000), target(12, 1000)]);
    wire.call(&invite());
    let (a, b) = (wire.invite_at(11), wire.invite_at(12));
    wire.reply_with(
        11,
        &a,
        401,
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"1\"",
    );
    wire.reply_with(
        12,
        &b,
        407,
        "Proxy-Authenticate: Digest realm=\"b\", nonce=\"2\"",
    );
    let answer = text(&wire.answers()[0]);
    assert!(
        answer.contains("realm=\"a\"") && answer.contains("realm=\"b\""),
        "{answer}"
    );
}

#[test]
fn nobody_registered_is_480() {
    let mut wire = Wire::new(vec![]);
    wire.call(&invite());
    assert_eq!(wire.codes(), [480]);
    wire.ack_final(480);
    assert!(wire.is_at_rest());
}

#[test]
fn a_redirect_is_passed_back_or_followed() {
    for follow in [false, true] {
        let config = ProxyConfig {
            follow_redirects: follow,
            ..ProxyConfig::default()
        };
        let mut wire = Wire::with(config, vec![target(11, 1000)]);
        wire.call(&invite());
        let call = wire.invite_at(11);
        wire.reply_with(11, &call, 302, "Contact: <sip:carla@192.0.2.12:5060>");
        match follow {
            false => assert_eq!(wire.codes(), [302]),
            true => {
                assert!(wire.codes().is_empty());
                let moved = wire.invite_at(12);
                assert_eq!(moved.raw_uri(), "sip:carla@192.0.2.12:5060");
                wire.reply(12, &moved, 200);
                assert_eq!(wire.codes(), [200]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever phones answer, and whenever the caller gives up: exactly one final response other
    /// than further 2xx, and nothing left behind.
    #[test]
    fn one_final_answer_and_no_leftovers(
        phones in proptest::collection::vec((0u16..3, 0usize..9, 0u64..40), 0..6),
        cancel_after in proptest::option::of(0u64..60),
    ) {
        const CODES: [u16; 9] = [0, 180, 200, 302, 404, 486, 500, 503, 603];
        let targets = (11..).zip(&phones).map(|(n, (q, _, _))| target(n, *q * 100)).collect();
        let mut wire = Wire::new(targets);
        wire.call(&invite());
        let mut finals = vec![];
        let mut calls: Vec<(u8, Request, u64)> = vec![];
        for second in 0..1_000u64 {
            if Some(second) == cancel_after && finals.is_empty() {
                wire.cancel("");
            }
            for (n, (_, code, after)) in (11u8..).zip(&phones) {
                for request in wire.at(n) {
                    match request.method() {
                        Method::Invite if calls.iter().all(|(_, c, _)| c.via() != request.via()) => {
                            calls.push((n, request, second + after));
                        }
                        Method::Cancel => {
                            wire.reply(n, &request, 200);
                            let call = calls.iter().find(|(m, ..)| *m == n).map(|(_, c, _)| c.clone());
                            wire.reply(n, &call.unwrap(), 487);
                        }
                        _ => {}
                    }
                }
                let due: Vec<Request> = calls.iter().filter(|(m, _, at)| *m == n && *at == second)
                    .map(|(_, call, _)| call.clone()).collect();
                for call in due {
                    if CODES[*code] > 0 {
                        wire.reply(n, &call, CODES[*code]);
                    }
                }
            }
            for code in wire.answers().into_iter().filter(|r| r.cseq().unwrap().method == Method::Invite).map(|r| r.status().code()) {
                if code >= 300 {
                    wire.ack_final(code);
                }
                if code >= 200 {
                    finals.push(code);
                }
            }
            wire.pass(Duration::from_secs(1));
        }
        let failures = finals.iter().filter(|c| **c >= 300).count();
        let answers = finals.len() - failures;
        prop_assert!(failures == 0 || answers == 0, "{finals:?}");
        prop_assert!(failures <= 1 && !finals.is_empty(), "{finals:?}");
        prop_assert!(wire.is_at_rest());
    }

    /// Messages with damage anywhere pass or are refused; none makes the proxy panic.
    #[test]
    fn no_request_makes_it_panic(at in 0usize..300, with: u8, lines in "((Route|Record-Route|Contact|Max-Breadth|Proxy-Require): [ -~]{0,40}\r\n){0,3}") {
        let mut wire = Wire::new(vec![target(11, 1000)]);
        let mut bytes = String::from_utf8(invite().bytes().to_vec()).unwrap().replacen("Max-F", &format!("{lines}Max-F"), 1).into_bytes();
        let at = at % bytes.len();
        bytes[at] = with;
        wire.receive(udp(CALLER), &Bytes::from(bytes));
        wire.pass(Duration::from_secs(40));
    }
}
