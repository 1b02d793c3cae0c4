//! The registrar and the location service by RFC 3261 §10, RFC 3327, RFC 5626 and RFC 5627.

use crate::support::*;
use proptest::prelude::*;
use sip_message::{HeaderName, Request, Response, header::Contact};
use sip_server::{
    location::{Aor, Binding, Location, LocationChange, Removal},
    registrar::{Registered, Registrar, RegistrarConfig},
};
use sip_transaction::Destination;
use sip_transport::{ConnectionId, Flow, Transport, Transports};
use std::time::Duration;

struct Office {
    door: Door,
    registrar: Registrar,
    location: Location,
    flow: Flow,
    cseq: u32,
    call_id: String,
}

impl Office {
    fn new(config: RegistrarConfig) -> Office {
        Office {
            door: Door::standard(),
            registrar: Registrar::new(config, [2; 32]),
            location: Location::new(),
            flow: flow("192.0.2.5:5060"),
            cseq: 0,
            call_id: "boot1".to_owned(),
        }
    }

    fn standard() -> Office {
        Office::new(RegistrarConfig::default())
    }

    fn request(&mut self, headers: &str) -> Request {
        self.cseq += 2;
        request(&format!(
            "REGISTER sip:office.example SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bK{n}
             From: <sip:anna@office.example>;tag=a
             To: <sip:anna@office.example>
             Call-ID: {call_id}
             CSeq: {n} REGISTER
             {headers}",
            n = self.cseq,
            call_id = self.call_id,
        ))
    }

    fn register(&mut self, headers: &str) -> Registered {
        let request = self.request(headers);
        self.carry_out(&request)
    }

    fn carry_out(&mut self, request: &Request) -> Registered {
        let authenticated = self.door.let_in(self.flow, request);
        self.registrar
            .register(self.door.now, &authenticated, &anna(), &mut self.location)
    }

    fn contacts(&self) -> Vec<String> {
        let bindings = self.location.bindings(self.door.now, &anna());
        bindings
            .iter()
            .map(|b| b.contact.uri().to_string())
            .collect()
    }

    fn after(&mut self, seconds: u64) -> Vec<LocationChange> {
        self.door.now += Duration::from_secs(seconds);
        self.location.handle_timeout(self.door.now)
    }
}

fn anna() -> Aor {
    Aor::of(&"sip:anna@office.example".parse().unwrap()).unwrap()
}

fn listed(response: &Response) -> Vec<String> {
    let contacts = response.headers().named(HeaderName::Contact);
    contacts.map(|line| line.value().to_string()).collect()
}

fn kinds(changes: &[LocationChange]) -> Vec<String> {
    let kind = |change: &LocationChange| match change {
        LocationChange::Added { binding, .. } => format!("added {}", binding.contact.uri()),
        LocationChange::Refreshed { binding, .. } => format!("refreshed {}", binding.contact.uri()),
        LocationChange::Removed {
            binding, reason, ..
        } => format!("removed {} {reason:?}", binding.contact.uri()),
    };
    changes.iter().map(kind).collect()
}

#[test]
fn a_phone_comes_stays_and_goes() {
    let mut office = Office::standard();
    let came = office.register("Contact: \"Anna\" <sip:anna@192.0.2.5;line=x>;q=0.5;foo=\"b,c\"");
    assert_eq!(came.response.status(), 200);
    assert_eq!(kinds(&came.changes), ["added sip:anna@192.0.2.5;line=x"]);
    assert_eq!(
        listed(&came.response),
        ["\"Anna\" <sip:anna@192.0.2.5;line=x>;q=0.5;foo=\"b,c\";expires=3600"]
    );
    let stayed = office.register("Contact: <sip:anna@192.0.2.5;line=x>\nExpires: 120");
    assert_eq!(
        kinds(&stayed.changes),
        ["refreshed sip:anna@192.0.2.5;line=x"]
    );
    assert_eq!(
        listed(&stayed.response),
        ["<sip:anna@192.0.2.5;line=x>;expires=120"]
    );
    let went = office.register("Contact: <sip:anna@192.0.2.5;line=x>;expires=0");
    assert_eq!(
        kinds(&went.changes),
        ["removed sip:anna@192.0.2.5;line=x Unregistered"]
    );
    assert!(listed(&went.response).is_empty());
    assert!(office.location.is_empty());
}

