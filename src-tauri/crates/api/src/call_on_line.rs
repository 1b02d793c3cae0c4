//! What a call has shown of the line it took: read from its happenings and its messages alone, so that
//! any call will do, over or not.

mod round_trip;

use crate::views::line_tests::{LineCheck, LineCheckWord};
use office::TrunkId;
use serde_json::Value;
use sip_message::{Message, Method};
use sip_sdp::{Media, SessionDescription};
use store::{CallEvent, Direction, TracedMessage};

/// A call as far as it has come.
pub(crate) struct CallSoFar<'a> {
    /// What happened, in order.
    pub(crate) events: &'a [CallEvent],
    /// Its messages, in order.
    pub(crate) messages: &'a [TracedMessage],
    pub(crate) is_over: bool,
}

/// What it has shown of a line. `name` says what another line is called.
pub(crate) fn checks(
    line: TrunkId,
    call: &CallSoFar<'_>,
    name: impl Fn(TrunkId) -> String,
) -> Vec<LineCheck> {
    let details = details_of(call.events);
    let legs = details.iter().filter(|(kind, _)| *kind == "deviceCalled");
    let legs = legs.filter_map(|(_, detail)| {
        let (leg, on) = (detail["leg"].as_u64()?, detail["to"]["line"].as_i64()?);
        Some((leg, TrunkId(on)))
    });
    // Of several tries the last one is the one that came furthest.
    let legs: Vec<(u64, TrunkId)> = legs.collect();
    let own = legs.iter().rev().find(|(_, on)| *on == line);
    let Some((leg, _)) = own else {
        let taken = match (legs.last(), call.is_over) {
            (Some((_, other)), _) => {
                LineCheck::warning(LineCheckWord::Line, "otherLine", &name(*other))
            }
            (None, true) => LineCheck::bad(LineCheckWord::Line, "notOut", refusal(&details)),
            (None, false) => LineCheck::running(LineCheckWord::Line),
        };
        let rest = OF_A_CALL.map(|check| match (&legs[..], call.is_over) {
            ([], false) => LineCheck::running(check),
            _ => LineCheck::skipped(check, "notOut"),
        });
        return [taken].into_iter().chain(rest).collect();
    };
    let seen = Seen::of(*leg, call.messages);
    let mut checks = vec![
        LineCheck::good(LineCheckWord::Line, "thisLine", ""),
        seen.ringing(call.is_over),
        seen.early_media(call.is_over),
        seen.codecs(call.is_over),
        seen.dtmf(call.is_over),
        ended(&details, &seen, call.is_over),
    ];
    let tried = details.iter().find(|(kind, _)| *kind == "lineTried");
    if let Some((_, tried)) = tried {
        round_trip::add(line, tried, seen.refused_with(), &mut checks, name);
    }
    checks
}

/// The happenings of a call, each with its details.
pub(crate) fn details_of(events: &[CallEvent]) -> Vec<(&str, Value)> {
    events.iter().map(read).collect()
}

/// The last leg that was called on a line.
pub(crate) fn leg_on(details: &[(&str, Value)], line: TrunkId) -> Option<u64> {
    let mut called = details.iter().rev();
    let (_, called) = called.find(|(kind, detail)| {
        *kind == "deviceCalled" && detail["to"]["line"].as_i64() == Some(line.0)
    })?;
    called["leg"].as_u64()
}

/// Whether a provider that answers so may mean the number it was shown.
pub(crate) fn identity_refused(status: u16) -> bool {
    matches!(status, 403 | 433 | 484 | 603 | 607 | 608)
}

/// What is asked of a call, beside the line it took.
const OF_A_CALL: [LineCheckWord; 5] = [
    LineCheckWord::Ringing,
    LineCheckWord::EarlyMedia,
    LineCheckWord::Codecs,
    LineCheckWord::Dtmf,
    LineCheckWord::Ended,
];

/// What passed on the line's leg. Times in milliseconds since the call began.
#[derive(Default)]
pub(crate) struct Seen {
    asked: Option<u32>,
    /// The other side has said that it rings, or that sound comes.
    rang: Option<u32>,
    answered: Option<u32>,
    /// Sound was described before the answer.
    early: bool,
    /// What was described in the end.
    sound: Option<Media>,
    /// How the other side turned the call down.
    refused: Option<u16>,
}

impl Seen {
    /// Whether the other side let the call through: it rang or was answered.
    pub(crate) fn was_taken(&self) -> bool {
        self.rang.is_some() || self.answered.is_some()
    }

    pub(crate) fn was_answered(&self) -> bool {
        self.answered.is_some()
    }

    /// How the other side turned the call down.
    pub(crate) fn refused_with(&self) -> Option<u16> {
        self.refused.filter(|_| self.answered.is_none())
    }

