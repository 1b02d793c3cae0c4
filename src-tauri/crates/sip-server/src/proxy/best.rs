//! Which of several final responses goes back? (RFC 3261 §16.7 steps 6 to 8)

use crate::status::SERVER_ERROR;
use sip_message::{HeaderName, Response, StatusCode};

/// How a branch ended.
#[derive(Clone, Debug)]
pub(crate) enum Final {
    /// With this response.
    Theirs(Response),
    /// Without one; this is what it stands for.
    Own(StatusCode),
}

impl Final {
    fn status(&self) -> StatusCode {
        match self {
            Final::Theirs(response) => response.status(),
            Final::Own(status) => *status,
        }
    }
}

/// The best of the finals, with the challenges of all others when it is one (step 7), and 500 in
/// place of 503, which would make the caller avoid us (step 6). `None` when there are none.
pub(crate) fn choose(finals: Vec<Final>) -> Option<Final> {
    let best = finals.iter().min_by_key(|f| rank(f))?;
    match best {
        Final::Own(status) if status.code() == 503 => Some(Final::Own(SERVER_ERROR)),
        Final::Theirs(response) if response.status().code() == 503 => Some(Final::Theirs(
            response
                .edit()
                .status(SERVER_ERROR)
                .remove(HeaderName::RetryAfter)
                .build(),
        )),
        Final::Theirs(response) if matches!(response.status().code(), 401 | 407) => {
            Some(Final::Theirs(with_all_challenges(response, &finals)))
        }
        other => Some(other.clone()),
    }
}

/// Lower is better. 6xx is the last word. Then the lowest class; within 4xx first what tells the
/// caller how to do better, then what a person said, last what only says that nobody was reached.
fn rank(f: &Final) -> (u8, u8, u8, u16) {
    let code = f.status().code();
    let class = match code / 100 {
        6 => 0,
        class => u8::try_from(class).unwrap_or(u8::MAX),
    };
    let within = match code {
        401 | 407 | 415 | 420 | 484 => 0,
        487 => 2,
        408 | 430 | 480 | 481 | 404 | 410 => 3,
        503 => 4,
        _ => 1,
    };
    // Words from a far end before our own.
    let own = u8::from(matches!(f, Final::Own(_)));
    (class, within, own, code)
}

fn with_all_challenges(best: &Response, finals: &[Final]) -> Response {
    let mut builder = best
        .edit()
        .remove(HeaderName::WwwAuthenticate)
        .remove(HeaderName::ProxyAuthenticate);
    for other in finals {
        if let Final::Theirs(response) = other
            && matches!(response.status().code(), 401 | 407)
        {
            builder = builder
                .copy(response.headers(), HeaderName::WwwAuthenticate)
                .copy(response.headers(), HeaderName::ProxyAuthenticate);
        }
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_several() {
        for (finals, best) in [
            (&[404, 486][..], 486),
            (&[486, 302], 302),
            (&[500, 486], 486),
            (&[486, 603, 302], 603),
            (&[600, 603], 600),
            (&[486, 407], 407),
            (&[480, 401], 401),
            (&[408, 404], 404),
            (&[408], 408),
            (&[487, 486], 486),
            (&[408, 487], 487),
            (&[503], 500),
            (&[503, 500], 500),
            (&[503, 408], 408),
            (&[501, 503], 501),
        ] {
            for mirrored in [false, true] {
                let mut list: Vec<Final> = finals
                    .iter()
                    .map(|code| Final::Own(StatusCode::new(*code).unwrap()))
                    .collect();
                if mirrored {
                    list.reverse();
                }
                assert_eq!(choose(list).unwrap().status().code(), best, "{finals:?}");
            }
        }
        assert!(choose(vec![]).is_none());
    }
}
