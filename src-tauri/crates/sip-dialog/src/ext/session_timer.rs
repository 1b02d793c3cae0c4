//! Session timers (RFC 4028): notice a call whose far end has silently gone.

use crate::{
    SessionConfig,
    limits::{MAX_SESSION_INTERVAL, MIN_SESSION_INTERVAL},
};
use sip_message::{
    HeaderName, Headers,
    header::{MinSe, Refresher, SessionExpires},
};
use std::time::{Duration, Instant};

/// The option tag.
pub const OPTION: &str = "timer";

/// A session interval is shorter than we take: 422 with this Min-SE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("session interval below {0} seconds")]
pub(crate) struct TooSmall(pub(crate) u32);

/// A running session timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionTimer {
    /// The agreed interval.
    interval: Duration,
    /// Whether we send the refreshes.
    we_refresh: bool,
    /// When the next refresh is due, if it is ours.
    refresh_at: Instant,
    /// When the session counts as dead.
    dead_at: Instant,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Send a refresh.
    Refresh,
    /// Hang up.
    HangUp,
}

impl SessionTimer {
    /// From a 2xx, ours or theirs. `we_asked`: the request it answers was ours. `None`: the 2xx
    /// names no interval, the session never expires (RFC 4028 §7.2).
    pub(crate) fn agreed(
        now: Instant,
        headers: Headers<'_>,
        we_asked: bool,
    ) -> Option<SessionTimer> {
        let agreed = headers.find::<SessionExpires>().ok()??;
        let seconds = agreed
            .seconds
            .clamp(MIN_SESSION_INTERVAL, MAX_SESSION_INTERVAL);
        let interval = Duration::from_secs(u64::from(seconds));
        // A 2xx must name the refresher; if it does not, the one who asked is safe to do it.
        let asker_refreshes = agreed.refresher != Some(Refresher::Uas);
        // Ahead of the expiry by 32 s or a third of the interval, whichever is less (§10).
        let margin = Duration::from_secs(32).min(interval / 3);
        Some(SessionTimer {
            interval,
            we_refresh: asker_refreshes == we_asked,
            refresh_at: now + interval / 2,
            dead_at: now + interval - margin,
        })
    }

    /// What a request of ours that refreshes the session says.
    pub(crate) fn request_header(&self) -> SessionExpires {
        SessionExpires {
            seconds: self.seconds(),
            refresher: Some(if self.we_refresh {
                Refresher::Uac
            } else {
                Refresher::Uas
            }),
        }
    }

    /// When [`SessionTimer::due`] changes.
    pub(crate) fn next_timeout(&self) -> Instant {
        if self.we_refresh {
            self.refresh_at.min(self.dead_at)
        } else {
            self.dead_at
        }
    }

    /// What is due now.
    pub(crate) fn due(&self, now: Instant) -> Option<Due> {
        if now >= self.dead_at {
            Some(Due::HangUp)
        } else if self.we_refresh && now >= self.refresh_at {
            Some(Due::Refresh)
        } else {
            None
        }
    }

    /// A refresh is under way, could not be made now, or failed: the next one after `pause`.
    pub(crate) fn postpone(&mut self, now: Instant, pause: Duration) {
        self.refresh_at = now + pause;
    }

    fn seconds(&self) -> u32 {
        u32::try_from(self.interval.as_secs()).unwrap_or(MAX_SESSION_INTERVAL)
    }
}

/// What our first INVITE asks for, with the Min-SE learned from a 422.
pub(crate) fn wish(config: &SessionConfig, min_se: u32) -> Option<SessionExpires> {
    config.session_expires.map(|seconds| SessionExpires {
        seconds: seconds.max(min_se).min(MAX_SESSION_INTERVAL),
        refresher: None,
    })
}

/// What our 2xx to a request with these headers says, if anything (RFC 4028 §9, table 2).
/// `running` is the timer before this request.
pub(crate) fn answer(
    request: Headers<'_>,
    config: &SessionConfig,
    running: Option<&SessionTimer>,
) -> Result<Option<SessionExpires>, TooSmall> {
    let asked = request.find::<SessionExpires>().ok().flatten();
    let supported =
        request.lists(HeaderName::Supported, OPTION) || request.lists(HeaderName::Require, OPTION);
    let floor = config.min_se.max(MIN_SESSION_INTERVAL);
    let seconds = match &asked {
        Some(asked) if asked.seconds < floor && supported => return Err(TooSmall(floor)),
        // A proxy asked for a caller that cannot be told 422: the shortest we take.
        Some(asked) => asked.seconds.max(floor),
        None => {
            let min_se = request.find::<MinSe>().ok().flatten().map_or(0, |m| m.0);
            match running
                .map(SessionTimer::seconds)
                .or(config.session_expires)
            {
                Some(ours) => ours.max(floor).max(min_se),
                None => return Ok(None),
            }
        }
    };
    let refresher = match asked.and_then(|asked| asked.refresher) {
        Some(refresher) if supported => refresher,
        _ if !supported => Refresher::Uas,
        // Nobody said: who did it so far goes on, at first the caller.
        _ => match running {
            Some(timer) if timer.we_refresh => Refresher::Uas,
            _ => Refresher::Uac,
        },
    };
    Ok(Some(SessionExpires {
        seconds: seconds.min(MAX_SESSION_INTERVAL),
        refresher: Some(refresher),
    }))
}
