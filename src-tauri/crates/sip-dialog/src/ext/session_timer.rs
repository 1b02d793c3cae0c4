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
    let min_se = request.find::<MinSe>().ok().flatten().map_or(0, |m| m.0);
    let ours = config.session_expires;
    let wanted = match &asked {
        Some(asked) if asked.seconds < floor && supported => return Err(TooSmall(floor)),
        // A longer interval may be lowered to ours, down to the request's Min-SE; of a proxy that
        // asked for a caller who cannot be told 422, the shortest we take.
        Some(asked) => Some(ours.map_or(asked.seconds, |ours| asked.seconds.min(ours))),
        None => running.map(SessionTimer::seconds).or(ours),
    };
    let Some(seconds) = wanted.map(|seconds| seconds.max(floor).max(min_se)) else {
        return Ok(None);
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

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use sip_message::Request;

    fn request(lines: &str) -> Request {
        let text = format!("INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\n{lines}\r\n");
        Request::parse(Bytes::from(text)).expect("a request")
    }

    fn timer(we_refresh: bool) -> SessionTimer {
        let now = Instant::now();
        SessionTimer {
            interval: Duration::from_secs(600),
            we_refresh,
            refresh_at: now,
            dead_at: now,
        }
    }

    /// RFC 4028 section 9, table 2, and what we add to it.
    #[test]
    fn the_answer_names_interval_and_refresher() {
        let supported = "Supported: timer\r\n";
        let cases: [(&str, Option<u32>, Option<bool>, &str); 15] = [
            // Asked for, by a caller with timers.
            ("Session-Expires: 1800\r\n", None, None, "1800 uac"),
            (
                "Session-Expires: 1800;refresher=uac\r\n",
                None,
                None,
                "1800 uac",
            ),
            (
                "Session-Expires: 1800;refresher=uas\r\n",
                None,
                None,
                "1800 uas",
            ),
            ("Session-Expires: 89\r\n", None, None, "422 90"),
            // A longer interval than ours is lowered, but not below what the caller takes.
            ("Session-Expires: 1800\r\n", Some(600), None, "600 uac"),
            (
                "Session-Expires: 1800\r\nMin-SE: 900\r\n",
                Some(600),
                None,
                "900 uac",
            ),
            ("Session-Expires: 300\r\n", Some(600), None, "300 uac"),
            // Nobody asked: our own wish, or none.
            ("", None, None, "none"),
            ("", Some(1200), None, "1200 uac"),
            ("Min-SE: 1500\r\n", Some(1200), None, "1500 uac"),
            // A timer runs: its interval and its refresher stay.
            ("", None, Some(true), "600 uas"),
            ("", None, Some(false), "600 uac"),
            ("Session-Expires: 900\r\n", None, Some(true), "900 uas"),
            (
                "Session-Expires: 900;refresher=uac\r\n",
                None,
                Some(true),
                "900 uac",
            ),
            ("Session-Expires: 4000000000\r\n", None, None, "86400 uac"),
        ];
        for (lines, wish, running, expected) in cases {
            let request = request(&format!("{supported}{lines}"));
            assert_eq!(said(&request, wish, running), expected, "{lines}");
        }
        // A caller without timers: we refresh, and 422 would help nobody.
        let cases = [
            ("Session-Expires: 1800\r\n", None, "1800 uas"),
            ("Session-Expires: 1800;refresher=uac\r\n", None, "1800 uas"),
            ("Session-Expires: 30\r\n", None, "90 uas"),
            ("", Some(1200), "1200 uas"),
            ("", None, "none"),
        ];
        for (lines, wish, expected) in cases {
            assert_eq!(said(&request(lines), wish, None), expected, "{lines}");
        }
    }

    fn said(request: &Request, wish: Option<u32>, running: Option<bool>) -> String {
        let config = SessionConfig {
            session_expires: wish,
            ..SessionConfig::default()
        };
        let running = running.map(timer);
        match answer(request.headers(), &config, running.as_ref()) {
            Err(TooSmall(min)) => format!("422 {min}"),
            Ok(None) => "none".to_owned(),
            Ok(Some(agreed)) => {
                let who = match agreed.refresher {
                    Some(Refresher::Uac) => "uac",
                    Some(Refresher::Uas) => "uas",
                    None => "nobody",
                };
                format!("{} {who}", agreed.seconds)
            }
        }
    }

    #[test]
    fn whoever_is_named_refreshes_at_half_and_the_other_hangs_up_before_the_end() {
        let now = Instant::now();
        let after = |seconds| now + Duration::from_secs(seconds);
        let cases = [
            ("Session-Expires: 1800;refresher=uac\r\n", true, 900),
            ("Session-Expires: 1800;refresher=uac\r\n", false, 1800 - 32),
            ("Session-Expires: 1800;refresher=uas\r\n", true, 1800 - 32),
            ("Session-Expires: 1800;refresher=uas\r\n", false, 900),
            ("Session-Expires: 90;refresher=uas\r\n", true, 90 - 30),
            // Below what anybody may ask: taken as the least.
            ("Session-Expires: 1;refresher=uac\r\n", true, 45),
        ];
        for (lines, we_asked, seconds) in cases {
            let request = request(lines);
            let timer = SessionTimer::agreed(now, request.headers(), we_asked).expect("a timer");
            assert_eq!(timer.next_timeout(), after(seconds), "{lines} {we_asked}");
            assert_eq!(timer.due(after(seconds - 1)), None);
            assert!(timer.due(after(seconds)).is_some());
        }
        assert!(SessionTimer::agreed(now, request("").headers(), true).is_none());
    }
}
