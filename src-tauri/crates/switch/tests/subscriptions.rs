//! Subscriptions on the wire: what is answered to a SUBSCRIBE, what a NOTIFY looks like, and what is
//! forgotten when a connection closes or a phone asks for too much.

use bytes::Bytes;
use office::{
    Device, DeviceId, DigestCredentials, Language, Mailbox, MailboxId, MailboxOwner, MediaPolicy,
    Office, OfficeParts, OfficeSettings, Person, PersonId, Realm, Secret, SipUser,
};
use sip_message::{Message, Request, Response, header::To};
use sip_server::digest::{Login, Secret as LoginSecret, answer_challenge};
use sip_transport::{ConnectionId, Flow, Listener, Transport};
use std::{sync::Arc, time::Instant};
use switch::{Input, MailboxCounts, Output, Switch, SwitchConfig, limits};

struct Scene {
    switch: Switch,
    now: Instant,
    flow: Flow,
}

impl Scene {
    /// Anna's phone has opened a TCP connection. Two new messages wait for her.
    fn new() -> Scene {
        let realm = Realm::parse("office.example").unwrap();
        let mut parts = OfficeParts::empty(OfficeSettings::founded(realm, Language::default()));
        let person = PersonId(1);
        parts.persons.push(Person::named(person, "Anna"));
        let sip_user = SipUser::parse("anna").unwrap();
        let password = Secret::new("secret".to_owned());
        let realm = &parts.settings.realm;
        parts.devices.push(Device {
            id: DeviceId(1),
            person,
            label: "Desk phone".to_owned(),
            credentials: DigestCredentials::of_password(&sip_user, realm, &password),
            sip_user,
            max_contacts: 3,
            media: MediaPolicy::Auto,
        });
        let owner = MailboxOwner::Person { person };
        parts.mailboxes.push(Mailbox::new(MailboxId(1), owner));
        let office = Arc::new(Office::build(parts).unwrap());
        let (now, local) = (Instant::now(), "10.0.0.1:5060".parse().unwrap());
        let mut switch = Switch::new(office, SwitchConfig::default(), [7; 32], now, 0).unwrap();
        let counts = MailboxCounts {
            mailbox: MailboxId(1),
            new: 2,
            saved: 5,
            lasts_ms: 0,
        };
        switch.handle(now, Input::Mailboxes(Arc::new([counts])));
        let transport = Transport::Tcp;
        switch.handle(
            now,
            Input::Listening(Listener {
                transport,
                local,
                advertised: None,
            }),
        );
        let flow = Flow {
            transport,
            local,
            remote: "10.0.1.1:40000".parse().unwrap(),
            connection: Some(ConnectionId(1)),
        };
        switch.handle(now, Input::Accepted(flow));
        Scene { switch, now, flow }
    }

    fn give(&mut self, input: Input) -> Vec<Message> {
        self.switch.handle(self.now, input);
        let mut sent = Vec::new();
        loop {
            match self.switch.poll() {
                Output::Send { flow, bytes } => {
                    assert_eq!(flow, self.flow);
                    sent.push(Message::parse(bytes).unwrap());
                }
                Output::SleepUntil(_) => return sent,
                _ => {}
            }
        }
    }

    fn say(&mut self, request: &Request) -> Vec<Message> {
        let (flow, bytes) = (self.flow, request.bytes().clone());
        self.give(Input::Message { flow, bytes })
    }

    /// Subscribes with a password; gives what is sent for it.
    fn subscribe(&mut self, number: usize, headers: &str) -> Vec<Message> {
        let first = subscribe(number, headers);
        let challenge = response(&self.say(&first)[0]);
        assert_eq!(challenge.status(), 401);
        let login = Login {
            username: "anna".to_owned(),
            realm: None,
            secret: LoginSecret::Password("secret".to_owned()),
        };
        let proved = answer_challenge(&challenge, &first, &login, "cnonce").unwrap();
        let via = format!("SIP/2.0/TCP 10.0.1.1:5060;branch=z9hG4bKp{number};rport");
        let proved = proved.request.set_raw("Via", via.as_bytes()).build();
        self.say(&proved)
    }

    fn accept(&mut self, notify: &Request) -> Vec<Message> {
        let ok = Response::to(notify, sip_message::StatusCode::OK).build();
        let (flow, bytes) = (self.flow, ok.bytes().clone());
        self.give(Input::Message { flow, bytes })
    }
}

fn subscribe(number: usize, headers: &str) -> Request {
    let text = format!(
        "SUBSCRIBE sip:anna@office.example SIP/2.0\r\n\
         Via: SIP/2.0/TCP 10.0.1.1:5060;branch=z9hG4bK{number};rport\r\nMax-Forwards: 70\r\n\
         From: <sip:anna@office.example>;tag=a{number}\r\nTo: <sip:anna@office.example>\r\n\
         Call-ID: s{number}\r\nCSeq: 1 SUBSCRIBE\r\nContact: <sip:anna@10.0.1.1:5060>\r\n\
         {headers}Content-Length: 0\r\n\r\n"
    );
    request(&Message::parse(Bytes::from(text)).unwrap())
}

