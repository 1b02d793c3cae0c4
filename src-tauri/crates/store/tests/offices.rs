//! The list of further offices of an engine.

use office::{Domain, Language, TimeZone};
use std::path::Path;
use store::{
    Actor, CopiedSounds, FurtherOffice, FurtherOfficeId, OfficeFolder, Store, StoreError,
    limits::FURTHER_OFFICES_MAX,
};

fn open(dir: &Path) -> Store {
    Store::open(dir).unwrap().0
}

fn office(name: &str, domains: &[&str]) -> FurtherOffice {
    FurtherOffice {
        id: FurtherOfficeId(0),
        name: name.to_owned(),
        folder: OfficeFolder::of_name(name),
        parent: None,
        accent: Some("#0a7f3c".parse().unwrap()),
        language: Language::parse("de-DE").unwrap(),
        time_zone: TimeZone::parse("Europe/Vienna").unwrap(),
        domains: domains.iter().map(|d| Domain::parse(d).unwrap()).collect(),
        api_port: None,
        enabled: true,
    }
}

fn add(store: &mut Store, office: &FurtherOffice) -> Result<FurtherOfficeId, StoreError> {
    store
        .change(|change| change.add_office(office))
        .map(|done| done.0)
}

#[test]
fn what_is_said_of_an_office_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mut acme = office("Acme", &["acme.example.com", "acme.example"]);
    acme.id = add(&mut store, &acme).unwrap();
    let mut part = office("Acme Shop", &["shop.example.com"]);
    part.parent = Some(acme.id);
    part.id = add(&mut store, &part).unwrap();
    store.keep_office_port(acme.id, 7_181).unwrap();
    acme.api_port = Some(7_181);
    drop(store);

    let mut store = open(dir.path());
    let kept = store.further_offices().unwrap();
    assert_eq!((&kept[0].value, &kept[1].value), (&acme, &part));
    acme.name = "Acme & Sons".to_owned();
    acme.enabled = false;
    acme.domains.remove(0);
    let revision = kept[0].revision;
    store
        .change(|change| change.edit_office(&acme, revision))
        .unwrap();
    let late = store.change(|change| change.edit_office(&acme, revision));
    assert!(matches!(late, Err(StoreError::ChangedMeanwhile(_))));
    assert_eq!(store.further_offices().unwrap()[0].value, acme);
    let audit = store.audit(10, None).unwrap();
    let actions: Vec<&str> = audit.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(
        actions[..3],
        ["office.edited", "office.added", "office.added"]
    );
}

#[test]
fn a_domain_belongs_to_one_office() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let settings = store.settings().unwrap();
    let mut own = settings.value.clone();
    own.domains = vec![Domain::parse("first.example.com").unwrap()];
    store
        .change(|change| change.edit_settings(&own, settings.revision))
        .unwrap();
    add(&mut store, &office("Acme", &["acme.example.com"])).unwrap();
    for taken in ["acme.example.com", "ACME.example.com.", "first.example.com"] {
        let refused = add(&mut store, &office("Bolt", &["bolt.example.com", taken]));
        assert!(
            matches!(refused, Err(StoreError::DomainTaken { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(store.further_offices().unwrap().len(), 1);
    add(&mut store, &office("Bolt", &["bolt.example.com"])).unwrap();
    // Nor does the first office take one of theirs.
    let settings = store.settings().unwrap();
    own.domains.push(Domain::parse("bolt.example.com").unwrap());
    let refused = store.change(|change| change.edit_settings(&own, settings.revision));
    assert!(
        matches!(refused, Err(StoreError::DomainTaken { .. })),
        "{refused:?}"
    );
}

#[test]
fn no_office_is_a_part_of_itself() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mut above = office("Above", &["a.example.com"]);
    above.id = add(&mut store, &above).unwrap();
    let mut below = office("Below", &["b.example.com"]);
    below.parent = Some(above.id);
    below.id = add(&mut store, &below).unwrap();
    for parent in [above.id, below.id] {
        let around = FurtherOffice {
            parent: Some(parent),
            ..above.clone()
        };
        let refused = store.change(|change| change.edit_office(&around, 1));
        assert!(
            matches!(refused, Err(StoreError::OfficeInItself)),
            "{refused:?}"
        );
    }
    let nowhere = FurtherOffice {
        parent: Some(FurtherOfficeId(99)),
        ..office("Lost", &["l.example.com"])
    };
    assert!(matches!(
        add(&mut store, &nowhere),
        Err(StoreError::NotFound(_))
    ));
}

#[test]
fn only_an_office_that_rests_and_has_no_parts_is_taken_off_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mut acme = office("Acme", &["acme.example.com"]);
    acme.id = add(&mut store, &acme).unwrap();
    let remove = |store: &mut Store, revision| {
        store.change(|change| change.remove_office(acme.id, revision))
    };
    assert!(matches!(remove(&mut store, 1), Err(StoreError::OfficeRuns)));
    let resting = FurtherOffice {
        enabled: false,
        ..acme.clone()
    };
    store
        .change(|change| change.edit_office(&resting, 1))
        .unwrap();
    let part = FurtherOffice {
        parent: Some(acme.id),
        enabled: false,
        ..office("Shop", &["shop.example.com"])
    };
    let shop = add(&mut store, &part).unwrap();
    assert!(matches!(
        remove(&mut store, 2),
        Err(StoreError::OfficeHasParts)
    ));
    store
        .change(|change| change.remove_office(shop, 1))
        .unwrap();
    remove(&mut store, 2).unwrap();
    assert!(store.further_offices().unwrap().is_empty());
    // Its domain is free again, its identity is not.
    let next = add(&mut store, &office("Next", &["acme.example.com"])).unwrap();
    assert!(next > shop);
}

#[test]
fn there_is_an_end_to_offices() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    for number in 0..FURTHER_OFFICES_MAX {
        let domain = format!("o{number}.example.com");
        add(&mut store, &office(&format!("Office {number}"), &[&domain])).unwrap();
    }
    let one_more = add(&mut store, &office("One more", &["more.example.com"]));
    assert!(matches!(one_more, Err(StoreError::TooManyOffices)));
}

#[test]
fn the_list_stays_with_the_computer_when_an_office_moves() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    add(&mut store, &office("Acme", &["acme.example.com"])).unwrap();
    let copy = store
        .copy(&[], CopiedSounds::default(), chrono::Utc::now())
        .unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = open(elsewhere.path());
    add(&mut other, &office("Bolt", &["bolt.example.com"])).unwrap();
    let actor = Actor {
        login: String::new(),
        address: String::new(),
    };
    other.restore(&actor, &copy, chrono::Utc::now()).unwrap();
    let names: Vec<String> = other
        .further_offices()
        .unwrap()
        .into_iter()
        .map(|office| office.value.name)
        .collect();
    assert_eq!(names, ["Bolt"]);
}
