//! The line tests: whoever dials one hears themselves, or is told how long their sound travels, how
//! loud they are, which keys arrive.

use super::{Heard, Step, beep, say};
use crate::{
    happening::{LineTest, LineTestResult, Party},
    limits::{
        DELAY_TEST, DELAY_TEST_BEEPS, ECHO_TEST, KEY_TEST, KEY_TEST_AT_MOST, KEY_TEST_PAUSE,
        LEVEL_TEST, LEVEL_TEST_GRACE, LEVEL_TEST_LASTS, MAX_TESTED_KEYS,
    },
};
use media::Sound;
use spoken::{
    Lang, Piece,
    phrase::{calls, line_test},
    sentence,
};
use std::time::Duration;

/// Speech quieter than this, in dBFS, is hard to follow: usual speech has −26 (ITU-T P.56, P.830).
const QUIET_SPEECH: f32 = -35.0;

/// Speech louder than this, in dBFS, is distorted on its way: its peaks are some 12 dB above it.
const LOUD_SPEECH: f32 = -12.0;

/// Speech quieter than this, in dBFS, is no speech but a microphone that is switched off.
const SILENT_SPEECH: f32 = -60.0;

/// More samples at full scale than this are heard as distortion.
const CLIPPED: f32 = 0.001;

/// The numbers that are dialled for the tests, and what they are called.
const TESTS: [(&str, LineTest, &str); 4] = [
    (ECHO_TEST, LineTest::Echo, "Echo test"),
    (DELAY_TEST, LineTest::Delay, "Delay test"),
    (LEVEL_TEST, LineTest::Level, "Level test"),
    (KEY_TEST, LineTest::Keys, "Key test"),
];

/// The test that a number leads to.
pub(crate) fn line_test(dialled: &str) -> Option<LineTest> {
    let found = TESTS.iter().find(|(number, ..)| *number == dialled);
    found.map(|(_, test, _)| *test)
}

/// The office as the other party of a test.
pub(crate) fn line_test_party(test: LineTest) -> Party {
    let found = TESTS.iter().find(|(_, of, _)| *of == test);
    let (number, _, name) = found.copied().unwrap_or(TESTS[0]);
    Party {
        person: None,
        device: None,
        name: name.to_owned(),
        number: number.to_owned(),
        ..Party::default()
    }
}

/// A line is being tested.
#[derive(Debug)]
pub(crate) struct TestLine {
    test: LineTest,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    /// It is said what happens next.
    Explaining,
    /// They hear themselves.
    Echoing,
    /// A packet is timed; so many tones have said that it goes on.
    Timing { beeps: u32 },
    /// They speak.
    Speaking,
    /// These keys came.
    Pressing(String),
    /// The last words.
    Parting,
}

impl TestLine {
    pub(crate) fn new(test: LineTest) -> TestLine {
        TestLine {
            test,
            state: State::Explaining,
        }
    }

    pub(crate) fn test(&self) -> LineTest {
        self.test
    }

    pub(crate) fn on(&mut self, lang: Lang, heard: Heard) -> Vec<Step> {
        if self.state == State::Parting {
            return match heard {
                Heard::Said | Heard::Key(_) => vec![Step::HangUp],
                _ => Vec::new(),
            };
        }
        match self.test {
            LineTest::Echo => self.echo(lang, &heard),
            LineTest::Delay => self.delay(lang, &heard),
            LineTest::Level => self.level(lang, &heard),
            LineTest::Keys => self.keys(lang, &heard),
        }
    }

    fn echo(&mut self, lang: Lang, heard: &Heard) -> Vec<Step> {
        match heard {
            Heard::Began => vec![Step::Say(say(lang, &[line_test::ECHO_BEGINS.into()]))],
            Heard::Key(digit) if digit.key() == '#' => {
                let mut steps = vec![Step::Echo(false)];
                steps.extend(self.part(lang, vec![line_test::ECHO_ENDS.into()]));
                steps
            }
            Heard::Said | Heard::Key(_) if self.state == State::Explaining => {
                self.state = State::Echoing;
                vec![Step::Echo(true)]
            }
            _ => Vec::new(),
        }
    }

