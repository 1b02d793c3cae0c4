//! One phone in the graph: what it says, what it hears, what is played to it.

use std::time::{Duration, Instant};

use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use rtp_packet::{Digit, RtpPacket};

use super::meter::Meter;
use super::mix::{self, FULL, Gain, Sum};
use super::player::{Played, Player};
use super::shared::Shared;
use super::shelf::Shelf;
use super::voice::Voice;
use super::voicing::Voicing;
use crate::command::{HeardBy, Part, PlayId, StreamId};
use crate::event::{MediaEvent, PlayEnd};
use crate::format::SoundFormat;
use crate::frame::{FRAME_MS, FRAME_SAMPLES, Frame, SILENCE};
use crate::limits::KEEP_ALIVE_EVERY;
use crate::signal::dtmf::DtmfDetector;
use crate::stream::{Datagram, Heard, Receiver, ReceiverFigures, Rtcp, Sender};

/// How often a phone that hears nothing gets a packet, in ticks.
const KEEP_ALIVE_TICKS: u32 = KEEP_ALIVE_EVERY.as_millis() as u32 / FRAME_MS;

/// One phone.
#[derive(Debug)]
pub(super) struct Phone {
    pub(super) id: StreamId,
    pub(super) place: Place,
    pub(super) said: Said,
    pub(super) player: Option<Player>,
    /// Measures how loud it is.
    pub(super) meter: Option<Meter>,
    /// How many recordings listen to it.
    pub(super) taps: usize,
    /// Its keys are told though its sound is only passed on.
    pub(super) hears_keys: bool,
    format: Option<SoundFormat>,
    /// We may send to it.
    sends: bool,
    /// We take what it sends.
    receives: bool,
    receiver: Option<Receiver>,
    /// Of a phone that knows no events for its keys.
    detector: Option<DtmfDetector>,
    /// Kept over all changes of format and place, with its SSRC and sequence.
    sender: Option<Sender>,
    voicing: Voicing,
    rtcp: Option<Rtcp>,
    /// The end of what was stopped, fading out.
    tail: Option<Frame>,
    /// How loud all but its player was in the tick before.
    beneath: f32,
    /// Ticks in which nothing was sent.
    silent_for: u32,
    /// Whose key it is that is down here too.
    pub(super) along: Option<Along>,
}

/// A press of another phone's key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Along {
    pub(super) with: StreamId,
    press: u32,
}

/// Where its sound goes and what it hears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Nowhere, and nothing.
    Nothing,
    /// Passed on undecoded, to the phone kept there or to itself.
    PassedOn { with: Option<usize> },
    /// In the room kept there.
    Room {
        room: usize,
        part: Part,
        /// How loud it is in the sum of the room in this tick.
        mixed: Gain,
    },
    /// It hears the music kept there.
    Music(usize),
}

/// What a phone says in this tick.
#[derive(Debug)]
pub(super) struct Said {
    /// Silence if nothing is heard of it.
    pub(super) frame: Frame,
    /// Whether anything is heard of it.
    pub(super) any: bool,
    pub(super) voice: Voice,
}

/// What a phone hears besides its player.
pub(super) enum Others<'a> {
    Nothing,
    /// The same as others hear.
    Shared(&'a mut Shared),
    /// Its own mix, and what those hear who have none.
    Own(&'a Frame, Option<&'a Shared>),
}

impl Phone {
    pub(super) fn new(id: StreamId, format: Option<SoundFormat>, chance: &mut ChaCha12Rng) -> Self {
        let mut phone = Self {
            id,
            place: Place::Nothing,
            said: Said {
                frame: SILENCE,
                any: false,
                voice: Voice::default(),
            },
            player: None,
            meter: None,
            taps: 0,
            hears_keys: false,
            format: None,
            sends: true,
            receives: true,
            receiver: None,
            detector: None,
            sender: None,
            voicing: Voicing::new(),
            rtcp: None,
            tail: None,
            beneath: FULL,
            // A first packet opens the way through a NAT.
            silent_for: KEEP_ALIVE_TICKS,
            along: None,
        };
        phone.set_format(format, true, true, chance);
        phone
    }

