//! Doing what a walk wants done for its caller.

use super::{Awaits, Clip, Label, Rounds, Screen, hears, of, of_mut, queue, rings, tell_step};
use crate::{
    destination::Destination,
    features::{
        attend::{self, JoinRoom, LeaveMessage, Service},
        park::{self, ToPark},
        part,
    },
    gate::WayOut,
    happening::{CallSide, EndReason, RefusalReason, What},
    leg::LegId,
    questions::{PinDigits, PinOf, Question},
    switch::Switch,
};
use callflow::{
    Act, Event, Hears, Target,
    walk::{EndCause, ParkEnd, PinVerdict, Reply, RoomRole, Switch as OnOff},
};
use office::CallId;
use rtp_packet::Digit;

/// Does one thing for a caller. What comes of it at once is given back.
pub(super) fn follow(switch: &mut Switch, call: CallId, act: Act) -> Option<Event> {
    let walking = of(switch, call)?;
    let (caller, flow) = (walking.caller, walking.flow);
    if let Some(speech) = hears::unspoken(&switch.office(), walking, &act) {
        if !matches!(act, Act::Hear(_)) {
            supersede(switch, call);
        }
        let Some(asked) = switch.ask_for(call, Question::Speak(speech.clone())) else {
            // It goes on without the words.
            of_mut(switch, call)?.spoken.insert(speech, None);
            return follow(switch, call, act);
        };
        match act {
            // It ends nothing, and nothing waits for it.
            Act::Hear(hears) => {
                of_mut(switch, call)?.hears_later = Some((asked, speech, hears));
            }
            act => await_now(switch, call, Awaits::Speech(asked, speech, Box::new(act))),
        }
        return None;
    }
    match act {
        Act::Trace { revision, step } => tell_step(switch, call, revision, step),
        Act::Answer => {
            is_here(switch, call);
        }
        Act::Say {
            sounds,
            interruptible,
        } => return hears::say(switch, call, &sounds, interruptible),
        Act::Hear(hears) => hears::wait_with(switch, call, &hears),
        Act::Wait(lasts) => {
            if let Some(walking) = of_mut(switch, call)
                && matches!(walking.awaits, Awaits::Said { .. })
            {
                supersede(switch, call);
            }
            attend::wait(switch, call, lasts);
        }
        Act::Record {
            clip,
            max,
            beep,
            stop_key,
        } => {
            let stop = stop_key.and_then(Digit::of_key);
            return hears::begin_record(switch, call, Clip { clip, max, stop }, beep);
        }
        Act::Ring {
            targets,
            strategy,
            ring_for,
            hears,
            whisper,
            screen: asks,
            caller_id,
            prefix,
            records,
        } => {
            supersede(switch, call);
            if let Some(walking) = of_mut(switch, call) {
                walking.screen = Screen { whisper, asks };
            }
            await_now(switch, call, Awaits::Ring);
            let mut rounds = Rounds::new(targets, strategy, ring_for, caller_id);
            (rounds.prefix, rounds.records) = (prefix, records);
            return rings::begin(switch, call, rounds, &hears);
        }
        Act::TakeMessage {
            mailbox,
            greeting,
            coming,
            max,
            operator,
        } => {
            supersede(switch, call);
            if !is_here(switch, call) {
                return None;
            }
            let greeting = greeting.map(|greeting| hears::sounds(switch, call, &greeting));
            // Of what is gone nothing can be heard: the mailbox speaks for itself.
            let greeting = greeting.filter(|sounds| !sounds.is_empty());
            let service = LeaveMessage::new(switch, mailbox, coming);
            let service = service.for_flow(greeting, max, operator);
            await_now(switch, call, Awaits::Message);
            hide(switch, call);
            attend::begin_answered(switch, call, caller, Service::LeaveMessage(service));
        }
        Act::JoinRoom { room, role } => {
            supersede(switch, call);
            if !is_here(switch, call) {
                return None;
            }
            await_now(switch, call, Awaits::Room);
            hide(switch, call);
            let service = match role {
                RoomRole::Member => JoinRoom::new(room, false),
                RoomRole::Host => JoinRoom::as_host(room),
            };
            attend::begin_answered(switch, call, caller, Service::JoinRoom(service));
        }
        Act::Park { wait } => {
            supersede(switch, call);
            if !is_here(switch, call) {
                return None;
            }
            // At once: where their sound goes may still be agreed upon, as after a talk.
            hears::play_waiting(switch, call, &Hears::Music(None));
            let to_park = ToPark {
                kept: caller,
                keeps: CallSide::Caller,
                by: None,
                slot: None,
                door: None,
                wait: Some(wait),
            };
            if park::begin(switch, call, to_park).is_err() {
                hears::quiet(switch, call);
                return Some(Event::ParkEnded(ParkEnd::Full));
            }
            await_now(switch, call, Awaits::Park);
            hide(switch, call);
        }
        Act::Enqueue(joins) => {
            supersede(switch, call);
            attend::goes_on(switch, call);
            return queue::enqueue(switch, call, &joins);
        }
        Act::LeaveQueue => queue::go_on(switch, call),
        Act::VerifyPin { pin_set, digits } => {
            supersede(switch, call);
            let number = switch.party(caller).number;
            let now = switch.now();
            if switch.set_lock.is_locked(&(pin_set, number), now) {
                return Some(Event::PinChecked(PinVerdict::Locked));
            }
            let mut dialled = PinDigits::default();
            digits
                .expose()
                .chars()
                .for_each(|digit| dialled.push(digit));
            let whose = PinOf::Set(pin_set);
            let digits = dialled;
            match switch.ask_for(call, Question::CheckPin { whose, digits }) {
                Some(asked) => await_now(switch, call, Awaits::Pin(asked, pin_set)),
                None => return Some(Event::PinChecked(PinVerdict::Wrong)),
            }
        }
        Act::Request(request) => {
            supersede(switch, call);
            match switch.ask_for(call, Question::Request(Box::new(request))) {
                Some(asked) => await_now(switch, call, Awaits::Reply(asked)),
                None => return Some(Event::Replied(Reply::Failed { why: "failed" })),
            }
        }
        Act::Notify { channels, text } => switch.ask(call, Question::Notify { channels, text }),
        Act::Label {
            prefix,
            tags,
            alert,
            note,
        } => {
            if let Some(walking) = of_mut(switch, call) {
                walking.label = Label { prefix, alert };
            }
            if !tags.is_empty() || !note.is_empty() {
                switch.tell(What::CallLabelled { call, tags, note });
            }
        }
        Act::Recording(wish) => {
            if let Some(walking) = of_mut(switch, call) {
                walking.records = wish == OnOff::Start;
            }
        }
        Act::Goto { target } => {
            supersede(switch, call);
            if let Some(state) = switch.calls.get_mut(&call)
                && let Some(walking) = state.walk.take()
            {
                state.coming = walking.walk.coming();
                state.missed = walking.missed;
            }
            switch.tell(What::FlowLeft { call, flow });
            leave_for(switch, call, caller, &target);
        }
        Act::End { cause } => finish(switch, call, cause),
    }
    None
}

