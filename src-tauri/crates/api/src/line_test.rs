//! *Test this line*: what is asked of a line, one thing after the other, and what each answer means.
//! The meanings are functions of what is set up and of what the line last told.

use crate::{
    Desk,
    keeper::{Keeper, word},
    limits::LINE_TEST_WITHIN,
    line_evidence,
    values::Millis,
    views::line_tests::{LineCheck, LineCheckWord, LineTest},
};
use office::{Office, Trunk, TrunkAccess, TrunkId};
use std::{net::IpAddr, sync::Arc};
use switch::{Command, LineReason, LineState, LiveLine};
use tokio::time::{Instant, timeout_at};

/// Starts the test of a line, or gives the one that goes on. `None` if there is no such line.
pub(crate) fn start(desk: &Arc<Desk>, keeper: &Arc<Keeper>, line: TrunkId) -> Option<LineTest> {
    let office = desk.office();
    let trunk = Arc::clone(office.trunk(line)?);
    if let Some(test) = desk.line_test(line)
        && test.finished_at.is_none()
    {
        return Some(test);
    }
    let asked = ASKED.map(LineCheck::running).into_iter();
    let test = LineTest {
        started_at: Millis::now(),
        finished_at: None,
        checks: asked
            .chain([inbound(&office, &trunk), caller_id(&trunk)])
            .chain(of_calls(&trunk))
            .collect(),
    };
    desk.keep_line_test(line, test.clone());
    let (desk, keeper) = (Arc::clone(desk), Arc::clone(keeper));
    tokio::spawn(finish(desk, keeper, trunk, test.clone()));
    Some(test)
}

/// What the line has to be asked.
const ASKED: [LineCheckWord; 3] = [
    LineCheckWord::Name,
    LineCheckWord::Reachable,
    LineCheckWord::Register,
];

/// Has the line try, and keeps what became of that.
async fn finish(desk: Arc<Desk>, keeper: Arc<Keeper>, trunk: Arc<Trunk>, mut test: LineTest) {
    let found = if trunk.enabled {
        match tried(&desk, trunk.id).await {
            Some(live) => asked(&trunk, &live),
            None => skipped_because("notTried"),
        }
    } else {
        skipped_because("lineOff")
    };
    test.checks.splice(..found.len(), found);
    // What a call has shown counts for more than how it is set up, but where that can lead to no call.
    for shown in line_evidence::of(&keeper, trunk.id).await {
        let mut checks = test.checks.iter_mut();
        if let Some(check) = checks.find(|check| check.check == shown.check && !check.is_amiss()) {
            *check = shown;
        }
    }
    test.finished_at = Some(Millis::now());
    desk.keep_line_test(trunk.id, test);
}

/// How the line is after it was told to try: as soon as it says anything that is no beginning, or
/// when it has said nothing for too long. `None` if it could not be told.
async fn tried(desk: &Desk, line: TrunkId) -> Option<LiveLine> {
    let until = Instant::now() + LINE_TEST_WITHIN;
    let mut news = desk.line_news();
    desk.order(|ticket| Command::RegisterLine { ticket, line })
        .await?;
    loop {
        let live = desk.read_board(|board| board.lines.get(&line).cloned());
        let has_ended = live
            .as_ref()
            .is_some_and(|live| live.state != LineState::Starting);
        if has_ended {
            return live;
        }
        match timeout_at(until, news.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return live,
        }
    }
}

/// Name, way and registration, as the line last told.
fn asked(trunk: &Trunk, live: &LiveLine) -> [LineCheck; 3] {
    let host = trunk.server.host.as_str();
    let is_address = host.parse::<IpAddr>().is_ok();
    let detail = live.detail.as_str();
    let found = if is_address {
        LineCheck::good(LineCheckWord::Name, "nameIsAddress", host)
    } else {
        LineCheck::good(LineCheckWord::Name, "nameFound", host)
    };
    let answers = LineCheck::good(LineCheckWord::Reachable, "answers", "");
    let bad = |check| LineCheck::bad(check, &word(&live.reason), detail);
    let skipped = |check| LineCheck::skipped(check, "notReached");
    match live.reason {
        LineReason::NameUnknown => [
            LineCheck::bad(LineCheckWord::Name, "nameUnknown", host),
            skipped(LineCheckWord::Reachable),
            skipped(LineCheckWord::Register),
        ],
        LineReason::NoAnswer | LineReason::ConnectionLost | LineReason::Certificate => [
            found,
            bad(LineCheckWord::Reachable),
            skipped(LineCheckWord::Register),
        ],
        LineReason::Registered => [
            found,
            answers,
            LineCheck::good(LineCheckWord::Register, "registered", detail),
        ],
        LineReason::ByAddress | LineReason::Answers => [
            found,
            answers,
            match trunk.access {
                TrunkAccess::Address => {
                    LineCheck::good(LineCheckWord::Register, "byAddress", detail)
                }
                TrunkAccess::Register { .. } => {
                    LineCheck::bad(LineCheckWord::Register, "notRegistered", detail)
                }
            },
        ],
        LineReason::WrongPassword
        | LineReason::Forbidden
        | LineReason::ProviderError
        | LineReason::TooManyRequests
        | LineReason::ChallengeNotAnswered
        | LineReason::CallsFail => [found, answers, bad(LineCheckWord::Register)],
        // It has said nothing since.
        LineReason::SwitchedOff | LineReason::Began | LineReason::NetworkChanged => [
            found,
            LineCheck::bad(LineCheckWord::Reachable, "noAnswer", ""),
            skipped(LineCheckWord::Register),
        ],
    }
}

