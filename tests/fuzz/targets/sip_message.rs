//! Any bytes as one SIP message: no panic, and what is accepted survives a copy.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use sip_message::{Header, HeaderName, Headers, Message, Request, Response, StatusCode, header::*};

fuzz_target!(|data: &[u8]| {
    let Ok(message) = Message::parse(Bytes::copy_from_slice(data)) else {
        return;
    };
    read_everything(message.headers());
    match &message {
        Message::Request(request) => check_request(request),
        Message::Response(response) => check_response(response),
    }
});

fn check_request(request: &Request) {
    if let Ok(uri) = request.uri() {
        assert!(uri.is_equivalent(&uri.clone()), "a URI equals itself");
    }
    if request.flaw().is_some() {
        return;
    }
    let copy = request.edit().build();
    let back = Request::parse(copy.bytes().clone()).expect("a copy parses");
    assert_eq!(back.flaw(), None);
    assert_eq!(
        (back.method(), back.raw_uri()),
        (request.method(), request.raw_uri())
    );
    assert_eq!(back.body(), request.body());
    assert_same_lines(request.headers(), back.headers());

    let answer = Response::to(request, StatusCode::OK).to_tag("t").build();
    let answer = Response::parse(answer.bytes().clone()).expect("an answer parses");
    assert_eq!(answer.flaw(), None);
}

fn check_response(response: &Response) {
    if response.flaw().is_some() {
        return;
    }
    let copy = response.edit().build();
    let back = Response::parse(copy.bytes().clone()).expect("a copy parses");
    assert_eq!(back.flaw(), None);
    assert_eq!(back.status(), response.status());
    // Bytes no start line may hold become spaces.
    let reason: Vec<u8> = response
        .reason()
        .iter()
        .map(|b| if matches!(b, 0 | b'\r') { b' ' } else { *b })
        .collect();
    assert_eq!(back.reason().as_ref(), reason);
    assert_same_lines(response.headers(), back.headers());
}

/// All lines but Content-Length, which a copy may add or correct.
fn assert_same_lines(old: Headers<'_>, new: Headers<'_>) {
    let lines = |headers: Headers<'_>| -> Vec<Bytes> {
        headers
            .lines()
            .filter(|line| line.name() != HeaderName::ContentLength)
            .map(|line| line.raw())
            .collect()
    };
    assert_eq!(lines(old), lines(new));
}

/// Every value that can be read prints to something that reads the same.
fn read<H: Header + PartialEq + std::fmt::Debug>(headers: Headers<'_>) {
    for value in headers.all::<H>().flatten() {
        let mut out = Vec::new();
        value.write(&mut out);
        assert_eq!(H::parse(Bytes::from(out)).as_ref(), Ok(&value));
    }
}

fn read_everything(headers: Headers<'_>) {
    macro_rules! read_all {
        ($($type:ty),* $(,)?) => { $(read::<$type>(headers);)* };
    }
    read_all!(
        Accept,
        AcceptEncoding,
        AcceptLanguage,
        AlertInfo,
        Allow,
        AllowEvents,
        AuthenticationInfo,
        Authorization,
        CallId,
        CallInfo,
        Contact,
        ContentDisposition,
        ContentEncoding,
        ContentLanguage,
        ContentLength,
        ContentType,
        CSeq,
        Date,
        Diversion,
        ErrorInfo,
        Event,
        Expires,
        FlowTimer,
        From,
        HistoryInfo,
        InReplyTo,
        MaxBreadth,
        MaxForwards,
        MimeVersion,
        MinExpires,
        MinSe,
        Organization,
        PAssertedIdentity,
        PAssociatedUri,
        PCalledPartyId,
        PPreferredIdentity,
        Path,
        Priority,
        Privacy,
        ProxyAuthenticate,
        ProxyAuthorization,
        ProxyRequire,
        RAck,
        RSeq,
        Reason,
        RecordRoute,
        ReferSub,
        ReferTo,
        ReferredBy,
        RemotePartyId,
        Replaces,
        ReplyTo,
        RequestDisposition,
        Require,
        RetryAfter,
        Route,
        Server,
        ServiceRoute,
        SessionExpires,
        SipETag,
        SipIfMatch,
        Subject,
        SubscriptionState,
        Supported,
        Timestamp,
        To,
        Unsupported,
        UserAgent,
        UserToUser,
        Warning,
        WwwAuthenticate,
    );
    for via in headers.all::<Via>().flatten() {
        let _ = via.response_target();
    }
}
