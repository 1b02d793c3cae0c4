//! Changing which line a call takes, who may call where, what stops a bill from growing, and what
//! is ready for an emergency.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, Json},
    server::Api,
    values::PersonId,
    views::calling::{
        CallingPolicy, CallingPolicyView, CallingRightsEdit, CallingRightsView, EmergencyPlan,
        EmergencyPlanView, OutboundRulesEdit, OutboundRulesView, OutsideAdmission,
        OutsideAdmissionView,
    },
};
use axum::extract::State;
use std::sync::Arc;

/// Changes the rules for calls that go out, all of them at once.
#[utoipa::path(put, path = "/outbound-rules", tag = "calling out",
    request_body = OutboundRulesEdit, params(("If-Match" = String, Header)),
    responses((status = 200, body = OutboundRulesView)))]
pub(crate) async fn edit_rules(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<OutboundRulesEdit>,
) -> Result<axum::Json<OutboundRulesView>, Problem> {
    let rules = (1..).zip(edit.rules);
    let rules: Vec<office::OutboundRule> = rules.map(|(at, rule)| rule.read(at)).collect();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_outbound_rules(&rules, revision)
        })
        .await?;
    Ok(axum::Json(OutboundRulesView::of(&api.desk.configuration())))
}

/// Changes what one person may do outside.
#[utoipa::path(put, path = "/calling-rights/{id}", tag = "calling out",
    request_body = CallingRightsEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = CallingRightsView)))]
pub(crate) async fn edit_rights(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(person): Id<PersonId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<CallingRightsEdit>,
) -> Result<axum::Json<CallingRightsView>, Problem> {
    let person = person.into();
    let rights = edit.read(person);
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_calling_rights(&rights, revision)
        })
        .await?;
    let configuration = api.desk.configuration();
    Ok(axum::Json(CallingRightsView::of(person, &configuration)))
}

/// Changes what stops a bill from growing; calls that go on obey it at once.
#[utoipa::path(put, path = "/calling-policy", tag = "calling out",
    request_body = CallingPolicy, params(("If-Match" = String, Header)),
    responses((status = 200, body = CallingPolicyView)))]
pub(crate) async fn edit_policy(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<CallingPolicy>,
) -> Result<axum::Json<CallingPolicyView>, Problem> {
    let policy = edit.into();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_calling_policy(&policy, revision)
        })
        .await?;
    Ok(axum::Json(CallingPolicyView::of(&api.desk.configuration())))
}

/// Changes how many calls go in and out at a time, and how fast.
#[utoipa::path(put, path = "/outside-admission", tag = "calling out",
    request_body = OutsideAdmission, params(("If-Match" = String, Header)),
    responses((status = 200, body = OutsideAdmissionView)))]
pub(crate) async fn edit_admission(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<OutsideAdmission>,
) -> Result<axum::Json<OutsideAdmissionView>, Problem> {
    let admission = edit.read();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_outside_admission(&admission, revision)
        })
        .await?;
    let configuration = api.desk.configuration();
    Ok(axum::Json(OutsideAdmissionView::of(&configuration)))
}

/// Changes what is ready for an emergency call.
#[utoipa::path(put, path = "/emergency-plan", tag = "calling out",
    request_body = EmergencyPlan, params(("If-Match" = String, Header)),
    responses((status = 200, body = EmergencyPlanView)))]
pub(crate) async fn edit_emergency(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<EmergencyPlan>,
) -> Result<axum::Json<EmergencyPlanView>, Problem> {
    let plan = edit.read();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_emergency_plan(&plan, revision)
        })
        .await?;
    Ok(axum::Json(EmergencyPlanView::of(&api.desk.configuration())))
}
