//! Who gets in and what the others are told.

use crate::support::*;
use proptest::prelude::*;
use sip_message::{
    HeaderName, Request, Response, StatusCode,
    header::{Algorithm, Authorization, Challenge, Qop, WwwAuthenticate},
};
use sip_server::{
    digest::{AskedBy, DigestConfig, Ha1, Login, Secret, Verdict, answer_challenge},
    limits::GUESSES_PER_ACCOUNT,
};
use std::time::Duration;

fn register(user: &str) -> Request {
    request(&format!(
        "REGISTER sip:office.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bK1
         From: <sip:{user}@office.example>;tag=a
         To: <sip:{user}@office.example>
         Call-ID: 1
         CSeq: 1 REGISTER
         Contact: <sip:{user}@192.0.2.5>"
    ))
}

fn phone() -> sip_transport::Flow {
    flow("192.0.2.5:5060")
}

fn challenges(response: &Response) -> Vec<Challenge> {
    let all = response.headers().all::<WwwAuthenticate>();
    all.map(|h| h.unwrap().0).collect()
}

#[test]
fn the_right_password_gets_in_with_every_algorithm_and_quality() {
    for algorithm in [
        Algorithm::Sha256,
        Algorithm::Md5,
        Algorithm::Sha512Trunc256,
        Algorithm::Md5Sess,
        Algorithm::Sha256Sess,
    ] {
        for qop in [Qop::Auth, Qop::AuthInt] {
            let mut door = Door::new(DigestConfig {
                realm: REALM.to_owned(),
                algorithms: vec![algorithm.clone()],
                qop: vec![qop],
                ..DigestConfig::default()
            });
            let authenticated = door.let_in(phone(), &register("anna"));
            assert_eq!(*authenticated.account(), "anna");
            assert_eq!(authenticated.flow(), phone());
        }
    }
}

#[test]
fn the_strongest_algorithm_is_offered_first_and_taken() {
    let mut door = Door::standard();
    let response = door.challenged(phone(), &register("anna"));
    assert_eq!(response.status(), 401);
    let offered = challenges(&response);
    assert_eq!(offered[0].algorithm, Algorithm::Sha256);
    assert_eq!(offered[1].algorithm, Algorithm::Md5);
    let answered = answer(&response, &register("anna"), &login("anna", "zanzibar"));
    let credentials = answered.headers().get::<Authorization>().unwrap().0;
    assert_eq!(credentials.algorithm, Algorithm::Sha256);
    assert_eq!(answered.cseq().unwrap().number, 2);
}

#[test]
fn a_proxy_asks_with_407_and_its_own_headers() {
    let mut door = Door::standard();
    let invite = register("anna");
    let mut verify = |request| {
        door.authenticator.verify(
            door.now,
            AskedBy::Proxy,
            phone(),
            request,
            &door.accounts,
            &mut door.guard,
        )
    };
    let Verdict::Challenge(response) = verify(invite.clone()) else {
        panic!()
    };
    assert_eq!(response.status(), 407);
    assert!(response.headers().has(HeaderName::ProxyAuthenticate));
    let answered = answer(&response, &invite, &login("anna", "zanzibar"));
    assert!(answered.headers().has(HeaderName::ProxyAuthorization));
    assert!(matches!(verify(answered), Verdict::Authenticated(_)));
}

/// Promise S2.
#[test]
fn known_and_unknown_users_get_byte_equal_answers() {
    let told = |user: &str, tries: u32| {
        let mut door = Door::standard();
        let mut told = vec![];
        let request = register(user);
        for _ in 0..tries {
            let challenge = door.challenged(phone(), &request);
            told.push(challenge.clone());
            let answered = answer(&challenge, &request, &login(user, "wrong"));
            match door.verify(phone(), answered) {
                Verdict::Challenge(response) | Verdict::Refuse(response) => told.push(response),
                Verdict::Authenticated(_) => panic!(),
            }
        }
        let texts = told.iter().map(|r| {
            // The user name is as long; nonce and tag are chance.
            let mut text = text(r).replace(user, "USER");
            if let Some(tag) = r.to_tag() {
                text = text.replace(&*tag.to_str(), "TAG");
            }
            for challenge in challenges(r) {
                text = text.replace(&*challenge.nonce.to_str(), "NONCE");
            }
            text
        });
        texts.collect::<Vec<_>>()
    };
    let known = told("anna", GUESSES_PER_ACCOUNT + 2);
    assert_eq!(known, told("dora", GUESSES_PER_ACCOUNT + 2));
    assert!(
        known.last().unwrap().starts_with("SIP/2.0 403"),
        "{known:?}"
    );
}

