//! Our registration at a provider, as the provider sees it.

use crate::{line_support::*, support::Door};
use sip_message::{Request, Uri, header::CSeq};
use sip_server::line::{
    Failure, Line, LineConfig, Refusal, Register, RegistrationState, Unusable, Usable,
};
use sip_transport::{Query, Resolution};
use std::time::Duration;

fn cseq(request: &Request) -> u32 {
    request.headers().get::<CSeq>().unwrap().number
}

fn refusal(world: &World) -> Refusal {
    match world.line.registration().unwrap().state() {
        RegistrationState::Refused { why, .. } => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn registers_with_its_password_and_renews_without_being_asked_for_it_again() {
    let mut world = World::new(config(), registrar());
    world.start();
    assert_eq!(world.registers().len(), 2, "asked, and answered");
    assert_eq!(world.told(), ["registered 120s"]);
    assert_eq!(world.line.usable(world.now), Usable::Yes);
    world.run(seconds(500));
    let registers = world.registers();
    assert!((6..=11).contains(&registers.len()), "{}", registers.len());
    for (n, register) in registers.iter().enumerate() {
        assert_eq!(register.raw_uri().to_string(), "sip:provider.example");
        assert_eq!(cseq(register), n as u32 + 1);
        for name in ["Call-ID", "From", "To"] {
            assert_eq!(header(register, name), header(registers[0], name));
        }
        assert!(header(register, "From")[0].starts_with("<sip:anna@office.example>;tag="));
        assert_eq!(
            header(register, "Contact"),
            [format!("<sip:4930123@192.0.2.5:5060;line={TOKEN}>")]
        );
        if n > 0 {
            let answer = &header(register, "Authorization")[0];
            assert!(answer.contains(&format!("nc={n:08x}")), "{answer}");
            assert!(answer.contains("algorithm=SHA-256"), "{answer}");
        }
    }
    let gaps = world
        .sent
        .windows(2)
        .skip(1)
        .map(|pair| pair[1].at - pair[0].at);
    for gap in gaps {
        assert!(gap >= seconds(60) && gap <= seconds(108), "{gap:?}");
    }
}

#[test]
fn a_nonce_that_has_grown_old_costs_one_more_round_trip_and_no_registration() {
    let mut world = World::new(config(), registrar()); // nonces last ten minutes
    world.start();
    for _ in 0..60 {
        world.run(seconds(60));
        assert!(world.is_registered());
    }
    let told = world.told();
    assert!(
        told.iter().all(|news| news == "registered 120s"),
        "{told:?}"
    );
    assert!(world.registers().len() < told.len() + 10);
}

#[test]
fn a_wrong_password_is_tried_once_and_then_half_an_hour_later() {
    let wrong = || {
        let mut config = config();
        config.login.as_mut().unwrap().secret =
            sip_server::digest::Secret::Password("wrong".to_owned());
        config
    };
    let mut world = World::new(wrong(), registrar());
    world.start();
    assert_eq!(world.registers().len(), 2);
    assert_eq!(refusal(&world), Refusal::WrongPassword);
    let usable = world.line.usable(world.now);
    assert!(matches!(
        usable,
        Usable::No {
            why: Unusable::Refused,
            until: Some(_)
        }
    ));
    world.run(seconds(1_799));
    world.act(Line::kick);
    assert_eq!(
        world.registers().len(),
        2,
        "a network change makes no password right"
    );
    world.run(seconds(181));
    assert_eq!(world.registers().len(), 4);
    world.run(seconds(24 * 3600));
    assert!(world.registers().len() <= 4 + 2 * 48);
    // Somebody asks.
    let before = world.registers().len();
    world.act(Line::retry);
    assert_eq!(world.registers().len(), before + 2);
}

#[test]
fn a_403_is_told_in_the_providers_words_and_hardly_asked_again() {
    let answer = |request: &Request| {
        Some(
            reply(request, 403, &[])
                .edit()
                .reason("Account\u{7} locked")
                .build(),
        )
    };
    let mut world = World::new(config(), script(answer));
    world.start();
    assert_eq!(
        refusal(&world),
        Refusal::Status {
            status: status(403),
            words: "Account locked".to_owned()
        }
    );
    world.run(seconds(599));
    assert_eq!(world.registers().len(), 1);
    world.run(seconds(61));
    assert_eq!(world.registers().len(), 2);
    world.run(seconds(8 * 3600));
    assert!(
        (16..=20).contains(&world.registers().len()),
        "{}",
        world.registers().len()
    );
}

#[test]
fn what_is_final_and_what_is_tried_again() {
    for code in 300..700 {
        let answer = move |request: &Request| Some(reply(request, code, &[]));
        let mut world = World::new(config(), script(answer));
        world.start();
        let state = world.line.registration().unwrap().state().clone();
        let tried_again = matches!(code, 408 | 429 | 430 | 480 | 500..=599);
        match state {
            RegistrationState::AwaitingRetry { at, why } => {
                assert!(tried_again, "{code}");
                assert!(matches!(why, Failure::Status { .. }));
                assert!(at - world.now <= seconds(30), "{code}");
            }
            RegistrationState::Refused { retry, .. } => {
                assert!(!tried_again, "{code}");
                assert!(retry - world.now >= seconds(600), "{code}");
            }
            other => panic!("{code}: {other:?}"),
        }
        assert!(!world.is_registered());
        assert_eq!(world.registers().len(), 1, "{code}");
    }
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let answer =
        |request: &Request| Some(reply(request, 302, &[("Contact", "<sip:203.0.113.66>")]));
    let mut world = World::new(config(), script(answer));
    world.start();
    world.run(seconds(300));
    assert_eq!(refusal(&world), Refusal::SentElsewhere);
    assert!(
        world
            .sent
            .iter()
            .all(|sent| sent.to == FIRST.parse().unwrap())
    );
}

#[test]
fn a_longer_registration_is_asked_for_where_the_provider_wants_one() {
    let answer = |request: &Request| {
        let asked: u32 = header(request, "Expires")[0].parse().unwrap();
        Some(match asked {
            ..600 => reply(request, 423, &[("Min-Expires", "600")]),
            _ => taken(request, asked),
        })
    };
    let mut world = World::new(config(), script(answer));
    world.start();
    assert_eq!(world.told(), ["registered 600s"]);
    // One that always wants more is not humoured.
    let answer = |request: &Request| {
        let asked: u32 = header(request, "Expires")[0].parse().unwrap();
        Some(reply(
            request,
            423,
            &[("Min-Expires", &(asked + 1).to_string())],
        ))
    };
    let mut world = World::new(config(), script(answer));
    world.start();
    assert_eq!(world.registers().len(), 3);
    assert!(matches!(refusal(&world), Refusal::Status { .. }));
}

#[test]
fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let answer =
        |request: &Request| Some(reply(request, 503, &[("Retry-After", "900 (maintenance)")]));
    let mut world = World::new(config(), script(answer));
    world.start();
    world.run(seconds(899));
    assert_eq!(world.registers().len(), 1);
    world.run(seconds(3));
    assert_eq!(world.registers().len(), 2);
}

#[test]
fn after_errors_of_its_own_a_server_is_asked_ever_more_rarely() {
    let answer = |request: &Request| Some(reply(request, 500, &[]));
    let mut world = World::new(config(), script(answer));
    world.start();
    world.run(seconds(12 * 3600));
    let gaps: Vec<Duration> = world
        .sent
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect();
    assert!(
        gaps[0] >= seconds(22) && gaps[0] <= seconds(30),
        "{:?}",
        gaps[0]
    );
    let longest = gaps.iter().max().unwrap();
    assert!(
        *longest > seconds(1_350) && *longest <= seconds(1_800),
        "{longest:?}"
    );
    assert!(gaps.len() < 45, "{}", gaps.len());
}

#[test]
fn the_next_server_is_tried_when_the_first_is_silent_or_says_503() {
    for silent in [true, false] {
        let answer = move |_, to: std::net::SocketAddr, request: &Request| {
            if to == FIRST.parse().unwrap() {
                return (!silent).then(|| reply(request, 503, &[]));
            }
            Some(taken(request, 120))
        };
        let mut world = World::with_two(config(), Box::new(answer));
        world.start();
        world.run(seconds(4));
        assert!(world.is_registered(), "silent: {silent}");
        let to: Vec<String> = world.sent.iter().map(|sent| sent.to.to_string()).collect();
        assert_eq!(to, [FIRST, SECOND]);
        // It stays with the one that answered.
        world.run(seconds(300));
        let later = world.sent.iter().skip(2);
        assert!(later.clone().count() >= 2);
        assert!(later.clone().all(|sent| sent.to == SECOND.parse().unwrap()));
        assert!(world.is_registered());
    }
}

#[test]
fn a_line_is_back_within_a_minute_of_its_provider() {
    for dead_for in [30, 61, 100, 333, 1_000, 7_200] {
        let alive = shared(false);
        let is_alive = alive.clone();
        let answer = move |request: &Request| is_alive.borrow().then(|| taken(request, 120));
        let mut world = World::new(config(), script(answer));
        world.start();
        world.run(seconds(dead_for));
        assert!(!world.is_registered());
        *alive.borrow_mut() = true;
        world.run(seconds(60));
        assert!(world.is_registered(), "dead for {dead_for} s");
        let asked = world.registers().len() as u64;
        assert!(asked <= 4 + dead_for / 60, "{asked} in {dead_for} s");
    }
}

#[test]
fn a_change_of_our_network_registers_at_once() {
    let alive = shared(true);
    let is_alive = alive.clone();
    let answer = move |request: &Request| is_alive.borrow().then(|| taken(request, 120));
    let mut world = World::new(config(), script(answer));
    world.start();
    world.run(seconds(20));
    *alive.borrow_mut() = false;
    world.run(seconds(3_600));
    *alive.borrow_mut() = true;
    world.act(Line::kick);
    assert!(world.is_registered());
}

#[test]
fn a_second_network_change_in_a_row_is_no_flood() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    world.start();
    for _ in 0..500 {
        world.act(Line::kick);
        world.run(Duration::from_millis(10));
    }
    assert!(world.registers().len() <= 20);
    world.run(seconds(61));
    assert!(world.is_registered());
}

