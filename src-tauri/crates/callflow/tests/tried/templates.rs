//! The flows to begin with can be published as they are, and lose nobody.

use crate::office::{at, office, on_stage, parts};
use callflow::check::check;
use callflow::prove::prove;
use callflow::{Program, templates};
use office::{Country, Office, Schedule, ScheduleId};
use std::sync::Arc;

#[test]
fn every_template_is_valid_from_the_start_and_loses_nobody() {
    let office = office();
    let templates = templates::all(&office);
    assert_eq!(templates.len(), 10);
    for template in templates {
        on_stage(&office, |stage, around| {
            let checked = check(&template.document, around);
            // A room is the only thing this office has none of.
            let of_room = template.id == "conference";
            assert_eq!(
                checked.errors() > 0,
                of_room,
                "{}: {:#?}",
                template.id,
                checked.findings
            );
            let program = Arc::new(Program::compile(&template.document));
            let proof = prove(&program, stage, around, at(2026, 12, 1, 8, 0));
            assert!(proof.holds() || of_room, "{}: {proof:#?}", template.id);
            assert_eq!(proof.unheard, Vec::<String>::new(), "{}", template.id);
        });
    }
}

#[test]
fn a_template_without_hours_to_go_by_brings_some_of_the_country() {
    let bare = || {
        let mut parts = parts();
        parts.schedules.clear();
        parts.settings.country = Country::parse("DE").ok();
        parts
    };
    let office = Office::build(bare()).unwrap();
    let mut template = templates::all(&office)
        .into_iter()
        .find(|template| template.id == "shop")
        .unwrap();
    assert!(template.lacks_hours());
    let hours = templates::first_hours(&office);
    assert_eq!(hours.holidays[0].country.as_deref(), Some("DE"));
    assert_eq!(hours.holidays[0].confirmed_through, None);
    template.go_by(ScheduleId(7));
    assert!(!template.lacks_hours());
    let mut parts = bare();
    parts.schedules.push(Schedule::new(ScheduleId(7), hours));
    let office = Office::build(parts).unwrap();
    on_stage(&office, |_, around| {
        let checked = check(&template.document, around);
        assert_eq!(checked.errors(), 0, "{:#?}", checked.findings);
    });
}

#[test]
fn a_template_speaks_the_offices_language_and_names_nothing_by_its_file() {
    for template in templates::all(&office()) {
        let text = serde_json::to_string(&template.document).unwrap();
        assert!(!text.contains("\"@"), "{text}");
        assert!(!text.contains("?everyone"), "{text}");
        assert!(!template.name.is_empty() && template.sentence.ends_with('.'));
    }
}
