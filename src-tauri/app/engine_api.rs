//! The two questions the window's program has for the engine: how it is, and for a ticket.

use serde::Deserialize;
use std::{net::SocketAddr, sync::OnceLock, time::Duration};
use ureq::Agent;

/// An engine that is well answers at once.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// The engine in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Status {
    /// What the office calls itself.
    pub office: String,
    /// Devices that can be called.
    pub registered_devices: usize,
    /// Calls that ring or talk.
    pub active_calls: usize,
    /// Problems that somebody should see to; an engine of an earlier version tells none.
    #[serde(default)]
    pub attention: usize,
}

/// What became of a question.
#[derive(Debug)]
pub enum Answer {
    /// The engine answered.
    Given(Status),
    /// Somebody is there but keeps us waiting.
    Awaited,
    /// Nobody is there, or somebody who is no engine.
    Refused,
}

#[derive(Deserialize)]
struct Ticket {
    url: String,
}

/// `GET /api/status`
pub fn status(engine: SocketAddr) -> Answer {
    let asked = agent().get(format!("http://{engine}/api/status")).call();
    match asked.and_then(|mut answer| answer.body_mut().read_json()) {
        Ok(status) => Answer::Given(status),
        Err(ureq::Error::Timeout(_)) => Answer::Awaited,
        Err(_) => Answer::Refused,
    }
}

/// `POST /api/tickets`: where a page begins that is let in once, as a whole address.
///
/// # Errors
/// The engine refuses.
pub fn sign_in_address(engine: SocketAddr, token: &str) -> Result<String, ureq::Error> {
    let asked = agent()
        .post(format!("http://{engine}/api/tickets"))
        .header("Authorization", format!("Bearer {token}"))
        .send_json(serde_json::json!({}));
    let ticket: Ticket = asked?.body_mut().read_json()?;
    Ok(format!("http://{engine}{}", ticket.url))
}

fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER_LIMIT))
            // The engine is on this computer; the token must not travel to a proxy.
            .proxy(None)
            .max_redirects(0)
            .build();
        config.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
    };

    /// Somebody who answers one request with `body`.
    fn somebody(body: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json";
            write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        });
        address
    }

    #[test]
    fn another_program_on_the_port_is_no_engine() {
        let web = somebody("hi");
        assert!(matches!(status(web), Answer::Refused));
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        assert!(matches!(status(free), Answer::Refused));
    }

    #[test]
    fn problems_are_counted_where_the_engine_counts_them() {
        let counted = r#"{"office":"A","registered_devices":2,"active_calls":1,"attention":3}"#;
        let earlier = r#"{"office":"A","registered_devices":2,"active_calls":1}"#;
        for (told, problems) in [(counted, 3), (earlier, 0)] {
            let Answer::Given(status) = status(somebody(told)) else {
                panic!("{told} is an answer");
            };
            assert_eq!(status.attention, problems);
        }
    }

    #[test]
    fn an_engine_that_takes_the_question_is_there() {
        // Accepts through the kernel and never reads.
        let busy = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(matches!(
            status(busy.local_addr().unwrap()),
            Answer::Awaited
        ));
    }

    #[test]
    fn a_ticket_leads_to_a_page_of_the_engine() {
        let engine = somebody(r#"{"ticket":"abc","url":"/sign-in?ticket=abc"}"#);
        let address = sign_in_address(engine, "secret").unwrap();
        assert_eq!(address, format!("http://{engine}/sign-in?ticket=abc"));
    }
}
