//! UPDATE (RFC 3311): a new offer without a new INVITE, before or after the answer.

use crate::OfferAnswer;

/// What becomes of an UPDATE that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It has no offer: answered at once.
    Refresh,
    /// Its offer goes to the owner.
    Offer,
    /// An offer of theirs is still unanswered: 500 with Retry-After (RFC 3311 §5.2).
    TooSoon,
    /// An offer of ours is still unanswered: 491 (RFC 3311 §5.2).
    Glare,
}

/// Judges an UPDATE by where the exchange of descriptions stands. `theirs_open`: a re-INVITE,
/// UPDATE or PRACK of theirs waits for our owner.
pub(crate) fn judge(has_offer: bool, theirs_open: bool, exchange: OfferAnswer) -> Verdict {
    if theirs_open {
        return Verdict::TooSoon;
    }
    match (has_offer, exchange) {
        (false, _) => Verdict::Refresh,
        (true, OfferAnswer::Agreed) => Verdict::Offer,
        (true, OfferAnswer::AwaitingTheirAnswer) => Verdict::Glare,
        // The answer to the INVITE's offer is still owed, or nothing was offered at all.
        (true, OfferAnswer::AwaitingOurAnswer | OfferAnswer::AwaitingFirstOffer) => {
            Verdict::TooSoon
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict::*, judge};
    use crate::OfferAnswer::*;

    #[test]
    fn an_update_waits_for_the_exchange_before_it() {
        let table = [
            (false, false, Agreed, Refresh),
            (false, false, AwaitingOurAnswer, Refresh),
            (false, true, Agreed, TooSoon),
            (true, false, Agreed, Offer),
            (true, true, Agreed, TooSoon),
            (true, false, AwaitingTheirAnswer, Glare),
            (true, false, AwaitingOurAnswer, TooSoon),
            (true, false, AwaitingFirstOffer, TooSoon),
        ];
        for (offer, open, exchange, verdict) in table {
            assert_eq!(
                judge(offer, open, exchange),
                verdict,
                "{offer} {open} {exchange:?}"
            );
        }
    }
}
