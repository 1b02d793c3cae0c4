//! What the office does at each of the two ends of a call by which it tries a line. One end speaks
//! while the other listens, then presses keys; then the other way round.

use crate::{
    features::attend::{Heard, Step, say},
    happening::HeardThere,
    limits::{
        ROUND_TRIP_LISTENS, ROUND_TRIP_RINGS_BACK, ROUND_TRIP_WAITS, ROUND_TRIP_WAITS_FOR_KEYS,
    },
};
use office::CallId;
use rtp_packet::Digit;
use spoken::{Lang, phrase::line_test};

/// The keys that the end that calls presses.
const KEYS_OUT: &str = "159";

/// Those of the end at which the call comes back.
const KEYS_BACK: &str = "73";

/// One of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Which calls.
    Out,
    /// At which the call comes back.
    Back,
}

/// The office at one of the two ends.
#[derive(Debug)]
pub(crate) struct RoundTrip {
    end: End,
    trip: CallId,
    state: State,
    keys: String,
    speech: Option<f32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It has not been answered yet.
    Rings,
    /// The other end is spoken to.
    Speaks,
    /// The other end is listened to.
    Listens,
    /// All is done; the other end may hang up.
    Done,
}

impl RoundTrip {
    pub(crate) fn new(end: End, trip: CallId) -> RoundTrip {
        let state = match end {
            End::Out => State::Speaks,
            End::Back => State::Rings,
        };
        RoundTrip {
            end,
            trip,
            state,
            keys: String::new(),
            speech: None,
        }
    }

    /// The call by which the line is tried, and which end of it this is.
    pub(crate) fn of(&self) -> (CallId, End) {
        (self.trip, self.end)
    }

    /// How long it rings before it is answered.
    pub(crate) fn rings(&self) -> std::time::Duration {
        ROUND_TRIP_RINGS_BACK
    }

    pub(crate) fn on(&mut self, lang: Lang, heard: Heard) -> Vec<Step> {
        match heard {
            Heard::TimeUp if self.state == State::Rings => vec![Step::Answer],
            Heard::Began => match self.end {
                // Sound takes a moment to be there at both ends.
                End::Out => {
                    self.state = State::Speaks;
                    vec![Step::Wait(ROUND_TRIP_WAITS)]
                }
                End::Back => self.listen(),
            },
            Heard::TimeUp | Heard::Said if self.state == State::Speaks => match heard {
                Heard::TimeUp => vec![Step::Say(say(lang, &[line_test::LEVEL_BEGINS.into()]))],
                _ => self.press_and_go_on(),
            },
            Heard::Measured { speech, .. } => {
                self.speech = Some(speech);
                Vec::new()
            }
            Heard::Key(digit) if self.state == State::Listens => {
                self.keys.push(digit.key());
                match self.keys.len() >= self.awaits().len() {
                    true => self.heard_enough(),
                    false => vec![Step::Wait(ROUND_TRIP_WAITS_FOR_KEYS)],
                }
            }
            Heard::TimeUp if self.state == State::Listens => self.heard_enough(),
            Heard::TimeUp if self.state == State::Done => vec![Step::HangUp],
            _ => Vec::new(),
        }
    }

    fn listen(&mut self) -> Vec<Step> {
        self.state = State::Listens;
        vec![
            Step::Measure(ROUND_TRIP_LISTENS),
            Step::Wait(ROUND_TRIP_LISTENS + ROUND_TRIP_WAITS_FOR_KEYS),
        ]
    }

    /// What was said has been said.
    fn press_and_go_on(&mut self) -> Vec<Step> {
        let keys = match self.end {
            End::Out => KEYS_OUT,
            End::Back => KEYS_BACK,
        };
        let keys = keys.chars().filter_map(Digit::of_key).collect();
        let mut steps = vec![Step::Press(keys)];
        match self.end {
            End::Out => steps.extend(self.listen()),
            End::Back => {
                self.state = State::Done;
                steps.push(Step::Wait(ROUND_TRIP_WAITS_FOR_KEYS));
            }
        }
        steps
    }

