//! The watch over the engine: tells the tray how it is, starts it again when it dies, and stops it
//! when no call is active if so chosen.

use crate::{
    back_off::BackOff,
    desktop::{Desktop, Seen},
    engine_process::{Look, Running},
    memory::Choice,
};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};
use tauri::{AppHandle, Manager};

/// How old what the tray says may be.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// How long an engine may be away that ended in good order: an update restarts it.
const RESTART_GRACE: Duration = Duration::from_secs(5);
/// How long the system gets to restart an engine that is its service.
const SERVICE_GRACE: Duration = Duration::from_secs(15);
/// How long an engine may say goodbye to calls.
const GOODBYE: Duration = Duration::from_secs(8);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// What the watch is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Something may have changed.
    Look,
    /// The person is back: an engine that was to stop after calls goes on.
    Stay,
    /// The window goes, and this becomes of the phone system.
    Leave {
        /// What was chosen.
        choice: Choice,
        /// Whether the program ends as well.
        quit: bool,
    },
}

/// Watches until the program ends; starts the engine where no window does.
pub fn watch(app: &AppHandle, orders: &Receiver<Order>, start: bool) {
    let desktop = app.state::<Desktop>();
    let mut watch = Watch {
        app,
        desktop: &desktop,
        back_off: BackOff::default(),
        latest: None,
        gone_since: None,
        ends_after_calls: false,
    };
    if start && let Err(error) = desktop.find_or_start_engine() {
        watch.tell(Seen::GaveUp(format!("{error:#}")));
    }
    loop {
        match orders.recv_timeout(LOOK_INTERVAL) {
            Ok(Order::Look) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Order::Stay) => watch.ends_after_calls = false,
            Ok(Order::Leave { choice, quit }) => watch.leave(choice, quit),
            Err(RecvTimeoutError::Disconnected) => return,
        }
        watch.look();
    }
}

struct Watch<'a> {
    app: &'a AppHandle,
    desktop: &'a Desktop,
    back_off: BackOff,
    /// The engine that ran at the last look.
    latest: Option<Latest>,
    /// Since when there is none although nobody here stopped it.
    gone_since: Option<Instant>,
    ends_after_calls: bool,
}

struct Latest {
    running: Running,
    since: Instant,
    is_service: bool,
}

impl Watch<'_> {
    fn look(&mut self) {
        match self.desktop.engine.look() {
            Look::Answers(running, status) => {
                let known = self.latest.as_ref().map(|latest| &latest.running);
                if known != Some(&running) {
                    self.latest = Some(Latest {
                        running: running.clone(),
                        since: Instant::now(),
                        is_service: running.is_service(),
                    });
                }
                self.gone_since = None;
                let calls = status.active_calls;
                self.tell(Seen::Runs(status));
                if self.ends_after_calls && calls == 0 {
                    self.stop(&running);
                }
            }
            // It may carry calls.
            Look::Silent => {}
            Look::Ended => self.on_end(),
            Look::Died => self.on_death(),
        }
    }

    /// It ended in good order. If it does not come back, somebody wanted it so.
    fn on_end(&mut self) {
        if self.latest.is_some() && self.gone_for() >= RESTART_GRACE {
            self.latest = None;
            self.tell(Seen::Stopped);
        }
    }

    fn on_death(&mut self) {
        // Nobody was alive since we looked: an old file, or an engine that was given up.
        let Some(Latest {
            since, is_service, ..
        }) = self.latest
        else {
            return;
        };
        if is_service && self.gone_for() < SERVICE_GRACE {
            return;
        }
        self.tell(Seen::Restarting);
        let mut lived = since.elapsed();
        while let Some(wait) = self.back_off.after_death(lived) {
            thread::sleep(wait);
            match self.desktop.find_or_start_engine() {
                Ok(_) => return,
                Err(error) => eprintln!("{error:#}"),
            }
            lived = Duration::ZERO;
        }
        self.latest = None;
        self.tell(Seen::GaveUp(self.desktop.engine.last_words()));
    }

    fn gone_for(&mut self) -> Duration {
        self.gone_since.get_or_insert_with(Instant::now).elapsed()
    }

    fn leave(&mut self, choice: Choice, quit: bool) {
        self.ends_after_calls = choice == Choice::StopAfterCalls;
        match (choice, self.desktop.engine.look()) {
            (Choice::StopNow, Look::Answers(running, _)) => self.stop(&running),
            (Choice::KeepRunning, _) if quit => self.app.exit(0),
            (_, Look::Answers(..)) => {}
            // There is nothing left to stop.
            (Choice::StopNow | Choice::StopAfterCalls, _) => self.app.exit(0),
            (Choice::KeepRunning, _) => {}
        }
    }

    /// Stops the engine, and with it the program that would only show that it is stopped.
    fn stop(&self, running: &Running) {
        running.stop();
        let deadline = Instant::now() + GOODBYE;
        while matches!(self.desktop.engine.look(), Look::Answers(..)) && Instant::now() < deadline {
            thread::sleep(POLL_INTERVAL);
        }
        self.app.exit(0);
    }

    fn tell(&self, seen: Seen) {
        self.desktop.tell(self.app, seen, self.ends_after_calls);
    }
}
