//! What a caller hears in a flow, and what is recorded of them there.

use super::{
    Awaits, Clip, Walking,
    acts::{await_now, is_here, supersede},
    of, of_mut,
};
use crate::{
    features::{attend, hold},
    limits::CLIP_ENDS_AFTER_SILENCE,
    questions::file,
    switch::Switch,
};
use callflow::{Act, Event, Hears, Sound, Speech};
use media::{EndKey, MediaCommand, PlayHow, RecordUntil, Sound as Played, SoundFile, Wiring};
use office::{CallId, MailboxOwner, Office, PersonId, SoundName};
use std::{sync::Arc, time::Duration};

/// Says sounds. `None` of them can be heard: it is as good as said.
pub(super) fn say(
    switch: &mut Switch,
    call: CallId,
    sounds: &[Sound],
    interruptible: bool,
) -> Option<Event> {
    supersede(switch, call);
    if !is_here(switch, call) {
        return None;
    }
    let sounds = self::sounds(switch, call, sounds);
    if sounds.is_empty() {
        return Some(Event::Said);
    }
    await_now(switch, call, Awaits::Said { interruptible });
    quiet(switch, call);
    attend::say_now(switch, call, sounds, interruptible);
    None
}

/// Lets them hear something while they wait.
pub(super) fn wait_with(switch: &mut Switch, call: CallId, hears: &Hears) {
    if is_here(switch, call) {
        play_waiting(switch, call, hears);
    }
}

/// The same to a caller whose telephone is up.
pub(super) fn play_waiting(switch: &mut Switch, call: CallId, hears: &Hears) {
    let Some(caller) = of(switch, call).map(|walking| walking.caller) else {
        return;
    };
    match hears {
        Hears::Ringback => {
            quiet(switch, call);
            switch.ring_back(caller);
        }
        Hears::Silence => quiet(switch, call),
        Hears::Music(music) => {
            quiet(switch, call);
            let pieces = pieces(switch, call, music.as_deref());
            wire(switch, call, Wiring::Music { pieces });
        }
        Hears::Sounds(sounds) => {
            quiet(switch, call);
            let sounds = self::sounds(switch, call, sounds);
            let repeats = true;
            let how = PlayHow {
                repeats,
                ..PlayHow::default()
            };
            attend::play(switch, caller, sounds, how);
        }
    }
    if let Some(leg) = switch.legs.get_mut(&caller) {
        leg.hears_music = true;
    }
}

/// Records what they say, after a tone if they are to hear one.
pub(super) fn begin_record(
    switch: &mut Switch,
    call: CallId,
    clip: Clip,
    beep: bool,
) -> Option<Event> {
    supersede(switch, call);
    if !is_here(switch, call) {
        return None;
    }
    quiet(switch, call);
    if beep {
        await_now(switch, call, Awaits::Tone(clip));
        attend::say_now(switch, call, vec![attend::beep()], false);
    } else {
        record(switch, call, clip);
    }
    None
}

/// The recording itself.
pub(super) fn record(switch: &mut Switch, call: CallId, clip: Clip) {
    let Clip { clip, max, stop } = clip;
    let Ok(sound) = SoundName::parse(&format!("clips/{call}-{clip}")) else {
        return;
    };
    let file = file(&sound);
    if let Some(walking) = of_mut(switch, call) {
        walking.clips.insert(clip, sound);
        walking.awaits = Awaits::Clip(clip);
    }
    let until = RecordUntil {
        longest: max,
        silence: Some(CLIP_ENDS_AFTER_SILENCE),
        key: stop.map_or(EndKey::Never, EndKey::Only),
    };
    attend::record(switch, call, file, until);
}

