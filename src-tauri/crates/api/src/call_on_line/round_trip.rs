//! What a call from a line to the line itself has shown: whether it came back, as whose call it was
//! known, with which caller, and what each end heard of the other.

use super::identity_refused;
use crate::views::line_tests::{LineCheck, LineCheckWord};
use office::TrunkId;
use serde_json::Value;

/// Speech quieter than this, in dBFS, is silence (see the level test).
const SILENT: f64 = -60.0;

/// Adds what it has shown; `tried` is what was told when it was over. What keys each end heard stands
/// in the place of what was agreed on for them.
pub(super) fn add(
    line: TrunkId,
    tried: &Value,
    refused: Option<u16>,
    checks: &mut Vec<LineCheck>,
    name: impl Fn(TrunkId) -> String,
) {
    let back = tried["back"].as_object().map(|_| &tried["back"]);
    checks.push(inbound(line, back, refused, name));
    checks.push(caller_id(tried, back, refused));
    let (there, here) = (&tried["heardBack"], &tried["heardOut"]);
    if there.is_object() || here.is_object() {
        if let Some(dtmf) = checks
            .iter_mut()
            .find(|one| one.check == LineCheckWord::Dtmf)
        {
            *dtmf = keys(there, here);
        }
        checks.push(sound(there, here));
    }
    // That the office hangs up when it has heard enough is how it is meant.
    let ended = checks
        .iter_mut()
        .find(|one| one.check == LineCheckWord::Ended);
    if let Some(ended) = ended.filter(|one| one.sentence == "byOffice") {
        *ended = LineCheck::good(LineCheckWord::Ended, "heardEnough", "");
    }
}

fn inbound(
    line: TrunkId,
    back: Option<&Value>,
    refused: Option<u16>,
    name: impl Fn(TrunkId) -> String,
) -> LineCheck {
    let check = LineCheckWord::Inbound;
    let Some(back) = back else {
        let why = refused.map(|status| status.to_string()).unwrap_or_default();
        return LineCheck::bad(check, "notBack", &why);
    };
    let over = back["line"].as_i64().map_or(line, TrunkId);
    if over != line {
        return LineCheck::warning(check, "backOnOther", &name(over));
    }
    let sentence = match back["knownBy"].as_str() {
        Some("registration") => "backByRegistration",
        _ => "backByAddress",
    };
    LineCheck::good(
        check,
        sentence,
        back["calledAs"].as_str().unwrap_or_default(),
    )
}

fn caller_id(tried: &Value, back: Option<&Value>, refused: Option<u16>) -> LineCheck {
    let check = LineCheckWord::CallerId;
    let meant = tried["shows"].as_str();
    let Some(back) = back else {
        return match refused {
            Some(status) if identity_refused(status) => {
                let meant = meant.unwrap_or("–");
                LineCheck::warning(check, "maybeRefused", &format!("{meant} · {status}"))
            }
            _ => LineCheck::skipped(check, "notBack"),
        };
    };
    let seen = back["caller"].as_str().unwrap_or_default();
    match (meant, seen) {
        (Some(meant), seen) if meant == seen => LineCheck::good(check, "backAsMeant", seen),
        (Some(meant), "") => LineCheck::warning(check, "backHidden", meant),
        (Some(meant), seen) => LineCheck::warning(check, "backOther", &format!("{meant} → {seen}")),
        (None, "") => LineCheck::good(check, "backHiddenAsMeant", ""),
        (None, seen) => LineCheck::warning(check, "backShown", seen),
    }
}

/// Which of the keys pressed at each end the other has heard.
fn keys(there: &Value, here: &Value) -> LineCheck {
    let check = LineCheckWord::Dtmf;
    let arrived = |heard: &Value| {
        let text = |field: &str| heard[field].as_str().unwrap_or_default().to_owned();
        (text("pressed"), text("keys"))
    };
    let all = |heard: &Value| {
        let (pressed, keys) = arrived(heard);
        heard.is_object() && pressed == keys
    };
    let shown = [there, here].map(|heard| {
        let (pressed, keys) = arrived(heard);
        match keys.as_str() {
            "" => format!("{pressed} → –"),
            keys => format!("{pressed} → {keys}"),
        }
    });
    let shown = shown.join(", ");
    match (all(there), all(here)) {
        (true, true) => LineCheck::good(check, "keysBothWays", &shown),
        (true, false) => LineCheck::warning(check, "keysNotIn", &shown),
        (false, true) => LineCheck::warning(check, "keysNotOut", &shown),
        (false, false) => LineCheck::bad(check, "noKeys", &shown),
    }
}