    /// What is timed is the way of packets there and back (RFC 3550 §6.4.1), which the phone's
    /// reports show a few seconds after it was first sent something. What the phone itself adds
    /// nobody can know but by acoustics.
    fn delay(&mut self, lang: Lang, heard: &Heard) -> Vec<Step> {
        match (&self.state, heard) {
            (_, Heard::Began) => {
                vec![Step::Say(say(lang, &[line_test::DELAY_BEGINS.into()]))]
            }
            (_, Heard::RoundTrip(there_and_back)) => {
                let words = sentence::delay_is(lang, *there_and_back);
                self.result(
                    lang,
                    LineTestResult::Delay {
                        there_and_back: Some(*there_and_back),
                    },
                    words,
                )
            }
            (State::Timing { beeps }, Heard::Said | Heard::Key(_))
                if *beeps >= DELAY_TEST_BEEPS =>
            {
                let words = vec![line_test::DELAY_UNKNOWN.into()];
                self.result(
                    lang,
                    LineTestResult::Delay {
                        there_and_back: None,
                    },
                    words,
                )
            }
            (state, Heard::Said | Heard::Key(_)) => {
                let beeps = match state {
                    State::Timing { beeps } => beeps + 1,
                    _ => 0,
                };
                self.state = State::Timing { beeps };
                vec![Step::Say(vec![Sound::Pause(BEEP_EVERY), beep()])]
            }
            _ => Vec::new(),
        }
    }

    fn level(&mut self, lang: Lang, heard: &Heard) -> Vec<Step> {
        match (&self.state, heard) {
            (_, Heard::Began) => {
                let mut sounds = say(lang, &[line_test::LEVEL_BEGINS.into()]);
                sounds.push(beep());
                vec![Step::Say(sounds)]
            }
            // Whoever knows what comes need not hear it out.
            (State::Explaining, Heard::Key(_)) => vec![Step::Say(vec![beep()])],
            (State::Explaining, Heard::Said) => {
                self.state = State::Speaking;
                vec![
                    Step::Measure(LEVEL_TEST_LASTS),
                    Step::Wait(LEVEL_TEST_LASTS + LEVEL_TEST_GRACE),
                ]
            }
            (
                State::Speaking,
                Heard::Measured {
                    speech,
                    noise,
                    clipped,
                },
            ) => {
                let phrase = match *speech {
                    silent if silent < SILENT_SPEECH => line_test::LEVEL_SILENT,
                    loud if loud > LOUD_SPEECH || *clipped > CLIPPED => line_test::LEVEL_HIGH,
                    quiet if quiet < QUIET_SPEECH => line_test::LEVEL_LOW,
                    _ => line_test::LEVEL_GOOD,
                };
                let measured = LineTestResult::Level {
                    speech: *speech,
                    noise: *noise,
                    clipped: *clipped,
                };
                self.result(lang, measured, vec![phrase.into()])
            }
            // A phone on hold sends nothing that could be measured.
            (State::Speaking, Heard::TimeUp) => {
                self.part(lang, vec![line_test::LEVEL_SILENT.into()])
            }
            _ => Vec::new(),
        }
    }

    fn keys(&mut self, lang: Lang, heard: &Heard) -> Vec<Step> {
        match heard {
            Heard::Began => {
                self.state = State::Pressing(String::new());
                vec![
                    Step::Say(say(lang, &[line_test::KEYS_BEGIN.into()])),
                    Step::Wait(KEY_TEST_AT_MOST),
                ]
            }
            Heard::Key(digit) => {
                let State::Pressing(keys) = &mut self.state else {
                    return Vec::new();
                };
                let is_last = digit.key() == '#';
                if !is_last {
                    keys.push(digit.key());
                }
                if is_last || keys.len() >= MAX_TESTED_KEYS {
                    return self.repeat_keys(lang);
                }
                vec![Step::Wait(KEY_TEST_PAUSE)]
            }
            Heard::TimeUp => self.repeat_keys(lang),
            _ => Vec::new(),
        }
    }

