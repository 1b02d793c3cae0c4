//! The frozen documents: every kind has one that is right, and every rule one that breaks it.

use crate::office_of_tests::{around, office, parts, read, sounds};
use callflow::check::{Level, RULES, check};
use callflow::document::BadDocument;
use callflow::import::{Format, export, import};
use callflow::program::Flows;
use callflow::{Document, catalogue, semantic_hash};
use office::Office;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn fixtures(folder: &str) -> Vec<(String, Json)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(folder);
    let mut found: Vec<(String, Json)> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap());
            (
                name,
                json.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            )
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn rules_of(document: &Document) -> Vec<(String, Level)> {
    let (office, sounds) = (office(), sounds());
    let flows = Flows::of(&office, &Flows::default());
    let mut around = around(&office, &flows, &sounds);
    around.this = (document.name == "Broken").then_some(office::FlowId(1));
    let checked = check(document, &around);
    let findings = checked.findings.into_iter();
    findings
        .map(|finding| (finding.rule, finding.level))
        .collect()
}

#[test]
fn every_kind_has_a_document_that_can_be_published() {
    let documents = fixtures("kinds");
    let names: BTreeSet<&str> = documents.iter().map(|(name, _)| name.as_str()).collect();
    let kinds: BTreeSet<&str> = catalogue::kinds().iter().map(|kind| kind.kind).collect();
    assert_eq!(names, kinds);
    assert_eq!(kinds.len(), 32);
    for (name, json) in documents {
        let document = read(json);
        assert!(
            document.nodes.iter().any(|node| node.kind() == name),
            "{name} is not in it"
        );
        let errors: Vec<_> = rules_of(&document)
            .into_iter()
            .filter(|(_, level)| *level == Level::Error)
            .collect();
        assert_eq!(errors, [], "{name}");
    }
}

#[test]
fn every_broken_document_is_told_what_is_wrong_with_it() {
    let mut told = BTreeSet::new();
    for (name, fixture) in fixtures("broken") {
        let found = rules_of(&read(fixture["document"].clone()));
        let rules: BTreeSet<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        for expected in fixture["expects"].as_array().unwrap() {
            let expected = expected.as_str().unwrap();
            assert!(
                rules.contains(expected),
                "{name}: no {expected} in {rules:?}"
            );
        }
        told.extend(found.into_iter().map(|(rule, _)| rule));
    }
    for rule in &told {
        assert!(
            RULES.contains(&rule.as_str()),
            "{rule} is not in the list of rules"
        );
    }
    for letter in [
        "E01", "E02", "E03", "E04", "E05", "E06", "E07", "W01", "W02", "W03", "W04", "W05", "W07",
        "I01",
    ] {
        assert!(
            told.iter().any(|rule| rule.starts_with(letter)),
            "nothing breaks {letter}"
        );
    }
}

