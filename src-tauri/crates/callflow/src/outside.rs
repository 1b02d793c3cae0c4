//! Where a drawn flow leads calls out of the office: everything that it names as a number outside.

use crate::catalogue;
use crate::document::Document;
use crate::kinds::may_be_outside;
use office::{Dialled, Office};
use serde_json::Value as Json;

/// A step of a flow that leads outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadsOut {
    /// The node; none for where calls go when everything else has failed.
    pub node: Option<String>,
    /// What the node is called; empty if it has no name of its own.
    pub title: String,
    /// The number, as the flow names it.
    pub number: String,
}

/// All steps of a flow that lead outside, in the order in which they are drawn. Nodes that are switched
/// off lead nowhere.
#[must_use]
pub fn leads_out(document: &Document, office: &Office) -> Vec<LeadsOut> {
    let mut found = Vec::new();
    let nodes = document.nodes.iter();
    for node in nodes.filter(|node| !node.is_drawn_only() && !node.disabled()) {
        let kind = catalogue::find(node.kind());
        let params = kind.iter().flat_map(|kind| kind.params);
        let mut numbers = Vec::new();
        for value in params.filter_map(|param| node.data.get(param.name)) {
            within(office, value, &mut numbers);
        }
        numbers.dedup();
        found.extend(numbers.into_iter().map(|number| LeadsOut {
            node: Some(node.id.clone()),
            title: node.title().to_owned(),
            number,
        }));
    }
    let last = document.settings.last_resort.as_ref();
    if let Some(number) = last.and_then(|target| of(office, &target.kind, &target.id)) {
        found.push(LeadsOut {
            node: None,
            title: String::new(),
            number,
        });
    }
    found
}

/// The numbers outside that are named within a parameter.
fn within(office: &Office, value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Array(list) => list.iter().for_each(|each| within(office, each, found)),
        Json::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Json::as_str);
            if let (Some(kind), Some(id)) = (text("kind").or(text("type")), text("id")) {
                found.extend(of(office, kind, id));
            }
            fields.values().for_each(|each| within(office, each, found));
        }
        _ => {}
    }
}

/// The number outside that a target or somebody to ring is, if it is one. What an extension leads to is
/// that extension's.
fn of(office: &Office, kind: &str, id: &str) -> Option<String> {
    let leads_out = match kind {
        "forward" => !id.is_empty(),
        "number" => matches!(office.resolve(id), Dialled::Unknown) && may_be_outside(office, id),
        _ => false,
    };
    leads_out.then(|| id.chars().take(64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{
        Domain, Extension, ExtensionNumber, Language, LineTransport, OfficeParts, OfficeSettings,
        PhoneNumber, Realm, RouteTarget, SipPlace, Trunk, TrunkId,
    };
    use serde_json::json;

    /// An office with a line, and 190 that leads outside.
    fn office() -> Office {
        let settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        let server = SipPlace {
            host: Domain::parse("198.51.100.1").unwrap(),
            port: None,
            transport: LineTransport::Udp,
        };
        let mobile = PhoneNumber::parse("+491711234567").unwrap();
        Office::build(OfficeParts {
            trunks: vec![Trunk::at(TrunkId(1), "Carrier", server)],
            extensions: vec![Extension::to(
                ExtensionNumber::parse("190").unwrap(),
                RouteTarget::Forward(mobile),
            )],
            ..OfficeParts::empty(settings)
        })
        .unwrap()
    }

    #[test]
    fn every_step_that_names_a_number_outside_is_found_with_its_name() {
        let document = json!({
            "schemaVersion": 1, "name": "Main", "entry": "n_in",
            "settings": { "lastResort": { "kind": "forward", "id": "+4930999" } },
            "nodes": [
                { "id": "n_in", "type": "entry", "data": { "kind": "entry" } },
                { "id": "n_dial", "type": "dial", "data": { "kind": "dial", "title": "On call",
                    "targets": [{ "type": "number", "id": "0171 1234567" },
                                { "type": "number", "id": "190" },
                                { "type": "user", "id": "1" }] } },
                { "id": "n_off", "type": "goto", "data": { "kind": "goto", "disabled": true,
                    "target": { "kind": "forward", "id": "+4930777" } } },
                { "id": "n_go", "type": "goto", "data": { "kind": "goto",
                    "target": { "kind": "forward", "id": "+4930888" } } },
            ],
        });
        let document = Document::read(document).unwrap();
        let found = leads_out(&document, &office());
        let found: Vec<_> = found
            .iter()
            .map(|out| (out.node.as_deref(), out.title.as_str(), out.number.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (Some("n_dial"), "On call", "0171 1234567"),
                (Some("n_go"), "", "+4930888"),
                (None, "", "+4930999"),
            ]
        );
    }
}
