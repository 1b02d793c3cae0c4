//! Plugins: code that serves one method or one event package of any app.

use super::{Core, Incoming, SipApp};
use sip_message::{HeaderName, Method, Request};

/// Takes the requests of some methods, or the subscriptions to some event packages, before the app
/// sees them.
pub trait Plugin<A: SipApp> {
    /// Methods it takes.
    fn methods(&self) -> Vec<Method> {
        Vec::new()
    }

    /// Event packages it serves: SUBSCRIBE and PUBLISH with these in Event (RFC 6665, RFC 3903).
    fn events(&self) -> Vec<String> {
        Vec::new()
    }

    /// A request for it. It must be answered or given to `app`.
    fn on_request(&mut self, app: &mut A, core: &mut Core, incoming: Incoming);

    /// Whether a request is for it.
    fn wants(&self, request: &Request) -> bool {
        let method = request.method();
        if self.methods().contains(&method) {
            return true;
        }
        let event = request.headers().value(HeaderName::Event);
        let Some(event) = event.filter(|_| matches!(method, Method::Subscribe | Method::Publish))
        else {
            return false;
        };
        let end = event.iter().position(|b| *b == b';').unwrap_or(event.len());
        let package = event.get(..end).unwrap_or_default().trim_ascii();
        // Event packages are compared byte for byte (RFC 6665 §8.2.1).
        self.events().iter().any(|own| own.as_bytes() == package)
    }
}