fn request(message: &Message) -> Request {
    match message {
        Message::Request(request) => request.clone(),
        Message::Response(response) => panic!("{response:?}"),
    }
}

fn response(message: &Message) -> Response {
    match message {
        Message::Response(response) => response.clone(),
        Message::Request(request) => panic!("{request:?}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const WISH: &str = "Event: message-summary\r\nExpires: 600\r\n";

#[test]
fn a_subscriber_is_answered_first_and_told_at_once() {
    let mut scene = Scene::new();
    let sent = scene.subscribe(1, WISH);
    let (answer, notify) = (response(&sent[0]), request(&sent[1]));
    assert_eq!(sent.len(), 2);
    assert_eq!(answer.status(), 200);
    assert!(text(answer.bytes()).contains("\r\nExpires: 600\r\n"));
    let notify = text(notify.bytes());
    for line in [
        "NOTIFY sip:anna@10.0.1.1:5060 SIP/2.0",
        "Event: message-summary",
        "Subscription-State: active;expires=600",
        "Content-Type: application/simple-message-summary",
    ] {
        assert!(
            notify.contains(&format!("{line}\r\n")),
            "{line} in {notify}"
        );
    }
    let body = "\r\n\r\nMessages-Waiting: yes\r\nMessage-Account: sip:*97@office.example\r\n\
                Voice-Message: 2/5 (0/0)\r\n";
    assert!(notify.ends_with(body), "{notify}");
}

#[test]
fn refusals_say_what_would_have_been_taken() {
    let mut scene = Scene::new();
    let cases = [
        (
            "Event: dialog.winfo\r\n",
            489,
            "Allow-Events: message-summary",
        ),
        (
            "Event: message-summary\r\nExpires: 5\r\n",
            423,
            "Min-Expires: 60",
        ),
        (
            "Event: message-summary\r\nAccept: text/plain\r\n",
            406,
            "Accept: application/simple-message-summary",
        ),
    ];
    for (number, (headers, status, line)) in cases.into_iter().enumerate() {
        let sent = scene.subscribe(number, headers);
        let answer = response(&sent[0]);
        assert_eq!((answer.status().code(), sent.len()), (status, 1));
        assert!(
            text(answer.bytes()).contains(&format!("\r\n{line}\r\n")),
            "{answer:?}"
        );
    }
    assert_eq!(scene.switch.held().subscriptions, 0);
}

#[test]
fn a_connection_that_closes_takes_its_subscriptions_along() {
    let mut scene = Scene::new();
    let notify = request(&scene.subscribe(1, WISH)[1]);
    scene.accept(&notify);
    assert_eq!(scene.switch.held().subscriptions, 1);
    scene.give(Input::Closed(ConnectionId(1)));
    assert_eq!(scene.switch.held().subscriptions, 0);
    let counts = MailboxCounts {
        mailbox: MailboxId(1),
        new: 0,
        saved: 7,
        lasts_ms: 0,
    };
    assert!(scene.give(Input::MailboxChanged(counts)).is_empty());
}

#[test]
fn a_phone_that_forgets_its_subscriptions_never_has_more_than_its_share() {
    let mut scene = Scene::new();
    for number in 0..limits::MAX_SUBSCRIPTIONS_PER_DEVICE + 3 {
        let sent = scene.subscribe(number, WISH);
        assert_eq!(response(&sent[0]).status(), 200);
        scene.accept(&request(&sent[1]));
    }
    let held = scene.switch.held();
    assert_eq!(held.subscriptions, limits::MAX_SUBSCRIPTIONS_PER_DEVICE);
}

#[test]
fn a_refresh_from_elsewhere_has_to_prove_itself() {
    let mut scene = Scene::new();
    let sent = scene.subscribe(1, WISH);
    let to = response(&sent[0]).headers().get::<To>().unwrap();
    let tag = to.tag().unwrap();
    scene.accept(&request(&sent[1]));
    let end = |branch: &str| {
        let to = format!("<sip:anna@office.example>;tag={tag}");
        let via = format!("SIP/2.0/TCP 10.0.1.1:5060;branch=z9hG4bK{branch};rport");
        let end = subscribe(1, "Event: message-summary\r\nExpires: 0\r\n").edit();
        let end = end
            .set_raw("To", to.as_bytes())
            .set_raw("Via", via.as_bytes());
        end.set_raw("CSeq", b"9 SUBSCRIBE").build()
    };
    let own = scene.flow;
    scene.flow = Flow {
        remote: "10.0.9.9:40000".parse().unwrap(),
        connection: Some(ConnectionId(2)),
        ..own
    };
    scene.give(Input::Accepted(scene.flow));
    assert_eq!(response(&scene.say(&end("x"))[0]).status(), 401);
    assert_eq!(scene.switch.held().subscriptions, 1);
    scene.flow = own;
    let sent = scene.say(&end("y"));
    assert_eq!(response(&sent[0]).status(), 200);
    let last = request(&sent[1]);
    assert!(text(last.bytes()).contains("\r\nSubscription-State: terminated;reason=timeout\r\n"));
    assert!(text(last.bytes()).contains("\r\nVoice-Message: 2/5 (0/0)\r\n"));
    scene.accept(&last);
    assert_eq!(scene.switch.held().subscriptions, 0);
}
