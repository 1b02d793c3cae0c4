//! Call flows with a form, such as ring groups and queues: what is saved is drawn, checked and published
//! in one step, and callers get it from the next call on.

use crate::{
    auth::Caller,
    commands::flows::{about_the_number, first_hours, number, ready, view},
    configuration::Configuration,
    errors::Problem,
    server::Api,
    surroundings::uses,
    values::Millis,
    views::flows::{FlowView, apart},
};
use axum::http::StatusCode;
use callflow::{
    Document,
    check::{Finding, Level},
    semantic_hash,
};
use office::clean_text;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{DraftSave, DraftStep, FIRST_SEQ, NewFlow, NewVersion, OfficeChange, StoreError};

/// A kind of call flow that a form fills in.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether a flow has nothing in it that the form has not.
    pub(super) shows: fn(&Document) -> bool,
    /// The field of the form that a finding is about.
    pub(super) field: fn(&Finding) -> &'static str,
    /// What is told of one that has been drawn further.
    pub(super) drawn: (&'static str, &'static str),
    /// What a change is called, in English and German.
    pub(super) step: (&'static str, &'static str),
}

/// What is set of any of them.
pub(super) struct Named {
    pub(super) name: String,
    /// What is dialled to call it.
    pub(super) number: Option<String>,
}

impl Form {
    /// Adds one; it takes calls at once.
    pub(super) async fn add(
        self,
        api: &Api,
        caller: &Caller,
        named: Named,
        draw: impl FnOnce(&str) -> Document,
    ) -> Result<FlowView, Problem> {
        let name = clean_text(&named.name).into_owned();
        let document = draw(&name);
        let number = number(named.number)?;
        let configuration = api.desk.configuration();
        let flow = NewFlow {
            name,
            number,
            uses: uses(&configuration, &document),
            document: document.to_json().to_string(),
        };
        let (around, drawn) = (Arc::clone(&configuration), document.clone());
        let warnings = apart(move || self.check(&around, &drawn, None)).await??;
        let goes_live = GoesLive::of(
            &configuration,
            &document,
            json!({ "warnings": warnings, "scenarios": 0 }),
        );
        let id = api
            .keeper
            .change_by(caller.actor(), move |change| {
                let id = change.add_flow(&flow)?;
                goes_live.publish(change, id, FIRST_SEQ)?;
                Ok(id)
            })
            .await
            .map_err(|why| about_the_number(why.into()))?;
        view(api, id).map(|view| view.0)
    }

    /// Changes one that nobody has changed since `made_from` or goes on drawing. What is refused changes
    /// nothing.
    pub(super) async fn edit(
        self,
        api: &Api,
        caller: &Caller,
        id: office::FlowId,
        (named, made_from): (Named, Option<i64>),
        redraw: impl FnOnce(&str, &Document) -> Document,
    ) -> Result<axum::Json<FlowView>, Problem> {
        let name = clean_text(&named.name).into_owned();
        let number = number(named.number)?;
        let configuration = api.desk.configuration();
        let known = configuration
            .flow(id)
            .ok_or_else(|| Problem::not_found("flow"))?;
        let live = known.value.live.as_ref();
        if made_from != live.map(|live| live.revision) {
            return Err(StoreError::ChangedMeanwhile(office::Record::Flow(id)).into());
        }
        let ask =
            move |store: &mut store::Store| Ok((store.flow_draft(id)?, store.flow_scenarios(id)?));
        let (draft, scenarios) = api.keeper.ask(ask).await?;
        let before: Value = serde_json::from_str(&draft.document).unwrap_or_default();
        let drawn = Document::read(before.clone()).ok().filter(|drawn| {
            let is_live = live.is_none_or(|live| live.semantic_hash == semantic_hash(drawn));
            is_live && (self.shows)(drawn)
        });
        let Some(drawn) = drawn else {
            let (detail, code) = self.drawn;
            return Err(Problem::new(StatusCode::CONFLICT, detail).coded(code));
        };
        let document = redraw(&name, &drawn);
        let (around, checked) = (Arc::clone(&configuration), document.clone());
        let (_, _, checks) = apart(move || {
            self.check(&around, &checked, Some(id))?;
            ready(&around, checked, id, &scenarios)
        })
        .await??;
        let goes_live = GoesLive::of(&configuration, &document, checks);
        let replace = |document: &Value| {
            let patch = json!([{ "op": "replace", "path": [], "value": document }]);
            patch.to_string()
        };
        let save = DraftSave {
            uses: uses(&configuration, &document),
            document: document.to_json().to_string(),
            step: Some(DraftStep {
                name: match configuration.office().settings().language.as_str() {
                    german if german.starts_with("de") => self.step.1.to_owned(),
                    _ => self.step.0.to_owned(),
                },
                forward: replace(&document.to_json()),
                back: replace(&before),
            }),
            cursor: 0,
        };
        let is_renamed = known.value.name != name || known.value.number != number;
        let revision = known.revision;
        api.keeper
            .change_by(caller.actor(), move |change| {
                if is_renamed {
                    change.edit_flow(id, &name, number.as_ref(), revision)?;
                }
                let saved = change.save_flow_draft(id, draft.seq, &save)?;
                goes_live.publish(change, id, saved.seq)
            })
            .await
            .map_err(|why| about_the_number(why.into()))?;
        view(api, id)
    }

    /// Whether it can be published: what keeps it from that is a field of the form. How many warnings
    /// there are.
    fn check(
        self,
        configuration: &Configuration,
        document: &Document,
        this: Option<office::FlowId>,
    ) -> Result<usize, Problem> {
        let around = configuration.surroundings();
        let checked = around.check(configuration, document, this, Millis::now().0);
        let mut findings = checked.findings.iter();
        let Some(found) = findings.find(|finding| finding.level == Level::Error) else {
            return Ok(checked.warnings());
        };
        let detail = "what is chosen here does not exist; choose another";
        let mut problem = Problem::field((self.field)(found), detail).coded("flowHasErrors");
        problem.more.findings = serde_json::to_value([found]).ok();
        Err(problem)
    }
}

/// The field of a form that the node of a finding is made of, or the form as a whole.
pub(super) fn field_of(
    found: &Finding,
    places: &[(&'static str, &'static str)],
    whole: &'static str,
) -> &'static str {
    let node = found.node.as_deref();
    let place = places.iter().find(|(id, _)| Some(*id) == node);
    place.map_or(whole, |(_, field)| field)
}

/// A version about to be published, and the opening hours that go live with it.
struct GoesLive {
    version: NewVersion,
    hours: Option<office::ScheduleId>,
}

impl GoesLive {
    fn of(configuration: &Configuration, document: &Document, checks: Value) -> GoesLive {
        let uses = uses(configuration, document);
        GoesLive {
            hours: first_hours(configuration.office(), &uses),
            version: NewVersion {
                seq: FIRST_SEQ,
                semantic_hash: semantic_hash(document),
                document: document.to_json().to_string(),
                uses,
                message: String::new(),
                checks: checks.to_string(),
            },
        }
    }

    fn publish(
        mut self,
        change: &OfficeChange<'_>,
        id: office::FlowId,
        seq: i64,
    ) -> Result<(), StoreError> {
        self.version.seq = seq;
        change.publish_flow(id, &self.version)?;
        match self.hours {
            Some(hours) => change.call_abroad_within(hours),
            None => Ok(()),
        }
    }
}
