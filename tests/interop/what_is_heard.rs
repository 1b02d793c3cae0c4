//! What real telephones hear of the real engine, and what it hears of them: prompts whole and as
//! loud as they were made, every key, speech across codecs and bad networks, music without a gap.

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    likeness::{Ear, NARROW, WIDE, distance_db, has_heard_whole, made, shipped, speech},
    microphone::{Microphone, Way},
    raw::{Call, Peer},
    sound::{Sound, tone_of_key},
    talk::{connect, hang_up, records, registered},
};
use media::SAMPLE_RATE;
use serde_json::Value;
use spoken::{Lang, phrase::line_test, sentence};
use std::time::Duration;

/// Every codec of the office, as baresip calls them.
const CODECS: [&str; 3] = ["pcma", "g722/16000/1", "opus/48000/2"];

/// What the office speaks.
const LANG: Lang = Lang::En;

/// What a key test repeats at once; no hash, which would end it.
const TWENTY_KEYS: &str = "1234567890*112233*09";

/// How long pressing them takes, and hearing them said.
const SAYING_TWENTY_KEYS: Duration = Duration::from_secs(60);

/// Two voices that say different things.
const SAID: [&str; 2] = [
    "The quick brown fox jumps over the lazy dog, near the bank of the river.",
    "She sells sea shells by the shore, and four more fine ships sail away today.",
];

const SECOND: Duration = Duration::from_secs(1);

// Prompts.

/// Calls a number and listens until that much has come: what follows a prompt may be silence, of which
/// nothing is sent.
fn listen_to(telephone: &mut Baresip, number: &str, lasts: Duration) -> Result<Sound> {
    telephone.dial(number)?;
    telephone.wait_for("CALL_ESTABLISHED")?;
    telephone.wait_until_heard(lasts)?;
    telephone.hang_up()?;
    telephone.wait_until_closed()?;
    telephone.heard_last()
}

#[test]
fn a_prompt_is_heard_whole_and_as_loud_as_it_was_made_in_every_codec() -> Result<()> {
    let engine = Engine::start()?;
    let prompt = shipped(&line_test::LEVEL_BEGINS.file(LANG))?;
    for (number, codecs) in ["101", "102", "103"].into_iter().zip(CODECS) {
        let settings = engine.telephone(codecs, number, Transport::Udp)?;
        let mut telephone = registered(settings.codecs(codecs))?;
        let heard = listen_to(&mut telephone, "*45", prompt.length() + SECOND / 4)?;
        let at = has_heard_whole(&heard, &prompt, codecs)?;
        ensure!(at < SECOND, "{codecs}: not before {at:?}");
    }
    Ok(())
}

#[test]
fn the_delay_test_tells_the_delay_it_has_measured() -> Result<()> {
    let engine = Engine::start()?;
    let settings = engine.telephone("Anna", "101", Transport::Udp)?;
    let mut anna = registered(settings.says(Sound::silence(SECOND, 8_000)))?;
    anna.dial("*44")?;
    anna.wait_for("CALL_ESTABLISHED")?;
    // Packets are timed by the reports of the telephone, which come every five seconds.
    anna.wait_within("CALL_CLOSED", SECOND * 60)?;
    anna.command("reginfo", "")?; // its recording is closed by then
    let record = &records(&engine, 1)?[0];
    let story = engine.ask("GET", &format!("/api/calls/{}", record["id"]), &Value::Null)?;
    let steps = story["steps"].as_array().context("no steps")?;
    let tested = steps.iter().find(|step| step["kind"] == "lineTested");
    let result = &tested.context("no result")?["detail"]["result"];
    let trip = &result["thereAndBack"];
    let whole = trip["secs"].as_u64().context("not measured")?;
    let nanos = u32::try_from(trip["nanos"].as_u64().context("not measured")?)?;
    let trip = Duration::new(whole, nanos);
    println!("{trip:?} there and back");
    // Within one computer, busy as it may be.
    ensure!(trip < SECOND / 4, "{trip:?}");
    let said = made(&sentence::delay_is(LANG, trip), LANG)?;
    has_heard_whole(&anna.heard_last()?, &said, "Anna").map(drop)
}

#[test]
fn the_greeting_of_a_mailbox_is_heard_word_for_word() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = registered(engine.telephone("Anna", "101", Transport::Udp)?)?;
    engine.add_person("Ben", "102")?;
    let greeting = made(&sentence::standard_greeting("102"), LANG)?;
    let heard = listen_to(&mut anna, "102", greeting.length() + SECOND / 4)?;
    has_heard_whole(&heard, &greeting, "Anna").map(drop)
}

// Keys.

/// A telephone made by hand whose keys are tested.
struct Keypad {
    peer: Peer,
    call: Call,
    microphone: Microphone,
}