    pub(crate) fn of(leg: u64, messages: &[TracedMessage]) -> Self {
        let mut seen = Self::default();
        for traced in messages.iter().filter(|one| u64::from(one.leg) == leg) {
            let Ok(message) = Message::parse(traced.message.clone().into()) else {
                continue;
            };
            match (&message, &traced.direction) {
                (Message::Request(request), Direction::Out)
                    if request.method() == Method::Invite && seen.answered.is_none() =>
                {
                    seen.asked.get_or_insert(traced.offset);
                }
                (Message::Response(response), Direction::In) if seen.answered.is_none() => {
                    let is_invite = response
                        .cseq()
                        .is_ok_and(|cseq| cseq.method == Method::Invite);
                    if is_invite {
                        seen.hear(response.status().code(), &message, traced.offset);
                    }
                }
                _ => {}
            }
        }
        seen
    }

    fn hear(&mut self, status: u16, message: &Message, offset: u32) {
        let described = SessionDescription::from_bytes(message.body()).ok();
        let described = described.and_then(|description| description.audio().cloned());
        match status {
            101..200 => {
                self.rang.get_or_insert(offset);
                self.early |= described.is_some();
            }
            200..300 => self.answered = Some(offset),
            // Asked for a password, which is given in the next request.
            401 | 407 | ..=100 => {}
            refused => self.refused = Some(refused),
        }
        self.sound = described.or(self.sound.take());
    }

    fn ringing(&self, is_over: bool) -> LineCheck {
        let check = LineCheckWord::Ringing;
        let since = |from: Option<u32>, to: u32| seconds(to.saturating_sub(from.unwrap_or(to)));
        match (self.rang, self.answered) {
            (Some(rang), Some(answered)) => {
                let shown = format!(
                    "{} → {}",
                    since(self.asked, rang),
                    since(Some(rang), answered)
                );
                LineCheck::good(check, "rangUntilAnswered", &shown)
            }
            (Some(rang), None) => LineCheck::good(check, "rang", &since(self.asked, rang)),
            (None, Some(answered)) => {
                LineCheck::good(check, "answeredAtOnce", &since(self.asked, answered))
            }
            (None, None) => unknown(check, is_over),
        }
    }

    pub(crate) fn early_media(&self, is_over: bool) -> LineCheck {
        let check = LineCheckWord::EarlyMedia;
        match (self.early, self.rang.or(self.answered)) {
            (true, _) => LineCheck::good(check, "heard", ""),
            (false, Some(_)) => LineCheck::good(check, "ownTone", ""),
            (false, None) => unknown(check, is_over),
        }
    }

    pub(crate) fn codecs(&self, is_over: bool) -> LineCheck {
        let check = LineCheckWord::Codecs;
        let codecs = self.sound.iter().flat_map(|sound| &sound.codecs);
        let names: Vec<&str> = codecs
            .filter(|codec| codec.is_sound())
            .map(|codec| codec.name.as_str())
            .collect();
        match &names[..] {
            [] => unknown(check, is_over),
            names => LineCheck::good(check, "agreed", &names.join(", ")),
        }
    }

    pub(crate) fn dtmf(&self, is_over: bool) -> LineCheck {
        let check = LineCheckWord::Dtmf;
        let Some(sound) = &self.sound else {
            return unknown(check, is_over);
        };
        let events = sound.codecs.iter().find(|codec| codec.is_telephone_event());
        match events {
            Some(events) => {
                let shown = format!("{}/{}", events.name, events.clock_rate);
                LineCheck::good(check, "events", &shown)
            }
            None => LineCheck::warning(check, "noEvents", ""),
        }
    }
}

/// Who ended it, and how.
fn ended(details: &[(&str, Value)], seen: &Seen, is_over: bool) -> LineCheck {
    let check = LineCheckWord::Ended;
    if let (Some(refused), None) = (seen.refused, seen.answered) {
        return LineCheck::bad(check, "turnedDown", &refused.to_string());
    }
    let over = details.iter().rev().find(|(kind, _)| *kind == "callEnded");
    let Some((_, over)) = over.filter(|_| is_over) else {
        return LineCheck::running(check);
    };
    match (seen.answered, over["by"].is_object()) {
        (None, _) => LineCheck::warning(check, "notAnswered", ""),
        (Some(_), true) if over["by"]["line"].is_i64() => LineCheck::good(check, "byThem", ""),
        (Some(_), true) => LineCheck::good(check, "byUs", ""),
        (Some(_), false) => {
            let why = over["reason"].as_str().unwrap_or_default();
            LineCheck::warning(check, "byOffice", why)
        }
    }
}

