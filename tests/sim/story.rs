//! The timeline of a simulated office in plain words: what was told, and what the owners of the
//! phones noticed.

use super::{office::SimOffice, phone::Seen};
use office::{CallId, MailboxId, TrunkId};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    time::{Duration, Instant},
};
use switch::{
    EndReason, Happening, LineTestResult, Listening, MediaWay, OfficeService, Party, RefusalReason,
    StopReason, What,
};

impl SimOffice {
    /// All that happened since the phones had registered, one line each. What the owner of a phone
    /// notices is indented.
    pub fn story(&self) -> String {
        self.story_since(Duration::from_secs(1))
    }

    /// All that happened from so long after the opening.
    pub fn story_since(&self, since: Duration) -> String {
        let mut lines: Vec<(Instant, u8, String)> = Vec::new();
        let mut legs = BTreeMap::new();
        let mut rang = BTreeMap::new();
        for happening in self.happenings() {
            if let What::DeviceCalled { call, leg, to, .. } = &happening.what {
                legs.insert((*call, *leg), self.device(to));
            }
            if let What::DeviceRang { call, leg } = &happening.what {
                let first = rang.insert((*call, *leg), happening.at);
                if first.is_some() {
                    continue; // it says so again
                }
            }
            if let Some(text) = self.words(happening, &legs, &rang) {
                lines.push((happening.at, 0, text));
            }
        }
        for phone in self.all_phones() {
            for (at, _, seen) in phone.seen() {
                if *seen != Seen::Rings {
                    lines.push((*at, 1, format!("    {} {seen}", phone.name)));
                }
            }
        }
        lines.sort_by_key(|(at, rank, _)| (*at, *rank));
        let mut story = String::new();
        let from = self.now() - self.open_for() + since;
        for (at, _, text) in lines.iter().filter(|(at, ..)| *at >= from) {
            let clock = self.unix_ms(*at) / 1_000 % 86_400;
            let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
            let _ = writeln!(story, "{hours:02}:{minutes:02}:{seconds:02} {text}");
        }
        story
    }

    fn mailbox_name(&self, mailbox: MailboxId) -> String {
        let office = self.switch().office();
        let found = office.mailbox(mailbox);
        let name = found.map_or("a mailbox", |found| office.mailbox_name(found));
        format!("the mailbox of {name}")
    }

