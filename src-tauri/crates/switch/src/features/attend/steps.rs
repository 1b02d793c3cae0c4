//! Telling a service what is heard and following its steps: saying, recording, waiting, asking.

use super::{
    About, Attending, Heard, LeaveMessage, ReadMailbox, Service, Step, answering, mailbox_of, of,
    of_mut,
};
use crate::{
    call::Activity,
    destination::Destination,
    features::{call_out, flow, from_outside, listen_in, ring, round_trip},
    gate::WayOut,
    happening::{EndReason, What},
    leg::LegId,
    limits::{ATTEND_AT_MOST, MAX_STEPS_AT_ONCE},
    rooms,
    switch::{Deadline, Switch},
};
use media::{MediaCommand, PlayHow, PlayId, RecordUntil, Recorded, Sound, SoundFile};
use office::{CallId, Coming, MailboxId};
use std::{collections::VecDeque, time::Duration};

/// Tells a service what was heard and does what it wants.
pub(super) fn hear(switch: &mut Switch, call: CallId, heard: Heard) {
    let Some(state) = switch.calls.get_mut(&call) else {
        return;
    };
    if !matches!(state.activity, Activity::Attending(_)) {
        return;
    }
    let Activity::Attending(mut attending) =
        std::mem::replace(&mut state.activity, Activity::Ending)
    else {
        return;
    };
    let in_flow = attending.is_in_flow();
    let steps = match in_flow {
        true => Vec::new(),
        false => ask_service(switch, call, &mut attending, heard.clone()),
    };
    let leg = attending.leg;
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Attending(attending);
    }
    if in_flow {
        return flow::on_heard(switch, call, heard);
    }
    let mut steps: VecDeque<Step> = steps.into();
    steps.truncate(MAX_STEPS_AT_ONCE);
    for step in steps {
        follow(switch, call, leg, step);
    }
}

pub(super) fn ask_service(
    switch: &Switch,
    call: CallId,
    attending: &mut Attending,
    heard: Heard,
) -> Vec<Step> {
    let office = switch.office();
    let about = About {
        office: &office,
        mailboxes: &switch.mailboxes,
        pin_lock: &switch.pin_lock,
        rooms: &switch.rooms,
        call,
        caller: &attending.caller,
        lang: attending.lang,
        unix_ms: switch.unix_ms(),
        now: switch.now(),
    };
    attending.service.on(&about, heard)
}

pub(super) fn follow(switch: &mut Switch, call: CallId, leg: LegId, step: Step) {
    match step {
        Step::Say(sounds) => say_instead(switch, call, leg, (sounds, Duration::ZERO)),
        Step::SayFrom(sounds, from) => say_instead(switch, call, leg, (sounds, from)),
        Step::SayOver(sounds) => {
            let over = true;
            let how = PlayHow {
                over,
                ..PlayHow::default()
            };
            play(switch, leg, sounds, how);
        }
        Step::Record { file, until } => {
            hush(switch, leg);
            record(switch, call, file, until);
        }
        Step::Wait(lasts) => wait(switch, call, lasts),
        Step::Ask(question) => switch.ask(call, question),
        Step::Room(order) => {
            let room = of(switch, call).and_then(|attending| match &attending.service {
                Service::JoinRoom(service) => Some(service.room()),
                _ => None,
            });
            if let Some(room) = room {
                rooms::follow(switch, call, leg, room, order);
            }
        }
        Step::Opened(mailbox) => switch.tell(What::MailboxOpened { call, mailbox }),
        Step::ReadMailbox(mailbox) => {
            let service = Service::ReadMailbox(ReadMailbox::of_caller(mailbox));
            go_on_with(switch, call, service);
        }
        Step::CallBack(number) => call_back(switch, call, leg, &number),
        Step::Echo(echoes) => {
            if let Some(attending) = of_mut(switch, call) {
                attending.echoes = echoes;
            }
            echo_to(switch, leg, echoes);
        }
        Step::Measure(lasts) => {
            if let Some(stream) = switch.legs.get(&leg).and_then(|l| l.stream) {
                switch.order(MediaCommand::Measure { stream, lasts });
            }
        }
        Step::Screened(passed) => {
            let number = of(switch, call).and_then(|attending| match &attending.service {
                Service::Challenge(service) => Some(service.number().clone()),
                _ => None,
            });
            if let Some(number) = number {
                hush(switch, leg);
                from_outside::on_challenged(switch, call, leg, &number, passed);
            }
        }
        Step::Listen(key) => listen_in::on_key(switch, call, key),
        Step::Tested(result) => switch.tell(What::LineTested { call, result }),
        Step::Answer => answer_now(switch, call, leg),
        Step::Press(digits) => {
            for digit in digits {
                switch.press_for(leg, digit, None);
            }
        }
        Step::TriedLine(heard) => {
            let of = of(switch, call).and_then(|attending| match &attending.service {
                Service::RoundTrip(service) => Some(service.of()),
                _ => None,
            });
            if let Some((trip, end)) = of {
                round_trip::on_heard(switch, trip, end, heard);
            }
        }
        Step::HangUp if goes_on_in_flow(switch, call, leg) => {}
        Step::HangUp => switch.hang_up(call, EndReason::EndedByOffice),
    }
}