#[test]
fn the_time_granted_to_our_own_contact_counts() {
    let ours = format!("<sip:4930123@192.0.2.5:5060;line={TOKEN}>");
    let rewritten = format!("<sip:4930123@10.9.9.9:1024;line={TOKEN};x=y>");
    for (contacts, expires, granted) in [
        (vec![format!("{ours};expires=60")], None, 60),
        (
            vec![
                "<sip:other@203.0.113.9>;expires=9".to_owned(),
                format!("{ours};expires=77"),
            ],
            None,
            77,
        ),
        (vec![format!("{rewritten};expires=45")], None, 45),
        (
            vec!["<sip:rewritten@10.0.0.1>;expires=50".to_owned()],
            None,
            50,
        ),
        (
            vec![
                "<sip:a@10.0.0.1>;expires=50".to_owned(),
                "<sip:b@10.0.0.1>;expires=51".to_owned(),
            ],
            None,
            120,
        ),
        (vec![ours.clone()], Some("90"), 90),
        (vec![], Some("91"), 91),
        (vec![], None, 120),
        (vec![format!("{ours};expires=4000000000")], None, 86_400),
    ] {
        let listed = contacts.clone();
        let answer = move |request: &Request| {
            let mut lines: Vec<(&str, &str)> =
                listed.iter().map(|c| ("Contact", c.as_str())).collect();
            lines.extend(expires.map(|e| ("Expires", e)));
            Some(reply(request, 200, &lines))
        };
        let mut world = World::new(config(), script(answer));
        world.start();
        assert_eq!(
            world.told(),
            [format!("registered {granted}s")],
            "{contacts:?}"
        );
    }
}