    pub(super) fn set_format(
        &mut self,
        format: Option<SoundFormat>,
        sends: bool,
        receives: bool,
        chance: &mut ChaCha12Rng,
    ) {
        self.sends = sends;
        self.receives = receives;
        match (&format, &mut self.receiver) {
            (Some(format), Some(receiver)) => receiver.set_format(format),
            (Some(format), None) => self.receiver = Some(Receiver::new(format)),
            (None, _) => self.receiver = None,
        }
        match (&format, &mut self.sender) {
            (Some(format), Some(sender)) => sender.set_format(format),
            (Some(format), None) => {
                let (ssrc, timestamp) = (chance.next_u32(), chance.next_u32());
                let sequence = (chance.next_u32() >> 16) as u16;
                self.sender = Some(Sender::new(format, ssrc, sequence, timestamp));
            }
            (None, _) => {}
        }
        let knows_events = |format: &SoundFormat| format.receive_digits.is_some();
        if format.as_ref().is_none_or(knows_events) {
            self.detector = None;
        } else if self.detector.is_none() {
            self.detector = Some(DtmfDetector::new());
        }
        self.format = format;
    }

    /// Its sound is agreed and of a codec the graph speaks.
    pub(super) fn can_be_decoded(&self) -> bool {
        self.format.is_some()
    }

    /// Its packets are of use.
    pub(super) fn is_listened_to(&self, overheard: bool) -> bool {
        self.is_heard(overheard) || (self.receiver.is_some() && self.hears_keys)
    }

    /// Its packets are of use for more than their keys.
    fn is_heard(&self, overheard: bool) -> bool {
        let barged_in = self.player.as_ref().is_some_and(Player::can_be_barged_in);
        let in_graph = !matches!(self.place, Place::PassedOn { .. });
        self.receiver.is_some()
            && (in_graph || self.taps > 0 || self.meter.is_some() || barged_in || overheard)
    }

    /// What it says must be decoded: somebody hears it, or its keys can only be heard.
    pub(super) fn must_be_decoded(&self, overheard: bool) -> bool {
        let heard_in_room = matches!(
            self.place,
            Place::Room { part, .. } if part.heard_by != HeardBy::Nobody
        );
        heard_in_room
            || self.taps > 0
            || self.meter.is_some()
            || overheard
            || (self.detector.is_some() && (self.is_heard(false) || self.hears_keys))
    }

    /// The graph sends to it in the next tick, so that nobody else must.
    pub(super) fn is_spoken_to(&self) -> bool {
        let Some(sender) = self.sender.as_ref().filter(|_| self.is_sent_to()) else {
            return false;
        };
        let played_to = self.player.as_ref().is_some_and(Player::has_begun);
        !matches!(self.place, Place::PassedOn { .. })
            || played_to
            || self.tail.is_some()
            || sender.is_pressing()
    }

    /// It needs no tick.
    pub(super) fn is_idle(&self) -> bool {
        let pressing = self.sender.as_ref().is_some_and(Sender::is_pressing);
        let idle_place = match self.place {
            Place::Nothing => self.sender.is_none() || !self.is_sent_to(),
            Place::PassedOn { .. } => true,
            Place::Room { .. } | Place::Music(_) => false,
        };
        idle_place
            && self.player.is_none()
            && self.tail.is_none()
            && self.meter.is_none()
            && self.taps == 0
            && !(self.hears_keys && self.detector.is_some())
            && !(pressing && self.is_sent_to())
    }

    fn is_sent_to(&self) -> bool {
        self.sends && self.format.is_some()
    }

    /// Takes in a packet; `decoded` says whether its sound is of use.
    pub(super) fn on_rtp(
        &mut self,
        now: Instant,
        packet: &RtpPacket<'_>,
        decoded: bool,
    ) -> Option<Digit> {
        let format = self.format.as_ref().filter(|_| self.receives)?;
        if let Some(rtcp) = &mut self.rtcp {
            let clock = format.received_as(packet.payload_type());
            rtcp.on_rtp(now, packet, clock.map_or(8_000, |codec| codec.clock_hz()));
        }
        let is_key = format.receive_digits == Some(packet.payload_type());
        let receiver = self.receiver.as_mut().filter(|_| decoded || is_key)?;
        receiver.on_rtp(now, packet)
    }

    pub(super) fn on_rtcp(&mut self, now: Instant, datagram: &[u8]) {
        let Some(rtcp) = &mut self.rtcp else {
            return;
        };
        // What is no RTCP was counted where it came in.
        if rtcp.on_rtcp(now, datagram).is_ok()
            && let Some(lost) = rtcp.loss_it_reports()
        {
            self.voicing.hears_of_loss(lost);
        }
    }

    /// Listens to 20 ms of it. Tells a key heard as tones.
    pub(super) fn listen(&mut self, now: Instant, decoded: bool) -> Option<Digit> {
        let heard = match (&mut self.receiver, decoded && self.receives) {
            (Some(receiver), true) => receiver.frame(now, &mut self.said.frame),
            _ => Heard::Nothing,
        };
        if heard == Heard::Nothing {
            if self.said.any {
                self.said.frame = SILENCE;
                self.said.any = false;
            }
            self.said.voice.listen_to_nothing();
        } else {
            self.said.any = true;
            self.said.voice.listen(&self.said.frame);
        }
        let detector = self.detector.as_mut().filter(|_| decoded)?;
        detector.listen(&self.said.frame)
    }

