//! What real calls of late have shown of a line: by what a call that came in was known, and how the
//! provider took the number that was shown. Read from the history.

use crate::{
    call_on_line::{Seen, details_of, identity_refused, leg_on},
    keeper::Keeper,
    limits::MAX_CALLS_LOOKED_AT,
    values::Millis,
    views::line_tests::{LineCheck, LineCheckWord},
};
use office::TrunkId;
use serde_json::Value;
use store::{CallEvent, CallFilter, CallSummary, CallTrace, Store, StoreError, Way};

/// A call with all that is kept of it.
struct Kept {
    summary: CallSummary,
    events: Vec<CallEvent>,
    trace: CallTrace,
}

/// What the last telling calls in and out have shown; nothing of what none has. The first that tells
/// something counts, of so many at most.
pub(crate) async fn of(keeper: &Keeper, line: TrunkId) -> Vec<LineCheck> {
    let looked = keeper
        .ask_history(move |store| Ok((kept(store, line, Way::In)?, kept(store, line, Way::Out)?)));
    // Without the history the line is tested all the same.
    let (came_in, went_out) = looked.await.unwrap_or_default();
    let inbound = came_in.iter().find_map(|call| inbound(line, call));
    let caller_id = went_out.iter().find_map(|call| caller_id(line, call));
    let of_sound = went_out.iter().find_map(|call| of_sound(line, call));
    let of_sound = of_sound.into_iter().flatten();
    inbound
        .into_iter()
        .chain(caller_id)
        .chain(of_sound)
        .collect()
}

fn kept(store: &mut Store, line: TrunkId, way: Way) -> Result<Vec<Kept>, StoreError> {
    let filter = CallFilter {
        line: Some(line),
        way: Some(Some(way)),
        ..CallFilter::default()
    };
    let found = store.find_calls(&filter, MAX_CALLS_LOOKED_AT, None)?;
    let kept = found.into_iter().map(|summary| {
        let events = store.call_events(summary.id)?.unwrap_or_default();
        let trace = store.call_trace(summary.id)?.unwrap_or_default();
        Ok(Kept {
            summary,
            events,
            trace,
        })
    });
    kept.collect()
}

/// By what the call was known, and how the provider writes the number called and the caller.
fn inbound(line: TrunkId, call: &Kept) -> Option<LineCheck> {
    let details = details_of(&call.events);
    let called = details
        .iter()
        .find(|(kind, detail)| *kind == "numberCalled" && detail["line"].as_i64() == Some(line.0));
    let (_, called) = called?;
    let text = |field: &str| called[field].as_str().unwrap_or_default();
    let sentence = match text("knownBy") {
        "registration" => "lastByRegistration",
        "address" => "lastByAddress",
        _ => return None, // of before that was written down
    };
    let caller = match text("callerAs") {
        "" => "–",
        caller => caller,
    };
    let shown = format!("{caller} → {}", text("calledAs"));
    let check = match called["known"].as_bool() {
        Some(false) => LineCheck::warning(LineCheckWord::Inbound, "lastUnknown", &shown),
        _ => LineCheck::good(LineCheckWord::Inbound, sentence, &shown),
    };
    Some(check.seen_at(Millis(call.summary.started_at)))
}

/// Which number was shown last, and whether the provider took it. Calls that came to nothing for
/// another reason tell nothing.
fn caller_id(line: TrunkId, call: &Kept) -> Option<LineCheck> {
    let details = details_of(&call.events);
    let chosen = details
        .iter()
        .rev()
        .find(|(kind, detail)| *kind == "lineChosen" && detail["line"].as_i64() == Some(line.0));
    let shown = chosen?
        .1
        .get("shows")
        .and_then(Value::as_str)
        .unwrap_or("–");
    let seen = Seen::of(leg_on(&details, line)?, &call.trace.messages);
    let check = LineCheckWord::CallerId;
    let found = match seen.refused_with() {
        None if seen.was_taken() => LineCheck::good(check, "lastTaken", shown),
        Some(status) if identity_refused(status) => {
            let sentence = match status {
                403 => "lastForbidden",
                484 => "lastIncomplete",
                _ => "lastDeclined",
            };
            LineCheck::warning(check, sentence, &format!("{shown} · {status}"))
        }
        // Whom it reached was busy, away, or no number: the provider had let it through.
        Some(404 | 480 | 486 | 487 | 600) => LineCheck::good(check, "lastTaken", shown),
        _ => return None,
    };
    Some(found.seen_at(Millis(call.summary.started_at)))
}

/// What was agreed on in the last call out that somebody answered.
fn of_sound(line: TrunkId, call: &Kept) -> Option<[LineCheck; 3]> {
    let details = details_of(&call.events);
    let seen = Seen::of(leg_on(&details, line)?, &call.trace.messages);
    if !seen.was_answered() {
        return None;
    }
    let at = Millis(call.summary.started_at);
    let checks = [seen.codecs(true), seen.dtmf(true), seen.early_media(true)];
    Some(checks.map(|check| check.seen_at(at)))
}
