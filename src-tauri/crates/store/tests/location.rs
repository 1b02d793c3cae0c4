//! A restarted engine still knows where every phone is.
#![allow(missing_docs)]

mod common;

use common::{binding, desk_phone, hire, open};
use office::DeviceId;
use std::time::Instant;
use store::{BindingWrite, StoredBinding};

#[test]
fn bindings_come_back_as_they_were_but_not_the_lapsed_ones() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    let good = binding(login.device, "sip:a@192.0.2.7:5060;ob", 2_000);
    let bare = StoredBinding {
        path: Vec::new(),
        instance: None,
        reg_id: None,
        ..binding(login.device, "sip:b@192.0.2.8", 2_001)
    };
    let lapsed = binding(login.device, "sip:c@192.0.2.9", 1_000);
    let writes = [&good, &bare, &lapsed].map(|each| BindingWrite::Put(each.clone()));
    store.apply_bindings(&writes).unwrap();

    drop(store);
    let store = open(dir.path());
    assert_eq!(store.load_bindings(1_000).unwrap(), [good, bare]);
    assert_eq!(
        store.load_bindings(0).unwrap().len(),
        2,
        "the lapsed one is gone for good"
    );
}

#[test]
fn a_refresh_replaces_and_a_second_flow_of_one_phone_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    let first = binding(login.device, "sip:a@192.0.2.7", 1_000);
    let refreshed = StoredBinding {
        expires_at: 9_000,
        cseq: 8,
        ..first.clone()
    };
    let second_flow = StoredBinding {
        reg_id: Some(2),
        ..refreshed.clone()
    };
    let writes = [&first, &refreshed, &second_flow].map(|each| BindingWrite::Put(each.clone()));
    store.apply_bindings(&writes).unwrap();
    assert_eq!(
        store.load_bindings(0).unwrap(),
        [refreshed.clone(), second_flow.clone()]
    );
    store
        .apply_bindings(&[BindingWrite::Remove(refreshed.key())])
        .unwrap();
    assert_eq!(store.load_bindings(0).unwrap(), [second_flow]);
}

#[test]
fn the_last_binding_of_a_removed_device_spoils_no_batch() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    let good = binding(login.device, "sip:a@192.0.2.7", 1_000);
    let ghost = binding(DeviceId(99), "sip:g@192.0.2.9", 1_000);
    store
        .apply_bindings(&[BindingWrite::Put(ghost), BindingWrite::Put(good.clone())])
        .unwrap();
    assert_eq!(store.load_bindings(0).unwrap(), [good]);
}

/// Five hundred phones after a power cut: their registrations must not queue up behind the disk.
#[test]
fn five_hundred_registrations_cost_one_write() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let (devices, _) = store
        .change(|change| {
            (0..500)
                .map(|_| Ok(change.add_device(&desk_phone(anna))?.device))
                .collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    let writes: Vec<BindingWrite> = devices
        .iter()
        .map(|device| BindingWrite::Put(binding(*device, "sip:a@192.0.2.7", 1_000)))
        .collect();

    let begun = Instant::now();
    store.apply_bindings(&writes).unwrap();
    let batch = begun.elapsed();
    let begun = Instant::now();
    for write in &writes[..50] {
        store.apply_bindings(std::slice::from_ref(write)).unwrap();
    }
    let singly = begun.elapsed();
    println!("500 bindings: {batch:?} in one transaction, {singly:?} for 50 in 50");
    assert!(batch < singly, "{batch:?} against {singly:?}");
    assert_eq!(store.load_bindings(0).unwrap().len(), 500);
}