    /// One happening in words.
    fn words(
        &self,
        happening: &Happening,
        legs: &BTreeMap<(CallId, u32), String>,
        rang: &BTreeMap<(CallId, u32), Instant>,
    ) -> Option<String> {
        let device = |call: &CallId, leg: &u32| {
            let name = legs.get(&(*call, *leg));
            name.map_or("a phone nobody called", String::as_str)
        };
        Some(match &happening.what {
            What::PhoneCameOnline { device, .. } => {
                format!("{} came online", self.device_name(*device))
            }
            What::PhoneWentOffline { device, reason, .. } => {
                format!("{} went offline: {reason:?}", self.device_name(*device))
            }
            What::LoginRefused {
                user,
                address,
                reason,
                ..
            } => format!("{address} failed to log in as {user}: {reason:?}"),
            What::LoginForgiven { user, address } => {
                let whose = [user.as_deref(), address.as_deref()];
                let whose: Vec<&str> = whose.into_iter().flatten().collect();
                format!("failed tries are forgotten: {}", whose.join(" at "))
            }
            What::DeviceRemoved { device } => {
                format!("{} is taken away", self.device_name(*device))
            }
            What::CallerArrived {
                from,
                dialled,
                from_board: true,
                ..
            } => format!("the board calls {dialled} for {}", from.name),
            What::CallerArrived { from, dialled, .. } => format!("{} calls {dialled}", from.name),
            What::CallerPickedUp { by, .. } => {
                format!("{} is picked up to make the call", self.device(by))
            }
            // The sound is told where it is the point of the story; the board's answers are not
            // what anybody in the office notices.
            What::SoundAgreed { .. } | What::CommandDone { .. } => return None,
            What::EchoBegan { by, .. } => format!("the office answers: {}", by.name),
            What::OfficeAnswered { by, service, .. } => match service {
                OfficeService::Mailbox { .. } => "the office lets a mailbox be heard".to_owned(),
                OfficeService::Voicemail { .. } => {
                    format!("the office takes a message for {}", by.name)
                }
                OfficeService::Flow { .. } => format!("the call flow {} answers", by.name),
                OfficeService::Room { .. } => format!("the office lets into {}", by.name),
                OfficeService::Challenge => "the office asks the caller to press a key".to_owned(),
                OfficeService::ListeningIn { .. } => format!("they hear the talk of {}", by.name),
                OfficeService::RoundTrip => "the office is at the other end itself".to_owned(),
                OfficeService::Parking => format!("nobody is parked at {}", by.number),
                OfficeService::LineTest { .. } | OfficeService::Recording => {
                    format!("the office answers: {}", by.name)
                }
            },
            What::MailboxOpened { mailbox, .. } => {
                format!("{} is heard", self.mailbox_name(*mailbox))
            }
            What::MessageHeard { message, .. } => format!("message {message} is heard"),
            What::MessageDeleted { message, .. } => format!("message {message} is deleted"),
            What::MessageForwarded { mailbox, .. } => {
                format!("a message is forwarded to {}", self.mailbox_name(*mailbox))
            }
            What::MailboxLocked { mailbox, .. } => {
                format!("{} is locked", self.mailbox_name(*mailbox))
            }
            What::RoomPinLocked { .. } => "the room is locked for whoever dials its PIN".to_owned(),
            What::MailboxUnlocked { mailbox } => {
                format!("{} is unlocked", self.mailbox_name(*mailbox))
            }
            What::FlowStep { step, .. } => flow_step(step)?,
            What::FlowLeft { .. } => "the call leaves the call flow".to_owned(),
            What::QueueJoined { .. } => "the caller waits in the queue".to_owned(),
            What::QueueLeft { by, .. } => match by {
                Some(by) => format!("{} takes the call from the queue", by.name),
                None => "the caller waits in the queue no longer".to_owned(),
            },
            What::CallLabelled { tags, note, .. } => {
                format!("the call is marked: {} {note}", tags.join(", "))
            }
            What::LineTested { result, .. } => match result {
                LineTestResult::Delay {
                    there_and_back: Some(trip),
                } => format!("the delay is {} ms", trip.as_millis()),
                LineTestResult::Delay { .. } => "the delay is not known".to_owned(),
                LineTestResult::Level { speech, .. } => format!("the voice is at {speech:.0} dBFS"),
                LineTestResult::Keys { keys } => format!("keys arrived: {keys}"),
            },
            What::MessageLeft { lasts, .. } => {
                format!("a message of {} s is kept", lasts.as_secs())
            }
            What::RoomJoined {
                by,
                host,
                muted,
                waits,
                ..
            } => {
                let as_host = if *host { " as the host" } else { "" };
                let muted = if *muted { ", muted" } else { "" };
                let waits = if *waits { ", and waits" } else { "" };
                format!("{} comes into the room{as_host}{muted}{waits}", by.name)
            }
            What::RoomRefused { reason, .. } => format!("the room does not let in: {reason:?}"),
            What::RoomLeft { by, .. } => format!("{} leaves the room", by.name),
            What::RoomLocked { .. } => "the room is locked".to_owned(),
            What::RoomUnlocked { .. } => "the room is open again".to_owned(),
            What::MemberMuted { .. } => "a member is muted".to_owned(),
            What::MemberUnmuted { .. } => "a member is heard again".to_owned(),
            What::MemberRemoved { .. } => "a member is sent out".to_owned(),
            What::RoomRecordingBegan { .. } => "the room is recorded".to_owned(),
            What::RoomRecordingEnded { lasts, .. } => {
                format!("{} s of the room were recorded", lasts.as_secs())
            }
            What::SomebodySpoke { .. } | What::SoundMeasured { .. } => return None,
            What::ListenedTo { by, how, .. } => match how {
                Listening::Hears => format!("{} listens", by.name),
                Listening::Whispers { to } => format!("{} whispers to the {to:?}", by.name),
                Listening::Talks => format!("{} talks with both", by.name),
            },
            What::ListenedToNoMore { by, .. } => format!("{} listens no more", by.name),
            What::RecordingBegan { announced, .. } => match announced {
                true => "both are told, and the call is recorded".to_owned(),
                false => "the call is recorded".to_owned(),
            },
            What::RecordingPaused { .. } => "the recording is paused".to_owned(),
            What::RecordingResumed { .. } => "the recording goes on".to_owned(),
            What::RecordingEnded { lasts, why, .. } => {
                format!("a recording of {} s ends: {why:?}", lasts.as_secs())
            }
            What::RecordingRefused { why, .. } => format!("the call is not recorded: {why:?}"),
            What::NotKept { why, .. } => format!("something could not be kept: {why}"),
            What::CallTakenOver { by, .. } => {
                format!("the board brings the call to {}", by.name)
            }
            What::CallRefused { reason, .. } => {
                format!("the call is refused: {}", refusal(*reason))
            }
            What::DeviceCalled { to, media, .. } => {
                let way = match media {
                    Some(MediaWay::Direct) => ", sound to go directly",
                    Some(MediaWay::Relayed) => ", sound to go through the relay",
                    None => " for its owner",
                };
                format!("{} is called{way}", self.device(to))
            }
            What::DeviceRang { call, leg } => format!("{} rings", device(call, leg)),
            What::DeviceStopped { call, leg, reason } => {
                format!("{} stopped: {}", device(call, leg), stop(*reason))
            }
            What::CallAnswered { call, leg, by, .. } => {
                let rung = rang.get(&(*call, *leg)); // a phone may answer without a ring
                let after = rung.map_or(0, |rang| (happening.at - *rang).as_secs());
                format!("{} is picked up after {after} s", self.device(by))
            }
            What::CallHeld { by, .. } => format!("{} holds the call", by.name),
            What::CallResumed { by, .. } => format!("{} takes the call back", by.name),
            What::MediaMoved { media, .. } => format!("the sound moves: {media:?}"),
            What::TransferBegan {
                by,
                to,
                from_board: true,
                ..
            } => format!("the board puts the call of {} through to {to}", by.name),
            What::TransferBegan {
                by, to, attended, ..
            } => {
                let how = if *attended { "after asking" } else { "at once" };
                format!("{} transfers to {to} {how}", by.name)
            }
            What::TransferDone { by, to, .. } => {
                format!("{} has handed the call to {}", by.name, to.name)
            }
            What::TransferFailed { status, .. } => format!("the transfer failed: {status}"),
            What::CallParked { slot, by, .. } => match by {
                Some(by) => format!("{} parks the call at {slot}", by.name),
                None => format!("the call is parked at {slot}"),
            },
            What::CallFetched { slot, by, .. } => {
                format!("{} fetches the call from {slot}", self.device(by))
            }
            What::ParkedCallCameBack { slot, to, .. } => match to {
                Some(to) => format!("the call at {slot} comes back to {}", to.name),
                None => format!("the call at {slot} comes back to its flow"),
            },
            What::LegReplaced { by, .. } => format!("{} takes over", self.device(by)),
            What::CallEnded { reason, by, .. } => {
                let by = by
                    .as_ref()
                    .map_or(String::new(), |by| format!(" by {}", by.name));
                format!("the call is over: {}{by}", end(*reason))
            }
            What::CallFaulted { fault, .. } => format!("a fault: {fault}"),
            What::OfficeChanged => "the office was changed".to_owned(),
            What::LineChanged {
                line,
                state,
                reason,
                detail,
                ..
            } => {
                let line = self.line_name(*line);
                format!("{line} is {state:?}: {reason:?} {detail}")
                    .trim_end()
                    .to_owned()
            }
            What::LineRemoved { .. } => "a line is taken away".to_owned(),
            What::NumberCalled {
                line,
                number,
                known,
                forwarded_from,
                ..
            } => {
                let nobody = if *known {
                    ""
                } else {
                    ", which nobody has set up"
                };
                let from = forwarded_from.as_ref();
                let from = from.map_or_else(String::new, |from| format!(", forwarded from {from}"));
                let line = self.line_name(*line);
                format!("{number} is called on {line}{nobody}{from}")
            }
            What::LineTried { line, back, .. } => {
                let line = self.line_name(*line);
                match back {
                    Some(back) => {
                        let caller = match back.caller.as_str() {
                            "" => "no number",
                            caller => caller,
                        };
                        let over = self.line_name(back.line);
                        format!("the call that tries {line} came back on {over} and shows {caller}")
                    }
                    None => format!("the call that tries {line} did not come back"),
                }
            }
            What::HoursClosed {
                what,
                opens_unix_ms,
                instead,
                ..
            } => {
                let until = opens_unix_ms.map_or_else(String::new, |at| {
                    let minutes = at / 60_000;
                    // 1 January 1970 was a Thursday.
                    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
                    let day = days[(minutes / 1_440 % 7) as usize];
                    format!(" until {day} {:02}:{:02}", minutes / 60 % 24, minutes % 60)
                });
                let so = match instead {
                    Some(party) if party.name.is_empty() => {
                        format!("the caller is led to {}", party.number)
                    }
                    Some(party) if party.number.is_empty() => {
                        format!("the caller is led to {}", party.name)
                    }
                    Some(party) => {
                        format!("the caller is led to {} ({})", party.name, party.number)
                    }
                    None => "the caller is turned away".to_owned(),
                };
                format!("{what} is closed{until}, so {so}")
            }
            What::CallerScreened { how, .. } => format!("the caller is screened: {how:?}"),
            What::LineChosen {
                line,
                shows,
                forwarded,
                ..
            } => {
                let shows = shows.as_deref().unwrap_or("no number");
                let was_for = forwarded.as_ref();
                let was_for =
                    was_for.map_or_else(String::new, |for_| format!(", forwarded for {for_}"));
                let line = self.line_name(*line);
                format!("the call goes out on {line} and shows {shows}{was_for}")
            }
            What::LineSkipped { line, reason, .. } => {
                format!("{} is passed over: {reason:?}", self.line_name(*line))
            }
            What::LineFailed { line, reason, .. } => {
                format!(
                    "{} cannot carry the call: {reason:?}",
                    self.line_name(*line)
                )
            }
            What::PeerNotEncrypted { to, .. } => format!("{} does not encrypt its sound", to.name),
            What::OutsideRefused { number, reason, .. } => {
                format!("{number} is not called: {}", refusal(*reason))
            }
            What::FuseTripped { fuse, .. } => format!("a fuse blows: {fuse}"),
            What::FuseReset { fuse } => format!("a fuse is put back in: {fuse}"),
            What::FusesMeasured { .. } | What::Explained { .. } => return None,
            What::PhoneMet { device, .. } => {
                format!("a new phone of device {} registers", device.0)
            }
            What::EmergencyCalled { from, number, .. } => {
                format!("{} calls for help: {number}", from.name)
            }
            What::EmergencyEnded { .. } => "the call for help is over".to_owned(),
            What::StrangerRefused { from, .. } => format!("sound of a stranger refused: {from}"),
        })
    }