/// Whether each end has heard what the other said.
fn sound(there: &Value, here: &Value) -> LineCheck {
    let check = LineCheckWord::Sound;
    let level = |heard: &Value| heard["speech"].as_f64().filter(|level| *level > SILENT);
    let shown = [there, here].map(|heard| match level(heard) {
        Some(level) => format!("{level:.0} dB"),
        None => "–".to_owned(),
    });
    let shown = shown.join(", ");
    match (level(there), level(here)) {
        (Some(_), Some(_)) => LineCheck::good(check, "bothWays", &shown),
        (Some(_), None) => LineCheck::bad(check, "notIn", &shown),
        (None, Some(_)) => LineCheck::bad(check, "notOut", &shown),
        (None, None) => LineCheck::bad(check, "neither", &shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keeper::word;
    use serde_json::json;

    const LINE: TrunkId = TrunkId(3);

    fn of(tried: &Value, refused: Option<u16>) -> Vec<String> {
        let mut checks = vec![LineCheck::good(LineCheckWord::Dtmf, "events", "")];
        add(LINE, tried, refused, &mut checks, |line| {
            format!("line {line}")
        });
        let said = |one: &LineCheck| {
            let words = [word(&one.check), word(&one.state), one.sentence.clone()];
            format!("{} {}", words.join(" "), one.detail)
        };
        checks.iter().map(said).collect()
    }

    fn heard(pressed: &str, keys: &str, speech: Option<f32>) -> Value {
        json!({ "pressed": pressed, "keys": keys, "speech": speech })
    }

    fn back(caller: &str, line: i64) -> Value {
        json!({ "call": 9, "line": line, "knownBy": "registration",
            "calledAs": "030123450", "caller": caller, "callerAs": caller })
    }

    #[test]
    fn a_call_that_came_back_as_it_went_out_is_good_in_all() {
        let tried = json!({ "line": 3, "number": "+4930123450", "shows": "+4930123450",
            "back": back("+4930123450", 3),
            "heardBack": heard("159", "159", Some(-24.6)),
            "heardOut": heard("73", "73", Some(-30.0)) });
        assert_eq!(
            of(&tried, None),
            [
                "dtmf good keysBothWays 159 → 159, 73 → 73",
                "inbound good backByRegistration 030123450",
                "callerId good backAsMeant +4930123450",
                "sound good bothWays -25 dB, -30 dB",
            ]
        );
    }

    #[test]
    fn what_is_amiss_is_said_where_it_is() {
        let tried = json!({ "shows": "+4930123450", "back": back("+4930999", 4),
            "heardBack": heard("159", "", Some(-90.0)),
            "heardOut": heard("73", "73", Some(-30.0)) });
        assert_eq!(
            of(&tried, None),
            [
                "dtmf warning keysNotOut 159 → –, 73 → 73",
                "inbound warning backOnOther line 4",
                "callerId warning backOther +4930123450 → +4930999",
                "sound bad notOut –, -30 dB",
            ]
        );
        let hidden = json!({ "shows": "+4930123450", "back": back("", 3) });
        assert_eq!(
            of(&hidden, None)[2],
            "callerId warning backHidden +4930123450"
        );
    }

    #[test]
    fn a_call_that_does_not_come_back_says_how_the_provider_turned_it_down() {
        let tried = json!({ "shows": "+4930123450", "back": null });
        assert_eq!(
            of(&tried, Some(403))[1..],
            [
                "inbound bad notBack 403",
                "callerId warning maybeRefused +4930123450 · 403"
            ]
        );
        assert_eq!(
            of(&tried, Some(482))[1..],
            ["inbound bad notBack 482", "callerId skipped notBack "]
        );
    }
}
