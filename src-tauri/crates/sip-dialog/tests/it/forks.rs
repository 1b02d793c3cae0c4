//! One INVITE, several phones that answer it (RFC 3261 §12, §13.2.2.4). The far ends are written by
//! hand: the test sees what is sent to them and answers as they would.

use crate::support::*;
use bytes::Bytes;
use sip_dialog::{Reliable, SessionConfig, SessionState};
use sip_message::{
    Message, Method, Request, Response,
    header::{Contact, NameAddr, RAck, RSeq, RecordRoute, Require},
};
use std::net::SocketAddr;

/// Where the forking proxy is.
const PROXY: usize = 7;

fn calling(seed: u64, config: SessionConfig) -> Wire {
    let mut wire = Wire::with_config(seed, config);
    let invite = wire.invite_of(ALICE, PROXY, Some(sdp("alice")));
    wire.place(ALICE, PROXY, invite);
    wire.run_ms(50);
    wire
}

fn requests(wire: &mut Wire, method: Method) -> Vec<Request> {
    let unclaimed = wire.unclaimed.iter().filter_map(|m| match m {
        Message::Request(r) if r.method() == method => Some(r.clone()),
        _ => None,
    });
    unclaimed.collect()
}

fn phone(n: usize) -> SocketAddr {
    addr(20 + n)
}

/// A response of phone `n` to the INVITE.
fn respond(wire: &mut Wire, n: usize, code: u16, describe: bool, rseq: Option<u32>) {
    let invite = requests(wire, Method::Invite).pop().expect("an INVITE");
    let contact = uri(&format!("sip:phone{n}@{}", phone(n)));
    let mut response = Response::to(&invite, status(code))
        .to_tag(&format!("phone{n}"))
        .push(&Contact::Addr(NameAddr::new(contact)));
    if describe {
        response = response.body("application/sdp", sdp(&format!("phone{n}")));
    }
    if let Some(rseq) = rseq {
        response = response.push(&Require::from("100rel")).push(&RSeq(rseq));
    }
    let bytes = response.build().bytes().clone();
    wire.inject(addr(PROXY), ALICE, &bytes);
    wire.run_ms(20);
}

fn answer(wire: &mut Wire, request: &Request, code: u16) {
    let bytes = Response::to(request, status(code)).build().bytes().clone();
    wire.inject(addr(PROXY), ALICE, &bytes);
    wire.run_ms(20);
}

fn tag_of(request: &Request) -> String {
    request.to_tag().expect("in a dialog").to_string()
}

#[test]
fn each_fork_has_an_early_dialog_of_its_own() {
    let mut wire = calling(1, SessionConfig::default());
    for n in 0..3 {
        respond(&mut wire, n, 180, false, None);
    }
    respond(&mut wire, 1, 183, true, None);
    let session = &wire.ends[ALICE].sessions[0];
    let tags: Vec<_> = session
        .dialogs()
        .map(|d| d.remote_tag.to_string())
        .collect();
    assert_eq!(
        tags,
        ["phone0", "phone2", "phone1"],
        "the newest to speak last"
    );
    assert_eq!(session.state(), SessionState::AwaitingAnswer);
}

#[test]
fn the_first_answer_wins_and_later_ones_are_hung_up() {
    let mut wire = calling(2, SessionConfig::default());
    for n in 0..2 {
        respond(&mut wire, n, 180, false, None);
    }
    for n in [1, 0, 2, 1, 0] {
        respond(&mut wire, n, 200, true, None);
    }
    let acks: Vec<_> = requests(&mut wire, Method::Ack)
        .iter()
        .map(tag_of)
        .collect();
    assert_eq!(
        acks,
        ["phone1", "phone0", "phone2", "phone1", "phone0"],
        "every 2xx is acknowledged, repeated ones too"
    );
    let byes = requests(&mut wire, Method::Bye);
    assert_eq!(
        byes.iter().map(tag_of).collect::<Vec<_>>(),
        ["phone0", "phone2"]
    );
    for bye in &byes {
        answer(&mut wire, bye, 200);
    }
    assert_eq!(
        wire.events(ALICE),
        ["Progress 180", "Progress 180", "Answered sdp=phone1"]
    );
    assert_eq!(wire.state(ALICE), SessionState::Talking);
    let dialogs: Vec<_> = wire.ends[ALICE].sessions[0].dialogs().collect();
    assert_eq!(dialogs.len(), 1);
    assert_eq!(dialogs[0].remote_tag, "phone1");
}

