//! Callers of a flow who wait in a queue. Who waits where and whose turn it is is
//! [`Queues`](callflow::Queues)' to say; it is asked after whatever has happened.

use super::{about, of, rings, tell};
use crate::{
    happening::{Party, What},
    leg::LegId,
    switch::{Deadline, Switch},
};
use callflow::{
    Event, Queues,
    queues::{Joined, Joins, QueueId, Turn},
    walk::InQueue,
};
use office::{CallId, PersonId};
use rtp_packet::Digit;
use std::time::Duration;

/// Somebody is to wait, or waits on. How it stands with them.
pub(super) fn enqueue(switch: &mut Switch, call: CallId, joins: &Joins) -> Option<Event> {
    let waited = switch.queues.has(call);
    let joined = with(switch, |queues, about| queues.join(call, joins, about));
    let how = match joined {
        Joined::Full { waiting } => InQueue::Full { waiting },
        Joined::Long { seconds } => InQueue::Long { seconds },
        Joined::Waits => {
            if let Some(queue) = joins.queue.flow.filter(|_| !waited) {
                let priority = joins.priority;
                switch.tell(What::QueueJoined {
                    call,
                    queue,
                    priority,
                });
            }
            // Others may have become free of those who were rung for this one.
            match turns(switch, Some(call)) {
                Some(turn) => InQueue::Turn(turn.agents),
                // It was told while others were told theirs.
                None if switch.queues.is_offered(call) => return None,
                None => InQueue::Waits(with(switch, |queues, about| queues.place(call, about))?),
            }
        }
    };
    Some(Event::Queued(how))
}

/// They go on elsewhere, though agents may be rung for them.
pub(super) fn go_on(switch: &mut Switch, call: CallId) {
    if switch.queues.is_offered(call) {
        rings::give_up(switch, call);
    }
    leave(switch, call);
}

/// They wait no longer, if they did.
pub(super) fn leave(switch: &mut Switch, call: CallId) {
    if let Some((queue, since)) = switch.queues.leave(call) {
        tell_left(switch, call, &queue, (since, None));
    }
}

/// Somebody has answered them.
pub(super) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId) {
    let by = switch.party(leg);
    let left = with(switch, |queues, about| {
        queues.answered(call, by.person, about)
    });
    if let Some((queue, since)) = left {
        tell_left(switch, call, &queue, (since, Some(by)));
    }
}

/// Somebody who waits is brought to a person of the office. Whether they do wait.
pub(crate) fn bring(switch: &mut Switch, call: CallId, to: PersonId) -> bool {
    if !switch.queues.bring(call, to) {
        return false;
    }
    tell(switch, call, Event::Queued(InQueue::Turn(vec![to])));
    true
}

/// The phones of somebody else ring for them: no agent does any more.
pub(super) fn on_taken_over(switch: &mut Switch, call: CallId, by: PersonId) {
    switch.queues.bring(call, by);
}

/// A caller presses a key while an agent is rung for them. Whether they are one.
pub(crate) fn on_key(switch: &mut Switch, call: CallId, leg: LegId, digit: Digit) -> bool {
    let is_caller = of(switch, call).is_some_and(|walking| walking.caller == leg);
    let is_key = matches!(digit.key(), '0'..='9' | '*' | '#');
    if !(is_caller && is_key && switch.queues.is_offered(call)) {
        return false;
    }
    tell(switch, call, Event::Key(digit.key()));
    true
}

/// An agent's talk with them is over.
pub(super) fn on_talk_over(switch: &mut Switch, call: CallId) {
    with(switch, |queues, about| queues.talk_over(call, about));
}

/// Whoever's turn it is now is told.
pub(crate) fn look_for_turns(switch: &mut Switch) {
    if switch.queues.is_quiet() {
        return;
    }
    with(switch, |queues, about| queues.review(about));
    turns(switch, None);
    let now = switch.steady_ms();
    let wakes = switch.queues.wakes_at(now);
    if let Some(after) = wakes.and_then(|at| u64::try_from(at - now).ok()) {
        let at = switch.now() + Duration::from_millis(after);
        let before = switch.queues_wake.replace(at);
        switch.wake_again_at(before, at, Deadline::Queues);
    }
}

fn tell_left(switch: &mut Switch, call: CallId, queue: &QueueId, left: (i64, Option<Party>)) {
    let (since, by) = left;
    if let Some(queue) = queue.flow {
        let waited_ms = u64::try_from(switch.steady_ms() - since).unwrap_or(0);
        switch.tell(What::QueueLeft {
            call,
            queue,
            waited_ms,
            by,
        });
    }
}

/// Tells everybody whose turn it is, but `own`, whose turn is given back.
fn turns(switch: &mut Switch, own: Option<CallId>) -> Option<Turn<CallId>> {
    let mut found = None;
    while let Some(turn) = with(switch, |queues, about| queues.next(about)) {
        if Some(turn.call) == own {
            found = Some(turn);
        } else if of(switch, turn.call).is_some() {
            let Turn { call, agents } = turn;
            let event = Event::Queued(InQueue::Turn(agents));
            switch.on_call(call, |switch| tell(switch, call, event));
        } else {
            switch.queues.leave(turn.call);
        }
    }
    found
}

/// Does something with the queues that asks how it is right now.
fn with<T>(
    switch: &mut Switch,
    ask: impl FnOnce(&mut Queues<CallId>, &callflow::About<'_>) -> T,
) -> T {
    let mut queues = std::mem::take(&mut switch.queues);
    let asked = about(switch, |about| ask(&mut queues, about));
    switch.queues = queues;
    asked
}
