//! Lines, numbers and rules as the tests of the store need them.
#![allow(dead_code, missing_docs)] // each test file uses its part

use chrono::{DateTime, TimeDelta, Utc};
use office::{
    Anonymous, Channels, DestinationKind, Domain, Network, Number, OutboundRule, OutboundRuleId,
    PhoneNumber, Route, RouteTarget, ScheduleDocument, ScheduleId, Secret, Shown, SipPlace, Srtp,
    Trunk, TrunkAccess, TrunkId, TrunkIdentity, Whose,
};
use store::{Store, StoreError};

pub const CANARY: &str = "canary-of-the-line";

pub fn noon() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

pub fn place(host: &str) -> SipPlace {
    SipPlace {
        host: Domain::parse(host).unwrap(),
        port: Some(5061),
        transport: office::LineTransport::Tls,
    }
}

pub fn trunk(name: &str) -> Trunk {
    Trunk {
        provider: Some("example".to_owned()),
        outbound_proxy: Some(place("proxy.example.com")),
        access: TrunkAccess::Register {
            expires: Some(600),
            bulk: true,
        },
        identity: TrunkIdentity {
            auth_user: "4930123456".to_owned(),
            ..TrunkIdentity::default()
        },
        password: Some(Secret::new(CANARY.to_owned())),
        networks: vec![Network::parse("192.0.2.0/24").unwrap()],
        srtp: Srtp::Required,
        codecs: vec!["PCMA".to_owned()],
        probe_seconds: Some(60),
        channels: Channels {
            all: 10,
            incoming: Some(8),
            outgoing: None,
        },
        ..Trunk::at(TrunkId(0), name, place("sip.example.com"))
    }
}

pub fn phone_number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

pub fn own_number(text: &str, target: RouteTarget) -> Number {
    Number {
        number: phone_number(text),
        label: String::new(),
        trunk: None,
        route: Route::to(target),
        hours: None,
        channels: Some(2),
        anonymous: Anonymous::Challenge,
        challenge: true,
    }
}

pub fn rule(id: i64, name: &str, line: TrunkId) -> OutboundRule {
    OutboundRule {
        id: OutboundRuleId(id),
        position: 7,
        name: name.to_owned(),
        who: Whose::Everybody,
        to: vec![DestinationKind::Any],
        lines: vec![line],
        shows: Shown::Main,
    }
}

pub fn add_trunk(store: &mut Store, name: &str) -> TrunkId {
    store.change(|c| c.add_trunk(&trunk(name))).unwrap().0
}

pub fn add_number(store: &mut Store, text: &str, target: RouteTarget) {
    let number = own_number(text, target);
    store.change(|c| c.add_phone_number(&number)).unwrap();
}

pub fn add_schedule(store: &mut Store) -> ScheduleId {
    let json = r#"{"schemaVersion": 1, "name": "Office hours", "timezone": null, "weekly": []}"#;
    let hours = ScheduleDocument::read(json).unwrap();
    store.change(|c| c.add_schedule(&hours)).unwrap().0
}

/// The newest lines of the audit log, the newest first.
pub fn told(store: &Store, count: usize) -> Vec<String> {
    let entries = store.audit(count, None).unwrap().into_iter();
    let side = |side: Option<serde_json::Value>| side.map_or(String::new(), |it| it.to_string());
    entries
        .map(|entry| {
            let (before, after) = (side(entry.before), side(entry.after));
            format!("{} {}: {before} -> {after}", entry.action, entry.subject)
        })
        .collect()
}

#[track_caller]
pub fn refused<T>(result: Result<T, StoreError>) -> String {
    result
        .map(drop)
        .expect_err("this should be refused")
        .to_string()
}
