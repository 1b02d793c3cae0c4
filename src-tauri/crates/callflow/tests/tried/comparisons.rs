//! Two documents in sentences.

use crate::office::{main_number, node};
use callflow::compare::{Change, ChangeKind, SENTENCES, compare};
use serde_json::{Value as Json, json};

fn changes(before: &Json, after: &Json) -> Vec<Change> {
    let read = |json: &Json| serde_json::from_value(json.clone()).unwrap();
    let changes = compare(&read(before), &read(after));
    for change in &changes {
        let named = SENTENCES.iter().find(|(id, _)| *id == change.sentence.id);
        let mut names: Vec<_> = named.unwrap().1.to_vec();
        names.sort_unstable();
        let params: Vec<_> = change.sentence.params.keys().copied().collect();
        assert_eq!(params, names, "{}", change.sentence.id);
    }
    changes
}

fn said(changes: &[Change]) -> Vec<(&str, Json)> {
    let sentences = changes.iter().map(|change| &change.sentence);
    sentences.map(|it| (it.id, json!(it.params))).collect()
}

#[test]
fn callers_pressing_2_now_reach_anna_instead_of_ben() {
    let before = main_number();
    let mut after = before.clone();
    after["edges"][4]["target"] = "n_anna1".into();
    let changes = changes(&before, &after);
    assert_eq!(
        said(&changes),
        [(
            "keyLeadsElsewhere",
            json!({"name": "n_menu1", "key": "2", "to": "n_anna1", "before": "n_ben01"})
        )]
    );
    assert_eq!(changes[0].kind, ChangeKind::Changed);
    assert_eq!(changes[0].edge.as_deref(), Some("e4"));
}

#[test]
fn moving_a_node_changes_nothing_for_callers() {
    let before = main_number();
    let mut after = before.clone();
    after["nodes"][2]["position"] = json!({"x": 400, "y": -80});
    assert_eq!(changes(&before, &after), []);
}

#[test]
fn other_words_and_another_ring_time() {
    let before = main_number();
    let mut after = before.clone();
    after["nodes"][2]["data"]["prompts"][0]["text"] = "Hello.".into();
    after["nodes"][3]["data"]["title"] = "Reception".into();
    after["nodes"][3]["data"]["ringTime"] = 40.into();
    assert_eq!(
        said(&changes(&before, &after)),
        [
            (
                "saysOther",
                json!({"name": "n_menu1",
                "before": "For Anna press 1, for Ben press 2.", "after": "Hello."})
            ),
            ("nodeRenamed", json!({"name": "n_anna1", "before": "dial"})),
            (
                "fieldFromTo",
                json!({"name": "n_anna1", "field": "ringTime", "before": 25, "after": 40})
            ),
        ]
    );
}

#[test]
fn a_node_that_is_gone_is_named_by_its_title() {
    let mut before = main_number();
    before["nodes"][4]["data"]["title"] = "Ben's desk".into();
    let mut after = before.clone();
    after["nodes"].as_array_mut().unwrap().remove(4);
    after["nodes"]
        .as_array_mut()
        .unwrap()
        .push(node("n_bye01", "hangup", json!({})));
    let edges = after["edges"].as_array_mut().unwrap();
    edges.retain(|edge| edge["source"] != "n_ben01");
    for edge in edges {
        if edge["target"] == "n_ben01" {
            edge["target"] = "n_bye01".into();
        }
    }
    assert_eq!(
        said(&changes(&before, &after)),
        [
            ("nodeAdded", json!({"name": "n_bye01"})),
            ("nodeRemoved", json!({"name": "Ben's desk"})),
            (
                "keyLeadsElsewhere",
                json!({"name": "n_menu1", "key": "2",
                "to": "n_bye01", "before": "Ben's desk"})
            ),
        ]
    );
}

#[test]
fn a_key_that_leads_nowhere_any_more() {
    let before = main_number();
    let mut after = before.clone();
    after["edges"].as_array_mut().unwrap().remove(4);
    let changes = changes(&before, &after);
    assert_eq!(
        said(&changes),
        [(
            "keyLeadsNowhere",
            json!({"name": "n_menu1", "key": "2", "before": "n_ben01"})
        )]
    );
    assert_eq!(changes[0].kind, ChangeKind::Removed);
}