/// Why the office let no call out.
fn refusal<'a>(details: &'a [(&str, Value)]) -> &'a str {
    let kinds = ["outsideRefused", "callRefused"];
    let mut found = kinds.iter().filter_map(|kind| {
        let (_, detail) = details.iter().rev().find(|(known, _)| known == kind)?;
        detail["reason"].as_str()
    });
    found.next().unwrap_or_default()
}

fn unknown(check: LineCheckWord, is_over: bool) -> LineCheck {
    if is_over {
        LineCheck::skipped(check, "notAnswered")
    } else {
        LineCheck::running(check)
    }
}

fn read(event: &CallEvent) -> (&str, Value) {
    let detail = serde_json::from_str(&event.detail).unwrap_or_default();
    (event.kind.as_str(), detail)
}

fn seconds(milliseconds: u32) -> String {
    let tenths = milliseconds.div_ceil(100);
    format!("{}.{} s", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keeper::word, views::line_tests::LineCheckState};

    const LINE: TrunkId = TrunkId(3);

    fn event(kind: &str, detail: &str) -> CallEvent {
        CallEvent {
            offset: 0,
            kind: kind.to_owned(),
            detail: detail.to_owned(),
        }
    }

    fn called(line: i64) -> CallEvent {
        let detail = format!(r#"{{"leg":7,"to":{{"number":"+4930","line":{line}}}}}"#);
        event("deviceCalled", &detail)
    }

    fn message(offset: u32, direction: Direction, start: &str, sdp: &str) -> TracedMessage {
        let kind = if sdp.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        let text = format!(
            "{start}\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
             To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n{kind}\
             Content-Length: {}\r\n\r\n{sdp}",
            sdp.len()
        );
        TracedMessage {
            offset,
            direction,
            leg: 7,
            flow: String::new(),
            message: text.into_bytes(),
        }
    }

    const ALAW: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
                        m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";

    fn found(checks: &[LineCheck]) -> Vec<String> {
        let line = |one: &LineCheck| {
            let words = [word(&one.check), word(&one.state), one.sentence.clone()];
            format!("{} {}", words.join(" "), one.detail)
        };
        checks.iter().map(line).collect()
    }

    fn of(events: &[CallEvent], messages: &[TracedMessage], is_over: bool) -> Vec<String> {
        let call = CallSoFar {
            events,
            messages,
            is_over,
        };
        found(&checks(LINE, &call, |line| format!("line {line}")))
    }

    #[test]
    fn a_call_that_was_answered_shows_sound_keys_ringing_and_who_hung_up() {
        let events = [
            called(3),
            event("callEnded", r#"{"reason":"hungUp","by":{"line":3}}"#),
        ];
        let messages = [
            message(1_000, Direction::Out, "INVITE sip:c@d SIP/2.0", ALAW),
            message(1_200, Direction::In, "SIP/2.0 100 Trying", ""),
            message(2_000, Direction::In, "SIP/2.0 183 Session Progress", ALAW),
            message(6_000, Direction::In, "SIP/2.0 200 OK", ALAW),
        ];
        assert_eq!(
            of(&events, &messages, true),
            [
                "line good thisLine ",
                "ringing good rangUntilAnswered 1.0 s → 4.0 s",
                "earlyMedia good heard ",
                "codecs good agreed PCMA",
                "dtmf good events telephone-event/8000",
                "ended good byThem ",
            ]
        );
    }

    #[test]
    fn a_far_end_that_only_rings_leaves_the_rest_open_and_one_that_refuses_says_so() {
        let asked = message(0, Direction::Out, "INVITE sip:c@d SIP/2.0", ALAW);
        let rings = message(500, Direction::In, "SIP/2.0 180 Ringing", "");
        let going_on = of(&[called(3)], &[asked.clone(), rings], false);
        assert_eq!(
            going_on[1..3],
            ["ringing good rang 0.5 s", "earlyMedia good ownTone "]
        );
        assert_eq!(going_on[3], "codecs running  ");
        let refused = message(500, Direction::In, "SIP/2.0 486 Busy Here", "");
        let over = of(&[called(3)], &[asked, refused], true);
        assert_eq!(over[5], "ended bad turnedDown 486");
        assert_eq!(over[3], "codecs skipped notAnswered ");
    }

    #[test]
    fn a_call_over_another_line_shows_nothing_of_this_one() {
        let other = of(&[called(4)], &[], true);
        assert_eq!(other[0], "line warning otherLine line 4");
        let is_skipped = |found: &String| found.contains(&word(&LineCheckState::Skipped));
        assert!(other[1..].iter().all(is_skipped), "{other:?}");
        let refused = event("outsideRefused", r#"{"reason":"premiumBlocked"}"#);
        assert_eq!(
            of(&[refused], &[], true)[0],
            "line bad notOut premiumBlocked"
        );
        assert_eq!(of(&[], &[], false)[0], "line running  ");
    }
}
