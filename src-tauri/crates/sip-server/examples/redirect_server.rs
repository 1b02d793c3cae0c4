//! A redirect server: number blocks moved to other offices.
//! `cargo run --example redirect_server [address]`

mod support;

use sip_message::{Method, Response, StatusCode, Uri};
use sip_server::{
    app::{Core, Incoming, SipApp},
    redirect::redirect,
};
use sip_transport::Listener;

/// Prefix, office, and its preference in thousandths.
const MOVED: [(&str, &str, u16); 3] = [
    ("1", "berlin.example", 1_000),
    ("2", "paris.example", 1_000),
    ("2", "lyon.example", 500),
];

struct Signpost;

impl SipApp for Signpost {
    fn name(&self) -> &str {
        "signpost.example"
    }

    fn transports(&self) -> Vec<Listener> {
        vec![support::listener()]
    }

    fn on_register(&mut self, core: &mut Core, incoming: Incoming) {
        let status = StatusCode::new(405).expect("a status code");
        let refusal = Response::to(&incoming.request, status);
        let refusal = core.capabilities.describe(refusal); // says what is allowed
        core.respond(&incoming, refusal);
    }

    fn on_request(&mut self, core: &mut Core, incoming: Incoming) {
        if incoming.request.method() == Method::Options {
            let answer = core.capabilities.answer(&incoming.request, StatusCode::OK);
            return core.respond(&incoming, answer);
        }
        let dialled = incoming.request.uri().ok();
        let dialled = dialled.as_ref().and_then(Uri::user).unwrap_or_default();
        let number = String::from_utf8_lossy(&dialled);
        let places = MOVED
            .iter()
            .filter(|(prefix, ..)| number.starts_with(prefix))
            .filter_map(|(_, office, q)| {
                Some((format!("sip:{number}@{office}").parse().ok()?, *q))
            });
        let response = redirect(&incoming.request, places);
        core.respond(&incoming, response);
    }
}

fn main() -> std::io::Result<()> {
    support::run(Signpost)
}