fn skipped_because(sentence: &str) -> [LineCheck; 3] {
    ASKED.map(|check| LineCheck::skipped(check, sentence))
}

/// By what calls that come in are known to be this line's, and whether they lead anywhere.
fn inbound(office: &Office, trunk: &Trunk) -> LineCheck {
    let numbers = office
        .phone_numbers()
        .filter(|number| number.trunk.is_none_or(|line| line == trunk.id))
        .count();
    let check = LineCheckWord::Inbound;
    if numbers == 0 {
        return LineCheck::warning(check, "noNumbers", "");
    }
    let networks: Vec<&str> = trunk.networks.iter().map(AsRef::as_ref).collect();
    match trunk.access {
        TrunkAccess::Register { .. } => {
            LineCheck::good(check, "byRegistration", &numbers.to_string())
        }
        TrunkAccess::Address if networks.is_empty() => {
            LineCheck::good(check, "byServer", trunk.server.host.as_str())
        }
        TrunkAccess::Address => LineCheck::good(check, "byNetworks", &networks.join(", ")),
    }
}

/// What whom we call is shown where no rule and no person says otherwise.
fn caller_id(trunk: &Trunk) -> LineCheck {
    let check = LineCheckWord::CallerId;
    match &trunk.outgoing.main_number {
        Some(number) => LineCheck::good(check, "showsMain", number.as_str()),
        None => LineCheck::warning(check, "noMainNumber", ""),
    }
}

/// What only a call can tell, with what is set up for it.
fn of_calls(trunk: &Trunk) -> [LineCheck; 3] {
    let needs_call = |check, detail: &str| LineCheck {
        detail: detail.to_owned(),
        ..LineCheck::skipped(check, "needsCall")
    };
    [
        needs_call(LineCheckWord::Codecs, &trunk.codecs.join(", ")),
        needs_call(LineCheckWord::Dtmf, &word(&trunk.dtmf)),
        needs_call(LineCheckWord::EarlyMedia, ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::line_tests::LineCheckState;

    #[test]
    fn what_a_line_tells_is_said_at_the_step_it_is_about() {
        let trunk = trunk();
        for (reason, states) in [
            (LineReason::NameUnknown, "bad skipped skipped"),
            (LineReason::NoAnswer, "good bad skipped"),
            (LineReason::Certificate, "good bad skipped"),
            (LineReason::WrongPassword, "good good bad"),
            (LineReason::Registered, "good good good"),
            // It says that it is there, but not that it knows us.
            (LineReason::Answers, "good good bad"),
            (LineReason::Began, "good bad skipped"),
        ] {
            let live = LiveLine {
                state: LineState::Down,
                reason,
                detail: "403 Forbidden".to_owned(),
                since_unix_ms: 0,
                next_try_unix_ms: None,
            };
            let found = asked(&trunk, &live)
                .map(|check| word(&check.state))
                .join(" ");
            assert_eq!(found, states, "{reason:?}");
        }
        let by_address = Trunk {
            access: TrunkAccess::Address,
            ..trunk
        };
        let live = LiveLine {
            state: LineState::Up,
            reason: LineReason::Answers,
            detail: String::new(),
            since_unix_ms: 0,
            next_try_unix_ms: None,
        };
        let [.., register] = asked(&by_address, &live);
        assert_eq!(register.state, LineCheckState::Good);
        assert_eq!(register.sentence, "byAddress");
    }

    fn trunk() -> Trunk {
        let server = office::SipPlace::named(office::Domain::parse("sip.example.com").unwrap());
        Trunk {
            access: TrunkAccess::Register {
                expires: None,
                bulk: false,
            },
            ..Trunk::at(TrunkId(1), "Line", server)
        }
    }
}