/// A text among what an act says that has no sound yet.
pub(super) fn unspoken(office: &Office, walking: &Walking, act: &Act) -> Option<Speech> {
    let whispered = match act {
        Act::Ring { whisper, .. } => whisper.as_slice(),
        _ => &[],
    };
    let sounds: &[Sound] = match act {
        Act::Say { sounds, .. } | Act::Hear(Hears::Sounds(sounds)) => sounds,
        Act::Ring {
            hears: Hears::Sounds(sounds),
            ..
        } => sounds,
        Act::TakeMessage {
            greeting: Some(sounds),
            ..
        } => sounds,
        _ => &[],
    };
    let is_unspoken = |speech: &&Speech| {
        !walking.flows.speeches.contains_key(*speech) && !walking.spoken.contains_key(*speech)
    };
    let texts = sounds.iter().chain(whispered);
    let mut texts = texts.filter_map(|sound| match sound {
        Sound::Speech(speech) => Some(speech),
        Sound::Name { person, speech } => name_of(office, *person).is_none().then_some(speech),
        _ => None,
    });
    texts.find(is_unspoken).cloned()
}

/// Sounds as the media thread plays them. What there is no file of is left out.
pub(super) fn sounds(switch: &Switch, call: CallId, sounds: &[Sound]) -> Vec<Played> {
    let office = switch.office();
    let Some(walking) = of(switch, call) else {
        return Vec::new();
    };
    let sounds = sounds.iter();
    sounds
        .filter_map(|sound| played(walking, &office, sound))
        .collect()
}

fn played(walking: &Walking, office: &Office, sound: &Sound) -> Option<Played> {
    let spoken = |speech: &Speech| {
        let rendered = walking.flows.speeches.get(speech);
        rendered.or_else(|| walking.spoken.get(speech)?.as_ref())
    };
    let name = match sound {
        Sound::Uploaded { sound } => walking.flows.sounds.get(sound)?,
        Sound::Phrase { file, .. } => return Some(Played::File(SoundFile::new(file))),
        Sound::Speech(speech) => spoken(speech)?,
        Sound::Name { person, speech } => match name_of(office, *person) {
            Some(recorded) => recorded,
            None => spoken(speech)?,
        },
        Sound::Clip { clip } => walking.clips.get(clip)?,
        // What a mailbox says is its own affair; only rehearsals name it.
        Sound::OfMailbox { .. } | Sound::OwnMessage { .. } => return None,
        Sound::Beep => return Some(attend::beep()),
        Sound::Silence { ms } => return Some(Played::Pause(Duration::from_millis(*ms))),
    };
    Some(Played::File(file(name)))
}

/// A person's name as they have recorded it for their mailbox.
fn name_of(office: &Office, person: PersonId) -> Option<&SoundName> {
    let own = |owner: &MailboxOwner| matches!(owner, MailboxOwner::Person { person: of } if *of == person);
    let own = office.mailboxes().find(|mailbox| own(&mailbox.owner))?;
    own.greetings.name.as_ref()
}

/// The music a document names; that of the caller's line or the office without one, or one that is
/// gone.
fn pieces(switch: &Switch, call: CallId, music: Option<&str>) -> Arc<[SoundFile]> {
    let office = switch.office();
    let named = music.and_then(|id| id.parse().ok());
    let flows = of(switch, call).map(|walking| &walking.flows);
    let named = named.and_then(|id: i64| flows?.sounds.get(&id));
    match named {
        Some(name) => Arc::new([file(name)]),
        None => {
            let caller = of(switch, call).map(|walking| walking.caller);
            let line = caller.and_then(|caller| hold::music_of_line(switch, caller));
            line.unwrap_or_else(|| hold::pieces(&office.settings().music))
        }
    }
}

/// What they hear ends.
pub(super) fn quiet(switch: &mut Switch, call: CallId) {
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    walking.hears_later = None;
    let caller = walking.caller;
    attend::hush(switch, caller);
    let heard_music = switch.legs.get_mut(&caller);
    if heard_music.is_some_and(|leg| std::mem::take(&mut leg.hears_music)) {
        wire(switch, call, Wiring::Nothing);
    }
}

fn wire(switch: &mut Switch, call: CallId, to: Wiring) {
    let caller = of(switch, call).map(|walking| walking.caller);
    let leg = caller.and_then(|caller| switch.legs.get(&caller));
    if let Some(stream) = leg.and_then(|leg| leg.stream) {
        switch.order(MediaCommand::Wire { stream, to });
    }
}
