//! Checking and hashing passwords, a few at a time: each takes a tenth of a second of a core and
//! 19 MB, on purpose.

use crate::{
    errors::Problem,
    limits::{MAX_PASSWORD_CHECKS, MAX_WAITING_PASSWORDS},
};
use axum::http::StatusCode;
use office::{Pin, PinHash};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use store::PasswordHash;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// The cores and the memory that passwords may take.
#[derive(Debug)]
pub(crate) struct Passwords {
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(MAX_PASSWORD_CHECKS)),
            waiting: AtomicUsize::new(0),
        }
    }
}

impl Passwords {
    /// The hash to keep of a new password.
    ///
    /// # Errors
    /// It is not good enough for that login, or too many are waiting.
    pub(crate) async fn hash(
        &self,
        login: &str,
        password: String,
    ) -> Result<PasswordHash, Problem> {
        store::check_password(login, &password)
            .map_err(|why| Problem::field("password", why).coded("badPassword"))?;
        Ok(self.work(move || store::hash_password(&password)).await??)
    }

    /// The hash to keep of a new PIN.
    ///
    /// # Errors
    /// Too many are waiting.
    pub(crate) async fn hash_pin(&self, pin: Pin) -> Result<PinHash, Problem> {
        Ok(self.work(move || store::pins::hash(&pin)).await??)
    }

    /// Whether the password is the one of the hash; without a hash it is not, just as late.
    ///
    /// # Errors
    /// Too many are waiting.
    pub(crate) async fn is_right(
        &self,
        password: String,
        hash: Option<PasswordHash>,
    ) -> Result<bool, Problem> {
        self.work(move || store::verify_password(hash.as_ref(), &password))
            .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = Place::take(&self.waiting)?;
        // Never closed, so there always is one in the end.
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let done = spawn_blocking(move || {
            // Held by the work itself: it goes on when whoever asked has left.
            let _slot = slot;
            work()
        });
        done.await.map_err(|why| {
            tracing::error!(%why, "a password could not be checked");
            let detail = "the password could not be checked";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
        })
    }
}

/// A place among those that wait; given back however the waiting ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, Problem> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        if before < MAX_WAITING_PASSWORDS {
            return Ok(place);
        }
        let detail = "too many people sign in at this moment; try again in a few seconds";
        let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).coded("tooManyTries");
        problem.more.retry_after = Some(5);
        Err(problem)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_asks_and_leaves_does_not_get_more_cores_than_others() {
        let passwords = Passwords::default();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let work = passwords.work(move || {
            begun.send(()).unwrap();
            may_go_on.recv()
        });
        tokio::select! {
            _ = work => panic!("it waits"),
            begun = begins => begun.unwrap(),
        }
        assert_eq!(passwords.slots.available_permits(), MAX_PASSWORD_CHECKS - 1);
        go_on.send(()).unwrap();
        let all = u32::try_from(MAX_PASSWORD_CHECKS).unwrap();
        drop(passwords.slots.acquire_many(all).await.unwrap());
    }

    #[tokio::test]
    async fn a_crowd_is_sent_away_before_it_takes_memory() {
        let passwords = Passwords::default();
        passwords
            .waiting
            .store(MAX_WAITING_PASSWORDS, Ordering::Relaxed);
        let refused = passwords.is_right("x".to_owned(), None).await.unwrap_err();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.more.retry_after, Some(5));
        passwords.waiting.store(0, Ordering::Relaxed);
        assert!(!passwords.is_right("x".to_owned(), None).await.unwrap());
        assert_eq!(passwords.waiting.load(Ordering::Relaxed), 0);
    }
}
