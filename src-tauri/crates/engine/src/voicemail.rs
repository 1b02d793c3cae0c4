//! What becomes of messages and recordings while the engine is not looking: those a crash cut
//! short are found again, and what has been kept for long enough is deleted.

use api::{AskFailed, Desk, Keeper};
use chrono::Utc;
use host::{recorder, sounds::sound_path};
use media::SoundFile;
use office::SoundName;
use sound_files::measure;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store::{Store, StoreError};
use switch::limits::SHORTEST_MESSAGE;

/// The first time, for computers that run for less than an hour at a time.
const FIRST_SWEEP: Duration = Duration::from_secs(2 * 60);
const SWEEP_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Finishes what was being said when the engine ended without warning. Before the first recording
/// begins.
///
/// # Errors
/// What the store says.
pub(crate) fn recover(store: &mut Store, data: &Path) -> Result<(), StoreError> {
    let found: BTreeMap<String, Duration> = recorder::recover(data)
        .into_iter()
        .map(|one| (one.file.as_str().to_owned(), one.lasts))
        .collect();
    let length_of = |sound: &SoundName| {
        let name = sound.as_str();
        let name = name.strip_suffix(".opus").unwrap_or(name);
        // Its file may have been whole already, and only nobody was told.
        let lasts = found.get(name).copied();
        lasts
            .or_else(|| length_of_file(data, sound))
            .unwrap_or_default()
    };
    let office = store.load_office()?;
    for mut message in store.unfinished_messages()? {
        let lasts = length_of(&message.sound);
        if lasts < SHORTEST_MESSAGE {
            store.discard_message(message.id)?;
            continue;
        }
        message.lasts_ms = in_ms(lasts);
        let letters = mail::letters_about(&office, &message, Utc::now().timestamp_millis());
        store.finish_message(message.id, message.lasts_ms, &letters)?;
        tracing::info!(
            message = message.id.0,
            ?lasts,
            "a message that was cut short is kept"
        );
    }
    for recording in store.unfinished_recordings()? {
        let lasts = length_of(&recording.sound);
        if lasts.is_zero() {
            store.discard_recording(recording.id)?;
        } else {
            store.finish_recording(recording.id, in_ms(lasts))?;
            tracing::info!(
                recording = recording.id.0,
                ?lasts,
                "a recording that was cut short is kept"
            );
        }
    }
    Ok(())
}

/// Deletes what has been kept for long enough, now and then; never ends.
pub(crate) async fn sweep_hourly(keeper: &Keeper, desk: &Arc<Desk>, data: &Path) {
    let mut wait = FIRST_SWEEP;
    loop {
        tokio::time::sleep(wait).await;
        wait = SWEEP_INTERVAL;
        if let Err(why) = sweep(keeper, desk, data).await {
            tracing::error!(%why, "what has been kept for long enough could not be deleted");
        }
    }
}

async fn sweep(keeper: &Keeper, desk: &Arc<Desk>, data: &Path) -> Result<(), AskFailed> {
    let now = Utc::now().timestamp_millis();
    let desk = Arc::clone(desk);
    let unused = keeper
        .ask(move |store| {
            let swept = store.sweep(now)?;
            let counts = store.message_counts()?;
            for mailbox in swept.mailboxes {
                let counts = counts.get(&mailbox).copied().unwrap_or_default();
                desk.set_messages(mailbox, counts);
            }
            Ok(swept.sounds)
        })
        .await?;
    if unused.is_empty() {
        return Ok(());
    }
    let data = data.to_owned();
    let deleting = tokio::task::spawn_blocking(move || delete(&data, unused));
    let deleted = deleting.await.unwrap_or_default();
    tracing::info!(files = deleted.len(), "sounds nobody needs are deleted");
    keeper
        .ask(move |store| store.sounds_deleted(&deleted, now))
        .await
}