#[test]
fn what_is_not_refreshed_expires() {
    let mut office = Office::standard();
    let _ = office.register("Contact: <sip:anna@192.0.2.5>;expires=60");
    let _ = office.register("Contact: <sip:anna@192.0.2.6>;expires=300");
    assert_eq!(
        office.location.next_timeout(),
        Some(office.door.now + Duration::from_secs(60))
    );
    assert!(office.after(59).is_empty());
    assert_eq!(
        kinds(&office.after(1)),
        ["removed sip:anna@192.0.2.5 Expired"]
    );
    assert_eq!(office.contacts(), ["sip:anna@192.0.2.6"]);
    let asked = office.register("");
    assert_eq!(
        listed(&asked.response),
        ["<sip:anna@192.0.2.6>;expires=240"]
    );
}

#[test]
fn how_long_a_contact_is_kept() {
    for (headers, expires) in [
        ("Contact: <sip:a@192.0.2.5>", Some(3_600)),
        ("Contact: <sip:a@192.0.2.5>\nExpires: 60", Some(60)),
        (
            "Contact: <sip:a@192.0.2.5>;expires=90\nExpires: 60",
            Some(90),
        ),
        (
            "Contact: <sip:a@192.0.2.5>;expires=99999999999",
            Some(7_200),
        ),
        ("Contact: <sip:a@192.0.2.5>;expires=soon", Some(3_600)),
        ("Contact: <sip:a@192.0.2.5>;expires=59", None),
        ("Contact: <sip:a@192.0.2.5>;expires=1\nExpires: 3600", None),
    ] {
        let mut office = Office::standard();
        let registered = office.register(headers);
        match expires {
            Some(seconds) => assert_eq!(
                registered
                    .response
                    .headers()
                    .get::<Contact>()
                    .unwrap()
                    .expires(),
                Some(seconds),
                "{headers}"
            ),
            None => {
                assert_eq!(registered.response.status(), 423, "{headers}");
                let min = registered.response.headers().value(HeaderName::MinExpires);
                assert_eq!(min.unwrap(), "60");
                assert!(office.location.is_empty());
            }
        }
    }
}

#[test]
fn an_hour_is_never_too_brief() {
    let mut office = Office::new(RegistrarConfig {
        min_expires: Duration::from_secs(7_200),
        ..RegistrarConfig::default()
    });
    assert_eq!(
        office
            .register("Contact: <sip:a@192.0.2.5>;expires=3599")
            .response
            .status(),
        423
    );
    assert_eq!(
        office
            .register("Contact: <sip:a@192.0.2.5>;expires=3600")
            .response
            .status(),
        200
    );
}

#[test]
fn a_star_removes_everything_and_stands_alone() {
    let mut office = Office::standard();
    let _ = office.register("Contact: <sip:a@192.0.2.5>, <sip:b@192.0.2.5>");
    for bad in [
        "Contact: *",
        "Contact: *\nExpires: 60",
        "Contact: *, <sip:a@192.0.2.5>\nExpires: 0",
        "Contact: <sip:a@192.0.2.5>\nContact: *\nExpires: 0",
    ] {
        let refused = office.register(bad);
        assert_eq!(refused.response.status(), 400, "{bad}");
        assert_eq!(office.contacts().len(), 2, "{bad}");
    }
    let gone = office.register("Contact: *\nExpires: 0");
    assert_eq!(gone.response.status(), 200);
    assert_eq!(gone.changes.len(), 2);
    assert!(listed(&gone.response).is_empty());
}

