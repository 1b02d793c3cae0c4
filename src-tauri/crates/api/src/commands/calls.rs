//! What may be done to a call that goes on.

use crate::{
    auth::Caller,
    commands::outside::note,
    errors::Problem,
    json::{Id, Json},
    limits::MAX_NUMBER,
    server::Api,
    values::{CallId, LineId, PersonId},
    views::{
        calls::live_call,
        live::{ListeningView, MediaPath},
    },
};
use axum::{extract::State, http::StatusCode};
use office::ParkSlot;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use switch::{
    CallSide, Command, CommandRefusal, CommandResult, LiveCall, MediaWay, Party, RefusalReason,
};
use ts_rs::TS;
use utoipa::ToSchema;

/// Answer to commands on calls. What comes of them is told by the feed.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallCommandTaken {
    call: Option<CallId>,
}

/// `POST /api/calls`, `POST /api/lines/{id}/calls`: the person's phones ring first, then the number
/// is called.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallStart {
    person: PersonId,
    to: String,
}

/// `POST /api/calls/{id}/transfer`: the side that is kept is put through to a number; the other is
/// let go once somebody answers there.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallTransfer {
    keep: Side,
    to: String,
}

/// One of the two sides of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    Caller,
    Callee,
}

/// `POST /api/calls/{id}/park`: the side that is kept waits in a slot until somebody fetches it.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallPark {
    keep: Side,
    /// The next free one where none is named.
    #[ts(optional = nullable)]
    slot: Option<u32>,
}

impl From<Side> for CallSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Caller => Self::Caller,
            Side::Callee => Self::Callee,
        }
    }
}

/// `POST /api/calls/{id}/take-over`: a call comes to this person's phones instead.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallTakeOver {
    person: PersonId,
}

/// `POST /api/calls/{id}/listen`: a person hears a talk of others, or takes part in it.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallListen {
    person: PersonId,
    how: ListeningView,
}

/// The way the sound of a call is to take.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MediaWish {
    way: MediaPath,
}

/// Calls somebody for a person: the person's phones ring first.
#[utoipa::path(post, path = "/calls", tag = "calls", request_body = CallStart,
    responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(CallStart { person, to }): Json<CallStart>,
) -> Result<Taken, Problem> {
    let person = person.into();
    caller.act_for(person)?;
    let to = number(to)?;
    order(&api, |ticket| Command::Originate {
        ticket,
        person,
        to,
        line: None,
        asker: caller.asker(),
    })
    .await
}

/// Tries a line with a call: the person's phones ring first, then the number outside is called over
/// this line or not at all. All else is as with any call of theirs: what they may not call is not
/// called, and it counts and costs the same.
#[utoipa::path(post, path = "/lines/{id}/calls", tag = "lines", request_body = CallStart,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn start_on_line(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(line): Id<LineId>,
    Json(CallStart { person, to }): Json<CallStart>,
) -> Result<Taken, Problem> {
    let (person, line) = (person.into(), office::TrunkId::from(line));
    caller.act_for(person)?;
    if api.desk.office().trunk(line).is_none() {
        return Err(Problem::not_found("line"));
    }
    let to = number(to)?;
    order(&api, |ticket| Command::Originate {
        ticket,
        person,
        to,
        line: Some(line),
        asker: caller.asker(),
    })
    .await
}

/// `POST /api/lines/{id}/round-trip`: the office calls one of its own numbers over a line.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoundTripStart {
    /// Who pays for the call: what they may not call is not called.
    person: PersonId,
    /// The number of the office to call; the line's main number, or else its first, for `null`.
    #[serde(default)]
    #[ts(optional = nullable)]
    number: Option<String>,
}

