//! The redirect server (RFC 3261 §8.3): tells the caller where to look instead of going there.

use crate::{
    location::Device,
    status::{MOVED_TEMPORARILY, MULTIPLE_CHOICES, TEMPORARILY_UNAVAILABLE},
};
use sip_message::{
    Request, Response, ResponseBuilder, Uri,
    header::{Contact, NameAddr},
};

/// The redirection of `request` to these places, each with its preference in thousandths: 302 for
/// one, 300 for several, 480 for none. A place equal to the Request-URI is left out: it would send
/// the caller round in a circle (RFC 3261 §8.3). The caller adds the To tag.
pub fn redirect(
    request: &Request,
    places: impl IntoIterator<Item = (Uri, u16)>,
) -> ResponseBuilder {
    let asked = request.uri();
    let places: Vec<(Uri, u16)> = places
        .into_iter()
        .filter(|(uri, _)| !asked.as_ref().is_ok_and(|asked| asked.is_equivalent(uri)))
        .collect();
    let status = match places.len() {
        0 => TEMPORARILY_UNAVAILABLE,
        1 => MOVED_TEMPORARILY,
        _ => MULTIPLE_CHOICES,
    };
    places
        .into_iter()
        .fold(Response::to(request, status), |response, (uri, q)| {
            let contact = NameAddr::new(uri).with_param("q", &written(q));
            response.push(&Contact::Addr(contact))
        })
}

/// The places of registered devices, the best flow of each.
pub fn places_of(devices: &[Device]) -> Vec<(Uri, u16)> {
    let best = devices.iter().filter_map(|device| device.flows.first());
    best.map(|binding| (binding.request_uri(), binding.q))
        .collect()
}

/// `1000` is `1`, `500` is `0.5`.
fn written(q: u16) -> String {
    if q >= 1_000 {
        return "1".to_owned();
    }
    let text = format!("0.{q:03}");
    let short = text.trim_end_matches('0');
    short.strip_suffix('.').unwrap_or(short).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_as_written() {
        for (q, text) in [
            (1_000, "1"),
            (500, "0.5"),
            (125, "0.125"),
            (50, "0.05"),
            (0, "0"),
        ] {
            assert_eq!(written(q), text);
        }
    }
}
