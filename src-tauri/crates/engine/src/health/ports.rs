//! Whether phones find SIP where they look for it, and whether there are ports for sound.

use super::{ok, problem, warning};
use api::{Check, CheckId, SipListener};
use host::PortHolder;
use std::{net::UdpSocket, ops::RangeInclusive};

/// The usual port was taken, so another one was.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    /// The port phones look for first.
    pub(crate) wanted: u16,
    /// The port that was free.
    pub(crate) port: u16,
    /// Who holds the usual one, where the system tells.
    pub(crate) holder: Option<PortHolder>,
}

/// Ports tried to learn whether sound has some left.
const TRIED: usize = 20;

pub(super) fn sip(listeners: &[SipListener], moved: Option<&Moved>) -> Check {
    let id = CheckId::SipPorts;
    if listeners.is_empty() {
        return problem(id, "notListening");
    }
    let Some(Moved {
        wanted,
        port,
        holder,
    }) = moved
    else {
        let places = listeners
            .iter()
            .map(|at| format!("{} {}", at.transport, at.address));
        return ok(id).with("addresses", places.collect::<Vec<_>>());
    };
    let check = warning(id, "portMoved")
        .with("wanted", i64::from(*wanted))
        .with("port", i64::from(*port));
    match holder {
        Some(holder) => check
            .with("program", holder.program.as_str())
            .with("process", i64::from(holder.process)),
        None => check,
    }
}

/// Looks at some ports of the range, spread over it; ports of running calls are taken by ourselves.
pub(super) fn media(ports: &RangeInclusive<u16>, calls: usize) -> Check {
    let id = CheckId::MediaPorts;
    let all = ports.clone().count();
    let step = (all / TRIED).max(1);
    let tried: Vec<u16> = ports.clone().step_by(step).collect();
    let free = tried
        .iter()
        .filter(|port| UdpSocket::bind(("0.0.0.0", **port)).is_ok())
        .count();
    let range = format!("{}-{}", ports.start(), ports.end());
    let check = match (free, calls) {
        (0, 0) => problem(id, "taken"),
        (free, 0) if free * 2 < tried.len() => {
            let free = i64::try_from(all * free / tried.len().max(1)).unwrap_or(i64::MAX);
            warning(id, "few").with("free", free)
        }
        _ => ok(id),
    };
    check.with("range", range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::CheckState;

    #[test]
    fn a_port_that_had_to_move_is_named_with_who_holds_it() {
        let listeners = [SipListener {
            transport: "udp".to_owned(),
            address: "192.0.2.7:5062".parse().unwrap(),
        }];
        let moved = Moved {
            wanted: 5060,
            port: 5062,
            holder: Some(PortHolder {
                program: "asterisk".to_owned(),
                process: 812,
            }),
        };
        let check = sip(&listeners, Some(&moved));
        assert_eq!(
            (check.state, check.finding.as_str()),
            (CheckState::Warning, "portMoved")
        );
        assert_eq!(check.facts["program"], "asterisk".into());
        assert_eq!(check.facts["port"], 5062.into());
        assert_eq!(sip(&listeners, None).state, CheckState::Ok);
        assert_eq!(sip(&[], None).finding, "notListening");
    }

    #[test]
    fn a_port_range_that_others_hold_is_a_problem_while_nobody_talks() {
        let held = UdpSocket::bind("0.0.0.0:0").unwrap();
        let port = held.local_addr().unwrap().port();
        assert_eq!(media(&(port..=port), 0).finding, "taken");
        assert_eq!(
            media(&(port..=port), 1).state,
            CheckState::Ok,
            "it may be ours"
        );
        drop(held);
        assert_eq!(media(&(port..=port), 0).state, CheckState::Ok);
    }
}
