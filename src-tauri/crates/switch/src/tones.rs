//! The tones of the office's country, as the media thread plays them.

use crate::{leg::LegId, switch::Switch};
use media::{MediaCommand, PlayHow, PlayId, Sound, Tone, TonePart, Wiring};
use spoken::tones::Tones;

impl Switch {
    /// A phone that is up and waits for another hears it ring, as far as its ports are open.
    pub(crate) fn ring_back(&mut self, leg: LegId) {
        let office = self.office();
        let country = office.settings().country.as_ref();
        let ringing = tone(&country.map_or_else(Tones::usual, Tones::of).ringback);
        let Some(stream) = self.open_stream(leg) else {
            return;
        };
        self.next_play += 1;
        let play = PlayId(self.next_play);
        let Some(state) = self.legs.get_mut(&leg) else {
            return;
        };
        state.playing = Some(play);
        state.hears_music = true;
        let to = Wiring::Nothing;
        self.order(MediaCommand::Wire { stream, to });
        self.order(MediaCommand::Play {
            stream,
            play,
            sounds: vec![Sound::Tone(ringing)],
            how: PlayHow::default(),
        });
    }
}

fn tone(of: &spoken::tones::Tone) -> Tone {
    let part = |part: &spoken::tones::Part| TonePart::new(part.frequencies, part.lasts);
    Tone {
        cadence: of.parts.iter().map(part).collect(),
        repeats: of.repeats,
    }
}
