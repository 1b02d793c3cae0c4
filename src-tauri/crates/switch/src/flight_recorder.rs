//! The last inputs before a fault, so that it can be understood and replayed as a test.

use crate::{io::Input, limits::MAX_RECORDED_INPUTS, trace};
use media::{MediaEvent, PlayEnd, RecordingEnd};
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
            Input::Media(event) => Recorded::Other(without_keys(event)),
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

/// News from the media thread, but for which keys were pressed: they may be a PIN.
fn without_keys(event: &MediaEvent) -> String {
    match event {
        MediaEvent::Digit { stream, .. } => format!("a key was pressed on {stream:?}"),
        MediaEvent::PlayEnded {
            stream,
            play,
            why: PlayEnd::Key(_),
        } => format!("a key ended {play:?} on {stream:?}"),
        MediaEvent::RecordingEnded {
            recording,
            lasts,
            why: RecordingEnd::Key(_),
        } => format!("a key ended {recording:?} after {lasts:?}"),
        other => format!("Media({other:?})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use media::{DigitBy, PlayId, RecordingId, StreamId};
    use rtp_packet::Digit;
    use std::time::Duration;

    #[test]
    fn a_recording_of_a_fault_holds_no_pin() {
        let mut recorder = FlightRecorder::default();
        let stream = StreamId(1);
        let now = Instant::now();
        for digit in "735911".chars().filter_map(Digit::of_key) {
            for event in [
                MediaEvent::Digit {
                    stream,
                    digit,
                    how: DigitBy::Event,
                },
                MediaEvent::PlayEnded {
                    stream,
                    play: PlayId(2),
                    why: PlayEnd::Key(digit),
                },
                MediaEvent::RecordingEnded {
                    recording: RecordingId(3),
                    lasts: Duration::ZERO,
                    why: RecordingEnd::Key(digit),
                },
            ] {
                recorder.record(now, &Input::Media(event));
            }
        }
        let recording = recorder.recording("a fault");
        let pressed = "a key was pressed on StreamId(1)";
        assert_eq!(recording.matches(pressed).count(), 6, "{recording}");
        assert!(!recording.contains("Digit"), "{recording}");
    }
}