#[test]
fn answers_after_a_cancel_are_all_hung_up() {
    let mut wire = calling(3, SessionConfig::default());
    respond(&mut wire, 0, 180, false, None);
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_ms(20);
    let cancels = requests(&mut wire, Method::Cancel);
    assert_eq!(cancels.len(), 1);
    answer(&mut wire, &cancels[0], 200);
    for n in 0..2 {
        respond(&mut wire, n, 200, true, None);
    }
    let byes = requests(&mut wire, Method::Bye);
    assert_eq!(
        byes.iter().map(tag_of).collect::<Vec<_>>(),
        ["phone0", "phone1"]
    );
    for bye in &byes {
        answer(&mut wire, bye, 200);
    }
    assert_eq!(wire.events(ALICE), ["Progress 180", "Ended by us: Bye"]);
    wire.run_secs(40);
    wire.assert_at_rest();
}

#[test]
fn each_fork_counts_its_reliable_responses_by_itself() {
    let config = SessionConfig {
        reliable: Reliable::Supported,
        ..SessionConfig::default()
    };
    let mut wire = calling(4, config);
    respond(&mut wire, 0, 183, true, Some(10));
    respond(&mut wire, 1, 180, false, Some(500));
    respond(&mut wire, 0, 183, true, Some(10)); // repeated
    respond(&mut wire, 0, 180, false, Some(12)); // 11 got lost: not to be acknowledged
    respond(&mut wire, 0, 180, false, Some(11));
    let pracks: Vec<_> = requests(&mut wire, Method::Prack)
        .iter()
        .map(|p| {
            let rack: RAck = p.headers().get().expect("RAck");
            (tag_of(p), rack.rseq)
        })
        .collect();
    let expected = [("phone0", 10), ("phone1", 500), ("phone0", 11)];
    assert_eq!(pracks, expected.map(|(tag, rseq)| (tag.to_owned(), rseq)));
    assert_eq!(
        wire.events(ALICE),
        ["Progress 183 sdp=phone0", "Progress 180", "Progress 180"]
    );
}

#[test]
fn a_fork_that_gives_up_with_199_is_forgotten() {
    let mut wire = calling(5, SessionConfig::default());
    respond(&mut wire, 0, 180, false, None);
    respond(&mut wire, 1, 180, false, None);
    respond(&mut wire, 0, 199, false, None);
    let session = &wire.ends[ALICE].sessions[0];
    let tags: Vec<_> = session
        .dialogs()
        .map(|d| d.remote_tag.to_string())
        .collect();
    assert_eq!(tags, ["phone1"]);
}

#[test]
fn more_forks_than_we_follow_change_nothing() {
    let mut wire = calling(6, SessionConfig::default());
    for n in 0..40 {
        respond(&mut wire, n, 180, false, None);
    }
    let dialogs = wire.ends[ALICE].sessions[0].dialogs().count();
    assert_eq!(dialogs, sip_dialog::limits::MAX_FORKS);
    respond(&mut wire, 0, 200, true, None);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
}

#[test]
fn requests_inside_the_dialog_follow_the_route_set_of_the_answer() {
    let mut wire = calling(7, SessionConfig::default());
    let invite = requests(&mut wire, Method::Invite)
        .pop()
        .expect("an INVITE");
    let near = format!("sip:{};lr", addr(PROXY));
    let routes =
        ["sip:far.example.com;lr", near.as_str()].map(|r| RecordRoute(NameAddr::new(uri(r))));
    let response = Response::to(&invite, status(200))
        .to_tag("phone")
        .push(&Contact::Addr(NameAddr::new(uri("sip:bob@10.0.0.9"))))
        .push_list(&routes)
        .body("application/sdp", sdp("bob"))
        .build();
    wire.inject(addr(PROXY), ALICE, response.bytes());
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    wire.run_ms(50);
    for method in [Method::Ack, Method::Bye] {
        let request = requests(&mut wire, method)
            .pop()
            .expect("sent to the proxy");
        assert_eq!(request.raw_uri(), "sip:bob@10.0.0.9");
        let routes: Vec<_> = request
            .headers()
            .named(sip_message::HeaderName::Route)
            .map(|line| line.value().to_string())
            .collect();
        assert_eq!(
            routes,
            [format!("<{near}>"), "<sip:far.example.com;lr>".to_owned()]
        );
    }
}