#[test]
fn a_registration_for_no_time_at_all_is_none() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 0))));
    world.start();
    assert_eq!(refusal(&world), Refusal::NothingGranted);
    world.run(seconds(300));
    assert_eq!(world.registers().len(), 1);
    // One second is little, and no reason to ask every second.
    let mut world = World::new(config(), script(|request| Some(taken(request, 1))));
    world.start();
    world.run(seconds(60));
    assert!(world.registers().len() <= 7, "{}", world.registers().len());
}

#[test]
fn behind_a_nat_our_contact_is_where_the_provider_sees_us() {
    let seen = "203.0.113.50:40404";
    let answer = move |request: &Request| {
        let via = request.via().unwrap().with_source(seen.parse().unwrap());
        let response = taken(request, 120).edit();
        Some(
            response
                .pop::<sip_message::header::Via>()
                .push_first(&via)
                .build(),
        )
    };
    let mut world = World::new(config(), script(answer));
    world.start();
    let registers = world.registers();
    assert_eq!(registers.len(), 2);
    assert_eq!(
        contacts(registers[1]),
        [
            format!("<sip:4930123@203.0.113.50:40404;line={TOKEN}>"),
            format!("<sip:4930123@192.0.2.5:5060;line={TOKEN}>;expires=0"),
        ]
    );
    world.run(seconds(300));
    let last = *world.registers().last().unwrap();
    assert_eq!(
        contacts(last),
        [format!("<sip:4930123@203.0.113.50:40404;line={TOKEN}>")]
    );
    let contact: Uri = world.line.contact(world.now, &world.endpoint).unwrap();
    assert_eq!(
        contact.to_string(),
        format!("sip:4930123@203.0.113.50:40404;line={TOKEN}")
    );
}