#[test]
fn an_overtaken_register_changes_nothing() {
    let mut office = Office::standard();
    let old = office.request("Contact: <sip:new@192.0.2.5>, <sip:a@192.0.2.5>;expires=0");
    let _ = office.register("Contact: <sip:a@192.0.2.5>");
    let refused = office.carry_out(&old);
    assert_eq!(refused.response.status(), 500);
    assert!(refused.changes.is_empty());
    assert_eq!(office.contacts(), ["sip:a@192.0.2.5"]); // nothing of it, not even the new one
    // Another Call-ID, another order (the phone was restarted).
    office.call_id = "boot2".to_owned();
    office.cseq = 0;
    let _ = office.register("Contact: <sip:a@192.0.2.5>;expires=0");
    assert!(office.contacts().is_empty());
}

#[test]
fn contacts_are_compared_as_uris_not_as_text() {
    let mut office = Office::standard();
    let _ = office.register("Contact: <sip:anna@Host.example;transport=tcp;line=1>");
    let again = office.register("Contact: <sip:%61nna@host.EXAMPLE;transport=TCP>");
    assert_eq!(again.changes.len(), 1);
    assert!(matches!(again.changes[0], LocationChange::Refreshed { .. }));
    let other = office.register("Contact: <sip:anna@host.example>");
    assert!(matches!(other.changes[0], LocationChange::Added { .. }));
}

#[test]
fn too_many_contacts_are_refused() {
    let mut office = Office::standard();
    for n in 0..5 {
        office.flow = flow(&format!("192.0.2.{n}:5060"));
        let registered = office.register(&format!("Contact: <sip:a@192.0.2.{n}>"));
        assert_eq!(registered.response.status(), 200);
    }
    office.flow = flow("192.0.2.9:5060");
    let sixth = office.register("Contact: <sip:a@192.0.2.9>");
    assert_eq!(sixth.response.status(), 403);
    assert_eq!(office.contacts().len(), 5);
    let refresh = office.register("Contact: <sip:a@192.0.2.3>");
    assert_eq!(refresh.response.status(), 200);
}

#[test]
fn a_phone_that_was_unplugged_five_times_still_gets_in() {
    let mut office = Office::standard();
    for boot in 0..20 {
        office.call_id = format!("boot{boot}");
        office.flow = flow(&format!("192.0.2.5:{}", 40_000 + boot));
        let port = 50_000 + boot;
        let registered = office.register(&format!("Contact: <sip:a@192.0.2.5:{port}>"));
        assert_eq!(registered.response.status(), 200, "{boot}");
        office.door.now += Duration::from_secs(1);
    }
    assert_eq!(office.contacts().len(), 5);
    assert_eq!(office.contacts()[0], "sip:a@192.0.2.5:50019");
}

#[test]
fn a_restarted_device_with_an_instance_leaves_no_ghost() {
    let mut office = Office::standard();
    let instance = "+sip.instance=\"<urn:uuid:1>\"";
    let _ = office.register(&format!("Contact: <sip:a@192.0.2.5:1>;{instance}"));
    office.call_id = "boot2".to_owned();
    let again = office.register(&format!("Contact: <sip:a@192.0.2.5:2>;{instance}"));
    assert_eq!(
        kinds(&again.changes),
        [
            "removed sip:a@192.0.2.5:1 Replaced",
            "added sip:a@192.0.2.5:2"
        ]
    );
}

#[test]
fn callers_get_devices_by_preference_newest_first() {
    let mut office = Office::standard();
    for (contact, q) in [("a", "0.5"), ("b", "1.0"), ("c", "0.5"), ("d", "0.1")] {
        let _ = office.register(&format!("Contact: <sip:{contact}@192.0.2.5>;q={q}"));
        office.door.now += Duration::from_secs(1);
    }
    let uri = "sip:anna@office.example;user=phone".parse().unwrap();
    let devices = office.location.lookup(office.door.now, &uri);
    let order: Vec<String> = devices
        .iter()
        .map(|d| d.flows[0].contact.uri().to_string())
        .collect();
    assert_eq!(
        order,
        [
            "sip:b@192.0.2.5",
            "sip:c@192.0.2.5",
            "sip:a@192.0.2.5",
            "sip:d@192.0.2.5"
        ]
    );
}