    fn repeat_keys(&mut self, lang: Lang) -> Vec<Step> {
        let State::Pressing(keys) = std::mem::replace(&mut self.state, State::Parting) else {
            return Vec::new();
        };
        let words = sentence::you_pressed(&keys);
        self.result(lang, LineTestResult::Keys { keys }, words)
    }

    fn result(&mut self, lang: Lang, result: LineTestResult, words: Vec<Piece>) -> Vec<Step> {
        let mut steps = vec![Step::Tested(result)];
        steps.extend(self.part(lang, words));
        steps
    }

    fn part(&mut self, lang: Lang, mut words: Vec<Piece>) -> Vec<Step> {
        self.state = State::Parting;
        words.extend([Piece::FULL_STOP, calls::GOODBYE.into()]);
        vec![Step::Say(say(lang, &words))]
    }
}

/// Silence between the tones that say that a delay is still being timed.
const BEEP_EVERY: Duration = Duration::from_millis(2_000);

#[cfg(test)]
mod tests {
    use super::*;
    use rtp_packet::Digit;

    /// The phrases of what is said, without tones and pauses.
    fn said(steps: &[Step]) -> Vec<&str> {
        let sounds = steps.iter().filter_map(|step| match step {
            Step::Say(sounds) => Some(sounds),
            _ => None,
        });
        let files = sounds.flatten().filter_map(|sound| match sound {
            Sound::File(file) => file.as_str().strip_prefix("prompts/en/"),
            Sound::Tone(_) | Sound::Pause(_) => None,
        });
        files.collect()
    }

    fn begun(test: LineTest) -> TestLine {
        let mut line = TestLine::new(test);
        line.on(Lang::En, Heard::Began);
        line
    }

    fn spoken_at(speech: f32, clipped: f32) -> String {
        let mut line = begun(LineTest::Level);
        let asked = line.on(Lang::En, Heard::Said);
        assert_eq!(asked[0], Step::Measure(LEVEL_TEST_LASTS));
        let measured = Heard::Measured {
            speech,
            noise: -70.0,
            clipped,
        };
        let steps = line.on(Lang::En, measured);
        assert!(matches!(
            &steps[0],
            Step::Tested(LineTestResult::Level { .. })
        ));
        assert_eq!(line.on(Lang::En, Heard::Said), [Step::HangUp]);
        said(&steps)[0].to_owned()
    }

    #[test]
    fn a_voice_is_told_from_one_too_quiet_or_too_loud() {
        assert_eq!(spoken_at(-96.0, 0.0), "test-level-silent");
        assert_eq!(spoken_at(-45.0, 0.0), "test-level-low");
        assert_eq!(spoken_at(-34.0, 0.0), "test-level-good");
        assert_eq!(spoken_at(-26.0, 0.0), "test-level-good");
        assert_eq!(spoken_at(-13.0, 0.0), "test-level-good");
        assert_eq!(spoken_at(-11.0, 0.0), "test-level-high");
        assert_eq!(spoken_at(-20.0, 0.01), "test-level-high");
    }

    #[test]
    fn a_delay_is_told_as_soon_as_it_is_known() {
        let trip = Duration::from_millis(121);
        for beeps in [0, 3] {
            let mut line = begun(LineTest::Delay);
            for _ in 0..beeps {
                assert!(said(&line.on(Lang::En, Heard::Said)).is_empty(), "a tone");
            }
            let steps = line.on(Lang::En, Heard::RoundTrip(trip));
            let there_and_back = Some(trip);
            assert_eq!(
                steps[0],
                Step::Tested(LineTestResult::Delay { there_and_back })
            );
            let said = said(&steps);
            assert_eq!(said[0], "test-delay-is");
            assert_eq!(said[said.len() - 2..], ["test-delay-good", "goodbye"]);
        }
    }

    #[test]
    fn a_key_does_not_end_the_search_for_a_delay() {
        let mut line = begun(LineTest::Delay);
        let five = Digit::of_key('5').expect("a key");
        for _ in 0..DELAY_TEST_BEEPS + 1 {
            assert!(said(&line.on(Lang::En, Heard::Key(five))).is_empty());
        }
        let steps = line.on(Lang::En, Heard::Said);
        assert_eq!(said(&steps), ["test-delay-unknown", "goodbye"]);
    }
}
