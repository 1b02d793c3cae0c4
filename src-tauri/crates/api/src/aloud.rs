//! Texts spoken for whoever tries a flow in the window. They are heard once or twice while somebody
//! draws, so they are kept in memory for a while and never on the disk.

use crate::{
    errors::Problem,
    limits::{ALOUD_KEPT_BYTES, ALOUD_PER_MINUTE, MAX_ALOUD},
};
use axum::{body::Bytes, http::StatusCode};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Whose voice speaks, and what.
pub(crate) type Words = (&'static str, String);

/// What was spoken of late, and who may have more spoken.
#[derive(Debug)]
pub(crate) struct Aloud {
    /// Texts that may be spoken or wait for that at a time.
    turns: Semaphore,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// What was heard last comes last.
    sounds: VecDeque<(Words, Bytes)>,
    /// When texts were spoken within the last minute.
    spoken: VecDeque<Instant>,
}

impl Default for Aloud {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(MAX_ALOUD),
            kept: Mutex::default(),
        }
    }
}

impl Aloud {
    /// The sound of a text: one that is kept, else what `speak` makes of it.
    ///
    /// # Errors
    /// 503 if too many wait, 429 if too many were spoken within a minute; what `speak` refuses.
    pub(crate) async fn hear(
        &self,
        now: Instant,
        words: Words,
        speak: impl Future<Output = Result<Bytes, Problem>> + Send,
    ) -> Result<Bytes, Problem> {
        if let Some(sound) = self.kept().find(&words) {
            return Ok(sound);
        }
        let _turn = self.turns.try_acquire().map_err(|_| Problem::too_busy())?;
        self.kept().may_speak(now)?;
        let sound = speak.await?;
        self.kept().keep(words, sound.clone());
        Ok(sound)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, words: &Words) -> Option<Bytes> {
        let place = self.sounds.iter().position(|(kept, _)| kept == words)?;
        let found = self.sounds.remove(place)?;
        let sound = found.1.clone();
        self.sounds.push_back(found);
        Some(sound)
    }

    fn may_speak(&mut self, now: Instant) -> Result<(), Problem> {
        let minute = Duration::from_secs(60);
        let spoken = &mut self.spoken;
        spoken.retain(|at| now.saturating_duration_since(*at) < minute);
        if self.spoken.len() >= ALOUD_PER_MINUTE {
            let detail = format!(
                "{ALOUD_PER_MINUTE} texts were spoken within a minute; wait a moment before the next one"
            );
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, detail));
        }
        self.spoken.push_back(now);
        Ok(())
    }

    /// Keeps a sound; of too much, what was not heard for longest goes.
    fn keep(&mut self, words: Words, sound: Bytes) {
        self.sounds.retain(|(kept, _)| *kept != words);
        self.sounds.push_back((words, sound));
        let bytes = |sounds: &VecDeque<(Words, Bytes)>| {
            sounds.iter().map(|(_, sound)| sound.len()).sum::<usize>()
        };
        while bytes(&self.sounds) > ALOUD_KEPT_BYTES {
            self.sounds.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    fn words(text: &str) -> Words {
        ("en-GB", text.to_owned())
    }

    #[tokio::test]
    async fn a_text_is_spoken_once_and_heard_again_from_what_is_kept() {
        let aloud = Aloud::default();
        let (now, spoken) = (Instant::now(), AtomicUsize::new(0));
        let speak = async |sound: &'static str| {
            spoken.fetch_add(1, Relaxed);
            Ok(Bytes::from(sound))
        };
        for _ in 0..3 {
            let heard = aloud.hear(now, words("Hello"), speak("one voice"));
            assert_eq!(heard.await.unwrap(), "one voice");
        }
        assert_eq!(spoken.load(Relaxed), 1);
        let german = ("de-DE", "Hello".to_owned());
        let other = aloud.hear(now, german, speak("another voice"));
        assert_eq!(other.await.unwrap(), "another voice");
    }

    #[tokio::test]
    async fn too_many_texts_in_a_minute_are_sent_away_but_not_what_is_kept() {
        let aloud = Aloud::default();
        let now = Instant::now();
        let hear = async |at: Instant, text: &str| {
            let speak = async { Ok(Bytes::from_static(b"sound")) };
            aloud.hear(at, words(text), speak).await
        };
        for number in 0..ALOUD_PER_MINUTE {
            hear(now, &number.to_string()).await.unwrap();
        }
        let refused = hear(now, "one more").await.unwrap_err();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        hear(now, "0").await.unwrap();
        let later = now + Duration::from_secs(60);
        hear(later, "one more").await.unwrap();
    }

    #[tokio::test]
    async fn of_too_much_sound_the_one_not_heard_for_longest_goes() {
        let aloud = Aloud::default();
        let now = Instant::now();
        let third = ALOUD_KEPT_BYTES / 3;
        let spoken = AtomicUsize::new(0);
        let hear = async |text: &str| {
            let speak = async {
                spoken.fetch_add(1, Relaxed);
                Ok(Bytes::from(vec![0; third]))
            };
            aloud.hear(now, words(text), speak).await.unwrap();
        };
        for text in ["a", "b", "c", "a", "d"] {
            hear(text).await;
        }
        assert_eq!(spoken.load(Relaxed), 4);
        hear("a").await;
        assert_eq!(spoken.load(Relaxed), 4, "it was heard after b");
        hear("b").await;
        assert_eq!(spoken.load(Relaxed), 5);
    }

    #[tokio::test]
    async fn more_at_a_time_than_there_are_turns_are_sent_away() {
        let aloud = Aloud::default();
        let _turns = aloud.turns.acquire_many(MAX_ALOUD as u32).await.unwrap();
        let speak = async { Ok(Bytes::new()) };
        let refused = aloud.hear(Instant::now(), words("Hello"), speak).await;
        assert_eq!(refused.unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