    /// All keys came, or no more will.
    fn heard_enough(&mut self) -> Vec<Step> {
        let heard = HeardThere {
            pressed: self.awaits().to_owned(),
            keys: std::mem::take(&mut self.keys),
            speech: self.speech,
        };
        let told = Step::TriedLine(heard);
        match self.end {
            End::Out => {
                self.state = State::Done;
                vec![told, Step::HangUp]
            }
            End::Back => {
                self.state = State::Speaks;
                vec![told, Step::Wait(ROUND_TRIP_WAITS)]
            }
        }
    }

    /// The keys that the other end presses.
    fn awaits(&self) -> &'static str {
        match self.end {
            End::Out => KEYS_BACK,
            End::Back => KEYS_OUT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(service: &mut RoundTrip, keys: &str) -> Vec<Step> {
        let keys = keys.chars().filter_map(Digit::of_key);
        keys.flat_map(|key| service.on(Lang::En, Heard::Key(key)))
            .collect()
    }

    fn told(steps: &[Step]) -> Option<&HeardThere> {
        steps.iter().find_map(|step| match step {
            Step::TriedLine(heard) => Some(heard),
            _ => None,
        })
    }

    #[test]
    fn each_end_speaks_while_the_other_listens_and_both_come_to_their_end() {
        let trip = CallId(1);
        let (mut out, mut back) = (
            RoundTrip::new(End::Out, trip),
            RoundTrip::new(End::Back, trip),
        );
        assert_eq!(back.on(Lang::En, Heard::TimeUp), [Step::Answer]);
        assert!(matches!(
            back.on(Lang::En, Heard::Began)[..],
            [Step::Measure(_), Step::Wait(_)]
        ));
        out.on(Lang::En, Heard::Began);
        assert!(matches!(
            out.on(Lang::En, Heard::TimeUp)[..],
            [Step::Say(_)]
        ));
        let pressed = out.on(Lang::En, Heard::Said);
        assert!(matches!(
            pressed[..],
            [Step::Press(_), Step::Measure(_), Step::Wait(_)]
        ));
        let loud = Heard::Measured {
            speech: -26.0,
            noise: -70.0,
            clipped: 0.0,
        };
        back.on(Lang::En, loud.clone());
        let heard = keys(&mut back, KEYS_OUT);
        assert_eq!(
            told(&heard),
            Some(&HeardThere {
                pressed: KEYS_OUT.to_owned(),
                keys: KEYS_OUT.to_owned(),
                speech: Some(-26.0)
            })
        );
        assert!(matches!(
            back.on(Lang::En, Heard::TimeUp)[..],
            [Step::Say(_)]
        ));
        assert!(matches!(
            back.on(Lang::En, Heard::Said)[..],
            [Step::Press(_), Step::Wait(_)]
        ));
        let last = keys(&mut out, KEYS_BACK);
        assert_eq!(told(&last).map(|heard| heard.speech), Some(None));
        assert_eq!(last.last(), Some(&Step::HangUp));
    }

    #[test]
    fn what_never_arrives_is_not_waited_for_for_ever() {
        let trip = CallId(1);
        let mut back = RoundTrip::new(End::Back, trip);
        back.on(Lang::En, Heard::TimeUp);
        back.on(Lang::En, Heard::Began);
        let gave_up = back.on(Lang::En, Heard::TimeUp);
        assert_eq!(told(&gave_up).map(|heard| heard.keys.as_str()), Some(""));
        back.on(Lang::En, Heard::TimeUp);
        back.on(Lang::En, Heard::Said);
        assert_eq!(back.on(Lang::En, Heard::TimeUp), [Step::HangUp]);
        let mut out = RoundTrip::new(End::Out, trip);
        out.on(Lang::En, Heard::Began);
        out.on(Lang::En, Heard::TimeUp);
        out.on(Lang::En, Heard::Said);
        let gave_up = out.on(Lang::En, Heard::TimeUp);
        assert_eq!(gave_up.last(), Some(&Step::HangUp));
    }
}
