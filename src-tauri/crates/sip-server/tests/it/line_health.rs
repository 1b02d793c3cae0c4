//! Is the provider there? OPTIONS as the provider sees them, and what a line makes of the answers.

use crate::line_support::*;
use sip_message::{Method, Request};
use sip_server::line::{Health, LineConfig, LineNews, Unusable, Usable};
use std::{net::SocketAddr, time::Duration};

/// A line that is known by its address and asks every 28 s.
fn probing() -> LineConfig {
    LineConfig {
        register: None,
        probe: Some(seconds(28)),
        ..config()
    }
}

fn options(world: &World) -> usize {
    let sent = world.sent.iter();
    sent.filter(|sent| sent.request.method() == Method::Options)
        .count()
}

fn health(world: &World) -> Vec<Health> {
    let news = world.news.iter();
    news.filter_map(|(_, news)| match news {
        LineNews::Health(health) => Some(*health),
        _ => None,
    })
    .collect()
}

#[test]
fn any_final_response_means_up() {
    for code in 200..700 {
        let mut world = World::new(probing(), script(move |r| Some(reply(r, code, &[]))));
        world.start();
        assert_eq!(world.line.health(), Health::Up, "{code}");
        assert_eq!(world.line.usable(world.now), Usable::Yes);
    }
    // Asked for a password, it is there all the same, and gets none.
    let mut world = World::new(probing(), registrar());
    world.start();
    world.run(seconds(300));
    assert_eq!(health(&world), [Health::Up]);
    let carries = |request: &Request| !header(request, "Authorization").is_empty();
    assert!(!world.sent.iter().any(|sent| carries(&sent.request)));
}

#[test]
fn options_say_who_asks_and_come_every_half_minute() {
    let mut world = World::new(probing(), script(|r| Some(reply(r, 200, &[]))));
    world.start();
    world.run(seconds(3_600));
    let gaps = world.sent.windows(2).map(|pair| pair[1].at - pair[0].at);
    for gap in gaps {
        assert!(
            gap >= Duration::from_millis(25_200) && gap <= seconds(28),
            "{gap:?}"
        );
    }
    let first = &world.sent[0].request;
    assert_eq!(first.raw_uri().to_string(), "sip:provider.example");
    assert!(header(first, "From")[0].starts_with("<sip:anna@office.example>;tag="));
}

#[test]
fn one_lost_answer_is_no_outage() {
    let n = shared(0);
    let count = n.clone();
    // Every third OPTIONS and its repetitions are lost.
    let lost = shared(std::collections::BTreeMap::new());
    let answer = move |request: &Request| {
        let call_id = request.call_id().unwrap().to_string();
        let mut lost = lost.borrow_mut();
        let lost = *lost.entry(call_id).or_insert_with(|| {
            *count.borrow_mut() += 1;
            *count.borrow() % 3 == 0
        });
        (!lost).then(|| reply(request, 200, &[]))
    };
    let mut world = World::new(probing(), script(answer));
    world.start();
    world.run(seconds(3_600));
    assert!(*n.borrow() > 100);
    assert_eq!(health(&world), [Health::Up]);
}

#[test]
fn a_dead_provider_is_noticed_and_one_that_is_back_as_well() {
    for dead_for in [20, 45, 100, 1_000, 20_000] {
        let alive = shared(true);
        let is_alive = alive.clone();
        let answer = move |r: &Request| is_alive.borrow().then(|| reply(r, 404, &[]));
        let mut world = World::new(probing(), script(answer));
        world.start();
        world.run(seconds(100));
        *alive.borrow_mut() = false;
        let died = world.now;
        world.run(seconds(40));
        let down = world
            .news
            .iter()
            .find(|(_, n)| *n == LineNews::Health(Health::Down));
        assert!(down.unwrap().0 - died <= seconds(40));
        assert!(matches!(
            world.line.usable(world.now),
            Usable::No {
                why: Unusable::Down,
                until: Some(_)
            }
        ));
        world.run(seconds(dead_for));
        let asked = options(&world) as u64;
        assert!(asked < 20 + dead_for / 30, "{asked} in {dead_for} s");
        *alive.borrow_mut() = true;
        world.run(seconds(60));
        assert_eq!(
            world.line.usable(world.now),
            Usable::Yes,
            "after {dead_for} s"
        );
        assert_eq!(health(&world), [Health::Up, Health::Down, Health::Up]);
    }
}

#[test]
fn the_other_server_of_a_provider_keeps_the_line_up() {
    let first_is_dead = shared(false);
    let is_dead = first_is_dead.clone();
    let answer = move |_, to: SocketAddr, request: &Request| {
        let dead = *is_dead.borrow() && to == FIRST.parse().unwrap();
        (!dead).then(|| reply(request, 200, &[]))
    };
    let mut world = World::with_two(probing(), Box::new(answer));
    world.start();
    world.run(seconds(60));
    assert!(
        world
            .sent
            .iter()
            .all(|sent| sent.to == FIRST.parse().unwrap())
    );
    *first_is_dead.borrow_mut() = true;
    world.run(seconds(600));
    assert_eq!(health(&world), [Health::Up], "never down");
    assert_eq!(world.sent.last().unwrap().to, SECOND.parse().unwrap());
    // The first, back again, gets its work back within a while.
    *first_is_dead.borrow_mut() = false;
    world.run(seconds(1_300));
    assert_eq!(world.sent.last().unwrap().to, FIRST.parse().unwrap());
}