#[test]
fn a_nat_with_another_port_each_time_is_no_reason_to_register_without_end() {
    let port = shared(1_000u16);
    let answer = move |request: &Request| {
        *port.borrow_mut() += 1;
        let seen = std::net::SocketAddr::new("203.0.113.50".parse().unwrap(), *port.borrow());
        let via = request.via().unwrap().with_source(seen);
        let response = taken(request, 120).edit();
        Some(
            response
                .pop::<sip_message::header::Via>()
                .push_first(&via)
                .build(),
        )
    };
    let mut world = World::new(config(), script(answer));
    world.start();
    world.run(seconds(600));
    assert!(world.registers().len() <= 12, "{}", world.registers().len());
}

#[test]
fn a_block_of_numbers_is_registered_as_one() {
    let mut config = config();
    config.register = Some(Register {
        expires: Some(3_600),
        bulk: true,
    });
    let mut world = World::new(config, script(|request| Some(taken(request, 3_600))));
    world.start();
    let register = world.registers()[0];
    assert_eq!(
        contacts(register),
        [format!("<sip:192.0.2.5:5060;bnc;line={TOKEN}>")]
    );
    assert_eq!(header(register, "Require"), ["gin"]);
    assert_eq!(header(register, "Proxy-Require"), ["gin"]);
    assert_eq!(header(register, "Supported"), ["path", "gin"]);
    assert_eq!(world.told(), ["registered 3600s"]);
}

#[test]
fn an_outbound_proxy_gets_everything_and_service_routes_follow_it() {
    let config = LineConfig {
        registrar: "sip:provider.example".parse().unwrap(),
        outbound_proxy: Some("sip:198.51.100.9:5070".parse().unwrap()),
        ..config()
    };
    let answer = |request: &Request| {
        let taken = taken(request, 120).edit();
        Some(
            taken
                .push_raw("Service-Route", b"<sip:core.provider.example;lr>")
                .build(),
        )
    };
    let mut world = World::new(config, script(answer));
    world.start();
    assert_eq!(world.sent[0].to, "198.51.100.9:5070".parse().unwrap());
    assert_eq!(
        header(world.registers()[0], "Route"),
        ["<sip:198.51.100.9:5070;lr>"]
    );
    let routes: Vec<String> = world
        .line
        .routes()
        .iter()
        .map(|r| r.uri().to_string())
        .collect();
    assert_eq!(
        routes,
        ["sip:198.51.100.9:5070;lr", "sip:core.provider.example;lr"]
    );
}

#[test]
fn a_line_that_is_given_up_takes_its_registration_back() {
    let mut world = World::new(config(), registrar());
    world.start();
    world.run(seconds(30));
    world.act(Line::stop);
    let last = *world.registers().last().unwrap();
    assert_eq!(header(last, "Expires"), ["0"]);
    assert!(
        !header(last, "Authorization").is_empty(),
        "no round trip for a challenge"
    );
    assert!(world.line.is_over());
    let sent = world.sent.len();
    world.run(seconds(3_600));
    assert_eq!(world.sent.len(), sent);
    assert_eq!(world.told().last().unwrap(), "Stopped { clean: true }");
}

#[test]
fn a_goodbye_that_nobody_answers_is_not_awaited_for_long() {
    let mut door = Door::standard();
    let answer = move |now, at, request: &Request| {
        let goodbye = header(request, "Expires") == ["0"];
        (!goodbye).then(|| registered(&mut door, now, at, request))
    };
    let mut world = World::new(config(), Box::new(answer));
    world.start();
    world.act(Line::stop);
    assert!(!world.line.is_over());
    world.run(seconds(2));
    assert!(world.line.is_over());
}

