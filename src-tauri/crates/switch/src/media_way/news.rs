//! What the media engine tells of a call's streams, and whom it concerns.

use crate::{
    call::Wired,
    features::{
        attend::{self, Heard},
        echo, flow, join, park, part, recording, still_there, talk,
    },
    happening::What,
    leg::LegId,
    rooms, sound_heard,
    switch::Switch,
};
use media::{DigitBy, MediaEvent, StreamId};
use office::CallId;
use rtp_packet::Digit;

impl Switch {
    pub(crate) fn on_media(&mut self, event: MediaEvent) {
        match event {
            MediaEvent::Silent { stream, lasted } => {
                let since = self.now().checked_sub(lasted).unwrap_or(self.now());
                if let Some((call, leg)) = self.call_of_stream(stream) {
                    talk::on_silence(self, call, leg, Some(since));
                    still_there::on_silence(self, leg, Some(since));
                }
            }
            MediaEvent::Resumed { stream } => {
                if let Some((call, leg)) = self.call_of_stream(stream) {
                    talk::on_silence(self, call, leg, None);
                    still_there::on_silence(self, leg, None);
                }
            }
            MediaEvent::StrangerRefused {
                stream,
                count,
                from,
            } => {
                if let Some((call, _)) = self.call_of_stream(stream) {
                    let from = from.to_string();
                    self.tell(What::StrangerRefused {
                        call,
                        packets: count,
                        from,
                    });
                }
            }
            MediaEvent::Quality {
                stream,
                statistics,
                lately,
            } => {
                if let Some(of) = self.call_of_stream(stream) {
                    sound_heard::on_quality(self, of, stream, &statistics, lately);
                    let (call, leg) = of;
                    if let Some(trip) = statistics.round_trip {
                        attend::on_measured(self, call, leg, Heard::RoundTrip(trip));
                    }
                }
            }
            MediaEvent::Refused { stream, why } => {
                let of = self.call_of_stream(stream);
                // The ports are another program's: this call takes others.
                if let (Some((call, leg)), media::Refusal::PortsTaken(_)) = (of, why) {
                    self.streams.remove(&stream); // it never was: nobody tells that it is closed
                    self.retake_ports(call, leg, stream);
                }
            }
            MediaEvent::Closed { stream, .. } => {
                self.streams.remove(&stream);
            }
            MediaEvent::Digit { stream, digit, how } => {
                if let Some((call, leg)) = self.call_of_stream(stream) {
                    self.press_on(call, leg, digit, how);
                    if !flow::on_screen_key(self, call, leg, digit)
                        && !flow::on_key_in_queue(self, call, leg, digit)
                    {
                        attend::on_key(self, call, leg, digit);
                    }
                    recording::on_key(self, call, leg, digit);
                }
            }
            MediaEvent::PlayEnded { stream, play, why } => {
                if let Some((call, leg)) = self.call_of_stream(stream) {
                    if !flow::on_whispered(self, call, leg, play) {
                        attend::on_played(self, call, leg, play, &why);
                        part::on_played(self, call, play, &why);
                        park::on_played(self, call, play);
                    }
                    recording::on_played(self, call, play, &why);
                }
            }
            MediaEvent::RecordingEnded {
                recording,
                lasts,
                why,
            } => {
                if !recording::on_recorded(self, recording, lasts, why)
                    && !rooms::recording::on_recorded(self, recording, lasts, why)
                {
                    attend::on_recorded(self, recording, lasts, why);
                }
            }
            MediaEvent::Speaking { room, who } => rooms::on_speaking(self, room, who),
            MediaEvent::Measured {
                stream,
                speech,
                noise,
                clipped,
            } => {
                if let Some((call, leg)) = self.call_of_stream(stream) {
                    let measured = Heard::Measured {
                        speech,
                        noise,
                        clipped,
                    };
                    attend::on_measured(self, call, leg, measured);
                }
            }
            MediaEvent::FirstPacket { .. } | MediaEvent::SourceLearned { .. } => {}
        }
    }

    /// Whose stream this is, while it is open.
    fn call_of_stream(&self, stream: StreamId) -> Option<(CallId, LegId)> {
        let leg = self.legs.get(self.streams.get(&stream)?)?;
        (leg.stream == Some(stream)).then_some((leg.call, leg.id))
    }

    /// A key pressed by one of two whose sound is translated is pressed for the other: events would
    /// end in the room of two. Tones pass in the sound to whoever takes none as events; where they are
    /// pressed as events, these take the place of the tones.
    fn press_on(&mut self, call: CallId, leg: LegId, digit: Digit, how: DigitBy) {
        let relay = self.calls.get(&call).and_then(|call| call.relay);
        let Some(relay) = relay.filter(|relay| matches!(relay.wired, Some(Wired::Room(_)))) else {
            return;
        };
        let other = if relay.a == leg { relay.b } else { relay.a };
        if how == DigitBy::Tones && !self.takes_events(other) {
            return;
        }
        let held_at = self.legs.get(&leg).and_then(|leg| leg.stream);
        self.press_for(other, digit, held_at);
    }

    /// Takes other ports for a leg, and tells its phone.
    fn retake_ports(&mut self, call: CallId, leg: LegId, refused: StreamId) {
        if let Some(leg) = self.legs.get_mut(&leg)
            && leg.stream == Some(refused)
        {
            leg.stream = None;
        }
        match self.calls.get_mut(&call).and_then(|c| c.relay.take()) {
            Some(relay) => {
                self.close_ports(relay.a);
                self.close_ports(relay.b);
                join::join(self, relay.a, relay.b);
            }
            None => {
                self.close_ports(leg);
                echo::retake_ports(self, call);
                attend::retake_ports(self, call);
                park::retake_ports(self, call, leg);
            }
        }
    }
}