#[test]
fn a_provider_that_is_back_is_registered_at_without_more_waiting() {
    let config = LineConfig {
        probe: Some(seconds(28)),
        ..config()
    };
    let alive = shared(true);
    let is_alive = alive.clone();
    let answer = move |request: &Request| {
        is_alive.borrow().then(|| match request.method() {
            Method::Register => taken(request, 120),
            _ => reply(request, 200, &[]),
        })
    };
    let mut world = World::new(config, script(answer));
    world.start();
    world.run(seconds(60));
    *alive.borrow_mut() = false;
    world.run(seconds(7_200));
    assert!(!world.is_registered());
    *alive.borrow_mut() = true;
    world.run(seconds(60));
    assert!(world.is_registered());
    assert_eq!(world.line.usable(world.now), Usable::Yes);
}

#[test]
fn an_unreachable_host_is_down_after_two_tries_that_fail_at_once() {
    let mut config = probing();
    config.registrar = "sip:198.51.100.1;transport=ws".parse().unwrap(); // no such listener
    let mut world = World::new(config, script(|_| None));
    world.start();
    world.run(seconds(60));
    assert!(matches!(
        world.line.usable(world.now),
        Usable::No {
            why: Unusable::NotLocated | Unusable::Down,
            ..
        }
    ));
}

#[test]
fn a_provider_that_was_away_is_registered_at_again_for_it_may_have_forgotten_us() {
    let config = LineConfig {
        probe: Some(seconds(28)),
        register: Some(sip_server::line::Register {
            expires: Some(3_600),
            bulk: false,
        }),
        ..config()
    };
    let alive = shared(true);
    let is_alive = alive.clone();
    let answer = move |request: &Request| {
        is_alive.borrow().then(|| match request.method() {
            Method::Register => taken(request, 3_600),
            _ => reply(request, 200, &[]),
        })
    };
    let mut world = World::new(config, script(answer));
    world.start();
    world.run(seconds(600));
    assert_eq!(world.registers().len(), 1);
    *alive.borrow_mut() = false;
    world.run(seconds(120));
    *alive.borrow_mut() = true;
    world.run(seconds(60));
    assert_eq!(world.registers().len(), 2);
    assert!(world.is_registered());
}

/// Behind a router that translates addresses: whoever is known by their address learns it from the
/// answers, as those do who register.
#[test]
fn a_line_without_registration_learns_where_its_provider_sees_it() {
    let seen = shared(Some("203.0.113.50:40404"));
    let seen_now = seen.clone();
    let answer = move |request: &Request| {
        let response = reply(request, 200, &[]);
        let Some(seen) = *seen_now.borrow() else {
            return Some(response);
        };
        let via = request.via().unwrap().with_source(seen.parse().unwrap());
        let response = response.edit().pop::<sip_message::header::Via>();
        Some(response.push_first(&via).build())
    };
    let mut world = World::new(probing(), script(answer));
    let contact = |world: &World| {
        let contact = world.line.contact(world.now, &world.endpoint).unwrap();
        contact.as_sip().unwrap().host_port().to_string()
    };
    world.start();
    let ip = |text: &str| Some(text.parse::<std::net::IpAddr>().unwrap());
    assert_eq!(world.line.seen(), ip("203.0.113.50"));
    assert_eq!(contact(&world), "203.0.113.50:40404");
    // The router got another address over night.
    *seen.borrow_mut() = Some("203.0.113.99:2020");
    world.run(seconds(29));
    assert_eq!(world.line.seen(), ip("203.0.113.99"));
    assert_eq!(contact(&world), "203.0.113.99:2020");
    // Then the office has the public address itself.
    *seen.borrow_mut() = None;
    world.run(seconds(29));
    assert_eq!(world.line.seen(), None);
    assert_eq!(contact(&world), "192.0.2.5:5060");

    // It does not believe whoever is not its provider.
    *seen.borrow_mut() = Some("203.0.113.99:2020");
    world.run(seconds(29));
    let request = world.sent.last().unwrap().request.clone();
    let via = request
        .via()
        .unwrap()
        .with_source("198.51.100.9:5060".parse().unwrap());
    let forged = reply(&request, 200, &[]).edit();
    let forged = forged
        .pop::<sip_message::header::Via>()
        .push_first(&via)
        .build();
    world.act(|line, ctx| line.on_call_response(ctx, &forged, &udp("198.51.100.9:5060")));
    assert_eq!(world.line.seen(), ip("203.0.113.99"));
}
