//! A whole call over a line: the session, the line's password, and the provider's door.

use crate::{line_support::*, support::Door};
use sip_dialog::{Ctx, Invite, Session, SessionConfig, SessionEvent, SessionState};
use sip_message::{Method, Request, Response, header::NameAddr};
use sip_server::{
    digest::Verdict,
    line::{CallLogin, Withheld},
};
use sip_transaction::{Event, Output};
use sip_transport::{Flow, TransportOutput};

/// A provider that wants a password for everything.
fn strict() -> Script {
    let mut door = Door::standard();
    Box::new(move |now, at, request| {
        if request.method() == Method::Ack {
            return None;
        }
        if request.method() == Method::Register {
            return Some(registered(&mut door, now, at, request));
        }
        door.now = now;
        let flow = Flow::udp(at, OUR_ADDRESS.parse().unwrap());
        Some(match door.verify(flow, request.clone()) {
            Verdict::Authenticated(_) => {
                reply(request, 200, &[("Contact", "<sip:198.51.100.1:5060>")])
            }
            Verdict::Challenge(response) | Verdict::Refuse(response) => response,
        })
    })
}

fn call(world: &mut World) -> Session {
    let uri = "sip:+4930555@provider.example".parse().unwrap();
    let us = "sip:anna@office.example"
        .parse::<sip_message::Uri>()
        .unwrap();
    let invite = Invite {
        request_uri: uri,
        from: NameAddr::new(us),
        to: "sip:+4930555@provider.example"
            .parse::<sip_message::Uri>()
            .map(NameAddr::new)
            .unwrap(),
        contact: world.line.contact(world.now, &world.endpoint).unwrap(),
        call_id: None,
        routes: world.line.routes(),
        sdp: Some("v=0\r\n".into()),
        headers: Vec::new(),
        config: SessionConfig {
            answers_challenges: true,
            ..SessionConfig::default()
        },
    };
    let to = world.line.destination(world.now).unwrap();
    let mut ctx = Ctx {
        now: world.now,
        endpoint: &mut world.endpoint,
    };
    Session::invite(&mut ctx, to, invite)
}

/// Does what the switch does, until nothing is left to do. `login`: none in a call that came in.
fn settle(
    world: &mut World,
    session: &mut Session,
    mut login: Option<&mut CallLogin>,
) -> Vec<Withheld> {
    let mut withheld = Vec::new();
    while let Some(output) = world.endpoint.poll() {
        match output {
            Output::Transport(TransportOutput::Send { flow, bytes }) => {
                if let Ok(sip_message::Message::Request(request)) =
                    sip_message::Message::parse(bytes)
                {
                    world.deliver(flow, request);
                }
            }
            Output::Event(Event::Response {
                client,
                response,
                flow,
            }) => {
                let mut ctx = Ctx {
                    now: world.now,
                    endpoint: &mut world.endpoint,
                };
                session.on_response(&mut ctx, client, &response);
                while let Some(event) = session.poll() {
                    if let SessionEvent::Challenged {
                        client,
                        request,
                        response,
                    } = event
                    {
                        let answer = match &mut login {
                            Some(call) => world
                                .line
                                .answer_challenge(&mut ctx, call, &request, &response, &flow),
                            None => Err(Withheld::NotForThis {
                                method: request.method(),
                            }),
                        };
                        match answer {
                            Ok(lines) => drop(session.authorize(&mut ctx, client, &lines)),
                            Err(why) => {
                                withheld.push(why);
                                session.decline_challenge(&mut ctx, client);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    withheld
}

fn proved(world: &World, method: Method) -> Vec<bool> {
    let sent = world
        .sent
        .iter()
        .filter(|sent| sent.request.method() == method);
    sent.map(|sent| !header(&sent.request, "Authorization").is_empty())
        .collect()
}

#[test]
fn a_call_and_its_end_are_proved_to_a_provider_that_asks_each_time() {
    let mut world = World::new(config(), strict());
    world.start();
    let mut login = CallLogin::new();
    let mut session = call(&mut world);
    assert_eq!(settle(&mut world, &mut session, Some(&mut login)), []);
    assert_eq!(session.state(), SessionState::Talking);
    let mut ctx = Ctx {
        now: world.now,
        endpoint: &mut world.endpoint,
    };
    session.hangup(&mut ctx, None);
    assert_eq!(settle(&mut world, &mut session, Some(&mut login)), []);
    assert_eq!(proved(&world, Method::Invite), [false, true]);
    assert_eq!(proved(&world, Method::Bye), [false, true]);
    assert_eq!(session.state(), SessionState::Ended);
}

#[test]
fn a_wrong_password_costs_a_call_two_tries() {
    let mut config = config();
    config.register = None;
    config.login.as_mut().unwrap().secret =
        sip_server::digest::Secret::Password("wrong".to_owned());
    let mut world = World::new(config, strict());
    world.start();
    let mut session = call(&mut world);
    let withheld = settle(&mut world, &mut session, Some(&mut CallLogin::new()));
    assert_eq!(withheld, [Withheld::WrongPassword]);
    assert_eq!(proved(&world, Method::Invite), [false, true]);
    assert_eq!(session.state(), SessionState::Ended);
}

#[test]
fn a_stranger_who_challenges_our_bye_learns_nothing() {
    // The far end answers from its own address and hopes for a BYE there.
    let mut world = World::new(
        config(),
        Box::new(|_, at, request: &Request| {
            let stranger = at == "203.0.113.66:5060".parse().unwrap();
            let challenge = [(
                "WWW-Authenticate",
                "Digest realm=\"office.example\", nonce=\"n\"",
            )];
            let response: Response = match request.method() {
                Method::Ack => return None,
                Method::Register => taken(request, 120),
                _ if stranger => reply(request, 401, &challenge),
                Method::Invite if header(request, "Authorization").is_empty() => {
                    reply(request, 401, &challenge)
                }
                _ => reply(request, 200, &[("Contact", "<sip:203.0.113.66:5060>")]),
            };
            Some(response)
        }),
    );
    world.start();
    let mut login = CallLogin::new();
    let mut session = call(&mut world);
    assert_eq!(settle(&mut world, &mut session, Some(&mut login)), []);
    assert_eq!(session.state(), SessionState::Talking);
    let mut ctx = Ctx {
        now: world.now,
        endpoint: &mut world.endpoint,
    };
    session.hangup(&mut ctx, None);
    let withheld = settle(&mut world, &mut session, Some(&mut login));
    let from = "203.0.113.66:5060".parse().unwrap();
    assert_eq!(withheld, [Withheld::Stranger { from }]);
    assert_eq!(proved(&world, Method::Bye), [false]);
}