    /// Whether what it says is the tone of a key.
    pub(super) fn presses_a_tone(&self) -> bool {
        self.detector.as_ref().is_some_and(DtmfDetector::is_down)
    }

    /// Whether its keys are sent to it as events.
    pub(super) fn takes_events(&self) -> bool {
        let format = self.format.as_ref();
        format.is_some_and(|format| format.send_digits.is_some())
    }

    /// What it says is heard by nobody.
    pub(super) fn hush(&mut self) {
        self.said.frame = SILENCE;
    }

    /// Measures what it says. Tells the result.
    pub(super) fn measure(&mut self) -> Option<MediaEvent> {
        let meter = self.meter.as_mut()?;
        let measured = meter.measure(self.id, &self.said.frame, &self.said.voice);
        if measured.is_some() {
            self.meter = None;
        }
        measured
    }

    /// Takes its player away and lets it fade out.
    pub(super) fn stop_playing(&mut self, shelf: &mut Shelf) -> Option<PlayId> {
        let player = self.player.take()?;
        let play = player.play();
        if let Some(tail) = player.stop(shelf) {
            self.tail = Some(tail);
        }
        Some(play)
    }

    /// Queues key presses.
    pub(super) fn press(&mut self, digits: &[Digit]) {
        if let Some(sender) = &mut self.sender {
            sender.press(digits);
        }
    }

    /// Queues a press that lasts as long as the newest of another phone.
    pub(super) fn press_along(&mut self, digit: Digit, with: StreamId, press: Option<u32>) {
        let Some(sender) = &mut self.sender else {
            return;
        };
        match press {
            Some(press) => {
                sender.hold(digit);
                self.along = Some(Along { with, press });
            }
            None => sender.press(&[digit]),
        }
    }

    /// The number of its newest key press.
    pub(super) fn newest_press(&self) -> Option<u32> {
        match &self.detector {
            Some(detector) => Some(detector.newest_press()),
            None => self.receiver.as_ref().map(Receiver::newest_press),
        }
    }

    /// How long its key was down; `None` while it is.
    pub(super) fn lasted(&self, now: Instant, along: Along) -> Option<Duration> {
        match (&self.detector, &self.receiver) {
            (Some(detector), _) => detector.press_lasted(along.press),
            (None, Some(receiver)) => receiver.press_lasted(now, along.press),
            (None, None) => Some(Duration::ZERO),
        }
    }

    /// The key of another phone is up.
    pub(super) fn let_go(&mut self, after: Duration) {
        self.along = None;
        if let Some(sender) = &mut self.sender {
            sender.let_go(after);
        }
    }

    /// Lets it hear 20 ms: its player, and the others as far as the player lets them through.
    /// Writes the packet, if there is one, and tells the end of what was played.
    pub(super) fn speak(
        &mut self,
        others: Others<'_>,
        shelf: &mut Shelf,
        out: &mut Datagram,
    ) -> Spoken {
        let mut playing = SILENCE;
        let played = match &mut self.player {
            Some(player) => player.pull(shelf, &mut playing),
            None => Played::NotBegun,
        };
        let sounds = matches!(played, Played::Sound | Played::Last);
        let leaves = match (&self.player, played) {
            (Some(player), Played::Sound | Played::Last) => player.leaves_to_others(),
            _ => FULL,
        };
        let ended = match played {
            Played::Last | Played::Over => self
                .player
                .take()
                .map(|player| (player.play(), player.end())),
            Played::NotBegun | Played::Sound => None,
        };
        let gain = Gain::ramp(std::mem::replace(&mut self.beneath, leaves), leaves);
        let tail = self.tail.take();
        let may_send = self.is_sent_to();
        let Some(sender) = self.sender.as_mut() else {
            return Spoken { sent: false, ended };
        };
        if !may_send {
            sender.skip();
            return Spoken { sent: false, ended };
        }
        let codec = sender.codec();
        let others_only = !sounds && tail.is_none() && gain.is_full();
        let (heard, shared) = match others {
            Others::Shared(shared) if others_only => {
                sender.send_encoded(self.voicing.shared(codec, shared), out);
                self.silent_for = 0;
                return Spoken { sent: true, ended };
            }
            Others::Shared(shared) => (Some(shared.frame()), Some(&*shared)),
            Others::Own(frame, shared) => (Some(frame), shared),
            Others::Nothing => (None, None),
        };
        if let Some(shared) = shared {
            self.voicing.leave_shared(codec, shared.before());
        }
        let mut mixed = SILENCE;
        let sound = match (heard.filter(|_| !gain.is_silent()), &tail) {
            (Some(frame), None) if others_only => Some(frame),
            (None, None) if sounds => Some(&playing),
            (None, None) => None,
            (heard, tail) => {
                let mut sum: Sum = [0; FRAME_SAMPLES];
                if let Some(heard) = heard {
                    mix::add(&mut sum, heard, gain);
                }
                if let Some(tail) = tail {
                    mix::add(&mut sum, tail, Gain::steady(FULL));
                }
                mix::add(&mut sum, &playing, Gain::steady(FULL));
                mix::settle(&sum, &mut mixed);
                Some(&mixed)
            }
        };
        let passed_on = matches!(self.place, Place::PassedOn { .. });
        self.silent_for += 1;
        let keeps_alive = !passed_on && self.silent_for >= KEEP_ALIVE_TICKS;
        let sound = match sound {
            None if sender.is_pressing() || keeps_alive => Some(&SILENCE),
            sound => sound,
        };
        let Some(sound) = sound else {
            sender.skip();
            return Spoken { sent: false, ended };
        };
        sender.send_encoded(self.voicing.own(codec, sound), out);
        self.silent_for = 0;
        Spoken { sent: true, ended }
    }