#[test]
fn a_challenged_call_is_placed_again_with_credentials_that_the_ack_repeats() {
    let config = SessionConfig {
        answers_challenges: true,
        ..SessionConfig::default()
    };
    let mut wire = calling(8, config);
    respond(&mut wire, 0, 407, false, None);
    assert_eq!(wire.events(ALICE), ["Challenged 407"]);
    let client = wire.ends[ALICE].sessions[0]
        .clients()
        .next()
        .expect("the challenged INVITE");
    let line = [(
        "Proxy-Authorization".to_owned(),
        Bytes::from_static(b"Digest username=\"alice\""),
    )];
    wire.with(ALICE, 0, |s, ctx| s.authorize(ctx, client, &line));
    wire.run_ms(50);
    let invite = requests(&mut wire, Method::Invite).pop().expect("again");
    assert_eq!(invite.cseq().expect("CSeq").number, 2);
    respond(&mut wire, 0, 200, true, None);
    let ack = requests(&mut wire, Method::Ack).pop().expect("an ACK");
    assert_eq!(ack.cseq().expect("CSeq").number, 2);
    let credentials = ack
        .headers()
        .value(sip_message::HeaderName::ProxyAuthorization);
    assert_eq!(
        credentials.expect("credentials"),
        "Digest username=\"alice\""
    );
    assert_eq!(wire.events(ALICE), ["Answered sdp=phone0"]);
}

#[test]
fn a_challenge_without_credentials_is_a_rejection() {
    let config = SessionConfig {
        answers_challenges: true,
        ..SessionConfig::default()
    };
    let mut wire = calling(9, config);
    respond(&mut wire, 0, 401, false, None);
    let client = wire.ends[ALICE].sessions[0].clients().next().expect("it");
    wire.with(ALICE, 0, |s, ctx| s.decline_challenge(ctx, client));
    assert_eq!(wire.events(ALICE), ["Challenged 401", "Rejected 401"]);
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn hanging_up_on_a_challenge_ends_at_once() {
    let config = SessionConfig {
        answers_challenges: true,
        ..SessionConfig::default()
    };
    let mut wire = calling(10, config);
    respond(&mut wire, 0, 401, false, None);
    wire.with(ALICE, 0, |s, ctx| s.hangup(ctx, None));
    assert_eq!(
        wire.events(ALICE),
        ["Challenged 401", "Ended by us: Declined"]
    );
    wire.run_secs(70);
    wire.assert_at_rest();
}

#[test]
fn an_offer_to_a_fork_that_loses_comes_to_nothing() {
    let mut wire = calling(11, SessionConfig::default());
    for (n, rseq) in [(0, 1), (1, 1)] {
        respond_allowing_update(&mut wire, n, rseq);
    }
    for prack in requests(&mut wire, Method::Prack) {
        answer(&mut wire, &prack, 200);
    }
    wire.with(ALICE, 0, |s, ctx| {
        s.offer(ctx, Some(sdp("new")), sip_dialog::OfferVia::Update, &[])
            .expect("the last to speak has answered")
    });
    wire.run_ms(20);
    let update = requests(&mut wire, Method::Update)
        .pop()
        .expect("an UPDATE");
    assert_eq!(tag_of(&update), "phone1");
    wire.events(ALICE);
    respond(&mut wire, 0, 200, false, None);
    assert_eq!(
        wire.events(ALICE),
        ["OfferRejected 487", "Answered sdp=phone0"]
    );
    // What becomes of it there no longer matters.
    answer(&mut wire, &update, 481);
    wire.run_secs(40);
    assert_eq!(wire.state(ALICE), SessionState::Talking);
}

fn respond_allowing_update(wire: &mut Wire, n: usize, rseq: u32) {
    let invite = requests(wire, Method::Invite).pop().expect("an INVITE");
    let contact = uri(&format!("sip:phone{n}@{}", phone(n)));
    let response = Response::to(&invite, status(183))
        .to_tag(&format!("phone{n}"))
        .push(&Contact::Addr(NameAddr::new(contact)))
        .push_raw("Allow", b"INVITE, ACK, BYE, CANCEL, PRACK, UPDATE")
        .push(&Require::from("100rel"))
        .push(&RSeq(rseq))
        .body("application/sdp", sdp(&format!("phone{n}")));
    let bytes = response.build().bytes().clone();
    wire.inject(addr(PROXY), ALICE, &bytes);
    wire.run_ms(20);
}
