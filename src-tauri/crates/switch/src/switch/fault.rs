//! A fault inside the switch ends its call and no other.

use super::Switch;
use crate::{
    happening::{EndReason, What},
    io::Write,
    leg::LegId,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Switch {
    /// Does something that may meet a fault.
    pub(super) fn guarded(&mut self, work: impl FnOnce(&mut Switch)) {
        if let Err(fault) = catch_unwind(AssertUnwindSafe(|| work(self))) {
            self.contain(fault.as_ref());
        }
    }

    /// A fault: the call at hand ends, its recording is kept, the office goes on.
    pub(super) fn contain(&mut self, fault: &(dyn std::any::Any + Send)) {
        let words = fault
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| fault.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a fault without words".to_owned());
        let call = self.working_on.take();
        let text = self.recorder.recording(&words);
        self.store(Write::FlightRecording { call, text });
        self.tell(What::CallFaulted { call, fault: words });
        let Some(call) = call else { return };
        let legs: Vec<LegId> = self
            .legs
            .values()
            .filter(|l| l.call == call)
            .map(|l| l.id)
            .collect();
        let goodbye = catch_unwind(AssertUnwindSafe(|| {
            for leg in &legs {
                self.with_session(*leg, |session, ctx| session.hangup(ctx, None));
            }
            self.end(call, EndReason::Fault, None);
            self.drain();
        }));
        if goodbye.is_err() {
            // Its state cannot be trusted even for a goodbye.
            for leg in legs {
                self.forget_leg(leg);
            }
            self.end(call, EndReason::Fault, None);
            self.touched.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{call::Call, io::Output, switch::SwitchConfig};
    use office::{CallId, Language, Office, OfficeParts, OfficeSettings, Realm};
    use std::{sync::Arc, time::Instant};

    fn switch() -> Switch {
        let settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        let office = Office::build(OfficeParts::empty(settings));
        let config = SwitchConfig::default();
        Switch::new(
            Arc::new(office.unwrap()),
            config,
            [7; 32],
            Instant::now(),
            0,
        )
        .unwrap()
    }

    fn begin_call(switch: &mut Switch) -> CallId {
        let call = switch.new_call_id();
        switch.calls.insert(call, Call::new("102".to_owned()));
        let from = switch.party(LegId(0));
        switch.tell(What::CallerArrived {
            call,
            from,
            dialled: "102".to_owned(),
            from_board: false,
        });
        call
    }

    #[test]
    fn a_fault_ends_its_call_and_no_other() {
        let mut switch = switch();
        let (faulty, sound) = (begin_call(&mut switch), begin_call(&mut switch));
        switch.guarded(|switch| switch.on_call(faulty, |_| panic!("what never happens")));
        assert_eq!(
            switch.calls.keys().copied().collect::<Vec<_>>(),
            [sound],
            "the other call goes on"
        );
        let mut recorded = false;
        let mut told = Vec::new();
        loop {
            match switch.poll() {
                Output::Store(Write::FlightRecording { call, text }) => {
                    recorded = call == Some(faulty) && text.contains("what never happens");
                }
                Output::Tell(happening) => told.push(happening.what.clone()),
                Output::SleepUntil(_) => break,
                _ => {}
            }
        }
        assert!(recorded, "for a report and a test");
        let ends: Vec<_> = told
            .iter()
            .filter_map(|what| match what {
                What::CallEnded { call, reason, .. } => Some((*call, *reason)),
                _ => None,
            })
            .collect();
        assert_eq!(ends, [(faulty, EndReason::Fault)]);
    }
}