/// Answers somebody for whom it has only rung so far.
fn answer_now(switch: &mut Switch, call: CallId, leg: LegId) {
    if let Err(reason) = answering::answer(switch, leg, None) {
        return switch.refuse(call, leg, reason);
    }
    let office = switch.office();
    let Some((by, service)) = of(switch, call)
        .map(|attending| (attending.service.party(&office), attending.service.shown()))
    else {
        return;
    };
    switch.tell(What::OfficeAnswered { call, by, service });
    switch.tell_sound(call, leg);
    hear(switch, call, Heard::Began);
}

/// Tells when so much time has passed.
pub(crate) fn wait(switch: &mut Switch, call: CallId, lasts: Duration) {
    let at = switch.now() + lasts;
    if let Some(attending) = of_mut(switch, call) {
        attending.timer = Some(at);
    }
    switch.wake_call_at(call, at, Deadline::Attend(call));
}

/// Records what they say into a new file.
pub(crate) fn record(switch: &mut Switch, call: CallId, file: SoundFile, until: RecordUntil) {
    let leg = of(switch, call).map(|attending| attending.leg);
    let stream = leg.and_then(|leg| switch.legs.get(&leg)?.stream);
    let Some(stream) = stream else { return };
    let recording = switch.new_recording(call);
    if let Some(attending) = of_mut(switch, call) {
        attending.recording = Some(recording);
    }
    switch.order(MediaCommand::Record {
        recording,
        of: Recorded::One(stream),
        file,
        until,
    });
}

/// Says this instead of what is being said.
pub(crate) fn say_now(switch: &mut Switch, call: CallId, sounds: Vec<Sound>, barge_in: bool) {
    let Some(attending) = of_mut(switch, call) else {
        return;
    };
    attending.timer = None;
    attending.said = (sounds.clone(), Duration::ZERO);
    let leg = attending.leg;
    let how = PlayHow {
        barge_in,
        ..PlayHow::default()
    };
    play(switch, leg, sounds, how);
}

/// Nothing more is waited for, and what is being recorded ends; if they are being spoken to, that
/// ends, too.
pub(crate) fn leave_off(switch: &mut Switch, call: CallId, is_spoken_to: bool) {
    let Some(attending) = of_mut(switch, call) else {
        return;
    };
    attending.timer = None;
    let (leg, recording) = (attending.leg, attending.recording.take());
    if let Some(recording) = recording {
        switch.recordings.remove(&recording);
        switch.order(MediaCommand::StopRecording { recording });
    }
    if is_spoken_to {
        hush(switch, leg);
    }
}

/// Whoever goes on waiting is attended to as if they had come now.
pub(crate) fn goes_on(switch: &mut Switch, call: CallId) {
    let until = switch.now() + ATTEND_AT_MOST;
    if let Some(attending) = of_mut(switch, call) {
        attending.until = until;
        switch.wake_call_at(call, until, Deadline::Attend(call));
    }
}

/// A service is done with them. Whether it attended to them for a call flow, which goes on.
fn goes_on_in_flow(switch: &mut Switch, call: CallId, leg: LegId) -> bool {
    let state = switch.calls.get_mut(&call);
    let Some(state) = state.filter(|state| state.walk.is_some()) else {
        return false;
    };
    let activity = std::mem::replace(&mut state.activity, Activity::Ending);
    let goes_on = match &activity {
        Activity::Attending(attending) => {
            flow::goes_on_after(switch, call, leg, &attending.service)
        }
        _ => false,
    };
    if !goes_on && let Some(state) = switch.calls.get_mut(&call) {
        state.activity = activity;
    }
    goes_on
}

/// Sends a phone what it says, undecoded, and listens to its keys; or no longer.
pub(super) fn echo_to(switch: &mut Switch, leg: LegId, echoes: bool) {
    let Some(stream) = switch.legs.get(&leg).and_then(|l| l.stream) else {
        return;
    };
    let to = match echoes {
        true => media::Wiring::Echo,
        false => media::Wiring::Nothing,
    };
    switch.order(MediaCommand::Wire { stream, to });
    switch.order(MediaCommand::HearKeys {
        stream,
        hears: echoes,
    });
}

pub(super) fn say_instead(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    (sounds, from): (Vec<Sound>, Duration),
) {
    if let Some(attending) = of_mut(switch, call) {
        attending.timer = None;
        attending.said = (sounds.clone(), from);
    }
    say_to(switch, leg, (sounds, from));
}