#[test]
fn a_connection_that_breaks_is_replaced_at_once_but_not_without_end() {
    let mut config = config();
    config.registrar = "sip:provider.example;transport=tcp".parse().unwrap();
    let mut world = World::new(config, script(|request| Some(taken(request, 300))));
    world.start();
    assert_eq!(
        contacts(world.registers()[0]),
        [
            format!("<sip:4930123@192.0.2.5:5060;transport=tcp;line={TOKEN}>;")[..]
                .trim_end_matches(';')
                .to_owned()
        ]
    );
    world.run(seconds(60));
    let connection = world.sent.last().unwrap().flow.connection.unwrap();
    let now = world.now;
    world.endpoint.connection_closed(now, connection);
    world.settle();
    assert_eq!(world.registers().len(), 2);
    assert!(world.is_registered());
    assert_ne!(world.sent.last().unwrap().flow.connection, Some(connection));
    for _ in 0..20 {
        let connection = world.sent.last().unwrap().flow.connection.unwrap();
        let now = world.now;
        world.endpoint.connection_closed(now, connection);
        world.settle();
        world.run(seconds(3));
    }
    assert!(world.registers().len() <= 5, "{}", world.registers().len());
}

#[test]
fn the_last_good_servers_serve_for_a_day_without_a_name_service() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    world.start();
    for (name, names) in [
        ("silent", Box::new(|_: &Query| None) as Names),
        ("failing", Box::new(|_: &Query| Some(Resolution::Failed))),
        ("denying", Box::new(|_: &Query| Some(Resolution::NotFound))),
    ] {
        world.names = names;
        for _ in 0..24 * 60 {
            world.run(seconds(60));
            assert!(world.is_registered(), "{name}");
        }
        assert!(world.line.destination(world.now).is_some());
        world.names = Box::new(one_server);
        world.run(seconds(120));
    }
}

#[test]
fn half_an_answer_of_the_name_service_does_not_send_the_line_elsewhere() {
    let mut world = World::with_two(config(), script(|request| Some(taken(request, 120))));
    world.start();
    // SRV fails; the domain's own address is its web server.
    world.names = Box::new(|query| {
        Some(match query {
            Query::Addr(_) => Resolution::Addrs(vec!["203.0.113.80".parse().unwrap()]),
            _ => Resolution::Failed,
        })
    });
    world.run(seconds(3_600));
    assert!(
        world
            .sent
            .iter()
            .all(|sent| sent.to == FIRST.parse().unwrap())
    );
    assert!(world.is_registered());
}

#[test]
fn a_provider_that_moves_is_followed() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    world.start();
    world.names = Box::new(|query| {
        Some(match query {
            Query::Addr(_) => Resolution::Addrs(vec!["198.51.100.77".parse().unwrap()]),
            _ => Resolution::NotFound,
        })
    });
    world.run(seconds(180));
    assert_eq!(
        world.sent.last().unwrap().to,
        "198.51.100.77:5060".parse().unwrap()
    );
    assert!(world.is_registered());
}

#[test]
fn a_name_that_nobody_knows_is_told_and_asked_again() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    world.names = Box::new(|_| Some(Resolution::NotFound));
    world.start();
    world.run(seconds(30));
    assert_eq!(world.told()[0], "failed NotLocated");
    assert!(world.sent.is_empty());
    assert!(matches!(
        world.line.usable(world.now),
        Usable::No {
            why: Unusable::NotLocated,
            ..
        }
    ));
    world.names = Box::new(one_server);
    world.run(seconds(60));
    assert!(world.is_registered());
}

#[test]
fn a_name_service_that_never_answers_holds_nobody_up_for_ever() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    world.names = Box::new(|_| None);
    world.start();
    world.run(seconds(10));
    assert_eq!(world.told(), ["failed NotLocated"]);
}

#[test]
fn an_encrypted_line_says_nothing_in_the_clear() {
    let mut config = config();
    config.registrar = "sip:provider.example;transport=tls".parse().unwrap();
    let mut world = World::new(config, registrar());
    world.names = Box::new(two_servers); // which are to be reached over UDP only
    world.start();
    world.run(seconds(600));
    assert!(world.sent.is_empty());
    world.names = Box::new(one_server);
    world.run(seconds(60));
    assert!(world.is_registered());
    assert!(
        world
            .sent
            .iter()
            .all(|sent| sent.flow.transport.is_secure())
    );
}

#[test]
fn a_line_of_sips_is_sips_throughout() {
    let mut config = config();
    config.registrar = "sips:provider.example".parse().unwrap();
    let mut world = World::new(config, registrar());
    world.start();
    assert!(world.is_registered());
    let register = world.registers()[0];
    assert_eq!(register.raw_uri().to_string(), "sips:provider.example");
    assert_eq!(
        contacts(register),
        [format!("<sips:4930123@192.0.2.5:5060;line={TOKEN}>")]
    );
    assert_eq!(header(register, "To"), ["<sips:anna@office.example>"]);
    assert_eq!(world.sent[0].to, "198.51.100.1:5061".parse().unwrap());
}