#[test]
fn guessing_ends_after_ten_tries_even_with_the_right_password_at_last() {
    let mut door = Door::standard();
    let request = register("anna");
    for n in 0..GUESSES_PER_ACCOUNT {
        let challenge = door.challenged(phone(), &request);
        let guess = answer(&challenge, &request, &login("anna", &format!("guess{n}")));
        assert!(matches!(door.verify(phone(), guess), Verdict::Challenge(_)));
    }
    let challenge = door.challenged(phone(), &request);
    let right = answer(&challenge, &request, &login("anna", "zanzibar"));
    let Verdict::Refuse(refusal) = door.verify(phone(), right) else {
        panic!()
    };
    assert_eq!(refusal.status(), 403);
    assert_eq!(
        refusal.headers().value(HeaderName::RetryAfter).unwrap(),
        "600"
    );
    // Somebody else, and this one later, is heard.
    door.let_in(flow("192.0.2.6:5060"), &request);
    door.now += Duration::from_secs(600);
    door.let_in(phone(), &request);
}

#[test]
fn forged_answers_without_our_nonce_count_for_nothing() {
    let mut door = Door::standard();
    let request = register("anna");
    let elsewhere = flow("198.51.100.1:5060");
    for _ in 0..1_000 {
        let challenge = door.challenged(elsewhere, &request);
        let guess = answer(&challenge, &request, &login("anna", "wrong"));
        // The nonce was given to another address.
        let Verdict::Challenge(response) = door.verify(phone(), guess) else {
            panic!()
        };
        assert!(challenges(&response).iter().all(|c| c.stale));
    }
    door.let_in(phone(), &request);
}

#[test]
fn a_recorded_answer_is_worth_nothing() {
    let mut door = Door::standard();
    let request = register("anna");
    let challenge = door.challenged(phone(), &request);
    let answered = answer(&challenge, &request, &login("anna", "zanzibar"));
    assert!(matches!(
        door.verify(phone(), answered.clone()),
        Verdict::Authenticated(_)
    ));
    let Verdict::Challenge(again) = door.verify(phone(), answered) else {
        panic!()
    };
    assert!(challenges(&again).iter().all(|c| c.stale));
}

#[test]
fn an_old_nonce_is_stale_and_the_client_tries_again_once() {
    let mut door = Door::standard();
    let request = register("anna");
    let challenge = door.challenged(phone(), &request);
    let first = answer(&challenge, &request, &login("anna", "zanzibar"));
    door.now += Duration::from_secs(601);
    let stale = door.challenged(phone(), &first);
    assert!(challenges(&stale).iter().all(|c| c.stale));
    let second = answer(&stale, &first, &login("anna", "zanzibar"));
    assert_eq!(second.headers().all::<Authorization>().count(), 1);
    assert!(matches!(
        door.verify(phone(), second),
        Verdict::Authenticated(_)
    ));
}

#[test]
fn a_wrong_password_is_tried_once_only() {
    let mut door = Door::standard();
    let request = register("anna");
    let login = login("anna", "wrong");
    let challenge = door.challenged(phone(), &request);
    let first = answer(&challenge, &request, &login);
    let refused = door.challenged(phone(), &first);
    assert!(answer_challenge(&refused, &first, &login, "c").is_none());
}

#[test]
fn a_client_answers_only_the_realm_it_has_a_secret_for() {
    let mut door = Door::standard();
    let request = register("anna");
    let challenge = door.challenged(phone(), &request);
    let of = |realm: &str| Login {
        realm: Some(realm.to_owned()),
        ..login("anna", "zanzibar")
    };
    assert!(answer_challenge(&challenge, &request, &of("evil.example"), "c").is_none());
    assert!(answer_challenge(&challenge, &request, &of(REALM), "c").is_some());
}

#[test]
fn a_client_with_one_hash_answers_the_challenge_it_fits() {
    let mut door = Door::standard();
    let request = register("anna");
    let challenge = door.challenged(phone(), &request);
    let ha1 = Ha1::of_password(b"anna", REALM.as_bytes(), b"zanzibar", &Algorithm::Md5).unwrap();
    let login = Login {
        secret: Secret::Ha1(Algorithm::Md5, ha1),
        ..login("anna", "")
    };
    let answered = answer(&challenge, &request, &login);
    assert!(matches!(
        door.verify(phone(), answered),
        Verdict::Authenticated(_)
    ));
}

