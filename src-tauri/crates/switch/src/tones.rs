//! The tones of the office's country, as the media thread plays them.

use crate::{leg::LegId, switch::Switch};
use media::{MediaCommand, PlayHow, PlayId, Sound, Tone, TonePart, Wiring};
use office::Office;
use spoken::tones::Tones;

impl Switch {
    /// A phone that is up and waits for another hears it ring, as far as its ports are open.
    pub(crate) fn ring_back(&mut self, leg: LegId) {
        let office = self.office();
        let ringing = tone(&tones(&office).ringback);
        if self.play_tone(leg, ringing)
            && let Some(state) = self.legs.get_mut(&leg)
        {
            state.hears_music = true;
        }
    }

    /// A phone that is up hears why nothing comes of its call. `false`: it cannot hear it.
    pub(crate) fn play_why(&mut self, leg: LegId, why: WhyTone) -> bool {
        let tones = tones(&self.office());
        let why = match why {
            WhyTone::Busy => tones.busy,
            WhyTone::Congestion => tones.congestion,
            WhyTone::Information => tones.special_information,
        };
        self.play_tone(leg, tone(&why))
    }

    fn play_tone(&mut self, leg: LegId, tone: Tone) -> bool {
        self.play_alone(leg, vec![Sound::Tone(tone)]).is_some()
    }

    /// A phone that is up hears these sounds and nobody. `None`: it cannot hear them.
    pub(crate) fn play_alone(&mut self, leg: LegId, sounds: Vec<Sound>) -> Option<PlayId> {
        let stream = self.open_stream(leg)?;
        self.next_play += 1;
        let play = PlayId(self.next_play);
        if let Some(state) = self.legs.get_mut(&leg) {
            state.playing = Some(play);
        }
        let to = Wiring::Nothing;
        self.order(MediaCommand::Wire { stream, to });
        self.order(MediaCommand::Play {
            stream,
            play,
            sounds,
            how: PlayHow::default(),
        });
        Some(play)
    }
}

/// A tone that says why a call comes to nothing (ITU-T E.180).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhyTone {
    /// They are busy, or do not want to talk.
    Busy,
    /// The office can carry no more calls.
    Congestion,
    /// Another reason.
    Information,
}

impl WhyTone {
    /// The tone of a SIP status.
    pub(crate) fn of(status: u16) -> WhyTone {
        match status {
            486 | 600 | 603 => WhyTone::Busy,
            503 => WhyTone::Congestion,
            _ => WhyTone::Information,
        }
    }
}

fn tones(office: &Office) -> Tones {
    let country = office.settings().country.as_ref();
    country.map_or_else(Tones::usual, Tones::of)
}

fn tone(of: &spoken::tones::Tone) -> Tone {
    let part = |part: &spoken::tones::Part| TonePart::new(part.frequencies, part.lasts);
    Tone {
        cadence: of.parts.iter().map(part).collect(),
        repeats: of.repeats,
    }
}
