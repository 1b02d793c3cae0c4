//! Whoever has no account here rings nobody and learns nothing: not even which accounts there are
//! (promise S2).

use cordboard_tests::sim::SimOffice;
use office::DeviceId;
use std::net::SocketAddr;
use switch::{Command, CommandResult, LoginRefusal, What};

const STRANGER: &str = "10.0.9.9:5060";

/// A request of a stranger, who claims to be `user`.
fn request(method: &str, user: &str, number: u32, authorization: &str) -> String {
    let to = if method == "REGISTER" { user } else { "102" };
    format!(
        "{method} sip:{to}@10.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/UDP {STRANGER};rport;branch=z9hG4bK{number}\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:{user}@10.0.0.1>;tag=a\r\n\
         To: <sip:{to}@10.0.0.1>\r\n\
         Call-ID: c\r\n\
         CSeq: {number} {method}\r\n\
         Contact: <sip:{user}@{STRANGER}>\r\n\
         {authorization}\
         Content-Length: 0\r\n\r\n"
    )
}

/// The answer with all that must differ from one answer to the next taken out.
fn masked(answer: &str, user: &str, number: u32) -> String {
    let mut out = answer.replace(user, "USER");
    out = out.replace(&format!("z9hG4bK{number}"), "BRANCH");
    out = out.replace(&format!("CSeq: {number} "), "CSeq: N ");
    for (before, end) in [(";tag=", "\r"), ("nonce=\"", "\"")] {
        let mut rest = out.as_str();
        let mut clean = String::new();
        while let Some(at) = rest.find(before) {
            let from = at + before.len();
            clean.push_str(&rest[..from]);
            let to = rest[from..].find(end).map_or(rest.len(), |to| from + to);
            rest = &rest[to..];
        }
        clean.push_str(rest);
        out = clean;
    }
    out
}

/// What a stranger is answered, in the end.
fn ask(office: &mut SimOffice, method: &str, user: &str, number: u32, credentials: &str) -> String {
    let stranger: SocketAddr = STRANGER.parse().unwrap();
    let before = office.letters(stranger).len();
    office.stranger_sends(stranger, request(method, user, number, credentials));
    office.settle();
    let answers = office.letters(stranger)[before..].iter();
    let answers = answers.map(|answer| String::from_utf8(answer.to_vec()).unwrap());
    // Refusals of earlier INVITEs are repeated until acknowledged.
    let number = format!("CSeq: {number} ");
    let answers: Vec<String> = answers.filter(|a| a.contains(&number)).collect();
    let [answer] = &answers[..] else {
        panic!("one question, one answer: {answers:#?}");
    };
    answer.clone()
}

#[test]
fn known_and_unknown_accounts_get_the_same_answers_and_nobody_rings() {
    let mut office = SimOffice::of_four();
    let users = ["ben-desk-2", "eve-desk-9", "anonymous"];
    for (round, method) in ["REGISTER", "INVITE", "MESSAGE", "SUBSCRIBE"]
        .iter()
        .enumerate()
    {
        let mut first = Vec::new();
        let mut second = Vec::new();
        for (at, user) in users.iter().enumerate() {
            let number = (round * 10 + at * 2) as u32 + 1;
            let challenge = ask(&mut office, method, user, number, "");
            assert!(challenge.starts_with("SIP/2.0 401"), "{challenge}");
            let nonce = challenge.split("nonce=\"").nth(1).unwrap();
            let nonce = nonce.split('"').next().unwrap();
            let answer = format!(
                "Authorization: Digest username=\"{user}\", realm=\"office.example\", \
                 nonce=\"{nonce}\", uri=\"sip:10.0.0.1\", algorithm=MD5, qop=auth, nc=00000001, \
                 cnonce=\"x\", response=\"{}\"\r\n",
                "0".repeat(32)
            );
            let refusal = ask(&mut office, method, user, number + 1, &answer);
            first.push(masked(&challenge, user, number));
            second.push(masked(&refusal, user, number + 1));
        }
        for answers in [first, second] {
            assert_eq!(answers[0], answers[1], "{method}");
            assert_eq!(answers[0], answers[2], "{method}");
        }
    }
    assert!(!office.has_happened(|what| matches!(what, What::CallerArrived { .. })));
    assert!(!office.has_happened(|what| matches!(what, What::DeviceCalled { .. })));
    assert_eq!(
        office.board().devices.len(),
        4,
        "nobody was registered or thrown out"
    );
    office.run_until_quiet();
}