/// The walk has ended the call.
fn finish(switch: &mut Switch, call: CallId, cause: EndCause) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    let (caller, left_by) = (walking.caller, walking.left_by.take());
    let why = match cause {
        EndCause::Normal if switch.is_up(caller) => {
            let reason = match left_by {
                Some(_) => EndReason::HungUp,
                None => EndReason::EndedByOffice,
            };
            switch.with_session(caller, |session, ctx| session.hangup(ctx, None));
            return switch.end(call, reason, left_by);
        }
        EndCause::Normal => (480, EndReason::EndedByOffice),
        EndCause::Busy => (486, EndReason::Busy),
        EndCause::Rejected => (603, EndReason::Declined),
        EndCause::Unavailable => (480, EndReason::NobodyAnswered),
    };
    part::begin(switch, call, caller, why, None);
}

/// The call has left its flow for this.
fn leave_for(switch: &mut Switch, call: CallId, caller: LegId, target: &Target) {
    let destination = match target {
        Target::Person(person) => switch.destination_of_person(call, *person),
        Target::Extension(number) => switch.destination_of(call, number.as_str()),
        Target::Voicemail(mailbox) => Ok(Destination::Mailbox(*mailbox, switch.coming(call))),
        Target::Conference(room) => Ok(Destination::Room(*room)),
        Target::Flow(flow) => Ok(Destination::Flow(*flow)),
        Target::Outside(number) => Ok(Destination::Outside {
            number: number.as_str().to_owned(),
            by: WayOut::FlowDial,
        }),
        Target::Hangup => Err(RefusalReason::NumberHangsUp),
    };
    switch.put_through(call, caller, destination, None);
}

/// Something new is to be done for the caller: what was under way is ended, and nothing more is told
/// of it.
pub(super) fn supersede(switch: &mut Switch, call: CallId) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    walking.left_by = None;
    let before = std::mem::take(&mut walking.awaits);
    let speaks = matches!(before, Awaits::Said { .. } | Awaits::Tone(_));
    attend::leave_off(switch, call, speaks);
}

pub(super) fn await_now(switch: &mut Switch, call: CallId, awaits: Awaits) {
    if let Some(walking) = of_mut(switch, call) {
        walking.awaits = awaits;
    }
}

/// Somebody else attends to the caller from now on.
fn hide(switch: &mut Switch, call: CallId) {
    if let Some(walking) = of_mut(switch, call) {
        walking.shown = false;
    }
}

/// The office itself speaks with the caller from now on; their telephone is answered if it has not
/// been. `false`: that cannot be, and the call is over.
pub(super) fn is_here(switch: &mut Switch, call: CallId) -> bool {
    let Some(walking) = of_mut(switch, call) else {
        return false;
    };
    let (caller, flow) = (walking.caller, walking.flow);
    let was_shown = std::mem::replace(&mut walking.shown, true);
    if let Err(reason) = attend::answer(switch, caller) {
        switch.refuse(call, caller, reason);
        return false;
    }
    if !was_shown {
        attend::show_flow(switch, call, caller, flow);
    }
    true
}
