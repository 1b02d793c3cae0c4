//! A small office on disk, as the tests need it.
#![allow(dead_code, missing_docs)] // each test file uses its part

pub mod outside;

use office::{DeviceId, Extension, ExtensionNumber, MediaPolicy, Office, PersonId, RouteTarget};
use std::net::SocketAddr;
use std::path::Path;
use store::{NewDevice, NewLogin, NewPerson, Store, StoredBinding};

pub fn open(dir: &Path) -> Store {
    Store::open(dir).expect("the store should open").0
}

pub fn number(text: &str) -> ExtensionNumber {
    ExtensionNumber::parse(text).unwrap()
}

/// Adds a person with a number of their own and a desk phone, in one change.
pub fn hire(store: &mut Store, name: &str, dialled: &str) -> (PersonId, NewLogin, Office) {
    let ((person, login), office) = store
        .change(|change| {
            let person = change.add_person(&NewPerson {
                name: name.to_owned(),
                number: Some(number(dialled)),
                ..NewPerson::default()
            })?;
            change.add_extension(&Extension::to(number(dialled), RouteTarget::User(person)))?;
            Ok((person, change.add_device(&desk_phone(person))?))
        })
        .unwrap();
    (person, login, office)
}

pub fn desk_phone(person: PersonId) -> NewDevice {
    NewDevice {
        person,
        label: "Desk phone".to_owned(),
        sip_user: None,
        max_contacts: 2,
        media: MediaPolicy::Auto,
    }
}

pub fn binding(device: DeviceId, contact: &str, expires_at: i64) -> StoredBinding {
    StoredBinding {
        device,
        contact: contact.as_bytes().to_vec(),
        source: SocketAddr::from(([192, 0, 2, 7], 5060)),
        local: "[2001:db8::1]:5060".parse().unwrap(),
        transport: "UDP".to_owned(),
        path: vec![b"<sip:edge.example.com;lr>".to_vec()],
        instance: Some("urn:uuid:00000000-0000-1000-8000-000a95a0e128".to_owned()),
        reg_id: Some(1),
        q: 500,
        expires_at,
        call_id: "a84b4c76e66710".to_owned(),
        cseq: 7,
        user_agent: "Desk 42/1.0".to_owned(),
    }
}