#[test]
fn a_phone_with_a_wrong_password_is_not_let_in_and_told_so_once() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.phone_mut(ben).set_password("guess");
    office.dial(ben, "101");
    office.settle();
    assert!(office.phone(ben).last_line().is_over());
    assert!(office.phone(anna).live_lines().is_empty());
    let refused =
        |what: &What| matches!(what, What::LoginRefused { user, .. } if user == "ben-desk-2");
    assert!(office.has_happened(refused));
    office.run_until_quiet();
}

#[test]
fn a_mended_phone_is_let_in_at_once_when_its_failed_tries_are_forgiven() {
    let mut office = SimOffice::of_four();
    let ben = office.desk("Ben");
    // A phone that has not proved itself from here since the engine started.
    office.with(ben, |p, now| p.register(now, 0));
    office.settle();
    office.restart_engine();
    office.phone_mut(ben).set_password("guess");
    let tries = |office: &mut SimOffice| {
        office.with(ben, |p, now| p.register(now, 3_600));
        office.run_secs(2);
        office.phone(ben).registered()
    };
    for _ in 0..20 {
        tries(&mut office);
    }
    office.phone_mut(ben).set_password("secret of ben-desk-2");
    assert_eq!(tries(&mut office), Some(403), "though it is mended");
    let paused = |what: &What| {
        matches!(
            what,
            What::LoginRefused {
                reason: LoginRefusal::TooManyTries,
                device: Some(DeviceId(2)),
                ..
            }
        )
    };
    assert!(office.has_happened(paused));
    let address = Some(office.phone(ben).here().ip());
    let user = Some("ben-desk-2".to_owned());
    let told = office.ask(|ticket| Command::Forgive {
        ticket,
        user,
        address,
    });
    assert_eq!(told, CommandResult::Taken { call: None });
    assert_eq!(tries(&mut office), Some(200));
}

#[test]
fn an_unknown_user_name_is_told_apart_to_the_office_only() {
    let mut office = SimOffice::of_four();
    let ben = office.desk("Ben");
    office.phone_mut(ben).set_password("guess");
    office.dial(ben, "101");
    office.settle();
    let known = |what: &What| {
        matches!(
            what,
            What::LoginRefused {
                device: Some(DeviceId(2)),
                ..
            }
        )
    };
    assert!(office.has_happened(known));
    office.remove_device(ben);
    office.dial(ben, "101");
    office.settle();
    let unknown = |what: &What| matches!(what, What::LoginRefused { device: None, .. });
    assert!(office.has_happened(unknown));
    office.run_until_quiet();
}

#[test]
fn a_phone_may_not_register_for_somebody_else() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.with(ben, |p, now| p.register_as(now, "anna-desk-1"));
    office.settle();
    assert_eq!(office.phone(ben).registered(), Some(403));
    office.dial(office.desk("Carla"), "101");
    office.settle();
    assert_eq!(office.phone(anna).live_lines().len(), 1);
    assert!(office.phone(ben).live_lines().is_empty());
    office.hang_up(office.desk("Carla"));
    office.run_until_quiet();
}

#[test]
fn a_stranger_inside_a_call_they_have_only_heard_of_changes_nothing() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    let stranger: SocketAddr = STRANGER.parse().unwrap();
    for (number, method) in ["BYE", "INFO", "UPDATE", "NOTIFY", "PRACK"]
        .iter()
        .enumerate()
    {
        let bye = request(method, "ben-desk-2", number as u32 + 1, "");
        let bye = bye.replace(
            "To: <sip:102@10.0.0.1>",
            "To: <sip:102@10.0.0.1>;tag=guessed",
        );
        office.stranger_sends(stranger, bye);
        office.settle();
    }
    assert_eq!(office.letters(stranger).len(), 5);
    for answer in office.letters(stranger) {
        assert!(answer.starts_with(b"SIP/2.0 481"));
    }
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

/// The bug: baresip 1.0.0 gives up when one of the challenges names an algorithm it does not know.
#[test]
fn a_phone_that_knows_only_md5_is_asked_for_nothing_else() {
    let mut office = SimOffice::of_four();
    let answer = ask(&mut office, "REGISTER", "ben-desk-2", 1, "");
    let challenges: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("WWW-Authenticate:"))
        .collect();
    assert_eq!(challenges.len(), 1, "{answer}");
    assert!(challenges[0].contains("algorithm=MD5"), "{answer}");
}