#[test]
fn a_router_that_gets_another_address_at_night_is_noticed_within_half_a_minute() {
    let mut config = config();
    config.probe = Some(seconds(28));
    let seen = shared("203.0.113.50:40404");
    let seen_now = seen.clone();
    let answer = move |request: &Request| {
        let via = request.via().unwrap();
        let via = via.with_source(seen_now.borrow().parse().unwrap());
        let response = match request.method() {
            sip_message::Method::Register => taken(request, 120),
            _ => reply(request, 200, &[]),
        };
        let response = response.edit().pop::<sip_message::header::Via>();
        Some(response.push_first(&via).build())
    };
    let mut world = World::new(config, script(answer));
    world.start();
    world.run(seconds(600));
    *seen.borrow_mut() = "203.0.113.99:2020";
    world.run(seconds(29));
    let last = *world.registers().last().unwrap();
    assert_eq!(
        contacts(last),
        [
            format!("<sip:4930123@203.0.113.99:2020;line={TOKEN}>"),
            format!("<sip:4930123@203.0.113.50:40404;line={TOKEN}>;expires=0"),
        ]
    );
}

#[test]
fn a_connection_that_a_router_forgot_is_given_up_and_replaced() {
    for probe in [Some(seconds(28)), None] {
        let mut config = config();
        config.registrar = "sip:provider.example;transport=tcp".parse().unwrap();
        config.probe = probe;
        let answer = |request: &Request| {
            Some(match request.method() {
                sip_message::Method::Register => taken(request, 300),
                _ => reply(request, 200, &[]),
            })
        };
        let mut world = World::new(config, script(answer));
        world.start();
        world.run(seconds(100));
        // From now on nothing comes back over it; there is no reset either.
        world.script = script(|_| None);
        world.run(seconds(400));
        let connections: std::collections::BTreeSet<_> = world
            .sent
            .iter()
            .filter_map(|sent| sent.flow.connection)
            .collect();
        assert!(
            connections.len() >= 2,
            "{probe:?}: still the old connection"
        );
    }
}

#[test]
fn our_new_address_is_registered_within_seconds() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    world.start();
    world.run(seconds(30));
    let old = sip_transport::Listener {
        transport: sip_transport::Transport::Udp,
        local: OUR_ADDRESS.parse().unwrap(),
        advertised: None,
    };
    world.endpoint.transports().stop_listening(&old);
    // The network is told of before the new socket is there.
    world.act(Line::kick);
    world.run(seconds(2));
    assert!(!world.is_registered());
    world.endpoint.transports().listen(sip_transport::Listener {
        local: "192.0.2.77:5060".parse().unwrap(),
        ..old
    });
    world.act(Line::kick);
    assert!(world.is_registered());
    let last = *world.registers().last().unwrap();
    assert_eq!(
        contacts(last),
        [
            format!("<sip:4930123@192.0.2.77:5060;line={TOKEN}>"),
            format!("<sip:4930123@192.0.2.5:5060;line={TOKEN}>;expires=0"),
        ]
    );
}

#[test]
fn a_line_that_starts_before_its_sockets_waits_seconds_for_them() {
    let mut world = World::new(config(), script(|request| Some(taken(request, 120))));
    let udp = sip_transport::Listener {
        transport: sip_transport::Transport::Udp,
        local: OUR_ADDRESS.parse().unwrap(),
        advertised: None,
    };
    world.endpoint.transports().stop_listening(&udp);
    world.start();
    world.run(seconds(2));
    assert!(!world.is_registered());
    world.endpoint.transports().listen(udp);
    world.run(seconds(10));
    assert!(world.is_registered());
}

#[test]
fn a_line_given_up_while_it_registers_leaves_nothing_behind() {
    let mut world = World::new(config(), script(|_| None));
    world.start();
    world.act(Line::stop);
    let registers = world.registers();
    assert_eq!(registers.len(), 2);
    assert_eq!(header(registers[1], "Expires"), ["0"]);
    assert_eq!(
        header(registers[1], "Call-ID"),
        header(registers[0], "Call-ID")
    );
    world.run(seconds(2));
    assert!(world.line.is_over());
}
