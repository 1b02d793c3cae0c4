//! Event packages (RFC 6665 §7.2): what phones may subscribe to, and how its state is written.

pub mod message_summary;

use crate::status::{BAD_EVENT, NOT_ACCEPTABLE};
use sip_dialog::ext::events::Terms;
use sip_message::{
    HeaderName, Request, Response, ResponseBuilder,
    header::{Accept, AllowEvents, Event},
};

/// What an event package fixes for all its subscriptions.
#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name in Event headers.
    pub name: &'static str,
    /// The type and subtype of its bodies; every subscriber understands them (RFC 6665 §5.4.4).
    pub body: (&'static str, &'static str),
    /// How long its subscriptions last.
    pub terms: Terms,
}

impl Package {
    /// The Content-Type of its bodies.
    pub fn content_type(&self) -> String {
        let (kind, subtype) = self.body;
        format!("{kind}/{subtype}")
    }

    /// Whether a subscriber who names body types takes ours. Without Accept it does.
    fn is_accepted_by(&self, subscribe: &Request) -> bool {
        let (kind, subtype) = self.body;
        let headers = subscribe.headers();
        !headers.has(HeaderName::Accept)
            || headers
                .all::<Accept>()
                .flatten()
                .any(|Accept(range)| range.covers(kind, subtype))
    }
}

/// The package a SUBSCRIBE names, out of those offered. `Err`: the refusal, 489 with what is
/// offered instead (RFC 6665 §4.2.1.1) or 406. The caller adds the To tag.
pub fn wanted<'a>(
    offered: &[&'a Package],
    subscribe: &Request,
) -> Result<&'a Package, ResponseBuilder> {
    let named = subscribe.headers().get::<Event>().ok();
    let found = named.and_then(|event| {
        let mut packages = offered.iter();
        packages.find(|package| event.package == package.name)
    });
    match found {
        None => Err(Response::to(subscribe, BAD_EVENT).push_list(&allowed(offered))),
        Some(package) if !package.is_accepted_by(subscribe) => {
            let accept = package.content_type();
            let refusal = Response::to(subscribe, NOT_ACCEPTABLE);
            Err(refusal.set_raw("Accept", accept.as_bytes()))
        }
        Some(package) => Ok(package),
    }
}

/// The packages offered, for Allow-Events.
pub fn allowed(offered: &[&Package]) -> Vec<AllowEvents> {
    let names = offered.iter().map(|package| package.name);
    names.map(AllowEvents::from).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a failing test may panic
mod tests {
    use super::*;
    use bytes::Bytes;
    use sip_message::Message;

    fn subscribe(headers: &str) -> Request {
        let text = format!(
            "SUBSCRIBE sip:anna@office.example SIP/2.0\r\n\
             Via: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bK1\r\n\
             From: <sip:anna@office.example>;tag=a\r\nTo: <sip:anna@office.example>\r\n\
             Call-ID: 1\r\nCSeq: 1 SUBSCRIBE\r\n{headers}Content-Length: 0\r\n\r\n"
        );
        match Message::parse(Bytes::from(text)).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => unreachable!(),
        }
    }

    fn answer(headers: &str) -> Result<&'static str, String> {
        let offered = [&message_summary::PACKAGE];
        let found = wanted(&offered, &subscribe(headers));
        found.map(|package| package.name).map_err(|refusal| {
            let refusal = refusal.build();
            String::from_utf8_lossy(refusal.bytes()).into_owned()
        })
    }

    #[test]
    fn an_unknown_package_is_refused_with_those_that_are_offered() {
        for headers in ["Event: conference\r\n", "Event: Message-Summary\r\n", ""] {
            let refusal = answer(headers).unwrap_err();
            assert!(refusal.starts_with("SIP/2.0 489 "), "{refusal}");
            assert!(refusal.contains("\r\nAllow-Events: message-summary\r\n"));
        }
        assert_eq!(answer("o: message-summary;id=7\r\n"), Ok("message-summary"));
    }

    #[test]
    fn who_reads_other_bodies_only_is_told_ours() {
        let refusal = answer("Event: message-summary\r\nAccept: text/plain\r\n").unwrap_err();
        assert!(refusal.starts_with("SIP/2.0 406 "), "{refusal}");
        assert!(refusal.contains("\r\nAccept: application/simple-message-summary\r\n"));
        for range in [
            "application/simple-message-summary",
            "application/*",
            "text/plain, */*",
        ] {
            let headers = format!("Event: message-summary\r\nAccept: {range}\r\n");
            assert_eq!(answer(&headers), Ok("message-summary"), "{range}");
        }
    }
}