#[test]
fn what_a_number_sets_on_the_way_to_a_flow_that_cannot_keep_it_is_told() {
    let mut parts = parts();
    let mut route = office::Route::to(office::RouteTarget::Flow(office::FlowId(2)));
    let set = [
        ("brand", "acme"),
        ("tries", "many"),
        ("urgent", "true"),
        ("misspelt", "x"),
    ];
    let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
    route.dest_xform.variables = set.into();
    parts.phone_numbers.push(office::Number {
        number: office::PhoneNumber::parse("+493012345").unwrap(),
        label: String::new(),
        trunk: None,
        route,
        hours: None,
        channels: None,
        anonymous: office::Anonymous::Accept,
        challenge: false,
    });
    let (office, sounds, flows) = (Office::build(parts).unwrap(), sounds(), Flows::default());
    let (_, mut document) = fixtures("kinds")
        .into_iter()
        .find(|(name, _)| name == "timeCondition")
        .unwrap();
    document["variables"] = serde_json::json!([
        {"name": "brand", "type": "text"}, {"name": "tries", "type": "number"},
        {"name": "urgent", "type": "bool"}]);
    let around = callflow::program::Around {
        this: Some(office::FlowId(2)),
        ..around(&office, &flows, &sounds)
    };
    let checked = check(&read(document.clone()), &around);
    let told = checked.findings.iter();
    let told = told.filter(|found| found.rule.starts_with("W08"));
    let told: BTreeSet<(&str, &str)> = told
        .map(|found| {
            (
                found.rule.as_str(),
                found.params["variable"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [("W08.doesNotFit", "tries"), ("W08.unknown", "misspelt")];
    assert_eq!(told, BTreeSet::from(expected));
    let elsewhere = callflow::program::Around {
        this: Some(office::FlowId(7)),
        ..around
    };
    let checked = check(&read(document), &elsewhere);
    assert!(
        !checked
            .findings
            .iter()
            .any(|found| found.rule.starts_with("W08"))
    );
}

#[test]
fn a_public_holiday_the_hours_say_nothing_of_is_told() {
    let mut parts = parts();
    parts.settings.country = Some(office::Country::parse("US").unwrap());
    let (office, sounds, flows) = (Office::build(parts).unwrap(), sounds(), Flows::default());
    let (_, hours) = fixtures("kinds")
        .into_iter()
        .find(|(name, _)| name == "timeCondition")
        .unwrap();
    let checked = check(&read(hours), &around(&office, &flows, &sounds));
    let told = checked
        .findings
        .iter()
        .find(|finding| finding.rule == "W06")
        .unwrap();
    // Juneteenth, a Friday.
    assert_eq!(told.params["date"], "2026-06-19");
    assert_eq!(told.node.as_deref(), Some("n_this1"));
}

#[test]
fn outcomes_without_an_edge_show_where_they_really_lead() {
    let (office, sounds, flows) = (office(), sounds(), Flows::default());
    let (_, dial) = fixtures("kinds")
        .into_iter()
        .find(|(name, _)| name == "dial")
        .unwrap();
    let checked = check(&read(dial), &around(&office, &flows, &sounds));
    let json = serde_json::to_value(&checked.nodes["n_this1"]).unwrap();
    assert_eq!(
        json["outcomes"],
        json!([
            { "name": "answered", "class": "optional", "ghost": { "to": null, "target": "hangup" } },
            { "name": "no_answer", "class": "required" },
            { "name": "busy", "class": "optional", "ghost": { "to": "n_mail1", "target": null } },
            { "name": "declined", "class": "optional", "ghost": { "to": "n_mail1", "target": null } },
            { "name": "unreachable", "class": "optional", "ghost": { "to": "n_mail1", "target": null } },
        ])
    );
}

#[test]
fn a_disabled_node_is_no_trouble_to_anybody() {
    let mut broken = fixtures("broken");
    broken.retain(|(name, _)| name == "no_such_mailbox");
    let mut document = broken[0].1["document"].clone();
    document["nodes"][1]["data"]["disabled"] = json!(true);
    let found = rules_of(&read(document));
    assert!(
        found.iter().all(|(rule, _)| !rule.starts_with("E06")),
        "{found:?}"
    );
}

#[test]
fn a_notice_that_no_program_will_get_is_told() {
    let (_, notify) = fixtures("kinds")
        .into_iter()
        .find(|(name, _)| name == "notify")
        .unwrap();
    let tells = |channels: Json| {
        let mut notify = notify.clone();
        let node = notify["nodes"].as_array_mut().unwrap().iter_mut();
        let mut node = node.filter(|node| node["id"] == "n_this1");
        node.next().unwrap()["data"]["channels"] = channels;
        let (office, sounds, flows) = (office(), sounds(), Flows::default());
        let checked = check(&read(notify), &around(&office, &flows, &sounds));
        let mut found = checked.findings.into_iter();
        let found = found.find(|finding| finding.rule == "notify.webhook")?;
        assert!(RULES.contains(&found.rule.as_str()));
        found.fixes[0].params.get("value").cloned()
    };
    assert_eq!(tells(json!(["desktop", "email"])), None);
    assert_eq!(tells(json!(["webhook"])), Some(json!(["desktop"])));
    assert_eq!(tells(json!(["email", "webhook"])), Some(json!(["email"])));
}

#[test]
fn words_that_callers_of_two_languages_hear_are_told_as_missing_in_one() {
    let play = |id: &str| {
        json!({ "id": id, "data": { "kind": "play",
            "prompts": [{ "source": "tts", "text": "Please wait." }] } })
    };
    let flow = |meets: bool| {
        let after_german = if meets { "n_both1" } else { "n_german" };
        read(json!({
            "schemaVersion": 1, "id": "flow_main1", "name": "Main", "entry": "n_start",
            "nodes": [
                { "id": "n_start", "data": { "kind": "entry" } },
                { "id": "n_menu1", "data": { "kind": "menu",
                    "prompts": [{ "source": "tts", "text": "English 1, Deutsch 2" }],
                    "options": [{ "digit": "1", "label": "English" },
                        { "digit": "2", "label": "Deutsch" }] } },
                { "id": "n_lang1", "data": { "kind": "setLanguage", "language": "de" } },
                play("n_both1"), play("n_german"),
                { "id": "n_bye01", "data": { "kind": "hangup" } },
            ],
            "edges": [
                { "id": "e1", "source": "n_start", "sourceHandle": "default", "target": "n_menu1" },
                { "id": "e2", "source": "n_menu1", "sourceHandle": "digit:1", "target": "n_both1" },
                { "id": "e3", "source": "n_menu1", "sourceHandle": "digit:2", "target": "n_lang1" },
                { "id": "e4", "source": "n_menu1", "sourceHandle": "timeout", "target": "n_both1" },
                { "id": "e5", "source": "n_lang1", "sourceHandle": "default", "target": after_german },
                { "id": "e6", "source": "n_both1", "sourceHandle": "default", "target": "n_bye01" },
                { "id": "e7", "source": "n_german", "sourceHandle": "default", "target": "n_bye01" },
            ],
        }))
    };
    let told = |document: &Document| -> Vec<(Option<String>, Option<Json>)> {
        let (office, sounds, flows) = (office(), sounds(), Flows::default());
        let checked = check(document, &around(&office, &flows, &sounds));
        let found = checked.findings.into_iter();
        let found = found.filter(|finding| finding.rule == "setLanguage.oneLanguage");
        found
            .map(|found| (found.node, found.params.get("languages").cloned()))
            .collect()
    };
    assert_eq!(
        told(&flow(true)),
        [(Some("n_both1".to_owned()), Some(json!("de, en")))]
    );
    assert_eq!(told(&flow(false)), [], "each has words of its own");
}

#[test]
fn rules_are_listed_once_and_in_order() {
    assert!(RULES.is_sorted_by(|one, next| one < next), "{RULES:?}");
}

#[test]
fn unknown_fields_survive_and_so_does_every_document() {
    for (name, json) in fixtures("kinds") {
        let mut json = json;
        for node in json["nodes"].as_array_mut().unwrap() {
            // Places are fractions once they are read.
            node["position"] = json!({ "x": 1.5, "y": -2.0 });
        }
        json["colour"] = json!("green");
        json["nodes"][0]["measured"] = json!({ "width": 200 });
        json["edges"][0]["animated"] = json!(true);
        json["settings"]["later"] = json!([1]);
        assert_eq!(read(json.clone()).to_json(), json, "{name}");
    }
}

#[test]
fn moving_a_node_is_no_change_and_connecting_one_is() {
    let (_, menu) = fixtures("kinds")
        .into_iter()
        .find(|(name, _)| name == "menu")
        .unwrap();
    let before = semantic_hash(&read(menu.clone()));
    assert_eq!(before.len(), 64);
    let mut moved = menu.clone();
    moved["nodes"][1]["position"]["x"] = json!(999);
    moved["nodes"][1]["data"]["comment"] = json!("nice");
    moved["viewport"] = json!({ "x": 5 });
    moved["revision"] = json!(9);
    moved["meta"] = json!({ "author": "Anna" });
    moved["nodes"].as_array_mut().unwrap().reverse();
    moved["edges"].as_array_mut().unwrap().reverse();
    moved["nodes"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "n_note1", "type": "note", "data": {} }));
    assert_eq!(semantic_hash(&read(moved)), before);
    let mut changed = menu;
    changed["nodes"][1]["data"]["timeout"] = json!(6);
    assert_ne!(semantic_hash(&read(changed)), before);
}

#[test]
fn documents_of_every_form_are_read_and_newer_ones_are_refused() {
    for (name, json) in fixtures("forms") {
        let document = read(json);
        assert_eq!(document.schema_version, 1, "{name}");
    }
    let read = |version: Json| Document::read(json!({ "schemaVersion": version, "nodes": [] }));
    assert_eq!(read(json!(2)), Err(BadDocument::Newer { version: 2 }));
    assert_eq!(read(json!(0)), Err(BadDocument::NoVersion));
    assert_eq!(read(json!("1")), Err(BadDocument::NoVersion));
    assert_eq!(Document::read(json!([])), Err(BadDocument::NoVersion));
    let bad = Document::read(json!({ "schemaVersion": 1, "nodes": [{ "id": 7 }] }));
    assert!(matches!(bad, Err(BadDocument::Form { .. })), "{bad:?}");
}

#[test]
fn a_graph_of_react_flow_comes_in_and_goes_out() {
    let graph = json!({
        "nodes": [
            { "id": "1", "type": "entry", "position": { "x": 1, "y": 2 }, "data": {} },
            { "id": "2", "position": { "x": 3, "y": 4 }, "data": { "kind": "say", "text": "Hello", "label": "Greet" } },
            { "id": "3", "type": "hologram", "data": {} },
        ],
        "edges": [
            { "id": "x", "source": "1", "target": "2", "sourceHandle": null },
            { "id": "y", "source": "2", "target": "99" },
        ],
        "viewport": { "x": 1, "y": 2, "zoom": 0.5 },
    });
    let imported = import(Format::ReactFlow, graph).unwrap();
    assert_eq!(
        imported.notes,
        ["edgeDropped", "renamed", "sayIsPlay", "unknownKind"]
    );
    let document = imported.document;
    assert_eq!(document.nodes[1].kind(), "play");
    assert_eq!(document.nodes[1].title(), "Greet");
    assert_eq!(document.edges[0].source, document.entry);
    let again = import(Format::ReactFlow, export(Format::ReactFlow, &document)).unwrap();
    assert_eq!(again.notes, ["unknownKind"]);
    assert_eq!(semantic_hash(&again.document), semantic_hash(&document));
    for (_, json) in fixtures("kinds") {
        let document = read(json);
        let again = import(Format::ReactFlow, export(Format::ReactFlow, &document)).unwrap();
        assert_eq!(again.notes, [""; 0], "{}", document.name);
        assert_eq!(again.document.nodes, document.nodes);
    }
}

#[test]
fn route_targets_come_in_and_go_out() {
    let routes = json!([
        { "name": "Anna", "dest_kind": "user", "dest_id": 1 },
        { "name": "On", "dest_kind": "flow", "dest_id": "2", "dest_xform": { "order": "4711" } },
        { "dest_kind": "carrier_pigeon" },
    ]);
    let imported = import(Format::RouteTargets, routes).unwrap();
    assert_eq!(imported.notes, ["targetUnknown"]);
    assert_eq!(
        export(Format::RouteTargets, &imported.document),
        json!([
            { "name": "Anna", "dest_kind": "user", "dest_id": "1" },
            { "name": "On", "dest_kind": "flow", "dest_id": "2", "dest_xform": { "order": "4711" } },
        ])
    );
    assert!(import(Format::RouteTargets, json!({ "dest_kind": 7 })).is_err());
}

#[test]
fn a_document_beyond_all_bounds_is_told_so_at_once() {
    let node = |at: usize| json!({ "id": format!("n_{at:06}"), "type": "play", "data": { "kind": "play" } });
    let nodes: Vec<Json> = (0..100_000).map(node).collect();
    let document = read(json!({ "schemaVersion": 1, "entry": "n_000000", "nodes": nodes }));
    let began = std::time::Instant::now();
    let found = rules_of(&document);
    assert_eq!(found, [("E01.tooMany".to_owned(), Level::Error)]);
    assert_eq!(
        callflow::Program::compile(&document).node_ids().count(),
        1_000
    );
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}
