//! Greetings and music: taken from people, whatever they bring; heard, cut, chosen, removed.

use crate::engine::{Answer, Engine, HOST};
use axum::body::Body;
use futures_util::stream;
use serde_json::{Value, json};
use sound_files::{Channels, read_upload, to_wav};
use std::{fs, io, path::Path};
use store::Role;

/// A tone of so many seconds, as a WAV file of 16 kHz.
fn tone(seconds: f32) -> Vec<u8> {
    let samples: Vec<i16> = (0..(seconds * 16_000.0) as usize)
        .map(|at| ((at as f32 * 0.17).sin() * 8_000.0) as i16)
        .collect();
    to_wav(&samples, Channels::Mono, 16_000)
}

async fn upload(engine: &Engine, title: &str, kind: &str, file: impl Into<Body>) -> Answer {
    let title: String = title.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = format!("/api/sounds?title={title}&kind={kind}&from=upload");
    let request = axum::http::Request::builder()
        .method("POST")
        .uri(path)
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", engine.token))
        .header("content-type", "audio/wav");
    engine.send(request.body(file.into()).unwrap()).await
}

pub async fn uploaded(engine: &Engine, title: &str, kind: &str, seconds: f32) -> Value {
    let answer = upload(engine, title, kind, tone(seconds)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// The samples of a sound as it is sent.
async fn heard(engine: &Engine, id: &Value, how: &str) -> Vec<i16> {
    let path = format!("/api/sounds/{id}/sound.wav{how}");
    let wav = engine.raw("GET", &path, &Value::Null).await;
    read_upload(&wav, sound_files::Limits::UPLOAD).unwrap()
}

fn level(samples: &[i16]) -> f64 {
    let squares: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    20.0 * ((squares / samples.len() as f64).sqrt() / 32_768.0).log10()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path.display().to_string()],
        })
        .collect()
}

#[tokio::test]
async fn a_file_becomes_a_greeting_that_can_be_heard_and_cut() {
    let engine = Engine::start();
    let sound = uploaded(
        &engine,
        "  Welcome <b>&amp; \"hello\"</b> ",
        "greeting",
        3.0,
    )
    .await;
    assert_eq!(sound["title"], "Welcome <b>&amp; \"hello\"</b>");
    assert_eq!(
        (&sound["madeBy"], &sound["kind"]),
        (&json!("upload"), &json!("greeting"))
    );
    assert_eq!(sound["seconds"], 3.0);
    assert_eq!(sound["peaks"].as_array().unwrap().len(), 120);
    assert_eq!(sound["usedBy"], json!([]));
    let listed = engine.get("/api/sounds").await.json();
    assert_eq!(listed[0], sound, "the one of its own comes first");

    let id = &sound["id"];
    let whole = heard(&engine, id, "").await;
    assert_eq!(whole.len(), 48_000);
    // Greetings are made equally loud: −19 LUFS is about this for a tone.
    assert!((-24.0..-14.0).contains(&level(&whole)), "{}", level(&whole));
    let line = heard(&engine, id, "?as=caller&of=12").await;
    assert_eq!(line.len(), 48_000);
    let apart = (level(&line) - level(&whole)).abs();
    assert!(
        apart < 1.5,
        "a tone of the telephone's band stays: {apart} dB"
    );

    let path = format!("/api/sounds/{id}");
    let cut = json!({ "title": "Welcome", "from": 0.5, "to": 2.0 });
    let cut = engine
        .ask("PUT", &path, &[], Body::from(cut.to_string()))
        .await;
    assert_eq!(cut.status, 200, "{}", cut.text);
    let cut = cut.json();
    assert_eq!((&cut["id"], &cut["seconds"]), (id, &json!(1.5)));
    assert_eq!(cut["title"], "Welcome");
    assert_ne!(cut["bytes"], sound["bytes"]);
    assert_eq!(heard(&engine, id, "").await.len(), 24_000);
    for (from, to) in [(2.0, 1.0), (-1.0, 1.0), (0.0, 9.0), (1.0, 1.05), (5.0, 6.0)] {
        let wrong = json!({ "title": "W", "from": from, "to": to });
        let wrong = engine
            .ask("PUT", &path, &[], Body::from(wrong.to_string()))
            .await;
        assert!(wrong.problem(422).is_some(), "{from} {to}");
    }
    assert_eq!(heard(&engine, id, "").await.len(), 24_000);

    // The file that was brought first is another sound, and leaves the one that was cut alone.
    let again = uploaded(&engine, "Again", "greeting", 3.0).await;
    assert_ne!(again["id"], *id);
    assert_eq!(heard(&engine, id, "").await.len(), 24_000);
    assert_eq!(files(&engine.dir.path().join("sound")).len(), 2);
}