#[test]
fn the_oldest_phones_get_in_where_allowed_with_a_new_nonce_each_time() {
    for allowed in [true, false] {
        let mut door = Door::new(DigestConfig {
            realm: REALM.to_owned(),
            without_qop: allowed,
            ..DigestConfig::default()
        });
        let request = register("anna");
        let challenge = door.challenged(phone(), &request);
        // A phone of 1999 does not know qop.
        let without = challenges(&challenge).pop().unwrap();
        let without = Challenge {
            qop: vec![],
            ..without
        };
        let old = Response::to(&request, StatusCode::new(401).unwrap())
            .push(&WwwAuthenticate(without))
            .build();
        let answered = answer(&old, &request, &login("anna", "zanzibar"));
        assert!(!text_of(&answered).contains("qop"));
        let verdict = door.verify(phone(), answered.clone());
        assert_eq!(matches!(verdict, Verdict::Authenticated(_)), allowed);
        assert!(matches!(
            door.verify(phone(), answered),
            Verdict::Challenge(_)
        ));
    }
}

#[test]
fn an_answer_for_one_number_makes_no_call_to_another() {
    let invite = register("anna")
        .edit()
        .uri(&"sip:200@office.example".parse().unwrap())
        .build();
    for (uri, accepted) in [
        ("sip:200@office.example", true),
        ("sip:200@192.0.2.1:5062;transport=tcp", true), // an outbound proxy's doing
        ("sip:0900123@office.example", false),
        ("tel:0900123", false),
    ] {
        let mut door = Door::standard();
        let challenge = door.challenged(phone(), &invite);
        let answered = answer(&challenge, &invite, &login("anna", "zanzibar"));
        let moved = answered.edit().uri(&uri.parse().unwrap()).build();
        match door.verify(phone(), moved) {
            Verdict::Authenticated(_) => assert!(accepted, "{uri}"),
            Verdict::Refuse(refusal) => {
                assert!(!accepted, "{uri}");
                assert_eq!(refusal.status(), 400);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_changed_body_breaks_auth_int() {
    let mut door = Door::new(DigestConfig {
        realm: REALM.to_owned(),
        qop: vec![Qop::AuthInt],
        ..DigestConfig::default()
    });
    let request = register("anna");
    let challenge = door.challenged(phone(), &request);
    let answered = answer(&challenge, &request, &login("anna", "zanzibar"));
    let changed = answered.edit().body("text/plain", "x".into()).build();
    assert!(matches!(
        door.verify(phone(), changed),
        Verdict::Challenge(_)
    ));
}

#[test]
fn a_retransmission_gets_the_same_tag() {
    let mut door = Door::standard();
    let a = door.challenged(phone(), &register("anna"));
    let b = door.challenged(phone(), &register("anna"));
    assert_eq!(a.to_tag(), b.to_tag());
    assert!(a.to_tag().is_some());
}

#[test]
fn challenges_cost_no_memory() {
    let mut door = Door::standard();
    for _ in 0..1_000 {
        door.challenged(phone(), &register("anna"));
    }
    assert_eq!(door.authenticator.nonces_in_use(), 0);
    door.let_in(phone(), &register("anna"));
    assert_eq!(door.authenticator.nonces_in_use(), 1);
    door.now += Duration::from_secs(3_600);
    door.challenged(phone(), &register("anna"));
    assert_eq!(door.authenticator.nonces_in_use(), 0);
}

fn text_of(request: &Request) -> String {
    String::from_utf8(request.bytes().to_vec()).unwrap()
}

proptest! {
    #[test]
    fn no_credentials_at_all_get_in_by_chance(value in "Digest ([a-z]{1,8}=\"?[ -~]{0,12}\"?,? ?){0,9}") {
        let mut door = Door::standard();
        let request = register("anna").edit().push_raw("Authorization", value.as_bytes()).build();
        prop_assert!(!matches!(door.verify(phone(), request), Verdict::Authenticated(_)));
    }

    #[test]
    fn any_change_of_the_answer_shuts_out(at in 0usize..400, with in 33u8..126) {
        let mut door = Door::standard();
        let request = register("anna");
        let challenge = door.challenged(phone(), &request);
        let answered = answer(&challenge, &request, &login("anna", "zanzibar"));
        let line = answered.headers().value(HeaderName::Authorization).unwrap();
        let mut value = line.to_vec();
        let at = at % value.len();
        prop_assume!(!value[at].eq_ignore_ascii_case(&with));
        let name_of_a_parameter = value[at..].iter().position(|b| *b == b'=')
            .is_some_and(|eq| !value[at..at + eq].contains(&b','));
        value[at] = with;
        let changed = answered.edit().set_raw("Authorization", &value).build();
        let in_response = String::from_utf8_lossy(&line)[..at].contains("response=\"")
            && !String::from_utf8_lossy(&line)[..at].contains("algorithm");
        if in_response && !name_of_a_parameter && value.len() > at {
            prop_assert!(!matches!(door.verify(phone(), changed), Verdict::Authenticated(_)));
        } else {
            let _ = door.verify(phone(), changed); // must not panic
        }
    }
}
