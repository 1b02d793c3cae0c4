//! Who goes first on a busy computer: the thread of the sound, as far as the system allows it.

use thread_priority::ThreadPriority;

/// How the system lets a thread have a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// As soon as there is something to do, before every ordinary thread.
    First,
    /// More often than others.
    Preferred,
    /// Like everybody: while the computer is busy, callers may hear gaps.
    Ordinary,
}

/// Asks for the best turn that the system gives this thread, and says which that was.
///
/// The sound needs a processor for a moment every 20 ms and gives it back. A backup, a browser or a
/// virus scanner that computes meanwhile is late by that moment; the other way round callers hear it.
pub(crate) fn go_first() -> Turn {
    if set_realtime() {
        Turn::First
    } else if set_preferred() {
        Turn::Preferred
    } else {
        Turn::Ordinary
    }
}

/// The lowest of the real-time priorities: before all ordinary threads, behind whatever the system
/// itself thinks urgent. Round robin, so that two offices take turns. A thread that ran away would
/// not stop the computer: Linux keeps one twentieth of the time for ordinary threads
/// (`sched_rt_runtime_us`).
#[cfg(unix)]
fn set_realtime() -> bool {
    use thread_priority::{
        RealtimeThreadSchedulePolicy::RoundRobin, ThreadSchedulePolicy::Realtime,
        set_thread_priority_and_policy, thread_native_id,
    };
    let policy = Realtime(RoundRobin);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy).is_ok()
}

#[cfg(not(unix))]
fn set_realtime() -> bool {
    use thread_priority::windows::{WinAPIThreadPriority, set_winapi_thread_priority};
    let thread = thread_priority::thread_native_id();
    set_winapi_thread_priority(thread, WinAPIThreadPriority::TimeCritical).is_ok()
}

fn set_preferred() -> bool {
    ThreadPriority::Max.set_for_current().is_ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::thread;
    use thread_priority::{
        RealtimeThreadSchedulePolicy::RoundRobin,
        ThreadSchedulePolicy::{Normal, Realtime},
        thread_schedule_policy,
    };

    #[test]
    fn the_turn_is_what_the_system_says_it_is_and_of_this_thread_alone() {
        let told = thread::spawn(|| (go_first(), thread_schedule_policy().unwrap()));
        let (turn, policy) = told.join().unwrap();
        match turn {
            Turn::First => assert_eq!(policy, Realtime(RoundRobin)),
            Turn::Preferred | Turn::Ordinary => assert!(matches!(policy, Normal(_)), "{policy:?}"),
        }
        let ours = thread_schedule_policy().unwrap();
        assert!(matches!(ours, Normal(_)), "{ours:?}");
    }
}