    fn line_name(&self, line: TrunkId) -> String {
        let office = self.switch().office();
        let found = office.trunk(line);
        found.map_or_else(|| format!("line {line}"), |line| line.name.clone())
    }

    fn device(&self, party: &Party) -> String {
        match party.device {
            Some(device) => self.device_name(device).to_owned(),
            None if party.name.is_empty() => party.number.clone(),
            None => party.name.clone(),
        }
    }
}

/// A step in a call flow; prompts and waits go without saying.
fn flow_step(step: &callflow::TraceStep) -> Option<String> {
    let node = &step.node;
    let why = step.reason.as_ref().map(|reason| reason.id.as_ref());
    Some(match step.event.as_ref() {
        "enter" => format!("  at {node}"),
        "outcome" => format!("  {node}: {}", step.outcome.as_deref().unwrap_or_default()),
        "digit" => format!(
            "  {node}: key {}",
            step.digits.as_deref().unwrap_or_default()
        ),
        "leg" => format!("  {node}: {}", step.leg.as_deref().unwrap_or_default()),
        "fault" => format!("  {node} fails: {}", why.unwrap_or_default()),
        "var" => format!("  {node}: {}", why?),
        _ => return None,
    })
}

fn refusal(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::UnknownNumber => "no such number",
        RefusalReason::NumberHangsUp => "the number is closed",
        RefusalReason::NobodyOnline => "nobody is online there",
        RefusalReason::PersonBusy => "they have as many calls as they may",
        RefusalReason::CallerAtLimit => "the caller has as many calls as they may",
        RefusalReason::DoNotDisturb => "they do not want to be disturbed",
        RefusalReason::OfficeAtLimit => "the office has as many calls as it may",
        RefusalReason::NoMediaPorts => "no ports are left for the sound",
        RefusalReason::BadMedia => "its sound cannot be understood",
        RefusalReason::NotEncrypted => "its sound is not encrypted",
        RefusalReason::ShuttingDown => "the office is closing",
        RefusalReason::NotANumber => "it is no number",
        RefusalReason::AnotherWayAbroad => "another country dials abroad like that",
        RefusalReason::InsideOnly => "the caller may call inside only",
        RefusalReason::NotAllowedAbroad => "the caller may not call abroad",
        RefusalReason::CountryNotAllowed => "the office does not call this country",
        RefusalReason::PremiumBlocked => "it costs extra",
        RefusalReason::NoLine => "no line may carry it",
        RefusalReason::LinesFull => "all lines are full",
        RefusalReason::LinesDown => "no line can be reached",
        RefusalReason::FuseBlown => "a limit of the day is used up",
        RefusalReason::TooManyTries => "too many tries abroad",
        RefusalReason::TooManyNewCountries => "too many new countries",
        RefusalReason::NotFromVoicemail => "nobody is called back there from a mailbox",
        RefusalReason::MoneySpent => "the money of the day is spent",
        RefusalReason::AtLimitAbroad => "as many calls go abroad as may",
        RefusalReason::AtLimitOutside => "the caller has as many calls outside as they may",
        RefusalReason::NewDevice => "the phone is new",
        RefusalReason::AfterHours => "abroad is closed at this time",
        RefusalReason::NoHairpin => "calls from outside do not go out again",
        RefusalReason::ForwardAbroad => "nothing is forwarded abroad",
        RefusalReason::RateLimited => "too many calls in a short time",
        RefusalReason::OutsideAtLimit => "as many calls go in or out as may",
        RefusalReason::CallerBlocked => "the caller is turned away always",
        RefusalReason::CallerHidden => "the caller hides their number",
        RefusalReason::ChallengeFailed => "the caller did not press the key",
        RefusalReason::PeerUnreachable => "the other system cannot be reached",
        RefusalReason::SlotTaken => "somebody is parked there",
        RefusalReason::SlotsFull => "somebody is parked in every slot",
        RefusalReason::NothingParked => "nobody is parked there",
        RefusalReason::NotFromOutside => "nobody outside may ask for this",
    }
}