#[tokio::test]
async fn what_is_no_sound_is_refused_by_name_and_leaves_nothing_behind() {
    let engine = Engine::start();
    let silent = to_wav(&[], Channels::Mono, 16_000);
    let many_channels = {
        let mut wav = tone(0.5);
        wav[22] = 6;
        wav
    };
    // A head that promises 4 GB.
    let mut endless = tone(0.2);
    endless.truncate(44);
    endless[40..44].fill(0xFF);
    // 11 minutes of silence in a WAV of 8 kHz: more than a greeting may last.
    let long = to_wav(&vec![0; 11 * 60 * 8_000], Channels::Mono, 8_000);
    for (file, status, code) in [
        (Vec::new(), 422, "soundEmpty"),
        (
            b"%PDF-1.7 this is no sound at all".repeat(200),
            422,
            "notASound",
        ),
        (
            b"<html><script>alert(1)</script></html>".to_vec(),
            422,
            "notASound",
        ),
        (b"PK\x03\x04".repeat(5_000), 422, "notASound"),
        (silent, 422, "noSoundInIt"),
        (long, 422, "soundTooLong"),
        (vec![0; 20 * 1024 * 1024 + 1], 413, "soundTooLarge"),
    ] {
        let answer = upload(&engine, "A", "greeting", file).await;
        assert_eq!(answer.problem(status).as_deref(), Some("file"), "{code}");
        assert_eq!(answer.json()["code"], code);
    }
    for file in [many_channels, endless] {
        let answer = upload(&engine, "A", "greeting", file).await;
        assert_eq!(answer.problem(422).as_deref(), Some("file"));
    }
    // One byte too many, without saying so before.
    let pieces = (0..=20).map(|_| Ok::<_, io::Error>(vec![7_u8; 1024 * 1024]));
    let answer = upload(
        &engine,
        "A",
        "greeting",
        Body::from_stream(stream::iter(pieces)),
    )
    .await;
    assert_eq!(answer.problem(413).as_deref(), Some("file"));
    // One that breaks off.
    let torn = [Ok(tone(0.5)), Err(io::Error::other("gone"))];
    let answer = upload(
        &engine,
        "A",
        "greeting",
        Body::from_stream(stream::iter(torn)),
    )
    .await;
    answer.problem(400);
    // No title, and one of nothing that can be seen.
    for title in ["", " ", "\u{202e}\u{0007}"] {
        let answer = upload(&engine, title, "greeting", tone(0.2)).await;
        assert_eq!(answer.problem(422).as_deref(), Some("title"), "{title:?}");
    }
    upload(&engine, "A", "../../../etc", tone(0.2))
        .await
        .problem(400);
    upload(&engine, "A", "recording", tone(0.2))
        .await
        .problem(400);
    let own: Vec<Value> = serde_json::from_str(&engine.get("/api/sounds").await.text).unwrap();
    assert!(own.iter().all(|sound| sound["madeBy"] == "builtIn"));
    assert_eq!(files(&engine.dir.path().join("sound")), [""; 0]);
}

