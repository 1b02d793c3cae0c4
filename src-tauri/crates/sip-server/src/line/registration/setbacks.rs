//! What follows when registering does not work: another try, later, and later still.

use super::{Registration, RegistrationState, Rest, Sent};
use crate::{
    limits::{
        ANSWERED_RETRY, LONGEST_EXPIRES, MAX_ANSWERED_RETRY, MAX_REFUSED_RETRY,
        MAX_UNANSWERED_RETRY, REFUSED_RETRY, UNANSWERED_RETRY,
    },
    line::{
        login::Withheld,
        news::{Failure, LineNews, News, Refusal, clean},
    },
};
use sip_dialog::Ctx;
use sip_message::{Response, header::MinExpires};
use std::time::{Duration, Instant};

impl Registration {
    /// This round came to nothing. While nobody answers, asking again costs nobody anything and
    /// is never more frequent than renewing is; a server that answers with an error is spared.
    pub(super) fn fail(&mut self, ctx: &mut Ctx<'_>, news: &mut News, why: Failure) {
        self.failures = self.failures.saturating_add(1);
        let (first, most) = match why {
            Failure::Status { .. } => (ANSWERED_RETRY, MAX_ANSWERED_RETRY),
            _ => (UNANSWERED_RETRY, MAX_UNANSWERED_RETRY),
        };
        let wait = doubled(first, self.failures, most);
        let wait = ctx.endpoint.time_between(wait * 3 / 4, wait);
        let wait = wait.max(self.retry_after.unwrap_or_default());
        self.wait(news, ctx.now + wait, why);
    }

    pub(super) fn wait(&mut self, news: &mut News, at: Instant, why: Failure) {
        self.sent = None;
        news.tell(LineNews::Failed {
            why: why.clone(),
            next_try: at,
        });
        self.state = RegistrationState::AwaitingRetry { at, why };
    }

    /// The provider says no. It is asked again rarely: accounts are locked for less, but a provider
    /// whose own memory fails for an hour must not cost an office its line for a weekend.
    pub(super) fn refuse(&mut self, ctx: &mut Ctx<'_>, mut rest: Rest<'_>, why: Refusal) {
        if matches!(self.state, RegistrationState::AwaitingGoodbye { .. }) {
            return self.end(rest.news, false);
        }
        if let Some(login) = &mut rest.login {
            login.refused();
        }
        self.sent = None;
        if let Some(old) = self.binding.take() {
            ctx.endpoint.stop_keep_alive(old.flow);
        }
        self.refusals = self.refusals.saturating_add(1);
        let wait = match why {
            Refusal::WrongPassword => MAX_REFUSED_RETRY,
            _ => doubled(REFUSED_RETRY, self.refusals, MAX_REFUSED_RETRY),
        };
        let retry = ctx.now + ctx.endpoint.time_between(wait, wait * 11 / 10);
        rest.news.tell(LineNews::Refused {
            why: why.clone(),
            next_try: retry,
        });
        self.state = RegistrationState::Refused { retry, why };
    }

    pub(super) fn on_unanswered_challenge(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut rest: Rest<'_>,
        why: Withheld,
    ) {
        if let Some(login) = &mut rest.login {
            login.refused();
        }
        let why = match why {
            Withheld::WrongPassword => Refusal::WrongPassword,
            other => Refusal::NoAnswer(other),
        };
        self.refuse(ctx, rest, why);
    }

    /// 423: the provider wants longer registrations (RFC 3261 §10.3).
    pub(super) fn on_too_brief(
        &mut self,
        ctx: &mut Ctx<'_>,
        rest: Rest<'_>,
        sent: Sent,
        response: &Response,
    ) {
        match response.headers().get() {
            // Twice: one server may pass us on to another with a wish of its own.
            Ok(MinExpires(least))
                if (sent.expires + 1..=LONGEST_EXPIRES).contains(&least) && self.too_brief < 2 =>
            {
                self.too_brief += 1;
                self.min_expires = least;
                self.send(ctx, rest, sent.target);
            }
            _ => {
                let status = response.status();
                let words = clean(&response.reason());
                self.refuse(ctx, rest, Refusal::Status { status, words });
            }
        }
    }
}

/// `first` at the first time, doubled each time after, `most` at most.
fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    let doublings = times.saturating_sub(1).min(16);
    first.saturating_mul(1 << doublings).min(most)
}