impl Keypad {
    fn dial(mut peer: Peer, microphone: Way, seed: u64, events: bool) -> Result<Keypad> {
        let mut microphone = Microphone::open(microphone, seed)?;
        let mut call = peer.invite_with("*46", &microphone.offer(events)?)?;
        let answer = peer.outcome(&mut call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        microphone.answered(answer.body())?;
        microphone.rest(SECOND / 5)?;
        Ok(Keypad {
            peer,
            call,
            microphone,
        })
    }

    fn hang_up(mut self) -> Result<Peer> {
        self.microphone.rest(SECOND / 5)?;
        self.peer.bye(&mut self.call)?;
        Ok(self.peer)
    }
}

/// What the key tests of all calls so far have shown, oldest call first.
fn keys_heard(engine: &Engine, calls: usize) -> Result<Vec<String>> {
    let mut heard = Vec::new();
    for record in records(engine, calls)? {
        let story = engine.ask("GET", &format!("/api/calls/{}", record["id"]), &Value::Null)?;
        let steps = story["steps"].as_array().context("no steps")?;
        let tested = steps.iter().filter(|step| step["kind"] == "lineTested");
        let keys = tested.filter_map(|step| step["detail"]["result"]["keys"].as_str());
        heard.extend(keys.map(str::to_owned));
    }
    Ok(heard)
}

/// A hundred keys as events, over such a network.
fn a_hundred_keys_arrive(way: Way) -> Result<()> {
    let engine = Engine::start()?;
    let mut peer = Peer::new(&engine, "Anna", "101")?;
    let mut lost = 0;
    for seed in 0..5 {
        let mut keypad = Keypad::dial(peer, way, seed, true)?;
        keypad.microphone.press(TWENTY_KEYS)?;
        lost += keypad.microphone.counts().1;
        peer = keypad.hang_up()?;
    }
    ensure!((lost > 0) == (way.lost > 0), "{lost} packets were lost");
    let heard = keys_heard(&engine, 5)?;
    ensure!(heard == [TWENTY_KEYS; 5], "{heard:?}");
    Ok(())
}

#[test]
fn every_key_is_recognised_that_comes_as_an_event() -> Result<()> {
    a_hundred_keys_arrive(Way::GOOD)
}

#[test]
fn every_key_is_recognised_though_five_packets_of_a_hundred_are_lost() -> Result<()> {
    a_hundred_keys_arrive(Way {
        lost: 5,
        jitter: Duration::ZERO,
    })
}

#[test]
fn every_key_is_recognised_that_comes_by_info() -> Result<()> {
    let engine = Engine::start()?;
    let mut peer = Peer::new(&engine, "Anna", "101")?;
    for seed in 0..5 {
        let mut keypad = Keypad::dial(peer, Way::GOOD, seed, true)?;
        for key in TWENTY_KEYS.chars() {
            keypad.peer.press(&mut keypad.call, key)?;
        }
        peer = keypad.hang_up()?;
    }
    let heard = keys_heard(&engine, 5)?;
    ensure!(heard == [TWENTY_KEYS; 5], "{heard:?}");
    Ok(())
}

#[test]
fn every_key_is_recognised_that_comes_as_a_tone() -> Result<()> {
    let engine = Engine::start()?;
    let mut peer = Peer::new(&engine, "Anna", "101")?;
    let mut tones = Sound::silence(Duration::ZERO, SAMPLE_RATE);
    for key in TWENTY_KEYS.chars() {
        tones = tones
            .then(&tone_of_key(key, SECOND / 10)?)
            .then(&Sound::silence(SECOND / 10, SAMPLE_RATE));
    }
    for seed in 0..5 {
        let mut keypad = Keypad::dial(peer, Way::GOOD, seed, false)?;
        keypad.microphone.speak(&tones)?;
        peer = keypad.hang_up()?;
    }
    let heard = keys_heard(&engine, 5)?;
    ensure!(heard == [TWENTY_KEYS; 5], "{heard:?}");
    Ok(())
}

#[test]
fn every_key_of_a_real_telephone_is_recognised() -> Result<()> {
    let engine = Engine::start()?;
    let mut anna = registered(engine.telephone("Anna", "101", Transport::Udp)?)?;
    anna.dial("*46")?;
    anna.wait_for("CALL_ESTABLISHED")?;
    anna.wait_until_heard(SECOND / 2)?;
    anna.press(TWENTY_KEYS)?;
    anna.wait_within("CALL_CLOSED", SAYING_TWENTY_KEYS)?;
    let heard = keys_heard(&engine, 1)?;
    ensure!(heard == [TWENTY_KEYS], "{heard:?}");
    Ok(())
}

// Codecs.

/// What each of two telephones heard of the other's speech: how differently coloured, in dB.
fn distances(ear: Ear, codecs: [&str; 2]) -> Result<[f64; 2]> {
    let engine = Engine::start()?;
    let speeches = [speech(SAID[0])?, speech(SAID[1])?];
    let rest = Sound::silence(SECOND / 2, SAMPLE_RATE);
    let telephone = |at: usize, name: &str, number: &str| {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        let says = speeches[at].clone().then(&rest);
        registered(settings.codecs(codecs[at]).says(says))
    };
    let mut anna = telephone(0, "Anna", "101")?;
    let mut ben = telephone(1, "Ben", "102")?;
    connect(&mut anna, "102", &mut ben)?;
    // It is said over and over; of the first time the beginning may have been missed.
    let longest = speeches.iter().map(Sound::length).max().unwrap_or_default();
    let twice = (longest + rest.length()) * 2 + SECOND;
    anna.wait_until_heard(twice)?;
    ben.wait_until_heard(twice)?;
    hang_up(&mut anna, &mut ben)?;
    Ok([
        distance_db(ear, &speeches[1], &anna.heard_last()?)?,
        distance_db(ear, &speeches[0], &ben.heard_last()?)?,
    ])
}

/// Speech across two codecs is hardly more coloured than by the worse of them alone, in the band that
/// both carry.
fn is_translated_well(ear: Ear, one: &str, other: &str) -> Result<()> {
    let alone = [distances(ear, [one; 2])?, distances(ear, [other; 2])?];
    let worse = alone.iter().flatten().copied().fold(0.0, f64::max);
    let across = distances(ear, [one, other])?;
    println!("{one} and {other}: alone {alone:.2?} dB, across {across:.2?} dB");
    // What Opus leaves out of a sentence differs from one run to the next.
    let more = if [one, other].iter().any(|codec| codec.contains("opus")) {
        1.5
    } else {
        1.0
    };
    ensure!(
        across.iter().all(|distance| *distance < worse + more),
        "{one} and {other}: alone {alone:?}, across {across:?}"
    );
    Ok(())
}

#[test]
fn g711_and_g722_understand_each_other() -> Result<()> {
    is_translated_well(NARROW, "pcma", "g722/16000/1")
}

#[test]
fn g711_and_opus_understand_each_other() -> Result<()> {
    is_translated_well(NARROW, "pcma", "opus/48000/2")
}

#[test]
fn g722_and_opus_understand_each_other_in_their_wide_band() -> Result<()> {
    is_translated_well(WIDE, "g722/16000/1", "opus/48000/2")
}

// Bad networks.

#[test]
fn speech_stays_intelligible_over_a_bad_network() -> Result<()> {
    let relayed = [
        "--media",
        "relay",
        "--sip",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
    ];
    let engine = Engine::start_with(&relayed)?;
    let said = speech(SAID[0])?;
    let mut ben = engine
        .telephone("Ben", "102", Transport::Udp)?
        .codecs("g722/16000/1")
        .start()?;
    ben.wait_until_registered()?;
    let way = Way {
        lost: 5,
        jitter: Duration::from_millis(40),
    };
    let mut peer = Peer::new(&engine, "Anna", "101")?;
    let mut microphone = Microphone::open(way, 7)?;
    let mut call = peer.invite_with("102", &microphone.offer(true)?)?;
    ben.wait_for("CALL_INCOMING")?;
    ben.accept()?;
    let answer = peer.outcome(&mut call)?;
    ensure!(answer.code() == Some(200), "{answer:?}");
    microphone.answered(answer.body())?;
    microphone.rest(SECOND)?;
    for _ in 0..3 {
        microphone.speak(&said)?;
        microphone.rest(SECOND / 2)?;
    }
    peer.bye(&mut call)?;
    ben.wait_until_closed()?;
    let distance = distance_db(NARROW, &said, &ben.heard_last()?)?;

    let record = &records(&engine, 1)?[0];
    let story = engine.ask("GET", &format!("/api/calls/{}", record["id"]), &Value::Null)?;
    let sound = story["sound"].as_array().context("no figures")?;
    let from_anna = sound.iter().find(|heard| heard["party"]["name"] == "Anna");
    let heard = from_anna.with_context(|| format!("no figures: {story:#}"))?;
    println!("{heard}; {distance:.2} dB");
    let figure = |name: &str| heard[name].as_f64().with_context(|| story.to_string());
    let (mos, loss, jitter) = (figure("mos")?, figure("loss")?, figure("jitterMs")?);
    ensure!(loss > 0.02 && loss < 0.08, "{heard}");
    ensure!(jitter > 5.0, "{heard}");
    ensure!(mos >= 3.5 && figure("worstMos")? <= mos, "{heard}");
    // What was lost was made up: the words keep their colour.
    ensure!(distance < 4.0, "{distance} dB");
    Ok(())
}

// Music.

#[test]
fn whoever_is_held_hears_music_without_a_gap() -> Result<()> {
    let engine = Engine::start()?;
    let telephone = |name: &str, number: &str| {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        registered(settings.says(Sound::silence(SECOND, 8_000)).unbuffered())
    };
    let mut anna = telephone("Anna", "101")?;
    let mut ben = telephone("Ben", "102")?;
    connect(&mut anna, "102", &mut ben)?;
    ben.wait_until_heard(SECOND)?;
    anna.hold()?;
    let held = ben.recorded();
    ben.wait_until_heard(held + SECOND * 12)?;
    hang_up(&mut anna, &mut ben)?;
    let heard = ben.heard_last()?;
    let music = heard.part(heard.length() - SECOND * 10, heard.length());
    let gaps = music.gaps(SECOND / 5);
    ensure!(gaps.is_empty(), "{gaps:?}");
    ensure!(music.level_dbfs() > -40.0, "{} dBFS", music.level_dbfs());
    Ok(())
}