/// Deletes files; gives those that are gone.
fn delete(data: &Path, sounds: Vec<SoundName>) -> Vec<SoundName> {
    let is_gone = |sound: &SoundName| {
        let deleted = file_of(data, sound).and_then(fs::remove_file);
        match deleted {
            Ok(()) => true,
            Err(why) if why.kind() == ErrorKind::NotFound => true,
            Err(why) => {
                tracing::warn!(%sound, %why, "a sound cannot be deleted; it is tried again");
                false
            }
        }
    };
    sounds.into_iter().filter(is_gone).collect()
}

fn length_of_file(data: &Path, sound: &SoundName) -> Option<Duration> {
    let file = File::open(file_of(data, sound).ok()?).ok()?;
    Some(measure(BufReader::new(file)).ok()?.lasts)
}

/// Where a sound lies.
///
/// # Errors
/// No sound has such a name.
pub(crate) fn file_of(data: &Path, sound: &SoundName) -> io::Result<PathBuf> {
    sound_path(data, &SoundFile::new(sound.as_str()))
        .map_err(|why| io::Error::new(ErrorKind::InvalidInput, why))
}

fn in_ms(lasts: Duration) -> u32 {
    u32::try_from(lasts.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{CallId, MailboxId};
    use sound_files::{Channels, OpusWriter, write_opus};
    use std::io::Write;
    use store::{MessageFolder, NewMessage, NewPerson};

    /// A store in which Anna has a mailbox.
    fn office(data: &Path) -> (Store, MailboxId) {
        let (mut store, _) = Store::open(data).unwrap();
        let anna = NewPerson {
            name: "Anna".to_owned(),
            ..NewPerson::default()
        };
        store.change(|change| change.add_person(&anna)).unwrap();
        let mailbox = store.mailboxes().unwrap()[0].value.id;
        (store, mailbox)
    }

    fn begin(store: &mut Store, mailbox: MailboxId, sound: &str) {
        store
            .begin_message(&NewMessage {
                mailbox,
                call: CallId(1),
                sound: SoundName::parse(sound).unwrap(),
                from_number: "102".to_owned(),
                from_name: "Ben".to_owned(),
                from_person: None,
                received_ms: 1_000,
            })
            .unwrap();
    }

    fn put(data: &Path, name: &str, bytes: &[u8]) {
        let path = data.join("sound").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn what_was_being_said_when_the_engine_died_is_kept_and_silence_is_not() {
        let data = tempfile::tempdir().unwrap();
        let (mut store, mailbox) = office(data.path());
        for name in ["messages/cut", "messages/whole", "messages/nothing"] {
            begin(&mut store, mailbox, name);
        }
        let said = vec![3_000_i16; 16_000 * 5];
        // No end: the power went while the caller spoke.
        let mut cut = OpusWriter::new(Vec::new(), Channels::Mono, 1).unwrap();
        cut.write(&said).unwrap();
        cut.end_page().unwrap();
        cut.out().flush().unwrap();
        put(data.path(), "messages/cut.opus.part", &cut.into_out());
        let whole = write_opus(&said, Channels::Mono, 2).unwrap();
        put(data.path(), "messages/whole.opus", &whole);
        recover(&mut store, data.path()).unwrap();
        let kept = store
            .messages(mailbox, MessageFolder::New, 10, None)
            .unwrap();
        let kept: BTreeMap<&str, u32> = kept
            .iter()
            .map(|message| (message.sound.as_str(), message.lasts_ms))
            .collect();
        assert_eq!(kept["messages/whole"], 5_000);
        assert!((4_500..=5_000).contains(&kept["messages/cut"]), "{kept:?}");
        assert_eq!(kept.len(), 2);
        assert!(store.unfinished_messages().unwrap().is_empty());
    }

    #[test]
    fn only_files_that_are_gone_are_forgotten() {
        let data = tempfile::tempdir().unwrap();
        put(data.path(), "messages/old.opus", b"sound");
        fs::create_dir_all(data.path().join("sound/messages/stuck.opus")).unwrap();
        let names = ["messages/old", "messages/missing", "messages/stuck"];
        let names = names.map(|name| SoundName::parse(name).unwrap());
        let gone = delete(data.path(), names.to_vec());
        assert_eq!(gone, names[..2]);
        assert!(!data.path().join("sound/messages/old.opus").exists());
    }
}