#[test]
fn unknown_demands_are_refused_with_420() {
    let mut office = Office::standard();
    let refused = office.register("Contact: <sip:a@192.0.2.5>\nRequire: path, gin , outbound");
    assert_eq!(refused.response.status(), 420);
    let unsupported = refused.response.headers().value(HeaderName::Unsupported);
    assert_eq!(unsupported.unwrap(), "gin");
    assert!(office.location.is_empty());
}

#[test]
fn path_is_kept_and_told_when_the_phone_knows_it() {
    let mut office = Office::standard();
    let path = "Path: <sip:edge.example;lr>, <sip:inner.example;lr>";
    let refused = office.register(&format!("Contact: <sip:a@192.0.2.5>\n{path}"));
    assert_eq!(refused.response.status(), 420);
    assert_eq!(
        refused
            .response
            .headers()
            .value(HeaderName::Unsupported)
            .unwrap(),
        "path"
    );
    let kept = office.register(&format!(
        "Contact: <sip:a@192.0.2.5>\nSupported: path\n{path}"
    ));
    assert_eq!(kept.response.status(), 200);
    assert_eq!(
        kept.response.headers().value(HeaderName::Path).unwrap(),
        "<sip:edge.example;lr>, <sip:inner.example;lr>"
    );
    let binding = &office.location.bindings(office.door.now, &anna())[0];
    assert_eq!(binding.path.len(), 2);
    // Over the flow it came by, not to wherever the Path says: that would be a phone's word.
    match binding.destination(&Transports::default()) {
        Destination::Flow(flow) => assert_eq!(flow, office.flow),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_device_may_keep_two_flows_and_is_one_device() {
    let mut office = Office::new(RegistrarConfig {
        flow_timer: Some(Duration::from_secs(120)),
        ..RegistrarConfig::default()
    });
    let contact = |user: &str, id: u32| {
        format!(
            "Supported: path, outbound
             Contact: <sip:{user}@192.0.2.5;ob>;reg-id={id};+sip.instance=\"<urn:uuid:1>\""
        )
    };
    let first = office.register(&contact("a", 1));
    assert_eq!(
        first.response.headers().value(HeaderName::Require).unwrap(),
        "outbound"
    );
    assert_eq!(
        first
            .response
            .headers()
            .value(HeaderName::FlowTimer)
            .unwrap(),
        "120"
    );
    office.call_id = "second-flow".to_owned();
    let _ = office.register(&contact("b", 2));
    let devices = office.location.devices(office.door.now, &anna());
    assert_eq!((devices.len(), devices[0].flows.len()), (1, 2));
    // Another contact on the same flow takes the place of the old one.
    let again = office.register(&contact("c", 2));
    assert_eq!(kinds(&again.changes), ["refreshed sip:c@192.0.2.5;ob"]);
}

#[test]
fn reg_id_counts_only_with_instance_and_outbound() {
    for headers in [
        "Contact: <sip:a@192.0.2.5>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"",
        "Supported: outbound\nContact: <sip:a@192.0.2.5>;reg-id=1",
        "Supported: outbound\nContact: <sip:a@192.0.2.5>;reg-id=x;+sip.instance=\"<urn:uuid:1>\"",
    ] {
        let mut office = Office::standard();
        let registered = office.register(headers);
        assert_eq!(registered.response.status(), 200);
        assert!(!registered.response.headers().has(HeaderName::Require));
        let binding = &office.location.bindings(office.door.now, &anna())[0];
        assert_eq!(binding.reg_id, None, "{headers}");
    }
    let two = "Supported: outbound
        Contact: <sip:a@192.0.2.5>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"
        Contact: <sip:b@192.0.2.5>;reg-id=2;+sip.instance=\"<urn:uuid:1>\"";
    assert_eq!(Office::standard().register(two).response.status(), 400);
}

#[test]
fn a_flow_through_a_proxy_without_outbound_is_refused_with_439() {
    let outbound = "Supported: outbound, path
        Contact: <sip:a@192.0.2.5>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"
        Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKx";
    for (path, status) in [
        ("", 439),
        ("Path: <sip:edge.example;lr>", 439),
        ("Path: <sip:edge.example;lr;ob>", 200),
    ] {
        let mut office = Office::standard();
        let registered = office.register(format!("{outbound}\n{path}").trim_end());
        assert_eq!(registered.response.status(), status, "{path}");
    }
}

#[test]
fn a_device_gets_addresses_of_its_own() {
    let mut office = Office::standard();
    let headers = "Supported: gruu
        Contact: <sip:a@192.0.2.5>;+sip.instance=\"<urn:uuid:1>\"";
    let gruus = |registered: &Registered| {
        let contacts = registered.response.headers().all::<Contact>();
        let params = contacts
            .map(|c| c.unwrap().addr().unwrap().params().clone())
            .find(|params| params.has("pub-gruu"))
            .unwrap();
        (
            params.value("pub-gruu").unwrap().to_string(),
            params.value("temp-gruu").unwrap().to_string(),
        )
    };
    let (public, temporary) = gruus(&office.register(headers));
    assert_eq!(public, "sip:anna@office.example;gr=urn:uuid:1");
    let _ = office.register("Contact: <sip:b@192.0.2.6>");
    let found = |office: &Office, uri: &str| {
        let devices = office
            .location
            .lookup(office.door.now, &uri.parse().unwrap());
        devices.len()
    };
    assert_eq!(found(&office, "sip:anna@office.example"), 2);
    assert_eq!(found(&office, &public), 1);
    assert_eq!(found(&office, &temporary), 1);
    assert!(!temporary.contains("anna"));
    // A refresh gives another one and keeps the first; a new Call-ID ends both.
    let (_, second) = gruus(&office.register(headers));
    assert_ne!(second, temporary);
    assert_eq!(found(&office, &temporary), 1);
    office.call_id = "boot2".to_owned();
    let _ = office.register(headers);
    assert_eq!(found(&office, &temporary), 0);
    assert_eq!(found(&office, &public), 1);
    assert_eq!(found(&office, "sip:anna@office.example;gr=urn:uuid:9"), 0);
}

#[test]
fn nobody_learns_a_gruu_who_did_not_ask() {
    let mut office = Office::standard();
    let registered = office.register("Contact: <sip:a@192.0.2.5>;+sip.instance=\"<urn:uuid:1>\"");
    assert!(!text(&registered.response).contains("gruu"));
}

#[test]
fn what_came_over_a_connection_goes_with_it() {
    let mut office = Office::standard();
    let stream = |id| Flow {
        transport: Transport::Tcp,
        connection: Some(ConnectionId(id)),
        ..flow("192.0.2.5:40000")
    };
    office.flow = stream(7);
    let _ = office.register("Contact: <sip:a@192.0.2.5>");
    office.flow = stream(8);
    let _ = office.register("Contact: <sip:b@192.0.2.5>");
    let gone = office.location.on_flow_closed(stream(7));
    assert_eq!(kinds(&gone), ["removed sip:a@192.0.2.5 FlowClosed"]);
    assert_eq!(office.contacts(), ["sip:b@192.0.2.5"]);
    assert!(
        office
            .location
            .on_flow_closed(flow("192.0.2.5:40000"))
            .is_empty()
    );
}

#[test]
fn a_restarted_engine_opens_a_stream_only_to_the_host_that_registered() {
    let mut office = Office::standard();
    office.flow = Flow {
        transport: Transport::Tcp,
        connection: None,
        ..flow("192.0.2.5:40000")
    };
    for (contact, addr) in [
        ("<sip:a@192.0.2.5:5070;transport=tcp>", "192.0.2.5:5070"),
        ("<sip:a@203.0.113.9:25;transport=tcp>", "192.0.2.5:40000"),
        ("<sip:a@pc.example;transport=tcp>", "192.0.2.5:40000"),
    ] {
        let registered = office.register(&format!("Contact: {contact}"));
        let LocationChange::Added { binding, .. } = &registered.changes[0] else {
            panic!()
        };
        match binding.destination(&Transports::default()) {
            Destination::Target(target) => assert_eq!(target.addr, addr.parse().unwrap()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn restored_bindings_are_found_and_expire() {
    let mut office = Office::standard();
    let _ = office.register("Contact: <sip:a@192.0.2.5>");
    let binding: Binding = (*office.location.bindings(office.door.now, &anna())[0]).clone();
    let mut location = Location::new();
    location.restore(&anna(), binding).unwrap();
    assert_eq!(location.devices(office.door.now, &anna()).len(), 1);
    let later = office.door.now + Duration::from_secs(3_600);
    assert!(location.devices(later, &anna()).is_empty());
    assert!(matches!(
        location.handle_timeout(later)[..],
        [LocationChange::Removed {
            reason: Removal::Expired,
            ..
        }]
    ));
}

#[test]
fn the_account_is_taken_away() {
    let mut office = Office::standard();
    let _ = office.register("Contact: <sip:a@192.0.2.5>, <sip:b@192.0.2.5>");
    let gone = office.location.remove_all(&anna(), Removal::Withdrawn);
    assert_eq!(gone.len(), 2);
    assert!(office.location.is_empty() && office.location.next_timeout().is_none());
}

proptest! {
    #[test]
    fn the_indexes_agree_whatever_happens(steps in proptest::collection::vec((0u8..6, 0u8..4, 0u32..3), 1..60)) {
        let mut office = Office::standard();
        for (step, who, reg_id) in steps {
            office.flow = Flow {
                transport: Transport::Tcp,
                connection: Some(ConnectionId(u64::from(who))),
                ..flow("192.0.2.5:40000")
            };
            match step {
                0 | 1 => drop(office.register(&format!("Contact: <sip:{who}@192.0.2.5>;expires={}", 60 + 60 * reg_id))),
                2 => drop(office.register(&format!(
                    "Supported: outbound\nContact: <sip:{who}@192.0.2.5>;reg-id={reg_id};+sip.instance=\"<urn:uuid:{who}>\""))),
                3 => drop(office.register(&format!("Contact: <sip:{who}@192.0.2.5>;expires=0"))),
                4 => drop(office.location.on_flow_closed(office.flow)),
                _ => drop(office.after(40)),
            }
            let now = office.door.now;
            prop_assert!(office.contacts().len() <= 5);
            prop_assert_eq!(office.location.len(), office.contacts().len());
            prop_assert_eq!(office.location.is_empty(), office.location.next_timeout().is_none());
            prop_assert!(office.location.next_timeout().is_none_or(|at| at > now));
        }
        office.after(100_000);
        prop_assert!(office.location.is_empty());
        prop_assert_eq!(office.location.aors().count(), 0);
    }

    #[test]
    fn no_register_makes_it_panic(lines in proptest::collection::vec(
        "(Contact|Expires|Path|Require|Supported|Call-ID|m|k): [ -~]{0,60}", 0..6)) {
        let mut office = Office::standard();
        let head = office.request("");
        let head = String::from_utf8(head.bytes().to_vec()).unwrap();
        let text = format!("{}\r\n{}\r\n\r\n", head.trim_end(), lines.join("\r\n"));
        if let Ok(request) = Request::parse(text.into())
            && request.flaw().is_none()
            && request.headers().named(HeaderName::CallId).count() == 1
        {
            drop(office.carry_out(&request));
        }
    }
}
