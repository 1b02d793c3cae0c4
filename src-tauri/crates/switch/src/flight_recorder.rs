//! The last inputs before a fault, so that it can be understood and replayed as a test.

use crate::{io::Input, limits::MAX_RECORDED_INPUTS, trace};
use std::{collections::VecDeque, fmt::Write as _, time::Instant};

/// Keeps the latest inputs of the switch. Messages are masked when the recording is written.
#[derive(Debug, Default)]
pub(crate) struct FlightRecorder {
    inputs: VecDeque<(Instant, Recorded)>,
}

#[derive(Debug)]
enum Recorded {
    Message {
        flow: sip_transport::Flow,
        bytes: bytes::Bytes,
    },
    Other(String),
}

impl FlightRecorder {
    /// Keeps one input. A message shares its buffer; others are few.
    pub(crate) fn record(&mut self, now: Instant, input: &Input) {
        let recorded = match input {
            Input::Tick => return,
            Input::Message { flow, bytes } => Recorded::Message {
                flow: *flow,
                bytes: bytes.clone(),
            },
            Input::OfficeChanged(_) => Recorded::Other("the office changed".to_owned()),
            other => Recorded::Other(format!("{other:?}")),
        };
        if self.inputs.len() == MAX_RECORDED_INPUTS {
            self.inputs.pop_front();
        }
        self.inputs.push_back((now, recorded));
    }

    /// The recording as text: each input with its time before the fault, in microseconds.
    pub(crate) fn recording(&self, fault: &str) -> String {
        let mut out = format!("fault: {fault}\n");
        let Some((end, _)) = self.inputs.back() else {
            return out;
        };
        for (at, input) in &self.inputs {
            let before = end.saturating_duration_since(*at).as_micros();
            let _ = match input {
                Recorded::Message { flow, bytes } => {
                    let shown = trace::masked(bytes);
                    write!(
                        out,
                        "\n-{before} us, message over {flow}:\n{}\n",
                        shown.escape_ascii()
                    )
                }
                Recorded::Other(what) => write!(out, "\n-{before} us, {what}\n"),
            }; // writing to a string cannot fail
        }
        out
    }
}