/// Says anew what is being said.
pub(super) fn repeat(switch: &mut Switch, call: CallId, leg: LegId) {
    let is_said = switch.legs.get(&leg).is_some_and(|l| l.playing.is_some());
    let said = of(switch, call).map(|attending| attending.said.clone());
    if let Some(said) = said.filter(|_| is_said) {
        say_to(switch, leg, said);
    }
}

pub(super) fn say_to(switch: &mut Switch, leg: LegId, (sounds, from): (Vec<Sound>, Duration)) {
    let how = PlayHow {
        barge_in: true,
        from,
        ..PlayHow::default()
    };
    play(switch, leg, sounds, how);
}

/// The office goes on to do something else for them.
pub(super) fn go_on_with(switch: &mut Switch, call: CallId, service: Service) {
    if let Some(attending) = of_mut(switch, call) {
        attending.service = service;
        attending.timer = None;
        hear(switch, call, Heard::Began);
    }
}

/// A call with the office becomes one with somebody of the office: a caller is called back.
pub(super) fn call_back(switch: &mut Switch, call: CallId, leg: LegId, number: &str) {
    let office = switch.office();
    let callee = match switch.destination_of(call, number) {
        Ok(Destination::Person(callee)) if switch.admission.has_room(&office, callee) => callee,
        Ok(Destination::Person(callee)) => match mailbox_of(&office, callee) {
            Some(mailbox) => return leave_message_instead(switch, call, mailbox),
            None => return hear(switch, call, Heard::NotCalled),
        },
        Ok(Destination::Mailbox(mailbox, _)) => {
            return leave_message_instead(switch, call, mailbox);
        }
        Ok(Destination::Outside { number, .. }) => {
            return call_back_outside(switch, call, leg, &number);
        }
        Ok(_) | Err(_) => return hear(switch, call, Heard::NotCalled),
    };
    let Some(offer) = switch.description_of(leg) else {
        return hear(switch, call, Heard::NotCalled);
    };
    hush(switch, leg);
    let caller = switch.party(leg).person;
    if let Some(state) = switch.calls.get_mut(&call) {
        number.clone_into(&mut state.dialled);
        state.activity = Activity::Ending;
    }
    switch.ring_back(leg);
    switch.count_persons(call, caller.into_iter().chain([callee]).collect());
    ring::begin(switch, call, leg, callee, Some(offer));
}

/// A caller from outside is called back, if the gate lets whoever hears the mailbox.
fn call_back_outside(switch: &mut Switch, call: CallId, leg: LegId, number: &str) {
    let Some(offer) = switch.description_of(leg) else {
        return hear(switch, call, Heard::NotCalled);
    };
    let way = (WayOut::VoicemailCallBack, false);
    let Ok(permit) = switch.permit_for(call, leg, number, way) else {
        return hear(switch, call, Heard::NotCalled);
    };
    hush(switch, leg);
    if let Some(state) = switch.calls.get_mut(&call) {
        number.clone_into(&mut state.dialled);
        state.activity = Activity::Ending;
    }
    switch.ring_back(leg);
    let caller = switch.party(leg).person;
    switch.count_persons(call, caller.into_iter().collect());
    call_out::begin(switch, call, leg, permit, Some(offer));
}

pub(super) fn leave_message_instead(switch: &mut Switch, call: CallId, mailbox: MailboxId) {
    let service = LeaveMessage::new(switch, mailbox, Coming::Busy);
    go_on_with(switch, call, Service::LeaveMessage(service));
}

/// They are gone: a recording under way is ended, and seen to when its file is whole.
pub(super) fn leave(switch: &mut Switch, call: CallId) {
    hear(switch, call, Heard::Gone);
    let Some(state) = switch.calls.get_mut(&call) else {
        return;
    };
    let Activity::Attending(mut attending) =
        std::mem::replace(&mut state.activity, Activity::Ending)
    else {
        return;
    };
    attending.gone = true;
    if let Some(recording) = attending.recording {
        switch.recordings.remove(&recording);
        switch.departed.insert(recording, (call, attending));
        switch.order(MediaCommand::StopRecording { recording });
    }
}

pub(crate) fn play(switch: &mut Switch, leg: LegId, sounds: Vec<Sound>, how: PlayHow) {
    switch.next_play += 1;
    let play = PlayId(switch.next_play);
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let Some(stream) = state.stream else { return };
    state.playing = Some(play);
    switch.order(MediaCommand::Play {
        stream,
        play,
        sounds,
        how,
    });
}

pub(crate) fn hush(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    if let (Some(play), Some(stream)) = (state.playing.take(), state.stream) {
        switch.order(MediaCommand::StopPlaying { stream, play });
    }
}
