//! Who may offer when (RFC 3261 §13.2.1, RFC 3311 §5, RFC 6337): one exchange at a time.

/// Where the exchange of descriptions stands in one dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfferAnswer {
    /// Nothing has been offered yet, or the initial INVITE carried nothing: whoever the rules name
    /// first must offer.
    #[default]
    AwaitingFirstOffer,
    /// We offered; their answer is awaited.
    AwaitingTheirAnswer,
    /// They offered; we owe the answer.
    AwaitingOurAnswer,
    /// Both agree; either may offer anew.
    Agreed,
}

impl OfferAnswer {
    /// A description of ours goes out: an offer, or the answer we owe. `None`: not allowed now.
    pub fn sent(self) -> Option<OfferAnswer> {
        match self {
            OfferAnswer::AwaitingFirstOffer | OfferAnswer::Agreed => {
                Some(OfferAnswer::AwaitingTheirAnswer)
            }
            OfferAnswer::AwaitingOurAnswer => Some(OfferAnswer::Agreed),
            OfferAnswer::AwaitingTheirAnswer => None,
        }
    }

    /// A description of theirs came in: an offer, or the answer they owe. `None`: not allowed now
    /// (glare, 491).
    pub fn received(self) -> Option<OfferAnswer> {
        match self {
            OfferAnswer::AwaitingFirstOffer | OfferAnswer::Agreed => {
                Some(OfferAnswer::AwaitingOurAnswer)
            }
            OfferAnswer::AwaitingTheirAnswer => Some(OfferAnswer::Agreed),
            OfferAnswer::AwaitingOurAnswer => None,
        }
    }

    /// The open offer was refused: what was agreed before holds (RFC 3261 §14.1).
    pub fn refused(self, had_agreed: bool) -> OfferAnswer {
        if had_agreed {
            OfferAnswer::Agreed
        } else {
            OfferAnswer::AwaitingFirstOffer
        }
    }

    /// Whether a new offer may be made, by either side.
    pub fn is_settled(self) -> bool {
        self == OfferAnswer::Agreed
    }
}

#[cfg(test)]
mod tests {
    use super::OfferAnswer::{self, *};

    #[test]
    fn one_exchange_at_a_time() {
        let table: [(OfferAnswer, Option<OfferAnswer>, Option<OfferAnswer>); 4] = [
            // state, after a description of ours, after one of theirs
            (
                AwaitingFirstOffer,
                Some(AwaitingTheirAnswer),
                Some(AwaitingOurAnswer),
            ),
            (AwaitingTheirAnswer, None, Some(Agreed)),
            (AwaitingOurAnswer, Some(Agreed), None),
            (Agreed, Some(AwaitingTheirAnswer), Some(AwaitingOurAnswer)),
        ];
        for (state, sent, received) in table {
            assert_eq!(state.sent(), sent, "{state:?}");
            assert_eq!(state.received(), received, "{state:?}");
            assert_eq!(state.refused(true), Agreed);
            assert_eq!(state.refused(false), AwaitingFirstOffer);
        }
    }
}
