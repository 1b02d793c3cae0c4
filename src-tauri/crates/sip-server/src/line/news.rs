//! What happened on a line, for its live log: one value for each sentence.

use super::{login::Withheld, probe::Health};
use crate::limits::MAX_LINE_NEWS;
use sip_message::{StatusCode, Text};
use sip_transport::Target;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Something that happened on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineNews {
    /// The provider's name leads here; told when it leads elsewhere than before.
    Located {
        /// The servers, in the order they are tried.
        targets: Vec<Target>,
    },
    /// A REGISTER went out.
    Registering {
        /// Where.
        to: Target,
        /// Whether it carries credentials.
        with_password: bool,
    },
    /// We are registered, for the first time or again.
    Registered {
        /// Where.
        at: Target,
        /// How long the provider keeps it.
        granted: Duration,
        /// When it is renewed.
        renewal: Instant,
    },
    /// The provider says no, and asking again soon would only annoy it.
    Refused {
        /// Why.
        why: Refusal,
        /// The next try, unless somebody asks for one sooner.
        next_try: Instant,
    },
    /// Registering did not work this time.
    Failed {
        /// Why.
        why: Failure,
        /// When it is tried again.
        next_try: Instant,
    },
    /// A challenge got no answer.
    Withheld(Withheld),
    /// The provider answers, or no longer does.
    Health(Health),
    /// Calls fail: the line rests.
    Resting {
        /// Until when; one call tries it then.
        until: Instant,
    },
    /// A call went well after [`LineNews::Resting`].
    Rested,
    /// The line has been given up as asked; `clean`: the provider has confirmed it.
    Stopped {
        /// Whether the provider knows.
        clean: bool,
    },
}

/// Why a provider does not register us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It refused a right answer to its challenge: user name or password are wrong.
    WrongPassword,
    /// It asks for a password in a way we do not answer, or there is none to answer with.
    NoAnswer(Withheld),
    /// It sends us elsewhere (3xx); we do not follow.
    SentElsewhere,
    /// With these words.
    Status {
        /// The status.
        status: StatusCode,
        /// Its words, fit to be shown.
        words: String,
    },
    /// It took the registration and granted no time for it.
    NothingGranted,
}

/// Why registering did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The name service knows no server by that name, or none we can reach.
    NotLocated,
    /// Nobody answered.
    NoAnswer,
    /// The server cannot be reached.
    Unreachable,
    /// It is out of order, or too busy.
    Status {
        /// The status.
        status: StatusCode,
        /// Its words, fit to be shown.
        words: String,
    },
    /// We asked too often within a minute; a last resort against a server that makes us.
    TooOften,
}

/// News that nobody has fetched yet; the oldest are lost first.
#[derive(Debug, Default)]
pub(super) struct News(VecDeque<LineNews>);

impl News {
    pub(super) fn tell(&mut self, news: LineNews) {
        if self.0.len() >= MAX_LINE_NEWS {
            self.0.pop_front();
        }
        self.0.push_back(news);
    }

    pub(super) fn next(&mut self) -> Option<LineNews> {
        self.0.pop_front()
    }
}

/// A far end's words as they may be shown: printable, and not long.
pub(super) fn clean(words: &Text) -> String {
    const LONGEST: usize = 120;
    let words = words.to_str();
    let shown = words.chars().filter(|c| !c.is_control()).take(LONGEST);
    shown.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_words_are_short_and_printable() {
        let words = Text::new(
            b" Account \x1b[31mlocked\x07\r\nX: y \xff"
                .as_slice()
                .into(),
        );
        assert_eq!(clean(&words), "Account [31mlockedX: y \u{fffd}");
        assert_eq!(clean(&Text::from("x".repeat(5_000).as_str())).len(), 120);
    }

    #[test]
    fn news_that_nobody_fetches_are_bounded() {
        let mut news = News::default();
        for _ in 0..10_000 {
            news.tell(LineNews::Rested);
        }
        assert_eq!(std::iter::from_fn(|| news.next()).count(), MAX_LINE_NEWS);
    }
}