#[tokio::test]
async fn a_title_is_no_path() {
    let engine = Engine::start();
    let sound = uploaded(&engine, "../../../secret.key", "music", 0.5).await;
    assert_eq!(sound["title"], "../../../secret.key");
    let kept = files(&engine.dir.path().join("sound"));
    assert_eq!(kept.len(), 1);
    assert!(kept[0].contains("/sound/own-music/"), "{kept:?}");
    for path in [
        "/api/sounds/..%2F..%2Fsecret/sound.wav",
        "/api/sounds/9007199254740993/sound.wav",
        "/api/prompts/en/..%2F..%2Fgoodbye/sound.wav",
        "/api/prompts/en/../../sound.wav",
        "/api/prompts/xx/goodbye/sound.wav",
        "/api/prompts/en/no-such-phrase/sound.wav",
    ] {
        engine.get(path).await.problem(404);
    }
    let path = format!("/api/sounds/{}/sound.wav", sound["id"]);
    let named = engine
        .ask("HEAD", &format!("{path}?download"), &[], Body::empty())
        .await;
    let name = named.headers["content-disposition"].to_str().unwrap();
    assert!(
        name.starts_with("attachment; filename=\"_________secret_key.wav\";"),
        "{name}"
    );
    let length = |answer: &Answer| {
        answer.headers["content-length"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let part = engine
        .ask("HEAD", &path, &[("range", "bytes=44-143")], Body::empty())
        .await;
    assert_eq!((part.status.as_u16(), length(&part).as_str()), (206, "100"));
    assert_eq!(length(&named), "16044");
}

#[tokio::test]
async fn music_is_chosen_for_the_office_and_for_people() {
    let engine = Engine::start();
    let anna = engine
        .post("/api/people", &json!({ "name": "Anna" }))
        .await
        .json();
    let own = uploaded(&engine, "Our song", "music", 1.0).await;
    let sounds = engine.get("/api/sounds").await.json();
    let built_in: Vec<&Value> = sounds
        .as_array()
        .unwrap()
        .iter()
        .filter(|sound| sound["madeBy"] == "builtIn")
        .collect();
    let titles: Vec<&str> = built_in
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Evening", "Morning", "Waltz"]);
    assert!(
        built_in
            .iter()
            .all(|piece| piece["seconds"].as_f64().unwrap() > 10.0)
    );
    let waltz = &built_in[2]["id"];
    assert!(heard(&engine, waltz, "").await.len() > 160_000);

    let music = engine.get("/api/music").await.json();
    assert_eq!(
        (&music["office"], &music["people"]),
        (&json!([]), &json!([]))
    );
    let revision = format!("\"{}\"", music["revision"]);
    let put = async |body: Value, revision: &str| {
        let headers = [("if-match", revision)];
        engine
            .ask("PUT", "/api/music", &headers, Body::from(body.to_string()))
            .await
    };
    let wanted = json!({
        "office": [own["id"], waltz],
        "people": [{ "person": anna["id"], "sounds": [waltz] }],
    });
    let chosen = put(wanted.clone(), &revision).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    let chosen = chosen.json();
    assert_eq!(
        (&chosen["office"], &chosen["people"]),
        (&wanted["office"], &wanted["people"])
    );
    put(wanted.clone(), &revision).await.problem(412);
    let now = format!("\"{}\"", chosen["revision"]);
    for (body, field) in [
        (json!({ "office": [1], "people": [] }), "office"),
        (
            json!({ "office": [], "people": [{ "person": anna["id"], "sounds": [1] }] }),
            "people[0].sounds",
        ),
        (
            json!({ "office": [], "people": [{ "person": 99, "sounds": [] }] }),
            "people[0].person",
        ),
        (json!({ "office": vec![waltz; 51], "people": [] }), "office"),
    ] {
        assert_eq!(put(body, &now).await.problem(422).as_deref(), Some(field));
    }

    let used = engine.get("/api/sounds").await.json();
    let users = |id: &Value| {
        let sound = used
            .as_array()
            .unwrap()
            .iter()
            .find(|sound| sound["id"] == *id);
        sound.unwrap()["usedBy"].clone()
    };
    let office = json!({ "what": "music", "id": 0, "name": "" });
    let hers = json!({ "what": "music", "id": anna["id"], "name": "Anna" });
    assert_eq!(users(&own["id"]), json!([office]));
    assert_eq!(users(waltz), json!([office, hers]));
    let path = format!("/api/sounds/{}", own["id"]);
    let refused = engine.ask("DELETE", &path, &[], Body::empty()).await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "soundUsed");
    assert!(
        refused.text.contains("the office uses this sound"),
        "{}",
        refused.text
    );
    let kept = format!("/api/sounds/{waltz}");
    let built_in = engine.ask("DELETE", &kept, &[], Body::empty()).await;
    assert_eq!(built_in.problem(409), None);

    let standard = put(json!({ "office": [], "people": [] }), &now).await;
    assert_eq!(standard.status, 200, "{}", standard.text);
    assert_eq!(
        engine.ask("DELETE", &path, &[], Body::empty()).await.status,
        204
    );
    engine
        .ask("DELETE", &path, &[], Body::empty())
        .await
        .problem(404);
}

#[tokio::test]
async fn voices_and_phrases_are_listed_and_heard() {
    let engine = Engine::start();
    let voices = engine.get("/api/voices").await.json();
    assert!(
        voices
            .as_array()
            .unwrap()
            .contains(&json!({ "id": "de-DE", "name": "Deutsch", "language": "de" }))
    );
    let prompts = engine.get("/api/prompts").await.json();
    let prompts = prompts.as_array().unwrap();
    for language in ["en", "de"] {
        assert!(
            prompts
                .iter()
                .filter(|one| one["language"] == language)
                .count()
                > 100
        );
    }
    let wav = engine
        .raw("GET", "/api/prompts/de/goodbye/sound.wav", &Value::Null)
        .await;
    let said = read_upload(&wav, sound_files::Limits::UPLOAD).unwrap();
    assert!((4_000..48_000).contains(&said.len()), "{}", said.len());
    assert!(level(&said) > -30.0);

    for (body, status, field) in [
        (
            json!({ "title": "A", "text": "Hello", "voice": "xx-XX" }),
            422,
            "voice",
        ),
        (
            json!({ "title": "A", "text": " ", "voice": "en-GB" }),
            422,
            "text",
        ),
        (
            json!({ "title": "A", "text": "a".repeat(2_001), "voice": "en-GB" }),
            422,
            "text",
        ),
        (
            json!({ "title": "", "text": "Hello", "voice": "en-GB" }),
            422,
            "title",
        ),
    ] {
        let answer = engine.post("/api/sounds/speak", &body).await;
        assert_eq!(answer.problem(status).as_deref(), Some(field), "{body}");
    }
}

/// Speaking itself needs the program that speaks; the tests with the real engine have it.
#[tokio::test]
async fn what_cannot_be_spoken_for_who_tries_a_flow_is_told() {
    let engine = Engine::start();
    let path = "/api/prompts/speech.wav";
    for (body, field, code) in [
        (
            json!({ "language": "en", "text": " " }),
            Some("text"),
            "nothingToSay",
        ),
        (
            json!({ "language": "en", "text": "a".repeat(2_001) }),
            Some("text"),
            "textTooLong",
        ),
        (
            json!({ "language": "pl", "text": "Witam" }),
            None,
            "noVoice",
        ),
    ] {
        let refused = engine.post(path, &body).await;
        assert_eq!(refused.problem(422).as_deref(), field, "{body}");
        assert_eq!(refused.json()["code"], code, "{body}");
    }
    let body = json!({ "language": "en", "text": "Hello" }).to_string();
    for (login, role) in [("rita", Role::Receptionist), ("sam", Role::Staff)] {
        let cookie = engine.user(login, role, None).await;
        let refused = engine.by_cookie(&cookie, "POST", path, &body).await;
        refused.problem(403);
    }
}

#[tokio::test]
async fn only_those_who_run_the_office_change_what_callers_hear() {
    let engine = Engine::start();
    let sound = uploaded(&engine, "Welcome", "greeting", 0.5).await;
    let path = format!("/api/sounds/{}", sound["id"]);
    for (login, role) in [("rita", Role::Receptionist), ("sam", Role::Staff)] {
        let cookie = engine.user(login, role, None).await;
        for path in [
            "/api/sounds",
            "/api/music",
            "/api/voices",
            "/api/prompts",
            "/api/rooms",
        ] {
            let read = engine.by_cookie(&cookie, "GET", path, "").await;
            assert_eq!(read.status, 200, "{role:?} {path}");
        }
        let edit = json!({ "title": "Mine" }).to_string();
        engine
            .by_cookie(&cookie, "PUT", &path, &edit)
            .await
            .problem(403);
        engine
            .by_cookie(&cookie, "DELETE", &path, "")
            .await
            .problem(403);
        let add = "/api/sounds?title=A&kind=greeting&from=upload";
        engine
            .by_cookie(&cookie, "POST", add, "x")
            .await
            .problem(403);
        engine
            .by_cookie(&cookie, "GET", "/api/recording-settings", "")
            .await
            .problem(403);
    }
    // A form of another site can send these without asking first.
    for form in [
        "text/plain",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    ] {
        let request = axum::http::Request::builder()
            .method("POST")
            .uri("/api/sounds?title=A&kind=greeting&from=upload")
            .header("host", HOST)
            .header("authorization", format!("Bearer {}", engine.token))
            .header("content-type", form);
        let answer = engine
            .send(request.body(Body::from(tone(0.2))).unwrap())
            .await;
        answer.problem(415);
    }
}

#[tokio::test]
async fn a_list_is_asked_for_without_saying_of_which_type_nothing_is() {
    let engine = Engine::start();
    let request = axum::http::Request::builder()
        .uri("/api/sounds")
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", engine.token));
    let answer = engine.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