/// Tries a line with a call to one of its own numbers: it goes out over this line and is to come back
/// in. No telephone rings; the office is at both ends itself. It lasts less than a minute, and counts
/// and costs as any call of that person.
#[utoipa::path(post, path = "/lines/{id}/round-trip", tag = "lines", request_body = RoundTripStart,
    params(("id" = i64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn start_round_trip(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(line): Id<LineId>,
    Json(RoundTripStart { person, number }): Json<RoundTripStart>,
) -> Result<Taken, Problem> {
    let (person, line) = (person.into(), office::TrunkId::from(line));
    caller.act_for(person)?;
    let office = api.desk.office();
    if office.trunk(line).is_none() {
        return Err(Problem::not_found("line"));
    }
    let number = number.map(|number| {
        let found = office.phone_number(number.trim());
        let found = found.filter(|number| number.trunk.is_none_or(|only| only == line));
        found.map(|number| number.number.clone()).ok_or_else(|| {
            let problem = Problem::field("number", "the office has no such number on this line");
            problem.coded("badNumber")
        })
    });
    let number = number.transpose()?;
    if number.is_none() {
        let mut numbers = office.phone_numbers();
        if !numbers.any(|number| number.trunk.is_none_or(|only| only == line)) {
            let problem = Problem::field("number", "no number of the office is on this line");
            return Err(problem.coded("noNumberOnLine"));
        }
    }
    let try_it = |ticket| Command::TryRoundTrip {
        ticket,
        line,
        number,
        person,
    };
    let taken = order(&api, try_it).await;
    taken.map_err(|problem| match problem.field.as_deref() {
        // What a call names `to` is the number here.
        Some("to") => Problem {
            field: Some("number".to_owned()),
            ..problem
        },
        _ => problem,
    })
}

/// Puts one side of a call through to a number.
#[utoipa::path(post, path = "/calls/{id}/transfer", tag = "calls", request_body = CallTransfer,
    params(("id" = u64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn transfer(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(call): Id<CallId>,
    Json(CallTransfer { keep, to }): Json<CallTransfer>,
) -> Result<Taken, Problem> {
    let keep = keep.into();
    let to = number(to)?;
    let call = call.into();
    let transfer = |ticket| Command::Transfer {
        ticket,
        call,
        keep,
        to,
        asker: caller.asker(),
    };
    order(&api, transfer).await
}

/// Parks one side of a call; the other is let go.
#[utoipa::path(post, path = "/calls/{id}/park", tag = "calls", request_body = CallPark,
    params(("id" = u64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn park(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
    Json(CallPark { keep, slot }): Json<CallPark>,
) -> Result<Taken, Problem> {
    let call = call.into();
    let park = |ticket| Command::Park {
        ticket,
        call,
        keep: keep.into(),
        slot: slot.map(ParkSlot),
    };
    order(&api, park).await
}

/// Brings a call to a person's phones.
#[utoipa::path(post, path = "/calls/{id}/take-over", tag = "calls", request_body = CallTakeOver,
    params(("id" = u64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn take_over(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(call): Id<CallId>,
    Json(CallTakeOver { person }): Json<CallTakeOver>,
) -> Result<Taken, Problem> {
    let (call, person) = (call.into(), person.into());
    caller.act_for(person)?;
    let take_over = |ticket| Command::TakeOver {
        ticket,
        call,
        person,
    };
    order(&api, take_over).await
}

/// Lets a person hear a talk of others, whisper to one of them or talk with both: their phones ring.
/// Who hears it already takes part otherwise from now on.
#[utoipa::path(post, path = "/calls/{id}/listen", tag = "calls", request_body = CallListen,
    params(("id" = u64, Path)), responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn listen(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(call): Id<CallId>,
    Json(CallListen { person, how }): Json<CallListen>,
) -> Result<Taken, Problem> {
    let person = person.into();
    caller.act_for(person)?;
    let talk = live_call(&api, call.into()).ok_or_else(|| Problem::not_found("call"))?;
    let listen = |ticket| Command::ListenIn {
        ticket,
        call: call.into(),
        person,
        how: how.into(),
    };
    let mut subject = parties(&talk);
    if let Some(listener) = api.desk.office().person(person) {
        subject = format!("{subject} ({})", listener.name);
    }
    // Written down first: where that cannot be, nobody listens.
    note(&api, &caller, "call.listenedTo", subject).await?;
    order(&api, listen).await
}

/// Who takes part in a call, by name or else number.
fn parties(call: &LiveCall) -> String {
    let shown = |party: &Party| match party.name.is_empty() {
        true => party.number.clone(),
        false => party.name.clone(),
    };
    let parties = std::iter::once(&call.from).chain(&call.with);
    parties.map(shown).collect::<Vec<_>>().join(", ")
}

/// `POST /api/calls/{id}/recording`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallRecord {
    action: RecordAction,
}

/// What to do with the recording of a call.
#[derive(Clone, Copy, Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RecordAction {
    Start,
    /// Nothing is kept for a while.
    Pause,
    Resume,
    Stop,
}

/// Begins to record a call, pauses that, goes on or ends it.
#[utoipa::path(post, path = "/calls/{id}/recording", tag = "recordings",
    request_body = CallRecord, params(("id" = u64, Path)),
    responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn record(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
    Json(CallRecord { action }): Json<CallRecord>,
) -> Result<Taken, Problem> {
    let call = call.into();
    let action = match action {
        RecordAction::Start => switch::RecordAction::Start,
        RecordAction::Pause => switch::RecordAction::Pause,
        RecordAction::Resume => switch::RecordAction::Resume,
        RecordAction::Stop => switch::RecordAction::Stop,
    };
    let record = |ticket| Command::RecordCall {
        ticket,
        call,
        action,
    };
    order(&api, record).await
}

/// Ends a call.
#[utoipa::path(post, path = "/calls/{id}/hang-up", tag = "calls", params(("id" = u64, Path)),
    responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn hang_up(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
) -> Result<Taken, Problem> {
    command(&api, call, Command::HangUp)
}

/// Lets the sound of a call take another way.
#[utoipa::path(put, path = "/calls/{id}/media", tag = "calls", params(("id" = u64, Path)),
    request_body = MediaWish, responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn move_media(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
    Json(wish): Json<MediaWish>,
) -> Result<Taken, Problem> {
    let to = match wish.way {
        MediaPath::Direct => MediaWay::Direct,
        MediaPath::Relayed => MediaWay::Relayed,
    };
    command(&api, call, |call| Command::MoveMedia { call, to })
}

pub(crate) type Taken = (StatusCode, axum::Json<CallCommandTaken>);

/// Hands a command to the switch. What comes of it shows on the board.
fn command(
    api: &Api,
    call: CallId,
    command: impl FnOnce(office::CallId) -> Command,
) -> Result<Taken, Problem> {
    if live_call(api, call.into()).is_none() {
        return Err(Problem::not_found("call"));
    }
    if !api.desk.command(command(call.into())) {
        return Err(Problem::too_busy());
    }
    Ok(taken(Some(call.into())))
}

/// Hands the switch a command that it answers.
pub(crate) async fn order(
    api: &Api,
    command: impl FnOnce(u64) -> Command,
) -> Result<Taken, Problem> {
    let result = api.desk.order(command).await;
    match result.ok_or_else(Problem::too_busy)? {
        CommandResult::Taken { call } => Ok(taken(call)),
        CommandResult::Refused { reason } => Err(refused(reason)),
    }
}

fn taken(call: Option<office::CallId>) -> Taken {
    let call = call.map(Into::into);
    (StatusCode::ACCEPTED, axum::Json(CallCommandTaken { call }))
}

pub(crate) fn number(text: String) -> Result<String, Problem> {
    let number = text.trim();
    if number.is_empty() || number.len() > MAX_NUMBER {
        return Err(Problem::field("to", "give the number to call").coded("badNumber"));
    }
    Ok(number.to_owned())
}

fn refused(reason: CommandRefusal) -> Problem {
    let not_now = |code, detail: &str| Problem::new(StatusCode::CONFLICT, detail).coded(code);
    let person = |code, detail: &str| Problem::field("person", detail).coded(code);
    let to = |code, detail: &str| Problem::field("to", detail).coded(code);
    match reason {
        CommandRefusal::NoSuchCall => Problem::not_found("call"),
        CommandRefusal::NoSuchPerson => person("noSuchPerson", "there is no such person"),
        CommandRefusal::NotNow => not_now(
            "notInThisCall",
            "this call is not in a state for that; try again in a moment",
        ),
        CommandRefusal::AlreadyThere => not_now("alreadyThere", "the call is at their phones"),
        CommandRefusal::NoSuchRoom => Problem::not_found("room"),
        CommandRefusal::NoSuchLine => Problem::not_found("line"),
        CommandRefusal::LineOff => not_now("lineOff", "the line is switched off"),
        CommandRefusal::NoSuchFuse => Problem::not_found("fuse"),
        CommandRefusal::RoomEmpty => not_now("roomEmpty", "nobody is in the room"),
        CommandRefusal::RoomFull => not_now("roomFull", "as many are in the room as may be"),
        CommandRefusal::NotInRoom => not_now("notInRoom", "they are not in this room any more"),
        CommandRefusal::OwnPhonesOffline => person(
            "ownPhonesOffline",
            "none of their phones is registered, so none can ring",
        ),
        CommandRefusal::NeverRecorded => {
            not_now("neverRecorded", "their calls are not to be recorded")
        }
        CommandRefusal::AlwaysRecorded => not_now(
            "alwaysRecorded",
            "their calls are always recorded; this can be paused, not stopped",
        ),
        CommandRefusal::NeverListenedTo => not_now(
            "neverListenedTo",
            "nobody may listen to this call; the office allows it in its settings, for all but calls for help",
        ),
        CommandRefusal::Call(reason) => match reason {
            RefusalReason::UnknownNumber => to("unknownNumber", "the office has no such number"),
            RefusalReason::NumberHangsUp => {
                to("numberHangsUp", "this number is set to turn callers away")
            }
            RefusalReason::NobodyOnline => to("nobodyOnline", "no phone is registered there"),
            RefusalReason::DoNotDisturb => to("doNotDisturb", "they do not want to be disturbed"),
            RefusalReason::PersonBusy => {
                to("personBusy", "they have as many calls as they may have")
            }
            RefusalReason::CallerAtLimit => {
                person("callerAtLimit", "they have as many calls as they may have")
            }
            RefusalReason::OfficeAtLimit => not_now(
                "officeAtLimit",
                "the office has as many calls as it may have",
            ),
            RefusalReason::NoMediaPorts => {
                not_now("noMediaPorts", "no ports are left for the sound")
            }
            RefusalReason::BadMedia => not_now("badMedia", "the phones cannot agree on a sound"),
            RefusalReason::NotEncrypted => not_now("notEncrypted", "the sound is not encrypted"),
            RefusalReason::ShuttingDown => not_now("shuttingDown", "the phone system is stopping"),
            RefusalReason::NotANumber => to("notANumber", "this is no telephone number"),
            RefusalReason::AnotherWayAbroad => to(
                "anotherWayAbroad",
                "this is how another country dials abroad; dial + and the country code",
            ),
            RefusalReason::InsideOnly => to("insideOnly", "they may call inside the office only"),
            RefusalReason::NotAllowedAbroad => to("notAllowedAbroad", "they may not call abroad"),
            RefusalReason::CountryNotAllowed => {
                to("countryNotAllowed", "the office does not call this country")
            }
            RefusalReason::PremiumBlocked => to("premiumBlocked", "the number costs extra"),
            RefusalReason::NoLine => to("noLine", "no line may carry this call"),
            RefusalReason::LinesFull => not_now("linesFull", "all lines are full"),
            RefusalReason::LinesDown => not_now("linesDown", "no line can be reached just now"),
            RefusalReason::FuseBlown => to("fuseBlown", "a limit of the day is used up"),
            RefusalReason::TooManyTries => to(
                "tooManyTriesAbroad",
                "there were too many tries abroad in a short time",
            ),
            RefusalReason::TooManyNewCountries => to(
                "tooManyNewCountries",
                "they called too many new countries today",
            ),
            RefusalReason::NotFromVoicemail => to(
                "notFromVoicemail",
                "nobody is called back there from a mailbox",
            ),
            RefusalReason::MoneySpent => to("moneySpent", "the money of the day is spent"),
            RefusalReason::AtLimitAbroad => {
                not_now("atLimitAbroad", "as many calls go abroad as may")
            }
            RefusalReason::AtLimitOutside => not_now(
                "atLimitOutside",
                "they have as many calls outside as they may",
            ),
            RefusalReason::NewDevice => to(
                "newDevice",
                "the phone is new; somebody has to let it call abroad first",
            ),
            RefusalReason::AfterHours => {
                to("afterHours", "abroad may be called at other times only")
            }
            RefusalReason::NoHairpin => to("noHairpin", "a call from outside may not go out again"),
            RefusalReason::ForwardAbroad => {
                to("forwardAbroad", "calls may not be forwarded abroad")
            }
            RefusalReason::RateLimited => {
                not_now("rateLimited", "too many calls began in a short time")
            }
            RefusalReason::OutsideAtLimit => {
                not_now("outsideAtLimit", "as many calls go outside as may")
            }
            RefusalReason::PeerUnreachable => not_now(
                "peerUnreachable",
                "the other telephone system cannot be reached",
            ),
            RefusalReason::SlotTaken => not_now("slotTaken", "somebody is parked in this slot"),
            RefusalReason::SlotsFull => not_now("slotsFull", "somebody is parked in every slot"),
            RefusalReason::NothingParked => to("nothingParked", "nobody is parked in this slot"),
            RefusalReason::CallerBlocked
            | RefusalReason::CallerHidden
            | RefusalReason::ChallengeFailed
            | RefusalReason::NotFromOutside => {
                not_now("notFromOutside", "nobody outside may ask for this")
            }
        },
    }
}
