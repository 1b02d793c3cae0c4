use super::*;
use crate::limits::MAX_WEB_REPLY;
use std::sync::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A program that answers each connection with the next of `answers`, and what it was asked.
async fn program(answers: Vec<Vec<u8>>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4_096];
            let length = stream.read(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            heard.lock().unwrap().push(text);
            stream.write_all(&answer).await.unwrap();
        }
        // Whoever asks once more gets a connection and no answer.
        let _held = listener.accept().await;
        std::future::pending::<()>().await;
    });
    (address, asked)
}

fn request(url: String) -> WebRequest {
    WebRequest {
        method: "GET".to_owned(),
        url,
        headers: Vec::new(),
        body: None,
        max_reply: MAX_WEB_REPLY,
        within: Duration::from_secs(5),
        may_be_private: true,
    }
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_question_carries_its_headers_and_its_body_and_the_answer_comes_back() {
    let (address, asked) = program(vec![answer("404 Not Found", "nobody")]).await;
    let reply = Web::new()
        .ask(WebRequest {
            method: "POST".to_owned(),
            headers: vec![("X-Key".to_owned(), "secret".to_owned())],
            body: Some("{}".to_owned()),
            ..request(format!("http://{address}/crm?number=%2B49"))
        })
        .await
        .unwrap();
    let told = WebReply {
        status: 404,
        body: b"nobody".to_vec(),
    };
    assert_eq!(reply, told);
    let asked = asked.lock().unwrap()[0].clone();
    assert!(
        asked.starts_with("POST /crm?number=%2B49 HTTP/1.1\r\n"),
        "{asked}"
    );
    let head = asked.to_ascii_lowercase();
    assert!(head.contains("x-key: secret\r\n"), "{asked}");
    assert!(head.contains(&format!("host: {address}\r\n")), "{asked}");
    assert!(asked.ends_with("\r\n\r\n{}"), "{asked}");
}

#[tokio::test]
async fn the_offices_own_network_is_out_of_reach_unless_it_is_allowed() {
    for url in [
        "https://127.0.0.1:1/",
        "https://localhost:1/",
        "https://[::1]:1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
    ] {
        let web = Web::new();
        let refused = web.ask(WebRequest {
            may_be_private: false,
            ..request(url.to_owned())
        });
        let refused = refused.await;
        assert!(
            matches!(refused, Err(WebFailed::Private(_))),
            "{url}: {refused:?}"
        );
    }
    let web = Web::new();
    let plain = web.ask(WebRequest {
        may_be_private: false,
        ..request("http://example.com/".to_owned())
    });
    assert_eq!(plain.await, Err(WebFailed::NotEncrypted));
}

#[tokio::test]
async fn an_answer_may_lead_on_within_its_host_only() {
    let here = answer("302 Found\r\nLocation: /new", "");
    let (address, asked) = program(vec![here, answer("200 OK", "found")]).await;
    let reply = Web::new()
        .ask(request(format!("http://{address}/old")))
        .await;
    assert_eq!(reply.unwrap().body, b"found");
    assert!(asked.lock().unwrap()[1].starts_with("GET /new "));

    for elsewhere in ["http://localhost/", "//127.0.0.2/", "file:///etc/passwd"] {
        let leads = answer(&format!("302 Found\r\nLocation: {elsewhere}"), "");
        let (address, _) = program(vec![leads]).await;
        let refused = Web::new().ask(request(format!("http://{address}/"))).await;
        assert!(
            matches!(refused, Err(WebFailed::LeadsElsewhere(_))),
            "{elsewhere}: {refused:?}"
        );
    }
    let again = answer("302 Found\r\nLocation: /", "");
    let (address, _) = program(vec![again; MAX_WEB_REDIRECTS + 1]).await;
    let refused = Web::new().ask(request(format!("http://{address}/"))).await;
    assert!(
        matches!(refused, Err(WebFailed::LeadsElsewhere(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_takes_too_long_or_is_too_large_is_given_up() {
    let (address, _) = program(Vec::new()).await;
    let web = Web::new();
    let waited = web.ask(WebRequest {
        within: Duration::from_millis(50),
        ..request(format!("http://{address}/"))
    });
    assert_eq!(waited.await, Err(WebFailed::TimedOut));

    let largest = "x".repeat(MAX_WEB_REPLY);
    let (address, _) = program(vec![answer("200 OK", &largest)]).await;
    let reply = Web::new().ask(request(format!("http://{address}/"))).await;
    assert_eq!(reply.unwrap().body.len(), MAX_WEB_REPLY);
    let (address, _) = program(vec![answer("200 OK", &format!("{largest}x"))]).await;
    let reply = Web::new().ask(request(format!("http://{address}/"))).await;
    assert_eq!(reply, Err(WebFailed::TooLarge));
}

#[tokio::test]
async fn a_request_that_would_be_read_as_two_is_refused() {
    let (address, _) = program(vec![answer("200 OK", "")]).await;
    for (name, value) in [
        ("X-Key", "a\r\nX-Other: b"),
        ("X Key", "a"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Host", "other"),
    ] {
        let web = Web::new();
        let refused = web.ask(WebRequest {
            headers: vec![(name.to_owned(), value.to_owned())],
            ..request(format!("http://{address}/"))
        });
        assert_eq!(
            refused.await,
            Err(WebFailed::Malformed("a header")),
            "{name}"
        );
    }
}
