//! Which version of a flow a call walks: the one that was published when it began, or the draft for those
//! who try it out.

use super::*;

#[test]
fn a_flow_published_during_a_call_is_for_the_next_one() {
    let mut office = office(welcome());
    let anna = call(&mut office);
    let closed = flow(
        &[
            entry(),
            json!({"id": "n_busy", "kind": "hangup", "cause": "busy"}),
        ],
        &[["n_start", "default", "n_busy"]],
    );
    office.publish(MAIN, closed);
    let carla = office.desk("Carla");
    office.dial(carla, "200");
    office.run_secs(1);
    assert!(office.phone(carla).last_line().is_over());
    office.press(anna, "2");
    office.run_secs(3);
    office.speak(anna, 3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.messages_in(MailboxId(1)), (1, 0));
    let revisions = office
        .happenings()
        .filter_map(|happening| match happening.what {
            What::FlowStep { call, revision, .. } => Some((call.0, revision)),
            _ => None,
        });
    let mut revisions: Vec<(u64, u64)> = revisions.collect();
    revisions.dedup();
    revisions.sort_unstable();
    revisions.dedup();
    assert_eq!(revisions, [(1, 1), (2, 2)], "each call keeps its version");
}

#[test]
fn a_pinned_subflow_is_traced_as_the_publication_it_is_and_not_as_the_live_one() {
    let back = |name: &str| {
        flow(
            &[
                entry(),
                json!({"id": "n_back", "kind": "return", "outcome": name}),
            ],
            &[["n_start", "default", "n_back"]],
        )
    };
    let pins =
        json!({"id": "n_sub", "kind": "subflow", "flow": "2", "version": "pinned", "revision": 1});
    let runs = flow(
        &[entry(), pins, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_sub"],
            ["n_sub", "return:old", "n_mail"],
        ],
    );
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"])
        .flow("Main", "200", runs)
        .flow("Greeting", "201", back("old"))
        .open();
    office.publish(FlowId(2), back("new"));
    let anna = call(&mut office);
    office.hang_up(anna);
    office.run_until_quiet();
    let publications = office
        .happenings()
        .filter_map(|happening| match &happening.what {
            What::FlowStep { revision, step, .. } => Some((step.flow?.0, *revision)),
            _ => None,
        });
    let mut publications: Vec<(i64, u64)> = publications.collect();
    publications.dedup();
    assert_eq!(publications, [(1, 1), (2, 1), (1, 1)]);
}

#[test]
fn only_those_who_try_it_out_get_the_draft() {
    let mut office = office(welcome());
    let mut draft = flow(
        &[
            entry(),
            json!({"id": "n_busy", "kind": "hangup", "cause": "busy"}),
        ],
        &[["n_start", "default", "n_busy"]],
    );
    draft["settings"] = json!({"testCallers": ["103"]});
    office.draft(MAIN, draft);
    let (anna, carla) = (office.desk("Anna"), office.desk("Carla"));
    for phone in [anna, carla] {
        office.dial(phone, "200");
    }
    office.run_secs(2);
    assert!(office.phone(carla).last_line().is_over());
    assert!(!office.phone(anna).last_line().is_over());
    office.hang_up(anna);
    office.run_until_quiet();
}

/// Publishing is a swap: fifty callers are in the flow, and none is disturbed.
#[test]
fn fifty_callers_stay_in_their_version_while_another_is_published() {
    let mut builder = SimOffice::builder()
        .person("Ben", "102", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"]);
    for caller in 0..50 {
        builder = builder.person(
            &format!("Caller {caller}"),
            &format!("3{caller:02}"),
            &["desk"],
        );
    }
    let closed = flow(
        &[
            entry(),
            json!({"id": "n_busy", "kind": "hangup", "cause": "busy"}),
        ],
        &[["n_start", "default", "n_busy"]],
    );
    let mut patient = welcome();
    patient["nodes"][1]["data"]["timeout"] = 30.into();
    patient["nodes"][2]["data"]["targets"][0]["id"] = "1".into();
    let mut office = builder.flow("Main", "200", patient).open();
    let callers: Vec<PhoneId> = (0..50)
        .map(|caller| office.desk(&format!("Caller {caller}")))
        .collect();
    for caller in &callers {
        office.dial(*caller, "200");
    }
    office.run_secs(3);
    assert_eq!(office.board().calls.len(), 50);
    office.publish(MAIN, closed);
    office.run_secs(1);
    assert_eq!(office.board().calls.len(), 50, "nobody is dropped");
    for caller in &callers {
        office.press(*caller, "2");
    }
    let at_mailbox = office.walked();
    let at_mailbox = at_mailbox
        .iter()
        .filter(|step| step.node == "n_mail" && step.event == "enter");
    assert_eq!(at_mailbox.count(), 50, "each in the version it began with");
    for caller in &callers {
        office.hang_up(*caller);
    }
    office.run_until_quiet();
}
