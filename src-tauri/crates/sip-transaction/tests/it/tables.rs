//! Every cell of the four transaction tables: state, event and kind of path.

use sip_transaction::{
    invite_client, invite_server,
    machine::{Action, Path, Step},
    non_invite_client, non_invite_server,
};
use std::fmt::{Debug, Write};

/// Prints a machine's table; a dot is a cell in which nothing happens.
fn table<State: Debug + PartialEq + Copy, Event: Debug + Copy>(
    states: &[State],
    events: &[Event],
    start: fn(Path) -> Step<State>,
    on: fn(State, Event, Path) -> Step<State>,
) -> String {
    let mut out = String::new();
    for path in [Path::Unreliable, Path::Reliable] {
        let (first, actions) = start(path);
        let _ = writeln!(out, "== {path:?}: starts {first:?}  {}", list(actions));
        for state in states {
            let _ = writeln!(out, "{state:?}");
            for event in events {
                let event_name = format!("{event:?}");
                let (next, actions) = on(*state, *event, path);
                let cell = if next == *state && actions.is_empty() {
                    ".".to_owned()
                } else if next == *state {
                    format!("stays         {}", list(actions))
                } else {
                    format!("-> {:<10} {}", format!("{next:?}"), list(actions))
                };
                let _ = writeln!(out, "    {event_name:<16} {}", cell.trim_end());
            }
        }
    }
    out
}

fn list(actions: &[Action]) -> String {
    let names: Vec<String> = actions.iter().map(|action| format!("{action:?}")).collect();
    names.join(" ")
}

#[test]
fn invite_client_table() {
    insta::assert_snapshot!(table(
        &invite_client::State::ALL,
        &invite_client::Event::ALL,
        invite_client::start,
        invite_client::on,
    ));
}

#[test]
fn non_invite_client_table() {
    insta::assert_snapshot!(table(
        &non_invite_client::State::ALL,
        &non_invite_client::Event::ALL,
        non_invite_client::start,
        non_invite_client::on,
    ));
}

#[test]
fn invite_server_table() {
    insta::assert_snapshot!(table(
        &invite_server::State::ALL,
        &invite_server::Event::ALL,
        invite_server::start,
        invite_server::on,
    ));
}

#[test]
fn non_invite_server_table() {
    insta::assert_snapshot!(table(
        &non_invite_server::State::ALL,
        &non_invite_server::Event::ALL,
        non_invite_server::start,
        non_invite_server::on,
    ));
}

/// No cell leads out of `Terminated`, and none that leads into it starts a timer: a transaction
/// that is over must not stay for one.
#[test]
fn terminated_is_the_end() {
    fn check<State: Debug + PartialEq + Copy, Event: Debug + Copy>(
        terminated: State,
        states: &[State],
        events: &[Event],
        on: fn(State, Event, Path) -> Step<State>,
    ) {
        for path in [Path::Unreliable, Path::Reliable] {
            for event in events {
                assert_eq!(on(terminated, *event, path), (terminated, &[][..]));
                for state in states {
                    let (next, actions) = on(*state, *event, path);
                    let starts = actions.iter().any(|a| matches!(a, Action::Start(_)));
                    assert!(next != terminated || !starts, "{state:?} {event:?}");
                }
            }
        }
    }
    use {
        invite_client as ic, invite_server as is, non_invite_client as nc, non_invite_server as ns,
    };
    check(
        ic::State::Terminated,
        &ic::State::ALL,
        &ic::Event::ALL,
        ic::on,
    );
    check(
        nc::State::Terminated,
        &nc::State::ALL,
        &nc::Event::ALL,
        nc::on,
    );
    check(
        is::State::Terminated,
        &is::State::ALL,
        &is::Event::ALL,
        is::on,
    );
    check(
        ns::State::Terminated,
        &ns::State::ALL,
        &ns::Event::ALL,
        ns::on,
    );
}