    /// 20 ms in which nobody ticked.
    pub(super) fn skip(&mut self) {
        if let Some(sender) = &mut self.sender {
            sender.skip();
        }
    }

    /// It goes away from where it heard what many hear.
    pub(super) fn leave_shared(&mut self, shared: &Shared) {
        if let Some(sender) = &self.sender {
            self.voicing.leave_shared(sender.codec(), shared.of_late());
        }
    }

    /// Writes a report about its sound, if the graph speaks to it and one is due.
    pub(super) fn report(
        &mut self,
        now: Instant,
        clock: &ReportClock,
        chance: &mut ChaCha12Rng,
        out: &mut Datagram,
    ) -> bool {
        let passed_on = matches!(self.place, Place::PassedOn { .. });
        let Some(sender) = self.sender.as_ref().filter(|_| !passed_on) else {
            return false;
        };
        if !self.is_sent_to() {
            return false;
        }
        let rtcp = self.rtcp.get_or_insert_with(|| {
            let since = clock.since(now);
            Rtcp::new(sender.ssrc(), &clock.cname, now, since, draw(chance))
        });
        now >= rtcp.next_report() && rtcp.report(now, sender, draw(chance), out)
    }

    /// How it is heard.
    pub(super) fn figures(&self) -> Option<SoundFigures> {
        let receiver = self.receiver.as_ref()?;
        Some(SoundFigures {
            receiver: receiver.figures(),
            round_trip: self.rtcp.as_ref().and_then(Rtcp::round_trip),
            loss_it_reports: self.rtcp.as_ref().and_then(Rtcp::loss_it_reports),
        })
    }
}

/// What became of a phone's 20 ms.
pub(super) struct Spoken {
    /// A packet was written.
    pub(super) sent: bool,
    /// What was played ended by itself.
    pub(super) ended: Option<(PlayId, PlayEnd)>,
}

/// How the graph heard a phone and was heard by it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoundFigures {
    /// What was decoded of it.
    pub receiver: ReceiverFigures,
    /// From us to the phone and back; `None` until its reports show it.
    pub round_trip: Option<Duration>,
    /// Share of our packets, 0 to 1, that it says it misses.
    pub loss_it_reports: Option<f32>,
}

/// What all reports of this graph have in common.
#[derive(Debug)]
pub(super) struct ReportClock {
    /// One for all streams, so that a phone can tell that they come from one place (RFC 7022).
    cname: String,
    began: Option<Instant>,
}

impl ReportClock {
    pub(super) fn new(chance: &mut ChaCha12Rng) -> Self {
        Self {
            cname: format!("{:016x}", chance.next_u64()),
            began: None,
        }
    }

    /// Begins with the first tick.
    pub(super) fn begin(&mut self, now: Instant) {
        self.began.get_or_insert(now);
    }

    /// The time reports bear. They need not know the time of day, only go on evenly (RFC 3550 §4).
    fn since(&self, now: Instant) -> Duration {
        let began = self.began.unwrap_or(now);
        now.saturating_duration_since(began)
    }
}

/// Evenly from 0 to 1.
fn draw(chance: &mut ChaCha12Rng) -> f32 {
    (chance.next_u32() >> 8) as f32 / (1 << 24) as f32
}
