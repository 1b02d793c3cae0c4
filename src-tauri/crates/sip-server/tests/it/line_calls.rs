//! One INVITE on a line: when the next server or line is tried, and when a line rests.

use crate::line_support::*;
use sip_message::Text;
use sip_message::{
    HeaderName, Method, Request,
    header::{CSeq, CallId},
};
use sip_server::line::{
    Attempt, LineConfig, LineNews, NextLine, Outcome, Step, Unusable, Usable, verdict,
};
use std::time::{Duration, Instant};

fn by_address() -> LineConfig {
    LineConfig {
        register: None,
        login: None,
        ..config()
    }
}

fn line() -> World {
    let mut world = World::new(by_address(), script(|_| None));
    world.start();
    world
}

/// One call with this final response.
fn call(world: &mut World, code: u16) {
    let mut attempt = world.line.begin_call(world.now);
    attempt.on_response(world.now, status(100), false);
    attempt.on_response(world.now, status(code), false);
    world.line.end_call(world.now, &attempt);
    world.settle();
}

#[test]
fn what_every_final_response_means_for_the_next_line_and_for_this_one() {
    let mut tried = Vec::new();
    let mut failed = Vec::new();
    let mut worked = 0;
    for code in 200..700 {
        let now = Instant::now();
        let mut attempt = Attempt::new(now);
        assert_eq!(attempt.on_response(now, status(100), false), Step::Wait);
        let step = attempt.on_response(now, status(code), false);
        let expected = match verdict(status(code), false) {
            NextLine::Try => Step::NextLine,
            NextLine::Stop => Step::Stop,
        };
        assert_eq!(step, expected, "{code}");
        if step == Step::NextLine {
            tried.push(code);
        }
        match attempt.outcome() {
            Outcome::Failed => failed.push(code),
            Outcome::Worked => worked += 1,
            Outcome::Unclear => {}
        }
        // Whoever has been rung is not rung again over another line.
        assert_eq!(verdict(status(code), true), NextLine::Stop, "{code}");
    }
    let errors: Vec<u16> = (500..600).collect();
    assert_eq!(
        tried,
        [&[401, 402, 403, 407, 408, 430][..], &errors].concat()
    );
    assert_eq!(failed, [&[430][..], &errors].concat());
    assert_eq!(worked, 500 - 101 - 100 - 5);
    for never in [404, 486, 603] {
        assert_eq!(verdict(status(never), false), NextLine::Stop);
    }
}

#[test]
fn the_next_line_is_tried_two_seconds_after_no_100() {
    let now = Instant::now();
    let mut attempt = Attempt::new(now);
    assert_eq!(attempt.next_timeout(), Some(now + seconds(1)));
    assert_eq!(attempt.handle_timeout(now), Step::Wait);
    assert_eq!(attempt.handle_timeout(now + seconds(1)), Step::NextTarget);
    assert_eq!(attempt.next_timeout(), Some(now + seconds(2)));
    let almost = now + Duration::from_millis(1_999);
    assert_eq!(attempt.handle_timeout(almost), Step::Wait);
    assert_eq!(attempt.handle_timeout(now + seconds(2)), Step::NextLine);
    assert_eq!(attempt.outcome(), Outcome::Failed);
    assert_eq!(attempt.next_timeout(), None);
    // Woken late, it does not make up for the first server.
    let mut attempt = Attempt::new(now);
    assert_eq!(attempt.handle_timeout(now + seconds(2)), Step::NextLine);
}

#[test]
fn a_100_stops_the_clock_and_a_challenge_starts_it_again() {
    let now = Instant::now();
    let mut attempt = Attempt::new(now);
    attempt.on_response(now + seconds(1), status(100), false);
    assert_eq!(attempt.next_timeout(), None);
    assert_eq!(
        attempt.on_response(now + seconds(1), status(407), true),
        Step::Wait
    );
    assert_eq!(attempt.next_timeout(), Some(now + seconds(2)));
    attempt.on_response(now + seconds(2), status(183), false);
    assert!(attempt.rang());
    assert_eq!(attempt.outcome(), Outcome::Worked);
    // The line cannot be blamed for what comes after the ringing.
    assert_eq!(
        attempt.on_response(now + seconds(9), status(503), false),
        Step::Stop
    );
    assert_eq!(attempt.outcome(), Outcome::Worked);
    assert_eq!(attempt.on_failed(), Step::Stop);
}

#[test]
fn a_line_that_cannot_be_reached_is_left_at_once() {
    let mut attempt = Attempt::new(Instant::now());
    assert_eq!(attempt.on_failed(), Step::NextLine);
    assert_eq!(attempt.outcome(), Outcome::Failed);
}

#[test]
fn two_failed_calls_in_a_row_let_a_line_rest_and_one_good_one_wakes_it() {
    let mut world = line();
    assert_eq!(world.line.usable(world.now), Usable::Yes);
    call(&mut world, 503);
    assert_eq!(
        world.line.usable(world.now),
        Usable::Yes,
        "one proves nothing"
    );
    call(&mut world, 200);
    call(&mut world, 500);
    assert_eq!(
        world.line.usable(world.now),
        Usable::Yes,
        "nor do two with a good one between"
    );
    call(&mut world, 503);
    let until = world.now + seconds(15);
    let resting = Usable::No {
        why: Unusable::CallsFail,
        until: Some(until),
    };
    assert_eq!(world.line.usable(world.now), resting);
    world.run(seconds(15));
    assert_eq!(world.line.usable(world.now), Usable::Trial);
    // While one call tries, others do not.
    let mut trial = world.line.begin_call(world.now);
    assert!(matches!(world.line.usable(world.now), Usable::No { .. }));
    trial.on_response(world.now, status(180), false);
    world.line.end_call(world.now, &trial);
    assert_eq!(world.line.usable(world.now), Usable::Yes);
    world.settle();
    let told: Vec<&LineNews> = world.news.iter().map(|(_, news)| news).skip(1).collect();
    assert_eq!(told, [&LineNews::Resting { until }, &LineNews::Rested]);
}

