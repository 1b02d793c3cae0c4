//! A registrar and proxy for three people. `cargo run --example registrar_proxy [address]`, then
//! register anna, bob or carla at `home.example` with the password `zanzibar` and call each other.

mod support;

use sip_message::header::Algorithm;
use sip_server::{
    app::{Core, Settings, SipApp},
    digest::Ha1,
    location::LocationChange,
};
use sip_transport::Listener;

struct Home;

impl SipApp for Home {
    fn name(&self) -> &str {
        "home.example"
    }

    fn transports(&self) -> Vec<Listener> {
        vec![support::listener()]
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::of(self.name());
        settings.digest.algorithms = vec![Algorithm::Md5]; // sipp knows no other
        settings
    }

    fn ha1(&self, user: &[u8], realm: &[u8], algorithm: &Algorithm) -> Option<Ha1> {
        let lives_here = [&b"anna"[..], b"bob", b"carla"].contains(&user);
        lives_here.then(|| Ha1::of_password(user, realm, b"zanzibar", algorithm))?
    }

    fn on_location_change(&mut self, _: &mut Core, change: &LocationChange) {
        match change {
            LocationChange::Added { aor, binding } => println!("{aor} is at {}", binding.flow),
            LocationChange::Refreshed { .. } => {}
            LocationChange::Removed { aor, reason, .. } => println!("{aor} went: {reason:?}"),
        }
    }
}

fn main() -> std::io::Result<()> {
    support::run(Home)
}