fn stop(reason: StopReason) -> String {
    match reason {
        StopReason::AnsweredElsewhere => "answered elsewhere".to_owned(),
        StopReason::CallerGaveUp => "the caller gave up".to_owned(),
        StopReason::TakenOver => "the call was taken over".to_owned(),
        StopReason::RangOut => "it rang long enough".to_owned(),
        StopReason::Busy => "busy".to_owned(),
        StopReason::Declined => "declined".to_owned(),
        StopReason::Unreachable => "unreachable".to_owned(),
        StopReason::Refused(status) => format!("refused with {status}"),
        StopReason::CallEnded => "the call was ended".to_owned(),
        StopReason::NextLine => "another line is tried".to_owned(),
    }
}

fn end(reason: EndReason) -> &'static str {
    match reason {
        EndReason::HungUp => "hung up",
        EndReason::CallerGaveUp => "given up",
        EndReason::NobodyAnswered => "nobody answered",
        EndReason::Busy => "busy",
        EndReason::Declined => "declined",
        EndReason::Unreachable => "no phone could be reached",
        EndReason::Refused => "refused",
        EndReason::SessionExpired => "the far end vanished",
        EndReason::Silent => "nobody was heard any more",
        EndReason::NotAcknowledged => "the answer was never acknowledged",
        EndReason::Failed => "the phones could not agree",
        EndReason::Transferred => "became part of another call",
        EndReason::EndedByOffice => "ended by the office",
        EndReason::Fault => "ended by a fault",
        EndReason::FuseBlown => "a limit of the day is used up",
        EndReason::GaveWay => "its line was needed for an emergency call",
    }
}