#[test]
fn a_failed_trial_doubles_the_rest_up_to_less_than_a_minute() {
    let mut world = line();
    call(&mut world, 503);
    call(&mut world, 503);
    for rest in [15, 30, 45, 45, 45] {
        world.run(seconds(rest) - Duration::from_millis(1));
        assert!(
            matches!(world.line.usable(world.now), Usable::No { .. }),
            "{rest}"
        );
        world.run(Duration::from_millis(1));
        assert_eq!(world.line.usable(world.now), Usable::Trial);
        call(&mut world, 502);
    }
}

#[test]
fn a_503_that_asks_for_patience_lets_the_line_rest_at_once_and_for_so_long() {
    for (asked, rests) in [(1, 15), (120, 120), (86_400, 600)] {
        let mut world = line();
        let mut attempt = world.line.begin_call(world.now);
        attempt.asked_to_wait(seconds(asked));
        attempt.on_response(world.now, status(503), false);
        world.line.end_call(world.now, &attempt);
        let resting = Usable::No {
            why: Unusable::CallsFail,
            until: Some(world.now + seconds(rests)),
        };
        assert_eq!(world.line.usable(world.now), resting, "asked for {asked} s");
        world.run(seconds(rests));
        assert_eq!(world.line.usable(world.now), Usable::Trial);
    }
}

#[test]
fn a_trial_that_never_ends_does_not_keep_the_line_at_rest() {
    let mut world = line();
    call(&mut world, 503);
    call(&mut world, 503);
    world.run(seconds(15));
    let _lost = world.line.begin_call(world.now);
    world.run(seconds(10));
    assert_eq!(world.line.usable(world.now), Usable::Trial);
}

#[test]
fn refusals_of_the_called_and_of_ourselves_never_let_a_line_rest() {
    for code in (200..700).filter(|code| !matches!(code, 430 | 500..=599)) {
        let mut world = line();
        for _ in 0..10 {
            call(&mut world, code);
        }
        assert_eq!(world.line.usable(world.now), Usable::Yes, "{code}");
    }
}

#[test]
fn failures_hours_apart_are_not_in_a_row() {
    let mut world = line();
    for _ in 0..10 {
        call(&mut world, 503);
        world.run(seconds(3_600));
        assert_eq!(world.line.usable(world.now), Usable::Yes);
    }
}

fn invite(world: &World) -> sip_message::RequestBuilder {
    let number = "sip:+4930555@provider.example".parse().unwrap();
    let us = world.line.contact(world.now, &world.endpoint).unwrap();
    Request::builder(Method::Invite, &number)
        .push_raw("From", b"<sip:anna@office.example>;tag=1")
        .push_raw("To", b"<sip:+4930555@provider.example>")
        .push(&CallId(Text::from("call1")))
        .push(&CSeq {
            number: 1,
            method: Method::Invite,
        })
        .push_raw("Contact", format!("<{us}>").as_bytes())
}

#[test]
fn an_invite_reaches_the_second_server_of_a_line_within_a_second() {
    let mut world = World::with_two(by_address(), script(|_| None));
    world.start();
    let request = invite(&world);
    assert!(request.has(HeaderName::Contact));
    let mut attempt = world.line.begin_call(world.now);
    let to = world.line.destination(world.now).unwrap();
    let client = world.endpoint.send(world.now, to, request);
    world.settle();
    world.run(seconds(1));
    assert_eq!(attempt.handle_timeout(world.now), Step::NextTarget);
    assert!(world.endpoint.try_next_target(world.now, client));
    world.settle();
    let to: Vec<String> = world.sent.iter().map(|sent| sent.to.to_string()).collect();
    assert_eq!(to, [FIRST, SECOND]);
    // There is no third.
    assert!(!world.endpoint.try_next_target(world.now, client));
    world.run(seconds(1));
    assert_eq!(attempt.handle_timeout(world.now), Step::NextLine);
}

#[test]
fn a_dead_name_service_delays_no_call() {
    let mut world = line();
    world.names = Box::new(|_| None);
    world.run(seconds(24 * 3_600));
    let to = world.line.destination(world.now).unwrap();
    let request = invite(&world);
    world.endpoint.send(world.now, to, request);
    world.settle();
    assert_eq!(world.sent.len(), 1, "at once");
}

#[test]
fn a_long_invite_to_a_provider_without_tcp_still_reaches_it_in_time() {
    let mut world = World::new(by_address(), script(|r| Some(reply(r, 100, &[]))));
    world.drops_connections = true;
    world.start();
    let request = invite(&world).body("application/sdp", vec![b'a'; 2_000].into());
    let mut attempt = world.line.begin_call(world.now);
    let to = world.line.destination(world.now).unwrap();
    let client = world.endpoint.send(world.now, to, request);
    world.settle();
    assert!(world.sent.is_empty(), "it waits for a connection");
    world.run(seconds(1));
    assert_eq!(attempt.handle_timeout(world.now), Step::NextTarget);
    assert!(world.endpoint.try_next_target(world.now, client));
    world.settle();
    assert_eq!(world.sent.len(), 1);
    assert_eq!(world.sent[0].flow.transport, sip_transport::Transport::Udp);
}
